/* `services`, and the calls on services of `changes` (scn_load_services.h). */
#include "scn_load_services.h"

#include "scn_load_constraints.h"
#include "scn_load_network.h"

#include <string.h>

#define REPLICA_MAXIMUM 200 /* DC-3 */
#define REPLICA_MINIMUM 100
#define DAEMON_MAXIMUM  100 /* SV-D6 */
#define DAEMON_MINIMUM  0   /* SV-D7: of the API; the console's own default is 50 */

/* ---- which service a call means ---- */

bool scn_call_is_before(const struct scn_service_call *a, const struct scn_service_call *b)
{
    if (a->item == NULL || b->item == NULL)
        return a->item == NULL && b->item != NULL;
    if (a->at != b->at)
        return a->at < b->at;
    for (const struct scn_value *v = a->item->next; v != NULL; v = v->next)
        if (v == b->item)
            return true;
    return false;
}

static uint32_t find_service(const struct scn_loader *loader, const char *name,
                             const struct scn_service_call *call)
{
    const struct scn_services *services = loader->services;
    uint32_t best = ECS_NONE;
    for (uint32_t i = 0; i < loader->scenario->service_count; i++) {
        if (strcmp(services->items[i].name, name) != 0)
            continue;
        bool earlier = scn_call_is_before(&services->made_by[i], call);
        if (best == ECS_NONE ||
            (earlier && scn_call_is_before(&services->made_by[best], &services->made_by[i])))
            best = i;
    }
    return best;
}

const struct scn_value *scn_service_given(const struct scn_loader *loader, uint32_t service,
                                          const struct scn_service_call *before, const char *key)
{
    const struct scn_services *services = loader->services;
    const struct scn_service_call *last = &services->made_by[service];
    const struct scn_value *given = scn_json_member(last->input, key);
    for (uint32_t i = 0; i < services->update_count; i++) {
        const struct scn_service_call *update = &services->updates[i];
        const struct scn_value *value = scn_json_member(update->input, key);
        if (services->updated[i] != service || value == NULL ||
            !scn_call_is_before(update, before) || !scn_call_is_before(last, update))
            continue;
        last = update;
        given = value;
    }
    return given;
}

/* ---- members ---- */

bool scn_is_daemon(const struct scn_value *service)
{
    return strcmp(scn_get_text(service, "schedulingStrategy", "REPLICA"), "DAEMON") == 0;
}

/* TG-3. */
static uint32_t group_of(struct scn_loader *loader, const char *name)
{
    return ecs_names_intern(&loader->scenario->names,
                            sim_arena_printf(loader->arena, "service:%s", name));
}

/* deploymentConfiguration into an update, of which a new service takes all. Numbers out of range
 * have been complained about. */
static void read_deployment(const struct scn_value *call, struct ecs_service_update *update)
{
    const struct scn_value *given = scn_get(call, "deploymentConfiguration", SCN_OBJECT);
    const struct scn_value *breaker = scn_get(given, "deploymentCircuitBreaker", SCN_OBJECT);
    int64_t maximum = scn_get_integer(given, "maximumPercent", -1);
    int64_t minimum = scn_get_integer(given, "minimumHealthyPercent", -1);
    if (maximum >= 0) {
        update->given |= ECS_UPDATE_MAXIMUM;
        update->maximum_percent = maximum;
    }
    if (minimum >= 0) {
        update->given |= ECS_UPDATE_MINIMUM;
        update->minimum_healthy_percent = minimum;
    }
    if (breaker != NULL && breaker->count > 0) {
        update->given |= ECS_UPDATE_CIRCUIT_BREAKER;
        update->circuit_breaker = scn_get_bool(breaker, "enable", false);
        update->rollback = update->circuit_breaker && scn_get_bool(breaker, "rollback", false);
    }
}

