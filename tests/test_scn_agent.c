/* The agent's settings: each parameter of sheet 02, section 9, taken and refused, and every form of
 * user data that can set them. */
#include "scn_fixture.h"
#include "scn_loader.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A loader with an empty scenario for cluster "web" in us-east-1. */
struct bench {
    struct sim_arena arena;
    struct scn_complaints complaints;
    struct ecs_scenario scenario;
    struct scn_loader loader;
    struct scn_file file;
    struct scn_value at;
    struct ecs_launch_spec spec;
    struct scn_agent agent;
};

static void bench_init(struct bench *b)
{
    *b = (struct bench){.file = {.name = "user-data", .folder = ""}};
    sim_arena_init(&b->arena);
    scn_complaints_init(&b->complaints, &b->arena);
    ecs_scenario_init(&b->scenario, &b->arena);
    b->scenario.cluster = "web";
    b->loader = (struct scn_loader){.arena = &b->arena,
                                    .complaints = &b->complaints,
                                    .scenario = &b->scenario};
    b->at = (struct scn_value){.kind = SCN_STRING, .file = &b->file, .line = 1, .column = 1};
    b->spec.type = ECS_NONE;
}

static void bench_release(struct bench *b)
{
    scn_complaints_release(&b->complaints);
    ecs_scenario_release(&b->scenario);
    sim_arena_release(&b->arena);
}

static void bench_read(struct bench *b, const char *text)
{
    bench_init(b);
    scn_user_data(&b->loader, &b->at, text, &b->spec, &b->agent);
}

static bool has(const char *const *texts, uint32_t count, const char *words)
{
    for (uint32_t i = 0; i < count; i++)
        if (strstr(texts[i], words) != NULL)
            return true;
    return false;
}

static bool refused(const struct bench *b, const char *words)
{
    uint32_t count = b->complaints.error_count;
    return has(b->complaints.errors, count < SCN_COMPLAINTS_MAX ? count : SCN_COMPLAINTS_MAX,
               words);
}

static bool warned(const struct bench *b, const char *words)
{
    return has(b->complaints.warnings, b->complaints.warning_count, words);
}

static const char *said(const struct bench *b)
{
    return b->complaints.error_count > 0     ? b->complaints.errors[0]
           : b->complaints.warning_count > 0 ? b->complaints.warnings[0]
                                             : "nothing";
}

/* One line of ecs.config. */
static void read_line(struct bench *b, const char *line)
{
    char text[4096];
    int length = snprintf(text, sizeof text,
                          "#!/bin/sh\ncat <<'EOF' > /etc/ecs/ecs.config\n%s\nEOF\n", line);
    ck_assert_int_lt(length, (int)sizeof text);
    bench_read(b, text);
}

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
    struct bench b;
    read_line(&b, c->line);
    if (c->outcome == REFUSED) {
        ck_assert_msg(refused(&b, c->words), "%s: expected \"%s\", got %s", c->line, c->words,
                      said(&b));
    } else {
        ck_assert_msg(b.complaints.error_count == 0, "%s: %s", c->line, said(&b));
        ck_assert_msg(b.complaints.warning_count == (c->outcome == WARNS), "%s: %s", c->line,
                      said(&b));
        ck_assert_msg(b.complaints.no_effect_count == (c->outcome == NO_EFFECT), "%s", c->line);
        if (c->outcome == WARNS)
            ck_assert_msg(warned(&b, c->words), "%s: %s", c->line, said(&b));
        if (c->outcome == NO_EFFECT)
            ck_assert_msg(strstr(b.complaints.no_effect[0], c->words) != NULL, "%s: %s", c->line,
                          b.complaints.no_effect[0]);
    }
    bench_release(&b);
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
    struct bench b;
    bench_init(&b);
    scn_agent_init(&b.agent, &b.spec, SCN_LINUX);
    ck_assert_uint_eq(b.spec.reserved_port_count, 6);
    ck_assert_uint_eq(b.spec.reserved_ports[5], 51680);
    scn_agent_init(&b.agent, &b.spec, SCN_WINDOWS);
    ck_assert_uint_eq(b.spec.reserved_port_count, 10);
    ck_assert_uint_eq(b.spec.reserved_ports[6], 3389);
    ck_assert_uint_eq(b.spec.reserved_port_udp_count, 0);
    ck_assert_str_eq(b.agent.cluster, "default"); /* REG-3 */
    bench_release(&b);
}
END_TEST

