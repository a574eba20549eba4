/* ecs_scenario: a validated, immutable description of one experiment.
 *
 * The loader (scenarios/scn_load) builds it from JSON; tests build it by hand. Nothing in it is
 * JSON, a file or a clock. All pointers live in the scenario's arena and all cross references are
 * indexes into its own arrays, checked by ecs_scenario_check. Worlds share one scenario read-only,
 * from any number of threads.
 *
 * Units: CPU in CPU units (1,024 a vCPU), memory in MiB, money in nano-dollars (10^-9 USD), time as
 * sim_time from the scenario's start. ECS_NONE stands for "no index". */
#ifndef ECS_SCENARIO_H
#define ECS_SCENARIO_H

#include "ecs_behaviour.h"
#include "ecs_cron.h"
#include "ecs_query.h"
#include "sim_arena.h"

#define ECS_NONE UINT32_MAX

/* ---- names: interned text ------------------------------------------------------------------- */

/* Text <-> small integers, so that records and comparisons hold integers only. Name 0 is "". */
struct ecs_names {
    const char **text;
    uint32_t count, capacity;
    uint32_t *table; /* private: open addressing */
    uint32_t table_size;
    struct sim_arena *arena;
};

void ecs_names_init(struct ecs_names *names, struct sim_arena *arena);
void ecs_names_release(struct ecs_names *names);
uint32_t ecs_names_intern(struct ecs_names *names, const char *text);
uint32_t ecs_names_find(const struct ecs_names *names, const char *text); /* ECS_NONE: absent */

/* ---- instance types (models: facts only; the CSV is read by scenarios/scn_catalog) ----------- */

struct ecs_instance_type {
    const char *name; /* "c5.xlarge" */
    uint32_t vcpus;
    int64_t memory_mib; /* nominal */
    uint32_t gpus;
    uint32_t max_enis; /* 0: unknown */
    /* awsvpc tasks on one instance: without a trunk ENI, 0: as max_enis says; with one, 0: the type
     * cannot have it. */
    int32_t awsvpc_tasks, awsvpc_tasks_trunked;
    uint32_t gpu_model; /* name; 0: none given */
    int64_t cpu_units;  /* 0: 1,024 a vCPU (RES-01); own hardware may differ */
    bool arm64;
    int64_t price_nusd_per_h; /* Linux on-demand us-east-1; -1: no price known */
};

/* ---- capacity -------------------------------------------------------------------------------- */

#define ECS_GPUS_MAX       16   /* on one instance; as many as any type has */
#define ECS_GPU_MILLI      1000 /* a whole GPU, in the thousandths that tasks may share */
#define ECS_GPU_MODELS_MAX 63
#define ECS_ATTRIBUTES_MAX 64
#define ECS_AGENT_NEWEST   1999999 /* what the agent of a host that names no version says it is */
#define ECS_ZONES_MAX      16
#define ECS_PORTS_MAX      100 /* PRT-07: host ports reserved on one instance, defaults included */

/* A custom or built-in attribute of an instance: interned name and value. */
struct ecs_attribute {
    uint32_t name, value;
};

enum ecs_os { ECS_OS_LINUX, ECS_OS_WINDOWS };

/* What becomes of an instance once its agent runs. All of them run and are billed. */
enum ecs_join {
    ECS_JOIN_REGISTERS,     /* with this cluster (ASG-03) */
    ECS_JOIN_OTHER_CLUSTER, /* REG-3, REG-5: ECS_CLUSTER names another */
    ECS_JOIN_OTHER_REGION,
    ECS_JOIN_NO_ROUTE,      /* REG-6: no way to the ECS endpoint */
    ECS_JOIN_NO_ROLE,       /* REG-7, CLU-21: the instance profile does not allow it */
    ECS_JOIN_BAD_SETTINGS,  /* REG-13: the agent ends itself before it registers */
    ECS_JOIN_BAD_ATTRIBUTE, /* REG-13: registers, then the agent ends itself: never connected */
    ECS_JOIN_SHARED_SUBNET, /* REG-19, ENI-7: REGISTRATION_FAILED */
    ECS_JOIN_QUOTA,         /* QTA-2: the cluster is full; found out by the run */
    ECS_JOIN_NO_CLUSTER,    /* REG-5: its cluster has been deleted; found out by the run */
    ECS_JOIN_NO_ADDRESS,    /* ENI-10: its subnet has none left for the trunk; likewise */
    ECS_JOINS,
};

