/* The DAEMON scheduler (SV-D1 to SV-D9): one task on every ACTIVE instance that meets all
 * constraints. An instance without room qualifies all the same: its task is tried again, as a
 * failure of placement. One look, in this order:
 *
 *   the desired count is the number of instances that qualify (SV-D9)
 *   tasks on DRAINING instances are stopped (SV-D4), on those that their group drains last of all
 *   (sheet 04, 1.9); tasks on instances that no longer qualify are stopped with an event (SV-D3)
 *   tasks of earlier deployments are stopped within the lower bound
 *   instances that have no task of the service, not even a STOPPING one, get theirs: at most one
 *   on each, so that maximumPercent 100 holds by itself (SV-D6) */
#include "ecs_placing.h"
#include "ecs_service.h"

struct look {
    struct ecs_world *world;
    struct ecs_service_book *book;
    uint32_t service;
    struct ecs_demand demand; /* what constraints are asked with; never queued */
};

static struct ecs_demand demand_of(const struct ecs_world *world, uint32_t service)
{
    const struct ecs_request *request = ecs_deployment_primary(world, service)->request;
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[request->task_definition];
    return (struct ecs_demand){
        .provider = ECS_NONE,
        .definition = request->task_definition,
        .awsvpc = definition->network_mode == ECS_NETWORK_AWSVPC,
        .placement = &request->placement,
        .gpu_milli = ECS_GPU_MILLI,
    };
}

static bool qualifies(const struct look *look, uint32_t slot)
{
    const struct ecs_world *world = look->world;
    return sim_slots_id(&world->instance_slots, slot).generation != 0 &&
           world->instances[slot].seen != ECS_SEEN_NOWHERE &&
           ecs_misfit_static(world, &look->demand, slot) == ECS_REASON_NONE &&
           ecs_misfit_network(world, &look->demand, slot) == ECS_REASON_NONE &&
           ecs_misfit_query(world, &look->demand, slot) == ECS_REASON_NONE;
}

static int64_t count_qualifying(const struct look *look)
{
    int64_t count = 0;
    for (uint32_t slot = 0; slot < look->world->instance_slots.count; slot++)
        count += qualifies(look, slot);
    return count;
}

static bool has_task(const struct look *look, uint32_t slot)
{
    const struct ecs_world *world = look->world;
    for (uint32_t task = world->instances[slot].first_task; task != ECS_NONE;
         task = world->tasks[task].next)
        if (ecs_task_service(world, task) == look->service)
            return true;
    return false;
}

/* ---- stops ---- */

/* Its group drains the instance, and other tasks are not yet gone. */
static bool may_stay(const struct ecs_instance *instance)
{
    return instance->terminating && instance->drains && instance->tasks > instance->daemons;
}

static void stop_misplaced(const struct look *look)
{
    struct ecs_world *world = look->world;
    uint32_t *slots = ecs_service_scratch(world, look->service), count = 0;
    for (uint32_t i = 0; i < look->book->task_count; i++) {
        uint32_t slot = look->book->tasks[i].slot;
        const struct ecs_task *task = &world->tasks[slot];
        if (ecs_task_is_live(task) && !qualifies(look, task->instance) &&
            !may_stay(&world->instances[task->instance]))
            slots[count++] = slot;
    }
    for (uint32_t i = 0; i < count; i++) {
        bool active = world->instances[world->tasks[slots[i]].instance].seen != ECS_SEEN_NOWHERE;
        if (active)
            ecs_service_event(world, look->service, ECS_SERVICE_DAEMON_VIOLATED, ECS_REASON_NONE,
                              ECS_NONE, 1);
        ecs_service_stop(world, look->service, slots[i],
                         active ? ECS_ACTION_STOP_MISFIT : ECS_ACTION_STOP_DRAIN);
    }
}

