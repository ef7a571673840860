/**
 * @file guess.h
 * Whether a name was guessed: what separates a word list from ordinary mistakes.
 *
 * A guess is an answer to a question for an ordinary host name, in class IN, that says
 * that the name does not exist (NXDOMAIN).  Not guesses are
 *   names of services (a label with an underscore, RFC 8552): srv-sweep, mail-mapping;
 *   names in the reverse trees: reverse-sweep;
 *   addresses under a block list (four numeric labels in front, RFC 5782);
 *   questions for records of DNSSEC, and names that an NSEC record disclosed to the
 *   same source: nsec-walk.
 *
 * Three rules judge guesses, so that what they count is one thing: name-bruteforce,
 * slow-enumeration and distributed-enumeration.
 *
 * Threads: one.
 */
#ifndef ZT_DETECT_GUESS_H
#define ZT_DETECT_GUESS_H

#include "judge.h"

struct zt_guess {
	const uint8_t *zone; /**< Folded wire form, borrowed from the event. */
	uint64_t scope;	     /**< Keyed hash of the zone. */
	uint8_t zone_len;
	bool is_miss; /**< NXDOMAIN: the name was a guess; false: the name exists. */
};

/**
 * Look at the event at hand.
 *
 * @param guess  out: filled when true is returned.
 * @return whether the event is an answer about a host name whose zone is known.
 */
bool zt_guess_read(struct zt_judge *judge, struct zt_guess *guess);

/**
 * An answer with data, which tells no zone: where the rule has an incident of the source
 * about a zone that encloses the name, this is what guessing brought.
 *
 * Work: nothing for sources without an incident; else eight zones are tried at most.
 */
void zt_guess_note_found(struct zt_judge *judge);

#endif
