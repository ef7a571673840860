#include "provider.h"

#include <string.h>

_Static_assert(ZT_N_PROVIDERS <= 64, "one bit of 64 for each provider");

#define MARK(id, by, text, url) \
	{ text, url, sizeof(text) - 1, ZT_PROVIDER_##id, ZT_PROVIDER_BY_##by },

/* The list is grouped by provider, this table by kind: one pass for each. */
static const struct zt_provider_mark marks[] = {
#define ZT_TXT(id, text, url) MARK(id, TXT, text, url)
#include "provider.def"
#define ZT_SPF(id, text, url) MARK(id, SPF, text, url)
#include "provider.def"
#define ZT_MX(id, text, url) MARK(id, MX, text, url)
#include "provider.def"
#define ZT_CNAME(id, text, url) MARK(id, CNAME, text, url)
#include "provider.def"
#define ZT_OWNER(id, text, url) MARK(id, OWNER, text, url)
#include "provider.def"
};

#define N_MARKS (sizeof(marks) / sizeof(marks[0]))

static const char *const names[] = {
#define ZT_PROVIDER(id, name) name,
#include "provider.def"
};

/** Where the marks of each kind start. */
enum mark_start {
	TXT_START = 0,
	SPF_START = TXT_START
#define ZT_TXT(id, text, url) +1
#include "provider.def"
	    ,
	MX_START = SPF_START
#define ZT_SPF(id, text, url) +1
#include "provider.def"
	    ,
	CNAME_START = MX_START
#define ZT_MX(id, text, url) +1
#include "provider.def"
	    ,
	OWNER_START = CNAME_START
#define ZT_CNAME(id, text, url) +1
#include "provider.def"
};

static const size_t starts[ZT_N_PROVIDER_KINDS + 1] = { TXT_START, SPF_START, MX_START,
	CNAME_START, OWNER_START, N_MARKS };

/** Text in lower case, from a record. */
struct text {
	size_t len;
	char bytes[ZT_PROVIDER_TEXT_MAX];
};

static inline char
lower(uint8_t byte)
{
	return (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
}

/** Bit n: a label starts n bytes before the end, so that a suffix of n bytes may match.
 */
static uint64_t
suffix_lengths(const char *text, size_t len)
{
	uint64_t lengths = len <= ZT_PROVIDER_PATTERN_MAX ? UINT64_C(1) << len : 0;

	for (size_t n = 1; n < len && n <= ZT_PROVIDER_PATTERN_MAX; n++)
		if (text[len - n - 1] == '.')
			lengths |= UINT64_C(1) << n;
	return lengths;
}

static uint64_t
match_suffix(enum zt_provider_kind kind, const char *text, size_t len)
{
	uint64_t lengths = suffix_lengths(text, len), found = 0;

	for (size_t i = starts[kind]; i < starts[kind + 1]; i++) {
		const struct zt_provider_mark *mark = &marks[i];
		if (lengths >> mark->len & 1 &&
		    memcmp(text + len - mark->len, mark->pattern, mark->len) == 0)
			found |= UINT64_C(1) << mark->provider;
	}
	return found;
}

static uint64_t
match_prefix(enum zt_provider_kind kind, const char *text, size_t len)
{
	uint64_t found = 0;

	for (size_t i = starts[kind]; i < starts[kind + 1]; i++) {
		const struct zt_provider_mark *mark = &marks[i];
		/* The first byte tells most of them apart without a call. */
		if (len >= mark->len && text[0] == mark->pattern[0] &&
		    memcmp(text, mark->pattern, mark->len) == 0)
			found |= UINT64_C(1) << mark->provider;
	}
	return found;
}

/** The name at pos with dots and without the last one. */
static bool
read_name(const uint8_t *msg, size_t len, size_t pos, struct text *out)
{
	unsigned hops = ZT_NAME_HOPS_MAX;
	struct zt_name name;

	out->len = 0;
	if (zt_name_expand(msg, len, &pos, &hops, &name) != ZT_ACCEPT)
		return false;
	for (size_t i = 0; name.wire[i] != 0; i += 1u + name.wire[i]) {
		if (out->len > 0)
			out->bytes[out->len++] = '.';
		memcpy(out->bytes + out->len, name.wire + i + 1, name.wire[i]);
		out->len += name.wire[i];
	}
	return true;
}

/** The strings of a TXT record as one, RFC 7208 section 3.3; at most `room` bytes. */
static void
read_strings(const uint8_t *msg, const struct zt_rr *rr, size_t room, struct text *out)
{
	size_t pos = rr->rdata, end = (size_t)rr->rdata + rr->rdlen;

	out->len = 0;
	while (pos < end && out->len < room) {
		size_t n = msg[pos++];
		for (; n > 0 && pos < end && out->len < room; n--)
			out->bytes[out->len++] = lower(msg[pos++]);
	}
}

/** The domain of one SPF term, RFC 7208 section 4.6.1; NULL when it has none. */
static const char *
spf_domain(const char *term, size_t *len)
{
	static const char *const kinds[] = {
		"include:", "redirect=", "exists:", "a:", "mx:"
	};

	if (*len > 0 && strchr("+-~?", *term)) {
		term++;
		--*len;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i]);
		if (*len > n && memcmp(term, kinds[i], n) == 0) {
			*len -= n;
			return term + n;
		}
	}
	return NULL;
}

