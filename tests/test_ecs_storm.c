/* A storm of operators and faults over random tasks, under the invariants. */
#include "sim_rng.h"
#include "world_fixture.h"

#include <check.h>

#define STORM_CALLS  160
#define STORM_FAULTS 12

struct storm {
    struct fixture f;
    struct ecs_change changes[STORM_CALLS];
    struct ecs_fault faults[STORM_FAULTS];
    struct ecs_attribute attributes[3];
};

/* A number in [0, limit) by seed and n. */
static uint64_t roll(const struct storm *storm, uint64_t n, uint64_t limit)
{
    return sim_rng_mix(storm->f.scenario.seed * 7919 + 13, n) % limit;
}

static void storm_calls(struct storm *storm)
{
    static const enum ecs_operation operations[] = {
        ECS_OP_STOP_INSTANCES,
        ECS_OP_START_INSTANCES,
        ECS_OP_TERMINATE_INSTANCES,
        ECS_OP_TERMINATE_INSTANCE_IN_GROUP,
        ECS_OP_DEREGISTER_CONTAINER_INSTANCE,
        ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE,
        ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE,
        ECS_OP_PUT_ATTRIBUTES,
        ECS_OP_DELETE_ATTRIBUTES,
        ECS_OP_SET_DESIRED_CAPACITY,
        ECS_OP_UPDATE_AUTO_SCALING_GROUP,
        ECS_OP_STOP_TASK,
    };
    for (uint64_t i = 0; i < STORM_CALLS; i++) {
        struct ecs_change *change = &storm->changes[i];
        uint64_t n = i * 8;
        sim_time at = (sim_time)(i * 45 + roll(storm, n, 45)) * SIM_SECOND;
        ecs_change_init(change, at, operations[roll(storm, n + 1, 12)]);
        change->selection.pick = ECS_PICK_RANDOM;
        change->selection.count = (int64_t)roll(storm, n + 2, 3) + 1;
        change->force = roll(storm, n + 3, 2) != 0;
        change->decrement = roll(storm, n + 4, 2) != 0;
        change->draining = roll(storm, n + 5, 3) != 0;
        change->asg = (uint32_t)roll(storm, n + 6, 2);
        change->attributes = &storm->attributes[roll(storm, n + 7, 3)];
        change->attribute_count = 1;
        change->desired = (int64_t)roll(storm, n + 7, 8);
        if (change->operation == ECS_OP_UPDATE_AUTO_SCALING_GROUP)
            change->spec = (uint32_t)roll(storm, n + 7, 2);
    }
    for (uint64_t i = 0; i < STORM_FAULTS; i++) {
        storm->faults[i] = (struct ecs_fault){
            .at = (sim_time)roll(storm, 10000 + i, 7200) * SIM_SECOND,
            .duration = (sim_time)(10 + roll(storm, 20000 + i, 1200)) * SIM_SECOND,
            .selection = storm->changes[0].selection,
        };
        storm->faults[i].selection.count = 3;
    }
    storm->f.scenario.changes = storm->changes;
    storm->f.scenario.change_count = STORM_CALLS;
    storm->f.scenario.faults = storm->faults;
    storm->f.scenario.fault_count = STORM_FAULTS;
}

static void storm_tasks(struct storm *storm, uint32_t stack)
{
    struct fixture *f = &storm->f;
    struct ecs_generator rows = {.gap = {.kind = SIM_DIST_EXPONENTIAL, .p = {25}, .max = 1e9},
                                 .rows = 250,
                                 .until = SIM_TIME_NEVER,
                                 .first = -1,
                                 .batch = 1};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t definition = fixture_add_definition(f, 300 + 100 * i, 256, 200);
        if (i == 1)
            f->definitions[definition].network_mode = ECS_NETWORK_AWSVPC;
        struct ecs_strategy strategy = i == 2 ? (struct ecs_strategy){0} : fixture_strategy(2);
        uint32_t workload = fixture_add_workload(f, definition, strategy, rows);
        struct ecs_request *request = &f->workloads[workload].request;
        request->give_up_after = SIM_HOUR;
        if (i == 0)
            fixture_rule("spread", &request->placement, stack);
        if (i == 2)
            request->placement.distinct_instance = true;
    }
}

