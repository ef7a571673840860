/**
 * @file history.h
 * The last bytes that were read of a TCP direction, to compare retransmissions with.
 *
 * Shape:   a fixed number of slots of ZT_HISTORY_BYTES, handed out in rotation; a
 *          direction that lost its slot to another begins a new one with its next data.
 * Limit:   a retransmission that lies further back than ZT_HISTORY_BYTES, or whose slot
 *          was given away, cannot be compared and is taken for an honest one.
 * Memory:  reserved at creation, touched when used.
 * Threads: one object per capture worker.
 */
#ifndef ZT_DISSECT_HISTORY_H
#define ZT_DISSECT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes remembered of a direction: a full Ethernet segment and the message before it.
 *  A power of two, so that a sequence number gives the place. */
#define ZT_HISTORY_BYTES 2048
/** No slot. */
#define ZT_NO_HISTORY UINT32_MAX

struct zt_history {
	uint64_t owner;	  /**< Whose it is; 0: nobody's. */
	uint32_t lo;	  /**< Sequence number of the oldest byte. */
	uint32_t hi;	  /**< One past the newest byte. */
	uint32_t start;	  /**< Where a message began, at or after lo. */
	bool start_known; /**< start is valid. */
	uint8_t
	    data[ZT_HISTORY_BYTES]; /**< Byte of sequence number s at s modulo size. */
};

struct zt_histories {
	struct zt_history *slots;
	uint32_t n_slots;
	uint32_t next; /**< Slot to give out next. */
};

/** @return false when memory is short. */
bool zt_histories_init(struct zt_histories *histories, size_t n_slots);

void zt_histories_fini(struct zt_histories *histories);

/** The slot of this owner, or NULL when it has none any more. */
struct zt_history *zt_history_get(
    const struct zt_histories *histories, uint32_t index, uint64_t owner);

/** A fresh slot that begins at seq, taken from whoever had it; @return its index. */
uint32_t zt_history_claim(struct zt_histories *histories, uint64_t owner, uint32_t seq);

/** Remember n bytes that follow what is there. */
void zt_history_append(struct zt_history *history, const uint8_t *data, size_t n);

/** A message begins at seq; only the oldest one in the slot is remembered. */
void zt_history_note_start(struct zt_history *history, uint32_t seq);

/** Copy the n bytes from seq on, which must be inside [lo, hi). */
void zt_history_read(
    const struct zt_history *history, uint32_t seq, uint8_t *out, size_t n);

/** Put other bytes in the place of remembered ones, inside [lo, hi). */
void zt_history_write(
    struct zt_history *history, uint32_t seq, const uint8_t *data, size_t n);

/**
 * Compare n bytes from seq on, inside [lo, hi).
 *
 * @return bytes that are equal before the first difference; n when there is none.
 */
size_t zt_history_match(
    const struct zt_history *history, uint32_t seq, const uint8_t *data, size_t n);

/**
 * Where the message begins that covers seq.
 *
 * @return false when no beginning at or before seq is known.
 */
bool zt_history_message_at(
    const struct zt_history *history, uint32_t seq, uint32_t *begin);

#endif
