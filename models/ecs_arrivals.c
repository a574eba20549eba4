/* From rows to tasks: arrivals, RunTask, refusals, retries, fates.
 *
 * A row of `count` equal tasks becomes calls of at most ten (QTA-9). The provider of each copy is
 * decided by the strategy when it arrives, before capacity is known, and stays with it through
 * retries: an exhausted provider is never substituted (sheet 04, 1.10). Only where the request
 * leaves the choice to the cluster's default strategy, and that has been replaced since, does the
 * next try ask anew.
 *
 * The revision is decided at each try: a family's name means its latest ACTIVE revision at that
 * moment (TDF-13). What a row gives itself (CPU, memory, a group, a duration) stays; how long a
 * copy runs is drawn with the same key from whichever revision it gets.
 *
 * A refusal is final, whatever onRefusal says, when nothing that is still to happen could lift it:
 * a deleted cluster, an INACTIVE revision or a provider that is not attached, with no call of
 * `changes` ahead that would bring it. So a run without duration still ends. */
#include "ecs_state.h"

#include <assert.h>

#define RUN_TASK_MAX 10

/* Bits of ecs_arrived.own: given by the row, not by the definition. */
#define OWN_CPU        UINT8_C(1)
#define OWN_MEMORY     UINT8_C(2)
#define OWN_GPUS       UINT8_C(4)
#define OWN_GROUP      UINT8_C(8)
#define OWN_DURATION   UINT8_C(16)
#define OWN_GPU_SHARE  UINT8_C(32)
#define OWN_GPU_MODELS UINT8_C(64)

/* ---- fates ---- */

void ecs_stop_if_done(struct ecs_world *world)
{
    if (world->scenario->duration == SIM_TIME_NEVER && world->open_cursors == 0 &&
        world->pending_run_tasks == 0 && world->pending_starts == 0 &&
        world->arrived_slots.in_use == 0)
        world->engine.stop = true;
}

void ecs_arrived_close(struct ecs_world *world, uint32_t slot, enum ecs_fate fate)
{
    const struct ecs_arrived *arrived = &world->arrived[slot];
    sim_time end = arrived->started >= 0 ? arrived->started : ecs_now(world);
    struct sim_record record = ecs_record(world, ECS_RECORD_ARRIVAL_ENDED);
    int64_t *field = record.field;
    field[ECS_ARRIVAL_ENDED_arrival] = arrived->serial;
    field[ECS_ARRIVAL_ENDED_fate] = fate;
    field[ECS_ARRIVAL_ENDED_arrived] = arrived->at;
    field[ECS_ARRIVAL_ENDED_started] = arrived->started;
    field[ECS_ARRIVAL_ENDED_wait] = end - arrived->at;
    field[ECS_ARRIVAL_ENDED_attempts] = arrived->attempts;
    field[ECS_ARRIVAL_ENDED_measured] = arrived->at >= world->scenario->warmup;
    ecs_emit(world, &record);
    sim_slots_give(&world->arrived_slots, sim_slots_id(&world->arrived_slots, slot));
    ecs_stop_if_done(world);
}

/* A run without duration would never end if somebody asked for ever for what cannot come: nothing
 * runs or is to arrive or be called, and no instance, agent or group has changed for long. */
static bool nothing_moves(const struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    const struct ecs_meter *cluster = &world->meters[scenario->provider_count];
    return scenario->duration == SIM_TIME_NEVER && world->open_cursors == 0 &&
           world->pending_run_tasks == 0 && world->pending_changes == 0 && cluster->running == 0 &&
           cluster->pending == 0 &&
           ecs_now(world) - world->moved >= scenario->behaviour.give_up_when_still;
}

/* When the back-off says to try again; -1 when it is over: then the arrival is dropped. */
static sim_time schedule_retry(struct ecs_world *world, uint32_t slot, bool hopeless)
{
    struct ecs_arrived *arrived = &world->arrived[slot];
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    sim_time delay = behaviour->refusal_retry;
    for (uint32_t i = 0; i < arrived->refusals && delay < behaviour->refusal_retry_max; i++)
        delay *= 2;
    if (delay > behaviour->refusal_retry_max)
        delay = behaviour->refusal_retry_max;
    arrived->refusals++;
    uint64_t jitter = (uint64_t)(delay / 100 * behaviour->refusal_jitter_pct) + 1;
    delay -= (sim_time)sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_RETRY,
                                     (uint64_t)arrived->serial, arrived->retries++, jitter);
    sim_time at = ecs_now(world) + delay;
    bool give_up =
        arrived->request->on_refusal == ECS_REFUSAL_DROP || hopeless || nothing_moves(world);
    if (arrived->request->give_up_after != SIM_TIME_NEVER)
        give_up = give_up || at > arrived->at + arrived->request->give_up_after;
    if (give_up)
        return -1;
    uint64_t id = sim_id_pack(sim_slots_id(&world->arrived_slots, slot));
    sim_engine_at(&world->engine, at, ECS_EVENT_RETRY, id, 0);
    return at;
}

