/* Windows instances and tasks (WIN, sheet 02 section 23), from the scenario to where tasks land.
 * Cases are merged over tests/bad/base.json. */
#include "ecs_state.h"
#include "scn_fixture.h"
#include "test_support.h"
#include "world_fixture.h"

#include <stdio.h>
#include <string.h>

/* The base's instances, but Windows ones. */
#define WINDOWS_INSTANCES                                                                          \
    "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"ImageId\": "            \
    "\"Windows_Server-2019-English-Full-ECS_Optimized-2020.05.14\", \"UserData\": "                \
    "\"<powershell>\\nInitialize-ECSAgent -Cluster web\\n</powershell>\", \"sim\": "               \
    "{\"pricePerHour\": \"0.0600\"}}]"

/* The base's task definition with these members over it, for Windows. */
static const char *windows_task(const char *members, const char *container)
{
    static char text[2048];
    snprintf(text, sizeof text,
             "%s, \"taskDefinitions\": [{\"family\": \"job\", \"sim\": {\"duration\": \"10m\", "
             "\"os\": \"windows\"}, %s \"containerDefinitions\": [{\"name\": \"main\", \"image\": "
             "\"iis\"%s}]}]",
             WINDOWS_INSTANCES, members, container);
    return text;
}

#define SIZED ", \"cpu\": 256, \"memory\": 128"

START_TEST(win_3_win_14_prt_1_agt_5_windows_instances)
{
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, windows_task("", SIZED)), "%s",
                  loaded.complaints.errors[0]);
    const struct ecs_launch_spec *spec = &loaded.scenario.specs[0];
    ck_assert_int_eq(spec->join, ECS_JOIN_REGISTERS);
    ck_assert_int_eq(spec->host.os, ECS_OS_WINDOWS);
    ck_assert_uint_eq(spec->host.agent_version, 1039000);
    ck_assert_uint_eq(spec->reserved_port_count, 10);
    ck_assert_uint_eq(spec->reserved_ports[0], 53);
    ck_assert_int_eq(spec->host.start_timeout, 8 * SIM_MINUTE);
    ck_assert(spec->boot_given); /* WIN-3: up to a quarter of an hour */
    ck_assert(spec->boot.max == 900.0);
    ck_assert_int_eq(spec->price_nusd_per_h, 60000000);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(win_prices_are_an_input)
{
    scn_fixture_refuses("\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                        "\"ImageId\": \"/aws/service/ami-windows-latest/"
                        "Windows_Server-2016-English-Full-ECS_Optimized\", \"UserData\": "
                        "\"<powershell>\\nInitialize-ECSAgent -Cluster web\\n</powershell>\"}]",
                        "sim\": {\"pricePerHour\": \"0.188\"}");
    scn_fixture_refuses("\"containerInstances\": [{\"instanceType\": \"m5.large\", \"sim\": "
                        "{\"os\": \"windows\"}}]",
                        "the price book holds Linux prices only");
    scn_fixture_accepts("\"containerInstances\": [{\"instanceType\": \"m5.large\", \"sim\": "
                        "{\"os\": \"windows\", \"pricePerHour\": 0.188}}]");
}
END_TEST

START_TEST(win_user_data_goes_with_the_system)
{
    scn_fixture_refuses(
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"sim\": {\"os\": "
        "\"windows\", \"pricePerHour\": 1}}]",
        "Windows, which reads <powershell> ... </powershell> only");
    scn_fixture_refuses(
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"ImageId\": "
        "\"amzn2-ami-ecs-hvm-2.0.20200603-x86_64-ebs\", \"UserData\": "
        "\"<powershell>\\nInitialize-ECSAgent -Cluster web\\n</powershell>\", \"sim\": "
        "{\"pricePerHour\": 1}}]",
        "which runs no PowerShell");
    /* an image that is not known may be one of Windows: then PowerShell tells */
    struct scn_loaded loaded;
    ck_assert(
        scn_fixture_load(&loaded,
                         "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                         "\"UserData\": \"<powershell>\\nInitialize-ECSAgent -Cluster "
                         "web\\n</powershell>\", \"sim\": {\"pricePerHour\": 1}}]"));
    ck_assert_int_eq(loaded.scenario.specs[0].host.os, ECS_OS_WINDOWS);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(win_1_definitions_say_their_system)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, windows_task("", SIZED)));
    ck_assert(loaded.scenario.task_definitions[0].windows);
    scn_loaded_release(&loaded);
    ck_assert(scn_fixture_load(
        &loaded,
        windows_task("\"runtimePlatform\": {\"operatingSystemFamily\": \"WINDOWS_SERVER_2019_CORE"
                     "\"},",
                     SIZED)));
    ck_assert(loaded.scenario.task_definitions[0].windows);
    scn_loaded_release(&loaded);
    scn_fixture_warns("\"taskDefinitions\": [{\"family\": \"job\", \"sim\": {\"duration\": "
                      "\"10m\", \"os\": \"windows\"}}]",
                      "its tasks need Windows, and no instance that they may go to has that");
}
END_TEST

