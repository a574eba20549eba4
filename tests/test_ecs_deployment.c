/* Deployments: bounds, health, draining, failures in a row (sheet 03, sections 13, 15.1 and 18;
 * sheet 02, section 3). */
#include "service_fixture.h"

#include <check.h>

static struct fixture f;

static void setup(void)
{
    service_fixture_init(&f, ECS_EPOCH_NEWEST, 12);
}

static void teardown(void)
{
    fixture_release(&f);
}

/* A service that is rolled over at ten minutes. */
static struct ecs_service *roll(int64_t desired, int64_t minimum, int64_t maximum)
{
    struct ecs_service *service = fixture_add_service(&f, 0, desired);
    service->minimum_healthy_percent = minimum;
    service->maximum_percent = maximum;
    fixture_add_update(&f, 10 * SIM_MINUTE, 0)->force_new_deployment = true;
    return service;
}

static struct service_counts at(sim_time time)
{
    return service_counts_at(&f, 0, time);
}

/* ---- AT-DC ---- */

static const struct bounds {
    int64_t desired, minimum, maximum, lower, upper;
    bool stuck;
} bounds[] = {
    {4, 50, 100, 2, 4, false},      /* AT-DC1 */
    {4, 100, 200, 4, 8, false},     /* AT-DC2 */
    {4, 75, 100, 3, 4, false},      /* AT-DC3 */
    {4, 100, 125, 4, 5, false},     /* AT-DC4 */
    {3, 50, 150, 2, 4, false},      /* AT-DC5 */
    {5, 50, 150, 3, 7, false},      /* AT-DC6 */
    {1, 50, 200, 1, 2, false},      /* AT-DC7 */
    {1, 100, 150, 1, 1, true},      /* AT-DC8 */
    {10, 25, 125, 3, 12, false},    /* AT-DC9 */
    {7, 33, 133, 3, 9, false},      /* AT-DC10 */
    {3, 100, 133, 3, 3, true},      /* AT-DC11 */
    {2, 100, 150, 2, 3, false},     /* AT-DC12 */
    {100, 99, 101, 99, 101, false}, /* AT-DC13 */
    {0, 100, 200, 0, 0, false},     /* AT-DC14 */
};
#define BOUNDS ((int)(sizeof bounds / sizeof *bounds))

START_TEST(dc_1_dc_2_a_rolling_deployment_stays_within_its_bounds)
{
    const struct bounds *row = &bounds[_i];
    f.definitions[0].cpu_units = 256;
    f.definitions[0].memory_mib = 64;
    f.scenario.duration = 4 * SIM_HOUR;
    roll(row->desired, row->minimum, row->maximum);
    fixture_run(&f);
    const struct sim_record *record = fixture_record(&f, ECS_RECORD_SERVICE_BOUNDS, 0);
    ck_assert_int_eq(record->field[ECS_SERVICE_BOUNDS_lower], row->lower);
    ck_assert_int_eq(record->field[ECS_SERVICE_BOUNDS_upper], row->upper);
    struct service_counts extremes = service_extremes(&f, 0, 10 * SIM_MINUTE, f.scenario.duration);
    ck_assert_int_ge(extremes.healthy, row->lower);
    ck_assert_int_le(extremes.live, row->upper);
    struct service_counts end = at(f.scenario.duration);
    ck_assert_int_eq(end.healthy, row->desired);
    ck_assert_int_eq(end.of_last, row->stuck ? 0 : row->desired);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED) >= 0, !row->stuck);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_STUCK), /* DC-13 */
                     row->stuck ? 10 * SIM_MINUTE : -1);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_STUCK, 0), row->stuck ? 10 * SIM_MINUTE : -1);
}
END_TEST

START_TEST(at_dc1_half_may_stop_before_others_start)
{
    roll(4, 50, 100);
    fixture_run(&f);
    ck_assert_int_eq(at(10 * SIM_MINUTE).of_first, 2);
    ck_assert_int_eq(at(10 * SIM_MINUTE).of_last, 2); /* STOPPING takes no time here */
    ck_assert_int_eq(at(10 * SIM_MINUTE + 40 * SIM_SECOND).of_first, 0);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED),
                     10 * SIM_MINUTE + 80 * SIM_SECOND);
}
END_TEST

