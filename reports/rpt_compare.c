#include "rpt_compare.h"

#include "rpt_database.h"
#include "rpt_summary.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static const char *text_of(struct sim_arena *arena, sqlite3_stmt *query, int column)
{
    const char *text = (const char *)sqlite3_column_text(query, column);
    return sim_arena_strdup(arena, text != NULL ? text : "");
}

static bool read_runs(struct sim_arena *arena, sqlite3 *db, struct rpt_measures *m)
{
    sqlite3_stmt *query = NULL;
    static const char sql[] = "SELECT seed, replication, scenario, epoch, plimsoll_version, "
                              "workload_hash, (SELECT count(*) FROM v_run) "
                              "FROM v_run ORDER BY run_id";
    bool good = sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK;
    while (good && sqlite3_step(query) == SQLITE_ROW) {
        if (m->run_count == 0) {
            m->seeds = sim_arena_array(arena, (uint32_t)sqlite3_column_int64(query, 6),
                                       sizeof m->seeds[0]);
            m->scenario = text_of(arena, query, 2);
            m->epoch = text_of(arena, query, 3);
            m->version = text_of(arena, query, 4);
            m->workload_hash = text_of(arena, query, 5);
        }
        /* a run's chance is its seed and its number */
        m->seeds[m->run_count++] =
            sqlite3_column_int64(query, 0) * 1000003 + sqlite3_column_int64(query, 1);
    }
    sqlite3_finalize(query);
    return good && m->run_count > 0;
}

static uint32_t metric_index(struct sim_arena *arena, struct rpt_measures *m, const char *name,
                             const char *unit)
{
    for (uint32_t i = 0; i < m->metric_count; i++)
        if (strcmp(m->metrics[i], name) == 0)
            return i;
    m->metrics[m->metric_count] = sim_arena_strdup(arena, name);
    m->units[m->metric_count] = sim_arena_strdup(arena, unit);
    return m->metric_count++;
}

static bool read_values(struct sim_arena *arena, sqlite3 *db, struct rpt_measures *m)
{
    sqlite3_stmt *query = NULL;
    uint32_t most = 0;
    for (const struct rpt_metric *metric = rpt_metrics; metric->name != NULL; metric++)
        most++;
    m->metrics = sim_arena_array(arena, most, sizeof m->metrics[0]);
    m->units = sim_arena_array(arena, most, sizeof m->units[0]);
    m->values = sim_arena_array(arena, most * m->run_count, sizeof m->values[0]);
    for (uint32_t i = 0; i < most * m->run_count; i++)
        m->values[i] = (double)NAN; /* clang: it is a float */
    static const char sql[] = "SELECT (SELECT count(*) FROM v_run r WHERE r.run_id < s.run_id), "
                              "s.metric, s.unit, s.value "
                              "FROM v_summary s ORDER BY s.run_id";
    bool good = sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK;
    while (good && sqlite3_step(query) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, 1);
        const char *unit = (const char *)sqlite3_column_text(query, 2);
        uint32_t run = (uint32_t)sqlite3_column_int64(query, 0);
        if (run >= m->run_count || name == NULL || unit == NULL)
            continue;
        uint32_t before = m->metric_count;
        if (before == most) /* more names than this program knows: the file is another's */
            break;
        uint32_t metric = metric_index(arena, m, name, unit);
        m->values[(size_t)metric * m->run_count + run] = sqlite3_column_double(query, 3);
    }
    sqlite3_finalize(query);
    return good;
}

