/**
 * @file quote.h
 * Text of a file made safe and short for an error message.
 *
 * A value can be megabytes long and can hold terminal escapes; what an error shows is
 * at most ZT_QUOTE_SHOWN bytes of printable ASCII.
 *
 * Threads: pure functions on the caller's storage.
 */
#ifndef ZT_CONF_QUOTE_H
#define ZT_CONF_QUOTE_H

/** Bytes of the original that are shown. */
#define ZT_QUOTE_SHOWN 60

struct zt_quote {
	char text[4 * ZT_QUOTE_SHOWN +
		  8]; /**< Each byte may become four; "..." added. */
};

/**
 * Printable ASCII stays, the rest becomes \xHH; the empty text becomes "".
 *
 * @param text   borrowed.
 * @param quote  out.
 * @return quote->text.
 */
const char *zt_quote_text(const char *text, struct zt_quote *quote);

#endif
