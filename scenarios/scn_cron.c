#include "scn_cron.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reader {
    struct sim_arena *arena;
    const char *text, *at;
    struct scn_cron_error *error;
};

/* A field of a cron expression. */
struct field {
    const char *name;
    int first, last;
    const char *words; /* names of its values from first_word on, three letters each */
    int first_word;
};

enum { MINUTES, HOURS, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR, FIELDS };

static const struct field fields[FIELDS] = {
    [MINUTES] = {"minutes", 0, 59, "", 0},
    [HOURS] = {"hours", 0, 23, "", 0},
    [DAY_OF_MONTH] = {"day-of-month", 1, 31, "", 0},
    [MONTH] = {"month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", 1},
    [DAY_OF_WEEK] = {"day-of-week", 1, 7, "SUNMONTUEWEDTHUFRISAT", 1},
    [YEAR] = {"year", ECS_CRON_YEAR_FIRST, ECS_CRON_YEAR_LAST, "", 0},
};

static bool fail(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(struct reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    reader->error->column = (uint32_t)(reader->at - reader->text) + 1;
    char message[256];
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    reader->error->message = sim_arena_printf(reader->arena, "%s", message);
    return false;
}

static bool is_end(char c)
{
    return c == '\0' || c == ')' || isspace((unsigned char)c);
}

static void skip_blanks(struct reader *reader)
{
    while (isspace((unsigned char)*reader->at))
        reader->at++;
}

/* ---- values ---- */

/* Up to nine digits; -1: there are none. */
static int64_t digits(struct reader *reader)
{
    int64_t value = -1;
    for (int i = 0; i < 9 && isdigit((unsigned char)*reader->at); i++)
        value = (value < 0 ? 0 : value) * 10 + (*reader->at++ - '0');
    return value;
}

static int word_value(const struct field *field, const char *text)
{
    for (int i = 0; field->words[3 * i] != '\0'; i++)
        if (strncasecmp(text, field->words + 3 * (size_t)i, 3) == 0)
            return field->first_word + i;
    return -1;
}

static bool read_value(struct reader *reader, const struct field *field, int *value)
{
    const char *begin = reader->at;
    int64_t number = digits(reader);
    if (number < 0 && isalpha((unsigned char)begin[0]) && isalpha((unsigned char)begin[1]) &&
        isalpha((unsigned char)begin[2])) {
        number = word_value(field, begin);
        reader->at = number < 0 ? begin : begin + 3;
    }
    if (number >= field->first && number <= field->last) {
        *value = (int)number;
        return true;
    }
    reader->at = begin;
    if (field->words[0] != '\0')
        return fail(reader, "expected a %s from %d to %d, or %.3s to %s", field->name, field->first,
                    field->last, field->words, field->words + strlen(field->words) - 3);
    return fail(reader, "expected %s from %d to %d", field->name, field->first, field->last);
}

/* One member of a list: *, a, a-b, each with or without /step; `take` gets every value. */
static bool read_member(struct reader *reader, const struct field *field,
                        void (*take)(struct ecs_cron *, int), struct ecs_cron *cron)
{
    int first = field->first, last = field->last, step = 1;
    const char *begin = reader->at;
    bool open = *reader->at == '*'; /* a step goes on to the end of the field */
    if (open) {
        reader->at++;
    } else {
        if (!read_value(reader, field, &first))
            return false;
        last = first;
        open = *reader->at == '/';
        if (*reader->at == '-') {
            reader->at++;
            if (!read_value(reader, field, &last))
                return false;
        }
    }
    if (last < first) {
        reader->at = begin;
        return fail(reader, "a range goes upwards; write it as a list, or as two ranges");
    }
    if (*reader->at == '/') {
        reader->at++;
        int64_t value = digits(reader);
        if (value < 1 || value > field->last)
            return fail(reader, "expected a step from 1 to %d after /", field->last);
        step = (int)value;
        last = open ? field->last : last;
    }
    for (int value = first; value <= last; value += step)
        take(cron, value);
    return true;
}

static bool read_list(struct reader *reader, const struct field *field,
                      void (*take)(struct ecs_cron *, int), struct ecs_cron *cron)
{
    for (;;) {
        if (!read_member(reader, field, take, cron))
            return false;
        if (*reader->at != ',')
            break;
        reader->at++;
    }
    if (is_end(*reader->at))
        return true;
    return fail(reader, "`%c` has no place in %s; it takes values, a-b, a,b, a/b and *%s",
                *reader->at, field->name,
                field == &fields[DAY_OF_MONTH]  ? ", or one of L, nW and ?"
                : field == &fields[DAY_OF_WEEK] ? ", or one of L, dL, d#k and ?"
                                                : "");
}

static void take_minute(struct ecs_cron *cron, int value)
{
    cron->minutes |= UINT64_C(1) << value;
}

static void take_hour(struct ecs_cron *cron, int value)
{
    cron->hours |= UINT32_C(1) << value;
}

static void take_day(struct ecs_cron *cron, int value)
{
    cron->days |= UINT32_C(1) << value;
}

static void take_month(struct ecs_cron *cron, int value)
{
    cron->months |= UINT32_C(1) << value;
}

static void take_weekday(struct ecs_cron *cron, int value)
{
    cron->weekdays |= UINT32_C(1) << value;
}

static void take_year(struct ecs_cron *cron, int value)
{
    int bit = value - ECS_CRON_YEAR_FIRST;
    cron->years[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* ---- the two day fields ---- */

static bool ends_after(struct reader *reader, size_t length)
{
    if (!is_end(reader->at[length]))
        return false;
    reader->at += length;
    return true;
}

static bool read_day_of_month(struct reader *reader, struct ecs_cron *cron)
{
    const char *begin = reader->at;
    if (*reader->at == 'L' && ends_after(reader, 1)) {
        cron->day = ECS_CRON_DAY_LAST;
        return true;
    }
    int64_t number = digits(reader);
    if (number >= 1 && number <= 31 && *reader->at == 'W' && ends_after(reader, 1)) {
        cron->day = ECS_CRON_DAY_NEAR_WEEKDAY;
        cron->number = (int32_t)number;
        return true;
    }
    reader->at = begin;
    cron->day = ECS_CRON_DAY_SET;
    return read_list(reader, &fields[DAY_OF_MONTH], take_day, cron);
}

static bool read_day_of_week(struct reader *reader, struct ecs_cron *cron)
{
    const struct field *field = &fields[DAY_OF_WEEK];
    const char *begin = reader->at;
    int value;
    cron->day = ECS_CRON_DAY_OF_WEEK;
    if (*reader->at == 'L' && ends_after(reader, 1)) {
        take_weekday(cron, 7);
        return true;
    }
    if (*begin != '*' && !read_value(reader, field, &value))
        return false;
    if (*begin != '*' && *reader->at == 'L' && ends_after(reader, 1)) {
        cron->day = ECS_CRON_DAY_LAST_WEEKDAY;
        cron->number = value;
        return true;
    }
    if (*begin != '*' && *reader->at == '#') {
        reader->at++;
        int64_t nth = digits(reader);
        if (nth < 1 || nth > 5 || !is_end(*reader->at))
            return fail(reader, "expected a number from 1 to 5 after #, and nothing after it");
        cron->day = ECS_CRON_DAY_NTH_WEEKDAY;
        cron->number = value;
        cron->nth = (int32_t)nth;
        return true;
    }
    reader->at = begin;
    return read_list(reader, field, take_weekday, cron);
}

/* A day field that is `?` leaves the day to the other one. */
static bool is_any(struct reader *reader)
{
    return *reader->at == '?' && ends_after(reader, 1);
}

/* ---- expressions ---- */

static bool begin_field(struct reader *reader, int index)
{
    skip_blanks(reader);
    if (*reader->at != ')' && *reader->at != '\0')
        return true;
    return fail(reader,
                "%s is missing; cron takes six fields: minutes hours day-of-month month "
                "day-of-week year",
                fields[index].name);
}

static bool read_days(struct reader *reader, struct ecs_cron *cron)
{
    if (!begin_field(reader, DAY_OF_MONTH))
        return false;
    bool by_week = is_any(reader);
    if (!by_week && !read_day_of_month(reader, cron))
        return false;
    if (!begin_field(reader, MONTH) || !read_list(reader, &fields[MONTH], take_month, cron) ||
        !begin_field(reader, DAY_OF_WEEK))
        return false;
    const char *begin = reader->at;
    if (is_any(reader) == by_week) {
        reader->at = begin;
        return fail(reader, "exactly one of day-of-month and day-of-week is ?");
    }
    return !by_week || read_day_of_week(reader, cron);
}

static bool read_cron(struct reader *reader, struct ecs_cron *cron)
{
    *cron = (struct ecs_cron){0};
    if (!begin_field(reader, MINUTES) || !read_list(reader, &fields[MINUTES], take_minute, cron) ||
        !begin_field(reader, HOURS) || !read_list(reader, &fields[HOURS], take_hour, cron) ||
        !read_days(reader, cron) || !begin_field(reader, YEAR) ||
        !read_list(reader, &fields[YEAR], take_year, cron))
        return false;
    skip_blanks(reader);
    return *reader->at == ')' || fail(reader, "expected ) after the year, the sixth field");
}

static bool read_rate(struct reader *reader, struct ecs_schedule *schedule)
{
    static const struct {
        const char *one, *many;
        int64_t seconds;
    } units[] = {{"minute", "minutes", 60}, {"hour", "hours", 3600}, {"day", "days", 86400}};
    skip_blanks(reader);
    int64_t value = digits(reader);
    if (value < 1)
        return fail(reader, "expected a whole number from 1 on, then minute, hour or day");
    skip_blanks(reader);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const char *word = value == 1 ? units[i].one : units[i].many;
        const char *other = value == 1 ? units[i].many : units[i].one;
        size_t length = strlen(word);
        if (strncmp(reader->at, word, length) == 0 && is_end(reader->at[length])) {
            reader->at += length;
            skip_blanks(reader);
            schedule->is_rate = true;
            schedule->period_s = value * units[i].seconds;
            return *reader->at == ')' || fail(reader, "expected ) after the unit");
        }
        if (strncmp(reader->at, other, strlen(other)) == 0 && is_end(reader->at[strlen(other)]))
            return fail(reader, "%s goes with %s", value == 1 ? "1" : "a value above 1", word);
    }
    return fail(reader, "expected %s",
                value == 1 ? "minute, hour or day" : "minutes, hours or days");
}

bool scn_cron_parse(struct sim_arena *arena, const char *text, struct ecs_schedule *out,
                    struct scn_cron_error *error)
{
    struct reader reader = {.arena = arena, .text = text, .at = text, .error = error};
    struct ecs_schedule schedule = {0};
    bool ok;
    if (strncmp(text, "cron(", 5) == 0) {
        reader.at += 5;
        ok = read_cron(&reader, &schedule.cron);
    } else if (strncmp(text, "rate(", 5) == 0) {
        reader.at += 5;
        ok = read_rate(&reader, &schedule);
    } else {
        return fail(&reader, "expected cron(...) or rate(...)");
    }
    if (!ok)
        return false;
    reader.at++;
    if (*reader.at != '\0')
        return fail(&reader, "nothing may follow the closing parenthesis");
    *out = schedule;
    return true;
}