START_TEST(at_dc2_four_may_start_before_four_stop)
{
    roll(4, 100, 200);
    fixture_run(&f);
    ck_assert_int_eq(at(10 * SIM_MINUTE).of_first, 4);
    ck_assert_int_eq(at(10 * SIM_MINUTE).of_last, 4);
    ck_assert_int_eq(at(10 * SIM_MINUTE + 39 * SIM_SECOND).of_first, 4); /* DC-7 */
    ck_assert_int_eq(at(10 * SIM_MINUTE + 40 * SIM_SECOND).of_first, 0);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED),
                     10 * SIM_MINUTE + 40 * SIM_SECOND);
}
END_TEST

START_TEST(dc_6_new_tasks_start_first_only_where_there_is_room)
{
    f.scenario.extra_instance_count = 1; /* four tasks fill it */
    roll(4, 100, 200);
    fixture_run(&f);
    ck_assert_int_eq(at(SIM_HOUR).of_first, 4);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 0), 10 * SIM_MINUTE);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_STUCK), -1); /* it waits for room */
}
END_TEST

/* Both readings of DC-1: with 100 % nothing starts while STOPPING tasks count. */
START_TEST(dc_1_whether_stopping_tasks_count_is_the_epochs)
{
    f.scenario.behaviour.service_stopping_counts = _i;
    f.definitions[0].stop_time = sim_dist_constant(20);
    roll(4, 50, 100);
    fixture_run(&f);
    ck_assert_int_eq(at(10 * SIM_MINUTE).of_first, 2);
    ck_assert_int_eq(at(10 * SIM_MINUTE).of_last, _i ? 0 : 2);
    ck_assert_int_eq(at(10 * SIM_MINUTE + 20 * SIM_SECOND).of_last, 2);
    struct ecs_behaviour behaviour;
    ecs_behaviour_at(&behaviour, _i ? 202301 : 202204);
    ck_assert_int_eq(behaviour.service_stopping_counts, _i);
}
END_TEST

START_TEST(dc_13_a_stuck_deployment_goes_on_when_a_task_ends_by_itself)
{
    roll(1, 100, 150);
    struct ecs_change *change = fixture_add_change(&f, 20 * SIM_MINUTE, ECS_OP_STOP_TASK);
    change->selection.count = 1;
    fixture_run(&f);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_STUCK), 10 * SIM_MINUTE);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED),
                     20 * SIM_MINUTE + 40 * SIM_SECOND);
}
END_TEST

START_TEST(dc_8_a_task_with_health_checks_is_healthy_when_they_pass)
{
    f.containers[0][0].check_interval = 30 * SIM_SECOND;
    f.containers[0][0].healthy_after = sim_dist_constant(70);
    f.containers[0][1].check_interval = 300 * SIM_SECOND; /* not essential: not looked at */
    f.containers[0][1].healthy_after = sim_dist_constant(1000);
    f.definitions[0].container_count = 2;
    roll(2, 100, 200);
    fixture_run(&f);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_STEADY_STATE, 0), 90 * SIM_SECOND);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED),
                     10 * SIM_MINUTE + 90 * SIM_SECOND);
}
END_TEST

/* Checks begin to pass `passes` after the start. */
static void check_health(uint32_t index, sim_time interval, int64_t retries, sim_time period,
                         double passes)
{
    struct ecs_container *container = &f.containers[index][0];
    container->check_interval = interval;
    container->check_retries = retries;
    container->check_start_period = period;
    container->healthy_after = sim_dist_constant(passes);
}

/* HLT-08's own two examples, then a pass just in time and one too late. */
static const struct {
    int64_t interval_s, retries, period_s;
    double passes_s;
    int64_t unhealthy_s; /* -1: never */
} checks[] = {
    {30, 3, 0, 1e6, 90}, {5, 3, 20, 1e6, 30},   {30, 3, 0, 90, -1},
    {30, 3, 0, 91, 90},  {10, 1, 300, 299, -1}, {10, 1, 300, 301, 300},
};

