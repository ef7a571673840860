#include "secondaries.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dissect/name.h"
#include "whole_file.h"

/* More than any roster needs. */
#define STATE_MAX ((size_t)64 << 20)
#define NS_PER_S  UINT64_C(1000000000)

static int
compare(const void *left, const void *right)
{
	const struct zt_secondary *const *a = left;
	const struct zt_secondary *const *b = right;
	int order = (int)(*a)->zone.len - (int)(*b)->zone.len;

	if (order == 0)
		order = memcmp((*a)->zone.wire, (*b)->zone.wire, (*a)->zone.len);
	if (order == 0)
		order = (int)(*a)->family - (int)(*b)->family;
	return order != 0 ? order : memcmp((*a)->addr, (*b)->addr, sizeof((*a)->addr));
}

static bool
is_same_zone(const struct zt_secondary *a, const struct zt_secondary *b)
{
	return a->zone.len == b->zone.len &&
	       memcmp(a->zone.wire, b->zone.wire, a->zone.len) == 0;
}

static bool
is_same_key(const struct zt_secondary *a, const struct zt_secondary *b)
{
	return a->key.len == b->key.len &&
	       memcmp(a->key.wire, b->key.wire, a->key.len) == 0;
}

/* In double quotes, where YAML wants a backslash before a backslash. */
static void
put_name(FILE *out, const struct zt_zone_name *name)
{
	char text[ZT_NAME_TEXT_MAX + 1];

	(void)zt_name_text(
	    name->wire, name->len, text); /* a name of the roster is one */
	(void)fputc('"', out);
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			(void)fputc('\\', out);
		(void)fputc(*c, out);
	}
	(void)fputc('"', out);
}

static void
put_address(FILE *out, const struct zt_secondary *s)
{
	char text[INET6_ADDRSTRLEN];

	(void)inet_ntop(s->family == 6 ? AF_INET6 : AF_INET, s->addr, text,
	    sizeof(text)); /* there is room */
	(void)fprintf(out, "\"%s\"", text);
}

static void
put_habits(FILE *out, const struct zt_secondary *s)
{
	(void)fputs("    # ", out);
	put_address(out, s);
	(void)fprintf(out, ": AXFR %u, IXFR %u, signed %u, unsigned %u", s->n_axfr,
	    s->n_ixfr, s->n_signed, s->n_unsigned);
	if (s->n_gaps > 0)
		(void)fprintf(out, ", every %llus to %llus",
		    (unsigned long long)(s->shortest_ns / NS_PER_S),
		    (unsigned long long)(s->longest_ns / NS_PER_S));
	(void)fputc('\n', out);
}

/* Each key once, in the order of those who use it. */
static void
put_keys(FILE *out, const struct zt_secondary *const *group, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		bool is_known = group[i]->key.len == 0;
		for (size_t k = 0; k < i && !is_known; k++)
			is_known = is_same_key(group[k], group[i]);
		if (is_known)
			continue;
		(void)fputs(any ? ", " : "    tsig_keys: [", out);
		put_name(out, &group[i]->key);
		any = true;
	}
	if (any)
		(void)fputs("]\n", out);
}

static void
put_zone(FILE *out, const struct zt_secondary *const *group, size_t n)
{
	bool all_signed = true;

	(void)fputs("  - name: ", out);
	put_name(out, &group[0]->zone);
	(void)fputc('\n', out);
	for (size_t i = 0; i < n; i++) {
		put_habits(out, group[i]);
		all_signed &= group[i]->n_unsigned == 0;
	}
	(void)fputs("    secondaries: [", out);
	for (size_t i = 0; i < n; i++) {
		(void)fputs(i > 0 ? ", " : "", out);
		put_address(out, group[i]);
	}
	(void)fputs("]\n", out);
	put_keys(out, group, n);
	if (all_signed)
		(void)fputs("    require_tsig: true\n", out);
}

