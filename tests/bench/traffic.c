#include "traffic.h"

#include <string.h>

enum {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_SOA = 6,
	TYPE_MX = 15,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_HTTPS = 65,
	TYPE_AXFR = 252,
	FLAGS_QUERY = 0x0000,
	FLAGS_RECURSE = 0x0100,
	FLAGS_ANSWER = 0x8400,
	FLAGS_RESOLVED = 0x8180,
	RCODE_NXDOMAIN = 3,
	RCODE_REFUSED = 5,
	N_SOURCES = 65536,
	N_ZONES = 200,
	SERIAL = 2026010101,
};

static const char *const hosts[] = { "www", "mail", "api", "cdn", "img", "shop", "blog",
	"static", "login", "app", "m", "news", "video", "docs", "portal", "ns1" };

void
bench_traffic_init(struct bench_traffic *traffic, uint64_t seed)
{
	memset(traffic, 0, sizeof(*traffic));
	traffic->random = seed * 2 + 1;
}

/** xorshift64*: fast, and the same everywhere. */
static uint64_t
next(struct bench_traffic *traffic)
{
	uint64_t x = traffic->random;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	traffic->random = x;
	return x * 2685821657736338717u;
}

uint32_t
bench_traffic_below(struct bench_traffic *traffic, uint32_t n)
{
	return (uint32_t)((next(traffic) >> 32) * n >> 32);
}

static void
fresh_port(struct bench_traffic *traffic, struct bench_ends *ends)
{
	ends->client_port = (uint16_t)(1024 + bench_traffic_below(traffic, 64000));
	ends->server_port = 53;
}

void
bench_traffic_ends(struct bench_traffic *traffic, struct bench_ends *ends,
    uint8_t family, uint32_t source)
{
	static const uint8_t server6[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0x10, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0x53 };
	static const uint8_t client6[12] = { 0x20, 0x01, 0x0d, 0xb8, 0x0b, 0xad };
	uint8_t number[4] = { (uint8_t)(source >> 24), (uint8_t)(source >> 16),
		(uint8_t)(source >> 8), (uint8_t)source };

	memset(ends, 0, sizeof(*ends));
	ends->family = family;
	if (family == 4) {
		/* 100.64.0.0/10 has room for four million sources. */
		memcpy(ends->client, number, 4);
		ends->client[0] = 100;
		ends->client[1] = (uint8_t)(64 | (number[1] & 0x3f));
		memcpy(ends->server, (const uint8_t[]){ 192, 0, 2, 53 }, 4);
	} else {
		memcpy(ends->client, client6, sizeof(client6));
		/* Each source has a /64 of its own. */
		memcpy(ends->client + 4, number, 4);
		ends->client[15] = 1;
		memcpy(ends->server, server6, sizeof(server6));
	}
	fresh_port(traffic, ends);
}

void
bench_traffic_attacker(
    struct bench_traffic *traffic, struct bench_ends *ends, uint8_t host)
{
	bench_traffic_ends(traffic, ends, 4, 0);
	memcpy(ends->client, (const uint8_t[]){ 198, 51, 100, host }, 4);
}

/** Letters that nobody asked for before. */
static void
random_label(struct bench_traffic *traffic, char *label, size_t len)
{
	uint64_t bits = next(traffic);
	for (size_t i = 0; i < len; i++) {
		label[i] = (char)('a' + bits % 26);
		bits /= 26;
	}
	label[len] = '\0';
}

/** Fill the query; answers begin as its copy with other flags. */
static void
ask(struct bench_traffic *traffic, const char *name, const char *zone, uint16_t flags,
    uint16_t qtype)
{
	uint16_t id = (uint16_t)next(traffic);
	bench_message_begin(&traffic->query, id, flags, name, zone, qtype);
	if (id & 1)
		bench_message_add_opt(&traffic->query);
}

static void
answer(struct bench_traffic *traffic, const char *name, const char *zone,
    uint16_t flags, uint16_t qtype)
{
	uint16_t id =
	    (uint16_t)(traffic->query.bytes[0] << 8 | traffic->query.bytes[1]);
	bench_message_begin(&traffic->answer, id, flags, name, zone, qtype);
}

