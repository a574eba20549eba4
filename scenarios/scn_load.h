/* scn_load: from a scenario file to a const struct ecs_scenario.
 *
 * Reads strictly, explains every mistake with file:line:column, path, what is wrong and what would
 * be right, all complaints at once (the first twenty by place); nothing is half-loaded. Merges
 * `extends`, `$file`, `$text` and --set, resolves names and ARNs, reads every trace once
 * (validation, statistics, hashes), fills defaults by epoch.
 *
 * Ownership: a loaded scenario owns its arena and traces until scn_loaded_release. */
#ifndef SCN_LOAD_H
#define SCN_LOAD_H

#include "ecs_scenario.h"

#define SCN_COMPLAINTS_MAX 20

struct scn_value;

/* Where a complaint belongs, and what it says without the place. */
struct scn_origin {
    const char *file;
    uint32_t line, column; /* line 0: the file as a whole */
    const char *path;      /* "services[web].desiredCount"; NULL: none */
    const char *what;
};

/* Complaints and notes, sorted by place when scn_load returns (scn_complain.h). A text is one line:
 * "file:line:column: path: what is wrong; what would be right". The origins stand at the same
 * indexes as the texts. */
struct scn_complaints {
    struct sim_arena *arena;
    const char *errors[SCN_COMPLAINTS_MAX]; /* the first ones by place */
    struct scn_origin error_origins[SCN_COMPLAINTS_MAX];
    uint32_t error_count;  /* may exceed the array: the rest was not kept */
    const char **warnings; /* a legal scenario that may not mean what it says */
    struct scn_origin *warning_origins;
    uint32_t warning_count, warning_capacity, warning_origin_capacity;
    const char **no_effect; /* "path: key has no effect here: why" */
    struct scn_origin *no_effect_origins;
    uint32_t no_effect_count, no_effect_capacity, no_effect_origin_capacity;
    const struct scn_value *last_no_effect; /* private: what lies below it is not listed */
};

struct scn_options {
    const char *const *sets; /* "PATH=VALUE" texts of --set, in order */
    uint32_t set_count;
    const char *catalog; /* --catalog FILE, or NULL for the built-in one */
    bool has_seed, has_replications, has_until;
    uint64_t seed;
    uint32_t replications;
    sim_time until;            /* --until: replaces duration */
    bool lenient_traces;       /* --strict=no: broken trace lines are counted and skipped */
    int64_t trace_cache_bytes; /* --trace-cache; 0 means 256 MiB */
    /* The scenario itself as JSON text, such as v_run.scenario_json holds, in place of a file: the
     * path is then only what complaints name, and relative paths in it start from json_folder
     * (NULL: the working folder). */
    const char *json, *json_folder;
};

struct scn_loaded {
    struct sim_arena arena;
    struct ecs_scenario scenario;
    struct scn_complaints complaints;
    void *traces; /* private */
};

/* `path`: a file, or the bare name of a shipped scenario ("tutorial"). True when there are no
 * errors; on false loaded->complaints says why. Call scn_loaded_release in either case. */
bool scn_load(struct scn_loaded *loaded, const char *path, const struct scn_options *options);
void scn_loaded_release(struct scn_loaded *loaded);

/* Every known top-level and nested key: path, type, default, unit, effect, help; for
 * `plimsoll list keys`. Calls row(user, ...) in order. */
typedef void scn_key_row(void *user, const char *path, const char *type, const char *fallback,
                         const char *effect, const char *help);
void scn_list_keys(scn_key_row *row, void *user);

#endif
