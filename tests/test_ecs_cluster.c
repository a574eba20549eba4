/* The cluster: status, capacity providers that come and go, deletion, counts, account settings, and
 * the text of ids. */
#include "ecs_ids.h"
#include "world_fixture.h"

#include <check.h>
#include <string.h>

#define SECONDS(n) ((n)*SIM_SECOND)

/* Two managed providers; the second is not attached. Tasks of one vCPU, one an instance. */
static uint32_t two_providers(struct fixture *f, int64_t desired)
{
    fixture_init(f, 202209);
    fixture_plain(f, 60);
    uint32_t type = fixture_add_type(f, "m", 1, 4096, 0, 4);
    fixture_add_provider(f, type, 1, 0, desired, 10);
    fixture_add_provider(f, type, 1, 0, desired, 10);
    f->providers[1].attached = false;
    f->scenario.duration = SIM_HOUR;
    return fixture_add_definition(f, 1024, 512, -1);
}

static struct ecs_strategy only(uint32_t provider)
{
    return (struct ecs_strategy){.count = 1, .items = {{.provider = provider, .weight = 1}}};
}

static const uint32_t providers_0[] = {0}, providers_both[] = {0, 1};

static struct ecs_change *put(struct fixture *f, sim_time at, const uint32_t *providers,
                              uint32_t count)
{
    struct ecs_change *change = fixture_add_change(f, at, ECS_OP_PUT_CLUSTER_CAPACITY_PROVIDERS);
    change->providers = providers;
    change->provider_count = count;
    return change;
}

static void answered(const struct fixture *f, uint32_t change, enum ecs_exception exception,
                     enum ecs_refusal refusal)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_CHANGE, change);
    ck_assert_ptr_nonnull(record);
    ck_assert_int_eq(record->field[ECS_CHANGE_exception], exception);
    ck_assert_int_eq(record->field[ECS_CHANGE_refusal], refusal);
}

static void status_is(const struct fixture *f, uint32_t n, sim_time at,
                      enum ecs_cluster_status status, bool updating)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_CLUSTER, n);
    ck_assert_ptr_nonnull(record);
    ck_assert_int_eq(record->at, at);
    ck_assert_int_eq(record->field[ECS_CLUSTER_status], status);
    ck_assert_int_eq(record->field[ECS_CLUSTER_updating], updating);
}

/* Records of `kind` about a provider in [from, until). */
static uint32_t about(const struct fixture *f, enum ecs_record_kind kind, int field,
                      int64_t provider, sim_time from, sim_time until)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->record_count; i++)
        count += f->records[i].kind == kind && f->records[i].field[field] == provider &&
                 f->records[i].at >= from && f->records[i].at < until;
    return count;
}

START_TEST(clu_04_active_at_the_start)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, 1);
    fixture_run_task(&f, definition, only(0), 1, 0);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CLUSTER), 0);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 0);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_TASK_PLACED, 0)->at, 0);
    fixture_release(&f);
}
END_TEST

/* PCP-01, PCP-04, CLU-05: attaching takes a while; then, and not before, the provider is used, and
 * its metric begins. */
