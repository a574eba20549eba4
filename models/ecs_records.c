#include "ecs_records.h"

#define F(KIND, name)            #name,
#define ECS_RECORD(KIND, FIELDS) static const char *const fields_##KIND[] = {FIELDS};
#include "ecs_records.def"
#undef ECS_RECORD
#undef F

#define ECS_RECORD(KIND, FIELDS) {#KIND, ECS_##KIND##_FIELDS, fields_##KIND},
const struct ecs_record_info ecs_record_infos[ECS_RECORD_KINDS] = {
#include "ecs_records.def"
};
#undef ECS_RECORD

#define ECS_RECORD(KIND, FIELDS)                                                                   \
    _Static_assert((int)ECS_##KIND##_FIELDS <= SIM_RECORD_FIELDS, "record " #KIND " is too wide");
#include "ecs_records.def"
#undef ECS_RECORD

const char *const ecs_fate_names[ECS_FATES] = {
    [ECS_FATE_COMPLETED] = "completed", [ECS_FATE_FAILED] = "failed",
    [ECS_FATE_RUNNING] = "running",     [ECS_FATE_WAITING] = "waiting",
    [ECS_FATE_DROPPED] = "dropped",     [ECS_FATE_STOPPED] = "stopped",
};

const char *const ecs_task_state_names[ECS_TASK_STATES] = {
    [ECS_TASK_PROVISIONING] = "PROVISIONING",     [ECS_TASK_PENDING] = "PENDING",
    [ECS_TASK_ACTIVATING] = "ACTIVATING",         [ECS_TASK_RUNNING] = "RUNNING",
    [ECS_TASK_DEACTIVATING] = "DEACTIVATING",     [ECS_TASK_STOPPING] = "STOPPING",
    [ECS_TASK_DEPROVISIONING] = "DEPROVISIONING", [ECS_TASK_STOPPED] = "STOPPED",
};

const char *const ecs_launch_type_names[2] = {"EC2", "FARGATE"};

const char *const ecs_outcome_names[ECS_OUTCOMES] = {
    [ECS_OUTCOME_COMPLETED] = "completed", [ECS_OUTCOME_FAILED] = "failed",
    [ECS_OUTCOME_TIMED_OUT] = "timed_out", [ECS_OUTCOME_RUNNING] = "running",
    [ECS_OUTCOME_PENDING] = "pending",     [ECS_OUTCOME_PROVISIONING] = "provisioning",
    [ECS_OUTCOME_STOPPING] = "stopping",   [ECS_OUTCOME_STOPPED] = "stopped",
};

const char *const ecs_stop_code_names[ECS_STOP_CODES] = {
    [ECS_STOP_NONE] = "",
    [ECS_STOP_TASK_FAILED_TO_START] = "TaskFailedToStart",
    [ECS_STOP_ESSENTIAL_CONTAINER_EXITED] = "EssentialContainerExited",
    [ECS_STOP_USER_INITIATED] = "UserInitiated",
    [ECS_STOP_SERVICE_SCHEDULER_INITIATED] = "ServiceSchedulerInitiated",
    [ECS_STOP_SPOT_INTERRUPTION] = "SpotInterruption",
    [ECS_STOP_TERMINATION_NOTICE] = "TerminationNotice",
};

const char *const ecs_reason_names[ECS_REASONS] = {
    [ECS_REASON_NONE] = "",
    [ECS_REASON_RESOURCE_CPU] = "RESOURCE:CPU",
    [ECS_REASON_RESOURCE_MEMORY] = "RESOURCE:MEMORY",
    [ECS_REASON_RESOURCE_GPU] = "RESOURCE:GPU",
    [ECS_REASON_RESOURCE_PORTS] = "RESOURCE:PORTS",
    [ECS_REASON_RESOURCE_ENI] = "RESOURCE:ENI",
    [ECS_REASON_ATTRIBUTE] = "ATTRIBUTE",
    [ECS_REASON_DISTINCT_INSTANCE] = "CONSTRAINT:distinctInstance",
    [ECS_REASON_NO_INSTANCES] = "NO_INSTANCES",
    [ECS_REASON_PROVISIONING_CAP] = "PROVISIONING_CAP",
    [ECS_REASON_PROVISIONING_TIMEOUT] = "PROVISIONING_TIMEOUT",
    [ECS_REASON_NO_WEIGHT] = "NO_WEIGHT",
    [ECS_REASON_HOST_TERMINATED] = "HOST_TERMINATED",
    [ECS_REASON_ESSENTIAL_EXITED] = "ESSENTIAL_EXITED",
    [ECS_REASON_AGENT] = "AGENT",
    [ECS_REASON_HOST_STOPPED] = "HOST_STOPPED",
    [ECS_REASON_DEREGISTERED] = "DEREGISTERED",
    [ECS_REASON_STOPPED_BY_USER] = "STOPPED_BY_USER",
    [ECS_REASON_START_FAILED] = "START_FAILED",
    [ECS_REASON_INACTIVE_DEFINITION] = "INACTIVE_DEFINITION",
    [ECS_REASON_NO_CLUSTER] = "NO_CLUSTER",
    [ECS_REASON_NOT_ATTACHED] = "NOT_ATTACHED",
    [ECS_REASON_LOCATION] = "LOCATION",
    [ECS_REASON_MEMBER_OF] = "MEMBER_OF",
    [ECS_REASON_MISSING] = "MISSING",
    [ECS_REASON_INACTIVE] = "INACTIVE",
    [ECS_REASON_NO_ADDRESS] = "NO_ADDRESS",
    [ECS_REASON_SERVICE] = "SERVICE",
    [ECS_REASON_UNHEALTHY] = "UNHEALTHY",
    [ECS_REASON_ATTACH_TIMEOUT] = "ATTACH_TIMEOUT",
    [ECS_REASON_NO_DEFINITION] = "NO_DEFINITION",
};

const char *const ecs_reason_messages[ECS_REASONS] = {
    [ECS_REASON_NONE] = "",
    [ECS_REASON_RESOURCE_CPU] = "not enough CPU units free",
    [ECS_REASON_RESOURCE_MEMORY] = "not enough memory free",
    [ECS_REASON_RESOURCE_GPU] = "not enough GPUs free",
    [ECS_REASON_RESOURCE_PORTS] = "a host port is taken",
    [ECS_REASON_RESOURCE_ENI] = "no network interface free",
    [ECS_REASON_ATTRIBUTE] = "a required attribute is missing",
    [ECS_REASON_DISTINCT_INSTANCE] = "another task of the group is on the instance",
    [ECS_REASON_NO_INSTANCES] = "no ACTIVE container instance",
    [ECS_REASON_PROVISIONING_CAP] = "too many tasks in PROVISIONING in the cluster",
    [ECS_REASON_PROVISIONING_TIMEOUT] = "no capacity came before the PROVISIONING time-out",
    [ECS_REASON_NO_WEIGHT] = "every weight of the strategy is 0 and its base is used up",
    [ECS_REASON_HOST_TERMINATED] = "Host EC2 (instance) terminated.",
    [ECS_REASON_ESSENTIAL_EXITED] = "Essential container in task exited",
    [ECS_REASON_AGENT] = "the instance's agent is disconnected",
    [ECS_REASON_HOST_STOPPED] = "Host EC2 (instance) stopped.",
    [ECS_REASON_DEREGISTERED] = "Container instance deregistration forced by user",
    [ECS_REASON_STOPPED_BY_USER] = "Task stopped by user",
    [ECS_REASON_START_FAILED] = "Essential container in task exited",
    [ECS_REASON_INACTIVE_DEFINITION] = "TaskDefinition is inactive",
    [ECS_REASON_NO_CLUSTER] = "Cluster not found.",
    [ECS_REASON_NOT_ATTACHED] = "the capacity provider is not associated with the cluster",
    [ECS_REASON_LOCATION] = "no instance is where the task's subnets are",
    [ECS_REASON_MEMBER_OF] = "no instance agrees with the memberOf constraints",
    [ECS_REASON_MISSING] = "the container instance does not exist",
    [ECS_REASON_INACTIVE] = "the container instance has been deregistered",
    [ECS_REASON_NO_ADDRESS] = "the task's subnets have no free IPv4 address",
    [ECS_REASON_SERVICE] = "Scaling activity initiated by (deployment)",
    [ECS_REASON_UNHEALTHY] = "Task failed container health checks",
    [ECS_REASON_ATTACH_TIMEOUT] = "Timeout waiting for network interface provisioning to complete.",
    [ECS_REASON_NO_DEFINITION] = "Unable to describe task definition.",
};

const enum ecs_exception ecs_reason_exceptions[ECS_REASONS] = {
    [ECS_REASON_NO_INSTANCES] = ECS_EXCEPTION_INVALID_PARAMETER,
    [ECS_REASON_PROVISIONING_CAP] = ECS_EXCEPTION_CLIENT,
    [ECS_REASON_NO_WEIGHT] = ECS_EXCEPTION_INVALID_PARAMETER,
    [ECS_REASON_INACTIVE_DEFINITION] = ECS_EXCEPTION_CLIENT,
    [ECS_REASON_NO_DEFINITION] = ECS_EXCEPTION_CLIENT,
    [ECS_REASON_NO_CLUSTER] = ECS_EXCEPTION_CLUSTER_NOT_FOUND,
    [ECS_REASON_NOT_ATTACHED] = ECS_EXCEPTION_INVALID_PARAMETER,
};

const uint8_t ecs_reason_steps[ECS_REASONS] = {
    [ECS_REASON_NO_INSTANCES] = 1,       [ECS_REASON_MISSING] = 1,
    [ECS_REASON_INACTIVE] = 1,           [ECS_REASON_AGENT] = 2,
    [ECS_REASON_ATTRIBUTE] = 3,          [ECS_REASON_LOCATION] = 4,
    [ECS_REASON_NO_ADDRESS] = 12,        [ECS_REASON_RESOURCE_CPU] = 5,
    [ECS_REASON_RESOURCE_MEMORY] = 6,    [ECS_REASON_RESOURCE_GPU] = 7,
    [ECS_REASON_RESOURCE_PORTS] = 8,     [ECS_REASON_RESOURCE_ENI] = 9,
    [ECS_REASON_DISTINCT_INSTANCE] = 10, [ECS_REASON_MEMBER_OF] = 11,
};

const char *const ecs_hint_texts[ECS_HINTS] = {
    [ECS_HINT_NONE] = "",
    [ECS_HINT_LESS_CPU] = "{n} CPU units less",
    [ECS_HINT_LESS_MEMORY] = "{n} MiB less",
    [ECS_HINT_LESS_GPUS] = "GPUs: {n} less",
    [ECS_HINT_PORT] = "port {subject} free",
    [ECS_HINT_PORTS] = "{n} ports free, {subject} among them",
    [ECS_HINT_ENI] = "one network interface free",
    [ECS_HINT_TRUNKING] = "ENI trunking on",
    [ECS_HINT_ATTRIBUTE] = "attribute {name} on an instance",
    [ECS_HINT_NO_DISTINCT] = "without distinctInstance",
    [ECS_HINT_NO_MEMBER_OF] = "without memberOf {name}",
    [ECS_HINT_AGENT] = "an agent connected again",
    [ECS_HINT_INSTANCE] = "one more {type} in {zone}",
    [ECS_HINT_SUBNET] = "a subnet in {zone}",
    [ECS_HINT_ADDRESS] = "an address free in {name}",
};

const char *const ecs_instance_state_names[ECS_INSTANCE_STATES] = {
    [ECS_INSTANCE_PENDING] = "pending",
    [ECS_INSTANCE_RUNNING] = "running",
    [ECS_INSTANCE_ACTIVE] = "ACTIVE",
    [ECS_INSTANCE_DRAINING] = "DRAINING",
    [ECS_INSTANCE_SHUTTING_DOWN] = "shutting-down",
    [ECS_INSTANCE_TERMINATED] = "terminated",
    [ECS_INSTANCE_REGISTERING] = "REGISTERING",
    [ECS_INSTANCE_REGISTRATION_FAILED] = "REGISTRATION_FAILED",
    [ECS_INSTANCE_INACTIVE] = "INACTIVE",
    [ECS_INSTANCE_STOPPED] = "stopped",
    [ECS_INSTANCE_LEFT_BEHIND] = "terminated, still registered",
    [ECS_INSTANCE_DEREGISTERING] = "DEREGISTERING",
};

const char *const ecs_scaling_kind_names[ECS_SCALING_KINDS] = {
    [ECS_SCALE_OUT] = "scale_out",
    [ECS_SCALE_IN] = "scale_in",
};

const char *const ecs_cause_names[ECS_CAUSES] = {
    [ECS_CAUSE_HORIZON] = "horizon",       [ECS_CAUSE_INITIAL] = "initial",
    [ECS_CAUSE_HIGH_ALARM] = "high_alarm", [ECS_CAUSE_LOW_ALARM] = "low_alarm",
    [ECS_CAUSE_SCALE_IN] = "scale_in",     [ECS_CAUSE_OPERATOR] = "operator",
    [ECS_CAUSE_HEALTH] = "health_check",   [ECS_CAUSE_SCHEDULED] = "scheduled_action",
};

const char *const ecs_exception_names[ECS_EXCEPTIONS] = {
    [ECS_EXCEPTION_NONE] = "",
    [ECS_EXCEPTION_CLIENT] = "ClientException",
    [ECS_EXCEPTION_INVALID_PARAMETER] = "InvalidParameterException",
    [ECS_EXCEPTION_CLUSTER_NOT_FOUND] = "ClusterNotFoundException",
    [ECS_EXCEPTION_CLUSTER_CONTAINS_CONTAINER_INSTANCES] =
        "ClusterContainsContainerInstancesException",
    [ECS_EXCEPTION_CLUSTER_CONTAINS_TASKS] = "ClusterContainsTasksException",
    [ECS_EXCEPTION_CLUSTER_CONTAINS_SERVICES] = "ClusterContainsServicesException",
    [ECS_EXCEPTION_RESOURCE_IN_USE] = "ResourceInUseException",
    [ECS_EXCEPTION_UPDATE_IN_PROGRESS] = "UpdateInProgressException",
    [ECS_EXCEPTION_LIMIT_EXCEEDED] = "LimitExceededException",
    [ECS_EXCEPTION_ATTRIBUTE_LIMIT_EXCEEDED] = "AttributeLimitExceededException",
    [ECS_EXCEPTION_TARGET_NOT_FOUND] = "TargetNotFoundException",
    [ECS_EXCEPTION_VALIDATION] = "ValidationError",
    [ECS_EXCEPTION_RESOURCE_IN_USE_FAULT] = "ResourceInUse",
    [ECS_EXCEPTION_SCALING_ACTIVITY_IN_PROGRESS] = "ScalingActivityInProgress",
    [ECS_EXCEPTION_INCORRECT_INSTANCE_STATE] = "IncorrectInstanceState",
    [ECS_EXCEPTION_INVALID_INSTANCE_ID] = "InvalidInstanceID.NotFound",
    [ECS_EXCEPTION_SERVICE_NOT_FOUND] = "ServiceNotFoundException",
    [ECS_EXCEPTION_SERVICE_NOT_ACTIVE] = "ServiceNotActiveException",
    [ECS_EXCEPTION_OPERATION_NOT_PERMITTED] = "OperationNotPermitted",
};

const char *const ecs_refusal_messages[ECS_REFUSALS] = {
    [ECS_REFUSAL_NONE] = "",
    [ECS_REFUSAL_PROVIDER_IN_USE] = "a capacity provider to be removed is used by tasks",
    [ECS_REFUSAL_CLUSTER_UPDATING] = "the cluster is being updated",
    [ECS_REFUSAL_CLUSTER_INACTIVE] = "the cluster has been deleted",
    [ECS_REFUSAL_HAS_CONTAINER_INSTANCES] = "container instances are registered",
    [ECS_REFUSAL_HAS_TASKS] = "tasks are running",
    [ECS_REFUSAL_BELOW_MIN_SIZE] = "the desired capacity would be less than MinSize",
    [ECS_REFUSAL_ABOVE_MAX_SIZE] = "the desired capacity would be more than MaxSize",
    [ECS_REFUSAL_COOLDOWN] = "the cooldown is not over",
    [ECS_REFUSAL_GROUP_HAS_INSTANCES] = "the group still has instances",
    [ECS_REFUSAL_GROUP_GONE] = "the group has been deleted",
    [ECS_REFUSAL_NO_SUCH_INSTANCE] = "no such instance",
    [ECS_REFUSAL_NO_SUCH_TASK] = "no such task",
    [ECS_REFUSAL_NOT_RUNNING] = "the instance is in another state",
    [ECS_REFUSAL_INSTANCE_BUSY] = "the instance has running tasks, and force is not given",
    [ECS_REFUSAL_NOT_REGISTERED] = "the instance is not registered",
    [ECS_REFUSAL_DEFINITION_INACTIVE] = "the task definition is INACTIVE",
    [ECS_REFUSAL_NO_SUCH_DEFINITION] = "the task definition is not registered yet",
    [ECS_REFUSAL_REVISION_LIMIT] = "the family has no revision left",
    [ECS_REFUSAL_ATTRIBUTE_LIMIT] = "the instance would have too many attributes",
    [ECS_REFUSAL_PROVIDER_NOT_LISTED] =
        "the default strategy names a capacity provider that is not in the list",
    [ECS_REFUSAL_FAILURES] = "some container instances could not take their task",
    [ECS_REFUSAL_NOT_IN_GROUP] = "the instance belongs to no Auto Scaling group",
    [ECS_REFUSAL_SERVICE_EXISTS] = "a service of this name is not INACTIVE",
    [ECS_REFUSAL_NO_SUCH_SERVICE] = "no such service",
    [ECS_REFUSAL_SERVICE_NOT_ACTIVE] = "the service is not ACTIVE",
    [ECS_REFUSAL_SERVICE_NOT_EMPTY] = "the service is scaled above 0, and force is not given",
    [ECS_REFUSAL_PROVIDER_NOT_ATTACHED] = "a capacity provider is not associated with the cluster",
    [ECS_REFUSAL_HAS_SERVICES] = "services are ACTIVE",
    [ECS_REFUSAL_API_DISABLED] = "the instance's launch template disables the call",
    [ECS_REFUSAL_DELETION_PROTECTED] = "DeletionProtection of the group forbids it",
};

const char *const ecs_cluster_status_names[ECS_CLUSTER_STATUSES] = {
    [ECS_CLUSTER_ACTIVE] = "ACTIVE",
    [ECS_CLUSTER_PROVISIONING] = "PROVISIONING",
    [ECS_CLUSTER_DEPROVISIONING] = "DEPROVISIONING",
    [ECS_CLUSTER_FAILED] = "FAILED",
    [ECS_CLUSTER_INACTIVE] = "INACTIVE",
};

const char *const ecs_service_status_names[ECS_SERVICE_STATUSES] = {
    [ECS_SERVICE_ACTIVE] = "ACTIVE",
    [ECS_SERVICE_DRAINING] = "DRAINING",
    [ECS_SERVICE_INACTIVE] = "INACTIVE",
};

const struct ecs_service_event_words ecs_service_event_words[ECS_SERVICE_EVENTS] = {
    [ECS_SERVICE_STEADY_STATE] = {"SERVICE_STEADY_STATE", "INFO", "has reached a steady state."},
    [ECS_SERVICE_PROVIDER_STEADY_STATE] = {"CAPACITY_PROVIDER_STEADY_STATE", "INFO",
                                           "has reached a steady state on a capacity provider."},
    [ECS_SERVICE_START_IMPAIRED] = {"SERVICE_TASK_START_IMPAIRED", "WARN",
                                    "is unable to consistently start tasks successfully."},
    [ECS_SERVICE_DAEMON_VIOLATED] = {"SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED", "ERROR",
                                     "has a task that no longer meets the placement constraints."},
    [ECS_SERVICE_PLACEMENT_FAILURE] = {"SERVICE_TASK_PLACEMENT_FAILURE", "ERROR",
                                       "was unable to place a task."},
    [ECS_SERVICE_STARTED_TASKS] = {"", "", "has started tasks."},
    [ECS_SERVICE_STOPPED_TASKS] = {"", "", "has stopped running tasks."},
    [ECS_SERVICE_STUCK] = {"", "", "can neither stop nor start a task within its bounds."},
};

const char *const ecs_deployment_state_names[ECS_DEPLOYMENT_STATES] = {
    [ECS_DEPLOYMENT_IN_PROGRESS] = "IN_PROGRESS", [ECS_DEPLOYMENT_COMPLETED] = "COMPLETED",
    [ECS_DEPLOYMENT_FAILED] = "FAILED",           [ECS_DEPLOYMENT_STUCK] = "STUCK",
    [ECS_DEPLOYMENT_REPLACED] = "REPLACED",
};

const char *const ecs_service_action_names[ECS_ACTIONS] = {
    [ECS_ACTION_START] = "start",
    [ECS_ACTION_STOP_OLD] = "stop_old",
    [ECS_ACTION_STOP_EXCESS] = "stop_excess",
    [ECS_ACTION_STOP_DRAIN] = "stop_drain",
    [ECS_ACTION_STOP_MISFIT] = "stop_misfit",
    [ECS_ACTION_STOP_DELETED] = "stop_deleted",
    [ECS_ACTION_STOP_UNHEALTHY] = "stop_unhealthy",
};

const char *const ecs_market_names[2] = {"on-demand", "spot"};

const char *const ecs_cost_kind_names[ECS_COST_KINDS] = {
    [ECS_COST_EC2_ON_DEMAND] = "ec2_on_demand",
};
