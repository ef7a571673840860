/**
 * @file window.h
 * Exact sliding windows: more than T events, or more than U distinct keys, within W.
 *
 * Definition: the window of length W that ends at time t is the half-open interval
 *             (t - W, t]: two events exactly W apart are not in one window, two that
 *             are one nanosecond closer are.
 * times:      the latest T+1 times in a ring.  More than T in W holds exactly when the
 *             (T+1)th latest is younger than W.
 * recent:     the U+1 keys that were seen latest, each with when it was seen last, as
 *             a list from newest to oldest with a small hash index.  More than U
 *             distinct in W holds exactly when the (U+1)th of them was seen within W.
 * Storage:    the caller's; a window starts with none and grows by being moved into a
 *             larger block.  An item that has left the window is overwritten first, so
 *             storage grows only with what really happened within W.  A full window
 *             that cannot grow forgets its oldest item: decisions for limits below its
 *             capacity stay exact.
 * Limits:     at most ZT_WINDOW_TIMES_MAX / ZT_WINDOW_RECENT_MAX items.
 * Time:       must not run backwards from call to call (clock.h).
 * Work:       a time: constant.  A key: one chain of the index, one or two items on
 *             average because keys are keyed hashes; the counting functions say their
 *             own.
 * Threads:    plain data of its owner.
 */
#ifndef ZT_DETECT_WINDOW_H
#define ZT_DETECT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZT_WINDOW_TIMES_MAX  65534u
#define ZT_WINDOW_RECENT_MAX 32768u
/** Room that a window asks for first: two times, one key. */
#define ZT_TIMES_FIRST_BYTES  16u
#define ZT_RECENT_FIRST_BYTES 32u

/** Either kind.  All zero: empty and without storage. */
struct zt_window {
	uint32_t block; /**< The owner's handle of the storage; not used in here. */
	uint16_t cap;	/**< Items that fit the storage. */
	uint16_t used;
	uint16_t newest; /**< times: where the next goes.  recent: first of the list. */
	uint16_t oldest; /**< recent: last of the list. */
};

/** Items that fit so many bytes. */
uint16_t zt_times_capacity(size_t bytes);
uint16_t zt_recent_capacity(size_t bytes);

/** Bytes that so many items need; limit is cut to what a window may hold. */
size_t zt_times_bytes(uint32_t items);
size_t zt_recent_bytes(uint32_t items);

/**
 * Move a window into a larger block.
 *
 * @param from   its present storage, NULL when it has none.
 * @param to     bytes of new storage; does not overlap from.
 */
void zt_times_move(struct zt_window *w, const void *from, void *to, size_t bytes);
void zt_recent_move(struct zt_window *w, const void *from, void *to, size_t bytes);

/** Whether one more item would push out one that is still within the window. */
bool zt_times_is_full(
    const struct zt_window *w, const void *mem, uint64_t now_ns, uint64_t span_ns);
bool zt_recent_is_full(
    const struct zt_window *w, const void *mem, uint64_t now_ns, uint64_t span_ns);

/** Note an event.  cap > 0. */
void zt_times_add(struct zt_window *w, void *mem, uint64_t now_ns);

/** Whether more than limit events are within the window that ends now.  limit < cap. */
bool zt_times_exceed(const struct zt_window *w, const void *mem, uint32_t limit,
    uint64_t now_ns, uint64_t span_ns);

/** Events within the window, at most cap.  Work: log2(cap). */
uint32_t zt_times_within(
    const struct zt_window *w, const void *mem, uint64_t now_ns, uint64_t span_ns);

/** The earliest time within the window; now_ns when there is none. */
uint64_t zt_times_first(
    const struct zt_window *w, const void *mem, uint64_t now_ns, uint64_t span_ns);

/**
 * If key is known, note that it was seen again.
 *
 * @param before_ns  out: when it was seen before; untouched when it is not known.
 * @return whether it is known.
 */
bool zt_recent_refresh(
    struct zt_window *w, void *mem, uint64_t key, uint64_t now_ns, uint64_t *before_ns);

/**
 * When a key was last seen, without noting that it was asked about.
 *
 * @param seen_ns  out: untouched when the key is not known.
 * @return whether it is known; it may have left the window.
 */
bool zt_recent_find(
    const struct zt_window *w, const void *mem, uint64_t key, uint64_t *seen_ns);

/** When the key was last seen that goes next; UINT64_MAX when used is 0. */
uint64_t zt_recent_oldest(const struct zt_window *w, const void *mem);

/** Note a key that is not known.  cap > 0. */
void zt_recent_add(struct zt_window *w, void *mem, uint64_t key, uint64_t now_ns);

/** Whether more than limit distinct keys are within the window.  Work: constant when
 *  limit + 1 == used, else as many steps as from there to the nearer end. */
bool zt_recent_exceed(const struct zt_window *w, const void *mem, uint32_t limit,
    uint64_t now_ns, uint64_t span_ns);

/**
 * Distinct keys within the window, at most cap.  Work: as many steps.
 *
 * @param first_ns  out: the earliest of their latest times; now_ns when there is none.
 */
uint32_t zt_recent_within(const struct zt_window *w, const void *mem, uint64_t now_ns,
    uint64_t span_ns, uint64_t *first_ns);

/** Called for each key within the window, newest first; false ends the walk. */
typedef bool (*zt_recent_fn)(void *arg, uint64_t key, uint64_t seen_ns);

/** Walk the keys within the window.  Work: as many steps as there are. */
void zt_recent_each(const struct zt_window *w, const void *mem, uint64_t oldest_ns,
    zt_recent_fn fn, void *arg);

#endif
