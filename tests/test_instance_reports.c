/* What a database and a summary say about instances: why some never served, and the events of a
 * container instance in their order. */
#include "rpt_store.h"
#include "test_support.h"
#include "world_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two groups of one-vCPU instances and `extras` without a group, for an hour. */
static void cluster_of(struct fixture *f, int64_t first, int64_t second, uint32_t extras)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 30);
    for (int i = 0; i < 2; i++) {
        uint32_t type = fixture_add_type(f, i == 0 ? "m" : "n", 1, 4096, 0, 4);
        fixture_add_provider(f, type, 1, 0, i == 0 ? first : second, 10);
        f->providers[i].managed_scaling = false;
        f->asgs[i].initial_launching = true;
    }
    f->extras[0] = (struct ecs_extra_instance){.count = extras, .zone = f->asgs[0].zones[0]};
    f->scenario.extra_instance_count = extras > 0;
    f->scenario.duration = SIM_HOUR;
}

static struct rpt_result summarize(const struct fixture *f)
{
    struct rpt_summary *summary = rpt_summary_new(&f->scenario);
    struct rpt_result result = {.horizon = f->scenario.duration};
    result.values = sim_malloc(sizeof *result.values * rpt_metric_count);
    result.present = sim_malloc(sizeof *result.present * rpt_metric_count);
    rpt_summary_begin(summary, 0);
    for (uint32_t i = 0; i < f->record_count; i++)
        rpt_summary_observe(summary, &f->records[i]);
    for (uint32_t i = 0; i < rpt_metric_count; i++)
        result.present[i] = rpt_summary_value(summary, i, &result.values[i]);
    rpt_summary_free(summary);
    return result;
}

static void free_result(struct rpt_result *result)
{
    free(result->values);
    free(result->present);
}

/* Runs it into a database. */
static void run_into(struct fixture *f, char path[512])
{
    const char *why = NULL;
    snprintf(path, 512, "%s", test_tmp_path("instances.db"));
    fixture_run(f);
    struct rpt_store *store = rpt_store_open(path, &f->scenario, RPT_LEVEL_FULL, "test", &why);
    ck_assert_msg(store != NULL, "%s", why);
    ck_assert(rpt_store_begin(store, 0));
    for (uint32_t i = 0; i < f->record_count; i++)
        rpt_store_record(store, &f->records[i]);
    struct rpt_result result = summarize(f);
    ck_assert(rpt_store_end(store, &result));
    free_result(&result);
    ck_assert_msg(rpt_store_close(store, true, &why), "%s", why);
}

/* All rows of a query, columns joined by "|", rows by " / ", NULL as "-". */
static void assert_rows(const char *path, const char *sql, const char *expected)
{
    char rows[4096] = "";
    size_t at = 0;
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK, "%s: %s", sql,
                  sqlite3_errmsg(db));
    while (sqlite3_step(query) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(query); i++) {
            const char *text = (const char *)sqlite3_column_text(query, i);
            at += (size_t)snprintf(rows + at, sizeof rows - at, "%s%s",
                                   i > 0    ? "|"
                                   : at > 0 ? " / "
                                            : "",
                                   text != NULL ? text : "-");
            ck_assert_uint_lt(at, sizeof rows);
        }
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    ck_assert_msg(strcmp(rows, expected) == 0, "%s\n  is       %s\n  expected %s", sql, rows,
                  expected);
}

/* REG-3 to REG-20, CLU-21: a row of v_instance says why it ran for nothing, and the summary how
 * many there were for each reason. */
