/* scn_trace_tool: what `plimsoll trace stats|head|convert` does.
 *
 * stats reads a trace as a run would and prints what is in it, as an aligned table; head prints
 * the first rows as the run would see them, with the times of the file; convert writes the rows as
 * native CSV (scn_mapping.h names the columns), only the columns that the trace has.
 *
 * convert keeps every number exactly: the converted file replays as the original does, with the
 * same row hash. Arrivals count from the first row kept. With `sort` the rows may come in any
 * order: they are held in memory (64 bytes each) and sorted by arrival, rows of one instant in the
 * order of the file (stable), rows without arrival at t = 0. Several files, of one mapping and with
 * times of one clock, are then sorted into one, equal times in the order of the files. The window
 * [from, to) counts from the earliest arrival. */
#ifndef SCN_TRACE_TOOL_H
#define SCN_TRACE_TOOL_H

#include "scn_trace.h"

#include <stdio.h>

struct scn_trace_tool {
    const char *path;
    const char *mapping; /* as in struct scn_trace_use */
    sim_time from, to;   /* [from, to); 0 and SIM_TIME_NEVER */
    bool sort;           /* convert */
    char *const *more;   /* convert with sort: further files */
    uint32_t more_count;
    bool lenient;
    uint64_t rows; /* head: how many */
};

/* False after complaints, or when `out` cannot be written (a complaint too). */
bool scn_trace_tool_stats(const struct scn_trace_tool *tool, FILE *out, struct sim_arena *arena,
                          struct scn_complaints *complaints);
bool scn_trace_tool_head(const struct scn_trace_tool *tool, FILE *out, struct sim_arena *arena,
                         struct scn_complaints *complaints);
bool scn_trace_tool_convert(const struct scn_trace_tool *tool, FILE *out, struct sim_arena *arena,
                            struct scn_complaints *complaints);

#endif
