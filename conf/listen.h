/**
 * @file listen.h
 * An address with a port to listen on: 127.0.0.1:9353, [::1]:9353.
 *
 * Threads: pure functions.
 */
#ifndef ZT_CONF_LISTEN_H
#define ZT_CONF_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

/** An IPv6 address in brackets, a colon, a port and the terminator. */
#define ZT_LISTEN_TEXT_SIZE 64

struct zt_listen {
	uint8_t addr[16]; /**< Network order; IPv4 in the first four. */
	uint16_t port;	  /**< Host order, 1 .. 65535. */
	uint8_t family;	  /**< 4 or 6. */
};

/**
 * Read the text.  Names are not taken: nothing is looked up.
 *
 * @param listen  out: untouched on failure.
 * @return whether it is an address and a port.
 */
bool zt_listen_parse(const char *text, struct zt_listen *listen);

/** Can only programs of this host reach it? */
bool zt_listen_is_loopback(const struct zt_listen *listen);

#endif
