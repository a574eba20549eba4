/* ecs_records: the kinds of record and the enums their fields hold.
 *
 * Made from the manifest ecs_records.def. A field is reached as
 * record->field[ECS_TASK_PLACED_cpu_units]. Enums here are part of the result hash: append, never
 * renumber. Their names (ecs_*_name) are what the database shows. */
#ifndef ECS_RECORDS_H
#define ECS_RECORDS_H

#include "sim_record.h"

enum ecs_record_kind {
#define ECS_RECORD(KIND, FIELDS) ECS_RECORD_##KIND,
#include "ecs_records.def"
#undef ECS_RECORD
    ECS_RECORD_KINDS
};

/* Field indexes: enum { ECS_ARRIVAL_arrival, ..., ECS_ARRIVAL_FIELDS } and so on. */
#define F(KIND, name)            ECS_##KIND##_##name,
#define ECS_RECORD(KIND, FIELDS) enum { FIELDS ECS_##KIND##_FIELDS };
#include "ecs_records.def"
#undef ECS_RECORD
#undef F

struct ecs_record_info {
    const char *name;
    uint32_t field_count;
    const char *const *fields;
};
extern const struct ecs_record_info ecs_record_infos[ECS_RECORD_KINDS];

enum ecs_fate {
    ECS_FATE_COMPLETED, /* ran its duration */
    ECS_FATE_FAILED,    /* stopped before that, not to be tried again */
    ECS_FATE_RUNNING,   /* has started, not ended at the horizon */
    ECS_FATE_WAITING,   /* never started, still trying at the horizon */
    ECS_FATE_DROPPED,   /* given up: refused or timed out without another try */
    ECS_FATE_STOPPED,   /* by its service, which wanted it no longer */
    ECS_FATES,
};

enum ecs_task_state { /* LC-3 */
                      ECS_TASK_PROVISIONING,
                      ECS_TASK_PENDING,
                      ECS_TASK_ACTIVATING,
                      ECS_TASK_RUNNING,
                      ECS_TASK_DEACTIVATING,
                      ECS_TASK_STOPPING,
                      ECS_TASK_DEPROVISIONING,
                      ECS_TASK_STOPPED,
                      ECS_TASK_STATES,
};

enum ecs_launch_type { ECS_LAUNCH_EC2, ECS_LAUNCH_FARGATE };

enum ecs_outcome {
    ECS_OUTCOME_COMPLETED,
    ECS_OUTCOME_FAILED,
    ECS_OUTCOME_TIMED_OUT,    /* PROVISIONING time-out */
    ECS_OUTCOME_RUNNING,      /* at the horizon */
    ECS_OUTCOME_PENDING,      /* at the horizon, placed and not started */
    ECS_OUTCOME_PROVISIONING, /* at the horizon, waiting for capacity */
    ECS_OUTCOME_STOPPING,     /* at the horizon, on its way out */
    ECS_OUTCOME_STOPPED,      /* by its service's scheduler */
    ECS_OUTCOMES,
};

enum ecs_stop_code { /* STP-10 */
                     ECS_STOP_NONE,
                     ECS_STOP_TASK_FAILED_TO_START,
                     ECS_STOP_ESSENTIAL_CONTAINER_EXITED,
                     ECS_STOP_USER_INITIATED,
                     ECS_STOP_SERVICE_SCHEDULER_INITIATED,
                     ECS_STOP_SPOT_INTERRUPTION,
                     ECS_STOP_TERMINATION_NOTICE,
                     ECS_STOP_CODES,
};

