/* StartTask: what one named container instance answers, one by one and together; and what overrides
 * make tasks reserve. */
#include "scn_query.h"
#include "world_fixture.h"

#include <check.h>

#define INSTANCES 3

struct call {
    struct fixture f;
    struct ecs_request request;
    struct ecs_port port;
    struct ecs_override size;
    int64_t serials[10];
};

/* Three instances of 2,048 units, 4,096 MiB, one GPU and two task interfaces from the start, in a
 * group without managed scaling; StartTask of a small task, for ever, at ten minutes. */
static void begin(struct call *call, int64_t cpu_units, int64_t memory_mib)
{
    struct fixture *f = &call->f;
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 60);
    f->scenario.behaviour.placement_tie = ECS_TIE_FIRST;
    uint32_t type = fixture_add_type(f, "g", 2, 4096, 1, 3);
    fixture_add_provider(f, type, 1, 0, INSTANCES, INSTANCES);
    f->providers[0].managed_scaling = false;
    uint32_t definition = fixture_add_definition(f, cpu_units, memory_mib, -1);
    f->scenario.duration = 3 * SIM_HOUR;
    call->request = (struct ecs_request){
        .task_definition = definition,
        .on_refusal = ECS_REFUSAL_DROP,
        .give_up_after = SIM_TIME_NEVER,
    };
}

static struct ecs_change *start_at(struct call *call, sim_time at, uint32_t count)
{
    struct ecs_change *change = fixture_add_change(&call->f, at, ECS_OP_START_TASK);
    change->start = &call->request;
    for (uint32_t i = 0; i < count; i++)
        call->serials[i] = i + 1;
    change->selection.serials = call->serials;
    change->selection.serial_count = count;
    return change;
}

/* The n-th answer of StartTask among those of other calls. */
static const int64_t *answer(const struct fixture *f, uint32_t n)
{
    for (uint32_t i = 0; i < fixture_count(f, ECS_RECORD_CHANGE); i++) {
        const int64_t *field = fixture_record(f, ECS_RECORD_CHANGE, i)->field;
        if (field[ECS_CHANGE_operation] == ECS_OP_START_TASK && n-- == 0)
            return field;
    }
    ck_abort_msg("there is no such answer");
}

/* The reason with which this instance refused; NONE: it did not. */
static enum ecs_reason refused_by(const struct fixture *f, int64_t instance)
{
    for (uint32_t i = 0; i < fixture_count(f, ECS_RECORD_REFUSED); i++) {
        const int64_t *field = fixture_record(f, ECS_RECORD_REFUSED, i)->field;
        if (field[ECS_REFUSED_instance] == instance) {
            ck_assert_int_eq(field[ECS_REFUSED_retry_at], -1); /* the caller's next move */
            return (enum ecs_reason)field[ECS_REFUSED_reason];
        }
    }
    return ECS_REASON_NONE;
}

static uint32_t placed_on(const struct fixture *f, int64_t instance)
{
    return fixture_count_where(f, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_instance, instance);
}

/* ---- where ---- */

/* SCH-7: one task on each, in the order given, whatever a strategy would prefer; without a
 * capacity provider. TG-2: its group is its family's. */
START_TEST(lch_04_sch_7_on_the_named_instances)
{
    struct call call = {0};
    begin(&call, 256, 256);
    struct ecs_change *change = start_at(&call, 10 * SIM_MINUTE, 2);
    call.serials[0] = 3;
    call.serials[1] = 1;
    (void)change;
    fixture_run(&call.f);
    const struct sim_record *first = fixture_record(&call.f, ECS_RECORD_TASK_PLACED, 0);
    const struct sim_record *second = fixture_record(&call.f, ECS_RECORD_TASK_PLACED, 1);
    ck_assert_ptr_nonnull(second);
    ck_assert_int_eq(first->at, 10 * SIM_MINUTE);
    ck_assert_int_eq(first->field[ECS_TASK_PLACED_instance], 3);
    ck_assert_int_eq(second->field[ECS_TASK_PLACED_instance], 1);
    ck_assert_int_eq(first->field[ECS_TASK_PLACED_group], call.f.definitions[0].group);
    ck_assert_uint_eq(placed_on(&call.f, 2), 0);
    ck_assert_uint_eq(fixture_count_where(&call.f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider,
                                          -1),
                      2);
    const int64_t *field = answer(&call.f, 0);
    ck_assert_int_eq(field[ECS_CHANGE_refusal], ECS_REFUSAL_NONE);
    ck_assert_int_eq(field[ECS_CHANGE_affected], 2);
    ck_assert_int_eq(fixture_record(&call.f, ECS_RECORD_ARRIVAL, 0)->field[ECS_ARRIVAL_item], -1);
    fixture_release(&call.f);
}
END_TEST

