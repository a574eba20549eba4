/* The hold model: the queue stays at one size; a hold pops the first event and pushes one an
 * exponential time later. The popped order is hashed. */
#include "bench.h"

#include "sim_queue.h"
#include "sim_record.h"
#include "sim_rng.h"

#include <gsl/gsl_randist.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

/* Gaps are drawn before the clock starts: it is the queue that is measured. */
#define GAP_COUNT 65536

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void draw_gaps(sim_time gaps[GAP_COUNT])
{
    struct sim_rng rng;
    sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 0, 0);
    for (int i = 0; i < GAP_COUNT; i++)
        gaps[i] = sim_time_from_seconds(gsl_ran_exponential(&rng.gsl, 3600));
}

struct outcome {
    double ns_per_hold;
    uint64_t hash;
};

static struct outcome hold(const sim_time *gaps, uint32_t pending, uint64_t holds)
{
    struct sim_queue queue;
    sim_queue_init(&queue);
    uint64_t gap = 0;
    for (uint32_t i = 0; i < pending; i++) {
        /* Spread over the stationary span: sums of two neighbouring gaps differ at each lap. */
        sim_time at = gaps[gap % GAP_COUNT] + (sim_time)(gap / GAP_COUNT);
        gap++;
        sim_queue_push(&queue, &(struct sim_event){.at = at, .priority = i % 7, .a = i});
    }
    struct sim_hash hash;
    sim_hash_init(&hash);
    double start = now_s();
    for (uint64_t i = 0; i < holds; i++) {
        struct sim_event event;
        sim_queue_pop(&queue, &event);
        sim_hash_word(&hash, (uint64_t)event.at ^ event.a << 40);
        event.at += gaps[gap++ % GAP_COUNT];
        sim_queue_push(&queue, &event);
    }
    double elapsed = now_s() - start;
    sim_queue_release(&queue);
    return (struct outcome){elapsed * 1e9 / (double)holds, sim_hash_value(&hash)};
}

void bench_queue(FILE *out, int small)
{
    static const uint32_t full_sizes[] = {1000, 10000, 100000, 1000000};
    static const uint32_t small_sizes[] = {100, 1000};
    const uint32_t *sizes = small ? small_sizes : full_sizes;
    size_t size_count = small ? 2 : 4;
    uint64_t holds = small ? 10000 : 4000000;

    sim_time *gaps = malloc(GAP_COUNT * sizeof *gaps);
    if (!gaps)
        abort();
    draw_gaps(gaps);
    fprintf(out, "queue: hold operation (pop the first, push one), exponential gaps\n");
    fprintf(out, "%10s %10s %12s %14s  %s\n", "pending", "holds", "ns/hold", "holds/s", "hash");
    for (size_t i = 0; i < size_count; i++) {
        struct outcome outcome = hold(gaps, sizes[i], holds);
        fprintf(out, "%10" PRIu32 " %10" PRIu64 " %12.1f %14.0f  %016" PRIx64 "\n", sizes[i], holds,
                outcome.ns_per_hold, 1e9 / outcome.ns_per_hold, outcome.hash);
    }
    free(gaps);
}
