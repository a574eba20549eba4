/* Schedule expressions (CRN) against examples, and against a calendar that asks libc minute by
 * minute. */
#include "scn_cron.h"

#include "sim_rng.h"
#include "sim_time.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct ecs_schedule parsed(struct sim_arena *arena, const char *text)
{
    struct ecs_schedule schedule;
    struct scn_cron_error error = {0};
    ck_assert_msg(scn_cron_parse(arena, text, &schedule, &error), "%s: column %u: %s", text,
                  error.column, error.message);
    return schedule;
}

static int64_t instant(const char *iso)
{
    int64_t us;
    ck_assert_int_eq(sim_iso_parse(iso, &us), 0);
    return us / SIM_SECOND;
}

static const struct {
    const char *expression, *after, *firings[4];
} examples[] = {
    /* AT-CRN1, over a leap day */
    {"cron(0 12 * * ? *)",
     "2020-02-28T11:59",
     {"2020-02-28T12:00", "2020-02-29T12:00", "2020-03-01T12:00", "2020-03-02T12:00"}},
    /* AT-CRN2 */
    {"cron(0 18 ? * MON-FRI *)",
     "2024-01-05T18:00",
     {"2024-01-08T18:00", "2024-01-09T18:00", "2024-01-10T18:00", "2024-01-11T18:00"}},
    {"cron(0/15 * * * ? *)",
     "2024-01-01T00:00",
     {"2024-01-01T00:15", "2024-01-01T00:30", "2024-01-01T00:45", "2024-01-01T01:00"}},
    {"cron(0 8 1 * ? *)",
     "2024-01-01T08:00",
     {"2024-02-01T08:00", "2024-03-01T08:00", "2024-04-01T08:00", "2024-05-01T08:00"}},
    /* CRN-23 */
    {"cron(30 6 L * ? *)",
     "2024-02-01T00:00",
     {"2024-02-29T06:30", "2024-03-31T06:30", "2024-04-30T06:30", "2024-05-31T06:30"}},
    {"cron(0 0 1W * ? *)",
     "2024-05-31T00:00",
     {"2024-06-03T00:00", "2024-07-01T00:00", "2024-08-01T00:00", "2024-09-02T00:00"}},
    {"cron(0 0 31W * ? *)",
     "2024-02-01T00:00",
     {"2024-03-29T00:00", "2024-05-31T00:00", "2024-07-31T00:00", "2024-08-30T00:00"}},
    {"cron(0 9 ? * 3#2 *)",
     "2024-01-01T00:00",
     {"2024-01-09T09:00", "2024-02-13T09:00", "2024-03-12T09:00", "2024-04-09T09:00"}},
    {"cron(0 9 ? * FRIL *)",
     "2024-01-01T00:00",
     {"2024-01-26T09:00", "2024-02-23T09:00", "2024-03-29T09:00", "2024-04-26T09:00"}},
    {"cron(0 0 ? * L *)",
     "2024-01-01T00:00",
     {"2024-01-06T00:00", "2024-01-13T00:00", "2024-01-20T00:00", "2024-01-27T00:00"}},
    {"cron(5,10 0-1 29 2 ? 2023/2)", "2024-01-01T00:00", {NULL}},
    {"cron(5,10 0-1 29 FEB ? *)",
     "2021-01-01T00:00",
     {"2024-02-29T00:05", "2024-02-29T00:10", "2024-02-29T01:05", "2024-02-29T01:10"}},
    {"cron(0 0 1 1 ? 2199)", "2199-01-01T00:00", {NULL}},
    {"cron(*/20 12-13/1 ? JAN SUN 2025)",
     "2024-06-01T00:00",
     {"2025-01-05T12:00", "2025-01-05T12:20", "2025-01-05T12:40", "2025-01-05T13:00"}},
};