enum ecs_reason {
    ECS_REASON_NONE,
    ECS_REASON_RESOURCE_CPU, /* API-5 */
    ECS_REASON_RESOURCE_MEMORY,
    ECS_REASON_RESOURCE_GPU,
    ECS_REASON_RESOURCE_PORTS,
    ECS_REASON_RESOURCE_ENI,
    ECS_REASON_ATTRIBUTE,
    ECS_REASON_DISTINCT_INSTANCE,
    ECS_REASON_NO_INSTANCES,     /* the provider or cluster has no ACTIVE instance */
    ECS_REASON_PROVISIONING_CAP, /* sheet 04, 1.7: client exception */
    ECS_REASON_PROVISIONING_TIMEOUT,
    ECS_REASON_NO_WEIGHT,           /* CPS-19: all weights 0 and the base is used up */
    ECS_REASON_HOST_TERMINATED,     /* STP-3 */
    ECS_REASON_ESSENTIAL_EXITED,    /* STP-5 */
    ECS_REASON_AGENT,               /* API-6: the instance's agent is disconnected */
    ECS_REASON_HOST_STOPPED,        /* STP-3 */
    ECS_REASON_DEREGISTERED,        /* STP-4 */
    ECS_REASON_STOPPED_BY_USER,     /* StopTask */
    ECS_REASON_START_FAILED,        /* a container never started (ERR-1 to ERR-6): STP-8 */
    ECS_REASON_INACTIVE_DEFINITION, /* TDF-09 */
    ECS_REASON_NO_CLUSTER,          /* CLU-15: the cluster has been deleted */
    ECS_REASON_NOT_ATTACHED,        /* PCP-06: the provider is not the cluster's (any more) */
    ECS_REASON_LOCATION,            /* API-7: in no zone or VPC of the task's subnets */
    ECS_REASON_MEMBER_OF,           /* CO-6 */
    ECS_REASON_MISSING,             /* API-9: StartTask names an instance that is not there */
    ECS_REASON_INACTIVE,            /* API-10: StartTask names one that has been deregistered */
    ECS_REASON_NO_ADDRESS,          /* no subnet of the task's has a free IPv4 address */
    ECS_REASON_SERVICE,             /* STP-2: its service's scheduler stopped it */
    ECS_REASON_ATTACH_TIMEOUT,      /* ENI-18: its interface was never attached */
    ECS_REASON_UNHEALTHY,           /* HLT-06: stopped by its service: health checks failed */
    ECS_REASON_NO_DEFINITION,       /* TDF-09: a change registers the revision only later */
    ECS_REASONS,
};

/* The smallest change that would have placed a task (FAILURE.hint); {..} of its text: `amount`, and
 * what `subject` and `zone` name. */
enum ecs_hint {
    ECS_HINT_NONE,         /* no single change of these would have */
    ECS_HINT_LESS_CPU,     /* amount: CPU units */
    ECS_HINT_LESS_MEMORY,  /* amount: MiB */
    ECS_HINT_LESS_GPUS,    /* amount: GPUs */
    ECS_HINT_PORT,         /* subject: host port; amount: 1 */
    ECS_HINT_PORTS,        /* amount: host ports, subject is one of them */
    ECS_HINT_ENI,          /* a network interface */
    ECS_HINT_TRUNKING,     /* awsvpcTrunking, when the instance was launched */
    ECS_HINT_ATTRIBUTE,    /* subject: name, which the instance lacks */
    ECS_HINT_NO_DISTINCT,  /* without distinctInstance */
    ECS_HINT_NO_MEMBER_OF, /* subject: name of the expression, without which it fits */
    ECS_HINT_AGENT,        /* the instance's agent connected */
    ECS_HINT_INSTANCE,     /* subject: instance type; zone */
    ECS_HINT_SUBNET,       /* of the task, in this zone */
    ECS_HINT_ADDRESS,      /* subject: name of the subnet that has none left */
    ECS_HINTS,
};

enum ecs_instance_state {
    ECS_INSTANCE_PENDING, /* EC2 pending */
    ECS_INSTANCE_RUNNING, /* EC2 running, agent not registered */
    ECS_INSTANCE_ACTIVE,
    ECS_INSTANCE_DRAINING,
    ECS_INSTANCE_SHUTTING_DOWN,
    ECS_INSTANCE_TERMINATED,
    ECS_INSTANCE_REGISTERING,         /* its trunk ENI is being made (ENI-10) */
    ECS_INSTANCE_REGISTRATION_FAILED, /* REG-19 */
    ECS_INSTANCE_INACTIVE,            /* deregistered, whatever EC2 does (CI-13) */
    ECS_INSTANCE_STOPPED,             /* EC2 stopped; registered all the same (CI-4) */
    ECS_INSTANCE_LEFT_BEHIND,         /* EC2 terminated; registered all the same (CI-12) */
    ECS_INSTANCE_DEREGISTERING,       /* its trunk ENI is being removed (CI-23) */
    ECS_INSTANCE_STATES,
};

enum ecs_scaling_kind { ECS_SCALE_OUT, ECS_SCALE_IN, ECS_SCALING_KINDS };

enum ecs_cause {
    ECS_CAUSE_HORIZON, /* still there when the run ended */
    ECS_CAUSE_INITIAL, /* DesiredCapacity at t = 0 */
    ECS_CAUSE_HIGH_ALARM,
    ECS_CAUSE_LOW_ALARM,
    ECS_CAUSE_SCALE_IN,
    ECS_CAUSE_OPERATOR,  /* an API call of `changes` */
    ECS_CAUSE_HEALTH,    /* EC2 health check: its instance was stopped or lost */
    ECS_CAUSE_SCHEDULED, /* a scheduled action */
    ECS_CAUSES,
};

