#include "held.h"

#include <string.h>

/** A place in the chain: behind block `before`. */
struct place {
	uint64_t ts_ns; /**< Time of what is put there. */
	uint32_t before;
	uint32_t seq;
};

static uint32_t
block_end(const struct zt_block *block)
{
	return block->seq + block->len;
}

/** Put n bytes that nobody holds behind `before`; moves the place on. */
static void
add(struct zt_block_pool *pool, struct zt_chain *chain, struct place *place,
    const uint8_t *data, size_t n)
{
	while (n > 0) {
		struct zt_block *block = place->before == ZT_NO_BLOCK
					     ? NULL
					     : zt_block_at(pool, place->before);
		if (block == NULL || block->len == ZT_BLOCK_BYTES ||
		    block_end(block) != place->seq) {
			uint32_t fresh = zt_block_take(pool);
			if (fresh == ZT_NO_BLOCK)
				return;
			zt_chain_insert(pool, chain, place->before, fresh);
			place->before = fresh;
			block = zt_block_at(pool, fresh);
			block->seq = place->seq;
		}
		size_t k = ZT_BLOCK_BYTES - block->len;
		if (k > n)
			k = n;
		memcpy(block->data + block->len, data, k);
		block->len += (uint32_t)k;
		block->ts_ns = place->ts_ns;
		chain->bytes += (uint32_t)k;
		place->seq += (uint32_t)k;
		data += k;
		n -= k;
	}
}

/** Keep another version for later, as long as there is room. */
static void
put_later(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n)
{
	struct zt_chain *later = &flow->dir->later;
	struct place place = { flow->ts_ns, later->last, seq };

	if (later->n_blocks + n / ZT_BLOCK_BYTES < ZT_HELD_LATER_BLOCKS)
		add(&flow->shared->pool, later, &place, data, n);
}

bool
zt_held_put(struct zt_flow *flow, uint32_t seq, const uint8_t *data, size_t n)
{
	struct zt_block_pool *pool = &flow->shared->pool;
	struct zt_chain *held = &flow->dir->held;
	struct place place = { flow->ts_ns, ZT_NO_BLOCK, seq };
	uint32_t i = held->first;
	size_t done = 0;
	bool is_same = true;

	/* The usual case: behind everything. */
	if (held->last != ZT_NO_BLOCK &&
	    !zt_seq_before(seq, block_end(zt_block_at(pool, held->last)))) {
		place.before = held->last;
		i = ZT_NO_BLOCK;
	}
	while (done < n) {
		place.seq = seq + (uint32_t)done;
		if (i == ZT_NO_BLOCK) {
			add(pool, held, &place, data + done, n - done);
			break;
		}
		struct zt_block *block = zt_block_at(pool, i);
		int32_t before = zt_seq_diff(block->seq, place.seq);
		int32_t inside = zt_seq_diff(block_end(block), place.seq);
		size_t k = 0;
		if (before > 0) {
			k = (size_t)before < n - done ? (size_t)before : n - done;
			add(pool, held, &place, data + done, k);
		} else if (inside > 0) {
			k = (size_t)inside < n - done ? (size_t)inside : n - done;
			if (memcmp(block->data - before, data + done, k) != 0)
				is_same = false;
		} else {
			place.before = i;
			i = block->next;
		}
		done += k;
	}
	if (!is_same)
		put_later(flow, seq, data, n);
	return is_same;
}

struct zt_block *
zt_held_first(const struct zt_flow *flow)
{
	uint32_t first = flow->dir->held.first;

	return first == ZT_NO_BLOCK ? NULL : zt_block_at(&flow->shared->pool, first);
}

bool
zt_held_is_over(const struct zt_flow *flow)
{
	const struct zt_chain *held = &flow->dir->held;
	const struct zt_block_pool *pool = &flow->shared->pool;
	unsigned n_holes = 0;
	uint32_t end = flow->dir->next;

	if (held->bytes > ZT_HELD_BYTES || held->n_blocks > ZT_HELD_BLOCKS)
		return true;
	if (held->n_blocks <= ZT_HELD_HOLES)
		return false;
	for (uint32_t i = held->first; i != ZT_NO_BLOCK;
	     i = zt_block_at(pool, i)->next) {
		const struct zt_block *block = zt_block_at(pool, i);
		if (block->seq != end)
			n_holes++;
		end = block_end(block);
	}
	return n_holes > ZT_HELD_HOLES;
}

size_t
zt_held_run(const struct zt_flow *flow, uint8_t *out, size_t cap)
{
	const struct zt_block_pool *pool = &flow->shared->pool;
	size_t n = 0;

	for (uint32_t i = flow->dir->held.first; i != ZT_NO_BLOCK && n < cap;) {
		const struct zt_block *block = zt_block_at(pool, i);
		size_t k = block->len < cap - n ? block->len : cap - n;
		memcpy(out + n, block->data, k);
		n += k;
		i = block->next;
		if (i != ZT_NO_BLOCK && zt_block_at(pool, i)->seq != block_end(block))
			break;
	}
	return n;
}
