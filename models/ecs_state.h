/* ecs_state: the mutable state of one world. Private to models/.
 *
 * Everything that outlives an event is reached by slot or packed id (sim_slots), never by pointer.
 * Arrays grow by doubling and stay; a world is reset, not rebuilt, between replications.
 *
 * Who does what:
 *   ecs_arrivals   rows -> arrivals -> RunTask, refusals and retries, fates
 *   ecs_start      StartTask: on the instances that the caller names
 *   ecs_task       the life of one task
 *   ecs_placement  filters, strategies, choice; why not
 *   ecs_waiting    tasks in PROVISIONING, by demand; the placement tick
 *   ecs_instance   the life of one instance: boot, registration, draining, termination, bill
 *   ecs_trunk      trunk network interfaces of instances
 *   ecs_network    subnets: who stands where, addresses, ways out
 *   ecs_agent      the agent's connection: disconnects, detection, faults
 *   ecs_host       images, containers and disk of an instance; clean-up
 *   ecs_changes    an operator's API calls: guards, selection, answer
 *   ecs_cluster    status, providers attached, account settings, revisions of task definitions
 *   ecs_group      Auto Scaling groups: launch, zone balance, choice of victims
 *   ecs_managed    managed scaling: metric, alarms, steps
 *   ecs_service    services: what keeps their tasks (ecs_service.h)
 *   ecs_autoscaling  service auto scaling: alarms of policies, cooldowns, scheduled actions
 *   ecs_meter      counters behind v_capacity and the time-weighted means */
#ifndef ECS_STATE_H
#define ECS_STATE_H

#include "ecs_records.h"
#include "ecs_scenario.h"
#include "ecs_split.h"
#include "place.h"
#include "sim_engine.h"
#include "sim_map.h"
#include "sim_rng.h"
#include "sim_slots.h"
#include "sim_stats.h"

/* Kinds of event, in the order in which they run within one instant (sheet 03, section 28: reports
 * of agents and hosts, alarms, scaling, placement, and last the sample). */
enum ecs_event_kind {
    ECS_EVENT_WARMUP_END,
    ECS_EVENT_INSTANCE_RUNNING,    /* a: instance id */
    ECS_EVENT_INSTANCE_REGISTERED, /* a: instance id */
    ECS_EVENT_INSTANCE_GONE,       /* a: instance id */
    ECS_EVENT_DRAIN_LIMIT,         /* a: instance id */
    ECS_EVENT_TASK_STEP,           /* a: task id: the next state of its life */
    ECS_EVENT_TASK_TIMEOUT,        /* a: task id */
    ECS_EVENT_ROW,                 /* a: workload index: its next row arrives */
    ECS_EVENT_RUN_TASK,            /* a: run_task index */
    ECS_EVENT_RETRY,               /* a: arrival id */
    ECS_EVENT_METRIC,              /* a: provider */
    ECS_EVENT_ALARM,               /* a: provider */
    ECS_EVENT_RECONCILE,           /* a: group: its desired capacity takes effect */
    ECS_EVENT_PLACE,               /* the placement tick */
    ECS_EVENT_SAMPLE,
    ECS_EVENT_CHANGE,           /* a: index: an operator's call */
    ECS_EVENT_FAULT,            /* a: index: it begins */
    ECS_EVENT_AGENT,            /* a: instance id; b: enum ecs_agent_news */
    ECS_EVENT_CLUSTER,          /* the update of the cluster is complete */
    ECS_EVENT_IMAGE_CLEANUP,    /* a: instance id: the agent's tick (CLN-3) */
    ECS_EVENT_INSTANCE_STARTED, /* a: instance id: EC2 running again after StartInstances */
    ECS_EVENT_HEALTH,           /* a: instance id: its group sees that it does not run */
    ECS_EVENT_TRUNK_GONE,       /* a: instance id: its trunk ENI has been removed */
    ECS_EVENT_TASK_HEALTHY,     /* a: task id: the time for its health check has come */
    ECS_EVENT_SERVICE,          /* a: service: its scheduler looks at it */
    ECS_EVENT_SCALING,          /* a: scalable target: its alarms are evaluated */
    ECS_EVENT_SCALING_ACTION,   /* a: scheduled action */
    ECS_EVENT_KINDS,
};

/* One copy of a row, from its arrival to its fate. */
struct ecs_arrived {
    int64_t serial;
    const struct ecs_request *request;
    sim_time at, started; /* started: -1 until it first runs */
    sim_time duration;    /* -1: for ever */
    uint32_t item;        /* workload index; ECS_NONE: of runTasks */
    uint32_t deployment;  /* of a service; ECS_NONE: of none */
    uint32_t asked;       /* definition that the row or request names */
    uint32_t definition, group;
    uint32_t provider; /* ECS_NONE: launch type EC2, or not yet split */
    int64_t cpu_units, memory_mib, gpus;
    int64_t gpu_milli;   /* of each of its GPUs */
    uint64_t gpu_models; /* that it accepts; 0: any */
    uint32_t attempts;   /* tasks made */
    uint32_t refusals;   /* in a row: the back-off's step */
    uint32_t retries;    /* ever: keys the jitter */
    bool split;          /* provider is decided */
    bool by_default;     /* ... by the cluster's default strategy, of this version */
    bool distinct;
    uint8_t own; /* what its row gives itself, whatever the definition says: ecs_arrivals.c */
    uint32_t strategy_version;
    uint64_t chance_a, chance_b; /* key its duration: (item, row, copy) */
    struct sim_id task;          /* its live task; zero: between tries */
};

