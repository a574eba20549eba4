/* What agents register and task definitions need, and the gates that come of it: from user data and
 * definitions to placements and refusals (sheet 01, 18.7 and 20 to 23; sheet 02, 9 and 10.1). */
#include "scn_capability.h"

#include "scn_fixture.h"
#include "test_support.h"
#include "world_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OLD "com.amazonaws.ecs.capability."
#define NEW "ecs.capability."

/* ---- scenarios ---- */

/* Two instances, told apart by what one of them is said to be; tasks of one definition, asked for
 * once each. Written with ' for ". */
struct gate {
    struct scn_loaded loaded;
    struct fixture run; /* of the loaded scenario; only the records are its own */
};

#define SCENARIO                                                                                   \
    "{'plimsoll': 1, 'name': 'gate', 'epoch': '%s', 'duration': '1h', 'cluster': {'clusterName': " \
    "'web'}, 'launchConfigurations': [{'LaunchConfigurationName': 'one', 'ImageId': 'ami-1', "     \
    "'InstanceType': 'm5.large', 'UserData': '#!/bin/sh\\necho ECS_CLUSTER=web >> "                \
    "/etc/ecs/ecs.config\\n%s\\n'%s}, {'LaunchConfigurationName': 'two', 'ImageId': 'ami-1', "     \
    "'InstanceType': 'm5.large', 'UserData': '#!/bin/sh\\necho ECS_CLUSTER=web >> "                \
    "/etc/ecs/ecs.config\\n'}], 'autoScalingGroups': [{'AutoScalingGroupName': 'one', "            \
    "'LaunchConfigurationName': 'one', 'MinSize': 1, 'MaxSize': 1, 'AvailabilityZones': "          \
    "['us-east-1a']}, {'AutoScalingGroupName': 'two', 'LaunchConfigurationName': '%s', "           \
    "'MinSize': %d, 'MaxSize': 1, 'AvailabilityZones': ['us-east-1a']}], 'taskDefinitions': "      \
    "[{'family': 't', %s, 'sim': {'duration': '5m'}}], 'network': {'subnets': {'s': "              \
    "{'availabilityZone': 'us-east-1a'}}}, 'runTasks': [{'at': '1m', 'count': 4, "                 \
    "'taskDefinition': 't', 'launchType': 'EC2'%s, 'sim': {'onRefusal': 'drop'}}]}"

#define ONE(members)                                                                               \
    "'containerDefinitions': [{'name': 'a', 'image': 'i', 'cpu': 64, 'memory': 64" members "}]"

/* `setting` is a line of the first group's user data, `sim` is after it; with `both` there is an
 * instance of the second group, whose agent has the defaults. */
static bool gate_load(struct gate *gate, const char *epoch, const char *setting, const char *sim,
                      bool both, const char *definition)
{
    char text[8192];
    bool awsvpc = strstr(definition, "awsvpc") != NULL;
    int length =
        snprintf(text, sizeof text, SCENARIO, epoch, setting, sim, both ? "two" : "one", both,
                 definition,
                 awsvpc ? ", 'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['s']}}"
                        : "");
    ck_assert_int_lt(length, (int)sizeof text);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c == '^' ? '\'' : *c;
    memset(&gate->run, 0, sizeof gate->run);
    return scn_fixture_load_text(&gate->loaded, text);
}

static void gate_run(struct gate *gate)
{
    gate->run.scenario = gate->loaded.scenario;
    fixture_run(&gate->run);
}

static void gate_release(struct gate *gate)
{
    free(gate->run.records);
    scn_loaded_release(&gate->loaded);
}

static uint32_t placed(const struct gate *gate)
{
    return fixture_count(&gate->run, ECS_RECORD_TASK_PLACED);
}

static uint32_t refused_by_attribute(const struct gate *gate)
{
    return fixture_count_where(&gate->run, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                               ECS_REASON_ATTRIBUTE);
}

/* ---- gates: each setting takes tasks, and refuses them ---- */

