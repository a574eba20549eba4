/* What an account and a call may have (QTA), and sizes of tasks (VAL, API-12): the last value that
 * is taken, the first that is not, and the exception that AWS answers with. */
#include "ecs_behaviour.h"
#include "rpt_quota.h"
#include "scn_fixture.h"
#include "test_support.h"
#include "world_fixture.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Members of a scenario with ' for "; `list` stands where it says %s: n times `item`, with commas.
 */
static const char *members(const char *format, const char *item, int n)
{
    static char list[33000], text[34000];
    list[0] = '\0';
    for (int i = 0, at = 0; i < n; i++)
        at += snprintf(list + at, sizeof list - (size_t)at, "%s%s", i > 0 ? ", " : "", item);
    int length = snprintf(text, sizeof text, format, list);
    ck_assert_int_lt(length, (int)sizeof text);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return text;
}

static void expect_limit(const char *format, const char *item, int most, const char *says)
{
    scn_fixture_accepts(members(format, item, most));
    scn_fixture_refuses(members(format, item, most + 1), says);
}

/* ---- limits of a call: QTA-19 ---- */

START_TEST(qta_9_qta_19_api_15_tasks_of_a_call)
{
    scn_fixture_accepts("\"runTasks\": [{\"name\": \"first\", \"count\": 10}]");
    scn_fixture_refuses("\"runTasks\": [{\"name\": \"first\", \"count\": 11}]",
                        "11 is out of range; write 1 to 10 (QTA-9: InvalidParameterException)");
}
END_TEST

START_TEST(qta_12_size_of_a_definition)
{
    /* {"family":"t","containerDefinitions":[{"name":"a","image":"i","memory":64,"command":[""]}]}
     */
    static const char *const formats[] = {
        "'taskDefinitions': [{'family': 't', 'containerDefinitions': [{'name': 'a', 'image': 'i', "
        "'memory': 64, 'command': ['%s']}]}]",
        "'taskDefinitions': [{'family': 't', 'containerDefinitions': [{'name': 'a', 'image': 'i', "
        "'memory': 64, 'command': ['%s']}], 'sim': {'duration': '1m'}}]"};
    static char command[32768];
    memset(command, 'x', 32768 - 91);
    struct scn_loaded loaded;
    for (int i = 0; i < 2; i++) { /* what is no part of the call does not count */
        ck_assert(scn_fixture_load(&loaded, members(formats[i], command, 1)));
        scn_loaded_release(&loaded);
    }
    command[32768 - 91] = 'x';
    ck_assert(!scn_fixture_load(&loaded, members(formats[0], command, 1)));
    ck_assert(scn_fixture_complained(&loaded, "32769 bytes long; AWS takes 32768"));
    ck_assert(scn_fixture_complained(&loaded, "(QTA-12: ClientException)"));
    scn_loaded_release(&loaded);
}
END_TEST

/* Containers have names of their own. */
START_TEST(qta_13_containers_of_a_definition)
{
    char list[2048] = "", text[4096];
    for (int i = 0, at = 0; i < 11; i++) {
        at += snprintf(list + at, sizeof list - (size_t)at,
                       "%s{'name': 'c%d', 'image': 'i', 'memory': 64}", i > 0 ? ", " : "", i);
        snprintf(text, sizeof text,
                 "'taskDefinitions': [{'family': 't', 'containerDefinitions': [%s]}]", list);
        if (i == 9)
            scn_fixture_accepts(members(text, "", 0));
    }
    scn_fixture_refuses(members(text, "", 0),
                        "the list has 11 elements; 1 to 10 are allowed (QTA-13: ClientException)");
}
END_TEST

#define AWSVPC                                                                                     \
    "'taskDefinitions': [{'family': 'job', 'networkMode': 'awsvpc'}], 'network': {'subnets': "     \
    "{'a': {'availabilityZone': 'us-east-1a'}, 'b': {'availabilityZone': 'us-east-1b'}}}, "        \
    "'runTasks': [{'name': 'first', 'networkConfiguration': {'awsvpcConfiguration': {"

START_TEST(qta_14_subnets_of_a_task)
{
    expect_limit(AWSVPC "'subnets': ['a', %s]}}}]", "'b'", 15,
                 "the list has 17 elements; 1 to 16 are allowed (QTA-14: "
                 "InvalidParameterException)");
}
END_TEST

START_TEST(qta_15_security_groups_of_a_task)
{
    expect_limit(AWSVPC "'subnets': ['a', 'b'], 'securityGroups': [%s]}}}]", "'sg-1'", 5,
                 "the list has 6 elements; 0 to 5 are allowed (QTA-15: InvalidParameterException)");
}
END_TEST

/* Of task definitions, clusters and tasks. */
START_TEST(qta_16_tags_of_a_resource)
{
    static const char *const formats[] = {
        "'taskDefinitions': [{'family': 'job', 'tags': [%s]}]",
        "'cluster': {'clusterName': 'web', 'tags': [%s]}",
        "'runTasks': [{'name': 'first', 'tags': [%s]}]",
        "'capacityProviders': [{'name': 'blue', 'tags': [%s]}]",
    };
    expect_limit(formats[_i], "{'key': 'k', 'value': 'v'}", 50,
                 "the list has 51 elements; 0 to 50 are allowed (QTA-16: "
                 "InvalidParameterException)");
}
END_TEST

