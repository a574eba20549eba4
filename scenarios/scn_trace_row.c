#include "scn_trace_row.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Least legal values and what `clamp` makes of less, by field. */
static const struct {
    int64_t least, clamped, most;
    const char *unit;
} limits[SCN_FIELDS] = {
    [SCN_FIELD_DURATION] = {1, SIM_SECOND, SIM_TIME_LIMIT, "microseconds"},
    [SCN_FIELD_DURATION_SPAN] = {0, 0, SIM_TIME_LIMIT, "microseconds"},
    [SCN_FIELD_COUNT] = {1, 1, 1000000, "tasks"},
    [SCN_FIELD_CPU] = {1, 1, INT32_MAX, "CPU units"},
    [SCN_FIELD_MEMORY] = {4, 4, INT32_MAX, "MiB"},
    [SCN_FIELD_GPU] = {0, 0, ECS_GPUS_MAX, "GPUs"},
    [SCN_FIELD_GPU_MILLI] = {1, 1, ECS_GPU_MILLI, "thousandths of a GPU"},
};

__attribute__((format(printf, 3, 4))) static enum scn_row_state
broken(struct scn_row_reader *reader, const struct scn_csv_cell *cell, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(reader->why, sizeof reader->why, format, args);
    va_end(args);
    reader->cell = cell;
    return SCN_ROW_BROKEN;
}

static enum scn_row_state bad_number(struct scn_row_reader *reader, enum scn_field field,
                                     const struct scn_csv_cell *cell)
{
    return broken(reader, cell, "%s: \"%.40s\" is not a number, or is larger than 10^15",
                  scn_field_names[field], cell != NULL ? cell->text : "");
}

bool scn_zone_read(const char *text, int64_t *out_us)
{
    *out_us = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0) {
        return true;
    }
    size_t length = strlen(text);
    bool colon = length == 6 && text[3] == ':';
    if ((text[0] != '+' && text[0] != '-') || (!colon && length != 5)) {
        return false;
    }
    const char digits[4] = {text[1], text[2], text[colon ? 4 : 3], text[colon ? 5 : 4]};
    for (int i = 0; i < 4; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
    }
    int hours = (digits[0] - '0') * 10 + digits[1] - '0';
    int minutes = (digits[2] - '0') * 10 + digits[3] - '0';
    *out_us = (hours * SIM_HOUR + minutes * SIM_MINUTE) * (text[0] == '-' ? -1 : 1);
    return hours <= 23 && minutes <= 59;
}

/* A stamp such as "2024-01-01 10:00:00"; false when it is none. */
static bool read_stamp(const struct scn_row_reader *reader, const struct scn_csv_cell *cell,
                       int64_t *out_us)
{
    if (cell == NULL || cell->length < 10 || cell->text[4] != '-' ||
        sim_iso_parse(cell->text, out_us) != 0) {
        return false;
    }
    const char *time = cell->text + 10;
    bool zoned = strpbrk(time, "Zz+-") != NULL;
    *out_us -= zoned ? 0 : reader->zone_us;
    return true;
}

static enum scn_row_state read_arrival(struct scn_row_reader *reader, const struct scn_csv *cells,
                                       struct scn_trace_row *row)
{
    const struct scn_mapping *mapping = reader->mapping;
    uint16_t node = mapping->field[SCN_FIELD_ARRIVAL];
    row->at = SCN_NO_ARRIVAL;
    if (node == SCN_EXPR_NONE) {
        return SCN_ROW_KEPT;
    }
    struct scn_expr_result result = {0};
    switch (scn_expr_number(&mapping->exprs, node, cells, &result)) {
    case SCN_EXPR_MISSING:
        return SCN_ROW_KEPT;
    case SCN_EXPR_BROKEN:
        if (!read_stamp(reader, result.cell, &row->at)) {
            return broken(reader, result.cell,
                          "arrival_s: \"%.40s\" is neither a number of seconds nor a stamp such as "
                          "2024-01-01T10:00:00Z",
                          result.cell != NULL ? result.cell->text : "");
        }
        return SCN_ROW_KEPT;
    case SCN_EXPR_KNOWN:
        break;
    }
    const scn_nano limit = (scn_nano)SIM_TIME_LIMIT * 1000;
    if (result.number > limit) {
        return broken(reader, result.cell, "arrival_s: more than 1,000 years; is the unit right?");
    }
    if (result.number < 0) {
        return broken(reader, result.cell,
                      "arrival_s: \"%.40s\" is negative; arrivals count from 0, or from 1970 with "
                      "`align` absolute, and with `align` start the first row is at the start "
                      "whatever its number",
                      result.cell != NULL ? result.cell->text : "");
    }
    row->at = scn_number_micro(result.number);
    return SCN_ROW_KEPT;
}