void ecs_arrived_refuse(struct ecs_world *world, uint32_t slot, enum ecs_reason reason,
                        int64_t instance)
{
    const struct ecs_arrived *arrived = &world->arrived[slot];
    bool hopeless = !ecs_change_may_lift(world, arrived, reason);
    sim_time retry_at = schedule_retry(world, slot, hopeless);
    struct sim_record record = ecs_record(world, ECS_RECORD_REFUSED);
    record.field[ECS_REFUSED_arrival] = arrived->serial;
    record.field[ECS_REFUSED_definition] = arrived->definition;
    record.field[ECS_REFUSED_reason] = reason;
    record.field[ECS_REFUSED_retry_at] = retry_at;
    record.field[ECS_REFUSED_in_a_row] = arrived->refusals;
    record.field[ECS_REFUSED_instance] = instance;
    ecs_emit(world, &record);
    if (retry_at < 0)
        ecs_arrived_close(world, slot, ECS_FATE_DROPPED);
}

static void refuse(struct ecs_world *world, uint32_t slot, enum ecs_reason reason)
{
    ecs_arrived_refuse(world, slot, reason, 0);
}

void ecs_arrived_task_stopped(struct ecs_world *world, uint32_t slot, enum ecs_outcome outcome)
{
    bool of_service = world->arrived[slot].deployment != ECS_NONE;
    if (outcome == ECS_OUTCOME_STOPPED) {
        ecs_arrived_close(world, slot, ECS_FATE_STOPPED);
    } else if (of_service && outcome == ECS_OUTCOME_TIMED_OUT) {
        ecs_service_timed_out(world, slot);
    } else if (outcome == ECS_OUTCOME_COMPLETED) {
        ecs_arrived_close(world, slot, ECS_FATE_COMPLETED);
    } else if (outcome == ECS_OUTCOME_TIMED_OUT) {
        if (schedule_retry(world, slot, false) < 0)
            ecs_arrived_close(world, slot, ECS_FATE_DROPPED);
    } else {
        ecs_arrived_close(world, slot, ECS_FATE_FAILED);
    }
}

/* ---- RunTask ---- */

enum ecs_reason ecs_arrived_submit(struct ecs_world *world, uint32_t slot, bool explain)
{
    struct ecs_arrived *arrived = &world->arrived[slot];
    const struct ecs_scenario *scenario = world->scenario;
    uint32_t demand = ecs_demand_of(world, arrived);
    bool managed =
        arrived->provider != ECS_NONE && scenario->providers[arrived->provider].managed_scaling;
    /* First come first served: while a tick is due, its room belongs to those who wait. */
    bool others_first = managed && world->place_at != SIM_TIME_NEVER &&
                        world->meters[arrived->provider].provisioning > 0;
    uint32_t instance = ECS_NONE;
    if (!others_first)
        instance = ecs_place_choose(world, demand, arrived->serial, arrived->attempts + 1);
    if (instance != ECS_NONE) {
        arrived->refusals = 0;
        ecs_task_place(world, ecs_task_new(world, slot, demand), instance);
        return ECS_REASON_NONE;
    }
    if (!managed)
        return ecs_place_explain(world, demand, arrived->serial, 0, explain);
    if (world->waiting >= scenario->behaviour.provisioning_cap)
        return ECS_REASON_PROVISIONING_CAP;
    arrived->refusals = 0;
    ecs_task_wait(world, ecs_task_new(world, slot, demand)); /* MSC-10 */
    return ECS_REASON_NONE;
}

/* One task of a RunTask call: placed, queued in PROVISIONING, or refused. */
static void submit(struct ecs_world *world, uint32_t slot)
{
    enum ecs_reason reason = ecs_arrived_submit(world, slot, world->arrived[slot].refusals == 0);
    if (reason != ECS_REASON_NONE)
        refuse(world, slot, reason);
}

