/**
 * @file part.h
 * A part of the daemon: what a live session has beside capture and detection.  Sinks,
 * the control socket, metrics, health, the service manager: one file and one row in
 * parts.def each.
 *
 * Life:      open      before privileges are dropped: sockets, files, ports
 *            start     threads run, privileges are gone, the event loop begins
 *            alert     for each alert, in order
 *            check     a new configuration: can it be taken over?
 *            adopt     it was checked by every part, now take it over; cannot fail
 *            rotate    go on in fresh files
 *            describe  say how the part is, to whoever asks
 *            refuse    it was checked, but not by every part with success: forget it
 *            finish    nothing more will come; called until it returns true, or the
 *                      patience of whoever ends the daemon is over
 *            close     free everything
 * Optional:  every member but name may be NULL.  A part that is switched off leaves its
 *            state NULL in open; then nothing else of it is called.
 * Order:     that of parts.def, close in reverse.
 * Threads:   main thread.  Nothing here may block: what can stall has its own thread or
 *            is non-blocking in the event loop.
 */
#ifndef ZT_SENSOR_PART_H
#define ZT_SENSOR_PART_H

#include "../conf/conf.h"
#include "../detect/alert.h"
#include "document.h"
#include "exit_code.h"

struct zt_daemon;

struct zt_part {
	const char *name;
	/** @return ZT_EXIT_OK, or what to exit with; the reason has been logged. */
	enum zt_exit (*open)(struct zt_daemon *daemon, void **state);
	/** @return 0, or -errno. */
	int (*start)(void *state);
	void (*alert)(void *state, const struct zt_alert *alert);
	/** @return 0, or -EINVAL with the setting and what would be right in err. */
	int (*check)(void *state, const struct zt_conf *next, struct zt_err *err);
	/** next outlives the part's use of the configuration before it. */
	void (*adopt)(void *state, const struct zt_conf *next);
	void (*rotate)(void *state);
	/** Put what `status` of the control socket shows of the part. */
	void (*describe)(void *state, struct zt_document *document, json_t *object);
	/** It was checked here, but is not taken over: another part refused it. */
	void (*refuse)(void *state);
	bool (*finish)(void *state);
	void (*close)(void *state);
};

/** The parts, by number. */
enum zt_part_id {
#define ZT_PART(ID, name) ZT_PART_##ID,
#include "parts.def"
#undef ZT_PART
	ZT_N_PARTS
};

#endif
