/* Cluster query language: the acceptance fixture of sheet 03, 7.6, and what the grammar refuses. */
#include "scn_query.h"
#include "sim_time.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

/* ---- the six instances of the fixture ---- */

struct host {
    const char *type, *zone, *stack, *os, *version, *id, *registered;
    bool connected;
    const char *groups[2]; /* one running task each */
};

static const struct host hosts[] = {
    {"t2.small",
     "us-east-1a",
     "prod",
     "linux",
     "1.14.5",
     "i-abcd1234",
     "2018-02-12T23:59:59",
     true,
     {"family:web"}},
    {"t2.medium",
     "us-east-1b",
     "dev",
     "linux",
     "1.9.0",
     "i-wxyx7890",
     "2018-02-13T00:00:00",
     false,
     {"service:production", "databases"}},
    {"g2.2xlarge",
     "us-east-1d",
     NULL,
     "linux",
     "1.13.0",
     "i-f3a8506b",
     "2018-06-18T22:28:28",
     true,
     {NULL}},
    {"g2.2xlarge",
     "us-east-1c",
     "prod",
     "linux",
     "1.37.0",
     "i-00000004",
     "2017-01-01",
     true,
     {"database"}},
    {"t2.large",
     "us-east-1a",
     NULL,
     "windows",
     "1.29.0",
     "i-00000005",
     "2020-01-01",
     true,
     {"service:production"}},
    {"m5.t2.fake", "us-east-1a", "qa", "linux", "1.14.4", "i-00000006", "2018-02-12", true, {NULL}},
};
#define HOSTS (sizeof hosts / sizeof hosts[0])

static const char *attribute_of(void *user, const char *name)
{
    const struct host *host = user;
    if (strcmp(name, "ecs.instance-type") == 0)
        return host->type;
    if (strcmp(name, "ecs.availability-zone") == 0)
        return host->zone;
    if (strcmp(name, "ecs.os-type") == 0)
        return host->os;
    return strcmp(name, "stack") == 0 ? host->stack : NULL;
}

static const char *group_of(void *user, uint32_t index)
{
    const struct host *host = user;
    return index < 2 ? host->groups[index] : NULL;
}

static bool is_selected(const struct ecs_query *query, const struct host *host)
{
    int64_t registered_us;
    ck_assert_int_eq(sim_iso_parse(host->registered, &registered_us), 0);
    struct host copy = *host;
    struct ecs_query_view view = {
        .user = &copy,
        .attribute = attribute_of,
        .group = group_of,
        .ec2_instance_id = host->id,
        .agent_version = ecs_query_version(host->version),
        .registered_at = registered_us / SIM_SECOND,
        .running_tasks = (host->groups[0] != NULL) + (host->groups[1] != NULL),
        .agent_connected = host->connected,
    };
    return ecs_query_selects(query, &view);
}

/* "134": the instances I1, I3, I4. */
static void expect(const char *expression, const char *instances)
{
    struct sim_arena arena;
    struct scn_query_error error = {0};
    char found[HOSTS + 1];
    uint32_t count = 0;
    sim_arena_init(&arena);
    const struct ecs_query *query = scn_query_parse(&arena, expression, &error);
    ck_assert_msg(query != NULL, "%s: column %u: %s", expression, error.column, error.message);
    ck_assert_str_eq(query->text, expression);
    for (uint32_t i = 0; i < HOSTS; i++)
        if (is_selected(query, &hosts[i]))
            found[count++] = (char)('1' + i);
    found[count] = '\0';
    ck_assert_msg(strcmp(found, instances) == 0, "%s: selects %s, not %s", expression, found,
                  instances);
    sim_arena_release(&arena);
}

static void refuse(const char *expression, uint32_t column, const char *message)
{
    struct sim_arena arena;
    struct scn_query_error error = {0};
    sim_arena_init(&arena);
    const struct ecs_query *query = scn_query_parse(&arena, expression, &error);
    ck_assert_msg(query == NULL, "%s is accepted", expression);
    ck_assert_msg(error.column == column && strcmp(error.message, message) == 0,
                  "%s:\n     is: %u: %s\n should: %u: %s", expression, error.column, error.message,
                  column, message);
    sim_arena_release(&arena);
}

/* ---- AT-QL: the table ---- */

struct query_case {
    const char *expression, *instances;
};

