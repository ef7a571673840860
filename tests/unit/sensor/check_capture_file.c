/* Capture files: pcap in every variant, compressed streams, waiting, and every way in
 * which a file can lie. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef ZT_WITH_ZLIB
#	include <zlib.h>
#endif
#ifdef ZT_WITH_ZSTD
#	include <zstd.h>
#endif

#include "capture_draft.h"
#include "suite.h"

static void
put_pcap_header(struct draft *d, uint32_t magic, uint32_t network)
{
	put(d, magic, 4);
	put(d, 2, 2);
	put(d, 4, 2);
	put(d, 0, 4);
	put(d, 0, 4);
	put(d, 100, 4); /* snap length */
	put(d, network, 4);
}

static void
put_record(struct draft *d, uint32_t seconds, uint32_t fraction, uint32_t caplen,
    uint32_t len, uint8_t fill)
{
	put(d, seconds, 4);
	put(d, fraction, 4);
	put(d, caplen, 4);
	put(d, len, 4);
	memset(d->bytes + d->len, fill, caplen);
	d->len += caplen;
}

static const struct {
	uint32_t magic;
	uint64_t second_ns; /* what a fraction of 7 means */
	unsigned extra;	    /* bytes behind a record header */
} pcap_variants[] = {
	{ 0xa1b2c3d4, 7000, 0 },
	{ 0xa1b23c4d, 7, 0 },
	{ 0xa1b2cd34, 7000, 8 },
};

START_TEST(pcap_variant_in_either_byte_order_is_read)
{
	struct draft d;
	unsigned v = (unsigned)_i / 2;

	start(&d, _i % 2 == 1);
	/* Ethernet, with "frame check sequence of 4 bytes" in the upper bits. */
	put_pcap_header(&d, pcap_variants[v].magic, 0x24000001);
	put(&d, 1700000000, 4);
	put(&d, 7, 4);
	put(&d, 3, 4);
	put(&d, 60, 4);
	put(&d, 0, pcap_variants[v].extra);
	put_bytes(&d, "abc", 3);
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.opened, 0);
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_str_eq(r.format, "pcap");
	ck_assert_uint_eq(r.notes.packets, 1);
	ck_assert_uint_eq(r.notes.bytes, 3);
	ck_assert_uint_eq(
	    r.packets[0].ts_ns, 1700000000 * NS_PER_S + pcap_variants[v].second_ns);
	ck_assert_uint_eq(r.packets[0].caplen, 3);
	ck_assert_uint_eq(r.packets[0].wirelen, 60);
	ck_assert_uint_eq(r.packets[0].link_type, 1);
	ck_assert_uint_eq(r.packets[0].interface, 0);
	ck_assert_uint_eq(r.first_bytes[0], 'a');
	ck_assert_str_eq(r.notes.damage.text, "");
}
END_TEST

/* O03. */
START_TEST(pcap_cut_at_every_byte_gives_whole_packets_and_says_where)
{
	struct draft d;
	char where[32];

	start(&d, false);
	put_pcap_header(&d, 0xa1b2c3d4, 1);
	put_record(&d, 1, 0, 5, 5, 'x'); /* bytes 24 .. 44 */
	put_record(&d, 2, 0, 2, 2, 'y'); /* bytes 45 .. 62 */
	ck_assert_uint_eq(d.len, 63);
	for (size_t len = 0; len <= d.len; len++) {
		save(d.bytes, len);
		struct result r = read_all();
		(void)snprintf(where, sizeof(where), "byte %zu", len);
		if (len < 24) {
			ck_assert_int_eq(r.opened, -EBADMSG);
			ck_assert_ptr_nonnull(strstr(r.err.text, path));
			ck_assert_ptr_nonnull(strstr(r.err.text, where));
			continue;
		}
		bool is_whole = len == 24 || len == 45 || len == 63;
		ck_assert_int_eq(r.opened, 0);
		ck_assert_uint_eq(r.notes.packets, len < 45 ? 0 : len < 63 ? 1 : 2);
		ck_assert_int_eq(r.end, is_whole ? ZT_READ_END : ZT_READ_DAMAGED);
		if (is_whole)
			continue;
		ck_assert_ptr_nonnull(strstr(r.notes.damage.text, where));
		ck_assert_ptr_nonnull(
		    strstr(r.notes.damage.text, len < 45 ? "packet 1:" : "packet 2:"));
	}
	free(d.bytes);
}
END_TEST

