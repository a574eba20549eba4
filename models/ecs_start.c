/* StartTask: tasks on the container instances that the caller names (SCH-7). Nobody chooses, so
 * placement constraints and strategies are not asked; what an instance must have and be is. Each
 * instance that cannot take its task is one entry of the call's `failures`: its arrival is dropped,
 * as the call is not made again. */
#include "ecs_placing.h"

#include <assert.h>
#include <stdlib.h>

#define DESCRIBED SIM_HOUR /* CI-11: how long an INACTIVE container instance is known */

/* An instance that the call means. */
struct target {
    int64_t serial;
    uint32_t slot; /* ECS_NONE: it does not live (any more) */
};

static uint32_t slot_of(const struct ecs_world *world, int64_t serial)
{
    for (uint32_t slot = 0; slot < world->instance_slots.count; slot++)
        if (sim_slots_id(&world->instance_slots, slot).generation != 0 &&
            world->instances[slot].serial == serial)
            return slot;
    return ECS_NONE;
}

/* The instances of the call, in its order; the caller frees. */
static struct target *find_targets(const struct ecs_world *world,
                                   const struct ecs_selection *selection, uint64_t key,
                                   uint32_t *count)
{
    struct target *targets;
    if (selection->serial_count > 0) {
        *count = selection->serial_count;
        targets = sim_malloc(*count * sizeof targets[0]);
        for (uint32_t i = 0; i < *count; i++)
            targets[i] =
                (struct target){selection->serials[i], slot_of(world, selection->serials[i])};
        return targets;
    }
    uint32_t *slots = ecs_select_active(world, selection, key, count);
    targets = sim_malloc((*count + 1) * sizeof targets[0]);
    for (uint32_t i = 0; i < *count; i++)
        targets[i] = (struct target){world->instances[slots[i]].serial, slots[i]};
    free(slots);
    return targets;
}

/* ---- instances that are no more ---- */

void ecs_start_forget(struct ecs_world *world, uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    if (!world->some_start || instance->inactive < 0)
        return;
    sim_grow((void **)&world->former, &world->former_capacity, world->former_count + 1,
             sizeof world->former[0]);
    world->former[world->former_count++] =
        (struct ecs_former){instance->serial, instance->inactive};
}

static enum ecs_reason reason_of_former(const struct ecs_world *world, sim_time inactive)
{
    return inactive >= 0 && ecs_now(world) - inactive <= DESCRIBED
               ? ECS_REASON_INACTIVE /* API-10 */
               : ECS_REASON_MISSING; /* API-9 */
}

/* ---- the answer for one instance ---- */

static enum ecs_reason refusal_of(const struct ecs_world *world, const struct ecs_demand *demand,
                                  const struct target *target)
{
    if (target->slot == ECS_NONE) {
        for (uint32_t i = world->former_count; i > 0; i--)
            if (world->former[i - 1].serial == target->serial)
                return reason_of_former(world, world->former[i - 1].inactive);
        return ECS_REASON_MISSING;
    }
    const struct ecs_instance *instance = &world->instances[target->slot];
    if (!ecs_is_registered(instance))
        return reason_of_former(world, instance->inactive);
    if (instance->drains)
        return ECS_REASON_INACTIVE; /* DR-24 */
    if (!instance->connected)
        return ECS_REASON_AGENT; /* API-6 */
    return ecs_lacks(world, demand, target->slot);
}

static enum ecs_reason start_one(struct ecs_world *world, uint32_t arrived,
                                 const struct target *target)
{
    const struct ecs_arrived *task = &world->arrived[arrived];
    enum ecs_reason reason = ECS_REASON_NONE;
    if (world->cluster_status == ECS_CLUSTER_INACTIVE)
        reason = ECS_REASON_NO_CLUSTER;
    else if (ecs_definition_of(world, task->request, task->asked) == ECS_NONE)
        reason = ecs_definition_unknown(world, task->asked) ? ECS_REASON_NO_DEFINITION
                                                            : ECS_REASON_INACTIVE_DEFINITION;
    if (reason == ECS_REASON_NONE) {
        uint32_t demand = ecs_demand_of(world, task);
        reason = refusal_of(world, &world->demands[demand], target);
        if (reason == ECS_REASON_NONE)
            ecs_task_place(world, ecs_task_new(world, arrived, demand), target->slot);
        else
            ecs_start_explain(world, demand, task->serial, target->slot, reason);
    }
    if (reason != ECS_REASON_NONE)
        ecs_arrived_refuse(world, arrived, reason, target->serial);
    return reason;
}

enum ecs_refusal ecs_start_tasks(struct ecs_world *world, uint32_t index, int64_t *started)
{
    const struct ecs_change *change = &world->scenario->changes[index];
    struct ecs_arrival row = ecs_arrival_plain;
    row.at = change->at;
    enum ecs_refusal refusal = ECS_REFUSAL_NONE;
    uint32_t count;
    struct target *targets = find_targets(world, &change->selection, index, &count);
    assert(world->pending_starts > 0);
    world->pending_starts--;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t arrived = ecs_arrive(world, change->start, ECS_START_ITEM | index, &row, i);
        enum ecs_reason reason = start_one(world, arrived, &targets[i]);
        *started += reason == ECS_REASON_NONE;
        if (reason == ECS_REASON_NO_CLUSTER)
            refusal = ECS_REFUSAL_CLUSTER_INACTIVE;
        else if (reason == ECS_REASON_INACTIVE_DEFINITION)
            refusal = ECS_REFUSAL_DEFINITION_INACTIVE;
        else if (reason == ECS_REASON_NO_DEFINITION)
            refusal = ECS_REFUSAL_NO_SUCH_DEFINITION;
        else if (reason != ECS_REASON_NONE)
            refusal = ECS_REFUSAL_FAILURES;
    }
    free(targets);
    ecs_stop_if_done(world);
    return refusal;
}
