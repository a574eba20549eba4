#include "rpt_plot_data.h"
#include "rpt_plot_load.h"
#include "rpt_plot_series.h"
#include "sim_arena.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define PANELS_MAX 8u /* more cannot be read on one picture */

/* Columns of the query below, after the time; DESIRED .. MINIMUM are drawn. */
enum { DESIRED = 1, HEALTHY, RUNNING, PENDING, MINIMUM, COLUMNS };

static const char *const sets[COLUMNS] = {
    [DESIRED] = "desired", [HEALTHY] = "healthy", [RUNNING] = "running",
    [PENDING] = "pending", [MINIMUM] = "minimum",
};

struct panel {
    char name[256];
    struct rpt_series series[COLUMNS];
    struct rpt_plot_load load;
};

struct services {
    struct panel panels[PANELS_MAX];
    uint32_t count, total;         /* drawn; of so many */
    double end, width, load_width; /* of buckets; 0: none */
    bool has_load;                 /* one of those drawn */
};

bool rpt_plot_has_services(struct rpt_plot_db *plot)
{
    double rows = 0.0;
    rpt_plot_number(plot, "SELECT EXISTS (SELECT 1 FROM v_service WHERE run_id = 1)", NULL, &rows);
    return rows > 0.0;
}

/* Those furthest below their desired count, the larger first of equals; in order of creation. */
static void choose_services(struct rpt_plot_db *plot, struct services *services)
{
    sqlite3_stmt *query = rpt_plot_query(
        plot, "WITH s AS (SELECT service, min(t_s) AS made, max(desired) AS size,"
              "  sum(max(desired - healthy, 0)) AS missing"
              "  FROM v_service WHERE run_id = 1 GROUP BY service)"
              "SELECT service, (SELECT count(*) FROM s) FROM (SELECT * FROM s"
              " ORDER BY missing DESC, size DESC, made, service LIMIT ?) ORDER BY made, service");
    sqlite3_bind_int64(query, 1, PANELS_MAX);
    while (sqlite3_step(query) == SQLITE_ROW) {
        struct panel *panel = &services->panels[services->count++];
        snprintf(panel->name, sizeof panel->name, "%s",
                 (const char *)sqlite3_column_text(query, 0));
        services->total = (uint32_t)sqlite3_column_int64(query, 1);
    }
    sqlite3_finalize(query);
}

/* A service that was deleted and created anew has nothing in between. */
static void read_row(struct panel *panel, sqlite3_stmt *query)
{
    double t = sqlite3_column_double(query, 0);
    for (int i = DESIRED; i < COLUMNS; i++) {
        struct rpt_series *series = &panel->series[i];
        if (series->count > 0 && t > series->last_t + 60.5)
            rpt_series_add(series, series->last_t + 60.0, 0.0);
        rpt_series_add(series, t, sqlite3_column_double(query, i));
    }
    rpt_plot_load_add(&panel->load, t, query, COLUMNS + 1);
}

static uint32_t more(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Few changes of tasks stay as they are beside a load of which every minute differs. */
static void choose_widths(struct services *services)
{
    uint32_t most = 0, most_load = 0;
    /* of two columns each shows half as much */
    double end = services->end * (services->count > 4 ? 2.0 : 1.0);
    for (uint32_t i = 0; i < services->count; i++) {
        const struct panel *panel = &services->panels[i];
        for (int k = DESIRED; k < COLUMNS; k++)
            most = more(most, panel->series[k].count);
        most_load = more(most_load, rpt_plot_load_changes(&panel->load));
        services->has_load = services->has_load || rpt_plot_load_is_there(&panel->load);
    }
    services->width = rpt_series_width(most, end);
    services->load_width = rpt_series_width(most_load, end);
}

/* In one pass: rows come in order of time. */
static void read_services(struct rpt_plot_db *plot, struct services *services)
{
    sqlite3_stmt *query = rpt_plot_query(
        plot, "SELECT t_s, desired, healthy, running, pending + wanted, coalesce(minimum, 0),"
              " service, " RPT_PLOT_LOAD_COLUMNS " FROM v_service WHERE run_id = 1");
    while (sqlite3_step(query) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, COLUMNS);
        services->end = fmax(services->end, sqlite3_column_double(query, 0));
        for (uint32_t i = 0; i < services->count; i++)
            if (strcmp(services->panels[i].name, name) == 0)
                read_row(&services->panels[i], query);
    }
    sqlite3_finalize(query);
    choose_widths(services);
}

