/* ecs_behaviour: what AWS does but does not promise, as named parameters.
 *
 * AWS changed its behaviour over the years and leaves much of it unpublished. Each such fact is one
 * row of ecs_behaviour_rows: its key under `behaviour` in a scenario, its type and range, its value
 * by epoch, and the source. A scenario's `epoch` (YYYYMM) selects for each row the latest value
 * dated not after it; `behaviour` overrides single rows. Sources are sheet 04 (section 0 the dated
 * switches, section 10 the defaults); its rulings win over the other sheets.
 *
 * The loader, `plimsoll list keys` and the summary are all driven by the one table. */
#ifndef ECS_BEHAVIOUR_H
#define ECS_BEHAVIOUR_H

#include "sim_dist.h"
#include "sim_time.h"

#include <stdbool.h>
#include <stdint.h>

/* "none": no cap, no time-out. */
#define ECS_UNLIMITED INT64_MAX

enum ecs_m_base { ECS_M_BASE_ALL, ECS_M_BASE_REGISTERED };
enum ecs_need_rule { ECS_NEED_MAX, ECS_NEED_SUM };
enum ecs_idle_zero { ECS_IDLE_ZERO_100, ECS_IDLE_ZERO_TARGET };
enum ecs_multi_rule { ECS_MULTI_MINIMUM_STEP, ECS_MULTI_LOWER_BOUND };
enum ecs_warmup_rule { ECS_WARMUP_BLOCK, ECS_WARMUP_COUNT };
enum ecs_tie_rule { ECS_TIE_RANDOM, ECS_TIE_FIRST };
enum ecs_spread_scale_in { ECS_SPREAD_NEWEST, ECS_SPREAD_ZONE };
enum ecs_stop_code_rule { ECS_STOP_CODES_GUIDE, ECS_STOP_CODES_API };
enum ecs_trunking_types { ECS_TRUNKING_GUIDE, ECS_TRUNKING_KNOWN };
/* PRT-04: static host ports in the range that instances hand out by themselves. */
enum ecs_ephemeral_ports { ECS_EPHEMERAL_PORTS_WARN, ECS_EPHEMERAL_PORTS_REFUSE };
enum ecs_registry_route { ECS_REGISTRY_ROUTE_INSTANCE, ECS_REGISTRY_ROUTE_TASK };
enum ecs_split_scope { ECS_SPLIT_CALL, ECS_SPLIT_STREAM };
enum ecs_service_base { ECS_SERVICE_BASE_HONOUR, ECS_SERVICE_BASE_REFUSE };
enum ecs_split_rule { ECS_SPLIT_DEFICIT, ECS_SPLIT_LARGEST_REMAINDER };

