/* runTasks and workload: what arrives. */
#include "scn_dist.h"
#include "scn_load_network.h"

#include "ecs_split.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CALL_MAX 10 /* QTA-9: tasks of one RunTask call */

/* ---- checks that both kinds share ---- */

static const struct ecs_task_definition *definition_of(const struct scn_loader *loader,
                                                       const struct ecs_request *request)
{
    return &loader->definitions[request->task_definition];
}

/* A run without duration ends with its last arrival, so none may be endless. */
static void check_ends(struct scn_loader *loader, const struct scn_value *item,
                       const struct ecs_request *request)
{
    const struct ecs_task_definition *definition = definition_of(loader, request);
    if (loader->scenario->duration == SIM_TIME_NEVER && definition->runs_forever)
        scn_error(
            loader->complaints, item,
            "duration is required: tasks of \"%s\" run until they are stopped; add `duration` "
            "to the scenario, or `sim.duration` to the task definition",
            definition->family);
}

/* What placement asks of an instance type for one task. */
struct need {
    int64_t cpu_units, memory_mib, gpus;
};

/* The operating system keeps some memory, so that none can give all it has. */
static bool type_holds(const struct ecs_instance_type *type, const struct need *need)
{
    return need->cpu_units <= (int64_t)type->vcpus * 1024 && need->memory_mib < type->memory_mib &&
           need->gpus <= type->gpus;
}

/* Whether some instance that the request may use could hold the task; a name that resolves to
 * nothing has its own complaint. */
static bool request_holds(const struct scn_loader *loader, const struct ecs_request *request,
                          bool any_provider, const struct need *need)
{
    const struct ecs_scenario *scenario = loader->scenario;
    if (any_provider || request->strategy.count == 0) {
        for (uint32_t i = 0; i < scenario->type_count; i++)
            if (type_holds(&loader->types[i], need))
                return true;
        return scenario->type_count == 0;
    }
    for (uint32_t i = 0; i < request->strategy.count; i++) {
        uint32_t provider = request->strategy.items[i].provider;
        uint32_t asg =
            provider < scenario->provider_count ? scenario->providers[provider].asg : ECS_NONE;
        uint32_t spec = asg < scenario->asg_count ? scenario->asgs[asg].spec : ECS_NONE;
        uint32_t type = spec < scenario->spec_count ? loader->specs[spec].type : ECS_NONE;
        if (type >= scenario->type_count || type_holds(&loader->types[type], need))
            return true;
    }
    return false;
}

/* The task of a request that is hardest to hold, when nothing there can; else false. Rows of a
 * trace bring sizes of their own, of which the greatest are known one by one. */
static bool find_unheld(const struct scn_loader *loader, const struct ecs_request *request,
                        const struct scn_trace_stats *stats, struct need *unheld)
{
    const struct ecs_task_definition *definition = definition_of(loader, request);
    struct need needs[4] = {{0}};
    uint32_t count = 1;
    if (stats == NULL || !stats->names_definitions) {
        needs[0] = (struct need){definition->cpu_units, definition->memory_mib, definition->gpus};
        for (uint32_t i = 0; i < request->override_count; i++)
            if (request->overrides[i].definition == request->task_definition)
                needs[0] =
                    (struct need){request->overrides[i].cpu_units, request->overrides[i].memory_mib,
                                  request->overrides[i].gpus};
    }
    if (stats != NULL) {
        needs[0].cpu_units = stats->cpu_units_max > 0 ? 0 : needs[0].cpu_units;
        needs[0].memory_mib = stats->memory_mib_max > 0 ? 0 : needs[0].memory_mib;
        needs[0].gpus = stats->gpus_max > 0 ? 0 : needs[0].gpus;
        needs[count++].cpu_units = stats->cpu_units_max;
        needs[count++].memory_mib = stats->memory_mib_max;
        needs[count++].gpus = stats->gpus_max;
    }
    for (uint32_t i = 0; i < count; i++)
        if (!request_holds(loader, request, stats != NULL && stats->names_providers, &needs[i])) {
            *unheld = needs[i];
            return true;
        }
    return false;
}

