#include "dissect.h"

#include <stdlib.h>
#include <string.h>

#include "layers.h"
#include "message.h"
#include "sealed.h"
#include "tcp.h"

#define NS_PER_SECOND UINT64_C(1000000000)
/** Expiry is looked at this often in capture time; timeouts are seconds and more. */
#define EXPIRE_EVERY_NS (NS_PER_SECOND / 10)
/** The detector hears the time at least this often while packets of any kind come. */
#define TICK_EVERY_NS NS_PER_SECOND
/** A step back by more than this is a new time (next file, clock set); packets of one
 *  capture may well be disordered by less. */
#define STEP_BACK_NS (60 * NS_PER_SECOND)

struct zt_dissect {
	struct zt_dissect_stats stats;
	struct zt_layers *layers;
	struct zt_tcp *tcp;
	struct zt_seals *seals; /**< NULL: DNS over TLS is left alone. */
	struct zt_messages *messages;
	zt_event_fn emit;
	void *emit_arg;
	uint64_t now_ns; /**< Capture time reached. */
	uint64_t next_expire_ns;
	uint64_t next_tick_ns;
	uint8_t worker;
};

void
zt_dissect_defaults(struct zt_dissect_options *options)
{
	static const uint16_t dns_port = 53;

	memset(options, 0, sizeof(*options));
	options->ports = &dns_port;
	options->n_ports = 1;
	options->fragment_bytes = (size_t)4 << 20;
	options->tcp_streams = 65536;
	options->tcp_bytes = (size_t)16 << 20;
	options->tcp_idle_ns = 120 * NS_PER_SECOND;
	options->transfer_timeout_ns = 30 * NS_PER_SECOND;
	options->exchanges = 65536;
	options->transfers = 1024;
	options->zone_bytes = (size_t)8 << 20;
	options->drop_duplicates = true;
	options->check_sums = true;
}

static void
on_tcp_message(void *arg, const struct zt_tcp_message *message)
{
	struct zt_dissect *dissect = arg;
	zt_messages_tcp(dissect->messages, message);
}

static void
on_tcp_gap(void *arg, uint64_t stream_id, const struct zt_path *path, uint64_t bytes,
    uint64_t ts_ns)
{
	struct zt_dissect *dissect = arg;
	zt_messages_tcp_gap(dissect->messages, stream_id, path, bytes, ts_ns);
}

static void
on_tcp_end(void *arg, uint64_t stream_id, enum zt_tcp_end why, uint64_t ts_ns)
{
	struct zt_dissect *dissect = arg;
	zt_messages_tcp_end(dissect->messages, stream_id, why, ts_ns);
}

static struct zt_layers *
make_layers(const struct zt_dissect_options *options, struct zt_dissect_stats *stats)
{
	const struct zt_layers_options layers = {
		.ports = options->ports,
		.n_ports = options->n_ports,
		.sealed_port = options->encrypted ? ZT_SEALED_PORT : 0,
		.fragment_bytes = options->fragment_bytes,
		.drop_duplicates = options->drop_duplicates,
		.check_sums = options->check_sums,
		.key = options->key,
	};

	return zt_layers_new(&layers, stats);
}

static struct zt_tcp *
make_tcp(const struct zt_dissect_options *options, struct zt_dissect *dissect)
{
	const struct zt_tcp_options tcp = {
		.max_streams = options->tcp_streams,
		.buffer_bytes = options->tcp_bytes,
		.idle_ns = options->tcp_idle_ns,
		.key = options->key,
	};
	const struct zt_tcp_handler handler = {
		.arg = dissect,
		.message = on_tcp_message,
		.gap = on_tcp_gap,
		.end = on_tcp_end,
	};

	return zt_tcp_new(&tcp, &handler, &dissect->stats);
}

struct zt_dissect *
zt_dissect_new(const struct zt_dissect_options *options)
{
	struct zt_dissect *dissect = calloc(1, sizeof(*dissect));

	if (!dissect)
		return NULL;
	dissect->emit = options->emit;
	dissect->emit_arg = options->emit_arg;
	dissect->worker = options->worker;
	dissect->layers = make_layers(options, &dissect->stats);
	dissect->tcp = make_tcp(options, dissect);
	dissect->messages = zt_messages_new(options, &dissect->stats);
	if (options->encrypted)
		dissect->seals = zt_seals_new(options, &dissect->stats);
	bool is_short = options->encrypted && !dissect->seals;
	if (is_short || !dissect->layers || !dissect->tcp || !dissect->messages)
		zt_dissect_free(&dissect);
	return dissect;
}

