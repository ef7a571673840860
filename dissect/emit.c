#include "emit.h"

#include <string.h>

_Static_assert(sizeof(struct zt_event) + 2 * (ZT_NAME_MAX + 1) + 8 +
		       sizeof(struct zt_origin) + sizeof(struct zt_transfer) <=
		   ZT_EVENT_MAX,
    "an event with both spellings of a name and a transfer fits");
_Static_assert(sizeof(struct zt_origin) % 8 == 0, "tail records are 8-byte aligned");
_Static_assert(sizeof(struct zt_soa) % 8 == 0, "tail records are 8-byte aligned");
_Static_assert(sizeof(struct zt_transfer) % 8 == 0, "tail records are 8-byte aligned");

void
zt_emit_begin(struct zt_emit *emit, const struct zt_path *path, bool from_server)
{
	struct zt_event *ev = &emit->event;

	memset(ev, 0, sizeof(*ev));
	ev->size = sizeof(*ev);
	memcpy(ev->client, from_server ? path->dst : path->src, sizeof(ev->client));
	memcpy(ev->server, from_server ? path->src : path->dst, sizeof(ev->server));
	ev->client_port = from_server ? path->dst_port : path->src_port;
	ev->server_port = from_server ? path->src_port : path->dst_port;
	ev->family = path->family;
	ev->transport = path->transport;
	ev->ip_ttl = path->ttl;
	ev->interface = path->interface;
	ev->n_vlan = path->n_vlan < ZT_VLAN_MAX ? path->n_vlan : ZT_VLAN_MAX;
	for (unsigned i = 0; i < ev->n_vlan; i++)
		ev->vlan[i] = path->vlan[i];
	if (path->dont_fragment)
		ev->flags |= ZT_EF_IP_DF;
}

void
zt_emit_name(struct zt_emit *emit, const struct zt_name *name, const uint8_t *raw)
{
	struct zt_event *ev = &emit->event;
	uint8_t *tail = emit->bytes + sizeof(*ev);

	if (!name || name->len == 0)
		return;
	memcpy(tail, name->wire, name->len);
	ev->name_len = name->len;
	ev->n_labels = name->n_labels;
	if (raw) {
		memcpy(tail + name->len, raw, name->len);
		ev->flags |= ZT_EF_RAW_NAME;
	}
	size_t used = sizeof(*ev) + name->len * (raw ? 2u : 1u);
	size_t end = zt_event_records_offset(ev);
	/* The padding is part of what is copied and compared. */
	memset(emit->bytes + used, 0, end - used);
	ev->size = (uint16_t)end;
}

bool
zt_emit_fill_origin(
    struct zt_origin *origin, const struct zt_path *path, const struct zt_edns *edns)
{
	bool tunnel = path->tunnel_kind != ZT_TUNNEL_NONE;
	bool ecs = edns && edns->ecs_family != 0;

	memset(origin, 0, sizeof(*origin));
	if (tunnel) {
		origin->tunnel_kind = path->tunnel_kind;
		origin->tunnel_id = path->tunnel_id;
	}
	if (tunnel && path->n_ip > 1) {
		origin->outer_family = path->outer_family;
		memcpy(origin->outer_src, path->outer_src, sizeof(origin->outer_src));
		memcpy(origin->outer_dst, path->outer_dst, sizeof(origin->outer_dst));
	}
	if (ecs) {
		origin->ecs_family = edns->ecs_family;
		origin->ecs_bits = edns->ecs_bits;
		memcpy(origin->ecs_addr, edns->ecs_addr, sizeof(origin->ecs_addr));
	}
	return tunnel || ecs;
}

void
zt_emit_origin(
    struct zt_emit *emit, const struct zt_path *path, const struct zt_edns *edns)
{
	struct zt_origin origin;

	if (!zt_emit_fill_origin(&origin, path, edns))
		return;
	if (origin.tunnel_kind != ZT_TUNNEL_NONE)
		emit->event.flags |= ZT_EF_TUNNEL;
	if (origin.ecs_family)
		emit->event.flags |= ZT_EF_ECS;
	(void)zt_emit_append(
	    emit, &origin, sizeof(origin)); /* Always fits, see above. */
}

bool
zt_emit_append(struct zt_emit *emit, const void *records, size_t len)
{
	struct zt_event *ev = &emit->event;

	if (len > ZT_EVENT_MAX - (size_t)ev->size)
		return false;
	memcpy(emit->bytes + ev->size, records, len);
	ev->size = (uint16_t)(ev->size + len);
	return true;
}