struct ecs_behaviour {
    /* Managed scaling: the metric (sheet 04, 1.1 to 1.3). */
    int64_t m_base, need_rule, idle_zero, incompatible, multi_rule;
    bool smallest_type_guard;
    sim_time metric_period, metric_latency;
    struct sim_dist metric_phase;
    /* Alarms and the step (1.4 to 1.6). */
    struct sim_dist alarm_phase;
    int64_t high_alarm_datapoints, low_alarm_datapoints;
    int64_t desired_from_zero;
    int64_t maximum_step_default;
    int64_t scale_in_cap_pct;
    sim_time scale_in_cadence;
    sim_time instance_warmup;
    int64_t warmup_rule;
    /* PROVISIONING (1.7). */
    int64_t provisioning_cap;     /* ECS_UNLIMITED: none */
    bool provisioning_timeout_on; /* false: "none" */
    struct sim_dist provisioning_timeout;
    /* Termination (1.9). */
    bool managed_draining;
    sim_time managed_draining_limit;
    /* Provider split (1.10). */
    int64_t split_scope, split_rule;
    /* Auto Scaling groups (section 2). */
    sim_time scale_out_delay, scale_in_delay;
    struct sim_dist boot; /* launch call to registered */
    struct sim_dist windows_boot;
    sim_time pending_to_running;
    struct sim_dist termination; /* terminate call to gone */
    int64_t zone_tie;
    sim_time launch_retry;
    /* Placement and tasks (section 5). */
    sim_time placement_retry; /* 0: event-driven */
    int64_t placement_tie, spread_scale_in;
    sim_time eni_attach, eni_detach, eni_attach_timeout;
    sim_time trunk_attach, trunk_detach;
    bool instance_addresses;
    int64_t registry_route;
    int64_t trunking_types;
    int64_t image_pull_mbps; /* megabytes (10^6) a second; 0: instantly */
    int64_t image_size_mb;   /* of a container image whose size nobody gives */
    int64_t windows_image_size_mb;
    sim_time container_start;
    sim_time pull_error; /* a pull's start to its failure at the registry */
    int64_t stop_codes;
    bool deployment_events;     /* EventBridge carries "ECS Deployment State Change" */
    struct sim_dist rule_delay; /* a schedule's minute to its firing */
    /* Services. */
    bool daemons_first;
    sim_time service_reaction;
    int64_t service_launch_rate;
    bool service_stopping_counts;
    sim_time service_healthy_after;
    int64_t service_throttle_after;
    sim_time service_throttle, service_throttle_max;
    sim_time service_placement_retry, service_placement_retry_long, service_placement_retry_max;
    int64_t service_placement_retries;
    bool circuit_breaker;
    int64_t circuit_breaker_min, circuit_breaker_max;
    /* Service auto scaling (section 4). */
    sim_time service_metric_latency;
    struct sim_dist service_alarm_phase;
    int64_t service_high_alarm_datapoints, service_low_alarm_datapoints, service_low_alarm_pct;
    int64_t service_scale_in_cap_pct;
    sim_time scheduled_action_delay;
    /* The cluster and its task definitions. */
    sim_time cluster_update;
    sim_time deregistration_lag;
    int64_t revision_limit;
    int64_t ephemeral_ports; /* enum ecs_ephemeral_ports */
    /* Refused submissions (design 3.2). */
    sim_time refusal_retry, refusal_retry_max, give_up_when_still;
    int64_t refusal_jitter_pct;
    /* Container instances. */
    int64_t memory_ppm, memory_small_ppm; /* registered share of nominal; small: <= 4 GiB */
    sim_time agent_disconnect_detection, agent_reconnect;
    sim_time start_time;               /* StartInstances to EC2 running */
    sim_time health_check_delay;       /* stopped or terminated to noticed by the group */
    int64_t quota_container_instances; /* the account's own: enforced */
    int64_t account_container_instances, account_tasks; /* every account's: more is warned about */
    int64_t quota_services, quota_service_tasks;        /* the account's own: enforced */
    int64_t service_base;                               /* enum ecs_service_base */
    int64_t memory_windows_ppm;
};

enum ecs_behaviour_kind {
    ECS_BEHAVIOUR_INT,  /* int64_t; "none" allowed when max is ECS_UNLIMITED */
    ECS_BEHAVIOUR_TIME, /* sim_time, input "90s" */
    ECS_BEHAVIOUR_BOOL, /* bool */
    ECS_BEHAVIOUR_ENUM, /* int64_t index into choices */
    ECS_BEHAVIOUR_DIST, /* struct sim_dist, input as scenario distributions */
};

#define ECS_BEHAVIOUR_STEPS 5

struct ecs_behaviour_row {
    const char *key;
    enum ecs_behaviour_kind kind;
    size_t offset;          /* in struct ecs_behaviour */
    size_t switch_offset;   /* DIST rows that accept "none": a bool set to false by it; else 0 */
    int64_t min, max;       /* INT and TIME */
    const char *choices[4]; /* ENUM; ends with NULL */
    struct {
        int32_t epoch; /* YYYYMM from which it holds; 0 ends the list */
        int64_t value; /* INT, TIME, BOOL, ENUM; ignored for DIST */
    } steps[ECS_BEHAVIOUR_STEPS];
    struct sim_dist dist; /* DIST: the default at every epoch */
    const char *help;
    const char *source; /* rule id or sheet section */
};

extern const struct ecs_behaviour_row ecs_behaviour_rows[];
extern const uint32_t ecs_behaviour_row_count;

/* Epochs the table was tested at; any YYYYMM from 201912 on is legal. */
#define ECS_EPOCH_FIRST  201912
#define ECS_EPOCH_NEWEST 202507

/* Fills every member with its value at `epoch` (YYYYMM). */
void ecs_behaviour_at(struct ecs_behaviour *behaviour, int32_t epoch);

#endif
