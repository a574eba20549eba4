/* What goes wrong with a task, as a user of the program sees it: a scenario causes it, the views
 * and the summary say it (STP, ERR, IMG, STO). What the model does is tested with the model. */
#include "test_support.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs the program on a scenario of one instance and these members, ' for "; the summary on the
 * heap. */
static char *simulate(const char *instance, const char *members, const char *database)
{
    char path[512], out[512], command[PATH_MAX + 2048];
    snprintf(path, sizeof path, "%s", test_tmp_path("failure.json"));
    snprintf(out, sizeof out, "%s", test_tmp_path("failure.txt"));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    char text[8192];
    int length = snprintf(text, sizeof text,
                          "{'plimsoll': 1, 'name': 'failures', 'duration': '1h', 'cluster': "
                          "{'clusterName': 'c'}, 'containerInstances': [{'instanceType': "
                          "'m5.large', 'availabilityZone': 'us-east-1a'%s}], %s}",
                          instance, members);
    ck_assert_int_lt(length, (int)sizeof text);
    for (char *c = text; *c != '\0'; c++)
        fputc(*c == '\'' ? '"' : *c, file);
    ck_assert_int_eq(fclose(file), 0);
    const char *program = getenv("PLIMSOLL");
    snprintf(command, sizeof command, "%s%s run '%s' --out='%s' >'%s' 2>'%s.err'",
             program && strchr(program, '/') ? "" : "./", program ? program : "plimsoll", path,
             database, out, out);
    ck_assert_msg(system(command) == 0, "failed: %s", command);
    return test_read_file(out, NULL);
}

/* The only row of a query, columns joined by "|", NULL as "-". */
static void assert_row(const char *database, const char *sql, const char *expected)
{
    char row[2048] = "";
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    ck_assert_int_eq(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, "%s: %s", sql,
                  sqlite3_errmsg(db));
    ck_assert_msg(sqlite3_step(stmt) == SQLITE_ROW, "%s: no row", sql);
    size_t at = 0;
    for (int i = 0; i < sqlite3_column_count(stmt) && at < sizeof row; i++) {
        const char *text = (const char *)sqlite3_column_text(stmt, i);
        at += (size_t)snprintf(row + at, sizeof row - at, "%s%s", i > 0 ? "|" : "",
                               text != NULL ? text : "-");
    }
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    ck_assert_msg(strcmp(row, expected) == 0, "%s\n  is       %s\n  expected %s", sql, row,
                  expected);
}

static void assert_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no `%s` in\n%s", part, text);
}

/* Three columns that the sheet gives for each: the key phrase, the stop code, the exit code. */
static const struct {
    const char *error, *phrase, *row, *metric;
} errors[] = {
    {"CannotPullContainerError.ImageNotFound", "CannotPullContainerError: Error: image",
     "TaskFailedToStart|-|-|1", "image not found"},
    {"CannotPullContainerError.ConnectionTimeout", "request canceled while waiting for connection",
     "TaskFailedToStart|-|-|1", "no way to the registry"},
    {"CannotPullContainerError.ContextCanceled", "context canceled", "TaskFailedToStart|-|-|1",
     "no route to ECR"},
    {"CannotPullContainerError.RepositoryNotFound",
     "CannotPullContainerError: API error (404): repository", "TaskFailedToStart|-|-|1",
     "repository not found"},
    {"CannotPullContainerError.NoSpaceLeft",
     "CannotPullContainerError: write /var/lib/docker/tmp: no space left on device",
     "TaskFailedToStart|-|-|1", "no space left on the disk"},
    {"CannotCreateContainerError.ThinPool",
     "CannotCreateContainerError: API error (500): devmapper: Thin Pool has",
     "TaskFailedToStart|-|-|1", "thin pool full"},
    {"OutOfMemoryError.Killed", "exit code 137", "EssentialContainerExited|62.0|137|1",
     "killed, exit code 137"},
};
#define ERRORS ((int)(sizeof errors / sizeof errors[0]))

