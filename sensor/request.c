#include "request.h"

#include <inttypes.h>
#include <string.h>

#define TEXT_MAX 255

/* A piece of what somebody sent, fit to be shown. */
static void
clean(char out[64], const char *text)
{
	size_t i = 0;

	for (; i < 63 && text[i] != '\0'; i++)
		out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	out[i] = '\0';
}

static bool
is_word(const struct zt_argument *argument, const char *text)
{
	for (size_t i = 0; argument->words[i] != NULL; i++)
		if (strcmp(argument->words[i], text) == 0)
			return true;
	return false;
}

static void
refuse_word(const struct zt_argument *argument, struct zt_err *err)
{
	char words[160] = "";

	for (size_t i = 0; argument->words[i] != NULL; i++) {
		(void)strncat(
		    words, i == 0 ? "" : ", ", sizeof(words) - strlen(words) - 1);
		(void)strncat(
		    words, argument->words[i], sizeof(words) - strlen(words) - 1);
	}
	zt_err_set(err, "%s: one of %s", argument->name, words);
}

/* Is the value what the argument takes?  Else err says what would be right. */
static bool
is_right(const struct zt_argument *argument, const json_t *value, struct zt_err *err)
{
	switch (argument->kind) {
	case ZT_ARGUMENT_SWITCH:
		if (json_is_boolean(value))
			return true;
		zt_err_set(err, "%s: true or false", argument->name);
		return false;
	case ZT_ARGUMENT_NUMBER:
		if (json_is_integer(value) && json_integer_value(value) >= 0 &&
		    (uint64_t)json_integer_value(value) >= argument->min &&
		    (uint64_t)json_integer_value(value) <= argument->max)
			return true;
		zt_err_set(err, "%s: a number from %" PRIu64 " to %" PRIu64,
		    argument->name, argument->min, argument->max);
		return false;
	case ZT_ARGUMENT_WORD:
		if (json_is_string(value) &&
		    is_word(argument, json_string_value(value)))
			return true;
		refuse_word(argument, err);
		return false;
	case ZT_ARGUMENT_TEXT:
		if (json_is_string(value) && json_string_length(value) <= TEXT_MAX &&
		    json_string_length(value) > 0)
			return true;
		zt_err_set(
		    err, "%s: a text of 1 to %d bytes", argument->name, TEXT_MAX);
		return false;
	}
	return false;
}

static const char *
take_arguments(struct zt_request *request, json_t *arguments, struct zt_err *err)
{
	const struct zt_command *command = zt_command_get(request->id);
	const char *name;
	json_t *value;

	json_object_foreach (arguments, name, value) {
		int place = zt_command_argument(command, name);
		char shown[64];
		if (place < 0) {
			clean(shown, name);
			zt_err_set(
			    err, "%s has no argument \"%s\"", command->name, shown);
			return "argument";
		}
		if (!is_right(&command->arguments[place], value, err))
			return "argument";
		request->values[place] = value;
	}
	for (int i = 0; command->arguments[i].name != NULL; i++) {
		const struct zt_argument *argument = &command->arguments[i];
		if (!argument->is_required || request->values[i] != NULL)
			continue;
		zt_err_set(err, "%s needs %s: %s", command->name, argument->name,
		    argument->help);
		return "argument";
	}
	return NULL;
}

static const char *
take_members(struct zt_request *request, struct zt_err *err)
{
	json_t *version = json_object_get(request->root, "version");
	json_t *command = json_object_get(request->root, "command");
	json_t *arguments = json_object_get(request->root, "arguments");
	size_t known = (size_t)(version != NULL) + (size_t)(command != NULL) +
		       (size_t)(arguments != NULL);
	char shown[64];

	if (!json_is_integer(version) ||
	    json_integer_value(version) != ZT_COMMAND_PROTOCOL) {
		zt_err_set(err, "this daemon speaks version %d", ZT_COMMAND_PROTOCOL);
		return "version";
	}
	if (!json_is_string(command) || json_object_size(request->root) != known ||
	    (arguments != NULL && !json_is_object(arguments))) {
		zt_err_set(err,
		    "members are version, command (a text) and arguments (an "
		    "object)");
		return "request";
	}
	request->id = zt_command_find(json_string_value(command));
	if (request->id != ZT_N_COMMANDS)
		return take_arguments(request, arguments, err);
	clean(shown, json_string_value(command));
	zt_err_set(err, "no command \"%s\"; see zonetapctl(8)", shown);
	return "command";
}

const char *
zt_request_parse(
    struct zt_request *request, const char *line, size_t len, struct zt_err *err)
{
	json_error_t error;

	*request = (struct zt_request){ .id = ZT_N_COMMANDS };
	request->root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(request->root)) {
		zt_err_set(err, "a request is one JSON object on one line");
		return "request";
	}
	return take_members(request, err);
}

void
zt_request_fini(struct zt_request *request)
{
	json_decref(request->root);
	request->root = NULL;
}

static const json_t *
value_of(const struct zt_request *request, const char *name)
{
	int place = zt_command_argument(zt_command_get(request->id), name);

	return place >= 0 ? request->values[place] : NULL;
}

const char *
zt_request_text(const struct zt_request *request, const char *name)
{
	return json_string_value(value_of(request, name));
}

uint64_t
zt_request_number(const struct zt_request *request, const char *name, uint64_t fallback)
{
	const json_t *value = value_of(request, name);

	return value != NULL ? (uint64_t)json_integer_value(value) : fallback;
}

bool
zt_request_is(const struct zt_request *request, const char *name)
{
	return json_is_true(value_of(request, name));
}
