/* The life of an instance: how it registers or does not, what operators do to it (sheet 02, 1 to
 * 3), and what its group does then. */
#include "world_fixture.h"

#include <check.h>

/* A group of one type, one vCPU, and `extras` instances of that type without a group. */
static void cluster_of(struct fixture *f, int64_t desired, uint32_t extras)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 30);
    uint32_t type = fixture_add_type(f, "m", 1, 4096, 0, 4);
    fixture_add_provider(f, type, 1, 0, desired, 10);
    f->providers[0].managed_scaling = false;
    f->extras[0] = (struct ecs_extra_instance){.count = extras, .zone = f->asgs[0].zones[0]};
    f->scenario.extra_instance_count = extras > 0;
    f->scenario.behaviour.placement_tie = ECS_TIE_FIRST;
    f->scenario.behaviour.termination = sim_dist_constant(75);
    f->scenario.duration = SIM_HOUR;
}

static void task_at(struct fixture *f, int64_t cpu, double seconds, sim_time at)
{
    uint32_t definition = fixture_add_definition(f, cpu, 128, seconds);
    fixture_run_task(f, definition, (struct ecs_strategy){0}, 1, at);
    f->run_tasks[f->scenario.run_task_count - 1].request.on_refusal = ECS_REFUSAL_DROP;
}

static struct ecs_change *at_minute(struct fixture *f, int64_t minute, enum ecs_operation op)
{
    return fixture_add_change(f, minute * SIM_MINUTE, op);
}

/* The record of a kind whose first field is `serial`; NULL without. */
static const struct sim_record *of(const struct fixture *f, enum ecs_record_kind kind,
                                   int64_t serial)
{
    for (uint32_t i = 0; i < fixture_count(f, kind); i++)
        if (fixture_record(f, kind, i)->field[0] == serial)
            return fixture_record(f, kind, i);
    return NULL;
}

static const int64_t *task_ended(const struct fixture *f, int64_t serial)
{
    const struct sim_record *record = of(f, ECS_RECORD_TASK_ENDED, serial);
    ck_assert_ptr_nonnull(record);
    return record->field;
}

static const int64_t *instance_ended(const struct fixture *f, int64_t serial)
{
    const struct sim_record *record = of(f, ECS_RECORD_INSTANCE_ENDED, serial);
    ck_assert_ptr_nonnull(record);
    return record->field;
}

/* When the instance entered the state for the n-th time (from 0); -1: it did not. */
static sim_time entered(const struct fixture *f, int64_t serial, enum ecs_instance_state state,
                        uint32_t n)
{
    for (uint32_t i = 0; i < f->record_count; i++) {
        const struct sim_record *record = &f->records[i];
        if (record->kind == ECS_RECORD_INSTANCE_STATE &&
            record->field[ECS_INSTANCE_STATE_instance] == serial &&
            record->field[ECS_INSTANCE_STATE_state] == (int64_t)state && n-- == 0)
            return record->at;
    }
    return -1;
}

static int64_t refusal_of(const struct fixture *f, uint32_t n)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_CHANGE, n);
    ck_assert_ptr_nonnull(record);
    return record->field[ECS_CHANGE_refusal];
}

/* ---- registration ---- */

/* REG-3 to REG-7, REG-13, REG-19, ENI-7: they run, are billed, say so once, and never serve. */
START_TEST(reg_3_to_reg_19_never_serve)
{
    static const enum ecs_join joins[] = {
        ECS_JOIN_OTHER_CLUSTER, ECS_JOIN_OTHER_REGION,  ECS_JOIN_NO_ROUTE,      ECS_JOIN_NO_ROLE,
        ECS_JOIN_BAD_SETTINGS,  ECS_JOIN_BAD_ATTRIBUTE, ECS_JOIN_SHARED_SUBNET,
    };
    enum ecs_join join = joins[_i];
    bool registers = join == ECS_JOIN_BAD_ATTRIBUTE;
    struct fixture f;
    cluster_of(&f, 1, 0);
    f.asgs[0].initial_launching = true;
    f.specs[0].join = join;
    task_at(&f, 100, 60, 10 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_NOT_JOINED), 1);
    const struct sim_record *record = fixture_record(&f, ECS_RECORD_NOT_JOINED, 0);
    ck_assert_int_eq(record->at, 30 * SIM_SECOND);
    ck_assert_int_eq(record->field[ECS_NOT_JOINED_join], join);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED), registers);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 0);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, 0)->field[ECS_REFUSED_reason],
                     registers ? ECS_REASON_AGENT : ECS_REASON_NO_INSTANCES);
    ck_assert_int_eq(instance_ended(&f, 1)[ECS_INSTANCE_ENDED_billed_s], 3600 - 17);
    sim_time failed = entered(&f, 1, ECS_INSTANCE_REGISTRATION_FAILED, 0);
    ck_assert_int_eq(failed, join == ECS_JOIN_SHARED_SUBNET ? 30 * SIM_SECOND : -1);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 5 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], registers ? 1024 : 0);
    fixture_release(&f);
}
END_TEST

