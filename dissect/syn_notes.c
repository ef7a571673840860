#include "syn_notes.h"

#include <stdlib.h>

bool
zt_syn_notes_init(struct zt_syn_notes *notes, size_t n)
{
	size_t n_notes = 64;

	while (n_notes < n)
		n_notes *= 2;
	notes->notes = calloc(n_notes, sizeof(*notes->notes));
	notes->mask = n_notes - 1;
	return notes->notes != NULL;
}

void
zt_syn_notes_fini(struct zt_syn_notes *notes)
{
	free(notes->notes);
	notes->notes = NULL;
}

static uint32_t
tag_of(uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);

	return tag != 0 ? tag : 1;
}

void
zt_syn_notes_put(struct zt_syn_notes *notes, uint64_t hash, unsigned from, uint32_t isn)
{
	struct zt_syn_note *note = &notes->notes[hash & notes->mask];
	uint32_t tag = tag_of(hash);

	if (note->tag != tag)
		*note = (struct zt_syn_note){ .tag = tag };
	note->isn[from] = isn;
	note->is_known[from] = true;
}

struct zt_syn_note *
zt_syn_notes_get(const struct zt_syn_notes *notes, uint64_t hash)
{
	struct zt_syn_note *note = &notes->notes[hash & notes->mask];

	return note->tag == tag_of(hash) ? note : NULL;
}
