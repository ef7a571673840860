/**
 * @file frame.h
 * Builds captured frames from a line of text.
 *
 * A frame is a list of words from the outermost header to the innermost:
 *
 *   E:0800      Ethernet header with this EtherType
 *   4:17 6:17   IPv4 or IPv6 header with this protocol (decimal); lengths are right
 *   U:53        UDP header to this port, from port 40000
 *   T:53        TCP header to this port, from port 40000, ACK set, sequence 1000
 *   Q           a DNS query: id 1234, example.com A IN, 29 bytes
 *   @ @+n @-n   16-bit length of everything behind this word, plus or minus n
 *   2000...     bytes in hexadecimal
 *   +n          n zero bytes
 *
 * Addresses of the IP header that is k headers away from the innermost one:
 * 10.k.0.1 to 10.k.0.2, 2001:db8:k::1 to 2001:db8:k::2.
 *
 * Limits:    FRAME_MAX bytes; more stop the test program.
 * Ownership: the caller's storage; nothing is allocated.
 * Threads:   plain data.
 */
#ifndef ZT_TESTS_FRAME_H
#define ZT_TESTS_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX 8192

struct frame {
	uint8_t bytes[FRAME_MAX]; /**< Filled from the end. */
	size_t start;
	unsigned n_ip;
};

static inline size_t
frame_len(const struct frame *f)
{
	return FRAME_MAX - f->start;
}

static inline const uint8_t *
frame_data(const struct frame *f)
{
	return f->bytes + f->start;
}

/** Put bytes in front of what the frame holds already. */
void frame_put(struct frame *f, const void *bytes, size_t n);

/** The same with words. */
void frame_wrap(struct frame *f, const char *words);

/** Empty the frame and put the words in it. */
void frame_build(struct frame *f, const char *words);

#endif
