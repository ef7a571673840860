/**
 * @file pcap.h
 * The classic capture file, format version 2.
 *
 * Variants:  either byte order; micro- and nanoseconds; the 24-byte record headers of
 *            Alexey Kuznetzov's patched libpcap; the swapped lengths of format 2.2 and
 *            older.
 * Threads:   one.
 * Source:    draft-ietf-opsawg-pcap sections 4 and 5.
 */
#ifndef ZT_SENSOR_PCAP_H
#define ZT_SENSOR_PCAP_H

#include "capture_file.h"

struct zt_pcap {
	uint32_t snaplen;      /**< As in the file; 0: none. */
	uint32_t record_bytes; /**< Length of a record header: 16 or 24. */
	uint32_t units_per_s;  /**< Fractions in a second: 10^6 or 10^9. */
	uint32_t unit_ns;      /**< One of them: 1000 or 1. */
	uint16_t link_type;    /**< LINKTYPE_ value, checksum bits masked out. */
	uint16_t minor_version;
	bool big_endian;
};

/** Does a pcap file begin with these four bytes? */
bool zt_pcap_is_magic(const uint8_t *magic);

/**
 * Read the file header.
 *
 * @param err  out: the reason without path.
 * @return 0, or -EBADMSG.
 */
int zt_pcap_start(struct zt_pcap *pcap, struct zt_bytes *bytes, struct zt_err *err);

/** Read one record; notes gets what is odd, and the damage. */
enum zt_read zt_pcap_next(struct zt_pcap *pcap, struct zt_bytes *bytes,
    struct zt_capture_notes *notes, struct zt_packet *packet);

#endif
