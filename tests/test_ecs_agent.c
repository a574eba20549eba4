/* The agent's connection: what ECS sees of it, when, and what that means for tasks. */
#include "world_fixture.h"

#include <check.h>

/* One group of `desired` instances of one vCPU with cheap books: tasks through the cluster. */
static void group_of(struct fixture *f, int64_t desired)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 30);
    uint32_t type = fixture_add_type(f, "m", 1, 4096, 0, 4);
    fixture_add_provider(f, type, 1, 0, desired, 10);
    f->providers[0].managed_scaling = false;
    f->scenario.behaviour.placement_tie = ECS_TIE_FIRST;
    f->scenario.duration = 30 * SIM_MINUTE;
}

/* One task of `cpu` units and `seconds` at a time; refused once, it is dropped. */
static void task_at(struct fixture *f, int64_t cpu, double seconds, sim_time at)
{
    uint32_t definition = fixture_add_definition(f, cpu, 128, seconds);
    fixture_run_task(f, definition, (struct ecs_strategy){0}, 1, at);
    f->run_tasks[f->scenario.run_task_count - 1].request.on_refusal = ECS_REFUSAL_DROP;
}

static const int64_t *task_ended(const struct fixture *f, int64_t serial)
{
    for (uint32_t i = 0; i < fixture_count(f, ECS_RECORD_TASK_ENDED); i++) {
        const int64_t *field = fixture_record(f, ECS_RECORD_TASK_ENDED, i)->field;
        if (field[ECS_TASK_ENDED_task] == serial)
            return field;
    }
    ck_abort_msg("no such task");
    return NULL;
}

static void agent_was(const struct fixture *f, uint32_t n, sim_time at, bool connected)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_AGENT, n);
    ck_assert_ptr_nonnull(record);
    ck_assert_int_eq(record->at, at);
    ck_assert_int_eq(record->field[ECS_AGENT_connected], connected);
}

/* Cut off from 1:00 to 11:00. ECS sees that at 4:00; what runs, runs on; what is placed before it
 * sees it starts when the agent is back, 10 s after the network; what comes after is refused with
 * AGENT. The instance counts as registered all the while. */
START_TEST(ci_5_ci_21_cut_off)
{
    struct fixture f;
    group_of(&f, 1);
    task_at(&f, 100, 120, 0);
    task_at(&f, 100, 60, 2 * SIM_MINUTE);
    task_at(&f, 100, 60, 5 * SIM_MINUTE);
    task_at(&f, 100, 60, 12 * SIM_MINUTE);
    fixture_add_fault(&f, SIM_MINUTE, 10 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_AGENT), 2);
    agent_was(&f, 0, 4 * SIM_MINUTE, false);
    agent_was(&f, 1, 11 * SIM_MINUTE + 10 * SIM_SECOND, true);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stopped], 120 * SIM_SECOND);
    ck_assert_int_eq(task_ended(&f, 2)[ECS_TASK_ENDED_placed], 2 * SIM_MINUTE);
    ck_assert_int_eq(task_ended(&f, 2)[ECS_TASK_ENDED_started], 11 * SIM_MINUTE + 10 * SIM_SECOND);
    ck_assert_int_eq(task_ended(&f, 2)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    ck_assert_int_eq(task_ended(&f, 3)[ECS_TASK_ENDED_started], 12 * SIM_MINUTE);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 1);
    const struct sim_record *refused = fixture_record(&f, ECS_RECORD_REFUSED, 0);
    ck_assert_int_eq(refused->at, 5 * SIM_MINUTE);
    ck_assert_int_eq(refused->field[ECS_REFUSED_reason], ECS_REASON_AGENT);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 6 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], 1024);
    ck_assert_int_eq(capacity[ECS_CAPACITY_in_service], 1);
    fixture_release(&f);
}
END_TEST

/* CI-25: shorter than the detection, nobody notices; only what was placed meanwhile waited. */
START_TEST(ci_25_flap)
{
    struct fixture f;
    group_of(&f, 1);
    task_at(&f, 100, 60, 90 * SIM_SECOND);
    fixture_add_fault(&f, SIM_MINUTE, SIM_MINUTE);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_AGENT), 0);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_started], 130 * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

