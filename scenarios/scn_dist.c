#include "scn_dist.h"

#include "scn_complain.h"
#include "scn_csv.h"
#include "sim_embed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct values {
    double *list; /* heap */
    uint32_t count, capacity;
};

static void keep(struct values *values, double value)
{
    sim_grow((void **)&values->list, &values->capacity, values->count + 1, sizeof values->list[0]);
    values->list[values->count++] = value;
}

/* Seconds of a text: "90s" or "90.5". */
static bool parse_seconds(const char *text, double *seconds)
{
    sim_time time;
    char *end;
    if (sim_time_parse(text, &time) == 0) {
        *seconds = sim_time_to_seconds(time);
        return true;
    }
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value))
        return false;
    *seconds = value;
    return true;
}

/* A parameter: a number, or a duration when it is a time. */
static bool read_number(const struct scn_value *value, bool is_time, double *number,
                        struct scn_complaints *complaints)
{
    sim_time time;
    if (value->kind == SCN_NUMBER) {
        *number = value->number;
        return true;
    }
    if (is_time && value->kind == SCN_STRING && sim_time_parse(value->text, &time) == 0) {
        *number = sim_time_to_seconds(time);
        return true;
    }
    scn_error(complaints, value,
              is_time ? "expected a duration such as \"90s\", or a number of seconds"
                      : "expected a number without quotes");
    return false;
}

/* ---- empirical ---- */

static bool read_column(struct scn_csv *csv, struct values *values, const struct scn_value *at,
                        const char *name, struct scn_complaints *complaints)
{
    bool first = true;
    for (;;) {
        double seconds;
        switch (scn_csv_next(csv)) {
        case SCN_CSV_END:
            if (values->count == 0)
                scn_error(complaints, at, "\"%s\" holds no value; write one number a line", name);
            return values->count > 0;
        case SCN_CSV_BROKEN:
        case SCN_CSV_FAILED:
            scn_error_at(complaints, name, (uint32_t)csv->line, csv->column, NULL, "%s", csv->why);
            return false;
        case SCN_CSV_ROW:
            if (csv->cell_count == 1 && parse_seconds(csv->cells[0].text, &seconds) &&
                seconds >= 0) {
                keep(values, seconds);
            } else if (!first) {
                scn_error_at(complaints, name, (uint32_t)csv->line, csv->cells[0].column, NULL,
                             "expected one number of seconds, 0 or more, or a duration; found "
                             "\"%s\"%s",
                             csv->cells[0].text, csv->cell_count > 1 ? " and more cells" : "");
                return false;
            }
            first = false;
            break;
        }
    }
}

static bool read_file(struct sim_arena *arena, const struct scn_value *at, struct values *values,
                      struct scn_complaints *complaints)
{
    const struct scn_csv_format format = {.delimiter = ',', .comment = '#', .quotes = true};
    struct scn_csv csv;
    struct scn_file *file;
    size_t size;
    const char *why;
    const char *bytes = scn_file_read(arena, at->file, at->text, &file, &size, &why);
    if (bytes == NULL) {
        scn_error(complaints, at, "cannot read \"%s\": %s", at->text, why);
        return false;
    }
    scn_csv_open_bytes(&csv, bytes, size, format);
    bool good = read_column(&csv, values, at, file->name, complaints);
    scn_csv_close(&csv);
    return good;
}

static bool read_list(const struct scn_value *list, struct values *values,
                      struct scn_complaints *complaints)
{
    for (const struct scn_value *e = list->first; e != NULL; e = e->next) {
        double seconds;
        if (!read_number(e, true, &seconds, complaints))
            return false;
        if (seconds < 0) {
            scn_error(complaints, e, "%s is negative; write 0 or more", e->text);
            return false;
        }
        keep(values, seconds);
    }
    if (values->count == 0)
        scn_error(complaints, list, "the list is empty; write at least one value");
    return values->count > 0;
}