static const struct query_case cases[] = {
    /* AT-QL1 to 16 are the guide's own examples E1 to E16 */
    {"attribute:ecs.instance-type == g2.2xlarge", "34"},
    {"attribute:stack == prod", "14"},
    {"attribute:stack != prod", "26"},
    {"attribute:ecs.instance-type in [t2.small, t2.medium]", "12"},
    {"attribute:ecs.instance-type =~ t2.* and attribute:ecs.availability-zone == us-east-1a", "15"},
    {"attribute:ecs.instance-type =~ t2.*", "125"},
    {"task:group == databases", "2"},
    {"attribute:ecs.instance-type == t2.small", "1"},
    {"attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", "1256"},
    {"attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d", "4"},
    {"task:group == service:production", "25"},
    {"not(task:group == database)", "12356"},
    {"runningTasksCount == 1", "145"},
    {"agentVersion < 1.14.5", "236"},
    {"registeredAt < 2018-02-13", "146"},
    {"ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", "12"},
    {"attribute:ecs.os-type == windows", "5"},
    {"attribute:stack exists", "1246"},
    {"attribute:stack !exists", "35"},
    {"attribute:stack not_exists", "35"},
    {"not(attribute:stack == prod)", "2356"},
    {"agentConnected == true", "13456"},
    {"attribute:ecs.instance-type !~ t2.*", "346"},
    {"attribute:ecs.availability-zone not_in [us-east-1a, us-east-1b]", "34"},
    {"(attribute:ecs.instance-type =~ t2.* or attribute:ecs.instance-type =~ g2.*) and "
     "attribute:ecs.availability-zone == us-east-1a",
     "15"},
    /* precedence (QL-5), negation, missing blanks (QL-9, QL-12) */
    {"attribute:stack == qa or attribute:stack == prod and agentVersion > 1.20", "46"},
    {"not attribute:stack exists or attribute:stack == qa", "356"},
    {"!!agentConnected==true", "13456"},
    {"!(attribute:stack==prod)&&agentConnected==true||runningTasksCount>=2", "2356"},
    {"attribute:stack!=prod", "26"},
    {"attribute:stack!in[prod,dev]", "6"},
    {"attribute:stack not_matches 'p.*'", "26"},
    {"attribute:ecs.instance-type =~ \"(t2|m5).*\"", "1256"},
    {"attribute:ecs.instance-type =~ t2.small|g2.*", "134"},
    {"agentVersion == 1.9", "2"},
    {"registeredAt >= 2018-06-18T22:28:28Z and registeredAt <= 2018-06-18T23:28:28+01:00", "3"},
    {"task:group in [databases, database]", "24"},
    {"task:group =~ service:.*", "25"},
    {"task:group exists", "1245"},
    {"task:group != databases", "1245"},
    {"runningTasksCount less_than 1", "36"},
    {"attribute:stack == ''", ""},
    {"attribute:ecs.os-type == 'linux' and not (attribute:stack in [prod, \"qa\"])", "23"},
};

START_TEST(at_ql_1_to_24)
{
    expect(cases[_i].expression, cases[_i].instances);
}
END_TEST

/* AT-QL25: each symbol means what its word means. */
START_TEST(at_ql_25_spellings)
{
    static const char *const pairs[][3] = {
        {"attribute:stack == prod", "attribute:stack equals prod", "14"},
        {"attribute:stack != prod", "attribute:stack not_equals prod", "26"},
        {"agentVersion > 1.14.4", "agentVersion greater_than 1.14.4", "145"},
        {"agentVersion >= 1.14.4", "agentVersion greater_than_equal 1.14.4", "1456"},
        {"agentVersion < 1.14.4", "agentVersion less_than 1.14.4", "23"},
        {"agentVersion <= 1.14.4", "agentVersion less_than_equal 1.14.4", "236"},
        {"attribute:stack !exists", "attribute:stack not_exists", "35"},
        {"attribute:stack !in [prod]", "attribute:stack not_in [prod]", "26"},
        {"attribute:stack =~ p.*", "attribute:stack matches p.*", "14"},
        {"attribute:stack !~ p.*", "attribute:stack not_matches p.*", "26"},
        {"attribute:stack exists && runningTasksCount == 1",
         "attribute:stack exists and runningTasksCount == 1", "14"},
        {"attribute:stack == qa || attribute:stack == dev",
         "attribute:stack == qa or attribute:stack == dev", "26"},
        {"! attribute:stack exists", "not attribute:stack exists", "35"},
    };
    expect(pairs[_i][0], pairs[_i][2]);
    expect(pairs[_i][1], pairs[_i][2]);
}
END_TEST

