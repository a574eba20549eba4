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
    [ECS_FATE_DROPPED] = "dropped",
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
    [ECS_OUTCOME_STOPPING] = "stopping",
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
};

const char *const ecs_instance_state_names[ECS_INSTANCE_STATES] = {
    [ECS_INSTANCE_PENDING] = "pending",
    [ECS_INSTANCE_RUNNING] = "running",
    [ECS_INSTANCE_ACTIVE] = "ACTIVE",
    [ECS_INSTANCE_DRAINING] = "DRAINING",
    [ECS_INSTANCE_SHUTTING_DOWN] = "shutting-down",
    [ECS_INSTANCE_TERMINATED] = "terminated",
};

const char *const ecs_scaling_kind_names[ECS_SCALING_KINDS] = {
    [ECS_SCALE_OUT] = "scale_out",
    [ECS_SCALE_IN] = "scale_in",
};

const char *const ecs_cause_names[ECS_CAUSES] = {
    [ECS_CAUSE_HORIZON] = "horizon",       [ECS_CAUSE_INITIAL] = "initial",
    [ECS_CAUSE_HIGH_ALARM] = "high_alarm", [ECS_CAUSE_LOW_ALARM] = "low_alarm",
    [ECS_CAUSE_SCALE_IN] = "scale_in",
};

const char *const ecs_market_names[2] = {"on-demand", "spot"};

const char *const ecs_cost_kind_names[ECS_COST_KINDS] = {
    [ECS_COST_EC2_ON_DEMAND] = "ec2_on_demand",
};
