/**
 * @file sink_kind.h
 * What a kind of sink has to bring: one file sink_<kind>.c and one row in sink_kinds.c.
 *
 * Threads:   that of the sink; init and the first open are called by the main thread
 *            before it runs.
 */
#ifndef ZT_SENSOR_SINK_KIND_H
#define ZT_SENSOR_SINK_KIND_H

#include "record.h"
#include "sink.h"

/** Bytes that grow. */
struct zt_sink_bytes {
	char *bytes;
	size_t len;
	size_t cap;
	bool failed; /**< Memory was short; sticky until it is emptied. */
};

/** An alert to be written. */
struct zt_sink_message {
	const struct zt_record *record;
	uint64_t merged;  /**< Said in the line already. */
	const char *line; /**< Without newline. */
	size_t line_len;
};

/** What every kind's state begins with. */
struct zt_sink_base {
	const struct zt_sink_settings *settings; /**< Kept up to date by the sink. */
	const struct zt_sink_kind *kind;
	int fd;	       /**< -1: not open. */
	uint64_t torn; /**< Half records taken back. */
	uint64_t rotations;
};

/** How a socket kind speaks. */
struct zt_sink_wire {
	const char *path; /**< Where no path is set; NULL: it has to be. */
	int types[2];	  /**< Tried in this order; 0: none. */
	void (*frame)(struct zt_sink_base *base, int type,
	    const struct zt_sink_message *message, struct zt_sink_bytes *to);
};

struct zt_sink_kind {
	const char *name; /**< As in the configuration. */
	bool spools;	  /**< What it cannot take may wait on disk. */
	bool must_open;	  /**< At the start: a failure is one of the configuration. */
	unsigned retry_first_ms;
	unsigned retry_most_ms; /**< Doubled up to this. */
	size_t state_bytes;
	const struct zt_sink_wire *wire; /**< Sockets. */
	/** @return 0, also when it is open already; -EAGAIN: ask again when fd is
	 *  writable; -errno with the reason in err. */
	int (*open)(struct zt_sink_base *base, struct zt_err *err);
	/** @return 0; -EAGAIN: call again with the same message when fd is writable;
	 *  -errno: the whole message is still to be written. */
	int (*write)(struct zt_sink_base *base, const struct zt_sink_message *message);
	/** After a failure: forget what was half written.  NULL: nothing to do. */
	void (*fail)(struct zt_sink_base *base);
	/** What time brings.  @return ms until the next call is due; -1: none is; NULL:
	 *  nothing.  A failure goes to err. */
	int (*tick)(struct zt_sink_base *base, struct zt_err *err);
	/** @return 0 or -errno with the reason in err; NULL: nothing to do. */
	int (*rotate)(struct zt_sink_base *base, struct zt_err *err);
	void (*close)(struct zt_sink_base *base);
};

/** The row of a type. */
const struct zt_sink_kind *zt_sink_kind(enum zt_conf_output_type type);

/** Severity as in RFC 5424 6.2.1, of syslog and journal: 2 critical .. 5 notice. */
unsigned zt_sink_priority(const struct zt_record *record);

/** Append; with a failure only bytes->failed is set. */
void zt_sink_bytes_add(struct zt_sink_bytes *bytes, const void *from, size_t len);
void zt_sink_bytes_text(struct zt_sink_bytes *bytes, const char *text);
void zt_sink_bytes_fini(struct zt_sink_bytes *bytes);

extern const struct zt_sink_kind zt_sink_file;
extern const struct zt_sink_kind zt_sink_stdout;
extern const struct zt_sink_kind zt_sink_unix;
extern const struct zt_sink_kind zt_sink_unix_datagram;
extern const struct zt_sink_kind zt_sink_syslog;
extern const struct zt_sink_kind zt_sink_journal;

#endif
