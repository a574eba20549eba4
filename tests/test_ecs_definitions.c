/* Task definitions over a run: registration, revisions, INACTIVE, and who may still run them. */
#include "world_fixture.h"

#include <check.h>

/* Two revisions of one family, the second registered by a change if there is one; ten instances and
 * launch type EC2. Tasks run for a minute and a half. */
static void two_revisions(struct fixture *f)
{
    fixture_init(f, 202209);
    fixture_plain(f, 60);
    uint32_t type = fixture_add_type(f, "m", 4, 16384, 0, 4);
    fixture_add_provider(f, type, 1, 0, 2, 2);
    f->providers[0].managed_scaling = false;
    fixture_add_definition(f, 256, 256, 90);
    fixture_add_definition(f, 512, 256, 90);
    f->definitions[1].family = f->definitions[0].family;
    f->definitions[1].group = f->definitions[0].group;
    f->definitions[1].revision = 2;
    f->definitions[1].registered_later = true;
}

static void run_at(struct fixture *f, uint32_t definition, bool latest, sim_time at)
{
    fixture_run_task(f, definition, (struct ecs_strategy){0}, 1, at);
    f->run_tasks[f->scenario.run_task_count - 1].request.latest_revision = latest;
}

static void change_definition(struct fixture *f, sim_time at, enum ecs_operation operation,
                              uint32_t definition)
{
    fixture_add_change(f, at, operation)->definition = definition;
}

static int64_t task_field(const struct fixture *f, uint32_t n, int field)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_TASK_ENDED, n);
    ck_assert_ptr_nonnull(record);
    return record->field[field];
}

static int64_t exception_of(const struct fixture *f, uint32_t n)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_CHANGE, n);
    ck_assert_ptr_nonnull(record);
    return record->field[ECS_CHANGE_exception];
}

/* TDF-13: a family's name is its latest ACTIVE revision at the moment of the call; a number is that
 * revision. Deregistering the latest makes the one before the latest again. */
START_TEST(tdf_13_latest_active_revision)
{
    struct fixture f;
    two_revisions(&f);
    change_definition(&f, 2 * SIM_MINUTE, ECS_OP_REGISTER_TASK_DEFINITION, 1);
    change_definition(&f, 6 * SIM_MINUTE, ECS_OP_DEREGISTER_TASK_DEFINITION, 1);
    run_at(&f, 0, true, 0);
    run_at(&f, 0, true, 2 * SIM_MINUTE); /* the call comes before what arrives at that moment */
    run_at(&f, 0, false, 4 * SIM_MINUTE);
    run_at(&f, 1, true, 8 * SIM_MINUTE);
    fixture_run(&f);
    static const int64_t definitions[] = {0, 1, 0, 0};
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 4);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_int_eq(task_field(&f, i, ECS_TASK_ENDED_definition), definitions[i]);
        ck_assert_int_eq(task_field(&f, i, ECS_TASK_ENDED_cpu_units), 256 * (definitions[i] + 1));
        ck_assert_int_eq(task_field(&f, i, ECS_TASK_ENDED_outcome), ECS_OUTCOME_COMPLETED);
    }
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 0);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_CHANGE, ECS_CHANGE_exception, 0), 2);
    fixture_release(&f);
}
END_TEST

/* TDF-07: a revision never changes; a task keeps the one that it was started from. */
START_TEST(tdf_07_a_task_keeps_its_revision)
{
    struct fixture f;
    two_revisions(&f);
    run_at(&f, 0, true, 0);
    change_definition(&f, SIM_MINUTE, ECS_OP_REGISTER_TASK_DEFINITION, 1);
    run_at(&f, 0, true, SIM_MINUTE);
    run_at(&f, 0, false, SIM_MINUTE);
    fixture_run(&f);
    static const int64_t definitions[] = {0, 1, 0};
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_int_eq(task_field(&f, i, ECS_TASK_ENDED_definition), definitions[i]);
        ck_assert_int_eq(task_field(&f, i, ECS_TASK_ENDED_cpu_units), 256 * (definitions[i] + 1));
    }
    fixture_release(&f);
}
END_TEST

/* TDF-08: INACTIVE at once, and running tasks are left alone. TDF-09: it is not run any more; with
 * no registration ahead that is final. A second deregistration is refused. */
