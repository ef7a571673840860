/* Capture files: every variant that is read, and every way in which a file can lie. */
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

#include "sensor/capture_file.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define NS_PER_S       UINT64_C(1000000000)

/* A capture file in the making. */
struct draft {
	uint8_t *bytes;
	size_t len;
	bool big_endian;
};

static const struct zt_waiting patient = { -1, NULL, NULL };
static struct zt_interfaces *names;
static char directory[] = "/tmp/zonetap-check-XXXXXX";
static char path[64];

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/capture", directory);
	names = zt_interfaces_new();
	ck_assert_ptr_nonnull(names);
}

static void
teardown(void)
{
	zt_interfaces_free(&names);
	(void)unlink(path);
	(void)rmdir(directory);
	memcpy(directory, "/tmp/zonetap-check-XXXXXX", sizeof(directory));
}

static void
start(struct draft *d, bool big_endian)
{
	d->bytes = malloc(FILE_BYTES_MAX);
	ck_assert_ptr_nonnull(d->bytes);
	d->len = 0;
	d->big_endian = big_endian;
}

static void
put(struct draft *d, uint64_t value, unsigned n_bytes)
{
	for (unsigned i = 0; i < n_bytes; i++) {
		unsigned shift = 8 * (d->big_endian ? n_bytes - 1 - i : i);
		d->bytes[d->len++] = (uint8_t)(value >> shift);
	}
}

static void
put_bytes(struct draft *d, const void *bytes, size_t len)
{
	memcpy(d->bytes + d->len, bytes, len);
	d->len += len;
}

static void
save(const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
}

/* What reading a whole file gave. */
struct result {
	int opened;
	enum zt_read end;
	struct zt_err err;
	struct zt_capture_notes notes;
	char format[16];
	struct zt_packet packets[4]; /* the first ones; data is not valid any more */
	uint8_t first_bytes[4];	     /* of each of them */
};

static struct result
read_all(void)
{
	struct result r = { .end = ZT_READ_END };
	struct zt_capture_file *file = NULL;
	struct zt_packet packet;

	r.opened = zt_capture_file_open(path, &patient, names, &file, &r.err);
	if (r.opened != 0)
		return r;
	(void)snprintf(r.format, sizeof(r.format), "%s", zt_capture_file_format(file));
	for (size_t n = 0;; n++) {
		r.end = zt_capture_file_next(file, &packet);
		if (r.end != ZT_READ_PACKET)
			break;
		if (n >= 4)
			continue;
		r.packets[n] = packet;
		r.first_bytes[n] = packet.caplen > 0 ? packet.data[0] : 0;
	}
	/* The end stays the end. */
	ck_assert_int_eq(zt_capture_file_next(file, &packet), r.end);
	r.notes = *zt_capture_file_notes(file);
	zt_capture_file_close(&file);
	return r;
}

static struct result
read_draft(struct draft *d)
{
	save(d->bytes, d->len);
	free(d->bytes);
	return read_all();
}

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

/* ---- pcapng ---- */

static size_t
begin_block(struct draft *d, uint32_t type)
{
	size_t at = d->len;

	put(d, type, 4);
	put(d, 0, 4);
	return at;
}

static void
end_block(struct draft *d, size_t at)
{
	while ((d->len - at) % 4 != 0)
		put(d, 0, 1);
	size_t total = d->len - at + 4;
	put(d, total, 4);
	size_t len = d->len;
	d->len = at + 4;
	put(d, total, 4);
	d->len = len;
}

static void
put_section(struct draft *d)
{
	size_t at = begin_block(d, 0x0a0d0d0a);

	put(d, 0x1a2b3c4d, 4);
	put(d, 1, 2);
	put(d, 0, 2);
	put(d, UINT64_MAX, 8);
	end_block(d, at);
}

/* resolution -1: no such option; offset_s 0: no such option. */
static void
put_interface(struct draft *d, uint16_t link_type, int resolution, int64_t offset_s,
    const char *name)
{
	size_t at = begin_block(d, 1);

	put(d, link_type, 2);
	put(d, 0, 2);
	put(d, 0, 4);
	if (name != NULL) {
		put(d, 2, 2);
		put(d, strlen(name), 2);
		put_bytes(d, name, strlen(name));
		while (d->len % 4 != 0)
			put(d, 0, 1);
	}
	if (resolution >= 0) {
		put(d, 9, 2);
		put(d, 1, 2);
		put(d, (uint64_t)resolution, 1);
		put(d, 0, 3);
	}
	if (offset_s != 0) {
		put(d, 14, 2);
		put(d, 8, 2);
		put(d, (uint64_t)offset_s, 8);
	}
	put(d, 0, 4); /* end of options */
	end_block(d, at);
}

