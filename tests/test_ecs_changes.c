/* An operator's calls: each operation accepted and refused with its exception, what selections
 * mean, what partial success is. What the calls do to one instance, group or task is tested with
 * those; here it is enough that they act. */
#include "world_fixture.h"

#include <check.h>

/* A group of four one-vCPU instances in two zones, without managed scaling, at most six. */
static void four_instances(struct fixture *f)
{
    fixture_init(f, 202209);
    fixture_plain(f, 60);
    f->scenario.behaviour.placement_tie = ECS_TIE_FIRST;
    f->scenario.behaviour.zone_tie = ECS_TIE_FIRST;
    uint32_t type = fixture_add_type(f, "m", 1, 4096, 0, 4);
    fixture_add_provider(f, type, 2, 1, 4, 6);
    f->providers[0].managed_scaling = false;
    fixture_add_definition(f, 1024, 512, -1);
    fixture_add_definition(f, 1024, 1024, -1);
    f->scenario.duration = 30 * SIM_MINUTE;
}

/* `count` tasks of a definition at t = 0, on the instances in order of registration. */
static void tasks(struct fixture *f, uint32_t definition, uint32_t count)
{
    uint32_t first = f->scenario.run_task_count;
    fixture_run_task(f, definition, (struct ecs_strategy){0}, count, 0);
    for (uint32_t i = first; i < f->scenario.run_task_count; i++)
        f->run_tasks[i].request.on_refusal = ECS_REFUSAL_DROP;
}

static struct ecs_change *at_minute(struct fixture *f, int64_t minute, enum ecs_operation op)
{
    return fixture_add_change(f, minute * SIM_MINUTE, op);
}

static void answer_is(const struct fixture *f, uint32_t n, enum ecs_exception exception,
                      enum ecs_refusal refusal, int64_t affected)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_CHANGE, n);
    ck_assert_ptr_nonnull(record);
    ck_assert_int_eq(record->field[ECS_CHANGE_change], n);
    ck_assert_int_eq(record->field[ECS_CHANGE_exception], exception);
    ck_assert_int_eq(record->field[ECS_CHANGE_refusal], refusal);
    ck_assert_int_eq(record->field[ECS_CHANGE_affected], affected);
}

static uint32_t stopped_by_user(const struct fixture *f)
{
    return fixture_count_where(f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_reason,
                               ECS_REASON_STOPPED_BY_USER);
}

/* Serial numbers, in order, of the tasks that StopTask has stopped; returns how many. */
static uint32_t stopped_serials(const struct fixture *f, int64_t serials[], uint32_t max)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < fixture_count(f, ECS_RECORD_TASK_ENDED); i++) {
        const int64_t *field = fixture_record(f, ECS_RECORD_TASK_ENDED, i)->field;
        if (field[ECS_TASK_ENDED_stop_reason] == ECS_REASON_STOPPED_BY_USER && count < max)
            serials[count++] = field[ECS_TASK_ENDED_task];
    }
    return count;
}

/* ---- selections, by StopTask ---- */

START_TEST(api_stop_task_picks)
{
    static const struct {
        enum ecs_pick pick;
        int64_t count;
        int64_t first, last;
    } cases[] = {
        {ECS_PICK_OLDEST, 1, 1, 1}, {ECS_PICK_OLDEST, 2, 1, 2},  {ECS_PICK_NEWEST, 1, 4, 4},
        {ECS_PICK_NEWEST, 3, 2, 4}, {ECS_PICK_OLDEST, 99, 1, 4}, {ECS_PICK_NEWEST, 0, 0, 0},
    };
    struct fixture f;
    four_instances(&f);
    tasks(&f, 0, 4);
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_STOP_TASK);
    change->selection.pick = cases[_i].pick;
    change->selection.count = cases[_i].count;
    fixture_run(&f);
    int64_t serials[8];
    uint32_t count = stopped_serials(&f, serials, 8);
    uint32_t expected = cases[_i].last == 0 ? 0 : (uint32_t)(cases[_i].last - cases[_i].first + 1);
    ck_assert_uint_eq(count, expected);
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_int_ge(serials[i], cases[_i].first);
        ck_assert_int_le(serials[i], cases[_i].last);
    }
    answer_is(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, expected);
    fixture_release(&f);
}
END_TEST

