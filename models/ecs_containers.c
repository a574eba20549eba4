#include "ecs_containers.h"

#include <assert.h>

#define AGENT_TIMEOUTS 1026000 /* 1.26.0 */

/* Times from the moment that the images are there. */
struct plan {
    sim_time started[ECS_CONTAINERS_MAX]; /* SIM_TIME_NEVER: it does not */
    sim_time ended[ECS_CONTAINERS_MAX];   /* by itself; SIM_TIME_NEVER: with the task */
    bool settled[ECS_CONTAINERS_MAX];
    sim_time running; /* the last one has started */
    sim_time failed;  /* SIM_TIME_NEVER: it does not */
    enum ecs_container_error error;
};

static const struct ecs_task_definition *definition_of(const struct ecs_world *world,
                                                       const struct ecs_task *task)
{
    return &world->scenario->task_definitions[world->arrived[task->arrived].definition];
}

static const struct ecs_host *host_of(const struct ecs_world *world, const struct ecs_task *task)
{
    return &world->scenario->specs[world->instances[task->instance].spec].host;
}

/* Whether the agent knows startTimeout and stopTimeout of containers (DEP-10). */
static bool takes_timeouts(const struct ecs_host *host)
{
    return host->agent_version == 0 || host->agent_version >= AGENT_TIMEOUTS;
}

/* DEP-08: the container's startTimeout, else the agent's own (AGT-5). SIM_TIME_NEVER: none. */
static sim_time start_limit(const struct ecs_world *world, const struct ecs_task *task,
                            uint32_t container)
{
    const struct ecs_host *host = host_of(world, task);
    sim_time limit = definition_of(world, task)->containers[container].start_timeout;
    if (limit < 0 || !takes_timeouts(host))
        limit = host->start_timeout;
    return limit > 0 ? limit : SIM_TIME_NEVER;
}

sim_time ecs_container_stop_limit(const struct ecs_world *world, const struct ecs_task *task,
                                  uint32_t container)
{
    const struct ecs_host *host = host_of(world, task);
    sim_time limit = definition_of(world, task)->containers[container].stop_timeout;
    return limit >= 0 && takes_timeouts(host) ? limit : host->stop_timeout;
}

/* ---- the start ---- */

enum draw { DRAW_DURATION, DRAW_HEALTHY };

static sim_time draw(const struct ecs_world *world, const struct ecs_task *task, uint32_t container,
                     enum draw kind, const struct sim_dist *dist)
{
    struct sim_rng rng;
    sim_rng_key(&rng, world->scenario->seed, world->replication, SIM_CHANCE_CONTAINER,
                (uint64_t)world->arrived[task->arrived].serial,
                sim_rng_mix(task->attempt, (uint64_t)container << 1 | kind));
    return sim_dist_time(dist, &rng.gsl);
}

/* The first check that passes: they come at start + k * interval, k = 1, 2, ... (HLT-08). */
static sim_time healthy_at(const struct ecs_world *world, const struct ecs_task *task, uint32_t i,
                           sim_time started)
{
    const struct ecs_container *container = &definition_of(world, task)->containers[i];
    if (container->check_interval == 0 || started == SIM_TIME_NEVER)
        return SIM_TIME_NEVER;
    sim_time passes = draw(world, task, i, DRAW_HEALTHY, &container->healthy_after);
    sim_time checks = passes / container->check_interval;
    checks += passes % container->check_interval > 0 || checks == 0;
    return started + checks * container->check_interval;
}

/* When the condition holds; SIM_TIME_NEVER: it cannot. *limit: from when on nobody waits for it. */
static sim_time condition_at(const struct ecs_world *world, const struct ecs_task *task,
                             const struct plan *plan, const struct ecs_dependency *dependency,
                             sim_time *limit)
{
    uint32_t i = dependency->container;
    sim_time started = plan->started[i], patience = start_limit(world, task, i);
    *limit = 0;
    if (started == SIM_TIME_NEVER)
        return SIM_TIME_NEVER;
    *limit = patience == SIM_TIME_NEVER ? SIM_TIME_NEVER : started + patience;
    switch (dependency->condition) {
    case ECS_CONDITION_START:
        return started;
    case ECS_CONDITION_COMPLETE:
        return plan->ended[i];
    case ECS_CONDITION_SUCCESS:
        if (definition_of(world, task)->containers[i].exit_code == 0)
            return plan->ended[i];
        if (plan->ended[i] < *limit)
            *limit = plan->ended[i];
        return SIM_TIME_NEVER;
    case ECS_CONDITION_HEALTHY:
        return healthy_at(world, task, i, started);
    }
    return SIM_TIME_NEVER;
}

static void fail(struct plan *plan, sim_time at, enum ecs_container_error error)
{
    if (at >= plan->failed)
        return;
    plan->failed = at;
    plan->error = error;
}

/* Container i, after all that it depends on. */
static void settle(const struct ecs_world *world, const struct ecs_task *task, struct plan *plan,
                   uint32_t i)
{
    const struct ecs_container *container = &definition_of(world, task)->containers[i];
    sim_time ready = 0, creation = world->scenario->behaviour.container_start;
    sim_time patience = start_limit(world, task, i);
    bool waits_in_vain = false;
    plan->settled[i] = true;
    plan->started[i] = plan->ended[i] = SIM_TIME_NEVER;
    if ((task->pulled >> i & 1) == 0)
        return; /* it has no image, and is not essential */
    for (uint32_t k = 0; k < container->dependency_count; k++) {
        sim_time limit;
        sim_time at = condition_at(world, task, plan, &container->dependencies[k], &limit);
        if (at == SIM_TIME_NEVER || at > limit) {
            fail(plan, limit, ECS_ERROR_DEPENDENCY);
            waits_in_vain = true;
        } else if (at > ready) {
            ready = at;
        }
    }
    if (waits_in_vain)
        return;
    if (container->essential && creation > patience) {
        fail(plan, ready + patience, ECS_ERROR_START_TIMEOUT);
        return;
    }
    plan->started[i] = ready + creation;
    if (plan->started[i] > plan->running)
        plan->running = plan->started[i];
    if (container->ends_early)
        plan->ended[i] =
            plan->started[i] + draw(world, task, i, DRAW_DURATION, &container->duration);
}

