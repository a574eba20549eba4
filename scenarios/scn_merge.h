/* scn_merge: one tree out of several files.
 *
 * {"$file": "x.json", ...}  is replaced by the value in x.json, with the siblings merged over it.
 * {"$text": "f.txt"}        is replaced by the text of f.txt.
 * "extends": "base.json"    at the top of a scenario: the file is merged over base.json, which may
 *                           also be the bare name of a shipped scenario.
 * --set PATH=VALUE          is merged last.
 *
 * Merging: objects merge member by member. Lists whose elements all have names (scn_json_name_key)
 * merge by name: known names merge, new ones are appended in order. Everything else is replaced.
 * Paths are relative to the file they stand in. Files that read themselves are refused. Values keep
 * the file, line and column they were written at. */
#ifndef SCN_MERGE_H
#define SCN_MERGE_H

#include "scn_json.h"

/* Reads the scenario at `path` - a file, or the bare name of a shipped one - with all it refers to.
 * NULL when nothing can be read; complaints may stand even when a tree comes back. */
struct scn_value *scn_merge_load(struct sim_arena *arena, const char *path,
                                 struct scn_complaints *complaints);

/* Merges `over` into `base` and returns the result (base itself, or over when it replaces it). */
struct scn_value *scn_merge(struct scn_value *base, struct scn_value *over);

/* Takes describe output for create input, everywhere below the scenario `root` (scn_describe.c).
 * Done for each scenario file before extends merges it, so that its lists have names to merge by.
 */
void scn_describe_unwrap(struct sim_arena *arena, struct scn_value *root,
                         struct scn_complaints *complaints);

/* Applies one "PATH=VALUE": PATH as services[web].desiredCount or services[0].desiredCount, VALUE
 * JSON, else a text. Objects on the way that are not there yet are made. */
void scn_merge_set(struct sim_arena *arena, struct scn_value *root, const char *set,
                   struct scn_complaints *complaints);

#endif
