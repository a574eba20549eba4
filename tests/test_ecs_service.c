/* Services: the REPLICA and DAEMON schedulers without deployments (sheet 03, section 11). */
#include "service_fixture.h"

#include "scn_query.h"

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

static int64_t fate_count(enum ecs_fate fate)
{
    return fixture_count_where(&f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate, fate);
}

static const struct sim_record *last_sample(void)
{
    return fixture_record(&f, ECS_RECORD_SERVICE, fixture_count(&f, ECS_RECORD_SERVICE) - 1);
}

/* ---- REPLICA ---- */

START_TEST(sch_3_sv_8_a_service_keeps_its_count_and_says_that_it_is_steady)
{
    fixture_add_service(&f, 0, 5);
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, SIM_HOUR).running, 5);
    ck_assert_int_eq(service_start_at(&f, 0, 4), 0);
    ck_assert_int_eq(service_start_at(&f, 0, 5), -1);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_STEADY_STATE, 0), 40 * SIM_SECOND); /* DC-7 */
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_STEADY_STATE, 1), -1);
    ck_assert_int_eq(last_sample()->at, 2 * SIM_HOUR);
    ck_assert_int_eq(last_sample()->field[ECS_SERVICE_running], 5);
    ck_assert_int_eq(last_sample()->field[ECS_SERVICE_deployments], 1);
    ck_assert_int_eq(fixture_count(&f, ECS_RECORD_SERVICE), 121); /* each minute, and the end */
    ck_assert_int_eq(fate_count(ECS_FATE_RUNNING), 5);
}
END_TEST

START_TEST(sch_4_sv_1_a_task_that_ends_is_replaced_whatever_its_exit_code)
{
    f.definitions[0].runs_forever = false;
    f.definitions[0].duration = sim_dist_constant(600);
    f.definitions[0].exit_code = _i;
    fixture_add_service(&f, 0, 3);
    f.scenario.behaviour.service_reaction = 10 * SIM_SECOND;
    fixture_run(&f);
    /* first at 10 s; each lives 600 s and is replaced 10 s later */
    ck_assert_int_eq(service_start_at(&f, 0, 0), 10 * SIM_SECOND);
    ck_assert_int_eq(service_start_at(&f, 0, 3), 620 * SIM_SECOND);
    ck_assert_int_eq(service_counts_at(&f, 0, 700 * SIM_SECOND).running, 3);
    ck_assert_int_eq(fate_count(_i == 0 ? ECS_FATE_COMPLETED : ECS_FATE_FAILED), 3 * 11);
    ck_assert_int_eq(fate_count(ECS_FATE_RUNNING), 3);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_START_IMPAIRED, 0), -1); /* TH-9 */
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_STEADY_STATE, 1), 670 * SIM_SECOND);
}
END_TEST

START_TEST(sv_1_tasks_of_a_lost_instance_are_replaced_elsewhere)
{
    fixture_add_service(&f, 0, 6);
    struct ecs_change *change = fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_TERMINATE_INSTANCES);
    static const int64_t lost[] = {1};
    change->selection.serials = lost;
    change->selection.serial_count = 1;
    fixture_run(&f);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, 9 * SIM_MINUTE), 1);
    ck_assert_int_eq(service_counts_at(&f, 0, 11 * SIM_MINUTE).running, 6);
    ck_assert_int_eq(service_tasks_on(&f, 0, 1, 11 * SIM_MINUTE), 0);
    ck_assert_int_eq(fate_count(ECS_FATE_FAILED), 1);
}
END_TEST

START_TEST(sv_r3_tasks_spread_over_zones_and_then_over_instances)
{
    f.extras[5].count = 0; /* zones a and b have two instances each, c has one */
    fixture_add_service(&f, 0, 9);
    fixture_run(&f);
    static const int64_t expected_c = 3; /* three a zone, though c has one instance only */
    ck_assert_int_eq(service_tasks_on(&f, 0, 3, SIM_HOUR), expected_c);
    for (int64_t serial = 1; serial <= 5; serial++) {
        int64_t tasks = service_tasks_on(&f, 0, serial, SIM_HOUR);
        if (serial != 3)
            ck_assert(tasks == 1 || tasks == 2);
    }
}
END_TEST

