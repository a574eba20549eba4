/* CreateService, UpdateService, DeleteService (sheet 03, section 14). */
#include "ecs_service.h"

#include <string.h>

/* Its definition and strategy are decided now; a family's name is its latest ACTIVE revision. */
static struct ecs_request *decide(struct ecs_world *world, const struct ecs_request *request)
{
    struct ecs_request *own = ecs_deployment_request(world, request);
    uint32_t definition = ecs_definition_of(world, request, request->task_definition);
    if (definition != ECS_NONE)
        own->task_definition = definition;
    own->latest_revision = false;
    if (own->default_strategy)
        own->strategy = world->default_strategy; /* SD-1 */
    own->default_strategy = false;
    return own;
}

void ecs_service_create(struct ecs_world *world, uint32_t service)
{
    const struct ecs_service *given = &world->scenario->services[service];
    struct ecs_service_book *book = &world->services->books[service];
    book->maximum_percent = given->maximum_percent;
    book->minimum_healthy_percent = given->minimum_healthy_percent;
    book->circuit_breaker = given->circuit_breaker;
    book->rollback = given->rollback;
    book->desired = given->desired;
    ecs_deployment_begin(world, service, decide(world, &given->request), given->own_strategy);
    ecs_service_bound(world, service, given->desired);
    ecs_service_look(world, service);
}

/* Another service of the name, or this one, is not INACTIVE (SD: unique in its cluster). */
static bool exists(const struct ecs_world *world, uint32_t service)
{
    const struct ecs_service *services = world->scenario->services;
    for (uint32_t i = 0; i < world->scenario->service_count; i++)
        if (world->services->books[i].created &&
            world->services->books[i].status != ECS_SERVICE_INACTIVE &&
            services[i].request.group == services[service].request.group)
            return true;
    return false;
}

/* SD-2, and a revision that may be used (TDF-09). */
static enum ecs_refusal refusal_of(const struct ecs_world *world, const struct ecs_request *request,
                                   bool definition, bool strategy)
{
    if (definition && ecs_definition_of(world, request, request->task_definition) == ECS_NONE)
        return ecs_definition_unknown(world, request->task_definition)
                   ? ECS_REFUSAL_NO_SUCH_DEFINITION
                   : ECS_REFUSAL_DEFINITION_INACTIVE;
    for (uint32_t i = 0; strategy && !request->default_strategy && i < request->strategy.count; i++)
        if (!world->attached[request->strategy.items[i].provider])
            return ECS_REFUSAL_PROVIDER_NOT_ATTACHED;
    return ECS_REFUSAL_NONE;
}

enum ecs_refusal ecs_service_call_create(struct ecs_world *world, const struct ecs_change *change)
{
    if (exists(world, change->service) || world->services->books[change->service].created)
        return ECS_REFUSAL_SERVICE_EXISTS;
    enum ecs_refusal refusal =
        refusal_of(world, &world->scenario->services[change->service].request, true, true);
    if (refusal == ECS_REFUSAL_NONE)
        ecs_service_create(world, change->service);
    return refusal;
}

static enum ecs_refusal refusal_of_state(const struct ecs_world *world, uint32_t service)
{
    const struct ecs_service_book *book = &world->services->books[service];
    if (!book->created)
        return ECS_REFUSAL_NO_SUCH_SERVICE;
    return book->status == ECS_SERVICE_ACTIVE ? ECS_REFUSAL_NONE : ECS_REFUSAL_SERVICE_NOT_ACTIVE;
}

/* ---- UpdateService ---- */

#define PARTS_OF_REQUEST                                                                           \
    (ECS_UPDATE_DEFINITION | ECS_UPDATE_STRATEGY | ECS_UPDATE_RULES | ECS_UPDATE_CONSTRAINTS |     \
     ECS_UPDATE_SUBNETS)

/* The request in force with the given parts in place of its own. */
static struct ecs_request *merge(struct ecs_world *world, const struct ecs_request *now,
                                 const struct ecs_service_update *update)
{
    struct ecs_request merged = *now;
    const struct ecs_placement *placement = &update->request.placement;
    if (update->given & ECS_UPDATE_DEFINITION) {
        merged.task_definition = update->request.task_definition;
        merged.latest_revision = update->request.latest_revision;
    }
    if (update->given & ECS_UPDATE_STRATEGY) {
        merged.strategy = update->request.strategy;
        merged.default_strategy = update->request.default_strategy;
    }
    if (update->given & ECS_UPDATE_RULES) {
        memcpy(merged.placement.rules, placement->rules, sizeof merged.placement.rules);
        merged.placement.rule_count = placement->rule_count;
    }
    if (update->given & ECS_UPDATE_CONSTRAINTS) {
        merged.placement.distinct_instance = placement->distinct_instance;
        merged.placement.queries = placement->queries;
        merged.placement.query_count = placement->query_count;
    }
    if (update->given & ECS_UPDATE_SUBNETS) {
        merged.placement.subnets = placement->subnets;
        merged.placement.subnet_count = placement->subnet_count;
    }
    return decide(world, &merged);
}