START_TEST(crn_examples)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct ecs_schedule schedule = parsed(&arena, examples[_i].expression);
    int64_t at = instant(examples[_i].after);
    for (uint32_t i = 0; i < 4; i++) {
        at = ecs_schedule_next(&schedule, 0, at);
        if (examples[_i].firings[i] == NULL) {
            ck_assert_int_eq(at, ECS_CRON_NEVER);
            break;
        }
        ck_assert_int_eq(at, instant(examples[_i].firings[i]));
    }
    sim_arena_release(&arena);
}
END_TEST

static const struct {
    const char *expression;
    uint32_t column;
    const char *says;
} mistakes[] = {
    /* AT-CRN3 */
    {"cron(0 12 * * * *)", 15, "exactly one of day-of-month and day-of-week is ?"},
    {"cron(0 12 * * ?)", 16,
     "year is missing; cron takes six fields: minutes hours day-of-month "
     "month day-of-week year"},
    /* CRN-22 */
    {"cron(0 12 ? * ? *)", 15, "exactly one of day-of-month and day-of-week is ?"},
    {"cron(0 12 1 * MON *)", 15, "exactly one of day-of-month and day-of-week is ?"},
    /* CRN-21, CRN-23 */
    {"cron(60 12 * * ? *)", 6, "expected minutes from 0 to 59"},
    {"cron(0 24 * * ? *)", 8, "expected hours from 0 to 23"},
    {"cron(0 0 0 * ? *)", 10, "expected day-of-month from 1 to 31"},
    {"cron(0 0 * 13 ? *)", 12, "expected a month from 1 to 12, or JAN to DEC"},
    {"cron(0 0 ? * 0 *)", 14, "expected a day-of-week from 1 to 7, or SUN to SAT"},
    {"cron(0 0 * * ? 1969)", 16, "expected year from 1970 to 2199"},
    {"cron(0 0 ? * FRI-MON *)", 14, "a range goes upwards; write it as a list, or as two ranges"},
    {"cron(0 0 ? * 3#6 *)", 17, "expected a number from 1 to 5 after #, and nothing after it"},
    {"cron(0 0 ? * 3#1,4#1 *)", 17, "expected a number from 1 to 5 after #, and nothing after it"},
    {"cron(0 0 LW * ? *)", 10, "expected day-of-month from 1 to 31"},
    {"cron(0/0 0 * * ? *)", 9, "expected a step from 1 to 59 after /"},
    {"cron(0 0 1L * ? *)", 11,
     "`L` has no place in day-of-month; it takes values, a-b, a,b, a/b "
     "and *, or one of L, nW and ?"},
    {"cron(0 0 * * ? * *)", 18, "expected ) after the year, the sixth field"},
    {"cron(0 0 * * ? *", 17, "expected ) after the year, the sixth field"},
    {"cron(0 0 * * ? *) ", 18, "nothing may follow the closing parenthesis"},
    {"0 12 * * ? *", 1, "expected cron(...) or rate(...)"},
    /* CRN-25 */
    {"rate(1 hours)", 8, "1 goes with hour"},
    {"rate(5 hour)", 8, "a value above 1 goes with hours"},
    {"rate(0 hours)", 7, "expected a whole number from 1 on, then minute, hour or day"},
    {"rate(1.5 hours)", 7, "expected minute, hour or day"},
    {"rate(5 weeks)", 8, "expected minutes, hours or days"},
};

START_TEST(crn_mistakes)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct ecs_schedule schedule = {.period_s = 77};
    struct scn_cron_error error = {0};
    ck_assert(!scn_cron_parse(&arena, mistakes[_i].expression, &schedule, &error));
    ck_assert_str_eq(error.message, mistakes[_i].says);
    ck_assert_uint_eq(error.column, mistakes[_i].column);
    ck_assert_int_eq(schedule.period_s, 77);
    sim_arena_release(&arena);
}
END_TEST

