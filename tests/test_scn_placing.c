/* The sheet's placement tests and its rules of RunTask, attributes and task groups from the file to
 * the end: scenarios over tests/bad/base.json, and where their tasks went. */
#include "ecs_world.h"
#include "scn_fixture.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TASKS 64

struct seen {
    int64_t instance[TASKS]; /* of the tasks in order of placement */
    uint32_t definition[TASKS];
    uint32_t placed, ended, refused, same_group;
    int64_t group[TASKS];
    enum ecs_reason reason; /* of the last refusal */
    enum ecs_reason stop_reason;
    char first_group[64];
};

struct watcher {
    struct seen *seen;
    const struct ecs_scenario *scenario;
};

static void watch(void *user, const struct sim_record *record)
{
    struct watcher *watcher = user;
    struct seen *seen = watcher->seen;
    const int64_t *field = record->field;
    if (record->kind == ECS_RECORD_TASK_PLACED) {
        ck_assert_uint_lt(seen->placed, TASKS);
        if (seen->placed == 0)
            snprintf(seen->first_group, sizeof seen->first_group, "%s",
                     watcher->scenario->names.text[field[ECS_TASK_PLACED_group]]);
        seen->instance[seen->placed] = field[ECS_TASK_PLACED_instance];
        seen->group[field[ECS_TASK_PLACED_task] - 1] = field[ECS_TASK_PLACED_group];
        seen->definition[seen->placed++] = (uint32_t)field[ECS_TASK_PLACED_definition];
    } else if (record->kind == ECS_RECORD_TASK_ENDED) {
        seen->ended++;
        seen->same_group +=
            seen->group[field[ECS_TASK_ENDED_task] - 1] == field[ECS_TASK_ENDED_group];
        seen->stop_reason = (enum ecs_reason)field[ECS_TASK_ENDED_stop_reason];
    } else if (record->kind == ECS_RECORD_REFUSED) {
        seen->refused++;
        seen->reason = (enum ecs_reason)field[ECS_REFUSED_reason];
    }
}

/* Runs the members over the base; registered memory is all that a type has. */
static struct seen run(const char *members)
{
    static char text[16384];
    struct scn_loaded loaded;
    struct seen seen = {0};
    snprintf(text, sizeof text, "\"behaviour\": {\"registeredMemoryPpm\": 1000000}, %s", members);
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s",
                  loaded.complaints.error_count > 0 ? loaded.complaints.errors[0] : "");
    struct watcher watcher = {&seen, &loaded.scenario};
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    struct ecs_invariants *invariants = ecs_invariants_new(&loaded.scenario);
    ecs_invariants_begin(invariants, 0);
    sim_stream_add(ecs_world_stream(world), ecs_invariants_observe, invariants);
    sim_stream_add(ecs_world_stream(world), watch, &watcher);
    ck_assert(ecs_world_run(world, 0));
    ecs_invariants_free(invariants);
    ecs_world_free(world);
    scn_loaded_release(&loaded);
    return seen;
}

/* ---- a scenario piece by piece ---- */

struct plan {
    char instances[1024], definitions[2048], changes[2048], runs[4096];
};