START_TEST(stp_2_sv_r4_scale_in_empties_the_fullest_zone_first)
{
    f.extras[5].count = 0;
    struct ecs_service *service = fixture_add_service(&f, 0, 9);
    struct ecs_service_update *update = fixture_add_update(&f, 10 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DESIRED;
    update->desired = 3;
    ck_assert(!service->own_strategy);
    fixture_run(&f);
    struct service_counts after = service_counts_at(&f, 0, 11 * SIM_MINUTE);
    ck_assert_int_eq(after.running, 3);
    ck_assert_int_eq(service_tasks_on(&f, 0, 3, SIM_HOUR), 1); /* one a zone */
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_EXCESS), 6);
    ck_assert_int_eq(fate_count(ECS_FATE_STOPPED), 6);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_code,
                                         ECS_STOP_SERVICE_SCHEDULER_INITIATED),
                     6);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_reason,
                                         ECS_REASON_SERVICE),
                     6);
    ck_assert_str_eq(ecs_reason_messages[ECS_REASON_SERVICE],
                     "Scaling activity initiated by (deployment)");
    /* no deployment: the count is reconciled (sheet 03, section 29, 10) */
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_IN_PROGRESS), -1);
}
END_TEST

START_TEST(st_13_scale_in_of_a_binpack_service_frees_the_emptiest_instance)
{
    struct ecs_service *service = fixture_add_service(&f, 0, 6);
    service->request.placement.rule_count = 0;
    fixture_rule("binpack", &service->request.placement, 0);
    service->own_strategy = true;
    struct ecs_service_update *update = fixture_add_update(&f, 10 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DESIRED;
    update->desired = 4;
    fixture_run(&f);
    int64_t full = 0; /* four tasks on one instance, two on another: the two go */
    for (int64_t serial = 1; serial <= 6; serial++)
        full += service_tasks_on(&f, 0, serial, SIM_HOUR) == 4;
    ck_assert_int_eq(full, 1);
}
END_TEST

/* Sheet 04, 1.10: base 2 weight 1 and weight 3. */
START_TEST(cps_16_the_split_holds_over_the_whole_service)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 6, 6, 6);
    fixture_add_provider(&f, 0, 1, 6, 6, 6);
    struct ecs_service *service = fixture_add_service(&f, 0, 10);
    service->request.strategy = fixture_strategy(2);
    service->request.strategy.items[0].base = 2;
    service->request.strategy.items[1].weight = 3;
    static const int64_t desired[] = {22, 10};
    for (uint32_t i = 0; i < 2; i++) {
        struct ecs_service_update *update = fixture_add_update(&f, (i + 1) * 10 * SIM_MINUTE, 0);
        update->given = ECS_UPDATE_DESIRED;
        update->desired = desired[i];
    }
    fixture_run(&f);
    static const int64_t first[] = {4, 7, 4}, second[] = {6, 15, 6};
    for (int64_t i = 0; i < 3; i++) {
        sim_time at = i * 10 * SIM_MINUTE + 5 * SIM_MINUTE;
        const struct sim_record *a = fixture_capacity_at(&f, 0, at);
        const struct sim_record *b = fixture_capacity_at(&f, 1, at);
        ck_assert_int_eq(a->field[ECS_CAPACITY_tasks_running], first[i]);
        ck_assert_int_eq(b->field[ECS_CAPACITY_tasks_running], second[i]);
    }
    /* of the service and of both providers, each time */
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_SERVICE_EVENT, ECS_SERVICE_EVENT_event,
                                         ECS_SERVICE_PROVIDER_STEADY_STATE),
                     6);
}
END_TEST

START_TEST(sv_1_with_managed_scaling_tasks_wait_and_bring_instances)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 0, 0, 10);
    struct ecs_service *service = fixture_add_service(&f, 0, 8);
    service->request.strategy = fixture_strategy(1);
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 30 * SIM_SECOND).live, 8);
    ck_assert_int_eq(service_counts_at(&f, 0, 30 * SIM_SECOND).running, 0);
    ck_assert_int_eq(service_counts_at(&f, 0, 10 * SIM_MINUTE).running, 8);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 0), -1);
}
END_TEST

/* Sheet 04, 1.7: it cannot queue more until some leave, logs it and tries again. */
START_TEST(msc_10_the_provisioning_cap_is_a_placement_failure)
{
    f.scenario.extra_instance_count = 0;
    f.scenario.behaviour.provisioning_cap = 5;
    fixture_add_provider(&f, 0, 1, 0, 0, 10);
    fixture_add_service(&f, 0, 8)->request.strategy = fixture_strategy(1);
    fixture_run(&f);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 0), 0);
    const struct sim_record *event = fixture_record(&f, ECS_RECORD_SERVICE_EVENT, 0);
    ck_assert_int_eq(event->field[ECS_SERVICE_EVENT_reason], ECS_REASON_PROVISIONING_CAP);
    ck_assert_int_eq(event->field[ECS_SERVICE_EVENT_count], 3);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 1), 17 * SIM_SECOND);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 5), 85 * SIM_SECOND);
    ck_assert_int_eq(service_counts_at(&f, 0, SIM_HOUR).running, 8);
}
END_TEST