enum ecs_pull { ECS_PULL_DEFAULT, ECS_PULL_ALWAYS, ECS_PULL_ONCE, ECS_PULL_PREFER_CACHED };

enum ecs_storage {
    ECS_STORAGE_FILE_SYSTEM, /* STO-1: overlay2 on the root volume */
    ECS_STORAGE_THIN_POOL,   /* STO-2: devicemapper on a volume of its own */
};

/* The host and its agent. All zero is a host without limits: nothing is cleaned up, no disk is
 * full, containers get no time to stop. */
struct ecs_host {
    enum ecs_os os;
    uint32_t agent_version;     /* 1.40.0 is 1040000; 0: newest */
    enum ecs_pull pull;         /* IMG-2 */
    bool image_cleanup;         /* false: ECS_DISABLE_IMAGE_CLEANUP (CLN-4) */
    sim_time task_cleanup_wait; /* CLN-1 */
    sim_time image_cleanup_interval, image_cleanup_age; /* CLN-3; interval 0: no clean-up */
    int64_t images_per_cycle;
    sim_time start_timeout, stop_timeout; /* of containers that give none (AGT-5) */
    enum ecs_storage storage;
    int64_t disk_bytes; /* for images and containers (STO-10); 0: unlimited */
};

/* What a launch configuration or template says that acts here. */
struct ecs_launch_spec {
    const char *name;
    bool is_template;
    uint32_t type;               /* of scenario->types */
    uint32_t image_id;           /* name; 0 when absent */
    int64_t reserved_memory_mib; /* ECS_RESERVED_MEMORY */
    uint16_t reserved_ports[ECS_PORTS_MAX], reserved_ports_udp[ECS_PORTS_MAX];
    uint32_t reserved_port_count, reserved_port_udp_count;
    const struct ecs_attribute *attributes; /* ECS_INSTANCE_ATTRIBUTES */
    uint32_t attribute_count;
    enum ecs_join join;
    struct ecs_host host;
    const uint32_t *capabilities; /* names of attributes without value that the agent registers */
    uint32_t capability_count;
    bool trunk_capable;     /* system and agent could do with a trunk ENI (ENI-4) */
    bool shared_subnet;     /* its subnets are shared by another account (ENI-7) */
    int64_t foreign_enis;   /* interfaces attached by hand (ENI-18) */
    bool no_public_address; /* its instances have none (REG-6) */
    bool proxy;             /* its agent has a way of its own to ECS (REG-6) */
    bool no_api_stop;       /* DisableApiStop: against StopInstances */
    bool no_api_terminate;  /* DisableApiTermination: against TerminateInstances, not the group */
    bool no_gpus;           /* the image has no GPU drivers, so none register (GPU-09) */
    bool arm64;             /* its type's architecture, REG-21 */
    bool price_given;       /* sim.pricePerHour, in place of the type's */
    int64_t price_nusd_per_h;
    bool boot_given; /* sim.boot of the configuration; a group's own wins */
    struct sim_dist boot;
};