static void add(char *list, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add(char *list, size_t size, const char *format, ...)
{
    size_t used = strlen(list);
    va_list arguments;
    if (used > 0)
        used += (size_t)snprintf(list + used, size - used, ", ");
    va_start(arguments, format);
    used += (size_t)vsnprintf(list + used, size - used, format, arguments);
    va_end(arguments);
    ck_assert_uint_lt(used, size);
}

/* An m5.large (2,048 units, 8,192 MiB) of which so much is not for tasks. */
static void add_instance(struct plan *plan, const char *zone, int reserved_mib)
{
    add(plan->instances, sizeof plan->instances,
        "{\"instanceType\": \"m5.large\", \"availabilityZone\": \"%s\", \"reservedMemory\": %d}",
        zone, reserved_mib);
}

static void add_definition(struct plan *plan, const char *family, int memory_mib)
{
    add(plan->definitions, sizeof plan->definitions,
        "{\"family\": \"%s\", \"containerDefinitions\": [{\"name\": \"main\", \"image\": \"a\", "
        "\"cpu\": 10, \"memory\": %d}]}",
        family, memory_mib);
}

/* A task of the group on the n-th instance, at so many seconds. */
static void add_start(struct plan *plan, int at_s, const char *family, const char *group, int n)
{
    add(plan->changes, sizeof plan->changes,
        "{\"at\": \"%ds\", \"StartTask\": {\"taskDefinition\": \"%s\", \"group\": \"%s\", "
        "\"containerInstances\": [\"%032d\"]}}",
        at_s, family, group, n);
}

/* `more`: members of the call, each after a comma. */
static void add_run(struct plan *plan, const char *at, const char *family, const char *more)
{
    add(plan->runs, sizeof plan->runs,
        "{\"at\": \"%s\", \"taskDefinition\": \"%s\", \"launchType\": \"EC2\", \"sim\": "
        "{\"onRefusal\": \"drop\"}%s}",
        at, family, more);
}

/* `other`: members besides, each after a comma. */
static struct seen run_plan(const struct plan *plan, const char *other)
{
    char members[12288];
    snprintf(members, sizeof members,
             "\"containerInstances\": [%s], \"taskDefinitions\": [%s], \"changes\": [%s], "
             "\"runTasks\": [%s]%s",
             plan->instances, plan->definitions, plan->changes, plan->runs, other);
    return run(members);
}

#define SPREAD(FIELD) "{\"type\": \"spread\", \"field\": \"" FIELD "\"}"
#define PACK(FIELD)   "{\"type\": \"binpack\", \"field\": \"" FIELD "\"}"
#define ZONE          "attribute:ecs.availability-zone"

/* ---- the sheet's placement tests ---- */

/* AT-PL3: free 2048, 1024, 512; a task of 600 goes to the 1024. */
START_TEST(at_pl3_end_to_end)
{
    struct plan plan = {0};
    add_instance(&plan, "us-east-1a", 8192 - 2048);
    add_instance(&plan, "us-east-1a", 8192 - 1024);
    add_instance(&plan, "us-east-1a", 8192 - 512);
    add_definition(&plan, "t", 600);
    add_run(&plan, "1m", "t", ", \"placementStrategy\": [" PACK("memory") "]");
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, 1);
    ck_assert_int_eq(seen.instance[0], 2);
}
END_TEST

/* AT-PL5: zone a has two tasks of the group, b one; in b 3000 and 900 are free; 800 goes to 900. */
START_TEST(at_pl5_end_to_end)
{
    struct plan plan = {0};
    add_instance(&plan, "us-east-1a", 0);
    add_instance(&plan, "us-east-1b", 8192 - 3010);
    add_instance(&plan, "us-east-1b", 8192 - 900);
    add_definition(&plan, "t", 800);
    add_definition(&plan, "f", 10);
    add_start(&plan, 10, "f", "g", 1);
    add_start(&plan, 11, "f", "g", 1);
    add_start(&plan, 12, "f", "g", 2);
    add_run(&plan, "1m", "t",
            ", \"group\": \"g\", \"placementStrategy\": [" SPREAD(ZONE) ", " PACK("memory") "]");
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, 4);
    ck_assert_int_eq(seen.instance[3], 3);
}
END_TEST

/* AT-PL7: the emptiest zone, a, has no room; of the others c has one task, b two. */
START_TEST(at_pl7_end_to_end)
{
    struct plan plan = {0};
    add_instance(&plan, "us-east-1a", 8000);
    add_instance(&plan, "us-east-1b", 0);
    add_instance(&plan, "us-east-1c", 0);
    add_definition(&plan, "t", 500);
    add_definition(&plan, "f", 10);
    add_start(&plan, 10, "f", "g", 2);
    add_start(&plan, 11, "f", "g", 2);
    add_start(&plan, 12, "f", "g", 3);
    add_run(&plan, "1m", "t", ", \"group\": \"g\", \"placementStrategy\": [" SPREAD(ZONE) "]");
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, 4);
    ck_assert_int_eq(seen.instance[3], 3);
}
END_TEST

