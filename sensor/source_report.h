/**
 * @file source_report.h
 * What became of the files of a replay, told once at its end.
 *
 * Threads: one, after the source has been read.
 */
#ifndef ZT_SENSOR_SOURCE_REPORT_H
#define ZT_SENSOR_SOURCE_REPORT_H

#include "exit_code.h"
#include "log.h"
#include "source.h"

/** Log what is wrong with each file.  @return how the program shall exit for them. */
enum zt_exit zt_source_report(const struct zt_source *source, struct zt_log *log);

#endif
