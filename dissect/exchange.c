#include "exchange.h"

#include <stdlib.h>
#include <string.h>

/** Slots of a bucket: the probes of one look-up. */
#define WAYS 4
/** A query that is asked again within this time is a retry (resolvers give up sooner).
 */
#define RETRY_NS (UINT64_C(30) * 1000000000)
/** A server that was not asked for this long counts as never asked. */
#define SERVER_AGE_NS (UINT64_C(600) * 1000000000)
/** Buckets of the memory of servers. */
#define SERVER_BUCKETS 1024

/**
 * One open query.  The endpoints are kept as a 64-bit keyed hash, the name as another,
 * id and type as they are: a false match needs both hashes to collide and costs the
 * outcome of one query.
 */
struct slot {
	uint64_t endpoints; /**< Addresses, ports, transport, tunnel; 0: empty. */
	uint64_t name;	    /**< Hash of the folded name; 0: no question. */
	uint64_t ts_ns;	    /**< When it was asked first. */
	uint16_t id;
	uint16_t type;
	uint32_t n_open; /**< Times asked and not answered. */
};

struct server {
	uint64_t endpoint; /**< Keyed hash; 0: empty. */
	uint64_t asked_ns;
};

/** The hashes of the ends of a message. */
struct ends {
	uint64_t server;
	uint64_t both;
};

struct zt_exchanges {
	struct zt_hash_key key;
	struct ends ends; /**< Of the message aimed at. */
	uint16_t id;
	struct slot *bucket;
	size_t n_buckets; /**< A power of two. */
	struct slot (*buckets)[WAYS];
	struct server servers[SERVER_BUCKETS][WAYS];
};