/* ---- deployments ---- */

struct mark {
    double t;
    int bad; /* failed, or stuck at some time */
    char revision[256];
};

static uint32_t read_marks(struct rpt_plot_db *plot, const char *service, struct mark **marks)
{
    uint32_t count = 0, capacity = 0;
    sqlite3_stmt *query =
        rpt_plot_query(plot, "SELECT began_s, state IN ('FAILED', 'STUCK') OR stuck_s IS NOT NULL,"
                             " coalesce(task_definition, '') FROM v_deployment"
                             " WHERE run_id = 1 AND service = ? ORDER BY began_s, deployment_id");
    sqlite3_bind_text(query, 1, service, -1, SQLITE_STATIC);
    while (sqlite3_step(query) == SQLITE_ROW) {
        sim_grow((void **)marks, &capacity, count + 1, sizeof **marks);
        struct mark *mark = &(*marks)[count++];
        *mark = (struct mark){.t = sqlite3_column_double(query, 0),
                              .bad = sqlite3_column_int(query, 1)};
        snprintf(mark->revision, sizeof mark->revision, "%s",
                 (const char *)sqlite3_column_text(query, 2));
    }
    sqlite3_finalize(query);
    return count;
}

/* Rows "time bad label". A label is the revision, where another one comes and there is room for it
 * before the next mark and the panel's end. Returns how many there are. */
static uint32_t put_marks(struct rpt_plot_db *plot, const struct services *services,
                          uint32_t number, FILE *data)
{
    struct mark *marks = NULL;
    uint32_t count = read_marks(plot, services->panels[number].name, &marks);
    double letter = services->end * (services->count > 4 ? 0.0137 : 0.0066);
    fprintf(data, "# deployments_%u\n", number + 1);
    for (uint32_t i = 0; i < count; i++) {
        bool another = i == 0 || strcmp(marks[i].revision, marks[i - 1].revision) != 0;
        double room = (i + 1 < count ? marks[i + 1].t : services->end) - marks[i].t;
        bool fits = letter * (double)(strlen(marks[i].revision) + 2) < room;
        fprintf(data, "%.10g %d ", marks[i].t, marks[i].bad);
        rpt_plot_put_string(data, another && fits ? marks[i].revision : "");
        fputc('\n', data);
    }
    fprintf(data, "\n\n");
    free(marks);
    return count;
}

/* "0.4% dropped"; a share that would be rounded to nothing is still said to be some. */
static void add_dropped(const struct rpt_plot_load *load, char *note, size_t size)
{
    double share = load->sum > 0.0 ? 100.0 * load->lost / load->sum : 0.0;
    size_t at = strlen(note);
    if (share > 0.0 && share < 0.05)
        snprintf(note + at, size - at, "  ·  <0.1%% dropped");
    else if (share > 0.0)
        snprintf(note + at, size - at, "  ·  %.1f%% dropped", share);
}

/* "3 deployments: 1 failed, 1 stuck  ·  0.4% dropped" */
static void put_note(struct rpt_plot_db *plot, const struct panel *panel, uint32_t number,
                     FILE *prologue)
{
    char name[32], note[192] = "";
    sqlite3_stmt *query = rpt_plot_query(
        plot, "SELECT count(*), sum(state = 'FAILED'), sum(stuck_s IS NOT NULL),"
              " sum(state = 'REPLACED') FROM v_deployment WHERE run_id = 1 AND service = ?");
    sqlite3_bind_text(query, 1, panel->name, -1, SQLITE_STATIC);
    static const char *const words[] = {NULL, "failed", "stuck", "replaced"};
    if (sqlite3_step(query) == SQLITE_ROW) {
        int64_t count = sqlite3_column_int64(query, 0);
        const char *mark = ": ";
        size_t at = (size_t)snprintf(note, sizeof note, "%" PRId64 " deployment%s", count,
                                     count == 1 ? "" : "s");
        for (int i = 1; i < 4; i++)
            if (sqlite3_column_int64(query, i) > 0) {
                at += (size_t)snprintf(note + at, sizeof note - at, "%s%" PRId64 " %s", mark,
                                       (int64_t)sqlite3_column_int64(query, i), words[i]);
                mark = ", ";
            }
    }
    sqlite3_finalize(query);
    add_dropped(&panel->load, note, sizeof note);
    snprintf(name, sizeof name, "note_%u", number);
    rpt_plot_put_text(prologue, name, note);
}