/* AT-PL9, TG-1: nine tasks of `web` crowd one instance; those of `databases` go one to each, for
 * only their own group counts. */
START_TEST(at_pl9_tg_1_end_to_end)
{
    struct plan plan = {0};
    uint32_t on[4] = {0};
    for (int i = 0; i < 3; i++)
        add_instance(&plan, "us-east-1a", 0);
    add_definition(&plan, "t", 10);
    for (int i = 0; i < 9; i++)
        add_start(&plan, 1 + i, "t", "web", 1);
    add_run(&plan, "2m", "t",
            ", \"count\": 3, \"group\": \"databases\", \"placementStrategy\": [" SPREAD(
                "instanceId") "]");
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, 12);
    for (uint32_t i = 9; i < 12; i++)
        on[seen.instance[i]]++;
    for (uint32_t i = 1; i <= 3; i++)
        ck_assert_uint_eq(on[i], 1);
}
END_TEST

/* ---- RunTask ---- */

/* One instance in zone a, two in b. */
static void three_instances(struct plan *plan)
{
    add_instance(plan, "us-east-1a", 0);
    add_instance(plan, "us-east-1b", 0);
    add_instance(plan, "us-east-1b", 0);
    add_definition(plan, "t", 100);
}

/* RUN-8: the console's presets as the strategies and constraints that they stand for. SCH-8:
 * RunTask takes both. */
START_TEST(run_8_sch_8_presets)
{
    static const struct {
        const char *more;
        uint32_t placed, most;
        int64_t in_a; /* -1: any */
        bool one_each;
    } presets[] = {
        /* AZ Balanced Spread, AZ Balanced BinPack, BinPack, One Task Per Host; of four tasks */
        {"\"placementStrategy\": [" SPREAD(ZONE) ", " SPREAD("instanceId") "]", 4, 2, 2, true},
        {"\"placementStrategy\": [" SPREAD(ZONE) ", " PACK("memory") "]", 4, 2, 2, false},
        {"\"placementStrategy\": [" PACK("cpu") "]", 4, 4, -1, false},
        {"\"placementConstraints\": [{\"type\": \"distinctInstance\"}]", 3, 1, 1, true},
    };
    struct plan plan = {0};
    char more[512];
    uint32_t on[4] = {0}, most = 0;
    three_instances(&plan);
    snprintf(more, sizeof more, ", \"count\": 4, %s", presets[_i].more);
    add_run(&plan, "1m", "t", more);
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, presets[_i].placed);
    for (uint32_t i = 0; i < seen.placed; i++)
        on[seen.instance[i]]++;
    for (uint32_t i = 1; i <= 3; i++)
        most = on[i] > most ? on[i] : most;
    ck_assert_uint_eq(most, presets[_i].most);
    if (presets[_i].in_a >= 0)
        ck_assert_int_eq(on[1], presets[_i].in_a);
    ck_assert_int_eq(on[2] == 1 && on[3] == 1, presets[_i].one_each);
}
END_TEST

/* RUN-11, QTA-9: ten tasks a call, not eleven. */
START_TEST(run_11_ten_tasks_a_call)
{
    static const char call[] =
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"count\": %d}]";
    char members[256];
    snprintf(members, sizeof members, call, 10);
    scn_fixture_accepts(members);
    snprintf(members, sizeof members, call, 11);
    scn_fixture_refuses(members, "10");
}
END_TEST

