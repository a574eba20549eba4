/* Auto Scaling groups, the bill of an instance, and what must not change a run. */
#include "world_fixture.h"

#include <check.h>
#include <stdlib.h>

/* Sheet 04, 2.1: fewest first: zones never differ by more than one, whatever the tie rule. */
START_TEST(section_2_1_zone_balance_at_launch)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 3, 0, 8, 100);
    f.providers[0].managed_scaling = false;
    f.scenario.behaviour.zone_tie = _i == 0 ? ECS_TIE_FIRST : ECS_TIE_RANDOM;
    f.scenario.seed = (uint64_t)_i;
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    uint32_t counts[3];
    for (uint32_t i = 0; i < 3; i++) {
        counts[i] = fixture_count_where(&f, ECS_RECORD_INSTANCE_ENDED, ECS_INSTANCE_ENDED_zone,
                                        f.asgs[0].zones[i].name);
        ck_assert(counts[i] == 2 || counts[i] == 3);
    }
    if (_i == 0)
        ck_assert(counts[0] == 3 && counts[1] == 3 && counts[2] == 2);
    fixture_release(&f);
}
END_TEST

/* A group of 2 + 2 instances whose launches lie hours apart, all idle; two must go. */
static void shrink(struct fixture *f, enum ecs_termination_policy policy, uint32_t zones,
                   int64_t *survivors)
{
    fixture_init(f, 202209);
    fixture_plain(f, 30);
    uint32_t type = fixture_add_type(f, "m", 1, 1024, 0, 4);
    fixture_add_provider(f, type, zones, 2, 2, 4);
    f->asgs[0].policies[0] = policy;
    f->asgs[0].policy_count = 1;
    f->scenario.behaviour.zone_tie = ECS_TIE_FIRST;
    uint32_t definition = fixture_add_definition(f, 1024, 128, 1800);
    fixture_run_task(f, definition, fixture_strategy(1), 4, 90 * SIM_MINUTE);
    f->scenario.duration = 5 * SIM_HOUR;
    fixture_run(f);
    uint32_t alive = 0;
    for (uint32_t i = 0; i < fixture_count(f, ECS_RECORD_INSTANCE_ENDED); i++) {
        const int64_t *field = fixture_record(f, ECS_RECORD_INSTANCE_ENDED, i)->field;
        if (field[ECS_INSTANCE_ENDED_cause] != ECS_CAUSE_HORIZON)
            continue;
        ck_assert_uint_lt(alive, 2);
        survivors[alive++] = field[ECS_INSTANCE_ENDED_launch_index];
    }
    ck_assert_uint_eq(alive, 2);
}

START_TEST(section_2_2_termination_policies)
{
    static const struct {
        enum ecs_termination_policy policy;
        uint32_t zones;
        int64_t first, second;
    } cases[] = {
        {ECS_TERMINATE_OLDEST_INSTANCE, 1, 3, 4},
        {ECS_TERMINATE_NEWEST_INSTANCE, 1, 1, 2},
        /* zone balance comes first: 1 and 3 stand in one zone, 2 and 4 in the other */
        {ECS_TERMINATE_OLDEST_INSTANCE, 2, 3, 4},
        {ECS_TERMINATE_NEWEST_INSTANCE, 2, 1, 2},
    };
    struct fixture f;
    int64_t survivors[2];
    shrink(&f, cases[_i].policy, cases[_i].zones, survivors);
    ck_assert_int_eq(survivors[0], cases[_i].first);
    ck_assert_int_eq(survivors[1], cases[_i].second);
    fixture_release(&f);
}
END_TEST

/* 2.2: the default policy's billing hour: at the decision 1 and 2 have run a whole number of hours
 * and more, 3 and 4 some minutes less; those closest to the next hour go. */
START_TEST(section_2_2_default_is_the_billing_hour)
{
    struct fixture f;
    int64_t survivors[2];
    shrink(&f, ECS_TERMINATE_DEFAULT, 1, survivors);
    sim_time decided = -1;
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_INSTANCE_STATE); i++) {
        const struct sim_record *record = fixture_record(&f, ECS_RECORD_INSTANCE_STATE, i);
        if (record->field[ECS_INSTANCE_STATE_state] == ECS_INSTANCE_SHUTTING_DOWN && decided < 0)
            decided = record->at;
    }
    ck_assert_int_gt(decided, 0);
    sim_time least_gone = SIM_HOUR, least_kept = SIM_HOUR;
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_INSTANCE_ENDED); i++) {
        const int64_t *field = fixture_record(&f, ECS_RECORD_INSTANCE_ENDED, i)->field;
        sim_time left = SIM_HOUR - (decided - field[ECS_INSTANCE_ENDED_running]) % SIM_HOUR;
        sim_time *least =
            field[ECS_INSTANCE_ENDED_cause] == ECS_CAUSE_HORIZON ? &least_kept : &least_gone;
        if (left < *least)
            *least = left;
    }
    ck_assert_int_le(least_gone, least_kept);
    fixture_release(&f);
}
END_TEST