struct gate_case {
    const char *rule, *epoch;
    const char *definition;
    const char *opens, *opens_sim; /* with it the first group takes the tasks; NULL: the default */
    const char *closes, *closes_sim; /* with it it does not; NULL: the default */
    const char *advice;              /* of the warning */
};

#define LINE(text)  "echo ^" text "^ >> /etc/ecs/ecs.config"
#define AGENT(v)    ", 'sim': {'agentVersion': '" v "'}"
#define LOG(driver) ONE(", 'logConfiguration': {'logDriver': '" driver "'}")
#define AWSLOGS                                                                                    \
    ONE(", 'logConfiguration': {'logDriver': 'awslogs', 'options': {'awslogs-group': 'g', "        \
        "'awslogs-region': 'us-east-1'}}")
#define ROLE          "'executionRoleArn': 'arn:aws:iam::123456789012:role/x', "
#define DRIVERS(list) LINE("ECS_AVAILABLE_LOGGING_DRIVERS=[" list "]")
#define SECRET(arn)   ROLE ONE(", 'secrets': [{'name': 'S', 'valueFrom': '" arn "'}]")
#define PLUGIN(name)                                                                               \
    "'volumes': [{'name': 'v', 'dockerVolumeConfiguration': {'driver': '" name "'}}], " ONE("")

