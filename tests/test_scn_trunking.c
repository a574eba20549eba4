/* ENI limits by type from the guide's table and the catalogue, and what makes trunking possible, as
 * scenarios say it. Cases are merged over tests/bad/base.json. */
#include "ecs_world.h"
#include "scn_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPES 68 /* rows of the guide's table */

/* ---- the table ---- */

/* Row n of the table as it was read from the guide, apart from what the program has. */
static void table_row(int n, char type[32], unsigned *without, unsigned *with)
{
    size_t size;
    char *text = test_read_file(test_shared("data/eni-trunking-ecs.csv"), &size), *line = text;
    for (int i = 0; i <= n; i++)
        line = strchr(line, '\n') + 1;
    ck_assert_int_eq(sscanf(line, "%31[^,],%u,%u", type, without, with), 3);
    free(text);
}

static void count_placed(void *user, const struct sim_record *record)
{
    uint32_t *placed = user;
    *placed += record->kind == ECS_RECORD_TASK_PLACED;
}

static uint32_t run_placed(const struct ecs_scenario *scenario)
{
    uint32_t placed = 0;
    struct ecs_world *world = ecs_world_new(scenario);
    struct ecs_invariants *invariants = ecs_invariants_new(scenario);
    ecs_invariants_begin(invariants, 0);
    sim_stream_add(ecs_world_stream(world), ecs_invariants_observe, invariants);
    sim_stream_add(ecs_world_stream(world), count_placed, &placed);
    ck_assert(ecs_world_run(world, 0));
    ecs_invariants_free(invariants);
    ecs_world_free(world);
    return placed;
}

/* One instance of the type and more tiny awsvpc tasks than it may hold: how many it takes. */
static uint32_t tasks_held(const char *type, const char *epoch, bool opted_in)
{
    static char text[8192];
    struct scn_loaded loaded;
    snprintf(text, sizeof text,
             "{\"plimsoll\": 1, \"name\": \"row\", \"epoch\": \"%s\", \"duration\": \"1h\", "
             "\"cluster\": {\"clusterName\": \"web\"}, \"accountSettings\": [{\"name\": "
             "\"awsvpcTrunking\", \"value\": \"%s\"}], \"containerInstances\": "
             "[{\"instanceType\": \"%s\", \"subnetId\": \"s-a\"}], \"network\": {\"subnets\": "
             "{\"s-a\": {\"availabilityZone\": \"us-east-1a\"}}}, \"taskDefinitions\": "
             "[{\"family\": \"job\", \"networkMode\": \"awsvpc\", \"containerDefinitions\": "
             "[{\"name\": \"main\", \"image\": \"busybox\", \"memory\": 4}], \"sim\": "
             "{\"duration\": \"10h\"}}], \"runTasks\": [",
             epoch, opted_in ? "enabled" : "disabled", type);
    for (int i = 0; i < 13; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "%s{\"at\": \"1m\", \"count\": 10, \"taskDefinition\": \"job\", "
                 "\"launchType\": \"EC2\", \"sim\": {\"onRefusal\": \"drop\"}, "
                 "\"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [\"s-a\"]}}}",
                 i == 0 ? "" : ", ");
    snprintf(text + strlen(text), sizeof text - strlen(text), "]}");
    ck_assert_msg(scn_fixture_load_text(&loaded, text), "%s: %s", type,
                  loaded.complaints.errors[0]);
    uint32_t placed = run_placed(&loaded.scenario);
    scn_loaded_release(&loaded);
    return placed;
}

/* ENI-2, ENI-3, ENI-24: each row of the table, without and with trunking, at both ends of time. */
START_TEST(eni_table_eni_02_eni_03_tasks_per_instance)
{
    char type[32];
    unsigned without, with;
    table_row(_i, type, &without, &with);
    ck_assert_msg(tasks_held(type, "2020-06", false) == without, "%s without", type);
    ck_assert_msg(tasks_held(type, "2020-06", true) == with, "%s with", type);
    ck_assert_msg(tasks_held(type, "2025-07", true) == with, "%s with, today", type);
}
END_TEST

