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
#include "ecs_containers.h"
#include "ecs_placing.h"

#include <assert.h>

#define EXIT_KILLED  137 /* 128 + SIGKILL: ERR-7 */
#define EXIT_STOPPED 143 /* 128 + SIGTERM */

static const struct ecs_task_definition *definition_of(const struct ecs_world *world,
                                                       const struct ecs_task *task)
{
    return &world->scenario->task_definitions[world->arrived[task->arrived].definition];
}

/* The container whose end is the task's. */
static uint32_t first_essential(const struct ecs_task_definition *definition)
{
    uint32_t i = 0;
    while (!definition->containers[i].essential && i + 1 < definition->container_count)
        i++;
    return i;
}

static bool is_awsvpc(const struct ecs_world *world, const struct ecs_task *task)
{
    return definition_of(world, task)->network_mode == ECS_NETWORK_AWSVPC;
}

static bool is_of_service(const struct ecs_world *world, const struct ecs_task *task)
{
    return world->arrived[task->arrived].deployment != ECS_NONE;
}

static void enter(struct ecs_world *world, struct ecs_task *task, enum ecs_task_state state)
{
    bool news = (task->state == ECS_TASK_RUNNING) != (state == ECS_TASK_RUNNING);
    if (task->state <= ECS_TASK_RUNNING && state > ECS_TASK_RUNNING && is_of_service(world, task))
        ecs_service_task_leaves(world, (uint32_t)(task - world->tasks));
    task->state = state;
    task->held = false; /* only ever in PENDING: start() says so */
    if (news && world->some_dynamic && task->instance != ECS_NONE)
        ecs_attributes_news(world, task->instance); /* runningTasksCount */
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
        .subnet = ECS_NONE,
        .created = ecs_now(world),
        .placed = -1,
        .started = -1,
        .stopped = -1,
        .error_rule = ECS_NONE,
        .exit_code = -1,
        .long_arn = world->settings[ECS_SETTING_TASK_LONG_ARN],
        .next = ECS_NONE,
        .previous = ECS_NONE,
    };
    if (arrived->deployment != ECS_NONE)
        ecs_service_task_made(world, id.slot);
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
static void detach(struct ecs_world *world, uint32_t slot);

/* STP-10, and what the guide's own words are for it (STP-3, STP-4, STP-5). The loss of the host has
 * a reason and no code. */
enum ecs_stop_code ecs_stop_code_of(const struct ecs_world *world, enum ecs_reason reason)
{
    static const enum ecs_stop_code codes[ECS_REASONS] = {
        [ECS_REASON_PROVISIONING_TIMEOUT] = ECS_STOP_TASK_FAILED_TO_START,
        [ECS_REASON_START_FAILED] = ECS_STOP_TASK_FAILED_TO_START,
        [ECS_REASON_ATTACH_TIMEOUT] = ECS_STOP_TASK_FAILED_TO_START,
        [ECS_REASON_ESSENTIAL_EXITED] = ECS_STOP_ESSENTIAL_CONTAINER_EXITED,
        [ECS_REASON_STOPPED_BY_USER] = ECS_STOP_USER_INITIATED,
        [ECS_REASON_DEREGISTERED] = ECS_STOP_USER_INITIATED,
        [ECS_REASON_SERVICE] = ECS_STOP_SERVICE_SCHEDULER_INITIATED,
        [ECS_REASON_UNHEALTHY] = ECS_STOP_SERVICE_SCHEDULER_INITIATED,
    };
    if (world->scenario->behaviour.stop_codes == ECS_STOP_CODES_GUIDE)
        return ECS_STOP_NONE; /* STP-9: it prints none but that of Fargate Spot */
    return codes[reason];
}

/* How it ends, and why. */
static void conclude(const struct ecs_world *world, struct ecs_task *task, enum ecs_outcome outcome,
                     enum ecs_reason reason)
{
    task->outcome = outcome;
    task->stop_reason = reason;
    task->stop_code = ecs_stop_code_of(world, reason);
}

