/* The life of a task (LC), images, refusals and retries, fates. */
#include "world_fixture.h"

#include <check.h>

/* A cluster of one large instance without a group. */
static uint32_t one_host(struct fixture *f, int32_t epoch)
{
    fixture_init(f, epoch);
    uint32_t type = fixture_add_type(f, "host", 8, 8192, 0, 4);
    f->extras[0] = (struct ecs_extra_instance){
        .spec = type,
        .count = 1,
        .zone = {.name = ecs_names_intern(&f->scenario.names, "us-east-1a")},
    };
    f->scenario.extra_instance_count = 1;
    return type;
}

static void expect_states(const struct fixture *f, const enum ecs_task_state *states,
                          const double *seconds, uint32_t count)
{
    ck_assert_uint_eq(fixture_count(f, ECS_RECORD_TASK_STATE), count);
    for (uint32_t i = 0; i < count; i++) {
        const struct sim_record *record = fixture_record(f, ECS_RECORD_TASK_STATE, i);
        ck_assert_int_eq(record->field[ECS_TASK_STATE_state], states[i]);
        ck_assert_int_eq(record->at, sim_time_from_seconds(seconds[i]));
    }
}

/* AT-LC2: a bridge-mode standalone task: PENDING, RUNNING, STOPPING, STOPPED. 100 MB at 50 MB/s and
 * 2 s to start. */
START_TEST(at_lc2_lc_4_bridge)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    struct ecs_image image = {.name = ecs_names_intern(&f.scenario.names, "app:1"),
                              .bytes = 100000000};
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].images = &image;
    f.definitions[definition].image_count = 1;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 10 * SIM_SECOND);
    fixture_run(&f);
    static const enum ecs_task_state states[] = {ECS_TASK_PENDING, ECS_TASK_RUNNING,
                                                 ECS_TASK_STOPPING, ECS_TASK_STOPPED};
    expect_states(&f, states, (const double[]){10, 14, 74, 74}, 4);
    fixture_release(&f);
}
END_TEST

/* awsvpc: PROVISIONING while the ENI attaches, DEPROVISIONING until it is gone (ENI-10); a second
 * container may take up to stopTimeout (DEP-09). */
START_TEST(lc_4_eni_10_dep_09_awsvpc)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].network_mode = ECS_NETWORK_AWSVPC;
    f.definitions[definition].container_count = 2;
    f.definitions[definition].stop_time = sim_dist_constant(_i == 0 ? 12 : 500);
    f.definitions[definition].stop_timeout = 20 * SIM_SECOND;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 0);
    fixture_run(&f);
    double stop = _i == 0 ? 12 : 20;
    static const enum ecs_task_state states[] = {ECS_TASK_PROVISIONING,   ECS_TASK_PENDING,
                                                 ECS_TASK_RUNNING,        ECS_TASK_STOPPING,
                                                 ECS_TASK_DEPROVISIONING, ECS_TASK_STOPPED};
    expect_states(&f, states, (const double[]){0, 5, 7, 67, 67 + stop, 72 + stop}, 6);
    const struct sim_record *released = fixture_record(&f, ECS_RECORD_TASK_RELEASED, 0);
    ck_assert_int_eq(released->at, sim_time_from_seconds(72 + stop));
    fixture_release(&f);
}
END_TEST

/* IMG-8: one pull an instance; a task that starts meanwhile waits for it, a later one does not. */
START_TEST(img_8_cache)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    struct ecs_image image = {.name = ecs_names_intern(&f.scenario.names, "app:1"),
                              .bytes = 500000000};
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].images = &image;
    f.definitions[definition].image_count = 1;
    static const double at_s[] = {0, 4, 30};
    static const double started_s[] = {12, 12, 32};
    for (uint32_t i = 0; i < 3; i++)
        fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1,
                         sim_time_from_seconds(at_s[i]));
    fixture_run(&f);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_int_eq(
            fixture_record(&f, ECS_RECORD_TASK_ENDED, i)->field[ECS_TASK_ENDED_started],
            sim_time_from_seconds(started_s[i]));
    fixture_release(&f);
}
END_TEST

