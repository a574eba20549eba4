/* rpt_stored: what a database tells of a run that it holds, so that the run can be repeated.
 *
 * A database keeps the resolved scenario, seed and number of each replication, and the hash of all
 * its records (v_run). A run is decided by these three and by the files the scenario names; who
 * repeats it compares the hash, and so knows whether what he has before him is the run that the
 * database holds. Texts lie in the caller's arena. */
#ifndef RPT_STORED_H
#define RPT_STORED_H

#include "sim_arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rpt_stored {
    const char *scenario_json, *result_hash, *plimsoll_version, *inputs_json;
    uint64_t seed;
};

/* Whether the file is a database of SQLite at all, by how it begins. */
bool rpt_is_database(const char *path);

/* False after writing why into message: it is no database of plimsoll, or holds no such
 * replication. */
bool rpt_stored_read(struct sim_arena *arena, const char *path, uint32_t replication,
                     struct rpt_stored *stored, char *message, size_t size);

/* The text of a hash of records in the form that v_run.result_hash has: 16 digits and a NUL. */
void rpt_hash_text(char text[17], uint64_t hash);

#endif
