#include "scale_alarm.h"
#include "scale_service.h"
#include "scale_step.h"

#include <check.h>

#define TARGET(percent) ((int64_t)(percent)*SCALE_MILLIONTHS)

/* AT-TT2: 4 tasks at 90 % of a target of 75 need 5, at 150 % 8; 10 tasks at 60 % need 8. */
START_TEST(at_tt2_worked_numbers)
{
    ck_assert_int_eq(scale_track_count(4, 90, 1, TARGET(75)), 5);
    ck_assert_int_eq(scale_track_count(4, 150, 1, TARGET(75)), 8);
    ck_assert_int_eq(scale_track_count(10, 60, 1, TARGET(75)), 8);
    /* a target with decimals */
    ck_assert_int_eq(scale_track_count(4, 75, 1, TARGET(75) - 1), 5);
    /* of no tasks the least that there is */
    ck_assert_int_eq(scale_track_count(0, 500, 1, TARGET(75)), 1);
}
END_TEST

/* TT-6: what is added rounds up, what is removed rounds down; as rationals, searched for: the least
 * count with count * target >= n * num / den. */
START_TEST(tt_6_rounding_against_rationals)
{
    static const int64_t targets[] = {1, 33, 50, 75, 99, 100};
    int64_t target = targets[_i];
    for (int64_t n = 1; n <= 60; n++)
        for (int64_t den = 1; den <= 7; den++) {
            int64_t expected = 0; /* grows with num */
            for (int64_t num = 0; num <= 400; num++) {
                while (expected * target * den < n * num)
                    expected++;
                ck_assert_int_eq(scale_track_count(n, num, den, TARGET(target)), expected);
            }
        }
}
END_TEST

/* TT-3, TT-4: above the target itself; below 90 % of it: 63 for 70, 72 for 80. */
START_TEST(tt_3_thresholds)
{
    ck_assert(!scale_track_above(75, 1, TARGET(75)) && scale_track_above(751, 10, TARGET(75)));
    ck_assert(!scale_track_below(63, 1, TARGET(70), 90));
    ck_assert(scale_track_below(6299999, 100000, TARGET(70), 90));
    ck_assert(!scale_track_below(72, 1, TARGET(80), 90));
    ck_assert(scale_track_below(7199, 100, TARGET(80), 90));
    /* no overflow where counts are large */
    ck_assert(scale_track_above(INT64_C(1000000000000), 3, TARGET(1000000)));
}
END_TEST

static enum scale_say agree(struct scale_wish a, struct scale_wish b, int64_t *count)
{
    const struct scale_wish wishes[] = {a, b};
    enum scale_say say;
    uint32_t best = scale_agree(wishes, 2, &say);
    *count = best < 2 ? wishes[best].count : -1;
    return say;
}

#define OUT(n) ((struct scale_wish){SCALE_SAY_OUT, n, true})
#define IN(n)  ((struct scale_wish){SCALE_SAY_IN, n, true})
#define QUIET  ((struct scale_wish){SCALE_SAY_NOTHING, 0, true})
#define ASIDE  ((struct scale_wish){SCALE_SAY_NOTHING, 0, false})

/* AT-TT3: +2 and -1 is out; -1 and nothing is nothing. TT-8: in only when all agree, of those that
 * scale in at all; the largest count wins. */
START_TEST(at_tt3_tt_8_several_policies)
{
    int64_t count;
    ck_assert_int_eq(agree(OUT(6), IN(3), &count), SCALE_SAY_OUT);
    ck_assert_int_eq(count, 6);
    ck_assert_int_eq(agree(IN(3), QUIET, &count), SCALE_SAY_NOTHING);
    ck_assert_int_eq(agree(IN(3), IN(2), &count), SCALE_SAY_IN);
    ck_assert_int_eq(count, 3);
    ck_assert_int_eq(agree(OUT(5), OUT(9), &count), SCALE_SAY_OUT);
    ck_assert_int_eq(count, 9);
    ck_assert_int_eq(agree(IN(3), ASIDE, &count), SCALE_SAY_IN);
    ck_assert_int_eq(count, 3);
    ck_assert_int_eq(agree(ASIDE, ASIDE, &count), SCALE_SAY_NOTHING);
    enum scale_say say;
    scale_agree(NULL, 0, &say);
    ck_assert_int_eq(say, SCALE_SAY_NOTHING);
}
END_TEST

