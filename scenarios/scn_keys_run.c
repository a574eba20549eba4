/* Keys of RunTask, of StartTask, and of what they share with other calls (scn_bind.h). */
#include "scn_bind.h"
#include "scn_selection.h"

const struct scn_key scn_tag_keys[] = {
    {"key", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 128},
    {"value", SCN_T_TEXT, SCN_NONE, .max = 256},
    {0},
};

const struct scn_key scn_strategy_item_keys[] = {
    {"capacityProvider", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 2048,
     .help = "name or ARN of a capacity provider of the cluster"},
    {"weight", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000,
     .fallback = "0; 1 when it is the only item", .help = "share of the tasks after the base"},
    {"base", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 100000, .fallback = "0",
     .help = "the first tasks go here; at most one item has a base"},
    {0},
};

const struct scn_key scn_placement_constraint_keys[] = {
    {"type", SCN_T_TEXT, SCN_ACTS, .required = true, .choices = "distinctInstance memberOf",
     .help = "distinctInstance: one task of a group on an instance"},
    {"expression", SCN_T_TEXT, SCN_ACTS, .max = 2000,
     .help = "cluster query language, of memberOf only"},
    {0},
};

const struct scn_key scn_placement_strategy_keys[] = {
    {"type", SCN_T_TEXT, SCN_ACTS, .required = true,
     .help = "random, spread or binpack: plimsoll list strategies"},
    {"field", SCN_T_TEXT, SCN_ACTS, .max = 512,
     .help = "binpack: cpu or memory; spread: instanceId or attribute:<name>; bestFit: weights"},
    {0},
};

static const struct scn_key run_task_sim_keys[] = {
    {"onRefusal", SCN_T_TEXT, SCN_ACTS, .choices = "retry drop", .fallback = "retry",
     .help = "what becomes of tasks that the call refuses"},
    {"giveUpAfter", SCN_T_ANY, SCN_ACTS, .fallback = "never",
     .help = "how long it is retried, from the first try; or \"never\""},
    {0},
};

static const struct scn_key run_awsvpc_configuration_keys[] = {
    {"subnets", SCN_T_TEXTS, SCN_ACTS, .required = true, .min = 1, .max = 16,
     .limit = "QTA-14: InvalidParameterException", .help = "at most 16"},
    {"securityGroups", SCN_T_TEXTS, SCN_NONE, .min = 0, .max = 5,
     .limit = "QTA-15: InvalidParameterException",
     .help = "networks inside a task are not modelled"},
    {"assignPublicIp", SCN_T_TEXT, SCN_ACTS, .choices = "ENABLED DISABLED",
     .help = "DISABLED: tasks on instances have no public address"},
    {0},
};

const struct scn_key scn_network_configuration_keys[] = {
    {"awsvpcConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = run_awsvpc_configuration_keys},
    {0},
};

static const struct scn_key run_environment_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"value", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key run_environment_files_keys[] = {
    {"value", SCN_T_TEXT, SCN_NONE, .required = true},
    {"type", SCN_T_TEXT, SCN_NONE, .choices = "s3", .required = true},
    {0},
};

static const struct scn_key run_resource_keys[] = {
    {"value", SCN_T_TEXT, SCN_ACTS, .required = true, .help = "how many, as a text"},
    {"type", SCN_T_TEXT, SCN_ACTS, .choices = "GPU InferenceAccelerator", .required = true,
     .help = "GPU; others are not simulated yet"},
    {0},
};

static const struct scn_key run_container_overrides_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .help = "of a container of the task; required"},
    {"command", SCN_T_TEXTS, SCN_NONE, .help = "what runs inside a container is not modelled"},
    {"environment", SCN_T_OBJECTS, SCN_NONE, .members = run_environment_keys,
     .help = "what runs inside a container is not modelled"},
    {"environmentFiles", SCN_T_OBJECTS, SCN_NONE, .members = run_environment_files_keys,
     .help = "what runs inside a container is not modelled"},
    {"cpu", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1048576, .help = "CPU units it reserves"},
    {"memory", SCN_T_INTEGER, SCN_ACTS, .min = 4, .max = 33554432,
     .help = "MiB it may use; reserved unless there is a memoryReservation"},
    {"memoryReservation", SCN_T_INTEGER, SCN_ACTS, .min = 4, .max = 33554432,
     .help = "MiB it reserves"},
    {"resourceRequirements", SCN_T_OBJECTS, SCN_ACTS, .members = run_resource_keys,
     .help = "its GPUs"},
    {0},
};

