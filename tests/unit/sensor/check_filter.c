/* The kernel's filter: it passes every packet that a message is made of, in every
 * capture there is, and little of what is not DNS. */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap.h>

#include "dissect/dissect.h"
#include "sensor/filter.h"
#include "sensor/source.h"
#include "suite.h"

static const uint16_t port_53 = 53;

/* Programs compiled so far, by link type. */
#define PROGRAMS 8

struct filter {
	struct {
		uint16_t link_type;
		bool expressed;
		struct bpf_program program;
	} rows[PROGRAMS];
	size_t n;
};

/* The dissector behind the filter and the one that sees all. */
struct view {
	struct zt_dissect *dissect;
	uint64_t packets;
	uint64_t others; /* ended as something else than DNS */
	uint64_t events;
	uint64_t sum; /* over what was asked and answered */
};

static void
take_event(void *arg, const struct zt_event *event)
{
	struct view *view = arg;

	if (event->kind != ZT_EVENT_QUERY && event->kind != ZT_EVENT_RESPONSE)
		return;
	view->events++;
	view->sum += (event->ts_ns ^ event->name_hash) * (event->client_port | 1u);
}

static void
open_view(struct view *view)
{
	struct zt_dissect_options options;

	memset(view, 0, sizeof(*view));
	zt_dissect_defaults(&options);
	options.emit = take_event;
	options.emit_arg = view;
	view->dissect = zt_dissect_new(&options);
	ck_assert_ptr_nonnull(view->dissect);
}

static int
dlt_of(uint16_t link_type)
{
	return link_type == 101 ? DLT_RAW : link_type;
}

static void
compile(const char *text, uint16_t link_type, struct bpf_program *program)
{
	pcap_t *pcap = pcap_open_dead(dlt_of(link_type), 262144);

	ck_assert_ptr_nonnull(pcap);
	ck_assert_msg(pcap_compile(pcap, program, text, 1, PCAP_NETMASK_UNKNOWN) == 0,
	    "link type %u: %s: %s", link_type, pcap_geterr(pcap), text);
	pcap_close(pcap);
}

static bool
passes(struct filter *filter, const struct zt_packet *packet)
{
	static char text[ZT_FILTER_SIZE];
	const struct zt_filter_options options = { &port_53, 1, "", true, true };
	const struct pcap_pkthdr header = { .caplen = packet->caplen,
		.len = packet->wirelen };
	size_t i = 0;

	while (i < filter->n && filter->rows[i].link_type != packet->link_type)
		i++;
	if (i == filter->n) {
		ck_assert_uint_lt(i, PROGRAMS);
		filter->rows[i].link_type = packet->link_type;
		filter->rows[i].expressed =
		    zt_filter_text(&options, packet->link_type, text);
		if (filter->rows[i].expressed)
			compile(text, packet->link_type, &filter->rows[i].program);
		filter->n++;
	}
	return !filter->rows[i].expressed ||
	       pcap_offline_filter(&filter->rows[i].program, &header, packet->data) !=
		   0;
}

static void
free_programs(struct filter *filter)
{
	for (size_t i = 0; i < filter->n; i++)
		if (filter->rows[i].expressed)
			pcap_freecode(&filter->rows[i].program);
}

static void
see(struct view *view, const struct zt_packet *packet)
{
	const struct zt_dissect_stats *stats = zt_dissect_stats(view->dissect);
	uint64_t before = zt_counted(&stats->parsed) +
			  zt_counted(&stats->outcomes[ZT_R_FRAGMENT_HELD]);

	zt_dissect_packet(view->dissect, packet);
	view->packets++;
	view->others += before == zt_counted(&stats->parsed) +
				      zt_counted(&stats->outcomes[ZT_R_FRAGMENT_HELD]);
}

/* Both views of one capture; they must have seen the same messages. */
static void
compare(const char *path, struct view *sum)
{
	struct zt_paths paths = { 0 };
	struct zt_source source;
	struct zt_interfaces *interfaces = zt_interfaces_new();
	struct zt_packet packet;
	struct zt_err err = { "" };
	struct filter filter = { .n = 0 };
	struct view whole, filtered;

	ck_assert_msg(zt_paths_add(&paths, path, &err) == 0, "%s", err.text);
	ck_assert_int_eq(zt_source_init(&source, &paths, interfaces, -1), 0);
	open_view(&whole);
	open_view(&filtered);
	while (zt_source_next(&source, &packet) == ZT_READ_PACKET) {
		see(&whole, &packet);
		if (passes(&filter, &packet))
			see(&filtered, &packet);
	}
	zt_dissect_flush(whole.dissect);
	zt_dissect_flush(filtered.dissect);
	if (whole.events != filtered.events || whole.sum != filtered.sum)
		ck_abort_msg("%s: %lu of %lu events are left", path,
		    (unsigned long)filtered.events, (unsigned long)whole.events);
	sum->packets += whole.packets;
	sum->others += whole.others;
	sum->events += whole.others - filtered.others;
	zt_dissect_free(&whole.dissect);
	zt_dissect_free(&filtered.dissect);
	free_programs(&filter);
	zt_source_fini(&source);
	zt_paths_fini(&paths);
	zt_interfaces_free(&interfaces);
}

