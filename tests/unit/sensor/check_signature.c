/* Signatures of transfers: what dig and BIND signed holds, and nothing else does.  The
 * recording is pcaps/axfr-tsig.pcap: a transfer with xfr-key, one with an unknown key.
 * Chains of many messages, as no server sends them on request, are signed here with the
 * library that tests/live/signatures holds against real servers. */
#include "dissect/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "sensor/capture_file.h"
#include "sensor/digest.h"
#include "suite.h"
#include "wire.h"

#define PACKETS_MAX 64
#define ETHERNET_IP 34u /* bytes of both headers */

static const uint8_t secret[] = "zonetap lab key, not a secret 01";
static const uint8_t wrong_secret[] = "zonetap lab key, not a secret 02";

static struct zt_signature_key key = { .name = "\7xfr-key",
	.name_len = 9,
	.kind = ZT_DIGEST_SHA256,
	.secret = secret,
	.secret_len = sizeof(secret) - 1 };

/* The packets of the first connection of the recording. */
static struct {
	struct zt_packet packet[PACKETS_MAX];
	uint8_t *bytes[PACKETS_MAX];
	size_t n;
} tape;

static void
load(void)
{
	static const struct zt_waiting patient = { -1, NULL, NULL };
	struct zt_interfaces *names = zt_interfaces_new();
	const char *source = getenv("ZT_SOURCE_DIR");
	struct zt_capture_file *file = NULL;
	struct zt_packet packet;
	struct zt_err err;
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/pcaps/axfr-tsig.pcap",
	    source != NULL ? source : ".");
	ck_assert_int_eq(zt_capture_file_open(path, &patient, names, &file, &err), 0);
	for (tape.n = 0; zt_capture_file_next(file, &packet) == ZT_READ_PACKET;) {
		if (packet.data[29] != 66 && packet.data[33] != 66)
			continue; /* of the other client */
		ck_assert_uint_lt(tape.n, PACKETS_MAX);
		tape.bytes[tape.n] = malloc(packet.caplen);
		memcpy(tape.bytes[tape.n], packet.data, packet.caplen);
		packet.data = tape.bytes[tape.n];
		tape.packet[tape.n++] = packet;
	}
	zt_capture_file_close(&file);
	zt_interfaces_free(&names);
	ck_assert_uint_gt(tape.n, 8);
}

static void
unload(void)
{
	for (size_t i = 0; i < tape.n; i++)
		free(tape.bytes[i]);
}

static void
keep_last(void *arg, const struct zt_event *event)
{
	if (event->kind == ZT_EVENT_TRANSFER)
		memcpy(arg, zt_event_transfer(event), sizeof(struct zt_transfer));
}

/* What the dissector says of the tape at the end; packet `without` is left out. */
static struct zt_transfer
play(const struct zt_signature_key *with, size_t without, int64_t shift_s)
{
	struct zt_dissect_options options;
	struct zt_transfer last = { .verdict = ZT_N_VERDICTS };

	zt_dissect_defaults(&options);
	options.tcp_streams = 64;
	options.exchanges = 64;
	options.transfers = 8;
	options.fragment_bytes = (size_t)256 << 10;
	options.tcp_bytes = (size_t)1 << 20;
	options.zone_bytes = 0;
	options.keys = with;
	options.n_keys = 1;
	options.digests = &zt_digests_libcrypto;
	options.emit = keep_last;
	options.emit_arg = &last;
	struct zt_dissect *dissect = zt_dissect_new(&options);
	ck_assert_ptr_nonnull(dissect);
	for (size_t i = 0; i < tape.n; i++) {
		struct zt_packet packet = tape.packet[i];
		packet.ts_ns += (uint64_t)(shift_s * INT64_C(1000000000));
		if (i != without)
			zt_dissect_packet(dissect, &packet);
	}
	zt_dissect_flush(dissect);
	zt_dissect_free(&dissect);
	return last;
}

#define ALL SIZE_MAX

