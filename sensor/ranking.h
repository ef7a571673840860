/**
 * @file ranking.h
 * The greatest few of many records.
 *
 * Shape:     a heap with the least of the kept on top.
 * Order:     by key, falling; of equal keys those offered first are kept, and come in any
 *            order that is the same in every run.
 * Limits:    ZT_RANKING_MAX records of at most ZT_RANKING_BYTES bytes.
 * Work:      a comparison for what is not kept, else the logarithm of the size.
 * Threads:   one.
 */
#ifndef ZT_SENSOR_RANKING_H
#define ZT_SENSOR_RANKING_H

#include <stddef.h>
#include <stdint.h>

#define ZT_RANKING_MAX	 100
#define ZT_RANKING_BYTES 360

struct zt_ranking_item {
	uint64_t key;
	uint64_t order; /**< Number of the offer. */
	_Alignas(8) unsigned char record[ZT_RANKING_BYTES];
};

struct zt_ranking {
	size_t cap;
	size_t n;
	size_t record_bytes;
	uint64_t offered;
	struct zt_ranking_item items[ZT_RANKING_MAX];
};

/**
 * @param cap           1 .. ZT_RANKING_MAX.
 * @param record_bytes  1 .. ZT_RANKING_BYTES.
 */
void zt_ranking_init(struct zt_ranking *ranking, size_t cap, size_t record_bytes);

/** Offer a record; it is copied when it is kept. */
void zt_ranking_offer(struct zt_ranking *ranking, uint64_t key, const void *record);

/** Put the kept in order, greatest key first.  Nothing can be offered afterwards. */
void zt_ranking_finish(struct zt_ranking *ranking);

#endif
