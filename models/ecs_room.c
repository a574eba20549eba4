/* What a placed task takes of its instance, and gives back when it stops. */
#include "ecs_placing.h"

#include "place.h"

#include <assert.h>

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

/* ---- GPUs (GPU-03) ---- */

/* Whole GPUs: the first ones that are free. Shares, which ECS does not have: those that the chain's
 * first strategy with an opinion likes best. */
static uint32_t choose_gpus(const struct ecs_world *world, const struct ecs_demand *demand,
                            const struct ecs_task *task, uint32_t slot)
{
    const struct ecs_placement *placement = demand->placement;
    uint32_t (*choose)(const struct place_view *, uint32_t, uint64_t) = NULL;
    struct place_view view;
    uint32_t ids = 0;
    ecs_view_demand(world, demand, &view);
    ecs_view_instance(world, slot, &view);
    for (uint32_t i = 0; i < placement->rule_count && choose == NULL; i++)
        choose = place_strategies[placement->rules[i].strategy]->choose_gpu;
    for (int64_t n = 0; n < demand->gpus; n++) {
        uint32_t gpu;
        if (choose == NULL || demand->gpu_milli == ECS_GPU_MILLI) {
            gpu = place_gpu_fullest(&view, ids); /* of whole ones that are free: the first */
        } else {
            uint64_t draw = sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_GPU,
                                          (uint64_t)world->arrived[task->arrived].serial,
                                          (uint64_t)task->attempt << 8 | (uint64_t)n, UINT64_MAX);
            gpu = choose(&view, ids, draw);
        }
        assert(gpu < view.gpu_count);
        ids |= UINT32_C(1) << gpu;
    }
    return ids;
}

/* sign 1: taken; -1: given back. */
static void move_gpus(struct ecs_world *world, const struct ecs_demand *demand, uint32_t ids,
                      uint32_t slot, int32_t sign)
{
    struct place_gpu *gpus = world->instances[slot].gpus;
    bool whole = demand->gpu_milli == ECS_GPU_MILLI;
    for (uint32_t i = 0; i < ECS_GPUS_MAX; i++) {
        if ((ids >> i & 1) == 0)
            continue;
        bool was_free = gpus[i].free_milli == ECS_GPU_MILLI;
        int64_t left = gpus[i].free_milli - sign * demand->gpu_milli;
        assert(left >= 0 && left <= ECS_GPU_MILLI);
        gpus[i] = (struct place_gpu){
            .free_milli = (uint16_t)left,
            .whole = whole && sign > 0 ? (uint16_t)demand->gpus : 0,
        };
        world->rooms[slot].gpus += (left == ECS_GPU_MILLI) - was_free;
    }
}

static void take_gpus(struct ecs_world *world, uint32_t task_slot, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[task_slot];
    const struct ecs_demand *demand = &world->demands[task->demand];
    if (demand->gpus == 0)
        return;
    task->gpu_ids = choose_gpus(world, demand, task, slot);
    move_gpus(world, demand, task->gpu_ids, slot, 1);
    struct sim_record record = ecs_record(world, ECS_RECORD_GPUS);
    record.field[ECS_GPUS_arrival] = world->arrived[task->arrived].serial;
    record.field[ECS_GPUS_task] = task->serial;
    record.field[ECS_GPUS_instance] = world->instances[slot].serial;
    record.field[ECS_GPUS_gpus] = demand->gpus;
    record.field[ECS_GPUS_milli] = demand->gpu_milli;
    record.field[ECS_GPUS_ids] = task->gpu_ids;
    ecs_emit(world, &record);
}

static void give_gpus(struct ecs_world *world, uint32_t task_slot, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[task_slot];
    move_gpus(world, &world->demands[task->demand], task->gpu_ids, slot, -1);
    task->gpu_ids = 0;
}

/* ---- all of it ---- */

void ecs_room_take(struct ecs_world *world, uint32_t task_slot, uint32_t slot)
{
    const struct ecs_task *task = &world->tasks[task_slot];
    const struct ecs_demand *demand = &world->demands[task->demand];
    const struct ecs_arrived *arrived = &world->arrived[task->arrived];
    struct ecs_room *room = &world->rooms[slot];
    room->cpu_units -= demand->cpu_units;
    room->memory_mib -= demand->memory_mib;
    room->enis -= demand->awsvpc;
    assert(room->cpu_units >= 0 && room->memory_mib >= 0 && room->enis >= 0);
    take_ports(world, demand, slot);
    if (world->dimension_count > 0)
        ecs_tally_count(world, arrived->group, slot, 1);
    if (world->some_dynamic)
        ecs_attributes_news(world, slot);
    else
        ecs_index_touch(world, slot);
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
    ecs_network_take(world, task_slot, slot);
    take_gpus(world, task_slot, slot);
    ecs_instance_task_added(world, slot, task_slot);
}

void ecs_room_give(struct ecs_world *world, uint32_t task_slot, uint32_t slot)
{
    const struct ecs_task *task = &world->tasks[task_slot];
    const struct ecs_demand *demand = &world->demands[task->demand];
    struct ecs_room *room = &world->rooms[slot];
    room->cpu_units += demand->cpu_units;
    room->memory_mib += demand->memory_mib;
    room->enis += demand->awsvpc;
    give_ports(world, demand, slot);
    give_gpus(world, task_slot, slot);
    if (world->dimension_count > 0)
        ecs_tally_count(world, world->arrived[task->arrived].group, slot, -1);
    ecs_index_touch(world, slot);
    ecs_meter_reserved(world, world->instances[slot].provider, -demand->cpu_units,
                       -demand->memory_mib, -(int64_t)demand->awsvpc);
    struct sim_record record = ecs_record(world, ECS_RECORD_TASK_RELEASED);
    record.field[ECS_TASK_RELEASED_task] = task->serial;
    record.field[ECS_TASK_RELEASED_instance] = world->instances[slot].serial;
    ecs_emit(world, &record);
    ecs_network_give(world, task_slot);
    if (world->instances[slot].seen == ECS_SEEN_PLACEABLE)
        ecs_pool_room(world, world->instances[slot].provider);
    ecs_instance_task_removed(world, slot, task_slot);
}
