/* Placement in the order of PL-3: resources, constraints, strategies, choice.
 *
 * The filters below are the seam of the index: whatever answers "which ACTIVE instances of this
 * pool fit this demand" must answer as ecs_fits does, instance by instance, in registration order.
 */
#include "ecs_state.h"

#include "place.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- capacity and attributes of instances ---- */

#define SMALL_INSTANCE_MIB 4096 /* sheet 04, section 10: registered memory fraction */

struct ecs_capacity ecs_spec_capacity(const struct ecs_scenario *scenario, uint32_t spec_index)
{
    const struct ecs_launch_spec *spec = &scenario->specs[spec_index];
    const struct ecs_instance_type *type = &scenario->types[spec->type];
    bool is_small = type->memory_mib <= SMALL_INSTANCE_MIB;
    int64_t ppm = spec->host.os == ECS_OS_WINDOWS ? scenario->behaviour.memory_windows_ppm
                  : is_small                      ? scenario->behaviour.memory_small_ppm
                                                  : scenario->behaviour.memory_ppm;
    int64_t memory_mib = type->memory_mib * ppm / 1000000 - spec->reserved_memory_mib;
    return (struct ecs_capacity){
        .cpu_units = (int64_t)type->vcpus * 1024,      /* RES-01 */
        .memory_mib = memory_mib > 0 ? memory_mib : 0, /* MEM-3 */
        .gpus = spec->no_gpus ? 0 : (int32_t)type->gpus,
        .enis = type->max_enis > 0 ? (int32_t)type->max_enis - 1 : 0, /* ENI-02 */
    };
}

static bool name_is(const struct ecs_world *world, uint32_t name, const char *text)
{
    return strcmp(world->scenario->names.text[name], text) == 0;
}

uint64_t ecs_instance_attribute(const struct ecs_world *world, uint32_t slot, uint32_t name)
{
    const struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    for (uint32_t i = 0; i < instance->own_attribute_count; i++)
        if (instance->own_attributes[i].name == name)
            return instance->own_attributes[i].value == ECS_NONE
                       ? 0
                       : (uint64_t)instance->own_attributes[i].value + 1;
    for (uint32_t i = 0; i < spec->attribute_count; i++)
        if (spec->attributes[i].name == name)
            return (uint64_t)spec->attributes[i].value + 1;
    const struct ecs_zone *zone = NULL;
    if (instance->asg != ECS_NONE)
        zone = &world->scenario->asgs[instance->asg].zones[instance->zone_index];
    if (name_is(world, name, "ecs.availability-zone"))
        return (uint64_t)instance->zone + 1;
    if (name_is(world, name, "ecs.instance-type"))
        return (uint64_t)spec->type + 1;
    if (name_is(world, name, "ecs.ami-id"))
        return spec->image_id;
    if (name_is(world, name, "ecs.os-type"))
        return spec->host.os == ECS_OS_WINDOWS ? 2 : 1;
    if (name_is(world, name, "ecs.cpu-architecture"))
        return world->scenario->types[spec->type].arm64 ? 2 : 1;
    if (name_is(world, name, "ecs.subnet-id"))
        return zone == NULL ? 0 : zone->subnet;
    if (name_is(world, name, "ecs.vpc-id"))
        return zone == NULL ? 0 : zone->vpc;
    return 0;
}

/* ---- demands and shapes ---- */

/* True when some rule looks at the group's tasks. */
static bool uses_group(const struct ecs_placement *placement, bool distinct)
{
    if (distinct)
        return true;
    for (uint32_t i = 0; i < placement->rule_count; i++)
        if (place_strategies[placement->rules[i].strategy]->field == PLACE_FIELD_DIMENSION)
            return true;
    return false;
}

