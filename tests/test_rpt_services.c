/* What a run's records say about services: the summary's numbers worked out by hand, the printed
 * forms, the views, and the events in EventBridge's shapes. The run is rpt_service_run's. */
#include "rpt_compare.h"
#include "rpt_service_run.h"
#include "rpt_services.h"
#include "rpt_summary.h"
#include "service_fixture.h"
#include "test_support.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct rpt_fixture fixture;

static void setup(void)
{
    rpt_fixture_init(&fixture);
    rpt_service_run_add(&fixture);
}

static void teardown(void)
{
    rpt_fixture_release(&fixture);
}

/* ---- the summary ----------------------------------------------------------------------------- */

START_TEST(dc_2_dc_13_services_by_hand)
{
    /* Below the minimum: web 100 s at first, 120 s after its update, 120 s without task 103, batch
     * 60 s at first; old has the minimum 0. Below desired: the same, and old for its 300 s. */
    static const struct rpt_expected expected[] = {
        {"services_count", 3},
        {"service_tasks_started_count", 8},
        {"service_tasks_stopped_count", 2},
        {"services_below_minimum_s", 400},
        {"services_below_desired_s", 700},
        {"service_placement_failures_count", 1},
        {"service_starts_impaired_count", 1},
        {"deployments_count", 6},
        {"deployments_completed_count", 4},
        {"deployments_failed_count", 1},
        {"deployments_replaced_count", 0},
        {"deployments_in_progress_at_end_count", 1},
        {"deployments_stuck_count", 1},
        {"deployment_s_mean", (100 + 360 + 60 + 60) / 4.0},
        {"deployment_s_max", 360},
        /* what tasks of services do is no failed try of a task */
        {"placement_failures_count", 1},
    };
    rpt_fixture_expect(&fixture, expected, sizeof expected / sizeof expected[0]);
}
END_TEST

START_TEST(a_warmup_keeps_out_services_begin)
{
    /* From minute 31 on: the second deployment of web began before, what is left of its 2 minutes
     * below the minimum is one. */
    static const struct rpt_expected expected[] = {
        {"services_count", 3},
        {"service_tasks_started_count", 1},
        {"service_tasks_stopped_count", 2},
        {"services_below_minimum_s", 60 + 120},
        {"services_below_desired_s", 60 + 120},
        {"service_placement_failures_count", 0},
        {"deployments_count", 2},
        {"deployments_completed_count", 1},
        {"deployments_failed_count", 1},
        {"deployments_in_progress_at_end_count", 0},
        {"deployments_stuck_count", 0},
        {"deployment_s_mean", 60},
    };
    fixture.scenario.warmup = 31 * SIM_MINUTE;
    rpt_fixture_expect(&fixture, expected, sizeof expected / sizeof expected[0]);
}
END_TEST

static void enter(struct rpt_services *services, sim_time at, int64_t deployment,
                  enum ecs_deployment_state state)
{
    struct sim_record record = {.kind = ECS_RECORD_DEPLOYMENT, .at = at};
    record.field[ECS_DEPLOYMENT_deployment] = deployment;
    record.field[ECS_DEPLOYMENT_state] = state;
    rpt_services_observe(services, &record);
}

/* Tasks that run from the start have not been deployed: their 0 s say nothing of how long it takes
 * to deploy. */
START_TEST(what_runs_from_the_start_has_no_deployment_time)
{
    struct rpt_services services;
    rpt_services_init(&services, &fixture.scenario);
    rpt_services_begin(&services);
    enter(&services, 0, 1, ECS_DEPLOYMENT_IN_PROGRESS);
    enter(&services, 0, 1, ECS_DEPLOYMENT_COMPLETED);
    ck_assert_int_eq(services.durations_count, 0);
    enter(&services, 10 * SIM_MINUTE, 2, ECS_DEPLOYMENT_IN_PROGRESS);
    enter(&services, 42 * SIM_MINUTE, 2, ECS_DEPLOYMENT_COMPLETED);
    ck_assert_int_eq(services.durations_count, 1);
    ck_assert_int_eq(services.durations, 32 * SIM_MINUTE);
    ck_assert_int_eq(services.services[0].deployments, 2);
    ck_assert_int_eq(services.services[0].ended[ECS_DEPLOYMENT_COMPLETED], 2);
    rpt_services_release(&services);
}
END_TEST

