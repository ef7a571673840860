#include "hello.h"

#include <stdbool.h>
#include <string.h>

#include "cursor.h"

enum {
	RECORD_HEADER = 5,
	RECORD_HANDSHAKE = 22,
	RECORD_MAX = 16384,
	CLIENT_HELLO = 1,
	EXTENSION_ALPN = 16,
	RANDOM_BYTES = 32,
};

/** Cut a vector with a length in front of its bytes off the cursor. */
static struct zt_cursor
vector(struct zt_cursor *c, size_t len)
{
	const uint8_t *at = zt_cursor_take(c, len);

	return zt_cursor_init(at, at != NULL ? len : 0);
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

enum zt_hello
zt_hello_read(const uint8_t *bytes, size_t len)
{
	struct zt_cursor c = zt_cursor_init(bytes, len);

	if (len > 0 && bytes[0] != RECORD_HANDSHAKE)
		return ZT_HELLO_OTHER;
	if (len < RECORD_HEADER)
		return ZT_HELLO_MORE;
	zt_cursor_skip(&c, 3); /* type, version */
	size_t record = zt_cursor_u16(&c);
	if (bytes[1] != 3 || record > RECORD_MAX)
		return ZT_HELLO_OTHER;
	if (zt_cursor_left(&c) < record)
		return ZT_HELLO_MORE;
	struct zt_cursor inside = vector(&c, record);
	unsigned type = zt_cursor_u8(&inside);
	size_t n = (size_t)zt_cursor_u8(&inside) << 16;
	n |= zt_cursor_u16(&inside);
	struct zt_cursor hello = vector(&inside, n);
	if (inside.failed || type != CLIENT_HELLO)
		return ZT_HELLO_OTHER;
	return hello_offers_dot(hello) ? ZT_HELLO_DOT : ZT_HELLO_OTHER;
}
