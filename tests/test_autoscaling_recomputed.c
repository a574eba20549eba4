/* Desired counts recomputed from what a run reports: v_service, v_scaling and the policy in
 * scenario_json, by a second writing of the rules in doubles (TT-3, TT-6 to TT-8, AS-3, AS-6 to
 * AS-8, AS-12). What it expects at an evaluation must be in v_scaling, and nothing else.
 *
 * Alarms are evaluated a second after each minute, when no task starts or stops, so that the counts
 * of the minute's row are those that the rules saw. */
#include "test_support.h"

#include <check.h>
#include <limits.h>
#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTES  2881
#define LATENCY  150  /* seconds */
#define ROUNDING 1e-5 /* of a count: v_service has the metric in millionths */

struct minute {
    int64_t running, desired;
    double metric; /* NAN: none */
};

static struct minute minutes[MINUTES];
static int64_t scaled_to[MINUTES]; /* by the evaluation after the minute; -1: not */

struct rules {
    double target;
    int64_t minimum, maximum, out_cooldown, in_cooldown;
};

static sqlite3 *db;

static sqlite3_stmt *ask(const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, "%s: %s", sql,
                  sqlite3_errmsg(db));
    return stmt;
}

static void simulate(const char *load, const char *policy)
{
    char text[PATH_MAX + 4096], path[512], database[512], command[2048];
    const char *program = getenv("PLIMSOLL");
    snprintf(path, sizeof path, "%s", test_tmp_path("scaled.json"));
    snprintf(database, sizeof database, "%s", test_tmp_path("scaled.db"));
    snprintf(
        text, sizeof text,
        "{'plimsoll': 1, 'name': 'scaled', 'duration': '48h', 'cluster': {'clusterName': 'shop'}, "
        "'containerInstances': [{'instanceType': 'm5.4xlarge', 'count': 20, 'availabilityZone': "
        "'us-east-1a'}], 'taskDefinitions': [{'family': 'web', 'containerDefinitions': [{'name': "
        "'web', 'image': 'nginx', 'cpu': 1024, 'memory': 256}], 'sim': {'imageSize': '0 B'}}], "
        "'services': [{'serviceName': 'web', 'taskDefinition': 'web', 'launchType': 'EC2', "
        "'desiredCount': 10, 'sim': {'initialTasks': 'running', 'capacityPerTask': 10, "
        "'maxUtilization': 300, 'load': {%s}}}], 'scalableTargets': [{'ServiceNamespace': 'ecs', "
        "'ResourceId': 'service/shop/web', 'ScalableDimension': 'ecs:service:DesiredCount', "
        "'MinCapacity': 4, 'MaxCapacity': 60}], 'scalingPolicies': [{'PolicyName': 'cpu', "
        "'ServiceNamespace': 'ecs', 'ResourceId': 'service/shop/web', 'ScalableDimension': "
        "'ecs:service:DesiredCount', 'PolicyType': 'TargetTrackingScaling', "
        "'TargetTrackingScalingPolicyConfiguration': {'PredefinedMetricSpecification': "
        "{'PredefinedMetricType': 'ECSServiceAverageCPUUtilization'}, %s}}], 'behaviour': "
        "{'serviceAlarmPhase': 1}}",
        load, policy);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    snprintf(command, sizeof command, "%s%s run '%s' --trace=series --out='%s' >'%s.txt' 2>&1",
             program && strchr(program, '/') ? "" : "./", program ? program : "plimsoll", path,
             database, database);
    ck_assert_msg(system(command) == 0, "failed: %s", command);
    ck_assert_int_eq(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
}

static struct rules read_policy(void)
{
    sqlite3_stmt *stmt = ask(
        "WITH p AS (SELECT json_extract(scenario_json, '$.scalingPolicies[0]."
        "TargetTrackingScalingPolicyConfiguration') AS t, json_extract(scenario_json, "
        "'$.scalableTargets[0]') AS s FROM v_run) SELECT t ->> 'TargetValue', s ->> 'MinCapacity', "
        "s ->> 'MaxCapacity', coalesce(t ->> 'ScaleOutCooldown', 300), coalesce(t ->> "
        "'ScaleInCooldown', 300) FROM p");
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    struct rules rules = {sqlite3_column_double(stmt, 0), sqlite3_column_int64(stmt, 1),
                          sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3),
                          sqlite3_column_int64(stmt, 4)};
    sqlite3_finalize(stmt);
    stmt = ask("SELECT target_value, target, service, type, metric_name FROM v_scaling_policy");
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    ck_assert_double_eq(sqlite3_column_double(stmt, 0), rules.target);
    static const char *const words[] = {"service/shop/web", "web", "TargetTrackingScaling",
                                        "CPUUtilization"};
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq((const char *)sqlite3_column_text(stmt, i + 1), words[i]);
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_finalize(stmt);
    return rules;
}

