#include "dissect/provider.h"
#include "suite.h"

#include <check.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define BIT(id) (UINT64_C(1) << ZT_PROVIDER_##id)

/** Match the one record of a response. */
static uint64_t
match(const struct wire *w)
{
	static const struct zt_hash_key key = { 1, 2 };
	struct zt_screen screen;
	struct zt_walk walk;
	struct zt_rr rr;

	ck_assert_int_eq(zt_screen(&key, w->bytes, w->len, &screen), ZT_ACCEPT);
	zt_walk_init(&walk, w->bytes, w->len, &screen);
	ck_assert(zt_walk_next(&walk, &rr));
	return zt_provider_match(w->bytes, w->len, &rr);
}

static size_t
start(struct wire *w, const char *owner, unsigned type)
{
	wire_start(w, 1, 0x8000, (struct wire_counts){ 1, 1, 0, 0 });
	wire_question(w, "example.com", type);
	return wire_rr(w, owner, type);
}

/** Strings of at most n bytes each. */
static void
put_strings(struct wire *w, const char *text, size_t n)
{
	for (size_t left = strlen(text); left > 0;) {
		size_t part = left < n ? left : n;
		wire_u8(w, (unsigned)part);
		wire_bytes(w, text, part);
		text += part;
		left -= part;
	}
}

static uint64_t
match_txt(const char *owner, const char *text, size_t n)
{
	struct wire w;
	size_t rr = start(&w, owner, ZT_RR_TXT);

	put_strings(&w, text, n);
	wire_end_rr(&w, rr);
	return match(&w);
}

/** MX with preference 10, or CNAME. */
static uint64_t
match_target(unsigned type, const char *target)
{
	struct wire w;
	size_t rr = start(&w, NULL, type);

	if (type == ZT_RR_MX)
		wire_u16(&w, 10);
	wire_name(&w, target);
	wire_end_rr(&w, rr);
	return match(&w);
}

struct sample {
	const char *text;
	uint64_t want;
};

static const struct sample texts[] = {
	{ "MS=ms48213377", BIT(MICROSOFT_365) },
	{ "ms=MS48213377", BIT(MICROSOFT_365) },
	{ "XMS=ms48213377", 0 },
	{ "MS=", 0 },
	{ "google-site-verification=tQ9y", BIT(GOOGLE_SITE) },
	{ "ZOOM_verify_Jh3kS0dQvT2", BIT(ZOOM) },
	{ "docusign=1f5c0e1a-6e0c", BIT(DOCUSIGN) },
	{ "facebook-domain-verification=8k3v", BIT(META) },
	{ "v=DMARC1; p=reject; rua=mailto:dmarc@zendesk.com", 0 },
	{ "", 0 },
	{ "v=spf1 -all", 0 },
	{ "v=spf1 include:_spf.google.com ~all", BIT(GOOGLE_WORKSPACE) },
	{ "V=SPF1 INCLUDE:_SPF.Google.COM ~all", BIT(GOOGLE_WORKSPACE) },
	{ "v=spf1 include:_spf.google.com. ~all", BIT(GOOGLE_WORKSPACE) },
	{ "v=spf1 include:not_spf.google.com ~all", 0 },
	{ "v=spf1 include:_spf.google.com.evil.example ~all", 0 },
	{ "v=spf1 redirect=_spf.google.com", BIT(GOOGLE_WORKSPACE) },
	{ "v=spf1 ip4:192.0.2.0/24  ?include:mail.zendesk.com include:servers.mcsv.net "
	  "+include:sendgrid.net exists:%{i}._spf.salesforce.com "
	  "a:b.spf.service-now.com -all",
	    BIT(ZENDESK) | BIT(MAILCHIMP) | BIT(SENDGRID) | BIT(SALESFORCE) |
		BIT(SERVICENOW) },
	{ "v=spf1include:_spf.google.com", 0 },
	{ "v=spf1 include: -all", 0 },
	{ "v=spf1 include:. + ", 0 },
};

