/* Keys of PutRule and of the EcsParameters of PutTargets (scn_bind.h). The ranges are EventBridge's
 * where they differ from those of RunTask. */
#include "scn_bind.h"

static const struct scn_key rule_awsvpc_keys[] = {
    {"Subnets", SCN_T_TEXTS, SCN_ACTS, .required = true, .min = 1, .max = 16,
     .limit = "QTA-14: InvalidParameterException", .help = "at most 16"},
    {"SecurityGroups", SCN_T_TEXTS, SCN_NONE, .min = 0, .max = 5,
     .limit = "QTA-15: InvalidParameterException",
     .help = "networks inside a task are not modelled"},
    {"AssignPublicIp", SCN_T_TEXT, SCN_ACTS, .choices = "ENABLED DISABLED",
     .help = "DISABLED: tasks on instances have no public address"},
    {0},
};

static const struct scn_key rule_network_keys[] = {
    {"awsvpcConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = rule_awsvpc_keys},
    {0},
};

static const struct scn_key rule_tag_keys[] = {
    {"Key", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 128},
    {"Value", SCN_T_TEXT, SCN_NONE, .required = true, .max = 256},
    {0},
};

static const struct scn_key rule_strategy_keys[] = {
    {"capacityProvider", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "name or ARN of a capacity provider of the cluster"},
    {"weight", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000,
     .fallback = "0; 1 when it is the only item", .help = "share of the tasks after the base"},
    {"base", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 100000, .fallback = "0",
     .help = "the first tasks go here; at most one item has a base"},
    {0},
};

static const struct scn_key rule_placement_keys[] = {
    {"type", SCN_T_TEXT, SCN_ACTS, .required = true,
     .help = "random, spread or binpack: plimsoll list strategies"},
    {"field", SCN_T_TEXT, SCN_ACTS, .max = 255,
     .help = "binpack: cpu or memory; spread: instanceId or attribute:<name>; bestFit: weights"},
    {0},
};

const struct scn_key scn_ecs_parameters_keys[] = {
    {"TaskDefinitionArn", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 1600,
     .help = "ARN, family:revision, or family for its latest ACTIVE revision"},
    {"TaskCount", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 10, .fallback = "1",
     .help = "tasks of a firing"},
    {"LaunchType", SCN_T_TEXT, SCN_ACTS, .choices = "EC2 FARGATE EXTERNAL",
     .help = "EC2; others are not simulated yet"},
    {"NetworkConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = rule_network_keys,
     .help = "needed by, and only by, awsvpc tasks"},
    {"PlatformVersion", SCN_T_TEXT, SCN_NONE, .help = "only Fargate tasks have it"},
    {"Group", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "what spread and distinctInstance count; default family:<family>"},
    {"CapacityProviderStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = rule_strategy_keys, .min = 0,
     .max = 6, .help = "in place of the default strategy; not together with LaunchType"},
    {"EnableECSManagedTags", SCN_T_BOOL, SCN_NONE, .help = "tags are only labels"},
    {"EnableExecuteCommand", SCN_T_BOOL, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"PlacementConstraints", SCN_T_OBJECTS, SCN_ACTS, .members = scn_placement_constraint_keys,
     .min = 0, .max = 10, .help = "at most 10"},
    {"PlacementStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = rule_placement_keys, .min = 0,
     .max = 5, .help = "a chain of at most 5 rules"},
    {"PropagateTags", SCN_T_TEXT, SCN_NONE, .choices = "TASK_DEFINITION",
     .help = "tags are only labels"},
    {"ReferenceId", SCN_T_TEXT, SCN_NONE, .max = 1024, .help = "tags are only labels"},
    {"Tags", SCN_T_OBJECTS, SCN_NONE, .members = rule_tag_keys, .min = 0, .max = 50,
     .limit = SCN_TAGS_LIMIT, .help = "tags are only labels"},
    {0},
};

const struct scn_key scn_rule_keys[] = {
    {"Name", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 64,
     .help = "letters, digits, . - _; unique"},
    {"ScheduleExpression", SCN_T_TEXT, SCN_ACTS, .max = 256,
     .help = "cron(minutes hours day-of-month month day-of-week year) or rate(5 minutes), in UTC"},
    {"EventPattern", SCN_T_TEXT, SCN_LATER, .max = 4096, .help = NULL},
    {"State", SCN_T_TEXT, SCN_ACTS,
     .choices = "ENABLED DISABLED ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
     .fallback = "ENABLED", .help = "DISABLED: it never fires"},
    {"Description", SCN_T_TEXT, SCN_NONE, .max = 512, .help = "for people"},
    {"RoleArn", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "permissions are not modelled"},
    {"Tags", SCN_T_OBJECTS, SCN_NONE, .members = rule_tag_keys, .help = "tags are only labels"},
    {"EventBusName", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "schedules belong to the default bus"},
    {"Targets", SCN_T_OBJECTS, SCN_ACTS, .members = scn_target_keys, .min = 1, .max = 100,
     .help = "what a firing runs: Targets of put-targets"},
    {0},
};
