/* The life of one task (LC-3, LC-4).
 *
 *   PROVISIONING  waiting for capacity (managed providers only), then for its ENI (awsvpc only)
 *   PENDING       images are pulled, containers start
 *   ACTIVATING    service discovery and target groups: skipped without them
 *   RUNNING       for its duration
 *   DEACTIVATING  as ACTIVATING
 *   STOPPING      its other containers stop, at most stopTimeout
 *   DEPROVISIONING  the ENI is detached (awsvpc only)
 *   STOPPED
 *
 * States that do not apply are skipped without an event. Resources are held from placement to
 * STOPPED. Each task has one pending event at most: the end of its present state. */
#include "ecs_state.h"

#include <assert.h>

static const struct ecs_task_definition *definition_of(const struct ecs_world *world,
                                                       const struct ecs_task *task)
{
    return &world->scenario->task_definitions[world->arrived[task->arrived].definition];
}

static bool is_awsvpc(const struct ecs_world *world, const struct ecs_task *task)
{
    return definition_of(world, task)->network_mode == ECS_NETWORK_AWSVPC;
}

static void enter(struct ecs_world *world, struct ecs_task *task, enum ecs_task_state state)
{
    task->state = state;
    struct sim_record record = ecs_record(world, ECS_RECORD_TASK_STATE);
    record.field[ECS_TASK_STATE_task] = task->serial;
    record.field[ECS_TASK_STATE_state] = state;
    record.field[ECS_TASK_STATE_desired_state] =
        state >= ECS_TASK_DEACTIVATING ? ECS_TASK_STOPPED : ECS_TASK_RUNNING;
    record.field[ECS_TASK_STATE_instance] = task->instance_serial;
    ecs_emit(world, &record);
}

/* The next step comes after `delay`; returns false when it is due at once. */
static bool after(struct ecs_world *world, uint32_t slot, sim_time delay)
{
    if (delay == 0)
        return false;
    struct sim_id id = sim_slots_id(&world->task_slots, slot);
    world->tasks[slot].event = sim_engine_at(&world->engine, ecs_now(world) + delay,
                                             ECS_EVENT_TASK_STEP, sim_id_pack(id), 0);
    return true;
}

uint32_t ecs_task_new(struct ecs_world *world, uint32_t arrived_slot, uint32_t demand)
{
    struct sim_id id = sim_slots_take(&world->task_slots);
    sim_grow((void **)&world->tasks, &world->task_capacity, id.slot + 1, sizeof world->tasks[0]);
    struct ecs_arrived *arrived = &world->arrived[arrived_slot];
    arrived->task = id;
    world->tasks[id.slot] = (struct ecs_task){
        .serial = ++world->task_serial,
        .arrived = arrived_slot,
        .attempt = ++arrived->attempts,
        .demand = demand,
        .provider = arrived->provider,
        .state = ECS_TASK_STATES,
        .instance = ECS_NONE,
        .created = ecs_now(world),
        .placed = -1,
        .started = -1,
        .stopped = -1,
        .next = ECS_NONE,
        .previous = ECS_NONE,
    };
    return id.slot;
}

/* ---- waiting for capacity ---- */

void ecs_task_wait(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    enter(world, task, ECS_TASK_PROVISIONING);
    ecs_waiting_add(world, slot);
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    if (!behaviour->provisioning_timeout_on)
        return;
    struct sim_rng rng;
    sim_rng_key(&rng, world->scenario->seed, world->replication, SIM_CHANCE_TIMEOUT,
                (uint64_t)world->arrived[task->arrived].serial, task->attempt);
    sim_time timeout = sim_dist_time(&behaviour->provisioning_timeout, &rng.gsl);
    task->event = sim_engine_at(&world->engine, ecs_now(world) + timeout, ECS_EVENT_TASK_TIMEOUT,
                                sim_id_pack(sim_slots_id(&world->task_slots, slot)), 0);
}

static void finish(struct ecs_world *world, uint32_t slot);

void ecs_on_task_timeout(struct ecs_world *world, struct sim_id id)
{
    assert(sim_slots_live(&world->task_slots, id));
    struct ecs_task *task = &world->tasks[id.slot];
    int64_t arrival = world->arrived[task->arrived].serial;
    ecs_place_explain(world, task->demand, arrival, task->serial, true);
    ecs_waiting_remove(world, id.slot);
    task->outcome = ECS_OUTCOME_TIMED_OUT;
    task->stop_code = ECS_STOP_TASK_FAILED_TO_START;
    task->stop_reason = ECS_REASON_PROVISIONING_TIMEOUT;
    finish(world, id.slot);
}

/* ---- from placement to RUNNING ---- */

/* When the last of its images is on the instance. An image that another task is pulling is waited
 * for, not pulled twice. Missing images are pulled one after the other. */
