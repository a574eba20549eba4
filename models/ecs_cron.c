#include "ecs_cron.h"

#include "sim_time.h"

#define DAY    INT64_C(86400)
#define MINUTE 60

/* 1 is Sunday; day 0, 1970-01-01, was a Thursday. */
static int weekday_of(int64_t days)
{
    int64_t rest = (days + 4) % 7;
    return (int)(rest < 0 ? rest + 7 : rest) + 1;
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

static int64_t first_day(int year, int month)
{
    return sim_civil_to_unix(year, month, 1, 0, 0, 0) / DAY;
}

/* The weekday nearest to day n without leaving the month; 0 when the month has no day n. */
static int near_weekday(int year, int month, int n)
{
    int length = month_length(year, month);
    if (n > length)
        return 0;
    int weekday = weekday_of(first_day(year, month) + n - 1);
    if (weekday == 7)
        return n > 1 ? n - 1 : n + 2;
    if (weekday == 1)
        return n < length ? n + 1 : n - 2;
    return n;
}

/* Whether the schedule fires on a day of a month. */
static bool fires_on(const struct ecs_cron *cron, int year, int month, int day)
{
    int length = month_length(year, month);
    int weekday = weekday_of(first_day(year, month) + day - 1);
    switch (cron->day) {
    case ECS_CRON_DAY_SET:
        return cron->days >> day & 1;
    case ECS_CRON_DAY_LAST:
        return day == length;
    case ECS_CRON_DAY_NEAR_WEEKDAY:
        return day == near_weekday(year, month, cron->number);
    case ECS_CRON_DAY_OF_WEEK:
        return cron->weekdays >> weekday & 1;
    case ECS_CRON_DAY_NTH_WEEKDAY:
        return weekday == cron->number && (day - 1) / 7 + 1 == cron->nth;
    case ECS_CRON_DAY_LAST_WEEKDAY:
        return weekday == cron->number && day + 7 > length;
    }
    return false;
}

/* The first minute of the day, from `from` on, at which it fires; -1: none. */
static int next_minute(const struct ecs_cron *cron, int from)
{
    for (int hour = from / MINUTE; hour < 24; hour++) {
        if (!(cron->hours >> hour & 1))
            continue;
        for (int minute = hour == from / MINUTE ? from % MINUTE : 0; minute < MINUTE; minute++)
            if (cron->minutes >> minute & 1)
                return hour * MINUTE + minute;
    }
    return -1;
}

/* The first day of the month, from `day` on, on which it fires; 0: none. */
static int next_day(const struct ecs_cron *cron, int year, int month, int day)
{
    for (int length = month_length(year, month); day <= length; day++)
        if (fires_on(cron, year, month, day))
            return day;
    return 0;
}

static bool year_may(const struct ecs_cron *cron, int year)
{
    unsigned bit = (unsigned)(year - ECS_CRON_YEAR_FIRST);
    return cron->years[bit / 64] >> (bit % 64) & 1;
}

/* Year, month and day of a day number from 1970 on. */
static void civil(int64_t days, int *year, int *month, int *day)
{
    *year = (int)(ECS_CRON_YEAR_FIRST + days / 366); /* never too late: go on from there */
    while (*year <= ECS_CRON_YEAR_LAST && first_day(*year + 1, 1) <= days)
        ++*year;
    *month = 1;
    while (*month < 12 && first_day(*year, *month + 1) <= days)
        ++*month;
    *day = (int)(days - first_day(*year, *month)) + 1;
}

int64_t ecs_cron_next(const struct ecs_cron *cron, int64_t after)
{
    int64_t start = after < 0 ? 0 : (after / MINUTE + 1) * MINUTE;
    int year, month, day;
    civil(start / DAY, &year, &month, &day);
    int from = (int)(start % DAY / MINUTE);
    for (; year <= ECS_CRON_YEAR_LAST; year++, month = 1, day = 1, from = 0) {
        if (!year_may(cron, year))
            continue;
        for (; month <= 12; month++, day = 1, from = 0) {
            if (!(cron->months >> month & 1))
                continue;
            for (int next; (next = next_day(cron, year, month, day)) != 0; day = next + 1) {
                int minute = next_minute(cron, next == day ? from : 0);
                if (minute >= 0)
                    return (first_day(year, month) + next - 1) * DAY + minute * MINUTE;
                from = 0;
            }
        }
    }
    return ECS_CRON_NEVER;
}

int64_t ecs_schedule_next(const struct ecs_schedule *schedule, int64_t made, int64_t after)
{
    if (!schedule->is_rate)
        return ecs_cron_next(&schedule->cron, after);
    if (after < made)
        after = made;
    return made + ((after - made) / schedule->period_s + 1) * schedule->period_s;
}
