#include "rpt_database.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define SCHEMA_VERSION 5          /* user_version in schema.sql */
#define APPLICATION_ID 0x504c494d /* application_id there */

/* One number of the file's header; -1 when it is no database. */
static int64_t pragma(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        value = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return value;
}

static bool has_runs(sqlite3 *db)
{
    sqlite3_stmt *query = NULL;
    bool found = sqlite3_prepare_v2(db, "SELECT 1 FROM v_run", -1, &query, NULL) == SQLITE_OK &&
                 sqlite3_step(query) == SQLITE_ROW;
    sqlite3_finalize(query);
    return found;
}

struct sqlite3 *rpt_database_open(const char *path, char *message, size_t size)
{
    sqlite3 *db = NULL;
    if (access(path, R_OK) != 0) {
        snprintf(message, size, "%s: no such database, or it cannot be read", path);
        return NULL;
    }
    bool ours = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                pragma(db, "PRAGMA application_id") == APPLICATION_ID;
    int64_t version = ours ? pragma(db, "PRAGMA user_version") : SCHEMA_VERSION;
    if (ours && version == SCHEMA_VERSION && has_runs(db))
        return db;
    if (version != SCHEMA_VERSION)
        snprintf(message, size,
                 "%s: its tables are of version %" PRId64 ", and this program reads version %d; "
                 "use the plimsoll that made it, or run the scenario again",
                 path, version, SCHEMA_VERSION);
    else
        snprintf(message, size, "%s: is not a database of plimsoll (plimsoll run --out makes one)",
                 path);
    sqlite3_close(db);
    return NULL;
}
