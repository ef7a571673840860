#include "listen.h"

#include <arpa/inet.h>
#include <string.h>

static bool
parse_port(const char *text, uint16_t *port)
{
	unsigned value = 0;

	if (*text == '\0' || *text == '0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = 10 * value + (unsigned)(*text - '0');
		if (value > UINT16_MAX)
			return false;
	}
	*port = (uint16_t)value;
	return true;
}

bool
zt_listen_parse(const char *text, struct zt_listen *listen)
{
	struct zt_listen found = { .family = text[0] == '[' ? 6 : 4 };
	char address[ZT_LISTEN_TEXT_SIZE];
	const char *start = found.family == 6 ? text + 1 : text;
	const char *end = strchr(start, found.family == 6 ? ']' : ':');

	if (end == NULL || (size_t)(end - start) >= sizeof(address))
		return false;
	memcpy(address, start, (size_t)(end - start));
	address[end - start] = '\0';
	if (found.family == 6 && *++end != ':')
		return false;
	if (inet_pton(found.family == 6 ? AF_INET6 : AF_INET, address, found.addr) != 1)
		return false;
	if (!parse_port(end + 1, &found.port))
		return false;
	*listen = found;
	return true;
}

bool
zt_listen_is_loopback(const struct zt_listen *listen)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (listen->family == 4)
		return listen->addr[0] == 127;
	return memcmp(listen->addr, one, sizeof(one)) == 0;
}
