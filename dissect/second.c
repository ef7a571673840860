#include "second.h"

#include "cutter.h"

/** Length of the message by its prefix; 0 while that is cut. */
static uint32_t
announced_of(const struct zt_flow *flow)
{
	uint8_t prefix[2];

	if (zt_chain_copy(&flow->shared->pool, &flow->dir->second, prefix, 2) < 2)
		return 0;
	return (uint32_t)prefix[0] << 8 | prefix[1];
}

/** Hand over what is there of the message, and be ready for the next. */
static void
hand_over(struct zt_flow *flow)
{
	struct zt_chain *second = &flow->dir->second;
	struct zt_reassembly *shared = flow->shared;
	uint32_t announced = announced_of(flow);
	size_t n = zt_chain_copy(&shared->pool, second, shared->message, ZT_FRAME_MAX);

	zt_chain_clear(&shared->pool, second);
	zt_cut_alternate(flow, shared->message + 2, (uint32_t)n - 2, announced);
}

static void
drop(struct zt_flow *flow)
{
	zt_chain_clear(&flow->shared->pool, &flow->dir->second);
	flow->dir->is_astray = false;
}

void
zt_second_begin(struct zt_flow *flow, const uint8_t *data, size_t n, bool is_astray)
{
	struct zt_direction *dir = flow->dir;

	/* One that is astray knows better where it is. */
	if (dir->is_astray)
		return;
	drop(flow);
	dir->is_astray = is_astray;
	if (zt_chain_append(&flow->shared->pool, &dir->second, data, n) < n)
		drop(flow);
}

/** @return bytes used; less than n when the second version is over. */
static size_t
feed_some(struct zt_flow *flow, const uint8_t *data, size_t n, uint32_t seq)
{
	struct zt_direction *dir = flow->dir;
	uint32_t want = 2 - dir->second.bytes;

	if (dir->second.bytes >= 2)
		want = 2 + announced_of(flow) - dir->second.bytes;
	size_t k = n < want ? n : want;
	size_t stored = zt_chain_append(&flow->shared->pool, &dir->second, data, k);
	if (stored < k ||
	    (dir->second.bytes == 2 && announced_of(flow) < ZT_FRAMING_MIN)) {
		drop(flow);
	} else if (dir->second.bytes > 2 &&
		   dir->second.bytes == 2 + announced_of(flow)) {
		hand_over(flow);
		if (zt_cut_is_boundary(flow, seq + (uint32_t)k))
			dir->is_astray = false;
	}
	return k;
}

void
zt_second_feed(struct zt_flow *flow, const uint8_t *data, size_t n, uint32_t seq)
{
	while (n > 0 && zt_second_is_on(flow->dir)) {
		size_t used = feed_some(flow, data, n, seq);
		data += used;
		n -= used;
		seq += (uint32_t)used;
	}
}

void
zt_second_end(struct zt_flow *flow)
{
	if (flow->dir->second.bytes >= 2 + ZT_FRAMING_MIN)
		hand_over(flow);
	drop(flow);
}
