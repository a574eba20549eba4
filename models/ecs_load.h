/* ecs_load: what a service's load makes of its tasks. Private to models/.
 *
 * Load is whole requests in a minute. At every whole minute, within the sample (the last event of
 * the instant), the minute that has ended is settled with the tasks that are there: what healthy
 * tasks can serve is served, what exceeds it is dropped. Events of the same instant that run before
 * the sample still see the minute before.
 *
 * Metrics are integer ratios, so that no double decides how many tasks there are. */
#ifndef ECS_LOAD_H
#define ECS_LOAD_H

#include "ecs_state.h"

enum ecs_service_metric_kind {
    ECS_SERVICE_CPU_UTILIZATION,     /* percent, over its RUNNING tasks (MX-12) */
    ECS_SERVICE_REQUESTS_PER_TARGET, /* requests in the minute, over its healthy tasks */
};

/* The metric of the last minute that was settled: *num / *den, num >= 0, den > 0. false: there is
 * no datapoint (no load, no task to measure: MX-4, or no whole minute yet). */
bool ecs_service_metric(const struct ecs_world *world, uint32_t service,
                        enum ecs_service_metric_kind kind, int64_t *num, int64_t *den);

#endif
