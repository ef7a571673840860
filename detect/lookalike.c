#include "lookalike.h"

#include <stdlib.h>
#include <string.h>

/* Shorter labels look like too many others. */
#define SHORT_LABEL 4u
/* Labels of so many letters stay recognisable with two letters changed. */
#define LONG_LABEL 10u
#define LABEL_MAX  63u

struct zt_lookalikes {
	size_t n;
	struct zt_zone_name zones[ZT_LOOKALIKES_MAX];
};

static unsigned
count_labels(const struct zt_zone_name *zone)
{
	unsigned n = 0;

	for (size_t at = 0; at < zone->len && zone->wire[at] != 0;
	     at += zone->wire[at] + 1u)
		n++;
	return n;
}

struct zt_lookalikes *
zt_lookalikes_new(const struct zt_zone_policy *zones, size_t n_zones)
{
	struct zt_lookalikes *lookalikes = calloc(1, sizeof(*lookalikes));

	if (lookalikes == NULL)
		return NULL;
	for (size_t i = 0; i < n_zones && lookalikes->n < ZT_LOOKALIKES_MAX; i++) {
		unsigned labels = count_labels(&zones[i].name);
		if ((labels == 2 || labels == 3) &&
		    zones[i].name.wire[0] >= SHORT_LABEL)
			lookalikes->zones[lookalikes->n++] = zones[i].name;
	}
	return lookalikes;
}

void
zt_lookalikes_free(struct zt_lookalikes **lookalikes)
{
	free(*lookalikes);
	*lookalikes = NULL;
}

static uint8_t
least(uint8_t a, uint8_t b, uint8_t c)
{
	uint8_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Insertions, deletions, changes and swaps of neighbours between two labels: optimal
 * string alignment, with three rows of the table. */
static unsigned
distance(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	uint8_t rows[3][LABEL_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (uint8_t)j;
	for (size_t i = 1; i <= a_len; i++) {
		const uint8_t *before = rows[(i + 1) % 3], *above = rows[(i - 1) % 3];
		uint8_t *row = rows[i % 3];
		row[0] = (uint8_t)i;
		for (size_t j = 1; j <= b_len; j++) {
			bool is_same = a[i - 1] == b[j - 1];
			row[j] =
			    least((uint8_t)(above[j] + 1), (uint8_t)(row[j - 1] + 1),
				(uint8_t)(above[j - 1] + !is_same));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = (uint8_t)(before[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

static bool
holds(const uint8_t *label, size_t len, const uint8_t *part, size_t part_len)
{
	for (size_t at = 0; at + part_len <= len; at++) {
		if (memcmp(label + at, part, part_len) == 0)
			return true;
	}
	return false;
}

/* label and part are label texts without their length bytes. */
static bool
is_similar(const uint8_t *label, size_t len, const uint8_t *part, size_t part_len)
{
	unsigned allowed = part_len >= LONG_LABEL ? 2 : 1;

	if (len > part_len && holds(label, len, part, part_len))
		return true;
	if (len + allowed < part_len || part_len + allowed < len || len < 2)
		return false;
	bool same_start = memcmp(label, part, 2) == 0;
	bool same_end = memcmp(label + len - 2, part + part_len - 2, 2) == 0;
	return (same_start || same_end) &&
	       distance(label, len, part, part_len) <= allowed;
}

bool
zt_lookalikes_match(const struct zt_lookalikes *lookalikes, const uint8_t *name,
    size_t len, const struct zt_zone_name **which)
{
	size_t label_len = len > 0 ? name[0] : 0;

	if (label_len == 0 || label_len > LABEL_MAX || label_len + 1 >= len)
		return false;
	for (size_t i = 0; i < lookalikes->n; i++) {
		const struct zt_zone_name *zone = &lookalikes->zones[i];
		if (zone->len == len && memcmp(zone->wire, name, len) == 0)
			return false;
	}
	for (size_t i = 0; i < lookalikes->n; i++) {
		const struct zt_zone_name *zone = &lookalikes->zones[i];
		size_t zone_label = zone->wire[0];
		bool is_same = label_len == zone_label &&
			       memcmp(name + 1, zone->wire + 1, label_len) == 0;
		if (is_same ||
		    is_similar(name + 1, label_len, zone->wire + 1, zone_label)) {
			*which = zone;
			return true;
		}
	}
	return false;
}
