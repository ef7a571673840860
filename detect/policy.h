/**
 * @file policy.h
 * Who a source is to us: ours, a known resolver, a monitor, an authorised tester.
 *
 * Counts:  each list counts how often each of its entries matched when a source was
 *          first seen (or came back after it was forgotten).
 * Work:    one look-up in each list per new source, and per event of an IPv6 source
 *          that is counted by a wider prefix.
 * Memory:  allocated by zt_policy_new(); the owner's lists, not part of the budget.
 * Threads: one.
 */
#ifndef ZT_DETECT_POLICY_H
#define ZT_DETECT_POLICY_H

#include "nets.h"
#include "params.h"
#include "sources.h"

struct zt_policy;

/** @return NULL when memory is short.  params are borrowed for the call. */
struct zt_policy *zt_policy_new(const struct zt_params *params);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_policy_free(struct zt_policy **policy);

/** The lists that hold an address: bits of enum zt_source_policy. */
uint16_t zt_policy_classify(
    struct zt_policy *policy, uint8_t family, const uint8_t addr[16]);

/** Called for each list; networks is borrowed for the call, number is that of the scanner
 *  and 0 for other lists. */
typedef void (*zt_policy_fn)(void *arg, enum zt_source_policy list, size_t number,
    const struct zt_nets *networks);

/** Visit the lists. */
void zt_policy_each(const struct zt_policy *policy, zt_policy_fn fn, void *arg);

/** Whether an address is an authorised tester at capture time ts_ns. */
bool zt_policy_is_authorised(
    struct zt_policy *policy, uint8_t family, const uint8_t addr[16], uint64_t ts_ns);

#endif
