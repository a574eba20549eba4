/* Every rule of these families, of sheet 01 on clusters, capacity providers and Auto Scaling
 * groups, of sheet 02 on container instances, agents, images, failures, quotas and Windows, is in
 * the ledger: with a test whose name holds its id, or left out and why. Families that another sheet
 * has too are named with the sheet there. (Managed scaling, MSC-*, is judged by sheet 04's cases;
 * the rules of task definitions and of placement by fidelity_rules.) */
#include "ledger.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const sheets[] = {
    "spec/01-fargate-clusters-task-definitions.md",
    "spec/02-instances-agent-quotas-failures.md",
};

static const struct family {
    int sheet; /* index above */
    const char *name;
    int rules;        /* numbered from 1: what the sheet has to have, at least */
    const char *said; /* what the ledger has to say of the sheet (ledger_names) */
} families[] = {
    {0, "CLU", 21, "01"}, {0, "CPV", 11, "01"}, {0, "PCP", 6, "01"},  {0, "CPS", 19, "01"},
    {0, "MTP", 7, "01"},  {0, "ASG", 9, "01"},  {1, "CI", 26, "02"},  {1, "REG", 21, "02"},
    {1, "DR", 27, NULL},  {1, "AMI", 5, NULL},  {1, "STO", 10, NULL}, {1, "AGT", 7, "02"},
    {1, "UPD", 7, NULL},  {1, "IMG", 8, NULL},  {1, "CLN", 10, NULL}, {1, "QTA", 20, NULL},
    {1, "API", 17, NULL}, {1, "STP", 10, NULL}, {1, "ERR", 9, NULL},  {1, "VAL", 5, NULL},
    {1, "WIN", 17, NULL},
};
#define FAMILIES ((int)(sizeof families / sizeof families[0]))

/* Whether the sheet has the rule: "- CLU-03 (...", "* **CI-3** ..." or a row "| API-5 | ...". */
static bool has_rule(const char *text, const struct family *family, int number)
{
    char listed[32], row[32];
    if (family->sheet == 0) {
        snprintf(listed, sizeof listed, "\n- %s-%02d (", family->name, number);
        return strstr(text, listed) != NULL;
    }
    snprintf(listed, sizeof listed, "\n* **%s-%d**", family->name, number);
    snprintf(row, sizeof row, "\n| %s-%d |", family->name, number);
    return strstr(text, listed) != NULL || strstr(text, row) != NULL;
}

START_TEST(every_rule_of_the_sheets_is_in_the_ledger)
{
    const struct family *family = &families[_i];
    struct ledger ledger;
    size_t size;
    char *sheet = test_read_file(test_shared(sheets[family->sheet]), &size), *wrong = NULL;
    int count = 0;
    while (has_rule(sheet, family, count + 1))
        count++;
    ck_assert_msg(count >= family->rules, "%s: the sheet has %d", family->name, count);
    ledger_read(&ledger);
    FILE *out = open_memstream(&wrong, &size);
    ck_assert_ptr_nonnull(out);
    for (int number = 1; number <= count; number++) {
        bool named = false, shown = false;
        for (unsigned i = 0; i < ledger.row_count; i++) {
            const struct ledger_row *row = &ledger.rows[i];
            if (!ledger_names(row, family->said, family->name, number))
                continue;
            named = true;
            shown =
                shown || ledger_left_out(row) || ledger_tested(&ledger, row, family->name, number);
        }
        if (!shown)
            fprintf(out, "\n  %s-%d: %s", family->name, number,
                    named ? "no test shows it, and it is not left out" : "no row names it");
    }
    fclose(out);
    ck_assert_msg(wrong[0] == '\0', "models/FIDELITY.md:%s", wrong);
    free(wrong);
    ledger_free(&ledger);
    free(sheet);
}
END_TEST

/* The reader itself, on a row of its own. */
START_TEST(sources_and_names_of_tests_are_read)
{
    static char name[] = "reg_3_to_5_ci_7_serves";
    char *names[] = {name};
    struct ledger ledger = {.tests = names, .test_count = 1};
    struct ledger_row row = {"", "left out: a reason of its own",
                             "02 REG-3 to REG-6, 04 CI-2; WIN-9",
                             "`reg_3_to_5_ci_7_serves`, `reg_6_is_no_test`"};
    ck_assert(ledger_left_out(&row));
    ck_assert(ledger_names(&row, "02", "REG", 3) && ledger_names(&row, "02", "REG", 6));
    ck_assert(!ledger_names(&row, "02", "REG", 7) && !ledger_names(&row, "01", "REG", 3));
    ck_assert(ledger_names(&row, NULL, "WIN", 9) && !ledger_names(&row, "02", "WIN", 9));
    ck_assert(!ledger_names(&row, NULL, "CI", 2));
    row.source = "REG-04 to REG-06, CLU-12";
    ck_assert(ledger_names(&row, "01", "REG", 5) && ledger_names(&row, "01", "CLU", 12));
    ck_assert(!ledger_names(&row, NULL, "REG", 5) && !ledger_names(&row, "02", "REG", 4));
    ck_assert(ledger_tested(&ledger, &row, "REG", 4) && ledger_tested(&ledger, &row, "CI", 7));
    ck_assert(!ledger_tested(&ledger, &row, "REG", 6) && !ledger_tested(&ledger, &row, "CI", 5));
    row.status = "left out";
    ck_assert(!ledger_left_out(&row));
}
END_TEST

Suite *test_fidelity_sheets_suite(void);
Suite *test_fidelity_sheets_suite(void)
{
    Suite *suite = suite_create("fidelity_sheets");
    TCase *tests = tcase_create("rules");
    tcase_add_loop_test(tests, every_rule_of_the_sheets_is_in_the_ledger, 0, FAMILIES);
    tcase_add_test(tests, sources_and_names_of_tests_are_read);
    suite_add_tcase(suite, tests);
    return suite;
}
