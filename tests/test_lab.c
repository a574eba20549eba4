/* The placement lab at small size: six strategies on the list that ships, two seeds. `make lab`
 * runs all lists with twenty. */
#include "test_support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Two seeds scatter more than twenty: published means within 1.5 points, and their order wherever
 * they differ by more than 0.6. */
START_TEST(lab_allocation_is_that_of_the_published_table)
{
    static const char *const strategies[] = {"random",      "dot-product", "gpu-clustering",
                                             "gpu-packing", "best-fit",    "fgd"};
    const char *program = getenv("PLIMSOLL");
    const char *small = getenv("PLIMSOLL_SMALL");
    const char *path = test_tmp_path("lab.md");
    char command[1024];
    if (small != NULL)
        test_skip("twelve runs of ten thousand tasks, left out under PLIMSOLL_SMALL");
    snprintf(command, sizeof command,
             "PLIMSOLL='%s' LAB_LISTS=default LAB_SEEDS=2 LAB_TOLERANCE=1.5 LAB_REPORT='%s' "
             "python3 tests/lab.py >&2",
             program != NULL ? program : "./plimsoll", path);
    int status = system(command);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    char *text = test_read_file(path, NULL);
    for (size_t i = 0; i < sizeof strategies / sizeof strategies[0]; i++)
        ck_assert_ptr_nonnull(strstr(text, strategies[i]));
    ck_assert_ptr_nonnull(strstr(text, "12 means have a published"));
    ck_assert_ptr_nonnull(strstr(text, "Everything holds."));
    free(text);
}
END_TEST

/* A strategy that is out of tolerance fails the lab. */
START_TEST(lab_fails_when_a_mean_is_off)
{
    const char *program = getenv("PLIMSOLL");
    char command[1024];
    if (getenv("PLIMSOLL_SMALL") != NULL)
        test_skip("runs of ten thousand tasks, left out under PLIMSOLL_SMALL");
    snprintf(command, sizeof command,
             "PLIMSOLL='%s' LAB_LISTS=default LAB_SEEDS=1 LAB_TOLERANCE=0.001 LAB_REPORT='%s' "
             "python3 tests/lab.py >/dev/null",
             program != NULL ? program : "./plimsoll", test_tmp_path("lab-off.md"));
    int status = system(command);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
}
END_TEST

Suite *test_lab_suite(void);
Suite *test_lab_suite(void)
{
    Suite *suite = suite_create("lab");
    TCase *tests = tcase_create("lab");
    tcase_add_test(tests, lab_allocation_is_that_of_the_published_table);
    tcase_add_test(tests, lab_fails_when_a_mean_is_off);
    suite_add_tcase(suite, tests);
    return suite;
}
