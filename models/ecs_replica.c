/* The REPLICA scheduler: one look at a service (SV-1, sheet 03, sections 11.2 and 13; sheet 02,
 * section 3). In this order:
 *
 *   stop   PENDING tasks on DRAINING instances (DR-2), and others that have to go and are not
 *          healthy: they cost nothing against the lower bound (DR-5)
 *          what is more than desired: first the newest that wait for capacity, then by strategy
 *          (SV-R4), from the provider that has most beyond its share (CPS-16)
 *          healthy tasks that have to go, while as many as the lower bound stay healthy (DR-4,
 * DC-2) start  what is missing of the primary deployment, up to the upper bound (DC-1, DR-6)
 *
 * A task has to go when its deployment is not the primary one or its instance is DRAINING. One that
 * is healthy and more than desired is stopped within the lower bound, too. */
#include "ecs_service.h"

#include "ecs_victims.h"

#include <assert.h>

struct look {
    struct ecs_world *world;
    struct ecs_service_book *book;
    uint32_t service;
    bool failed; /* the primary deployment has: nothing is launched or given up for it */
    struct ecs_service_count count;
};

static const struct ecs_arrived *arrived_of(const struct look *look, uint32_t slot)
{
    return &look->world->arrived[look->world->tasks[slot].arrived];
}

static bool is_old(const struct look *look, uint32_t slot)
{
    return arrived_of(look, slot)->deployment != look->book->primary;
}

static bool drains(const struct look *look, uint32_t slot)
{
    return ecs_task_is_draining(look->world, &look->world->tasks[slot]);
}

static bool is_good(const struct look *look, uint32_t slot)
{
    return !is_old(look, slot) && !drains(look, slot);
}

/* The live tasks that `which` takes, oldest first. */
static uint32_t gather(const struct look *look, bool (*which)(const struct look *, uint32_t),
                       uint32_t *slots)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < look->book->task_count; i++) {
        uint32_t slot = look->book->tasks[i].slot;
        if (ecs_task_is_live(&look->world->tasks[slot]) && which(look, slot))
            slots[count++] = slot;
    }
    return count;
}

static void stop(struct look *look, uint32_t slot, enum ecs_service_action action)
{
    ecs_service_stop(look->world, look->service, slot, action);
    look->count = ecs_service_count(look->world, look->service);
}

/* ---- what costs nothing ---- */

static bool is_idle_old(const struct look *look, uint32_t slot)
{
    bool goes = drains(look, slot) || (is_old(look, slot) && !look->failed);
    return goes && !look->world->tasks[slot].healthy;
}

static void stop_idle(struct look *look)
{
    uint32_t *slots = ecs_service_scratch(look->world, look->service);
    uint32_t count = gather(look, is_idle_old, slots);
    for (uint32_t i = 0; i < count; i++)
        ecs_service_stop(look->world, look->service, slots[i],
                         drains(look, slots[i]) ? ECS_ACTION_STOP_DRAIN : ECS_ACTION_STOP_OLD);
    look->count = ecs_service_count(look->world, look->service);
}

/* ---- more than desired ---- */

static bool is_unplaced(const struct look *look, uint32_t slot)
{
    return is_good(look, slot) && look->world->tasks[slot].instance == ECS_NONE;
}

static bool is_placed(const struct look *look, uint32_t slot)
{
    return is_good(look, slot) && look->world->tasks[slot].instance != ECS_NONE;
}

static bool is_placed_idle(const struct look *look, uint32_t slot)
{
    return is_placed(look, slot) && !look->world->tasks[slot].healthy;
}

/* Tasks that each item of the strategy would have of `total`. */
static void share(const struct look *look, const struct ecs_strategy *strategy, int64_t total,
                  int64_t shares[ECS_STRATEGY_ITEMS])
{
    struct ecs_population population = {0};
    enum ecs_split_rule rule = (enum ecs_split_rule)look->world->scenario->behaviour.split_rule;
    for (int64_t i = 0; i < total; i++) {
        uint32_t item = ecs_split_next(strategy, &population, rule);
        if (item == ECS_NONE)
            return;
        shares[item]++;
    }
}

