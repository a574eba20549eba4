/* Keys of PutRule, with the targets of PutTargets (scn_bind.h). */
#include "scn_bind.h"

static const struct scn_key rule_sim_keys[] = {
    {"onRefusal", SCN_T_TEXT, SCN_ACTS, .choices = "retry drop", .fallback = "drop",
     .help = "what becomes of tasks that find no room: a rule does not ask again"},
    {"giveUpAfter", SCN_T_ANY, SCN_ACTS, .fallback = "never",
     .help = "how long a retry goes on, from the firing; or \"never\""},
    {0},
};

static const struct scn_key rule_awsvpc_keys[] = {
    {"Subnets", SCN_T_TEXTS, SCN_ACTS, .required = true, .min = 1, .max = 16, .help = "at most 16"},
    {"SecurityGroups", SCN_T_TEXTS, SCN_NONE, .min = 0, .max = 5,
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

static const struct scn_key rule_ecs_keys[] = {
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
    {"CapacityProviderStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = scn_strategy_item_keys,
     .min = 0, .max = 6, .help = "in place of the default strategy; not together with LaunchType"},
    {"EnableECSManagedTags", SCN_T_BOOL, SCN_NONE, .help = "tags are only labels"},
    {"EnableExecuteCommand", SCN_T_BOOL, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"PlacementConstraints", SCN_T_OBJECTS, SCN_ACTS, .members = scn_placement_constraint_keys,
     .min = 0, .max = 10, .help = "at most 10"},
    {"PlacementStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = scn_placement_strategy_keys, .min = 0,
     .max = 5, .help = "a chain of at most 5 rules"},
    {"PropagateTags", SCN_T_TEXT, SCN_NONE, .choices = "TASK_DEFINITION",
     .help = "tags are only labels"},
    {"ReferenceId", SCN_T_TEXT, SCN_NONE, .max = 1024, .help = "tags are only labels"},
    {"Tags", SCN_T_OBJECTS, SCN_NONE, .members = rule_tag_keys, .help = "tags are only labels"},
    {0},
};

#define NOT_ECS "a target that is not this cluster runs no task"

static const struct scn_key rule_target_keys[] = {
    {"Id", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 64,
     .help = "letters, digits, . - _; unique in the rule"},
    {"Arn", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 1600,
     .help = "of the scenario's cluster; other targets run no task here"},
    {"RoleArn", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "permissions are not modelled"},
    {"EcsParameters", SCN_T_OBJECT, SCN_ACTS, .members = rule_ecs_keys,
     .help = "what runs at a firing"},
    {"Input", SCN_T_TEXT, SCN_NONE, .max = 8192,
     .help = "what runs inside a container is not modelled"},
    {"InputPath", SCN_T_TEXT, SCN_NONE, .max = 256,
     .help = "what runs inside a container is not modelled"},
    {"InputTransformer", SCN_T_ANY, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"KinesisParameters", SCN_T_ANY, SCN_NONE, .help = NOT_ECS},
    {"RunCommandParameters", SCN_T_ANY, SCN_NONE, .help = NOT_ECS},
    {"BatchParameters", SCN_T_ANY, SCN_NONE, .help = NOT_ECS},
    {"SqsParameters", SCN_T_ANY, SCN_NONE, .help = NOT_ECS},
    {"HttpParameters", SCN_T_ANY, SCN_NONE, .help = NOT_ECS},
    {"RedshiftDataParameters", SCN_T_ANY, SCN_NONE, .help = NOT_ECS},
    {"SageMakerPipelineParameters", SCN_T_ANY, SCN_NONE, .help = NOT_ECS},
    {"AppSyncParameters", SCN_T_ANY, SCN_NONE, .help = NOT_ECS},
    {"DeadLetterConfig", SCN_T_ANY, SCN_NONE, .help = "the call itself never fails"},
    {"RetryPolicy", SCN_T_ANY, SCN_NONE, .help = "the call itself never fails"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = rule_sim_keys, .help = "the simulator's own"},
    {0},
};

const struct scn_key scn_rule_keys[] = {
    {"Name", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 64,
     .help = "letters, digits, . - _; unique"},
    {"ScheduleExpression", SCN_T_TEXT, SCN_ACTS, .max = 256,
     .help = "cron(minutes hours day-of-month month day-of-week year) or rate(5 minutes), in UTC"},
    {"EventPattern", SCN_T_TEXT, SCN_LATER, .help = NULL},
    {"State", SCN_T_TEXT, SCN_ACTS,
     .choices = "ENABLED DISABLED ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
     .fallback = "ENABLED", .help = "DISABLED: it never fires"},
    {"Description", SCN_T_TEXT, SCN_NONE, .max = 512, .help = "for people"},
    {"RoleArn", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "permissions are not modelled"},
    {"Tags", SCN_T_OBJECTS, SCN_NONE, .members = rule_tag_keys, .help = "tags are only labels"},
    {"EventBusName", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "schedules belong to the default bus"},
    {"Targets", SCN_T_OBJECTS, SCN_ACTS, .members = rule_target_keys, .min = 1, .max = 100,
     .help = "what a firing runs: Targets of put-targets"},
    {0},
};