static void storm_init(struct storm *storm, uint64_t seed)
{
    struct fixture *f = &storm->f;
    fixture_init(f, ECS_EPOCH_NEWEST);
    f->scenario.seed = seed;
    uint32_t small = fixture_add_type(f, "small", 1, 2048, 0, 4);
    uint32_t large = fixture_add_type(f, "large", 2, 4096, 0, 4);
    fixture_add_provider(f, small, 3, 0, 2, 8);
    fixture_add_provider(f, large, 2, 0, 2, 8);
    f->providers[0].termination_protection = f->asgs[0].new_instances_protected = true;
    f->providers[1].managed_draining = true;
    f->extras[0] =
        (struct ecs_extra_instance){.spec = large, .count = 2, .zone = f->asgs[0].zones[0]};
    f->scenario.extra_instance_count = 1;
    f->scenario.behaviour.eni_attach = 5 * SIM_SECOND;
    uint32_t stack = ecs_names_intern(&f->scenario.names, "stack");
    static const char *const values[] = {"blue", "green", "red"};
    for (uint32_t i = 0; i < 3; i++)
        storm->attributes[i] =
            (struct ecs_attribute){stack, ecs_names_intern(&f->scenario.names, values[i])};
    f->specs[0].attributes = &storm->attributes[0];
    f->specs[0].attribute_count = 1;
    storm_tasks(storm, stack);
    storm_calls(storm);
}

/* Random calls and faults over random tasks, with the invariants on, until the last task is done:
 * no book is broken, the bill of every instance is the sum of its spans, and a second run says the
 * same. */
START_TEST(storm_of_operators)
{
    struct storm storm = {0};
    uint64_t hashes[2];
    for (int i = 0; i < 2; i++) {
        storm_init(&storm, (uint64_t)_i + 1);
        fixture_run(&storm.f);
        hashes[i] = storm.f.hash;
        if (i == 0)
            fixture_release(&storm.f);
    }
    ck_assert_uint_eq(hashes[0], hashes[1]);
    int64_t cost = 0, units = 0, billed = 0, seconds = 0;
    const struct fixture *f = &storm.f;
    for (uint32_t i = 0; i < f->record_count; i++) {
        const struct sim_record *record = &f->records[i];
        if (record->kind == ECS_RECORD_COST) {
            cost += record->field[ECS_COST_cost_nusd];
            units += record->field[ECS_COST_units];
        } else if (record->kind == ECS_RECORD_INSTANCE_ENDED) {
            billed += record->field[ECS_INSTANCE_ENDED_cost_nusd];
            seconds += record->field[ECS_INSTANCE_ENDED_billed_s];
        }
    }
    ck_assert_int_eq(cost, billed);
    ck_assert_int_eq(units, seconds);
    sim_time end = fixture_record(f, ECS_RECORD_RUN_ENDED, 0)->at;
    ck_assert_int_eq(fixture_capacity_at(f, -1, end)->field[ECS_CAPACITY_cost_nusd], cost);
    static const enum ecs_instance_state states[] = {ECS_INSTANCE_STOPPED, ECS_INSTANCE_INACTIVE,
                                                     ECS_INSTANCE_DRAINING,
                                                     ECS_INSTANCE_LEFT_BEHIND,
                                                     ECS_INSTANCE_TERMINATED};
    for (uint32_t i = 0; i < sizeof states / sizeof states[0]; i++)
        ck_assert_uint_gt(fixture_count_where(f, ECS_RECORD_INSTANCE_STATE,
                                              ECS_INSTANCE_STATE_state, states[i]),
                          0);
    ck_assert_uint_gt(fixture_count_where(f, ECS_RECORD_AGENT, ECS_AGENT_connected, 1), 0);
    ck_assert_uint_gt(fixture_count(f, ECS_RECORD_CHANGE), 100);
    fixture_release(&storm.f);
}
END_TEST

Suite *test_ecs_storm_suite(void);
Suite *test_ecs_storm_suite(void)
{
    Suite *suite = suite_create("ecs_storm");
    TCase *tests = tcase_create("storm");
    tcase_add_loop_test(tests, storm_of_operators, 0, 8);
    suite_add_tcase(suite, tests);
    return suite;
}
