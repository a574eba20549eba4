/* Task definitions: those of scn_task_cases.def, and tests of what no row can say. They are checked
 * beside the definition of tests/bad/base.json. */
#include "scn_fixture.h"
#include "scn_task_rules.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

#define BARE(members) "'containerDefinitions': [{'name': 'a', 'image': 'i'" members "}]"
#define ONE(members)  BARE(", 'memory': 64" members)
#define TWO(a, b)                                                                                  \
    "'containerDefinitions': [{'name': 'a', 'image': 'i', 'memory': 64" a                          \
    "}, {'name': 'b', 'image': 'i', 'memory': 64" b "}]"
#define FARGATE                                                                                    \
    "'requiresCompatibilities': ['EC2', 'FARGATE'], 'networkMode': 'awsvpc', 'cpu': '256', "       \
    "'memory': '512', "

static const struct {
    const char *rule;
    const char *epoch;      /* NULL: the newest */
    const char *definition; /* without its family, unless it begins with one */
    const char *says;       /* the complaint; NULL: it registers */
} cases[] = {
#define ACCEPTS(rule, definition)            {#rule, NULL, definition, NULL},
#define REFUSES(rule, definition, says)      {#rule, NULL, definition, says},
#define ACCEPTS_2020(rule, definition)       {#rule, "2020-06", definition, NULL},
#define REFUSES_2020(rule, definition, says) {#rule, "2020-06", definition, says},
#include "scn_field_cases.def"
#include "scn_task_cases.def"
};
#define CASES ((int)(sizeof cases / sizeof cases[0]))

/* The scenario's members with " in place of '. */
static const char *members(const char *epoch, const char *definition)
{
    static char text[16384];
    int length =
        snprintf(text, sizeof text, "%s%s%s'taskDefinitions': [{%s%s}]",
                 epoch != NULL ? "'epoch': '" : "", epoch != NULL ? epoch : "",
                 epoch != NULL ? "', " : "",
                 strncmp(definition, "'family'", 8) == 0 ? "" : "'family': 't', ", definition);
    ck_assert_int_lt(length, (int)sizeof text);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return text;
}

START_TEST(rules_of_task_definitions)
{
    const char *text = members(cases[_i].epoch, cases[_i].definition);
    struct scn_loaded loaded;
    bool good = scn_fixture_load(&loaded, text);
    const char *first = loaded.complaints.error_count > 0 ? loaded.complaints.errors[0] : "nothing";
    if (cases[_i].says == NULL) {
        ck_assert_msg(good, "%s: refused: %s\n%s", cases[_i].rule, text, first);
    } else {
        ck_assert_msg(!good, "%s: accepted: %s", cases[_i].rule, text);
        char words[1024]; /* with the end of the path before it */
        snprintf(words, sizeof words, ": %s", cases[_i].says);
        ck_assert_msg(scn_fixture_complained(&loaded, words), "%s: %s\nexpected: %s\ngot: %s",
                      cases[_i].rule, text, words, first);
    }
    scn_loaded_release(&loaded);
}
END_TEST

/* A [M] or [V] rule is shown from both sides, here or in test_scn_rules_task.c. */
START_TEST(each_rule_refuses_something)
{
    for (int i = 0; i < CASES; i++) {
        bool refuses = false;
        for (int k = 0; k < CASES && !refuses; k++)
            refuses = strcmp(cases[i].rule, cases[k].rule) == 0 && cases[k].says != NULL;
        /* VOL-03 only says what is allowed. */
        ck_assert_msg(refuses || strcmp(cases[i].rule, "VOL_03") == 0, "%s", cases[i].rule);
    }
}
END_TEST

/* ---- TDF-16 ---- */

static bool loads_with_command_of(size_t bytes, const char *member)
{
    static char text[65536];
    size_t length =
        (size_t)snprintf(text, sizeof text,
                         "\"taskDefinitions\": [{\"family\": \"t\", %s"
                         "\"containerDefinitions\": [{\"name\": \"a\", \"image\": \"i\","
                         " \"memory\": 64, \"command\": [\"",
                         member);
    memset(text + length, 'x', bytes);
    snprintf(text + length + bytes, sizeof text - length - bytes, "\"]}]}]");
    struct scn_loaded loaded;
    bool good = scn_fixture_load(&loaded, text);
    ck_assert(good || scn_fixture_complained(&loaded, "bytes long; AWS takes 32768"));
    scn_loaded_release(&loaded);
    return good;
}