static sim_time pull_images(struct ecs_world *world, const struct ecs_task *task)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    struct ecs_instance *instance = &world->instances[task->instance];
    int64_t mbps = world->scenario->behaviour.image_pull_mbps;
    sim_time ready = ecs_now(world);
    for (uint32_t i = 0; i < definition->image_count && mbps > 0; i++) {
        const struct ecs_image *image = &definition->images[i];
        uint32_t k = 0;
        while (k < instance->pulled_count && instance->pulled[k].image != image->name)
            k++;
        if (k == instance->pulled_count) {
            sim_grow((void **)&instance->pulled, &instance->pulled_capacity, k + 1,
                     sizeof instance->pulled[0]);
            ready += image->bytes / mbps; /* bytes / (10^6 bytes a second) = microseconds */
            instance->pulled[instance->pulled_count++] =
                (struct ecs_pulled){.image = image->name, .ready = ready};
        } else if (instance->pulled[k].ready > ready) {
            ready = instance->pulled[k].ready;
        }
    }
    return ready;
}

static void run(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    struct ecs_arrived *arrived = &world->arrived[task->arrived];
    task->started = ecs_now(world);
    if (arrived->started < 0)
        arrived->started = task->started;
    world->instances[task->instance].tasks_started++;
    ecs_meter_task(world, task->provider, ECS_TALLY_PENDING, -1);
    ecs_meter_task(world, task->provider, ECS_TALLY_RUNNING, 1);
    enter(world, task, ECS_TASK_RUNNING);
    if (arrived->duration < 0)
        return;
    struct sim_id id = sim_slots_id(&world->task_slots, slot);
    task->event = sim_engine_at(&world->engine, ecs_now(world) + arrived->duration,
                                ECS_EVENT_TASK_STEP, sim_id_pack(id), 0);
}

static void start(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    enter(world, task, ECS_TASK_PENDING);
    sim_time ready = pull_images(world, task);
    sim_time delay = ready - ecs_now(world) + world->scenario->behaviour.container_start;
    if (!after(world, slot, delay))
        run(world, slot);
}

void ecs_task_place(struct ecs_world *world, uint32_t slot, uint32_t instance)
{
    struct ecs_task *task = &world->tasks[slot];
    sim_engine_cancel(&world->engine, task->event); /* its time-out, if it waited */
    task->instance = instance;
    task->instance_serial = world->instances[instance].serial;
    task->zone = world->instances[instance].zone;
    task->placed = ecs_now(world);
    ecs_meter_task(world, task->provider, ECS_TALLY_PENDING, 1);
    ecs_room_take(world, slot, instance);
    sim_time attach = world->scenario->behaviour.eni_attach;
    if (is_awsvpc(world, task)) {
        if (task->state != ECS_TASK_PROVISIONING)
            enter(world, task, ECS_TASK_PROVISIONING);
        if (after(world, slot, attach))
            return;
    }
    start(world, slot);
}

/* ---- from RUNNING to STOPPED ---- */

static void finish(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    if (task->instance != ECS_NONE)
        ecs_room_give(world, slot, task->instance);
    task->stopped = ecs_now(world);
    enter(world, task, ECS_TASK_STOPPED);
    uint32_t arrived = task->arrived;
    enum ecs_outcome outcome = task->outcome;
    ecs_task_close(world, slot);
    ecs_arrived_task_stopped(world, arrived, outcome);
}

static void detach(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    if (is_awsvpc(world, task)) {
        enter(world, task, ECS_TASK_DEPROVISIONING);
        if (after(world, slot, world->scenario->behaviour.eni_detach))
            return; /* ENI-10: the slot frees when DEPROVISIONING ends */
    }
    finish(world, slot);
}

/* LIF-01: an essential container has exited; the others get SIGTERM and, at stopTimeout, SIGKILL.
 */
static void stop(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    const struct ecs_task_definition *definition = definition_of(world, task);
    ecs_meter_task(world, task->provider, ECS_TALLY_RUNNING, -1);
    task->outcome = ECS_OUTCOME_COMPLETED;
    task->stop_code = ECS_STOP_ESSENTIAL_CONTAINER_EXITED;
    task->stop_reason = ECS_REASON_ESSENTIAL_EXITED;
    enter(world, task, ECS_TASK_STOPPING);
    sim_time delay = 0;
    if (definition->container_count > 1) {
        struct sim_rng rng;
        sim_rng_key(&rng, world->scenario->seed, world->replication, SIM_CHANCE_STAGE,
                    (uint64_t)world->arrived[task->arrived].serial, task->attempt);
        delay = sim_dist_time(&definition->stop_time, &rng.gsl);
        if (delay > definition->stop_timeout)
            delay = definition->stop_timeout;
    }
    if (!after(world, slot, delay))
        detach(world, slot);
}

