/* What a workload is made of: `sample` of an item, and the kinds of task that strategies such as
 * fgd may expect. */
#include "place.h"
#include "scn_loader.h"
#include "scn_trace_rows.h"

#include "sim_map.h"
#include "sim_record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_ROWS_MAX INT64_C(100000000)
#define TYPICAL_ROWS    100000 /* of a source without end: what is looked at */
#define TYPICAL_PCT     95     /* of all tasks, from the most frequent kind on (sheet 05) */
#define MILLIONTHS      1000000

/* ---- sample ---- */

static const struct {
    const char *key;
    enum scn_sample_by by;
    enum scn_field field;
} targets[] = {
    {"tasks", SCN_SAMPLE_TASKS, SCN_FIELDS},
    {"cpu", SCN_SAMPLE_CPU, SCN_FIELD_CPU},
    {"memory_mib", SCN_SAMPLE_MEMORY, SCN_FIELD_MEMORY},
    {"gpu_milli", SCN_SAMPLE_GPU_MILLI, SCN_FIELD_GPU},
};

static int64_t total_of(const struct scn_trace *trace, enum scn_sample_by by)
{
    struct scn_rows_cursor cursor;
    const struct scn_trace_row *row;
    int64_t total = 0;
    scn_rows_open(&cursor, &trace->rows);
    while ((row = scn_rows_next(&cursor)) != NULL)
        total += scn_sample_weight(by, row);
    scn_rows_close(&cursor);
    return total;
}

static void load_until(struct scn_loader *loader, const struct scn_value *value,
                       const struct scn_value *until, const struct scn_trace *trace,
                       struct scn_sample *sample)
{
    const struct scn_value *at = until->first;
    if (until->count != 1) {
        scn_error(loader->complaints, until,
                  "name one amount to reach: tasks, cpu, memory_mib or gpu_milli");
        return;
    }
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        if (strcmp(targets[i].key, at->key) != 0)
            continue;
        sample->by = targets[i].by;
        sample->target = scn_get_integer(until, at->key, 1);
        int64_t total = total_of(trace, sample->by);
        if (total == 0)
            scn_error(loader->complaints, at,
                      "no row of the trace asks for any, so it is never reached; choose another "
                      "amount");
        else if (sample->target / total >= SAMPLE_ROWS_MAX / ((int64_t)trace->rows.count + 1))
            scn_error(loader->complaints, at,
                      "that takes more than %" PRId64 " rows; the trace has %" PRIu64
                      ", which ask for %" PRId64,
                      SAMPLE_ROWS_MAX, trace->rows.count, total);
    }
    if (sample->every < 0)
        scn_error(loader->complaints, value,
                  "rows that are drawn have no time of their own; add `every`, the time between "
                  "rows");
}

void scn_load_sample(struct scn_loader *loader, const struct scn_value *value,
                     struct scn_trace *trace)
{
    const struct scn_value *until = scn_get(value, "until", SCN_OBJECT);
    struct scn_sample *sample = sim_arena_alloc(loader->arena, sizeof *sample);
    struct sim_hash hash;
    if (value == NULL)
        return; /* not an object: has its complaint */
    *sample = (struct scn_sample){
        .shuffle = scn_get_bool(value, "shuffle", false),
        .every = scn_get_duration(value, "every", -1),
    };
    if (until != NULL)
        load_until(loader, value, until, trace, sample);
    trace->sample = sample;
    sim_hash_init(&hash);
    sim_hash_word(&hash, trace->stats.hash);
    sim_hash_word(&hash, sample->shuffle);
    sim_hash_word(&hash, (uint64_t)sample->by);
    sim_hash_word(&hash, (uint64_t)sample->target);
    sim_hash_word(&hash, (uint64_t)sample->every);
    trace->stats.hash = sim_hash_value(&hash);
}

/* ---- typical tasks ---- */

struct kinds {
    struct sim_map map;
    struct ecs_typical *list; /* count in millionths of a task, until the end */
    uint32_t capacity;
};

/* gpu_model: the models as the row writes them, a name; kinds that write the same ones in another
 * way are kept apart, as the published experiments do. */
static void count_arrival(struct kinds *kinds, const struct scn_loader *loader,
                          const struct ecs_workload *work, const struct ecs_arrival *row,
                          uint32_t gpu_model)
{
    uint32_t named = row->task_definition;
    const struct ecs_task_definition *definition =
        &loader->definitions[named != ECS_NONE ? named : work->request.task_definition];
    int64_t share = row->gpu_milli > 0 ? row->gpu_milli : definition->gpu_milli;
    struct ecs_typical kind = {
        .cpu_units = row->cpu_units >= 0 ? row->cpu_units : definition->cpu_units,
        .gpus = row->gpus >= 0 ? row->gpus : definition->gpus,
        .gpu_milli = share > 0 ? share : ECS_GPU_MILLI,
        .gpu_models = row->gpu_models != 0 ? row->gpu_models : definition->gpu_models,
    };
    uint64_t key[5] = {(uint64_t)kind.cpu_units, (uint64_t)kind.gpus, (uint64_t)kind.gpu_milli,
                       kind.gpu_models, gpu_model};
    uint32_t before = kinds->map.count;
    uint32_t index = sim_map_intern(&kinds->map, key);
    sim_grow((void **)&kinds->list, &kinds->capacity, index + 1, sizeof kinds->list[0]);
    if (index == before)
        kinds->list[index] = kind;
    kinds->list[index].count += row->count * work->scale_ppm;
}