START_TEST(win_4_sto_9_img_6_images_are_large)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, windows_task("", SIZED)));
    int64_t bytes = loaded.scenario.task_definitions[0].images[0].bytes;
    ck_assert_int_eq(bytes, INT64_C(9664000000));
    /* IMG-6: no longer than a quarter of an hour */
    ck_assert_int_le(bytes / loaded.scenario.behaviour.image_pull_mbps, 15 * SIM_MINUTE);
    scn_loaded_release(&loaded);
    ck_assert(scn_fixture_load(&loaded, "\"seed\": 2"));
    ck_assert_int_eq(loaded.scenario.task_definitions[0].images[0].bytes, 200000000);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(win_6_res_13_task_sizes_are_ignored)
{
    struct scn_loaded loaded;
    ck_assert(
        scn_fixture_load(&loaded, windows_task("\"cpu\": \"1024\", \"memory\": \"2048\",", SIZED)));
    ck_assert(scn_fixture_warned(&loaded, "Windows ignores the size of a task"));
    ck_assert_int_eq(loaded.scenario.task_definitions[0].cpu_units, 256);
    ck_assert_int_eq(loaded.scenario.task_definitions[0].memory_mib, 128);
    scn_loaded_release(&loaded);
    scn_fixture_refuses("\"taskDefinitions\": [{\"family\": \"bare\", \"memory\": \"2048\", "
                        "\"sim\": {\"os\": \"windows\"}, \"containerDefinitions\": [{\"name\": "
                        "\"main\", \"image\": \"iis\"}]}]",
                        "Windows ignores that of the task");
}
END_TEST

static const struct refused_case {
    const char *task, *container, *words;
} refused_cases[] = {
    {"\"networkMode\": \"bridge\",", SIZED, "leave networkMode out"}, /* WIN-7 */
    {"\"pidMode\": \"host\",", SIZED, "Windows containers do not have it"},
    {"\"ipcMode\": \"host\",", SIZED, "Windows containers do not have it"},
    {"", SIZED ", \"disableNetworking\": true", "Windows containers do not have it"},
    {"", SIZED ", \"dnsServers\": [\"10.0.0.2\"]", "Windows containers do not have it"},
    {"", SIZED ", \"dnsSearchDomains\": [\"local\"]", "Windows containers do not have it"},
    {"", SIZED ", \"extraHosts\": [{\"hostname\": \"a\", \"ipAddress\": \"10.0.0.1\"}]",
     "Windows containers do not have it"},
    {"", SIZED ", \"linuxParameters\": {\"initProcessEnabled\": true}",
     "Windows containers do not have it"},
    {"", SIZED ", \"privileged\": true", "Windows containers do not have it"},
    {"", SIZED ", \"readonlyRootFilesystem\": true", "Windows containers do not have it"},
    {"", SIZED ", \"user\": \"app\"", "Windows containers do not have it"},
    {"", SIZED ", \"ulimits\": [{\"name\": \"nofile\", \"softLimit\": 1024, \"hardLimit\": 1024}]",
     "Windows containers do not have it"},
    {"", SIZED ", \"dockerSecurityOptions\": [\"no-new-privileges\"]", /* */
     "take no security option but credentialspec:"},
    {"", SIZED ", \"dockerSecurityOptions\": [\"credentialspec:web.json\"]", /* WIN-17 */
     "names no credential specification"},
    {"",
     SIZED ", \"dockerSecurityOptions\": [\"credentialspec:arn:aws:ssm:us-east-1:1:document/a\"]",
     "names no credential specification"},
    {"\"volumes\": [{\"name\": \"v\", \"host\": {\"sourcePath\": \"/var/data\"}}],",
     SIZED, /* WIN-9 */
     "is a path of Linux"},
    {"\"volumes\": [{\"name\": \"v\", \"host\": {\"sourcePath\": \"D:\\\\data\"}}],", SIZED,
     "is on another"},
    {"\"taskRoleArn\": \"arn:aws:iam::123456789012:role/r\",", /* WIN-11 */
     SIZED ", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 80}]",
     "port 80 serves the credentials of task roles"},
    {"\"requiresCompatibilities\": [\"FARGATE\"], \"cpu\": \"256\", \"memory\": \"512\",", SIZED,
     "`FARGATE` is not simulated yet"}, /* WIN-2 */
};
#define REFUSED_CASES ((int)(sizeof refused_cases / sizeof refused_cases[0]))

