#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "sequence.h"

#define PLACE(seq) ((seq) % ZT_HISTORY_BYTES)

bool
zt_histories_init(struct zt_histories *histories, size_t n_slots)
{
	*histories = (struct zt_histories){ 0 };
	if (n_slots >= ZT_NO_HISTORY)
		return false;
	histories->slots = calloc(n_slots, sizeof(*histories->slots));
	if (histories->slots == NULL)
		return false;
	histories->n_slots = (uint32_t)n_slots;
	return true;
}

void
zt_histories_fini(struct zt_histories *histories)
{
	free(histories->slots);
	*histories = (struct zt_histories){ 0 };
}

struct zt_history *
zt_history_get(const struct zt_histories *histories, uint32_t index, uint64_t owner)
{
	if (index >= histories->n_slots || histories->slots[index].owner != owner)
		return NULL;
	return &histories->slots[index];
}

uint32_t
zt_history_claim(struct zt_histories *histories, uint64_t owner, uint32_t seq)
{
	uint32_t index = histories->next;
	struct zt_history *history = &histories->slots[index];

	histories->next = index + 1 == histories->n_slots ? 0 : index + 1;
	history->owner = owner;
	history->lo = seq;
	history->hi = seq;
	history->start_known = false;
	return index;
}

/** Length prefix at seq, which is remembered in full; with its own two bytes. */
static uint32_t
frame_bytes(const struct zt_history *history, uint32_t seq)
{
	return 2u + ((uint32_t)history->data[PLACE(seq)] << 8 |
			history->data[PLACE(seq + 1)]);
}

/** The oldest bytes go until lo is at least `limit`. */
static void
forget_before(struct zt_history *history, uint32_t limit)
{
	while (history->start_known && zt_seq_before(history->start, limit)) {
		/* The prefix itself may not have come yet. */
		if (zt_seq_diff(history->hi, history->start) < 2)
			history->start_known = false;
		else
			history->start += frame_bytes(history, history->start);
	}
	history->lo = limit;
}

void
zt_history_append(struct zt_history *history, const uint8_t *data, size_t n)
{
	uint32_t end = history->hi + (uint32_t)n;

	if (end - history->lo > ZT_HISTORY_BYTES)
		forget_before(history, end - ZT_HISTORY_BYTES);
	if (n > ZT_HISTORY_BYTES) {
		data += n - ZT_HISTORY_BYTES;
		n = ZT_HISTORY_BYTES;
	}
	history->hi = end;
	zt_history_write(history, end - (uint32_t)n, data, n);
}

void
zt_history_note_start(struct zt_history *history, uint32_t seq)
{
	if (history->start_known || zt_seq_before(seq, history->lo))
		return;
	history->start = seq;
	history->start_known = true;
}

void
zt_history_read(const struct zt_history *history, uint32_t seq, uint8_t *out, size_t n)
{
	size_t to_wrap = ZT_HISTORY_BYTES - PLACE(seq);
	size_t k = n < to_wrap ? n : to_wrap;

	memcpy(out, history->data + PLACE(seq), k);
	memcpy(out + k, history->data, n - k);
}

void
zt_history_write(
    struct zt_history *history, uint32_t seq, const uint8_t *data, size_t n)
{
	size_t to_wrap = ZT_HISTORY_BYTES - PLACE(seq);
	size_t k = n < to_wrap ? n : to_wrap;

	memcpy(history->data + PLACE(seq), data, k);
	memcpy(history->data, data + k, n - k);
}

size_t
zt_history_match(
    const struct zt_history *history, uint32_t seq, const uint8_t *data, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (history->data[PLACE(seq + (uint32_t)i)] != data[i])
			return i;
	}
	return n;
}

bool
zt_history_message_at(const struct zt_history *history, uint32_t seq, uint32_t *begin)
{
	uint32_t at = history->start;

	if (!history->start_known || zt_seq_before(seq, at))
		return false;
	/* Each step passes at least two of at most ZT_HISTORY_BYTES bytes. */
	while (zt_seq_diff(history->hi, at) >= 2) {
		uint32_t end = at + frame_bytes(history, at);
		if (zt_seq_before(seq, end))
			break;
		at = end;
	}
	*begin = at;
	return zt_seq_diff(history->hi, at) > 0;
}
