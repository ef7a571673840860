#include "schema_doc.h"

#include <string.h>

#include "outline.h"
#include "scalar.h"
#include "schema.h"
#include "value.h"

/** Width of the lines of the example file. */
#define LINE_MAX_BYTES 78

/** Words of text, wrapped, each line behind "# " at the indentation. */
static void
print_comment(FILE *out, unsigned levels, const char *text)
{
	size_t left = 0;
	bool is_first = true;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (left < len + 1) {
			(void)fputs(is_first ? "" : "\n", out);
			is_first = false;
			zt_outline_indent(out, levels);
			(void)fputc('#', out);
			left = LINE_MAX_BYTES - 2 * levels - 1;
		}
		(void)fprintf(out, " %.*s", (int)len, text);
		left = left > len + 1 ? left - len - 1 : 0;
		text += len;
		text += strspn(text, " ");
	}
	(void)fputc('\n', out);
}

static bool
has_range(const struct zt_schema_row *row)
{
	return row->type == ZT_SCHEMA_U32 || row->type == ZT_SCHEMA_PORT ||
	       row->type == ZT_SCHEMA_DURATION || row->type == ZT_SCHEMA_SIZE;
}

/** "file, stdout or unix".  @return bytes. */
static size_t
describe_choice(const struct zt_schema_row *row, char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; row->words[i] != NULL && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s",
		    i == 0			? ""
		    : row->words[i + 1] == NULL ? " or "
						: ", ",
		    row->words[i]);
	return used < size ? used : size;
}

/** "List of port, 1 to 16 items, 1 to 65535." and so on; size bytes of text. */
static void
describe(const struct zt_schema_row *row, char *text, size_t size)
{
	char low[ZT_VALUE_TEXT_SIZE];
	char high[ZT_VALUE_TEXT_SIZE];
	size_t used;

	used = (size_t)snprintf(text, size, "%s%s",
	    row->flags & ZT_SCHEMA_LIST ? "list of " : "", row->unit);
	if (row->type == ZT_SCHEMA_BOOL)
		used = (size_t)snprintf(text, size, "true or false");
	if (has_range(row))
		used += (size_t)snprintf(text + used, size - used, ", %s to %s",
		    zt_scalar_number_text(row, row->min, low),
		    zt_scalar_number_text(row, row->max, high));
	if (row->type == ZT_SCHEMA_CHOICE)
		used = describe_choice(row, text, size);
	if (row->type == ZT_SCHEMA_STRING)
		used += (size_t)snprintf(
		    text + used, size - used, ", up to %u bytes", (unsigned)row->max);
	if (row->flags & ZT_SCHEMA_LIST)
		(void)snprintf(text + used, size - used, ", %zu to %zu items",
		    row->items_min, row->items_max);
}

static const char *
reload_text(const struct zt_schema_row *row)
{
	return row->flags & ZT_SCHEMA_RELOAD ? "taken over by a reload"
					     : "needs a restart";
}

static const char *
fallback_text(const struct zt_schema_row *row)
{
	if (row->fallback == NULL)
		return row->flags & ZT_SCHEMA_REQUIRED ? "none, must be given" : "none";
	return row->fallback[0] != '\0' ? row->fallback : "\"\"";
}

/** An entry of a list of maps, as a comment that shows every key. */
static void
print_example_entry(FILE *out, const struct zt_schema_row *map)
{
	const char *mark = "- ";

	(void)fprintf(out, "# %s:\n", map->key);
	for (size_t i = 0; i < map->table->n_rows; i++) {
		const struct zt_schema_row *row = &map->table->rows[i];

		(void)fprintf(out, "#   %s%s: %s\n", mark, row->key,
		    row->example != NULL ? row->example : fallback_text(row));
		mark = "  ";
	}
	for (size_t i = 0; i < map->table->n_rows; i++) {
		char text[1024];

		(void)snprintf(text, sizeof(text), "%s: %s", map->table->rows[i].key,
		    map->table->rows[i].doc);
		print_comment(out, 0, text);
	}
}

