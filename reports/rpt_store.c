#include "rpt_store.h"
#include "rpt_store_batch.h"
#include "rpt_store_file.h"
#include "rpt_store_rows.h"
#include "rpt_stored.h"
#include "sim_embed.h"

#include <assert.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows between commits: enough that a commit's fixed cost vanishes, few enough that its dirty pages
 * stay in the cache below. Never by time: the count decides the bytes. */
#define ROWS_PER_COMMIT 262144u

struct rpt_store {
    const struct ecs_scenario *scenario;
    enum rpt_level level;
    struct rpt_file file;
    sqlite3 *db;
    sqlite3_stmt *inserts[RPT_TABLES];
    struct rpt_rows rows;
    struct rpt_batch batch; /* what insert_batch inserts now */
    uint64_t uncommitted;
    bool failed;
};

static char message[RPT_PATH_MAX + 512];

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
}

/* Keeps the first failure's message: later ones follow from it. */
static bool fail(struct rpt_store *store)
{
    if (store->failed)
        return false;
    store->failed = true;
    int code = sqlite3_errcode(store->db);
    bool full = code == SQLITE_FULL;
    if (full || code == SQLITE_IOERR)
        say("%s: cannot write the database: %s; free some space, name another folder with --out, "
            "or store less with --trace=series",
            store->file.path,
            full ? "the disk is full"
                 : "disk I/O error (no space, a limit on file sizes, a fault)");
    else
        say("%s: cannot write the database: %s", store->file.path, sqlite3_errmsg(store->db));
    return false;
}

static bool execute(struct rpt_store *store, const char *sql)
{
    if (store->failed)
        return false;
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(store);
}

static bool execute_embedded(struct rpt_store *store, const char *path)
{
    const struct sim_embedded *file = sim_embed_find(path);
    assert(file != NULL && "reports/*.sql is embedded");
    return execute(store, file->bytes);
}

/* ---- the rows of a run ----------------------------------------------------------------------- */

static bool prepare_inserts(struct rpt_store *store)
{
    if (rpt_batch_register(store->db, &store->batch) != SQLITE_OK)
        return fail(store);
    for (uint32_t i = 0; i < RPT_TABLES; i++) {
        char sql[256];
        size_t length =
            (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s SELECT c0", rpt_tables[i].name);
        assert(rpt_tables[i].columns <= RPT_BATCH_COLUMNS);
        for (uint32_t column = 1; column < rpt_tables[i].columns; column++)
            length += (size_t)snprintf(sql + length, sizeof sql - length, ",c%" PRIu32, column);
        snprintf(sql + length, sizeof sql - length, " FROM batch");
        if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->inserts[i],
                               NULL) != SQLITE_OK)
            return fail(store);
    }
    return true;
}

static void insert_batch(void *user, enum rpt_table_id table, const int64_t *rows, uint32_t count)
{
    struct rpt_store *store = user;
    if (store->failed)
        return;
    store->batch = (struct rpt_batch){rows, rpt_tables[table].columns, count};
    sqlite3_stmt *insert = store->inserts[table];
    bool done = sqlite3_step(insert) == SQLITE_DONE || fail(store);
    sqlite3_reset(insert);
    if (!done)
        return;
    store->uncommitted += count;
    if (store->uncommitted >= ROWS_PER_COMMIT) {
        store->uncommitted = 0;
        execute(store, "COMMIT; BEGIN");
    }
}

/* ---- small tables ---------------------------------------------------------------------------- */

/* One row with values by letter: i int64_t, d double, t text (NULL allowed), n NULL. */
static bool insert_row(struct rpt_store *store, const char *table, const char *types, ...)
    __attribute__((sentinel));

static bool insert_row(struct rpt_store *store, const char *table, const char *types, ...)
{
    if (store->failed)
        return false;
    size_t columns = strlen(types);
    char sql[160];
    snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (%.*s)", table, (int)(2 * columns - 1),
             "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?");
    sqlite3_stmt *insert = NULL;
    if (sqlite3_prepare_v2(store->db, sql, -1, &insert, NULL) != SQLITE_OK)
        return fail(store);
    va_list args;
    va_start(args, types);
    for (size_t i = 0; i < columns; i++) {
        int at = (int)i + 1;
        if (types[i] == 'i')
            sqlite3_bind_int64(insert, at, va_arg(args, int64_t));
        else if (types[i] == 'd')
            sqlite3_bind_double(insert, at, va_arg(args, double));
        else if (types[i] == 't')
            sqlite3_bind_text(insert, at, va_arg(args, const char *), -1, SQLITE_STATIC);
    }
    va_end(args);
    bool done = sqlite3_step(insert) == SQLITE_DONE || fail(store);
    sqlite3_finalize(insert);
    return done;
}

