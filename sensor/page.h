/**
 * @file page.h
 * The live page: files of this folder that the build puts into the program, so that a
 * page fetches nothing from anywhere.
 *
 * Threads: constant data.
 */
#ifndef ZT_SENSOR_PAGE_H
#define ZT_SENSOR_PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct zt_page {
	const char *path;	   /**< Of the request. */
	const char *type;	   /**< Content-Type. */
	const unsigned char *data; /**< Constant. */
	size_t len;
	bool is_open; /**< Needs no token: says nothing about the network. */
};

/** @return NULL when there is no such page. */
const struct zt_page *zt_page_find(const char *path);

#endif