START_TEST(pcp_04_clu_05_attach)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, 0);
    sim_time at = 5 * SIM_MINUTE, done = at + SECONDS(10);
    put(&f, at, providers_both, 2);
    fixture_run_task(&f, definition, only(1), 1, SIM_MINUTE);
    fixture_run_task(&f, definition, only(1), 1, at + SECONDS(5));
    fixture_run(&f);
    answered(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    status_is(&f, 0, at, ECS_CLUSTER_PROVISIONING, true);
    status_is(&f, 1, done, ECS_CLUSTER_ACTIVE, false);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CLUSTER), 2);
    ck_assert_uint_eq(about(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason, ECS_REASON_NOT_ATTACHED, at,
                            SIM_HOUR) > 0,
                      true); /* the call in mid-update */
    ck_assert_uint_eq(about(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason, ECS_REASON_NOT_ATTACHED,
                            done, SIM_HOUR),
                      0);
    ck_assert_uint_eq(about(&f, ECS_RECORD_METRIC, ECS_METRIC_provider, 1, 0, done), 0);
    ck_assert_uint_eq(about(&f, ECS_RECORD_METRIC, ECS_METRIC_provider, 1, done, SIM_HOUR), 55);
    ck_assert_uint_eq(about(&f, ECS_RECORD_METRIC, ECS_METRIC_provider, 0, 0, SIM_HOUR), 60);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_RUNNING),
                      2);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 1),
                      2);
    const struct sim_record *row = fixture_capacity_at(&f, 1, SIM_MINUTE);
    ck_assert_int_eq(row->field[ECS_CAPACITY_percent_num], -1); /* no metric: NULL */
    fixture_release(&f);
}
END_TEST

/* PCP-04: a second Put, and DeleteCluster, while the first is under way; CLU-04: a provider without
 * managed scaling needs no update. */
START_TEST(pcp_04_one_update_at_a_time)
{
    struct fixture f;
    two_providers(&f, 0);
    put(&f, SIM_MINUTE, providers_both, 2);
    put(&f, SIM_MINUTE + SECONDS(9), providers_0, 1);
    fixture_add_change(&f, SIM_MINUTE + SECONDS(9), ECS_OP_DELETE_CLUSTER);
    put(&f, SIM_MINUTE + SECONDS(10), providers_0, 1); /* the update ends first */
    fixture_run(&f);
    answered(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    answered(&f, 1, ECS_EXCEPTION_UPDATE_IN_PROGRESS, ECS_REFUSAL_CLUSTER_UPDATING);
    answered(&f, 2, ECS_EXCEPTION_UPDATE_IN_PROGRESS, ECS_REFUSAL_CLUSTER_UPDATING);
    answered(&f, 3, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    status_is(&f, 2, SIM_MINUTE + SECONDS(10), ECS_CLUSTER_DEPROVISIONING, true);
    status_is(&f, 3, SIM_MINUTE + SECONDS(20), ECS_CLUSTER_ACTIVE, false);
    fixture_release(&f);
    uint32_t definition = two_providers(&f, 1);
    f.providers[1].managed_scaling = false;
    put(&f, SIM_MINUTE, providers_both, 2);
    fixture_run_task(&f, definition, only(1), 1, SIM_MINUTE);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CLUSTER), 0);
    /* usable at once, though not for the instances that were there before (CPV-06) */
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                                          ECS_REASON_NOT_ATTACHED),
                      0);
    ck_assert_uint_gt(fixture_count_where(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                                          ECS_REASON_NO_INSTANCES),
                      0);
    fixture_release(&f);
}
END_TEST

/* clusterUpdateTime 0: complete within the instant. */
START_TEST(pcp_04_update_time_zero)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, 0);
    f.scenario.behaviour.cluster_update = 0;
    put(&f, SIM_MINUTE, providers_both, 2);
    fixture_run_task(&f, definition, only(1), 1, SIM_MINUTE);
    fixture_run(&f);
    status_is(&f, 1, SIM_MINUTE, ECS_CLUSTER_ACTIVE, false);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 0);
    fixture_release(&f);
}
END_TEST

/* PCP-02: 0 a waiting task holds the provider; 1 a running one; 2 a task that has stopped does not.
 * A refused call changes nothing. */