/* What an API answers when it refuses a call: the exception's name on the wire. */
enum ecs_exception {
    ECS_EXCEPTION_NONE,
    ECS_EXCEPTION_CLIENT,            /* ClientException */
    ECS_EXCEPTION_INVALID_PARAMETER, /* InvalidParameterException */
    ECS_EXCEPTION_CLUSTER_NOT_FOUND,
    ECS_EXCEPTION_CLUSTER_CONTAINS_CONTAINER_INSTANCES,
    ECS_EXCEPTION_CLUSTER_CONTAINS_TASKS,
    ECS_EXCEPTION_CLUSTER_CONTAINS_SERVICES,
    ECS_EXCEPTION_RESOURCE_IN_USE, /* ResourceInUseException */
    ECS_EXCEPTION_UPDATE_IN_PROGRESS,
    ECS_EXCEPTION_LIMIT_EXCEEDED,
    ECS_EXCEPTION_ATTRIBUTE_LIMIT_EXCEEDED,
    ECS_EXCEPTION_TARGET_NOT_FOUND,
    ECS_EXCEPTION_VALIDATION,            /* autoscaling: ValidationError */
    ECS_EXCEPTION_RESOURCE_IN_USE_FAULT, /* autoscaling: ResourceInUse */
    ECS_EXCEPTION_SCALING_ACTIVITY_IN_PROGRESS,
    ECS_EXCEPTION_INCORRECT_INSTANCE_STATE, /* ec2 */
    ECS_EXCEPTION_INVALID_INSTANCE_ID,      /* ec2: InvalidInstanceID.NotFound */
    ECS_EXCEPTION_SERVICE_NOT_FOUND,
    ECS_EXCEPTION_SERVICE_NOT_ACTIVE,
    ECS_EXCEPTION_OPERATION_NOT_PERMITTED, /* ec2 */
    ECS_EXCEPTIONS,
};

/* Why a change was refused, in words that v_event shows. */
enum ecs_refusal {
    ECS_REFUSAL_NONE,
    ECS_REFUSAL_PROVIDER_IN_USE,  /* PCP-02 */
    ECS_REFUSAL_CLUSTER_UPDATING, /* PCP-04: an update is in progress */
    ECS_REFUSAL_CLUSTER_INACTIVE,
    ECS_REFUSAL_HAS_CONTAINER_INSTANCES, /* CLU-14 */
    ECS_REFUSAL_HAS_TASKS,               /* CLU-16 */
    ECS_REFUSAL_BELOW_MIN_SIZE,
    ECS_REFUSAL_ABOVE_MAX_SIZE,
    ECS_REFUSAL_COOLDOWN,
    ECS_REFUSAL_GROUP_HAS_INSTANCES, /* ASG-07 */
    ECS_REFUSAL_GROUP_GONE,
    ECS_REFUSAL_NO_SUCH_INSTANCE,
    ECS_REFUSAL_NO_SUCH_TASK,
    ECS_REFUSAL_NOT_RUNNING,    /* StopInstances of one that is not running, ... */
    ECS_REFUSAL_INSTANCE_BUSY,  /* CI-16: tasks, and no force */
    ECS_REFUSAL_NOT_REGISTERED, /* the instance is INACTIVE or never registered */
    ECS_REFUSAL_DEFINITION_INACTIVE,
    ECS_REFUSAL_REVISION_LIMIT, /* QTA-11 */
    ECS_REFUSAL_ATTRIBUTE_LIMIT,
    ECS_REFUSAL_PROVIDER_NOT_LISTED, /* PCP-06: the default strategy names it, the list does not */
    ECS_REFUSAL_FAILURES,            /* StartTask: some instance could not take its task */
    ECS_REFUSAL_NOT_IN_GROUP,
    ECS_REFUSAL_SERVICE_EXISTS,        /* SD: unique in its cluster */
    ECS_REFUSAL_NO_SUCH_SERVICE,       /* it was not created (yet) */
    ECS_REFUSAL_SERVICE_NOT_ACTIVE,    /* SV-4: DRAINING or INACTIVE */
    ECS_REFUSAL_SERVICE_NOT_EMPTY,     /* DeleteService: scaled above 0, and no force */
    ECS_REFUSAL_HAS_SERVICES,          /* DeleteCluster */
    ECS_REFUSAL_PROVIDER_NOT_ATTACHED, /* SD-2 */
    ECS_REFUSAL_API_DISABLED,          /* DisableApiStop, DisableApiTermination */
    ECS_REFUSAL_DELETION_PROTECTED,    /* DeletionProtection of a group */
    ECS_REFUSAL_NO_SUCH_DEFINITION,    /* it is registered only later */
    ECS_REFUSALS,
};

enum ecs_cluster_status { /* CLU-03 */
                          ECS_CLUSTER_ACTIVE,
                          ECS_CLUSTER_PROVISIONING,
                          ECS_CLUSTER_DEPROVISIONING,
                          ECS_CLUSTER_FAILED,
                          ECS_CLUSTER_INACTIVE,
                          ECS_CLUSTER_STATUSES,
};

