/**
 * @file bytes.h
 * The bytes of a file, FIFO or standard input, decompressed where they are compressed.
 *
 * Shape:      one buffer; the reader asks for n bytes in a row, looks at them in place
 *             and steps over them.  Files are read and not mapped: a mapped capture
 *             that somebody truncates kills the process, and its pages would count as
 *             our memory.
 * Threads:    one; zt_bytes_taken() may be called from any thread.
 * Ownership:  what zt_bytes_need() returns is borrowed until the next call that is
 *             given the same object.
 * Limits:     ZT_BYTES_NEED_MAX bytes in a row.
 * Waiting:    before a wait for input (FIFO, terminal) somebody is told, so that what
 *             is held back for a batch can go out; the wait ends when the cancel
 *             descriptor becomes readable, and the input then seems to end there.
 */
#ifndef ZT_SENSOR_BYTES_H
#define ZT_SENSOR_BYTES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../conf/err.h"
#include "decompress.h"

/** Most bytes that can be asked for in a row. */
#define ZT_BYTES_NEED_MAX ((size_t)1 << 20)

enum zt_bytes_state {
	ZT_BYTES_MORE,	    /**< More may come. */
	ZT_BYTES_END,	    /**< The input is over. */
	ZT_BYTES_FAILED,    /**< read(2) failed; see zt_bytes_explain(). */
	ZT_BYTES_DAMAGED,   /**< The compressed data is damaged or cut. */
	ZT_BYTES_CANCELLED, /**< Given up because of the cancel descriptor. */
};

/** How to wait for input that may not come for long. */
struct zt_waiting {
	int cancel_fd; /**< Readable: give up.  -1: never. */
	/** Called before each wait, on the reading thread; may be NULL. */
	void (*before)(void *arg);
	void *arg;
};

struct zt_bytes {
	uint8_t *buffer; /**< What is ready: buffer[start .. end). */
	size_t start;
	size_t end;
	uint64_t offset; /**< Of buffer[start] in the (decompressed) input. */
	enum zt_bytes_state state;
	int fd;
	struct zt_waiting waiting;
	int read_errno;
	bool owns_fd;
	bool may_wait; /**< Reading may block for ever: FIFO, socket, terminal. */
	const struct zt_codec *codec; /**< NULL: not compressed. */
	void *codec_state;
	enum zt_decompress codec_result;
	uint8_t *raw; /**< Compressed bytes: raw[raw_start .. raw_end). */
	size_t raw_start;
	size_t raw_end;
	uint64_t size;		/**< Of a regular file; 0: unknown. */
	_Atomic uint64_t taken; /**< Bytes read from the descriptor. */
};

/**
 * Open an input and look at its first bytes.
 *
 * @param path     "-" is standard input.
 * @param waiting  copied.
 * @param bytes    out: owned by the caller; untouched on failure.
 * @param err      out: what went wrong, beginning with the path.
 * @return 0, -errno, or -EPROTONOSUPPORT for a compression left out of this build.
 */
int zt_bytes_open(const char *path, const struct zt_waiting *waiting,
    struct zt_bytes **bytes, struct zt_err *err);

/** Accepts NULL and half-built objects; sets the pointer to NULL. */
void zt_bytes_close(struct zt_bytes **bytes);

/** The slow half of zt_bytes_need(). */
const uint8_t *zt__bytes_fill(struct zt_bytes *bytes, size_t n);

/**
 * Look at the next n bytes.
 *
 * @param n  1 .. ZT_BYTES_NEED_MAX.
 * @return n bytes, or NULL when the input ends before; then the state says why and
 *         zt_bytes_left() how many there are.
 */
static inline const uint8_t *
zt_bytes_need(struct zt_bytes *bytes, size_t n)
{
	if (bytes->end - bytes->start >= n)
		return bytes->buffer + bytes->start;
	return zt__bytes_fill(bytes, n);
}

/** Bytes that are ready without reading. */
static inline size_t
zt_bytes_left(const struct zt_bytes *bytes)
{
	return bytes->end - bytes->start;
}

/** Step over n bytes that zt_bytes_need() has shown. */
static inline void
zt_bytes_step(struct zt_bytes *bytes, size_t n)
{
	bytes->start += n;
	bytes->offset += n;
}

/** Step over n bytes of any number. @return false when the input ends before. */
bool zt_bytes_skip(struct zt_bytes *bytes, uint64_t n);

/** Why the input ended, for people: "cut", "read error: ...", "damaged gzip data". */
void zt_bytes_explain(const struct zt_bytes *bytes, struct zt_err *err);

/** Bytes read from the descriptor so far, of zt_bytes.size; any thread. */
uint64_t zt_bytes_taken(const struct zt_bytes *bytes);

#endif