START_TEST(txt_of_each_form_names_its_providers)
{
	const struct sample *sample = &texts[_i];

	ck_assert_msg(
	    match_txt(NULL, sample->text, 255) == sample->want, "\"%s\"", sample->text);
	/* Strings of a record are read as one, wherever they are cut. */
	for (size_t n = 1; n < 8; n++)
		ck_assert_msg(match_txt(NULL, sample->text, n) == sample->want,
		    "\"%s\" in strings of %zu", sample->text, n);
}
END_TEST

static const struct sample exchangers[] = {
	{ "example-com.mail.protection.outlook.com", BIT(MICROSOFT_365) },
	{ "mail.protection.outlook.com", BIT(MICROSOFT_365) },
	{ "ASPMX.L.GOOGLE.COM", BIT(GOOGLE_WORKSPACE) },
	{ "alt1.aspmx.l.google.com", BIT(GOOGLE_WORKSPACE) },
	{ "xaspmx.l.google.com", 0 },
	{ "mx1.example.com", 0 },
	{ "", 0 },
	{ "mxa-00123.gslb.pphosted.com", BIT(PROOFPOINT) },
};

START_TEST(mx_of_each_form_names_its_provider)
{
	ck_assert_uint_eq(
	    match_target(ZT_RR_MX, exchangers[_i].text), exchangers[_i].want);
}
END_TEST

static const struct sample aliases[] = {
	{ "example.zendesk.com", BIT(ZENDESK) },
	{ "selector1-example-com._domainkey.contoso.onmicrosoft.com",
	    BIT(MICROSOFT_365) },
	{ "s1.domainkey.u123456.wl.sendgrid.net", BIT(SENDGRID) },
	{ "sfdc1.539vtd.custdkim.salesforce.com", BIT(SALESFORCE) },
	{ "www.example.com", 0 },
	{ "zendesk.com.example.com", 0 },
	{ "d111111abcdef8.cloudfront.net", BIT(AWS) },
};

START_TEST(cname_of_each_form_names_its_provider)
{
	ck_assert_uint_eq(
	    match_target(ZT_RR_CNAME, aliases[_i].text), aliases[_i].want);
}
END_TEST

START_TEST(owner_of_a_selector_names_its_provider)
{
	const char *key = "v=DKIM1; k=rsa; p=MIGf";

	ck_assert_uint_eq(match_txt("Google._domainkey.example.com", key, 255),
	    BIT(GOOGLE_WORKSPACE));
	ck_assert_uint_eq(
	    match_txt("_amazonses.example.com", "abc=", 255), BIT(AMAZON_SES));
	ck_assert_uint_eq(
	    match_txt("_github-challenge-acme.example.com", "abc", 255), BIT(GITHUB));
	ck_assert_uint_eq(match_txt("mygoogle._domainkey.example.com", key, 255), 0);
	ck_assert_uint_eq(match_txt("google.example.com", key, 255), 0);
	ck_assert_uint_eq(match_txt("", key, 255), 0);
}
END_TEST

START_TEST(other_types_name_nobody)
{
	struct wire w;
	size_t rr = start(&w, NULL, ZT_RR_NS);

	wire_name(&w, "example.zendesk.com");
	wire_end_rr(&w, rr);
	ck_assert_uint_eq(match(&w), 0);
}
END_TEST

START_TEST(impossible_data_names_nobody)
{
	struct wire w;
	size_t rr;

	/* A string that promises more than the record holds. */
	rr = start(&w, NULL, ZT_RR_TXT);
	wire_u8(&w, 200);
	wire_bytes(&w, "MS=m", 4);
	wire_end_rr(&w, rr);
	ck_assert_uint_eq(match(&w), 0);
	/* MX of two bytes, MX and CNAME whose name runs out of the record. */
	rr = start(&w, NULL, ZT_RR_MX);
	wire_u16(&w, 10);
	wire_end_rr(&w, rr);
	ck_assert_uint_eq(match(&w), 0);
	rr = start(&w, NULL, ZT_RR_CNAME);
	wire_u8(&w, 7);
	wire_bytes(&w, "zendesk", 7);
	wire_end_rr(&w, rr);
	wire_name(&w, "com");
	ck_assert_uint_eq(match(&w), 0);
	/* A pointer to itself. */
	rr = start(&w, NULL, ZT_RR_CNAME);
	wire_pointer(&w, w.len);
	wire_end_rr(&w, rr);
	ck_assert_uint_eq(match(&w), 0);
}
END_TEST