/* STP-8: the task says STP-5, its container why. */
START_TEST(stp_5_stp_8_ev_r3_err_1_to_7_as_users_see_them)
{
    char database[512], members[1024], sql[1024];
    snprintf(database, sizeof database, "%s", test_tmp_path("errors.db"));
    snprintf(members, sizeof members,
             "'taskDefinitions': [{'family': 't', 'containerDefinitions': [{'name': 'a', 'image': "
             "'i:1', 'cpu': 10, 'memory': 64}], 'sim': {'duration': '10m', 'imageSize': '0 B', "
             "'errors': [{'error': '%s'}]}}], 'runTasks': [{'at': '1m', 'taskDefinition': 't'}]",
             errors[_i].error);
    char *summary = simulate("", members, database);
    assert_has(summary, "container errors                                1");
    assert_has(summary, errors[_i].metric);
    free(summary);
    snprintf(
        sql, sizeof sql,
        "SELECT stop_code, started_s, exit_code, instr(container_reason, '%s') > 0 FROM v_task "
        "WHERE stopped_reason = 'Essential container in task exited' AND outcome = 'failed'",
        errors[_i].phrase);
    assert_row(database, sql, errors[_i].row);
    snprintf(sql, sizeof sql,
             "SELECT instr(message, '%s') > 0, instr(json_extract(detail_json, "
             "'$.containers[0].reason'), '%s') > 0, json_extract(detail_json, "
             "'$.containers[0].exitCode') FROM v_event WHERE message LIKE 'task 1: STOPPED, "
             "Essential container in task exited (%%'",
             errors[_i].phrase, errors[_i].phrase);
    assert_row(database, sql, _i == ERRORS - 1 ? "1|1|137" : "1|1|-");
}
END_TEST

#define TASK(family, image, size, disk)                                                            \
    "{'family': '" family "', 'containerDefinitions': [{'name': 'a', 'image': '" image             \
    "', 'cpu': 10, 'memory': 64}], 'sim': {'duration': '50m', 'imageSize': '" size                 \
    "', 'containerDisk': '" disk "'}}"

/* A disk that is full by itself: images of ERR-5, containers' layers of ERR-6 (STO-6 to STO-8). */
START_TEST(sto_6_sto_7_sto_8_err_5_err_6_of_a_full_disk)
{
    static const char *const instances[] = {
        ", 'sim': {'storage': 'overlay2', 'diskSize': '1 GB'}",
        ", 'sim': {'storage': 'devicemapper', 'diskSize': '1 GB'}"};
    char database[512];
    snprintf(database, sizeof database, "%s", test_tmp_path("disk.db"));
    char *summary = simulate(
        instances[_i],
        "'taskDefinitions': [" TASK("first", "first:1", "300 MB", "500 MB") ", " TASK(
            "large", "large:1", "300 MB",
            "0 B") ", " TASK("writes", "first:1", "300 MB",
                             "400 MB") "], "
                                       "'runTasks': [{'at': '1m', 'taskDefinition': 'first'}, "
                                       "{'at': '2m', 'taskDefinition': "
                                       "'large'}, {'at': '3m', 'taskDefinition': 'writes'}]",
        database);
    assert_has(summary, "container errors                                2");
    free(summary);
    assert_row(database,
               "SELECT group_concat(iif(container_reason LIKE '%no space left on device', 'ERR-5', "
               "iif(container_reason LIKE '%Thin Pool%', 'ERR-6', '-')), ' ') FROM (SELECT "
               "container_reason FROM v_task WHERE outcome = 'failed' ORDER BY task_id)",
               _i == 0 ? "ERR-5 ERR-5" : "ERR-5 ERR-6");
}
END_TEST