static bool dependencies_settled(const struct plan *plan, const struct ecs_container *container)
{
    for (uint32_t i = 0; i < container->dependency_count; i++)
        if (!plan->settled[container->dependencies[i].container])
            return false;
    return true;
}

static void make_plan(const struct ecs_world *world, const struct ecs_task *task, struct plan *plan)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    *plan = (struct plan){.failed = SIM_TIME_NEVER};
    for (uint32_t left = definition->container_count; left > 0;) {
        uint32_t before = left;
        for (uint32_t i = 0; i < definition->container_count; i++)
            if (!plan->settled[i] && dependencies_settled(plan, &definition->containers[i])) {
                settle(world, task, plan, i);
                left--;
            }
        assert(left < before); /* no circles (DEP-06) */
    }
}

/* Without dependencies: the most impatient of the essential containers decides. */
static sim_time start_together(const struct ecs_world *world, const struct ecs_task *task,
                               enum ecs_container_error *error)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    sim_time creation = world->scenario->behaviour.container_start;
    for (uint32_t i = 0; i < definition->container_count; i++) {
        sim_time limit = start_limit(world, task, i);
        if (definition->containers[i].essential && creation > limit) {
            creation = limit;
            *error = ECS_ERROR_START_TIMEOUT;
        }
    }
    return creation;
}

sim_time ecs_containers_start(const struct ecs_world *world, const struct ecs_task *task,
                              enum ecs_container_error *error)
{
    *error = ECS_ERROR_NONE;
    if (!definition_of(world, task)->ordered)
        return start_together(world, task, error);
    struct plan plan;
    make_plan(world, task, &plan);
    *error = plan.error;
    return plan.error != ECS_ERROR_NONE ? plan.failed : plan.running;
}

/* The last of `retries` failing checks in a row that count: those from the end of startPeriod on
 * (HLT-07, HLT-08). A failing check is known at once. */
static sim_time unhealthy_at(const struct ecs_container *container, sim_time started)
{
    sim_time interval = container->check_interval, period = container->check_start_period;
    if (container->check_retries == 0)
        return SIM_TIME_NEVER;
    int64_t first = (period + interval - 1) / interval;
    first = first > 0 ? first : 1;
    return started + (first + container->check_retries - 1) * interval;
}

sim_time ecs_containers_healthy(const struct ecs_world *world, const struct ecs_task *task,
                                sim_time *fails)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    bool checked = false;
    sim_time last = 0;
    struct plan plan;
    make_plan(world, task, &plan);
    *fails = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < definition->container_count; i++) {
        const struct ecs_container *container = &definition->containers[i];
        if (!container->essential || container->check_interval == 0)
            continue;
        sim_time at = healthy_at(world, task, i, plan.started[i]);
        sim_time failed = unhealthy_at(container, plan.started[i]);
        checked = true;
        if (at == SIM_TIME_NEVER)
            return SIM_TIME_NEVER; /* it did not start */
        if (failed < at && failed - plan.running < *fails)
            *fails = failed > plan.running ? failed - plan.running : 0;
        last = at - plan.running > last ? at - plan.running : last;
    }
    return checked ? last : world->scenario->behaviour.service_healthy_after;
}

/* ---- the end ---- */

/* Which containers run now, a bit each. */
static uint32_t running_now(const struct ecs_world *world, const struct ecs_task *task)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    uint32_t all = (UINT32_C(1) << definition->container_count) - 1, running = 0;
    if (!definition->ordered)
        return task->started < 0 ? 0 : all;
    struct plan plan;
    make_plan(world, task, &plan);
    sim_time now = task->started < 0 ? plan.failed : plan.running + ecs_now(world) - task->started;
    for (uint32_t i = 0; i < definition->container_count; i++)
        if (plan.started[i] <= now && plan.ended[i] > now)
            running |= UINT32_C(1) << i;
    return running;
}

sim_time ecs_containers_stop(const struct ecs_world *world, const struct ecs_task *task,
                             uint32_t exited, sim_time wanted)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    uint32_t running = running_now(world, task);
    sim_time gone[ECS_CONTAINERS_MAX] = {0}, last = 0;
    if (exited != ECS_NONE)
        running &= ~(UINT32_C(1) << exited);
    /* Each round settles at least one more link of the longest chain. */
    for (uint32_t round = 0; round < definition->container_count; round++) {
        sim_time signal[ECS_CONTAINERS_MAX] = {0};
        for (uint32_t i = 0; i < definition->container_count; i++)
            for (uint32_t k = 0; k < definition->containers[i].dependency_count; k++) {
                uint32_t other = definition->containers[i].dependencies[k].container;
                if (gone[i] > signal[other])
                    signal[other] = gone[i];
            }
        for (uint32_t i = 0; i < definition->container_count; i++) {
            sim_time limit = ecs_container_stop_limit(world, task, i);
            if (running >> i & 1)
                gone[i] = signal[i] + (wanted < limit ? wanted : limit);
            if (gone[i] > last)
                last = gone[i];
        }
        if (!definition->ordered)
            break;
    }
    return last;
}
