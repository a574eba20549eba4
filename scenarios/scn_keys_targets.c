/* Keys of PutTargets' Targets (scn_bind.h): those that every target has, and those that only
 * targets other than an ECS cluster have. Nothing of the latter acts here; they are checked, so
 * that a file with several targets is taken as it is. EcsParameters stand in scn_keys_rules.c. */
#include "scn_bind.h"

static const struct scn_key target_sim_keys[] = {
    {"onRefusal", SCN_T_TEXT, SCN_ACTS, .choices = "retry drop", .fallback = "drop",
     .help = "what becomes of tasks that find no room: a rule does not ask again"},
    {"giveUpAfter", SCN_T_ANY, SCN_ACTS, .fallback = "never",
     .help = "how long a retry goes on, from the firing; or \"never\""},
    {0},
};

static const struct scn_key transformer_keys[] = {
    {"InputPathsMap", SCN_T_MAP, SCN_NONE, .item_min = 0, .item_max = 256},
    {"InputTemplate", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 8192,
     .help = "the text that the target gets"},
    {0},
};

static const struct scn_key kinesis_keys[] = {
    {"PartitionKeyPath", SCN_T_TEXT, SCN_NONE, .required = true, .max = 256, .help = "a JSON path"},
    {0},
};

static const struct scn_key command_target_keys[] = {
    {"Key", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 128, .help = "a tag"},
    {"Values", SCN_T_TEXTS, SCN_NONE, .required = true, .min = 1, .max = 50, .item_min = 1,
     .item_max = 256, .help = "its values"},
    {0},
};

static const struct scn_key command_keys[] = {
    {"RunCommandTargets", SCN_T_OBJECTS, SCN_NONE, .required = true, .min = 1, .max = 5,
     .members = command_target_keys, .help = "instances, by tag"},
    {0},
};

static const struct scn_key batch_array_keys[] = {
    {"Size", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key batch_retry_keys[] = {
    {"Attempts", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key batch_keys[] = {
    {"JobDefinition", SCN_T_TEXT, SCN_NONE, .required = true, .help = "name or ARN"},
    {"JobName", SCN_T_TEXT, SCN_NONE, .required = true, .help = "name of the job"},
    {"ArrayProperties", SCN_T_OBJECT, SCN_NONE, .members = batch_array_keys},
    {"RetryStrategy", SCN_T_OBJECT, SCN_NONE, .members = batch_retry_keys},
    {0},
};

static const struct scn_key sqs_keys[] = {
    {"MessageGroupId", SCN_T_TEXT, SCN_NONE, .max = 100},
    {0},
};

static const struct scn_key http_keys[] = {
    {"PathParameterValues", SCN_T_TEXTS, SCN_NONE, .help = NULL},
    {"HeaderParameters", SCN_T_MAP, SCN_NONE, .item_min = 0, .item_max = 512},
    {"QueryStringParameters", SCN_T_MAP, SCN_NONE, .item_min = 0, .item_max = 512},
    {0},
};

static const struct scn_key redshift_keys[] = {
    {"SecretManagerArn", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600},
    {"Database", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 64,
     .help = "name of the database"},
    {"DbUser", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 128},
    {"Sql", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 100000,
     .help = "the statement"},
    {"StatementName", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 500},
    {"WithEvent", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key pipeline_parameter_keys[] = {
    {"Name", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 256, .help = "its name"},
    {"Value", SCN_T_TEXT, SCN_NONE, .required = true, .max = 1024, .help = "its value"},
    {0},
};

static const struct scn_key pipeline_keys[] = {
    {"PipelineParameterList", SCN_T_OBJECTS, SCN_NONE, .min = 0, .max = 200,
     .members = pipeline_parameter_keys},
    {0},
};

static const struct scn_key appsync_keys[] = {
    {"GraphQLOperation", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1048576},
    {0},
};

static const struct scn_key dead_letter_keys[] = {
    {"Arn", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600},
    {0},
};

static const struct scn_key retry_keys[] = {
    {"MaximumRetryAttempts", SCN_T_INTEGER, SCN_NONE, .min = 0, .max = 185},
    {"MaximumEventAgeInSeconds", SCN_T_INTEGER, SCN_NONE, .min = 60, .max = 86400},
    {0},
};

#define OTHER(name, table, why)                                                                    \
    {                                                                                              \
        name, SCN_T_OBJECT, SCN_NONE, .members = table, .help = why                                \
    }
#define NOT_ECS   "a target that is not this cluster runs no task"
#define NO_INSIDE "what runs inside a container is not modelled"
#define NO_ERRORS "the call itself never fails"

const struct scn_key scn_target_keys[] = {
    {"Id", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 64,
     .help = "letters, digits, . - _; unique in the rule"},
    {"Arn", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 1600,
     .help = "of the scenario's cluster; other targets run no task here"},
    {"RoleArn", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "permissions are not modelled"},
    {"EcsParameters", SCN_T_OBJECT, SCN_ACTS, .members = scn_ecs_parameters_keys,
     .help = "what runs at a firing"},
    {"Input", SCN_T_TEXT, SCN_ACTS, .max = 8192,
     .help = "RunTask's overrides as a JSON text: {\"containerOverrides\": [...]}"},
    {"InputPath", SCN_T_TEXT, SCN_NONE, .max = 256, .help = NO_INSIDE},
    OTHER("InputTransformer", transformer_keys, NO_INSIDE),
    OTHER("KinesisParameters", kinesis_keys, NOT_ECS),
    OTHER("RunCommandParameters", command_keys, NOT_ECS),
    OTHER("BatchParameters", batch_keys, NOT_ECS),
    OTHER("SqsParameters", sqs_keys, NOT_ECS),
    OTHER("HttpParameters", http_keys, NOT_ECS),
    OTHER("RedshiftDataParameters", redshift_keys, NOT_ECS),
    OTHER("SageMakerPipelineParameters", pipeline_keys, NOT_ECS),
    OTHER("AppSyncParameters", appsync_keys, NOT_ECS),
    OTHER("DeadLetterConfig", dead_letter_keys, NO_ERRORS),
    OTHER("RetryPolicy", retry_keys, NO_ERRORS),
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = target_sim_keys, .help = "the simulator's own"},
    {0},
};