START_TEST(sv_1_a_task_that_timed_out_in_provisioning_is_wanted_all_the_same)
{
    f.scenario.extra_instance_count = 0;
    f.scenario.behaviour.provisioning_timeout = sim_dist_constant(600);
    fixture_add_provider(&f, 0, 1, 0, 0, 0); /* the group may not grow */
    fixture_add_service(&f, 0, 2)->request.strategy = fixture_strategy(1);
    fixture_run(&f);
    ck_assert_int_eq(service_start_at(&f, 0, 2), 600 * SIM_SECOND);
    ck_assert_int_eq(service_start_at(&f, 0, 4), 1200 * SIM_SECOND);
    ck_assert_int_eq(fixture_count(&f, ECS_RECORD_ARRIVAL), 2);
    ck_assert_int_eq(fate_count(ECS_FATE_WAITING), 2);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_START_IMPAIRED, 0), -1);
}
END_TEST

/* Sheet 04, 5.4: 17 s three times, 300 s, then 900 s. */
START_TEST(evt_2_without_room_the_scheduler_tries_again_ever_more_seldom)
{
    fixture_add_service(&f, 0, 26); /* there is room for 24 */
    fixture_run(&f);
    static const int64_t tries[] = {0, 17, 34, 51, 351, 1251, 2151};
    for (uint32_t i = 0; i < sizeof tries / sizeof *tries; i++)
        ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, i),
                         tries[i] * SIM_SECOND);
    const struct sim_record *event = fixture_record(&f, ECS_RECORD_SERVICE_EVENT, 0);
    ck_assert_int_eq(event->field[ECS_SERVICE_EVENT_reason], ECS_REASON_RESOURCE_CPU); /* EVT-2e */
    ck_assert_int_eq(event->field[ECS_SERVICE_EVENT_count], 2);
    ck_assert_int_eq(service_counts_at(&f, 0, SIM_HOUR).running, 24);
    ck_assert_int_eq(last_sample()->field[ECS_SERVICE_wanted], 2);
    ck_assert_int_eq(fate_count(ECS_FATE_WAITING), 2);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_STEADY_STATE, 0), -1);
}
END_TEST

START_TEST(evt_12_an_update_is_tried_at_once)
{
    fixture_add_service(&f, 0, 26);
    struct ecs_service_update *update = fixture_add_update(&f, 30 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DESIRED;
    update->desired = 25;
    fixture_run(&f);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 6), 30 * SIM_MINUTE);
    ck_assert_int_eq(last_sample()->field[ECS_SERVICE_wanted], 1);
    ck_assert_int_eq(fate_count(ECS_FATE_STOPPED), 1); /* it is wanted no longer */
    ck_assert_int_eq(fate_count(ECS_FATE_WAITING), 1);
}
END_TEST

/* Nobody would miss them. */
START_TEST(sv_r4_tasks_that_wait_for_capacity_go_first)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 1, 1, 1); /* room for four */
    f.scenario.behaviour.provisioning_timeout_on = false;
    fixture_add_service(&f, 0, 7)->request.strategy = fixture_strategy(1);
    struct ecs_service_update *update = fixture_add_update(&f, 10 * SIM_MINUTE, 0);
    update->given = ECS_UPDATE_DESIRED;
    update->desired = 5;
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 10 * SIM_MINUTE).running, 4);
    ck_assert_int_eq(service_counts_at(&f, 0, 10 * SIM_MINUTE).live, 5);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_EXCESS), 2);
    for (uint32_t i = 0; i < 2; i++) { /* the newest, never placed */
        const struct sim_record *ended = fixture_record(&f, ECS_RECORD_TASK_ENDED, i);
        ck_assert_int_eq(ended->field[ECS_TASK_ENDED_task], 7 - i);
        ck_assert_int_eq(ended->field[ECS_TASK_ENDED_placed], -1);
    }
}
END_TEST