START_TEST(pcp_02_provider_in_use)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, _i == 0 ? 0 : 1);
    f.providers[1].attached = true;
    fixture_add_definition(&f, 1024, 512, 30);
    fixture_run_task(&f, _i == 2 ? 1 : definition, only(1), 1, SIM_MINUTE);
    struct ecs_change *change = put(&f, SIM_MINUTE + SECONDS(40), providers_0, 1);
    change->strategy = only(0);
    fixture_run_task(&f, definition, only(1), 1, 30 * SIM_MINUTE);
    f.run_tasks[1].request.default_strategy = true;
    f.scenario.default_strategy = only(1);
    fixture_run(&f);
    if (_i == 2)
        answered(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    else
        answered(&f, 0, ECS_EXCEPTION_RESOURCE_IN_USE, ECS_REFUSAL_PROVIDER_IN_USE);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CLUSTER), _i == 2 ? 2 : 0);
    /* the default strategy of 30 minutes later tells which list holds */
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 1),
                      _i == 2 ? 1 : 2);
    fixture_release(&f);
}
END_TEST

/* PCP-03: the default strategy is that of the call; emptied, it is launch type EC2. */
START_TEST(pcp_03_cps_08_default_strategy)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, 2);
    f.asgs[0].min_size = f.asgs[1].min_size = 2;
    f.providers[1].attached = true;
    f.scenario.default_strategy = only(0);
    put(&f, 10 * SIM_MINUTE, providers_both, 2)->strategy = only(1);
    put(&f, 20 * SIM_MINUTE, providers_both, 2);
    for (uint32_t i = 0; i < 3; i++) {
        fixture_run_task(&f, definition, only(0), 1, i * 10 * SIM_MINUTE + SIM_MINUTE);
        f.run_tasks[i].request.default_strategy = true;
    }
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CLUSTER), 0); /* no plan comes or goes */
    static const int64_t providers[] = {0, 1, -1};
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 3);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_int_eq(
            fixture_record(&f, ECS_RECORD_TASK_ENDED, i)->field[ECS_TASK_ENDED_provider],
            providers[i]);
    fixture_release(&f);
}
END_TEST

/* An arrival that backs off asks the new default strategy; one that names its provider does not. */
START_TEST(pcp_03_retries_ask_anew)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, 0);
    for (uint32_t i = 0; i < 2; i++) {
        f.providers[i].managed_scaling = false;
        f.providers[i].attached = true;
        f.providers[i].termination_protection = false;
    }
    f.asgs[1].desired = 2;
    f.scenario.default_strategy = only(0);
    put(&f, 5 * SIM_MINUTE, providers_both, 2)->strategy = only(1);
    fixture_run_task(&f, definition, only(0), 1, SIM_MINUTE);
    fixture_run_task(&f, definition, only(0), 1, SIM_MINUTE);
    f.run_tasks[0].request.default_strategy = true;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 1);
    const struct sim_record *task = fixture_record(&f, ECS_RECORD_TASK_ENDED, 0);
    ck_assert_int_eq(task->field[ECS_TASK_ENDED_provider], 1);
    ck_assert_int_ge(task->field[ECS_TASK_ENDED_created], 5 * SIM_MINUTE);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_WAITING),
                      1);
    fixture_release(&f);
}
END_TEST

/* PCP-06: what is not attached may not be named; final when no call ahead attaches it. */
START_TEST(pcp_06_not_attached)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, 1);
    f.scenario.duration = SIM_TIME_NEVER; /* and so the run ends */
    fixture_run_task(&f, definition, only(1), 1, SIM_MINUTE);
    fixture_run(&f);
    const struct sim_record *refused = fixture_record(&f, ECS_RECORD_REFUSED, 0);
    ck_assert_int_eq(refused->field[ECS_REFUSED_reason], ECS_REASON_NOT_ATTACHED);
    ck_assert_int_eq(refused->field[ECS_REFUSED_retry_at], -1);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 0);
    fixture_release(&f);
    two_providers(&f, 0);
    put(&f, SIM_MINUTE, providers_0, 1)->strategy = only(1);
    put(&f, SIM_MINUTE, providers_both, 2)->strategy = only(1);
    fixture_run(&f);
    answered(&f, 0, ECS_EXCEPTION_INVALID_PARAMETER, ECS_REFUSAL_PROVIDER_NOT_LISTED);
    answered(&f, 1, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    fixture_release(&f);
}
END_TEST