static const struct gate_case gates[] = {
    {"LOG-03", "2020-06", LOG("gelf"), DRIVERS("\\'gelf\\'"), "", NULL, "",
     "add \"gelf\" to ECS_AVAILABLE_LOGGING_DRIVERS"},
    {"LOG-03", "2020-06", LOG("journald"), DRIVERS("\\'journald\\'"), "", NULL, "", "journald"},
    {"LOG-03", "2020-06", LOG("syslog"), NULL, "", DRIVERS("\\'json-file\\'"), "", "syslog"},
    {"AGT-6", "2020-06", AWSLOGS, NULL, "", DRIVERS("\\'json-file\\', \\'none\\'"), "",
     "add \"awslogs\" to ECS_AVAILABLE_LOGGING_DRIVERS"},
    {"18.7", "2020-06", AWSLOGS, "", AGENT("1.9.0"), "", AGENT("1.8.2"), NULL},
    {"FireLens", "2020-06",
     "'containerDefinitions': [{'name': 'a', 'image': 'i', 'memory': 64, 'logConfiguration': "
     "{'logDriver': 'awsfirelens'}}, {'name': 'b', 'image': 'i', 'memory': 64, "
     "'firelensConfiguration': {'type': 'fluentbit'}}]",
     "", AGENT("1.30.0"), "", AGENT("1.29.1"), "it came with agent 1.30.0"},
    {"VOL-07", "2020-06", PLUGIN("rexray/ebs"), "", ", 'sim': {'volumeDrivers': ['rexray/ebs']}",
     NULL, "", "\"volumeDrivers\": [\"rexray/ebs\"]"},
    {"VOL-07", "2020-06", PLUGIN("rexray/ebs"), "",
     ", 'sim': {'volumeDrivers': ['x', 'rexray/ebs:latest']}", "",
     ", 'sim': {'volumeDrivers': ['rexray/ebs:0.11']}", "rexray/ebs"},
    {"ENI-08", "2020-06", "'networkMode': 'awsvpc', " ONE(""), NULL, "",
     LINE("ECS_ENABLE_TASK_ENI=false"), "", "set ECS_ENABLE_TASK_ENI=true"},
    {"18.7", "2020-06", "'networkMode': 'awsvpc', " ONE(""), "", AGENT("1.15.0"), "",
     AGENT("1.14.5"), NULL},
    {"section 9", "2020-06", ONE(", 'privileged': true"), NULL, "",
     LINE("ECS_DISABLE_PRIVILEGED=true"), "", "do not set ECS_DISABLE_PRIVILEGED"},
    {"section 17", "2020-06", ONE(", 'dockerSecurityOptions': ['label:type:x']"),
     LINE("ECS_SELINUX_CAPABLE=true"), "", NULL, "", "ECS_SELINUX_CAPABLE"},
    {"section 17", "2020-06", ONE(", 'dockerSecurityOptions': ['apparmor:x']"),
     LINE("ECS_APPARMOR_CAPABLE=1"), "", LINE("ECS_SELINUX_CAPABLE=true"), "",
     "ECS_APPARMOR_CAPABLE"},
    {"section 9", "2020-06", "'taskRoleArn': 'r', " ONE(""), NULL, "",
     LINE("ECS_ENABLE_TASK_IAM_ROLE=false"), "", "ECS_ENABLE_TASK_IAM_ROLE=true"},
    {"section 9", "2020-06", "'networkMode': 'host', 'taskRoleArn': 'r', " ONE(""), NULL, "",
     LINE("ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST=false"), "",
     "ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST=true"},
    {"10.1", "2020-06", "'networkMode': 'host', 'taskRoleArn': 'r', " ONE(""), "", AGENT("1.12.0"),
     "", AGENT("1.11.1"), NULL},
    {"CPU-5", "2020-06", "'cpu': '128', 'memory': '64', " ONE(""), NULL, "",
     LINE("ECS_ENABLE_TASK_CPU_MEM_LIMIT=false"), "", "ECS_ENABLE_TASK_CPU_MEM_LIMIT=true"},
    {"section 9", "2020-06", ONE(", 'healthCheck': {'command': ['true']}"), NULL, "",
     LINE("ECS_DISABLE_DOCKER_HEALTH_CHECK=true"), "", "container-health-check"},
    {"HLT-09", "2020-06", ONE(", 'healthCheck': {'command': ['true']}"), "", AGENT("1.17.0"), "",
     AGENT("1.16.2"), NULL},
    {"SEC-05", "2020-06", SECRET("p"), NULL, "",
     LINE("ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=false"), "",
     "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true"},
    {"section 9", "2020-06", ROLE AWSLOGS, NULL, "",
     LINE("ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=false"), "",
     "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true"},
    {"10.1", "2020-06", ROLE AWSLOGS, "", AGENT("1.16.0"), "", AGENT("1.15.2"), NULL},
    {"SEC-04", "2020-06", SECRET("arn:aws:ssm:us-east-1:1:parameter/p"), "", AGENT("1.22.0"), "",
     AGENT("1.21.0"), NULL},
    {"SEC-04", "2020-06", SECRET("arn:aws:secretsmanager:us-east-1:1:secret:s:key::"), "",
     AGENT("1.37.0"), "", AGENT("1.36.2"), NULL},
    {"SEC-04", "2020-06",
     ROLE ONE(", 'logConfiguration': {'logDriver': 'syslog', 'secretOptions': [{'name': 't', "
              "'valueFrom': 'p'}]}"),
     "", AGENT("1.22.0"), "", AGENT("1.21.0"), NULL},
    {"PRV-03", "2020-06",
     ROLE ONE(", 'repositoryCredentials': {'credentialsParameter': 'dev/registry'}"), "",
     AGENT("1.19.0"), "", AGENT("1.18.0"), NULL},
    {"ENV-03", "2020-06",
     ROLE ONE(", 'environmentFiles': [{'value': 'arn:aws:s3:::b/f.env', 'type': 's3'}]"), "",
     AGENT("1.39.0"), "", AGENT("1.38.0"), NULL},
    {"VOL-12", "2020-06",
     "'volumes': [{'name': 'v', 'efsVolumeConfiguration': {'fileSystemId': 'fs-1'}}], " ONE(""), "",
     AGENT("1.35.0"), "", AGENT("1.34.0"), NULL},
    {"VOL-12", "2020-06",
     "'volumes': [{'name': 'v', 'efsVolumeConfiguration': {'fileSystemId': 'fs-1', "
     "'transitEncryption': 'ENABLED', 'authorizationConfig': {'iam': 'ENABLED'}}}], " ONE(""),
     "", AGENT("1.38.0"), "", AGENT("1.37.0"), NULL},
    {"DEP-10", "2020-06", ONE(", 'stopTimeout': 60"), "", AGENT("1.26.0"), "", AGENT("1.25.3"),
     NULL},
    {"PRT-10", "2020-06", ONE(", 'portMappings': [{'containerPort': 53, 'protocol': 'udp'}]"), "",
     AGENT("1.2.0"), "", AGENT("1.1.0"), NULL},
};
#define GATES ((int)(sizeof gates / sizeof gates[0]))

