/* ecs_scaling: what a scenario says about service auto scaling (sheet 03, section 17).
 *
 * Targets are registered, and policies and actions put, at the start; a service that is created
 * later is scaled from then on. Every policy and action belongs to a target, by index.
 *
 * A part of ecs_scenario.h, which includes it where its types are known. Owned by the scenario's
 * arena; checked by ecs_scenario_check. */
#ifndef ECS_SCALING_H
#define ECS_SCALING_H

/* RegisterScalableTarget of a REPLICA service: each has one at most. */
struct ecs_scalable_target {
    uint32_t service;
    int64_t minimum, maximum;                              /* 0 <= minimum <= maximum */
    bool in_suspended, out_suspended, scheduled_suspended; /* SuspendedState */
};

/* What a policy may look at. */
enum ecs_scaling_metric { ECS_SCALING_CPU, ECS_SCALING_REQUESTS, ECS_SCALING_METRICS };

/* Target tracking. */
struct ecs_scaling_policy {
    const char *name;
    uint32_t target;
    enum ecs_scaling_metric metric;
    int64_t value; /* TargetValue in millionths: percent, or requests in a minute; above 0 */
    sim_time out_cooldown, in_cooldown;
    bool no_scale_in; /* DisableScaleIn */
};

/* PutScheduledAction: `schedule`, or once at `at` (seconds since 1970; ECS_CRON_NEVER: not so).
 * Nothing happens before `from` or after `to`. */
struct ecs_scaling_action {
    const char *name;
    uint32_t target;
    struct ecs_schedule schedule;
    int64_t at, from, to;
    int64_t minimum, maximum; /* -1: as they are; else minimum <= maximum */
};

#endif
