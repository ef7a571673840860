#include "pcapng.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "byte_order.h"

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_OBSOLETE_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_ENHANCED_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

enum option_code {
	OPTION_END = 0,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	OPTION_IF_TSOFFSET = 14,
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
/* Type and length in front, the length again behind. */
#define BLOCK_HEAD_BYTES  8
#define BLOCK_MIN_BYTES	  12
#define SECTION_MIN_BYTES 28
#define INTERFACES_MAX	  65536u
#define MICROSECONDS	  6 /* resolution where if_tsresol is absent */
#define NS_PER_S	  UINT64_C(1000000000)

/* One block that is wholly in the buffer. */
struct block {
	const uint8_t *body;
	uint32_t body_len;
	uint32_t type;
};

/* What happened to a block. */
enum step {
	STEP_PACKET,
	STEP_ON,  /* nothing for the caller: read the next block */
	STEP_BAD, /* the block contradicts itself: leave it out */
	STEP_END,
	STEP_DAMAGED,
	STEP_CANCELLED,
};

bool
zt_pcapng_is_magic(const uint8_t *magic)
{
	return zt_get32(magic, true) == BLOCK_SECTION;
}

static void
note_damage(
    const struct zt_bytes *bytes, struct zt_capture_notes *notes, const char *what)
{
	if (notes->damage.text[0] != '\0')
		return;
	zt_err_set(&notes->damage, "byte %" PRIu64 ", packet %" PRIu64 ": %s",
	    bytes->offset, notes->packets + 1, what);
}

/* The block at the reading place is not there as a whole. */
static enum step
ends_inside(struct zt_bytes *bytes, struct zt_capture_notes *notes, uint32_t want_bytes)
{
	struct zt_err why;
	struct zt_err text;

	if (bytes->state == ZT_BYTES_CANCELLED)
		return STEP_CANCELLED;
	zt_bytes_explain(bytes, &why);
	zt_err_set(&text, "cut inside a block, which has %zu of %" PRIu32 " bytes; %s",
	    zt_bytes_left(bytes), want_bytes, why.text);
	note_damage(bytes, notes, text.text);
	return STEP_DAMAGED;
}

static enum step
damaged(const struct zt_bytes *bytes, struct zt_capture_notes *notes, const char *what)
{
	note_damage(bytes, notes, what);
	return STEP_DAMAGED;
}

/* A section header sets the byte order in which its own length is written. */
static bool
section_order(struct zt_pcapng *pcapng, const uint8_t *magic)
{
	if (zt_get32(magic, false) == BYTE_ORDER_MAGIC)
		pcapng->big_endian = false;
	else if (zt_get32(magic, true) == BYTE_ORDER_MAGIC)
		pcapng->big_endian = true;
	else
		return false;
	return true;
}

/* Is this a block that has to be understood, and so has to fit into the buffer? */
static bool
is_known(uint32_t type)
{
	return type == BLOCK_INTERFACE || type == BLOCK_OBSOLETE_PACKET ||
	       type == BLOCK_SIMPLE_PACKET || type == BLOCK_ENHANCED_PACKET ||
	       type == BLOCK_SECTION;
}

static enum step
skip_block(struct zt_bytes *bytes, struct zt_capture_notes *notes, uint32_t length)
{
	if (zt_bytes_skip(bytes, length))
		return STEP_ON;
	return ends_inside(bytes, notes, length);
}

/* Read the block's frame.  STEP_PACKET: the block is in *block, not yet stepped over.
 */
static enum step
read_block(struct zt_pcapng *pcapng, struct zt_bytes *bytes,
    struct zt_capture_notes *notes, struct block *block)
{
	const uint8_t *at = zt_bytes_need(bytes, BLOCK_MIN_BYTES);

