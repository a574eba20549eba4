#include "bench.h"
#include "sim_arena.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A value as SQLite holds it: what binding needs and no more. Texts point into `texts`. */
struct floor_value {
    int type;
    union {
        int64_t integer;
        double real;
        size_t text;
    };
};

struct floor_table {
    char *name, *sql;
    struct floor_value *values;
    uint32_t columns, count, capacity; /* values */
};

struct floor_copy {
    struct floor_table *tables;
    uint32_t table_count, table_capacity;
    char *texts;
    uint32_t text_used, text_capacity;
    int page_size;
};

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static char *copy_text(const unsigned char *text)
{
    size_t size = strlen((const char *)text) + 1;
    return memcpy(sim_malloc(size), text, size);
}

static void read_value(struct floor_copy *copy, struct floor_table *table, sqlite3_stmt *query,
                       int column)
{
    sim_grow((void **)&table->values, &table->capacity, table->count + 1, sizeof *table->values);
    struct floor_value *value = &table->values[table->count++];
    value->type = sqlite3_column_type(query, column);
    if (value->type == SQLITE_INTEGER) {
        value->integer = sqlite3_column_int64(query, column);
    } else if (value->type == SQLITE_FLOAT) {
        value->real = sqlite3_column_double(query, column);
    } else if (value->type == SQLITE_TEXT) {
        const unsigned char *text = sqlite3_column_text(query, column);
        uint32_t size = (uint32_t)sqlite3_column_bytes(query, column) + 1;
        sim_grow((void **)&copy->texts, &copy->text_capacity, copy->text_used + size, 1);
        memcpy(copy->texts + copy->text_used, text, size);
        value->text = copy->text_used;
        copy->text_used += size;
    }
}

static int read_rows(struct floor_copy *copy, struct floor_table *table, sqlite3 *db)
{
    char sql[160];
    sqlite3_stmt *query = NULL;
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table->name);
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
        return 0;
    table->columns = (uint32_t)sqlite3_column_count(query);
    int code;
    while ((code = sqlite3_step(query)) == SQLITE_ROW)
        for (uint32_t i = 0; i < table->columns; i++)
            read_value(copy, table, query, (int)i);
    sqlite3_finalize(query);
    return code == SQLITE_DONE;
}

static int read_database(struct floor_copy *copy, const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    int good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK;
    good = good && sqlite3_prepare_v2(db, "PRAGMA page_size", -1, &query, NULL) == SQLITE_OK &&
           sqlite3_step(query) == SQLITE_ROW;
    if (good)
        copy->page_size = sqlite3_column_int(query, 0);
    sqlite3_finalize(query);
    query = NULL;
    good =
        good && sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'table'",
                                   -1, &query, NULL) == SQLITE_OK;
    while (good && sqlite3_step(query) == SQLITE_ROW) {
        sim_grow((void **)&copy->tables, &copy->table_capacity, copy->table_count + 1,
                 sizeof *copy->tables);
        struct floor_table *table = &copy->tables[copy->table_count++];
        table->name = copy_text(sqlite3_column_text(query, 0));
        table->sql = copy_text(sqlite3_column_text(query, 1));
        good = read_rows(copy, table, db);
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    return good;
}

static int insert_rows(const struct floor_copy *copy, const struct floor_table *table, sqlite3 *db)
{
    char sql[512];
    sqlite3_stmt *insert = NULL;
    size_t length = (size_t)snprintf(sql, sizeof sql, "INSERT INTO \"%s\" VALUES (?", table->name);
    for (uint32_t i = 1; i < table->columns; i++)
        length += (size_t)snprintf(sql + length, sizeof sql - length, ",?");
    snprintf(sql + length, sizeof sql - length, ")");
    if (sqlite3_prepare_v2(db, sql, -1, &insert, NULL) != SQLITE_OK)
        return 0;
    int good = 1;
    for (uint32_t i = 0; good && i < table->count; i += table->columns) {
        for (uint32_t column = 0; column < table->columns; column++) {
            const struct floor_value *value = &table->values[i + column];
            int at = (int)column + 1;
            if (value->type == SQLITE_INTEGER)
                sqlite3_bind_int64(insert, at, value->integer);
            else if (value->type == SQLITE_FLOAT)
                sqlite3_bind_double(insert, at, value->real);
            else if (value->type == SQLITE_TEXT)
                sqlite3_bind_text(insert, at, copy->texts + value->text, -1, SQLITE_STATIC);
            else
                sqlite3_bind_null(insert, at);
        }
        good = sqlite3_step(insert) == SQLITE_DONE;
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return good;
}

/* Seconds to write everything into a new file; negative when that failed. */
static double write_database(const struct floor_copy *copy, const char *path)
{
    sqlite3 *db = NULL;
    char pragmas[256];
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA page_size = %d; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
             "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; BEGIN",
             copy->page_size);
    unlink(path);
    double start = wall_s();
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int good = sqlite3_open_v2(path, &db, flags, NULL) == SQLITE_OK &&
               sqlite3_exec(db, pragmas, NULL, NULL, NULL) == SQLITE_OK;
    for (uint32_t i = 0; good && i < copy->table_count; i++)
        good = sqlite3_exec(db, copy->tables[i].sql, NULL, NULL, NULL) == SQLITE_OK &&
               insert_rows(copy, &copy->tables[i], db);
    good = good && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    double seconds = wall_s() - start;
    unlink(path);
    return good ? seconds : -1.0;
}

static void release_copy(struct floor_copy *copy)
{
    for (uint32_t i = 0; i < copy->table_count; i++) {
        free(copy->tables[i].name);
        free(copy->tables[i].sql);
        free(copy->tables[i].values);
    }
    free(copy->tables);
    free(copy->texts);
}

double bench_floor(const char *db_path)
{
    struct floor_copy copy = {0};
    char path[4096];
    double best = -1.0;
    snprintf(path, sizeof path, "%s.floor", db_path);
    if (read_database(&copy, db_path)) {
        for (int i = 0; i < 3; i++) {
            double seconds = write_database(&copy, path);
            if (seconds >= 0.0 && (best < 0.0 || seconds < best))
                best = seconds;
        }
    }
    release_copy(&copy);
    return best;
}
