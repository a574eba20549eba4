/* plimsoll run: one scenario, N replications, summary on stdout, database to --out.
 *
 * Each replication runs in a world of its own, on some worker; its records reach the store in the
 * order of replications whatever the number of threads, so the database's bytes do not depend on
 * it. Nothing bears the final name before it is whole. */
#include "cmd.h"
#include "cmd_options.h"
#include "cmd_progress.h"
#include "cmd_refusals.h"
#include "ecs_world.h"
#include "rpt_store.h"
#include "scn_trace.h"
#include "sim_parallel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX      256
#define REPLICATIONS_MAX 1000000

enum { TRACE_NONE, TRACE_SERIES, TRACE_FULL };
static const char *const trace_choices[] = {"none", "series", "full", NULL};
static const char *const switch_choices[] = {"off", "on", NULL};
static const char *const yes_choices[] = {"no", "yes", NULL};

struct settings {
    const char *out;
    uint32_t threads;
    int trace, strict, invariants;
    bool json, progress;
    struct cmd_texts sets;
    struct scn_options load;
};

/* One run of the command. */
struct run {
    const struct settings *settings;
    const struct ecs_scenario *scenario;
    struct rpt_result *results; /* by replication; a worker writes its own */
    struct rpt_store *store;    /* NULL without --out */
    enum rpt_level level;
    uint32_t begun; /* replications the store has begun */
    struct cmd_progress progress;
    struct cmd_refusals refusals; /* of replication 0, whose worker alone writes it */
    bool store_failed;
};

static int parse(struct settings *s, int argc, char **argv, int *operands)
{
    const struct cmd_option options[] = {
        {"out", "F.db", CMD_TEXT, &s->out, 0, NULL, NULL,
         "write the results to a SQLite database; without it there is none"},
        {"seed", "N", CMD_WORD, &s->load.seed, 0, NULL, &s->load.has_seed,
         "replaces the scenario's seed"},
        {"replications", "N", CMD_COUNT, &s->load.replications, REPLICATIONS_MAX, NULL,
         &s->load.has_replications, "replaces the scenario's number of replications"},
        {"threads", "N", CMD_COUNT, &s->threads, THREADS_MAX, NULL, NULL,
         "workers for replications (default: processors); results do not depend on it"},
        {"until", "DUR", CMD_DURATION, &s->load.until, 0, NULL, &s->load.has_until,
         "replaces the scenario's duration: 90s, 5m, 24h, 7d"},
        {"set", "PATH=VALUE", CMD_TEXTS, &s->sets, 0, NULL, NULL,
         "replaces one value of the scenario, e.g. seed=7 or "
         "capacityProviders[burst].autoScalingGroupProvider.managedScaling.targetCapacity=80; "
         "VALUE is JSON, else a text; may be repeated"},
        {"trace", "none|series|full", CMD_CHOICE, &s->trace, 0, trace_choices, NULL,
         "what the database keeps beside the summary: nothing, curves, or every task and event "
         "(default)"},
        {"json", NULL, CMD_FLAG, &s->json, 0, NULL, NULL, "the summary as JSON"},
        {"catalog", "FILE", CMD_TEXT, &s->load.catalog, 0, NULL, NULL,
         "instance types from a CSV file instead of the built-in ones"},
        {"trace-cache", "SIZE", CMD_BYTES, &s->load.trace_cache_bytes, 0, NULL, NULL,
         "keep parsed traces in memory up to this size (default 256MiB), else stream them"},
        {"strict", "yes|no", CMD_CHOICE, &s->strict, 0, yes_choices, NULL,
         "no: skip and count broken trace lines instead of refusing them"},
        {"invariants", "on|off", CMD_CHOICE, &s->invariants, 0, switch_choices, NULL,
         "check while running that tasks are conserved and no instance is overbooked (default on)"},
        {"progress", NULL, CMD_FLAG, &s->progress, 0, NULL, NULL,
         "show progress on stderr even if it is not a terminal"},
        {.name = NULL},
    };
    const struct cmd_usage usage = {
        "run",
        "run SCENARIO [--out=F.db] [options]",
        "Simulates a scenario: a JSON file, or the name of a shipped one (`plimsoll list\n"
        "scenarios`). The summary goes to stdout.",
        options,
        1,
        1,
    };
    return cmd_parse(&usage, argc, argv, operands);
}

/* ---- one replication, on a worker ----------------------------------------------------------- */

struct spooler {
    struct sim_spool *spool;
    enum rpt_level level;
};

static void spool_wanted(void *user, const struct sim_record *record)
{
    const struct spooler *spooler = user;
    if (rpt_store_wants(spooler->level, record->kind))
        sim_spool_put(spooler->spool, record);
}

static void keep_result(struct rpt_result *result, struct rpt_summary *summary)
{
    rpt_summary_failures(summary, result->failures);
    rpt_summary_services(summary, result->services);
    for (uint32_t i = 0; i < rpt_metric_count; i++)
        result->present[i] = rpt_summary_value(summary, i, &result->values[i]);
}

