/* scn_trace_rows: parsed rows, in memory or in a file.
 *
 * Rows are appended once, while the trace is checked, and then read by any number of cursors on any
 * thread. Up to cache_bytes they stay in memory, in blocks that never move, shared read-only. Above
 * that all of them go to an unlinked temporary file (in TMPDIR, else /tmp), from which each cursor
 * reads a block at a time with pread. So a trace is parsed exactly once, and a file that someone
 * changes during a run changes nothing. 64 bytes a row in either case. */
#ifndef SCN_TRACE_ROWS_H
#define SCN_TRACE_ROWS_H

#include "scn_sample.h"
#include "scn_trace.h"
#include "scn_trace_row.h"

#define SCN_BLOCK_ROWS 4096u

struct scn_rows {
    struct scn_trace_row **blocks; /* when spilled only the last, unwritten one is in memory */
    uint32_t block_count, block_capacity;
    uint64_t count;
    int64_t cache_bytes;
    int fd; /* -1: all in memory */
};

struct scn_rows_cursor {
    const struct scn_rows *rows;
    uint64_t next;
    const struct scn_trace_row *block; /* holds row `next` unless it is the first of a block */
    struct scn_trace_row *buffer;      /* spilled: the cursor's own */
};

void scn_rows_init(struct scn_rows *rows, int64_t cache_bytes);
void scn_rows_release(struct scn_rows *rows);
/* False when the temporary file cannot be made or written (errno). */
bool scn_rows_append(struct scn_rows *rows, const struct scn_trace_row *row);
/* After the last append. */
bool scn_rows_finish(struct scn_rows *rows);

void scn_rows_open(struct scn_rows_cursor *cursor, const struct scn_rows *rows);
const struct scn_trace_row *scn_rows_next(struct scn_rows_cursor *cursor); /* NULL at the end */
void scn_rows_close(struct scn_rows_cursor *cursor);

/* scn_trace's insides, for `plimsoll trace`: any_order keeps rows with their raw times, unsorted
 * and without window (SCN_NO_ARRIVAL where there is none). */
struct scn_trace {
    struct scn_trace_stats stats;
    struct scn_rows rows;
    const struct scn_sample *sample; /* NULL: its rows as they are */
    const uint64_t *gpu_models;      /* by name of row.gpu_model: what the scenario makes of it */
    bool has_field[SCN_FIELDS];
};
/* A row as what arrives, but for its number. */
struct ecs_arrival scn_trace_arrival(const struct scn_trace *trace,
                                     const struct scn_trace_row *row);
struct scn_trace *scn_trace_read(const struct scn_trace_use *use, bool any_order,
                                 struct sim_arena *arena, struct scn_complaints *complaints);

#endif
