/* Step scaling policies, and the CloudWatch alarms that trigger them (scn_load_steps.h; sheet 03,
 * 17.3; sheet 04, 4.2 and section 6). */
#include "scn_load_steps.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COOLDOWN   300 /* of ECS services, as for target tracking */
#define MILLIONTHS 1000000
#define DAY_S      86400

bool scn_millionths(struct scn_loader *loader, const struct scn_value *at, int64_t *out)
{
    if (at->number >= -1e9 && at->number <= 1e9) {
        *out = llround(at->number * MILLIONTHS);
        return true;
    }
    scn_error(loader->complaints, at, "it lies beyond 10^9; write less");
    return false;
}

/* ---- steps ---- */

static bool load_bound(struct scn_loader *loader, const struct scn_value *step, const char *key,
                       int64_t open, int64_t *bound)
{
    const struct scn_value *at = scn_get(step, key, SCN_NUMBER);
    *bound = open;
    return at == NULL || scn_millionths(loader, at, bound);
}

static int compare_steps(const void *left, const void *right)
{
    const struct scale_step *a = left, *b = right;
    if (a->lower != b->lower)
        return a->lower < b->lower ? -1 : 1;
    return (a->upper > b->upper) - (a->upper < b->upper);
}

/* What ECS refuses of intervals, or NULL: gaps, overlaps, and what is beyond the outermost. */
static const char *fault_of(const struct scale_step *steps, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool first = i == 0, last = i + 1 == count;
        if (steps[i].lower >= steps[i].upper)
            return "a step's lower bound is not below its upper one";
        if (!last && steps[i].upper != steps[i + 1].lower)
            return steps[i].upper > steps[i + 1].lower
                       ? "two steps overlap; begin each where the one before ends"
                       : "there is a gap between two steps; begin each where the one before ends";
        if (first && steps[i].lower != SCALE_STEP_OPEN_BELOW && steps[i].lower < 0)
            return "the lowest step lies below the threshold and ends there; leave its "
                   "MetricIntervalLowerBound out";
        if (last && steps[i].upper != SCALE_STEP_OPEN_ABOVE && steps[i].upper > 0)
            return "the highest step lies above the threshold and ends there; leave its "
                   "MetricIntervalUpperBound out";
    }
    return NULL;
}

static bool load_intervals(struct scn_loader *loader, const struct scn_value *config,
                           struct ecs_scaling_policy *out)
{
    const struct scn_value *list = scn_get(config, "StepAdjustments", SCN_LIST);
    if (list == NULL || list->count == 0) {
        scn_error(loader->complaints, config,
                  "it has no steps; add \"StepAdjustments\": [{\"MetricIntervalLowerBound\": 0, "
                  "\"ScalingAdjustment\": 1}]");
        return false;
    }
    struct scale_step *steps = sim_arena_array(loader->arena, list->count, sizeof steps[0]);
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        struct scale_step *step = &steps[out->step_count++];
        step->adjustment = scn_get_integer(v, "ScalingAdjustment", 0);
        if (!load_bound(loader, v, "MetricIntervalLowerBound", SCALE_STEP_OPEN_BELOW,
                        &step->lower) ||
            !load_bound(loader, v, "MetricIntervalUpperBound", SCALE_STEP_OPEN_ABOVE, &step->upper))
            return false;
        if (out->adjustment == SCALE_EXACT_CAPACITY && step->adjustment < 0) {
            scn_error(loader->complaints, scn_json_member(v, "ScalingAdjustment"),
                      "no service has an exact capacity below 0; write 0 or more");
            return false;
        }
    }
    qsort(steps, out->step_count, sizeof steps[0], compare_steps);
    const char *fault = fault_of(steps, out->step_count);
    if (fault != NULL)
        scn_error(loader->complaints, list, "%s", fault);
    out->steps = steps;
    return fault == NULL;
}

