/* Trunk network interfaces (ENI-3 to ENI-13).
 *
 * Whether an instance gets one is decided when it is launched: the account had opted in by then
 * (ENI-5), its system and agent can do with one (ENI-4, ENI-6), and its type is one that takes it.
 * ECS makes the trunk when the agent registers: the instance is REGISTERING until it is there
 * (ENI-10). It goes when the instance is deregistered or terminated: DEREGISTERING until it has
 * gone, then INACTIVE (ENI-12, CI-23), but no longer than EC2 takes to terminate the machine. From
 * then on nothing of the instance counts for the cluster, whatever the state is called.
 *
 * Instances that stand at t = 0 were launched under the account's settings of the start, and have
 * their trunks. */
#include "ecs_placing.h"

static bool may_have(const struct ecs_world *world, uint32_t spec)
{
    return world->scenario->specs[spec].trunk_capable && world->capacities[spec].enis_trunked > 0;
}

int32_t ecs_instance_enis(const struct ecs_world *world, const struct ecs_instance *instance)
{
    const struct ecs_capacity *capacity = &world->capacities[instance->spec];
    return instance->trunked ? capacity->enis_trunked : capacity->enis;
}

bool ecs_launch_trunked(const struct ecs_world *world, uint32_t spec)
{
    return world->settings[ECS_SETTING_AWSVPC_TRUNKING] && may_have(world, spec);
}

int32_t ecs_launch_enis(const struct ecs_world *world, uint32_t spec)
{
    const struct ecs_capacity *capacity = &world->capacities[spec];
    return ecs_launch_trunked(world, spec) ? capacity->enis_trunked : capacity->enis;
}

void ecs_trunk_decide(struct ecs_world *world, uint32_t slot, bool booted)
{
    struct ecs_instance *instance = &world->instances[slot];
    instance->opted_in = world->settings[ECS_SETTING_AWSVPC_TRUNKING];
    instance->trunked = booted && instance->opted_in && may_have(world, instance->spec);
}

static void schedule(struct ecs_world *world, uint32_t slot, sim_time delay,
                     enum ecs_event_kind kind, struct sim_event_id *event)
{
    uint64_t id = sim_id_pack(sim_slots_id(&world->instance_slots, slot));
    *event = sim_engine_at(&world->engine, ecs_now(world) + delay, kind, id, 0);
}

bool ecs_trunk_begin(struct ecs_world *world, uint32_t slot, enum ecs_join *join)
{
    struct ecs_instance *instance = &world->instances[slot];
    sim_time attach = world->scenario->behaviour.trunk_attach;
    if (instance->trunked || !instance->opted_in || !may_have(world, instance->spec))
        return false;
    ecs_meter_instance(world, slot, ECS_INSTANCE_REGISTERING);
    if (!ecs_network_take_trunk(world, slot)) {
        *join = ECS_JOIN_NO_ADDRESS;
        return false;
    }
    if (attach > 0) {
        schedule(world, slot, attach, ECS_EVENT_INSTANCE_REGISTERED, &instance->boot_event);
        return true;
    }
    instance->trunked = true;
    return false;
}

void ecs_trunk_remove(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    sim_time detach = world->scenario->behaviour.trunk_detach;
    struct sim_event_id event;
    if (instance->shutdown >= 0 && detach > instance->gone_after)
        detach = instance->gone_after;
    instance->trunk_leaves = true;
    ecs_meter_instance(world, slot, ECS_INSTANCE_DEREGISTERING);
    schedule(world, slot, detach, ECS_EVENT_TRUNK_GONE, &event);
}

void ecs_on_trunk_gone(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return; /* EC2 was quicker */
    struct ecs_instance *instance = &world->instances[id.slot];
    instance->trunk_leaves = false;
    ecs_network_leave(world, id.slot, 1);
    if (!instance->ec2_stopped)
        ecs_meter_instance(world, id.slot, ECS_INSTANCE_INACTIVE);
}