/* AS-3, AS-10, AS-11. */
START_TEST(as_10_as_11_limits)
{
    ck_assert_int_eq(scale_limit_out(4, 8, 1, 6), 6);
    ck_assert_int_eq(scale_limit_in(4, 1, 2, 6), 2);
    /* AS-10: below the minimum */
    ck_assert_int_eq(scale_limit_out(1, 2, 3, 9), 3);
    ck_assert_int_eq(scale_limit_out(1, 5, 3, 9), 5);
    ck_assert_int_eq(scale_limit_in(1, 0, 3, 9), 1);
    /* AS-11: above the maximum */
    ck_assert_int_eq(scale_limit_in(12, 11, 3, 9), 9);
    ck_assert_int_eq(scale_limit_in(12, 5, 3, 9), 5);
    ck_assert_int_eq(scale_limit_out(12, 20, 3, 9), 12);
    /* neither goes the other way */
    ck_assert_int_eq(scale_limit_out(4, 3, 1, 6), 4);
    ck_assert_int_eq(scale_limit_in(4, 5, 1, 6), 4);
}
END_TEST

/* Points as letters, newest first. */
static enum scale_alarm state_of(const char *letters, uint32_t needed)
{
    enum scale_point points[32];
    for (uint32_t i = 0; i < needed + SCALE_ALARM_SPARE; i++)
        points[i] = letters[i] == '-'   ? SCALE_POINT_MISSING
                    : letters[i] == 'X' ? SCALE_POINT_BREACH
                                        : SCALE_POINT_FINE;
    return scale_alarm_state(points, needed, needed, SCALE_MISSING, SCALE_ALARM_OK);
}

/* CloudWatch's own table of 3 out of 3 with missing data `missing`, five points each, written
 * newest first; then the premature alarm. */
