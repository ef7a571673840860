/**
 * @file decompress.h
 * Compressed streams, recognised by their first bytes: gzip and Zstandard.
 *
 * A codec turns one span of input into one span of output and keeps its own state.  It
 * knows no files.  Members or frames that follow each other are one stream.
 *
 * Threads:   a state belongs to one thread; the codecs themselves are constants.
 * Memory:    gzip about 40 KiB; Zstandard up to the window of the stream, at most
 *            128 MiB (streams made with a longer window are refused).
 * Source:    RFC 1952, RFC 8878.
 */
#ifndef ZT_SENSOR_DECOMPRESS_H
#define ZT_SENSOR_DECOMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes in, bytes out; run() advances both. */
struct zt_span {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_len;
};

enum zt_decompress {
	ZT_DECOMPRESS_OK,      /**< Inside a member; wants more input or more room. */
	ZT_DECOMPRESS_AT_END,  /**< Between members: the input may end here. */
	ZT_DECOMPRESS_DAMAGED, /**< The input is no such stream. */
};

struct zt_codec {
	const char *name;
	/** @return NULL when memory is short. */
	void *(*open)(void);
	enum zt_decompress (*run)(void *state, struct zt_span *span);
	void (*close)(void *state);
};

/** Bytes that zt_codec_find() wants to see. */
#define ZT_CODEC_MAGIC_BYTES 4

/**
 * Which codec do these first bytes call for?
 *
 * @param magic  the first len bytes of the input, len may be less than
 *               ZT_CODEC_MAGIC_BYTES.
 * @param name   out: name of the compression, NULL when there is none.
 * @return NULL when there is no compression, or (name is set) when this build of
 *         zonetap cannot undo it.
 */
const struct zt_codec *zt_codec_find(
    const uint8_t *magic, size_t len, const char **name);

/** Set where the library was there at build time, NULL otherwise. */
extern const struct zt_codec *const zt_codec_gzip;
/** The same for Zstandard. */
extern const struct zt_codec *const zt_codec_zstd;

#endif