/* QTA-2: what the account allows registers, the next does not; when one leaves, a later one may. */
START_TEST(qta_2_container_instances)
{
    struct fixture f;
    cluster_of(&f, 3, 0);
    f.scenario.behaviour.quota_container_instances = _i == 0 ? 2 : 3;
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_TERMINATE_INSTANCES);
    change->selection.count = 1;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_NOT_JOINED), _i == 0);
    if (_i == 0)
        ck_assert_int_eq(fixture_record(&f, ECS_RECORD_NOT_JOINED, 0)->field[ECS_NOT_JOINED_join],
                         ECS_JOIN_QUOTA);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 0)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_in_service], _i == 0 ? 2 : 3);
    capacity = fixture_capacity_at(&f, -1, 30 * SIM_MINUTE)->field; /* with the replacement */
    ck_assert_int_eq(capacity[ECS_CAPACITY_in_service], _i == 0 ? 2 : 3);
    fixture_release(&f);
}
END_TEST

/* WIN: a slow system is a matter of its launch configuration; the group's own boot wins. */
START_TEST(reg_11_boot_of_the_launch_configuration)
{
    struct fixture f;
    cluster_of(&f, 1, 0);
    f.asgs[0].initial_launching = true;
    f.specs[0].boot_given = true;
    f.specs[0].boot = sim_dist_constant(900);
    if (_i == 1) {
        f.asgs[0].boot_given = true;
        f.asgs[0].boot = sim_dist_constant(45);
    }
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, 0)->at,
                     (_i == 0 ? 900 : 45) * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

/* WIN-1: tasks of one system are not placed on instances of the other. */
START_TEST(win_1_systems_do_not_mix)
{
    struct fixture f;
    cluster_of(&f, 1, 0);
    bool windows_host = (_i & 1) != 0, windows_task = (_i & 2) != 0;
    f.specs[0].host.os = windows_host ? ECS_OS_WINDOWS : ECS_OS_LINUX;
    task_at(&f, 100, 60, SIM_MINUTE);
    f.definitions[0].windows = windows_task;
    fixture_run(&f);
    bool fits = windows_host == windows_task;
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), fits);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                                          ECS_REASON_ATTRIBUTE),
                      !fits);
    fixture_release(&f);
}
END_TEST

/* ---- stop and start ---- */

/* CI-4, CI-6: its tasks stop at once, it stays registered, is not billed, and comes back as the
 * same container instance. */
START_TEST(ci_4_ci_6_ci_7_stp_3_stop_and_start)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    task_at(&f, 100, -1, 0);
    at_minute(&f, 10, ECS_OP_STOP_INSTANCES);
    at_minute(&f, 20, ECS_OP_START_INSTANCES);
    task_at(&f, 100, 60, 21 * SIM_MINUTE);
    fixture_run(&f);
    const int64_t *task = task_ended(&f, 1);
    ck_assert_int_eq(task[ECS_TASK_ENDED_stopped], 10 * SIM_MINUTE);
    ck_assert_int_eq(task[ECS_TASK_ENDED_stop_reason], ECS_REASON_HOST_STOPPED);
    ck_assert_int_eq(task[ECS_TASK_ENDED_stop_code], ECS_STOP_NONE);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_STOPPED, 0), 10 * SIM_MINUTE);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_ACTIVE, 1), 20 * SIM_MINUTE + 21 * SIM_SECOND);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED), 1);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 15 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], 1024);
    ck_assert_int_eq(capacity[ECS_CAPACITY_in_service], 0);
    ck_assert_int_eq(task_ended(&f, 2)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_COST), 2);
    const int64_t *first = fixture_record(&f, ECS_RECORD_COST, 0)->field;
    const int64_t *second = fixture_record(&f, ECS_RECORD_COST, 1)->field;
    ck_assert_int_eq(first[ECS_COST_units], 600);
    ck_assert_int_eq(second[ECS_COST_units], 2400 - 21);
    ck_assert_int_eq(second[ECS_COST_from], 20 * SIM_MINUTE + 21 * SIM_SECOND);
    const int64_t *ended = instance_ended(&f, 1);
    ck_assert_int_eq(ended[ECS_INSTANCE_ENDED_billed_s], 3000 - 21);
    ck_assert_int_eq(ended[ECS_INSTANCE_ENDED_cost_nusd],
                     first[ECS_COST_cost_nusd] + second[ECS_COST_cost_nusd]);
    capacity = fixture_capacity_at(&f, -1, SIM_HOUR)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_cost_nusd], ended[ECS_INSTANCE_ENDED_cost_nusd]);
    fixture_release(&f);
}
END_TEST

