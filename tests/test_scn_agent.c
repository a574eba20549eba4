/* The agent's settings: each parameter of sheet 02, section 9, taken and refused. */
#include "agent_fixture.h"
#include "scn_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

enum outcome { ACTS, NO_EFFECT, WARNS, REFUSED };

struct value_case {
    const char *line;
    enum outcome outcome;
    const char *words;
};

static const struct value_case value_cases[] = {
    {"ECS_CLUSTER=blue", ACTS, ""},
    {"ECS_CLUSTER=arn:aws:ecs:us-east-1:1:cluster/blue", ACTS, ""},
    {"ECS_CLUSTER=\"blue\"", REFUSED, "quotes in the file"},
    {"ECS_CLUSTER=two words", REFUSED, "letters, digits"},
    {"ECS_CLUSTER=", ACTS, ""},
    {"ECS_RESERVED_PORTS=[22, 80]", ACTS, ""},
    {"ECS_RESERVED_PORTS=[ ]", ACTS, ""},
    {"ECS_RESERVED_PORTS=22,80", REFUSED, "list of at most 100 ports"},
    {"ECS_RESERVED_PORTS=[0]", REFUSED, "1 to 65535"},
    {"ECS_RESERVED_PORTS=[65536]", REFUSED, "1 to 65535"},
    {"ECS_RESERVED_PORTS=[22,]", REFUSED, "1 to 65535"},
    {"ECS_RESERVED_PORTS_UDP=[53]", ACTS, ""},
    {"ECS_RESERVED_PORTS_UDP=\"53\"", REFUSED, "list of at most 100 ports"},
    {"ECS_ENGINE_AUTH_TYPE=dockercfg", NO_EFFECT, "credentials"},
    {"ECS_ENGINE_AUTH_TYPE=dockrcfg", REFUSED, "did you mean dockercfg"},
    {"ECS_ENGINE_AUTH_DATA={\"https://index.docker.io/v1/\": {\"username\": \"n\"}}", NO_EFFECT,
     "credentials"},
    {"ECS_ENGINE_AUTH_DATA={\"https://index.docker.io/v1/\":", REFUSED, "on one line"},
    {"AWS_DEFAULT_REGION=us-east-1", ACTS, ""},
    {"AWS_DEFAULT_REGION=eu-west-1", WARNS, "take no task"},
    {"AWS_ACCESS_KEY_ID=AKIA", NO_EFFECT, "credentials"},
    {"AWS_SECRET_ACCESS_KEY=x", NO_EFFECT, "credentials"},
    {"AWS_SESSION_TOKEN=x", NO_EFFECT, "credentials"},
    {"DOCKER_HOST=unix:///run/docker.sock", NO_EFFECT, "files"},
    {"ECS_LOGFILE=/log/ecs-agent.log", NO_EFFECT, "logs"},
    {"ECS_LOGLEVEL=debug", NO_EFFECT, "logs"},
    {"ECS_LOGLEVEL=debgu", REFUSED, "did you mean debug"},
    {"ECS_CHECKPOINT=true", NO_EFFECT, "restart"},
    {"ECS_CHECKPOINT=maybe", REFUSED, "true or false"},
    {"ECS_DATADIR=/data", NO_EFFECT, "files"},
    {"ECS_UPDATES_ENABLED=true", NO_EFFECT, "updated"},
    {"ECS_UPDATES_ENABLED=on", REFUSED, "true or false"},
    {"ECS_DISABLE_METRICS=true", NO_EFFECT, "metrics"},
    {"ECS_DISABLE_METRICS=2", REFUSED, "true or false"},
    {"ECS_POLL_METRICS=1", NO_EFFECT, "metrics"},
    {"ECS_POLL_METRICS=si", REFUSED, "true or false"},
    {"ECS_POLLING_METRICS_WAIT_DURATION=15s", NO_EFFECT, "metrics"},
    {"ECS_POLLING_METRICS_WAIT_DURATION=15", REFUSED, "units"},
    {"ECS_RESERVED_MEMORY=256", ACTS, ""},
    {"ECS_RESERVED_MEMORY=256MiB", REFUSED, "number of MiB"},
    {"ECS_RESERVED_MEMORY=-1", REFUSED, "0 or more"},
    {"ECS_AVAILABLE_LOGGING_DRIVERS=[\"none\",\"awslogs\",\"json-file\",\"syslog\",\"gelf\"]", ACTS,
     ""},
    {"ECS_AVAILABLE_LOGGING_DRIVERS=[\"json-file\"]", ACTS, ""},
    {"ECS_AVAILABLE_LOGGING_DRIVERS=[\"json-fiel\"]", REFUSED, "did you mean json-file"},
    {"ECS_AVAILABLE_LOGGING_DRIVERS=json-file", REFUSED, "JSON list"},
    {"ECS_DISABLE_PRIVILEGED=false", ACTS, ""},
    {"ECS_DISABLE_PRIVILEGED=true", ACTS, ""},
    {"ECS_DISABLE_PRIVILEGED=y", REFUSED, "true or false"},
    {"ECS_SELINUX_CAPABLE=true", ACTS, ""},
    {"ECS_SELINUX_CAPABLE=y", REFUSED, "true or false"},
    {"ECS_APPARMOR_CAPABLE=true", ACTS, ""},
    {"ECS_APPARMOR_CAPABLE=y", REFUSED, "true or false"},
    {"ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=180m", ACTS, ""},
    {"ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=1h", ACTS, ""},
    {"ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=59s", WARNS, "3h holds (AGT-2"},
    {"ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=soon", REFUSED, "units"},
    {"ECS_CONTAINER_STOP_TIMEOUT=10m", ACTS, ""},
    {"ECS_CONTAINER_STOP_TIMEOUT=10", REFUSED, "units"},
    {"ECS_CONTAINER_STOP_TIMEOUT=-1s", REFUSED, "units"},
    {"ECS_CONTAINER_STOP_TIMEOUT=25h", REFUSED, "at most 24h"},
    {"ECS_CONTAINER_START_TIMEOUT=10m", ACTS, ""},
    {"ECS_CONTAINER_START_TIMEOUT=10min", REFUSED, "units"},
    {"HTTP_PROXY=10.0.0.131:3128", NO_EFFECT, "routes"},
    {"NO_PROXY=169.254.169.254,/var/run/docker.sock", NO_EFFECT, "routes"},
    {"ECS_ENABLE_TASK_IAM_ROLE=true", ACTS, ""},
    {"ECS_ENABLE_TASK_IAM_ROLE=false", ACTS, ""},
    {"ECS_ENABLE_TASK_IAM_ROLE=x", REFUSED, "true or false"},
    {"ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST=f", ACTS, ""},
    {"ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST=x", REFUSED, "true or false"},
    {"ECS_DISABLE_IMAGE_CLEANUP=true", ACTS, ""},
    {"ECS_DISABLE_IMAGE_CLEANUP=x", REFUSED, "true or false"},
    {"ECS_IMAGE_CLEANUP_INTERVAL=30m", ACTS, ""},
    {"ECS_IMAGE_CLEANUP_INTERVAL=9m59s", WARNS, "30m holds (AGT-3"},
    {"ECS_IMAGE_CLEANUP_INTERVAL=10m", ACTS, ""},
    {"ECS_IMAGE_CLEANUP_INTERVAL=1d", REFUSED, "units"},
    {"ECS_IMAGE_MINIMUM_CLEANUP_AGE=60m", ACTS, ""},
    {"ECS_IMAGE_MINIMUM_CLEANUP_AGE=2h", ACTS, ""},
    {"ECS_IMAGE_MINIMUM_CLEANUP_AGE=2", REFUSED, "units"},
    {"NON_ECS_IMAGE_MINIMUM_CLEANUP_AGE=2h", NO_EFFECT, "other origin"},
    {"NON_ECS_IMAGE_MINIMUM_CLEANUP_AGE=2", REFUSED, "units"},
    {"ECS_NUM_IMAGES_DELETE_PER_CYCLE=5", ACTS, ""},
    {"ECS_NUM_IMAGES_DELETE_PER_CYCLE=0", WARNS, "5 holds (AGT-4"},
    {"ECS_NUM_IMAGES_DELETE_PER_CYCLE=7", ACTS, ""},
    {"ECS_NUM_IMAGES_DELETE_PER_CYCLE=few", REFUSED, "whole number"},
    {"ECS_IMAGE_PULL_BEHAVIOR=default", ACTS, ""},
    {"ECS_IMAGE_PULL_BEHAVIOR=prefer-cached", ACTS, ""},
    {"ECS_IMAGE_PULL_BEHAVIOR=prefer_cached", REFUSED, "did you mean prefer-cached"},
    {"ECS_IMAGE_PULL_INACTIVITY_TIMEOUT=2m", NO_EFFECT, "stalls"},
    {"ECS_IMAGE_PULL_INACTIVITY_TIMEOUT=2", REFUSED, "units"},
    {"ECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}", ACTS, ""},
    {"ECS_ENABLE_TASK_ENI=true", ACTS, ""},
    {"ECS_ENABLE_TASK_ENI=false", ACTS, ""},
    {"ECS_ENABLE_TASK_ENI=x", REFUSED, "true or false"},
    {"ECS_CNI_PLUGINS_PATH=/x", NO_EFFECT, "files"},
    {"ECS_AWSVPC_BLOCK_IMDS=true", NO_EFFECT, "routes"},
    {"ECS_AWSVPC_BLOCK_IMDS=x", REFUSED, "true or false"},
    {"ECS_AWSVPC_ADDITIONAL_LOCAL_ROUTES=[\"10.0.15.0/24\"]", NO_EFFECT, "routes"},
    {"ECS_AWSVPC_ADDITIONAL_LOCAL_ROUTES=10.0.15.0/24", REFUSED, "JSON list"},
    {"ECS_ENABLE_CONTAINER_METADATA=true", NO_EFFECT, "about themselves"},
    {"ECS_ENABLE_CONTAINER_METADATA=x", REFUSED, "true or false"},
    {"ECS_HOST_DATA_DIR=/var/lib/ecs", NO_EFFECT, "files"},
    {"ECS_ENABLE_TASK_CPU_MEM_LIMIT=false", ACTS, ""},
    {"ECS_ENABLE_TASK_CPU_MEM_LIMIT=x", REFUSED, "true or false"},
    {"ECS_CGROUP_PATH=/sys/fs/cgroup", NO_EFFECT, "files"},
    {"ECS_ENABLE_CPU_UNBOUNDED_WINDOWS_WORKAROUND=true", NO_EFFECT, "on Windows only"},
    {"ECS_ENABLE_CPU_UNBOUNDED_WINDOWS_WORKAROUND=x", REFUSED, "true or false"},
    {"ECS_TASK_METADATA_RPS_LIMIT=100,150", NO_EFFECT, "about themselves"},
    {"ECS_TASK_METADATA_RPS_LIMIT=100", REFUSED, "two numbers"},
    {"ECS_SHARED_VOLUME_MATCH_FULL_CONFIG=true", NO_EFFECT, "volumes"},
    {"ECS_SHARED_VOLUME_MATCH_FULL_CONFIG=x", REFUSED, "true or false"},
    {"ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=ec2_instance", NO_EFFECT, "tags"},
    {"ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=ec2-instance", REFUSED, "ec2_instance"},
    {"ECS_CONTAINER_INSTANCE_TAGS={\"tag_key\": \"tag_val\"}", NO_EFFECT, "tags"},
    {"ECS_CONTAINER_INSTANCE_TAGS={\"tag_key\": 7}", REFUSED, "JSON object of texts"},
    {"ECS_ENABLE_UNTRACKED_IMAGE_CLEANUP=true", NO_EFFECT, "other origin"},
    {"ECS_ENABLE_UNTRACKED_IMAGE_CLEANUP=x", REFUSED, "true or false"},
    {"ECS_EXCLUDE_UNTRACKED_IMAGE=alpine:latest", NO_EFFECT, "other origin"},
    {"ECS_DISABLE_DOCKER_HEALTH_CHECK=true", ACTS, ""},
    {"ECS_DISABLE_DOCKER_HEALTH_CHECK=x", REFUSED, "true or false"},
    {"ECS_NVIDIA_RUNTIME=nvidia", NO_EFFECT, "runtimes"},
    {"ECS_ENABLE_SPOT_INSTANCE_DRAINING=true", NO_EFFECT, "Spot"},
    {"ECS_ENABLE_SPOT_INSTANCE_DRAINING=x", REFUSED, "true or false"},
    {"ECS_LOG_ROLLOVER_TYPE=size", NO_EFFECT, "logs"},
    {"ECS_LOG_ROLLOVER_TYPE=daily", REFUSED, "size, hourly"},
    {"ECS_LOG_OUTPUT_FORMAT=json", NO_EFFECT, "logs"},
    {"ECS_LOG_OUTPUT_FORMAT=xml", REFUSED, "logfmt, json"},
    {"ECS_LOG_MAX_FILE_SIZE_MB=10", NO_EFFECT, "logs"},
    {"ECS_LOG_MAX_FILE_SIZE_MB=ten", REFUSED, "whole number"},
    {"ECS_LOG_MAX_ROLL_COUNT=24", NO_EFFECT, "logs"},
    {"ECS_LOG_MAX_ROLL_COUNT=-1", REFUSED, "whole number"},
    {"ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true", ACTS, ""},
    {"ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=false", ACTS, ""},
    {"ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=x", REFUSED, "true or false"},
    {"ECS_CLUSTR=web", WARNS, "did you mean ECS_CLUSTER?"},
    {"ECS_ZZZZ=web", WARNS, "it is ignored"},
};

