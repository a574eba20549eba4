/* rpt_services: what became of each service, over one replication.
 *
 * Health is followed record by record, not by the minute: a task counts as healthy from its
 * TASK_HEALTHY on until it leaves RUNNING. A service is below its minimum (DC-2), or below its
 * desired count, while fewer of its tasks are healthy, from its creation on and as long as it is
 * ACTIVE: a service that never comes up is below its minimum all the time. Only time after the
 * warm-up counts, and only deployments that began after it.
 *
 * A deployment ends by the first of COMPLETED, FAILED and REPLACED; STUCK is no end. One that is
 * complete as it begins, of tasks that run from the start, counts but has no duration.
 *
 * The owner is the summary. Cost: four bytes a task while any service has tasks; a run without
 * services costs one comparison a record. */
#ifndef RPT_SERVICES_H
#define RPT_SERVICES_H

#include "ecs_records.h"
#include "ecs_scenario.h"

/* One service, by its index in the scenario. */
struct rpt_service {
    bool created;
    int64_t status; /* enum ecs_service_status, at the end; as are the next three */
    int64_t desired, running, healthy;
    sim_time below_minimum, below_desired;
    int64_t tasks_started, tasks_stopped; /* by its scheduler */
    int64_t placement_failures, starts_impaired;
    int64_t deployments, stuck; /* stuck: of them, at some time */
    int64_t ended[ECS_DEPLOYMENT_STATES];
    struct rpt_service_load {
        int64_t minutes; /* whole ones, after the warm-up */
        int64_t requests, served;
        int64_t measured;      /* minutes with a CPU utilisation (MX-4) */
        int64_t micro_percent; /* their sum, each rounded to a millionth of a percent */
        int64_t above;         /* minutes above sim.slo */
        bool has_slo;
    } load;
};

struct rpt_services {
    const struct ecs_scenario *scenario;
    struct rpt_service *services;
    struct rpt_service_level {
        int64_t healthy, minimum, desired;
        sim_time since;
    } * levels;           /* of each service, now */
    uint32_t *healthy_of; /* by task: index + 1 of the service that it is healthy for */
    uint32_t task_capacity;
    struct rpt_deployment {
        sim_time at; /* when it began */
        bool began, ended, stuck;
    } * deployments; /* by serial number */
    uint32_t deployment_capacity;
    int64_t durations_count; /* from beginning to completion */
    sim_time durations, longest;
};

void rpt_services_init(struct rpt_services *services, const struct ecs_scenario *scenario);
void rpt_services_release(struct rpt_services *services);
void rpt_services_begin(struct rpt_services *services);

/* RUN_ENDED included, which closes the account. */
void rpt_services_observe(struct rpt_services *services, const struct sim_record *record);

/* Adds another service's or replication's. */
void rpt_service_load_add(struct rpt_service_load *sum, const struct rpt_service_load *one);

/* The sums over all services; what they have at the end is left 0. `created` when any was. */
struct rpt_service rpt_services_total(const struct rpt_services *services);

#endif
