/* Replications on threads: what is consumed must not depend on how many there are. */
#include "sim_parallel.h"
#include "sim_rng.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define NOBODY UINT32_MAX

struct experiment {
    uint32_t records;     /* of a job, about */
    uint32_t failing_job; /* its run returns false after half of its records */
    uint32_t failing_end; /* its end returns false */
    pthread_t consumer;
    struct sim_hash seen;
    uint32_t next_job; /* whose records or end are expected */
    int64_t next_record;
    uint32_t ended;
    bool orderly; /* all calls came on the right thread and in order */
};

/* Job sizes differ a lot, so that jobs overtake each other. */
static uint32_t size_of_job(const struct experiment *experiment, uint32_t index)
{
    return (uint32_t)sim_rng_index(1, 0, SIM_CHANCE_TEST, index, 0, 2 * experiment->records + 1);
}

static bool run(void *user, uint32_t index, struct sim_spool *spool)
{
    const struct experiment *experiment = user;
    uint32_t count = size_of_job(experiment, index);
    bool fails = index == experiment->failing_job;
    if (fails)
        count /= 2;
    for (uint32_t i = 0; i < count; i++) {
        struct sim_record record = {.at = -(sim_time)i,
                                    .kind = index + 5,
                                    .field_count = i % (SIM_RECORD_FIELDS + 1)};
        for (uint32_t k = 0; k < record.field_count; k++)
            record.field[k] = (int64_t)sim_rng_mix(i, k);
        if (record.field_count > 0)
            record.field[0] = i;
        sim_spool_put(spool, &record);
    }
    return !fails;
}

static void consume(void *user, uint32_t index, const struct sim_record *record)
{
    struct experiment *experiment = user;
    experiment->orderly &= pthread_equal(pthread_self(), experiment->consumer) &&
                           index == experiment->next_job && record->at == -experiment->next_record;
    experiment->next_record++;
    sim_hash_observe(&experiment->seen, record);
}

static bool end(void *user, uint32_t index)
{
    struct experiment *experiment = user;
    ck_assert(pthread_equal(pthread_self(), experiment->consumer));
    ck_assert_uint_eq(index, experiment->next_job);
    ck_assert_int_eq(experiment->next_record, size_of_job(experiment, index));
    experiment->next_job++;
    experiment->next_record = 0;
    experiment->ended++;
    return index != experiment->failing_end;
}

struct outcome {
    bool ok;
    const char *why;
    uint64_t hash;
    uint32_t ended;
};

static struct outcome perform(struct experiment experiment, uint32_t jobs, uint32_t threads,
                              size_t spool_memory)
{
    experiment.consumer = pthread_self();
    experiment.orderly = true;
    sim_hash_init(&experiment.seen);
    struct sim_job_hooks hooks = {run, consume, end, &experiment};
    struct outcome outcome = {.why = "not set"};
    outcome.ok = sim_parallel_run_spooled(&hooks, jobs, threads, spool_memory, &outcome.why);
    ck_assert(experiment.orderly);
    outcome.hash = sim_hash_value(&experiment.seen);
    outcome.ended = experiment.ended;
    return outcome;
}

static const size_t limits[] = {0, 300000, 1000000, SIM_SPOOL_MEMORY};
#define LIMITS (sizeof limits / sizeof limits[0])

static void assert_same_for_all(struct experiment experiment, uint32_t jobs)
{
    struct outcome serial = perform(experiment, jobs, 1, 0);
    ck_assert_ptr_null(serial.why);
    for (uint32_t threads = 2; threads <= 4; threads++) {
        for (size_t i = 0; i < LIMITS; i++) {
            struct outcome outcome = perform(experiment, jobs, threads, limits[i]);
            ck_assert_int_eq(outcome.ok, serial.ok);
            ck_assert_ptr_null(outcome.why);
            ck_assert_uint_eq(outcome.ended, serial.ended);
            ck_assert_uint_eq(outcome.hash, serial.hash);
        }
    }
}

START_TEST(parallel_is_the_same_for_any_number_of_threads)
{
    /* Nothing, less than a chunk, and many chunks (of 256 KiB) a job. */
    static const uint32_t records[] = {0, 10, 6000};
    for (size_t i = 0; i < 3; i++) {
        struct experiment experiment = {.records = records[i],
                                        .failing_job = NOBODY,
                                        .failing_end = NOBODY};
        assert_same_for_all(experiment, 13);
        ck_assert_uint_eq(perform(experiment, 13, 4, 0).ended, 13);
    }
}
END_TEST