#define VALUE_CASES ((int)(sizeof value_cases / sizeof value_cases[0]))

START_TEST(agent_values_section_9)
{
    const struct value_case *c = &value_cases[_i];
    struct agent_fixture b;
    agent_fixture_line(&b, c->line);
    if (c->outcome == REFUSED) {
        ck_assert_msg(agent_fixture_refused(&b, c->words), "%s: expected \"%s\", got %s", c->line,
                      c->words, agent_fixture_said(&b));
    } else {
        ck_assert_msg(b.complaints.error_count == 0, "%s: %s", c->line, agent_fixture_said(&b));
        ck_assert_msg(b.complaints.warning_count == (c->outcome == WARNS), "%s: %s", c->line,
                      agent_fixture_said(&b));
        ck_assert_msg(b.complaints.no_effect_count == (c->outcome == NO_EFFECT), "%s", c->line);
        if (c->outcome == WARNS)
            ck_assert_msg(agent_fixture_warned(&b, c->words), "%s: %s", c->line,
                          agent_fixture_said(&b));
        if (c->outcome == NO_EFFECT)
            ck_assert_msg(strstr(b.complaints.no_effect[0], c->words) != NULL, "%s: %s", c->line,
                          b.complaints.no_effect[0]);
    }
    agent_fixture_release(&b);
}
END_TEST

