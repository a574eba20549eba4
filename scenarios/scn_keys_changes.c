/* Keys of `changes`: AWS's input of each call of an operator, in the order of the API's shapes, and
 * of `accountSettings` (scn_bind.h). tests/test_botocore.py compares them with botocore's models.
 *
 * Where AWS wants ids that a plan cannot know, `sim` may stand in their place (scn_selection.h);
 * scn_load_changes.c sees to it that one of the two is there. */
#include "scn_bind.h"
#include "scn_selection.h"

#define CLUSTER_HELP "name or ARN; when given, that of the scenario's cluster"
#define SIM_HELP     "which ones, in place of ids"
#define DRY_RUN_KEY                                                                                \
    {                                                                                              \
        "DryRun", SCN_T_BOOL, SCN_ACTS, .fallback = "false", .help = "only false: it does nothing" \
    }

static const struct scn_key put_providers_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .required = true, .help = CLUSTER_HELP},
    {"capacityProviders", SCN_T_TEXTS, SCN_ACTS, .required = true,
     .help = "all that the cluster has from then on"},
    {"defaultCapacityProviderStrategy", SCN_T_OBJECTS, SCN_ACTS, .required = true,
     .members = scn_strategy_item_keys, .help = "the default from then on; [] for none"},
    {0},
};

static const struct scn_key set_desired_keys[] = {
    {"AutoScalingGroupName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "one of autoScalingGroups"},
    {"DesiredCapacity", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = 0, .max = 1000000,
     .help = "instances; between MinSize and MaxSize"},
    {"HonorCooldown", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "refused while the group's cooldown lasts"},
    {0},
};

static const struct scn_key update_template_keys[] = {
    {"LaunchTemplateId", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "of one of launchTemplates, where its name is not given"},
    {"LaunchTemplateName", SCN_T_TEXT, SCN_ACTS, .min = 3, .max = 128,
     .help = "one of launchTemplates"},
    {"Version", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "\"$Latest\", \"$Default\" or a VersionNumber"},
    {0},
};

static const struct scn_key update_group_keys[] = {
    {"AutoScalingGroupName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "one of autoScalingGroups"},
    {"LaunchConfigurationName", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "what it launches from then on"},
    {"LaunchTemplate", SCN_T_OBJECT, SCN_ACTS, .members = update_template_keys,
     .help = "what it launches from then on"},
    {"MixedInstancesPolicy", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {"MinSize", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000, .help = "never fewer instances"},
    {"MaxSize", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000, .help = "never more instances"},
    {"DesiredCapacity", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000, .help = "instances"},
    {"DefaultCooldown", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000,
     .help = "seconds that later SetDesiredCapacity with HonorCooldown waits for"},
    {"AvailabilityZones", SCN_T_TEXTS, SCN_ACTS, .min = 1, .max = 16, .item_min = 1,
     .item_max = 255, .help = "of later launches; members elsewhere stay"},
    {"HealthCheckType", SCN_T_TEXT, SCN_LATER, .min = 1, .max = 32, .help = NULL},
    {"HealthCheckGracePeriod", SCN_T_INTEGER, SCN_LATER, .help = NULL},
    {"PlacementGroup", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255,
     .help = "where in a zone instances stand is not modelled"},
    {"VPCZoneIdentifier", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 2047,
     .help = "subnets of later launches, with commas; members elsewhere stay"},
    {"TerminationPolicies", SCN_T_TEXTS, SCN_ACTS, .item_min = 1, .item_max = 1600, .min = 0,
     .max = 8, .help = "which instance later scale-ins take"},
    {"NewInstancesProtectedFromScaleIn", SCN_T_BOOL, SCN_ACTS,
     .help = "of instances launched from then on"},
    {"ServiceLinkedRoleARN", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "permissions are not modelled"},
    {"MaxInstanceLifetime", SCN_T_INTEGER, SCN_LATER, .help = NULL},
    {"CapacityRebalance", SCN_T_BOOL, SCN_NONE, .help = "there are no Spot instances here"},
    {"Context", SCN_T_TEXT, SCN_NONE, .help = "only the API call needs it"},
    {"DesiredCapacityType", SCN_T_TEXT, SCN_LATER, .min = 1, .max = 255, .idle = "units"},
    {"DefaultInstanceWarmup", SCN_T_INTEGER, SCN_NONE,
     .help = "managed scaling has its own, instanceWarmupPeriod"},
    {0},
};

static const struct scn_key delete_group_keys[] = {
    {"AutoScalingGroupName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "one of autoScalingGroups"},
    {"ForceDelete", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "true: its instances are terminated; else it must have none"},
    {0},
};

static const struct scn_key stop_instances_keys[] = {
    {"InstanceIds", SCN_T_TEXTS, SCN_ACTS, .help = "such as \"i-00000000000000003\"; or sim"},
    {"Hibernate", SCN_T_BOOL, SCN_LATER, .help = NULL},
    DRY_RUN_KEY,
    {"Force", SCN_T_BOOL, SCN_NONE, .help = "file systems are not modelled"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys, .help = SIM_HELP},
    {0},
};

static const struct scn_key start_instances_keys[] = {
    {"InstanceIds", SCN_T_TEXTS, SCN_ACTS, .help = "such as \"i-00000000000000003\"; or sim"},
    {"AdditionalInfo", SCN_T_TEXT, SCN_NONE, .help = "only the API call needs it"},
    DRY_RUN_KEY,
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys, .help = SIM_HELP},
    {0},
};

static const struct scn_key terminate_instances_keys[] = {
    {"InstanceIds", SCN_T_TEXTS, SCN_ACTS, .help = "such as \"i-00000000000000003\"; or sim"},
    DRY_RUN_KEY,
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys, .help = SIM_HELP},
    {0},
};

static const struct scn_key terminate_in_group_keys[] = {
    {"InstanceId", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 19,
     .help = "such as \"i-00000000000000003\"; or sim"},
    {"ShouldDecrementDesiredCapacity", SCN_T_BOOL, SCN_ACTS, .required = true,
     .help = "false: the group launches another one"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys, .help = SIM_HELP},
    {0},
};

static const struct scn_key deregister_instance_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .help = CLUSTER_HELP},
    {"containerInstance", SCN_T_TEXT, SCN_ACTS, .help = "container instance id or ARN; or sim"},
    {"force", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "needed when tasks run on it; they are stopped"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys, .help = SIM_HELP},
    {0},
};

