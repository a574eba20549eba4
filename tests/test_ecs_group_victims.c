/* Whom a group's scale-in takes, and how long its launches and terminations take: exactly, by hand
 * of an operator, so that no alarm blurs the moment. */
#include "world_fixture.h"

#include <check.h>
#include <stdlib.h>

static void set_desired(struct fixture *f, sim_time at, int64_t desired)
{
    struct ecs_change *change = fixture_add_change(f, at, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = desired;
}

static void begin(struct fixture *f, uint32_t zones, int64_t desired)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 30);
    uint32_t type = fixture_add_type(f, "m", 1, 1024, 0, 4);
    fixture_add_provider(f, type, zones, 0, desired, 5000);
    f->providers[0].managed_scaling = false;
    f->scenario.duration = 5 * SIM_HOUR;
}

static const int64_t *ended(const struct fixture *f, uint32_t n)
{
    return fixture_record(f, ECS_RECORD_INSTANCE_ENDED, n)->field;
}

/* ---- 2.2: the default policy ends on the billing hour ---- */

/* Three instances run since 0:00, 0:20 and 0:50 and some seconds; one goes at every ten minutes of
 * the hour, at another time in each test: the one that is closest to its next hour. */
START_TEST(section_2_2_billing_hour)
{
    struct fixture f;
    sim_time decided = 3 * SIM_HOUR + (_i % 12) * 5 * SIM_MINUTE;
    begin(&f, 1, 1);
    f.asgs[0].policies[0] =
        _i < 12 ? ECS_TERMINATE_DEFAULT : ECS_TERMINATE_CLOSEST_TO_NEXT_INSTANCE_HOUR;
    f.asgs[0].policy_count = 1;
    set_desired(&f, 20 * SIM_MINUTE, 2);
    set_desired(&f, 50 * SIM_MINUTE, 3);
    set_desired(&f, decided, 2);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_ENDED), 3);
    int64_t expected = 0, gone = 0;
    sim_time least = SIM_HOUR + 1;
    for (uint32_t i = 0; i < 3; i++) {
        const int64_t *field = ended(&f, i);
        sim_time left = SIM_HOUR - (decided - field[ECS_INSTANCE_ENDED_running]) % SIM_HOUR;
        if (left < least) {
            least = left;
            expected = field[ECS_INSTANCE_ENDED_instance];
        }
        if (field[ECS_INSTANCE_ENDED_cause] != ECS_CAUSE_HORIZON)
            gone = field[ECS_INSTANCE_ENDED_instance];
    }
    ck_assert_int_eq(gone, expected);
    fixture_release(&f);
}
END_TEST

/* ---- 2.1: zones stay balanced at scale-in, whatever the policy would like ---- */

START_TEST(section_2_1_zone_balance_at_scale_in)
{
    static const enum ecs_termination_policy policies[] = {
        ECS_TERMINATE_OLDEST_INSTANCE,
        ECS_TERMINATE_NEWEST_INSTANCE,
        ECS_TERMINATE_DEFAULT,
    };
    struct fixture f;
    begin(&f, 3, 8);
    f.asgs[0].policies[0] = policies[_i];
    f.asgs[0].policy_count = 1;
    for (int64_t desired = 7; desired >= 1; desired--)
        set_desired(&f, (9 - desired) * 10 * SIM_MINUTE, desired);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_ENDED), 8);
    for (int64_t desired = 8; desired >= 1; desired--) {
        sim_time at = (9 - desired) * 10 * SIM_MINUTE + 5 * SIM_MINUTE;
        int64_t in_zone[3] = {0}, most = 0, least = INT64_MAX;
        for (uint32_t i = 0; i < 8; i++)
            for (uint32_t zone = 0; zone < 3; zone++)
                in_zone[zone] +=
                    ended(&f, i)[ECS_INSTANCE_ENDED_zone] == f.asgs[0].zones[zone].name &&
                    (ended(&f, i)[ECS_INSTANCE_ENDED_cause] == ECS_CAUSE_HORIZON ||
                     ended(&f, i)[ECS_INSTANCE_ENDED_terminated] > at);
        for (uint32_t zone = 0; zone < 3; zone++) {
            most = in_zone[zone] > most ? in_zone[zone] : most;
            least = in_zone[zone] < least ? in_zone[zone] : least;
        }
        ck_assert_int_eq(in_zone[0] + in_zone[1] + in_zone[2], desired);
        ck_assert_int_le(most - least, 1);
    }
    fixture_release(&f);
}
END_TEST

