#include "bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room for the longest need behind a half-used buffer, so that moving bytes to the
 * front is rare; small enough to stay in the second-level cache with what reads from
 * it. */
#define BUFFER_BYTES (ZT_BYTES_NEED_MAX + READ_BYTES)
#define READ_BYTES   ((size_t)256 << 10)

/* So few bytes are moved to the front rather than left where they are: the next read
 * then lands on memory that is still in the cache. */
#define CHEAP_MOVE_BYTES ((size_t)8 << 10)
#define RAW_BYTES	 ((size_t)128 << 10)

/* For AddressSanitizer the buffer ends where its bytes end, so that a reader that looks
 * beyond them is found. */
#if defined(__SANITIZE_ADDRESS__)
#	define ZT_POISON 1
#elif defined(__has_feature)
#	if __has_feature(address_sanitizer)
#		define ZT_POISON 1
#	endif
#endif
#ifdef ZT_POISON
#	include <sanitizer/asan_interface.h>
#else
#	define ASAN_POISON_MEMORY_REGION(start, len)	((void)(start), (void)(len))
#	define ASAN_UNPOISON_MEMORY_REGION(start, len) ((void)(start), (void)(len))
#endif

/* Wait until the input or the cancel descriptor has something.  False: cancelled. */
static bool
wait_for_input(struct zt_bytes *bytes)
{
	struct pollfd fds[2] = {
		{ .fd = bytes->waiting.cancel_fd, .events = POLLIN },
		{ .fd = bytes->fd, .events = POLLIN },
	};

	/* Only an input that really makes us wait is worth telling. */
	if (bytes->waiting.before != NULL && poll(fds, 2, 0) == 0)
		bytes->waiting.before(bytes->waiting.arg);

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return true; /* let read(2) say what is wrong */
		if (fds[0].revents != 0)
			return false;
		if (fds[1].revents != 0)
			return true;
	}
}

/* Bytes read, 0 at the end of input; the state says which end. */
static size_t
read_some(struct zt_bytes *bytes, uint8_t *to, size_t room)
{
	for (;;) {
		if (bytes->may_wait && !wait_for_input(bytes)) {
			bytes->state = ZT_BYTES_CANCELLED;
			return 0;
		}
		ssize_t n = read(bytes->fd, to, room);
		if (n > 0) {
			/* Relaxed: only a progress bar looks at it. */
			atomic_fetch_add_explicit(
			    &bytes->taken, (uint64_t)n, memory_order_relaxed);
			return (size_t)n;
		}
		if (n == 0) {
			bytes->state = ZT_BYTES_END;
			return 0;
		}
		if (errno == EINTR || errno == EAGAIN)
			continue;
		bytes->state = ZT_BYTES_FAILED;
		bytes->read_errno = errno;
		return 0;
	}
}

/* Decompress into the room behind end.  False: nothing more will come. */
static bool
decompress_some(struct zt_bytes *bytes)
{
	for (;;) {
		if (bytes->raw_start == bytes->raw_end) {
			size_t n = read_some(bytes, bytes->raw, RAW_BYTES);
			if (n == 0) {
				if (bytes->state == ZT_BYTES_END &&
				    bytes->codec_result != ZT_DECOMPRESS_AT_END)
					bytes->state = ZT_BYTES_DAMAGED;
				return false;
			}
			bytes->raw_start = 0;
			bytes->raw_end = n;
		}
		struct zt_span span = {
			.in = bytes->raw + bytes->raw_start,
			.in_len = bytes->raw_end - bytes->raw_start,
			.out = bytes->buffer + bytes->end,
			.out_len = BUFFER_BYTES - bytes->end,
		};
		bytes->codec_result = bytes->codec->run(bytes->codec_state, &span);
		size_t made = (size_t)(span.out - (bytes->buffer + bytes->end));
		bytes->raw_start = bytes->raw_end - span.in_len;
		bytes->end += made;
		if (bytes->codec_result == ZT_DECOMPRESS_DAMAGED) {
			bytes->state = ZT_BYTES_DAMAGED;
			return made != 0;
		}
		if (made != 0)
			return true;
	}
}

static const uint8_t *
fill(struct zt_bytes *bytes, size_t n)
{
	if (zt_bytes_left(bytes) <= CHEAP_MOVE_BYTES ||
	    bytes->start + n > BUFFER_BYTES - READ_BYTES) {
		memmove(bytes->buffer, bytes->buffer + bytes->start,
		    bytes->end - bytes->start);
		bytes->end -= bytes->start;
		bytes->start = 0;
	}
	while (bytes->end - bytes->start < n) {
		if (bytes->state != ZT_BYTES_MORE)
			return NULL;
		if (bytes->codec != NULL) {
			if (!decompress_some(bytes))
				return NULL;
			continue;
		}
		size_t got = read_some(bytes, bytes->buffer + bytes->end, READ_BYTES);
		if (got == 0)
			return NULL;
		bytes->end += got;
	}
	return bytes->buffer + bytes->start;
}

