#include "wordlist.h"

#include <string.h>

#define WORDS_MAX 16u
/* Longest word of all lists. */
#define LENGTH_MAX 12u
/* A list of so many words may lack two of them. */
#define LONG_LIST 6u
#define MAY_LACK  2u

/* Side by side, so that looking a word up touches few lines of memory. */
static const char lists_of_words[ZT_N_WORDLISTS][WORDS_MAX][LENGTH_MAX + 1] = {
	[ZT_WORDLIST_NUMBERS] = { "0", "01", "02", "03", "1", "10", "11", "12", "13",
	    "14", "15" },
	[ZT_WORDLIST_NUMBERS_FIERCE] = { "159", "167" },
	[ZT_WORDLIST_DNSENUM] = { "1003", "1025", "1027", "1029", "1037", "1044",
	    "1066", "1070", "1071", "1075" },
	[ZT_WORDLIST_DNSMAP] = { "a", "aa", "ab", "ac", "access", "accounting" },
	[ZT_WORDLIST_TOP] = { "www", "mail", "ftp", "localhost", "webmail", "smtp",
	    "webdisk", "pop", "cpanel", "whm", "ns1", "ns2", "autodiscover",
	    "autoconfig" },
	[ZT_WORDLIST_SUBBRUTE] = { "www", "mail", "remote", "blog", "webmail", "server",
	    "ns1", "ns2", "smtp", "secure", "vpn", "m", "shop", "ftp" },
};

static unsigned
words_in(enum zt_wordlist list)
{
	unsigned n = 0;

	while (n < WORDS_MAX && lists_of_words[list][n][0] != '\0')
		n++;
	return n;
}

void
zt_wordlists_note(struct zt_wordlists *lists, const uint8_t *name, size_t len)
{
	char word[LENGTH_MAX + 1] = "";
	size_t n = len > 0 ? name[0] : 0;

	if (n == 0 || n > LENGTH_MAX || n >= len)
		return;
	memcpy(word, name + 1, n);
	for (unsigned list = 0; list < ZT_N_WORDLISTS; list++) {
		for (unsigned i = 0; i < WORDS_MAX; i++) {
			const char *known = lists_of_words[list][i];
			if (known[0] == '\0')
				break;
			if (known[0] == word[0] &&
			    memcmp(known, word, sizeof(word)) == 0)
				lists->words[list] |= (uint16_t)(1u << i);
		}
	}
}

bool
zt_wordlists_has(const struct zt_wordlists *lists, enum zt_wordlist list)
{
	unsigned n = words_in(list), found = 0;

	for (unsigned i = 0; i < n; i++)
		found += (unsigned)lists->words[list] >> i & 1u;
	return found + (n >= LONG_LIST ? MAY_LACK : 0) >= n;
}
