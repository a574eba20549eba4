/* Distributions: moments at fixed keys inside their confidence intervals, bounds, refusals. */
#include "sim_dist.h"
#include "sim_rng.h"
#include "sim_stats.h"

#include <check.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define DRAWS 40000

static struct sim_dist make(enum sim_dist_kind kind, double p0, double p1)
{
    struct sim_dist dist;
    const double values[4] = {p0, p1};
    const bool given[4] = {true, !isnan(p1)};
    const char *why = NULL;
    ck_assert_msg(sim_dist_make(&dist, kind, values, given, &why), "%s", why);
    return dist;
}

/* Each draw has its own key, as in a run. */
static struct sim_tally draw_many(const struct sim_dist *dist, double *share_below, double limit)
{
    struct sim_tally tally = {0};
    uint64_t below = 0;
    bool inside = true;
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct sim_rng rng;
        sim_rng_key(&rng, 11, 0, SIM_CHANCE_TEST, i, 0);
        double value = sim_dist_draw(dist, &rng.gsl);
        inside &= value >= dist->min && value <= dist->max;
        sim_tally_add(&tally, value);
        below += value < limit;
    }
    ck_assert(inside);
    if (share_below)
        *share_below = (double)below / DRAWS;
    return tally;
}

/* Mean within its 99.9 % interval, variance within `slack` of its value. */
static void assert_moments(const struct sim_dist *dist, double mean, double variance, double slack)
{
    char name[200];
    sim_dist_format(dist, name, sizeof name);
    struct sim_tally tally = draw_many(dist, NULL, 0);
    struct sim_interval interval = sim_tally_interval(&tally, 0.999);
    ck_assert_msg(fabs(interval.mean - mean) <= interval.half_width, "%s: mean %g, expected %g",
                  name, interval.mean, mean);
    ck_assert_msg(fabs(sim_tally_variance(&tally) - variance) <= slack * variance,
                  "%s: variance %g, expected %g", name, sim_tally_variance(&tally), variance);
}

static const double none = (double)NAN;

START_TEST(dist_moments)
{
    struct sim_dist dist = make(SIM_DIST_CONSTANT, 12.5, none);
    assert_moments(&dist, 12.5, 0, 0);
    dist = make(SIM_DIST_UNIFORM, 2, 10);
    assert_moments(&dist, 6, 64.0 / 12, 0.03);
    dist = make(SIM_DIST_EXPONENTIAL, 30, none);
    assert_moments(&dist, 30, 900, 0.06);
    dist = make(SIM_DIST_LOGNORMAL, 60, 0.3);
    double s2 = 0.09;
    assert_moments(&dist, 60 * exp(s2 / 2), 3600 * (exp(s2) - 1) * exp(s2), 0.06);
    dist = make(SIM_DIST_WEIBULL, 10, 2);
    double g1 = tgamma(1.5), g2 = tgamma(2.0);
    assert_moments(&dist, 10 * g1, 100 * (g2 - g1 * g1), 0.05);
    dist = make(SIM_DIST_HYPEREXPONENTIAL, 20, 2);
    assert_moments(&dist, 20, 1600, 0.15);
    dist = make(SIM_DIST_HYPEREXPONENTIAL, 20, 1); /* is exponential */
    assert_moments(&dist, 20, 400, 0.06);
    dist = make(SIM_DIST_TRUNCATED_NORMAL, 100, 5); /* 20 sd from the bound */
    assert_moments(&dist, 100, 25, 0.05);
}
END_TEST

