/* Keys of RegisterScalableTarget, PutScalingPolicy and PutScheduledAction of Application Auto
 * Scaling and of PutMetricAlarm of CloudWatch (scn_bind.h), and what describe-alarms,
 * describe-scalable-targets, -scaling-policies and -scheduled-actions print. tests/test_botocore.py
 * compares them with botocore's models. */
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

static const struct scn_key step_keys[] = {
    {"MetricIntervalLowerBound", SCN_T_NUMBER, SCN_ACTS, .fallback = "none",
     .help = "from the threshold; part of the step at or above it"},
    {"MetricIntervalUpperBound", SCN_T_NUMBER, SCN_ACTS, .fallback = "none",
     .help = "from the threshold; part of the step below it"},
    {"ScalingAdjustment", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = -1000000,
     .max = 1000000, .help = "tasks, or percent, to add; with ExactCapacity tasks to have"},
    {0},
};

static const struct scn_key step_scaling_keys[] = {
    {"AdjustmentType", SCN_T_TEXT, SCN_ACTS,
     .choices = "ChangeInCapacity PercentChangeInCapacity ExactCapacity",
     .help = "what ScalingAdjustment is; required"},
    {"StepAdjustments", SCN_T_OBJECTS, SCN_ACTS, .members = step_keys, .min = 0, .max = 20,
     .help = "without gaps and overlaps; required"},
    {"MinAdjustmentMagnitude", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000, .fallback = "0",
     .help = "smallest change of PercentChangeInCapacity"},
    {"Cooldown", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 86400, .fallback = "300",
     .help = "seconds between scalings"},
    {"MetricAggregationType", SCN_T_TEXT, SCN_ACTS, .choices = "Average Minimum Maximum",
     .fallback = "Average", .help = "Average; others are not simulated yet"},
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
     .help = "StepScaling or TargetTrackingScaling; PredictiveScaling is not simulated yet"},
    {"StepScalingPolicyConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = step_scaling_keys,
     .help = "what an alarm makes of the count; alarms name the policy"},
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

static const struct scn_key dimension_keys[] = {
    {"Name", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "ClusterName or ServiceName"},
    {"Value", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 1024,
     .help = "of the service that the policy scales"},
    {0},
};

static const struct scn_key alarm_tag_keys[] = {
    {"Key", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 128, .help = NULL},
    {"Value", SCN_T_TEXT, SCN_NONE, .required = true, .min = 0, .max = 256, .help = NULL},
    {0},
};

#define ACTIONS(name, text)                                                                        \
    {                                                                                              \
        name, SCN_T_TEXTS, SCN_ACTS, .min = 0, .max = 5, .item_min = 1, .item_max = 1024,          \
                                     .help = text                                                  \
    }
#define OUTPUT(name)                                                                               \
    {                                                                                              \
        name, SCN_T_ANY, SCN_NONE, .help = OUTPUT_HELP                                             \
    }

const struct scn_key scn_alarm_keys[] = {
    {"AlarmName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255, .help = "its own"},
    {"AlarmDescription", SCN_T_TEXT, SCN_NONE, .min = 0, .max = 1024, .help = "for people"},
    {"ActionsEnabled", SCN_T_BOOL, SCN_ACTS, .fallback = "true",
     .help = "false: it triggers nothing"},
    ACTIONS("OKActions", "no scaling policies, which are not simulated yet here"),
    ACTIONS("AlarmActions", "names or ARNs of step scaling policies; others do nothing"),
    ACTIONS("InsufficientDataActions", "no scaling policies, which are not simulated yet here"),
    {"MetricName", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "CPUUtilization; others are not simulated yet"},
    {"Namespace", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "AWS/ECS; others are not simulated yet"},
    {"Statistic", SCN_T_TEXT, SCN_ACTS, .choices = "SampleCount Average Sum Minimum Maximum",
     .help = "Average; others are not simulated yet"},
    {"ExtendedStatistic", SCN_T_TEXT, SCN_LATER, .help = NULL},
    {"Dimensions", SCN_T_OBJECTS, SCN_ACTS, .members = dimension_keys, .min = 0, .max = 30,
     .help = "ClusterName and ServiceName"},
    {"Period", SCN_T_INTEGER, SCN_ACTS, .min = 10, .max = 86400,
     .help = "seconds, a multiple of 60"},
    {"Unit", SCN_T_TEXT, SCN_ACTS,
     .choices = "Seconds Microseconds Milliseconds Bytes Kilobytes Megabytes Gigabytes Terabytes "
                "Bits Kilobits Megabits Gigabits Terabits Percent Count Bytes/Second "
                "Kilobytes/Second Megabytes/Second Gigabytes/Second Terabytes/Second Bits/Second "
                "Kilobits/Second Megabits/Second Gigabits/Second Terabits/Second Count/Second None",
     .help = "Percent"},
    {"EvaluationPeriods", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = 1, .max = 8640,
     .help = "datapoints that it looks at"},
    {"DatapointsToAlarm", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 8640,
     .fallback = "EvaluationPeriods", .help = "of them that have to breach"},
    {"Threshold", SCN_T_NUMBER, SCN_ACTS, .help = "percent; required"},
    {"ComparisonOperator", SCN_T_TEXT, SCN_ACTS, .required = true,
     .choices = "GreaterThanOrEqualToThreshold GreaterThanThreshold LessThanThreshold "
                "LessThanOrEqualToThreshold",
     .help = "what a breach is"},
    {"TreatMissingData", SCN_T_TEXT, SCN_ACTS, .choices = "missing ignore breaching notBreaching",
     .fallback = "missing", .help = "what a minute without tasks counts for"},
    {"EvaluateLowSampleCountPercentile", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255,
     .help = "only percentiles have it"},
    {"Metrics", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"Tags", SCN_T_OBJECTS, SCN_NONE, .members = alarm_tag_keys, .help = "tags are only labels"},
    {"ThresholdMetricId", SCN_T_TEXT, SCN_LATER, .min = 1, .max = 255, .help = NULL},
    OUTPUT("AlarmArn"),
    OUTPUT("AlarmConfigurationUpdatedTimestamp"),
    OUTPUT("StateValue"),
    OUTPUT("StateReason"),
    OUTPUT("StateReasonData"),
    OUTPUT("StateUpdatedTimestamp"),
    OUTPUT("EvaluationState"),
    OUTPUT("StateTransitionedTimestamp"),
    {0},
};
