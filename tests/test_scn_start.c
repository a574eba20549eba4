/* StartTask in `changes`, and overrides in runTasks, StartTask and rules: what they become, and
 * what is refused before the run. */
#include "ecs_world.h"
#include "scn_fixture.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define CHANGE(BODY) "\"changes\": [{\"at\": \"5m\", \"StartTask\": {" BODY "}}]"
#define IDS          "\"containerInstances\": [\"00000000000000000000000000000001\"]"

static void load(struct scn_loaded *loaded, const char *members)
{
    bool good = scn_fixture_load(loaded, members);
    ck_assert_msg(good, "%s: %s", members,
                  loaded->complaints.error_count > 0 ? loaded->complaints.errors[0] : "");
}

/* ---- StartTask ---- */

START_TEST(sch_7_start_task_is_read)
{
    struct scn_loaded loaded;
    load(&loaded,
         CHANGE("\"taskDefinition\": \"job\", \"group\": \"mine\", \"containerInstances\": "
                "[\"00000000000000000000000000000003\", "
                "\"arn:aws:ecs:us-east-1:1:container-instance/web/"
                "00000000000000000000000000000001\"]"));
    const struct ecs_change *change = &loaded.scenario.changes[0];
    ck_assert_int_eq(change->operation, ECS_OP_START_TASK);
    ck_assert_int_eq(change->at, 5 * SIM_MINUTE);
    ck_assert_uint_eq(change->selection.serial_count, 2);
    ck_assert_int_eq(change->selection.serials[0], 3);
    ck_assert_int_eq(change->selection.serials[1], 1);
    ck_assert_ptr_nonnull(change->start);
    ck_assert_str_eq(loaded.scenario.names.text[change->start->group], "mine");
    ck_assert(change->start->latest_revision);
    ck_assert(!change->start->default_strategy); /* the cluster has one */
    ck_assert_uint_eq(change->start->strategy.count, 0);
    ck_assert_int_eq(change->start->on_refusal, ECS_REFUSAL_DROP);
    scn_loaded_release(&loaded);

    load(&loaded, CHANGE("\"taskDefinition\": \"job:1\", \"sim\": {\"autoScalingGroup\": "
                         "\"blue-group\", \"count\": 2}"));
    change = &loaded.scenario.changes[0];
    ck_assert_uint_eq(change->selection.serial_count, 0);
    ck_assert_uint_eq(change->selection.asg, 0);
    ck_assert_int_eq(change->selection.count, 2);
    ck_assert(!change->start->latest_revision);
    scn_loaded_release(&loaded);
}
END_TEST

/* It is something that arrives. */
START_TEST(sch_2_start_task_alone)
{
    scn_fixture_accepts("\"runTasks\": [], " CHANGE("\"taskDefinition\": \"job\", " IDS));
    scn_fixture_refuses("\"runTasks\": []", "nothing arrives");
}
END_TEST

START_TEST(start_task_is_refused)
{
    static const struct {
        const char *members, *words;
    } cases[] = {
        {CHANGE(IDS), "`taskDefinition` is missing"},
        {CHANGE("\"taskDefinition\": \"jib\", " IDS), "task definition \"jib\""},
        {CHANGE("\"taskDefinition\": \"job\""), "write either containerInstances, or sim"},
        {CHANGE("\"taskDefinition\": \"job\", \"sim\": {\"count\": 1}, " IDS),
         "write either containerInstances, or sim"},
        {CHANGE("\"taskDefinition\": \"job\", \"containerInstances\": [\"i-3\"]"),
         "is no container instance of a run"},
        {CHANGE("\"taskDefinition\": \"job\", \"cluster\": \"other\", " IDS),
         "the scenario's cluster is \"web\""},
        /* SCH-7: what the scheduler would ask for is not the call's */
        {CHANGE("\"taskDefinition\": \"job\", \"launchType\": \"EC2\", " IDS), "unknown key"},
        {CHANGE("\"taskDefinition\": \"job\", \"placementConstraints\": [], " IDS), "unknown key"},
        {CHANGE("\"taskDefinition\": \"job\", \"placementStrategy\": [], " IDS), "unknown key"},
        {CHANGE("\"taskDefinition\": \"job\", \"count\": 2, " IDS), "unknown key"},
    };
    scn_fixture_refuses(cases[_i].members, cases[_i].words);
}
END_TEST

/* QTA-10, API-15: ten ids, not eleven. */
START_TEST(qta_10_ten_instances)
{
    char ids[1024] = "", members[2048];
    for (int i = 1; i <= 11; i++) {
        size_t used = strlen(ids);
        snprintf(ids + used, sizeof ids - used, "%s\"%032d\"", i > 1 ? ", " : "", i);
        snprintf(members, sizeof members,
                 CHANGE("\"taskDefinition\": \"job\", \"containerInstances\": [%s]"), ids);
        if (i <= 10)
            scn_fixture_accepts(members);
        else
            scn_fixture_refuses(members, "1 to 10 are allowed (QTA-10: InvalidParameterException)");
    }
}
END_TEST

