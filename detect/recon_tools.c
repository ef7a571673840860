#include "recon_tools.h"

#include <string.h>
#include <strings.h>

/* Longest word that is compared; names are shorter. */
#define WORD_SIZE 64u

/* What a tool asks for. */
enum fit {
	FIT_HOSTS = 1u << 0,	/* A, AAAA */
	FIT_REVERSE = 1u << 1,	/* PTR */
	FIT_TYPES = 1u << 2,	/* every other type */
	FIT_TRANSFER = 1u << 3, /* AXFR, IXFR, and the SOA before them */
	FIT_ALL = FIT_HOSTS | FIT_REVERSE | FIT_TYPES | FIT_TRANSFER,
};

/* Which clues a common program needs. */
enum family {
	MADE_FOR_IT = 0,
	ASKS = 1u << 0,	 /* dig and its like: a type, a name */
	SCANS = 1u << 1, /* nmap */
};

static const struct {
	const char *name;
	uint8_t family;
	uint8_t fits;
} tools[] = {
	/* What the reference names. */
	{ "dnsrecon", MADE_FOR_IT, FIT_ALL },
	{ "dnsx", MADE_FOR_IT, FIT_ALL },
	{ "subfinder", MADE_FOR_IT, FIT_HOSTS },
	{ "amass", MADE_FOR_IT, FIT_ALL },
	{ "fierce", MADE_FOR_IT, FIT_ALL },
	{ "dnsmap", MADE_FOR_IT, FIT_HOSTS },
	{ "dnsenum", MADE_FOR_IT, FIT_ALL },
	{ "sublist3r", MADE_FOR_IT, FIT_HOSTS },
	{ "gobuster", MADE_FOR_IT, FIT_HOSTS },
	{ "dnstwist", MADE_FOR_IT, FIT_HOSTS | FIT_TYPES },
	{ "dnswalk", MADE_FOR_IT, FIT_ALL },
	{ "masscan", MADE_FOR_IT, FIT_TYPES },
	{ "shuffledns", MADE_FOR_IT, FIT_HOSTS },
	{ "puredns", MADE_FOR_IT, FIT_HOSTS },
	{ "altdns", MADE_FOR_IT, FIT_HOSTS },
	{ "knockpy", MADE_FOR_IT, FIT_HOSTS },
	/* Others of the same trade. */
	{ "massdns", MADE_FOR_IT, FIT_ALL },
	{ "subbrute", MADE_FOR_IT, FIT_HOSTS },
	{ "subquest", MADE_FOR_IT, FIT_HOSTS | FIT_TYPES },
	{ "aiodnsbrute", MADE_FOR_IT, FIT_HOSTS },
	{ "assetfinder", MADE_FOR_IT, FIT_HOSTS },
	{ "findomain", MADE_FOR_IT, FIT_HOSTS },
	{ "theharvester", MADE_FOR_IT, FIT_ALL },
	{ "bbot", MADE_FOR_IT, FIT_ALL },
	{ "urlcrazy", MADE_FOR_IT, FIT_HOSTS | FIT_TYPES },
	{ "ldns-walk", MADE_FOR_IT, FIT_TYPES },
	{ "n3map", MADE_FOR_IT, FIT_ALL },
	{ "dnsrevenum6", MADE_FOR_IT, FIT_REVERSE },
	{ "dnsdict6", MADE_FOR_IT, FIT_HOSTS | FIT_TYPES },
	/* What everybody uses. */
	{ "dig", ASKS, FIT_ALL },
	{ "mdig", ASKS, FIT_ALL },
	{ "kdig", ASKS, FIT_ALL },
	{ "drill", ASKS, FIT_ALL },
	{ "delv", ASKS, FIT_ALL },
	{ "host", ASKS, FIT_ALL },
	{ "nslookup", ASKS, FIT_ALL },
	{ "nmap", SCANS, FIT_ALL },
};

/* How a clue is written. */
enum form {
	WHOLE,	   /* the argument, in any case */
	EXACT,	   /* the argument, in this case */
	BEGINNING, /* its beginning */
	CONTAINED, /* anywhere in it */
	SCRIPT,	   /* anywhere in the value of nmap's --script */
};

/* The first row that an argument matches is the clue; graver ones come first.  +short,
 * which the reference counts too, is left out: it says how to print, not what is asked,
 * and stands in every script. */
