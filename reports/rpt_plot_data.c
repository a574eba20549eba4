#include "rpt_plot_data.h"

#include "rpt_database.h"
#include "rpt_plot_series.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROVIDERS_MAX 6u /* drawn one by one: more colours cannot be told apart */

bool rpt_plot_db_open(struct rpt_plot_db *plot, const char *path, char *message, size_t size)
{
    sqlite3_stmt *query = NULL;
    *plot = (struct rpt_plot_db){.db = rpt_database_open(path, message, size)};
    if (plot->db == NULL)
        return false;
    if (sqlite3_prepare_v2(plot->db, "SELECT scenario FROM v_run", -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        snprintf(plot->scenario, sizeof plot->scenario, "%s",
                 (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    const char *slash = strrchr(path, '/');
    snprintf(plot->label, sizeof plot->label, "%s", slash != NULL ? slash + 1 : path);
    char *end = strrchr(plot->label, '.');
    if (end != NULL && strcmp(end, ".db") == 0)
        *end = '\0';
    return true;
}

void rpt_plot_db_close(struct rpt_plot_db *plot)
{
    sqlite3_close(plot->db);
    plot->db = NULL;
}

/* ---- capacity -------------------------------------------------------------------------------- */

struct provider_series {
    char name[256];
    double target; /* NAN: none */
    struct rpt_series in_service, reservation;
};

struct capacity {
    double width; /* of a bucket; 0: every change is drawn */
    struct rpt_series desired, in_service, needed, running, waiting, cpu, memory;
    struct provider_series providers[PROVIDERS_MAX];
    uint32_t provider_count;
    /* Sums over the providers at the current instant, for the whole cluster. */
    double at, desired_sum, needed_sum;
    bool has_desired, has_needed;
};

static void read_providers(struct rpt_plot_db *plot, struct capacity *capacity)
{
    sqlite3_stmt *query =
        rpt_plot_query(plot, "SELECT provider, target_capacity_pct FROM v_provider");
    while (sqlite3_step(query) == SQLITE_ROW && capacity->provider_count < PROVIDERS_MAX) {
        struct provider_series *provider = &capacity->providers[capacity->provider_count++];
        snprintf(provider->name, sizeof provider->name, "%s", sqlite3_column_text(query, 0));
        provider->target = sqlite3_column_type(query, 1) == SQLITE_NULL
                               ? (double)NAN
                               : sqlite3_column_double(query, 1);
    }
    sqlite3_finalize(query);
}

static void end_instant(struct capacity *capacity)
{
    if (capacity->has_desired)
        rpt_series_add(&capacity->desired, capacity->at, capacity->desired_sum);
    if (capacity->has_needed)
        rpt_series_add(&capacity->needed, capacity->at, capacity->needed_sum);
    capacity->has_desired = capacity->has_needed = false;
    capacity->desired_sum = capacity->needed_sum = 0.0;
}

static bool has(sqlite3_stmt *query, int column)
{
    return sqlite3_column_type(query, column) != SQLITE_NULL;
}

/* Columns of the query below. */
enum { T, PROVIDER, DESIRED, IN_SERVICE, NEEDED, RESERVATION, RUNNING, WAITING, CPU, MEMORY };

static void read_cluster_row(struct capacity *capacity, sqlite3_stmt *query)
{
    double t = sqlite3_column_double(query, T);
    rpt_series_add(&capacity->in_service, t, sqlite3_column_double(query, IN_SERVICE));
    rpt_series_add(&capacity->running, t, sqlite3_column_double(query, RUNNING));
    rpt_series_add(&capacity->waiting, t, sqlite3_column_double(query, WAITING));
    if (has(query, CPU))
        rpt_series_add(&capacity->cpu, t, sqlite3_column_double(query, CPU));
    if (has(query, MEMORY))
        rpt_series_add(&capacity->memory, t, sqlite3_column_double(query, MEMORY));
}

static void read_provider_row(struct capacity *capacity, sqlite3_stmt *query, const char *name)
{
    double t = sqlite3_column_double(query, T);
    if (has(query, DESIRED)) {
        capacity->desired_sum += sqlite3_column_double(query, DESIRED);
        capacity->has_desired = true;
    }
    if (has(query, NEEDED)) {
        capacity->needed_sum += sqlite3_column_double(query, NEEDED);
        capacity->has_needed = true;
    }
    for (uint32_t i = 0; i < capacity->provider_count; i++) {
        struct provider_series *provider = &capacity->providers[i];
        if (strcmp(provider->name, name) != 0)
            continue;
        rpt_series_add(&provider->in_service, t, sqlite3_column_double(query, IN_SERVICE));
        if (has(query, RESERVATION))
            rpt_series_add(&provider->reservation, t, sqlite3_column_double(query, RESERVATION));
    }
}

static void read_capacity(struct rpt_plot_db *plot, struct capacity *capacity)
{
    sqlite3_stmt *query = rpt_plot_query(
        plot, "SELECT t_s, provider, desired, in_service, needed, reservation_pct, tasks_running,"
              " tasks_pending + tasks_provisioning,"
              " 100.0 * cpu_reserved / nullif(cpu_registered, 0),"
              " 100.0 * memory_reserved_mib / nullif(memory_registered_mib, 0)"
              " FROM v_capacity WHERE run_id = 1");
    while (sqlite3_step(query) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, PROVIDER);
        double t = sqlite3_column_double(query, T);
        if (t > capacity->at)
            end_instant(capacity);
        capacity->at = t;
        if (strcmp(name, "*") == 0)
            read_cluster_row(capacity, query);
        else
            read_provider_row(capacity, query, name);
    }
    end_instant(capacity);
    sqlite3_finalize(query);
}

static void put_flag(FILE *prologue, const char *name, const struct rpt_series *series)
{
    fprintf(prologue, "have_%s = %d\n", name, series->count > 0);
}

static void put_provider(const struct provider_series *provider, uint32_t number, double width,
                         FILE *data, FILE *prologue)
{
    char name[64];
    snprintf(name, sizeof name, "in_service_%u", number);
    rpt_series_put(data, name, &provider->in_service, width);
    fprintf(prologue, "provider_%u = ", number);
    rpt_plot_put_string(prologue, provider->name);
    fprintf(prologue, "\nhave_reservation_%u = %d\ntarget_%u = %g\nreservation_max_%u = %.10g\n",
            number, provider->reservation.count > 0, number,
            isnan(provider->target) ? -1.0 : provider->target, number, provider->reservation.high);
    snprintf(name, sizeof name, "reservation_%u", number);
    rpt_series_put(data, name, &provider->reservation, width);
}

/* The same for all series. */
static double bucket_width(const struct capacity *capacity)
{
    const struct rpt_series *all[] = {&capacity->desired, &capacity->in_service, &capacity->needed,
                                      &capacity->running, &capacity->waiting};
    uint32_t most = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        most = all[i]->count > most ? all[i]->count : most;
    for (uint32_t i = 0; i < capacity->provider_count; i++) {
        uint32_t count = capacity->providers[i].reservation.count;
        most = count > most ? count : most;
    }
    return rpt_series_width(most, capacity->at);
}

static void put_capacity(const struct capacity *capacity, FILE *data, FILE *prologue)
{
    const struct {
        const char *name;
        const struct rpt_series *series;
    } all[] = {{"desired", &capacity->desired}, {"in_service", &capacity->in_service},
               {"needed", &capacity->needed},   {"running", &capacity->running},
               {"waiting", &capacity->waiting}, {"cpu", &capacity->cpu},
               {"memory", &capacity->memory}};
    double high = 0.0;
    uint32_t drawn = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        rpt_series_put(data, all[i].name, all[i].series, capacity->width);
        put_flag(prologue, all[i].name, all[i].series);
        fprintf(prologue, "max_%s = %.10g\n", all[i].name, all[i].series->high);
    }
    for (uint32_t i = 0; i < capacity->provider_count; i++) {
        const struct provider_series *provider = &capacity->providers[i];
        put_provider(provider, i + 1, capacity->width, data, prologue);
        high = provider->reservation.high > high ? provider->reservation.high : high;
        drawn += provider->reservation.count > 0;
    }
    fprintf(prologue, "provider_count = %u\nreservation_count = %u\nreservation_max = %.10g\n",
            capacity->provider_count, drawn, high);
}

bool rpt_plot_capacity_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                            size_t size)
{
    struct capacity capacity = {0};
    read_providers(plot, &capacity);
    read_capacity(plot, &capacity);
    bool found = capacity.in_service.count > 0 && capacity.at > 0.0;
    if (found) {
        capacity.width = bucket_width(&capacity);
        rpt_plot_put_titles(plot, prologue, "capacity");
        rpt_plot_put_time_label(plot, prologue, capacity.width,
                                "lines: mean, bands: least to greatest of each");
        fprintf(prologue, "banded = %d\n", capacity.width > 0.0);
        rpt_plot_put_time_axis(prologue, capacity.at, RPT_TIME_TICS);
        put_capacity(&capacity, data, prologue);
    } else {
        snprintf(message, size,
                 "plot capacity: %s has no rows in v_capacity; run with "
                 "--trace=series or --trace=full",
                 plot->scenario);
    }
    struct rpt_series *all[] = {&capacity.desired, &capacity.in_service, &capacity.needed,
                                &capacity.running, &capacity.waiting,    &capacity.cpu,
                                &capacity.memory};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rpt_series_free(all[i]);
    for (uint32_t i = 0; i < PROVIDERS_MAX; i++) {
        rpt_series_free(&capacity.providers[i].in_service);
        rpt_series_free(&capacity.providers[i].reservation);
    }
    return found;
}

/* ---- interfaces ------------------------------------------------------------------------------ */

/* Columns of the query below, after the time. */
enum { INSTANCES = 1, REGISTERED, USED, CPU_SHARE, SHARE, MEMORY_SHARE, INTERFACE_COLUMNS };

static const char *const interface_sets[INTERFACE_COLUMNS] = {
    [INSTANCES] = "instances", [REGISTERED] = "registered", [USED] = "used",
    [CPU_SHARE] = "cpu",       [SHARE] = "share",           [MEMORY_SHARE] = "memory",
};

bool rpt_plot_has_interfaces(struct rpt_plot_db *plot)
{
    double used = 0.0;
    rpt_plot_number(plot, "SELECT max(enis_used) FROM v_capacity WHERE run_id = 1", NULL, &used);
    return used > 0.0;
}

static void read_interfaces(struct rpt_plot_db *plot, struct rpt_series series[INTERFACE_COLUMNS])
{
    sqlite3_stmt *query =
        rpt_plot_query(plot, "SELECT t_s, in_service + draining, enis_registered, enis_used,"
                             " 100.0 * cpu_reserved / nullif(cpu_registered, 0),"
                             " 100.0 * enis_used / nullif(enis_registered, 0),"
                             " 100.0 * memory_reserved_mib / nullif(memory_registered_mib, 0)"
                             " FROM v_capacity WHERE run_id = 1 AND provider = '*' ORDER BY t_s");
    while (sqlite3_step(query) == SQLITE_ROW)
        for (int i = 1; i < INTERFACE_COLUMNS; i++)
            if (has(query, i))
                rpt_series_add(&series[i], sqlite3_column_double(query, 0),
                               sqlite3_column_double(query, i));
    sqlite3_finalize(query);
}

/* "on: 12 instances on average, $4.10" */
static size_t put_saving(struct rpt_plot_db *plot, char *text, size_t size)
{
    double instances = 0.0, cost = 0.0;
    char mean[64], dollars[64];
    rpt_plot_metric(plot, "instances_mean_count", &instances);
    rpt_plot_metric(plot, "cost_usd", &cost);
    rpt_plot_format_number(mean, sizeof mean, instances, instances < 100.0);
    rpt_plot_format_number(dollars, sizeof dollars, cost, cost < 1000.0 ? 2 : 0);
    return (size_t)snprintf(text, size, "%s: %s instances on average, $%s", plot->label, mean,
                            dollars);
}

static void put_runs(struct rpt_plot_db *const runs[2], uint32_t count, FILE *prologue)
{
    char text[512];
    rpt_plot_put_titles(runs[0], prologue, "network interfaces");
    fprintf(prologue, "run_count = %u\n", count);
    for (uint32_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, "run_%u", i + 1);
        rpt_plot_put_text(prologue, text, runs[i]->label);
    }
    if (count < 2)
        return;
    size_t at = put_saving(runs[0], text, sizeof text);
    at += (size_t)snprintf(text + at, sizeof text - at, "  ·  ");
    put_saving(runs[1], text + at, sizeof text - at);
    rpt_plot_put_text(prologue, "plot_subtitle", text);
}

