/* scn_regex: java.util.regex, the dialect of the cluster query language (QL-14), through PCRE2.
 *
 * The two agree in common use. Where one text would mean different things to them, or only PCRE2
 * would take it, it is refused with the reason: a plan must not rest on an expression that AWS
 * refuses or reads otherwise. Java's own constructs that PCRE2 lacks (classes inside classes, `&&`
 * inside a class, \uXXXX) are refused too, and can be written out.
 *
 * A match is of the whole text, and bounded in steps and memory: what goes beyond it does not hold.
 * Both texts are UTF-8. A compiled expression lives in the arena and is read by any thread. */
#ifndef SCN_REGEX_H
#define SCN_REGEX_H

#include "sim_arena.h"

#include <stdbool.h>
#include <stdint.h>

struct scn_regex_error {
    uint32_t offset;     /* bytes from the start, where it was seen */
    const char *message; /* in the arena, or constant */
};

/* NULL after filling *error. */
const void *scn_regex_compile(struct sim_arena *arena, const char *text,
                              struct scn_regex_error *error);
bool scn_regex_matches(const void *pattern, const char *text);

#endif
