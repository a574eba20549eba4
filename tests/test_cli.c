/* The program from the outside: what scripts rely on (DESIGN, section 3.1).
 *
 * Each test runs the real binary (PLIMSOLL, else ./plimsoll) through the shell in a folder of its
 * own and looks at exit code, stdout, stderr and the files left behind. */
#include "test_support.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char program[PATH_MAX]; /* absolute */
static char folder[PATH_MAX];  /* this test's own, empty */

struct ran {
    int code;
    char *out, *err;
};

static void setup(void)
{
    const char *name = getenv("PLIMSOLL");
    ck_assert_ptr_nonnull(realpath(name ? name : "plimsoll", program));
    snprintf(folder, sizeof folder, "%s", test_tmp_path("cli-XXXXXX"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* In the shell, in the test's folder; `plimsoll` is the program. */
__attribute__((format(printf, 1, 2))) static struct ran run(const char *format, ...)
{
    char command[2048], line[4 * PATH_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(command, sizeof command, format, list);
    va_end(list);
    snprintf(line, sizeof line,
             "cd '%s' && plimsoll() { '%s' \"$@\"; } && { %s; } >../out-%ld 2>../err-%ld", folder,
             program, command, (long)getpid(), (long)getpid());
    int status = system(line);
    struct ran ran = {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1};
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/../out-%ld", folder, (long)getpid());
    ran.out = test_read_file(path, NULL);
    snprintf(path, sizeof path, "%s/../err-%ld", folder, (long)getpid());
    ran.err = test_read_file(path, NULL);
    return ran;
}

static void release(struct ran ran)
{
    free(ran.out);
    free(ran.err);
}

static void expect(struct ran ran, int code, const char *out, const char *err)
{
    ck_assert_msg(ran.code == code, "exit %d, not %d; stdout: %s; stderr: %s", ran.code, code,
                  ran.out, ran.err);
    ck_assert_msg(*out ? strstr(ran.out, out) != NULL : !*ran.out, "stdout: %s\nwanted: %s",
                  ran.out, out);
    ck_assert_msg(*err ? strstr(ran.err, err) != NULL : !*ran.err, "stderr: %s\nwanted: %s",
                  ran.err, err);
    release(ran);
}

static int count_files(void)
{
    int count = 0;
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] != '.' || entry->d_name[1] > '.';
    closedir(dir);
    return count;
}

static void write_file(const char *name, const char *text)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

/* ---- usage ---------------------------------------------------------------------------------- */

static const struct {
    const char *arguments, *err;
} mistakes[] = {
    {"", "usage: plimsoll COMMAND"},
    {"rnu tutorial", "no command `rnu`; did you mean `run`?"},
    {"frobnicate", "no command `frobnicate`; `plimsoll --help` lists them"},
    {"--versoin", "no option `--versoin`"},
    {"run", "an argument is missing"},
    {"run a b", "one argument too many: b"},
    {"run tutorial --sed=1", "unknown option --sed; did you mean --seed?"},
    {"run tutorial --zzzzzz", "unknown option --zzzzzz\n"},
    {"run tutorial -x", "unknown option -x"},
    {"run tutorial --seed=1 --seed 2", "--seed is given twice"},
    {"run tutorial --json --json", "--json is given twice"},
    {"run tutorial --json=yes", "--json takes no value"},
    {"run tutorial --out", "--out needs a value: --out=F.db"},
    {"run tutorial --out=", "--out=: must be a text that is not empty"},
    {"run tutorial --seed=-1", "--seed=-1: must be a whole number"},
    {"run tutorial --seed=18446744073709551616", "must be a whole number from 0 to"},
    {"run tutorial --seed=1x", "must be a whole number"},
    {"run tutorial --threads=0", "must be a whole number from 1 to 256"},
    {"run tutorial --replications=0", "must be a whole number from 1 to"},
    {"run tutorial --until=5", "must be a duration like 90s"},
    {"run tutorial --until=0s", "must be a duration like 90s"},
    {"run tutorial --trace=ful", "must be one of none, series, full; did you mean full?"},
    {"run tutorial --trace-cache=1MB", "must be a size like 256MiB"},
    {"run tutorial --set nothing", "nothing"},
    {"run no-such-scenario", "no-such-scenario"},
    {"check", "an argument is missing"},
    {"check tutorial --seed=1", "unknown option --seed"},
    {"query", "an argument is missing"},
    {"query agentConnected==true", "an argument is missing"},
    {"query agentConnected==true nowhere.db", "nowhere.db: there is no such file"},
    {"query agentConnected==true tutorial --at=soon", "must be a duration like 90s"},
    {"query agentConnected==true tutorial --at=2023-12-31", "(2024-01-01T00:00:00Z)"},
    {"query agentConnected==true tutorial --at=41m", "the run is over after 40m"},
    {"query agentConnected==true cron-nightly --at=8d", "the run is over after 7d"},
    {"query agentConnected==true tutorial --replication=1000000", "from 0 to 999999"},
    {"query agentConnected==true tutorial --folder=.", "--folder goes with a database"},
    {"plot", "an argument is missing"},
    {"plot missing.db", "missing.db: No such file"},
    {"plot x.db capasity", "did you mean `capacity`?"},
    {"plot x.db --format=gif", "must be one of svg, png"},
    {"list", "an argument is missing"},
    {"list metrix", "no list `metrix`; did you mean `metrics`?"},
    {"trace", "usage: plimsoll trace"},
    {"trace hed x", "did you mean `head`?"},
    {"trace head missing.csv", "missing.csv"},
    {"trace head --rows=0 x", "must be a whole number from 1"},
    {"trace convert a b", "add --sort"},
    {"trace frobnicate x", "there are stats, head and convert"},
    {"list foo", "there are strategies, policies, loads"},
    {"run tutorial --seed=9223372036854775808", "from 0 to 9223372036854775807"},
    {"run tutorial --set seed=1e400", "the number is too large"},
    {"run tutorial --set 'cluster={\"a\"}'", "--set: cluster="},
    {"run tutorial --set a..b=1", "a key is missing in the path"},
    {"run tutorial --set =1", "a key is missing in the path"},
    {"trace stats --sort x", "unknown option --sort"},
};

START_TEST(test_a_mistake_is_explained_on_stderr_and_exits_2)
{
    expect(run("plimsoll %s", mistakes[_i].arguments), 2, "", mistakes[_i].err);
    ck_assert_int_eq(count_files(), 0);
}
END_TEST

START_TEST(test_commands_of_the_contract_that_are_not_built_say_so)
{
    static const char *const names[] = {"sweep", "merge", "report", "why"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect(run("plimsoll %s x", names[i]), 2, "", "is not built yet");
}
END_TEST

static const char *const helped[] = {"",           "run",           "check",   "plot",
                                     "list",       "import",        "trace",   "trace stats",
                                     "trace head", "trace convert", "compare", "query"};

START_TEST(test_help_is_a_product)
{
    char first[64];
    snprintf(first, sizeof first, "usage: plimsoll %s", helped[_i]);
    expect(run("plimsoll %s --help", helped[_i]), 0, first, "");
    expect(run("plimsoll %s -h", helped[_i]), 0, first, "");
}
END_TEST

START_TEST(test_version)
{
    expect(run("plimsoll --version"), 0, "plimsoll 0.", "");
}
END_TEST

START_TEST(test_a_list_is_an_aligned_table)
{
    static const char *const lists[][2] = {{"strategies", "binpack"},
                                           {"policies", "targetCapacity"},
                                           {"scenarios", "tutorial"},
                                           {"instance-types", "c5.large"},
                                           {"plots", "capacity"},
                                           {"metrics", "task_wait_s_p99"},
                                           {"keys", "autoScalingGroups"}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        expect(run("plimsoll list %s", lists[i][0]), 0, lists[i][1], "");
    expect(run("plimsoll list loads"), 0, "diurnal", "");
    expect(run("plimsoll list markets"), 0, "no Spot markets yet", "");
}
END_TEST

/* ---- run ------------------------------------------------------------------------------------ */

START_TEST(test_a_shipped_scenario_runs_from_any_folder)
{
    expect(run("cd / && plimsoll run tutorial 2>&1"), 0, "tutorial", "");
    ck_assert_int_eq(count_files(), 0);
}
END_TEST

START_TEST(test_the_summary_goes_to_stdout_and_talk_to_stderr)
{
    struct ran plain = run("plimsoll run tutorial");
    struct ran stored = run("plimsoll run tutorial --out=t.db");
    ck_assert_str_eq(plain.out, stored.out);
    ck_assert_ptr_null(strstr(stored.out, "wrote"));
    ck_assert_ptr_nonnull(strstr(stored.err, "wrote t.db\n"));
    ck_assert_ptr_null(strstr(plain.err, "events/s"));
    ck_assert_int_eq(count_files(), 1);
    struct ran loud = run("plimsoll run tutorial --progress");
    ck_assert_str_eq(plain.out, loud.out);
    release(plain);
    release(stored);
    expect(loud, 0, "tutorial", "events/s");
}
END_TEST

START_TEST(test_both_forms_of_an_option_mean_the_same)
{
    struct ran a = run("plimsoll run --seed=5 tutorial");
    struct ran b = run("plimsoll run tutorial --seed 5");
    struct ran c = run("plimsoll run --seed=5 -- tutorial");
    struct ran d = run("plimsoll run tutorial --set seed=5");
    ck_assert_int_eq(a.code, 0);
    ck_assert_str_eq(a.out, b.out);
    ck_assert_str_eq(a.out, c.out);
    ck_assert_str_eq(a.out, d.out);
    release(a);
    release(b);
    release(c);
    release(d);
}
END_TEST

START_TEST(test_json_is_one_object_that_parses)
{
    struct ran ran = run("plimsoll run tutorial --json --replications=2");
    ck_assert_int_eq(ran.code, 0);
    cJSON *root = cJSON_ParseWithOpts(ran.out, NULL, 1);
    ck_assert_msg(root != NULL, "%s", ran.out);
    ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(root, "scenario")), "tutorial");
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(root, "runs")), 2);
    const cJSON *metric =
        cJSON_GetObjectItem(cJSON_GetObjectItem(root, "summary"), "arrivals_count");
    ck_assert_double_eq(cJSON_GetNumberValue(cJSON_GetObjectItem(metric, "mean")), 5);
    cJSON_Delete(root);
    release(ran);
}
END_TEST

START_TEST(test_databases_are_equal_for_any_number_of_threads)
{
    expect(run("for n in 1 2 3; do plimsoll run tutorial --replications=4 --threads=$n "
               "--out=$n.db 2>&1 || exit 9; done >/dev/null; cmp 1.db 2.db && cmp 1.db 3.db"),
           0, "", "");
    ck_assert_int_eq(count_files(), 3);
}
END_TEST

START_TEST(test_two_runs_into_one_name_leave_the_second)
{
    expect(run("plimsoll run tutorial --seed=1 --out=a.db >/dev/null 2>&1 && cp a.db b.db && "
               "plimsoll run tutorial --seed=2 --out=a.db >/dev/null 2>&1 && "
               "plimsoll run tutorial --seed=1 --out=a.db >/dev/null 2>&1 && cmp a.db b.db"),
           0, "", "");
    ck_assert_int_eq(count_files(), 2);
}
END_TEST

START_TEST(test_the_summary_is_the_same_at_every_trace_level)
{
    struct ran full = run("plimsoll run tutorial --out=f.db --trace=full --json");
    struct ran series = run("plimsoll run tutorial --out=s.db --trace=series --json");
    struct ran none = run("plimsoll run tutorial --out=n.db --trace=none --json");
    ck_assert_int_eq(full.code, 0);
    ck_assert_str_eq(full.out, series.out);
    ck_assert_str_eq(full.out, none.out);
    struct ran unchecked = run("plimsoll run tutorial --json --invariants=off");
    ck_assert_str_eq(full.out, unchecked.out);
    release(full);
    release(series);
    release(none);
    release(unchecked);
}
END_TEST

/* ---- input that is wrong -------------------------------------------------------------------- */

START_TEST(test_a_broken_scenario_is_placed_and_writes_nothing)
{
    write_file("bad.json", "{\n  \"plimsoll\": 1,\n  \"nmae\": \"x\"\n}\n");
    expect(run("plimsoll run bad.json --out=x.db"), 2, "", "bad.json:3:");
    expect(run("plimsoll check bad.json"), 2, "", "did you mean");
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

START_TEST(test_check_prints_what_is_good)
{
    expect(run("plimsoll check tutorial"), 0, "tutorial: good;", "");
}
END_TEST

/* ---- a world that is wrong ------------------------------------------------------------------ */

START_TEST(test_a_folder_that_cannot_be_written_is_said_at_once)
{
    write_file("file", "");
    expect(run("plimsoll run tutorial --out=none/x.db"), 2, "", "none/x.db");
    expect(run("plimsoll run tutorial --out=file/x.db"), 2, "", "file/x.db");
    expect(run("plimsoll run tutorial --out=/proc/x.db"), 2, "", "/proc/x.db");
    expect(run("plimsoll run tutorial --out=."), 2, "", "is a folder");
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

START_TEST(test_a_full_disk_leaves_no_file)
{
    /* 64 KiB; the shell's unit is 512 bytes. */
    struct ran ran = run("ulimit -f 128; plimsoll run steady-1k "
                         "--set 'workload[0].generator.rows=20000' --out=x.db");
    ck_assert_msg(strstr(ran.err, "x.db") != NULL, "%s", ran.err);
    expect(ran, 1, "", "plimsoll run: ");
    ck_assert_int_eq(count_files(), 0);
    expect(run("plimsoll list metrics >/dev/full"), 1, "", "writing to stdout");
}
END_TEST

/* Starts a run that takes long, waits until its unfinished file is there, and kills it. */
static int kill_a_run(int number)
{
    char rows[] = "--set=workload[0].generator.rows=100000000";
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (chdir(folder) != 0 || !freopen("../killed-out", "w", stdout) ||
            !freopen("../killed-err", "w", stderr))
            _exit(99);
        execl(program, program, "run", "steady-1k", rows, "--out=x.db", (char *)NULL);
        _exit(99);
    }
    for (int i = 0; i < 30000 && count_files() == 0; i++) /* a busy machine takes its time */
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    ck_assert_int_gt(count_files(), 0);
    ck_assert_int_eq(kill(child, number), 0);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == number, "status %x", status);
    char path[PATH_MAX + 8];
    snprintf(path, sizeof path, "%s/x.db", folder);
    return access(path, F_OK) == 0;
}

START_TEST(test_a_killed_run_leaves_nothing_under_the_final_name)
{
    ck_assert_int_eq(kill_a_run(SIGTERM), 0);
    ck_assert_int_eq(count_files(), 0);
    ck_assert_int_eq(kill_a_run(SIGINT), 0);
    ck_assert_int_eq(count_files(), 0);
    ck_assert_int_eq(kill_a_run(SIGKILL), 0);
}
END_TEST

/* ---- trace ---------------------------------------------------------------------------------- */

START_TEST(test_trace_commands_read_a_file)
{
    write_file("t.csv", "arrival_s,duration_s,cpu,memory_mib\n20,5,256,512\n10,7,512,128\n");
    expect(run("plimsoll trace convert t.csv"), 2, "", "--sort");
    expect(run("plimsoll trace convert --sort t.csv --out=s.csv"), 0, "", "");
    expect(run("plimsoll trace head s.csv --rows 1"), 0, "512", "");
    expect(run("plimsoll trace stats s.csv"), 0, "rows", "");
    expect(run("plimsoll trace convert --sort t.csv --out=none/s.csv"), 2, "", "none/s.csv");
    expect(run("plimsoll trace stats --help"), 0, "google-jobs", "");
    ck_assert_int_eq(count_files(), 2);
}
END_TEST

START_TEST(test_several_traces_become_one)
{
    write_file("a.csv", "arrival_s,duration_s\n100,5\n300,6\n");
    write_file("b.csv", "arrival_s,cpu\n200,64\n100,32\n");
    struct ran ran = run("plimsoll trace convert --sort a.csv b.csv");
    ck_assert_str_eq(ran.out, "arrival_s,duration_s,cpu\n0,5,\n0,,32\n100,,64\n200,6,\n");
    release(ran);
}
END_TEST

/* ---- what must not pass in silence ----------------------------------------------------------- */

START_TEST(test_a_file_that_is_no_database_is_bad_input)
{
    write_file("x.db", "hello");
    write_file("file", "");
    expect(run("plimsoll plot x.db"), 2, "", "x.db: is not a database of plimsoll");
    expect(run("plimsoll run tutorial --out=t.db >/dev/null 2>&1; plimsoll plot t.db --out=file"),
           2, "", "is no folder");
    expect(run("plimsoll plot t.db --out=none/deeper"), 2, "", "there is no folder none");
}
END_TEST

START_TEST(test_a_missing_gnuplot_is_named_once)
{
    struct ran ran = run("plimsoll run tutorial --out=t.db >/dev/null 2>&1; PATH=/none; "
                         "plimsoll plot t.db");
    ck_assert_ptr_null(strstr(ran.err, "plot: plot:"));
    expect(ran, 1, "", "plimsoll plot: gnuplot is not installed");
}
END_TEST

START_TEST(test_tables_have_no_blanks_at_line_ends)
{
    expect(run("for l in strategies policies instance-types scenarios plots metrics keys; do "
               "plimsoll list $l; done | grep -c ' $' || true"),
           0, "0\n", "");
}
END_TEST

START_TEST(test_check_groups_keys_without_effect)
{
    struct ran brief = run("plimsoll check tutorial");
    ck_assert_ptr_nonnull(strstr(brief.out, "no effect: permissions are not modelled:\n"
                                            "    autoScalingGroups[].ServiceLinkedRoleARN (2 "
                                            "times),\n"));
    release(brief);
    expect(run("plimsoll check tutorial --verbose"), 0,
           "autoScalingGroups[CLItutorial-asg-burst].ServiceLinkedRoleARN: permissions", "");
}
END_TEST

START_TEST(test_a_run_that_ends_within_its_warm_up_says_so)
{
    struct ran ran = run("plimsoll run steady-1k --set 'workload[0].generator.rows=20' "
                         "--set warmup=90d --json");
    ck_assert_msg(ran.code == 0, "%s", ran.err);
    ck_assert_ptr_null(strstr(ran.out, "cost_usd"));
    ck_assert_ptr_null(strstr(ran.out, "arrivals_count"));
    expect(ran, 0, "steady-1k", "ended within the warm-up of 90d");
}
END_TEST

/* ---- compare ---- */

/* first-plan's first hours, five replications, with a placement strategy. */
static void plan(const char *type, const char *field, const char *db)
{
    struct ran ran = run("plimsoll run first-plan --replications=5 --until=5h --trace=full "
                         "--set 'workload[0].placementStrategy=[{\"type\":\"%s\",\"field\":"
                         "\"%s\"}]' --out=%s",
                         type, field, db);
    ck_assert_msg(ran.code == 0, "%s", ran.err);
    release(ran);
}

static int64_t count_rows(const char *sql)
{
    struct ran ran = run("sqlite3 a.db \"ATTACH 'b.db' AS b; %s\"", sql);
    ck_assert_msg(ran.code == 0, "%s", ran.err);
    int64_t count = strtoll(ran.out, NULL, 10);
    release(ran);
    return count;
}

/* Issue 4, 6: two strategies on the same seeds meet the same arrivals and durations task by task,
 * and the n-th launch of a group boots in the same time; so the paired interval is the narrower. */
START_TEST(test_compare_pairs_by_keyed_chance)
{
    plan("binpack", "memory", "a.db");
    plan("spread", "instanceId", "b.db");
    struct ran ran = run("plimsoll compare a.db b.db");
    ck_assert_int_eq(ran.code, 0);
    ck_assert_msg(strstr(ran.out, "5 pairs of replications") != NULL, "%s", ran.out);
    const char *row = strstr(ran.out, "task_wait_s_mean ");
    ck_assert_ptr_nonnull(row);
    double a, b, difference, worth;
    ck_assert_int_eq(sscanf(row, "task_wait_s_mean %lf %lf %lf %lfx", &a, &b, &difference, &worth),
                     4);
    ck_assert_msg(worth > 1, "%s", ran.out);
    ck_assert_double_lt(difference, 0);
    release(ran);
    static const char same_work[] =
        "SELECT count(*) FROM (SELECT run_id, arrival_index, min(arrived_s) t, "
        "min(asked_duration_s) d FROM v_task GROUP BY 1, 2) x JOIN (SELECT run_id, "
        "arrival_index, min(arrived_s) t, min(asked_duration_s) d FROM b.v_task "
        "GROUP BY 1, 2) y USING (run_id, arrival_index) WHERE x.t = y.t AND x.d = y.d";
    static const char same_boots[] =
        "SELECT count(*) FROM v_instance x JOIN b.v_instance y USING (run_id, asg, launch_index) "
        "WHERE x.boot_s IS NOT NULL AND y.boot_s IS NOT NULL";
    char sql[1024];
    int64_t arrivals =
        count_rows("SELECT count(*) FROM (SELECT DISTINCT run_id, arrival_index FROM v_task)");
    ck_assert_int_gt(arrivals, 1000);
    ck_assert_int_eq(
        count_rows("SELECT count(*) FROM (SELECT DISTINCT run_id, arrival_index FROM b.v_task)"),
        arrivals);
    ck_assert_int_eq(count_rows(same_work), arrivals);
    /* the n-th launch of a group, for n up to the smaller number of launches */
    int64_t boots = count_rows(same_boots);
    ck_assert_int_gt(boots, 200);
    snprintf(sql, sizeof sql, "%s AND abs(x.boot_s - y.boot_s) < 1e-6", same_boots);
    ck_assert_int_eq(count_rows(sql), boots);
    ck_assert_int_eq(
        count_rows("SELECT count(*) FROM (SELECT run_id, asg, count(*) n, max(launch_index) m FROM "
                   "v_instance GROUP BY 1, 2 UNION ALL SELECT run_id, asg, count(*), "
                   "max(launch_index) FROM b.v_instance GROUP BY 1, 2) WHERE n NOT IN (m, m + 1)"),
        0); /* no n is missing */
    ran = run("plimsoll compare a.db b.db --json");
    cJSON *json = cJSON_Parse(ran.out);
    ck_assert_ptr_nonnull(json);
    ck_assert_int_eq(cJSON_GetArraySize(json), 1);
    cJSON_Delete(json);
    release(ran);
}
END_TEST

/* A gate that must fail ends with 3 and says which; one that must hold with 0. */
START_TEST(test_compare_gates)
{
    plan("binpack", "memory", "a.db");
    plan("spread", "instanceId", "b.db");
    expect(run("plimsoll compare a.db b.db --gate=no-worse"), 3, "BROKEN: shown to exceed it", "");
    expect(run("plimsoll compare b.db a.db --gate=no-worse"), 3, "task_wait_s_mean", "");
    expect(run("plimsoll compare a.db a.db --gate=no-worse"), 0, "holds", "");
    expect(run("echo '[{\"metric\":\"cost_usd\",\"max_increase_pct\":500}]' >g.json; "
               "plimsoll compare a.db b.db --gate=g.json"),
           0, "holds", "");
    expect(run("echo '[{\"metric\":\"task_wait_s_mean\",\"max\":1,\"mode\":\"prove\"}]' >g.json; "
               "plimsoll compare a.db b.db --gate=g.json"),
           3, "BROKEN: not shown to hold", "");
    expect(run("echo '[{\"metric\":\"task_wait_s_mean\",\"max\":1,\"min\":0}]' >g.json; "
               "plimsoll compare a.db b.db --gate=g.json"),
           2, "", "g.json:1:2: [0]: a gate has one limit, and this has 2");
    expect(run("echo '[{\"metric\":\"cost_usd\",\"maxx\":1}]' >g.json; "
               "plimsoll compare a.db b.db --gate=g.json"),
           2, "", "did you mean `max`");
    expect(run("echo '[{\"metric\":\"cost\",\"max\":1}]' >g.json; "
               "plimsoll compare a.db b.db --gate=g.json"),
           2, "", "metric \"cost\" is not in both databases");
    expect(run("plimsoll compare a.db b.db --gate=nothing.json"), 2, "", "nothing.json");
}
END_TEST

START_TEST(test_compare_refuses_what_is_not_comparable)
{
    expect(run("plimsoll run tutorial --out=a.db >/dev/null 2>&1; "
               "plimsoll run tutorial --seed=2 --out=b.db >/dev/null 2>&1; "
               "plimsoll run tutorial --replications=2 --out=c.db >/dev/null 2>&1; "
               "plimsoll run cron-nightly --out=d.db >/dev/null 2>&1; plimsoll compare a.db b.db"),
           2, "", "run both with the same --seed");
    expect(run("plimsoll compare a.db c.db"), 2, "", "run both with the same --replications");
    expect(run("plimsoll compare a.db d.db"), 2, "", "ran different workloads");
    expect(run("plimsoll compare a.db nowhere.db"), 2, "", "no such database");
    expect(run("echo x >x.db; plimsoll compare a.db x.db"), 2, "", "is not a database of plimsoll");
    expect(run("plimsoll compare a.db"), 2, "", "usage");
    expect(run("plimsoll compare a.db a.db --gate=no-worse"), 2, "", "needs 5");
}
END_TEST

Suite *test_cli_suite(void);

/* ---- query ---- */

/* AT-QL26 to AT-QL31: the column, what would be right there, and the place itself. */
static const struct {
    const char *expression, *err;
} wrong_expressions[] = {
    {"agentVersion in [1.14.5]", "column 14 of the expression: agentVersion does not take this "},
    {"registeredAt < 13/02/2018", "column 16 of the expression: `13/02/2018` is no date"},
    {"runningTasksCount =~ 1", "column 19 of the expression: runningTasksCount does not take"},
    {"(attribute:stack) == prod", "    (attribute:stack) == prod\n                    ^\n"},
    {"attribute:stack in prod", "    attribute:stack in prod\n                       ^\n"},
    {"attribute:stack exists prod", "column 24 of the expression"},
    {"attribute:stack == \\\"für\\\" or", "    attribute:stack == \"für\" or\n"
                                          "                               ^\n"},
};

START_TEST(test_at_ql26_a_wrong_expression_is_pointed_at)
{
    expect(run("plimsoll query \"%s\" tutorial", wrong_expressions[_i].expression), 2, "",
           wrong_expressions[_i].err);
    ck_assert_int_eq(count_files(), 0);
}
END_TEST

START_TEST(test_query_lists_instances_of_a_scenario)
{
    const char *wanted =
        "instance             type      az          group                  status  running  "
        "asked for\n"
        "i-00000000000000002  t2.micro  us-west-2c  CLItutorial-asg-burst  ACTIVE        2  "
        "task:group=family:CLItutorial-taskdef agentConnected=true\n"
        "\n1 of 4 container instances at 11m (2024-01-01T00:11:00Z)\n";
    const char *expression = "task:group exists and agentConnected == true and "
                             "attribute:ecs.instance-type =~ t2.* and runningTasksCount == 2";
    expect(run("plimsoll query '%s' tutorial --at=11m", expression), 0, wanted, "");
    expect(run("plimsoll query '%s' tutorial --at=2024-01-01T00:11:00Z", expression), 0, wanted,
           "");
    expect(run("plimsoll query 'runningTasksCount > 99' tutorial"), 0,
           "0 of 2 container instances at 40m", "");
    struct ran first = run("plimsoll query 'agentConnected == true' first-plan --at=5h");
    struct ran second = run("plimsoll query 'agentConnected == true' first-plan --at=5h "
                            "--seed=77 --replication=3");
    ck_assert_int_eq(first.code, 0);
    ck_assert_int_eq(second.code, 0);
    ck_assert_str_ne(first.out, second.out);
    release(first);
    release(second);
}
END_TEST

START_TEST(test_query_json_has_the_shape_of_describe_container_instances)
{
    struct ran ran = run("plimsoll query 'ec2InstanceId == i-00000000000000002' tutorial --json");
    ck_assert_msg(ran.code == 0, "%s", ran.err);
    cJSON *json = cJSON_Parse(ran.out);
    ck_assert_ptr_nonnull(json);
    const cJSON *list = cJSON_GetObjectItem(json, "containerInstances");
    ck_assert_int_eq(cJSON_GetArraySize(list), 1);
    ck_assert_int_eq(cJSON_GetObjectItem(json, "count")->valueint, 1);
    ck_assert_int_eq(cJSON_GetObjectItem(json, "registered")->valueint, 2);
    const cJSON *instance = cJSON_GetArrayItem(list, 0);
    const char *arn = cJSON_GetStringValue(cJSON_GetObjectItem(instance, "containerInstanceArn"));
    ck_assert_ptr_nonnull(strstr(arn, ":container-instance/"));
    ck_assert_str_eq(arn + strlen(arn) - 3, "002");
    ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(instance, "status")), "ACTIVE");
    ck_assert(cJSON_IsTrue(cJSON_GetObjectItem(instance, "agentConnected")));
    const cJSON *attribute, *attributes = cJSON_GetObjectItem(instance, "attributes");
    bool found = false;
    cJSON_ArrayForEach(attribute, attributes) found =
        found ||
        (strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(attribute, "name")),
                "ecs.availability-zone") == 0 &&
         strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(attribute, "value")), "us-west-2c") == 0);
    ck_assert(found);
    cJSON_Delete(json);
    release(ran);
}
END_TEST

