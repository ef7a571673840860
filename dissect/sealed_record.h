/**
 * @file sealed_record.h
 * What an event says of a connection of DNS over TLS: a part of event.h.
 *
 * Threads: plain data.
 * Source:  RFC 7858, RFC 9103.
 */
#ifndef ZT_DISSECT_SEALED_RECORD_H
#define ZT_DISSECT_SEALED_RECORD_H

#include <stdint.h>

/** A connection on port 853 that offered ALPN "dot", RFC 9103. */
struct zt_sealed {
	uint64_t started_ns;
	uint64_t last_ns;
	uint64_t to_server; /**< Bytes of TLS, handshake included. */
	uint64_t to_client;
	uint64_t
	    longest_run; /**< Bytes of the server at a stretch, behind the handshake. */
	uint64_t turns;	 /**< Times that the client spoke after the server had. */
};

#endif
