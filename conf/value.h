/**
 * @file value.h
 * Single values from text and back to text, one file value_<kind>.c per kind.
 *
 * Every parser takes a terminated text and leaves its output untouched on failure; the
 * error says what was found and what would be right, without a place.  Numbers that do
 * not fit 64 bits become UINT64_MAX, so that the range check of the caller refuses them
 * with its own words.
 *
 * Threads:   pure functions on the caller's storage.
 * Errors:    0 or -EINVAL; err may be NULL.
 */
#ifndef ZT_CONF_VALUE_H
#define ZT_CONF_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "err.h"

/** Room for any value printed below: a name with every byte as \DDD, terminator. */
#define ZT_VALUE_TEXT_SIZE (4 * ZT_CONF_NAME_MAX + 1)

#define ZT_VALUE_MS	   UINT64_C(1000000)
#define ZT_VALUE_SECOND	   (1000 * ZT_VALUE_MS)
#define ZT_VALUE_MINUTE	   (60 * ZT_VALUE_SECOND)
#define ZT_VALUE_HOUR	   (60 * ZT_VALUE_MINUTE)
#define ZT_VALUE_DAY	   (24 * ZT_VALUE_HOUR)
#define ZT_VALUE_KIB	   UINT64_C(1024)
#define ZT_VALUE_MIB	   (1024 * ZT_VALUE_KIB)
#define ZT_VALUE_GIB	   (1024 * ZT_VALUE_MIB)
#define ZT_VALUE_TIB	   (1024 * ZT_VALUE_GIB)

/** true or false, nothing else. */
int zt_value_parse_bool(const char *text, bool *value, struct zt_err *err);

/** Decimal digits without sign and without leading zeros. */
int zt_value_parse_number(const char *text, uint64_t *value, struct zt_err *err);

/**
 * The decimal digits at *at, saturating.
 *
 * @param at  in and out: moved behind the digits.
 * @return false when there are none; then nothing is changed.
 */
bool zt_value_digits(const char **at, uint64_t *value);

/** a + b * factor, saturating. */
uint64_t zt_value_add_times(uint64_t a, uint64_t b, uint64_t factor);

/** Numbers with falling units, d h m s ms: 10m, 1h30m, 500ms; 0 needs no unit.
 *  value in nanoseconds. */
int zt_value_parse_duration(const char *text, uint64_t *value, struct zt_err *err);

/** Bytes, or a number with KiB, MiB, GiB or TiB. */
int zt_value_parse_size(const char *text, uint64_t *value, struct zt_err *err);

/** RFC 3339 section 5.6, without leap seconds, 1970 to 2500; nanoseconds since 1970. */
int zt_value_parse_time(const char *text, uint64_t *value, struct zt_err *err);

/** Record type: a name of the IANA registry in any case, or TYPEnnn (RFC 3597). */
int zt_value_parse_rrtype(const char *text, uint16_t *value, struct zt_err *err);

/** Address or block in CIDR form, IPv4 or IPv6; host bits are refused. */
int zt_value_parse_prefix(
    const char *text, struct zt_conf_prefix *value, struct zt_err *err);

/** Domain name in presentation form, RFC 1035 section 5.1; final dot or not. */
int zt_value_parse_name(
    const char *text, struct zt_conf_name *value, struct zt_err *err);

/** Longest secret of a key, in bytes and in base64. */
#define ZT_VALUE_SECRET_MAX	 512
#define ZT_VALUE_SECRET_TEXT_MAX 684

/**
 * Base64 with its padding and without blanks, RFC 4648 section 4.  The text is never in
 * the error.
 *
 * @param bytes  room for ZT_VALUE_SECRET_MAX; its contents are void on failure.
 */
int zt_value_parse_base64(
    const char *text, uint8_t *bytes, size_t *len, struct zt_err *err);

/* The way back.  text has room for ZT_VALUE_TEXT_SIZE bytes and is returned. */
const char *zt_value_print_duration(uint64_t value, char *text);
const char *zt_value_print_size(uint64_t value, char *text);
const char *zt_value_print_time(uint64_t value, char *text);
const char *zt_value_print_rrtype(uint16_t value, char *text);
const char *zt_value_print_prefix(const struct zt_conf_prefix *value, char *text);
const char *zt_value_print_name(const struct zt_conf_name *value, char *text);

#endif