/* A database is asked by repeating its run, with its seed and whatever its options had changed. */
START_TEST(test_query_of_a_database_is_that_of_its_run)
{
    static const char *const expression = "runningTasksCount > 3";
    expect(run("plimsoll run first-plan --seed=5 --until=6h --replications=2 --trace=none "
               "--out=a.db"),
           0, "first-plan", "wrote a.db");
    struct ran stored = run("plimsoll query '%s' a.db --replication=1", expression);
    struct ran again = run("plimsoll query '%s' first-plan --replication=1 --seed=5 "
                           "--set 'duration=\"6h\"'",
                           expression);
    ck_assert_msg(stored.code == 0, "%s", stored.err);
    ck_assert_ptr_nonnull(strstr(stored.out, "container instances at 6h"));
    ck_assert_str_eq(stored.out, again.out);
    release(stored);
    release(again);
    expect(run("plimsoll query '%s' a.db --replication=2", expression), 2, "",
           "holds no replication 2; its 2 are counted from 0");
    expect(run("plimsoll query '%s' a.db --seed=6", expression), 2, "", "go with a scenario");
    expect(run("sqlite3 a.db \"UPDATE run SET result_hash = '0123456789abcdef'\"; "
               "plimsoll query '%s' a.db",
               expression),
           2, "", "the hash of its records is 0123456789abcdef, and here it is");
    expect(run("sqlite3 b.db 'CREATE TABLE t (a)'; plimsoll query '%s' b.db", expression), 2, "",
           "is not a database of plimsoll");
}
END_TEST

