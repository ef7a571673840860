#include "reject.h"

static const struct {
	const char *name;
	const char *sentence;
	const char *clause;
	enum zt_reject_level level;
} rows[ZT_N_REJECTS] = {
	[ZT_ACCEPT] = { "ok", "accepted", "", ZT_REJECT_NOTED },
#define ZT_R(id, lvl, nm, text, where) \
	[ZT_R_##id] = { nm, text, where, ZT_REJECT_##lvl },
#include "reject.def"
#undef ZT_R
};

const char *
zt_reject_name(enum zt_reject reject)
{
	return rows[reject].name;
}

const char *
zt_reject_sentence(enum zt_reject reject)
{
	return rows[reject].sentence;
}

const char *
zt_reject_clause(enum zt_reject reject)
{
	return rows[reject].clause;
}

enum zt_reject_level
zt_reject_level(enum zt_reject reject)
{
	return rows[reject].level;
}
