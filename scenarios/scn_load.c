#include "scn_load_services.h"
#include "scn_merge.h"
#include "scn_series.h"
#include "sim_record.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRICE_REGION "us-east-1" /* of the shipped price book */

/* ---- the top of the scenario ---- */

/* "2020-06" -> 202006. */
static int32_t load_epoch(struct scn_loader *loader)
{
    const char *text = scn_get_text(loader->root, "epoch", NULL);
    if (text == NULL)
        return ECS_EPOCH_NEWEST;
    bool shaped = strlen(text) == 7 && text[4] == '-';
    for (int i = 0; shaped && i < 7; i++)
        shaped = i == 4 || (text[i] >= '0' && text[i] <= '9');
    int32_t year = shaped ? (int32_t)strtol(text, NULL, 10) : 0;
    int32_t month = shaped ? (int32_t)strtol(text + 5, NULL, 10) : 0;
    if (shaped && month >= 1 && month <= 12 && year * 100 + month >= ECS_EPOCH_FIRST)
        return year * 100 + month;
    scn_error(loader->complaints, scn_json_member(loader->root, "epoch"),
              "\"%s\" is no epoch; write a year and month from 2019-12 on, such as \"2022-09\"",
              text);
    return ECS_EPOCH_NEWEST;
}

static void load_start(struct scn_loader *loader)
{
    const char *text = scn_get_text(loader->root, "start", NULL);
    int64_t unix_us;
    if (text == NULL)
        return;
    if (sim_iso_parse(text, &unix_us) != 0 || unix_us % SIM_SECOND != 0)
        scn_error(loader->complaints, scn_json_member(loader->root, "start"),
                  "\"%s\" is no date in whole seconds; write ISO 8601, such as "
                  "\"2024-01-01T00:00:00Z\"",
                  text);
    else
        loader->scenario->start_unix_s = unix_us / SIM_SECOND;
}

static void load_times(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *duration = scn_json_member(loader->root, "duration");
    scenario->duration = scn_get_duration(loader->root, "duration", SIM_TIME_NEVER);
    scenario->warmup = scn_get_duration(loader->root, "warmup", 0);
    if (scenario->duration == 0) {
        scn_error(loader->complaints, duration, "nothing happens in no time; write a longer one");
        scenario->duration = SIM_TIME_NEVER;
    }
    if (scenario->warmup >= scenario->duration)
        scn_error(loader->complaints, scn_json_member(loader->root, "warmup"),
                  "the warm-up is not shorter than the duration, so nothing would be measured; "
                  "shorten it");
}

static void load_top(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *seed = scn_get(loader->root, "seed", SCN_NUMBER);
    scenario->name = scn_get_text(loader->root, "name", "unnamed");
    scenario->description = scn_get_text(loader->root, "description", "");
    scenario->region = scn_get_text(loader->root, "region", "us-east-1");
    scenario->cluster =
        scn_get_text(scn_get(loader->root, "cluster", SCN_OBJECT), "clusterName", "default");
    scenario->epoch = load_epoch(loader);
    scenario->replications = (uint32_t)scn_get_integer(loader->root, "replications", 1);
    if (seed != NULL && seed->is_integer && seed->integer >= 0)
        scenario->seed = (uint64_t)seed->integer;
    if (loader->options->has_seed)
        scenario->seed = loader->options->seed; /* all 64 bits, which the tree cannot hold */
    load_start(loader);
    load_times(loader);
    if (strcmp(scenario->region, PRICE_REGION) != 0)
        scn_warning(loader->complaints, scn_json_member(loader->root, "region"),
                    "prices are those of " PRICE_REGION "; costs in %s differ", scenario->region);
}

/* ---- the options of the command line, as if the file said so ---- */

static void apply_options(struct scn_loader *loader, struct scn_value *root)
{
    const struct scn_options *options = loader->options;
    struct sim_arena *arena = loader->arena;
    for (uint32_t i = 0; i < options->set_count; i++)
        scn_merge_set(arena, root, options->sets[i], loader->complaints);
    if (options->has_until)
        scn_merge_set(arena, root,
                      sim_arena_printf(arena, "duration=\"%" PRId64 "us\"", options->until),
                      loader->complaints);
    if (options->has_seed && options->seed <= INT64_MAX)
        scn_merge_set(arena, root, sim_arena_printf(arena, "seed=%" PRIu64, options->seed),
                      loader->complaints);
    if (options->has_replications)
        scn_merge_set(arena, root,
                      sim_arena_printf(arena, "replications=%u", options->replications),
                      loader->complaints);
}

/* ---- provenance ---- */

static void hash_text(struct sim_hash *hash, const char *text)
{
    sim_hash_word(hash, strlen(text));
    sim_hash_bytes(hash, text, strlen(text));
}

/* Everything as resolved, but for what changes no run: name and description; seed and replications
 * have columns of their own. */
