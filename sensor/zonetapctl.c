/*
 * zonetapctl: asks a running zonetap how it is, and tells it what to do.
 */
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "../conf/conf.h"
#include "command.h"
#include "exit_code.h"
#include "view.h"

/* How long the daemon has for each part of its reply. */
#define PATIENCE_S 10
/* More than the daemon ever sends. */
#define REPLY_MAX ((size_t)16 << 20)
/* The daemon was reached, and could not do it. */
#define EXIT_NOT_DONE 1
/* Where no terminal says how wide it is. */
#define WIDTH_UNLIMITED 100000

struct ctl {
	const char *socket;
	bool as_json;
	double watch_s; /* 0: once. */
	const struct zt_command *command;
	json_t *request;
};

static void
print_help(FILE *to)
{
	(void)fputs("usage: zonetapctl [-jhV] [-S SOCKET] [-w SECONDS] COMMAND "
		    "[ARGUMENT...]\n\n"
		    "Asks a running zonetap how it is, and tells it what to do.\n\n"
		    "  -S, --socket SOCKET    its control socket "
		    "(" ZT_CONF_CONTROL_SOCKET ")\n"
		    "  -j, --json             print the reply as JSON\n"
		    "  -w, --watch SECONDS    ask again and again\n"
		    "  -h, --help             this text\n"
		    "  -V, --version          the version\n\n"
		    "Commands:\n",
	    to);
	zt_command_help(to);
	(void)fputs("\nExit status: 0 done, 1 the daemon could not do it, 64 usage, "
		    "69 no daemon,\n74 the reply broke off, 77 permission.  "
		    "See zonetapctl(8).\n",
	    to);
}

static int
usage(const char *what, const char *subject)
{
	(void)fprintf(stderr, "zonetapctl: %s%s; see zonetapctl -h\n", what, subject);
	return ZT_EXIT_USAGE;
}

/* Connecting. */

static int
tell_refusal(const char *path, int error)
{
	struct stat status;
	const struct group *group = NULL;

	if (error != EACCES && error != EPERM) {
		(void)fprintf(stderr,
		    "zonetapctl: %s: %s; is zonetap running there?  Try \"systemctl "
		    "status zonetap\", or name the socket of control.socket with -S\n",
		    path, strerror(error));
		return ZT_EXIT_INTERFACE;
	}
	if (stat(path, &status) == 0)
		group = getgrgid(status.st_gid);
	if (group != NULL)
		(void)fprintf(stderr,
		    "zonetapctl: %s: permission denied; it is for members of the group "
		    "%s\n",
		    path, group->gr_name);
	else
		(void)fprintf(stderr,
		    "zonetapctl: %s: permission denied; it is for the group in "
		    "control.group\n",
		    path);
	return ZT_EXIT_PERMISSION;
}

static int
connect_to(const char *path, int *fd)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		return usage("the socket's path is too long: ", path);
	(void)strcpy(address.sun_path, path); /* it fits */
	*fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (*fd == -1)
		return tell_refusal(path, errno);
	/* Without them a daemon that hangs would make us hang. */
	(void)setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(*fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return ZT_EXIT_OK;
	int error = errno;
	(void)close(*fd); /* nothing was written to it */
	return tell_refusal(path, error);
}

static bool
send_request(int fd, const json_t *request)
{
	char *line = json_dumps(request, JSON_COMPACT);
	char *text = line != NULL ? realloc(line, strlen(line) + 2) : NULL;
	bool sent = false;

	if (text == NULL) {
		free(line);
		errno = ENOMEM;
		return false;
	}
	(void)strcat(text, "\n"); /* there is room */
	size_t len = strlen(text);
	/* A request is shorter than any socket buffer: all of it or nothing. */
	sent = send(fd, text, len, MSG_NOSIGNAL) == (ssize_t)len;
	free(text);
	return sent;
}

/* One line; NULL with errno when there is none. */
static char *
receive_line(int fd)
{
	size_t cap = 65536;
	size_t len = 0;
	char *line = malloc(cap);

	errno = 0;
	while (line != NULL) {
		ssize_t n = recv(fd, line + len, cap - len - 1, 0);
		if (n <= 0)
			break;
		len += (size_t)n;
		line[len] = '\0';
		if (line[len - 1] == '\n')
			return line;
		if (len + 1 < cap)
			continue;
		char *grown = cap < REPLY_MAX ? realloc(line, cap *= 2) : NULL;
		if (grown == NULL)
			break;
		line = grown;
	}
	free(line);
	return NULL;
}

