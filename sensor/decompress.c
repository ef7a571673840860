#include "decompress.h"

#include <string.h>

static const struct {
	const char *name;
	const struct zt_codec *const *codec;
	uint8_t magic[ZT_CODEC_MAGIC_BYTES];
	size_t magic_len;
} known[] = {
	{ "gzip", &zt_codec_gzip, { 0x1f, 0x8b }, 2 },		   /* RFC 1952 2.3.1 */
	{ "zstd", &zt_codec_zstd, { 0x28, 0xb5, 0x2f, 0xfd }, 4 }, /* RFC 8878 3.1.1 */
};

const struct zt_codec *
zt_codec_find(const uint8_t *magic, size_t len, const char **name)
{
	*name = NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (len < known[i].magic_len ||
		    memcmp(magic, known[i].magic, known[i].magic_len) != 0)
			continue;
		*name = known[i].name;
		return *known[i].codec;
	}
	return NULL;
}
