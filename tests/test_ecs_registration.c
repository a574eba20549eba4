/* How instances come to serve and cease to: registration, what holds at that moment only,
 * deregistration, and draining of standalone tasks (sheet 02, 1 to 3). */
#include "world_fixture.h"

#include <check.h>

/* A group of one type, one vCPU, that starts with `desired` launches; `extras` instances of that
 * type without a group. */
static void cluster_of(struct fixture *f, int64_t desired, uint32_t extras)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 30);
    uint32_t type = fixture_add_type(f, "m", 1, 4096, 0, 4);
    fixture_add_provider(f, type, 1, 0, desired, 10);
    f->providers[0].managed_scaling = false;
    f->asgs[0].initial_launching = true;
    f->extras[0] = (struct ecs_extra_instance){.count = extras, .zone = f->asgs[0].zones[0]};
    f->scenario.extra_instance_count = extras > 0;
    f->scenario.behaviour.placement_tie = ECS_TIE_FIRST;
    f->scenario.duration = SIM_HOUR;
}

/* One task of that many CPU units; refused once, it is dropped. Returns its definition. */
static struct ecs_task_definition *task_at(struct fixture *f, int64_t cpu, double seconds,
                                           sim_time at)
{
    uint32_t definition = fixture_add_definition(f, cpu, 128, seconds);
    fixture_run_task(f, definition, (struct ecs_strategy){0}, 1, at);
    f->run_tasks[f->scenario.run_task_count - 1].request.on_refusal = ECS_REFUSAL_DROP;
    return &f->definitions[definition];
}

static void set_desired(struct fixture *f, sim_time at, int64_t desired)
{
    struct ecs_change *change = fixture_add_change(f, at, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = desired;
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

static int64_t refused_for(const struct fixture *f, uint32_t n)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_REFUSED, n);
    ck_assert_ptr_nonnull(record);
    return record->field[ECS_REFUSED_reason];
}

/* The n-th change of state of an instance. */
static void state_was(const struct fixture *f, int64_t serial, uint32_t n, sim_time at,
                      enum ecs_instance_state state)
{
    for (uint32_t i = 0; i < f->record_count; i++) {
        const struct sim_record *record = &f->records[i];
        if (record->kind != ECS_RECORD_INSTANCE_STATE ||
            record->field[ECS_INSTANCE_STATE_instance] != serial || n-- > 0)
            continue;
        ck_assert_int_eq(record->field[ECS_INSTANCE_STATE_state], state);
        ck_assert_int_eq(record->at, at);
        return;
    }
    ck_abort_msg("it has not changed that often");
}

/* ---- registration ---- */

/* REG-2: pending, then running; CI-3: then ACTIVE with its agent, and only then (CI-1) tasks may be
 * placed there. */
START_TEST(ci_1_ci_3_reg_2_serves_once_registered)
{
    struct fixture f;
    cluster_of(&f, 1, 0);
    task_at(&f, 100, 60, 20 * SIM_SECOND);
    task_at(&f, 100, 60, 40 * SIM_SECOND);
    fixture_run(&f);
    state_was(&f, 1, 0, 0, ECS_INSTANCE_PENDING);
    state_was(&f, 1, 1, 17 * SIM_SECOND, ECS_INSTANCE_RUNNING);
    state_was(&f, 1, 2, 30 * SIM_SECOND, ECS_INSTANCE_ACTIVE);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 1);
    ck_assert_int_eq(refused_for(&f, 0), ECS_REASON_NO_INSTANCES);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_placed], 40 * SIM_SECOND);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    fixture_release(&f);
}
END_TEST

/* The cluster is deleted while it is empty; then an instance comes. REG-4: a cluster `default` is
 * made anew by its agent, with no providers, and serves; REG-5: another name is not. */
