#include "rpt_service_run.h"

#include <string.h>

enum { WEB, BATCH, OLD, NEVER, SERVICES };

void rpt_service_run_add(struct rpt_fixture *fixture)
{
    static const struct ecs_service services[SERVICES] = {
        [WEB] = {.name = "web",
                 .desired = 2,
                 .maximum_percent = 200,
                 .minimum_healthy_percent = 100},
        [BATCH] = {.name = "batch",
                   .desired = 1,
                   .maximum_percent = 150,
                   .minimum_healthy_percent = 100,
                   .created_later = true},
        [OLD] = {.name = "old", .desired = 1, .maximum_percent = 100},
        [NEVER] = {.name = "never",
                   .scheduling = ECS_SCHEDULING_DAEMON,
                   .maximum_percent = 100,
                   .created_later = true},
    };
    fixture->scenario.services = services;
    fixture->scenario.service_count = SERVICES;
    fixture->service_group = ecs_names_intern(&fixture->scenario.names, "service:web");
}

struct emitter {
    sim_observe *observe;
    void *user;
    const struct rpt_fixture *fixture;
};

static void emit(const struct emitter *to, sim_time at, enum ecs_record_kind kind,
                 const int64_t *fields)
{
    struct sim_record record = {.at = at, .kind = kind};
    record.field_count = ecs_record_infos[kind].field_count;
    memcpy(record.field, fields, sizeof *fields * record.field_count);
    to->observe(to->user, &record);
}