static void
print_example_row(FILE *out, const struct zt_schema_row *row, unsigned levels)
{
	char kind[512];
	char text[640];

	print_comment(out, levels, row->doc);
	describe(row, kind, sizeof(kind));
	(void)snprintf(text, sizeof(text), "(%s; %s)", kind, reload_text(row));
	print_comment(out, levels, text);
	if (row->type == ZT_SCHEMA_MAP) {
		print_example_entry(out, row);
	} else if (row->example != NULL) {
		zt_outline_indent(out, levels);
		(void)fprintf(out, "# %s: %s\n", row->key, row->example);
	}
	zt_outline_indent(out, levels);
	(void)fprintf(out, "%s: %s\n", row->key, fallback_text(row));
}

void
zt_schema_doc_example(FILE *out)
{
	const struct zt_schema_table *table = &zt_schema_conf;
	const char *section = "";

	(void)fputs(
	    "# Configuration of zonetap.  Every setting is here, set to its default:\n"
	    "# a file with less says the same.  \"zonetap -t -c FILE\" checks a file.\n",
	    out);
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct zt_schema_row *row = &table->rows[i];
		unsigned levels;

		(void)fputc('\n', out);
		levels = zt_outline_open(out, section, row->section);
		print_example_row(out, row, levels);
		section = row->section;
	}
}

/** Text for mdoc: a backslash and what would be a macro at the start of a line. */
static void
print_man_text(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		(void)fputs("\\&", out);
	for (; *text != '\0'; text++) {
		bool is_sentence = text[0] == ' ' && text[1] == ' ';

		if (*text == '\\')
			(void)fputs("\\e", out);
		else
			(void)fputc(is_sentence ? '\n' : *text, out);
		text += is_sentence;
	}
}

static void
print_man_row(FILE *out, const struct zt_schema_row *row)
{
	char path[ZT_SCHEMA_PATH_SIZE];
	char kind[512];

	describe(row, kind, sizeof(kind));
	(void)fprintf(out, ".It Cm %s\n", zt_schema_path(row, path));
	print_man_text(out, row->doc);
	(void)fputs("\nTakes: ", out);
	print_man_text(out, kind);
	(void)fputs(".\nDefault: ", out);
	print_man_text(out, fallback_text(row));
	(void)fprintf(out, ".\nSince %s; %s.\n", row->since, reload_text(row));
	if (row->type != ZT_SCHEMA_MAP)
		return;
	for (size_t i = 0; i < row->table->n_rows; i++)
		print_man_row(out, &row->table->rows[i]);
}

void
zt_schema_doc_man(FILE *out)
{
	for (size_t i = 0; i < zt_schema_conf.n_rows; i++)
		print_man_row(out, &zt_schema_conf.rows[i]);
}

/** Text for a cell of a table. */
static void
print_cell(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '|')
			(void)fputc('\\', out);
		if (text[0] != ' ' || text[1] != ' ')
			(void)fputc(*text, out);
	}
}

static void
print_table_row(FILE *out, const struct zt_schema_row *row)
{
	char path[ZT_SCHEMA_PATH_SIZE];
	char kind[512];

	describe(row, kind, sizeof(kind));
	(void)fprintf(out, "| `%s` | ", zt_schema_path(row, path));
	print_cell(out, kind);
	(void)fprintf(out, " | `%s` | %s | ", fallback_text(row),
	    row->flags & ZT_SCHEMA_RELOAD ? "yes" : "no");
	print_cell(out, row->doc);
	(void)fputs(" |\n", out);
	if (row->type != ZT_SCHEMA_MAP)
		return;
	for (size_t i = 0; i < row->table->n_rows; i++)
		print_table_row(out, &row->table->rows[i]);
}

void
zt_schema_doc_table(FILE *out)
{
	(void)fputs("| Setting | Takes | Default | Reload | Meaning |\n"
		    "|---|---|---|---|---|\n",
	    out);
	for (size_t i = 0; i < zt_schema_conf.n_rows; i++)
		print_table_row(out, &zt_schema_conf.rows[i]);
}
