#include "scn_sample.h"

#include "scn_trace_rows.h"
#include "sim_rng.h"

#include <stdlib.h>

struct ranked {
    uint64_t rank, row;
};

int64_t scn_sample_weight(enum scn_sample_by by, const struct scn_trace_row *row)
{
    int64_t one = 0;
    switch (by) {
    case SCN_SAMPLE_ALL:
        return 0;
    case SCN_SAMPLE_TASKS:
        one = 1;
        break;
    case SCN_SAMPLE_CPU:
        one = row->cpu_units;
        break;
    case SCN_SAMPLE_MEMORY:
        one = row->memory_mib;
        break;
    case SCN_SAMPLE_GPU_MILLI:
        one = (int64_t)row->gpus * (row->gpu_milli > 0 ? row->gpu_milli : ECS_GPU_MILLI);
        break;
    }
    return one > 0 ? one * row->count : 0;
}

static int compare_ranks(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

/* Rows 0 .. count-1 in the order of a rank that is keyed by row; the caller frees. */
static struct ranked *rank_rows(uint64_t seed, uint32_t replication, enum sim_chance purpose,
                                uint32_t item, uint64_t count)
{
    struct ranked *ranks = sim_malloc((count + 1) * sizeof ranks[0]);
    for (uint64_t i = 0; i < count; i++)
        ranks[i] = (struct ranked){
            .rank = sim_rng_index(seed, replication, purpose, item, i, UINT64_MAX),
            .row = i,
        };
    qsort(ranks, count, sizeof ranks[0], compare_ranks);
    return ranks;
}

static void shuffle(struct scn_trace_row *rows, uint64_t count, uint64_t seed, uint32_t replication,
                    uint32_t item)
{
    struct ranked *ranks = rank_rows(seed, replication, SIM_CHANCE_SHUFFLE, item, count);
    struct scn_trace_row *copy = sim_malloc((count + 1) * sizeof copy[0]);
    for (uint64_t i = 0; i < count; i++)
        copy[i] = rows[i];
    for (uint64_t i = 0; i < count; i++) {
        int64_t at = copy[i].at; /* times stay in order */
        rows[i] = copy[ranks[i].row];
        rows[i].at = at;
    }
    free(copy);
    free(ranks);
}

/* Marks rows to be left out until the rest asks for no more than the target; returns how many
 * stay, moved together. */
static uint64_t leave_out(struct scn_trace_row *rows, uint64_t count,
                          const struct scn_sample *sample, int64_t total, uint64_t seed,
                          uint32_t replication, uint32_t item)
{
    struct ranked *ranks = rank_rows(seed, replication, SIM_CHANCE_SAMPLE, item, count);
    uint64_t kept = 0;
    for (uint64_t i = 0; i < count && total > sample->target; i++) {
        total -= scn_sample_weight(sample->by, &rows[ranks[i].row]);
        rows[ranks[i].row].count = 0;
    }
    for (uint64_t i = 0; i < count; i++)
        if (rows[i].count > 0)
            rows[kept++] = rows[i];
    free(ranks);
    return kept;
}

struct scn_trace_row *scn_sample_draw(const struct scn_trace *trace,
                                      const struct scn_sample *sample, uint64_t seed,
                                      uint32_t replication, uint32_t item, uint64_t *count)
{
    uint64_t original = trace->rows.count, capacity = original + 1;
    struct scn_trace_row *rows = sim_malloc(capacity * sizeof rows[0]);
    struct scn_rows_cursor cursor;
    const struct scn_trace_row *row;
    int64_t total = 0;
    *count = 0;
    scn_rows_open(&cursor, &trace->rows);
    while ((row = scn_rows_next(&cursor)) != NULL) {
        rows[(*count)++] = *row;
        total += scn_sample_weight(sample->by, row);
    }
    scn_rows_close(&cursor);
    if (sample->by != SCN_SAMPLE_ALL && total > sample->target)
        *count = leave_out(rows, *count, sample, total, seed, replication, item);
    if (sample->shuffle)
        shuffle(rows, *count, seed, replication, item);
    for (uint64_t draw = 0; sample->by != SCN_SAMPLE_ALL && total < sample->target; draw++) {
        uint64_t from = sim_rng_index(seed, replication, SIM_CHANCE_SAMPLE, item, draw, original);
        total += scn_sample_weight(sample->by, &rows[from]);
        if (total > sample->target)
            break;
        if (*count == capacity) {
            capacity *= 2;
            rows = sim_realloc(rows, capacity, sizeof rows[0]);
        }
        rows[*count] = rows[from];
        rows[(*count)++].at = rows[original - 1].at;
    }
    for (uint64_t i = 0; sample->every >= 0 && i < *count; i++)
        rows[i].at = (sim_time)i * sample->every;
    return rows;
}
