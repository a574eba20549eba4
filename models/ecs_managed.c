/* Managed scaling (cluster auto scaling): sheet 04, sections 1.1 to 1.11.
 *
 * Each provider with managed scaling has two clocks. ECS measures M and N every minute and
 * publishes 100 M / N; CloudWatch evaluates two alarms every minute, at its own phase, on what has
 * been published by then, and an alarm that stays in ALARM acts again every minute.
 *
 * The capacity that a step leads to is computed from the datapoint alone: the C that it scales is
 * the datapoint's own N. Were C the desired capacity when the alarm acts, or even when the
 * datapoint was taken, a datapoint that does not know the last step's instances yet would multiply
 * that step instead of repeating it.
 *
 * The clocks of a provider run while it is attached to the cluster: from t = 0, or from the end of
 * the update that attaches it (PCP-04), until it is detached. Detaching leaves the group's desired
 * capacity as it is, takes the alarms away and forgets the datapoints: an attachment never acts on
 * what an earlier one measured. */
#include "ecs_placing.h"

#include "scale_tracking.h"

#include <assert.h>

static const struct ecs_provider *provider_of(const struct ecs_world *world, uint32_t index)
{
    return &world->scenario->providers[index];
}

static struct ecs_group *group_of(const struct ecs_world *world, uint32_t provider)
{
    return &world->groups[provider_of(world, provider)->asg];
}

/* ---- attachment ---- */

/* A clock's first time after the provider was attached. */
static sim_time first_tick(const struct ecs_world *world, const struct sim_dist *phase,
                           uint32_t provider, uint64_t clock)
{
    struct sim_rng rng;
    sim_rng_key(&rng, world->scenario->seed, world->replication, SIM_CHANCE_PHASE, provider,
                2 * (uint64_t)world->managers[provider].attachments + clock);
    return ecs_now(world) + sim_dist_time(phase, &rng.gsl);
}

void ecs_managed_attach(struct ecs_world *world, uint32_t provider)
{
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    struct ecs_manager *manager = &world->managers[provider];
    assert(!manager->on);
    manager->on = true;
    manager->point_count = manager->point_head = 0;
    manager->last_scale_in = -1;
    manager->metric_event =
        sim_engine_at(&world->engine, first_tick(world, &behaviour->metric_phase, provider, 0),
                      ECS_EVENT_METRIC, provider, 0);
    manager->alarm_event =
        sim_engine_at(&world->engine, first_tick(world, &behaviour->alarm_phase, provider, 1),
                      ECS_EVENT_ALARM, provider, 0);
    manager->attachments++;
}

static void set_alarm(struct ecs_world *world, uint32_t provider, bool low, bool state)
{
    struct ecs_manager *manager = &world->managers[provider];
    bool *held = low ? &manager->low : &manager->high;
    if (*held == state)
        return;
    *held = state;
    struct sim_record record = ecs_record(world, ECS_RECORD_ALARM);
    record.field[ECS_ALARM_provider] = provider;
    record.field[ECS_ALARM_alarm] = low;
    record.field[ECS_ALARM_state] = state;
    ecs_emit(world, &record);
}

void ecs_managed_detach(struct ecs_world *world, uint32_t provider)
{
    struct ecs_manager *manager = &world->managers[provider];
    assert(manager->on);
    set_alarm(world, provider, false, false);
    set_alarm(world, provider, true, false);
    manager->on = false;
    sim_engine_cancel(&world->engine, manager->metric_event);
    sim_engine_cancel(&world->engine, manager->alarm_event);
}

void ecs_managed_begin(struct ecs_world *world)
{
    for (uint32_t i = 0; i < world->scenario->provider_count; i++) {
        struct ecs_manager *manager = &world->managers[i];
        manager->on = manager->high = manager->low = false;
        manager->attachments = 0;
        if (world->attached[i] && provider_of(world, i)->managed_scaling)
            ecs_managed_attach(world, i);
    }
}

/* ---- the metric ---- */

struct need {
    int64_t instances; /* clamped by the step sizes */
    bool any_waiting, any_compatible;
};

/* Waiting tasks of a shape that more instances could help: not those whose subnets have run out of
 * addresses. */
static int64_t waiting_for_capacity(const struct ecs_world *world, uint32_t shape)
{
    int64_t waiting = world->shapes[shape].waiting;
    for (uint32_t i = 0; world->some_addresses && i < world->active_count; i++) {
        const struct ecs_demand *demand = &world->demands[world->active_demands[i]];
        if (demand->shape == shape && ecs_network_is_exhausted(world, demand))
            waiting -= demand->waiting;
    }
    return waiting;
}

