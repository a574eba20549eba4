/* rpt_metrics: the summary's metrics by number, group and label.
 *
 * Made from the manifest rpt_metrics.def, where each metric has one row: its number here, its
 * public row in rpt_metrics[] (rpt_summary.h) and its line of the printed table come from it.
 * A family by reason has one metric for each member of enum ecs_reason, in its order, so that a
 * count by reason is counts[RPT_REFUSED_BY + reason]; one by enum ecs_join likewise. That by
 * container error has none for ECS_ERROR_NONE: counts[RPT_ERRORS_BY + error - 1]. Numbers are not
 * public, names are. */
#ifndef RPT_METRICS_H
#define RPT_METRICS_H

#include "rpt_summary.h"

/* enum rpt_metric_id { RPT_ARRIVALS, ..., RPT_FAILED_BY, RPT_FAILED_BY_last = ..., ... }: a family
 * by reason starts at its ID and has ECS_REASONS members. */
enum rpt_metric_id {
#define RPT_METRIC(ID, NAME, UNIT, GROUP, LABEL, HELP) RPT_##ID,
#define RPT_REASONS(ID, BEFORE, AFTER, GROUP, HELP)                                                \
    RPT_##ID, RPT_##ID##_LAST = RPT_##ID + ECS_REASONS - 1,
#define RPT_JOINS(ID, BEFORE, AFTER, GROUP, HELP)                                                  \
    RPT_##ID, RPT_##ID##_LAST = RPT_##ID + ECS_JOINS - 1,
#define RPT_ERRORS(ID, BEFORE, AFTER, GROUP, HELP)                                                 \
    RPT_##ID, RPT_##ID##_LAST = RPT_##ID + ECS_ERRORS - 2,
#include "rpt_metrics.def"
#undef RPT_METRIC
#undef RPT_REASONS
#undef RPT_JOINS
#undef RPT_ERRORS
    RPT_METRIC_IDS
};

enum rpt_group {
    RPT_GROUP_WORK,
    RPT_GROUP_WAIT,
    RPT_GROUP_SERVICES, /* without a title where no service was */
    RPT_GROUP_CAPACITY,
    RPT_GROUP_MONEY,
    RPT_GROUPS,
};

/* How a metric is printed. */
struct rpt_metric_row {
    enum rpt_group group;
    const char *label;
    bool by_reason; /* a part of the row above it */
};
extern const struct rpt_metric_row rpt_metric_rows[RPT_METRIC_IDS];

#endif
