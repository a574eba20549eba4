#include "scale_step.h"

#include "scale_service.h"

#include <assert.h>
#include <stddef.h>

const struct scale_step *scale_step_find(const struct scale_step *steps, uint32_t count,
                                         int64_t num, int64_t den, int64_t threshold)
{
    /* distance from the threshold times den */
    __int128 distance = (__int128)num * SCALE_MILLIONTHS - (__int128)threshold * den;
    for (uint32_t i = 0; i < count; i++) {
        bool no_lower = steps[i].lower == SCALE_STEP_OPEN_BELOW;
        bool no_upper = steps[i].upper == SCALE_STEP_OPEN_ABOVE;
        __int128 lower = (__int128)steps[i].lower * den, upper = (__int128)steps[i].upper * den;
        bool inside = distance >= 0
                          ? (no_lower || lower <= distance) && (no_upper || distance < upper)
                          : (no_lower || lower < distance) && (no_upper || distance <= upper);
        if (inside)
            return &steps[i];
    }
    return NULL;
}

/* Never 0 unless by or capacity is. */
static int64_t percent_of(int64_t capacity, int64_t by)
{
    int64_t change = (int64_t)((__int128)capacity * by / 100); /* toward zero */
    if (change == 0 && capacity > 0)
        change = by > 0 ? 1 : by < 0 ? -1 : 0;
    return change;
}

int64_t scale_step_count(enum scale_adjustment adjustment, int64_t capacity, int64_t by,
                         int64_t magnitude)
{
    assert(capacity >= 0 && magnitude >= 0);
    int64_t to = by;
    if (adjustment == SCALE_CHANGE_IN_CAPACITY)
        to = capacity + by;
    if (adjustment == SCALE_PERCENT_CHANGE_IN_CAPACITY) {
        int64_t change = percent_of(capacity, by);
        if (by > 0 && change < magnitude)
            change = magnitude;
        if (by < 0 && change > -magnitude)
            change = -magnitude;
        to = capacity + change;
    }
    return to > 0 ? to : 0;
}