/* RUN-4: tasks on instances have no public address. */
START_TEST(run_4_no_public_address)
{
    static const char members[] =
        "\"network\": {\"subnets\": {\"subnet-1\": {\"availabilityZone\": \"us-east-1a\"}}}, "
        "\"taskDefinitions\": [{\"family\": \"net\", \"networkMode\": \"awsvpc\", "
        "\"containerDefinitions\": [{\"name\": \"main\", \"image\": \"a\", \"memory\": 64}]}], "
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"net\", \"launchType\": \"EC2\", "
        "\"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [\"subnet-1\"], "
        "\"assignPublicIp\": \"%s\"}}}]";
    char text[1024];
    snprintf(text, sizeof text, members, "DISABLED");
    scn_fixture_accepts(text);
    snprintf(text, sizeof text, members, "ENABLED");
    scn_fixture_refuses(text, "no public address");
}
END_TEST

/* RUN-10: a task that goes from PENDING to STOPPED has the reason why. */
START_TEST(run_10_stopped_before_running)
{
    struct plan plan = {0};
    add_instance(&plan, "us-east-1a", 0);
    add(plan.definitions, sizeof plan.definitions,
        "{\"family\": \"t\", \"containerDefinitions\": [{\"name\": \"main\", \"image\": \"a\", "
        "\"memory\": 64}], \"sim\": {\"errors\": [{\"error\": "
        "\"CannotPullContainerError.ImageNotFound\"}]}}");
    add_run(&plan, "1m", "t", "");
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, 1);
    ck_assert_uint_eq(seen.ended, 1);
    ck_assert_int_eq(seen.stop_reason, ECS_REASON_START_FAILED);
}
END_TEST

/* ---- attributes ---- */

/* A call that is placed where the expression holds. */
static void add_run_where(struct plan *plan, const char *expression, const char *more)
{
    char members[512];
    snprintf(members, sizeof members,
             ", \"placementConstraints\": [{\"type\": \"memberOf\", \"expression\": \"%s\"}]%s",
             expression, more);
    add_run(plan, "1m", "t", members);
}

/* ATR-2: each attribute that ECS puts on every instance, by what the scenario says of it. */
START_TEST(atr_2_built_in_attributes)
{
    static const struct {
        const char *expression;
        uint32_t placed;
    } cases[] = {
        {"attribute:ecs.ami-id == ami-1234abcd", 1},
        {"attribute:ecs.ami-id == ami-other", 0},
        {"attribute:ecs.availability-zone == us-east-1a", 1},
        {"attribute:ecs.availability-zone == us-east-1b", 0},
        {"attribute:ecs.instance-type == m5.large", 1},
        {"attribute:ecs.instance-type == m5.xlarge", 0},
        {"attribute:ecs.os-type == linux", 1},
        {"attribute:ecs.os-type == windows", 0},
        {"attribute:ecs.cpu-architecture == x86_64", 1},
        {"attribute:ecs.cpu-architecture == arm64", 0},
        {"attribute:ecs.vpc-id == vpc-1234abcd", 1},
        {"attribute:ecs.vpc-id == vpc-other", 0},
        {"attribute:ecs.subnet-id == subnet-1234abcd", 1},
        {"attribute:ecs.subnet-id == subnet-other", 0},
    };
    struct plan plan = {0};
    add(plan.instances, sizeof plan.instances,
        "{\"instanceType\": \"m5.large\", \"subnetId\": \"subnet-1234abcd\", \"imageId\": "
        "\"ami-1234abcd\"}");
    add_definition(&plan, "t", 10);
    add_run_where(&plan, cases[_i].expression, "");
    struct seen seen = run_plan(&plan, ", \"network\": {\"subnets\": {\"subnet-1234abcd\": "
                                       "{\"availabilityZone\": \"us-east-1a\", \"vpc\": "
                                       "\"vpc-1234abcd\"}}}");
    ck_assert_uint_eq(seen.placed, cases[_i].placed);
    ck_assert_uint_eq(seen.refused, 1 - cases[_i].placed);
}
END_TEST

/* ATR-3: ecs.awsvpc-trunk-id is on those that have a trunk, when trunking is on (1). */
START_TEST(atr_3_trunk_id)
{
    struct plan plan = {0};
    add_instance(&plan, "us-east-1a", 0);
    add_definition(&plan, "t", 10);
    add_run_where(&plan, "attribute:ecs.awsvpc-trunk-id exists", "");
    struct seen seen = run_plan(
        &plan,
        _i == 1 ? ", \"accountSettings\": [{\"name\": \"awsvpcTrunking\", \"value\": \"enabled\"}]"
                : "");
    ck_assert_uint_eq(seen.placed, (uint32_t)_i);
}
END_TEST

