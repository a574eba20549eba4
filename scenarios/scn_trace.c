#include "scn_trace.h"

#include "scn_trace_rows.h"
#include "sim_embed.h"
#include "sim_record.h"
#include "sim_stats.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one pass over a trace. */
struct reading {
    const struct scn_trace_use *use;
    bool any_order;
    struct sim_arena *arena;
    struct scn_complaints *complaints;
    const char *path; /* as complaints show it */
    struct scn_mapping mapping;
    struct scn_row_reader reader;
    struct scn_csv csv;
    struct scn_trace *trace;
    struct sim_hash hash;
    struct sim_histogram durations, cpus, memories;
    double vcpu_us; /* sum of duration x vCPU, for display */
    bool has_first, has_base;
    int64_t first, base; /* raw times: of the trace's first arrival; of the window's */
    int64_t last;        /* run time of the last row kept */
    uint64_t last_line;
    uint32_t errors; /* of this trace */
    /* The last names looked up: neighbours often share them. */
    char *memo_text[2];
    uint32_t memo_index[2];
    uint64_t first_skipped_line;
    char first_skipped_why[200];
};

/* ---- finding the bytes ---------------------------------------------------------------------- */

/* "a/b/../c" -> "a/c", in place. */
static void normalise(char *path)
{
    for (char *up; (up = strstr(path, "/../")) != NULL;) {
        char *from = up;
        while (from > path && from[-1] != '/') {
            from--;
        }
        if (from == path && up == path) {
            return;
        }
        memmove(from, up + 4, strlen(up + 4) + 1);
    }
}

