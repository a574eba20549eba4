/* The database: what goes in comes out of the public views, equal runs give equal bytes, and a
 * failure leaves nothing behind but a message. */
#include "bench.h"
#include "rpt_fixture.h"
#include "test_support.h"

#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rpt_fixture fixture;

static void setup(void)
{
    rpt_fixture_init(&fixture);
}

static void teardown(void)
{
    rpt_fixture_release(&fixture);
}

/* A path of its own for each use. */
static void tmp_path(char path[512], const char *name)
{
    snprintf(path, 512, "%s", test_tmp_path(name));
}

/* The first row of a query, columns joined by "|", NULL as "-". */
static void query(const char *path, const char *sql, char *out, size_t size)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    out[0] = '\0';
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    ck_assert_msg(code == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        size_t at = 0;
        for (int i = 0; i < sqlite3_column_count(stmt) && at < size; i++) {
            const unsigned char *text = sqlite3_column_text(stmt, i);
            at += (size_t)snprintf(out + at, size - at, "%s%s", i ? "|" : "",
                                   text ? (const char *)text : "-");
        }
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

static void assert_row(const char *path, const char *sql, const char *expected)
{
    char row[4096];
    query(path, sql, row, sizeof row);
    ck_assert_msg(strcmp(row, expected) == 0, "%s\n  is       %s\n  expected %s", sql, row,
                  expected);
}

START_TEST(every_record_comes_out_of_its_view)
{
    static const char *const cases[][2] = {
        {"SELECT run_id, scenario, variant, replication, seed, epoch, start_utc, horizon_s,"
         " measured_from_s, scenario_hash, result_hash, plimsoll_version FROM v_run",
         "1|made-up|base|0|1|2025-07|2024-01-01T00:00:00Z|7200.0|0.0|0000000000abcdef|"
         "0000000000001234|test"},
        {"SELECT run_id, metric, value, unit FROM v_summary WHERE metric = 'arrivals_count'",
         "1|arrivals_count|6.0|count"},
        {"SELECT * FROM v_task WHERE arrival_index = 1",
         "1|00000000000000000000000000000001|1|1|web:3|family:web|-|blue|EC2|i-00000000000000001|"
         "us-east-1a|512|1024|0|60.0|60.0|60.0|60.0|660.0|0.0|600.0|completed|"
         "EssentialContainerExited|Essential container in task exited|-|-|-|0|1|250|3,15|-"},
        {"SELECT run_id, t_s, arrival_index, task_index, instance_id, gpus, gpu_milli, gpu_ids"
         " FROM v_gpu WHERE task_index IS NULL",
         "1|60.0|1|-|-|2|250|-"},
        {"SELECT gpu_milli, gpu_ids FROM v_task WHERE arrival_index = 3", "-|-"},
        {"SELECT task_id FROM v_task WHERE arrival_index = 3", /* ACC-10 */
         "00000000-0000-0000-0000-000000000003"},
        {"SELECT provider, attempt, wait_s, outcome, stop_code FROM v_task WHERE arrival_index = 3",
         "green|2|90.0|failed|TaskFailedToStart"},
        {"SELECT instance_id, az, placed_s, started_s, stopped_s, wait_s, outcome, stop_code,"
         " asked_duration_s FROM v_task WHERE arrival_index = 5",
         "-|-|-|-|-|-|provisioning|-|-"},
        {"SELECT run_id, instance_id, provider, asg, launch_index, instance_type, az, market,"
         " launched_s, running_s, registered_s, draining_s, terminated_s, boot_s, cause,"
         " tasks_started, billed_s, price_nusd_per_h, cost_nusd, cpu_units, memory_mib"
         " FROM v_instance",
         "1|i-00000000000000001|blue|blue-asg|1|m5.large|us-east-1a|on-demand|0.0|10.0|30.0|-|"
         "3600.0|30.0|scale_in|2|3600|96000000|96000000|2048|7680"},
        {"SELECT cause, terminated_s, cpu_units FROM v_instance WHERE provider = 'green'",
         "horizon|-|-"},
        {"SELECT * FROM v_capacity WHERE t_s = 120 AND provider = 'green'",
         "1|120.0|green|1|0|1|0|3|300.0|1|1|0|2048|512|7680|1024|2|0|2.0e-09"},
        {"SELECT desired, needed, reservation_pct, tasks_running FROM v_capacity"
         " WHERE provider = '*'",
         "-|-|-|4"},
        {"SELECT count(*), max(t_s) FROM v_capacity", "363|7200.0"},
        {"SELECT * FROM v_scaling WHERE kind = 'scale_in'",
         "1|3600.0|blue-asg|scale_in|2|1|low_alarm"},
        {"SELECT * FROM v_failure WHERE step = 5",
         "1|300.0|00000000000000000000000000000005|RESOURCE:CPU|1|5|-|one more m5.large in "
         "us-east-1a|-"},
        {"SELECT step, constraint_text, hint, hint_instance_id FROM v_failure WHERE count = 2",
         "6|-|256 MiB less|i-00000000000000001"},
        {"SELECT run_id, item, kind, provider, service, from_s, to_s, units, price_nusd, cost_nusd"
         " FROM v_cost",
         "1|i-00000000000000001|ec2_on_demand|blue|-|0.0|3600.0|3600|96000000|96000000"},
        {"SELECT sum(tasks), max(wait_s) BETWEEN 6873 AND 6900, min(wait_s) FROM v_wait",
         "6|1|0.0"},
        {"SELECT provider, asg, target_capacity_pct FROM v_provider", "blue|blue-asg|90"},
        {"SELECT count(*) FROM v_variant", "0"},
        {"SELECT count(*) FROM v_service", "0"},
        {"SELECT count(*) FROM v_digest", "0"},
        {"SELECT count(*), group_concat(name) FROM type", "1|m5.large"},
    };
    char path[512];
    tmp_path(path, "views.db");
    rpt_fixture_store(&fixture, path, RPT_LEVEL_FULL, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_row(path, cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(ev_events_have_the_shapes_of_eventbridge)
{
    static const char *const cases[][2] = {
        {"SELECT t_s, source, detail_type, resource, message FROM v_event"
         " WHERE message LIKE 'task%' ORDER BY t_s DESC",
         "660.0|aws.ecs|ECS Task State Change|arn:aws:ecs:us-east-1:111122223333:task/default/"
         "00000000000000000000000000000001|task 1: STOPPED, Essential container in task exited"},
        {"SELECT json_extract(detail_json, '$.lastStatus'), json_extract(detail_json,"
         " '$.desiredStatus'), json_extract(detail_json, '$.cpu'), json_extract(detail_json,"
         " '$.taskDefinitionArn'), json_extract(detail_json, '$.group'), json_extract(detail_json,"
         " '$.stoppedReason'), json_extract(detail_json, '$.startedAt'), json_extract(detail_json,"
         " '$.version') FROM v_event WHERE message LIKE 'task 1: STOPPED%'",
         "STOPPED|STOPPED|512|arn:aws:ecs:us-east-1:111122223333:task-definition/web:3|family:web|"
         "Essential container in task exited|2024-01-01T00:01:00.000Z|8"},
        /* Before it is placed a task has no instance, no zone and no stop reason. */
        {"SELECT json_type(detail_json, '$.containerInstanceArn'), json_type(detail_json,"
         " '$.availabilityZone'), json_type(detail_json, '$.stopCode') FROM v_event"
         " WHERE message LIKE 'task 1: PROVISIONING%'",
         "-|-|-"},
        {"SELECT source, detail_type, json_extract(detail_json, '$.status'),"
         " json_extract(detail_json, '$.ec2InstanceId'), json_extract(detail_json,"
         " '$.registeredResources[0].integerValue'), json_extract(detail_json,"
         " '$.registeredResources[1].integerValue') FROM v_event WHERE message LIKE 'container %'",
         "aws.ecs|ECS Container Instance State Change|ACTIVE|i-00000000000000001|2048|7680"},
        {"SELECT t_s, source, detail_type, detail_json FROM v_event"
         " WHERE message = 'instance i-00000000000000001: terminated'",
         "3600.0|aws.ec2|EC2 Instance State-change Notification|"
         "{\"instance-id\":\"i-00000000000000001\",\"state\":\"terminated\"}"},
        {"SELECT source, detail_type, message, json_extract(detail_json, '$.state.value') FROM"
         " v_event WHERE source = 'aws.cloudwatch'",
         "aws.cloudwatch|CloudWatch Alarm State Change|"
         "alarm TargetTracking-blue-asg-AlarmHigh: ALARM|ALARM"},
        {"SELECT detail_type, message, json_extract(detail_json,"
         " '$.requestParameters.desiredCapacity') FROM v_event WHERE message LIKE 'group%'",
         "AWS API Call via CloudTrail|group blue-asg: desired capacity 0 to 2 (high_alarm)|2"},
        {"SELECT message, json_extract(detail_json, '$.requestParameters.protectedFromScaleIn')"
         " FROM v_event WHERE message LIKE '%protection%'",
         "instance i-00000000000000001: scale-in protection on|1"},
        {"SELECT message, json_extract(detail_json, '$.errorCode'), json_extract(detail_json,"
         " '$.errorMessage'), json_type(detail_json, '$.responseElements')"
         " FROM v_event WHERE message LIKE 'arrival%' ORDER BY t_s DESC",
         "arrival 6: refused, ClientException: too many tasks in PROVISIONING in the cluster,"
         " given up|ClientException|too many tasks in PROVISIONING in the cluster|null"},
        {"SELECT count(*), sum(json_valid(detail_json)), count(resource), count(message)"
         " FROM v_event",
         "12|12|12|12"},
    };
    char path[512];
    tmp_path(path, "events.db");
    rpt_fixture_store(&fixture, path, RPT_LEVEL_FULL, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_row(path, cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(levels_store_what_they_say)
{
    static const char *const counts =
        "SELECT (SELECT count(*) FROM v_run), (SELECT count(*) > 20 FROM v_summary),"
        "(SELECT count(*) FROM v_capacity), (SELECT count(*) FROM v_instance),"
        "(SELECT count(*) FROM v_scaling), (SELECT count(*) FROM v_failure),"
        "(SELECT count(*) FROM v_cost), (SELECT count(*) FROM v_task),"
        "(SELECT count(*) FROM v_event)";
    static const char *const expected[] = {"1|1|0|0|0|0|0|0|0", "1|1|363|2|2|2|2|0|0",
                                           "1|1|363|2|2|2|2|3|12"};
    for (int level = RPT_LEVEL_NONE; level <= RPT_LEVEL_FULL; level++) {
        char path[512], name[32];
        snprintf(name, sizeof name, "level-%d.db", level);
        tmp_path(path, name);
        rpt_fixture_store(&fixture, path, (enum rpt_level)level, 1);
        assert_row(path, counts, expected[level]);
    }
    for (uint32_t kind = 0; kind < ECS_RECORD_KINDS; kind++) {
        ck_assert(!rpt_store_wants(RPT_LEVEL_NONE, kind));
        ck_assert(rpt_store_wants(RPT_LEVEL_FULL, kind) ||
                  !rpt_store_wants(RPT_LEVEL_SERIES, kind));
    }
}
END_TEST

START_TEST(replications_stand_in_order_and_apart)
{
    char path[512];
    tmp_path(path, "replications.db");
    rpt_fixture_store(&fixture, path, RPT_LEVEL_FULL, 3);
    assert_row(path, "SELECT group_concat(run_id), group_concat(result_hash) FROM v_run",
               "1,2,3|0000000000001234,0000000000001235,0000000000001236");
    assert_row(path, "SELECT run_id, count(*) FROM v_task GROUP BY run_id ORDER BY 1 DESC", "3|3");
    assert_row(path, "SELECT count(*) FROM v_event WHERE run_id = 3", "12");
    assert_row(path, "SELECT sum(tasks) FROM v_wait WHERE run_id = 2", "6");
    assert_row(path, "SELECT count(*) FROM task_kind", "3");
}
END_TEST

START_TEST(equal_runs_give_equal_bytes)
{
    char first[512], second[512];
    size_t size, other;
    tmp_path(first, "equal-1.db");
    tmp_path(second, "equal-2.db");
    rpt_fixture_store(&fixture, first, RPT_LEVEL_FULL, 40);
    rpt_fixture_store(&fixture, second, RPT_LEVEL_FULL, 40);
    char *a = test_read_file(first, &size), *b = test_read_file(second, &other);
    ck_assert_uint_eq(size, other);
    ck_assert_int_eq(memcmp(a, b, size), 0);
    free(a);
    free(b);
}
END_TEST

START_TEST(the_file_says_what_it_is)
{
    char path[512];
    tmp_path(path, "pragmas.db");
    rpt_fixture_store(&fixture, path, RPT_LEVEL_FULL, 1);
    assert_row(path,
               "SELECT application_id, user_version FROM pragma_application_id(),"
               " pragma_user_version()",
               "1347176781|5");
    assert_row(path, "SELECT * FROM pragma_integrity_check()", "ok");
    assert_row(path,
               "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 0"
               " AND name NOT LIKE 'sqlite%'",
               "0");
}
END_TEST

/* ---- failures -------------------------------------------------------------------------------- */

/* Files in the folder of `path` whose name begins with its last part. */
static int count_files(const char *path)
{
    char folder[512];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    *slash = '\0';
    int count = 0;
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        count += strncmp(entry->d_name, slash + 1, strlen(slash + 1)) == 0;
    closedir(dir);
    return count;
}

static void assert_refused(const char *path, const char *words)
{
    const char *why = NULL;
    struct rpt_store *store = rpt_store_open(path, &fixture.scenario, RPT_LEVEL_FULL, "test", &why);
    ck_assert_ptr_null(store);
    ck_assert_msg(strstr(why, words) != NULL, "`%s` lacks `%s`", why, words);
    ck_assert_msg(strncmp(why, path, strlen(path)) == 0, "`%s` does not begin with the path", why);
}

START_TEST(a_bad_place_is_explained)
{
    char path[512], folder[600];
    tmp_path(path, "folder.db");
    ck_assert_int_eq(mkdir(path, 0777), 0);
    assert_refused(path, "is a folder");
    snprintf(folder, sizeof folder, "%s/absent/run.db", path);
    assert_refused(folder, "there is no folder");
    assert_refused("/dev/null", "is a device or pipe");
    snprintf(folder, sizeof folder, "%s/link.db", path);
    ck_assert_int_eq(symlink("run.db", folder), 0);
    assert_refused(folder, "is a symbolic link");
}
END_TEST

START_TEST(an_unwritable_folder_is_explained)
{
    char folder[512], path[600];
    tmp_path(folder, "locked");
    ck_assert_int_eq(mkdir(folder, 0555), 0);
    uid_t user = geteuid();
    if (user == 0 && seteuid(65534) != 0)
        test_skip("root that cannot become another user");
    snprintf(path, sizeof path, "%s/run.db", folder);
    assert_refused(path, "ermission denied");
    /* The leak checker traces its own process, which takes one user and a dumpable process. */
    ck_assert_int_eq(seteuid(user), 0);
    prctl(PR_SET_DUMPABLE, 1);
}
END_TEST

/* Runs with at most `limit` bytes a file; returns the message of the failure. */
static const char *store_with_limit(const char *path, rlim_t limit)
{
    const char *why = NULL;
    struct rlimit rlimit = {limit, limit};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &rlimit), 0);
    struct rpt_store *store = rpt_store_open(path, &fixture.scenario, RPT_LEVEL_FULL, "test", &why);
    if (store == NULL)
        return why;
    rpt_store_begin(store, 0);
    for (int64_t i = 1; i <= 20000; i++) {
        struct sim_record record = {.at = i, .kind = ECS_RECORD_TASK_STATE, .field = {i, 3, 3, 0}};
        rpt_store_record(store, &record);
    }
    struct rpt_result result = rpt_fixture_result(&fixture, 0);
    rpt_store_end(store, &result);
    rpt_fixture_free_result(&result);
    ck_assert(!rpt_store_close(store, true, &why));
    return why;
}

START_TEST(a_full_disk_leaves_the_old_file_and_a_message)
{
    char path[512];
    size_t size, after;
    tmp_path(path, "full.db");
    rpt_fixture_store(&fixture, path, RPT_LEVEL_NONE, 1);
    char *before = test_read_file(path, &size);
    const char *why = store_with_limit(path, _i == 0 ? 4096 : 260000);
    ck_assert_msg(strstr(why, "free some space") != NULL, "%s", why);
    ck_assert_int_eq(count_files(path), 1);
    char *now = test_read_file(path, &after);
    ck_assert(size == after && memcmp(before, now, size) == 0);
    free(before);
    free(now);
}
END_TEST

static void on_signal(int number)
{
    rpt_store_abandon_all();
    _exit(128 + number);
}

/* A child that is killed in the middle of a run. */
static int kill_writer(const char *path, int number)
{
    int ready[2];
    char byte;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        const char *why;
        signal(SIGTERM, on_signal);
        struct rpt_store *store =
            rpt_store_open(path, &fixture.scenario, RPT_LEVEL_FULL, "test", &why);
        rpt_store_begin(store, 0);
        if (write(ready[1], "x", 1) == 1)
            for (;;)
                pause();
    }
    ck_assert_int_eq((int)read(ready[0], &byte, 1), 1);
    kill(child, number);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(a_killed_run_leaves_nothing_under_the_name)
{
    char path[512];
    tmp_path(path, "killed.db");
    int status = kill_writer(path, SIGTERM);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM);
    ck_assert_int_eq(count_files(path), 0);
    kill_writer(path, SIGKILL);
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(count_files(path), 1); /* the temporary file */
}
END_TEST

START_TEST(an_unwanted_store_is_removed)
{
    char path[512];
    const char *why;
    tmp_path(path, "unwanted.db");
    struct rpt_store *store = rpt_store_open(path, &fixture.scenario, RPT_LEVEL_FULL, "test", &why);
    ck_assert_int_eq(count_files(path), 1);
    ck_assert(rpt_store_close(store, false, &why));
    ck_assert_int_eq(count_files(path), 0);
}
END_TEST

START_TEST(the_floor_reads_and_writes_a_database)
{
    char path[512];
    tmp_path(path, "floor.db");
    rpt_fixture_store(&fixture, path, RPT_LEVEL_FULL, 2);
    ck_assert_double_gt(bench_floor(path), 0.0);
    ck_assert_int_eq(count_files(path), 1);
    ck_assert_double_lt(bench_floor("no-such-folder/no.db"), 0.0);
}
END_TEST

/* A database that holds these records alone. */
static void store_alone(const char *path, const struct sim_record *records, uint32_t count)
{
    const char *why = NULL;
    struct rpt_store *store = rpt_store_open(path, &fixture.scenario, RPT_LEVEL_FULL, "test", &why);
    ck_assert_msg(store != NULL, "%s", why);
    ck_assert(rpt_store_begin(store, 0));
    for (uint32_t i = 0; i < count; i++)
        rpt_store_record(store, &records[i]);
    struct rpt_result result = rpt_fixture_result(&fixture, 0);
    ck_assert(rpt_store_end(store, &result));
    rpt_fixture_free_result(&result);
    ck_assert_msg(rpt_store_close(store, true, &why), "%s", why);
}

/* API-9: what StartTask lists under failures, as CloudTrail has it: the instance and why. */
START_TEST(api_9_failures_of_start_task)
{
    struct sim_record record = {.at = SIM_MINUTE,
                                .kind = ECS_RECORD_REFUSED,
                                .field_count = ECS_REFUSED_FIELDS};
    record.field[ECS_REFUSED_arrival] = 3;
    record.field[ECS_REFUSED_reason] = ECS_REASON_MISSING;
    record.field[ECS_REFUSED_retry_at] = -1;
    record.field[ECS_REFUSED_in_a_row] = 1;
    record.field[ECS_REFUSED_instance] = 7;
    char path[512];
    tmp_path(path, "start.db");
    store_alone(path, &record, 1);
    assert_row(path, "SELECT source, detail_type, message FROM v_event",
               "aws.ecs|AWS API Call via CloudTrail|arrival 3: not started on "
               "i-00000000000000007, the container instance does not exist");
    assert_row(path,
               "SELECT detail_json ->> '$.eventName', detail_json ->> "
               "'$.requestParameters.containerInstances[0]', detail_json ->> "
               "'$.responseElements.failures[0].arn', detail_json ->> "
               "'$.responseElements.failures[0].reason' FROM v_event",
               "StartTask|00000000000000000000000000000007|arn:aws:ecs:us-east-1:111122223333:"
               "container-instance/default/00000000000000000000000000000007|MISSING");
}
END_TEST

/* Every hint reads in v_failure as ecs_hint_text has it. */
START_TEST(hints_read_the_same_everywhere)
{
    struct sim_record records[ECS_HINTS];
    char path[512], text[256], sql[128];
    for (int64_t hint = 0; hint < ECS_HINTS; hint++) {
        records[hint] = (struct sim_record){.at = SIM_MINUTE,
                                            .kind = ECS_RECORD_FAILURE,
                                            .field_count = ECS_FAILURE_FIELDS};
        int64_t *field = records[hint].field;
        bool port = hint == ECS_HINT_PORT || hint == ECS_HINT_PORTS;
        field[ECS_FAILURE_arrival] = hint + 1;
        field[ECS_FAILURE_reason] = ECS_REASON_RESOURCE_CPU;
        field[ECS_FAILURE_count] = 1;
        field[ECS_FAILURE_hint] = hint;
        field[ECS_FAILURE_amount] = 12;
        field[ECS_FAILURE_subject] = port ? 8080 : hint == ECS_HINT_INSTANCE ? 0 : fixture.group;
        field[ECS_FAILURE_zone] = fixture.zone;
    }
    tmp_path(path, "hints.db");
    store_alone(path, records, ECS_HINTS);
    for (int hint = 0; hint < ECS_HINTS; hint++) {
        ecs_hint_text(&fixture.scenario, records[hint].field, text, sizeof text);
        snprintf(sql, sizeof sql, "SELECT hint FROM v_failure WHERE task_or_service = 'arrival %d'",
                 hint + 1);
        assert_row(path, sql, hint == ECS_HINT_NONE ? "-" : text);
    }
}
END_TEST

Suite *test_rpt_store_suite(void);
Suite *test_rpt_store_suite(void)
{
    Suite *suite = suite_create("rpt_store");
    TCase *rows = tcase_create("rows");
    tcase_add_checked_fixture(rows, setup, teardown);
    tcase_add_test(rows, every_record_comes_out_of_its_view);
    tcase_add_test(rows, api_9_failures_of_start_task);
    tcase_add_test(rows, hints_read_the_same_everywhere);
    tcase_add_test(rows, ev_events_have_the_shapes_of_eventbridge);
    tcase_add_test(rows, levels_store_what_they_say);
    tcase_add_test(rows, replications_stand_in_order_and_apart);
    tcase_add_test(rows, equal_runs_give_equal_bytes);
    tcase_add_test(rows, the_file_says_what_it_is);
    suite_add_tcase(suite, rows);
    TCase *failures = tcase_create("failures");
    tcase_add_checked_fixture(failures, setup, teardown);
    tcase_add_test(failures, a_bad_place_is_explained);
    tcase_add_test(failures, an_unwritable_folder_is_explained);
    tcase_add_loop_test(failures, a_full_disk_leaves_the_old_file_and_a_message, 0, 2);
    tcase_add_test(failures, a_killed_run_leaves_nothing_under_the_name);
    tcase_add_test(failures, an_unwanted_store_is_removed);
    tcase_add_test(failures, the_floor_reads_and_writes_a_database);
    suite_add_tcase(suite, failures);
    return suite;
}
