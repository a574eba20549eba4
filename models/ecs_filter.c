/* Which instances may take a task: the filters of PL-3, in the order of sheet 02, 6.4. Attributes
 * and queries are asked of ecs_attribute.c, subnets of ecs_network.c. */
#include "ecs_placing.h"

/* ---- an empty instance, for managed scaling ---- */

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

static bool accepts_model(const struct ecs_demand *demand, const struct ecs_capacity *capacity)
{
    return demand->gpu_models == 0 || (demand->gpu_models & capacity->gpu_model) != 0;
}

int64_t ecs_tasks_on_empty(const struct ecs_world *world, const struct ecs_demand *demand,
                           uint32_t spec)
{
    const struct ecs_capacity *capacity = &world->capacities[spec];
    int64_t fit = INT64_MAX;
    if (demand->cpu_units > 0)
        fit = capacity->cpu_units / demand->cpu_units;
    if (demand->memory_mib > 0 && capacity->memory_mib / demand->memory_mib < fit)
        fit = capacity->memory_mib / demand->memory_mib;
    if (demand->gpus > 0) {
        int64_t shares = ECS_GPU_MILLI / demand->gpu_milli * capacity->gpus;
        int64_t most = capacity->gpus < demand->gpus ? 0 : shares / demand->gpus;
        fit = most < fit ? most : fit;
        if (!accepts_model(demand, capacity))
            return 0;
    }
    int32_t enis = ecs_launch_enis(world, spec);
    if (demand->awsvpc && enis < fit)
        fit = enis;
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    if (!spec_has_ports(&world->scenario->specs[spec], definition) ||
        !ecs_spec_suits(&world->scenario->specs[spec], definition))
        return 0;
    bool alone = demand->distinct || definition->port_count > 0;
    return alone && fit > 1 ? 1 : fit;
}

/* Tasks of this demand on one empty instance of the provider's group (sheet 04, 1.3). */
int64_t ecs_tasks_per_instance(const struct ecs_world *world, const struct ecs_demand *demand)
{
    if (demand->provider == ECS_NONE)
        return 0;
    uint32_t asg = world->scenario->providers[demand->provider].asg;
    int64_t fit = ecs_tasks_on_empty(world, demand, world->groups[asg].spec);
    bool suits = fit > 0 && ecs_attributes_may_suit(world, demand, asg) &&
                 ecs_network_may_suit(world, demand, asg);
    return suits ? fit : 0;
}

/* ---- an instance as it is ---- */

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

/* GPUs with as much free as the demand wants of each. */
static int64_t sufficient_gpus(const struct ecs_world *world, const struct ecs_demand *demand,
                               uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    int64_t sufficient = 0;
    if (demand->gpu_milli == ECS_GPU_MILLI)
        return world->rooms[slot].gpus;
    for (int32_t i = 0; i < world->capacities[instance->spec].gpus; i++)
        sufficient += instance->gpus[i].free_milli >= demand->gpu_milli;
    return sufficient;
}

/* GPU-02; shares of GPUs and a wish for a model are beyond ECS. */
static bool gpus_free(const struct ecs_world *world, const struct ecs_demand *demand, uint32_t slot)
{
    return demand->gpus == 0 ||
           (sufficient_gpus(world, demand, slot) >= demand->gpus &&
            accepts_model(demand, &world->capacities[world->instances[slot].spec]));
}

uint32_t ecs_ports_taken(const struct ecs_world *world, const struct ecs_demand *demand,
                         uint32_t slot, uint32_t *first)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    const struct ecs_instance *instance = &world->instances[slot];
    uint32_t taken = 0;
    for (uint32_t i = 0; i < definition->port_count; i++) {
        uint32_t port = (uint32_t)definition->ports[i].port << 1 | definition->ports[i].udp;
        uint32_t k = 0;
        while (k < instance->port_count && instance->ports[k] != port)
            k++;
        if (k < instance->port_count && taken++ == 0)
            *first = definition->ports[i].port;
    }
    return taken;
}

