#include "connector.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>

/* Where things lie in a message: a header of netlink, one of the connector, then the
 * event: what, processor, time, and what depends on the kind. */
#define NETLINK_BYTES	16u
#define CONNECTOR_BYTES 20u
#define AT_ID		NETLINK_BYTES
#define AT_LENGTH	(NETLINK_BYTES + 16u)
#define AT_WHAT		(NETLINK_BYTES + CONNECTOR_BYTES)
#define AT_DATA		(AT_WHAT + 16u)
/* A thread, then its process: equal for the first thread, which stands for all. */
#define AT_THREAD  AT_DATA
#define AT_PROCESS (AT_DATA + 4u)
/* Kinds of events, linux/cn_proc.h. */
#define WHAT_ACK  0u
#define WHAT_EXEC 0x00000002u
#define WHAT_EXIT 0x80000000u
/* Room for a burst: a message takes about 1 KiB of it. */
#define BUFFER_BYTES (4 << 20)
/* The kernel answers at once. */
#define ANSWER_MS 1000

static uint32_t
number_at(const uint8_t *bytes, size_t offset)
{
	uint32_t number;

	memcpy(&number, bytes + offset, sizeof(number));
	return number;
}

struct zt_connector_event
zt_connector_parse(const uint8_t *bytes, size_t len)
{
	struct zt_connector_event event = { ZT_CONNECTOR_OTHER, 0 };

	if (len < AT_DATA + 4 || number_at(bytes, 0) > len ||
	    number_at(bytes, 0) < AT_DATA + 4 ||
	    number_at(bytes, AT_ID) != CN_IDX_PROC ||
	    number_at(bytes, AT_ID + 4) != CN_VAL_PROC)
		return event;
	uint32_t what = number_at(bytes, AT_WHAT);
	event.value = number_at(bytes, AT_DATA);
	if (what == WHAT_ACK)
		event.kind = ZT_CONNECTOR_ACK;
	if (what != WHAT_EXEC && what != WHAT_EXIT)
		return event;
	if (len < AT_PROCESS + 4 ||
	    number_at(bytes, AT_THREAD) != number_at(bytes, AT_PROCESS))
		return event;
	event.kind = what == WHAT_EXEC ? ZT_CONNECTOR_EXEC : ZT_CONNECTOR_EXIT;
	return event;
}

int
zt_connector_read(int fd, struct zt_connector_event *event)
{
	uint8_t bytes[ZT_CONNECTOR_MESSAGE_MAX];
	struct sockaddr_nl from = { 0 };
	socklen_t from_len = sizeof(from);
	ssize_t n =
	    recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &from_len);

	*event = (struct zt_connector_event){ ZT_CONNECTOR_OTHER, 0 };
	if (n < 0)
		return errno == EWOULDBLOCK ? -EAGAIN : -errno;
	if (from.nl_pid == 0)
		*event = zt_connector_parse(bytes, (size_t)n);
	return 0;
}

/* The kernel keeps what we do not want to itself.  A filter reads numbers in network
 * order, and these are in the machine's. */
static int
filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_WHAT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(WHAT_ACK), 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(WHAT_EXEC), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(WHAT_EXIT), 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_THREAD),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_PROCESS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int
ask(int fd)
{
	uint8_t bytes[NETLINK_BYTES + CONNECTOR_BYTES + 4] = { 0 };
	const uint32_t length = sizeof(bytes);
	const uint16_t type = NLMSG_DONE;
	const uint32_t id[] = { CN_IDX_PROC, CN_VAL_PROC };
	const uint16_t data_length = 4;
	const uint32_t operation = PROC_CN_MCAST_LISTEN;

	memcpy(bytes, &length, sizeof(length));
	memcpy(bytes + 4, &type, sizeof(type));
	memcpy(bytes + AT_ID, id, sizeof(id));
	memcpy(bytes + AT_LENGTH, &data_length, sizeof(data_length));
	memcpy(bytes + AT_WHAT, &operation, sizeof(operation));
	return send(fd, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes) ? 0 : -1;
}

/* @return 0, or -errno; -ETIMEDOUT: no answer came. */
static int
await_answer(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	struct zt_connector_event event;

	/* Others' starts may come first; each look has the whole patience. */
	for (int i = 0; i < ANSWER_MS; i++) {
		if (poll(&wait, 1, ANSWER_MS) <= 0)
			return -ETIMEDOUT;
		int result = zt_connector_read(fd, &event);
		if (result == 0 && event.kind == ZT_CONNECTOR_ACK)
			return event.value == 0 ? 0 : -(int)event.value;
	}
	return -ETIMEDOUT;
}

static int
refuse(int error, struct zt_err *err)
{
	if (error == EPERM || error == EACCES)
		zt_err_set(err,
		    "processes.enabled: the process connector needs CAP_NET_ADMIN at the "
		    "start, before Linux 6.6; see zonetap-processes.conf for systemd");
	else if (error == ETIMEDOUT || error == ECONNREFUSED)
		zt_err_set(err,
		    "processes.enabled: the kernel does not answer: the process connector "
		    "works, with CAP_NET_ADMIN, in the first network and process "
		    "namespaces only, not in a container");
	else
		zt_err_set(err, "processes.enabled: the process connector: %s",
		    strerror(error));
	return -error;
}

int
zt_connector_open(int *fd, struct zt_err *err)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		.nl_groups = CN_IDX_PROC };
	const int bytes = BUFFER_BYTES;
	int own = socket(
	    AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);

	if (own < 0)
		return refuse(errno, err);
	/* Without CAP_NET_ADMIN up to the system's limit; what is lost is counted. */
	if (setsockopt(own, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0)
		(void)setsockopt(own, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	int result = filter(own);
	if (result == 0)
		result = bind(own, (const struct sockaddr *)&address, sizeof(address));
	if (result == 0)
		result = ask(own);
	int error = result == 0 ? -await_answer(own) : errno;
	if (error == 0) {
		*fd = own;
		return 0;
	}
	(void)close(own); /* holds no data */
	return refuse(error, err);
}
