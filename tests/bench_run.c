/* Whole runs. Each is the command itself, called in a child process, so that what is measured is
 * what people get and peak memory is that of one run; the floor is taken in the same process
 * afterwards, when peak memory has been read. */
#include "bench.h"
#include "cmd.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 8

struct subject {
    const char *name, *scenario;
    const char *needs;                /* a file that must be there, or NULL */
    const char *small[ARGUMENTS_MAX]; /* more arguments at small size; ends with NULL */
};

static const struct subject subjects[] = {
    {"swf-curie", "swf-curie", "../shared/traces/swf", {"--set=workload[0].to=30d", NULL}},
    {"steady-1k", "steady-1k", NULL, {"--set=workload[0].generator.rows=2000", NULL}},
};

struct outcome {
    int code;
    double wall_s, floor_s, peak_mib;
    int64_t tasks, events;
    char hash[24];
};

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What the database says of its one run. */
static int read_result(const char *path, struct outcome *outcome)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
               sqlite3_prepare_v2(db,
                                  "SELECT r.events, s.value, r.result_hash FROM v_run r "
                                  "JOIN v_summary s USING (run_id) WHERE metric = 'arrivals_count'",
                                  -1, &statement, NULL) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW;
    if (good) {
        outcome->events = sqlite3_column_int64(statement, 0);
        outcome->tasks = sqlite3_column_int64(statement, 1);
        snprintf(outcome->hash, sizeof outcome->hash, "%s", sqlite3_column_text(statement, 2));
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return good;
}

/* In the child, in silence; a run that fails can be repeated by hand. */
static void run_subject(const struct subject *subject, int small, const char *db,
                        struct outcome *outcome)
{
    char out[PATH_MAX + 16];
    snprintf(out, sizeof out, "--out=%s", db);
    const char *arguments[ARGUMENTS_MAX + 4] = {"run", subject->scenario, out};
    int count = 3;
    for (int i = 0; small && subject->small[i]; i++)
        arguments[count++] = subject->small[i];
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);

    double began_s = wall_s();
    outcome->code = cmd_run(count, (char **)arguments);
    fflush(stdout);
    outcome->wall_s = wall_s() - began_s;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    outcome->peak_mib = (double)usage.ru_maxrss / 1024;
    if (outcome->code == 0 && !read_result(db, outcome))
        outcome->code = CMD_FAILED;
    if (outcome->code == 0)
        outcome->floor_s = bench_floor(db);
}

static void run_in_child(const struct subject *subject, int small, const char *db,
                         struct outcome *outcome)
{
    int ends[2];
    *outcome = (struct outcome){.code = CMD_FAILED};
    if (pipe(ends) != 0)
        return;
    pid_t child = fork();
    if (child == 0) {
        run_subject(subject, small, db, outcome);
        ssize_t written = write(ends[1], outcome, sizeof *outcome);
        _exit(written == (ssize_t)sizeof *outcome ? 0 : 1);
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], outcome, sizeof *outcome) != (ssize_t)sizeof *outcome)
        *outcome = (struct outcome){.code = CMD_FAILED};
    close(ends[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
}

int bench_runs(FILE *out, int small)
{
    int failed = 0;
    char folder[PATH_MAX], db[PATH_MAX + 8];
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/plimsoll-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    snprintf(db, sizeof db, "%s/run.db", folder);
    fprintf(out, "%-12s %9s %8s %9s %10s %10s %8s %6s  %s\n", "run", "tasks", "wall s", "tasks/s",
            "events/s", "peak MiB", "floor s", "ratio", "result");
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        const struct subject *subject = &subjects[i];
        struct outcome o;
        if (subject->needs && access(subject->needs, R_OK) != 0) {
            fprintf(out, "%-12s no %s\n", subject->name, subject->needs);
            continue;
        }
        fflush(out);
        run_in_child(subject, small, db, &o);
        unlink(db);
        if (o.code != 0) {
            fprintf(out, "%-12s failed, exit %d; see `plimsoll run %s`\n", subject->name, o.code,
                    subject->scenario);
            failed++;
            continue;
        }
        fprintf(out, "%-12s %9" PRId64 " %8.2f %9.0f %10.0f %10.0f %8.2f %6.2f  %s\n",
                subject->name, o.tasks, o.wall_s, (double)o.tasks / o.wall_s,
                (double)o.events / o.wall_s, o.peak_mib, o.floor_s, o.wall_s / o.floor_s, o.hash);
    }
    rmdir(folder);
    return failed;
}