struct ecs_task {
    int64_t serial;
    uint32_t arrived; /* slot */
    uint32_t attempt;
    uint32_t demand; /* while waiting and for placement; index into world->demands */
    uint32_t provider;
    enum ecs_task_state state;
    uint32_t instance;                          /* slot; ECS_NONE: none */
    int64_t instance_serial;                    /* 0: never placed */
    uint32_t zone;                              /* name */
    uint32_t subnet;                            /* of its interface; ECS_NONE: none */
    bool unattached;                            /* no slot is left for its interface */
    sim_time created, placed, started, stopped; /* -1: not yet */
    enum ecs_stop_code stop_code;
    enum ecs_reason stop_reason;
    enum ecs_outcome outcome;
    struct sim_event_id event;
    enum ecs_container_error error; /* that it will end with, or has */
    uint32_t error_rule;            /* of its definition, that applies; ECS_NONE: none */
    int32_t exit_code;              /* of its essential container; -1: none exited */
    uint32_t stop_text;             /* name: the user's reason of StopTask; 0: none */
    uint32_t pulled;                /* its containers that have their image, a bit each; they
                                       refer to it until they are removed (CLN-2) */
    bool long_arn;                  /* ACC-05 */
    uint32_t gpu_ids;               /* that are pinned to it, a bit each (GPU-03) */
    bool healthy;                   /* of a service: RUNNING, and counts for it (DC-7, DC-8) */
    bool fails, unhealthy;   /* its checks will make it, and have made it, UNHEALTHY (HLT-05) */
    bool held;               /* PENDING until the lost agent of its instance is back (CI-5) */
    uint32_t next, previous; /* on the instance, or in the demand's queue; ECS_NONE ends */
};

/* What placement needs to know of a task, shared by all alike (world->demands, interned). */
struct ecs_demand {
    uint32_t provider; /* ECS_NONE: any ACTIVE instance of the cluster */
    uint32_t shape;
    uint32_t definition; /* ports and network mode */
    uint32_t group;      /* name; 0 unless placement looks at the group */
    bool distinct, awsvpc;
    bool plain;   /* CPU and memory alone decide whether it fits */
    bool limited; /* some subnet of its tasks may run out of addresses */
    const struct ecs_placement *placement;
    int64_t cpu_units, memory_mib, gpus;
    int64_t gpu_milli;   /* of each of its GPUs: ECS_GPU_MILLI, or less when it shares them */
    uint64_t gpu_models; /* that it accepts; 0: any */
    /* Waiting tasks, first come first. */
    uint32_t first, last, waiting;
    uint64_t failed_version;    /* provider's version at which it last found no room; 0: never */
    uint64_t explained_version; /* at which `explained` was found; 0: never */
    enum ecs_reason explained;
    uint32_t active_index; /* place in world->active_demands; ECS_NONE: nothing waits */
    uint32_t view;         /* of ecs_index; ECS_NONE: not asked yet */
};

/* Identical resource requirements: the groups of waiting tasks that managed scaling counts. */
struct ecs_shape {
    uint32_t provider;
    int64_t per_instance; /* tasks on one empty instance of the provider's group; 0: does not fit */
    uint32_t waiting;
};

/* Tasks of one group by the values of one dimension (ST-10, CO-4): an instance's slot, or the
 * attribute's value in order of first appearance. */
struct ecs_tally {
    int32_t *counts; /* freed when the group has no task left */
    uint32_t capacity;
    int32_t total;
};

/* The part of an instance that placement scans. */
struct ecs_room {
    int64_t cpu_units, memory_mib; /* free */
    int32_t gpus, enis;            /* gpus: wholly free ones */
};

/* An image on an instance (IMG-8). */
struct ecs_pulled {
    uint32_t image; /* name */
    int64_t bytes;
    sim_time pulled;     /* when it was, or will be, complete */
    sim_time last_used;  /* when the last container of a stopped task goes (CLN-1, CLN-2) */
    uint32_t containers; /* of tasks that have not stopped */
    bool cached;         /* false: cleaned up, but pulled by a task before (IMG-2 `once`) */
    bool kept;           /* prefer-cached: never cleaned up (IMG-3) */
};

/* Layers of a stopped task's containers, on the disk until they are removed (CLN-1). */
struct ecs_layers {
    sim_time removed;
    int64_t bytes;
};

/* Where placement finds an instance. */
enum ecs_seen {
    ECS_SEEN_NOWHERE,      /* not ACTIVE */
    ECS_SEEN_PLACEABLE,    /* in its pools */
    ECS_SEEN_DISCONNECTED, /* ACTIVE, but for its agent: counted by its pools */
};

/* The column of struct ecs_meter that an instance counts in. */
enum ecs_column {
    ECS_COLUMN_NONE,
    ECS_COLUMN_LAUNCHING,
    ECS_COLUMN_IN_SERVICE,
    ECS_COLUMN_DRAINING,
    ECS_COLUMN_IDLE,
};

/* `state` is the last that was reported; what holds now is said by the flags, for ECS and EC2 are
 * of two minds: an instance that is stopped in EC2 is ACTIVE or DRAINING in ECS (CI-4). */
