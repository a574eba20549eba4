/* rpt_store_rows: from records to rows, before any database.
 *
 * Each table that grows with the run has a batch of rows of integers; a full batch goes to the
 * owner's `flush`, so tables reach the file in runs of RPT_BATCH_ROWS rows and the same records
 * give the same order of insertions. RPT_NULL stands for NULL (a record's -1 where it means "did
 * not happen" or "none").
 *
 * What many tasks share (definition, group, sizes, outcome, ...) is interned: one row of task_kind
 * for each different combination, numbered in order of first appearance. An event is five small
 * integers; the numbers of event_code stand here, in one place, and are never renumbered.
 *
 * Cost: some 20 ns a record and 2 MiB of batches. Owned by rpt_store. */
#ifndef RPT_STORE_ROWS_H
#define RPT_STORE_ROWS_H

#include "ecs_records.h"
#include "sim_arena.h"

#define RPT_NULL       INT64_MIN
#define RPT_BATCH_ROWS 2048u

enum rpt_table_id {
    RPT_TABLE_TASK_KIND,
    RPT_TABLE_TASK,
    RPT_TABLE_INSTANCE,
    RPT_TABLE_CAPACITY,
    RPT_TABLE_SCALING,
    RPT_TABLE_FAILURE,
    RPT_TABLE_COST,
    RPT_TABLE_WAIT,
    RPT_TABLE_EVENT,
    RPT_TABLE_GPU,
    RPT_TABLE_SERVICE,
    RPT_TABLE_DEPLOYMENT,
    RPT_TABLES,
};

struct rpt_table {
    const char *name;
    uint32_t columns; /* as in schema.sql, in its order */
};
extern const struct rpt_table rpt_tables[RPT_TABLES];

/* event.code = the kind's base + its parts; 256 numbers a kind, so that enums may grow. */
enum {
    RPT_EVENT_TASK = 0,             /* + 8 * desired state + state */
    RPT_EVENT_INSTANCE = 256,       /* + state; of ECS: a: version, b: as of AGENT */
    RPT_EVENT_SCALING = 512,        /* + 8 * kind + cause */
    RPT_EVENT_ALARM = 768,          /* + 2 * alarm + state */
    RPT_EVENT_PROTECTION = 1024,    /* + on */
    RPT_EVENT_REFUSED = 1280,       /* + reason */
    RPT_EVENT_CHANGE = 1536,        /* + operation; a: 1,000 x exception + refusal, b: affected */
    RPT_EVENT_AGENT = 1792,         /* + connected; a: version, b: 2 * status + connected */
    RPT_EVENT_CLUSTER = 2048,       /* + 2 * status + updating */
    RPT_EVENT_NOT_JOINED = 2304,    /* + join */
    RPT_EVENT_IMAGE = 2560,         /* + pulled; a: image, b: bytes */
    RPT_EVENT_NOT_STARTED = 2816,   /* + reason; a: definition, b: instance of StartTask */
    RPT_EVENT_LAUNCH_FAILED = 3072, /* + reason; a: missing, b: when it tries again */
    RPT_EVENT_SERVICE = 3328,       /* + event; a: reason, or tasks (EVT-8, EVT-9), b: provider */
    RPT_EVENT_DEPLOYMENT = 3584,    /* + state; a: service, b: the deployment it takes back */
    RPT_EVENT_SERVICE_TASK = 3840,  /* + action; a: service, b: deployment */
    RPT_EVENT_CODES = 4096,
};

typedef void rpt_flush(void *user, enum rpt_table_id table, const int64_t *rows, uint32_t count);

struct rpt_rows {
    rpt_flush *flush;
    void *user;
    int64_t run;
    int64_t *batches[RPT_TABLES];
    uint32_t counts[RPT_TABLES];
    /* task_kind: rows in order of appearance, and an open-addressing table of row + 1. */
    int64_t *kinds;
    uint32_t kind_count, kind_capacity;
    uint32_t *kind_table;
    uint32_t kind_table_size;
    /* What is known of each instance of this run before it ends, by serial number. */
    int64_t *noted;
    uint32_t noted_capacity;
    uint64_t *waits; /* tasks by bucket */
    /* Of each service, by its index, what its last SERVICE_BOUNDS said; -1: not created yet. */
    int64_t *bounds;
    uint32_t bounds_capacity;
    uint32_t *deployment_of; /* by task: the deployment that it was started for; 0: none */
    uint32_t task_capacity;
    bool deployment_events; /* EventBridge knows them at this epoch; the owner says so */
};

void rpt_rows_init(struct rpt_rows *rows, rpt_flush *flush, void *user);
void rpt_rows_release(struct rpt_rows *rows);

void rpt_rows_begin(struct rpt_rows *rows, int64_t run);
/* tasks_too: also the rows that only the full level has (task, event, gpu). */
void rpt_rows_record(struct rpt_rows *rows, const struct sim_record *record, bool tasks_too);
/* The rows that need the whole run, then everything still in a batch. */
void rpt_rows_end(struct rpt_rows *rows);

#endif
