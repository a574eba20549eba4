/* What ECS refuses of services, where the file alone tells (scn_load_services.h; sheet 03, sections
 * 11 to 14, sheet 01, CPS). Members of a wrong type or out of range have their complaint from the
 * tables. */
#include "scn_load_services.h"

#include <inttypes.h>
#include <string.h>

/* ---- members that creating and updating share ---- */

/* `cluster`, or of a describe output `clusterArn`: the scenario's. */
static void check_cluster(struct scn_loader *loader, const struct scn_value *at)
{
    const char *name = loader->scenario->cluster;
    if (at != NULL && at->kind == SCN_STRING &&
        strcmp(ecs_arn_last_name(loader->arena, at->text), name) != 0)
        scn_error(loader->complaints, at,
                  "the scenario's cluster is \"%s\"; write that, or leave the key out", name);
}

static bool is_text(const struct scn_value *value, const char *text)
{
    return value != NULL && value->kind == SCN_STRING && strcmp(value->text, text) == 0;
}

/* A text that is not empty. */
static const struct scn_value *text_of(const struct scn_value *object, const char *key)
{
    const struct scn_value *value = scn_get(object, key, SCN_STRING);
    return value != NULL && value->text[0] != '\0' ? value : NULL;
}

/* A list that is not empty. */
static const struct scn_value *list_of(const struct scn_value *object, const char *key)
{
    const struct scn_value *value = scn_get(object, key, SCN_LIST);
    return value != NULL && value->count > 0 ? value : NULL;
}

/* CPS-11, SV-D8: what only the ECS controller takes. */
static void check_controller(struct scn_loader *loader, const struct scn_value *call, bool daemon)
{
    const struct scn_value *controller = scn_get(call, "deploymentController", SCN_OBJECT);
    const struct scn_value *type = scn_get(controller, "type", SCN_STRING);
    if (type == NULL || strcmp(type->text, "ECS") == 0)
        return;
    if (daemon)
        scn_error(loader->complaints, type,
                  "DAEMON services are deployed by ECS alone; write ECS, or leave the key out");
    else if (strcmp(type->text, "CODE_DEPLOY") == 0 && list_of(call, "capacityProviderStrategy"))
        scn_error(loader->complaints, type,
                  "CODE_DEPLOY takes no capacityProviderStrategy; write ECS, or give a launchType");
    else if (strcmp(type->text, "CODE_DEPLOY") == 0 || strcmp(type->text, "EXTERNAL") == 0)
        scn_not_yet(loader->complaints, type, type->text);
}

/* Refused as the API words it: "The daemon scheduling strategy does not support ..." */
static void refuse_of_daemon(struct scn_loader *loader, const struct scn_value *at,
                             const char *what)
{
    if (at != NULL)
        scn_error(loader->complaints, at, "a DAEMON service takes no %s; remove it", what);
}

/* SV-D2, SV-D6. describe-services counts a DAEMON's tasks as desired; no call takes that. */
static void check_daemon(struct scn_loader *loader, const struct scn_value *call)
{
    const struct scn_value *deployment = scn_get(call, "deploymentConfiguration", SCN_OBJECT);
    const struct scn_value *desired = scn_json_member(call, "desiredCount");
    if (desired != NULL && scn_json_member(call, "serviceArn") != NULL)
        scn_no_effect(loader->complaints, desired, "a DAEMON service is on every instance");
    else
        refuse_of_daemon(loader, desired, "desired count, for it is on every instance");
    refuse_of_daemon(loader, list_of(call, "placementStrategy"), "placement strategy");
    refuse_of_daemon(loader, list_of(call, "capacityProviderStrategy"),
                     "capacity provider strategy");
    if (scn_get_integer(deployment, "maximumPercent", 100) > 100)
        scn_error(loader->complaints, scn_json_member(deployment, "maximumPercent"),
                  "a DAEMON service has at most one task on an instance, also while it is "
                  "deployed; write 100, or leave the key out");
}

/* DC-14: there was none in 2020. */
static void check_breaker(struct scn_loader *loader, const struct scn_value *deployment)
{
    const struct scn_value *breaker = scn_get(deployment, "deploymentCircuitBreaker", SCN_OBJECT);
    if (scn_get_bool(breaker, "enable", false) && !loader->scenario->behaviour.circuit_breaker)
        scn_warning(loader->complaints, breaker,
                    "deployments have no circuit breaker at the scenario's epoch, so it does "
                    "nothing; choose one from 2020-12 on, or set behaviour.circuitBreaker");
}