/* Instances that the waiting tasks of one shape need (1.3 steps 3 and 4). */
static bool shape_need(const struct ecs_world *world, const struct ecs_shape *shape,
                       int64_t waiting, int64_t *need)
{
    const struct ecs_provider *provider = provider_of(world, shape->provider);
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    if (shape->per_instance == 0) {
        if (behaviour->smallest_type_guard)
            return false;
        *need = provider->minimum_step; /* before the guard such tasks kept the group growing */
        return true;
    }
    bool multi = ecs_group_spans_zones(world, provider->asg);
    if (multi && behaviour->multi_rule == ECS_MULTI_MINIMUM_STEP)
        *need = provider->minimum_step;
    else
        *need = (waiting + shape->per_instance - 1) / shape->per_instance;
    return true;
}

/* ACTIVE instances, whether their agents are connected or not. */
static int64_t active_count(const struct ecs_world *world, uint32_t provider)
{
    const struct ecs_pool *pool = &world->pools[provider];
    return (int64_t)pool->count + pool->disconnected;
}

static struct need need_of(const struct ecs_world *world, uint32_t provider_index)
{
    const struct ecs_provider *provider = provider_of(world, provider_index);
    struct need total = {0};
    if (world->meters[provider_index].provisioning == 0)
        return total;
    for (uint32_t i = 0; i < world->shape_map.count; i++) {
        const struct ecs_shape *shape = &world->shapes[i];
        int64_t need, waiting = 0;
        if (shape->provider == provider_index && shape->waiting > 0)
            waiting = waiting_for_capacity(world, i);
        if (waiting == 0)
            continue;
        total.any_waiting = true;
        if (!shape_need(world, shape, waiting, &need))
            continue;
        total.any_compatible = true;
        if (world->scenario->behaviour.need_rule == ECS_NEED_SUM)
            total.instances += need;
        else if (need > total.instances)
            total.instances = need;
    }
    if (world->scenario->behaviour.warmup_rule == ECS_WARMUP_COUNT) {
        /* what boots counts as capacity that is there already (1.6) */
        total.instances -=
            group_of(world, provider_index)->members - active_count(world, provider_index);
        if (total.instances <= 0) {
            total.instances = 0;
            return total;
        }
    }
    if (total.any_compatible && total.instances < provider->minimum_step)
        total.instances = provider->minimum_step;
    if (total.instances > provider->maximum_step)
        total.instances = provider->maximum_step;
    return total;
}

static int64_t idle_percent(int64_t rule, const struct ecs_provider *provider)
{
    return rule == ECS_IDLE_ZERO_100 ? 100 : provider->target_capacity;
}

struct ecs_reservation ecs_managed_reservation(const struct ecs_world *world, uint32_t index)
{
    const struct ecs_provider *provider = provider_of(world, index);
    const struct ecs_group *group = group_of(world, index);
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    struct need need = need_of(world, index);
    struct ecs_reservation r = {.m = group->busy, .n = group->members, .den = 1};
    if (r.n == 0 && need.any_compatible) {
        r.m = need.instances;
        r.num = 200; /* MSC-08 */
    } else if (r.n == 0) {
        r.num = idle_percent(behaviour->idle_zero, provider);
    } else if (need.any_compatible) {
        int64_t base = behaviour->m_base == ECS_M_BASE_ALL ? r.n : active_count(world, index);
        r.m = base + need.instances;
        if (r.m < r.n)
            r.m = r.n; /* who waits for what boots is no reason to scale in */
        r.num = 100 * r.m;
        r.den = r.n;
    } else if (need.any_waiting) {
        r.num = idle_percent(behaviour->incompatible, provider);
    } else {
        r.num = 100 * r.m;
        r.den = r.n;
    }
    return r;
}

void ecs_on_metric(struct ecs_world *world, uint32_t provider)
{
    struct ecs_manager *manager = &world->managers[provider];
    struct ecs_reservation r = ecs_managed_reservation(world, provider);
    manager->point_head = (manager->point_head + 1) % manager->point_capacity;
    manager->points[manager->point_head] = (struct ecs_datapoint){
        .at = ecs_now(world),
        .num = r.num,
        .den = r.den,
        .instances = r.n,
    };
    if (manager->point_count < manager->point_capacity)
        manager->point_count++;
    struct sim_record record = ecs_record(world, ECS_RECORD_METRIC);
    record.field[ECS_METRIC_provider] = provider;
    record.field[ECS_METRIC_m] = r.m;
    record.field[ECS_METRIC_n] = r.n;
    record.field[ECS_METRIC_percent_num] = r.num;
    record.field[ECS_METRIC_percent_den] = r.den;
    ecs_emit(world, &record);
    manager->metric_event =
        sim_engine_at(&world->engine, ecs_now(world) + world->scenario->behaviour.metric_period,
                      ECS_EVENT_METRIC, provider, 0);
}

/* ---- alarms ---- */