START_TEST(cloudwatch_missing_data)
{
    static const struct {
        const char *points;
        enum scale_alarm state;
    } rows[] = {
        {"X-X-0", SCALE_ALARM_OK},
        {"----0", SCALE_ALARM_OK},
        {"-----", SCALE_ALARM_INSUFFICIENT_DATA},
        {"X-XX0", SCALE_ALARM_ALARM},
        {"--X--", SCALE_ALARM_ALARM},
        {"-X---", SCALE_ALARM_OK}, /* not yet as old as the alarm is long */
        {"X----", SCALE_ALARM_OK},
        {"XXX00", SCALE_ALARM_ALARM},
        {"0XXXX", SCALE_ALARM_OK},
        {"XX0XX", SCALE_ALARM_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(state_of(rows[i].points, 3) == rows[i].state, "%s", rows[i].points);
    ck_assert_int_eq(state_of("XXXXXXXXXXXXXXX--", 15), SCALE_ALARM_ALARM);
    ck_assert_int_eq(state_of("XXXXXXXXXXXXXX0XX", 15), SCALE_ALARM_OK);
}
END_TEST

/* M of N, and what each treatment makes of what is missing; points newest first. */
START_TEST(cloudwatch_treatments_of_missing_data)
{
    static const struct {
        const char *points;
        enum scale_missing missing;
        enum scale_alarm before, after;
    } rows[] = {
        {"0X0X0", SCALE_MISSING, SCALE_ALARM_OK, SCALE_ALARM_OK},
        {"XX000", SCALE_MISSING, SCALE_ALARM_OK, SCALE_ALARM_ALARM},
        {"X-0--", SCALE_MISSING_BREACHING, SCALE_ALARM_OK, SCALE_ALARM_ALARM},
        {"X-0--", SCALE_MISSING_NOT_BREACHING, SCALE_ALARM_ALARM, SCALE_ALARM_OK},
        {"X-0--", SCALE_MISSING_IGNORE, SCALE_ALARM_ALARM, SCALE_ALARM_ALARM},
        {"X-0--", SCALE_MISSING_IGNORE, SCALE_ALARM_OK, SCALE_ALARM_OK},
        {"00---", SCALE_MISSING_IGNORE, SCALE_ALARM_ALARM, SCALE_ALARM_OK},
        {"-----", SCALE_MISSING_BREACHING, SCALE_ALARM_OK, SCALE_ALARM_ALARM},
        {"-----", SCALE_MISSING_NOT_BREACHING, SCALE_ALARM_OK, SCALE_ALARM_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum scale_point points[5];
        for (uint32_t k = 0; k < 5; k++)
            points[k] = rows[i].points[k] == '-'   ? SCALE_POINT_MISSING
                        : rows[i].points[k] == 'X' ? SCALE_POINT_BREACH
                                                   : SCALE_POINT_FINE;
        /* 2 of 3 */
        enum scale_alarm state = scale_alarm_state(points, 3, 2, rows[i].missing, rows[i].before);
        ck_assert_msg(state == rows[i].after, "row %zu", i);
    }
}
END_TEST

/* AT-SS1 to AT-SS3, and AWS's own example: 10 to 11, 14, 13 and 10. */
START_TEST(at_ss1_at_ss3_adjustments)
{
    static const enum scale_adjustment percent = SCALE_PERCENT_CHANGE_IN_CAPACITY;
    ck_assert_int_eq(scale_step_count(percent, 3, 100, 0), 6);
    ck_assert_int_eq(scale_step_count(percent, 2, 10, 2), 4);
    ck_assert_int_eq(scale_step_count(percent, 10, -10, 3), 7);
    ck_assert_int_eq(scale_step_count(percent, 10, 10, 0), 11);
    ck_assert_int_eq(scale_step_count(percent, 11, 30, 0), 14);
    ck_assert_int_eq(scale_step_count(percent, 14, -10, 0), 13);
    ck_assert_int_eq(scale_step_count(percent, 13, -30, 0), 10);
    ck_assert_int_eq(scale_step_count(percent, 3, 10, 0), 4);  /* 0.3 is 1 */
    ck_assert_int_eq(scale_step_count(percent, 3, -10, 0), 2); /* -0.3 is -1 */
    ck_assert_int_eq(scale_step_count(percent, 0, 100, 0), 0);
    ck_assert_int_eq(scale_step_count(SCALE_CHANGE_IN_CAPACITY, 3, 2, 0), 5);
    ck_assert_int_eq(scale_step_count(SCALE_CHANGE_IN_CAPACITY, 3, -5, 0), 0);
    ck_assert_int_eq(scale_step_count(SCALE_EXACT_CAPACITY, 3, 8, 0), 8);
}
END_TEST

/* AT-SS2: 75 to 85 one more, above two more; 85 itself belongs to the second (ambiguity 15). Below
 * the threshold the bounds belong the other way round. */
START_TEST(at_ss2_steps_and_their_bounds)
{
    static const struct scale_step up[] = {
        {0, TARGET(10), 1},
        {TARGET(10), SCALE_STEP_OPEN_ABOVE, 2},
    };
    static const struct scale_step down[] = {
        {SCALE_STEP_OPEN_BELOW, -TARGET(10), -2},
        {-TARGET(10), 0, -1},
    };
    ck_assert_int_eq(scale_step_find(up, 2, 80, 1, TARGET(75))->adjustment, 1);
    ck_assert_int_eq(scale_step_find(up, 2, 86, 1, TARGET(75))->adjustment, 2);
    ck_assert_int_eq(scale_step_find(up, 2, 75, 1, TARGET(75))->adjustment, 1);
    ck_assert_int_eq(scale_step_find(up, 2, 85, 1, TARGET(75))->adjustment, 2);
    ck_assert_ptr_null(scale_step_find(up, 2, 74, 1, TARGET(75)));
    ck_assert_int_eq(scale_step_find(down, 2, 91, 2, TARGET(50))->adjustment, -1);
    ck_assert_int_eq(scale_step_find(down, 2, 40, 1, TARGET(50))->adjustment, -2);
    ck_assert_int_eq(scale_step_find(down, 2, 81, 2, TARGET(50))->adjustment, -1);
    ck_assert_ptr_null(scale_step_find(down, 2, 51, 1, TARGET(50)));
}
END_TEST

Suite *test_scale_service_suite(void);
Suite *test_scale_service_suite(void)
{
    Suite *suite = suite_create("scale_service");
    TCase *cases = tcase_create("rules");
    tcase_add_test(cases, at_tt2_worked_numbers);
    tcase_add_loop_test(cases, tt_6_rounding_against_rationals, 0, 6);
    tcase_add_test(cases, tt_3_thresholds);
    tcase_add_test(cases, at_tt3_tt_8_several_policies);
    tcase_add_test(cases, as_10_as_11_limits);
    tcase_add_test(cases, cloudwatch_missing_data);
    tcase_add_test(cases, cloudwatch_treatments_of_missing_data);
    tcase_add_test(cases, at_ss1_at_ss3_adjustments);
    tcase_add_test(cases, at_ss2_steps_and_their_bounds);
    suite_add_tcase(suite, cases);
    return suite;
}