/* With the first group alone: all of its tasks, or none and ATTRIBUTE. */
static void gates_of(const struct gate_case *c)
{
    struct gate gate;
    const char *line = c->opens != NULL ? c->opens : "";
    ck_assert_msg(gate_load(&gate, c->epoch, line, c->opens_sim, false, c->definition), "%s: %s",
                  c->rule, gate.loaded.complaints.errors[0]);
    ck_assert_msg(!scn_fixture_warned(&gate.loaded, "find no place"), "%s", c->rule);
    gate_run(&gate);
    ck_assert_msg(refused_by_attribute(&gate) == 0 && placed(&gate) > 0, "%s: %s", c->rule,
                  c->definition);
    gate_release(&gate);
    line = c->closes != NULL ? c->closes : "";
    ck_assert_msg(gate_load(&gate, c->epoch, line, c->closes_sim, false, c->definition), "%s: %s",
                  c->rule, gate.loaded.complaints.errors[0]);
    if (c->advice != NULL)
        ck_assert_msg(scn_fixture_warned(&gate.loaded, "so its tasks find no place (ATTRIBUTE)") &&
                          scn_fixture_warned(&gate.loaded, c->advice),
                      "%s: %s", c->rule, c->definition);
    gate_run(&gate);
    ck_assert_msg(placed(&gate) == 0 && refused_by_attribute(&gate) == 4, "%s: %s", c->rule,
                  c->definition);
    gate_release(&gate);
}

/* The cases of one rule, so that each rule has a test of its name. */
static void gates_of_rule(const char *rule)
{
    int count = 0;
    for (int i = 0; i < GATES; i++)
        if (strcmp(gates[i].rule, rule) == 0) {
            gates_of(&gates[i]);
            count++;
        }
    ck_assert_int_gt(count, 0);
}

START_TEST(log_03_agents_list_the_log_drivers_they_take)
{
    gates_of_rule("LOG-03");
}
END_TEST

START_TEST(agt_6_tasks_go_where_their_log_driver_is_registered)
{
    gates_of_rule("AGT-6");
}
END_TEST

START_TEST(vol_07_vol_09_tasks_go_where_their_volume_driver_runs)
{
    gates_of_rule("VOL-07");
}
END_TEST

START_TEST(vol_12_efs_needs_an_agent_that_knows_it)
{
    gates_of_rule("VOL-12");
}
END_TEST

START_TEST(eni_08_awsvpc_tasks_go_where_task_eni_is_registered)
{
    gates_of_rule("ENI-08");
}
END_TEST

START_TEST(sec_04_agents_of_secrets)
{
    gates_of_rule("SEC-04");
}
END_TEST

START_TEST(sec_05_secrets_need_the_execution_role_override)
{
    gates_of_rule("SEC-05");
}
END_TEST

START_TEST(prv_03_agents_of_private_registries)
{
    gates_of_rule("PRV-03");
}
END_TEST

START_TEST(env_03_agents_of_environment_files)
{
    gates_of_rule("ENV-03");
}
END_TEST

START_TEST(dep_10_agents_of_dependencies_and_timeouts)
{
    gates_of_rule("DEP-10");
}
END_TEST

START_TEST(hlt_09_agents_of_health_checks)
{
    gates_of_rule("HLT-09");
}
END_TEST

