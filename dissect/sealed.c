#include "sealed.h"

#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "hello.h"
#include "stream_table.h"

#define WAYS 4u
/* Connections looked at by one call of zt_seals_expire(). */
#define EXPIRE_MAX 256u
/* Further ahead, a sequence number is not of this connection. */
#define AHEAD_MAX (1 << 26)
#define NO_HELLO  0u

enum state {
	STATE_FREE = 0,
	STATE_HELLO, /* The client's first bytes are not whole yet. */
	STATE_DOT,
	STATE_OTHER,
};

struct connection {
	uint64_t hash;
	struct zt_path path; /* Of the client. */
	struct zt_sealed sealed;
	uint64_t run;	  /* Of the server, so far. */
	uint32_t next[2]; /* Of the client, of the server. */
	bool is_known[2]; /* next holds. */
	bool is_server_turn;
	bool has_shaken_hands; /* The client spoke after the server's first run. */
	uint8_t state;	       /* enum state */
	uint8_t hello;	       /* Which room, from 1; NO_HELLO: none. */
};

struct hello {
	size_t len;
	bool is_used;
	uint8_t bytes[ZT_SEALED_HELLO_MAX];
};

struct zt_seals {
	struct zt_dissect_stats *stats;
	struct zt_hash_key key;
	zt_event_fn emit;
	void *emit_arg;
	uint64_t idle_ns;
	size_t expired; /* Where to look next. */
	uint8_t worker;
	struct hello hellos[ZT_SEALED_HELLOS];
	struct connection connections[ZT_SEALED_CONNECTIONS];
};

struct zt_seals *
zt_seals_new(const struct zt_dissect_options *options, struct zt_dissect_stats *stats)
{
	struct zt_seals *seals = calloc(1, sizeof(*seals));

	if (seals == NULL)
		return NULL;
	seals->stats = stats;
	seals->key = options->key;
	seals->emit = options->emit;
	seals->emit_arg = options->emit_arg;
	seals->idle_ns = options->tcp_idle_ns;
	seals->worker = options->worker;
	return seals;
}

void
zt_seals_free(struct zt_seals **seals)
{
	free(*seals);
	*seals = NULL;
}

static void
tell(struct zt_seals *seals, const struct connection *c)
{
	struct zt_emit out;

	zt_emit_begin(&out, &c->path, false);
	out.event.kind = ZT_EVENT_SEALED;
	out.event.ts_ns = c->sealed.last_ns;
	out.event.worker = seals->worker;
	zt_emit_origin(&out, &c->path, NULL);
	/* There is neither a name nor a record before it. */
	(void)zt_emit_append(&out, &c->sealed, sizeof(c->sealed));
	zt_count(&seals->stats->events, 1);
	seals->emit(seals->emit_arg, &out.event);
}

static void
drop_hello(struct zt_seals *seals, struct connection *c)
{
	if (c->hello != NO_HELLO)
		seals->hellos[c->hello - 1].is_used = false;
	c->hello = NO_HELLO;
}

/* It is a hello as far as one can tell, but it cannot be read. */
static void
give_up_hello(struct zt_seals *seals, struct connection *c)
{
	zt_count(&seals->stats->outcomes[ZT_R_HELLO_UNREAD], 1);
	drop_hello(seals, c);
	c->state = STATE_OTHER;
}

static void
end(struct zt_seals *seals, struct connection *c)
{
	if (c->state == STATE_DOT)
		tell(seals, c);
	drop_hello(seals, c);
	c->state = STATE_FREE;
}

static struct connection *
begin(struct zt_seals *seals, struct connection *set, uint64_t hash,
    const struct zt_datagram *segment)
{
	struct connection *oldest = &set[0];

	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i].state == STATE_FREE) {
			oldest = &set[i];
			break;
		}
		if (set[i].sealed.last_ns < oldest->sealed.last_ns)
			oldest = &set[i];
	}
	if (oldest->state != STATE_FREE)
		zt_count(&seals->stats->outcomes[ZT_R_FLOW_EVICTED], 1);
	end(seals, oldest);
	*oldest = (struct connection){
		.hash = hash, .path = segment->path, .state = STATE_HELLO
	};
	oldest->sealed.started_ns = segment->ts_ns;
	oldest->sealed.last_ns = segment->ts_ns;
	return oldest;
}

/* The client's bytes up to here are one after the other; read them as a hello. */
static void
read_hello(struct zt_seals *seals, struct connection *c, const uint8_t *bytes, size_t n)
{
	struct hello *room = c->hello != NO_HELLO ? &seals->hellos[c->hello - 1] : NULL;
	enum zt_hello said;

	if (room == NULL) {
		said = zt_hello_read(bytes, n);
	} else {
		size_t left = sizeof(room->bytes) - room->len;
		size_t more = n < left ? n : left;
		memcpy(room->bytes + room->len, bytes, more);
		room->len += more;
		said = zt_hello_read(room->bytes, room->len);
		if (said == ZT_HELLO_MORE && room->len == sizeof(room->bytes))
			said = ZT_HELLO_LONG;
	}
	if (said == ZT_HELLO_LONG) {
		give_up_hello(seals, c);
		return;
	}
	if (said != ZT_HELLO_MORE) {
		c->state = said == ZT_HELLO_DOT ? STATE_DOT : STATE_OTHER;
		drop_hello(seals, c);
		return;
	}
	for (unsigned i = 0; room == NULL && i < ZT_SEALED_HELLOS; i++) {
		if (seals->hellos[i].is_used || n > sizeof(room->bytes))
			continue;
		room = &seals->hellos[i];
		room->is_used = true;
		room->len = n;
		memcpy(room->bytes, bytes, n);
		c->hello = (uint8_t)(i + 1);
	}
	if (room == NULL)
		give_up_hello(seals, c);
}

