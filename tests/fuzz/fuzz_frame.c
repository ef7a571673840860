/*
 * A sequence of frames with time between them: any bytes are taken, every packet and
 * every message has one outcome, every event has the shape its header says.
 *
 * Input: one byte that picks the link type, then frames, each of
 *        1 byte   time since the last frame: the upper four bits are a power of two of
 *                 microseconds times 16; the lowest bit set: backwards
 *        2 bytes  length, least significant byte first
 *        n bytes  the frame; what is missing at the end of the input is snapped off
 *
 * The dissector is made once, because making one takes a hundred times as long as an
 * input; a day passes between two inputs, so that nothing of the last one is left.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "laws.h"
#include "target.h"

/** Every LINKTYPE_ value of dissect/link.c but those that are twins of another, and one
 *  that is unknown.  The corpus counts on the order: add at the end. */
static const uint16_t link_types[] = { 0, 1, 9, 101, 105, 108, 113, 127, 228, 229, 276,
	65000, 6, 7, 10, 50, 51, 104, 119, 129, 163, 192, 239, 253, 258 };

static void
expect(int is_true, const char *what)
{
	if (is_true)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static void
check_event(void *arg, const struct zt_event *ev)
{
	uint64_t *n = arg;

	++*n;
	expect(event_has_its_size(ev), "the tail is what the header says");
}

/** What the time byte of a frame means. */
static uint64_t
step(uint64_t now_ns, uint8_t how)
{
	uint64_t by_ns = UINT64_C(16000) << (how >> 4);

	if (how & 1)
		return now_ns > by_ns ? now_ns - by_ns : 0;
	/* The other low bits make it seconds, so that timeouts are reached. */
	return now_ns + (how & 2 ? by_ns * 1000000 : by_ns);
}

static uint64_t n_events;

static struct zt_dissect *
the_dissector(void)
{
	static struct zt_dissect *dissect;
	struct zt_dissect_options options;

	if (dissect)
		return dissect;
	zt_dissect_defaults(&options);
	options.key = (struct zt_hash_key){ 1, 2 };
	options.fragment_bytes = (size_t)256 << 10;
	options.tcp_streams = 64;
	options.tcp_bytes = (size_t)256 << 10;
	options.exchanges = 64;
	options.transfers = 16;
	options.emit = check_event;
	options.emit_arg = &n_events;
	dissect = zt_dissect_new(&options);
	expect(dissect != NULL, "memory");
	return dissect;
}

/** Packets with an outcome so far. */
static uint64_t
outcomes(const struct zt_dissect_stats *stats)
{
	uint64_t sum = zt_counted(&stats->parsed);

	for (int i = 1; i < ZT_N_REJECTS; i++) {
		enum zt_reject_level level = zt_reject_level((enum zt_reject)i);
		if (level == ZT_REJECT_PACKET || level == ZT_REJECT_IGNORED)
			sum += zt_counted(&stats->outcomes[i]);
	}
	return sum;
}

/** Hand over one frame of which caplen bytes were captured. */
static void
feed(struct zt_packet packet)
{
	/* Apart from the rest, so that a sanitizer sees reads beyond it. */
	uint8_t *frame = malloc(packet.caplen ? packet.caplen : 1);

	expect(frame != NULL, "memory");
	memcpy(frame, packet.data, packet.caplen);
	packet.data = frame;
	zt_dissect_packet(the_dissector(), &packet);
	free(frame);
}

static void
check_counters(void)
{
	static unsigned n_inputs;
	const struct zt_dissect_stats *stats = zt_dissect_stats(the_dissector());

	expect(zt_counted(&stats->packets) == outcomes(stats),
	    "packets = parsed + rejected + ignored");
	expect(zt_counted(&stats->events) == n_events, "events are counted");
	/* The sums over all types and codes take longer than the rest. */
	if ((n_inputs++ & 255) == 0) {
		const char *broken = laws_broken(stats);
		expect(!broken, broken ? broken : "");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t now_ns = UINT64_C(1700000000000000000);
	size_t pos = 1;

	if (size < 1)
		return 0;
	now_ns += UINT64_C(86400000000000);
	if (now_ns > UINT64_MAX / 2) /* a large step back is a new time */
		now_ns = UINT64_C(1700000000000000000);
	while (size - pos >= 3) {
		size_t wire_len = (size_t)data[pos + 1] | (size_t)data[pos + 2] << 8;
		size_t left = size - pos - 3;
		size_t caplen = wire_len < left ? wire_len : left;
		now_ns = step(now_ns, data[pos]);
		feed((struct zt_packet){ data + pos + 3, now_ns, (uint32_t)caplen,
		    (uint32_t)wire_len, link_types[data[0] % (sizeof(link_types) / 2)],
		    0 });
		pos += 3 + caplen;
	}
	zt_dissect_flush(the_dissector());
	check_counters();
	return 0;
}