static void take_deployment(const struct scn_value *value, struct ecs_service *service)
{
    bool daemon = service->scheduling == ECS_SCHEDULING_DAEMON;
    struct ecs_service_update update = {
        .maximum_percent = daemon ? DAEMON_MAXIMUM : REPLICA_MAXIMUM,
        .minimum_healthy_percent = daemon ? DAEMON_MINIMUM : REPLICA_MINIMUM,
    };
    read_deployment(value, &update);
    service->maximum_percent = daemon ? DAEMON_MAXIMUM : update.maximum_percent;
    service->minimum_healthy_percent = update.minimum_healthy_percent;
    service->circuit_breaker = update.circuit_breaker;
    service->rollback = update.rollback;
}

/* ---- a service that is created ---- */

/* SD-1, SD-2. Providers of a DAEMON's instances are not asked: it is on all of them (SV-D9). */
static void settle_strategy(struct scn_loader *loader, const struct scn_value *value,
                            struct ecs_service *service, bool at_start)
{
    struct ecs_strategy *strategy = &service->request.strategy;
    const struct scn_value *list = scn_get(value, "capacityProviderStrategy", SCN_LIST);
    if (service->scheduling == ECS_SCHEDULING_DAEMON) {
        if (service->request.default_strategy && strategy->count > 0)
            scn_warning(loader->complaints, value,
                        "ECS has refused DAEMON services where the cluster has a default strategy "
                        "and no launchType is given; add \"launchType\": \"EC2\"");
        service->request.default_strategy = false;
        *strategy = (struct ecs_strategy){0};
        return;
    }
    for (uint32_t i = 0; at_start && list != NULL && i < strategy->count; i++) {
        const struct ecs_provider *provider = &loader->providers[strategy->items[i].provider];
        if (!provider->attached)
            scn_error(loader->complaints, list,
                      "the strategy names \"%s\", which is attached only later, by `changes`; list "
                      "it in cluster.capacityProviders, or create the service after that",
                      provider->name);
    }
}

/* A service from the start needs a revision that is ACTIVE then. */
static void check_there(struct scn_loader *loader, const struct scn_value *value, uint32_t index)
{
    const struct ecs_task_definition *definition = &loader->definitions[index];
    if (definition->registered_later || scn_is_inactive(loader, index))
        scn_error(loader->complaints, scn_json_member(value, "taskDefinition"),
                  "the family's revision that the service could run is registered only later, by "
                  "`changes`; create the service after that, or list an ACTIVE one in "
                  "taskDefinitions");
}

static void load_service(struct scn_loader *loader, const struct scn_service_call *call,
                         struct ecs_service *service)
{
    const struct scn_value *value = call->input;
    struct ecs_names *names = &loader->scenario->names;
    const struct scn_value *sim = scn_get(value, "sim", SCN_OBJECT);
    bool running = strcmp(scn_get_text(sim, "initialTasks", "none"), "running") == 0;
    service->scheduling = scn_is_daemon(value) ? ECS_SCHEDULING_DAEMON : ECS_SCHEDULING_REPLICA;
    service->created_later = call->item != NULL;
    service->initial_running = running && !service->created_later;
    service->request.group = group_of(loader, service->name);
    if (service->scheduling == ECS_SCHEDULING_REPLICA)
        service->desired = scn_get_integer(value, "desiredCount", 0);
    take_deployment(value, service);
    scn_load_requests(loader, sim, (uint32_t)(service - loader->services->items), &service->load);
    scn_check_service(loader, call);
    scn_check_bounds(loader, value, service);
    if (running && service->created_later)
        scn_error(loader->complaints, scn_json_member(sim, "initialTasks"),
                  "a service that a change creates begins without tasks; write none, or list it "
                  "in `services`");
    if (scn_get(value, "taskDefinition", SCN_STRING) == NULL) {
        if (scn_json_member(value, "taskDefinition") == NULL) /* RU-2 */
            scn_error(loader->complaints, value,
                      "`taskDefinition` is missing; name the one that its tasks run");
        return;
    }
    uint32_t errors = loader->complaints->error_count;
    scn_check_active(loader, value);
    bool active = loader->complaints->error_count == errors;
    if (!scn_load_request(loader, value, NULL, &service->request))
        return;
    if (active && !service->created_later)
        check_there(loader, value, service->request.task_definition);
    settle_strategy(loader, value, service, !service->created_later);
    service->own_strategy = !ecs_service_placement(names, &service->request.placement);
    scn_load_task_network(loader, value, true, &service->request);
    if (loader->scenario->duration != SIM_TIME_NEVER)
        scn_check_served(loader, value, &service->request);
}