enum ecs_termination_policy {
    ECS_TERMINATE_DEFAULT,
    ECS_TERMINATE_OLDEST_INSTANCE,
    ECS_TERMINATE_NEWEST_INSTANCE,
    ECS_TERMINATE_OLDEST_LAUNCH_CONFIGURATION,
    ECS_TERMINATE_OLDEST_LAUNCH_TEMPLATE,
    ECS_TERMINATE_CLOSEST_TO_NEXT_INSTANCE_HOUR,
    ECS_TERMINATE_ALLOCATION_STRATEGY, /* no effect without a mixed instances policy */
};

struct ecs_zone {
    uint32_t name;    /* "us-east-1a" */
    uint32_t subnet;  /* name; 0 when none was given */
    uint32_t vpc;     /* name; 0 when unknown */
    bool public_only; /* without a public address nothing in it reaches ECS (CI-8) */
};

/* For whom a way out of a subnet leads there. */
enum ecs_way { ECS_WAY_ALWAYS, ECS_WAY_PUBLIC /* with a public address */, ECS_WAY_NEVER };

/* A subnet: of `network`, or one that a group or a task names besides, which has no limits. */
struct ecs_subnet {
    uint32_t name, zone, vpc; /* names; vpc 0: unknown */
    enum ecs_way ecs, internet;
    bool ecr;               /* the registry without the internet: by endpoints */
    bool shared;            /* another account's (ENI-7) */
    int64_t free_addresses; /* IPv4, at the start; ECS_UNLIMITED */
};

/* A subnet that a group launches into. */
struct ecs_place {
    uint32_t zone_index; /* in the group */
    uint32_t subnet;     /* of scenario->subnets */
};

/* Where a group launches. A group's zone keeps its index for the whole run, so an update lists all
 * that it ever has: those with name 0 are none of the update's. */
struct ecs_layout {
    const struct ecs_zone *zones;
    uint32_t zone_count;
    const struct ecs_place *places;
    uint32_t place_count;
};

struct ecs_asg {
    const char *name;
    uint32_t spec;
    int64_t min_size, max_size, desired;
    struct ecs_zone zones[ECS_ZONES_MAX];
    uint32_t zone_count;
    const struct ecs_place *places; /* of its zones; a zone without one: in no subnet we know */
    uint32_t place_count;
    enum ecs_termination_policy policies[8];
    uint32_t policy_count;
    bool new_instances_protected;
    bool no_force_delete, no_delete; /* DeletionProtection */
    sim_time cooldown;               /* DefaultCooldown: of calls that honour it */
    bool initial_launching;          /* sim.initial: "launching" instead of registered at t = 0 */
    bool boot_given;                 /* sim.boot replaces behaviour.boot */
    struct sim_dist boot;
};

struct ecs_provider {
    const char *name;
    uint32_t asg;
    bool attached; /* to the cluster at the start; others wait for PutClusterCapacityProviders */
    bool managed_scaling;
    int64_t target_capacity;            /* 1..100 */
    int64_t minimum_step, maximum_step; /* 1..10000 */
    sim_time warmup;
    bool termination_protection;
    bool managed_draining;
};

/* An instance that exists at the start, without a group. */
struct ecs_extra_instance {
    uint32_t spec;
    uint32_t count;
    struct ecs_zone zone;
};

/* ---- tasks ----------------------------------------------------------------------------------- */

enum ecs_network_mode {
    ECS_NETWORK_BRIDGE,
    ECS_NETWORK_HOST,
    ECS_NETWORK_AWSVPC,
    ECS_NETWORK_NONE,
};

struct ecs_port {
    uint16_t port;
    bool udp;
};

struct ecs_image {
    uint32_t name; /* interned image reference: the cache key */
    int64_t bytes;
};

/* What must have happened to another container of the task before one starts (DEP-02 to DEP-05). */
enum ecs_condition {
    ECS_CONDITION_START,
    ECS_CONDITION_COMPLETE,
    ECS_CONDITION_SUCCESS,
    ECS_CONDITION_HEALTHY,
};

struct ecs_dependency {
    uint32_t container; /* index in the definition */
    enum ecs_condition condition;
};

