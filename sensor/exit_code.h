/**
 * @file exit_code.h
 * How zonetap ends, as documented in zonetap(8), EXIT STATUS.
 *
 * The numbers are those of <sysexits.h> where it has one of that meaning.
 */
#ifndef ZT_SENSOR_EXIT_CODE_H
#define ZT_SENSOR_EXIT_CODE_H

enum zt_exit {
	ZT_EXIT_OK = 0,
	ZT_EXIT_USAGE = 64,	/**< Command line. */
	ZT_EXIT_DAMAGED = 65,	/**< A capture file was damaged, the rest was judged. */
	ZT_EXIT_NO_INPUT = 66,	/**< No such capture file. */
	ZT_EXIT_INTERFACE = 69, /**< No such interface, or it failed. */
	ZT_EXIT_SOFTWARE = 70,	/**< A bug of ours, or memory is short. */
	ZT_EXIT_OUTPUT = 74,	/**< Alerts or statistics could not be written. */
	ZT_EXIT_PERMISSION =
	    77,		     /**< Reading the input or the interface is not allowed. */
	ZT_EXIT_CONFIG = 78, /**< Configuration. */
};

#endif
