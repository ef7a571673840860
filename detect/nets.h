/**
 * @file nets.h
 * Sets of address prefixes: is this address inside, and by which entry.
 *
 * Shape:    one sorted array; each entry knows the entry that encloses it, so that the
 *           longest match is a binary search and a few steps outwards.
 * Families: IPv4 and IPv6 are different worlds; a v4-mapped IPv6 address is not IPv4.
 * Counts:   each match is counted at the entry that matched.
 * Work:     log2(entries) + depth of nesting per look-up; nothing when no entry has
 *           the family.
 * Memory:   allocated by zt_nets_new(), not part of the budget: it is the owner's
 *           list.
 * Threads:  one.
 */
#ifndef ZT_DETECT_NETS_H
#define ZT_DETECT_NETS_H

#include "params.h"

struct zt_nets;

/** @return NULL when memory is short.  list is borrowed for the call. */
struct zt_nets *zt_nets_new(const struct zt_prefix_list *list);

/** Accepts NULL; sets the pointer to NULL. */
void zt_nets_free(struct zt_nets **nets);

/**
 * The longest prefix that holds an address.
 *
 * @param addr  network order, IPv4 in the first four bytes.
 * @return the number of the entry in the list given to new, or -1.
 */
long zt_nets_find(struct zt_nets *nets, uint8_t family, const uint8_t addr[16]);

/** How often an entry matched; entry is below the count of the list. */
uint64_t zt_nets_hits(const struct zt_nets *nets, size_t entry);

/** Entries of the list given to new. */
size_t zt_nets_count(const struct zt_nets *nets);

/** An entry; number is below the count. */
struct zt_prefix zt_nets_entry(const struct zt_nets *nets, size_t number);

/** Keep the first bits of an address, zero the rest. */
void zt_nets_mask(uint8_t out[16], const uint8_t addr[16], uint8_t bits);

#endif