/* Its traces are looked for in --folder. */
START_TEST(test_query_of_a_database_needs_its_traces)
{
    expect(run("mkdir in"), 0, "", "");
    write_file("in/s.csv", "arrival_s,duration_s,cpu,memory_mib\n60,600,256,128\n");
    write_file("in/s.json", "{\"extends\": \"steady-1k\", \"name\": \"s\", \"duration\": \"5m\", "
                            "\"workload\": [{\"trace\": \"s.csv\"}]}");
    expect(run("plimsoll run in/s.json --out=s.db"), 0, "s", "wrote s.db");
    expect(run("plimsoll query 'task:group exists' s.db"), 2, "", "--folder=DIR");
    expect(run("plimsoll query 'task:group exists' s.db --folder=in"), 0, "1 of 1000", "");
    write_file("in/s.csv", "arrival_s,duration_s,cpu,memory_mib\n60,90,256,128\n");
    expect(run("plimsoll query 'task:group exists' s.db --folder=in"), 2, "",
           "cannot be repeated here");
}
END_TEST

Suite *test_cli_suite(void)
{
    Suite *suite = suite_create("cli");
    TCase *tcase = tcase_create("commands");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_loop_test(tcase, test_a_mistake_is_explained_on_stderr_and_exits_2, 0,
                        sizeof mistakes / sizeof mistakes[0]);
    tcase_add_test(tcase, test_commands_of_the_contract_that_are_not_built_say_so);
    tcase_add_loop_test(tcase, test_help_is_a_product, 0, sizeof helped / sizeof helped[0]);
    tcase_add_test(tcase, test_version);
    tcase_add_test(tcase, test_a_list_is_an_aligned_table);
    tcase_add_test(tcase, test_a_shipped_scenario_runs_from_any_folder);
    tcase_add_test(tcase, test_the_summary_goes_to_stdout_and_talk_to_stderr);
    tcase_add_test(tcase, test_both_forms_of_an_option_mean_the_same);
    tcase_add_test(tcase, test_json_is_one_object_that_parses);
    tcase_add_test(tcase, test_databases_are_equal_for_any_number_of_threads);
    tcase_add_test(tcase, test_two_runs_into_one_name_leave_the_second);
    tcase_add_test(tcase, test_the_summary_is_the_same_at_every_trace_level);
    tcase_add_test(tcase, test_a_broken_scenario_is_placed_and_writes_nothing);
    tcase_add_test(tcase, test_check_prints_what_is_good);
    tcase_add_test(tcase, test_a_folder_that_cannot_be_written_is_said_at_once);
    tcase_add_test(tcase, test_a_full_disk_leaves_no_file);
    tcase_add_test(tcase, test_a_killed_run_leaves_nothing_under_the_final_name);
    tcase_add_test(tcase, test_trace_commands_read_a_file);
    tcase_add_test(tcase, test_several_traces_become_one);
    tcase_add_test(tcase, test_a_file_that_is_no_database_is_bad_input);
    tcase_add_test(tcase, test_a_missing_gnuplot_is_named_once);
    tcase_add_test(tcase, test_tables_have_no_blanks_at_line_ends);
    tcase_add_test(tcase, test_check_groups_keys_without_effect);
    tcase_add_test(tcase, test_a_run_that_ends_within_its_warm_up_says_so);
    tcase_add_test(tcase, test_compare_pairs_by_keyed_chance);
    tcase_add_test(tcase, test_compare_gates);
    tcase_add_test(tcase, test_compare_refuses_what_is_not_comparable);
    tcase_add_loop_test(tcase, test_at_ql26_a_wrong_expression_is_pointed_at, 0,
                        sizeof wrong_expressions / sizeof wrong_expressions[0]);
    tcase_add_test(tcase, test_query_lists_instances_of_a_scenario);
    tcase_add_test(tcase, test_query_json_has_the_shape_of_describe_container_instances);
    tcase_add_test(tcase, test_query_of_a_database_is_that_of_its_run);
    tcase_add_test(tcase, test_query_of_a_database_needs_its_traces);
    suite_add_tcase(suite, tcase);
    return suite;
}
