#include "ecs_service.h"

#include "ecs_containers.h"
#include "ecs_load.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct ecs_service *given(const struct ecs_world *world, uint32_t service)
{
    return &world->scenario->services[service];
}

static struct ecs_service_book *book_of(const struct ecs_world *world, uint32_t service)
{
    return &world->services->books[service];
}

/* ---- counting ---- */

bool ecs_task_is_live(const struct ecs_task *task)
{
    return task->state <= ECS_TASK_RUNNING;
}

bool ecs_task_is_draining(const struct ecs_world *world, const struct ecs_task *task)
{
    return task->instance != ECS_NONE && world->instances[task->instance].drains;
}

static void count_live(const struct ecs_world *world, const struct ecs_task *task, bool primary,
                       struct ecs_service_count *count)
{
    bool good = primary && !ecs_task_is_draining(world, task);
    count->provisioning += task->instance == ECS_NONE;
    count->pending += task->state < ECS_TASK_RUNNING;
    count->running += task->state == ECS_TASK_RUNNING;
    count->healthy += task->healthy;
    count->good += good;
    count->old += !good;
    count->good_healthy += good && task->healthy;
    count->old_healthy += !good && task->healthy;
}

struct ecs_service_count ecs_service_count(struct ecs_world *world, uint32_t service)
{
    struct ecs_services *services = world->services;
    const struct ecs_service_book *book = &services->books[service];
    struct ecs_service_count count = {.deployments = 1};
    services->deployments[book->primary].counted = ++services->counts;
    for (uint32_t i = 0; i < book->task_count; i++) {
        const struct ecs_task *task = &world->tasks[book->tasks[i].slot];
        uint32_t index = world->arrived[task->arrived].deployment;
        struct ecs_deployment *deployment = &services->deployments[index];
        if (!ecs_task_is_live(task)) {
            count.stopping++;
            continue;
        }
        count_live(world, task, index == book->primary, &count);
        count.deployments += deployment->counted != services->counts;
        deployment->counted = services->counts;
    }
    return count;
}

int64_t ecs_service_occupied(const struct ecs_world *world, const struct ecs_service_count *count)
{
    bool stopping = world->scenario->behaviour.service_stopping_counts;
    return count->pending + count->running + (stopping ? count->stopping : 0);
}

/* DC-1, DC-2, in integers. */
void ecs_service_bound(struct ecs_world *world, uint32_t service, int64_t desired)
{
    struct ecs_service_book *book = book_of(world, service);
    int64_t lower = (desired * book->minimum_healthy_percent + 99) / 100;
    int64_t upper = desired * book->maximum_percent / 100;
    bool same = book->created && book->desired == desired && book->lower == lower &&
                book->upper == upper && book->status == book->told;
    if (same)
        return;
    book->created_at = book->created ? book->created_at : ecs_now(world);
    book->created = true;
    book->steady = book->steady && book->desired == desired;
    book->desired = desired;
    book->lower = lower;
    book->upper = upper;
    book->told = book->status;
    struct sim_record record = ecs_record(world, ECS_RECORD_SERVICE_BOUNDS);
    record.field[ECS_SERVICE_BOUNDS_service] = service;
    record.field[ECS_SERVICE_BOUNDS_status] = book->status;
    record.field[ECS_SERVICE_BOUNDS_desired] = desired;
    record.field[ECS_SERVICE_BOUNDS_lower] = lower;
    record.field[ECS_SERVICE_BOUNDS_upper] = upper;
    ecs_emit(world, &record);
}

/* ---- the clock of its looks ---- */

void ecs_service_look_at(struct ecs_world *world, uint32_t service, sim_time at)
{
    struct ecs_service_book *book = book_of(world, service);
    if (at >= book->due)
        return;
    book->due = at;
    sim_engine_at(&world->engine, at, ECS_EVENT_SERVICE, service, 0);
}

void ecs_service_look(struct ecs_world *world, uint32_t service)
{
    ecs_service_look_at(world, service,
                        ecs_now(world) + world->scenario->behaviour.service_reaction);
}

bool ecs_services_exist(const struct ecs_world *world)
{
    for (uint32_t i = 0; i < world->scenario->service_count; i++)
        if (book_of(world, i)->created && book_of(world, i)->status != ECS_SERVICE_INACTIVE)
            return true;
    return false;
}

/* Daemons come before all others (sheet 04, 5.1): their look is in this instant, and so before the
 * tick that places what waits in PROVISIONING (ecs_world.c). */