START_TEST(tdf_08_tdf_09_inactive)
{
    struct fixture f;
    two_revisions(&f);
    run_at(&f, 0, false, 0);
    change_definition(&f, SIM_MINUTE, ECS_OP_DEREGISTER_TASK_DEFINITION, 0);
    change_definition(&f, SIM_MINUTE, ECS_OP_DEREGISTER_TASK_DEFINITION, 0);
    run_at(&f, 0, false, SIM_MINUTE);
    run_at(&f, 0, true, SIM_MINUTE);
    fixture_run(&f); /* ends without a duration */
    ck_assert_int_eq(exception_of(&f, 0), ECS_EXCEPTION_NONE);
    ck_assert_int_eq(exception_of(&f, 1), ECS_EXCEPTION_CLIENT);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 1);
    ck_assert_int_eq(task_field(&f, 0, ECS_TASK_ENDED_stopped), 90 * SIM_SECOND);
    ck_assert_int_eq(task_field(&f, 0, ECS_TASK_ENDED_outcome), ECS_OUTCOME_COMPLETED);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 2);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                                          ECS_REASON_INACTIVE_DEFINITION),
                      2);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_DROPPED),
                      2);
    fixture_release(&f);
}
END_TEST

/* INACTIVE from the start is as deregistered. */
START_TEST(tdf_09_inactive_from_the_start)
{
    struct fixture f;
    two_revisions(&f);
    f.definitions[1].registered_later = false;
    f.definitions[1].inactive = true;
    run_at(&f, 1, false, 0);
    run_at(&f, 1, true, 0);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 1);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 1);
    ck_assert_int_eq(task_field(&f, 0, ECS_TASK_ENDED_definition), 0);
    fixture_release(&f);
}
END_TEST

/* TDF-09: the restriction may lag; the family's name follows at once. */
START_TEST(tdf_09_deregistration_lag)
{
    struct fixture f;
    two_revisions(&f);
    f.scenario.behaviour.deregistration_lag = 5 * SIM_MINUTE;
    change_definition(&f, SIM_MINUTE, ECS_OP_DEREGISTER_TASK_DEFINITION, 0);
    run_at(&f, 0, false, 6 * SIM_MINUTE - 1);
    run_at(&f, 0, false, 6 * SIM_MINUTE);
    run_at(&f, 0, true, 2 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 1);
    ck_assert_int_eq(task_field(&f, 0, ECS_TASK_ENDED_created), 6 * SIM_MINUTE - 1);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, 0)->at, 2 * SIM_MINUTE);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, 1)->at, 6 * SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* A family without ACTIVE revision is asked again until one is registered: with its needs, and with
 * the duration that the copy's own key draws from it. */
START_TEST(tdf_09_retries_until_registered)
{
    struct fixture f;
    int64_t durations[2];
    for (uint32_t late = 0; late < 2; late++) {
        two_revisions(&f);
        f.definitions[0].inactive = true;
        f.definitions[1].registered_later = late == 1;
        f.definitions[1].duration =
            (struct sim_dist){.kind = SIM_DIST_UNIFORM, .p = {30, 300}, .max = 1000};
        if (late == 1)
            change_definition(&f, 3 * SIM_MINUTE, ECS_OP_REGISTER_TASK_DEFINITION, 1);
        run_at(&f, 0, true, SIM_MINUTE);
        fixture_run(&f);
        ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED) > 1, late == 1);
        ck_assert_int_eq(task_field(&f, 0, ECS_TASK_ENDED_definition), 1);
        ck_assert_int_eq(task_field(&f, 0, ECS_TASK_ENDED_cpu_units), 512);
        ck_assert_int_eq(task_field(&f, 0, ECS_TASK_ENDED_created) >= 3 * SIM_MINUTE, late == 1);
        durations[late] = task_field(&f, 0, ECS_TASK_ENDED_asked_duration);
        fixture_release(&f);
    }
    ck_assert_int_eq(durations[0], durations[1]);
}
END_TEST

/* A revision that is registered only later is unknown until then, and INACTIVE when it has been
 * deregistered: other words, the same exception. Called by number and asked again, it runs then. */
