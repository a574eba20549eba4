/* What a load makes of a service's tasks, and the metrics of sheet 03, section 21. */
#include "ecs_load.h"
#include "service_fixture.h"

#include <check.h>

static struct fixture f;

static void setup(void)
{
    service_fixture_init(&f, ECS_EPOCH_NEWEST, 6);
}

static void teardown(void)
{
    fixture_release(&f);
}

/* A constant load of `rate` requests a second on tasks of 10 a second each. */
static struct ecs_service *add_service(int64_t desired, double rate)
{
    struct ecs_service *service = fixture_add_service(&f, 0, desired);
    service->initial_running = true;
    service->load = (struct ecs_service_load){
        .spec = {.generator = load_generator_find("constant"),
                 .values = {rate},
                 .scale_ppm = 1000000},
        .capacity_milli = 10000,
        .max_percent = 100,
        .slo_milli = -1,
    };
    return service;
}

static const int64_t *minute(uint32_t n)
{
    const struct sim_record *record = fixture_record(&f, ECS_RECORD_SERVICE_LOAD, n);
    ck_assert_ptr_nonnull(record);
    return record->field;
}

static void assert_cpu(uint32_t n, int64_t num, int64_t den)
{
    ck_assert_int_eq(minute(n)[ECS_SERVICE_LOAD_cpu_num], num);
    ck_assert_int_eq(minute(n)[ECS_SERVICE_LOAD_cpu_den], den);
}

START_TEST(mx_1_mx_12_a_minute_of_load_is_shared_by_all_tasks)
{
    add_service(3, 7);
    fixture_run(&f);
    ck_assert_int_eq(fixture_count(&f, ECS_RECORD_SERVICE_LOAD), 120);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_SERVICE_LOAD, 0)->at, SIM_MINUTE);
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_load], 420);
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_served], 420);
    assert_cpu(0, 70, 3); /* 100 x 7 / 30, exactly */
    assert_cpu(119, 70, 3);
}
END_TEST

START_TEST(mx_12_what_exceeds_the_tasks_is_dropped)
{
    add_service(3, 45)->load.slo_milli = 90000;
    fixture_run(&f);
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_load], 2700);
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_served], 1800);
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_above], 1);
    assert_cpu(0, 100, 1);
}
END_TEST

START_TEST(mx_12_the_base_is_part_of_a_task)
{
    add_service(2, 10)->load.base_percent = 20;
    fixture_run(&f);
    assert_cpu(0, 60, 1); /* 20 + 80 x 10 / 20 */
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_above], 0);
}
END_TEST

/* A task of 512 units alone on 2,048 uses them all. */
START_TEST(at_mx4_at_mx6_mx_14_a_task_uses_four_times_its_share)
{
    struct ecs_service *service = add_service(1, 40);
    service->load.max_percent = 400;
    fixture_run(&f);
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_served], 2400);
    assert_cpu(0, 400, 1);
}
END_TEST

START_TEST(at_mx6_mx_14_no_task_goes_beyond_its_maximum)
{
    struct ecs_service *service = add_service(1, 41);
    service->load.max_percent = 400;
    fixture_run(&f);
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_served], 2400);
    assert_cpu(0, 400, 1);
}
END_TEST

START_TEST(at_mx5_an_idle_task_uses_its_base)
{
    add_service(1, 0)->load.base_percent = 25;
    fixture_run(&f);
    ck_assert_int_eq(minute(0)[ECS_SERVICE_LOAD_load], 0);
    assert_cpu(0, 25, 1);
}
END_TEST

START_TEST(mx_4_no_datapoint_without_a_running_task)
{
    add_service(0, 10)->load.slo_milli = 50000;
    fixture_run(&f);
    ck_assert_int_eq(minute(3)[ECS_SERVICE_LOAD_load], 600);
    ck_assert_int_eq(minute(3)[ECS_SERVICE_LOAD_served], 0);
    ck_assert_int_eq(minute(3)[ECS_SERVICE_LOAD_above], 1);
    assert_cpu(3, 0, 0);
}
END_TEST

