/**
 * @file zone_file.h
 * Records as a zone file, RFC 1035 section 5, that other programs read.
 *
 * Form:     one record a line, every name whole, everything that is not plain ASCII as
 *           \DDD; A, AAAA, NS, CNAME, PTR, DNAME, MX, SOA, TXT, SPF, SRV and CAA as
 *           people write them where the data is what the type says, everything else in
 *           the form of RFC 3597 section 5.
 * Trust:    the bytes may come from anybody; ldns prints nothing of them.
 * Threads:  pure functions on the caller's storage.
 */
#ifndef ZT_SENSOR_ZONE_FILE_H
#define ZT_SENSOR_ZONE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * Print records.
 *
 * @param records  wire form, names whole, one after the other; len bytes.
 * @param out      errors stay in it.
 * @return false when the bytes are no records; what was readable is printed.
 */
bool zt_zone_file_print(const uint8_t *records, size_t len, FILE *out);

#endif
