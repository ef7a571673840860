/*
 * A conversation about a zone transfer: messages with a length of two bytes before each,
 * as over TCP; the QR bit says which way they go.  Signatures are verified with the key of
 * pcaps/axfr-tsig.pcap, zones are digested, and what is kept is printed as a zone file.
 *
 * Every transfer ends once, what was collected is whole and sorted as it should be, and
 * the file has one line of ASCII for each record.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/transfer.h"
#include "sensor/digest.h"
#include "sensor/zone_file.h"
#include "target.h"

static const struct zt_hash_key hash_key = { 1, 2 };
static const uint8_t secret[] = "zonetap lab key, not a secret 01";

struct run {
	uint64_t n_begun;
	uint64_t n_ended;
};

static void
expect(bool is_true, const char *what)
{
	if (is_true)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static void
on_event(void *arg, const struct zt_event *event)
{
	struct run *run = arg;
	const struct zt_transfer *transfer = zt_event_transfer(event);

	run->n_begun += transfer->verdict == ZT_VERDICT_ATTEMPTED &&
			!(transfer->flags & ZT_TF_ENDED);
	run->n_ended += (transfer->flags & ZT_TF_ENDED) != 0;
	expect(transfer->tsig.request_state < ZT_N_TSIG_STATES, "a state");
	expect(transfer->tsig.answer_state < ZT_N_TSIG_STATES, "a state");
	expect(transfer->zonemd < ZT_N_ZONEMD_STATES, "a state");
}

static void
print(const uint8_t *records, size_t len, uint32_t n)
{
	char *text = NULL;
	size_t bytes = 0, lines = 0;
	FILE *out = open_memstream(&text, &bytes);

	expect(zt_zone_file_print(records, len, out), "records can be printed");
	(void)fclose(out);
	for (size_t i = 0; i < bytes; i++) {
		lines += text[i] == '\n';
		expect(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'), "ASCII");
	}
	expect(lines == n, "a line for each record");
	free(text);
}

static bool
keep(void *arg, const struct zt_zone_copy *copy)
{
	uint8_t *flat = malloc(copy->collection->bytes + 1);
	struct zt_collected record;
	size_t used = 0;
	uint32_t n = 0;

	(void)arg;
	for (uint32_t place =
		 zt_collection_first(copy->collections, copy->collection, &record);
	     place; place = zt_collection_next(copy->collections, place, &record)) {
		used += zt_collected_head(&record, flat + used);
		memcpy(flat + used, record.rdata, record.rdlen);
		used += record.rdlen;
		n++;
	}
	expect(used == copy->collection->bytes, "bytes are counted");
	expect(n == copy->collection->n, "records are counted");
	print(flat, used, n);
	free(flat);
	return true;
}

static void
feed(struct zt_transfers *transfers, const uint8_t *msg, size_t len, uint64_t ts_ns)
{
	struct zt_path path = { .family = 4,
		.transport = ZT_PROTO_TCP,
		.src_port = 40001,
		.dst_port = 53 };
	struct zt_screen screen;
	struct zt_transfer_message message = { .path = &path,
		.screen = &screen,
		.msg = msg,
		.ts_ns = ts_ns,
		.stream_id = 7,
		.len = len };

	if (zt_screen(&hash_key, msg, len, &screen) == ZT_R_SHORT_HEADER)
		return;
	if (screen.flags & ZT_DNS_QR) {
		path.src_port = 53;
		path.dst_port = 40001;
		(void)zt_transfers_response(transfers, &message); /* any is fine */
	} else {
		zt_transfers_request(transfers, &message);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t ports[] = { 53 };
	static struct zt_dissect_stats stats;
	const struct zt_signature_key key = { .name = "\7xfr-key",
		.name_len = 9,
		.kind = ZT_DIGEST_SHA256,
		.secret = secret,
		.secret_len = sizeof(secret) - 1 };
	struct run run = { 0, 0 };
	struct zt_dissect_options options = { .ports = ports,
		.n_ports = 1,
		.transfers = 16,
		.keys = &key,
		.n_keys = 1,
		.digests = &zt_digests_libcrypto,
		.zone_bytes = 4 * (size_t)ZT_COLLECTION_CHUNK_BYTES,
		.keep = keep,
		.key = hash_key,
		.emit = on_event,
		.emit_arg = &run };
	uint64_t now_ns = UINT64_C(1767322800000000000);
	struct zt_transfers *transfers = zt_transfers_new(&options, &stats);

	for (size_t at = 0; transfers && at + 2 <= size;) {
		size_t len = (size_t)data[at] << 8 | data[at + 1];
		at += 2;
		if (len > size - at)
			len = size - at;
		feed(transfers, data + at, len, now_ns += 1000000);
		at += len;
	}
	if (transfers)
		zt_transfers_flush(transfers, now_ns);
	expect(run.n_ended >= run.n_begun, "every transfer ends");
	zt_transfers_free(&transfers);
	return 0;
}
