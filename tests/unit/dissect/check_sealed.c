#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/hello.h"
#include "dissect/sealed.h"
#include "suite.h"

#define T0     UINT64_C(1700000000000000000)
#define SECOND UINT64_C(1000000000)

static struct zt_dissect_stats stats;
static struct zt_seals *seals;
static struct zt_sealed last;
static unsigned n_events;
static uint8_t last_client;
static uint8_t hello[2048];
static size_t hello_len;
static uint64_t now_ns;
static uint32_t client_seq;
static uint32_t server_seq;

static void
keep(void *arg, const struct zt_event *event)
{
	(void)arg;
	ck_assert_uint_eq(event->kind, ZT_EVENT_SEALED);
	ck_assert_uint_eq(event->server_port, 853);
	ck_assert_uint_eq(event->size, sizeof(*event) + sizeof(last));
	last_client = event->client[3];
	last = *zt_event_sealed(event);
	n_events++;
}

static void
put(unsigned value, unsigned bytes)
{
	while (bytes-- > 0)
		hello[hello_len++] = (uint8_t)(value >> 8 * bytes);
}

/* A ClientHello with another extension of so many bytes before ALPN; RFC 8446. */
static void
make_hello(const char *protocol, unsigned padding)
{
	unsigned n = (unsigned)strlen(protocol);
	unsigned alpn = 2 + 1 + 2 + 1 + n; /* "h2" first */
	unsigned extensions = 4 + padding + 4 + alpn;
	unsigned body = 2 + 32 + 1 + 2 + 2 + 2 + 2 + extensions;

	hello_len = 0;
	put(22, 1);
	put(0x0301, 2);
	put(body + 4, 2);
	put(1, 1);
	put(body, 3);
	put(0x0303, 2);
	memset(hello + hello_len, 7, 32);
	hello_len += 32;
	put(0, 1);
	put(2, 2);
	put(0x1301, 2);
	put(0x0100, 2);
	put(extensions, 2);
	put(21, 2);
	put(padding, 2);
	memset(hello + hello_len, 0, padding);
	hello_len += padding;
	put(16, 2);
	put(alpn, 2);
	put(alpn - 2, 2);
	put(2, 1);
	put('h' << 8 | '2', 2);
	put(n, 1);
	memcpy(hello + hello_len, protocol, n);
	hello_len += n;
}

static void
setup(void)
{
	struct zt_dissect_options options;

	zt_dissect_defaults(&options);
	options.key = (struct zt_hash_key){ 1, 2 };
	options.emit = keep;
	options.tcp_idle_ns = 60 * SECOND;
	memset(&stats, 0, sizeof(stats));
	memset(&last, 0, sizeof(last));
	n_events = 0;
	now_ns = T0;
	client_seq = 1000;
	server_seq = UINT32_MAX - 50; /* It wraps. */
	seals = zt_seals_new(&options, &stats);
	ck_assert_ptr_nonnull(seals);
	make_hello("dot", 10);
}

static void
teardown(void)
{
	zt_seals_free(&seals);
}

static struct zt_datagram
segment(uint8_t client, bool from_client, const uint8_t *bytes, size_t n)
{
	struct zt_datagram out = {
		.path = { .family = 4, .transport = ZT_PROTO_TCP },
		.payload = bytes,
		.payload_len = (uint32_t)n,
		.payload_wire_len = (uint32_t)n,
		.seq = from_client ? client_seq : server_seq,
		.ts_ns = now_ns,
		.tcp_flags = ZT_TCP_ACK,
	};
	uint8_t *c = from_client ? out.path.src : out.path.dst;
	uint8_t *s = from_client ? out.path.dst : out.path.src;

	c[0] = 203;
	c[3] = client;
	s[0] = 192;
	out.path.src_port = from_client ? 40000 : 853;
	out.path.dst_port = from_client ? 853 : 40000;
	return out;
}

static void
say(bool from_client, const uint8_t *bytes, size_t n)
{
	struct zt_datagram s = segment(9, from_client, bytes, n);

	ck_assert_int_eq(zt_seals_segment(seals, &s), ZT_ACCEPT);
	*(from_client ? &client_seq : &server_seq) += (uint32_t)n;
	now_ns += SECOND;
}

static void
say_some(bool from_client, size_t n)
{
	static const uint8_t bytes[1460] = { 23, 3, 3 };

	for (; n > sizeof(bytes); n -= sizeof(bytes))
		say(from_client, bytes, sizeof(bytes));
	say(from_client, bytes, n);
}