/* CRN-2, CRN-25: a rate counts from when its rule was made. */
START_TEST(crn_25_rate)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    static const struct {
        const char *text;
        int64_t period;
    } rates[] = {{"rate(1 minute)", 60},   {"rate(5 minutes)", 300},  {"rate(1 hour)", 3600},
                 {"rate(5 hours)", 18000}, {"rate( 1  day )", 86400}, {"rate(7 days)", 604800}};
    for (uint32_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct ecs_schedule schedule = parsed(&arena, rates[i].text);
        int64_t made = 1000003, period = rates[i].period;
        ck_assert_int_eq(ecs_schedule_next(&schedule, made, made - 50), made + period);
        ck_assert_int_eq(ecs_schedule_next(&schedule, made, made), made + period);
        ck_assert_int_eq(ecs_schedule_next(&schedule, made, made + period - 1), made + period);
        ck_assert_int_eq(ecs_schedule_next(&schedule, made, made + period), made + 2 * period);
    }
    sim_arena_release(&arena);
}
END_TEST

/* ---- the slow calendar ---- */

/* Whether a field's text agrees with a value, by reading the text again each time. */
static bool agrees(const char *text, int value, int first, int last)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%s", text);
    char *rest = NULL;
    for (char *part = strtok_r(copy, ",", &rest); part != NULL; part = strtok_r(NULL, ",", &rest)) {
        int from = first, to = last, step = 1, a, b, s;
        if (sscanf(part, "%d-%d/%d", &a, &b, &s) == 3) {
            from = a;
            to = b;
            step = s;
        } else if (sscanf(part, "%d-%d", &a, &b) == 2) {
            from = a;
            to = b;
        } else if (sscanf(part, "%d/%d", &a, &s) == 2) {
            from = a;
            step = s;
        } else if (sscanf(part, "%d", &a) == 1) {
            from = to = a;
        } else if (sscanf(part, "*/%d", &s) == 1) {
            step = s;
        }
        if (value >= from && value <= to && (value - from) % step == 0)
            return true;
    }
    return false;
}

static int last_of_month(struct tm day)
{
    int last = day.tm_mday;
    for (struct tm next = day; next.tm_mon == day.tm_mon; next.tm_mday++) {
        struct tm normal = next;
        time_t seconds = timegm(&normal);
        gmtime_r(&seconds, &normal);
        if (normal.tm_mon != day.tm_mon)
            break;
        last = normal.tm_mday;
        next = normal;
    }
    return last;
}

static bool day_agrees(const char *month_day, const char *weekday, const struct tm *tm)
{
    int d, k;
    char end;
    if (strcmp(weekday, "?") == 0) {
        if (strcmp(month_day, "L") == 0)
            return tm->tm_mday == last_of_month(*tm);
        return agrees(month_day, tm->tm_mday, 1, 31);
    }
    if (sscanf(weekday, "%d#%d", &d, &k) == 2)
        return tm->tm_wday + 1 == d && (tm->tm_mday + 6) / 7 == k;
    if (sscanf(weekday, "%d%c", &d, &end) == 2 && end == 'L')
        return tm->tm_wday + 1 == d && tm->tm_mday + 7 > last_of_month(*tm);
    return agrees(weekday, tm->tm_wday + 1, 1, 7);
}

struct dice {
    uint64_t key, drawn;
};

static uint32_t roll(struct dice *dice, uint32_t count)
{
    return (uint32_t)sim_rng_index(11, 0, SIM_CHANCE_TIE, dice->key, dice->drawn++, count);
}

static void random_field(struct dice *dice, int first, int last, char *out, size_t size)
{
    int span = last - first + 1;
    int a = first + (int)roll(dice, (uint32_t)span),
        b = a + (int)roll(dice, (uint32_t)(last - a + 1));
    int step = 1 + (int)roll(dice, 7);
    switch (roll(dice, 6)) {
    case 0:
        snprintf(out, size, "*");
        break;
    case 1:
        snprintf(out, size, "%d", a);
        break;
    case 2:
        snprintf(out, size, "%d-%d", a, b);
        break;
    case 3:
        snprintf(out, size, "%d/%d", a, step);
        break;
    case 4:
        snprintf(out, size, "%d-%d/%d", a, b, step);
        break;
    default:
        snprintf(out, size, "%d,%d", a, b);
    }
}

