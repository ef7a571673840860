#include "bell.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int
zt_bell_init(struct zt_bell *bell)
{
	atomic_init(&bell->armed, 0);
	bell->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return bell->fd < 0 ? -errno : 0;
}

void
zt_bell_fini(struct zt_bell *bell)
{
	if (bell->fd >= 0)
		(void)close(bell->fd); /* holds no data */
	bell->fd = -1;
}

void
zt_bell_arm(struct zt_bell *bell)
{
	/* Acquire and release on one variable on both sides: either the ringer's
	 * exchange comes second, sees 1 and wakes us, or it came first, and then this
	 * acquires what the ringer made visible before it, so our second look finds
	 * the work. */
	(void)atomic_exchange_explicit(&bell->armed, 1, memory_order_acq_rel);
}

void
zt_bell_disarm(struct zt_bell *bell)
{
	uint64_t count;

	/* If the ringer was faster, take its mark away too: a stale one would cost one
	 * needless look, no more. */
	if (atomic_exchange_explicit(&bell->armed, 0, memory_order_acq_rel) == 0)
		(void)!read(bell->fd, &count, sizeof(count));
}

void
zt_bell_wait(struct zt_bell *bell, int timeout_ms)
{
	struct pollfd fd = { .fd = bell->fd, .events = POLLIN };

	/* A signal or an error ends the sleep early: the caller looks for work anyway.
	 */
	(void)poll(&fd, 1, timeout_ms);
	zt_bell_disarm(bell);
}

void
zt_bell_ring(struct zt_bell *bell)
{
	const uint64_t one = 1;

	/* See zt_bell_arm(). */
	if (atomic_exchange_explicit(&bell->armed, 0, memory_order_acq_rel) == 0)
		return;
	/* It cannot fail, but if the kernel refuses it nobody would be woken any more:
	 * once more, and then it is left to the next one to ring. */
	if (write(bell->fd, &one, sizeof(one)) < 0 &&
	    write(bell->fd, &one, sizeof(one)) < 0)
		atomic_store_explicit(&bell->armed, 1, memory_order_release);
}
