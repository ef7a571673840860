/**
 * @file mark.h
 * What a single question shows of the program that sent it.
 *
 * Marks:   bits of enum zt_feature, those that tool.def says are seen in one question.
 * Work:    a few comparisons for an ordinary question; a label is read only when its
 *          length is that of a probe.
 * Threads: pure functions.
 */
#ifndef ZT_DETECT_MARK_H
#define ZT_DETECT_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "../dissect/event.h"

enum zt_feature {
#define ZT_FEATURE(id, text) ZT_FEATURE_##id,
#include "tool.def"
	ZT_N_FEATURES
};

_Static_assert(ZT_N_FEATURES <= 64, "features are bits of a word");

/** The bit of a feature. */
static inline uint64_t
zt_mark(enum zt_feature feature)
{
	return UINT64_C(1) << feature;
}

/**
 * The marks of a question, or of the answer that stands for one (which shows less).
 *
 * @param event  any query, or such an answer.
 */
uint64_t zt_marks_of(const struct zt_event *event);

/** Whether marks are worth remembering a source for: some mean something only beside
 *  others. */
bool zt_marks_are_telling(uint64_t marks);

#endif