void ecs_on_task_timeout(struct ecs_world *world, struct sim_id id)
{
    assert(sim_slots_live(&world->task_slots, id));
    struct ecs_task *task = &world->tasks[id.slot];
    int64_t arrival = world->arrived[task->arrived].serial;
    ecs_place_explain(world, task->demand, arrival, task->serial, true);
    ecs_waiting_remove(world, id.slot);
    conclude(world, task, ECS_OUTCOME_TIMED_OUT, ECS_REASON_PROVISIONING_TIMEOUT);
    finish(world, id.slot);
}

/* ---- from placement to RUNNING ---- */

/* The first rule of sim.errors that holds for the task: it was placed in the rule's time, and
 * chance is for it. */
static uint32_t choose_error(const struct ecs_world *world, const struct ecs_task *task)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    for (uint32_t i = 0; i < definition->error_count; i++) {
        const struct ecs_error_rule *rule = &definition->errors[i];
        if (task->placed >= rule->from && task->placed < rule->until &&
            sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_ERROR,
                          (uint64_t)world->arrived[task->arrived].serial,
                          sim_rng_mix(task->attempt, i), 1000000) < rule->ppm)
            return i;
    }
    return ECS_NONE;
}

/* ERR-7: how long it runs until one of its essential containers is killed; SIM_TIME_NEVER when that
 * is not in store for it. */
static sim_time killed_after(const struct ecs_world *world, const struct ecs_task *task)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    if (task->error_rule == ECS_NONE)
        return SIM_TIME_NEVER;
    const struct ecs_error_rule *rule = &definition->errors[task->error_rule];
    const struct ecs_arrived *arrived = &world->arrived[task->arrived];
    if (rule->error != ECS_ERROR_KILLED ||
        !definition->containers[ecs_error_container(definition, rule)].essential)
        return SIM_TIME_NEVER;
    struct sim_rng rng;
    sim_rng_key(&rng, world->scenario->seed, world->replication, SIM_CHANCE_ERROR_TIME,
                (uint64_t)arrived->serial, task->attempt);
    if (rule->after_given)
        return sim_dist_time(&rule->after, &rng.gsl);
    if (arrived->duration <= 0)
        return arrived->duration == 0 ? 0 : SIM_TIME_NEVER;
    return (sim_time)sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_ERROR_TIME,
                                   (uint64_t)arrived->serial, task->attempt,
                                   (uint64_t)arrived->duration);
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
    if (arrived->deployment != ECS_NONE)
        ecs_service_task_runs(world, slot);
    sim_time length = arrived->duration >= 0 ? arrived->duration : SIM_TIME_NEVER;
    sim_time killed = killed_after(world, task);
    if (killed < length) {
        length = killed;
        task->error = ECS_ERROR_KILLED;
    }
    if (length == SIM_TIME_NEVER)
        return;
    struct sim_id id = sim_slots_id(&world->task_slots, slot);
    task->event = sim_engine_at(&world->engine, ecs_now(world) + length, ECS_EVENT_TASK_STEP,
                                sim_id_pack(id), 0);
}

/* How long the task's containers take to obey the stop signal. */
static sim_time stop_time(const struct ecs_world *world, const struct ecs_task *task)
{
    struct sim_rng rng;
    sim_rng_key(&rng, world->scenario->seed, world->replication, SIM_CHANCE_STAGE,
                (uint64_t)world->arrived[task->arrived].serial, task->attempt);
    return sim_dist_time(&definition_of(world, task)->stop_time, &rng.gsl);
}

/* Its containers never all started: PENDING to STOPPED, without a start (ERR-8, LC-5); those that
 * others waited for in vain are stopped first (DEP-07). */
