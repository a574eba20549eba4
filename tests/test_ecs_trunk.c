/* Trunk network interfaces: who gets one and when, what it changes for placement and managed
 * scaling, how it goes (ENI-1 to ENI-12, REG-19, CI-23, ACC-05, ACC-09). */
#include "scn_query.h"
#include "world_fixture.h"

#include <check.h>

#define PLAIN   3  /* awsvpc tasks on an instance of the type: four interfaces less one */
#define TRUNKED 20 /* with a trunk */

/* A group of one type without managed scaling whose instances are launched at t = 0, boot in 30 s
 * and go 75 s after the terminate call; and tiny awsvpc tasks. */
static void cluster_of(struct fixture *f, int64_t desired, bool opted_in)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 30);
    uint32_t type = fixture_add_type(f, "m", 4, 16384, 0, PLAIN + 1);
    f->types[type].awsvpc_tasks_trunked = TRUNKED;
    f->specs[type].trunk_capable = true;
    fixture_add_provider(f, type, 1, 0, desired, 40);
    f->providers[0].managed_scaling = false;
    f->asgs[0].initial_launching = true;
    f->scenario.behaviour.termination = sim_dist_constant(75);
    f->scenario.behaviour.placement_tie = ECS_TIE_FIRST;
    f->scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = opted_in;
    f->scenario.duration = SIM_HOUR;
    uint32_t definition = fixture_add_definition(f, 16, 16, -1);
    f->definitions[definition].network_mode = ECS_NETWORK_AWSVPC;
}

/* `count` tasks at a minute, each asked for once. */
static void tasks_at(struct fixture *f, uint32_t count, int64_t minute)
{
    uint32_t first = f->scenario.run_task_count;
    fixture_run_task(f, 0, (struct ecs_strategy){0}, count, minute * SIM_MINUTE);
    for (uint32_t i = first; i < f->scenario.run_task_count; i++)
        f->run_tasks[i].request.on_refusal = ECS_REFUSAL_DROP;
}

static struct ecs_change *at_minute(struct fixture *f, int64_t minute, enum ecs_operation op)
{
    return fixture_add_change(f, minute * SIM_MINUTE, op);
}

static void opt(struct fixture *f, int64_t minute, bool in)
{
    struct ecs_change *change = at_minute(f, minute, ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT);
    change->setting = ECS_SETTING_AWSVPC_TRUNKING;
    change->enabled = in;
}

/* Tasks placed on the instance. */
static uint32_t placed_on(const struct fixture *f, int64_t serial)
{
    return fixture_count_where(f, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_instance, serial);
}

/* When the instance entered the state for the n-th time (from 0); -1: it did not. */
static sim_time entered(const struct fixture *f, int64_t serial, enum ecs_instance_state state,
                        uint32_t n)
{
    for (uint32_t i = 0; i < f->record_count; i++) {
        const struct sim_record *record = &f->records[i];
        if (record->kind == ECS_RECORD_INSTANCE_STATE &&
            record->field[ECS_INSTANCE_STATE_instance] == serial &&
            record->field[ECS_INSTANCE_STATE_state] == (int64_t)state && n-- == 0)
            return record->at;
    }
    return -1;
}

/* ---- who gets one ---- */

static const struct limit_case {
    const char *why;
    bool opted_in, capable;
    int32_t trunked; /* of the type */
    bool booted;
    uint32_t tasks;
} limit_cases[] = {
    {"all that it takes (ENI-3)", true, true, TRUNKED, false, TRUNKED},
    {"it stands at t = 0", true, true, TRUNKED, true, TRUNKED},
    {"the account has not opted in (ENI-2)", false, true, TRUNKED, false, PLAIN},
    {"the same at t = 0", false, true, TRUNKED, true, PLAIN},
    {"system or agent cannot (ENI-4, ENI-6)", true, false, TRUNKED, false, PLAIN},
    {"the type cannot (ENI-16)", true, true, 0, false, PLAIN},
};
#define LIMIT_CASES ((int)(sizeof limit_cases / sizeof limit_cases[0]))

