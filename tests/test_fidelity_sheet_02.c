/* Every rule of sheet 02 on container instances, their agents, images, failures, quotas and Windows
 * is in the ledger: with a test whose name holds its id, or left out and why. Families that another
 * sheet has too are named with the sheet there. */
#include "ledger.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHEET "spec/02-instances-agent-quotas-failures.md"

static const struct family {
    const char *name;
    int rules;         /* numbered from 1: what the sheet has to have, at least */
    const char *sheet; /* "02" when the ledger has to say so */
} families[] = {
    {"CI", 26, "02"},  {"REG", 21, "02"}, {"DR", 27, NULL}, {"AMI", 5, NULL},  {"STO", 10, NULL},
    {"AGT", 7, "02"},  {"UPD", 7, NULL},  {"IMG", 8, NULL}, {"CLN", 10, NULL}, {"QTA", 20, NULL},
    {"API", 17, NULL}, {"STP", 10, NULL}, {"ERR", 9, NULL}, {"VAL", 5, NULL},  {"WIN", 17, NULL},
};
#define FAMILIES ((int)(sizeof families / sizeof families[0]))

/* Whether the sheet has the rule: "* **CI-3** ..." or a row "| API-5 | ...". */
static bool has_rule(const char *sheet, const char *family, int number)
{
    char mark[32];
    snprintf(mark, sizeof mark, "\n* **%s-%d**", family, number);
    if (strstr(sheet, mark) != NULL)
        return true;
    snprintf(mark, sizeof mark, "\n| %s-%d |", family, number);
    return strstr(sheet, mark) != NULL;
}

START_TEST(every_rule_of_sheet_02_is_in_the_ledger)
{
    const struct family *family = &families[_i];
    struct ledger ledger;
    size_t size;
    char *sheet = test_read_file(test_shared(SHEET), &size), *wrong = NULL;
    int count = 0;
    while (has_rule(sheet, family->name, count + 1))
        count++;
    ck_assert_msg(count >= family->rules, "%s: the sheet has %d", family->name, count);
    ledger_read(&ledger);
    FILE *out = open_memstream(&wrong, &size);
    ck_assert_ptr_nonnull(out);
    for (int number = 1; number <= count; number++) {
        bool named = false, shown = false;
        for (unsigned i = 0; i < ledger.row_count; i++) {
            const struct ledger_row *row = &ledger.rows[i];
            if (!ledger_names(row, family->sheet, family->name, number))
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

Suite *test_fidelity_sheet_02_suite(void);
Suite *test_fidelity_sheet_02_suite(void)
{
    Suite *suite = suite_create("fidelity_sheet_02");
    TCase *tests = tcase_create("rules");
    tcase_add_loop_test(tests, every_rule_of_sheet_02_is_in_the_ledger, 0, FAMILIES);
    tcase_add_test(tests, sources_and_names_of_tests_are_read);
    suite_add_tcase(suite, tests);
    return suite;
}