static void read_run(void)
{
    int count = 0;
    sqlite3_stmt *stmt =
        ask("SELECT running, desired, metric_value FROM v_service WHERE service = 'web' ORDER BY "
            "t_s");
    for (; sqlite3_step(stmt) == SQLITE_ROW; count++) {
        ck_assert_int_lt(count, MINUTES);
        minutes[count].running = sqlite3_column_int64(stmt, 0);
        minutes[count].desired = sqlite3_column_int64(stmt, 1);
        minutes[count].metric = sqlite3_column_type(stmt, 2) == SQLITE_NULL
                                    ? (double)NAN
                                    : sqlite3_column_double(stmt, 2);
        scaled_to[count] = -1;
    }
    sqlite3_finalize(stmt);
    ck_assert_int_eq(count, MINUTES);
    stmt = ask("SELECT t_s, from_count, to_count, kind, cause FROM v_scaling WHERE target = "
               "'service/shop/web'");
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        double at = sqlite3_column_double(stmt, 0) - 1.0;
        int minute = (int)(at / 60.0);
        bool out = sqlite3_column_int64(stmt, 2) > sqlite3_column_int64(stmt, 1);
        ck_assert_double_eq(at, 60.0 * minute);
        ck_assert_int_eq(sqlite3_column_int64(stmt, 1), minutes[minute].desired);
        ck_assert_str_eq((const char *)sqlite3_column_text(stmt, 3),
                         out ? "scale_out" : "scale_in");
        ck_assert_str_eq((const char *)sqlite3_column_text(stmt, 4),
                         out ? "high_alarm" : "low_alarm");
        scaled_to[minute] = sqlite3_column_int64(stmt, 2);
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

/* The last `count` metrics seen at an evaluation are all above (below) the threshold. */
static bool all_beyond(int newest, int count, double threshold, bool above)
{
    for (int i = newest; i > newest - count; i--)
        if (i < 1 || isnan(minutes[i].metric) ||
            !(above ? minutes[i].metric > threshold : minutes[i].metric < threshold))
            return false;
    return true;
}

struct counts {
    int outs, ins, larger; /* larger: scale-outs in a cooldown */
};

/* Goes through the run and fails at the first evaluation that did otherwise. */
static struct counts recompute(const struct rules *rules)
{
    int64_t base = 0, out_end = -1, in_end = -1; /* seconds */
    bool out_open = false, in_open = false;      /* activities */
    struct counts counts = {0};
    for (int m = 0; m < MINUTES - 1; m++) {
        int64_t now = 60 * (int64_t)m + 1, running = minutes[m].running, to = -1;
        int64_t desired = minutes[m].desired;
        int newest = (int)((now - LATENCY) / 60);
        if (out_open && running >= desired) {
            out_open = false;
            out_end = now + rules->out_cooldown;
        }
        if (in_open && running <= desired) {
            in_open = false;
            in_end = now + rules->in_cooldown;
        }
        bool cooling = out_open || now < out_end;
        if (all_beyond(newest, 3, rules->target, true)) {
            double from = (double)(cooling ? base : running);
            to = (int64_t)ceil(from * minutes[newest].metric / rules->target - ROUNDING);
            to = to > rules->maximum ? rules->maximum : to;
            to = to > desired ? to : -1;
            if (to >= 0) {
                base = cooling ? base : running;
                out_open = true;
                in_open = false;
                in_end = -1;
                counts.outs++;
                counts.larger += cooling;
            }
        } else if (all_beyond(newest, 15, rules->target * 0.9, false) && !in_open &&
                   now >= in_end) {
            to = (int64_t)ceil((double)running * minutes[newest].metric / rules->target - ROUNDING);
            to = to < rules->minimum ? rules->minimum : to;
            to = to < desired ? to : -1;
            in_open = to >= 0;
            counts.ins += to >= 0;
        }
        ck_assert_msg(scaled_to[m] == to, "minute %d: scaled to %lld, and the rules say %lld", m,
                      (long long)scaled_to[m], (long long)to);
    }
    return counts;
}

static const struct {
    const char *load, *policy;
} runs[] = {
    {"'generator': 'diurnal', 'rate': 150, 'amplitude': 0.8", "'TargetValue': 60"},
    {"'generator': 'burst', 'rate': 60, 'peak': 300, 'at': '1h', 'length': '90m', 'every': '7h'",
     "'TargetValue': 75"},
    {"'generator': 'ramp', 'from': 50, 'to': 400, 'at': '3h', 'length': '2h'",
     "'TargetValue': 72.5, 'ScaleOutCooldown': 1800, 'ScaleInCooldown': 0"},
    {"'generator': 'diurnal', 'rate': 100, 'amplitude': 0.9", "'TargetValue': 50, "
                                                              "'ScaleOutCooldown': 0"},
};

START_TEST(tt_7_as_12_desired_follows_the_load_as_the_rules_say)
{
    simulate(runs[_i].load, runs[_i].policy);
    struct rules rules = read_policy();
    read_run();
    struct counts counts = recompute(&rules);
    ck_assert_int_gt(counts.outs, 1);
    ck_assert_int_gt(counts.ins + (_i == 2), 0);
    ck_assert_int_ge(counts.larger, _i == 2);
}
END_TEST

/* ---- real series ---- */

static const char *const files[] = {
    "ec2_cpu_utilization_24ae8d.csv",
    "ec2_cpu_utilization_53ea38.csv",
    "ec2_cpu_utilization_5f5533.csv",
    "ec2_cpu_utilization_77c1ca.csv",
    "ec2_cpu_utilization_825cc2.csv",
    "ec2_cpu_utilization_ac20cd.csv",
    "ec2_cpu_utilization_c6585a.csv",

    "ec2_disk_write_bytes_1ef3de.csv",
    "ec2_disk_write_bytes_c0d644.csv",
    "ec2_network_in_257a54.csv",
    "ec2_network_in_5abac7.csv",
    "elb_request_count_8c0756.csv",
    "grok_asg_anomaly.csv",
    "iio_us-east-1_i-a2eb1cd9_NetworkIn.csv",
    "rds_cpu_utilization_cc0c53.csv",

};

/* The mean of the values of a file timestamp,value. */
static double mean_of(const char *path)
{
    double sum = 0.0;
    uint32_t count = 0;
    char *text = test_read_file(path, NULL);
    for (const char *line = strchr(text, '\n'); line != NULL && line[1] != '\0';
         line = strchr(line + 1, '\n')) {
        const char *comma = strchr(line, ',');
        ck_assert_ptr_nonnull(comma);
        sum += strtod(comma + 1, NULL);
        count++;
    }
    free(text);
    ck_assert_uint_gt(count, 0);
    return sum / count;
}

/* Every series of NAB's CloudWatch metrics, taken for requests and brought to 100 a second in the
 * mean: the work of 10 tasks. */
START_TEST(tt_7_as_12_desired_follows_real_series)
{
    char name[128], load[PATH_MAX + 128], real[PATH_MAX];
    snprintf(name, sizeof name, "traces/nab/realAWSCloudwatch/%s", files[_i]);
    const char *path = test_shared(name);
    ck_assert_ptr_nonnull(realpath(path, real));
    snprintf(load, sizeof load, "'series': '%s', 'per': '1m', 'scale': %.6f", real,
             6000.0 / mean_of(real));
    simulate(load, "'TargetValue': 60");
    struct rules rules = read_policy();
    read_run();
    struct counts counts = recompute(&rules);
    ck_assert_int_gt(counts.outs + counts.ins, 0);
}
END_TEST

Suite *test_autoscaling_recomputed_suite(void);
Suite *test_autoscaling_recomputed_suite(void)
{
    Suite *suite = suite_create("autoscaling_recomputed");
    TCase *cases = tcase_create("runs");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, tt_7_as_12_desired_follows_the_load_as_the_rules_say, 0,
                        sizeof runs / sizeof runs[0]);
    tcase_add_loop_test(cases, tt_7_as_12_desired_follows_real_series, 0,
                        sizeof files / sizeof files[0]);
    suite_add_tcase(suite, cases);
    return suite;
}