START_TEST(eni_2_to_4_eni_6_limits)
{
    const struct limit_case *c = &limit_cases[_i];
    struct fixture f;
    cluster_of(&f, 1, c->opted_in);
    f.specs[0].trunk_capable = c->capable;
    f.types[0].awsvpc_tasks_trunked = c->trunked;
    f.asgs[0].initial_launching = !c->booted;
    tasks_at(&f, 30, 10);
    fixture_run(&f);
    bool trunk = c->tasks == TRUNKED;
    ck_assert_msg(placed_on(&f, 1) == c->tasks, "%s: %u tasks", c->why, placed_on(&f, 1));
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_FAILURE, ECS_FAILURE_reason,
                                         ECS_REASON_RESOURCE_ENI),
                     30 - c->tasks); /* ENI-17 */
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_REGISTERING, 0),
                     trunk && !c->booted ? 30 * SIM_SECOND : -1);
    const struct sim_record *row = fixture_capacity_at(&f, -1, 20 * SIM_MINUTE);
    ck_assert_int_eq(row->field[ECS_CAPACITY_enis_registered], c->tasks);
    ck_assert_int_eq(row->field[ECS_CAPACITY_enis_used], c->tasks);
    fixture_release(&f);
}
END_TEST

/* Only tasks with networkMode awsvpc are limited (ENI-8). */
START_TEST(eni_8_other_tasks_are_not_limited)
{
    struct fixture f;
    cluster_of(&f, 1, false);
    f.definitions[0].network_mode = ECS_NETWORK_BRIDGE;
    tasks_at(&f, 30, 10);
    fixture_run(&f);
    ck_assert_uint_eq(placed_on(&f, 1), 30);
    fixture_release(&f);
}
END_TEST

/* ENI-5, ACC-05, ACC-09: the setting at the launch decides, whatever it is later. */
START_TEST(eni_05_acc_09_decided_at_launch)
{
    struct fixture f;
    cluster_of(&f, 1, false);
    opt(&f, 5, true);
    at_minute(&f, 10, ECS_OP_SET_DESIRED_CAPACITY)->desired = 2;
    opt(&f, 11, false); /* the second is up since 10 min 35 s */
    at_minute(&f, 15, ECS_OP_SET_DESIRED_CAPACITY)->desired = 3;
    opt(&f, 20, true);
    at_minute(&f, 25, ECS_OP_SET_DESIRED_CAPACITY)->desired = 4;
    f.scenario.change_count = 6;
    for (uint32_t i = 0; i < 6; i++)
        if (f.changes[i].operation == ECS_OP_SET_DESIRED_CAPACITY)
            f.changes[i].asg = 0;
    /* launched opted in, registered opted out: it keeps what it was launched with */
    struct ecs_change *late = at_minute(&f, 25, ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT);
    late->at += 10 * SIM_SECOND;
    late->setting = ECS_SETTING_AWSVPC_TRUNKING;
    tasks_at(&f, 100, 40);
    fixture_run(&f);
    static const uint32_t expected[] = {PLAIN, TRUNKED, PLAIN, TRUNKED};
    for (int64_t i = 0; i < 4; i++)
        ck_assert_uint_eq(placed_on(&f, i + 1), expected[i]);
    const struct sim_record *row = fixture_capacity_at(&f, -1, 50 * SIM_MINUTE);
    ck_assert_int_eq(row->field[ECS_CAPACITY_enis_registered], 2 * PLAIN + 2 * TRUNKED);
    fixture_release(&f);
}
END_TEST