/* ATR-4: a task that logs by a driver which the agent does not register finds no place (0). */
START_TEST(atr_4_log_driver_not_registered)
{
    struct plan plan = {0};
    add_instance(&plan, "us-east-1a", 0);
    add(plan.definitions, sizeof plan.definitions,
        "{\"family\": \"t\", \"containerDefinitions\": [{\"name\": \"main\", \"image\": \"a\", "
        "\"memory\": 64, \"logConfiguration\": {\"logDriver\": \"%s\"}}]}",
        _i == 0 ? "fluentd" : "syslog");
    add_run(&plan, "1m", "t", "");
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, (uint32_t)_i);
    ck_assert_int_eq(seen.reason, _i == 0 ? ECS_REASON_ATTRIBUTE : ECS_REASON_NONE);
}
END_TEST

/* ---- task groups ---- */

/* TG-2, TG-8: a task without a group is of its family's. */
START_TEST(tg_2_tg_8_the_familys_group)
{
    struct plan plan = {0};
    three_instances(&plan);
    add_run(&plan, "1m", "t", "");
    struct seen seen = run_plan(&plan, "");
    ck_assert_str_eq(seen.first_group, "family:t");
}
END_TEST

/* TG-5, TG-6: one group a task, the same from its placement to its end. */
START_TEST(tg_5_tg_6_one_group_for_life)
{
    struct plan plan = {0};
    three_instances(&plan);
    add_run(&plan, "1m", "t", ", \"group\": \"g\"");
    add_run(&plan, "2m", "t", "");
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, 2);
    ck_assert_uint_eq(seen.ended, 2);
    ck_assert_uint_eq(seen.same_group, 2);
    ck_assert_int_ne(seen.group[0], seen.group[1]);
}
END_TEST

/* TG-7: constraints ask for groups: beside one (1), and away from it (0). */
START_TEST(tg_7_groups_in_constraints)
{
    struct plan plan = {0};
    three_instances(&plan);
    add_start(&plan, 10, "t", "g", 2);
    add_run_where(&plan, _i == 1 ? "task:group == g" : "not(task:group == g)",
                  ", \"count\": 4, \"group\": \"h\"");
    struct seen seen = run_plan(&plan, "");
    ck_assert_uint_eq(seen.placed, 5);
    for (uint32_t i = 1; i < 5; i++)
        ck_assert_int_eq(seen.instance[i] == 2, _i == 1);
}
END_TEST

Suite *test_scn_placing_suite(void);
Suite *test_scn_placing_suite(void)
{
    Suite *suite = suite_create("scn_placing");
    TCase *tests = tcase_create("placing");
    tcase_add_test(tests, at_pl3_end_to_end);
    tcase_add_test(tests, at_pl5_end_to_end);
    tcase_add_test(tests, at_pl7_end_to_end);
    tcase_add_test(tests, at_pl9_tg_1_end_to_end);
    tcase_add_loop_test(tests, run_8_sch_8_presets, 0, 4);
    tcase_add_test(tests, run_11_ten_tasks_a_call);
    tcase_add_test(tests, run_4_no_public_address);
    tcase_add_test(tests, run_10_stopped_before_running);
    tcase_add_loop_test(tests, atr_2_built_in_attributes, 0, 14);
    tcase_add_loop_test(tests, atr_3_trunk_id, 0, 2);
    tcase_add_loop_test(tests, atr_4_log_driver_not_registered, 0, 2);
    tcase_add_test(tests, tg_2_tg_8_the_familys_group);
    tcase_add_test(tests, tg_5_tg_6_one_group_for_life);
    tcase_add_loop_test(tests, tg_7_groups_in_constraints, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