static void
put_enhanced(
    struct draft *d, uint32_t interface, uint64_t stamp, uint32_t caplen, uint8_t fill)
{
	size_t at = begin_block(d, 6);

	put(d, interface, 4);
	put(d, stamp >> 32, 4);
	put(d, stamp & UINT32_MAX, 4);
	put(d, caplen, 4);
	put(d, 60, 4);
	for (uint32_t i = 0; i < caplen && i < 64; i++)
		put(d, fill, 1);
	end_block(d, at);
}

START_TEST(pcapng_interfaces_of_unlike_link_types_are_told_apart)
{
	struct draft d;

	start(&d, _i == 1);
	put_section(&d);
	put_interface(&d, 1, -1, 0, "eth0");
	put_interface(&d, 113, 9, 0, NULL);
	put_enhanced(&d, 1, 1700000000000000005, 5, 'b');
	put_enhanced(&d, 0, 1700000000000006, 3, 'a');
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_str_eq(r.format, "pcapng");
	ck_assert_uint_eq(r.notes.packets, 2);
	ck_assert_uint_eq(r.packets[0].link_type, 113);
	ck_assert_uint_eq(r.packets[0].ts_ns, 1700000000000000005);
	ck_assert_uint_eq(r.packets[0].interface, 0);
	ck_assert_uint_eq(r.packets[0].caplen, 5);
	ck_assert_uint_eq(r.packets[0].wirelen, 60);
	ck_assert_uint_eq(r.first_bytes[0], 'b');
	ck_assert_uint_eq(r.packets[1].link_type, 1);
	ck_assert_uint_eq(r.packets[1].ts_ns, 1700000000000006000);
	ck_assert_str_eq(zt_interfaces_name(names, r.packets[1].interface), "eth0");
}
END_TEST

START_TEST(pcapng_sections_start_afresh_in_their_own_byte_order)
{
	struct draft d;

	start(&d, false);
	put_section(&d);
	put_interface(&d, 1, -1, 0, NULL);
	put_enhanced(&d, 0, 1000000, 1, 'a');
	d.big_endian = true;
	put_section(&d);
	put_enhanced(&d, 0, 1, 1, 'x'); /* this section has no interface yet */
	put_interface(&d, 101, -1, 0, NULL);
	put_enhanced(&d, 0, 2000000, 1, 'b');
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_uint_eq(r.notes.packets, 2);
	ck_assert_uint_eq(r.notes.bad_blocks, 1);
	ck_assert_uint_eq(r.packets[0].link_type, 1);
	ck_assert_uint_eq(r.packets[0].ts_ns, 1 * NS_PER_S);
	ck_assert_uint_eq(r.packets[1].link_type, 101);
	ck_assert_uint_eq(r.packets[1].ts_ns, 2 * NS_PER_S);
}
END_TEST

static const struct {
	int resolution;
	int64_t offset_s;
	uint64_t stamp;
	uint64_t ns;
} stamps[] = {
	{ 0, 0, 1700000000, 1700000000 * NS_PER_S },		  /* seconds */
	{ 3, 0, 1700000000007, 1700000000 * NS_PER_S + 7000000 }, /* milliseconds */
	{ 6, 0, 1700000000000007, 1700000000 * NS_PER_S + 7000 },
	{ 9, 0, 1700000000000000007, 1700000000 * NS_PER_S + 7 },
	{ 12, 0, 5000000000000, 5 * NS_PER_S },	    /* picoseconds */
	{ 12, 0, 5000000001999, 5 * NS_PER_S + 1 }, /* cut, not rounded */
	{ 19, 0, 10000000000000000000u, 1 * NS_PER_S },
	{ 20, 0, 10000000000000000000u, NS_PER_S / 10 },
	{ 127, 0, UINT64_MAX, 0 },				  /* below everything */
	{ 0x80, 0, 1700000000, 1700000000 * NS_PER_S },		  /* 2^0 */
	{ 0x8a, 0, 5 * 1024 + 512, 5 * NS_PER_S + NS_PER_S / 2 }, /* 2^-10 */
	{ 0xa0, 0, (UINT64_C(7) << 32) + (UINT64_C(1) << 31),	  /* 2^-32 */
	    7 * NS_PER_S + NS_PER_S / 2 },
	{ 0xbf, 0, UINT64_C(3) << 62, 1 * NS_PER_S + NS_PER_S / 2 }, /* 2^-63 */
	{ 0xc0, 0, UINT64_C(1) << 63, NS_PER_S / 2 },		     /* 2^-64 */
	{ 6, 100, 1000000, 101 * NS_PER_S },
	{ 6, -1, 1000000, 0 },
	{ 6, -2, 1000000, 0 },		  /* before the epoch */
	{ 0, 0, UINT64_MAX, UINT64_MAX }, /* beyond all years */
	{ 6, INT64_MAX, 0, UINT64_MAX },
};