START_TEST(rule_TDF_16)
{
    /* {"family":"t","containerDefinitions":[{"name":"a","image":"i","memory":64,"command":[""]}]}
     */
    size_t frame = 92;
    ck_assert(loads_with_command_of(32768 - frame, ""));
    ck_assert(!loads_with_command_of(32768 - frame + 2, ""));
    /* What is no part of the call does not count. */
    ck_assert(loads_with_command_of(32768 - frame, "\"sim\": {\"duration\": \"1m\"}, "));
    ck_assert(loads_with_command_of(32768 - frame, "\"registeredBy\": \"me\", "));
}
END_TEST

/* ---- TDF-02, TDF-08, TDF-09, TDF-13: revisions ---- */

#define FAMILY(extra)                                                                              \
    "{\"family\": \"r\", " extra                                                                   \
    "\"containerDefinitions\": [{\"name\": \"a\", \"image\": \"i\", \"memory\": 64}]}"
#define RUN(name) ", \"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"" name "\"}]"

static uint32_t revision_run(const char *text)
{
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s\n%s", text, loaded.complaints.errors[0]);
    const struct ecs_scenario *scenario = &loaded.scenario;
    const struct ecs_run_task *run = &scenario->run_tasks[scenario->run_task_count - 1];
    uint32_t revision = scenario->task_definitions[run->request.task_definition].revision;
    scn_loaded_release(&loaded);
    return revision;
}

#define LIST(items) "\"taskDefinitions\": [" items "]"

START_TEST(rule_TDF_02_revisions_are_counted)
{
    const char *three = LIST(FAMILY("") ", " FAMILY("") ", " FAMILY(""));
    char text[4096];
    snprintf(text, sizeof text, "%s%s", three, RUN("r:2"));
    ck_assert_uint_eq(revision_run(text), 2);
    snprintf(text, sizeof text, "%s%s", three, RUN("r"));
    ck_assert_uint_eq(revision_run(text), 3);
    /* A described revision goes on from its own number, deregistered ones count. */
    ck_assert_uint_eq(revision_run(LIST(FAMILY(
                          "\"revision\": 7, \"status\": \"INACTIVE\", ") ", " FAMILY("")) RUN("r")),
                      8);
    scn_fixture_refuses(LIST(FAMILY("\"revision\": 7, ") ", " FAMILY("\"revision\": 7, ")),
                        "revision 7 does not come after revision 7 of the family");
    scn_fixture_refuses(LIST(FAMILY("\"revision\": 1000000, ") ", " FAMILY("")),
                        "no revision left after 1000000");
}
END_TEST

START_TEST(rule_TDF_13_references)
{
    const char *arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/r";
    char text[4096];
    snprintf(text, sizeof text,
             "%s, \"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"%s:1\"}]",
             LIST(FAMILY("") ", " FAMILY("")), arn);
    ck_assert_uint_eq(revision_run(text), 1);
    snprintf(text, sizeof text, "%s, \"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"%s\"}]",
             LIST(FAMILY("") ", " FAMILY("")), arn);
    ck_assert_uint_eq(revision_run(text), 2);
    scn_fixture_refuses(LIST(FAMILY("")) RUN("r:2"), "there is no task definition \"r:2\"");
    scn_fixture_refuses(LIST(FAMILY("")) RUN("r:"), "there is no task definition \"r:\"");
    scn_fixture_refuses(LIST(FAMILY("")) RUN("r:+1"), "there is no task definition \"r:+1\"");
    scn_fixture_refuses(LIST(FAMILY("")) RUN("arn:aws:ecs:us-east-1:1:service/r"),
                        "the ARN is not one of a task definition");
}
END_TEST

