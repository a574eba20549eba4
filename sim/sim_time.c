#include "sim_time.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Fractions are read as integers of at most this many digits: 10^18 x a week in microseconds
 * stays inside 128 bits. */
#define FRACTION_DIGITS 18

sim_time sim_time_from_seconds(double seconds)
{
    double limit = (double)(SIM_TIME_LIMIT / SIM_SECOND);
    if (isnan(seconds))
        return 0;
    if (seconds >= limit)
        return SIM_TIME_LIMIT;
    if (seconds <= -limit)
        return -SIM_TIME_LIMIT;
    return (sim_time)llround(seconds * 1e6);
}

double sim_time_to_seconds(sim_time time)
{
    return (double)time / 1e6;
}

struct unit {
    const char *name;
    sim_time length;
};

/* From the longest to the shortest. */
static const struct unit units[] = {
    {"w", 7 * SIM_DAY}, {"d", SIM_DAY},          {"h", SIM_HOUR}, {"m", SIM_MINUTE},
    {"s", SIM_SECOND},  {"ms", SIM_MILLISECOND}, {"us", 1},
};
#define UNIT_COUNT (sizeof units / sizeof units[0])

/* Weeks are read but never written. */
#define FIRST_UNIT_WRITTEN 1

char *sim_time_format(sim_time duration, char *buffer, size_t size)
{
    assert(size >= 24);
    if (duration == SIM_TIME_NEVER) {
        snprintf(buffer, size, "never");
        return buffer;
    }
    uint64_t rest = duration < 0 ? -(uint64_t)duration : (uint64_t)duration;
    const char *sign = duration < 0 ? "-" : "";
    if (rest == 0) {
        snprintf(buffer, size, "0s");
        return buffer;
    }
    /* One minute and some seconds is easier to read in seconds. */
    if (rest > SIM_MINUTE && rest < 2 * SIM_MINUTE) {
        snprintf(buffer, size, "%s%" PRIu64 "s", sign, rest / SIM_SECOND);
        return buffer;
    }
    uint64_t smallest = rest >= SIM_SECOND ? SIM_SECOND : 1;
    size_t length = 0;
    int written = 0;
    for (size_t i = FIRST_UNIT_WRITTEN; i < UNIT_COUNT && written < 2; i++) {
        uint64_t unit = (uint64_t)units[i].length;
        uint64_t n = rest / unit;
        if (n == 0 || unit < smallest)
            continue;
        rest -= n * unit;
        int wrote = snprintf(buffer + length, size - length, "%s%" PRIu64 "%s", written ? "" : sign,
                             n, units[i].name);
        length += (size_t)wrote;
        written++;
    }
    return buffer;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits; refuses more than `most`. Returns the count read, 0 when there is none or too
 * many. */
static int read_digits(const char **text, int most, uint64_t *value)
{
    int count = 0;
    *value = 0;
    while (is_digit(**text)) {
        if (++count > most)
            return 0;
        *value = *value * 10 + (uint64_t)(**text - '0');
        (*text)++;
    }
    return count;
}

/* Reads an optional ".digits" as a part of `unit` microseconds, rounded half up. False when the
 * point is not followed by digits, or by too many. */
static bool read_fraction(const char **text, uint64_t *digits, uint64_t *scale)
{
    *digits = 0;
    *scale = 1;
    if (**text != '.')
        return true;
    (*text)++;
    int count = read_digits(text, FRACTION_DIGITS, digits);
    for (int i = 0; i < count; i++)
        *scale *= 10;
    return count > 0;
}

/* digits / scale of unit, rounded half up. */
static uint64_t part_of(uint64_t digits, uint64_t scale, sim_time unit)
{
    unsigned __int128 product = (unsigned __int128)digits * (uint64_t)unit;
    return (uint64_t)((product + scale / 2) / scale);
}

/* The unit named at *text: the longest name that fits ("ms" before "m"). UNIT_COUNT for none. */
static size_t read_unit(const char **text)
{
    size_t found = UNIT_COUNT, found_length = 0;
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        size_t length = strlen(units[i].name);
        if (length > found_length && strncmp(*text, units[i].name, length) == 0) {
            found = i;
            found_length = length;
        }
    }
    *text += found_length;
    return found;
}

