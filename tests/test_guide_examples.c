/* Every task definition that the guide prints as JSON registers, or is refused for a reason that
 * stands in a table here. The guide's text is read at test time; nothing of it is in the tree.
 *
 * An example is a balanced object {...} that holds containerDefinitions or a family. Where the page
 * breaks of the text put marks into one, they are taken out; where they tore it apart, it stays
 * torn (AMB-22). An example without a family is given one. */
#include "scn_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLE_BYTES_MAX 20000

static const char torn[] = "torn by a page break, so that it is no JSON (AMB-22)";
static const char typed[] = "typing errors of the guide: it is no JSON";
static const char sketch[] = "a sketch with words or dots in place of values";
static const char part[] = "a part of a definition, without what is required";
static const char fargate[] = "valid; Fargate only, which is not simulated yet";

static const struct {
    unsigned line;     /* of the guide's text */
    const char *words; /* of the complaint */
    const char *why;
} refused[] = {
    {602, "a comma before ]", typed},
    {2893, "containerDefinitions[1].family: unknown key",
     "describe output that closes the list of containers too late (AMB-12)"},
    {3751, "a comma before }", typed},
    {5824, "expected a key in double quotes", sketch},
    {5842, "expected , or ] after an element of a list", torn},
    {6019, "readOnly: expected a value", sketch},
    {6215, "expected a key in double quotes", torn},
    {6557, "a comma before }", part},
    {6686, "transitEncryptionPort: expected a value", sketch},
    {7219, "expected , or } after a member of an object", torn},
    {7385, "`image` is missing", part},
    {7521, "awsfirelens needs a log router", torn},
    {7844, "`image` is missing", part},
    {7926, "expected , or ] after an element of a list", torn},
    {7941, "expected , or ] after an element of a list", torn},
    {8161, "expected , or ] after an element of a list", torn},
    {8184, "expected , or ] after an element of a list", torn},
    {8293, "expected a key in double quotes", sketch},
    {8316, "expected a key in double quotes", sketch},
    {8625, "`containerDefinitions` is missing", torn},
    {27999, "a comma before ]", torn},
    {28095, "a comma before }", torn},
    {28206, "`containerDefinitions` is missing", torn},
    {28302, "\"APPmesh\" is none of APPMESH",
     "a type that the guide itself does not list (AMB-16)"},
    {28582, "neither memory nor memoryReservation", torn},
    {29398, "expected , or ] after an element of a list", torn},
    {29707, "`FARGATE` is not simulated yet", fargate},
    {30840, "`FARGATE` is not simulated yet", fargate},
    {32701, "expected a key in double quotes", sketch},
    {32745, "expected a key in double quotes", sketch},
    {32791, "expected a key in double quotes", sketch},
};
#define REFUSED ((unsigned)(sizeof refused / sizeof refused[0]))

/* ---- finding examples ---- */

/* Bytes of the balanced object at `text`, 0 when there is none. */
static size_t object_size(const char *text)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; text[i] != '\0' && i < EXAMPLE_BYTES_MAX; i++) {
        char c = text[i];
        if (in_string && c == '\n')
            return 0;
        if (in_string && c == '\\' && text[i + 1] != '\0')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && c == '{')
            depth++;
        else if (!in_string && c == '}' && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* The object without the ``` that page breaks leave in it. */
static void copy_object(char *copy, const char *text, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] != '`')
            copy[length++] = text[i];
    copy[length] = '\0';
}

static unsigned refusal_of(unsigned line)
{
    for (unsigned i = 0; i < REFUSED; i++)
        if (refused[i].line == line)
            return i;
    return REFUSED;
}

static void check_example(const char *json, unsigned line)
{
    char path[512], text[1024];
    snprintf(path, sizeof path, "%s", test_tmp_path("guide-example.json"));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(json, file);
    fclose(file);
    snprintf(text, sizeof text, "\"taskDefinitions\": [{\"$file\": \"%s\"%s}]", path,
             strstr(json, "\"family\"") != NULL ? "" : ", \"family\": \"example\"");
    struct scn_loaded loaded;
    bool good = scn_fixture_load(&loaded, text);
    unsigned i = refusal_of(line);
    if (i == REFUSED) {
        ck_assert_msg(good, "line %u is refused: %s", line, loaded.complaints.errors[0]);
    } else {
        ck_assert_msg(!good, "line %u registers, though it is %s", line, refused[i].why);
        ck_assert_msg(scn_fixture_complained(&loaded, refused[i].words),
                      "line %u (%s): expected \"%s\", got: %s", line, refused[i].why,
                      refused[i].words, loaded.complaints.errors[0]);
    }
    scn_loaded_release(&loaded);
}

