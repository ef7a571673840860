/**
 * @file hello.h
 * What a TLS client says first: whether it wants to speak DNS.
 *
 * Records: a hello may lie in several (RFC 8446 section 5.1); they are put together.
 * Work:    one pass over the records of the hello, bounded by ZT_HELLO_MAX and their
 *          headers.
 * Memory:  ZT_HELLO_MAX bytes of the stack.
 * Threads: pure function.
 * Source:  RFC 8446 sections 4.1.2 and 5.1 (ClientHello, records), RFC 7301 section 3.1
 *          (ALPN), RFC 7858 and RFC 9103 section 7.1 ("dot").
 */
#ifndef ZT_DISSECT_HELLO_H
#define ZT_DISSECT_HELLO_H

#include <stddef.h>
#include <stdint.h>

/** Longest hello that is read; one with post-quantum keys has about 1,800 bytes. */
#define ZT_HELLO_MAX 4096u

enum zt_hello {
	ZT_HELLO_MORE,	/**< So far so good, the end is missing. */
	ZT_HELLO_DOT,	/**< ALPN offers "dot". */
	ZT_HELLO_OTHER, /**< No TLS, no ClientHello, or no "dot". */
	ZT_HELLO_LONG,	/**< A ClientHello of more than ZT_HELLO_MAX bytes. */
};

/** Read the first len bytes of a client's stream. */
enum zt_hello zt_hello_read(const uint8_t *bytes, size_t len);

#endif