START_TEST(recording_of_dig_and_bind_is_verified)
{
	struct zt_transfer last = play(&key, ALL, 0);

	ck_assert_uint_eq(last.verdict, ZT_VERDICT_COMPLETE);
	ck_assert_uint_eq(last.tsig.request_state, ZT_TSIG_VERIFIED);
	ck_assert_uint_eq(last.tsig.answer_state, ZT_TSIG_VERIFIED);
}
END_TEST

START_TEST(wrong_secret_is_forged)
{
	struct zt_signature_key other = key;

	other.secret = wrong_secret;
	struct zt_transfer last = play(&other, ALL, 0);
	ck_assert_uint_eq(last.tsig.request_state, ZT_TSIG_FORGED);
	ck_assert_uint_eq(last.tsig.answer_state, ZT_TSIG_FORGED);
}
END_TEST

START_TEST(another_key_is_unverified)
{
	struct zt_signature_key other = key;

	other.name[2] = 'g';
	struct zt_transfer last = play(&other, ALL, 0);
	ck_assert_uint_eq(last.tsig.request_state, ZT_TSIG_UNVERIFIED);
	ck_assert_uint_eq(last.tsig.answer_state, ZT_TSIG_UNVERIFIED);
}
END_TEST

START_TEST(key_under_another_algorithm_is_downgraded)
{
	struct zt_signature_key other = key;

	other.kind = ZT_DIGEST_SHA512;
	struct zt_transfer last = play(&other, ALL, 0);
	ck_assert_uint_eq(last.tsig.request_state, ZT_TSIG_DOWNGRADED);
	ck_assert_uint_eq(last.tsig.answer_state, ZT_TSIG_DOWNGRADED);
}
END_TEST

START_TEST(time_outside_of_the_fudge_is_told)
{
	static const struct {
		int64_t shift_s;
		enum zt_tsig_state state;
	} cases[] = { { 298, ZT_TSIG_VERIFIED }, { 303, ZT_TSIG_OUTSIDE_TIME },
		{ -298, ZT_TSIG_VERIFIED }, { -303, ZT_TSIG_OUTSIDE_TIME } };
	struct zt_transfer last = play(&key, ALL, cases[_i].shift_s);

	ck_assert_uint_eq(last.tsig.request_state, cases[_i].state);
	ck_assert_uint_eq(last.tsig.answer_state, cases[_i].state);
}
END_TEST

static bool
has_payload(size_t i)
{
	const uint8_t *ip = tape.bytes[i] + 14;
	unsigned total = (unsigned)ip[2] << 8 | ip[3];

	return total > 20u + 4u * (ip[32] >> 4);
}

START_TEST(missed_message_is_unknown_and_not_forged)
{
	for (size_t i = 0; i < tape.n; i++) {
		bool is_request = tape.bytes[i][33] == 53;
		if (!has_payload(i))
			continue;
		struct zt_transfer last = play(&key, i, 0);
		if (is_request) {
			ck_assert_uint_eq(last.tsig.request_state, ZT_TSIG_NONE);
			ck_assert_uint_eq(last.tsig.answer_state, ZT_TSIG_UNKNOWN);
			ck_assert_uint_eq(last.tsig.key_len, 9);
		} else {
			ck_assert_uint_eq(last.tsig.request_state, ZT_TSIG_VERIFIED);
			ck_assert_uint_lt(last.tsig.answer_state, ZT_TSIG_DOWNGRADED);
		}
	}
}
END_TEST

/* Two bits of every byte of both messages, one at a time.  Not covered by the MAC is the id of
 * the header alone (RFC 8945 section 4.3.2); names are hashed in lower case. */
