#include "service_fixture.h"

#include <assert.h>
#include <stdlib.h>

void service_fixture_init(struct fixture *fixture, int32_t epoch, uint32_t instances)
{
    static const char *const zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};
    fixture_init(fixture, epoch);
    fixture_plain(fixture, 60);
    uint32_t type = fixture_add_type(fixture, "big", 4, 16384, 0, 4);
    struct ecs_scenario *scenario = &fixture->scenario;
    assert(instances <= FIXTURE_MAX);
    for (uint32_t i = 0; i < instances; i++)
        fixture->extras[i] = (struct ecs_extra_instance){
            .spec = type,
            .count = 1,
            .zone = {.name = ecs_names_intern(&scenario->names, zones[i % 3])},
        };
    scenario->extra_instance_count = instances;
    fixture_add_definition(fixture, 1024, 1024, -1);
    scenario->duration = 2 * SIM_HOUR;
}

/* One task as the records have it so far. */
struct seen {
    int64_t service, deployment, instance; /* service -1: of none */
    bool live, running, healthy;
};

struct seen_tasks {
    struct seen *tasks;
    uint32_t count, capacity;
    int64_t first, last; /* deployments of the service that is looked at */
};

static struct seen *seen_of(struct seen_tasks *all, int64_t serial)
{
    uint32_t index = (uint32_t)serial;
    sim_grow((void **)&all->tasks, &all->capacity, index + 1, sizeof all->tasks[0]);
    for (; all->count <= index; all->count++)
        all->tasks[all->count] = (struct seen){.service = -1};
    return &all->tasks[index];
}

static void see(struct seen_tasks *all, const struct sim_record *record, uint32_t service)
{
    const int64_t *field = record->field;
    if (record->kind == ECS_RECORD_SERVICE_TASK &&
        field[ECS_SERVICE_TASK_action] == ECS_ACTION_START) {
        struct seen *task = seen_of(all, field[ECS_SERVICE_TASK_task]);
        task->service = field[ECS_SERVICE_TASK_service];
        task->deployment = field[ECS_SERVICE_TASK_deployment];
        task->live = true;
    } else if (record->kind == ECS_RECORD_TASK_STATE) {
        struct seen *task = seen_of(all, field[ECS_TASK_STATE_task]);
        task->live = task->live && field[ECS_TASK_STATE_state] <= ECS_TASK_RUNNING;
        task->running = field[ECS_TASK_STATE_state] == ECS_TASK_RUNNING;
        task->healthy = task->healthy && task->running;
        task->instance = field[ECS_TASK_STATE_instance];
    } else if (record->kind == ECS_RECORD_TASK_HEALTHY) {
        seen_of(all, field[ECS_TASK_HEALTHY_task])->healthy = true;
    } else if (record->kind == ECS_RECORD_DEPLOYMENT && field[ECS_DEPLOYMENT_service] == service) {
        all->first = all->first == 0 ? field[ECS_DEPLOYMENT_deployment] : all->first;
        if (field[ECS_DEPLOYMENT_deployment] > all->last)
            all->last = field[ECS_DEPLOYMENT_deployment];
    }
}

static struct service_counts count(const struct seen_tasks *all, uint32_t service)
{
    struct service_counts counts = {0};
    for (uint32_t i = 0; i < all->count; i++) {
        const struct seen *task = &all->tasks[i];
        if (task->service != service || !task->live)
            continue;
        counts.live++;
        counts.running += task->running;
        counts.healthy += task->healthy;
        counts.of_first += task->deployment == all->first;
        counts.of_last += task->deployment == all->last;
    }
    return counts;
}

struct service_counts service_counts_at(const struct fixture *fixture, uint32_t service,
                                        sim_time at)
{
    struct seen_tasks all = {0};
    for (uint32_t i = 0; i < fixture->record_count && fixture->records[i].at <= at; i++)
        see(&all, &fixture->records[i], service);
    struct service_counts counts = count(&all, service);
    free(all.tasks);
    return counts;
}

struct service_counts service_extremes(const struct fixture *fixture, uint32_t service,
                                       sim_time from, sim_time to)
{
    struct seen_tasks all = {0};
    struct service_counts extremes = {.healthy = INT64_MAX};
    for (uint32_t i = 0; i < fixture->record_count && fixture->records[i].at < to; i++) {
        const struct sim_record *record = &fixture->records[i];
        see(&all, record, service);
        bool over = i + 1 == fixture->record_count || record[1].at > record->at;
        if (record->at < from || !over)
            continue;
        struct service_counts now = count(&all, service);
        if (now.healthy < extremes.healthy)
            extremes.healthy = now.healthy;
        if (now.live > extremes.live)
            extremes.live = now.live;
    }
    free(all.tasks);
    return extremes;
}

sim_time service_event_at(const struct fixture *fixture, enum ecs_service_event event, uint32_t n)
{
    for (uint32_t i = 0; i < fixture->record_count; i++)
        if (fixture->records[i].kind == ECS_RECORD_SERVICE_EVENT &&
            fixture->records[i].field[ECS_SERVICE_EVENT_event] == event && n-- == 0)
            return fixture->records[i].at;
    return -1;
}

sim_time deployment_at(const struct fixture *fixture, int64_t deployment,
                       enum ecs_deployment_state state)
{
    for (uint32_t i = 0; i < fixture->record_count; i++)
        if (fixture->records[i].kind == ECS_RECORD_DEPLOYMENT &&
            fixture->records[i].field[ECS_DEPLOYMENT_deployment] == deployment &&
            fixture->records[i].field[ECS_DEPLOYMENT_state] == state)
            return fixture->records[i].at;
    return -1;
}

sim_time service_start_at(const struct fixture *fixture, uint32_t service, uint32_t n)
{
    for (uint32_t i = 0; i < fixture->record_count; i++)
        if (fixture->records[i].kind == ECS_RECORD_SERVICE_TASK &&
            fixture->records[i].field[ECS_SERVICE_TASK_service] == service &&
            fixture->records[i].field[ECS_SERVICE_TASK_action] == ECS_ACTION_START && n-- == 0)
            return fixture->records[i].at;
    return -1;
}

uint32_t service_actions(const struct fixture *fixture, uint32_t service,
                         enum ecs_service_action action)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < fixture->record_count; i++)
        found += fixture->records[i].kind == ECS_RECORD_SERVICE_TASK &&
                 fixture->records[i].field[ECS_SERVICE_TASK_service] == service &&
                 fixture->records[i].field[ECS_SERVICE_TASK_action] == action;
    return found;
}

int64_t service_tasks_on(const struct fixture *fixture, uint32_t service, int64_t instance,
                         sim_time at)
{
    struct seen_tasks all = {0};
    int64_t found = 0;
    for (uint32_t i = 0; i < fixture->record_count && fixture->records[i].at <= at; i++)
        see(&all, &fixture->records[i], service);
    for (uint32_t i = 0; i < all.count; i++)
        found += all.tasks[i].service == service && all.tasks[i].live &&
                 all.tasks[i].instance == instance;
    free(all.tasks);
    return found;
}