START_TEST(sv_7_hlt_04_hlt_05_hlt_07_hlt_08_unhealthy_is_replaced)
{
    check_health(0, checks[_i].interval_s * SIM_SECOND, checks[_i].retries,
                 checks[_i].period_s * SIM_SECOND, checks[_i].passes_s);
    fixture_add_service(&f, 0, 1);
    fixture_run(&f);
    bool never = checks[_i].unhealthy_s < 0;
    ck_assert_int_eq(service_start_at(&f, 0, 1), never ? -1 : checks[_i].unhealthy_s * SIM_SECOND);
    ck_assert_int_eq(fixture_count(&f, ECS_RECORD_TASK_HEALTHY), never);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_START_IMPAIRED, 0), -1); /* TH-9 */
    if (never)
        return;
    /* each at the same distance: nothing slows it down */
    ck_assert_int_eq(service_start_at(&f, 0, 5), 5 * checks[_i].unhealthy_s * SIM_SECOND);
    const struct sim_record *ended = fixture_record(&f, ECS_RECORD_TASK_ENDED, 0);
    ck_assert_int_eq(ended->field[ECS_TASK_ENDED_outcome], ECS_OUTCOME_FAILED);
    ck_assert_int_eq(ended->field[ECS_TASK_ENDED_stop_reason], ECS_REASON_UNHEALTHY);
    ck_assert_int_eq(ended->field[ECS_TASK_ENDED_stop_code], ECS_STOP_SERVICE_SCHEDULER_INITIATED);
}
END_TEST

START_TEST(hlt_06_a_task_on_its_own_is_not_stopped_for_its_health)
{
    check_health(0, 30 * SIM_SECOND, 3, 0, 1e6);
    fixture_run_task(&f, 0, (struct ecs_strategy){.count = 0}, 1, 0);
    fixture_run(&f);
    const struct sim_record *ended = fixture_record(&f, ECS_RECORD_TASK_ENDED, 0);
    ck_assert_int_eq(ended->field[ECS_TASK_ENDED_outcome], ECS_OUTCOME_RUNNING);
}
END_TEST

/* Its old tasks stay, as many as the lower bound; the circuit breaker, where it is on, ends it. */
START_TEST(dc_8_a_deployment_that_is_never_healthy)
{
    fixture_add_definition(&f, 512, 512, -1);
    check_health(1, 30 * SIM_SECOND, 3, 0, 1e6);
    struct ecs_service *service = fixture_add_service(&f, 0, 4);
    service->circuit_breaker = service->rollback = _i == 1;
    struct ecs_service_update *update = fixture_add_update(&f, 10 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DEFINITION;
    update->request.task_definition = 1;
    fixture_run(&f);
    sim_time failed = 10 * SIM_MINUTE + 90 * SIM_SECOND; /* four in a row are more than three */
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_FAILED), _i == 1 ? failed : -1);
    ck_assert_int_eq(at(f.scenario.duration).of_first, 4);
    ck_assert_int_eq(at(f.scenario.duration).healthy, 4);
    ck_assert_int_eq(at(f.scenario.duration).live, _i == 1 ? 4 : 8);
}
END_TEST

/* ---- what is a deployment ---- */

START_TEST(sv_5_a_new_revision_is_a_deployment_and_a_count_is_none)
{
    fixture_add_definition(&f, 512, 512, -1);
    fixture_add_service(&f, 0, 4);
    struct ecs_service_update *update = fixture_add_update(&f, 10 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DESIRED | ECS_UPDATE_MAXIMUM;
    update->desired = 6;
    update->maximum_percent = 150;
    update = fixture_add_update(&f, 20 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DEFINITION; /* the one that it has */
    update = fixture_add_update(&f, 30 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DEFINITION;
    update->request.task_definition = 1;
    fixture_run(&f);
    ck_assert_int_eq(at(11 * SIM_MINUTE).of_first, 6);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_IN_PROGRESS), 30 * SIM_MINUTE);
    ck_assert_int_eq(at(SIM_HOUR).of_last, 6);
    ck_assert_int_eq(at(30 * SIM_MINUTE).live, 9); /* six and half as many */
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_definition, 1),
                     6);
}
END_TEST

START_TEST(cud_2_a_forced_deployment_replaces_every_task_of_the_same_revision)
{
    roll(4, 100, 200);
    fixture_run(&f);
    ck_assert_int_eq(at(SIM_HOUR).of_last, 4);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_OLD), 4);
    ck_assert_int_eq(fixture_count(&f, ECS_RECORD_ARRIVAL), 8);
    ck_assert_int_eq(deployment_at(&f, 1, ECS_DEPLOYMENT_REPLACED), 10 * SIM_MINUTE);
}
END_TEST