START_TEST(PRT_4_a_hundred_ports)
{
    char line[2048];
    struct bench b;
    size_t length = (size_t)snprintf(line, sizeof line, "ECS_RESERVED_PORTS=[");
    for (int i = 0; i < 100; i++)
        length += (size_t)snprintf(line + length, sizeof line - length, "%s%d", i > 0 ? "," : "",
                                   1000 + i);
    snprintf(line + length, sizeof line - length, "]");
    read_line(&b, line);
    ck_assert_uint_eq(b.complaints.error_count, 0);
    ck_assert_uint_eq(b.spec.reserved_port_count, 100);
    bench_release(&b);
    snprintf(line + length, sizeof line - length, "]\nECS_RESERVED_PORTS_UDP=[53]");
    read_line(&b, line);
    ck_assert(refused(&b, "TCP and UDP together"));
    bench_release(&b);
    snprintf(line + length, sizeof line - length, ",9]");
    read_line(&b, line);
    ck_assert(refused(&b, "at most 100"));
    bench_release(&b);
}
END_TEST

START_TEST(REG_13_attributes)
{
    static const char *const never[] = {"{stack: prod}", "{\"stack\": \"prod\"", "[\"a\"]",
                                        "{\"a\": 1}", "{\"a\": {\"b\": \"c\"}}"};
    static const char *const bad[] = {"{\"st ack\": \"prod\"}", "{\"stack\": \"a,b\"}",
                                      "{\"stack\": \" a\"}", "{\"\": \"a\"}"};
    struct bench b;
    char line[256];
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        snprintf(line, sizeof line, "ECS_INSTANCE_ATTRIBUTES=%s", never[i]);
        read_line(&b, line);
        ck_assert_uint_eq(b.complaints.error_count, 0);
        ck_assert_msg(warned(&b, "never register (REG-13)"), "%s: %s", line, said(&b));
        ck_assert(!b.agent.serves);
        bench_release(&b);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(line, sizeof line, "ECS_INSTANCE_ATTRIBUTES=%s", bad[i]);
        read_line(&b, line);
        ck_assert_uint_eq(b.complaints.error_count, 0);
        ck_assert_msg(warned(&b, "register, then their agent exits"), "%s: %s", line, said(&b));
        ck_assert(!b.agent.serves);
        bench_release(&b);
    }
    read_line(&b, "ECS_INSTANCE_ATTRIBUTES={\"my/rack.no_1\": \"a b@c:d\", \"flag\": \"\"}");
    ck_assert_uint_eq(b.complaints.warning_count, 0);
    ck_assert(b.agent.serves);
    ck_assert_uint_eq(b.spec.attribute_count, 2);
    bench_release(&b);
}
END_TEST

START_TEST(REG_14_tag_lengths)
{
    struct bench b;
    char line[512];
    snprintf(line, sizeof line, "ECS_CONTAINER_INSTANCE_TAGS={\"%0128d\": \"%0256d\"}", 0, 0);
    read_line(&b, line);
    ck_assert_msg(b.complaints.error_count == 0, "%s", said(&b));
    bench_release(&b);
    snprintf(line, sizeof line, "ECS_CONTAINER_INSTANCE_TAGS={\"%0129d\": \"\"}", 0);
    read_line(&b, line);
    ck_assert(refused(&b, "at most 128"));
    bench_release(&b);
}
END_TEST

START_TEST(reg_14_qta_16_tags_of_an_instance)
{
    char line[1024] = "ECS_CONTAINER_INSTANCE_TAGS={";
    for (int i = 0; i < 51; i++) {
        size_t used = strlen(line);
        struct bench b;
        snprintf(line + used, sizeof line - used, "%s\"k%d\": \"\"}", i > 0 ? ", " : "", i);
        read_line(&b, line);
        if (i < 50)
            ck_assert_msg(b.complaints.error_count == 0, "%s", said(&b));
        else
            ck_assert(refused(&b, "at most 50 tags (QTA-16: InvalidParameterException)"));
        bench_release(&b);
        line[strlen(line) - 1] = '\0';
    }
}
END_TEST