/* Design 3.2: a refused submission is tried again after 5 s, doubling to 60 s; waits count from
 * the first arrival. */
START_TEST(on_refusal_retry_backs_off)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    f.scenario.behaviour.refusal_jitter_pct = _i == 0 ? 0 : 20;
    uint32_t definition = fixture_add_definition(&f, 8192, 512, 200);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 2, 0);
    fixture_run(&f);
    static const double delays[] = {5, 10, 20, 40, 60, 60};
    uint32_t refusals = fixture_count(&f, ECS_RECORD_REFUSED);
    ck_assert_uint_ge(refusals, 6);
    for (uint32_t i = 0; i < 6; i++) {
        const struct sim_record *record = fixture_record(&f, ECS_RECORD_REFUSED, i);
        double delay = sim_time_to_seconds(record->field[ECS_REFUSED_retry_at] - record->at);
        ck_assert_double_le(delay, delays[i]);
        ck_assert_double_ge(delay, _i == 0 ? delays[i] : 0.8 * delays[i]);
    }
    const struct sim_record *second = fixture_record(&f, ECS_RECORD_ARRIVAL_ENDED, 1);
    ck_assert_int_eq(second->field[ECS_ARRIVAL_ENDED_fate], ECS_FATE_COMPLETED);
    ck_assert_int_ge(second->field[ECS_ARRIVAL_ENDED_wait], 195 * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

START_TEST(on_refusal_drop_and_give_up)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 8192, 512, 3600);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 2, 0);
    if (_i == 0)
        f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    else
        f.run_tasks[0].request.give_up_after = 100 * SIM_SECOND;
    fixture_run(&f);
    const struct sim_record *dropped = fixture_record(&f, ECS_RECORD_ARRIVAL_ENDED, 0);
    ck_assert_int_eq(dropped->field[ECS_ARRIVAL_ENDED_fate], ECS_FATE_DROPPED);
    ck_assert_int_le(dropped->at, 100 * SIM_SECOND);
    ck_assert_int_eq(dropped->at > 0, _i == 1);
    fixture_release(&f);
}
END_TEST

/* 1.7: a task that timed out in PROVISIONING is submitted again, as another attempt. */
START_TEST(provisioning_timeout_is_retried)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 0, 0);
    uint32_t definition = fixture_add_definition(&f, 128, 128, 60);
    fixture_run_task(&f, definition, fixture_strategy(1), 1, 0);
    f.scenario.duration = 2 * SIM_HOUR;
    fixture_run(&f);
    uint32_t tasks = fixture_count(&f, ECS_RECORD_TASK_ENDED);
    ck_assert_uint_ge(tasks, 4);
    for (uint32_t i = 0; i < tasks; i++)
        ck_assert_int_eq(
            fixture_record(&f, ECS_RECORD_TASK_ENDED, i)->field[ECS_TASK_ENDED_attempt], i + 1);
    const struct sim_record *fate = fixture_record(&f, ECS_RECORD_ARRIVAL_ENDED, 0);
    ck_assert_int_eq(fate->field[ECS_ARRIVAL_ENDED_fate], ECS_FATE_WAITING);
    ck_assert_int_eq(fate->field[ECS_ARRIVAL_ENDED_wait], 2 * SIM_HOUR);
    fixture_release(&f);
}
END_TEST

/* Section 10: first come first served, also on the 5 s grid: who arrives between the end of a task
 * and the tick does not overtake those that wait. */