bool rpt_plot_interfaces_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                              size_t size)
{
    struct rpt_plot_db *const runs[2] = {plot, plot->against};
    struct rpt_series series[2][INTERFACE_COLUMNS] = {0};
    uint32_t count = plot->against != NULL ? 2 : 1, most = 0;
    double end = 0.0, instances = 0.0, interfaces = 0.0;
    bool found = true;
    for (uint32_t run = 0; run < count; run++) {
        read_interfaces(runs[run], series[run]);
        found = found && rpt_plot_has_interfaces(runs[run]);
        for (int i = 1; i < INTERFACE_COLUMNS; i++) {
            most = series[run][i].count > most ? series[run][i].count : most;
            end = series[run][i].last_t > end ? series[run][i].last_t : end;
        }
        instances = fmax(instances, series[run][INSTANCES].high);
        interfaces = fmax(interfaces, series[run][REGISTERED].high);
    }
    if (found) {
        double width = rpt_series_width(most, end);
        put_runs(runs, count, prologue);
        rpt_plot_put_time_label(plot, prologue, width, "means of each");
        rpt_plot_put_time_axis(prologue, end, RPT_TIME_TICS);
        fprintf(prologue, "max_instances = %.10g\nmax_interfaces = %.10g\n", instances, interfaces);
        for (uint32_t run = 0; run < count; run++)
            for (int i = 1; i < INTERFACE_COLUMNS; i++) {
                char name[32];
                snprintf(name, sizeof name, "%s_%u", interface_sets[i], run + 1);
                rpt_series_put(data, name, &series[run][i], width);
            }
    } else {
        snprintf(message, size,
                 "plot interfaces: %s has no row in v_capacity with awsvpc tasks; run with "
                 "--trace=series or --trace=full",
                 plot->scenario);
    }
    for (uint32_t run = 0; run < 2; run++)
        for (int i = 1; i < INTERFACE_COLUMNS; i++)
            rpt_series_free(&series[run][i]);
    return found;
}