START_TEST(prt_10_agents_of_udp_ports)
{
    gates_of_rule("PRT-10");
}
END_TEST

START_TEST(agt_01_other_settings_and_versions)
{
    static const char *const others[] = {"18.7",       "10.1",  "section 9",
                                         "section 17", "CPU-5", "FireLens"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        gates_of_rule(others[i]);
}
END_TEST

/* Of two instances the tasks stand on the one that has the driver, and the index agrees with the
 * scan (tests/test_ecs_index.c). */
START_TEST(log_03_of_two_instances_one_is_a_candidate)
{
    struct gate gate;
    ck_assert(gate_load(&gate, "2020-06", DRIVERS("\\'gelf\\'"), "", true, LOG("gelf")));
    gate_run(&gate);
    ck_assert_uint_eq(placed(&gate), 4);
    int64_t instance =
        fixture_record(&gate.run, ECS_RECORD_TASK_PLACED, 0)->field[ECS_TASK_PLACED_instance];
    ck_assert_uint_eq(fixture_count_where(&gate.run, ECS_RECORD_TASK_PLACED,
                                          ECS_TASK_PLACED_instance, instance),
                      4);
    gate_release(&gate);
    ck_assert(gate_load(&gate, "2020-06", DRIVERS("\\'gelf\\'"), "", true, LOG("syslog")));
    gate_run(&gate);
    ck_assert_int_ne(
        fixture_record(&gate.run, ECS_RECORD_TASK_PLACED, 0)->field[ECS_TASK_PLACED_instance],
        instance);
    gate_release(&gate);
}
END_TEST

/* ENI-16: instances of Windows take no awsvpc tasks before 2021-10; the definition needs
 * task-eni at any time. */
START_TEST(eni_16_linux_instances_register_task_eni)
{
    static const struct {
        int32_t epoch;
        enum ecs_os os;
        bool there;
    } cases[] = {
        {202006, ECS_OS_LINUX, true},
        {202006, ECS_OS_WINDOWS, false},
        {202109, ECS_OS_WINDOWS, false},
        {202110, ECS_OS_WINDOWS, true},
    };
    struct sim_arena arena;
    sim_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ecs_launch_spec spec = {0};
        struct scn_agent agent;
        struct scn_capabilities list = {.arena = &arena};
        scn_agent_init(&agent, &spec, cases[i].os == ECS_OS_WINDOWS ? SCN_WINDOWS : SCN_LINUX);
        scn_capabilities_of_agent(&list, &agent, &spec.host, cases[i].epoch);
        ck_assert_int_eq(scn_capabilities_hold(&list, NEW "task-eni"), cases[i].there);
    }
    sim_arena_release(&arena);
}
END_TEST

/* LOG-02: what the two systems' agents register without being told; all that there is when told. */
START_TEST(log_02_drivers_by_system)
{
    static const char *const on_linux[] = {"json-file", "syslog", "awslogs", "none", "awsfirelens"};
    static const char *const on_windows[] = {"json-file", "none"};
    struct sim_arena arena;
    sim_arena_init(&arena);
    for (int windows = 0; windows < 2; windows++) {
        struct ecs_launch_spec spec = {0};
        struct scn_agent agent;
        struct scn_capabilities list = {.arena = &arena}, all = {.arena = &arena};
        const char *const *expected = windows ? on_windows : on_linux;
        uint32_t count = 0, wanted = windows ? 2 : 5;
        scn_agent_init(&agent, &spec, windows ? SCN_WINDOWS : SCN_LINUX);
        scn_capabilities_of_agent(&list, &agent, &spec.host, 202006);
        for (uint32_t i = 0; i < list.count; i++)
            count +=
                strncmp(list.names[i], OLD "logging-driver.", strlen(OLD "logging-driver.")) == 0;
        for (uint32_t i = 0; i < wanted; i++) {
            char name[96];
            snprintf(name, sizeof name, OLD "logging-driver.%s", expected[i]);
            ck_assert_msg(scn_capabilities_hold(&list, name), "%s", name);
        }
        ck_assert_uint_eq(count, wanted);
        agent.log_drivers = (1u << SCN_LOG_DRIVERS) - 1;
        scn_capabilities_of_agent(&all, &agent, &spec.host, 202006);
        ck_assert(scn_capabilities_hold(&all, OLD "logging-driver.splunk"));
        ck_assert(scn_capabilities_hold(&all, OLD "logging-driver.logentries"));
    }
    sim_arena_release(&arena);
}
END_TEST