START_TEST(every_task_definition_of_the_guide)
{
    size_t size;
    char *guide = test_read_file(test_shared("spec/ecs-developer-guide-2020.txt"), &size);
    static char example[EXAMPLE_BYTES_MAX + 1];
    unsigned line = 1, examples = 0, refusals = 0;
    for (const char *at = guide; *at != '\0'; at++) {
        size_t bytes = *at == '{' ? object_size(at) : 0;
        line += *at == '\n';
        if (bytes == 0)
            continue;
        copy_object(example, at, bytes);
        if (strstr(example, "\"containerDefinitions\"") == NULL &&
            strstr(example, "\"family\"") == NULL)
            continue;
        check_example(example, line);
        examples++;
        refusals += refusal_of(line) < REFUSED;
        for (size_t i = 1; i < bytes; i++)
            line += at[i] == '\n';
        at += bytes - 1;
    }
    free(guide);
    ck_assert_uint_eq(examples, 42);
    ck_assert_uint_eq(refusals, REFUSED);
}
END_TEST

/* ---- sheet 01, section 26: the torn examples put together again, and what they reserve ---- */

#define SHELL(name, more) "{'name': '" name "', 'image': 'i', 'cpu': 100, 'memory': 100" more "}"

static const struct {
    const char *family, *definition;
    int64_t cpu, memory, gpus;
    uint32_t ports;
} fixtures[] = {
    {"example-ecs-gpu",
     "'containerDefinitions': [{'memory': 80, 'essential': true, 'name': 'gpu', 'image': "
     "'nvidia/cuda:9.0-base', 'resourceRequirements': [{'type': 'GPU', 'value': '2'}], 'command': "
     "['sh', '-c', 'nvidia-smi'], 'cpu': 100}]",
     100, 80, 2, 0},
    {"database_scratch",
     "'containerDefinitions': [" SHELL(
         "database1",
         ", 'mountPoints': [{'sourceVolume': 'database_"
         "scratch', 'containerPath': '/var/scratch'}]") ", " SHELL("database2",
                                                                   ", 'mountPoints': "
                                                                   "[{'sourceVolume': "
                                                                   "'database_scratch', "
                                                                   "'containerPath': "
                                                                   "'/var/scratch'}]") "], "
                                                                                       "'volumes': "
                                                                                       "[{'name': "
                                                                                       "'database_"
                                                                                       "scratch', "
                                                                                       "'host': "
                                                                                       "{}}]",
     200, 200, 0, 0},
    {"webdata",
     "'containerDefinitions': [{'name': 'web', 'image': 'nginx', 'cpu': 99, 'memory': 100, "
     "'portMappings': [{'containerPort': 80, 'hostPort': 80}], 'essential': true, 'mountPoints': "
     "[{'sourceVolume': 'webdata', 'containerPath': '/usr/share/nginx/html'}]}], 'volumes': "
     "[{'name': 'webdata', 'host': {'sourcePath': '/ecs/webdata'}}]",
     99, 100, 0, 1},
    {"webroot",
     "'containerDefinitions': [" SHELL(
         "web-server-1",
         ", 'portMappings': [{'containerPort': 80, "
         "'hostPort': 80}]") ", " SHELL("web-server-2", ", 'portMappings': [{'containerPort': "
                                                        "8080, 'hostPort': 8080}]") "]",
     200, 200, 0, 2},
    {"test-volumes-from",
     "'volumes': [{'name': 'empty', 'host': {}}, {'name': 'host_etc', 'host': {'sourcePath': "
     "'/etc'}}], 'containerDefinitions': [{'name': 'web', 'image': 'r/web', 'cpu': 100, 'memory': "
     "500, 'portMappings': [{'containerPort': 80, 'hostPort': 80}], 'mountPoints': "
     "[{'sourceVolume': 'empty', 'containerPath': '/empty_volume'}, {'sourceVolume': 'host_etc', "
     "'containerPath': '/host_etc'}], 'essential': true}, {'name': 'busybox', 'image': 'busybox', "
     "'volumesFrom': [{'sourceContainer': 'web'}], 'cpu': 100, 'memory': 500, 'essential': false}]",
     200, 1000, 0, 1},
    {"myEfsVolume",
     "'containerDefinitions': [" SHELL(
         "a",
         ", 'mountPoints': [{'sourceVolume': 'myEfsVolume', "
         "'containerPath': '/mount/efs', 'readOnly': true}]") "]"
                                                              ", 'volumes': [{'name': "
                                                              "'myEfsVolume', "
                                                              "'efsVolumeConfiguration': "
                                                              "{'fileSystemId': 'fs-1234', "
                                                              "'rootDirectory': "
                                                              "'/path/to/my/data', "
                                                              "'transitEncryption': 'ENABLED', "
                                                              "'transitEncryptionPort': 2999, "
                                                              "'authorizationConfig': "
                                                              "{'accessPointId': 'fsap-1234', "
                                                              "'iam': "
                                                              "'ENABLED'}}}]",
     100, 100, 0, 0},
    {"firelens-example-firehose",
     "'containerDefinitions': [{'essential': true, 'image': 'r/fluent-bit:latest', 'name': "
     "'log_router', 'firelensConfiguration': {'type': 'fluentbit'}, 'memoryReservation': 50}, "
     "{'essential': true, 'image': 'httpd', 'name': 'app', 'logConfiguration': {'logDriver': "
     "'awsfirelens', 'options': {'Name': 'firehose', 'region': 'us-west-2'}}, "
     "'memoryReservation': 100}]",
     0, 150, 0, 0},
    {"gelf", /* PRT-09 */
     "'containerDefinitions': [" SHELL("a", ", 'portMappings': [{'hostPort': 5000, 'protocol': "
                                            "'tcp', 'containerPort': 5000}, {'hostPort': 5000, "
                                            "'protocol': 'udp', 'containerPort': 5000}]") "]",
     100, 100, 0, 2},
    {"appmesh-gateway", /* with memory, which the guide left out (AMB-17) */
     "'networkMode': 'awsvpc', 'memory': '512', 'proxyConfiguration': {'type': 'APPMESH', "
     "'containerName': 'envoy', 'properties': [{'name': 'IgnoredUID', 'value': '1337'}, {'name': "
     "'ProxyIngressPort', 'value': '15000'}, {'name': 'ProxyEgressPort', 'value': '15001'}, "
     "{'name': 'AppPorts', 'value': '9080'}, {'name': 'EgressIgnoredIPs', 'value': "
     "'169.254.170.2,169.254.169.254'}]}, 'containerDefinitions': [{'name': 'app', 'image': "
     "'application_image', 'portMappings': [{'containerPort': 9080, 'hostPort': 9080, 'protocol': "
     "'tcp'}], 'essential': true, 'dependsOn': [{'containerName': 'envoy', 'condition': "
     "'HEALTHY'}]}, {'name': 'envoy', 'image': 'envoy', 'essential': true, 'healthCheck': "
     "{'command': ['CMD-SHELL', 'echo hello'], 'interval': 5, 'timeout': 2, 'retries': 3}}]",
     0, 512, 0, 0},
};
#define FIXTURES ((int)(sizeof fixtures / sizeof fixtures[0]))

START_TEST(section_26_reservations)
{
    char text[4096];
    int length = snprintf(text, sizeof text, "'taskDefinitions': [{'family': '%s', %s}]",
                          fixtures[_i].family, fixtures[_i].definition);
    ck_assert_int_lt(length, (int)sizeof text);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s", loaded.complaints.errors[0]);
    const struct ecs_scenario *scenario = &loaded.scenario;
    const struct ecs_task_definition *definition =
        &scenario->task_definitions[scenario->task_definition_count - 1];
    ck_assert_str_eq(definition->family, fixtures[_i].family);
    ck_assert_int_eq(definition->cpu_units, fixtures[_i].cpu);
    ck_assert_int_eq(definition->memory_mib, fixtures[_i].memory);
    ck_assert_int_eq(definition->gpus, fixtures[_i].gpus);
    ck_assert_uint_eq(definition->port_count, fixtures[_i].ports);
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_guide_examples_suite(void);

Suite *test_guide_examples_suite(void)
{
    Suite *suite = suite_create("guide_examples");
    TCase *tests = tcase_create("guide_examples");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, every_task_definition_of_the_guide);
    tcase_add_loop_test(tests, section_26_reservations, 0, FIXTURES);
    return suite;
}
