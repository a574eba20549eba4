/* rpt_database: opens databases that plimsoll made, to read them.
 *
 * A file that is none, or one whose tables are of another version, is refused with a sentence. What
 * writes the tables is rpt_store, what they hold schema.sql and views.sql; readers (plots,
 * comparison) ask views, so that a new version of the tables needs no change in them. */
#ifndef RPT_DATABASE_H
#define RPT_DATABASE_H

#include <stddef.h>

struct sqlite3;

/* NULL after writing why into message. The caller closes it with sqlite3_close. */
struct sqlite3 *rpt_database_open(const char *path, char *message, size_t size);

#endif
