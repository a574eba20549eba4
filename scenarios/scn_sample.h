/* scn_sample: a trace's rows in another order, or more or fewer of them.
 *
 * `sample` of a workload item. A cursor draws its own rows when it opens, by keyed chance: another
 * sample in each replication, the same for every strategy on one seed.
 *
 *   shuffle  rows in the order of a keyed rank; without `every` the n-th row arrives when the n-th
 *            of the trace did
 *   until    what all rows ask for together: while the next draw would not pass it, a row of the
 *            trace, each equally likely, comes after the others; or, when the trace asks for more,
 *            rows are left out in the order of a keyed rank
 *   every    row n arrives n times this after the start
 *
 * Memory: 64 bytes a row and cursor. Cost: sorting the rows once a replication. */
#ifndef SCN_SAMPLE_H
#define SCN_SAMPLE_H

#include "scn_trace_row.h"

struct scn_trace;

enum scn_sample_by {
    SCN_SAMPLE_ALL, /* no `until` */
    SCN_SAMPLE_TASKS,
    SCN_SAMPLE_CPU,
    SCN_SAMPLE_MEMORY,
    SCN_SAMPLE_GPU_MILLI,
};

struct scn_sample {
    bool shuffle;
    enum scn_sample_by by;
    int64_t target;
    sim_time every; /* -1: the trace's own times */
};

/* What a row asks for, all its tasks together; what it leaves to the definition counts as 0, but
 * for whole GPUs. */
int64_t scn_sample_weight(enum scn_sample_by by, const struct scn_trace_row *row);

/* The rows of one replication; the caller frees. */
struct scn_trace_row *scn_sample_draw(const struct scn_trace *trace,
                                      const struct scn_sample *sample, uint64_t seed,
                                      uint32_t replication, uint32_t item, uint64_t *count);

#endif
