/* Constraints and attributes (CO, ATR) end to end: scenarios over tests/bad/base.json, and what
 * their runs placed where. */
#include "ecs_world.h"
#include "scn_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASKS 32

/* Where the tasks of a run went, in order of placement, and why others did not. */
struct seen {
    const struct ecs_scenario *scenario;
    int64_t instance[TASKS];
    uint32_t definition[TASKS];
    sim_time at[TASKS];
    uint32_t placed, refused;
    int64_t reasons[ECS_REASONS];
};

static void watch(void *user, const struct sim_record *record)
{
    struct seen *seen = user;
    if (record->kind == ECS_RECORD_TASK_PLACED) {
        ck_assert_uint_lt(seen->placed, TASKS);
        seen->instance[seen->placed] = record->field[ECS_TASK_PLACED_instance];
        seen->definition[seen->placed] = (uint32_t)record->field[ECS_TASK_PLACED_definition];
        seen->at[seen->placed++] = record->at;
    } else if (record->kind == ECS_RECORD_REFUSED) {
        seen->refused++;
    } else if (record->kind == ECS_RECORD_FAILURE) {
        seen->reasons[record->field[ECS_FAILURE_reason]] += record->field[ECS_FAILURE_count];
    }
}

/* Four instances that are there from the start: 1 and 2 m5.large with stack=prod in 1a, 3 m5.large
 * without it in 1b, 4 c5.large with stack=dev in 1b. */
static struct seen run(const char *members)
{
    static char text[8192];
    struct scn_loaded loaded;
    struct seen seen = {0};
    snprintf(text, sizeof text,
             "\"containerInstances\": ["
             "{\"instanceType\": \"m5.large\", \"count\": 2, \"availabilityZone\": \"us-east-1a\", "
             "\"attributes\": [{\"name\": \"stack\", \"value\": \"prod\"}]}, "
             "{\"instanceType\": \"m5.large\", \"availabilityZone\": \"us-east-1b\"}, "
             "{\"instanceType\": \"c5.large\", \"availabilityZone\": \"us-east-1b\", "
             "\"attributes\": [{\"name\": \"stack\", \"value\": \"dev\"}]}], %s",
             members);
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s",
                  loaded.complaints.error_count > 0 ? loaded.complaints.errors[0] : "");
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    sim_stream_add(ecs_world_stream(world), watch, &seen);
    ck_assert(ecs_world_run(world, 0));
    ecs_world_free(world);
    scn_loaded_release(&loaded);
    return seen;
}

/* `count` tasks of `job` at a minute under these constraints. */
static struct seen run_under(const char *constraints, uint32_t count)
{
    char members[2048];
    snprintf(members, sizeof members,
             "\"runTasks\": [{\"at\": \"1m\", \"count\": %u, \"taskDefinition\": \"job\", "
             "\"launchType\": \"EC2\", \"placementConstraints\": [%s], "
             "\"sim\": {\"onRefusal\": \"drop\"}}]",
             count, constraints);
    return run(members);
}

static bool all_on(const struct seen *seen, int64_t first, int64_t last)
{
    for (uint32_t i = 0; i < seen->placed; i++)
        if (seen->instance[i] < first || seen->instance[i] > last)
            return false;
    return true;
}

#define MEMBER_OF(EXPRESSION) "{\"type\": \"memberOf\", \"expression\": \"" EXPRESSION "\"}"

/* CO-6, ATR-2, ATR-5: attributes built in and custom. */
START_TEST(co_6_ql_2_member_of)
{
    static const struct {
        const char *constraint;
        int64_t first, last;
    } cases[] = {
        {MEMBER_OF("attribute:stack == prod"), 1, 2},
        {MEMBER_OF("attribute:stack !exists"), 3, 3},
        {MEMBER_OF("attribute:ecs.instance-type == c5.large"), 4, 4},
        {MEMBER_OF("attribute:ecs.instance-type =~ m5.*"), 1, 3},
        {MEMBER_OF("attribute:ecs.availability-zone == us-east-1b"), 3, 4},
        {MEMBER_OF("attribute:ecs.os-type == linux and attribute:stack == dev"), 4, 4},
        {MEMBER_OF("attribute:ecs.cpu-architecture == x86_64"), 1, 4},
        {MEMBER_OF("ec2InstanceId in [i-00000000000000003]"), 3, 3},
        {MEMBER_OF("agentConnected == true"), 1, 4},
        {MEMBER_OF("registeredAt < 2030-01-01"), 1, 4},
        {MEMBER_OF("not(attribute:stack == prod)"), 3, 4},
    };
    struct seen seen = run_under(cases[_i].constraint, 8);
    ck_assert_uint_eq(seen.placed, 8);
    ck_assert(all_on(&seen, cases[_i].first, cases[_i].last));
}
END_TEST

