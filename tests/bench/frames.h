/**
 * @file frames.h
 * Ethernet frames for the benchmark's inputs: composed into lanes, written in any
 * order.
 *
 * Shape:     a lane is a queue of frames of one exchange or connection; a scenario
 *            takes frames from many lanes in turn, which is how a tap sees them.
 * Ownership: a lane owns its bytes; bench_lane_fini() frees them.  Out of memory ends
 *            the program.
 * Source:    RFC 791, RFC 8200, RFC 768, RFC 9293; libpcap's file format.
 */
#ifndef ZT_BENCH_FRAMES_H
#define ZT_BENCH_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct bench_lane {
	uint8_t *bytes; /**< Records: 4 bytes length in host order, the frame. */
	size_t len;
	size_t cap;
	size_t pos; /**< Start of the next record. */
};

/** Two endpoints; addresses in network order, ports in host order. */
struct bench_ends {
	uint8_t family; /**< 4 or 6. */
	uint8_t client[16];
	uint8_t server[16];
	uint16_t client_port;
	uint16_t server_port;
};

/** One TCP connection. */
struct bench_talk {
	struct bench_lane *lane;
	const struct bench_ends *ends;
	uint32_t seq[2]; /**< Next of the client, of the server. */
};

struct bench_file {
	FILE *out;
	uint64_t ts_ns;
	uint64_t frames;
};

/** Both exit with a message when the file cannot be written. */
void bench_file_open(struct bench_file *file, const char *path);
void bench_file_close(struct bench_file *file);

/** Take the lane's next frame into the file.  @return false when there is none. */
bool bench_file_take(struct bench_file *file, struct bench_lane *lane);

bool bench_lane_is_empty(const struct bench_lane *lane);
void bench_lane_clear(struct bench_lane *lane);
void bench_lane_fini(struct bench_lane *lane);

/** One datagram. */
void bench_lane_udp(struct bench_lane *lane, const struct bench_ends *ends,
    bool from_client, const void *payload, size_t len);

/** The handshake. */
void bench_talk_open(struct bench_talk *talk, struct bench_lane *lane,
    const struct bench_ends *ends, uint32_t seed);

/** One DNS message with its length prefix, in segments, acknowledged. */
void bench_talk_send(
    struct bench_talk *talk, bool from_client, const void *message, size_t len);

/** Both FINs. */
void bench_talk_close(struct bench_talk *talk);

#endif