struct ecs_instance {
    int64_t serial;
    uint32_t asg, provider, spec; /* asg, provider: ECS_NONE without */
    uint32_t zone;                /* name */
    const struct ecs_zone *place; /* of its group or of containerInstances */
    uint32_t zone_index;          /* in the group */
    uint32_t subnet;              /* of scenario->subnets; ECS_NONE: unknown */
    uint32_t vpc;                 /* name; 0: unknown */
    uint32_t addresses;           /* of its subnet that it holds: its own, its trunk's */
    bool opted_in;                /* awsvpcTrunking was enabled when it was launched (ENI-5) */
    bool trunked;                 /* it has a trunk ENI (ENI-3) */
    bool trunk_leaves;            /* ... which is being removed */
    bool failed;                  /* REGISTRATION_FAILED */
    int64_t launch_index;
    enum ecs_instance_state state;
    bool protected_from_scale_in;
    bool terminating; /* chosen by the group; draining or going */
    sim_time launched, running, registered, draining, shutdown, terminated;
    enum ecs_cause cause;
    uint32_t tasks, tasks_started;
    uint32_t daemons; /* of `tasks`: of DAEMON services, which neither protect it (MTP-04) nor count
                         as work */
    uint32_t first_task;
    struct place_gpu gpus[ECS_GPUS_MAX]; /* as many as it registered */
    uint32_t *ports;                     /* port << 1 | udp; owned */
    uint32_t port_count, port_capacity;
    struct ecs_pulled *pulled; /* images; owned */
    uint32_t pulled_count, pulled_capacity;
    int64_t disk_used;         /* bytes of images and containers */
    struct ecs_layers *layers; /* first removed first; owned; only on a limited disk */
    uint32_t layers_first, layers_count, layers_capacity;
    sim_time cleanup_origin; /* the agent's start: its clean-up ticks count from here */
    sim_time cleanup_at;     /* of the pending tick; 0: none, as there is nothing to clean up */
    struct sim_event_id cleanup;
    bool long_arn;     /* ACC-05: as the account had it when it registered */
    bool connected;    /* the agent's connection, as ECS sees it */
    bool lost;         /* the agent is gone, whether ECS has seen it or not */
    bool ec2_stopped;  /* by StopInstances */
    bool deregistered; /* INACTIVE: out of the cluster for good */
    bool starting;     /* StartInstances was called; EC2 does not run it yet */
    bool drains;       /* status DRAINING */
    bool not_joined;   /* has been reported as one that never serves */
    bool ghost;        /* terminated in EC2, registered all the same (CI-12) */
    sim_time inactive; /* when it left the cluster (CI-10); -1: has not */
    bool no_way;       /* it has lost the address by which its agent reached ECS (CI-8) */
    uint32_t cuts;     /* faults that keep its agent off the network */
    enum ecs_seen seen;
    int64_t order;         /* of registration; 0: has not registered */
    int64_t rank;          /* keyed by it: of an order drawn once a run */
    int64_t configuration; /* which of its group's launch configurations or templates, by age */
    struct sim_event_id boot_event, detect_event, reconnect_event;
    sim_time span_from, span_to; /* billed span: the last; from -1: none, to -1: still open */
    int64_t billed_s, cost_nusd; /* of all spans that have ended */
    enum ecs_column counted;     /* in the meters, as are the next two */
    bool counted_alive, counted_registered;
    struct ecs_attribute *own_attributes; /* by PutAttributes, before the spec's; value ECS_NONE:
                                             deleted; owned */
    uint32_t own_attribute_count, own_attribute_capacity;
    sim_time gone_after; /* drawn at launch: terminate call to gone */
};

/* ACTIVE instances with a connected agent, in order of registration. */
struct ecs_pool {
    uint32_t *slots;
    uint32_t count, capacity;
    uint32_t disconnected; /* ACTIVE instances besides */
    uint64_t version;      /* from 1; grows whenever room appears */
};

struct ecs_meter {
    int64_t launching, in_service, draining;
    int64_t idle;                           /* running, and not (any more) to serve */
    int64_t registered;                     /* container instances, whatever their status (QTA-2) */
    int64_t running, pending, provisioning; /* tasks */
    int64_t cpu_registered, cpu_reserved, memory_registered, memory_reserved;
    int64_t enis_registered, enis_used;
    int64_t alive; /* in EC2 state running */
    /* Accrued cost = ended + (rate x now - since) / 3,600 s. */
    __int128 price_rate, price_since;
    int64_t ended_nusd;
};

struct ecs_datapoint {
    sim_time at;
    int64_t num, den;  /* reservation = num / den percent */
    int64_t instances; /* N */
};

struct ecs_manager {
    struct ecs_datapoint *points; /* ring */
    uint32_t point_count, point_capacity, point_head;
    sim_time last_scale_in; /* -1: never */
    bool high, low;         /* alarm states */
    bool on;                /* attached: its clocks run */
    uint32_t attachments;   /* ever: keys the phases of the clocks */
    struct sim_event_id metric_event, alarm_event;
};

struct ecs_group {
    int64_t desired;
    int64_t launches;
    int64_t members; /* not terminating, whatever their state: N */
    int64_t busy;    /* members with at least one task */
    int64_t zone_members[ECS_ZONES_MAX];
    uint32_t *slots; /* all instances that are not gone, in order of launch */
    uint32_t count, capacity;
    sim_time last_launch; /* of a scale-out; -1: none */
    sim_time retry_at;    /* of launches that failed; -1: none is due */
    uint32_t provider;    /* that is attached to the cluster; ECS_NONE: none */
    int64_t min_size, max_size;
    uint32_t spec;            /* of later launches */
    int64_t configuration;    /* its number: grows with every other one that is set */
    struct ecs_layout layout; /* of later launches */
    const enum ecs_termination_policy *policies;
    uint32_t policy_count;
    sim_time cooldown; /* of calls that honour it */
    bool new_instances_protected;
    bool deleted;
    sim_time last_activity; /* of SetDesiredCapacity's cooldown; -1 */
    enum ecs_cause cause;   /* of the last change of desired */
};

