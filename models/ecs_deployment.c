/* Deployments of a service: what they launch, when they are over, and what stops them.
 *
 * A deployment completes when as many tasks of it as desired are healthy and none of another one is
 * left. It is stuck when the bounds permit neither step (DC-13, DR-11): that is reported once; a
 * task that ends by itself may still unblock it.
 *
 * Tasks that stop before they ever ran are counted in a row (TH-1): from `serviceThrottleAfter` on
 * starts are held back, each round twice as long (TH-2, TH-3), and the circuit breaker, where it is
 * on, fails the deployment at half of the desired count within its limits. A task that runs, or a
 * new deployment, starts the row anew (TH-7, TH-9). The breaker counts tasks whose health checks
 * fail in the same way, until one is healthy. */
#include "ecs_service.h"

#include <assert.h>

struct ecs_deployment *ecs_deployment_primary(const struct ecs_world *world, uint32_t service)
{
    return &world->services->deployments[world->services->books[service].primary];
}

static void emit(struct ecs_world *world, const struct ecs_deployment *deployment,
                 enum ecs_deployment_state state)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_DEPLOYMENT);
    record.field[ECS_DEPLOYMENT_service] = deployment->service;
    record.field[ECS_DEPLOYMENT_deployment] = deployment->serial;
    record.field[ECS_DEPLOYMENT_state] = state;
    record.field[ECS_DEPLOYMENT_definition] = deployment->request->task_definition;
    record.field[ECS_DEPLOYMENT_desired] = world->services->books[deployment->service].desired;
    record.field[ECS_DEPLOYMENT_failed] = deployment->failures;
    record.field[ECS_DEPLOYMENT_rollback_of] = deployment->rollback_of;
    ecs_emit(world, &record);
}

static void enter(struct ecs_world *world, struct ecs_deployment *deployment,
                  enum ecs_deployment_state state)
{
    deployment->state = state;
    emit(world, deployment, state);
}

struct ecs_request *ecs_deployment_request(struct ecs_world *world,
                                           const struct ecs_request *request)
{
    struct ecs_services *services = world->services;
    struct ecs_request *copy = sim_malloc(sizeof *copy);
    *copy = *request;
    sim_grow((void **)&services->requests, &services->request_capacity, services->request_count + 1,
             sizeof services->requests[0]);
    services->requests[services->request_count++] = copy;
    return copy;
}

static bool is_under_way(const struct ecs_deployment *deployment)
{
    return deployment->state == ECS_DEPLOYMENT_IN_PROGRESS ||
           deployment->state == ECS_DEPLOYMENT_STUCK;
}

/* The primary one is no more: whatever it has not done is left to its successor. */
static void retire(struct ecs_world *world, uint32_t service)
{
    struct ecs_service_book *book = &world->services->books[service];
    if (!book->created)
        return;
    struct ecs_deployment *before = ecs_deployment_primary(world, service);
    if (before->state != ECS_DEPLOYMENT_FAILED)
        enter(world, before, ECS_DEPLOYMENT_REPLACED);
    book->misses = 0; /* the next try is at once */
    book->retry_at = 0;
    book->steady = book->stuck = false;
}

void ecs_deployment_begin(struct ecs_world *world, uint32_t service,
                          const struct ecs_request *request, bool own_strategy)
{
    struct ecs_services *services = world->services;
    retire(world, service);
    uint32_t index = services->deployment_count++;
    sim_grow((void **)&services->deployments, &services->deployment_capacity, index + 1,
             sizeof services->deployments[0]);
    services->deployments[index] = (struct ecs_deployment){
        .serial = (int64_t)index + 1,
        .service = service,
        .request = request,
        .own_strategy = own_strategy,
    };
    services->books[service].primary = index;
    enter(world, &services->deployments[index], ECS_DEPLOYMENT_IN_PROGRESS);
}

void ecs_deployment_abandon(struct ecs_world *world, uint32_t service)
{
    struct ecs_deployment *deployment = ecs_deployment_primary(world, service);
    if (is_under_way(deployment))
        enter(world, deployment, ECS_DEPLOYMENT_REPLACED);
}

/* ---- failures in a row ---- */

static void start_anew(struct ecs_deployment *deployment)
{
    deployment->failures = 0;
    deployment->rounds = 0;
    deployment->not_before = 0;
    deployment->impaired = false;
}

void ecs_deployment_task_started(struct ecs_world *world, uint32_t index)
{
    start_anew(&world->services->deployments[index]);
}

void ecs_deployment_task_healthy(struct ecs_world *world, uint32_t index)
{
    world->services->deployments[index].unhealthy = 0;
}

