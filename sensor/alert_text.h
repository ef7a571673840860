/**
 * @file alert_text.h
 * Members of an alert as text, the same in every format.
 *
 * Threads: pure functions on the caller's storage.
 */
#ifndef ZT_SENSOR_ALERT_TEXT_H
#define ZT_SENSOR_ALERT_TEXT_H

#include "../detect/alert.h"

/** "2026-01-02T03:04:05.678901234Z" with room to spare. */
#define ZT_TIME_TEXT_SIZE 48
/** An IPv6 address with prefix length and terminator. */
#define ZT_ADDRESS_TEXT_SIZE 52

/** RFC 3339 in UTC with nanoseconds.  @return text. */
const char *zt_time_text(uint64_t ts_ns, char text[ZT_TIME_TEXT_SIZE]);

/** An address; addr as in struct zt_alert.  @return text. */
const char *zt_address_text(
    uint8_t family, const uint8_t *addr, char text[ZT_ADDRESS_TEXT_SIZE]);

/** The block of bits bits around an address, "192.0.2.0/24".  @return text. */
const char *zt_prefix_text(
    uint8_t family, const uint8_t *addr, uint8_t bits, char text[ZT_ADDRESS_TEXT_SIZE]);

/** "open", "update", "close". */
const char *zt_alert_event_name(enum zt_alert_event event);

/** "low" .. "critical". */
const char *zt_level_name(enum zt_level level);

/** "attempted" .. "full"; "unknown" for a number that is no verdict. */
const char *zt_verdict_name(uint8_t verdict);

/** "unsigned", "verified", "forged" ...; "unknown" for a number that is no state. */
const char *zt_tsig_state_name(uint8_t state);

/** "verified", "mismatch" ...; NULL where there is no digest. */
const char *zt_zonemd_name(uint8_t state);

/** "axfr" or "ixfr". */
const char *zt_transfer_kind_name(uint8_t kind);

/** "gre" ...; "unknown" for a number that is no tunnel. */
const char *zt_tunnel_name(uint8_t kind);

/** "udp", "tcp"; NULL for both or neither. */
const char *zt_transport_name(uint8_t transport);

#endif
