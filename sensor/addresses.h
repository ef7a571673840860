/**
 * @file addresses.h
 * This machine's own addresses, those that stand for it best first: of the interfaces
 * that are watched, then the others, loopback and link-local last; IPv4 before IPv6.
 *
 * Limits:    ZT_EVENT_ADDR_MAX of them; the rest is left out.
 * Threads:   one at a time.
 */
#ifndef ZT_SENSOR_ADDRESSES_H
#define ZT_SENSOR_ADDRESSES_H

#include "../dissect/event.h"
#include "opener.h"

struct zt_addresses {
	struct zt_answer_addr items[ZT_EVENT_ADDR_MAX];
	uint8_t ranks[ZT_EVENT_ADDR_MAX];
	uint8_t count;
};

/** Ask the kernel.  @return 0, or -errno with addresses empty. */
int zt_addresses_read(struct zt_addresses *addresses, const struct zt_opener *opener);

#endif