/* A turn of the client is one request, or several at once. */
static void
count_client(struct connection *c, uint64_t n)
{
	struct zt_sealed *sealed = &c->sealed;

	sealed->to_server += n;
	if (!c->is_server_turn)
		return;
	if (c->has_shaken_hands && c->run > sealed->longest_run)
		sealed->longest_run = c->run;
	c->has_shaken_hands = true;
	c->is_server_turn = false;
	c->run = 0;
	sealed->turns++;
}

static void
count_server(struct connection *c, uint64_t n)
{
	struct zt_sealed *sealed = &c->sealed;

	sealed->to_client += n;
	c->is_server_turn = true;
	c->run += n;
	if (c->has_shaken_hands && c->run > sealed->longest_run)
		sealed->longest_run = c->run;
}

/* New bytes of one side: none that came before, all up to the end of the segment. */
static void
take_data(struct zt_seals *seals, struct connection *c,
    const struct zt_datagram *segment, bool is_client)
{
	unsigned side = is_client ? 0 : 1;
	uint32_t seq = segment->seq + ((segment->tcp_flags & ZT_TCP_SYN) != 0);
	uint32_t seq_end = seq + segment->payload_wire_len;

	if (!c->is_known[side]) {
		c->is_known[side] = true;
		c->next[side] = seq;
	}
	int32_t ahead = (int32_t)(seq_end - c->next[side]);
	if (ahead <= 0 || ahead > AHEAD_MAX)
		return;
	bool is_next = seq == c->next[side];
	if (is_client && c->state == STATE_HELLO) {
		if (is_next && segment->payload_len == segment->payload_wire_len)
			read_hello(seals, c, segment->payload, segment->payload_len);
		else
			give_up_hello(seals, c); /* not worth putting in order */
	}
	c->next[side] = seq_end;
	c->sealed.last_ns = segment->ts_ns;
	if (is_client)
		count_client(c, (uint32_t)ahead);
	else
		count_server(c, (uint32_t)ahead);
}

static struct connection *
find(struct connection *set, uint64_t hash)
{
	for (unsigned i = 0; i < WAYS; i++)
		if (set[i].state != STATE_FREE && set[i].hash == hash)
			return &set[i];
	return NULL;
}

enum zt_reject
zt_seals_segment(struct zt_seals *seals, const struct zt_datagram *segment)
{
	struct zt_stream_key key;
	bool is_client = segment->path.dst_port == ZT_SEALED_PORT;
	bool is_syn = (segment->tcp_flags & ZT_TCP_SYN) != 0;

	(void)zt_stream_key_of(&segment->path, &key); /* which end it is, see above */
	uint64_t hash = zt_hash(&seals->key, &key, sizeof(key));
	struct connection *set =
	    &seals->connections[hash & (ZT_SEALED_CONNECTIONS - WAYS)];
	struct connection *c = find(set, hash);
	if (c != NULL && is_client && is_syn && c->is_known[0] &&
	    c->next[0] != segment->seq + 1) {
		end(seals, c);
		c = NULL;
	}
	/* Without its hello a connection says nothing. */
	if (c == NULL && is_client && (is_syn || segment->payload_len > 0))
		c = begin(seals, set, hash, segment);
	if (c == NULL)
		return segment->payload_wire_len > 0 ? ZT_ACCEPT : ZT_R_NO_PAYLOAD;
	if (segment->payload_wire_len > 0 || is_syn)
		take_data(seals, c, segment, is_client);
	if ((segment->tcp_flags & ZT_TCP_RST) != 0 ||
	    ((segment->tcp_flags & ZT_TCP_FIN) != 0 && !is_client))
		end(seals, c);
	return segment->payload_wire_len > 0 ? ZT_ACCEPT : ZT_R_NO_PAYLOAD;
}

void
zt_seals_expire(struct zt_seals *seals, uint64_t now_ns)
{
	for (unsigned i = 0; i < EXPIRE_MAX; i++) {
		struct connection *c = &seals->connections[seals->expired];
		seals->expired = (seals->expired + 1) % ZT_SEALED_CONNECTIONS;
		if (c->state != STATE_FREE && now_ns > c->sealed.last_ns &&
		    now_ns - c->sealed.last_ns >= seals->idle_ns)
			end(seals, c);
	}
}

void
zt_seals_flush(struct zt_seals *seals)
{
	for (size_t i = 0; i < ZT_SEALED_CONNECTIONS; i++)
		if (seals->connections[i].state != STATE_FREE)
			end(seals, &seals->connections[i]);
}