/* A base that is used up, and weights of 0; then a provider that is the cluster's no more. */
START_TEST(cps_19_pcp_06_a_strategy_that_gives_no_provider_is_a_placement_failure)
{
    static const enum ecs_reason reasons[] = {ECS_REASON_NO_WEIGHT, ECS_REASON_NOT_ATTACHED};
    fixture_add_provider(&f, 0, 1, 2, 2, 2);
    f.providers[0].managed_scaling = false;
    struct ecs_service *service = fixture_add_service(&f, 0, _i == 0 ? 3 : 0);
    service->request.strategy = fixture_strategy(1);
    service->request.strategy.items[0].base = 2;
    service->request.strategy.items[0].weight = _i == 0 ? 0 : 1;
    if (_i == 1) {
        fixture_add_change(&f, SIM_MINUTE, ECS_OP_PUT_CLUSTER_CAPACITY_PROVIDERS);
        struct ecs_service_update *update = fixture_add_update(&f, 10 * SIM_MINUTE, 0);
        update->given = ECS_UPDATE_DESIRED;
        update->desired = 1;
    }
    fixture_run(&f);
    sim_time failed = service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 0);
    ck_assert_int_eq(failed, _i == 0 ? 0 : 10 * SIM_MINUTE);
    for (uint32_t i = 0; i < f.record_count; i++)
        if (f.records[i].kind == ECS_RECORD_SERVICE_EVENT &&
            f.records[i].field[ECS_SERVICE_EVENT_event] == ECS_SERVICE_PLACEMENT_FAILURE)
            ck_assert_int_eq(f.records[i].field[ECS_SERVICE_EVENT_reason], reasons[_i]);
    ck_assert_int_eq(service_counts_at(&f, 0, SIM_HOUR).running, _i == 0 ? 2 : 0);
}
END_TEST

START_TEST(evt_2a_a_service_without_instances_says_so)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_service(&f, 0, 1);
    fixture_run(&f);
    const struct sim_record *event = fixture_record(&f, ECS_RECORD_SERVICE_EVENT, 0);
    ck_assert_int_eq(event->field[ECS_SERVICE_EVENT_event], ECS_SERVICE_PLACEMENT_FAILURE);
    ck_assert_int_eq(event->field[ECS_SERVICE_EVENT_reason], ECS_REASON_NO_INSTANCES);
}
END_TEST

START_TEST(evt_2b_a_fixed_host_port_needs_an_instance_a_task)
{
    static const struct ecs_port port = {.port = 80};
    f.definitions[0].ports = &port;
    f.definitions[0].port_count = 1;
    fixture_add_service(&f, 0, 7);
    fixture_run(&f);
    const struct sim_record *event = fixture_record(&f, ECS_RECORD_SERVICE_EVENT, 0);
    ck_assert_int_eq(event->field[ECS_SERVICE_EVENT_reason], ECS_REASON_RESOURCE_PORTS);
    ck_assert_int_eq(service_counts_at(&f, 0, SIM_HOUR).running, 6);
}
END_TEST

/* Sheet 04, section 0: unlimited, then 250, then 500 a minute. */
START_TEST(epoch_the_launch_rate_of_a_service)
{
    static const struct {
        int32_t epoch;
        int64_t rate;
    } cases[] = {{202006, ECS_UNLIMITED}, {202204, 250}, {202301, 500}};
    struct ecs_behaviour behaviour;
    ecs_behaviour_at(&behaviour, cases[_i].epoch);
    ck_assert_int_eq(behaviour.service_launch_rate, cases[_i].rate);
    f.scenario.behaviour.service_launch_rate = 4;
    fixture_add_service(&f, 0, 10);
    fixture_run(&f);
    ck_assert_int_eq(service_start_at(&f, 0, 3), 0);
    ck_assert_int_eq(service_start_at(&f, 0, 4), SIM_MINUTE);
    ck_assert_int_eq(service_start_at(&f, 0, 8), 2 * SIM_MINUTE);
    ck_assert_int_eq(service_counts_at(&f, 0, SIM_HOUR).running, 10);
}
END_TEST

START_TEST(initial_tasks_run_and_are_healthy_at_the_start)
{
    f.scenario.behaviour.container_start = 30 * SIM_SECOND;
    fixture_add_service(&f, 0, 26)->initial_running = true;
    fixture_run(&f);
    struct service_counts now = service_counts_at(&f, 0, 0);
    ck_assert_int_eq(now.running, 24);
    ck_assert_int_eq(now.healthy, 24);
    ck_assert_int_eq(last_sample()->field[ECS_SERVICE_wanted], 2);
}
END_TEST

/* What runs at the start came about as a later instance's tasks do: daemons first, from 2023 on,
 * whatever the order of the list. Six instances of room for four tasks each. */
START_TEST(sv_d5_initial_daemons_come_first)
{
    f.scenario.behaviour.daemons_first = _i == 1;
    fixture_add_service(&f, 0, 24)->initial_running = true;
    fixture_add_daemon(&f, 0)->initial_running = true;
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 0).running, _i == 1 ? 18 : 24);
    ck_assert_int_eq(service_counts_at(&f, 1, 0).running, _i == 1 ? 6 : 0);
}
END_TEST