/* Whether some instance that the request may use has the system and the agent that the task needs.
 */
static bool request_is_suited(const struct scn_loader *loader, const struct ecs_request *request,
                              bool any_provider)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const struct ecs_task_definition *definition = definition_of(loader, request);
    bool seen = false;
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        bool allowed = any_provider || request->strategy.count == 0;
        for (uint32_t k = 0; k < request->strategy.count; k++) {
            uint32_t provider = request->strategy.items[k].provider;
            allowed |=
                provider >= scenario->provider_count || scenario->providers[provider].asg == i;
        }
        uint32_t spec = scenario->asgs[i].spec;
        if (allowed && (spec == ECS_NONE || ecs_spec_suits(&loader->specs[spec], definition)))
            return true;
        seen |= allowed;
    }
    for (uint32_t i = 0; i < scenario->extra_instance_count; i++) {
        if (request->strategy.count > 0 && !any_provider)
            break;
        if (ecs_spec_suits(&loader->specs[scenario->extra_instances[i].spec], definition))
            return true;
        seen = true;
    }
    return !seen;
}

/* WIN-1, AGT-01. False after a complaint. */
static bool check_suited(struct scn_loader *loader, const struct scn_value *item,
                         const struct ecs_request *request, const struct scn_trace_stats *stats,
                         bool endless)
{
    static const char *const platforms[] = {"", " on x86_64", " on arm64"};
    const struct ecs_task_definition *definition = definition_of(loader, request);
    uint32_t version = definition->agent_version;
    if ((stats != NULL && stats->names_definitions) ||
        request_is_suited(loader, request, stats != NULL && stats->names_providers))
        return true;
    const char *need =
        sim_arena_printf(loader->arena, "%s%s%s", definition->windows ? "Windows" : "Linux",
                         platforms[definition->architecture],
                         version > 0
                             ? sim_arena_printf(loader->arena, " with agent %u.%u.%u or later",
                                                version / 1000000, version / 1000 % 1000,
                                                version % 1000)
                             : "");
    if (endless)
        scn_error(loader->complaints, item,
                  "duration is required: its tasks need %s, and no instance that they may go to "
                  "has that, so they wait for ever; add such instances, `duration` or "
                  "`giveUpAfter`",
                  need);
    else
        scn_warning(loader->complaints, item,
                    "its tasks need %s, and no instance that they may go to has that, so they "
                    "never start",
                    need);
    return false;
}

/* API-7. False after a complaint. */
static bool check_located(struct scn_loader *loader, const struct scn_value *item,
                          const struct ecs_request *request, const struct scn_trace_stats *stats,
                          bool endless)
{
    if (scn_subnets_are_served(loader, request, stats != NULL && stats->names_providers))
        return true;
    if (endless)
        scn_error(loader->complaints, item,
                  "duration is required: no instance that its tasks may go to is in the zone of "
                  "one of their subnets, so they wait for ever; list a subnet of an instance's "
                  "zone, or add `duration` or `giveUpAfter`");
    else
        scn_warning(loader->complaints, item,
                    "no instance that its tasks may go to is in the zone of one of their subnets, "
                    "so they never start; list a subnet of an instance's zone");
    return false;
}

/* What no instance serves is tried again, or waits in PROVISIONING, until it gives up. */
static bool waits_for_ever(const struct scn_loader *loader, const struct ecs_request *request)
{
    const struct ecs_scenario *scenario = loader->scenario;
    if (request->give_up_after != SIM_TIME_NEVER)
        return false;
    if (request->on_refusal == ECS_REFUSAL_RETRY)
        return true;
    bool provisioning = request->strategy.count > 0 && !scenario->behaviour.provisioning_timeout_on;
    for (uint32_t i = 0; i < request->strategy.count; i++) {
        uint32_t provider = request->strategy.items[i].provider;
        provisioning = provisioning && provider < scenario->provider_count &&
                       scenario->providers[provider].managed_scaling;
    }
    return provisioning;
}