static void put_labels(struct rpt_store *store, const char *family, const char *const *names,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        insert_row(store, "label", "tit", family, (int64_t)i, names[i], NULL);
}

static void put_service_labels(struct rpt_store *store)
{
    put_labels(store, "service_status", ecs_service_status_names, ECS_SERVICE_STATUSES);
    put_labels(store, "deployment_state", ecs_deployment_state_names, ECS_DEPLOYMENT_STATES);
    put_labels(store, "service_action", ecs_service_action_names, ECS_ACTIONS);
    for (int64_t event = 0; event < ECS_SERVICE_EVENTS; event++) {
        const struct ecs_service_event_words *words = &ecs_service_event_words[event];
        insert_row(store, "label", "tit", "service_event", event, words->name, NULL);
        insert_row(store, "label", "tit", "service_event_type", event, words->type, NULL);
        insert_row(store, "label", "tit", "service_message", event, words->message, NULL);
    }
}

static void put_all_labels(struct rpt_store *store)
{
    put_labels(store, "task_state", ecs_task_state_names, ECS_TASK_STATES);
    put_labels(store, "launch_type", ecs_launch_type_names, 2);
    put_labels(store, "outcome", ecs_outcome_names, ECS_OUTCOMES);
    put_labels(store, "stop_code", ecs_stop_code_names, ECS_STOP_CODES);
    put_labels(store, "reason", ecs_reason_names, ECS_REASONS);
    put_labels(store, "reason_message", ecs_reason_messages, ECS_REASONS);
    put_labels(store, "hint", ecs_hint_texts, ECS_HINTS);
    put_labels(store, "instance_state", ecs_instance_state_names, ECS_INSTANCE_STATES);
    put_labels(store, "scaling", ecs_scaling_kind_names, ECS_SCALING_KINDS);
    put_labels(store, "cause", ecs_cause_names, ECS_CAUSES);
    put_labels(store, "market", ecs_market_names, 2);
    put_labels(store, "cost", ecs_cost_kind_names, ECS_COST_KINDS);
    put_labels(store, "exception", ecs_exception_names, ECS_EXCEPTIONS);
    for (int64_t reason = 0; reason < ECS_REASONS; reason++)
        insert_row(store, "label", "tit", "reason_exception", reason,
                   ecs_exception_names[ecs_reason_exceptions[reason]], NULL);
    put_labels(store, "refusal", ecs_refusal_messages, ECS_REFUSALS);
    put_labels(store, "cluster_status", ecs_cluster_status_names, ECS_CLUSTER_STATUSES);
    put_labels(store, "join", ecs_join_names, ECS_JOINS);
    put_labels(store, "error", ecs_error_names, ECS_ERRORS);
    put_service_labels(store);
    for (int64_t reason = 0; reason < ECS_REASONS; reason++) {
        char step[4];
        snprintf(step, sizeof step, "%d", ecs_reason_steps[reason]);
        if (ecs_reason_steps[reason] > 0)
            insert_row(store, "label", "tit", "reason_step", reason, step, NULL);
    }
}

static void put_code(struct rpt_store *store, int64_t code, const char *kind, int64_t state,
                     int64_t other)
{
    insert_row(store, "event_code", "itii", code, kind, state, other, NULL);
}