static uint64_t hash_scenario(struct scn_loader *loader)
{
    static const char *const left_out[] = {"name", "description", "seed", "replications"};
    struct sim_hash hash;
    sim_hash_init(&hash);
    for (const struct scn_value *v = loader->root->first; v != NULL; v = v->next) {
        bool keep = true;
        for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
            keep = keep && strcmp(v->key, left_out[i]) != 0;
        if (keep) {
            hash_text(&hash, v->key);
            hash_text(&hash, scn_json_print(loader->arena, v));
        }
    }
    return sim_hash_value(&hash);
}

/* A parameter in millionths: doubles from libm may differ in their last bit between machines. */
static uint64_t millionths(double value)
{
    if (!(fabs(value) < 9e12))
        return UINT64_MAX;
    return (uint64_t)llround(value * 1e6);
}

static void hash_dist(struct sim_hash *hash, const struct sim_dist *dist)
{
    sim_hash_word(hash, (uint64_t)dist->kind);
    sim_hash_word(hash, millionths(dist->p[0]));
    sim_hash_word(hash, millionths(dist->p[1]));
    sim_hash_word(hash, millionths(dist->min));
    sim_hash_word(hash, millionths(dist->max));
    sim_hash_word(hash, dist->value_count);
    for (uint32_t i = 0; i < dist->value_count; i++)
        sim_hash_word(hash, millionths(dist->values[i]));
}

static void hash_definition(struct sim_hash *hash, const struct ecs_task_definition *definition)
{
    hash_text(hash, definition->family);
    sim_hash_word(hash, definition->runs_forever);
    if (!definition->runs_forever)
        hash_dist(hash, &definition->duration);
}

/* What comes to a service, and what its tasks make of it. */
static void hash_load(struct sim_hash *hash, const struct ecs_service_load *load)
{
    const struct load_series *series = load->spec.series;
    if (load->spec.generator == NULL)
        return;
    hash_text(hash, load->spec.generator->name);
    for (uint32_t i = 0; i < LOAD_PARAMETERS_MAX; i++)
        sim_hash_word(hash, (uint64_t)llround(load->spec.values[i] * 1e6));
    for (uint32_t i = 0; series != NULL && i < series->count; i++) {
        sim_hash_word(hash, (uint64_t)series->spans[i].from);
        sim_hash_word(hash, (uint64_t)series->spans[i].until);
        sim_hash_word(hash, (uint64_t)series->spans[i].micro);
    }
    sim_hash_word(hash, (uint64_t)load->spec.scale_ppm);
    sim_hash_word(hash, (uint64_t)load->capacity_milli);
    sim_hash_word(hash, (uint64_t)load->base_percent);
}

/* Tasks that services keep. A DAEMON is part of what tasks run on: with and without it the same
 * work is done, at another cost, which is what one compares. */
static void hash_services(struct sim_hash *hash, const struct ecs_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        const struct ecs_service *service = &scenario->services[i];
        hash_load(hash, &service->load);
        if (service->scheduling == ECS_SCHEDULING_DAEMON || service->created_later)
            continue;
        sim_hash_word(hash, (uint64_t)service->desired);
        hash_definition(hash, &scenario->task_definitions[service->request.task_definition]);
    }
}

/* What arrives and how long it runs; not where, by which strategy, or on what. */
static uint64_t hash_workload(const struct ecs_scenario *scenario)
{
    struct sim_hash hash;
    sim_hash_init(&hash);
    for (uint32_t i = 0; i < scenario->run_task_count; i++) {
        const struct ecs_run_task *run = &scenario->run_tasks[i];
        sim_hash_word(&hash, (uint64_t)run->at);
        sim_hash_word(&hash, run->count);
        hash_definition(&hash, &scenario->task_definitions[run->request.task_definition]);
    }
    hash_services(&hash, scenario);
    for (uint32_t i = 0; i < scenario->workload_count; i++) {
        const struct ecs_workload *work = &scenario->workloads[i];
        sim_hash_word(&hash, (uint64_t)work->scale_ppm);
        hash_definition(&hash, &scenario->task_definitions[work->request.task_definition]);
        if (work->source == &scn_trace_source) {
            sim_hash_word(&hash, scn_trace_stats(work->data)->hash);
            continue;
        }
        if (work->source == &ecs_scheduled_source) {
            const struct ecs_scheduled *scheduled = work->data;
            hash_text(&hash, scheduled->expression);
            sim_hash_word(&hash, scheduled->count);
            continue;
        }
        const struct ecs_generator *generator = work->data;
        hash_dist(&hash, &generator->gap);
        sim_hash_word(&hash, generator->rows);
        sim_hash_word(&hash, (uint64_t)generator->until);
        sim_hash_word(&hash, (uint64_t)generator->first);
        sim_hash_word(&hash, generator->batch);
    }
    return sim_hash_value(&hash);
}