static bool groups_are_shut(const struct scn_loader *loader, const struct ecs_request *request)
{
    const struct ecs_scenario *scenario = loader->scenario;
    bool shut = request->strategy.count > 0;
    for (uint32_t i = 0; i < request->strategy.count && shut; i++) {
        uint32_t provider = request->strategy.items[i].provider;
        uint32_t asg =
            provider < scenario->provider_count ? scenario->providers[provider].asg : ECS_NONE;
        /* a name that resolves to nothing has its own complaint */
        shut = asg < scenario->asg_count && scenario->asgs[asg].max_size == 0;
    }
    return shut;
}

/* CLU-21, REG-3 to REG-19: whether no instance that its tasks may go to ever serves. */
static bool none_serves(const struct scn_loader *loader, const struct ecs_request *request,
                        bool any_provider)
{
    const struct ecs_scenario *scenario = loader->scenario;
    bool all = any_provider || request->strategy.count == 0, seen = false;
    if (all && scenario->extra_instance_count > 0)
        return false; /* those of containerInstances register */
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        bool allowed = all;
        for (uint32_t k = 0; k < request->strategy.count; k++) {
            uint32_t provider = request->strategy.items[k].provider;
            allowed |=
                provider >= scenario->provider_count || scenario->providers[provider].asg == i;
        }
        uint32_t spec = scenario->asgs[i].spec;
        if (allowed && (spec == ECS_NONE || loader->specs[spec].join == ECS_JOIN_REGISTERS))
            return false;
        seen |= allowed;
    }
    return seen;
}

/* Tasks that nothing may ever hold. A run without duration ends with its last arrival, so that one
 * which waits for ever would keep it from ending; `changes` may still open a way. */
static void check_served(struct scn_loader *loader, const struct scn_value *item,
                         const struct ecs_request *request, const struct scn_trace_stats *stats)
{
    struct need need;
    const struct scn_value *changes = scn_get(loader->root, "changes", SCN_LIST);
    bool endless = loader->scenario->duration == SIM_TIME_NEVER &&
                   waits_for_ever(loader, request) && (changes == NULL || changes->count == 0);
    if (endless && groups_are_shut(loader, request)) {
        scn_error(loader->complaints, item,
                  "duration is required: MaxSize is 0 in every group that its tasks may go to, so "
                  "they wait for ever; add `duration`, or raise MaxSize");
        return;
    }
    if (endless && none_serves(loader, request, stats != NULL && stats->names_providers)) {
        scn_error(loader->complaints, item,
                  "duration is required: the instances that its tasks may go to never register or "
                  "never connect, so they wait for ever; mend their launch configurations, or add "
                  "`duration` or `giveUpAfter`");
        return;
    }
    if (!check_located(loader, item, request, stats, endless) ||
        !check_suited(loader, item, request, stats, endless) ||
        !find_unheld(loader, request, stats, &need))
        return;
    if (endless)
        scn_error(loader->complaints, item,
                  "duration is required: no instance that its tasks may go to can hold one of "
                  "them (%" PRId64 " CPU units, %" PRId64 " MiB, %" PRId64
                  " GPUs), so it waits for ever; use a larger instance type, or add `duration` or "
                  "`giveUpAfter`",
                  need.cpu_units, need.memory_mib, need.gpus);
    else
        scn_warning(loader->complaints, item,
                    "no instance that its tasks may go to can hold one of them (%" PRId64
                    " CPU units, %" PRId64 " MiB, %" PRId64 " GPUs), so it never starts",
                    need.cpu_units, need.memory_mib, need.gpus);
}

/* Ruling 5: a small call may leave a provider of the strategy without any task. */
static void warn_starved(struct scn_loader *loader, const struct scn_value *item,
                         const struct ecs_strategy *strategy, uint32_t call)
{
    const struct ecs_behaviour *behaviour = &loader->scenario->behaviour;
    struct ecs_population population = {0};
    if (behaviour->split_scope != ECS_SPLIT_CALL || strategy->count < 2)
        return;
    for (uint32_t n = 0; n < call; n++)
        if (ecs_split_next(strategy, &population, (enum ecs_split_rule)behaviour->split_rule) ==
            ECS_NONE)
            break;
    for (uint32_t i = 0; i < strategy->count; i++)
        if (strategy->items[i].weight > 0 && population.weighted[i] == 0) {
            scn_warning(loader->complaints, item,
                        "a call of %u task%s gives capacity provider \"%s\" none, for each call is "
                        "split on its own; behaviour.splitScope \"stream\" splits all of them as "
                        "one",
                        call, call == 1 ? "" : "s",
                        loader->providers[strategy->items[i].provider].name);
            return;
        }
}