START_TEST(dist_means_match_the_draws)
{
    static const double data[] = {5, 1, 9, 3, 100};
    double values[5];
    memcpy(values, data, sizeof values);
    struct sim_dist dists[8];
    dists[0] = make(SIM_DIST_CONSTANT, 3, none);
    dists[1] = make(SIM_DIST_UNIFORM, 1, 2);
    dists[2] = make(SIM_DIST_EXPONENTIAL, 3, none);
    dists[3] = make(SIM_DIST_LOGNORMAL, 3, 0.5);
    dists[4] = make(SIM_DIST_TRUNCATED_NORMAL, 300, 2);
    dists[5] = make(SIM_DIST_WEIBULL, 3, 0.8);
    dists[6] = make(SIM_DIST_HYPEREXPONENTIAL, 3, 3);
    sim_dist_make_empirical(&dists[7], values, 5);
    for (int i = 0; i < 8; i++) {
        struct sim_tally tally = draw_many(&dists[i], NULL, 0);
        struct sim_interval interval = sim_tally_interval(&tally, 0.999);
        ck_assert_double_le(fabs(interval.mean - sim_dist_mean(&dists[i])),
                            interval.half_width + 1e-12);
    }
    ck_assert_double_eq(sim_dist_mean(&dists[7]), (1.0 / 2 + 3 + 5 + 9 + 100.0 / 2) / 4);
}
END_TEST

START_TEST(dist_lognormal_by_p95)
{
    struct sim_dist dist;
    const double values[4] = {75, 0, 180};
    const bool given[4] = {true, false, true};
    const char *why;
    ck_assert(sim_dist_make(&dist, SIM_DIST_LOGNORMAL, values, given, &why));
    ck_assert_double_eq_tol(dist.p[1], 0.53225, 1e-4); /* ln 2.4 / 1.644854 */
    double share;
    draw_many(&dist, &share, 180);
    ck_assert_double_eq_tol(share, 0.95, 0.005); /* sd 0.0011 */
    draw_many(&dist, &share, 75);
    ck_assert_double_eq_tol(share, 0.5, 0.012);
}
END_TEST

START_TEST(dist_hyperexponential_has_balanced_means)
{
    /* P(X < t) from the two branches. */
    struct sim_dist dist = make(SIM_DIST_HYPEREXPONENTIAL, 10, 3);
    double p = (1 - sqrt(8.0 / 10)) / 2, t = 5, share;
    double expected =
        p * gsl_cdf_exponential_P(t, 5 / p) + (1 - p) * gsl_cdf_exponential_P(t, 5 / (1 - p));
    draw_many(&dist, &share, t);
    ck_assert_double_eq_tol(share, expected, 0.012);
}
END_TEST

START_TEST(dist_bounds_clamp)
{
    struct sim_dist dist = make(SIM_DIST_EXPONENTIAL, 10, none);
    dist.min = 5;
    dist.max = 20;
    struct sim_tally tally = draw_many(&dist, NULL, 0); /* asserts the bounds */
    ck_assert_double_eq(tally.min, 5);
    ck_assert_double_eq(tally.max, 20);
    /* Clamped, not rejected: 5 + 10 (e^-0.5 - e^-2). */
    double expected = 5 + 10 * (exp(-0.5) - exp(-2.0));
    struct sim_interval interval = sim_tally_interval(&tally, 0.999);
    ck_assert_double_le(fabs(interval.mean - expected), interval.half_width);
}
END_TEST

/* Mean of a normal(mean, sd) between low and high. */
static double truncated_mean(double mean, double sd, double low, double high)
{
    double a = (low - mean) / sd, b = (high - mean) / sd, root = sqrt(2 * M_PI);
    double density = (exp(-a * a / 2) - exp(-b * b / 2)) / root;
    double mass = a > 0 ? gsl_cdf_ugaussian_Q(a) - gsl_cdf_ugaussian_Q(b)
                        : gsl_cdf_ugaussian_P(b) - gsl_cdf_ugaussian_P(a);
    return mean + sd * density / mass;
}