static const struct {
	const char *word; /* also what the alert says */
	uint8_t family;
	uint8_t form;
	uint8_t fits;
	const char *only; /* NULL: every tool of the family */
} clues[] = {
	[ZT_RECON_CLUE_NONE] = { "", 0, EXACT, 0, NULL },
	{ "axfr", ASKS, WHOLE, FIT_TRANSFER, NULL },
	{ "ixfr", ASKS, BEGINNING, FIT_TRANSFER, NULL },
	{ "-l", ASKS, EXACT, FIT_TRANSFER, "host" },
	{ "dns-", SCANS, SCRIPT, FIT_ALL, NULL },
	{ "-sL", SCANS, EXACT, FIT_REVERSE, NULL },
	{ "any", ASKS, WHOLE, FIT_TYPES, NULL },
	{ "-a", ASKS, EXACT, FIT_TYPES, "host" },
	{ "ns", ASKS, WHOLE, FIT_TYPES, NULL },
	{ "mx", ASKS, WHOLE, FIT_TYPES, NULL },
	{ "txt", ASKS, WHOLE, FIT_TYPES, NULL },
	{ "_dmarc", ASKS, CONTAINED, FIT_TYPES, NULL },
	{ "dkim", ASKS, CONTAINED, FIT_TYPES, NULL },
	{ "_domainkey", ASKS, CONTAINED, FIT_TYPES, NULL },
	{ "-f", ASKS, EXACT, FIT_ALL, "dig" },
	{ "+nssearch", ASKS, WHOLE, FIT_TYPES, "dig" },
};

#define N(list) (sizeof(list) / sizeof((list)[0]))

_Static_assert(N(tools) <= UINT8_MAX && N(clues) <= UINT8_MAX, "rows are one byte");

/* Rows up to this one ask for a copy of a zone, or are made for mapping. */
#define GRAVE_CLUES 5u

static const char *const interpreters[] = { "python", "pypy", "perl", "ruby", "node",
	"nodejs", "bash", "sh", "dash", "zsh", "ksh" };
static const char *const endings[] = { ".py", ".pl", ".rb", ".sh", ".js", ".exe" };

/* One argument after the other. */
struct reader {
	const char *at;
	size_t left;
};

/* @return false at the end; word is then empty.  What is too long is cut. */
static bool
next(struct reader *reader, char word[WORD_SIZE])
{
	size_t len = strnlen(reader->at, reader->left);
	size_t kept = len < WORD_SIZE ? len : WORD_SIZE - 1;
	bool is_any = reader->left > 0;

	memcpy(word, reader->at, kept);
	word[kept] = '\0';
	size_t skip = len < reader->left ? len + 1 : len;
	reader->at += skip;
	reader->left -= skip;
	return is_any;
}

/* Without directory and ending. */
static void
reduce(char *word)
{
	const char *slash = strrchr(word, '/');

	if (slash != NULL)
		memmove(word, slash + 1, strlen(slash + 1) + 1);
	size_t len = strlen(word);
	for (size_t i = 0; i < N(endings); i++) {
		size_t n = strlen(endings[i]);
		if (len > n && strcasecmp(word + len - n, endings[i]) == 0) {
			word[len - n] = '\0';
			return;
		}
	}
}

/* @return N(tools): not one. */
static size_t
find_tool(const char *name)
{
	size_t i = 0;

	while (i < N(tools) && strcasecmp(name, tools[i].name) != 0)
		i++;
	return i;
}

/* "python3.11" is an interpreter, "pythonista" is not. */
static bool
is_interpreter(const char *name)
{
	for (size_t i = 0; i < N(interpreters); i++) {
		size_t n = strlen(interpreters[i]);
		if (strncmp(name, interpreters[i], n) == 0 &&
		    name[n + strspn(name + n, "0123456789.")] == '\0')
			return true;
	}
	return false;
}

/* The script of an interpreter: reader stands behind it afterwards. */
static size_t
find_script(struct reader *reader)
{
	char word[WORD_SIZE];

	while (next(reader, word)) {
		if (strcmp(word, "-c") == 0 || strcmp(word, "-e") == 0)
			return N(tools); /* a program on the command line */
		if (strcmp(word, "-m") == 0 && !next(reader, word))
			return N(tools);
		if (word[0] == '-')
			continue;
		reduce(word);
		return find_tool(word);
	}
	return N(tools);
}

