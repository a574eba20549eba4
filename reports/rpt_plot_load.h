/* rpt_plot_load: a service's load beneath its tasks in the plot `service`: requests a minute, those
 * of them that are dropped, the metric that its tasks make of them, and what a policy holds it at.
 *
 * v_service has at each minute what the minute before it was. Here a value begins with its minute.
 * Private to the rpt_plot_* files; a load owns its series. */
#ifndef RPT_PLOT_LOAD_H
#define RPT_PLOT_LOAD_H

#include "rpt_plot_series.h"

struct rpt_plot_load {
    struct rpt_series requests, dropped, metric; /* metric: 0 without a RUNNING task */
    double sum, lost;                            /* requests, and those dropped */
};

/* The columns of v_service that rpt_plot_load_add takes, in its order. */
#define RPT_PLOT_LOAD_COLUMNS "load, dropped, metric_value"

/* A row of v_service at t, whose first column of those above is `column`. */
void rpt_plot_load_add(struct rpt_plot_load *load, double t, struct sqlite3_stmt *row, int column);
bool rpt_plot_load_is_there(const struct rpt_plot_load *load);
/* Changes of the series that has the most. */
uint32_t rpt_plot_load_changes(const struct rpt_plot_load *load);

/* Data sets requests_, dropped_, metric_ and targets_<number>, of buckets of `width` seconds (0:
 * none), and variables has_load_, load_max_, load_lost_ (whether any is dropped) and
 * targets_<number> (how many). */
void rpt_plot_load_put(struct rpt_plot_db *plot, const struct rpt_plot_load *load,
                       const char *service, uint32_t number, double width, FILE *data,
                       FILE *prologue);
void rpt_plot_load_free(struct rpt_plot_load *load);

#endif
