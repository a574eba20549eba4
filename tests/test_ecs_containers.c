/* The containers of one task: what they wait for, when the task is RUNNING, how it fails, and in
 * which order they stop (ecs_containers). */
#include "world_fixture.h"

#include <check.h>

/* A task of `count` containers on a host of its own: pulls take nothing, each container 2 s to
 * start, the agent waits 180 s. All but the last are not essential; it is what the others help. */
static uint32_t one_task(struct fixture *f, uint32_t count, double seconds)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(f, "host", 8, 8192, 0, 4);
    f->specs[type].host.start_timeout = 180 * SIM_SECOND;
    f->specs[type].host.stop_timeout = 30 * SIM_SECOND;
    f->extras[0] = (struct ecs_extra_instance){
        .spec = type,
        .count = 1,
        .zone = {.name = ecs_names_intern(&f->scenario.names, "us-east-1a")},
    };
    f->scenario.extra_instance_count = 1;
    f->scenario.behaviour.container_start = 2 * SIM_SECOND;
    uint32_t definition = fixture_add_definition(f, 256, 512, seconds);
    f->definitions[definition].container_count = count;
    f->definitions[definition].ordered = true;
    for (uint32_t i = 0; i < count; i++)
        f->containers[definition][i].essential = i + 1 == count;
    fixture_run_task(f, definition, (struct ecs_strategy){0}, 1, 0);
    return definition;
}

static void depend(struct fixture *f, uint32_t container, struct ecs_dependency *on, uint32_t count)
{
    f->containers[0][container].dependencies = on;
    f->containers[0][container].dependency_count = count;
}

static void end_after(struct fixture *f, uint32_t container, double seconds, int32_t exit_code)
{
    f->containers[0][container].ends_early = true;
    f->containers[0][container].duration = sim_dist_constant(seconds);
    f->containers[0][container].exit_code = exit_code;
}

static const int64_t *ended(const struct fixture *f)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_TASK_ENDED, 0);
    ck_assert_ptr_nonnull(record);
    return record->field;
}

static void expect_started(const struct fixture *f, double seconds)
{
    ck_assert_int_eq(ended(f)[ECS_TASK_ENDED_started], sim_time_from_seconds(seconds));
}

static void expect_failed(const struct fixture *f, double seconds, enum ecs_container_error error)
{
    const int64_t *field = ended(f);
    ck_assert_int_lt(field[ECS_TASK_ENDED_started], 0);
    ck_assert_int_eq(field[ECS_TASK_ENDED_stopped], sim_time_from_seconds(seconds));
    ck_assert_int_eq(field[ECS_TASK_ENDED_error], error);
    ck_assert_int_eq(field[ECS_TASK_ENDED_exit_code], -1);
    ck_assert_int_eq(field[ECS_TASK_ENDED_outcome], ECS_OUTCOME_FAILED);
    ck_assert_int_eq(field[ECS_TASK_ENDED_stop_reason], ECS_REASON_START_FAILED);
    ck_assert_int_eq(field[ECS_TASK_ENDED_stop_code], ECS_STOP_TASK_FAILED_TO_START);
}