/* ---- what is refused, and where ---- */

START_TEST(at_ql_26_to_31_refused)
{
    refuse("agentVersion in [1.14.5]", 14,
           "agentVersion does not take this operator; it takes ==, !=, >, >=, < or <=");
    refuse("registeredAt < 13/02/2018", 16,
           "`13/02/2018` is no date; write 2018-06-18, 2018-06-18T22:28:28, 2018-06-18T22:28:28Z "
           "or 2018-06-18T22:28:28+00:00");
    refuse("runningTasksCount =~ 1", 19,
           "runningTasksCount does not take this operator; it takes ==, !=, >, >=, < or <=");
    refuse("(attribute:stack) == prod", 17,
           "expected an operator after attribute:<name>: ==, !=, in, !in, =~, !~, exists or "
           "!exists; parentheses stand only round whole expressions");
    refuse("attribute:stack in prod", 20, "expected a list such as [a, b] after in and !in");
    refuse(
        "attribute:stack exists prod", 24,
        "expected and, or, or the end; does a value with blanks or parentheses lack its quotes?");
}
END_TEST

START_TEST(ql_10_11_12_17_18_refused)
{
    refuse("ecs.os-type=='windows'", 1,
           "an attribute is written with its prefix; did you mean `attribute:ecs.os-type`?");
    refuse("colour == red", 1,
           "unknown subject `colour`; expected agentConnected, agentVersion, attribute:<name>, "
           "ec2InstanceId, registeredAt, runningTasksCount or task:group");
    refuse("", 1,
           "expected agentConnected, agentVersion, attribute:<name>, ec2InstanceId, registeredAt, "
           "runningTasksCount or task:group, but the expression ends");
    refuse("attribute:a =~ (t2|m5).*", 16,
           "expected a value; write a word, or quote it with '...'");
    refuse("attribute:a =~ '(t2'", 16,
           "`(t2` is no regular expression: missing closing parenthesis at its character 4");
    refuse("attribute:a = b", 13,
           "expected an operator after attribute:<name>: ==, !=, in, !in, =~, !~, exists or "
           "!exists (equality is written ==)");
    refuse("attribute:a == 'b", 16, "the quoted text does not end; add a closing '");
    refuse("attribute:a in [b", 18, "expected , or ] in the list");
    refuse("attribute:a in []", 17, "expected a value; write a word, or quote it with '...'");
    refuse("attribute:a == [b]", 16, "expected one value, not a list; lists go with in and !in");
    refuse("(attribute:a exists", 20, "expected and, or, or the ) of the ( in column 1");
    refuse("attribute:a exists)", 19, "no ( belongs to this )");
    refuse("agentVersion < newest", 16, "`newest` is no agent version; write it as 1.40.0");
    refuse("agentConnected == yes", 19, "agentConnected is true or false");
    refuse("runningTasksCount == one", 22, "`one` is no number of tasks; write a whole number");
    refuse("attribute: == b", 11, "expected the name of an attribute after `attribute:`");
    refuse("attribute:a == b and", 21,
           "expected agentConnected, agentVersion, attribute:<name>, ec2InstanceId, registeredAt, "
           "runningTasksCount or task:group, but the expression ends");
}
END_TEST

/* Neither depth nor length of what is read can exhaust the stack. */
START_TEST(ql_3_depth_and_length)
{
    char text[12000];
    memset(text, '(', 200);
    memcpy(text + 200, "attribute:a exists", sizeof "attribute:a exists");
    refuse(text, 65, "nested more than 64 deep");
    memset(text, '!', 200);
    refuse(text, 65, "nested more than 64 deep");
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    refuse(text, 1, "the expression is longer than 10000 bytes");
    expect("(((((((((((((((((((attribute:stack == qa)))))))))))))))))))", "6");
}
END_TEST