START_TEST(vol_09_volume_drivers_are_named)
{
    scn_fixture_accepts("\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                        "\"sim\": {\"volumeDrivers\": [\"rexray/ebs\"]}}]");
    scn_fixture_refuses("\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                        "\"sim\": {\"volumeDrivers\": [\"\"]}}]",
                        "at least 1 character");
    scn_fixture_refuses("\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                        "\"sim\": {\"volumeDrivers\": \"rexray/ebs\"}}]",
                        "expected a list of texts");
}
END_TEST

/* VOL-07: `local` is built in, whatever the agent. */
START_TEST(vol_07_local_is_built_in)
{
    struct gate gate;
    ck_assert(gate_load(&gate, "2020-06", "", AGENT("1.0.0"), false, PLUGIN("local")));
    ck_assert_uint_eq(gate.loaded.scenario.task_definitions[0].requirement_count, 0);
    gate_run(&gate);
    ck_assert_uint_eq(placed(&gate), 4);
    gate_release(&gate);
}
END_TEST

/* What all instances have is no requirement, so that it costs nothing; queries see it. */
START_TEST(agt_01_what_all_agents_have_narrows_nothing)
{
    struct gate gate;
    const char *definition = "'networkMode': 'awsvpc', 'placementConstraints': [{'type': "
                             "'memberOf', 'expression': 'attribute:ecs.capability.task-eni exists "
                             "and attribute:ecs.capability.docker-plugin.x exists'}], " AWSLOGS;
    ck_assert(
        gate_load(&gate, "2020-06", "", ", 'sim': {'volumeDrivers': ['x']}", true, definition));
    ck_assert_uint_eq(gate.loaded.scenario.task_definitions[0].requirement_count, 0);
    gate_run(&gate);
    ck_assert_uint_eq(placed(&gate), 2); /* an m5.large has two interfaces for tasks */
    gate_release(&gate);
}
END_TEST

/* Managed scaling launches nothing for tasks that the group's agent could not take. */
START_TEST(log_03_no_scale_out_for_tasks_without_their_driver)
{
    static const char gelf[] =
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\": "
        "\"main\", \"logConfiguration\": {\"logDriver\": \"gelf\"}}]}]%s";
    static const char drivers[] =
        ", \"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"UserData\": "
        "\"#!/bin/sh\\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\\necho "
        "'ECS_AVAILABLE_LOGGING_DRIVERS=[\\\"gelf\\\"]' >> /etc/ecs/ecs.config\\n\"}]";
    static const char only_blue[] =
        ", \"cluster\": {\"defaultCapacityProviderStrategy\": [{\"capacityProvider\": \"blue\", "
        "\"weight\": 1}]}";
    for (int there = 0; there < 2; there++) {
        struct gate gate = {0};
        char text[2048], tail[1024];
        snprintf(tail, sizeof tail, "%s%s", there ? drivers : "", only_blue);
        snprintf(text, sizeof text, gelf, tail);
        ck_assert_msg(scn_fixture_load(&gate.loaded, text), "%s", gate.loaded.complaints.errors[0]);
        gate_run(&gate);
        ck_assert_int_eq(fixture_count(&gate.run, ECS_RECORD_INSTANCE_REGISTERED) > 0, there);
        ck_assert_uint_eq(placed(&gate), there ? 2 : 0);
        gate_release(&gate);
    }
}
END_TEST