/* A provider with a waiting task's alarm is attached, detached and attached again: its clocks run
 * only while it is attached, its group keeps its desired capacity meanwhile, and the alarms of the
 * first attachment never act in the second. */
START_TEST(pcp_01_detach_and_attach_twice)
{
    struct fixture f;
    two_providers(&f, 0);
    fixture_add_definition(&f, 1024, 512, 240);
    f.providers[1].attached = true;
    f.scenario.duration = 2 * SIM_HOUR;
    fixture_run_task(&f, 1, only(1), 1, SIM_MINUTE); /* two instances; it ends after 7 minutes */
    static const sim_time leaves[] = {12 * SIM_MINUTE, 60 * SIM_MINUTE};
    for (uint32_t i = 0; i < 2; i++) {
        put(&f, leaves[i], providers_0, 1);
        put(&f, leaves[i] + 20 * SIM_MINUTE, providers_both, 2);
    }
    fixture_run(&f);
    for (uint32_t i = 0; i < 4; i++)
        answered(&f, i, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    for (uint32_t i = 0; i < 2; i++) {
        sim_time back = leaves[i] + 20 * SIM_MINUTE + SECONDS(10);
        ck_assert_uint_eq(about(&f, ECS_RECORD_METRIC, ECS_METRIC_provider, 1, leaves[i] + 1, back),
                          0);
        ck_assert_uint_eq(about(&f, ECS_RECORD_SCALING, ECS_SCALING_asg, 1, leaves[i] + 1, back),
                          0);
        /* a metric a minute from the end of the update on */
        ck_assert_uint_eq(about(&f, ECS_RECORD_METRIC, ECS_METRIC_provider, 1, back,
                                back + 5 * SIM_MINUTE),
                          5);
    }
    const struct sim_record *gone = fixture_capacity_at(&f, 1, 20 * SIM_MINUTE);
    ck_assert_int_eq(gone->field[ECS_CAPACITY_desired], 2); /* stays */
    /* idle since minute 7; the low alarm needs 15 datapoints of the second attachment alone */
    sim_time back = 32 * SIM_MINUTE + SECONDS(10);
    ck_assert_uint_eq(about(&f, ECS_RECORD_SCALING, ECS_SCALING_asg, 1, back,
                            back + 14 * SIM_MINUTE),
                      0);
    ck_assert_uint_gt(about(&f, ECS_RECORD_SCALING, ECS_SCALING_asg, 1, back,
                            back + 17 * SIM_MINUTE),
                      0);
    fixture_release(&f);
}
END_TEST

/* CPV-06: instances from before the attachment are of no provider, and no strategy uses them. */
START_TEST(cpv_06_earlier_instances_are_not_used)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, 2);
    put(&f, SIM_MINUTE, providers_both, 2);
    fixture_run_task(&f, definition, only(1), 1, 2 * SIM_MINUTE);
    fixture_run(&f);
    const int64_t *task = fixture_record(&f, ECS_RECORD_TASK_ENDED, 0)->field;
    ck_assert_int_eq(task[ECS_TASK_ENDED_outcome], ECS_OUTCOME_RUNNING);
    ck_assert_int_gt(task[ECS_TASK_ENDED_placed], task[ECS_TASK_ENDED_created]);
    ck_assert_int_eq(task[ECS_TASK_ENDED_instance], 5); /* the first launched after it */
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_INSTANCE_ENDED); i++) {
        const int64_t *instance = fixture_record(&f, ECS_RECORD_INSTANCE_ENDED, i)->field;
        int64_t serial = instance[ECS_INSTANCE_ENDED_instance];
        ck_assert_int_eq(instance[ECS_INSTANCE_ENDED_provider], serial <= 2   ? 0
                                                                : serial <= 4 ? -1
                                                                              : 1);
    }
    fixture_release(&f);
}
END_TEST

