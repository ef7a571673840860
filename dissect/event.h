/**
 * @file event.h
 * The record that crosses the ring: what one DNS message means to the detector.
 *
 * Shape:     a fixed header, then a tail whose parts are named by the header:
 *              name   name_len bytes, wire form, upper case folded to lower case;
 *              raw    name_len bytes as sent, only with ZT_EF_RAW_NAME (0x20 games);
 *              (padding to 8 bytes)
 *              origin one struct zt_origin, only with ZT_EF_TUNNEL or ZT_EF_ECS;
 *              nsec   n_nsec records of struct zt_nsec;
 *              addrs  n_addrs records of struct zt_answer_addr;
 *              soa    one struct zt_soa, only with ZT_EF_SOA;
 *              xfer   one struct zt_transfer, only in ZT_EVENT_TRANSFER;
 *              sealed one struct zt_sealed, only in ZT_EVENT_SEALED.
 *            `size` is the whole record in bytes, a multiple of 8, at most
 *            ZT_EVENT_MAX.  No pointers: the record is copied as plain bytes.
 * Threads:   made by a capture worker, read by the detector; never shared.
 * Order:     events of one worker are in capture order.
 * Units:     ts_ns nanoseconds since the epoch in capture time; ports, types and codes
 *            in host order; addresses in network order, IPv4 in the first four bytes and
 *            the rest zero.
 * Source:    RFC 1035 section 4 (message), RFC 6891 (EDNS), RFC 5936 and RFC 1995
 *            (transfers), RFC 8945 (TSIG), RFC 4034 and RFC 5155 (NSEC, NSEC3).
 */
#ifndef ZT_DISSECT_EVENT_H
#define ZT_DISSECT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "code.h"
#include "origin_record.h"
#include "process_record.h"
#include "sealed_record.h"

/** Longest domain name in wire form, RFC 1035 section 3.1. */
#define ZT_NAME_MAX 255
/** Upper bound of zt_event.size. */
#define ZT_EVENT_MAX 4096
/** VLAN tags kept; a third tag is ignored as vlan_depth. */
#define ZT_VLAN_MAX 2
/** NSEC/NSEC3 intervals kept of one message. */
#define ZT_EVENT_NSEC_MAX 8
/** Answer addresses kept of one message. */
#define ZT_EVENT_ADDR_MAX 8
/** Record types told apart in one transfer; the rest are counted together. */
#define ZT_TRANSFER_TYPES_MAX 24
/** Sample owner names kept of one transfer. */
#define ZT_TRANSFER_SAMPLES_MAX 20

enum zt_event_kind {
	ZT_EVENT_NONE = 0,
	/** A message with QR=0, opcode any. */
	ZT_EVENT_QUERY,
	/** A message with QR=1.  Not made for the continuation messages of a transfer. */
	ZT_EVENT_RESPONSE,
	/** A transfer began, changed its verdict, grew tenfold or ended. */
	ZT_EVENT_TRANSFER,
	ZT_EVENT_SEALED,  /**< A connection of DNS over TLS ended. */
	ZT_EVENT_PROCESS, /**< A tool was started on this machine, or has ended. */
	/** Only the time: capture time has reached ts_ns (silent links, end of input). */
	ZT_EVENT_TICK,
};

/** zt_event.flags */
enum zt_event_flag {
	/** Response whose query was seen; query fields (id, edns) are the response's. */
	ZT_EF_PAIRED = 1u << 0,
	/** Response without query on a tap that sees no queries to this server: it counts
	 *  as the query that it answers. */
	ZT_EF_STANDS_FOR_QUERY = 1u << 1,
	/** Response without query although queries to this server are seen. */
	ZT_EF_UNSOLICITED = 1u << 2,
	/** Same question, id and endpoints again within the retry time. */
	ZT_EF_RETRY = 1u << 3,
	/** The raw spelling of the name follows the folded one. */
	ZT_EF_RAW_NAME = 1u << 4,
	/** More than one question; this is one of them (up to four make an event each). */
	ZT_EF_MULTI_QUESTION = 1u << 5,
	/** The message was cut by the snap length or never finished; what is here is whole. */
	ZT_EF_PARTIAL = 1u << 6,
	/** IP header had don't-fragment set (IPv4) or no fragment header (IPv6). */
	ZT_EF_IP_DF = 1u << 7,
	/** An OPT record is present; edns_* are valid. */
	ZT_EF_EDNS = 1u << 8,
	/** A TSIG record is present. */
	ZT_EF_TSIG = 1u << 9,
	/** A SIG(0) record is present (SIG with type covered 0, RFC 2931). */
	ZT_EF_SIG0 = 1u << 10,
	/** Two versions of the same TCP bytes were seen; this message is the second one. */
	ZT_EF_ALTERNATE = 1u << 11,
	/** authority holds an SOA whose owner is a suffix of the name: zone_off is valid. */
	ZT_EF_ZONE = 1u << 12,
	/** An EDNS Client Subnet option is present (RFC 7871): see origin. */
	ZT_EF_ECS = 1u << 13,
	/** The first answer is a CNAME. */
	ZT_EF_CNAME = 1u << 14,
	/** authority delegates: NS records and no SOA in a response without AA. */
	ZT_EF_REFERRAL = 1u << 15,
	/** The path to this message had tunnels; the origin record says which. */
	ZT_EF_TUNNEL = 1u << 16,
	ZT_EF_SOA = 1u << 17, /**< A SOA record is present: see soa. */
	ZT_EF_CUT = 1u << 18, /**< authority has NS records and no SOA: zone_off. */
};

