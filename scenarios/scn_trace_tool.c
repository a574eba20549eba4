#include "scn_trace_tool.h"

#include "scn_trace_rows.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A trace with its names: task definitions, groups and providers are whatever the rows say. */
struct opened {
    struct scn_trace_use use;
    struct ecs_names names;
    struct scn_trace *trace;
};

static uint32_t intern(void *user, const char *name)
{
    return ecs_names_intern(user, name);
}

static bool open_trace(struct opened *opened, const struct scn_trace_tool *tool, bool any_order,
                       struct sim_arena *arena, struct scn_complaints *complaints)
{
    ecs_names_init(&opened->names, arena);
    opened->use = (struct scn_trace_use){
        .path = tool->path,
        .mapping = tool->mapping,
        .from = any_order ? 0 : tool->from,
        .to = any_order ? SIM_TIME_NEVER : tool->to,
        .lenient = tool->lenient,
        .may_be_empty = true,
        .cache_bytes = any_order ? INT64_MAX : 0,
        .task_definition = intern,
        .provider = intern,
        .user = &opened->names,
        .names = &opened->names,
    };
    opened->trace = scn_trace_read(&opened->use, any_order, arena, complaints);
    return opened->trace != NULL;
}

static void close_trace(struct opened *opened)
{
    scn_trace_close(opened->trace);
    ecs_names_release(&opened->names);
}

static bool finish_output(const struct scn_trace_tool *tool, FILE *out,
                          struct scn_complaints *complaints)
{
    if (fflush(out) != 0 || ferror(out)) {
        scn_error_at(complaints, tool->path, 0, 0, NULL, "cannot write the output: %s",
                     strerror(errno));
        return false;
    }
    return true;
}

/* ---- stats ---------------------------------------------------------------------------------- */

static void print_count(FILE *out, const char *label, uint64_t value, const char *unit)
{
    (void)fprintf(out, "%-22s %" PRIu64 "%s%s\n", label, value, unit[0] != '\0' ? " " : "", unit);
}

static void print_time(FILE *out, const char *label, sim_time value)
{
    char text[32];
    (void)fprintf(out, "%-22s %s\n", label, sim_time_format(value, text, sizeof text));
}

static void print_field(FILE *out, bool known, const char *label, int64_t p50, int64_t max,
                        const char *unit)
{
    if (known) {
        (void)fprintf(out, "%-22s p50 %" PRId64 ", max %" PRId64 " %s\n", label, p50, max, unit);
    } else {
        (void)fprintf(out, "%-22s the task definition's\n", label);
    }
}

bool scn_trace_tool_stats(const struct scn_trace_tool *tool, FILE *out, struct sim_arena *arena,
                          struct scn_complaints *complaints)
{
    struct opened opened;
    if (!open_trace(&opened, tool, false, arena, complaints)) {
        ecs_names_release(&opened.names);
        return false;
    }
    const struct scn_trace_stats *stats = scn_trace_stats(opened.trace);
    const bool *has = opened.trace->has_field;
    (void)fprintf(out, "%-22s %s\n", "trace", tool->path);
    (void)fprintf(out, "%-22s %s\n", "mapping", tool->mapping != NULL ? tool->mapping : "native");
    print_count(out, "size", (uint64_t)stats->size_bytes, "bytes");
    (void)fprintf(out, "%-22s %s\n", "sha256", stats->sha256);
    print_count(out, "lines", stats->lines, "");
    print_count(out, "rows used", stats->rows, "");
    print_count(out, "tasks", stats->tasks, "");
    print_count(out, "rows filtered", stats->filtered, "");
    print_count(out, "rows skipped", stats->skipped, "");
    print_count(out, "rows clamped", stats->clamped, "");
    print_time(out, "first arrival", stats->first);
    print_time(out, "last arrival", stats->last);
    if (has[SCN_FIELD_DURATION]) {
        print_time(out, "duration p50", stats->duration_p50);
        print_time(out, "duration p95", stats->duration_p95);
        print_time(out, "duration max", stats->duration_max);
    } else {
        (void)fprintf(out, "%-22s the task definition's\n", "duration");
    }
    print_field(out, has[SCN_FIELD_CPU], "cpu", stats->cpu_units_p50, stats->cpu_units_max,
                "CPU units");
    print_field(out, has[SCN_FIELD_MEMORY], "memory", stats->memory_mib_p50, stats->memory_mib_max,
                "MiB");
    print_count(out, "gpus max", (uint64_t)stats->gpus_max, "");
    if (has[SCN_FIELD_CPU] && has[SCN_FIELD_DURATION]) {
        (void)fprintf(out, "%-22s %.1f\n", "mean busy vCPUs", stats->mean_busy_vcpus);
    }
    (void)fprintf(out, "%-22s %016" PRIx64 "\n", "row hash", stats->hash);
    close_trace(&opened);
    return finish_output(tool, out, complaints);
}

