#include "community_id.h"

#include <stdbool.h>
#include <string.h>

#include "../dissect/decode.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789+/";

/* Base64 of a digest: six whole groups of three bytes and one of two (RFC 4648). */
static void
encode(const uint8_t digest[ZT_DECODE_SHA1_BYTES], char *text)
{
	uint8_t padded[ZT_DECODE_SHA1_BYTES + 1] = { 0 };

	memcpy(padded, digest, ZT_DECODE_SHA1_BYTES);
	for (unsigned i = 0; i < sizeof(padded); i += 3) {
		unsigned group = (unsigned)padded[i] << 16 |
				 (unsigned)padded[i + 1] << 8 | padded[i + 2];
		*text++ = digits[group >> 18];
		*text++ = digits[group >> 12 & 63];
		*text++ = digits[group >> 6 & 63];
		*text++ = digits[group & 63];
	}
	text[-1] = '=';
	*text = '\0';
}

static size_t
put_port(uint8_t *to, uint16_t port)
{
	to[0] = (uint8_t)(port >> 8);
	to[1] = (uint8_t)port;
	return 2;
}

const char *
zt_community_id(const struct zt_flow_ends *ends, char text[ZT_COMMUNITY_ID_SIZE])
{
	size_t n = ends->family == 6 ? 16 : 4;
	uint8_t message[2 + 2 * 16 + 2 + 4] = { 0 }; /* begins with seed 0 */
	uint8_t digest[ZT_DECODE_SHA1_BYTES];
	int order = memcmp(ends->client, ends->server, n);
	bool client_first =
	    order < 0 || (order == 0 && ends->client_port < ends->server_port);
	size_t at = 2;

	memcpy(message + at, client_first ? ends->client : ends->server, n);
	at += n;
	memcpy(message + at, client_first ? ends->server : ends->client, n);
	at += n;
	message[at] = ends->transport;
	at += 2; /* one byte of padding */
	at += put_port(
	    message + at, client_first ? ends->client_port : ends->server_port);
	at += put_port(
	    message + at, client_first ? ends->server_port : ends->client_port);
	zt_decode_sha1(message, at, digest);
	text[0] = '1';
	text[1] = ':';
	encode(digest, text + 2);
	return text;
}