static void put_later_codes(struct rpt_store *store)
{
    for (int64_t operation = 0; operation < ECS_OPS; operation++)
        put_code(store, RPT_EVENT_CHANGE + operation, "change", operation, 0);
    for (int64_t status = 0; status < ECS_CLUSTER_STATUSES; status++)
        for (int64_t updating = 0; updating < 2; updating++)
            put_code(store, RPT_EVENT_CLUSTER + 2 * status + updating, "cluster", status, updating);
    for (int64_t join = 0; join < ECS_JOINS; join++)
        put_code(store, RPT_EVENT_NOT_JOINED + join, "not_joined", join, 0);
    for (int64_t reason = 0; reason < ECS_REASONS; reason++)
        put_code(store, RPT_EVENT_LAUNCH_FAILED + reason, "launch_failed", reason, 0);
    for (int64_t on = 0; on < 2; on++) {
        put_code(store, RPT_EVENT_AGENT + on, "agent", on, 0);
        put_code(store, RPT_EVENT_IMAGE + on, "image", on, 0);
    }
    for (int64_t event = 0; event < ECS_SERVICE_EVENTS; event++)
        put_code(store, RPT_EVENT_SERVICE + event, "service", event, 0);
    for (int64_t state = 0; state < ECS_DEPLOYMENT_STATES; state++)
        put_code(store, RPT_EVENT_DEPLOYMENT + state, "deployment", state, 0);
    for (int64_t action = 0; action < ECS_ACTIONS; action++)
        put_code(store, RPT_EVENT_SERVICE_TASK + action, "service_task", action, 0);
}

static void put_event_codes(struct rpt_store *store)
{
    for (int64_t state = 0; state < ECS_TASK_STATES; state++)
        for (int64_t desired = 0; desired < ECS_TASK_STATES; desired++)
            put_code(store, RPT_EVENT_TASK + 8 * desired + state, "task", state, desired);
    for (int64_t state = 0; state < ECS_INSTANCE_STATES; state++)
        put_code(store, RPT_EVENT_INSTANCE + state, "instance", state, 0);
    for (int64_t kind = 0; kind < ECS_SCALING_KINDS; kind++)
        for (int64_t cause = 0; cause < ECS_CAUSES; cause++)
            put_code(store, RPT_EVENT_SCALING + 8 * kind + cause, "scaling", kind, cause);
    for (int64_t i = 0; i < 4; i++)
        put_code(store, RPT_EVENT_ALARM + i, "alarm", i / 2, i % 2);
    for (int64_t on = 0; on < 2; on++)
        put_code(store, RPT_EVENT_PROTECTION + on, "protection", on, 0);
    for (int64_t reason = 0; reason < ECS_REASONS; reason++)
        put_code(store, RPT_EVENT_REFUSED + reason, "refused", reason, 0);
    for (int64_t reason = 0; reason < ECS_REASONS; reason++)
        put_code(store, RPT_EVENT_NOT_STARTED + reason, "not_started", reason, 0);
    put_later_codes(store);
}

static bool type_is_used(const struct ecs_scenario *scenario, uint32_t type)
{
    for (uint32_t i = 0; i < scenario->spec_count; i++)
        if (scenario->specs[i].type == type)
            return true;
    return false;
}

static void put_capacity_words(struct rpt_store *store, const struct ecs_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        const struct ecs_asg *asg = &scenario->asgs[i];
        insert_row(store, "asg", "itiii", (int64_t)i, asg->name, asg->min_size, asg->max_size,
                   asg->desired, NULL);
    }
    for (uint32_t i = 0; i < scenario->provider_count; i++) {
        const struct ecs_provider *provider = &scenario->providers[i];
        insert_row(store, "provider", provider->managed_scaling ? "itiii" : "itiin", (int64_t)i,
                   provider->name, (int64_t)provider->asg, (int64_t)provider->managed_scaling,
                   provider->target_capacity, NULL);
    }
    for (uint32_t i = 0; i < scenario->type_count; i++) {
        const struct ecs_instance_type *type = &scenario->types[i];
        if (type_is_used(scenario, i))
            insert_row(store, "type", type->price_nusd_per_h >= 0 ? "itiii" : "itiin", (int64_t)i,
                       type->name, (int64_t)type->vcpus, type->memory_mib, type->price_nusd_per_h,
                       NULL);
    }
}

static void put_services(struct rpt_store *store, const struct ecs_scenario *scenario)
{
    static const char *const kinds[] = {
        [ECS_SCHEDULING_REPLICA] = "REPLICA", [ECS_SCHEDULING_DAEMON] = "DAEMON"};
    for (uint32_t i = 0; i < scenario->service_count; i++)
        insert_row(store, "service_entry", "itt", (int64_t)i, scenario->services[i].name,
                   kinds[scenario->services[i].scheduling], NULL);
}

