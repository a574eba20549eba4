/* Loads: the questions that every generator answers, and what each of them is for. */
#include "load.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Two values of 90 and 31.5 requests, a quarter of an hour each, after the first minute. */
static const struct load_span spans[] = {
    {.from = SIM_MINUTE, .until = 16 * SIM_MINUTE, .micro = 90000000},
    {.from = 16 * SIM_MINUTE, .until = 31 * SIM_MINUTE, .micro = 31500000},
};
static const struct load_series some_series = {spans, 2};

static uint32_t parameter_count(const struct load_generator *generator)
{
    uint32_t count = 0;
    while (count < LOAD_PARAMETERS_MAX && generator->parameters[count].name != NULL)
        count++;
    return count;
}

/* With its defaults; what has none is 10, or the least above it that it may be. */
static struct load_spec usual(const char *name)
{
    struct load_spec spec = {.generator = load_generator_find(name), .scale_ppm = 1000000};
    ck_assert_ptr_nonnull(spec.generator);
    for (uint32_t i = 0; i < parameter_count(spec.generator); i++) {
        const struct load_parameter *parameter = &spec.generator->parameters[i];
        double value = parameter->low > 10 ? parameter->low : 10;
        spec.values[i] = parameter->required ? value : parameter->fallback;
    }
    spec.series = spec.generator->reads_series ? &some_series : NULL;
    return spec;
}

static void set(struct load_spec *spec, const char *name, double value)
{
    uint32_t i = 0;
    while (i < LOAD_PARAMETERS_MAX && strcmp(spec->generator->parameters[i].name, name) != 0)
        i++;
    ck_assert(value >= spec->generator->parameters[i].low);
    ck_assert(value <= spec->generator->parameters[i].high);
    spec->values[i] = value;
}

/* 2024-01-01, a Monday. */
static struct load_minute at(int64_t minute)
{
    return (struct load_minute){.minute = minute,
                                .start_unix_s = sim_civil_to_unix(2024, 1, 1, 0, 0, 0),
                                .seed = 1};
}

static int64_t requests(const struct load_spec *spec, int64_t minute)
{
    struct load_minute where = at(minute);
    return load_requests(spec, &where);
}

static int64_t sum(const struct load_spec *spec, int64_t from, int64_t until)
{
    int64_t all = 0;
    for (int64_t minute = from; minute < until; minute++)
        all += requests(spec, minute);
    return all;
}

/* ---- the family ---- */

START_TEST(load_conformance)
{
    const struct load_generator *generator = load_generators[_i];
    struct load_spec spec = usual(generator->name);
    int64_t first[500];
    ck_assert_ptr_eq(load_generator_find(generator->name), generator);
    ck_assert_int_gt((int)strlen(generator->help), 0);
    for (int64_t minute = 0; minute < 500; minute++)
        first[minute] = requests(&spec, minute);
    ck_assert_int_gt(sum(&spec, 0, 31), 0);
    for (int64_t minute = 499; minute >= 0; minute--) /* in any order the same */
        ck_assert_int_eq(requests(&spec, minute), first[minute]);
    spec.scale_ppm = 2000000;
    ck_assert_int_eq(requests(&spec, 5), 2 * first[5]);
    spec.scale_ppm = 0;
    ck_assert_int_eq(sum(&spec, 0, 500), 0);
}
END_TEST

START_TEST(load_conformance_of_parameters)
{
    const struct load_generator *generator = load_generators[_i];
    struct load_spec high = usual(generator->name), low = high;
    for (uint32_t i = 0; i < parameter_count(generator); i++) {
        const struct load_parameter *parameter = &generator->parameters[i];
        ck_assert_int_gt((int)strlen(parameter->help), 0);
        ck_assert(parameter->low <= parameter->high);
        if (!parameter->required)
            ck_assert(parameter->low <= parameter->fallback &&
                      parameter->fallback <= parameter->high);
        high.values[i] = parameter->high;
        low.values[i] = parameter->low;
    }
    high.scale_ppm = INT64_C(1000000000000);
    for (int64_t minute = 0; minute < 20000; minute += 37) {
        ck_assert_int_ge(requests(&high, minute), 0);
        ck_assert_int_le(requests(&high, minute), LOAD_REQUESTS_MAX);
        ck_assert_int_ge(requests(&low, minute), 0);
    }
}
END_TEST

