/* Records for tests of what happens to them, without an alert behind them. */
#ifndef ZT_TESTS_RECORD_DRAFT_H
#define ZT_TESTS_RECORD_DRAFT_H

#include <check.h>
#include <stdio.h>

#include "sensor/record.h"

/* The line is "line-<number>". */
static inline struct zt_record *
record_draft(const char *id, const char *event, unsigned risk, unsigned number)
{
	char block[256];
	int len = snprintf(block, sizeof(block),
	    "2026-01-02T03:04:05.678901234Z%c%s%c%s%crule%ctitle%c%u%chigh%c192.0.2.1%c%c"
	    "example.%c%c%cline-%u",
	    0, id, 0, event, 0, 0, 0, risk, 0, 0, 0, 0, 0, 0, 0, number);
	struct zt_record *record =
	    zt_record_parse((struct zt_record_block){ block, (size_t)len + 1 });

	ck_assert_ptr_nonnull(record);
	return record;
}

#endif