static void
close_connection(void)
{
	struct zt_datagram s = segment(9, false, NULL, 0);

	s.tcp_flags |= ZT_TCP_FIN;
	ck_assert_int_eq(zt_seals_segment(seals, &s), ZT_R_NO_PAYLOAD);
}

START_TEST(hello_is_read_whole_or_not_at_all)
{
	for (size_t n = 0; n < hello_len; n++) {
		uint8_t *exact = malloc(n + 1);
		memcpy(exact, hello, n);
		ck_assert_int_eq(zt_hello_read(exact, n), ZT_HELLO_MORE);
		free(exact);
	}
	ck_assert_int_eq(zt_hello_read(hello, hello_len), ZT_HELLO_DOT);
	make_hello("h2c", 10);
	ck_assert_int_eq(zt_hello_read(hello, hello_len), ZT_HELLO_OTHER);
	make_hello("dots", 10);
	ck_assert_int_eq(zt_hello_read(hello, hello_len), ZT_HELLO_OTHER);
	ck_assert_int_eq(zt_hello_read((const uint8_t *)"\0\36", 2), ZT_HELLO_OTHER);
}
END_TEST

/* Whatever a byte becomes, the reader stays inside; the sanitizers look. */
START_TEST(any_byte_of_a_hello_may_be_wrong)
{
	uint8_t *exact = malloc(hello_len);

	for (size_t at = 0; at < hello_len; at++) {
		for (unsigned value = 0; value < 256; value++) {
			memcpy(exact, hello, hello_len);
			exact[at] = (uint8_t)value;
			(void)zt_hello_read(exact, hello_len);
		}
	}
	free(exact);
}
END_TEST

START_TEST(longest_run_is_behind_the_handshake)
{
	say(true, hello, hello_len);
	say_some(false, 5000);
	say_some(true, 300);
	say_some(false, 400);
	say_some(true, 100);
	say_some(false, 20000);
	ck_assert_uint_eq(n_events, 0);
	close_connection();
	ck_assert_uint_eq(n_events, 1);
	ck_assert_uint_eq(last_client, 9);
	ck_assert_uint_eq(last.to_server, hello_len + 400);
	ck_assert_uint_eq(last.to_client, 25400);
	ck_assert_uint_eq(last.longest_run, 20000);
	ck_assert_uint_eq(last.turns, 2);
	ck_assert_uint_eq(last.started_ns, T0);
}
END_TEST

START_TEST(what_came_twice_counts_once_and_a_gap_counts)
{
	static const uint8_t bytes[1000] = { 23 };

	say(true, hello, hello_len);
	say_some(false, 1000);
	say_some(true, 100);
	say(false, bytes, 1000);
	server_seq -= 1000;
	say(false, bytes, 1000);
	server_seq += 5000;
	say(false, bytes, 1000);
	close_connection();
	ck_assert_uint_eq(last.longest_run, 7000);
	ck_assert_uint_eq(last.to_client, 8000);
}
END_TEST

START_TEST(hello_in_two_segments_is_put_together)
{
	make_hello("dot", 1700);
	say(true, hello, 1460);
	say(true, hello + 1460, hello_len - 1460);
	say_some(false, 1000);
	close_connection();
	ck_assert_uint_eq(n_events, 1);
}
END_TEST

/* The hello again, in records of so many bytes. */
static size_t
split(uint8_t *out, size_t out_size, size_t size)
{
	size_t len = 0;

	for (size_t at = 5; at < hello_len; at += size) {
		size_t n = hello_len - at < size ? hello_len - at : size;
		ck_assert_uint_le(len + 5 + n, out_size);
		memcpy(out + len, hello, 3);
		out[len + 3] = (uint8_t)(n >> 8);
		out[len + 4] = (uint8_t)n;
		memcpy(out + len + 5, hello + at, n);
		len += 5 + n;
	}
	return len;
}

