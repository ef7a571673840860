/**
 * @file pcapng.h
 * The next-generation capture file, format version 1.
 *
 * Blocks:    section header (either byte order, any number of sections), interface
 *            description (resolution, offset, snap length and link type of its own),
 *            enhanced, simple and obsolete packet; all others are stepped over.
 * Threads:   one.
 * Memory:    24 bytes an interface of the current section, at most 65,536 of them.
 * Source:    draft-ietf-opsawg-pcapng sections 3 and 4.
 */
#ifndef ZT_SENSOR_PCAPNG_H
#define ZT_SENSOR_PCAPNG_H

#include "capture_file.h"

/** One interface of the current section. */
struct zt_pcapng_interface {
	int64_t offset_s;   /**< if_tsoffset: seconds to add. */
	uint32_t snaplen;   /**< 0: no limit. */
	uint16_t link_type; /**< LINKTYPE_ value. */
	uint16_t number;    /**< Its name in struct zt_interfaces. */
	uint8_t resolution; /**< if_tsresol: 10^-n, or 2^-n with the top bit set. */
};

struct zt_pcapng {
	struct zt_pcapng_interface *interfaces;
	uint32_t n_interfaces;
	uint32_t interface_cap;
	uint64_t last_ns; /**< Time of the last packet; simple packets have none. */
	struct zt_interfaces *names;
	bool big_endian;
};

/** Does a pcapng file begin with these four bytes? */
bool zt_pcapng_is_magic(const uint8_t *magic);

/**
 * Read the first section header.
 *
 * @param err  out: the reason without path.
 * @return 0, or -EBADMSG.
 */
int zt_pcapng_start(
    struct zt_pcapng *pcapng, struct zt_bytes *bytes, struct zt_err *err);

/** Free what the reader allocated. */
void zt_pcapng_stop(struct zt_pcapng *pcapng);

/** Read blocks up to the next packet; notes gets what is odd, and the damage. */
enum zt_read zt_pcapng_next(struct zt_pcapng *pcapng, struct zt_bytes *bytes,
    struct zt_capture_notes *notes, struct zt_packet *packet);

#endif