/* The shipped scenario has them all, one after the other. */
START_TEST(err_1_to_7_in_the_shipped_scenario)
{
    char database[512], command[PATH_MAX + 1024];
    snprintf(database, sizeof database, "%s", test_tmp_path("shipped.db"));
    const char *program = getenv("PLIMSOLL");
    snprintf(command, sizeof command, "%s%s run container-errors --out='%s' >'%s.txt' 2>&1",
             program && strchr(program, '/') ? "" : "./", program ? program : "plimsoll", database,
             database);
    ck_assert_msg(system(command) == 0, "failed: %s", command);
    char sql[2048];
    size_t at =
        (size_t)snprintf(sql, sizeof sql, "SELECT group_concat(error, ' ') FROM (SELECT CASE");
    for (int i = 0; i < ERRORS; i++)
        at += (size_t)snprintf(sql + at, sizeof sql - at,
                               " WHEN instr(container_reason, '%s') THEN %d", errors[i].phrase,
                               i + 1);
    snprintf(sql + at, sizeof sql - at,
             " END AS error FROM v_task WHERE outcome = 'failed' ORDER BY task_id)");
    assert_row(database, sql, "1 2 3 4 5 6 7");
}
END_TEST

/* STP-7: what the record of a stopped task shows. The newest comes first when it is asked for. */
START_TEST(stp_7_record_of_a_stopped_task)
{
    char database[512];
    snprintf(database, sizeof database, "%s", test_tmp_path("stopped.db"));
    free(simulate("",
                  "'taskDefinitions': [{'family': 't', 'containerDefinitions': [{'name': 'a', "
                  "'image': 'i:1', 'cpu': 10, 'memory': 64}], 'sim': {'duration': '10m', "
                  "'imageSize': '0 B'}}], 'runTasks': [{'at': '1m', 'taskDefinition': 't'}, {'at': "
                  "'2m', 'taskDefinition': 't'}]",
                  database));
    assert_row(database,
               "SELECT group_concat(task_id + 0, ' ') FROM (SELECT task_id FROM v_task WHERE "
               "stopped_s IS NOT NULL ORDER BY stopped_s DESC)",
               "2 1");
    assert_row(database,
               "SELECT instance_id, task_definition, created_s, stopped_s, stopped_reason FROM "
               "v_task WHERE task_id + 0 = 1",
               "i-00000000000000001|t:1|60.0|662.0|Essential container in task exited");
    assert_row(database,
               "SELECT json_extract(detail_json, '$.clusterArn'), json_extract(detail_json, "
               "'$.containerInstanceArn'), json_extract(detail_json, '$.lastStatus'), "
               "json_extract(detail_json, '$.desiredStatus'), json_extract(detail_json, "
               "'$.createdAt'), json_extract(detail_json, '$.updatedAt'), "
               "json_extract(detail_json, '$.containers') FROM v_event WHERE message LIKE 'task 1: "
               "STOPPED%'",
               "arn:aws:ecs:us-east-1:111122223333:cluster/c|arn:aws:ecs:us-east-1:111122223333:"
               "container-instance/c/00000000000000000000000000000001|STOPPED|STOPPED|"
               "2024-01-01T00:01:00.000Z|2024-01-01T00:11:02.000Z|"
               "[{\"exitCode\":0,\"lastStatus\":\"STOPPED\"}]");
}
END_TEST

#define LONG_TASK                                                                                  \
    "'taskDefinitions': [{'family': 't', 'containerDefinitions': [{'name': 'a', 'image': 'i:1', "  \
    "'cpu': 10, 'memory': 64}], 'sim': {'duration': '30m', 'imageSize': '0 B'}}], 'runTasks': "    \
    "[{'at': '1m', 'taskDefinition': 't'}]"
#define FIRST_INSTANCE "00000000000000000000000000000001"

/* EV-R2: the words of each stop, and its code by the API (STP-10) and by the guide (EV-R1, STP-9).
 */