START_TEST(without_services_nothing_is_said_of_them)
{
    static const struct rpt_expected expected[] = {
        {"services_count", -1},           {"service_tasks_started_count", -1},
        {"services_below_minimum_s", -1}, {"deployments_count", -1},
        {"deployment_s_mean", -1},        {"tasks_stopped_by_service_count", -1},
    };
    fixture.scenario.service_count = 0;
    rpt_fixture_expect(&fixture, expected, sizeof expected / sizeof expected[0]);
}
END_TEST

START_TEST(a_second_replication_begins_anew)
{
    struct rpt_summary *summary = rpt_summary_new(&fixture.scenario);
    struct rpt_service first[4], second[4];
    rpt_summary_begin(summary, 0);
    rpt_fixture_run(&fixture, rpt_summary_observe, summary);
    rpt_summary_services(summary, first);
    rpt_summary_begin(summary, 1);
    rpt_fixture_run(&fixture, rpt_summary_observe, summary);
    rpt_summary_services(summary, second);
    ck_assert_int_eq(memcmp(first, second, sizeof first), 0);
    ck_assert_int_eq(first[0].desired, 4);
    ck_assert_int_eq(first[0].healthy, 4);
    ck_assert_int_eq(first[2].status, ECS_SERVICE_INACTIVE);
    ck_assert_int_eq(first[2].desired, 0);
    ck_assert(!first[3].created);
    rpt_summary_free(summary);
}
END_TEST

/* ---- printed --------------------------------------------------------------------------------- */

static bool all_created; /* whatever the records say */

static char *printed(rpt_printer *print, uint32_t count)
{
    struct rpt_result results[2];
    for (uint32_t i = 0; i < count; i++)
        results[i] = rpt_fixture_result(&fixture, i);
    for (uint32_t i = 0; all_created && i < fixture.scenario.service_count; i++)
        results[0].services[i].created = true;
    results[count - 1].services[0].running += count - 1; /* the replications differ in this */
    char *text = rpt_fixture_printed(&fixture, print, results, count);
    for (uint32_t i = 0; i < count; i++)
        rpt_fixture_free_result(&results[i]);
    return text;
}

START_TEST(a_line_for_each_service)
{
    char *text = printed(rpt_summary_print, 1);
    rpt_fixture_has(text, "\nServices\n  services                                        3\n");
    rpt_fixture_has(text, "  time below minimum                          400.0 s    (6m40s)\n");
    rpt_fixture_has(text,
                    "\nServices at the end               desired  running  healthy below minimum"
                    "  deployments\n");
    rpt_fixture_has(text,
                    "  web                                   4        4        4         5m40s  "
                    "3 completed, 1 failed\n");
    rpt_fixture_has(text,
                    "  batch                                 1        1        1            1m  "
                    "1 completed, 1 unfinished, 1 of them stuck\n");
    rpt_fixture_has(text,
                    "  old                                   0        0        0             -  "
                    "none\n");
    ck_assert_ptr_null(strstr(text, "never"));
    ck_assert_ptr_null(strstr(text, " \n"));
    free(text);
    text = printed(rpt_summary_print, 2); /* means */
    rpt_fixture_has(text,
                    "  web                                   4      4.5        4         5m40s  "
                    "3 completed, 1 failed\n");
    free(text);
}
END_TEST