/* A message is one line of UTF-8 of bounded length, whatever it quotes. */
START_TEST(ql_messages_quote_a_part)
{
    char text[700], message[700];
    refuse("attribute:a == '\xff'", 17, "a byte that is not UTF-8; write the expression in UTF-8");
    refuse("agentVersion < '1\n\x1b'", 16, "`1??` is no agent version; write it as 1.40.0");
    /* 59 bytes, then a character of two: it is shown whole */
    snprintf(text, sizeof text, "runningTasksCount == %059d\xc3\xa9%0200d", 0, 0);
    snprintf(message, sizeof message,
             "`%059d\xc3\xa9...` is no number of tasks; write a whole number", 0);
    refuse(text, 22, message);
    snprintf(text, sizeof text, "%0300d == 1", 0);
    snprintf(message, sizeof message,
             "unknown subject `%060d...`; expected agentConnected, agentVersion, attribute:<name>, "
             "ec2InstanceId, registeredAt, runningTasksCount or task:group",
             0);
    refuse(text, 1, message);
}
END_TEST

/* A pattern that backtracks without end is given up: it does not match. */
START_TEST(ql_14_a_match_is_bounded)
{
    struct sim_arena arena;
    struct scn_query_error error = {0};
    sim_arena_init(&arena);
    const struct ecs_query *query = scn_query_parse(&arena, "ec2InstanceId =~ '(a+)+b'", &error);
    ck_assert_ptr_nonnull(query);
    struct ecs_query_view view = {.ec2_instance_id =
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"};
    ck_assert(!ecs_query_selects(query, &view));
    view.ec2_instance_id = "aaab";
    ck_assert(ecs_query_selects(query, &view));
    sim_arena_release(&arena);
}
END_TEST

/* Memory as well as steps: three thousand groups keep 48 KB each time a step may be taken back. */
START_TEST(ql_14_memory_of_a_match_is_bounded)
{
    static const char head[] = "ec2InstanceId =~ '", tail[] = "i-.*'";
    char text[sizeof head + 2 * 3000 + sizeof tail];
    struct ecs_query_view view = {.ec2_instance_id = "i-1"};
    for (uint32_t groups = 30; groups <= 3000; groups *= 100) {
        struct sim_arena arena;
        struct scn_query_error error = {0};
        char *at = text;
        sim_arena_init(&arena);
        memcpy(at, head, sizeof head);
        at += sizeof head - 1;
        for (uint32_t i = 0; i < groups; i++, at += 2)
            memcpy(at, "()", 2);
        memcpy(at, tail, sizeof tail);
        const struct ecs_query *query = scn_query_parse(&arena, text, &error);
        ck_assert_ptr_nonnull(query);
        ck_assert_int_eq(ecs_query_selects(query, &view), groups == 30);
        sim_arena_release(&arena);
    }
}
END_TEST

/* What may be kept per set of attributes. */
START_TEST(ql_is_static)
{
    static const char *const expressions[] = {
        "attribute:a == b and ec2InstanceId =~ i-.*",
        "registeredAt > 2018-01-01",
        "agentVersion > 1.2",
        "attribute:a == b or task:group == c",
        "runningTasksCount == 0",
        "agentConnected == true",
    };
    struct sim_arena arena;
    struct scn_query_error error = {0};
    sim_arena_init(&arena);
    const struct ecs_query *query = scn_query_parse(&arena, expressions[_i], &error);
    ck_assert_ptr_nonnull(query);
    ck_assert_int_eq(query->is_static, _i < 3);
    sim_arena_release(&arena);
}
END_TEST

Suite *test_scn_query_suite(void);

Suite *test_scn_query_suite(void)
{
    Suite *suite = suite_create("scn_query");
    TCase *tests = tcase_create("query");
    tcase_add_loop_test(tests, at_ql_1_to_24, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tests, at_ql_25_spellings, 0, 13);
    tcase_add_test(tests, at_ql_26_to_31_refused);
    tcase_add_test(tests, ql_10_11_12_17_18_refused);
    tcase_add_test(tests, ql_3_depth_and_length);
    tcase_add_test(tests, ql_messages_quote_a_part);
    tcase_add_test(tests, ql_14_a_match_is_bounded);
    tcase_add_test(tests, ql_14_memory_of_a_match_is_bounded);
    tcase_add_loop_test(tests, ql_is_static, 0, 6);
    suite_add_tcase(suite, tests);
    return suite;
}
