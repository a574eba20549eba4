/* cmd_progress: how far a run has come, on stderr.
 *
 * One line: a bar, simulated time, events a second, time left. On a terminal it rewrites itself
 * five times a second and is wiped at the end; otherwise, when --progress forces it, it is a new
 * line each second. The wall clock is read here and nowhere near a result.
 *
 * Replications report from their own threads; a lock keeps lines whole. Where the end of a run is
 * not known beforehand (no duration, arrivals by chance) there is no bar and no time left. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include "sim_engine.h"

#include <pthread.h>

struct cmd_progress {
    pthread_mutex_t lock;
    bool on, terminal;
    uint32_t replications;
    sim_time expected; /* end of one replication; SIM_TIME_NEVER: unknown */
    double began_s, shown_s;
    struct cmd_progress_run {
        struct cmd_progress *progress;
        sim_time now;
        uint64_t events;
        bool done;
    } * runs; /* one a replication */
};

/* forced: --progress. Without it a line is shown on a terminal only. */
void cmd_progress_init(struct cmd_progress *progress, bool forced, uint32_t replications,
                       sim_time expected);
/* Ends the display and frees. */
void cmd_progress_release(struct cmd_progress *progress);

/* Sets the engine's callback to report as replication `index`. */
void cmd_progress_watch(struct cmd_progress *progress, struct sim_engine *engine, uint32_t index);

/* Replication `index` is over. */
void cmd_progress_done(struct cmd_progress *progress, uint32_t index,
                       const struct sim_engine *engine);

/* Seconds of wall clock since init, and events of all replications. */
double cmd_progress_elapsed_s(const struct cmd_progress *progress);
uint64_t cmd_progress_events(const struct cmd_progress *progress);

/* "1.25 M", "310 k", "42". size >= 16. Returns buffer. */
char *cmd_format_rate(double rate, char *buffer, size_t size);

#endif
