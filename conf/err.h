/**
 * @file err.h
 * The text of one error, carried from where it happened to the boundary that prints it.
 *
 * Written for the person who reads it: what was found, where, and what would be right.
 * Threads: plain data of its owner.
 */
#ifndef ZT_CONF_ERR_H
#define ZT_CONF_ERR_H

/** Longest text, terminator included; longer texts are cut. */
#define ZT_ERR_SIZE 1024

struct zt_err {
	char text[ZT_ERR_SIZE]; /**< "" when no error has been set. */
};

/** Set the text.  err may be NULL, then nothing happens. */
void zt_err_set(struct zt_err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