START_TEST(secrets_are_not_shown)
{
    struct bench b;
    read_line(&b, "ECS_ENGINE_AUTH_DATA={\"hunter2\"\nAWS_SECRET_ACCESS_KEY=hunter2");
    ck_assert(refused(&b, "ECS_ENGINE_AUTH_DATA: "));
    ck_assert(!refused(&b, "hunter2"));
    ck_assert(!has(b.complaints.no_effect, b.complaints.no_effect_count, "hunter2"));
    bench_release(&b);
}
END_TEST

/* ---- forms ---- */

/* Each says: cluster web, 256 MiB reserved, ports 22 and 8080, stack=prod. */
static const char *const forms[] = {
    /* one echo a line */
    "#!/bin/bash\n"
    "echo ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"
    "echo \"ECS_RESERVED_MEMORY=256\" >>/etc/ecs/ecs.config # for the daemon\n"
    "echo 'ECS_RESERVED_PORTS=[22, 8080]' >> \"/etc/ecs/ecs.config\"\n"
    "echo ECS_INSTANCE_ATTRIBUTES='{\"stack\": \"prod\"}' >> /etc/ecs/ecs.config\n",
    /* here document, quoted mark, target first; with Windows line ends */
    "#!/bin/bash\r\n# don't mind\r\ncat > /etc/ecs/ecs.config <<'EOF'\r\n"
    "# comment\r\nECS_CLUSTER=web\r\nECS_RESERVED_MEMORY=256\r\n"
    "ECS_RESERVED_PORTS=[22, 8080]\r\nECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\r\nEOF\r\n",
    /* variables, expanded here document, two documents on a line, tee */
    "#!/bin/bash -xe\n"
    "exec > >(tee /var/log/user-data.log|logger -t user-data) 2>&1\n"
    "cluster=web; export MEMORY=256\nFILE=/etc/ecs/ecs.config\n"
    "cat << EOF | sudo tee -a ${FILE} > /dev/null\n"
    "ECS_CLUSTER=$cluster\nECS_RESERVED_MEMORY=${MEMORY:-32}\n"
    "ECS_RESERVED_PORTS=[22, ${PORT:-8080}]\nEOF\n"
    "cat <<'A' >/tmp/x; cat <<-B >>$FILE\nECS_CLUSTER=wrong\nA\n"
    "\t\tECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\n\t\tB\n",
    /* printf and echo -e, a group, && and conditions */
    "#!/bin/sh\nif [ -d /etc/ecs ] && ! grep -q ECS_CLUSTER /etc/ecs/ecs.config; then\n"
    "  { printf '%s=%s\\n' ECS_CLUSTER web ECS_RESERVED_MEMORY 256\n"
    "    echo -e 'ECS_RESERVED_PORTS=[22, 8080]\\nECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}'\n"
    "  } > /etc/ecs/ecs.config && systemctl restart ecs\nfi\n",
    /* truncation forgets what was before; sh -c; continued lines; a here string */
    "#!/bin/bash\necho ECS_LOGLEVEL=nonsense > /etc/ecs/ecs.config\n"
    "sudo sh -c 'echo ECS_CLUSTER=web > /etc/ecs/ecs.config'\n"
    "echo ECS_RESERVED_MEMORY=256 \\\n  >> /etc/ecs/ecs.config\n"
    "tee -a /etc/ecs/ecs.config <<< \"ECS_RESERVED_PORTS=[22, 8080]\"\n"
    "(echo -n ECS_INSTANCE_ATTRIBUTES=; echo '{\"stack\": \"prod\"}') >> /etc/ecs/ecs.config\n",
    /* boothook */
    "#cloud-boothook\ncloud-init-per once ecs_options cat <<'EOF' >> /etc/ecs/ecs.config\n"
    "ECS_CLUSTER=web\nECS_RESERVED_MEMORY=256\nECS_RESERVED_PORTS=[22, 8080]\n"
    "ECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\nEOF\n",
    /* cloud-config: write_files before runcmd, whatever their order */
    "#cloud-config\n# comment\npackages: [jq, \"aws-cli\"]\nruncmd:\n"
    "  - echo ECS_RESERVED_PORTS='[22, 8080]' >> /etc/ecs/ecs.config\n"
    "  - [sh, -c, 'echo ECS_CLUSTER=web >> /etc/ecs/ecs.config']\n"
    "write_files:\n  - path: /etc/other\n    content: ECS_CLUSTER=other\n"
    "  - path: /etc/ecs/ecs.config\n    permissions: '0644'\n    content: |\n"
    "      ECS_RESERVED_MEMORY=256\n\n      # more\n"
    "  - content: >\n      ECS_INSTANCE_ATTRIBUTES={\"stack\":\n      \"prod\"}\n"
    "    path: \"/etc/ecs/ecs.config\"\n    append: true\n",
    /* cloud-config: sequences as far left as their key, base64, bootcmd before write_files */
    "#cloud-config\nbootcmd:\n- echo ECS_RESERVED_MEMORY=7 >> /etc/ecs/ecs.config\n"
    "write_files:\n- encoding: b64\n  path: /etc/ecs/ecs.config\n"
    "  content: RUNTX0NMVVNURVI9d2ViCkVDU19SRVNFUlZFRF9NRU1PUlk9MjU2Cg==\n"
    "- {path: /etc/ecs/ecs.config, append: true, content: \"ECS_RESERVED_PORTS=[22, 8080]\\n\"}\n"
    "runcmd:\n- |\n  cat <<EOF >> /etc/ecs/ecs.config\n"
    "  ECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\n  EOF\n",
    /* the same as JSON */
    "#cloud-config\n{\"write_files\": [{\"path\": \"/etc/ecs/ecs.config\", \"content\": "
    "\"ECS_CLUSTER=web\\nECS_RESERVED_MEMORY=256\\nECS_RESERVED_PORTS=[22, 8080]\\n"
    "ECS_INSTANCE_ATTRIBUTES={\\\"stack\\\": \\\"prod\\\"}\\n\"}]}\n",
    /* MIME: the boothook runs first, wherever it stands; one part in base64 */
    "Content-Type: multipart/mixed; boundary=\"==BOUNDARY==\"\nMIME-Version: 1.0\n\n"
    "preamble\n--==BOUNDARY==\nContent-Type: text/x-shellscript; charset=\"us-ascii\"\n\n"
    "#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"
    "--==BOUNDARY==\nContent-Type: text/cloud-boothook; charset=\"us-ascii\"\n\n"
    "cat <<EOF > /etc/ecs/ecs.config\nECS_RESERVED_MEMORY=256\n"
    "ECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\nEOF\n"
    "--==BOUNDARY==\nContent-Transfer-Encoding: base64\nContent-Type: text/cloud-config\n\n"
    "I2Nsb3VkLWNvbmZpZwpydW5jbWQ6CiAgLSBlY2hvICdFQ1NfUkVTRVJWRURfUE9SVFM9WzIyLCA4\n"
    "MDgwXScgPj4gL2V0Yy9lY3MvZWNzLmNvbmZpZwo=\n"
    "--==BOUNDARY==--\nepilogue\n",
    /* base64 of the first form, shortened */
    "IyEvYmluL2Jhc2gKY2F0IDw8J0VPRicgPiAvZXRjL2Vjcy9lY3MuY29uZmlnCkVDU19DTFVTVEVSPXdl\n"
    "YgpFQ1NfUkVTRVJWRURfTUVNT1JZPTI1NgpFQ1NfUkVTRVJWRURfUE9SVFM9WzIyLCA4MDgwXQpFQ1Nf\n"
    "SU5TVEFOQ0VfQVRUUklCVVRFUz17InN0YWNrIjogInByb2QifQpFT0YK\n",
    /* Bottlerocket knows no reserved ports; those are left to the check below */
    ("[settings.ecs]\ncluster = \"web\" # ours\nreserved-memory = 256\n\n"
     "[settings.ecs.instance-attributes]\nstack = \"prod\"\n"),
};

