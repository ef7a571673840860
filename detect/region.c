#include "region.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

static size_t
round_up(size_t bytes)
{
	return (bytes + ZT_REGION_LARGE - 1) & ~(ZT_REGION_LARGE - 1);
}

void *
zt_region_new(size_t bytes)
{
	if (bytes < ZT_REGION_LARGE)
		return calloc(1, bytes);
	if (bytes > SIZE_MAX - 2 * ZT_REGION_LARGE)
		return NULL;
	size_t wanted = round_up(bytes), mapped = wanted + ZT_REGION_LARGE;
	uint8_t *at = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return NULL;
	/* Only an aligned stretch can have large pages: cut off what lies around it. */
	size_t before = -(uintptr_t)at & (ZT_REGION_LARGE - 1);
	size_t behind = ZT_REGION_LARGE - before;
	/* Errors cost address space, or speed, no more. */
	if (before != 0)
		(void)munmap(at, before);
	if (behind != 0)
		(void)munmap(at + before + wanted, behind);
	(void)madvise(at + before, wanted, MADV_HUGEPAGE);
	return at + before;
}

void
zt_region_free(void *region, size_t bytes)
{
	if (bytes < ZT_REGION_LARGE)
		free(region);
	else if (region != NULL)
		(void)munmap(region, round_up(bytes)); /* a whole mapping of ours */
}
