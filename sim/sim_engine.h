/* sim_engine: the clock and the loop around the queue.
 *
 * The user gives one dispatch function and one table of priorities by event kind. Handlers run at
 * engine->now and may schedule at now or later (earlier is a bug and asserts). Within one instant
 * events run in the order of sim_queue.h.
 *
 * The engine knows nothing of what the events mean and reads no wall clock; a progress callback,
 * if set, is called every progress_every events and may ask the run to stop. */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include "sim_queue.h"

struct sim_engine;

typedef void sim_dispatch(void *user, const struct sim_event *event);
/* Returns false to stop the run. */
typedef bool sim_progress(void *user, const struct sim_engine *engine);

struct sim_engine {
    struct sim_queue queue;
    sim_time now;
    uint64_t events;           /* dispatched so far */
    const uint8_t *priorities; /* by kind */
    uint32_t kind_count;
    sim_dispatch *dispatch;
    void *user;
    sim_progress *progress; /* may be NULL */
    void *progress_user;
    uint64_t progress_every; /* events between calls; 0 means 65,536 */
    bool stop;               /* set by a handler: the loop ends after this event */
};

void sim_engine_init(struct sim_engine *engine, const uint8_t *priorities, uint32_t kind_count,
                     sim_dispatch *dispatch, void *user);
void sim_engine_release(struct sim_engine *engine);
void sim_engine_clear(struct sim_engine *engine); /* back to time 0, memory kept */

/* at >= now. */
struct sim_event_id sim_engine_at(struct sim_engine *engine, sim_time at, uint32_t kind, uint64_t a,
                                  uint64_t b);
bool sim_engine_cancel(struct sim_engine *engine, struct sim_event_id id);

/* Runs every event with time <= until (so an event exactly at the horizon runs), until the queue
 * is empty, engine->stop is set or progress says stop. Leaves now at the last event's time.
 * Returns false only when the progress callback stopped it. */
bool sim_engine_run(struct sim_engine *engine, sim_time until);

#endif