/* ACC-03: the user's own setting comes before the account's default. */
START_TEST(acc_03_own_setting_wins)
{
    struct fixture f;
    cluster_of(&f, 1, true);
    f.scenario.settings_own[ECS_SETTING_AWSVPC_TRUNKING] = _i == 1;
    opt(&f, 5, false);
    struct ecs_change *more = at_minute(&f, 10, ECS_OP_SET_DESIRED_CAPACITY);
    more->asg = 0;
    more->desired = 2;
    tasks_at(&f, 50, 20);
    fixture_run(&f);
    ck_assert_uint_eq(placed_on(&f, 2), _i == 1 ? TRUNKED : PLAIN);
    fixture_release(&f);
}
END_TEST

/* ENI-13: an instance with a trunk is known by an attribute. */
START_TEST(eni_13_marker_attribute)
{
    struct fixture f;
    struct scn_query_error error;
    cluster_of(&f, 1, false);
    opt(&f, 5, true);
    struct ecs_change *more = at_minute(&f, 10, ECS_OP_SET_DESIRED_CAPACITY);
    more->asg = 0;
    more->desired = 2;
    tasks_at(&f, 2, 20);
    const struct ecs_query *query =
        scn_query_parse(&f.arena,
                        _i == 1 ? "attribute:ecs.awsvpc-trunk-id exists"
                                : "attribute:ecs.awsvpc-trunk-id !exists",
                        &error);
    ck_assert_msg(query != NULL, "%s", error.message);
    f.run_tasks[0].request.placement.queries = &query;
    f.run_tasks[0].request.placement.query_count = 1;
    fixture_run(&f);
    ck_assert_uint_eq(placed_on(&f, _i + 1), 2);
    fixture_release(&f);
}
END_TEST

/* ---- registration ---- */

START_TEST(eni_04_eni_10_registering)
{
    struct fixture f;
    cluster_of(&f, 1, true);
    f.scenario.behaviour.trunk_attach = _i == 0 ? 12 * SIM_SECOND : 0;
    tasks_at(&f, 1, 0); /* nothing registered yet */
    fixture_run(&f);
    sim_time there = (_i == 0 ? 42 : 30) * SIM_SECOND;
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_REGISTERING, 0), 30 * SIM_SECOND);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_ACTIVE, 0), there);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, 0)->at, there);
    ck_assert_int_eq(fixture_count(&f, ECS_RECORD_NOT_JOINED), 0);
    fixture_release(&f);
}
END_TEST

/* REG-19, ENI-7: fails only for who has opted in. */
START_TEST(eni_7_reg_19_shared_subnet)
{
    struct fixture f;
    cluster_of(&f, 1, _i % 2 == 1);
    struct ecs_subnet subnet = {
        .name = ecs_names_intern(&f.scenario.names, "subnet-1"),
        .zone = f.asgs[0].zones[0].name,
        .shared = true,
        .free_addresses = ECS_UNLIMITED,
    };
    struct ecs_place place = {0};
    f.specs[0].shared_subnet = _i < 2; /* it is said of the launch, or of the subnet */
    f.scenario.subnets = &subnet;
    f.scenario.subnet_count = f.asgs[0].place_count = _i >= 2;
    f.asgs[0].places = &place;
    tasks_at(&f, 10, 10);
    fixture_run(&f);
    ck_assert_uint_eq(placed_on(&f, 1), _i % 2 == 1 ? 0 : PLAIN);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_REGISTRATION_FAILED, 0),
                     _i % 2 == 1 ? 30 * SIM_SECOND : -1);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_NOT_JOINED, ECS_NOT_JOINED_join,
                                         ECS_JOIN_SHARED_SUBNET),
                     _i % 2);
    fixture_release(&f);
}
END_TEST

/* The quota is full once the trunk is there. */
START_TEST(eni_10_registration_fails_late)
{
    struct fixture f;
    cluster_of(&f, 2, true);
    f.scenario.behaviour.quota_container_instances = 1;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED), 1);
    ck_assert_int_eq(entered(&f, 2, ECS_INSTANCE_REGISTRATION_FAILED, 0), 35 * SIM_SECOND);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_NOT_JOINED, ECS_NOT_JOINED_join,
                                          ECS_JOIN_QUOTA),
                      1);
    fixture_release(&f);
}
END_TEST

