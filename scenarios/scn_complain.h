/* scn_complain: how the loader talks about mistakes.
 *
 * A complaint is one line: "file:line:column: path: what is wrong; what would be right". Errors,
 * warnings and the keys without effect live in the arena, each sorted by place: the file's name in
 * byte order, line, column; those of one place stay in the order found. A complaint about a file as
 * a whole comes before those inside it. Of errors the first SCN_COMPLAINTS_MAX by place are kept
 * and the rest only counted: one that would not be shown is not even formatted, so that a file full
 * of mistakes costs little more than a right one. Warnings and keys are all kept, and sorted once,
 * by scn_complaints_sort.
 *
 * Nearest-key hints use the edit distance with transpositions, ignoring case; a hint is given only
 * when at most a third of the letters differ, so that it is never far-fetched. Ties: the first in
 * the list. */
#ifndef SCN_COMPLAIN_H
#define SCN_COMPLAIN_H

#include "scn_json.h"

void scn_complaints_init(struct scn_complaints *complaints, struct sim_arena *arena);
void scn_complaints_release(struct scn_complaints *complaints); /* not the arena */
/* Sorts warnings and keys without effect; errors always are. */
void scn_complaints_sort(struct scn_complaints *complaints);

/* At a value of the tree, with its place and path. */
void scn_error(struct scn_complaints *complaints, const struct scn_value *at, const char *format,
               ...) __attribute__((format(printf, 3, 4)));
void scn_warning(struct scn_complaints *complaints, const struct scn_value *at, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));
/* "path: key has no effect here: why". Nothing when `at` lies below the key noted last: only the
 * topmost is listed. */
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