/** One step of a denial-of-existence chain, as far as the detector needs it. */
struct zt_nsec {
	/** NSEC: keyed hash of the owner name.  NSEC3: first 8 bytes of the owner hash. */
	uint64_t owner;
	/** NSEC: keyed hash of the next name.  NSEC3: first 8 bytes of the next hash. */
	uint64_t next;
	/** 47 NSEC or 50 NSEC3. */
	uint16_t type;
	uint16_t reserved[3];
};

/** One address that an answer disclosed. */
struct zt_answer_addr {
	uint8_t family; /**< 4 or 6. */
	uint8_t reserved[7];
	uint8_t addr[16];
};

/** The first SOA record in the answer or authority section, RFC 1035 section 3.3.13. */
struct zt_soa {
	uint32_t serial;
	uint32_t refresh; /**< Seconds. */
};

enum zt_transfer_kind {
	ZT_TRANSFER_AXFR = 1,
	ZT_TRANSFER_IXFR,
};

/** What is known of a transfer so far, in the order in which knowledge grows. */
enum zt_transfer_verdict {
	ZT_VERDICT_ATTEMPTED = 0, /**< Asked, no answer yet. */
	ZT_VERDICT_REFUSED,	  /**< rcode REFUSED. */
	ZT_VERDICT_NOTAUTH,	  /**< rcode NOTAUTH, also TSIG errors. */
	ZT_VERDICT_SERVFAIL,
	ZT_VERDICT_FORMERR,
	ZT_VERDICT_NOTIMP,
	ZT_VERDICT_REJECTED,  /**< Any other rcode. */
	ZT_VERDICT_EMPTY,     /**< NOERROR without a record. */
	ZT_VERDICT_RESET,     /**< The connection was reset before a record came. */
	ZT_VERDICT_TIMED_OUT, /**< Nothing came within the time limit. */
	ZT_VERDICT_STARTED,   /**< Records are coming. */
	ZT_VERDICT_PARTIAL,   /**< Records came, the closing SOA did not. */
	ZT_VERDICT_COMPLETE,  /**< AXFR: SOA to SOA, RFC 5936 section 2.2. */
	ZT_VERDICT_UP_TO_DATE, /**< IXFR: one SOA, serial not newer, RFC 1995 section 2. */
	ZT_VERDICT_DELTA,      /**< IXFR: differences, complete. */
	ZT_VERDICT_FULL,       /**< IXFR answered with the whole zone, complete. */
	ZT_N_VERDICTS
};

/** zt_transfer.flags */
enum zt_transfer_flag {
	ZT_TF_HAVE_FROM = 1u << 0,  /**< serial_from is known (IXFR). */
	ZT_TF_HAVE_TO = 1u << 1,    /**< serial_to is known. */
	ZT_TF_AT_LEAST = 1u << 2,   /**< A gap or one-sided view: counts are minima. */
	ZT_TF_ONE_SIDED = 1u << 3,  /**< Only one direction of the stream was seen. */
	ZT_TF_MID_STREAM = 1u << 4, /**< The request was not seen. */
	ZT_TF_TSIG = 1u << 5,	    /**< The request was signed. */
	ZT_TF_UNSIGNED_TAIL = 1u << 6, /**< Signed request, last message unsigned. */
	ZT_TF_NAMES_ESTIMATED = 1u
				<< 7, /**< names is a sketch's value, error <= 3 %. */
	ZT_TF_ENDED = 1u << 8, /**< No further event will come for this transfer. */
	ZT_TF_SERIAL_CHANGED = 1u << 9, /**< The closing SOA differs from the first. */
	ZT_TF_NEWER_SOA = 1u << 10, /**< IXFR: a single SOA, newer: retry over TCP. */
	ZT_TF_SIG0 = 1u << 11,
	ZT_TF_KEPT = 1u << 12, /**< The records were handed over to be kept. */
};