/* Whether an empty instance of the spec has the definition's static host ports (PRT-05, PRT-07). */
static bool spec_has_ports(const struct ecs_launch_spec *spec,
                           const struct ecs_task_definition *definition)
{
    uint32_t reserved_count = spec->reserved_port_count + spec->reserved_port_udp_count;
    if (definition->port_count > 0 && reserved_count + definition->port_count > ECS_PORTS_MAX)
        return false;
    for (uint32_t i = 0; i < definition->port_count; i++) {
        const struct ecs_port *port = &definition->ports[i];
        const uint16_t *reserved = port->udp ? spec->reserved_ports_udp : spec->reserved_ports;
        uint32_t count = port->udp ? spec->reserved_port_udp_count : spec->reserved_port_count;
        for (uint32_t k = 0; k < count; k++)
            if (reserved[k] == port->port)
                return false;
    }
    return true;
}

/* Tasks of this demand on one empty instance of the provider's group (sheet 04, 1.3). */
static int64_t tasks_per_instance(const struct ecs_world *world, const struct ecs_demand *demand)
{
    if (demand->provider == ECS_NONE)
        return 0;
    uint32_t asg = world->scenario->providers[demand->provider].asg;
    uint32_t spec = world->groups[asg].spec;
    const struct ecs_capacity *capacity = &world->capacities[spec];
    int64_t fit = INT64_MAX;
    if (demand->cpu_units > 0)
        fit = capacity->cpu_units / demand->cpu_units;
    if (demand->memory_mib > 0 && capacity->memory_mib / demand->memory_mib < fit)
        fit = capacity->memory_mib / demand->memory_mib;
    if (demand->gpus > 0 && capacity->gpus / demand->gpus < fit)
        fit = capacity->gpus / demand->gpus;
    if (demand->awsvpc && capacity->enis < fit)
        fit = capacity->enis;
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    if (!spec_has_ports(&world->scenario->specs[spec], definition) ||
        !ecs_spec_suits(&world->scenario->specs[spec], definition))
        return 0;
    bool alone = demand->distinct || definition->port_count > 0;
    return alone && fit > 1 ? 1 : fit;
}

static uint32_t intern_shape(struct ecs_world *world, const struct ecs_demand *demand)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    uint64_t key[8] = {
        demand->provider,
        (uint64_t)demand->cpu_units,
        (uint64_t)demand->memory_mib,
        (uint64_t)demand->gpus,
        demand->awsvpc,
        definition->port_count > 0 ? (uint64_t)demand->definition + 1 : 0,
        demand->distinct ? (uint64_t)demand->group + 1 : 0,
        (uint64_t)definition->agent_version << 1 | definition->windows,
    };
    uint32_t before = world->shape_map.count;
    uint32_t index = sim_map_intern(&world->shape_map, key);
    if (index == before) {
        sim_grow((void **)&world->shapes, &world->shape_capacity, index + 1,
                 sizeof world->shapes[0]);
        world->shapes[index] = (struct ecs_shape){
            .provider = demand->provider,
            .per_instance = tasks_per_instance(world, demand),
        };
    }
    return index;
}

uint32_t ecs_demand_of(struct ecs_world *world, const struct ecs_arrived *arrived)
{
    const struct ecs_placement *placement = &arrived->request->placement;
    struct ecs_demand demand = {
        .provider = arrived->provider,
        .definition = arrived->definition,
        .group = uses_group(placement, arrived->distinct) ? arrived->group : 0,
        .distinct = arrived->distinct,
        .awsvpc = world->scenario->task_definitions[arrived->definition].network_mode ==
                  ECS_NETWORK_AWSVPC,
        .placement = placement,
        .cpu_units = arrived->cpu_units,
        .memory_mib = arrived->memory_mib,
        .gpus = arrived->gpus,
        .first = ECS_NONE,
        .last = ECS_NONE,
        .active_index = ECS_NONE,
    };
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[arrived->definition];
    demand.plain = !demand.distinct && !demand.awsvpc && demand.gpus == 0 &&
                   definition->port_count == 0 && !world->some_unfit;
    demand.shape = intern_shape(world, &demand);
    uint64_t key[4] = {
        demand.shape, (uint64_t)demand.definition << 1 | demand.distinct, demand.group,
        (uint64_t)(uintptr_t)placement, /* identity only: the order is that of first use */
    };
    uint32_t before = world->demand_map.count;
    uint32_t index = sim_map_intern(&world->demand_map, key);
    if (index == before) {
        sim_grow((void **)&world->demands, &world->demand_capacity, index + 1,
                 sizeof world->demands[0]);
        world->demands[index] = demand;
    }
    return index;
}