/* ---- wait ------------------------------------------------------------------------------------ */

/* A logarithmic time axis has tics where people count, from `from` to `to` seconds. */
static void put_log_tics(FILE *prologue, double from, double to)
{
    static const double tics[] = {0.1,       0.3,       1.0,       3.0,      10.0,     30.0,
                                  60.0,      180.0,     600.0,     1800.0,   3600.0,   10800.0,
                                  21600.0,   43200.0,   86400.0,   172800.0, 604800.0, 1209600.0,
                                  2592000.0, 7776000.0, 31536000.0};
    const char *comma = "";
    fprintf(prologue, "set xtics (");
    for (size_t i = 0; i < sizeof tics / sizeof *tics; i++) {
        char text[64];
        if (tics[i] < from * 0.999 || tics[i] > to * 1.001)
            continue;
        rpt_plot_format_duration(text, sizeof text, tics[i]);
        fprintf(prologue, "%s\"%s\" %g", comma, text, tics[i]);
        comma = ", ";
    }
    fprintf(prologue, ") nomirror\nwait_from = %.10g\nwait_to = %.10g\n", from, to);
}

static void put_quantiles(struct rpt_plot_db *plot, FILE *prologue, double from)
{
    static const char *const names[] = {"p50", "p90", "p99"};
    for (size_t i = 0; i < 3; i++) {
        char metric[32], text[64], label[96];
        double value = 0.0;
        snprintf(metric, sizeof metric, "task_wait_s_%s", names[i]);
        bool found = rpt_plot_metric(plot, metric, &value);
        rpt_plot_format_duration(text, sizeof text, value);
        snprintf(label, sizeof label, "%s  %s", names[i], text);
        fprintf(prologue, "have_%s = %d\n%s = %.10g\n", names[i], found, names[i],
                value > from ? value : from);
        snprintf(metric, sizeof metric, "label_%s", names[i]);
        rpt_plot_put_text(prologue, metric, label);
    }
}

