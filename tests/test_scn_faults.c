/* `faults`, and the selections of instances and tasks that they share with `changes`. Cases are
 * merged over tests/bad/base.json. */
#include "ecs_world.h"
#include "scn_fixture.h"
#include "scn_loader.h"
#include "scn_selection.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

/* One agentDisconnect of these instances. */
static const char *fault(const char *instances)
{
    static char text[1024];
    snprintf(text, sizeof text,
             "\"faults\": [{\"kind\": \"agentDisconnect\", \"at\": \"10m\", \"duration\": \"5m\", "
             "\"instances\": %s}]",
             instances);
    return text;
}

START_TEST(faults_are_read)
{
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, fault("{\"autoScalingGroup\": \"green-group\", "
                                                  "\"availabilityZone\": \"us-east-1a\", "
                                                  "\"count\": 2, \"order\": \"newest\"}")),
                  "%s", loaded.complaints.errors[0]);
    const struct ecs_scenario *s = &loaded.scenario;
    ck_assert_uint_eq(s->fault_count, 1);
    const struct ecs_fault *f = &s->faults[0];
    ck_assert_int_eq(f->kind, ECS_FAULT_AGENT_DISCONNECT);
    ck_assert_int_eq(f->at, 10 * SIM_MINUTE);
    ck_assert_int_eq(f->duration, 5 * SIM_MINUTE);
    ck_assert_uint_eq(f->selection.asg, 1);
    ck_assert_uint_eq(f->selection.provider, ECS_NONE);
    ck_assert_str_eq(s->names.text[f->selection.zone], "us-east-1a");
    ck_assert_int_eq(f->selection.count, 2);
    ck_assert_int_eq(f->selection.pick, ECS_PICK_NEWEST);
    ck_assert_uint_eq(f->selection.serial_count, 0);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(selection_by_ids)
{
    static const char *const forms[] = {
        "{\"instanceIds\": [\"i-00000000000000003\", \"i-00000000000000012\"]}",
        "{\"containerInstances\": [\"00000000000000000000000000000003\", "
        "\"arn:aws:ecs:us-east-1:123456789012:container-instance/web/"
        "00000000000000000000000000000012\"]}",
        "{\"containerInstances\": [\"00000000-0000-0000-0000-000000000003\", "
        "\"arn:aws:ecs:us-east-1:123456789012:container-instance/"
        "00000000-0000-0000-0000-000000000012\"]}",
    };
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, fault(forms[_i])));
    const struct ecs_selection *selection = &loaded.scenario.faults[0].selection;
    ck_assert_uint_eq(selection->serial_count, 2);
    ck_assert_int_eq(selection->serials[0], 3);
    ck_assert_int_eq(selection->serials[1], 12);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(selection_of_all_and_by_provider)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, fault("{\"count\": \"all\"}")));
    ck_assert_int_eq(loaded.scenario.faults[0].selection.count, INT64_MAX);
    ck_assert_uint_eq(loaded.scenario.faults[0].selection.asg, ECS_NONE);
    scn_loaded_release(&loaded);
    ck_assert(
        scn_fixture_load(&loaded,
                         fault("{\"capacityProvider\": "
                               "\"arn:aws:ecs:us-east-1:123456789012:capacity-provider/green\", "
                               "\"order\": \"random\"}")));
    ck_assert_uint_eq(loaded.scenario.faults[0].selection.provider, 1);
    ck_assert_int_eq(loaded.scenario.faults[0].selection.pick, ECS_PICK_RANDOM);
    scn_loaded_release(&loaded);
}
END_TEST

static const struct wrong_case {
    const char *instances, *words;
} wrong_cases[] = {
    {"{}", "selects nothing in particular"},
    {"{\"autoScalingGroup\": \"gren-group\"}",
     "there is no Auto Scaling group \"gren-group\"; did you mean \"green-group\"?"},
    {"{\"capacityProvider\": \"blu\"}", "there is no capacity provider \"blu\""},
    {"{\"availabilityZone\": \"us-east-1f\"}", "there is no zone with instances \"us-east-1f\""},
    {"{\"count\": 0}", "expected a number of at least 1, or \"all\""},
    {"{\"count\": 1.5}", "expected a number of at least 1, or \"all\""},
    {"{\"count\": 1, \"order\": \"youngest\"}", "write one of oldest, newest, random"},
    {"{\"instanceIds\": [\"i-3\"]}", "is no instance of a run"},
    {"{\"instanceIds\": [\"i-0123456789abcdef0\"]}", "is no instance of a run"},
    {"{\"instanceIds\": [\"i-00000000000000000\"]}", "is no instance of a run"},
    {"{\"instanceIds\": []}", "the list has 0 elements"},
    {"{\"instanceIds\": [\"i-00000000000000003\"], \"count\": 1}", "says exactly which ones"},
    {"{\"containerInstances\": [\"0000000000000000000000000000003\"]}", "is no container instance"},
    {"{\"containerInstances\": [\"000000000000-0000-0000-0000-00000003\"]}",
     "is no container instance"},
    {"{\"containerInstances\": [\"99999999999999999999999999999999\"]}",
     "is no container instance"},
    {"{\"tasks\": [\"00000000000000000000000000000003\"]}", "unknown key"},
};
#define WRONG_CASES ((int)(sizeof wrong_cases / sizeof wrong_cases[0]))