/* ---- cells ---------------------------------------------------------------------------------- */

#define CELL_BYTES 520 /* a name of 255 characters, each a doubled quote, within quotes */

/* Seconds with as many decimals as it takes. */
static void format_seconds(char *text, size_t size, int64_t us)
{
    uint64_t value = us < 0 ? (uint64_t)-us : (uint64_t)us;
    int length = snprintf(text, size, "%s%" PRIu64 ".%06" PRIu64, us < 0 ? "-" : "",
                          value / 1000000, value % 1000000);
    while (length > 0 && text[length - 1] == '0') {
        text[--length] = '\0';
    }
    if (length > 0 && text[length - 1] == '.') {
        text[length - 1] = '\0';
    }
}

/* A name as a CSV cell. */
static void format_name(char *text, const char *name)
{
    if (strpbrk(name, ",\"") == NULL) {
        (void)snprintf(text, CELL_BYTES, "%s", name);
        return;
    }
    *text++ = '"';
    for (; *name != '\0'; name++) {
        if (*name == '"') {
            *text++ = '"';
        }
        *text++ = *name;
    }
    *text++ = '"';
    *text = '\0';
}

/* A field of a row; "" where the row leaves it to the scenario. `at` is the arrival to show. */
static void format_cell(char *text, const struct opened *opened, const struct scn_trace_row *row,
                        int64_t at, enum scn_field field)
{
    int64_t number = -1;
    uint32_t name = 0;
    text[0] = '\0';
    switch (field) {
    case SCN_FIELD_ARRIVAL:
        if (at != SCN_NO_ARRIVAL) {
            format_seconds(text, CELL_BYTES, at);
        }
        return;
    case SCN_FIELD_DURATION:
        if (row->duration >= 0) {
            format_seconds(text, CELL_BYTES, row->duration);
        }
        return;
    case SCN_FIELD_DURATION_SPAN:
        if (row->duration_span > 0) {
            format_seconds(text, CELL_BYTES, row->duration_span);
        }
        return;
    case SCN_FIELD_COUNT:
        number = row->count;
        break;
    case SCN_FIELD_CPU:
        number = row->cpu_units;
        break;
    case SCN_FIELD_MEMORY:
        number = row->memory_mib;
        break;
    case SCN_FIELD_GPU:
        number = row->gpus;
        break;
    case SCN_FIELD_GPU_MILLI:
        number = row->gpu_milli > 0 ? row->gpu_milli : -1;
        break;
    case SCN_FIELD_GPU_MODEL:
        name = row->gpu_model;
        break;
    case SCN_FIELD_TASK_DEFINITION:
        name = row->task_definition == ECS_NONE ? 0 : row->task_definition;
        break;
    case SCN_FIELD_GROUP:
        name = row->group;
        break;
    case SCN_FIELD_PROVIDER:
        name = row->provider == ECS_NONE ? 0 : row->provider;
        break;
    case SCN_FIELD_CONSTRAINT:
        (void)snprintf(text, CELL_BYTES, "%s",
                       row->distinct_instance == 1 ? "distinctInstance" : "");
        return;
    case SCN_FIELDS:
        return;
    }
    if (number >= 0) {
        (void)snprintf(text, CELL_BYTES, "%" PRId64, number);
    } else if (name != 0) {
        format_name(text, opened->names.text[name]);
    }
}