/** A record that suits the type; the name itself, as `label` says, owns it. */
static void
add_data(struct bench_traffic *traffic, const char *label, uint16_t type)
{
	static const uint8_t aaaa[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0x10 };
	static const uint8_t mx[] = { 0, 10, 4, 'm', 'a', 'i', 'l', 0xc0, 12 };
	static const uint8_t txt[] = "\x0bv=spf1 -all";
	static const uint8_t https[] = { 0, 1, 0, 0, 1, 0, 3, 2, 'h', '2' };
	uint8_t a[4] = { 192, 0, 2, (uint8_t)next(traffic) };
	struct bench_message *msg = &traffic->answer;

	switch (type) {
	case TYPE_A:
		bench_message_add(msg, BENCH_ANSWER, label, type, a, sizeof(a));
		break;
	case TYPE_AAAA:
		bench_message_add(msg, BENCH_ANSWER, label, type, aaaa, sizeof(aaaa));
		break;
	case TYPE_MX:
		bench_message_add(msg, BENCH_ANSWER, label, type, mx, sizeof(mx));
		break;
	case TYPE_NS:
		bench_message_add(
		    msg, BENCH_ANSWER, label, type, mx + 2, sizeof(mx) - 2);
		break;
	case TYPE_TXT:
		bench_message_add(msg, BENCH_ANSWER, label, type, txt, sizeof(txt) - 1);
		break;
	case TYPE_HTTPS:
		bench_message_add(msg, BENCH_ANSWER, label, type, https, sizeof(https));
		break;
	default:
		bench_message_add_soa(msg, BENCH_ANSWER, SERIAL);
		break;
	}
}

static void
exchange_udp(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends)
{
	bench_lane_udp(lane, ends, true, traffic->query.bytes, traffic->query.len);
	bench_lane_udp(lane, ends, false, traffic->answer.bytes, traffic->answer.len);
}

/** A host of one of the zones: what resolvers ask an authoritative server. */
static void
compose_lookup(struct bench_traffic *traffic, const char *label, uint16_t qtype)
{
	char zone[32], name[64];
	snprintf(zone, sizeof(zone), "zone%03u.example",
	    bench_traffic_below(traffic, N_ZONES));
	snprintf(name, sizeof(name), "%s%s%s", label, *label ? "." : "", zone);
	ask(traffic, name, zone, FLAGS_QUERY, qtype);
	answer(traffic, name, zone, FLAGS_ANSWER, qtype);
	add_data(traffic, label, qtype);
}

static void
compose_nxdomain(struct bench_traffic *traffic, const char *label, const char *zone)
{
	char name[64];
	snprintf(name, sizeof(name), "%s.%s", label, zone);
	ask(traffic, name, zone, FLAGS_QUERY, TYPE_A);
	answer(traffic, name, zone, FLAGS_ANSWER | RCODE_NXDOMAIN, TYPE_A);
	bench_message_add_soa(&traffic->answer, BENCH_AUTHORITY, SERIAL);
}

/** An inside client asks its resolver for somewhere on the net. */
static void
compose_resolved(struct bench_traffic *traffic, struct bench_ends *ends)
{
	char zone[32], name[64];
	uint32_t client = bench_traffic_below(traffic, 4096);

	bench_traffic_ends(traffic, ends, 4, 0);
	memcpy(ends->client,
	    (const uint8_t[]){ 10, 20, (uint8_t)(16 + client / 256), (uint8_t)client },
	    4);
	memcpy(ends->server, (const uint8_t[]){ 10, 20, 0, 53 }, 4);
	snprintf(
	    zone, sizeof(zone), "site%05u.test", bench_traffic_below(traffic, 20000));
	snprintf(name, sizeof(name), "www.%s", zone);
	uint16_t qtype = client & 1 ? TYPE_A : TYPE_AAAA;
	ask(traffic, name, zone, FLAGS_RECURSE, qtype);
	answer(traffic, name, zone, FLAGS_RESOLVED, qtype);
	add_data(traffic, "www", qtype);
}

/** Few sources ask most of the questions: the square makes the low numbers frequent. */
static uint32_t
busy_source(struct bench_traffic *traffic)
{
	uint64_t x = bench_traffic_below(traffic, N_SOURCES);
	return (uint32_t)(x * x / N_SOURCES);
}

static void
outside_ends(struct bench_traffic *traffic, struct bench_ends *ends, uint32_t source)
{
	bench_traffic_ends(traffic, ends, source % 5 == 0 ? 6 : 4, source);
}

static void
exchange_tcp(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends)
{
	struct bench_talk talk;
	bench_talk_open(&talk, lane, ends, (uint32_t)next(traffic));
	bench_talk_send(&talk, true, traffic->query.bytes, traffic->query.len);
	bench_talk_send(&talk, false, traffic->answer.bytes, traffic->answer.len);
	bench_talk_close(&talk);
}

