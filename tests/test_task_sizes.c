/* What a task definition asks of an instance: sizes, ports, the agent; by rule of sheet 01. */
#include "scn_fixture.h"
#include "test_support.h"
#include "world_fixture.h"

#include <stdio.h>
#include <string.h>

/* ---- what the loader adds up ---- */

/* The definition "t" of these members, written with ' for ". */
static struct ecs_task_definition loaded_definition(const char *members)
{
    char text[2048];
    snprintf(text, sizeof text, "'taskDefinitions': [{'family': 't', %s}]", members);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s\n%s", text, loaded.complaints.errors[0]);
    const struct ecs_task_definition *t = loaded.scenario.task_definitions;
    while (strcmp(t->family, "t") != 0)
        t++;
    struct ecs_task_definition copy = *t; /* its numbers; the rest goes */
    scn_loaded_release(&loaded);
    return copy;
}

#define TWO(a, b)                                                                                  \
    "'containerDefinitions': [{'name': 'a', 'image': 'i'" a "}, {'name': 'b', 'image': 'i'" b "}]"

static void expect_cpu(const char *members, int64_t units)
{
    ck_assert_int_eq(loaded_definition(members).cpu_units, units);
}

static void expect_memory(const char *members, int64_t mib)
{
    ck_assert_int_eq(loaded_definition(members).memory_mib, mib);
}

START_TEST(res_02_task_cpu_else_the_sum_of_containers)
{
    expect_cpu(TWO(", 'memory': 4, 'cpu': 100", ", 'memory': 4, 'cpu': 156"), 256);
    expect_cpu("'cpu': '512', " TWO(", 'memory': 4, 'cpu': 100", ", 'memory': 4, 'cpu': 156"), 512);
    expect_cpu("'cpu': '0.5 vCPU', " TWO(", 'memory': 4", ", 'memory': 4"), 512);
}
END_TEST

START_TEST(res_03_no_cpu_reserves_nothing)
{
    expect_cpu(TWO(", 'memory': 4", ", 'memory': 4"), 0);
    expect_cpu(TWO(", 'memory': 4", ", 'memory': 4, 'cpu': 100"), 100);
}
END_TEST

/* With RES-11's example: reservation 128, hard 300. */
START_TEST(res_07_reservation_before_hard_limit)
{
    expect_memory(TWO(", 'memory': 300, 'memoryReservation': 128", ", 'memory': 64"), 192);
    expect_memory(TWO(", 'memoryReservation': 128", ", 'memoryReservation': 64"), 192);
    expect_memory("'memory': '512', " TWO(", 'memoryReservation': 128", ", 'memory': 64"), 512);
    expect_memory("'memory': '512', " TWO("", ""), 512);
}
END_TEST

/* RES-12: any value will do on EC2; Fargate's table is none of its business. */
START_TEST(res_12_any_task_memory_on_ec2)
{
    expect_memory("'memory': '1000', 'cpu': '1000', " TWO("", ""), 1000);
    expect_memory("'memory': '5', " TWO("", ""), 5);
}
END_TEST

START_TEST(tdf_11_no_delete)
{
    scn_fixture_refuses("\"changes\": [{\"at\": \"1m\", \"DeleteTaskDefinitions\": "
                        "{\"taskDefinitions\": [\"job:1\"]}}]",
                        "`DeleteTaskDefinitions` is not simulated yet");
    scn_fixture_accepts("\"changes\": [{\"at\": \"1m\", \"DeregisterTaskDefinition\": "
                        "{\"taskDefinition\": \"job:1\"}}]");
}
END_TEST

/* ---- the agent it needs (18.7) ---- */

/* An agent before `version` takes no task of the definition; of it and later it does. */
static void expect_agent(const char *before, const char *version, const char *task,
                         const char *container)
{
    char text[2048], words[128];
    struct scn_loaded loaded;
    for (int i = 0; i < 2; i++) {
        snprintf(text, sizeof text,
                 "'network': {'subnets': {'s-a': {'availabilityZone': 'us-east-1a'}, 's-b': "
                 "{'availabilityZone': 'us-east-1b'}}}, "
                 "'launchConfigurations': [{'LaunchConfigurationName': 'small', 'sim': "
                 "{'agentVersion': '%s'}}], 'taskDefinitions': [{'family': 'job', %s "
                 "'containerDefinitions': [{'name': 'main', 'image': 'busybox', 'memory': 64%s}]}]"
                 "%s",
                 i == 0 ? before : version, task, container,
                 strstr(task, "awsvpc") != NULL
                     ? ", 'runTasks': [{'name': 'first', 'networkConfiguration': "
                       "{'awsvpcConfiguration': {'subnets': ['s-a', 's-b']}}}]"
                     : "");
        for (char *c = text; *c != '\0'; c++)
            if (*c == '\'')
                *c = '"';
        ck_assert_msg(scn_fixture_load(&loaded, text), "%s\n%s", text, loaded.complaints.errors[0]);
        snprintf(words, sizeof words, "need Linux with agent %s or later", version);
        ck_assert_int_eq(scn_fixture_warned(&loaded, words), i == 0);
        scn_loaded_release(&loaded);
    }
}