/* ---- runTasks ---- */

/* "5m" or an ISO 8601 time at or after the start; returns what is wrong, or NULL. */
static const char *read_at(const struct scn_loader *loader, const struct scn_value *at,
                           sim_time *time)
{
    int64_t unix_us;
    *time = 0;
    if (at == NULL || (at->kind == SCN_STRING && sim_time_parse(at->text, time) == 0))
        return NULL;
    *time = 0;
    if (at->kind != SCN_STRING || sim_iso_parse(at->text, &unix_us) != 0)
        return "expected a duration from the start, such as \"5m\", or a time such as "
               "\"2024-01-01T08:00:00Z\"";
    int64_t since = unix_us - loader->scenario->start_unix_s * SIM_SECOND;
    if (since < 0 || since > SIM_TIME_LIMIT)
        return sim_arena_printf(loader->arena, "the time is %s the run; the scenario starts at %s",
                                since < 0 ? "before" : "long after",
                                sim_unix_format(loader->scenario->start_unix_s,
                                                sim_arena_alloc(loader->arena, 24), 24));
    *time = since;
    return NULL;
}

sim_time scn_load_at(struct scn_loader *loader, const struct scn_value *item)
{
    const struct scn_value *at = scn_json_member(item, "at");
    sim_time time;
    const char *wrong = read_at(loader, at, &time);
    if (wrong != NULL)
        scn_error(loader->complaints, at, "%s", wrong);
    return time;
}

sim_time scn_peek_at(const struct scn_loader *loader, const struct scn_value *item)
{
    sim_time time;
    read_at(loader, scn_json_member(item, "at"), &time);
    return time;
}

static void load_run_task(struct scn_loader *loader, const struct scn_value *item,
                          struct ecs_run_task *run)
{
    const char *cluster = scn_get_text(item, "cluster", NULL);
    run->at = scn_load_at(loader, item);
    run->count = (uint32_t)scn_get_integer(item, "count", 1);
    if (cluster != NULL &&
        strcmp(ecs_arn_last_name(loader->arena, cluster), loader->scenario->cluster) != 0)
        scn_error(loader->complaints, scn_json_member(item, "cluster"),
                  "the scenario's cluster is \"%s\"; write that, or leave the key out",
                  loader->scenario->cluster);
    if (!scn_load_request(loader, item, scn_get(item, "sim", SCN_OBJECT), &run->request))
        return;
    scn_load_task_network(loader, item, true, &run->request);
    check_ends(loader, item, &run->request);
    check_served(loader, item, &run->request, NULL);
    if (run->count <= CALL_MAX)
        warn_starved(loader, item, &run->request.strategy, run->count);
}

/* ---- workload ---- */

static struct ecs_generator *load_generator(struct scn_loader *loader,
                                            const struct scn_value *value)
{
    struct ecs_generator *generator = sim_arena_alloc(loader->arena, sizeof *generator);
    const struct scn_value *gap = scn_json_member(value, "interarrival");
    const struct scn_value *rows = scn_get(value, "rows", SCN_NUMBER);
    generator->rows = rows != NULL && rows->is_integer ? (uint64_t)rows->integer : UINT64_MAX;
    generator->until = scn_get_duration(value, "until", SIM_TIME_NEVER);
    generator->first = scn_get_duration(value, "first", -1);
    generator->batch = (uint32_t)scn_get_integer(value, "batch", 1);
    generator->gap = sim_dist_constant(1);
    if (gap != NULL && scn_dist_read(loader->arena, gap, &generator->gap, loader->complaints) &&
        sim_dist_mean(&generator->gap) < 1e-6 && rows == NULL)
        scn_error(loader->complaints, gap,
                  "with no time between rows they would never end; add `rows`");
    if (rows == NULL && generator->until == SIM_TIME_NEVER &&
        loader->scenario->duration == SIM_TIME_NEVER)
        scn_error(loader->complaints, value,
                  "duration is required: the generator never ends; add `rows` or `until` to it, or "
                  "`duration` to the scenario");
    return generator;
}