/* ---- the service itself ---- */

/* One that is complete stays so; one that goes on ends with its service. */
START_TEST(sv_4_a_deployment_ends_with_its_service)
{
    fixture_add_service(&f, 0, 4);
    fixture_add_update(&f, 20 * SIM_MINUTE, 0)->force_new_deployment = true;
    struct ecs_change *change =
        fixture_add_change(&f, 20 * SIM_MINUTE + 5 * SIM_SECOND, ECS_OP_DELETE_SERVICE);
    change->service = 0;
    change->force = true;
    fixture_run(&f);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_REPLACED),
                     20 * SIM_MINUTE + 5 * SIM_SECOND);
    ck_assert_int_eq(deployment_at(&f, 2, ECS_DEPLOYMENT_COMPLETED), -1);
    ck_assert_int_eq(service_counts_at(&f, 0, 21 * SIM_MINUTE).live, 0);
}
END_TEST

START_TEST(sv_4_a_deleted_service_stops_its_tasks_and_is_inactive)
{
    fixture_add_service(&f, 0, 4);
    struct ecs_change *change = fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_DELETE_SERVICE);
    change->service = 0;
    change = fixture_add_change(&f, 20 * SIM_MINUTE, ECS_OP_DELETE_SERVICE);
    change->service = 0;
    change->force = true;
    fixture_add_update(&f, 30 * SIM_MINUTE, 0)->force_new_deployment = true;
    fixture_run(&f);
    static const enum ecs_exception exceptions[] = {ECS_EXCEPTION_INVALID_PARAMETER,
                                                    ECS_EXCEPTION_NONE,
                                                    ECS_EXCEPTION_SERVICE_NOT_ACTIVE};
    static const enum ecs_refusal refusals[] = {ECS_REFUSAL_SERVICE_NOT_EMPTY, ECS_REFUSAL_NONE,
                                                ECS_REFUSAL_SERVICE_NOT_ACTIVE};
    for (uint32_t i = 0; i < 3; i++) {
        const struct sim_record *record = fixture_record(&f, ECS_RECORD_CHANGE, i);
        ck_assert_int_eq(record->field[ECS_CHANGE_exception], exceptions[i]);
        ck_assert_int_eq(record->field[ECS_CHANGE_refusal], refusals[i]);
    }
    ck_assert_int_eq(service_counts_at(&f, 0, 15 * SIM_MINUTE).running, 4);
    ck_assert_int_eq(service_counts_at(&f, 0, 21 * SIM_MINUTE).live, 0);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_DELETED), 4);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_SERVICE_BOUNDS, ECS_SERVICE_BOUNDS_status,
                                         ECS_SERVICE_DRAINING),
                     1);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_SERVICE_BOUNDS, ECS_SERVICE_BOUNDS_status,
                                         ECS_SERVICE_INACTIVE),
                     1);
}
END_TEST

START_TEST(sv_4_an_empty_service_is_inactive_at_once)
{
    fixture_add_service(&f, 0, 0);
    fixture_add_change(&f, SIM_MINUTE, ECS_OP_DELETE_SERVICE)->service = 0;
    fixture_run(&f);
    const struct sim_record *last =
        fixture_record(&f, ECS_RECORD_SERVICE_BOUNDS,
                       fixture_count(&f, ECS_RECORD_SERVICE_BOUNDS) - 1);
    ck_assert_int_eq(last->at, SIM_MINUTE);
    ck_assert_int_eq(last->field[ECS_SERVICE_BOUNDS_status], ECS_SERVICE_INACTIVE);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_SERVICE_BOUNDS, ECS_SERVICE_BOUNDS_status,
                                         ECS_SERVICE_DRAINING),
                     0);
}
END_TEST

START_TEST(sd_a_service_is_created_by_a_call_and_its_name_is_unique)
{
    fixture_add_service(&f, 0, 2)->created_later = true;
    struct ecs_service *twin = fixture_add_service(&f, 0, 2);
    twin->created_later = true;
    twin->request.group = f.services[0].request.group;
    for (uint32_t i = 0; i < 2; i++)
        fixture_add_change(&f, (i + 1) * SIM_MINUTE, ECS_OP_CREATE_SERVICE)->service = i;
    struct ecs_change *change = fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_DELETE_SERVICE);
    change->service = 0;
    change->force = true;
    fixture_add_change(&f, 11 * SIM_MINUTE, ECS_OP_CREATE_SERVICE)->service = 1;
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_CHANGE, 1)->field[ECS_CHANGE_refusal],
                     ECS_REFUSAL_SERVICE_EXISTS);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_CHANGE, 3)->field[ECS_CHANGE_refusal],
                     ECS_REFUSAL_NONE);
    ck_assert_int_eq(service_start_at(&f, 0, 0), SIM_MINUTE);
    ck_assert_int_eq(service_start_at(&f, 1, 0), 11 * SIM_MINUTE);
}
END_TEST