/* ---- quotas of an account ---- */

/* QTA-20: what was changed before the first epoch is the first value; sheet 04, 5.2 the later one.
 */
START_TEST(qta_20_by_epoch)
{
    static const struct {
        int32_t epoch;
        int64_t instances, tasks;
    } rows[] = {{ECS_EPOCH_FIRST, 2000, 1000},
                {202006, 2000, 1000},
                {202203, 2000, 1000},
                {202204, 5000, 5000},
                {ECS_EPOCH_NEWEST, 5000, 5000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ecs_behaviour behaviour;
        ecs_behaviour_at(&behaviour, rows[i].epoch);
        ck_assert_int_eq(behaviour.account_container_instances, rows[i].instances);
        ck_assert_int_eq(behaviour.account_tasks, rows[i].tasks);
        ck_assert_int_eq(behaviour.quota_container_instances, ECS_UNLIMITED);
    }
}
END_TEST

/* A stopped instance is registered still (CI-4), a terminated or deregistered one is not. */
START_TEST(qta_2_counts_registered_instances)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 30);
    uint32_t type = fixture_add_type(&f, "m", 1, 4096, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 3, 5);
    f.providers[0].managed_scaling = false;
    f.scenario.duration = SIM_HOUR;
    static const int64_t serials[] = {1, 2};
    static const enum ecs_operation operations[] = {ECS_OP_STOP_INSTANCES,
                                                    ECS_OP_TERMINATE_INSTANCES,
                                                    ECS_OP_DEREGISTER_CONTAINER_INSTANCE};
    struct ecs_change *change = fixture_add_change(&f, 10 * SIM_MINUTE, operations[_i]);
    change->selection.serials = serials;
    change->selection.serial_count = 1;
    change = fixture_add_change(&f, 20 * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 4;
    fixture_run(&f);
    struct rpt_quota quota;
    rpt_quota_init(&quota);
    for (int again = 0; again < 2; again++) { /* it forgets the run before */
        rpt_quota_begin(&quota);
        for (uint32_t i = 0; i < f.record_count; i++)
            rpt_quota_observe(&quota, &f.records[i]);
        ck_assert_int_eq(quota.now, 0);
        /* three; the stopped one, which the group terminates and replaces, stays on the list, the
         * terminated one does not; the deregistered one is a member still; then one more */
        ck_assert_int_eq(quota.peak, 5 - _i);
    }
    struct ecs_behaviour behaviour = f.scenario.behaviour;
    behaviour.account_container_instances = 3;
    ck_assert_int_eq(rpt_quota_instances_over(&quota, &behaviour), 2 - _i);
    behaviour.quota_container_instances = 3; /* the account's own */
    ck_assert_int_eq(rpt_quota_instances_over(&quota, &behaviour), 0);
    behaviour.account_tasks = ECS_UNLIMITED;
    ck_assert_int_eq(rpt_quota_tasks_over(INT64_C(1000000), &behaviour), 0);
    rpt_quota_release(&quota);
    fixture_release(&f);
}
END_TEST

/* Runs `plimsoll COMMAND` on a scenario with these values; what it says on both streams. */
static char *said(const char *command, const char *sets)
{
    char out[512], line[PATH_MAX + 1024];
    snprintf(out, sizeof out, "%s", test_tmp_path("quota.txt"));
    const char *program = getenv("PLIMSOLL");
    snprintf(line, sizeof line, "%s%s %s tutorial %s >'%s' 2>&1",
             program && strchr(program, '/') ? "" : "./", program ? program : "plimsoll", command,
             sets, out);
    ck_assert_msg(system(line) == 0, "failed: %s", line);
    return test_read_file(out, NULL);
}

/* QTA-18: a run that needs a raised quota says so, unless the scenario gives the account's own. */
START_TEST(qta_2_qta_4_qta_18_a_run_says_what_it_needs)
{
    static const struct {
        const char *command, *sets;
        const char *says, *not ;
    } cases[] = {
        {"run", "--set behaviour.accountContainerInstances=1", "beyond an account's quota",
         "tasks at once"},
        {"run", "--set behaviour.accountContainerInstances=1",
         "container instances at once, where an account has 1 a cluster unless AWS raises its "
         "quota (QTA-2)",
         "tasks at once"},
        {"run", "--set behaviour.accountTasks=1",
         "tasks at once, where a quota of 1 is a service's, but by its text counts standalone "
         "tasks "
         "too (QTA-4)",
         "container instances at once"},
        {"run",
         "--set behaviour.accountContainerInstances=1 --set behaviour.quotaContainerInstances=9",
         "instances, peak", "beyond an account's quota"},
        {"run", "--set behaviour.accountContainerInstances=none --set behaviour.accountTasks=none",
         "instances, peak", "beyond an account's quota"},
        {"run", "", "instances, peak", "beyond an account's quota"},
        {"check",
         "--set behaviour.accountContainerInstances=1 --set "
         "'autoScalingGroups[0].DesiredCapacity=2'",
         "2 instances at the start, where an account has 1 in a cluster unless AWS raises its "
         "quota (QTA-2)",
         "do not register"},
        {"check",
         "--set behaviour.quotaContainerInstances=1 --set "
         "'autoScalingGroups[0].DesiredCapacity=2'",
         "2 instances at the start, of which the account may have 1 in a cluster; the others do "
         "not register (QTA-2)",
         "where an account has"},
        {"check", "--set 'autoScalingGroups[0].DesiredCapacity=2'", "good;", "QTA-2"},
    };
    char *text = said(cases[_i].command, cases[_i].sets);
    ck_assert_msg(strstr(text, cases[_i].says) != NULL, "no `%s` in\n%s", cases[_i].says, text);
    ck_assert_msg(strstr(text, cases[_i].not ) == NULL, "`%s` in\n%s", cases[_i].not, text);
    free(text);
}
END_TEST