/* Capacity that one instance of a spec registers. */
struct ecs_capacity {
    int64_t cpu_units, memory_mib;
    int32_t gpus;
    int32_t enis, enis_trunked; /* of tasks; with a trunk ENI, 0: it cannot have one */
    uint64_t gpu_model;         /* its bit; 0: unknown */
};

/* An instance that has left the cluster and is gone (CI-11). */
struct ecs_former {
    int64_t serial;
    sim_time inactive;
};

struct ecs_cursor {
    void *opened;
    struct ecs_arrival row;
    struct ecs_population population; /* splitScope: stream */
    uint32_t strategy_version;        /* of the default strategy that it counts for */
    bool done;
};

struct ecs_world {
    const struct ecs_scenario *scenario;
    uint32_t replication;
    struct sim_engine engine;
    struct sim_stream stream;
    bool over;         /* the horizon is reached */
    bool sources_open; /* between begin and end */

    struct sim_slots arrived_slots, task_slots, instance_slots;
    struct ecs_arrived *arrived;
    struct ecs_task *tasks;
    struct ecs_instance *instances;
    struct ecs_room *rooms; /* beside instances */
    uint32_t arrived_capacity, task_capacity, instance_capacity, room_capacity;
    int64_t arrival_serial, task_serial, instance_serial, registrations;

    struct ecs_capacity *capacities; /* by spec */
    struct place_context *context;   /* what scores may know of the whole scenario */
    struct ecs_group *groups;        /* by asg */
    struct ecs_manager *managers;    /* by provider */
    struct ecs_pool *pools;          /* by provider, then the cluster's */
    struct ecs_meter *meters;        /* by provider, then the cluster's */
    struct ecs_cursor *cursors;      /* by workload */

    struct sim_map demand_map, shape_map;
    struct sim_map tally_map; /* (group, dimension) -> tallies */
    struct sim_map value_map; /* (dimension, attribute word) -> index of a tally's counts */
    struct ecs_demand *demands;
    struct ecs_shape *shapes;
    struct ecs_tally *tallies;
    uint32_t demand_capacity, shape_capacity, tally_capacity;
    uint32_t *active_demands;
    uint32_t active_count, active_capacity;
    int64_t waiting;   /* tasks in PROVISIONING for capacity */
    sim_time place_at; /* pending placement tick; SIM_TIME_NEVER: none */

    struct ecs_index *index;
    int64_t *addresses;   /* free ones, by subnet; ECS_UNLIMITED */
    bool some_addresses;  /* some of them may run out */
    uint32_t *candidates; /* scratch of placement */
    uint32_t candidate_capacity;
    uint32_t *dimensions; /* what some rule counts by: 0 for instanceId, or attribute names */
    uint32_t dimension_count;
    uint32_t *values; /* by instance slot x dimension: index of a tally's counts */
    uint32_t value_capacity;
    bool some_queries, some_dynamic;       /* memberOf anywhere; one that asks for tasks */
    struct ecs_verdicts *verdicts;         /* ecs_attribute's */
    struct ecs_explanations *explanations; /* ecs_explain's */
    uint64_t touches;                      /* calls of ecs_index_touch */
    bool explain_anew;                     /* for tests: nothing is remembered */
    bool some_unfit; /* not every instance's system and agent suits every task definition */

    enum ecs_cluster_status cluster_status;
    bool cluster_updating;
    bool *attached;                       /* by provider */
    struct ecs_strategy default_strategy; /* PCP-03 */
    uint32_t strategy_version;            /* how often it has been replaced */
    bool settings[ECS_SETTINGS];          /* ACC-01 */
    bool *definition_active;              /* by definition */
    sim_time *definition_usable_until;    /* by definition: INACTIVE ones, for a while (TDF-09); -1:
                                           * never registered so far */
    uint32_t *latest_definition;          /* by definition: its family's latest ACTIVE revision;
                                             ECS_NONE: none */
    uint32_t pending_changes;

    bool some_start; /* there is a StartTask in the scenario */
    uint32_t pending_starts;
    struct ecs_former *former; /* in the order in which they went; kept for StartTask only */
    uint32_t former_count, former_capacity;

    struct ecs_services *services;       /* ecs_service.h */
    struct ecs_autoscaling *autoscaling; /* ecs_autoscaling */
    bool at_once;                        /* sim.initialTasks: what is placed runs and is healthy */

    uint32_t open_cursors, pending_run_tasks;
    sim_time moved; /* when something last happened that may make room: see nothing_moves */
    struct sim_level level_instances, level_cpu_registered, level_cpu_reserved,
        level_memory_registered, level_memory_reserved, level_running, level_enis_registered,
        level_enis_used;
    int64_t instances_peak, running_peak;
};

/* ---- shared small things ---- */

static inline sim_time ecs_now(const struct ecs_world *world)
{
    return world->engine.now;
}

