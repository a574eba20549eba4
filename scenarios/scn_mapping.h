/* scn_mapping: what the columns of a trace mean, as data.
 *
 * A mapping is a small JSON file (scenarios/mappings), so that a user adds a format without code:
 *
 *   {"plimsollMapping": 1, "description": "...",
 *    "delimiter": ",",            one character, or "blanks" (runs of blanks and tabs)
 *    "comment": "#",              lines that begin with it are skipped; default: none
 *    "quotes": true,              RFC 4180; default: true unless the delimiter is "blanks"
 *    "header": true,              false: columns are numbers from 1
 *    "columnCount": 18,           every row must have as many; default: the header's, else any
 *    "fields": {"arrival_s": ..., "duration_s": ..., ...},         expressions: scn_expr.h
 *    "filters": [{"column": "status", "in": ["1"]}, {"column": "x", "notIn": ["a"]},
 *                {"column": "cpus", "min": 1, "max": 64}],         a row is kept if all hold
 *    "onNonPositive": "clamp"}    or by field: {"duration_s": "clamp", "cpu": "skip"}
 *
 * Fields bear the names, units and rounding of the native format's columns, which is itself the
 * mapping "every column is the field of its name". Beyond Design 3.3 there are duration_span_s:
 * the duration is uniform in [duration_s, duration_s + duration_span_s), drawn by the model; and,
 * beyond ECS, gpu_milli, the thousandths that a task takes of each of its GPUs, and gpu_model, the
 * models that it accepts ("V100|A100").
 *
 * onNonPositive: what happens to a row whose value is below the least legal one (durations 1 us,
 * count 1, cpu 1 unit, memory 4 MiB (RES-08), gpu 0, gpu_milli 1): `clamp` raises it to that (a
 * duration to 1 s), `skip` leaves the row out, `error` (the default) is a complaint. The first two
 * count. */
#ifndef SCN_MAPPING_H
#define SCN_MAPPING_H

#include "scn_expr.h"

enum scn_field {
    SCN_FIELD_ARRIVAL,
    SCN_FIELD_DURATION,
    SCN_FIELD_DURATION_SPAN,
    SCN_FIELD_COUNT,
    SCN_FIELD_CPU,
    SCN_FIELD_MEMORY,
    SCN_FIELD_GPU,
    SCN_FIELD_GPU_MILLI,
    SCN_FIELD_TASK_DEFINITION,
    SCN_FIELD_GROUP,
    SCN_FIELD_PROVIDER,
    SCN_FIELD_CONSTRAINT,
    SCN_FIELD_GPU_MODEL,
    SCN_FIELDS,
};

extern const char *const scn_field_names[SCN_FIELDS]; /* "arrival_s", ... */

enum scn_policy { SCN_POLICY_ERROR, SCN_POLICY_CLAMP, SCN_POLICY_SKIP };

struct scn_filter {
    enum { SCN_FILTER_IN, SCN_FILTER_NOT_IN, SCN_FILTER_RANGE } kind;
    uint16_t column;
    const struct scn_value *texts; /* IN, NOT_IN: the list */
    scn_nano min, max;             /* RANGE, inclusive; a missing cell is outside */
};

#define SCN_FILTERS_MAX 16

struct scn_mapping {
    const char *name; /* "swf"; NULL: native */
    struct scn_csv_format format;
    bool header;
    uint32_t column_count; /* wanted in every row; 0: any */
    struct scn_exprs exprs;
    uint16_t field[SCN_FIELDS]; /* SCN_EXPR_NONE: the mapping does not give it */
    enum scn_policy policy[SCN_FIELDS];
    struct scn_filter filters[SCN_FILTERS_MAX];
    uint32_t filter_count;
};

/* The native format, before its header is known. */
void scn_mapping_native(struct scn_mapping *mapping);

/* A shipped mapping by name ("swf"), or a JSON file (a name with a slash or .json) relative to
 * base_dir (NULL: the working folder) or beside an embedded scenario. False after complaints. */
bool scn_mapping_load(struct scn_mapping *mapping, struct sim_arena *arena, const char *name,
                      const char *base_dir, struct scn_complaints *complaints);

/* Finds the mapping's columns in the header row; a native mapping takes its fields from it.
 * False after complaints, which name `file`. */
bool scn_mapping_bind(struct scn_mapping *mapping, struct sim_arena *arena,
                      const struct scn_csv *header, const char *file,
                      struct scn_complaints *complaints);

#endif
