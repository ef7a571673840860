/*
 * The floor: libpcap's own loop over a file with an empty callback.
 *
 *   null FILE
 */
#include <stdio.h>

#include <pcap/pcap.h>

static void
nothing(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	(void)header;
	(void)bytes;
	++*(unsigned long long *)(void *)user;
}

int
main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	union {
		unsigned long long n;
		u_char bytes[sizeof(unsigned long long)];
	} packets = { 0 };

	if (argc != 2) {
		fputs("usage: null FILE\n", stderr);
		return 64;
	}
	pcap_t *pcap = pcap_open_offline(argv[1], error);
	if (!pcap) {
		fprintf(stderr, "null: %s\n", error);
		return 66;
	}
	int rc = pcap_loop(pcap, -1, nothing, packets.bytes);
	pcap_close(pcap);
	printf("%llu packets\n", packets.n);
	return rc == 0 ? 0 : 65;
}