#define FORMS ((int)(sizeof forms / sizeof forms[0]))

static void check_settings(const struct bench *b, int form)
{
    ck_assert_msg(b->complaints.error_count == 0 && b->complaints.warning_count == 0, "form %d: %s",
                  form, said(b));
    ck_assert_msg(strcmp(b->agent.cluster, "web") == 0, "form %d: %s", form, b->agent.cluster);
    ck_assert_msg(b->spec.reserved_memory_mib == 256, "form %d", form);
    ck_assert_msg(b->spec.attribute_count == 1, "form %d", form);
    ck_assert_str_eq(b->scenario.names.text[b->spec.attributes[0].name], "stack");
    ck_assert_str_eq(b->scenario.names.text[b->spec.attributes[0].value], "prod");
    if (form == FORMS - 1)
        return;
    ck_assert_msg(b->spec.reserved_port_count == 2, "form %d", form);
    ck_assert_uint_eq(b->spec.reserved_ports[1], 8080);
}

START_TEST(reg_3_reg_8_reg_9_user_data_forms_say_the_same)
{
    struct bench b;
    bench_read(&b, forms[_i]);
    check_settings(&b, _i);
    bench_release(&b);
}
END_TEST

/* gzip in base64, as Terraform writes it: printf 'text' | gzip -n | base64. */
START_TEST(user_data_gzip)
{
    struct bench b;
    bench_read(&b, "H4sIAAAAAAAAA1NW1E/KzNNPSizO4EpNzshXcHUOjnf2CQ0OcQ2yLU9NUrCzU9BPLUnWT00uBmG9\n"
                   "5Py8tMx0LgDzLwN6OAAAAA==\n");
    ck_assert_str_eq(b.agent.cluster, "web");
    bench_release(&b);
}
END_TEST