START_TEST(section_10_waiting_is_first_come_first_served)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    f.scenario.behaviour.provisioning_cap = ECS_UNLIMITED;
    f.scenario.behaviour.provisioning_timeout_on = false;
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 1, 1, 1);
    uint32_t definition = fixture_add_definition(&f, 1024, 128, 7);
    struct ecs_generator rows = {.gap = {.kind = SIM_DIST_EXPONENTIAL, .p = {8}, .max = 1e9},
                                 .rows = 1000,
                                 .until = SIM_TIME_NEVER,
                                 .first = 0,
                                 .batch = 1};
    fixture_add_workload(&f, definition, fixture_strategy(1), rows);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 1000);
    int64_t last = 0;
    for (uint32_t i = 0; i < f.record_count; i++) {
        if (f.records[i].kind != ECS_RECORD_TASK_PLACED)
            continue;
        ck_assert_int_gt(f.records[i].field[ECS_TASK_PLACED_task], last);
        last = f.records[i].field[ECS_TASK_PLACED_task];
    }
    fixture_release(&f);
}
END_TEST

/* Rows with a count become calls of ten, and base and weights apply to each call (CPS-14). */
START_TEST(cps_14_qta_9_one_call_of_ten_end_to_end)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(&f, "m", 64, 65536, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 1, 10);
    fixture_add_provider(&f, type, 1, 0, 1, 10);
    uint32_t definition = fixture_add_definition(&f, 128, 128, -1);
    struct ecs_strategy strategy = {.count = 2,
                                    .items = {{.provider = 0, .base = 2, .weight = 1},
                                              {.provider = 1, .weight = 3}}};
    fixture_run_task(&f, definition, strategy, 10, 0);
    f.scenario.duration = 10 * SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 0),
                      4);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 1),
                      6);
    fixture_release(&f);
}
END_TEST

/* Ruling 5: over a stream of single rows, call scope feeds one provider, stream scope both. */
START_TEST(ruling_5_split_scope)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(&f, "m", 64, 65536, 0, 4);
    fixture_add_provider(&f, type, 1, 1, 1, 10);
    fixture_add_provider(&f, type, 1, 1, 1, 10);
    uint32_t definition = fixture_add_definition(&f, 128, 128, 10);
    struct ecs_generator rows = {
        .gap = sim_dist_constant(60), .rows = 20, .until = SIM_TIME_NEVER, .first = 0, .batch = 1};
    fixture_add_workload(&f, definition, fixture_strategy(2), rows);
    f.scenario.behaviour.split_scope = _i == 0 ? ECS_SPLIT_CALL : ECS_SPLIT_STREAM;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 0),
                      _i == 0 ? 20 : 10);
    fixture_release(&f);
}
END_TEST

/* `scale`: twice as many, or half of them by keyed chance. */
START_TEST(workload_scale)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 1, 1, 10);
    struct ecs_generator rows = {.gap = sim_dist_constant(60),
                                 .rows = 1000,
                                 .until = SIM_TIME_NEVER,
                                 .first = 0,
                                 .batch = 1};
    uint32_t workload = fixture_add_workload(&f, definition, (struct ecs_strategy){0}, rows);
    f.workloads[workload].scale_ppm = _i == 0 ? 2000000 : 500000;
    fixture_run(&f);
    uint32_t arrivals = fixture_count(&f, ECS_RECORD_ARRIVAL);
    if (_i == 0)
        ck_assert_uint_eq(arrivals, 2000);
    else
        ck_assert_uint_le(arrivals > 500 ? arrivals - 500 : 500 - arrivals, 60);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_task_suite(void);
Suite *test_ecs_task_suite(void)
{
    Suite *suite = suite_create("ecs_task");
    TCase *tests = tcase_create("task");
    tcase_add_test(tests, at_lc2_lc_4_bridge);
    tcase_add_loop_test(tests, lc_4_eni_10_dep_09_awsvpc, 0, 2);
    tcase_add_test(tests, img_8_cache);
    tcase_add_loop_test(tests, on_refusal_retry_backs_off, 0, 2);
    tcase_add_loop_test(tests, on_refusal_drop_and_give_up, 0, 2);
    tcase_add_test(tests, provisioning_timeout_is_retried);
    tcase_add_test(tests, section_10_waiting_is_first_come_first_served);
    tcase_add_test(tests, cps_14_qta_9_one_call_of_ten_end_to_end);
    tcase_add_loop_test(tests, ruling_5_split_scope, 0, 2);
    tcase_add_loop_test(tests, workload_scale, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
