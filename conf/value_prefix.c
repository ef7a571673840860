#include "value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "quote.h"

static unsigned
family_bits(const struct zt_conf_prefix *prefix)
{
	return prefix->family == 4 ? 32 : 128;
}

/** Set everything behind the prefix length to zero; false when it was not zero. */
static bool
clear_host_bits(struct zt_conf_prefix *prefix)
{
	bool was_clear = true;

	for (unsigned i = 0; i < family_bits(prefix) / 8; i++) {
		unsigned kept = prefix->bits > 8 * i ? prefix->bits - 8 * i : 0;
		uint8_t mask = (uint8_t)(kept >= 8 ? 0xffu : 0xff00u >> kept);

		if (prefix->addr[i] & (uint8_t)~mask)
			was_clear = false;
		prefix->addr[i] &= mask;
	}
	return was_clear;
}

/** The address in front of the slash; host has room for what inet_pton() accepts. */
static bool
parse_address(const char *text, size_t len, struct zt_conf_prefix *prefix)
{
	char host[INET6_ADDRSTRLEN];

	if (len >= sizeof(host))
		return false;
	(void)memcpy(host, text, len);
	host[len] = '\0';
	prefix->family = strchr(host, ':') != NULL ? 6 : 4;
	return inet_pton(
		   prefix->family == 4 ? AF_INET : AF_INET6, host, prefix->addr) == 1;
}

/** ::ffff:192.0.2.1 never arrives on a wire as IPv6: the entry would match nothing. */
static bool
is_mapped(const struct zt_conf_prefix *prefix)
{
	static const uint8_t head[12] = { [10] = 0xff, [11] = 0xff };

	return prefix->family == 6 && prefix->bits >= 96 &&
	       memcmp(prefix->addr, head, sizeof(head)) == 0;
}

static int
check_bits(const char *text, struct zt_conf_prefix *prefix, struct zt_err *err)
{
	struct zt_quote quote;
	char right[ZT_VALUE_TEXT_SIZE];

	if (!clear_host_bits(prefix)) {
		zt_err_set(err, "%s has bits set behind the prefix length; write %s",
		    zt_quote_text(text, &quote), zt_value_print_prefix(prefix, right));
		return -EINVAL;
	}
	if (is_mapped(prefix)) {
		prefix->family = 4;
		prefix->bits = (uint8_t)(prefix->bits - 96);
		(void)memmove(prefix->addr, prefix->addr + 12, 4);
		zt_err_set(err, "%s is an IPv4 address in IPv6 form; write %s",
		    zt_quote_text(text, &quote), zt_value_print_prefix(prefix, right));
		return -EINVAL;
	}
	return 0;
}

int
zt_value_parse_prefix(
    const char *text, struct zt_conf_prefix *value, struct zt_err *err)
{
	struct zt_conf_prefix prefix = { .family = 0 };
	struct zt_quote quote;
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	uint64_t bits;
	int rc;

	if (!parse_address(text, len, &prefix)) {
		zt_err_set(err,
		    "%s is not an address; write for example 192.0.2.0/24 or 2001:db8::/32",
		    zt_quote_text(text, &quote));
		return -EINVAL;
	}
	bits = family_bits(&prefix);
	if (slash != NULL && (zt_value_parse_number(slash + 1, &bits, NULL) != 0 ||
				 bits > family_bits(&prefix))) {
		zt_err_set(err, "%s has a wrong prefix length; allowed is 0 to %u",
		    zt_quote_text(text, &quote), family_bits(&prefix));
		return -EINVAL;
	}
	prefix.bits = (uint8_t)bits;
	rc = check_bits(text, &prefix, err);
	if (rc != 0)
		return rc;
	if (prefix.family == 4)
		(void)memset(prefix.addr + 4, 0, 12);
	*value = prefix;
	return 0;
}

const char *
zt_value_print_prefix(const struct zt_conf_prefix *value, char *text)
{
	size_t used;

	if (inet_ntop(value->family == 4 ? AF_INET : AF_INET6, value->addr, text,
		INET6_ADDRSTRLEN) == NULL)
		text[0] = '\0';
	used = strlen(text);
	if (value->bits != family_bits(value))
		(void)snprintf(
		    text + used, ZT_VALUE_TEXT_SIZE - used, "/%u", value->bits);
	return text;
}
