/* Paired differences and gates: against numbers worked out by hand, and against chance itself. */
#include "rpt_compare.h"

#include "sim_rng.h"

#include <check.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define RUNS_MAX 30

static const char *names[] = {"task_wait_s_mean"};
static const char *units[] = {"s"};
static int64_t seeds[RUNS_MAX];

static struct rpt_measures measures(const double *values, uint32_t runs)
{
    return (struct rpt_measures){
        .path = "x.db",
        .scenario = "x",
        .workload_hash = "0123",
        .run_count = runs,
        .seeds = seeds,
        .metric_count = 1,
        .metrics = names,
        .units = units,
        .values = (double *)(uintptr_t)values,
    };
}

static struct rpt_difference compare(struct sim_arena *arena, const double *a, const double *b,
                                     uint32_t runs)
{
    struct rpt_measures of_a = measures(a, runs), of_b = measures(b, runs);
    uint32_t count;
    struct rpt_difference *differences = rpt_compare(arena, &of_a, &of_b, 0.95, &count);
    ck_assert_uint_eq(count, 1);
    return differences[0];
}

/* Differences 1, 2, 3, 4, 5: mean 3, s 1.5811, t(4) 2.7764: half-width 1.9632. */
START_TEST(paired_by_hand)
{
    static const double a[] = {10, 20, 30, 40, 50}, b[] = {11, 22, 33, 44, 55};
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct rpt_difference d = compare(&arena, a, b, 5);
    ck_assert_uint_eq(d.pairs, 5);
    ck_assert_double_eq_tol(d.mean_a, 30, 1e-12);
    ck_assert_double_eq_tol(d.mean_b, 33, 1e-12);
    ck_assert_double_eq_tol(d.difference, 3, 1e-12);
    ck_assert_double_eq_tol(d.half_width, 1.963243, 1e-5);
    /* Welch: variances 250 and 302.5, standard error 10.5119, 7.9284 degrees of freedom */
    double freedom = 110.5 * 110.5 / (2500.0 / 4 + 60.5 * 60.5 / 4);
    ck_assert_double_eq_tol(d.unpaired_half_width, gsl_cdf_tdist_Qinv(0.025, freedom) * sqrt(110.5),
                            1e-9);
    ck_assert_int_eq(d.verdict, RPT_VERDICT_HIGHER);
    ck_assert_int_eq(d.good, -1);
    sim_arena_release(&arena);
}
END_TEST

START_TEST(verdicts)
{
    static const struct {
        double a[4], b[4];
        uint32_t runs;
        enum rpt_verdict verdict;
    } cases[] = {
        {{1, 2, 3, 4}, {1, 2, 3, 4}, 4, RPT_VERDICT_EQUAL},
        {{1, 2, 3, 4}, {2, 1, 4, 3}, 4, RPT_VERDICT_NONE},
        {{1, 2, 3, 4}, {0, 1, 2, 3}, 4, RPT_VERDICT_LOWER},
        {{1, 2, 3, 4}, {2, 3, 4, 5}, 4, RPT_VERDICT_HIGHER},
        {{1}, {2}, 1, RPT_VERDICT_UNKNOWN},
        {{2}, {2}, 1, RPT_VERDICT_EQUAL},
    };
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct rpt_difference d = compare(&arena, cases[_i].a, cases[_i].b, cases[_i].runs);
    ck_assert_int_eq(d.verdict, cases[_i].verdict);
    sim_arena_release(&arena);
}
END_TEST

/* A run without the metric is left out of its pairs. */
START_TEST(missing_values)
{
    const double a[] = {1, NAN, 3, 4}, b[] = {2, 5, NAN, 6};
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct rpt_difference d = compare(&arena, a, b, 4);
    ck_assert_uint_eq(d.pairs, 2);
    ck_assert_double_eq_tol(d.difference, 1.5, 1e-12);
    sim_arena_release(&arena);
}
END_TEST

START_TEST(not_comparable)
{
    static const double values[] = {1, 2, 3};
    static int64_t other_seeds[] = {0, 0, 7};
    struct rpt_measures a = measures(values, 3), b = measures(values, 3);
    char message[512];
    ck_assert(rpt_comparable(&a, &b, message, sizeof message));
    b.workload_hash = "4567";
    ck_assert(!rpt_comparable(&a, &b, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "different workloads"));
    b = measures(values, 2);
    ck_assert(!rpt_comparable(&a, &b, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "--replications"));
    b = measures(values, 3);
    b.seeds = other_seeds;
    ck_assert(!rpt_comparable(&a, &b, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "--seed"));
}
END_TEST