START_TEST(of_very_many_services_the_first_are_printed)
{
    static struct ecs_service many[45];
    static char names[45][16];
    for (uint32_t i = 0; i < 45; i++) {
        many[i] = fixture.scenario.services[i % 4];
        snprintf(names[i], sizeof names[i], "service-%02u", i);
        many[i].name = names[i];
    }
    fixture.scenario.services = many;
    fixture.scenario.service_count = 45;
    all_created = true;
    char *text = printed(rpt_summary_print, 1);
    all_created = false;
    rpt_fixture_has(text, "  service-39  ");
    rpt_fixture_has(text, "\n  and 5 more: v_service and --json have them\n\nCapacity");
    ck_assert_ptr_null(strstr(text, "service-40"));
    free(text);
}
END_TEST

START_TEST(no_service_no_part)
{
    fixture.scenario.service_count = 0;
    char *text = printed(rpt_summary_print, 1);
    ck_assert_ptr_null(strstr(text, "ervice"));
    free(text);
    text = printed(rpt_summary_print_json, 1);
    ck_assert_ptr_null(strstr(text, "service"));
    free(text);
}
END_TEST

START_TEST(json_has_the_services)
{
    char *text = printed(rpt_summary_print_json, 1);
    rpt_fixture_has(text, "\"service\": \"web\",\n          \"status\": \"ACTIVE\",\n          "
                          "\"desired\": 4,\n          \"running\": 4,\n          \"healthy\": 4,\n"
                          "          \"below_minimum_s\": 340,\n");
    rpt_fixture_has(text, "\"services_below_minimum_s\": 400");
    ck_assert_ptr_null(strstr(text, "never"));
    free(text);
}
END_TEST

/* ---- views ----------------------------------------------------------------------------------- */

static void assert_row(const char *path, const char *sql, const char *expected)
{
    char row[4096] = "";
    size_t at = 0;
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    ck_assert_msg(code == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(stmt) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(stmt) && at < sizeof row; i++) {
            const unsigned char *text = sqlite3_column_text(stmt, i);
            at += (size_t)snprintf(row + at, sizeof row - at, "%s%s", i ? "|" : "",
                                   text ? (const char *)text : "-");
        }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    ck_assert_msg(strcmp(row, expected) == 0, "%s\n  is       %s\n  expected %s", sql, row,
                  expected);
}

static void assert_rows(enum rpt_level level, const char *const cases[][2], size_t count)
{
    char path[512];
    snprintf(path, sizeof path, "%s", test_tmp_path("services.db"));
    rpt_fixture_store(&fixture, path, level, 2);
    for (size_t i = 0; i < count; i++)
        assert_row(path, cases[i][0], cases[i][1]);
}

START_TEST(services_come_out_of_their_views)
{
    static const char *const cases[][2] = {
        {"SELECT * FROM v_service WHERE t_s = 1800 AND run_id = 2",
         "2|1800.0|web|4|4|0|4|-|-|-|-|-|ACTIVE|1|0|2|4|8|-"},
        {"SELECT count(*), min(t_s), max(t_s), sum(load IS NULL) FROM v_service"
         " WHERE service = 'web' AND run_id = 1",
         "121|0.0|7200.0|121"},
        {"SELECT count(*), min(t_s) FROM v_service WHERE service = 'batch' AND run_id = 1",
         "111|600.0"},
        {"SELECT count(*) FROM v_service WHERE service = 'never'", "0"},
        {"SELECT * FROM v_deployment WHERE run_id = 1 AND rollback_of IS NOT NULL",
         "1|ecs-svc/0000000000000000002|web|web:3|3900.0|3960.0|60.0|-|COMPLETED|4|0|"
         "ecs-svc/0000000000000000003"},
        {"SELECT service, ended_s, duration_s, stuck_s, state FROM v_deployment"
         " WHERE stuck_s IS NOT NULL AND run_id = 2",
         "batch|-|-|1200.0|STUCK"},
        {"SELECT state, duration_s, failed_tasks FROM v_deployment WHERE failed_tasks > 0",
         "FAILED|300.0|10"},
        {"SELECT count(*), sum(state = 'COMPLETED') FROM v_deployment WHERE run_id = 1", "6|4"},
        /* as of a group; its creation and its end are none */
        {"SELECT *, count(*) FROM v_scaling WHERE target LIKE 'service/%' AND run_id = 1",
         "1|1800.0|service/default/web|scale_out|2|4|operator|1"},
        {"SELECT *, count(*) FROM v_failure WHERE task_or_service = 'web' AND run_id = 1",
         "1|1800.0|web|RESOURCE:CPU|-|5|-|-|-|1"},
        {"SELECT task_id, service, group_name, outcome, stop_code, stopped_reason, started_by"
         " FROM v_task WHERE service IS NOT NULL",
         "00000000000000000000000000000101|web|service:web|stopped|ServiceSchedulerInitiated|"
         "Scaling activity initiated by (deployment ecs-svc/0000000000000000001)|"
         "ecs-svc/0000000000000000001"},
        {"SELECT count(*), count(started_by) FROM v_task WHERE service IS NULL", "6|0"},
    };
    assert_rows(RPT_LEVEL_FULL, cases, sizeof cases / sizeof cases[0]);
}
END_TEST