/* PutAttributes gives an instance a capability, and its absence before is a gate. */
START_TEST(agt_01_put_attributes_opens_a_gate)
{
    struct scn_loaded loaded;
    ck_assert_msg(
        scn_fixture_load(&loaded,
                         "\"changes\": [{\"at\": \"5m\", \"PutAttributes\": {\"attributes\": "
                         "[{\"name\": \"" NEW "docker-plugin.x\"}], \"sim\": {\"count\": 1}}}], "
                         "\"taskDefinitions\": [{\"family\": \"job\", \"volumes\": [{\"name\": "
                         "\"v\", \"dockerVolumeConfiguration\": {\"driver\": \"x\"}}]}]"),
        "%s", loaded.complaints.errors[0]);
    ck_assert_uint_eq(loaded.scenario.task_definitions[0].requirement_count, 1);
    ck_assert(!scn_fixture_warned(&loaded, "find no place"));
    scn_loaded_release(&loaded);
}
END_TEST

/* Sheet 02, 10.1: agents delete images from 1.13.0 on, and heed the wait of stopped tasks from
 * 1.8.0 on. */
START_TEST(agt_01_what_older_agents_do_not_do)
{
    static const struct {
        const char *version;
        bool cleanup;
        int64_t wait_h;
    } cases[] = {
        {"1.40.0", true, 1}, {"1.13.0", true, 1}, {"1.12.2", false, 1},
        {"1.8.0", false, 1}, {"1.7.1", false, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gate gate;
        char sim[64];
        snprintf(sim, sizeof sim, AGENT("%s"), cases[i].version);
        ck_assert(gate_load(&gate, "2020-06", LINE("ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=1h"), sim,
                            false, ONE("")));
        const struct ecs_host *host = &gate.loaded.scenario.specs[0].host;
        ck_assert_int_eq(host->image_cleanup, cases[i].cleanup);
        ck_assert_int_eq(host->task_cleanup_wait, cases[i].wait_h * SIM_HOUR);
        ck_assert_int_eq(scn_fixture_warned(&gate.loaded, "agents before 1.8.0 do not know"),
                         cases[i].wait_h == 3);
        gate_release(&gate);
    }
}
END_TEST

/* ---- described instances and definitions ---- */

#define DESCRIBED(attributes)                                                                      \
    "{\"plimsoll\": 1, \"name\": \"described\", \"duration\": \"1h\", \"cluster\": {}, "           \
    "\"containerInstances\": [{\"instanceType\": \"m5.large\", \"attributes\": [" attributes       \
    "]}], \"taskDefinitions\": [{\"family\": \"t\", \"containerDefinitions\": [{\"name\": "        \
    "\"a\", \"image\": \"i\", \"memory\": 64, \"logConfiguration\": {\"logDriver\": "              \
    "\"syslog\"}}], \"sim\": {\"duration\": \"1m\"}}], \"runTasks\": [{\"at\": \"1m\", "           \
    "\"taskDefinition\": \"t\"}]}"

static bool warns_of_described(const char *text)
{
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load_text(&loaded, text), "%s", loaded.complaints.errors[0]);
    bool warns =
        scn_fixture_warned(&loaded,
                           OLD "logging-driver.syslog, so its tasks find no place (ATTRIBUTE)");
    scn_loaded_release(&loaded);
    return warns;
}

START_TEST(agt_01_described_instances_have_what_was_printed)
{
#define REMOTE "{\"name\": \"" OLD "docker-remote-api.1.17\"}, "
    ck_assert(!warns_of_described(DESCRIBED("{\"name\": \"stack\", \"value\": \"a\"}")));
    ck_assert(!warns_of_described(DESCRIBED("{\"name\": \"" OLD "logging-driver.gelf\"}")));
    ck_assert(warns_of_described(DESCRIBED(REMOTE "{\"name\": \"" OLD "logging-driver.gelf\"}")));
    ck_assert(
        !warns_of_described(DESCRIBED(REMOTE "{\"name\": \"" OLD "logging-driver.syslog\"}")));
}
END_TEST