/* Everywhere else that one is named: by name and by ARN, of nothing else. */
START_TEST(rule_TDF_13_wherever_one_is_named)
{
#define ECS "arn:aws:ecs:us-east-1:1:"
#define ID1 "00000000000000000000000000000001"
    static const char *const places[] = {
        "\"changes\": [{\"at\": \"1m\", \"StartTask\": {\"taskDefinition\": \"%s\", "
        "\"containerInstances\": [\"" ID1 "\"]}}]",
        "\"changes\": [{\"at\": \"1m\", \"DeregisterTaskDefinition\": {\"taskDefinition\": "
        "\"%s\"}}]",
        "\"changes\": [{\"at\": \"1m\", \"StopTask\": {\"sim\": {\"taskDefinition\": \"%s\"}}}]",
        "\"rules\": [{\"Name\": \"n\", \"ScheduleExpression\": \"rate(5 minutes)\", \"Targets\": "
        "[{\"Id\": \"1\", \"Arn\": \"" ECS "cluster/web\", \"EcsParameters\": "
        "{\"TaskDefinitionArn\": \"%s\"}}]}]",
    };
    static const struct {
        const char *name, *says;
    } names[] = {
        {"job:1", NULL},
        {ECS "task-definition/job:1", NULL},
        {"job:2", "there is no task definition \"job:2\"; did you mean \"job:1\"?"},
        {ECS "task-definition/job:2", "there is no task definition \"job:2\""},
        {ECS "task/job:1", "the ARN is not one of a task definition; write "},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            char text[1024];
            snprintf(text, sizeof text, places[i], names[k].name);
            if (names[k].says == NULL)
                scn_fixture_accepts(text);
            else
                scn_fixture_refuses(text, names[k].says);
        }
}
END_TEST

START_TEST(rule_TDF_09_inactive_revisions_start_no_tasks)
{
#define INACTIVE "\"status\": \"INACTIVE\", "
    ck_assert_uint_eq(revision_run(LIST(FAMILY("") ", " FAMILY(INACTIVE)) RUN("r")), 1);
    scn_fixture_refuses(LIST(FAMILY("") ", " FAMILY(INACTIVE)) RUN("r:2"),
                        ": r:2 is INACTIVE, so no new task of it starts; name an ACTIVE revision, "
                        "or remove its `status`");
    scn_fixture_refuses(LIST(FAMILY(INACTIVE)) RUN("r"), "r:1 is INACTIVE");
    scn_fixture_refuses(
        LIST(FAMILY(INACTIVE)) ", \"rules\": [{\"Name\": \"n\", \"ScheduleExpression\": "
                               "\"rate(5 minutes)\", \"Targets\": [{\"Id\": \"1\", \"Arn\": "
                               "\"" ECS "cluster/web\", \"EcsParameters\": "
                               "{\"TaskDefinitionArn\": \"r:1\"}}]}]",
        "r:1 is INACTIVE");
    /* A family without an ACTIVE revision may get one in time, a revision does not come back. */
#define REGISTERED ", \"changes\": [{\"at\": \"30s\", \"RegisterTaskDefinition\": " FAMILY("") "}]"
    scn_fixture_accepts(LIST(FAMILY(INACTIVE)) RUN("r") REGISTERED);
    scn_fixture_refuses(LIST(FAMILY(INACTIVE)) RUN("r:1") REGISTERED, "r:1 is INACTIVE");
    scn_fixture_refuses(LIST(FAMILY("\"status\": \"GONE\", ")), "write one of ACTIVE, INACTIVE");
}
END_TEST

/* ---- TDF-12, FSZ-02: what Fargate would take ---- */

static unsigned compatibilities(const char *definition, int32_t epoch)
{
    const struct scn_file file = {.name = "test", .folder = ""};
    char text[4096];
    snprintf(text, sizeof text, "{'family': 't', %s}", definition);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    struct sim_arena arena;
    struct scn_complaints complaints;
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    const struct scn_value *value = scn_json_parse(&arena, &file, text, strlen(text), &complaints);
    ck_assert_msg(value != NULL, "%s", text);
    unsigned result = scn_task_compatibilities(&arena, value, epoch);
    ck_assert_uint_eq(complaints.error_count, 0);
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
    return result;
}