/* ---- counting tasks of a group (ST-10, CO-4) ---- */

static void add_dimension(struct ecs_world *world, uint32_t dimension)
{
    for (uint32_t i = 0; i < world->dimension_count; i++)
        if (world->dimensions[i] == dimension)
            return;
    world->dimensions =
        sim_realloc(world->dimensions, world->dimension_count + 1, sizeof world->dimensions[0]);
    world->dimensions[world->dimension_count++] = dimension;
}

static void add_dimensions(struct ecs_world *world, const struct ecs_placement *placement)
{
    if (placement->distinct_instance)
        add_dimension(world, 0);
    for (uint32_t i = 0; i < placement->rule_count; i++) {
        const struct ecs_placement_rule *rule = &placement->rules[i];
        if (place_strategies[rule->strategy]->field == PLACE_FIELD_DIMENSION)
            add_dimension(world, rule->dimension);
    }
}

void ecs_placement_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    world->dimension_count = 0;
    world->some_unfit = false;
    for (uint32_t i = 0; i < scenario->spec_count; i++)
        for (uint32_t k = 0; k < scenario->task_definition_count; k++)
            world->some_unfit =
                world->some_unfit ||
                !ecs_spec_suits(&scenario->specs[i], &scenario->task_definitions[k]);
    for (uint32_t i = 0; i < scenario->run_task_count; i++)
        add_dimensions(world, &scenario->run_tasks[i].request.placement);
    for (uint32_t i = 0; i < scenario->workload_count; i++) {
        add_dimensions(world, &scenario->workloads[i].request.placement);
        if (scenario->workloads[i].source->rows_may_be_distinct)
            add_dimension(world, 0);
    }
}

void ecs_placement_register(struct ecs_world *world, uint32_t slot)
{
    uint32_t first = slot * world->dimension_count;
    sim_grow((void **)&world->values, &world->value_capacity, first + world->dimension_count,
             sizeof world->values[0]);
    for (uint32_t i = 0; i < world->dimension_count; i++) {
        uint32_t dimension = world->dimensions[i];
        uint64_t key[2] = {dimension, 0};
        if (dimension != 0)
            key[1] = ecs_instance_attribute(world, slot, dimension);
        world->values[first + i] = dimension == 0 ? slot : sim_map_intern(&world->value_map, key);
    }
}

static uint32_t dimension_index(const struct ecs_world *world, uint32_t dimension)
{
    uint32_t i = 0;
    while (world->dimensions[i] != dimension)
        i++;
    return i;
}

/* The tally of (group, dimension); NULL while the group has never had a task. */
static const struct ecs_tally *find_tally(const struct ecs_world *world, uint32_t group,
                                          uint32_t dimension)
{
    uint64_t key[2] = {group, dimension};
    uint32_t index = sim_map_find(&world->tally_map, key);
    return index == SIM_MAP_NONE ? NULL : &world->tallies[index];
}

/* Tasks that a tally counts with the same value as the instance. */
static int64_t tallied(const struct ecs_world *world, const struct ecs_tally *tally,
                       uint32_t dimension_at, uint32_t slot)
{
    if (tally == NULL)
        return 0;
    uint32_t value = world->values[slot * world->dimension_count + dimension_at];
    return value < tally->capacity ? tally->counts[value] : 0;
}

static void count_group(struct ecs_world *world, uint32_t group, uint32_t slot, int32_t change)
{
    for (uint32_t i = 0; i < world->dimension_count; i++) {
        uint64_t key[2] = {group, world->dimensions[i]};
        uint32_t before = world->tally_map.count;
        uint32_t index = sim_map_intern(&world->tally_map, key);
        if (index == before)
            sim_grow((void **)&world->tallies, &world->tally_capacity, index + 1,
                     sizeof world->tallies[0]);
        struct ecs_tally *tally = &world->tallies[index];
        uint32_t value = world->values[slot * world->dimension_count + i];
        sim_grow((void **)&tally->counts, &tally->capacity, value + 1, sizeof tally->counts[0]);
        tally->counts[value] += change;
        tally->total += change;
        assert(tally->counts[value] >= 0);
        if (tally->total == 0) {
            free(tally->counts);
            *tally = (struct ecs_tally){0};
        }
    }
}

