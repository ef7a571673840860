#include "command.h"

#include <string.h>

static const char *const orders[] = { "events", "tracks", "incidents", "recent", NULL };
static const char *const levels[] = { "error", "warning", "info", NULL };
static const char *const lists[] = { "internal", "resolvers", "monitors", "scanners",
	"zones", NULL };

#define LIMIT                                                                          \
	{                                                                              \
		"limit", ZT_ARGUMENT_NUMBER, "N", NULL, 1, ZT_COMMAND_ROWS_MAX, false, \
		    false, "at most so many rows; 20 if not given"                     \
	}
#define SEQUENCE(name, text)                                                     \
	{                                                                        \
		name, ZT_ARGUMENT_NUMBER, "SEQUENCE", NULL, 0, INT64_MAX, false, \
		    false, text                                                  \
	}
#define TEXT(name, value, text)                                               \
	{                                                                     \
		name, ZT_ARGUMENT_TEXT, value, NULL, 0, 0, false, false, text \
	}
#define SOURCE TEXT("source", "PREFIX", "only sources in this network")
#define SINCE  SEQUENCE("since", "only what changed after this sequence number")
#define BEFORE    \
	SEQUENCE( \
	    "before", "only what changed before this sequence number: the next page")

static const struct zt_command commands[ZT_N_COMMANDS] = {
	[ZT_COMMAND_STATUS] = { "status",
	    "Show how the daemon is: interfaces, rates, losses, outputs, incidents",
	    false, { { 0 } } },
	[ZT_COMMAND_WORKERS] = { "workers",
	    "Show each capture worker with its counters", false, { { 0 } } },
	[ZT_COMMAND_COUNTERS] = { "counters",
	    "Show the statistics so far, as -s writes them at the end", false,
	    { { 0 } } },
	[ZT_COMMAND_SOURCES] = { "sources", "List the sources that stand out", false,
	    { { "by", ZT_ARGUMENT_WORD, "ORDER", orders, 0, 0, false, false,
		  "what comes first; events if not given" },
		SOURCE, LIMIT } },
	[ZT_COMMAND_SOURCE] = { "source", "Show what is known of one source", false,
	    { { "address", ZT_ARGUMENT_TEXT, "ADDRESS", NULL, 0, 0, true, true,
		"address of the source" } } },
	[ZT_COMMAND_ZONES] = { "zones", "List the zones, configured and learned", false,
	    { LIMIT } },
	[ZT_COMMAND_INCIDENTS] = { "incidents", "List incidents, newest first", false,
	    { { "open", ZT_ARGUMENT_SWITCH, NULL, NULL, 0, 0, false, false,
		  "only those that are not closed" },
		TEXT("rule", "RULE", "only of this rule"), SOURCE,
		{ "min-risk", ZT_ARGUMENT_NUMBER, "RISK", NULL, 0, 100, false, false,
		    "only of this risk or more" },
		TEXT("campaign", "ID", "only of this campaign"), SINCE, BEFORE,
		LIMIT } },
	[ZT_COMMAND_INCIDENT] = { "incident", "Show the latest alert of an incident",
	    false,
	    { { "id", ZT_ARGUMENT_TEXT, "ID", NULL, 0, 0, true, true,
		"id of the incident" } } },
	[ZT_COMMAND_TRANSFERS] = { "transfers",
	    "List zone transfers with their verdict and what leaked, newest first",
	    false, { SOURCE, SINCE, BEFORE, LIMIT } },
	[ZT_COMMAND_POLICY] = { "policy",
	    "List entries of the policy lists by how often they matched", false,
	    { { "list", ZT_ARGUMENT_WORD, "LIST", lists, 0, 0, false, false,
		  "only of this list" },
		LIMIT } },
	[ZT_COMMAND_RULES] = { "rules",
	    "List the rules with their thresholds and incidents", false, { { 0 } } },
	[ZT_COMMAND_MEMORY] = { "memory", "Show where the memory goes", false,
	    { { 0 } } },
	[ZT_COMMAND_RELOAD] = { "reload",
	    "Load the configuration anew; a wrong one changes nothing", true,
	    { { 0 } } },
	[ZT_COMMAND_ROTATE] = { "rotate", "Go on in fresh output files", true,
	    { { 0 } } },
	[ZT_COMMAND_LOG_LEVEL] = { "log-level", "Show or set what is logged", true,
	    { { "level", ZT_ARGUMENT_WORD, "LEVEL", levels, 0, 0, true, false,
		"the new level" } } },
};