static bool run_replication(void *user, uint32_t index, struct sim_spool *spool)
{
    struct run *run = user;
    struct rpt_result *result = &run->results[index];
    struct ecs_world *world = ecs_world_new(run->scenario);
    struct sim_stream *stream = ecs_world_stream(world);
    struct sim_engine *engine = ecs_world_engine(world);
    struct sim_hash hash;
    struct rpt_summary *summary = rpt_summary_new(run->scenario);
    struct ecs_invariants *invariants = NULL;
    struct spooler spooler = {spool, run->level};

    sim_hash_init(&hash);
    sim_stream_add(stream, sim_hash_observe, &hash);
    if (run->settings->invariants) {
        invariants = ecs_invariants_new(run->scenario);
        ecs_invariants_begin(invariants, index);
        sim_stream_add(stream, ecs_invariants_observe, invariants);
    }
    rpt_summary_begin(summary, index);
    sim_stream_add(stream, rpt_summary_observe, summary);
    if (index == 0)
        sim_stream_add(stream, cmd_refusals_observe, &run->refusals);
    if (run->store)
        sim_stream_add(stream, spool_wanted, &spooler);
    cmd_progress_watch(&run->progress, engine, index);

    bool done = ecs_world_run(world, index);
    cmd_progress_done(&run->progress, index, engine);
    result->replication = index;
    result->hash = sim_hash_value(&hash);
    result->events = engine->events;
    result->records = stream->records;
    result->horizon = engine->now;
    keep_result(result, summary);
    if (invariants)
        ecs_invariants_free(invariants);
    rpt_summary_free(summary);
    ecs_world_free(world);
    return done;
}

/* ---- results in order, on the calling thread ------------------------------------------------ */

static bool begin_once(struct run *run, uint32_t index)
{
    if (run->begun == index + 1)
        return !run->store_failed;
    run->begun = index + 1;
    if (!rpt_store_begin(run->store, index))
        run->store_failed = true;
    return !run->store_failed;
}

static void consume(void *user, uint32_t index, const struct sim_record *record)
{
    struct run *run = user;
    if (run->store && begin_once(run, index))
        rpt_store_record(run->store, record);
}

static bool end_replication(void *user, uint32_t index)
{
    struct run *run = user;
    if (!run->store)
        return true;
    if (!begin_once(run, index) || !rpt_store_end(run->store, &run->results[index]))
        run->store_failed = true;
    return !run->store_failed;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static uint32_t choose_threads(uint32_t asked, uint32_t replications)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t threads = asked;
    if (threads == 0)
        threads = processors < 1             ? 1
                  : processors > THREADS_MAX ? THREADS_MAX
                                             : (uint32_t)processors;
    return threads < replications ? threads : replications;
}

/* When a replication will end, for the progress bar only: the duration, or the last row of the
 * latest trace. */
static sim_time expected_end(const struct ecs_scenario *scenario)
{
    sim_time last = 0;
    if (scenario->duration != SIM_TIME_NEVER)
        return scenario->duration;
    for (uint32_t i = 0; i < scenario->workload_count; i++) {
        const struct ecs_workload *workload = &scenario->workloads[i];
        if (workload->source != &scn_trace_source)
            return SIM_TIME_NEVER;
        const struct scn_trace_stats *stats = scn_trace_stats(workload->data);
        last = stats->last > last ? stats->last : last;
    }
    return last > 0 ? last : SIM_TIME_NEVER;
}

static struct rpt_result *make_results(struct sim_arena *arena, uint32_t count,
                                       uint32_t service_count)
{
    struct rpt_result *results = sim_arena_array(arena, count, sizeof *results);
    for (uint32_t i = 0; i < count; i++) {
        results[i].values = sim_arena_array(arena, rpt_metric_count, sizeof(double));
        results[i].present = sim_arena_array(arena, rpt_metric_count, sizeof(bool));
        results[i].services = sim_arena_array(arena, service_count, sizeof *results[i].services);
    }
    return results;
}

static void report_speed(const struct run *run)
{
    char rate[16];
    double elapsed_s = cmd_progress_elapsed_s(&run->progress);
    double events = (double)cmd_progress_events(&run->progress);
    if (run->settings->out)
        fprintf(stderr, "wrote %s\n", run->settings->out);
    if (run->progress.on)
        fprintf(stderr, "took %.1f s, %s events/s\n", elapsed_s,
                cmd_format_rate(events / (elapsed_s > 1e-3 ? elapsed_s : 1e-3), rate, sizeof rate));
}

/* The replications, into the store if there is one. Closes the store in any case. */
static bool simulate(struct run *run)
{
    uint32_t count = run->scenario->replications;
    const struct sim_job_hooks hooks = {run_replication, consume, end_replication, run};
    const char *why = NULL, *close_why = NULL;
    bool good =
        sim_parallel_run(&hooks, count, choose_threads(run->settings->threads, count), &why);
    if (run->store && !rpt_store_close(run->store, good, &close_why) && good) {
        good = false;
        why = close_why;
    }
    if (!why && close_why)
        why = close_why;
    if (!good) {
        const char *what = why ? why : "the run did not complete";
        const char *name = run->settings->out;
        if (name && !strstr(what, name))
            cmd_error("run", "%s: %s", name, what);
        else
            cmd_error("run", "%s", what);
    }
    return good;
}