START_TEST(ev_r1_ev_r2_stp_3_stp_4_stp_9_stp_10_words_and_codes)
{
    static const struct {
        const char *change;
        const char *reason, *code;
    } cases[] = {
        {"", "Essential container in task exited", "EssentialContainerExited"},
        {", 'changes': [{'at': '5m', 'StopInstances': {'InstanceIds': ['i-00000000000000001']}}]",
         "Host EC2 (instance i-00000000000000001) stopped.", "-"},
        {", 'changes': [{'at': '5m', 'TerminateInstances': {'InstanceIds': "
         "['i-00000000000000001']}}]",
         "Host EC2 (instance i-00000000000000001) terminated.", "-"},
        {", 'changes': [{'at': '5m', 'DeregisterContainerInstance': {'containerInstance': "
         "'" FIRST_INSTANCE "', 'force': true}}]",
         "Container instance deregistration forced by user", "UserInitiated"},
        {", 'changes': [{'at': '5m', 'StopTask': {'task': '" FIRST_INSTANCE "'}}]",
         "Task stopped by user", "UserInitiated"},
        {", 'changes': [{'at': '5m', 'StopTask': {'task': '" FIRST_INSTANCE
         "', 'reason': 'a bad release'}}]",
         "a bad release", "UserInitiated"},
    };
    char database[512], members[2048], row[256];
    snprintf(database, sizeof database, "%s", test_tmp_path("words.db"));
    bool guide = _i % 2 == 1;
    snprintf(members, sizeof members, LONG_TASK "%s%s", cases[_i / 2].change,
             guide ? ", 'behaviour': {'stopCodes': 'guide'}" : "");
    free(simulate("", members, database));
    snprintf(row, sizeof row, "%s|%s", cases[_i / 2].reason, guide ? "-" : cases[_i / 2].code);
    assert_row(database, "SELECT stopped_reason, stop_code FROM v_task", row);
    assert_row(database,
               "SELECT json_extract(detail_json, '$.stoppedReason'), json_extract(detail_json, "
               "'$.stopCode') FROM v_event WHERE message LIKE 'task 1: STOPPED%'",
               row);
}
END_TEST

/* EV-R4: the tutorial's rule for crashes finds them, and no task that its user stopped. */
START_TEST(ev_r4_pattern_of_crashes)
{
    static const char pattern[] =
        "SELECT count(*) FROM v_event WHERE detail_type = 'ECS Task State Change' AND "
        "json_extract(detail_json, '$.lastStatus') = 'STOPPED' AND json_extract(detail_json, "
        "'$.stoppedReason') = 'Essential container in task exited'";
    char database[512];
    snprintf(database, sizeof database, "%s", test_tmp_path("crashes.db"));
    free(simulate("",
                  _i == 0 ? LONG_TASK
                          : LONG_TASK ", 'changes': [{'at': '5m', 'StopTask': {'task': "
                                      "'" FIRST_INSTANCE "'}}]",
                  database));
    assert_row(database, pattern, _i == 0 ? "1" : "0");
}
END_TEST

/* API-17: what no instance can take is a failure; a call that cannot be carried out at all has an
 * exception. */
