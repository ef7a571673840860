/* The state of an interface, in a network namespace of the test's own: needs root, and
 * passes without having looked otherwise. */
#define _GNU_SOURCE /* unshare */
#include <check.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sensor/link.h"
#include "suite.h"

#define S UINT64_C(1000000000)

static int fd;

static bool
enter(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0)
		return false;
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	return fd >= 0 && system("command -v ip >/dev/null") == 0;
}

static void
ip(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

static void
expect(struct zt_link_state *link, uint64_t now_ns, enum zt_link_status status)
{
	struct zt_link_change change = zt_link_look(link, fd, now_ns);

	ck_assert_str_eq(zt_link_status_name(change.to), zt_link_status_name(status));
	ck_assert_int_eq(link->status, (int)status);
}

START_TEST(an_interface_comes_goes_and_comes_again)
{
	struct zt_link_state link;

	if (!enter())
		return;
	zt_link_init(&link, "wire1");
	expect(&link, 1 * S, ZT_LINK_MISSING);
	ck_assert(!zt_link_is_usable(&link));
	ip("ip link add wire0 type veth peer name wire1");
	expect(&link, 2 * S, ZT_LINK_DOWN);
	ip("ip link set wire1 up");
	expect(&link, 3 * S, ZT_LINK_NO_CARRIER);
	ck_assert(zt_link_is_usable(&link));
	ck_assert(zt_link_is_blind(&link));
	ip("ip link set wire0 up");
	expect(&link, 4 * S, ZT_LINK_UP);
	ck_assert(!zt_link_is_blind(&link));
	ck_assert_uint_eq(zt_link_gap_ends(&link, 4 * S), 3 * S);
	ck_assert_uint_eq(zt_link_gap_ends(&link, 5 * S), 0);
	int index = link.index;
	ip("ip link del wire0");
	expect(&link, 6 * S, ZT_LINK_MISSING);
	ip("ip link add wire0 type veth peer name wire1");
	ip("ip link set wire0 up; ip link set wire1 up");
	expect(&link, 7 * S, ZT_LINK_UP);
	ck_assert_int_ne(link.index, index);
	ck_assert_uint_eq(zt_link_gap_ends(&link, 8 * S), 2 * S);
	ck_assert_uint_eq(zt_counted(&link.gaps), 2);
	ck_assert_uint_eq(zt_counted(&link.gap_ns), 5 * S);
	ck_assert_uint_eq(zt_counted(&link.changes), 6);
}
END_TEST

START_TEST(a_renamed_interface_is_followed)
{
	struct zt_link_state link;
	char name[ZT_LINK_NAME_SIZE];

	if (!enter())
		return;
	ip("ip link add wire0 type veth peer name wire1");
	ip("ip link set wire0 up; ip link set wire1 up");
	zt_link_init(&link, "wire1");
	expect(&link, 1 * S, ZT_LINK_UP);
	ip("ip link set wire1 name a23456789012345");
	ck_assert(zt_link_look(&link, fd, 2 * S).renamed);
	ck_assert_str_eq(zt_link_name(&link, name), "a23456789012345");
	ck_assert(!zt_link_look(&link, fd, 3 * S).renamed);
	/* Another one with the old name is not ours as long as ours is there. */
	ip("ip link add wire1 type veth peer name wire2");
	expect(&link, 4 * S, ZT_LINK_UP);
	ck_assert_str_eq(zt_link_name(&link, name), "a23456789012345");
	ip("ip link del wire0");
	expect(&link, 5 * S, ZT_LINK_DOWN);
	ck_assert_str_eq(zt_link_name(&link, name), "wire1");
	ck_assert_uint_eq(zt_counted(&link.renames), 1);
}
END_TEST

START_TEST(all_interfaces_together_are_always_up)
{
	struct zt_link_state link;

	zt_link_init(&link, "any");
	fd = -1;
	expect(&link, 1 * S, ZT_LINK_UP);
}
END_TEST

START_TEST(a_clock_set_back_makes_no_endless_gap)
{
	struct zt_link_state link;

	zt_link_init(&link, "x");
	zt_link_gap_begins(&link, 100 * S);
	ck_assert_uint_eq(zt_link_gap_ends(&link, 50 * S), 0);
	ck_assert_uint_eq(zt_counted(&link.gap_ns), 0);
	ck_assert_uint_eq(zt_counted(&link.gaps), 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("link_state");
	TCase *all = tcase_create("all");

	tcase_add_test(all, an_interface_comes_goes_and_comes_again);
	tcase_add_test(all, a_renamed_interface_is_followed);
	tcase_add_test(all, all_interfaces_together_are_always_up);
	tcase_add_test(all, a_clock_set_back_makes_no_endless_gap);
	suite_add_tcase(suite, all);
	return zt_suite_run(suite);
}
