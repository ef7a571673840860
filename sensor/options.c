#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* Options without a letter of their own. */
enum long_only {
	OPTION_SPEED = 256,
	OPTION_PROGRESS,
	OPTION_TUNE,
	OPTION_DOC,
};

/* One option: the only list of them. */
struct row {
	int letter;
	const char *name;
	const char *argument; /* NULL: takes none */
	const char *help;     /* NULL: for maintainers, not shown */
	const char *man;      /* mdoc; sentences that help leaves out */
};

static const struct row rows[] = {
	{ 'i', "interface", "IFACE", "capture from this interface; may be repeated",
	    "Needs the capability CAP_NET_RAW." },
	{ 'r', "read", "PATH",
	    "replay a capture file, a directory of them, or - for standard input; "
	    "may be repeated",
	    "Files are pcap or pcapng, as they are or compressed with gzip or zstd.\n"
	    "Several files are replayed in the order of their first packets.\n"
	    "Of a directory, the captures in it are read, not those in its\n"
	    "subdirectories." },
	{ 'c', "config", "FILE", "configuration file",
	    "Without it every setting has its default; see CONFIGURATION." },
	{ 'o', "output", "FILE",
	    "write alerts to FILE, - for standard output (default)",
	    "A replay replaces the file, a live capture appends to it; there it takes\n"
	    "the place of the setting\n.Cm outputs ,\nsee OUTPUTS.\n"
	    "A new file gets mode 0640." },
	{ 'f', "format", "FORMAT", "form of the alerts", NULL },
	{ 's', "stats", "FILE", "write final statistics as JSON, - for standard output",
	    "See STATISTICS." },
	{ 't', "test", NULL, "check the configuration and stop", NULL },
	{ 'd', "dump", NULL, "print the effective configuration and stop", NULL },
	{ OPTION_SPEED, "speed", "X", "replay at X times capture time",
	    "Without it a replay runs as fast as it goes.\n"
	    "The alerts are the same at any speed." },
	{ OPTION_PROGRESS, "progress", "WHEN",
	    "show a progress bar: auto, always or never",
	    "The default,\n.Cm auto ,\nis a bar on a terminal for replays that take more "
	    "than a second." },
	{ OPTION_TUNE, "tune", NULL,
	    "replay, print how many incidents other thresholds would raise, and stop",
	    "For each rule: the incidents with half, once, twice, four and eight times\n"
	    "the configured thresholds, how many a day that is, and for which sources.\n"
	    "It ends with a configuration to paste: of each rule the lowest of these\n"
	    "thresholds, from the configured one on, at which the captures raise\n"
	    "nothing.\n"
	    "So replay ordinary traffic, without an attack in it." },
	{ 'v', "verbose", NULL, "say more, and print the summary", NULL },
	{ 'q', "quiet", NULL, "say nothing but errors", NULL },
	{ 'V', "version", NULL, "print the version and stop", NULL },
	{ 'h', "help", NULL, "print this help and stop", NULL },
	{ OPTION_DOC, "doc", "PART", NULL, NULL },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* getopt_long()'s tables out of the rows.  A leading ':' tells a missing argument from
 * an unknown option. */
static void
getopt_tables(char *letters, struct option *longs)
{
	*letters++ = ':';
	for (size_t i = 0; i < N_ROWS; i++) {
		longs[i].name = rows[i].name;
		longs[i].has_arg =
		    rows[i].argument != NULL ? required_argument : no_argument;
		longs[i].flag = NULL;
		longs[i].val = rows[i].letter;
		if (rows[i].letter >= OPTION_SPEED)
			continue;
		*letters++ = (char)rows[i].letter;
		if (rows[i].argument != NULL)
			*letters++ = ':';
	}
	*letters = '\0';
	memset(&longs[N_ROWS], 0, sizeof(longs[N_ROWS]));
}

static int
set_format(struct zt_options *options, const char *name, struct zt_err *err)
{
	const struct zt_format *formats = NULL;
	char known[128] = "";

	options->format = zt_format_find(name);
	if (options->format != NULL)
		return 0;
	size_t n = zt_formats(&formats);
	for (size_t i = 0, at = 0; i < n && at < sizeof(known); i++)
		at += (size_t)snprintf(known + at, sizeof(known) - at, "%s%s",
		    i == 0 ? "" : ", ", formats[i].name);
	zt_err_set(err, "-f %s: no such format; there are: %s", name, known);
	return -EINVAL;
}

static int
set_speed(struct zt_options *options, const char *text, struct zt_err *err)
{
	char *end = NULL;
	double speed = strtod(text, &end);

	if (end == text || *end != '\0' || !(speed > 0 && speed <= 1e9)) {
		zt_err_set(err,
		    "--speed %s: a number above 0 and up to 1e9 is needed, 1 for capture "
		    "time",
		    text);
		return -EINVAL;
	}
	options->speed = speed;
	return 0;
}

static int
set_progress(struct zt_options *options, const char *text, struct zt_err *err)
{
	static const char *const names[] = {
		[ZT_PROGRESS_AUTO] = "auto",
		[ZT_PROGRESS_ALWAYS] = "always",
		[ZT_PROGRESS_NEVER] = "never",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		options->progress = (enum zt_progress_when)i;
		return 0;
	}
	zt_err_set(err, "--progress %s: auto, always or never is needed", text);
	return -EINVAL;
}

static int
add_interface(struct zt_options *options, const char *name, struct zt_err *err)
{
	if (options->n_interfaces == ZT_OPTIONS_INTERFACES_MAX) {
		zt_err_set(err, "-i %s: more than %d interfaces", name,
		    ZT_OPTIONS_INTERFACES_MAX);
		return -EINVAL;
	}
	options->interfaces[options->n_interfaces++] = name;
	return 0;
}

static int
refuse(char *const argv[], int letter, struct zt_err *err)
{
	const char *given = argv[optind - 1];

	if (letter == ':')
		zt_err_set(err, "%s: needs an argument; see zonetap -h", given);
	else if (optopt != 0 && optopt < OPTION_SPEED)
		zt_err_set(err, "-%c: no such option; see zonetap -h", optopt);
	else
		zt_err_set(err, "%s: no such option; see zonetap -h", given);
	return -EINVAL;
}

static void
set_task(struct zt_options *options, enum zt_task task)
{
	if (options->task == ZT_TASK_RUN)
		options->task = task;
}

static int
take(struct zt_options *options, int letter, const char *argument, struct zt_err *err)
{
	switch (letter) {
	case 'i':
		return add_interface(options, argument, err);
	case 'r':
		options->captures[options->n_captures++] = argument;
		return 0;
	case 'c':
		options->config = argument;
		return 0;
	case 'o':
		options->output = argument;
		return 0;
	case 'f':
		return set_format(options, argument, err);
	case 's':
		options->stats = argument;
		return 0;
	case OPTION_SPEED:
		return set_speed(options, argument, err);
	case OPTION_PROGRESS:
		return set_progress(options, argument, err);
	case OPTION_DOC:
		options->doc = argument;
		set_task(options, ZT_TASK_DOC);
		return 0;
	default:
		break;
	}
	if (letter == OPTION_TUNE)
		set_task(options, ZT_TASK_TUNE);
	else if (letter == 't')
		set_task(options, ZT_TASK_CHECK);
	else if (letter == 'd')
		set_task(options, ZT_TASK_DUMP);
	else if (letter == 'V')
		set_task(options, ZT_TASK_VERSION);
	else if (letter == 'h')
		set_task(options, ZT_TASK_HELP);
	else if (letter == 'v')
		options->verbose = true;
	else
		options->quiet = true;
	return 0;
}

static int
check_together(
    const struct zt_options *options, int argc, char *const argv[], struct zt_err *err)
{
	if (optind < argc) {
		zt_err_set(err, "%s: unexpected; capture files are given with -r",
		    argv[optind]);
		return -EINVAL;
	}
	if (options->n_interfaces != 0 && options->n_captures != 0) {
		zt_err_set(err, "-i and -r: capture or replay, not both at once");
		return -EINVAL;
	}
	if (options->task == ZT_TASK_TUNE && options->n_captures == 0) {
		zt_err_set(err, "--tune: replays captures; give them with -r");
		return -EINVAL;
	}
	if (options->verbose && options->quiet) {
		zt_err_set(err, "-v and -q: one of them");
		return -EINVAL;
	}
	return 0;
}

int
zt_options_parse(
    struct zt_options *options, int argc, char *const argv[], struct zt_err *err)
{
	char letters[2 * N_ROWS + 2];
	struct option longs[N_ROWS + 1];

	memset(options, 0, sizeof(*options));
	options->format = zt_format_find("native");
	options->captures = calloc((size_t)argc + 1, sizeof(*options->captures));
	if (options->captures == NULL) {
		zt_err_set(err, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	getopt_tables(letters, longs);
	opterr = 0;
	for (;;) {
		int letter = getopt_long(argc, argv, letters, longs, NULL);
		if (letter == -1)
			break;
		int result = letter == '?' || letter == ':'
				 ? refuse(argv, letter, err)
				 : take(options, letter, optarg, err);
		if (result != 0)
			return result;
	}
	return check_together(options, argc, argv, err);
}

void
zt_options_fini(struct zt_options *options)
{
	free(options->captures);
	options->captures = NULL;
}

static void
print_formats(FILE *to)
{
	const struct zt_format *formats = NULL;
	size_t n = zt_formats(&formats);

	for (size_t i = 0; i < n; i++)
		(void)fprintf(to, "%s%s%s", i == 0 ? ": " : ", ", formats[i].name,
		    i == 0 ? " (default)" : "");
}

/* Text in lines of at most 80 columns, each but the first indented. */
static void
print_wrapped(FILE *to, const char *text, int indent)
{
	int column = indent;

	while (*text != '\0') {
		int len = (int)strcspn(text, " ");
		if (column + len > 79 && column > indent) {
			(void)fprintf(to, "\n%*s", indent, "");
			column = indent;
		}
		(void)fprintf(to, "%.*s", len, text);
		column += len;
		text += len;
		if (*text == ' ') {
			(void)fputc(' ', to);
			column++;
			text++;
		}
	}
}

#define HELP_INDENT 27

void
zt_options_help(FILE *to)
{
	(void)fputs("usage: zonetap -i IFACE [-c FILE] [-o FILE]     live\n"
		    "       zonetap -r PATH  [-c FILE] [-o FILE]     replay\n"
		    "       zonetap --tune -r PATH [-c FILE]         thresholds\n"
		    "\n"
		    "Watches DNS on a network tap and names who is mapping the "
		    "network.\n\n",
	    to);
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct row *row = &rows[i];
		char both[HELP_INDENT];
		if (row->help == NULL)
			continue;
		(void)snprintf(both, sizeof(both), "--%s%s%s", row->name,
		    row->argument != NULL ? " " : "",
		    row->argument != NULL ? row->argument : "");
		if (row->letter < OPTION_SPEED)
			(void)fprintf(
			    to, "  -%c, %-*s", row->letter, HELP_INDENT - 6, both);
		else
			(void)fprintf(to, "      %-*s", HELP_INDENT - 6, both);
		print_wrapped(to, row->help, HELP_INDENT);
		if (row->letter == 'f')
			print_formats(to);
		(void)fputc('\n', to);
	}
	(void)fputs("\nExit status: 0 done, 64 usage, 65 damaged file, 66 no input, "
		    "69 interface,\n74 output, 77 permission, 78 configuration.  "
		    "See zonetap(8).\n",
	    to);
}

static void
man_formats(FILE *to)
{
	const struct zt_format *formats = NULL;
	size_t n = zt_formats(&formats);

	(void)fputs(".Bl -tag -width native -compact\n", to);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(
		    to, ".It Cm %s\n%s\n", formats[i].name, formats[i].purpose);
	(void)fputs(".El\n", to);
}

void
zt_options_man(FILE *to)
{
	(void)fputs(".Bl -tag -width Ds\n", to);
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct row *row = &rows[i];
		if (row->help == NULL)
			continue;
		(void)fputs(".It", to);
		if (row->letter < OPTION_SPEED)
			(void)fprintf(to, " Fl %c ,", row->letter);
		(void)fprintf(to, " Fl Fl %s", row->name);
		if (row->argument != NULL)
			(void)fprintf(to, " Ar %s", row->argument);
		(void)fprintf(to, "\n%c%s.\n", row->help[0] - 'a' + 'A', row->help + 1);
		if (row->man != NULL)
			(void)fprintf(to, "%s\n", row->man);
		if (row->letter == 'f')
			man_formats(to);
	}
	(void)fputs(".El\n", to);
}