enum ecs_service_status { /* SV-4 */
                          ECS_SERVICE_ACTIVE,
                          ECS_SERVICE_DRAINING,
                          ECS_SERVICE_INACTIVE,
                          ECS_SERVICE_STATUSES,
};

/* Service events: those that EventBridge has a name for (EV-S0), then those that stand in the
 * service's own list only (EVT-8, EVT-9) and the simulator's own diagnostic (DC-13, DR-11). */
enum ecs_service_event {
    ECS_SERVICE_STEADY_STATE,
    ECS_SERVICE_PROVIDER_STEADY_STATE, /* one record a capacity provider of the service */
    ECS_SERVICE_START_IMPAIRED,        /* TH-4, EVT-6 */
    ECS_SERVICE_DAEMON_VIOLATED,       /* SV-D3 */
    ECS_SERVICE_PLACEMENT_FAILURE,     /* EVT-2 */
    ECS_SERVICE_STARTED_TASKS,
    ECS_SERVICE_STOPPED_TASKS,
    ECS_SERVICE_STUCK, /* by bounds that permit neither step */
    ECS_SERVICE_EVENTS,
};

enum ecs_deployment_state {
    ECS_DEPLOYMENT_IN_PROGRESS,
    ECS_DEPLOYMENT_COMPLETED,
    ECS_DEPLOYMENT_FAILED,   /* the circuit breaker has tripped */
    ECS_DEPLOYMENT_STUCK,    /* DC-13; it may still complete when tasks end by themselves */
    ECS_DEPLOYMENT_REPLACED, /* by a later one, or by nothing: its service is deleted */
    ECS_DEPLOYMENT_STATES,
};

enum ecs_service_action {
    ECS_ACTION_START,
    ECS_ACTION_STOP_OLD,       /* of an earlier deployment, within the bounds */
    ECS_ACTION_STOP_EXCESS,    /* more than desired */
    ECS_ACTION_STOP_DRAIN,     /* its instance is DRAINING (DR-2, DR-4, SV-D4) */
    ECS_ACTION_STOP_MISFIT,    /* SV-D3: its instance no longer meets the constraints */
    ECS_ACTION_STOP_DELETED,   /* its service is being deleted */
    ECS_ACTION_STOP_UNHEALTHY, /* SV-7 */
    ECS_ACTIONS,
};

enum ecs_market { ECS_MARKET_ON_DEMAND, ECS_MARKET_SPOT };

enum ecs_cost_kind { ECS_COST_EC2_ON_DEMAND, ECS_COST_KINDS };

extern const char *const ecs_fate_names[ECS_FATES];
extern const char *const ecs_task_state_names[ECS_TASK_STATES];
extern const char *const ecs_launch_type_names[2];
extern const char *const ecs_outcome_names[ECS_OUTCOMES];
extern const char *const ecs_stop_code_names[ECS_STOP_CODES];
extern const char *const ecs_reason_names[ECS_REASONS];    /* "RESOURCE:CPU" */
extern const char *const ecs_reason_messages[ECS_REASONS]; /* stoppedReason text */
/* The exception of a RunTask call that is refused for this reason as a whole; else
 * ECS_EXCEPTION_NONE: the answer lists failures (API-17). */
extern const enum ecs_exception ecs_reason_exceptions[ECS_REASONS];
extern const uint8_t ecs_reason_steps[ECS_REASONS]; /* of the filter, 02 6.4; 0: of none */
extern const char *const ecs_hint_texts[ECS_HINTS]; /* "{n} MiB less": see ecs_hint_text */
extern const char *const ecs_instance_state_names[ECS_INSTANCE_STATES];
extern const char *const ecs_scaling_kind_names[ECS_SCALING_KINDS];
extern const char *const ecs_cause_names[ECS_CAUSES];
extern const char *const ecs_exception_names[ECS_EXCEPTIONS];
extern const char *const ecs_refusal_messages[ECS_REFUSALS];
extern const char *const ecs_cluster_status_names[ECS_CLUSTER_STATUSES];
extern const char *const ecs_service_status_names[ECS_SERVICE_STATUSES];
/* The event's name and type ("INFO", "WARN", "ERROR") at EventBridge, and the key phrase of its
 * message; name and type are "" where EventBridge has none. */
struct ecs_service_event_words {
    const char *name, *type, *message;
};
extern const struct ecs_service_event_words ecs_service_event_words[ECS_SERVICE_EVENTS];
extern const char *const ecs_deployment_state_names[ECS_DEPLOYMENT_STATES];
extern const char *const ecs_service_action_names[ECS_ACTIONS];
extern const char *const ecs_market_names[2];
extern const char *const ecs_cost_kind_names[ECS_COST_KINDS];

#endif
