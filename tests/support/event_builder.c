#include "event_builder.h"

#include <ctype.h>
#include <string.h>

#define SERVER ZT_IP(192, 0, 2, 53)

void
zt_event_builder_init(struct zt_event_builder *builder)
{
	memset(builder, 0, sizeof(*builder));
	builder->key = (struct zt_hash_key){ 1, 2 };
}

uint8_t
zt_event_builder_name(uint8_t *wire, const char *text)
{
	uint8_t length_at = 0;
	uint8_t at = 1;

	for (const char *c = text; *c != '\0'; c++) {
		if (*c != '.') {
			wire[at++] = (uint8_t)tolower((unsigned char)*c);
			continue;
		}
		/* "." alone is the root. */
		if (at == length_at + 1)
			continue;
		wire[length_at] = (uint8_t)(at - length_at - 1);
		length_at = at++;
	}
	wire[length_at] = 0;
	return (uint8_t)(length_at + 1);
}

static void
put_ipv4(uint8_t out[16], uint32_t address)
{
	memset(out, 0, 16);
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)(address >> (24 - 8 * i));
}

static struct zt_event *
start(struct zt_event_builder *builder, const struct zt_query_spec *spec, uint8_t kind)
{
	struct zt_event *event = (void *)builder->room;
	uint8_t *name = (uint8_t *)(event + 1);

	memset(event, 0, sizeof(*event));
	event->ts_ns = spec->ts_ns;
	event->kind = kind;
	event->family = 4;
	event->transport = 17;
	event->client_port = 40000;
	event->server_port = 53;
	event->qtype = spec->qtype;
	event->qclass = ZT_CLASS_IN;
	event->dns_flags = ZT_DNS_RD;
	put_ipv4(event->client, spec->client);
	put_ipv4(event->server, spec->server != 0 ? spec->server : SERVER);
	event->name_len = zt_event_builder_name(name, spec->name);
	event->name_hash = zt_hash(&builder->key, name, event->name_len);
	for (size_t at = 0; name[at] != 0; at += name[at] + 1u)
		event->n_labels++;
	event->size = (uint16_t)zt_event_records_offset(event);
	return event;
}

struct zt_event *
zt_event_builder_query(
    struct zt_event_builder *builder, const struct zt_query_spec *spec)
{
	return start(builder, spec, ZT_EVENT_QUERY);
}

struct zt_event *
zt_event_builder_response(
    struct zt_event_builder *builder, const struct zt_query_spec *spec, uint16_t rcode)
{
	struct zt_event *event = start(builder, spec, ZT_EVENT_RESPONSE);

	event->dns_flags |= ZT_DNS_QR | ZT_DNS_AA;
	event->flags |= ZT_EF_PAIRED;
	event->rcode = rcode;
	return event;
}

struct zt_event *
zt_event_builder_transfer(struct zt_event_builder *builder,
    const struct zt_query_spec *spec, const struct zt_transfer *transfer)
{
	struct zt_event *event = start(builder, spec, ZT_EVENT_TRANSFER);

	event->transport = 6;
	memcpy((uint8_t *)event + event->size, transfer, sizeof(*transfer));
	event->size = (uint16_t)(event->size + sizeof(*transfer));
	return event;
}

struct zt_event *
zt_event_builder_tick(struct zt_event_builder *builder, uint64_t ts_ns)
{
	struct zt_query_spec spec = { .ts_ns = ts_ns, .name = "." };
	struct zt_event *event = start(builder, &spec, ZT_EVENT_TICK);

	event->family = 0;
	event->name_len = 0;
	return event;
}

void
zt_event_builder_ipv6(struct zt_event *event, uint64_t high, uint64_t low)
{
	event->family = 6;
	for (unsigned i = 0; i < 8; i++) {
		event->client[i] = (uint8_t)(high >> (56 - 8 * i));
		event->client[8 + i] = (uint8_t)(low >> (56 - 8 * i));
	}
}
