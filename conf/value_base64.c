#include "value.h"

#include <errno.h>
#include <string.h>

/** Value of a character, or -1. */
static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/** Characters that are no padding; 0: the length or the padding is wrong. */
static size_t
base64_digits(const char *text)
{
	size_t len = strlen(text), n = len;

	if (len == 0 || len % 4 != 0 || len > ZT_VALUE_SECRET_TEXT_MAX)
		return 0;
	while (n + 2 > len && text[n - 1] == '=')
		n--;
	return n;
}

int
zt_value_parse_base64(const char *text, uint8_t *bytes, size_t *len, struct zt_err *err)
{
	size_t n = base64_digits(text), used = 0;
	uint32_t bits = 0;
	bool is_right = n > 0;

	for (size_t i = 0; i < n && is_right; i++) {
		int digit = base64_digit(text[i]);
		is_right = digit >= 0;
		bits = bits << 6 | ((uint32_t)digit & 63);
		if (i % 4 != 0 && is_right)
			bytes[used++] = (uint8_t)(bits >> (6 - i % 4 * 2));
	}
	/* Bits that belong to no byte have to be zero. */
	unsigned spare = n % 4 == 2 ? 4 : n % 4 == 3 ? 2 : 0;
	if (is_right && (bits & ((1u << spare) - 1)) == 0) {
		*len = used;
		return 0;
	}
	zt_err_set(err, "the secret is not base64; write it as tsig-keygen prints it");
	return -EINVAL;
}
