#include "rpt_plot_data.h"

#include "rpt_database.h"
#include "sim_arena.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS       320.0 /* about, of a series with too many changes */
#define SERIES_FULL   1000u /* changes that can still be told apart on 950 pixels */
#define PROVIDERS_MAX 6u    /* drawn one by one: more colours cannot be told apart */

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

static sqlite3_stmt *query_views(struct rpt_plot_db *plot, const char *sql)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(plot->db, sql, -1, &query, NULL) != SQLITE_OK)
        return NULL; /* sqlite3_step(NULL) says SQLITE_MISUSE: no rows */
    return query;
}

/* One number; false when there is none. */
static bool query_number(struct rpt_plot_db *plot, const char *sql, const char *name, double *value)
{
    sqlite3_stmt *query = query_views(plot, sql);
    if (name != NULL)
        sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC);
    bool found = query != NULL && sqlite3_step(query) == SQLITE_ROW &&
                 sqlite3_column_type(query, 0) != SQLITE_NULL;
    if (found)
        *value = sqlite3_column_double(query, 0);
    sqlite3_finalize(query);
    return found;
}

static bool query_metric(struct rpt_plot_db *plot, const char *metric, double *value)
{
    return query_number(plot, "SELECT value FROM v_summary WHERE run_id = 1 AND metric = ?", metric,
                        value);
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* As a string in double quotes of gnuplot. */
static void put_string(FILE *out, const char *text)
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

static void put_variable(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = ", name);
    put_string(out, text);
    fputc('\n', out);
}

/* "0 s", "0.4 s", "3 min 12 s", "2 d 4 h". */
static void format_duration(char *text, size_t size, double seconds)
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
static void format_number(char *text, size_t size, double value, int decimals)
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
static void put_titles(struct rpt_plot_db *plot, FILE *prologue, const char *what)
{
    char title[512], line[512] = "", number[64];
    size_t at = 0;
    double value;
    snprintf(title, sizeof title, "%s: %s", plot->scenario, what);
    put_variable(prologue, "plot_title", title);
    sqlite3_stmt *query =
        query_views(plot, "SELECT epoch, seed, (SELECT count(*) FROM v_run) FROM v_run");
    if (sqlite3_step(query) == SQLITE_ROW) {
        at += (size_t)snprintf(line, sizeof line, "epoch %s", sqlite3_column_text(query, 0));
        if (sqlite3_column_int64(query, 2) > 1)
            at += (size_t)snprintf(line + at, sizeof line - at, "  ·  replication 1 of %" PRId64,
                                   (int64_t)sqlite3_column_int64(query, 2));
    }
    sqlite3_finalize(query);
    if (query_metric(plot, "arrivals_count", &value)) {
        format_number(number, sizeof number, value, 0);
        at += (size_t)snprintf(line + at, sizeof line - at, "  ·  %s tasks", number);
    }
    if (query_metric(plot, "instances_peak_count", &value)) {
        format_number(number, sizeof number, value, 0);
        at += (size_t)snprintf(line + at, sizeof line - at, "  ·  peak %s instances", number);
    }
    if (query_metric(plot, "task_wait_s_p99", &value)) {
        format_duration(number, sizeof number, value);
        at += (size_t)snprintf(line + at, sizeof line - at, "  ·  p99 wait %s", number);
    }
    if (query_metric(plot, "cost_usd", &value)) {
        format_number(number, sizeof number, value, value < 1000.0 ? 2 : 0);
        snprintf(line + at, sizeof line - at, "  ·  $%s", number);
    }
    put_variable(prologue, "plot_subtitle", line);
}

/* Tics of a time axis from 0 to `end` seconds: at most about 12, at round times. Variables
 * time_step and time_tics, the command that labels them. */
static void put_time_tics(FILE *prologue, double end)
{
    static const int64_t steps[] = {1,       5,       10,       30,      60,     120,     300,
                                    600,     900,     1800,     3600,    7200,   10800,   21600,
                                    43200,   86400,   172800,   432000,  864000, 1728000, 2592000,
                                    5184000, 8640000, 17280000, 31536000};
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof *steps && end / (double)steps[i] > 12.0)
        i++;
    fprintf(prologue, "time_step = %" PRId64 "\ntime_tics = 'set xtics (", steps[i]);
    for (int64_t at = 0; (double)at <= end * 1.0001; at += steps[i]) {
        char text[64];
        if (at == 0)
            snprintf(text, sizeof text, "0");
        else
            format_duration(text, sizeof text, (double)at);
        fprintf(prologue, "%s\"%s\" %" PRId64, at == 0 ? "" : ", ", text, at);
    }
    fprintf(prologue, ") nomirror'\n");
}