START_TEST(prt_10_udp_needs_an_agent)
{
    expect_agent("1.1.0", "1.2.0", "",
                 ", 'portMappings': [{'containerPort': 53, 'protocol': 'udp'}]");
}
END_TEST

START_TEST(net_06_awsvpc_needs_an_agent)
{
    expect_agent("1.14.5", "1.15.0", "'networkMode': 'awsvpc',", "");
}
END_TEST

START_TEST(hlt_09_health_checks_need_an_agent)
{
    expect_agent("1.16.2", "1.17.0", "", ", 'healthCheck': {'command': ['CMD', 'true']}");
}
END_TEST

START_TEST(dep_10_time_outs_need_an_agent)
{
    expect_agent("1.25.3", "1.26.0", "", ", 'startTimeout': 60");
    expect_agent("1.25.3", "1.26.0", "", ", 'stopTimeout': 60");
}
END_TEST

/* ---- where it finds room ---- */

/* Instances without a group, of two vCPUs and 1,000 MiB. */
static void hosts(struct fixture *f, uint32_t count)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 0);
    f->extras[0] = (struct ecs_extra_instance){
        .spec = fixture_add_type(f, "host", 2, 1000, 0, 4),
        .count = count,
        .zone = {.name = ecs_names_intern(&f->scenario.names, "us-east-1a")},
    };
    f->scenario.extra_instance_count = 1;
    f->scenario.duration = SIM_HOUR;
}

static uint32_t refusals(const struct fixture *f, enum ecs_reason reason)
{
    return fixture_count_where(f, ECS_RECORD_REFUSED, ECS_REFUSED_reason, reason);
}

START_TEST(res_01_1024_units_a_vcpu)
{
    struct fixture f;
    hosts(&f, 1);
    uint32_t whole = fixture_add_definition(&f, 2048, 4, 60);
    uint32_t more = fixture_add_definition(&f, 2049, 4, 60);
    fixture_run_task(&f, more, (struct ecs_strategy){0}, 1, 0);
    f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    fixture_run_task(&f, whole, (struct ecs_strategy){0}, 1, 0);
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, 0)
                         ->field[ECS_INSTANCE_REGISTERED_cpu_units],
                     2048);
    ck_assert_uint_eq(refusals(&f, ECS_REASON_RESOURCE_CPU), 1);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 1);
    fixture_release(&f);
}
END_TEST

/* Two instances have room for 1,600 MiB only between them, so the task finds none; what fits one
 * instance pulls the images of both its containers there. */
START_TEST(tdf_06_containers_of_a_task_share_one_instance)
{
    struct fixture f;
    hosts(&f, 2);
    struct ecs_image images[] = {{.name = ecs_names_intern(&f.scenario.names, "a"), .bytes = 1000},
                                 {.name = ecs_names_intern(&f.scenario.names, "b"), .bytes = 1000}};
    uint32_t definition = fixture_add_definition(&f, 0, _i == 0 ? 1600 : 900, 60);
    f.definitions[definition].container_count = 2;
    f.definitions[definition].images = images;
    f.definitions[definition].image_count = 2;
    f.containers[definition][0].image = 0;
    f.containers[definition][1].image = 1;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 0);
    f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    fixture_run(&f);
    ck_assert_uint_eq(refusals(&f, ECS_REASON_RESOURCE_MEMORY), _i == 0);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), _i == 1);
    if (_i == 1) {
        const struct sim_record *placed = fixture_record(&f, ECS_RECORD_TASK_PLACED, 0);
        int64_t host = placed->field[ECS_TASK_PLACED_instance];
        ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_IMAGE), 2);
        ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_IMAGE, ECS_IMAGE_instance, host), 2);
    }
    fixture_release(&f);
}
END_TEST

/* Without room a task fails; a managed provider holds it in PROVISIONING instead. */
START_TEST(tdf_15_no_room_fails_or_waits)
{
    struct fixture f;
    struct ecs_strategy strategy = {0};
    hosts(&f, 1);
    uint32_t definition = fixture_add_definition(&f, 4096, 4, 60);
    if (_i == 1) {
        fixture_add_provider(&f, fixture_add_type(&f, "large", 4, 2000, 0, 4), 1, 0, 0, 10);
        strategy = fixture_strategy(1);
    }
    fixture_run_task(&f, definition, strategy, 1, 0);
    f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    fixture_run(&f);
    ck_assert_uint_eq(refusals(&f, ECS_REASON_RESOURCE_CPU), _i == 0);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_STATE, ECS_TASK_STATE_state,
                                          ECS_TASK_PROVISIONING),
                      _i == 1);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), _i == 1);
    fixture_release(&f);
}
END_TEST