/* Members of a selection must all agree: 0 definition, 1 group, 2 zone, 3 provider, 4 asg, 5 a zone
 * and a definition that no task has both of, 6 everything. */
START_TEST(api_stop_task_filters)
{
    static const uint32_t expected[] = {1, 3, 2, 2, 4, 0, 4};
    struct fixture f;
    four_instances(&f);
    tasks(&f, 0, 1);
    fixture_run_task(&f, 1, fixture_strategy(1), 2, 0); /* through the provider */
    tasks(&f, 1, 1);
    struct ecs_selection *selection = &at_minute(&f, 1, ECS_OP_STOP_TASK)->selection;
    uint32_t zone = f.asgs[0].zones[0].name; /* of the first instance, and the third */
    uint32_t other_zone = f.asgs[0].zones[1].name;
    if (_i == 0)
        selection->definition = 0;
    if (_i == 1)
        selection->group = f.definitions[1].group;
    if (_i == 2)
        selection->zone = zone;
    if (_i == 3)
        selection->provider = 0;
    if (_i == 4)
        selection->asg = 0;
    if (_i == 5) {
        selection->zone = other_zone;
        selection->definition = 0;
    }
    fixture_run(&f);
    ck_assert_uint_eq(stopped_by_user(&f), expected[_i]);
    answer_is(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, expected[_i]);
    fixture_release(&f);
}
END_TEST

static uint64_t random_stops(uint64_t seed, int64_t count, uint32_t *stopped)
{
    struct fixture f;
    four_instances(&f);
    f.scenario.seed = seed;
    tasks(&f, 0, 4);
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_STOP_TASK);
    change->selection.pick = ECS_PICK_RANDOM;
    change->selection.count = count;
    fixture_run(&f);
    int64_t serials[8];
    uint32_t n = stopped_serials(&f, serials, 8);
    ck_assert_int_eq(n, count);
    *stopped = 0;
    for (uint32_t i = 0; i < n; i++)
        *stopped |= UINT32_C(1) << serials[i];
    uint64_t hash = f.hash;
    fixture_release(&f);
    return hash;
}

/* A random pick is a matter of the seed alone, and taking one more adds one and changes none. */
START_TEST(changes_random_picks_are_keyed)
{
    uint32_t seen = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint32_t once, again, more;
        uint64_t hash = random_stops(seed, 1, &once);
        ck_assert_uint_eq(random_stops(seed, 1, &again), hash);
        ck_assert_uint_eq(once, again);
        ck_assert_uint_ne(random_stops(seed, 2, &more), hash);
        ck_assert_uint_eq(more & once, once);
        seen |= once;
    }
    ck_assert_uint_eq(seen, 30); /* every one of tasks 1 to 4 */
}
END_TEST

/* Sheet 03 section 26: an unknown task is refused, and those beside it stop all the same. */
START_TEST(api_stop_task_unknown)
{
    static const int64_t serials[] = {2, 77, 3};
    struct fixture f;
    four_instances(&f);
    tasks(&f, 0, 4);
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_STOP_TASK);
    change->selection.serials = serials;
    change->selection.serial_count = 3;
    change = at_minute(&f, 2, ECS_OP_STOP_TASK); /* 3 has stopped meanwhile */
    change->selection.serials = serials + 2;
    change->selection.serial_count = 1;
    fixture_run(&f);
    answer_is(&f, 0, ECS_EXCEPTION_INVALID_PARAMETER, ECS_REFUSAL_NO_SUCH_TASK, 2);
    answer_is(&f, 1, ECS_EXCEPTION_INVALID_PARAMETER, ECS_REFUSAL_NO_SUCH_TASK, 0);
    ck_assert_uint_eq(stopped_by_user(&f), 2);
    fixture_release(&f);
}
END_TEST

/* ---- Auto Scaling groups ---- */

