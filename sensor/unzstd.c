#include "decompress.h"

#ifdef ZT_WITH_ZSTD

#	include <zstd.h>

static void *
zstd_open(void)
{
	return ZSTD_createDStream();
}

static enum zt_decompress
zstd_run(void *state, struct zt_span *span)
{
	ZSTD_inBuffer in = { span->in, span->in_len, 0 };
	ZSTD_outBuffer out = { span->out, span->out_len, 0 };
	size_t left = ZSTD_decompressStream(state, &out, &in);

	span->in += in.pos;
	span->in_len -= in.pos;
	span->out += out.pos;
	span->out_len -= out.pos;
	if (ZSTD_isError(left))
		return ZT_DECOMPRESS_DAMAGED;
	return left == 0 ? ZT_DECOMPRESS_AT_END : ZT_DECOMPRESS_OK;
}

static void
zstd_close(void *state)
{
	(void)ZSTD_freeDStream(state); /* accepts NULL and cannot fail */
}

static const struct zt_codec zstd = { "zstd", zstd_open, zstd_run, zstd_close };

const struct zt_codec *const zt_codec_zstd = &zstd;

#else

const struct zt_codec *const zt_codec_zstd = NULL;

#endif