static uint32_t find_definition_hook(void *user, const char *name)
{
    return scn_find_definition(user, name);
}

static uint32_t find_provider_hook(void *user, const char *name)
{
    return scn_find_provider(user, name);
}

static uint64_t gpu_models_hook(void *user, const char *text)
{
    const struct scn_loader *loader = user;
    return scn_gpu_models(loader->scenario, text);
}

/* NULL after complaints. */
static struct scn_trace *load_trace(struct scn_loader *loader, const struct scn_value *item)
{
    const struct scn_value *trace = scn_get(item, "trace", SCN_STRING);
    struct scn_trace_use use = {
        .path = trace->text,
        .mapping = scn_get_text(item, "mapping", NULL),
        .base_dir = trace->file->folder,
        .from = scn_get_duration(item, "from", 0),
        .to = scn_get_duration(item, "to", SIM_TIME_NEVER),
        .absolute = strcmp(scn_get_text(item, "align", "start"), "absolute") == 0,
        .zone = scn_get_text(item, "zone", NULL),
        .start_unix_s = loader->scenario->start_unix_s,
        .lenient = loader->options->lenient_traces,
        .cache_bytes = loader->options->trace_cache_bytes > 0 ? loader->options->trace_cache_bytes
                                                              : INT64_C(256) << 20,
        .task_definition = find_definition_hook,
        .provider = find_provider_hook,
        .gpu_models = gpu_models_hook,
        .user = loader,
        .names = &loader->scenario->names,
    };
    if (use.from >= use.to) {
        scn_error(loader->complaints, scn_json_member(item, "to"),
                  "`to` must be later than `from`; nothing lies between them");
        return NULL;
    }
    uint32_t errors = loader->complaints->error_count;
    struct scn_trace *opened = scn_trace_open(&use, loader->arena, loader->complaints);
    if (opened == NULL && loader->complaints->error_count == errors)
        scn_error(loader->complaints, trace, "the trace cannot be read");
    if (opened != NULL) {
        struct scn_traces *traces = loader->traces;
        traces->items = sim_realloc(traces->items, traces->count + 1, sizeof(struct scn_trace *));
        traces->items[traces->count++] = opened;
    }
    return opened;
}