/* Puts a value through the limits of its field. */
static enum scn_row_state apply_limits(struct scn_row_reader *reader, enum scn_field field,
                                       const struct scn_csv_cell *cell, bool *clamped,
                                       int64_t *value)
{
    if (*value > limits[field].most) {
        return broken(reader, cell, "%s: more than %" PRId64 " %s; is the unit right?",
                      scn_field_names[field], limits[field].most, limits[field].unit);
    }
    if (*value >= limits[field].least) {
        return SCN_ROW_KEPT;
    }
    switch (reader->mapping->policy[field]) {
    case SCN_POLICY_CLAMP:
        *value = limits[field].clamped;
        *clamped = true;
        return SCN_ROW_KEPT;
    case SCN_POLICY_SKIP:
        return SCN_ROW_SKIPPED;
    case SCN_POLICY_ERROR:
        break;
    }
    const char *text = cell != NULL ? cell->text : "";
    if (limits[field].least <= 1) {
        return broken(reader, cell,
                      "%s: \"%.40s\" is not %s; a mapping's onNonPositive may say clamp or skip",
                      scn_field_names[field], text,
                      limits[field].least == 1 ? "above 0" : "0 or more");
    }
    return broken(reader, cell,
                  "%s: \"%.40s\" is less than %" PRId64
                  " %s; a mapping's onNonPositive may say clamp or skip",
                  scn_field_names[field], text, limits[field].least, limits[field].unit);
}

/* One numeric field; *value stays as it is where the row has none. */
static enum scn_row_state read_number(struct scn_row_reader *reader, enum scn_field field,
                                      uint16_t node, const struct scn_csv *cells, bool *clamped,
                                      int64_t *value)
{
    if (node == SCN_EXPR_NONE) {
        return SCN_ROW_KEPT;
    }
    struct scn_expr_result result = {0};
    switch (scn_expr_number(&reader->mapping->exprs, node, cells, &result)) {
    case SCN_EXPR_MISSING:
        return SCN_ROW_KEPT;
    case SCN_EXPR_BROKEN:
        return bad_number(reader, field, result.cell);
    case SCN_EXPR_KNOWN:
        break;
    }
    bool is_time = field == SCN_FIELD_DURATION || field == SCN_FIELD_DURATION_SPAN;
    if (is_time && result.number > (scn_nano)SIM_TIME_LIMIT * 1000) {
        return broken(reader, result.cell, "%s: more than 1,000 years; is the unit right?",
                      scn_field_names[field]);
    }
    *value = is_time ? scn_number_micro(result.number) : scn_number_ceil(result.number);
    return apply_limits(reader, field, result.cell, clamped, value);
}

