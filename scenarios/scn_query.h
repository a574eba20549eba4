/* scn_query: reads cluster query language expressions (sheet 03, 7.2) into models/ecs_query.
 *
 * Grammar: `not` binds tighter than `and`, `and` tighter than `or` (QL-5); both spellings of every
 * operator; no blanks are needed round symbols; values are bare words or quoted with ' or ". Inside
 * bare words `&&` and `||` end the word; a single | belongs to a regular expression, and
 * parentheses need quotes (QL-10). Regular expressions are scn_regex's: Java's, matched against the
 * whole text (QL-14).
 *
 * A mistake is reported with the column (from 1, in bytes) where it was seen and what would be
 * right there, in one line that quotes some 60 bytes at most. Limits: 10,000 bytes of UTF-8,
 * nesting 64. */
#ifndef SCN_QUERY_H
#define SCN_QUERY_H

#include "ecs_query.h"
#include "sim_arena.h"

struct scn_query_error {
    uint32_t column;
    const char *message; /* in the arena */
};

/* The query, in the arena with all it needs; NULL after filling *error. */
const struct ecs_query *scn_query_parse(struct sim_arena *arena, const char *text,
                                        struct scn_query_error *error);

#endif