/* Sheet 04, section 7: each run is billed for a minute at least. */
START_TEST(section_7_each_run_is_a_minute)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    fixture_add_change(&f, 10 * SIM_SECOND, ECS_OP_STOP_INSTANCES);
    fixture_add_change(&f, 20 * SIM_SECOND, ECS_OP_START_INSTANCES);
    fixture_add_change(&f, 45 * SIM_SECOND, ECS_OP_STOP_INSTANCES);
    fixture_run(&f);
    ck_assert_int_eq(instance_ended(&f, 1)[ECS_INSTANCE_ENDED_billed_s], 120);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_COST), 2);
    fixture_release(&f);
}
END_TEST

/* EC2 refuses what its state does not allow: an instance that is still pending cannot be stopped;
 * one that starts cannot either. */
START_TEST(ec2_stop_in_the_wrong_state)
{
    struct fixture f;
    cluster_of(&f, 1, 0);
    f.asgs[0].initial_launching = true;
    static const int64_t serials[] = {1};
    fixture_add_change(&f, 5 * SIM_SECOND, ECS_OP_STOP_INSTANCES)->selection =
        (struct ecs_selection){.serials = serials, .serial_count = 1};
    fixture_add_change(&f, 20 * SIM_SECOND, ECS_OP_STOP_INSTANCES);
    fixture_add_change(&f, 30 * SIM_SECOND, ECS_OP_START_INSTANCES);
    fixture_add_change(&f, 40 * SIM_SECOND, ECS_OP_START_INSTANCES);
    fixture_run(&f);
    ck_assert_int_eq(refusal_of(&f, 0), ECS_REFUSAL_NOT_RUNNING);
    ck_assert_int_eq(refusal_of(&f, 1), ECS_REFUSAL_NONE);
    ck_assert_int_eq(refusal_of(&f, 2), ECS_REFUSAL_NONE);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_STOPPED, 0), 20 * SIM_SECOND);
    /* it had not registered: it does, once, when its agent runs at last */
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_INSTANCE_REGISTERED,
                                          ECS_INSTANCE_REGISTERED_instance, 1),
                      1);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_INSTANCE_REGISTERED, 0)->at, 61 * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

/* Sheet 04, 2.9: its group terminates a stopped member and launches another; started in time, the
 * member is kept. What was terminated with its agent away stays registered (CI-12). */
START_TEST(section_2_9_health_check)
{
    struct fixture f;
    cluster_of(&f, 1, 0);
    at_minute(&f, 10, ECS_OP_STOP_INSTANCES);
    if (_i == 1)
        fixture_add_change(&f, 10 * SIM_MINUTE + 30 * SIM_SECOND, ECS_OP_START_INSTANCES);
    fixture_run(&f);
    const int64_t *ended = instance_ended(&f, 1);
    bool replaced = _i == 0;
    ck_assert_int_eq(ended[ECS_INSTANCE_ENDED_cause],
                     replaced ? ECS_CAUSE_HEALTH : ECS_CAUSE_HORIZON);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED), replaced ? 2 : 1);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_LEFT_BEHIND, 0), replaced ? 11 * SIM_MINUTE : -1);
    ck_assert_int_eq(entered(&f, 2, ECS_INSTANCE_PENDING, 0), replaced ? 11 * SIM_MINUTE : -1);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 20 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_in_service], 1);
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], replaced ? 2048 : 1024);
    fixture_release(&f);
}
END_TEST

/* ---- terminate ---- */

/* CI-7, CI-10, CI-20: an instance with its agent leaves at once; the group replaces it unless the
 * call lowers the desired capacity; one without a group is not replaced. */
START_TEST(ci_20_terminate)
{
    struct fixture f;
    bool extra = _i == 2, decrement = _i == 1;
    cluster_of(&f, extra ? 0 : 1, extra);
    task_at(&f, 100, -1, 0);
    at_minute(&f, 10, ECS_OP_TERMINATE_INSTANCES)->decrement = decrement;
    fixture_run(&f);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stopped], 10 * SIM_MINUTE);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stop_reason], ECS_REASON_HOST_TERMINATED);
    const int64_t *ended = instance_ended(&f, 1);
    ck_assert_int_eq(ended[ECS_INSTANCE_ENDED_cause], ECS_CAUSE_OPERATOR);
    ck_assert_int_eq(ended[ECS_INSTANCE_ENDED_terminated], 10 * SIM_MINUTE + 75 * SIM_SECOND);
    ck_assert_int_eq(ended[ECS_INSTANCE_ENDED_billed_s], 600);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 10 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], 0);
    ck_assert_int_eq(entered(&f, 2, ECS_INSTANCE_PENDING, 0), _i == 0 ? 11 * SIM_MINUTE : -1);
    capacity = fixture_capacity_at(&f, -1, 30 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_desired], _i == 0);
    ck_assert_int_eq(capacity[ECS_CAPACITY_in_service], _i == 0);
    fixture_release(&f);
}
END_TEST

