#include "ecs_world.h"

#include "ecs_index.h"

#include <assert.h>
#include <stdlib.h>

/* Within one instant: what hosts and agents report, what operators call, what arrives, then
 * scaling, placement and the sample (sheet 03, section 28). */
static const uint8_t priorities[ECS_EVENT_KINDS] = {
    [ECS_EVENT_WARMUP_END] = 0,
    [ECS_EVENT_INSTANCE_RUNNING] = 1,
    [ECS_EVENT_INSTANCE_STARTED] = 2,
    [ECS_EVENT_INSTANCE_REGISTERED] = 3,
    [ECS_EVENT_INSTANCE_GONE] = 4,
    [ECS_EVENT_TRUNK_GONE] = 4,
    [ECS_EVENT_FAULT] = 5,
    [ECS_EVENT_AGENT] = 6,
    [ECS_EVENT_DRAIN_LIMIT] = 7,
    [ECS_EVENT_IMAGE_CLEANUP] = 8,
    [ECS_EVENT_TASK_STEP] = 9,
    [ECS_EVENT_TASK_TIMEOUT] = 10,
    [ECS_EVENT_TASK_HEALTHY] = 10,
    [ECS_EVENT_CLUSTER] = 11,
    [ECS_EVENT_CHANGE] = 12,
    [ECS_EVENT_ROW] = 13,
    [ECS_EVENT_RUN_TASK] = 14,
    [ECS_EVENT_RETRY] = 15,
    [ECS_EVENT_METRIC] = 16,
    [ECS_EVENT_ALARM] = 17,
    [ECS_EVENT_SCALING_ACTION] = 17,
    [ECS_EVENT_SCALING] = 17,
    [ECS_EVENT_HEALTH] = 18,
    [ECS_EVENT_RECONCILE] = 19,
    [ECS_EVENT_SERVICE] = 20,
    [ECS_EVENT_PLACE] = 21,
    [ECS_EVENT_SAMPLE] = 22,
};

struct sim_record ecs_record(const struct ecs_world *world, enum ecs_record_kind kind)
{
    struct sim_record record;
    record.at = world->engine.now;
    record.kind = kind;
    record.field_count = ecs_record_infos[kind].field_count;
    return record;
}

void ecs_emit(struct ecs_world *world, const struct sim_record *record)
{
    if (record->kind == ECS_RECORD_INSTANCE_STATE || record->kind == ECS_RECORD_AGENT ||
        record->kind == ECS_RECORD_SCALING || record->kind == ECS_RECORD_CHANGE ||
        record->kind == ECS_RECORD_TASK_RELEASED)
        world->moved = record->at;
    sim_stream_emit(&world->stream, record);
}

/* A sample at every whole minute before the horizon; the one at the horizon is the closing one. */
static void on_sample(struct ecs_world *world)
{
    sim_time horizon = world->scenario->duration;
    if (ecs_now(world) >= horizon)
        return;
    ecs_sample(world);
    ecs_services_sample(world);
    ecs_autoscaling_sample(world);
    sim_engine_at(&world->engine, ecs_now(world) + SIM_MINUTE, ECS_EVENT_SAMPLE, 0, 0);
}

/* What each kind of event calls: with the id in `a`, with the index in `a`, or with nothing. */
static void (*const with_id[ECS_EVENT_KINDS])(struct ecs_world *, struct sim_id) = {
    [ECS_EVENT_INSTANCE_RUNNING] = ecs_on_instance_running,
    [ECS_EVENT_INSTANCE_REGISTERED] = ecs_on_instance_registered,
    [ECS_EVENT_INSTANCE_STARTED] = ecs_on_instance_started,
    [ECS_EVENT_INSTANCE_GONE] = ecs_on_instance_gone,
    [ECS_EVENT_DRAIN_LIMIT] = ecs_on_drain_limit,
    [ECS_EVENT_IMAGE_CLEANUP] = ecs_on_image_cleanup,
    [ECS_EVENT_TASK_STEP] = ecs_on_task_step,
    [ECS_EVENT_TASK_TIMEOUT] = ecs_on_task_timeout,
    [ECS_EVENT_RETRY] = ecs_on_retry,
    [ECS_EVENT_HEALTH] = ecs_on_health,
    [ECS_EVENT_TRUNK_GONE] = ecs_on_trunk_gone,
    [ECS_EVENT_TASK_HEALTHY] = ecs_on_task_healthy,
};

