/* The top of a scenario, and what is the simulator's own (scn_bind.h). */
#include "scn_selection.h"

#define REFUSAL_KEYS                                                                               \
    {"onRefusal",                                                                                  \
     SCN_T_TEXT,                                                                                   \
     SCN_ACTS,                                                                                     \
     .choices = "retry drop",                                                                      \
     .fallback = "retry",                                                                          \
     .help = "what becomes of tasks that a RunTask call refuses"},                                 \
    {                                                                                              \
        "giveUpAfter", SCN_T_ANY, SCN_ACTS,                                                        \
            .fallback = "never",                                                                   \
            .help = "how long refused tasks are retried, from their arrival; or \"never\""         \
    }

static const struct scn_key subnet_keys[] = {
    {"availabilityZone", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 64,
     .help = "the zone of the subnet"},
    {"vpc", SCN_T_TEXT, SCN_ACTS, .max = 255, .help = "value of the attribute ecs.vpc-id"},
    {"public", SCN_T_BOOL, SCN_ACTS, .fallback = "unknown: its instances reach ECS",
     .help = "true: routed to the internet for those with a public address; false: not"},
    {"nat", SCN_T_BOOL, SCN_ACTS, .fallback = "unknown",
     .help = "whether a NAT gateway leads it to the internet"},
    {"endpoints", SCN_T_ANY, SCN_ACTS, .fallback = "unknown",
     .help = "whether it has interface endpoints: true, false or a list such as [\"ecs\", "
             "\"ecr.dkr\"]"},
    {"shared", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help =
         "true: another account's; with awsvpcTrunking enabled instances fail to register in it"},
    {"freeAddresses", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = INT64_C(1) << 32,
     .fallback = "no limit",
     .help = "IPv4 addresses left at the start, as AvailableIpAddressCount of describe-subnets"},
    {0},
};

static const struct scn_key network_keys[] = {
    {"subnets", SCN_T_OBJECT_MAP, SCN_ACTS, .members = subnet_keys,
     .help = "subnet id -> its zone"},
    {0},
};

static const struct scn_key attribute_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 128, .help = "its name"},
    {"value", SCN_T_TEXT, SCN_ACTS, .max = 128, .help = "its value"},
    {0},
};

static const struct scn_key container_instance_sim_keys[] = {
    {"os", SCN_T_TEXT, SCN_ACTS, .choices = "linux windows", .fallback = "that of imageId",
     .help = "its operating system"},
    {"agentVersion", SCN_T_TEXT, SCN_ACTS, .min = 5, .max = 20, .fallback = "that of imageId",
     .help = "of the ECS agent, such as \"1.40.0\""},
    {"storage", SCN_T_TEXT, SCN_ACTS, .choices = "overlay2 devicemapper",
     .fallback = "that of imageId", .help = "Docker's storage driver"},
    {"diskSize", SCN_T_ANY, SCN_ACTS, .fallback = "that of imageId",
     .help = "of the volume that holds images and containers, such as \"30 GiB\""},
    {"pricePerHour", SCN_T_ANY, SCN_ACTS, .fallback = "the on-demand price for Linux",
     .help = "USD, a number or a text such as \"0.188\"; Windows needs it"},
    {"foreignInterfaces", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 10000, .fallback = "0",
     .help = "network interfaces attached by hand, which ECS does not count"},
    {"volumeDrivers", SCN_T_TEXTS, SCN_ACTS, .min = 0, .max = 20, .item_min = 1, .item_max = 100,
     .fallback = "[]",
     .help = "Docker volume drivers that run before the agent starts; local is always there"},
    {0},
};

static const struct scn_key container_instance_keys[] = {
    {"instanceType", SCN_T_TEXT, SCN_ACTS, .required = true,
     .help = "of the catalogue: plimsoll list instance-types"},
    {"count", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 1000000, .fallback = "1",
     .help = "so many equal instances"},
    {"availabilityZone", SCN_T_TEXT, SCN_ACTS, .max = 64, .fallback = "the region's first",
     .help = "where they stand"},
    {"subnetId", SCN_T_TEXT, SCN_ACTS, .max = 255, .help = "value of ecs.subnet-id"},
    {"imageId", SCN_T_TEXT, SCN_ACTS, .max = 255, .help = "value of ecs.ami-id"},
    {"attributes", SCN_T_OBJECTS, SCN_ACTS, .members = attribute_keys, .help = "custom attributes"},
    {"reservedMemory", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 33554432, .fallback = "0",
     .help = "MiB, as ECS_RESERVED_MEMORY"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = container_instance_sim_keys,
     .help = "the simulator's own"},
    {0},
};

