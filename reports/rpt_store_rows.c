#include "rpt_store_rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct rpt_table rpt_tables[RPT_TABLES] = {
    [RPT_TABLE_TASK_KIND] = {"task_kind", 18}, [RPT_TABLE_TASK] = {"task", 14},
    [RPT_TABLE_INSTANCE] = {"instance", 24},   [RPT_TABLE_CAPACITY] = {"capacity", 20},
    [RPT_TABLE_SCALING] = {"scaling", 8},      [RPT_TABLE_FAILURE] = {"failure", 13},
    [RPT_TABLE_COST] = {"cost", 11},           [RPT_TABLE_WAIT] = {"wait", 3},
    [RPT_TABLE_EVENT] = {"event", 6},          [RPT_TABLE_GPU] = {"gpu", 8},
    [RPT_TABLE_SERVICE] = {"service", 19},     [RPT_TABLE_DEPLOYMENT] = {"deployment", 9},
};

_Static_assert(ECS_TASK_STATES <= 8 && ECS_INSTANCE_STATES <= 16, "event codes overlap");
_Static_assert(ECS_SCALING_KINDS <= 2 && ECS_CAUSES <= 8, "event codes overlap");
_Static_assert(ECS_REASONS <= 256, "event codes overlap");

/* Waits are counted in milliseconds: buckets of 1 below 256, then 256 a power of two. */
#define WAIT_STEPS   256u
#define WAIT_BUCKETS (WAIT_STEPS * 56u)
#define KIND_COLUMNS 18u

/* What is noted of an instance until it ends; -1: not yet. The first are columns of its row. */
enum {
    NOTED_CPU_UNITS,
    NOTED_MEMORY_MIB,
    NOTED_GPUS,
    NOTED_ENIS,
    NOTED_LONG_ARN,
    NOTED_JOIN, /* why it never serves */
    NOTED_COLUMNS,
    NOTED_STATUS = NOTED_COLUMNS, /* last of ECS: enum ecs_instance_state */
    NOTED_VERSION,                /* its container instance events so far (EV-8) */
    NOTED_LOST,                   /* 1: its agent was last seen to be away */
    NOTED_FIELDS,
};

/* What is noted of a service: the fields of SERVICE_BOUNDS after its index, and the columns of its
 * row that its load fills, with the time of that row. */
enum {
    BOUNDS_STATUS,
    BOUNDS_DESIRED,
    BOUNDS_LOWER,
    BOUNDS_UPPER,
    BOUNDS_LOAD_AT,
    BOUNDS_LOAD_PPM,
    BOUNDS_METRIC,
    BOUNDS_VALUE_PPM,
    BOUNDS_DROPPED,
    BOUNDS_FIELDS,
};

void rpt_rows_init(struct rpt_rows *rows, rpt_flush *flush, void *user)
{
    *rows = (struct rpt_rows){.flush = flush, .user = user};
    for (uint32_t i = 0; i < RPT_TABLES; i++) {
        size_t size = sizeof(int64_t) * RPT_BATCH_ROWS * rpt_tables[i].columns;
        rows->batches[i] = sim_malloc(size);
    }
    rows->waits = sim_malloc(sizeof *rows->waits * WAIT_BUCKETS);
    memset(rows->waits, 0, sizeof *rows->waits * WAIT_BUCKETS);
}

void rpt_rows_release(struct rpt_rows *rows)
{
    for (uint32_t i = 0; i < RPT_TABLES; i++)
        free(rows->batches[i]);
    free(rows->kinds);
    free(rows->kind_table);
    free(rows->noted);
    free(rows->waits);
    free(rows->bounds);
    free(rows->deployment_of);
    *rows = (struct rpt_rows){0};
}

static void flush_table(struct rpt_rows *rows, enum rpt_table_id table)
{
    if (rows->counts[table] > 0)
        rows->flush(rows->user, table, rows->batches[table], rows->counts[table]);
    rows->counts[table] = 0;
}