START_TEST(dist_truncated_normal_rejects_and_ends)
{
    /* The bounds hold from much to next to nothing of the mass, on either side. */
    static const double rows[][4] = {
        {10, 10, 0, 1e9}, {10, 10, 5, 12},  {0, 1, 1, 2},      {0, 1, 4, 1e9},
        {0, 1, 6, 7},     {20, 1, 0, 14.5}, {20, 1, 0, 14.51}, {10, 1, 10, 10.001},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double *r = rows[i];
        struct sim_dist dist = make(SIM_DIST_TRUNCATED_NORMAL, r[0], r[1]);
        dist.min = r[2];
        dist.max = r[3];
        struct sim_tally tally = draw_many(&dist, NULL, 0);
        struct sim_interval interval = sim_tally_interval(&tally, 0.999);
        ck_assert_msg(fabs(interval.mean - truncated_mean(r[0], r[1], r[2], r[3])) <=
                          interval.half_width,
                      "row %zu: %g, expected %g", i, interval.mean,
                      truncated_mean(r[0], r[1], r[2], r[3]));
        ck_assert_double_gt(sim_tally_variance(&tally), 0);
    }
    struct sim_dist dist = make(SIM_DIST_TRUNCATED_NORMAL, -1000, 1); /* 1,000 sd away */
    struct sim_tally tally = draw_many(&dist, NULL, 0);
    ck_assert_double_eq(tally.max, 0);
    dist = make(SIM_DIST_TRUNCATED_NORMAL, 7, 0);
    tally = draw_many(&dist, NULL, 0);
    ck_assert(tally.min == 7 && tally.max == 7);
}
END_TEST

START_TEST(dist_empirical_interpolates)
{
    double values[] = {30, 10, 20};
    struct sim_dist dist;
    sim_dist_make_empirical(&dist, values, 3);
    ck_assert_double_eq(values[0], 10);
    double share;
    struct sim_tally tally = draw_many(&dist, &share, 15);
    ck_assert_double_eq_tol(share, 0.25, 0.01);
    ck_assert(tally.min >= 10 && tally.max <= 30);
    sim_dist_make_empirical(&dist, values, 1);
    tally = draw_many(&dist, NULL, 0);
    ck_assert(tally.min == 10 && tally.max == 10);
    ck_assert_double_eq(sim_dist_mean(&dist), 10);
}
END_TEST

START_TEST(dist_make_refuses)
{
    static const struct {
        enum sim_dist_kind kind;
        double values[4];
        bool given[4];
        const char *why;
    } rows[] = {
        {SIM_DIST_CONSTANT, {0}, {false}, "a required parameter is missing"},
        {SIM_DIST_CONSTANT, {-1}, {true}, "a parameter is outside its range"},
        {SIM_DIST_CONSTANT, {1e300}, {true}, "a parameter is outside its range"},
        {SIM_DIST_UNIFORM, {2, 1}, {true, true}, "high must not be less than low"},
        {SIM_DIST_LOGNORMAL, {0, 1}, {true, true}, "a parameter is outside its range"},
        {SIM_DIST_LOGNORMAL, {1}, {true}, "sigma or p95 is required"},
        {SIM_DIST_LOGNORMAL, {1, 1, 2}, {true, true, true}, "sigma and p95 exclude each other"},
        {SIM_DIST_LOGNORMAL, {5, 0, 5}, {true, false, true}, "p95 must be greater than median"},
        {SIM_DIST_HYPEREXPONENTIAL, {5, 0.9}, {true, true}, "a parameter is outside its range"},
        {SIM_DIST_WEIBULL, {5, 0}, {true, true}, "a parameter is outside its range"},
        {SIM_DIST_EMPIRICAL, {0}, {false}, "empirical is made of a list of values"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sim_dist dist = sim_dist_constant(77);
        const char *why = NULL;
        ck_assert(!sim_dist_make(&dist, rows[i].kind, rows[i].values, rows[i].given, &why));
        ck_assert_str_eq(why, rows[i].why);
        ck_assert_double_eq(dist.p[0], 77);
    }
    const double nan_value[4] = {none};
    const bool given[4] = {true};
    struct sim_dist dist;
    const char *why;
    ck_assert(!sim_dist_make(&dist, SIM_DIST_CONSTANT, nan_value, given, &why));
}
END_TEST

START_TEST(dist_time_is_never_negative)
{
    struct sim_rng rng;
    sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 0, 0);
    struct sim_dist dist = sim_dist_constant(1.5);
    ck_assert_int_eq(sim_dist_time(&dist, &rng.gsl), 1500000);
    dist = sim_dist_constant(-4);
    dist.min = -10;
    ck_assert_double_eq(sim_dist_draw(&dist, &rng.gsl), -4);
    ck_assert_int_eq(sim_dist_time(&dist, &rng.gsl), 0);
}
END_TEST

