/* GPUs, networks and environment files of task definitions and calls: rules of sheet 01, sections
 * 20, 22 and 23, that no row of scn_task_cases.def can say. */
#include "scn_catalog.h"
#include "scn_complain.h"
#include "scn_fixture.h"
#include "test_support.h"
#include "world_fixture.h"

#include <stdio.h>
#include <string.h>

/* Sheet 01, GPU-10. */
static const struct {
    const char *name;
    uint32_t gpus, vcpus;
    int64_t memory_mib;
} gpu_types[] = {
    {"p2.xlarge", 1, 4, 61 * 1024},       {"p2.8xlarge", 8, 32, 488 * 1024},
    {"p2.16xlarge", 16, 64, 732 * 1024},  {"p3.2xlarge", 1, 8, 61 * 1024},
    {"p3.8xlarge", 4, 32, 244 * 1024},    {"p3.16xlarge", 8, 64, 488 * 1024},
    {"p3dn.24xlarge", 8, 96, 768 * 1024}, {"g3s.xlarge", 1, 4, 30 * 1024 + 512},
    {"g3.4xlarge", 1, 16, 122 * 1024},    {"g3.8xlarge", 2, 32, 244 * 1024},
    {"g3.16xlarge", 4, 64, 488 * 1024},   {"g4dn.xlarge", 1, 4, 16 * 1024},
    {"g4dn.2xlarge", 1, 8, 32 * 1024},    {"g4dn.4xlarge", 1, 16, 64 * 1024},
    {"g4dn.8xlarge", 1, 32, 128 * 1024},  {"g4dn.12xlarge", 4, 48, 192 * 1024},
    {"g4dn.16xlarge", 1, 64, 256 * 1024},
};

START_TEST(gpu_10_types_with_gpus)
{
    struct sim_arena arena;
    struct scn_complaints complaints;
    struct scn_catalog catalog;
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    ck_assert(scn_catalog_read(&catalog, &arena, NULL, &complaints));
    for (size_t i = 0; i < sizeof gpu_types / sizeof gpu_types[0]; i++) {
        const struct scn_catalog_row *row = scn_catalog_find(&catalog, gpu_types[i].name);
        ck_assert_msg(row != NULL, "%s", gpu_types[i].name);
        ck_assert_msg(row->type.gpus == gpu_types[i].gpus, "%s", gpu_types[i].name);
        ck_assert_msg(row->type.vcpus == gpu_types[i].vcpus, "%s", gpu_types[i].name);
        ck_assert_msg(row->type.memory_mib == gpu_types[i].memory_mib, "%s: %lld",
                      gpu_types[i].name, (long long)row->type.memory_mib);
    }
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
}
END_TEST

/* A c5.large has three interfaces, and the first is its own. */
START_TEST(eni_02_two_awsvpc_tasks_on_a_c5_large)
{
    struct fixture f;
    struct sim_arena arena;
    struct scn_complaints complaints;
    struct scn_catalog catalog;
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    ck_assert(scn_catalog_read(&catalog, &arena, NULL, &complaints));
    uint32_t interfaces = scn_catalog_find(&catalog, "c5.large")->type.max_enis;
    ck_assert_uint_eq(interfaces, 3);
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    uint32_t type = fixture_add_type(&f, "c5.large", 2, 3891, 0, interfaces);
    f.extras[f.scenario.extra_instance_count++] = (struct ecs_extra_instance){
        .spec = type,
        .count = 1,
        .zone = {.name = ecs_names_intern(&f.scenario.names, "us-east-1a")},
    };
    uint32_t definition = fixture_add_definition(&f, 64, 64, -1);
    f.definitions[definition].network_mode = ECS_NETWORK_AWSVPC;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 3, SIM_SECOND);
    f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 2);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                                          ECS_REASON_RESOURCE_ENI),
                      1);
    fixture_release(&f);
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
}
END_TEST

/* ---- networks of calls ---- */

#define SUBNETS                                                                                    \
    "\"network\": {\"subnets\": {\"s\": {\"availabilityZone\": \"us-east-1a\"}, \"t\": "           \
    "{\"availabilityZone\": \"us-east-1b\"}}}"
#define DEFINITION(mode)                                                                           \
    "\"taskDefinitions\": [{\"family\": \"job\", \"networkMode\": \"" mode                         \
    "\", \"containerDefinitions\": [{\"name\": \"main\"}]}]"

/* A call with so many subnets, all in the zones of the groups, and security groups. */
static const char *call(const char *mode, uint32_t subnets, uint32_t groups, const char *more)
{
    static char text[4096];
    size_t length = (size_t)snprintf(
        text, sizeof text,
        SUBNETS ", \"taskDefinitions\": [{\"family\": \"job\", \"networkMode\": \"%s\", "
                "\"containerDefinitions\": [{\"name\": \"main\"}]}], \"runTasks\": [{\"name\": "
                "\"first\", \"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [",
        mode);
    for (uint32_t i = 0; i < subnets; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s\"%s\"",
                                   i > 0 ? ", " : "", i % 2 == 0 ? "s" : "t");
    length += (size_t)snprintf(text + length, sizeof text - length, "], \"securityGroups\": [");
    for (uint32_t i = 0; i < groups; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s\"sg-%u\"",
                                   i > 0 ? ", " : "", i);
    snprintf(text + length, sizeof text - length, "]%s}}}]", more);
    return text;
}

