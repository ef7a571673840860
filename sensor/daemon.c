#include "daemon.h"

#include <string.h>

#define ZT_PART(ID, name) extern const struct zt_part zt_part_##name;
#include "parts.def"
#undef ZT_PART

static const struct zt_part *const parts[ZT_N_PARTS] = {
#define ZT_PART(ID, name) [ZT_PART_##ID] = &zt_part_##name,
#include "parts.def"
#undef ZT_PART
};

enum zt_exit
zt_daemon_open(struct zt_daemon *daemon)
{
	for (size_t i = 0; i < ZT_N_PARTS; i++) {
		if (parts[i]->open == NULL)
			continue;
		enum zt_exit result = parts[i]->open(daemon, &daemon->states[i]);
		if (result != ZT_EXIT_OK)
			return result;
	}
	return ZT_EXIT_OK;
}

bool
zt_daemon_start(struct zt_daemon *daemon)
{
	for (size_t i = 0; i < ZT_N_PARTS; i++) {
		if (daemon->states[i] == NULL || parts[i]->start == NULL)
			continue;
		int result = parts[i]->start(daemon->states[i]);
		if (result == 0)
			continue;
		zt_log(daemon->log, ZT_LOG_ERROR, "cannot start %s: %s", parts[i]->name,
		    strerror(-result));
		return false;
	}
	return true;
}

void
zt_daemon_alert(struct zt_daemon *daemon, const struct zt_alert *alert)
{
	daemon->alerts++;
	for (size_t i = 0; i < ZT_N_PARTS; i++)
		if (daemon->states[i] != NULL && parts[i]->alert != NULL)
			parts[i]->alert(daemon->states[i], alert);
}

/* The first n parts forget the configuration that they have checked. */
static void
refuse(struct zt_daemon *daemon, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (daemon->states[i] != NULL && parts[i]->refuse != NULL)
			parts[i]->refuse(daemon->states[i]);
}

int
zt_daemon_reconfigure(
    struct zt_daemon *daemon, const struct zt_conf *next, struct zt_err *err)
{
	for (size_t i = 0; i < ZT_N_PARTS; i++) {
		if (daemon->states[i] == NULL || parts[i]->check == NULL)
			continue;
		int result = parts[i]->check(daemon->states[i], next, err);
		if (result != 0) {
			refuse(daemon, i);
			return result;
		}
	}
	daemon->conf = next;
	for (size_t i = 0; i < ZT_N_PARTS; i++)
		if (daemon->states[i] != NULL && parts[i]->adopt != NULL)
			parts[i]->adopt(daemon->states[i], next);
	return 0;
}

void
zt_daemon_rotate(struct zt_daemon *daemon)
{
	for (size_t i = 0; i < ZT_N_PARTS; i++)
		if (daemon->states[i] != NULL && parts[i]->rotate != NULL)
			parts[i]->rotate(daemon->states[i]);
}

void
zt_daemon_describe(
    const struct zt_daemon *daemon, struct zt_document *document, json_t *object)
{
	for (size_t i = 0; i < ZT_N_PARTS; i++) {
		if (daemon->states[i] == NULL || parts[i]->describe == NULL)
			continue;
		json_t *own = zt_put_object(document, object, parts[i]->name);
		parts[i]->describe(daemon->states[i], document, own);
	}
}

void
zt_daemon_end(struct zt_daemon *daemon, enum zt_exit result)
{
	if (daemon->result == ZT_EXIT_OK)
		daemon->result = result;
	zt_stop_wish(daemon->stop);
}

bool
zt_daemon_finish(struct zt_daemon *daemon)
{
	bool finished = true;

	for (size_t i = 0; i < ZT_N_PARTS; i++)
		if (daemon->states[i] != NULL && parts[i]->finish != NULL)
			finished &= parts[i]->finish(daemon->states[i]);
	return finished;
}

void
zt_daemon_close(struct zt_daemon *daemon)
{
	for (size_t i = ZT_N_PARTS; i-- > 0;) {
		if (daemon->states[i] != NULL && parts[i]->close != NULL)
			parts[i]->close(daemon->states[i]);
		daemon->states[i] = NULL;
	}
	zt_conf_free(&daemon->reloaded);
	zt_places_fini(&daemon->places);
}
