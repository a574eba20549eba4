/* rpt_store: one experiment into one SQLite database.
 *
 * The file is made under a temporary name beside its final one and renamed when complete, so what
 * bears the name is whole; on any failure nothing is left. Rows go in with prepared statements, in
 * transactions of a fixed number of rows, never by time, so that equal runs give equal bytes.
 * STRICT tables hold integers and interned names; the public views (reports/views.sql, design 3.4)
 * give them AWS's words. Only this layer includes sqlite3.h. */
#ifndef RPT_STORE_H
#define RPT_STORE_H

#include "ecs_records.h"
#include "ecs_scenario.h"
#include "rpt_summary.h"

enum rpt_level { RPT_LEVEL_NONE, RPT_LEVEL_SERIES, RPT_LEVEL_FULL };

struct rpt_store;

/* NULL on failure: then *why is a message (static or owned by the store module, valid until the
 * next call). */
struct rpt_store *rpt_store_open(const char *path, const struct ecs_scenario *scenario,
                                 enum rpt_level level, const char *version, const char **why);

/* Replications in order: begin, records, end with its summary and result hash. False on a write
 * error (disk full ...); the store then refuses more and rpt_store_close removes the file. */
bool rpt_store_begin(struct rpt_store *store, uint32_t replication);
void rpt_store_record(struct rpt_store *store, const struct sim_record *record);
bool rpt_store_end(struct rpt_store *store, const struct rpt_result *result);

/* True when a record of this kind is stored at this level: others need not be kept. */
bool rpt_store_wants(enum rpt_level level, uint32_t record_kind);

/* Completes and renames (keep = true), or removes. False when it could not be completed; *why says
 * so and nothing is left under either name. Frees the store. */
bool rpt_store_close(struct rpt_store *store, bool keep, const char **why);

/* Removes the unfinished file of an open store; async-signal-safe, for SIGINT and SIGTERM. */
void rpt_store_abandon_all(void);

#endif