static const struct scn_key sample_until_keys[] = {
    {"tasks", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = INT64_C(1) << 40, .help = "tasks"},
    {"cpu", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = INT64_C(1) << 40, .help = "CPU units"},
    {"memory_mib", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = INT64_C(1) << 40, .help = "MiB"},
    {"gpu_milli", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = INT64_C(1) << 40,
     .help = "thousandths of GPUs"},
    {0},
};

static const struct scn_key sample_keys[] = {
    {"shuffle", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "rows in random order, another one in each replication"},
    {"until", SCN_T_OBJECT, SCN_ACTS, .members = sample_until_keys,
     .help = "as many rows as ask for this in all: more are drawn from the trace, with "
             "replacement, or some are left out"},
    {"every", SCN_T_DURATION, SCN_ACTS, .fallback = "the trace's own times",
     .help = "time between rows"},
    {0},
};

static const struct scn_key generator_keys[] = {
    {"interarrival", SCN_T_DIST, SCN_ACTS, .required = true, .help = "time between rows"},
    {"rows", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = INT64_MAX, .fallback = "no limit",
     .help = "how many rows"},
    {"until", SCN_T_DURATION, SCN_ACTS, .fallback = "the end of the run",
     .help = "no rows from here on"},
    {"first", SCN_T_DURATION, SCN_ACTS, .fallback = "one interarrival time after the start",
     .help = "when row 0 arrives"},
    {"batch", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 1000000, .fallback = "1",
     .help = "tasks in a row"},
    {0},
};

static const struct scn_key workload_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "a name to find it by, for extends and --set"},
    {"trace", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 4096,
     .help = "file of arrivals; or generator"},
    {"generator", SCN_T_OBJECT, SCN_ACTS, .members = generator_keys,
     .help = "arrivals by chance; or trace"},
    {"mapping", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 4096, .fallback = "native CSV",
     .help = "what the columns of the trace mean: a shipped name or a JSON file"},
    {"sample", SCN_T_OBJECT, SCN_ACTS, .members = sample_keys,
     .help = "other rows than the trace's own, drawn from it"},
    {"taskDefinition", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 2048,
     .fallback = "the only one there is", .help = "family, family:revision or ARN"},
    {"capacityProviderStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = scn_strategy_item_keys,
     .help = "in place of the cluster's default strategy"},
    {"launchType", SCN_T_TEXT, SCN_ACTS, .choices = "EC2 FARGATE EXTERNAL MANAGED_INSTANCES",
     .help = "EC2; others are not simulated yet"},
    {"placementStrategy", SCN_T_OBJECTS, SCN_ACTS, .min = 0, .max = 5,
     .members = scn_placement_strategy_keys, .help = "a chain of at most 5 rules"},
    {"placementConstraints", SCN_T_OBJECTS, SCN_ACTS, .min = 0, .max = 10,
     .members = scn_placement_constraint_keys, .help = "at most 10"},
    {"group", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255, .fallback = "family:<family>",
     .help = "what spread and distinctInstance count"},
    {"networkConfiguration", SCN_T_OBJECT, SCN_ACTS, .members = scn_network_configuration_keys,
     .help = "subnets of awsvpc tasks; without it they go anywhere and take no address"},
    {"scale", SCN_T_NUMBER, SCN_ACTS, .min = 0, .max = 1000000, .fallback = "1",
     .help = "arrivals times this; a fraction is decided row by row by chance"},
    {"from", SCN_T_DURATION, SCN_ACTS, .fallback = "0s", .help = "trace time where reading begins"},
    {"to", SCN_T_DURATION, SCN_ACTS, .fallback = "the end", .help = "trace time where it ends"},
    {"align", SCN_T_TEXT, SCN_ACTS, .choices = "start absolute", .fallback = "start",
     .help = "start: the first row is at the start of the run; absolute: at its own date"},
    {"zone", SCN_T_TEXT, SCN_ACTS, .max = 6, .fallback = "UTC",
     .help = "of stamps without a zone, as \"+02:00\""},
    REFUSAL_KEYS,
    {0},
};

static const struct scn_key fault_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "a name to find it by, for extends and --set"},
    {"kind", SCN_T_TEXT, SCN_ACTS, .required = true,
     .choices = "agentDisconnect apiThrottle capacityShortage instanceFailure slowRegistry "
                "zoneOutage",
     .help = "agentDisconnect: the agent loses its connection; others are not simulated yet"},
    {"at", SCN_T_ANY, SCN_ACTS, .required = true,
     .help = "a duration from the start, or an ISO 8601 time"},
    {"duration", SCN_T_DURATION, SCN_ACTS, .fallback = "the rest of the run",
     .help = "how long it lasts"},
    {"instances", SCN_T_OBJECT, SCN_ACTS, .members = scn_instance_selection_keys,
     .help = "which instances it hits, chosen at that time"},
    {0},
};

