#include "stop.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int
zt_stop_init(struct zt_stop *stop)
{
	atomic_init(&stop->wished, false);
	stop->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return stop->fd < 0 ? -errno : 0;
}

void
zt_stop_fini(struct zt_stop *stop)
{
	if (stop->fd >= 0)
		(void)close(stop->fd); /* holds no data */
	stop->fd = -1;
}

void
zt_stop_wish(struct zt_stop *stop)
{
	const uint64_t one = 1;

	/* Relaxed: see zt_stop_is_wished(). */
	atomic_store_explicit(&stop->wished, true, memory_order_relaxed);
	(void)!write(
	    stop->fd, &one, sizeof(one)); /* only full when wished often enough */
}
