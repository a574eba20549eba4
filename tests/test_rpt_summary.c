/* The summary: every metric of the made-up run worked out by hand, what a warm-up takes away, and
 * the printed forms. */
#include "rpt_fixture.h"
#include "rpt_summary.h"
#include "test_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

START_TEST(metrics_by_hand)
{
    /* Waits 0, 30, 90, 0, 6900, 600 s. Two instances: 1 h and 2 h at 0.096 USD. */
    static const struct rpt_expected expected[] = {
        {"arrivals_count", 6},
        {"tasks_completed_count", 2},
        {"tasks_failed_at_end_count", 1},
        {"tasks_running_at_end_count", 1},
        {"tasks_waiting_at_end_count", 1},
        {"tasks_dropped_at_end_count", 1},
        {"tasks_failed_host_terminated_at_end_count", 1},
        {"tasks_waiting_resource_memory_at_end_count", 1},
        {"tasks_waiting_resource_cpu_at_end_count", -1},
        {"tasks_dropped_provisioning_cap_at_end_count", 1},
        {"submissions_refused_count", 2},
        {"submissions_refused_provisioning_cap_count", 2},
        {"submissions_refused_resource_cpu_count", -1},
        {"tasks_timed_out_count", 0},
        {"placement_failures_count", 1},
        {"interruptions_count", 0},
        {"tasks_stopped_by_scale_in_count", 1},
        {"task_wait_s_mean", 1270},
        {"task_wait_s_p50", 30},
        {"task_wait_s_p90", 6900},
        {"task_wait_s_p99", 6900},
        {"task_wait_s_max", 6900},
        {"task_wait_over_1m_pct", 50},
        {"task_wait_over_10m_pct", 100.0 / 6},
        {"instances_peak_count", 3},
        {"instances_mean_count", 1.5},
        {"instance_hours", 3},
        {"instances_launched_count", 1},
        {"instance_boot_s_mean", 30},
        {"desired_changes_count", 2},
        {"scale_out_count", 1},
        {"scale_in_count", 1},
        {"tasks_running_peak_count", 4},
        {"tasks_running_mean_count", 1},
        {"cpu_reserved_pct_mean", 25},
        {"memory_reserved_pct_mean", 50},
        {"enis_used_pct_mean", -1},
        {"cost_usd", 0.288},
        {"cost_usd_ec2_on_demand", 0.288},
        {"cost_per_completed_task_usd", 0.144},
        {"cost_per_day_usd", 3.456},
    };
    rpt_fixture_expect(&fixture, expected, sizeof expected / sizeof expected[0]);
}
END_TEST

START_TEST(a_warmup_keeps_out_what_came_before)
{
    /* From minute 4 on: arrivals 4, 5, 6; the first instance counts 56 of its 60 minutes, the
     * second 116 of 120; nothing was launched, one change of desired is left. */
    static const struct rpt_expected expected[] = {
        {"arrivals_count", 3},
        {"tasks_completed_count", 0},
        {"tasks_failed_at_end_count", 0},
        {"tasks_failed_host_terminated_at_end_count", -1},
        {"tasks_running_at_end_count", 1},
        {"tasks_waiting_at_end_count", 1},
        {"tasks_dropped_at_end_count", 1},
        {"tasks_stopped_by_scale_in_count", 0},
        {"task_wait_s_mean", 2500},
        {"task_wait_s_max", 6900},
        {"instances_launched_count", 0},
        {"instance_boot_s_mean", -1},
        {"desired_changes_count", 1},
        {"cost_usd", 0.0896 + 0.1856},
        {"cost_per_completed_task_usd", -1},
    };
    fixture.scenario.warmup = 4 * SIM_MINUTE;
    rpt_fixture_expect(&fixture, expected, sizeof expected / sizeof expected[0]);
}
END_TEST

START_TEST(arrived_is_completed_failed_running_waiting_dropped)
{
    static const char *const parts[] = {"tasks_completed_count", "tasks_failed_at_end_count",
                                        "tasks_running_at_end_count", "tasks_waiting_at_end_count",
                                        "tasks_dropped_at_end_count"};
    fixture.scenario.warmup = _i * SIM_MINUTE;
    struct rpt_result result = rpt_fixture_result(&fixture, 0);
    double sum = 0.0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        sum += result.values[rpt_fixture_metric(parts[i])];
    ck_assert_double_eq(result.values[rpt_fixture_metric("arrivals_count")], sum);
    rpt_fixture_free_result(&result);
}
END_TEST