START_TEST(win_2_win_7_to_11_win_17_refused)
{
    const struct refused_case *c = &refused_cases[_i];
    scn_fixture_refuses(windows_task(c->task, c->container), c->words);
}
END_TEST

static const struct accepted_case {
    const char *task, *container;
} accepted_cases[] = {
    {"\"taskRoleArn\": \"arn:aws:iam::123456789012:role/r\",",
     SIZED ", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 0}]"},
    {"", SIZED ", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 80}]"},
    {"", SIZED ", \"dockerSecurityOptions\": [\"credentialspec:file://web.json\"], "
               "\"hostname\": \"web\""},
    {"", SIZED ", \"dockerSecurityOptions\": [\"credentialspec:arn:aws:s3:::bucket/web.json\"]"},
    {"", SIZED ", \"dockerSecurityOptions\": "
               "[\"credentialspec:arn:aws:ssm:us-east-1:123456789012:parameter/web\"]"},
    {"\"volumes\": [{\"name\": \"v\", \"host\": {\"sourcePath\": \"C:\\\\ProgramData\\\\a\"}}],",
     SIZED},
};
#define ACCEPTED_CASES ((int)(sizeof accepted_cases / sizeof accepted_cases[0]))

START_TEST(win_9_to_11_win_17_accepted)
{
    scn_fixture_accepts(windows_task(accepted_cases[_i].task, accepted_cases[_i].container));
}
END_TEST

START_TEST(win_11_prt_8_port_80_of_instances_with_task_roles)
{
    struct scn_loaded loaded;
    ck_assert(
        scn_fixture_load(&loaded,
                         "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                         "\"UserData\": \"<powershell>\\nInitialize-ECSAgent -Cluster web "
                         "-EnableTaskIAMRole\\n</powershell>\", \"sim\": {\"pricePerHour\": 1}}]"));
    const struct ecs_launch_spec *spec = &loaded.scenario.specs[0];
    ck_assert_uint_eq(spec->reserved_port_count, 11);
    ck_assert_uint_eq(spec->reserved_ports[10], 80);
    scn_loaded_release(&loaded);
}
END_TEST

/* ---- the agent's version (AGT-01) ---- */

