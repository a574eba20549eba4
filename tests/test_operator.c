/* The operator's hand as a user meets it: what the program says of ten calls, half of them wrong,
 * and what the database holds of them; what it says when the calls are mistakes. */
#include "test_support.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define HALF_WRONG "tests/operator/half-wrong.json"

/* Runs the program with these arguments; its exit code, and what it said on both streams. */
static int run(const char *arguments, char **out, char **err)
{
    const char *program = getenv("PLIMSOLL");
    char command[2048], out_path[512], err_path[512];
    snprintf(out_path, sizeof out_path, "%s", test_tmp_path("operator-out"));
    snprintf(err_path, sizeof err_path, "%s", test_tmp_path("operator-err"));
    snprintf(command, sizeof command, "'%s' %s >'%s' 2>'%s'",
             program != NULL ? program : "./plimsoll", arguments, out_path, err_path);
    int status = system(command);
    *out = test_read_file(out_path, NULL);
    *err = test_read_file(err_path, NULL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The lines in order, and nothing else that begins with `start`. */
static void assert_lines(const char *text, const char *start, const char *const *lines,
                         size_t count)
{
    size_t seen = 0;
    char *copy = strdup(text), *rest;
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, start, strlen(start)) != 0)
            continue;
        ck_assert_msg(seen < count, "one line too many: %s", line);
        ck_assert_str_eq(line + strlen(start), lines[seen]);
        seen++;
    }
    ck_assert_uint_eq(seen, count);
    free(copy);
}

static void query(const char *path, const char *sql, char *rows, size_t size)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    size_t at = 0;
    rows[0] = '\0';
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s", sql,
                  sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *text = (const char *)sqlite3_column_text(statement, i);
            at += (size_t)snprintf(rows + at, size - at, "%s%s", i > 0 ? "|" : "",
                                   text != NULL ? text : "-");
            ck_assert_uint_lt(at + 2, size);
        }
        rows[at++] = '\n';
        rows[at] = '\0';
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static void run_half_wrong(char path[512], char **out, char **err)
{
    char arguments[1024];
    snprintf(path, 512, "%s", test_tmp_path("operator.db"));
    snprintf(arguments, sizeof arguments, "run %s --out='%s'", HALF_WRONG, path);
    ck_assert_int_eq(run(arguments, out, err), 0);
}

/* Each refused call is told on stderr as AWS would answer it; the summary counts both kinds. */
START_TEST(refused_calls_are_told)
{
    static const char *const lines[] = {
        "tests/operator/half-wrong.json:84:96: changes[1].SetDesiredCapacity.DesiredCapacity: the "
        "group's MaxSize is 4 by then, so the call will be refused; raise it by an "
        "UpdateAutoScalingGroup before, or ask for less",
        "at 4m SetDesiredCapacity was refused, ValidationError: the desired capacity would be more "
        "than MaxSize",
        "at 6m StopTask was refused, InvalidParameterException: no such task",
        "at 7m DeleteAutoScalingGroup was refused, ResourceInUse: the group still has instances",
        "at 8m DeleteCluster was refused, ClusterContainsContainerInstancesException: container "
        "instances are registered",
        "at 10m TerminateInstanceInAutoScalingGroup was done for 1 instance and otherwise refused, "
        "ValidationError: the desired capacity would be less than MinSize",
        "at 11m DeregisterContainerInstance was refused, InvalidParameterException: the instance "
        "is not registered",
        "at 12m StopInstances was refused, InvalidInstanceID.NotFound: no such instance",
    };
    char path[512], *out, *err;
    run_half_wrong(path, &out, &err);
    assert_lines(err, "warning: ", lines, sizeof lines / sizeof lines[0]);
    ck_assert_ptr_nonnull(strstr(out, "operator's calls done                           4\n"));
    ck_assert_ptr_nonnull(strstr(out, "operator's calls refused                        6\n"));
    free(out);
    free(err);
}
END_TEST

