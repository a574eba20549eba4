/* rpt_plot_series: what the data of all plots is made of: queries, texts, time axes, step series.
 *
 * A series holds a value from each of its times on. It keeps only changes; when some series of a
 * plot has too many of them to be told apart, all become buckets of rpt_series_width. Private to
 * the rpt_plot_* files; a series owns its arrays. */
#ifndef RPT_PLOT_SERIES_H
#define RPT_PLOT_SERIES_H

#include "rpt_plot_data.h"

#include <stdint.h>

struct sqlite3_stmt;

/* ---- queries ---- */

/* Of the views; NULL when it cannot be: then it has no rows. The caller finalizes it. */
struct sqlite3_stmt *rpt_plot_query(struct rpt_plot_db *plot, const char *sql);
/* One number; false when there is none. name: bound to the first parameter; NULL: none. */
bool rpt_plot_number(struct rpt_plot_db *plot, const char *sql, const char *name, double *value);
/* A metric of the drawn replication. */
bool rpt_plot_metric(struct rpt_plot_db *plot, const char *metric, double *value);

/* ---- texts ---- */

/* As a string in double quotes of gnuplot; as the variable `name`. */
void rpt_plot_put_string(FILE *out, const char *text);
void rpt_plot_put_text(FILE *out, const char *name, const char *text);
/* "3 min 12 s"; "1,234.5". */
void rpt_plot_format_duration(char *text, size_t size, double seconds);
void rpt_plot_format_number(char *text, size_t size, double value, int decimals);
/* Variables plot_title and plot_subtitle: the scenario, its epoch and the numbers to remember. */
void rpt_plot_put_titles(struct rpt_plot_db *plot, FILE *prologue, const char *what);

/* ---- the time axis ---- */

#define RPT_TIME_TICS 12.0 /* that stand beside each other across a whole picture */

/* Variable time_label; with buckets of `width` seconds also what is shown `of` each. */
void rpt_plot_put_time_label(struct rpt_plot_db *plot, FILE *prologue, double width,
                             const char *of);
/* Variables time_end, time_step and time_tics, a command; at most `most` tics, at round times. */
void rpt_plot_put_time_axis(FILE *prologue, double end, double most);

/* ---- series ---- */

struct rpt_series {
    double *t, *v;
    uint32_t count, t_capacity, v_capacity;
    double last_t, low, high;
};

/* Adds a value that holds from t on; only changes are kept. */
void rpt_series_add(struct rpt_series *series, double t, double v);
/* Rows "time mean low high": every change as it is, or buckets of `width` seconds. */
void rpt_series_put(FILE *data, const char *name, const struct rpt_series *series, double width);
void rpt_series_free(struct rpt_series *series);
/* Seconds of a bucket for series of which the longest has `most` changes; 0: none is needed. */
double rpt_series_width(uint32_t most, double end);

#endif