/* Decides the provider of a copy, once; again when it was the default strategy's choice and that
 * strategy is no more. False: every weight is 0. */
static bool split(struct ecs_world *world, struct ecs_arrived *arrived,
                  struct ecs_population *population)
{
    if (arrived->split &&
        (!arrived->by_default || arrived->strategy_version == world->strategy_version))
        return true;
    const struct ecs_request *request = arrived->request;
    const struct ecs_strategy *strategy =
        request->default_strategy ? &world->default_strategy : &request->strategy;
    arrived->by_default = request->default_strategy;
    arrived->strategy_version = world->strategy_version;
    arrived->provider = ECS_NONE;
    if (strategy->count > 0) { /* else launch type EC2 */
        uint32_t item = ecs_split_next(strategy, population,
                                       (enum ecs_split_rule)world->scenario->behaviour.split_rule);
        if (item == ECS_NONE)
            return false;
        arrived->provider = strategy->items[item].provider;
    }
    arrived->split = true;
    return true;
}

/* How long this copy will run by its definition; -1: for ever. Keyed by (item, row, copy), whatever
 * happens to it. */
static sim_time draw_duration(const struct ecs_world *world, const struct ecs_arrived *arrived,
                              const struct ecs_task_definition *definition)
{
    if (definition->runs_forever)
        return -1;
    struct sim_rng rng;
    sim_rng_key(&rng, world->scenario->seed, world->replication, SIM_CHANCE_DURATION,
                arrived->chance_a, arrived->chance_b);
    return sim_dist_time(&definition->duration, &rng.gsl);
}

/* What tasks of a definition reserve, as the request's overrides have it (RES-02, RES-07). */
static struct ecs_override size_of(const struct ecs_world *world, const struct ecs_request *request,
                                   uint32_t index)
{
    const struct ecs_task_definition *definition = &world->scenario->task_definitions[index];
    for (uint32_t i = 0; i < request->override_count; i++)
        if (request->overrides[i].definition == index)
            return request->overrides[i];
    return (struct ecs_override){index, definition->cpu_units, definition->memory_mib,
                                 definition->gpus};
}

/* Takes from a definition what the row does not give. */
static void take_definition(const struct ecs_world *world, struct ecs_arrived *arrived,
                            uint32_t index)
{
    const struct ecs_task_definition *definition = &world->scenario->task_definitions[index];
    struct ecs_override size = size_of(world, arrived->request, index);
    arrived->definition = index;
    if (!(arrived->own & OWN_CPU))
        arrived->cpu_units = size.cpu_units;
    if (!(arrived->own & OWN_MEMORY))
        arrived->memory_mib = size.memory_mib;
    if (!(arrived->own & OWN_GPUS))
        arrived->gpus = size.gpus;
    if (!(arrived->own & OWN_GPU_SHARE))
        arrived->gpu_milli = definition->gpu_milli > 0 ? definition->gpu_milli : ECS_GPU_MILLI;
    if (!(arrived->own & OWN_GPU_MODELS))
        arrived->gpu_models = definition->gpu_models;
    if (!(arrived->own & OWN_GROUP))
        arrived->group = definition->group;
    if (!(arrived->own & OWN_DURATION))
        arrived->duration = draw_duration(world, arrived, definition);
}

/* A RunTask call for one copy, first or again: what ECS refuses before it looks for room, else the
 * submission. `population` is what its provider is split in, if that is not decided yet. */
static void call(struct ecs_world *world, uint32_t slot, struct ecs_population *population)
{
    struct ecs_arrived *arrived = &world->arrived[slot];
    bool decided = split(world, arrived, population);
    uint32_t definition = ecs_definition_of(world, arrived->request, arrived->asked);
    if (world->cluster_status == ECS_CLUSTER_INACTIVE) {
        refuse(world, slot, ECS_REASON_NO_CLUSTER);
    } else if (definition == ECS_NONE) {
        refuse(world, slot,
               ecs_definition_unknown(world, arrived->asked) ? ECS_REASON_NO_DEFINITION
                                                             : ECS_REASON_INACTIVE_DEFINITION);
    } else if (!decided) {
        refuse(world, slot, ECS_REASON_NO_WEIGHT);
    } else if (arrived->provider != ECS_NONE && !ecs_cluster_usable(world, arrived->provider)) {
        refuse(world, slot, ECS_REASON_NOT_ATTACHED);
    } else {
        if (definition != arrived->definition)
            take_definition(world, arrived, definition);
        submit(world, slot);
    }
}

