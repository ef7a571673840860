#include "nearest.h"

#include <limits.h>
#include <string.h>

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned
zt_nearest_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	/* The current row of the distance matrix and the two above it. */
	unsigned rows[3][ZT_NEAREST_WORD_MAX + 1];

	if (a_len > ZT_NEAREST_WORD_MAX || b_len > ZT_NEAREST_WORD_MAX)
		return UINT_MAX;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3];
		const unsigned *above2 = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			unsigned exchange = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = least(exchange, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], above2[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

void
zt_nearest_offer(struct zt_nearest *nearest, const char *candidate, size_t len)
{
	size_t word_len = strlen(nearest->word);
	unsigned distance;

	distance = zt_nearest_distance(nearest->word, word_len, candidate, len);
	/* The beginning of a long word is one edit away: people abbreviate. */
	if (word_len >= 4 && word_len < len &&
	    memcmp(nearest->word, candidate, word_len) == 0)
		distance = 1;
	if (distance > 1 + len / 4)
		return;
	if (nearest->best != NULL && distance >= nearest->distance)
		return;
	nearest->best = candidate;
	nearest->best_len = len;
	nearest->distance = distance;
}
