#include "pcap.h"

#include <errno.h>
#include <inttypes.h>

#include "byte_order.h"

#define FILE_HEADER_BYTES 24
#define RECORD_BYTES	  16
/* Behind the usual 16 bytes: interface index, protocol, packet type, padding. */
#define PATCHED_RECORD_BYTES 24
#define NS_PER_S	     1000000000u

static const struct {
	uint32_t magic;
	uint32_t units_per_s;
	uint32_t record_bytes;
} variants[] = {
	{ 0xa1b2c3d4, 1000000, RECORD_BYTES },
	{ 0xa1b23c4d, NS_PER_S, RECORD_BYTES },
	{ 0xa1b2cd34, 1000000, PATCHED_RECORD_BYTES },
};

#define N_VARIANTS (sizeof(variants) / sizeof(variants[0]))

static bool
find_variant(struct zt_pcap *pcap, const uint8_t *magic)
{
	for (unsigned i = 0; i < 2 * N_VARIANTS; i++) {
		bool big_endian = i >= N_VARIANTS;
		if (zt_get32(magic, big_endian) != variants[i % N_VARIANTS].magic)
			continue;
		pcap->big_endian = big_endian;
		pcap->units_per_s = variants[i % N_VARIANTS].units_per_s;
		pcap->unit_ns = NS_PER_S / pcap->units_per_s;
		pcap->record_bytes = variants[i % N_VARIANTS].record_bytes;
		return true;
	}
	return false;
}

bool
zt_pcap_is_magic(const uint8_t *magic)
{
	struct zt_pcap pcap;

	return find_variant(&pcap, magic);
}

int
zt_pcap_start(struct zt_pcap *pcap, struct zt_bytes *bytes, struct zt_err *err)
{
	const uint8_t *header = zt_bytes_need(bytes, FILE_HEADER_BYTES);

	if (header == NULL) {
		struct zt_err why;
		zt_bytes_explain(bytes, &why);
		zt_err_set(err, "byte %zu: a pcap file header has %d bytes; %s",
		    zt_bytes_left(bytes), FILE_HEADER_BYTES, why.text);
		return -EBADMSG;
	}
	if (!find_variant(pcap, header)) {
		zt_err_set(err, "byte 0: no pcap file header");
		return -EBADMSG;
	}
	unsigned major = zt_get16(header + 4, pcap->big_endian);
	pcap->minor_version = zt_get16(header + 6, pcap->big_endian);
	if (major != 2) {
		zt_err_set(err, "byte 4: pcap format %u.%u; zonetap reads format 2",
		    major, pcap->minor_version);
		return -EBADMSG;
	}
	pcap->snaplen = zt_get32(header + 16, pcap->big_endian);
	/* The upper half of the word tells how long a frame check sequence is. */
	pcap->link_type = (uint16_t)zt_get32(header + 20, pcap->big_endian);
	zt_bytes_step(bytes, FILE_HEADER_BYTES);
	return 0;
}

static enum zt_read
ends_inside(struct zt_bytes *bytes, struct zt_capture_notes *notes, const char *what,
    uint64_t want_bytes)
{
	struct zt_err why;

	if (bytes->state == ZT_BYTES_CANCELLED)
		return ZT_READ_CANCELLED;
	zt_bytes_explain(bytes, &why);
	zt_err_set(&notes->damage,
	    "byte %" PRIu64 ", packet %" PRIu64
	    ": cut inside the %s, which has %zu of %" PRIu64 " bytes; %s",
	    bytes->offset + zt_bytes_left(bytes), notes->packets + 1, what,
	    zt_bytes_left(bytes), want_bytes, why.text);
	return ZT_READ_DAMAGED;
}

/* The two lengths, which writers of format 2.2 and older, and some of 2.3, put the
 * other way round. */
static void
read_lengths(
    const struct zt_pcap *pcap, const uint8_t *record, uint32_t *caplen, uint32_t *len)
{
	*caplen = zt_get32(record + 8, pcap->big_endian);
	*len = zt_get32(record + 12, pcap->big_endian);
	if (pcap->minor_version < 3 || (pcap->minor_version == 3 && *caplen > *len)) {
		uint32_t swap = *caplen;
		*caplen = *len;
		*len = swap;
	}
}

static uint64_t
read_time(
    const struct zt_pcap *pcap, const uint8_t *record, struct zt_capture_notes *notes)
{
	uint64_t seconds = zt_get32(record, pcap->big_endian);
	uint64_t fraction = zt_get32(record + 4, pcap->big_endian);

	if (fraction >= pcap->units_per_s)
		notes->odd_times++;
	/* At most 2^32 * 10^9 + 2^32 * 1000: fits. */
	return seconds * NS_PER_S + fraction * pcap->unit_ns;
}

enum zt_read
zt_pcap_next(struct zt_pcap *pcap, struct zt_bytes *bytes,
    struct zt_capture_notes *notes, struct zt_packet *packet)
{
	const uint8_t *record = zt_bytes_need(bytes, pcap->record_bytes);
	uint32_t caplen = 0;
	uint32_t len = 0;

	if (record == NULL) {
		if (bytes->state == ZT_BYTES_END && zt_bytes_left(bytes) == 0)
			return ZT_READ_END;
		return ends_inside(bytes, notes, "record header", pcap->record_bytes);
	}
	read_lengths(pcap, record, &caplen, &len);
	if (caplen > ZT_CAPTURED_MAX) {
		zt_err_set(&notes->damage,
		    "byte %" PRIu64 ", packet %" PRIu64 ": says that %" PRIu32
		    " bytes were captured; at most %" PRIu32 " are possible",
		    bytes->offset + 8, notes->packets + 1, caplen, ZT_CAPTURED_MAX);
		return ZT_READ_DAMAGED;
	}
	record = zt_bytes_need(bytes, pcap->record_bytes + caplen);
	if (record == NULL)
		return ends_inside(bytes, notes, "packet", pcap->record_bytes + caplen);
	if (caplen > pcap->snaplen && pcap->snaplen != 0)
		notes->over_snaplen++;
	packet->data = record + pcap->record_bytes;
	packet->ts_ns = read_time(pcap, record, notes);
	packet->caplen = caplen;
	packet->wirelen = len < caplen ? caplen : len;
	packet->link_type = pcap->link_type;
	packet->interface = 0;
	/* The bytes stay where they are until the next need. */
	zt_bytes_step(bytes, pcap->record_bytes + caplen);
	return ZT_READ_PACKET;
}