static const struct {
	uint32_t caplen;
	bool is_damage;
} caplens[] = {
	{ 0, false },
	{ ZT_CAPTURED_MAX, false },
	{ ZT_CAPTURED_MAX + 1, true },
	{ 0x80000000, true },
	{ 0xffffffff, true },
};

/* O03. */
START_TEST(pcap_captured_length_beyond_limit_is_damage)
{
	struct draft d;

	start(&d, false);
	put_pcap_header(&d, 0xa1b2c3d4, 1);
	put_record(&d, 1, 0, 1, 1, 'x'); /* bytes 24 .. 40 */
	put(&d, 2, 4);			 /* byte 41 */
	put(&d, 0, 4);
	put(&d, caplens[_i].caplen, 4); /* byte 49 */
	put(&d, 60, 4);
	if (!caplens[_i].is_damage) {
		memset(d.bytes + d.len, 'y', caplens[_i].caplen);
		d.len += caplens[_i].caplen;
	}
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, caplens[_i].is_damage ? ZT_READ_DAMAGED : ZT_READ_END);
	ck_assert_uint_eq(r.notes.packets, caplens[_i].is_damage ? 1 : 2);
	if (caplens[_i].is_damage)
		ck_assert_ptr_nonnull(
		    strstr(r.notes.damage.text, "byte 49, packet 2:"));
	else
		ck_assert_uint_eq(r.packets[1].caplen, caplens[_i].caplen);
}
END_TEST

START_TEST(pcap_oddities_are_read_and_counted)
{
	struct draft d;

	start(&d, false);
	put_pcap_header(&d, 0xa1b2c3d4, 1);
	put_record(&d, 1, 2500000, 4, 60, 'x'); /* 2.5 s worth of microseconds */
	put_record(
	    &d, 0xffffffff, 0xffffffff, 4, 2, 'x'); /* wire shorter than capture */
	put_record(&d, 1, 0, 101, 101, 'x'); /* longer than the file's snap length */
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_uint_eq(r.notes.packets, 3);
	ck_assert_uint_eq(r.notes.odd_times, 2);
	ck_assert_uint_eq(r.notes.over_snaplen, 1);
	ck_assert_uint_eq(r.packets[0].ts_ns, 3500 * NS_PER_S / 1000);
	ck_assert_uint_eq(r.packets[1].wirelen, 4);
}
END_TEST

START_TEST(pcap_old_versions_swap_the_lengths)
{
	struct draft d;

	start(&d, true);
	put_pcap_header(&d, 0xa1b2c3d4, 1);
	d.bytes[7] = 2; /* format 2.2 */
	put(&d, 1, 4);
	put(&d, 0, 4);
	put(&d, 60, 4); /* wire length first */
	put(&d, 1, 4);
	put_bytes(&d, "x", 1);
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_uint_eq(r.packets[0].caplen, 1);
	ck_assert_uint_eq(r.packets[0].wirelen, 60);
}
END_TEST

START_TEST(pcap_of_another_major_version_is_refused)
{
	struct draft d;

	start(&d, false);
	put_pcap_header(&d, 0xa1b2c3d4, 1);
	d.bytes[4] = 3;
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.opened, -EBADMSG);
	ck_assert_ptr_nonnull(strstr(r.err.text, "byte 4: pcap format 3.4"));
}
END_TEST

