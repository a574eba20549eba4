#include "sim_engine.h"

#include <assert.h>

#define PROGRESS_EVERY_DEFAULT 65536

void sim_engine_init(struct sim_engine *engine, const uint8_t *priorities, uint32_t kind_count,
                     sim_dispatch *dispatch, void *user)
{
    *engine = (struct sim_engine){
        .priorities = priorities,
        .kind_count = kind_count,
        .dispatch = dispatch,
        .user = user,
    };
    sim_queue_init(&engine->queue);
}

void sim_engine_release(struct sim_engine *engine)
{
    sim_queue_release(&engine->queue);
}

void sim_engine_clear(struct sim_engine *engine)
{
    sim_queue_clear(&engine->queue);
    engine->now = 0;
    engine->events = 0;
    engine->stop = false;
}

struct sim_event_id sim_engine_at(struct sim_engine *engine, sim_time at, uint32_t kind, uint64_t a,
                                  uint64_t b)
{
    assert(at >= engine->now);
    assert(kind < engine->kind_count);
    struct sim_event event = {
        .at = at, .kind = kind, .priority = engine->priorities[kind], .a = a, .b = b};
    return sim_queue_push(&engine->queue, &event);
}

bool sim_engine_cancel(struct sim_engine *engine, struct sim_event_id id)
{
    return sim_queue_cancel(&engine->queue, id);
}

bool sim_engine_run(struct sim_engine *engine, sim_time until)
{
    uint64_t every = engine->progress_every ? engine->progress_every : PROGRESS_EVERY_DEFAULT;
    uint64_t next_progress = engine->progress ? engine->events + every : UINT64_MAX;
    struct sim_event event;
    engine->stop = false;
    while (!engine->stop && sim_queue_next_time(&engine->queue) <= until &&
           sim_queue_pop(&engine->queue, &event)) {
        assert(event.at >= engine->now);
        engine->now = event.at;
        engine->events++;
        engine->dispatch(engine->user, &event);
        if (engine->events >= next_progress) {
            next_progress += every;
            if (!engine->progress(engine->progress_user, engine))
                return false;
        }
    }
    return true;
}