START_TEST(selection_refused)
{
    scn_fixture_refuses(fault(wrong_cases[_i].instances), wrong_cases[_i].words);
}
END_TEST

START_TEST(faults_refused)
{
    scn_fixture_refuses("\"faults\": [{\"kind\": \"zoneOutage\", \"at\": \"1m\"}]",
                        "`zoneOutage` is not simulated yet");
    scn_fixture_refuses("\"faults\": [{\"kind\": \"agentDisconect\", \"at\": \"1m\"}]",
                        "did you mean agentDisconnect?");
    scn_fixture_refuses("\"faults\": [{\"kind\": \"agentDisconnect\", \"at\": \"1m\"}]",
                        "`instances` is missing");
    scn_fixture_refuses("\"faults\": [{\"kind\": \"agentDisconnect\", \"at\": \"1m\", "
                        "\"duration\": \"0s\", \"instances\": {\"count\": 1}}]",
                        "nothing fails in no time");
    scn_fixture_refuses("\"faults\": [{\"kind\": \"agentDisconnect\", \"instances\": {\"count\": "
                        "1}}]",
                        "`at` is missing");
    scn_fixture_warns("\"faults\": [{\"kind\": \"agentDisconnect\", \"at\": \"2h\", "
                      "\"instances\": {\"count\": 1}}]",
                      "the run is over by then");
    struct scn_loaded loaded; /* what happens at the very end does happen */
    ck_assert(scn_fixture_load(&loaded, "\"changes\": [{\"at\": \"1h\", \"StopTask\": {\"sim\": "
                                        "{\"count\": 1}}}], \"faults\": [{\"kind\": "
                                        "\"agentDisconnect\", \"at\": \"1h\", \"instances\": "
                                        "{\"count\": 1}}]"));
    ck_assert(!scn_fixture_warned(&loaded, "the run is over by then"));
    scn_loaded_release(&loaded);
}
END_TEST

/* ---- tasks ---- */

/* Reads a selection of tasks against what a scenario loaded; the text is one JSON object. */
static bool select_tasks(struct scn_loaded *loaded, const char *json, struct ecs_selection *out)
{
    struct sim_arena *arena = &loaded->arena;
    static const struct scn_file file = {.name = "selection", .folder = ""};
    struct scn_value *object =
        scn_json_parse(arena, &file, json, strlen(json), &loaded->complaints);
    ck_assert_ptr_nonnull(object);
    struct scn_loader loader = {
        .arena = arena,
        .complaints = &loaded->complaints,
        .scenario = &loaded->scenario,
        .root = object,
        .asgs = (struct ecs_asg *)(uintptr_t)loaded->scenario.asgs,
        .providers = (struct ecs_provider *)(uintptr_t)loaded->scenario.providers,
        .definitions = (struct ecs_task_definition *)(uintptr_t)loaded->scenario.task_definitions,
    };
    const struct scn_value **values =
        sim_arena_array(arena, loaded->scenario.task_definition_count, sizeof values[0]);
    for (uint32_t i = 0; i < loaded->scenario.task_definition_count; i++)
        values[i] = object; /* says nothing of a status: ACTIVE */
    loader.definition_values = values;
    scn_bind(&loaded->complaints, object, scn_task_selection_keys);
    uint32_t before = loaded->complaints.error_count;
    bool good = scn_load_selection(&loader, object, true, out);
    ck_assert_int_eq(good, loaded->complaints.error_count == before);
    return good && before == 0;
}