START_TEST(reg_4_reg_5_cluster_that_is_not_there)
{
    struct fixture f;
    bool is_default = _i == 0;
    cluster_of(&f, 0, 0);
    f.scenario.cluster = is_default ? "default" : "web";
    fixture_add_change(&f, SIM_MINUTE, ECS_OP_DELETE_CLUSTER);
    task_at(&f, 100, 60, 90 * SIM_SECOND);
    set_desired(&f, 2 * SIM_MINUTE, 1);
    task_at(&f, 100, 60, 10 * SIM_MINUTE);
    fixture_run_task(&f, 0, fixture_strategy(1), 1, 12 * SIM_MINUTE);
    f.run_tasks[2].request.on_refusal = ECS_REFUSAL_DROP;
    fixture_run(&f);
    ck_assert_int_eq(refused_for(&f, 0), ECS_REASON_NO_CLUSTER);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CLUSTER), is_default ? 2 : 1);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED), is_default);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_NOT_JOINED), !is_default);
    if (is_default) {
        const struct sim_record *made = fixture_record(&f, ECS_RECORD_CLUSTER, 1);
        ck_assert_int_eq(made->at, fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, 0)->at);
        ck_assert_int_eq(made->field[ECS_CLUSTER_status], ECS_CLUSTER_ACTIVE);
        ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_placed], 10 * SIM_MINUTE);
        ck_assert_int_eq(refused_for(&f, 1), ECS_REASON_NOT_ATTACHED);
    } else {
        const int64_t *why = fixture_record(&f, ECS_RECORD_NOT_JOINED, 0)->field;
        ck_assert_int_eq(why[ECS_NOT_JOINED_join], ECS_JOIN_NO_CLUSTER);
        ck_assert_int_eq(refused_for(&f, 1), ECS_REASON_NO_CLUSTER);
        ck_assert_int_eq(refused_for(&f, 2), ECS_REASON_NO_CLUSTER);
    }
    fixture_release(&f);
}
END_TEST

/* REG-12: an instance keeps the attributes that it registered with when its group's launch
 * configuration sets others; the next one has those. Tasks are spread over the two stacks. */
START_TEST(reg_12_attributes_of_the_registration)
{
    struct fixture f;
    cluster_of(&f, 1, 0);
    uint32_t stack = ecs_names_intern(&f.scenario.names, "stack");
    struct ecs_attribute colours[] = {{stack, ecs_names_intern(&f.scenario.names, "blue")},
                                      {stack, ecs_names_intern(&f.scenario.names, "green")}};
    uint32_t newer = fixture_add_type(&f, "n", 1, 4096, 0, 4);
    for (uint32_t i = 0; i < 2; i++) {
        f.specs[i].attributes = &colours[_i == 0 ? i : 1]; /* 1: as a check, the same for both */
        f.specs[i].attribute_count = 1;
    }
    struct ecs_change *change =
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_UPDATE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->spec = newer;
    change->desired = 2;
    uint32_t definition = fixture_add_definition(&f, 10, 10, -1);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 4, 20 * SIM_MINUTE);
    fixture_rule("spread", &f.run_tasks[0].request.placement, stack);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_instance, 1),
                      _i == 0 ? 2 : 4);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 4);
    fixture_release(&f);
}
END_TEST

/* CI-24: neither a setting of the account nor a reboot changes what has registered; a new instance
 * has it. */
START_TEST(ci_24_nothing_changes_in_place)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    f.scenario.settings[ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN] = false;
    struct ecs_change *change =
        fixture_add_change(&f, 5 * SIM_MINUTE, ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT);
    change->setting = ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN;
    change->enabled = true;
    fixture_add_change(&f, 6 * SIM_MINUTE, ECS_OP_STOP_INSTANCES);
    fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_START_INSTANCES);
    set_desired(&f, 20 * SIM_MINUTE, 1);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED), 2);
    for (uint32_t i = 0; i < 2; i++) {
        const int64_t *field = fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, i)->field;
        ck_assert_int_eq(field[ECS_INSTANCE_REGISTERED_instance], i + 1);
        ck_assert_int_eq(field[ECS_INSTANCE_REGISTERED_long_arn], i == 1);
    }
    fixture_release(&f);
}
END_TEST