/* CLU-14 to CLU-16: DeleteCluster. 0: container instances are registered; 1: a task waits; 2:
 * neither, and from then on there is no cluster. */
START_TEST(clu_14_clu_15_clu_16_delete)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, _i == 0 ? 1 : 0);
    f.asgs[0].max_size = f.asgs[1].max_size = 1;
    if (_i == 1) {
        f.asgs[0].max_size = 0;
        fixture_run_task(&f, definition, only(0), 1, 0);
    }
    fixture_add_change(&f, SIM_MINUTE, ECS_OP_DELETE_CLUSTER);
    fixture_add_change(&f, 2 * SIM_MINUTE, ECS_OP_DELETE_CLUSTER);
    struct ecs_change *stop = fixture_add_change(&f, 3 * SIM_MINUTE, ECS_OP_STOP_TASK);
    stop->selection.count = 1;
    fixture_run_task(&f, definition, only(0), 1, 4 * SIM_MINUTE);
    f.scenario.duration = 9 * SIM_MINUTE;
    fixture_run(&f);
    static const struct {
        enum ecs_exception first, second, other;
    } expected[] = {
        {ECS_EXCEPTION_CLUSTER_CONTAINS_CONTAINER_INSTANCES,
         ECS_EXCEPTION_CLUSTER_CONTAINS_CONTAINER_INSTANCES, ECS_EXCEPTION_NONE},
        {ECS_EXCEPTION_CLUSTER_CONTAINS_TASKS, ECS_EXCEPTION_CLUSTER_CONTAINS_TASKS,
         ECS_EXCEPTION_NONE},
        {ECS_EXCEPTION_NONE, ECS_EXCEPTION_CLUSTER_NOT_FOUND, ECS_EXCEPTION_CLUSTER_NOT_FOUND},
    };
    int64_t exceptions[3];
    for (uint32_t i = 0; i < 3; i++)
        exceptions[i] = fixture_record(&f, ECS_RECORD_CHANGE, i)->field[ECS_CHANGE_exception];
    ck_assert_int_eq(exceptions[0], expected[_i].first);
    ck_assert_int_eq(exceptions[1], expected[_i].second);
    ck_assert_int_eq(exceptions[2], expected[_i].other);
    uint32_t refused =
        fixture_count_where(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason, ECS_REASON_NO_CLUSTER);
    ck_assert_uint_eq(refused, _i == 2 ? 1 : 0);
    if (_i == 2) {
        status_is(&f, 0, SIM_MINUTE, ECS_CLUSTER_INACTIVE, false);
        ck_assert_uint_eq(about(&f, ECS_RECORD_METRIC, ECS_METRIC_provider, 0, SIM_MINUTE + 1,
                                SIM_HOUR),
                          0);
        ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                              ECS_FATE_DROPPED),
                          1); /* nothing brings it back */
    }
    fixture_release(&f);
}
END_TEST

/* CLU-03: every status that a cluster goes through; FAILED does not occur. */
START_TEST(clu_03_statuses)
{
    static const struct {
        sim_time at;
        enum ecs_cluster_status status;
        bool updating;
    } expected[] = {
        {5 * SIM_MINUTE, ECS_CLUSTER_PROVISIONING, true},
        {5 * SIM_MINUTE + SECONDS(10), ECS_CLUSTER_ACTIVE, false},
        {7 * SIM_MINUTE, ECS_CLUSTER_DEPROVISIONING, true},
        {7 * SIM_MINUTE + SECONDS(10), ECS_CLUSTER_ACTIVE, false},
        {9 * SIM_MINUTE, ECS_CLUSTER_INACTIVE, false},
    };
    struct fixture f;
    two_providers(&f, 0);
    put(&f, 5 * SIM_MINUTE, providers_both, 2);
    put(&f, 7 * SIM_MINUTE, providers_0, 1);
    fixture_add_change(&f, 9 * SIM_MINUTE, ECS_OP_DELETE_CLUSTER);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CLUSTER), 5);
    for (uint32_t i = 0; i < 5; i++)
        status_is(&f, i, expected[i].at, expected[i].status, expected[i].updating);
    fixture_release(&f);
}
END_TEST