START_TEST(reg_3_clu_21_never_served_and_why)
{
    struct fixture f;
    char path[512];
    cluster_of(&f, 2, 3, 1);
    f.specs[0].join = ECS_JOIN_NO_ROUTE; /* the first group's and the lone instance's */
    f.specs[1].join = ECS_JOIN_BAD_ATTRIBUTE;
    run_into(&f, path);
    assert_rows(path,
                "SELECT not_registered_reason, count(*), count(registered_s), min(cost_nusd) > 0"
                " FROM v_instance GROUP BY 1",
                "has an attribute that ends the agent|3|3|1 / has no route to the ECS endpoint|3|0|"
                "1");
    assert_rows(path, "SELECT metric, value FROM v_summary WHERE metric LIKE '%never_registered%'",
                "instances_never_registered_count|6.0 / "
                "instances_never_registered_no_route_count|3.0 / "
                "instances_never_registered_bad_attribute_count|3.0");
    assert_rows(path,
                "SELECT count(*), count(DISTINCT message) FROM v_event"
                " WHERE detail_type = 'Container Instance Not Registered'",
                "6|6");
    fixture_release(&f);
}
END_TEST

/* One that serves has no reason, and no such metric has a row. */
START_TEST(reg_3_who_serves_has_no_reason)
{
    struct fixture f;
    char path[512];
    cluster_of(&f, 1, 0, 0);
    run_into(&f, path);
    assert_rows(path, "SELECT not_registered_reason, registered_s FROM v_instance", "-|30.0");
    assert_rows(path, "SELECT metric FROM v_summary WHERE metric LIKE '%never_registered%'", "");
    fixture_release(&f);
}
END_TEST

#define EVENTS_OF_ONE                                                                              \
    "SELECT json_extract(detail_json, '$.version'), json_extract(detail_json, '$.status'),"        \
    " json_extract(detail_json, '$.agentConnected') FROM v_event"                                  \
    " WHERE detail_type = 'ECS Container Instance State Change'"                                   \
    " AND json_extract(detail_json, '$.ec2InstanceId') = 'i-00000000000000001'"

/* EV-8: the version grows by one with each event of a container instance, whatever happens to it:
 * drained and back, cut off and back, terminated. CI-10: INACTIVE at once. */
START_TEST(ev_8_ci_10_versions_grow_by_one)
{
    struct fixture f;
    char path[512];
    cluster_of(&f, 1, 1, 0);
    static const int64_t serials[] = {1};
    struct ecs_selection first = {.serials = serials, .serial_count = 1};
    fixture_add_change(&f, 5 * SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE)->draining =
        true;
    fixture_add_change(&f, 6 * SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    fixture_add_fault(&f, 10 * SIM_MINUTE, 10 * SIM_MINUTE);
    fixture_add_change(&f, 15 * SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE)->draining =
        true;
    fixture_add_change(&f, 30 * SIM_MINUTE, ECS_OP_TERMINATE_INSTANCES)->selection = first;
    run_into(&f, path);
    assert_rows(path, EVENTS_OF_ONE,
                "1|ACTIVE|1 / 2|DRAINING|1 / 3|ACTIVE|1 / 4|ACTIVE|0 / 5|DRAINING|0 / "
                "6|DRAINING|1 / 7|INACTIVE|1");
    assert_rows(path,
                "SELECT t_s, substr(message, 1, 9) FROM v_event"
                " WHERE message LIKE '%01: INACTIVE' OR message LIKE '%01: shutting-down'",
                "1800.0|instance  / 1800.0|container");
    fixture_release(&f);
}
END_TEST

/* CI-23, ENI-10, ENI-12: the statuses of an instance with a trunk are events too. */
START_TEST(ev_8_ci_23_statuses_of_a_trunk)
{
    struct fixture f;
    char path[512];
    cluster_of(&f, 1, 0, 0);
    f.types[0].awsvpc_tasks_trunked = 10;
    f.specs[0].trunk_capable = true;
    f.scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = true;
    fixture_add_change(&f, 30 * SIM_MINUTE, ECS_OP_TERMINATE_INSTANCES)->decrement = true;
    run_into(&f, path);
    assert_rows(path, EVENTS_OF_ONE,
                "1|REGISTERING|1 / 2|ACTIVE|1 / 3|DEREGISTERING|1 / 4|INACTIVE|1");
    fixture_release(&f);
}
END_TEST

/* CI-12: what is left behind becomes INACTIVE when it is deregistered, once. */
START_TEST(ev_8_ci_12_left_behind_is_inactive_when_deregistered)
{
    struct fixture f;
    char path[512];
    cluster_of(&f, 0, 0, 1);
    static const int64_t serials[] = {1};
    fixture_add_change(&f, 5 * SIM_MINUTE, ECS_OP_STOP_INSTANCES);
    fixture_add_change(&f, 15 * SIM_MINUTE, ECS_OP_TERMINATE_INSTANCES);
    fixture_add_change(&f, 25 * SIM_MINUTE, ECS_OP_DEREGISTER_CONTAINER_INSTANCE)->selection =
        (struct ecs_selection){.serials = serials, .serial_count = 1};
    run_into(&f, path);
    assert_rows(path, EVENTS_OF_ONE, "1|ACTIVE|1 / 2|ACTIVE|0 / 3|INACTIVE|0");
    assert_rows(path, "SELECT t_s FROM v_event WHERE message LIKE 'container%: INACTIVE'",
                "1500.0");
    fixture_release(&f);
}
END_TEST

/* ENI-10, ENI-12, CI-23: an instance with a trunk, from registration to termination. */
START_TEST(eni_12_ci_23_events_of_a_trunk)
{
    struct fixture f;
    char path[512];
    cluster_of(&f, 1, 0, 0);
    f.types[0].awsvpc_tasks_trunked = 20;
    f.specs[0].trunk_capable = true;
    f.scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = true;
    f.scenario.behaviour.termination = sim_dist_constant(60);
    fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_TERMINATE_INSTANCES)->decrement = true;
    run_into(&f, path);
    assert_rows(path,
                "SELECT t_s, json_extract(detail_json, '$.status') FROM v_event WHERE detail_type ="
                " 'ECS Container Instance State Change'",
                "30.0|REGISTERING / 35.0|ACTIVE / 600.0|DEREGISTERING / 605.0|INACTIVE");
    fixture_release(&f);
}
END_TEST