/* ---- the calls of `changes` ---- */

uint32_t scn_created_service(const struct scn_loader *loader, const struct scn_value *input)
{
    for (uint32_t i = 0; i < loader->scenario->service_count; i++)
        if (loader->services->made_by[i].input == input)
            return i;
    return ECS_NONE;
}

/* The services that calls mean, found once all are known. */
static void find_all(struct scn_loader *loader, const struct scn_service_call *calls,
                     uint32_t count, uint32_t *found)
{
    uint32_t service_count = loader->scenario->service_count;
    const char **names = sim_arena_array(loader->arena, service_count, sizeof names[0]);
    for (uint32_t i = 0; i < service_count; i++)
        names[i] = loader->services->items[i].name;
    for (uint32_t i = 0; i < count; i++) {
        const struct scn_value *at = scn_get(calls[i].input, "service", SCN_STRING);
        const char *name = at != NULL ? ecs_arn_last_name(loader->arena, at->text) : "";
        found[i] = at != NULL ? find_service(loader, name, &calls[i]) : ECS_NONE;
        if (at != NULL && found[i] == ECS_NONE)
            scn_unknown_name(loader, at, "service", name, names, service_count);
    }
}

static uint32_t find_call(const struct scn_service_call *calls, const uint32_t *found,
                          uint32_t count, const struct scn_value *input)
{
    for (uint32_t i = 0; i < count; i++)
        if (calls[i].input == input)
            return found[i];
    return ECS_NONE;
}

uint32_t scn_deleted_service(const struct scn_loader *loader, const struct scn_value *input)
{
    const struct scn_services *services = loader->services;
    return find_call(services->deletions, services->deleted, services->deletion_count, input);
}

/* CUD-2. What the update leaves alone is the service's, so that all of the request is valid. */
uint32_t scn_load_service_update(struct scn_loader *loader, const struct scn_value *item,
                                 const struct scn_value *input, struct ecs_service_update *update)
{
    struct scn_services *services = loader->services;
    uint32_t index = find_call(services->updates, services->updated, services->update_count, input);
    const struct scn_service_call call = {item, input, scn_peek_at(loader, item)};
    if (index == ECS_NONE)
        return ECS_NONE;
    const struct ecs_service *service = &services->items[index];
    const struct scn_value *definition = scn_get(input, "taskDefinition", SCN_STRING);
    const struct scn_value *strategy = scn_get(input, "capacityProviderStrategy", SCN_LIST);
    const struct scn_value *before = scn_service_given(loader, index, &call, "taskDefinition");
    struct ecs_request *request = &update->request;
    request->group = service->request.group;
    request->give_up_after = SIM_TIME_NEVER;
    request->task_definition = definition != NULL ? scn_use_definition(loader, definition)
                               : before != NULL && before->kind == SCN_STRING
                                   ? scn_find_definition(loader, before->text)
                                   : ECS_NONE;
    scn_check_service_update(loader, index, &call);
    if (request->task_definition == ECS_NONE)
        return ECS_NONE; /* complained about, here or where it was named before */
    if (definition != NULL) {
        update->given |= ECS_UPDATE_DEFINITION;
        request->latest_revision =
            strchr(ecs_arn_last_name(loader->arena, definition->text), ':') == NULL;
        scn_check_active(loader, input);
    }
    if (strategy != NULL && service->scheduling == ECS_SCHEDULING_REPLICA) {
        update->given |= ECS_UPDATE_STRATEGY;
        scn_load_strategy(loader, strategy, &request->strategy);
    }
    scn_load_placement(loader, input, &request->placement);
    update->own_strategy = !ecs_service_placement(&loader->scenario->names, &request->placement);
    update->given |= scn_get(input, "placementStrategy", SCN_LIST) != NULL ? ECS_UPDATE_RULES : 0;
    if (scn_get(input, "placementConstraints", SCN_LIST) != NULL) {
        update->given |= ECS_UPDATE_CONSTRAINTS;
        scn_check_constraints(loader, scn_get(input, "placementConstraints", SCN_LIST), request);
    }
    const struct scn_value *network =
        scn_service_given(loader, index, &call, "networkConfiguration");
    scn_load_task_network(loader, input, network == NULL, request);
    update->given |= request->placement.subnet_count > 0 ? ECS_UPDATE_SUBNETS : 0;
    if (scn_get(input, "desiredCount", SCN_NUMBER) != NULL &&
        service->scheduling == ECS_SCHEDULING_REPLICA) {
        update->given |= ECS_UPDATE_DESIRED;
        update->desired = scn_get_integer(input, "desiredCount", 0);
    }
    read_deployment(input, update);
    update->force_new_deployment = scn_get_bool(input, "forceNewDeployment", false);
    return index;
}