/* Two faults that overlap: back when both are over; and one without an end. */
START_TEST(ci_5_faults_overlap)
{
    struct fixture f;
    group_of(&f, 1);
    fixture_add_fault(&f, SIM_MINUTE, 8 * SIM_MINUTE);
    fixture_add_fault(&f, 5 * SIM_MINUTE, _i == 0 ? 10 * SIM_MINUTE : SIM_TIME_NEVER);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_AGENT), _i == 0 ? 2 : 1);
    agent_was(&f, 0, 4 * SIM_MINUTE, false);
    if (_i == 0)
        agent_was(&f, 1, 15 * SIM_MINUTE + 10 * SIM_SECOND, true);
    fixture_release(&f);
}
END_TEST

/* Sheet 02, 6.4: AGENT comes before resources: a disconnected instance that is full besides is
 * eliminated by its agent; one that is connected by its CPU. */
START_TEST(section_6_4_agent_before_resources)
{
    struct fixture f;
    group_of(&f, 3);
    for (int i = 0; i < 3; i++)
        task_at(&f, 1024, -1, 0);
    task_at(&f, 1024, 60, 10 * SIM_MINUTE);
    struct ecs_fault *fault = fixture_add_fault(&f, SIM_MINUTE, SIM_TIME_NEVER);
    fault->selection.count = 2;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_AGENT), 2);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_FAILURE), 2);
    int64_t agent = 0, cpu = 0;
    for (uint32_t i = 0; i < 2; i++) {
        const int64_t *field = fixture_record(&f, ECS_RECORD_FAILURE, i)->field;
        if (field[ECS_FAILURE_reason] == ECS_REASON_AGENT)
            agent = field[ECS_FAILURE_count];
        if (field[ECS_FAILURE_reason] == ECS_REASON_RESOURCE_CPU)
            cpu = field[ECS_FAILURE_count];
    }
    ck_assert_int_eq(agent, 2);
    ck_assert_int_eq(cpu, 1);
    fixture_release(&f);
}
END_TEST

/* CI-5: a machine that was stopped at 1:00 looks placeable until 4:00. The task that is placed
 * there never starts, and stops with the host's reason when ECS notices. */
START_TEST(ci_5_window_after_a_stop)
{
    struct fixture f;
    group_of(&f, 0);
    f.extras[0] = (struct ecs_extra_instance){.count = 1, .zone = f.asgs[0].zones[0]};
    f.scenario.extra_instance_count = 1;
    task_at(&f, 100, 60, 2 * SIM_MINUTE);
    task_at(&f, 100, 60, 5 * SIM_MINUTE);
    fixture_add_change(&f, SIM_MINUTE, ECS_OP_STOP_INSTANCES);
    fixture_run(&f);
    const int64_t *task = task_ended(&f, 1);
    ck_assert_int_eq(task[ECS_TASK_ENDED_placed], 2 * SIM_MINUTE);
    ck_assert_int_eq(task[ECS_TASK_ENDED_started], -1);
    ck_assert_int_eq(task[ECS_TASK_ENDED_stopped], 4 * SIM_MINUTE);
    ck_assert_int_eq(task[ECS_TASK_ENDED_stop_reason], ECS_REASON_HOST_STOPPED);
    ck_assert_int_eq(task[ECS_TASK_ENDED_outcome], ECS_OUTCOME_FAILED);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, 0)->field[ECS_REFUSED_reason],
                     ECS_REASON_AGENT);
    fixture_release(&f);
}
END_TEST

/* A stopped instance in a cut-off network: it is back when it runs and reaches ECS. */
START_TEST(ci_6_cut_off_and_stopped)
{
    struct fixture f;
    group_of(&f, 0);
    f.extras[0] = (struct ecs_extra_instance){.count = 1, .zone = f.asgs[0].zones[0]};
    f.scenario.extra_instance_count = 1;
    fixture_add_fault(&f, SIM_MINUTE, _i == 0 ? 4 * SIM_MINUTE : 14 * SIM_MINUTE);
    fixture_add_change(&f, 2 * SIM_MINUTE, ECS_OP_STOP_INSTANCES);
    fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_START_INSTANCES);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_AGENT), 2);
    agent_was(&f, 0, 4 * SIM_MINUTE, false);
    agent_was(&f, 1, _i == 0 ? 631 * SIM_SECOND : 910 * SIM_SECOND, true); /* 21 + 10 s; 10 s */
    fixture_release(&f);
}
END_TEST