/* Terminated, or stopped and started, while the trunk is being made. */
START_TEST(eni_10_interrupted)
{
    struct fixture f;
    cluster_of(&f, 1, true);
    struct ecs_change *change =
        fixture_add_change(&f, 32 * SIM_SECOND,
                           _i == 0 ? ECS_OP_TERMINATE_INSTANCES : ECS_OP_STOP_INSTANCES);
    change->decrement = true;
    f.scenario.behaviour.health_check_delay = SIM_HOUR;
    if (_i == 1)
        fixture_add_change(&f, 60 * SIM_SECOND, ECS_OP_START_INSTANCES);
    fixture_run(&f);
    const struct ecs_behaviour *behaviour = &f.scenario.behaviour;
    sim_time again = 60 * SIM_SECOND + behaviour->start_time + behaviour->agent_reconnect;
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_REGISTERING, 1), _i == 0 ? -1 : again);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_ACTIVE, 0),
                     _i == 0 ? -1 : again + behaviour->trunk_attach);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_DEREGISTERING, 0), -1);
    fixture_release(&f);
}
END_TEST

/* ---- its end ---- */

/* ENI-11, ENI-12, CI-23. An instance without a trunk goes at once (CI-10). */
START_TEST(eni_04_eni_12_ci_23_terminated)
{
    struct fixture f;
    cluster_of(&f, 1, _i == 1);
    tasks_at(&f, 2, 1);
    at_minute(&f, 10, ECS_OP_TERMINATE_INSTANCES)->decrement = true;
    f.scenario.behaviour.trunk_detach = 20 * SIM_SECOND;
    fixture_run(&f);
    sim_time call = 10 * SIM_MINUTE;
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_SHUTTING_DOWN, 0), call);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_DEREGISTERING, 0), _i == 1 ? call : -1);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_INACTIVE, 0),
                     _i == 1 ? call + 20 * SIM_SECOND : call);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_TERMINATED, 0), call + 75 * SIM_SECOND);
    const struct sim_record *row = fixture_capacity_at(&f, -1, call);
    ck_assert_int_eq(row->field[ECS_CAPACITY_enis_registered], 0);
    ck_assert_int_eq(row->field[ECS_CAPACITY_enis_used], 0);
    fixture_release(&f);
}
END_TEST

/* EC2 is done before the trunk would be. */
START_TEST(eni_12_no_longer_than_the_instance)
{
    struct fixture f;
    cluster_of(&f, 1, true);
    at_minute(&f, 10, ECS_OP_TERMINATE_INSTANCES)->decrement = true;
    f.scenario.behaviour.trunk_detach = SIM_HOUR;
    fixture_run(&f);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_INACTIVE, 0), 675 * SIM_SECOND);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_TERMINATED, 0), 675 * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

START_TEST(eni_11_deregistered)
{
    struct fixture f;
    cluster_of(&f, 1, true);
    tasks_at(&f, 2, 1);
    at_minute(&f, 10, ECS_OP_DEREGISTER_CONTAINER_INSTANCE)->force = true;
    if (_i == 1) { /* it is terminated before the trunk has gone */
        struct ecs_change *change =
            fixture_add_change(&f, 602 * SIM_SECOND, ECS_OP_TERMINATE_INSTANCES);
        change->decrement = true;
    }
    fixture_run(&f);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_DEREGISTERING, 0), 10 * SIM_MINUTE);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_DEREGISTERING, 1), -1);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_INACTIVE, 0), 605 * SIM_SECOND);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_TERMINATED, 0), _i == 1 ? 677 * SIM_SECOND : -1);
    fixture_release(&f);
}
END_TEST

