/*
 * A capture file of any bytes: pcap, pcapng, either of them compressed.  Every packet
 * obeys its limits, the end stays the end, damage has a reason; and a file that is not
 * compressed gives the same when it is.
 */
/* For memfd_create(). */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef ZT_WITH_ZLIB
#	include <zlib.h>
#endif

#include "dissect/hash.h"
#include "sensor/capture_file.h"
#include "target.h"

/** What reading a file gave. */
struct reading {
	int opened;
	enum zt_read end;
	struct zt_capture_notes notes;
	uint64_t hash; /**< Of all packets. */
	bool is_compressed;
};

static struct zt_interfaces *names;

static void
stop_unless(bool holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_capture: %s: %s\n", what, text);
	abort();
}

static uint64_t
check_packet(const struct zt_packet *packet, uint64_t hash)
{
	static const struct zt_hash_key key = { 1, 2 };
	const uint64_t seen[6] = { hash, packet->ts_ns, packet->caplen, packet->wirelen,
		(uint64_t)packet->link_type << 16 | packet->interface,
		/* Reads every byte. */
		zt_hash(&key, packet->data, packet->caplen) };

	stop_unless(packet->caplen <= ZT_CAPTURED_MAX, "captured length", "");
	stop_unless(packet->wirelen >= packet->caplen, "length on the wire", "");
	stop_unless(packet->interface < ZT_INTERFACES_MAX, "interface", "");
	stop_unless(packet->interface == 0 ||
			zt_interfaces_name(names, packet->interface) != NULL,
	    "the interface has a name", "");
	return zt_hash(&key, seen, sizeof(seen));
}

static void
read_packets(struct zt_capture_file *file, struct reading *r)
{
	struct zt_packet packet;
	uint64_t n = 0;
	uint64_t bytes = 0;

	while ((r->end = zt_capture_file_next(file, &packet)) == ZT_READ_PACKET) {
		r->hash = check_packet(&packet, r->hash);
		n++;
		bytes += packet.caplen;
	}
	stop_unless(zt_capture_file_next(file, &packet) == r->end, "the end stays", "");
	r->notes = *zt_capture_file_notes(file);
	stop_unless(r->notes.packets == n, "packets are counted", "");
	stop_unless(r->notes.bytes == bytes, "bytes are counted", "");
	stop_unless(r->end != ZT_READ_CANCELLED, "nobody cancelled", "");
	stop_unless(r->end != ZT_READ_DAMAGED || r->notes.damage.text[0],
	    "damage has a reason", "");
	stop_unless(!r->notes.bad_blocks || r->notes.damage.text[0],
	    "a bad block has a reason", "");
}

static struct reading
read_file(const uint8_t *data, size_t size)
{
	struct reading r = { .end = ZT_READ_END };
	struct zt_capture_file *file = NULL;
	struct zt_err err = { "" };
	const struct zt_waiting patient = { -1, NULL, NULL };
	char path[64];
	int fd = memfd_create("capture", MFD_CLOEXEC);

	stop_unless(fd >= 0 && write(fd, data, size) == (ssize_t)size, "memory", "");
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r.opened = zt_capture_file_open(path, &patient, names, &file, &err);
	stop_unless((r.opened == 0) == (file != NULL), "opened or not", err.text);
	if (r.opened == 0) {
		r.is_compressed = strchr(zt_capture_file_format(file), '+') != NULL;
		read_packets(file, &r);
	} else {
		stop_unless(strncmp(err.text, path, strlen(path)) == 0,
		    "a reason begins with the file", err.text);
	}
	zt_capture_file_close(&file);
	(void)close(fd);
	return r;
}

#ifdef ZT_WITH_ZLIB
/** The same bytes as a gzip file, to be freed. */
static uint8_t *
gzip(uint8_t *data, size_t size, size_t *len)
{
	z_stream z = { .next_in = data, .avail_in = (uInt)size };

	/* 15 bits of window, 16: with the header of gzip. */
	stop_unless(
	    deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK,
	    "memory", "");
	*len = deflateBound(&z, (uLong)size);
	uint8_t *out = malloc(*len);
	stop_unless(out != NULL, "memory", "");
	z.next_out = out;
	z.avail_out = (uInt)*len;
	stop_unless(deflate(&z, Z_FINISH) == Z_STREAM_END, "compressed", "");
	*len = z.total_out;
	(void)deflateEnd(&z);
	return out;
}

static void
compare_with_gzip(const uint8_t *data, size_t size, const struct reading *plain)
{
	size_t len = 0;
	uint8_t *copy = malloc(size ? size : 1);

	stop_unless(copy != NULL, "memory", "");
	memcpy(copy, data, size);
	uint8_t *packed = gzip(copy, size, &len);
	struct reading r = read_file(packed, len);
	stop_unless(r.opened == plain->opened, "opened compressed", "");
	stop_unless(r.opened != 0 || r.is_compressed, "known as compressed", "");
	stop_unless(r.end == plain->end, "the same end compressed", "");
	stop_unless(r.hash == plain->hash, "the same packets compressed", "");
	stop_unless(strcmp(r.notes.damage.text, plain->notes.damage.text) == 0,
	    "the same damage compressed", r.notes.damage.text);
	free(packed);
	free(copy);
}
#endif

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!names)
		names = zt_interfaces_new();
	stop_unless(names != NULL, "memory", "");
	struct reading plain = read_file(data, size);
#ifdef ZT_WITH_ZLIB
	/* One that cannot be opened may be compressed and damaged. */
	if (plain.opened == 0 && !plain.is_compressed)
		compare_with_gzip(data, size, &plain);
#endif
	return 0;
}