struct ecs_container {
    uint32_t name;  /* interned */
    uint32_t image; /* index into the definition's images; ECS_NONE: none */
    bool essential;
    sim_time start_timeout, stop_timeout;      /* -1: the agent's (AGT-5) */
    int64_t layer_bytes;                       /* what it writes to the disk (STO-10) */
    const struct ecs_dependency *dependencies; /* dependsOn; all must hold. No circles (DEP-06) */
    uint32_t dependency_count;
    bool ends_early; /* only of what is not essential: it runs for `duration`, not with the task */
    struct sim_dist duration;
    int32_t exit_code;
    sim_time check_interval;       /* of its health check; 0: it has none */
    struct sim_dist healthy_after; /* its start: from then on its checks pass */
    int64_t check_retries;         /* failing checks in a row that make it UNHEALTHY; 0: none do */
    sim_time check_start_period;   /* from its start, in which those do not count */
};

#define ECS_CONTAINERS_MAX 10 /* QTA-13 */

/* Container errors (sheet 02, 17.3) that sim.errors of a task definition causes. */
enum ecs_container_error {
    ECS_ERROR_NONE,
    ECS_ERROR_IMAGE_NOT_FOUND,      /* ERR-1 */
    ECS_ERROR_REGISTRY_TIMEOUT,     /* ERR-2 */
    ECS_ERROR_REGISTRY_CANCELED,    /* ERR-3 */
    ECS_ERROR_REPOSITORY_NOT_FOUND, /* ERR-4 */
    ECS_ERROR_NO_SPACE,             /* ERR-5; also a full disk's own doing */
    ECS_ERROR_THIN_POOL,            /* ERR-6; likewise */
    ECS_ERROR_KILLED,               /* ERR-7: exit code 137 */
    ECS_ERROR_START_TIMEOUT,        /* AGT-5: the agent gave up starting it */
    ECS_ERROR_DEPENDENCY,           /* DEP-07: what it waits for did not happen in time */
    ECS_ERRORS,
};

struct ecs_error_rule {
    enum ecs_container_error error;
    uint32_t container;   /* index; ECS_NONE: the first essential one */
    uint32_t ppm;         /* chance, by keyed draw per task: 1,000,000 always */
    sim_time from, until; /* of the task's placement; [from, until) */
    bool after_given;     /* ECS_ERROR_KILLED: `after` its start, else uniform over its duration */
    struct sim_dist after;
};

/* runtimePlatform.cpuArchitecture of a task definition. */
enum ecs_architecture { ECS_ARCHITECTURE_ANY, ECS_ARCHITECTURE_X86_64, ECS_ARCHITECTURE_ARM64 };

struct ecs_task_definition {
    const char *family;
    uint32_t revision;
    int64_t cpu_units, memory_mib; /* what placement subtracts (RES-02, RES-07) */
    int64_t cpu_units_min;         /* it cannot ask for less: its size has a minimum (RES-04d) */
    int64_t gpus;
    enum ecs_network_mode network_mode;
    const struct ecs_port *ports; /* static host ports */
    uint32_t port_count;
    const struct ecs_image *images; /* distinct images of its containers */
    uint32_t image_count;
    const struct ecs_container *containers;
    uint32_t container_count;            /* 1 to ECS_CONTAINERS_MAX */
    bool ordered;                        /* one of them depends on another or ends early */
    const struct ecs_error_rule *errors; /* first that applies */
    uint32_t error_count;
    int32_t exit_code;   /* of its essential containers when their time is over: sim.exitCode */
    int64_t gpu_milli;   /* beyond ECS: share of each of its GPUs, in thousandths; 0: whole GPUs */
    uint64_t gpu_models; /* beyond ECS: models that it accepts, a bit each of those of the scenario;
                            0: any */
    const uint32_t *requirements; /* names of attributes that an instance must have */
    uint32_t requirement_count;
    const struct ecs_query *const *queries; /* memberOf, all of them (CO-10) */
    uint32_t query_count;
    bool windows; /* runs on Windows instances only, others on Linux (WIN-1) */
    enum ecs_architecture architecture; /* of the instances that take it */
    uint32_t agent_version;             /* the oldest that can run it (AGT-01); 0: any */
    bool registered_later;              /* by a change; else at the start */
    bool inactive;                      /* from the start (TDF-08) */
    bool runs_forever;                  /* no sim.duration */
    struct sim_dist duration;
    struct sim_dist stop_time; /* sim.stopTime: from SIGTERM to exit; constant 0 by default */
    uint32_t group;            /* name "family:<family>" (TG-2) */
};