bool scn_load_steps(struct scn_loader *loader, const struct scn_value *policy,
                    const struct scn_value *config, struct ecs_scaling_policy *out)
{
    static const char *const types[SCALE_ADJUSTMENTS] = {
        [SCALE_CHANGE_IN_CAPACITY] = "ChangeInCapacity",
        [SCALE_PERCENT_CHANGE_IN_CAPACITY] = "PercentChangeInCapacity",
        [SCALE_EXACT_CAPACITY] = "ExactCapacity",
    };
    const char *type = scn_get_text(config, "AdjustmentType", NULL);
    const char *average = scn_get_text(config, "MetricAggregationType", "Average");
    if (config == NULL) {
        if (scn_json_member(policy, "StepScalingPolicyConfiguration") == NULL)
            scn_error(loader->complaints, policy,
                      "`StepScalingPolicyConfiguration` is missing; step scaling, which a policy "
                      "without PolicyType is, needs it");
        return false;
    }
    if (type == NULL) {
        if (scn_json_member(config, "AdjustmentType") == NULL)
            scn_error(loader->complaints, config,
                      "`AdjustmentType` is missing; write ChangeInCapacity, "
                      "PercentChangeInCapacity or ExactCapacity");
        return false;
    }
    out->type = ECS_SCALING_STEP;
    for (uint32_t i = 0; i < SCALE_ADJUSTMENTS; i++)
        if (strcmp(type, types[i]) == 0)
            out->adjustment = (enum scale_adjustment)i;
    out->in_cooldown = out->out_cooldown =
        scn_get_integer(config, "Cooldown", COOLDOWN) * SIM_SECOND;
    out->magnitude = scn_get_integer(config, "MinAdjustmentMagnitude", 0);
    if (out->magnitude > 0 && out->adjustment != SCALE_PERCENT_CHANGE_IN_CAPACITY) {
        scn_error(loader->complaints, scn_json_member(config, "MinAdjustmentMagnitude"),
                  "only PercentChangeInCapacity has a smallest change; remove it");
        return false;
    }
    if (strcmp(average, "Average") != 0)
        scn_not_yet(loader->complaints, scn_json_member(config, "MetricAggregationType"), average);
    return load_intervals(loader, config, out);
}

/* ---- alarms ---- */

/* The policies that an action names: a name, or an ARN that ends with it. */
static bool names(struct scn_loader *loader, const struct scn_value *action,
                  const struct ecs_scaling_policy *policy)
{
    return action->kind == SCN_STRING &&
           strcmp(ecs_arn_last_name(loader->arena, action->text), policy->name) == 0;
}