static void fail_to_start(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    bool some_run = definition_of(world, task)->ordered &&
                    (task->error == ECS_ERROR_DEPENDENCY || task->error == ECS_ERROR_START_TIMEOUT);
    ecs_meter_task(world, task->provider, ECS_TALLY_PENDING, -1);
    conclude(world, task, ECS_OUTCOME_FAILED, ECS_REASON_START_FAILED);
    if (some_run) {
        enter(world, task, ECS_TASK_STOPPING);
        if (after(world, slot, ecs_containers_stop(world, task, ECS_NONE, stop_time(world, task))))
            return;
    }
    detach(world, slot);
}

/* ENI-18: PROVISIONING to DEPROVISIONING to STOPPED. */
static void fail_to_attach(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    ecs_meter_task(world, task->provider, ECS_TALLY_PENDING, -1);
    conclude(world, task, ECS_OUTCOME_FAILED, ECS_REASON_ATTACH_TIMEOUT);
    detach(world, slot);
}

/* The end of PENDING. */
static void leave_pending(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    if (task->error == ECS_ERROR_NONE)
        task->error = ecs_host_create(world, slot);
    if (task->error == ECS_ERROR_NONE)
        run(world, slot);
    else
        fail_to_start(world, slot);
}

static void start(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    if (task->state != ECS_TASK_PENDING)
        enter(world, task, ECS_TASK_PENDING);
    task->held = world->instances[task->instance].lost;
    if (task->held)
        return; /* nobody there to start it (CI-5) */
    if (world->at_once) {
        ecs_host_pull(world, slot, &task->error); /* it has been here for long */
        task->error = ECS_ERROR_NONE;
        run(world, slot);
        return;
    }
    task->error_rule = choose_error(world, task);
    sim_time delay = ecs_host_pull(world, slot, &task->error) - ecs_now(world);
    if (task->error == ECS_ERROR_NONE)
        delay += ecs_containers_start(world, task, &task->error);
    if (!after(world, slot, delay))
        leave_pending(world, slot);
}

void ecs_task_resume(struct ecs_world *world, uint32_t slot)
{
    assert(world->tasks[slot].held && world->tasks[slot].state == ECS_TASK_PENDING);
    start(world, slot);
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
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    if (is_awsvpc(world, task)) {
        if (task->state != ECS_TASK_PROVISIONING)
            enter(world, task, ECS_TASK_PROVISIONING);
        task->unattached = !world->at_once && !ecs_network_may_attach(world, instance);
        sim_time attach = task->unattached ? behaviour->eni_attach_timeout : behaviour->eni_attach;
        if (!world->at_once && after(world, slot, attach))
            return;
    }
    start(world, slot);
}

/* ---- from RUNNING to STOPPED ---- */

