/* `scalableTargets`, `scalingPolicies` and `scheduledActions` into models/ecs_scaling.h, and what
 * Application Auto Scaling refuses of them (sheet 03, section 17; sheet 04, section 4). */
#include "scn_cron.h"
#include "scn_load_services.h"
#include "scn_load_steps.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define COOLDOWN          300 /* TT-2: of ECS services */
#define TARGET_VALUE_MOST 1e9
#define MILLIONTHS        1000000

/* ---- what they are about ---- */

static uint32_t named_service(struct scn_loader *loader, const struct scn_value *at,
                              const char *name)
{
    const struct ecs_scenario *scenario = loader->scenario;
    uint32_t found = ECS_NONE;
    const char **names = sim_arena_array(loader->arena, scenario->service_count, sizeof names[0]);
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        names[i] = scenario->services[i].name;
        if (strcmp(names[i], name) != 0)
            continue;
        if (found != ECS_NONE) {
            scn_not_yet(loader->complaints, at, "scaling of a service that is created anew");
            return ECS_NONE;
        }
        found = i;
    }
    if (found == ECS_NONE)
        scn_unknown_name(loader, at, "service", name, names, scenario->service_count);
    return found;
}

/* The service of a ResourceId; ECS_NONE after a complaint. */
static uint32_t find_service(struct scn_loader *loader, const struct scn_value *object)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *at = scn_get(object, "ResourceId", SCN_STRING);
    static const char prefix[] = "service/";
    if (at == NULL)
        return ECS_NONE;
    const char *slash = strncmp(at->text, prefix, strlen(prefix)) == 0
                            ? strchr(at->text + strlen(prefix), '/')
                            : NULL;
    if (slash == NULL || slash[1] == '\0' || strchr(slash + 1, '/') != NULL) {
        scn_error(loader->complaints, at,
                  "\"%s\" is no service; write service/<cluster>/<service>, such as "
                  "\"service/%s/web\"",
                  at->text, scenario->cluster);
        return ECS_NONE;
    }
    const char *cluster = at->text + strlen(prefix);
    if (strncmp(cluster, scenario->cluster, (size_t)(slash - cluster)) != 0 ||
        strlen(scenario->cluster) != (size_t)(slash - cluster)) {
        scn_error(loader->complaints, at, "the scenario's cluster is \"%s\"; write service/%s/%s",
                  scenario->cluster, scenario->cluster, slash + 1);
        return ECS_NONE;
    }
    return named_service(loader, at, slash + 1);
}

/* The target of a policy or action; ECS_NONE after a complaint. */
static uint32_t find_target(struct scn_loader *loader, const struct scn_value *object)
{
    const struct ecs_scenario *scenario = loader->scenario;
    uint32_t errors = loader->complaints->error_count, service = find_service(loader, object);
    for (uint32_t i = 0; i < scenario->scalable_target_count && service != ECS_NONE; i++)
        if (scenario->scalable_targets[i].service == service)
            return i;
    if (service != ECS_NONE && loader->complaints->error_count == errors)
        scn_error(loader->complaints, scn_json_member(object, "ResourceId"),
                  "no scalable target is registered for it (ObjectNotFoundException); add one to "
                  "scalableTargets");
    return ECS_NONE;
}

/* Names are unique for a target only. */
static void check_names(struct scn_loader *loader, const struct scn_value *list, const char *key)
{
    for (const struct scn_value *a = list->first; a != NULL; a = a->next)
        for (const struct scn_value *b = list->first; b != a; b = b->next)
            if (strcmp(scn_get_text(a, key, ""), scn_get_text(b, key, "-")) == 0 &&
                strcmp(scn_get_text(a, "ResourceId", ""), scn_get_text(b, "ResourceId", "")) == 0)
                scn_error(loader->complaints, scn_json_member(a, key),
                          "the target has one of this name already (line %u of %s); choose another",
                          b->line, b->file->name);
}

/* ---- targets ---- */

/* Both of a pair of limits, the lower one not above the other. */
static void check_limits(struct scn_loader *loader, const struct scn_value *object)
{
    int64_t minimum = scn_get_integer(object, "MinCapacity", 0);
    int64_t maximum = scn_get_integer(object, "MaxCapacity", INT64_MAX);
    if (minimum > maximum)
        scn_error(loader->complaints, scn_json_member(object, "MinCapacity"),
                  "it is above MaxCapacity, %" PRId64 "; write no more than that", maximum);
}