/** What the ZONEMD record of a zone that was transferred whole says, RFC 8976. */
enum zt_zonemd_state {
	ZT_ZONEMD_NONE = 0,    /**< The apex has none, or not near its beginning. */
	ZT_ZONEMD_VERIFIED,    /**< A whole and unchanged copy left. */
	ZT_ZONEMD_MISMATCH,    /**< What left is not what was digested. */
	ZT_ZONEMD_UNSUPPORTED, /**< Another scheme or hash algorithm. */
	ZT_ZONEMD_TOO_LARGE,   /**< The zone did not fit into zone_memory. */
	ZT_ZONEMD_UNKNOWN,     /**< Not all was seen, or there was no time. */
	ZT_N_ZONEMD_STATES
};

/** What is known of the signature of a request or an answer, in order of gravity. */
enum zt_tsig_state {
	ZT_TSIG_NONE = 0,      /**< Nothing came, or nothing that has to be signed. */
	ZT_TSIG_UNVERIFIED,    /**< Signed; the secret of the key is not known. */
	ZT_TSIG_VERIFIED,      /**< All MACs so far are right. */
	ZT_TSIG_UNKNOWN,       /**< The secret is known, but not all was seen. */
	ZT_TSIG_OUTSIDE_TIME,  /**< Right, but signed too long ago, or for later. */
	ZT_TSIG_UNSIGNED_TAIL, /**< Right, but the last message was not signed. */
	ZT_TSIG_DOWNGRADED,    /**< Signed request, unsigned or weakly signed answer. */
	ZT_TSIG_FORGED,	       /**< A MAC is wrong. */
	ZT_N_TSIG_STATES
};

/** TSIG of a transfer's request or answer, RFC 8945 section 4.2. */
struct zt_tsig {
	uint8_t key_len;	  /**< Bytes of key; 0 when there is none. */
	uint8_t key[ZT_NAME_MAX]; /**< Key name, folded wire form. */
	uint8_t algorithm_len;	  /**< Bytes of algorithm. */
	uint8_t algorithm[63];	  /**< Algorithm name, folded wire form, cut. */
	uint16_t error;		  /**< BADSIG 16, BADKEY 17, BADTIME 18, BADTRUNC 22. */
	uint16_t response_error;  /**< The same field of the answer. */
	uint8_t request_state;	  /**< enum zt_tsig_state. */
	uint8_t answer_state;	  /**< enum zt_tsig_state. */
	uint8_t reserved[2];
};

struct zt_type_count {
	uint32_t count;
	uint16_t type;
	uint16_t reserved;
};

/** A snapshot of one transfer; later snapshots of the same id replace earlier ones. */
struct zt_transfer {
	uint64_t id; /**< Same for all snapshots of one transfer, and no other's. */
	uint64_t started_ns;
	uint64_t last_ns;
	uint64_t records; /**< Records in answer sections, both SOAs included. */
	uint64_t names;	  /**< Distinct owner names. */
	uint64_t messages;
	uint64_t bytes;	    /**< DNS message bytes, length prefixes left out. */
	uint64_t gap_bytes; /**< Stream bytes that the tap did not see. */
	uint64_t providers; /**< Bit i: row i of the provider table was disclosed. */
	uint32_t serial_from;
	uint32_t serial_to;
	uint32_t deltas;	    /**< IXFR difference sequences. */
	uint32_t private_addresses; /**< A in RFC 1918 space, AAAA in fc00::/7. */
	uint32_t srv_names;	    /**< Owner names of SRV records. */
	uint32_t
	    directory_names;  /**< Names under _msdcs or of Active Directory SRVs. */
	uint32_t mail_hosts;  /**< MX records. */
	uint32_t other_types; /**< Records of types that found no place in types. */
	uint32_t flags;	      /**< enum zt_transfer_flag. */
	uint16_t rcode;
	uint16_t sample_len; /**< Bytes used in samples. */
	uint8_t kind;	     /**< enum zt_transfer_kind. */
	uint8_t verdict;     /**< enum zt_transfer_verdict. */
	uint8_t n_types;     /**< Used entries of types. */
	uint8_t n_samples;   /**< Names in samples, one after the other in wire form. */
	uint8_t zonemd;	     /**< enum zt_zonemd_state. */
	uint8_t reserved[3];
	struct zt_tsig tsig;
	struct zt_type_count types[ZT_TRANSFER_TYPES_MAX];
	uint8_t samples[1024];
};

