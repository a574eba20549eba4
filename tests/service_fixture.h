/* service_fixture: hand-made worlds with services, and what tests ask of their records.
 *
 * Nothing here looks into the world: tasks of a service, their states and their health are counted
 * from the records alone, as the invariants count them, so that a test judges by what a run
 * reports. Every question reads all records again: thousands of them, not millions. */
#ifndef SERVICE_FIXTURE_H
#define SERVICE_FIXTURE_H

#include "world_fixture.h"

/* A plain world: `instances` of 4 vCPU and 16 GiB without a group, spread over three zones, and
 * definition 0 of 1 vCPU and 1 GiB that runs for ever. Takes a minute's sample apart: 2 hours. */
void service_fixture_init(struct fixture *fixture, int32_t epoch, uint32_t instances);

struct service_counts {
    int64_t live, running, healthy; /* live: RUNNING and what comes before it */
    int64_t of_first, of_last;      /* live ones of the first and the last deployment */
};
/* As the records tell them, after all events at or before `at`. */
struct service_counts service_counts_at(const struct fixture *fixture, uint32_t service,
                                        sim_time at);
/* The fewest healthy and the most live tasks at any moment in [from, to), once an instant is over.
 */
struct service_counts service_extremes(const struct fixture *fixture, uint32_t service,
                                       sim_time from, sim_time to);
/* Time of the n-th (from 0) event of a kind, or of a deployment's entry into a state; -1: never. */
sim_time service_event_at(const struct fixture *fixture, enum ecs_service_event event, uint32_t n);
sim_time deployment_at(const struct fixture *fixture, int64_t deployment,
                       enum ecs_deployment_state state);
/* Time of the n-th (from 0) start that the scheduler decided on; -1: never. */
sim_time service_start_at(const struct fixture *fixture, uint32_t service, uint32_t n);
/* How many decisions of a kind. */
uint32_t service_actions(const struct fixture *fixture, uint32_t service,
                         enum ecs_service_action action);
/* Its live tasks on the instance with this serial number. */
int64_t service_tasks_on(const struct fixture *fixture, uint32_t service, int64_t instance,
                         sim_time at);

#endif
