/**
 * @file capture_file.h
 * Packets out of a capture file: pcap and pcapng, compressed or not.
 *
 * A reader of our own: libpcap refuses pcapng files whose interfaces differ in link
 * type, does not say where a file is damaged, and copies every packet.
 *
 * Threads:    one; zt_capture_file_progress() from any thread.
 * Ownership:  a packet's bytes are borrowed until the next call.
 * Limits:     a packet has at most ZT_CAPTURED_MAX bytes, a pcapng section at most
 *             65,536 interfaces, a pcapng block that has to be understood at most
 *             1 MiB.
 * Damage:     whatever is readable in front of the damage is delivered; a pcapng block
 *             that is damaged inside an intact frame is left out, counted, and reading
 *             goes on behind it.
 * Source:     draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
 */
#ifndef ZT_SENSOR_CAPTURE_FILE_H
#define ZT_SENSOR_CAPTURE_FILE_H

#include "../conf/err.h"
#include "../dissect/packet.h"
#include "bytes.h"
#include "interfaces.h"

/** Longest captured packet; the limit that libpcap sets to itself. */
#define ZT_CAPTURED_MAX ((uint32_t)256 << 10)

struct zt_capture_file;

enum zt_read {
	ZT_READ_PACKET,	   /**< There is a packet. */
	ZT_READ_END,	   /**< The file is over, in the right place. */
	ZT_READ_DAMAGED,   /**< The file is damaged here; nothing follows. */
	ZT_READ_CANCELLED, /**< Given up on request. */
};

/** What a file turned out to hold. */
struct zt_capture_notes {
	uint64_t packets;
	uint64_t bytes;	       /**< Captured bytes of these. */
	uint64_t odd_times;    /**< Fractions of a second of a second or more. */
	uint64_t over_snaplen; /**< Packets longer than the file's own limit. */
	uint64_t bad_blocks; /**< pcapng blocks left out; the first one is in damage. */
	struct zt_err
	    damage; /**< First damage: byte offset, packet number and reason. */
};

/**
 * Open a file and read its header.
 *
 * @param path        "-" is standard input.
 * @param waiting     see bytes.h.
 * @param interfaces  where names of pcapng interfaces go; outlives the file.
 * @param file        out: owned by the caller; untouched on failure.
 * @param err         out: path and reason.
 * @return 0; -EBADMSG when it is no capture file, is empty or ends inside its header;
 *         -ECANCELED; otherwise the result of zt_bytes_open().
 */
int zt_capture_file_open(const char *path, const struct zt_waiting *waiting,
    struct zt_interfaces *interfaces, struct zt_capture_file **file,
    struct zt_err *err);

/** Accepts NULL; sets the pointer to NULL. */
void zt_capture_file_close(struct zt_capture_file **file);

/**
 * The next packet.
 *
 * @param packet  out: valid with ZT_READ_PACKET only.
 * @return see enum zt_read; after anything but a packet, the same again.
 */
enum zt_read zt_capture_file_next(
    struct zt_capture_file *file, struct zt_packet *packet);

/** What was found so far; valid as long as the file. */
const struct zt_capture_notes *zt_capture_file_notes(
    const struct zt_capture_file *file);

/** "pcap", "pcapng", or these with "+gzip" or "+zstd". */
const char *zt_capture_file_format(const struct zt_capture_file *file);

/** Bytes of the file on disk that are read, and how many there are (0: unknown). */
void zt_capture_file_progress(
    const struct zt_capture_file *file, uint64_t *done, uint64_t *total);

/** Do these first bytes (4 or more) begin a capture file, compressed or not? */
bool zt_capture_file_is_one(const uint8_t *magic, size_t len);

#endif
