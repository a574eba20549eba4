/* The queue and the engine against the obvious: a sorted list that is searched from the front. */
#include "sim_engine.h"
#include "sim_rng.h"

#include <check.h>
#include <string.h>

/* ---- the oracle ---------------------------------------------------------------------------- */

#define ORACLE_MAX 4096

struct pending {
    struct sim_event event;
    struct sim_event_id id;
};

struct oracle {
    struct pending list[ORACLE_MAX]; /* in the order of popping */
    int count;
};

static void oracle_insert(struct oracle *oracle, const struct sim_event *event,
                          struct sim_event_id id)
{
    int i = oracle->count++;
    ck_assert_int_lt(i, ORACLE_MAX);
    /* Behind everything that is not later: equals keep their order of pushing. */
    while (i > 0 && (oracle->list[i - 1].event.at > event->at ||
                     (oracle->list[i - 1].event.at == event->at &&
                      oracle->list[i - 1].event.priority > event->priority))) {
        oracle->list[i] = oracle->list[i - 1];
        i--;
    }
    oracle->list[i] = (struct pending){*event, id};
}

static void oracle_remove(struct oracle *oracle, int i)
{
    oracle->count--;
    memmove(&oracle->list[i], &oracle->list[i + 1],
            (size_t)(oracle->count - i) * sizeof oracle->list[0]);
}

static void assert_same_event(const struct sim_event *a, const struct sim_event *b)
{
    ck_assert_int_eq(a->at, b->at);
    ck_assert_uint_eq(a->kind, b->kind);
    ck_assert_uint_eq(a->priority, b->priority);
    ck_assert_uint_eq(a->a, b->a);
    ck_assert_uint_eq(a->b, b->b);
}

/* ---- the queue ------------------------------------------------------------------------------- */

static void pop_both(struct sim_queue *queue, struct oracle *oracle, struct sim_event_id *stale)
{
    struct sim_event event;
    if (oracle->count == 0) {
        ck_assert(!sim_queue_pop(queue, &event));
        ck_assert_int_eq(sim_queue_next_time(queue), SIM_TIME_NEVER);
        return;
    }
    ck_assert_int_eq(sim_queue_next_time(queue), oracle->list[0].event.at);
    ck_assert(sim_queue_pop(queue, &event));
    assert_same_event(&event, &oracle->list[0].event);
    *stale = oracle->list[0].id;
    oracle_remove(oracle, 0);
}

/* `span` sets how often times are equal; `push_of_10` how fast the queue grows. */
static void random_operations(uint64_t seed, uint64_t span, uint64_t push_of_10)
{
    static struct oracle oracle;
    oracle.count = 0;
    struct sim_rng rng;
    sim_rng_key(&rng, seed, 0, SIM_CHANCE_TEST, span, push_of_10);
    struct sim_queue queue;
    sim_queue_init(&queue);
    struct sim_event_id stale = {0, 0};
    for (uint64_t step = 0; step < 6000; step++) {
        uint64_t what = gsl_rng_uniform_int(&rng.gsl, 10);
        if (what < push_of_10 && oracle.count < ORACLE_MAX) {
            struct sim_event event = {
                .at = (sim_time)gsl_rng_uniform_int(&rng.gsl, span),
                .kind = (uint32_t)gsl_rng_uniform_int(&rng.gsl, 50),
                .priority = (uint32_t)gsl_rng_uniform_int(&rng.gsl, 4),
                .a = step,
                .b = ~step,
            };
            struct sim_event_id id = sim_queue_push(&queue, &event);
            ck_assert(sim_queue_contains(&queue, id));
            oracle_insert(&oracle, &event, id);
        } else if (what % 2 == 0 && oracle.count > 0) {
            int victim = (int)gsl_rng_uniform_int(&rng.gsl, (unsigned long)oracle.count);
            stale = oracle.list[victim].id;
            ck_assert(sim_queue_cancel(&queue, stale));
            oracle_remove(&oracle, victim);
        } else {
            pop_both(&queue, &oracle, &stale);
        }
        /* One assertion a step: check writes each one to a pipe. */
        ck_assert(!sim_queue_contains(&queue, stale) && !sim_queue_cancel(&queue, stale) &&
                  (int64_t)queue.count == oracle.count);
    }
    while (oracle.count > 0)
        pop_both(&queue, &oracle, &stale);
    pop_both(&queue, &oracle, &stale);
    sim_queue_release(&queue);
}

START_TEST(queue_equals_sorted_list)
{
    static const uint64_t spans[] = {1, 20, 1000000000};
    for (uint64_t seed = 1; seed <= 3; seed++)
        for (size_t i = 0; i < 3; i++)
            for (uint64_t push_of_10 = 4; push_of_10 <= 6; push_of_10++)
                random_operations(seed, spans[i], push_of_10);
}
END_TEST

START_TEST(queue_order_is_time_then_priority_then_sequence)
{
    struct sim_queue queue;
    sim_queue_init(&queue);
    static const struct sim_event pushed[] = {
        {.at = 5, .priority = 0, .a = 4}, {.at = 3, .priority = 9, .a = 2},
        {.at = 3, .priority = 9, .a = 3}, {.at = 3, .priority = 1, .a = 1},
        {.at = -7, .priority = 65535},    {.at = SIM_TIME_NEVER, .a = 5},
    };
    for (size_t i = 0; i < 6; i++)
        sim_queue_push(&queue, &pushed[i]);
    for (uint64_t i = 0; i < 6; i++) {
        struct sim_event event;
        ck_assert(sim_queue_pop(&queue, &event));
        ck_assert_uint_eq(event.a, i);
    }
    sim_queue_release(&queue);
}
END_TEST