START_TEST(sd_2_a_strategy_names_attached_providers_only)
{
    fixture_add_provider(&f, 0, 1, 0, 0, 1);
    f.providers[0].attached = false;
    struct ecs_service *service = fixture_add_service(&f, 0, 1);
    service->created_later = true;
    service->request.strategy = fixture_strategy(1);
    fixture_add_change(&f, SIM_MINUTE, ECS_OP_CREATE_SERVICE)->service = 0;
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_CHANGE, 0)->field[ECS_CHANGE_refusal],
                     ECS_REFUSAL_PROVIDER_NOT_ATTACHED);
    ck_assert_int_eq(service_start_at(&f, 0, 0), -1);
}
END_TEST

START_TEST(clu_a_cluster_with_services_is_not_deleted)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_service(&f, 0, 0);
    fixture_add_change(&f, SIM_MINUTE, ECS_OP_DELETE_CLUSTER);
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_CHANGE, 0)->field[ECS_CHANGE_exception],
                     ECS_EXCEPTION_CLUSTER_CONTAINS_SERVICES);
}
END_TEST

/* ---- DAEMON ---- */

START_TEST(sv_d9_one_task_on_each_qualifying_instance)
{
    /* AT-SVD1: five instances, one DRAINING, one that fails the constraint */
    static struct ecs_attribute yes, no;
    struct ecs_names *names = &f.scenario.names;
    yes = (struct ecs_attribute){ecs_names_intern(names, "role"), ecs_names_intern(names, "web")};
    no = (struct ecs_attribute){yes.name, ecs_names_intern(names, "db")};
    struct scn_query_error error;
    static const struct ecs_query *query;
    query = scn_query_parse(&f.arena, "attribute:role == web", &error);
    ck_assert_ptr_nonnull(query);
    f.specs[0].attributes = &yes;
    f.specs[0].attribute_count = 1;
    f.specs[1] = f.specs[0];
    f.specs[1].attributes = &no;
    f.scenario.spec_count = 2;
    f.scenario.extra_instance_count = 5;
    f.extras[4].spec = 1;
    struct ecs_service *service = fixture_add_daemon(&f, 0);
    service->request.placement.queries = &query;
    service->request.placement.query_count = 1;
    static const int64_t first[] = {1}, second[] = {2}, fifth[] = {5};
    struct ecs_change *change =
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    change->draining = true;
    change->selection.serials = first;
    change->selection.serial_count = 1;
    change = fixture_add_change(&f, 20 * SIM_MINUTE, ECS_OP_PUT_ATTRIBUTES);
    change->selection.serials = fifth;
    change->selection.serial_count = 1;
    change->attributes = &yes;
    change->attribute_count = 1;
    change = fixture_add_change(&f, 30 * SIM_MINUTE, ECS_OP_PUT_ATTRIBUTES);
    change->selection.serials = second;
    change->selection.serial_count = 1;
    change->attributes = &no;
    change->attribute_count = 1;
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 9 * SIM_MINUTE).running, 4);
    ck_assert_int_eq(service_tasks_on(&f, 0, 5, 9 * SIM_MINUTE), 0);
    ck_assert_int_eq(service_counts_at(&f, 0, 11 * SIM_MINUTE).running, 3); /* SV-D4 */
    ck_assert_int_eq(service_counts_at(&f, 0, 21 * SIM_MINUTE).running, 4);
    ck_assert_int_eq(service_tasks_on(&f, 0, 5, 21 * SIM_MINUTE), 1);
    ck_assert_int_eq(service_counts_at(&f, 0, 31 * SIM_MINUTE).running, 3); /* SV-D3 */
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_DAEMON_VIOLATED, 0), 30 * SIM_MINUTE);
    ck_assert_int_eq(last_sample()->field[ECS_SERVICE_desired], 3);
}
END_TEST

START_TEST(sv_d5_a_new_instance_gets_its_daemon)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 1, 1, 4);
    fixture_add_daemon(&f, 0);
    struct ecs_change *change =
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 3;
    f.providers[0].managed_scaling = false;
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 9 * SIM_MINUTE).running, 1);
    ck_assert_int_eq(service_counts_at(&f, 0, 15 * SIM_MINUTE).running, 3);
    for (int64_t serial = 1; serial <= 3; serial++)
        ck_assert_int_eq(service_tasks_on(&f, 0, serial, 15 * SIM_MINUTE), 1);
}
END_TEST

