/* rpt_compare: what two experiments differ in, and how sure that is.
 *
 * Replications are paired by their seeds: chance is keyed, so two settings on one seed face the
 * same arrivals, durations and boots, and most of what is chance cancels out in the difference. For
 * each metric that both have: means, the mean of the paired differences b - a, and a t interval of
 * that mean; beside it the half-width that two independent samples of these values would have given
 * (Welch), so that the worth of pairing is seen. Below two pairs there is no interval.
 *
 * Comparable means equal workload and equal replication seeds (design 3.4); settings, epoch and
 * program may differ, for that is what is compared. A metric that some replication lacks is
 * compared over the pairs that have it. Nothing is simulated; v_run and v_summary are all that is
 * read. */
#ifndef RPT_COMPARE_H
#define RPT_COMPARE_H

#include "sim_arena.h"
#include "sim_stats.h"

/* One database's summary, everything in the arena. */
struct rpt_measures {
    const char *path, *scenario, *epoch, *version, *workload_hash;
    uint32_t run_count;
    int64_t *seeds; /* by run, in order of replications */
    uint32_t metric_count;
    const char **metrics, **units; /* in the order of the manifest */
    double *values;                /* metric x run; NaN: the run has none */
};

/* False after writing why into message. */
bool rpt_measures_read(struct sim_arena *arena, const char *path, struct rpt_measures *measures,
                       char *message, size_t size);

/* False after writing what differs, and how to make it equal. */
bool rpt_comparable(const struct rpt_measures *a, const struct rpt_measures *b, char *message,
                    size_t size);

enum rpt_verdict {
    RPT_VERDICT_EQUAL,   /* in every pair */
    RPT_VERDICT_UNKNOWN, /* fewer than two pairs */
    RPT_VERDICT_NONE,    /* the interval holds 0 */
    RPT_VERDICT_LOWER,
    RPT_VERDICT_HIGHER,
};

struct rpt_difference {
    const char *metric, *unit;
    uint32_t pairs;
    double mean_a, mean_b;
    double difference, half_width; /* of the paired differences b - a; infinite below two pairs */
    double unpaired_half_width;
    struct sim_tally differences, of_b;
    enum rpt_verdict verdict;
    int good; /* 1: more is better, -1: less is better, 0: neither */
};

/* Differences of all metrics that both have, in the order of `a`; in the arena. */
struct rpt_difference *rpt_compare(struct sim_arena *arena, const struct rpt_measures *a,
                                   const struct rpt_measures *b, double confidence,
                                   uint32_t *count);

/* ---- gates (design 3.4) ---- */

enum rpt_gate_kind {
    RPT_GATE_MAX_INCREASE_PCT,
    RPT_GATE_MAX_INCREASE,
    RPT_GATE_MAX,
    RPT_GATE_MIN,
};

struct rpt_gate {
    const char *metric;
    enum rpt_gate_kind kind;
    double limit, confidence;
    bool prove; /* fails unless the bound on the far side holds; else only what is shown fails it */
};

#define RPT_GATE_PAIRS 5 /* fewer are no ground for a verdict */

struct rpt_gate_result {
    double value;        /* the increase (absolute or percent), or the mean of b */
    double lower, upper; /* its one-sided bounds at the gate's confidence */
    bool holds;
};

/* False after writing why the gate cannot be judged: a metric that is missing, too few pairs, a
 * percentage of zero. */
bool rpt_gate_judge(const struct rpt_gate *gate, const struct rpt_difference *differences,
                    uint32_t count, struct rpt_gate_result *result, char *message, size_t size);

#endif