static void look_first(struct ecs_world *world, uint32_t service)
{
    if (given(world, service)->scheduling == ECS_SCHEDULING_DAEMON &&
        world->scenario->behaviour.daemons_first)
        ecs_service_look_at(world, service, ecs_now(world));
    else
        ecs_service_look(world, service);
}

void ecs_services_look(struct ecs_world *world)
{
    for (uint32_t i = 0; i < world->scenario->service_count; i++)
        if (book_of(world, i)->created && book_of(world, i)->status != ECS_SERVICE_INACTIVE)
            look_first(world, i);
}

/* SV-4: everything is on its way out. */
static void look_at_draining(struct ecs_world *world, uint32_t service)
{
    struct ecs_service_book *book = book_of(world, service);
    uint32_t *slots = ecs_service_scratch(world, service), count = 0;
    ecs_service_want(world, service, 0);
    for (uint32_t i = 0; i < book->task_count; i++)
        if (ecs_task_is_live(&world->tasks[book->tasks[i].slot]))
            slots[count++] = book->tasks[i].slot;
    for (uint32_t i = 0; i < count; i++)
        ecs_service_stop(world, service, slots[i], ECS_ACTION_STOP_DELETED);
    book->status = ECS_SERVICE_INACTIVE;
    ecs_service_bound(world, service, 0);
}

/* SV-7, HLT-06: they cost nothing against the lower bound. */
static void stop_unhealthy(struct ecs_world *world, uint32_t service)
{
    const struct ecs_service_book *book = book_of(world, service);
    uint32_t *slots = ecs_service_scratch(world, service), count = 0;
    for (uint32_t i = 0; i < book->task_count; i++) {
        const struct ecs_task *task = &world->tasks[book->tasks[i].slot];
        if (ecs_task_is_live(task) && task->unhealthy)
            slots[count++] = book->tasks[i].slot;
    }
    for (uint32_t i = 0; i < count; i++)
        ecs_service_stop(world, service, slots[i], ECS_ACTION_STOP_UNHEALTHY);
}

static void tell_counts(struct ecs_world *world, uint32_t service)
{
    struct ecs_service_book *book = book_of(world, service);
    int64_t started = book->started, stopped = book->stopped;
    book->started = book->stopped = 0;
    if (started > 0)
        ecs_service_event(world, service, ECS_SERVICE_STARTED_TASKS, ECS_REASON_NONE, ECS_NONE,
                          started); /* EVT-8 */
    if (stopped > 0)
        ecs_service_event(world, service, ECS_SERVICE_STOPPED_TASKS, ECS_REASON_NONE, ECS_NONE,
                          stopped); /* EVT-9 */
}

static void look(struct ecs_world *world, uint32_t service)
{
    stop_unhealthy(world, service);
    if (book_of(world, service)->status == ECS_SERVICE_DRAINING)
        look_at_draining(world, service);
    else if (given(world, service)->scheduling == ECS_SCHEDULING_DAEMON)
        ecs_daemon_look(world, service);
    else
        ecs_replica_look(world, service);
    tell_counts(world, service);
}

void ecs_on_service(struct ecs_world *world, uint32_t service)
{
    struct ecs_service_book *book = book_of(world, service);
    if (ecs_now(world) != book->due)
        return; /* an earlier look was asked for meanwhile, and has seen to it */
    book->due = SIM_TIME_NEVER;
    if (book->status != ECS_SERVICE_INACTIVE)
        look(world, service);
}

/* ---- events ---- */

void ecs_service_event(struct ecs_world *world, uint32_t service, enum ecs_service_event event,
                       enum ecs_reason reason, uint32_t provider, int64_t count)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_SERVICE_EVENT);
    record.field[ECS_SERVICE_EVENT_service] = service;
    record.field[ECS_SERVICE_EVENT_event] = event;
    record.field[ECS_SERVICE_EVENT_reason] = reason;
    record.field[ECS_SERVICE_EVENT_provider] = ecs_index_field(provider);
    record.field[ECS_SERVICE_EVENT_count] = count;
    ecs_emit(world, &record);
}

static void emit_task(struct ecs_world *world, uint32_t slot, enum ecs_service_action action)
{
    const struct ecs_task *task = &world->tasks[slot];
    const struct ecs_deployment *deployment =
        &world->services->deployments[world->arrived[task->arrived].deployment];
    struct sim_record record = ecs_record(world, ECS_RECORD_SERVICE_TASK);
    record.field[ECS_SERVICE_TASK_service] = deployment->service;
    record.field[ECS_SERVICE_TASK_deployment] = deployment->serial;
    record.field[ECS_SERVICE_TASK_task] = task->serial;
    record.field[ECS_SERVICE_TASK_action] = action;
    ecs_emit(world, &record);
}

