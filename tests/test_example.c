/* CONTRIBUTING.md's worked example: taken out of the page, built onto the tree, asked the questions
 * that every strategy is asked, and run. */
#include "place.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The folder that this program was built in. */
static const char *build_folder(void)
{
    static char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    ck_assert_int_gt(length, 0);
    path[length] = '\0';
    *strrchr(path, '/') = '\0';
    return path;
}

/* Runs the command in a shell; its output, on the heap. */
static char *output(const char *command, int code)
{
    char *text = NULL;
    size_t size = 0;
    FILE *pipe = popen(command, "r"), *out = open_memstream(&text, &size);
    ck_assert(pipe != NULL && out != NULL);
    for (int c = getc(pipe); c != EOF; c = getc(pipe))
        putc(c, out);
    fclose(out);
    int status = pclose(pipe);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == code, "%s\n%s", command, text);
    return text;
}

static void expect(const char *command, int code, const char *words)
{
    char *text = output(command, code);
    ck_assert_msg(strstr(text, words) != NULL, "%s\nlacks: %s\n%s", command, words, text);
    free(text);
}

START_TEST(contributing_example_runs)
{
    char command[8192], out[1024], words[64];
    const char *program = getenv("PLIMSOLL");
    snprintf(out, sizeof out, "%s", test_tmp_path("example"));
    snprintf(command, sizeof command, "sh tests/example.sh '%s' '%s' 2>&1", build_folder(), out);
    free(output(command, 0));

    snprintf(command, sizeof command, "'%s/plimsoll' list strategies", out);
    expect(command, 0, "emptiest");
    snprintf(command, sizeof command, "CK_RUN_CASE=conformance '%s/check' ecs_placement 2>&1", out);
    snprintf(words, sizeof words, "%u passed, 0 failed, 0 skipped", place_strategy_count + 1);
    expect(command, 0, words); /* those of the tree and this one */

    /* it does what the page says: two tasks on each of four instances */
    snprintf(command, sizeof command, "'%s/plimsoll' check '%s/scenarios/emptiest.json' 2>&1", out,
             out);
    expect(command, 0, "emptiest is an experiment");
    snprintf(command, sizeof command,
             "'%s/plimsoll' query 'runningTasksCount == 2' '%s/scenarios/emptiest.json' --at=3m "
             "2>&1",
             out, out);
    expect(command, 0, "4 of 4 container instances");

    /* and it is not in the tree: without the file and its line the scenario is refused */
    snprintf(command, sizeof command, "'%s' check '%s/scenarios/emptiest.json' 2>&1",
             program != NULL ? program : "./plimsoll", out);
    expect(command, 2, "placement strategy");
}
END_TEST

/* The ledger's row that the page shows has the ledger's columns, and names this test. */
START_TEST(contributing_example_has_a_row)
{
    size_t size;
    char *page = test_read_file("CONTRIBUTING.md", &size);
    char *row = strstr(page, "```markdown models/FIDELITY.md\n");
    ck_assert_ptr_nonnull(row);
    row = strchr(row, '\n') + 1;
    *strchr(row, '\n') = '\0';
    uint32_t bars = 0;
    for (const char *at = row; *at != '\0'; at++)
        bars += *at == '|';
    ck_assert_uint_eq(bars, 5);
    ck_assert_ptr_nonnull(strstr(row, "`contributing_example_runs` |"));
    free(page);
}
END_TEST

Suite *test_example_suite(void);
Suite *test_example_suite(void)
{
    Suite *suite = suite_create("example");
    TCase *tests = tcase_create("contributing");
    tcase_add_test(tests, contributing_example_runs);
    tcase_add_test(tests, contributing_example_has_a_row);
    suite_add_tcase(suite, tests);
    return suite;
}
