/* ecs_load: what a service's load makes of its tasks. Private to models/.
 *
 * Load is whole requests in a minute (load.h). At every whole minute, within the sample (the last
 * event of the instant), the minute that has ended is settled with the tasks that are there then,
 * as the row of v_service beside it shows them. Events of the same instant that run before the
 * sample still see the minute before. Of a minute that the horizon cuts short nothing is known; one
 * in which the service is created counts whole, one that ends in that instant not at all.
 *
 * The healthy tasks share the load equally. One that serves r of the c requests a second that it
 * could at 100 % of its CPU uses base + (100 - base) x r / c percent of it, up to its maximum; what
 * exceeds that in the minute is dropped, not queued, so that no minute depends on the one before.
 * RUNNING tasks that are not healthy get no requests and use the base. MX-12: the service's CPU
 * utilisation is what all RUNNING tasks use by what they reserve.
 *
 * Metrics are integer ratios, so that no double decides how many tasks there are. */
#ifndef ECS_LOAD_H
#define ECS_LOAD_H

#include "ecs_service.h"

enum ecs_service_metric_kind {
    ECS_SERVICE_CPU_UTILIZATION,     /* percent, over its RUNNING tasks (MX-12) */
    ECS_SERVICE_REQUESTS_PER_TARGET, /* requests in the minute, over its healthy tasks */
};

/* The metric of the last minute that was settled: *num / *den, num >= 0, den > 0. false: there is
 * no datapoint (no load, no task to measure: MX-4, or no whole minute yet). */
bool ecs_service_metric(const struct ecs_world *world, uint32_t service,
                        enum ecs_service_metric_kind kind, int64_t *num, int64_t *den);

/* Settles the minute that ends now, if one does: the SERVICE_LOAD record. The service has a load.
 */
void ecs_load_settle(struct ecs_world *world, uint32_t service, int64_t running, int64_t healthy);

#endif
