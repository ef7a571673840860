#include "window.h"

#include <string.h>

#define NONE UINT16_MAX

/* One key of a recent window.  Storage: cap items, then the index. */
struct item {
	uint64_t key;
	uint64_t seen_ns;
	uint16_t newer;
	uint16_t older;
	uint16_t chain; /* Next item in the same index slot. */
	uint16_t reserved;
};

/* An index slot per item: chains of one on average. */
#define ITEM_BYTES (sizeof(struct item) + sizeof(uint16_t))

static bool
is_within(uint64_t t_ns, uint64_t now_ns, uint64_t span_ns)
{
	return now_ns - t_ns < span_ns;
}

uint16_t
zt_times_capacity(size_t bytes)
{
	size_t cap = bytes / sizeof(uint64_t);
	return (uint16_t)(cap < ZT_WINDOW_TIMES_MAX ? cap : ZT_WINDOW_TIMES_MAX);
}

uint16_t
zt_recent_capacity(size_t bytes)
{
	size_t cap = bytes / ITEM_BYTES;
	return (uint16_t)(cap < ZT_WINDOW_RECENT_MAX ? cap : ZT_WINDOW_RECENT_MAX);
}

size_t
zt_times_bytes(uint32_t items)
{
	size_t n = items < ZT_WINDOW_TIMES_MAX ? items : ZT_WINDOW_TIMES_MAX;
	return n * sizeof(uint64_t);
}

size_t
zt_recent_bytes(uint32_t items)
{
	size_t n = items < ZT_WINDOW_RECENT_MAX ? items : ZT_WINDOW_RECENT_MAX;
	return n * ITEM_BYTES;
}

/* The i-th latest time, 0 is the latest; i < used. */
static uint64_t
time_back(const struct zt_window *w, const void *mem, uint32_t i)
{
	const uint64_t *times = mem;
	uint32_t at = (uint32_t)w->newest + w->cap - 1 - i;

	return times[at >= w->cap ? at - w->cap : at];
}

void
zt_times_move(struct zt_window *w, const void *from, void *to, size_t bytes)
{
	uint64_t *times = to;

	for (uint32_t i = 0; i < w->used; i++)
		times[w->used - 1u - i] = time_back(w, from, i);
	w->cap = zt_times_capacity(bytes);
	w->newest = w->used < w->cap ? w->used : 0;
}

bool
zt_times_is_full(
    const struct zt_window *w, const void *mem, uint64_t now_ns, uint64_t span_ns)
{
	if (w->used < w->cap)
		return false;
	return w->used == 0 ||
	       is_within(time_back(w, mem, w->used - 1u), now_ns, span_ns);
}

void
zt_times_add(struct zt_window *w, void *mem, uint64_t now_ns)
{
	uint64_t *times = mem;

	times[w->newest] = now_ns;
	w->newest = (uint16_t)(w->newest + 1u == w->cap ? 0 : w->newest + 1u);
	if (w->used < w->cap)
		w->used++;
}

bool
zt_times_exceed(const struct zt_window *w, const void *mem, uint32_t limit,
    uint64_t now_ns, uint64_t span_ns)
{
	if (w->used <= limit)
		return false;
	return is_within(time_back(w, mem, limit), now_ns, span_ns);
}

