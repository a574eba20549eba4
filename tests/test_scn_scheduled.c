/* `rules`: tasks that a schedule starts (CRN). Cases are merged over tests/bad/base.json; the runs
 * are looked at arrival by arrival. */
#include "ecs_world.h"
#include "scn_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rule with one target, its members in the place of the three texts. */
static const char *rule(const char *members, const char *target, const char *parameters)
{
    static char text[4096];
    snprintf(text, sizeof text,
             "\"start\": \"2024-02-28T23:30:00Z\", \"duration\": \"3d\", \"runTasks\": [], "
             "\"behaviour\": {\"ruleDelay\": 0}, \"rules\": [{\"Name\": \"nightly\", %s, "
             "\"Targets\": [{\"Id\": \"1\", \"Arn\": "
             "\"arn:aws:ecs:us-east-1:123456789012:cluster/web\", %s\"EcsParameters\": "
             "{\"TaskDefinitionArn\": \"job\"%s}}]}]",
             members, target, parameters);
    return text;
}

#define NIGHTLY "\"ScheduleExpression\": \"cron(0 2 * * ? *)\""

struct seen {
    sim_time at[64];
    int64_t item[64];
    uint32_t count;
};

static void watch(void *user, const struct sim_record *record)
{
    struct seen *seen = user;
    if (record->kind != ECS_RECORD_ARRIVAL)
        return;
    ck_assert_uint_lt(seen->count, 64);
    seen->at[seen->count] = record->at;
    seen->item[seen->count++] = record->field[ECS_ARRIVAL_item];
}

static struct seen run(const char *members)
{
    struct scn_loaded loaded;
    struct seen seen = {0};
    ck_assert_msg(scn_fixture_load(&loaded, members), "%s",
                  loaded.complaints.error_count > 0 ? loaded.complaints.errors[0] : "");
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    sim_stream_add(ecs_world_stream(world), watch, &seen);
    ck_assert(ecs_world_run(world, 0));
    ecs_world_free(world);
    scn_loaded_release(&loaded);
    return seen;
}

/* CRN-1, CRN-4, CRN-20: at 02:00 UTC of each day, over the leap day. */
START_TEST(crn_1_fires_by_the_clock)
{
    struct seen seen = run(rule(NIGHTLY, "", ", \"TaskCount\": 2"));
    ck_assert_uint_eq(seen.count, 6);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_int_eq(seen.at[i], 150 * SIM_MINUTE + (sim_time)(i / 2) * 24 * SIM_HOUR);
}
END_TEST

/* A schedule may fire at the very start; a rate counts from it (CRN-25). */
START_TEST(crn_25_a_rate_counts_from_the_start)
{
    struct seen at_start = run(rule("\"ScheduleExpression\": \"cron(30 23 28 2 ? 2024)\"", "", ""));
    ck_assert_uint_eq(at_start.count, 1);
    ck_assert_int_eq(at_start.at[0], 0);
    struct seen seen = run(rule("\"ScheduleExpression\": \"rate(7 hours)\"", "", ""));
    ck_assert_uint_eq(seen.count, 10);
    for (uint32_t i = 0; i < 10; i++)
        ck_assert_int_eq(seen.at[i], (sim_time)(i + 1) * 7 * SIM_HOUR);
}
END_TEST

/* CRN-20: somewhere within the minute, by chance, and not later. */
START_TEST(crn_20_within_the_minute)
{
    char members[4096];
    const char *text = rule(NIGHTLY, "", "");
    const char *cut = strstr(text, "\"behaviour\": {\"ruleDelay\": 0}, ");
    ck_assert_ptr_nonnull(cut);
    snprintf(members, sizeof members, "%.*s%s", (int)(cut - text), text,
             cut + strlen("\"behaviour\": {\"ruleDelay\": 0}, "));
    struct seen seen = run(members);
    ck_assert_uint_eq(seen.count, 3);
    sim_time late[3];
    for (uint32_t i = 0; i < 3; i++) {
        late[i] = seen.at[i] - 150 * SIM_MINUTE - (sim_time)i * 24 * SIM_HOUR;
        ck_assert_int_ge(late[i], 0);
        ck_assert_int_lt(late[i], SIM_MINUTE);
    }
    ck_assert(late[0] != late[1] && late[1] != late[2]);
}
END_TEST