START_TEST(co_8_cud_2_placement_rules_hold_for_tasks_started_from_then_on)
{
    fixture_add_service(&f, 0, 2);
    struct ecs_service_update *update = fixture_add_update(&f, 10 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_RULES | ECS_UPDATE_DESIRED;
    update->request.placement.rule_count = 0;
    fixture_rule("binpack", &update->request.placement, 0);
    update->own_strategy = true;
    update->desired = 4;
    fixture_run(&f);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_IN_PROGRESS), -1);
    int64_t most = 0;
    for (int64_t serial = 1; serial <= 12; serial++) {
        int64_t tasks = service_tasks_on(&f, 0, serial, SIM_HOUR);
        most = tasks > most ? tasks : most;
    }
    ck_assert_int_eq(most, 3); /* two came to where one was */
}
END_TEST

START_TEST(ru_1_a_second_update_overtakes_the_first)
{
    f.scenario.behaviour.container_start = 60 * SIM_SECOND;
    roll(4, 100, 200);
    fixture_add_update(&f, 10 * SIM_MINUTE + 30 * SIM_SECOND, 0)->force_new_deployment = true;
    fixture_run(&f);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED), -1);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_REPLACED),
                     10 * SIM_MINUTE + 30 * SIM_SECOND);
    ck_assert_int_eq(at(SIM_HOUR).of_last, 4);
    ck_assert_int_eq(at(SIM_HOUR).live, 4);
}
END_TEST

START_TEST(sv_d7_a_daemon_is_rolled_over_instance_by_instance)
{
    struct ecs_service *service = fixture_add_daemon(&f, 0);
    service->minimum_healthy_percent = 75;
    fixture_add_update(&f, 10 * SIM_MINUTE, 0)->force_new_deployment = true;
    fixture_run(&f);
    struct service_counts extremes = service_extremes(&f, 0, 10 * SIM_MINUTE, SIM_HOUR);
    ck_assert_int_eq(extremes.healthy, 9); /* of twelve */
    ck_assert_int_eq(extremes.live, 12);
    ck_assert_int_eq(at(SIM_HOUR).of_last, 12);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED),
                     10 * SIM_MINUTE + 4 * 40 * SIM_SECOND);
}
END_TEST

/* ---- draining: all tasks of the service are on the instance (sheet 02, 3.2) ---- */

static const struct drain {
    int64_t desired, minimum, maximum;
    int64_t stay, start; /* at once: on the instance, and started elsewhere */
    bool stuck;
} drains[] = {
    {4, 50, 100, 2, 2, false},  {4, 50, 200, 2, 4, false},  {4, 100, 200, 4, 4, false},
    {4, 100, 150, 4, 2, false}, {3, 50, 150, 2, 2, false},  {10, 90, 110, 9, 2, false},
    {1, 0, 100, 0, 1, false},   {1, 100, 200, 1, 1, false}, {1, 50, 100, 1, 0, true},
    {4, 100, 100, 4, 0, true},
};

/* Packed onto one instance, whose serial number it returns after the run. */
static void drain_all(int64_t desired, int64_t minimum, int64_t maximum)
{
    f.definitions[0].cpu_units = 256;
    struct ecs_service *service = fixture_add_service(&f, 0, desired);
    service->minimum_healthy_percent = minimum;
    service->maximum_percent = maximum;
    service->request.placement.rule_count = 0;
    fixture_rule("binpack", &service->request.placement, 0);
    service->own_strategy = true;
    f.scenario.behaviour.placement_tie = ECS_TIE_FIRST;
    struct ecs_change *change =
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    static const int64_t first[] = {1};
    change->draining = true;
    change->selection.serials = first;
    change->selection.serial_count = 1;
}

START_TEST(dr_3_to_dr_12_service_tasks_are_replaced_within_the_bounds)
{
    const struct drain *row = &drains[_i];
    drain_all(row->desired, row->minimum, row->maximum);
    fixture_run(&f);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, 9 * SIM_MINUTE), row->desired);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, 10 * SIM_MINUTE), row->stay);
    ck_assert_int_eq(at(10 * SIM_MINUTE).live - row->stay, row->start);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, SIM_HOUR), row->stuck ? row->desired : 0);
    ck_assert_int_eq(at(SIM_HOUR).healthy, row->desired);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_STUCK, 0), /* DR-11 */
                     row->stuck ? 10 * SIM_MINUTE : -1);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_DRAIN), row->stuck ? 0 : row->desired);
}
END_TEST