/* Counts the tasks on an instance out (-1) or in (1). */
static void count_tasks(struct ecs_world *world, uint32_t slot, int32_t change)
{
    for (uint32_t task = world->instances[slot].first_task; task != ECS_NONE;
         task = world->tasks[task].next)
        count_group(world, world->arrived[world->tasks[task].arrived].group, slot, change);
}

void ecs_placement_reregister(struct ecs_world *world, uint32_t slot)
{
    if (world->dimension_count == 0)
        return;
    count_tasks(world, slot, -1);
    ecs_placement_register(world, slot);
    count_tasks(world, slot, 1);
}

void ecs_placement_respec(struct ecs_world *world, uint32_t asg)
{
    for (uint32_t i = 0; i < world->demand_map.count; i++) {
        const struct ecs_demand *demand = &world->demands[i];
        if (demand->provider != ECS_NONE && world->scenario->providers[demand->provider].asg == asg)
            world->shapes[demand->shape].per_instance = tasks_per_instance(world, demand);
    }
}

/* ---- filters ---- */

static bool ports_free(const struct ecs_world *world, const struct ecs_demand *demand,
                       uint32_t slot)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    const struct ecs_instance *instance = &world->instances[slot];
    if (definition->port_count == 0)
        return true;
    if (instance->port_count + definition->port_count > ECS_PORTS_MAX)
        return false; /* PRT-07 */
    for (uint32_t i = 0; i < definition->port_count; i++) {
        uint32_t port = (uint32_t)definition->ports[i].port << 1 | definition->ports[i].udp;
        for (uint32_t k = 0; k < instance->port_count; k++)
            if (instance->ports[k] == port)
                return false;
    }
    return true;
}

/* The first reason, in the order of sheet 02, 6.4, why the demand does not fit; NONE: it fits. What
 * comes before, status and agent, is decided by the pool: it holds what is ACTIVE and connected,
 * and counts what is ACTIVE only. */
static enum ecs_reason misfit(const struct ecs_world *world, const struct ecs_demand *demand,
                              uint32_t slot)
{
    const struct ecs_room *room = &world->rooms[slot];
    if (world->some_unfit) {
        const struct ecs_launch_spec *spec = &world->scenario->specs[world->instances[slot].spec];
        if (!ecs_spec_suits(spec, &world->scenario->task_definitions[demand->definition]))
            return ECS_REASON_ATTRIBUTE;
    }
    if (room->cpu_units < demand->cpu_units)
        return ECS_REASON_RESOURCE_CPU;
    if (room->memory_mib < demand->memory_mib)
        return ECS_REASON_RESOURCE_MEMORY;
    if (room->gpus < demand->gpus)
        return ECS_REASON_RESOURCE_GPU;
    if (!ports_free(world, demand, slot))
        return ECS_REASON_RESOURCE_PORTS;
    if (demand->awsvpc && room->enis < 1)
        return ECS_REASON_RESOURCE_ENI;
    if (demand->distinct &&
        tallied(world, find_tally(world, demand->group, 0), dimension_index(world, 0), slot) > 0)
        return ECS_REASON_DISTINCT_INSTANCE;
    return ECS_REASON_NONE;
}

/* Feasible instances of the pool into world->candidates, in registration order. */
static uint32_t filter(struct ecs_world *world, const struct ecs_demand *demand,
                       const struct ecs_pool *pool)
{
    sim_grow((void **)&world->candidates, &world->candidate_capacity, pool->count,
             sizeof world->candidates[0]);
    uint32_t count = 0;
    for (uint32_t i = 0; i < pool->count; i++) {
        const struct ecs_room *room = &world->rooms[pool->slots[i]];
        if (room->cpu_units < demand->cpu_units || room->memory_mib < demand->memory_mib)
            continue; /* most instances that do not fit end here: keep it tight */
        if (demand->plain || misfit(world, demand, pool->slots[i]) == ECS_REASON_NONE)
            world->candidates[count++] = pool->slots[i];
    }
    return count;
}