struct zt_event {
	uint64_t ts_ns;
	uint64_t name_hash; /**< Keyed hash of the folded name. */
	uint64_t
	    answer_hash; /**< Keyed, order-free hash of the answer data; 0: no data. */
	uint64_t providers; /**< Bit i: row i of the provider table in the answers. */
	uint8_t client[16]; /**< Who asked. */
	uint8_t server[16]; /**< Who was asked. */
	uint32_t flags;	    /**< enum zt_event_flag. */
	uint32_t
	    edns_options; /**< Bit n: option code n (n < 31) present; bit 31: other. */
	uint32_t latency_us; /**< Paired response: time since its query. */
	uint32_t gap_bytes;  /**< Bytes missing in this TCP stream so far. */
	uint16_t size;	     /**< Whole record in bytes. */
	uint16_t client_port;
	uint16_t server_port;
	uint16_t qtype;
	uint16_t qclass;
	uint16_t dns_id;
	uint16_t dns_flags;  /**< The 16-bit flags word of the header. */
	uint16_t rcode;	     /**< Extended rcode where an OPT gives one, RFC 6891. */
	uint16_t edns_size;  /**< Requestor's payload size. */
	uint16_t edns_flags; /**< DO and Z bits. */
	uint16_t msg_len;    /**< DNS message bytes. */
	uint16_t
	    n_answers; /**< Answer records really present, not the header's count. */
	uint16_t vlan[ZT_VLAN_MAX];
	uint16_t interface; /**< Index of the capture interface. */
	uint8_t kind;	    /**< enum zt_event_kind. */
	uint8_t family;	    /**< 4 or 6: of client and server. */
	uint8_t transport;  /**< IP protocol number: 17 UDP, 6 TCP. */
	uint8_t n_vlan;
	uint8_t ip_ttl;
	uint8_t edns_version;
	uint8_t
	    name_len; /**< Bytes of name, root label included: 1..255; 0: no name. */
	uint8_t n_labels; /**< Labels without the root: 0..127. */
	uint8_t zone_off; /**< With ZT_EF_ZONE or ZT_EF_CUT: where the zone starts. */
	uint8_t n_nsec;
	uint8_t n_addrs;
	uint8_t worker; /**< Which capture worker made this event. */
	uint8_t reserved[2];
	/* The tail starts here. */
};

_Static_assert(sizeof(struct zt_event) == 128, "the header has no padding");
_Static_assert(sizeof(struct zt_event) % 8 == 0, "tail records are 8-byte aligned");

/** The folded name; name_len bytes, borrowed from the event. */
static inline const uint8_t *
zt_event_name(const struct zt_event *ev)
{
	return (const uint8_t *)(ev + 1);
}

/** The name as it was spelled; the folded name where no other spelling is kept. */
static inline const uint8_t *
zt_event_raw_name(const struct zt_event *ev)
{
	size_t skip = ev->flags & ZT_EF_RAW_NAME ? ev->name_len : 0;
	return (const uint8_t *)(ev + 1) + skip;
}

/** Bytes from the start of the event to its first tail record. */
static inline size_t
zt_event_records_offset(const struct zt_event *ev)
{
	size_t names = ev->flags & ZT_EF_RAW_NAME ? 2u * ev->name_len : ev->name_len;
	return (sizeof(*ev) + names + 7) & ~(size_t)7;
}

/** The origin; only with ZT_EF_TUNNEL or ZT_EF_ECS, NULL otherwise. */
static inline const struct zt_origin *
zt_event_origin(const struct zt_event *ev)
{
	if (!(ev->flags & (ZT_EF_TUNNEL | ZT_EF_ECS)))
		return NULL;
	return (const void *)((const uint8_t *)ev + zt_event_records_offset(ev));
}

/** The n_nsec intervals. */
static inline const struct zt_nsec *
zt_event_nsec(const struct zt_event *ev)
{
	size_t origin =
	    ev->flags & (ZT_EF_TUNNEL | ZT_EF_ECS) ? sizeof(struct zt_origin) : 0;
	return (
	    const void *)((const uint8_t *)ev + zt_event_records_offset(ev) + origin);
}

/** The n_addrs answer addresses. */
static inline const struct zt_answer_addr *
zt_event_addrs(const struct zt_event *ev)
{
	return (const void *)(zt_event_nsec(ev) + ev->n_nsec);
}

/** The SOA; only with ZT_EF_SOA, which a transfer does not have, NULL otherwise. */
static inline const struct zt_soa *
zt_event_soa(const struct zt_event *ev)
{
	const void *at = zt_event_addrs(ev) + ev->n_addrs;
	return ev->flags & ZT_EF_SOA ? at : NULL;
}

/** The transfer; only in ZT_EVENT_TRANSFER. */
static inline const struct zt_transfer *
zt_event_transfer(const struct zt_event *ev)
{
	return (const void *)(zt_event_addrs(ev) + ev->n_addrs);
}

/** The connection; only in ZT_EVENT_SEALED. */
static inline const struct zt_sealed *
zt_event_sealed(const struct zt_event *ev)
{
	return (const void *)zt_event_addrs(ev);
}

/** The program; only in ZT_EVENT_PROCESS. */
static inline const struct zt_process *
zt_event_process(const struct zt_event *ev)
{
	return (const void *)(zt_event_addrs(ev) + ev->n_addrs);
}

#endif