START_TEST(api_5_api_17_failures_and_exceptions)
{
    static const char definition[] =
        "'taskDefinitions': [{'family': 't', 'containerDefinitions': [{'name': 'a', 'image': "
        "'i:1', "
        "'cpu': %s, 'memory': 64}], 'sim': {'duration': '10m'}}], 'runTasks': [{'at': '10m', "
        "'taskDefinition': 't', 'sim': {'onRefusal': 'drop'}}]%s";
    static const struct {
        const char *cpu, *members;
        const char *row;
    } cases[] = {
        {"4096", "", "-|RESOURCE:CPU|arrival 1: refused, not enough CPU units free, given up"},
        {"10", ", 'changes': [{'at': '5m', 'DeregisterTaskDefinition': {'taskDefinition': 't:1'}}]",
         "ClientException|-|arrival 1: refused, ClientException: TaskDefinition is inactive, given "
         "up"},
        {"10",
         ", 'changes': [{'at': '4m', 'DeregisterContainerInstance': {'containerInstance': "
         "'00000000000000000000000000000001'}}]",
         "InvalidParameterException|-|arrival 1: refused, InvalidParameterException: no ACTIVE "
         "container instance, given up"},
        {"10",
         ", 'changes': [{'at': '4m', 'DeregisterContainerInstance': {'containerInstance': "
         "'00000000000000000000000000000001'}}, {'at': '5m', 'DeleteCluster': {'cluster': 'c'}}]",
         "ClusterNotFoundException|-|arrival 1: refused, ClusterNotFoundException: Cluster not "
         "found., given up"},
    };
    char database[512], members[2048];
    snprintf(database, sizeof database, "%s", test_tmp_path("refused.db"));
    snprintf(members, sizeof members, definition, cases[_i].cpu, cases[_i].members);
    free(simulate("", members, database));
    assert_row(database,
               "SELECT json_extract(detail_json, '$.errorCode'), json_extract(detail_json, "
               "'$.responseElements.failures[0].reason'), message FROM v_event WHERE "
               "json_extract(detail_json, '$.eventName') = 'RunTask'",
               cases[_i].row);
}
END_TEST

/* A hint names a size that the task may have: where it would be less than 128 units at task level,
 * which registration refuses, the next change is named; a container's share has no minimum. */
START_TEST(res_04d_hint_leaves_a_size_that_a_task_may_have)
{
    static const char *const sizes[] = {"'cpu': '1024', 'memory': '128'", "'memory': '128'"};
    static const char *const hints[] = {"one more m5.large in us-east-1a", "924 CPU units less"};
    char members[2048];
    snprintf(
        members, sizeof members,
        "'taskDefinitions': [{'family': 'fill', 'containerDefinitions': [{'name': 'c', 'image': "
        "'busybox', 'cpu': 1948, 'memory': 128}], 'sim': {'duration': '1h'}}, {'family': "
        "'probe', %s, 'containerDefinitions': [{'name': 'c', 'image': 'busybox', 'cpu': "
        "1024}], 'sim': {'duration': '1h'}}], 'runTasks': [{'at': '1m', 'taskDefinition': "
        "'fill'}, {'at': '2m', 'taskDefinition': 'probe'}]",
        sizes[_i]);
    char database[512];
    snprintf(database, sizeof database, "%s", test_tmp_path("hint.db"));
    char *text = simulate("", members, database);
    assert_row(database, "SELECT reason, hint FROM v_failure",
               _i == 0 ? "RESOURCE:CPU|one more m5.large in us-east-1a"
                       : "RESOURCE:CPU|924 CPU units less");
    assert_has(text, hints[_i]);
    free(text);
}
END_TEST

Suite *test_failures_suite(void);

Suite *test_failures_suite(void)
{
    Suite *suite = suite_create("failures");
    TCase *tcase = tcase_create("as users see them");
    tcase_add_loop_test(tcase, stp_5_stp_8_ev_r3_err_1_to_7_as_users_see_them, 0, ERRORS);
    tcase_add_loop_test(tcase, sto_6_sto_7_sto_8_err_5_err_6_of_a_full_disk, 0, 2);
    tcase_add_test(tcase, err_1_to_7_in_the_shipped_scenario);
    tcase_add_test(tcase, stp_7_record_of_a_stopped_task);
    tcase_add_loop_test(tcase, ev_r1_ev_r2_stp_3_stp_4_stp_9_stp_10_words_and_codes, 0, 12);
    tcase_add_loop_test(tcase, ev_r4_pattern_of_crashes, 0, 2);
    tcase_add_loop_test(tcase, res_04d_hint_leaves_a_size_that_a_task_may_have, 0, 2);
    tcase_add_loop_test(tcase, api_5_api_17_failures_and_exceptions, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