static const struct scn_key update_state_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .help = CLUSTER_HELP},
    {"containerInstances", SCN_T_TEXTS, SCN_ACTS, .min = 1, .max = 10,
     .help = "at most 10 container instance ids or ARNs; or sim"},
    {"status", SCN_T_TEXT, SCN_ACTS, .required = true, .choices = "ACTIVE DRAINING",
     .help = "DRAINING: no new tasks; ACTIVE: again"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys, .help = SIM_HELP},
    {0},
};

static const struct scn_key stop_task_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .help = CLUSTER_HELP},
    {"task", SCN_T_TEXT, SCN_ACTS, .help = "task id or ARN; or sim"},
    {"reason", SCN_T_TEXT, SCN_ACTS, .help = "shown as the stopped reason"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_task_selection_keys, .help = SIM_HELP},
    {0},
};

static const struct scn_key deregister_definition_keys[] = {
    {"taskDefinition", SCN_T_TEXT, SCN_ACTS, .required = true, .help = "family:revision or ARN"},
    {0},
};

static const struct scn_key attribute_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 128,
     .help = "letters, digits and - _ / \\ ."},
    {"value", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 128, .help = "its value"},
    {"targetType", SCN_T_TEXT, SCN_ACTS, .choices = "container-instance",
     .fallback = "container-instance", .help = "what has it"},
    {"targetId", SCN_T_TEXT, SCN_ACTS, .help = "container instance id or ARN; or sim"},
    {0},
};

static const struct scn_key attributes_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .help = CLUSTER_HELP},
    {"attributes", SCN_T_OBJECTS, SCN_ACTS, .required = true, .min = 1, .max = 10,
     .members = attribute_keys, .help = "at most 10, of one instance"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys, .help = SIM_HELP},
    {0},
};

#define SETTING_NAMES                                                                              \
    "serviceLongArnFormat taskLongArnFormat containerInstanceLongArnFormat awsvpcTrunking "        \
    "containerInsights fargateFIPSMode tagResourceAuthorization fargateTaskRetirementWaitPeriod "  \
    "guardDutyActivate dualStackIPv6 defaultLogDriverMode fargateEventWindows"

static const struct scn_key put_setting_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .required = true, .choices = SETTING_NAMES,
     .help = "what is set"},
    {"value", SCN_T_TEXT, SCN_ACTS, .required = true, .help = "enabled or disabled, for most"},
    {0},
};

static const struct scn_key delete_cluster_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .required = true, .help = CLUSTER_HELP},
    {0},
};

const struct scn_key scn_account_setting_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .required = true, .choices = SETTING_NAMES,
     .help = "what is set"},
    {"value", SCN_T_TEXT, SCN_ACTS, .required = true, .help = "enabled or disabled, for most"},
    {"principalArn", SCN_T_TEXT, SCN_ACTS, .help = "whose own setting it is; without: the default"},
    {"type", SCN_T_TEXT, SCN_NONE, .help = "output of a list call"},
    {0},
};

#define NOT_YET(operation)                                                                         \
    {                                                                                              \
        operation, SCN_T_OBJECT, SCN_LATER, .help = NULL                                           \
    }