/* A run without duration may be over before its warm-up is. */
static void warn_unmeasured(const struct run *run)
{
    const struct ecs_scenario *scenario = run->scenario;
    uint32_t count = 0;
    sim_time longest = 0;
    for (uint32_t i = 0; i < scenario->replications; i++) {
        sim_time horizon = run->results[i].horizon;
        count += scenario->warmup > 0 && horizon <= scenario->warmup;
        longest = horizon > longest ? horizon : longest;
    }
    char warmup[24], end[24];
    if (count > 0)
        fprintf(stderr,
                "warning: %u of %u replications ended within the warm-up of %s (the last one at "
                "%s) and measured nothing; shorten `warmup`\n",
                count, scenario->replications,
                sim_time_format(scenario->warmup, warmup, sizeof warmup),
                sim_time_format(longest, end, sizeof end));
}

/* The largest value that a metric has; 0 when it never has one. */
static double largest(const struct run *run, const char *name)
{
    uint32_t metric = 0;
    double most = 0.0;
    while (strcmp(rpt_metrics[metric].name, name) != 0)
        metric++;
    for (uint32_t i = 0; i < run->scenario->replications; i++)
        if (run->results[i].present[metric] && run->results[i].values[metric] > most)
            most = run->results[i].values[metric];
    return most;
}

/* A plan that an account cannot carry out as it is (QTA-18). */
static void warn_quotas(const struct run *run)
{
    const struct ecs_behaviour *behaviour = &run->scenario->behaviour;
    double instances = largest(run, "container_instances_over_quota_count");
    double tasks = largest(run, "tasks_over_quota_count");
    if (instances > 0.0)
        fprintf(stderr,
                "warning: %.0f container instances at once, where an account has %" PRId64
                " a cluster unless AWS raises its quota (QTA-2); with "
                "behaviour.quotaContainerInstances the run keeps to yours\n",
                (double)behaviour->account_container_instances + instances,
                behaviour->account_container_instances);
    if (tasks > 0.0)
        fprintf(stderr,
                "warning: %.0f tasks at once, where a quota of %" PRId64
                " is a service's, but by its text counts standalone tasks too (QTA-4); write your "
                "account's as behaviour.accountTasks\n",
                (double)behaviour->account_tasks + tasks, behaviour->account_tasks);
}

static int run_loaded(const struct settings *settings, struct scn_loaded *loaded)
{
    static const enum rpt_level levels[] = {
        [TRACE_NONE] = RPT_LEVEL_NONE,
        [TRACE_SERIES] = RPT_LEVEL_SERIES,
        [TRACE_FULL] = RPT_LEVEL_FULL,
    };
    const struct ecs_scenario *scenario = &loaded->scenario;
    struct run run = {.settings = settings, .scenario = scenario, .level = levels[settings->trace]};
    for (uint32_t i = 0; i < loaded->complaints.warning_count; i++)
        fprintf(stderr, "warning: %s\n", loaded->complaints.warnings[i]);
    if (settings->out) {
        const char *why = NULL;
        run.store = rpt_store_open(settings->out, scenario, run.level, PLIMSOLL_VERSION, &why);
        if (!run.store) {
            cmd_error("run", "%s", why);
            return CMD_FAILED;
        }
    }
    run.results = make_results(&loaded->arena, scenario->replications, scenario->service_count);
    cmd_progress_init(&run.progress, settings->progress, scenario->replications,
                      expected_end(scenario));
    bool good = simulate(&run);
    if (good) {
        report_speed(&run);
        warn_unmeasured(&run);
        cmd_refusals_print(&run.refusals, scenario->replications);
        warn_quotas(&run);
    }
    cmd_progress_release(&run.progress);
    if (!good)
        return CMD_FAILED;
    if (settings->json)
        rpt_summary_print_json(scenario, run.results, scenario->replications, PLIMSOLL_VERSION);
    else
        rpt_summary_print(scenario, run.results, scenario->replications, PLIMSOLL_VERSION);
    return CMD_DONE;
}

int cmd_run(int argc, char **argv)
{
    struct settings settings = {.trace = TRACE_FULL, .strict = 1, .invariants = 1};
    settings.sets.items = sim_malloc((size_t)argc * sizeof *settings.sets.items);
    int operands;
    int code = parse(&settings, argc, argv, &operands);
    if (code < 0 && settings.out && !cmd_can_write("run", settings.out))
        code = CMD_USAGE;
    if (code < 0) {
        struct scn_loaded loaded;
        settings.load.sets = settings.sets.items;
        settings.load.set_count = settings.sets.count;
        settings.load.lenient_traces = !settings.strict;
        if (scn_load(&loaded, argv[1], &settings.load)) {
            code = run_loaded(&settings, &loaded);
        } else {
            cmd_print_errors(&loaded.complaints);
            code = CMD_USAGE;
        }
        scn_loaded_release(&loaded);
    }
    free(settings.sets.items);
    return code;
}