static uint64_t
match_spf(const struct text *text)
{
	uint64_t found = 0;

	for (size_t pos = 0, end; pos < text->len; pos = end + 1) {
		const char *space = memchr(text->bytes + pos, ' ', text->len - pos);
		end = space ? (size_t)(space - text->bytes) : text->len;
		size_t len = end - pos;
		const char *domain = spf_domain(text->bytes + pos, &len);
		if (!domain)
			continue;
		if (domain[len - 1] == '.')
			len--;
		found |= match_suffix(ZT_PROVIDER_BY_SPF, domain, len);
	}
	return found;
}

static uint64_t
match_text(const uint8_t *msg, const struct zt_rr *rr)
{
	static const char spf[] = "v=spf1";
	struct text text;

	/* Only SPF is read beyond what a mark can cover. */
	read_strings(msg, rr, ZT_PROVIDER_PATTERN_MAX, &text);
	if (text.len >= sizeof(spf) && memcmp(text.bytes, spf, sizeof(spf) - 1) == 0) {
		read_strings(msg, rr, sizeof(text.bytes), &text);
		return match_spf(&text);
	}
	return match_prefix(ZT_PROVIDER_BY_TXT, text.bytes, text.len);
}

static uint64_t
match_owner(const uint8_t *msg, size_t len, const struct zt_rr *rr)
{
	struct text owner;

	/* Marks have an underscore at the start of their first or second label. */
	size_t label = msg[rr->owner], second = rr->owner + 1u + label;
	if (label == 0 || label > 63 || second + 1 >= len)
		return 0;
	if (msg[rr->owner + 1u] != '_' && msg[second] <= 63 && msg[second + 1] != '_')
		return 0;
	if (!read_name(msg, len, rr->owner, &owner))
		return 0;
	return match_prefix(ZT_PROVIDER_BY_OWNER, owner.bytes, owner.len);
}

uint64_t
zt_provider_match(const uint8_t *msg, size_t len, const struct zt_rr *rr)
{
	struct text name;

	if ((size_t)rr->rdata + rr->rdlen > len || rr->owner >= len)
		return 0;
	size_t end = (size_t)rr->rdata + rr->rdlen;
	switch (rr->type) {
	case ZT_RR_TXT:
		return match_text(msg, rr) | match_owner(msg, len, rr);
	case ZT_RR_SPF:
		return match_text(msg, rr);
	case ZT_RR_MX:
		if (rr->rdlen < 3 || !read_name(msg, end, rr->rdata + 2u, &name))
			return 0;
		return match_suffix(ZT_PROVIDER_BY_MX, name.bytes, name.len);
	case ZT_RR_CNAME:
		if (!read_name(msg, end, rr->rdata, &name))
			return match_owner(msg, len, rr);
		return match_suffix(ZT_PROVIDER_BY_CNAME, name.bytes, name.len) |
		       match_owner(msg, len, rr);
	default:
		return 0;
	}
}

const char *
zt_provider_name(unsigned bit)
{
	return bit < ZT_N_PROVIDERS ? names[bit] : "";
}

size_t
zt_provider_marks(const struct zt_provider_mark **out)
{
	*out = marks;
	return N_MARKS;
}