/* MX-15: the metric is of RUNNING tasks; requests go to healthy ones only. */
START_TEST(mx_15_a_task_that_is_not_healthy_gets_no_requests)
{
    struct ecs_service *service = add_service(2, 15);
    service->load.base_percent = 10;
    service->initial_running = false;
    f.scenario.behaviour.service_healthy_after = 150 * SIM_SECOND;
    fixture_run(&f);
    ck_assert_int_eq(minute(1)[ECS_SERVICE_LOAD_running], 2);
    ck_assert_int_eq(minute(1)[ECS_SERVICE_LOAD_healthy], 0);
    ck_assert_int_eq(minute(1)[ECS_SERVICE_LOAD_served], 0);
    assert_cpu(1, 10, 1);
    ck_assert_int_eq(minute(3)[ECS_SERVICE_LOAD_healthy], 2);
    assert_cpu(3, 155, 2); /* 10 + 90 x 15 / 20 */
}
END_TEST

START_TEST(mx_12_metrics_of_the_last_whole_minute)
{
    int64_t num = -1, den = -1;
    add_service(4, 9);
    fixture_add_service(&f, 0, 1); /* without a load */
    struct ecs_world *world = ecs_world_new(&f.scenario);
    ecs_world_begin(world, 0);
    ck_assert(ecs_world_advance(world, 59 * SIM_SECOND));
    ck_assert(!ecs_service_metric(world, 0, ECS_SERVICE_CPU_UTILIZATION, &num, &den));
    ck_assert(ecs_world_advance(world, 61 * SIM_SECOND));
    ck_assert(ecs_service_metric(world, 0, ECS_SERVICE_CPU_UTILIZATION, &num, &den));
    ck_assert(num == 45 && den == 2);
    ck_assert(ecs_service_metric(world, 0, ECS_SERVICE_REQUESTS_PER_TARGET, &num, &den));
    ck_assert(num == 540 && den == 4);
    ck_assert(!ecs_service_metric(world, 1, ECS_SERVICE_CPU_UTILIZATION, &num, &den));
    ecs_world_free(world);
}
END_TEST

START_TEST(a_deleted_service_has_no_load_and_no_metric)
{
    int64_t num, den;
    add_service(1, 9);
    struct ecs_change *change = fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_DELETE_SERVICE);
    change->service = 0;
    change->force = true;
    struct ecs_world *world = ecs_world_new(&f.scenario);
    ecs_world_begin(world, 0);
    ck_assert(ecs_world_advance(world, 9 * SIM_MINUTE + 1));
    ck_assert(ecs_service_metric(world, 0, ECS_SERVICE_CPU_UTILIZATION, &num, &den));
    ck_assert(ecs_world_advance(world, SIM_HOUR));
    ck_assert(!ecs_service_metric(world, 0, ECS_SERVICE_CPU_UTILIZATION, &num, &den));
    ecs_world_free(world);
    fixture_run(&f);
    ck_assert_int_le(fixture_count(&f, ECS_RECORD_SERVICE_LOAD), 10);
}
END_TEST

START_TEST(without_a_load_there_is_no_record_of_one)
{
    fixture_add_service(&f, 0, 3);
    fixture_run(&f);
    ck_assert_int_eq(fixture_count(&f, ECS_RECORD_SERVICE_LOAD), 0);
}
END_TEST

/* 16,384 CPU units and 30,158 MiB, and 2,048 and 3,768. */
static void two_instances(void)
{
    fixture_release(&f);
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 60);
    f.scenario.duration = SIM_HOUR;
    fixture_add_definition(&f, 1024, 2048, -1);
    uint32_t big = fixture_add_type(&f, "big", 16, 30158, 0, 4);
    uint32_t small = fixture_add_type(&f, "small", 2, 3768, 0, 4);
    uint32_t zone = ecs_names_intern(&f.scenario.names, "us-east-1a");
    f.extras[0] = (struct ecs_extra_instance){.spec = big, .count = 1, .zone = {.name = zone}};
    f.extras[1] = (struct ecs_extra_instance){.spec = small, .count = 1, .zone = {.name = zone}};
    f.scenario.extra_instance_count = 2;
}

