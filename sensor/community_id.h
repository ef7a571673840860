/**
 * @file community_id.h
 * Community ID: the name of a flow by which other sensors' records of it are found.
 *
 * Version 1 with seed 0: base64 of SHA-1 over seed, addresses, protocol and ports, the
 * smaller endpoint first.
 *
 * Threads: pure function.
 * Source:  Community ID specification version 1, by Corelight.
 */
#ifndef ZT_SENSOR_COMMUNITY_ID_H
#define ZT_SENSOR_COMMUNITY_ID_H

#include <stdint.h>

/** "1:", 28 characters of base64, terminator. */
#define ZT_COMMUNITY_ID_SIZE 31

/** The two ends of a flow. */
struct zt_flow_ends {
	const uint8_t *client; /**< Network order; 4 or 16 bytes. */
	const uint8_t *server;
	uint16_t client_port;
	uint16_t server_port;
	uint8_t family;	   /**< 4 or 6. */
	uint8_t transport; /**< IP protocol number. */
};

/** @return text. */
const char *zt_community_id(
    const struct zt_flow_ends *ends, char text[ZT_COMMUNITY_ID_SIZE]);

#endif
