/* Keys of CreateService, UpdateService and DeleteService (scn_bind.h).
 *
 * `services` takes what describe-services prints as well, so that its table holds that call's
 * members too. tests/test_botocore.py compares all of them with botocore's models. */
#include "scn_bind.h"

#define CLUSTER_HELP "name or ARN; when given, that of the scenario's cluster"
#define OUTPUT_HELP  "output of a describe call"
#define TAGS_HELP    "tags are only labels"

static const struct scn_key circuit_breaker_keys[] = {
    {"enable", SCN_T_BOOL, SCN_ACTS, .required = true,
     .help = "true: a deployment whose tasks do not start fails in the end"},
    {"rollback", SCN_T_BOOL, SCN_ACTS, .required = true,
     .help = "true: what ran before is deployed again then"},
    {0},
};

/* Every key that switches them on is refused by itself, so that `enable: false` is fine. */
static const struct scn_key deployment_alarms_keys[] = {
    {"alarmNames", SCN_T_TEXTS, SCN_LATER, .required = true, .help = "only []"},
    {"rollback", SCN_T_BOOL, SCN_LATER, .required = true, .help = "only false"},
    {"enable", SCN_T_BOOL, SCN_LATER, .required = true, .help = "only false"},
    {0},
};

static const struct scn_key deployment_configuration_keys[] = {
    {"deploymentCircuitBreaker", SCN_T_OBJECT, SCN_ACTS, .members = circuit_breaker_keys,
     .fallback = "off", .help = "when a deployment is given up"},
    {"maximumPercent", SCN_T_INTEGER, SCN_ACTS, .min = 100, .max = 100000,
     .fallback = "200; DAEMON: 100",
     .help = "of the desired count: never more tasks while a deployment goes on"},
    {"minimumHealthyPercent", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 100,
     .fallback = "100; DAEMON: 0",
     .help = "of the desired count: never fewer healthy tasks while a deployment goes on"},
    {"alarms", SCN_T_OBJECT, SCN_ACTS, .members = deployment_alarms_keys,
     .help = "only ones that are off"},
    {"strategy", SCN_T_TEXT, SCN_ACTS, .choices = "ROLLING BLUE_GREEN LINEAR CANARY",
     .fallback = "ROLLING", .help = "ROLLING; others are not simulated yet"},
    {"bakeTimeInMinutes", SCN_T_INTEGER, SCN_LATER, .help = NULL},
    {"lifecycleHooks", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"linearConfiguration", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {"canaryConfiguration", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {0},
};

static const struct scn_key deployment_controller_keys[] = {
    {"type", SCN_T_TEXT, SCN_ACTS, .required = true, .choices = "ECS CODE_DEPLOY EXTERNAL",
     .help = "ECS; others are not simulated yet"},
    {0},
};

static const struct scn_key service_connect_keys[] = {
    {"enabled", SCN_T_BOOL, SCN_LATER, .required = true, .help = "only false"},
    {"namespace", SCN_T_TEXT, SCN_LATER, .help = NULL},
    {"services", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"logConfiguration", SCN_T_OBJECT, SCN_LATER, .min = 1, .max = 100, .help = NULL},
    {"accessLogConfiguration", SCN_T_OBJECT, SCN_LATER, .min = 1, .max = 100, .help = NULL},
    {0},
};

static const struct scn_key service_slo_keys[] = {
    {"cpuUtilization", SCN_T_NUMBER, SCN_ACTS, .required = true,
     .help = "percent that a minute should not exceed; nor may it drop requests"},
    {0},
};

static const struct scn_key service_sim_keys[] = {
    {"initialTasks", SCN_T_TEXT, SCN_ACTS, .choices = "running none", .fallback = "none",
     .help = "running: the desired tasks run from the start; none: the service is new then"},
    {"load", SCN_T_OBJECT, SCN_ACTS,
     .help = "a `generator` of `plimsoll list loads` with its parameters, or a `series`"},
    {"capacityPerTask", SCN_T_NUMBER, SCN_ACTS,
     .help = "requests a second that a task serves at 100 % of its CPU; needed with load"},
    {"baseUtilization", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 99, .fallback = "0",
     .help = "CPU utilisation of a task without requests, in percent"},
    {"maxUtilization", SCN_T_INTEGER, SCN_ACTS, .min = 100, .max = 10000, .fallback = "100",
     .help = "CPU utilisation that a task can reach, in percent; more than 100 by spare CPU"},
    {"slo", SCN_T_OBJECT, SCN_ACTS, .members = service_slo_keys,
     .help = "what the service should hold; time above it is counted"},
    {0},
};

/* ---- what creating and updating have in common, in the order of the API's shapes ---- */

#define TASK_DEFINITION(text)                                                                      \
    {                                                                                              \
        "taskDefinition", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 2048, .help = text                \
    }
#define REBALANCING                                                                                \
    {                                                                                              \
        "availabilityZoneRebalancing", SCN_T_TEXT, SCN_ACTS,                                       \
            .choices = "ENABLED DISABLED", .help = "DISABLED; ENABLED is not simulated yet"        \
    }
#define DESIRED_COUNT(text)                                                                        \
    {                                                                                              \
        "desiredCount", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000, .help = text            \
    }
#define STRATEGY(text)                                                                             \
    {                                                                                              \
        "capacityProviderStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = scn_strategy_item_keys,    \
                                                             .help = text                          \
    }
#define PLATFORM_VERSION                                                                           \
    {                                                                                              \
        "platformVersion", SCN_T_TEXT, SCN_ACTS, .help = "only Fargate tasks have one"             \
    }
#define DEPLOYMENT                                                                                 \
    {                                                                                              \
        "deploymentConfiguration", SCN_T_OBJECT, SCN_ACTS,                                         \
            .members = deployment_configuration_keys, .help = "how new tasks replace old ones"     \
    }
#define CONTROLLER                                                                                 \
    {                                                                                              \
        "deploymentController", SCN_T_OBJECT, SCN_ACTS, .members = deployment_controller_keys,     \
                                                        .help = "who deploys"                      \
    }
#define CONSTRAINTS                                                                                \
    {                                                                                              \
        "placementConstraints", SCN_T_OBJECTS, SCN_ACTS,                                           \
            .min = 0, .max = 10, .members = scn_placement_constraint_keys, .help = "at most 10"    \
    }
#define PLACEMENT                                                                                  \
    {                                                                                              \
        "placementStrategy", SCN_T_OBJECTS, SCN_ACTS,                                              \
            .min = 0, .max = 4, .limit = "ST-4: InvalidParameterException",                        \
            .members = scn_placement_strategy_keys, .help = "a chain of at most 4 rules"           \
    }
#define NETWORK                                                                                    \
    {                                                                                              \
        "networkConfiguration", SCN_T_OBJECT, SCN_ACTS,                                            \
            .members = scn_network_configuration_keys,                                             \
            .help = "needed by, and only by, awsvpc tasks"                                         \
    }
#define GRACE_PERIOD                                                                               \
    {                                                                                              \
        "healthCheckGracePeriodSeconds", SCN_T_INTEGER, SCN_ACTS,                                  \
            .min = 0, .max = 2147483647, .help = "only services with load balancers have one"      \
    }
#define MANAGED_TAGS                                                                               \
    {                                                                                              \
        "enableECSManagedTags", SCN_T_BOOL, SCN_NONE, .help = TAGS_HELP                            \
    }
#define PROPAGATE_TAGS                                                                             \
    {                                                                                              \
        "propagateTags", SCN_T_TEXT, SCN_NONE, .choices = "TASK_DEFINITION SERVICE NONE",          \
                                               .help = TAGS_HELP                                   \
    }
#define EXECUTE_COMMAND                                                                            \
    {                                                                                              \
        "enableExecuteCommand", SCN_T_BOOL, SCN_NONE,                                              \
            .help = "what runs inside a container is not modelled"                                 \
    }
#define SERVICE_CONNECT                                                                            \
    {                                                                                              \
        "serviceConnectConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = service_connect_keys,    \
                                                               .help = "only one that is off"      \
    }
#define NOT_YET(name)                                                                              \
    {                                                                                              \
        name, SCN_T_OBJECTS, SCN_LATER, .help = NULL                                               \
    }

const struct scn_key scn_service_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .help = CLUSTER_HELP},
    {"serviceName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "letters, digits, hyphens, underscores; its own"},
    TASK_DEFINITION("family, family:revision or ARN; required"),
    REBALANCING,
    NOT_YET("loadBalancers"),
    NOT_YET("serviceRegistries"),
    DESIRED_COUNT("tasks; required unless the service is a DAEMON"),
    {"clientToken", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 36,
     .help = "only the API call needs it"},
    {"launchType", SCN_T_TEXT, SCN_ACTS, .choices = "EC2 FARGATE EXTERNAL MANAGED_INSTANCES",
     .help = "EC2; others are not simulated yet"},
    STRATEGY("in place of the default strategy; not together with launchType"),
    PLATFORM_VERSION,
    {"role", SCN_T_TEXT, SCN_ACTS, .help = "only services with load balancers have one"},
    DEPLOYMENT,
    CONSTRAINTS,
    PLACEMENT,
    NETWORK,
    GRACE_PERIOD,
    {"schedulingStrategy", SCN_T_TEXT, SCN_ACTS, .choices = "REPLICA DAEMON", .fallback = "REPLICA",
     .help = "DAEMON: one task on every instance that may have one"},
    CONTROLLER,
    {"tags", SCN_T_OBJECTS, SCN_NONE, .members = scn_tag_keys, .min = 0, .max = 50,
     .limit = SCN_TAGS_LIMIT, .help = TAGS_HELP},
    MANAGED_TAGS,
    PROPAGATE_TAGS,
    EXECUTE_COMMAND,
    SERVICE_CONNECT,
    NOT_YET("volumeConfigurations"),
    NOT_YET("vpcLatticeConfigurations"),
    /* of describe-services */
    {"serviceArn", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    {"clusterArn", SCN_T_TEXT, SCN_ACTS, .help = CLUSTER_HELP},
    {"status", SCN_T_TEXT, SCN_ACTS, .choices = "ACTIVE DRAINING INACTIVE",
     .help = "output of a describe call; ACTIVE"},
    {"runningCount", SCN_T_INTEGER, SCN_NONE, .help = OUTPUT_HELP},
    {"pendingCount", SCN_T_INTEGER, SCN_NONE, .help = OUTPUT_HELP},
    {"platformFamily", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    {"taskSets", SCN_T_OBJECTS, SCN_NONE, .help = OUTPUT_HELP},
    {"deployments", SCN_T_OBJECTS, SCN_NONE, .help = OUTPUT_HELP},
    {"roleArn", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    {"events", SCN_T_OBJECTS, SCN_NONE, .help = OUTPUT_HELP},
    {"createdAt", SCN_T_ANY, SCN_NONE, .help = OUTPUT_HELP},
    {"createdBy", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    {"currentServiceDeployment", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    {"currentServiceRevisions", SCN_T_OBJECTS, SCN_NONE, .help = OUTPUT_HELP},
    {"resourceManagementType", SCN_T_TEXT, SCN_NONE, .help = OUTPUT_HELP},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = service_sim_keys, .help = "the simulator's own"},
    {0},
};

const struct scn_key scn_update_service_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .help = CLUSTER_HELP},
    {"service", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 2048,
     .help = "name or ARN of a service"},
    DESIRED_COUNT("tasks from then on; not of a DAEMON"),
    TASK_DEFINITION("family, family:revision or ARN; a new one is deployed"),
    STRATEGY("from then on; with forceNewDeployment"),
    DEPLOYMENT,
    REBALANCING,
    NETWORK,
    CONSTRAINTS,
    PLACEMENT,
    PLATFORM_VERSION,
    {"forceNewDeployment", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "replaces all tasks, whatever has changed"},
    GRACE_PERIOD,
    CONTROLLER,
    EXECUTE_COMMAND,
    MANAGED_TAGS,
    NOT_YET("loadBalancers"),
    PROPAGATE_TAGS,
    NOT_YET("serviceRegistries"),
    SERVICE_CONNECT,
    NOT_YET("volumeConfigurations"),
    NOT_YET("vpcLatticeConfigurations"),
    {0},
};

const struct scn_key scn_delete_service_keys[] = {
    {"cluster", SCN_T_TEXT, SCN_ACTS, .help = CLUSTER_HELP},
    {"service", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 2048,
     .help = "name or ARN of a service"},
    {"force", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "needed unless its desired count is 0"},
    {0},
};
