#include "capture_live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pcap.h>

#include "../dissect/layers.h"

#define SNAPLEN	     262144
#define BUFFER_BYTES (64 << 20)
/* The kernel hands a block of packets over after so long at the latest.  Immediate mode
 * would save this wait and cost a wake-up for each packet. */
#define BLOCK_TIMEOUT_MS 2
#define NS_PER_S	 UINT64_C(1000000000)
#define LINKTYPE_RAW	 101

struct zt_live {
	pcap_t *pcap;
	int fd;
	uint16_t number;
	uint16_t link_type;
	uint64_t drops;	     /* in 64 bits */
	uint32_t last_drops; /* libpcap's own counter, which wraps */
	zt_packet_fn deliver;
	void *arg;
};

static int
activate(pcap_t *pcap, const char *name, struct zt_err *err)
{
	/* These fail only on a handle that is active already. */
	(void)pcap_set_snaplen(pcap, SNAPLEN);
	(void)pcap_set_promisc(pcap, 1);
	(void)pcap_set_timeout(pcap, BLOCK_TIMEOUT_MS);
	(void)pcap_set_buffer_size(pcap, BUFFER_BYTES);
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
		    name);
		return -EPERM;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		zt_err_set(err, "%s: no such interface", name);
		return -ENODEV;
	case PCAP_ERROR_IFACE_NOT_UP:
		zt_err_set(err, "%s: the interface is down", name);
		return -ENODEV;
	default:
		zt_err_set(err, "%s: %s: %s", name, pcap_statustostr(result),
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
	live->fd = pcap_get_selectable_fd(live->pcap);
	if (live->fd < 0 || pcap_setnonblock(live->pcap, 1, text) != 0) {
		zt_err_set(err, "%s: cannot wait for packets: %s", name, text);
		return -EIO;
	}
	return 0;
}

int
zt_live_open(
    const char *name, uint16_t number, struct zt_live **live, struct zt_err *err)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	struct zt_live *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		zt_err_set(err, "%s: %s", name, strerror(ENOMEM));
		return -ENOMEM;
	}
	l->number = number;
	l->pcap = pcap_create(name, text);
	if (l->pcap == NULL) {
		zt_err_set(err, "%s: %s", name, text);
		free(l);
		return -ENODEV;
	}
	int result = activate(l->pcap, name, err);
	if (result == 0)
		result = prepare(l, name, err);
	if (result != 0)
		zt_live_close(&l);
	else
		*live = l;
	return result;
}

void
zt_live_close(struct zt_live **live)
{
	if (*live == NULL)
		return;
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
	uint64_t fraction = (uint64_t)header->ts.tv_usec;

	if (pcap_get_tstamp_precision(live->pcap) != PCAP_TSTAMP_PRECISION_NANO)
		fraction *= 1000;
	struct zt_packet packet = {
		.data = bytes,
		.ts_ns = (uint64_t)header->ts.tv_sec * NS_PER_S + fraction,
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

uint64_t
zt_live_drops(struct zt_live *live)
{
	struct pcap_stat stat;

	if (pcap_stats(live->pcap, &stat) != 0)
		return live->drops;
	live->drops += (uint32_t)(stat.ps_drop - live->last_drops);
	live->last_drops = stat.ps_drop;
	return live->drops;
}
