/* Arrivals by chance (struct ecs_generator): a row's gap is keyed by (item, row). */
#include "ecs_scenario.h"
#include "sim_rng.h"

#include <stdlib.h>

struct cursor {
    const struct ecs_generator *generator;
    uint64_t seed, row;
    uint32_t replication, item;
    sim_time at;
};

static void *open_cursor(const void *data, uint64_t seed, uint32_t replication, uint32_t item)
{
    struct cursor *cursor = sim_malloc(sizeof *cursor);
    *cursor =
        (struct cursor){.generator = data, .seed = seed, .replication = replication, .item = item};
    return cursor;
}

static bool next_row(void *opened, struct ecs_arrival *out)
{
    struct cursor *cursor = opened;
    const struct ecs_generator *generator = cursor->generator;
    if (cursor->row >= generator->rows)
        return false;
    if (cursor->row == 0 && generator->first >= 0) {
        cursor->at = generator->first;
    } else {
        struct sim_rng rng;
        sim_rng_key(&rng, cursor->seed, cursor->replication, SIM_CHANCE_ARRIVAL, cursor->item,
                    cursor->row);
        sim_time gap = sim_dist_time(&generator->gap, &rng.gsl);
        if (gap == 0 && generator->rows == UINT64_MAX)
            gap = 1; /* without a limit of rows time must pass */
        cursor->at += gap;
    }
    if (cursor->at > generator->until)
        return false;
    *out = ecs_arrival_plain;
    out->at = cursor->at;
    out->row = cursor->row++;
    out->count = generator->batch;
    return true;
}

static void close_cursor(void *opened)
{
    free(opened);
}

const struct ecs_source ecs_generator_source = {
    .kind = "generator",
    .open = open_cursor,
    .next = next_row,
    .close = close_cursor,
};