void
bench_traffic_ordinary(struct bench_traffic *traffic, struct bench_lane *lane)
{
	static const uint16_t common[] = { TYPE_A, TYPE_A, TYPE_A, TYPE_AAAA, TYPE_AAAA,
		TYPE_HTTPS };
	static const uint16_t rare[] = { TYPE_MX, TYPE_TXT, TYPE_NS, TYPE_SOA };
	const char *host = hosts[bench_traffic_below(traffic, 16)];
	struct bench_ends ends;
	uint32_t pick = bench_traffic_below(traffic, 100);
	char label[16], zone[32];

	outside_ends(traffic, &ends, busy_source(traffic));
	if (pick < 56) {
		compose_lookup(traffic, host, common[bench_traffic_below(traffic, 6)]);
		exchange_udp(traffic, lane, &ends);
	} else if (pick < 81) {
		compose_resolved(traffic, &ends);
		exchange_udp(traffic, lane, &ends);
	} else if (pick < 91) {
		random_label(traffic, label, 10);
		snprintf(zone, sizeof(zone), "zone%03u.example",
		    bench_traffic_below(traffic, N_ZONES));
		compose_nxdomain(traffic, label, zone);
		exchange_udp(traffic, lane, &ends);
	} else if (pick < 94) {
		/* In turn, so that no honest source comes near the reference rule. */
		outside_ends(
		    traffic, &ends, (uint32_t)(traffic->next_rare++ % N_SOURCES));
		compose_lookup(traffic, "", rare[bench_traffic_below(traffic, 4)]);
		exchange_udp(traffic, lane, &ends);
	} else if (pick < 95) {
		compose_lookup(traffic, host, TYPE_A);
		exchange_tcp(traffic, lane, &ends);
	} else {
		ends.server_port = pick < 98 ? 123 : 443;
		compose_lookup(traffic, host, TYPE_A);
		exchange_udp(traffic, lane, &ends);
	}
}

void
bench_traffic_spoofed(
    struct bench_traffic *traffic, struct bench_lane *lane, uint32_t source)
{
	struct bench_ends ends;
	char label[16];

	bench_traffic_ends(traffic, &ends, source >> 22 ? 6 : 4, source);
	random_label(traffic, label, 10);
	compose_nxdomain(traffic, label, "zone000.example");
	bench_lane_udp(lane, &ends, true, traffic->query.bytes, traffic->query.len);
}

void
bench_traffic_stream(
    struct bench_traffic *traffic, struct bench_lane *lane, uint32_t source)
{
	struct bench_ends ends;
	outside_ends(traffic, &ends, source);
	compose_lookup(traffic, hosts[source % 16], TYPE_A);
	exchange_tcp(traffic, lane, &ends);
}

void
bench_traffic_transfer(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends, uint32_t records, size_t message_bytes)
{
	const char *zone = "example.com";
	struct bench_message *msg = &traffic->answer;
	struct bench_talk talk;
	char label[16];

	bench_talk_open(&talk, lane, ends, (uint32_t)next(traffic));
	ask(traffic, zone, zone, FLAGS_QUERY, TYPE_AXFR);
	bench_talk_send(&talk, true, traffic->query.bytes, traffic->query.len);
	answer(traffic, zone, zone, FLAGS_ANSWER, TYPE_AXFR);
	bench_message_add_soa(msg, BENCH_ANSWER, SERIAL);
	for (uint32_t i = 2; i < records; i++) {
		snprintf(label, sizeof(label), "host%07u", i);
		add_data(traffic, label, i % 4 == 0 ? TYPE_AAAA : TYPE_A);
		if (msg->len + 64 < message_bytes)
			continue;
		bench_talk_send(&talk, false, msg->bytes, msg->len);
		answer(traffic, zone, zone, FLAGS_ANSWER, TYPE_AXFR);
	}
	bench_message_add_soa(msg, BENCH_ANSWER, SERIAL);
	bench_talk_send(&talk, false, msg->bytes, msg->len);
	bench_talk_close(&talk);
}

void
bench_traffic_refused(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends)
{
	ask(traffic, "example.com", "example.com", FLAGS_QUERY, TYPE_AXFR);
	answer(traffic, "example.com", "example.com", FLAGS_ANSWER | RCODE_REFUSED,
	    TYPE_AXFR);
	exchange_tcp(traffic, lane, ends);
}

void
bench_traffic_types(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends, unsigned names)
{
	for (unsigned i = 0; i < names; i++)
		for (unsigned t = 0; t < 2; t++) {
			struct bench_ends once = *ends;
			char name[64];
			uint16_t type = t ? TYPE_TXT : TYPE_MX;
			fresh_port(traffic, &once);
			snprintf(name, sizeof(name), "dept%02u.example.com", i);
			ask(traffic, name, "example.com", FLAGS_RECURSE, type);
			answer(traffic, name, "example.com", FLAGS_ANSWER, type);
			snprintf(name, sizeof(name), "dept%02u", i);
			add_data(traffic, name, type);
			exchange_udp(traffic, lane, &once);
		}
}

void
bench_traffic_guesses(struct bench_traffic *traffic, struct bench_lane *lane,
    const struct bench_ends *ends, unsigned names)
{
	for (unsigned i = 0; i < names; i++) {
		struct bench_ends once = *ends;
		char label[16];
		fresh_port(traffic, &once);
		snprintf(label, sizeof(label), "guess%04u", i);
		compose_nxdomain(traffic, label, "example.com");
		exchange_udp(traffic, lane, &once);
	}
}