/* CPS-16: keeps the tasks of the provider that has most beyond its share of what is desired. */
static uint32_t keep_surplus(const struct look *look, uint32_t *slots, uint32_t count)
{
    const struct ecs_strategy *strategy =
        &ecs_deployment_primary(look->world, look->service)->request->strategy;
    int64_t shares[ECS_STRATEGY_ITEMS] = {0}, have[ECS_STRATEGY_ITEMS] = {0};
    uint32_t best = ECS_NONE, kept = 0;
    if (strategy->count < 2)
        return count;
    share(look, strategy, look->book->desired, shares);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < strategy->count; k++)
            have[k] += strategy->items[k].provider == look->world->tasks[slots[i]].provider;
    for (uint32_t k = 0; k < strategy->count; k++)
        if (have[k] > 0 && (best == ECS_NONE || have[k] - shares[k] > have[best] - shares[best]))
            best = k;
    for (uint32_t i = 0; i < count && best != ECS_NONE; i++)
        if (look->world->tasks[slots[i]].provider == strategy->items[best].provider)
            slots[kept++] = slots[i];
    return best == ECS_NONE ? count : kept; /* none of them is of the strategy's providers */
}

static uint32_t choose(const struct look *look, const uint32_t *slots, uint32_t count)
{
    static const struct ecs_placement none; /* SV-R4, 2: the service has named no strategy */
    const struct ecs_deployment *primary = ecs_deployment_primary(look->world, look->service);
    const struct ecs_placement *own = &primary->request->placement;
    return ecs_victim_choose(look->world, primary->own_strategy ? own : &none, slots, count,
                             look->service, look->book->stops++);
}

static void stop_excess(struct look *look)
{
    uint32_t *slots = ecs_service_scratch(look->world, look->service);
    while (look->count.good > look->book->desired) {
        uint32_t count = gather(look, is_unplaced, slots);
        if (count > 0) {
            stop(look, slots[count - 1], ECS_ACTION_STOP_EXCESS);
            continue;
        }
        bool any = look->count.healthy > look->book->lower;
        count = gather(look, any ? is_placed : is_placed_idle, slots);
        if (count == 0)
            return; /* all that is more waits for others to be healthy */
        count = keep_surplus(look, slots, count);
        stop(look, choose(look, slots, count), ECS_ACTION_STOP_EXCESS);
    }
}

/* ---- healthy ones that have to go ---- */

static bool is_healthy_draining(const struct look *look, uint32_t slot)
{
    return drains(look, slot) && look->world->tasks[slot].healthy;
}

static bool is_healthy_old(const struct look *look, uint32_t slot)
{
    return is_old(look, slot) && look->world->tasks[slot].healthy && !look->failed;
}

/* False: there is none. */
static bool stop_one_old(struct look *look)
{
    uint32_t *slots = ecs_service_scratch(look->world, look->service);
    enum ecs_service_action action = ECS_ACTION_STOP_DRAIN;
    uint32_t count = gather(look, is_healthy_draining, slots);
    if (count == 0) {
        count = gather(look, is_healthy_old, slots);
        action = ECS_ACTION_STOP_OLD;
    }
    if (count > 0)
        stop(look, choose(look, slots, count), action);
    return count > 0;
}

static void stop_old(struct look *look)
{
    while (look->count.healthy > look->book->lower && stop_one_old(look))
        ;
}

/* ---- starts ---- */

/* What the strategy has given so far: the live tasks of the deployment, base first. */
static struct ecs_population population_of(const struct look *look,
                                           const struct ecs_strategy *strategy)
{
    struct ecs_population population = {0};
    for (uint32_t i = 0; i < look->book->task_count; i++) {
        uint32_t slot = look->book->tasks[i].slot;
        const struct ecs_task *task = &look->world->tasks[slot];
        if (!ecs_task_is_live(task) || !is_good(look, slot))
            continue;
        for (uint32_t k = 0; k < strategy->count; k++)
            population.weighted[k] += strategy->items[k].provider == task->provider;
    }
    for (uint32_t k = 0; k < strategy->count; k++) {
        int64_t base = strategy->items[k].base, have = population.weighted[k];
        int64_t based = base < have ? base : have;
        population.based += based;
        population.weighted[k] -= based;
        population.weighted_total += population.weighted[k];
    }
    return population;
}

