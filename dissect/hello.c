#include "hello.h"

#include <stdbool.h>
#include <string.h>

#include "cursor.h"

enum {
	RECORD_HEADER = 5,
	RECORD_HANDSHAKE = 22,
	RECORD_MAX = 16384,
	HANDSHAKE_HEADER = 4,
	CLIENT_HELLO = 1,
	EXTENSION_ALPN = 16,
	RANDOM_BYTES = 32,
};

/** Cut a vector with a length in front of its bytes off the cursor. */
static struct zt_cursor
vector(struct zt_cursor *c, size_t len)
{
	const uint8_t *at = zt_cursor_take(c, len);

	return at != NULL ? zt_cursor_init(at, len) : zt_cursor_init(c->start, 0);
}

static bool
offers_dot(struct zt_cursor names)
{
	struct zt_cursor list = vector(&names, zt_cursor_u16(&names));

	while (!list.failed && zt_cursor_left(&list) > 0) {
		size_t len = zt_cursor_u8(&list);
		const uint8_t *name = zt_cursor_take(&list, len);
		if (name != NULL && len == 3 && memcmp(name, "dot", 3) == 0)
			return true;
	}
	return false;
}

static bool
hello_offers_dot(struct zt_cursor hello)
{
	zt_cursor_skip(&hello, 2 + RANDOM_BYTES);
	zt_cursor_skip(&hello, zt_cursor_u8(&hello));  /* session id */
	zt_cursor_skip(&hello, zt_cursor_u16(&hello)); /* cipher suites */
	zt_cursor_skip(&hello, zt_cursor_u8(&hello));  /* compression */
	struct zt_cursor extensions = vector(&hello, zt_cursor_u16(&hello));
	while (!hello.failed && !extensions.failed && zt_cursor_left(&extensions) > 0) {
		unsigned type = zt_cursor_u16(&extensions);
		struct zt_cursor data = vector(&extensions, zt_cursor_u16(&extensions));
		if (!extensions.failed && type == EXTENSION_ALPN)
			return offers_dot(data);
	}
	return false;
}

/* Bytes of handshake, put together from its records. */
struct handshake {
	size_t len;
	uint8_t bytes[ZT_HELLO_MAX];
};

/* Is it all there?  What is behind it does not matter. */
static enum zt_hello
read_handshake(const struct handshake *handshake)
{
	struct zt_cursor c = zt_cursor_init(handshake->bytes, handshake->len);

	if (handshake->len > 0 && handshake->bytes[0] != CLIENT_HELLO)
		return ZT_HELLO_OTHER;
	if (handshake->len < HANDSHAKE_HEADER)
		return ZT_HELLO_MORE;
	zt_cursor_skip(&c, 1);
	size_t n = (size_t)zt_cursor_u8(&c) << 16;
	n |= zt_cursor_u16(&c);
	if (n > ZT_HELLO_MAX - HANDSHAKE_HEADER)
		return ZT_HELLO_LONG;
	if (n > zt_cursor_left(&c))
		return ZT_HELLO_MORE;
	return hello_offers_dot(vector(&c, n)) ? ZT_HELLO_DOT : ZT_HELLO_OTHER;
}

static void
gather(struct handshake *handshake, struct zt_cursor *c, size_t record)
{
	size_t n = record < zt_cursor_left(c) ? record : zt_cursor_left(c);
	size_t room = sizeof(handshake->bytes) - handshake->len;
	const uint8_t *at = zt_cursor_take(c, n);

	n = n < room ? n : room;
	if (at == NULL || n == 0)
		return;
	memcpy(handshake->bytes + handshake->len, at, n);
	handshake->len += n;
}

enum zt_hello
zt_hello_read(const uint8_t *bytes, size_t len)
{
	struct handshake handshake;
	enum zt_hello said = ZT_HELLO_MORE;

	if (len == 0)
		return said; /* there may be no bytes to point at */
	struct zt_cursor c = zt_cursor_init(bytes, len);
	handshake.len = 0;
	while (said == ZT_HELLO_MORE && zt_cursor_left(&c) > 0) {
		if (bytes[len - zt_cursor_left(&c)] != RECORD_HANDSHAKE)
			return ZT_HELLO_OTHER;
		if (zt_cursor_left(&c) < RECORD_HEADER)
			return ZT_HELLO_MORE;
		unsigned version = zt_cursor_u16(&c) & 0xff;
		zt_cursor_skip(&c, 1);
		size_t record = zt_cursor_u16(&c);
		/* A record of handshake without any is forbidden. */
		if (version != 3 || record == 0 || record > RECORD_MAX)
			return ZT_HELLO_OTHER;
		gather(&handshake, &c, record);
		said = read_handshake(&handshake);
	}
	return said;
}