/* The level `series` has everything of services but single tasks and events. */
START_TEST(series_has_services_without_their_tasks)
{
    static const char *const cases[][2] = {
        {"SELECT count(*), sum(minimum) > 0 FROM v_service WHERE run_id = 2", "237|1"},
        {"SELECT count(*) FROM v_deployment", "12"},
        {"SELECT count(*) FROM v_failure WHERE task_or_service = 'web'", "2"},
        {"SELECT count(*) FROM v_event", "0"},
        {"SELECT count(*) FROM v_task", "0"},
    };
    assert_rows(RPT_LEVEL_SERIES, cases, sizeof cases / sizeof cases[0]);
    ck_assert(!rpt_store_wants(RPT_LEVEL_FULL, ECS_RECORD_TASK_HEALTHY));
}
END_TEST

/* A comparison takes what both have: services of one alone are no difference, and no failure. */
START_TEST(compare_takes_services_of_both_or_leaves_them)
{
    char with[512], without[512], message[512];
    struct sim_arena arena;
    struct rpt_measures measures[2];
    uint32_t counts[2] = {0}, found = 0;
    sim_arena_init(&arena);
    snprintf(with, sizeof with, "%s", test_tmp_path("with.db"));
    snprintf(without, sizeof without, "%s", test_tmp_path("without.db"));
    rpt_fixture_store(&fixture, with, RPT_LEVEL_NONE, 2);
    fixture.scenario.service_count = 0;
    rpt_fixture_store(&fixture, without, RPT_LEVEL_NONE, 2);
    ck_assert(rpt_measures_read(&arena, with, &measures[0], message, sizeof message));
    ck_assert(rpt_measures_read(&arena, without, &measures[1], message, sizeof message));
    for (uint32_t i = 0; i < 2; i++) {
        const struct rpt_difference *d =
            rpt_compare(&arena, &measures[0], &measures[i], 0.95, &counts[i]);
        for (uint32_t k = 0; k < counts[i]; k++)
            if (strcmp(d[k].metric, "services_below_minimum_s") == 0) {
                found += i == 0;
                ck_assert_msg(i == 0, "a run without services has their metric");
                ck_assert_double_eq(d[k].mean_b, 400);
                ck_assert_int_eq(d[k].good, -1);
            }
    }
    ck_assert_uint_eq(found, 1);
    ck_assert_uint_eq(counts[0], counts[1] + 15);
    sim_arena_release(&arena);
}
END_TEST

#define ARN "arn:aws:ecs:us-east-1:111122223333:"