/* A record of `kind`; fields are set by name, then emitted. */
struct sim_record ecs_record(const struct ecs_world *world, enum ecs_record_kind kind);
void ecs_emit(struct ecs_world *world, const struct sim_record *record);

static inline int64_t ecs_index_field(uint32_t index)
{
    return index == ECS_NONE ? -1 : (int64_t)index;
}

/* The meters and the pool that a provider's things count in; ECS_NONE: the cluster's. */
static inline uint32_t ecs_scope(const struct ecs_world *world, uint32_t provider)
{
    return provider == ECS_NONE ? world->scenario->provider_count : provider;
}

/* ---- ecs_arrivals ---- */
#define ECS_RUN_TASK_ITEM UINT32_C(0x80000000) /* runTasks' indexes, apart from workloads' */
#define ECS_START_ITEM    UINT32_C(0x40000000) /* indexes of `changes` that are StartTask */
#define ECS_SERVICE_ITEM  UINT32_C(0x20000000) /* services' indexes */
void ecs_arrivals_begin(struct ecs_world *world);
void ecs_arrivals_end(struct ecs_world *world); /* closes the cursors */
void ecs_on_row(struct ecs_world *world, uint32_t workload);
void ecs_on_run_task(struct ecs_world *world, uint32_t index);
void ecs_on_retry(struct ecs_world *world, struct sim_id arrived);
/* The task of an arrival has stopped; decides whether it is done or tries again. */
void ecs_arrived_task_stopped(struct ecs_world *world, uint32_t arrived, enum ecs_outcome outcome);
void ecs_arrived_close(struct ecs_world *world, uint32_t arrived, enum ecs_fate fate);
/* One copy of a row of the item (an index of workloads, or with one of the bits above) is there; it
 * asks for nothing yet. Its slot. */
uint32_t ecs_arrive(struct ecs_world *world, const struct ecs_request *request, uint32_t item,
                    const struct ecs_arrival *row, uint32_t copy);
/* The call for it was refused: REFUSED, then the retry or the end. instance: the serial number of
 * the one that StartTask named; 0: RunTask. */
void ecs_arrived_refuse(struct ecs_world *world, uint32_t arrived, enum ecs_reason reason,
                        int64_t instance);
/* One try to have its task: placed, or queued in PROVISIONING; else why not, and nothing has
 * changed. explain: with FAILURE records. Its provider is decided. */
enum ecs_reason ecs_arrived_submit(struct ecs_world *world, uint32_t arrived, bool explain);
/* Stops the engine when nothing is left to happen and the scenario has no duration. */
void ecs_stop_if_done(struct ecs_world *world);

/* ---- ecs_start ---- */
/* The StartTask of scenario->changes[change]; counts the tasks that have started. */
enum ecs_refusal ecs_start_tasks(struct ecs_world *world, uint32_t change, int64_t *started);
/* The slot of an instance is about to be free; StartTask may still name it. */
void ecs_start_forget(struct ecs_world *world, uint32_t instance);

/* ---- ecs_task ---- */
uint32_t ecs_task_new(struct ecs_world *world, uint32_t arrived, uint32_t demand);
void ecs_task_place(struct ecs_world *world, uint32_t task, uint32_t instance);
void ecs_task_wait(struct ecs_world *world, uint32_t task);
void ecs_on_task_step(struct ecs_world *world, struct sim_id task);
void ecs_on_task_timeout(struct ecs_world *world, struct sim_id task);
/* Ends it at once: its host is gone. */
void ecs_task_kill(struct ecs_world *world, uint32_t task, enum ecs_reason reason);
void ecs_task_close(struct ecs_world *world, uint32_t task); /* TASK_ENDED; frees the slot */
/* StopTask: SIGTERM, stopTimeout, SIGKILL; a task that has not started stops at once. One that is
 * on its way out already is left alone. reason: a name, the user's own words; 0: none. */
void ecs_task_stop(struct ecs_world *world, uint32_t task, uint32_t reason);
/* Its service wants it no longer, or it is unhealthy. */
void ecs_task_stop_by_service(struct ecs_world *world, uint32_t task);
/* STP-10: the code that goes with a reason at the scenario's epoch. */
enum ecs_stop_code ecs_stop_code_of(const struct ecs_world *world, enum ecs_reason reason);

/* A task that was placed while its instance's agent was away: that is back, it starts. */
void ecs_task_resume(struct ecs_world *world, uint32_t task);

/* ---- ecs_service ---- */
void ecs_services_new(struct ecs_world *world);
void ecs_services_free(struct ecs_world *world);
void ecs_services_begin(struct ecs_world *world); /* creates those of the start */
void ecs_services_sample(struct ecs_world *world);
void ecs_on_service(struct ecs_world *world, uint32_t service);
void ecs_on_task_healthy(struct ecs_world *world, struct sim_id task);
/* Instances have come, gone or changed: all services look at what they have. */
void ecs_services_look(struct ecs_world *world);
void ecs_service_create(struct ecs_world *world, uint32_t service);
enum ecs_refusal ecs_service_call_create(struct ecs_world *world, const struct ecs_change *change);
enum ecs_refusal ecs_service_call_update(struct ecs_world *world, const struct ecs_change *change);
enum ecs_refusal ecs_service_call_delete(struct ecs_world *world, const struct ecs_change *change);
bool ecs_services_exist(const struct ecs_world *world); /* some that are not INACTIVE */
/* Whose task it is; ECS_NONE: no service's. */
uint32_t ecs_task_service(const struct ecs_world *world, uint32_t task);
bool ecs_task_is_daemon(const struct ecs_world *world, uint32_t task);
/* What happens to a task of a service: it is made, RUNNING, no longer so, and about to be closed.
 */