START_TEST(rule_TDF_12_compatibilities_are_computed)
{
    const unsigned both = SCN_COMPATIBLE_EC2 | SCN_COMPATIBLE_FARGATE;
    ck_assert_uint_eq(compatibilities(FARGATE ONE(""), 202006), both);
    ck_assert_uint_eq(compatibilities("'networkMode': 'awsvpc', 'cpu': '1 vCPU', "
                                      "'memory': '2GB', " ONE(""),
                                      202006),
                      both);
    ck_assert_uint_eq(compatibilities(ONE(""), 202006), SCN_COMPATIBLE_EC2);
    ck_assert_uint_eq(compatibilities(FARGATE ONE(", 'privileged': true"), 202006),
                      SCN_COMPATIBLE_EC2);
    scn_fixture_warns(members(NULL, "'compatibilities': ['EC2', 'FARGATE'], " ONE("")),
                      "the definition does not run on Fargate");
}
END_TEST

static bool is_fargate_size(int64_t cpu, int64_t memory, int32_t epoch)
{
    char text[256];
    snprintf(text, sizeof text, "'networkMode': 'awsvpc', 'cpu': '%d', 'memory': '%d', %s",
             (int)cpu, (int)memory, BARE(""));
    return compatibilities(text, epoch) & SCN_COMPATIBLE_FARGATE;
}

START_TEST(rule_FSZ_02_fifty_sizes)
{
    static const int32_t refused[][2] = {
        {256, 4096},   {256, 768},    {512, 512},    {512, 5120},  {1024, 1024},
        {1024, 9216},  {2048, 3072},  {2048, 17408}, {2048, 4608}, {4096, 7168},
        {4096, 31744}, {8192, 16384}, {0, 512},      {128, 512},
    };
    int count = 0;
    for (int cpu = 0; cpu <= 17408; cpu += 128)
        for (int memory = 0; memory <= 34816; memory += 512)
            count += is_fargate_size(cpu, memory, 202006);
    ck_assert_int_eq(count, 50);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        ck_assert(!is_fargate_size(refused[i][0], refused[i][1], 202006));
    /* Larger ones came in 2022-09. */
    ck_assert(!is_fargate_size(8192, 16384, 202208));
    ck_assert(is_fargate_size(8192, 16384, 202209));
    ck_assert(!is_fargate_size(8192, 17408, 202209));
    ck_assert(is_fargate_size(16384, 122880, 202209));
}
END_TEST

START_TEST(rule_FSZ_01_says_which_memory_fits)
{
    const char *head = "'requiresCompatibilities': ['EC2', 'FARGATE'], 'networkMode': 'awsvpc', ";
    char text[512];
    snprintf(text, sizeof text, "%s'cpu': '256', 'memory': '768', %s", head, BARE(""));
    scn_fixture_refuses(members("2020-06", text), "with 256 CPU units; write 512, 1024 or 2048");
    snprintf(text, sizeof text, "%s'cpu': '2 vcpu', 'memory': '3 GB', %s", head, BARE(""));
    scn_fixture_refuses(members("2020-06", text),
                        "with 2048 CPU units; write 4096 to 16384 in steps of 1024");
    snprintf(text, sizeof text, "%s'cpu': '768', 'memory': '2048', %s", head, BARE(""));
    scn_fixture_refuses(members("2020-06", text), "write 256, 512, 1024, 2048 or 4096");
}
END_TEST

/* ---- describe output ---- */

