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

/* ---- AT-QL: the table of sheet 03, 7.6 ---- */

/* 1 to 16 are the guide's own examples E1 to E16. */
START_TEST(at_ql1)
{
    expect("attribute:ecs.instance-type == g2.2xlarge", "34");
}
END_TEST

START_TEST(at_ql2)
{
    expect("attribute:stack == prod", "14");
}
END_TEST

START_TEST(at_ql3)
{
    expect("attribute:stack != prod", "26");
}
END_TEST

START_TEST(at_ql4)
{
    expect("attribute:ecs.instance-type in [t2.small, t2.medium]", "12");
}
END_TEST

START_TEST(at_ql5)
{
    expect("attribute:ecs.instance-type =~ t2.* and attribute:ecs.availability-zone == us-east-1a",
           "15");
}
END_TEST

START_TEST(at_ql6)
{
    expect("attribute:ecs.instance-type =~ t2.*", "125");
}
END_TEST

START_TEST(at_ql7)
{
    expect("task:group == databases", "2");
}
END_TEST

START_TEST(at_ql8)
{
    expect("attribute:ecs.instance-type == t2.small", "1");
}
END_TEST

START_TEST(at_ql9)
{
    expect("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", "1256");
}
END_TEST

START_TEST(at_ql10)
{
    expect("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d",
           "4");
}
END_TEST

START_TEST(at_ql11)
{
    expect("task:group == service:production", "25");
}
END_TEST

START_TEST(at_ql12)
{
    expect("not(task:group == database)", "12356");
}
END_TEST

START_TEST(at_ql13)
{
    expect("runningTasksCount == 1", "145");
}
END_TEST

START_TEST(at_ql14)
{
    expect("agentVersion < 1.14.5", "236");
}
END_TEST

START_TEST(at_ql15)
{
    expect("registeredAt < 2018-02-13", "146");
}
END_TEST

START_TEST(at_ql16)
{
    expect("ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", "12");
}
END_TEST

START_TEST(at_ql17)
{
    expect("attribute:ecs.os-type == windows", "5");
}
END_TEST

START_TEST(at_ql18)
{
    expect("attribute:stack exists", "1246");
}
END_TEST

START_TEST(at_ql19)
{
    expect("attribute:stack !exists", "35");
    expect("attribute:stack not_exists", "35");
}
END_TEST

START_TEST(at_ql20)
{
    expect("not(attribute:stack == prod)", "2356");
}
END_TEST

START_TEST(at_ql21)
{
    expect("agentConnected == true", "13456");
}
END_TEST

START_TEST(at_ql22)
{
    expect("attribute:ecs.instance-type !~ t2.*", "346");
}
END_TEST

START_TEST(at_ql23)
{
    expect("attribute:ecs.availability-zone not_in [us-east-1a, us-east-1b]", "34");
}
END_TEST

START_TEST(at_ql24)
{
    expect("(attribute:ecs.instance-type =~ t2.* or attribute:ecs.instance-type =~ g2.*) and "
           "attribute:ecs.availability-zone == us-east-1a",
           "15");
}
END_TEST

/* AT-QL25: each symbol means what its word means. */
START_TEST(at_ql25)
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

/* ---- AT-QL26 to 31: what is refused, where, and what would be right there ---- */

START_TEST(at_ql26)
{
    refuse("agentVersion in [1.14.5]", 14,
           "agentVersion does not take this operator; it takes ==, !=, >, >=, < or <=");
}
END_TEST

START_TEST(at_ql27)
{
    refuse("registeredAt < 13/02/2018", 16,
           "`13/02/2018` is no date; write 2018-06-18, 2018-06-18T22:28:28, "
           "2018-06-18T22:28:28Z or 2018-06-18T22:28:28+00:00");
}
END_TEST

START_TEST(at_ql28)
{
    refuse("runningTasksCount =~ 1", 19,
           "runningTasksCount does not take this operator; it takes ==, !=, >, >=, < or <=");
}
END_TEST

START_TEST(at_ql29)
{
    refuse("(attribute:stack) == prod", 17,
           "expected an operator after attribute:<name>: ==, !=, in, !in, =~, !~, exists or "
           "!exists; parentheses stand only round whole expressions");
}
END_TEST

START_TEST(at_ql30)
{
    refuse("attribute:stack in prod", 20, "expected a list such as [a, b] after in and !in");
}
END_TEST

START_TEST(at_ql31)
{
    refuse("attribute:stack exists prod", 24,
           "expected and, or, or the end; does a value with blanks or parentheses lack its "
           "quotes?");
}
END_TEST

/* ---- QL: rule by rule ---- */

struct query_case {
    const char *expression, *instances;
};