START_TEST(agent_every_key_has_a_case)
{
    for (const struct scn_agent_key *key = scn_agent_keys; key->name != NULL; key++) {
        size_t length = strlen(key->name);
        bool found = strcmp(key->rule, "after the guide") == 0;
        for (int i = 0; i < VALUE_CASES && !found; i++)
            found = strncmp(value_cases[i].line, key->name, length) == 0 &&
                    value_cases[i].line[length] == '=';
        ck_assert_msg(found, "%s", key->name);
    }
}
END_TEST

/* The sheet's own table: every name in it is known, with its defaults where they are literal. */
START_TEST(agent_knows_the_sheets_table)
{
    char *sheet = test_read_file(test_shared("spec/02-instances-agent-quotas-failures.md"), NULL);
    uint32_t rows = 0;
    char *at = strstr(sheet, "## 9. Agent configuration parameters");
    char *end = at != NULL ? strstr(at, "Rules on values:") : NULL;
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    while ((at = strstr(at, "\n| `")) != NULL) {
        at += 4;
        size_t length = strcspn(at, "`");
        const struct scn_agent_key *key = scn_agent_keys;
        while (key->name != NULL &&
               (strlen(key->name) != length || strncmp(key->name, at, length) != 0))
            key++;
        ck_assert_msg(key->name != NULL, "%.*s", (int)length, at);
        rows++;
    }
    ck_assert_uint_eq(rows, 59);
    free(sheet);
}
END_TEST