/** Age of something noted at then_ns; 0 when time went backwards. */
static uint64_t
age_ns(uint64_t then_ns, uint64_t now_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

struct zt_exchanges *
zt_exchanges_new(size_t slots, const struct zt_hash_key *key)
{
	struct zt_exchanges *exchanges = calloc(1, sizeof(*exchanges));

	if (!exchanges)
		return NULL;
	exchanges->key = *key;
	exchanges->n_buckets = slots / WAYS;
	exchanges->buckets = calloc(exchanges->n_buckets, sizeof(*exchanges->buckets));
	if (!exchanges->buckets)
		zt_exchanges_free(&exchanges);
	return exchanges;
}

void
zt_exchanges_free(struct zt_exchanges **exchanges)
{
	if (!*exchanges)
		return;
	free((*exchanges)->buckets);
	free(*exchanges);
	*exchanges = NULL;
}

/** Keyed hash of an address and what belongs to it; never 0, which means empty. */
static uint64_t
hash_end(const struct zt_exchanges *exchanges, const uint8_t addr[16], uint64_t other,
    uint32_t numbers)
{
	/* Whole words: the processor cannot forward narrow writes to wide reads. */
	uint64_t words[4] = { 0, 0, other, numbers };

	memcpy(words, addr, 16);
	uint64_t hash = zt_hash_words(&exchanges->key, words);
	return hash ? hash : 1;
}

static struct ends
hash_ends(
    const struct zt_exchanges *exchanges, const struct zt_path *path, bool is_query)
{
	const uint8_t *client = is_query ? path->src : path->dst;
	const uint8_t *server = is_query ? path->dst : path->src;
	uint32_t client_port = is_query ? path->src_port : path->dst_port;
	uint32_t server_port = is_query ? path->dst_port : path->src_port;
	struct ends ends;

	ends.server = hash_end(
	    exchanges, server, path->tunnel_key, server_port << 16 | path->family);
	ends.both = hash_end(
	    exchanges, client, ends.server, client_port << 16 | path->transport);
	return ends;
}

static struct slot *
find_bucket(struct zt_exchanges *exchanges, uint64_t endpoints, uint16_t id)
{
	uint64_t hash = zt_hash_mix(endpoints, id);
	return exchanges->buckets[hash & (exchanges->n_buckets - 1)];
}

/** Note that a server is asked; the entry that was asked longest ago makes room. */
static void
note_server(struct zt_exchanges *exchanges, uint64_t hash, uint64_t ts_ns)
{
	struct server *bucket = exchanges->servers[hash % SERVER_BUCKETS];
	struct server *use = &bucket[0];

	for (int i = 0; i < WAYS; i++) {
		if (bucket[i].endpoint == hash) {
			use = &bucket[i];
			break;
		}
		if (bucket[i].asked_ns < use->asked_ns)
			use = &bucket[i];
	}
	use->endpoint = hash;
	use->asked_ns = ts_ns;
}

static bool
is_asked(const struct zt_exchanges *exchanges, uint64_t hash, uint64_t ts_ns)
{
	const struct server *bucket = exchanges->servers[hash % SERVER_BUCKETS];

	for (int i = 0; i < WAYS; i++)
		if (bucket[i].endpoint == hash)
			return age_ns(bucket[i].asked_ns, ts_ns) <= SERVER_AGE_NS;
	return false;
}

void
zt_exchanges_aim(struct zt_exchanges *exchanges, const struct zt_path *path,
    uint16_t id, bool is_query)
{
	exchanges->ends = hash_ends(exchanges, path, is_query);
	exchanges->id = id;
	exchanges->bucket = find_bucket(exchanges, exchanges->ends.both, id);
	__builtin_prefetch(&exchanges->bucket[0], 1);
	__builtin_prefetch(&exchanges->bucket[WAYS / 2], 1);
}

enum zt_exchange_result
zt_exchanges_query(
    struct zt_exchanges *exchanges, const struct zt_question *question, uint64_t ts_ns)
{
	const struct ends ends = exchanges->ends;
	uint16_t id = exchanges->id;
	uint64_t name = question ? question->hash : 0;
	uint16_t type = question ? question->type : 0;
	struct slot *bucket = exchanges->bucket;
	struct slot *use = &bucket[0];

	note_server(exchanges, ends.server, ts_ns);
	for (int i = 0; i < WAYS; i++) {
		struct slot *slot = &bucket[i];
		if (slot->endpoints == ends.both && slot->id == id &&
		    slot->type == type && slot->name == name) {
			if (age_ns(slot->ts_ns, ts_ns) <= RETRY_NS) {
				slot->n_open++;
				return ZT_EXCHANGE_RETRY;
			}
			use = slot;
			break;
		}
		/* An empty slot has time 0 and so is the oldest. */
		if (slot->ts_ns < use->ts_ns)
			use = slot;
	}
	*use = (struct slot){ ends.both, name, ts_ns, id, type, 1 };
	return ZT_EXCHANGE_NEW;
}

enum zt_exchange_result
zt_exchanges_response(struct zt_exchanges *exchanges,
    const struct zt_question *question, uint64_t ts_ns, uint32_t *latency_us)
{
	const struct ends ends = exchanges->ends;
	uint16_t id = exchanges->id;
	struct slot *bucket = exchanges->bucket;

	for (int i = 0; i < WAYS; i++) {
		struct slot *slot = &bucket[i];
		if (slot->endpoints != ends.both || slot->id != id)
			continue;
		/* A response may leave the question out; then id and ends decide. */
		if (question &&
		    (slot->type != question->type || slot->name != question->hash))
			continue;
		uint64_t latency = age_ns(slot->ts_ns, ts_ns) / 1000;
		*latency_us = latency < UINT32_MAX ? (uint32_t)latency : UINT32_MAX;
		if (--slot->n_open == 0)
			memset(slot, 0, sizeof(*slot));
		return ZT_EXCHANGE_PAIRED;
	}
	return is_asked(exchanges, ends.server, ts_ns) ? ZT_EXCHANGE_UNSOLICITED
						       : ZT_EXCHANGE_STANDS_FOR_QUERY;
}
