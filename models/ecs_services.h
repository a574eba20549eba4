/* ecs_services: what a scenario says about services (sheet 03, sections 11 to 14).
 *
 * A service is there from the start, or a change creates it; either way it is one entry of
 * scenario->services, and changes name it by its index. A service that is created anew after its
 * deletion is another entry, of the same name if that is what was asked for.
 *
 * `request` says how its tasks are asked for. Its group is the name "service:<service>" (TG-3);
 * on_refusal and give_up_after have no meaning: the scheduler never gives up (TH-6). Its placement
 * is as the service names it; one without rules is given the chain of SV-R3 by
 * ecs_service_placement, which scale-in tells apart (`own_strategy`). The revision of a family is
 * decided when the service is created or updated, not when a task starts.
 *
 * A part of ecs_scenario.h, which includes it where its types are known. Owned by the scenario's
 * arena, as all else there; checked by ecs_scenario_check. */
#ifndef ECS_SERVICES_H
#define ECS_SERVICES_H

#include "load.h"

/* What a service is asked to do, and how well its tasks do it (ecs_load.h). */
struct ecs_service_load {
    struct load_spec spec;  /* without a generator: none, and nothing below has a meaning */
    int64_t capacity_milli; /* thousandths of a request a second that a task serves at 100 % of its
                               CPU; 1 .. ECS_CAPACITY_MILLI_MAX */
    int64_t base_percent;   /* CPU utilisation of a task without requests: 0 .. 99 */
    int64_t max_percent;    /* that a task can reach: 100 .. 10,000 (MX-14) */
    int64_t slo_milli;      /* thousandths of a percent that it should not exceed; -1: none given */
    uint32_t metric;        /* name of what v_service shows: CPUUtilization */
};

#define ECS_CAPACITY_MILLI_MAX INT64_C(1000000000)
#define ECS_MAX_PERCENT_MAX    10000

enum ecs_scheduling { ECS_SCHEDULING_REPLICA, ECS_SCHEDULING_DAEMON };

struct ecs_service {
    const char *name;
    enum ecs_scheduling scheduling;
    struct ecs_request request;      /* DAEMON: without a capacity provider strategy */
    bool own_strategy;               /* placementStrategy was given */
    int64_t desired;                 /* REPLICA: 0 or more; DAEMON: 0 */
    int64_t maximum_percent;         /* 100 or more; DAEMON: 100 (SD-D6) */
    int64_t minimum_healthy_percent; /* 0 to 100 */
    bool circuit_breaker, rollback;  /* deploymentCircuitBreaker */
    bool created_later;              /* by a change; else at t = 0 */
    bool initial_running; /* sim.initialTasks "running": its tasks are placed and run at t = 0, and
                             are healthy; those that find no room are started as any other */
    struct ecs_service_load load;
};

/* Members of UpdateService that were given. */
enum ecs_update_part {
    ECS_UPDATE_DEFINITION = 1 << 0,  /* request.task_definition, latest_revision */
    ECS_UPDATE_STRATEGY = 1 << 1,    /* request.strategy, default_strategy */
    ECS_UPDATE_RULES = 1 << 2,       /* request.placement: its rules; own_strategy */
    ECS_UPDATE_CONSTRAINTS = 1 << 3, /* request.placement: distinct_instance and queries */
    ECS_UPDATE_SUBNETS = 1 << 4,     /* request.placement: subnets */
    ECS_UPDATE_DESIRED = 1 << 5,
    ECS_UPDATE_MAXIMUM = 1 << 6,
    ECS_UPDATE_MINIMUM = 1 << 7,
    ECS_UPDATE_CIRCUIT_BREAKER = 1 << 8, /* and rollback */
};

struct ecs_service_update {
    uint32_t given;             /* bits of enum ecs_update_part */
    struct ecs_request request; /* parts that are not given are not looked at; its group is */
    bool own_strategy;
    int64_t desired, maximum_percent, minimum_healthy_percent;
    bool circuit_breaker, rollback;
    bool force_new_deployment;
};

/* The chain of SV-R3 for a placement without rules; false: it has its own. For the loader, before
 * the scenario is complete. */
bool ecs_service_placement(struct ecs_names *names, struct ecs_placement *placement);

#endif