static bool load_target(struct scn_loader *loader, const struct scn_value *value,
                        struct ecs_scalable_target *target)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *suspended = scn_get(value, "SuspendedState", SCN_OBJECT);
    static const char *const limits[] = {"MinCapacity", "MaxCapacity"};
    for (size_t i = 0; i < 2; i++)
        if (scn_json_member(value, limits[i]) == NULL)
            scn_error(loader->complaints, value,
                      "`%s` is missing; a target that is registered anew needs it", limits[i]);
    check_limits(loader, value);
    *target = (struct ecs_scalable_target){
        .service = find_service(loader, value),
        .minimum = scn_get_integer(value, "MinCapacity", 0),
        .maximum = scn_get_integer(value, "MaxCapacity", 0),
        .in_suspended = scn_get_bool(suspended, "DynamicScalingInSuspended", false),
        .out_suspended = scn_get_bool(suspended, "DynamicScalingOutSuspended", false),
        .scheduled_suspended = scn_get_bool(suspended, "ScheduledScalingSuspended", false),
    };
    if (target->service == ECS_NONE)
        return false;
    if (scenario->services[target->service].scheduling == ECS_SCHEDULING_DAEMON) { /* AS-4 */
        scn_error(loader->complaints, scn_json_member(value, "ResourceId"),
                  "a DAEMON service is on every instance and has no desired count to scale; remove "
                  "it");
        return false;
    }
    return true;
}

static void load_targets(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *list = scn_list(loader, "scalableTargets");
    if (list == NULL)
        return;
    scn_check_unique(loader, list, "ResourceId");
    struct ecs_scalable_target *targets =
        sim_arena_array(loader->arena, list->count, sizeof targets[0]);
    scenario->scalable_targets = targets;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT &&
            load_target(loader, v, &targets[scenario->scalable_target_count]))
            scenario->scalable_target_count++;
}

/* ---- policies ---- */

/* TT-1. */
static void check_metric(struct scn_loader *loader, const struct scn_value *tracking)
{
    const struct scn_value *own = scn_json_member(tracking, "CustomizedMetricSpecification");
    const struct scn_value *known = scn_get(tracking, "PredefinedMetricSpecification", SCN_OBJECT);
    const struct scn_value *type = scn_get(known, "PredefinedMetricType", SCN_STRING);
    if (own == NULL && scn_json_member(tracking, "PredefinedMetricSpecification") == NULL)
        scn_error(loader->complaints, tracking,
                  "it tracks no metric; add \"PredefinedMetricSpecification\": "
                  "{\"PredefinedMetricType\": \"ECSServiceAverageCPUUtilization\"}");
    if (type != NULL && (strcmp(type->text, "ECSServiceAverageMemoryUtilization") == 0 ||
                         strcmp(type->text, "ALBRequestCountPerTarget") == 0))
        scn_not_yet(loader->complaints, type, type->text);
}

/* TargetValue in millionths; 0 after a complaint. */
static int64_t target_value(struct scn_loader *loader, const struct scn_value *tracking)
{
    const struct scn_value *at = scn_get(tracking, "TargetValue", SCN_NUMBER);
    if (at == NULL)
        return 0;
    if (at->number >= 1.0 / MILLIONTHS && at->number <= TARGET_VALUE_MOST)
        return llround(at->number * MILLIONTHS);
    scn_error(loader->complaints, at,
              "a target value lies above 0 and is no more than 10^9; write a percentage, such as "
              "75");
    return 0;
}

static bool load_tracking(struct scn_loader *loader, const struct scn_value *value,
                          struct ecs_scaling_policy *policy)
{
    static const char key[] = "TargetTrackingScalingPolicyConfiguration";
    const struct scn_value *tracking = scn_get(value, key, SCN_OBJECT);
    if (tracking == NULL) {
        if (scn_json_member(value, key) == NULL)
            scn_error(loader->complaints, value, "`%s` is missing; target tracking needs it", key);
        return false;
    }
    check_metric(loader, tracking);
    policy->type = ECS_SCALING_TRACKING;
    policy->value = target_value(loader, tracking);
    policy->out_cooldown = scn_get_integer(tracking, "ScaleOutCooldown", COOLDOWN) * SIM_SECOND;
    policy->in_cooldown = scn_get_integer(tracking, "ScaleInCooldown", COOLDOWN) * SIM_SECOND;
    policy->no_scale_in = scn_get_bool(tracking, "DisableScaleIn", false);
    return policy->value > 0;
}