bool rpt_plot_wait_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                        size_t size)
{
    double total = 0.0, longest = 0.0, cumulated = 0.0, zero = 0.0, shown = -1.0;
    if (!rpt_plot_number(plot, "SELECT sum(tasks) FROM v_wait WHERE run_id = 1", NULL, &total)) {
        snprintf(message, size,
                 "plot wait: %s has no rows in v_wait; run with --trace=series or "
                 "--trace=full",
                 plot->scenario);
        return false;
    }
    rpt_plot_number(plot, "SELECT max(wait_s) FROM v_wait WHERE run_id = 1", NULL, &longest);
    double from = longest < 10.0 ? 0.1 : 1.0;
    double to = longest * 1.3 > from * 100.0 ? longest * 1.3 : from * 100.0;
    fprintf(data, "# share\n");
    sqlite3_stmt *query =
        rpt_plot_query(plot, "SELECT wait_s, tasks FROM v_wait WHERE run_id = 1 ORDER BY wait_s");
    while (sqlite3_step(query) == SQLITE_ROW) {
        double wait = sqlite3_column_double(query, 0);
        if (wait > from && shown < 0.0) {
            shown = 100.0 * cumulated / total;
            fprintf(data, "%.10g %.10g\n", from, shown);
        }
        cumulated += sqlite3_column_double(query, 1);
        zero = wait <= 0.0 ? cumulated : zero;
        if (wait > from)
            fprintf(data, "%.10g %.10g\n", wait, 100.0 * cumulated / total);
    }
    sqlite3_finalize(query);
    if (shown < 0.0)
        fprintf(data, "%.10g 100\n", from);
    fprintf(data, "%.10g 100\n\n\n", to);
    rpt_plot_put_titles(plot, prologue, "task wait");
    fprintf(prologue, "zero_share = %.10g\n", 100.0 * zero / total);
    put_log_tics(prologue, from, to);
    put_quantiles(plot, prologue, from);
    return true;
}