/* ---- the times of sheet 04, 2.10 and section 10 ---- */

static int compare_times(const void *a, const void *b)
{
    sim_time left = *(const sim_time *)a, right = *(const sim_time *)b;
    return left < right ? -1 : left > right;
}

/* Sorted values of `to - from` over all instances of the run; the caller frees. */
static sim_time *spans(const struct fixture *f, int from, int to, uint32_t *count)
{
    *count = fixture_count(f, ECS_RECORD_INSTANCE_ENDED);
    sim_time *list = calloc(*count, sizeof *list);
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->record_count; i++)
        if (f->records[i].kind == ECS_RECORD_INSTANCE_ENDED)
            list[n++] = f->records[i].field[to] - f->records[i].field[from];
    qsort(list, n, sizeof *list, compare_times);
    return list;
}

/* Lognormal of median 60 s and sigma 0.3, never below 35 s: P(draw < 35 s) = 3.6 %. */
START_TEST(section_10_boot)
{
    struct fixture f;
    uint32_t count;
    begin(&f, 2, 4000);
    f.asgs[0].initial_launching = true;
    struct ecs_behaviour as_it_is;
    ecs_behaviour_at(&as_it_is, ECS_EPOCH_NEWEST);
    f.scenario.behaviour.boot = as_it_is.boot;
    fixture_run(&f);
    sim_time *boots = spans(&f, ECS_INSTANCE_ENDED_launched, ECS_INSTANCE_ENDED_registered, &count);
    ck_assert_uint_eq(count, 4000);
    ck_assert_int_eq(boots[0], 35 * SIM_SECOND);
    uint32_t at_floor = 0;
    while (boots[at_floor] == 35 * SIM_SECOND)
        at_floor++;
    ck_assert_uint_ge(at_floor, 100); /* 145 expected, standard deviation 12 */
    ck_assert_uint_le(at_floor, 190);
    ck_assert_int_ge(boots[2000], 59000000); /* standard error of the median 0.36 s */
    ck_assert_int_le(boots[2000], 61000000);
    ck_assert_int_ge(boots[3365], 78500000); /* the 84.13 % quantile: 60 e^0.3 = 81.0 s */
    ck_assert_int_le(boots[3365], 83500000);
    free(boots);
    sim_time *running = spans(&f, ECS_INSTANCE_ENDED_launched, ECS_INSTANCE_ENDED_running, &count);
    ck_assert_int_eq(running[0], 17 * SIM_SECOND); /* 2.10 */
    ck_assert_int_eq(running[count - 1], 17 * SIM_SECOND);
    free(running);
    fixture_release(&f);
}
END_TEST

/* Uniform over 60 to 90 s from the terminate call. */
START_TEST(section_10_termination_time)
{
    struct fixture f;
    begin(&f, 1, 2000);
    set_desired(&f, SIM_HOUR, 0);
    fixture_run(&f);
    uint32_t count;
    sim_time *gone = spans(&f, ECS_INSTANCE_ENDED_launched, ECS_INSTANCE_ENDED_terminated, &count);
    ck_assert_uint_eq(count, 2000);
    for (uint32_t i = 0; i < count; i++)
        gone[i] -= SIM_HOUR;
    ck_assert_int_ge(gone[0], 60 * SIM_SECOND);
    ck_assert_int_lt(gone[0], 60200000);
    ck_assert_int_le(gone[1999], 90 * SIM_SECOND);
    ck_assert_int_gt(gone[1999], 89800000);
    for (uint32_t quarter = 1; quarter < 4; quarter++) {
        sim_time expected = 60 * SIM_SECOND + quarter * 7500000;
        ck_assert_int_lt(llabs(gone[500 * quarter] - expected), 1500000);
    }
    free(gone);
    fixture_release(&f);
}
END_TEST