/* A metric that is never there, or never above the target, is no mistake, but the policy does not
 * do what it is there for. */
static void check_reach(struct scn_loader *loader, const struct scn_value *value,
                        const struct ecs_scaling_policy *policy)
{
    uint32_t service = loader->scenario->scalable_targets[policy->target].service;
    const struct ecs_service_load *load = &loader->services->items[service].load;
    if (load->spec.generator == NULL)
        scn_warning(loader->complaints, value,
                    "its service has no load, so there is no metric and it does nothing; add "
                    "sim.load to the service \"%s\"",
                    loader->services->items[service].name);
    else if (policy->type == ECS_SCALING_TRACKING &&
             policy->value >= load->max_percent * MILLIONTHS)
        scn_warning(loader->complaints, value,
                    "it never scales out: CPU utilisation of its service ends at %" PRId64
                    " %%, which is not above TargetValue; lower that, or raise "
                    "sim.maxUtilization",
                    load->max_percent);
}

/* A policy without PolicyType is one of step scaling: the API's own default. */
static bool load_policy(struct scn_loader *loader, const struct scn_value *value,
                        struct ecs_scaling_policy *policy)
{
    const struct scn_value *type = scn_json_member(value, "PolicyType");
    const char *text = scn_get_text(value, "PolicyType", "StepScaling");
    *policy = (struct ecs_scaling_policy){
        .name = scn_get_text(value, "PolicyName", ""),
        .metric = ECS_SCALING_CPU,
    };
    bool good = false;
    if (strcmp(text, "TargetTrackingScaling") == 0)
        good = load_tracking(loader, value, policy);
    else if (strcmp(text, "StepScaling") == 0)
        good = scn_load_steps(loader, value,
                              scn_get(value, "StepScalingPolicyConfiguration", SCN_OBJECT), policy);
    else if (strcmp(text, "PredictiveScaling") == 0)
        scn_not_yet(loader->complaints, type, text);
    policy->target = find_target(loader, value);
    if (!good || policy->target == ECS_NONE)
        return false;
    check_reach(loader, value, policy);
    return true;
}

/* TT-8: each of a target's policies has a metric of its own. */
static void add_policy(struct scn_loader *loader, const struct scn_value *value,
                       const struct ecs_scaling_policy *policy, struct ecs_scaling_policy *policies)
{
    struct ecs_scenario *scenario = loader->scenario;
    uint32_t at = scenario->scaling_policy_count;
    for (uint32_t i = 0; i < at; i++)
        if (policies[i].target == policy->target && policies[i].metric == policy->metric &&
            policies[i].type == ECS_SCALING_TRACKING && policy->type == ECS_SCALING_TRACKING) {
            scn_error(loader->complaints, value,
                      "the policy \"%s\" of its target tracks the same metric; keep one of them",
                      policies[i].name);
            return;
        }
    for (; at > 0 && policies[at - 1].target > policy->target; at--)
        policies[at] = policies[at - 1];
    policies[at] = *policy;
    scenario->scaling_policy_count++;
}

static void load_policies(struct scn_loader *loader)
{
    const struct scn_value *list = scn_list(loader, "scalingPolicies");
    uint32_t room = list != NULL ? list->count : 0;
    struct ecs_scaling_policy *policies = sim_arena_array(loader->arena, room, sizeof policies[0]);
    struct ecs_scaling_policy policy;
    if (list != NULL)
        check_names(loader, list, "PolicyName");
    loader->scenario->scaling_policies = policies;
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT && load_policy(loader, v, &policy))
            add_policy(loader, v, &policy, policies);
    scn_load_alarms(loader, policies, loader->scenario->scaling_policy_count);
}

/* ---- scheduled actions ---- */

/* A time in whole seconds since 1970; `fallback` without one or after a complaint. */
static int64_t unix_time(struct scn_loader *loader, const struct scn_value *at, const char *text,
                         int64_t fallback)
{
    int64_t unix_us;
    if (text == NULL)
        return fallback;
    if (sim_iso_parse(text, &unix_us) == 0 && unix_us % SIM_SECOND == 0)
        return unix_us / SIM_SECOND;
    scn_error(loader->complaints, at,
              "\"%s\" is no date in whole seconds; write ISO 8601, such as "
              "\"2024-01-01T08:00:00\"",
              text);
    return fallback;
}

static int64_t time_of(struct scn_loader *loader, const struct scn_value *object, const char *key,
                       int64_t fallback)
{
    return unix_time(loader, scn_json_member(object, key), scn_get_text(object, key, NULL),
                     fallback);
}