/* TG-4: at most 255 characters. */
START_TEST(tg_4_length_of_a_group)
{
    char group[257], members[1024];
    memset(group, 'g', 256);
    for (int length = 255; length <= 256; length++) {
        group[length] = '\0';
        snprintf(members, sizeof members,
                 CHANGE("\"taskDefinition\": \"job\", \"group\": \"%s\", " IDS), group);
        if (length == 255)
            scn_fixture_accepts(members);
        else
            scn_fixture_refuses(members, "255");
        group[length] = 'g';
    }
}
END_TEST

/* ---- overrides ---- */

#define TWO                                                                                        \
    "\"taskDefinitions\": [{\"family\": \"job\", %s\"containerDefinitions\": ["                    \
    "{\"name\": \"main\", \"image\": \"a\", \"cpu\": 256, \"memory\": 300, "                       \
    "\"memoryReservation\": 200}, "                                                                \
    "{\"name\": \"side\", \"image\": \"b\", \"cpu\": 100, \"memory\": 50, \"essential\": false}]," \
    " \"sim\": {\"duration\": \"1m\"}}]"
#define CONTAINER(BODY) "\"containerOverrides\": [{\"name\": \"main\", " BODY "}]"

/* RES-02, RES-07, RUN-1: by the way in which the size of a definition is found. Task-level sizes
 * win; a reservation wins over a limit; a container that is not named stays. */
START_TEST(run_1_overrides_resize)
{
    static const struct {
        const char *size, *overrides;
        int64_t cpu_units, memory_mib, gpus;
    } cases[] = {
        {"", CONTAINER("\"cpu\": 512"), 612, 250, 0},
        {"", CONTAINER("\"cpu\": 0"), 100, 250, 0},
        {"", CONTAINER("\"memoryReservation\": 100"), 356, 150, 0},
        {"", CONTAINER("\"memory\": 400"), 356, 250, 0},
        {"", "\"containerOverrides\": [{\"name\": \"side\", \"memory\": 75}]", 356, 275, 0},
        {"", "\"containerOverrides\": [{\"name\": \"side\", \"memoryReservation\": 40}]", 356, 240,
         0},
        {"", "\"cpu\": \"1 vCPU\", \"memory\": \"1 GB\"", 1024, 1024, 0},
        {"\"cpu\": \"512\", \"memory\": \"512\", ", CONTAINER("\"cpu\": 300"), 512, 512, 0},
        {"\"cpu\": \"512\", \"memory\": \"512\", ", "\"cpu\": \"1024\"", 1024, 512, 0},
        {"", CONTAINER("\"resourceRequirements\": [{\"type\": \"GPU\", \"value\": \"2\"}]"), 356,
         250, 2},
        {"", CONTAINER("\"environment\": [{\"name\": \"A\", \"value\": \"1\"}]"), -1, -1, -1},
        {"", "\"containerOverrides\": []", -1, -1, -1},
        {"", "\"containerOverrides\": [{}]", -1, -1, -1},
    };
    char members[4096], text[2048];
    struct scn_loaded loaded;
    snprintf(text, sizeof text, TWO, cases[_i].size);
    for (int by = 0; by < 2; by++) { /* RunTask, StartTask */
        snprintf(members, sizeof members,
                 by == 0
                     ? "%s, \"containerInstances\": [{\"instanceType\": \"g4dn.12xlarge\", "
                       "\"availabilityZone\": \"us-east-1a\"}], "
                       "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", "
                       "\"launchType\": \"EC2\", \"overrides\": {%s}}]"
                     : "%s, " CHANGE("\"taskDefinition\": \"job\", " IDS ", \"overrides\": {%s}"),
                 text, cases[_i].overrides);
        load(&loaded, members);
        const struct ecs_request *request =
            by == 0 ? &loaded.scenario.run_tasks[0].request : loaded.scenario.changes[0].start;
        ck_assert_uint_eq(request->override_count, cases[_i].cpu_units >= 0);
        if (request->override_count > 0) {
            ck_assert_uint_eq(request->overrides[0].definition, 0);
            ck_assert_int_eq(request->overrides[0].cpu_units, cases[_i].cpu_units);
            ck_assert_int_eq(request->overrides[0].memory_mib, cases[_i].memory_mib);
            ck_assert_int_eq(request->overrides[0].gpus, cases[_i].gpus);
        }
        scn_loaded_release(&loaded);
    }
}
END_TEST