/* CLU-10, CLU-11: two instance types, and tasks of a provider beside tasks of launch type EC2, in
 * one cluster; an instance serves both. */
START_TEST(clu_10_clu_11_mixed)
{
    struct fixture f;
    fixture_init(&f, 202209);
    fixture_plain(&f, 60);
    fixture_add_provider(&f, fixture_add_type(&f, "m", 1, 4096, 0, 4), 1, 0, 1, 10);
    fixture_add_provider(&f, fixture_add_type(&f, "n", 2, 8192, 0, 4), 1, 0, 1, 10);
    uint32_t definition = fixture_add_definition(&f, 512, 512, -1);
    fixture_run_task(&f, definition, only(0), 1, SIM_MINUTE);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 5, 2 * SIM_MINUTE);
    f.scenario.duration = 5 * SIM_MINUTE; /* before any scale-out is there */
    fixture_run(&f);
    uint32_t types = 0, on_first[2] = {0};
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED); i++) {
        const int64_t *row = fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, i)->field;
        types |= row[ECS_INSTANCE_REGISTERED_cpu_units] == 1024 ? 1 : 2;
    }
    ck_assert_uint_eq(types, 3);
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_TASK_ENDED); i++) {
        const int64_t *row = fixture_record(&f, ECS_RECORD_TASK_ENDED, i)->field;
        ck_assert_int_eq(row[ECS_TASK_ENDED_outcome], ECS_OUTCOME_RUNNING);
        if (row[ECS_TASK_ENDED_instance] == 1)
            on_first[row[ECS_TASK_ENDED_provider] >= 0]++;
    }
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 6);
    ck_assert_uint_eq(on_first[0], 1);
    ck_assert_uint_eq(on_first[1], 1);
    fixture_release(&f);
}
END_TEST

/* CLU-17: a cluster that no console made leaves its groups alone: they launch on, for nobody. */
START_TEST(clu_17_groups_outlive_the_cluster)
{
    struct fixture f;
    two_providers(&f, 0);
    f.scenario.cluster = "blue"; /* not default, which is made anew on first use */
    fixture_add_change(&f, SIM_MINUTE, ECS_OP_DELETE_CLUSTER);
    struct ecs_change *change = fixture_add_change(&f, 2 * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 2;
    fixture_run(&f);
    answered(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    answered(&f, 1, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_INSTANCE_STATE, ECS_INSTANCE_STATE_state,
                                          ECS_INSTANCE_PENDING),
                      2);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_NOT_JOINED), 2);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_COST), 2);
    fixture_release(&f);
}
END_TEST

/* ---- CLU-08 ---- */

/* The state that each instance or task is in after the record at `until`. */
static int64_t in_state(const struct fixture *f, enum ecs_record_kind kind, uint32_t until,
                        int64_t state)
{
    static int64_t states[512];
    memset(states, -1, sizeof states);
    for (uint32_t i = 0; i < until; i++)
        if (f->records[i].kind == kind) /* serial and state are the first fields of both */
            states[f->records[i].field[0]] = f->records[i].field[1];
    int64_t count = 0;
    for (uint32_t i = 0; i < 512; i++)
        count += states[i] == state;
    return count;
}

/* registeredContainerInstancesCount, runningTasksCount and pendingTasksCount are columns of the
 * cluster's rows of v_capacity. */