/* CRN-9: all targets of a rule run when it fires; other targets than the cluster run nothing. */
START_TEST(crn_9_several_targets)
{
    struct scn_loaded loaded;
    const char *members =
        "\"runTasks\": [], \"behaviour\": {\"ruleDelay\": 0}, \"rules\": ["
        "{\"Name\": \"often\", \"ScheduleExpression\": \"rate(20 minutes)\", \"Targets\": ["
        "{\"Id\": \"a\", \"Arn\": \"web\", \"EcsParameters\": {\"TaskDefinitionArn\": \"job:1\"}}, "
        "{\"Id\": \"b\", \"Arn\": \"arn:aws:ecs:us-east-1:123456789012:cluster/web\", "
        "\"EcsParameters\": {\"TaskDefinitionArn\": \"job\", \"TaskCount\": 3, \"Group\": \"g\"}}, "
        "{\"Id\": \"c\", \"Arn\": \"arn:aws:sns:us-east-1:123456789012:topic\"}, "
        "{\"Id\": \"d\", \"Arn\": \"arn:aws:ecs:us-east-1:123456789012:cluster/other\", "
        "\"EcsParameters\": {\"TaskDefinitionArn\": \"job\"}}]}, "
        "{\"Name\": \"never\", \"State\": \"DISABLED\", \"ScheduleExpression\": \"rate(1 minute)\","
        " \"Targets\": [{\"Id\": \"a\", \"Arn\": \"web\", \"EcsParameters\": "
        "{\"TaskDefinitionArn\": \"job\"}}]}]";
    ck_assert(scn_fixture_load(&loaded, members));
    ck_assert_uint_eq(loaded.scenario.workload_count, 2);
    ck_assert_str_eq(loaded.scenario.workloads[0].name, "often");
    ck_assert_int_eq(loaded.scenario.workloads[0].request.on_refusal, ECS_REFUSAL_DROP);
    ck_assert_str_eq(loaded.scenario.names.text[loaded.scenario.workloads[1].request.group], "g");
    ck_assert(scn_fixture_warned(&loaded, "the scenario's cluster is \"web\""));
    scn_loaded_release(&loaded);
    struct seen seen = run(members);
    ck_assert_uint_eq(seen.count, 12); /* three times 1 + 3, the last at the horizon */
    ck_assert_int_eq(seen.at[0], 20 * SIM_MINUTE);
    ck_assert_int_eq(seen.item[0], 0);
    ck_assert_int_eq(seen.item[1], 1);
}
END_TEST

/* CRN-14: what finds no room is not asked for again, unless the scenario says so. */
START_TEST(crn_14_no_second_try)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, rule(NIGHTLY,
                                             "\"sim\": {\"onRefusal\": \"retry\", "
                                             "\"giveUpAfter\": \"1h\"}, ",
                                             "")));
    const struct ecs_request *request = &loaded.scenario.workloads[0].request;
    ck_assert_int_eq(request->on_refusal, ECS_REFUSAL_RETRY);
    ck_assert_int_eq(request->give_up_after, SIM_HOUR);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(crn_refusals)
{
    static const struct {
        const char *members, *target, *parameters, *words;
    } cases[] = {
        {"\"State\": \"ENABLED\"", "", "", "the rule never fires; add `ScheduleExpression`"},
        {"\"ScheduleExpression\": \"cron(0 2 * * * *)\"", "", "",
         "column 14 of the expression: exactly one of day-of-month and day-of-week is ?"},
        {"\"ScheduleExpression\": \"rate(1 hours)\"", "", "", "1 goes with hour"},
        {NIGHTLY ", \"EventPattern\": \"{}\"", "", "", "`EventPattern` is not simulated yet"},
        {NIGHTLY, "\"Id\": \"1\", ", "", "Id"},
        {NIGHTLY, "", ", \"TaskCount\": 11", "TaskCount"},
        {NIGHTLY, "", ", \"LaunchType\": \"FARGATE\"", "not simulated yet"},
        {NIGHTLY, "", ", \"taskCount\": 1", "did you mean"},
        {NIGHTLY, "",
         ", \"NetworkConfiguration\": {\"awsvpcConfiguration\": {\"Subnets\": [\"subnet-1\"]}}",
         "only tasks with networkMode awsvpc take a networkConfiguration"},
    };
    scn_fixture_refuses(rule(cases[_i].members, cases[_i].target, cases[_i].parameters),
                        cases[_i].words);
}
END_TEST

/* CRN-5, CRN-7, CRN-10, CRN-11 */
START_TEST(crn_5_names)
{
    scn_fixture_refuses("\"rules\": [{\"Name\": \"a b\", " NIGHTLY
                        ", \"Targets\": [{\"Id\": \"1\", "
                        "\"Arn\": \"web\", \"EcsParameters\": {\"TaskDefinitionArn\": \"job\"}}]}]",
                        "\"a b\" has a character that is not allowed");
    scn_fixture_refuses("\"rules\": [{\"Name\": \"a\", " NIGHTLY
                        ", \"Targets\": [{\"Id\": \"x/y\", "
                        "\"Arn\": \"web\", \"EcsParameters\": {\"TaskDefinitionArn\": \"job\"}}]}]",
                        "\"x/y\" has a character that is not allowed");
    scn_fixture_refuses("\"rules\": [{\"Name\": \"a\", " NIGHTLY ", \"Targets\": [{\"Id\": \"1\", "
                        "\"Arn\": \"web\"}]}]",
                        "needs `EcsParameters`");
    scn_fixture_refuses("\"rules\": [{\"Name\": \"a\", " NIGHTLY ", \"Targets\": [{\"Id\": \"1\", "
                        "\"Arn\": \"web\", \"EcsParameters\": {\"TaskDefinitionArn\": \"jop\"}}]}]",
                        "EcsParameters.taskDefinition: there is no task definition \"jop\"");
    scn_fixture_refuses("\"duration\": null, \"rules\": [{\"Name\": \"a\", " NIGHTLY "}]",
                        "duration");
}
END_TEST

Suite *test_scn_scheduled_suite(void);
Suite *test_scn_scheduled_suite(void)
{
    Suite *suite = suite_create("scn_scheduled");
    TCase *tests = tcase_create("scheduled");
    tcase_add_test(tests, crn_1_fires_by_the_clock);
    tcase_add_test(tests, crn_25_a_rate_counts_from_the_start);
    tcase_add_test(tests, crn_20_within_the_minute);
    tcase_add_test(tests, crn_9_several_targets);
    tcase_add_test(tests, crn_14_no_second_try);
    tcase_add_loop_test(tests, crn_refusals, 0, 9);
    tcase_add_test(tests, crn_5_names);
    suite_add_tcase(suite, tests);
    return suite;
}
