#include "view.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 32
#define GAP	    2
/* Fewer columns than this say nothing. */
#define COLUMNS_MIN 2
/* Length of a time to the second: 2026-01-02T03:04:05. */
#define TIME_LEN 19

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text);
	size_t m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

static bool
is_bytes(const char *key)
{
	return strcmp(key, "bytes") == 0 || ends_with(key, "_bytes");
}

static bool
is_rate(const char *key)
{
	return ends_with(key, "_per_s");
}

static bool
is_duration(const char *key)
{
	return strcmp(key, "seconds") == 0 || (ends_with(key, "_s") && !is_rate(key));
}

static bool
is_time(const char *text)
{
	return strlen(text) > TIME_LEN && text[4] == '-' && text[10] == 'T' &&
	       text[16] == ':' && ends_with(text, "Z");
}

static void
print_bytes(double bytes, FILE *to)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	size_t unit = 0;

	while (bytes >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		bytes /= 1024;
		unit++;
	}
	(void)fprintf(
	    to, "%.*f %s", unit > 0 && bytes < 100 ? 1 : 0, bytes, units[unit]);
}

/* "2 h 5 min", "10 min": the second part only where it says something. */
static void
print_parts(
    unsigned long whole, unsigned long unit, const char *const names[2], FILE *to)
{
	unsigned long rest = whole % unit * (unit == 24 * 3600ul ? 24 : 60) / unit;

	(void)fprintf(to, "%lu %s", whole / unit, names[0]);
	if (rest != 0)
		(void)fprintf(to, " %lu %s", rest, names[1]);
}

static void
print_duration(double seconds, FILE *to)
{
	unsigned long whole = (unsigned long)seconds;

	if (seconds < 1)
		(void)fprintf(to, "%.0f ms", seconds * 1e3);
	else if (seconds < 60)
		(void)fprintf(to, "%.1f s", seconds);
	else if (whole < 3600)
		print_parts(whole, 60, (const char *const[]){ "min", "s" }, to);
	else if (whole < 24 * 3600ul)
		print_parts(whole, 3600, (const char *const[]){ "h", "min" }, to);
	else
		print_parts(whole, 24 * 3600ul, (const char *const[]){ "d", "h" }, to);
}

static void
print_number(const char *key, json_t *value, FILE *to)
{
	double number = json_number_value(value);

	if (is_bytes(key))
		print_bytes(number, to);
	else if (strcmp(key, "bytes_per_s") == 0)
		print_bytes(number, to);
	else if (is_duration(key))
		print_duration(number, to);
	else if (json_is_integer(value))
		(void)fprintf(to, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		(void)fprintf(to, "%.1f", number);
}

static void
print_text(const char *text, FILE *to)
{
	if (is_time(text)) {
		(void)fprintf(to, "%.10s %.8s", text, text + 11);
		return;
	}
	for (; *text != '\0'; text++)
		(void)fputc(iscntrl((unsigned char)*text) ? '?' : *text, to);
}

static void print_value(const char *key, json_t *value, FILE *to);

static void
print_many(json_t *value, FILE *to)
{
	const char *name;
	json_t *one;
	size_t i;
	bool is_first = true;

	if (json_is_array(value)) {
		json_array_foreach (value, i, one) {
			(void)fputs(i > 0 ? ", " : "", to);
			print_value("", one, to);
		}
		if (json_array_size(value) == 0)
			(void)fputc('-', to);
		return;
	}
	json_object_foreach (value, name, one) {
		(void)fputs(is_first ? "" : ", ", to);
		is_first = false;
		print_text(name, to);
		(void)fputc(' ', to);
		print_value(name, one, to);
	}
	if (is_first)
		(void)fputc('-', to);
}

static void
print_value(const char *key, json_t *value, FILE *to)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		print_many(value, to);
		return;
	case JSON_STRING:
		print_text(json_string_value(value), to);
		return;
	case JSON_INTEGER:
	case JSON_REAL:
		print_number(key, value, to);
		return;
	case JSON_TRUE:
		(void)fputs("yes", to);
		return;
	case JSON_FALSE:
		(void)fputs("no", to);
		return;
	case JSON_NULL:
		(void)fputc('-', to);
		return;
	}
}

char *
zt_view_cell(const char *key, json_t *value)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	if (to == NULL)
		return NULL;
	print_value(key, value, to);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

/* The name of a member without its unit, which stands beside the value. */
static void
label_of(char label[64], const char *key)
{
	size_t n = strlen(key);
	const char *end = "";

	if (is_rate(key)) {
		n -= strlen("_per_s");
		end = "/s";
	} else if (ends_with(key, "_bytes")) {
		n -= strlen("_bytes");
	} else if (ends_with(key, "_s")) {
		n -= strlen("_s");
	}
	(void)snprintf(label, 64, "%.*s%s", (int)(n < 60 ? n : 60), key, end);
	for (char *p = label; *p != '\0'; p++)
		*p = *p == '_' ? ' ' : *p;
}

struct column {
	const char *key;
	char label[64];
	size_t width;
	bool is_number;
};

struct table {
	struct column columns[COLUMNS_MAX];
	size_t n_columns;
	size_t n_shown;
	size_t n_rows;
	char **cells; /* Row by row. */
};

static const char *
cell_at(const struct table *table, size_t row, size_t column)
{
	const char *cell = table->cells[row * table->n_columns + column];

	return cell != NULL ? cell : "?";
}

/* Columns are the members of the first row: all rows have the same. */
static void
find_columns(struct table *table, json_t *rows)
{
	const char *key;
	json_t *value;

	json_object_foreach (json_array_get(rows, 0), key, value) {
		struct column *column = &table->columns[table->n_columns];
		if (table->n_columns == COLUMNS_MAX)
			return;
		column->key = key;
		column->is_number = json_is_number(value);
		label_of(column->label, key);
		for (char *p = column->label; *p != '\0'; p++)
			*p = (char)toupper((unsigned char)*p);
		column->width = strlen(column->label);
		table->n_columns++;
	}
}