START_TEST(file_that_is_no_capture_is_refused_with_reason)
{
	save("no capture", 10);
	struct result r = read_all();
	ck_assert_int_eq(r.opened, -EBADMSG);
	ck_assert_ptr_nonnull(strstr(r.err.text, "begins with 6e 6f 20 63"));
	save("", 0);
	r = read_all();
	ck_assert_int_eq(r.opened, -EBADMSG);
	ck_assert_ptr_nonnull(strstr(r.err.text, "the file is empty"));
	struct zt_capture_file *file = NULL;
	ck_assert_int_eq(
	    zt_capture_file_open(directory, &patient, names, &file, &r.err), -EISDIR);
	(void)unlink(path);
	ck_assert_int_eq(
	    zt_capture_file_open(path, &patient, names, &file, &r.err), -ENOENT);
	ck_assert_ptr_null(file);
}
END_TEST

static struct draft
two_packets(void)
{
	struct draft d;

	start(&d, false);
	put_pcap_header(&d, 0xa1b2c3d4, 1);
	for (uint32_t i = 0; i < 2000; i++)
		put_record(&d, i, 0, 90, 90, (uint8_t)(i * 37));
	return d;
}

#ifdef ZT_WITH_ZLIB
static size_t
gzip(const uint8_t *bytes, size_t len, uint8_t *to, size_t room)
{
	z_stream stream = { 0 };

	ck_assert_int_eq(
	    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	uint8_t *copy = malloc(len);
	memcpy(copy, bytes, len);
	stream.next_in = copy;
	stream.avail_in = (uInt)len;
	stream.next_out = to;
	stream.avail_out = (uInt)room;
	ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	size_t made = stream.total_out;
	deflateEnd(&stream);
	free(copy);
	return made;
}

START_TEST(gzip_of_several_members_is_one_stream)
{
	struct draft d = two_packets();
	uint8_t *packed = malloc(FILE_BYTES_MAX);
	size_t half = d.len / 2;
	size_t n = gzip(d.bytes, half, packed, FILE_BYTES_MAX);

	n += gzip(d.bytes + half, d.len - half, packed + n, FILE_BYTES_MAX - n);
	save(packed, n);
	struct result r = read_all();
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_str_eq(r.format, "pcap+gzip");
	ck_assert_uint_eq(r.notes.packets, 2000);
	save(packed, n - 9); /* inside the second member */
	r = read_all();
	ck_assert_int_eq(r.end, ZT_READ_DAMAGED);
	ck_assert_ptr_nonnull(
	    strstr(r.notes.damage.text, "gzip data is damaged or cut"));
	memset(packed + n / 4, 0xff, 64);
	save(packed, n);
	r = read_all();
	ck_assert_int_eq(r.end, ZT_READ_DAMAGED);
	ck_assert_uint_lt(r.notes.packets, 2000);
	free(packed);
	free(d.bytes);
}
END_TEST
#endif

#ifdef ZT_WITH_ZSTD
START_TEST(zstd_of_several_frames_is_one_stream)
{
	struct draft d = two_packets();
	uint8_t *packed = malloc(FILE_BYTES_MAX);
	size_t half = d.len / 2;
	size_t n = ZSTD_compress(packed, FILE_BYTES_MAX, d.bytes, half, 3);

	n += ZSTD_compress(
	    packed + n, FILE_BYTES_MAX - n, d.bytes + half, d.len - half, 3);
	save(packed, n);
	struct result r = read_all();
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_str_eq(r.format, "pcap+zstd");
	ck_assert_uint_eq(r.notes.packets, 2000);
	save(packed, n - 9);
	r = read_all();
	ck_assert_int_eq(r.end, ZT_READ_DAMAGED);
	ck_assert_ptr_nonnull(
	    strstr(r.notes.damage.text, "zstd data is damaged or cut"));
	free(packed);
	free(d.bytes);
}
END_TEST
#endif

START_TEST(fifo_without_writer_can_be_given_up)
{
	struct zt_capture_file *file = NULL;
	struct zt_err err;
	int cancel = eventfd(1, EFD_NONBLOCK); /* readable at once */
	const struct zt_waiting waiting = { cancel, NULL, NULL };

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(
	    zt_capture_file_open(path, &waiting, names, &file, &err), -ECANCELED);
	ck_assert_ptr_null(file);
	close(cancel);
}
END_TEST

/* Told of the wait, gives up the wait. */
static void
note_and_cancel(void *arg)
{
	const uint64_t one = 1;
	int *cancel_and_waits = arg;

	ck_assert_int_eq(write(cancel_and_waits[0], &one, sizeof(one)), sizeof(one));
	cancel_and_waits[1]++;
}

START_TEST(fifo_that_runs_dry_is_announced_before_the_wait)
{
	struct zt_capture_file *file = NULL;
	struct zt_packet packet;
	struct zt_err err;
	struct draft d = two_packets();
	int cancel_and_waits[2] = { eventfd(0, EFD_NONBLOCK), 0 };
	const struct zt_waiting waiting = { cancel_and_waits[0], note_and_cancel,
		cancel_and_waits };
	const ssize_t len = 24 + 2 * (16 + 90); /* file header, two records */

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	int writer = open(path, O_RDWR);
	ck_assert_int_eq(write(writer, d.bytes, (size_t)len), len);
	ck_assert_int_eq(zt_capture_file_open(path, &waiting, names, &file, &err), 0);
	ck_assert_int_eq(zt_capture_file_next(file, &packet), ZT_READ_PACKET);
	ck_assert_int_eq(zt_capture_file_next(file, &packet), ZT_READ_PACKET);
	ck_assert_int_eq(cancel_and_waits[1], 0);
	ck_assert_int_eq(zt_capture_file_next(file, &packet), ZT_READ_CANCELLED);
	ck_assert_int_eq(cancel_and_waits[1], 1);
	zt_capture_file_close(&file);
	close(writer);
	close(cancel_and_waits[0]);
	free(d.bytes);
}
END_TEST

START_TEST(first_bytes_tell_a_capture)
{
	ck_assert(zt_capture_file_is_one((const uint8_t *)"\xd4\xc3\xb2\xa1", 4));
	ck_assert(zt_capture_file_is_one((const uint8_t *)"\xa1\xb2\x3c\x4d", 4));
	ck_assert(zt_capture_file_is_one((const uint8_t *)"\x0a\x0d\x0d\x0a", 4));
	ck_assert(zt_capture_file_is_one((const uint8_t *)"\x1f\x8b\x08\x00", 4));
	ck_assert(zt_capture_file_is_one((const uint8_t *)"\x28\xb5\x2f\xfd", 4));
	ck_assert(!zt_capture_file_is_one((const uint8_t *)"\xd4\xc3\xb2", 3));
	ck_assert(!zt_capture_file_is_one((const uint8_t *)"{\"a\"", 4));
}
END_TEST

#define N(array) ((int)(sizeof(array) / sizeof((array)[0])))

int
main(void)
{
	Suite *suite = suite_create("capture_file");
	TCase *pcap = tcase_create("pcap");
	TCase *stream = tcase_create("stream");

	tcase_add_checked_fixture(pcap, setup, teardown);
	tcase_add_checked_fixture(stream, setup, teardown);
	tcase_add_loop_test(pcap, pcap_variant_in_either_byte_order_is_read, 0, 6);
	tcase_add_test(pcap, pcap_cut_at_every_byte_gives_whole_packets_and_says_where);
	tcase_add_loop_test(
	    pcap, pcap_captured_length_beyond_limit_is_damage, 0, N(caplens));
	tcase_add_test(pcap, pcap_oddities_are_read_and_counted);
	tcase_add_test(pcap, pcap_old_versions_swap_the_lengths);
	tcase_add_test(pcap, pcap_of_another_major_version_is_refused);
	tcase_add_test(pcap, file_that_is_no_capture_is_refused_with_reason);
	suite_add_tcase(suite, pcap);
#ifdef ZT_WITH_ZLIB
	tcase_add_test(stream, gzip_of_several_members_is_one_stream);
#endif
#ifdef ZT_WITH_ZSTD
	tcase_add_test(stream, zstd_of_several_frames_is_one_stream);
#endif
	tcase_add_test(stream, fifo_without_writer_can_be_given_up);
	tcase_add_test(stream, fifo_that_runs_dry_is_announced_before_the_wait);
	tcase_add_test(stream, first_bytes_tell_a_capture);
	suite_add_tcase(suite, stream);
	return zt_suite_run(suite);
}