static const struct version_case {
    const char *task, *container;
    uint32_t version;
} version_cases[] = {
    {"", "", 0},
    {"\"networkMode\": \"awsvpc\",", "", 1015000},
    {"", ", \"healthCheck\": {\"command\": [\"CMD\", \"true\"]}", 1017000},
    {"", ", \"stopTimeout\": 60", 1026000},
    {"", ", \"startTimeout\": 60", 1026000},
    {"\"executionRoleArn\": \"arn:aws:iam::123456789012:role/r\",",
     ", \"repositoryCredentials\": {\"credentialsParameter\": \"s\"}", 1019000},
    {"\"executionRoleArn\": \"arn:aws:iam::123456789012:role/r\",",
     ", \"secrets\": [{\"name\": \"S\", \"valueFrom\": \"parameter\"}]", 1022000},
    {"\"executionRoleArn\": \"arn:aws:iam::123456789012:role/r\",",
     ", \"logConfiguration\": {\"logDriver\": \"splunk\", \"secretOptions\": [{\"name\": "
     "\"splunk-token\", \"valueFrom\": \"parameter\"}]}",
     1022000},
    {"\"executionRoleArn\": \"arn:aws:iam::123456789012:role/r\",",
     ", \"secrets\": [{\"name\": \"S\", \"valueFrom\": "
     "\"arn:aws:secretsmanager:us-east-1:1:secret:s:key::\"}]",
     1037000},
    {"\"volumes\": [{\"name\": \"v\", \"efsVolumeConfiguration\": {\"fileSystemId\": \"fs-1\", "
     "\"transitEncryption\": \"ENABLED\", \"authorizationConfig\": {\"iam\": \"ENABLED\"}}}],",
     "", 1038000},
    {"\"networkMode\": \"awsvpc\", \"proxyConfiguration\": {\"containerName\": \"main\", "
     "\"properties\": [{\"name\": \"IgnoredUID\", \"value\": \"1\"}, {\"name\": \"AppPorts\", "
     "\"value\": \"80\"}, {\"name\": \"ProxyIngressPort\", \"value\": \"1\"}, {\"name\": "
     "\"ProxyEgressPort\", \"value\": \"2\"}]},",
     "", 1026000},
    {"",
     ", \"essential\": true}, {\"name\": \"b\", \"image\": \"i\", \"memory\": 4, \"dependsOn\": "
     "[{\"containerName\": \"main\", \"condition\": \"START\"}]",
     1026000},
    {"", ", \"portMappings\": [{\"containerPort\": 53, \"protocol\": \"udp\"}]", 1002000},
    {"",
     ", \"logConfiguration\": {\"logDriver\": \"awslogs\", \"options\": {\"awslogs-group\": "
     "\"g\", \"awslogs-region\": \"us-east-1\"}}",
     1009000},
    {"\"volumes\": [{\"name\": \"v\", \"efsVolumeConfiguration\": {\"fileSystemId\": \"fs-1\"}}],",
     "", 1035000},
    {"\"executionRoleArn\": \"arn:aws:iam::123456789012:role/r\",",
     ", \"environmentFiles\": [{\"type\": \"s3\", \"value\": \"arn:aws:s3:::b/a.env\"}], "
     "\"stopTimeout\": 60",
     1039000},
};
#define VERSION_CASES ((int)(sizeof version_cases / sizeof version_cases[0]))

START_TEST(agt_01_versions_that_definitions_need)
{
    const struct version_case *c = &version_cases[_i];
    struct scn_loaded loaded;
    char members[2048];
    snprintf(members, sizeof members,
             "\"runTasks\": [], \"workload\": [{\"generator\": {\"interarrival\": \"1h\"}, "
             "\"taskDefinition\": \"other\"}], \"taskDefinitions\": [{\"family\": \"other\", "
             "\"sim\": {\"duration\": \"1m\"}, \"containerDefinitions\": [{\"name\": \"m\", "
             "\"image\": \"i\", \"memory\": 64}]}, {\"family\": \"job\", %s "
             "\"containerDefinitions\": [{\"name\": \"main\", \"image\": \"busybox\", \"memory\": "
             "64%s}]}]",
             c->task, c->container);
    ck_assert_msg(scn_fixture_load(&loaded, members), "%s: %s", members,
                  loaded.complaints.errors[0]);
    bool found = false;
    for (uint32_t i = 0; i < loaded.scenario.task_definition_count; i++)
        if (strcmp(loaded.scenario.task_definitions[i].family, "job") == 0) {
            ck_assert_uint_eq(loaded.scenario.task_definitions[i].agent_version, c->version);
            found = true;
        }
    ck_assert(found);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(agt_01_dep_10_old_agents_take_no_such_task)
{
    static const char members[] =
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"sim\": "
        "{\"agentVersion\": \"%s\"}}], \"taskDefinitions\": [{\"family\": \"job\", "
        "\"containerDefinitions\": [{\"name\": \"main\", \"image\": \"busybox\", \"memory\": 64, "
        "\"stopTimeout\": 60}]}]";
    char text[1024];
    snprintf(text, sizeof text, members, "1.25.3");
    scn_fixture_warns(text, "need Linux with agent 1.26.0 or later");
    snprintf(text, sizeof text, members, "1.26.0");
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, text));
    ck_assert(!scn_fixture_warned(&loaded, "or later"));
    scn_loaded_release(&loaded);
}
END_TEST

/* ---- in the world ---- */

/* One Linux and one Windows instance, equal but for that; tasks of both kinds without a strategy.
 */
static void two_systems(struct fixture *f)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 60);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t type = fixture_add_type(f, i == 0 ? "lin" : "win", 4, 8192, 0, 4);
        f->specs[type].host.os = i == 0 ? ECS_OS_LINUX : ECS_OS_WINDOWS;
        f->extras[i] = (struct ecs_extra_instance){
            .spec = type,
            .count = 1,
            .zone = {.name = ecs_names_intern(&f->scenario.names, "us-east-1a")},
        };
    }
    f->scenario.extra_instance_count = 2;
}

