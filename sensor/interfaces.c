#include "interfaces.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct zt_interfaces {
	pthread_mutex_t lock; /* between those who add */
	size_t count;
	char names[ZT_INTERFACES_MAX][ZT_INTERFACE_NAME_SIZE];
};

struct zt_interfaces *
zt_interfaces_new(void)
{
	struct zt_interfaces *interfaces = calloc(1, sizeof(*interfaces));

	if (interfaces == NULL)
		return NULL;
	if (pthread_mutex_init(&interfaces->lock, NULL) != 0) {
		free(interfaces);
		return NULL;
	}
	interfaces->count = 1;
	return interfaces;
}

void
zt_interfaces_free(struct zt_interfaces **interfaces)
{
	if (*interfaces == NULL)
		return;
	(void)pthread_mutex_destroy(&(*interfaces)->lock); /* nobody holds it */
	free(*interfaces);
	*interfaces = NULL;
}

static uint16_t
find_or_append(struct zt_interfaces *interfaces, const char *name)
{
	for (size_t i = 1; i < interfaces->count; i++)
		if (strcmp(interfaces->names[i], name) == 0)
			return (uint16_t)i;
	if (interfaces->count == ZT_INTERFACES_MAX)
		return 0;
	memcpy(interfaces->names[interfaces->count], name, strlen(name) + 1);
	return (uint16_t)interfaces->count++;
}

uint16_t
zt_interfaces_add(struct zt_interfaces *interfaces, const char *name, size_t len)
{
	char clean[ZT_INTERFACE_NAME_SIZE];
	size_t n = 0;

	for (; n < len && n < sizeof(clean) - 1 && name[n] != '\0'; n++)
		clean[n] = '!' <= name[n] && name[n] <= '~' ? name[n] : '?';
	clean[n] = '\0';
	if (n == 0)
		return 0;
	(void)pthread_mutex_lock(
	    &interfaces->lock); /* a plain mutex cannot fail here */
	uint16_t number = find_or_append(interfaces, clean);
	(void)pthread_mutex_unlock(&interfaces->lock);
	return number;
}

const char *
zt_interfaces_name(const struct zt_interfaces *interfaces, uint16_t number)
{
	if (number == 0 || number >= ZT_INTERFACES_MAX ||
	    interfaces->names[number][0] == '\0')
		return NULL;
	return interfaces->names[number];
}
