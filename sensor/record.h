/**
 * @file record.h
 * An alert on its way out: the line of one format, and beside it the members that a sink
 * wants to know without reading the line.
 *
 * Shape:     texts one after the other in one block, each with its terminator; a spool
 *            writes the block as it is.
 * Ownership: counted; who holds a reference may read it, nobody changes it.
 * Threads:   made by the main thread, shared between it and those of the sinks.
 */
#ifndef ZT_SENSOR_RECORD_H
#define ZT_SENSOR_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../detect/alert.h"

enum zt_record_field {
	ZT_RECORD_TIME, /**< RFC 3339, nanoseconds. */
	ZT_RECORD_ID,	/**< Of the incident. */
	ZT_RECORD_EVENT,
	ZT_RECORD_RULE,
	ZT_RECORD_TITLE,
	ZT_RECORD_RISK,
	ZT_RECORD_SEVERITY,
	ZT_RECORD_SOURCE, /**< Address; "": the sensor itself. */
	ZT_RECORD_SERVER, /**< Address; "": several. */
	ZT_RECORD_ZONE,	  /**< "": none. */
	ZT_RECORD_VERDICT,
	ZT_RECORD_CAMPAIGN,
	ZT_RECORD_LINE, /**< The formatted alert, without newline. */
	ZT_RECORD_N_FIELDS
};

struct zt_record;

/** The bytes that a spool keeps. */
struct zt_record_block {
	const char *bytes;
	size_t len;
};

/** Blocks above this are no records: a bound for readers of spools. */
#define ZT_RECORD_BLOCK_MAX ((size_t)1 << 20)

/**
 * @param line  the alert in some format, borrowed for the call.
 * @return a record with one reference; NULL when memory is short.
 */
struct zt_record *zt_record_new(const struct zt_alert *alert, const char *line);

/** The record of a block.  @return NULL when it is none, or memory is short. */
struct zt_record *zt_record_parse(struct zt_record_block block);

/** One more reference.  @return record. */
struct zt_record *zt_record_share(struct zt_record *record);

/** Give a reference back; the last one frees. */
void zt_record_release(struct zt_record *record);

/** Text of a member; "" when unknown. */
const char *zt_record_text(const struct zt_record *record, enum zt_record_field field);

/** Bytes of a member's text. */
size_t zt_record_text_len(const struct zt_record *record, enum zt_record_field field);

struct zt_record_block zt_record_block(const struct zt_record *record);

/** Equal for records of one incident, and for others with a chance of 2^-64. */
uint64_t zt_record_incident(const struct zt_record *record);

/** 0 .. 100. */
unsigned zt_record_risk(const struct zt_record *record);

/** An update: a later record of the incident says all that this one says. */
bool zt_record_is_repeat(const struct zt_record *record);

#endif
