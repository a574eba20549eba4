/* scn_trace: workload traces as streams of arrivals.
 *
 * A trace is a text table (.csv, .swf, ..., also .gz) and a mapping: data that says which column is
 * which field, in which unit (scenarios/mappings, one JSON file each; scn_mapping.h). It is parsed
 * once, at load time: every line is checked and counted, names are interned, bytes and rows are
 * hashed. The parsed rows (64 bytes each) are then shared read-only between replications, from
 * memory below the cache limit, else from an unlinked temporary file.
 *
 * Time: with align start the first row kept is at 0, and the window counts from the trace's first
 * row; with align absolute both count from the scenario's start, and earlier rows are filtered.
 * Rows without arrival are there at t = 0. Rows must be sorted; broken lines are complaints, or,
 * when lenient, counted as skipped (an unsorted row never is). A file without rows is refused; one
 * whose rows all fall out of the window or the filters is a warning. Quantiles in the statistics
 * are off by at most 1 part in 1,024. Cost: about 0.5 us a row and core. */
#ifndef SCN_TRACE_H
#define SCN_TRACE_H

#include "scn_load.h"

struct scn_trace; /* private; ecs_workload.data of trace items */

extern const struct ecs_source scn_trace_source;

/* How a scenario's workload item wants its trace read. */
struct scn_trace_use {
    const char *path;     /* as found: relative to the scenario's folder, or absolute */
    const char *mapping;  /* shipped name ("swf"), path of a JSON file, or NULL: native CSV */
    const char *base_dir; /* folder that relative paths start from; NULL: the working folder */
    sim_time from, to;    /* window on trace time, [from, to); 0 and SIM_TIME_NEVER */
    bool absolute;        /* align: absolute; else the first row is at the scenario's start */
    const char *zone;     /* "+02:00" for stamps without zone; NULL: UTC */
    int64_t start_unix_s; /* the scenario's start, for absolute */
    bool lenient;
    bool may_be_empty; /* to look at: else a file without any row is an error */
    int64_t cache_bytes;
    /* Resolves a name found in a row; returns ECS_NONE when unknown. May be NULL when the trace
     * is only looked at (`plimsoll trace`). */
    uint32_t (*task_definition)(void *user, const char *name);
    uint32_t (*provider)(void *user, const char *name);
    /* The models of GPUs that a row accepts, as bits. May be NULL as well. */
    uint64_t (*gpu_models)(void *user, const char *text);
    void *user;
    struct ecs_names *names; /* where groups and GPU models are interned */
};

struct scn_trace_stats {
    uint64_t lines, rows, tasks, skipped, filtered, clamped;
    uint64_t rows_without_duration;          /* they take the task definition's */
    bool names_definitions, names_providers; /* rows may name ones of their own */
    sim_time first, last;                    /* arrivals, in run time */
    sim_time duration_p50, duration_p95, duration_max;
    int64_t cpu_units_p50, cpu_units_max, memory_mib_p50, memory_mib_max, gpus_max;
    double mean_busy_vcpus; /* sum of duration x vCPU over the span */
    int64_t size_bytes;     /* of the file as stored */
    char sha256[65];
    uint64_t hash; /* of the rows as the run sees them: part of workload_hash */
};

/* NULL on error, with complaints. */
struct scn_trace *scn_trace_open(const struct scn_trace_use *use, struct sim_arena *arena,
                                 struct scn_complaints *complaints);
void scn_trace_close(struct scn_trace *trace);
const struct scn_trace_stats *scn_trace_stats(const struct scn_trace *trace);

#endif