/* One item of a capacity provider strategy. */
struct ecs_strategy_item {
    uint32_t provider;
    int64_t base, weight;
};

#define ECS_STRATEGY_ITEMS 6 /* CPS-02 */

struct ecs_strategy {
    struct ecs_strategy_item items[ECS_STRATEGY_ITEMS];
    uint32_t count; /* 0: none */
};

#define ECS_PLACEMENT_RULES 5 /* the API's limit; services stop at 4 by ST-4 */

/* One rule of a placement strategy chain. */
struct ecs_placement_rule {
    uint32_t strategy;  /* index into place_strategies[] */
    uint32_t dimension; /* binpack: 0 cpu, 1 memory. spread: 0 instanceId, else attribute name
                           (an interned name; name 0 is never an attribute) */
};

struct ecs_placement {
    struct ecs_placement_rule rules[ECS_PLACEMENT_RULES];
    uint32_t rule_count; /* 0: random (SCH-6) */
    bool distinct_instance;
    const struct ecs_query *const *queries; /* memberOf, besides the definition's (CO-10) */
    uint32_t query_count;
    const uint32_t *subnets; /* of scenario->subnets: awsvpcConfiguration; none: anywhere */
    uint32_t subnet_count;
};

enum ecs_on_refusal { ECS_REFUSAL_RETRY, ECS_REFUSAL_DROP };

/* What tasks of a definition reserve under the overrides of a request. */
struct ecs_override {
    uint32_t definition;
    int64_t cpu_units, memory_mib, gpus;
};

/* How tasks are asked for; shared by runTasks and workload items. */
struct ecs_request {
    uint32_t task_definition;
    bool latest_revision;  /* the family's latest ACTIVE revision when the task is asked for */
    bool default_strategy; /* the cluster's at that moment; `strategy` is the one at the start */
    struct ecs_strategy strategy; /* own, else the cluster's default; count 0: EC2 */
    struct ecs_placement placement;
    uint32_t group; /* name; 0: the definition's family group */
    const struct ecs_override *overrides;
    uint32_t override_count;
    enum ecs_on_refusal on_refusal;
    sim_time give_up_after; /* since first arrival; SIM_TIME_NEVER */
};

/* RunTask at a time. */
struct ecs_run_task {
    struct ecs_request request;
    sim_time at;
    uint32_t count; /* 1..10 (QTA-9) */
};

/* ---- arrivals -------------------------------------------------------------------------------- */

#define ECS_DURATION_OF_DEFINITION INT64_C(-1)

/* One row of a workload: `count` equal tasks that arrive together. Members with -1 or ECS_NONE
 * fall back to the item, then the task definition. */
struct ecs_arrival {
    sim_time at;            /* >= 0, never before the row's predecessor */
    sim_time duration;      /* or ECS_DURATION_OF_DEFINITION */
    sim_time duration_span; /* > 0: uniform in [duration, duration + span), drawn by row and copy */
    uint64_t row;           /* 0-based number of the row in its source, as filtered */
    uint32_t count;
    uint32_t task_definition;            /* ECS_NONE: the item's */
    uint32_t group;                      /* name; 0: the item's */
    uint32_t provider;                   /* ECS_NONE: the item's strategy */
    int64_t cpu_units, memory_mib, gpus; /* -1: the definition's */
    int64_t gpu_milli;                   /* 0: the definition's */
    uint64_t gpu_models;                 /* 0: the definition's */
    int32_t distinct_instance;           /* -1: the item's; 0, 1 */
};