START_TEST(clu_08_counts)
{
    _Static_assert((int)ECS_TASK_STATE_task == 0 && (int)ECS_TASK_STATE_state == 1, "in_state");
    _Static_assert((int)ECS_INSTANCE_STATE_instance == 0 && (int)ECS_INSTANCE_STATE_state == 1,
                   "in_state");
    struct fixture f;
    two_providers(&f, 1);
    fixture_add_definition(&f, 1024, 512, 400);
    f.scenario.behaviour.container_start = SECONDS(90);
    fixture_run_task(&f, 1, only(0), 6, SIM_MINUTE);
    fixture_run_task(&f, 1, (struct ecs_strategy){0}, 1, SIM_MINUTE);
    fixture_run(&f);
    int64_t most_pending = 0, most_running = 0;
    for (uint32_t i = 0; i < f.record_count; i++) {
        const int64_t *row = f.records[i].field;
        if (f.records[i].kind != ECS_RECORD_CAPACITY || row[ECS_CAPACITY_provider] >= 0)
            continue;
        ck_assert_int_eq(row[ECS_CAPACITY_tasks_running],
                         in_state(&f, ECS_RECORD_TASK_STATE, i, ECS_TASK_RUNNING));
        ck_assert_int_eq(row[ECS_CAPACITY_tasks_pending],
                         in_state(&f, ECS_RECORD_TASK_STATE, i, ECS_TASK_PENDING));
        ck_assert_int_eq(row[ECS_CAPACITY_in_service] + row[ECS_CAPACITY_draining],
                         in_state(&f, ECS_RECORD_INSTANCE_STATE, i, ECS_INSTANCE_ACTIVE) +
                             in_state(&f, ECS_RECORD_INSTANCE_STATE, i, ECS_INSTANCE_DRAINING));
        if (row[ECS_CAPACITY_tasks_pending] > most_pending)
            most_pending = row[ECS_CAPACITY_tasks_pending];
        if (row[ECS_CAPACITY_tasks_running] > most_running)
            most_running = row[ECS_CAPACITY_tasks_running];
    }
    ck_assert_int_gt(most_pending, 0);
    ck_assert_int_gt(most_running, 2);
    fixture_release(&f);
}
END_TEST

/* ---- account settings and ids ---- */

/* ACC-05: a setting reaches what is made after it. */
START_TEST(acc_05_not_retroactive)
{
    struct fixture f;
    uint32_t definition = two_providers(&f, 1);
    fixture_run_task(&f, definition, only(0), 1, 0);
    fixture_run_task(&f, definition, only(0), 1, 10 * SIM_MINUTE); /* a second instance for it */
    f.scenario.settings[ECS_SETTING_TASK_LONG_ARN] = _i == 1;
    f.scenario.settings[ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN] = _i == 1;
    for (uint32_t i = 0; i < 2; i++) {
        struct ecs_change *change =
            fixture_add_change(&f, 5 * SIM_MINUTE, ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT);
        change->setting =
            i == 0 ? ECS_SETTING_TASK_LONG_ARN : ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN;
        change->enabled = _i == 0;
    }
    fixture_run(&f);
    answered(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE);
    for (uint32_t i = 0; i < 2; i++)
        ck_assert_int_eq(
            fixture_record(&f, ECS_RECORD_TASK_ENDED, i)->field[ECS_TASK_ENDED_long_arn],
            i == 0 ? _i == 1 : _i == 0);
    uint32_t count = fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED);
    ck_assert_uint_ge(count, 3);
    for (uint32_t i = 0; i < count; i++) {
        const struct sim_record *record = fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, i);
        bool early = record->at < 5 * SIM_MINUTE;
        ck_assert_int_eq(record->field[ECS_INSTANCE_REGISTERED_long_arn],
                         early ? _i == 1 : _i == 0);
    }
    fixture_release(&f);
}
END_TEST

