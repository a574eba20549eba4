/* The invariants notice: a true run passes (every other suite), a record that lies aborts. */
#include "service_fixture.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct watched {
    struct fixture fixture;
    struct ecs_invariants *invariants;
};

static void watch_run(struct watched *w)
{
    static const struct ecs_port http[] = {{.port = 80}};
    fixture_init(&w->fixture, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(&w->fixture, "m", 2, 4096, 1, 4);
    fixture_add_provider(&w->fixture, type, 1, 0, 2, 4);
    uint32_t definition = fixture_add_definition(&w->fixture, 512, 512, 60);
    w->fixture.definitions[definition].ports = http;
    w->fixture.definitions[definition].port_count = 1;
    w->fixture.definitions[definition].gpus = 1;
    fixture_run_task(&w->fixture, definition, fixture_strategy(1), 2, 0);
    w->fixture.run_tasks[0].request.placement.distinct_instance = true;
    fixture_run(&w->fixture);
    w->invariants = ecs_invariants_new(&w->fixture.scenario);
    ecs_invariants_begin(w->invariants, 0);
}

/* A service of two that is rolled over, 2 to 4 tasks, then a DAEMON: placed in this order. */
static void watch_services(struct watched *w)
{
    service_fixture_init(&w->fixture, ECS_EPOCH_NEWEST, 4);
    w->fixture.scenario.duration = 20 * SIM_MINUTE;
    fixture_add_service(&w->fixture, 0, 2);
    fixture_add_daemon(&w->fixture, 0);
    fixture_add_update(&w->fixture, 10 * SIM_MINUTE, 0)->force_new_deployment = true;
    fixture_run(&w->fixture);
    w->invariants = ecs_invariants_new(&w->fixture.scenario);
    ecs_invariants_begin(w->invariants, 0);
}

static void release_run(struct watched *w)
{
    ecs_invariants_free(w->invariants);
    fixture_release(&w->fixture);
}

/* The n-th record of a kind gets another value in one field; n < 0: the record is left out; a field
 * < 0: it is said twice. */
static const struct lie {
    enum ecs_record_kind kind;
    uint32_t n;
    int field;
    int64_t value;
    bool leave_out, twice;
} lies[] = {
    {ECS_RECORD_TASK_PLACED, 0, ECS_TASK_PLACED_cpu_units, 4096, false, false},
    {ECS_RECORD_TASK_PLACED, 0, ECS_TASK_PLACED_memory_mib, 4097, false, false},
    {ECS_RECORD_TASK_PLACED, 0, ECS_TASK_PLACED_gpus, 2, false, false},
    {ECS_RECORD_TASK_PLACED, 0, ECS_TASK_PLACED_enis, 4, false, false},
    {ECS_RECORD_GPUS, 1, ECS_GPUS_ids, 2, false, false}, /* GPUS 0 is what was asked for */
    {ECS_RECORD_GPUS, 1, ECS_GPUS_ids, 0, false, false},
    {ECS_RECORD_GPUS, 1, ECS_GPUS_milli, 1001, false, false},
    {ECS_RECORD_GPUS, 1, ECS_GPUS_milli, 0, false, false},
    {ECS_RECORD_GPUS, 1, ECS_GPUS_instance, 99, false, false},
    {ECS_RECORD_GPUS, 1, 0, 0, true, false},
    {ECS_RECORD_GPUS, 1, 0, 0, false, true},
    {ECS_RECORD_TASK_PLACED, 1, ECS_TASK_PLACED_instance, 1, false, false}, /* port, distinct */
    {ECS_RECORD_TASK_PLACED, 1, ECS_TASK_PLACED_instance, 2, false, false},
    {ECS_RECORD_TASK_PLACED, 0, ECS_TASK_PLACED_instance, 99, false, false},
    {ECS_RECORD_TASK_PLACED, 0, 0, 0, false, true},
    {ECS_RECORD_INSTANCE_REGISTERED, 0, 0, 0, true, false},
    {ECS_RECORD_INSTANCE_REGISTERED, 0, 0, 0, false, true},
    {ECS_RECORD_TASK_RELEASED, 0, 0, 0, true, false},
    {ECS_RECORD_TASK_RELEASED, 0, ECS_TASK_RELEASED_instance, 99, false, false},
    {ECS_RECORD_TASK_RELEASED, 0, 0, 0, false, true},
    {ECS_RECORD_TASK_ENDED, 0, 0, 0, true, false},
    {ECS_RECORD_TASK_ENDED, 0, 0, 0, false, true},
    {ECS_RECORD_TASK_ENDED, 0, ECS_TASK_ENDED_created, SIM_DAY, false, false},
    {ECS_RECORD_ARRIVAL, 0, ECS_ARRIVAL_arrival, 7, false, false},
    {ECS_RECORD_ARRIVAL_ENDED, 0, 0, 0, true, false},
    {ECS_RECORD_ARRIVAL_ENDED, 0, 0, 0, false, true},
    {ECS_RECORD_ARRIVAL_ENDED, 0, ECS_ARRIVAL_ENDED_wait, -1, false, false},
    {ECS_RECORD_INSTANCE_ENDED, 0, ECS_INSTANCE_ENDED_cost_nusd, -1, false, false},
    {ECS_RECORD_INSTANCE_ENDED, 0, 0, 0, true, false},
    {ECS_RECORD_CAPACITY, 0, ECS_CAPACITY_in_service, -1, false, false},
    {ECS_RECORD_CAPACITY, 0, ECS_CAPACITY_cpu_reserved, 1 << 20, false, false},
};

static void tell(struct watched *w, const struct lie *lie)
{
    const struct sim_record *target =
        lie == NULL ? NULL : fixture_record(&w->fixture, lie->kind, lie->n);
    for (uint32_t i = 0; i < w->fixture.record_count; i++) {
        struct sim_record record = w->fixture.records[i];
        if (&w->fixture.records[i] == target) {
            if (lie->leave_out)
                continue;
            if (lie->twice)
                ecs_invariants_observe(w->invariants, &record);
            else
                record.field[lie->field] = lie->value;
        }
        ecs_invariants_observe(w->invariants, &record);
    }
}

START_TEST(a_true_account_passes)
{
    struct watched w;
    watch_run(&w);
    ck_assert_uint_gt(w.fixture.record_count, 20);
    tell(&w, NULL);
    release_run(&w);
}
END_TEST

START_TEST(a_lie_aborts)
{
    struct watched w;
    watch_run(&w);
    const struct sim_record *target = fixture_record(&w.fixture, lies[_i].kind, lies[_i].n);
    ck_assert_ptr_nonnull(target);
    if (lies[_i].field == ECS_TASK_PLACED_instance && lies[_i].kind == ECS_RECORD_TASK_PLACED &&
        lies[_i].n == 1 && target->field[ECS_TASK_PLACED_instance] == lies[_i].value)
        abort(); /* the second task is there already: the other of the two cases tells the lie */
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    tell(&w, &lies[_i]);
}
END_TEST

/* SERVICE_TASK 0 to 5 are starts of both services, 6 and 7 those of the second deployment, 8 the
 * first stop. */
static const struct lie service_lies[] = {
    {ECS_RECORD_SERVICE_BOUNDS, 0, ECS_SERVICE_BOUNDS_lower, 3, false, false},
    {ECS_RECORD_SERVICE_BOUNDS, 0, ECS_SERVICE_BOUNDS_lower, 5, false, false},
    {ECS_RECORD_SERVICE_BOUNDS, 0, ECS_SERVICE_BOUNDS_upper, 3, false, false},
    {ECS_RECORD_SERVICE_BOUNDS, 0, 0, 0, true, false},
    {ECS_RECORD_SERVICE_TASK, 0, 0, 0, true, false},
    {ECS_RECORD_SERVICE_TASK, 0, 0, 0, false, true},
    {ECS_RECORD_SERVICE_TASK, 0, ECS_SERVICE_TASK_service, 99, false, false},
    {ECS_RECORD_SERVICE_TASK, 8, ECS_SERVICE_TASK_service, 1, false, false},
    {ECS_RECORD_SERVICE_TASK, 8, ECS_SERVICE_TASK_task, 99, false, false},
    {ECS_RECORD_TASK_HEALTHY, 0, 0, 0, true, false},
    {ECS_RECORD_TASK_HEALTHY, 0, 0, 0, false, true},
    {ECS_RECORD_SERVICE, 2, ECS_SERVICE_running, 3, false, false},
    {ECS_RECORD_SERVICE, 2, ECS_SERVICE_pending, 1, false, false},
    {ECS_RECORD_SERVICE, 2, ECS_SERVICE_healthy, 1, false, false},
    {ECS_RECORD_TASK_PLACED, 3, ECS_TASK_PLACED_instance, 1, false, false}, /* two daemons there */
};

START_TEST(a_true_account_of_services_passes)
{
    struct watched w;
    watch_services(&w);
    ck_assert_uint_eq(fixture_count(&w.fixture, ECS_RECORD_SERVICE_TASK), 10);
    ck_assert_int_eq(
        fixture_record(&w.fixture, ECS_RECORD_SERVICE_TASK, 8)->field[ECS_SERVICE_TASK_action],
        ECS_ACTION_STOP_OLD);
    ck_assert_int_ne(
        fixture_record(&w.fixture, ECS_RECORD_TASK_PLACED, 3)->field[ECS_TASK_PLACED_instance], 1);
    tell(&w, NULL);
    release_run(&w);
}
END_TEST

START_TEST(a_lie_about_services_aborts)
{
    struct watched w;
    watch_services(&w);
    const struct lie *lie = &service_lies[_i];
    if (fixture_record(&w.fixture, lie->kind, lie->n) == NULL ||
        freopen("/dev/null", "w", stderr) == NULL)
        return; /* without a signal: the test fails */
    tell(&w, lie);
}
END_TEST

START_TEST(a_clock_that_runs_backwards_aborts)
{
    struct watched w;
    watch_run(&w);
    struct sim_record record = w.fixture.records[w.fixture.record_count - 1];
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    ecs_invariants_observe(w.invariants, &w.fixture.records[0]);
    record.at = -1;
    ecs_invariants_observe(w.invariants, &record);
}
END_TEST

/* A record that nobody may write before the first one of a kind: an instance in a state in which it
 * takes no task, holds none, or runs none. */
static const struct {
    enum ecs_record_kind kind, before;
    int64_t value; /* state, or connected */
} intruders[] = {
    {ECS_RECORD_INSTANCE_STATE, ECS_RECORD_TASK_PLACED, ECS_INSTANCE_DRAINING},
    {ECS_RECORD_INSTANCE_STATE, ECS_RECORD_TASK_PLACED, ECS_INSTANCE_INACTIVE},
    {ECS_RECORD_INSTANCE_STATE, ECS_RECORD_TASK_PLACED, ECS_INSTANCE_SHUTTING_DOWN},
    {ECS_RECORD_AGENT, ECS_RECORD_TASK_PLACED, 0},
    {ECS_RECORD_INSTANCE_STATE, ECS_RECORD_TASK_RELEASED, ECS_INSTANCE_STOPPED},
    {ECS_RECORD_INSTANCE_STATE, ECS_RECORD_TASK_RELEASED, ECS_INSTANCE_INACTIVE},
    {ECS_RECORD_INSTANCE_STATE, ECS_RECORD_TASK_RELEASED, ECS_INSTANCE_TERMINATED},
};

START_TEST(a_task_in_the_wrong_place_aborts)
{
    struct watched w;
    watch_run(&w);
    const struct sim_record *target = fixture_record(&w.fixture, intruders[_i].before, 0);
    struct sim_record intruder = *target;
    intruder.kind = (uint16_t)intruders[_i].kind;
    memset(intruder.field, 0, sizeof intruder.field);
    intruder.field[0] =
        target->field[intruders[_i].before == ECS_RECORD_TASK_PLACED ? ECS_TASK_PLACED_instance
                                                                     : ECS_TASK_RELEASED_instance];
    intruder.field[1] = intruders[_i].value;
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    for (const struct sim_record *record = w.fixture.records; record != target; record++)
        ecs_invariants_observe(w.invariants, record);
    ecs_invariants_observe(w.invariants, &intruder);
    ecs_invariants_observe(w.invariants, target);
}
END_TEST

/* A task that starts on a machine that does not run. */
START_TEST(a_task_on_a_stopped_machine_aborts)
{
    struct watched w;
    watch_run(&w);
    int64_t placed =
        fixture_record(&w.fixture, ECS_RECORD_TASK_PLACED, 0)->field[ECS_TASK_PLACED_instance];
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    for (uint32_t i = 0; i < w.fixture.record_count; i++) {
        const struct sim_record *record = &w.fixture.records[i];
        if (record->kind == ECS_RECORD_TASK_STATE &&
            record->field[ECS_TASK_STATE_state] == ECS_TASK_RUNNING) {
            struct sim_record left = *record;
            left.kind = ECS_RECORD_INSTANCE_STATE;
            left.field[ECS_INSTANCE_STATE_instance] = placed;
            left.field[ECS_INSTANCE_STATE_state] = ECS_INSTANCE_LEFT_BEHIND;
            ecs_invariants_observe(w.invariants, &left);
        }
        ecs_invariants_observe(w.invariants, record);
    }
}
END_TEST

/* Memory follows the live tasks: ids below the window still count as ended. */
START_TEST(a_forgotten_task_stays_ended)
{
    struct watched w;
    fixture_init(&w.fixture, ECS_EPOCH_NEWEST);
    fixture_plain(&w.fixture, 0);
    uint32_t type = fixture_add_type(&w.fixture, "m", 2, 4096, 1, 4);
    fixture_add_provider(&w.fixture, type, 1, 0, 2, 4);
    uint32_t definition = fixture_add_definition(&w.fixture, 1, 1, 1);
    struct ecs_generator rows = {
        .gap = sim_dist_constant(2), .rows = 5000, .until = SIM_TIME_NEVER, .first = 0, .batch = 1};
    fixture_add_workload(&w.fixture, definition, fixture_strategy(1), rows);
    fixture_run(&w.fixture);
    w.invariants = ecs_invariants_new(&w.fixture.scenario);
    ecs_invariants_begin(w.invariants, 0);
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    const struct sim_record *first = fixture_record(&w.fixture, ECS_RECORD_TASK_STATE, 0);
    for (uint32_t i = 0; i + 20 < w.fixture.record_count; i++)
        ecs_invariants_observe(w.invariants, &w.fixture.records[i]);
    struct sim_record record = *first;
    record.at = w.fixture.records[w.fixture.record_count - 20].at;
    ecs_invariants_observe(w.invariants, &record);
}
END_TEST

Suite *test_ecs_invariants_suite(void);
Suite *test_ecs_invariants_suite(void)
{
    Suite *suite = suite_create("ecs_invariants");
    TCase *tests = tcase_create("invariants");
    tcase_add_test(tests, a_true_account_passes);
    tcase_add_loop_test_raise_signal(tests, a_lie_aborts, SIGABRT, 0,
                                     (int)(sizeof lies / sizeof lies[0]));
    tcase_add_test(tests, a_true_account_of_services_passes);
    tcase_add_loop_test_raise_signal(tests, a_lie_about_services_aborts, SIGABRT, 0,
                                     (int)(sizeof service_lies / sizeof service_lies[0]));
    tcase_add_loop_test_raise_signal(tests, a_task_in_the_wrong_place_aborts, SIGABRT, 0,
                                     (int)(sizeof intruders / sizeof intruders[0]));
    tcase_add_test_raise_signal(tests, a_task_on_a_stopped_machine_aborts, SIGABRT);
    tcase_add_test_raise_signal(tests, a_clock_that_runs_backwards_aborts, SIGABRT);
    tcase_add_test_raise_signal(tests, a_forgotten_task_stays_ended, SIGABRT);
    suite_add_tcase(suite, tests);
    return suite;
}