/* ---- sizes of tasks: VAL-5's edges, refused when they are registered (VAL-4) ---- */

static const char *sized(const char *launch, const char *cpu, const char *memory)
{
    static char text[512];
    snprintf(text, sizeof text,
             "'epoch': '2020-06', 'taskDefinitions': [{'family': 'sized', %s'cpu': '%s', 'memory': "
             "'%s', 'containerDefinitions': [{'name': 'a', 'image': 'i'}]}]",
             launch, cpu, memory);
    return members(text, "", 0);
}

START_TEST(val_1_val_2_val_5_api_12_sizes_on_instances)
{
    static const struct {
        const char *cpu, *memory;
        int64_t units, mib; /* 0: refused */
    } cases[] = {
        {"127", "512", 0, 0},
        {"128", "512", 128, 512},
        {"10240", "512", 10240, 512},
        {"10241", "512", 0, 0},
        {"0.25 vCPU", "1GB", 256, 1024},
        {".125 vcpu", "1 gb", 128, 1024},
        {"10 vCPU", "3 GB", 10240, 3072},
        {"11 vCPU", "3 GB", 0, 0},
        {"300", "777", 300, 777},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = sized("", cases[i].cpu, cases[i].memory);
        if (cases[i].units == 0) {
            scn_fixture_refuses(text, "(API-12: ClientException, Invalid 'cpu' setting for task)");
            continue;
        }
        struct scn_loaded loaded;
        ck_assert_msg(scn_fixture_load(&loaded, text), "%s", text);
        uint32_t last = loaded.scenario.task_definition_count - 1;
        ck_assert_str_eq(loaded.scenario.task_definitions[last].family, "sized");
        ck_assert_int_eq(loaded.scenario.task_definitions[last].cpu_units, cases[i].units);
        ck_assert_int_eq(loaded.scenario.task_definitions[last].memory_mib, cases[i].mib);
        scn_loaded_release(&loaded);
    }
}
END_TEST

START_TEST(val_3_val_4_val_5_api_12_sizes_on_fargate)
{
    static const char launch[] =
        "'requiresCompatibilities': ['EC2', 'FARGATE'], 'networkMode': 'awsvpc', ";
    static const struct {
        const char *cpu, *memory;
        bool good;
    } cases[] = {
        {"256", "2048", true},    {"256", "3072", false},  {"512", "4096", true},
        {"512", "512", false},    {"1024", "8192", true},  {"1024", "9216", false},
        {"2048", "4096", true},   {"2048", "4608", false}, {"4096", "30720", true},
        {"4096", "31744", false}, {"300", "512", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = sized(launch, cases[i].cpu, cases[i].memory);
        if (cases[i].good)
            scn_fixture_accepts(text);
        else
            scn_fixture_refuses(text, "(API-12: ClientException");
    }
}
END_TEST

Suite *test_quotas_suite(void);

Suite *test_quotas_suite(void)
{
    Suite *suite = suite_create("quotas");
    TCase *tcase = tcase_create("calls");
    tcase_add_test(tcase, qta_9_qta_19_api_15_tasks_of_a_call);
    tcase_add_test(tcase, qta_12_size_of_a_definition);
    tcase_add_test(tcase, qta_13_containers_of_a_definition);
    tcase_add_test(tcase, qta_14_subnets_of_a_task);
    tcase_add_test(tcase, qta_15_security_groups_of_a_task);
    tcase_add_loop_test(tcase, qta_16_tags_of_a_resource, 0, 4);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("accounts");
    tcase_add_test(tcase, qta_20_by_epoch);
    tcase_add_loop_test(tcase, qta_2_counts_registered_instances, 0, 3);
    tcase_add_loop_test(tcase, qta_2_qta_4_qta_18_a_run_says_what_it_needs, 0, 9);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("sizes");
    tcase_add_test(tcase, val_1_val_2_val_5_api_12_sizes_on_instances);
    tcase_add_test(tcase, val_3_val_4_val_5_api_12_sizes_on_fargate);
    suite_add_tcase(suite, tcase);
    return suite;
}