START_TEST(dr_2_pending_tasks_on_it_stop_at_once)
{
    f.scenario.behaviour.container_start = 15 * SIM_MINUTE;
    drain_all(4, 100, 100);
    fixture_run(&f);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, 9 * SIM_MINUTE), 4);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, 10 * SIM_MINUTE), 0);
    ck_assert_int_eq(at(10 * SIM_MINUTE).live, 4);
}
END_TEST

START_TEST(dr_22_without_room_elsewhere_the_task_is_left_running)
{
    f.scenario.extra_instance_count = 1;
    drain_all(2, _i == 0 ? 100 : 50, 200);
    fixture_run(&f);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 0), 10 * SIM_MINUTE);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, SIM_HOUR), _i == 0 ? 2 : 1);
}
END_TEST

START_TEST(dr_16_other_tasks_on_it_are_left_alone)
{
    drain_all(2, 100, 200);
    fixture_run_task(&f, 0, (struct ecs_strategy){.count = 0}, 1, SIM_MINUTE);
    fixture_run(&f);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, SIM_HOUR), 0);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_TASK_STATE, ECS_TASK_STATE_state,
                                         ECS_TASK_STOPPED),
                     2);
}
END_TEST

/* Its tasks are as good as before; those that were to replace them are too many, and not healthy.
 */
START_TEST(dr_17_back_to_active_keeps_the_tasks_that_are_there)
{
    drain_all(4, 100, 200);
    fixture_add_change(&f, 10 * SIM_MINUTE + 20 * SIM_SECOND,
                       ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE)
        ->draining = false;
    fixture_run(&f);
    ck_assert_int_eq(at(10 * SIM_MINUTE).live, 8);
    ck_assert_int_eq(at(10 * SIM_MINUTE + 20 * SIM_SECOND).live, 4);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, SIM_HOUR), 4);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_DRAIN), 0);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_EXCESS), 4);
}
END_TEST

START_TEST(mid_a_managed_drain_replaces_service_tasks_first)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 0, 3, 3);
    f.providers[0].managed_scaling = false;
    f.providers[0].managed_draining = true;
    fixture_add_service(&f, 0, 3)->request.strategy = fixture_strategy(1);
    struct ecs_change *change =
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 1;
    fixture_run(&f);
    struct service_counts extremes = service_extremes(&f, 0, 10 * SIM_MINUTE, SIM_HOUR);
    ck_assert_int_eq(extremes.healthy, 3);
    ck_assert_int_eq(at(SIM_HOUR).running, 3);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_INSTANCE_STATE, ECS_INSTANCE_STATE_state,
                                         ECS_INSTANCE_TERMINATED),
                     2);
}
END_TEST

/* ---- failures in a row ---- */

static struct ecs_error_rule broken = {
    .error = ECS_ERROR_IMAGE_NOT_FOUND,
    .container = ECS_NONE,
    .ppm = 1000000,
    .until = SIM_TIME_NEVER,
};
static const struct ecs_image image = {.name = 1, .bytes = 1000000};

static void break_definition(uint32_t index)
{
    f.definitions[index].errors = &broken;
    f.definitions[index].error_count = 1;
    f.definitions[index].images = &image;
    f.definitions[index].image_count = 1;
    f.containers[index][0].image = 0;
    f.scenario.behaviour.pull_error = 5 * SIM_SECOND;
}

START_TEST(at_th1_starts_are_throttled_up_to_fifteen_minutes)
{
    break_definition(0);
    fixture_add_definition(&f, 1024, 1024, -1);
    fixture_add_service(&f, 0, 1);
    struct ecs_service_update *update = fixture_add_update(&f, 100 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DEFINITION;
    update->request.task_definition = 1;
    fixture_run(&f);
    static const int64_t waits[] = {0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900};
    sim_time before = 0;
    for (uint32_t i = 1; i < sizeof waits / sizeof *waits; i++) {
        sim_time start = service_start_at(&f, 0, i);
        ck_assert_int_eq(start - before, (5 + waits[i - 1]) * SIM_SECOND);
        before = start;
    }
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_START_IMPAIRED, 0), 15 * SIM_SECOND);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_START_IMPAIRED, 1), -1); /* TH-4: once */
    /* TH-7: a new task definition, and the next attempt is at once */
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED),
                     100 * SIM_MINUTE + 40 * SIM_SECOND);
}
END_TEST