/* START: each waits until the other has started; without it all start at once. */
START_TEST(dep_02_start_waits_for_the_other_to_have_started)
{
    struct fixture f;
    struct ecs_dependency first = {0, ECS_CONDITION_START}, second = {1, ECS_CONDITION_START};
    one_task(&f, 3, 60);
    if (_i > 0)
        depend(&f, 1, &first, 1);
    if (_i > 1)
        depend(&f, 2, &second, 1);
    fixture_run(&f);
    expect_started(&f, 2 + 2 * _i);
    ck_assert_int_eq(ended(&f)[ECS_TASK_ENDED_stopped], (62 + 2 * _i) * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

/* Several items: the latest decides. */
START_TEST(dep_01_all_items_must_hold)
{
    struct fixture f;
    struct ecs_dependency both[] = {{0, ECS_CONDITION_COMPLETE}, {1, ECS_CONDITION_COMPLETE}};
    one_task(&f, 3, 60);
    depend(&f, 2, both, 2);
    end_after(&f, 0, _i == 0 ? 40 : 10, 0);
    end_after(&f, 1, 25, 0);
    fixture_run(&f);
    expect_started(&f, _i == 0 ? 44 : 29);
    fixture_release(&f);
}
END_TEST

/* Shutdown is the reverse: a container gets its signal when those that depend on it are gone. What
 * has ended before takes no time, what does not obey is killed at its own stopTimeout. */
START_TEST(dep_01_shutdown_in_reverse_order)
{
    static const double stopped_s[] = {62 + 10, 64 + 20, 66 + 10, 66 + 5 + 10};
    struct fixture f;
    struct ecs_dependency first = {0, ECS_CONDITION_START}, second = {1, ECS_CONDITION_START};
    one_task(&f, 3, 60); /* the essential one ends by itself, two are left */
    f.definitions[0].stop_time = sim_dist_constant(10);
    if (_i > 0)
        depend(&f, 1, &first, 1);
    if (_i > 1)
        depend(&f, 2, &second, 1);
    if (_i == 2)
        end_after(&f, 0, 1, 0);
    if (_i == 3)
        f.containers[0][1].stop_timeout = 5 * SIM_SECOND;
    fixture_run(&f);
    ck_assert_int_eq(ended(&f)[ECS_TASK_ENDED_stopped], sim_time_from_seconds(stopped_s[_i]));
    fixture_release(&f);
}
END_TEST

START_TEST(dep_01_stop_task_stops_dependents_first)
{
    struct fixture f;
    struct ecs_change change;
    struct ecs_dependency first = {0, ECS_CONDITION_START}, second = {1, ECS_CONDITION_START};
    one_task(&f, 3, 600);
    f.definitions[0].stop_time = sim_dist_constant(10);
    depend(&f, 1, &first, 1);
    depend(&f, 2, &second, 1);
    ecs_change_init(&change, 100 * SIM_SECOND, ECS_OP_STOP_TASK);
    f.scenario.changes = &change;
    f.scenario.change_count = 1;
    fixture_run(&f);
    ck_assert_int_eq(ended(&f)[ECS_TASK_ENDED_stopped], 130 * SIM_SECOND);
    ck_assert_int_eq(ended(&f)[ECS_TASK_ENDED_exit_code], 143);
    fixture_release(&f);
}
END_TEST

/* COMPLETE: any exit code will do; within the helper's startTimeout. */
START_TEST(dep_03_complete_takes_any_exit_code)
{
    struct fixture f;
    struct ecs_dependency on = {0, ECS_CONDITION_COMPLETE};
    one_task(&f, 2, 60);
    depend(&f, 1, &on, 1);
    end_after(&f, 0, 15, _i == 0 ? 0 : 3);
    fixture_run(&f);
    expect_started(&f, 2 + 15 + 2);
    ck_assert_int_eq(ended(&f)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    fixture_release(&f);
}
END_TEST

/* SUCCESS: 0, or the task fails at once. */
START_TEST(dep_04_success_needs_exit_code_0)
{
    struct fixture f;
    struct ecs_dependency on = {0, ECS_CONDITION_SUCCESS};
    one_task(&f, 2, 60);
    depend(&f, 1, &on, 1);
    end_after(&f, 0, 15, _i == 0 ? 0 : 3);
    fixture_run(&f);
    if (_i == 0)
        expect_started(&f, 19);
    else
        expect_failed(&f, 17, ECS_ERROR_DEPENDENCY);
    fixture_release(&f);
}
END_TEST

/* HEALTHY, HLT-08: the first check that passes; checks come at every interval after the start. */
START_TEST(dep_05_hlt_08_healthy_at_the_first_passing_check)
{
    static const struct {
        double interval_s, passes_s, started_s;
    } cases[] = {
        {30, 0, 2 + 30 + 2}, {30, 30, 2 + 30 + 2}, {30, 31, 2 + 60 + 2},
        {5, 0.5, 2 + 5 + 2}, {5, 12, 2 + 15 + 2},  {10, 178, 2 + 180 + 2},
    };
    struct fixture f;
    struct ecs_dependency on = {0, ECS_CONDITION_HEALTHY};
    one_task(&f, 2, 60);
    depend(&f, 1, &on, 1);
    f.containers[0][0].check_interval = sim_time_from_seconds(cases[_i].interval_s);
    f.containers[0][0].healthy_after = sim_dist_constant(cases[_i].passes_s);
    fixture_run(&f);
    expect_started(&f, cases[_i].started_s);
    fixture_release(&f);
}
END_TEST

/* DEP-07, DEP-12: what has not happened within the startTimeout of the container that others wait
 * for, counted from its start, fails the task; what runs is stopped first. */
START_TEST(dep_07_start_timeout_of_the_dependency)
{
    static const enum ecs_condition conditions[] = {ECS_CONDITION_COMPLETE, ECS_CONDITION_SUCCESS,
                                                    ECS_CONDITION_HEALTHY};
    struct fixture f;
    struct ecs_dependency on = {0, conditions[_i % 3]};
    one_task(&f, 2, 60);
    f.definitions[0].stop_time = sim_dist_constant(4);
    depend(&f, 1, &on, 1);
    f.containers[0][0].start_timeout = (_i < 3 ? 60 : 59) * SIM_SECOND;
    f.containers[0][0].check_interval = 5 * SIM_SECOND;
    f.containers[0][0].healthy_after = sim_dist_constant(58);
    if (on.condition != ECS_CONDITION_HEALTHY)
        end_after(&f, 0, 60, 0);
    fixture_run(&f);
    if (_i < 3)
        expect_started(&f, 2 + 60 + 2);
    else
        expect_failed(&f, 2 + 59 + 4, ECS_ERROR_DEPENDENCY);
    fixture_release(&f);
}
END_TEST

/* DEP-08: the definition's startTimeout, else the agent's own, whose defaults are 180 s and 480 s
 * (AGT_5_host_defaults_by_system). */
START_TEST(dep_08_start_timeout_definition_before_agent)
{
    static const struct {
        int own_s, agent_s;
        double failed_s; /* 0: it starts */
    } cases[] = {{-1, 180, 182}, {-1, 480, 0}, {300, 180, 0}, {30, 480, 32}};
    struct fixture f;
    struct ecs_dependency on = {0, ECS_CONDITION_COMPLETE};
    one_task(&f, 2, 60);
    depend(&f, 1, &on, 1);
    end_after(&f, 0, 250, 0);
    f.specs[0].host.start_timeout = cases[_i].agent_s * SIM_SECOND;
    f.containers[0][0].start_timeout = cases[_i].own_s < 0 ? -1 : cases[_i].own_s * SIM_SECOND;
    fixture_run(&f);
    if (cases[_i].failed_s > 0)
        expect_failed(&f, cases[_i].failed_s, ECS_ERROR_DEPENDENCY);
    else
        expect_started(&f, 254);
    fixture_release(&f);
}
END_TEST

/* DEP-13: the end of a helper that is not essential ends nothing, however it ends. */
START_TEST(dep_13_helpers_end_without_ending_the_task)
{
    struct fixture f;
    one_task(&f, 2, 60);
    end_after(&f, 0, 5, _i);
    f.definitions[0].stop_time = sim_dist_constant(10);
    fixture_run(&f);
    expect_started(&f, 2);
    ck_assert_int_eq(ended(&f)[ECS_TASK_ENDED_stopped], 62 * SIM_SECOND); /* nothing to stop */
    ck_assert_int_eq(ended(&f)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    fixture_release(&f);
}
END_TEST

/* A helper whose image cannot be pulled never starts, and who waits for it fails at once. */
START_TEST(dep_07_a_dependency_without_an_image)
{
    struct fixture f;
    struct ecs_dependency on = {0, ECS_CONDITION_START};
    struct ecs_error_rule rule = {.error = ECS_ERROR_IMAGE_NOT_FOUND,
                                  .container = 0,
                                  .ppm = 1000000,
                                  .until = SIM_TIME_NEVER};
    one_task(&f, 2, 60);
    f.definitions[0].errors = &rule;
    f.definitions[0].error_count = 1;
    f.scenario.behaviour.pull_error = 3 * SIM_SECOND;
    if (_i > 0)
        depend(&f, 1, &on, 1);
    fixture_run(&f);
    if (_i == 0)
        expect_started(&f, 5);
    else
        expect_failed(&f, 3, ECS_ERROR_DEPENDENCY);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_containers_suite(void);
Suite *test_ecs_containers_suite(void)
{
    Suite *suite = suite_create("ecs_containers");
    TCase *tests = tcase_create("containers");
    tcase_add_loop_test(tests, dep_02_start_waits_for_the_other_to_have_started, 0, 3);
    tcase_add_loop_test(tests, dep_01_all_items_must_hold, 0, 2);
    tcase_add_loop_test(tests, dep_01_shutdown_in_reverse_order, 0, 4);
    tcase_add_test(tests, dep_01_stop_task_stops_dependents_first);
    tcase_add_loop_test(tests, dep_03_complete_takes_any_exit_code, 0, 2);
    tcase_add_loop_test(tests, dep_04_success_needs_exit_code_0, 0, 2);
    tcase_add_loop_test(tests, dep_05_hlt_08_healthy_at_the_first_passing_check, 0, 6);
    tcase_add_loop_test(tests, dep_07_start_timeout_of_the_dependency, 0, 6);
    tcase_add_loop_test(tests, dep_08_start_timeout_definition_before_agent, 0, 4);
    tcase_add_loop_test(tests, dep_13_helpers_end_without_ending_the_task, 0, 2);
    tcase_add_loop_test(tests, dep_07_a_dependency_without_an_image, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
