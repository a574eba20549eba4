/* An instance and a task as strategies see them (struct place_view). */
#include "ecs_placing.h"

#include <assert.h>

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

struct place_context *ecs_context_new(const struct ecs_scenario *scenario)
{
    struct place_context *context = sim_malloc(sizeof *context);
    *context = (struct place_context){
        .cpu_units_max = 1,
        .memory_mib_max = 1,
        .gpu_milli_max = 1,
        .typical = scenario->typical,
        .typical_count = scenario->typical_count,
    };
    for (uint32_t i = 0; i < scenario->spec_count; i++) {
        struct ecs_capacity capacity = ecs_spec_capacity(scenario, i);
        context->cpu_units_max = greater(context->cpu_units_max, capacity.cpu_units);
        context->memory_mib_max = greater(context->memory_mib_max, capacity.memory_mib);
        context->gpu_milli_max =
            greater(context->gpu_milli_max, capacity.gpus * (int64_t)ECS_GPU_MILLI);
    }
    for (uint32_t i = 0; i < context->typical_count; i++)
        context->typical_total += context->typical[i].count;
    assert(context->typical_total < INT64_C(1) << 48); /* times free thousandths: below 2^63 */
    return context;
}

void ecs_view_demand(const struct ecs_world *world, const struct ecs_demand *demand,
                     struct place_view *view)
{
    *view = (struct place_view){
        .cpu_units = demand->cpu_units,
        .memory_mib = demand->memory_mib,
        .gpus = demand->gpus,
        .gpu_milli = demand->gpu_milli,
        .gpu_models = demand->gpu_models,
        .context = world->context,
    };
}

void ecs_view_instance(const struct ecs_world *world, uint32_t slot, struct place_view *view)
{
    const struct ecs_room *room = &world->rooms[slot];
    const struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_capacity *capacity = &world->capacities[instance->spec];
    view->free_cpu_units = room->cpu_units;
    view->free_memory_mib = room->memory_mib;
    view->free_gpus = room->gpus;
    view->rank = instance->rank;
    view->gpu = instance->gpus;
    view->gpu_count = (uint32_t)capacity->gpus;
    view->gpu_model = capacity->gpu_model;
}
