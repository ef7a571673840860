#include "capture_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcap.h"
#include "pcapng.h"

#define MAGIC_BYTES 4

struct zt_capture_file {
	struct zt_bytes *bytes;
	struct zt_pcap pcap;
	struct zt_pcapng pcapng;
	struct zt_capture_notes notes;
	enum zt_read over; /* ZT_READ_PACKET: not over */
	bool is_pcapng;
	char format[16];
};

bool
zt_capture_file_is_one(const uint8_t *magic, size_t len)
{
	const char *compression = NULL;

	if (len < MAGIC_BYTES)
		return false;
	(void)zt_codec_find(magic, len, &compression);
	return compression != NULL || zt_pcap_is_magic(magic) ||
	       zt_pcapng_is_magic(magic);
}

static int
read_header(struct zt_capture_file *file, struct zt_err *err)
{
	const uint8_t *magic = zt_bytes_need(file->bytes, MAGIC_BYTES);

	if (file->bytes->state == ZT_BYTES_CANCELLED) {
		zt_err_set(err, "interrupted");
		return -ECANCELED;
	}
	if (magic == NULL) {
		struct zt_err why;
		zt_bytes_explain(file->bytes, &why);
		zt_err_set(err, "byte %zu: %s", zt_bytes_left(file->bytes),
		    zt_bytes_left(file->bytes) == 0 ? "the file is empty" : why.text);
		return -EBADMSG;
	}
	if (zt_pcapng_is_magic(magic)) {
		file->is_pcapng = true;
		return zt_pcapng_start(&file->pcapng, file->bytes, err);
	}
	if (zt_pcap_is_magic(magic))
		return zt_pcap_start(&file->pcap, file->bytes, err);
	zt_err_set(err,
	    "begins with %02x %02x %02x %02x, which is no capture file; zonetap reads "
	    "pcap and pcapng, also compressed with gzip or zstd",
	    magic[0], magic[1], magic[2], magic[3]);
	return -EBADMSG;
}

static void
name_format(struct zt_capture_file *file)
{
	const struct zt_codec *codec = file->bytes->codec;

	(void)snprintf(file->format, sizeof(file->format), "%s%s%s",
	    file->is_pcapng ? "pcapng" : "pcap", codec != NULL ? "+" : "",
	    codec != NULL ? codec->name : "");
}

int
zt_capture_file_open(const char *path, const struct zt_waiting *waiting,
    struct zt_interfaces *interfaces, struct zt_capture_file **file, struct zt_err *err)
{
	struct zt_capture_file *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		zt_err_set(err, "%s: %s", path, strerror(ENOMEM));
		return -ENOMEM;
	}
	f->pcapng.names = interfaces;
	int result = zt_bytes_open(path, waiting, &f->bytes, err);
	if (result == 0) {
		struct zt_err why = { "" };
		result = read_header(f, &why);
		if (result != 0)
			zt_err_set(err, "%s: %s", path, why.text);
	}
	if (result != 0) {
		zt_capture_file_close(&f);
		return result;
	}
	name_format(f);
	*file = f;
	return 0;
}

void
zt_capture_file_close(struct zt_capture_file **file)
{
	if (*file == NULL)
		return;
	zt_pcapng_stop(&(*file)->pcapng);
	zt_bytes_close(&(*file)->bytes);
	free(*file);
	*file = NULL;
}

enum zt_read
zt_capture_file_next(struct zt_capture_file *file, struct zt_packet *packet)
{
	if (file->over != ZT_READ_PACKET)
		return file->over;
	enum zt_read result =
	    file->is_pcapng
		? zt_pcapng_next(&file->pcapng, file->bytes, &file->notes, packet)
		: zt_pcap_next(&file->pcap, file->bytes, &file->notes, packet);
	if (result == ZT_READ_PACKET) {
		file->notes.packets++;
		file->notes.bytes += packet->caplen;
	}
	file->over = result;
	return result;
}

const struct zt_capture_notes *
zt_capture_file_notes(const struct zt_capture_file *file)
{
	return &file->notes;
}

const char *
zt_capture_file_format(const struct zt_capture_file *file)
{
	return file->format;
}

void
zt_capture_file_progress(
    const struct zt_capture_file *file, uint64_t *done, uint64_t *total)
{
	*done = zt_bytes_taken(file->bytes);
	*total = file->bytes->size;
}