static void
put_list(FILE *out, const struct zt_secondary *const *sorted, size_t n)
{
	size_t start = 0;

	(void)fputs(
	    "# Who fetched which zone, as zonetap saw it.  Look through it: "
	    "whoever should\n# not be here has the zone.  Then paste it into the "
	    "configuration.\n",
	    out);
	(void)fputs(n > 0 ? "zones:\n" : "zones: []\n", out);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && is_same_zone(sorted[start], sorted[i]))
			continue;
		put_zone(out, sorted + start, i - start);
		start = i;
	}
}

char *
zt_secondaries_yaml(const struct zt_roster *roster)
{
	const struct zt_secondary **sorted =
	    calloc((size_t)roster->n + 1, sizeof(*sorted));
	char *text = NULL;
	size_t len = 0;
	FILE *out = sorted != NULL ? open_memstream(&text, &len) : NULL;

	if (out == NULL) {
		free(sorted);
		return NULL;
	}
	for (uint32_t i = 0; i < roster->n; i++)
		sorted[i] = &roster->secondaries[i];
	qsort(sorted, roster->n, sizeof(struct zt_secondary *), compare);
	put_list(out, sorted, roster->n);
	free(sorted);
	/* Where memory ran out on the way, the stream says so here. */
	bool is_short = ferror(out) != 0;
	is_short |= fclose(out) != 0;
	if (!is_short)
		return text;
	free(text);
	return NULL;
}

static bool
is_written(struct zt_log *log, const char *path, int result)
{
	if (result != 0)
		zt_log(log, ZT_LOG_WARNING, "learn: %s: %s", path, strerror(-result));
	return result == 0;
}

static bool
write_list(struct zt_log *log, const char *path, const struct zt_roster *roster)
{
	char *yaml = zt_secondaries_yaml(roster);
	int result =
	    yaml != NULL ? zt_whole_file_write(path, yaml, strlen(yaml)) : -ENOMEM;

	free(yaml);
	return is_written(log, path, result);
}

static bool
name_state(char state[ZT_WHOLE_FILE_PATH_SIZE], const char *path)
{
	int n = snprintf(state, ZT_WHOLE_FILE_PATH_SIZE, "%s.state", path);

	return n > 0 && n < ZT_WHOLE_FILE_PATH_SIZE;
}

bool
zt_secondaries_store(
    struct zt_log *log, const char *path, const uint8_t *saved, size_t len)
{
	static const struct zt_hash_key key = { 1, 1 };
	char state[ZT_WHOLE_FILE_PATH_SIZE];
	struct zt_roster roster;
	const char *why;

	if (!name_state(state, path))
		return is_written(log, path, -ENAMETOOLONG);
	/* A secondary takes less room saved than here: bytes are enough for all. */
	if (zt_roster_init(&roster, 16 * len, 0, &key) != 0)
		return is_written(log, path, -ENOMEM);
	bool ok =
	    zt_roster_load(&roster, saved, len, &why) && write_list(log, path, &roster);
	zt_roster_fini(&roster);
	return ok && is_written(log, state, zt_whole_file_write(state, saved, len));
}

void
zt_secondaries_restore(struct zt_log *log, const char *path, struct zt_engine *engine)
{
	char state[ZT_WHOLE_FILE_PATH_SIZE];
	uint8_t *bytes = NULL;
	size_t len = 0;
	const char *why = NULL;

	if (!name_state(state, path))
		return; /* writing will say so */
	int result = zt_whole_file_read(state, STATE_MAX, &bytes, &len);
	if (result == -ENOENT)
		return;
	if (result != 0)
		why = strerror(-result);
	else
		(void)zt_engine_load_roster(engine, bytes, len, &why);
	free(bytes);
	if (why != NULL)
		zt_log(log, ZT_LOG_WARNING,
		    "learn: %s: %s; secondaries are learned anew", state, why);
}

void
zt_secondaries_list(
    struct zt_log *log, const char *path, const struct zt_engine *engine)
{
	(void)write_list(log, path, zt_engine_roster(engine)); /* it logs by itself */
}
