/* Every rule of sheet 01, sections 8 to 13, on clusters, capacity providers, strategies,
 * termination protection and Auto Scaling groups is in the ledger: with a test whose name holds its
 * id, or left out and why. (Managed scaling, MSC-*, is judged by sheet 04's cases.) */
#include "ledger.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHEET "spec/01-fargate-clusters-task-definitions.md"

static const struct family {
    const char *name;
    int rules; /* numbered from 1: as many as the sheet has */
} families[] = {
    {"CLU", 21}, {"CPV", 11}, {"PCP", 6}, {"CPS", 19}, {"MTP", 7}, {"ASG", 9},
};
#define FAMILIES ((int)(sizeof families / sizeof families[0]))

/* The highest number in the sheet, "- CLU-03 ..."; all below must be there. */
static int count_rules(const char *sheet, const struct family *family)
{
    int count = 0;
    char mark[32];
    for (;; count++) {
        snprintf(mark, sizeof mark, "\n- %s-%02d (", family->name, count + 1);
        if (strstr(sheet, mark) == NULL)
            return count;
    }
}

START_TEST(every_rule_of_clusters_is_in_the_ledger)
{
    const struct family *family = &families[_i];
    struct ledger ledger;
    size_t size;
    char *sheet = test_read_file(test_shared(SHEET), &size), *wrong = NULL;
    int count = count_rules(sheet, family);
    ck_assert_int_ge(count, family->rules);
    ledger_read(&ledger);
    FILE *out = open_memstream(&wrong, &size);
    ck_assert_ptr_nonnull(out);
    for (int number = 1; number <= count; number++) {
        bool named = false, shown = false;
        for (unsigned i = 0; i < ledger.row_count; i++) {
            const struct ledger_row *row = &ledger.rows[i];
            if (!ledger_names(row, "01", family->name, number))
                continue;
            named = true;
            shown =
                shown || ledger_left_out(row) || ledger_tested(&ledger, row, family->name, number);
        }
        if (!shown)
            fprintf(out, "\n  %s-%02d: %s", family->name, number,
                    named ? "no test shows it, and it is not left out" : "no row names it");
    }
    fclose(out);
    ck_assert_msg(wrong[0] == '\0', "models/FIDELITY.md:%s", wrong);
    free(wrong);
    ledger_free(&ledger);
    free(sheet);
}
END_TEST

Suite *test_fidelity_clusters_suite(void);
Suite *test_fidelity_clusters_suite(void)
{
    Suite *suite = suite_create("fidelity_clusters");
    TCase *tests = tcase_create("rules");
    tcase_add_loop_test(tests, every_rule_of_clusters_is_in_the_ledger, 0, FAMILIES);
    suite_add_tcase(suite, tests);
    return suite;
}
