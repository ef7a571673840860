#include "addresses.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* What makes an address stand for the machine; the sum decides. */
enum rank {
	RANK_WATCHED = 8,
	RANK_OUTER = 4, /* not loopback */
	RANK_WIDE = 2,	/* not link-local */
	RANK_V4 = 1,
};

static bool
is_watched(const struct zt_opener *opener, const char *name)
{
	char own[ZT_LINK_NAME_SIZE];

	for (size_t i = 0; i < zt_opener_links(opener); i++)
		if (strcmp(zt_link_name(zt_opener_link(opener, i), own), name) == 0)
			return true;
	return false;
}

/* @return false: no address of IP. */
static bool
take(const struct ifaddrs *from, struct zt_answer_addr *to, unsigned *rank)
{
	memset(to, 0, sizeof(*to));
	*rank = (from->ifa_flags & IFF_LOOPBACK) != 0 ? 0 : RANK_OUTER;
	if (from->ifa_addr == NULL)
		return false;
	if (from->ifa_addr->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, from->ifa_addr, sizeof(in));
		to->family = 4;
		memcpy(to->addr, &in.sin_addr, sizeof(in.sin_addr));
		*rank += RANK_V4 + RANK_WIDE;
		return true;
	}
	if (from->ifa_addr->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 in6;
	memcpy(&in6, from->ifa_addr, sizeof(in6));
	to->family = 6;
	memcpy(to->addr, &in6.sin6_addr, sizeof(in6.sin6_addr));
	*rank += IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr) ? 0 : RANK_WIDE;
	return true;
}

/* Keep the best, in order; of equals the first. */
static void
insert(struct zt_addresses *list, const struct zt_answer_addr *one, unsigned rank)
{
	unsigned at = list->count;

	if (at == ZT_EVENT_ADDR_MAX) {
		if (list->ranks[--at] >= rank)
			return;
	} else {
		list->count++;
	}
	for (; at > 0 && list->ranks[at - 1] < rank; at--) {
		list->items[at] = list->items[at - 1];
		list->ranks[at] = list->ranks[at - 1];
	}
	list->items[at] = *one;
	list->ranks[at] = (uint8_t)rank;
}

int
zt_addresses_read(struct zt_addresses *addresses, const struct zt_opener *opener)
{
	struct ifaddrs *all = NULL;

	addresses->count = 0;
	if (getifaddrs(&all) != 0)
		return -errno;
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		struct zt_answer_addr one;
		unsigned rank = 0;
		if (!take(i, &one, &rank))
			continue;
		if (is_watched(opener, i->ifa_name))
			rank += RANK_WATCHED;
		insert(addresses, &one, rank);
	}
	freeifaddrs(all);
	return 0;
}
