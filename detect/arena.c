#include "arena.h"

#include <string.h>

#include "region.h"

#define FREE_BIT 0x80u

/* Free blocks are linked through their own first bytes. */
struct link {
	uint32_t next;
	uint32_t prev;
};

static struct link
link_get(const struct zt_arena *arena, uint32_t unit)
{
	struct link link;
	memcpy(&link, zt_arena_at(arena, unit), sizeof(link));
	return link;
}

static void
link_set(struct zt_arena *arena, uint32_t unit, struct link link)
{
	memcpy(zt_arena_at(arena, unit), &link, sizeof(link));
}

static void
list_push(struct zt_arena *arena, uint32_t unit, unsigned order)
{
	struct link link = { .next = arena->free_head[order], .prev = 0 };

	if (link.next != 0) {
		struct link next = link_get(arena, link.next);
		next.prev = unit;
		link_set(arena, link.next, next);
	}
	link_set(arena, unit, link);
	arena->free_head[order] = unit;
	arena->order_of[unit] = (uint8_t)(order | FREE_BIT);
}

static void
list_remove(struct zt_arena *arena, uint32_t unit, unsigned order)
{
	struct link link = link_get(arena, unit);

	if (link.prev != 0) {
		struct link prev = link_get(arena, link.prev);
		prev.next = link.next;
		link_set(arena, link.prev, prev);
	} else {
		arena->free_head[order] = link.next;
	}
	if (link.next != 0) {
		struct link next = link_get(arena, link.next);
		next.prev = link.prev;
		link_set(arena, link.next, next);
	}
}

int
zt_arena_init(struct zt_arena *arena, size_t bytes)
{
	*arena = (struct zt_arena){ .top_order = ZT_ARENA_ORDERS - 1 };
	/* A small region is cut into small pieces, or its rest would be lost. */
	while (arena->top_order > 8 && zt_arena_bytes(arena->top_order) * 8 > bytes)
		arena->top_order--;
	size_t piece = (size_t)1 << arena->top_order;
	size_t n_units = bytes / ZT_ARENA_UNIT / piece * piece;
	if (n_units < 2 * piece || n_units > UINT32_MAX)
		return -1;
	arena->n_units = (uint32_t)n_units;
	arena->base = zt_region_new(n_units * ZT_ARENA_UNIT);
	arena->order_of = zt_region_new(n_units);
	arena->owner_of = zt_region_new(n_units * sizeof(*arena->owner_of));
	if (arena->base == NULL || arena->order_of == NULL || arena->owner_of == NULL) {
		zt_arena_fini(arena);
		return -1;
	}
	/* Unit 0 stays taken so that 0 can mean none: the first piece is handed out in
	 * halves, of which the first unit is never given back. */
	arena->fresh = (uint32_t)piece;
	for (unsigned order = arena->top_order; order > 0; order--)
		list_push(arena, 1u << (order - 1), order - 1);
	return 0;
}

void
zt_arena_fini(struct zt_arena *arena)
{
	size_t n_units = arena->n_units;

	zt_region_free(arena->base, n_units * ZT_ARENA_UNIT);
	zt_region_free(arena->order_of, n_units);
	zt_region_free(arena->owner_of, n_units * sizeof(*arena->owner_of));
	*arena = (struct zt_arena){ .base = NULL };
}

unsigned
zt_arena_order(size_t bytes)
{
	unsigned order = 0;

	while (order < ZT_ARENA_ORDERS && zt_arena_bytes(order) < bytes)
		order++;
	return order;
}

/* A free block of exactly or more than this order, taken off its list. */
static uint32_t
take_free(struct zt_arena *arena, unsigned order, unsigned *found)
{
	for (unsigned o = order; o <= arena->top_order; o++) {
		uint32_t unit = arena->free_head[o];
		if (unit == 0)
			continue;
		list_remove(arena, unit, o);
		*found = o;
		return unit;
	}
	if (order > arena->top_order || arena->fresh >= arena->n_units)
		return 0;
	uint32_t unit = arena->fresh;
	arena->fresh += 1u << arena->top_order;
	*found = arena->top_order;
	return unit;
}

uint32_t
zt_arena_alloc(struct zt_arena *arena, unsigned order, uint32_t owner)
{
	unsigned found = 0;
	uint32_t unit = take_free(arena, order, &found);

	if (unit == 0)
		return 0;
	while (found > order) {
		found--;
		list_push(arena, unit + (1u << found), found);
	}
	arena->order_of[unit] = (uint8_t)order;
	arena->owner_of[unit] = owner != 0 ? owner : unit;
	arena->used_bytes += zt_arena_bytes(order);
	if (arena->used_bytes > arena->peak_bytes)
		arena->peak_bytes = arena->used_bytes;
	return unit;
}

void
zt_arena_free(struct zt_arena *arena, uint32_t handle)
{
	if (handle == 0)
		return;
	unsigned order = arena->order_of[handle];
	uint32_t unit = handle;

	arena->used_bytes -= zt_arena_bytes(order);
	/* Also where it merges away to the left: nothing that was given back may look
	 * taken to zt_arena_owners(). */
	arena->order_of[unit] = (uint8_t)(order | FREE_BIT);
	while (order < arena->top_order) {
		uint32_t buddy = unit ^ 1u << order;
		if (buddy == 0 || arena->order_of[buddy] != (order | FREE_BIT))
			break;
		list_remove(arena, buddy, order);
		unit &= ~(1u << order);
		order++;
	}
	list_push(arena, unit, order);
}

bool
zt_arena_owners(const struct zt_arena *arena, uint32_t handle, unsigned order,
    zt_arena_owner_fn fn, void *arg)
{
	uint32_t size = 1u << order;
	uint32_t unit = handle & ~(size - 1);
	uint32_t end = unit + size;

	/* Unit 0 belongs to nobody and never leaves. */
	if (unit == 0)
		return false;
	while (unit < end) {
		uint8_t state = arena->order_of[unit];
		if ((state & FREE_BIT) == 0 && !fn(arg, arena->owner_of[unit]))
			return false;
		unit += 1u << (state & ~FREE_BIT);
	}
	return true;
}
