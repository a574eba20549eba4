#include "rpt_stored.h"

#include "rpt_database.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

bool rpt_is_database(const char *path)
{
    static const char magic[16] = "SQLite format 3"; /* with its NUL */
    char head[sizeof magic] = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t length = fread(head, 1, sizeof head, file);
    fclose(file);
    return length == sizeof head && memcmp(head, magic, sizeof head) == 0;
}

static const char *text_of(struct sim_arena *arena, sqlite3_stmt *query, int column)
{
    const char *text = (const char *)sqlite3_column_text(query, column);
    return sim_arena_strdup(arena, text != NULL ? text : "");
}

static bool read_run(struct sim_arena *arena, sqlite3 *db, uint32_t replication,
                     struct rpt_stored *stored)
{
    sqlite3_stmt *query = NULL;
    static const char sql[] = "SELECT scenario_json, result_hash, plimsoll_version, inputs_json, "
                              "seed FROM v_run WHERE replication = ? AND variant = 'base'";
    bool found = sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK &&
                 sqlite3_bind_int64(query, 1, replication) == SQLITE_OK &&
                 sqlite3_step(query) == SQLITE_ROW;
    if (found)
        *stored = (struct rpt_stored){
            .scenario_json = text_of(arena, query, 0),
            .result_hash = text_of(arena, query, 1),
            .plimsoll_version = text_of(arena, query, 2),
            .inputs_json = text_of(arena, query, 3),
            .seed = (uint64_t)sqlite3_column_int64(query, 4),
        };
    sqlite3_finalize(query);
    return found;
}

static int64_t count_runs(sqlite3 *db)
{
    sqlite3_stmt *query = NULL;
    int64_t count = 0;
    if (sqlite3_prepare_v2(db, "SELECT count(*) FROM v_run", -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        count = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return count;
}

bool rpt_stored_read(struct sim_arena *arena, const char *path, uint32_t replication,
                     struct rpt_stored *stored, char *message, size_t size)
{
    sqlite3 *db = rpt_database_open(path, message, size);
    if (db == NULL)
        return false;
    bool found = read_run(arena, db, replication, stored);
    if (!found)
        snprintf(message, size,
                 "%s: holds no replication %" PRIu32 "; its %" PRId64
                 " are counted from 0 (v_run.replication)",
                 path, replication, count_runs(db));
    sqlite3_close(db);
    return found;
}

void rpt_hash_text(char text[17], uint64_t hash)
{
    snprintf(text, 17, "%016" PRIx64, hash);
}
