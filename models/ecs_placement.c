/* Placement in the order of PL-3: resources, constraints, strategies, choice. The filters are in
 * ecs_filter.c, what a placed task takes in ecs_room.c, counting by group in ecs_tally.c. */
#include "ecs_index.h"

#include "place.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- capacity of an instance ---- */

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
        .cpu_units = type->cpu_units > 0 ? type->cpu_units : (int64_t)type->vcpus * 1024,
        .memory_mib = memory_mib > 0 ? memory_mib : 0, /* MEM-3 */
        .gpus = spec->no_gpus ? 0 : (int32_t)type->gpus,
        .enis = type->awsvpc_tasks > 0 ? type->awsvpc_tasks
                : type->max_enis > 0   ? (int32_t)type->max_enis - 1 /* ENI-02 */
                                       : 0,
        .enis_trunked = type->awsvpc_tasks_trunked,
        .gpu_model = spec->no_gpus ? 0 : ecs_gpu_model_bit(scenario, type->gpu_model),
    };
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

bool ecs_demand_is_special(const struct ecs_world *world, const struct ecs_demand *demand)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    return definition->requirement_count > 0 || definition->query_count > 0 ||
           definition->gpu_milli > 0;
}

void ecs_demand_shape_key(const struct ecs_world *world, const struct ecs_demand *demand,
                          uint64_t key[ECS_SHAPE_WORDS])
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    bool special = definition->port_count > 0 || ecs_demand_is_special(world, demand);
    const uint64_t words[ECS_SHAPE_WORDS] = {
        demand->provider,
        (uint64_t)demand->cpu_units,
        (uint64_t)demand->memory_mib,
        (uint64_t)demand->gpus,
        demand->awsvpc,
        special ? (uint64_t)demand->definition + 1 : 0,
        demand->distinct ? (uint64_t)demand->group + 1 : 0,
        (uint64_t)definition->agent_version << 3 | (uint64_t)definition->architecture << 1 |
            definition->windows, /* what ecs_spec_suits looks at */
        (uint64_t)demand->gpu_milli,
        demand->gpu_models,
        demand->placement->query_count + demand->placement->subnet_count > 0
            ? (uint64_t)(uintptr_t)demand->placement
            : 0,
    };
    memcpy(key, words, sizeof words);
}

static uint32_t intern_shape(struct ecs_world *world, const struct ecs_demand *demand)
{
    uint64_t key[ECS_SHAPE_WORDS];
    ecs_demand_shape_key(world, demand, key);
    uint32_t before = world->shape_map.count;
    uint32_t index = sim_map_intern(&world->shape_map, key);
    if (index == before) {
        sim_grow((void **)&world->shapes, &world->shape_capacity, index + 1,
                 sizeof world->shapes[0]);
        world->shapes[index] = (struct ecs_shape){
            .provider = demand->provider,
            .per_instance = ecs_tasks_per_instance(world, demand),
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
        .gpu_milli = arrived->gpu_milli,
        .gpu_models = arrived->gpu_models,
        .first = ECS_NONE,
        .last = ECS_NONE,
        .active_index = ECS_NONE,
        .view = ECS_NONE,
    };
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[arrived->definition];
    demand.plain = !demand.distinct && !demand.awsvpc && demand.gpus == 0 &&
                   definition->port_count == 0 && !world->some_unfit &&
                   !ecs_demand_is_special(world, &demand) && placement->query_count == 0 &&
                   placement->subnet_count == 0;
    demand.limited = ecs_network_is_limited(world, &demand);
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

void ecs_placement_begin(struct ecs_world *world)
{
    ecs_attributes_begin(world);
    ecs_tallies_begin(world);
    ecs_explain_begin(world);
    ecs_index_begin(world);
}

void ecs_placement_respec(struct ecs_world *world, uint32_t asg)
{
    for (uint32_t i = 0; i < world->demand_map.count; i++) {
        const struct ecs_demand *demand = &world->demands[i];
        if (demand->provider != ECS_NONE && world->scenario->providers[demand->provider].asg == asg)
            world->shapes[demand->shape].per_instance = ecs_tasks_per_instance(world, demand);
    }
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
        if (demand->plain || ecs_misfit(world, demand, pool->slots[i]) == ECS_REASON_NONE)
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
    uint32_t dimension_at = counts ? ecs_dimension_index(world, rule->dimension) : 0;
    const struct ecs_tally *tally =
        counts ? ecs_tally_find(world, demand->group, rule->dimension) : NULL;
    struct place_view view;
    ecs_view_demand(world, demand, &view);
    uint32_t kept = 0;
    int64_t best = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        ecs_view_instance(world, world->candidates[i], &view);
        if (counts)
            view.same_group = ecs_tallied(world, tally, dimension_at, world->candidates[i]);
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

int64_t ecs_place_score(const struct ecs_world *world, const struct ecs_demand *demand,
                        const struct ecs_placement_rule *rule, uint32_t slot)
{
    const struct place_strategy *strategy = place_strategies[rule->strategy];
    struct place_view view;
    ecs_view_demand(world, demand, &view);
    ecs_view_instance(world, slot, &view);
    if (strategy->field == PLACE_FIELD_DIMENSION)
        view.same_group = ecs_tallied(world, ecs_tally_find(world, demand->group, rule->dimension),
                                      ecs_dimension_index(world, rule->dimension), slot);
    return strategy->score(&view, rule->dimension);
}

uint32_t ecs_place_tie(const struct ecs_world *world, int64_t arrival, uint32_t attempt,
                       uint32_t ties)
{
    if (ties == 1 || world->scenario->behaviour.placement_tie == ECS_TIE_FIRST)
        return 0;
    return (uint32_t)sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_TIE,
                                   (uint64_t)arrival, attempt, ties);
}

/* The choice by looking at every instance. */
static uint32_t scan(struct ecs_world *world, const struct ecs_demand *demand, int64_t arrival,
                     uint32_t attempt)
{
    uint32_t count = filter(world, demand, &world->pools[ecs_scope(world, demand->provider)]);
    for (uint32_t i = 0; i < demand->placement->rule_count && count > 1; i++)
        count = narrow(world, demand, &demand->placement->rules[i], count);
    return count == 0 ? ECS_NONE : world->candidates[ecs_place_tie(world, arrival, attempt, count)];
}

uint32_t ecs_place_choose(struct ecs_world *world, uint32_t demand_index, int64_t arrival,
                          uint32_t attempt)
{
    struct ecs_demand *demand = &world->demands[demand_index];
    uint64_t version = world->pools[ecs_scope(world, demand->provider)].version;
    uint32_t slot;
    if (demand->failed_version == version) { /* nothing was freed since it last found no room */
        ecs_index_tell(world, demand_index, arrival, attempt, ECS_NONE);
        return ECS_NONE;
    }
    if (!ecs_index_choose(world, demand_index, arrival, attempt, &slot))
        slot = scan(world, demand, arrival, attempt);
    if (slot == ECS_NONE)
        demand->failed_version = version;
    ecs_index_tell(world, demand_index, arrival, attempt, slot);
    return slot;
}