/* CT-1: what EventBridge delivers of an API call. */
START_TEST(ct_1_calls_are_events_of_cloudtrail)
{
    char path[512], rows[8192], *out, *err;
    run_half_wrong(path, &out, &err);
    query(path,
          "SELECT source, json_extract(detail_json, '$.eventSource'), json_extract(detail_json, "
          "'$.eventName'), json_extract(detail_json, '$.errorCode') FROM v_event WHERE "
          "json_extract(detail_json, '$.userIdentity.type') = 'IAMUser' AND detail_type = "
          "'AWS API Call via CloudTrail' ORDER BY t_s",
          rows, sizeof rows);
    ck_assert_str_eq(
        rows, "aws.autoscaling|autoscaling.amazonaws.com|SetDesiredCapacity|-\n"
              "aws.autoscaling|autoscaling.amazonaws.com|SetDesiredCapacity|ValidationError\n"
              "aws.ecs|ecs.amazonaws.com|UpdateContainerInstancesState|-\n"
              "aws.ecs|ecs.amazonaws.com|StopTask|InvalidParameterException\n"
              "aws.autoscaling|autoscaling.amazonaws.com|DeleteAutoScalingGroup|ResourceInUse\n"
              "aws.ecs|ecs.amazonaws.com|DeleteCluster|ClusterContainsContainerInstancesException\n"
              "aws.ecs|ecs.amazonaws.com|PutAttributes|-\n"
              "aws.autoscaling|autoscaling.amazonaws.com|TerminateInstanceInAutoScalingGroup|"
              "ValidationError\n"
              "aws.ecs|ecs.amazonaws.com|DeregisterContainerInstance|InvalidParameterException\n"
              "aws.ec2|ec2.amazonaws.com|StopInstances|InvalidInstanceID.NotFound\n");
    /* every member, of one that was refused and of one that was not; keys begin small (EC2's and
     * Auto Scaling's do not in their own APIs) and a list of EC2's is wrapped */
    query(path,
          "SELECT json_remove(detail_json, '$.eventID') FROM v_event WHERE t_s IN (120, 720) AND "
          "json_extract(detail_json, '$.userIdentity.type') = 'IAMUser' ORDER BY t_s",
          rows, sizeof rows);
    ck_assert_str_eq(
        rows,
        "{\"awsRegion\":\"us-east-1\",\"eventName\":\"SetDesiredCapacity\",\"eventSource\":"
        "\"autoscaling.amazonaws.com\",\"eventTime\":\"2024-01-01T00:02:00Z\",\"eventType\":"
        "\"AwsApiCall\",\"eventVersion\":\"1.08\",\"recipientAccountId\":\"111122223333\","
        "\"requestParameters\":{\"autoScalingGroupName\":\"blue-group\",\"desiredCapacity\":3},"
        "\"responseElements\":null,\"userIdentity\":{\"type\":\"IAMUser\",\"accountId\":"
        "\"111122223333\"}}\n"
        "{\"awsRegion\":\"us-east-1\",\"eventName\":\"StopInstances\",\"eventSource\":"
        "\"ec2.amazonaws.com\",\"eventTime\":\"2024-01-01T00:12:00Z\",\"eventType\":"
        "\"AwsApiCall\",\"eventVersion\":\"1.08\",\"recipientAccountId\":\"111122223333\","
        "\"requestParameters\":{\"instancesSet\":{\"items\":[{\"instanceId\":"
        "\"i-00000000000000003\"},{\"instanceId\":\"i-00000000000000077\"}]}},"
        "\"responseElements\":null,\"userIdentity\":{\"type\":\"IAMUser\",\"accountId\":"
        "\"111122223333\"},\"additionalEventData\":{\"affected\":0},\"errorCode\":"
        "\"InvalidInstanceID.NotFound\",\"errorMessage\":\"no such instance\"}\n");
    /* an operator's change of desired is his call, not one more by ECS; ids are unique */
    query(path,
          "SELECT sum(json_extract(detail_json, '$.eventName') = 'SetDesiredCapacity'), count(*) = "
          "count(DISTINCT json_extract(detail_json, '$.eventID')) FROM v_event WHERE detail_type = "
          "'AWS API Call via CloudTrail' AND t_s <= 240",
          rows, sizeof rows);
    ck_assert_str_eq(rows, "2|1\n");
    free(out);
    free(err);
}
END_TEST

START_TEST(messages_say_what_a_call_did)
{
    char path[512], rows[4096], *out, *err;
    run_half_wrong(path, &out, &err);
    query(path,
          "SELECT t_s, message FROM v_event WHERE t_s IN (120, 240, 300, 540, 600) AND "
          "detail_type LIKE 'AWS API%' AND message NOT LIKE 'instance%' ORDER BY t_s",
          rows, sizeof rows);
    ck_assert_str_eq(rows, "120.0|SetDesiredCapacity: done\n"
                           "240.0|SetDesiredCapacity: refused, ValidationError: the desired "
                           "capacity would be more than MaxSize\n"
                           "300.0|UpdateContainerInstancesState: done for 1 instance\n"
                           "540.0|PutAttributes: done for 2 instances\n"
                           "600.0|TerminateInstanceInAutoScalingGroup: done for 1 instance, "
                           "otherwise refused, ValidationError: the desired capacity would be less "
                           "than MinSize\n");
    query(path,
          "SELECT resource FROM v_event WHERE t_s IN (240, 480) AND detail_type LIKE 'AWS API%'",
          rows, sizeof rows);
    ck_assert_str_eq(rows, "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup::"
                           "autoScalingGroupName/blue-group\n"
                           "arn:aws:ecs:us-east-1:111122223333:cluster/web\n");
    free(out);
    free(err);
}
END_TEST

/* A task placed through a provider bears its name, and its launch type reads EC2. */
START_TEST(cpv_10_tasks_bear_their_provider)
{
    char path[512], rows[1024], *out, *err;
    run_half_wrong(path, &out, &err);
    query(
        path,
        "SELECT provider, launch_type, count(*) FROM v_task GROUP BY 1, 2 UNION ALL SELECT "
        "json_extract(detail_json, '$.capacityProviderName'), json_extract(detail_json, "
        "'$.launchType'), count(*) FROM v_event WHERE json_extract(detail_json, '$.lastStatus') = "
        "'RUNNING' GROUP BY 1, 2",
        rows, sizeof rows);
    ck_assert_str_eq(rows, "blue|EC2|5\nblue|EC2|5\n");
    free(out);
    free(err);
}
END_TEST

/* Every mistake of a file at once, each with its place, once, and with what would be right. */
START_TEST(mistakes_in_calls_are_explained)
{
    char *out, *err;
    ck_assert_int_eq(run("check tests/operator/refused.json", &out, &err), 2);
    test_golden("operator-refused.txt", err);
    free(out);
    free(err);
}
END_TEST

Suite *test_operator_suite(void);
Suite *test_operator_suite(void)
{
    Suite *suite = suite_create("operator");
    TCase *tests = tcase_create("operator");
    tcase_add_test(tests, refused_calls_are_told);
    tcase_add_test(tests, ct_1_calls_are_events_of_cloudtrail);
    tcase_add_test(tests, messages_say_what_a_call_did);
    tcase_add_test(tests, cpv_10_tasks_bear_their_provider);
    tcase_add_test(tests, mistakes_in_calls_are_explained);
    suite_add_tcase(suite, tests);
    return suite;
}