/* ---- strategies ---- */

/* Keeps the candidates that the rule likes best, in order; returns how many. */
static uint32_t narrow(struct ecs_world *world, const struct ecs_demand *demand,
                       const struct ecs_placement_rule *rule, uint32_t count)
{
    const struct place_strategy *strategy = place_strategies[rule->strategy];
    bool counts = strategy->field == PLACE_FIELD_DIMENSION;
    uint32_t dimension_at = counts ? dimension_index(world, rule->dimension) : 0;
    const struct ecs_tally *tally =
        counts ? find_tally(world, demand->group, rule->dimension) : NULL;
    struct place_view view = {.cpu_units = demand->cpu_units,
                              .memory_mib = demand->memory_mib,
                              .gpus = demand->gpus};
    uint32_t kept = 0;
    int64_t best = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const struct ecs_room *room = &world->rooms[world->candidates[i]];
        view.free_cpu_units = room->cpu_units;
        view.free_memory_mib = room->memory_mib;
        view.free_gpus = room->gpus;
        if (counts)
            view.same_group = tallied(world, tally, dimension_at, world->candidates[i]);
        int64_t value = strategy->score(&view, rule->dimension);
        if (value < best) {
            best = value;
            kept = 0;
        }
        if (value == best)
            world->candidates[kept++] = world->candidates[i];
    }
    return kept;
}

uint32_t ecs_place_choose(struct ecs_world *world, uint32_t demand_index, int64_t arrival,
                          uint32_t attempt)
{
    struct ecs_demand *demand = &world->demands[demand_index];
    const struct ecs_pool *pool = &world->pools[ecs_scope(world, demand->provider)];
    if (demand->failed_version == pool->version)
        return ECS_NONE; /* nothing was freed since it last found no room */
    uint32_t count = filter(world, demand, pool);
    if (count == 0) {
        demand->failed_version = pool->version;
        return ECS_NONE;
    }
    for (uint32_t i = 0; i < demand->placement->rule_count && count > 1; i++)
        count = narrow(world, demand, &demand->placement->rules[i], count);
    if (count == 1 || world->scenario->behaviour.placement_tie == ECS_TIE_FIRST)
        return world->candidates[0];
    uint64_t index = sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_TIE,
                                   (uint64_t)arrival, attempt, count);
    return world->candidates[index];
}

static void emit_failure(struct ecs_world *world, int64_t arrival, int64_t task,
                         enum ecs_reason reason, int64_t count)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_FAILURE);
    record.field[ECS_FAILURE_arrival] = arrival;
    record.field[ECS_FAILURE_task] = task;
    record.field[ECS_FAILURE_reason] = reason;
    record.field[ECS_FAILURE_count] = count;
    ecs_emit(world, &record);
}

enum ecs_reason ecs_place_explain(struct ecs_world *world, uint32_t demand_index, int64_t arrival,
                                  int64_t task, bool emit)
{
    struct ecs_demand *demand = &world->demands[demand_index];
    const struct ecs_pool *pool = &world->pools[ecs_scope(world, demand->provider)];
    if (!emit && demand->explained_version == pool->version)
        return demand->explained; /* nothing was freed since */
    int64_t counts[ECS_REASONS] = {0};
    for (uint32_t i = 0; i < pool->count; i++)
        counts[misfit(world, demand, pool->slots[i])]++;
    counts[ECS_REASON_AGENT] = pool->disconnected; /* API-6 */
    if (pool->count == 0 && pool->disconnected == 0)
        counts[ECS_REASON_NO_INSTANCES] = 1;
    enum ecs_reason most = ECS_REASON_NONE;
    for (int reason = ECS_REASON_NONE + 1; reason < ECS_REASONS; reason++) {
        if (counts[reason] == 0)
            continue;
        if (emit)
            emit_failure(world, arrival, task, (enum ecs_reason)reason, counts[reason]);
        if (most == ECS_REASON_NONE || counts[reason] > counts[most])
            most = (enum ecs_reason)reason;
    }
    demand->explained = most;
    demand->explained_version = pool->version;
    return most;
}