static void emit_arrival(struct ecs_world *world, const struct ecs_arrived *arrived, uint64_t row,
                         uint32_t copy)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_ARRIVAL);
    bool run_task = (arrived->item & ECS_RUN_TASK_ITEM) != 0;
    bool start = (arrived->item & ECS_START_ITEM) != 0;
    bool service = (arrived->item & ECS_SERVICE_ITEM) != 0;
    int64_t index = arrived->item & ~(ECS_RUN_TASK_ITEM | ECS_START_ITEM | ECS_SERVICE_ITEM);
    if (start || service)
        index += world->scenario->run_task_count;
    if (service)
        index += world->scenario->change_count;
    record.field[ECS_ARRIVAL_arrival] = arrived->serial;
    record.field[ECS_ARRIVAL_item] = run_task || start || service ? -1 - index : index;
    record.field[ECS_ARRIVAL_row] = (int64_t)row;
    record.field[ECS_ARRIVAL_copy] = copy;
    ecs_emit(world, &record);
    if (arrived->gpus == 0)
        return;
    record = ecs_record(world, ECS_RECORD_GPUS);
    record.field[ECS_GPUS_arrival] = arrived->serial;
    record.field[ECS_GPUS_task] = 0;
    record.field[ECS_GPUS_instance] = 0;
    record.field[ECS_GPUS_gpus] = arrived->gpus;
    record.field[ECS_GPUS_milli] = arrived->gpu_milli;
    record.field[ECS_GPUS_ids] = 0;
    ecs_emit(world, &record);
}

/* What the row gives itself; the rest is the definition's. */
static void take_row(const struct ecs_world *world, struct ecs_arrived *arrived,
                     const struct ecs_arrival *row)
{
    uint32_t group = row->group != 0 ? row->group : arrived->request->group;
    unsigned own = 0;
    if (group != 0) {
        arrived->group = group;
        own |= OWN_GROUP;
    }
    if (row->cpu_units >= 0) {
        arrived->cpu_units = row->cpu_units;
        own |= OWN_CPU;
    }
    if (row->memory_mib >= 0) {
        arrived->memory_mib = row->memory_mib;
        own |= OWN_MEMORY;
    }
    if (row->gpus >= 0) {
        arrived->gpus = row->gpus;
        own |= OWN_GPUS;
    }
    if (row->gpu_milli > 0) {
        arrived->gpu_milli = row->gpu_milli;
        own |= OWN_GPU_SHARE;
    }
    if (row->gpu_models != 0) {
        arrived->gpu_models = row->gpu_models;
        own |= OWN_GPU_MODELS;
    }
    if (row->duration != ECS_DURATION_OF_DEFINITION) {
        arrived->duration = row->duration;
        if (row->duration_span > 0)
            arrived->duration +=
                (sim_time)sim_rng_index(world->scenario->seed, world->replication,
                                        SIM_CHANCE_DURATION, arrived->chance_a, arrived->chance_b,
                                        (uint64_t)row->duration_span);
        own |= OWN_DURATION;
    }
    arrived->own = (uint8_t)own;
}

uint32_t ecs_arrive(struct ecs_world *world, const struct ecs_request *request, uint32_t item,
                    const struct ecs_arrival *row, uint32_t copy)
{
    struct sim_id id = sim_slots_take(&world->arrived_slots);
    sim_grow((void **)&world->arrived, &world->arrived_capacity, id.slot + 1,
             sizeof world->arrived[0]);
    struct ecs_arrived *arrived = &world->arrived[id.slot];
    uint32_t asked =
        row->task_definition != ECS_NONE ? row->task_definition : request->task_definition;
    *arrived = (struct ecs_arrived){
        .serial = ++world->arrival_serial,
        .request = request,
        .at = ecs_now(world),
        .started = -1,
        .item = item,
        .deployment = ECS_NONE,
        .asked = asked,
        .provider = row->provider,
        .split = row->provider != ECS_NONE, /* the row names it */
        .distinct = row->distinct_instance >= 0 ? row->distinct_instance != 0
                                                : request->placement.distinct_instance,
        .chance_a = (uint64_t)item << 32 | (row->row & UINT32_MAX),
        .chance_b = sim_rng_mix(row->row >> 32, copy),
    };
    take_row(world, arrived, row);
    uint32_t definition = ecs_definition_of(world, request, asked);
    take_definition(world, arrived, definition != ECS_NONE ? definition : asked);
    emit_arrival(world, arrived, row->row, copy);
    return id.slot;
}