static bool same_strategy(const struct ecs_strategy *a, const struct ecs_strategy *b)
{
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < a->count; i++)
        same = a->items[i].provider == b->items[i].provider &&
               a->items[i].base == b->items[i].base && a->items[i].weight == b->items[i].weight;
    return same;
}

/* SV-5: what makes new tasks necessary. Rules and constraints hold for tasks started from now on;
 * the count and the bounds are reconciled (sheet 03, section 29, 10). */
static bool is_deployment(const struct ecs_service_update *update, const struct ecs_request *before,
                          const struct ecs_request *after)
{
    return update->force_new_deployment || before->task_definition != after->task_definition ||
           (update->given & ECS_UPDATE_SUBNETS) != 0 ||
           !same_strategy(&before->strategy, &after->strategy);
}

static void update_request(struct ecs_world *world, uint32_t service,
                           const struct ecs_service_update *update)
{
    const struct ecs_service_book *book = &world->services->books[service];
    struct ecs_deployment *primary = ecs_deployment_primary(world, service);
    bool own = update->given & ECS_UPDATE_RULES ? update->own_strategy : primary->own_strategy;
    const struct ecs_request *request = merge(world, primary->request, update);
    if (is_deployment(update, primary->request, request)) {
        ecs_deployment_begin(world, service, request, own);
        return;
    }
    primary->request = request;
    primary->own_strategy = own;
    for (uint32_t i = 0; i < book->wanted_count; i++)
        if (world->arrived[book->wanted[i]].deployment == book->primary)
            world->arrived[book->wanted[i]].request = request;
}

enum ecs_refusal ecs_service_call_update(struct ecs_world *world, const struct ecs_change *change)
{
    const struct ecs_service_update *update = change->update;
    struct ecs_service_book *book = &world->services->books[change->service];
    enum ecs_refusal refusal = refusal_of_state(world, change->service);
    if (refusal == ECS_REFUSAL_NONE)
        refusal = refusal_of(world, &update->request, update->given & ECS_UPDATE_DEFINITION,
                             update->given & ECS_UPDATE_STRATEGY);
    if (refusal != ECS_REFUSAL_NONE)
        return refusal;
    if (update->given & ECS_UPDATE_MAXIMUM)
        book->maximum_percent = update->maximum_percent;
    if (update->given & ECS_UPDATE_MINIMUM)
        book->minimum_healthy_percent = update->minimum_healthy_percent;
    if (update->given & ECS_UPDATE_CIRCUIT_BREAKER) {
        book->circuit_breaker = update->circuit_breaker;
        book->rollback = update->rollback;
    }
    ecs_service_bound(world, change->service,
                      update->given & ECS_UPDATE_DESIRED ? update->desired : book->desired);
    if ((update->given & PARTS_OF_REQUEST) != 0 || update->force_new_deployment)
        update_request(world, change->service, update);
    book->retry_at = 0;
    ecs_service_look(world, change->service);
    return ECS_REFUSAL_NONE;
}

/* ---- DeleteService ---- */

enum ecs_refusal ecs_service_call_delete(struct ecs_world *world, const struct ecs_change *change)
{
    const struct ecs_service *given = &world->scenario->services[change->service];
    struct ecs_service_book *book = &world->services->books[change->service];
    enum ecs_refusal refusal = refusal_of_state(world, change->service);
    if (refusal != ECS_REFUSAL_NONE)
        return refusal;
    if (given->scheduling == ECS_SCHEDULING_REPLICA && book->desired > 0 && !change->force)
        return ECS_REFUSAL_SERVICE_NOT_EMPTY; /* CUD-6 */
    struct ecs_service_count count = ecs_service_count(world, change->service);
    bool empty = count.pending + count.running == 0;
    book->status = empty ? ECS_SERVICE_INACTIVE : ECS_SERVICE_DRAINING; /* SV-4 */
    ecs_deployment_abandon(world, change->service);
    ecs_service_want(world, change->service, 0);
    ecs_service_bound(world, change->service, 0);
    if (!empty)
        ecs_service_look(world, change->service);
    return ECS_REFUSAL_NONE;
}
