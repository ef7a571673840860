#include "frames.h"

#include <stdlib.h>
#include <string.h>

enum {
	ETHERNET_BYTES = 14,
	IPV4_BYTES = 20,
	IPV6_BYTES = 40,
	UDP_BYTES = 8,
	TCP_BYTES = 20,
	SEGMENT_MAX = 1440,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
};

static void
put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void
put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static uint32_t
sum16(const uint8_t *bytes, size_t len, uint32_t sum)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (len & 1)
		sum += (uint32_t)bytes[len - 1] << 8;
	return sum;
}

static uint16_t
folded(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void
bench_file_open(struct bench_file *file, const char *path)
{
	/* Magic of microsecond files in this machine's byte order, version 2.4,
	 * snap length 262144, Ethernet. */
	const uint32_t header[6] = { 0xa1b2c3d4, 2 | 4u << 16, 0, 0, 262144, 1 };

	file->out = fopen(path, "wb");
	if (!file->out || fwrite(header, sizeof(header), 1, file->out) != 1) {
		perror(path);
		exit(74);
	}
	setvbuf(file->out, NULL, _IOFBF, 1 << 20);
	/* 2026-01-01T00:00:00Z */
	file->ts_ns = 1767225600u * 1000000000ull;
	file->frames = 0;
}

void
bench_file_close(struct bench_file *file)
{
	if (ferror(file->out) || fclose(file->out) != 0) {
		perror("write");
		exit(74);
	}
}

bool
bench_file_take(struct bench_file *file, struct bench_lane *lane)
{
	uint32_t len;

	if (bench_lane_is_empty(lane))
		return false;
	memcpy(&len, lane->bytes + lane->pos, sizeof(len));
	const uint32_t record[4] = { (uint32_t)(file->ts_ns / 1000000000u),
		(uint32_t)(file->ts_ns % 1000000000u / 1000), len, len };
	fwrite(record, sizeof(record), 1, file->out);
	fwrite(lane->bytes + lane->pos + sizeof(len), len, 1, file->out);
	lane->pos += sizeof(len) + len;
	file->frames++;
	return true;
}

bool
bench_lane_is_empty(const struct bench_lane *lane)
{
	return lane->pos >= lane->len;
}

void
bench_lane_clear(struct bench_lane *lane)
{
	lane->pos = lane->len = 0;
}

void
bench_lane_fini(struct bench_lane *lane)
{
	free(lane->bytes);
	memset(lane, 0, sizeof(*lane));
}

/** Room for one more frame of len bytes; the lane's length already counts it. */
static uint8_t *
append(struct bench_lane *lane, uint32_t len)
{
	size_t need = lane->len + sizeof(len) + len;
	if (need > lane->cap) {
		lane->cap = need * 2;
		lane->bytes = realloc(lane->bytes, lane->cap);
		if (!lane->bytes) {
			perror("generate");
			exit(71);
		}
	}
	memcpy(lane->bytes + lane->len, &len, sizeof(len));
	lane->len = need;
	return lane->bytes + need - len;
}

/** Ethernet and IP headers for `len` bytes of transport; returns where that goes. */
static uint8_t *
put_headers(struct bench_lane *lane, const struct bench_ends *ends, bool from_client,
    uint8_t protocol, size_t len)
{
	size_t ip_bytes = ends->family == 4 ? IPV4_BYTES : IPV6_BYTES;
	size_t addr_bytes = ends->family == 4 ? 4 : 16;
	const uint8_t *src = from_client ? ends->client : ends->server;
	const uint8_t *dst = from_client ? ends->server : ends->client;
	uint8_t *at = append(lane, (uint32_t)(ETHERNET_BYTES + ip_bytes + len));

	memset(at, 0, ETHERNET_BYTES + ip_bytes);
	at[0] = at[6] = 2;
	at[from_client ? 5 : 11] = 1;
	put16(at + 12, ends->family == 4 ? 0x0800 : 0x86dd);
	at += ETHERNET_BYTES;
	if (ends->family == 4) {
		at[0] = 0x45;
		put16(at + 2, (unsigned)(IPV4_BYTES + len));
		/* The id tells mirrored copies from packets that merely look alike. */
		put16(at + 4, (unsigned)(lane->len * 2654435761u >> 7) & 0xffff);
		at[8] = 57;
		at[9] = protocol;
		memcpy(at + 12, src, addr_bytes);
		memcpy(at + 16, dst, addr_bytes);
		put16(at + 10, folded(sum16(at, IPV4_BYTES, 0)));
	} else {
		at[0] = 0x60;
		put16(at + 4, (unsigned)len);
		at[6] = protocol;
		at[7] = 57;
		memcpy(at + 8, src, addr_bytes);
		memcpy(at + 24, dst, addr_bytes);
	}
	return at + ip_bytes;
}

/** Checksum over transport header and payload with the pseudo header. */
static uint16_t
transport_sum(
    const struct bench_ends *ends, uint8_t protocol, const uint8_t *at, size_t len)
{
	size_t addr_bytes = ends->family == 4 ? 4 : 16;
	uint32_t sum = sum16(ends->client, addr_bytes, 0);
	sum = sum16(ends->server, addr_bytes, sum);
	return folded(sum16(at, len, sum + protocol + (uint32_t)len));
}

void
bench_lane_udp(struct bench_lane *lane, const struct bench_ends *ends, bool from_client,
    const void *payload, size_t len)
{
	size_t total = UDP_BYTES + len;
	uint8_t *at = put_headers(lane, ends, from_client, PROTO_UDP, total);

	put16(at, from_client ? ends->client_port : ends->server_port);
	put16(at + 2, from_client ? ends->server_port : ends->client_port);
	put16(at + 4, (unsigned)total);
	put16(at + 6, 0);
	memcpy(at + UDP_BYTES, payload, len);
	put16(at + 6, transport_sum(ends, PROTO_UDP, at, total));
}

static void
segment(struct bench_talk *talk, bool from_client, uint8_t flags,
    const uint8_t *payload, size_t len)
{
	const struct bench_ends *ends = talk->ends;
	uint32_t *mine = &talk->seq[from_client ? 0 : 1];
	uint32_t theirs = talk->seq[from_client ? 1 : 0];
	uint8_t *at =
	    put_headers(talk->lane, ends, from_client, PROTO_TCP, TCP_BYTES + len);

	memset(at, 0, TCP_BYTES);
	put16(at, from_client ? ends->client_port : ends->server_port);
	put16(at + 2, from_client ? ends->server_port : ends->client_port);
	put32(at + 4, *mine);
	put32(at + 8, flags & TCP_ACK ? theirs : 0);
	at[12] = TCP_BYTES / 4 << 4;
	at[13] = flags;
	put16(at + 14, 64240);
	if (len > 0)
		memcpy(at + TCP_BYTES, payload, len);
	put16(at + 16, transport_sum(ends, PROTO_TCP, at, TCP_BYTES + len));
	*mine += (uint32_t)len + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
}

void
bench_talk_open(struct bench_talk *talk, struct bench_lane *lane,
    const struct bench_ends *ends, uint32_t seed)
{
	talk->lane = lane;
	talk->ends = ends;
	talk->seq[0] = seed;
	talk->seq[1] = ~seed;
	segment(talk, true, TCP_SYN, NULL, 0);
	segment(talk, false, TCP_SYN | TCP_ACK, NULL, 0);
	segment(talk, true, TCP_ACK, NULL, 0);
}

void
bench_talk_send(
    struct bench_talk *talk, bool from_client, const void *message, size_t len)
{
	uint8_t stream[2 + 65535];
	size_t total = len + 2, sent = 0;

	put16(stream, (unsigned)len);
	memcpy(stream + 2, message, len);
	for (unsigned n = 1; sent < total; n++) {
		size_t part = total - sent < SEGMENT_MAX ? total - sent : SEGMENT_MAX;
		segment(talk, from_client, TCP_PSH | TCP_ACK, stream + sent, part);
		sent += part;
		if (n % 2 == 0 || sent == total)
			segment(talk, !from_client, TCP_ACK, NULL, 0);
	}
}

void
bench_talk_close(struct bench_talk *talk)
{
	segment(talk, true, TCP_FIN | TCP_ACK, NULL, 0);
	segment(talk, false, TCP_FIN | TCP_ACK, NULL, 0);
	segment(talk, true, TCP_ACK, NULL, 0);
}