START_TEST(hello_in_many_records_is_put_together)
{
	static const size_t sizes[] = { 1, 3, 4, 5, 17, 60 };
	uint8_t records[1024];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t len = split(records, sizeof(records), sizes[i]);
		ck_assert_int_eq(zt_hello_read(records, len), ZT_HELLO_DOT);
		for (size_t n = 0; n < len; n++)
			ck_assert_int_eq(zt_hello_read(records, n), ZT_HELLO_MORE);
		/* Another record in the middle; one with nothing in it. */
		records[5 + sizes[i]] = 23;
		ck_assert_int_eq(zt_hello_read(records, len), ZT_HELLO_OTHER);
		records[5 + sizes[i]] = 22;
		memset(records + 5 + sizes[i] + 3, 0, 2);
		ck_assert_int_eq(zt_hello_read(records, len), ZT_HELLO_OTHER);
	}
	size_t len = split(records, sizeof(records), 17);
	say(true, records, 20);
	say(true, records + 20, 3);
	say(true, records + 23, len - 23);
	close_connection();
	ck_assert_uint_eq(n_events, 1);
	ck_assert_uint_eq(zt_counted(&stats.outcomes[ZT_R_HELLO_UNREAD]), 0);
}
END_TEST

START_TEST(hello_that_cannot_be_read_is_counted)
{
	static const uint8_t big[] = { 22, 3, 1, 0x40, 0, 1, 0, 0x0f, 0xfd, 3, 3 };

	/* Longer than what is read, by a byte. */
	ck_assert_int_eq(zt_hello_read(big, sizeof(big)), ZT_HELLO_LONG);
	say(true, big, sizeof(big));
	ck_assert_uint_eq(zt_counted(&stats.outcomes[ZT_R_HELLO_UNREAD]), 1);
	close_connection();
	/* The second half is missing, the third comes. */
	say(true, hello, 20);
	client_seq += 20;
	say(true, hello + 40, hello_len - 40);
	ck_assert_uint_eq(zt_counted(&stats.outcomes[ZT_R_HELLO_UNREAD]), 2);
	close_connection();
	ck_assert_uint_eq(n_events, 0);
}
END_TEST

START_TEST(other_protocols_and_connections_begun_before_say_nothing)
{
	make_hello("http/1.1", 10);
	say(true, hello, hello_len);
	say_some(false, 100000);
	close_connection();
	client_seq += 100000;
	say_some(true, 100);
	say_some(false, 100000);
	close_connection();
	ck_assert_uint_eq(n_events, 0);
}
END_TEST

START_TEST(silence_and_the_end_of_input_end_a_connection)
{
	say(true, hello, hello_len);
	for (unsigned i = 0; i < 100; i++)
		zt_seals_expire(seals, now_ns + 50 * SECOND);
	ck_assert_uint_eq(n_events, 0);
	for (unsigned i = 0; i < 100; i++)
		zt_seals_expire(seals, now_ns + 100 * SECOND);
	ck_assert_uint_eq(n_events, 1);
	say(true, hello, hello_len);
	zt_seals_flush(seals);
	ck_assert_uint_eq(n_events, 2);
}
END_TEST

START_TEST(flood_of_connections_is_bounded_and_counted)
{
	for (uint32_t i = 0; i < 20000; i++) {
		struct zt_datagram s = segment(1, true, hello, hello_len - 1);
		s.path.src[1] = (uint8_t)(i >> 8);
		s.path.src[2] = (uint8_t)i;
		s.ts_ns += i;
		(void)zt_seals_segment(seals, &s);
	}
	ck_assert_uint_ge(zt_counted(&stats.outcomes[ZT_R_FLOW_EVICTED]), 20000 - 4096);
	/* All rooms for hellos are taken: this one needs none. */
	say(true, hello, hello_len);
	close_connection();
	ck_assert_uint_eq(n_events, 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sealed");
	TCase *tcase = tcase_create("outside");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, hello_is_read_whole_or_not_at_all);
	tcase_add_test(tcase, any_byte_of_a_hello_may_be_wrong);
	tcase_add_test(tcase, longest_run_is_behind_the_handshake);
	tcase_add_test(tcase, what_came_twice_counts_once_and_a_gap_counts);
	tcase_add_test(tcase, hello_in_two_segments_is_put_together);
	tcase_add_test(tcase, hello_in_many_records_is_put_together);
	tcase_add_test(tcase, hello_that_cannot_be_read_is_counted);
	tcase_add_test(tcase, other_protocols_and_connections_begun_before_say_nothing);
	tcase_add_test(tcase, silence_and_the_end_of_input_end_a_connection);
	tcase_add_test(tcase, flood_of_connections_is_bounded_and_counted);
	suite_add_tcase(suite, tcase);
	return zt_suite_run(suite);
}
