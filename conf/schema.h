/**
 * @file schema.h
 * The one list of settings: a row of data for each.
 *
 * Defaults, the parser, range messages, the dump, the example file, the manual section
 * and the README table all come from these rows.  A new setting is a member of
 * struct zt_conf and a row in schema.c.
 *
 * Shape:   five tables: the file itself, an entry of `zones`, of `keys`, of `scanners`,
 *          and of `outputs`.  Rows of one section stand together.
 * Threads: constant data.
 */
#ifndef ZT_CONF_SCHEMA_H
#define ZT_CONF_SCHEMA_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"

/** What one value, or one item of a list, is. */
enum zt_schema_type {
	ZT_SCHEMA_BOOL,
	ZT_SCHEMA_U32,
	ZT_SCHEMA_PORT,	    /**< uint16_t */
	ZT_SCHEMA_RRTYPE,   /**< uint16_t */
	ZT_SCHEMA_DURATION, /**< uint64_t, nanoseconds */
	ZT_SCHEMA_SIZE,	    /**< uint64_t, bytes */
	ZT_SCHEMA_TIME,	    /**< uint64_t, nanoseconds since 1970 */
	ZT_SCHEMA_STRING,   /**< char *, owned by the object */
	ZT_SCHEMA_PREFIX,   /**< struct zt_conf_prefix */
	ZT_SCHEMA_NAME,	    /**< struct zt_conf_name */
	ZT_SCHEMA_CHOICE,   /**< uint32_t, an index into the row's words */
	ZT_SCHEMA_MAP,	    /**< an object of the row's table */
	ZT_SCHEMA_N_TYPES
};

enum zt_schema_flag {
	ZT_SCHEMA_RELOAD = 1u << 0,   /**< A reload takes the new value over. */
	ZT_SCHEMA_REQUIRED = 1u << 1, /**< The key must be given. */
	ZT_SCHEMA_LIST = 1u << 2,     /**< The member is a list of the type. */
	ZT_SCHEMA_SECRET = 1u << 3,   /**< Never shown, wiped when freed. */
};

struct zt_schema_table;

struct zt_schema_row {
	const char *section; /**< "" or "detect.rules.zone-transfer" */
	const char *key;
	enum zt_schema_type type;
	unsigned flags;	      /**< enum zt_schema_flag */
	size_t offset;	      /**< Of the member in the object. */
	size_t size;	      /**< Of the member. */
	uint64_t min;	      /**< Numbers: base unit; strings: bytes. */
	uint64_t max;	      /**< Inclusive. */
	size_t items_min;     /**< Lists only. */
	size_t items_max;     /**< Lists only, inclusive. */
	const char *fallback; /**< The default as one writes it; NULL: absent. */
	const char *unit;     /**< What the number counts, or the form of the text. */
	const char
	    *example;	 /**< What to show where the default shows nothing; or NULL. */
	const char *doc; /**< One paragraph. */
	const char *since; /**< First version that knows the key. */
	/** Whether the object is fine where the row cannot say it; NULL: no more rules.
	 *  @return 0, or -EINVAL with the text in err. */
	int (*check)(const void *object, struct zt_err *err);
	const struct zt_schema_table *table; /**< With ZT_SCHEMA_MAP. */
	const char *const *words; /**< With ZT_SCHEMA_CHOICE; max is the last one. */
};

struct zt_schema_table {
	const struct zt_schema_row *rows;
	size_t n_rows;
	size_t object_size;
};

/** The settings of struct zt_conf. */
extern const struct zt_schema_table zt_schema_conf;
/** The settings of struct zt_conf_zone. */
extern const struct zt_schema_table zt_schema_zone;
/** The settings of struct zt_conf_key. */
extern const struct zt_schema_table zt_schema_key;
/** The settings of struct zt_conf_scanner. */
extern const struct zt_schema_table zt_schema_scanner;

/** The settings of struct zt_conf_output. */
extern const struct zt_schema_table zt_schema_output;

/** Bytes of one item of the type; 0 for ZT_SCHEMA_MAP, whose table knows. */
size_t zt_schema_item_size(const struct zt_schema_row *row);

/** What is printed in the place of a secret. */
#define ZT_SCHEMA_HIDDEN "(not shown)"

/** Full path of a row, "detect.memory"; room for ZT_SCHEMA_PATH_SIZE bytes. */
const char *zt_schema_path(const struct zt_schema_row *row, char *path);
#define ZT_SCHEMA_PATH_SIZE 128

#endif