/* The next row of a table, to be filled; its first column is the run. */
static int64_t *new_row(struct rpt_rows *rows, enum rpt_table_id table)
{
    if (rows->counts[table] == RPT_BATCH_ROWS)
        flush_table(rows, table);
    int64_t *row = rows->batches[table] + (size_t)rows->counts[table]++ * rpt_tables[table].columns;
    row[0] = rows->run;
    return row;
}

/* A record's "none" as NULL. */
static int64_t some(int64_t value)
{
    return value < 0 ? RPT_NULL : value;
}

/* A time as its distance from `since`; NULL when it did not happen. */
static int64_t after(int64_t time, int64_t since)
{
    return time < 0 ? RPT_NULL : time - since;
}

void rpt_rows_begin(struct rpt_rows *rows, int64_t run)
{
    rows->run = run;
    if (rows->noted_capacity > 0)
        memset(rows->noted, 0xff, sizeof *rows->noted * NOTED_FIELDS * rows->noted_capacity);
    if (rows->bounds_capacity > 0)
        memset(rows->bounds, 0xff, sizeof *rows->bounds * BOUNDS_FIELDS * rows->bounds_capacity);
    if (rows->task_capacity > 0)
        memset(rows->deployment_of, 0, sizeof *rows->deployment_of * rows->task_capacity);
}

/* ---- kinds of task --------------------------------------------------------------------------- */