/* ---- wanted copies ---- */

void ecs_service_unwant(struct ecs_world *world, uint32_t service, uint32_t at)
{
    struct ecs_service_book *book = book_of(world, service);
    assert(at < book->wanted_count);
    book->wanted_count--;
    memmove(book->wanted + at, book->wanted + at + 1,
            (book->wanted_count - at) * sizeof book->wanted[0]);
}

void ecs_service_want(struct ecs_world *world, uint32_t service, int64_t count)
{
    struct ecs_service_book *book = book_of(world, service);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < book->wanted_count; i++) {
        uint32_t slot = book->wanted[i];
        if (world->arrived[slot].deployment == book->primary && kept < count)
            book->wanted[kept++] = slot;
        else
            ecs_arrived_close(world, slot, ECS_FATE_STOPPED);
    }
    book->wanted_count = kept;
    for (; book->wanted_count < count; book->wanted_count++) {
        struct ecs_arrival row = ecs_arrival_plain;
        row.at = ecs_now(world);
        row.row = book->arrivals++;
        uint32_t slot = ecs_arrive(world, ecs_deployment_primary(world, service)->request,
                                   ECS_SERVICE_ITEM | service, &row, 0);
        world->arrived[slot].deployment = book->primary;
        sim_grow((void **)&book->wanted, &book->wanted_capacity, book->wanted_count + 1,
                 sizeof book->wanted[0]);
        book->wanted[book->wanted_count] = slot;
    }
}

/* Sheet 04, section 0: tasks that a service may launch in a minute, counted from the first. */
static int64_t rate_left(struct ecs_world *world, uint32_t service)
{
    struct ecs_service_book *book = book_of(world, service);
    int64_t rate = world->scenario->behaviour.service_launch_rate;
    if (rate == ECS_UNLIMITED || world->at_once)
        return INT64_MAX;
    if (book->minute < 0 || ecs_now(world) >= book->minute + SIM_MINUTE) {
        book->minute = ecs_now(world);
        book->launched = 0;
    }
    return rate - book->launched;
}

bool ecs_service_is_throttled(const struct ecs_world *world, uint32_t service)
{
    return ecs_now(world) < ecs_deployment_primary(world, service)->not_before;
}

int64_t ecs_service_rate(struct ecs_world *world, uint32_t service, int64_t wanted)
{
    const struct ecs_service_book *book = book_of(world, service);
    if (wanted <= 0)
        return 0;
    if (ecs_service_is_throttled(world, service)) {
        ecs_service_look_at(world, service, ecs_deployment_primary(world, service)->not_before);
        return 0;
    }
    int64_t left = rate_left(world, service);
    if (left < wanted)
        ecs_service_look_at(world, service, book->minute + SIM_MINUTE);
    return left < wanted ? left : wanted;
}

int64_t ecs_service_budget(struct ecs_world *world, uint32_t service, int64_t wanted)
{
    const struct ecs_service_book *book = book_of(world, service);
    if (wanted > 0 && ecs_now(world) < book->retry_at) {
        ecs_service_look_at(world, service, book->retry_at);
        return 0;
    }
    return ecs_service_rate(world, service, wanted);
}

/* Sheet 04, 5.4: a few tries close together, then long waits. */
static sim_time back_off(const struct ecs_behaviour *behaviour, int64_t misses)
{
    if (misses <= behaviour->service_placement_retries)
        return behaviour->service_placement_retry;
    return misses == behaviour->service_placement_retries + 1
               ? behaviour->service_placement_retry_long
               : behaviour->service_placement_retry_max;
}

void ecs_service_missed(struct ecs_world *world, uint32_t service, int64_t placed, int64_t missed,
                        enum ecs_reason reason, uint32_t provider)
{
    struct ecs_service_book *book = book_of(world, service);
    if (placed > 0 || missed == 0)
        book->misses = 0; /* failures in a row are over */
    if (missed == 0)
        return;
    book->misses++;
    book->missed_at = ecs_now(world);
    bool soon = reason == ECS_REASON_PROVISIONING_CAP; /* it clears as tasks are placed (1.7) */
    book->retry_at =
        ecs_now(world) + back_off(&world->scenario->behaviour, soon ? 1 : book->misses);
    ecs_service_event(world, service, ECS_SERVICE_PLACEMENT_FAILURE, reason, provider, missed);
    ecs_service_look_at(world, service, book->retry_at);
}