/* The newest datapoints that have been published, newest first: point 0, 1, ... NULL: no more. */
static const struct ecs_datapoint *published(const struct ecs_world *world, uint32_t provider,
                                             uint32_t index)
{
    const struct ecs_manager *manager = &world->managers[provider];
    sim_time seen = ecs_now(world) - world->scenario->behaviour.metric_latency;
    for (uint32_t i = 0; i < manager->point_count; i++) {
        uint32_t at = (manager->point_head + manager->point_capacity - i) % manager->point_capacity;
        if (manager->points[at].at > seen)
            continue;
        if (i + index >= manager->point_count)
            return NULL;
        return &manager->points[(at + manager->point_capacity - index) % manager->point_capacity];
    }
    return NULL;
}

/* The last `count` datapoints all breach. */
static bool breached(const struct ecs_world *world, uint32_t provider, int64_t count, bool high)
{
    int64_t target = provider_of(world, provider)->target_capacity;
    for (uint32_t i = 0; i < (uint32_t)count; i++) {
        const struct ecs_datapoint *point = published(world, provider, i);
        if (point == NULL)
            return false;
        bool breaches = high ? scale_above(point->num, point->den, target)
                             : scale_below(point->num, point->den, target);
        if (!breaches)
            return false;
    }
    return true;
}

/* ---- steps ---- */

/* Some instance that a scale-out launched is younger than the warm-up (1.6). */
static bool warming(const struct ecs_world *world, uint32_t provider)
{
    const struct ecs_group *group = group_of(world, provider);
    return group->last_launch >= 0 &&
           ecs_now(world) - group->last_launch < provider_of(world, provider)->warmup;
}

static void scale_out(struct ecs_world *world, uint32_t index)
{
    const struct ecs_provider *provider = provider_of(world, index);
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    const struct ecs_datapoint *point = published(world, index, 0);
    if (behaviour->warmup_rule == ECS_WARMUP_BLOCK && warming(world, index))
        return;
    int64_t desired = point->instances == 0
                          ? behaviour->desired_from_zero
                          : scale_out_desired(point->instances, point->num, point->den,
                                              provider->target_capacity);
    int64_t max_size = group_of(world, index)->max_size;
    if (desired > max_size)
        desired = max_size; /* MSC-11 */
    if (desired > group_of(world, index)->desired)
        ecs_group_set_desired(world, provider->asg, desired, ECS_CAUSE_HIGH_ALARM,
                              behaviour->scale_out_delay);
}

/* While the low alarm holds, ECS lifts the protection of instances without tasks, so that the
 * group may choose them. Returns true when the group is larger than its desired capacity. */
static bool release_empty(struct ecs_world *world, uint32_t index)
{
    struct ecs_group *group = group_of(world, index);
    for (uint32_t i = 0; i < group->count; i++) {
        const struct ecs_instance *instance = &world->instances[group->slots[i]];
        if (ecs_is_registered(instance) && !instance->terminating && instance->tasks == 0)
            ecs_instance_protect(world, group->slots[i], false);
    }
    return group->members > group->desired;
}

static void scale_in(struct ecs_world *world, uint32_t index)
{
    const struct ecs_provider *provider = provider_of(world, index);
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    struct ecs_manager *manager = &world->managers[index];
    const struct ecs_datapoint *point = published(world, index, 0);
    if (warming(world, index))
        return;
    if (provider->termination_protection && release_empty(world, index))
        sim_engine_at(&world->engine, ecs_now(world) + behaviour->scale_in_delay,
                      ECS_EVENT_RECONCILE, provider->asg, 0);
    if (manager->last_scale_in >= 0 &&
        ecs_now(world) - manager->last_scale_in < behaviour->scale_in_cadence)
        return;
    if (point->instances == 0)
        return;
    int64_t now_desired = group_of(world, index)->desired;
    int64_t cap = scale_in_cap(now_desired, behaviour->scale_in_cap_pct);
    int64_t keep = point->instances - scale_in_removal(point->instances, point->num, point->den,
                                                       provider->target_capacity);
    int64_t removal = now_desired - keep;
    int64_t desired = now_desired - (removal < cap ? removal : cap);
    int64_t min_size = group_of(world, index)->min_size;
    if (desired < min_size)
        desired = min_size;
    if (desired >= now_desired)
        return;
    manager->last_scale_in = ecs_now(world);
    ecs_group_set_desired(world, provider->asg, desired, ECS_CAUSE_LOW_ALARM,
                          behaviour->scale_in_delay);
}

void ecs_on_alarm(struct ecs_world *world, uint32_t provider)
{
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    bool high = breached(world, provider, behaviour->high_alarm_datapoints, true);
    bool low = !high && breached(world, provider, behaviour->low_alarm_datapoints, false);
    set_alarm(world, provider, false, high);
    set_alarm(world, provider, true, low);
    bool deleted = group_of(world, provider)->deleted; /* then there is nothing to act on */
    if (high && !deleted)
        scale_out(world, provider);
    else if (low && !deleted)
        scale_in(world, provider);
    world->managers[provider].alarm_event =
        sim_engine_at(&world->engine, ecs_now(world) + behaviour->metric_period, ECS_EVENT_ALARM,
                      provider, 0);
}