/* ENI-16, ENI-23: by the guide no other type has a trunk; later the catalogue says which do. */
static const struct other_case {
    const char *type;
    uint32_t without, then, today;
} other_cases[] = {
    {"t3.medium", 2, 2, 2},   {"c5n.large", 2, 2, 10},   {"m5n.xlarge", 3, 3, 20},
    {"m5dn.large", 2, 2, 10}, {"r5n.2xlarge", 3, 3, 40}, {"m5.8xlarge", 7, 7, 60},
    {"m6g.large", 2, 2, 10},  {"c6g.4xlarge", 7, 7, 60}, {"m4.large", 1, 1, 1},
};
#define OTHER_CASES ((int)(sizeof other_cases / sizeof other_cases[0]))

START_TEST(eni_16_eni_23_other_types)
{
    const struct other_case *c = &other_cases[_i];
    ck_assert_uint_eq(tasks_held(c->type, "2025-07", false), c->without);
    ck_assert_uint_eq(tasks_held(c->type, "2020-06", true), c->then);
    ck_assert_uint_eq(tasks_held(c->type, "2025-07", true), c->today);
}
END_TEST

/* ---- what else it takes ---- */

static const struct host_case {
    const char *members; /* of the launch configuration */
    bool capable;
} host_cases[] = {
    {"\"ImageId\": \"ami-1\"", true}, /* not known: Linux with the newest agent */
    {"\"sim\": {\"agentVersion\": \"1.28.1\"}", true},
    {"\"sim\": {\"agentVersion\": \"1.28.0\"}", false},
    {"\"ImageId\": \"amzn2-ami-ecs-hvm-2.0.20190603-x86_64-ebs\"", true},
    {"\"ImageId\": \"amzn2-ami-ecs-hvm-2.0.20190510-x86_64-ebs\"", false},
    {"\"ImageId\": \"Windows_Server-2019-English-Full-ECS_Optimized-2020.05.14\", \"UserData\": "
     "\"<powershell>\\nInitialize-ECSAgent -Cluster web\\n</powershell>\", \"sim\": "
     "{\"pricePerHour\": \"0.0600\"}",
     false},
};
#define HOST_CASES ((int)(sizeof host_cases / sizeof host_cases[0]))

START_TEST(eni_4_eni_6_system_and_agent)
{
    const struct host_case *c = &host_cases[_i];
    struct scn_loaded loaded;
    char text[1024];
    snprintf(text, sizeof text,
             "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", %s}], "
             "\"taskDefinitions\": [{\"family\": \"job\"}], \"accountSettings\": [{\"name\": "
             "\"awsvpcTrunking\", \"value\": \"enabled\"}]",
             c->members);
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s", loaded.complaints.errors[0]);
    ck_assert_msg(loaded.scenario.specs[0].trunk_capable == c->capable, "%s", c->members);
    scn_loaded_release(&loaded);
}
END_TEST

/* Hardware of one's own says so itself. */
START_TEST(eni_23_own_types)
{
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(
                      &loaded,
                      "\"instanceTypes\": [{\"InstanceType\": \"box\", \"VCpuInfo\": "
                      "{\"DefaultVCpus\": 4}, \"MemoryInfo\": {\"SizeInMiB\": 8192}, "
                      "\"NetworkInfo\": {\"MaximumNetworkInterfaces\": 5}, \"sim\": "
                      "{\"pricePerHour\": \"1\", \"trunkTasks\": 33}}], \"launchConfigurations\": "
                      "[{\"LaunchConfigurationName\": \"small\", \"InstanceType\": \"box\"}]"),
                  "%s", loaded.complaints.errors[0]);
    const struct ecs_scenario *s = &loaded.scenario;
    ck_assert_int_eq(s->types[s->specs[0].type].awsvpc_tasks_trunked, 33);
    ck_assert_int_eq(s->types[s->specs[0].type].awsvpc_tasks, 0);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(eni_7_reg_19_warned_about)
{
    static const char shared[] =
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"sim\": "
        "{\"sharedSubnet\": true}}], \"accountSettings\": [{\"name\": \"awsvpcTrunking\", "
        "\"value\": \"enabled\"}]";
    struct scn_loaded loaded;
    scn_fixture_warns(shared, "their subnet is shared and awsvpcTrunking is enabled");
    ck_assert(scn_fixture_load(&loaded, shared));
    ck_assert(loaded.scenario.specs[0].shared_subnet);
    ck_assert_int_eq(loaded.scenario.specs[0].join, ECS_JOIN_REGISTERS);
    scn_loaded_release(&loaded);
    scn_fixture_warns("\"network\": {\"subnets\": {\"s-1\": {\"availabilityZone\": \"us-east-1a\", "
                      "\"shared\": true}}}, \"autoScalingGroups\": [{\"AutoScalingGroupName\": "
                      "\"green-group\", \"VPCZoneIdentifier\": \"s-1\"}], \"accountSettings\": "
                      "[{\"name\": \"awsvpcTrunking\", \"value\": \"enabled\"}]",
                      "their subnet is shared and awsvpcTrunking is enabled");
}
END_TEST