/* The trace itself, not a sample of it. */
static void count_trace(struct kinds *kinds, const struct scn_loader *loader,
                        const struct ecs_workload *work)
{
    const struct scn_trace *trace = work->data;
    struct scn_rows_cursor cursor;
    const struct scn_trace_row *row;
    scn_rows_open(&cursor, &trace->rows);
    while ((row = scn_rows_next(&cursor)) != NULL) {
        struct ecs_arrival arrival = scn_trace_arrival(trace, row);
        count_arrival(kinds, loader, work, &arrival, row->gpu_model);
    }
    scn_rows_close(&cursor);
}

static void count_source(struct kinds *kinds, const struct scn_loader *loader, uint32_t item)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const struct ecs_workload *work = &scenario->workloads[item];
    uint64_t left = TYPICAL_ROWS;
    struct ecs_arrival row;
    void *cursor = work->source->open(work->data, scenario->seed, 0, item);
    while (left-- > 0 && work->source->next(cursor, &row) && row.at < scenario->duration)
        count_arrival(kinds, loader, work, &row, 0);
    work->source->close(cursor);
}

static int compare_kinds(const void *a, const void *b)
{
    const struct ecs_typical *const *left = a, *const *right = b;
    if ((*left)->count != (*right)->count)
        return (*left)->count > (*right)->count ? -1 : 1;
    return *left < *right ? -1 : *left > *right; /* by first appearance: of one array */
}

/* The most frequent kinds, until they cover most tasks. */
static void keep_typical(struct scn_loader *loader, const struct kinds *kinds)
{
    uint32_t count = kinds->map.count, kept = 0;
    const struct ecs_typical **order = sim_arena_array(loader->arena, count, sizeof order[0]);
    struct ecs_typical *typical = sim_arena_array(loader->arena, count, sizeof typical[0]);
    __int128 total = 0, covered = 0;
    for (uint32_t i = 0; i < count; i++) {
        order[i] = &kinds->list[i];
        total += kinds->list[i].count;
    }
    if (count > 0)
        qsort(order, count, sizeof order[0], compare_kinds);
    while (kept < count && covered * 100 < total * TYPICAL_PCT) {
        typical[kept] = *order[kept];
        covered += typical[kept].count;
        typical[kept].count = (typical[kept].count + MILLIONTHS - 1) / MILLIONTHS;
        kept++;
    }
    loader->scenario->typical = typical;
    loader->scenario->typical_count = kept;
}

static bool needs_typical(const struct ecs_placement *placement)
{
    for (uint32_t i = 0; i < placement->rule_count; i++)
        if (place_strategies[placement->rules[i].strategy]->needs_typical)
            return true;
    return false;
}

void scn_load_typical(struct scn_loader *loader)
{
    const struct ecs_scenario *scenario = loader->scenario;
    struct kinds kinds = {0};
    bool needed = false;
    for (uint32_t i = 0; i < scenario->workload_count; i++)
        needed |= needs_typical(&scenario->workloads[i].request.placement);
    for (uint32_t i = 0; i < scenario->run_task_count; i++)
        needed |= needs_typical(&scenario->run_tasks[i].request.placement);
    if (!needed || loader->complaints->error_count > 0)
        return; /* a broken workload cannot be counted */
    sim_map_init(&kinds.map, 5);
    for (uint32_t i = 0; i < scenario->run_task_count; i++) {
        const struct ecs_run_task *run = &scenario->run_tasks[i];
        const struct ecs_workload work = {.request = run->request, .scale_ppm = MILLIONTHS};
        const struct ecs_arrival row = {.task_definition = ECS_NONE,
                                        .cpu_units = -1,
                                        .gpus = -1,
                                        .count = run->count};
        count_arrival(&kinds, loader, &work, &row, 0);
    }
    for (uint32_t i = 0; i < scenario->workload_count; i++)
        if (scenario->workloads[i].source == &scn_trace_source)
            count_trace(&kinds, loader, &scenario->workloads[i]);
        else
            count_source(&kinds, loader, i);
    keep_typical(loader, &kinds);
    sim_map_release(&kinds.map);
    free(kinds.list);
}