START_TEST(AGT_1_durations)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {{"30s", 30000000000},
                {"1h30m", 5400000000000},
                {"1.5h", 5400000000000},
                {"250ms", 250000000},
                {"7us", 7000},
                {"7\xc2\xb5s", 7000},
                {"7\xce\xbcs", 7000},
                {"9ns", 9},
                {"0", 0},
                {"0s", 0},
                {".5s", 500000000},
                {"1m1m", 120000000000},
                {"99999999999h", INT64_MAX}};
    static const char *const bad[] = {"", "30", "s", "-5s", "1 s", "1d", ".s", "1h30", "1,5h"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t ns = -1;
        ck_assert_msg(scn_go_duration_parse(good[i].text, &ns) == 0, "%s", good[i].text);
        ck_assert_int_eq(ns, good[i].ns);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ns = -1;
        ck_assert_msg(scn_go_duration_parse(bad[i], &ns) == -1, "%s", bad[i]);
        ck_assert_int_eq(ns, -1);
    }
}
END_TEST

START_TEST(PRT_1_PRT_2_defaults_by_system)
{
    struct agent_fixture b;
    agent_fixture_init(&b);
    scn_agent_init(&b.agent, &b.spec, SCN_LINUX);
    ck_assert_uint_eq(b.spec.reserved_port_count, 6);
    ck_assert_uint_eq(b.spec.reserved_ports[5], 51680);
    scn_agent_init(&b.agent, &b.spec, SCN_WINDOWS);
    ck_assert_uint_eq(b.spec.reserved_port_count, 10);
    ck_assert_uint_eq(b.spec.reserved_ports[6], 3389);
    ck_assert_uint_eq(b.spec.reserved_port_udp_count, 0);
    ck_assert_str_eq(b.agent.cluster, "default"); /* REG-3 */
    agent_fixture_release(&b);
}
END_TEST

