#include "decompress.h"

#ifdef ZT_WITH_ZLIB

#	include <limits.h>
#	include <stdlib.h>

#	define ZLIB_CONST /* next_in points to const */
#	include <zlib.h>

/* 15: the largest window; 16: gzip frame and not zlib's. */
#	define GZIP_WINDOW (15 + 16)

static void *
gzip_open(void)
{
	z_stream *stream = calloc(1, sizeof(*stream));

	if (stream != NULL && inflateInit2(stream, GZIP_WINDOW) != Z_OK) {
		free(stream);
		return NULL;
	}
	return stream;
}

static uInt
clamp(size_t len)
{
	return len > UINT_MAX ? UINT_MAX : (uInt)len;
}

static enum zt_decompress
gzip_run(void *state, struct zt_span *span)
{
	z_stream *stream = state;
	uInt in = clamp(span->in_len);
	uInt out = clamp(span->out_len);

	stream->next_in = span->in;
	stream->avail_in = in;
	stream->next_out = span->out;
	stream->avail_out = out;
	int result = inflate(stream, Z_NO_FLUSH);
	span->in += in - stream->avail_in;
	span->in_len -= in - stream->avail_in;
	span->out += out - stream->avail_out;
	span->out_len -= out - stream->avail_out;
	if (result == Z_STREAM_END)
		return inflateReset(stream) == Z_OK ? ZT_DECOMPRESS_AT_END
						    : ZT_DECOMPRESS_DAMAGED;
	/* Z_BUF_ERROR only says that nothing was left to do. */
	return result == Z_OK || result == Z_BUF_ERROR ? ZT_DECOMPRESS_OK
						       : ZT_DECOMPRESS_DAMAGED;
}

static void
gzip_close(void *state)
{
	if (state != NULL)
		(void)inflateEnd(state); /* fails only on a state that is not ours */
	free(state);
}

static const struct zt_codec gzip = { "gzip", gzip_open, gzip_run, gzip_close };

const struct zt_codec *const zt_codec_gzip = &gzip;

#else

const struct zt_codec *const zt_codec_gzip = NULL;

#endif
