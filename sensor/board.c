#include "board.h"

#include <stdlib.h>
#include <string.h>

#include "../detect/nets.h"
#include "../detect/region.h"

/* "None" as the number of an entry. */
#define NONE UINT32_MAX

struct list {
	uint32_t newest;
	uint32_t oldest;
};

struct zt_board {
	struct zt_board_counts counts;
	struct list all;
	struct list open;
	struct list closed;
	uint32_t n_used;  /* Entries that were ever used; all of them stay in use. */
	uint32_t n_slots; /* A power of two. */
	uint32_t *slots;  /* First entry with this hash, or NONE. */
	struct zt_board_entry *entries;
};

static size_t
entries_bytes(const struct zt_board *board)
{
	return (size_t)board->counts.capacity * sizeof(struct zt_board_entry);
}

struct zt_board *
zt_board_new(uint32_t capacity)
{
	struct zt_board *board = calloc(1, sizeof(*board));

	if (board == NULL)
		return NULL;
	board->counts.capacity = capacity;
	board->all = board->open = board->closed = (struct list){ NONE, NONE };
	for (board->n_slots = 2; board->n_slots < capacity; board->n_slots *= 2)
		;
	board->slots = malloc(board->n_slots * sizeof(*board->slots));
	board->entries = zt_region_new(entries_bytes(board));
	if (board->slots == NULL || board->entries == NULL)
		zt_board_free(&board);
	else
		memset(board->slots, 0xff, board->n_slots * sizeof(*board->slots));
	return board;
}

void
zt_board_free(struct zt_board **board)
{
	if (*board == NULL)
		return;
	zt_region_free((*board)->entries, entries_bytes(*board));
	free((*board)->slots);
	free(*board);
	*board = NULL;
}

/* FNV-1a; ids are hashes of our own already, nobody picks them to collide. */
static uint32_t
slot_of(const struct zt_board *board, const char *id)
{
	uint32_t hash = UINT32_C(0x811c9dc5);

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * UINT32_C(0x01000193);
	return hash & (board->n_slots - 1);
}

static uint32_t
number_of(const struct zt_board *board, const char *id)
{
	uint32_t at = board->slots[slot_of(board, id)];

	while (at != NONE && strcmp(board->entries[at].alert.id, id) != 0)
		at = board->entries[at].chain;
	return at;
}

/* Which of its two places in lists. */
static struct zt_board_links *
links_of(struct zt_board *board, uint32_t at, bool among_all)
{
	struct zt_board_entry *entry = &board->entries[at];

	return among_all ? &entry->among_all : &entry->among_same;
}

static struct list *
list_of(struct zt_board *board, uint32_t at, bool among_all)
{
	if (among_all)
		return &board->all;
	return board->entries[at].closed_ns == 0 ? &board->open : &board->closed;
}

static void
push(struct zt_board *board, uint32_t at, bool among_all)
{
	struct zt_board_links *links = links_of(board, at, among_all);
	struct list *list = list_of(board, at, among_all);

	links->newer = NONE;
	links->older = list->newest;
	if (list->newest != NONE)
		links_of(board, list->newest, among_all)->newer = at;
	else
		list->oldest = at;
	list->newest = at;
}

static void
take_out(struct zt_board *board, uint32_t at, bool among_all)
{
	struct zt_board_links *links = links_of(board, at, among_all);
	struct list *list = list_of(board, at, among_all);

	if (links->newer != NONE)
		links_of(board, links->newer, among_all)->older = links->older;
	else
		list->newest = links->older;
	if (links->older != NONE)
		links_of(board, links->older, among_all)->newer = links->newer;
	else
		list->oldest = links->newer;
}

static void
unchain(struct zt_board *board, uint32_t at)
{
	uint32_t *link = &board->slots[slot_of(board, board->entries[at].alert.id)];

	while (*link != at)
		link = &board->entries[*link].chain;
	*link = board->entries[at].chain;
}

/* The counters of a rule; NULL when there are too many rules. */
static struct zt_board_rule *
rule_of(struct zt_board *board, const char *name)
{
	struct zt_board_counts *counts = &board->counts;

	for (size_t i = 0; i < counts->n_rules; i++)
		if (strcmp(counts->rules[i].name, name) == 0)
			return &counts->rules[i];
	if (counts->n_rules == ZT_BOARD_RULES)
		return NULL;
	counts->rules[counts->n_rules].name = name;
	return &counts->rules[counts->n_rules++];
}

static void
count_closed(struct zt_board *board, const struct zt_board_entry *entry)
{
	struct zt_board_rule *rule = rule_of(board, entry->alert.rule);

	board->counts.open--;
	if (rule != NULL)
		rule->open--;
}