START_TEST(overrides_are_refused)
{
    static const struct {
        const char *overrides, *words;
    } cases[] = {
        {"\"containerOverrides\": [{\"cpu\": 1}]", "`name` is missing"},
        {"\"containerOverrides\": [{\"name\": \"mian\", \"cpu\": 1}]", "did you mean \"main\""},
        {CONTAINER("\"cpu\": -1"), "0"},
        {CONTAINER("\"memory\": 3"), "4"},
        {CONTAINER("\"memory\": 150"), "must be less than memory"}, /* RES-06 */
        {"\"containerOverrides\": [{\"name\": \"main\"}, {\"name\": \"main\"}]", "is taken"},
        {"\"cpu\": \"300\"", "its containers reserve 356 units"}, /* RES-04e */
        {"\"memory\": \"340\"", "ask for 350 MiB together"},      /* RES-09 */
        {"\"cpu\": \"64\"", "no CPU size of a task"},
        {CONTAINER("\"resourceRequirements\": [{\"type\": \"GPU\", \"value\": \"few\"}]"),
         "no number of GPUs"},
    };
    char members[4096], text[2048];
    snprintf(text, sizeof text, TWO, "");
    snprintf(members, sizeof members,
             "%s, \"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", "
             "\"overrides\": {%s}}]",
             text, cases[_i].overrides);
    scn_fixture_refuses(members, cases[_i].words);
}
END_TEST

/* RUN-5: `Input` of a scheduled target is the text of overrides; its complaints tell where. */
START_TEST(run_5_input_of_a_rule)
{
    static const char rule[] =
        "\"rules\": [{\"Name\": \"r\", \"ScheduleExpression\": \"rate(5 minutes)\", \"Targets\": "
        "[{\"Id\": \"1\", \"Arn\": \"web\", \"EcsParameters\": {\"TaskDefinitionArn\": \"job\"}, "
        "\"Input\": \"%s\"}]}]";
    char members[2048];
    struct scn_loaded loaded;
    snprintf(members, sizeof members, rule,
             "{\\\"containerOverrides\\\": [{\\\"name\\\": \\\"main\\\", \\\"cpu\\\": 700, "
             "\\\"command\\\": [\\\"x\\\"]}]}");
    load(&loaded, members);
    const struct ecs_request *request = &loaded.scenario.workloads[0].request;
    ck_assert_uint_eq(request->override_count, 1);
    ck_assert_int_eq(request->overrides[0].cpu_units, 700);
    ck_assert_int_eq(request->overrides[0].memory_mib, 128);
    scn_loaded_release(&loaded);
    snprintf(members, sizeof members, rule, "{\\\"containerOverride\\\": []}");
    scn_fixture_refuses(members, "did you mean `containerOverrides`");
    snprintf(members, sizeof members, rule, "[1]");
    scn_fixture_refuses(members, "it holds no overrides");
    snprintf(members, sizeof members, rule, "{");
    scn_fixture_refuses(members, "Input");
}
END_TEST

/* From the file to the end: what is reserved, and that it makes room or needs it. */
static void count_placed(void *user, const struct sim_record *record)
{
    int64_t *seen = user;
    if (record->kind != ECS_RECORD_TASK_PLACED)
        return;
    seen[0]++;
    seen[1] = record->field[ECS_TASK_PLACED_cpu_units];
}

START_TEST(run_1_overrides_end_to_end)
{
    static const struct {
        const char *overrides;
        int64_t placed, cpu_units;
    } cases[] = {
        {"{}", 2, 1024},
        {"{\"containerOverrides\": [{\"name\": \"main\", \"cpu\": 512}]}", 4, 512},
        {"{\"containerOverrides\": [{\"name\": \"main\", \"cpu\": 2048}]}", 1, 2048},
    };
    char members[2048];
    struct scn_loaded loaded;
    int64_t seen[2] = {0};
    snprintf(members, sizeof members,
             "\"containerInstances\": [{\"instanceType\": \"m5.large\", \"availabilityZone\": "
             "\"us-east-1a\"}], \"taskDefinitions\": [{\"family\": \"job\", "
             "\"containerDefinitions\": [{\"name\": \"main\", \"image\": \"a\", \"cpu\": 1024, "
             "\"memory\": 128}]}], \"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", "
             "\"count\": 10, \"launchType\": \"EC2\", \"overrides\": %s, "
             "\"sim\": {\"onRefusal\": \"drop\"}}]",
             cases[_i].overrides);
    load(&loaded, members);
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    sim_stream_add(ecs_world_stream(world), count_placed, seen);
    ck_assert(ecs_world_run(world, 0));
    ecs_world_free(world);
    scn_loaded_release(&loaded);
    ck_assert_int_eq(seen[0], cases[_i].placed);
    ck_assert_int_eq(seen[1], cases[_i].cpu_units);
}
END_TEST

Suite *test_scn_start_suite(void);
Suite *test_scn_start_suite(void)
{
    Suite *suite = suite_create("scn_start");
    TCase *tests = tcase_create("start");
    tcase_add_test(tests, sch_7_start_task_is_read);
    tcase_add_test(tests, sch_2_start_task_alone);
    tcase_add_loop_test(tests, start_task_is_refused, 0, 10);
    tcase_add_test(tests, qta_10_ten_instances);
    tcase_add_test(tests, tg_4_length_of_a_group);
    tcase_add_loop_test(tests, run_1_overrides_resize, 0, 13);
    tcase_add_loop_test(tests, overrides_are_refused, 0, 10);
    tcase_add_test(tests, run_5_input_of_a_rule);
    tcase_add_loop_test(tests, run_1_overrides_end_to_end, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
