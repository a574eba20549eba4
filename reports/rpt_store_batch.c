#include "rpt_store_batch.h"
#include "rpt_store_rows.h"

#include <sqlite3.h>
#include <stdlib.h>

struct batch_table {
    sqlite3_vtab base;
    const struct rpt_batch *batch;
};

struct batch_cursor {
    sqlite3_vtab_cursor base;
    const int64_t *row, *end;
    uint32_t columns;
};

static int batch_connect(sqlite3 *db, void *batch, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **why)
{
    (void)argc;
    (void)argv;
    (void)why;
    int code = sqlite3_declare_vtab(db, "CREATE TABLE batch (c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,"
                                        "c12,c13,c14,c15,c16,c17,c18,c19,c20,c21,c22,c23)");
    if (code != SQLITE_OK)
        return code;
    struct batch_table *table = sim_malloc(sizeof *table);
    *table = (struct batch_table){.batch = batch};
    *out = &table->base;
    return SQLITE_OK;
}

static int batch_disconnect(sqlite3_vtab *base)
{
    free((struct batch_table *)base);
    return SQLITE_OK;
}

/* There is one way to read it: from the first row to the last. */
static int batch_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    (void)base;
    info->estimatedRows = RPT_BATCH_ROWS;
    info->estimatedCost = RPT_BATCH_ROWS;
    return SQLITE_OK;
}

static int batch_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    (void)base;
    struct batch_cursor *cursor = sim_malloc(sizeof *cursor);
    *cursor = (struct batch_cursor){0};
    *out = &cursor->base;
    return SQLITE_OK;
}

static int batch_close(sqlite3_vtab_cursor *base)
{
    free((struct batch_cursor *)base);
    return SQLITE_OK;
}

static int batch_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                        sqlite3_value **argv)
{
    (void)plan;
    (void)name;
    (void)argc;
    (void)argv;
    struct batch_cursor *cursor = (struct batch_cursor *)base;
    const struct rpt_batch *batch = ((struct batch_table *)base->pVtab)->batch;
    cursor->columns = batch->columns;
    cursor->row = batch->rows;
    cursor->end = batch->rows + (size_t)batch->count * batch->columns;
    return SQLITE_OK;
}

static int batch_next(sqlite3_vtab_cursor *base)
{
    struct batch_cursor *cursor = (struct batch_cursor *)base;
    cursor->row += cursor->columns;
    return SQLITE_OK;
}

static int batch_eof(sqlite3_vtab_cursor *base)
{
    const struct batch_cursor *cursor = (const struct batch_cursor *)base;
    return cursor->row == cursor->end;
}

static int batch_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct batch_cursor *cursor = (const struct batch_cursor *)base;
    int64_t value = cursor->row[column];
    if (value != RPT_NULL) /* without a result it is NULL */
        sqlite3_result_int64(context, value);
    return SQLITE_OK;
}

static int batch_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    (void)base;
    *rowid = 0; /* nobody asks */
    return SQLITE_OK;
}

/* Without xCreate the table is there by its module's name and needs no CREATE. */
static const sqlite3_module batch_module = {
    .xConnect = batch_connect,
    .xBestIndex = batch_best_index,
    .xDisconnect = batch_disconnect,
    .xOpen = batch_open,
    .xClose = batch_close,
    .xFilter = batch_filter,
    .xNext = batch_next,
    .xEof = batch_eof,
    .xColumn = batch_column,
    .xRowid = batch_rowid,
};

int rpt_batch_register(sqlite3 *db, const struct rpt_batch *batch)
{
    return sqlite3_create_module(db, "batch", &batch_module, (void *)(uintptr_t)batch);
}
