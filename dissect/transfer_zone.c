/*
 * The zone of a transfer: its records are collected while they come, and digested and
 * handed over when the answer is over.
 */
#include "transfer_priv.h"
#include "zonemd.h"

/** Where nobody keeps zones, so many records come before one is not expected to have a
 *  digest: all servers begin with the apex. */
#define PATIENCE 512

void
zt__transfer_collect(struct zt_transfers *transfers, struct zt__transfer *transfer,
    const struct zt_transfer_message *message, const struct zt_rr *rr, bool is_apex)
{
	struct zt_collection *collection = &transfer->collection;
	bool is_difference = transfer->phase == ZT__PHASE_DELETE ||
			     transfer->phase == ZT__PHASE_ADD ||
			     transfer->phase == ZT__PHASE_HEADLESS;

	if (rr->type == ZT_RR_ZONEMD && is_apex)
		transfer->has_zonemd = true;
	if (collection->state != ZT_COLLECTION_OPEN)
		return;
	bool is_vain = !transfers->keep && !transfer->has_zonemd &&
		       (!transfers->digests || collection->n >= PATIENCE);
	if (is_difference || is_vain)
		zt_collection_close(transfers->collections, collection);
	else
		zt_collection_add(
		    transfers->collections, collection, message->msg, message->len, rr);
}

/** Take the work of a digest out of the budget of the running second. */
static bool
take_budget(struct zt_transfers *transfers, uint64_t bytes, uint64_t ts_ns)
{
	uint64_t second = ts_ns / UINT64_C(1000000000);

	if (second != transfers->digest_second) {
		transfers->digest_second = second;
		transfers->digest_left = transfers->zone_bytes;
	}
	if (bytes > transfers->digest_left)
		return false;
	transfers->digest_left -= bytes;
	return true;
}

static bool
is_whole_zone(const struct zt_transfer *out)
{
	return (out->verdict == ZT_VERDICT_COMPLETE ||
		   out->verdict == ZT_VERDICT_FULL) &&
	       !(out->flags & (ZT_TF_AT_LEAST | ZT_TF_SERIAL_CHANGED));
}

static enum zt_zonemd_state
judge_digest(
    struct zt_transfers *transfers, struct zt__transfer *transfer, uint64_t ts_ns)
{
	struct zt_collection *collection = &transfer->collection;

	if (!transfer->has_zonemd)
		return ZT_ZONEMD_NONE;
	if (collection->state == ZT_COLLECTION_TOO_LARGE)
		return ZT_ZONEMD_TOO_LARGE;
	if (!is_whole_zone(&transfer->out) || collection->state != ZT_COLLECTION_OPEN ||
	    !transfers->digests || !take_budget(transfers, collection->bytes, ts_ns))
		return ZT_ZONEMD_UNKNOWN;
	return zt_zonemd_verify(
	    transfers->collections, collection, &transfer->zone, transfers->digests);
}

/** Before the digest, which sorts the records. */
static void
hand_over(struct zt_transfers *transfers, struct zt__transfer *transfer)
{
	struct zt_transfer *out = &transfer->out;
	struct zt_zone_copy copy = { .collections = transfers->collections,
		.collection = &transfer->collection,
		.apex = &transfer->zone,
		.transfer_id = out->id,
		.is_partial = !is_whole_zone(out) };
	bool is_zone = transfer->phase == ZT__PHASE_ZONE ||
		       (transfer->phase == ZT__PHASE_CLOSED && out->deltas == 0);

	if (transfers->keep && is_zone && transfer->zone.len > 0 &&
	    transfer->collection.state == ZT_COLLECTION_OPEN &&
	    transfer->collection.n > 1 && transfers->keep(transfers->keep_arg, &copy))
		out->flags |= ZT_TF_KEPT;
}

void
zt__transfer_zone(
    struct zt_transfers *transfers, struct zt__transfer *transfer, uint64_t ts_ns)
{
	hand_over(transfers, transfer);
	transfer->out.zonemd = (uint8_t)judge_digest(transfers, transfer, ts_ns);
	zt_collection_close(transfers->collections, &transfer->collection);
}