static void expect_all(const struct query_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(cases[i].expression, cases[i].instances);
}
#define EXPECT_ALL(CASES) expect_all(CASES, sizeof(CASES) / sizeof(CASES)[0])

/* QL-3, QL-4, QL-5, QL-6: not before and before or; parentheses only between expressions. */
START_TEST(ql_3_ql_4_ql_5_ql_6_connectives)
{
    static const struct query_case cases[] = {
        {"attribute:stack == qa or attribute:stack == prod and agentVersion > 1.20", "46"},
        {"(attribute:stack == qa or attribute:stack == prod) and agentVersion > 1.20", "4"},
        {"not attribute:stack exists or attribute:stack == qa", "356"},
        {"not(attribute:stack exists or attribute:stack == qa)", "35"},
        {"!!agentConnected==true", "13456"},
        {"! ! agentConnected == true", "13456"},
        {"!(attribute:stack==prod)&&agentConnected==true||runningTasksCount>=2", "2356"},
        {"((attribute:stack == qa))", "6"},
        {"attribute:ecs.os-type == 'linux' and not (attribute:stack in [prod, \"qa\"])", "23"},
    };
    EXPECT_ALL(cases);
}
END_TEST

/* QL-7, QL-8, QL-9, QL-12: bare words, both quotes, no blanks; `!in` and its like are operators. */
START_TEST(ql_7_ql_8_ql_9_ql_12_words)
{
    static const struct query_case cases[] = {
        {"attribute:stack!=prod", "26"},
        {"attribute:stack!in[prod,dev]", "6"},
        {"attribute:stack!exists", "35"},
        {"attribute:stack!~p.*", "26"},
        {"attribute:stack in [ prod , 'dev',\"qa\" ]", "1246"},
        {"attribute:stack in [prod]", "14"},
        {"attribute:stack == ''", ""},
        {"attribute:stack == 'prod'", "14"},
        {"attribute:stack == \"prod\"", "14"},
        {"attribute:ecs.os-type=='windows'", "5"},
        {"task:group == service:production", "25"},
        {"ec2InstanceId == i-00000004", "4"},
        {"attribute:stack == PROD", ""},
        {"\tattribute:stack\n==\rprod ", "14"},
    };
    EXPECT_ALL(cases);
}
END_TEST

/* QL-11, sheet 03, 7.3: each subject with every operator that it takes. */
START_TEST(ql_1_ql_11_each_subject_and_operator)
{
    static const struct query_case cases[] = {
        {"agentConnected != true", "2"},
        {"agentConnected in [true]", "13456"},
        {"agentConnected !in [true]", "2"},
        {"agentConnected =~ tr.*", "13456"},
        {"agentConnected !~ tr.*", "2"},
        {"agentVersion == 1.9.0", "2"},
        {"agentVersion != 1.9.0", "13456"},
        {"agentVersion > 1.14.5", "45"},
        {"agentVersion >= 1.14.5", "145"},
        {"agentVersion <= 1.13.0", "23"},
        {"ec2InstanceId != i-abcd1234", "23456"},
        {"ec2InstanceId !in [i-abcd1234, i-00000006]", "2345"},
        {"ec2InstanceId =~ i-0+.", "456"},
        {"ec2InstanceId !~ i-0+.", "123"},
        {"registeredAt == 2020-01-01", "5"},
        {"registeredAt != 2020-01-01", "12346"},
        {"registeredAt > 2018-06-18", "35"},
        {"registeredAt >= 2018-06-18T22:28:28", "35"},
        {"registeredAt <= 2018-02-12", "46"},
        {"runningTasksCount != 1", "236"},
        {"runningTasksCount > 1", "2"},
        {"runningTasksCount >= 1", "1245"},
        {"runningTasksCount less_than 1", "36"},
        {"runningTasksCount <= 1", "13456"},
        {"task:group != databases", "1245"},
        {"task:group in [databases, database]", "24"},
        {"task:group !in [databases, service:production]", "14"},
        {"task:group =~ service:.*", "25"},
        {"task:group !~ service:.*", "124"},
        {"task:group exists", "1245"},
        {"task:group !exists", "36"},
    };
    EXPECT_ALL(cases);
}
END_TEST

/* QL-13: lists with in and !in, single values with all others. */
START_TEST(ql_13_lists)
{
    static const char list_wanted[] = "expected a list such as [a, b] after in and !in";
    static const char value_wanted[] = "expected one value, not a list; lists go with in and !in";
    expect("attribute:stack in [qa,dev]", "26");
    expect("attribute:stack not_in [qa, dev]", "14");
    refuse("attribute:stack not_in qa", 24, list_wanted);
    refuse("attribute:stack !in 'qa'", 21, list_wanted);
    refuse("ec2InstanceId in (i-1)", 18, list_wanted);
    refuse("attribute:stack != [qa]", 20, value_wanted);
    refuse("attribute:stack =~ [qa]", 20, value_wanted);
    refuse("runningTasksCount > [1]", 21, value_wanted);
}
END_TEST