/* 1.9: when every instance is protected the desired capacity falls and nothing is terminated. */
START_TEST(section_1_9_all_protected)
{
    struct fixture f;
    fixture_init(&f, 202209);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 4, 10);
    f.asgs[0].new_instances_protected = true; /* by the group, not by ECS */
    f.scenario.duration = 2 * SIM_HOUR;
    fixture_run(&f);
    ck_assert_int_eq(fixture_capacity_at(&f, 0, 2 * SIM_HOUR)->field[ECS_CAPACITY_desired], 0);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_INSTANCE_ENDED, ECS_INSTANCE_ENDED_cause,
                                          ECS_CAUSE_HORIZON),
                      4);
    fixture_release(&f);
}
END_TEST

/* Section 7: whole seconds from EC2 running to the terminate call, at least 60; boot is free. */
START_TEST(section_7_bill)
{
    struct fixture f;
    fixture_init(&f, 202209);
    fixture_plain(&f, 75);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 1, 10);
    f.asgs[0].initial_launching = true;
    f.types[0].price_nusd_per_h = 100000001;
    f.scenario.duration = _i == 0 ? 40 * SIM_SECOND : SIM_HOUR + 17 * SIM_SECOND + 1;
    f.providers[0].managed_scaling = false;
    fixture_run(&f);
    const int64_t *field = fixture_record(&f, ECS_RECORD_INSTANCE_ENDED, 0)->field;
    ck_assert_int_eq(field[ECS_INSTANCE_ENDED_running], 17 * SIM_SECOND);
    ck_assert_int_eq(field[ECS_INSTANCE_ENDED_billed_s], _i == 0 ? 60 : 3601);
    /* 100,000,001 x 60 / 3600 = 1,666,666.68; x 3601 / 3600 = 100,027,778.78 */
    ck_assert_int_eq(field[ECS_INSTANCE_ENDED_cost_nusd], _i == 0 ? 1666667 : 100027779);
    const struct sim_record *last = fixture_capacity_at(&f, -1, f.scenario.duration);
    ck_assert_int_eq(last->field[ECS_CAPACITY_cost_nusd], field[ECS_INSTANCE_ENDED_cost_nusd]);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_COST, 0)->field[ECS_COST_cost_nusd],
                     field[ECS_INSTANCE_ENDED_cost_nusd]);
    fixture_release(&f);
}
END_TEST

/* Section 7: an instance that a scale-in takes is billed to the terminate call, not till it is
 * gone. */
START_TEST(section_7_bill_ends_at_the_terminate_call)
{
    struct fixture f;
    fixture_init(&f, 202209);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 4, 10);
    f.scenario.duration = 2 * SIM_HOUR;
    fixture_run(&f);
    uint32_t ended = 0;
    for (uint32_t i = 0; i < f.record_count; i++) {
        const struct sim_record *state = &f.records[i];
        if (state->kind != ECS_RECORD_INSTANCE_STATE ||
            state->field[ECS_INSTANCE_STATE_state] != ECS_INSTANCE_SHUTTING_DOWN)
            continue;
        for (uint32_t k = 0; k < fixture_count(&f, ECS_RECORD_INSTANCE_ENDED); k++) {
            const int64_t *field = fixture_record(&f, ECS_RECORD_INSTANCE_ENDED, k)->field;
            if (field[ECS_INSTANCE_ENDED_instance] != state->field[ECS_INSTANCE_STATE_instance])
                continue;
            sim_time billed = state->at - field[ECS_INSTANCE_ENDED_running];
            ck_assert_int_eq(field[ECS_INSTANCE_ENDED_billed_s],
                             (billed + SIM_SECOND - 1) / SIM_SECOND);
            ck_assert_int_ge(field[ECS_INSTANCE_ENDED_terminated] - state->at, 60 * SIM_SECOND);
            ck_assert_int_le(field[ECS_INSTANCE_ENDED_terminated] - state->at, 90 * SIM_SECOND);
            ended++;
        }
    }
    ck_assert_uint_eq(ended, 4);
    fixture_release(&f);
}
END_TEST