START_TEST(pcapng_time_stamp_in_every_resolution_is_nanoseconds)
{
	struct draft d;

	start(&d, false);
	put_section(&d);
	put_interface(&d, 1, stamps[_i].resolution, stamps[_i].offset_s, NULL);
	put_enhanced(&d, 0, stamps[_i].stamp, 1, 'a');
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_uint_eq(r.notes.packets, 1);
	ck_assert_uint_eq(r.packets[0].ts_ns, stamps[_i].ns);
}
END_TEST

START_TEST(pcapng_simple_and_obsolete_packets_are_read)
{
	struct draft d;

	start(&d, false);
	put_section(&d);
	put_interface(&d, 1, -1, 0, NULL);
	put_interface(&d, 101, -1, 0, NULL);
	size_t at = begin_block(&d, 2); /* obsolete packet of interface 1 */
	put(&d, 1, 2);
	put(&d, 77, 2); /* drops */
	put(&d, 0, 4);
	put(&d, 4000000, 4);
	put(&d, 2, 4);
	put(&d, 2, 4);
	put_bytes(&d, "ob", 2);
	end_block(&d, at);
	at = begin_block(&d, 3); /* simple packet */
	put(&d, 3, 4);
	put_bytes(&d, "sim", 3);
	end_block(&d, at);
	at = begin_block(&d, 0x0bad); /* nobody knows this one */
	put(&d, 0, 4);
	end_block(&d, at);
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_uint_eq(r.notes.packets, 2);
	ck_assert_uint_eq(r.packets[0].link_type, 101);
	ck_assert_uint_eq(r.packets[0].ts_ns, 4 * NS_PER_S);
	ck_assert_uint_eq(r.first_bytes[0], 'o');
	ck_assert_uint_eq(r.packets[1].link_type, 1);
	ck_assert_uint_eq(r.packets[1].caplen, 3);
	ck_assert_uint_eq(r.packets[1].ts_ns, 4 * NS_PER_S); /* that of the last one */
	ck_assert_uint_eq(r.notes.bad_blocks, 0);
}
END_TEST

START_TEST(pcapng_block_that_contradicts_itself_is_left_out)
{
	struct draft d;

	start(&d, false);
	put_section(&d);
	put_interface(&d, 1, -1, 0, NULL);
	put_enhanced(&d, 9, 1000000, 1, 'x');	 /* no such interface */
	put_enhanced(&d, 0, 1000000, 5000, 'x'); /* longer than its block */
	put_enhanced(&d, 0, 0, 0xfffffff0, 'x');
	end_block(&d, begin_block(&d, 6)); /* no body */
	end_block(&d, begin_block(&d, 3));
	put_enhanced(&d, 0, 2000000, 1, 'a');
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_END);
	ck_assert_uint_eq(r.notes.bad_blocks, 5);
	ck_assert_uint_eq(r.notes.packets, 1);
	ck_assert_uint_eq(r.first_bytes[0], 'a');
	/* Section 28 bytes, interface 24: the first bad block begins at byte 52. */
	ck_assert_ptr_nonnull(strstr(r.notes.damage.text, "byte 52, packet 1:"));
}
END_TEST

static const uint32_t bad_lengths[] = { 0, 8, 11, 13, 36 + 2, 0x7ffffffc, 0xffffffff };

START_TEST(pcapng_block_length_that_cannot_be_ends_the_file)
{
	struct draft d;

	start(&d, false);
	put_section(&d);
	put_interface(&d, 1, -1, 0, NULL);
	put_enhanced(&d, 0, 1000000, 1, 'a');
	size_t at = d.len;
	put_enhanced(&d, 0, 1000000, 1, 'b');
	size_t len = d.len;
	d.len = at + 4;
	put(&d, bad_lengths[_i], 4);
	d.len = len;
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_DAMAGED);
	ck_assert_uint_eq(r.notes.packets, 1);
	ck_assert_ptr_nonnull(strstr(r.notes.damage.text, "byte 88, packet 2:"));
}
END_TEST

