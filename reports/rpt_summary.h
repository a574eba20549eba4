/* rpt_summary: the numbers of one replication, from the record stream alone.
 *
 * An observer collects; finish turns it into named metrics (rpt_metrics, one row a metric with
 * unit, meaning and source; the unit is the name's last word). A metric without data has no value.
 * Waits cover every measured arrival; one that never started counts with end - arrived. */
#ifndef RPT_SUMMARY_H
#define RPT_SUMMARY_H

#include "ecs_records.h"
#include "ecs_scenario.h"
#include "rpt_failures.h"
#include "rpt_services.h"
#include "sim_stats.h"

struct rpt_metric {
    const char *name;
    const char *unit; /* "count", "s", "usd", "pct", "h" */
    const char *help;
};
extern const struct rpt_metric rpt_metrics[]; /* ends with name NULL */
extern const uint32_t rpt_metric_count;

struct rpt_summary;

struct rpt_summary *rpt_summary_new(const struct ecs_scenario *scenario);
void rpt_summary_free(struct rpt_summary *summary);
void rpt_summary_begin(struct rpt_summary *summary, uint32_t replication);
void rpt_summary_observe(void *summary, const struct sim_record *record);

/* After RUN_ENDED. False when the metric has no data. Index as in rpt_metrics. */
bool rpt_summary_value(const struct rpt_summary *summary, uint32_t metric, double *value);

/* After RUN_ENDED: placement failures of the measured time by leading reason. */
void rpt_summary_failures(struct rpt_summary *summary, struct rpt_failure failures[ECS_REASONS]);

/* After RUN_ENDED: one for each service of the scenario, in its order. */
void rpt_summary_services(const struct rpt_summary *summary, struct rpt_service *services);

/* What one replication leaves behind, to be copied out of its worker. */
struct rpt_result {
    uint32_t replication;
    uint64_t hash, events, records;
    sim_time horizon;
    double *values; /* rpt_metric_count values */
    bool *present;
    struct rpt_failure failures[ECS_REASONS];
    struct rpt_service *services; /* the scenario's service_count of them */
};

/* The text block on stdout: an aligned table, one column with mean and (over two or more
 * replications) the 95 % half-width. `wall_s` and rates are talk, not product: not printed here. */
void rpt_summary_print(const struct ecs_scenario *scenario, const struct rpt_result *results,
                       uint32_t count, const char *version);
/* The same as one JSON object on stdout. */
void rpt_summary_print_json(const struct ecs_scenario *scenario, const struct rpt_result *results,
                            uint32_t count, const char *version);

#endif