static const char *add_input(struct scn_loader *loader, const char *text, const char *name,
                             int64_t size_bytes, const char *sha256)
{
    const struct scn_value value = {.kind = SCN_STRING, .text = name};
    return sim_arena_printf(loader->arena,
                            "%s%s{\"name\":%s,\"size\":%" PRId64 ",\"sha256\":\"%s\"}", text,
                            text[1] != '\0' ? "," : "", scn_json_print(loader->arena, &value),
                            size_bytes, sha256);
}

static const char *print_inputs(struct scn_loader *loader)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const char *text = "[";
    for (uint32_t i = 0; i < scenario->workload_count; i++) {
        const struct ecs_workload *work = &scenario->workloads[i];
        if (work->source != &scn_trace_source)
            continue;
        const struct scn_trace_stats *stats = scn_trace_stats(work->data);
        text = add_input(loader, text, work->name, stats->size_bytes, stats->sha256);
    }
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        const struct scn_series *series = loader->services->series[i];
        if (series != NULL)
            text = add_input(loader, text, series->name, series->size_bytes, series->sha256);
    }
    return sim_arena_printf(loader->arena, "%s]", text);
}

/* ---- the whole ---- */

static void load_parts(struct scn_loader *loader)
{
    scn_bind(loader->complaints, loader->root, scn_scenario_keys);
    if (!scn_catalog_read(&loader->catalog, loader->arena, loader->options->catalog,
                          loader->complaints))
        return;
    load_top(loader);
    scn_check_newer(loader->complaints, loader->root, loader->scenario->epoch);
    scn_load_behaviour(loader);
    scn_load_account_settings(loader); /* registration looks at them */
    scn_load_network(loader);
    scn_load_hardware(loader);
    scn_load_capacity(loader);
    scn_load_cluster(loader);
    scn_load_definitions(loader);
    scn_load_arrivals(loader);
    scn_load_rules(loader);
    scn_load_services(loader);
    scn_load_scaling(loader);
    scn_load_typical(loader);
    scn_load_faults(loader);
    scn_load_changes(loader);
    scn_check_tags(loader);
    scn_load_capabilities(loader); /* last: its names come after all others */
}

static void finish(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    scenario->json = scn_json_print(loader->arena, loader->root);
    scenario->inputs_json = print_inputs(loader);
    scenario->scenario_hash = hash_scenario(loader);
    scenario->workload_hash = hash_workload(scenario);
    ecs_scenario_check(scenario);
}

static struct scn_value *read_root(struct scn_loader *loader, const char *path)
{
    const struct scn_options *options = loader->options;
    if (options->json == NULL)
        return scn_merge_load(loader->arena, path, loader->complaints);
    struct scn_file *file = sim_arena_alloc(loader->arena, sizeof *file);
    *file = (struct scn_file){
        .name = path,
        .folder = options->json_folder != NULL ? options->json_folder : "",
    };
    return scn_json_parse(loader->arena, file, options->json, strlen(options->json),
                          loader->complaints);
}

static bool load(struct scn_loader *loader, const char *path)
{
    struct scn_value *root = read_root(loader, path);
    if (root == NULL || loader->complaints->error_count > 0)
        return false; /* what a missing file leaves open would only be complained about again */
    if (root->kind != SCN_OBJECT) {
        scn_error(loader->complaints, root, "a scenario is an object {...}, not %s",
                  scn_kind_names[root->kind]);
        return false;
    }
    apply_options(loader, root);
    if (loader->complaints->error_count > 0)
        return false; /* likewise what a --set that goes nowhere leaves behind */
    loader->root = root;
    load_parts(loader);
    if (loader->complaints->error_count > 0)
        return false;
    finish(loader);
    return true;
}

bool scn_load(struct scn_loaded *loaded, const char *path, const struct scn_options *options)
{
    static const struct scn_options none = {0};
    *loaded = (struct scn_loaded){0};
    sim_arena_init(&loaded->arena);
    scn_complaints_init(&loaded->complaints, &loaded->arena);
    ecs_scenario_init(&loaded->scenario, &loaded->arena);
    struct scn_traces *traces = sim_arena_alloc(&loaded->arena, sizeof *traces);
    loaded->traces = traces;
    struct scn_loader loader = {
        .arena = &loaded->arena,
        .complaints = &loaded->complaints,
        .scenario = &loaded->scenario,
        .options = options != NULL ? options : &none,
        .traces = traces,
    };
    bool good = load(&loader, path);
    scn_complaints_sort(&loaded->complaints);
    return good;
}

void scn_loaded_release(struct scn_loaded *loaded)
{
    struct scn_traces *traces = loaded->traces;
    for (uint32_t i = 0; traces != NULL && i < traces->count; i++)
        scn_trace_close(traces->items[i]);
    if (traces != NULL)
        free(traces->items);
    ecs_scenario_release(&loaded->scenario);
    scn_complaints_release(&loaded->complaints);
    sim_arena_release(&loaded->arena);
}
