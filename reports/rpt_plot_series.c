#include "rpt_plot_series.h"

#include "sim_arena.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS     320.0 /* about, of a series with too many changes */
#define SERIES_FULL 1000u /* changes that can still be told apart on 950 pixels */

sqlite3_stmt *rpt_plot_query(struct rpt_plot_db *plot, const char *sql)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(plot->db, sql, -1, &query, NULL) != SQLITE_OK)
        return NULL; /* sqlite3_step(NULL) says SQLITE_MISUSE: no rows */
    return query;
}

/* One number; false when there is none. */
bool rpt_plot_number(struct rpt_plot_db *plot, const char *sql, const char *name, double *value)
{
    sqlite3_stmt *query = rpt_plot_query(plot, sql);
    if (name != NULL)
        sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC);
    bool found = query != NULL && sqlite3_step(query) == SQLITE_ROW &&
                 sqlite3_column_type(query, 0) != SQLITE_NULL;
    if (found)
        *value = sqlite3_column_double(query, 0);
    sqlite3_finalize(query);
    return found;
}

bool rpt_plot_metric(struct rpt_plot_db *plot, const char *metric, double *value)
{
    return rpt_plot_number(plot, "SELECT value FROM v_summary WHERE run_id = 1 AND metric = ?",
                           metric, value);
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* As a string in double quotes of gnuplot. */
void rpt_plot_put_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            fputc('\\', out);
        if ((unsigned char)*p >= 0x20)
            fputc(*p, out);
    }
    fputc('"', out);
}

void rpt_plot_put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = ", name);
    rpt_plot_put_string(out, text);
    fputc('\n', out);
}

/* "0 s", "0.4 s", "3 min 12 s", "2 d 4 h". */
void rpt_plot_format_duration(char *text, size_t size, double seconds)
{
    int64_t s = (int64_t)(seconds < 60.0 ? round(seconds) : floor(seconds));
    if (seconds > 0.0 && seconds < 10.0 && fabs(seconds - round(seconds)) >= 0.05)
        snprintf(text, size, "%.1f s", seconds);
    else if (s < 60)
        snprintf(text, size, "%" PRId64 " s", s);
    else if (s < 3600)
        snprintf(text, size, s % 60 ? "%" PRId64 " min %" PRId64 " s" : "%" PRId64 " min", s / 60,
                 s % 60);
    else if (s < 86400)
        snprintf(text, size, s / 60 % 60 ? "%" PRId64 " h %" PRId64 " min" : "%" PRId64 " h",
                 s / 3600, s / 60 % 60);
    else
        snprintf(text, size, s / 3600 % 24 ? "%" PRId64 " d %" PRId64 " h" : "%" PRId64 " d",
                 s / 86400, s / 3600 % 24);
}

/* "1,234,567" and, with cents, "1,234.56". */
void rpt_plot_format_number(char *text, size_t size, double value, int decimals)
{
    char plain[64];
    snprintf(plain, sizeof plain, "%.*f", decimals, value);
    size_t whole = strcspn(plain, "."), at = 0;
    for (size_t i = 0; plain[i] != '\0' && at + 2 < size; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = plain[i];
    }
    text[at] = '\0';
}

/* Title and subtitle: the scenario, its epoch and the numbers to remember. */
void rpt_plot_put_titles(struct rpt_plot_db *plot, FILE *prologue, const char *what)
{
    char title[512], line[512] = "", number[64];
    size_t at = 0;
    double value;
    snprintf(title, sizeof title, "%s: %s", plot->scenario, what);
    rpt_plot_put_text(prologue, "plot_title", title);
    sqlite3_stmt *query =
        rpt_plot_query(plot, "SELECT epoch, seed, (SELECT count(*) FROM v_run) FROM v_run");
    if (sqlite3_step(query) == SQLITE_ROW) {
        at += (size_t)snprintf(line, sizeof line, "epoch %s", sqlite3_column_text(query, 0));
        if (sqlite3_column_int64(query, 2) > 1)
            at += (size_t)snprintf(line + at, sizeof line - at, "  ·  replication 1 of %" PRId64,
                                   (int64_t)sqlite3_column_int64(query, 2));
    }
    sqlite3_finalize(query);
    if (rpt_plot_metric(plot, "arrivals_count", &value)) {
        rpt_plot_format_number(number, sizeof number, value, 0);
        at += (size_t)snprintf(line + at, sizeof line - at, "  ·  %s tasks", number);
    }
    if (rpt_plot_metric(plot, "instances_peak_count", &value)) {
        rpt_plot_format_number(number, sizeof number, value, 0);
        at += (size_t)snprintf(line + at, sizeof line - at, "  ·  peak %s instances", number);
    }
    if (rpt_plot_metric(plot, "task_wait_s_p99", &value)) {
        rpt_plot_format_duration(number, sizeof number, value);
        at += (size_t)snprintf(line + at, sizeof line - at, "  ·  p99 wait %s", number);
    }
    if (rpt_plot_metric(plot, "cost_usd", &value)) {
        rpt_plot_format_number(number, sizeof number, value, value < 1000.0 ? 2 : 0);
        snprintf(line + at, sizeof line - at, "  ·  $%s", number);
    }
    rpt_plot_put_text(prologue, "plot_subtitle", line);
}

/* Tics of a time axis from 0 to `end` seconds: at most `most`, at round times. Variables
 * time_step and time_tics, the command that labels them. */