/* at(...), cron(...) or rate(...); false after a complaint. */
static bool load_schedule(struct scn_loader *loader, const struct scn_value *value,
                          struct ecs_scaling_action *action)
{
    const struct scn_value *at = scn_get(value, "Schedule", SCN_STRING);
    struct scn_cron_error error;
    if (at == NULL) {
        if (scn_json_member(value, "Schedule") == NULL)
            scn_error(loader->complaints, value,
                      "it never happens; add `Schedule`, such as \"cron(0 8 * * ? *)\"");
        return false;
    }
    size_t length = strlen(at->text);
    if (strncmp(at->text, "at(", 3) == 0 && at->text[length - 1] == ')') {
        action->at =
            unix_time(loader, at,
                      sim_arena_printf(loader->arena, "%.*s", (int)length - 4, at->text + 3),
                      ECS_CRON_NEVER);
        if (action->at < loader->scenario->start_unix_s)
            scn_warning(loader->complaints, at, "it lies before the start, so it does nothing");
        return action->at != ECS_CRON_NEVER;
    }
    action->at = ECS_CRON_NEVER;
    if (scn_cron_parse(loader->arena, at->text, &action->schedule, &error))
        return true;
    scn_error(loader->complaints, at, "column %u of the expression: %s", error.column,
              error.message);
    return false;
}

/* One limit alone may cross the other that is in force then: the call is refused as a whole. */
static void check_crossing(struct scn_loader *loader, const struct scn_value *limits,
                           const struct ecs_scaling_action *action)
{
    const struct ecs_scalable_target *target = &loader->scenario->scalable_targets[action->target];
    if (action->minimum > target->maximum && action->maximum < 0)
        scn_warning(loader->complaints, scn_json_member(limits, "MinCapacity"),
                    "it is above the target's MaxCapacity, %" PRId64
                    ": unless that is raised before, nothing happens; add MaxCapacity",
                    target->maximum);
    if (action->maximum >= 0 && action->minimum < 0 && action->maximum < target->minimum)
        scn_warning(loader->complaints, scn_json_member(limits, "MaxCapacity"),
                    "it is below the target's MinCapacity, %" PRId64
                    ": unless that is lowered before, nothing happens; add MinCapacity",
                    target->minimum);
}

static bool load_action(struct scn_loader *loader, const struct scn_value *value,
                        struct ecs_scaling_action *action)
{
    const struct scn_value *limits = scn_get(value, "ScalableTargetAction", SCN_OBJECT);
    const struct scn_value *zone = scn_get(value, "Timezone", SCN_STRING);
    uint32_t errors = loader->complaints->error_count;
    *action = (struct ecs_scaling_action){
        .name = scn_get_text(value, "ScheduledActionName", ""),
        .target = find_target(loader, value),
        .from = time_of(loader, value, "StartTime", INT64_MIN),
        .to = time_of(loader, value, "EndTime", INT64_MAX),
        .minimum = scn_get_integer(limits, "MinCapacity", -1),
        .maximum = scn_get_integer(limits, "MaxCapacity", -1),
    };
    if (zone != NULL && strcmp(zone->text, "UTC") != 0 && strcmp(zone->text, "Etc/UTC") != 0)
        scn_not_yet(loader->complaints, zone, "a time zone other than UTC");
    if (action->minimum < 0 && action->maximum < 0 && loader->complaints->error_count == errors)
        scn_error(loader->complaints, value,
                  "it changes nothing; add `ScalableTargetAction` with MinCapacity, MaxCapacity or "
                  "both");
    check_limits(loader, limits);
    bool scheduled = load_schedule(loader, value, action);
    if (action->target != ECS_NONE)
        check_crossing(loader, limits, action);
    return scheduled && action->target != ECS_NONE && loader->complaints->error_count == errors;
}

static void load_actions(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *list = scn_list(loader, "scheduledActions");
    if (list == NULL)
        return;
    struct ecs_scaling_action *actions =
        sim_arena_array(loader->arena, list->count, sizeof actions[0]);
    check_names(loader, list, "ScheduledActionName");
    scenario->scaling_actions = actions;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT &&
            load_action(loader, v, &actions[scenario->scaling_action_count]))
            scenario->scaling_action_count++;
}

void scn_load_scaling(struct scn_loader *loader)
{
    load_targets(loader);
    load_policies(loader);
    load_actions(loader);
}