/* Sheet 04, 2.8: a group that finds no address says so, once for each try. */
START_TEST(section_2_8_a_failed_launch_is_an_event)
{
    struct fixture f;
    char path[512];
    cluster_of(&f, 0, 0, 0);
    struct ecs_subnet subnet = {
        .name = ecs_names_intern(&f.scenario.names, "subnet-1"),
        .zone = f.asgs[0].zones[0].name,
        .free_addresses = 1,
    };
    struct ecs_place place = {0};
    f.scenario.subnets = &subnet;
    f.scenario.subnet_count = 1;
    f.asgs[0].places = &place;
    f.asgs[0].place_count = 1;
    struct ecs_change *more =
        fixture_add_change(&f, 3510 * SIM_SECOND, ECS_OP_SET_DESIRED_CAPACITY);
    more->asg = 0;
    more->desired = 3;
    run_into(&f, path);
    assert_rows(path,
                "SELECT t_s, source, message FROM v_event WHERE detail_type = 'EC2 Instance Launch"
                " Unsuccessful'",
                "3510.0|aws.autoscaling|group group-0: 2 more wanted and none launched, the group's"
                " subnets have no free IPv4 address / 3570.0|aws.autoscaling|group group-0: 2 more"
                " wanted and none launched, the group's subnets have no free IPv4 address");
    assert_rows(path, "SELECT value FROM v_summary WHERE metric = 'launches_failed_count'", "2.0");
    fixture_release(&f);
}
END_TEST

Suite *test_instance_reports_suite(void);
Suite *test_instance_reports_suite(void)
{
    Suite *suite = suite_create("instance_reports");
    TCase *tests = tcase_create("reports");
    tcase_add_test(tests, reg_3_clu_21_never_served_and_why);
    tcase_add_test(tests, reg_3_who_serves_has_no_reason);
    tcase_add_test(tests, ev_8_ci_10_versions_grow_by_one);
    tcase_add_test(tests, ev_8_ci_23_statuses_of_a_trunk);
    tcase_add_test(tests, ev_8_ci_12_left_behind_is_inactive_when_deregistered);
    tcase_add_test(tests, eni_12_ci_23_events_of_a_trunk);
    tcase_add_test(tests, section_2_8_a_failed_launch_is_an_event);
    suite_add_tcase(suite, tests);
    return suite;
}