	if (at == NULL) {
		if (bytes->state == ZT_BYTES_END && zt_bytes_left(bytes) == 0)
			return STEP_END;
		return ends_inside(bytes, notes, BLOCK_MIN_BYTES);
	}
	block->type = zt_get32(at, pcapng->big_endian);
	if (block->type == BLOCK_SECTION &&
	    !section_order(pcapng, at + BLOCK_HEAD_BYTES))
		return damaged(bytes, notes, "section header without byte-order magic");
	uint32_t length = zt_get32(at + 4, pcapng->big_endian);
	if (length < BLOCK_MIN_BYTES || length % 4 != 0)
		return damaged(
		    bytes, notes, "block length is below 12 or no multiple of 4");
	if (!is_known(block->type))
		return skip_block(bytes, notes, length);
	if (length > ZT_BYTES_NEED_MAX)
		return damaged(bytes, notes, "block of more than 1 MiB");
	at = zt_bytes_need(bytes, length);
	if (at == NULL)
		return ends_inside(bytes, notes, length);
	if (zt_get32(at + length - 4, pcapng->big_endian) != length)
		return damaged(bytes, notes,
		    "block does not end with the length that it begins with");
	block->body = at + BLOCK_HEAD_BYTES;
	block->body_len = length - BLOCK_MIN_BYTES;
	return STEP_PACKET;
}

static enum step
read_section(struct zt_pcapng *pcapng, const struct block *block)
{
	if (block->body_len < SECTION_MIN_BYTES - BLOCK_MIN_BYTES ||
	    zt_get16(block->body + 4, pcapng->big_endian) != 1)
		return STEP_BAD;
	pcapng->n_interfaces = 0;
	return STEP_ON;
}

static bool
make_room(struct zt_pcapng *pcapng)
{
	if (pcapng->n_interfaces < pcapng->interface_cap)
		return true;
	if (pcapng->interface_cap >= INTERFACES_MAX)
		return false;
	uint32_t cap = pcapng->interface_cap == 0 ? 8 : 2 * pcapng->interface_cap;
	struct zt_pcapng_interface *grown =
	    realloc(pcapng->interfaces, cap * sizeof(*grown));
	if (grown == NULL)
		return false;
	pcapng->interfaces = grown;
	pcapng->interface_cap = cap;
	return true;
}

static void
read_option(struct zt_pcapng *pcapng, struct zt_pcapng_interface *interface,
    unsigned code, const uint8_t *value, uint32_t len)
{
	if (code == OPTION_IF_TSRESOL && len == 1)
		interface->resolution = value[0];
	else if (code == OPTION_IF_TSOFFSET && len == 8)
		interface->offset_s = (int64_t)zt_get64(value, pcapng->big_endian);
	else if (code == OPTION_IF_NAME)
		interface->number =
		    zt_interfaces_add(pcapng->names, (const char *)value, len);
}

/* An interface is appended even when its options run out of the block: packets count
 * interfaces, and a missing one would shift all that follow. */
static enum step
read_interface(struct zt_pcapng *pcapng, const struct block *block)
{
	struct zt_pcapng_interface interface = { .resolution = MICROSECONDS };
	bool big_endian = pcapng->big_endian;
	enum step result = STEP_ON;

	if (block->body_len < 8 || !make_room(pcapng))
		return STEP_BAD;
	interface.link_type = zt_get16(block->body, big_endian);
	interface.snaplen = zt_get32(block->body + 4, big_endian);
	for (uint32_t at = 8; at + 4 <= block->body_len;) {
		unsigned code = zt_get16(block->body + at, big_endian);
		uint32_t len = zt_get16(block->body + at + 2, big_endian);
		at += 4;
		if (code == OPTION_END)
			break;
		if (len > block->body_len - at) {
			result = STEP_BAD;
			break;
		}
		read_option(pcapng, &interface, code, block->body + at, len);
		at += (len + 3) & ~UINT32_C(3);
	}
	pcapng->interfaces[pcapng->n_interfaces++] = interface;
	return result;
}

/* units / per_s seconds in nanoseconds, without leaving 64 bits. */
static uint64_t
fraction_ns(uint64_t units, uint8_t resolution)
{
	unsigned n = resolution & 0x7f;

	if ((resolution & 0x80) != 0) {
		/* Keep 32 bits of a binary fraction: finer than a nanosecond.  Of the
		 * 127 bits that a file may announce, 64 are there. */
		if (n > 32) {
			units = n - 32 < 64 ? units >> (n - 32) : 0;
			n = 32;
		}
		return units * NS_PER_S >> n;
	}
	for (; n > 9; n--)
		units /= 10;
	for (; n < 9; n++)
		units *= 10;
	return units;
}

static uint64_t
ten_to_the(unsigned n)
{
	uint64_t power = 1;

	for (; n > 0; n--)
		power *= 10;
	return power;
}

/* A time stamp in nanoseconds; beyond the representable years it sticks to the end. */
static uint64_t
to_ns(const struct zt_pcapng_interface *interface, uint64_t stamp)
{
	unsigned n = interface->resolution & 0x7f;
	uint64_t seconds = 0;
	uint64_t fraction = stamp;

	if ((interface->resolution & 0x80) != 0) {
		if (n < 64) {
			seconds = stamp >> n;
			fraction = n == 0 ? 0 : stamp & (UINT64_MAX >> (64 - n));
		}
	} else if (n <= 19) { /* 10^20 units a second: 64 bits are below a second */
		seconds = stamp / ten_to_the(n);
		fraction = stamp % ten_to_the(n);
	}
	int64_t offset_s = interface->offset_s;
	if (seconds > UINT64_MAX / NS_PER_S - 1)
		return UINT64_MAX;
	if (offset_s < 0 && seconds < 0 - (uint64_t)offset_s)
		return 0;
	seconds += (uint64_t)offset_s;
	if (seconds > UINT64_MAX / NS_PER_S - 1)
		return UINT64_MAX;
	return seconds * NS_PER_S + fraction_ns(fraction, interface->resolution);
}

/* What a packet block says before its bytes. */
struct packet_head {
	uint32_t interface;
	uint32_t caplen;
	uint32_t wirelen;
	uint32_t data_at; /* within the body */
};

static enum step
make_packet(struct zt_pcapng *pcapng, const struct block *block,
    const struct packet_head *head, struct zt_capture_notes *notes,
    struct zt_packet *packet)
{
	if (head->interface >= pcapng->n_interfaces || head->caplen > ZT_CAPTURED_MAX ||
	    head->caplen > block->body_len - head->data_at)
		return STEP_BAD;
	const struct zt_pcapng_interface *interface =
	    &pcapng->interfaces[head->interface];
	if (interface->snaplen != 0 && head->caplen > interface->snaplen)
		notes->over_snaplen++;
	packet->data = block->body + head->data_at;
	packet->caplen = head->caplen;
	packet->wirelen = head->wirelen < head->caplen ? head->caplen : head->wirelen;
	packet->link_type = interface->link_type;
	packet->interface = interface->number;
	packet->ts_ns = pcapng->last_ns;
	return STEP_PACKET;
}

/* Enhanced packet, and the obsolete one, whose interface number shares its first word
 * with a count of drops. */
static enum step
read_packet(struct zt_pcapng *pcapng, const struct block *block,
    struct zt_capture_notes *notes, struct zt_packet *packet)
{
	bool big_endian = pcapng->big_endian;
	struct packet_head head = { .data_at = 20 };

