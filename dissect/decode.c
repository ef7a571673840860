#include "decode.h"

#include <stdio.h>
#include <string.h>

#include <ldns/ldns.h>

#define NS_PER_SECOND UINT64_C(1000000000)

struct code_name {
	uint16_t code;
	const char *name;
};

/** Types that the table of ldns lacks (IANA DNS parameters, resource record types). */
static const struct code_name own_types[] = {
	{ 66, "DSYNC" },
	{ 128, "NXNAME" },
	{ ZT_RR_IXFR, "IXFR" },
	{ ZT_RR_AXFR, "AXFR" },
	{ 253, "MAILB" },
	{ 254, "MAILA" },
	{ ZT_RR_ANY, "ANY" },
	{ 258, "AVC" },
	{ 259, "DOA" },
	{ 260, "AMTRELAY" },
	{ 261, "RESINFO" },
	{ 262, "WALLET" },
	{ 32768, "TA" },
	{ 0, NULL },
};

/** Response codes that ldns lacks or calls by another name than IANA. */
static const struct code_name own_rcodes[] = {
	{ ZT_RCODE_NOTIMP, "NOTIMP" },
	{ 11, "DSOTYPENI" },
	{ 16, "BADVERS" },
	{ 17, "BADKEY" },
	{ 18, "BADTIME" },
	{ 19, "BADMODE" },
	{ 20, "BADNAME" },
	{ 21, "BADALG" },
	{ 22, "BADTRUNC" },
	{ 23, "BADCOOKIE" },
	{ 0, NULL },
};

static const struct code_name own_opcodes[] = {
	{ 6, "DSO" },
	{ 0, NULL },
};

static const char *
find_own(const struct code_name *table, uint16_t code)
{
	for (; table->name; table++)
		if (table->code == code)
			return table->name;
	return NULL;
}

/** Name from our table, else from that of ldns, else NULL. */
static const char *
find_name(const struct code_name *own, ldns_lookup_table *theirs, uint16_t code)
{
	const char *name = find_own(own, code);

	if (name)
		return name;
	const ldns_lookup_table *row = ldns_lookup_by_id(theirs, code);
	return row ? row->name : NULL;
}

/** Write the name, or the generic form where there is none. */
static size_t
put_name(const char *name, const char *generic, uint16_t code, char *text, size_t cap)
{
	int n = name ? snprintf(text, cap, "%s", name)
		     : snprintf(text, cap, "%s%u", generic, (unsigned)code);

	if (n < 0 || cap == 0)
		return 0;
	return (size_t)n < cap ? (size_t)n : cap - 1;
}

size_t
zt_decode_type_name(uint16_t type, char *text, size_t cap)
{
	const char *name = find_own(own_types, type);

	if (!name) {
		const ldns_rr_descriptor *row = ldns_rr_descript(type);
		/* Rows that only fill the table carry another type. */
		if (row && type != 0 && (uint16_t)row->_type == type)
			name = row->_name;
	}
	return put_name(name, "TYPE", type, text, cap);
}

size_t
zt_decode_class_name(uint16_t klass, char *text, size_t cap)
{
	const ldns_lookup_table *row = ldns_lookup_by_id(ldns_rr_classes, klass);
	return put_name(row ? row->name : NULL, "CLASS", klass, text, cap);
}

size_t
zt_decode_rcode_name(uint16_t rcode, char *text, size_t cap)
{
	const char *name = find_name(own_rcodes, ldns_rcodes, rcode);
	return put_name(name, "RCODE", rcode, text, cap);
}

size_t
zt_decode_opcode_name(uint16_t opcode, char *text, size_t cap)
{
	const char *name = find_name(own_opcodes, ldns_opcodes, opcode);
	return put_name(name, "OPCODE", opcode, text, cap);
}

void
zt_decode_init(struct zt_decode *decode, struct zt_dissect_stats *stats)
{
	decode->stats = stats;
	decode->second = 0;
	decode->left = ZT_DECODE_NAMES_PER_SECOND;
}

/** Take one name out of the budget of the running second. */
static bool
take_budget(struct zt_decode *decode, uint64_t ts_ns)
{
	uint64_t second = ts_ns / NS_PER_SECOND;

	if (second != decode->second) {
		decode->second = second;
		decode->left = ZT_DECODE_NAMES_PER_SECOND;
	}
	if (decode->left == 0)
		return false;
	decode->left--;
	return true;
}

enum zt_decode_verdict
zt_decode_check_name(
    struct zt_decode *decode, const struct zt_name *name, uint64_t ts_ns)
{
	ldns_rdf *theirs = NULL;
	size_t pos = 0;

	if (!take_budget(decode, ts_ns))
		return ZT_DECODE_NO_ANSWER;
	zt_count(&decode->stats->ldns_calls, 1);
	ldns_status status = ldns_wire2dname(&theirs, name->wire, name->len, &pos);
	if (status != LDNS_STATUS_OK || !theirs) {
		zt_count(&decode->stats->ldns_failures, 1);
		return status == LDNS_STATUS_MEM_ERR ? ZT_DECODE_NO_ANSWER
						     : ZT_DECODE_DISAGREES;
	}
	bool same = pos == name->len && ldns_rdf_size(theirs) == name->len &&
		    memcmp(ldns_rdf_data(theirs), name->wire, name->len) == 0;
	ldns_rdf_deep_free(theirs);
	return same ? ZT_DECODE_AGREES : ZT_DECODE_DISAGREES;
}

void
zt_decode_sha1(uint8_t *data, size_t len, uint8_t digest[ZT_DECODE_SHA1_BYTES])
{
	(void)ldns_sha1(data, (unsigned)len, digest); /* returns the digest */
}
