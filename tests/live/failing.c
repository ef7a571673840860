/*
 * A preloaded library in which the machine fails as the environment says.
 *
 *   ZT_FAIL_ALLOCATION=N   the Nth allocation finds no memory (-N: and all that follow);
 *                          0: none.  Their number is written to standard error at exit.
 *   ZT_FAIL_RANDOM=ERRNO   getrandom() fails
 *   ZT_FAIL_CLOCKS=FILE    two numbers of nanoseconds, 64 bits each, that are added to the
 *                          wall clock (and the stamps of packets, whole seconds only)
 *                          and to the boot clock; the file may change
 */
/* For RTLD_NEXT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <pcap/pcap.h>

#define NS_PER_S INT64_C(1000000000)

/* glibc's own names of what is replaced here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *block, size_t size);

static atomic_long n_allocations;
static long fails_at; /* 0: never */
static bool is_counting;
static const int64_t *shifts;

static long
number_of(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 0 : strtol(text, NULL, 10);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *clocks = getenv("ZT_FAIL_CLOCKS");

	fails_at = number_of("ZT_FAIL_ALLOCATION");
	is_counting = getenv("ZT_FAIL_ALLOCATION") != NULL;
	if (clocks == NULL)
		return;
	int fd = open(clocks, O_RDONLY | O_CLOEXEC);
	void *map = mmap(NULL, 2 * sizeof(*shifts), PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		abort();
	close(fd);
	shifts = map;
}

__attribute__((destructor)) static void
end(void)
{
	if (is_counting)
		dprintf(
		    STDERR_FILENO, "allocations: %ld\n", atomic_load(&n_allocations));
}

static bool
is_refused(void)
{
	if (!is_counting)
		return false;
	long n = atomic_fetch_add(&n_allocations, 1) + 1;
	if (fails_at == 0 || (fails_at > 0 ? n != fails_at : n < -fails_at))
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	return is_refused() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return is_refused() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *block, size_t size)
{
	return is_refused() ? NULL : __libc_realloc(block, size);
}

ssize_t
getrandom(void *buffer, size_t length, unsigned flags)
{
	long error = number_of("ZT_FAIL_RANDOM");

	if (error == 0)
		return syscall(SYS_getrandom, buffer, length, flags);
	errno = (int)error;
	return -1;
}

static int64_t
shift_of(clockid_t clock)
{
	if (shifts == NULL || (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME))
		return 0;
	return *(volatile const int64_t *)&shifts[clock == CLOCK_BOOTTIME];
}

int
clock_gettime(clockid_t clock, struct timespec *ts)
{
	static int (*real)(clockid_t, struct timespec *);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	int result = real(clock, ts);
	if (result == 0) {
		int64_t ns = ts->tv_sec * NS_PER_S + ts->tv_nsec + shift_of(clock);
		ts->tv_sec = ns / NS_PER_S;
		ts->tv_nsec = ns % NS_PER_S;
	}
	return result;
}

/* Who gets the packets of a dispatch. */
struct receiver {
	pcap_handler handler;
	u_char *arg;
};

static void
restamp(u_char *arg, const struct pcap_pkthdr *header, const u_char *bytes)
{
	const struct receiver *receiver = (const struct receiver *)(void *)arg;
	struct pcap_pkthdr shifted = *header;

	shifted.ts.tv_sec += shift_of(CLOCK_REALTIME) / NS_PER_S;
	receiver->handler(receiver->arg, &shifted, bytes);
}

int
pcap_dispatch(pcap_t *pcap, int max, pcap_handler handler, u_char *arg)
{
	static int (*real)(pcap_t *, int, pcap_handler, u_char *);
	struct receiver receiver = { handler, arg };

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "pcap_dispatch");
	return real(pcap, max, restamp, (u_char *)&receiver);
}
