#include "transfer_priv.h"

/** The first record of an answer. */
static void
begin(struct zt__transfer *transfer, const struct zt__transfer_step *step)
{
	if (!step->is_soa) {
		transfer->phase = ZT__PHASE_HEADLESS;
		return;
	}
	transfer->soa_serial = step->serial;
	transfer->out.serial_to = step->serial;
	transfer->out.flags |= ZT_TF_HAVE_TO;
	if (transfer->out.kind == ZT_TRANSFER_IXFR) {
		transfer->phase = ZT__PHASE_LONE_SOA;
		if (transfer->out.flags & ZT_TF_AT_LEAST)
			transfer->is_doubtful = true;
	} else {
		transfer->phase = ZT__PHASE_ZONE;
	}
}

/** The second record of an answer to IXFR, RFC 1995 section 4. */
static void
decide(struct zt__transfer *transfer, const struct zt__transfer_step *step)
{
	if (!step->is_soa) {
		transfer->phase = ZT__PHASE_ZONE;
		return;
	}
	if (step->serial == transfer->soa_serial) {
		transfer->phase = ZT__PHASE_CLOSED; /* A zone of one record. */
		return;
	}
	if (!(transfer->out.flags & ZT_TF_HAVE_FROM)) {
		transfer->out.serial_from = step->serial;
		transfer->out.flags |= ZT_TF_HAVE_FROM;
	}
	transfer->out.deltas = 1;
	transfer->phase = ZT__PHASE_DELETE;
}

/** Records follow a SOA: only differences have one in their midst. */
static void
become_headless(struct zt__transfer *transfer)
{
	transfer->phase = ZT__PHASE_HEADLESS;
	transfer->out.kind = ZT_TRANSFER_IXFR;
	transfer->out.flags |= ZT_TF_AT_LEAST;
	transfer->out.deltas++;
}

/** The SOA that ends a zone. */
static void
close_zone(struct zt__transfer *transfer, const struct zt__transfer_step *step)
{
	if (transfer->is_doubtful && !step->is_last) {
		/* What began with a SOA were differences, or the middle of them. */
		if (transfer->out.records == 1 &&
		    step->serial != transfer->soa_serial) {
			transfer->out.kind = ZT_TRANSFER_IXFR;
			decide(transfer, step);
			return;
		}
		become_headless(transfer);
		return;
	}
	if (step->serial == transfer->soa_serial) {
		transfer->phase = ZT__PHASE_CLOSED;
		return;
	}
	/*
	 * The zone changed under the server's hands.  It either stops here, or begins
	 * again with this SOA and ends with it (RFC 5936 section 2.2 forbids both).
	 */
	transfer->out.flags |= ZT_TF_SERIAL_CHANGED;
	transfer->soa_serial = step->serial;
	transfer->out.serial_to = step->serial;
	if (step->is_last)
		transfer->phase = ZT__PHASE_CLOSED;
}

/** A SOA among differences: they alternate, and the new serial ends an addition. */
static void
turn(struct zt__transfer *transfer, const struct zt__transfer_step *step)
{
	bool is_new = step->serial == transfer->soa_serial;
	bool lost = transfer->out.flags & ZT_TF_AT_LEAST;

	if (is_new && (transfer->phase == ZT__PHASE_ADD || (lost && step->is_last))) {
		transfer->phase = ZT__PHASE_CLOSED;
	} else if (transfer->phase == ZT__PHASE_ADD) {
		transfer->out.deltas++;
		transfer->phase = ZT__PHASE_DELETE;
	} else {
		transfer->phase = ZT__PHASE_ADD;
	}
}

/** A SOA in an answer whose beginning is unknown. */
static void
close_headless(struct zt__transfer *transfer, const struct zt__transfer_step *step)
{
	transfer->out.serial_to = step->serial;
	transfer->out.flags |= ZT_TF_HAVE_TO;
	if (step->is_last) {
		transfer->phase = ZT__PHASE_CLOSED;
		return;
	}
	become_headless(transfer);
}

void
zt__transfer_framing(
    struct zt__transfer *transfer, const struct zt__transfer_step *step)
{
	switch ((enum zt__transfer_phase)transfer->phase) {
	case ZT__PHASE_START:
		begin(transfer, step);
		return;
	case ZT__PHASE_LONE_SOA:
		decide(transfer, step);
		return;
	case ZT__PHASE_ZONE:
		if (step->is_soa)
			close_zone(transfer, step);
		return;
	case ZT__PHASE_DELETE:
	case ZT__PHASE_ADD:
		if (step->is_soa)
			turn(transfer, step);
		return;
	case ZT__PHASE_HEADLESS:
		if (step->is_soa)
			close_headless(transfer, step);
		return;
	case ZT__PHASE_CLOSED:
		return;
	}
}
