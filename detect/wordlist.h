/**
 * @file wordlist.h
 * The first words of lists that tools bring along.
 *
 * Use:     a source whose first questions hold most of the first words of a list, in
 *          whatever order its threads sent them, is working through that list.
 * Limits:  16 words per list.
 * Work:    about a hundred comparisons of lengths per word; callers note only the first
 *          questions of a source.
 * Threads: plain data of its owner.
 * Source:  the lists' order as recorded on the wire: dnsrecon 1.1.3, dnsenum 1.3.1,
 * fierce 1.5.0, dnsmap 0.36, subbrute in sublist3r 1.1, and the "top million
 *          subdomains" that several tools carry.
 */
#ifndef ZT_DETECT_WORDLIST_H
#define ZT_DETECT_WORDLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zt_wordlist {
	ZT_WORDLIST_NUMBERS,	    /**< dnsrecon and fierce; sorted. */
	ZT_WORDLIST_NUMBERS_FIERCE, /**< What only fierce has among them. */
	ZT_WORDLIST_DNSENUM,
	ZT_WORDLIST_DNSMAP,
	ZT_WORDLIST_TOP, /**< The "top million". */
	ZT_WORDLIST_SUBBRUTE,
	ZT_N_WORDLISTS
};

/** Which words of each list came. */
struct zt_wordlists {
	uint16_t words[ZT_N_WORDLISTS];
};

/** Note the first label of a name of len bytes in folded wire form. */
void zt_wordlists_note(struct zt_wordlists *lists, const uint8_t *name, size_t len);

/** Whether all words of a list but two (or but none of a short one) came. */
bool zt_wordlists_has(const struct zt_wordlists *lists, enum zt_wordlist list);

#endif