/* CI-12: 0 stopped before, 1 cut off before and seen, 2 cut off and not seen yet: registered until
 * somebody deregisters it, never placed on once ECS knows. */
START_TEST(ci_12_terminated_without_its_agent)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    if (_i == 0)
        at_minute(&f, 2, ECS_OP_STOP_INSTANCES);
    else
        fixture_add_fault(&f, (_i == 1 ? 2 : 9) * SIM_MINUTE, SIM_TIME_NEVER);
    at_minute(&f, 10, ECS_OP_TERMINATE_INSTANCES);
    task_at(&f, 100, 60, 11 * SIM_MINUTE);
    at_minute(&f, 20, ECS_OP_DEREGISTER_CONTAINER_INSTANCE);
    at_minute(&f, 30, ECS_OP_DEREGISTER_CONTAINER_INSTANCE);
    static const int64_t serials[] = {1};
    f.changes[2 + (_i == 0)].selection =
        (struct ecs_selection){.serials = serials, .serial_count = 1};
    fixture_run(&f);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 19 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], 1024);
    ck_assert_int_eq(capacity[ECS_CAPACITY_in_service], 0);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_LEFT_BEHIND, 0), 10 * SIM_MINUTE);
    const int64_t *ended = instance_ended(&f, 1);
    ck_assert_int_eq(of(&f, ECS_RECORD_INSTANCE_ENDED, 1)->at, 20 * SIM_MINUTE);
    ck_assert_int_eq(ended[ECS_INSTANCE_ENDED_terminated], 10 * SIM_MINUTE + 75 * SIM_SECOND);
    ck_assert_int_eq(ended[ECS_INSTANCE_ENDED_billed_s], _i == 0 ? 120 : 600);
    capacity = fixture_capacity_at(&f, -1, 21 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], 0);
    ck_assert_int_eq(refusal_of(&f, 2 + (_i == 0)), ECS_REFUSAL_NO_SUCH_INSTANCE);
    if (_i < 2) {
        ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, 0)->field[ECS_REFUSED_reason],
                         ECS_REASON_AGENT);
    } else {
        const int64_t *task = task_ended(&f, 1);
        ck_assert_int_eq(task[ECS_TASK_ENDED_started], -1);
        ck_assert_int_eq(task[ECS_TASK_ENDED_stopped], 12 * SIM_MINUTE);
        ck_assert_int_eq(task[ECS_TASK_ENDED_stop_reason], ECS_REASON_HOST_TERMINATED);
    }
    fixture_release(&f);
}
END_TEST

/* ---- deregister ---- */

/* CI-13, CI-16, CI-17: tasks are in the way without force, and stopped with it; the machine runs
 * on, is billed, and stays in its group. */
START_TEST(ci_13_ci_16_ci_17_stp_4_deregister)
{
    struct fixture f;
    cluster_of(&f, 1, 0);
    task_at(&f, 100, -1, 0);
    at_minute(&f, 10, ECS_OP_DEREGISTER_CONTAINER_INSTANCE);
    at_minute(&f, 20, ECS_OP_DEREGISTER_CONTAINER_INSTANCE)->force = true;
    task_at(&f, 100, 60, 30 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_int_eq(refusal_of(&f, 0), ECS_REFUSAL_INSTANCE_BUSY);
    ck_assert_int_eq(refusal_of(&f, 1), ECS_REFUSAL_NONE);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stopped], 20 * SIM_MINUTE);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stop_reason], ECS_REASON_DEREGISTERED);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_stop_code], ECS_STOP_USER_INITIATED);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_INACTIVE, 0), 20 * SIM_MINUTE);
    ck_assert_int_eq(instance_ended(&f, 1)[ECS_INSTANCE_ENDED_billed_s], 3600);
    ck_assert_int_eq(instance_ended(&f, 1)[ECS_INSTANCE_ENDED_cause], ECS_CAUSE_HORIZON);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_ENDED), 1);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, 0)->field[ECS_REFUSED_reason],
                     ECS_REASON_NO_INSTANCES);
    ck_assert_int_eq(
        fixture_capacity_at(&f, -1, 25 * SIM_MINUTE)->field[ECS_CAPACITY_cpu_registered], 0);
    fixture_release(&f);
}
END_TEST

/* CI-18: INACTIVE is for good, whatever happens to the machine. */
START_TEST(ci_18_inactive_stays)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    at_minute(&f, 10, ECS_OP_DEREGISTER_CONTAINER_INSTANCE);
    at_minute(&f, 20, ECS_OP_STOP_INSTANCES);
    at_minute(&f, 30, ECS_OP_START_INSTANCES);
    task_at(&f, 100, 60, 40 * SIM_MINUTE);
    at_minute(&f, 50, ECS_OP_TERMINATE_INSTANCES);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED), 1);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 0);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_INACTIVE, 1), 30 * SIM_MINUTE + 21 * SIM_SECOND);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_LEFT_BEHIND, 0), -1);
    ck_assert_int_eq(instance_ended(&f, 1)[ECS_INSTANCE_ENDED_billed_s], 20 * 60 + 20 * 60 - 21);
    fixture_release(&f);
}
END_TEST