static void stop_old(const struct look *look)
{
    struct ecs_world *world = look->world;
    int64_t healthy = ecs_service_count(world, look->service).healthy;
    uint32_t *slots = ecs_service_scratch(world, look->service), count = 0;
    if (ecs_deployment_primary(world, look->service)->state == ECS_DEPLOYMENT_FAILED)
        return;
    for (uint32_t i = 0; i < look->book->task_count; i++) {
        uint32_t slot = look->book->tasks[i].slot;
        const struct ecs_task *task = &world->tasks[slot];
        if (!ecs_task_is_live(task) ||
            world->arrived[task->arrived].deployment == look->book->primary ||
            ecs_task_is_draining(world, task) || (task->healthy && healthy <= look->book->lower))
            continue;
        healthy -= task->healthy;
        slots[count++] = slot;
    }
    for (uint32_t i = 0; i < count; i++)
        ecs_service_stop(world, look->service, slots[i], ECS_ACTION_STOP_OLD);
}

/* ---- starts ---- */

static enum ecs_reason start_on(const struct look *look, uint32_t arrived, uint32_t slot)
{
    struct ecs_world *world = look->world;
    enum ecs_reason reason = ECS_REASON_AGENT;
    uint32_t demand = ecs_demand_of(world, &world->arrived[arrived]);
    if (world->instances[slot].connected)
        reason = ecs_lacks(world, &world->demands[demand], slot);
    if (reason == ECS_REASON_NONE)
        ecs_task_place(world, ecs_task_new(world, arrived, demand), slot);
    else if (look->book->misses == 0)
        ecs_start_explain(world, demand, world->arrived[arrived].serial, slot, reason);
    return reason;
}

/* While the back-off holds, only instances are tried that have come since. */
static bool is_due(const struct look *look, uint32_t slot)
{
    return ecs_now(look->world) >= look->book->retry_at ||
           look->world->instances[slot].registered >= look->book->missed_at;
}

static void start(const struct look *look)
{
    struct ecs_world *world = look->world;
    uint32_t *slots, count = 0, at = 0;
    enum ecs_reason first = ECS_REASON_NONE;
    int64_t placed = 0, missed = 0, lacking = 0;
    sim_grow((void **)&world->services->slots, &world->services->slot_capacity,
             world->instance_slots.count + 1, sizeof world->services->slots[0]);
    slots = world->services->slots;
    for (uint32_t slot = 0; slot < world->instance_slots.count; slot++) {
        if (!qualifies(look, slot) || has_task(look, slot))
            continue;
        lacking++;
        if (is_due(look, slot))
            slots[count++] = slot;
    }
    bool failed = ecs_deployment_primary(world, look->service)->state == ECS_DEPLOYMENT_FAILED;
    ecs_service_want(world, look->service, failed ? 0 : lacking);
    bool held = ecs_now(world) < look->book->retry_at;
    if (held)
        ecs_service_look_at(world, look->service, look->book->retry_at);
    int64_t budget = ecs_service_rate(world, look->service, failed ? 0 : count);
    for (uint32_t i = 0; i < count && budget > 0; i++, budget--) {
        if (ecs_service_is_throttled(world, look->service))
            break;
        enum ecs_reason reason = start_on(look, look->book->wanted[at], slots[i]);
        first = missed == 0 ? reason : first;
        if (reason == ECS_REASON_NONE)
            ecs_service_unwant(world, look->service, at);
        else
            at++;
        placed += reason == ECS_REASON_NONE;
        missed += reason != ECS_REASON_NONE;
    }
    if (missed > 0 || (count > 0 && !held))
        ecs_service_missed(world, look->service, placed, missed, first, ECS_NONE);
}

void ecs_daemon_look(struct ecs_world *world, uint32_t service)
{
    struct look look = {.world = world,
                        .book = &world->services->books[service],
                        .service = service};
    ecs_deployment_judge(world, service);
    look.demand = demand_of(world, service);
    ecs_service_bound(world, service, count_qualifying(&look));
    stop_misplaced(&look);
    stop_old(&look);
    start(&look);
    struct ecs_service_count count = ecs_service_count(world, service);
    bool stuck = count.old_healthy > 0 && count.pending == 0 && count.stopping == 0 &&
                 count.running == count.healthy && count.healthy <= look.book->lower &&
                 count.healthy >= look.book->upper && look.book->lower == look.book->upper;
    ecs_deployment_settle(world, service, stuck);
}
