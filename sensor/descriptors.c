#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Standard streams, event loop, bells, control socket, web server, what the opener asks
 * interfaces with: about 20; and some connections of people who ask. */
#define OF_PROCESS 40
/* Handle of the capture, its ring and bell. */
#define OF_WORKER 3
/* Place, spool, bell, and the next file while the old one is open. */
#define OF_OUTPUT 4

int
zt_descriptors_reserve(void)
{
	for (;;) {
		int fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			return -errno;
		if (fd > STDERR_FILENO) {
			(void)close(fd); /* all three are taken now */
			return 0;
		}
	}
}

int
zt_descriptors_require(size_t n_workers, size_t n_outputs, struct zt_err *err)
{
	rlim_t needed = OF_PROCESS + OF_WORKER * n_workers + OF_OUTPUT * n_outputs;
	struct rlimit limit;

	/* Cannot fail with these arguments; then opening will tell. */
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
		return 0;
	const struct rlimit raised = { needed, limit.rlim_max };
	if (limit.rlim_max >= needed && setrlimit(RLIMIT_NOFILE, &raised) == 0)
		return 0;
	zt_err_set(err,
	    "RLIMIT_NOFILE lets only %llu files be open; %zu capture workers and %zu "
	    "outputs need %llu: raise LimitNOFILE= of the service, or ulimit -n",
	    (unsigned long long)limit.rlim_max, n_workers, n_outputs,
	    (unsigned long long)needed);
	return -EMFILE;
}