/* A row that gives itself nothing: all is the item's and the definition's. */
extern const struct ecs_arrival ecs_arrival_plain;

/* Where rows come from. Implementations: traces (scenarios/scn_trace) and ecs_generator. A cursor
 * belongs to one replication; `data` is shared and read-only. */
struct ecs_source {
    const char *kind;
    bool rows_may_be_distinct; /* a row may ask for distinctInstance by itself */
    void *(*open)(const void *data, uint64_t seed, uint32_t replication, uint32_t item);
    /* false at the end. */
    bool (*next)(void *cursor, struct ecs_arrival *out);
    void (*close)(void *cursor);
};

/* Rows by chance: gaps between rows drawn from `gap`, each of `batch` tasks, until `rows` rows or
 * `until`. Draws are keyed by (item, row). */
struct ecs_generator {
    struct sim_dist gap;
    uint64_t rows;  /* UINT64_MAX: no limit */
    sim_time until; /* SIM_TIME_NEVER: no limit */
    sim_time first; /* time of row 0; a negative value: one gap after 0 */
    uint32_t batch;
};
extern const struct ecs_source ecs_generator_source; /* data: struct ecs_generator */

/* Rows by the clock: `count` tasks at every firing of a rule that is made at the start (CRN). */
struct ecs_scheduled {
    struct ecs_schedule schedule;
    const char *expression; /* provenance */
    int64_t start_unix_s;   /* of the scenario */
    uint32_t count;
    struct sim_dist delay; /* how late a firing comes (CRN-20) */
};
extern const struct ecs_source ecs_scheduled_source; /* data: struct ecs_scheduled */

struct ecs_workload {
    const char *name; /* the trace's base name, or "generator" */
    struct ecs_request request;
    const struct ecs_source *source;
    const void *data;
    int64_t scale_ppm; /* 1,000,000 = as it is */
};

/* A kind of task that the workloads ask for, and how many of them (place_fgd). */
struct ecs_typical {
    int64_t cpu_units;
    int64_t gpus, gpu_milli;
    uint64_t gpu_models;
    int64_t count; /* 1 or more */
};

#include "ecs_services.h"

#include "ecs_scaling.h"

/* ---- what operators and accidents do ------------------------------------------------------------
 */

enum ecs_pick { ECS_PICK_OLDEST, ECS_PICK_NEWEST, ECS_PICK_RANDOM };

/* Instances or tasks that a change or fault means: those named by serial number, or the first
 * `count` in the order of `pick` among those that agree with every member given. */
struct ecs_selection {
    const int64_t *serials;
    uint32_t serial_count;
    uint32_t asg, provider; /* ECS_NONE: any */
    uint32_t zone;          /* name; 0: any */
    uint32_t definition;    /* tasks; ECS_NONE: any */
    bool any_revision;      /* of the definition's family */
    uint32_t group;         /* tasks: name; 0: any */
    int64_t count;          /* INT64_MAX: all */
    enum ecs_pick pick;
};

