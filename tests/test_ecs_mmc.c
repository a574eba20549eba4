/* A world reduced to M/M/c against Erlang C.
 *
 * A provider with min = max = c, one task an instance, no latencies, event-driven placement and no
 * limits on waiting is a queue with c servers. The 99 % interval (batch means) of the mean wait
 * must hold Erlang's at least 18 times in seeds 1 to 20. With 50 servers at half load one arrival
 * in 139,000 waits, too few for a mean: there the time in the system (wait + service) is asked, and
 * the number of those that wait. */
#include "sim_stats.h"
#include "world_fixture.h"

#include <check.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#define SERVICE_S 100.0
#define BATCHES   20

/* P(wait) by Erlang C for c servers offered a = c rho, through Erlang B as a Poisson ratio. */
static double erlang_c(unsigned c, double rho)
{
    double a = c * rho;
    double b = gsl_ran_poisson_pdf(c, a) / gsl_cdf_poisson_P(c, a);
    return b / (1 - rho * (1 - b));
}

static double erlang_wait_s(unsigned c, double rho)
{
    return erlang_c(c, rho) * SERVICE_S / (c * (1 - rho));
}

struct waits {
    double *values; /* by arrival serial - 1: wait, or time in the system */
    uint64_t count, waited;
    bool in_system;
};

static void keep_wait(void *user, const struct sim_record *record)
{
    struct waits *waits = user;
    if (record->kind != ECS_RECORD_ARRIVAL_ENDED)
        return;
    uint64_t index = (uint64_t)record->field[ECS_ARRIVAL_ENDED_arrival] - 1;
    ck_assert_uint_lt(index, waits->count);
    sim_time wait = record->field[ECS_ARRIVAL_ENDED_wait];
    sim_time spent = record->at - record->field[ECS_ARRIVAL_ENDED_arrived];
    waits->waited += wait > 0;
    waits->values[index] = sim_time_to_seconds(waits->in_system ? spent : wait);
}

static void reduce_to_queue(struct fixture *f, unsigned c, double rho, uint64_t rows)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 0);
    struct ecs_behaviour *behaviour = &f->scenario.behaviour;
    behaviour->placement_retry = 0;
    behaviour->provisioning_cap = ECS_UNLIMITED;
    behaviour->provisioning_timeout_on = false;
    uint32_t type = fixture_add_type(f, "server", 1, 1024, 0, 2);
    fixture_add_provider(f, type, 1, c, c, c);
    uint32_t definition = fixture_add_definition(f, 1024, 1024, 0);
    struct sim_dist exponential = {.kind = SIM_DIST_EXPONENTIAL, .max = HUGE_VAL};
    f->definitions[definition].duration = exponential;
    f->definitions[definition].duration.p[0] = SERVICE_S;
    struct ecs_generator generator = {
        .gap = exponential, .rows = rows, .until = SIM_TIME_NEVER, .first = -1, .batch = 1};
    generator.gap.p[0] = SERVICE_S / (c * rho);
    fixture_add_workload(f, definition, fixture_strategy(1), generator);
}

static bool agrees(struct fixture *f, double expected_s, bool in_system, uint64_t rows,
                   uint64_t *waited)
{
    struct waits waits = {.values = calloc(rows, sizeof waits.values[0]),
                          .count = rows,
                          .in_system = in_system};
    ck_assert_ptr_nonnull(waits.values);
    struct ecs_world *world = ecs_world_new(&f->scenario);
    struct ecs_invariants *invariants = ecs_invariants_new(&f->scenario);
    ecs_invariants_begin(invariants, 0);
    sim_stream_add(ecs_world_stream(world), ecs_invariants_observe, invariants);
    sim_stream_add(ecs_world_stream(world), keep_wait, &waits);
    ck_assert(ecs_world_run(world, 0));
    ecs_invariants_free(invariants);
    ecs_world_free(world);
    uint64_t skip = rows / 10; /* it starts empty */
    struct sim_interval interval = sim_batch_means(waits.values + skip, rows - skip, BATCHES, 0.99);
    free(waits.values);
    *waited += waits.waited;
    return fabs(interval.mean - expected_s) <= interval.half_width;
}

static const struct {
    unsigned c;
    double rho;
    uint64_t rows;
} cases[] = {
    {1, 0.5, 20000}, {1, 0.9, 60000},  {4, 0.5, 20000},
    {4, 0.9, 60000}, {50, 0.5, 20000}, {50, 0.9, 60000},
};

START_TEST(erlang_c_agrees)
{
    unsigned c = cases[_i].c;
    double rho = cases[_i].rho;
    struct fixture f;
    reduce_to_queue(&f, c, rho, cases[_i].rows);
    bool rare = erlang_c(c, rho) < 1e-4;
    double expected_s = erlang_wait_s(c, rho) + (rare ? SERVICE_S : 0);
    int inside = 0;
    uint64_t waited = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        f.scenario.seed = seed;
        inside += agrees(&f, expected_s, rare, cases[_i].rows, &waited);
    }
    fixture_release(&f);
    double expected_waits = erlang_c(c, rho) * 20 * (double)cases[_i].rows;
    if (rare) /* waits come in clumps: far below is likely, ten times as many is not */
        ck_assert_double_le((double)waited, 10 * expected_waits + 20);
    else
        ck_assert_double_eq_tol((double)waited, expected_waits, 0.1 * expected_waits);
    ck_assert_msg(inside >= 18, "c = %u, rho = %.1f: %d of 20 seeds inside", c, rho, inside);
}
END_TEST

/* Hand-computed: c = 1 waits with probability rho; c = 2, rho = 0.5: 1/3. */
START_TEST(erlang_c_known_values)
{
    ck_assert_double_eq_tol(erlang_c(1, 0.9), 0.9, 1e-12);
    ck_assert_double_eq_tol(erlang_c(2, 0.5), 1.0 / 3, 1e-12);
}
END_TEST

Suite *test_ecs_mmc_suite(void);
Suite *test_ecs_mmc_suite(void)
{
    Suite *suite = suite_create("ecs_mmc");
    TCase *tests = tcase_create("erlang");
    tcase_add_test(tests, erlang_c_known_values);
    tcase_add_loop_test(tests, erlang_c_agrees, 0, (int)(sizeof cases / sizeof cases[0]));
    suite_add_tcase(suite, tests);
    return suite;
}