uint32_t
zt_times_within(
    const struct zt_window *w, const void *mem, uint64_t now_ns, uint64_t span_ns)
{
	uint32_t low = 0;
	uint32_t high = w->used;

	/* Times fall with i: find the first that has left the window. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (is_within(time_back(w, mem, middle), now_ns, span_ns))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint64_t
zt_times_first(
    const struct zt_window *w, const void *mem, uint64_t now_ns, uint64_t span_ns)
{
	uint32_t n = zt_times_within(w, mem, now_ns, span_ns);
	return n == 0 ? now_ns : time_back(w, mem, n - 1);
}

static struct item *
items_of(void *mem)
{
	return mem;
}

static const struct item *
items_of_const(const void *mem)
{
	return mem;
}

static size_t
slot_index(const struct zt_window *w, uint64_t key)
{
	return (size_t)((key & UINT32_MAX) * w->cap >> 32);
}

static uint16_t *
slot_of(const struct zt_window *w, void *mem, uint64_t key)
{
	uint16_t *slots = (void *)(items_of(mem) + w->cap);

	return &slots[slot_index(w, key)];
}

static void
list_push(struct zt_window *w, struct item *items, uint16_t i)
{
	items[i].newer = NONE;
	items[i].older = w->newest;
	if (w->newest != NONE)
		items[w->newest].newer = i;
	else
		w->oldest = i;
	w->newest = i;
}

static void
list_remove(struct zt_window *w, struct item *items, uint16_t i)
{
	uint16_t newer = items[i].newer;
	uint16_t older = items[i].older;

	if (newer != NONE)
		items[newer].older = older;
	else
		w->newest = older;
	if (older != NONE)
		items[older].newer = newer;
	else
		w->oldest = newer;
}

static void
index_remove(struct zt_window *w, void *mem, uint16_t i)
{
	struct item *items = items_of(mem);
	uint16_t *at = slot_of(w, mem, items[i].key);

	while (*at != i)
		at = &items[*at].chain;
	*at = items[i].chain;
}

static void
item_put(struct zt_window *w, void *mem, uint16_t i, const struct item *from)
{
	struct item *items = items_of(mem);
	uint16_t *slot = slot_of(w, mem, from->key);

	items[i].key = from->key;
	items[i].seen_ns = from->seen_ns;
	items[i].chain = *slot;
	items[i].reserved = 0;
	*slot = i;
	list_push(w, items, i);
}

void
zt_recent_move(struct zt_window *w, const void *from, void *to, size_t bytes)
{
	const struct item *old = items_of_const(from);
	uint16_t next = w->used > 0 ? w->oldest : NONE;

	w->cap = zt_recent_capacity(bytes);
	memset(items_of(to) + w->cap, 0xff, sizeof(uint16_t) * w->cap);
	w->used = 0;
	w->newest = NONE;
	w->oldest = NONE;
	while (next != NONE) {
		item_put(w, to, w->used, &old[next]);
		w->used++;
		next = old[next].newer;
	}
}

bool
zt_recent_is_full(
    const struct zt_window *w, const void *mem, uint64_t now_ns, uint64_t span_ns)
{
	if (w->used < w->cap)
		return false;
	return w->used == 0 ||
	       is_within(items_of_const(mem)[w->oldest].seen_ns, now_ns, span_ns);
}

/* The item of a key; NONE when it is not known. */
static uint16_t
find(const struct zt_window *w, const void *mem, uint64_t key)
{
	if (w->used == 0)
		return NONE;
	const struct item *items = items_of_const(mem);
	const uint16_t *slots = (const void *)(items + w->cap);
	uint16_t i = slots[slot_index(w, key)];

	while (i != NONE && items[i].key != key)
		i = items[i].chain;
	return i;
}

bool
zt_recent_find(
    const struct zt_window *w, const void *mem, uint64_t key, uint64_t *seen_ns)
{
	uint16_t i = find(w, mem, key);

	if (i == NONE)
		return false;
	*seen_ns = items_of_const(mem)[i].seen_ns;
	return true;
}

bool
zt_recent_refresh(
    struct zt_window *w, void *mem, uint64_t key, uint64_t now_ns, uint64_t *before_ns)
{
	uint16_t i = find(w, mem, key);

	if (i == NONE)
		return false;
	struct item *items = items_of(mem);
	*before_ns = items[i].seen_ns;
	items[i].seen_ns = now_ns;
	list_remove(w, items, i);
	list_push(w, items, i);
	return true;
}

uint64_t
zt_recent_oldest(const struct zt_window *w, const void *mem)
{
	return w->used > 0 ? items_of_const(mem)[w->oldest].seen_ns : UINT64_MAX;
}

void
zt_recent_add(struct zt_window *w, void *mem, uint64_t key, uint64_t now_ns)
{
	struct item fresh = { .key = key, .seen_ns = now_ns };
	uint16_t i = w->used;

	if (w->used < w->cap) {
		w->used++;
	} else {
		i = w->oldest;
		index_remove(w, mem, i);
		list_remove(w, items_of(mem), i);
	}
	item_put(w, mem, i, &fresh);
}

bool
zt_recent_exceed(const struct zt_window *w, const void *mem, uint32_t limit,
    uint64_t now_ns, uint64_t span_ns)
{
	const struct item *items = items_of_const(mem);

	if (w->used <= limit)
		return false;
	uint16_t i = w->oldest;
	uint32_t steps = w->used - 1u - limit;
	if (steps <= limit) {
		for (; steps > 0; steps--)
			i = items[i].newer;
	} else {
		i = w->newest;
		for (steps = limit; steps > 0; steps--)
			i = items[i].older;
	}
	return is_within(items[i].seen_ns, now_ns, span_ns);
}

uint32_t
zt_recent_within(const struct zt_window *w, const void *mem, uint64_t now_ns,
    uint64_t span_ns, uint64_t *first_ns)
{
	const struct item *items = items_of_const(mem);
	uint16_t i = w->used > 0 ? w->newest : NONE;
	uint32_t n = 0;

	*first_ns = now_ns;
	for (; i != NONE && is_within(items[i].seen_ns, now_ns, span_ns); n++) {
		*first_ns = items[i].seen_ns;
		i = items[i].older;
	}
	return n;
}

void
zt_recent_each(const struct zt_window *w, const void *mem, uint64_t oldest_ns,
    zt_recent_fn fn, void *arg)
{
	const struct item *items = items_of_const(mem);
	uint16_t i = w->used > 0 ? w->newest : NONE;

	while (i != NONE && items[i].seen_ns >= oldest_ns) {
		if (!fn(arg, items[i].key, items[i].seen_ns))
			return;
		i = items[i].older;
	}
}
