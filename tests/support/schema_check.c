#include "schema_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PLACE_BYTES 256

/* What travels down the document. */
struct judge {
	char *why;
	size_t cap;
	char place[PLACE_BYTES];
};

static bool check(struct judge *judge, json_t *schema, json_t *value);

__attribute__((format(printf, 2, 3))) static bool
wrong(struct judge *judge, const char *format, ...)
{
	va_list arguments;
	int n = snprintf(judge->why, judge->cap, "$%s: ", judge->place);

	va_start(arguments, format);
	if (n > 0 && (size_t)n < judge->cap)
		(void)vsnprintf(
		    judge->why + n, judge->cap - (size_t)n, format, arguments);
	va_end(arguments);
	return false;
}

static bool
is_word(const char *key)
{
	static const char *const words[] = { "$schema", "title", "description", "type",
		"properties", "required", "additionalProperties", "items", "maxItems",
		"enum", "minimum", "maximum", "minLength", "maxLength" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(key, words[i]) == 0)
			return true;
	return false;
}

static bool
is_type(json_t *value, const char *type)
{
	if (strcmp(type, "number") == 0)
		return json_is_number(value);
	static const char *const names[] = {
		[JSON_OBJECT] = "object",
		[JSON_ARRAY] = "array",
		[JSON_STRING] = "string",
		[JSON_INTEGER] = "integer",
		[JSON_REAL] = "number",
		[JSON_TRUE] = "boolean",
		[JSON_FALSE] = "boolean",
		[JSON_NULL] = "null",
	};
	return strcmp(type, names[json_typeof(value)]) == 0;
}

static bool
check_type(struct judge *judge, json_t *type, json_t *value)
{
	size_t i;
	json_t *one;

	if (type == NULL ||
	    (json_is_string(type) && is_type(value, json_string_value(type))))
		return true;
	json_array_foreach (type, i, one) {
		if (is_type(value, json_string_value(one)))
			return true;
	}
	return wrong(judge, "not of the type that is wanted");
}

static bool
check_enum(struct judge *judge, json_t *list, json_t *value)
{
	size_t i;
	json_t *one;

	if (list == NULL)
		return true;
	json_array_foreach (list, i, one) {
		if (json_equal(one, value))
			return true;
	}
	return wrong(judge, "none of the values that are allowed");
}

static bool
check_limits(struct judge *judge, json_t *schema, json_t *value)
{
	json_t *low = json_object_get(schema, "minimum");
	json_t *high = json_object_get(schema, "maximum");
	json_t *shortest = json_object_get(schema, "minLength");
	json_t *longest = json_object_get(schema, "maxLength");
	json_t *most = json_object_get(schema, "maxItems");
	double number = json_number_value(value);
	json_int_t len = (json_int_t)json_string_length(value);

	if (json_is_number(value) &&
	    ((low != NULL && number < json_number_value(low)) ||
		(high != NULL && number > json_number_value(high))))
		return wrong(judge, "%g is out of range", number);
	if (json_is_string(value) &&
	    ((shortest != NULL && len < json_integer_value(shortest)) ||
		(longest != NULL && len > json_integer_value(longest))))
		return wrong(judge, "length %d is out of range", (int)len);
	if (json_is_array(value) && most != NULL &&
	    (json_int_t)json_array_size(value) > json_integer_value(most))
		return wrong(judge, "too many items");
	return true;
}

static bool
check_at(struct judge *judge, json_t *schema, json_t *value, const char *step)
{
	size_t len = strlen(judge->place);

	(void)snprintf(judge->place + len, sizeof(judge->place) - len, ".%s", step);
	bool holds = check(judge, schema, value);
	judge->place[len] = '\0';
	return holds;
}

static bool
check_members(struct judge *judge, json_t *schema, json_t *value)
{
	json_t *known = json_object_get(schema, "properties");
	json_t *other = json_object_get(schema, "additionalProperties");
	json_t *required = json_object_get(schema, "required");
	const char *key;
	json_t *member;
	size_t i;

	json_array_foreach (required, i, member) {
		if (json_object_get(value, json_string_value(member)) == NULL)
			return wrong(
			    judge, "'%s' is missing", json_string_value(member));
	}
	json_object_foreach (value, key, member) {
		json_t *rule = json_object_get(known, key);
		if (rule == NULL)
			rule = other;
		if (rule == NULL || json_is_false(rule))
			return wrong(judge, "'%s' is not known", key);
		if (!check_at(judge, rule, member, key))
			return false;
	}
	return true;
}

static bool
check_items(struct judge *judge, json_t *schema, json_t *value)
{
	json_t *rule = json_object_get(schema, "items");
	size_t i;
	json_t *item;

	json_array_foreach (value, i, item) {
		if (rule != NULL && !check_at(judge, rule, item, "[]"))
			return false;
	}
	return true;
}

static bool
check(struct judge *judge, json_t *schema, json_t *value)
{
	const char *key;
	json_t *word;

	json_object_foreach (schema, key, word) {
		if (!is_word(key))
			return wrong(judge, "the schema uses the word '%s'", key);
	}
	if (!check_type(judge, json_object_get(schema, "type"), value) ||
	    !check_enum(judge, json_object_get(schema, "enum"), value) ||
	    !check_limits(judge, schema, value))
		return false;
	if (json_is_object(value))
		return check_members(judge, schema, value);
	return !json_is_array(value) || check_items(judge, schema, value);
}

bool
zt_schema_check(json_t *schema, json_t *value, char *why, size_t cap)
{
	struct judge judge = { .why = why, .cap = cap };

	why[0] = '\0';
	return check(&judge, schema, value);
}