/* Sheet 04, 5.1: tasks that wait would fill what comes, and no room would be left for its daemon.
 */
START_TEST(sv_d5_a_new_instance_gets_its_daemon_first)
{
    bool first = _i == 1;
    f.scenario.behaviour.daemons_first = first;
    f.scenario.behaviour.service_reaction = 10 * SIM_SECOND;
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 0, 0, 2);
    fixture_add_definition(&f, 1024, 1024, 1800);
    fixture_run_task(&f, 1, fixture_strategy(1), 8, SIM_MINUTE);
    fixture_add_daemon(&f, 0);
    fixture_run(&f);
    for (int64_t serial = 1; serial <= 2; serial++)
        ck_assert_int_eq(service_tasks_on(&f, 0, serial, 15 * SIM_MINUTE), first);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 0) >= 0, !first);
}
END_TEST

START_TEST(dr_18_sv_d4_a_daemon_comes_back_with_its_instance)
{
    fixture_add_daemon(&f, 0);
    for (uint32_t i = 0; i < 2; i++) {
        struct ecs_change *change = fixture_add_change(&f, (i + 1) * 10 * SIM_MINUTE,
                                                       ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
        change->draining = i == 0;
    }
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 9 * SIM_MINUTE).running, 6);
    ck_assert_int_eq(service_counts_at(&f, 0, 15 * SIM_MINUTE).live, 0);
    ck_assert_int_eq(service_counts_at(&f, 0, 25 * SIM_MINUTE).running, 6);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_DRAIN), 6);
}
END_TEST

START_TEST(sv_d1_an_instance_without_room_qualifies_and_is_tried_again)
{
    fixture_add_definition(&f, 4096, 1024, 1200);
    fixture_run_task(&f, 1, (struct ecs_strategy){.count = 0}, 1, 0);
    fixture_add_daemon(&f, 0)->created_later = true;
    fixture_add_change(&f, SIM_MINUTE, ECS_OP_CREATE_SERVICE)->service = 0;
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 10 * SIM_MINUTE).running, 5);
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 0), SIM_MINUTE);
    ck_assert_int_eq(service_counts_at(&f, 0, SIM_HOUR).running, 6);
    ck_assert_int_eq(last_sample()->field[ECS_SERVICE_desired], 6);
}
END_TEST

/* Sheet 04, 5.1: daemons are scheduled first, so what waits for capacity finds what they leave; the
 * successor of a daemon takes the room of the one before it. */
START_TEST(sv_d5_daemons_come_before_tasks_that_wait)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 0, 0, 2);
    fixture_add_definition(&f, 1024, 1024, -1); /* four fill an instance, three beside a daemon */
    f.scenario.behaviour.service_reaction = 10 * SIM_SECOND;
    f.definitions[0].stop_time = sim_dist_constant(20);
    fixture_run_task(&f, 1, fixture_strategy(1), 10, 0);
    fixture_add_daemon(&f, 0);
    fixture_add_update(&f, SIM_HOUR, 0)->force_new_deployment = true;
    fixture_run(&f);
    for (int64_t serial = 1; serial <= 2; serial++) {
        ck_assert_int_eq(service_tasks_on(&f, 0, serial, 30 * SIM_MINUTE), 1);
        ck_assert_int_eq(service_tasks_on(&f, 0, serial, 2 * SIM_HOUR), 1);
    }
    ck_assert_int_eq(service_event_at(&f, ECS_SERVICE_PLACEMENT_FAILURE, 0), -1);
    ck_assert_int_eq(service_actions(&f, 0, ECS_ACTION_STOP_OLD), 2);
}
END_TEST

START_TEST(mtp_04_daemons_do_not_protect_an_instance_nor_keep_it_busy)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 0, 3, 3);
    f.providers[0].termination_protection = true;
    fixture_add_daemon(&f, 0);
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 10 * SIM_MINUTE).running, 3);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_PROTECTION, ECS_PROTECTION_on, 1), 0);
    const struct sim_record *metric = fixture_record(&f, ECS_RECORD_METRIC, 2);
    ck_assert_int_eq(metric->field[ECS_METRIC_m], 0); /* empty, as far as scaling goes */
}
END_TEST

