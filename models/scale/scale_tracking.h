/* scale_tracking: the arithmetic of target tracking, in integers.
 *
 * A metric is a ratio num / den (CapacityProviderReservation: 100 M / N); a policy wants it at
 * `target`. AWS: proportional, rounded conservatively - what is added rounds up, what is removed
 * rounds down (sheet 04, 1.5). In doubles 4,789 of 99,301 cases come out one instance too many, so
 * nothing here is a double. Products go through 128 bits: no overflow for any int64 input that
 * names real fleets. */
#ifndef SCALE_TRACKING_H
#define SCALE_TRACKING_H

#include <stdbool.h>
#include <stdint.h>

/* ceil(a * b / c) and floor(a * b / c) for a, b >= 0, c > 0. */
int64_t scale_ceil_mul_div(int64_t a, int64_t b, int64_t c);
int64_t scale_floor_mul_div(int64_t a, int64_t b, int64_t c);

/* num / den > target, num / den < target. den > 0. */
bool scale_above(int64_t num, int64_t den, int64_t target);
bool scale_below(int64_t num, int64_t den, int64_t target);

/* ceil(capacity * (num / den) / target): the capacity that brings the metric down to the target. */
int64_t scale_out_desired(int64_t capacity, int64_t num, int64_t den, int64_t target);

/* floor(capacity - capacity * (num / den) / target), at least 0: how many may go. */
int64_t scale_in_removal(int64_t capacity, int64_t num, int64_t den, int64_t target);

/* Largest step down: ceil(percent * capacity / 100), at least 1 (sheet 04, 1.5). */
int64_t scale_in_cap(int64_t capacity, int64_t percent);

#endif