/* A task in host mode with a port: one copy an instance, one more only when the first has ended. */
START_TEST(net_04_one_copy_an_instance)
{
    static const struct ecs_port http[] = {{.port = 80}};
    struct fixture f;
    hosts(&f, 2);
    uint32_t definition = fixture_add_definition(&f, 0, 4, 60);
    f.definitions[definition].network_mode = ECS_NETWORK_HOST;
    f.definitions[definition].ports = http;
    f.definitions[definition].port_count = 1;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 3, 0);
    f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 2 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 3);
    ck_assert_int_ne(
        fixture_record(&f, ECS_RECORD_TASK_PLACED, 0)->field[ECS_TASK_PLACED_instance],
        fixture_record(&f, ECS_RECORD_TASK_PLACED, 1)->field[ECS_TASK_PLACED_instance]);
    ck_assert_uint_eq(refusals(&f, ECS_REASON_RESOURCE_PORTS), 1);
    fixture_release(&f);
}
END_TEST

/* Ports of awsvpc tasks never meet: each has an address of its own. */
START_TEST(net_05_ports_of_awsvpc_tasks_do_not_conflict)
{
    struct fixture f;
    hosts(&f, 1);
    struct ecs_task_definition loaded = loaded_definition(
        "'networkMode': 'awsvpc', " TWO(", 'memory': 4, 'portMappings': [{'containerPort': 80}]",
                                        ", 'memory': 4"));
    ck_assert_uint_eq(loaded.port_count, 0);
    uint32_t definition = fixture_add_definition(&f, 0, 4, 60);
    f.definitions[definition].network_mode = loaded.network_mode;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 2, 0);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 2);
    scn_fixture_refuses("\"taskDefinitions\": [{\"family\": \"job\", \"networkMode\": \"awsvpc\", "
                        "\"containerDefinitions\": [{\"name\": \"main\"}]}]",
                        "add networkConfiguration");
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"networkMode\": \"awsvpc\", "
        "\"containerDefinitions\": [{\"name\": \"main\"}]}], \"runTasks\": [{\"name\": \"first\", "
        "\"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [\"s-a\", \"s-b\"]}}}], "
        "\"network\": {\"subnets\": {\"s-a\": {\"availabilityZone\": \"us-east-1a\"}, \"s-b\": "
        "{\"availabilityZone\": \"us-east-1b\"}}}");
    fixture_release(&f);
}
END_TEST

/* Tasks of a launch type and of a capacity provider run side by side; the first may stand on any
 * instance, the second on its provider's. */
START_TEST(lch_03_launch_types_and_providers_coexist)
{
    struct fixture f;
    hosts(&f, 1);
    fixture_add_provider(&f, fixture_add_type(&f, "large", 4, 2000, 0, 4), 1, 1, 1, 1);
    uint32_t definition = fixture_add_definition(&f, 1024, 4, 600);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 2, 0);
    fixture_run_task(&f, definition, fixture_strategy(1), 2, 0);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 4);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, -1),
                      2);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 0),
                      2);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_outcome,
                                          ECS_OUTCOME_COMPLETED),
                      4);
    fixture_release(&f);
}
END_TEST

Suite *test_task_sizes_suite(void);
Suite *test_task_sizes_suite(void)
{
    Suite *suite = suite_create("task_sizes");
    TCase *tests = tcase_create("sizes");
    tcase_add_test(tests, res_02_task_cpu_else_the_sum_of_containers);
    tcase_add_test(tests, res_03_no_cpu_reserves_nothing);
    tcase_add_test(tests, res_07_reservation_before_hard_limit);
    tcase_add_test(tests, res_12_any_task_memory_on_ec2);
    tcase_add_test(tests, tdf_11_no_delete);
    tcase_add_test(tests, prt_10_udp_needs_an_agent);
    tcase_add_test(tests, net_06_awsvpc_needs_an_agent);
    tcase_add_test(tests, hlt_09_health_checks_need_an_agent);
    tcase_add_test(tests, dep_10_time_outs_need_an_agent);
    tcase_add_test(tests, res_01_1024_units_a_vcpu);
    tcase_add_loop_test(tests, tdf_06_containers_of_a_task_share_one_instance, 0, 2);
    tcase_add_loop_test(tests, tdf_15_no_room_fails_or_waits, 0, 2);
    tcase_add_test(tests, net_04_one_copy_an_instance);
    tcase_add_test(tests, net_05_ports_of_awsvpc_tasks_do_not_conflict);
    tcase_add_test(tests, lch_03_launch_types_and_providers_coexist);
    suite_add_tcase(suite, tests);
    return suite;
}
