#include "rpt_quota.h"

#include "ecs_records.h"
#include "sim_arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void rpt_quota_init(struct rpt_quota *quota)
{
    *quota = (struct rpt_quota){0};
}

void rpt_quota_release(struct rpt_quota *quota)
{
    free(quota->registered);
    *quota = (struct rpt_quota){0};
}

void rpt_quota_begin(struct rpt_quota *quota)
{
    if (quota->capacity > 0)
        memset(quota->registered, 0, quota->capacity);
    quota->now = 0;
    quota->peak = 0;
}

static void set(struct rpt_quota *quota, int64_t instance, uint8_t registered)
{
    assert(instance > 0 && instance < UINT32_MAX / 2);
    sim_grow((void **)&quota->registered, &quota->capacity, (uint32_t)instance + 1, 1);
    quota->now += registered - quota->registered[instance];
    quota->registered[instance] = registered;
    if (quota->now > quota->peak)
        quota->peak = quota->now;
}

void rpt_quota_observe(struct rpt_quota *quota, const struct sim_record *record)
{
    const int64_t *f = record->field;
    if (record->kind == ECS_RECORD_INSTANCE_REGISTERED) {
        set(quota, f[ECS_INSTANCE_REGISTERED_instance], 1);
    } else if (record->kind == ECS_RECORD_INSTANCE_ENDED) {
        set(quota, f[ECS_INSTANCE_ENDED_instance], 0);
    } else if (record->kind == ECS_RECORD_INSTANCE_STATE) {
        /* stopped and left-behind ones stay registered (CI-4, CI-12) */
        int64_t state = f[ECS_INSTANCE_STATE_state];
        if (state == ECS_INSTANCE_DEREGISTERING || state == ECS_INSTANCE_INACTIVE ||
            state == ECS_INSTANCE_SHUTTING_DOWN || state == ECS_INSTANCE_TERMINATED)
            set(quota, f[ECS_INSTANCE_STATE_instance], 0);
    }
}

int64_t rpt_quota_instances_over(const struct rpt_quota *quota,
                                 const struct ecs_behaviour *behaviour)
{
    if (behaviour->quota_container_instances != ECS_UNLIMITED)
        return 0; /* the account's own is given, and keeps the run within it */
    if (behaviour->account_container_instances == ECS_UNLIMITED)
        return 0;
    return quota->peak - behaviour->account_container_instances;
}

int64_t rpt_quota_tasks_over(int64_t running_peak, const struct ecs_behaviour *behaviour)
{
    return behaviour->account_tasks == ECS_UNLIMITED ? 0 : running_peak - behaviour->account_tasks;
}