START_TEST(load_one_rounding)
{
    ck_assert_int_eq(load_whole(0.4), 0);
    ck_assert_int_eq(load_whole(0.5), 1);
    ck_assert_int_eq(load_whole(-3), 0);
    ck_assert_int_eq(load_whole((double)LOAD_REQUESTS_MAX * 10), LOAD_REQUESTS_MAX);
    ck_assert_ptr_null(load_generator_find("Constant"));
}
END_TEST

/* ---- its members ---- */

START_TEST(load_constant_is_a_rate_in_whole_requests)
{
    struct load_spec spec = usual("constant");
    set(&spec, "rate", 0.5);
    ck_assert_int_eq(requests(&spec, 0), 30);
    ck_assert_int_eq(requests(&spec, 100000), 30);
}
END_TEST

START_TEST(load_diurnal_has_days_and_a_week)
{
    struct load_spec spec = usual("diurnal");
    set(&spec, "rate", 100);
    set(&spec, "amplitude", 0.25);
    set(&spec, "peakHour", 20);
    set(&spec, "saturday", 0.5);
    set(&spec, "sunday", 0);
    int64_t day = sum(&spec, 0, 1440), saturday = sum(&spec, 5 * 1440, 6 * 1440);
    ck_assert_int_le(llabs(day - 100 * 86400), 720); /* half a request a minute at most */
    ck_assert_int_le(llabs(saturday - 50 * 86400), 720);
    ck_assert_int_eq(sum(&spec, 6 * 1440, 7 * 1440), 0);
    ck_assert_int_eq(sum(&spec, 7 * 1440, 8 * 1440), day);
    ck_assert_int_eq(requests(&spec, 20 * 60), 7500); /* 100 x 60 x 1.25 */
    ck_assert_int_eq(requests(&spec, 8 * 60), 4500);
    for (int64_t minute = 0; minute < 1440; minute++)
        ck_assert_int_le(requests(&spec, minute), 7500);
}
END_TEST

START_TEST(load_burst_comes_again_and_may_cut_a_minute)
{
    struct load_spec spec = usual("burst");
    set(&spec, "rate", 1);
    set(&spec, "peak", 11);
    set(&spec, "at", 630);
    set(&spec, "length", 90);
    ck_assert_int_eq(requests(&spec, 9), 60);
    ck_assert_int_eq(requests(&spec, 10), 30 + 330); /* half of it */
    ck_assert_int_eq(requests(&spec, 11), 660);
    ck_assert_int_eq(requests(&spec, 12), 60);
    ck_assert_int_eq(requests(&spec, 70), 60); /* once */
    set(&spec, "every", 3600);
    ck_assert_int_eq(requests(&spec, 70), 360);
    ck_assert_int_eq(sum(&spec, 0, 24 * 60), 86400 + 24 * 90 * 10);
    ck_assert_ptr_null(spec.generator->fault(&spec));
    set(&spec, "every", 60);
    ck_assert_ptr_nonnull(spec.generator->fault(&spec));
}
END_TEST

START_TEST(load_ramp_is_steady_before_and_after)
{
    struct load_spec spec = usual("ramp");
    set(&spec, "from", 10);
    set(&spec, "to", 30);
    set(&spec, "at", 600);
    set(&spec, "length", 1200);
    ck_assert_int_eq(requests(&spec, 9), 600);
    ck_assert_int_eq(requests(&spec, 10), 630); /* in its middle a 40th of the way */
    ck_assert_int_eq(requests(&spec, 29), 1770);
    ck_assert_int_eq(requests(&spec, 30), 1800);
    ck_assert_int_eq(sum(&spec, 10, 30), 20 * 1200);
}
END_TEST

struct moments {
    double mean, variance;
};

static struct moments moments_of(const struct load_spec *spec, int64_t count)
{
    double total = 0, squares = 0;
    for (int64_t minute = 0; minute < count; minute++) {
        double value = (double)requests(spec, minute);
        total += value;
        squares += value * value;
    }
    double mean = total / (double)count;
    return (struct moments){mean, squares / (double)count - mean * mean};
}