void ecs_service_task_made(struct ecs_world *world, uint32_t task);
void ecs_service_task_runs(struct ecs_world *world, uint32_t task);
void ecs_service_task_leaves(struct ecs_world *world, uint32_t task);
void ecs_service_task_gone(struct ecs_world *world, uint32_t task);
/* The task of an arrival has timed out in PROVISIONING: the service wants it all the same. */
void ecs_service_timed_out(struct ecs_world *world, uint32_t arrived);

/* ---- ecs_autoscaling ---- */
void ecs_autoscaling_new(struct ecs_world *world);
void ecs_autoscaling_free(struct ecs_world *world);
void ecs_autoscaling_begin(struct ecs_world *world);
/* A minute has ended, and its load has been settled: the policies' datapoints of it. */
void ecs_autoscaling_sample(struct ecs_world *world);
void ecs_on_scaling(struct ecs_world *world, uint32_t target);
void ecs_on_scaling_action(struct ecs_world *world, uint32_t action);

/* ---- ecs_placement ---- */
uint32_t ecs_demand_of(struct ecs_world *world, const struct ecs_arrived *arrived);
/* The chosen instance slot, or ECS_NONE when none fits. Ties are keyed by (arrival, attempt). */
uint32_t ecs_place_choose(struct ecs_world *world, uint32_t demand, int64_t arrival,
                          uint32_t attempt);
/* The reason that eliminated most instances (the first in order on a tie); with `emit` also FAILURE
 * records, how many each reason eliminated. task: its serial, 0 when there is none yet. */
enum ecs_reason ecs_place_explain(struct ecs_world *world, uint32_t demand, int64_t arrival,
                                  int64_t task, bool emit);
/* The same for the one instance that StartTask named; ECS_NONE: it does not live. */
void ecs_start_explain(struct ecs_world *world, uint32_t demand, int64_t arrival, uint32_t slot,
                       enum ecs_reason reason);
void ecs_room_take(struct ecs_world *world, uint32_t task, uint32_t instance);
void ecs_room_give(struct ecs_world *world, uint32_t task, uint32_t instance);
struct ecs_capacity ecs_spec_capacity(const struct ecs_scenario *scenario, uint32_t spec);
/* Dimensions that scores need. */
void ecs_placement_begin(struct ecs_world *world);
/* A registered instance's values of them. */
void ecs_placement_register(struct ecs_world *world, uint32_t instance);
/* Its attributes have changed: its tasks count under the new values from now on. */
void ecs_placement_reregister(struct ecs_world *world, uint32_t instance);
/* The group launches another spec from now on: what waits is measured by that. */
void ecs_placement_respec(struct ecs_world *world, uint32_t asg);
/* A word that stands for an attribute's value on an instance: equal words are equal values; 0 when
 * it has none. */
uint64_t ecs_instance_attribute(const struct ecs_world *world, uint32_t instance, uint32_t name);

/* ---- ecs_waiting ---- */
void ecs_waiting_add(struct ecs_world *world, uint32_t task);
void ecs_waiting_remove(struct ecs_world *world, uint32_t task);
void ecs_pool_room(struct ecs_world *world, uint32_t provider); /* room appeared there */
void ecs_on_place(struct ecs_world *world);
/* Brings the pools up to what ECS knows of an instance. */
void ecs_pool_update(struct ecs_world *world, uint32_t instance);

/* ---- ecs_instance ---- */
#define ECS_CUSTOM_ATTRIBUTES_MAX 10 /* PutAttributes: those of one container instance */
uint32_t ecs_instance_launch(struct ecs_world *world, uint32_t asg, uint32_t spec,
                             const struct ecs_zone *zone, uint32_t zone_index, bool booted,
                             enum ecs_cause cause);
void ecs_on_instance_running(struct ecs_world *world, struct sim_id instance);
void ecs_on_instance_registered(struct ecs_world *world, struct sim_id instance);
void ecs_on_instance_gone(struct ecs_world *world, struct sim_id instance);
void ecs_on_drain_limit(struct ecs_world *world, struct sim_id instance);
/* The group has chosen it: drains first when the provider says so, else shuts down. */
void ecs_instance_terminate(struct ecs_world *world, uint32_t instance, enum ecs_cause cause);
void ecs_instance_task_added(struct ecs_world *world, uint32_t instance, uint32_t task);
void ecs_instance_task_removed(struct ecs_world *world, uint32_t instance, uint32_t task);
void ecs_instance_protect(struct ecs_world *world, uint32_t instance, bool on);
void ecs_instance_close(struct ecs_world *world, uint32_t instance); /* INSTANCE_ENDED, COST */

/* Ends all its tasks at once. */
void ecs_instance_kill_tasks(struct ecs_world *world, uint32_t instance, enum ecs_reason reason);

/* Each returns ECS_REFUSAL_NONE, or why not and nothing has changed. By the operator. The slot of
 * a terminated instance is free once it has been deregistered. */