START_TEST(describe_task_definition_output_registers)
{
    struct scn_loaded loaded;
    const char *text =
        "\"taskDefinitions\": [{\"taskDefinition\": {\"taskDefinitionArn\": "
        "\"arn:aws:ecs:us-east-1:1:task-definition/t:3\", \"family\": \"t\", \"revision\": 3, "
        "\"containerDefinitions\": [{\"name\": \"a\", \"image\": \"i\", \"cpu\": 10, \"memory\": "
        "64, "
        "\"portMappings\": [], \"essential\": true, \"environment\": [], \"mountPoints\": [], "
        "\"volumesFrom\": []}], \"volumes\": [], \"placementConstraints\": [], \"status\": "
        "\"ACTIVE\", \"requiresAttributes\": [{\"name\": \"com.amazonaws.ecs.capability.x\"}], "
        "\"compatibilities\": [\"EXTERNAL\", \"EC2\"], \"registeredAt\": "
        "\"2021-01-01T00:00:00Z\", \"registeredBy\": \"arn:aws:iam::1:user/u\"}, \"tags\": []}], "
        "\"runTasks\": [{\"name\": \"first\", \"taskDefinition\": \"t:3\"}]";
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s", loaded.complaints.errors[0]);
    static const char *const listed[] = {"taskDefinitionArn", "requiresAttributes",
                                         "compatibilities", "registeredAt", "registeredBy"};
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        bool found = false;
        char key[128];
        snprintf(key, sizeof key,
                 "taskDefinitions[t].%s: key has no effect here: output of a "
                 "describe call",
                 listed[i]);
        for (uint32_t k = 0; k < loaded.complaints.no_effect_count; k++)
            found = found || strcmp(loaded.complaints.no_effect[k], key) == 0;
        ck_assert_msg(found, "%s", key);
    }
    scn_loaded_release(&loaded);
}
END_TEST

/* TDF-02: family and revision count; an ARN beside them that says otherwise is warned about. */
START_TEST(tdf_02_arn_that_contradicts)
{
    static const struct {
        const char *name, *revision, *words; /* words NULL: they agree */
    } arns[] = {
        {"t:3", "\"revision\": 3, ", NULL},
        {"t:3", "", NULL},
        {"t", "\"revision\": 3, ", NULL},
        {"t:4", "\"revision\": 3, ", "the ARN is that of revision 4, but revision says 3"},
        {"u:3", "\"revision\": 3, ", "the ARN is one of family \"u\", but family says \"t\""},
        {"tt:3", "", "the ARN is one of family \"tt\""},
    };
    struct scn_loaded loaded;
    char text[1024];
    snprintf(text, sizeof text,
             "\"taskDefinitions\": [{\"taskDefinitionArn\": "
             "\"arn:aws:ecs:us-east-1:1:task-definition/%s\", \"family\": \"t\", %s"
             "\"containerDefinitions\": [{\"name\": \"a\", \"image\": \"i\", \"memory\": 64}]}], "
             "\"runTasks\": [{\"name\": \"first\", \"taskDefinition\": \"t\"}]",
             arns[_i].name, arns[_i].revision);
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s", loaded.complaints.errors[0]);
    ck_assert_int_eq(scn_fixture_warned(&loaded, "the ARN is"), arns[_i].words != NULL);
    if (arns[_i].words != NULL)
        ck_assert(scn_fixture_warned(&loaded, arns[_i].words));
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_scn_task_rules_suite(void);

Suite *test_scn_task_rules_suite(void)
{
    Suite *suite = suite_create("scn_task_rules");
    TCase *tests = tcase_create("scn_task_rules");
    suite_add_tcase(suite, tests);
    tcase_add_loop_test(tests, rules_of_task_definitions, 0, CASES);
    tcase_add_test(tests, each_rule_refuses_something);
    tcase_add_test(tests, rule_TDF_16);
    tcase_add_test(tests, rule_TDF_02_revisions_are_counted);
    tcase_add_test(tests, rule_TDF_13_references);
    tcase_add_test(tests, rule_TDF_13_wherever_one_is_named);
    tcase_add_test(tests, rule_TDF_09_inactive_revisions_start_no_tasks);
    tcase_add_test(tests, rule_TDF_12_compatibilities_are_computed);
    tcase_add_test(tests, rule_FSZ_02_fifty_sizes);
    tcase_add_test(tests, rule_FSZ_01_says_which_memory_fits);
    tcase_add_test(tests, describe_task_definition_output_registers);
    tcase_add_loop_test(tests, tdf_02_arn_that_contradicts, 0, 6);
    return suite;
}