START_TEST(a_summary_can_be_used_again)
{
    struct rpt_summary *summary = rpt_summary_new(&fixture.scenario);
    double first = 0.0, second = 0.0;
    for (uint32_t i = 0; i < 2; i++) {
        rpt_summary_begin(summary, i);
        rpt_fixture_run(&fixture, rpt_summary_observe, summary);
        ck_assert(rpt_summary_value(summary, rpt_fixture_metric("task_wait_s_mean"),
                                    i ? &second : &first));
    }
    ck_assert_double_eq(first, second);
    rpt_summary_free(summary);
}
END_TEST

START_TEST(metric_names_are_unique_and_documented)
{
    ck_assert_ptr_null(rpt_metrics[rpt_metric_count].name);
    for (uint32_t i = 0; i < rpt_metric_count; i++) {
        ck_assert_uint_eq(rpt_fixture_metric(rpt_metrics[i].name), i);
        ck_assert_uint_gt(strlen(rpt_metrics[i].help), 10);
    }
}
END_TEST

/* ---- printed --------------------------------------------------------------------------------- */

/* What `print` writes to stdout for `count` replications. */
static char *printed(rpt_printer *print, uint32_t count)
{
    struct rpt_result results[3];
    ck_assert_uint_le(count, 3);
    for (uint32_t i = 0; i < count; i++) {
        results[i] = rpt_fixture_result(&fixture, i);
        results[i].values[rpt_fixture_metric("instance_hours")] += i;
    }
    char *text = rpt_fixture_printed(&fixture, print, results, count);
    for (uint32_t i = 0; i < count; i++)
        rpt_fixture_free_result(&results[i]);
    return text;
}