static bool read_empirical(struct sim_arena *arena, const struct scn_value *value,
                           struct sim_dist *dist, struct scn_complaints *complaints)
{
    struct values values = {0};
    bool good = false;
    if (value->kind == SCN_STRING)
        good = read_file(arena, value, &values, complaints);
    else if (value->kind == SCN_LIST)
        good = read_list(value, &values, complaints);
    else
        scn_error(complaints, value,
                  "expected a list of values or the name of a file with one value a line");
    if (good) {
        double *kept = sim_arena_array(arena, values.count, sizeof kept[0]);
        memcpy(kept, values.list, values.count * sizeof kept[0]);
        sim_dist_make_empirical(dist, kept, values.count);
    }
    free(values.list);
    return good;
}

/* ---- the others ---- */

struct bounds {
    double min, max;
    bool has_min, has_max;
};

/* Index of a parameter of the kind; 4 for min, 5 for max; -1 after a complaint. */
static int param_index(const struct sim_dist_info *info, const struct scn_value *member,
                       struct scn_complaints *complaints)
{
    const char *names[6];
    uint32_t count = 0;
    for (int i = 0; i < 4 && info->params[i].name != NULL; i++) {
        if (strcmp(info->params[i].name, member->key) == 0)
            return i;
        names[count++] = info->params[i].name;
    }
    if (strcmp(member->key, "min") == 0)
        return 4;
    if (strcmp(member->key, "max") == 0)
        return 5;
    names[count++] = "min";
    names[count++] = "max";
    const char *near = scn_nearest(member->key, names, count);
    const char *list = "";
    for (uint32_t i = 0; i < count; i++)
        list = sim_arena_printf(complaints->arena, "%s%s%s", list, i > 0 ? ", " : "", names[i]);
    if (near != NULL)
        scn_error(complaints, member, "%s has no parameter of this name; did you mean `%s`?",
                  info->name, near);
    else
        scn_error(complaints, member, "%s has no parameter of this name; it has %s", info->name,
                  list);
    return -1;
}

static bool read_params(const struct sim_dist_info *info, const struct scn_value *object,
                        double values[4], bool given[4], struct bounds *bounds,
                        struct scn_complaints *complaints)
{
    for (const struct scn_value *m = object->first; m != NULL; m = m->next) {
        double number;
        int i = param_index(info, m, complaints);
        if (i < 0 || !read_number(m, i >= 4 || info->params[i].is_time, &number, complaints))
            return false;
        if (i >= 4) {
            *(i == 4 ? &bounds->min : &bounds->max) = number;
            *(i == 4 ? &bounds->has_min : &bounds->has_max) = true;
            if (!(number >= 0)) {
                scn_error(complaints, m, "a bound must not be negative");
                return false;
            }
            continue;
        }
        const struct sim_dist_param *param = &info->params[i];
        if (!(number >= param->low && number <= param->high)) {
            scn_error(complaints, m, "%g is out of range; write %g to %g (%s)", number, param->low,
                      param->high, param->help);
            return false;
        }
        values[i] = number;
        given[i] = true;
    }
    for (int i = 0; i < 4 && info->params[i].name != NULL; i++)
        if (!info->params[i].optional && !given[i]) {
            scn_error(complaints, object, "%s needs `%s`: %s", info->name, info->params[i].name,
                      info->params[i].help);
            return false;
        }
    return true;
}