/* The split holds over the whole service (sheet 04, 1.10; CPS-16). */
static enum ecs_reason decide_provider(const struct look *look, struct ecs_arrived *arrived)
{
    const struct ecs_strategy *strategy = &arrived->request->strategy;
    enum ecs_split_rule rule = (enum ecs_split_rule)look->world->scenario->behaviour.split_rule;
    if (strategy->count == 0)
        return ECS_REASON_NONE;
    struct ecs_population population = population_of(look, strategy);
    uint32_t item = ecs_split_next(strategy, &population, rule);
    if (item == ECS_NONE)
        return ECS_REASON_NO_WEIGHT;
    arrived->provider = strategy->items[item].provider;
    return ecs_cluster_usable(look->world, arrived->provider) ? ECS_REASON_NONE
                                                              : ECS_REASON_NOT_ATTACHED;
}

static enum ecs_reason start_one(const struct look *look, uint32_t slot)
{
    struct ecs_world *world = look->world;
    enum ecs_reason reason = decide_provider(look, &world->arrived[slot]);
    if (world->cluster_status == ECS_CLUSTER_INACTIVE)
        reason = ECS_REASON_NO_CLUSTER;
    return reason != ECS_REASON_NONE ? reason
                                     : ecs_arrived_submit(world, slot, look->book->misses == 0);
}

/* Those that find no place stay wanted; the next may be another provider's. */
static void start(struct look *look)
{
    struct ecs_world *world = look->world;
    int64_t free = look->book->upper - ecs_service_occupied(world, &look->count);
    int64_t want = look->failed ? 0 : look->book->desired - look->count.good;
    enum ecs_reason first = ECS_REASON_NONE;
    uint32_t provider = ECS_NONE, at = 0;
    int64_t placed = 0, missed = 0;
    want = want < free ? want : free;
    ecs_service_want(world, look->service, want > 0 ? want : 0);
    int64_t budget = ecs_service_budget(world, look->service, want);
    if (budget == 0)
        return;
    for (; budget > 0 && at < look->book->wanted_count; budget--) {
        uint32_t slot = look->book->wanted[at];
        if (ecs_service_is_throttled(world, look->service))
            break; /* by one that has failed just now */
        enum ecs_reason reason = start_one(look, slot);
        if (reason == ECS_REASON_NONE) {
            ecs_service_unwant(world, look->service, at);
            placed++;
            continue;
        }
        provider = missed == 0 ? world->arrived[slot].provider : provider;
        first = missed == 0 ? reason : first;
        missed++;
        at++;
    }
    ecs_service_missed(world, look->service, placed, missed, first, provider);
}

/* DC-13, DR-11: all is healthy and placed, something has to go, and neither step is permitted. */
static bool is_stuck(const struct look *look)
{
    const struct ecs_service_count *count = &look->count;
    return count->old_healthy > 0 && !look->failed && count->pending == 0 &&
           count->running == count->healthy && count->stopping == 0 &&
           count->healthy <= look->book->lower &&
           ecs_service_occupied(look->world, count) >= look->book->upper;
}

void ecs_replica_look(struct ecs_world *world, uint32_t service)
{
    struct look look = {.world = world,
                        .book = &world->services->books[service],
                        .service = service};
    ecs_deployment_judge(world, service);
    look.failed = ecs_deployment_primary(world, service)->state == ECS_DEPLOYMENT_FAILED;
    look.count = ecs_service_count(world, service);
    stop_idle(&look);
    stop_excess(&look);
    stop_old(&look);
    start(&look);
    look.count = ecs_service_count(world, service);
    ecs_deployment_settle(world, service, is_stuck(&look));
}
