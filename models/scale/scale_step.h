/* scale_step: the arithmetic of step scaling, in integers (sheet 03, 17.3; sheet 04, 4.2).
 *
 * Bounds of a step are distances from the alarm's threshold, in millionths like the threshold. At
 * or above it the lower bound belongs to the step and the upper one does not; below it the other
 * way round. So no metric has two steps. */
#ifndef SCALE_STEP_H
#define SCALE_STEP_H

#include <stdbool.h>
#include <stdint.h>

enum scale_adjustment {
    SCALE_CHANGE_IN_CAPACITY,
    SCALE_PERCENT_CHANGE_IN_CAPACITY,
    SCALE_EXACT_CAPACITY,
    SCALE_ADJUSTMENTS,
};

#define SCALE_STEP_OPEN_BELOW INT64_MIN
#define SCALE_STEP_OPEN_ABOVE INT64_MAX

struct scale_step {
    int64_t lower, upper; /* lower < upper; open ones as above */
    int64_t adjustment;
};

/* The step of a metric num / den; NULL: it has none. */
const struct scale_step *scale_step_find(const struct scale_step *steps, uint32_t count,
                                         int64_t num, int64_t den, int64_t threshold);

/* What the adjustment makes of a capacity, at least 0. Percent: a change above 1 is rounded down,
 * one between 0 and 1 is 1, likewise below 0; and it is at least `magnitude` (0: no such limit). */
int64_t scale_step_count(enum scale_adjustment adjustment, int64_t capacity, int64_t by,
                         int64_t magnitude);

#endif
