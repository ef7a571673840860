#include "capture_live.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <pcap.h>

#include "../dissect/layers.h"

/* The kernel hands a block of packets over after so long at the latest; it rounds up to
 * its own tick, 4 ms where that is 250 Hz.  Immediate mode would save this wait, but cost
 * a wake-up for each packet and a ring of fixed slots that cut what is longer. */
#define BLOCK_TIMEOUT_MS 1
#define NS_PER_S	 UINT64_C(1000000000)
#define LINKTYPE_RAW	 101
/* Packets that came in before the interface was muted are waited for so often. */
#define DRAIN_ROUNDS  100
#define DRAIN_WAIT_MS 2

/* What the kernel knows of a packet beside its bytes has addresses of its own. */
#define ANCILLARY(what) ((uint32_t)(SKF_AD_OFF + (what)))

#define N_OF(array)	(sizeof(array) / sizeof((array)[0]))

struct zt_live {
	pcap_t *pcap;
	struct bpf_program program;
	int fd;
	uint16_t number;
	uint16_t link_type;
	uint32_t ns_per_fraction; /* of time stamps: 1 or 1000 */
	bool has_program;
	bool unfiltered;
	bool has_echoes; /* the loopback interface is part of it */
	zt_packet_fn deliver;
	void *arg;
};

static int
activate(pcap_t *pcap, const struct zt_live_options *options, struct zt_err *err)
{
	/* These fail only on a handle that is active already. */
	(void)pcap_set_snaplen(pcap, (int)options->snaplen);
	(void)pcap_set_promisc(pcap, options->promiscuous);
	(void)pcap_set_timeout(pcap, BLOCK_TIMEOUT_MS);
	(void)pcap_set_buffer_size(pcap, (int)options->buffer_bytes);
	/* Where the precision is not supported, pcap_get_tstamp_precision() says so. */
	(void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	int result = pcap_activate(pcap);
	if (result >= 0)
		return 0;
	switch (result) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		zt_err_set(err,
		    "%s: capturing needs the capability CAP_NET_RAW (run as root, or "
		    "setcap cap_net_raw+ep on the program)",
		    options->name);
		return -EPERM;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		zt_err_set(err, "%s: no such interface", options->name);
		return -ENODEV;
	case PCAP_ERROR_IFACE_NOT_UP:
		zt_err_set(err, "%s: the interface is down", options->name);
		return -ENETDOWN;
	default:
		zt_err_set(err, "%s: %s: %s", options->name, pcap_statustostr(result),
		    pcap_geterr(pcap));
		return -EIO;
	}
}

/* libpcap's DLT_ numbers are LINKTYPE_ numbers but for raw IP, which has several. */
static uint16_t
link_type_of(int dlt)
{
	return dlt == DLT_RAW ? LINKTYPE_RAW : (uint16_t)dlt;
}

static void
discard(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	uint64_t *n = (void *)user;

	(void)header;
	(void)bytes;
	(*n)++;
}

/* What came in between the opening and the muting is not part of the capture. */
static void
drain(struct zt_live *live)
{
	uint64_t accepted = 0;
	uint64_t discarded = 0;

	for (int i = 0; i < DRAIN_ROUNDS; i++) {
		struct zt_live_counts counts = zt_live_counts(live);
		accepted += counts.received - counts.drops;
		if (discarded >= accepted)
			return;
		struct pollfd fd = { .fd = live->fd, .events = POLLIN };
		(void)poll(&fd, 1, DRAIN_WAIT_MS); /* errors end the wait early */
		/* Errors come again when packets are read. */
		(void)pcap_dispatch(live->pcap, -1, discard, (u_char *)&discarded);
	}
}

static int
prepare(struct zt_live *live, const char *name, struct zt_err *err)
{
	char text[PCAP_ERRBUF_SIZE] = "";

	live->link_type = link_type_of(pcap_datalink(live->pcap));
	if (!zt_layers_knows_link(live->link_type)) {
		zt_err_set(
		    err, "%s: zonetap cannot read link type %u", name, live->link_type);
		return -ENODEV;
	}
	live->ns_per_fraction =
	    pcap_get_tstamp_precision(live->pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1
										: 1000;
	live->fd = pcap_get_selectable_fd(live->pcap);
	if (live->fd < 0 || pcap_setnonblock(live->pcap, 1, text) != 0) {
		zt_err_set(err, "%s: cannot wait for packets: %s", name, text);
		return -EIO;
	}
	zt_live_mute(live);
	drain(live);
	return 0;
}

static int
compile(struct zt_live *live, const struct zt_live_options *options, struct zt_err *err)
{
	bool own = options->filter.own[0] != '\0';
	char *text = malloc(ZT_FILTER_SIZE);

	if (text == NULL) {
		zt_err_set(err, "%s: %s", options->name, strerror(ENOMEM));
		return -ENOMEM;
	}
	live->unfiltered = !zt_filter_text(&options->filter, live->link_type, text);
	/* The netmask matters only for "ip broadcast". */
	live->has_program =
	    !live->unfiltered && pcap_compile(live->pcap, &live->program, text, 1,
				     PCAP_NETMASK_UNKNOWN) == 0;
	free(text);
	if (live->has_program || !own) /* without one: everything, and told */
		return 0;
	zt_err_set(err, "capture.filter: %s: %s", options->filter.own,
	    pcap_geterr(live->pcap));
	return -EINVAL;
}

int
zt_live_open(
    const struct zt_live_options *options, struct zt_live **live, struct zt_err *err)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	struct zt_live *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		zt_err_set(err, "%s: %s", options->name, strerror(ENOMEM));
		return -ENOMEM;
	}
	l->number = options->number;
	l->has_echoes =
	    strcmp(options->name, "any") == 0 || strcmp(options->name, "lo") == 0;
	l->pcap = pcap_create(options->name, text);
	if (l->pcap == NULL) {
		zt_err_set(err, "%s: %s", options->name, text);
		free(l);
		return -ENODEV;
	}
	int result = activate(l->pcap, options, err);
	if (result == 0)
		result = prepare(l, options->name, err);
	if (result == 0)
		result = compile(l, options, err);
	if (result != 0)
		zt_live_close(&l);
	else
		*live = l;
	return result;
}