START_TEST(at_th2_tasks_that_ran_never_count)
{
    f.definitions[0].runs_forever = false;
    f.definitions[0].duration = sim_dist_constant(1);
    f.definitions[0].exit_code = 1;
    f.scenario.duration = 10 * SIM_MINUTE;
    fixture_add_service(&f, 0, 1);
    fixture_run(&f);
    for (uint32_t i = 0; i < 500; i++)
        ck_assert_int_eq(service_start_at(&f, 0, i), i * SIM_SECOND);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_START_IMPAIRED, 0), -1);
}
END_TEST

START_TEST(th_3_tasks_that_fail_together_are_one_round)
{
    break_definition(0);
    fixture_add_service(&f, 0, 10);
    fixture_run(&f);
    ck_assert_int_eq(service_start_at(&f, 0, 10), 20 * SIM_SECOND);
    ck_assert_int_eq(service_start_at(&f, 0, 20), 55 * SIM_SECOND);
    ck_assert_int_eq(service_start_at(&f, 0, 30), 120 * SIM_SECOND);
}
END_TEST

/* A service of four that is well, then is given a revision that cannot start. */
static void deploy_broken(bool breaker, bool rollback)
{
    fixture_add_definition(&f, 512, 512, -1);
    break_definition(1);
    struct ecs_service *service = fixture_add_service(&f, 0, 4);
    service->circuit_breaker = breaker;
    service->rollback = rollback;
    struct ecs_service_update *update = fixture_add_update(&f, 10 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DEFINITION;
    update->request.task_definition = 1;
}

START_TEST(dc_14_without_a_circuit_breaker_a_failing_deployment_goes_on_for_ever)
{
    deploy_broken(_i == 1, true);
    if (_i == 1)
        ecs_behaviour_at(&f.scenario.behaviour, 202006); /* there was none */
    fixture_run(&f);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_FAILED), -1);
    ck_assert_int_eq(at(2 * SIM_HOUR - SIM_SECOND).of_first, 4);
    uint32_t early = 0, late = 0;
    for (uint32_t i = 4; service_start_at(&f, 0, i) >= 0; i++) {
        early += service_start_at(&f, 0, i) < SIM_HOUR;
        late += service_start_at(&f, 0, i) >= SIM_HOUR;
    }
    ck_assert_uint_gt(early, 10);
    ck_assert_uint_ge(late, 12); /* TH-6: four each 15 minutes */
}
END_TEST

START_TEST(dc_14_the_circuit_breaker_ends_it)
{
    deploy_broken(true, false);
    fixture_run(&f);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_FAILED), 10 * SIM_MINUTE + 5 * SIM_SECOND);
    ck_assert_int_eq(at(2 * SIM_HOUR - 1).of_first, 4);
    ck_assert_int_eq(service_start_at(&f, 0, 8), -1);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_OLD), 0);
}
END_TEST

START_TEST(dc_14_a_rollback_goes_back_to_the_last_that_completed)
{
    deploy_broken(true, true);
    struct ecs_change *change = fixture_add_change(&f, 20 * SIM_MINUTE, ECS_OP_STOP_TASK);
    change->selection.count = 1;
    fixture_run(&f);
    const struct sim_record *back =
        fixture_record(&f, ECS_RECORD_DEPLOYMENT, fixture_count(&f, ECS_RECORD_DEPLOYMENT) - 2);
    ck_assert_int_eq(back->field[ECS_DEPLOYMENT_deployment], 1);
    ck_assert_int_eq(back->field[ECS_DEPLOYMENT_state], ECS_DEPLOYMENT_IN_PROGRESS);
    ck_assert_int_eq(back->field[ECS_DEPLOYMENT_rollback_of], 2);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_OLD), 0); /* its tasks never left */
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_STEADY_STATE, 1),
                     10 * SIM_MINUTE + 5 * SIM_SECOND);
    ck_assert_int_eq(at(2 * SIM_HOUR - 1).of_first, 4); /* and are replaced as before */
}
END_TEST

