/* Why a task could not be placed. */
#include "ecs_placing.h"

static void emit_failure(struct ecs_world *world, int64_t arrival, int64_t task,
                         enum ecs_reason reason, int64_t count)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_FAILURE);
    record.field[ECS_FAILURE_arrival] = arrival;
    record.field[ECS_FAILURE_task] = task;
    record.field[ECS_FAILURE_reason] = reason;
    record.field[ECS_FAILURE_count] = count;
    ecs_emit(world, &record);
}

void ecs_start_explain(struct ecs_world *world, int64_t arrival, enum ecs_reason reason)
{
    emit_failure(world, arrival, 0, reason, 1);
}

enum ecs_reason ecs_place_explain(struct ecs_world *world, uint32_t demand_index, int64_t arrival,
                                  int64_t task, bool emit)
{
    struct ecs_demand *demand = &world->demands[demand_index];
    const struct ecs_pool *pool = &world->pools[ecs_scope(world, demand->provider)];
    if (!emit && demand->explained_version == pool->version)
        return demand->explained; /* nothing was freed since */
    int64_t counts[ECS_REASONS] = {0};
    for (uint32_t i = 0; i < pool->count; i++)
        counts[ecs_misfit(world, demand, pool->slots[i])]++;
    counts[ECS_REASON_AGENT] = pool->disconnected; /* API-6 */
    if (pool->count == 0 && pool->disconnected == 0)
        counts[ECS_REASON_NO_INSTANCES] = 1;
    enum ecs_reason most = ECS_REASON_NONE;
    for (int reason = ECS_REASON_NONE + 1; reason < ECS_REASONS; reason++) {
        if (counts[reason] == 0)
            continue;
        if (emit)
            emit_failure(world, arrival, task, (enum ecs_reason)reason, counts[reason]);
        if (most == ECS_REASON_NONE || counts[reason] > counts[most])
            most = (enum ecs_reason)reason;
    }
    demand->explained = most;
    demand->explained_version = pool->version;
    return most;
}
