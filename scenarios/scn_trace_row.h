/* scn_trace_row: from the cells of one row to an arrival, checked.
 *
 * Private to the trace reader. Numbers follow scn_expr.h; times become microseconds rounded half
 * away from zero, sizes round up. An arrival may be a number of seconds, never negative, or an ISO
 * 8601 stamp, which counts from 1970; a stamp without zone is in the reader's. */
#ifndef SCN_TRACE_ROW_H
#define SCN_TRACE_ROW_H

#include "scn_mapping.h"

#define SCN_NO_ARRIVAL INT64_MIN

/* As kept between replications: 64 bytes. Values of -1 and ECS_NONE as in struct ecs_arrival. */
struct scn_trace_row {
    int64_t at; /* in run time; SCN_NO_ARRIVAL while it is not known */
    int64_t duration, duration_span;
    uint32_t count;
    uint32_t task_definition, group, provider;
    uint32_t gpu_model; /* name of what is accepted; 0: not given */
    int32_t cpu_units, memory_mib;
    int16_t gpus, gpu_milli; /* gpu_milli 0: not given */
    int8_t distinct_instance;
};

/* The texts of a row, views into the reader's buffer; "" where there is none. */
struct scn_trace_names {
    const char *task_definition, *group, *provider, *gpu_model;
    const struct scn_csv_cell *task_definition_cell, *provider_cell;
};

enum scn_row_state {
    SCN_ROW_KEPT,
    SCN_ROW_FILTERED, /* a filter of the mapping does not hold */
    SCN_ROW_SKIPPED,  /* onNonPositive: skip */
    SCN_ROW_BROKEN,   /* why, at cell (NULL: the row as a whole) */
};

struct scn_row_reader {
    const struct scn_mapping *mapping;
    int64_t zone_us;  /* of stamps without zone: local - UTC */
    uint64_t clamped; /* rows with a value raised to the least legal one */
    char why[200];
    const struct scn_csv_cell *cell;
};

/* Fills all of row but the four indexes. */
enum scn_row_state scn_row_read(struct scn_row_reader *reader, const struct scn_csv *cells,
                                struct scn_trace_row *row, struct scn_trace_names *names);

/* "+02:00", "-0530", "Z", "UTC" -> microseconds east of UTC. */
bool scn_zone_read(const char *text, int64_t *out_us);

#endif