/* An action on another change of state. */
static void check_other(struct scn_loader *loader, const struct scn_value *alarm, const char *key,
                        const struct ecs_scaling_policy *policies, uint32_t count)
{
    const struct scn_value *list = scn_get(alarm, key, SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        for (uint32_t i = 0; i < count; i++)
            if (names(loader, v, &policies[i])) {
                scn_not_yet(loader->complaints, v, key);
                return;
            }
}

static bool has_dimension(const struct scn_value *list, const char *name, const char *value)
{
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (strcmp(scn_get_text(v, "Name", ""), name) == 0 &&
            strcmp(scn_get_text(v, "Value", ""), value) == 0)
            return true;
    return false;
}

/* Only CPUUtilization of the service that is scaled. */
static void check_metric(struct scn_loader *loader, const struct scn_value *alarm,
                         const struct ecs_scaling_policy *policy)
{
    const struct ecs_scenario *scenario = loader->scenario;
    uint32_t service = scenario->scalable_targets[policy->target].service;
    const struct scn_value *metric = scn_get(alarm, "MetricName", SCN_STRING);
    const struct scn_value *list = scn_get(alarm, "Dimensions", SCN_LIST);
    const char *statistic = scn_get_text(alarm, "Statistic", "");
    if (metric == NULL || strcmp(metric->text, "CPUUtilization") != 0 ||
        strcmp(scn_get_text(alarm, "Namespace", ""), "AWS/ECS") != 0) {
        scn_not_yet(loader->complaints, metric != NULL ? metric : alarm,
                    "an alarm on a metric other than CPUUtilization of AWS/ECS");
        return;
    }
    if (list == NULL || list->count != 2 ||
        !has_dimension(list, "ClusterName", scenario->cluster) ||
        !has_dimension(list, "ServiceName", scenario->services[service].name))
        scn_not_yet(loader->complaints, list != NULL ? list : alarm,
                    "an alarm on anything but the ClusterName and ServiceName that its policy "
                    "scales");
    if (strcmp(statistic, "Average") != 0)
        scn_not_yet(loader->complaints,
                    statistic[0] != '\0' ? scn_json_member(alarm, "Statistic") : alarm,
                    "an alarm on a statistic other than Average");
    if (strcmp(scn_get_text(alarm, "Unit", "Percent"), "Percent") != 0)
        scn_error(loader->complaints, scn_json_member(alarm, "Unit"),
                  "the metric is in Percent, so the alarm would have no data; write that, or leave "
                  "the key out");
}

static bool load_period(struct scn_loader *loader, const struct scn_value *alarm,
                        struct ecs_scaling_alarm *out)
{
    int64_t period = scn_get_integer(alarm, "Period", 0);
    int64_t periods = scn_get_integer(alarm, "EvaluationPeriods", 1);
    int64_t datapoints = scn_get_integer(alarm, "DatapointsToAlarm", periods);
    uint32_t errors = loader->complaints->error_count;
    if (period == 0)
        scn_error(loader->complaints, alarm, "`Period` is missing; write seconds, such as 60");
    else if (period % 60 != 0 && period != 10 && period != 30)
        scn_error(loader->complaints, scn_json_member(alarm, "Period"),
                  "a period is 10, 30 or a multiple of 60 seconds");
    else if (period % 60 != 0)
        scn_not_yet(loader->complaints, scn_json_member(alarm, "Period"),
                    "an alarm with periods below a minute");
    if (period * periods > DAY_S)
        scn_error(loader->complaints, scn_json_member(alarm, "EvaluationPeriods"),
                  "with its Period the alarm looks back more than a day; write less");
    if (datapoints > periods)
        scn_error(loader->complaints, scn_json_member(alarm, "DatapointsToAlarm"),
                  "there are only %" PRId64 " EvaluationPeriods; write no more than that", periods);
    out->period = (uint32_t)(period / 60);
    out->periods = (uint32_t)periods;
    out->datapoints = (uint32_t)datapoints;
    return loader->complaints->error_count == errors;
}

static void trigger(struct scn_loader *loader, const struct scn_value *alarm,
                    struct ecs_scaling_policy *policy)
{
    static const char *const treatments[SCALE_MISSINGS] = {"missing", "ignore", "breaching",
                                                           "notBreaching"};
    const char *comparison = scn_get_text(alarm, "ComparisonOperator", "");
    const char *missing = scn_get_text(alarm, "TreatMissingData", "missing");
    const struct scn_value *threshold = scn_get(alarm, "Threshold", SCN_NUMBER);
    struct ecs_scaling_alarm *out = sim_arena_alloc(loader->arena, sizeof *out);
    *out = (struct ecs_scaling_alarm){
        .name = scn_get_text(alarm, "AlarmName", ""),
        .above = strncmp(comparison, "Greater", 7) == 0,
        .or_equal = strstr(comparison, "OrEqualTo") != NULL,
    };
    for (uint32_t i = 0; i < SCALE_MISSINGS; i++)
        if (strcmp(missing, treatments[i]) == 0)
            out->missing = (enum scale_missing)i;
    if (policy->type != ECS_SCALING_STEP) {
        scn_error(
            loader->complaints, alarm,
            "the policy \"%s\" tracks a target and has alarms of its own; name a step scaling "
            "policy",
            policy->name);
        return;
    }
    if (policy->alarm != NULL) {
        scn_not_yet(loader->complaints, alarm, "a second alarm on one policy");
        return;
    }
    check_metric(loader, alarm, policy);
    if (threshold == NULL) {
        if (scn_json_member(alarm, "Threshold") == NULL)
            scn_error(loader->complaints, alarm, "`Threshold` is missing; write percent");
        return;
    }
    if (load_period(loader, alarm, out) && scn_millionths(loader, threshold, &out->threshold))
        policy->alarm = out;
}

static void load_alarm(struct scn_loader *loader, const struct scn_value *alarm,
                       struct ecs_scaling_policy *policies, uint32_t count)
{
    const struct scn_value *list = scn_get(alarm, "AlarmActions", SCN_LIST);
    bool acts = false;
    check_other(loader, alarm, "OKActions", policies, count);
    check_other(loader, alarm, "InsufficientDataActions", policies, count);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        for (uint32_t i = 0; i < count && scn_get_bool(alarm, "ActionsEnabled", true); i++)
            if (names(loader, v, &policies[i])) {
                trigger(loader, alarm, &policies[i]);
                acts = true;
            }
    if (!acts)
        scn_no_effect(loader->complaints, alarm, "it triggers no scaling policy of the scenario");
}

void scn_load_alarms(struct scn_loader *loader, struct ecs_scaling_policy *policies,
                     uint32_t policy_count)
{
    const struct scn_value *list = scn_list(loader, "alarms");
    uint32_t errors = loader->complaints->error_count;
    if (list != NULL)
        scn_check_unique(loader, list, "AlarmName");
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            load_alarm(loader, v, policies, policy_count);
    for (uint32_t i = 0; i < policy_count && loader->complaints->error_count == errors; i++)
        if (policies[i].type == ECS_SCALING_STEP && policies[i].alarm == NULL)
            scn_warning(
                loader->complaints, scn_list(loader, "scalingPolicies"),
                "no alarm names the step scaling policy \"%s\", so it does nothing; add one "
                "to alarms",
                policies[i].name);
}