START_TEST(asg_set_desired_capacity)
{
    static const struct {
        int64_t desired;
        bool honor;
        enum ecs_exception exception;
        enum ecs_refusal refusal;
    } cases[] = {
        {6, false, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE},
        {1, false, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE},
        {7, false, ECS_EXCEPTION_VALIDATION, ECS_REFUSAL_ABOVE_MAX_SIZE},
        {0, false, ECS_EXCEPTION_VALIDATION, ECS_REFUSAL_BELOW_MIN_SIZE},
        {6, true, ECS_EXCEPTION_SCALING_ACTIVITY_IN_PROGRESS, ECS_REFUSAL_COOLDOWN},
    };
    struct fixture f;
    four_instances(&f);
    f.asgs[0].cooldown = 300 * SIM_SECOND;
    if (cases[_i].honor) { /* an earlier one starts the cooldown */
        struct ecs_change *earlier = at_minute(&f, 1, ECS_OP_SET_DESIRED_CAPACITY);
        earlier->asg = 0;
        earlier->desired = 5;
    }
    struct ecs_change *change = at_minute(&f, 2, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = cases[_i].desired;
    change->honor_cooldown = cases[_i].honor;
    fixture_run(&f);
    uint32_t n = cases[_i].honor ? 1 : 0;
    answer_is(&f, n, cases[_i].exception, cases[_i].refusal, 0);
    int64_t before = cases[_i].honor ? 5 : 4;
    ck_assert_int_eq(fixture_capacity_at(&f, 0, 30 * SIM_MINUTE)->field[ECS_CAPACITY_desired],
                     cases[_i].exception == ECS_EXCEPTION_NONE ? cases[_i].desired : before);
    fixture_release(&f);
}
END_TEST

/* ASG-07: refused while it has instances; with force they go, protected or not (MTP-06); then there
 * is no group to change. */
START_TEST(asg_07_mtp_06_delete_group)
{
    struct fixture f;
    four_instances(&f);
    f.asgs[0].new_instances_protected = true;
    tasks(&f, 0, 4);
    at_minute(&f, 1, ECS_OP_DELETE_AUTO_SCALING_GROUP)->asg = 0;
    struct ecs_change *force = at_minute(&f, 2, ECS_OP_DELETE_AUTO_SCALING_GROUP);
    force->asg = 0;
    force->force = true;
    struct ecs_change *later = at_minute(&f, 10, ECS_OP_SET_DESIRED_CAPACITY);
    later->asg = 0;
    later->desired = 2;
    fixture_run(&f);
    answer_is(&f, 0, ECS_EXCEPTION_RESOURCE_IN_USE_FAULT, ECS_REFUSAL_GROUP_HAS_INSTANCES, 0);
    answer_is(&f, 1, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 0);
    answer_is(&f, 2, ECS_EXCEPTION_VALIDATION, ECS_REFUSAL_GROUP_GONE, 0);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_ENDED), 4);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_INSTANCE_ENDED, ECS_INSTANCE_ENDED_cause,
                                          ECS_CAUSE_OPERATOR),
                      4);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_reason,
                                          ECS_REASON_HOST_TERMINATED),
                      4);
    fixture_release(&f);
}
END_TEST

/* Managed scaling has nothing to act on once its group is gone. */
START_TEST(asg_07_managed_group_deleted)
{
    struct fixture f;
    four_instances(&f);
    f.providers[0].managed_scaling = true;
    f.asgs[0].min_size = f.asgs[0].desired = 0;
    at_minute(&f, 1, ECS_OP_DELETE_AUTO_SCALING_GROUP)->asg = 0;
    fixture_run_task(&f, 0, fixture_strategy(1), 2, 2 * SIM_MINUTE);
    fixture_run(&f);
    answer_is(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 0);
    ck_assert_uint_gt(fixture_count_where(&f, ECS_RECORD_METRIC, ECS_METRIC_percent_num, 200), 0);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_SCALING), 0);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_ENDED), 0);
    fixture_release(&f);
}
END_TEST