struct note_case {
    const char *text, *words, *cluster;
};

static const struct note_case note_cases[] = {
    {"#!/bin/bash\necho ECS_CLUSTER=$(curl -s http://169.254.169.254/x) >> /etc/ecs/ecs.config",
     "worked out at boot", "web"},
    {"#!/bin/bash\necho ECS_CLUSTER=${Cluster} >> /etc/ecs/ecs.config", "worked out at boot",
     "web"},
    {"#!/bin/bash\necho ECS_RESERVED_MEMORY=`free -m` >> /etc/ecs/ecs.config", "default is taken",
     "default"},
    {"#!/bin/bash\naws s3 cp s3://bucket/ecs.config /etc/ecs/ecs.config", "what `aws` does to",
     "default"},
    {"#!/bin/bash\nsed -i s/a/b/ /etc/ecs/ecs.config\n", "what `sed` does to", "default"},
    {"#!/bin/bash\njq -r .x conf > /etc/ecs/ecs.config\n", "what `jq` does to", "default"},
    {"#!/bin/bash\nif true; then echo ECS_CLUSTER=web > /etc/ecs/ecs.config\n"
     "else echo ECS_CLUSTER=b > /etc/ecs/ecs.config; fi",
     "first one is taken", "web"},
    {"#!/bin/bash\ncase \"$STAGE\" in\n  a) echo ECS_CLUSTER=web > /etc/ecs/ecs.config ;;\n"
     "  *) echo ECS_CLUSTER=b > /etc/ecs/ecs.config ;;\nesac\n",
     "of an if or a case", "web"},
    {"#!/bin/bash\ncat <<E >> /etc/ecs/ecs.config\nexport ECS_CLUSTER=web\nE\n",
     "begins with `export` is not of the form NAME=value", "default"},
    {"#!/bin/bash\ncat <<E >> /etc/ecs/ecs.config\nECS_CLUSTER=web\nECS_DATADIR: /x\nE\n",
     "begins with `ECS_DATADIR` is not of the form NAME=value", "web"},
    {"#!/bin/bash\ncat <<E >> /etc/ecs/ecs.config\nECS_CLUSTER=web\necs_datadir=/x\nE\n",
     "the agent knows no setting ecs_datadir", "web"},
    {"echo ECS_CLUSTER=web >> /etc/ecs/ecs.config", "#!/bin/bash as its first line", "web"},
    {"#!/bin/bash\nECS_CLUSTER=web", "no line writes them", "default"},
    {"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
     "Content-Type: text/x-shellscrip\n\n#!/bin/bash\necho ECS_CLUSTER=b > /etc/ecs/ecs.config\n"
     "--x--\n",
     "no part of type text/x-shellscrip", "default"},
    {"#cloud-config\nwrite_files:\n- path: /etc/ecs/ecs.config\n  encoding: b64\n"
     "  content: '!!'\n",
     "not what encoding b64 says", "default"},
};

