/* rpt_failures: what stood in the way of placement, and what would have helped, over one
 * replication.
 *
 * A try that fails has one FAILURE record for each reason and constraint, those of a reason
 * together. It counts once, under its leading reason: the one that ruled out most instances, the
 * first of equals. Its hint is that of the leading reason's row with most instances. Tries of a
 * reason with the same hint count together, whatever its amount, of which the greatest is kept; the
 * hint that most of them have is the reason's. Ties: the hint that came first. */
#ifndef RPT_FAILURES_H
#define RPT_FAILURES_H

#include "ecs_records.h"
#include "ecs_scenario.h"

/* Tries of one leading reason. */
struct rpt_failure {
    uint64_t tries;
    uint64_t helped;                     /* of them by the hint */
    int64_t hint, amount, subject, zone; /* as of FAILURE; hint 0: none has one */
};

#define RPT_HINTS_MAX 128 /* different ones that are told apart */

struct rpt_failures {
    struct {
        struct rpt_failure failure;
        int64_t reason;
    } hints[RPT_HINTS_MAX];
    uint32_t hint_count;
    uint64_t tries[ECS_REASONS];
    sim_time from;
    /* The try under way. */
    sim_time at;
    int64_t arrival, task;
    int64_t reason, reason_count; /* of the rows of the newest reason */
    int64_t leading, leading_count;
    int64_t row_count, row[ECS_FAILURE_FIELDS]; /* most of the newest reason */
    int64_t leading_row[ECS_FAILURE_FIELDS];
    bool open;
};

/* Tries before `from` are not counted. */
void rpt_failures_begin(struct rpt_failures *failures, sim_time from);
/* A FAILURE record. True when it begins another try. */
bool rpt_failures_observe(struct rpt_failures *failures, sim_time at, const int64_t *field);
/* The leading reason of the try under way, so far. */
int64_t rpt_failures_leading(const struct rpt_failures *failures);
/* By reason, when no more records come. */
void rpt_failures_end(struct rpt_failures *failures, struct rpt_failure result[ECS_REASONS]);

/* Adds those of another replication. */
void rpt_failures_add(struct rpt_failure total[ECS_REASONS],
                      const struct rpt_failure other[ECS_REASONS]);
/* The hint in words, "" when there is none. */
void rpt_failure_hint(const struct ecs_scenario *scenario, const struct rpt_failure *failure,
                      char *out, size_t size);

#endif