static const struct scn_key run_ephemeral_storage_keys[] = {
    {"sizeInGiB", SCN_T_INTEGER, SCN_NONE, .required = true},
    {0},
};

const struct scn_key scn_overrides_keys[] = {
    {"containerOverrides", SCN_T_OBJECTS, SCN_ACTS, .members = run_container_overrides_keys,
     .help = "by container"},
    {"cpu", SCN_T_TEXT, SCN_ACTS, .help = "size of the task: CPU units, or such as \"1 vCPU\""},
    {"inferenceAcceleratorOverrides", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"executionRoleArn", SCN_T_TEXT, SCN_NONE, .help = "permissions are not modelled"},
    {"memory", SCN_T_TEXT, SCN_ACTS, .help = "size of the task: MiB, or such as \"1 GB\""},
    {"taskRoleArn", SCN_T_TEXT, SCN_NONE, .help = "permissions are not modelled"},
    {"ephemeralStorage", SCN_T_OBJECT, SCN_NONE, .members = run_ephemeral_storage_keys,
     .help = "only Fargate tasks have it"},
    {0},
};

static const struct scn_key run_tag_specifications_keys[] = {
    {"resourceType", SCN_T_TEXT, SCN_NONE, .choices = "volume", .required = true},
    {"tags", SCN_T_OBJECTS, SCN_NONE, .min = 0, .max = 50, .members = scn_tag_keys,
     .limit = SCN_TAGS_LIMIT},
    {"propagateTags", SCN_T_TEXT, SCN_NONE, .choices = "TASK_DEFINITION SERVICE NONE"},
    {0},
};

static const struct scn_key run_termination_policy_keys[] = {
    {"deleteOnTermination", SCN_T_BOOL, SCN_NONE, .required = true},
    {0},
};

static const struct scn_key run_managed_e_b_s_volume_keys[] = {
    {"encrypted", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"kmsKeyId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"volumeType", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"sizeInGiB", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"snapshotId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"volumeInitializationRate", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"iops", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"throughput", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"tagSpecifications", SCN_T_OBJECTS, SCN_NONE, .members = run_tag_specifications_keys},
    {"roleArn", SCN_T_TEXT, SCN_NONE, .required = true},
    {"terminationPolicy", SCN_T_OBJECT, SCN_NONE, .members = run_termination_policy_keys},
    {"filesystemType", SCN_T_TEXT, SCN_NONE, .choices = "ext3 ext4 xfs ntfs"},
    {0},
};

static const struct scn_key run_volume_configurations_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE, .required = true},
    {"managedEBSVolume", SCN_T_OBJECT, SCN_NONE, .members = run_managed_e_b_s_volume_keys},
    {0},
};