START_TEST(any_flipped_bit_breaks_the_signature)
{
	unsigned n_forged = 0, n_other = 0;

	for (size_t i = 0; i < tape.n; i++) {
		const uint8_t *ip = tape.bytes[i] + 14;
		size_t from = ETHERNET_IP + 4u * (ip[32] >> 4) + 2;
		size_t to = 14 + ((size_t)ip[2] << 8 | ip[3]);
		for (size_t at = from; has_payload(i) && at < to; at++) {
			uint8_t *byte = &tape.bytes[i][at];
			uint8_t bit = (uint8_t)(1u << ((at + 4u * (unsigned)_i) % 8));
			*byte ^= bit;
			struct zt_transfer last = play(&key, ALL, 0);
			*byte ^= bit;
			bool is_id = at < from + 2;
			/* Case of the names in the TSIG record. */
			bool is_case = bit == 0x20 && at > to - 100;
			bool is_right = last.tsig.request_state == ZT_TSIG_VERIFIED &&
					last.tsig.answer_state == ZT_TSIG_VERIFIED;
			ck_assert_msg(!is_right || is_id || is_case,
			    "packet %zu byte %zu bit %02x", i, at - from, bit);
			if (last.tsig.request_state == ZT_TSIG_FORGED ||
			    last.tsig.answer_state == ZT_TSIG_FORGED)
				n_forged++;
			else
				n_other++;
		}
	}
	/* What is not forged is no transfer, unsigned or of another key by the flip. */
	ck_assert_uint_gt(n_forged, 400);
	ck_assert_uint_lt(n_other, n_forged / 4);
}
END_TEST

/* Chains that are made here. */

struct chain {
	struct zt_signatures *signatures;
	struct zt_signature signature;
	struct zt_tsig out;
	enum zt_digest_kind kind; /* that the peer signs with */
	size_t mac_len;		  /* that the peer sends; 0: all */
	uint64_t time;
	uint8_t prior[ZT_DIGEST_MAX];
	size_t prior_len;
	struct wire pending[128]; /* unsigned messages since the last MAC */
	size_t n_pending;
	unsigned n;
};

static const char *const algorithm_names[ZT_N_DIGESTS] = {
	"hmac-md5.sig-alg.reg.int",
	"hmac-sha1",
	"hmac-sha224",
	"hmac-sha256",
	"hmac-sha384",
	"hmac-sha512",
};

static void
open_chain(struct chain *c, enum zt_digest_kind kind)
{
	static struct zt_signature_key own;

	memset(c, 0, sizeof(*c));
	own = key;
	own.kind = kind;
	c->kind = kind;
	c->time = 1767322800;
	c->signatures = zt_signatures_new(&own, 1, &zt_digests_libcrypto);
	ck_assert_ptr_nonnull(c->signatures);
}

static void
close_chain(struct chain *c)
{
	zt_signature_end(c->signatures, &c->signature, true, &c->out);
	zt_signatures_free(&c->signatures);
}

static void
add(void *digest, const void *bytes, size_t len)
{
	ck_assert(zt_digests_libcrypto.add(digest, bytes, len));
}

/* Sign as RFC 8945 section 5.3.1 says, written down a second time. */
static void
sign(struct chain *c, struct wire *w, bool are_timers_only)
{
	void *digest = zt_digests_libcrypto.open(c->kind, secret, sizeof(secret) - 1);
	uint8_t mac[ZT_DIGEST_MAX];
	struct wire v;

	ck_assert_ptr_nonnull(digest);
	ck_assert(zt_digests_libcrypto.start(digest));
	v.len = 0;
	if (c->prior_len > 0) {
		wire_u16(&v, (unsigned)c->prior_len);
		wire_bytes(&v, c->prior, c->prior_len);
		add(digest, v.bytes, v.len);
	}
	for (size_t i = 0; i < c->n_pending; i++)
		add(digest, c->pending[i].bytes, c->pending[i].len);
	add(digest, w->bytes, w->len);
	v.len = 0;
	if (!are_timers_only) {
		wire_name(&v, "xfr-key");
		wire_u16(&v, 255);
		wire_u32(&v, 0);
		wire_name(&v, algorithm_names[c->kind]);
	}
	wire_u16(&v, 0);
	wire_u32(&v, (uint32_t)c->time);
	wire_u16(&v, 300);
	if (!are_timers_only)
		wire_u32(&v, 0); /* error, other length */
	add(digest, v.bytes, v.len);
	ck_assert(zt_digests_libcrypto.finish(digest, mac));
	zt_digests_libcrypto.close(digest);
	c->n_pending = 0;
	c->prior_len = c->mac_len != 0 ? c->mac_len : zt_digest_bytes(c->kind);
	memcpy(c->prior, mac, c->prior_len);
	w->bytes[11]++; /* ARCOUNT */
	wire_name(w, "xfr-key");
	wire_u16(w, ZT_RR_TSIG);
	wire_u16(w, 255);
	wire_u32(w, 0);
	wire_u16(w, 0);
	size_t rr = w->len;
	wire_name(w, algorithm_names[c->kind]);
	wire_u16(w, 0);
	wire_u32(w, (uint32_t)c->time);
	wire_u16(w, 300);
	wire_u16(w, (unsigned)c->prior_len);
	wire_bytes(w, c->prior, c->prior_len);
	wire_u16(w, (unsigned)w->bytes[0] << 8 | w->bytes[1]);
	wire_u32(w, 0);
	wire_end_rr(w, rr);
}

