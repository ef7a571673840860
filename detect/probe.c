#include "probe.h"

#include <string.h>

/* Bit n: a probe may have n bytes. */
#define BIT(n) (UINT64_C(1) << (n))
#define LENGTHS \
	(BIT(1) | (BIT(19) - BIT(9)) | BIT(20) | BIT(24) | BIT(28) | BIT(32) | BIT(36))

enum {
	DIGITS_MAX = 18,
	FREQUENT_LETTERS = 8,
	/* Of either case in a label of both: a name written with a capital has one. */
	CASE_MIN = 2,
};

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_hex(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool
is_alphanumeric(uint8_t c)
{
	return is_digit(c) || is_lower(c);
}

/* Whether all n bytes are of a kind. */
static bool
are_all(const uint8_t *text, size_t n, bool (*is_kind)(uint8_t c))
{
	for (size_t i = 0; i < n; i++) {
		if (!is_kind(text[i]))
			return false;
	}
	return true;
}

static bool
has_no_capital(const uint8_t *raw, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_upper(raw[i]))
			return false;
	}
	return true;
}

/* Both cases in the first label, none twice, and no capital in the rest: a resolver
 * that plays with the case of letters would have played with all of them. */
static bool
is_mixed(const uint8_t *raw, size_t len, size_t n)
{
	uint64_t letters = 0, digits = 0;
	unsigned n_upper = 0, n_lower = 0;

	for (size_t i = 1; i <= n; i++) {
		uint8_t c = raw[i];
		uint64_t *seen = is_digit(c) ? &digits : &letters;
		if (!is_digit(c) && !is_upper(c) && !is_lower(c))
			return false;
		if ((*seen >> (c & 63u) & 1u) != 0)
			return false;
		*seen |= BIT(c & 63u);
		n_upper += is_upper(c);
		n_lower += is_lower(c);
	}
	return n_upper >= CASE_MIN && n_lower >= CASE_MIN &&
	       has_no_capital(raw + n + 1, len - n - 1);
}

static bool
is_uuid_4(const uint8_t *text)
{
	/* What most names of this length fail is looked at first. */
	if (text[8] != '-' || text[14] != '4')
		return false;
	for (unsigned i = 0; i < 36; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (is_dash ? text[i] != '-' : !is_hex(text[i]))
			return false;
	}
	return text[14] == '4' && strchr("89ab", text[19]) != NULL;
}

static enum zt_probe
digits_of(size_t n)
{
	if (n == 11)
		return ZT_PROBE_DIGITS_11;
	return n == 16 ? ZT_PROBE_DIGITS_16 : ZT_PROBE_DIGITS;
}

static enum zt_probe
letters_or_mixed(const uint8_t *name, const uint8_t *raw, size_t len)
{
	size_t n = name[0];

	if (raw == name) {
		bool has_shape = n != 20 && are_all(name + 1, n, is_lower);
		if (!has_shape)
			return ZT_PROBE_NONE;
		return n == 12 ? ZT_PROBE_LETTERS_12 : ZT_PROBE_LETTERS_24;
	}
	if (n == 24 || !is_mixed(raw, len, n))
		return ZT_PROBE_NONE;
	return n == 12 ? ZT_PROBE_MIXED_12 : ZT_PROBE_MIXED_20;
}

enum zt_probe
zt_probe_of(const uint8_t *name, const uint8_t *raw, size_t len)
{
	size_t n = len > 0 ? name[0] : 0;

	if (n >= 64 || n >= len || (LENGTHS >> n & 1u) == 0)
		return ZT_PROBE_NONE;
	const uint8_t *text = name + 1;
	if (n == 1)
		return text[0] == '*' ? ZT_PROBE_STAR : ZT_PROBE_NONE;
	if (n <= DIGITS_MAX && is_digit(text[0]) && is_digit(text[n - 1]) &&
	    are_all(text, n, is_digit))
		return digits_of(n);
	switch (n) {
	case 12:
	case 20:
	case 24:
		return letters_or_mixed(name, raw, len);
	case 28:
		return memcmp(text, "xx--", 4) == 0 &&
			       memcmp(text + 24, "--xx", 4) == 0 &&
			       are_all(text + 4, 20, is_alphanumeric)
			   ? ZT_PROBE_FRAMED
			   : ZT_PROBE_NONE;
	case 32:
		return are_all(text, n, is_hex) ? ZT_PROBE_HEX_32 : ZT_PROBE_NONE;
	case 36:
		return is_uuid_4(text) ? ZT_PROBE_UUID_4 : ZT_PROBE_NONE;
	default:
		return ZT_PROBE_NONE;
	}
}

bool
zt_probe_is_frequent_letters(const uint8_t *name, size_t len)
{
	if (len <= FREQUENT_LETTERS || name[0] != FREQUENT_LETTERS)
		return false;
	for (unsigned i = 1; i <= FREQUENT_LETTERS; i++) {
		if (name[i] == '\0' || strchr("etaoinshrdlucmfw", name[i]) == NULL)
			return false;
	}
	return true;
}