bool rpt_measures_read(struct sim_arena *arena, const char *path, struct rpt_measures *measures,
                       char *message, size_t size)
{
    *measures = (struct rpt_measures){.path = sim_arena_strdup(arena, path)};
    sqlite3 *db = rpt_database_open(path, message, size);
    if (db == NULL)
        return false;
    bool good = read_runs(arena, db, measures) && read_values(arena, db, measures);
    if (!good)
        snprintf(message, size, "%s: %s", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    return good;
}

/* ---- comparing ---- */

bool rpt_comparable(const struct rpt_measures *a, const struct rpt_measures *b, char *message,
                    size_t size)
{
    if (strcmp(a->workload_hash, b->workload_hash) != 0) {
        snprintf(message, size,
                 "%s and %s ran different workloads, so that a difference would say nothing: run "
                 "both with the same trace or generators, task definitions' durations and `scale`",
                 a->path, b->path);
        return false;
    }
    if (a->run_count != b->run_count) {
        snprintf(message, size,
                 "%s has %u replications and %s has %u: run both with the same --replications",
                 a->path, a->run_count, b->path, b->run_count);
        return false;
    }
    for (uint32_t i = 0; i < a->run_count; i++)
        if (a->seeds[i] != b->seeds[i]) {
            snprintf(message, size,
                     "%s and %s have different seeds, so that replications cannot be paired: run "
                     "both with the same --seed",
                     a->path, b->path);
            return false;
        }
    return true;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Which way is better, where that is not a matter of taste. */
static int direction(const char *metric)
{
    static const char *const less[] = {
        "task_wait",
        "cost_usd",
        "tasks_failed",
        "tasks_waiting",
        "tasks_dropped",
        "tasks_timed_out",
        "submissions_refused",
        "placement_failures",
        "interruptions",
        "tasks_stopped_by_scale_in",
        "instances_never",
        "instance_hours",
        "services_below",
        "service_placement_failures",
        "service_starts_impaired",
        "deployments_failed",
        "deployments_stuck",
        "deployment_s",
    };
    static const char *const more[] = {"tasks_completed", "cpu_reserved", "memory_reserved"};
    for (size_t i = 0; i < sizeof less / sizeof less[0]; i++)
        if (begins(metric, less[i]))
            return -1;
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (begins(metric, more[i]))
            return 1;
    return 0;
}

static enum rpt_verdict verdict_of(const struct rpt_difference *d)
{
    const struct sim_tally *t = &d->differences;
    bool equal = !(t->min < 0) && !(t->max > 0);
    if (equal)
        return RPT_VERDICT_EQUAL;
    if (d->pairs < 2)
        return RPT_VERDICT_UNKNOWN;
    if (d->difference + d->half_width < 0)
        return RPT_VERDICT_LOWER;
    if (d->difference - d->half_width > 0)
        return RPT_VERDICT_HIGHER;
    return RPT_VERDICT_NONE;
}

static void fill(struct rpt_difference *d, const double *a, const double *b, uint32_t runs,
                 double confidence)
{
    struct sim_tally of_a = {0};
    for (uint32_t i = 0; i < runs; i++) {
        if (isnan(a[i]) || isnan(b[i]))
            continue;
        sim_tally_add(&of_a, a[i]);
        sim_tally_add(&d->of_b, b[i]);
        sim_tally_add(&d->differences, b[i] - a[i]);
        d->pairs++;
    }
    d->mean_a = of_a.mean;
    d->mean_b = d->of_b.mean;
    struct sim_interval paired = sim_tally_interval(&d->differences, confidence);
    d->difference = paired.mean;
    d->half_width = paired.half_width;
    d->unpaired_half_width = sim_welch_interval(&of_a, &d->of_b, confidence).half_width;
    d->verdict = verdict_of(d);
    d->good = direction(d->metric);
}

struct rpt_difference *rpt_compare(struct sim_arena *arena, const struct rpt_measures *a,
                                   const struct rpt_measures *b, double confidence, uint32_t *count)
{
    struct rpt_difference *differences =
        sim_arena_array(arena, a->metric_count, sizeof differences[0]);
    *count = 0;
    for (uint32_t i = 0; i < a->metric_count; i++)
        for (uint32_t k = 0; k < b->metric_count; k++) {
            if (strcmp(a->metrics[i], b->metrics[k]) != 0)
                continue;
            struct rpt_difference *d = &differences[*count];
            *d = (struct rpt_difference){.metric = a->metrics[i], .unit = a->units[i]};
            fill(d, a->values + (size_t)i * a->run_count, b->values + (size_t)k * b->run_count,
                 a->run_count, confidence);
            *count += d->pairs > 0;
        }
    return differences;
}

/* ---- gates ---- */

static const struct rpt_difference *find(const char *metric,
                                         const struct rpt_difference *differences, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(differences[i].metric, metric) == 0)
            return &differences[i];
    return NULL;
}

bool rpt_gate_judge(const struct rpt_gate *gate, const struct rpt_difference *differences,
                    uint32_t count, struct rpt_gate_result *result, char *message, size_t size)
{
    const struct rpt_difference *d = find(gate->metric, differences, count);
    if (d == NULL) {
        snprintf(message, size,
                 "metric \"%s\" is not in both databases; `plimsoll list metrics` lists them",
                 gate->metric);
        return false;
    }
    if (d->pairs < RPT_GATE_PAIRS) {
        snprintf(message, size,
                 "\"%s\" has %u pairs of replications, and a gate needs %d: run both with "
                 "--replications=%d or more",
                 gate->metric, d->pairs, RPT_GATE_PAIRS, RPT_GATE_PAIRS);
        return false;
    }
    bool increase = gate->kind == RPT_GATE_MAX_INCREASE || gate->kind == RPT_GATE_MAX_INCREASE_PCT;
    const struct sim_tally *tally = increase ? &d->differences : &d->of_b;
    /* a one-sided bound at c is a side of the two-sided interval at 2c - 1 */
    struct sim_interval interval = sim_tally_interval(tally, 2 * gate->confidence - 1);
    double scale = 1;
    if (gate->kind == RPT_GATE_MAX_INCREASE_PCT) {
        if (!(fabs(d->mean_a) > 0)) {
            snprintf(message, size,
                     "\"%s\" is 0 at the baseline, so an increase has no percentage; use "
                     "max_increase",
                     gate->metric);
            return false;
        }
        scale = 100 / fabs(d->mean_a);
    }
    *result = (struct rpt_gate_result){
        .value = interval.mean * scale,
        .lower = (interval.mean - interval.half_width) * scale,
        .upper = (interval.mean + interval.half_width) * scale,
    };
    if (gate->kind == RPT_GATE_MIN)
        result->holds = gate->prove ? result->lower > gate->limit : !(result->upper < gate->limit);
    else
        result->holds = gate->prove ? result->upper < gate->limit : !(result->lower > gate->limit);
    return true;
}