/* CI-8: an instance with a trunk loses its public address when it is stopped, and where that was
 * the only way its agent does not come back; what was placed in between fails when ECS notices. 1:
 * it has no trunk; 2: its subnet has another way; 3: it has a proxy. */
START_TEST(ci_8_trunk_in_a_public_subnet)
{
    struct fixture f;
    bool cut_off = _i == 0;
    cluster_of(&f, 0, 1);
    f.types[0].awsvpc_tasks_trunked = 10;
    f.specs[0].trunk_capable = true;
    f.specs[0].proxy = _i == 3;
    f.extras[0].zone.public_only = _i != 2;
    f.scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = _i != 1;
    fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_STOP_INSTANCES);
    fixture_add_change(&f, 11 * SIM_MINUTE, ECS_OP_START_INSTANCES);
    task_at(&f, 100, 60, 11 * SIM_MINUTE + 25 * SIM_SECOND); /* EC2 runs it, the agent is away */
    task_at(&f, 100, 60, 20 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_AGENT), cut_off);
    const int64_t *task = task_ended(&f, 1);
    ck_assert_int_eq(task[ECS_TASK_ENDED_outcome],
                     cut_off ? ECS_OUTCOME_FAILED : ECS_OUTCOME_COMPLETED);
    if (cut_off) {
        ck_assert_int_eq(fixture_record(&f, ECS_RECORD_AGENT, 0)->at, 13 * SIM_MINUTE);
        ck_assert_int_eq(task[ECS_TASK_ENDED_stopped], 13 * SIM_MINUTE);
        ck_assert_int_eq(task[ECS_TASK_ENDED_stop_reason], ECS_REASON_HOST_STOPPED);
        ck_assert_int_eq(refused_for(&f, 0), ECS_REASON_AGENT);
    } else {
        ck_assert_int_eq(task_ended(&f, 2)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    }
    fixture_release(&f);
}
END_TEST

/* WIN-5: CPU is subtracted on Windows as it is on Linux. */
START_TEST(win_5_cpu_is_subtracted)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    f.specs[0].host.os = ECS_OS_WINDOWS;
    task_at(&f, 600, 60, 0)->windows = true;
    task_at(&f, 600, 60, 30 * SIM_SECOND)->windows = true;
    task_at(&f, 600, 60, 2 * SIM_MINUTE)->windows = true;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 2);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 1);
    ck_assert_int_eq(refused_for(&f, 0), ECS_REASON_RESOURCE_CPU);
    fixture_release(&f);
}
END_TEST

/* ---- deregistration ---- */

/* CI-14 by ruling X-2: what ran there is STOPPED in ECS's books and counted no more, whatever the
 * machine goes on doing; the machine is billed, and takes nothing new. */
START_TEST(ci_14_orphans_are_not_counted)
{
    struct fixture f;
    cluster_of(&f, 0, 2);
    task_at(&f, 600, -1, 0);
    struct ecs_change *change =
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_DEREGISTER_CONTAINER_INSTANCE);
    change->selection.count = 1;
    change->force = true;
    for (int i = 0; i < 2; i++)
        task_at(&f, 600, 60, (20 + i) * SIM_MINUTE); /* one after the other, on what is left */
    fixture_run(&f);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 15 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_tasks_running], 0);
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_reserved], 0);
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], 1024);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stopped], 10 * SIM_MINUTE);
    for (int64_t i = 2; i <= 3; i++)
        ck_assert_int_eq(task_ended(&f, i)[ECS_TASK_ENDED_instance], 2);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_INSTANCE_ENDED,
                                          ECS_INSTANCE_ENDED_billed_s, 3600),
                      2);
    fixture_release(&f);
}
END_TEST

/* ---- draining ---- */

/* DR-15, DR-16, DR-23: while a standalone task runs the drain is not over, for days (managed
 * draining ends after 48 h, an operator's does not); and when it is over the status stays. DR-21:
 * it is registered and reserved all the while. */
