#include "link.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

_Static_assert(ZT_LINK_NAME_SIZE == IFNAMSIZ, "names are copied as they are");

/* Only the looking thread writes, so relaxed is enough for each of these: readers want
 * a recent value, not an order. */
#define GET(member)	   atomic_load_explicit(&(member), memory_order_relaxed)
#define SET(member, value) atomic_store_explicit(&(member), value, memory_order_relaxed)

static void
set_name(struct zt_link_state *link, const char name[ZT_LINK_NAME_SIZE])
{
	uint64_t halves[2];

	memcpy(halves, name, sizeof(halves));
	SET(link->name[0], halves[0]);
	SET(link->name[1], halves[1]);
}

void
zt_link_init(struct zt_link_state *link, const char *name)
{
	memset(link, 0, sizeof(*link));
	strncpy(link->configured, name, sizeof(link->configured) - 1);
	set_name(link, link->configured);
}

const char *
zt_link_name(const struct zt_link_state *link, char text[ZT_LINK_NAME_SIZE])
{
	/* A reader may meet a rename half way; the next look is right again. */
	uint64_t halves[2] = { GET(link->name[0]), GET(link->name[1]) };

	memcpy(text, halves, sizeof(halves));
	text[ZT_LINK_NAME_SIZE - 1] = '\0';
	return text;
}

static int
index_of(int fd, const char name[ZT_LINK_NAME_SIZE])
{
	struct ifreq request = { 0 };

	memcpy(request.ifr_name, name, sizeof(request.ifr_name));
	return ioctl(fd, SIOCGIFINDEX, &request) == 0 ? request.ifr_ifindex : 0;
}

/* @return whether an interface of this index is there. */
static bool
name_of(int fd, int index, char name[ZT_LINK_NAME_SIZE])
{
	struct ifreq request = { .ifr_ifindex = index };

	if (index == 0 || ioctl(fd, SIOCGIFNAME, &request) != 0)
		return false;
	memcpy(name, request.ifr_name, ZT_LINK_NAME_SIZE);
	name[ZT_LINK_NAME_SIZE - 1] = '\0';
	return true;
}

static enum zt_link_status
status_of(int fd, const char name[ZT_LINK_NAME_SIZE])
{
	struct ifreq request = { 0 };

	memcpy(request.ifr_name, name, sizeof(request.ifr_name));
	if (ioctl(fd, SIOCGIFFLAGS, &request) != 0)
		return ZT_LINK_MISSING;
	if (!(request.ifr_flags & IFF_UP))
		return ZT_LINK_DOWN;
	return request.ifr_flags & IFF_RUNNING ? ZT_LINK_UP : ZT_LINK_NO_CARRIER;
}

static void
find(struct zt_link_state *link, int fd, struct zt_link_change *change)
{
	char before[ZT_LINK_NAME_SIZE];
	char name[ZT_LINK_NAME_SIZE] = "";
	int index = GET(link->index);

	(void)zt_link_name(link, before);
	if (name_of(fd, index, name)) {
		change->renamed = strcmp(name, before) != 0;
	} else {
		memcpy(name, link->configured, sizeof(name));
		SET(link->index, index_of(fd, name));
	}
	set_name(link, name);
	if (change->renamed)
		zt_count(&link->renames, 1);
	change->to = GET(link->index) == 0 ? ZT_LINK_MISSING : status_of(fd, name);
}

struct zt_link_change
zt_link_look(struct zt_link_state *link, int fd, uint64_t now_ns)
{
	struct zt_link_change change = { .from = (enum zt_link_status)GET(link->status),
		.to = ZT_LINK_UP };

	if (strcmp(link->configured, "any") != 0)
		find(link, fd, &change);
	SET(link->status, (int)change.to);
	if (change.from != change.to)
		zt_count(&link->changes, 1);
	if (change.to != ZT_LINK_UP)
		zt_link_gap_begins(link, now_ns);
	return change;
}

bool
zt_link_is_usable(const struct zt_link_state *link)
{
	int status = GET(link->status);

	return status == ZT_LINK_UP || status == ZT_LINK_NO_CARRIER;
}

bool
zt_link_is_blind(const struct zt_link_state *link)
{
	int status = GET(link->status);

	return status != ZT_LINK_UP && status != ZT_LINK_UNKNOWN;
}

void
zt_link_gap_begins(struct zt_link_state *link, uint64_t now_ns)
{
	if (GET(link->gap_from_ns) != 0 && GET(link->gap_until_ns) == 0)
		return;
	SET(link->gap_from_ns, now_ns);
	SET(link->gap_until_ns, 0);
	zt_count(&link->gaps, 1);
}

uint64_t
zt_link_gap_ends(struct zt_link_state *link, uint64_t now_ns)
{
	uint64_t from = GET(link->gap_from_ns);

	if (from == 0 || GET(link->gap_until_ns) != 0)
		return 0;
	/* A clock that was set back must not make a gap of 584 years. */
	uint64_t length = now_ns > from ? now_ns - from : 0;
	SET(link->gap_until_ns, now_ns > from ? now_ns : from);
	zt_count(&link->gap_ns, length);
	return length;
}

const char *
zt_link_status_name(enum zt_link_status status)
{
	switch (status) {
	case ZT_LINK_UNKNOWN:
		return "unknown";
	case ZT_LINK_UP:
		return "up";
	case ZT_LINK_NO_CARRIER:
		return "no-carrier";
	case ZT_LINK_DOWN:
		return "down";
	case ZT_LINK_MISSING:
		return "missing";
	}
	return "unknown";
}