void ecs_deployment_task_unhealthy(struct ecs_world *world, uint32_t index)
{
    world->services->deployments[index].unhealthy++; /* TH-9: no throttle, it ran */
}

/* Of tasks that fail together only the first makes the wait longer. */
void ecs_deployment_task_failed(struct ecs_world *world, uint32_t index)
{
    struct ecs_deployment *deployment = &world->services->deployments[index];
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    deployment->failures++;
    if (deployment->failures < behaviour->service_throttle_after ||
        world->services->books[deployment->service].primary != index)
        return;
    if (!deployment->impaired)
        ecs_service_event(world, deployment->service, ECS_SERVICE_START_IMPAIRED, ECS_REASON_NONE,
                          ECS_NONE, deployment->failures); /* TH-4 */
    deployment->impaired = true;
    if (ecs_now(world) < deployment->not_before)
        return;
    sim_time delay = behaviour->service_throttle;
    for (uint32_t i = 0; i < deployment->rounds && delay < behaviour->service_throttle_max; i++)
        delay *= 2;
    if (delay > behaviour->service_throttle_max)
        delay = behaviour->service_throttle_max;
    deployment->rounds++;
    deployment->not_before = ecs_now(world) + delay;
}

/* Sheet 04, 5.3. */
static int64_t breaker_limit(const struct ecs_behaviour *behaviour, int64_t desired)
{
    int64_t half = (desired + 1) / 2;
    if (half < behaviour->circuit_breaker_min)
        return behaviour->circuit_breaker_min;
    return half < behaviour->circuit_breaker_max ? half : behaviour->circuit_breaker_max;
}

/* Its own tasks, where they still run, count again as what they are. */
static void roll_back(struct ecs_world *world, uint32_t service, int64_t failed)
{
    struct ecs_service_book *book = &world->services->books[service];
    struct ecs_deployment *back = &world->services->deployments[book->last_completed];
    book->primary = book->last_completed;
    book->misses = 0;
    book->retry_at = 0;
    start_anew(back);
    back->unhealthy = 0;
    back->rollback_of = failed;
    enter(world, back, ECS_DEPLOYMENT_IN_PROGRESS);
}

void ecs_deployment_judge(struct ecs_world *world, uint32_t service)
{
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    const struct ecs_service_book *book = &world->services->books[service];
    struct ecs_deployment *deployment = ecs_deployment_primary(world, service);
    if (!behaviour->circuit_breaker || !book->circuit_breaker || !is_under_way(deployment) ||
        (deployment->failures < breaker_limit(behaviour, book->desired) &&
         deployment->unhealthy < breaker_limit(behaviour, book->desired)))
        return;
    enter(world, deployment, ECS_DEPLOYMENT_FAILED);
    if (book->rollback && book->last_completed != ECS_NONE && book->last_completed != book->primary)
        roll_back(world, service, deployment->serial);
}

/* ---- the end ---- */

/* EV-S0: of the service, then of each of its capacity providers. */
static void tell_steady(struct ecs_world *world, uint32_t service)
{
    const struct ecs_strategy *strategy =
        &ecs_deployment_primary(world, service)->request->strategy;
    ecs_service_event(world, service, ECS_SERVICE_STEADY_STATE, ECS_REASON_NONE, ECS_NONE, 0);
    for (uint32_t i = 0; i < strategy->count; i++)
        ecs_service_event(world, service, ECS_SERVICE_PROVIDER_STEADY_STATE, ECS_REASON_NONE,
                          strategy->items[i].provider, 0);
}

void ecs_deployment_settle(struct ecs_world *world, uint32_t service, bool stuck)
{
    struct ecs_service_book *book = &world->services->books[service];
    struct ecs_deployment *deployment = ecs_deployment_primary(world, service);
    struct ecs_service_count count = ecs_service_count(world, service);
    bool steady = count.old == 0 && count.good == book->desired &&
                  count.good_healthy == book->desired && deployment->state != ECS_DEPLOYMENT_FAILED;
    if (steady && is_under_way(deployment)) {
        enter(world, deployment, ECS_DEPLOYMENT_COMPLETED);
        deployment->rollback_of = 0;
        book->last_completed = book->primary;
    }
    if (steady && !book->steady)
        tell_steady(world, service); /* SV-8, EVT-1 */
    if (stuck && !book->stuck)
        ecs_service_event(world, service, ECS_SERVICE_STUCK, ECS_REASON_NONE, ECS_NONE, count.old);
    if (stuck && deployment->state == ECS_DEPLOYMENT_IN_PROGRESS)
        enter(world, deployment, ECS_DEPLOYMENT_STUCK); /* DC-13 */
    book->steady = steady;
    book->stuck = stuck;
}