START_TEST(PRT_4_a_hundred_ports)
{
    char line[2048];
    struct agent_fixture b;
    size_t length = (size_t)snprintf(line, sizeof line, "ECS_RESERVED_PORTS=[");
    for (int i = 0; i < 100; i++)
        length += (size_t)snprintf(line + length, sizeof line - length, "%s%d", i > 0 ? "," : "",
                                   1000 + i);
    snprintf(line + length, sizeof line - length, "]");
    agent_fixture_line(&b, line);
    ck_assert_uint_eq(b.complaints.error_count, 0);
    ck_assert_uint_eq(b.spec.reserved_port_count, 100);
    agent_fixture_release(&b);
    snprintf(line + length, sizeof line - length, "]\nECS_RESERVED_PORTS_UDP=[53]");
    agent_fixture_line(&b, line);
    ck_assert(agent_fixture_refused(&b, "TCP and UDP together"));
    agent_fixture_release(&b);
    snprintf(line + length, sizeof line - length, ",9]");
    agent_fixture_line(&b, line);
    ck_assert(agent_fixture_refused(&b, "at most 100"));
    agent_fixture_release(&b);
}
END_TEST

START_TEST(REG_13_attributes)
{
    static const char *const never[] = {"{stack: prod}", "{\"stack\": \"prod\"", "[\"a\"]",
                                        "{\"a\": 1}", "{\"a\": {\"b\": \"c\"}}"};
    static const char *const bad[] = {"{\"st ack\": \"prod\"}", "{\"stack\": \"a,b\"}",
                                      "{\"stack\": \" a\"}", "{\"\": \"a\"}"};
    struct agent_fixture b;
    char line[256];
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        snprintf(line, sizeof line, "ECS_INSTANCE_ATTRIBUTES=%s", never[i]);
        agent_fixture_line(&b, line);
        ck_assert_uint_eq(b.complaints.error_count, 0);
        ck_assert_msg(agent_fixture_warned(&b, "never register (REG-13)"), "%s: %s", line,
                      agent_fixture_said(&b));
        ck_assert(!b.agent.serves);
        agent_fixture_release(&b);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(line, sizeof line, "ECS_INSTANCE_ATTRIBUTES=%s", bad[i]);
        agent_fixture_line(&b, line);
        ck_assert_uint_eq(b.complaints.error_count, 0);
        ck_assert_msg(agent_fixture_warned(&b, "register, then their agent exits"), "%s: %s", line,
                      agent_fixture_said(&b));
        ck_assert(!b.agent.serves);
        agent_fixture_release(&b);
    }
    agent_fixture_line(&b,
                       "ECS_INSTANCE_ATTRIBUTES={\"my/rack.no_1\": \"a b@c:d\", \"flag\": \"\"}");
    ck_assert_uint_eq(b.complaints.warning_count, 0);
    ck_assert(b.agent.serves);
    ck_assert_uint_eq(b.spec.attribute_count, 2);
    agent_fixture_release(&b);
}
END_TEST