START_TEST(at_mx1_at_mx2_mx_8_mx_9_mx_19_reservation_of_a_cluster)
{
    two_instances();
    fixture_run_task(&f, 0, (struct ecs_strategy){0}, 10, 0);
    fixture_run(&f);
    const int64_t *row = fixture_capacity_at(&f, -1, 30 * SIM_MINUTE)->field;
    ck_assert_int_eq(row[ECS_CAPACITY_cpu_registered], 18432);
    ck_assert_int_eq(row[ECS_CAPACITY_memory_registered_mib], 33926);
    ck_assert_int_eq(row[ECS_CAPACITY_cpu_reserved], 10240);
    ck_assert_int_eq(row[ECS_CAPACITY_memory_reserved_mib], 20480);
    ck_assert_int_eq(100 * row[ECS_CAPACITY_cpu_reserved] / row[ECS_CAPACITY_cpu_registered], 55);
    ck_assert_int_eq(100 * row[ECS_CAPACITY_memory_reserved_mib] /
                         row[ECS_CAPACITY_memory_registered_mib],
                     60);
}
END_TEST

/* DRAINING stays in the denominator, INACTIVE does not. */
START_TEST(at_mx9_mx_6_inactive_instances_register_nothing)
{
    static const int64_t small[] = {2};
    two_instances();
    struct ecs_change *drain =
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    drain->draining = true;
    drain->selection.serials = small;
    drain->selection.serial_count = 1;
    struct ecs_change *leave =
        fixture_add_change(&f, 20 * SIM_MINUTE, ECS_OP_DEREGISTER_CONTAINER_INSTANCE);
    leave->selection.serials = small;
    leave->selection.serial_count = 1;
    fixture_run(&f);
    const struct sim_record *draining = fixture_capacity_at(&f, -1, 15 * SIM_MINUTE);
    const struct sim_record *inactive = fixture_capacity_at(&f, -1, 25 * SIM_MINUTE);
    ck_assert_int_eq(draining->field[ECS_CAPACITY_cpu_registered], 18432);
    ck_assert_int_eq(inactive->field[ECS_CAPACITY_cpu_registered], 16384);
}
END_TEST

Suite *test_ecs_load_suite(void);
Suite *test_ecs_load_suite(void)
{
    Suite *suite = suite_create("ecs_load");
    TCase *tests = tcase_create("load");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, mx_1_mx_12_a_minute_of_load_is_shared_by_all_tasks);
    tcase_add_test(tests, mx_12_what_exceeds_the_tasks_is_dropped);
    tcase_add_test(tests, mx_12_the_base_is_part_of_a_task);
    tcase_add_test(tests, at_mx4_at_mx6_mx_14_a_task_uses_four_times_its_share);
    tcase_add_test(tests, at_mx6_mx_14_no_task_goes_beyond_its_maximum);
    tcase_add_test(tests, at_mx5_an_idle_task_uses_its_base);
    tcase_add_test(tests, mx_4_no_datapoint_without_a_running_task);
    tcase_add_test(tests, mx_15_a_task_that_is_not_healthy_gets_no_requests);
    tcase_add_test(tests, mx_12_metrics_of_the_last_whole_minute);
    tcase_add_test(tests, a_deleted_service_has_no_load_and_no_metric);
    tcase_add_test(tests, without_a_load_there_is_no_record_of_one);
    tcase_add_test(tests, at_mx1_at_mx2_mx_8_mx_9_mx_19_reservation_of_a_cluster);
    tcase_add_test(tests, at_mx9_mx_6_inactive_instances_register_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