/* Make an entry free by forgetting somebody. */
static uint32_t
evict(struct zt_board *board)
{
	bool has_closed = board->closed.oldest != NONE;
	uint32_t at = has_closed ? board->closed.oldest : board->open.oldest;

	take_out(board, at, true);
	take_out(board, at, false);
	unchain(board, at);
	if (has_closed) {
		board->counts.evicted++;
		return at;
	}
	board->counts.evicted_open++;
	count_closed(board, &board->entries[at]);
	return at;
}

static uint32_t
add(struct zt_board *board, const struct zt_alert *alert)
{
	uint32_t at =
	    board->n_used < board->counts.capacity ? board->n_used++ : evict(board);
	struct zt_board_entry *entry = &board->entries[at];
	uint32_t *slot = &board->slots[slot_of(board, alert->id)];
	struct zt_board_rule *rule = rule_of(board, alert->rule);

	memset(entry, 0, sizeof(*entry));
	entry->opened_ns = alert->ts_ns;
	entry->chain = *slot;
	*slot = at;
	board->counts.held = board->n_used;
	board->counts.opened++;
	board->counts.open++;
	if (rule != NULL) {
		rule->opened++;
		rule->open++;
	}
	return at;
}

static void
copy_alert(struct zt_board_entry *entry, const struct zt_alert *alert)
{
	const struct zt_alert *before = &entry->alert;
	bool leaked_less = entry->n_alerts != 0 && before->have_transfer &&
			   alert->have_transfer &&
			   alert->transfer.records < before->transfer.records;

	if (leaked_less) {
		struct zt_transfer transfer = before->transfer;
		const char *title = before->title;
		entry->alert = *alert;
		entry->alert.transfer = transfer;
		entry->alert.title = title;
	} else {
		entry->alert = *alert;
	}
	entry->n_alerts++;
}

void
zt_board_note(struct zt_board *board, const struct zt_alert *alert)
{
	uint32_t at = number_of(board, alert->id);

	if (at == NONE) {
		at = add(board, alert);
	} else {
		take_out(board, at, true);
		take_out(board, at, false);
	}
	struct zt_board_entry *entry = &board->entries[at];
	bool was_open = entry->closed_ns == 0;
	copy_alert(entry, alert);
	entry->sequence = ++board->counts.sequence;
	entry->updated_ns = alert->ts_ns;
	if (alert->event == ZT_ALERT_CLOSE && was_open) {
		/* 0 means open. */
		entry->closed_ns = alert->ts_ns != 0 ? alert->ts_ns : 1;
		count_closed(board, entry);
	}
	board->counts.alerts++;
	push(board, at, true);
	push(board, at, false);
}

const struct zt_board_entry *
zt_board_find(const struct zt_board *board, const char *id)
{
	uint32_t at = number_of(board, id);

	return at != NONE ? &board->entries[at] : NULL;
}

static bool
is_from(const struct zt_alert *alert, const struct zt_board_filter *filter)
{
	uint8_t masked[16];

	if (filter->family == 0)
		return true;
	if (alert->family != filter->family)
		return false;
	zt_nets_mask(masked, alert->source, filter->bits);
	return memcmp(masked, filter->addr, sizeof(masked)) == 0;
}

static bool
passes(const struct zt_board_entry *entry, const struct zt_board_filter *filter)
{
	const struct zt_alert *alert = &entry->alert;

	return (filter->before == 0 || entry->sequence < filter->before) &&
	       (!filter->transfers_only || alert->have_transfer) &&
	       alert->risk >= filter->min_risk &&
	       (filter->rule == NULL || strcmp(filter->rule, alert->rule) == 0) &&
	       (filter->campaign == NULL ||
		   strcmp(filter->campaign, alert->campaign) == 0) &&
	       is_from(alert, filter);
}

static const struct zt_board_entry *
entry_at(const struct zt_board *board, uint32_t at)
{
	return at != NONE ? &board->entries[at] : NULL;
}

static const struct zt_board_entry *
next_of(const struct zt_board *board, const struct zt_board_entry *after, bool open)
{
	if (after == NULL)
		return entry_at(board, open ? board->open.newest : board->all.newest);
	return entry_at(board, open ? after->among_same.older : after->among_all.older);
}

const struct zt_board_entry *
zt_board_next(const struct zt_board *board, const struct zt_board_filter *filter,
    const struct zt_board_entry *after)
{
	const struct zt_board_entry *entry = after;

	do {
		entry = next_of(board, entry, filter->open_only);
		if (entry == NULL || entry->sequence <= filter->since)
			return NULL;
	} while (!passes(entry, filter));
	return entry;
}

const struct zt_board_counts *
zt_board_counts(const struct zt_board *board)
{
	return &board->counts;
}