START_TEST(REG_14_tag_lengths)
{
    struct agent_fixture b;
    char line[512];
    snprintf(line, sizeof line, "ECS_CONTAINER_INSTANCE_TAGS={\"%0128d\": \"%0256d\"}", 0, 0);
    agent_fixture_line(&b, line);
    ck_assert_msg(b.complaints.error_count == 0, "%s", agent_fixture_said(&b));
    agent_fixture_release(&b);
    snprintf(line, sizeof line, "ECS_CONTAINER_INSTANCE_TAGS={\"%0129d\": \"\"}", 0);
    agent_fixture_line(&b, line);
    ck_assert(agent_fixture_refused(&b, "at most 128"));
    agent_fixture_release(&b);
}
END_TEST

START_TEST(reg_14_qta_16_tags_of_an_instance)
{
    char line[1024] = "ECS_CONTAINER_INSTANCE_TAGS={";
    for (int i = 0; i < 51; i++) {
        size_t used = strlen(line);
        struct agent_fixture b;
        snprintf(line + used, sizeof line - used, "%s\"k%d\": \"\"}", i > 0 ? ", " : "", i);
        agent_fixture_line(&b, line);
        if (i < 50)
            ck_assert_msg(b.complaints.error_count == 0, "%s", agent_fixture_said(&b));
        else
            ck_assert(
                agent_fixture_refused(&b, "at most 50 tags (QTA-16: InvalidParameterException)"));
        agent_fixture_release(&b);
        line[strlen(line) - 1] = '\0';
    }
}
END_TEST

START_TEST(secrets_are_not_shown)
{
    struct agent_fixture b;
    agent_fixture_line(&b, "ECS_ENGINE_AUTH_DATA={\"hunter2\"\nAWS_SECRET_ACCESS_KEY=hunter2");
    ck_assert(agent_fixture_refused(&b, "ECS_ENGINE_AUTH_DATA: "));
    ck_assert(!agent_fixture_refused(&b, "hunter2"));
    ck_assert(!agent_fixture_has(b.complaints.no_effect, b.complaints.no_effect_count, "hunter2"));
    agent_fixture_release(&b);
}
END_TEST

/* ---- in a scenario ---- */

START_TEST(REG_13_in_a_scenario)
{
    scn_fixture_warns("\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                      "\"UserData\": \"#!/bin/sh\\nprintf 'ECS_CLUSTER=web\\\\n"
                      "ECS_INSTANCE_ATTRIBUTES={a}' > /etc/ecs/ecs.config\"}]",
                      "their agent serves no cluster here");
}
END_TEST

Suite *test_scn_agent_suite(void);

Suite *test_scn_agent_suite(void)
{
    Suite *suite = suite_create("scn_agent");
    TCase *tests = tcase_create("scn_agent");
    tcase_add_loop_test(tests, agent_values_section_9, 0, VALUE_CASES);
    tcase_add_test(tests, agent_every_key_has_a_case);
    tcase_add_test(tests, agent_knows_the_sheets_table);
    tcase_add_test(tests, AGT_1_durations);
    tcase_add_test(tests, PRT_1_PRT_2_defaults_by_system);
    tcase_add_test(tests, PRT_4_a_hundred_ports);
    tcase_add_test(tests, REG_13_attributes);
    tcase_add_test(tests, REG_14_tag_lengths);
    tcase_add_test(tests, reg_14_qta_16_tags_of_an_instance);
    tcase_add_test(tests, secrets_are_not_shown);
    tcase_add_test(tests, REG_13_in_a_scenario);
    suite_add_tcase(suite, tests);
    return suite;
}
