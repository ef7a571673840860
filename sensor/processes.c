#include "processes.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../detect/recon_tools.h"
#include "addresses.h"
#include "command_line.h"
#include "connector.h"
#include "timeline.h"

#define NS_PER_S UINT64_C(1000000000)
/* The thread looks around at least so often. */
#define TURN_MS 200
/* Messages in one turn, before time is looked at again. */
#define TURN_MESSAGES 256
/* A tool that has asked nothing by then is told as silent. */
#define PATIENCE_NS (10 * NS_PER_S)
/* Its packets pass capture and ring before this is over. */
#define AFTERMATH_NS (2 * NS_PER_S)
/* Addresses are asked for again when they are older. */
#define ADDRESSES_NS NS_PER_S

struct followed {
	struct zt_process process;
	uint64_t began_ns; /* boot time */
	uint64_t ended_ns; /* boot time; 0: it runs */
	bool is_running_told;
};

/* An event with its tail. */
struct message {
	struct zt_event event;
	struct zt_answer_addr addrs[ZT_EVENT_ADDR_MAX];
	struct zt_process room; /* the process lies behind the last address */
};

struct zt_processes {
	struct zt_processes_options options;
	struct zt_processes_counts counts;
	struct zt_timeline timeline;
	struct zt_clocks clocks;
	struct zt_addresses addresses;
	uint64_t addresses_ns; /* boot time; 0: never */
	uint64_t last_id;
	size_t n_followed;
	struct followed followed[ZT_PROCESSES_FOLLOWED];
	struct zt_command_line line;
	struct message message;
	int fd;
	pthread_t thread;
	bool started;
};

int
zt_processes_open(struct zt_processes **processes,
    const struct zt_processes_options *options, struct zt_err *err)
{
	struct zt_processes *own = calloc(1, sizeof(*own));

	if (own == NULL) {
		zt_err_set(err, "processes: %s", strerror(ENOMEM));
		return -ENOMEM;
	}
	own->options = *options;
	own->fd = -1;
	int result = zt_connector_open(&own->fd, err);
	if (result == 0)
		*processes = own;
	else
		zt_processes_free(&own);
	return result;
}

void
zt_processes_free(struct zt_processes **processes)
{
	if (*processes == NULL)
		return;
	if ((*processes)->fd >= 0)
		(void)close((*processes)->fd); /* holds no data */
	free(*processes);
	*processes = NULL;
}

static void
look_at_clocks(struct zt_processes *p)
{
	p->clocks = zt_clocks_read();
	zt_timeline_look(&p->timeline, &p->clocks);
}

static void
look_at_addresses(struct zt_processes *p)
{
	if (p->addresses_ns != 0 && p->clocks.boot_ns - p->addresses_ns < ADDRESSES_NS)
		return;
	p->addresses_ns = p->clocks.boot_ns;
	/* Without addresses the start is told all the same. */
	(void)zt_addresses_read(&p->addresses, p->options.opener);
}

static void
tell(struct zt_processes *p, const struct zt_process *process,
    enum zt_process_phase phase)
{
	struct message *message = &p->message;
	struct zt_event *event = &message->event;
	struct zt_process own = *process;
	size_t addrs_bytes = p->addresses.count * sizeof(message->addrs[0]);

	memset(message, 0, sizeof(*message));
	own.phase = (uint8_t)phase;
	event->kind = ZT_EVENT_PROCESS;
	event->ts_ns = p->timeline.now_ns;
	event->family = 4; /* 0.0.0.0, should there be no address */
	event->n_addrs = p->addresses.count;
	if (p->addresses.count > 0) {
		event->family = p->addresses.items[0].family;
		memcpy(
		    event->client, p->addresses.items[0].addr, sizeof(event->client));
	}
	memcpy(message->addrs, p->addresses.items, addrs_bytes);
	memcpy((char *)message + sizeof(*event) + addrs_bytes, &own, sizeof(own));
	event->size = (uint16_t)(sizeof(*event) + addrs_bytes + sizeof(own));
	zt_count(&p->counts.events, 1);
	zt_feed_offer(p->options.feed, event);
	zt_feed_flush(p->options.feed);
}