static void (*const with_index[ECS_EVENT_KINDS])(struct ecs_world *, uint32_t) = {
    [ECS_EVENT_FAULT] = ecs_on_fault,
    [ECS_EVENT_CHANGE] = ecs_on_change,
    [ECS_EVENT_ROW] = ecs_on_row,
    [ECS_EVENT_RUN_TASK] = ecs_on_run_task,
    [ECS_EVENT_METRIC] = ecs_on_metric,
    [ECS_EVENT_ALARM] = ecs_on_alarm,
    [ECS_EVENT_RECONCILE] = ecs_on_reconcile,
    [ECS_EVENT_SERVICE] = ecs_on_service,
    [ECS_EVENT_SCALING] = ecs_on_scaling,
    [ECS_EVENT_SCALING_ACTION] = ecs_on_scaling_action,
};

static void (*const alone[ECS_EVENT_KINDS])(struct ecs_world *) = {
    [ECS_EVENT_WARMUP_END] = ecs_on_warmup_end,
    [ECS_EVENT_CLUSTER] = ecs_on_cluster,
    [ECS_EVENT_PLACE] = ecs_on_place,
    [ECS_EVENT_SAMPLE] = on_sample,
};

static void dispatch(void *user, const struct sim_event *event)
{
    struct ecs_world *world = user;
    assert(event->kind < ECS_EVENT_KINDS);
    if (with_id[event->kind] != NULL) {
        with_id[event->kind](world, sim_id_unpack(event->a));
    } else if (with_index[event->kind] != NULL) {
        with_index[event->kind](world, (uint32_t)event->a);
    } else if (alone[event->kind] != NULL) {
        alone[event->kind](world);
    } else {
        assert(event->kind == ECS_EVENT_AGENT);
        ecs_on_agent(world, sim_id_unpack(event->a), (enum ecs_agent_news)event->b);
    }
}

/* ---- making and unmaking ---- */

/* Datapoints to keep: those an alarm looks at, and those on their way to it. */
static uint32_t points_needed(const struct ecs_behaviour *behaviour)
{
    int64_t alarm = behaviour->low_alarm_datapoints > behaviour->high_alarm_datapoints
                        ? behaviour->low_alarm_datapoints
                        : behaviour->high_alarm_datapoints;
    return (uint32_t)(alarm + behaviour->metric_latency / behaviour->metric_period + 2);
}

struct ecs_world *ecs_world_new(const struct ecs_scenario *scenario)
{
    ecs_scenario_check(scenario);
    struct ecs_world *world = NULL;
    uint32_t none = 0;
    sim_grow((void **)&world, &none, 1, sizeof *world); /* zeroed */
    world->scenario = scenario;
    sim_engine_init(&world->engine, priorities, ECS_EVENT_KINDS, dispatch, world);
    sim_stream_init(&world->stream);
    sim_slots_init(&world->arrived_slots);
    sim_slots_init(&world->task_slots);
    sim_slots_init(&world->instance_slots);
    sim_map_init(&world->demand_map, 4);
    sim_map_init(&world->shape_map, ECS_SHAPE_WORDS);
    sim_map_init(&world->tally_map, 2);
    sim_map_init(&world->value_map, 2);
    world->index = ecs_index_new();
    uint32_t specs = 0, groups = 0, managers = 0, pools = 0, meters = 0, cursors = 0;
    uint32_t scopes = scenario->provider_count + 1;
    sim_grow((void **)&world->capacities, &specs, scenario->spec_count + 1,
             sizeof world->capacities[0]);
    sim_grow((void **)&world->groups, &groups, scenario->asg_count + 1, sizeof world->groups[0]);
    sim_grow((void **)&world->managers, &managers, scopes, sizeof world->managers[0]);
    sim_grow((void **)&world->pools, &pools, scopes, sizeof world->pools[0]);
    sim_grow((void **)&world->meters, &meters, scopes, sizeof world->meters[0]);
    sim_grow((void **)&world->cursors, &cursors, scenario->workload_count + 1,
             sizeof world->cursors[0]);
    uint32_t attached = 0, active = 0, latest = 0, until = 0;
    sim_grow((void **)&world->attached, &attached, scopes, sizeof world->attached[0]);
    sim_grow((void **)&world->definition_active, &active, scenario->task_definition_count + 1,
             sizeof world->definition_active[0]);
    sim_grow((void **)&world->latest_definition, &latest, scenario->task_definition_count + 1,
             sizeof world->latest_definition[0]);
    sim_grow((void **)&world->definition_usable_until, &until, scenario->task_definition_count + 1,
             sizeof world->definition_usable_until[0]);
    uint32_t subnets = 0;
    sim_grow((void **)&world->addresses, &subnets, scenario->subnet_count + 1,
             sizeof world->addresses[0]);
    for (uint32_t i = 0; i < scenario->spec_count; i++)
        world->capacities[i] = ecs_spec_capacity(scenario, i);
    world->context = ecs_context_new(scenario);
    ecs_services_new(world);
    ecs_autoscaling_new(world);
    for (uint32_t i = 0; i < scenario->provider_count; i++)
        sim_grow((void **)&world->managers[i].points, &world->managers[i].point_capacity,
                 points_needed(&scenario->behaviour), sizeof world->managers[i].points[0]);
    return world;
}