START_TEST(win_1_tasks_land_on_their_system)
{
    struct fixture f;
    two_systems(&f);
    uint32_t linux_task = fixture_add_definition(&f, 256, 512, 60);
    uint32_t windows_task_ = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[windows_task_].windows = true;
    fixture_run_task(&f, linux_task, (struct ecs_strategy){0}, 6, SIM_SECOND);
    fixture_run_task(&f, windows_task_, (struct ecs_strategy){0}, 6, SIM_SECOND);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 12);
    for (uint32_t i = 0; i < 12; i++) {
        const int64_t *placed = fixture_record(&f, ECS_RECORD_TASK_PLACED, i)->field;
        bool windows = placed[ECS_TASK_PLACED_definition] == windows_task_;
        ck_assert_int_eq(placed[ECS_TASK_PLACED_instance], windows ? 2 : 1);
    }
    fixture_release(&f);
}
END_TEST

/* With the other instance alone there, the reason of the refusal is ATTRIBUTE; an agent that is too
 * old gives the same. */
START_TEST(win_1_agt_01_refused_by_attribute)
{
    struct fixture f;
    two_systems(&f);
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    if (_i == 0) {
        f.definitions[definition].windows = true;
        f.specs[1].host.os = ECS_OS_LINUX;
    } else {
        f.definitions[definition].agent_version = 1026000;
        f.specs[0].host.agent_version = 1025003;
    }
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, SIM_SECOND);
    f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 0);
    ck_assert_uint_ge(fixture_count(&f, ECS_RECORD_FAILURE), 1);
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_FAILURE); i++)
        ck_assert_int_eq(fixture_record(&f, ECS_RECORD_FAILURE, i)->field[ECS_FAILURE_reason],
                         ECS_REASON_ATTRIBUTE);
    fixture_release(&f);
}
END_TEST

/* REG-21: of two architectures, tasks that name one land on it, others anywhere. */
START_TEST(reg_21_tasks_land_on_their_architecture)
{
    struct fixture f;
    two_systems(&f);
    f.specs[1].host.os = ECS_OS_LINUX;
    f.specs[_i].arm64 = true;
    uint32_t any = fixture_add_definition(&f, 512, 512, 60);
    uint32_t x86 = fixture_add_definition(&f, 256, 512, 60);
    uint32_t arm = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[x86].architecture = ECS_ARCHITECTURE_X86_64;
    f.definitions[arm].architecture = ECS_ARCHITECTURE_ARM64;
    fixture_run_task(&f, x86, (struct ecs_strategy){0}, 6, SIM_SECOND);
    fixture_run_task(&f, arm, (struct ecs_strategy){0}, 6, SIM_SECOND);
    fixture_run_task(&f, any, (struct ecs_strategy){0}, 4, SIM_SECOND);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 16);
    bool seen[3] = {false};
    for (uint32_t i = 0; i < 16; i++) {
        const int64_t *placed = fixture_record(&f, ECS_RECORD_TASK_PLACED, i)->field;
        int64_t definition = placed[ECS_TASK_PLACED_definition];
        if (definition == any)
            seen[placed[ECS_TASK_PLACED_instance]] = true;
        else
            ck_assert_int_eq(placed[ECS_TASK_PLACED_instance],
                             (definition == arm) == (_i == 0) ? 1 : 2);
    }
    ck_assert(seen[1] && seen[2]);
    fixture_release(&f);
}
END_TEST

START_TEST(reg_21_architecture_of_a_definition)
{
    static const char arm[] =
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
        "\"InstanceType\": \"m6g.large\", \"UserData\": \"#!/bin/sh\\necho ECS_CLUSTER=web > "
        "/etc/ecs/ecs.config\"}], \"taskDefinitions\": [{\"family\": \"job\", "
        "\"runtimePlatform\": {\"cpuArchitecture\": \"%s\"}}]";
    char members[sizeof arm + 16];
    struct scn_loaded loaded;
    snprintf(members, sizeof members, arm, "ARM64");
    ck_assert(scn_fixture_load(&loaded, members));
    ck_assert_uint_eq(loaded.complaints.warning_count, 0);
    ck_assert_int_eq(loaded.scenario.task_definitions[0].architecture, ECS_ARCHITECTURE_ARM64);
    ck_assert(loaded.scenario.specs[0].arm64);
    scn_loaded_release(&loaded);
    snprintf(members, sizeof members, arm, "X86_64");
    scn_fixture_warns(members, "its tasks need Linux on x86_64, and no instance");
}
END_TEST

