#include "sim_stats.h"

#include "sim_arena.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

void sim_tally_add(struct sim_tally *tally, double value)
{
    if (tally->count == 0 || value < tally->min)
        tally->min = value;
    if (tally->count == 0 || value > tally->max)
        tally->max = value;
    tally->count++;
    double delta = value - tally->mean;
    tally->mean += delta / (double)tally->count;
    tally->m2 += delta * (value - tally->mean);
}

void sim_tally_merge(struct sim_tally *tally, const struct sim_tally *other)
{
    if (other->count == 0)
        return;
    if (tally->count == 0) {
        *tally = *other;
        return;
    }
    double own = (double)tally->count, others = (double)other->count, all = own + others;
    double delta = other->mean - tally->mean;
    tally->mean += delta * others / all;
    tally->m2 += other->m2 + delta * delta * own * others / all;
    tally->count += other->count;
    if (other->min < tally->min)
        tally->min = other->min;
    if (other->max > tally->max)
        tally->max = other->max;
}

double sim_tally_variance(const struct sim_tally *tally)
{
    return tally->count < 2 ? 0 : tally->m2 / (double)(tally->count - 1);
}

struct sim_interval sim_tally_interval(const struct sim_tally *tally, double confidence)
{
    assert(confidence > 0 && confidence < 1);
    struct sim_interval interval = {.mean = tally->mean, .half_width = HUGE_VAL};
    if (tally->count < 2)
        return interval;
    double n = (double)tally->count;
    double t = gsl_cdf_tdist_Qinv((1 - confidence) / 2, n - 1);
    interval.half_width = t * sqrt(sim_tally_variance(tally) / n);
    return interval;
}

struct sim_interval sim_welch_interval(const struct sim_tally *a, const struct sim_tally *b,
                                       double confidence)
{
    assert(confidence > 0 && confidence < 1);
    struct sim_interval interval = {.mean = b->mean - a->mean, .half_width = HUGE_VAL};
    if (a->count < 2 || b->count < 2)
        return interval;
    double of_a = sim_tally_variance(a) / (double)a->count;
    double of_b = sim_tally_variance(b) / (double)b->count;
    double sum = of_a + of_b;
    interval.half_width = 0;
    if (!(sum > 0))
        return interval;
    double freedom =
        sum * sum / (of_a * of_a / (double)(a->count - 1) + of_b * of_b / (double)(b->count - 1));
    interval.half_width = gsl_cdf_tdist_Qinv((1 - confidence) / 2, freedom) * sqrt(sum);
    return interval;
}

struct sim_interval sim_batch_means(const double *values, uint64_t count, uint32_t batches,
                                    double confidence)
{
    assert(batches >= 2 && count >= batches);
    uint64_t size = count / batches;
    struct sim_tally means = {0};
    for (uint32_t batch = 0; batch < batches; batch++) {
        struct sim_tally one = {0};
        for (uint64_t i = 0; i < size; i++)
            sim_tally_add(&one, values[batch * size + i]);
        sim_tally_add(&means, one.mean);
    }
    return sim_tally_interval(&means, confidence);
}

void sim_level_init(struct sim_level *level, sim_time from, int64_t value)
{
    *level = (struct sim_level){.level = value, .since = from, .from = from};
}

void sim_level_set(struct sim_level *level, sim_time now, int64_t value)
{
    level->integral = sim_level_integral(level, now);
    level->since = now;
    level->level = value;
}

__int128 sim_level_integral(const struct sim_level *level, sim_time now)
{
    assert(now >= level->since);
    return level->integral + (__int128)level->level * (now - level->since);
}

double sim_level_mean(const struct sim_level *level, sim_time now)
{
    __int128 integral = sim_level_integral(level, now);
    return now == level->from ? 0 : (double)integral / (double)(now - level->from);
}

/* The buckets. Values below 2^(BITS + 1) have a bucket each. A larger value keeps its highest
 * BITS + 1 bits: with s the count of bits dropped, value >> s lies in [2^BITS, 2^(BITS + 1)), and
 * the buckets of s follow those of s - 1. */
#define BITS         10
#define BUCKET_COUNT ((size_t)(64 - BITS) << BITS)

static size_t bucket_of(int64_t value)
{
    uint64_t v = (uint64_t)value;
    if (v >> (BITS + 1) == 0)
        return (size_t)v;
    unsigned shift = 63u - (unsigned)__builtin_clzll(v) - BITS;
    return ((size_t)shift << BITS) + (size_t)(v >> shift);
}

/* The largest value of a bucket. */
static int64_t bucket_last(size_t bucket)
{
    if (bucket >> (BITS + 1) == 0)
        return (int64_t)bucket;
    unsigned shift = (unsigned)(bucket >> BITS) - 1;
    uint64_t head = (bucket & (((size_t)1 << BITS) - 1)) | (size_t)1 << BITS;
    return (int64_t)(((head + 1) << shift) - 1);
}

void sim_histogram_init(struct sim_histogram *histogram)
{
    *histogram = (struct sim_histogram){0};
}

void sim_histogram_release(struct sim_histogram *histogram)
{
    free(histogram->counts);
    sim_histogram_init(histogram);
}

static void widen(struct sim_histogram *histogram, int64_t min, int64_t max)
{
    if (!histogram->counts) {
        histogram->counts = sim_malloc(BUCKET_COUNT * sizeof *histogram->counts);
        for (size_t i = 0; i < BUCKET_COUNT; i++)
            histogram->counts[i] = 0;
    }
    if (histogram->count == 0 || min < histogram->min)
        histogram->min = min;
    if (histogram->count == 0 || max > histogram->max)
        histogram->max = max;
}

void sim_histogram_add(struct sim_histogram *histogram, int64_t value, uint64_t times)
{
    assert(value >= 0);
    if (times == 0)
        return;
    widen(histogram, value, value);
    histogram->counts[bucket_of(value)] += times;
    histogram->count += times;
    histogram->sum += (__int128)value * times;
}

void sim_histogram_merge(struct sim_histogram *histogram, const struct sim_histogram *other)
{
    if (other->count == 0)
        return;
    widen(histogram, other->min, other->max);
    for (size_t i = 0; i < BUCKET_COUNT; i++)
        histogram->counts[i] += other->counts[i];
    histogram->count += other->count;
    histogram->sum += other->sum;
}

/* ceil(q * count), at least 1. q stands for a decimal like 0.07, whose nearest double may lie a
 * hair above it: 0.07 * 100 must not become 8. So a product within one part in 10^12 above an
 * integer counts as that integer. */
static uint64_t rank_of(double q, uint64_t count)
{
    double product = q * (double)count;
    double rank = ceil(product - product * 1e-12);
    if (rank < 1)
        return 1;
    return rank >= (double)count ? count : (uint64_t)rank;
}

int64_t sim_histogram_quantile(const struct sim_histogram *histogram, double q)
{
    assert(q >= 0 && q <= 1);
    if (histogram->count == 0)
        return 0;
    uint64_t rank = rank_of(q, histogram->count), seen = 0;
    size_t bucket = bucket_of(histogram->min);
    while ((seen += histogram->counts[bucket]) < rank)
        bucket++;
    int64_t value = bucket_last(bucket);
    return value > histogram->max ? histogram->max : value;
}

double sim_histogram_mean(const struct sim_histogram *histogram)
{
    return histogram->count ? (double)histogram->sum / (double)histogram->count : 0;
}