/* Half of the desired count, within limits that moved. */
START_TEST(epoch_the_circuit_breakers_threshold)
{
    static const struct {
        int32_t epoch;
        bool there;
        int64_t least;
    } cases[] = {{202006, false, 10}, {202012, true, 10}, {202401, true, 3}};
    struct ecs_behaviour behaviour;
    ecs_behaviour_at(&behaviour, cases[_i].epoch);
    ck_assert_int_eq(behaviour.circuit_breaker, cases[_i].there);
    ck_assert_int_eq(behaviour.circuit_breaker_min, cases[_i].least);
    ck_assert_int_eq(behaviour.circuit_breaker_max, 200);
    /* of 30 tasks 15 in a row; the limit at 12 comes first */
    f.scenario.behaviour.circuit_breaker_max = _i == 0 ? 12 : 200;
    f.scenario.behaviour.service_launch_rate = 1;
    f.scenario.behaviour.service_throttle_after = 1000;
    deploy_broken(true, false);
    f.services[0].desired = 30;
    f.services[0].initial_running = true;
    f.definitions[0].cpu_units = 128;
    fixture_run(&f);
    uint32_t tries = 0;
    while (service_start_at(&f, 0, 30 + tries) >= 0)
        tries++;
    ck_assert_uint_eq(tries, _i == 0 ? 12 : 15);
}
END_TEST

static void add_bounds(Suite *suite)
{
    TCase *tcase = tcase_create("bounds");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, dc_1_dc_2_a_rolling_deployment_stays_within_its_bounds, 0, BOUNDS);
    tcase_add_test(tcase, at_dc1_half_may_stop_before_others_start);
    tcase_add_test(tcase, at_dc2_four_may_start_before_four_stop);
    tcase_add_test(tcase, dc_6_new_tasks_start_first_only_where_there_is_room);
    tcase_add_loop_test(tcase, dc_1_whether_stopping_tasks_count_is_the_epochs, 0, 2);
    tcase_add_test(tcase, dc_13_a_stuck_deployment_goes_on_when_a_task_ends_by_itself);
    tcase_add_test(tcase, dc_8_a_task_with_health_checks_is_healthy_when_they_pass);
    tcase_add_loop_test(tcase, sv_7_hlt_04_hlt_05_hlt_07_hlt_08_unhealthy_is_replaced, 0,
                        (int)(sizeof checks / sizeof *checks));
    tcase_add_test(tcase, hlt_06_a_task_on_its_own_is_not_stopped_for_its_health);
    tcase_add_loop_test(tcase, dc_8_a_deployment_that_is_never_healthy, 0, 2);
    tcase_add_test(tcase, sv_5_a_new_revision_is_a_deployment_and_a_count_is_none);
    tcase_add_test(tcase, cud_2_a_forced_deployment_replaces_every_task_of_the_same_revision);
    tcase_add_test(tcase, co_8_cud_2_placement_rules_hold_for_tasks_started_from_then_on);
    tcase_add_test(tcase, ru_1_a_second_update_overtakes_the_first);
    tcase_add_test(tcase, sv_d7_a_daemon_is_rolled_over_instance_by_instance);
    suite_add_tcase(suite, tcase);
}

Suite *test_ecs_deployment_suite(void);
Suite *test_ecs_deployment_suite(void)
{
    Suite *suite = suite_create("ecs_deployment");
    add_bounds(suite);
    TCase *tcase = tcase_create("draining");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, dr_3_to_dr_12_service_tasks_are_replaced_within_the_bounds, 0,
                        (int)(sizeof drains / sizeof *drains));
    tcase_add_test(tcase, dr_2_pending_tasks_on_it_stop_at_once);
    tcase_add_loop_test(tcase, dr_22_without_room_elsewhere_the_task_is_left_running, 0, 2);
    tcase_add_test(tcase, dr_16_other_tasks_on_it_are_left_alone);
    tcase_add_test(tcase, dr_17_back_to_active_keeps_the_tasks_that_are_there);
    tcase_add_test(tcase, mid_a_managed_drain_replaces_service_tasks_first);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("failures");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, at_th1_starts_are_throttled_up_to_fifteen_minutes);
    tcase_add_test(tcase, at_th2_tasks_that_ran_never_count);
    tcase_add_test(tcase, th_3_tasks_that_fail_together_are_one_round);
    tcase_add_loop_test(tcase,
                        dc_14_without_a_circuit_breaker_a_failing_deployment_goes_on_for_ever, 0,
                        2);
    tcase_add_test(tcase, dc_14_the_circuit_breaker_ends_it);
    tcase_add_test(tcase, dc_14_a_rollback_goes_back_to_the_last_that_completed);
    tcase_add_loop_test(tcase, epoch_the_circuit_breakers_threshold, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}
