#include "dissect/dissect.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "laws.h"
#include "wire.h"

#define SECOND	      UINT64_C(1000000000)
#define LINK_ETHERNET 1
#define KEPT_MAX      64

/** The module under test and the heads of what it emitted. */
struct bench {
	struct zt_dissect *dissect;
	struct wire w;	   /**< The DNS message in work. */
	struct wire frame; /**< The frame around it. */
	unsigned n_events;
	struct zt_event kept[KEPT_MAX];
};

static struct bench b;

static void
keep(void *arg, const struct zt_event *ev)
{
	(void)arg;
	if (b.n_events < KEPT_MAX)
		b.kept[b.n_events] = *ev;
	b.n_events++;
}

static void
setup(void)
{
	struct zt_dissect_options options;

	memset(&b, 0, sizeof(b));
	zt_dissect_defaults(&options);
	options.key = (struct zt_hash_key){ 5, 6 };
	options.emit = keep;
	options.worker = 2;
	options.tcp_streams = 64;
	options.exchanges = 64;
	options.transfers = 16;
	b.dissect = zt_dissect_new(&options);
	ck_assert_ptr_nonnull(b.dissect);
}

static void
teardown(void)
{
	const char *broken = laws_broken(zt_dissect_stats(b.dissect));

	ck_assert_msg(!broken, "%s", broken ? broken : "");
	ck_assert_uint_eq(zt_counted(&zt_dissect_stats(b.dissect)->events), b.n_events);
	zt_dissect_free(&b.dissect);
	ck_assert_ptr_null(b.dissect);
	zt_dissect_free(&b.dissect);
}

/** Put b.w into Ethernet, IPv4 (10.0.0.1 to 10.0.0.2) and UDP to a port. */
static void
frame_udp(unsigned port)
{
	struct wire *f = &b.frame;

	f->len = 0;
	wire_fill(f, 2, 12);
	wire_u16(f, 0x0800);
	wire_u16(f, 0x4500);
	wire_u16(f, (unsigned)(28 + b.w.len));
	wire_u32(f, 0x12344000);
	wire_u16(f, 0x4011);
	wire_u16(f, 0);
	wire_u32(f, 0x0a000001);
	wire_u32(f, 0x0a000002);
	wire_u16(f, 40000);
	wire_u16(f, port);
	wire_u16(f, (unsigned)(8 + b.w.len));
	wire_u16(f, 0);
	wire_bytes(f, b.w.bytes, b.w.len);
}

static void
send_at(uint64_t ts_ns)
{
	struct zt_packet packet = {
		.data = b.frame.bytes,
		.ts_ns = ts_ns,
		.caplen = (uint32_t)b.frame.len,
		.wirelen = (uint32_t)b.frame.len,
		.link_type = LINK_ETHERNET,
	};

	zt_dissect_packet(b.dissect, &packet);
}

/** A query on port 53, another each time so that no packet repeats. */
static void
query_at(uint64_t ts_ns)
{
	static uint16_t id = 0;

	wire_start(&b.w, ++id, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&b.w, "example.com", 1);
	frame_udp(53);
	send_at(ts_ns);
}

static unsigned
count_kind(unsigned kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < b.n_events && i < KEPT_MAX; i++)
		n += b.kept[i].kind == kind;
	return n;
}

START_TEST(packet_with_query_becomes_an_event)
{
	query_at(100 * SECOND);
	ck_assert_uint_eq(count_kind(ZT_EVENT_QUERY), 1);
	const struct zt_event *ev = &b.kept[b.n_events - 1];
	ck_assert_uint_eq(ev->ts_ns, 100 * SECOND);
	ck_assert_mem_eq(ev->client, "\12\0\0\1", 4);
	ck_assert_mem_eq(ev->server, "\12\0\0\2", 4);
	ck_assert_uint_eq(ev->client_port, 40000);
	ck_assert_uint_eq(ev->worker, 2);
	const struct zt_dissect_stats *stats = zt_dissect_stats(b.dissect);
	ck_assert_uint_eq(zt_counted(&stats->packets), 1);
	ck_assert_uint_eq(zt_counted(&stats->packet_bytes), b.frame.len);
	ck_assert_uint_eq(zt_counted(&stats->parsed), 1);
}
END_TEST

START_TEST(packet_of_another_port_is_ignored_and_counted)
{
	wire_start(&b.w, 1, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&b.w, "example.com", 1);
	frame_udp(5353);
	send_at(SECOND);
	const struct zt_dissect_stats *stats = zt_dissect_stats(b.dissect);
	ck_assert_uint_eq(zt_counted(&stats->outcomes[ZT_R_OTHER_PORT]), 1);
	ck_assert_uint_eq(zt_counted(&stats->parsed), 0);
	ck_assert_uint_eq(count_kind(ZT_EVENT_QUERY), 0);
}
END_TEST

