#include "block_pool.h"

#include <stdlib.h>
#include <string.h>

bool
zt_block_pool_init(struct zt_block_pool *pool, size_t n_blocks)
{
	*pool = (struct zt_block_pool){ .free_list = ZT_NO_BLOCK };
	if (n_blocks >= ZT_NO_BLOCK)
		return false;
	/* calloc: pages that are never used stay untouched. */
	pool->blocks = calloc(n_blocks, sizeof(*pool->blocks));
	if (pool->blocks == NULL)
		return false;
	pool->n_blocks = (uint32_t)n_blocks;
	pool->n_free = (uint32_t)n_blocks;
	return true;
}

void
zt_block_pool_fini(struct zt_block_pool *pool)
{
	free(pool->blocks);
	*pool = (struct zt_block_pool){ .free_list = ZT_NO_BLOCK };
}

uint32_t
zt_block_take(struct zt_block_pool *pool)
{
	uint32_t index = pool->free_list;

	if (index != ZT_NO_BLOCK)
		pool->free_list = pool->blocks[index].next;
	else if (pool->untouched < pool->n_blocks)
		index = pool->untouched++;
	else
		return ZT_NO_BLOCK;
	pool->n_free--;
	pool->blocks[index].next = ZT_NO_BLOCK;
	pool->blocks[index].len = 0;
	return index;
}

void
zt_block_give(struct zt_block_pool *pool, uint32_t index)
{
	pool->blocks[index].next = pool->free_list;
	pool->free_list = index;
	pool->n_free++;
}

size_t
zt_chain_append(
    struct zt_block_pool *pool, struct zt_chain *chain, const uint8_t *data, size_t n)
{
	size_t done = 0;

	while (done < n) {
		uint32_t last = chain->last;
		if (last == ZT_NO_BLOCK || pool->blocks[last].len == ZT_BLOCK_BYTES) {
			uint32_t fresh = zt_block_take(pool);
			if (fresh == ZT_NO_BLOCK)
				break;
			zt_chain_insert(pool, chain, last, fresh);
			last = fresh;
		}
		struct zt_block *block = &pool->blocks[last];
		size_t k = ZT_BLOCK_BYTES - block->len;
		if (k > n - done)
			k = n - done;
		memcpy(block->data + block->len, data + done, k);
		block->len += (uint32_t)k;
		chain->bytes += (uint32_t)k;
		done += k;
	}
	return done;
}

size_t
zt_chain_copy(const struct zt_block_pool *pool, const struct zt_chain *chain,
    uint8_t *out, size_t cap)
{
	size_t done = 0;

	for (uint32_t i = chain->first; i != ZT_NO_BLOCK && done < cap;
	     i = pool->blocks[i].next) {
		size_t k = pool->blocks[i].len;
		if (k > cap - done)
			k = cap - done;
		memcpy(out + done, pool->blocks[i].data, k);
		done += k;
	}
	return done;
}

uint32_t
zt_chain_pop(struct zt_block_pool *pool, struct zt_chain *chain)
{
	uint32_t index = chain->first;
	struct zt_block *block = &pool->blocks[index];

	chain->first = block->next;
	if (chain->first == ZT_NO_BLOCK)
		chain->last = ZT_NO_BLOCK;
	chain->bytes -= block->len;
	chain->n_blocks--;
	return index;
}

void
zt_chain_insert(
    struct zt_block_pool *pool, struct zt_chain *chain, uint32_t before, uint32_t index)
{
	struct zt_block *block = &pool->blocks[index];

	if (before == ZT_NO_BLOCK) {
		block->next = chain->first;
		chain->first = index;
	} else {
		block->next = pool->blocks[before].next;
		pool->blocks[before].next = index;
	}
	if (chain->last == before)
		chain->last = index;
	chain->bytes += block->len;
	chain->n_blocks++;
}

void
zt_chain_clear(struct zt_block_pool *pool, struct zt_chain *chain)
{
	while (chain->first != ZT_NO_BLOCK)
		zt_block_give(pool, zt_chain_pop(pool, chain));
	zt_chain_init(chain);
}
