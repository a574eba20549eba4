/* ecs_scaling: what a scenario says about service auto scaling (sheet 03, section 17).
 *
 * Targets are registered, and policies and actions put, at the start; a service that is created
 * later is scaled from then on. Every policy and action belongs to a target, by index.
 *
 * A part of ecs_scenario.h, which includes it where its types are known. Owned by the scenario's
 * arena; checked by ecs_scenario_check. */
#ifndef ECS_SCALING_H
#define ECS_SCALING_H

#include "scale_alarm.h"
#include "scale_step.h"

/* RegisterScalableTarget of a REPLICA service: each has one at most. */
struct ecs_scalable_target {
    uint32_t service;
    int64_t minimum, maximum;                              /* 0 <= minimum <= maximum */
    bool in_suspended, out_suspended, scheduled_suspended; /* SuspendedState */
};

/* What a policy may look at. */
enum ecs_scaling_metric { ECS_SCALING_CPU, ECS_SCALING_REQUESTS, ECS_SCALING_METRICS };

/* PutMetricAlarm on the metric of a policy's own service; the average of whole minutes, each
 * weighted by its tasks. */
struct ecs_scaling_alarm {
    const char *name;
    bool above, or_equal;         /* ComparisonOperator */
    int64_t threshold;            /* in millionths */
    uint32_t period;              /* minutes, 1 or more, of the clock */
    uint32_t periods, datapoints; /* 1 <= datapoints <= periods */
    enum scale_missing missing;
};

enum ecs_scaling_type { ECS_SCALING_TRACKING, ECS_SCALING_STEP };

struct ecs_scaling_policy {
    const char *name;
    enum ecs_scaling_type type;
    uint32_t target;
    enum ecs_scaling_metric metric;
    sim_time out_cooldown, in_cooldown; /* one and the same of step scaling */
    /* target tracking */
    int64_t value;    /* TargetValue in millionths: percent, or requests in a minute; above 0 */
    bool no_scale_in; /* DisableScaleIn */
    /* step scaling */
    enum scale_adjustment adjustment;
    const struct scale_step *steps;
    uint32_t step_count;
    int64_t magnitude;                     /* MinAdjustmentMagnitude; 0: none */
    const struct ecs_scaling_alarm *alarm; /* that triggers it; NULL: none does */
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
