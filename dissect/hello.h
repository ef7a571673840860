/**
 * @file hello.h
 * What a TLS client says first: whether it wants to speak DNS.
 *
 * Work:    one pass over at most one record, bounded by its bytes.
 * Memory:  none.
 * Threads: pure function.
 * Source:  RFC 8446 sections 4.1.2 and 5.1 (ClientHello, records), RFC 7301 section 3.1
 *          (ALPN), RFC 7858 and RFC 9103 section 7.1 ("dot").
 */
#ifndef ZT_DISSECT_HELLO_H
#define ZT_DISSECT_HELLO_H

#include <stddef.h>
#include <stdint.h>

enum zt_hello {
	ZT_HELLO_MORE,	/**< So far so good, the end is missing. */
	ZT_HELLO_DOT,	/**< ALPN offers "dot". */
	ZT_HELLO_OTHER, /**< No TLS, no ClientHello in one record, or no "dot". */
};

/** Read the first len bytes of a client's stream. */
enum zt_hello zt_hello_read(const uint8_t *bytes, size_t len);

#endif