/* MEM-1, section 10: 97.5 % of nominal, 96 % up to 4 GiB, rounded down. */
START_TEST(mem_1_registered_memory)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_add_provider(&f, fixture_add_type(&f, "m4.large", 2, 8192, 0, 2), 1, 0, 1, 1);
    fixture_add_provider(&f, fixture_add_type(&f, "t2.medium", 2, 4096, 0, 3), 1, 0, 1, 1);
    ecs_behaviour_at(&f.scenario.behaviour, ECS_EPOCH_NEWEST);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    static const int64_t expected[] = {7987, 3932};
    for (uint32_t i = 0; i < 2; i++)
        ck_assert_int_eq(fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, i)
                             ->field[ECS_INSTANCE_REGISTERED_memory_mib],
                         expected[i]);
    fixture_release(&f);
}
END_TEST

/* `warmup`: earlier arrivals are not measured, and levels begin anew. */
START_TEST(warmup_is_not_measured)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    uint32_t type = fixture_add_type(&f, "m", 4, 4096, 0, 2);
    fixture_add_provider(&f, type, 1, 1, 1, 1);
    uint32_t brief = fixture_add_definition(&f, 1024, 512, 600);
    fixture_run_task(&f, brief, fixture_strategy(1), 3, 0);
    fixture_run_task(&f, brief, fixture_strategy(1), 1, 40 * SIM_MINUTE);
    f.scenario.warmup = 30 * SIM_MINUTE;
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_measured,
                                          1),
                      1);
    const int64_t *levels = fixture_record(&f, ECS_RECORD_LEVELS, 0)->field;
    ck_assert_int_eq(levels[ECS_LEVELS_span], 30 * SIM_MINUTE);
    ck_assert_int_eq(levels[ECS_LEVELS_tasks_running_s], 600);
    ck_assert_int_eq(levels[ECS_LEVELS_tasks_running_peak], 1);
    ck_assert_int_eq(levels[ECS_LEVELS_instance_s], 1800);
    fixture_release(&f);
}
END_TEST

/* An instance that registers elsewhere runs and is billed, and never serves (ASG-03). */
START_TEST(asg_03_other_cluster)
{
    struct fixture f;
    fixture_init(&f, 202209);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 0, 10);
    f.specs[type].join = ECS_JOIN_OTHER_CLUSTER;
    uint32_t definition = fixture_add_definition(&f, 0, 128, 60);
    fixture_run_task(&f, definition, fixture_strategy(1), 1, 0);
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 0);
    ck_assert_uint_gt(fixture_count(&f, ECS_RECORD_INSTANCE_ENDED), 0);
    ck_assert_int_gt(
        fixture_record(&f, ECS_RECORD_INSTANCE_ENDED, 0)->field[ECS_INSTANCE_ENDED_cost_nusd], 0);
    fixture_release(&f);
}
END_TEST

/* ---- metamorphic ---- */

static void busy_day(struct fixture *f)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(f, "m", 4, 8192, 0, 4);
    fixture_add_provider(f, type, 2, 0, 1, 50);
    fixture_add_provider(f, type, 1, 0, 0, 50);
    uint32_t definition = fixture_add_definition(f, 512, 700, 900);
    struct ecs_generator rows = {.gap = {.kind = SIM_DIST_EXPONENTIAL, .p = {60}, .max = 1e9},
                                 .rows = 300,
                                 .until = SIM_TIME_NEVER,
                                 .first = 0,
                                 .batch = 3};
    fixture_add_workload(f, definition, fixture_strategy(2), rows);
}

static int64_t total_cost(const struct fixture *f)
{
    int64_t total = 0;
    for (uint32_t i = 0; i < f->record_count; i++)
        if (f->records[i].kind == ECS_RECORD_COST)
            total += f->records[i].field[ECS_COST_cost_nusd];
    return total;
}

START_TEST(metamorphic_double_price_double_cost)
{
    struct fixture f;
    busy_day(&f);
    f.types[0].price_nusd_per_h = 3600000; /* divides evenly: no rounding */
    fixture_run(&f);
    int64_t once = total_cost(&f);
    uint32_t records = f.record_count;
    f.types[0].price_nusd_per_h *= 2;
    fixture_run(&f);
    ck_assert_int_gt(once, 0);
    ck_assert_int_eq(total_cost(&f), 2 * once);
    ck_assert_uint_eq(f.record_count, records);
    fixture_release(&f);
}
END_TEST

