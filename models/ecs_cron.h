/* ecs_cron: when a schedule of CloudWatch Events (EventBridge) fires (sheet 03, section 8).
 *
 * A cron expression is compiled by scenarios/scn_cron into sets of numbers; here the calendar is
 * asked. All times are UTC with a resolution of one minute (CRN-20): a firing is the beginning of a
 * minute. Day-of-month and day-of-week never act together: one of them is `?` (CRN-22).
 *
 * A rate counts from when its rule is made (CRN-25): the first firing is one period after it.
 *
 * Cost: finding the next firing skips years, months and days that cannot be, so it looks at some
 * hundreds of days at most, at 230 years for an expression that never fires. */
#ifndef ECS_CRON_H
#define ECS_CRON_H

#include <stdbool.h>
#include <stdint.h>

#define ECS_CRON_YEAR_FIRST 1970
#define ECS_CRON_YEAR_LAST  2199
#define ECS_CRON_NEVER      INT64_MAX

enum ecs_cron_day {
    ECS_CRON_DAY_SET,          /* days of the month by number, or every day */
    ECS_CRON_DAY_LAST,         /* L */
    ECS_CRON_DAY_NEAR_WEEKDAY, /* nW: Monday to Friday nearest to day n, within the month */
    ECS_CRON_DAY_OF_WEEK,      /* weekdays by number */
    ECS_CRON_DAY_NTH_WEEKDAY,  /* d#k: the k-th weekday d of the month */
    ECS_CRON_DAY_LAST_WEEKDAY, /* dL: the last weekday d of the month */
};

struct ecs_cron {
    uint64_t minutes;  /* bit 0 to 59 */
    uint32_t hours;    /* bit 0 to 23 */
    uint32_t days;     /* bit 1 to 31 */
    uint32_t months;   /* bit 1 to 12 */
    uint32_t weekdays; /* bit 1 (Sunday) to 7 (Saturday) */
    uint64_t years[(ECS_CRON_YEAR_LAST - ECS_CRON_YEAR_FIRST) / 64 + 1]; /* from 1970 on */
    enum ecs_cron_day day;
    int32_t number; /* n of nW, d of d#k and dL */
    int32_t nth;    /* k of d#k, 1 to 5 */
};

/* A schedule: a cron expression, or a rate. */
struct ecs_schedule {
    bool is_rate;
    int64_t period_s; /* of a rate: whole minutes */
    struct ecs_cron cron;
};

/* The first firing after `after` (seconds since 1970-01-01T00:00:00Z, which is not itself an
 * answer); ECS_CRON_NEVER when there is none. */
int64_t ecs_cron_next(const struct ecs_cron *cron, int64_t after);

/* The same of a schedule whose rule was made at `made`. */
int64_t ecs_schedule_next(const struct ecs_schedule *schedule, int64_t made, int64_t after);

#endif
