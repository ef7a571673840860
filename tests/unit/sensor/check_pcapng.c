/* pcapng: every block that is read, every time resolution, and every way to lie. */
#include "capture_draft.h"
#include "suite.h"

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

/* O03. */
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

#define N(array) ((int)(sizeof(array) / sizeof((array)[0])))

int
main(void)
{
	Suite *suite = suite_create("pcapng");
	TCase *pcapng = tcase_create("pcapng");

	tcase_add_checked_fixture(pcapng, setup, teardown);
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
	suite_add_tcase(suite, pcapng);
	return zt_suite_run(suite);
}
