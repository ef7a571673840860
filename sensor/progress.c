#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "now.h"

#define NS_PER_S 1e9
/* Shorter runs need no bar. */
#define QUIET_S	    1.0
#define BAR_COLUMNS 30
/* Carriage return, erase to the end of the line (ECMA-48 EL). */
#define WIPE "\r\033[K"

void
zt_progress_init(struct zt_progress *progress, const struct zt_source *source,
    enum zt_progress_when when, struct zt_log *log)
{
	progress->source = source;
	progress->log = log;
	progress->started_ns = zt_now_ns(CLOCK_MONOTONIC);
	progress->shown =
	    source != NULL && (when == ZT_PROGRESS_ALWAYS ||
				  (when == ZT_PROGRESS_AUTO && isatty(STDERR_FILENO)));
}

double
zt_progress_seconds(const struct zt_progress *progress)
{
	return (double)(zt_now_ns(CLOCK_MONOTONIC) - progress->started_ns) / NS_PER_S;
}

static void
draw_part(double part, double seconds)
{
	char bar[BAR_COLUMNS + 1];
	int full = (int)(part * BAR_COLUMNS);

	for (int i = 0; i < BAR_COLUMNS; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR_COLUMNS] = '\0';
	(void)fprintf(stderr, "[%s] %3d %%  ", bar, (int)(part * 100));
	if (part > 0.01)
		(void)fprintf(stderr, "%.0f s left  ", seconds / part - seconds);
}

void
zt_progress_draw(struct zt_progress *progress)
{
	double seconds = zt_progress_seconds(progress);

	if (!progress->shown || seconds < QUIET_S)
		return;
	uint64_t packets = zt_counted(&progress->source->packets);
	uint64_t done = zt_counted(&progress->source->done_bytes);
	uint64_t total = zt_counted(&progress->source->total_bytes);
	(void)fputs(WIPE, stderr);
	if (total != 0)
		draw_part(done < total ? (double)done / (double)total : 1.0, seconds);
	(void)fprintf(
	    stderr, "%" PRIu64 " packets, %.0f /s", packets, (double)packets / seconds);
	(void)fflush(stderr);
	progress->log->bar = true;
}

void
zt_progress_end(struct zt_progress *progress)
{
	if (progress->log->bar)
		(void)fputs(WIPE, stderr);
	progress->log->bar = false;
	progress->shown = false;
}