/* A provider whose group cannot take the task never scales out for it. */
START_TEST(win_1_no_scale_out_for_the_other_system)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 60);
    uint32_t type = fixture_add_type(&f, "lin", 4, 8192, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 0, 10);
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].windows = _i == 1;
    fixture_run_task(&f, definition, fixture_strategy(1), 4, SIM_SECOND);
    f.scenario.duration = SIM_HOUR;
    f.scenario.behaviour.provisioning_timeout_on = false;
    fixture_run(&f);
    uint32_t placed = fixture_count(&f, ECS_RECORD_TASK_PLACED);
    ck_assert_uint_eq(placed, _i == 1 ? 0 : 4);
    fixture_release(&f);
}
END_TEST

/* Tasks of one size, the first of which the provider's group never takes: it scales out for the
 * others all the same, and as many wait as cannot run. */
START_TEST(reg_21_scale_out_for_one_architecture_of_two)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 60);
    uint32_t type = fixture_add_type(&f, "arm", 4, 8192, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 0, 10);
    f.specs[0].arm64 = true;
    uint32_t x86 = fixture_add_definition(&f, 256, 512, 60);
    uint32_t arm = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[x86].architecture = ECS_ARCHITECTURE_X86_64;
    f.definitions[arm].architecture = ECS_ARCHITECTURE_ARM64;
    fixture_run_task(&f, _i == 0 ? x86 : arm, fixture_strategy(1), 4, SIM_SECOND);
    fixture_run_task(&f, _i == 0 ? arm : x86, fixture_strategy(1), 4, 2 * SIM_SECOND);
    f.scenario.duration = SIM_HOUR;
    f.scenario.behaviour.provisioning_timeout_on = false;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 4);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_definition,
                                          arm),
                      4);
    fixture_release(&f);
}
END_TEST

/* MEM-2: 8,191 of 8,192 MiB register on Windows, 7,985 or so on Linux. */
START_TEST(mem_2_registered_memory_by_system)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(
        &loaded, "\"containerInstances\": [{\"instanceType\": \"m4.large\"}, {\"instanceType\": "
                 "\"m4.large\", \"sim\": {\"os\": \"windows\", \"pricePerHour\": \"0.192\"}}]"));
    const struct ecs_scenario *s = &loaded.scenario;
    ck_assert_int_eq(ecs_spec_capacity(s, s->extra_instances[1].spec).memory_mib, 8191);
    ck_assert_int_lt(ecs_spec_capacity(s, s->extra_instances[0].spec).memory_mib, 8000);
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_scn_windows_suite(void);
Suite *test_scn_windows_suite(void)
{
    Suite *suite = suite_create("scn_windows");
    TCase *tests = tcase_create("windows");
    tcase_add_test(tests, win_3_win_14_prt_1_agt_5_windows_instances);
    tcase_add_test(tests, win_prices_are_an_input);
    tcase_add_test(tests, win_user_data_goes_with_the_system);
    tcase_add_test(tests, win_1_definitions_say_their_system);
    tcase_add_test(tests, win_4_sto_9_img_6_images_are_large);
    tcase_add_test(tests, win_6_res_13_task_sizes_are_ignored);
    tcase_add_loop_test(tests, win_2_win_7_to_11_win_17_refused, 0, REFUSED_CASES);
    tcase_add_loop_test(tests, win_9_to_11_win_17_accepted, 0, ACCEPTED_CASES);
    tcase_add_test(tests, win_11_prt_8_port_80_of_instances_with_task_roles);
    tcase_add_loop_test(tests, agt_01_versions_that_definitions_need, 0, VERSION_CASES);
    tcase_add_test(tests, agt_01_dep_10_old_agents_take_no_such_task);
    tcase_add_test(tests, win_1_tasks_land_on_their_system);
    tcase_add_loop_test(tests, win_1_agt_01_refused_by_attribute, 0, 2);
    tcase_add_loop_test(tests, reg_21_tasks_land_on_their_architecture, 0, 2);
    tcase_add_test(tests, reg_21_architecture_of_a_definition);
    tcase_add_loop_test(tests, win_1_no_scale_out_for_the_other_system, 0, 2);
    tcase_add_loop_test(tests, reg_21_scale_out_for_one_architecture_of_two, 0, 2);
    tcase_add_test(tests, mem_2_registered_memory_by_system);
    suite_add_tcase(suite, tests);
    return suite;
}