/* ---- draining ---- */

/* DR-1, DR-14, DR-15, DR-17, DR-25: nothing new; what is there starts, runs and ends as ever; the
 * status stays until it is changed; then the instance is what it was, also in order. */
START_TEST(dr_1_dr_14_dr_17_drain)
{
    struct fixture f;
    cluster_of(&f, 0, 2);
    f.scenario.behaviour.container_start = 10 * SIM_SECOND;
    task_at(&f, 512, 20 * 60, 0);                           /* runs on the first */
    task_at(&f, 256, 60, 10 * SIM_MINUTE - 5 * SIM_SECOND); /* PENDING there at 10:00 */
    struct ecs_change *drain = at_minute(&f, 10, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    drain->draining = true;
    drain->selection.count = 1;
    task_at(&f, 100, 60, 15 * SIM_MINUTE);
    at_minute(&f, 40, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    task_at(&f, 100, 60, 45 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    ck_assert_int_eq(task_ended(&f, 2)[ECS_TASK_ENDED_started], 10 * SIM_MINUTE + 5 * SIM_SECOND);
    ck_assert_int_eq(task_ended(&f, 2)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    static const int64_t expected[] = {1, 1, 2, 1};
    for (int64_t i = 0; i < 4; i++)
        ck_assert_int_eq(task_ended(&f, i + 1)[ECS_TASK_ENDED_instance], expected[i]);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_DRAINING, 0), 10 * SIM_MINUTE);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_ACTIVE, 1), 40 * SIM_MINUTE);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 35 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_draining], 1);
    ck_assert_int_eq(capacity[ECS_CAPACITY_cpu_registered], 2048); /* DR-21 */
    fixture_release(&f);
}
END_TEST

/* SP-13's ruling, for stops by operators too: a draining instance that is stopped and started is
 * draining still. */
START_TEST(sp_13_draining_outlives_a_stop)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    at_minute(&f, 10, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE)->draining = true;
    at_minute(&f, 11, ECS_OP_STOP_INSTANCES);
    at_minute(&f, 12, ECS_OP_START_INSTANCES);
    task_at(&f, 100, 60, 20 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_DRAINING, 1), 12 * SIM_MINUTE + 21 * SIM_SECOND);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, 0)->field[ECS_REFUSED_reason],
                     ECS_REASON_NO_INSTANCES);
    fixture_release(&f);
}
END_TEST

/* ---- attributes ---- */

/* ATR-8: two instances of stack blue, one of green; tasks spread over stacks. When the green one
 * with its tasks becomes blue, the tasks there count as blue from then on. */
START_TEST(atr_8_spread_after_put_attributes)
{
    struct fixture f;
    cluster_of(&f, 0, 0);
    uint32_t stack = ecs_names_intern(&f.scenario.names, "stack");
    uint32_t blue = ecs_names_intern(&f.scenario.names, "blue");
    uint32_t green = ecs_names_intern(&f.scenario.names, "green");
    struct ecs_attribute colours[] = {{stack, blue}, {stack, green}};
    fixture_add_type(&f, "n", 1, 4096, 0, 4);
    for (uint32_t i = 0; i < 2; i++) {
        f.specs[i].attributes = &colours[i];
        f.specs[i].attribute_count = 1;
        f.extras[i] =
            (struct ecs_extra_instance){.spec = i, .count = 2 - i, .zone = f.asgs[0].zones[0]};
    }
    f.scenario.extra_instance_count = 2;
    uint32_t definition = fixture_add_definition(&f, 10, 10, -1);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 4, SIM_MINUTE);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 4, 3 * SIM_MINUTE);
    for (uint32_t i = 0; i < 2; i++)
        fixture_rule("spread", &f.run_tasks[i].request.placement, stack);
    static const int64_t first[] = {1}, last[] = {3};
    struct ecs_change *change = at_minute(&f, 2, ECS_OP_PUT_ATTRIBUTES);
    change->selection =
        (struct ecs_selection){.serials = _i == 0 ? first : last, .serial_count = 1};
    change->attributes = _i == 0 ? &colours[1] : &colours[0];
    change->attribute_count = 1;
    fixture_run(&f);
    int64_t counts[4] = {0};
    for (uint32_t i = 0; i < 8; i++)
        counts[fixture_record(&f, ECS_RECORD_TASK_PLACED, i)->field[ECS_TASK_PLACED_instance]]++;
    if (_i == 0) {
        /* before: two blue on 1, two green on 3; then 1 is green with 3: all four green, none blue,
         * so that the four to come go to 2 */
        ck_assert(counts[1] == 2 && counts[2] == 4 && counts[3] == 2);
    } else {
        /* all are blue then, and tie: the first */
        ck_assert(counts[1] == 6 && counts[2] == 0 && counts[3] == 2);
    }
    fixture_release(&f);
}
END_TEST

