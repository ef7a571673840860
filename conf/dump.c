#include "dump.h"

#include <errno.h>

#include "conf.h"
#include "object.h"
#include "outline.h"
#include "scalar.h"
#include "schema.h"

static void
dump_list(const struct zt_schema_row *row, const void *object, FILE *out)
{
	struct zt_object_list list = zt_object_list_of(row, object);
	size_t size = zt_schema_item_size(row);

	(void)fputc('[', out);
	for (size_t i = 0; i < list.count; i++) {
		(void)fputs(i == 0 ? "" : ", ", out);
		zt_scalar_print(row, (const char *)list.items + i * size, out);
	}
	(void)fputc(']', out);
}

/** A value that takes one line. */
static void
dump_plain(const struct zt_schema_row *row, const void *object, FILE *out)
{
	if (row->flags & ZT_SCHEMA_LIST)
		dump_list(row, object, out);
	else
		zt_scalar_print(row, zt_object_member(row, object), out);
}

/** "key: value" without indentation. */
static void
dump_row(const struct zt_schema_row *row, const void *object, FILE *out)
{
	(void)fprintf(out, "%s: ", row->key);
	dump_plain(row, object, out);
	(void)fputc('\n', out);
}

/** One entry of a list of maps. */
static void
dump_entry(const struct zt_schema_table *table, const void *entry, FILE *out)
{
	const char *mark = "  - ";

	for (size_t i = 0; i < table->n_rows; i++) {
		const struct zt_schema_row *row = &table->rows[i];

		if (!zt_scalar_is_present(row, zt_object_member(row, entry)))
			continue;
		(void)fputs(mark, out);
		dump_row(row, entry, out);
		mark = "    ";
	}
}

/** A list of maps; they are at the top, so their indentation is known. */
static void
dump_maps(const struct zt_schema_row *row, const void *object, FILE *out)
{
	struct zt_object_list list = zt_object_list_of(row, object);
	size_t size = zt_schema_item_size(row);

	for (size_t i = 0; i < list.count; i++)
		dump_entry(row->table, (const char *)list.items + i * size, out);
}

void
zt_dump_value(const struct zt_schema_row *row, const void *object, FILE *out)
{
	if (row->type == ZT_SCHEMA_MAP)
		dump_maps(row, object, out);
	else
		dump_plain(row, object, out);
}

int
zt_conf_dump(const struct zt_conf *conf, FILE *out)
{
	const struct zt_schema_table *table = &zt_schema_conf;
	const char *section = "";

	for (size_t i = 0; i < table->n_rows; i++) {
		const struct zt_schema_row *row = &table->rows[i];

		zt_outline_indent(out, zt_outline_open(out, section, row->section));
		section = row->section;
		if (row->type != ZT_SCHEMA_MAP) {
			dump_row(row, conf, out);
			continue;
		}
		bool is_empty = zt_object_list_of(row, conf).count == 0;
		(void)fprintf(out, "%s:%s\n", row->key, is_empty ? " []" : "");
		dump_maps(row, conf, out);
	}
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
