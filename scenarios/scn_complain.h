/* scn_complain: how the loader talks about mistakes.
 *
 * A complaint is one line: "file:line:column: path: what is wrong; what would be right". Errors,
 * warnings and the list of keys without effect are kept in the order found, in the arena; of
 * errors the first SCN_COMPLAINTS_MAX are kept and the rest counted.
 *
 * Nearest-key hints use the edit distance with transpositions, ignoring case; a hint is given only
 * when at most a third of the letters differ, so that it is never far-fetched. Ties: the first in
 * the list. */
#ifndef SCN_COMPLAIN_H
#define SCN_COMPLAIN_H

#include "scn_json.h"

void scn_complaints_init(struct scn_complaints *complaints, struct sim_arena *arena);
void scn_complaints_release(struct scn_complaints *complaints); /* not the arena */

/* At a value of the tree, with its place and path. */
void scn_error(struct scn_complaints *complaints, const struct scn_value *at, const char *format,
               ...) __attribute__((format(printf, 3, 4)));
void scn_warning(struct scn_complaints *complaints, const struct scn_value *at, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));
/* "path: key has no effect here: why". */
void scn_no_effect(struct scn_complaints *complaints, const struct scn_value *at, const char *why);

/* At a place in a file (line 0: the file as a whole); path may be NULL. */
void scn_error_at(struct scn_complaints *complaints, const char *file, uint32_t line,
                  uint32_t column, const char *path, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void scn_warning_at(struct scn_complaints *complaints, const char *file, uint32_t line,
                    uint32_t column, const char *path, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The candidate nearest to `text`, or NULL when none is near. */
const char *scn_nearest(const char *text, const char *const *candidates, uint32_t count);

#endif
