#include "seed.h"

#include <errno.h>
#include <sys/random.h>

int
zt_seed_random(struct zt_hash_key *key)
{
	struct zt_hash_key fresh = { 0, 0 };

	do {
		ssize_t n = getrandom(&fresh, sizeof(fresh), 0);
		if (n < 0 && errno != EINTR)
			return -errno;
		/* Up to 256 bytes are never cut short but by a signal. */
		if (n != (ssize_t)sizeof(fresh))
			continue;
	} while (fresh.k0 == 0 || fresh.k1 == 0);
	*key = fresh;
	return 0;
}

struct zt_hash_key
zt_seed_fixed(void)
{
	/* First hexadecimal digits of the square roots of 2 and 3: nothing up the
	 * sleeve. */
	struct zt_hash_key key = { UINT64_C(0x6a09e667f3bcc908),
		UINT64_C(0xbb67ae8584caa73b) };

	return key;
}