/* After the case, what is written counts again; a case in which one branch alone writes to the file
 * is no reason to warn. */
START_TEST(user_data_goes_on_after_a_case)
{
    struct bench b;
    bench_read(&b, "#!/bin/bash\ncase $A in x) if true; then echo a; else echo b; fi;; y) echo c;; "
                   "esac\necho ECS_CLUSTER=web > /etc/ecs/ecs.config\n");
    ck_assert_msg(b.complaints.warning_count == 0, "%s", said(&b));
    ck_assert_str_eq(b.agent.cluster, "web");
    bench_release(&b);
}
END_TEST

START_TEST(user_data_says_what_it_cannot_know)
{
    const struct note_case *c = &note_cases[_i];
    struct bench b;
    bench_read(&b, c->text);
    ck_assert_msg(b.complaints.error_count == 0, "%s", said(&b));
    ck_assert_msg(warned(&b, c->words), "%s\nexpected %s, got %s", c->text, c->words, said(&b));
    ck_assert_str_eq(b.agent.cluster, c->cluster);
    bench_release(&b);
}
END_TEST

START_TEST(user_data_windows_is_recognised)
{
    struct bench b;
    bench_read(&b, "<powershell>\nImport-Module ECSTools\n"
                   "[Environment]::SetEnvironmentVariable(\"ECS_DISABLE_METRICS\", $FALSE, "
                   "\"Machine\")\n"
                   "Initialize-ECSAgent -Cluster 'web' -EnableTaskIAMRole -LoggingDrivers "
                   "'[\"json-file\",\"awslogs\"]'\n</powershell>\n");
    ck_assert_uint_eq(b.complaints.error_count, 0);
    ck_assert_int_eq(b.spec.host.os, ECS_OS_WINDOWS);
    ck_assert(b.agent.task_roles);
    ck_assert_str_eq(b.agent.cluster, "web");
    ck_assert_uint_eq(b.spec.reserved_port_count, 10);
    ck_assert_uint_eq(b.complaints.warning_count, 0);
    ck_assert(b.agent.abilities & SCN_CAN_TASK_ROLE);
    ck_assert(b.agent.log_drivers & 1); /* awslogs, the first of scn_log_drivers */
    bench_release(&b);
}
END_TEST

/* ---- the guide's own scripts ---- */

