/*
 * Fragments of IPv4 and IPv6 through all layers.  Two bits of the first byte say what
 * the rest is: bit 1 set is IPv6, and
 *
 *   bit 0 clear  one datagram, cut anywhere, its fragments in any order and doubled:
 *                it must become whole with the last of them, and only then.
 *                2 bytes length; then bytes: sizes of the pieces, then their order.
 *   bit 0 set    any fragments of four datagrams: a byte map says what must come of
 *                each.  Five bytes a fragment: what it is, offset, length.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/cursor.h"
#include "dissect/layers.h"
#include "target.h"

#define UNIT	     8u
#define PIECES_MAX   64
#define DATAGRAMS    4
#define DATAGRAM_MAX 65535u
#define HEADER_MAX   48

/** What the second byte map remembers of one datagram. */
struct model {
	uint8_t bytes[DATAGRAM_MAX];
	bool have[DATAGRAM_MAX];
	uint32_t covered;
	uint32_t end;	      /**< Of the fragment that goes furthest. */
	uint32_t total;	      /**< 0: the last fragment has not come. */
	enum zt_reject state; /**< Not ZT_ACCEPT: refused for good. */
};

struct piece {
	uint32_t offset;
	uint32_t len;
	uint16_t id;
	bool more;
	bool other; /**< With the second version of the bytes. */
};

struct run {
	struct zt_layers *layers;
	struct zt_dissect_stats stats;
	struct zt_datagram out;
	struct model models[DATAGRAMS];
	uint64_t now_ns;
	bool is_v6;
};

/** The bytes that are cut, twice: UDP to port 53, a length that never ends too early. */
static uint8_t versions[2][DATAGRAM_MAX];

static void
stop_unless(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_fragments: %s\n", what);
	abort();
}

static void
build_versions(void)
{
	static const uint8_t udp[8] = { 0x9c, 0x40, 0, 53, 0xff, 0xff, 0, 0 };

	for (size_t i = 0; i < DATAGRAM_MAX; i++) {
		versions[0][i] = (uint8_t)(i * 7 + i / 256);
		versions[1][i] = (uint8_t)~versions[0][i];
	}
	memcpy(versions[0], udp, sizeof(udp));
	memcpy(versions[1], udp, sizeof(udp));
}

static size_t
v4_header(uint8_t *h, const struct piece *p)
{
	uint32_t total = 20 + p->len;
	uint32_t field = p->offset / UNIT | (p->more ? 0x2000u : 0);
	const uint8_t header[20] = { 0x45, 0, (uint8_t)(total >> 8), (uint8_t)total,
		(uint8_t)(p->id >> 8), (uint8_t)p->id, (uint8_t)(field >> 8),
		(uint8_t)field, 64, ZT_PROTO_UDP, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2 };

	memcpy(h, header, sizeof(header));
	return sizeof(header);
}

static size_t
v6_header(uint8_t *h, const struct piece *p)
{
	uint32_t len = UNIT + p->len;
	uint32_t field = p->offset | (p->more ? 1u : 0);
	const uint8_t header[48] = { 0x60, [4] = (uint8_t)(len >> 8), (uint8_t)len, 44,
		64, [8] = 0xfd, [23] = 1, [24] = 0xfd, [39] = 2, [40] = ZT_PROTO_UDP, 0,
		(uint8_t)(field >> 8), (uint8_t)field, 0, 0, (uint8_t)(p->id >> 8),
		(uint8_t)p->id };

	memcpy(h, header, sizeof(header));
	return sizeof(header);
}

/** Hand over one fragment in a packet of its exact length. */
static enum zt_reject
send(struct run *run, const struct piece *p)
{
	static uint8_t *packet;
	uint8_t header[HEADER_MAX];
	size_t n = run->is_v6 ? v6_header(header, p) : v4_header(header, p);

	free(packet); /* the payload of the last one may still have pointed there */
	packet = malloc(n + p->len);
	stop_unless(packet != NULL, "memory");
	memcpy(packet, header, n);
	memcpy(packet + n, versions[p->other] + p->offset, p->len);
	const struct zt_packet captured = { packet, run->now_ns, (uint32_t)(n + p->len),
		(uint32_t)(n + p->len), 101, 0 };
	return zt_layers_walk(run->layers, &captured, &run->out);
}

static void
check_whole(const struct run *run, const uint8_t *bytes, uint32_t len)
{
	stop_unless(run->out.payload_len == len - 8, "length of the datagram");
	stop_unless(
	    memcmp(run->out.payload, bytes + 8, len - 8) == 0, "bytes of the datagram");
	stop_unless(run->out.path.dst_port == 53, "port");
}

/** Pieces of at most 2 KiB as the input says; the last one takes what is left. */
static unsigned
cut(struct piece *pieces, uint32_t len, struct zt_cursor *c)
{
	unsigned n = 0;

	for (uint32_t at = 0; at < len; n++) {
		uint32_t size = (zt_cursor_left(c) ? zt_cursor_u8(c) + 1u : 256) * UNIT;
		if (size > len - at || n == PIECES_MAX - 1)
			size = len - at;
		pieces[n] = (struct piece){ at, size, 7, at + size < len, false };
		at += size;
	}
	return n;
}

