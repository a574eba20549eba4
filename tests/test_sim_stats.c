#include "sim_rng.h"
#include "sim_stats.h"

#include <check.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

START_TEST(tally_of_known_data)
{
    static const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    struct sim_tally tally = {0};
    ck_assert_double_eq(sim_tally_variance(&tally), 0);
    for (size_t i = 0; i < 8; i++)
        sim_tally_add(&tally, values[i]);
    ck_assert_uint_eq(tally.count, 8);
    ck_assert_double_eq_tol(tally.mean, 5, 1e-14);
    ck_assert_double_eq_tol(sim_tally_variance(&tally), 32.0 / 7, 1e-13);
    ck_assert_double_eq(tally.min, 2);
    ck_assert_double_eq(tally.max, 9);
    /* t(0.975, 7) = 2.364624 from tables */
    struct sim_interval interval = sim_tally_interval(&tally, 0.95);
    ck_assert_double_eq_tol(interval.half_width, 2.364624 * sqrt(32.0 / 7 / 8), 1e-5);
}
END_TEST

START_TEST(tally_below_two_values_knows_nothing)
{
    struct sim_tally tally = {0};
    ck_assert(isinf(sim_tally_interval(&tally, 0.9).half_width));
    sim_tally_add(&tally, -3);
    ck_assert(isinf(sim_tally_interval(&tally, 0.9).half_width));
    ck_assert_double_eq(tally.min, -3);
    ck_assert_double_eq(tally.max, -3);
}
END_TEST

START_TEST(tally_merge_equals_one_tally)
{
    struct sim_rng rng;
    sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 0, 0);
    struct sim_tally parts[4] = {0}, all = {0}, merged = {0};
    for (int i = 0; i < 10000; i++) {
        double value = 1e9 + gsl_ran_gaussian(&rng.gsl, 1); /* naive sums of squares fail here */
        sim_tally_add(&all, value);
        sim_tally_add(&parts[i % 7 % 3], value); /* the fourth stays empty */
    }
    for (int i = 0; i < 4; i++)
        sim_tally_merge(&merged, &parts[i]);
    ck_assert_uint_eq(merged.count, all.count);
    ck_assert_double_eq_tol(merged.mean, all.mean, 1e-5);
    ck_assert_double_eq_tol(sim_tally_variance(&merged), sim_tally_variance(&all), 1e-5);
    ck_assert_double_eq_tol(sim_tally_variance(&all), 1, 0.1);
    ck_assert_double_eq(merged.min, all.min);
    ck_assert_double_eq(merged.max, all.max);
}
END_TEST

START_TEST(tally_interval_covers_the_mean_as_often_as_it_says)
{
    int covered = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        struct sim_rng rng;
        sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 1, i);
        struct sim_tally tally = {0};
        for (int k = 0; k < 5; k++)
            sim_tally_add(&tally, gsl_ran_gaussian(&rng.gsl, 3));
        struct sim_interval interval = sim_tally_interval(&tally, 0.9);
        covered += fabs(interval.mean) <= interval.half_width;
    }
    ck_assert_int_gt(covered, 1800 - 54); /* sd 13.4, four of them */
    ck_assert_int_lt(covered, 1800 + 54);
}
END_TEST

START_TEST(batch_means_of_known_data)
{
    /* Batches of 3: means 2, 5, 8; 10 is left over. */
    static const double values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    struct sim_interval interval = sim_batch_means(values, 10, 3, 0.95);
    ck_assert_double_eq_tol(interval.mean, 5, 1e-12);
    /* sd 3, t(0.975, 2) = 4.302653 */
    ck_assert_double_eq_tol(interval.half_width, 4.302653 * 3 / sqrt(3), 1e-5);
    static const double flat[] = {7, 7, 7, 7};
    ck_assert_double_eq(sim_batch_means(flat, 4, 4, 0.99).half_width, 0);
}
END_TEST

START_TEST(level_integrates_exactly)
{
    struct sim_level level;
    sim_level_init(&level, 10, 3);
    ck_assert_double_eq(sim_level_mean(&level, 10), 0);
    sim_level_set(&level, 20, 5); /* 30 */
    sim_level_set(&level, 20, 7); /* at once: no time */
    sim_level_set(&level, 25, 0); /* 35 */
    ck_assert(sim_level_integral(&level, 40) == 65);
    ck_assert_double_eq(sim_level_mean(&level, 40), 65.0 / 30);
    ck_assert(sim_level_integral(&level, 40) == 65); /* asking changes nothing */

    sim_level_init(&level, 0, INT64_C(1) << 40);
    __int128 want = ((__int128)1 << 40) * SIM_TIME_LIMIT; /* beyond 64 bits */
    ck_assert(sim_level_integral(&level, SIM_TIME_LIMIT) == want);
    ck_assert_double_eq(sim_level_mean(&level, SIM_TIME_LIMIT), 0x1p40);
}
END_TEST