int
zt_live_join(struct zt_live *live, uint16_t *group, struct zt_err *err)
{
	uint32_t mode = PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG;
	socklen_t len = sizeof(mode);

	/* The kernel finds a number that no other process of this network uses. */
	if (*group == 0)
		mode |= PACKET_FANOUT_FLAG_UNIQUEID;
	mode = mode << 16 | *group;
	if (setsockopt(live->fd, SOL_PACKET, PACKET_FANOUT, &mode, sizeof(mode)) != 0 ||
	    getsockopt(live->fd, SOL_PACKET, PACKET_FANOUT, &mode, &len) != 0) {
		zt_err_set(err, "capture.workers: cannot share an interface: %s",
		    strerror(errno));
		return -EIO;
	}
	*group = (uint16_t)mode;
	return 0;
}

/*
 * The loopback interface shows each packet twice, going out and coming in.  libpcap
 * leaves the first one out, but after the kernel has counted it; so the kernel is made
 * to leave it out, in front of the filter that it has by now.
 */
static int
leave_out_echoes(const struct zt_live *live)
{
	unsigned lo = if_nametoindex("lo");
	const struct sock_filter prefix[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ANCILLARY(SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ANCILLARY(SKF_AD_IFINDEX)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, lo, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter code[BPF_MAXINSNS] = {
		[N_OF(prefix)] = BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	socklen_t n = (socklen_t)(N_OF(code) - N_OF(prefix));

	memcpy(code, prefix, sizeof(prefix));
	if (live->unfiltered)
		n = 1;
	else if (getsockopt(
		     live->fd, SOL_SOCKET, SO_GET_FILTER, code + N_OF(prefix), &n) != 0)
		return -errno;
	const struct sock_fprog program = { .len = (unsigned short)(n + N_OF(prefix)),
		.filter = code };
	return setsockopt(live->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		   sizeof(program)) == 0
		   ? 0
		   : -errno;
}

/* @return whether the kernel has taken the filter.  One that libpcap runs itself, since
 * the kernel refused it, would make packets vanish uncounted. */
static bool
set_filter(struct zt_live *live)
{
	socklen_t n = 0;

	return live->has_program && pcap_setfilter(live->pcap, &live->program) == 0 &&
	       getsockopt(live->fd, SOL_SOCKET, SO_GET_FILTER, NULL, &n) == 0 && n > 1;
}

int
zt_live_start(struct zt_live *live, struct zt_err *err)
{
	const int unused = 0;
	int result = 0;

	live->unfiltered = !set_filter(live);
	if (live->has_echoes)
		result = leave_out_echoes(live);
	else if (live->unfiltered && setsockopt(live->fd, SOL_SOCKET, SO_DETACH_FILTER,
					 &unused, sizeof(unused)) != 0)
		result = -errno;
	if (result == 0)
		return 0;
	zt_err_set(err, "cannot start the capture: %s", strerror(-result));
	return -EIO;
}

bool
zt_live_is_unfiltered(const struct zt_live *live)
{
	return live->unfiltered;
}

void
zt_live_close(struct zt_live **live)
{
	if (*live == NULL)
		return;
	if ((*live)->has_program)
		pcap_freecode(&(*live)->program);
	pcap_close((*live)->pcap);
	free(*live);
	*live = NULL;
}

int
zt_live_fd(const struct zt_live *live)
{
	return live->fd;
}

static void
hand_over(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct zt_live *live = (void *)user;
	struct zt_packet packet = {
		.data = bytes,
		.ts_ns = (uint64_t)header->ts.tv_sec * NS_PER_S +
			 (uint64_t)header->ts.tv_usec * live->ns_per_fraction,
		.caplen = header->caplen,
		.wirelen = header->len < header->caplen ? header->caplen : header->len,
		.link_type = live->link_type,
		.interface = live->number,
	};

	live->deliver(live->arg, &packet);
}

int
zt_live_dispatch(
    struct zt_live *live, int max, zt_packet_fn deliver, void *arg, struct zt_err *err)
{
	live->deliver = deliver;
	live->arg = arg;
	int n = pcap_dispatch(live->pcap, max, hand_over, (u_char *)live);
	if (n >= 0)
		return n;
	zt_err_set(err, "%s", pcap_geterr(live->pcap));
	return -EIO;
}

struct zt_live_counts
zt_live_counts(struct zt_live *live)
{
	struct zt_live_counts counts = { 0 };
	struct tpacket_stats_v3 stats = { 0 };
	socklen_t len = sizeof(stats);

	/* Reading sets the kernel's counters to zero; tp_packets has the drops in it.
	 * It cannot fail on a packet socket; if it did, nothing would be counted. */
	if (getsockopt(live->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) != 0)
		return counts;
	counts.received = stats.tp_packets;
	counts.drops = stats.tp_drops;
	return counts;
}

void
zt_live_mute(struct zt_live *live)
{
	struct sock_filter nothing = { .code = BPF_RET | BPF_K, .k = 0 };
	const struct sock_fprog program = { .len = 1, .filter = &nothing };

	/* Where it fails, packets keep coming and whoever waits for their end gives up
	 * after its time. */
	(void)setsockopt(
	    live->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}