/* AT-PL6: nothing qualifies: not placed, and the reason is said. */
START_TEST(at_pl6_pl_5_no_instance_qualifies)
{
    struct seen seen = run_under(MEMBER_OF("attribute:ecs.instance-type =~ g2.*"), 2);
    ck_assert_uint_eq(seen.placed, 0);
    ck_assert_uint_eq(seen.refused, 2);
    ck_assert_int_ge(seen.reasons[ECS_REASON_MEMBER_OF], 4);
}
END_TEST

/* CO-10: constraints of the definition and of the request hold together. */
START_TEST(co_10_both_hold)
{
    struct seen seen =
        run("\"taskDefinitions\": [{\"family\": \"job\", \"placementConstraints\": [" MEMBER_OF(
            "attribute:ecs.availability-zone == us-east-1b") "]}], \"runTasks\": [{\"at\": "
                                                             "\"1m\", \"count\": 4, "
                                                             "\"taskDefinition\": \"job\", "
                                                             "\"launchType\": \"EC2\", "
                                                             "\"placementConstraints\": "
                                                             "[" MEMBER_OF(
                                                                 "attribute:stack exists") "]}]");
    ck_assert_uint_eq(seen.placed, 4);
    ck_assert(all_on(&seen, 4, 4));
}
END_TEST

/* CO-4: one task of the group on an instance. */
START_TEST(co_4_distinct_instance)
{
    struct seen seen = run_under("{\"type\": \"distinctInstance\"}", 6);
    ck_assert_uint_eq(seen.placed, 4);
    ck_assert_uint_eq(seen.refused, 2);
    bool taken[5] = {false};
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert(!taken[seen.instance[i]]);
        taken[seen.instance[i]] = true;
    }
    ck_assert_int_eq(seen.reasons[ECS_REASON_DISTINCT_INSTANCE] % 4, 0);
}
END_TEST

#define TWO_KINDS                                                                                  \
    "\"taskDefinitions\": [{\"family\": \"job\"}, {\"family\": \"db\", \"containerDefinitions\": " \
    "[{\"name\": \"main\", \"image\": \"db\", \"cpu\": 256, \"memory\": 128}], \"sim\": "          \
    "{\"duration\": \"20m\"}}], "

#define CALL(AT, COUNT, DEFINITION, CONSTRAINTS)                                                   \
    "{\"at\": \"" AT "\", \"count\": " #COUNT ", \"taskDefinition\": \"" DEFINITION                \
    "\", \"launchType\": \"EC2\", \"placementConstraints\": [" CONSTRAINTS                         \
    "], \"sim\": {\"onRefusal\": \"drop\"}}"

/* QL-16: affinity to another group, and its opposite; a task that has stopped counts no more. */
START_TEST(ql_16_affinity)
{
    struct seen with = run(
        TWO_KINDS
        "\"runTasks\": [" CALL("1m", 1, "db", MEMBER_OF("attribute:stack == dev")) ", " CALL(
            "2m", 3, "job",
            MEMBER_OF("task:group == family:db")) ", " CALL("30m", 1, "job",
                                                            MEMBER_OF(
                                                                "task:group == family:db")) "]");
    ck_assert_uint_eq(with.placed, 4);
    ck_assert(all_on(&with, 4, 4));
    ck_assert_uint_eq(with.refused, 1); /* the db task is gone by then */
    struct seen without =
        run(TWO_KINDS
            "\"runTasks\": [" CALL("1m", 1, "db", MEMBER_OF("attribute:stack == dev")) ", " CALL(
                "2m", 9, "job", MEMBER_OF("not(task:group == family:db)")) "]");
    ck_assert_uint_eq(without.placed, 10);
    ck_assert_int_eq(without.instance[0], 4);
    for (uint32_t i = 1; i < 10; i++)
        ck_assert_int_lt(without.instance[i], 4);
}
END_TEST