/* A selection picks among ACTIVE instances. */
START_TEST(sch_7_on_a_selection)
{
    struct call call = {0};
    begin(&call, 256, 256);
    struct ecs_change *drain =
        fixture_add_change(&call.f, SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    drain->draining = true;
    drain->selection.count = 1;
    struct ecs_change *change = start_at(&call, 10 * SIM_MINUTE, 0);
    change->selection.pick = ECS_PICK_OLDEST;
    change->selection.count = 1;
    fixture_run(&call.f);
    ck_assert_uint_eq(fixture_count(&call.f, ECS_RECORD_TASK_PLACED), 1);
    ck_assert_uint_eq(placed_on(&call.f, 2), 1);
    fixture_release(&call.f);
}
END_TEST

/* SCH-7: the scheduler is skipped, and with it the constraints of the task definition. */
START_TEST(sch_7_constraints_are_not_asked)
{
    struct call call = {0};
    struct scn_query_error error;
    begin(&call, 256, 256);
    const struct ecs_query *nowhere =
        scn_query_parse(&call.f.arena, "attribute:stack == prod", &error);
    ck_assert_ptr_nonnull(nowhere);
    call.f.definitions[0].queries = &nowhere;
    call.f.definitions[0].query_count = 1;
    start_at(&call, 10 * SIM_MINUTE, 1);
    fixture_run_task(&call.f, 0, (struct ecs_strategy){0}, 1, 0);
    call.f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    fixture_run(&call.f);
    ck_assert_uint_eq(placed_on(&call.f, 1), 1);
    ck_assert_uint_eq(fixture_count_where(&call.f, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                                          ECS_REASON_MEMBER_OF),
                      1); /* RunTask of the same */
    fixture_release(&call.f);
}
END_TEST

/* TG-2, ST-10: its tasks count in their group, own or the family's, for others' constraints. */
START_TEST(tg_2_group_of_started_tasks)
{
    struct call call = {0};
    begin(&call, 256, 256);
    call.request.group = ecs_names_intern(&call.f.scenario.names, "pair");
    start_at(&call, 10 * SIM_MINUTE, 1);
    fixture_run_task(&call.f, 0, (struct ecs_strategy){0}, 1, 20 * SIM_MINUTE);
    call.f.run_tasks[0].request.group = call.request.group;
    call.f.run_tasks[0].request.placement.distinct_instance = true;
    fixture_run(&call.f);
    ck_assert_int_eq(
        fixture_record(&call.f, ECS_RECORD_TASK_PLACED, 0)->field[ECS_TASK_PLACED_group],
        call.request.group);
    ck_assert_int_eq(
        fixture_record(&call.f, ECS_RECORD_TASK_PLACED, 1)->field[ECS_TASK_PLACED_instance], 2);
    fixture_release(&call.f);
}
END_TEST

/* ---- why not, one by one ---- */

/* API-9, CI-22: no instance has ever had that number. */
START_TEST(api_9_ci_22_missing)
{
    struct call call = {0};
    begin(&call, 256, 256);
    start_at(&call, 10 * SIM_MINUTE, 1);
    call.serials[0] = 77;
    fixture_run(&call.f);
    ck_assert_int_eq(refused_by(&call.f, 77), ECS_REASON_MISSING);
    ck_assert_int_eq(fixture_record(&call.f, ECS_RECORD_FAILURE, 0)->field[ECS_FAILURE_reason],
                     ECS_REASON_MISSING);
    ck_assert_uint_eq(fixture_count_where(&call.f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_DROPPED),
                      1);
    fixture_release(&call.f);
}
END_TEST

/* API-9: one that still boots is not known to the cluster. */
START_TEST(api_9_missing_until_it_registers)
{
    struct call call = {0};
    begin(&call, 256, 256);
    call.f.asgs[0].initial_launching = true; /* a minute's boot */
    start_at(&call, 59 * SIM_SECOND, 1);
    start_at(&call, 61 * SIM_SECOND, 1);
    fixture_run(&call.f);
    ck_assert_int_eq(answer(&call.f, 0)[ECS_CHANGE_affected], 0);
    ck_assert_int_eq(refused_by(&call.f, 1), ECS_REASON_MISSING);
    ck_assert_int_eq(answer(&call.f, 1)[ECS_CHANGE_affected], 1);
    fixture_release(&call.f);
}
END_TEST

/* API-10, CI-22: deregistered, by the operator (0, 1) or with its end (2, 3). CI-11: for an hour;
 * then nobody knows it any more. */
START_TEST(api_10_inactive_ci_11_for_an_hour)
{
    struct call call = {0};
    begin(&call, 256, 256);
    struct ecs_change *change = fixture_add_change(&call.f, SIM_MINUTE,
                                                   _i < 2 ? ECS_OP_DEREGISTER_CONTAINER_INSTANCE
                                                          : ECS_OP_TERMINATE_INSTANCES);
    change->selection.count = 1;
    change->force = change->decrement = true;
    call.f.asgs[0].min_size = 0;
    start_at(&call, 61 * SIM_MINUTE + (_i % 2 == 0 ? 0 : 1), 1);
    fixture_run(&call.f);
    ck_assert_int_eq(refused_by(&call.f, 1),
                     _i % 2 == 0 ? ECS_REASON_INACTIVE : ECS_REASON_MISSING);
    fixture_release(&call.f);
}
END_TEST

/* DR-24: a DRAINING instance takes none; back to ACTIVE it does (DR-17). */
START_TEST(dr_24_draining)
{
    struct call call = {0};
    begin(&call, 256, 256);
    for (int i = 0; i < 2; i++) {
        struct ecs_change *change = fixture_add_change(&call.f, (1 + 20 * i) * SIM_MINUTE,
                                                       ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
        change->draining = i == 0;
        change->selection.count = 1;
        start_at(&call, (2 + 20 * i) * SIM_MINUTE, 1);
    }
    fixture_run(&call.f);
    ck_assert_int_eq(refused_by(&call.f, 1), ECS_REASON_INACTIVE);
    ck_assert_int_eq(answer(&call.f, 0)[ECS_CHANGE_affected], 0);
    ck_assert_int_eq(answer(&call.f, 1)[ECS_CHANGE_affected], 1);
    fixture_release(&call.f);
}
END_TEST

/* API-6: once ECS has seen that the agent is away. */
START_TEST(api_6_agent)
{
    struct call call = {0};
    begin(&call, 256, 256);
    fixture_add_fault(&call.f, SIM_MINUTE, SIM_TIME_NEVER)->selection.count = 1;
    start_at(&call, 10 * SIM_MINUTE, 2);
    fixture_run(&call.f);
    ck_assert_int_eq(refused_by(&call.f, 1), ECS_REASON_AGENT);
    ck_assert_uint_eq(placed_on(&call.f, 2), 1);
    fixture_release(&call.f);
}
END_TEST

/* API-5, API-8: each resource, and an attribute that the definition needs; on instances whose first
 * is taken by a task of the same needs, the second call refuses. API-17: both calls start what they
 * can. */
START_TEST(run_12_api_5_api_8_each_reason)
{
    static const struct {
        int64_t cpu_units, memory_mib, gpus;
        enum ecs_reason reason;
    } cases[] = {
        {1025, 1, 0, ECS_REASON_RESOURCE_CPU},    {1, 2049, 0, ECS_REASON_RESOURCE_MEMORY},
        {1, 1, 1, ECS_REASON_RESOURCE_GPU},       {1, 1, 0, ECS_REASON_RESOURCE_PORTS},
        {1, 1, 0, ECS_REASON_RESOURCE_ENI},       {1, 1, 0, ECS_REASON_ATTRIBUTE},
        {1025, 2049, 1, ECS_REASON_RESOURCE_CPU}, {1, 2049, 1, ECS_REASON_RESOURCE_MEMORY},
    };
    struct call call = {0};
    uint32_t needed = 0;
    begin(&call, cases[_i].cpu_units, cases[_i].memory_mib);
    struct ecs_task_definition *definition = &call.f.definitions[0];
    enum ecs_reason reason = cases[_i].reason;
    uint32_t room = 1;
    definition->gpus = cases[_i].gpus;
    if (reason == ECS_REASON_RESOURCE_PORTS) {
        call.port.port = 80;
        definition->ports = &call.port;
        definition->port_count = 1;
    } else if (reason == ECS_REASON_RESOURCE_ENI) {
        definition->network_mode = ECS_NETWORK_AWSVPC;
        room = 2;
    } else if (reason == ECS_REASON_ATTRIBUTE) {
        needed = ecs_names_intern(&call.f.scenario.names, "needed");
        definition->requirements = &needed;
        definition->requirement_count = 1;
        room = 0;
    }
    for (uint32_t i = 0; i <= room; i++)
        start_at(&call, (10 + i) * SIM_MINUTE, 1);
    fixture_run(&call.f);
    ck_assert_uint_eq(placed_on(&call.f, 1), room);
    ck_assert_int_eq(refused_by(&call.f, 1), reason);
    const int64_t *last = answer(&call.f, room);
    ck_assert_int_eq(last[ECS_CHANGE_exception], ECS_EXCEPTION_NONE);
    ck_assert_int_eq(last[ECS_CHANGE_refusal], ECS_REFUSAL_FAILURES);
    fixture_release(&call.f);
}
END_TEST

/* API-17: the call takes what it can; each failure is one instance's. */
START_TEST(api_17_some_start)
{
    struct call call = {0};
    begin(&call, 2048, 256);
    fixture_run_task(&call.f, 0, (struct ecs_strategy){0}, 1, 0); /* fills the first */
    start_at(&call, 10 * SIM_MINUTE, 4);
    fixture_run(&call.f);
    ck_assert_int_eq(refused_by(&call.f, 1), ECS_REASON_RESOURCE_CPU);
    ck_assert_int_eq(refused_by(&call.f, 2), ECS_REASON_NONE);
    ck_assert_int_eq(refused_by(&call.f, 3), ECS_REASON_NONE);
    ck_assert_int_eq(refused_by(&call.f, 4), ECS_REASON_MISSING);
    const int64_t *field = answer(&call.f, 0);
    ck_assert_int_eq(field[ECS_CHANGE_affected], 2);
    ck_assert_int_eq(field[ECS_CHANGE_refusal], ECS_REFUSAL_FAILURES);
    ck_assert_uint_eq(fixture_count(&call.f, ECS_RECORD_FAILURE), 2);
    fixture_release(&call.f);
}
END_TEST

/* TDF-09, CLU-15: the call as a whole is refused, with an exception. */
START_TEST(tdf_09_clu_15_exceptions)
{
    struct call call = {0};
    begin(&call, 256, 256);
    bool cluster = _i == 1;
    struct ecs_change *change =
        fixture_add_change(&call.f, SIM_MINUTE,
                           cluster ? ECS_OP_DELETE_CLUSTER : ECS_OP_DEREGISTER_TASK_DEFINITION);
    change->definition = cluster ? ECS_NONE : 0;
    if (cluster)
        call.f.asgs[0].desired = 0;
    call.f.asgs[0].min_size = 0;
    start_at(&call, 2 * SIM_HOUR, 2);
    fixture_run(&call.f);
    const int64_t *field = answer(&call.f, 0);
    ck_assert_int_eq(field[ECS_CHANGE_affected], 0);
    ck_assert_int_eq(field[ECS_CHANGE_exception],
                     cluster ? ECS_EXCEPTION_CLUSTER_NOT_FOUND : ECS_EXCEPTION_CLIENT);
    ck_assert_uint_eq(fixture_count(&call.f, ECS_RECORD_TASK_PLACED), 0);
    ck_assert_uint_eq(fixture_count_where(&call.f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_DROPPED),
                      2);
    fixture_release(&call.f);
}
END_TEST

/* A run without duration waits for StartTask as for any arrival, and for what it started. */
START_TEST(a_run_without_duration_waits_for_it)
{
    struct call call = {0};
    begin(&call, 256, 256);
    call.f.definitions[0].runs_forever = false;
    call.f.definitions[0].duration = sim_dist_constant(600);
    call.f.scenario.duration = SIM_TIME_NEVER;
    start_at(&call, 10 * SIM_MINUTE, 2);
    fixture_run(&call.f);
    const struct sim_record *end = fixture_record(&call.f, ECS_RECORD_RUN_ENDED, 0);
    ck_assert_int_eq(end->at, 20 * SIM_MINUTE);
    ck_assert_uint_eq(fixture_count_where(&call.f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_COMPLETED),
                      2);
    fixture_release(&call.f);
}
END_TEST

/* ---- overrides ---- */

/* RES-02, RES-07 with overrides: what is reserved is the override's; by StartTask (0) and by
 * RunTask (1). */
START_TEST(run_1_overrides_are_reserved)
{
    struct call call = {0};
    begin(&call, 256, 256);
    call.size = (struct ecs_override){0, 1500, 3000, 1};
    call.request.overrides = &call.size;
    call.request.override_count = 1;
    if (_i == 0) {
        start_at(&call, 10 * SIM_MINUTE, 1);
    } else {
        fixture_run_task(&call.f, 0, (struct ecs_strategy){0}, 1, 0);
        call.f.run_tasks[0].request.overrides = &call.size;
        call.f.run_tasks[0].request.override_count = 1;
    }
    fixture_run(&call.f);
    const int64_t *field = fixture_record(&call.f, ECS_RECORD_TASK_PLACED, 0)->field;
    ck_assert_int_eq(field[ECS_TASK_PLACED_cpu_units], 1500);
    ck_assert_int_eq(field[ECS_TASK_PLACED_memory_mib], 3000);
    ck_assert_int_eq(field[ECS_TASK_PLACED_gpus], 1);
    fixture_release(&call.f);
}
END_TEST

/* TDF-13: a family's later revision is measured by its own text under the same overrides. */
START_TEST(tdf_13_overrides_by_revision)
{
    struct call call = {0};
    struct ecs_override sizes[2] = {{0, 100, 200, 0}, {1, 300, 400, 0}};
    begin(&call, 256, 256);
    fixture_add_definition(&call.f, 512, 512, -1);
    call.f.definitions[1].family = call.f.definitions[0].family;
    call.f.definitions[1].group = call.f.definitions[0].group;
    call.f.definitions[1].revision = 2;
    call.f.definitions[1].registered_later = true;
    fixture_add_change(&call.f, 15 * SIM_MINUTE, ECS_OP_REGISTER_TASK_DEFINITION)->definition = 1;
    for (uint32_t i = 0; i < 2; i++) {
        fixture_run_task(&call.f, 0, (struct ecs_strategy){0}, 1, (10 + 10 * i) * SIM_MINUTE);
        call.f.run_tasks[i].request.latest_revision = true;
        call.f.run_tasks[i].request.overrides = sizes;
        call.f.run_tasks[i].request.override_count = 2;
    }
    fixture_run(&call.f);
    for (uint32_t i = 0; i < 2; i++) {
        const int64_t *field = fixture_record(&call.f, ECS_RECORD_TASK_PLACED, i)->field;
        ck_assert_int_eq(field[ECS_TASK_PLACED_definition], i);
        ck_assert_int_eq(field[ECS_TASK_PLACED_cpu_units], sizes[i].cpu_units);
        ck_assert_int_eq(field[ECS_TASK_PLACED_memory_mib], sizes[i].memory_mib);
    }
    fixture_release(&call.f);
}
END_TEST

Suite *test_ecs_start_suite(void);
Suite *test_ecs_start_suite(void)
{
    Suite *suite = suite_create("ecs_start");
    TCase *tests = tcase_create("start");
    tcase_add_test(tests, lch_04_sch_7_on_the_named_instances);
    tcase_add_test(tests, sch_7_on_a_selection);
    tcase_add_test(tests, sch_7_constraints_are_not_asked);
    tcase_add_test(tests, tg_2_group_of_started_tasks);
    tcase_add_test(tests, api_9_ci_22_missing);
    tcase_add_test(tests, api_9_missing_until_it_registers);
    tcase_add_loop_test(tests, api_10_inactive_ci_11_for_an_hour, 0, 4);
    tcase_add_test(tests, dr_24_draining);
    tcase_add_test(tests, api_6_agent);
    tcase_add_loop_test(tests, run_12_api_5_api_8_each_reason, 0, 8);
    tcase_add_test(tests, api_17_some_start);
    tcase_add_loop_test(tests, tdf_09_clu_15_exceptions, 0, 2);
    tcase_add_test(tests, a_run_without_duration_waits_for_it);
    tcase_add_loop_test(tests, run_1_overrides_are_reserved, 0, 2);
    tcase_add_test(tests, tdf_13_overrides_by_revision);
    suite_add_tcase(suite, tests);
    return suite;
}
