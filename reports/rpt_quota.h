/* rpt_quota: what of a run an AWS account would not take without a raised quota (QTA-2, QTA-4).
 *
 * The simulator lets through what an account's adjustable quotas would stop, unless the scenario
 * gives the account's own (behaviour.quotaContainerInstances). A plan must not be wrong in silence,
 * so the summary compares the most container instances that were registered at once, and the most
 * tasks that ran, with what every account has: behaviour.accountContainerInstances and
 * behaviour.accountTasks, by epoch. Instances count in the warm-up too, where a quota stops them as
 * well.
 *
 * The owner is the summary. Cost: a byte an instance, a step for each of its changes. */
#ifndef RPT_QUOTA_H
#define RPT_QUOTA_H

#include "ecs_scenario.h"
#include "sim_record.h"

struct rpt_quota {
    uint8_t *registered; /* by serial number of the instance: 1 while it is */
    uint32_t capacity;
    int64_t now, peak;
};

void rpt_quota_init(struct rpt_quota *quota);
void rpt_quota_release(struct rpt_quota *quota);
/* Forgets the run before. */
void rpt_quota_begin(struct rpt_quota *quota);
void rpt_quota_observe(struct rpt_quota *quota, const struct sim_record *record);

/* How many more container instances, or running tasks, than an account has; 0 or less: none. */
int64_t rpt_quota_instances_over(const struct rpt_quota *quota,
                                 const struct ecs_behaviour *behaviour);
int64_t rpt_quota_tasks_over(int64_t running_peak, const struct ecs_behaviour *behaviour);

#endif