/* Increases 1 to 5 over a mean of 30: one-sided t(4) at 95 % 2.1318, bounds 3 -+ 1.5075. */
START_TEST(gates_by_hand)
{
    static const double a[] = {10, 20, 30, 40, 50}, b[] = {11, 22, 33, 44, 55};
    static const struct {
        enum rpt_gate_kind kind;
        double limit;
        bool prove, holds;
    } cases[] = {
        {RPT_GATE_MAX_INCREASE, 1.4, false, false},
        {RPT_GATE_MAX_INCREASE, 1.6, false, true},
        {RPT_GATE_MAX_INCREASE, 4.4, true, false},
        {RPT_GATE_MAX_INCREASE, 4.6, true, true},
        {RPT_GATE_MAX_INCREASE_PCT, 4.9, false, false},
        {RPT_GATE_MAX_INCREASE_PCT, 5, false, true},
        {RPT_GATE_MAX_INCREASE_PCT, 15, true, false},
        {RPT_GATE_MAX_INCREASE_PCT, 15.1, true, true},
        {RPT_GATE_MAX, 16, false, false},
        {RPT_GATE_MAX, 17, false, true},
        {RPT_GATE_MIN, 50, false, false},
        {RPT_GATE_MIN, 49, false, true},
        {RPT_GATE_MIN, 17, true, false},
        {RPT_GATE_MIN, 16, true, true},
    };
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct rpt_difference d = compare(&arena, a, b, 5);
    struct rpt_gate gate = {.metric = names[0],
                            .kind = cases[_i].kind,
                            .limit = cases[_i].limit,
                            .confidence = 0.95,
                            .prove = cases[_i].prove};
    struct rpt_gate_result result;
    char message[512];
    ck_assert(rpt_gate_judge(&gate, &d, 1, &result, message, sizeof message));
    ck_assert_msg(result.holds == cases[_i].holds, "bounds %f to %f", result.lower, result.upper);
    sim_arena_release(&arena);
}
END_TEST

START_TEST(gates_that_cannot_be_judged)
{
    static const double zero[] = {0, 0, 0, 0, 0}, b[] = {1, 2, 3, 4, 5};
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct rpt_difference few = compare(&arena, zero, b, 4), d = compare(&arena, zero, b, 5);
    struct rpt_gate gate = {.metric = "other", .limit = 1, .confidence = 0.95};
    struct rpt_gate_result result;
    char message[512];
    ck_assert(!rpt_gate_judge(&gate, &d, 1, &result, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "is not in both databases"));
    gate.metric = names[0];
    ck_assert(!rpt_gate_judge(&gate, &few, 1, &result, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "needs 5"));
    ck_assert(!rpt_gate_judge(&gate, &d, 1, &result, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "no percentage"));
    sim_arena_release(&arena);
}
END_TEST

/* 2,000 experiments with a known difference: 95 % intervals hold it in 93 to 97 % of them; without
 * one, a gate in reject mode at 95 % raises an alarm in at most 6 %. */
START_TEST(coverage_and_false_alarms)
{
    static const uint32_t sizes[] = {5, 10, 30};
    uint32_t runs = sizes[_i], covered = 0, alarms = 0;
    struct sim_arena arena;
    struct sim_rng rng;
    sim_rng_key(&rng, 42, runs, SIM_CHANCE_TEST, 0, 0);
    for (uint32_t experiment = 0; experiment < 2000; experiment++) {
        double a[RUNS_MAX], b[RUNS_MAX], same[RUNS_MAX];
        for (uint32_t i = 0; i < runs; i++) {
            double common = gsl_ran_gaussian(&rng.gsl, 50);
            a[i] = 300 + common + gsl_ran_gaussian(&rng.gsl, 3);
            b[i] = 302 + common + gsl_ran_gaussian(&rng.gsl, 5);
            same[i] = 300 + common + gsl_ran_gaussian(&rng.gsl, 5);
        }
        sim_arena_init(&arena);
        struct rpt_difference d = compare(&arena, a, b, runs);
        covered += fabs(d.difference - 2) <= d.half_width;
        ck_assert_double_lt(d.half_width, d.unpaired_half_width);
        d = compare(&arena, a, same, runs);
        struct rpt_gate gate = {.metric = names[0],
                                .kind = RPT_GATE_MAX_INCREASE,
                                .confidence = 0.95};
        struct rpt_gate_result result;
        char message[512];
        ck_assert(rpt_gate_judge(&gate, &d, 1, &result, message, sizeof message));
        alarms += !result.holds;
        sim_arena_release(&arena);
    }
    ck_assert_uint_ge(covered, 1860);
    ck_assert_uint_le(covered, 1940);
    ck_assert_uint_le(alarms, 120);
    ck_assert_uint_ge(alarms, 70);
}
END_TEST

Suite *test_rpt_compare_suite(void);
Suite *test_rpt_compare_suite(void)
{
    Suite *suite = suite_create("rpt_compare");
    TCase *tests = tcase_create("compare");
    tcase_add_test(tests, paired_by_hand);
    tcase_add_loop_test(tests, verdicts, 0, 6);
    tcase_add_test(tests, missing_values);
    tcase_add_test(tests, not_comparable);
    tcase_add_loop_test(tests, gates_by_hand, 0, 14);
    tcase_add_test(tests, gates_that_cannot_be_judged);
    tcase_add_loop_test(tests, coverage_and_false_alarms, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