START_TEST(user_data_of_the_guide)
{
    struct bench b;
    char *guide = test_read_file(test_shared("spec/ecs-developer-guide-2020.txt"), NULL);
    char *hook = strstr(guide, "#cloud-boothook\n# Configure Yum, the Docker daemon");
    ck_assert_ptr_nonnull(hook);
    char *end = strstr(hook, "## Windows Container Instance Configuration");
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    bench_read(&b, hook);
    ck_assert_msg(b.complaints.error_count == 0 && b.complaints.warning_count == 0, "%s", said(&b));
    ck_assert_str_eq(b.agent.cluster, "proxy-test");
    ck_assert(has(b.complaints.no_effect, b.complaints.no_effect_count, "HTTP_PROXY"));
    bench_release(&b);
    free(guide);
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

/* ---- mutation ---- */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#define FUZZ_SIZE 8192

/* Flips, deletes, doubles and inserts pieces of the text, in place. */
static void mutate(char *text, uint64_t *state)
{
    static const char *const tokens[] = {"$(",
                                         "${",
                                         "`",
                                         "'",
                                         "\"",
                                         "<<EOF\n",
                                         "{",
                                         "(",
                                         ")",
                                         "}",
                                         "\n",
                                         "|",
                                         ">",
                                         "fi",
                                         "else",
                                         "- ",
                                         ": ",
                                         "|\n",
                                         "--==BOUNDARY==\n",
                                         "$",
                                         "\\",
                                         "[",
                                         "sh -c '",
                                         "a=$a$a\n",
                                         "if ",
                                         "<<<"};
    uint64_t edits = 1 + next_random(state) % 8;
    while (edits-- > 0) {
        size_t length = strlen(text);
        size_t at = length > 0 ? next_random(state) % length : 0;
        size_t size = next_random(state) % 24;
        if (size > length - at)
            size = length - at;
        const char *token = tokens[next_random(state) % (sizeof tokens / sizeof tokens[0])];
        uint64_t kind = next_random(state) % 4;
        size_t extra = kind == 2 ? size : strlen(token);
        if (kind == 0 && length > 0) {
            text[at] = (char)(1 + next_random(state) % 255);
        } else if (kind == 1) {
            memmove(text + at, text + at + size, length - at - size + 1);
        } else if (length + extra < FUZZ_SIZE - 1) {
            char copy[32];
            memcpy(copy, kind == 2 ? text + at : token, extra);
            memmove(text + at + extra, text + at, length - at + 1);
            memcpy(text + at, copy, extra);
        }
    }
}

START_TEST(user_data_mutated_never_crashes)
{
    char text[FUZZ_SIZE];
    uint64_t state = 0x9e3779b97f4a7c15;
    uint32_t good = 0;
    for (uint32_t round = 0; round < 6000; round++) {
        const char *start = forms[round % FORMS];
        struct bench b;
        snprintf(text, sizeof text, "%s", start);
        for (uint64_t n = 1 + next_random(&state) % 3; n > 0; n--)
            mutate(text, &state);
        bench_read(&b, text);
        ck_assert_uint_le(b.spec.reserved_port_count, ECS_PORTS_MAX);
        ck_assert_ptr_nonnull(b.agent.cluster);
        good += b.complaints.error_count == 0 && strcmp(b.agent.cluster, "web") == 0;
        bench_release(&b);
    }
    ck_assert_uint_gt(good, 600); /* the mutations do not just destroy everything */
}
END_TEST

/* What grows without end, or nests without end, is cut off. */
START_TEST(user_data_is_bounded)
{
    static char text[200000];
    struct bench b;
    size_t length = (size_t)snprintf(text, sizeof text, "#!/bin/sh\na=xxxxxxxx\n");
    for (int i = 0; i < 40; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "a=$a$a\n");
    bench_read(&b, text);
    ck_assert(refused(&b, "beyond 4 MiB"));
    bench_release(&b);
    static const char *const nests[] = {"#!/bin/sh\n(", "#!/bin/sh\n${a:-", "#cloud-config\n[",
                                        "#cloud-config\n- ", "#cloud-config\n{a: "};
    for (size_t i = 0; i < sizeof nests / sizeof nests[0]; i++) {
        const char *unit = strchr(nests[i], '\n') + 1;
        length = (size_t)snprintf(text, sizeof text, "%s", nests[i]);
        for (int j = 0; j < 20000; j++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s", unit);
        bench_read(&b, text);
        ck_assert_str_eq(b.agent.cluster, "default");
        bench_release(&b);
    }
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
    tcase_add_loop_test(tests, reg_3_reg_8_reg_9_user_data_forms_say_the_same, 0, FORMS);
    tcase_add_test(tests, user_data_gzip);
    tcase_add_test(tests, user_data_goes_on_after_a_case);
    tcase_add_loop_test(tests, user_data_says_what_it_cannot_know, 0,
                        (int)(sizeof note_cases / sizeof note_cases[0]));
    tcase_add_test(tests, user_data_windows_is_recognised);
    tcase_add_test(tests, user_data_of_the_guide);
    tcase_add_test(tests, REG_13_in_a_scenario);
    tcase_add_test(tests, user_data_mutated_never_crashes);
    tcase_add_test(tests, user_data_is_bounded);
    suite_add_tcase(suite, tests);
    return suite;
}