START_TEST(asg_update_group)
{
    struct fixture f;
    four_instances(&f);
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_UPDATE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->max_size = 8;
    change->desired = 8;
    change = at_minute(&f, 2, ECS_OP_UPDATE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->desired = 9;
    fixture_run(&f);
    answer_is(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 0);
    answer_is(&f, 1, ECS_EXCEPTION_VALIDATION, ECS_REFUSAL_ABOVE_MAX_SIZE, 0);
    ck_assert_int_eq(fixture_capacity_at(&f, 0, 10 * SIM_MINUTE)->field[ECS_CAPACITY_desired], 8);
    fixture_release(&f);
}
END_TEST

/* ---- EC2 ---- */

/* All or nothing: 0 all running; 1 one unknown; 2 one not yet running (launched a moment ago). */
START_TEST(ec2_stop_instances_all_or_nothing)
{
    static const int64_t serials[][2] = {{1, 2}, {1, 99}, {1, 5}};
    static const struct {
        enum ecs_exception exception;
        enum ecs_refusal refusal;
        int64_t affected;
    } expected[] = {
        {ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 2},
        {ECS_EXCEPTION_INVALID_INSTANCE_ID, ECS_REFUSAL_NO_SUCH_INSTANCE, 0},
        {ECS_EXCEPTION_INCORRECT_INSTANCE_STATE, ECS_REFUSAL_NOT_RUNNING, 0},
    };
    struct fixture f;
    four_instances(&f);
    f.asgs[0].desired = 0;
    f.asgs[0].min_size = 0;
    f.extras[0] = (struct ecs_extra_instance){.count = 4, .zone = f.asgs[0].zones[0]};
    f.scenario.extra_instance_count = 1;
    tasks(&f, 0, 1);
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 1;
    change = at_minute(&f, 1, ECS_OP_STOP_INSTANCES);
    change->at += SIM_SECOND;
    change->selection.serials = serials[_i];
    change->selection.serial_count = 2;
    fixture_run(&f);
    answer_is(&f, 1, expected[_i].exception, expected[_i].refusal, expected[_i].affected);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_reason,
                                          ECS_REASON_HOST_STOPPED),
                      _i == 0 ? 1 : 0);
    fixture_release(&f);
}
END_TEST

/* Stopping what is stopped and starting what runs is no error and has no effect. */
START_TEST(ec2_stop_and_start_again)
{
    struct fixture f;
    four_instances(&f);
    f.asgs[0].desired = f.asgs[0].min_size = 0;
    f.extras[0] = (struct ecs_extra_instance){.count = 2, .zone = f.asgs[0].zones[0]};
    f.scenario.extra_instance_count = 1;
    static const int64_t first[] = {1};
    static const enum ecs_operation calls[] = {ECS_OP_START_INSTANCES, ECS_OP_STOP_INSTANCES,
                                               ECS_OP_STOP_INSTANCES, ECS_OP_START_INSTANCES};
    static const int64_t affected[] = {0, 1, 0, 1};
    for (uint32_t i = 0; i < 4; i++) {
        struct ecs_change *change = at_minute(&f, 5 * (i + 1), calls[i]);
        change->selection.serials = first;
        change->selection.serial_count = 1;
    }
    fixture_run(&f);
    for (uint32_t i = 0; i < 4; i++)
        answer_is(&f, i, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, affected[i]);
    fixture_release(&f);
}
END_TEST

/* CI-20: the group replaces what is terminated, unless its desired capacity goes with it. */
START_TEST(ci_20_terminate_instances)
{
    static const int64_t unknown[] = {1, 99};
    struct fixture f;
    four_instances(&f);
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_TERMINATE_INSTANCES);
    change->selection.count = 2;
    change->decrement = _i == 1;
    change = at_minute(&f, 10, ECS_OP_TERMINATE_INSTANCES);
    change->selection.serials = unknown;
    change->selection.serial_count = 2;
    fixture_run(&f);
    answer_is(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 2);
    answer_is(&f, 1, ECS_EXCEPTION_INVALID_INSTANCE_ID, ECS_REFUSAL_NO_SUCH_INSTANCE, 0);
    const struct sim_record *row = fixture_capacity_at(&f, 0, 30 * SIM_MINUTE);
    ck_assert_int_eq(row->field[ECS_CAPACITY_in_service], _i == 1 ? 2 : 4);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_ENDED), _i == 1 ? 4 : 6);
    fixture_release(&f);
}
END_TEST

