/* The test runner: every suite of tests/suites.def, or those named on the command line.
 *
 *   build/check                all
 *   build/check queue store    two suites
 *   build/check --list         their names
 *
 * Each suite runs in a process of its own, as many at a time as there are processors or as
 * CHECK_JOBS says; what they print comes in the order of the list all the same. A suite's process
 * also ends with what check remembers of its assertions: under a sanitizer a runner that kept it
 * all took half a second to start each later test.
 *
 * CK_FORK=no runs tests in this one process, for a debugger; CK_RUN_CASE=name runs one test case.
 * The last line is `N passed, M failed, K skipped`, with the reasons of the skips and the failures
 * above it; the exit code is 1 when a test failed. */
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

/* What becomes of a suite; in memory that its process shares. */
struct result {
    unsigned run, failed;
    int complete;
};

/* One suite. `failures` has a line for each: all are printed last, where the end of a log shows
 * them. */
struct job {
    const struct entry *entry;
    struct result *result;
    FILE *output, *failures;
    pid_t pid; /* 0: not begun, or over */
    int begun;
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

static void run_suite(const struct job *job)
{
    SRunner *runner = srunner_create(job->entry->make());
    double began = seconds();
    srunner_run_all(runner, CK_SILENT);
    struct result *result = job->result;
    result->run = (unsigned)srunner_ntests_run(runner);
    result->failed = (unsigned)srunner_ntests_failed(runner);
    printf("  %-20s %4u tests %6.1f s%s\n", job->entry->name, result->run, seconds() - began,
           result->failed ? "  FAILED" : "");
    TestResult **failures = srunner_failures(runner);
    for (unsigned i = 0; i < result->failed; i++)
        fprintf(job->failures, "%s:%d: %s: %s\n", tr_lfile(failures[i]), tr_lno(failures[i]),
                tr_tcname(failures[i]), tr_msg(failures[i]));
    free(failures);
    srunner_free(runner);
    result->complete = 1;
}

static void begin(struct job *job)
{
    fflush(NULL);
    job->begun = 1;
    job->pid = fork();
    if (job->pid < 0) {
        perror("fork");
        exit(2);
    }
    if (job->pid > 0)
        return;
    int output = fileno(job->output);
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) {
        perror("dup2");
        _exit(2);
    }
    test_support_enter(job->entry->name);
    run_suite(job);
    fflush(NULL);
    _exit(0); /* what the runner made is the runner's to release */
}

/* Waits for one of those that run. */
static void finish_one(struct job *jobs, size_t count)
{
    int status;
    pid_t pid = wait(&status);
    for (size_t i = 0; i < count; i++) {
        struct job *job = &jobs[i];
        if (job->pid != pid)
            continue;
        job->pid = 0;
        if (job->result->complete)
            return;
        job->result->run++;
        job->result->failed++;
        fprintf(job->failures, "%s: the suite's process ended early, with status %d\n",
                job->entry->name, status);
        fflush(job->failures);
        return;
    }
}

static void copy(FILE *from)
{
    char block[4096];
    size_t got;
    rewind(from);
    while ((got = fread(block, 1, sizeof block, from)) > 0)
        fwrite(block, 1, got, stdout);
    fflush(stdout);
}

static void run_jobs(struct job *jobs, size_t count, long at_once)
{
    size_t begun = 0, shown = 0;
    long running = 0;
    while (shown < count) {
        for (; begun < count && running < at_once; begun++, running++)
            begin(&jobs[begun]);
        finish_one(jobs, count);
        running--;
        for (; shown < count && jobs[shown].begun && jobs[shown].pid == 0; shown++)
            copy(jobs[shown].output);
    }
}

static FILE *new_file(void)
{
    FILE *file = tmpfile();
    if (!file) {
        perror("tmpfile");
        exit(2);
    }
    return file;
}

static long jobs_at_once(void)
{
    const char *given = getenv("CHECK_JOBS");
    long jobs = given ? strtol(given, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    return jobs > 0 ? jobs : 1;
}

/* Runs the suites that are wanted; returns how many tests ran and how many failed. */
static struct result run_wanted(int argc, char **argv, int forks)
{
    struct job jobs[ENTRIES];
    size_t count = 0;
    struct result sum = {0, 0, 1};
    struct result *results = mmap(NULL, sizeof *results * ENTRIES, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (results == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
    for (size_t i = 0; i < ENTRIES; i++)
        if (is_wanted(entries[i].name, argc, argv)) {
            jobs[count] = (struct job){
                &entries[i], &results[count], forks ? new_file() : NULL, new_file(), 0, 0};
            count++;
        }
    if (forks)
        run_jobs(jobs, count, jobs_at_once());
    for (size_t i = 0; i < count; i++) {
        if (!forks)
            run_suite(&jobs[i]);
        sum.run += results[i].run;
        sum.failed += results[i].failed;
    }
    for (size_t i = 0; i < count; i++) {
        copy(jobs[i].failures);
        fclose(jobs[i].failures);
        if (jobs[i].output)
            fclose(jobs[i].output);
    }
    munmap(results, sizeof *results * ENTRIES);
    return sum;
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
    /* Only a test that hangs is to be ended by it: a sanitizer on a busy machine takes minutes
       where check's own limit is 4 s. */
    setenv("CK_DEFAULT_TIMEOUT", "900", 0);
    const char *fork_mode = getenv("CK_FORK");
    int forks = !(fork_mode && strcmp(fork_mode, "no") == 0);
    test_support_init(forks);
    struct result sum = run_wanted(argc, argv, forks);
    unsigned skipped;
    char *reasons = test_support_skips(&skipped);
    for (const char *line = reasons; *line; line = strchr(line, '\n') + 1)
        printf("  skipped: %.*s\n", (int)strcspn(line, "\n"), line);
    free(reasons);
    test_support_release();
    printf("%u passed, %u failed, %u skipped\n", sum.run - sum.failed - skipped, sum.failed,
           skipped);
    return sum.failed ? 1 : 0;
}