static void close_sources(struct ecs_world *world)
{
    if (world->sources_open)
        ecs_arrivals_end(world);
    world->sources_open = false;
}

void ecs_world_free(struct ecs_world *world)
{
    if (world == NULL)
        return;
    close_sources(world);
    for (uint32_t i = 0; i < world->tally_map.count; i++)
        free(world->tallies[i].counts);
    for (uint32_t i = 0; i < world->instance_capacity; i++) {
        free(world->instances[i].ports);
        free(world->instances[i].pulled);
        free(world->instances[i].own_attributes);
        free(world->instances[i].layers);
    }
    for (uint32_t i = 0; i < world->scenario->asg_count; i++)
        free(world->groups[i].slots);
    for (uint32_t i = 0; i <= world->scenario->provider_count; i++) {
        free(world->pools[i].slots);
        free(world->managers[i].points);
    }
    ecs_index_free(world->index);
    ecs_services_free(world);
    ecs_autoscaling_free(world);
    ecs_attributes_end(world);
    sim_engine_release(&world->engine);
    sim_slots_release(&world->arrived_slots);
    sim_slots_release(&world->task_slots);
    sim_slots_release(&world->instance_slots);
    sim_map_release(&world->demand_map);
    sim_map_release(&world->shape_map);
    sim_map_release(&world->tally_map);
    sim_map_release(&world->value_map);
    void *arrays[] = {world->arrived,
                      world->tasks,
                      world->instances,
                      world->rooms,
                      world->capacities,
                      world->context,
                      world->groups,
                      world->managers,
                      world->pools,
                      world->meters,
                      world->cursors,
                      world->demands,
                      world->shapes,
                      world->tallies,
                      world->active_demands,
                      world->candidates,
                      world->dimensions,
                      world->values,
                      world->attached,
                      world->definition_active,
                      world->latest_definition,
                      world->definition_usable_until,
                      world->former,
                      world->explanations,
                      world->addresses,
                      world};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
}

struct sim_stream *ecs_world_stream(struct ecs_world *world)
{
    return &world->stream;
}

struct sim_engine *ecs_world_engine(struct ecs_world *world)
{
    return &world->engine;
}

/* ---- a run ---- */

static void clear_tallies(struct ecs_world *world)
{
    for (uint32_t i = 0; i < world->tally_map.count; i++) {
        free(world->tallies[i].counts);
        world->tallies[i] = (struct ecs_tally){0};
    }
    sim_map_clear(&world->tally_map);
    sim_map_clear(&world->value_map);
}

static void begin(struct ecs_world *world, uint32_t replication)
{
    const struct ecs_scenario *scenario = world->scenario;
    world->replication = replication;
    sim_engine_clear(&world->engine);
    world->stream.records = 0;
    sim_slots_clear(&world->arrived_slots);
    sim_slots_clear(&world->task_slots);
    sim_slots_clear(&world->instance_slots);
    sim_map_clear(&world->demand_map);
    sim_map_clear(&world->shape_map);
    clear_tallies(world);
    world->arrival_serial = world->task_serial = world->instance_serial = 0;
    world->registrations = 0;
    world->active_count = 0;
    world->waiting = 0;
    world->place_at = SIM_TIME_NEVER;
    world->moved = 0;
    for (uint32_t i = 0; i <= scenario->provider_count; i++) {
        world->pools[i].count = world->pools[i].disconnected = 0;
        world->pools[i].version = 1;
    }
    ecs_network_begin(world);
    ecs_placement_begin(world);
    ecs_meters_begin(world);
    ecs_cluster_begin(world);
    ecs_groups_begin(world);
    for (uint32_t i = 0; i < scenario->extra_instance_count; i++) {
        const struct ecs_extra_instance *extra = &scenario->extra_instances[i];
        for (uint32_t k = 0; k < extra->count; k++)
            ecs_instance_launch(world, ECS_NONE, extra->spec, &extra->zone, 0, true,
                                ECS_CAUSE_INITIAL);
    }
    ecs_managed_begin(world);
    ecs_agents_begin(world);
    ecs_changes_begin(world);
    sim_engine_at(&world->engine, 0, ECS_EVENT_SAMPLE, 0, 0);
    ecs_services_begin(world);
    ecs_autoscaling_begin(world);
    ecs_arrivals_begin(world);
}