START_TEST(l01_frame_cut_anywhere_has_one_outcome)
{
	query_at(SECOND);
	size_t whole = b.frame.len;
	for (size_t len = 0; len < whole; len++) {
		uint8_t *exact = malloc(len + 1);
		ck_assert_ptr_nonnull(exact);
		memcpy(exact, b.frame.bytes, len);
		struct zt_packet packet = { exact, SECOND, (uint32_t)len,
			(uint32_t)whole, LINK_ETHERNET, 0 };
		zt_dissect_packet(b.dissect, &packet);
		free(exact);
	}
	const struct zt_dissect_stats *stats = zt_dissect_stats(b.dissect);
	ck_assert_uint_eq(zt_counted(&stats->packets), whole + 1);
}
END_TEST

START_TEST(time_is_told_once_a_second_of_capture_time)
{
	wire_start(&b.w, 1, 0, (struct wire_counts){ 1, 0, 0, 0 });
	frame_udp(5353);
	/* 100 packets that are nothing for us, one each 100 ms. */
	for (unsigned i = 0; i < 100; i++)
		send_at(50 * SECOND + i * SECOND / 10);
	ck_assert_uint_eq(count_kind(ZT_EVENT_TICK), 10);
	ck_assert_uint_eq(b.kept[0].ts_ns, 50 * SECOND);
	ck_assert_uint_eq(b.kept[9].ts_ns, 59 * SECOND);
	ck_assert_uint_eq(b.kept[9].size, sizeof(struct zt_event));
	ck_assert_uint_eq(b.kept[9].worker, 2);
}
END_TEST

START_TEST(tick_and_flush_tell_the_time)
{
	query_at(10 * SECOND);
	unsigned before = b.n_events;
	zt_dissect_tick(b.dissect, 12 * SECOND);
	ck_assert_uint_eq(b.n_events, before + 1);
	ck_assert_uint_eq(b.kept[before].kind, ZT_EVENT_TICK);
	ck_assert_uint_eq(b.kept[before].ts_ns, 12 * SECOND);
	zt_dissect_flush(b.dissect);
	ck_assert_uint_eq(b.n_events, before + 2);
	ck_assert_uint_eq(b.kept[before + 1].ts_ns, 12 * SECOND);
	/* The object can be used again. */
	query_at(13 * SECOND);
	ck_assert_uint_eq(count_kind(ZT_EVENT_QUERY), 2);
}
END_TEST

/* At the end of the input a fragment has waited in vain. */
START_TEST(flush_gives_up_fragments)
{
	const struct zt_dissect_stats *stats = zt_dissect_stats(b.dissect);

	wire_start(&b.w, 77, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&b.w, "example.com", 1);
	frame_udp(53);
	b.frame.bytes[20] |= 0x20; /* more fragments */
	b.frame.len -= 5;	   /* 32 bytes of payload, a multiple of 8 */
	b.frame.bytes[17] = 52;	   /* total length */
	send_at(SECOND);
	ck_assert_uint_eq(zt_counted(&stats->outcomes[ZT_R_FRAGMENT_HELD]), 1);
	ck_assert_uint_eq(zt_counted(&stats->outcomes[ZT_R_FRAG_TIMEOUT]), 0);
	zt_dissect_flush(b.dissect);
	ck_assert_uint_eq(zt_counted(&stats->outcomes[ZT_R_FRAG_TIMEOUT]), 1);
	/* So does a new time, for which those of the old one came too late. */
	send_at(1000 * SECOND);
	query_at(10 * SECOND);
	ck_assert_uint_eq(zt_counted(&stats->outcomes[ZT_R_FRAG_TIMEOUT]), 2);
}
END_TEST

START_TEST(x19_small_steps_back_do_not_move_the_clock)
{
	query_at(100 * SECOND);
	query_at(99 * SECOND);
	query_at(41 * SECOND);
	ck_assert_uint_eq(count_kind(ZT_EVENT_QUERY), 3);
	ck_assert_uint_eq(b.kept[b.n_events - 1].ts_ns, 41 * SECOND);
	ck_assert_uint_eq(count_kind(ZT_EVENT_TICK), 1);
	zt_dissect_flush(b.dissect);
	ck_assert_uint_eq(b.kept[b.n_events - 1].ts_ns, 100 * SECOND);
}
END_TEST

