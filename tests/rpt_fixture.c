#include "rpt_fixture.h"
#include "rpt_service_run.h"
#include "test_support.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void rpt_fixture_init(struct rpt_fixture *fixture)
{
    static const char *const names[] = {"blue", "green"};
    static const char *const asg_names[] = {"blue-asg", "green-asg"};
    *fixture = (struct rpt_fixture){0};
    sim_arena_init(&fixture->arena);
    struct ecs_scenario *scenario = &fixture->scenario;
    ecs_scenario_init(scenario, &fixture->arena);
    scenario->name = "made-up";
    scenario->description = "A run made by hand";
    scenario->price_date = "2025-07";
    scenario->scenario_hash = 0xabcdef;
    fixture->zone = ecs_names_intern(&scenario->names, "us-east-1a");
    fixture->group = ecs_names_intern(&scenario->names, "family:web");
    fixture->types[0] = (struct ecs_instance_type){.name = "m5.large",
                                                   .vcpus = 2,
                                                   .memory_mib = 8192,
                                                   .price_nusd_per_h = 96000000};
    fixture->types[1] = (struct ecs_instance_type){.name = "unused.large",
                                                   .vcpus = 2,
                                                   .memory_mib = 1,
                                                   .price_nusd_per_h = -1};
    fixture->specs[0] = (struct ecs_launch_spec){.name = "spec", .type = 0};
    for (uint32_t i = 0; i < 2; i++) {
        fixture->asgs[i] = (struct ecs_asg){.name = asg_names[i], .max_size = 10};
        fixture->providers[i] = (struct ecs_provider){.name = names[i],
                                                      .asg = i,
                                                      .managed_scaling = true,
                                                      .target_capacity = 90};
    }
    fixture->definitions[0] = (struct ecs_task_definition){.family = "web",
                                                           .revision = 3,
                                                           .cpu_units = 512,
                                                           .memory_mib = 1024,
                                                           .group = fixture->group};
    scenario->types = fixture->types;
    scenario->type_count = 2;
    scenario->specs = fixture->specs;
    scenario->spec_count = 1;
    scenario->asgs = fixture->asgs;
    scenario->asg_count = 2;
    scenario->providers = fixture->providers;
    scenario->provider_count = 2;
    scenario->task_definitions = fixture->definitions;
    scenario->task_definition_count = 1;
}

void rpt_fixture_release(struct rpt_fixture *fixture)
{
    ecs_scenario_release(&fixture->scenario);
    sim_arena_release(&fixture->arena);
}

struct emitter {
    sim_observe *observe;
    void *user;
};

static void emit(const struct emitter *to, sim_time at, enum ecs_record_kind kind,
                 const int64_t *fields)
{
    struct sim_record record = {.at = at, .kind = kind};
    record.field_count = ecs_record_infos[kind].field_count;
    memcpy(record.field, fields, sizeof *fields * record.field_count);
    if (kind == ECS_RECORD_TASK_ENDED) /* task 3 was made before the account opted in */
        record.field[ECS_TASK_ENDED_long_arn] = fields[ECS_TASK_ENDED_task] != 3;
    if (kind == ECS_RECORD_INSTANCE_REGISTERED)
        record.field[ECS_INSTANCE_REGISTERED_long_arn] = 1;
    to->observe(to->user, &record);
}