void
zt_dissect_free(struct zt_dissect **dissect)
{
	if (!*dissect)
		return;
	zt_tcp_free(&(*dissect)->tcp);
	zt_layers_free(&(*dissect)->layers);
	zt_messages_free(&(*dissect)->messages);
	zt_seals_free(&(*dissect)->seals);
	free(*dissect);
	*dissect = NULL;
}

static void
emit_tick(struct zt_dissect *dissect)
{
	struct zt_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.kind = ZT_EVENT_TICK;
	ev.ts_ns = dissect->now_ns;
	ev.size = sizeof(ev);
	ev.worker = dissect->worker;
	zt_count(&dissect->stats.events, 1);
	dissect->emit(dissect->emit_arg, &ev);
	dissect->next_tick_ns = dissect->now_ns + TICK_EVERY_NS;
}

static void
expire(struct zt_dissect *dissect)
{
	zt_layers_expire(dissect->layers, dissect->now_ns);
	zt_tcp_expire(dissect->tcp, dissect->now_ns);
	zt_messages_expire(dissect->messages, dissect->now_ns);
	if (dissect->seals)
		zt_seals_expire(dissect->seals, dissect->now_ns);
	dissect->next_expire_ns = dissect->now_ns + EXPIRE_EVERY_NS;
}

/** Capture time goes on; a large step back starts it anew. */
static void
move_clock(struct zt_dissect *dissect, uint64_t ts_ns)
{
	if (ts_ns >= dissect->now_ns) {
		dissect->now_ns = ts_ns;
	} else if (dissect->now_ns - ts_ns > STEP_BACK_NS) {
		/* Fragments from a future that will not come. */
		zt_layers_expire(dissect->layers, UINT64_MAX);
		dissect->now_ns = ts_ns;
		dissect->next_expire_ns = ts_ns;
		dissect->next_tick_ns = ts_ns;
	}
}

/** The one outcome of a packet after the layers were walked. */
static enum zt_reject
dissect_datagram(struct zt_dissect *dissect, const struct zt_datagram *datagram)
{
	if (dissect->seals && zt_seals_want(datagram))
		return zt_seals_segment(dissect->seals, datagram);
	if (datagram->path.transport == ZT_PROTO_TCP)
		return zt_tcp_segment(dissect->tcp, datagram);
	zt_messages_udp(dissect->messages, datagram);
	return ZT_ACCEPT;
}

void
zt_dissect_packet(struct zt_dissect *dissect, const struct zt_packet *packet)
{
	struct zt_dissect_stats *stats = &dissect->stats;
	struct zt_datagram datagram;

	move_clock(dissect, packet->ts_ns);
	if (dissect->now_ns >= dissect->next_expire_ns)
		expire(dissect);
	if (dissect->now_ns >= dissect->next_tick_ns)
		emit_tick(dissect);
	zt_count(&stats->packets, 1);
	zt_count(&stats->packet_bytes, packet->caplen);
	enum zt_reject r = zt_layers_walk(dissect->layers, packet, &datagram);
	if (r == ZT_ACCEPT)
		r = dissect_datagram(dissect, &datagram);
	if (r == ZT_ACCEPT)
		zt_count(&stats->parsed, 1);
	else
		zt_count(&stats->outcomes[r], 1);
}

void
zt_dissect_tick(struct zt_dissect *dissect, uint64_t now_ns)
{
	move_clock(dissect, now_ns);
	expire(dissect);
	emit_tick(dissect);
}

void
zt_dissect_flush(struct zt_dissect *dissect)
{
	/* No more fragments will come. */
	zt_layers_expire(dissect->layers, UINT64_MAX);
	zt_tcp_flush(dissect->tcp, dissect->now_ns);
	zt_messages_flush(dissect->messages, dissect->now_ns);
	if (dissect->seals)
		zt_seals_flush(dissect->seals);
	emit_tick(dissect);
}

const struct zt_dissect_stats *
zt_dissect_stats(const struct zt_dissect *dissect)
{
	return &dissect->stats;
}