/* ---- step series ----------------------------------------------------------------------------- */

struct series {
    double *t, *v;
    uint32_t count, t_capacity, v_capacity;
    double last_t, low, high;
};

static void series_append(struct series *series, double t, double v)
{
    sim_grow((void **)&series->t, &series->t_capacity, series->count + 1, sizeof(double));
    sim_grow((void **)&series->v, &series->v_capacity, series->count + 1, sizeof(double));
    series->t[series->count] = t;
    series->v[series->count++] = v;
}

/* Adds a value that holds from t on; only changes are kept. */
static void series_add(struct series *series, double t, double v)
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

/* One bucket of time, [from, to): the mean over time, the least and the greatest value. *at is the
 * change that holds at `from`, and moves on to the one that holds at `to`. */
static void put_bucket(FILE *data, const struct series *series, uint32_t *at, double from,
                       double to)
{
    double low = series->v[*at], high = low, area = 0.0, since = from;
    while (*at + 1 < series->count && series->t[*at + 1] < to) {
        area += series->v[*at] * (series->t[*at + 1] - since);
        since = series->t[++*at];
        low = series->v[*at] < low ? series->v[*at] : low;
        high = series->v[*at] > high ? series->v[*at] : high;
    }
    area += series->v[*at] * (to - since);
    fprintf(data, "%.10g %.10g %.10g %.10g\n", from, area / (to - from), low, high);
}

/* Rows "time mean low high": every change as it is, or buckets of `width` seconds. */
static void put_series(FILE *data, const char *name, const struct series *series, double width)
{
    fprintf(data, "# %s\n", name);
    uint32_t at = 0;
    if (width > 0.0 && series->count > 0) {
        for (double from = series->t[0]; from < series->last_t; from += width)
            put_bucket(data, series, &at, from,
                       from + width < series->last_t ? from + width : series->last_t);
    } else {
        for (; at < series->count; at++)
            fprintf(data, "%.10g %.10g %.10g %.10g\n", series->t[at], series->v[at], series->v[at],
                    series->v[at]);
    }
    if (series->count > 0) {
        double last = series->v[series->count - 1];
        fprintf(data, "%.10g %.10g %.10g %.10g\n", series->last_t, last, last, last);
    }
    fprintf(data, "\n\n");
}

static void series_free(struct series *series)
{
    free(series->t);
    free(series->v);
}

/* ---- capacity -------------------------------------------------------------------------------- */

struct provider_series {
    char name[256];
    double target; /* NAN: none */
    struct series in_service, reservation;
};

struct capacity {
    double width; /* of a bucket; 0: every change is drawn */
    struct series desired, in_service, needed, running, waiting, cpu, memory;
    struct provider_series providers[PROVIDERS_MAX];
    uint32_t provider_count;
    /* Sums over the providers at the current instant, for the whole cluster. */
    double at, desired_sum, needed_sum;
    bool has_desired, has_needed;
};

static void read_providers(struct rpt_plot_db *plot, struct capacity *capacity)
{
    sqlite3_stmt *query = query_views(plot, "SELECT provider, target_capacity_pct FROM v_provider");
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
        series_add(&capacity->desired, capacity->at, capacity->desired_sum);
    if (capacity->has_needed)
        series_add(&capacity->needed, capacity->at, capacity->needed_sum);
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
    series_add(&capacity->in_service, t, sqlite3_column_double(query, IN_SERVICE));
    series_add(&capacity->running, t, sqlite3_column_double(query, RUNNING));
    series_add(&capacity->waiting, t, sqlite3_column_double(query, WAITING));
    if (has(query, CPU))
        series_add(&capacity->cpu, t, sqlite3_column_double(query, CPU));
    if (has(query, MEMORY))
        series_add(&capacity->memory, t, sqlite3_column_double(query, MEMORY));
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
        series_add(&provider->in_service, t, sqlite3_column_double(query, IN_SERVICE));
        if (has(query, RESERVATION))
            series_add(&provider->reservation, t, sqlite3_column_double(query, RESERVATION));
    }
}