/* The next firing by walking days, then minutes. */
static int64_t slow_next(char parts[6][32], int64_t after)
{
    for (int64_t day = after / 86400; day < after / 86400 + 800; day++) {
        time_t seconds = day * 86400;
        struct tm tm;
        gmtime_r(&seconds, &tm);
        if (!agrees(parts[5], tm.tm_year + 1900, 1970, 2199) ||
            !agrees(parts[3], tm.tm_mon + 1, 1, 12) || !day_agrees(parts[2], parts[4], &tm))
            continue;
        for (int minute = 0; minute < 1440; minute++)
            if (day * 86400 + minute * 60 > after && agrees(parts[1], minute / 60, 0, 23) &&
                agrees(parts[0], minute % 60, 0, 59))
                return day * 86400 + minute * 60;
    }
    return ECS_CRON_NEVER;
}

START_TEST(crn_21_against_a_slow_calendar)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    uint32_t fired = 0;
    for (uint64_t round = 0; round < 300; round++) {
        struct dice dice = {.key = round + 1};
        char parts[6][32], text[256];
        random_field(&dice, 0, 59, parts[0], sizeof parts[0]);
        random_field(&dice, 0, 23, parts[1], sizeof parts[1]);
        random_field(&dice, 1, 31, parts[2], sizeof parts[2]);
        random_field(&dice, 1, 12, parts[3], sizeof parts[3]);
        random_field(&dice, 1, 7, parts[4], sizeof parts[4]);
        random_field(&dice, 2023, 2026, parts[5], sizeof parts[5]);
        snprintf(parts[roll(&dice, 2) == 0 ? 2 : 4], sizeof parts[0], "?");
        if (parts[2][0] == '?' && roll(&dice, 3) == 0)
            snprintf(parts[4], sizeof parts[4], "%u#%u", 1 + roll(&dice, 7), 1 + roll(&dice, 5));
        else if (parts[2][0] == '?' && roll(&dice, 3) == 0)
            snprintf(parts[4], sizeof parts[4], "%uL", 1 + roll(&dice, 7));
        else if (parts[4][0] == '?' && roll(&dice, 4) == 0)
            snprintf(parts[2], sizeof parts[2], "L");
        snprintf(text, sizeof text, "cron(%s %s %s %s %s %s)", parts[0], parts[1], parts[2],
                 parts[3], parts[4], parts[5]);
        struct ecs_schedule schedule = parsed(&arena, text);
        int64_t at = instant("2024-01-01T00:00") + (int64_t)roll(&dice, 400) * 86399;
        for (uint32_t i = 0; i < 5; i++) {
            int64_t slow = slow_next(parts, at);
            int64_t fast = ecs_schedule_next(&schedule, 0, at);
            if (slow == ECS_CRON_NEVER) { /* within 800 days */
                ck_assert_msg(fast >= at + INT64_C(799) * 86400, "%s", text);
                break;
            }
            ck_assert_msg(slow == fast, "%s after %lld: %lld, not %lld", text, (long long)at,
                          (long long)fast, (long long)slow);
            at = fast;
            fired++;
        }
    }
    ck_assert_uint_gt(fired, 700);
    sim_arena_release(&arena);
}
END_TEST

Suite *test_scn_cron_suite(void);
Suite *test_scn_cron_suite(void)
{
    Suite *suite = suite_create("scn_cron");
    TCase *tests = tcase_create("cron");
    tcase_add_loop_test(tests, crn_examples, 0, sizeof examples / sizeof examples[0]);
    tcase_add_loop_test(tests, crn_mistakes, 0, sizeof mistakes / sizeof mistakes[0]);
    tcase_add_test(tests, crn_25_rate);
    tcase_add_test(tests, crn_21_against_a_slow_calendar);
    suite_add_tcase(suite, tests);
    return suite;
}
