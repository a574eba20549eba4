/* Tasks in PROVISIONING that wait for capacity: first come first served over the cluster (sheet 04,
 * section 10), but a task that does not fit does not block one behind it that does. Tasks with
 * equal needs stand in one queue (struct ecs_demand), so a tick asks each demand once, not each
 * task. */
#include "ecs_placing.h"

#include <assert.h>
#include <string.h>

void ecs_waiting_add(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    struct ecs_demand *demand = &world->demands[task->demand];
    task->next = ECS_NONE;
    task->previous = demand->last;
    if (demand->last == ECS_NONE)
        demand->first = slot;
    else
        world->tasks[demand->last].next = slot;
    demand->last = slot;
    if (demand->waiting++ == 0) {
        sim_grow((void **)&world->active_demands, &world->active_capacity, world->active_count + 1,
                 sizeof world->active_demands[0]);
        demand->active_index = world->active_count;
        world->active_demands[world->active_count++] = task->demand;
    }
    world->shapes[demand->shape].waiting++;
    world->waiting++;
    ecs_meter_task(world, task->provider, ECS_TALLY_PROVISIONING, 1);
}

void ecs_waiting_remove(struct ecs_world *world, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[slot];
    struct ecs_demand *demand = &world->demands[task->demand];
    assert(demand->waiting > 0);
    if (task->previous == ECS_NONE)
        demand->first = task->next;
    else
        world->tasks[task->previous].next = task->next;
    if (task->next == ECS_NONE)
        demand->last = task->previous;
    else
        world->tasks[task->next].previous = task->previous;
    task->next = task->previous = ECS_NONE;
    if (--demand->waiting == 0) {
        uint32_t moved = world->active_demands[--world->active_count];
        world->active_demands[demand->active_index] = moved;
        world->demands[moved].active_index = demand->active_index;
        demand->active_index = ECS_NONE;
    }
    world->shapes[demand->shape].waiting--;
    world->waiting--;
    ecs_meter_task(world, task->provider, ECS_TALLY_PROVISIONING, -1);
}

/* ---- pools ---- */

static void schedule_place(struct ecs_world *world)
{
    sim_time retry = world->scenario->behaviour.placement_retry;
    sim_time at = ecs_now(world);
    if (retry > 0)
        at = (at + retry - 1) / retry * retry;
    if (at >= world->place_at)
        return;
    world->place_at = at;
    sim_engine_at(&world->engine, at, ECS_EVENT_PLACE, 0, 0);
}

void ecs_pool_room(struct ecs_world *world, uint32_t provider)
{
    uint32_t cluster = world->scenario->provider_count;
    world->pools[cluster].version++;
    if (provider == ECS_NONE)
        return; /* tasks wait for providers only */
    world->pools[provider].version++;
    if (world->meters[provider].provisioning > 0)
        schedule_place(world);
}

/* Instances come back from draining and disconnects to the place that their registration gave them.
 */
static void pool_put(const struct ecs_world *world, struct ecs_pool *pool, uint32_t slot)
{
    sim_grow((void **)&pool->slots, &pool->capacity, pool->count + 1, sizeof pool->slots[0]);
    uint32_t i = pool->count++;
    for (; i > 0 && world->instances[pool->slots[i - 1]].order > world->instances[slot].order; i--)
        pool->slots[i] = pool->slots[i - 1];
    pool->slots[i] = slot;
}

static void pool_take_out(struct ecs_pool *pool, uint32_t slot)
{
    uint32_t i = 0;
    while (i < pool->count && pool->slots[i] != slot)
        i++;
    assert(i < pool->count);
    pool->count--;
    memmove(pool->slots + i, pool->slots + i + 1, (pool->count - i) * sizeof pool->slots[0]);
}

static enum ecs_seen seen_as(const struct ecs_instance *instance)
{
    if (!ecs_is_registered(instance) || instance->drains)
        return ECS_SEEN_NOWHERE;
    return instance->connected ? ECS_SEEN_PLACEABLE : ECS_SEEN_DISCONNECTED;
}

void ecs_pool_update(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    enum ecs_seen before = instance->seen, now = seen_as(instance);
    struct ecs_pool *pools[2] = {&world->pools[world->scenario->provider_count], NULL};
    if (now == before)
        return;
    instance->seen = now;
    ecs_index_touch(world, slot);
    ecs_services_look(world);
    if (instance->provider != ECS_NONE)
        pools[1] = &world->pools[instance->provider];
    for (uint32_t i = 0; i < 2 && pools[i] != NULL; i++) {
        if (before == ECS_SEEN_PLACEABLE)
            pool_take_out(pools[i], slot);
        if (now == ECS_SEEN_PLACEABLE)
            pool_put(world, pools[i], slot);
        pools[i]->disconnected += now == ECS_SEEN_DISCONNECTED;
        pools[i]->disconnected -= before == ECS_SEEN_DISCONNECTED;
        pools[i]->version += now != ECS_SEEN_PLACEABLE; /* why not has another answer */
    }
    if (now == ECS_SEEN_PLACEABLE)
        ecs_pool_room(world, instance->provider);
}

/* ---- the tick ---- */

/* The demand whose first task has waited longest among those that may find room; ECS_NONE: none.
 * Serial numbers are unique, so the order of active_demands does not matter. */
static uint32_t next_demand(const struct ecs_world *world)
{
    uint32_t best = ECS_NONE;
    int64_t best_serial = 0;
    for (uint32_t i = 0; i < world->active_count; i++) {
        const struct ecs_demand *demand = &world->demands[world->active_demands[i]];
        if (demand->failed_version == world->pools[demand->provider].version)
            continue;
        int64_t serial = world->tasks[demand->first].serial;
        if (best == ECS_NONE || serial < best_serial) {
            best = world->active_demands[i];
            best_serial = serial;
        }
    }
    return best;
}

void ecs_on_place(struct ecs_world *world)
{
    if (ecs_now(world) != world->place_at)
        return; /* an earlier tick was asked for meanwhile and has done the work */
    world->place_at = SIM_TIME_NEVER;
    for (uint32_t index = next_demand(world); index != ECS_NONE; index = next_demand(world)) {
        uint32_t slot = world->demands[index].first;
        const struct ecs_task *task = &world->tasks[slot];
        uint32_t instance =
            ecs_place_choose(world, index, world->arrived[task->arrived].serial, task->attempt);
        if (instance == ECS_NONE)
            continue; /* the choice has marked the demand */
        ecs_waiting_remove(world, slot);
        ecs_task_place(world, slot, instance);
    }
}