/* QL-14: Java's regular expressions, of the whole text. */
START_TEST(ql_14_regular_expressions)
{
    static const struct query_case cases[] = {
        {"attribute:ecs.instance-type =~ t2", ""},
        {"attribute:ecs.instance-type =~ .*t2.*", "1256"},
        {"attribute:ecs.instance-type =~ t2.small|g2.*", "134"},
        {"attribute:ecs.instance-type =~ \"(t2|m5).*\"", "1256"},
        {"attribute:ecs.instance-type =~ '(?i)T2\\.\\w+'", "125"},
        {"attribute:ecs.instance-type =~ '\\Qt2.\\E(?!small)\\p{Lower}++'", "25"},
        {"attribute:ecs.instance-type =~ '(?<a>.)2.{2,}x?large'", "34"},
        {"attribute:stack not_matches 'p.*'", "26"},
        {"attribute:stack =~ '[\\x{61}-r&]+[^]]*'", "1246"},
    };
    EXPECT_ALL(cases);
}
END_TEST

/* What only PCRE2 takes, and what Java reads otherwise, is not taken in silence. */
START_TEST(ql_14_what_java_reads_otherwise)
{
    static const char *const nested[] = {"[a-z&&[^m]].*", "[a[bc]]", "[[:alpha:]]+", "[\\[b&&c]"};
    static const uint32_t nested_at[] = {5, 3, 2, 5};
    static const char *const foreign[] = {"(*ACCEPT)a", "a(?R)?", "a(?#b)", "a(?|b)",
                                          "a(?P<n>b)",  "a\\Kb",  "a\\Nb",  "a{",
                                          "a{,3}",      "a(?U)b", "a(?1)",  "(?'n'b)"};
    static const uint32_t foreign_at[] = {1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1};
    char text[100], message[300];
    for (size_t i = 0; i < sizeof nested / sizeof nested[0]; i++) {
        snprintf(text, sizeof text, "attribute:a =~ \"%s\"", nested[i]);
        snprintf(message, sizeof message,
                 "`%s` is no regular expression: a class inside a class, or && in one, is not "
                 "supported; write the characters out at its character %u",
                 nested[i], nested_at[i]);
        refuse(text, 16, message);
    }
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        snprintf(text, sizeof text, "attribute:a =~ \"%s\"", foreign[i]);
        snprintf(message, sizeof message,
                 "`%s` is no regular expression: Java's regular expressions have no such construct "
                 "at its character %u",
                 foreign[i], foreign_at[i]);
        refuse(text, 16, message);
    }
}
END_TEST

/* QL-15: the negated operators ask for the attribute to be there; not() does not. */
START_TEST(ql_15_negation_and_existence)
{
    static const struct query_case cases[] = {
        {"attribute:stack != prod", "26"},
        {"attribute:stack !in [prod]", "26"},
        {"attribute:stack !~ prod", "26"},
        {"not(attribute:stack == prod)", "2356"},
        {"not(attribute:stack in [prod])", "2356"},
        {"not(attribute:stack =~ prod)", "2356"},
        {"attribute:none != x", ""},
        {"not attribute:none == x", "123456"},
    };
    EXPECT_ALL(cases);
}
END_TEST

/* QL-17: by components, not as text. */
START_TEST(ql_17_versions)
{
    static const struct query_case cases[] = {
        {"agentVersion == 1.9", "2"},
        {"agentVersion < 1.10.0", "2"},
        {"agentVersion > 1.9.0 and agentVersion < 1.14.4", "3"},
        {"agentVersion >= 1", "123456"},
        {"agentVersion < 01.014.05", "236"},
    };
    EXPECT_ALL(cases);
}
END_TEST