/* ---- the whole ---- */

/* The subtitle: what there is of services, and how long they lacked tasks. */
static void put_subtitle(struct rpt_plot_db *plot, const struct services *services, FILE *prologue)
{
    static const struct {
        const char *metric, *words;
    } sums[] = {{"services_below_minimum_s", "below minimum"},
                {"services_below_desired_s", "below desired"}};
    char line[512], text[64];
    double value = 0.0, runs = 1.0;
    size_t at = (size_t)snprintf(line, sizeof line, "%u service%s", services->total,
                                 services->total == 1 ? "" : "s");
    if (services->count < services->total)
        at += (size_t)snprintf(line + at, sizeof line - at,
                               ", the %u furthest below their desired count", services->count);
    rpt_plot_number(plot, "SELECT count(*) FROM v_run", NULL, &runs);
    if (runs > 1.0)
        at += (size_t)snprintf(line + at, sizeof line - at, "  ·  replication 1 of %.0f", runs);
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        if (rpt_plot_metric(plot, sums[i].metric, &value)) {
            rpt_plot_format_duration(text, sizeof text, value);
            at += (size_t)snprintf(line + at, sizeof line - at, "  ·  %s %s in all", sums[i].words,
                                   text);
        }
    if (rpt_plot_metric(plot, "requests_dropped_count", &value) && value > 0.0) {
        rpt_plot_format_number(text, sizeof text, value, 0);
        snprintf(line + at, sizeof line - at, "  ·  %s requests dropped", text);
    }
    rpt_plot_put_text(prologue, "plot_subtitle", line);
}

/* What the lines show: of the load alone, where only that has too many changes. */
static void put_label(struct rpt_plot_db *plot, const struct services *services, FILE *prologue)
{
    bool load_only = services->width <= 0.0;
    rpt_plot_put_time_label(plot, prologue, fmax(services->width, services->load_width),
                            load_only ? "load: mean, bands: least to greatest of each"
                                      : "lines: mean, bands: least to greatest of each");
}

static void put_panel(struct rpt_plot_db *plot, const struct services *services, uint32_t number,
                      FILE *data, FILE *prologue)
{
    const struct panel *panel = &services->panels[number];
    double high = 1.0;
    char name[32];
    for (int i = DESIRED; i < COLUMNS; i++) {
        snprintf(name, sizeof name, "%s_%u", sets[i], number + 1);
        rpt_series_put(data, name, &panel->series[i], services->width);
        high = fmax(high, panel->series[i].high);
    }
    snprintf(name, sizeof name, "service_%u", number + 1);
    rpt_plot_put_text(prologue, name, panel->name);
    put_note(plot, panel, number + 1, prologue);
    rpt_plot_load_put(plot, &panel->load, panel->name, number + 1, services->load_width, data,
                      prologue);
    uint32_t deployments = put_marks(plot, services, number, data);
    fprintf(prologue, "max_%u = %.10g\ndeployments_%u = %u\npending_max_%u = %.10g\n", number + 1,
            high, number + 1, deployments, number + 1, panel->series[PENDING].high);
}

bool rpt_plot_service_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                           size_t size)
{
    static struct services services;
    services = (struct services){0};
    choose_services(plot, &services);
    read_services(plot, &services);
    bool found = services.count > 0 && services.end > 0.0;
    if (found) {
        rpt_plot_put_titles(plot, prologue, "services");
        put_subtitle(plot, &services, prologue);
        put_label(plot, &services, prologue);
        rpt_plot_put_time_axis(prologue, services.end,
                               RPT_TIME_TICS * (services.count > 4 ? 0.4 : 0.75));
        fprintf(prologue, "banded = %d\nload_banded = %d\nany_load = %d\nservice_count = %u\n",
                services.width > 0.0, services.load_width > 0.0, services.has_load, services.count);
        for (uint32_t i = 0; i < services.count; i++)
            put_panel(plot, &services, i, data, prologue);
    } else {
        snprintf(message, size,
                 "plot service: %s has no rows in v_service; run a scenario with services, with "
                 "--trace=series or --trace=full",
                 plot->scenario);
    }
    for (uint32_t i = 0; i < PANELS_MAX; i++) {
        for (int k = DESIRED; k < COLUMNS; k++)
            rpt_series_free(&services.panels[i].series[k]);
        rpt_plot_load_free(&services.panels[i].load);
    }
    return found;
}