static bool open_input(struct reading *reading)
{
    const struct scn_trace_use *use = reading->use;
    const char *base = use->base_dir != NULL ? use->base_dir : "";
    bool joined = base[0] != '\0' && use->path[0] != '/';
    const char *slash = joined && base[strlen(base) - 1] != '/' ? "/" : "";
    char *path = sim_arena_printf(reading->arena, "%s%s%s", joined ? base : "", slash, use->path);
    reading->path = path;
    if (scn_csv_open_file(&reading->csv, path, reading->mapping.format)) {
        return true;
    }
    char why[sizeof reading->csv.why];
    (void)snprintf(why, sizeof why, "%s", reading->csv.why);
    char *inside = sim_arena_strdup(reading->arena, path);
    normalise(inside);
    const struct sim_embedded *shipped = sim_embed_find(inside);
    if (shipped == NULL && use->path[0] != '/') {
        inside = sim_arena_printf(reading->arena, "scenarios/%s", use->path);
        normalise(inside);
        shipped = sim_embed_find(inside);
    }
    if (shipped == NULL) {
        scn_error_at(reading->complaints, path, 0, 0, NULL, "%s", why);
        return false;
    }
    reading->path = shipped->path;
    scn_csv_open_bytes(&reading->csv, shipped->bytes, shipped->size, reading->mapping.format);
    return true;
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* A broken line: an error, or counted. False when reading should stop. */
static bool broken_line(struct reading *reading, uint64_t line, uint32_t column, const char *why)
{
    if (reading->use->lenient) {
        if (reading->trace->stats.skipped++ == 0) {
            reading->first_skipped_line = line;
            (void)snprintf(reading->first_skipped_why, sizeof reading->first_skipped_why, "%s",
                           why);
        }
        return true;
    }
    scn_error_at(reading->complaints, reading->path, (uint32_t)line, column, NULL, "%s", why);
    return ++reading->errors < SCN_COMPLAINTS_MAX;
}

/* Run time of a row; SCN_ROW_FILTERED when it is outside the window. */
static enum scn_row_state place_in_time(struct reading *reading, struct scn_trace_row *row)
{
    const struct scn_trace_use *use = reading->use;
    int64_t raw = row->at, since;
    if (raw == SCN_NO_ARRIVAL) {
        row->at = 0;
        return use->from <= 0 ? SCN_ROW_KEPT : SCN_ROW_FILTERED;
    }
    if (use->absolute) {
        since = raw - use->start_unix_s * SIM_SECOND;
    } else {
        if (!reading->has_first) {
            reading->first = raw;
            reading->has_first = true;
        }
        since = raw - reading->first;
    }
    /* Before the first row in file order: let it through, to be reported as unsorted. */
    bool early = use->absolute ? since < 0 : since < 0 && use->from > 0;
    if (early || since >= use->to || (since >= 0 && since < use->from)) {
        return SCN_ROW_FILTERED;
    }
    if (!reading->has_base) {
        reading->base = use->absolute ? raw - since : raw;
        reading->has_base = true;
    }
    row->at = raw - reading->base;
    return SCN_ROW_KEPT;
}

/* Task definition (which = 0) or capacity provider (1) of a row by name. */
static bool resolve(struct reading *reading, uint32_t which, const char *name,
                    const struct scn_csv_cell *cell, uint32_t *out)
{
    const struct scn_trace_use *use = reading->use;
    uint32_t (*find)(void *, const char *) = which == 0 ? use->task_definition : use->provider;
    *out = ECS_NONE;
    if (name[0] == '\0' || find == NULL) {
        return true;
    }
    if (reading->memo_text[which] == NULL || strcmp(reading->memo_text[which], name) != 0) {
        free(reading->memo_text[which]);
        reading->memo_text[which] = strdup(name);
        reading->memo_index[which] = find(use->user, name);
    }
    *out = reading->memo_index[which];
    if (*out != ECS_NONE) {
        return true;
    }
    char why[200];
    (void)snprintf(why, sizeof why, "the scenario has no %s \"%.80s\"",
                   which == 0 ? "task definition" : "capacity provider", name);
    (void)broken_line(reading, reading->csv.line, cell != NULL ? cell->column : 1, why);
    return false;
}

static void hash_text(struct sim_hash *hash, const char *text)
{
    size_t size = strlen(text);
    sim_hash_word(hash, size);
    if (size > 0) {
        sim_hash_bytes(hash, text, size);
    }
}

/* Names enter the hash as text: their indexes differ from scenario to scenario. */
static void hash_row(struct reading *reading, const struct scn_trace_row *row,
                     const struct scn_trace_names *names)
{
    struct sim_hash *hash = &reading->hash;
    sim_hash_word(hash, (uint64_t)row->at);
    sim_hash_word(hash, (uint64_t)row->duration);
    sim_hash_word(hash, (uint64_t)row->duration_span);
    sim_hash_word(hash, row->count);
    sim_hash_word(hash, (uint64_t)row->cpu_units);
    sim_hash_word(hash, (uint64_t)row->memory_mib);
    sim_hash_word(hash, (uint64_t)row->gpus);
    sim_hash_word(hash, (uint64_t)row->distinct_instance);
    hash_text(hash, names->task_definition);
    hash_text(hash, names->group);
    hash_text(hash, names->provider);
    if (row->gpu_milli > 0 || names->gpu_model[0] != '\0') { /* most traces know neither */
        sim_hash_word(hash, (uint64_t)row->gpu_milli);
        hash_text(hash, names->gpu_model);
    }
}

static void count_row(struct reading *reading, const struct scn_trace_row *row)
{
    struct scn_trace_stats *stats = &reading->trace->stats;
    stats->rows++;
    stats->tasks += row->count;
    if (row->duration >= 0) {
        int64_t duration = row->duration + row->duration_span / 2;
        sim_histogram_add(&reading->durations, duration, row->count);
        if (row->cpu_units >= 0) {
            reading->vcpu_us +=
                (double)duration * (double)row->cpu_units / 1024.0 * (double)row->count;
        }
    } else {
        stats->rows_without_duration++;
    }
    if (row->cpu_units >= 0) {
        sim_histogram_add(&reading->cpus, row->cpu_units, row->count);
    }
    if (row->memory_mib >= 0) {
        sim_histogram_add(&reading->memories, row->memory_mib, row->count);
    }
    stats->gpus_max = row->gpus > stats->gpus_max ? row->gpus : stats->gpus_max;
}

/* Unsorted rows are an error in every mode: skipping them would leave most of a trace out. */
static bool check_order(struct reading *reading, const struct scn_trace_row *row)
{
    struct scn_trace_stats *stats = &reading->trace->stats;
    if (stats->rows == 0 || row->at >= reading->last) {
        stats->first = stats->rows == 0 ? row->at : stats->first;
        reading->last = row->at;
        reading->last_line = reading->csv.line;
        return true;
    }
    scn_error_at(reading->complaints, reading->path, (uint32_t)reading->csv.line, 1, NULL,
                 "the row arrives before the one at line %" PRIu64
                 ": a trace must be sorted by arrival%s; `plimsoll trace convert --sort` does that",
                 reading->last_line,
                 row->at == 0 ? " (rows without arrival are there at t = 0)" : "");
    reading->errors++;
    return false;
}

/* One row of the file; false when reading should stop. */
static bool take_row(struct reading *reading)
{
    struct scn_trace_stats *stats = &reading->trace->stats;
    struct scn_row_reader *reader = &reading->reader;
    struct scn_trace_row row = {0};
    struct scn_trace_names names;
    enum scn_row_state state = scn_row_read(reader, &reading->csv, &row, &names);
    if (state == SCN_ROW_BROKEN) {
        const struct scn_csv_cell *cell = reader->cell;
        return broken_line(reading, cell != NULL ? cell->line : reading->csv.line,
                           cell != NULL ? cell->column : 1, reader->why);
    }
    if (state == SCN_ROW_KEPT && !reading->any_order) {
        state = place_in_time(reading, &row);
    }
    if (state != SCN_ROW_KEPT) {
        stats->skipped += state == SCN_ROW_SKIPPED;
        stats->filtered += state == SCN_ROW_FILTERED;
        return true;
    }
    if (!resolve(reading, 0, names.task_definition, names.task_definition_cell,
                 &row.task_definition) ||
        !resolve(reading, 1, names.provider, names.provider_cell, &row.provider)) {
        return reading->errors < SCN_COMPLAINTS_MAX;
    }
    if (!reading->any_order && !check_order(reading, &row)) {
        return false;
    }
    if (names.group[0] != '\0' && reading->use->names != NULL) {
        row.group = ecs_names_intern(reading->use->names, names.group);
    }
    if (names.gpu_model[0] != '\0' && reading->use->names != NULL) {
        row.gpu_model = ecs_names_intern(reading->use->names, names.gpu_model);
    }
    hash_row(reading, &row, &names);
    count_row(reading, &row);
    if (!scn_rows_append(&reading->trace->rows, &row)) {
        scn_error_at(reading->complaints, reading->path, 0, 0, NULL,
                     "cannot keep the parsed rows in a temporary file: %s", strerror(errno));
        reading->errors++;
        return false;
    }
    return true;
}

/* ---- the pass ------------------------------------------------------------------------------- */

/* The first row, when the mapping says that it names the columns. */
static bool take_header(struct reading *reading)
{
    if (!reading->mapping.header) {
        return true;
    }
    enum scn_csv_step step = scn_csv_next(&reading->csv);
    if (step == SCN_CSV_ROW) {
        return scn_mapping_bind(&reading->mapping, reading->arena, &reading->csv, reading->path,
                                reading->complaints);
    }
    bool broken = step == SCN_CSV_BROKEN;
    scn_error_at(reading->complaints, reading->path, broken ? (uint32_t)reading->csv.line : 0,
                 broken ? reading->csv.column : 0, NULL, "%s",
                 step == SCN_CSV_END ? "it is empty: a header line that names the columns is wanted"
                                     : reading->csv.why);
    return false;
}

static bool read_rows(struct reading *reading)
{
    for (;;) {
        switch (scn_csv_next(&reading->csv)) {
        case SCN_CSV_ROW:
            if (!take_row(reading)) {
                return false;
            }
            break;
        case SCN_CSV_BROKEN:
            if (!broken_line(reading, reading->csv.line, reading->csv.column, reading->csv.why)) {
                return false;
            }
            break;
        case SCN_CSV_FAILED:
            scn_error_at(reading->complaints, reading->path,
                         (uint32_t)(reading->csv.line_count > 0 ? reading->csv.line_count + 1 : 0),
                         1, NULL, "%s", reading->csv.why);
            return false;
        case SCN_CSV_END:
            return true;
        }
    }
}

static void finish_stats(struct reading *reading)
{
    struct scn_trace_stats *stats = &reading->trace->stats;
    stats->lines = reading->csv.line_count;
    stats->names_definitions = reading->mapping.field[SCN_FIELD_TASK_DEFINITION] != SCN_EXPR_NONE;
    stats->names_providers = reading->mapping.field[SCN_FIELD_PROVIDER] != SCN_EXPR_NONE;
    stats->size_bytes = reading->csv.size_bytes;
    stats->clamped = reading->reader.clamped;
    stats->last = reading->last;
    stats->duration_p50 = sim_histogram_quantile(&reading->durations, 0.50);
    stats->duration_p95 = sim_histogram_quantile(&reading->durations, 0.95);
    stats->duration_max = reading->durations.max;
    stats->cpu_units_p50 = sim_histogram_quantile(&reading->cpus, 0.50);
    stats->cpu_units_max = reading->cpus.max;
    stats->memory_mib_p50 = sim_histogram_quantile(&reading->memories, 0.50);
    stats->memory_mib_max = reading->memories.max;
    int64_t span = stats->last - stats->first;
    stats->mean_busy_vcpus = span > 0 ? reading->vcpu_us / (double)span : 0;
    stats->hash = sim_hash_value(&reading->hash);
    scn_csv_sha256(&reading->csv, stats->sha256);
    if (reading->use->lenient && reading->first_skipped_line > 0) {
        scn_warning_at(reading->complaints, reading->path, (uint32_t)reading->first_skipped_line, 1,
                       NULL, "%" PRIu64 " lines were skipped; this is the first broken one: %s",
                       stats->skipped, reading->first_skipped_why);
    }
    if (stats->rows == 0) {
        scn_warning_at(reading->complaints, reading->path, 0, 0, NULL, "no row of it is used");
    }
}

static void release_reading(struct reading *reading)
{
    sim_histogram_release(&reading->durations);
    sim_histogram_release(&reading->cpus);
    sim_histogram_release(&reading->memories);
    free(reading->memo_text[0]);
    free(reading->memo_text[1]);
    scn_csv_close(&reading->csv);
}

/* What the rows accept of the scenario's GPU models, by name. */
static const uint64_t *find_gpu_models(const struct scn_trace *trace,
                                       const struct scn_trace_use *use, struct sim_arena *arena)
{
    if (!trace->has_field[SCN_FIELD_GPU_MODEL] || use->gpu_models == NULL) {
        return NULL;
    }
    uint64_t *models = sim_arena_array(arena, use->names->count, sizeof models[0]);
    struct scn_rows_cursor cursor;
    const struct scn_trace_row *row;
    scn_rows_open(&cursor, &trace->rows);
    while ((row = scn_rows_next(&cursor)) != NULL) {
        if (row->gpu_model != 0 && models[row->gpu_model] == 0) {
            models[row->gpu_model] = use->gpu_models(use->user, use->names->text[row->gpu_model]);
        }
    }
    scn_rows_close(&cursor);
    return models;
}

struct scn_trace *scn_trace_read(const struct scn_trace_use *use, bool any_order,
                                 struct sim_arena *arena, struct scn_complaints *complaints)
{
    struct reading *reading = sim_arena_alloc(arena, sizeof *reading);
    *reading = (struct reading){.use = use,
                                .any_order = any_order,
                                .arena = arena,
                                .complaints = complaints};
    uint32_t errors = complaints->error_count;
    reading->reader.mapping = &reading->mapping;
    if (use->zone != NULL && !scn_zone_read(use->zone, &reading->reader.zone_us)) {
        scn_error_at(complaints, use->path, 0, 0, NULL, "the zone \"%s\" is not of the form +02:00",
                     use->zone);
        return NULL;
    }
    if (use->mapping == NULL) {
        scn_mapping_native(&reading->mapping);
    } else if (!scn_mapping_load(&reading->mapping, arena, use->mapping, use->base_dir,
                                 complaints)) {
        return NULL;
    }
    if (!open_input(reading)) {
        return NULL;
    }
    sim_hash_init(&reading->hash);
    sim_histogram_init(&reading->durations);
    sim_histogram_init(&reading->cpus);
    sim_histogram_init(&reading->memories);
    struct scn_trace *trace = sim_arena_alloc(arena, sizeof *trace);
    reading->trace = trace;
    scn_rows_init(&trace->rows, use->cache_bytes > 0 ? use->cache_bytes : INT64_C(256) << 20);
    bool good = take_header(reading) && read_rows(reading);
    if (good && !scn_rows_finish(&trace->rows)) {
        scn_error_at(complaints, reading->path, 0, 0, NULL,
                     "cannot keep the parsed rows in a temporary file: %s", strerror(errno));
    }
    good = good && errors == complaints->error_count;
    const struct scn_trace_stats *stats = &trace->stats;
    if (good && !use->may_be_empty && stats->rows + stats->filtered + stats->skipped == 0) {
        scn_error_at(complaints, reading->path, 0, 0, NULL,
                     "it holds no row, so nothing would arrive; is it the right file?");
        good = false;
    }
    if (good) {
        finish_stats(reading);
        for (uint32_t i = 0; i < SCN_FIELDS; i++) {
            trace->has_field[i] = reading->mapping.field[i] != SCN_EXPR_NONE;
        }
        trace->gpu_models = find_gpu_models(trace, use, arena);
    } else {
        scn_trace_close(trace);
    }
    release_reading(reading);
    return good ? trace : NULL;
}

struct scn_trace *scn_trace_open(const struct scn_trace_use *use, struct sim_arena *arena,
                                 struct scn_complaints *complaints)
{
    return scn_trace_read(use, false, arena, complaints);
}

void scn_trace_close(struct scn_trace *trace)
{
    if (trace != NULL) {
        scn_rows_release(&trace->rows);
    }
}

const struct scn_trace_stats *scn_trace_stats(const struct scn_trace *trace)
{
    return &trace->stats;
}

/* ---- the source ----------------------------------------------------------------------------- */

struct source {
    const struct scn_trace *trace;
    struct scn_rows_cursor rows;
    struct scn_trace_row *sample; /* in place of the trace's rows */
    uint64_t sample_next, sample_count;
};

struct ecs_arrival scn_trace_arrival(const struct scn_trace *trace, const struct scn_trace_row *row)
{
    return (struct ecs_arrival){
        .at = row->at,
        .duration = row->duration,
        .duration_span = row->duration_span,
        .count = row->count,
        .task_definition = row->task_definition,
        .group = row->group,
        .provider = row->provider,
        .cpu_units = row->cpu_units,
        .memory_mib = row->memory_mib,
        .gpus = row->gpus,
        .gpu_milli = row->gpu_milli,
        .gpu_models = trace->gpu_models != NULL ? trace->gpu_models[row->gpu_model] : 0,
        .distinct_instance = row->distinct_instance,
    };
}

static void *open_source(const void *data, uint64_t seed, uint32_t replication, uint32_t item)
{
    const struct scn_trace *trace = data;
    struct source *source = sim_malloc(sizeof *source);
    *source = (struct source){.trace = trace};
    if (trace->sample != NULL) { /* else every replication replays the same rows */
        source->sample =
            scn_sample_draw(trace, trace->sample, seed, replication, item, &source->sample_count);
    } else {
        scn_rows_open(&source->rows, &trace->rows);
    }
    return source;
}

static bool next_source(void *data, struct ecs_arrival *out)
{
    struct source *source = data;
    if (source->sample != NULL) {
        if (source->sample_next == source->sample_count) {
            return false;
        }
        *out = scn_trace_arrival(source->trace, &source->sample[source->sample_next]);
        out->row = source->sample_next++;
        return true;
    }
    const struct scn_trace_row *row = scn_rows_next(&source->rows);
    if (row == NULL) {
        return false;
    }
    *out = scn_trace_arrival(source->trace, row);
    out->row = source->rows.next - 1;
    return true;
}

static void close_source(void *data)
{
    struct source *source = data;
    if (source->sample == NULL) {
        scn_rows_close(&source->rows);
    }
    free(source->sample);
    free(source);
}

const struct ecs_source scn_trace_source = {.kind = "trace",
                                            .open = open_source,
                                            .next = next_source,
                                            .close = close_source};