enum ecs_operation {
    ECS_OP_PUT_CLUSTER_CAPACITY_PROVIDERS,
    ECS_OP_SET_DESIRED_CAPACITY,
    ECS_OP_UPDATE_AUTO_SCALING_GROUP,
    ECS_OP_DELETE_AUTO_SCALING_GROUP,
    ECS_OP_STOP_INSTANCES,
    ECS_OP_START_INSTANCES,
    ECS_OP_TERMINATE_INSTANCES,
    ECS_OP_DEREGISTER_CONTAINER_INSTANCE,
    ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE,
    ECS_OP_STOP_TASK,
    ECS_OP_REGISTER_TASK_DEFINITION,
    ECS_OP_DEREGISTER_TASK_DEFINITION,
    ECS_OP_PUT_ATTRIBUTES,
    ECS_OP_DELETE_ATTRIBUTES,
    ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT,
    ECS_OP_DELETE_CLUSTER,
    ECS_OP_START_TASK,
    ECS_OP_TERMINATE_INSTANCE_IN_GROUP,
    ECS_OP_CREATE_SERVICE,
    ECS_OP_UPDATE_SERVICE,
    ECS_OP_DELETE_SERVICE,
    ECS_OPS,
};

enum ecs_account_setting { /* ACC-01 */
                           ECS_SETTING_SERVICE_LONG_ARN,
                           ECS_SETTING_TASK_LONG_ARN,
                           ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN,
                           ECS_SETTING_AWSVPC_TRUNKING,
                           ECS_SETTING_CONTAINER_INSIGHTS,
                           ECS_SETTINGS,
};

/* One API call of an operator during the run. Members that its operation does not take are as
 * ecs_change_init leaves them: "not given". */
struct ecs_change {
    sim_time at;
    enum ecs_operation operation;
    struct ecs_selection selection;              /* of instances or tasks, by operation */
    uint32_t asg;                                /* ECS_NONE */
    int64_t desired, min_size, max_size;         /* -1 */
    uint32_t spec;                               /* ECS_NONE */
    int32_t new_instances_protected;             /* -1 */
    const struct ecs_group_update *group_update; /* NULL: nothing of it */
    bool force;
    bool decrement; /* ShouldDecrementDesiredCapacity */
    bool honor_cooldown;
    bool draining; /* UpdateContainerInstancesState: DRAINING, else ACTIVE */
    const uint32_t *providers;
    uint32_t provider_count;
    struct ecs_strategy strategy;
    uint32_t definition;                    /* ECS_NONE */
    const struct ecs_attribute *attributes; /* value 0: without one */
    uint32_t attribute_count;
    enum ecs_account_setting setting;
    bool enabled;
    uint32_t reason;                         /* name; StopTask's */
    const struct ecs_request *start;         /* StartTask's; its tasks are not tried again */
    uint32_t service;                        /* ECS_NONE; `force` is DeleteService's too */
    const struct ecs_service_update *update; /* UpdateService's */
    const char *request; /* provenance: its input as JSON text, for v_event; NULL: none */
};

/* What else UpdateAutoScalingGroup may change (sheet 04: 2.1, 2.2, 2.4). */
struct ecs_group_update {
    struct ecs_layout layout; /* of later launches; zone_count 0: as it is */
    enum ecs_termination_policy policies[8];
    uint32_t policy_count; /* 0: as they are */
    sim_time cooldown;     /* -1: as it is */
};

void ecs_change_init(struct ecs_change *change, sim_time at, enum ecs_operation operation);

enum ecs_fault_kind { ECS_FAULT_AGENT_DISCONNECT };

struct ecs_fault {
    enum ecs_fault_kind kind;
    sim_time at, duration; /* SIM_TIME_NEVER: for the rest of the run */
    struct ecs_selection selection;
};

/* An operation as AWS calls it, the service that takes it ("ecs", "ec2", "autoscaling"), and what
 * it changes several of ("instance", "task"; "": one thing only). */
struct ecs_operation_words {
    const char *name, *service, *objects;
};
extern const struct ecs_operation_words ecs_operation_words[ECS_OPS];

/* Names of the enums above: "CannotPullContainerError: ..."; "no route ..."; the account settings'
 * own. */
extern const char *const ecs_error_names[ECS_ERRORS];
extern const char *const ecs_join_names[ECS_JOINS];
extern const char *const ecs_setting_names[ECS_SETTINGS];

/* ---- the whole ------------------------------------------------------------------------------- */

