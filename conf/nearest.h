/**
 * @file nearest.h
 * The word that somebody probably meant.
 *
 * Shape:   edit distance with insertion, deletion, exchange and swapped neighbours,
 *          each at the cost of one.
 * Threads: pure functions.
 * Limits:  words above ZT_NEAREST_WORD_MAX bytes are never near to anything.
 */
#ifndef ZT_CONF_NEAREST_H
#define ZT_CONF_NEAREST_H

#include <stddef.h>

/** Longest word that is compared. */
#define ZT_NEAREST_WORD_MAX 48

/** The best candidate so far; start with the word, best NULL. */
struct zt_nearest {
	const char *word;  /**< What was found. */
	const char *best;  /**< NULL: nothing is near enough. */
	size_t best_len;   /**< Bytes of best. */
	unsigned distance; /**< Of best. */
};

/** Number of edits from a to b; UINT_MAX when one of them is too long. */
unsigned zt_nearest_distance(const char *a, size_t a_len, const char *b, size_t b_len);

/**
 * Take candidate, len bytes, when it is nearer than best and near enough: one edit and
 * one more for every four bytes, or the word is its beginning.
 */
void zt_nearest_offer(struct zt_nearest *nearest, const char *candidate, size_t len);

#endif
