/* Arrivals by schedule (struct ecs_scheduled): a firing is a row of `count` tasks. How late within
 * its minute a firing comes is keyed by (item, firing). */
#include "ecs_scenario.h"
#include "sim_rng.h"

#include <stdlib.h>

struct cursor {
    const struct ecs_scheduled *scheduled;
    uint64_t seed, row;
    uint32_t replication, item;
    int64_t fired; /* seconds since 1970 */
    sim_time at;   /* of the last row */
};

static void *open_cursor(const void *data, uint64_t seed, uint32_t replication, uint32_t item)
{
    const struct ecs_scheduled *scheduled = data;
    struct cursor *cursor = sim_malloc(sizeof *cursor);
    *cursor = (struct cursor){.scheduled = scheduled,
                              .seed = seed,
                              .replication = replication,
                              .item = item,
                              .fired = scheduled->start_unix_s - 1}; /* it may fire at the start */
    return cursor;
}

static bool next_row(void *opened, struct ecs_arrival *out)
{
    struct cursor *cursor = opened;
    const struct ecs_scheduled *scheduled = cursor->scheduled;
    int64_t next = ecs_schedule_next(&scheduled->schedule, scheduled->start_unix_s, cursor->fired);
    if (next == ECS_CRON_NEVER || next - scheduled->start_unix_s > SIM_TIME_LIMIT / SIM_SECOND)
        return false;
    cursor->fired = next;
    struct sim_rng rng;
    sim_rng_key(&rng, cursor->seed, cursor->replication, SIM_CHANCE_ARRIVAL, cursor->item,
                cursor->row);
    sim_time at =
        (next - scheduled->start_unix_s) * SIM_SECOND + sim_dist_time(&scheduled->delay, &rng.gsl);
    cursor->at = at > cursor->at ? at : cursor->at; /* firings never overtake each other */
    *out = ecs_arrival_plain;
    out->at = cursor->at;
    out->row = cursor->row++;
    out->count = scheduled->count;
    return true;
}

static void close_cursor(void *opened)
{
    free(opened);
}

const struct ecs_source ecs_scheduled_source = {
    .kind = "schedule",
    .open = open_cursor,
    .next = next_row,
    .close = close_cursor,
};