/* Rules that hold for a service when it is created and when it is updated. */
static void check_members(struct scn_loader *loader, const struct scn_value *call, bool daemon)
{
    const struct scn_value *deployment = scn_get(call, "deploymentConfiguration", SCN_OBJECT);
    const struct scn_value *way = text_of(deployment, "strategy");
    const struct scn_value *platform = text_of(call, "platformVersion");
    const struct scn_value *launch_type = scn_json_member(call, "launchType");
    check_cluster(loader, scn_json_member(call, "cluster"));
    check_controller(loader, call, daemon);
    check_breaker(loader, deployment);
    if (is_text(scn_json_member(call, "availabilityZoneRebalancing"), "ENABLED"))
        scn_not_yet(loader->complaints, scn_json_member(call, "availabilityZoneRebalancing"),
                    "availabilityZoneRebalancing");
    if (is_text(way, "BLUE_GREEN") || is_text(way, "LINEAR") || is_text(way, "CANARY"))
        scn_not_yet(loader->complaints, way, way->text);
    if (platform != NULL && !is_text(launch_type, "FARGATE")) /* SD-7 */
        scn_error(loader->complaints, platform,
                  "only Fargate tasks have a platform version; remove it");
    if (scn_get_integer(call, "healthCheckGracePeriodSeconds", 0) > 0 &&
        list_of(call, "loadBalancers") == NULL) /* DC-12 */
        scn_error(loader->complaints, scn_json_member(call, "healthCheckGracePeriodSeconds"),
                  "only a service with a load balancer has a grace period; remove it");
    if (daemon)
        check_daemon(loader, call);
    else
        scn_check_desired(loader, call);
}

void scn_check_desired(struct scn_loader *loader, const struct scn_value *call)
{
    int64_t quota = loader->scenario->behaviour.quota_service_tasks;
    int64_t desired = scn_get_integer(call, "desiredCount", 0);
    if (desired > quota)
        scn_error(loader->complaints, scn_json_member(call, "desiredCount"),
                  "%" PRId64 " tasks are more than the %" PRId64
                  " that the account may have of one service (QTA-4); write less, or give your "
                  "quota as behaviour.quotaServiceTasks",
                  desired, quota);
}

/* ---- a service that is created ---- */

/* 1 to 36 printable characters of ASCII. */
static void check_token(struct scn_loader *loader, const struct scn_value *token)
{
    for (const char *c = token != NULL ? token->text : ""; *c != '\0'; c++)
        if (*c < '!' || *c > '~') {
            scn_error(loader->complaints, token,
                      "a token holds printable ASCII characters without blanks");
            return;
        }
}

/* CPS-07: the guide says both that services take a base and that they do not. */
static void check_base(struct scn_loader *loader, const struct scn_value *call)
{
    const struct scn_value *list = scn_get(call, "capacityProviderStrategy", SCN_LIST);
    if (loader->scenario->behaviour.service_base == ECS_SERVICE_BASE_HONOUR || list == NULL)
        return;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        if (scn_get_integer(v, "base", 0) > 0)
            scn_error(loader->complaints, scn_json_member(v, "base"),
                      "behaviour.serviceBase refuses a base of a service; write 0");
}

/* What describe-services says of one that is going. */
static void check_status(struct scn_loader *loader, const struct scn_value *status)
{
    if (is_text(status, "DRAINING") || is_text(status, "INACTIVE"))
        scn_error(loader->complaints, status,
                  "the service is deleted, and describe-services still shows it; remove it, or "
                  "its `status` to create it anew");
}

void scn_check_service(struct scn_loader *loader, const struct scn_service_call *call)
{
    const struct scn_value *service = call->input;
    bool daemon = scn_is_daemon(service);
    scn_check_name(loader, service, "serviceName");
    check_cluster(loader, scn_json_member(service, "clusterArn"));
    check_status(loader, scn_json_member(service, "status"));
    check_token(loader, scn_get(service, "clientToken", SCN_STRING));
    check_members(loader, service, daemon);
    check_base(loader, service);
    if (!daemon && scn_json_member(service, "desiredCount") == NULL)
        scn_error(loader->complaints, service,
                  "`desiredCount` is missing; say how many tasks it has, or make it a DAEMON");
    if (daemon && is_text(scn_json_member(service, "launchType"), "FARGATE")) /* SV-D8 */
        scn_error(loader->complaints, scn_json_member(service, "launchType"),
                  "a DAEMON service runs on container instances; write EC2");
    if (text_of(service, "role") != NULL && list_of(service, "loadBalancers") == NULL) /* SD-12 */
        scn_error(loader->complaints, scn_json_member(service, "role"),
                  "only a service with a load balancer has a role; remove it");
}

