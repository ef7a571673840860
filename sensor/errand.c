#include "errand.h"

#include <string.h>

static void
append(struct zt_errand_list *list, struct zt_errand *errand)
{
	errand->next = NULL;
	if (list->last != NULL)
		list->last->next = errand;
	else
		list->first = errand;
	list->last = errand;
}

/* Empty the list; what was in it stays linked. */
static struct zt_errand *
take_all(struct zt_errand_list *list)
{
	struct zt_errand *first = list->first;

	list->first = NULL;
	list->last = NULL;
	return first;
}

int
zt_errands_init(struct zt_errands *errands, struct zt_bell *data)
{
	memset(errands, 0, sizeof(*errands));
	int result = zt_bell_init(&errands->ready);
	if (result != 0)
		return result;
	/* With default attributes this cannot fail on Linux. */
	(void)pthread_mutex_init(&errands->lock, NULL);
	errands->data = data;
	errands->is_made = true;
	return 0;
}

void
zt_errands_fini(struct zt_errands *errands)
{
	if (!errands->is_made)
		return;
	(void)pthread_mutex_destroy(&errands->lock); /* nobody holds it any more */
	zt_bell_fini(&errands->ready);
	errands->is_made = false;
}

void
zt_errands_post(struct zt_errands *errands, struct zt_errand *errand)
{
	(void)pthread_mutex_lock(&errands->lock); /* a plain mutex cannot fail here */
	append(&errands->posted, errand);
	/* Release: pairs with zt_errands_wait(). */
	atomic_store_explicit(&errands->pending, true, memory_order_release);
	(void)pthread_mutex_unlock(&errands->lock);
	zt_bell_ring(errands->data);
}

void
zt_errands_serve(struct zt_errands *errands, struct zt_engine *engine)
{
	if (!zt_errands_wait(errands))
		return;
	(void)pthread_mutex_lock(&errands->lock);
	struct zt_errand *errand = take_all(&errands->posted);
	/* Relaxed: under the lock, and only this thread acts on it. */
	atomic_store_explicit(&errands->pending, false, memory_order_relaxed);
	(void)pthread_mutex_unlock(&errands->lock);
	while (errand != NULL) {
		struct zt_errand *next = errand->next;
		errand->run(errand, engine);
		(void)pthread_mutex_lock(&errands->lock);
		append(&errands->finished, errand);
		(void)pthread_mutex_unlock(&errands->lock);
		errand = next;
	}
	zt_bell_ring(&errands->ready);
}

void
zt_errands_collect(struct zt_errands *errands)
{
	(void)pthread_mutex_lock(&errands->lock);
	struct zt_errand *errand = take_all(&errands->finished);
	(void)pthread_mutex_unlock(&errands->lock);
	while (errand != NULL) {
		struct zt_errand *next = errand->next;
		errand->done(errand);
		errand = next;
	}
}