/* ---- taking and giving back ---- */

static void take_ports(struct ecs_world *world, const struct ecs_demand *demand, uint32_t slot)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    struct ecs_instance *instance = &world->instances[slot];
    sim_grow((void **)&instance->ports, &instance->port_capacity,
             instance->port_count + definition->port_count, sizeof instance->ports[0]);
    for (uint32_t i = 0; i < definition->port_count; i++)
        instance->ports[instance->port_count++] =
            (uint32_t)definition->ports[i].port << 1 | definition->ports[i].udp;
}

static void give_ports(struct ecs_world *world, const struct ecs_demand *demand, uint32_t slot)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    struct ecs_instance *instance = &world->instances[slot];
    for (uint32_t i = 0; i < definition->port_count; i++) {
        uint32_t port = (uint32_t)definition->ports[i].port << 1 | definition->ports[i].udp;
        uint32_t k = 0;
        while (instance->ports[k] != port)
            k++;
        instance->ports[k] = instance->ports[--instance->port_count];
    }
}

void ecs_room_take(struct ecs_world *world, uint32_t task_slot, uint32_t slot)
{
    const struct ecs_task *task = &world->tasks[task_slot];
    const struct ecs_demand *demand = &world->demands[task->demand];
    const struct ecs_arrived *arrived = &world->arrived[task->arrived];
    struct ecs_room *room = &world->rooms[slot];
    room->cpu_units -= demand->cpu_units;
    room->memory_mib -= demand->memory_mib;
    room->gpus -= (int32_t)demand->gpus;
    room->enis -= demand->awsvpc;
    assert(room->cpu_units >= 0 && room->memory_mib >= 0 && room->gpus >= 0 && room->enis >= 0);
    take_ports(world, demand, slot);
    if (world->dimension_count > 0)
        count_group(world, arrived->group, slot, 1);
    ecs_meter_reserved(world, world->instances[slot].provider, demand->cpu_units,
                       demand->memory_mib, demand->awsvpc);
    struct sim_record record = ecs_record(world, ECS_RECORD_TASK_PLACED);
    int64_t *field = record.field;
    field[ECS_TASK_PLACED_task] = task->serial;
    field[ECS_TASK_PLACED_instance] = world->instances[slot].serial;
    field[ECS_TASK_PLACED_definition] = arrived->definition;
    field[ECS_TASK_PLACED_group] = arrived->group;
    field[ECS_TASK_PLACED_cpu_units] = demand->cpu_units;
    field[ECS_TASK_PLACED_memory_mib] = demand->memory_mib;
    field[ECS_TASK_PLACED_gpus] = demand->gpus;
    field[ECS_TASK_PLACED_enis] = demand->awsvpc;
    field[ECS_TASK_PLACED_distinct] = demand->distinct;
    ecs_emit(world, &record);
    ecs_instance_task_added(world, slot, task_slot);
}

void ecs_room_give(struct ecs_world *world, uint32_t task_slot, uint32_t slot)
{
    const struct ecs_task *task = &world->tasks[task_slot];
    const struct ecs_demand *demand = &world->demands[task->demand];
    struct ecs_room *room = &world->rooms[slot];
    room->cpu_units += demand->cpu_units;
    room->memory_mib += demand->memory_mib;
    room->gpus += (int32_t)demand->gpus;
    room->enis += demand->awsvpc;
    give_ports(world, demand, slot);
    if (world->dimension_count > 0)
        count_group(world, world->arrived[task->arrived].group, slot, -1);
    ecs_meter_reserved(world, world->instances[slot].provider, -demand->cpu_units,
                       -demand->memory_mib, -(int64_t)demand->awsvpc);
    struct sim_record record = ecs_record(world, ECS_RECORD_TASK_RELEASED);
    record.field[ECS_TASK_RELEASED_task] = task->serial;
    record.field[ECS_TASK_RELEASED_instance] = world->instances[slot].serial;
    ecs_emit(world, &record);
    if (world->instances[slot].seen == ECS_SEEN_PLACEABLE)
        ecs_pool_room(world, world->instances[slot].provider);
    ecs_instance_task_removed(world, slot, task_slot);
}