static int compare_values(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Values over all magnitudes. */
static int64_t any_value(const gsl_rng *rng)
{
    return (int64_t)(gsl_rng_get(rng) >> (1 + gsl_rng_uniform_int(rng, 63)));
}

static void assert_quantile(const struct sim_histogram *histogram, const int64_t *sorted,
                            uint64_t count, unsigned percent)
{
    uint64_t rank = (percent * count + 99) / 100; /* ceil, in integers */
    int64_t exact = sorted[rank ? rank - 1 : 0];
    int64_t found = sim_histogram_quantile(histogram, percent / 100.0);
    ck_assert_int_ge(found, exact);
    ck_assert_int_le(found - exact, exact / 1024);
    if (exact < 2048)
        ck_assert_int_eq(found, exact);
}

START_TEST(histogram_error_is_bounded)
{
    enum { MAX = 1000 };
    static int64_t sorted[MAX];
    for (uint64_t round = 0; round < 60; round++) {
        struct sim_rng rng;
        sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 3, round);
        uint64_t count = gsl_rng_uniform_int(&rng.gsl, MAX) + 1;
        struct sim_histogram histogram;
        sim_histogram_init(&histogram);
        __int128 sum = 0;
        for (uint64_t i = 0; i < count; i++) {
            sorted[i] = any_value(&rng.gsl);
            sum += sorted[i];
            sim_histogram_add(&histogram, sorted[i], 1);
        }
        qsort(sorted, count, sizeof sorted[0], compare_values);
        for (unsigned percent = 0; percent <= 100; percent++)
            assert_quantile(&histogram, sorted, count, percent);
        ck_assert_int_eq(sim_histogram_quantile(&histogram, 1), sorted[count - 1]);
        ck_assert_int_eq(histogram.min, sorted[0]);
        ck_assert_int_eq(histogram.max, sorted[count - 1]);
        ck_assert(histogram.sum == sum);
        sim_histogram_release(&histogram);
    }
}
END_TEST

START_TEST(histogram_bucket_edges)
{
    /* Around every power of two, alone: exact, since clamped to [min, max]; with a larger one
     * beside it: within the bound. */
    for (unsigned power = 0; power < 63; power++) {
        for (int64_t off = -1; off <= 1; off++) {
            int64_t value = (INT64_C(1) << power) + off;
            struct sim_histogram histogram;
            sim_histogram_init(&histogram);
            sim_histogram_add(&histogram, value, 3);
            ck_assert_int_eq(sim_histogram_quantile(&histogram, 0.5), value);
            sim_histogram_add(&histogram, INT64_MAX, 1);
            int64_t found = sim_histogram_quantile(&histogram, 0.5);
            ck_assert_int_ge(found, value);
            ck_assert_int_le(found - value, value / 1024);
            ck_assert_int_eq(sim_histogram_quantile(&histogram, 1), INT64_MAX);
            sim_histogram_release(&histogram);
        }
    }
}
END_TEST

START_TEST(histogram_merge_is_union)
{
    struct sim_histogram parts[3], all, merged;
    sim_histogram_init(&all);
    sim_histogram_init(&merged);
    for (int i = 0; i < 3; i++)
        sim_histogram_init(&parts[i]);
    struct sim_rng rng;
    sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 4, 0);
    for (int i = 0; i < 2000; i++) {
        int64_t value = any_value(&rng.gsl);
        uint64_t times = gsl_rng_uniform_int(&rng.gsl, 4); /* 0 too */
        sim_histogram_add(&all, value, times);
        sim_histogram_add(&parts[i % 2], value, times); /* the third stays empty */
    }
    for (int i = 0; i < 3; i++)
        sim_histogram_merge(&merged, &parts[i]);
    ck_assert_uint_eq(merged.count, all.count);
    ck_assert(merged.sum == all.sum);
    for (int i = 0; i <= 1000; i++)
        ck_assert_int_eq(sim_histogram_quantile(&merged, i / 1000.0),
                         sim_histogram_quantile(&all, i / 1000.0));
    ck_assert_double_eq(sim_histogram_mean(&merged), sim_histogram_mean(&all));
    for (int i = 0; i < 3; i++)
        sim_histogram_release(&parts[i]);
    sim_histogram_release(&all);
    sim_histogram_release(&merged);
}
END_TEST

START_TEST(histogram_empty)
{
    struct sim_histogram histogram;
    sim_histogram_init(&histogram);
    ck_assert_int_eq(sim_histogram_quantile(&histogram, 0.5), 0);
    ck_assert_double_eq(sim_histogram_mean(&histogram), 0);
    sim_histogram_add(&histogram, 5, 0);
    ck_assert_uint_eq(histogram.count, 0);
    sim_histogram_release(&histogram);
}
END_TEST

Suite *test_sim_stats_suite(void);
Suite *test_sim_stats_suite(void)
{
    Suite *suite = suite_create("sim_stats");
    TCase *cases = tcase_create("stats");
    tcase_add_test(cases, tally_of_known_data);
    tcase_add_test(cases, tally_below_two_values_knows_nothing);
    tcase_add_test(cases, tally_merge_equals_one_tally);
    tcase_add_test(cases, tally_interval_covers_the_mean_as_often_as_it_says);
    tcase_add_test(cases, batch_means_of_known_data);
    tcase_add_test(cases, level_integrates_exactly);
    tcase_add_test(cases, histogram_error_is_bounded);
    tcase_add_test(cases, histogram_bucket_edges);
    tcase_add_test(cases, histogram_merge_is_union);
    tcase_add_test(cases, histogram_empty);
    suite_add_tcase(suite, cases);
    return suite;
}