int64_t ecs_gpus_sufficient(const struct ecs_world *world, const struct ecs_demand *demand,
                            uint32_t slot)
{
    return sufficient_gpus(world, demand, slot);
}

/* What it lacks but for addresses. */
static inline enum ecs_reason lacks(const struct ecs_world *world, const struct ecs_demand *demand,
                                    uint32_t slot, uint64_t pardons)
{
    const struct ecs_room *room = &world->rooms[slot];
    enum ecs_reason reason = ECS_REASON_NONE;
    if (!(pardons & ECS_PARDON(ECS_REASON_ATTRIBUTE)))
        reason = ecs_misfit_static(world, demand, slot);
    if (reason == ECS_REASON_NONE && !(pardons & ECS_PARDON(ECS_REASON_LOCATION)))
        reason = ecs_misfit_network(world, demand, slot);
    if (reason != ECS_REASON_NONE)
        return reason;
    if (room->cpu_units < demand->cpu_units)
        return ECS_REASON_RESOURCE_CPU;
    if (room->memory_mib < demand->memory_mib)
        return ECS_REASON_RESOURCE_MEMORY;
    if (!gpus_free(world, demand, slot))
        return ECS_REASON_RESOURCE_GPU;
    if (!(pardons & ECS_PARDON(ECS_REASON_RESOURCE_PORTS)) && !ports_free(world, demand, slot))
        return ECS_REASON_RESOURCE_PORTS;
    if (!(pardons & ECS_PARDON(ECS_REASON_RESOURCE_ENI)) && demand->awsvpc && room->enis < 1)
        return ECS_REASON_RESOURCE_ENI;
    return ECS_REASON_NONE;
}

static inline enum ecs_reason misfit(const struct ecs_world *world, const struct ecs_demand *demand,
                                     uint32_t slot, uint64_t pardons)
{
    enum ecs_reason reason = lacks(world, demand, slot, pardons);
    if (reason != ECS_REASON_NONE)
        return reason;
    if (!(pardons & ECS_PARDON(ECS_REASON_DISTINCT_INSTANCE)) && demand->distinct &&
        ecs_tallied(world, ecs_tally_find(world, demand->group, 0), ecs_dimension_index(world, 0),
                    slot) > 0)
        return ECS_REASON_DISTINCT_INSTANCE;
    if (pardons & ECS_PARDON(ECS_REASON_MEMBER_OF))
        return ECS_REASON_NONE;
    return ecs_misfit_query(world, demand, slot);
}

/* The interface is made once the task is placed: a want of addresses comes last. */
enum ecs_reason ecs_lacks(const struct ecs_world *world, const struct ecs_demand *demand,
                          uint32_t slot)
{
    enum ecs_reason reason = lacks(world, demand, slot, 0);
    return reason != ECS_REASON_NONE ? reason : ecs_misfit_address(world, demand, slot);
}

enum ecs_reason ecs_misfit_alone(const struct ecs_world *world, const struct ecs_demand *demand,
                                 uint32_t slot)
{
    return misfit(world, demand, slot, 0);
}

enum ecs_reason ecs_misfit_but(const struct ecs_world *world, const struct ecs_demand *demand,
                               uint32_t slot, uint64_t pardons)
{
    enum ecs_reason reason = misfit(world, demand, slot, pardons);
    uint64_t of_addresses = ECS_PARDON(ECS_REASON_LOCATION) | ECS_PARDON(ECS_REASON_NO_ADDRESS);
    if (reason != ECS_REASON_NONE || (pardons & of_addresses) != 0)
        return reason; /* a subnet that it did not name has addresses */
    return ecs_misfit_address(world, demand, slot);
}

enum ecs_reason ecs_misfit(const struct ecs_world *world, const struct ecs_demand *demand,
                           uint32_t slot)
{
    enum ecs_reason reason = ecs_misfit_alone(world, demand, slot);
    return reason != ECS_REASON_NONE ? reason : ecs_misfit_address(world, demand, slot);
}