START_TEST(the_table_names_the_run_and_its_numbers)
{
    char *text = printed(rpt_summary_print, 1);
    static const char *const parts[] = {
        "made-up  (plimsoll test)\nA run made by hand\n",
        "epoch 2025-07, seed 1, 1 replication, from 2024-01-01T00:00:00Z\n",
        "horizon 2h, prices of 2025-07\n",
        "result 0000000000001234\n",
        "  arrived                                         6\n",
        "      host terminated                             1\n",
        "      PROVISIONING cap                            1\n",
        "  mean                                      1,270.0 s    (21m10s)\n",
        "  cost                                       0.2880 USD\n",
        "Placement failures                            tries      what would have helped\n",
        "would have helped\n  RESOURCE:MEMORY                                 1      256 MiB "
        "less\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        rpt_fixture_has(text, parts[i]);
    ck_assert_ptr_null(strstr(text, " \n"));
    free(text);
}
END_TEST

START_TEST(replications_have_mean_and_interval)
{
    /* Instance hours 3, 4, 5: mean 4, half-width t(0.975; 2) * 1 / sqrt(3) = 2.484. */
    char *text = printed(rpt_summary_print, 3);
    rpt_fixture_has(text, "3 replications");
    rpt_fixture_has(text, "  instance hours                                4.0 h   +- 2.5\n");
    free(text);
}
END_TEST

START_TEST(json_has_the_same_numbers)
{
    char *text = printed(rpt_summary_print_json, 3), *again = printed(rpt_summary_print_json, 3);
    rpt_fixture_has(text, "\"scenario\": \"made-up\"");
    rpt_fixture_has(text, "\"result_hash\": \"0000000000001235\"");
    rpt_fixture_has(text,
                    "\"instance_hours\": {\n      \"mean\": 4,\n      \"half_width_95\": 2.484");
    rpt_fixture_has(text, "\"cost_usd\": 0.288,");
    rpt_fixture_has(text, "\"horizon_s\": 7200,");
    rpt_fixture_has(text, "\"reason\": \"RESOURCE:MEMORY\",\n      \"tries\": 3,\n      "
                          "\"hint\": \"256 MiB less\",\n      \"helped\": 3");
    ck_assert_str_eq(text, again);
    ck_assert_int_eq(text[strlen(text) - 1], '\n');
    free(text);
    free(again);
}
END_TEST

/* ---- placement failures ---- */

static void failed_try(struct rpt_failures *failures, int64_t at_s, int64_t arrival,
                       enum ecs_reason reason, int64_t count, enum ecs_hint hint, int64_t amount)
{
    int64_t field[ECS_FAILURE_FIELDS] = {0};
    field[ECS_FAILURE_arrival] = arrival;
    field[ECS_FAILURE_reason] = reason;
    field[ECS_FAILURE_count] = count;
    field[ECS_FAILURE_hint] = hint;
    field[ECS_FAILURE_amount] = amount;
    rpt_failures_observe(failures, at_s * SIM_SECOND, field);
}

/* A try counts once, under the reason that rules out most instances over all its constraints; the
 * hint that most tries of a reason have wins, with its greatest amount; the warm-up is left out. */
START_TEST(failures_by_leading_reason)
{
    struct rpt_failures failures;
    struct rpt_failure by_reason[ECS_REASONS], total[ECS_REASONS] = {0};
    rpt_failures_begin(&failures, 60 * SIM_SECOND);
    failed_try(&failures, 10, 1, ECS_REASON_RESOURCE_GPU, 1, ECS_HINT_LESS_GPUS, 1); /* too early */
    failed_try(&failures, 61, 2, ECS_REASON_RESOURCE_CPU, 2, ECS_HINT_LESS_CPU, 5);
    failed_try(&failures, 61, 2, ECS_REASON_MEMBER_OF, 1, ECS_HINT_NO_MEMBER_OF, 1);
    failed_try(&failures, 61, 2, ECS_REASON_MEMBER_OF, 2, ECS_HINT_INSTANCE, 1);
    failed_try(&failures, 62, 3, ECS_REASON_RESOURCE_CPU, 2, ECS_HINT_LESS_CPU, 7);
    failed_try(&failures, 63, 3, ECS_REASON_RESOURCE_CPU, 2, ECS_HINT_LESS_CPU, 3);
    failed_try(&failures, 64, 3, ECS_REASON_RESOURCE_CPU, 2, ECS_HINT_INSTANCE, 1);
    failed_try(&failures, 65, 3, ECS_REASON_RESOURCE_CPU, 2, ECS_HINT_NONE, 0);
    ck_assert_int_eq(rpt_failures_leading(&failures), ECS_REASON_RESOURCE_CPU);
    rpt_failures_end(&failures, by_reason);
    ck_assert_uint_eq(by_reason[ECS_REASON_RESOURCE_GPU].tries, 0);
    ck_assert_uint_eq(by_reason[ECS_REASON_MEMBER_OF].tries, 1);
    ck_assert_int_eq(by_reason[ECS_REASON_MEMBER_OF].hint, ECS_HINT_INSTANCE);
    ck_assert_uint_eq(by_reason[ECS_REASON_RESOURCE_CPU].tries, 4);
    ck_assert_uint_eq(by_reason[ECS_REASON_RESOURCE_CPU].helped, 2);
    ck_assert_int_eq(by_reason[ECS_REASON_RESOURCE_CPU].hint, ECS_HINT_LESS_CPU);
    ck_assert_int_eq(by_reason[ECS_REASON_RESOURCE_CPU].amount, 7);
    rpt_failures_add(total, by_reason);
    rpt_failures_add(total, by_reason);
    ck_assert_uint_eq(total[ECS_REASON_RESOURCE_CPU].tries, 8);
    ck_assert_uint_eq(total[ECS_REASON_RESOURCE_CPU].helped, 4);
    ck_assert_uint_eq(total[ECS_REASON_MEMBER_OF].tries, 2);
}
END_TEST

Suite *test_rpt_summary_suite(void);
Suite *test_rpt_summary_suite(void)
{
    Suite *suite = suite_create("rpt_summary");
    TCase *metrics = tcase_create("metrics");
    tcase_add_checked_fixture(metrics, setup, teardown);
    tcase_add_test(metrics, metrics_by_hand);
    tcase_add_test(metrics, a_warmup_keeps_out_what_came_before);
    tcase_add_loop_test(metrics, arrived_is_completed_failed_running_waiting_dropped, 0, 8);
    tcase_add_test(metrics, a_summary_can_be_used_again);
    tcase_add_test(metrics, metric_names_are_unique_and_documented);
    suite_add_tcase(suite, metrics);
    tcase_add_test(metrics, failures_by_leading_reason);
    TCase *print = tcase_create("printed");
    tcase_add_checked_fixture(print, setup, teardown);
    tcase_add_test(print, the_table_names_the_run_and_its_numbers);
    tcase_add_test(print, replications_have_mean_and_interval);
    tcase_add_test(print, json_has_the_same_numbers);
    suite_add_tcase(suite, print);
    return suite;
}