START_TEST(x19_large_step_back_is_a_new_time)
{
	/* One packet from the year 2554 must not stop the clock for the rest. */
	query_at(UINT64_MAX - SECOND);
	query_at(100 * SECOND);
	zt_dissect_flush(b.dissect);
	ck_assert_uint_eq(b.kept[b.n_events - 1].ts_ns, 100 * SECOND);
	ck_assert_uint_eq(count_kind(ZT_EVENT_QUERY), 2);
}
END_TEST

START_TEST(unanswered_transfer_times_out_by_the_clock_of_packets)
{
	wire_start(&b.w, 77, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&b.w, "example.com", ZT_RR_AXFR);
	frame_udp(53);
	send_at(100 * SECOND);
	unsigned before = count_kind(ZT_EVENT_TRANSFER);
	ck_assert_uint_eq(before, 1);
	/* Defaults: 30 seconds. */
	query_at(129 * SECOND);
	ck_assert_uint_eq(count_kind(ZT_EVENT_TRANSFER), 1);
	query_at(131 * SECOND);
	ck_assert_uint_eq(count_kind(ZT_EVENT_TRANSFER), 2);
}
END_TEST

START_TEST(defaults_are_those_of_the_header)
{
	struct zt_dissect_options options;

	zt_dissect_defaults(&options);
	ck_assert_uint_eq(options.n_ports, 1);
	ck_assert_uint_eq(options.ports[0], 53);
	ck_assert_uint_eq(options.fragment_bytes, 4u << 20);
	ck_assert_uint_eq(options.tcp_streams, 65536);
	ck_assert_uint_eq(options.tcp_bytes, 16u << 20);
	ck_assert(options.drop_duplicates);
	ck_assert_ptr_null((void *)(uintptr_t)options.emit);
}
END_TEST

/** Small generator (xorshift64), the same numbers on every run. */
static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

START_TEST(d33_random_payloads_and_mutations_keep_the_laws)
{
	uint64_t state = 88172645463325252;

	for (unsigned i = 0; i < 50000; i++) {
		uint64_t r = next_random(&state);
		if (i % 2 == 0) {
			b.w.len = 0;
			for (size_t n = 12 + r % 500; n > 0; n--)
				wire_u8(&b.w, (unsigned)next_random(&state));
		} else {
			wire_start(&b.w, (uint16_t)i, (uint16_t)(r & 0x8000),
			    (struct wire_counts){ 1, 1, 1, 1 });
			wire_question(&b.w, "www.example.com", 1);
			wire_a(&b.w, NULL, 1);
			wire_soa(&b.w, "example.com", 1);
			wire_opt(&b.w, 1232, 0);
			b.w.bytes[r % b.w.len] = (uint8_t)(r >> 32);
		}
		frame_udp(53);
		/* IP id, so that no packet is taken for a copy. */
		b.frame.bytes[18] = (uint8_t)(i >> 8);
		b.frame.bytes[19] = (uint8_t)i;
		send_at(SECOND + i * 1000);
	}
	const struct zt_dissect_stats *stats = zt_dissect_stats(b.dissect);
	ck_assert_uint_eq(zt_counted(&stats->packets), 50000);
	ck_assert_uint_eq(zt_counted(&stats->messages), 50000);
	/* A mutation hurts only now and then, a random payload nearly always. */
	ck_assert_uint_gt(zt_counted(&stats->messages_ok), 20000);
	ck_assert_uint_gt(zt_counted(&stats->outcomes[ZT_R_NOT_DNS]), 20000);
}
END_TEST

static Suite *
dissect_suite(void)
{
	Suite *suite = suite_create("dissect");
	TCase *packets = tcase_create("packets");
	TCase *clock = tcase_create("clock");

	tcase_add_checked_fixture(packets, setup, teardown);
	tcase_add_test(packets, packet_with_query_becomes_an_event);
	tcase_add_test(packets, packet_of_another_port_is_ignored_and_counted);
	tcase_add_test(packets, l01_frame_cut_anywhere_has_one_outcome);
	tcase_add_test(packets, defaults_are_those_of_the_header);
	tcase_add_test(packets, d33_random_payloads_and_mutations_keep_the_laws);
	suite_add_tcase(suite, packets);
	tcase_add_checked_fixture(clock, setup, teardown);
	tcase_add_test(clock, time_is_told_once_a_second_of_capture_time);
	tcase_add_test(clock, tick_and_flush_tell_the_time);
	tcase_add_test(clock, flush_gives_up_fragments);
	tcase_add_test(clock, x19_small_steps_back_do_not_move_the_clock);
	tcase_add_test(clock, x19_large_step_back_is_a_new_time);
	tcase_add_test(clock, unanswered_transfer_times_out_by_the_clock_of_packets);
	suite_add_tcase(suite, clock);
	return suite;
}

int
main(void)
{
	return zt_suite_run(dissect_suite());
}
