/**
 * @file sources.h
 * Who has been asking: one entry of 64 bytes per source.
 *
 * Shape:   buckets of eight entries in one region that is reserved at creation and
 *          touched only where it is used; a keyed hash gives each source two buckets,
 *          of which the second is used only when the first is full.  Entries never
 *          move, so their number is a handle while they live.
 * Keys:    the whole address (masked to the counted prefix) with family and prefix
 *          length is compared; two sources are never taken for one.
 * Full:    a newcomer to full buckets takes the place of an idle entry (expired), or
 *          of the least valuable one (evicted) if it came at least as often as that
 *          one lately (frequency.h).  Sources with an incident go last, and only for
 *          one that keeps coming.
 * Law:     created = live + expired + evicted, always.
 * Work:    eight probes of one hash, sixteen when the first bucket is full; plus one
 *          cache line of the sketch when both are.
 * Threads: one.
 */
#ifndef ZT_DETECT_SOURCES_H
#define ZT_DETECT_SOURCES_H

#include "frequency.h"
#include "params.h"

#define ZT_SOURCES_WAYS 8u
/** A source without state that was silent for so long is forgotten first. */
#define ZT_SOURCE_IDLE_NS (UINT64_C(900) * 1000000000)
/** "No source" as a handle. */
#define ZT_SOURCE_NONE UINT32_MAX

/** zt_source.policy */
enum zt_source_policy {
	ZT_SP_INTERNAL = 1u << 0,
	ZT_SP_RESOLVER = 1u << 1,
	ZT_SP_MONITOR = 1u << 2,
	ZT_SP_SCANNER = 1u << 3, /**< On a list whose time need not be now. */
	/** Inside, and asks as recursive servers do: RD=0, AD=0, with EDNS. */
	ZT_SP_ITERATIVE = 1u << 4,
	/** A fingerprint is kept, or was until its memory was needed. */
	ZT_SP_FOLLOWED = 1u << 5,
};

struct zt_source {
	uint8_t addr[16]; /**< Masked to prefix_len. */
	uint64_t seen_ns;
	uint64_t campaign; /**< Links the incidents of this source; 0: none yet. */
	uint32_t events;   /**< Halved for each minute of silence. */
	uint32_t tracks;   /**< First of its tracks (tracks.h); 0: none. */
	uint32_t kinds; /**< Bit per kind of track that it has, or had with others. */
	uint32_t setup; /**< The owner's: which setup its policy is from. */
	uint16_t n_tracks; /**< Saturates. */
	uint16_t n_incidents;
	uint8_t family; /**< 0: the entry is free. */
	uint8_t prefix_len;
	uint16_t policy;      /**< enum zt_source_policy. */
	uint32_t answer_mark; /**< Part of the hash of an answer that keeps coming. */
	uint16_t server_mark; /**< Part of the hash of the server asked last. */
	uint8_t answer_run;   /**< How often more than others the marked answer came. */
	uint8_t server_changes; /**< Times that the server was another; saturates. */
};

_Static_assert(sizeof(struct zt_source) == 64, "one cache line per source");

/** Called before an entry is given to somebody else, to drop what hangs on it. */
typedef void (*zt_source_drop_fn)(void *arg, uint32_t source);

struct zt_sources {
	struct zt_source *entries;
	uint32_t n_buckets;
	struct zt_frequency frequency;
	struct zt_hash_key key;
	zt_source_drop_fn drop;
	void *drop_arg;
	uint64_t created;
	uint64_t live;
	uint64_t expired;
	uint64_t evicted;
	uint64_t refused; /**< Newcomers that found no place. */
};

/** What is looked for. */
struct zt_source_key {
	uint8_t addr[16]; /**< Host bits zero. */
	uint8_t family;
	uint8_t prefix_len;
};

/**
 * @param bytes  what the table and its sketch may take.
 * @return 0, or -1 when memory is short or bytes is below one bucket.
 */
int zt_sources_init(
    struct zt_sources *sources, size_t bytes, const struct zt_hash_key *key);

/** Accepts one that was zeroed or failed to start. */
void zt_sources_fini(struct zt_sources *sources);

/** Bytes that the table takes beside its entries. */
size_t zt_sources_fixed_bytes(const struct zt_sources *sources);

/** The keyed hash of a source. */
uint64_t zt_sources_hash(
    const struct zt_sources *sources, const struct zt_source_key *key);

/** Fetch the place where a source is most likely into the cache. */
void zt_sources_prefetch(const struct zt_sources *sources, uint64_t hash);

/** Whether this entry is that source; handle may be ZT_SOURCE_NONE. */
bool zt_sources_is(
    const struct zt_sources *sources, uint32_t handle, const struct zt_source_key *key);

/** @return the handle of a known source, or ZT_SOURCE_NONE. */
uint32_t zt_sources_find(
    const struct zt_sources *sources, uint64_t hash, const struct zt_source_key *key);

/**
 * Make an entry for a source that is not known.
 *
 * @param insist  the source must get a place, whoever has to go.
 * @return its handle; ZT_SOURCE_NONE when it was not admitted.
 */
uint32_t zt_sources_add(struct zt_sources *sources, uint64_t hash,
    const struct zt_source_key *key, uint64_t now_ns, bool insist);

/** Note that a source was seen. */
void zt_sources_touch(struct zt_sources *sources, uint32_t handle, uint64_t now_ns);

static inline struct zt_source *
zt_sources_at(const struct zt_sources *sources, uint32_t handle)
{
	return &sources->entries[handle];
}

#endif