/* Through its group: 0 replaced at once; 1 with the desired capacity; 2 not below MinSize, for the
 * second of two; 3 an instance without a group; 4 unknown. Protection does not keep it. */
START_TEST(mtp_07_terminate_in_group)
{
    static const int64_t serials[][2] = {{1, 2}, {1, 2}, {1, 2}, {5, 1}, {99, 1}};
    static const struct {
        enum ecs_exception exception;
        enum ecs_refusal refusal;
        int64_t affected, launched, left;
    } expected[] = {
        {ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 2, 2, 4},
        {ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 2, 0, 2},
        {ECS_EXCEPTION_VALIDATION, ECS_REFUSAL_BELOW_MIN_SIZE, 1, 0, 3},
        {ECS_EXCEPTION_VALIDATION, ECS_REFUSAL_NOT_IN_GROUP, 1, 1, 4},
        {ECS_EXCEPTION_VALIDATION, ECS_REFUSAL_NO_SUCH_INSTANCE, 1, 1, 4},
    };
    struct fixture f;
    four_instances(&f);
    f.asgs[0].new_instances_protected = true;
    f.asgs[0].min_size = _i == 2 ? 3 : 0;
    f.extras[0] = (struct ecs_extra_instance){.count = 1, .zone = f.asgs[0].zones[0]};
    f.scenario.extra_instance_count = 1;
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_TERMINATE_INSTANCE_IN_GROUP);
    change->selection.serials = serials[_i];
    change->selection.serial_count = 2;
    change->decrement = _i == 1 || _i == 2;
    fixture_run(&f);
    answer_is(&f, 0, expected[_i].exception, expected[_i].refusal, expected[_i].affected);
    const struct sim_record *row = fixture_capacity_at(&f, 0, 30 * SIM_MINUTE);
    ck_assert_int_eq(row->field[ECS_CAPACITY_in_service], expected[_i].left);
    uint32_t launched = 0;
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_INSTANCE_STATE); i++) {
        const struct sim_record *record = fixture_record(&f, ECS_RECORD_INSTANCE_STATE, i);
        launched += record->field[ECS_INSTANCE_STATE_state] == ECS_INSTANCE_PENDING &&
                    record->at == SIM_MINUTE; /* without the delay of a health check */
    }
    ck_assert_int_eq(launched, expected[_i].launched);
    fixture_release(&f);
}
END_TEST

/* A provider with managed draining lets its tasks end first (04 1.9). */
START_TEST(mtp_07_terminate_in_group_drains)
{
    struct fixture f;
    four_instances(&f);
    fixture_add_definition(&f, 256, 256, 300);
    f.providers[0].managed_draining = _i == 1;
    fixture_run_task(&f, 2, fixture_strategy(1), 1, 0);
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_TERMINATE_INSTANCE_IN_GROUP);
    static const int64_t first[] = {1};
    change->selection.serials = first;
    change->selection.serial_count = 1;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_outcome,
                                          ECS_OUTCOME_COMPLETED),
                      _i == 1 ? 1 : 0);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_reason,
                                          ECS_REASON_HOST_TERMINATED),
                      _i == 1 ? 0 : 1);
    fixture_release(&f);
}
END_TEST

/* ---- container instances ---- */

