#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/sources.h"

#define T0	  ZT_S(1700000000)
#define STEP_NS	  5000u /* 200,000 packets a second */
#define N_ZONES	  200u
#define N_CLIENTS 4096u
#define EDNS_SIZE 1232u
/* Enough for every way of many buckets. */
#define COLLIDING_FNV 20000u
#define COLLIDING_OWN 256u

/* Of the engine's budget, what its table of sources gets. */
#define SOURCES_SHARE 4u

static const char *const names[ZT_LOADS] = {
	[ZT_LOAD_ORDINARY] = "ordinary traffic",
	[ZT_LOAD_SPOOFED] = "spoofed sources",
	[ZT_LOAD_COLLIDING] = "colliding sources (FNV-1a)",
	[ZT_LOAD_ONE_BUCKET] = "sources of one bucket, key known",
	[ZT_LOAD_ONE_PREFIX] = "one IPv4 network",
	[ZT_LOAD_IPV6_SWEEP] = "one IPv6 network",
	[ZT_LOAD_ONE_NAME] = "one name, MX, all sources new",
	[ZT_LOAD_REVERSE_SWEEP] = "sweep over many /24",
};

static const char *const hosts[] = { "www", "mail", "api", "cdn", "img", "shop", "blog",
	"static", "login", "app", "m", "news", "video", "docs", "portal", "ns1" };

const char *
zt_load_name(enum zt_load_kind kind)
{
	return names[kind];
}

static uint32_t
fnv_1a(uint32_t address)
{
	uint32_t hash = 2166136261u;

	for (unsigned i = 0; i < 4; i++)
		hash = (hash ^ (address >> (24 - 8 * i) & 0xff)) * 16777619u;
	return hash;
}

/* The bucket that a source is put into first. */
static uint32_t
bucket_of(const struct zt_sources *sources, uint32_t address)
{
	struct zt_source_key key = { .family = 4, .prefix_len = 32 };

	for (unsigned i = 0; i < 4; i++)
		key.addr[i] = (uint8_t)(address >> (24 - 8 * i));
	uint64_t hash = zt_sources_hash(sources, &key);
	return (uint32_t)((hash >> 32) * sources->n_buckets >> 32);
}

static void
find_colliding(struct zt_load *load, size_t memory_bytes)
{
	bool is_own = load->kind == ZT_LOAD_ONE_BUCKET;
	uint32_t wanted = is_own ? COLLIDING_OWN : COLLIDING_FNV;
	struct zt_sources sources;

	load->colliding = calloc(wanted, sizeof(uint32_t));
	if (load->colliding == NULL ||
	    zt_sources_init(
		&sources, memory_bytes / SOURCES_SHARE, &load->builder.key) != 0) {
		fputs("load: out of memory\n", stderr);
		exit(70);
	}
	for (uint32_t a = ZT_IP(11, 0, 0, 0); load->n_colliding < wanted; a++)
		if (is_own ? bucket_of(&sources, a) == 7 : (fnv_1a(a) & 0xffff) == 7)
			load->colliding[load->n_colliding++] = a;
	zt_sources_fini(&sources);
}

void
zt_load_init(struct zt_load *load, enum zt_load_kind kind, uint32_t n_sources,
    size_t memory_bytes)
{
	memset(load, 0, sizeof(*load));
	zt_event_builder_init(&load->builder);
	load->kind = kind;
	load->n_sources = n_sources;
	load->step_ns = STEP_NS;
	if (kind == ZT_LOAD_COLLIDING || kind == ZT_LOAD_ONE_BUCKET)
		find_colliding(load, memory_bytes);
}

void
zt_load_fini(struct zt_load *load)
{
	free(load->colliding);
}

/* Random numbers that belong to one number of the stream. */
static uint32_t
dice(uint64_t i, uint32_t salt, uint32_t below)
{
	return (uint32_t)((zt_hash_mix(i, salt) >> 32) * below >> 32);
}

/* What recursive servers outside ask, and the answer. */
static void
compose_lookup(struct zt_query_spec *spec, char *name, size_t size, uint64_t i)
{
	static const uint16_t common[] = { ZT_RR_A, ZT_RR_A, ZT_RR_A, ZT_RR_AAAA,
		ZT_RR_AAAA, 65 };
	static const uint16_t rare[] = { ZT_RR_MX, ZT_RR_TXT, ZT_RR_NS, ZT_RR_SOA };
	bool is_rare = dice(i, 1, 100) < 3;

	spec->qtype = is_rare ? rare[dice(i, 2, 4)] : common[dice(i, 2, 6)];
	snprintf(name, size, "%s%szone%03u.example.",
	    is_rare ? "" : hosts[dice(i, 3, 16)], is_rare ? "" : ".",
	    dice(i, 4, N_ZONES));
}

static void
set_edns(struct zt_event *event)
{
	event->flags |= ZT_EF_EDNS;
	event->edns_size = EDNS_SIZE;
}

