/**
 * @file inquiry.h
 * One request to the daemon on its way to its reply.
 *
 * Way:       the control socket makes it from a line and calls zt_inquiry_begin(); the
 *            answer to its command fills the result, at once or by errands to the
 *            detector; then `reply` is called, once, with the document complete.
 * Work:      an answer takes few milliseconds of the main thread at most; an errand looks
 *            at a bounded part of the engine and comes again for the next.
 * Ownership: of whoever made it; work is freed with it by free(3).
 * Threads:   main thread; an errand's run: detector thread.
 */
#ifndef ZT_SENSOR_INQUIRY_H
#define ZT_SENSOR_INQUIRY_H

#include "daemon.h"
#include "document.h"
#include "request.h"

struct zt_inquiry {
	struct zt_errand errand;
	struct zt_daemon *daemon;
	struct zt_request request;
	struct zt_document document;
	json_t *result;	  /**< Borrowed: where the answer puts its members. */
	const char *code; /**< Why there is no answer; NULL: there is one. */
	struct zt_err err;
	void *work; /**< The answer's own. */
	void (*reply)(struct zt_inquiry *inquiry);
};

/**
 * Read a request and answer it.
 *
 * @param inquiry  zeroed but for daemon and reply.
 * @param line     len bytes, borrowed for the call.
 */
void zt_inquiry_begin(struct zt_inquiry *inquiry, const char *line, size_t len);

/** There is no answer: say why. */
void zt_inquiry_fail(struct zt_inquiry *inquiry, const char *code, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/** The reply: one line with its newline, freed with free(3); NULL: memory is short. */
char *zt_inquiry_text(struct zt_inquiry *inquiry);

void zt_inquiry_fini(struct zt_inquiry *inquiry);

/** The prefix in the argument `name`; false when it is not given or wrong (then the
 *  inquiry has failed). */
bool zt_inquiry_prefix(
    struct zt_inquiry *inquiry, const char *name, struct zt_prefix *prefix);

/** Answers: fill the result and return whether it is complete; false: reply is called
 *  later. */
bool zt_answer_status(struct zt_inquiry *inquiry);
bool zt_answer_workers(struct zt_inquiry *inquiry);
bool zt_answer_counters(struct zt_inquiry *inquiry);
bool zt_answer_sources(struct zt_inquiry *inquiry);
bool zt_answer_source(struct zt_inquiry *inquiry);
bool zt_answer_zones(struct zt_inquiry *inquiry);
bool zt_answer_incidents(struct zt_inquiry *inquiry);
bool zt_answer_incident(struct zt_inquiry *inquiry);
bool zt_answer_transfers(struct zt_inquiry *inquiry);
bool zt_answer_policy(struct zt_inquiry *inquiry);
bool zt_answer_rules(struct zt_inquiry *inquiry);
bool zt_answer_memory(struct zt_inquiry *inquiry);
bool zt_answer_reload(struct zt_inquiry *inquiry);
bool zt_answer_rotate(struct zt_inquiry *inquiry);
bool zt_answer_log_level(struct zt_inquiry *inquiry);

#endif