/* ---- the whole ---- */

/* How many changes make a call of this name; they go to calls[] unless it is NULL. */
static uint32_t list_calls(struct scn_loader *loader, const char *operation,
                           struct scn_service_call *calls)
{
    const struct scn_value *changes = scn_list(loader, "changes");
    uint32_t count = 0;
    for (const struct scn_value *v = changes != NULL ? changes->first : NULL; v != NULL;
         v = v->next) {
        const struct scn_value *input = scn_get(v, operation, SCN_OBJECT);
        if (input != NULL && calls != NULL)
            calls[count] = (struct scn_service_call){v, input, scn_peek_at(loader, v)};
        count += input != NULL;
    }
    return count;
}

/* Calls of one name, and what they mean. */
static uint32_t take_calls(struct scn_loader *loader, const char *operation,
                           struct scn_service_call **calls, uint32_t **found)
{
    uint32_t count = list_calls(loader, operation, NULL);
    *calls = sim_arena_array(loader->arena, count, sizeof **calls);
    *found = sim_arena_array(loader->arena, count, sizeof **found);
    list_calls(loader, operation, *calls);
    return count;
}

static void check_duration(struct scn_loader *loader, const struct scn_value *at)
{
    if (loader->scenario->duration == SIM_TIME_NEVER)
        scn_error(loader->complaints, at,
                  "duration is required: services run until they are deleted; add `duration` to "
                  "the scenario");
}

void scn_load_services(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    struct scn_services *services = sim_arena_alloc(loader->arena, sizeof *services);
    const struct scn_value *list = scn_list(loader, "services");
    uint32_t listed = list != NULL ? list->count : 0;
    uint32_t count = listed + list_calls(loader, "CreateService", NULL);
    loader->services = services;
    if (count == 0 && list_calls(loader, "UpdateService", NULL) == 0 &&
        list_calls(loader, "DeleteService", NULL) == 0)
        return;
    services->items = sim_arena_array(loader->arena, count, sizeof services->items[0]);
    services->made_by = sim_arena_array(loader->arena, count, sizeof services->made_by[0]);
    services->series = sim_arena_array(loader->arena, count, sizeof services->series[0]);
    uint32_t i = 0;
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        services->made_by[i++] = (struct scn_service_call){NULL, v, 0};
    list_calls(loader, "CreateService", services->made_by + listed);
    if (count > 0)
        check_duration(loader, listed > 0 ? list : services->made_by[0].input);
    scenario->services = services->items;
    for (; scenario->service_count < count; scenario->service_count++)
        services->items[scenario->service_count].name =
            scn_get_text(services->made_by[scenario->service_count].input, "serviceName", "");
    services->update_count =
        take_calls(loader, "UpdateService", &services->updates, &services->updated);
    services->deletion_count =
        take_calls(loader, "DeleteService", &services->deletions, &services->deleted);
    find_all(loader, services->updates, services->update_count, services->updated);
    find_all(loader, services->deletions, services->deletion_count, services->deleted);
    for (i = 0; i < count; i++)
        if (services->made_by[i].input->kind == SCN_OBJECT)
            load_service(loader, &services->made_by[i], &services->items[i]);
    scn_check_service_names(loader);
}