static void put_time_tics(FILE *prologue, double end, double most)
{
    static const int64_t steps[] = {1,       5,       10,       30,      60,     120,     300,
                                    600,     900,     1800,     3600,    7200,   10800,   21600,
                                    43200,   86400,   172800,   432000,  864000, 1728000, 2592000,
                                    5184000, 8640000, 17280000, 31536000};
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof *steps && end / (double)steps[i] > most)
        i++;
    fprintf(prologue, "time_step = %" PRId64 "\ntime_tics = 'set xtics (", steps[i]);
    for (int64_t at = 0; (double)at <= end * 1.0001; at += steps[i]) {
        char text[64];
        if (at == 0)
            snprintf(text, sizeof text, "0");
        else
            rpt_plot_format_duration(text, sizeof text, (double)at);
        fprintf(prologue, "%s\"%s\" %" PRId64, at == 0 ? "" : ", ", text, at);
    }
    fprintf(prologue, ") nomirror'\n");
}

/* ---- step series ----------------------------------------------------------------------------- */

static void series_append(struct rpt_series *series, double t, double v)
{
    sim_grow((void **)&series->t, &series->t_capacity, series->count + 1, sizeof(double));
    sim_grow((void **)&series->v, &series->v_capacity, series->count + 1, sizeof(double));
    series->t[series->count] = t;
    series->v[series->count++] = v;
}

/* Adds a value that holds from t on; only changes are kept. */
void rpt_series_add(struct rpt_series *series, double t, double v)
{
    if (series->count == 0 || v < series->low)
        series->low = v;
    if (series->count == 0 || v > series->high)
        series->high = v;
    series->last_t = t;
    if (series->count > 0 && !(v < series->v[series->count - 1]) &&
        !(v > series->v[series->count - 1]))
        return;
    series_append(series, t, v);
}

/* One row of a bucket of time, [from, to): the mean over time, the least and the greatest value;
 * with `last` a second one at its end. *at is the change that holds at `from`, and moves on to the
 * one that holds at `to`. */
static void put_bucket(FILE *data, const struct rpt_series *series, uint32_t *at, double from,
                       double to, bool last)
{
    double low = series->v[*at], high = low, area = 0.0, since = from;
    while (*at + 1 < series->count && series->t[*at + 1] < to) {
        area += series->v[*at] * (series->t[*at + 1] - since);
        since = series->t[++*at];
        low = series->v[*at] < low ? series->v[*at] : low;
        high = series->v[*at] > high ? series->v[*at] : high;
    }
    area += series->v[*at] * (to - since);
    double mean = area / (to - from);
    fprintf(data, "%.10g %.10g %.10g %.10g\n", from, mean, low, high);
    if (last)
        fprintf(data, "%.10g %.10g %.10g %.10g\n", to, mean, low, high);
}

/* Rows "time mean low high": every change as it is, or buckets of `width` seconds. */
void rpt_series_put(FILE *data, const char *name, const struct rpt_series *series, double width)
{
    fprintf(data, "# %s\n", name);
    uint32_t at = 0;
    if (width > 0.0 && series->count > 0 && series->last_t > series->t[0]) {
        for (double from = series->t[0]; from < series->last_t; from += width) {
            bool last = from + width >= series->last_t;
            put_bucket(data, series, &at, from, last ? series->last_t : from + width, last);
        }
    } else if (series->count > 0) {
        for (; at < series->count; at++)
            fprintf(data, "%.10g %.10g %.10g %.10g\n", series->t[at], series->v[at], series->v[at],
                    series->v[at]);
        double last = series->v[series->count - 1];
        fprintf(data, "%.10g %.10g %.10g %.10g\n", series->last_t, last, last, last);
    }
    fprintf(data, "\n\n");
}

void rpt_series_free(struct rpt_series *series)
{
    free(series->t);
    free(series->v);
}

/* Buckets, when a series has too many changes, `most`: of a round length. */
double rpt_series_width(uint32_t most, double end)
{
    static const double widths[] = {60.0,   120.0,   300.0,   600.0,   900.0,   1800.0,   3600.0,
                                    7200.0, 10800.0, 21600.0, 43200.0, 86400.0, 172800.0, 604800.0};
    if (most <= SERIES_FULL)
        return 0.0;
    size_t i = 0;
    while (i + 1 < sizeof widths / sizeof *widths && end / widths[i] > 1.5 * BUCKETS)
        i++;
    return widths[i];
}

/* ---- the time axis ---- */

/* What the time axis is called; with buckets of `width` seconds also what they show. */
void rpt_plot_put_time_label(struct rpt_plot_db *plot, FILE *prologue, double width, const char *of)
{
    char label[192] = "time since the start";
    sqlite3_stmt *query = rpt_plot_query(plot, "SELECT start_utc FROM v_run");
    if (sqlite3_step(query) == SQLITE_ROW)
        snprintf(label, sizeof label, "time since %.10s %.5s UTC",
                 (const char *)sqlite3_column_text(query, 0),
                 (const char *)sqlite3_column_text(query, 0) + 11);
    sqlite3_finalize(query);
    if (width > 0.0) {
        char text[32];
        size_t at = strlen(label);
        rpt_plot_format_duration(text, sizeof text, width);
        snprintf(label + at, sizeof label - at, "   ·   %s %s", of, text);
    }
    rpt_plot_put_text(prologue, "time_label", label);
}

void rpt_plot_put_time_axis(FILE *prologue, double end, double most)
{
    fprintf(prologue, "time_end = %.10g\n", end);
    put_time_tics(prologue, end, most);
}