/* The reply. */

static unsigned
terminal_width(void)
{
	struct winsize size = { 0 };
	const char *columns = getenv("COLUMNS");

	if (columns != NULL && atoi(columns) > 0)
		return (unsigned)atoi(columns);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return WIDTH_UNLIMITED;
}

static int
show_error(const struct ctl *ctl, const json_t *reply)
{
	const json_t *error = json_object_get(reply, "error");
	const char *code = json_string_value(json_object_get(error, "code"));
	const char *text = json_string_value(json_object_get(error, "text"));
	bool is_ours = code != NULL &&
		       (strcmp(code, "argument") == 0 || strcmp(code, "command") == 0 ||
			   strcmp(code, "request") == 0);

	(void)fprintf(stderr, "zonetapctl: %s: %s\n", ctl->command->name,
	    text != NULL ? text : "the daemon gives no reason");
	return is_ours ? ZT_EXIT_USAGE : EXIT_NOT_DONE;
}

static int
show(const struct ctl *ctl, const char *line)
{
	json_t *reply = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	json_t *result = json_object_get(reply, "result");
	int code = ZT_EXIT_OK;

	if (!json_is_object(reply)) {
		(void)fprintf(stderr, "zonetapctl: the reply cannot be read\n");
		code = ZT_EXIT_OUTPUT;
	} else if (ctl->as_json) {
		(void)fputs(line, stdout); /* looked at in main() */
		if (!json_is_object(result))
			code = show_error(ctl, reply);
	} else if (json_is_object(result)) {
		zt_view_print(result, terminal_width(), stdout);
	} else {
		code = show_error(ctl, reply);
	}
	json_decref(reply);
	return code;
}

static int
ask(const struct ctl *ctl)
{
	int fd = -1;
	int code = connect_to(ctl->socket, &fd);

	if (code != ZT_EXIT_OK)
		return code;
	char *line = send_request(fd, ctl->request) ? receive_line(fd) : NULL;
	int error = errno;
	(void)close(fd); /* nothing of ours is under way */
	if (line == NULL) {
		bool is_slow = error == EAGAIN; /* the same as EWOULDBLOCK here */
		(void)fprintf(stderr, "zonetapctl: %s: %s\n", ctl->socket,
		    is_slow	 ? "no answer in 10 seconds; the daemon hangs"
		    : error != 0 ? strerror(error)
				 : "the daemon broke off");
		return is_slow ? ZT_EXIT_INTERFACE : ZT_EXIT_OUTPUT;
	}
	code = show(ctl, line);
	free(line);
	return code;
}

static int
watch(const struct ctl *ctl)
{
	bool at_terminal = isatty(STDOUT_FILENO) != 0 && !ctl->as_json;
	const struct timespec pause = { .tv_sec = (time_t)ctl->watch_s,
		.tv_nsec =
		    (long)((ctl->watch_s - (double)(time_t)ctl->watch_s) * 1e9) };

	for (;;) {
		if (at_terminal)
			(void)fputs("\033[H\033[2J", stdout);
		int code = ask(ctl);
		if (code != ZT_EXIT_OK || fflush(stdout) != 0)
			return code;
		(void)nanosleep(&pause, NULL); /* a signal that returns ends it early */
		if (!at_terminal && !ctl->as_json)
			(void)fputc('\n', stdout);
	}
}

/* The command line. */

static json_t *
value_of(const struct zt_argument *argument, const char *text)
{
	char *end = NULL;
	uint64_t number;

	if (argument->kind == ZT_ARGUMENT_SWITCH)
		return text == NULL ? json_true() : NULL;
	if (text == NULL)
		return NULL;
	if (argument->kind != ZT_ARGUMENT_NUMBER)
		return json_string(text);
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-' ||
	    number > INT64_MAX)
		return NULL;
	return json_integer((json_int_t)number);
}