/* {"uniform": [low, high]}: low may be 0, for what is drawn is above it. */
static enum scn_row_state read_uniform(struct scn_row_reader *reader, uint16_t node,
                                       const struct scn_csv *cells, bool *clamped,
                                       struct scn_trace_row *row)
{
    const struct scn_expr_node *uniform = &reader->mapping->exprs.nodes[node];
    const struct scn_exprs *exprs = &reader->mapping->exprs;
    struct scn_expr_result low = {0}, high = {0};
    enum scn_expr_state state = scn_expr_number(exprs, uniform->first, cells, &low);
    if (state == SCN_EXPR_KNOWN) {
        state = scn_expr_number(exprs, exprs->nodes[uniform->first].next, cells, &high);
    }
    if (state != SCN_EXPR_KNOWN) {
        return state == SCN_EXPR_MISSING ? SCN_ROW_KEPT
                                         : bad_number(reader, SCN_FIELD_DURATION,
                                                      high.cell != NULL ? high.cell : low.cell);
    }
    if (high.number < low.number || high.number > (scn_nano)SIM_TIME_LIMIT * 1000) {
        return broken(reader, high.cell,
                      "duration_s: uniform from %s to less, or to more than "
                      "1,000 years",
                      low.cell != NULL ? low.cell->text : "");
    }
    row->duration = scn_number_micro(low.number);
    row->duration_span = scn_number_micro(high.number) - row->duration;
    if (row->duration >= 0 && row->duration_span > 0) {
        return SCN_ROW_KEPT;
    }
    int64_t value = row->duration;
    enum scn_row_state limited =
        apply_limits(reader, SCN_FIELD_DURATION, low.cell, clamped, &value);
    if (limited == SCN_ROW_KEPT && value != row->duration) {
        row->duration = value;
        row->duration_span = 0;
    }
    return limited;
}

static enum scn_row_state read_numbers(struct scn_row_reader *reader, const struct scn_csv *cells,
                                       struct scn_trace_row *row, bool *clamped)
{
    const struct scn_mapping *mapping = reader->mapping;
    uint16_t duration = mapping->field[SCN_FIELD_DURATION];
    enum scn_row_state state = SCN_ROW_KEPT;
    row->duration = ECS_DURATION_OF_DEFINITION;
    row->duration_span = 0;
    if (mapping->field[SCN_FIELD_DURATION_SPAN] != SCN_EXPR_NONE) {
        state =
            read_number(reader, SCN_FIELD_DURATION_SPAN, mapping->field[SCN_FIELD_DURATION_SPAN],
                        cells, clamped, &row->duration_span);
    }
    if (state == SCN_ROW_KEPT && duration != SCN_EXPR_NONE &&
        mapping->exprs.nodes[duration].op == SCN_EXPR_UNIFORM) {
        state = read_uniform(reader, duration, cells, clamped, row);
    } else if (state == SCN_ROW_KEPT) {
        /* With a span a duration of 0 is legal: what is drawn lies above it. */
        int64_t value = ECS_DURATION_OF_DEFINITION;
        struct scn_expr_result probe = {0};
        bool zero = row->duration_span > 0 && duration != SCN_EXPR_NONE &&
                    scn_expr_number(&mapping->exprs, duration, cells, &probe) == SCN_EXPR_KNOWN &&
                    probe.number == 0;
        state = zero ? SCN_ROW_KEPT
                     : read_number(reader, SCN_FIELD_DURATION, duration, cells, clamped, &value);
        row->duration = zero ? 0 : value;
    }
    int64_t values[5] = {1, -1, -1, -1, 0};
    for (uint32_t i = 0; i < 5 && state == SCN_ROW_KEPT; i++) {
        enum scn_field field = (enum scn_field)(SCN_FIELD_COUNT + i);
        state = read_number(reader, field, mapping->field[field], cells, clamped, &values[i]);
    }
    row->count = (uint32_t)values[0];
    row->cpu_units = (int32_t)values[1];
    row->memory_mib = (int32_t)values[2];
    row->gpus = (int16_t)values[3];
    row->gpu_milli = (int16_t)values[4];
    return state;
}

/* Names reach records and databases: printable, at most 255 bytes (API-wide limit of names). */
static enum scn_row_state read_name(struct scn_row_reader *reader, enum scn_field field,
                                    const struct scn_csv *cells, const char **text,
                                    const struct scn_csv_cell **cell)
{
    struct scn_expr_result result = {.text = ""};
    *text = "";
    *cell = NULL;
    if (reader->mapping->field[field] == SCN_EXPR_NONE ||
        scn_expr_text(&reader->mapping->exprs, reader->mapping->field[field], cells, &result) !=
            SCN_EXPR_KNOWN) {
        return SCN_ROW_KEPT;
    }
    *text = result.text;
    *cell = result.cell;
    size_t length = 0;
    for (const char *at = result.text; *at != '\0'; at++, length++) {
        if (*at < ' ' || *at > '~') {
            return broken(reader, result.cell, "%s: a name holds printable ASCII only",
                          scn_field_names[field]);
        }
    }
    return length <= 255 ? SCN_ROW_KEPT
                         : broken(reader, result.cell, "%s: a name has at most 255 characters",
                                  scn_field_names[field]);
}