START_TEST(selection_of_tasks)
{
    struct scn_loaded loaded;
    struct ecs_selection s;
    ck_assert(scn_fixture_load(
        &loaded, "\"taskDefinitions\": [{\"family\": \"job\"}, {\"family\": \"job\", "
                 "\"containerDefinitions\": [{\"name\": \"m\", \"image\": \"i\", \"memory\": 64}], "
                 "\"sim\": {\"duration\": \"1m\"}}]"));
    ck_assert(select_tasks(&loaded, "{\"family\": \"job\"}", &s));
    ck_assert(s.any_revision);
    ck_assert(s.definition < loaded.scenario.task_definition_count);
    ck_assert(select_tasks(&loaded, "{\"taskDefinition\": \"job:1\", \"count\": 3}", &s));
    ck_assert(!s.any_revision);
    ck_assert_uint_eq(s.definition, 0);
    ck_assert_int_eq(s.count, 3);
    ck_assert(
        select_tasks(&loaded, "{\"group\": \"family:job\", \"capacityProvider\": \"blue\"}", &s));
    ck_assert_str_eq(loaded.scenario.names.text[s.group], "family:job");
    ck_assert_uint_eq(s.provider, 0);
    ck_assert(select_tasks(&loaded,
                           "{\"tasks\": [\"arn:aws:ecs:us-east-1:1:task/web/"
                           "00000000000000000000000000000017\"]}",
                           &s));
    ck_assert_int_eq(s.serials[0], 17);
    ck_assert(!select_tasks(&loaded, "{\"family\": \"jobs\"}", &s));
    ck_assert(scn_fixture_complained(&loaded, "did you mean \"job\"?"));
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(selection_of_tasks_refused)
{
    static const struct wrong_case cases[] = {
        {"{\"taskDefinition\": \"job:7\"}", "there is no task definition \"job:7\""},
        {"{\"family\": \"job\", \"taskDefinition\": \"job\"}", "exclude each other"},
        {"{\"tasks\": [\"17\"]}", "\"17\" is no task of a run"},
        {"{\"instanceIds\": [\"i-00000000000000003\"]}", "unknown key"},
    };
    struct scn_loaded loaded;
    struct ecs_selection s;
    ck_assert(scn_fixture_load(&loaded, "\"seed\": 2"));
    select_tasks(&loaded, cases[_i].instances, &s);
    ck_assert_msg(scn_fixture_complained(&loaded, cases[_i].words), "%s", cases[_i].instances);
    scn_loaded_release(&loaded);
}
END_TEST

/* ---- in the world ---- */

struct seen {
    uint32_t lost, back;
    sim_time lost_at, back_at;
};

static void watch(void *user, const struct sim_record *record)
{
    struct seen *seen = user;
    if (record->kind != ECS_RECORD_AGENT)
        return;
    if (record->field[ECS_AGENT_connected] == 0) {
        seen->lost++;
        seen->lost_at = record->at;
    } else if (seen->lost > 0) { /* not the first connection of all */
        seen->back++;
        seen->back_at = record->at;
    }
}

/* From the file to the records: two of green's three instances are cut off, and ECS notices late
 * that they are gone and that they are back. */
START_TEST(ci_5_an_agent_disconnect_happens)
{
    struct scn_loaded loaded;
    struct seen seen = {0};
    ck_assert(scn_fixture_load(
        &loaded,
        "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"green-group\", \"MinSize\": "
        "3}], \"faults\": [{\"kind\": \"agentDisconnect\", \"at\": \"10m\", \"duration\": "
        "\"30m\", \"instances\": {\"autoScalingGroup\": \"green-group\", \"count\": 2}}]"));
    const struct ecs_behaviour *behaviour = &loaded.scenario.behaviour;
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    sim_stream_add(ecs_world_stream(world), watch, &seen);
    ck_assert(ecs_world_run(world, 0));
    ecs_world_free(world);
    ck_assert_uint_eq(seen.lost, 2);
    ck_assert_uint_eq(seen.back, 2);
    ck_assert_int_eq(seen.lost_at, 10 * SIM_MINUTE + behaviour->agent_disconnect_detection);
    ck_assert_int_eq(seen.back_at, 40 * SIM_MINUTE + behaviour->agent_reconnect);
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_scn_faults_suite(void);
Suite *test_scn_faults_suite(void)
{
    Suite *suite = suite_create("scn_faults");
    TCase *tests = tcase_create("faults");
    tcase_add_test(tests, faults_are_read);
    tcase_add_loop_test(tests, selection_by_ids, 0, 3);
    tcase_add_test(tests, selection_of_all_and_by_provider);
    tcase_add_loop_test(tests, selection_refused, 0, WRONG_CASES);
    tcase_add_test(tests, faults_refused);
    tcase_add_test(tests, selection_of_tasks);
    tcase_add_loop_test(tests, selection_of_tasks_refused, 0, 4);
    tcase_add_test(tests, ci_5_an_agent_disconnect_happens);
    suite_add_tcase(suite, tests);
    return suite;
}
