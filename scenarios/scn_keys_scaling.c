/* Keys of RegisterScalableTarget, PutScalingPolicy and PutScheduledAction of Application Auto
 * Scaling (scn_bind.h), and what describe-scalable-targets, -scaling-policies and
 * -scheduled-actions print. tests/test_botocore.py compares them with botocore's models. */
#include "scn_bind.h"

#define OUTPUT_HELP "output of a describe call"

#define NAMESPACE                                                                                  \
    {                                                                                              \
        "ServiceNamespace", SCN_T_TEXT, SCN_ACTS, .required = true, .choices = "ecs",              \
                                                  .help = "ecs: only services are scaled"          \
    }
#define RESOURCE(text)                                                                             \
    {                                                                                              \
        "ResourceId", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 1600, .help = text  \
    }
#define DIMENSION                                                                                  \
    {                                                                                              \
        "ScalableDimension", SCN_T_TEXT, SCN_ACTS, .required = true,                               \
                                                   .choices = "ecs:service:DesiredCount",          \
                                                   .help = "the only one of a service"             \
    }
#define CREATION_TIME                                                                              \
    {                                                                                              \
        "CreationTime", SCN_T_ANY, SCN_NONE, .help = OUTPUT_HELP                                   \
    }

static const struct scn_key suspended_keys[] = {
    {"DynamicScalingInSuspended", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "true: policies scale in no more"},
    {"DynamicScalingOutSuspended", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "true: policies scale out no more"},
    {"ScheduledScalingSuspended", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "true: scheduled actions do nothing"},
    {0},
};

const struct scn_key scn_scalable_target_keys[] = {
    NAMESPACE,
    RESOURCE("service/<cluster>/<service>; of a REPLICA service"),
    DIMENSION,
    {"MinCapacity", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000,
     .help = "policies never go below it; required"},
    {"MaxCapacity", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000,
     .help = "policies never go above it; required"},
    {"RoleARN", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "permissions are not modelled"},
    {"SuspendedState", SCN_T_OBJECT, SCN_ACTS, .members = suspended_keys,
     .help = "what is suspended for the whole run"},
    {"Tags", SCN_T_MAP, SCN_NONE, .help = "tags are only labels"},
    {"ScalableTargetARN", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    {"PredictedCapacity", SCN_T_INTEGER, SCN_NONE, .help = OUTPUT_HELP},
    CREATION_TIME,
    {0},
};

static const struct scn_key predefined_keys[] = {
    {"PredefinedMetricType", SCN_T_TEXT, SCN_ACTS, .required = true,
     .choices = "ECSServiceAverageCPUUtilization ECSServiceAverageMemoryUtilization "
                "ALBRequestCountPerTarget",
     .help = "ECSServiceAverageCPUUtilization; others are not simulated yet"},
    {"ResourceLabel", SCN_T_TEXT, SCN_LATER, .min = 1, .max = 1023, .help = NULL},
    {0},
};

static const struct scn_key tracking_keys[] = {
    {"TargetValue", SCN_T_NUMBER, SCN_ACTS, .required = true,
     .help = "where the metric shall be, above 0; percent of the tasks' CPU units"},
    {"PredefinedMetricSpecification", SCN_T_OBJECT, SCN_ACTS, .members = predefined_keys,
     .help = "what is measured"},
    {"CustomizedMetricSpecification", SCN_T_OBJECT, SCN_LATER, .min = 1, .max = 100, .help = NULL},
    {"ScaleOutCooldown", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 86400, .fallback = "300",
     .help = "seconds after a scale-out in which what it added counts for the next"},
    {"ScaleInCooldown", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 86400, .fallback = "300",
     .help = "seconds after a scale-in before the next"},
    {"DisableScaleIn", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "true: the policy only scales out"},
    {0},
};

const struct scn_key scn_scaling_policy_keys[] = {
    {"PolicyName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 256,
     .help = "of its own for its target"},
    NAMESPACE,
    RESOURCE("that of an element of scalableTargets"),
    DIMENSION,
    {"PolicyType", SCN_T_TEXT, SCN_ACTS,
     .choices = "StepScaling TargetTrackingScaling PredictiveScaling", .fallback = "StepScaling",
     .help = "TargetTrackingScaling; others are not simulated yet"},
    {"StepScalingPolicyConfiguration", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {"TargetTrackingScalingPolicyConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = tracking_keys,
     .help = "what is held where"},
    {"PredictiveScalingPolicyConfiguration", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {"PolicyARN", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    {"Alarms", SCN_T_OBJECTS, SCN_NONE, .help = OUTPUT_HELP},
    CREATION_TIME,
    {0},
};

static const struct scn_key action_keys[] = {
    {"MinCapacity", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000,
     .help = "the target's from then on"},
    {"MaxCapacity", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000,
     .help = "the target's from then on"},
    {0},
};

const struct scn_key scn_scheduled_action_keys[] = {
    NAMESPACE,
    {"Schedule", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 1600,
     .help = "at(yyyy-mm-ddThh:mm:ss), cron(...) as of rules, or rate(5 minutes); required"},
    {"Timezone", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 1600, .fallback = "UTC",
     .help = "UTC; others are not simulated yet"},
    {"ScheduledActionName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 256,
     .help = "of its own for its target"},
    RESOURCE("that of an element of scalableTargets"),
    DIMENSION,
    {"StartTime", SCN_T_TEXT, SCN_ACTS, .fallback = "the scenario's start",
     .help = "ISO 8601: nothing happens before"},
    {"EndTime", SCN_T_TEXT, SCN_ACTS, .help = "ISO 8601: nothing happens after"},
    {"ScalableTargetAction", SCN_T_OBJECT, SCN_ACTS, .members = action_keys,
     .help = "new limits of the target; required"},
    {"ScheduledActionARN", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    CREATION_TIME,
    {0},
};