/* Keys that mean something with a trace only. */
static void check_generator_keys(struct scn_loader *loader, const struct scn_value *item)
{
    static const char *const keys[] = {"mapping", "from", "to", "align", "zone", "sample"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (scn_json_member(item, keys[i]) != NULL)
            scn_error(loader->complaints, scn_json_member(item, keys[i]),
                      "`%s` belongs to a trace, and this item is a generator; remove it", keys[i]);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void check_trace_ends(struct scn_loader *loader, const struct scn_value *item,
                             const struct scn_trace_stats *stats, const struct ecs_workload *work)
{
    const struct ecs_task_definition *definition = definition_of(loader, &work->request);
    check_served(loader, item, &work->request, stats);
    if (stats->rows_without_duration > 0)
        check_ends(loader, item, &work->request);
    if (stats->rows > 0 && stats->rows_without_duration == stats->rows &&
        !stats->names_definitions && definition->runs_forever &&
        loader->scenario->duration != SIM_TIME_NEVER)
        scn_warning(loader->complaints, item,
                    "no row of the trace has a duration, and tasks of \"%s\" run until they are "
                    "stopped, so none ever completes; map a `duration_s`, or add `sim.duration` to "
                    "the task definition",
                    definition->family);
    warn_starved(loader, item, &work->request.strategy,
                 stats->rows > 0 && stats->tasks == stats->rows ? 1 : CALL_MAX);
}

static void load_workload(struct scn_loader *loader, const struct scn_value *item,
                          struct ecs_workload *work)
{
    const struct scn_value *trace = scn_get(item, "trace", SCN_STRING);
    const struct scn_value *generator = scn_get(item, "generator", SCN_OBJECT);
    const struct scn_value *scale = scn_get(item, "scale", SCN_NUMBER);
    work->scale_ppm = scale != NULL && scale->number >= 0 && scale->number <= 1e6
                          ? llround(scale->number * 1e6)
                          : 1000000;
    bool usable = scn_load_request(loader, item, item, &work->request);
    if (usable)
        scn_load_task_network(loader, item, false, &work->request);
    if ((scn_json_member(item, "trace") != NULL) == (scn_json_member(item, "generator") != NULL)) {
        scn_error(loader->complaints, item,
                  "an item of workload is a `trace` or a `generator`; write exactly one of them");
        return;
    }
    if (generator != NULL) {
        work->name = "generator";
        work->source = &ecs_generator_source;
        work->data = load_generator(loader, generator);
        check_generator_keys(loader, item);
        uint32_t batch = ((const struct ecs_generator *)work->data)->batch;
        if (usable) {
            check_ends(loader, item, &work->request);
            check_served(loader, item, &work->request, NULL);
            warn_starved(loader, item, &work->request.strategy,
                         batch < CALL_MAX ? batch : CALL_MAX);
        }
    } else if (trace != NULL) {
        struct scn_trace *opened = load_trace(loader, item);
        work->name = sim_arena_strdup(loader->arena, base_name(trace->text));
        work->source = &scn_trace_source;
        work->data = opened;
        if (opened != NULL && scn_json_member(item, "sample") != NULL)
            scn_load_sample(loader, scn_get(item, "sample", SCN_OBJECT), opened);
        if (opened != NULL && usable)
            check_trace_ends(loader, item, scn_trace_stats(opened), work);
    }
}

void scn_check_scheduled(struct scn_loader *loader, const struct scn_value *item,
                         struct ecs_request *request)
{
    scn_load_task_network(loader, item, true, request);
    check_served(loader, item, request, NULL);
}

void scn_check_served(struct scn_loader *loader, const struct scn_value *item,
                      const struct ecs_request *request)
{
    check_served(loader, item, request, NULL);
}

void scn_check_started(struct scn_loader *loader, const struct scn_value *item,
                       struct ecs_request *request)
{
    scn_load_task_network(loader, item, true, request);
    check_ends(loader, item, request);
}

static bool starts_tasks(const struct scn_loader *loader)
{
    const struct scn_value *changes = scn_list(loader, "changes");
    for (const struct scn_value *v = changes != NULL ? changes->first : NULL; v != NULL;
         v = v->next)
        if (scn_json_member(v, "StartTask") != NULL || scn_json_member(v, "CreateService") != NULL)
            return true;
    return false;
}

void scn_load_arrivals(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *runs = scn_list(loader, "runTasks");
    const struct scn_value *workload = scn_list(loader, "workload");
    uint32_t run_count = runs != NULL ? runs->count : 0;
    uint32_t work_count = workload != NULL ? workload->count : 0;
    struct ecs_run_task *run_tasks = sim_arena_array(loader->arena, run_count, sizeof run_tasks[0]);
    struct ecs_workload *workloads =
        sim_arena_array(loader->arena, work_count, sizeof workloads[0]);
    scenario->run_tasks = run_tasks;
    scenario->workloads = workloads;
    scn_check_unique(loader, runs, "name");
    scn_check_unique(loader, workload, "name");
    for (const struct scn_value *v = runs != NULL ? runs->first : NULL; v != NULL; v = v->next)
        load_run_task(loader, v, &run_tasks[scenario->run_task_count++]);
    for (const struct scn_value *v = workload != NULL ? workload->first : NULL; v != NULL;
         v = v->next)
        load_workload(loader, v, &workloads[scenario->workload_count++]);
    const struct scn_value *rules = scn_list(loader, "rules");
    const struct scn_value *services = scn_list(loader, "services");
    if (run_count + work_count + (rules != NULL ? rules->count : 0) +
                (services != NULL ? services->count : 0) ==
            0 &&
        !starts_tasks(loader))
        scn_error(loader->complaints, loader->root,
                  "nothing arrives; add runTasks, workload or services");
}