START_TEST(dr_15_dr_16_dr_21_dr_23_drains_as_long_as_it_takes)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    f.scenario.duration = 7 * SIM_DAY;
    f.providers[0].managed_draining = true;
    task_at(&f, 600, _i == 0 ? -1 : 5.0 * 86400, 0);
    fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE)->draining =
        true;
    fixture_run(&f);
    state_was(&f, 1, 2, 0, ECS_INSTANCE_ACTIVE);
    state_was(&f, 1, 3, 10 * SIM_MINUTE, ECS_INSTANCE_DRAINING);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_STATE), 4);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 4 * SIM_DAY)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_draining], 1);
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], 1024);
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_reserved], 600);
    capacity = fixture_capacity_at(&f, -1, 6 * SIM_DAY)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_draining], 1);
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_reserved], _i == 0 ? 600 : 0);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_outcome],
                     _i == 0 ? ECS_OUTCOME_RUNNING : ECS_OUTCOME_COMPLETED);
    fixture_release(&f);
}
END_TEST

/* DR-25, DR-27: of standalone tasks the one whose interface is being attached, the one that is
 * PENDING, the one that runs and the one that is STOPPING go on as if nothing had been called. */
START_TEST(dr_25_dr_27_states_at_the_drain)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    f.scenario.behaviour.container_start = 10 * SIM_SECOND;
    f.scenario.behaviour.eni_attach = 30 * SIM_SECOND;
    sim_time drain = 10 * SIM_MINUTE;
    struct ecs_task_definition *stubborn = task_at(&f, 100, -1, 0);
    stubborn->stop_time = sim_dist_constant(20);
    task_at(&f, 100, 3600, SIM_SECOND);
    task_at(&f, 100, 60, drain - 15 * SIM_SECOND)->network_mode = ECS_NETWORK_AWSVPC;
    task_at(&f, 100, 60, drain - 5 * SIM_SECOND);
    struct ecs_change *stop = fixture_add_change(&f, drain - 5 * SIM_SECOND, ECS_OP_STOP_TASK);
    stop->selection.count = 1;
    fixture_add_change(&f, drain, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE)->draining = true;
    fixture_run(&f);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stop_reason], ECS_REASON_STOPPED_BY_USER);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stopped], drain + 15 * SIM_SECOND);
    ck_assert_int_eq(task_ended(&f, 2)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_RUNNING);
    ck_assert_int_eq(task_ended(&f, 3)[ECS_TASK_ENDED_started], drain + 25 * SIM_SECOND);
    ck_assert_int_eq(task_ended(&f, 3)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    ck_assert_int_eq(task_ended(&f, 4)[ECS_TASK_ENDED_started], drain + 5 * SIM_SECOND);
    ck_assert_int_eq(task_ended(&f, 4)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_registration_suite(void);
Suite *test_ecs_registration_suite(void)
{
    Suite *suite = suite_create("ecs_registration");
    TCase *tests = tcase_create("registration");
    tcase_add_test(tests, ci_1_ci_3_reg_2_serves_once_registered);
    tcase_add_loop_test(tests, reg_4_reg_5_cluster_that_is_not_there, 0, 2);
    tcase_add_loop_test(tests, reg_12_attributes_of_the_registration, 0, 2);
    tcase_add_test(tests, ci_24_nothing_changes_in_place);
    tcase_add_loop_test(tests, ci_8_trunk_in_a_public_subnet, 0, 4);
    tcase_add_test(tests, win_5_cpu_is_subtracted);
    tcase_add_test(tests, ci_14_orphans_are_not_counted);
    tcase_add_loop_test(tests, dr_15_dr_16_dr_21_dr_23_drains_as_long_as_it_takes, 0, 2);
    tcase_add_test(tests, dr_25_dr_27_states_at_the_drain);
    suite_add_tcase(suite, tests);
    return suite;
}