enum ecs_refusal ecs_instance_stop(struct ecs_world *world, uint32_t instance);
enum ecs_refusal ecs_instance_start(struct ecs_world *world, uint32_t instance);
/* TerminateInstances: its group launches another one unless `decrement` (CI-20). */
enum ecs_refusal ecs_instance_kill(struct ecs_world *world, uint32_t instance, bool decrement);
enum ecs_refusal ecs_instance_deregister(struct ecs_world *world, uint32_t instance, bool force);
/* UpdateContainerInstancesState: DRAINING or back to ACTIVE (DR-1, DR-17). */
enum ecs_refusal ecs_instance_drain(struct ecs_world *world, uint32_t instance, bool draining);
enum ecs_refusal ecs_instance_put_attributes(struct ecs_world *world, uint32_t instance,
                                             const struct ecs_attribute *attributes, uint32_t count,
                                             bool remove);
void ecs_on_instance_started(struct ecs_world *world, struct sim_id instance);
void ecs_on_health(struct ecs_world *world, struct sim_id instance);

/* ---- ecs_network ---- */
void ecs_network_begin(struct ecs_world *world);
/* Whether some subnet of a group's zone has an address for one more instance. */
bool ecs_network_may_launch(const struct ecs_world *world, uint32_t asg, uint32_t zone);
/* Chooses the subnet of an instance that is launched in a zone, and takes its address. */
void ecs_network_settle(struct ecs_world *world, uint32_t instance, const struct ecs_zone *zone,
                        bool booted);
/* The address of its trunk; false: there is none. */
bool ecs_network_take_trunk(struct ecs_world *world, uint32_t instance);
/* Gives back all but `keep` of its addresses. */
void ecs_network_leave(struct ecs_world *world, uint32_t instance, uint32_t keep);
bool ecs_network_reaches_ecs(const struct ecs_world *world, const struct ecs_instance *instance);
/* Its subnet is another account's: no place for trunks (ENI-7). */
bool ecs_network_is_shared(const struct ecs_world *world, const struct ecs_instance *instance);
/* Without a public address nothing in its subnet reaches ECS (CI-8). */
bool ecs_network_is_public_only(const struct ecs_world *world, const struct ecs_instance *instance);
/* The address of a placed task's interface. */
void ecs_network_take(struct ecs_world *world, uint32_t task, uint32_t instance);
void ecs_network_give(struct ecs_world *world, uint32_t task);
/* Whether the machine can attach the interface of the task placed last. ECS counts those only that
 * it has attached itself (ENI-18). */
bool ecs_network_may_attach(const struct ecs_world *world, uint32_t instance);
/* What a pull of the image (a name) meets for want of a way to its registry (ERR-2, ERR-3). */
enum ecs_container_error ecs_network_pull_error(const struct ecs_world *world,
                                                const struct ecs_task *task, uint32_t image);

/* ---- ecs_trunk ---- */
/* awsvpc tasks that an instance may hold, and that one launched now would. */
int32_t ecs_instance_enis(const struct ecs_world *world, const struct ecs_instance *instance);
bool ecs_launch_trunked(const struct ecs_world *world, uint32_t spec); /* it would get one */
int32_t ecs_launch_enis(const struct ecs_world *world, uint32_t spec);
/* At its launch. booted: it stands at t = 0. */
void ecs_trunk_decide(struct ecs_world *world, uint32_t instance, bool booted);
/* The agent would register: true when the trunk has to be made first; INSTANCE_REGISTERED comes
 * again once it is there. *join says so when it cannot be made. */
bool ecs_trunk_begin(struct ecs_world *world, uint32_t instance, enum ecs_join *join);
/* It has left the cluster: DEREGISTERING, then INACTIVE. */
void ecs_trunk_remove(struct ecs_world *world, uint32_t instance);
void ecs_on_trunk_gone(struct ecs_world *world, struct sim_id instance);

/* ---- ecs_agent ---- */
enum ecs_agent_news {
    ECS_AGENT_MISSED,    /* ECS has noticed that it is gone */
    ECS_AGENT_CONNECTS,  /* it connects again */
    ECS_AGENT_REACHABLE, /* a fault of the network is over */
};
void ecs_agents_begin(struct ecs_world *world); /* schedules the scenario's faults */
/* The agent is gone (its host stopped, its network is down) or back; ECS sees it after a while. */
void ecs_agent_lost(struct ecs_world *world, uint32_t instance);
void ecs_agent_back(struct ecs_world *world, uint32_t instance);
void ecs_on_agent(struct ecs_world *world, struct sim_id instance, enum ecs_agent_news news);
void ecs_on_fault(struct ecs_world *world, uint32_t fault);
/* AGENT */
void ecs_agent_emit(struct ecs_world *world, uint32_t instance);

/* ---- ecs_host ---- */
/* The agent starts, when the instance registers or its host runs again: the clock of its clean-up
 * ticks begins (CLN-3). */
void ecs_host_begin(struct ecs_world *world, uint32_t instance);
/* Pulls the task's images: when the last one is there, or the error that ends the task (then the
 * time is when it fails). */
sim_time ecs_host_pull(struct ecs_world *world, uint32_t task, enum ecs_container_error *error);
/* Its containers are created: their layers take disk. The error when there is no room for them. */
enum ecs_container_error ecs_host_create(struct ecs_world *world, uint32_t task);
/* The container that a rule of sim.errors means. */
uint32_t ecs_error_container(const struct ecs_task_definition *definition,
                             const struct ecs_error_rule *rule);
/* The task has STOPPED: its containers go after the clean-up wait (CLN-1). */
void ecs_host_task_stopped(struct ecs_world *world, uint32_t task);
void ecs_on_image_cleanup(struct ecs_world *world, struct sim_id instance);