START_TEST(pcapng_block_ending_with_another_length_ends_the_file)
{
	struct draft d;

	start(&d, false);
	put_section(&d);
	put_interface(&d, 1, -1, 0, NULL);
	put_enhanced(&d, 0, 1000000, 1, 'a');
	d.bytes[d.len - 4]++;
	put_enhanced(&d, 0, 1000000, 1, 'b');
	struct result r = read_draft(&d);
	ck_assert_int_eq(r.end, ZT_READ_DAMAGED);
	ck_assert_uint_eq(r.notes.packets, 0);
}
END_TEST

START_TEST(pcapng_cut_at_every_byte_gives_whole_packets)
{
	struct draft d;

	start(&d, false);
	put_section(&d);
	put_interface(&d, 1, -1, 0, NULL);    /* from byte 28 */
	put_enhanced(&d, 0, 1000000, 1, 'a'); /* from byte 52 */
	put_enhanced(&d, 0, 2000000, 1, 'b'); /* from byte 88 */
	ck_assert_uint_eq(d.len, 124);
	for (size_t len = 0; len <= d.len; len++) {
		save(d.bytes, len);
		struct result r = read_all();
		if (len < 28) {
			ck_assert_int_eq(r.opened, -EBADMSG);
			continue;
		}
		bool is_whole = len == 28 || len == 52 || len == 88 || len == 124;
		ck_assert_int_eq(r.opened, 0);
		ck_assert_int_eq(r.end, is_whole ? ZT_READ_END : ZT_READ_DAMAGED);
		ck_assert_uint_eq(r.notes.packets, len < 88 ? 0 : len < 124 ? 1 : 2);
	}
	free(d.bytes);
}
END_TEST

/* ---- compression and waiting ---- */

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
	TCase *pcapng = tcase_create("pcapng");
	TCase *stream = tcase_create("streams");
	TCase *all[] = { pcap, pcapng, stream };

	for (size_t i = 0; i < 3; i++) {
		tcase_add_checked_fixture(all[i], setup, teardown);
		suite_add_tcase(suite, all[i]);
	}
	tcase_add_loop_test(pcap, pcap_variant_in_either_byte_order_is_read, 0, 6);
	tcase_add_test(pcap, pcap_cut_at_every_byte_gives_whole_packets_and_says_where);
	tcase_add_loop_test(
	    pcap, pcap_captured_length_beyond_limit_is_damage, 0, N(caplens));
	tcase_add_test(pcap, pcap_oddities_are_read_and_counted);
	tcase_add_test(pcap, pcap_old_versions_swap_the_lengths);
	tcase_add_test(pcap, pcap_of_another_major_version_is_refused);
	tcase_add_test(pcap, file_that_is_no_capture_is_refused_with_reason);
	tcase_add_loop_test(
	    pcapng, pcapng_interfaces_of_unlike_link_types_are_told_apart, 0, 2);
	tcase_add_test(pcapng, pcapng_sections_start_afresh_in_their_own_byte_order);
	tcase_add_loop_test(
	    pcapng, pcapng_time_stamp_in_every_resolution_is_nanoseconds, 0, N(stamps));
	tcase_add_test(pcapng, pcapng_simple_and_obsolete_packets_are_read);
	tcase_add_test(pcapng, pcapng_block_that_contradicts_itself_is_left_out);
	tcase_add_loop_test(pcapng, pcapng_block_length_that_cannot_be_ends_the_file, 0,
	    N(bad_lengths));
	tcase_add_test(pcapng, pcapng_block_ending_with_another_length_ends_the_file);
	tcase_add_test(pcapng, pcapng_cut_at_every_byte_gives_whole_packets);
#ifdef ZT_WITH_ZLIB
	tcase_add_test(stream, gzip_of_several_members_is_one_stream);
#endif
#ifdef ZT_WITH_ZSTD
	tcase_add_test(stream, zstd_of_several_frames_is_one_stream);
#endif
	tcase_add_test(stream, fifo_without_writer_can_be_given_up);
	tcase_add_test(stream, fifo_that_runs_dry_is_announced_before_the_wait);
	tcase_add_test(stream, first_bytes_tell_a_capture);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