	if (block->body_len < head.data_at)
		return STEP_BAD;
	head.interface = block->type == BLOCK_OBSOLETE_PACKET
			     ? zt_get16(block->body, big_endian)
			     : zt_get32(block->body, big_endian);
	head.caplen = zt_get32(block->body + 12, big_endian);
	head.wirelen = zt_get32(block->body + 16, big_endian);
	enum step step = make_packet(pcapng, block, &head, notes, packet);
	if (step != STEP_PACKET)
		return step;
	uint64_t stamp = (uint64_t)zt_get32(block->body + 4, big_endian) << 32 |
			 zt_get32(block->body + 8, big_endian);
	packet->ts_ns = to_ns(&pcapng->interfaces[head.interface], stamp);
	pcapng->last_ns = packet->ts_ns;
	return STEP_PACKET;
}

/* A simple packet belongs to the first interface, has no time and does not say how much
 * of it was captured: the snap length does. */
static enum step
read_simple(struct zt_pcapng *pcapng, const struct block *block,
    struct zt_capture_notes *notes, struct zt_packet *packet)
{
	struct packet_head head = { .data_at = 4 };

	if (block->body_len < head.data_at || pcapng->n_interfaces == 0)
		return STEP_BAD;
	head.wirelen = zt_get32(block->body, pcapng->big_endian);
	head.caplen = head.wirelen;
	uint32_t snaplen = pcapng->interfaces[0].snaplen;
	if (snaplen != 0 && head.caplen > snaplen)
		head.caplen = snaplen;
	if (head.caplen > block->body_len - head.data_at)
		head.caplen = block->body_len - head.data_at;
	return make_packet(pcapng, block, &head, notes, packet);
}

static enum step
read_known(struct zt_pcapng *pcapng, const struct block *block,
    struct zt_capture_notes *notes, struct zt_packet *packet)
{
	switch (block->type) {
	case BLOCK_SECTION:
		return read_section(pcapng, block);
	case BLOCK_INTERFACE:
		return read_interface(pcapng, block);
	case BLOCK_SIMPLE_PACKET:
		return read_simple(pcapng, block, notes, packet);
	default:
		return read_packet(pcapng, block, notes, packet);
	}
}

static enum step
next_block(struct zt_pcapng *pcapng, struct zt_bytes *bytes,
    struct zt_capture_notes *notes, struct zt_packet *packet)
{
	struct block block = { 0 };
	enum step step = read_block(pcapng, bytes, notes, &block);

	if (step != STEP_PACKET)
		return step;
	step = read_known(pcapng, &block, notes, packet);
	if (step == STEP_BAD) {
		notes->bad_blocks++;
		note_damage(bytes, notes,
		    "a block contradicts itself or its interface; left out");
	}
	/* The bytes stay where they are until the next need. */
	zt_bytes_step(bytes, block.body_len + BLOCK_MIN_BYTES);
	return step;
}

int
zt_pcapng_start(struct zt_pcapng *pcapng, struct zt_bytes *bytes, struct zt_err *err)
{
	struct zt_capture_notes notes = { 0 };
	struct zt_packet packet;

	if (next_block(pcapng, bytes, &notes, &packet) == STEP_ON)
		return 0;
	*err = notes.damage;
	return -EBADMSG;
}

void
zt_pcapng_stop(struct zt_pcapng *pcapng)
{
	free(pcapng->interfaces);
	memset(pcapng, 0, sizeof(*pcapng));
}

enum zt_read
zt_pcapng_next(struct zt_pcapng *pcapng, struct zt_bytes *bytes,
    struct zt_capture_notes *notes, struct zt_packet *packet)
{
	for (;;) {
		switch (next_block(pcapng, bytes, notes, packet)) {
		case STEP_PACKET:
			return ZT_READ_PACKET;
		case STEP_ON:
		case STEP_BAD:
			continue;
		case STEP_END:
			return ZT_READ_END;
		case STEP_DAMAGED:
			return ZT_READ_DAMAGED;
		case STEP_CANCELLED:
			return ZT_READ_CANCELLED;
		}
	}
}
