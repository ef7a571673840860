/*
 * Sends the frames of a capture file on an interface at a rate, over and over.
 *
 *   send INTERFACE FILE PACKETS-A-SECOND SECONDS
 *
 * Frames go out in bursts that are due each 200 microseconds.  Of each round through the
 * file the IP identification is another one, so that no frame is taken for a copy.
 * Prints how many frames the kernel took.
 */
/* For sendmmsg(). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <pcap/pcap.h>

#define FRAMES_MAX 200000
#define BURST_MAX  128
#define TURN_NS	   200000
#define NS_PER_S   UINT64_C(1000000000)
/* Of an IPv4 header without options behind an Ethernet header. */
#define IPV4_TYPE_AT 12
#define IPV4_ID_AT   18

#ifndef PACKET_QDISC_BYPASS
#	define PACKET_QDISC_BYPASS 20
#endif

static struct iovec frames[FRAMES_MAX];
static struct mmsghdr messages[BURST_MAX];

static void
give_up(const char *what)
{
	fprintf(stderr, "send: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static size_t
load(const char *path)
{
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *bytes;
	size_t n = 0;
	pcap_t *pcap = pcap_open_offline(path, error);

	if (!pcap || pcap_datalink(pcap) != DLT_EN10MB) {
		fprintf(stderr, "send: %s: no capture of Ethernet\n", path);
		exit(66);
	}
	while (n < FRAMES_MAX && pcap_next_ex(pcap, &header, &bytes) == 1) {
		if (header->caplen < 60 || header->caplen > 1514)
			continue;
		frames[n].iov_base = malloc(header->caplen);
		if (!frames[n].iov_base)
			give_up("memory");
		memcpy(frames[n].iov_base, bytes, header->caplen);
		frames[n++].iov_len = header->caplen;
	}
	pcap_close(pcap);
	return n;
}

static int
open_link(const char *name)
{
	const struct sockaddr_ll where = { .sll_family = AF_PACKET,
		.sll_protocol = 0,
		.sll_ifindex = (int)if_nametoindex(name) };
	const int on = 1;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || where.sll_ifindex == 0 ||
	    bind(fd, (const struct sockaddr *)(const void *)&where, sizeof(where)) != 0)
		give_up(name);
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) != 0)
		give_up("PACKET_QDISC_BYPASS");
	return fd;
}

/* Another identification than in the round before. */
static void
renew(struct iovec *frame, uint16_t round)
{
	unsigned char *bytes = frame->iov_base;

	if (bytes[IPV4_TYPE_AT] != 0x08 || bytes[IPV4_TYPE_AT + 1] != 0)
		return;
	bytes[IPV4_ID_AT] = (unsigned char)(bytes[IPV4_ID_AT] + (round & 0xff));
}

/* Send n frames from the place at on; returns the place behind them. */
static size_t
burst(int fd, size_t at, size_t n, size_t n_frames)
{
	static uint16_t round;

	for (size_t i = 0; i < n; i++) {
		messages[i].msg_hdr.msg_iov = &frames[at];
		messages[i].msg_hdr.msg_iovlen = 1;
		if (round > 0)
			renew(&frames[at], 1);
		if (++at == n_frames) {
			at = 0;
			round = 1;
		}
	}
	for (size_t done = 0; done < n;) {
		int sent = sendmmsg(fd, messages + done, (unsigned)(n - done), 0);
		if (sent < 0 && errno != ENOBUFS && errno != EINTR)
			give_up("sendmmsg");
		done += sent > 0 ? (size_t)sent : 0;
	}
	return at;
}

int
main(int argc, char **argv)
{
	if (argc != 5) {
		fputs("usage: send INTERFACE FILE PACKETS-A-SECOND SECONDS\n", stderr);
		return 64;
	}
	size_t n_frames = load(argv[2]), at = 0;
	double rate = atof(argv[3]);
	int fd = open_link(argv[1]);
	uint64_t start_ns = now_ns(), sent = 0;
	uint64_t end_ns = start_ns + (uint64_t)(atof(argv[4]) * (double)NS_PER_S);

	if (n_frames == 0)
		return 66;
	for (uint64_t now = start_ns; now < end_ns; now = now_ns()) {
		double due = (double)(now - start_ns) / (double)NS_PER_S * rate;
		uint64_t behind = (uint64_t)due > sent ? (uint64_t)due - sent : 0;
		if (behind == 0) {
			const struct timespec turn = { .tv_nsec = TURN_NS };
			nanosleep(&turn, NULL);
			continue;
		}
		size_t n = behind < BURST_MAX ? (size_t)behind : BURST_MAX;
		at = burst(fd, at, n, n_frames);
		sent += n;
	}
	printf("%llu frames in %.3f s\n", (unsigned long long)sent,
	    (double)(now_ns() - start_ns) / (double)NS_PER_S);
	close(fd);
	return 0;
}