static bool
is_capture(const char *name)
{
	return strstr(name, ".pcap") != NULL || strstr(name, ".cap") != NULL;
}

/* Every capture of a folder; 0 when there is no such folder. */
static size_t
compare_folder(const char *folder, struct view *sum)
{
	DIR *directory = opendir(folder);
	size_t n = 0;

	if (directory == NULL)
		return 0;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		char path[4096];
		if (!is_capture(entry->d_name))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		compare(path, sum);
		n++;
	}
	(void)closedir(directory);
	return n;
}

static const char *const folders[] = { "lab", "public" };

static void
captures_folder(char *text, size_t size, const char *name)
{
	const char *captures = getenv("ZT_CAPTURES");
	const char *source = getenv("ZT_SOURCE_DIR");

	if (captures != NULL)
		(void)snprintf(text, size, "%s/%s", captures, name);
	else
		(void)snprintf(text, size, "%s/../shared/captures/%s",
		    source != NULL ? source : ".", name);
}

START_TEST(nothing_of_dns_is_lost_in_any_capture)
{
	char folder[2048];
	struct view sum = { .packets = 0 };

	captures_folder(folder, sizeof(folder), folders[_i]);
	size_t n = compare_folder(folder, &sum);
	printf("%s: %zu captures, %lu packets; of %lu without DNS %lu are dropped\n",
	    folder, n, (unsigned long)sum.packets, (unsigned long)sum.others,
	    (unsigned long)sum.events);
}
END_TEST

START_TEST(nothing_of_dns_is_lost_in_any_encapsulation)
{
	const char *source = getenv("ZT_SOURCE_DIR");
	char folder[2048];
	struct view sum = { .packets = 0 };

	if (source == NULL)
		return;
	(void)snprintf(
	    folder, sizeof(folder), "%s/tests/golden/encapsulations", source);
	ck_assert_uint_ge(compare_folder(folder, &sum), 30);
}
END_TEST

/* Sixteen ports, everything on: it must still compile, for every link type. */
START_TEST(the_longest_filter_compiles)
{
	static const uint16_t links[] = { 1, 101, 113, 276, 105, 119, 127, 163 };
	uint16_t ports[16];
	static char text[ZT_FILTER_SIZE];
	const struct zt_filter_options options = { ports, 16, "", true, true };
	struct bpf_program program;

	for (uint16_t i = 0; i < 16; i++)
		ports[i] = (uint16_t)(50000 + 2 * i);
	ck_assert(zt_filter_text(&options, links[_i], text));
	compile(text, links[_i], &program);
	/* BPF_MAXINSNS of the kernel. */
	ck_assert_uint_le(program.bf_len, 4096);
	pcap_freecode(&program);
}
END_TEST

START_TEST(the_users_expression_takes_its_place)
{
	static char text[ZT_FILTER_SIZE];
	const struct zt_filter_options options = { &port_53, 1, "udp port 5353", true,
		true };

	ck_assert(zt_filter_text(&options, 1, text));
	ck_assert_str_eq(text, "udp port 5353");
}
END_TEST

START_TEST(a_link_type_without_expression_is_told)
{
	static char text[ZT_FILTER_SIZE];
	const struct zt_filter_options options = { &port_53, 1, "", true, true };

	ck_assert(!zt_filter_text(&options, 253, text));
	ck_assert_str_eq(text, "");
}
END_TEST

/* Frames of 64 bytes: Ethernet, IPv4 without options. */
static struct zt_packet
frame(uint8_t bytes[64], uint8_t protocol, uint16_t port)
{
	memset(bytes, 0, 64);
	bytes[12] = 0x08; /* IPv4 */
	bytes[14] = 0x45;
	bytes[17] = 50;
	bytes[23] = protocol;
	bytes[36] = (uint8_t)(port >> 8);
	bytes[37] = (uint8_t)port;
	return (struct zt_packet){
		.data = bytes, .caplen = 64, .wirelen = 64, .link_type = 1
	};
}

START_TEST(what_is_not_dns_does_not_pass)
{
	uint8_t bytes[64];
	struct filter filter = { .n = 0 };
	struct zt_packet packet = frame(bytes, 17, 53);

	ck_assert(passes(&filter, &packet));
	packet = frame(bytes, 6, 53);
	ck_assert(passes(&filter, &packet));
	packet = frame(bytes, 6, 443);
	ck_assert(!passes(&filter, &packet));
	packet = frame(bytes, 17, 123);
	ck_assert(!passes(&filter, &packet));
	packet = frame(bytes, 1, 53); /* ICMP */
	ck_assert(!passes(&filter, &packet));
	free_programs(&filter);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("filter");
	TCase *text = tcase_create("text");
	TCase *captures = tcase_create("captures");

	tcase_add_loop_test(text, the_longest_filter_compiles, 0, 8);
	tcase_add_test(text, the_users_expression_takes_its_place);
	tcase_add_test(text, a_link_type_without_expression_is_told);
	tcase_add_test(text, what_is_not_dns_does_not_pass);
	suite_add_tcase(suite, text);
	tcase_add_loop_test(captures, nothing_of_dns_is_lost_in_any_capture, 0, 2);
	tcase_add_test(captures, nothing_of_dns_is_lost_in_any_encapsulation);
	suite_add_tcase(suite, captures);
	return zt_suite_run(suite);
}
