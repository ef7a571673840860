/**
 * @file habit.h
 * How a source asks: its transaction ids, flags, EDNS, ports and the order of its
 * questions.
 *
 * Purpose: what single questions do not show of the program that sends them.
 * Counts:  of the latest 1,024 to 2,048 questions; all are halved when there are more,
 *          so that shares follow what a source does now.
 * Answers: on a tap that sees only answers they stand for their questions; then EDNS,
 *          DF and TTL are the server's and are left out.
 * Memory:  plain bytes, all zero at first; they lie in the arena (fingerprint.h).
 * Work:    constant per question, and the word lists for the first 64.
 * Threads: one.
 */
#ifndef ZT_DETECT_HABIT_H
#define ZT_DETECT_HABIT_H

#include "../dissect/event.h"
#include "wordlist.h"

/** Ports remembered, to tell a few from many. */
#define ZT_HABIT_PORTS 3u

enum zt_habit_count {
	ZT_HC_QUESTIONS,
	ZT_HC_QUERIES, /**< Questions that were seen themselves. */
	ZT_HC_UDP,     /**< Of these over IPv4 and UDP. */
	ZT_HC_DF,      /**< Of these with DF. */
	ZT_HC_BARE,    /**< Of these without DF, from a TTL of 64 or less. */
	ZT_HC_RD,
	ZT_HC_ITERATIVE, /**< With EDNS, without RD and AD. */
	ZT_HC_EDNS,
	ZT_HC_COOKIE,
	ZT_HC_SIZE_1232,
	ZT_HC_SIZE_4096,
	ZT_HC_SIZE_8192,
	ZT_HC_DO,
	ZT_HC_ID_ONE,
	ZT_HC_ID_ZERO,
	ZT_HC_ID_NEXT,	 /**< The id before, plus one. */
	ZT_HC_ID_KEPT,	 /**< Of a name watched: another type of it had the same id. */
	ZT_HC_ID_OTHER,	 /**< Another type of it had another id. */
	ZT_HC_ID_SERVER, /**< The id before, for the same question to another server. */
	ZT_HC_ID_AGAIN,	 /**< The id before, for the same question. */
	ZT_HC_PORT_SAME, /**< The port before. */
	ZT_HC_PORT_KNOWN, /**< One of the latest few ports. */
	ZT_HC_A,
	ZT_HC_AAAA,
	ZT_HC_PTR,
	ZT_HC_NS,
	ZT_HC_AAAA_TWICE, /**< AAAA after AAAA of the same name. */
	ZT_HC_TRIPLE,	  /**< MX after AAAA of the same name. */
	ZT_HC_UP, /**< First labels that follow the one before in the alphabet. */
	ZT_HC_DOWN,
	ZT_HABIT_COUNTS
};

struct zt_habit {
	uint64_t name_hash; /**< Of the last question. */
	uint64_t watched;   /**< Of a name whose next type is waited for. */
	uint64_t label;	    /**< Its first eight bytes, to be compared as a number. */
	uint32_t server;    /**< Part of the server's address. */
	uint32_t second;    /**< Of engine time. */
	uint16_t in_second; /**< Questions in this second. */
	uint16_t most_in_second;
	uint16_t id;
	uint16_t first_id; /**< The owner's to set. */
	uint16_t type;
	uint16_t watched_id;
	uint16_t watched_type;
	uint16_t watched_for;		/**< So many questions. */
	uint16_t ports[ZT_HABIT_PORTS]; /**< Latest first. */
	uint16_t listed;		/**< Questions compared with word lists. */
	uint16_t counts[ZT_HABIT_COUNTS];
	struct zt_wordlists lists;
};

_Static_assert(sizeof(struct zt_habit) <= 128, "two units of the arena");

/** Note a question (or the answer that stands for one) of a source. */
void zt_habit_note(
    struct zt_habit *habit, const struct zt_event *event, uint64_t now_ns);

/** Whether at least n questions, and nine of ten, had this. */
bool zt_habit_is_mostly(
    const struct zt_habit *habit, enum zt_habit_count count, unsigned n);

/** Whether one question in ten, at most, had this. */
bool zt_habit_is_rarely(const struct zt_habit *habit, enum zt_habit_count count);

#endif
