/*
 * Writes the benchmark's capture files.  Equal arguments give equal bytes.
 *
 *   generate mix N FILE        N packets of an ordinary tap; planted: one transfer of
 *                              2,000 records (198.51.100.66), one type enumeration
 *                              (.67), one brute force (.68)
 *   generate spoof N M FILE    N questions from M sources seen now and then; planted:
 * one type enumeration (198.51.100.67) generate tcp N FILE        N connections; every
 * fortieth is a transfer of 50 records (198.51.100.70-89), every fortieth a refused one
 * (.90-109) generate transfer N FILE   one transfer of N records (198.51.100.66)
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "traffic.h"

enum {
	LANES = 64,
	ATTACKS = 3,
	STEP_NS = 60000,
	TRANSFER_RECORDS = 2000,
	TYPE_NAMES = 40,
	GUESSES = 500,
	SMALLEST_MIX = 20000,
};

static struct bench_traffic traffic;

/** A planted attack and when its next packet is due, counted in packets. */
struct attack {
	struct bench_lane lane;
	uint64_t due;
	uint64_t stride;
};

static uint64_t
n_frames(const struct bench_lane *lane)
{
	uint64_t n = 0;
	uint32_t len;
	for (size_t at = 0; at < lane->len; at += sizeof(len) + len, n++)
		memcpy(&len, lane->bytes + at, sizeof(len));
	return n;
}

static void
schedule(struct attack *attack, uint64_t packets, unsigned start_eighth)
{
	uint64_t frames = n_frames(&attack->lane);
	attack->due = packets / 8 * start_eighth;
	attack->stride = packets / 8 / frames > 0 ? packets / 8 / frames : 1;
}

static void
plant(struct attack attacks[ATTACKS], uint64_t packets)
{
	struct bench_ends ends;
	bench_traffic_attacker(&traffic, &ends, 66);
	bench_traffic_transfer(
	    &traffic, &attacks[0].lane, &ends, TRANSFER_RECORDS, 16384);
	schedule(&attacks[0], packets, 2);
	bench_traffic_attacker(&traffic, &ends, 67);
	bench_traffic_types(&traffic, &attacks[1].lane, &ends, TYPE_NAMES);
	schedule(&attacks[1], packets, 4);
	bench_traffic_attacker(&traffic, &ends, 68);
	bench_traffic_guesses(&traffic, &attacks[2].lane, &ends, GUESSES);
	schedule(&attacks[2], packets, 6);
}

/** Give a due attack its turn. @return true when a packet was taken. */
static bool
attack_takes(struct bench_file *file, struct attack *attacks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (file->frames >= attacks[i].due &&
		    bench_file_take(file, &attacks[i].lane)) {
			attacks[i].due += attacks[i].stride;
			return true;
		}
	return false;
}

static void
make_mix(struct bench_file *file, uint64_t packets)
{
	struct attack attacks[ATTACKS] = { 0 };
	struct bench_lane lanes[LANES] = { 0 };

	plant(attacks, packets);
	while (file->frames < packets) {
		file->ts_ns += STEP_NS / 2 + bench_traffic_below(&traffic, STEP_NS);
		if (attack_takes(file, attacks, ATTACKS))
			continue;
		struct bench_lane *lane = &lanes[bench_traffic_below(&traffic, LANES)];
		if (bench_lane_is_empty(lane)) {
			bench_lane_clear(lane);
			bench_traffic_ordinary(&traffic, lane);
		}
		bench_file_take(file, lane);
	}
	for (size_t i = 0; i < LANES; i++)
		bench_lane_fini(&lanes[i]);
	for (size_t i = 0; i < ATTACKS; i++)
		bench_lane_fini(&attacks[i].lane);
}

