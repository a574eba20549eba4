/* Every rule of the sheet on task definitions, and of placement and the query language, is in the
 * ledger, with a test of its own name or the reason why it is left out.
 *
 * The rules of task definitions are those marked [M], [M-lite] or [V] in sections 15 to 18, 20 to
 * 23 and 23b of sheet 01. A rule counts as shown when
 *
 *   - a row of models/FIDELITY.md names its id in the column of sources, alone or in a range
 *     ("GPU-01 to GPU-05"), and
 *   - such a row is "left out" and says why, or names a test whose name holds the id, or names the
 *     test of scn_task_cases.def while that table has a case of the id.
 *
 * Each field of the tables of sections 16 and 17 needs an accepted and a refused case S16_<field>,
 * S17_<field> in that table; the ledger names these sections as a whole.
 *
 * The rules of placement are all of sections 2 to 7 of sheet 03; its acceptance tests AT-PL and
 * AT-QL need a test of their name each, and no row.
 *
 * Where the sheet says "reject", the rule must be seen from both sides: an accepted and a
 * refused case in the table, or in a test of the rule. What is still open stands in a list below,
 * which may only shrink: an id that has become shown must be taken off. */
#include "test_support.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SHEET      "spec/01-fargate-clusters-task-definitions.md"
#define SHEET_3    "spec/03-placement-services-scaling-metrics-events.md"
#define LEDGER     "models/FIDELITY.md"
#define TABLE_TEST "rules_of_task_definitions"
#define RULES_MAX  800
#define TESTS_MAX  4096

/* Not shown yet, each between blanks; none of sections 15 to 19. */
static const char open_20_to_23b[] = " ";

struct rule {
    char id[32];
    char section[8];
    bool acceptance; /* shown by a test of its name alone */
    bool field;      /* a row of the tables of fields; shown by the table of cases alone */
    bool wanted;     /* of a class and a section that must be shown */
    bool rejects;    /* the sheet says so */
    bool named, shown;
};

/* A test's name in lower case, and what its body asks of the loader. */
struct test {
    char *name;
    bool accepts, refuses;
};

static struct rule rules[RULES_MAX];
static int rule_count;
static struct test tests_there[TESTS_MAX];
static int test_count;

static const struct {
    const char *rule;
    bool accepts;
} cases[] = {
#define ACCEPTS(rule, definition)            {#rule, true},
#define REFUSES(rule, definition, says)      {#rule, false},
#define ACCEPTS_2020(rule, definition)       {#rule, true},
#define REFUSES_2020(rule, definition, says) {#rule, false},
#include "scn_field_cases.def"
#include "scn_task_cases.def"
};

static bool listed(const char *const *list, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], id) == 0)
            return true;
    return false;
}

#define LISTED(list, id) listed(list, sizeof(list) / sizeof(list)[0], id)

/* RES-04a as res_04a: how names of tests and the table's ids are written. */
static void flat_id(char *flat, size_t size, const char *id)
{
    size_t length = strnlen(id, size - 1);
    for (size_t i = 0; i < length; i++)
        flat[i] = id[i] == '-' ? '_' : (char)tolower((unsigned char)id[i]);
    flat[length] = '\0';
}

static int cases_of(const char *flat, bool accepts)
{
    int count = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        count += cases[i].accepts == accepts && strcasecmp(cases[i].rule, flat) == 0;
    return count;
}

/* ---- the sheet ---- */

/* Length of the id at `text`, such as RES-04a; 0: none is there. */
static size_t id_length(const char *text)
{
    size_t length = 0;
    while (isupper((unsigned char)text[length]))
        length++;
    if (length < 2 || text[length] != '-' || !isdigit((unsigned char)text[length + 1]))
        return 0;
    length++;
    while (isdigit((unsigned char)text[length]))
        length++;
    if (islower((unsigned char)text[length]))
        length++;
    return isalnum((unsigned char)text[length]) ? 0 : length;
}

static bool wanted_section(const char *section)
{
    static const char *const sections[] = {"15", "16", "17", "18", "19",
                                           "20", "21", "22", "23", "23b"};
    return LISTED(sections, section);
}

static void add_rule(const char *line, const char *section)
{
    size_t length = id_length(line);
    if (length == 0)
        return;
    ck_assert_int_lt(rule_count, RULES_MAX);
    struct rule *rule = &rules[rule_count++];
    *rule = (struct rule){0};
    snprintf(rule->id, sizeof rule->id, "%.*s", (int)length, line);
    snprintf(rule->section, sizeof rule->section, "%s", section);
    rule->wanted = wanted_section(section) &&
                   (strstr(line, "[M]") != NULL || strstr(line, "[M-lite]") != NULL ||
                    strstr(line, "[V]") != NULL);
    rule->rejects = strstr(line, "reject") != NULL;
}