START_TEST(tdf_09_not_registered_yet)
{
    struct fixture f;
    two_revisions(&f);
    change_definition(&f, SIM_MINUTE, ECS_OP_DEREGISTER_TASK_DEFINITION, 1);
    change_definition(&f, 3 * SIM_MINUTE, ECS_OP_REGISTER_TASK_DEFINITION, 1);
    change_definition(&f, 20 * SIM_MINUTE, ECS_OP_DEREGISTER_TASK_DEFINITION, 1);
    run_at(&f, 1, false, 0);
    run_at(&f, 1, false, 21 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_CHANGE, 0)->field[ECS_CHANGE_refusal],
                     ECS_REFUSAL_NO_SUCH_DEFINITION);
    ck_assert_int_eq(exception_of(&f, 0), ECS_EXCEPTION_CLIENT);
    ck_assert_int_eq(exception_of(&f, 2), ECS_EXCEPTION_NONE);
    uint32_t count = fixture_count(&f, ECS_RECORD_REFUSED);
    ck_assert_uint_gt(count, 2);
    for (uint32_t i = 0; i < count; i++) {
        const struct sim_record *record = fixture_record(&f, ECS_RECORD_REFUSED, i);
        ck_assert_int_eq(record->field[ECS_REFUSED_reason], record->at < 3 * SIM_MINUTE
                                                                ? ECS_REASON_NO_DEFINITION
                                                                : ECS_REASON_INACTIVE_DEFINITION);
    }
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, count - 1)->at, 21 * SIM_MINUTE);
    ck_assert_int_eq(ecs_reason_exceptions[ECS_REASON_NO_DEFINITION], ECS_EXCEPTION_CLIENT);
    ck_assert_str_eq(ecs_reason_messages[ECS_REASON_NO_DEFINITION],
                     "Unable to describe task definition.");
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), 1);
    ck_assert_int_eq(task_field(&f, 0, ECS_TASK_ENDED_definition), 1);
    ck_assert_int_ge(task_field(&f, 0, ECS_TASK_ENDED_created), 3 * SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* onRefusal drop and giveUpAfter hold for these refusals too. */
START_TEST(tdf_09_drop)
{
    struct fixture f;
    two_revisions(&f);
    f.definitions[0].inactive = true;
    change_definition(&f, SIM_HOUR, ECS_OP_REGISTER_TASK_DEFINITION, 1);
    run_at(&f, 0, true, 0);
    run_at(&f, 0, true, 0);
    f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    f.run_tasks[1].request.give_up_after = SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_DROPPED),
                      2);
    /* and nobody waits for a change that no arrival is left for */
    ck_assert_int_lt(fixture_record(&f, ECS_RECORD_RUN_ENDED, 0)->at, 2 * SIM_MINUTE);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_CHANGE), 0);
    fixture_release(&f);
}
END_TEST

/* QTA-11: revisions count whether they are ACTIVE or not. */
START_TEST(qta_11_revisions)
{
    struct fixture f;
    two_revisions(&f);
    f.scenario.behaviour.revision_limit = _i == 0 ? 1 : 2;
    f.scenario.duration = SIM_HOUR;
    change_definition(&f, SIM_MINUTE, ECS_OP_DEREGISTER_TASK_DEFINITION, 0);
    change_definition(&f, 2 * SIM_MINUTE, ECS_OP_REGISTER_TASK_DEFINITION, 1);
    run_at(&f, 0, true, 3 * SIM_MINUTE);
    fixture_run(&f);
    ck_assert_int_eq(exception_of(&f, 1), _i == 0 ? ECS_EXCEPTION_CLIENT : ECS_EXCEPTION_NONE);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_CHANGE, 1)->field[ECS_CHANGE_refusal],
                     _i == 0 ? ECS_REFUSAL_REVISION_LIMIT : ECS_REFUSAL_NONE);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), _i == 0 ? 0 : 1);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_definitions_suite(void);
Suite *test_ecs_definitions_suite(void)
{
    Suite *suite = suite_create("ecs_definitions");
    TCase *tcase = tcase_create("definitions");
    tcase_add_test(tcase, tdf_13_latest_active_revision);
    tcase_add_test(tcase, tdf_07_a_task_keeps_its_revision);
    tcase_add_test(tcase, tdf_08_tdf_09_inactive);
    tcase_add_test(tcase, tdf_09_inactive_from_the_start);
    tcase_add_test(tcase, tdf_09_deregistration_lag);
    tcase_add_test(tcase, tdf_09_retries_until_registered);
    tcase_add_test(tcase, tdf_09_not_registered_yet);
    tcase_add_test(tcase, tdf_09_drop);
    tcase_add_loop_test(tcase, qta_11_revisions, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