#define REQUIRES(names, container)                                                                 \
    "\"taskDefinitions\": [{\"family\": \"job\", \"requiresAttributes\": [" names                  \
    "], \"containerDefinitions\": [{\"name\": \"main\"" container "}]}]"

START_TEST(agt_01_requires_attributes_go_with_the_definition)
{
    struct scn_loaded loaded;
    const char *syslog = ", \"logConfiguration\": {\"logDriver\": \"syslog\"}";
    char text[1024];
    snprintf(text, sizeof text,
             REQUIRES("{\"name\": \"" OLD "logging-driver.syslog\"}, {\"name\": \"" OLD
                      "docker-remote-api.1.18\"}",
                      "%s"),
             syslog);
    ck_assert(scn_fixture_load(&loaded, text));
    ck_assert(!scn_fixture_warned(&loaded, "is not heeded"));
    scn_loaded_release(&loaded);
    scn_fixture_warns(REQUIRES("{\"name\": \"" OLD "logging-driver.syslog\"}", ""),
                      OLD "logging-driver.syslog is not needed by what the definition says");
    snprintf(text, sizeof text, REQUIRES("{\"name\": \"" NEW "docker-plugin.local\"}", "%s"), "");
    scn_fixture_warns(text, "was it changed after it was described?");
    snprintf(text, sizeof text, REQUIRES("{\"name\": \"" OLD "docker-remote-api.1.18\"}", "%s"),
             syslog);
    scn_fixture_warns(text, OLD "logging-driver.syslog is missing here");
    scn_fixture_refuses("\"taskDefinitions\": [{\"family\": \"job\", \"requiresAttributes\": "
                        "\"x\"}]",
                        "expected a list of objects");
}
END_TEST

Suite *test_scn_capability_suite(void);
Suite *test_scn_capability_suite(void)
{
    Suite *suite = suite_create("scn_capability");
    TCase *tests = tcase_create("gates");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, log_03_agents_list_the_log_drivers_they_take);
    tcase_add_test(tests, agt_6_tasks_go_where_their_log_driver_is_registered);
    tcase_add_test(tests, vol_07_vol_09_tasks_go_where_their_volume_driver_runs);
    tcase_add_test(tests, vol_12_efs_needs_an_agent_that_knows_it);
    tcase_add_test(tests, eni_08_awsvpc_tasks_go_where_task_eni_is_registered);
    tcase_add_test(tests, sec_04_agents_of_secrets);
    tcase_add_test(tests, sec_05_secrets_need_the_execution_role_override);
    tcase_add_test(tests, prv_03_agents_of_private_registries);
    tcase_add_test(tests, env_03_agents_of_environment_files);
    tcase_add_test(tests, dep_10_agents_of_dependencies_and_timeouts);
    tcase_add_test(tests, hlt_09_agents_of_health_checks);
    tcase_add_test(tests, prt_10_agents_of_udp_ports);
    tcase_add_test(tests, agt_01_other_settings_and_versions);
    tcase_add_test(tests, log_03_of_two_instances_one_is_a_candidate);
    tcase_add_test(tests, eni_16_linux_instances_register_task_eni);
    tcase_add_test(tests, log_02_drivers_by_system);
    tcase_add_test(tests, vol_09_volume_drivers_are_named);
    tcase_add_test(tests, vol_07_local_is_built_in);
    tcase_add_test(tests, agt_01_what_all_agents_have_narrows_nothing);
    tcase_add_test(tests, log_03_no_scale_out_for_tasks_without_their_driver);
    tcase_add_test(tests, agt_01_put_attributes_opens_a_gate);
    tcase_add_test(tests, agt_01_what_older_agents_do_not_do);
    tcase_add_test(tests, agt_01_described_instances_have_what_was_printed);
    tcase_add_test(tests, agt_01_requires_attributes_go_with_the_definition);
    return suite;
}
