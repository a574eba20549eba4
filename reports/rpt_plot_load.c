#include "rpt_plot_load.h"

#include <math.h>
#include <sqlite3.h>

#define MINUTE 60.0

/* In the order of RPT_PLOT_LOAD_COLUMNS. */
enum { REQUESTS, DROPPED, METRIC, SERIES };

static const char *const sets[SERIES] = {
    [REQUESTS] = "requests", [DROPPED] = "dropped", [METRIC] = "metric"};

static const struct rpt_series *series_of(const struct rpt_plot_load *load, int i)
{
    const struct rpt_series *const all[SERIES] = {
        [REQUESTS] = &load->requests, [DROPPED] = &load->dropped, [METRIC] = &load->metric};
    return all[i];
}

/* Between the deletion of a service and its creation there is no load. */
static void add_value(struct rpt_series *series, double t, double value)
{
    if (series->count > 0 && t > series->last_t + MINUTE + 0.5)
        rpt_series_add(series, series->last_t + MINUTE, 0.0);
    rpt_series_add(series, t, value);
}

void rpt_plot_load_add(struct rpt_plot_load *load, double t, sqlite3_stmt *row, int column)
{
    if (sqlite3_column_type(row, column + REQUESTS) == SQLITE_NULL)
        return;
    double requests = sqlite3_column_double(row, column + REQUESTS);
    double dropped = sqlite3_column_double(row, column + DROPPED);
    add_value(&load->requests, t - MINUTE, requests);
    add_value(&load->dropped, t - MINUTE, dropped);
    add_value(&load->metric, t - MINUTE, sqlite3_column_double(row, column + METRIC));
    load->sum += requests;
    load->lost += dropped;
}

bool rpt_plot_load_is_there(const struct rpt_plot_load *load)
{
    return load->requests.count > 0;
}

uint32_t rpt_plot_load_changes(const struct rpt_plot_load *load)
{
    uint32_t most = 0;
    for (int i = 0; i < SERIES; i++)
        most = series_of(load, i)->count > most ? series_of(load, i)->count : most;
    return most;
}

/* A line for each policy that holds the metric somewhere. Returns how many there are. */
static uint32_t put_targets(struct rpt_plot_db *plot, const struct rpt_plot_load *load,
                            const char *service, uint32_t number, FILE *data)
{
    uint32_t count = 0;
    sqlite3_stmt *query =
        rpt_plot_query(plot,
                       "SELECT DISTINCT target_value FROM v_scaling_policy WHERE service = ?"
                       " AND target_value IS NOT NULL AND metric_name IN"
                       " (SELECT metric_name FROM v_service WHERE run_id = 1 AND service = ?)");
    sqlite3_bind_text(query, 1, service, -1, SQLITE_STATIC);
    sqlite3_bind_text(query, 2, service, -1, SQLITE_STATIC);
    fprintf(data, "# targets_%u\n", number);
    while (sqlite3_step(query) == SQLITE_ROW) {
        double value = sqlite3_column_double(query, 0);
        fprintf(data, "%s%.10g %.10g\n%.10g %.10g\n", count > 0 ? "\n" : "", load->metric.t[0],
                value, load->metric.last_t + MINUTE, value);
        count++;
    }
    fprintf(data, "\n\n");
    sqlite3_finalize(query);
    return count;
}

void rpt_plot_load_put(struct rpt_plot_db *plot, const struct rpt_plot_load *load,
                       const char *service, uint32_t number, double width, FILE *data,
                       FILE *prologue)
{
    char name[32];
    uint32_t targets = 0;
    if (rpt_plot_load_is_there(load)) {
        for (int i = 0; i < SERIES; i++) {
            struct rpt_series series = *series_of(load, i);
            series.last_t += MINUTE; /* its last value holds to the end of its minute */
            snprintf(name, sizeof name, "%s_%u", sets[i], number);
            rpt_series_put(data, name, &series, width);
        }
        targets = put_targets(plot, load, service, number, data);
    }
    fprintf(prologue, "has_load_%u = %d\nload_max_%u = %.10g\nload_lost_%u = %d\ntargets_%u = %u\n",
            number, rpt_plot_load_is_there(load), number, fmax(load->requests.high, 1.0), number,
            load->lost > 0.0, number, targets);
}

void rpt_plot_load_free(struct rpt_plot_load *load)
{
    rpt_series_free(&load->requests);
    rpt_series_free(&load->dropped);
    rpt_series_free(&load->metric);
}