/* Hand a message over as the transfer machine does. */
static void
judge(struct chain *c, const struct wire *w, bool is_request)
{
	struct zt_tsig_record record;
	struct zt_signed_message message = { .msg = w->bytes,
		.len = w->len,
		.ts_ns = c->time * UINT64_C(1000000000),
		.is_whole = true,
		.is_error = (w->bytes[3] & 15) != 0 };
	struct zt_hash_key hash_key = { 1, 2 };
	struct zt_screen screen;
	struct zt_walk walk;
	struct zt_rr rr;

	(void)zt_screen(&hash_key, w->bytes, w->len, &screen);
	zt_walk_init(&walk, w->bytes, w->len, &screen);
	while (zt_walk_next(&walk, &rr))
		if (rr.type == ZT_RR_TSIG &&
		    zt_walk_tsig(w->bytes, w->len, &rr, &record))
			message.tsig = &record;
	if (is_request)
		zt_signature_request(c->signatures, &c->signature, &message, &c->out);
	else
		zt_signature_answer(c->signatures, &c->signature, &message, &c->out);
}

static void
ask(struct chain *c)
{
	struct wire w;

	wire_start(&w, 7, 0, (struct wire_counts){ 1, 0, 0, 0 });
	wire_question(&w, "example.com", ZT_RR_AXFR);
	sign(c, &w, false);
	judge(c, &w, true);
}

/* One message of the answer; flip: a byte of it is changed on the way. */
static void
answer(struct chain *c, bool is_signed, bool flip)
{
	struct wire w;

	wire_start(&w, 7, ZT_DNS_QR, (struct wire_counts){ 1, 1, 0, 0 });
	wire_question(&w, "example.com", ZT_RR_AXFR);
	wire_a(&w, "h.example.com", 0xc0000200 + c->n);
	if (is_signed)
		sign(c, &w, c->n > 0);
	else
		c->pending[c->n_pending++] = w;
	c->n++;
	if (flip)
		w.bytes[40] ^= 1;
	judge(c, &w, false);
}

START_TEST(chain_of_any_algorithm_is_verified)
{
	static struct chain c;

	open_chain(&c, (enum zt_digest_kind)_i);
	ask(&c);
	ck_assert_uint_eq(c.out.request_state, ZT_TSIG_VERIFIED);
	for (unsigned i = 0; i < 300; i++)
		answer(&c, i % 100 == 0 || i == 299, false);
	close_chain(&c);
	ck_assert_uint_eq(c.out.answer_state, ZT_TSIG_VERIFIED);
	ck_assert_uint_eq(c.out.algorithm_len, strlen(algorithm_names[_i]) + 2);
}
END_TEST

START_TEST(hundredth_unsigned_message_is_too_many)
{
	static struct chain c;

	open_chain(&c, ZT_DIGEST_SHA256);
	ask(&c);
	answer(&c, true, false);
	for (unsigned i = 0; i < 99; i++)
		answer(&c, false, false);
	ck_assert_uint_eq(c.out.answer_state, ZT_TSIG_VERIFIED);
	answer(&c, false, false);
	ck_assert_uint_eq(c.out.answer_state, ZT_TSIG_DOWNGRADED);
	close_chain(&c);
}
END_TEST