/* QL-18, QL-19: four ways to write a date and no other; a day is its midnight. */
START_TEST(ql_18_ql_19_dates)
{
    static const struct query_case cases[] = {
        {"registeredAt == 2018-06-18T22:28:28+00:00", "3"},
        {"registeredAt == 2018-06-18T22:28:28Z", "3"},
        {"registeredAt == 2018-06-18T22:28:28", "3"},
        {"registeredAt == 2018-06-18T23:58:28+01:30", "3"},
        {"registeredAt == 2018-06-18T14:28:28-08:00", "3"},
        {"registeredAt == 2018-02-13", "2"},
        {"registeredAt >= 2018-02-13", "235"},
        {"registeredAt >= 2018-06-18T22:28:28Z and registeredAt <= 2018-06-18T23:28:28+01:00", "3"},
    };
    static const char *const wrong[] = {
        "2018-06-18T22:28",
        "2018-06-18T22",
        "2018-6-18",
        "2018-02-30",
        "2018-06-18T22:28:28.5Z",
        "2018-06-18T24:00:00",
        "2018-06-18T22:28:28z",
        "2018-06-18+01:00",
        "'2018-06-18 22:28:28'",
        "1529360908",
        "now",
        "2018-06-18T22:28:28+0000",
    };
    char text[100], message[300];
    EXPECT_ALL(cases);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        bool quoted = wrong[i][0] == '\'';
        snprintf(text, sizeof text, "registeredAt < %s", wrong[i]);
        snprintf(message, sizeof message,
                 "`%.*s` is no date; write 2018-06-18, 2018-06-18T22:28:28, "
                 "2018-06-18T22:28:28Z or 2018-06-18T22:28:28+00:00",
                 (int)strlen(wrong[i]) - 2 * quoted, wrong[i] + quoted);
        refuse(text, 16, message);
    }
}
END_TEST

START_TEST(ql_10_ql_11_ql_12_ql_17_ql_18_refused)
{
    refuse("ecs.os-type=='windows'", 1,
           "an attribute is written with its prefix; did you mean `attribute:ecs.os-type`?");
    refuse("colour == red", 1,
           "unknown subject `colour`; expected agentConnected, agentVersion, attribute:<name>, "
           "ec2InstanceId, registeredAt, runningTasksCount or task:group");
    refuse("ec2instanceid == i-1", 1,
           "unknown subject `ec2instanceid`; did you mean `ec2InstanceId`?");
    refuse("task:groups == a", 1, "unknown subject `task:groups`; did you mean `task:group`?");
    refuse("attribute:a exists AND attribute:b exists", 20,
           "and, or and not are written in small letters");
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
    tcase_add_test(tests, at_ql1);
    tcase_add_test(tests, at_ql2);
    tcase_add_test(tests, at_ql3);
    tcase_add_test(tests, at_ql4);
    tcase_add_test(tests, at_ql5);
    tcase_add_test(tests, at_ql6);
    tcase_add_test(tests, at_ql7);
    tcase_add_test(tests, at_ql8);
    tcase_add_test(tests, at_ql9);
    tcase_add_test(tests, at_ql10);
    tcase_add_test(tests, at_ql11);
    tcase_add_test(tests, at_ql12);
    tcase_add_test(tests, at_ql13);
    tcase_add_test(tests, at_ql14);
    tcase_add_test(tests, at_ql15);
    tcase_add_test(tests, at_ql16);
    tcase_add_test(tests, at_ql17);
    tcase_add_test(tests, at_ql18);
    tcase_add_test(tests, at_ql19);
    tcase_add_test(tests, at_ql20);
    tcase_add_test(tests, at_ql21);
    tcase_add_test(tests, at_ql22);
    tcase_add_test(tests, at_ql23);
    tcase_add_test(tests, at_ql24);
    tcase_add_loop_test(tests, at_ql25, 0, 13);
    tcase_add_test(tests, at_ql26);
    tcase_add_test(tests, at_ql27);
    tcase_add_test(tests, at_ql28);
    tcase_add_test(tests, at_ql29);
    tcase_add_test(tests, at_ql30);
    tcase_add_test(tests, at_ql31);
    tcase_add_test(tests, ql_3_ql_4_ql_5_ql_6_connectives);
    tcase_add_test(tests, ql_7_ql_8_ql_9_ql_12_words);
    tcase_add_test(tests, ql_1_ql_11_each_subject_and_operator);
    tcase_add_test(tests, ql_13_lists);
    tcase_add_test(tests, ql_14_regular_expressions);
    tcase_add_test(tests, ql_14_what_java_reads_otherwise);
    tcase_add_test(tests, ql_15_negation_and_existence);
    tcase_add_test(tests, ql_17_versions);
    tcase_add_test(tests, ql_18_ql_19_dates);
    tcase_add_test(tests, ql_10_ql_11_ql_12_ql_17_ql_18_refused);
    tcase_add_test(tests, ql_3_depth_and_length);
    tcase_add_test(tests, ql_messages_quote_a_part);
    tcase_add_test(tests, ql_14_a_match_is_bounded);
    tcase_add_test(tests, ql_14_memory_of_a_match_is_bounded);
    tcase_add_loop_test(tests, ql_is_static, 0, 6);
    suite_add_tcase(suite, tests);
    return suite;
}
