/**
 * @file sinks_priv.h
 * The state of the part "sinks", shared by part_sinks.c (its life) and sinks.c (what
 * other parts see).
 */
#ifndef ZT_SENSOR_SINKS_PRIV_H
#define ZT_SENSOR_SINKS_PRIV_H

#include "daemon.h"
#include "sink.h"

struct zt_sinks {
	struct zt_daemon *daemon;
	struct event *look;
	bool was_ok[ZT_CONF_OUTPUTS_MAX];
	struct zt_sink *list[ZT_CONF_OUTPUTS_MAX];
	size_t n;
	/* A configuration that was checked and is not in force yet. */
	struct zt_sink *next[ZT_CONF_OUTPUTS_MAX]; /* NULL: as in list, by settings */
	struct zt_sink_settings next_settings[ZT_CONF_OUTPUTS_MAX];
	size_t n_next;
	/* Taken out of the configuration: they write what they have. */
	struct zt_sink *leaving[2 * ZT_CONF_OUTPUTS_MAX];
	size_t n_leaving;
	uint64_t lost_before;			 /* by those that are gone */
	char spool_directory[ZT_SINK_PATH_SIZE]; /* "": none */
};

/** Copy a text that has to fit.  @return 0, or -ENAMETOOLONG with the text in err. */
int zt__sinks_copy(char *to, size_t size, const char *from, struct zt_err *err);

/** An output of the configuration.  @return 0, or -errno with the reason in err. */
int zt__sinks_take_output(
    struct zt_sink_settings *to, const struct zt_conf_output *from, struct zt_err *err);

#endif