/* DeleteAttributes also takes away what the agent has set; ten custom ones are the limit. */
START_TEST(atr_5_delete_and_limit)
{
    struct fixture f;
    cluster_of(&f, 0, 1);
    struct ecs_attribute many[12];
    for (uint32_t i = 0; i < 12; i++) {
        char *name = sim_arena_printf(&f.arena, "name-%u", i);
        many[i] = (struct ecs_attribute){ecs_names_intern(&f.scenario.names, name), 0};
    }
    f.specs[0].attributes = many;
    f.specs[0].attribute_count = 2;
    static const struct {
        enum ecs_operation operation;
        uint32_t from, count;
        enum ecs_refusal refusal;
    } calls[] = {
        {ECS_OP_PUT_ATTRIBUTES, 0, 10, ECS_REFUSAL_NONE}, /* two of them replaced */
        {ECS_OP_PUT_ATTRIBUTES, 10, 1, ECS_REFUSAL_ATTRIBUTE_LIMIT},
        {ECS_OP_DELETE_ATTRIBUTES, 0, 1, ECS_REFUSAL_NONE},
        {ECS_OP_PUT_ATTRIBUTES, 10, 2, ECS_REFUSAL_ATTRIBUTE_LIMIT},
        {ECS_OP_PUT_ATTRIBUTES, 10, 1, ECS_REFUSAL_NONE},
    };
    for (uint32_t i = 0; i < 5; i++) {
        struct ecs_change *change = at_minute(&f, i + 1, calls[i].operation);
        change->attributes = many + calls[i].from;
        change->attribute_count = calls[i].count;
    }
    fixture_run(&f);
    for (uint32_t i = 0; i < 5; i++)
        ck_assert_int_eq(refusal_of(&f, i), calls[i].refusal);
    fixture_release(&f);
}
END_TEST

/* ---- the group ---- */

/* UpdateAutoScalingGroup: new limits move the desired capacity, a desired capacity outside them is
 * refused and nothing changes. */