#define EMIT(to, at, KIND, ...)                                                                    \
    emit(to, at, ECS_RECORD_##KIND, (const int64_t[SIM_RECORD_FIELDS]){__VA_ARGS__})

/* A task is started at `from`, and is healthy from `healthy` on. */
static void emit_start(const struct emitter *to, int64_t service, int64_t deployment, int64_t task,
                       sim_time from, sim_time healthy)
{
    EMIT(to, from, SERVICE_TASK, service, deployment, task, ECS_ACTION_START);
    EMIT(to, healthy - 40 * SIM_SECOND, TASK_STATE, task, ECS_TASK_RUNNING, ECS_TASK_RUNNING, 1);
    EMIT(to, healthy, TASK_HEALTHY, task, service);
}

static void emit_stop(const struct emitter *to, int64_t task, sim_time at)
{
    EMIT(to, at, SERVICE_TASK, WEB, 1, task, ECS_ACTION_STOP_OLD);
    EMIT(to, at, TASK_STATE, task, ECS_TASK_DEACTIVATING, ECS_TASK_STOPPED, 1);
    EMIT(to, at + 30 * SIM_SECOND, TASK_STATE, task, ECS_TASK_STOPPED, ECS_TASK_STOPPED, 1);
    EMIT(to, at + 30 * SIM_SECOND, TASK_ENDED, task, 100 + task, 1, 0, to->fixture->service_group,
         WEB, 0, ECS_LAUNCH_EC2, 1, to->fixture->zone, 512, 1024, 0, 0, 0, 0, 60 * SIM_SECOND,
         at + 30 * SIM_SECOND, -1, ECS_OUTCOME_STOPPED, ECS_STOP_SERVICE_SCHEDULER_INITIATED,
         ECS_REASON_SERVICE, -1, -1, 0, -1, 1, 0);
}

static void emit_web_begin(const struct emitter *to)
{
    sim_time up = 100 * SIM_SECOND;
    EMIT(to, 0, SERVICE_BOUNDS, WEB, ECS_SERVICE_ACTIVE, 2, 2, 4);
    EMIT(to, 0, DEPLOYMENT, WEB, 1, ECS_DEPLOYMENT_IN_PROGRESS, 0, 2, 0, 0);
    for (int64_t task = 101; task <= 102; task++)
        emit_start(to, WEB, 1, task, 0, up);
    EMIT(to, up, SERVICE_EVENT, WEB, ECS_SERVICE_STARTED_TASKS, 0, -1, 2);
    EMIT(to, up, DEPLOYMENT, WEB, 1, ECS_DEPLOYMENT_COMPLETED, 0, 2, 0, 0);
    EMIT(to, up, SERVICE_EVENT, WEB, ECS_SERVICE_STEADY_STATE, 0, -1, 0);
    EMIT(to, up, SERVICE_EVENT, WEB, ECS_SERVICE_PROVIDER_STEADY_STATE, 0, 0, 0);
}

/* Two of the four new tasks are healthy after 2 minutes, the others after 5. */
static void emit_web_update(const struct emitter *to)
{
    sim_time at = 30 * SIM_MINUTE;
    EMIT(to, at, SERVICE_BOUNDS, WEB, ECS_SERVICE_ACTIVE, 4, 4, 8);
    EMIT(to, at, DEPLOYMENT, WEB, 2, ECS_DEPLOYMENT_IN_PROGRESS, 0, 4, 0, 0);
    EMIT(to, at, SERVICE_EVENT, WEB, ECS_SERVICE_PLACEMENT_FAILURE, ECS_REASON_RESOURCE_CPU, 0, 1);
    for (int64_t task = 103; task <= 106; task++)
        emit_start(to, WEB, 2, task, at, at + (task <= 104 ? 2 : 5) * SIM_MINUTE);
    for (int64_t task = 101; task <= 102; task++)
        emit_stop(to, task, at + 5 * SIM_MINUTE);
    EMIT(to, at + 5 * SIM_MINUTE, SERVICE_EVENT, WEB, ECS_SERVICE_STOPPED_TASKS, 0, -1, 2);
    EMIT(to, at + 6 * SIM_MINUTE, DEPLOYMENT, WEB, 2, ECS_DEPLOYMENT_COMPLETED, 0, 4, 0, 0);
}

static void emit_web_failure(const struct emitter *to)
{
    EMIT(to, 60 * SIM_MINUTE, DEPLOYMENT, WEB, 3, ECS_DEPLOYMENT_IN_PROGRESS, 0, 4, 0, 0);
    EMIT(to, 62 * SIM_MINUTE, SERVICE_EVENT, WEB, ECS_SERVICE_START_IMPAIRED, 0, -1, 0);
    EMIT(to, 65 * SIM_MINUTE, DEPLOYMENT, WEB, 3, ECS_DEPLOYMENT_FAILED, 0, 4, 10, 0);
    EMIT(to, 65 * SIM_MINUTE, DEPLOYMENT, WEB, 2, ECS_DEPLOYMENT_IN_PROGRESS, 0, 4, 0, 3);
    EMIT(to, 66 * SIM_MINUTE, DEPLOYMENT, WEB, 2, ECS_DEPLOYMENT_COMPLETED, 0, 4, 0, 3);
    EMIT(to, 90 * SIM_MINUTE, TASK_STATE, 103, ECS_TASK_STOPPED, ECS_TASK_STOPPED, 1);
    emit_start(to, WEB, 2, 107, 90 * SIM_MINUTE, 92 * SIM_MINUTE);
}

static void emit_others(const struct emitter *to)
{
    sim_time at = 10 * SIM_MINUTE, stuck = 20 * SIM_MINUTE;
    EMIT(to, 0, SERVICE_BOUNDS, OLD, ECS_SERVICE_ACTIVE, 1, 0, 1);
    EMIT(to, 5 * SIM_MINUTE, SERVICE_BOUNDS, OLD, ECS_SERVICE_INACTIVE, 0, 0, 0);
    EMIT(to, at, SERVICE_BOUNDS, BATCH, ECS_SERVICE_ACTIVE, 1, 1, 1);
    EMIT(to, at, DEPLOYMENT, BATCH, 5, ECS_DEPLOYMENT_IN_PROGRESS, 0, 1, 0, 0);
    emit_start(to, BATCH, 5, 201, at, at + SIM_MINUTE);
    EMIT(to, at + SIM_MINUTE, DEPLOYMENT, BATCH, 5, ECS_DEPLOYMENT_COMPLETED, 0, 1, 0, 0);
    EMIT(to, stuck, DEPLOYMENT, BATCH, 6, ECS_DEPLOYMENT_IN_PROGRESS, 0, 1, 0, 0);
    EMIT(to, stuck, DEPLOYMENT, BATCH, 6, ECS_DEPLOYMENT_STUCK, 0, 1, 0, 0);
    EMIT(to, stuck, SERVICE_EVENT, BATCH, ECS_SERVICE_STUCK, 0, -1, 0);
}

static void emit_rows(const struct emitter *to)
{
    for (int64_t minute = 0; minute <= 120; minute++) {
        sim_time at = minute * SIM_MINUTE;
        int64_t desired = minute < 30 ? 2 : 4;
        int64_t healthy = minute < 2 ? 0 : minute >= 90 && minute < 92 ? 3 : desired;
        EMIT(to, at, SERVICE, WEB, ECS_SERVICE_ACTIVE, desired, healthy, desired - healthy, healthy,
             1, 0, minute == 30 ? 2 : 0);
        if (minute >= 10)
            EMIT(to, at, SERVICE, BATCH, ECS_SERVICE_ACTIVE, 1, 1, 0, minute > 10,
                 minute < 20 ? 1 : 2, 0, 0);
        if (minute < 5)
            EMIT(to, at, SERVICE, OLD, ECS_SERVICE_ACTIVE, 1, 0, 1, 0, 1, 1, 0);
    }
}

/* Records come in order of time, as a run's do. */
struct sorted {
    struct sim_record records[1024];
    uint32_t count;
};

static void keep_sorted(void *user, const struct sim_record *record)
{
    struct sorted *sorted = user;
    uint32_t at = sorted->count++;
    for (; at > 0 && sorted->records[at - 1].at > record->at; at--)
        sorted->records[at] = sorted->records[at - 1];
    sorted->records[at] = *record;
}

void rpt_service_run(const struct rpt_fixture *fixture, sim_observe *observe, void *user)
{
    static struct sorted sorted;
    struct emitter to = {keep_sorted, &sorted, fixture};
    sorted.count = 0;
    emit_web_begin(&to);
    emit_web_update(&to);
    emit_web_failure(&to);
    emit_others(&to);
    emit_rows(&to);
    for (uint32_t i = 0; i < sorted.count; i++)
        observe(user, &sorted.records[i]);
}