/* The rows of the tables of fields: `name` (several, parted by commas) in the first column. They
 * are S16_<field> and S17_<field> here. */
static void add_fields(char *line, const char *section)
{
    char *end = strchr(line + 1, '|');
    if (end == NULL)
        return;
    for (char *name = strchr(line, '`'); name != NULL && name < end; name = strchr(name + 1, '`')) {
        size_t length = strcspn(++name, "`");
        ck_assert_int_lt(rule_count, RULES_MAX);
        struct rule *rule = &rules[rule_count++];
        *rule = (struct rule){0};
        snprintf(rule->id, sizeof rule->id, "S%s_%.*s", section, (int)length, name);
        snprintf(rule->section, sizeof rule->section, "%s", section);
        char flat[32];
        flat_id(flat, sizeof flat, rule->id);
        rule->field = rule->wanted = true;
        rule->shown = cases_of(flat, true) > 0 && cases_of(flat, false) > 0;
        name += length;
    }
}

static void read_sheet(void)
{
    size_t size;
    char section[8] = "", *rest, *sheet = test_read_file(test_shared(SHEET), &size);
    for (char *line = strtok_r(sheet, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        if (strncmp(line, "## ", 3) == 0)
            snprintf(section, sizeof section, "%.*s", (int)strcspn(line + 3, "."), line + 3);
        else if (strncmp(line, "- ", 2) == 0)
            add_rule(line + 2, section);
        else if (strncmp(line, "| `", 3) == 0 &&
                 (strcmp(section, "16") == 0 || strcmp(section, "17") == 0))
            add_fields(line, section);
    free(sheet);
}

/* A rule stands as "* **PL-1** ...", an acceptance test as "| **AT-PL1** | ...". */
static void add_rule_of_placement(const char *line, const char *section)
{
    bool acceptance = strncmp(line, "| **AT-", 7) == 0;
    if (!acceptance && strncmp(line, "* **", 4) != 0 && strncmp(line, "| AT-", 5) != 0)
        return;
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *id = line + strcspn(line, letters);
    size_t length = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789");
    ck_assert_int_lt(rule_count, RULES_MAX);
    struct rule *rule = &rules[rule_count++];
    *rule = (struct rule){.wanted = true, .acceptance = line[0] == '|'};
    snprintf(rule->id, sizeof rule->id, "%.*s", (int)length, id);
    snprintf(rule->section, sizeof rule->section, "%s", section);
    const char *reject = strstr(line, "reject"); /* a placement that is `rejected` is no input */
    rule->rejects = !rule->acceptance && reject != NULL && strncmp(reject, "rejected", 8) != 0;
}

static void read_sheet_of_placement(void)
{
    size_t size;
    char section[8] = "", *rest, *sheet = test_read_file(test_shared(SHEET_3), &size);
    for (char *line = strtok_r(sheet, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        if (strncmp(line, "## ", 3) == 0)
            snprintf(section, sizeof section, "%.*s", (int)strcspn(line + 3, "."), line + 3);
        else if (strlen(section) == 1 && strchr("234567", section[0]) != NULL)
            add_rule_of_placement(line, section);
    free(sheet);
}

/* ---- the tests ---- */

static bool is_either(const char *body, const char *end, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *at = strstr(body, words[i]);
        if (at != NULL && at < end)
            return true;
    }
    return false;
}

static void read_tests_of(const char *path)
{
    static const char *const accepts[] = {"_accepts(", "_warns(", "ck_assert(loads",
                                          "revision_run("};
    static const char *const refuses[] = {"_refuses(", "ck_assert(!loads"};
    size_t size;
    char *text = test_read_file(path, &size);
    for (char *at = strstr(text, "\nSTART_TEST("); at != NULL; at = strstr(at, "\nSTART_TEST(")) {
        at += strlen("\nSTART_TEST(");
        const char *end = strstr(at, "\nEND_TEST");
        ck_assert_msg(end != NULL, "%s: a test without end", path);
        ck_assert_int_lt(test_count, TESTS_MAX);
        struct test *test = &tests_there[test_count++];
        test->name = strndup(at, strcspn(at, ")"));
        for (char *c = test->name; *c != '\0'; c++)
            *c = (char)tolower((unsigned char)*c);
        test->accepts = is_either(at, end, accepts, sizeof accepts / sizeof accepts[0]);
        test->refuses = is_either(at, end, refuses, sizeof refuses / sizeof refuses[0]);
    }
    free(text);
}

static void read_tests(void)
{
    DIR *folder = opendir("tests");
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        size_t length = strlen(entry->d_name);
        char path[512];
        if (strncmp(entry->d_name, "test_", 5) != 0 ||
            strcmp(entry->d_name + length - 2, ".c") != 0)
            continue;
        snprintf(path, sizeof path, "tests/%s", entry->d_name);
        read_tests_of(path);
    }
    closedir(folder);
}

static const struct test *find_test(const char *name, size_t length)
{
    for (int i = 0; i < test_count; i++)
        if (strlen(tests_there[i].name) == length &&
            strncasecmp(tests_there[i].name, name, length) == 0)
            return &tests_there[i];
    return NULL;
}

static bool holds_id(const char *test, const char *flat)
{
    size_t length = strlen(flat);
    for (const char *at = strstr(test, flat); at != NULL; at = strstr(at + 1, flat))
        if ((at == test || at[-1] == '_') && (at[length] == '\0' || at[length] == '_'))
            return true;
    return false;
}

/* ---- the ledger ---- */

/* The n-th cell of a row of a table, which ends before `end`. A bar after a backslash is text. */
static const char *cell(const char *row, int n, const char **end)
{
    const char *at = row;
    for (int bars = 0; *at != '\0'; at++) {
        if (*at != '|' || at[-1] == '\\')
            continue;
        if (bars++ != n)
            continue;
        const char *last = at + 1;
        while (*last != '\0' && (*last != '|' || last[-1] == '\\'))
            last++;
        *end = last;
        return at + 1;
    }
    return NULL;
}

static int find_rule(const char *id, size_t length)
{
    for (int i = 0; i < rule_count; i++)
        if (strlen(rules[i].id) == length && memcmp(rules[i].id, id, length) == 0)
            return i;
    return -1;
}

/* An id of another sheet, such as "02 ENI-3": sheets share some of their ids. */
static bool of_another_sheet(const char *id)
{
    return id[-1] == ' ' && isdigit((unsigned char)id[-2]) && id[-3] == '0' && id[-2] != '1';
}

/* Marks the rules that the cell of sources names in taken[]. */
static void sources(const char *at, const char *end, bool *taken)
{
    int last = -1;
    bool range = false;
    while (at < end) {
        size_t length = id_length(at);
        if (length == 0 || isalnum((unsigned char)at[-1]) || at[-1] == '-') {
            if (*at == ',' || *at == ';')
                last = -1;
            range = last >= 0 && (range || strncmp(at, "to ", 3) == 0);
            at++;
            continue;
        }
        int rule = of_another_sheet(at) ? -1 : find_rule(at, length);
        for (int i = last; range && last >= 0 && i < rule; i++)
            taken[i] = true;
        if (rule >= 0)
            taken[rule] = true;
        last = rule;
        range = false;
        at += length;
    }
}

static bool both_sides(const struct rule *rule, const char *flat, const struct test *test)
{
    if (!rule->rejects)
        return true;
    if (cases_of(flat, true) > 0 && cases_of(flat, false) > 0)
        return true;
    return test != NULL && test->accepts && test->refuses;
}

static bool tests_show(const struct rule *rule, const char *at, const char *end)
{
    char flat[32];
    flat_id(flat, sizeof flat, rule->id);
    for (; at < end; at++) {
        if (*at != '`')
            continue;
        size_t length = strcspn(++at, "`");
        const struct test *test = find_test(at, length);
        if (test != NULL && holds_id(test->name, flat) && both_sides(rule, flat, test))
            return true;
        bool in_table = cases_of(flat, true) + cases_of(flat, false) > 0;
        if (in_table && length == strlen(TABLE_TEST) && memcmp(at, TABLE_TEST, length) == 0 &&
            both_sides(rule, flat, NULL))
            return true;
        at += length;
    }
    return false;
}

/* "left out" and why. */
static bool left_out(const char *status, const char *end)
{
    static const char words[] = " left out";
    return strncmp(status, words, strlen(words)) == 0 && end - status > (long)strlen(words) + 12;
}

static void read_row(const char *row)
{
    const char *status_end, *source_end, *test_end;
    const char *status = cell(row, 1, &status_end), *source = cell(row, 2, &source_end),
               *test = cell(row, 3, &test_end);
    if (status == NULL || source == NULL || test == NULL || *source_end == '\0' ||
        *test_end == '\0')
        return; /* another kind of table */
    bool taken[RULES_MAX] = {false};
    sources(source, source_end, taken);
    for (int i = 0; i < rule_count; i++) {
        if (!taken[i])
            continue;
        rules[i].named = true;
        rules[i].shown =
            rules[i].shown || left_out(status, status_end) || tests_show(&rules[i], test, test_end);
    }
}

static void read_ledger(void)
{
    size_t size;
    char *rest, *ledger = test_read_file(LEDGER, &size);
    for (char *line = strtok_r(ledger, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        if (line[0] == '|')
            read_row(line);
    free(ledger);
}

static bool is_open(const char *id)
{
    char between[64];
    snprintf(between, sizeof between, " %s ", id);
    return strstr(open_20_to_23b, between) != NULL;
}

/* Ids of the open list that the sheet does not have. */
static int open_unknown(FILE *out, const char *open_rules)
{
    int count = 0;
    for (const char *at = open_rules + strspn(open_rules, " "); *at != '\0';
         at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (find_rule(at, length) < 0) {
            count++;
            fprintf(out, "\n  %.*s: open, and no rule of the sheet", (int)length, at);
        }
        at += length;
    }
    return count;
}

/* Acceptance tests that have a test of their name. */
static void show_acceptance(void)
{
    for (int i = 0; i < rule_count; i++) {
        char flat[32];
        flat_id(flat, sizeof flat, rules[i].id);
        for (int k = 0; rules[i].acceptance && k < test_count; k++)
            rules[i].shown = rules[i].shown || holds_id(tests_there[k].name, flat);
    }
}

/* Writes what is not as it should be; returns how many rules. */
static int judge(FILE *out, bool (*may_be_open)(const char *id))
{
    int wrong = 0;
    for (int i = 0; i < rule_count; i++) {
        const struct rule *rule = &rules[i];
        bool open = may_be_open(rule->id);
        if (!rule->wanted || rule->shown != open)
            continue;
        wrong++;
        fprintf(out, "\n  section %s, %s: %s", rule->section, rule->id,
                rule->shown        ? "is shown; take it off the list of open rules"
                : rule->field      ? "the table of cases lacks an accepted or a refused one"
                : rule->acceptance ? "no test bears its name"
                : rule->named      ? "no test shows it, and it is not left out"
                                   : "no row of " LEDGER " names it");
    }
    return wrong;
}

static void finish(FILE *out, char **text, const char *what, int wrong)
{
    fclose(out);
    for (int i = 0; i < test_count; i++)
        free(tests_there[i].name);
    if (wrong > 0)
        fprintf(stderr, "rules of %s:%s\n", what, *text); /* too long for a message */
    ck_assert_msg(wrong == 0, "%d rules are not as they should be; they are listed above", wrong);
    free(*text);
}

START_TEST(every_rule_of_task_definitions_is_in_the_ledger)
{
    char *text = NULL;
    size_t size = 0;
    rule_count = test_count = 0;
    read_sheet();
    ck_assert_int_gt(rule_count, 200);
    read_tests();
    ck_assert_ptr_nonnull(find_test(TABLE_TEST, strlen(TABLE_TEST)));
    read_ledger();
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    int wrong = judge(out, is_open);
    wrong += open_unknown(out, open_20_to_23b);
    finish(out, &text, "task definitions", wrong);
}
END_TEST

static bool none_is_open(const char *id)
{
    (void)id;
    return false;
}

START_TEST(every_rule_of_placement_is_in_the_ledger)
{
    char *text = NULL;
    size_t size = 0;
    rule_count = test_count = 0;
    read_sheet_of_placement();
    ck_assert_int_eq(rule_count, 9 + 17 + 10 + 12 + 20 + 31 + 9 + 12 + 8 +
                                     8); /* PL, ST, AT-PL, CO, QL, AT-QL; SCH, RUN, ATR, TG */
    read_tests();
    read_ledger();
    show_acceptance();
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    int wrong = judge(out, none_is_open);
    finish(out, &text, "placement", wrong);
}
END_TEST

Suite *test_fidelity_rules_suite(void);
Suite *test_fidelity_rules_suite(void)
{
    Suite *suite = suite_create("fidelity_rules");
    TCase *tests = tcase_create("rules");
    tcase_add_test(tests, every_rule_of_task_definitions_is_in_the_ledger);
    tcase_add_test(tests, every_rule_of_placement_is_in_the_ledger);
    suite_add_tcase(suite, tests);
    return suite;
}
