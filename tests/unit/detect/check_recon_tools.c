#include <check.h>
#include <string.h>

#include "detect/recon_tools.h"
#include "suite.h"

/* Arguments with '|' for the zero byte behind each. */
static const struct {
	const char *name; /* as the kernel says it */
	const char *args;
	const char *tool; /* NULL: nothing to tell */
	const char *clue;
} rows[] = {
	/* The reference's third branch. */
	{ "dnsrecon", "dnsrecon|-d|example.com|", "dnsrecon", NULL },
	{ "python3", "python3|/opt/dnsrecon.py|-d|x|", "dnsrecon", NULL },
	{ "python3.11", "/usr/bin/python3.11|-u|fierce.py|", "fierce", NULL },
	{ "dnsenum.pl", "/usr/bin/perl|/usr/bin/dnsenum.pl|x|", "dnsenum", NULL },
	{ "python", "python|-m|sublist3r|-d|x|", "sublist3r", NULL },
	{ "nslookup", "nslookup|-type=axfr|x|", "nslookup", "axfr" },
	{ "nslookup", "nslookup|-querytype=AXFR|x|", "nslookup", "axfr" },
	{ "nslookup", "nslookup|-q=any|x|", "nslookup", "any" },
	{ "dig", "dig|AXFR|x|@192.0.2.1|", "dig", "axfr" },
	{ "dig", "dig|x|TXT|", "dig", "txt" },
	{ "dig", "dig|_dmarc.example.com|", "dig", "_dmarc" },
	{ "dig", "dig|s1._domainkey.example.com|", "dig", "_domainkey" },
	/* Beyond it. */
	{ "dig", "dig|ixfr=2026010101|x|", "dig", "ixfr" },
	{ "dig", "dig|-f|names.txt|", "dig", "-f" },
	{ "host", "host|-l|x|", "host", "-l" },
	{ "host", "host|-t|ns|x|", "host", "ns" },
	{ "host", "host|-tMX|x|", "host", "mx" },
	{ "nmap", "nmap|--script=dns-brute|x|", "nmap", "dns-" },
	{ "nmap", "nmap|--script|http-title,dns-srv-enum|x|", "nmap", "dns-" },
	{ "nmap", "nmap|-sL|192.0.2.0/24|", "nmap", "-sL" },
	{ "busybox", "nslookup|-type=any|x|", "nslookup", "any" },
	{ "AMASS.EXE", "amass|", "amass", NULL },
	{ "dnsmap", "", "dnsmap", NULL },
	{ "dig", "dig|mx|x|axfr|y|", "dig", "axfr" },
	{ "dig", "dig|axfr", "dig", "axfr" }, /* the last one has no zero byte */
	/* Everyday work. */
	{ "dig", "dig|example.com|", NULL, NULL },
	{ "dig", "dig|+short|example.com|", NULL, NULL },
	{ "dig", "dig|mx.example.com|", NULL, NULL },
	{ "dig", "dig|-l|example.com|", NULL, NULL },
	{ "host", "host|axfr.example.com|", NULL, NULL },
	{ "nmap", "nmap|-p53|dns-1.example.com|", NULL, NULL },
	{ "nmap", "nmap|--script|http-title|dns-1.example.com|", NULL, NULL },
	{ "vi", "vi|dnsrecon.py|axfr|", NULL, NULL },
	{ "ls", "ls|/usr/bin/dnsrecon|", NULL, NULL },
	{ "python3", "python3|-c|import dnsrecon|dnsrecon|", NULL, NULL },
	{ "pythonista", "pythonista|dnsrecon|", NULL, NULL },
	{ "sh", "sh|-c|dig axfr x|", NULL, NULL },
	{ "python3", "python3|-m|", NULL, NULL },
	{ "", "", NULL, NULL },
	{ "", "||||", NULL, NULL },
	{ "dnsreconx", "dnsreconx|", NULL, NULL },
};

#define N_ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

START_TEST(command_line_is_known_by_name_and_clue)
{
	char args[256];
	size_t len = strlen(rows[_i].args);
	struct zt_recon_match match = { 0xff, 0xff };

	for (size_t i = 0; i < len; i++)
		args[i] = rows[_i].args[i] == '|' ? '\0' : rows[_i].args[i];
	const struct zt_recon_command command = { rows[_i].name, args, len };
	bool found = zt_recon_find(&command, &match);
	ck_assert_msg(found == (rows[_i].tool != NULL), "%s", rows[_i].args);
	if (!found) {
		ck_assert_uint_eq(match.tool, 0xff);
		return;
	}
	ck_assert_str_eq(zt_recon_tool_name(match.tool), rows[_i].tool);
	ck_assert_pstr_eq(zt_recon_clue_name(match.clue), rows[_i].clue);
}
END_TEST

static struct zt_recon_match
match_of(const char *name, const char *args, size_t len)
{
	const struct zt_recon_command command = { name, args, len };
	struct zt_recon_match match;

	ck_assert(zt_recon_find(&command, &match));
	return match;
}

START_TEST(questions_fit_what_the_tool_asks)
{
	struct zt_recon_match axfr = match_of("dig", "dig\0axfr", 8);
	struct zt_recon_match mx = match_of("dig", "dig\0mx", 6);
	struct zt_recon_match brute = match_of("gobuster", "", 0);

	ck_assert(zt_recon_fits(&axfr, ZT_RR_AXFR) && zt_recon_fits(&axfr, ZT_RR_SOA));
	ck_assert(!zt_recon_fits(&axfr, ZT_RR_A) && !zt_recon_fits(&axfr, ZT_RR_MX));
	ck_assert(zt_recon_fits(&mx, ZT_RR_MX) && !zt_recon_fits(&mx, ZT_RR_AAAA));
	ck_assert(zt_recon_fits(&brute, ZT_RR_AAAA));
	ck_assert(!zt_recon_fits(&brute, ZT_RR_PTR));
	ck_assert(zt_recon_is_grave(&axfr) && zt_recon_is_grave(&brute));
	ck_assert(!zt_recon_is_grave(&mx));
}
END_TEST

START_TEST(unknown_rows_are_harmless)
{
	const struct zt_recon_match match = { 0xff, 0xff };

	ck_assert_str_eq(zt_recon_tool_name(0xff), "unknown");
	ck_assert_ptr_null(zt_recon_clue_name(0xff));
	ck_assert(!zt_recon_fits(&match, ZT_RR_A));
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("recon_tools");
	TCase *tcase = tcase_create("table");

	tcase_add_loop_test(tcase, command_line_is_known_by_name_and_clue, 0, N_ROWS);
	tcase_add_test(tcase, questions_fit_what_the_tool_asks);
	tcase_add_test(tcase, unknown_rows_are_harmless);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return zt_suite_run(make_suite());
}
