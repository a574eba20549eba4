/* What a placed task takes of its instance, and gives back when it stops. */
#include "ecs_placing.h"

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
        ecs_tally_count(world, arrived->group, slot, 1);
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
        ecs_tally_count(world, world->arrived[task->arrived].group, slot, -1);
    ecs_index_touch(world, slot);
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