static bool read_kind(struct sim_arena *arena, const struct scn_value *object,
                      enum sim_dist_kind kind, struct sim_dist *dist,
                      struct scn_complaints *complaints)
{
    double values[4] = {0};
    bool given[4] = {false};
    struct bounds bounds = {0};
    struct sim_dist made;
    const char *why;
    if (kind == SIM_DIST_EMPIRICAL)
        return read_empirical(arena, object, dist, complaints);
    if (object->kind != SCN_OBJECT) {
        scn_error(complaints, object, "expected an object with the parameters of %s, not %s",
                  sim_dist_kinds[kind].name, scn_kind_names[object->kind]);
        return false;
    }
    if (!read_params(&sim_dist_kinds[kind], object, values, given, &bounds, complaints))
        return false;
    if (!sim_dist_make(&made, kind, values, given, &why)) {
        scn_error(complaints, object, "%s", why);
        return false;
    }
    if (bounds.has_min)
        made.min = bounds.min;
    if (bounds.has_max)
        made.max = bounds.max;
    if (made.min > made.max) {
        scn_error(complaints, object, "min is greater than max; swap them");
        return false;
    }
    *dist = made;
    return true;
}

static bool read_object(struct sim_arena *arena, const struct scn_value *value,
                        struct sim_dist *dist, struct scn_complaints *complaints)
{
    const char *names[SIM_DIST_KINDS];
    const char *list = "";
    if (value->count != 1) {
        scn_error(complaints, value,
                  "a distribution has one key, its kind, as in {\"exponential\": {\"mean\": "
                  "\"10s\"}}");
        return false;
    }
    for (int kind = 0; kind < SIM_DIST_KINDS; kind++) {
        names[kind] = sim_dist_kinds[kind].name;
        if (strcmp(names[kind], value->first->key) == 0)
            return read_kind(arena, value->first, (enum sim_dist_kind)kind, dist, complaints);
        list = sim_arena_printf(arena, "%s%s%s", list, kind > 0 ? ", " : "", names[kind]);
    }
    const char *near = scn_nearest(value->first->key, names, SIM_DIST_KINDS);
    if (near != NULL)
        scn_error(complaints, value->first, "unknown kind of distribution; did you mean `%s`?",
                  near);
    else
        scn_error(complaints, value->first, "unknown kind of distribution; there are %s", list);
    return false;
}

bool scn_dist_read(struct sim_arena *arena, const struct scn_value *value, struct sim_dist *dist,
                   struct scn_complaints *complaints)
{
    sim_time time;
    if (value->kind == SCN_OBJECT)
        return read_object(arena, value, dist, complaints);
    if (value->kind == SCN_STRING && sim_time_parse(value->text, &time) == 0) {
        *dist = sim_dist_constant(sim_time_to_seconds(time));
        return true;
    }
    if (value->kind == SCN_NUMBER && value->number >= 0 &&
        value->number <= sim_time_to_seconds(SIM_TIME_LIMIT)) {
        *dist = sim_dist_constant(value->number);
        return true;
    }
    scn_error(complaints, value,
              "expected a duration such as \"90s\", a number of seconds from 0 to 1000 years, or a "
              "distribution such as {\"lognormal\": {\"median\": \"60s\", \"sigma\": 0.3}}");
    return false;
}

/* ---- bytes ---- */

bool scn_bytes_read(const struct scn_value *value, int64_t *bytes,
                    struct scn_complaints *complaints)
{
    static const struct {
        const char *name;
        double factor;
    } units[] = {{"B", 1},      {"kB", 1e3},      {"MB", 1e6},        {"GB", 1e9},
                 {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}};
    double number = -1, factor = 1e6;
    if (value->kind == SCN_NUMBER) {
        number = value->number;
    } else if (value->kind == SCN_STRING && value->text[0] >= '0' && value->text[0] <= '9') {
        char *end;
        double read = strtod(value->text, &end);
        while (*end == ' ')
            end++;
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
            if (strcasecmp(units[i].name, end) == 0) {
                number = read;
                factor = units[i].factor;
            }
    }
    if (!(number >= 0) || number * factor > 1e15) {
        scn_error(complaints, value,
                  "expected a size: a number of megabytes, or a text such as \"250 MB\" or "
                  "\"1.5 GiB\"");
        return false;
    }
    *bytes = (int64_t)ceil(number * factor);
    return true;
}
