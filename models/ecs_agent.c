/* The agent's connection. `lost` is the truth, `connected` is what ECS sees: it notices a lost
 * agent after agentDisconnectDetection (CI-5) and a returned one after agentReconnect, so that a
 * flap shorter than that goes unnoticed (CI-25). Until it notices, the instance still looks
 * placeable; a task placed then stays PENDING until the agent is back, or until ECS notices that
 * the machine itself is down, which ends it. An instance with a trunk that was stopped in a public
 * subnet has no public address when it is started, so that its agent never comes back (CI-8).
 *
 * Containers do not need the agent to run: tasks that run while only the connection is away run
 * and end as ever, and ECS sees their states at once (approximated: it would see them late). */
#include "ecs_state.h"

#include <stdlib.h>

#define FAULT_KEY (UINT64_C(1) << 32) /* draws of faults, apart from those of changes */

static struct sim_event_id schedule(struct ecs_world *world, uint32_t slot, sim_time delay,
                                    enum ecs_agent_news news)
{
    uint64_t id = sim_id_pack(sim_slots_id(&world->instance_slots, slot));
    return sim_engine_at(&world->engine, ecs_now(world) + delay, ECS_EVENT_AGENT, id, news);
}

void ecs_agents_begin(struct ecs_world *world)
{
    for (uint32_t i = 0; i < world->scenario->fault_count; i++)
        sim_engine_at(&world->engine, world->scenario->faults[i].at, ECS_EVENT_FAULT, i, 0);
}

void ecs_agent_emit(struct ecs_world *world, uint32_t slot)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_AGENT);
    record.field[ECS_AGENT_instance] = world->instances[slot].serial;
    record.field[ECS_AGENT_connected] = world->instances[slot].connected;
    ecs_emit(world, &record);
}

void ecs_agent_lost(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    sim_engine_cancel(&world->engine, instance->reconnect_event);
    if (instance->lost)
        return;
    instance->lost = true;
    instance->detect_event =
        schedule(world, slot, world->scenario->behaviour.agent_disconnect_detection,
                 ECS_AGENT_MISSED);
}

void ecs_agent_back(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    bool ended = world->scenario->specs[instance->spec].join == ECS_JOIN_BAD_ATTRIBUTE;
    if (!instance->lost || instance->ec2_stopped || instance->cuts > 0 || ended ||
        instance->no_way || instance->shutdown >= 0 || instance->deregistered)
        return;
    sim_engine_cancel(&world->engine, instance->reconnect_event);
    instance->reconnect_event =
        schedule(world, slot, world->scenario->behaviour.agent_reconnect, ECS_AGENT_CONNECTS);
}

static void missed(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    instance->connected = false;
    ecs_pool_update(world, slot);
    if (instance->shutdown >= 0)
        ecs_instance_kill_tasks(world, slot, ECS_REASON_HOST_TERMINATED);
    else if (instance->ec2_stopped || instance->no_way) /* what was placed since the stop (CI-5) */
        ecs_instance_kill_tasks(world, slot, ECS_REASON_HOST_STOPPED);
    ecs_agent_emit(world, slot);
}

static void connects(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    sim_engine_cancel(&world->engine, instance->detect_event);
    instance->lost = false;
    if (!instance->connected) {
        instance->connected = true;
        ecs_agent_emit(world, slot);
        ecs_pool_update(world, slot);
    }
    uint32_t next;
    for (uint32_t task = instance->first_task; task != ECS_NONE; task = next) {
        next = world->tasks[task].next;
        if (world->tasks[task].held)
            ecs_task_resume(world, task);
    }
}

void ecs_on_agent(struct ecs_world *world, struct sim_id id, enum ecs_agent_news news)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return;
    switch (news) {
    case ECS_AGENT_MISSED:
        missed(world, id.slot);
        break;
    case ECS_AGENT_CONNECTS:
        connects(world, id.slot);
        break;
    case ECS_AGENT_REACHABLE:
        world->instances[id.slot].cuts--;
        ecs_agent_back(world, id.slot);
        break;
    }
}

/* An agent that is cut off by two faults is back when both are over. */
void ecs_on_fault(struct ecs_world *world, uint32_t index)
{
    const struct ecs_fault *fault = &world->scenario->faults[index];
    uint32_t count;
    uint32_t *slots = ecs_select_instances(world, &fault->selection, FAULT_KEY | index, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct ecs_instance *instance = &world->instances[slots[i]];
        if (instance->registered < 0 || instance->deregistered || instance->shutdown >= 0)
            continue; /* no agent of this cluster runs there */
        instance->cuts++;
        ecs_agent_lost(world, slots[i]);
        if (fault->duration != SIM_TIME_NEVER)
            schedule(world, slots[i], fault->duration, ECS_AGENT_REACHABLE);
    }
    free(slots);
}