#define EMIT(to, at, KIND, ...)                                                                    \
    emit(to, at, ECS_RECORD_##KIND, (const int64_t[SIM_RECORD_FIELDS]){__VA_ARGS__})

/* Arrival n comes at n minutes; waits are 0, 30, 90 s and, unstarted, until the end (7,200 s). */
static void emit_arrivals(const struct emitter *to, const struct rpt_fixture *fixture)
{
    static const struct {
        int64_t fate, started_s, wait_s;
    } ends[] = {
        {ECS_FATE_COMPLETED, 60, 0}, {ECS_FATE_COMPLETED, 150, 30}, {ECS_FATE_FAILED, 270, 90},
        {ECS_FATE_RUNNING, 240, 0},  {ECS_FATE_WAITING, -1, 6900},  {ECS_FATE_DROPPED, -1, 600},
    };
    for (int64_t i = 0; i < 6; i++)
        EMIT(to, (i + 1) * SIM_MINUTE, ARRIVAL, i + 1, 0, i, 0);
    /* Arrival 5 meets full instances, arrival 6 is refused twice and given up. */
    EMIT(to, 5 * SIM_MINUTE, FAILURE, 5, 5, ECS_REASON_RESOURCE_CPU, 1, 0, ECS_HINT_INSTANCE, 1, 0,
         fixture->zone, 0);
    EMIT(to, 5 * SIM_MINUTE, FAILURE, 5, 5, ECS_REASON_RESOURCE_MEMORY, 2, 0, ECS_HINT_LESS_MEMORY,
         256, 0, 0, 1);
    EMIT(to, 6 * SIM_MINUTE, REFUSED, 6, 0, ECS_REASON_PROVISIONING_CAP, 7 * SIM_MINUTE, 1);
    EMIT(to, 16 * SIM_MINUTE, REFUSED, 6, 0, ECS_REASON_PROVISIONING_CAP, -1, 2);
    for (int64_t i = 0; i < 6; i++)
        EMIT(to, RPT_FIXTURE_HORIZON, ARRIVAL_ENDED, i + 1, ends[i].fate, (i + 1) * SIM_MINUTE,
             ends[i].started_s < 0 ? -1 : ends[i].started_s * SIM_SECOND,
             ends[i].wait_s * SIM_SECOND, 1, (i + 1) * SIM_MINUTE >= fixture->scenario.warmup);
}

static void emit_tasks(const struct emitter *to, const struct rpt_fixture *fixture)
{
    EMIT(to, 1 * SIM_MINUTE, TASK_STATE, 1, ECS_TASK_PROVISIONING, ECS_TASK_RUNNING, 0);
    EMIT(to, 1 * SIM_MINUTE, GPUS, 1, 0, 0, 2, 250, 0);
    EMIT(to, 1 * SIM_MINUTE, GPUS, 1, 1, 1, 2, 250, 1 << 3 | 1 << 15);
    EMIT(to, 1 * SIM_MINUTE, TASK_STATE, 1, ECS_TASK_RUNNING, ECS_TASK_RUNNING, 1);
    EMIT(to, 11 * SIM_MINUTE, TASK_STATE, 1, ECS_TASK_STOPPED, ECS_TASK_STOPPED, 1);
    EMIT(to, 11 * SIM_MINUTE, TASK_ENDED, 1, 1, 1, 0, fixture->group, -1, 0, ECS_LAUNCH_EC2, 1,
         fixture->zone, 512, 1024, 0, SIM_MINUTE, SIM_MINUTE, SIM_MINUTE, SIM_MINUTE,
         11 * SIM_MINUTE, 10 * SIM_MINUTE, ECS_OUTCOME_COMPLETED,
         ECS_STOP_ESSENTIAL_CONTAINER_EXITED, ECS_REASON_ESSENTIAL_EXITED, -1, -1);
    EMIT(to, 20 * SIM_MINUTE, TASK_ENDED, 3, 3, 2, 0, fixture->group, -1, 1, ECS_LAUNCH_EC2, 2,
         fixture->zone, 512, 1024, 0, 3 * SIM_MINUTE, 3 * SIM_MINUTE, 4 * SIM_MINUTE,
         4 * SIM_MINUTE + 30 * SIM_SECOND, 20 * SIM_MINUTE, SIM_HOUR, ECS_OUTCOME_FAILED,
         ECS_STOP_TASK_FAILED_TO_START, ECS_REASON_HOST_TERMINATED, -1, -1);
    EMIT(to, RPT_FIXTURE_HORIZON, TASK_ENDED, 5, 5, 1, 0, fixture->group, -1, 0, ECS_LAUNCH_EC2, 0,
         0, 512, 1024, 0, 5 * SIM_MINUTE, 5 * SIM_MINUTE, -1, -1, -1, -1, ECS_OUTCOME_PROVISIONING,
         ECS_STOP_NONE, ECS_REASON_NONE, -1, -1);
}

static void emit_instances(const struct emitter *to, const struct rpt_fixture *fixture)
{
    int64_t zone = fixture->zone;
    EMIT(to, 0, SCALING, 0, ECS_SCALE_OUT, 0, 2, ECS_CAUSE_HIGH_ALARM);
    EMIT(to, 0, ALARM, 0, 0, 1);
    EMIT(to, 0, INSTANCE_STATE, 1, ECS_INSTANCE_PENDING, 0, 0, 0, zone);
    EMIT(to, 30 * SIM_SECOND, INSTANCE_REGISTERED, 1, 0, 2048, 7680, 0, 2);
    EMIT(to, 30 * SIM_SECOND, INSTANCE_STATE, 1, ECS_INSTANCE_ACTIVE, 0, 0, 0, zone);
    EMIT(to, 30 * SIM_SECOND, PROTECTION, 1, 1);
    EMIT(to, SIM_HOUR, SCALING, 0, ECS_SCALE_IN, 2, 1, ECS_CAUSE_LOW_ALARM);
    EMIT(to, SIM_HOUR, INSTANCE_STATE, 1, ECS_INSTANCE_TERMINATED, 0, 0, 0, zone);
    EMIT(to, SIM_HOUR, INSTANCE_ENDED, 1, 0, 0, 1, 0, zone, ECS_MARKET_ON_DEMAND, 0,
         10 * SIM_SECOND, 30 * SIM_SECOND, -1, SIM_HOUR, ECS_CAUSE_SCALE_IN, 2, 3600, 96000000,
         96000000);
    EMIT(to, RPT_FIXTURE_HORIZON, INSTANCE_ENDED, 2, 1, 1, 1, 0, zone, ECS_MARKET_ON_DEMAND, 0, 0,
         0, -1, -1, ECS_CAUSE_HORIZON, 1, 7200, 96000000, 192000000);
    EMIT(to, SIM_HOUR, COST, ECS_COST_EC2_ON_DEMAND, 1, 0, -1, 0, SIM_HOUR, 3600, 96000000,
         96000000, 0);
    EMIT(to, RPT_FIXTURE_HORIZON, COST, ECS_COST_EC2_ON_DEMAND, 2, 1, -1, 0, RPT_FIXTURE_HORIZON,
         7200, 96000000, 192000000, 0);
}

/* One row a minute for each provider and the cluster. */
static void emit_capacity(const struct emitter *to)
{
    for (int64_t minute = 0; minute <= 120; minute++) {
        sim_time at = minute * SIM_MINUTE;
        int64_t blue = minute < 60 ? 2 : 1;
        EMIT(to, at, CAPACITY, 0, blue, 0, blue, 0, blue, 100, 1, 3, 0, 1, 2048, 512, 7680, 1024, 2,
             0, minute);
        EMIT(to, at, CAPACITY, 1, 1, 0, 1, 0, 3, 300, 1, 1, 1, 0, 2048, 512, 7680, 1024, 2, 0,
             minute);
        EMIT(to, at, CAPACITY, -1, -1, 0, blue + 1, 0, -1, -1, 1, 4, 1, 1, 4096, 1024, 15360, 2048,
             4, 0, 2 * minute);
    }
}

void rpt_fixture_run(const struct rpt_fixture *fixture, sim_observe *observe, void *user)
{
    struct emitter to = {observe, user};
    emit_instances(&to, fixture);
    emit_tasks(&to, fixture);
    emit_arrivals(&to, fixture);
    emit_capacity(&to);
    if (fixture->scenario.service_count > 0)
        rpt_service_run(fixture, observe, user);
    /* 2 h: 3 instance hours; CPU 1/4 reserved, memory 1/2; 4 running at most, 1 on average. */
    EMIT(&to, RPT_FIXTURE_HORIZON, LEVELS, RPT_FIXTURE_HORIZON, 10800, 400, 100, 600, 300, 3, 7200,
         4, 8, 0);
    EMIT(&to, RPT_FIXTURE_HORIZON, RUN_ENDED, RPT_FIXTURE_HORIZON, fixture->scenario.warmup, 42,
         420);
}

struct rpt_result rpt_fixture_result(const struct rpt_fixture *fixture, uint32_t replication)
{
    struct rpt_summary *summary = rpt_summary_new(&fixture->scenario);
    rpt_summary_begin(summary, replication);
    rpt_fixture_run(fixture, rpt_summary_observe, summary);
    struct rpt_result result = {.replication = replication,
                                .hash = 0x1234 + replication,
                                .events = 42,
                                .records = 420,
                                .horizon = RPT_FIXTURE_HORIZON};
    result.values = sim_malloc(sizeof *result.values * rpt_metric_count);
    result.present = sim_malloc(sizeof *result.present * rpt_metric_count);
    for (uint32_t i = 0; i < rpt_metric_count; i++)
        result.present[i] = rpt_summary_value(summary, i, &result.values[i]);
    rpt_summary_failures(summary, result.failures);
    result.services = sim_malloc(sizeof *result.services * (fixture->scenario.service_count + 1));
    rpt_summary_services(summary, result.services);
    rpt_summary_free(summary);
    return result;
}

void rpt_fixture_free_result(struct rpt_result *result)
{
    free(result->values);
    free(result->present);
    free(result->services);
}

uint32_t rpt_fixture_metric(const char *name)
{
    for (uint32_t i = 0; i < rpt_metric_count; i++)
        if (strcmp(rpt_metrics[i].name, name) == 0)
            return i;
    ck_abort_msg("no metric %s", name);
}

void rpt_fixture_expect(const struct rpt_fixture *fixture, const struct rpt_expected *expected,
                        size_t count)
{
    struct rpt_result result = rpt_fixture_result(fixture, 0);
    for (size_t i = 0; i < count; i++) {
        uint32_t at = rpt_fixture_metric(expected[i].name);
        double value = result.present[at] ? result.values[at] : -1.0; /* none is negative here */
        double slack = strstr(expected[i].name, "_s_p") ? expected[i].value / 1024.0 : 1e-9;
        ck_assert_msg(fabs(value - expected[i].value) <= slack, "%s is %.17g, not %.17g",
                      expected[i].name, value, expected[i].value);
    }
    rpt_fixture_free_result(&result);
}

char *rpt_fixture_printed(const struct rpt_fixture *fixture, rpt_printer *print,
                          const struct rpt_result *results, uint32_t count)
{
    char path[512];
    size_t size;
    snprintf(path, sizeof path, "%s", test_tmp_path("printed.txt"));
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    ck_assert_ptr_nonnull(freopen(path, "w", stdout));
    print(&fixture->scenario, results, count, "test");
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    return test_read_file(path, &size);
}

void rpt_fixture_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no `%s` in\n%s", part, text);
}

static void store_record(void *store, const struct sim_record *record)
{
    rpt_store_record(store, record);
}

void rpt_fixture_store(const struct rpt_fixture *fixture, const char *path, enum rpt_level level,
                       uint32_t replications)
{
    const char *why = NULL;
    struct rpt_store *store = rpt_store_open(path, &fixture->scenario, level, "test", &why);
    ck_assert_msg(store != NULL, "%s", why);
    for (uint32_t i = 0; i < replications; i++) {
        ck_assert(rpt_store_begin(store, i));
        rpt_fixture_run(fixture, store_record, store);
        struct rpt_result result = rpt_fixture_result(fixture, i);
        ck_assert(rpt_store_end(store, &result));
        rpt_fixture_free_result(&result);
    }
    ck_assert_msg(rpt_store_close(store, true, &why), "%s", why);
}