const struct zt_command *
zt_command_get(enum zt_command_id id)
{
	return &commands[id];
}

enum zt_command_id
zt_command_find(const char *name)
{
	unsigned id = 0;

	while (id < ZT_N_COMMANDS && strcmp(commands[id].name, name) != 0)
		id++;
	return (enum zt_command_id)id;
}

int
zt_command_argument(const struct zt_command *command, const char *name)
{
	for (int i = 0; command->arguments[i].name != NULL; i++)
		if (strcmp(command->arguments[i].name, name) == 0)
			return i;
	return -1;
}

/* "sources [--by ORDER]": words apart by what a style puts around them. */
static void
print_usage(const struct zt_command *command, FILE *to)
{
	(void)fputs(command->name, to);
	for (const struct zt_argument *a = command->arguments; a->name != NULL; a++) {
		if (a->is_bare)
			(void)fprintf(to, a->is_required ? " %s" : " [%s]", a->value);
		else if (a->kind == ZT_ARGUMENT_SWITCH)
			(void)fprintf(to, " [--%s]", a->name);
		else
			(void)fprintf(to, " [--%s %s]", a->name, a->value);
	}
}

static void
print_words(const struct zt_argument *argument, const char *before, FILE *to)
{
	for (size_t i = 0; argument->words != NULL && argument->words[i] != NULL; i++)
		(void)fprintf(to, "%s%s", i == 0 ? before : ", ", argument->words[i]);
}

void
zt_command_help(FILE *to)
{
	for (size_t i = 0; i < ZT_N_COMMANDS; i++) {
		const struct zt_command *command = &commands[i];
		(void)fputs("  ", to);
		print_usage(command, to);
		(void)fprintf(to, "\n      %s.\n", command->help);
		for (const struct zt_argument *a = command->arguments; a->name != NULL;
		     a++) {
			if (a->words == NULL)
				continue;
			(void)fprintf(to, "      %s", a->value);
			print_words(a, ": ", to);
			(void)fputc('\n', to);
		}
	}
}

static void
man_usage(const struct zt_command *command, FILE *to)
{
	(void)fprintf(to, ".It Cm %s", command->name);
	for (const struct zt_argument *a = command->arguments; a->name != NULL; a++) {
		if (a->is_bare && a->is_required)
			(void)fprintf(to, " Ar %s", a->value);
		else if (a->is_bare)
			(void)fprintf(to, " Oo Ar %s Oc", a->value);
		else if (a->kind == ZT_ARGUMENT_SWITCH)
			(void)fprintf(to, " Oo Fl Fl %s Oc", a->name);
		else
			(void)fprintf(to, " Oo Fl Fl %s Ar %s Oc", a->name, a->value);
	}
	(void)fprintf(to, "\n%s.\n", command->help);
}

void
zt_command_man(FILE *to)
{
	(void)fputs(".Bl -tag -width Ds\n", to);
	for (size_t i = 0; i < ZT_N_COMMANDS; i++) {
		const struct zt_command *command = &commands[i];
		man_usage(command, to);
		if (command->arguments[0].name == NULL)
			continue;
		(void)fputs(".Bl -tag -width Ds -compact\n", to);
		for (const struct zt_argument *a = command->arguments; a->name != NULL;
		     a++) {
			(void)fprintf(to, a->is_bare ? ".It Ar %s\n" : ".It Fl Fl %s\n",
			    a->is_bare ? a->value : a->name);
			(void)fprintf(to, "%c%s", a->help[0] - 'a' + 'A', a->help + 1);
			print_words(a, ": ", to);
			(void)fputs(".\n", to);
		}
		(void)fputs(".El\n", to);
	}
	(void)fputs(".El\n", to);
}