static void read_capacity(struct rpt_plot_db *plot, struct capacity *capacity)
{
    sqlite3_stmt *query = query_views(
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

static void put_flag(FILE *prologue, const char *name, const struct series *series)
{
    fprintf(prologue, "have_%s = %d\n", name, series->count > 0);
}

static void put_provider(const struct provider_series *provider, uint32_t number, double width,
                         FILE *data, FILE *prologue)
{
    char name[64];
    snprintf(name, sizeof name, "in_service_%u", number);
    put_series(data, name, &provider->in_service, width);
    fprintf(prologue, "provider_%u = ", number);
    put_string(prologue, provider->name);
    fprintf(prologue, "\nhave_reservation_%u = %d\ntarget_%u = %g\nreservation_max_%u = %.10g\n",
            number, provider->reservation.count > 0, number,
            isnan(provider->target) ? -1.0 : provider->target, number, provider->reservation.high);
    snprintf(name, sizeof name, "reservation_%u", number);
    put_series(data, name, &provider->reservation, width);
}

/* Buckets, when a series has too many changes, `most`: of a round length. */
static double width_for(uint32_t most, double end)
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

/* The same for all series. */
static double bucket_width(const struct capacity *capacity)
{
    const struct series *all[] = {&capacity->desired, &capacity->in_service, &capacity->needed,
                                  &capacity->running, &capacity->waiting};
    uint32_t most = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        most = all[i]->count > most ? all[i]->count : most;
    for (uint32_t i = 0; i < capacity->provider_count; i++) {
        uint32_t count = capacity->providers[i].reservation.count;
        most = count > most ? count : most;
    }
    return width_for(most, capacity->at);
}

static void put_capacity(const struct capacity *capacity, FILE *data, FILE *prologue)
{
    const struct {
        const char *name;
        const struct series *series;
    } all[] = {{"desired", &capacity->desired}, {"in_service", &capacity->in_service},
               {"needed", &capacity->needed},   {"running", &capacity->running},
               {"waiting", &capacity->waiting}, {"cpu", &capacity->cpu},
               {"memory", &capacity->memory}};
    double high = 0.0;
    uint32_t drawn = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        put_series(data, all[i].name, all[i].series, capacity->width);
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

/* What the time axis is called; with buckets of `width` seconds also what they show. */
static void put_time_label(struct rpt_plot_db *plot, FILE *prologue, double width, const char *of)
{
    char label[192] = "time since the start";
    sqlite3_stmt *query = query_views(plot, "SELECT start_utc FROM v_run");
    if (sqlite3_step(query) == SQLITE_ROW)
        snprintf(label, sizeof label, "time since %.10s %.5s UTC",
                 (const char *)sqlite3_column_text(query, 0),
                 (const char *)sqlite3_column_text(query, 0) + 11);
    sqlite3_finalize(query);
    if (width > 0.0) {
        char text[32];
        size_t at = strlen(label);
        format_duration(text, sizeof text, width);
        snprintf(label + at, sizeof label - at, "   ·   %s %s", of, text);
    }
    put_variable(prologue, "time_label", label);
}

static void put_time_axis(FILE *prologue, double end)
{
    fprintf(prologue, "time_end = %.10g\n", end);
    put_time_tics(prologue, end);
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
        put_titles(plot, prologue, "capacity");
        put_time_label(plot, prologue, capacity.width,
                       "lines: mean, bands: least to greatest of each");
        fprintf(prologue, "banded = %d\n", capacity.width > 0.0);
        put_time_axis(prologue, capacity.at);
        put_capacity(&capacity, data, prologue);
    } else {
        snprintf(message, size,
                 "plot capacity: %s has no rows in v_capacity; run with "
                 "--trace=series or --trace=full",
                 plot->scenario);
    }
    struct series *all[] = {&capacity.desired, &capacity.in_service, &capacity.needed,
                            &capacity.running, &capacity.waiting,    &capacity.cpu,
                            &capacity.memory};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        series_free(all[i]);
    for (uint32_t i = 0; i < PROVIDERS_MAX; i++) {
        series_free(&capacity.providers[i].in_service);
        series_free(&capacity.providers[i].reservation);
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
    query_number(plot, "SELECT max(enis_used) FROM v_capacity WHERE run_id = 1", NULL, &used);
    return used > 0.0;
}

static void read_interfaces(struct rpt_plot_db *plot, struct series series[INTERFACE_COLUMNS])
{
    sqlite3_stmt *query =
        query_views(plot, "SELECT t_s, in_service + draining, enis_registered, enis_used,"
                          " 100.0 * cpu_reserved / nullif(cpu_registered, 0),"
                          " 100.0 * enis_used / nullif(enis_registered, 0),"
                          " 100.0 * memory_reserved_mib / nullif(memory_registered_mib, 0)"
                          " FROM v_capacity WHERE run_id = 1 AND provider = '*' ORDER BY t_s");
    while (sqlite3_step(query) == SQLITE_ROW)
        for (int i = 1; i < INTERFACE_COLUMNS; i++)
            if (has(query, i))
                series_add(&series[i], sqlite3_column_double(query, 0),
                           sqlite3_column_double(query, i));
    sqlite3_finalize(query);
}

/* "on: 12 instances on average, $4.10" */
static size_t put_saving(struct rpt_plot_db *plot, char *text, size_t size)
{
    double instances = 0.0, cost = 0.0;
    char mean[64], dollars[64];
    query_metric(plot, "instances_mean_count", &instances);
    query_metric(plot, "cost_usd", &cost);
    format_number(mean, sizeof mean, instances, instances < 100.0);
    format_number(dollars, sizeof dollars, cost, cost < 1000.0 ? 2 : 0);
    return (size_t)snprintf(text, size, "%s: %s instances on average, $%s", plot->label, mean,
                            dollars);
}

static void put_runs(struct rpt_plot_db *const runs[2], uint32_t count, FILE *prologue)
{
    char text[512];
    put_titles(runs[0], prologue, "network interfaces");
    fprintf(prologue, "run_count = %u\n", count);
    for (uint32_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, "run_%u", i + 1);
        put_variable(prologue, text, runs[i]->label);
    }
    if (count < 2)
        return;
    size_t at = put_saving(runs[0], text, sizeof text);
    at += (size_t)snprintf(text + at, sizeof text - at, "  ·  ");
    put_saving(runs[1], text + at, sizeof text - at);
    put_variable(prologue, "plot_subtitle", text);
}

bool rpt_plot_interfaces_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                              size_t size)
{
    struct rpt_plot_db *const runs[2] = {plot, plot->against};
    struct series series[2][INTERFACE_COLUMNS] = {0};
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
        double width = width_for(most, end);
        put_runs(runs, count, prologue);
        put_time_label(plot, prologue, width, "means of each");
        put_time_axis(prologue, end);
        fprintf(prologue, "max_instances = %.10g\nmax_interfaces = %.10g\n", instances, interfaces);
        for (uint32_t run = 0; run < count; run++)
            for (int i = 1; i < INTERFACE_COLUMNS; i++) {
                char name[32];
                snprintf(name, sizeof name, "%s_%u", interface_sets[i], run + 1);
                put_series(data, name, &series[run][i], width);
            }
    } else {
        snprintf(message, size,
                 "plot interfaces: %s has no row in v_capacity with awsvpc tasks; run with "
                 "--trace=series or --trace=full",
                 plot->scenario);
    }
    for (uint32_t run = 0; run < 2; run++)
        for (int i = 1; i < INTERFACE_COLUMNS; i++)
            series_free(&series[run][i]);
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
        format_duration(text, sizeof text, tics[i]);
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
        bool found = query_metric(plot, metric, &value);
        format_duration(text, sizeof text, value);
        snprintf(label, sizeof label, "%s  %s", names[i], text);
        fprintf(prologue, "have_%s = %d\n%s = %.10g\n", names[i], found, names[i],
                value > from ? value : from);
        snprintf(metric, sizeof metric, "label_%s", names[i]);
        put_variable(prologue, metric, label);
    }
}

bool rpt_plot_wait_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                        size_t size)
{
    double total = 0.0, longest = 0.0, cumulated = 0.0, zero = 0.0, shown = -1.0;
    if (!query_number(plot, "SELECT sum(tasks) FROM v_wait WHERE run_id = 1", NULL, &total)) {
        snprintf(message, size,
                 "plot wait: %s has no rows in v_wait; run with --trace=series or "
                 "--trace=full",
                 plot->scenario);
        return false;
    }
    query_number(plot, "SELECT max(wait_s) FROM v_wait WHERE run_id = 1", NULL, &longest);
    double from = longest < 10.0 ? 0.1 : 1.0;
    double to = longest * 1.3 > from * 100.0 ? longest * 1.3 : from * 100.0;
    fprintf(data, "# share\n");
    sqlite3_stmt *query =
        query_views(plot, "SELECT wait_s, tasks FROM v_wait WHERE run_id = 1 ORDER BY wait_s");
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
    put_titles(plot, prologue, "task wait");
    fprintf(prologue, "zero_share = %.10g\n", 100.0 * zero / total);
    put_log_tics(prologue, from, to);
    put_quantiles(plot, prologue, from);
    return true;
}