START_TEST(parallel_few_jobs)
{
    struct experiment experiment = {.records = 5, .failing_job = NOBODY, .failing_end = NOBODY};
    for (uint32_t jobs = 0; jobs <= 3; jobs++) {
        struct outcome outcome = perform(experiment, jobs, 8, SIM_SPOOL_MEMORY);
        ck_assert(outcome.ok);
        ck_assert_uint_eq(outcome.ended, jobs);
    }
}
END_TEST

START_TEST(parallel_a_job_fails)
{
    /* The jobs before it are whole, its own records are seen, it has no end; the same for any
     * number of threads. */
    static const uint32_t failing[] = {0, 5, 12};
    for (size_t i = 0; i < 3; i++) {
        struct experiment experiment = {.records = 3000,
                                        .failing_job = failing[i],
                                        .failing_end = NOBODY};
        assert_same_for_all(experiment, 13);
        struct outcome outcome = perform(experiment, 13, 3, 0);
        ck_assert(!outcome.ok);
        ck_assert_uint_eq(outcome.ended, failing[i]);
    }
}
END_TEST

START_TEST(parallel_the_consumer_fails)
{
    static const uint32_t failing[] = {0, 5, 12};
    for (size_t i = 0; i < 3; i++) {
        struct experiment experiment = {.records = 3000,
                                        .failing_job = NOBODY,
                                        .failing_end = failing[i]};
        assert_same_for_all(experiment, 13);
        struct outcome outcome = perform(experiment, 13, 3, 0);
        ck_assert(!outcome.ok);
        ck_assert_uint_eq(outcome.ended, failing[i] + 1);
    }
}
END_TEST

START_TEST(parallel_cannot_spill)
{
    /* TMPDIR is read when the first chunk is spilled; each test is a process of its own. */
    setenv("TMPDIR", "/nonexistent/folder", 1);
    struct experiment experiment = {.records = 3000, .failing_job = NOBODY, .failing_end = NOBODY};
    struct outcome outcome = perform(experiment, 13, 2, 0);
    ck_assert(!outcome.ok);
    ck_assert_ptr_nonnull(outcome.why);
    ck_assert_uint_lt(outcome.ended, 13);
    outcome = perform(experiment, 13, 2, SIM_SPOOL_MEMORY); /* needs no file */
    ck_assert(outcome.ok);
    ck_assert_ptr_null(outcome.why);
    setenv("TMPDIR", "/tmp", 1);
}
END_TEST

/* ---- the lead is bounded --------------------------------------------------------------------- */

struct race {
    pthread_mutex_t lock;
    uint32_t begun, ended, widest;
};

static bool run_race(void *user, uint32_t index, struct sim_spool *spool)
{
    struct race *race = user;
    (void)index;
    struct sim_record record = {.field_count = 1};
    sim_spool_put(spool, &record);
    pthread_mutex_lock(&race->lock);
    race->begun++;
    if (race->begun - race->ended > race->widest)
        race->widest = race->begun - race->ended;
    pthread_mutex_unlock(&race->lock);
    return true;
}

static void consume_slowly(void *user, uint32_t index, const struct sim_record *record)
{
    (void)user;
    (void)index;
    (void)record;
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static bool end_race(void *user, uint32_t index)
{
    struct race *race = user;
    (void)index;
    pthread_mutex_lock(&race->lock);
    race->ended++;
    pthread_mutex_unlock(&race->lock);
    return true;
}

START_TEST(parallel_jobs_do_not_run_far_ahead_of_the_consumer)
{
    struct race race = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct sim_job_hooks hooks = {run_race, consume_slowly, end_race, &race};
    const char *why;
    ck_assert(sim_parallel_run(&hooks, 60, 2, &why));
    ck_assert_uint_eq(race.ended, 60);
    ck_assert_uint_le(race.widest, 2 * 2);
}
END_TEST

Suite *test_sim_parallel_suite(void);
Suite *test_sim_parallel_suite(void)
{
    Suite *suite = suite_create("sim_parallel");
    TCase *cases = tcase_create("parallel");
    tcase_add_test(cases, parallel_is_the_same_for_any_number_of_threads);
    tcase_add_test(cases, parallel_few_jobs);
    tcase_add_test(cases, parallel_a_job_fails);
    tcase_add_test(cases, parallel_the_consumer_fails);
    tcase_add_test(cases, parallel_cannot_spill);
    tcase_add_test(cases, parallel_jobs_do_not_run_far_ahead_of_the_consumer);
    suite_add_tcase(suite, cases);
    return suite;
}