START_TEST(queue_handles)
{
    struct sim_queue queue;
    sim_queue_init(&queue);
    ck_assert(!sim_queue_cancel(&queue, (struct sim_event_id){0, 0}));
    struct sim_event event = {.at = 1};
    struct sim_event_id first = sim_queue_push(&queue, &event);
    ck_assert(!sim_queue_cancel(&queue, (struct sim_event_id){0, 0}));
    ck_assert(sim_queue_pop(&queue, &event));
    struct sim_event_id second = sim_queue_push(&queue, &event);
    ck_assert_uint_eq(first.slot, second.slot);  /* the slot is used again, */
    ck_assert(!sim_queue_cancel(&queue, first)); /* the handle is not */
    ck_assert(sim_queue_contains(&queue, second));
    ck_assert(!sim_queue_contains(&queue, (struct sim_event_id){99, 1}));
    sim_queue_release(&queue);
}
END_TEST

START_TEST(queue_clear_starts_over)
{
    struct sim_queue queue;
    sim_queue_init(&queue);
    struct sim_event event = {.at = 1};
    struct sim_event_id before = sim_queue_push(&queue, &event);
    for (int i = 0; i < 99; i++)
        sim_queue_push(&queue, &event);
    sim_queue_clear(&queue);
    ck_assert_uint_eq(queue.count, 0);
    ck_assert_uint_eq(queue.high_water, 100);
    ck_assert(!sim_queue_pop(&queue, &event));
    struct sim_event_id after = sim_queue_push(&queue, &event);
    ck_assert_uint_eq(before.slot, after.slot);
    ck_assert_uint_eq(before.generation, after.generation);
    ck_assert_uint_eq(queue.sequence, 1);
    sim_queue_release(&queue);
}
END_TEST

/* ---- the engine ------------------------------------------------------------------------------ */

struct seen {
    struct sim_engine engine;
    char text[64];
    size_t length;
    int progress_calls, progress_limit;
};

static void note(void *user, const struct sim_event *event)
{
    struct seen *seen = user;
    ck_assert_int_eq(seen->engine.now, event->at);
    seen->text[seen->length++] = (char)event->a;
    if (event->a == 'n') /* at the same instant, by priority: kind 0 still goes before kind 1 */
        sim_engine_at(&seen->engine, event->at, 0, '!', 0);
    if (event->a == 's')
        seen->engine.stop = true;
}

static const uint8_t priorities[] = {1, 2};

START_TEST(engine_runs_to_the_horizon_and_goes_on)
{
    struct seen seen = {0};
    sim_engine_init(&seen.engine, priorities, 2, note, &seen);
    sim_engine_at(&seen.engine, 10, 1, 'b', 0);
    sim_engine_at(&seen.engine, 10, 0, 'n', 0);
    sim_engine_at(&seen.engine, 20, 0, 'h', 0);
    sim_engine_at(&seen.engine, 21, 0, 's', 0);
    sim_engine_at(&seen.engine, 22, 0, 'z', 0);
    struct sim_event_id gone = sim_engine_at(&seen.engine, 15, 0, 'x', 0);
    ck_assert(sim_engine_cancel(&seen.engine, gone));
    ck_assert(sim_engine_run(&seen.engine, 20)); /* an event at the horizon runs */
    ck_assert_str_eq(seen.text, "n!bh");
    ck_assert_int_eq(seen.engine.now, 20);
    ck_assert(sim_engine_run(&seen.engine, 100)); /* a handler stops it */
    ck_assert_str_eq(seen.text, "n!bhs");
    ck_assert(sim_engine_run(&seen.engine, 100));
    ck_assert_str_eq(seen.text, "n!bhsz");
    ck_assert_uint_eq(seen.engine.events, 6);
    sim_engine_clear(&seen.engine);
    ck_assert_int_eq(seen.engine.now, 0);
    ck_assert_uint_eq(seen.engine.events, 0);
    sim_engine_release(&seen.engine);
}
END_TEST

static bool count_progress(void *user, const struct sim_engine *engine)
{
    struct seen *seen = user;
    seen->progress_calls++;
    ck_assert_uint_eq(engine->events, 10u * (unsigned)seen->progress_calls);
    return seen->progress_calls < seen->progress_limit;
}

static void ignore(void *user, const struct sim_event *event)
{
    (void)user;
    (void)event;
}

START_TEST(engine_progress_may_stop_the_run)
{
    struct seen seen = {.progress_limit = 3};
    sim_engine_init(&seen.engine, priorities, 2, ignore, &seen);
    seen.engine.progress = count_progress;
    seen.engine.progress_user = &seen;
    seen.engine.progress_every = 10;
    for (int i = 0; i < 100; i++)
        sim_engine_at(&seen.engine, i, 0, 0, 0);
    ck_assert(!sim_engine_run(&seen.engine, SIM_DAY));
    ck_assert_int_eq(seen.progress_calls, 3);
    ck_assert_uint_eq(seen.engine.events, 30);
    sim_engine_release(&seen.engine);
}
END_TEST

Suite *test_sim_queue_suite(void);
Suite *test_sim_queue_suite(void)
{
    Suite *suite = suite_create("sim_queue");
    TCase *cases = tcase_create("queue");
    tcase_add_test(cases, queue_equals_sorted_list);
    tcase_add_test(cases, queue_order_is_time_then_priority_then_sequence);
    tcase_add_test(cases, queue_handles);
    tcase_add_test(cases, queue_clear_starts_over);
    tcase_add_test(cases, engine_runs_to_the_horizon_and_goes_on);
    tcase_add_test(cases, engine_progress_may_stop_the_run);
    suite_add_tcase(suite, cases);
    return suite;
}