static uint64_t kind_hash(const int64_t *kind)
{
    uint64_t hash = 0;
    for (uint32_t i = 1; i < KIND_COLUMNS; i++) {
        hash = (hash ^ (uint64_t)kind[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

static void kind_rehash(struct rpt_rows *rows)
{
    uint32_t size = rows->kind_table_size == 0 ? 256 : rows->kind_table_size * 2;
    free(rows->kind_table);
    rows->kind_table = sim_malloc(sizeof(uint32_t) * size);
    memset(rows->kind_table, 0, sizeof(uint32_t) * size);
    rows->kind_table_size = size;
    for (uint32_t i = 0; i < rows->kind_count; i++) {
        uint64_t at = kind_hash(rows->kinds + (size_t)i * KIND_COLUMNS);
        while (rows->kind_table[at & (size - 1)] != 0)
            at++;
        rows->kind_table[at & (size - 1)] = i + 1;
    }
}

/* The number of a kind (columns 1 .. KIND_COLUMNS-1 filled), written to task_kind when it is new.
 */
static int64_t kind_intern(struct rpt_rows *rows, int64_t kind[KIND_COLUMNS])
{
    if (2 * rows->kind_count >= rows->kind_table_size)
        kind_rehash(rows);
    uint32_t mask = rows->kind_table_size - 1;
    uint64_t at = kind_hash(kind);
    for (; rows->kind_table[at & mask] != 0; at++) {
        uint32_t found = rows->kind_table[at & mask];
        const int64_t *other = rows->kinds + (size_t)(found - 1) * KIND_COLUMNS;
        if (memcmp(other + 1, kind + 1, sizeof(int64_t) * (KIND_COLUMNS - 1)) == 0)
            return found;
    }
    uint32_t need = rows->kind_count + 1;
    if (need > rows->kind_capacity) {
        rows->kind_capacity = rows->kind_capacity == 0 ? 128 : rows->kind_capacity * 2;
        rows->kinds = sim_realloc(rows->kinds, rows->kind_capacity, sizeof *kind * KIND_COLUMNS);
    }
    kind[0] = need;
    memcpy(rows->kinds + (size_t)rows->kind_count * KIND_COLUMNS, kind,
           sizeof *kind * KIND_COLUMNS);
    rows->kind_count = need;
    rows->kind_table[at & mask] = need;
    memcpy(new_row(rows, RPT_TABLE_TASK_KIND), kind, sizeof *kind * KIND_COLUMNS);
    return need;
}

static int64_t deployment_of(const struct rpt_rows *rows, int64_t task)
{
    if (task >= rows->task_capacity || rows->deployment_of[task] == 0)
        return RPT_NULL;
    return rows->deployment_of[task];
}

static void put_task(struct rpt_rows *rows, const int64_t *f)
{
    int64_t kind[KIND_COLUMNS] = {
        0,
        some(f[ECS_TASK_ENDED_definition]),
        some(f[ECS_TASK_ENDED_group]),
        some(f[ECS_TASK_ENDED_service]),
        some(f[ECS_TASK_ENDED_provider]),
        some(f[ECS_TASK_ENDED_launch_type]),
        some(f[ECS_TASK_ENDED_zone]),
        f[ECS_TASK_ENDED_cpu_units],
        f[ECS_TASK_ENDED_memory_mib],
        f[ECS_TASK_ENDED_gpus],
        f[ECS_TASK_ENDED_outcome],
        some(f[ECS_TASK_ENDED_stop_code]),
        some(f[ECS_TASK_ENDED_stop_reason]),
        f[ECS_TASK_ENDED_error],
        some(f[ECS_TASK_ENDED_exit_code]),
        f[ECS_TASK_ENDED_long_arn],
        f[ECS_TASK_ENDED_stop_text] > 0 ? f[ECS_TASK_ENDED_stop_text] : RPT_NULL,
        deployment_of(rows, f[ECS_TASK_ENDED_task]),
    };
    int64_t arrived = f[ECS_TASK_ENDED_arrived];
    int64_t number = kind_intern(rows, kind);
    int64_t *row = new_row(rows, RPT_TABLE_TASK);
    row[1] = f[ECS_TASK_ENDED_task];
    row[2] = f[ECS_TASK_ENDED_arrival];
    row[3] = f[ECS_TASK_ENDED_attempt];
    row[4] = number;
    row[5] = f[ECS_TASK_ENDED_instance] > 0 ? f[ECS_TASK_ENDED_instance] : RPT_NULL;
    row[6] = arrived;
    row[7] = after(f[ECS_TASK_ENDED_created], arrived);
    row[8] = after(f[ECS_TASK_ENDED_placed], arrived);
    row[9] = after(f[ECS_TASK_ENDED_started], arrived);
    row[10] = after(f[ECS_TASK_ENDED_stopped], arrived);
    row[11] = some(f[ECS_TASK_ENDED_asked_duration]);
    row[12] = some(f[ECS_TASK_ENDED_billed]);
    row[13] = some(f[ECS_TASK_ENDED_cost_nusd]);
}

/* ---- instances and capacity ------------------------------------------------------------------ */

/* The notes on an instance, by serial number. */
static int64_t *noted(struct rpt_rows *rows, int64_t serial)
{
    assert(serial > 0 && serial < UINT32_MAX / 2);
    uint32_t old = rows->noted_capacity, need = (uint32_t)serial + 1;
    if (need > old) {
        uint32_t capacity = old == 0 ? 256 : old;
        while (capacity < need)
            capacity *= 2;
        rows->noted = sim_realloc(rows->noted, capacity, sizeof *rows->noted * NOTED_FIELDS);
        memset(rows->noted + (size_t)old * NOTED_FIELDS, 0xff,
               sizeof *rows->noted * NOTED_FIELDS * (capacity - old));
        rows->noted_capacity = capacity;
    }
    return rows->noted + (size_t)serial * NOTED_FIELDS;
}

static void note_registered(struct rpt_rows *rows, const int64_t *f)
{
    int64_t *notes = noted(rows, f[ECS_INSTANCE_REGISTERED_instance]);
    notes[NOTED_CPU_UNITS] = f[ECS_INSTANCE_REGISTERED_cpu_units];
    notes[NOTED_MEMORY_MIB] = f[ECS_INSTANCE_REGISTERED_memory_mib];
    notes[NOTED_GPUS] = f[ECS_INSTANCE_REGISTERED_gpus];
    notes[NOTED_ENIS] = f[ECS_INSTANCE_REGISTERED_enis];
    notes[NOTED_LONG_ARN] = f[ECS_INSTANCE_REGISTERED_long_arn];
}

static void put_instance(struct rpt_rows *rows, const int64_t *f)
{
    const int64_t *notes = noted(rows, f[ECS_INSTANCE_ENDED_instance]);
    int64_t *row = new_row(rows, RPT_TABLE_INSTANCE);
    row[1] = f[ECS_INSTANCE_ENDED_instance];
    row[2] = some(f[ECS_INSTANCE_ENDED_provider]);
    row[3] = some(f[ECS_INSTANCE_ENDED_asg]);
    row[4] = some(f[ECS_INSTANCE_ENDED_launch_index]);
    row[5] = some(f[ECS_INSTANCE_ENDED_type]);
    row[6] = some(f[ECS_INSTANCE_ENDED_zone]);
    row[7] = some(f[ECS_INSTANCE_ENDED_market]);
    row[8] = some(f[ECS_INSTANCE_ENDED_launched]);
    row[9] = some(f[ECS_INSTANCE_ENDED_running]);
    row[10] = some(f[ECS_INSTANCE_ENDED_registered]);
    row[11] = some(f[ECS_INSTANCE_ENDED_draining]);
    row[12] = some(f[ECS_INSTANCE_ENDED_terminated]);
    row[13] = some(f[ECS_INSTANCE_ENDED_cause]);
    row[14] = f[ECS_INSTANCE_ENDED_tasks_started];
    row[15] = some(f[ECS_INSTANCE_ENDED_billed_s]);
    row[16] = some(f[ECS_INSTANCE_ENDED_price_nusd_per_h]);
    row[17] = some(f[ECS_INSTANCE_ENDED_cost_nusd]);
    for (uint32_t i = 0; i < NOTED_COLUMNS; i++)
        row[18 + i] = some(notes[i]);
}

static void put_capacity(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t *row = new_row(rows, RPT_TABLE_CAPACITY);
    row[1] = at;
    for (uint32_t i = 0; i < ECS_CAPACITY_FIELDS; i++)
        row[2 + i] = some(f[i]);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void put_scaling(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t *row = new_row(rows, RPT_TABLE_SCALING);
    row[1] = at;
    for (uint32_t i = 0; i < ECS_SCALING_FIELDS; i++)
        row[2 + i] = f[i];
    row[7] = RPT_NULL;
}

static void put_failure(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t *row = new_row(rows, RPT_TABLE_FAILURE);
    row[1] = at;
    for (uint32_t i = 0; i < ECS_FAILURE_FIELDS; i++)
        row[2 + i] = f[i];
    row[12] = RPT_NULL;
}

static void put_gpus(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t *row = new_row(rows, RPT_TABLE_GPU);
    bool asked = f[ECS_GPUS_task] == 0;
    row[1] = at;
    row[2] = f[ECS_GPUS_arrival];
    row[3] = asked ? RPT_NULL : f[ECS_GPUS_task];
    row[4] = asked ? RPT_NULL : f[ECS_GPUS_instance];
    row[5] = f[ECS_GPUS_gpus];
    row[6] = f[ECS_GPUS_milli];
    row[7] = asked ? RPT_NULL : f[ECS_GPUS_ids];
}

static void put_cost(struct rpt_rows *rows, const int64_t *f)
{
    int64_t *row = new_row(rows, RPT_TABLE_COST);
    for (uint32_t i = 0; i < ECS_COST_FIELDS; i++)
        row[1 + i] = some(f[i]);
}

_Static_assert((int)ECS_CAPACITY_FIELDS == 18 && (int)ECS_SCALING_FIELDS == 5, "as in schema.sql");
_Static_assert((int)ECS_FAILURE_FIELDS == 10 && (int)ECS_COST_FIELDS == 10, "as in schema.sql");

static void put_event(struct rpt_rows *rows, sim_time at, int64_t code, int64_t subject, int64_t a,
                      int64_t b)
{
    int64_t *row = new_row(rows, RPT_TABLE_EVENT);
    row[1] = at;
    row[2] = code;
    row[3] = subject;
    row[4] = a;
    row[5] = b;
}

/* A container instance event is the next version of its instance (EV-8). */
static void put_container_event(struct rpt_rows *rows, sim_time at, int64_t code, int64_t instance)
{
    int64_t *notes = noted(rows, instance);
    notes[NOTED_VERSION] = notes[NOTED_VERSION] < 0 ? 1 : notes[NOTED_VERSION] + 1;
    put_event(rows, at, code, instance, notes[NOTED_VERSION],
              2 * notes[NOTED_STATUS] + (notes[NOTED_LOST] != 1));
}

/* States of ECS and of EC2 come in one stream. */
static void put_instance_state(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t state = f[ECS_INSTANCE_STATE_state], instance = f[ECS_INSTANCE_STATE_instance];
    switch ((enum ecs_instance_state)state) {
    case ECS_INSTANCE_REGISTERING:
    case ECS_INSTANCE_REGISTRATION_FAILED:
    case ECS_INSTANCE_ACTIVE:
    case ECS_INSTANCE_DRAINING:
    case ECS_INSTANCE_DEREGISTERING:
    case ECS_INSTANCE_INACTIVE:
        noted(rows, instance)[NOTED_STATUS] = state;
        put_container_event(rows, at, RPT_EVENT_INSTANCE + state, instance);
        break;
    case ECS_INSTANCE_PENDING:
    case ECS_INSTANCE_RUNNING:
    case ECS_INSTANCE_STOPPED:
    case ECS_INSTANCE_SHUTTING_DOWN:
    case ECS_INSTANCE_TERMINATED:
    case ECS_INSTANCE_LEFT_BEHIND:
    case ECS_INSTANCE_STATES:
        put_event(rows, at, RPT_EVENT_INSTANCE + state, instance, RPT_NULL, RPT_NULL);
        break;
    }
}

static void put_agent(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    noted(rows, f[ECS_AGENT_instance])[NOTED_LOST] = f[ECS_AGENT_connected] == 0;
    put_container_event(rows, at, RPT_EVENT_AGENT + f[ECS_AGENT_connected], f[ECS_AGENT_instance]);
}

/* The record as an event, if it is one. */
static void put_if_event(struct rpt_rows *rows, const struct sim_record *record)
{
    const int64_t *f = record->field;
    sim_time at = record->at;
    if (record->kind == ECS_RECORD_TASK_STATE)
        put_event(rows, at,
                  RPT_EVENT_TASK + 8 * f[ECS_TASK_STATE_desired_state] + f[ECS_TASK_STATE_state],
                  f[ECS_TASK_STATE_task], RPT_NULL, RPT_NULL);
    else if (record->kind == ECS_RECORD_INSTANCE_STATE)
        put_instance_state(rows, at, f);
    else if (record->kind == ECS_RECORD_SCALING)
        put_event(rows, at, RPT_EVENT_SCALING + 8 * f[ECS_SCALING_kind] + f[ECS_SCALING_cause],
                  f[ECS_SCALING_asg], f[ECS_SCALING_from_count], f[ECS_SCALING_to_count]);
    else if (record->kind == ECS_RECORD_ALARM)
        put_event(rows, at, RPT_EVENT_ALARM + 2 * f[ECS_ALARM_alarm] + f[ECS_ALARM_state],
                  f[ECS_ALARM_provider], RPT_NULL, RPT_NULL);
    else if (record->kind == ECS_RECORD_PROTECTION)
        put_event(rows, at, RPT_EVENT_PROTECTION + f[ECS_PROTECTION_on], f[ECS_PROTECTION_instance],
                  RPT_NULL, RPT_NULL);
    else if (record->kind == ECS_RECORD_CHANGE)
        put_event(rows, at, RPT_EVENT_CHANGE + f[ECS_CHANGE_operation], f[ECS_CHANGE_change],
                  1000 * f[ECS_CHANGE_exception] + f[ECS_CHANGE_refusal], f[ECS_CHANGE_affected]);
    else if (record->kind == ECS_RECORD_AGENT)
        put_agent(rows, at, f);
    else if (record->kind == ECS_RECORD_CLUSTER)
        put_event(rows, at, RPT_EVENT_CLUSTER + 2 * f[ECS_CLUSTER_status] + f[ECS_CLUSTER_updating],
                  0, RPT_NULL, RPT_NULL);
    else if (record->kind == ECS_RECORD_NOT_JOINED)
        put_event(rows, at, RPT_EVENT_NOT_JOINED + f[ECS_NOT_JOINED_join],
                  f[ECS_NOT_JOINED_instance], RPT_NULL, RPT_NULL);
    else if (record->kind == ECS_RECORD_LAUNCH_FAILED)
        put_event(rows, at, RPT_EVENT_LAUNCH_FAILED + f[ECS_LAUNCH_FAILED_reason],
                  f[ECS_LAUNCH_FAILED_asg], f[ECS_LAUNCH_FAILED_missing],
                  f[ECS_LAUNCH_FAILED_retry_at]);
    else if (record->kind == ECS_RECORD_IMAGE)
        put_event(rows, at, RPT_EVENT_IMAGE + f[ECS_IMAGE_pulled], f[ECS_IMAGE_instance],
                  f[ECS_IMAGE_image], f[ECS_IMAGE_bytes]);
    else if (record->kind == ECS_RECORD_REFUSED && f[ECS_REFUSED_instance] > 0)
        put_event(rows, at, RPT_EVENT_NOT_STARTED + f[ECS_REFUSED_reason], f[ECS_REFUSED_arrival],
                  f[ECS_REFUSED_definition], f[ECS_REFUSED_instance]);
    else if (record->kind == ECS_RECORD_REFUSED &&
             (f[ECS_REFUSED_in_a_row] == 1 || f[ECS_REFUSED_retry_at] < 0)) /* not each retry */
        put_event(rows, at, RPT_EVENT_REFUSED + f[ECS_REFUSED_reason], f[ECS_REFUSED_arrival],
                  f[ECS_REFUSED_definition], some(f[ECS_REFUSED_retry_at]));
}

/* ---- services -------------------------------------------------------------------------------- */

static int64_t *bounds_of(struct rpt_rows *rows, int64_t service)
{
    assert(service >= 0 && service < UINT32_MAX / 2);
    uint32_t old = rows->bounds_capacity;
    size_t size = sizeof *rows->bounds * BOUNDS_FIELDS;
    sim_grow((void **)&rows->bounds, &rows->bounds_capacity, (uint32_t)service + 1, size);
    if (rows->bounds_capacity > old)
        memset(rows->bounds + (size_t)old * BOUNDS_FIELDS, 0xff,
               size * (rows->bounds_capacity - old));
    return rows->bounds + (size_t)service * BOUNDS_FIELDS;
}

static void put_service_scaling(struct rpt_rows *rows, sim_time at, int64_t service, int64_t from,
                                int64_t to, int64_t cause)
{
    int64_t *row = new_row(rows, RPT_TABLE_SCALING);
    row[1] = at;
    row[2] = RPT_NULL;
    row[3] = to > from ? ECS_SCALE_OUT : ECS_SCALE_IN;
    row[4] = from;
    row[5] = to;
    row[6] = cause;
    row[7] = service;
}

/* Its SERVICE_BOUNDS, which comes next, is not another one. */
static void put_autoscaling(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t service = f[ECS_SERVICE_SCALING_service], to = f[ECS_SERVICE_SCALING_to_count];
    put_service_scaling(rows, at, service, f[ECS_SERVICE_SCALING_from_count], to,
                        f[ECS_SERVICE_SCALING_cause]);
    bounds_of(rows, service)[BOUNDS_DESIRED] = to;
}

/* Another desired count of a service that is there and stays is a scaling, as of a group. */
static void put_bounds(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t service = f[ECS_SERVICE_BOUNDS_service], desired = f[ECS_SERVICE_BOUNDS_desired];
    int64_t *bounds = bounds_of(rows, service);
    int64_t from = bounds[BOUNDS_DESIRED];
    if (bounds[BOUNDS_STATUS] == ECS_SERVICE_ACTIVE &&
        f[ECS_SERVICE_BOUNDS_status] == ECS_SERVICE_ACTIVE && desired != from)
        put_service_scaling(rows, at, service, from, desired, ECS_CAUSE_OPERATOR);
    bounds[BOUNDS_STATUS] = f[ECS_SERVICE_BOUNDS_status];
    bounds[BOUNDS_DESIRED] = desired;
    bounds[BOUNDS_LOWER] = f[ECS_SERVICE_BOUNDS_lower];
    bounds[BOUNDS_UPPER] = f[ECS_SERVICE_BOUNDS_upper];
}

static void put_service(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    const int64_t *bounds = bounds_of(rows, f[ECS_SERVICE_service]);
    int64_t *row = new_row(rows, RPT_TABLE_SERVICE);
    row[1] = at;
    for (uint32_t i = 0; i < ECS_SERVICE_FIELDS; i++)
        row[2 + i] = f[i];
    row[11] = some(bounds[BOUNDS_LOWER]);
    row[12] = some(bounds[BOUNDS_UPPER]);
    for (uint32_t i = 13; i < rpt_tables[RPT_TABLE_SERVICE].columns; i++)
        row[i] = RPT_NULL; /* there is no backlog: what is too much is dropped */
    if (bounds[BOUNDS_LOAD_AT] == at)
        memcpy(row + 13, bounds + BOUNDS_LOAD_PPM, 4 * sizeof row[0]);
}

/* Its load comes before its row. */
static void note_load(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t *noted = bounds_of(rows, f[ECS_SERVICE_LOAD_service]);
    int64_t num = f[ECS_SERVICE_LOAD_cpu_num], den = f[ECS_SERVICE_LOAD_cpu_den];
    noted[BOUNDS_LOAD_AT] = at;
    noted[BOUNDS_LOAD_PPM] = f[ECS_SERVICE_LOAD_load] * 1000000;
    noted[BOUNDS_METRIC] = den > 0 ? f[ECS_SERVICE_LOAD_metric] : RPT_NULL;
    noted[BOUNDS_VALUE_PPM] =
        den > 0 ? (int64_t)(((__int128)num * 1000000 + den / 2) / den) : RPT_NULL;
    noted[BOUNDS_DROPPED] = f[ECS_SERVICE_LOAD_load] - f[ECS_SERVICE_LOAD_served];
}

static void put_deployment(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t *row = new_row(rows, RPT_TABLE_DEPLOYMENT);
    row[1] = at;
    for (uint32_t i = 0; i < ECS_DEPLOYMENT_FIELDS; i++)
        row[2 + i] = f[i];
}

_Static_assert((int)ECS_SERVICE_FIELDS == 9 && (int)ECS_DEPLOYMENT_FIELDS == 7, "as in schema.sql");

/* A service that found no place for a task is a failure of its own. */
static void put_service_failure(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    if (f[ECS_SERVICE_EVENT_event] != ECS_SERVICE_PLACEMENT_FAILURE)
        return;
    int64_t *row = new_row(rows, RPT_TABLE_FAILURE);
    row[1] = at;
    for (uint32_t i = 2; i < rpt_tables[RPT_TABLE_FAILURE].columns; i++)
        row[i] = RPT_NULL;
    row[4] = f[ECS_SERVICE_EVENT_reason];
    row[12] = f[ECS_SERVICE_EVENT_service];
}

static void put_service_event(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t event = f[ECS_SERVICE_EVENT_event];
    bool counts = event == ECS_SERVICE_STARTED_TASKS || event == ECS_SERVICE_STOPPED_TASKS;
    put_event(rows, at, RPT_EVENT_SERVICE + event, f[ECS_SERVICE_EVENT_service],
              counts ? f[ECS_SERVICE_EVENT_count] : f[ECS_SERVICE_EVENT_reason],
              some(f[ECS_SERVICE_EVENT_provider]));
}

static void put_decision(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t task = f[ECS_SERVICE_TASK_task], deployment = f[ECS_SERVICE_TASK_deployment];
    assert(task > 0 && task < UINT32_MAX / 2 && deployment < UINT32_MAX / 2);
    if (f[ECS_SERVICE_TASK_action] == ECS_ACTION_START) {
        sim_grow((void **)&rows->deployment_of, &rows->task_capacity, (uint32_t)task + 1,
                 sizeof *rows->deployment_of);
        rows->deployment_of[task] = (uint32_t)deployment;
    }
    put_event(rows, at, RPT_EVENT_SERVICE_TASK + f[ECS_SERVICE_TASK_action], task,
              f[ECS_SERVICE_TASK_service], deployment);
}

/* EventBridge knows three states, from some epoch on. */
static void put_deployment_event(struct rpt_rows *rows, sim_time at, const int64_t *f)
{
    int64_t state = f[ECS_DEPLOYMENT_state], other = f[ECS_DEPLOYMENT_rollback_of];
    if (rows->deployment_events &&
        (state == ECS_DEPLOYMENT_IN_PROGRESS || state == ECS_DEPLOYMENT_COMPLETED ||
         state == ECS_DEPLOYMENT_FAILED))
        put_event(rows, at, RPT_EVENT_DEPLOYMENT + state, f[ECS_DEPLOYMENT_deployment],
                  f[ECS_DEPLOYMENT_service], other > 0 ? other : RPT_NULL);
}

static void put_service_record(struct rpt_rows *rows, const struct sim_record *record,
                               bool tasks_too)
{
    const int64_t *f = record->field;
    if (record->kind == ECS_RECORD_SERVICE) {
        put_service(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_SERVICE_LOAD) {
        note_load(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_SERVICE_BOUNDS) {
        put_bounds(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_SERVICE_SCALING) {
        put_autoscaling(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_SERVICE_EVENT) {
        put_service_failure(rows, record->at, f);
        if (tasks_too)
            put_service_event(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_DEPLOYMENT) {
        put_deployment(rows, record->at, f);
        if (tasks_too)
            put_deployment_event(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_SERVICE_TASK) {
        if (tasks_too)
            put_decision(rows, record->at, f);
    }
}

/* ---- the whole run --------------------------------------------------------------------------- */

static void count_wait(struct rpt_rows *rows, const int64_t *f)
{
    if (f[ECS_ARRIVAL_ENDED_measured] == 0)
        return;
    uint64_t ms = (uint64_t)f[ECS_ARRIVAL_ENDED_wait] / 1000;
    uint32_t shift = 0; /* that leaves 256 .. 511 */
    while (ms >> shift >= 2 * WAIT_STEPS)
        shift++;
    rows->waits[shift * WAIT_STEPS + (ms >> shift)]++;
}

static void put_waits(struct rpt_rows *rows)
{
    for (uint32_t i = 0; i < WAIT_BUCKETS; i++) {
        if (rows->waits[i] == 0)
            continue;
        uint32_t shift = i < 2 * WAIT_STEPS ? 0 : i / WAIT_STEPS - 1;
        int64_t *row = new_row(rows, RPT_TABLE_WAIT);
        row[1] = (int64_t)(i - shift * WAIT_STEPS) * (INT64_C(1) << shift) * 1000;
        row[2] = (int64_t)rows->waits[i];
        rows->waits[i] = 0;
    }
}

void rpt_rows_record(struct rpt_rows *rows, const struct sim_record *record, bool tasks_too)
{
    const int64_t *f = record->field;
    if (record->kind >= ECS_RECORD_SERVICE) {
        put_service_record(rows, record, tasks_too);
        return;
    }
    if (tasks_too)
        put_if_event(rows, record);
    if (record->kind == ECS_RECORD_TASK_ENDED) {
        if (tasks_too)
            put_task(rows, f);
    } else if (record->kind == ECS_RECORD_ARRIVAL_ENDED) {
        count_wait(rows, f);
    } else if (record->kind == ECS_RECORD_INSTANCE_REGISTERED) {
        note_registered(rows, f);
    } else if (record->kind == ECS_RECORD_NOT_JOINED) {
        noted(rows, f[ECS_NOT_JOINED_instance])[NOTED_JOIN] = f[ECS_NOT_JOINED_join];
    } else if (record->kind == ECS_RECORD_INSTANCE_ENDED) {
        put_instance(rows, f);
    } else if (record->kind == ECS_RECORD_CAPACITY) {
        put_capacity(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_SCALING) {
        put_scaling(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_FAILURE) {
        put_failure(rows, record->at, f);
    } else if (record->kind == ECS_RECORD_COST) {
        put_cost(rows, f);
    } else if (record->kind == ECS_RECORD_GPUS) {
        if (tasks_too)
            put_gpus(rows, record->at, f);
    }
}

void rpt_rows_end(struct rpt_rows *rows)
{
    put_waits(rows);
    for (uint32_t i = 0; i < RPT_TABLES; i++)
        flush_table(rows, i);
}