START_TEST(asg_update_sizes)
{
    static const struct {
        int64_t min_size, max_size, desired, becomes;
        enum ecs_refusal refusal;
    } cases[] = {
        {5, -1, -1, 5, ECS_REFUSAL_NONE},
        {-1, 1, -1, 1, ECS_REFUSAL_NONE},
        {1, 6, 4, 4, ECS_REFUSAL_NONE},
        {3, -1, 2, 2, ECS_REFUSAL_BELOW_MIN_SIZE},
        {-1, 3, 4, 2, ECS_REFUSAL_ABOVE_MAX_SIZE},
        {11, -1, -1, 2, ECS_REFUSAL_ABOVE_MAX_SIZE},
        {4, 3, -1, 2, ECS_REFUSAL_BELOW_MIN_SIZE},
    };
    struct fixture f;
    cluster_of(&f, 2, 0);
    struct ecs_change *change = at_minute(&f, 10, ECS_OP_UPDATE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->min_size = cases[_i].min_size;
    change->max_size = cases[_i].max_size;
    change->desired = cases[_i].desired;
    fixture_run(&f);
    ck_assert_int_eq(refusal_of(&f, 0), cases[_i].refusal);
    const int64_t *capacity = fixture_capacity_at(&f, -1, 30 * SIM_MINUTE)->field;
    ck_assert_int_eq(capacity[ECS_CAPACITY_desired], cases[_i].becomes);
    ck_assert_int_eq(capacity[ECS_CAPACITY_in_service], cases[_i].becomes);
    fixture_release(&f);
}
END_TEST

/* Section 2.2: with two configurations in a group the oldest goes first: 0 by the default policy, 1
 * by OldestLaunchConfiguration; 2 a template is younger than any configuration; 3 newest instance
 * as a check. */
START_TEST(section_2_2_oldest_configuration)
{
    struct fixture f;
    cluster_of(&f, 2, 0);
    uint32_t newer = fixture_add_type(&f, "n", 1, 4096, 0, 4);
    static const enum ecs_termination_policy policies[] = {
        ECS_TERMINATE_DEFAULT, ECS_TERMINATE_OLDEST_LAUNCH_CONFIGURATION,
        ECS_TERMINATE_OLDEST_LAUNCH_TEMPLATE, ECS_TERMINATE_NEWEST_INSTANCE};
    f.asgs[0].policies[0] = policies[_i];
    f.asgs[0].policy_count = 1;
    f.specs[newer].is_template = _i == 2;
    struct ecs_change *change = at_minute(&f, 10, ECS_OP_UPDATE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->spec = newer;
    change->desired = 4;
    change = at_minute(&f, 30, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 2;
    fixture_run(&f);
    uint32_t left[2] = {0};
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_INSTANCE_ENDED); i++) {
        const int64_t *field = fixture_record(&f, ECS_RECORD_INSTANCE_ENDED, i)->field;
        left[field[ECS_INSTANCE_ENDED_type]] +=
            field[ECS_INSTANCE_ENDED_cause] == ECS_CAUSE_HORIZON;
    }
    bool old_goes = _i < 2;
    ck_assert_uint_eq(left[0], old_goes ? 0 : 2);
    ck_assert_uint_eq(left[1], old_goes ? 2 : 0);
    fixture_release(&f);
}
END_TEST

/* A new launch configuration also measures what waits: tasks too large for the old type bring no
 * instance, for the new one they do. */
START_TEST(asg_update_spec_measures_what_waits)
{
    struct fixture f;
    cluster_of(&f, 0, 0);
    f.providers[0].managed_scaling = true;
    uint32_t larger = fixture_add_type(&f, "large", 4, 8192, 0, 4);
    uint32_t definition = fixture_add_definition(&f, 2048, 128, -1);
    fixture_run_task(&f, definition, fixture_strategy(1), 1, 0);
    f.scenario.behaviour.provisioning_timeout_on = false;
    struct ecs_change *change = at_minute(&f, 10, ECS_OP_UPDATE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->spec = larger;
    fixture_run(&f);
    ck_assert_int_eq(fixture_capacity_at(&f, 0, 10 * SIM_MINUTE)->field[ECS_CAPACITY_desired], 0);
    ck_assert_int_gt(fixture_capacity_at(&f, 0, 20 * SIM_MINUTE)->field[ECS_CAPACITY_desired], 0);
    ck_assert_int_eq(task_ended(&f, 1)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_RUNNING);
    fixture_release(&f);
}
END_TEST

/* ASG-07, MTP-06: refused while it has instances; ForceDelete terminates them, protected or not,
 * and the provider launches nothing any more. */
START_TEST(asg_07_mtp_06_delete)
{
    struct fixture f;
    cluster_of(&f, 2, 0);
    f.providers[0].managed_scaling = true;
    f.providers[0].termination_protection = true;
    f.asgs[0].new_instances_protected = true;
    uint32_t definition = fixture_add_definition(&f, 1024, 128, -1);
    fixture_run_task(&f, definition, fixture_strategy(1), 2, 0);
    at_minute(&f, 10, ECS_OP_DELETE_AUTO_SCALING_GROUP)->asg = 0;
    struct ecs_change *change = at_minute(&f, 20, ECS_OP_DELETE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->force = true;
    fixture_run_task(&f, definition, fixture_strategy(1), 2, 25 * SIM_MINUTE);
    change = at_minute(&f, 40, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 1;
    fixture_run(&f);
    ck_assert_int_eq(refusal_of(&f, 0), ECS_REFUSAL_GROUP_HAS_INSTANCES);
    ck_assert_int_eq(refusal_of(&f, 1), ECS_REFUSAL_NONE);
    ck_assert_int_eq(refusal_of(&f, 2), ECS_REFUSAL_GROUP_GONE);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_ENDED), 2);
    for (int64_t i = 1; i <= 2; i++) {
        ck_assert_int_eq(instance_ended(&f, i)[ECS_INSTANCE_ENDED_cause], ECS_CAUSE_OPERATOR);
        ck_assert_int_eq(entered(&f, i, ECS_INSTANCE_SHUTTING_DOWN, 0), 20 * SIM_MINUTE);
        ck_assert_int_eq(task_ended(&f, i)[ECS_TASK_ENDED_stop_reason], ECS_REASON_HOST_TERMINATED);
    }
    fixture_release(&f);
}
END_TEST

/* DeletionProtection: against every deletion, or those by force. */
START_TEST(asg_07_deletion_protection)
{
    struct fixture f;
    cluster_of(&f, 2, 0);
    f.asgs[0].no_delete = _i == 0;
    f.asgs[0].no_force_delete = _i == 1;
    struct ecs_change *change = at_minute(&f, 10, ECS_OP_DELETE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->force = true;
    change = at_minute(&f, 20, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 0;
    at_minute(&f, 40, ECS_OP_DELETE_AUTO_SCALING_GROUP)->asg = 0;
    fixture_run(&f);
    ck_assert_int_eq(refusal_of(&f, 0), ECS_REFUSAL_DELETION_PROTECTED);
    ck_assert_int_eq(refusal_of(&f, 1), ECS_REFUSAL_NONE);
    ck_assert_int_eq(refusal_of(&f, 2),
                     _i == 0 ? ECS_REFUSAL_DELETION_PROTECTED : ECS_REFUSAL_NONE);
    fixture_release(&f);
}
END_TEST

/* DisableApiStop and DisableApiTermination keep EC2's calls away, not those of the group. */
START_TEST(asg_02_calls_that_a_template_disables)
{
    struct fixture f;
    cluster_of(&f, 2, 0);
    f.specs[0].no_api_stop = _i == 0;
    f.specs[0].no_api_terminate = _i == 1;
    static const int64_t first[] = {1}, second[] = {2};
    at_minute(&f, 10, ECS_OP_TERMINATE_INSTANCES)->selection =
        (struct ecs_selection){.serials = first, .serial_count = 1};
    at_minute(&f, 11, ECS_OP_STOP_INSTANCES)->selection =
        (struct ecs_selection){.serials = second, .serial_count = 1};
    struct ecs_change *change = at_minute(&f, 20, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 0;
    fixture_run(&f);
    ck_assert_int_eq(refusal_of(&f, 0), _i == 1 ? ECS_REFUSAL_API_DISABLED : ECS_REFUSAL_NONE);
    ck_assert_int_eq(refusal_of(&f, 1), _i == 0 ? ECS_REFUSAL_API_DISABLED : ECS_REFUSAL_NONE);
    ck_assert_int_eq(refusal_of(&f, 2), ECS_REFUSAL_NONE);
    ck_assert_int_eq(entered(&f, 1, ECS_INSTANCE_SHUTTING_DOWN, 0),
                     (_i == 1 ? 20 : 10) * SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* Section 2.3: of surplus members the stopped one goes, though protected, before any policy. */
START_TEST(section_2_3_unhealthy_goes_first)
{
    struct fixture f;
    cluster_of(&f, 3, 0);
    f.asgs[0].new_instances_protected = true;
    f.scenario.behaviour.health_check_delay = 30 * SIM_MINUTE;
    struct ecs_change *change = at_minute(&f, 10, ECS_OP_STOP_INSTANCES);
    static const int64_t serials[] = {2};
    change->selection = (struct ecs_selection){.serials = serials, .serial_count = 1};
    change = at_minute(&f, 11, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 2;
    fixture_run(&f);
    ck_assert_int_eq(instance_ended(&f, 1)[ECS_INSTANCE_ENDED_cause], ECS_CAUSE_HORIZON);
    ck_assert_int_eq(instance_ended(&f, 2)[ECS_INSTANCE_ENDED_cause], ECS_CAUSE_HEALTH);
    ck_assert_int_eq(instance_ended(&f, 3)[ECS_INSTANCE_ENDED_cause], ECS_CAUSE_HORIZON);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_instance_life_suite(void);
Suite *test_ecs_instance_life_suite(void)
{
    Suite *suite = suite_create("ecs_instance_life");
    TCase *tests = tcase_create("life");
    tcase_add_loop_test(tests, reg_3_to_reg_19_never_serve, 0, 7);
    tcase_add_loop_test(tests, qta_2_container_instances, 0, 2);
    tcase_add_loop_test(tests, reg_11_boot_of_the_launch_configuration, 0, 2);
    tcase_add_loop_test(tests, win_1_systems_do_not_mix, 0, 4);
    tcase_add_test(tests, ci_4_ci_6_ci_7_stp_3_stop_and_start);
    tcase_add_test(tests, section_7_each_run_is_a_minute);
    tcase_add_test(tests, ec2_stop_in_the_wrong_state);
    tcase_add_loop_test(tests, section_2_9_health_check, 0, 2);
    tcase_add_loop_test(tests, ci_20_terminate, 0, 3);
    tcase_add_loop_test(tests, ci_12_terminated_without_its_agent, 0, 3);
    tcase_add_test(tests, ci_13_ci_16_ci_17_stp_4_deregister);
    tcase_add_test(tests, ci_18_inactive_stays);
    tcase_add_test(tests, dr_1_dr_14_dr_17_drain);
    tcase_add_test(tests, sp_13_draining_outlives_a_stop);
    tcase_add_loop_test(tests, atr_8_spread_after_put_attributes, 0, 2);
    tcase_add_test(tests, atr_5_delete_and_limit);
    tcase_add_loop_test(tests, asg_update_sizes, 0, 7);
    tcase_add_loop_test(tests, section_2_2_oldest_configuration, 0, 4);
    tcase_add_test(tests, asg_update_spec_measures_what_waits);
    tcase_add_test(tests, asg_07_mtp_06_delete);
    tcase_add_loop_test(tests, asg_07_deletion_protection, 0, 2);
    tcase_add_loop_test(tests, asg_02_calls_that_a_template_disables, 0, 2);
    tcase_add_test(tests, section_2_3_unhealthy_goes_first);
    suite_add_tcase(suite, tests);
    return suite;
}
