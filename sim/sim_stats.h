/* sim_stats: streaming statistics.
 *
 * sim_tally:    count, mean and variance by Welford's recurrence; min and max; mergeable (Chan,
 *               Golub, LeVeque 1979).
 * sim_level:    time-weighted mean of an integer level (instances, reserved units): an exact
 *               128-bit integral of level x microseconds, divided once.
 * sim_histogram: counts of non-negative int64 values in log-linear buckets (1,024 a power of two),
 *               so a quantile is off by at most 1 part in 1,024 of its value (exact below 2,048);
 *               min, max and count are exact. Mergeable: counts add.
 * Intervals go through GSL's Student t. */
#ifndef SIM_STATS_H
#define SIM_STATS_H

#include "sim_time.h"

#include <stdbool.h>

struct sim_tally {
    uint64_t count;
    double mean, m2, min, max;
};

void sim_tally_add(struct sim_tally *tally, double value);
void sim_tally_merge(struct sim_tally *tally, const struct sim_tally *other);
double sim_tally_variance(const struct sim_tally *tally); /* sample variance; 0 below 2 values */

/* Mean and half-width of a two-sided confidence interval (confidence in (0,1), e.g. 0.99).
 * half_width is infinity below 2 values. */
struct sim_interval {
    double mean, half_width;
};
struct sim_interval sim_tally_interval(const struct sim_tally *tally, double confidence);

/* The difference of the means of two independent samples, b - a, by Welch's t. half_width is
 * infinity when either has fewer than 2 values. */
struct sim_interval sim_welch_interval(const struct sim_tally *a, const struct sim_tally *b,
                                       double confidence);

/* Interval of the mean of a correlated series by `batches` equal batch means (values left over at
 * the end are dropped). batches >= 2, count >= batches. */
struct sim_interval sim_batch_means(const double *values, uint64_t count, uint32_t batches,
                                    double confidence);

struct sim_level {
    int64_t level;
    sim_time since, from; /* integral covers [from, since) */
    __int128 integral;    /* level x microseconds */
};

void sim_level_init(struct sim_level *level, sim_time from, int64_t value);
void sim_level_set(struct sim_level *level, sim_time now, int64_t value); /* now >= since */
double sim_level_mean(const struct sim_level *level, sim_time now);       /* 0 for an empty span */
__int128 sim_level_integral(const struct sim_level *level, sim_time now);

struct sim_histogram {
    uint64_t *counts; /* private; made on first add */
    uint64_t count;
    int64_t min, max;
    __int128 sum;
};

void sim_histogram_init(struct sim_histogram *histogram);
void sim_histogram_release(struct sim_histogram *histogram);
void sim_histogram_add(struct sim_histogram *histogram, int64_t value, uint64_t times);
void sim_histogram_merge(struct sim_histogram *histogram, const struct sim_histogram *other);
/* Smallest recorded bucket value v with at least ceil(q * count) values <= v; q in [0, 1];
 * clamped to [min, max]. 0 when empty. */
int64_t sim_histogram_quantile(const struct sim_histogram *histogram, double q);
double sim_histogram_mean(const struct sim_histogram *histogram);

#endif