/* One of the two messages of an exchange. */
static struct zt_event *
exchange(
    struct zt_load *load, const struct zt_query_spec *spec, uint64_t i, uint16_t rcode)
{
	struct zt_event *event;

	if (i % 2 == 0) {
		event = zt_event_builder_query(&load->builder, spec);
	} else {
		event = zt_event_builder_response(&load->builder, spec, rcode);
		event->n_answers = rcode == 0;
		event->answer_hash = rcode == 0 ? zt_hash_mix(i, 9) | 1 : 0;
	}
	event->dns_id = (uint16_t)zt_hash_mix(i / 2, 8);
	event->client_port = (uint16_t)(1024 + dice(i / 2, 7, 64000));
	event->ip_ttl = 57;
	if (dice(i / 2, 5, 2) == 0)
		set_edns(event);
	return event;
}

static const struct zt_event *
ordinary(struct zt_load *load, uint64_t i)
{
	uint64_t e = i / 2;
	uint64_t x = dice(e, 10, load->n_sources);
	uint32_t source = (uint32_t)(x * x / load->n_sources), pick = dice(e, 11, 100);
	struct zt_query_spec spec = { .ts_ns = T0 + i * load->step_ns,
		.client = ZT_IP(100, 64, 0, 0) + source };
	char name[80];

	spec.name = name;
	if (pick < 26) {
		spec.client = ZT_IP(10, 20, 16, 0) + dice(e, 12, N_CLIENTS);
		spec.server = ZT_IP(10, 20, 0, 53);
		spec.qtype = spec.client & 1 ? ZT_RR_A : ZT_RR_AAAA;
		snprintf(name, sizeof(name), "www.site%05u.test.", dice(e, 13, 20000));
		return exchange(load, &spec, i, 0);
	}
	if (pick < 90) {
		compose_lookup(&spec, name, sizeof(name), e);
		struct zt_event *event = exchange(load, &spec, i, 0);
		event->dns_flags &= (uint16_t)~ZT_DNS_RD;
		return event;
	}
	spec.qtype = ZT_RR_A;
	snprintf(name, sizeof(name), "%08x.zone%03u.example.", dice(e, 14, UINT32_MAX),
	    dice(e, 4, N_ZONES));
	struct zt_event *event = exchange(load, &spec, i, ZT_RCODE_NXDOMAIN);
	event->dns_flags &= (uint16_t)~ZT_DNS_RD;
	if (i % 2 == 1) {
		event->flags |= ZT_EF_ZONE;
		event->zone_off = 9;
	}
	return event;
}

static uint32_t
flood_client(const struct zt_load *load, uint64_t i)
{
	switch (load->kind) {
	case ZT_LOAD_COLLIDING:
	case ZT_LOAD_ONE_BUCKET:
		return load->colliding[dice(i, 20, load->n_colliding)];
	case ZT_LOAD_ONE_PREFIX:
		return ZT_IP(203, 7, 0, 0) + dice(i, 20, 1 << 16);
	case ZT_LOAD_REVERSE_SWEEP:
		return ZT_IP(198, 51, 100, 66);
	default:
		return ZT_IP(11, 0, 0, 0) + dice(i, 20, load->n_sources);
	}
}

const struct zt_event *
zt_load_event(struct zt_load *load, uint64_t i)
{
	struct zt_query_spec spec = { .ts_ns = T0 + i * load->step_ns,
		.client = flood_client(load, i),
		.qtype = ZT_RR_A };
	char name[80];

	if (load->kind == ZT_LOAD_ORDINARY)
		return ordinary(load, i);
	spec.name = name;
	snprintf(name, sizeof(name), "%08x.zone000.example.", dice(i, 21, UINT32_MAX));
	if (load->kind == ZT_LOAD_ONE_NAME) {
		spec.qtype = ZT_RR_MX;
		snprintf(name, sizeof(name), "example.com.");
	}
	if (load->kind == ZT_LOAD_REVERSE_SWEEP) {
		uint64_t a = i * 37;
		spec.qtype = ZT_RR_PTR;
		snprintf(name, sizeof(name), "%u.%u.%u.10.in-addr.arpa.",
		    (unsigned)(a & 0xff), (unsigned)(a >> 8 & 0xff),
		    (unsigned)(a >> 16 & 0xff));
	}
	struct zt_event *event = zt_event_builder_query(&load->builder, &spec);
	event->dns_id = (uint16_t)zt_hash_mix(i, 8);
	event->dns_flags &= (uint16_t)(dice(i, 22, 2) ? 0xffff : ~ZT_DNS_RD);
	if (load->kind == ZT_LOAD_IPV6_SWEEP)
		zt_event_builder_ipv6(event,
		    UINT64_C(0x20010db80bad0000) | dice(i, 23, 1 << 16),
		    zt_hash_mix(i, 24));
	return event;
}
