/*
 * What it costs to decode every message with ldns: a loop over a file that finds the
 * message in the plainest way (Ethernet, IPv4 or IPv6 without options, port 53; of TCP
 * only messages that begin and end in one segment) and hands it to ldns.
 *
 *   ldns FILE
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <ldns/ldns.h>
#include <pcap/pcap.h>

enum {
	ETHERNET_BYTES = 14,
	IPV4_BYTES = 20,
	IPV6_BYTES = 40,
	UDP_BYTES = 8,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
};

struct totals {
	unsigned long long packets;
	unsigned long long messages;
	unsigned long long refused;
	unsigned long long transfers;
};

static unsigned
get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/** The message in a transport segment; NULL when there is none. */
static const uint8_t *
find_message(const uint8_t *at, size_t left, uint8_t protocol, size_t *len)
{
	if (left < 20 || (get16(at) != 53 && get16(at + 2) != 53))
		return NULL;
	if (protocol == PROTO_UDP) {
		*len = left - UDP_BYTES;
		return at + UDP_BYTES;
	}
	size_t skip = (size_t)(at[12] >> 4) * 4 + 2;
	if (left <= skip || get16(at + skip - 2) != left - skip)
		return NULL;
	*len = left - skip;
	return at + skip;
}

static const uint8_t *
find_transport(const struct pcap_pkthdr *header, const uint8_t *at, size_t *len)
{
	size_t skip = ETHERNET_BYTES + IPV4_BYTES;
	if (header->caplen < ETHERNET_BYTES + IPV6_BYTES)
		return NULL;
	uint8_t protocol = at[ETHERNET_BYTES + 9];
	if (get16(at + 12) == 0x86dd) {
		skip = ETHERNET_BYTES + IPV6_BYTES;
		protocol = at[ETHERNET_BYTES + 6];
	} else if (get16(at + 12) != 0x0800) {
		return NULL;
	}
	if (protocol != PROTO_UDP && protocol != PROTO_TCP)
		return NULL;
	return find_message(at + skip, header->caplen - skip, protocol, len);
}

static void
decode(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct totals *totals = (void *)user;
	ldns_pkt *pkt = NULL;
	size_t len = 0;

	totals->packets++;
	const uint8_t *message = find_transport(header, bytes, &len);
	if (!message)
		return;
	if (ldns_wire2pkt(&pkt, message, len) != LDNS_STATUS_OK) {
		totals->refused++;
		return;
	}
	totals->messages++;
	const ldns_rr_list *questions = ldns_pkt_question(pkt);
	if (!ldns_pkt_qr(pkt) && ldns_rr_list_rr_count(questions) > 0 &&
	    ldns_rr_get_type(ldns_rr_list_rr(questions, 0)) == LDNS_RR_TYPE_AXFR)
		totals->transfers++;
	ldns_pkt_free(pkt);
}

int
main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	static union {
		struct totals totals;
		u_char bytes[sizeof(struct totals)];
	} state;

	if (argc != 2) {
		fputs("usage: ldns FILE\n", stderr);
		return 64;
	}
	pcap_t *pcap = pcap_open_offline(argv[1], error);
	if (!pcap) {
		fprintf(stderr, "ldns: %s\n", error);
		return 66;
	}
	int rc = pcap_loop(pcap, -1, decode, state.bytes);
	pcap_close(pcap);
	printf("%llu packets, %llu messages, %llu not decoded, %llu transfers asked\n",
	    state.totals.packets, state.totals.messages, state.totals.refused,
	    state.totals.transfers);
	return rc == 0 ? 0 : 65;
}
