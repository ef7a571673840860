/* The spool: order, crashes at every byte, limits, owners. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record_draft.h"
#include "sensor/file_tail.h"
#include "sensor/spool.h"
#include "suite.h"

#define LIMIT 4096

static char directory[] = "/tmp/zonetap-check-XXXXXX";
static char path[64];
static const struct zt_spool_place place = { directory, "x", "", LIMIT };
static struct zt_spool spool;
static struct zt_err err;

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/x", directory);
	ck_assert_int_eq(zt_spool_open(&spool, &place, &err), 0);
}

static void
teardown(void)
{
	zt_spool_close(&spool);
	(void)unlink(path);
	(void)rmdir(directory);
	memcpy(directory, "/tmp/zonetap-check-XXXXXX", sizeof(directory));
}

static int
put(unsigned number)
{
	struct zt_record *record = record_draft("a", "update", 50, number);
	int result = zt_spool_put(&spool, record, number);

	zt_record_release(record);
	return result;
}

static void
expect(unsigned number)
{
	struct zt_record *record = NULL;
	uint64_t merged = 0;
	char line[16];

	(void)snprintf(line, sizeof(line), "line-%u", number);
	ck_assert_int_eq(zt_spool_get(&spool, &record, &merged), 0);
	ck_assert_str_eq(zt_record_text(record, ZT_RECORD_LINE), line);
	ck_assert_uint_eq(merged, number);
	ck_assert_uint_eq(zt_record_risk(record), 50);
	zt_record_release(record);
	ck_assert_int_eq(zt_spool_drop(&spool), 0);
}

/* What a program that was killed leaves: the descriptor goes, the file stays. */
static void
crash(void)
{
	(void)close(spool.fd);
	ck_assert_int_eq(zt_spool_open(&spool, &place, &err), 0);
}

START_TEST(spool_keeps_order_over_a_crash)
{
	struct stat st;

	for (unsigned i = 0; i < 6; i++)
		ck_assert_int_eq(put(i), 0);
	expect(0);
	expect(1);
	crash();
	ck_assert_uint_eq(spool.n_records, 4);
	ck_assert_uint_eq(spool.torn, 0);
	ck_assert_int_eq(put(6), 0);
	for (unsigned i = 2; i < 7; i++)
		expect(i);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0640);
	zt_spool_close(&spool);
	ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

/* X35: Cut at every byte, and every byte changed: what lies in front of the damage stays. */
START_TEST(spool_damage_costs_what_lies_behind_it)
{
	static unsigned char whole[LIMIT], file[LIMIT];
	uint64_t ends[4];

	for (unsigned i = 0; i < 3; i++) {
		ends[i] = spool.tail;
		ck_assert_int_eq(put(i), 0);
	}
	ends[3] = spool.tail;
	ck_assert_int_eq(pread(spool.fd, whole, sizeof(whole), 0), (ssize_t)ends[3]);
	for (uint64_t at = ends[0]; at < ends[3]; at++) {
		bool is_cut = _i == 0;
		memcpy(file, whole, sizeof(file));
		file[at] ^= 0x40;
		uint64_t size = is_cut ? at : ends[3];
		ck_assert_int_eq(ftruncate(spool.fd, 0), 0);
		ck_assert_int_eq(pwrite(spool.fd, file, size, 0), (ssize_t)size);
		crash();
		unsigned left = at >= ends[2] ? 2 : at >= ends[1] ? 1 : 0;
		ck_assert_uint_eq(spool.n_records, left);
		bool is_clean = is_cut && at == ends[left];
		ck_assert_uint_eq(spool.torn, is_clean ? 0 : 1);
		ck_assert_int_eq(put(9), 0);
		for (unsigned i = 0; i < left; i++)
			expect(i);
		expect(9);
	}
}
END_TEST

START_TEST(spool_is_limited)
{
	unsigned n = 0;

	while (put(n) == 0)
		n++;
	ck_assert_int_eq(put(n), -EDQUOT);
	ck_assert_uint_eq(spool.n_records, n);
	ck_assert_uint_gt(n, 20);
	for (unsigned i = 0; i < n; i++)
		expect(i);
	struct zt_record *record = NULL;
	uint64_t merged = 0;
	ck_assert_int_eq(zt_spool_get(&spool, &record, &merged), -ENOENT);
	ck_assert_int_eq(put(1), 0);
	expect(1);
}
END_TEST

START_TEST(spool_of_another_is_refused)
{
	struct zt_spool second;
	int fd;

	ck_assert_int_eq(zt_spool_open(&second, &place, &err), -EBUSY);
	ck_assert_ptr_nonnull(strstr(err.text, "writes to it"));
	zt_spool_close(&spool);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write(fd, "somebody's text, not a spool", 28), 28);
	(void)close(fd);
	ck_assert_int_eq(zt_spool_open(&spool, &place, &err), -EEXIST);
	ck_assert_ptr_nonnull(strstr(err.text, "is no spool"));
}
END_TEST

static const struct {
	const char *before;
	const char *after;
	int result;
} tails[] = {
	{ "", "", 0 },
	{ "{\"a\":1}\n", "{\"a\":1}\n", 0 },
	{ "{\"a\":1}\n{", "{\"a\":1}\n", 1 },
	{ "{\"a\":1}\n{\"b\":", "{\"a\":1}\n", 1 },
	{ "{\"a", "", 1 },
	{ "x\nCEF:0|", "x\n", 1 },
	{ "somebody's text", "somebody's text\n", 1 },
	{ "{\"a\":1}\n{x", "{\"a\":1}\n{x\n", 1 },
};

START_TEST(torn_tail_of_ours_is_cut_and_of_others_closed)
{
	char text[64] = "";
	int fd = open(path, O_RDWR | O_APPEND);

	ck_assert_int_eq(ftruncate(fd, 0), 0);
	size_t len = strlen(tails[_i].before);
	ck_assert_int_eq(write(fd, tails[_i].before, len), (ssize_t)len);
	ck_assert_int_eq(zt_file_tail_repair(fd, path), tails[_i].result);
	ck_assert_int_ge(pread(fd, text, sizeof(text) - 1, 0), 0);
	ck_assert_str_eq(text, tails[_i].after);
	(void)close(fd);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("spool");
	TCase *tcase = tcase_create("spool");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, spool_keeps_order_over_a_crash);
	tcase_add_loop_test(tcase, spool_damage_costs_what_lies_behind_it, 0, 2);
	tcase_add_test(tcase, spool_is_limited);
	tcase_add_test(tcase, spool_of_another_is_refused);
	tcase_add_loop_test(tcase, torn_tail_of_ours_is_cut_and_of_others_closed, 0,
	    (int)(sizeof(tails) / sizeof(tails[0])));
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