/* ---- account settings ---- */

#define TRUNKING(members) "{\"name\": \"awsvpcTrunking\", " members "}"
#define ROOT              "\"principalArn\": \"arn:aws:iam::123456789012:root\""
#define ALICE             "\"principalArn\": \"arn:aws:iam::123456789012:user/alice\""
#define BOB               "\"principalArn\": \"arn:aws:iam::123456789012:user/bob\""

static const struct setting_case {
    const char *list;
    bool enabled, own;
} setting_cases[] = {
    {"", false, false}, /* ACC-04 */
    {TRUNKING("\"value\": \"enabled\""), true, false},
    {TRUNKING("\"value\": \"enabled\", " ROOT), true, false},
    {TRUNKING("\"value\": \"enabled\", " ALICE), true, true},
    {TRUNKING("\"value\": \"enabled\", " ALICE) ", " TRUNKING("\"value\": \"disabled\""), true,
     true},
    {TRUNKING("\"value\": \"enabled\"") ", " TRUNKING("\"value\": \"disabled\", " ALICE), false,
     true},
    {TRUNKING("\"value\": \"enabled\", " ROOT) ", " TRUNKING("\"value\": \"disabled\", " ALICE),
     false, true},
};
#define SETTING_CASES ((int)(sizeof setting_cases / sizeof setting_cases[0]))

START_TEST(acc_02_acc_03_acc_04_effective_setting)
{
    const struct setting_case *c = &setting_cases[_i];
    struct scn_loaded loaded;
    char text[1024];
    snprintf(text, sizeof text, "\"accountSettings\": [%s]", c->list);
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s: %s", c->list, loaded.complaints.errors[0]);
    ck_assert_int_eq(loaded.scenario.settings[ECS_SETTING_AWSVPC_TRUNKING], c->enabled);
    ck_assert_int_eq(loaded.scenario.settings_own[ECS_SETTING_AWSVPC_TRUNKING], c->own);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(acc_03_one_user)
{
    scn_fixture_refuses("\"accountSettings\": [" TRUNKING(
                            "\"value\": \"enabled\", " ALICE) ", "
                                                              "{\"name\": \"taskLongArnFormat\", "
                                                              "\"value\": \"enabled\", " BOB "}]",
                        "there is one user here");
    scn_fixture_refuses("\"accountSettings\": [" TRUNKING("\"value\": \"enabled\"") ", " TRUNKING(
                            "\"value\": \"disabled\"") "]",
                        "is given twice");
}
END_TEST

Suite *test_scn_trunking_suite(void);
Suite *test_scn_trunking_suite(void)
{
    Suite *suite = suite_create("scn_trunking");
    TCase *tests = tcase_create("trunking");
    tcase_add_loop_test(tests, eni_table_eni_02_eni_03_tasks_per_instance, 0, TYPES);
    tcase_add_loop_test(tests, eni_16_eni_23_other_types, 0, OTHER_CASES);
    tcase_add_loop_test(tests, eni_4_eni_6_system_and_agent, 0, HOST_CASES);
    tcase_add_test(tests, eni_23_own_types);
    tcase_add_test(tests, eni_7_reg_19_warned_about);
    tcase_add_loop_test(tests, acc_02_acc_03_acc_04_effective_setting, 0, SETTING_CASES);
    tcase_add_test(tests, acc_03_one_user);
    suite_add_tcase(suite, tests);
    return suite;
}