START_TEST(acc_10_ids_and_arns)
{
    struct fixture f;
    two_providers(&f, 0);
    f.scenario.cluster = "blue";
    char id[ECS_ID_SIZE], ec2[ECS_EC2_ID_SIZE], text[160];
    ck_assert_uint_eq(ecs_id_text(id, sizeof id, 1234567890123, true), 32);
    ck_assert_str_eq(id, "00000000000000000001234567890123");
    ck_assert_uint_eq(ecs_id_text(id, sizeof id, 1234567890123, false), 36);
    ck_assert_str_eq(id, "00000000-0000-0000-0001-234567890123");
    ck_assert_uint_eq(ecs_id_text(id, sizeof id, INT64_MAX, true), 32);
    ck_assert_uint_eq(ecs_ec2_id_text(ec2, sizeof ec2, 7), 19);
    ck_assert_str_eq(ec2, "i-00000000000000007");
    ecs_resource_arn(text, sizeof text, &f.scenario, ECS_RESOURCE_TASK, 7, true);
    ck_assert_str_eq(text, "arn:aws:ecs:us-east-1:111122223333:task/blue/"
                           "00000000000000000000000000000007");
    ecs_resource_arn(text, sizeof text, &f.scenario, ECS_RESOURCE_TASK, 7, false);
    ck_assert_str_eq(text, "arn:aws:ecs:us-east-1:111122223333:task/"
                           "00000000-0000-0000-0000-000000000007");
    ecs_resource_arn(text, sizeof text, &f.scenario, ECS_RESOURCE_CONTAINER_INSTANCE, 7, true);
    ck_assert_str_eq(text, "arn:aws:ecs:us-east-1:111122223333:container-instance/blue/"
                           "00000000000000000000000000000007");
    ecs_service_arn(text, sizeof text, &f.scenario, "web", true);
    ck_assert_str_eq(text, "arn:aws:ecs:us-east-1:111122223333:service/blue/web");
    ecs_service_arn(text, sizeof text, &f.scenario, "web", false);
    ck_assert_str_eq(text, "arn:aws:ecs:us-east-1:111122223333:service/web");
    ecs_cluster_arn(text, sizeof text, &f.scenario);
    ck_assert_str_eq(text, "arn:aws:ecs:us-east-1:111122223333:cluster/blue");
    ecs_definition_arn(text, sizeof text, &f.scenario, 0);
    ck_assert_str_eq(text, "arn:aws:ecs:us-east-1:111122223333:task-definition/task-0:1");
    /* a buffer that is too small is ended all the same, and says so */
    char small[8];
    ck_assert_uint_eq(ecs_cluster_arn(small, sizeof small, &f.scenario), 47);
    ck_assert_str_eq(small, "arn:aws");
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_cluster_suite(void);
Suite *test_ecs_cluster_suite(void)
{
    Suite *suite = suite_create("ecs_cluster");
    TCase *tcase = tcase_create("cluster");
    tcase_add_test(tcase, clu_04_active_at_the_start);
    tcase_add_test(tcase, pcp_04_clu_05_attach);
    tcase_add_test(tcase, pcp_04_one_update_at_a_time);
    tcase_add_test(tcase, pcp_04_update_time_zero);
    tcase_add_loop_test(tcase, pcp_02_provider_in_use, 0, 3);
    tcase_add_test(tcase, pcp_03_cps_08_default_strategy);
    tcase_add_test(tcase, pcp_03_retries_ask_anew);
    tcase_add_test(tcase, pcp_06_not_attached);
    tcase_add_test(tcase, pcp_01_detach_and_attach_twice);
    tcase_add_test(tcase, cpv_06_earlier_instances_are_not_used);
    tcase_add_loop_test(tcase, clu_14_clu_15_clu_16_delete, 0, 3);
    tcase_add_test(tcase, clu_03_statuses);
    tcase_add_test(tcase, clu_10_clu_11_mixed);
    tcase_add_test(tcase, clu_17_groups_outlive_the_cluster);
    tcase_add_test(tcase, clu_08_counts);
    tcase_add_loop_test(tcase, acc_05_not_retroactive, 0, 2);
    tcase_add_test(tcase, acc_10_ids_and_arns);
    suite_add_tcase(suite, tcase);
    return suite;
}