/* Where the value of an option begins: "-type=axfr", "type=axfr", "-taxfr". */
static const char *
value_of(const char *word)
{
	const char *equals = strchr(word, '=');
	bool is_type = strncasecmp(word, "-t", 2) == 0 && word[2] != '\0';

	if (equals != NULL && (word[0] == '-' || strncasecmp(word, "type=", 5) == 0 ||
				  strncasecmp(word, "querytype=", 10) == 0))
		return equals + 1;
	return is_type ? word + 2 : word;
}

static bool
contains(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (; *text != '\0'; text++)
		if (strncasecmp(text, word, n) == 0)
			return true;
	return false;
}

static bool
is_clue(size_t clue, size_t tool, const char *word, bool is_script)
{
	const char *wanted = clues[clue].word;

	if ((clues[clue].family & tools[tool].family) == 0 ||
	    (clues[clue].only != NULL &&
		strcmp(clues[clue].only, tools[tool].name) != 0))
		return false;
	switch ((enum form)clues[clue].form) {
	case WHOLE:
		return strcasecmp(value_of(word), wanted) == 0;
	case EXACT:
		return strcmp(word, wanted) == 0;
	case BEGINNING:
		return strncasecmp(value_of(word), wanted, strlen(wanted)) == 0;
	case CONTAINED:
		return contains(word, wanted);
	case SCRIPT:
		return is_script && contains(word, wanted);
	}
	return false;
}

/* @return the gravest clue of all arguments, or ZT_RECON_CLUE_NONE. */
static size_t
find_clue(struct reader reader, size_t tool)
{
	size_t best = N(clues);
	bool is_script = false;
	char word[WORD_SIZE];

	while (next(&reader, word)) {
		is_script |= strncmp(word, "--script", 8) == 0;
		for (size_t i = ZT_RECON_CLUE_NONE + 1; i < best; i++)
			if (is_clue(i, tool, word, is_script))
				best = i;
		is_script = strcmp(word, "--script") == 0;
	}
	return best < N(clues) ? best : ZT_RECON_CLUE_NONE;
}

bool
zt_recon_find(const struct zt_recon_command *command, struct zt_recon_match *match)
{
	struct reader reader = { command->args, command->args_len };
	char kernel[WORD_SIZE] = "";
	char word[WORD_SIZE];

	strncpy(kernel, command->name, sizeof(kernel) - 1);
	reduce(kernel);
	(void)next(&reader, word); /* without arguments it is empty */
	reduce(word);
	size_t tool = find_tool(kernel);
	if (tool == N(tools))
		tool = find_tool(word);
	if (tool == N(tools) && (is_interpreter(word) || is_interpreter(kernel)))
		tool = find_script(&reader);
	if (tool == N(tools))
		return false;
	size_t clue = find_clue(reader, tool);
	if (tools[tool].family != MADE_FOR_IT && clue == ZT_RECON_CLUE_NONE)
		return false;
	*match = (struct zt_recon_match){ (uint8_t)tool, (uint8_t)clue };
	return true;
}

const char *
zt_recon_tool_name(uint8_t tool)
{
	return tool < N(tools) ? tools[tool].name : "unknown";
}

const char *
zt_recon_clue_name(uint8_t clue)
{
	return clue != ZT_RECON_CLUE_NONE && clue < N(clues) ? clues[clue].word : NULL;
}

bool
zt_recon_is_grave(const struct zt_recon_match *match)
{
	return match->clue <= GRAVE_CLUES;
}

static unsigned
fit_of(uint16_t qtype)
{
	switch (qtype) {
	case ZT_RR_A:
	case ZT_RR_AAAA:
		return FIT_HOSTS;
	case ZT_RR_PTR:
		return FIT_REVERSE;
	case ZT_RR_AXFR:
	case ZT_RR_IXFR:
		return FIT_TRANSFER;
	case ZT_RR_SOA:
		return FIT_TRANSFER | FIT_TYPES;
	}
	return FIT_TYPES;
}

bool
zt_recon_fits(const struct zt_recon_match *match, uint16_t qtype)
{
	if (match->tool >= N(tools) || match->clue >= N(clues))
		return false;
	unsigned fits = match->clue != ZT_RECON_CLUE_NONE ? clues[match->clue].fits
							  : tools[match->tool].fits;
	return (fits & fit_of(qtype)) != 0;
}
