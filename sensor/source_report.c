#include "source_report.h"

static enum zt_exit
report_file(const struct zt_source_file *file, struct zt_log *log)
{
	switch (file->status) {
	case ZT_FILE_DAMAGED:
		zt_log(log, ZT_LOG_ERROR, "%s", file->error.text);
		return ZT_EXIT_DAMAGED;
	case ZT_FILE_UNREADABLE:
		zt_log(log, ZT_LOG_ERROR, "%s", file->error.text);
		return ZT_EXIT_NO_INPUT;
	case ZT_FILE_FORBIDDEN:
		zt_log(log, ZT_LOG_ERROR, "%s", file->error.text);
		return ZT_EXIT_PERMISSION;
	case ZT_FILE_OK:
	case ZT_FILE_UNKNOWN_LINK:
		if (file->error.text[0] != '\0')
			zt_log(log, ZT_LOG_WARNING, "%s", file->error.text);
		return ZT_EXIT_OK;
	case ZT_FILE_PENDING:
	case ZT_FILE_INTERRUPTED:
		return ZT_EXIT_OK;
	}
	return ZT_EXIT_OK;
}

/* Missing and forbidden files weigh more than damaged ones. */
enum zt_exit
zt_source_report(const struct zt_source *source, struct zt_log *log)
{
	enum zt_exit worst = ZT_EXIT_OK;

	for (size_t i = 0; i < source->count; i++) {
		enum zt_exit one = report_file(&source->files[i], log);
		if (worst == ZT_EXIT_OK || worst == ZT_EXIT_DAMAGED)
			worst = one != ZT_EXIT_OK ? one : worst;
	}
	return worst;
}