int sim_time_parse(const char *text, sim_time *out)
{
    unsigned __int128 sum = 0;
    size_t next_unit = 0; /* units must fall */
    do {
        uint64_t whole, digits, scale;
        if (!read_digits(&text, 18, &whole) || !read_fraction(&text, &digits, &scale))
            return -1;
        bool last_only = scale > 1; /* as in ISO 8601 only the last number may have a fraction */
        size_t unit = read_unit(&text);
        if (unit == UNIT_COUNT || unit < next_unit || (last_only && *text))
            return -1;
        next_unit = unit + 1;
        sum += (unsigned __int128)whole * (uint64_t)units[unit].length;
        sum += part_of(digits, scale, units[unit].length);
    } while (*text);
    if (sum > SIM_TIME_LIMIT)
        return -1;
    *out = (sim_time)sum;
    return 0;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01. Years are counted from March, so that the leap day is the last day of
 * its year and the months before it have fixed lengths: (153 m + 2) / 5 days come before month m
 * (0 is March). */
static int64_t civil_to_days(int64_t year, int month, int day)
{
    if (month <= 2)
        year--;
    int64_t era = floor_div(year, 400); /* 400 years have 146,097 days */
    int64_t year_of_era = year - era * 400;
    int64_t month_from_march = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468; /* 0000-03-01 to 1970-01-01 */
}

int64_t sim_civil_to_unix(int year, int month, int day, int hour, int minute, int second)
{
    return civil_to_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

char *sim_unix_format(int64_t unix_seconds, char *buffer, size_t size)
{
    assert(size >= 24);
    /* Outside the years 0 to 9999 the nearest end is written. */
    int64_t first = sim_civil_to_unix(0, 1, 1, 0, 0, 0);
    int64_t last = sim_civil_to_unix(9999, 12, 31, 23, 59, 59);
    if (unix_seconds < first)
        unix_seconds = first;
    if (unix_seconds > last)
        unix_seconds = last;

    int64_t days = floor_div(unix_seconds, 86400);
    int second_of_day = (int)(unix_seconds - days * 86400);
    days += 719468;
    int64_t era = floor_div(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (int)((5 * day_of_year + 2) / 153);
    int day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int year = (int)(era * 400 + year_of_era) + (month <= 2);
    snprintf(buffer, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, second_of_day / 3600,
             second_of_day / 60 % 60, second_of_day % 60);
    return buffer;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Reads exactly `width` digits, low to high. */
static bool read_field(const char **text, int width, int low, int high, int *value)
{
    *value = 0;
    for (int i = 0; i < width; i++) {
        if (!is_digit((*text)[i]))
            return false;
        *value = *value * 10 + ((*text)[i] - '0');
    }
    *text += width;
    return *value >= low && *value <= high;
}

static bool skip(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

/* "10:00", "10:00:00" or "10:00:00.25" as microseconds of the day. */
static bool read_clock(const char **text, int64_t *us)
{
    int hour, minute, second = 0;
    uint64_t digits = 0, scale = 1;
    if (!read_field(text, 2, 0, 23, &hour) || !skip(text, ':') ||
        !read_field(text, 2, 0, 59, &minute))
        return false;
    if (skip(text, ':')) {
        if (!read_field(text, 2, 0, 59, &second) || !read_fraction(text, &digits, &scale))
            return false;
    }
    *us = (hour * 3600 + minute * 60 + second) * SIM_SECOND +
          (int64_t)part_of(digits, scale, SIM_SECOND);
    return true;
}

/* Nothing, "Z", "+hh:mm" or "-hh:mm": what to subtract to reach UTC. */
static bool read_zone(const char **text, int64_t *us)
{
    *us = 0;
    if (!**text || skip(text, 'Z'))
        return true;
    int64_t sign = 1;
    if (skip(text, '-'))
        sign = -1;
    else if (!skip(text, '+'))
        return false;
    int hour, minute;
    if (!read_field(text, 2, 0, 23, &hour) || !skip(text, ':') ||
        !read_field(text, 2, 0, 59, &minute))
        return false;
    *us = sign * (hour * SIM_HOUR + minute * SIM_MINUTE);
    return true;
}

int sim_iso_parse(const char *text, int64_t *out_unix_us)
{
    int year, month, day;
    int64_t clock = 0, zone;
    if (!read_field(&text, 4, 0, 9999, &year) || !skip(&text, '-') ||
        !read_field(&text, 2, 1, 12, &month) || !skip(&text, '-') ||
        !read_field(&text, 2, 1, days_in_month(year, month), &day))
        return -1;
    if ((skip(&text, 'T') || skip(&text, ' ')) && !read_clock(&text, &clock))
        return -1;
    if (!read_zone(&text, &zone) || *text)
        return -1;
    *out_unix_us = sim_civil_to_unix(year, month, day, 0, 0, 0) * SIM_SECOND + clock - zone;
    return 0;
}