const uint8_t *
zt__bytes_fill(struct zt_bytes *bytes, size_t n)
{
	if (n > ZT_BYTES_NEED_MAX)
		return NULL;
	ASAN_UNPOISON_MEMORY_REGION(bytes->buffer, BUFFER_BYTES);
	const uint8_t *found = fill(bytes, n);
	ASAN_POISON_MEMORY_REGION(
	    bytes->buffer + bytes->end, BUFFER_BYTES - bytes->end);
	return found;
}

bool
zt_bytes_skip(struct zt_bytes *bytes, uint64_t n)
{
	while (n > zt_bytes_left(bytes)) {
		n -= zt_bytes_left(bytes);
		zt_bytes_step(bytes, zt_bytes_left(bytes));
		if (zt_bytes_need(bytes, 1) == NULL)
			return false;
	}
	zt_bytes_step(bytes, (size_t)n);
	return true;
}

static int
open_input(struct zt_bytes *bytes, const char *path, struct zt_err *err)
{
	struct stat st;

	bytes->fd = STDIN_FILENO;
	if (strcmp(path, "-") != 0) {
		/* Non-blocking, so that a FIFO without a writer can be cancelled. */
		bytes->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		bytes->owns_fd = true;
	}
	if (bytes->fd < 0 || fstat(bytes->fd, &st) < 0) {
		int error = errno;
		zt_err_set(err, "%s: %s", path, strerror(error));
		return -error;
	}
	if (S_ISDIR(st.st_mode)) {
		zt_err_set(err, "%s: is a directory", path);
		return -EISDIR;
	}
	bytes->may_wait = !S_ISREG(st.st_mode);
	if (S_ISREG(st.st_mode))
		bytes->size = (uint64_t)st.st_size;
	return 0;
}

/* Recognise compression by the first bytes; they become the first compressed ones. */
static int
choose_codec(struct zt_bytes *bytes, const char *path, struct zt_err *err)
{
	const char *name = NULL;

	(void)zt_bytes_need(bytes, ZT_CODEC_MAGIC_BYTES); /* a short input is fine */
	const struct zt_codec *codec = zt_codec_find(bytes->buffer, bytes->end, &name);
	if (name == NULL)
		return 0;
	if (codec == NULL) {
		zt_err_set(err,
		    "%s: is compressed with %s, which this build of zonetap "
		    "cannot read",
		    path, name);
		return -EPROTONOSUPPORT;
	}
	bytes->codec_state = codec->open();
	bytes->raw = malloc(READ_BYTES);
	if (bytes->codec_state == NULL || bytes->raw == NULL) {
		bytes->codec = codec;
		zt_err_set(err, "%s: %s", path, strerror(ENOMEM));
		return -ENOMEM;
	}
	bytes->codec = codec;
	memcpy(bytes->raw, bytes->buffer, bytes->end);
	bytes->raw_end = bytes->end;
	bytes->end = 0;
	if (bytes->state == ZT_BYTES_END)
		bytes->state =
		    ZT_BYTES_MORE; /* the end comes again after the raw bytes */
	return 0;
}

int
zt_bytes_open(const char *path, const struct zt_waiting *waiting,
    struct zt_bytes **bytes, struct zt_err *err)
{
	struct zt_bytes *b = calloc(1, sizeof(*b));
	int result = -ENOMEM;

	if (b != NULL) {
		b->fd = -1;
		b->waiting = *waiting;
		atomic_init(&b->taken, 0);
		b->buffer = malloc(BUFFER_BYTES);
	}
	if (b == NULL || b->buffer == NULL) {
		zt_err_set(err, "%s: %s", path, strerror(ENOMEM));
		goto fail;
	}
	result = open_input(b, path, err);
	if (result == 0)
		result = choose_codec(b, path, err);
	if (result == 0) {
		*bytes = b;
		return 0;
	}
fail:
	zt_bytes_close(&b);
	return result;
}

void
zt_bytes_close(struct zt_bytes **bytes)
{
	struct zt_bytes *b = *bytes;

	if (b == NULL)
		return;
	if (b->codec != NULL)
		b->codec->close(b->codec_state);
	if (b->owns_fd && b->fd >= 0)
		(void)close(b->fd); /* nothing was written */
	free(b->raw);
	free(b->buffer);
	free(b);
	*bytes = NULL;
}

void
zt_bytes_explain(const struct zt_bytes *bytes, struct zt_err *err)
{
	switch (bytes->state) {
	case ZT_BYTES_FAILED:
		zt_err_set(err, "read error: %s", strerror(bytes->read_errno));
		return;
	case ZT_BYTES_DAMAGED:
		zt_err_set(err, "the %s data is damaged or cut",
		    bytes->codec != NULL ? bytes->codec->name : "compressed");
		return;
	case ZT_BYTES_CANCELLED:
		zt_err_set(err, "interrupted");
		return;
	case ZT_BYTES_MORE:
	case ZT_BYTES_END:
		zt_err_set(err, "the file ends here");
		return;
	}
}

uint64_t
zt_bytes_taken(const struct zt_bytes *bytes)
{
	/* Relaxed: see read_some(). */
	return atomic_load_explicit(&bytes->taken, memory_order_relaxed);
}