START_TEST(change_in_any_message_is_found_at_the_next_signature)
{
	for (unsigned changed = 0; changed < 9; changed++) {
		static struct chain c;
		open_chain(&c, ZT_DIGEST_SHA1);
		ask(&c);
		for (unsigned i = 0; i < 9; i++) {
			answer(&c, i % 4 == 0, i == changed);
			bool is_found = i >= (changed + 3) / 4 * 4;
			ck_assert_uint_eq(c.out.answer_state,
			    is_found ? ZT_TSIG_FORGED : ZT_TSIG_VERIFIED);
		}
		close_chain(&c);
	}
}
END_TEST

START_TEST(message_removed_or_repeated_is_forged)
{
	for (unsigned removed = 0; removed < 2; removed++) {
		static struct chain c;
		open_chain(&c, ZT_DIGEST_SHA256);
		ask(&c);
		answer(&c, true, false);
		struct wire w = { .len = 0 };
		wire_start(&w, 7, ZT_DNS_QR, (struct wire_counts){ 0, 0, 0, 0 });
		if (removed)
			c.pending[c.n_pending++] = w; /* only the server knows it */
		else
			judge(&c, &w, false); /* only the client gets it */
		answer(&c, true, false);
		ck_assert_uint_eq(c.out.answer_state, ZT_TSIG_FORGED);
		close_chain(&c);
	}
}
END_TEST

START_TEST(unsigned_tail_is_told_of_a_whole_answer_only)
{
	static struct chain c;

	open_chain(&c, ZT_DIGEST_SHA256);
	ask(&c);
	answer(&c, true, false);
	answer(&c, false, false);
	zt_signature_end(c.signatures, &c.signature, _i != 0, &c.out);
	ck_assert_uint_eq(
	    c.out.answer_state, _i ? ZT_TSIG_UNSIGNED_TAIL : ZT_TSIG_UNKNOWN);
	close_chain(&c);
}
END_TEST

START_TEST(unsigned_answer_is_a_downgrade_and_an_unsigned_error_is_not)
{
	static struct chain c;
	struct wire w;

	open_chain(&c, ZT_DIGEST_SHA256);
	ask(&c);
	wire_start(&w, 7, (uint16_t)(ZT_DNS_QR | (_i ? 5 : 0)),
	    (struct wire_counts){ 0, 0, 0, 0 });
	judge(&c, &w, false);
	ck_assert_uint_eq(c.out.answer_state, _i ? ZT_TSIG_NONE : ZT_TSIG_DOWNGRADED);
	close_chain(&c);
}
END_TEST

START_TEST(answer_under_another_algorithm_is_downgraded)
{
	static struct chain c;

	open_chain(&c, ZT_DIGEST_SHA256);
	ask(&c);
	c.kind = ZT_DIGEST_MD5;
	answer(&c, true, false);
	ck_assert_uint_eq(c.out.answer_state, ZT_TSIG_DOWNGRADED);
	close_chain(&c);
	open_chain(&c, ZT_DIGEST_SHA256);
	ask(&c);
	c.kind = ZT_DIGEST_MD5;
	answer(&c, true, true);
	ck_assert_uint_eq(c.out.answer_state, ZT_TSIG_FORGED);
	close_chain(&c);
}
END_TEST

START_TEST(mac_may_be_cut_to_half_and_ten_bytes)
{
	static const struct {
		enum zt_digest_kind kind;
		size_t least;
	} limits[] = { { ZT_DIGEST_MD5, 10 }, { ZT_DIGEST_SHA1, 10 },
		{ ZT_DIGEST_SHA224, 14 }, { ZT_DIGEST_SHA256, 16 },
		{ ZT_DIGEST_SHA384, 24 }, { ZT_DIGEST_SHA512, 32 } };

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		for (size_t less = 0; less < 2; less++) {
			static struct chain c;
			open_chain(&c, limits[i].kind);
			c.mac_len = limits[i].least - less;
			ask(&c);
			answer(&c, true, false);
			answer(&c, true, false);
			unsigned want = less ? ZT_TSIG_DOWNGRADED : ZT_TSIG_VERIFIED;
			ck_assert_uint_eq(c.out.request_state, want);
			ck_assert_uint_eq(c.out.answer_state, want);
			close_chain(&c);
		}
}
END_TEST

