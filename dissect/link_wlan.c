/* IEEE 802.11 frames and what capture hardware puts in front of them: radiotap
 * (radiotap.org), Prism, AVS, PPI (CACE). */
#include "link.h"

/* Frame control, IEEE 802.11-2020 9.2.4.1: first byte type, second byte flags. */
enum {
	TYPE_MASK = 0x0f, /* version and type */
	TYPE_DATA = 0x08,
	SUBTYPE_EMPTY = 0x40,
	SUBTYPE_QOS = 0x80,
	FLAG_TO_FROM = 0x03,
	FLAG_PROTECTED = 0x40,
	FLAG_ORDER = 0x80,
	QOS_AMSDU = 0x80,
};

enum {
	RADIOTAP_TSFT = 1 << 0,
	RADIOTAP_FLAGS = 1 << 1,
	RADIOTAP_PADDED = 0x20,
};

/* The rest of the header behind its 24 fixed bytes: fourth address, QoS, HT control. */
static enum zt_reject
data_frame(struct zt_peel *peel, uint8_t type, uint8_t flags)
{
	size_t len = 24;
	const uint8_t *qos = NULL;

	if ((flags & FLAG_TO_FROM) == FLAG_TO_FROM) {
		zt_cursor_skip(&peel->at, 6);
		len += 6;
	}
	if (type & SUBTYPE_QOS) {
		qos = zt_cursor_take(&peel->at, 2);
		len += 2;
	}
	if ((type & SUBTYPE_QOS) && (flags & FLAG_ORDER)) {
		zt_cursor_skip(&peel->at, 4);
		len += 4;
	}
	if (peel->pads_wlan)
		zt_cursor_skip(&peel->at, (4 - len % 4) % 4);
	/* Of aggregated frames the first is read: addresses and length, then LLC. */
	if (qos && (qos[0] & QOS_AMSDU))
		zt_cursor_skip(&peel->at, 14);
	if (peel->at.failed)
		return ZT_R_SHORT_L2;
	peel->n_tags = 0;
	return zt_peel_to(peel, zt_link_llc);
}

static enum zt_reject
wlan(struct zt_peel *peel, bool may_swap)
{
	const uint8_t *h = zt_cursor_take(&peel->at, 24);
	uint8_t type, flags;

	if (!h)
		return ZT_R_SHORT_L2;
	/* The version is always 0; in the other byte it would be the direction. */
	type = may_swap && (h[0] & 3u) ? h[1] : h[0];
	flags = may_swap && (h[0] & 3u) ? h[0] : h[1];
	if ((type & TYPE_MASK) != TYPE_DATA || (type & SUBTYPE_EMPTY))
		return ZT_R_NOT_IP;
	/* Encrypted, or not the first fragment of a frame. */
	if ((flags & FLAG_PROTECTED) || (h[22] & 15u) != 0)
		return ZT_R_NOT_IP;
	return data_frame(peel, type, flags);
}

enum zt_reject
zt_link_wlan(struct zt_peel *peel)
{
	return wlan(peel, false);
}

enum zt_reject
zt_link_wlan_swapped(struct zt_peel *peel)
{
	return wlan(peel, true);
}

/* The flags field comes first or behind the 8-byte time stamp, which is aligned. */
static bool
radiotap_is_padded(const struct zt_peel *peel, size_t len)
{
	struct zt_cursor at = zt_cursor_init(peel->at.pos, len);
	const uint8_t *h = zt_cursor_take(&at, 8);
	uint32_t present = h ? zt_le32(h + 4) : 0;

	if (!(present & RADIOTAP_FLAGS))
		return false;
	for (uint32_t more = present; more >> 31;) {
		h = zt_cursor_take(&at, 4);
		more = h ? zt_le32(h) : 0;
	}
	if (present & RADIOTAP_TSFT)
		zt_cursor_skip(&at, (8 - zt_cursor_offset(&at) % 8) % 8 + 8);
	return zt_cursor_u8(&at) & RADIOTAP_PADDED;
}

/* A header that tells its own length; the cursor stands on its first byte. */
static enum zt_reject
skip_header(struct zt_peel *peel, size_t least, size_t len)
{
	if (len < least || !zt_cursor_take(&peel->at, len))
		return ZT_R_SHORT_L2;
	return zt_peel_to(peel, zt_link_wlan);
}

enum zt_reject
zt_link_radiotap(struct zt_peel *peel)
{
	size_t len;

	if (zt_cursor_left(&peel->at) < 8)
		return ZT_R_SHORT_L2;
	len = zt_le16(peel->at.pos + 2);
	if (len > zt_cursor_left(&peel->at))
		return ZT_R_SHORT_L2;
	peel->pads_wlan = radiotap_is_padded(peel, len);
	return skip_header(peel, 8, len);
}

enum zt_reject
zt_link_avs(struct zt_peel *peel)
{
	if (zt_cursor_left(&peel->at) < 8)
		return ZT_R_SHORT_L2;
	return skip_header(peel, 8, zt_be32(peel->at.pos + 4));
}

/* The same link type is used for AVS headers, which start with their version. */
enum zt_reject
zt_link_prism(struct zt_peel *peel)
{
	const uint8_t *h = peel->at.pos;

	if (zt_cursor_left(&peel->at) < 8)
		return ZT_R_SHORT_L2;
	if (zt_be16(h) == 0x8021)
		return zt_link_avs(peel);
	/* In the order of the machine that captured. */
	return skip_header(
	    peel, 8, zt_le32(h + 4) > UINT16_MAX ? zt_be32(h + 4) : zt_le32(h + 4));
}
