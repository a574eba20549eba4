/* rpt_store_batch: a batch of rows as a table that SQLite can read.
 *
 * Binding and stepping row by row costs more than the insertion itself: each row starts and ends a
 * statement. So a batch is lent to SQLite as a virtual table `batch` (columns c0 .. c23) and
 * inserted with one statement, INSERT INTO t SELECT c0, ... FROM batch. Rows are read in order,
 * each value once. The rows stay the owner's and must not change during the statement. */
#ifndef RPT_STORE_BATCH_H
#define RPT_STORE_BATCH_H

#include <stdint.h>

struct sqlite3;

#define RPT_BATCH_COLUMNS 24

struct rpt_batch {
    const int64_t *rows; /* RPT_NULL: NULL */
    uint32_t columns, count;
};

/* Makes the table `batch` of this connection show *batch, whatever it holds at the time of a
 * statement. An SQLite result code. */
int rpt_batch_register(struct sqlite3 *db, const struct rpt_batch *batch);

#endif