const struct scn_key scn_start_task_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS,
     .help = "name or ARN; when given, that of the scenario's cluster"},
    {"containerInstances", SCN_T_TEXTS, SCN_ACTS, .min = 1, .max = 10,
     .limit = "QTA-10: InvalidParameterException",
     .help = "at most 10 container instance ids or ARNs; or sim"},
    {"enableECSManagedTags", SCN_T_BOOL, SCN_NONE, .help = "tags are only labels"},
    {"enableExecuteCommand", SCN_T_BOOL, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"group", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "what spread and distinctInstance of others count; default family:<family>"},
    {"networkConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = scn_network_configuration_keys,
     .help = "needed by, and only by, awsvpc tasks"},
    {"overrides", SCN_T_OBJECT, SCN_ACTS, .members = scn_overrides_keys,
     .help = "what one call changes of the task definition"},
    {"propagateTags", SCN_T_TEXT, SCN_NONE, .choices = "TASK_DEFINITION SERVICE NONE",
     .help = "tags are only labels"},
    {"referenceId", SCN_T_TEXT, SCN_NONE, .help = "only the API call needs it"},
    {"startedBy", SCN_T_TEXT, SCN_NONE, .help = "tags are only labels"},
    {"tags", SCN_T_OBJECTS, SCN_NONE, .members = scn_tag_keys, .min = 0, .max = 50,
     .help = "tags are only labels"},
    {"taskDefinition", SCN_T_TEXT, SCN_ACTS, .required = true,
     .help = "family, family:revision or ARN"},
    {"volumeConfigurations", SCN_T_OBJECTS, SCN_NONE, .members = run_volume_configurations_keys,
     .help = "disks are not modelled"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys,
     .help = "which ones, in place of ids"},
    {0},
};

const struct scn_key scn_run_task_keys[] = {
    {"capacityProviderStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = scn_strategy_item_keys,
     .help = "in place of the default strategy; not together with launchType"},
    {"cluster", SCN_T_TEXT, SCN_ACTS,
     .help = "name or ARN; when given, that of the scenario's cluster"},
    {"count", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 10, .fallback = "1",
     .limit = "QTA-9: InvalidParameterException", .help = "tasks of this call"},
    {"enableECSManagedTags", SCN_T_BOOL, SCN_NONE, .help = "tags are only labels"},
    {"enableExecuteCommand", SCN_T_BOOL, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"group", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "what spread and distinctInstance count; default family:<family>"},
    {"launchType", SCN_T_TEXT, SCN_ACTS, .choices = "EC2 FARGATE EXTERNAL MANAGED_INSTANCES",
     .help = "EC2; others are not simulated yet"},
    {"networkConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = scn_network_configuration_keys,
     .help = "needed by, and only by, awsvpc tasks"},
    {"overrides", SCN_T_OBJECT, SCN_ACTS, .members = scn_overrides_keys,
     .help = "what one call changes of the task definition"},
    {"placementConstraints", SCN_T_OBJECTS, SCN_ACTS, .members = scn_placement_constraint_keys,
     .min = 0, .max = 10, .help = "at most 10"},
    {"placementStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = scn_placement_strategy_keys, .min = 0,
     .max = 5, .help = "a chain of at most 5 rules"},
    {"platformVersion", SCN_T_TEXT, SCN_NONE, .help = "only Fargate tasks have it"},
    {"propagateTags", SCN_T_TEXT, SCN_NONE, .choices = "TASK_DEFINITION SERVICE NONE",
     .help = "tags are only labels"},
    {"referenceId", SCN_T_TEXT, SCN_NONE, .help = "only the API call needs it"},
    {"startedBy", SCN_T_TEXT, SCN_NONE, .help = "tags are only labels"},
    {"tags", SCN_T_OBJECTS, SCN_NONE, .members = scn_tag_keys, .min = 0, .max = 50,
     .limit = SCN_TAGS_LIMIT, .help = "tags are only labels"},
    {"taskDefinition", SCN_T_TEXT, SCN_ACTS, .required = true,
     .help = "family, family:revision or ARN"},
    {"clientToken", SCN_T_TEXT, SCN_NONE, .help = "only the API call needs it"},
    {"volumeConfigurations", SCN_T_OBJECTS, SCN_NONE, .members = run_volume_configurations_keys,
     .help = "disks are not modelled"},
    {"at", SCN_T_ANY, SCN_ACTS, .required = true,
     .help = "a duration from the start, or an ISO 8601 time"},
    {"name", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "a name to find it by, for extends and --set"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = run_task_sim_keys, .help = "the simulator's own"},
    {0},
};