START_TEST(eni_06_subnets_and_security_groups_of_a_call)
{
    scn_fixture_accepts(call("awsvpc", 16, 5, ""));
    scn_fixture_accepts(call("awsvpc", 2, 0, ", \"assignPublicIp\": \"DISABLED\""));
    scn_fixture_refuses(call("awsvpc", 17, 5, ""), "17 elements; 1 to 16 are allowed");
    scn_fixture_refuses(call("awsvpc", 0, 5, ""), "0 elements; 1 to 16 are allowed");
    scn_fixture_refuses(call("awsvpc", 16, 6, ""), "6 elements; 0 to 5 are allowed");
    scn_fixture_refuses(call("awsvpc", 2, 1, ", \"assignPublicIp\": true"),
                        "expected a text in quotes");
    scn_fixture_refuses(call("awsvpc", 2, 1, ", \"assignPublicIp\": \"YES\""),
                        "write one of ENABLED, DISABLED");
}
END_TEST

#define RULE(network)                                                                              \
    "\"rules\": [{\"Name\": \"r\", \"ScheduleExpression\": \"rate(5 minutes)\", \"Targets\": "     \
    "[{\"Id\": \"1\", \"Arn\": \"arn:aws:ecs:us-east-1:123456789012:cluster/web\", "               \
    "\"EcsParameters\": {\"TaskDefinitionArn\": \"job\"" network "}}]}]"
#define RULE_NETWORK                                                                               \
    ", \"NetworkConfiguration\": {\"awsvpcConfiguration\": {\"Subnets\": [\"s\", \"t\"]}}"

/* A network for awsvpc tasks, and for no others: of runTasks and of rules. */
START_TEST(eni_20_networks_of_calls_and_definitions_agree)
{
    scn_fixture_accepts(call("awsvpc", 2, 1, ""));
    scn_fixture_refuses(call("bridge", 2, 1, ""), "only tasks with networkMode awsvpc");
    scn_fixture_refuses(call("host", 2, 1, ""), "only tasks with networkMode awsvpc");
    scn_fixture_refuses(DEFINITION("awsvpc"), "add networkConfiguration.awsvpcConfiguration");
    scn_fixture_accepts(DEFINITION("bridge") ", " RULE(""));
    scn_fixture_refuses(SUBNETS ", " DEFINITION("bridge") ", " RULE(RULE_NETWORK),
                        "only tasks with networkMode awsvpc");
    scn_fixture_refuses(
        SUBNETS ", " DEFINITION(
            "awsvpc") ", \"runTasks\": [{\"name\": \"first\", "
                      "\"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": "
                      "[\"s\", \"t\"]}}}], " RULE(""),
        "has networkMode awsvpc");
}
END_TEST

/* ---- environment files of a call ---- */

#define OVERRIDE(container, files)                                                                 \
    "\"runTasks\": [{\"name\": \"first\", \"overrides\": {\"executionRoleArn\": \"r\", "           \
    "\"containerOverrides\": [{\"name\": "                                                         \
    "\"" container "\", \"environmentFiles\": [" files "]}]}}]"

START_TEST(env_02_files_of_a_call_replace_those_of_the_definition)
{
    scn_fixture_accepts(
        OVERRIDE("main", "{\"value\": \"arn:aws:s3:::b/f.env\", \"type\": \"s3\"}"));
    scn_fixture_refuses(OVERRIDE("main",
                                 "{\"value\": \"arn:aws:s3:::b/f.env\", \"type\": \"http\"}"),
                        "write one of s3");
    scn_fixture_refuses(OVERRIDE("main", "{\"type\": \"s3\"}"), "`value` is missing");
    scn_fixture_refuses(OVERRIDE("main", "{\"value\": \"arn:aws:s3:::b/f.txt\", \"type\": \"s3\"}"),
                        "must end in .env");
    scn_fixture_refuses(OVERRIDE("mian", "{\"value\": \"arn:aws:s3:::b/f.env\", \"type\": \"s3\"}"),
                        "there is no container of job:1 \"mian\"; did you mean \"main\"?");
    scn_fixture_refuses("\"runTasks\": [{\"name\": \"first\", \"overrides\": "
                        "{\"containerOverrides\": [{\"name\": \"main\", \"environmentFiles\": "
                        "[{\"value\": \"arn:aws:s3:::b/f.env\", \"type\": \"s3\"}]}]}}]",
                        "needs an execution role");
}
END_TEST

Suite *test_scn_task_parts_suite(void);
Suite *test_scn_task_parts_suite(void)
{
    Suite *suite = suite_create("scn_task_parts");
    TCase *tests = tcase_create("parts");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, gpu_10_types_with_gpus);
    tcase_add_test(tests, eni_02_two_awsvpc_tasks_on_a_c5_large);
    tcase_add_test(tests, eni_06_subnets_and_security_groups_of_a_call);
    tcase_add_test(tests, eni_20_networks_of_calls_and_definitions_agree);
    tcase_add_test(tests, env_02_files_of_a_call_replace_those_of_the_definition);
    return suite;
}
