/* rpt_json: writes JSON text, one value after the other.
 *
 * A writer knows where it stands (object or array, first member or not), puts commas and two-space
 * indents, and escapes text; the caller gives keys inside objects and NULL inside arrays. Numbers
 * keep full precision: a double has the fewest digits that read back as the same double. Key order
 * is the order of the calls. Nothing is kept: memory is this struct, errors are the stream's
 * (ferror). Depth is at most RPT_JSON_DEPTH. */
#ifndef RPT_JSON_H
#define RPT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define RPT_JSON_DEPTH 16

struct rpt_json {
    FILE *out;
    uint32_t depth;
    bool filled[RPT_JSON_DEPTH]; /* the container at this depth has a member */
};

void rpt_json_init(struct rpt_json *json, FILE *out);

/* kind '{' or '['; end closes the innermost container of that kind. */
void rpt_json_begin(struct rpt_json *json, const char *key, char kind);
void rpt_json_end(struct rpt_json *json, char kind);

void rpt_json_text(struct rpt_json *json, const char *key, const char *value); /* NULL: null */
void rpt_json_bool(struct rpt_json *json, const char *key, bool value);
void rpt_json_int(struct rpt_json *json, const char *key, int64_t value);
void rpt_json_uint(struct rpt_json *json, const char *key, uint64_t value);
void rpt_json_double(struct rpt_json *json, const char *key, double value); /* not finite: null */

#endif
