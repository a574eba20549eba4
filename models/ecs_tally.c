/* Counting tasks of a group by the values of a dimension (ST-10, CO-4): what spread and
 * distinctInstance ask. A dimension is counted only when some rule of the scenario looks at it. */
#include "ecs_placing.h"

#include "place.h"

#include <assert.h>
#include <stdlib.h>

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

void ecs_tallies_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    world->dimension_count = 0;
    for (uint32_t i = 0; i < scenario->run_task_count; i++)
        add_dimensions(world, &scenario->run_tasks[i].request.placement);
    for (uint32_t i = 0; i < scenario->workload_count; i++) {
        add_dimensions(world, &scenario->workloads[i].request.placement);
        if (scenario->workloads[i].source->rows_may_be_distinct)
            add_dimension(world, 0);
    }
    for (uint32_t i = 0; i < scenario->service_count; i++)
        add_dimensions(world, &scenario->services[i].request.placement);
    for (uint32_t i = 0; i < scenario->change_count; i++)
        if (scenario->changes[i].update != NULL)
            add_dimensions(world, &scenario->changes[i].update->request.placement);
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

uint32_t ecs_dimension_index(const struct ecs_world *world, uint32_t dimension)
{
    uint32_t i = 0;
    while (world->dimensions[i] != dimension)
        i++;
    return i;
}

/* The tally of (group, dimension); NULL while the group has never had a task. */
const struct ecs_tally *ecs_tally_find(const struct ecs_world *world, uint32_t group,
                                       uint32_t dimension)
{
    uint64_t key[2] = {group, dimension};
    uint32_t index = sim_map_find(&world->tally_map, key);
    return index == SIM_MAP_NONE ? NULL : &world->tallies[index];
}

/* Tasks that a tally counts with the same value as the instance. */
int64_t ecs_tallied(const struct ecs_world *world, const struct ecs_tally *tally,
                    uint32_t dimension_at, uint32_t slot)
{
    if (tally == NULL)
        return 0;
    uint32_t value = world->dimensions[dimension_at] == 0
                         ? slot
                         : world->values[slot * world->dimension_count + dimension_at];
    return value < tally->capacity ? tally->counts[value] : 0;
}

void ecs_tally_count(struct ecs_world *world, uint32_t group, uint32_t slot, int32_t change)
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
        ecs_tally_count(world, world->arrived[world->tasks[task].arrived].group, slot, change);
}

void ecs_placement_reregister(struct ecs_world *world, uint32_t slot)
{
    if (world->dimension_count > 0) {
        count_tasks(world, slot, -1);
        ecs_placement_register(world, slot);
        count_tasks(world, slot, 1);
    }
    ecs_attributes_news(world, slot);
}