/* Sheet 02, 1.3: without tasks; busy; busy with force; already deregistered, or unknown. */
START_TEST(ci_16_deregister)
{
    static const int64_t serials[] = {1, 1, 1, 1, 99};
    struct fixture f;
    four_instances(&f);
    tasks(&f, 0, 1); /* on the first instance */
    for (uint32_t i = 0; i < 5; i++) {
        struct ecs_change *change = at_minute(&f, 1 + i, ECS_OP_DEREGISTER_CONTAINER_INSTANCE);
        change->selection.serials = &serials[i];
        change->selection.serial_count = 1;
        change->force = i == 1;
    }
    static const int64_t second[] = {2};
    struct ecs_change *change = at_minute(&f, 8, ECS_OP_DEREGISTER_CONTAINER_INSTANCE);
    change->selection.serials = second;
    change->selection.serial_count = 1;
    fixture_run(&f);
    answer_is(&f, 0, ECS_EXCEPTION_INVALID_PARAMETER, ECS_REFUSAL_INSTANCE_BUSY, 0);
    answer_is(&f, 1, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 1);
    answer_is(&f, 2, ECS_EXCEPTION_INVALID_PARAMETER, ECS_REFUSAL_NOT_REGISTERED, 0);
    answer_is(&f, 4, ECS_EXCEPTION_INVALID_PARAMETER, ECS_REFUSAL_NO_SUCH_INSTANCE, 0);
    answer_is(&f, 5, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 1);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_reason,
                                          ECS_REASON_DEREGISTERED),
                      1);
    fixture_release(&f);
}
END_TEST

/* UpdateContainerInstancesState: what it cannot do is listed under failures, and no exception. */
START_TEST(dr_1_update_state_partial)
{
    static const int64_t serials[] = {1, 99, 2};
    struct fixture f;
    four_instances(&f);
    tasks(&f, 0, 4);
    struct ecs_change *change = at_minute(&f, 1, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    change->selection.serials = serials;
    change->selection.serial_count = 3;
    change->draining = true;
    change = at_minute(&f, 5, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    change->draining = true; /* the oldest that is not draining yet: the third */
    change->selection.count = 1;
    change = at_minute(&f, 10, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE); /* all back */
    fixture_run(&f);
    answer_is(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NO_SUCH_INSTANCE, 2);
    answer_is(&f, 1, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 1);
    answer_is(&f, 2, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 3);
    ck_assert_int_eq(fixture_capacity_at(&f, -1, 2 * SIM_MINUTE)->field[ECS_CAPACITY_draining], 2);
    ck_assert_int_eq(fixture_capacity_at(&f, -1, 6 * SIM_MINUTE)->field[ECS_CAPACITY_draining], 3);
    ck_assert_int_eq(fixture_capacity_at(&f, -1, 11 * SIM_MINUTE)->field[ECS_CAPACITY_draining], 0);
    fixture_release(&f);
}
END_TEST

/* PutAttributes: unknown targets and too many attributes. */
START_TEST(atr_6_put_attributes)
{
    static const int64_t serials[] = {1, 99};
    struct fixture f;
    four_instances(&f);
    struct ecs_attribute many[ECS_ATTRIBUTES_MAX + 1];
    for (uint32_t i = 0; i <= ECS_ATTRIBUTES_MAX; i++)
        many[i] = (struct ecs_attribute){
            .name = ecs_names_intern(&f.scenario.names, sim_arena_printf(&f.arena, "a%u", i)),
            .value = ecs_names_intern(&f.scenario.names, "x"),
        };
    static const uint32_t counts[] = {1, ECS_ATTRIBUTES_MAX + 1, 1};
    for (uint32_t i = 0; i < 3; i++) {
        struct ecs_change *change =
            at_minute(&f, 1 + i, i == 2 ? ECS_OP_DELETE_ATTRIBUTES : ECS_OP_PUT_ATTRIBUTES);
        change->selection.serials = serials;
        change->selection.serial_count = i == 1 ? 1 : 2;
        change->attributes = many;
        change->attribute_count = counts[i];
    }
    fixture_run(&f);
    answer_is(&f, 0, ECS_EXCEPTION_TARGET_NOT_FOUND, ECS_REFUSAL_NO_SUCH_INSTANCE, 1);
    answer_is(&f, 1, ECS_EXCEPTION_ATTRIBUTE_LIMIT_EXCEEDED, ECS_REFUSAL_ATTRIBUTE_LIMIT, 0);
    answer_is(&f, 2, ECS_EXCEPTION_TARGET_NOT_FOUND, ECS_REFUSAL_NO_SUCH_INSTANCE, 1);
    fixture_release(&f);
}
END_TEST

/* ---- the run ---- */

/* Calls come in their order, before what arrives at the same moment; the same run twice is the same
 * records; without a duration nobody waits for a call that no arrival needs. */
START_TEST(changes_order_and_end)
{
    uint64_t hashes[2];
    for (uint32_t run = 0; run < 2; run++) {
        struct fixture f;
        four_instances(&f);
        f.scenario.duration = SIM_TIME_NEVER;
        fixture_add_definition(&f, 1024, 512, 100);
        fixture_run_task(&f, 2, (struct ecs_strategy){0}, 4, 0);
        struct ecs_change *change = at_minute(&f, 1, ECS_OP_STOP_TASK);
        change->selection.count = 1;
        change = at_minute(&f, 1, ECS_OP_STOP_TASK);
        change->selection.count = 1;
        fixture_run_task(&f, 2, (struct ecs_strategy){0}, 1, SIM_MINUTE);
        at_minute(&f, 50, ECS_OP_STOP_TASK);
        fixture_run(&f);
        ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CHANGE), 2);
        answer_is(&f, 0, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 1);
        answer_is(&f, 1, ECS_EXCEPTION_NONE, ECS_REFUSAL_NONE, 1);
        int64_t serials[4];
        ck_assert_uint_eq(stopped_serials(&f, serials, 4), 2);
        ck_assert_int_eq(serials[0], 1);
        ck_assert_int_eq(serials[1], 2);
        ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 0); /* room was made before */
        ck_assert_int_eq(fixture_record(&f, ECS_RECORD_RUN_ENDED, 0)->at, 160 * SIM_SECOND);
        hashes[run] = f.hash;
        fixture_release(&f);
    }
    ck_assert_uint_eq(hashes[0], hashes[1]);
}
END_TEST