const struct scn_key scn_change_keys[] = {
    {"at", SCN_T_ANY, SCN_ACTS, .required = true,
     .help = "a duration from the start, or an ISO 8601 time"},
    {"name", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "a name to find it by, for extends and --set"},
    {"PutClusterCapacityProviders", SCN_T_OBJECT, SCN_ACTS, .members = put_providers_keys,
     .help = "replaces the cluster's providers and default strategy"},
    {"SetDesiredCapacity", SCN_T_OBJECT, SCN_ACTS, .members = set_desired_keys,
     .help = "of an Auto Scaling group"},
    {"UpdateAutoScalingGroup", SCN_T_OBJECT, SCN_ACTS, .members = update_group_keys,
     .help = "sizes and launch configuration of a group"},
    {"DeleteAutoScalingGroup", SCN_T_OBJECT, SCN_ACTS, .members = delete_group_keys,
     .help = "ends a group"},
    {"StopInstances", SCN_T_OBJECT, SCN_ACTS, .members = stop_instances_keys,
     .help = "stops instances without terminating them"},
    {"StartInstances", SCN_T_OBJECT, SCN_ACTS, .members = start_instances_keys,
     .help = "starts stopped instances"},
    {"TerminateInstances", SCN_T_OBJECT, SCN_ACTS, .members = terminate_instances_keys,
     .help = "ends instances; their groups launch others"},
    {"TerminateInstanceInAutoScalingGroup", SCN_T_OBJECT, SCN_ACTS,
     .members = terminate_in_group_keys, .help = "ends an instance"},
    {"DeregisterContainerInstance", SCN_T_OBJECT, SCN_ACTS, .members = deregister_instance_keys,
     .help = "takes an instance out of the cluster"},
    {"UpdateContainerInstancesState", SCN_T_OBJECT, SCN_ACTS, .members = update_state_keys,
     .help = "drains instances, or ends that"},
    {"StopTask", SCN_T_OBJECT, SCN_ACTS, .members = stop_task_keys, .help = "stops a task"},
    {"StartTask", SCN_T_OBJECT, SCN_ACTS, .members = scn_start_task_keys,
     .help = "tasks on the container instances that it names"},
    {"RegisterTaskDefinition", SCN_T_OBJECT, SCN_ACTS, .members = scn_task_definition_keys,
     .listed_at = "taskDefinitions[]",
     .help = "the next revision of its family; its keys are those of taskDefinitions[]"},
    {"DeregisterTaskDefinition", SCN_T_OBJECT, SCN_ACTS, .members = deregister_definition_keys,
     .help = "makes a revision INACTIVE"},
    {"CreateService", SCN_T_OBJECT, SCN_ACTS, .members = scn_service_keys,
     .listed_at = "services[]", .help = "one more service; its keys are those of services[]"},
    {"UpdateService", SCN_T_OBJECT, SCN_ACTS, .members = scn_update_service_keys,
     .help = "changes a service, and deploys what is new"},
    {"DeleteService", SCN_T_OBJECT, SCN_ACTS, .members = scn_delete_service_keys,
     .help = "ends a service"},
    {"PutAttributes", SCN_T_OBJECT, SCN_ACTS, .members = attributes_keys,
     .help = "gives an instance custom attributes"},
    {"DeleteAttributes", SCN_T_OBJECT, SCN_ACTS, .members = attributes_keys,
     .help = "takes custom attributes away"},
    {"PutAccountSettingDefault", SCN_T_OBJECT, SCN_ACTS, .members = put_setting_keys,
     .help = "sets an account setting"},
    {"DeleteCluster", SCN_T_OBJECT, SCN_ACTS, .members = delete_cluster_keys,
     .help = "deletes the cluster, which must be empty"},
    NOT_YET("CreateTaskSet"),
    NOT_YET("UpdateTaskSet"),
    NOT_YET("DeleteTaskSet"),
    NOT_YET("RunTask"),
    NOT_YET("CreateCapacityProvider"),
    NOT_YET("UpdateCapacityProvider"),
    NOT_YET("DeleteCapacityProvider"),
    NOT_YET("CreateCluster"),
    NOT_YET("UpdateCluster"),
    NOT_YET("UpdateClusterSettings"),
    NOT_YET("UpdateContainerAgent"),
    NOT_YET("DeleteTaskDefinitions"),
    NOT_YET("PutAccountSetting"),
    NOT_YET("DeleteAccountSetting"),
    NOT_YET("CreateAutoScalingGroup"),
    NOT_YET("CreateLaunchConfiguration"),
    NOT_YET("CreateLaunchTemplateVersion"),
    NOT_YET("AttachInstances"),
    NOT_YET("DetachInstances"),
    NOT_YET("EnterStandby"),
    NOT_YET("ExitStandby"),
    NOT_YET("SetInstanceProtection"),
    NOT_YET("SetInstanceHealth"),
    NOT_YET("SuspendProcesses"),
    NOT_YET("ResumeProcesses"),
    NOT_YET("StartInstanceRefresh"),
    NOT_YET("PutScalingPolicy"),
    NOT_YET("PutScheduledUpdateGroupAction"),
    NOT_YET("PutWarmPool"),
    NOT_YET("RebootInstances"),
    {0},
};