void scn_check_bounds(struct scn_loader *loader, const struct scn_value *value,
                      const struct ecs_service *service)
{
    int64_t desired = service->desired;
    int64_t lower = (desired * service->minimum_healthy_percent + 99) / 100;
    int64_t upper = desired * service->maximum_percent / 100;
    if (service->scheduling == ECS_SCHEDULING_REPLICA && desired > 0 && lower >= desired &&
        upper <= desired)
        scn_warning(loader->complaints, value,
                    "of %" PRId64 " tasks none may stop before another starts and none may start "
                    "before another stops, so no deployment goes on (DC-13); raise maximumPercent "
                    "or lower minimumHealthyPercent",
                    desired);
}

/* ---- a service that is updated ---- */

/* CPS-10; and since 2022 at the latest also from one strategy to another. */
static void check_new_strategy(struct scn_loader *loader, uint32_t service,
                               const struct scn_service_call *call)
{
    const struct scn_value *list = scn_get(call->input, "capacityProviderStrategy", SCN_LIST);
    if (list == NULL)
        return;
    if (list->count == 0) { /* CPS-01 */
        scn_error(loader->complaints, list,
                  "the strategy is empty; name a capacity provider, or leave the key out");
        return;
    }
    const struct scn_value *before =
        scn_service_given(loader, service, call, "capacityProviderStrategy");
    bool same = before != NULL && strcmp(scn_json_print(loader->arena, before),
                                         scn_json_print(loader->arena, list)) == 0;
    if (!same && !scn_get_bool(call->input, "forceNewDeployment", false))
        scn_error(loader->complaints, list,
                  "a service changes to a capacity provider strategy, or to another one, by a new "
                  "deployment only; add \"forceNewDeployment\": true");
}

void scn_check_service_update(struct scn_loader *loader, uint32_t service,
                              const struct scn_service_call *call)
{
    bool daemon = loader->services->items[service].scheduling == ECS_SCHEDULING_DAEMON;
    check_members(loader, call->input, daemon);
    check_base(loader, call->input);
    if (!daemon)
        check_new_strategy(loader, service, call);
}

/* ---- all of them ---- */

/* Whether a DeleteService of service i comes before the call. */
static bool is_deleted(const struct scn_loader *loader, uint32_t i,
                       const struct scn_service_call *before)
{
    const struct scn_services *services = loader->services;
    for (uint32_t k = 0; k < services->deletion_count; k++)
        if (services->deleted[k] == i && scn_call_is_before(&services->deletions[k], before))
            return true;
    return false;
}

void scn_check_service_names(struct scn_loader *loader)
{
    const struct scn_services *services = loader->services;
    int64_t quota = loader->scenario->behaviour.quota_services;
    scn_check_unique(loader, scn_list(loader, "services"), "serviceName");
    for (uint32_t i = 0; i < loader->scenario->service_count; i++) {
        const struct scn_service_call *made = &services->made_by[i];
        int64_t others = made->item == NULL ? i : 0;
        bool taken = false;
        for (uint32_t k = 0; k < loader->scenario->service_count && made->item != NULL; k++) {
            if (k == i || !scn_call_is_before(&services->made_by[k], made) ||
                is_deleted(loader, k, made))
                continue;
            others++;
            taken = taken || strcmp(services->items[k].name, services->items[i].name) == 0;
        }
        if (taken)
            scn_error(loader->complaints, scn_json_member(made->input, "serviceName"),
                      "the cluster has a service \"%s\" by then; choose another name, or delete it "
                      "before",
                      services->items[i].name);
        if (others >= quota) {
            scn_error(loader->complaints, made->input,
                      "these are more than the %" PRId64 " services that the account may have in "
                      "a cluster (QTA-3); give your quota as behaviour.quotaServices",
                      quota);
            return;
        }
    }
}