/* 2.10: 6 s from the alarm's action to the launch call, 5 s to the choice of a victim. */
START_TEST(section_2_10_scaling_delays)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 30);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 1, 10);
    uint32_t definition = fixture_add_definition(&f, 1024, 128, 600);
    fixture_run_task(&f, definition, fixture_strategy(1), 3, 0);
    f.scenario.duration = 4 * SIM_HOUR;
    fixture_run(&f);
    uint32_t outs = 0, ins = 0;
    for (uint32_t i = 0; i < f.record_count; i++) {
        const struct sim_record *scaling = &f.records[i];
        if (scaling->kind != ECS_RECORD_SCALING)
            continue;
        bool out = scaling->field[ECS_SCALING_kind] == ECS_SCALE_OUT;
        enum ecs_instance_state state = out ? ECS_INSTANCE_PENDING : ECS_INSTANCE_SHUTTING_DOWN;
        uint32_t k = i + 1;
        while (k < f.record_count && (f.records[k].kind != ECS_RECORD_INSTANCE_STATE ||
                                      f.records[k].field[ECS_INSTANCE_STATE_state] != state))
            k++;
        ck_assert_uint_lt(k, f.record_count);
        ck_assert_int_eq(f.records[k].at - scaling->at, out ? 6 * SIM_SECOND : 5 * SIM_SECOND);
        *(out ? &outs : &ins) += 1;
    }
    ck_assert_uint_ge(outs, 1);
    ck_assert_uint_ge(ins, 1);
    fixture_release(&f);
}
END_TEST

/* ---- waiting in vain ---- */

/* 1.2: while all that waits is too large the metric is 100, from 2023 on the target. */
START_TEST(section_1_2_incompatible_reservation)
{
    struct fixture f;
    fixture_init(&f, _i == 0 ? 202209 : ECS_EPOCH_NEWEST);
    fixture_plain(&f, 30);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 1, 1, 10);
    f.providers[0].target_capacity = 60;
    uint32_t definition = fixture_add_definition(&f, 2048, 128, 600);
    fixture_run_task(&f, definition, fixture_strategy(1), 1, 10 * SIM_SECOND);
    f.scenario.duration = 9 * SIM_MINUTE; /* before the time-out */
    fixture_run(&f);
    const struct sim_record *metric = NULL;
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_METRIC); i++)
        if (fixture_record(&f, ECS_RECORD_METRIC, i)->at >= SIM_MINUTE)
            metric = fixture_record(&f, ECS_RECORD_METRIC, i);
    ck_assert_ptr_nonnull(metric);
    ck_assert_int_eq(metric->field[ECS_METRIC_percent_num] / metric->field[ECS_METRIC_percent_den],
                     _i == 0 ? 100 : 60);
    if (_i == 0) /* 100 is above the target: the group grew for nothing, as it did then */
        ck_assert_int_gt(metric->field[ECS_METRIC_n], 1);
    else
        ck_assert_int_eq(metric->field[ECS_METRIC_n], 1);
    fixture_release(&f);
}
END_TEST

/* giveUpAfter counts from the first arrival: past it a time-out is the last. */
START_TEST(section_1_7_giving_up_after_a_time_out)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 30);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 0, 10);
    f.scenario.behaviour.provisioning_timeout = sim_dist_constant(600);
    uint32_t definition = fixture_add_definition(&f, 2048, 128, 600); /* fits nowhere */
    fixture_run_task(&f, definition, fixture_strategy(1), 1, 0);
    f.run_tasks[0].request.give_up_after = _i == 0 ? 5 * SIM_MINUTE : 15 * SIM_MINUTE;
    f.scenario.duration = 2 * SIM_HOUR;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_outcome,
                                          ECS_OUTCOME_TIMED_OUT),
                      _i == 0 ? 1 : 2);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_ARRIVAL_ENDED), 1);
    const struct sim_record *end = fixture_record(&f, ECS_RECORD_ARRIVAL_ENDED, 0);
    ck_assert_int_eq(end->field[ECS_ARRIVAL_ENDED_fate], ECS_FATE_DROPPED);
    ck_assert_int_ge(end->at, (_i + 1) * 10 * SIM_MINUTE);
    ck_assert_int_lt(end->at, (_i + 1) * 10 * SIM_MINUTE + SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_group_victims_suite(void);
Suite *test_ecs_group_victims_suite(void)
{
    Suite *suite = suite_create("ecs_group_victims");
    TCase *tests = tcase_create("victims");
    tcase_add_loop_test(tests, section_2_2_billing_hour, 0, 24);
    tcase_add_loop_test(tests, section_2_1_zone_balance_at_scale_in, 0, 3);
    tcase_add_test(tests, section_10_boot);
    tcase_add_test(tests, section_10_termination_time);
    tcase_add_test(tests, section_2_10_scaling_delays);
    tcase_add_loop_test(tests, section_1_2_incompatible_reservation, 0, 2);
    tcase_add_loop_test(tests, section_1_7_giving_up_after_a_time_out, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