/* All copies of a row, in calls of ten. `stream`: the population of splitScope stream. */
static void arrive_row(struct ecs_world *world, const struct ecs_request *request, uint32_t item,
                       const struct ecs_arrival *row, uint32_t count, struct ecs_population *stream)
{
    struct ecs_population own = {0};
    bool per_call = stream == NULL || world->scenario->behaviour.split_scope == ECS_SPLIT_CALL;
    for (uint32_t copy = 0; copy < count; copy++) {
        if (copy % RUN_TASK_MAX == 0)
            own = (struct ecs_population){0};
        uint32_t slot = ecs_arrive(world, request, item, row, copy);
        call(world, slot, per_call ? &own : stream);
    }
}

void ecs_on_run_task(struct ecs_world *world, uint32_t index)
{
    const struct ecs_run_task *run_task = &world->scenario->run_tasks[index];
    struct ecs_arrival row = ecs_arrival_plain;
    row.at = run_task->at;
    world->pending_run_tasks--;
    arrive_row(world, &run_task->request, ECS_RUN_TASK_ITEM | index, &row, run_task->count, NULL);
    ecs_stop_if_done(world);
}

void ecs_on_retry(struct ecs_world *world, struct sim_id id)
{
    assert(sim_slots_live(&world->arrived_slots, id));
    struct ecs_population alone = {0};
    call(world, id.slot, &alone);
}

/* ---- workloads ---- */

/* Schedules the cursor's next row, or ends it. */
static void advance(struct ecs_world *world, uint32_t index)
{
    struct ecs_cursor *cursor = &world->cursors[index];
    const struct ecs_workload *workload = &world->scenario->workloads[index];
    if (workload->source->next(cursor->opened, &cursor->row)) {
        sim_time at = cursor->row.at;
        assert(at >= ecs_now(world));
        sim_engine_at(&world->engine, at, ECS_EVENT_ROW, index, 0);
        return;
    }
    cursor->done = true;
    world->open_cursors--;
}

/* count x scale, the fraction by keyed chance. */
static uint32_t scaled(const struct ecs_world *world, uint32_t index, const struct ecs_arrival *row)
{
    int64_t ppm = world->scenario->workloads[index].scale_ppm;
    uint64_t total = (uint64_t)row->count * (uint64_t)ppm;
    uint64_t count = total / 1000000, fraction = total % 1000000;
    if (fraction > 0 && sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_SCALE,
                                      index, row->row, 1000000) < fraction)
        count++;
    return (uint32_t)count;
}

void ecs_on_row(struct ecs_world *world, uint32_t index)
{
    struct ecs_cursor *cursor = &world->cursors[index];
    const struct ecs_workload *workload = &world->scenario->workloads[index];
    struct ecs_arrival row = cursor->row;
    if (cursor->strategy_version != world->strategy_version) {
        cursor->strategy_version = world->strategy_version;
        if (workload->request.default_strategy)
            cursor->population = (struct ecs_population){0}; /* of a strategy that is no more */
    }
    arrive_row(world, &workload->request, index, &row, scaled(world, index, &row),
               &cursor->population);
    advance(world, index);
    ecs_stop_if_done(world);
}

void ecs_arrivals_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    world->open_cursors = scenario->workload_count;
    world->pending_run_tasks = scenario->run_task_count;
    for (uint32_t i = 0; i < scenario->workload_count; i++) {
        const struct ecs_workload *workload = &scenario->workloads[i];
        world->cursors[i] = (struct ecs_cursor){
            .opened = workload->source->open(workload->data, scenario->seed, world->replication, i),
        };
        advance(world, i);
    }
    for (uint32_t i = 0; i < scenario->run_task_count; i++)
        sim_engine_at(&world->engine, scenario->run_tasks[i].at, ECS_EVENT_RUN_TASK, i, 0);
    ecs_stop_if_done(world);
}

void ecs_arrivals_end(struct ecs_world *world)
{
    for (uint32_t i = 0; i < world->scenario->workload_count; i++)
        world->scenario->workloads[i].source->close(world->cursors[i].opened);
}
