/**
 * @file capture_draft.h
 * A capture file in the making, saved to a place of its own and read back.
 *
 * Included by the tests of capture files, one program each; hence static.
 */
#ifndef ZT_TESTS_CAPTURE_DRAFT_H
#define ZT_TESTS_CAPTURE_DRAFT_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensor/capture_file.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define NS_PER_S       UINT64_C(1000000000)

/* A capture file in the making. */
struct draft {
	uint8_t *bytes;
	size_t len;
	bool big_endian;
};

static const struct zt_waiting patient = { -1, NULL, NULL };
static struct zt_interfaces *names;
static char directory[] = "/tmp/zonetap-check-XXXXXX";
static char path[64];

static inline void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/capture", directory);
	names = zt_interfaces_new();
	ck_assert_ptr_nonnull(names);
}

static inline void
teardown(void)
{
	zt_interfaces_free(&names);
	(void)unlink(path);
	(void)rmdir(directory);
	memcpy(directory, "/tmp/zonetap-check-XXXXXX", sizeof(directory));
}

static inline void
start(struct draft *d, bool big_endian)
{
	d->bytes = malloc(FILE_BYTES_MAX);
	ck_assert_ptr_nonnull(d->bytes);
	d->len = 0;
	d->big_endian = big_endian;
}

static inline void
put(struct draft *d, uint64_t value, unsigned n_bytes)
{
	for (unsigned i = 0; i < n_bytes; i++) {
		unsigned shift = 8 * (d->big_endian ? n_bytes - 1 - i : i);
		d->bytes[d->len++] = (uint8_t)(value >> shift);
	}
}

static inline void
put_bytes(struct draft *d, const void *bytes, size_t len)
{
	memcpy(d->bytes + d->len, bytes, len);
	d->len += len;
}

static inline void
save(const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
}

/* What reading a whole file gave. */
struct result {
	int opened;
	enum zt_read end;
	struct zt_err err;
	struct zt_capture_notes notes;
	char format[16];
	struct zt_packet packets[4]; /* the first ones; data is not valid any more */
	uint8_t first_bytes[4];	     /* of each of them */
};

static inline struct result
read_all(void)
{
	struct result r = { .end = ZT_READ_END };
	struct zt_capture_file *file = NULL;
	struct zt_packet packet;

	r.opened = zt_capture_file_open(path, &patient, names, &file, &r.err);
	if (r.opened != 0)
		return r;
	(void)snprintf(r.format, sizeof(r.format), "%s", zt_capture_file_format(file));
	for (size_t n = 0;; n++) {
		r.end = zt_capture_file_next(file, &packet);
		if (r.end != ZT_READ_PACKET)
			break;
		if (n >= 4)
			continue;
		r.packets[n] = packet;
		r.first_bytes[n] = packet.caplen > 0 ? packet.data[0] : 0;
	}
	/* The end stays the end. */
	ck_assert_int_eq(zt_capture_file_next(file, &packet), r.end);
	r.notes = *zt_capture_file_notes(file);
	zt_capture_file_close(&file);
	return r;
}

static inline struct result
read_draft(struct draft *d)
{
	save(d->bytes, d->len);
	free(d->bytes);
	return read_all();
}

#endif
