/* The test runner: every suite of tests/suites.def, or those named on the command line.
 *
 *   build/check                all
 *   build/check queue store    two suites
 *   build/check --list         their names
 *
 * CK_FORK=no runs tests in one process, for a debugger; CK_RUN_CASE=name runs one test case. The
 * last line is `N passed, M failed, K skipped`, with the reasons of the skips above it; the exit
 * code is 1 when a test failed. */
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SUITE(name) Suite *test_##name##_suite(void);
#include "suites.def"
#undef SUITE

static const struct entry {
    const char *name;
    Suite *(*make)(void);
} entries[] = {
#define SUITE(name) {#name, test_##name##_suite},
#include "suites.def"
#undef SUITE
};

#define ENTRIES (sizeof entries / sizeof entries[0])

struct totals {
    unsigned run, failed;
    FILE *failures; /* one line each; printed last, where the end of a log shows them */
};

static int is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return 1;
    return argc == 1;
}

static int is_known(const char *name)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (strcmp(entries[i].name, name) == 0)
            return 1;
    return 0;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void run_suite(const struct entry *entry, struct totals *totals)
{
    SRunner *runner = srunner_create(entry->make());
    double began = seconds();
    srunner_run_all(runner, CK_SILENT);
    unsigned run = (unsigned)srunner_ntests_run(runner);
    unsigned failed = (unsigned)srunner_ntests_failed(runner);
    printf("  %-20s %4u tests %6.1f s%s\n", entry->name, run, seconds() - began,
           failed ? "  FAILED" : "");
    TestResult **failures = srunner_failures(runner);
    for (unsigned i = 0; i < failed; i++)
        fprintf(totals->failures, "%s:%d: %s: %s\n", tr_lfile(failures[i]), tr_lno(failures[i]),
                tr_tcname(failures[i]), tr_msg(failures[i]));
    free(failures);
    srunner_free(runner);
    fflush(stdout);
    totals->run += run;
    totals->failed += failed;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (size_t i = 0; i < ENTRIES; i++)
            puts(entries[i].name);
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        if (!is_known(argv[i])) {
            fprintf(stderr, "check: no suite `%s`; --list names them\n", argv[i]);
            return 2;
        }
    }
    /* Only a test that hangs is to be ended by it: a sanitizer on a busy machine takes minutes where
       check's own limit is 4 s. */
    setenv("CK_DEFAULT_TIMEOUT", "900", 0);
    const char *fork_mode = getenv("CK_FORK");
    test_support_init(!(fork_mode && strcmp(fork_mode, "no") == 0));
    char *failures = NULL;
    size_t length = 0;
    struct totals totals = {0, 0, open_memstream(&failures, &length)};
    if (!totals.failures) {
        perror("check");
        return 2;
    }
    for (size_t i = 0; i < ENTRIES; i++)
        if (is_wanted(entries[i].name, argc, argv))
            run_suite(&entries[i], &totals);
    unsigned skipped;
    char *reasons = test_support_skips(&skipped);
    for (const char *line = reasons; *line; line = strchr(line, '\n') + 1)
        printf("  skipped: %.*s\n", (int)strcspn(line, "\n"), line);
    free(reasons);
    test_support_release();
    fclose(totals.failures);
    fputs(failures, stdout);
    free(failures);
    printf("%u passed, %u failed, %u skipped\n", totals.run - totals.failed - skipped,
           totals.failed, skipped);
    return totals.failed ? 1 : 0;
}
