#include "layers.h"

#include <stdlib.h>

#include "link.h"
#include "peel.h"

struct zt_layers *
zt_layers_new(const struct zt_layers_options *options, struct zt_dissect_stats *stats)
{
	struct zt_layers *layers;

	if (options->n_ports > ZT_LAYERS_PORTS_MAX)
		return NULL;
	layers = calloc(1, sizeof(*layers));
	if (!layers)
		return NULL;
	layers->stats = stats;
	for (size_t i = 0; i < options->n_ports; i++)
		layers->ports[i] = options->ports[i];
	layers->n_ports = options->n_ports;
	layers->sealed_port = options->sealed_port;
	layers->fragments =
	    zt_fragments_new(options->fragment_bytes, &options->key, stats);
	if (options->drop_duplicates)
		layers->duplicates = zt_duplicates_new(&options->key);
	if (options->check_sums)
		layers->checksums = zt_checksums_new(&options->key, stats);
	if (!layers->fragments || (options->drop_duplicates && !layers->duplicates) ||
	    (options->check_sums && !layers->checksums))
		zt_layers_free(&layers);
	return layers;
}

void
zt_layers_free(struct zt_layers **layers)
{
	if (!*layers)
		return;
	zt_fragments_free(&(*layers)->fragments);
	zt_duplicates_free(&(*layers)->duplicates);
	zt_checksums_free(&(*layers)->checksums);
	free(*layers);
	*layers = NULL;
}

bool
zt_layers_knows_link(uint16_t link_type)
{
	return zt_link_find(link_type) != NULL;
}

/* The parts of the path that a layer adds to or that not every layer writes. */
static void
path_start(struct zt_path *path, const struct zt_packet *packet)
{
	path->tunnel_key = 0;
	path->tunnel_id = 0;
	path->vlan[0] = 0;
	path->vlan[1] = 0;
	path->interface = packet->interface;
	path->outer_family = 0;
	path->n_vlan = 0;
	path->n_ip = 0;
	path->tunnel_kind = ZT_TUNNEL_NONE;
}

enum zt_reject
zt_layers_walk(
    struct zt_layers *layers, const struct zt_packet *packet, struct zt_datagram *out)
{
	struct zt_peel peel = {
		.at = zt_cursor_init(packet->data, packet->caplen),
		.next = zt_link_find(packet->link_type),
		.out = out,
		.layers = layers,
	};
	enum zt_reject result = ZT_ACCEPT;

	if (!peel.next)
		return ZT_R_UNKNOWN_LINK;
	if (packet->wirelen > packet->caplen)
		peel.missing = packet->wirelen - packet->caplen;
	path_start(&out->path, packet);
	out->ts_ns = packet->ts_ns;
	do {
		zt_layer_fn layer = peel.next;
		peel.next = NULL;
		result = layer(&peel);
	} while (result == ZT_ACCEPT && peel.next);
	if (result == ZT_ACCEPT && out->payload_len < out->payload_wire_len)
		zt_count(&layers->stats->outcomes[ZT_R_TRUNCATED_CAPTURE], 1);
	return result;
}

void
zt_layers_expire(struct zt_layers *layers, uint64_t now_ns)
{
	zt_fragments_expire(layers->fragments, now_ns);
}