/* ---- ecs_changes ---- */
void ecs_changes_begin(struct ecs_world *world);
void ecs_on_change(struct ecs_world *world, uint32_t index);
/* Slots of instances (or tasks) that a selection means, in its order; the caller frees. */
uint32_t *ecs_select_instances(const struct ecs_world *world, const struct ecs_selection *selection,
                               uint64_t key, uint32_t *count);
/* Those that are ACTIVE, when the selection does not name them. */
uint32_t *ecs_select_active(const struct ecs_world *world, const struct ecs_selection *selection,
                            uint64_t key, uint32_t *count);
uint32_t *ecs_select_tasks(const struct ecs_world *world, const struct ecs_selection *selection,
                           uint64_t key, uint32_t *count);
/* Whether a call still to come could lift this refusal of an arrival's; false: it is final. */
bool ecs_change_may_lift(const struct ecs_world *world, const struct ecs_arrived *arrived,
                         enum ecs_reason reason);

/* ---- ecs_cluster ---- */
void ecs_cluster_begin(struct ecs_world *world);
enum ecs_refusal ecs_cluster_put_providers(struct ecs_world *world,
                                           const struct ecs_change *change);
enum ecs_refusal ecs_cluster_delete(struct ecs_world *world);
/* REG-4: an agent makes the cluster "default" when there is none: ACTIVE, with nothing attached. */
bool ecs_cluster_is_default(const struct ecs_world *world);
void ecs_cluster_create(struct ecs_world *world);
void ecs_on_cluster(struct ecs_world *world);
/* A strategy may name it now: attached, and its managed scaling is in place (CLU-05, PCP-06). */
bool ecs_cluster_usable(const struct ecs_world *world, uint32_t provider);
/* Registered with the cluster, whatever its agent does: counted by CLU-08, in the way of CLU-14. */
static inline bool ecs_is_registered(const struct ecs_instance *instance)
{
    return instance->registered >= 0 && !instance->deregistered &&
           (instance->shutdown < 0 || instance->ghost);
}
/* TDF-08, TDF-13. */
enum ecs_refusal ecs_definition_set(struct ecs_world *world, uint32_t definition, bool active);
/* Whether it is still to be registered for the first time: AWS knows nothing of it. */
bool ecs_definition_unknown(const struct ecs_world *world, uint32_t definition);
/* What a request asks for now: its definition, or its family's latest ACTIVE revision; ECS_NONE
 * when that is INACTIVE (TDF-09). */
uint32_t ecs_definition_of(const struct ecs_world *world, const struct ecs_request *request,
                           uint32_t definition);

/* ---- ecs_group ---- */
/* Whether the group launches into a zone, and into more than one. */
bool ecs_group_has_zone(const struct ecs_world *world, uint32_t asg, uint32_t zone_index);
bool ecs_group_spans_zones(const struct ecs_world *world, uint32_t asg);

/* SetDesiredCapacity, UpdateAutoScalingGroup, DeleteAutoScalingGroup. */
enum ecs_refusal ecs_group_change(struct ecs_world *world, const struct ecs_change *change);
/* A member is gone by other hands than the group's: after `delay` it launches another one. */
void ecs_group_lost_member(struct ecs_world *world, uint32_t asg, sim_time delay);

void ecs_groups_begin(struct ecs_world *world);
void ecs_on_reconcile(struct ecs_world *world, uint32_t asg);
void ecs_group_set_desired(struct ecs_world *world, uint32_t asg, int64_t desired,
                           enum ecs_cause cause, sim_time delay);

/* ---- ecs_managed ---- */
void ecs_managed_begin(struct ecs_world *world);
void ecs_on_metric(struct ecs_world *world, uint32_t provider);
void ecs_on_alarm(struct ecs_world *world, uint32_t provider);
/* The provider is attached to the cluster: its clocks start; or is no more: they stop. */
void ecs_managed_attach(struct ecs_world *world, uint32_t provider);
void ecs_managed_detach(struct ecs_world *world, uint32_t provider);
/* M, N and the reservation (num / den percent) of a provider as they are now. */
struct ecs_reservation {
    int64_t m, n, num, den;
};
struct ecs_reservation ecs_managed_reservation(const struct ecs_world *world, uint32_t provider);

/* ---- ecs_meter ---- */
void ecs_meters_begin(struct ecs_world *world);
/* Moves an instance to a state: meters and the INSTANCE_STATE record. */
void ecs_meter_instance(struct ecs_world *world, uint32_t instance, enum ecs_instance_state to);
void ecs_meter_launched(struct ecs_world *world, uint32_t instance);
enum ecs_task_tally { ECS_TALLY_PROVISIONING, ECS_TALLY_PENDING, ECS_TALLY_RUNNING };
void ecs_meter_task(struct ecs_world *world, uint32_t provider, enum ecs_task_tally tally,
                    int64_t change);
void ecs_meter_reserved(struct ecs_world *world, uint32_t provider, int64_t cpu_units,
                        int64_t memory_mib, int64_t enis);
void ecs_meter_bill(struct ecs_world *world, uint32_t provider, int64_t price_nusd_per_h,
                    sim_time running, bool ends, int64_t cost_nusd);
void ecs_on_warmup_end(struct ecs_world *world);
/* The rows of v_capacity as of now. */
void ecs_sample(struct ecs_world *world);
void ecs_meters_end(struct ecs_world *world); /* LEVELS */

#endif
