#include "scale_tracking.h"

#include <check.h>

/* The definitions as rationals, searched for instead of computed: desired is the smallest d with
 * d / 1 >= C * 100 M / (N * target), that is d * N * target >= C * 100 * M. */
START_TEST(ruling_3_scale_out_against_rationals)
{
    static const int64_t targets[] = {1, 33, 50, 90, 95, 99, 100};
    int64_t target = targets[_i];
    for (int64_t c = 1; c <= 500; c++) {
        int64_t expected = 0; /* grows with m */
        for (int64_t m = 0; m <= 500; m++) {
            while (expected * c * target < c * 100 * m)
                expected++;
            ck_assert_int_eq(scale_out_desired(c, 100 * m, c, target), expected);
        }
    }
}
END_TEST

/* Removal is the largest r >= 0 with C - r >= C * 100 M / (N * target): here C differs from N. */
START_TEST(ruling_3_scale_in_against_rationals)
{
    static const int64_t targets[] = {1, 33, 50, 90, 95, 99, 100};
    int64_t target = targets[_i];
    for (int64_t c = 1; c <= 500; c++) {
        int64_t n = c + c % 3;
        int64_t removal = c;
        for (int64_t m = 0; m <= 500; m++) {
            while (removal > 0 && (c - removal) * n * target < c * 100 * m)
                removal--;
            ck_assert_int_eq(scale_in_removal(c, 100 * m, n, target), removal);
        }
    }
}
END_TEST

/* Sheet 04, 1.5: N = 4, need 20, target 95 -> 26 instances, as measured. */
START_TEST(msc_measured_first_wave)
{
    ck_assert_int_eq(scale_out_desired(4, 100 * 24, 4, 95), 26);
}
END_TEST

/* EXT-01: M 2, N 3: target 100 -> 2, target 50 -> 4. Sheet 04, 1.8: target 90, M 1, N 2 stays 2. */
START_TEST(msc_worked_values)
{
    ck_assert_int_eq(3 - scale_in_removal(3, 200, 3, 100), 2);
    ck_assert_int_eq(scale_out_desired(3, 200, 3, 50), 4);
    ck_assert_int_eq(scale_in_removal(2, 100, 2, 90), 0);
}
END_TEST

START_TEST(msc_thresholds_are_strict)
{
    ck_assert(!scale_above(100, 1, 100));
    ck_assert(!scale_below(100, 1, 100));
    ck_assert(scale_above(101, 1, 100));
    ck_assert(scale_above(100 * 10, 9, 100));
    ck_assert(scale_below(100 * 8, 9, 100));
}
END_TEST

/* V2: 334 -> 34 takes 41 steps at 5 % and 4 at 50 %. */
START_TEST(v2_steps)
{
    const struct {
        int64_t percent;
        int steps;
    } cases[] = {{5, 41}, {50, 4}};
    for (int i = 0; i < 2; i++) {
        int64_t capacity = 334;
        int steps = 0;
        while (capacity > 34) {
            int64_t removal = scale_in_removal(capacity, 100 * 34, capacity, 100);
            int64_t cap = scale_in_cap(capacity, cases[i].percent);
            capacity -= removal < cap ? removal : cap;
            steps++;
        }
        ck_assert_int_eq(capacity, 34);
        ck_assert_int_eq(steps, cases[i].steps);
    }
}
END_TEST

START_TEST(large_fleets_do_not_overflow)
{
    int64_t million = 1000000;
    ck_assert_int_eq(scale_out_desired(million * million, 100 * million, million, 100),
                     million * million);
    ck_assert_int_eq(scale_ceil_mul_div(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
}
END_TEST

Suite *test_scale_tracking_suite(void);
Suite *test_scale_tracking_suite(void)
{
    Suite *suite = suite_create("scale_tracking");
    TCase *tests = tcase_create("integers");
    tcase_add_loop_test(tests, ruling_3_scale_out_against_rationals, 0, 7);
    tcase_add_loop_test(tests, ruling_3_scale_in_against_rationals, 0, 7);
    tcase_add_test(tests, msc_measured_first_wave);
    tcase_add_test(tests, msc_worked_values);
    tcase_add_test(tests, msc_thresholds_are_strict);
    tcase_add_test(tests, v2_steps);
    tcase_add_test(tests, large_fleets_do_not_overflow);
    suite_add_tcase(suite, tests);
    return suite;
}