uint32_t *ecs_service_scratch(struct ecs_world *world, uint32_t service)
{
    struct ecs_services *services = world->services;
    uint32_t count = services->books[service].task_count;
    sim_grow((void **)&services->slots, &services->slot_capacity, count + 1,
             sizeof services->slots[0]);
    return services->slots;
}

/* ---- what its tasks do ---- */

void ecs_service_stop(struct ecs_world *world, uint32_t service, uint32_t slot,
                      enum ecs_service_action action)
{
    emit_task(world, slot, action);
    book_of(world, service)->stopped++;
    ecs_task_stop_by_service(world, slot);
}

static uint32_t service_of(const struct ecs_world *world, const struct ecs_task *task)
{
    uint32_t deployment = world->arrived[task->arrived].deployment;
    return deployment == ECS_NONE ? ECS_NONE : world->services->deployments[deployment].service;
}

uint32_t ecs_task_service(const struct ecs_world *world, uint32_t slot)
{
    return service_of(world, &world->tasks[slot]);
}

bool ecs_task_is_daemon(const struct ecs_world *world, uint32_t slot)
{
    uint32_t service = service_of(world, &world->tasks[slot]);
    return service != ECS_NONE && given(world, service)->scheduling == ECS_SCHEDULING_DAEMON;
}

void ecs_service_task_made(struct ecs_world *world, uint32_t slot)
{
    uint32_t service = service_of(world, &world->tasks[slot]);
    struct ecs_service_book *book = book_of(world, service);
    sim_grow((void **)&book->tasks, &book->task_capacity, book->task_count + 1,
             sizeof book->tasks[0]);
    book->tasks[book->task_count++] = sim_slots_id(&world->task_slots, slot);
    book->started++;
    book->launched++;
    emit_task(world, slot, ECS_ACTION_START);
}

static void is_healthy(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    task->healthy = true;
    ecs_deployment_task_healthy(world, world->arrived[task->arrived].deployment);
    struct sim_record record = ecs_record(world, ECS_RECORD_TASK_HEALTHY);
    record.field[ECS_TASK_HEALTHY_task] = task->serial;
    record.field[ECS_TASK_HEALTHY_service] = service_of(world, task);
    ecs_emit(world, &record);
}

void ecs_service_task_runs(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    ecs_deployment_task_started(world, world->arrived[task->arrived].deployment);
    ecs_service_look(world, service_of(world, task));
    if (world->at_once) {
        is_healthy(world, slot);
        return;
    }
    sim_time fails, delay = ecs_containers_healthy(world, task, &fails);
    task->fails = fails != SIM_TIME_NEVER; /* it is stopped before it could be healthy */
    if (task->fails)
        delay = fails;
    if (delay == SIM_TIME_NEVER)
        return;
    sim_engine_at(&world->engine, ecs_now(world) + delay, ECS_EVENT_TASK_HEALTHY,
                  sim_id_pack(sim_slots_id(&world->task_slots, slot)), 0);
}

void ecs_on_task_healthy(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->task_slots, id) || world->tasks[id.slot].state != ECS_TASK_RUNNING)
        return;
    struct ecs_task *task = &world->tasks[id.slot];
    task->unhealthy = task->fails;
    if (task->unhealthy)
        ecs_deployment_task_unhealthy(world, world->arrived[task->arrived].deployment);
    else
        is_healthy(world, id.slot);
    ecs_service_look(world, service_of(world, task));
}

void ecs_service_task_leaves(struct ecs_world *world, uint32_t slot)
{
    world->tasks[slot].healthy = false;
    ecs_service_look(world, service_of(world, &world->tasks[slot]));
}

/* LC: a task that never was PENDING (a time-out in PROVISIONING) says nothing about its images. */
void ecs_service_task_gone(struct ecs_world *world, uint32_t slot)
{
    const struct ecs_task *task = &world->tasks[slot];
    const struct ecs_arrived *arrived = &world->arrived[task->arrived];
    uint32_t service = service_of(world, task), at = 0;
    struct ecs_service_book *book = book_of(world, service);
    while (book->tasks[at].slot != slot)
        at++;
    book->task_count--;
    memmove(book->tasks + at, book->tasks + at + 1,
            (book->task_count - at) * sizeof book->tasks[0]);
    if (task->started < 0 && task->placed >= 0 && task->outcome == ECS_OUTCOME_FAILED)
        ecs_deployment_task_failed(world, arrived->deployment);
    if (task->outcome == ECS_OUTCOME_STOPPED)
        look_first(world, service); /* its successor takes the room that it leaves */
    else
        ecs_service_look(world, service);
}