static void add_fields(const struct opened *opened, bool has[SCN_FIELDS])
{
    struct scn_rows_cursor cursor;
    const struct scn_trace_row *row;
    for (uint32_t i = 0; i < SCN_FIELDS; i++) {
        has[i] = has[i] || opened->trace->has_field[i];
    }
    scn_rows_open(&cursor, &opened->trace->rows);
    while (!has[SCN_FIELD_DURATION_SPAN] && (row = scn_rows_next(&cursor)) != NULL) {
        has[SCN_FIELD_DURATION_SPAN] = row->duration_span > 0;
    }
    scn_rows_close(&cursor);
}

/* The columns to show: those that one of the traces has. */
static uint32_t choose_fields(const struct opened *opened, uint32_t opened_count,
                              enum scn_field fields[SCN_FIELDS])
{
    bool has[SCN_FIELDS] = {[SCN_FIELD_ARRIVAL] = true}; /* a table needs a column */
    for (uint32_t i = 0; i < opened_count; i++) {
        add_fields(&opened[i], has);
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < SCN_FIELDS; i++) {
        if (has[i]) {
            fields[count++] = (enum scn_field)i;
        }
    }
    return count;
}

/* ---- head ----------------------------------------------------------------------------------- */

bool scn_trace_tool_head(const struct scn_trace_tool *tool, FILE *out, struct sim_arena *arena,
                         struct scn_complaints *complaints)
{
    struct opened opened;
    if (!open_trace(&opened, tool, true, arena, complaints)) {
        ecs_names_release(&opened.names);
        return false;
    }
    enum scn_field fields[SCN_FIELDS];
    uint32_t count = choose_fields(&opened, 1, fields);
    int width[SCN_FIELDS];
    char text[CELL_BYTES];
    /* Twice over the rows: how wide, then what. */
    for (int pass = 0; pass < 2; pass++) {
        struct scn_rows_cursor cursor;
        const struct scn_trace_row *row;
        scn_rows_open(&cursor, &opened.trace->rows);
        for (uint32_t i = 0; i < count; i++) {
            const char *name = scn_field_names[fields[i]];
            width[i] = pass == 0 ? (int)strlen(name) : width[i];
            if (pass == 1) {
                (void)fprintf(out, "%s%*s", i > 0 ? "  " : "", width[i], name);
            }
        }
        (void)(pass == 1 && fputc('\n', out));
        for (uint64_t n = 0; n < tool->rows && (row = scn_rows_next(&cursor)) != NULL; n++) {
            for (uint32_t i = 0; i < count; i++) {
                format_cell(text, &opened, row, row->at, fields[i]);
                int length = (int)strlen(text);
                if (pass == 0) {
                    width[i] = length > width[i] ? length : width[i];
                } else {
                    (void)fprintf(out, "%s%*s", i > 0 ? "  " : "", width[i], text);
                }
            }
            (void)(pass == 1 && fputc('\n', out));
        }
        scn_rows_close(&cursor);
    }
    close_trace(&opened);
    return finish_output(tool, out, complaints);
}

/* ---- convert -------------------------------------------------------------------------------- */

static void write_header(FILE *out, const enum scn_field *fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        (void)fprintf(out, "%s%s", i > 0 ? "," : "", scn_field_names[fields[i]]);
    }
    (void)fputc('\n', out);
}

static void write_row(FILE *out, const struct opened *opened, const struct scn_trace_row *row,
                      int64_t at, const enum scn_field *fields, uint32_t count)
{
    char text[CELL_BYTES];
    for (uint32_t i = 0; i < count; i++) {
        format_cell(text, opened, row, at, fields[i]);
        (void)fprintf(out, "%s%s", i > 0 ? "," : "", text);
    }
    (void)fputc('\n', out);
}

