/* Every rule of sheet 02 on images, clean-up, disks, quotas, refusals, stops, errors and sizes is
 * in the ledger, with a test that bears its id or the reason why it is left out.
 *
 * A rule is what the sheet defines as "* **IMG-1**" or "| API-1 |". It is shown by a row of
 * models/FIDELITY.md whose column of sources names it, alone or in a range ("ERR-1 to ERR-6"), and
 * whose status is "left out" with a reason, or which names a test with the id in its name: err_1,
 * or a range err_1_to_6. Ids of this sheet have no leading zero: 02 IMG-1; IMG-01 is sheet 01.
 */
#include "test_support.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHEET     "spec/02-instances-agent-quotas-failures.md"
#define LEDGER    "models/FIDELITY.md"
#define RULES_MAX 128

static const char *const families[] = {"IMG", "CLN", "STO", "STP", "ERR", "API", "QTA", "VAL"};
#define FAMILIES (sizeof families / sizeof families[0])

struct rule {
    size_t family;
    int number;
    bool named, shown;
};

static struct rule rules[RULES_MAX];
static int rule_count;

/* The id at `text`, such as IMG-1; its length, 0 when there is none. */
static size_t read_id(const char *text, size_t *family, int *number)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        int length = 0;
        if (strncmp(text, families[i], 3) != 0 || text[3] != '-' || text[4] < '1' ||
            text[4] > '9' || sscanf(text + 4, "%d%n", number, &length) != 1)
            continue;
        *family = i;
        return isalnum((unsigned char)text[4 + length]) ? 0 : (size_t)(4 + length);
    }
    return 0;
}

static void read_sheet(void)
{
    char *rest, *sheet = test_read_file(test_shared(SHEET), NULL);
    for (char *line = strtok_r(sheet, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        struct rule rule = {0};
        const char *at = strncmp(line, "* **", 4) == 0 ? line + 4
                         : strncmp(line, "| ", 2) == 0 ? line + 2
                                                       : "";
        size_t length = read_id(at, &rule.family, &rule.number);
        if (length == 0 || (at[length] != '*' && at[length] != ' '))
            continue;
        ck_assert_int_lt(rule_count, RULES_MAX);
        rules[rule_count++] = rule;
    }
    free(sheet);
}

/* A name of a test in lower case holds err_1, or err_1_to_6 and 1 to 6 hold the number. */
static bool bears_id(const char *name, size_t length, const struct rule *rule)
{
    char prefix[8];
    snprintf(prefix, sizeof prefix, "%s_", families[rule->family]);
    for (char *c = prefix; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    for (size_t i = 0; i + 4 < length; i++) {
        int first = 0, last = 0, end = 0;
        if ((i > 0 && name[i - 1] != '_') || strncmp(name + i, prefix, 4) != 0 ||
            sscanf(name + i + 4, "%d%n", &first, &end) != 1)
            continue;
        last = first;
        if (strncmp(name + i + 4 + end, "_to_", 4) == 0)
            (void)sscanf(name + i + 4 + end + 4, "%d", &last);
        if (rule->number >= first && rule->number <= last)
            return true;
    }
    return false;
}

static bool tests_bear_id(const char *tests, const struct rule *rule)
{
    for (const char *at = strchr(tests, '`'); at != NULL; at = strchr(at + 1, '`')) {
        size_t length = strcspn(++at, "`");
        if (bears_id(at, length, rule))
            return true;
        at += length;
    }
    return false;
}

/* Whether the column of sources names the rule. */
static bool names(const char *sources, const struct rule *rule)
{
    size_t family, before = FAMILIES;
    int number, low = 0;
    for (const char *at = sources; *at != '\0';) {
        size_t length =
            at == sources || !isalnum((unsigned char)at[-1]) ? read_id(at, &family, &number) : 0;
        if (length == 0) {
            before = *at == ',' || *at == ';' ? FAMILIES : before;
            at++;
            continue;
        }
        /* only "to", and the sheet's number, stand between the two ends of a range */
        bool range = before == family &&
                     (strncmp(at - 4, " to ", 4) == 0 || strncmp(at - 7, " to 02 ", 7) == 0);
        if (family == rule->family && rule->number <= number &&
            rule->number >= (range ? low : number))
            return true;
        before = family;
        low = number;
        at += length;
    }
    return false;
}

/* A row "| behaviour | status | sources | tests |" is taken apart where it stands. */
static void read_row(char *row)
{
    char *cells[5];
    int count = 0;
    for (char *c = row; *c != '\0'; c++) {
        if (*c != '|' || (c > row && c[-1] == '\\'))
            continue;
        *c = '\0';
        if (count < 5)
            cells[count] = c + 1;
        count++;
    }
    if (count != 5)
        return; /* another kind of table */
    bool left_out = strncmp(cells[1], " left out", 9) == 0 && strlen(cells[1]) > 20;
    for (int i = 0; i < rule_count; i++)
        if (names(cells[2], &rules[i])) {
            rules[i].named = true;
            rules[i].shown = rules[i].shown || left_out || tests_bear_id(cells[3], &rules[i]);
        }
}

START_TEST(every_rule_of_failures_is_in_the_ledger)
{
    read_sheet();
    ck_assert_int_ge(rule_count, 80);
    char *rest, *ledger = test_read_file(LEDGER, NULL);
    for (char *line = strtok_r(ledger, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        if (line[0] == '|')
            read_row(line);
    free(ledger);
    char open[2048] = "";
    size_t at = 0;
    for (int i = 0; i < rule_count && at < sizeof open; i++)
        if (!rules[i].shown)
            at +=
                (size_t)snprintf(open + at, sizeof open - at, " %s-%d%s", families[rules[i].family],
                                 rules[i].number, rules[i].named ? " (no test of its id)" : "");
    ck_assert_msg(open[0] == '\0', LEDGER " does not show:%s", open);
}
END_TEST

Suite *test_fidelity_failures_suite(void);

Suite *test_fidelity_failures_suite(void)
{
    Suite *suite = suite_create("fidelity_failures");
    TCase *tests = tcase_create("ledger");
    tcase_add_test(tests, every_rule_of_failures_is_in_the_ledger);
    suite_add_tcase(suite, tests);
    return suite;
}