START_TEST(metamorphic_unused_type_same_hash)
{
    struct fixture f;
    busy_day(&f);
    fixture_run(&f);
    uint64_t hash = f.hash;
    fixture_add_type(&f, "unused", 2, 1000, 1, 3);
    fixture_run(&f);
    ck_assert_uint_eq(f.hash, hash);
    f.scenario.start_unix_s += 86400; /* a day later: the same gaps */
    fixture_run(&f);
    ck_assert_uint_eq(f.hash, hash);
    f.scenario.seed++;
    fixture_run(&f);
    ck_assert_uint_ne(f.hash, hash);
    fixture_release(&f);
}
END_TEST

/* Keyed chance: whatever the capacity does, the same rows arrive at the same times and the n-th
 * launch of a group boots in the same time. */
START_TEST(chance_is_keyed_arrivals_and_boots)
{
    struct fixture a, b;
    busy_day(&a);
    busy_day(&b);
    b.providers[0].target_capacity = 50;
    fixture_run(&a);
    fixture_run(&b);
    ck_assert_uint_ne(a.hash, b.hash);
    uint32_t arrivals = fixture_count(&a, ECS_RECORD_ARRIVAL);
    ck_assert_uint_eq(arrivals, 900);
    ck_assert_uint_eq(fixture_count(&b, ECS_RECORD_ARRIVAL), arrivals);
    for (uint32_t i = 0; i < arrivals; i += 50)
        ck_assert_int_eq(fixture_record(&a, ECS_RECORD_ARRIVAL, i)->at,
                         fixture_record(&b, ECS_RECORD_ARRIVAL, i)->at);
    sim_time boots[2][8] = {{0}};
    struct fixture *both[2] = {&a, &b};
    for (int k = 0; k < 2; k++)
        for (uint32_t i = 0; i < both[k]->record_count; i++) {
            const struct sim_record *record = &both[k]->records[i];
            const int64_t *field = record->field;
            if (record->kind == ECS_RECORD_INSTANCE_ENDED && field[ECS_INSTANCE_ENDED_asg] == 0 &&
                field[ECS_INSTANCE_ENDED_launch_index] < 8)
                boots[k][field[ECS_INSTANCE_ENDED_launch_index]] =
                    field[ECS_INSTANCE_ENDED_registered] - field[ECS_INSTANCE_ENDED_launched];
        }
    for (int n = 2; n < 5; n++) {
        ck_assert_int_gt(boots[0][n], 0);
        ck_assert_int_eq(boots[0][n], boots[1][n]);
    }
    fixture_release(&a);
    fixture_release(&b);
}
END_TEST

/* A world run twice, or again after another replication, says the same. */
START_TEST(a_world_is_reset_not_rebuilt)
{
    struct fixture f;
    busy_day(&f);
    struct ecs_world *world = ecs_world_new(&f.scenario);
    struct sim_hash hashes[3];
    static const uint32_t replications[] = {0, 1, 0};
    struct sim_hash hash;
    sim_stream_add(ecs_world_stream(world), sim_hash_observe, &hash);
    for (int i = 0; i < 3; i++) {
        sim_hash_init(&hash);
        ck_assert(ecs_world_run(world, replications[i]));
        hashes[i] = hash;
    }
    ecs_world_free(world);
    ck_assert_uint_eq(sim_hash_value(&hashes[0]), sim_hash_value(&hashes[2]));
    ck_assert_uint_ne(sim_hash_value(&hashes[0]), sim_hash_value(&hashes[1]));
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_group_suite(void);
Suite *test_ecs_group_suite(void)
{
    Suite *suite = suite_create("ecs_group");
    TCase *tests = tcase_create("group");
    tcase_add_loop_test(tests, section_2_1_zone_balance_at_launch, 0, 4);
    tcase_add_loop_test(tests, section_2_2_termination_policies, 0, 4);
    tcase_add_test(tests, section_2_2_default_is_the_billing_hour);
    tcase_add_test(tests, section_1_9_all_protected);
    tcase_add_loop_test(tests, section_7_bill, 0, 2);
    tcase_add_test(tests, section_7_bill_ends_at_the_terminate_call);
    tcase_add_test(tests, mem_1_registered_memory);
    tcase_add_test(tests, warmup_is_not_measured);
    tcase_add_test(tests, asg_03_other_cluster);
    tcase_add_test(tests, metamorphic_double_price_double_cost);
    tcase_add_test(tests, metamorphic_unused_type_same_hash);
    tcase_add_test(tests, chance_is_keyed_arrivals_and_boots);
    tcase_add_test(tests, a_world_is_reset_not_rebuilt);
    suite_add_tcase(suite, tests);
    return suite;
}
