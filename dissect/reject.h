/**
 * @file reject.h
 * Every outcome that a packet or message can have, from the one list in reject.def.
 *
 * Threads: constants and pure functions.
 */
#ifndef ZT_DISSECT_REJECT_H
#define ZT_DISSECT_REJECT_H

/** How far an outcome reaches; see reject.def. */
enum zt_reject_level {
	ZT_REJECT_PACKET,
	ZT_REJECT_IGNORED,
	ZT_REJECT_MESSAGE,
	ZT_REJECT_NOTED,
};

enum zt_reject {
	ZT_ACCEPT = 0,
#define ZT_R(id, level, name, sentence, clause) ZT_R_##id,
#include "reject.def"
#undef ZT_R
	ZT_N_REJECTS
};

/** Public name of an outcome, as in the statistics; "ok" for ZT_ACCEPT. */
const char *zt_reject_name(enum zt_reject reject);

/** What it means, in one sentence. */
const char *zt_reject_sentence(enum zt_reject reject);

/** The clause it violates; "" where there is none. */
const char *zt_reject_clause(enum zt_reject reject);

/** How far it reaches. */
enum zt_reject_level zt_reject_level(enum zt_reject reject);

#endif