static void
make_spoof(struct bench_file *file, uint64_t packets, uint32_t sources)
{
	struct attack attack = { 0 };
	struct bench_lane lane = { 0 };
	struct bench_ends ends;

	bench_traffic_attacker(&traffic, &ends, 67);
	bench_traffic_types(&traffic, &attack.lane, &ends, TYPE_NAMES);
	schedule(&attack, packets, 4);
	while (file->frames < packets) {
		file->ts_ns += STEP_NS / 2 + bench_traffic_below(&traffic, STEP_NS);
		if (attack_takes(file, &attack, 1))
			continue;
		bench_lane_clear(&lane);
		bench_traffic_spoofed(
		    &traffic, &lane, bench_traffic_below(&traffic, sources));
		bench_file_take(file, &lane);
	}
	bench_lane_fini(&lane);
	bench_lane_fini(&attack.lane);
}

/** Connection number n. */
static void
refill_tcp(struct bench_lane *lane, uint64_t n)
{
	struct bench_ends ends;

	bench_lane_clear(lane);
	if (n % 40 == 20) {
		bench_traffic_attacker(&traffic, &ends, (uint8_t)(70 + n / 40 % 20));
		bench_traffic_transfer(&traffic, lane, &ends, 50, 16384);
	} else if (n % 40 == 30) {
		bench_traffic_attacker(&traffic, &ends, (uint8_t)(90 + n / 40 % 20));
		bench_traffic_refused(&traffic, lane, &ends);
	} else {
		bench_traffic_stream(
		    &traffic, lane, bench_traffic_below(&traffic, 65536));
	}
}

static void
make_tcp(struct bench_file *file, uint64_t connections)
{
	struct bench_lane lanes[LANES] = { 0 };
	uint64_t begun = 0, idle = 0;

	/* Until every lane was found empty with nothing left to begin. */
	for (size_t i = 0; idle < LANES; i = (i + 1) % LANES) {
		file->ts_ns += STEP_NS;
		if (bench_lane_is_empty(&lanes[i]) && begun < connections)
			refill_tcp(&lanes[i], begun++);
		idle = bench_file_take(file, &lanes[i]) ? 0 : idle + 1;
	}
	for (size_t i = 0; i < LANES; i++)
		bench_lane_fini(&lanes[i]);
}

static void
make_transfer(struct bench_file *file, uint32_t records)
{
	struct bench_lane lane = { 0 };
	struct bench_ends ends;

	bench_traffic_attacker(&traffic, &ends, 66);
	bench_traffic_transfer(&traffic, &lane, &ends, records, 65000);
	while (bench_file_take(file, &lane))
		file->ts_ns += 12000;
	bench_lane_fini(&lane);
}

static uint32_t
number(const char *text)
{
	char *end;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (errno || *end || value == 0 || value > UINT32_MAX) {
		fprintf(
		    stderr, "generate: %s is no number from 1 to 4294967295\n", text);
		exit(64);
	}
	return (uint32_t)value;
}

int
main(int argc, char **argv)
{
	struct bench_file file;
	const char *kind = argc > 1 ? argv[1] : "";
	bool is_spoof = strcmp(kind, "spoof") == 0;

	if (argc != (is_spoof ? 5 : 4)) {
		fputs("usage: generate mix|tcp|transfer N FILE\n"
		      "       generate spoof N SOURCES FILE\n",
		    stderr);
		return 64;
	}
	uint32_t n = number(argv[2]);
	bench_traffic_init(&traffic, 20260101);
	bench_file_open(&file, argv[argc - 1]);
	if (strcmp(kind, "mix") == 0)
		make_mix(&file, n < SMALLEST_MIX ? SMALLEST_MIX : n);
	else if (is_spoof)
		make_spoof(&file, n, number(argv[3]));
	else if (strcmp(kind, "tcp") == 0)
		make_tcp(&file, n);
	else if (strcmp(kind, "transfer") == 0)
		make_transfer(&file, n);
	bench_file_close(&file);
	printf("%s: %llu packets\n", argv[argc - 1], (unsigned long long)file.frames);
	return 0;
}
