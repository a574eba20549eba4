/* scn_dist: distributions and amounts as a scenario writes them.
 *
 *   "90s" or 90                                         always 90 seconds
 *   {"lognormal": {"median": "60s", "p95": "100s"}}     one key, the kind (sim_dist_kinds), with
 * its parameters and, if wanted, "min" and "max"
 *   {"empirical": [1, 2.5, "1m"]}                       values of one's own
 *   {"empirical": "boots.csv"}                          the same from a file: one value a line, a
 *                                                       header line is skipped
 *
 * Numbers are seconds. Everything is checked against the table of parameters. */
#ifndef SCN_DIST_H
#define SCN_DIST_H

#include "scn_json.h"

/* False after a complaint, with *dist untouched. */
bool scn_dist_read(struct sim_arena *arena, const struct scn_value *value, struct sim_dist *dist,
                   struct scn_complaints *complaints);

/* Bytes: a number of megabytes (10^6), or a text with a unit: B kB MB GB KiB MiB GiB. */
bool scn_bytes_read(const struct scn_value *value, int64_t *bytes,
                    struct scn_complaints *complaints);

#endif