/* Arrivals that wait for capacity are waited for, and so is the change that brings it. */
START_TEST(changes_bring_capacity_to_who_waits)
{
    struct fixture f;
    four_instances(&f);
    f.asgs[0].min_size = f.asgs[0].desired = 0;
    f.scenario.duration = SIM_TIME_NEVER;
    fixture_add_definition(&f, 1024, 512, 100);
    fixture_run_task(&f, 2, (struct ecs_strategy){0}, 1, 0);
    struct ecs_change *change = at_minute(&f, 60, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 1;
    fixture_run(&f);
    const int64_t *task = fixture_record(&f, ECS_RECORD_TASK_ENDED, 0)->field;
    ck_assert_int_eq(task[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    ck_assert_int_ge(task[ECS_TASK_ENDED_placed], 61 * SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_changes_suite(void);
Suite *test_ecs_changes_suite(void)
{
    Suite *suite = suite_create("ecs_changes");
    TCase *tcase = tcase_create("changes");
    tcase_add_loop_test(tcase, api_stop_task_picks, 0, 6);
    tcase_add_loop_test(tcase, api_stop_task_filters, 0, 7);
    tcase_add_test(tcase, changes_random_picks_are_keyed);
    tcase_add_test(tcase, api_stop_task_unknown);
    tcase_add_loop_test(tcase, asg_set_desired_capacity, 0, 5);
    tcase_add_test(tcase, asg_07_mtp_06_delete_group);
    tcase_add_test(tcase, asg_07_managed_group_deleted);
    tcase_add_test(tcase, asg_update_group);
    tcase_add_loop_test(tcase, ec2_stop_instances_all_or_nothing, 0, 3);
    tcase_add_test(tcase, ec2_stop_and_start_again);
    tcase_add_loop_test(tcase, mtp_07_terminate_in_group, 0, 5);
    tcase_add_loop_test(tcase, mtp_07_terminate_in_group_drains, 0, 2);
    tcase_add_loop_test(tcase, ci_20_terminate_instances, 0, 2);
    tcase_add_test(tcase, ci_16_deregister);
    tcase_add_test(tcase, dr_1_update_state_partial);
    tcase_add_test(tcase, atr_6_put_attributes);
    tcase_add_test(tcase, changes_order_and_end);
    tcase_add_test(tcase, changes_bring_capacity_to_who_waits);
    suite_add_tcase(suite, tcase);
    return suite;
}