static void
run_whole(struct run *run, struct zt_cursor *c)
{
	struct piece pieces[PIECES_MAX];
	uint32_t len = 9 + zt_cursor_u16(c) % 65000u;
	size_t half = zt_cursor_left(c) / 2;
	struct zt_cursor sizes = zt_cursor_init(zt_cursor_take(c, half), half);

	unsigned n = cut(pieces, len, &sizes);
	for (unsigned i = 0; i < n; i++) {
		unsigned how = zt_cursor_u8(c);
		unsigned k = i + (how & 0x7f) % (n - i);
		struct piece next = pieces[k];
		pieces[k] = pieces[i];
		pieces[i] = next;
		if (how & 0x80 && i > 0)
			stop_unless(send(run, &pieces[how % i]) == ZT_R_FRAGMENT_HELD,
			    "a copy changes nothing");
		enum zt_reject got = send(run, &next);
		stop_unless(got == (i + 1 < n ? ZT_R_FRAGMENT_HELD : ZT_ACCEPT),
		    "whole with the last fragment and not before");
	}
	check_whole(run, versions[0], len);
}

/** What the byte map says of a fragment; takes it in. */
static enum zt_reject
expect(struct model *m, const struct piece *p)
{
	uint32_t end = p->offset + p->len;
	uint32_t present = 0;
	bool is_same = true;

	if (p->len == 0 || end > DATAGRAM_MAX || (p->more && p->len % UNIT != 0))
		return ZT_R_FRAG_BAD;
	if (m->state != ZT_ACCEPT)
		return m->state;
	bool beyond = m->total != 0 && (p->more ? end > m->total : end != m->total);
	if (beyond || (!p->more && end < m->end))
		return m->state = ZT_R_FRAG_BAD;
	for (uint32_t i = p->offset; i < end; i++) {
		present += m->have[i];
		is_same = is_same && m->bytes[i] == versions[p->other][i];
	}
	if (present == p->len && is_same)
		return ZT_R_FRAGMENT_HELD;
	if (present > 0)
		return m->state = ZT_R_FRAG_OVERLAP;
	memset(m->have + p->offset, 1, p->len);
	memcpy(m->bytes + p->offset, versions[p->other] + p->offset, p->len);
	m->covered += p->len;
	m->end = end > m->end ? end : m->end;
	m->total = p->more ? m->total : end;
	return m->covered == m->total ? ZT_ACCEPT : ZT_R_FRAGMENT_HELD;
}

static void
run_any(struct run *run, struct zt_cursor *c)
{
	for (unsigned n = 0; n < PIECES_MAX && zt_cursor_left(c) >= 5; n++) {
		unsigned how = zt_cursor_u8(c);
		unsigned unit = zt_cursor_u16(c) % 8192u;
		uint32_t len = zt_cursor_u16(c) % 4096u;
		struct piece p = { 0, len, (uint16_t)(how & 3), how & 4, how & 8 };
		p.offset = (how & 0x40 ? unit % 64 : unit) * UNIT;
		if (how & 0x20)
			p.len &= ~(UNIT - 1);
		/* Not a fragment; and bytes that are nowhere. */
		if ((p.offset == 0 && !p.more) || p.offset + p.len > DATAGRAM_MAX)
			continue;
		struct model *m = &run->models[p.id];
		enum zt_reject want = expect(m, &p);
		enum zt_reject got = send(run, &p);
		if (got != want)
			fprintf(stderr, "%s, expected %s\n", zt_reject_name(got),
			    zt_reject_name(want));
		stop_unless(got == want, "outcome of a fragment");
		if (got != ZT_ACCEPT)
			continue;
		check_whole(run, m->bytes, m->total);
		memset(m, 0, sizeof(*m));
	}
}

/** Made once; an hour passes between two inputs, so nothing of the last one is left.
 *  Millions of hours later time begins anew. */
static struct run *
the_run(void)
{
	static struct run run;
	static const uint16_t ports[] = { 53 };
	const struct zt_layers_options options = { .ports = ports,
		.n_ports = 1,
		.fragment_bytes = (size_t)1 << 20,
		.key = { 1, 2 } };

	if (run.now_ns > UINT64_MAX / 2)
		zt_layers_free(&run.layers);
	if (!run.layers) {
		build_versions();
		run.now_ns = UINT64_C(1700000000000000000);
		run.layers = zt_layers_new(&options, &run.stats);
		stop_unless(run.layers != NULL, "memory");
	}
	run.now_ns += UINT64_C(3600000000000);
	memset(run.models, 0, sizeof(run.models));
	return &run;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zt_cursor c = zt_cursor_init(data, size);
	struct run *run = the_run();

	if (size < 3)
		return 0;
	unsigned what = zt_cursor_u8(&c);
	run->is_v6 = what & 2;
	if (what & 1)
		run_any(run, &c);
	else
		run_whole(run, &c);
	return 0;
}