/* A task that is held waits in PENDING and can be stopped there by its user. 1: its interface is
 * still being detached when the agent is back at 11:10, and it does not start then. */
START_TEST(ci_5_held_task_is_stopped_by_its_user)
{
    struct fixture f;
    group_of(&f, 1);
    task_at(&f, 100, 60, 2 * SIM_MINUTE);
    sim_time stop = _i == 0 ? 6 * SIM_MINUTE : 11 * SIM_MINUTE + 7 * SIM_SECOND;
    f.scenario.behaviour.eni_detach = 5 * SIM_SECOND;
    f.definitions[0].network_mode = _i == 0 ? ECS_NETWORK_BRIDGE : ECS_NETWORK_AWSVPC;
    fixture_add_fault(&f, SIM_MINUTE, 10 * SIM_MINUTE);
    fixture_add_change(&f, stop, ECS_OP_STOP_TASK);
    fixture_run(&f);
    const int64_t *task = task_ended(&f, 1);
    ck_assert_int_eq(task[ECS_TASK_ENDED_started], -1);
    ck_assert_int_eq(task[ECS_TASK_ENDED_stopped], _i == 0 ? stop : stop + 5 * SIM_SECOND);
    ck_assert_int_eq(task[ECS_TASK_ENDED_stop_reason], ECS_REASON_STOPPED_BY_USER);
    fixture_release(&f);
}
END_TEST

/* Faults and health checks that are still to come do not keep a run without duration alive. */
START_TEST(a_run_without_duration_ends)
{
    struct fixture f;
    group_of(&f, 1);
    task_at(&f, 100, 60, 0);
    fixture_add_fault(&f, 30 * SIM_SECOND, SIM_TIME_NEVER);
    fixture_add_fault(&f, SIM_HOUR, SIM_MINUTE);
    f.scenario.duration = SIM_TIME_NEVER;
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_RUN_ENDED, 0)->at, SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* Nor do tasks for which there is nowhere to go: the only machine is stopped for good, so that a
 * day after ECS has seen that (0:13) the second task gives up. 1: its start is still ahead, in two
 * days, so it waits. 2: the first task runs longer than that, and may make room. */
START_TEST(a_run_without_duration_ends_when_nothing_moves)
{
    struct fixture f;
    group_of(&f, 0);
    f.extras[0] = (struct ecs_extra_instance){.count = 1, .zone = f.asgs[0].zones[0]};
    f.scenario.extra_instance_count = 1;
    f.scenario.duration = SIM_TIME_NEVER;
    task_at(&f, 1024, _i == 2 ? 3.0 * 86400 : 60, 0);
    task_at(&f, 100, 60, 20 * SIM_MINUTE);
    f.run_tasks[1].request.on_refusal = ECS_REFUSAL_RETRY;
    f.run_tasks[1].request.give_up_after = SIM_TIME_NEVER;
    if (_i < 2)
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_STOP_INSTANCES);
    if (_i == 1)
        fixture_add_change(&f, 2 * SIM_DAY, ECS_OP_START_INSTANCES);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_DROPPED),
                      _i == 0);
    sim_time end = fixture_record(&f, ECS_RECORD_RUN_ENDED, 0)->at;
    sim_time since = _i == 0 ? SIM_DAY + 13 * SIM_MINUTE : _i == 1 ? 2 * SIM_DAY : 3 * SIM_DAY;
    ck_assert_int_ge(end, since);
    ck_assert_int_le(end, since + 5 * SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_agent_suite(void);
Suite *test_ecs_agent_suite(void)
{
    Suite *suite = suite_create("ecs_agent");
    TCase *tests = tcase_create("agent");
    tcase_add_test(tests, ci_5_ci_21_cut_off);
    tcase_add_test(tests, ci_25_flap);
    tcase_add_loop_test(tests, ci_5_faults_overlap, 0, 2);
    tcase_add_test(tests, section_6_4_agent_before_resources);
    tcase_add_test(tests, ci_5_window_after_a_stop);
    tcase_add_loop_test(tests, ci_6_cut_off_and_stopped, 0, 2);
    tcase_add_loop_test(tests, ci_5_held_task_is_stopped_by_its_user, 0, 2);
    tcase_add_test(tests, a_run_without_duration_ends);
    tcase_add_loop_test(tests, a_run_without_duration_ends_when_nothing_moves, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