struct serial {
    int64_t serial;
    uint32_t slot;
};

static int compare_serials(const void *a, const void *b)
{
    const struct serial *left = a, *right = b;
    return left->serial < right->serial ? -1 : left->serial > right->serial;
}

/* Live slots in the order of their serial numbers; the caller frees. */
static struct serial *in_order(const struct sim_slots *slots, const struct ecs_world *world,
                               int64_t (*serial_of)(const struct ecs_world *, uint32_t),
                               uint32_t *count)
{
    struct serial *list = sim_malloc((slots->in_use + 1) * sizeof list[0]);
    *count = 0;
    for (uint32_t slot = 0; slot < slots->count; slot++)
        if (sim_slots_id(slots, slot).generation != 0)
            list[(*count)++] = (struct serial){serial_of(world, slot), slot};
    qsort(list, *count, sizeof list[0], compare_serials);
    return list;
}

static int64_t task_serial(const struct ecs_world *world, uint32_t slot)
{
    return world->tasks[slot].serial;
}

static int64_t arrival_serial(const struct ecs_world *world, uint32_t slot)
{
    return world->arrived[slot].serial;
}

static int64_t instance_serial(const struct ecs_world *world, uint32_t slot)
{
    return world->instances[slot].serial;
}

static enum ecs_fate open_fate(const struct ecs_arrived *arrived)
{
    return arrived->started >= 0 ? ECS_FATE_RUNNING : ECS_FATE_WAITING;
}

/* The closing records, at the horizon: nothing is stopped, all is accounted for. */
static void end(struct ecs_world *world)
{
    uint32_t count;
    ecs_services_sample(world);
    struct serial *list = in_order(&world->task_slots, world, task_serial, &count);
    for (uint32_t i = 0; i < count; i++)
        ecs_task_close(world, list[i].slot);
    free(list);
    list = in_order(&world->arrived_slots, world, arrival_serial, &count);
    for (uint32_t i = 0; i < count; i++)
        ecs_arrived_close(world, list[i].slot, open_fate(&world->arrived[list[i].slot]));
    free(list);
    list = in_order(&world->instance_slots, world, instance_serial, &count);
    for (uint32_t i = 0; i < count; i++)
        ecs_instance_close(world, list[i].slot);
    free(list);
    ecs_sample(world);
    ecs_meters_end(world);
    struct sim_record record = ecs_record(world, ECS_RECORD_RUN_ENDED);
    record.field[ECS_RUN_ENDED_horizon] = ecs_now(world);
    record.field[ECS_RUN_ENDED_measured_from] = world->scenario->warmup;
    record.field[ECS_RUN_ENDED_events] = (int64_t)world->engine.events;
    record.field[ECS_RUN_ENDED_records] = (int64_t)world->stream.records + 1;
    ecs_emit(world, &record);
}

void ecs_world_begin(struct ecs_world *world, uint32_t replication)
{
    close_sources(world);
    begin(world, replication);
    world->sources_open = true;
    world->over = world->engine.stop;
}

bool ecs_world_advance(struct ecs_world *world, sim_time until)
{
    sim_time horizon = world->scenario->duration;
    if (world->over)
        return true;
    bool whole = sim_engine_run(&world->engine, until < horizon ? until : horizon);
    world->over = world->engine.stop || (whole && until >= horizon);
    return whole;
}

bool ecs_world_end(struct ecs_world *world)
{
    bool whole = ecs_world_advance(world, SIM_TIME_NEVER);
    if (whole) {
        if (world->scenario->duration != SIM_TIME_NEVER)
            world->engine.now = world->scenario->duration;
        end(world);
    }
    close_sources(world);
    return whole;
}

bool ecs_world_is_over(const struct ecs_world *world)
{
    return world->over;
}

bool ecs_world_run(struct ecs_world *world, uint32_t replication)
{
    ecs_world_begin(world, replication);
    return ecs_world_end(world);
}
