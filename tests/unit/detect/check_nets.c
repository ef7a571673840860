#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/nets.h"
#include "suite.h"

static struct zt_nets *nets;

static void
teardown(void)
{
	zt_nets_free(&nets);
	ck_assert_ptr_null(nets);
}

static void
make(const struct zt_prefix *items, size_t count)
{
	struct zt_prefix_list list = { items, count };

	nets = zt_nets_new(&list);
	ck_assert_ptr_nonnull(nets);
}

static long
find_v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	uint8_t addr[16] = { a, b, c, d };
	return zt_nets_find(nets, 4, addr);
}

START_TEST(empty_set_holds_nothing)
{
	make(NULL, 0);
	ck_assert_int_eq(find_v4(10, 0, 0, 1), -1);
}
END_TEST

START_TEST(prefix_holds_its_first_and_last_address_and_no_other)
{
	static const struct zt_prefix items[] = {
		{ { 192, 0, 2, 64 }, 4, 26 }, /* 192.0.2.64/26 */
	};

	make(items, 1);
	ck_assert_int_eq(find_v4(192, 0, 2, 63), -1);
	ck_assert_int_eq(find_v4(192, 0, 2, 64), 0);
	ck_assert_int_eq(find_v4(192, 0, 2, 127), 0);
	ck_assert_int_eq(find_v4(192, 0, 2, 128), -1);
	ck_assert_uint_eq(zt_nets_hits(nets, 0), 2);
}
END_TEST

START_TEST(nested_prefixes_give_the_longest)
{
	static const struct zt_prefix items[] = {
		{ { 10, 1, 2, 3 }, 4, 32 },
		{ { 10 }, 4, 8 },
		{ { 10, 1 }, 4, 16 },
		{ { 0 }, 4, 0 },
	};

	make(items, 4);
	ck_assert_int_eq(find_v4(10, 1, 2, 3), 0);
	ck_assert_int_eq(find_v4(10, 1, 2, 4), 2);
	ck_assert_int_eq(find_v4(10, 2, 0, 0), 1);
	ck_assert_int_eq(find_v4(9, 255, 255, 255), 3);
	ck_assert_int_eq(find_v4(11, 0, 0, 0), 3);
	ck_assert_uint_eq(zt_nets_hits(nets, 3), 2);
	ck_assert_uint_eq(zt_nets_hits(nets, 4), 0);
}
END_TEST

START_TEST(families_are_apart)
{
	static const struct zt_prefix items[] = {
		{ { 0x20, 0x01, 0x0d, 0xb8 }, 6, 32 },
		{ { 0x20, 0x01, 0x0d, 0xb8 }, 4, 32 },
		{ { 0 }, 6, 0 },
	};
	uint8_t addr[16] = { 0x20, 0x01, 0x0d, 0xb8 };

	make(items, 3);
	ck_assert_int_eq(zt_nets_find(nets, 6, addr), 0);
	ck_assert_int_eq(zt_nets_find(nets, 4, addr), 1);
	addr[15] = 1;
	ck_assert_int_eq(zt_nets_find(nets, 6, addr), 0);
	addr[0] = 0xfe;
	ck_assert_int_eq(zt_nets_find(nets, 6, addr), 2);
	/* ::ffff:32.1.13.184 is an IPv6 address and not the IPv4 entry. */
	uint8_t mapped[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 32, 1, 13,
		184 };
	ck_assert_int_eq(zt_nets_find(nets, 6, mapped), 2);
}
END_TEST

START_TEST(mask_keeps_whole_and_part_bytes)
{
	uint8_t ones[16];
	uint8_t out[16];

	memset(ones, 0xff, sizeof(ones));
	for (unsigned bits = 0; bits <= 128; bits++) {
		zt_nets_mask(out, ones, (uint8_t)bits);
		unsigned n = 0;
		for (unsigned i = 0; i < 16; i++)
			n += (unsigned)__builtin_popcount(out[i]);
		ck_assert_uint_eq(n, bits);
		if (bits < 128)
			ck_assert_uint_eq(out[bits / 8] >> (7 - bits % 8) & 1, 0);
	}
}
END_TEST

/* Ten thousand random prefixes against a walk over all of them. */
START_TEST(many_prefixes_equal_a_walk)
{
	enum {
		N = 10000
	};
	static struct zt_prefix items[N];
	uint64_t x = 88172645463325252u;

	for (unsigned i = 0; i < N; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		uint8_t addr[16] = { (uint8_t)(x >> 8 & 3), (uint8_t)(x >> 16),
			(uint8_t)(x >> 24), (uint8_t)(x >> 32) };
		items[i].family = 4;
		items[i].bits = (uint8_t)(8 + (x >> 40) % 25);
		zt_nets_mask(items[i].addr, addr, items[i].bits);
	}
	make(items, N);
	for (unsigned step = 0; step < 1000; step++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		uint8_t addr[16] = { (uint8_t)(x >> 8 & 3), (uint8_t)(x >> 16),
			(uint8_t)(x >> 24), (uint8_t)(x >> 32) };
		int best = -1;
		for (unsigned i = 0; i < N; i++) {
			uint8_t masked[16];
			zt_nets_mask(masked, addr, items[i].bits);
			if (memcmp(masked, items[i].addr, 16) == 0 &&
			    items[i].bits > best)
				best = items[i].bits;
		}
		long found = zt_nets_find(nets, 4, addr);
		ck_assert_int_eq(found < 0 ? -1 : items[found].bits, best);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("nets");
	TCase *tcase = tcase_create("match");

	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_test(tcase, empty_set_holds_nothing);
	tcase_add_test(tcase, prefix_holds_its_first_and_last_address_and_no_other);
	tcase_add_test(tcase, nested_prefixes_give_the_longest);
	tcase_add_test(tcase, families_are_apart);
	tcase_add_test(tcase, mask_keeps_whole_and_part_bytes);
	tcase_add_test(tcase, many_prefixes_equal_a_walk);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