static void
follow(struct zt_processes *p, const struct zt_process *process)
{
	if (p->n_followed == ZT_PROCESSES_FOLLOWED) {
		zt_count(&p->counts.unfollowed, 1);
		return;
	}
	p->followed[p->n_followed++] =
	    (struct followed){ .process = *process, .began_ns = p->clocks.boot_ns };
}

/* The program of a process has ended, or another one took its place. */
static void
note_end(struct zt_processes *p, uint32_t pid)
{
	for (size_t i = 0; i < p->n_followed; i++)
		if (p->followed[i].process.pid == pid && p->followed[i].ended_ns == 0) {
			p->followed[i].ended_ns = p->clocks.boot_ns;
			tell(p, &p->followed[i].process, ZT_PROCESS_ENDED);
		}
}

static void
note_start(struct zt_processes *p, uint32_t pid)
{
	struct zt_recon_match match;

	zt_count(&p->counts.executed, 1);
	note_end(p, pid);
	if (!zt_command_line_read(pid, &p->line)) {
		zt_count(&p->counts.unread, 1);
		return;
	}
	const struct zt_recon_command command = { p->line.name, p->line.args,
		p->line.args_len };
	if (!zt_recon_find(&command, &match))
		return;
	struct zt_process process = {
		.id = ++p->last_id,
		.started_ns = p->timeline.now_ns,
		.pid = pid,
		.user_id = p->line.user_id,
		.have_user = p->line.have_user,
		.tool = match.tool,
		.clue = match.clue,
	};
	process.is_cut =
	    !zt_command_line_text(&p->line, process.command, sizeof(process.command));
	zt_count(&p->counts.tools, 1);
	look_at_addresses(p);
	tell(p, &process, ZT_PROCESS_STARTED);
	follow(p, &process);
}

/* Whose time has come. */
static void
tell_due(struct zt_processes *p)
{
	uint64_t now_ns = p->clocks.boot_ns;

	for (size_t i = 0; i < p->n_followed;) {
		struct followed *one = &p->followed[i];
		if (one->ended_ns != 0 && now_ns - one->ended_ns >= AFTERMATH_NS) {
			tell(p, &one->process, ZT_PROCESS_PASSED);
			*one = p->followed[--p->n_followed];
			continue;
		}
		if (!one->is_running_told && one->ended_ns == 0 &&
		    now_ns - one->began_ns >= PATIENCE_NS) {
			tell(p, &one->process, ZT_PROCESS_RUNNING);
			one->is_running_told = true;
		}
		i++;
	}
}

static void
read_messages(struct zt_processes *p)
{
	struct zt_connector_event event;

	for (unsigned i = 0; i < TURN_MESSAGES; i++) {
		int result = zt_connector_read(p->fd, &event);
		if (result == -ENOBUFS)
			zt_count(&p->counts.lost, 1);
		else if (result != 0)
			return;
		if (event.kind == ZT_CONNECTOR_EXEC)
			note_start(p, event.value);
		if (event.kind == ZT_CONNECTOR_EXIT)
			note_end(p, event.value);
	}
}

static void *
run(void *arg)
{
	struct zt_processes *p = arg;

	zt_sandbox_enter(p->options.sandbox, ZT_SANDBOX_PROCESSES);
	while (!zt_stop_is_wished(p->options.stop)) {
		struct pollfd fds[2] = {
			{ .fd = p->options.stop->fd, .events = POLLIN },
			{ .fd = p->fd, .events = POLLIN },
		};
		/* Errors only make the wait shorter. */
		(void)poll(fds, 2, TURN_MS);
		zt_count(&p->counts.beats, 1);
		look_at_clocks(p);
		read_messages(p);
		tell_due(p);
	}
	zt_feed_end(p->options.feed);
	return NULL;
}

int
zt_processes_start(struct zt_processes *processes)
{
	int error = pthread_create(&processes->thread, NULL, run, processes);

	processes->started = error == 0;
	return -error;
}

void
zt_processes_join(struct zt_processes *processes)
{
	if (processes == NULL)
		return;
	if (processes->started)
		(void)pthread_join(processes->thread, NULL); /* our own, joinable */
	else /* the detector waits for the end of every feed */
		zt_feed_end(processes->options.feed);
	processes->started = false;
}

const struct zt_processes_counts *
zt_processes_counts(const struct zt_processes *processes)
{
	return &processes->counts;
}

const struct zt_feed *
zt_processes_feed(const struct zt_processes *processes)
{
	return processes->options.feed;
}