/* A row to sort: where it goes, and where it stood. */
struct sort_row {
    int64_t since;  /* from the earliest arrival; 0 without one */
    uint64_t place; /* over all files, in their order */
    const struct scn_trace_row *row;
    const struct opened *from;
};

static int compare_rows(const void *left, const void *right)
{
    const struct sort_row *a = left, *b = right;
    if (a->since != b->since) {
        return a->since < b->since ? -1 : 1;
    }
    return a->place < b->place ? -1 : a->place > b->place;
}

/* The rows of all traces, by arrival. On the heap. */
static struct sort_row *sort_rows(const struct opened *opened, uint32_t opened_count,
                                  uint64_t *count)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < opened_count; i++) {
        n += opened[i].trace->rows.count;
    }
    struct sort_row *sorted = sim_malloc((n + 1) * sizeof *sorted);
    int64_t first = INT64_MAX;
    n = 0;
    for (uint32_t i = 0; i < opened_count; i++) {
        struct scn_rows_cursor cursor;
        const struct scn_trace_row *row;
        scn_rows_open(&cursor, &opened[i].trace->rows);
        for (; (row = scn_rows_next(&cursor)) != NULL; n++) {
            sorted[n] = (struct sort_row){.place = n, .row = row, .from = &opened[i]};
            first = row->at != SCN_NO_ARRIVAL && row->at < first ? row->at : first;
        }
        scn_rows_close(&cursor);
    }
    for (uint64_t k = 0; k < n; k++) {
        int64_t at = sorted[k].row->at;
        sorted[k].since = at == SCN_NO_ARRIVAL ? 0 : at - first;
    }
    qsort(sorted, n, sizeof *sorted, compare_rows);
    *count = n;
    return sorted;
}

static void write_sorted(const struct scn_trace_tool *tool, FILE *out, const struct opened *opened,
                         uint32_t opened_count, const enum scn_field *fields, uint32_t field_count)
{
    uint64_t count;
    struct sort_row *sorted = sort_rows(opened, opened_count, &count);
    int64_t base = -1;
    for (uint64_t n = 0; n < count; n++) {
        const struct sort_row *it = &sorted[n];
        if (it->since < tool->from || it->since >= tool->to) {
            continue;
        }
        bool known = it->row->at != SCN_NO_ARRIVAL;
        base = known && base < 0 ? it->since : base;
        write_row(out, it->from, it->row, known ? it->since - base : SCN_NO_ARRIVAL, fields,
                  field_count);
    }
    free(sorted);
}

static void write_as_is(FILE *out, const struct opened *opened, const enum scn_field *fields,
                        uint32_t count)
{
    struct scn_rows_cursor cursor;
    const struct scn_trace_row *row;
    scn_rows_open(&cursor, &opened->trace->rows);
    while ((row = scn_rows_next(&cursor)) != NULL) {
        write_row(out, opened, row, row->at, fields, count);
    }
    scn_rows_close(&cursor);
}

bool scn_trace_tool_convert(const struct scn_trace_tool *tool, FILE *out, struct sim_arena *arena,
                            struct scn_complaints *complaints)
{
    uint32_t wanted = 1 + tool->more_count, count = 0;
    struct opened *opened = sim_arena_array(arena, wanted, sizeof *opened);
    bool good = true;
    assert(tool->sort || wanted == 1);
    for (; count < wanted && good; count++) {
        struct scn_trace_tool one = *tool;
        one.path = count == 0 ? tool->path : tool->more[count - 1];
        good = open_trace(&opened[count], &one, tool->sort, arena, complaints);
    }
    if (good) {
        enum scn_field fields[SCN_FIELDS];
        uint32_t field_count = choose_fields(opened, wanted, fields);
        write_header(out, fields, field_count);
        if (tool->sort) {
            write_sorted(tool, out, opened, wanted, fields, field_count);
        } else {
            write_as_is(out, opened, fields, field_count);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        close_trace(&opened[i]);
    }
    return good && finish_output(tool, out, complaints);
}