void ecs_on_task_step(struct ecs_world *world, struct sim_id id)
{
    assert(sim_slots_live(&world->task_slots, id));
    switch (world->tasks[id.slot].state) {
    case ECS_TASK_PROVISIONING:
        start(world, id.slot);
        break;
    case ECS_TASK_PENDING:
    case ECS_TASK_ACTIVATING:
        run(world, id.slot);
        break;
    case ECS_TASK_RUNNING:
    case ECS_TASK_DEACTIVATING:
        stop(world, id.slot);
        break;
    case ECS_TASK_STOPPING:
        detach(world, id.slot);
        break;
    case ECS_TASK_DEPROVISIONING:
        finish(world, id.slot);
        break;
    case ECS_TASK_STOPPED:
    case ECS_TASK_STATES:
        assert(world->tasks[id.slot].state < ECS_TASK_STOPPED); /* it has no next step */
    }
}

void ecs_task_kill(struct ecs_world *world, uint32_t slot, enum ecs_reason reason)
{
    struct ecs_task *task = &world->tasks[slot];
    sim_engine_cancel(&world->engine, task->event);
    if (task->state <= ECS_TASK_ACTIVATING)
        ecs_meter_task(world, task->provider, ECS_TALLY_PENDING, -1);
    else if (task->state == ECS_TASK_RUNNING)
        ecs_meter_task(world, task->provider, ECS_TALLY_RUNNING, -1);
    if (task->state < ECS_TASK_STOPPING) { /* past that its work is done */
        task->outcome = ECS_OUTCOME_FAILED;
        task->stop_code = ECS_STOP_NONE; /* STP-10: the host's loss has a reason, no code */
        task->stop_reason = reason;
    }
    finish(world, slot);
}

/* ---- the row of v_task ---- */

/* What a task that is still there at the horizon is. */
static enum ecs_outcome open_outcome(const struct ecs_task *task)
{
    if (task->instance == ECS_NONE)
        return ECS_OUTCOME_PROVISIONING;
    if (task->state < ECS_TASK_RUNNING)
        return ECS_OUTCOME_PENDING;
    return task->state == ECS_TASK_RUNNING ? ECS_OUTCOME_RUNNING : ECS_OUTCOME_STOPPING;
}

void ecs_task_close(struct ecs_world *world, uint32_t slot)
{
    const struct ecs_task *task = &world->tasks[slot];
    struct ecs_arrived *arrived = &world->arrived[task->arrived];
    bool open = task->stopped < 0;
    struct sim_record record = ecs_record(world, ECS_RECORD_TASK_ENDED);
    int64_t *field = record.field;
    field[ECS_TASK_ENDED_task] = task->serial;
    field[ECS_TASK_ENDED_arrival] = arrived->serial;
    field[ECS_TASK_ENDED_attempt] = task->attempt;
    field[ECS_TASK_ENDED_definition] = arrived->definition;
    field[ECS_TASK_ENDED_group] = arrived->group;
    field[ECS_TASK_ENDED_service] = -1;
    field[ECS_TASK_ENDED_provider] = ecs_index_field(task->provider);
    field[ECS_TASK_ENDED_launch_type] = ECS_LAUNCH_EC2;
    field[ECS_TASK_ENDED_instance] = task->instance_serial;
    field[ECS_TASK_ENDED_zone] = task->zone;
    field[ECS_TASK_ENDED_cpu_units] = arrived->cpu_units;
    field[ECS_TASK_ENDED_memory_mib] = arrived->memory_mib;
    field[ECS_TASK_ENDED_gpus] = arrived->gpus;
    field[ECS_TASK_ENDED_arrived] = arrived->at;
    field[ECS_TASK_ENDED_created] = task->created;
    field[ECS_TASK_ENDED_placed] = task->placed;
    field[ECS_TASK_ENDED_started] = task->started;
    field[ECS_TASK_ENDED_stopped] = task->stopped;
    field[ECS_TASK_ENDED_asked_duration] = arrived->duration;
    field[ECS_TASK_ENDED_outcome] = open ? open_outcome(task) : task->outcome;
    field[ECS_TASK_ENDED_stop_code] = open ? ECS_STOP_NONE : task->stop_code;
    field[ECS_TASK_ENDED_stop_reason] = open ? ECS_REASON_NONE : task->stop_reason;
    field[ECS_TASK_ENDED_billed] = -1; /* EC2: instances are billed, not tasks */
    field[ECS_TASK_ENDED_cost_nusd] = -1;
    ecs_emit(world, &record);
    arrived->task = (struct sim_id){0};
    sim_slots_give(&world->task_slots, sim_slots_id(&world->task_slots, slot));
}