START_TEST(dist_is_zero)
{
    struct sim_dist dist = sim_dist_constant(0);
    ck_assert(sim_dist_is_zero(&dist));
    dist.min = 1;
    ck_assert(!sim_dist_is_zero(&dist));
    dist = make(SIM_DIST_EXPONENTIAL, 0, none);
    ck_assert(sim_dist_is_zero(&dist));
    dist = make(SIM_DIST_EXPONENTIAL, 1, none);
    ck_assert(!sim_dist_is_zero(&dist));
    dist.max = 0;
    ck_assert(sim_dist_is_zero(&dist));
    dist = make(SIM_DIST_UNIFORM, 0, 0);
    ck_assert(sim_dist_is_zero(&dist));
    dist = make(SIM_DIST_LOGNORMAL, 1, 0);
    ck_assert(!sim_dist_is_zero(&dist));
}
END_TEST

START_TEST(dist_table_and_format)
{
    for (int kind = 0; kind < SIM_DIST_KINDS; kind++) {
        const struct sim_dist_info *info = &sim_dist_kinds[kind];
        ck_assert_ptr_nonnull(info->name);
        ck_assert_ptr_nonnull(info->help);
        for (int i = 0; info->params[i].name; i++) {
            ck_assert_int_lt(i, 3);
            ck_assert_ptr_nonnull(info->params[i].help);
            ck_assert_double_lt(info->params[i].low, info->params[i].high);
        }
    }
    char buffer[80];
    struct sim_dist dist = make(SIM_DIST_LOGNORMAL, 60, 0.3);
    ck_assert_str_eq(sim_dist_format(&dist, buffer, sizeof buffer),
                     "lognormal(median 60s, sigma 0.3)");
    dist.min = 1;
    dist.max = 90;
    ck_assert_str_eq(sim_dist_format(&dist, buffer, sizeof buffer),
                     "lognormal(median 60s, sigma 0.3, min 1s, max 90s)");
    ck_assert_str_eq(sim_dist_format(&dist, buffer, 10), "lognormal");
    double values[] = {1, 4};
    sim_dist_make_empirical(&dist, values, 2);
    ck_assert_str_eq(sim_dist_format(&dist, buffer, sizeof buffer),
                     "empirical(2 values, 1s to 4s)");
}
END_TEST

Suite *test_sim_dist_suite(void);
Suite *test_sim_dist_suite(void)
{
    Suite *suite = suite_create("sim_dist");
    TCase *cases = tcase_create("dist");
    tcase_add_test(cases, dist_moments);
    tcase_add_test(cases, dist_means_match_the_draws);
    tcase_add_test(cases, dist_lognormal_by_p95);
    tcase_add_test(cases, dist_hyperexponential_has_balanced_means);
    tcase_add_test(cases, dist_bounds_clamp);
    tcase_add_test(cases, dist_truncated_normal_rejects_and_ends);
    tcase_add_test(cases, dist_empirical_interpolates);
    tcase_add_test(cases, dist_make_refuses);
    tcase_add_test(cases, dist_time_is_never_negative);
    tcase_add_test(cases, dist_is_zero);
    tcase_add_test(cases, dist_table_and_format);
    suite_add_tcase(suite, cases);
    return suite;
}