/* Sheet 04, 1.9: what its group drains keeps its daemons until other tasks are gone. */
START_TEST(mid_daemons_leave_a_managed_drain_last)
{
    f.scenario.extra_instance_count = 0;
    fixture_add_provider(&f, 0, 1, 0, 1, 3);
    f.providers[0].managed_scaling = false;
    f.providers[0].managed_draining = true;
    fixture_add_definition(&f, 1024, 1024, 1800);
    fixture_run_task(&f, 1, fixture_strategy(1), 1, 0);
    fixture_add_daemon(&f, 0);
    struct ecs_change *change =
        fixture_add_change(&f, 10 * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 0;
    fixture_run(&f);
    ck_assert_int_eq(service_counts_at(&f, 0, 29 * SIM_MINUTE).running, 1);
    ck_assert_int_eq(service_counts_at(&f, 0, 31 * SIM_MINUTE).live, 0);
    ck_assert_int_eq(fixture_count_where(&f, ECS_RECORD_INSTANCE_STATE, ECS_INSTANCE_STATE_state,
                                         ECS_INSTANCE_SHUTTING_DOWN),
                     1);
}
END_TEST

Suite *test_ecs_service_suite(void);
Suite *test_ecs_service_suite(void)
{
    Suite *suite = suite_create("ecs_service");
    TCase *tcase = tcase_create("replica");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, sch_3_sv_8_a_service_keeps_its_count_and_says_that_it_is_steady);
    tcase_add_loop_test(tcase, sch_4_sv_1_a_task_that_ends_is_replaced_whatever_its_exit_code, 0,
                        2);
    tcase_add_test(tcase, sv_1_tasks_of_a_lost_instance_are_replaced_elsewhere);
    tcase_add_test(tcase, sv_r3_tasks_spread_over_zones_and_then_over_instances);
    tcase_add_test(tcase, stp_2_sv_r4_scale_in_empties_the_fullest_zone_first);
    tcase_add_test(tcase, st_13_scale_in_of_a_binpack_service_frees_the_emptiest_instance);
    tcase_add_test(tcase, cps_16_the_split_holds_over_the_whole_service);
    tcase_add_test(tcase, sv_1_with_managed_scaling_tasks_wait_and_bring_instances);
    tcase_add_test(tcase, msc_10_the_provisioning_cap_is_a_placement_failure);
    tcase_add_test(tcase, sv_1_a_task_that_timed_out_in_provisioning_is_wanted_all_the_same);
    tcase_add_test(tcase, evt_2_without_room_the_scheduler_tries_again_ever_more_seldom);
    tcase_add_test(tcase, evt_12_an_update_is_tried_at_once);
    tcase_add_test(tcase, sv_r4_tasks_that_wait_for_capacity_go_first);
    tcase_add_loop_test(tcase,
                        cps_19_pcp_06_a_strategy_that_gives_no_provider_is_a_placement_failure, 0,
                        2);
    tcase_add_test(tcase, evt_2a_a_service_without_instances_says_so);
    tcase_add_test(tcase, evt_2b_a_fixed_host_port_needs_an_instance_a_task);
    tcase_add_loop_test(tcase, epoch_the_launch_rate_of_a_service, 0, 3);
    tcase_add_test(tcase, initial_tasks_run_and_are_healthy_at_the_start);
    tcase_add_loop_test(tcase, sv_d5_initial_daemons_come_first, 0, 2);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("calls");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, sv_4_a_deployment_ends_with_its_service);
    tcase_add_test(tcase, sv_4_a_deleted_service_stops_its_tasks_and_is_inactive);
    tcase_add_test(tcase, sv_4_an_empty_service_is_inactive_at_once);
    tcase_add_test(tcase, sd_a_service_is_created_by_a_call_and_its_name_is_unique);
    tcase_add_test(tcase, sd_2_a_strategy_names_attached_providers_only);
    tcase_add_test(tcase, clu_a_cluster_with_services_is_not_deleted);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("daemon");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, sv_d9_one_task_on_each_qualifying_instance);
    tcase_add_test(tcase, sv_d5_a_new_instance_gets_its_daemon);
    tcase_add_loop_test(tcase, sv_d5_a_new_instance_gets_its_daemon_first, 0, 2);
    tcase_add_test(tcase, dr_18_sv_d4_a_daemon_comes_back_with_its_instance);
    tcase_add_test(tcase, sv_d1_an_instance_without_room_qualifies_and_is_tried_again);
    tcase_add_test(tcase, sv_d5_daemons_come_before_tasks_that_wait);
    tcase_add_test(tcase, mtp_04_daemons_do_not_protect_an_instance_nor_keep_it_busy);
    tcase_add_test(tcase, mid_daemons_leave_a_managed_drain_last);
    suite_add_tcase(suite, tcase);
    return suite;
}