START_TEST(load_poisson_has_the_variance_of_its_mean)
{
    struct load_spec spec = usual("poisson");
    set(&spec, "rate", 2);
    struct moments plain = moments_of(&spec, 40000);
    /* 120; its mean has a standard error of 0.055, its variance of 0.85 */
    ck_assert(plain.mean > 119.7 && plain.mean < 120.3);
    ck_assert(plain.variance > 116 && plain.variance < 124);
    set(&spec, "variation", 0.5);
    struct moments varied = moments_of(&spec, 40000);
    /* 120 + (0.5 x 120)^2 = 3,720, of 8,000 periods */
    ck_assert(varied.mean > 117 && varied.mean < 123);
    ck_assert(varied.variance > 3300 && varied.variance < 4200);
}
END_TEST

START_TEST(load_poisson_is_keyed_by_service_and_replication)
{
    struct load_spec spec = usual("poisson");
    struct load_minute one = at(7), other = one, third = one;
    uint32_t same = 0;
    set(&spec, "rate", 100);
    other.service = 1;
    third.replication = 1;
    for (one.minute = 0; one.minute < 100; one.minute++) {
        other.minute = third.minute = one.minute;
        same += load_requests(&spec, &one) == load_requests(&spec, &other);
        same += load_requests(&spec, &one) == load_requests(&spec, &third);
    }
    ck_assert_int_le(same, 10);
}
END_TEST

START_TEST(load_series_loses_no_request)
{
    struct load_span fractions[] = {
        {.from = 0, .until = 5 * SIM_MINUTE, .micro = 700000},
        {.from = 5 * SIM_MINUTE, .until = 10 * SIM_MINUTE, .micro = 700000, .carry = 700000},
        {.from = 10 * SIM_MINUTE, .until = 15 * SIM_MINUTE, .micro = 600000, .carry = 400000},
    };
    const struct load_series series = {fractions, 3};
    struct load_spec spec = usual("series");
    ck_assert_int_eq(requests(&spec, 0), 0);
    ck_assert_int_eq(requests(&spec, 1), 6);
    ck_assert_int_eq(sum(&spec, 1, 16), 90);
    ck_assert_int_eq(sum(&spec, 16, 31), 31);
    ck_assert_int_eq(sum(&spec, 31, 100), 0);
    spec.series = &series;
    ck_assert_int_eq(sum(&spec, 0, 15), 2);
    ck_assert_int_eq(sum(&spec, 0, 5), 0);
    ck_assert_int_eq(sum(&spec, 5, 10), 1);
}
END_TEST

START_TEST(load_series_finer_than_a_minute)
{
    struct load_span seconds[120];
    const struct load_series series = {seconds, 120};
    struct load_spec spec = usual("series");
    for (int64_t i = 0; i < 120; i++)
        seconds[i] = (struct load_span){.from = i * SIM_SECOND,
                                        .until = (i + 1) * SIM_SECOND,
                                        .micro = i * 1000000};
    spec.series = &series;
    ck_assert_int_eq(requests(&spec, 0), 59 * 60 / 2);
    ck_assert_int_eq(requests(&spec, 1), 59 * 60 / 2 + 60 * 60);
}
END_TEST

Suite *test_load_suite(void);
Suite *test_load_suite(void)
{
    Suite *suite = suite_create("load");
    TCase *tests = tcase_create("load");
    int count = 0;
    while (load_generators[count] != NULL)
        count++;
    tcase_add_loop_test(tests, load_conformance, 0, count);
    tcase_add_loop_test(tests, load_conformance_of_parameters, 0, count);
    tcase_add_test(tests, load_one_rounding);
    tcase_add_test(tests, load_constant_is_a_rate_in_whole_requests);
    tcase_add_test(tests, load_diurnal_has_days_and_a_week);
    tcase_add_test(tests, load_burst_comes_again_and_may_cut_a_minute);
    tcase_add_test(tests, load_ramp_is_steady_before_and_after);
    tcase_add_test(tests, load_poisson_has_the_variance_of_its_mean);
    tcase_add_test(tests, load_poisson_is_keyed_by_service_and_replication);
    tcase_add_test(tests, load_series_loses_no_request);
    tcase_add_test(tests, load_series_finer_than_a_minute);
    suite_add_tcase(suite, tests);
    return suite;
}