START_TEST(algorithm_that_is_too_long_is_cut_to_its_place)
{
	struct zt_signatures *none = zt_signatures_new(NULL, 0, NULL);
	struct zt_tsig_record record = { .key = { .len = 1 },
		.algorithm = { .len = 73 } };
	struct zt_signed_message message = { .tsig = &record };
	struct zt_signature signature = { .digest = NULL };
	struct zt_tsig out = { .key_len = 0 };

	zt_signature_request(none, &signature, &message, &out);
	ck_assert_uint_eq(out.algorithm_len, 63);
	ck_assert_uint_eq(out.request_state, ZT_TSIG_UNVERIFIED);
	zt_signatures_free(&none);
}
END_TEST

START_TEST(more_transfers_than_can_be_followed_are_unknown)
{
	struct zt_signature *followed =
	    calloc(ZT_SIGNATURES_MAX + 1, sizeof(*followed));
	static struct chain c;

	ck_assert_ptr_nonnull(followed);
	open_chain(&c, ZT_DIGEST_SHA256);
	for (size_t i = 0; i <= ZT_SIGNATURES_MAX; i++) {
		c.prior_len = 0;
		ask(&c);
		followed[i] = c.signature;
		memset(&c.signature, 0, sizeof(c.signature));
		ck_assert_uint_eq(c.out.request_state,
		    i < ZT_SIGNATURES_MAX ? ZT_TSIG_VERIFIED : ZT_TSIG_UNKNOWN);
	}
	for (size_t i = 0; i <= ZT_SIGNATURES_MAX; i++)
		zt_signature_lose(c.signatures, &followed[i], &c.out);
	c.prior_len = 0;
	ask(&c);
	ck_assert_uint_eq(c.out.request_state, ZT_TSIG_VERIFIED);
	close_chain(&c);
	free(followed);
}
END_TEST

static Suite *
signature_suite(void)
{
	Suite *suite = suite_create("signature");
	TCase *recorded = tcase_create("recorded");
	TCase *chains = tcase_create("chains");

	tcase_add_checked_fixture(recorded, load, unload);
	tcase_add_test(recorded, recording_of_dig_and_bind_is_verified);
	tcase_add_test(recorded, wrong_secret_is_forged);
	tcase_add_test(recorded, another_key_is_unverified);
	tcase_add_test(recorded, key_under_another_algorithm_is_downgraded);
	tcase_add_loop_test(recorded, time_outside_of_the_fudge_is_told, 0, 4);
	tcase_add_test(recorded, missed_message_is_unknown_and_not_forged);
	tcase_add_loop_test(recorded, any_flipped_bit_breaks_the_signature, 0, 2);
	suite_add_tcase(suite, recorded);
	tcase_add_loop_test(
	    chains, chain_of_any_algorithm_is_verified, 0, ZT_N_DIGESTS);
	tcase_add_test(chains, hundredth_unsigned_message_is_too_many);
	tcase_add_test(chains, change_in_any_message_is_found_at_the_next_signature);
	tcase_add_test(chains, message_removed_or_repeated_is_forged);
	tcase_add_loop_test(chains, unsigned_tail_is_told_of_a_whole_answer_only, 0, 2);
	tcase_add_loop_test(
	    chains, unsigned_answer_is_a_downgrade_and_an_unsigned_error_is_not, 0, 2);
	tcase_add_test(chains, answer_under_another_algorithm_is_downgraded);
	tcase_add_test(chains, mac_may_be_cut_to_half_and_ten_bytes);
	tcase_add_test(chains, algorithm_that_is_too_long_is_cut_to_its_place);
	tcase_add_test(chains, more_transfers_than_can_be_followed_are_unknown);
	suite_add_tcase(suite, chains);
	return suite;
}

int
main(void)
{
	return zt_suite_run(signature_suite());
}