/* CO-12: the first task of a group finds no instance that has one. */
START_TEST(co_12_self_affinity)
{
    struct seen seen = run(
        TWO_KINDS "\"runTasks\": [" CALL("1m", 2, "db", MEMBER_OF("task:group == family:db")) "]");
    ck_assert_uint_eq(seen.placed, 0);
    ck_assert_uint_eq(seen.refused, 2);
    scn_fixture_warns("\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", "
                      "\"placementConstraints\": [" MEMBER_OF("task:group == family:job") "]}]",
                      "none ever starts (CO-12)");
}
END_TEST

/* QL-20: RUNNING tasks only; a call of five sees none of its own run yet. */
START_TEST(ql_20_running_tasks)
{
    struct seen seen = run_under(MEMBER_OF("runningTasksCount == 0"), 8);
    ck_assert_uint_eq(seen.placed, 8);
    seen = run(
        TWO_KINDS
        "\"runTasks\": [" CALL("1m", 2, "db", MEMBER_OF("attribute:stack == dev")) ", " CALL(
            "5m", 4, "job",
            MEMBER_OF("runningTasksCount >= 2")) ", " CALL("6m", 4, "job",
                                                           MEMBER_OF("runningTasksCount < 1")) "]");
    ck_assert_uint_eq(seen.placed, 10);
    for (uint32_t i = 2; i < 6; i++)
        ck_assert_int_eq(seen.instance[i], 4);
    for (uint32_t i = 6; i < 10; i++)
        ck_assert_int_lt(seen.instance[i], 4);
}
END_TEST

#define PUT(VALUE, INSTANCE)                                                                       \
    "{\"at\": \"5m\", \"PutAttributes\": {\"attributes\": [{\"name\": \"stack\", \"value\": "      \
    "\"" VALUE "\", \"targetId\": \"0000000000000000000000000000000" INSTANCE "\"}]}}"

/* ATR-8, CO-11: PutAttributes moves what is placed later, and nothing that runs. */
START_TEST(co_11_atr_8_put_attributes)
{
    char members[4096];
    snprintf(members, sizeof members, "%s\"runTasks\": [%s, %s], \"changes\": [%s, %s, %s]",
             TWO_KINDS, CALL("1m", 2, "db", MEMBER_OF("attribute:stack == prod")),
             CALL("9m", 4, "job", MEMBER_OF("attribute:stack == prod")), PUT("prod", "3"),
             PUT("old", "1"), PUT("old", "2"));
    struct seen seen = run(members);
    ck_assert_uint_eq(seen.placed, 6);
    ck_assert(seen.instance[0] <= 2 && seen.instance[1] <= 2);
    for (uint32_t i = 2; i < 6; i++)
        ck_assert_int_eq(seen.instance[i], 3);
}
END_TEST

/* CO-3: ten together. */
START_TEST(co_3_ten_constraints)
{
    char text[8192], list[4096] = "";
    for (uint32_t count = 1; count <= 10; count++) {
        strncat(list, MEMBER_OF("attribute:stack == prod"), sizeof list - strlen(list) - 1);
        snprintf(
            text, sizeof text,
            "\"taskDefinitions\": [{\"family\": \"job\", \"placementConstraints\": [" MEMBER_OF(
                "attribute:stack exists") "]}], \"runTasks\": [{\"at\": \"1m\", "
                                          "\"taskDefinition\": \"job\", \"placementConstraints\": "
                                          "[%s]}]",
            list);
        if (count < 10)
            scn_fixture_accepts(text);
        else
            scn_fixture_refuses(text, "at most 10 are allowed together");
        strncat(list, ", ", sizeof list - strlen(list) - 1);
    }
}
END_TEST

Suite *test_ecs_constraints_suite(void);
Suite *test_ecs_constraints_suite(void)
{
    Suite *suite = suite_create("ecs_constraints");
    TCase *tests = tcase_create("constraints");
    tcase_add_loop_test(tests, co_6_ql_2_member_of, 0, 11);
    tcase_add_test(tests, at_pl6_pl_5_no_instance_qualifies);
    tcase_add_test(tests, co_10_both_hold);
    tcase_add_test(tests, co_4_distinct_instance);
    tcase_add_test(tests, ql_16_affinity);
    tcase_add_test(tests, co_12_self_affinity);
    tcase_add_test(tests, ql_20_running_tasks);
    tcase_add_test(tests, co_11_atr_8_put_attributes);
    tcase_add_test(tests, co_3_ten_constraints);
    suite_add_tcase(suite, tests);
    return suite;
}