/* "--name value", "--name=value", "--name". */
static int
take_named(struct ctl *ctl, json_t *arguments, char **words, int *n_used)
{
	char name[64];
	size_t len = strcspn(words[0] + 2, "=");
	const char *text = words[0][2 + len] == '=' ? words[0] + 3 + len : NULL;

	(void)snprintf(
	    name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), words[0] + 2);
	int place = zt_command_argument(ctl->command, name);
	if (place < 0 || ctl->command->arguments[place].is_bare)
		return usage(ctl->command->name, " has no such argument");
	const struct zt_argument *argument = &ctl->command->arguments[place];
	*n_used = 1;
	if (argument->kind != ZT_ARGUMENT_SWITCH && text == NULL) {
		text = words[1];
		*n_used = 2;
	}
	json_t *value = value_of(argument, text);
	if (value == NULL)
		return usage("wrong or missing value of --", argument->name);
	return json_object_set_new(arguments, argument->name, value) == 0
		   ? ZT_EXIT_OK
		   : ZT_EXIT_SOFTWARE;
}

/* A word without a name is the first bare argument that has none yet. */
static int
take_bare(struct ctl *ctl, json_t *arguments, const char *word)
{
	for (const struct zt_argument *a = ctl->command->arguments; a->name != NULL;
	     a++) {
		if (!a->is_bare || json_object_get(arguments, a->name) != NULL)
			continue;
		return json_object_set_new(arguments, a->name, value_of(a, word)) == 0
			   ? ZT_EXIT_OK
			   : usage("wrong value of ", a->name);
	}
	return usage("too many arguments for ", ctl->command->name);
}

static int
make_request(struct ctl *ctl, char **words)
{
	enum zt_command_id id = zt_command_find(words[0]);
	json_t *arguments = json_object();
	int code = ZT_EXIT_OK;
	int n_used = 1;

	if (id == ZT_N_COMMANDS) {
		json_decref(arguments);
		return usage("no such command: ", words[0]);
	}
	ctl->command = zt_command_get(id);
	for (words++; code == ZT_EXIT_OK && words[0] != NULL; words += n_used) {
		n_used = 1;
		code = strncmp(words[0], "--", 2) == 0
			   ? take_named(ctl, arguments, words, &n_used)
			   : take_bare(ctl, arguments, words[0]);
	}
	ctl->request = json_pack("{s:i, s:s, s:o}", "version", ZT_COMMAND_PROTOCOL,
	    "command", ctl->command->name, "arguments", arguments);
	if (code == ZT_EXIT_OK && ctl->request == NULL)
		code = ZT_EXIT_SOFTWARE;
	return code;
}

/* @return -1: go on; else what to exit with. */
static int
parse_options(struct ctl *ctl, int argc, char *argv[])
{
	static const struct option options[] = {
		{ "socket", required_argument, NULL, 'S' },
		{ "json", no_argument, NULL, 'j' },
		{ "watch", required_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "+S:jw:hV", options, NULL)) != -1) {
		if (letter == 'S') {
			ctl->socket = optarg;
		} else if (letter == 'j') {
			ctl->as_json = true;
		} else if (letter == 'w') {
			ctl->watch_s = atof(optarg);
			if (!(ctl->watch_s >= 0.1 && ctl->watch_s <= 3600))
				return usage("-w wants 0.1 to 3600, not ", optarg);
		} else if (letter == 'h') {
			print_help(stdout);
			return ZT_EXIT_OK;
		} else if (letter == 'V') {
			(void)puts("zonetapctl " ZT_VERSION); /* see main() */
			return ZT_EXIT_OK;
		} else {
			return usage("wrong option", "");
		}
	}
	return argv[optind] != NULL ? -1 : usage("no command", "");
}

int
main(int argc, char *argv[])
{
	struct ctl ctl = { .socket = ZT_CONF_CONTROL_SOCKET };
	int code;

	/* For the test that holds the manual against this list. */
	if (argc == 3 && strcmp(argv[1], "--doc") == 0 &&
	    strcmp(argv[2], "commands") == 0) {
		zt_command_man(stdout);
		code = ZT_EXIT_OK;
	} else {
		code = parse_options(&ctl, argc, argv);
		if (code == -1)
			code = make_request(&ctl, argv + optind);
		else
			ctl.command = NULL;
		if (code == ZT_EXIT_OK && ctl.request != NULL)
			code = ctl.watch_s > 0 ? watch(&ctl) : ask(&ctl);
		json_decref(ctl.request);
	}
	if (fflush(stdout) != 0 && code == ZT_EXIT_OK) {
		(void)fputs("zonetapctl: standard output cannot be written\n", stderr);
		code = ZT_EXIT_OUTPUT;
	}
	return code;
}
