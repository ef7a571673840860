/**
 * @file syn_notes.h
 * Initial sequence numbers of connections that have sent no data yet.
 *
 * A note is all that a SYN gets: a slot in a fixed table that the next SYN with the
 * same place may overwrite.  A flood of SYNs so costs nothing but notes; a connection
 * whose note is gone is picked up at its first message instead.
 *
 * Threads: one object per capture worker.
 */
#ifndef ZT_DISSECT_SYN_NOTES_H
#define ZT_DISSECT_SYN_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zt_syn_note {
	uint32_t tag; /**< Part of the hash of the endpoints; 0: empty. */
	uint32_t isn[2];
	bool is_known[2];
};

struct zt_syn_notes {
	struct zt_syn_note *notes;
	uint64_t mask;
};

/** @return false when memory is short. */
bool zt_syn_notes_init(struct zt_syn_notes *notes, size_t n);

void zt_syn_notes_fini(struct zt_syn_notes *notes);

/** A SYN of this direction (0 or 1); the last one counts. */
void zt_syn_notes_put(
    struct zt_syn_notes *notes, uint64_t hash, unsigned from, uint32_t isn);

/** The note, or NULL; valid until the next put. */
struct zt_syn_note *zt_syn_notes_get(const struct zt_syn_notes *notes, uint64_t hash);

#endif