static void put_policies(struct rpt_store *store, const struct ecs_scenario *scenario)
{
    static const char *const metrics[ECS_SCALING_METRICS] = {
        [ECS_SCALING_CPU] = "CPUUtilization", [ECS_SCALING_REQUESTS] = "RequestCountPerTarget"};
    for (uint32_t i = 0; i < scenario->scaling_policy_count; i++) {
        const struct ecs_scaling_policy *policy = &scenario->scaling_policies[i];
        bool tracking = policy->type == ECS_SCALING_TRACKING;
        insert_row(store, "scaling_policy", tracking ? "ititti" : "itittn", (int64_t)i,
                   policy->name, (int64_t)scenario->scalable_targets[policy->target].service,
                   tracking ? "TargetTrackingScaling" : "StepScaling", metrics[policy->metric],
                   policy->value, NULL);
    }
}

static void put_change(struct rpt_store *store, uint32_t change)
{
    const struct ecs_change *c = &store->scenario->changes[change];
    const struct ecs_operation_words *words = &ecs_operation_words[c->operation];
    insert_row(store, "change", "itttt", (int64_t)change, words->name, words->service,
               words->objects, c->request, NULL);
}

static bool put_words(struct rpt_store *store, const char *version)
{
    static const char *const levels[] = {"none", "series", "full"};
    const struct ecs_scenario *scenario = store->scenario;
    char scenario_hash[17], workload_hash[17];
    rpt_hash_text(scenario_hash, scenario->scenario_hash);
    rpt_hash_text(workload_hash, scenario->workload_hash);
    insert_row(store, "experiment", "ttttiiittttttt", scenario->name, scenario->description,
               scenario->region, scenario->cluster, (int64_t)scenario->epoch,
               scenario->start_unix_s, (int64_t)scenario->replications, levels[store->level],
               scenario->json, scenario_hash, workload_hash, scenario->inputs_json,
               scenario->price_date, version, NULL);
    for (uint32_t i = 0; i < rpt_metric_count; i++)
        insert_row(store, "metric", "ittt", (int64_t)i, rpt_metrics[i].name, rpt_metrics[i].unit,
                   rpt_metrics[i].help, NULL);
    put_capacity_words(store, scenario);
    if (store->level == RPT_LEVEL_NONE)
        return !store->failed;
    for (uint32_t i = 0; i < scenario->names.count; i++)
        insert_row(store, "name", "it", (int64_t)i, scenario->names.text[i], NULL);
    for (uint32_t i = 0; i < scenario->task_definition_count; i++) {
        const struct ecs_task_definition *definition = &scenario->task_definitions[i];
        insert_row(store, "definition", "iti", (int64_t)i, definition->family,
                   (int64_t)definition->revision, NULL);
    }
    put_services(store, scenario);
    put_policies(store, scenario);
    for (uint32_t i = 0; i < scenario->change_count; i++)
        put_change(store, i);
    put_all_labels(store);
    put_event_codes(store);
    return !store->failed;
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool open_database(struct rpt_store *store, const char *version)
{
    /* One thread at a time uses a store, so SQLite need not lock. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(store->file.temporary, &store->db, flags, NULL) != SQLITE_OK)
        return fail(store);
    /* The file is private until it is renamed: no journal, no waiting for the disk, no locks.
     * Cache: 64 MiB, so that pages are written at commits, in order. */
    return execute(store, "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF;"
                          "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                          "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; BEGIN") &&
           execute_embedded(store, "reports/schema.sql") &&
           execute_embedded(store, "reports/views.sql") && put_words(store, version) &&
           prepare_inserts(store);
}

static void close_database(struct rpt_store *store)
{
    for (uint32_t i = 0; i < RPT_TABLES; i++)
        sqlite3_finalize(store->inserts[i]);
    sqlite3_close(store->db);
    store->db = NULL;
}

struct rpt_store *rpt_store_open(const char *path, const struct ecs_scenario *scenario,
                                 enum rpt_level level, const char *version, const char **why)
{
    struct rpt_store *store = sim_malloc(sizeof *store);
    *store = (struct rpt_store){.scenario = scenario, .level = level};
    *why = message;
    if (!rpt_file_create(&store->file, path, message, sizeof message)) {
        free(store);
        return NULL;
    }
    rpt_rows_init(&store->rows, insert_batch, store);
    store->rows.deployment_events = scenario->behaviour.deployment_events;
    if (!open_database(store, version)) {
        rpt_store_close(store, false, why);
        *why = message;
        return NULL;
    }
    *why = NULL;
    return store;
}

bool rpt_store_begin(struct rpt_store *store, uint32_t replication)
{
    rpt_rows_begin(&store->rows, (int64_t)replication + 1);
    return !store->failed;
}

bool rpt_store_wants(enum rpt_level level, uint32_t record_kind)
{
    switch ((enum ecs_record_kind)record_kind) {
    case ECS_RECORD_ARRIVAL_ENDED:
    case ECS_RECORD_FAILURE:
    case ECS_RECORD_INSTANCE_REGISTERED:
    case ECS_RECORD_INSTANCE_ENDED:
    case ECS_RECORD_SCALING:
    case ECS_RECORD_CAPACITY:
    case ECS_RECORD_COST:
    case ECS_RECORD_SERVICE:
    case ECS_RECORD_SERVICE_LOAD:
    case ECS_RECORD_SERVICE_BOUNDS:
    case ECS_RECORD_SERVICE_EVENT:
    case ECS_RECORD_DEPLOYMENT:
    case ECS_RECORD_SERVICE_SCALING:
        return level >= RPT_LEVEL_SERIES;
    case ECS_RECORD_REFUSED:
    case ECS_RECORD_TASK_STATE:
    case ECS_RECORD_TASK_ENDED:
    case ECS_RECORD_INSTANCE_STATE:
    case ECS_RECORD_ALARM:
    case ECS_RECORD_PROTECTION:
    case ECS_RECORD_CHANGE:
    case ECS_RECORD_CLUSTER:
    case ECS_RECORD_AGENT:
    case ECS_RECORD_NOT_JOINED:
    case ECS_RECORD_IMAGE:
    case ECS_RECORD_GPUS:
    case ECS_RECORD_LAUNCH_FAILED:
    case ECS_RECORD_SERVICE_TASK:
        return level >= RPT_LEVEL_FULL;
    case ECS_RECORD_ARRIVAL:
    case ECS_RECORD_TASK_PLACED:
    case ECS_RECORD_TASK_RELEASED:
    case ECS_RECORD_METRIC:
    case ECS_RECORD_LEVELS:
    case ECS_RECORD_RUN_ENDED:
    case ECS_RECORD_ADDRESS:
    case ECS_RECORD_TASK_HEALTHY:
    case ECS_RECORD_KINDS:
        break;
    }
    return false;
}

void rpt_store_record(struct rpt_store *store, const struct sim_record *record)
{
    if (store->level != RPT_LEVEL_NONE)
        rpt_rows_record(&store->rows, record, store->level == RPT_LEVEL_FULL);
}

bool rpt_store_end(struct rpt_store *store, const struct rpt_result *result)
{
    const struct ecs_scenario *scenario = store->scenario;
    int64_t run = (int64_t)result->replication + 1;
    rpt_rows_end(&store->rows);
    char hash[17];
    rpt_hash_text(hash, result->hash);
    insert_row(store, "run", "iiiiiiit", run, (int64_t)result->replication, (int64_t)scenario->seed,
               result->horizon, scenario->warmup, (int64_t)result->events, (int64_t)result->records,
               hash, NULL);
    for (uint32_t i = 0; i < rpt_metric_count; i++)
        if (result->present[i])
            insert_row(store, "summary", "iid", run, (int64_t)i, result->values[i], NULL);
    return !store->failed;
}

bool rpt_store_close(struct rpt_store *store, bool keep, const char **why)
{
    bool done = true;
    *why = NULL;
    if (keep)
        done = execute(store, "COMMIT");
    close_database(store);
    rpt_rows_release(&store->rows);
    if (!keep || !done)
        rpt_file_discard(&store->file);
    else
        done = rpt_file_keep(&store->file, message, sizeof message);
    if (!done)
        *why = message;
    free(store);
    return done;
}

void rpt_store_abandon_all(void)
{
    rpt_file_abandon_all();
}
