#include "nsec_chain.h"

#include "label.h"

/* Names of so many labels may be steps below a disclosed one.  Below a top-level domain,
 * which the root zone shows to every resolver, lies all the world. */
#define BELOW_LABELS 3u
/* A walk asks at once for what it was shown. */
#define DISCLOSED_NS (UINT64_C(60) * 1000000000)

/* Was this name disclosed?  The track belongs to rule nsec-walk. */
static bool
is_disclosed(const struct zt_judge *judge, uint32_t track, uint64_t hash)
{
	return zt_judge_knows_key(judge, track, hash, DISCLOSED_NS);
}

/* The name without the last byte of its first label. */
static uint64_t
hash_of_shortened(const struct zt_judge *judge, const uint8_t *name, size_t len)
{
	uint8_t copy[ZT_NAME_MAX];
	size_t first = name[0];

	copy[0] = (uint8_t)(first - 1);
	memcpy(copy + 1, name + 1, first - 1);
	memcpy(copy + first, name + first + 1, len - first - 1);
	return zt_judge_hash(judge, copy, len - 1);
}

bool
zt_nsec_chain_follows(const struct zt_judge *judge)
{
	const struct zt_event *event = judge->event;
	const uint8_t *name = zt_event_name(event);
	size_t len = event->name_len;
	uint32_t track = zt_judge_other_track(judge, ZT_RULE_nsec_walk, 0, false);

	if (track == 0 || len < 2 || (size_t)name[0] + 1 >= len)
		return false;
	if (is_disclosed(judge, track, event->name_hash))
		return true;
	size_t parent = name[0] + 1u;
	uint64_t parent_hash = zt_judge_hash(judge, name + parent, len - parent);
	if (event->n_labels >= BELOW_LABELS && is_disclosed(judge, track, parent_hash))
		return true;
	return name[0] > 1 &&
	       is_disclosed(judge, track, hash_of_shortened(judge, name, len));
}
