/* The shipped scenarios with services show what their descriptions say. */
#include "scn_load.h"
#include "service_fixture.h"

#include <check.h>
#include <stdlib.h>

static struct scn_loaded loaded;
static struct fixture run;

static void setup(void)
{
    run = (struct fixture){0};
}

static void teardown(void)
{
    free(run.records);
    scn_loaded_release(&loaded);
}

/* NULL: as it ships. */
static void run_shipped(const char *path, const char *set)
{
    const struct scn_options options = {.sets = &set, .set_count = set != NULL};
    free(run.records);
    run = (struct fixture){0};
    ck_assert(scn_load(&loaded, path, &options));
    run.scenario = loaded.scenario;
    fixture_run(&run);
}

#define TIGHT "scenarios/deploy-tight.json"

/* DC-6: new tasks start before old ones stop only where there is room. */
START_TEST(dc_6_deploy_tight_waits_until_the_bound_is_lowered)
{
    run_shipped(TIGHT, NULL);
    struct service_counts before = service_counts_at(&run, 0, 39 * SIM_MINUTE);
    ck_assert_int_eq(before.healthy, 6);
    ck_assert_int_eq(before.of_first, 6);
    ck_assert_int_eq(service_extremes(&run, 0, SIM_MINUTE, 40 * SIM_MINUTE).healthy, 6);
    sim_time failure = service_event_at(&run, ECS_SERVICE_PLACEMENT_FAILURE, 0);
    ck_assert_int_ge(failure, 10 * SIM_MINUTE);
    ck_assert_int_lt(failure, 11 * SIM_MINUTE);
    struct service_counts half = service_counts_at(&run, 0, 40 * SIM_MINUTE + 20 * SIM_SECOND);
    ck_assert_int_eq(half.live, 6); /* three of each revision */
    ck_assert_int_eq(half.of_last, 3);
    ck_assert_int_eq(service_extremes(&run, 0, 40 * SIM_MINUTE, 2 * SIM_HOUR).healthy, 3);
    /* Sheet 04, 5.4: failures in a row; three tasks were placed, so the next try is 17 s later. */
    sim_time again = service_event_at(&run, ECS_SERVICE_PLACEMENT_FAILURE, 7);
    ck_assert_int_eq(again - service_event_at(&run, ECS_SERVICE_PLACEMENT_FAILURE, 6),
                     17 * SIM_SECOND);
    sim_time done = deployment_at(&run, 2, ECS_DEPLOYMENT_COMPLETED);
    ck_assert_int_gt(done, 40 * SIM_MINUTE);
    ck_assert_int_lt(done, 42 * SIM_MINUTE);
    ck_assert_int_eq(service_counts_at(&run, 0, 2 * SIM_HOUR).of_last, 6);
}
END_TEST

START_TEST(dc_6_deploy_tight_needs_one_instance_more)
{
    run_shipped(TIGHT, "autoScalingGroups[web].DesiredCapacity=4");
    sim_time done = deployment_at(&run, 2, ECS_DEPLOYMENT_COMPLETED);
    ck_assert_int_gt(done, 10 * SIM_MINUTE);
    ck_assert_int_lt(done, 20 * SIM_MINUTE);
    ck_assert_int_eq(service_extremes(&run, 0, SIM_MINUTE, 2 * SIM_HOUR).healthy, 6);
}
END_TEST

static int64_t cost_nusd(void)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < fixture_count(&run, ECS_RECORD_COST); i++)
        sum += fixture_record(&run, ECS_RECORD_COST, i)->field[ECS_COST_cost_nusd];
    return sum;
}

/* SV-D5: on every instance, first of all; so that none holds four tasks of half a vCPU. */
START_TEST(sv_d5_daemon_overhead_is_a_quarter)
{
    run_shipped("scenarios/daemon-overhead.json", NULL);
    int64_t with = cost_nusd();
    uint32_t registered = fixture_count(&run, ECS_RECORD_INSTANCE_REGISTERED);
    uint32_t daemons =
        fixture_count_where(&run, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_definition, 1);
    ck_assert_uint_eq(registered, daemons);
    ck_assert_int_eq(service_event_at(&run, ECS_SERVICE_PLACEMENT_FAILURE, 0), -1);
    uint64_t work = loaded.scenario.workload_hash;
    scn_loaded_release(&loaded);
    run_shipped("scenarios/daemon-overhead.json", "services=[]");
    int64_t without = cost_nusd();
    ck_assert_uint_eq(loaded.scenario.workload_hash, work);
    ck_assert_int_gt(100 * with, 120 * without);
    ck_assert_int_lt(100 * with, 133 * without); /* three in place of four */
}
END_TEST

Suite *test_services_shipped_suite(void);
Suite *test_services_shipped_suite(void)
{
    Suite *suite = suite_create("services_shipped");
    TCase *tests = tcase_create("shipped");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, dc_6_deploy_tight_waits_until_the_bound_is_lowered);
    tcase_add_test(tests, dc_6_deploy_tight_needs_one_instance_more);
    tcase_add_test(tests, sv_d5_daemon_overhead_is_a_quarter);
    suite_add_tcase(suite, tests);
    return suite;
}