START_TEST(txt_longer_than_the_limit_is_read_up_to_it)
{
	char text[2 * ZT_PROVIDER_TEXT_MAX + 1];

	memset(text, ' ', sizeof(text));
	memcpy(text, "v=spf1", 6);
	memcpy(text + 900, "include:mail.zendesk.com", 24);
	memcpy(text + 1500, "include:sendgrid.net", 20);
	text[2 * ZT_PROVIDER_TEXT_MAX] = '\0';
	ck_assert_uint_eq(match_txt(NULL, text, 255), BIT(ZENDESK));
}
END_TEST

START_TEST(table_rows_are_well_formed)
{
	const struct zt_provider_mark *marks;
	size_t n = zt_provider_marks(&marks);
	uint64_t seen = 0;

	ck_assert_uint_ge(n, ZT_N_PROVIDERS);
	for (size_t i = 0; i < n; i++) {
		const struct zt_provider_mark *mark = &marks[i];
		ck_assert_uint_lt(mark->provider, ZT_N_PROVIDERS);
		ck_assert_uint_lt(mark->kind, ZT_N_PROVIDER_KINDS);
		ck_assert_uint_eq(mark->len, strlen(mark->pattern));
		ck_assert_uint_gt(mark->len, 5 - (mark->kind == ZT_PROVIDER_BY_TXT));
		for (const char *c = mark->pattern; *c; c++)
			ck_assert_msg(!isupper((unsigned char)*c), "%s", mark->pattern);
		ck_assert_msg(strncmp(mark->source, "https://", 8) == 0, "%s: %s",
		    mark->pattern, mark->source);
		seen |= UINT64_C(1) << mark->provider;
		for (size_t j = 0; j < i; j++)
			ck_assert_msg(marks[j].kind != mark->kind ||
					  strcmp(marks[j].pattern, mark->pattern) != 0,
			    "%s twice", mark->pattern);
	}
	/* No provider without a mark. */
	for (unsigned bit = 0; bit < ZT_N_PROVIDERS; bit++)
		ck_assert_msg(seen >> bit & 1, "%s", zt_provider_name(bit));
}
END_TEST

START_TEST(name_of_each_bit_is_its_own)
{
	ck_assert_str_eq(zt_provider_name(0), "Microsoft 365");
	ck_assert_str_eq(zt_provider_name(ZT_PROVIDER_ZENDESK), "Zendesk");
	ck_assert_str_eq(zt_provider_name(ZT_N_PROVIDERS), "");
	ck_assert_str_eq(zt_provider_name(4000000000u), "");
	for (unsigned i = 0; i < ZT_N_PROVIDERS; i++)
		for (unsigned j = 0; j < i; j++)
			ck_assert_str_ne(zt_provider_name(i), zt_provider_name(j));
}
END_TEST

#define N(samples) ((int)(sizeof(samples) / sizeof((samples)[0])))

static Suite *
provider_suite(void)
{
	Suite *suite = suite_create("provider");
	TCase *records = tcase_create("records");
	TCase *table = tcase_create("table");

	tcase_add_loop_test(records, txt_of_each_form_names_its_providers, 0, N(texts));
	tcase_add_loop_test(
	    records, mx_of_each_form_names_its_provider, 0, N(exchangers));
	tcase_add_loop_test(
	    records, cname_of_each_form_names_its_provider, 0, N(aliases));
	tcase_add_test(records, owner_of_a_selector_names_its_provider);
	tcase_add_test(records, other_types_name_nobody);
	tcase_add_test(records, impossible_data_names_nobody);
	tcase_add_test(records, txt_longer_than_the_limit_is_read_up_to_it);
	suite_add_tcase(suite, records);
	tcase_add_test(table, table_rows_are_well_formed);
	tcase_add_test(table, name_of_each_bit_is_its_own);
	suite_add_tcase(suite, table);
	return suite;
}

int
main(void)
{
	return zt_suite_run(provider_suite());
}
