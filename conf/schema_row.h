/**
 * @file schema_row.h
 * The words in which rows of the schema are written; for the schema's own files only.
 *
 * Threads: constant data.
 */
#ifndef ZT_CONF_SCHEMA_ROW_H
#define ZT_CONF_SCHEMA_ROW_H

#include "conf.h"
#include "schema.h"

#define N_ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Where a member is; the type of the row follows from the type of the member, so that a
 * row of the wrong kind does not compile. */
#define TYPED(object, member, c_type, schema_type)                                 \
	.offset = offsetof(object, member), .size = sizeof(((object *)0)->member), \
	.type = _Generic(((object *)0)->member, c_type                             \
			 : schema_type)
#define BOOL(object, member) \
	TYPED(object, member, bool, ZT_SCHEMA_BOOL), .unit = "switch"
#define U32(object, member) TYPED(object, member, uint32_t, ZT_SCHEMA_U32)
#define DURATION(object, member) \
	TYPED(object, member, uint64_t, ZT_SCHEMA_DURATION), .unit = "duration"
#define SIZE(object, member) \
	TYPED(object, member, uint64_t, ZT_SCHEMA_SIZE), .unit = "size"
#define TIME(object, member)                                                       \
	TYPED(object, member, uint64_t, ZT_SCHEMA_TIME), .unit = "time", .min = 1, \
							 .max = UINT64_MAX
#define STRING(object, member) TYPED(object, member, char *, ZT_SCHEMA_STRING)
#define CHOICE(object, member, list)                       \
	TYPED(object, member, uint32_t, ZT_SCHEMA_CHOICE), \
	    .unit = "choice", .words = (list), .max = N_ROWS(list) - 2
#define NAME(object, member)                                        \
	TYPED(object, member, struct zt_conf_name, ZT_SCHEMA_NAME), \
	    .unit = "domain name"
#define STRINGS(object, member) \
	TYPED(object, member, struct zt_conf_strings, ZT_SCHEMA_STRING)
#define PORTS(object, member)                                          \
	TYPED(object, member, struct zt_conf_numbers, ZT_SCHEMA_PORT), \
	    .unit = "port", .min = 1, .max = UINT16_MAX
#define CPUS(object, member)                                           \
	TYPED(object, member, struct zt_conf_numbers, ZT_SCHEMA_PORT), \
	    .unit = "CPU number", .max = 4095
#define RRTYPES(object, member)                                          \
	TYPED(object, member, struct zt_conf_numbers, ZT_SCHEMA_RRTYPE), \
	    .unit = "record type"
#define PREFIXES(object, member)                                          \
	TYPED(object, member, struct zt_conf_prefixes, ZT_SCHEMA_PREFIX), \
	    .unit = "address or network", .items_max = LIST_MAX
#define NAMES(object, member)                                        \
	TYPED(object, member, struct zt_conf_names, ZT_SCHEMA_NAME), \
	    .unit = "domain name", .items_max = LIST_MAX

#define LIST	   .flags = ZT_SCHEMA_RELOAD | ZT_SCHEMA_LIST
#define LIST_START .flags = ZT_SCHEMA_LIST
#define RELOAD	   .flags = ZT_SCHEMA_RELOAD
#define START	   .flags = 0

/* Enough for the largest sites; a longer list is somebody's accident. */
#define LIST_MAX 100000

/** Check of the row `outputs`: no two of them write to one place. */
int zt_schema_check_outputs(const void *object, struct zt_err *err);

#endif