const struct scn_key scn_scenario_keys[] = {
    {"plimsoll", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = 1, .max = 1,
     .help = "the version of the format, 1"},
    {"name", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "what the scenario is called in results"},
    {"description", SCN_T_TEXT, SCN_ACTS, .max = 10000, .help = "for people"},
    {"extends", SCN_T_TEXT, SCN_ACTS, .help = "a scenario that this one is merged over"},
    {"region", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 64, .fallback = "us-east-1",
     .help = "zones carry its name"},
    {"epoch", SCN_T_TEXT, SCN_ACTS, .fallback = "the newest",
     .help = "YYYY-MM: how AWS behaved at that time"},
    {"start", SCN_T_TEXT, SCN_ACTS, .fallback = "2024-01-01T00:00:00Z",
     .help = "ISO 8601 date of t = 0"},
    {"duration", SCN_T_DURATION, SCN_ACTS, .fallback = "until the last arrival is done",
     .help = "how long is simulated"},
    {"warmup", SCN_T_DURATION, SCN_ACTS, .fallback = "0s",
     .help = "what arrives earlier is left out of every metric"},
    {"seed", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = INT64_MAX, .fallback = "1",
     .help = "of all chance"},
    {"replications", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 1000000, .fallback = "1",
     .help = "runs that differ in chance only"},
    {"network", SCN_T_OBJECT, SCN_ACTS, .members = network_keys, .help = "zones of subnets"},
    {"cluster", SCN_T_OBJECT, SCN_ACTS, .required = true, .members = scn_cluster_keys,
     .help = "input of create-cluster"},
    {"capacityProviders", SCN_T_OBJECTS, SCN_ACTS, .members = scn_provider_keys,
     .help = "input of create-capacity-provider"},
    {"autoScalingGroups", SCN_T_OBJECTS, SCN_ACTS, .members = scn_group_keys,
     .help = "input of create-auto-scaling-group"},
    {"launchConfigurations", SCN_T_OBJECTS, SCN_ACTS, .members = scn_launch_configuration_keys,
     .help = "input of create-launch-configuration"},
    {"launchTemplates", SCN_T_OBJECTS, SCN_ACTS, .members = scn_launch_template_keys,
     .help = "input of create-launch-template"},
    {"instanceTypes", SCN_T_OBJECTS, SCN_ACTS, .members = scn_instance_type_keys,
     .help = "hardware of one's own, as describe-instance-types shows it"},
    {"containerInstances", SCN_T_OBJECTS, SCN_ACTS, .members = container_instance_keys,
     .help = "instances that are there from the start, without a group"},
    {"taskDefinitions", SCN_T_OBJECTS, SCN_ACTS, .members = scn_task_definition_keys,
     .help = "input of register-task-definition"},
    {"runTasks", SCN_T_OBJECTS, SCN_ACTS, .members = scn_run_task_keys,
     .help = "RunTask, each at a time"},
    {"workload", SCN_T_OBJECTS, SCN_ACTS, .members = workload_keys,
     .help = "traces and generators of tasks"},
    {"behaviour", SCN_T_OBJECT, SCN_ACTS, .help = "overrides of what AWS does not promise"},
    {"accountSettings", SCN_T_OBJECTS, SCN_ACTS, .members = scn_account_setting_keys,
     .help = "input of put-account-setting-default, one an element"},
    {"services", SCN_T_OBJECTS, SCN_ACTS, .members = scn_service_keys,
     .help = "input of create-service: services that are there from the start"},
    {"loadBalancers", SCN_T_ANY, SCN_LATER, .help = NULL},
    {"targetGroups", SCN_T_ANY, SCN_LATER, .help = NULL},
    {"scalableTargets", SCN_T_OBJECTS, SCN_ACTS, .members = scn_scalable_target_keys,
     .help = "input of register-scalable-target: services whose desired count is scaled"},
    {"scalingPolicies", SCN_T_OBJECTS, SCN_ACTS, .members = scn_scaling_policy_keys,
     .help = "input of put-scaling-policy"},
    {"scheduledActions", SCN_T_OBJECTS, SCN_ACTS, .members = scn_scheduled_action_keys,
     .help = "input of put-scheduled-action"},
    {"alarms", SCN_T_OBJECTS, SCN_ACTS, .members = scn_alarm_keys,
     .help = "input of put-metric-alarm: what triggers step scaling"},
    {"rules", SCN_T_OBJECTS, SCN_ACTS, .members = scn_rule_keys,
     .help = "input of put-rule, with the Targets of put-targets: scheduled tasks"},
    {"changes", SCN_T_OBJECTS, SCN_ACTS, .members = scn_change_keys,
     .help = "API calls of an operator during the run"},
    {"faults", SCN_T_OBJECTS, SCN_ACTS, .members = fault_keys, .help = "accidents, each at a time"},
    {"pricing", SCN_T_ANY, SCN_LATER, .help = NULL},
    {0},
};