/* The copy is wanted again, before those that came after it. */
void ecs_service_timed_out(struct ecs_world *world, uint32_t slot)
{
    uint32_t service = world->services->deployments[world->arrived[slot].deployment].service;
    struct ecs_service_book *book = book_of(world, service);
    uint32_t at = 0;
    while (at < book->wanted_count &&
           world->arrived[book->wanted[at]].serial < world->arrived[slot].serial)
        at++;
    sim_grow((void **)&book->wanted, &book->wanted_capacity, book->wanted_count + 1,
             sizeof book->wanted[0]);
    memmove(book->wanted + at + 1, book->wanted + at,
            (book->wanted_count - at) * sizeof book->wanted[0]);
    book->wanted[at] = slot;
    book->wanted_count++;
}

/* ---- a run ---- */

void ecs_services_sample(struct ecs_world *world)
{
    for (uint32_t i = 0; i < world->scenario->service_count; i++) {
        const struct ecs_service_book *book = book_of(world, i);
        if (!book->created || book->status == ECS_SERVICE_INACTIVE)
            continue;
        struct ecs_service_count count = ecs_service_count(world, i);
        bool new = book->created_at == ecs_now(world); /* the minute that ends was before it */
        if (given(world, i)->load.spec.generator != NULL && !new)
            ecs_load_settle(world, i, count.running, count.healthy);
        struct sim_record record = ecs_record(world, ECS_RECORD_SERVICE);
        record.field[ECS_SERVICE_service] = i;
        record.field[ECS_SERVICE_status] = book->status;
        record.field[ECS_SERVICE_desired] = book->desired;
        record.field[ECS_SERVICE_running] = count.running;
        record.field[ECS_SERVICE_pending] = count.pending;
        record.field[ECS_SERVICE_healthy] = count.healthy;
        record.field[ECS_SERVICE_deployments] = count.deployments;
        record.field[ECS_SERVICE_provisioning] = count.provisioning;
        record.field[ECS_SERVICE_wanted] = book->wanted_count;
        ecs_emit(world, &record);
    }
}

void ecs_services_new(struct ecs_world *world)
{
    uint32_t none = 0, count = world->scenario->service_count;
    sim_grow((void **)&world->services, &none, 1, sizeof *world->services);
    none = 0;
    sim_grow((void **)&world->services->books, &none, count + 1, sizeof world->services->books[0]);
}

static void forget_requests(struct ecs_services *services)
{
    for (uint32_t i = 0; i < services->request_count; i++)
        free(services->requests[i]);
    services->request_count = 0;
}

void ecs_services_free(struct ecs_world *world)
{
    struct ecs_services *services = world->services;
    for (uint32_t i = 0; i < world->scenario->service_count; i++) {
        free(services->books[i].tasks);
        free(services->books[i].wanted);
    }
    forget_requests(services);
    free(services->requests);
    free(services->books);
    free(services->deployments);
    free(services->slots);
    free(services);
}

/* sim.initialTasks: running, of daemons, of others, or of both in their order. */
static void run_initial(struct ecs_world *world, bool daemons, bool others)
{
    for (uint32_t i = 0; i < world->scenario->service_count; i++) {
        bool daemon = given(world, i)->scheduling == ECS_SCHEDULING_DAEMON;
        if (!given(world, i)->initial_running || !(daemon ? daemons : others))
            continue;
        world->at_once = true;
        look(world, i);
        world->at_once = false;
    }
}

void ecs_services_begin(struct ecs_world *world)
{
    struct ecs_services *services = world->services;
    forget_requests(services);
    services->deployment_count = 0;
    services->counts = 0;
    for (uint32_t i = 0; i < world->scenario->service_count; i++) {
        struct ecs_service_book *book = &services->books[i];
        *book = (struct ecs_service_book){
            .tasks = book->tasks,
            .task_capacity = book->task_capacity,
            .wanted = book->wanted,
            .wanted_capacity = book->wanted_capacity,
            .last_completed = ECS_NONE,
            .minute = -1,
            .missed_at = -1,
            .due = SIM_TIME_NEVER,
        };
    }
    for (uint32_t i = 0; i < world->scenario->service_count; i++)
        if (!given(world, i)->created_later)
            ecs_service_create(world, i);
    bool daemons_first = world->scenario->behaviour.daemons_first;
    run_initial(world, true, !daemons_first);
    if (daemons_first)
        run_initial(world, false, true);
}
