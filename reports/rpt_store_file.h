/* rpt_store_file: a file that bears its name only when it is whole.
 *
 * Made under a temporary name in the folder of the final one ("<path>.<number>.tmp"), so that
 * keeping it is one rename: readers see the old file or the new one, never a part. Data reach the
 * disk before the name does. Files still open when a signal ends the program are unlinked by
 * rpt_file_abandon_all, which calls nothing but unlink; after SIGKILL the temporary file is what
 * remains. Messages name the path and what would help. At most RPT_FILES at once. */
#ifndef RPT_STORE_FILE_H
#define RPT_STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#define RPT_FILES    8
#define RPT_PATH_MAX 4096

struct rpt_file {
    const char *path; /* both point into a static table */
    const char *temporary;
    unsigned slot;
};

/* Makes the empty temporary file; false with a message when that cannot be. */
bool rpt_file_create(struct rpt_file *file, const char *path, char *message, size_t size);

/* Syncs and renames; on failure the temporary file is gone too. */
bool rpt_file_keep(struct rpt_file *file, char *message, size_t size);
void rpt_file_discard(struct rpt_file *file);

void rpt_file_abandon_all(void); /* async-signal-safe */

#endif