/* Stopped and started while its trunk goes: it is what it was, DEREGISTERING, then INACTIVE. */
START_TEST(eni_11_ci_23_started_again_while_the_trunk_goes)
{
    struct fixture f;
    cluster_of(&f, 1, true);
    f.scenario.behaviour.trunk_detach = SIM_HOUR;
    f.scenario.behaviour.health_check_delay = SIM_HOUR;
    f.scenario.duration = 2 * SIM_HOUR;
    at_minute(&f, 10, ECS_OP_DEREGISTER_CONTAINER_INSTANCE)->force = true;
    static const int64_t serials[] = {1};
    const struct ecs_selection it = {.serials = serials, .serial_count = 1};
    at_minute(&f, 12, ECS_OP_STOP_INSTANCES)->selection = it;
    at_minute(&f, 20, ECS_OP_START_INSTANCES)->selection = it;
    fixture_run(&f);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_DEREGISTERING, 0), 10 * SIM_MINUTE);
    ck_assert_int_ge(entered(&f, 1, ECS_INSTANCE_DEREGISTERING, 1), 20 * SIM_MINUTE);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_INACTIVE, 0), 70 * SIM_MINUTE);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_ACTIVE, 1), -1);
    fixture_release(&f);
}
END_TEST

/* ---- managed scaling ---- */

/* Sheet 04, 1.3: measured by the limit that an instance launched now would have, also when the
 * setting changes while tasks wait. 40 tasks: 14 instances of 3, or 2 of 20. */
START_TEST(section_1_3_the_limit_of_a_new_launch)
{
    struct fixture f;
    cluster_of(&f, 1, _i != 0);
    f.providers[0].managed_scaling = true;
    f.asgs[0].initial_launching = false;
    f.asgs[0].max_size = 1;
    fixture_run_task(&f, 0, fixture_strategy(1), 40 + (_i == 0 ? PLAIN : TRUNKED), SIM_SECOND);
    f.scenario.behaviour.provisioning_timeout_on = false;
    if (_i == 2)
        opt(&f, 5, false);
    fixture_run(&f);
    int64_t seen[2] = {0};
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_METRIC); i++) {
        const struct sim_record *record = fixture_record(&f, ECS_RECORD_METRIC, i);
        if (record->at > SIM_SECOND)
            seen[record->at >= 5 * SIM_MINUTE] = record->field[ECS_METRIC_m];
    }
    ck_assert_int_eq(seen[0], 1 + (_i == 0 ? 14 : 2));
    ck_assert_int_eq(seen[1], 1 + (_i == 1 ? 2 : 14));
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_trunk_suite(void);
Suite *test_ecs_trunk_suite(void)
{
    Suite *suite = suite_create("ecs_trunk");
    TCase *tests = tcase_create("trunk");
    tcase_add_loop_test(tests, eni_2_to_4_eni_6_limits, 0, LIMIT_CASES);
    tcase_add_test(tests, eni_8_other_tasks_are_not_limited);
    tcase_add_test(tests, eni_05_acc_09_decided_at_launch);
    tcase_add_loop_test(tests, acc_03_own_setting_wins, 0, 2);
    tcase_add_loop_test(tests, eni_13_marker_attribute, 0, 2);
    tcase_add_loop_test(tests, eni_04_eni_10_registering, 0, 2);
    tcase_add_loop_test(tests, eni_7_reg_19_shared_subnet, 0, 4);
    tcase_add_test(tests, eni_10_registration_fails_late);
    tcase_add_loop_test(tests, eni_10_interrupted, 0, 2);
    tcase_add_loop_test(tests, eni_04_eni_12_ci_23_terminated, 0, 2);
    tcase_add_test(tests, eni_12_no_longer_than_the_instance);
    tcase_add_test(tests, eni_11_ci_23_started_again_while_the_trunk_goes);
    tcase_add_loop_test(tests, eni_11_deregistered, 0, 2);
    tcase_add_loop_test(tests, section_1_3_the_limit_of_a_new_launch, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
