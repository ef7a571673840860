#include "nets.h"

#include <stdlib.h>
#include <string.h>

#define NO_PARENT UINT32_MAX

struct entry {
	uint8_t addr[16];
	uint64_t hits;
	uint32_t parent; /* The entry that encloses this one. */
	uint32_t number; /* Place in the list that was given. */
	uint8_t family;
	uint8_t bits;
};

struct zt_nets {
	size_t n;
	size_t n_v4;	 /* Entries of IPv4 come first. */
	uint32_t *place; /* Of each entry of the given list. */
	struct entry entries[];
};

void
zt_nets_mask(uint8_t out[16], const uint8_t addr[16], uint8_t bits)
{
	unsigned whole = bits / 8u;

	memset(out, 0, 16);
	memcpy(out, addr, whole <= 16 ? whole : 16);
	if (whole < 16 && bits % 8u != 0)
		out[whole] = (uint8_t)(addr[whole] & (0xff00u >> bits % 8u));
}

static bool
is_inside(const struct entry *entry, const uint8_t addr[16])
{
	uint8_t masked[16];

	zt_nets_mask(masked, addr, entry->bits);
	return memcmp(masked, entry->addr, 16) == 0;
}

/* By family, then address, then from wide to narrow: an entry follows those around it.
 */
static int
compare(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	int order = memcmp(a->addr, b->addr, 16);
	if (order != 0)
		return order;
	if (a->bits != b->bits)
		return a->bits < b->bits ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

static void
find_parents(struct zt_nets *nets)
{
	for (size_t i = 0; i < nets->n; i++) {
		struct entry *entry = &nets->entries[i];
		uint32_t up = i > 0 ? (uint32_t)(i - 1) : NO_PARENT;

		while (
		    up != NO_PARENT && (nets->entries[up].family != entry->family ||
					   !is_inside(&nets->entries[up], entry->addr)))
			up = nets->entries[up].parent;
		entry->parent = up;
		nets->n_v4 += entry->family == 4;
		nets->place[entry->number] = (uint32_t)i;
	}
}

struct zt_nets *
zt_nets_new(const struct zt_prefix_list *list)
{
	struct zt_nets *nets =
	    calloc(1, sizeof(*nets) + list->count * sizeof(struct entry));

	if (nets == NULL)
		return NULL;
	nets->place = calloc(list->count + 1, sizeof(*nets->place));
	if (nets->place == NULL) {
		free(nets);
		return NULL;
	}
	nets->n = list->count;
	for (size_t i = 0; i < list->count; i++) {
		const struct zt_prefix *prefix = &list->items[i];
		struct entry *entry = &nets->entries[i];

		entry->family = prefix->family;
		entry->bits = prefix->bits;
		entry->number = (uint32_t)i;
		zt_nets_mask(entry->addr, prefix->addr, prefix->bits);
	}
	qsort(nets->entries, nets->n, sizeof(struct entry), compare);
	find_parents(nets);
	return nets;
}

void
zt_nets_free(struct zt_nets **nets)
{
	if (*nets == NULL)
		return;
	free((*nets)->place);
	free(*nets);
	*nets = NULL;
}

long
zt_nets_find(struct zt_nets *nets, uint8_t family, const uint8_t addr[16])
{
	size_t low = family == 4 ? 0 : nets->n_v4;
	size_t end = family == 4 ? nets->n_v4 : nets->n;
	size_t high = end;
	size_t first = low;

	/* The last entry whose address is not above this one. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memcmp(nets->entries[middle].addr, addr, 16) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == first)
		return -1;
	uint32_t i = (uint32_t)(low - 1);
	while (i != NO_PARENT && !is_inside(&nets->entries[i], addr))
		i = nets->entries[i].parent;
	if (i == NO_PARENT)
		return -1;
	nets->entries[i].hits++;
	return (long)nets->entries[i].number;
}

uint64_t
zt_nets_hits(const struct zt_nets *nets, size_t entry)
{
	return entry < nets->n ? nets->entries[nets->place[entry]].hits : 0;
}

size_t
zt_nets_count(const struct zt_nets *nets)
{
	return nets->n;
}

struct zt_prefix
zt_nets_entry(const struct zt_nets *nets, size_t number)
{
	const struct entry *entry = &nets->entries[nets->place[number]];
	struct zt_prefix prefix = { .family = entry->family, .bits = entry->bits };

	memcpy(prefix.addr, entry->addr, sizeof(prefix.addr));
	return prefix;
}