struct ecs_scenario {
    uint32_t cookie;         /* set by ecs_scenario_init; a hand-zeroed scenario is caught */
    struct sim_arena *arena; /* owns everything below */
    struct ecs_names names;
    const char *name, *description, *region, *cluster;
    int32_t epoch; /* YYYYMM */
    int64_t start_unix_s;
    sim_time duration; /* SIM_TIME_NEVER: until the last arrival is done */
    sim_time warmup;
    uint64_t seed;
    uint32_t replications;
    struct ecs_behaviour behaviour;

    const struct ecs_instance_type *types;
    const struct ecs_launch_spec *specs;
    const struct ecs_asg *asgs;
    const struct ecs_provider *providers;
    const struct ecs_extra_instance *extra_instances;
    const struct ecs_task_definition *task_definitions;
    const struct ecs_run_task *run_tasks;
    const struct ecs_workload *workloads;
    const struct ecs_service *services;
    uint32_t service_count;
    const struct ecs_scalable_target *scalable_targets;
    const struct ecs_scaling_policy *scaling_policies; /* of a target, in order of targets */
    const struct ecs_scaling_action *scaling_actions;
    uint32_t scalable_target_count, scaling_policy_count, scaling_action_count;
    const struct ecs_change *changes; /* in order of `at`, as listed where that is equal */
    const struct ecs_fault *faults;
    const struct ecs_subnet *subnets;
    uint32_t subnet_count;
    uint32_t change_count, fault_count;
    bool settings[ECS_SETTINGS];     /* in force at the start (ACC-03) */
    bool settings_own[ECS_SETTINGS]; /* the user's own: the account's default moves them not */
    uint32_t type_count, spec_count, asg_count, provider_count, extra_instance_count,
        task_definition_count, run_task_count, workload_count;

    const uint32_t *gpu_models; /* names of the types' models: the bits of gpu_models above */
    uint32_t gpu_model_count;   /* at most ECS_GPU_MODELS_MAX */
    const struct ecs_typical *typical; /* what strategies that ask for it may expect; else none */
    uint32_t typical_count;

    struct ecs_strategy default_strategy;

    /* Provenance, for v_run. */
    const char *json;        /* the resolved scenario as JSON text */
    const char *inputs_json; /* [{"name", "size", "sha256"}] of every trace read */
    uint64_t scenario_hash, workload_hash;
    const char *price_date;
};

/* A valid, empty scenario at the newest epoch: name "unnamed", region us-east-1, start
 * 2024-01-01T00:00:00Z, seed 1, one replication. `arena` must outlive it. */
void ecs_scenario_init(struct ecs_scenario *scenario, struct sim_arena *arena);
void ecs_scenario_release(struct ecs_scenario *scenario); /* the names' table; not the arena */

/* Asserts every cross reference and range: the loader guarantees them, hand-made scenarios must. */
void ecs_scenario_check(const struct ecs_scenario *scenario);

/* The hint of a FAILURE record's fields in words, "" when it has none. */
void ecs_hint_text(const struct ecs_scenario *scenario, const int64_t *failure, char *out,
                   size_t size);

/* Whether instances of the spec take tasks of the definition: WIN-1, tasks of one operating system
 * stay on instances of it, and so do those that name an architecture; AGT-01, an agent takes no
 * task that needs a later one. */
bool ecs_spec_suits(const struct ecs_launch_spec *spec,
                    const struct ecs_task_definition *definition);

/* The bit of a GPU model's name, 0 when no type of the scenario has it. */
uint64_t ecs_gpu_model_bit(const struct ecs_scenario *scenario, uint32_t model);

/* "arn:aws:ecs:...:capacity-provider/blue" -> "blue", also where a uuid follows the name (CPV-05);
 * other text as it is. The result points into `text` or lives in the arena. */
const char *ecs_arn_last_name(struct sim_arena *arena, const char *text);

#endif
