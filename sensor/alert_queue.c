#include "alert_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
zt_alert_queue_init(struct zt_alert_queue *queue, size_t capacity)
{
	memset(queue, 0, sizeof(*queue));
	int result = zt_bell_init(&queue->bell);
	if (result != 0)
		return result;
	queue->slots = calloc(capacity, sizeof(*queue->slots));
	if (queue->slots == NULL) {
		zt_bell_fini(&queue->bell);
		return -ENOMEM;
	}
	queue->capacity = capacity;
	/* With default attributes these two cannot fail on Linux. */
	(void)pthread_mutex_init(&queue->lock, NULL);
	(void)pthread_cond_init(&queue->room, NULL);
	return 0;
}

void
zt_alert_queue_fini(struct zt_alert_queue *queue)
{
	if (queue->slots == NULL)
		return;
	(void)pthread_cond_destroy(&queue->room); /* nobody waits any more */
	(void)pthread_mutex_destroy(&queue->lock);
	zt_bell_fini(&queue->bell);
	free(queue->slots);
	queue->slots = NULL;
}

void
zt_alert_queue_put(struct zt_alert_queue *queue, const struct zt_alert *alert)
{
	(void)pthread_mutex_lock(&queue->lock); /* a plain mutex cannot fail here */
	while (queue->count == queue->capacity && !queue->abandoned)
		(void)pthread_cond_wait(&queue->room, &queue->lock);
	if (!queue->abandoned) {
		size_t at = (queue->first + queue->count) % queue->capacity;
		queue->slots[at] = *alert;
		queue->count++;
	}
	(void)pthread_mutex_unlock(&queue->lock);
	zt_bell_ring(&queue->bell);
}

void
zt_alert_queue_end(struct zt_alert_queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	queue->ended = true;
	(void)pthread_mutex_unlock(&queue->lock);
	zt_bell_ring(&queue->bell);
}

bool
zt_alert_queue_get(struct zt_alert_queue *queue, struct zt_alert *alert)
{
	(void)pthread_mutex_lock(&queue->lock);
	bool has_one = queue->count != 0;
	if (has_one) {
		*alert = queue->slots[queue->first];
		queue->first = (queue->first + 1) % queue->capacity;
		queue->count--;
		(void)pthread_cond_signal(&queue->room);
	}
	(void)pthread_mutex_unlock(&queue->lock);
	return has_one;
}

bool
zt_alert_queue_is_over(struct zt_alert_queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	bool is_over = queue->ended && (queue->count == 0 || queue->abandoned);
	(void)pthread_mutex_unlock(&queue->lock);
	return is_over;
}

void
zt_alert_queue_abandon(struct zt_alert_queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	queue->abandoned = true;
	(void)pthread_cond_signal(&queue->room);
	(void)pthread_mutex_unlock(&queue->lock);
}