START_TEST(ev_s0_at_evs1_ev_s1_service_actions)
{
    static const char *const cases[][2] = {
        /* AT-EVS1: these four members, and no version */
        {"SELECT t_s, source, detail_type, resource, message, detail_json FROM v_event"
         " WHERE run_id = 1 AND message LIKE '%reached a steady state.'",
         "100.0|aws.ecs|ECS Service Action|" ARN "service/default/web|"
         "(service web) has reached a steady state.|"
         "{\"eventType\":\"INFO\",\"eventName\":\"SERVICE_STEADY_STATE\","
         "\"clusterArn\":\"" ARN "cluster/default\",\"createdAt\":\"2024-01-01T00:01:40.000Z\"}"},
        {"SELECT detail_type, detail_json FROM v_event WHERE message LIKE '%capacity provider.'",
         "ECS Service Action|{\"eventType\":\"INFO\","
         "\"eventName\":\"CAPACITY_PROVIDER_STEADY_STATE\",\"clusterArn\":\"" ARN
         "cluster/default\",\"capacityProviderArns\":[\"" ARN "capacity-provider/blue\"],"
         "\"createdAt\":\"2024-01-01T00:01:40.000Z\"}"},
        {"SELECT t_s, detail_type, detail_json FROM v_event WHERE message LIKE '%consistently%'",
         "3720.0|ECS Service Action|{\"eventType\":\"WARN\","
         "\"eventName\":\"SERVICE_TASK_START_IMPAIRED\",\"clusterArn\":\"" ARN
         "cluster/default\",\"createdAt\":\"2024-01-01T01:02:00.000Z\"}"},
        {"SELECT message, detail_json FROM v_event WHERE message LIKE '%unable to place%'",
         "(service web) was unable to place a task because no container instance met all of its "
         "requirements: not enough CPU units free.|{\"eventType\":\"ERROR\","
         "\"eventName\":\"SERVICE_TASK_PLACEMENT_FAILURE\",\"clusterArn\":\"" ARN
         "cluster/default\",\"capacityProviderArns\":[\"" ARN "capacity-provider/blue\"],"
         "\"reason\":\"RESOURCE:CPU\",\"createdAt\":\"2024-01-01T00:30:00.000Z\"}"},
        {"SELECT count(*), count(DISTINCT json_extract(detail_json, '$.eventName')),"
         " sum(json_extract(detail_json, '$.version') IS NOT NULL) FROM v_event"
         " WHERE detail_type = 'ECS Service Action' AND run_id = 1",
         "4|4|0"},
    };
    assert_rows(RPT_LEVEL_FULL, cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(evt_1_evt_2_evt_6_evt_8_evt_9_messages)
{
    static const char *const cases[][2] = {
        {"SELECT source, detail_type, resource, message, json_extract(detail_json, '$.message'),"
         " json_extract(detail_json, '$.createdAt') FROM v_event"
         " WHERE message LIKE '%has started%'",
         "plimsoll|Service Message|" ARN "service/default/web|(service web) has started 2 tasks.|"
         "(service web) has started 2 tasks.|2024-01-01T00:01:40.000Z"},
        {"SELECT t_s, source, message FROM v_event WHERE message LIKE '%has stopped%'",
         "2100.0|plimsoll|(service web) has stopped 2 running tasks."},
        {"SELECT t_s, source, message FROM v_event WHERE message LIKE '%bounds%'",
         "1200.0|plimsoll|(service batch) can neither stop nor start a task within its bounds."},
        {"SELECT message FROM v_event WHERE message LIKE '%consistently%'",
         "(service web) is unable to consistently start tasks successfully."},
        {"SELECT t_s, source, detail_type, message, detail_json FROM v_event"
         " WHERE message LIKE '%stop_old%'",
         "2100.0|plimsoll|Service Scheduler Decision|(service web) stop_old: task 101|"
         "{\"action\":\"stop_old\",\"deploymentId\":\"ecs-svc/0000000000000000001\","
         "\"taskArn\":\"" ARN "task/default/00000000000000000000000000000101\"}"},
        {"SELECT count(*) FROM v_event WHERE detail_type = 'Service Scheduler Decision'"
         " AND run_id = 1",
         "10"},
        {"SELECT count(*), sum(json_valid(detail_json)), count(resource), count(message)"
         " FROM v_event WHERE run_id = 1 AND (detail_type LIKE '%ervice%' OR"
         " detail_type LIKE '%Deployment%')",
         "28|28|28|28"},
    };
    assert_rows(RPT_LEVEL_FULL, cases, sizeof cases / sizeof cases[0]);
}
END_TEST

static void put_event(struct rpt_store *store, int64_t at_s, enum ecs_service_event event)
{
    struct sim_record record = {
        .at = at_s * SIM_SECOND,
        .kind = ECS_RECORD_SERVICE_EVENT,
        .field = {0, event, event == ECS_SERVICE_PLACEMENT_FAILURE ? ECS_REASON_RESOURCE_MEMORY : 0,
                  -1, 1}};
    rpt_store_record(store, &record);
}

/* A service that finds no place asks every 93 s for eight hours; at seven hours it starts a task.
 */
START_TEST(evt_10_the_console_hides_what_it_has_shown)
{
    static const char *const cases[][2] = {
        {"SELECT count(*), group_concat(iif(shown, t_s, NULL)) FROM v_service_log"
         " WHERE message LIKE '%unable to place%'",
         "310|0.0,21669.0,25203.0"},
        {"SELECT count(*), sum(shown) FROM v_service_log WHERE message LIKE '%started%'", "2|2"},
        {"SELECT service, message FROM v_service_log WHERE t_s = 25200",
         "web|(service web) has started 1 tasks."},
    };
    const char *why = NULL;
    char path[512];
    snprintf(path, sizeof path, "%s", test_tmp_path("log.db"));
    struct rpt_store *store = rpt_store_open(path, &fixture.scenario, RPT_LEVEL_FULL, "test", &why);
    struct rpt_result result = rpt_fixture_result(&fixture, 0);
    ck_assert_ptr_nonnull(store);
    ck_assert(rpt_store_begin(store, 0));
    for (int64_t i = 0; i < 310; i++) {
        if (i == 271)
            put_event(store, 25200, ECS_SERVICE_STARTED_TASKS);
        put_event(store, 93 * i, ECS_SERVICE_PLACEMENT_FAILURE);
    }
    put_event(store, 28830, ECS_SERVICE_STARTED_TASKS);
    ck_assert(rpt_store_end(store, &result));
    ck_assert(rpt_store_close(store, true, &why));
    rpt_fixture_free_result(&result);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_row(path, cases[i][0], cases[i][1]);
}
END_TEST

START_TEST(deployments_are_events_from_their_epoch_on)
{
    static const char *const cases[][2] = {
        {"SELECT t_s, source, resource, message, detail_json FROM v_event"
         " WHERE detail_type = 'ECS Deployment State Change'",
         "0.0|aws.ecs|" ARN "service/default/web|(service web) ECS deployment "
         "ecs-svc/0000000000000000001 in progress.|{\"eventType\":\"INFO\","
         "\"eventName\":\"SERVICE_DEPLOYMENT_IN_PROGRESS\","
         "\"deploymentId\":\"ecs-svc/0000000000000000001\",\"updatedAt\":\"2024-01-01T00:00:00Z\","
         "\"reason\":\"ECS deployment ecs-svc/0000000000000000001 in progress.\"}"},
        {"SELECT t_s, detail_json FROM v_event WHERE detail_json LIKE '%DEPLOYMENT_FAILED%'",
         "3900.0|{\"eventType\":\"ERROR\",\"eventName\":\"SERVICE_DEPLOYMENT_FAILED\","
         "\"deploymentId\":\"ecs-svc/0000000000000000003\",\"updatedAt\":\"2024-01-01T01:05:00Z\","
         "\"reason\":\"ECS deployment circuit breaker: tasks failed to start.\"}"},
        {"SELECT json_extract(detail_json, '$.reason') FROM v_event"
         " WHERE message LIKE '%rolling back%'",
         "ECS deployment circuit breaker: rolling back to deploymentId "
         "ecs-svc/0000000000000000002."},
        {"SELECT count(*) FROM v_event WHERE detail_type = 'ECS Deployment State Change'"
         " AND run_id = 1", /* 6 begin, 4 are completed, 1 fails; that it is stuck is our word */
         "11"},
    };
    static const char *const guide[][2] = {
        {"SELECT count(*) FROM v_event WHERE detail_type = 'ECS Deployment State Change'", "0"},
        {"SELECT count(*) FROM v_deployment", "12"},
    };
    assert_rows(RPT_LEVEL_FULL, cases, sizeof cases / sizeof cases[0]);
    ecs_behaviour_at(&fixture.scenario.behaviour, 202006);
    assert_rows(RPT_LEVEL_FULL, guide, sizeof guide / sizeof guide[0]);
}
END_TEST

/* ---- of a world that runs ---- */

/* Two services on six instances: one is scaled and updated while instances are lost, one is deleted
 * and its tasks with it. */
static void run_world(struct fixture *world)
{
    service_fixture_init(world, 202507, 6);
    fixture_add_service(world, 0, 10);
    fixture_add_service(world, 0, 4);
    struct ecs_service_update *more = fixture_add_update(world, 20 * SIM_MINUTE, 0);
    more->given = ECS_UPDATE_DESIRED;
    more->desired = 14;
    struct ecs_service_update *anew = fixture_add_update(world, 40 * SIM_MINUTE, 0);
    anew->force_new_deployment = true;
    struct ecs_change *gone = fixture_add_change(world, 70 * SIM_MINUTE, ECS_OP_DELETE_SERVICE);
    gone->service = 1;
    gone->force = true;
    fixture_run(world);
}

/* What the summary follows record by record is what the model says at every minute. */
START_TEST(health_followed_is_health_counted)
{
    struct fixture world;
    struct rpt_services services;
    uint32_t rows = 0, moved = 0;
    run_world(&world);
    rpt_services_init(&services, &world.scenario);
    rpt_services_begin(&services);
    for (uint32_t i = 0; i < world.record_count; i++) {
        const struct sim_record *record = &world.records[i];
        rpt_services_observe(&services, record);
        if (record->kind != ECS_RECORD_SERVICE)
            continue;
        int64_t service = record->field[ECS_SERVICE_service];
        ck_assert_int_eq(services.levels[service].healthy, record->field[ECS_SERVICE_healthy]);
        ck_assert_int_eq(services.levels[service].desired, record->field[ECS_SERVICE_desired]);
        rows++;
        moved += services.levels[service].healthy != services.levels[service].desired;
    }
    ck_assert_uint_gt(rows, 150);
    ck_assert_uint_ge(moved, 3);
    struct rpt_service total = rpt_services_total(&services);
    ck_assert_int_eq(total.tasks_started, service_actions(&world, 0, ECS_ACTION_START) +
                                              service_actions(&world, 1, ECS_ACTION_START));
    ck_assert_int_eq(services.services[0].healthy, 14);
    ck_assert_int_eq(services.services[1].status, ECS_SERVICE_INACTIVE);
    ck_assert_int_gt(total.below_desired, 0);
    rpt_services_release(&services);
    fixture_release(&world);
}
END_TEST

static void record_world(const struct fixture *world, const char *path)
{
    const char *why = NULL;
    struct rpt_store *store = rpt_store_open(path, &world->scenario, RPT_LEVEL_FULL, "test", &why);
    struct rpt_summary *summary = rpt_summary_new(&world->scenario);
    struct rpt_result result = {.horizon = world->scenario.duration};
    ck_assert_msg(store != NULL, "%s", why);
    rpt_summary_begin(summary, 0);
    ck_assert(rpt_store_begin(store, 0));
    for (uint32_t i = 0; i < world->record_count; i++) {
        rpt_store_record(store, &world->records[i]);
        rpt_summary_observe(summary, &world->records[i]);
    }
    result.values = sim_malloc(sizeof *result.values * rpt_metric_count);
    result.present = sim_malloc(sizeof *result.present * rpt_metric_count);
    for (uint32_t i = 0; i < rpt_metric_count; i++)
        result.present[i] = rpt_summary_value(summary, i, &result.values[i]);
    ck_assert(rpt_store_end(store, &result));
    ck_assert_msg(rpt_store_close(store, true, &why), "%s", why);
    rpt_summary_free(summary);
    rpt_fixture_free_result(&result);
}

START_TEST(views_of_a_world_agree_with_each_other)
{
    static const char *const cases[][2] = {
        /* each task that a scheduler started is a task of that service, group and deployment */
        {"SELECT count(*) = (SELECT value FROM v_summary WHERE metric ="
         " 'service_tasks_started_count'), count(*) = count(started_by),"
         " sum(group_name <> 'service:' || service), count(DISTINCT started_by) FROM v_task",
         "1|1|0|3"},
        {"SELECT count(*), sum(d.deployment_id IS NULL) FROM (SELECT DISTINCT started_by, service"
         " FROM v_task) t LEFT JOIN v_deployment d ON d.deployment_id = t.started_by AND"
         " d.service = t.service",
         "3|0"},
        {"SELECT (SELECT sum(running) FROM v_service WHERE t_s = 1800) = (SELECT tasks_running"
         " FROM v_capacity WHERE t_s = 1800 AND provider = '*')",
         "1"},
        {"SELECT sum(outcome = 'stopped') > 0, sum(outcome = 'stopped') = sum(stopped_reason LIKE"
         " 'Scaling activity initiated by (deployment ecs-svc/%)') FROM v_task",
         "1|1"},
        {"SELECT count(*) FROM v_deployment WHERE state = 'COMPLETED'", "3"},
        {"SELECT target, from_count, to_count, count(*) FROM v_scaling",
         "service/default/svc-0|10|14|1"},
        {"SELECT count(*) > 100, sum(json_valid(detail_json)) = count(*), count(resource) ="
         " count(*), count(message) = count(*) FROM v_event",
         "1|1|1|1"},
        {"SELECT count(*) > 0 FROM v_event WHERE message = '(service svc-0) has reached a steady"
         " state.'",
         "1"},
    };
    struct fixture world;
    char path[512];
    snprintf(path, sizeof path, "%s", test_tmp_path("world.db"));
    run_world(&world);
    record_world(&world, path);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_row(path, cases[i][0], cases[i][1]);
    fixture_release(&world);
}
END_TEST

Suite *test_rpt_services_suite(void);
Suite *test_rpt_services_suite(void)
{
    Suite *suite = suite_create("rpt_services");
    TCase *numbers = tcase_create("numbers");
    tcase_add_checked_fixture(numbers, setup, teardown);
    tcase_add_test(numbers, dc_2_dc_13_services_by_hand);
    tcase_add_test(numbers, a_warmup_keeps_out_services_begin);
    tcase_add_test(numbers, what_runs_from_the_start_has_no_deployment_time);
    tcase_add_test(numbers, without_services_nothing_is_said_of_them);
    tcase_add_test(numbers, a_second_replication_begins_anew);
    tcase_add_test(numbers, a_line_for_each_service);
    tcase_add_test(numbers, of_very_many_services_the_first_are_printed);
    tcase_add_test(numbers, no_service_no_part);
    tcase_add_test(numbers, json_has_the_services);
    suite_add_tcase(suite, numbers);
    TCase *views = tcase_create("views");
    tcase_add_checked_fixture(views, setup, teardown);
    tcase_add_test(views, services_come_out_of_their_views);
    tcase_add_test(views, series_has_services_without_their_tasks);
    tcase_add_test(views, ev_s0_at_evs1_ev_s1_service_actions);
    tcase_add_test(views, evt_1_evt_2_evt_6_evt_8_evt_9_messages);
    tcase_add_test(views, evt_10_the_console_hides_what_it_has_shown);
    tcase_add_test(views, deployments_are_events_from_their_epoch_on);
    tcase_add_test(views, compare_takes_services_of_both_or_leaves_them);
    suite_add_tcase(suite, views);
    TCase *worlds = tcase_create("worlds");
    tcase_add_test(worlds, health_followed_is_health_counted);
    tcase_add_test(worlds, views_of_a_world_agree_with_each_other);
    suite_add_tcase(suite, worlds);
    return suite;
}