static void
fill_cells(struct table *table, json_t *rows)
{
	for (size_t i = 0; i < table->n_rows; i++) {
		json_t *row = json_array_get(rows, i);
		for (size_t j = 0; j < table->n_columns; j++) {
			struct column *column = &table->columns[j];
			json_t *value = json_object_get(row, column->key);
			char *cell =
			    value != NULL ? zt_view_cell(column->key, value) : NULL;
			size_t len = cell != NULL ? strlen(cell) : 1;
			table->cells[i * table->n_columns + j] = cell;
			if (len > column->width)
				column->width = len;
		}
	}
}

static void
choose_columns(struct table *table, unsigned indent, unsigned width)
{
	size_t used = indent;

	for (size_t j = 0; j < table->n_columns; j++) {
		used += table->columns[j].width + (j > 0 ? GAP : 0);
		if (j >= COLUMNS_MIN && used > width)
			return;
		table->n_shown = j + 1;
	}
}

static void
print_line(const struct table *table,
    const char *(*text)(const struct table *table, size_t row, size_t column),
    size_t row, FILE *to)
{
	for (size_t j = 0; j < table->n_shown; j++) {
		const struct column *column = &table->columns[j];
		int width = (int)column->width;
		bool is_last = j + 1 == table->n_shown;
		if (j > 0)
			(void)fprintf(to, "%*s", GAP, "");
		if (column->is_number)
			(void)fprintf(to, "%*s", width, text(table, row, j));
		else
			(void)fprintf(
			    to, "%-*s", is_last ? 0 : width, text(table, row, j));
	}
	(void)fputc('\n', to);
}

static const char *
label_at(const struct table *table, size_t row, size_t column)
{
	(void)row;
	return table->columns[column].label;
}

static void
print_table(json_t *rows, unsigned indent, unsigned width, FILE *to)
{
	struct table table = { .n_rows = json_array_size(rows) };

	if (table.n_rows == 0) {
		(void)fprintf(to, "%*snone\n", (int)indent, "");
		return;
	}
	find_columns(&table, rows);
	table.cells = calloc(table.n_rows * table.n_columns + 1, sizeof(char *));
	if (table.cells == NULL)
		return;
	fill_cells(&table, rows);
	choose_columns(&table, indent, width);
	(void)fprintf(to, "%*s", (int)indent, "");
	print_line(&table, label_at, 0, to);
	for (size_t i = 0; i < table.n_rows; i++) {
		(void)fprintf(to, "%*s", (int)indent, "");
		print_line(&table, cell_at, i, to);
	}
	if (table.n_shown < table.n_columns)
		(void)fprintf(to,
		    "%*s(%zu more columns with -j or in a wider window)\n", (int)indent,
		    "", table.n_columns - table.n_shown);
	for (size_t i = 0; i < table.n_rows * table.n_columns; i++)
		free(table.cells[i]);
	free(table.cells);
}

static bool
is_table(json_t *value)
{
	return json_is_array(value) && (json_array_size(value) == 0 ||
					   json_is_object(json_array_get(value, 0)));
}

/* What gets lines of its own below its name. */
static bool
is_nested(json_t *value)
{
	return (json_is_object(value) && json_object_size(value) > 0) ||
	       (json_is_array(value) && json_is_object(json_array_get(value, 0)));
}

static size_t
widest_label(json_t *object)
{
	size_t widest = 0;
	const char *key;
	json_t *value;
	char label[64];

	json_object_foreach (object, key, value) {
		if (is_nested(value))
			continue;
		label_of(label, key);
		widest = strlen(label) > widest ? strlen(label) : widest;
	}
	return widest;
}

static void
print_plain(json_t *object, unsigned indent, FILE *to)
{
	int label_width = (int)widest_label(object);
	const char *key;
	json_t *value;
	char label[64];

	json_object_foreach (object, key, value) {
		if (is_nested(value))
			continue;
		label_of(label, key);
		(void)fprintf(to, "%*s%-*s  ", (int)indent, "", label_width, label);
		print_value(key, value, to);
		(void)fputc('\n', to);
	}
}

/* What is plain comes first, so that it does not look like part of what is nested. */
static void
print_members(json_t *object, unsigned indent, unsigned width, FILE *to)
{
	const char *key;
	json_t *value;
	char label[64];

	print_plain(object, indent, to);
	json_object_foreach (object, key, value) {
		if (!is_nested(value))
			continue;
		label_of(label, key);
		(void)fprintf(
		    to, "%s%*s%s\n", indent == 0 ? "\n" : "", (int)indent, "", label);
		if (json_is_array(value))
			print_table(value, indent + 2, width, to);
		else
			print_members(value, indent + 2, width, to);
	}
}

/* Below a list: what is not null, in one line. */
static void
print_summary(json_t *result, FILE *to)
{
	const char *before = "\n";
	const char *key;
	json_t *value;
	char label[64];

	json_object_foreach (result, key, value) {
		if (json_is_null(value) || is_table(value))
			continue;
		label_of(label, key);
		(void)fprintf(to, "%s%s ", before, label);
		print_value(key, value, to);
		before = ", ";
	}
	if (*before == ',')
		(void)fputc('\n', to);
}

void
zt_view_print(json_t *object, unsigned width, FILE *to)
{
	void *first = json_object_iter(object);

	if (first != NULL && is_table(json_object_iter_value(first))) {
		print_table(json_object_iter_value(first), 0, width, to);
		print_summary(object, to);
	} else {
		print_members(object, 0, width, to);
	}
}