static enum scn_row_state read_names(struct scn_row_reader *reader, const struct scn_csv *cells,
                                     struct scn_trace_row *row, struct scn_trace_names *names)
{
    const struct scn_csv_cell *cell;
    const char *constraint;
    enum scn_row_state state = read_name(reader, SCN_FIELD_TASK_DEFINITION, cells,
                                         &names->task_definition, &names->task_definition_cell);
    if (state == SCN_ROW_KEPT) {
        state = read_name(reader, SCN_FIELD_GROUP, cells, &names->group, &cell);
    }
    if (state == SCN_ROW_KEPT) {
        state =
            read_name(reader, SCN_FIELD_PROVIDER, cells, &names->provider, &names->provider_cell);
    }
    if (state == SCN_ROW_KEPT) {
        state = read_name(reader, SCN_FIELD_GPU_MODEL, cells, &names->gpu_model, &cell);
    }
    if (state == SCN_ROW_KEPT) {
        state = read_name(reader, SCN_FIELD_CONSTRAINT, cells, &constraint, &cell);
    }
    if (state != SCN_ROW_KEPT) {
        return state;
    }
    row->distinct_instance = -1;
    if (strcmp(constraint, "distinctInstance") == 0) {
        row->distinct_instance = 1;
    } else if (constraint[0] != '\0') {
        return broken(reader, cell,
                      "constraint: \"%.40s\" is not simulated yet; only distinctInstance is",
                      constraint);
    }
    return SCN_ROW_KEPT;
}

static enum scn_row_state apply_filter(struct scn_row_reader *reader,
                                       const struct scn_filter *filter, const struct scn_csv *cells)
{
    const struct scn_csv_cell *cell = scn_expr_cell(&reader->mapping->exprs, filter->column, cells);
    if (filter->kind == SCN_FILTER_RANGE) {
        scn_nano value;
        if (cell == NULL || cell->length == 0) {
            return SCN_ROW_FILTERED;
        }
        if (!scn_number_read(cell->text, cell->length, &value)) {
            return broken(reader, cell, "a filter wants a number here, not \"%.40s\"", cell->text);
        }
        return value >= filter->min && value <= filter->max ? SCN_ROW_KEPT : SCN_ROW_FILTERED;
    }
    bool found = false;
    for (const struct scn_value *text = filter->texts->first; text != NULL; text = text->next) {
        found = found || strcmp(text->text, cell != NULL ? cell->text : "") == 0;
    }
    return found == (filter->kind == SCN_FILTER_IN) ? SCN_ROW_KEPT : SCN_ROW_FILTERED;
}

enum scn_row_state scn_row_read(struct scn_row_reader *reader, const struct scn_csv *cells,
                                struct scn_trace_row *row, struct scn_trace_names *names)
{
    const struct scn_mapping *mapping = reader->mapping;
    if (mapping->column_count != 0 && cells->cell_count != mapping->column_count) {
        return broken(reader, &cells->cells[cells->cell_count - 1],
                      "the row has %u columns, not %u", cells->cell_count, mapping->column_count);
    }
    enum scn_row_state state = SCN_ROW_KEPT;
    for (uint32_t i = 0; i < mapping->filter_count && state == SCN_ROW_KEPT; i++) {
        state = apply_filter(reader, &mapping->filters[i], cells);
    }
    bool clamped = false;
    if (state == SCN_ROW_KEPT) {
        state = read_arrival(reader, cells, row);
    }
    if (state == SCN_ROW_KEPT) {
        state = read_numbers(reader, cells, row, &clamped);
    }
    if (state == SCN_ROW_KEPT) {
        state = read_names(reader, cells, row, names);
    }
    reader->clamped += clamped && state == SCN_ROW_KEPT;
    return state;
}