static void finish(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    if (task->instance != ECS_NONE) {
        ecs_host_task_stopped(world, slot);
        ecs_room_give(world, slot, task->instance);
    }
    task->stopped = ecs_now(world);
    enter(world, task, ECS_TASK_STOPPED);
    uint32_t arrived = task->arrived;
    enum ecs_outcome outcome = task->outcome;
    if (is_of_service(world, task))
        ecs_service_task_gone(world, slot);
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

/* Sends the stop signal to all containers but `exited`, and the kill to those that do not obey in
 * time. The exit code of the task's own container, unless that has exited before. */
static void stop_containers(struct ecs_world *world, uint32_t slot, uint32_t exited)
{
    struct ecs_task *task = &world->tasks[slot];
    const struct ecs_task_definition *definition = definition_of(world, task);
    sim_time delay = 0;
    enter(world, task, ECS_TASK_STOPPING);
    if (exited == ECS_NONE || definition->container_count > 1) {
        sim_time wanted = stop_time(world, task);
        delay = ecs_containers_stop(world, task, exited, wanted);
        if (exited == ECS_NONE) {
            uint32_t own = first_essential(definition);
            bool killed = wanted > ecs_container_stop_limit(world, task, own);
            task->exit_code = killed ? EXIT_KILLED : EXIT_STOPPED;
            task->error = killed ? ECS_ERROR_KILLED : ECS_ERROR_NONE;
        }
    }
    if (!after(world, slot, delay))
        detach(world, slot);
}

/* LIF-01: an essential container has exited, by itself or killed (ERR-7). */
static void stop(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    const struct ecs_task_definition *definition = definition_of(world, task);
    uint32_t exited = first_essential(definition);
    if (task->error == ECS_ERROR_KILLED)
        exited = ecs_error_container(definition, &definition->errors[task->error_rule]);
    task->exit_code = task->error == ECS_ERROR_KILLED ? EXIT_KILLED : definition->exit_code;
    ecs_meter_task(world, task->provider, ECS_TALLY_RUNNING, -1);
    conclude(world, task, task->exit_code == 0 ? ECS_OUTCOME_COMPLETED : ECS_OUTCOME_FAILED,
             ECS_REASON_ESSENTIAL_EXITED);
    stop_containers(world, slot, exited);
}

/* SIGTERM, stopTimeout, SIGKILL; at once where nothing runs yet. */
static void order_stop(struct ecs_world *world, uint32_t slot, enum ecs_outcome outcome,
                       enum ecs_reason reason)
{
    struct ecs_task *task = &world->tasks[slot];
    sim_engine_cancel(&world->engine, task->event);
    task->error = ECS_ERROR_NONE; /* what was in store for it */
    conclude(world, task, outcome, reason);
    if (task->instance == ECS_NONE) {
        ecs_waiting_remove(world, slot);
        finish(world, slot);
    } else if (task->state < ECS_TASK_RUNNING) {
        ecs_meter_task(world, task->provider, ECS_TALLY_PENDING, -1);
        detach(world, slot);
    } else {
        ecs_meter_task(world, task->provider, ECS_TALLY_RUNNING, -1);
        stop_containers(world, slot, ECS_NONE);
    }
}

void ecs_task_stop(struct ecs_world *world, uint32_t slot, uint32_t reason)
{
    struct ecs_task *task = &world->tasks[slot];
    if (task->state > ECS_TASK_RUNNING)
        return;
    task->stop_text = reason;
    order_stop(world, slot, ECS_OUTCOME_FAILED, ECS_REASON_STOPPED_BY_USER);
}

void ecs_task_stop_by_service(struct ecs_world *world, uint32_t slot)
{
    assert(world->tasks[slot].state <= ECS_TASK_RUNNING);
    if (world->tasks[slot].unhealthy)
        order_stop(world, slot, ECS_OUTCOME_FAILED, ECS_REASON_UNHEALTHY);
    else
        order_stop(world, slot, ECS_OUTCOME_STOPPED, ECS_REASON_SERVICE);
}

void ecs_on_task_step(struct ecs_world *world, struct sim_id id)
{
    assert(sim_slots_live(&world->task_slots, id));
    switch (world->tasks[id.slot].state) {
    case ECS_TASK_PROVISIONING:
        if (world->tasks[id.slot].unattached)
            fail_to_attach(world, id.slot);
        else
            start(world, id.slot);
        break;
    case ECS_TASK_PENDING:
    case ECS_TASK_ACTIVATING:
        leave_pending(world, id.slot);
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
        task->error = ECS_ERROR_NONE;      /* what was in store for it */
        conclude(world, task, ECS_OUTCOME_FAILED, reason);
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
    field[ECS_TASK_ENDED_service] = ecs_index_field(ecs_task_service(world, slot));
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
    field[ECS_TASK_ENDED_error] = open ? ECS_ERROR_NONE : task->error;
    field[ECS_TASK_ENDED_exit_code] = open ? -1 : task->exit_code;
    field[ECS_TASK_ENDED_long_arn] = task->long_arn;
    field[ECS_TASK_ENDED_stop_text] = task->stop_text;
    ecs_emit(world, &record);
    arrived->task = (struct sim_id){0};
    sim_slots_give(&world->task_slots, sim_slots_id(&world->task_slots, slot));
}
