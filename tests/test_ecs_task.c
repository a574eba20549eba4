/* The life of a task (LC), images, refusals and retries, fates. */
#include "world_fixture.h"

#include <check.h>

/* A cluster of one large instance without a group. */
static uint32_t one_host(struct fixture *f, int32_t epoch)
{
    fixture_init(f, epoch);
    uint32_t type = fixture_add_type(f, "host", 8, 8192, 0, 4);
    f->extras[0] = (struct ecs_extra_instance){
        .spec = type,
        .count = 1,
        .zone = {.name = ecs_names_intern(&f->scenario.names, "us-east-1a")},
    };
    f->scenario.extra_instance_count = 1;
    return type;
}

static void expect_states(const struct fixture *f, const enum ecs_task_state *states,
                          const double *seconds, uint32_t count)
{
    ck_assert_uint_eq(fixture_count(f, ECS_RECORD_TASK_STATE), count);
    for (uint32_t i = 0; i < count; i++) {
        const struct sim_record *record = fixture_record(f, ECS_RECORD_TASK_STATE, i);
        ck_assert_int_eq(record->field[ECS_TASK_STATE_state], states[i]);
        ck_assert_int_eq(record->at, sim_time_from_seconds(seconds[i]));
    }
}

/* AT-LC2: a bridge-mode standalone task: PENDING, RUNNING, STOPPING, STOPPED. 100 MB at 50 MB/s and
 * 2 s to start. */
START_TEST(at_lc2_lc_4_bridge)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    struct ecs_image image = {.name = ecs_names_intern(&f.scenario.names, "app:1"),
                              .bytes = 100000000};
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].images = &image;
    f.definitions[definition].image_count = 1;
    f.containers[definition][0].image = 0;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 10 * SIM_SECOND);
    fixture_run(&f);
    static const enum ecs_task_state states[] = {ECS_TASK_PENDING, ECS_TASK_RUNNING,
                                                 ECS_TASK_STOPPING, ECS_TASK_STOPPED};
    expect_states(&f, states, (const double[]){10, 14, 74, 74}, 4);
    fixture_release(&f);
}
END_TEST

/* awsvpc: PROVISIONING while the ENI attaches, DEPROVISIONING until it is gone (ENI-10); a second
 * container may take up to stopTimeout (DEP-09). */
START_TEST(lc_4_eni_10_dep_09_awsvpc)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].network_mode = ECS_NETWORK_AWSVPC;
    f.definitions[definition].container_count = 2;
    f.definitions[definition].stop_time = sim_dist_constant(_i == 0 ? 12 : 500);
    f.containers[definition][0].stop_timeout = 10 * SIM_SECOND;
    f.containers[definition][1].stop_timeout = 20 * SIM_SECOND;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 0);
    fixture_run(&f);
    double stop = _i == 0 ? 12 : 20;
    static const enum ecs_task_state states[] = {ECS_TASK_PROVISIONING,   ECS_TASK_PENDING,
                                                 ECS_TASK_RUNNING,        ECS_TASK_STOPPING,
                                                 ECS_TASK_DEPROVISIONING, ECS_TASK_STOPPED};
    expect_states(&f, states, (const double[]){0, 5, 7, 67, 67 + stop, 72 + stop}, 6);
    const struct sim_record *released = fixture_record(&f, ECS_RECORD_TASK_RELEASED, 0);
    ck_assert_int_eq(released->at, sim_time_from_seconds(72 + stop));
    fixture_release(&f);
}
END_TEST

/* IMG-8: one pull an instance; a task that starts meanwhile waits for it, a later one does not. */
START_TEST(img_8_cache)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    struct ecs_image image = {.name = ecs_names_intern(&f.scenario.names, "app:1"),
                              .bytes = 500000000};
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].images = &image;
    f.definitions[definition].image_count = 1;
    f.containers[definition][0].image = 0;
    static const double at_s[] = {0, 4, 30};
    static const double started_s[] = {12, 12, 32};
    for (uint32_t i = 0; i < 3; i++)
        fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1,
                         sim_time_from_seconds(at_s[i]));
    fixture_run(&f);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_int_eq(
            fixture_record(&f, ECS_RECORD_TASK_ENDED, i)->field[ECS_TASK_ENDED_started],
            sim_time_from_seconds(started_s[i]));
    fixture_release(&f);
}
END_TEST

/* Design 3.2: a refused submission is tried again after 5 s, doubling to 60 s; waits count from
 * the first arrival. */
START_TEST(on_refusal_retry_backs_off)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    f.scenario.behaviour.refusal_jitter_pct = _i == 0 ? 0 : 20;
    uint32_t definition = fixture_add_definition(&f, 8192, 512, 200);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 2, 0);
    fixture_run(&f);
    static const double delays[] = {5, 10, 20, 40, 60, 60};
    uint32_t refusals = fixture_count(&f, ECS_RECORD_REFUSED);
    ck_assert_uint_ge(refusals, 6);
    for (uint32_t i = 0; i < 6; i++) {
        const struct sim_record *record = fixture_record(&f, ECS_RECORD_REFUSED, i);
        double delay = sim_time_to_seconds(record->field[ECS_REFUSED_retry_at] - record->at);
        ck_assert_double_le(delay, delays[i]);
        ck_assert_double_ge(delay, _i == 0 ? delays[i] : 0.8 * delays[i]);
    }
    const struct sim_record *second = fixture_record(&f, ECS_RECORD_ARRIVAL_ENDED, 1);
    ck_assert_int_eq(second->field[ECS_ARRIVAL_ENDED_fate], ECS_FATE_COMPLETED);
    ck_assert_int_ge(second->field[ECS_ARRIVAL_ENDED_wait], 195 * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

START_TEST(on_refusal_drop_and_give_up)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 8192, 512, 3600);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 2, 0);
    if (_i == 0)
        f.run_tasks[0].request.on_refusal = ECS_REFUSAL_DROP;
    else
        f.run_tasks[0].request.give_up_after = 100 * SIM_SECOND;
    fixture_run(&f);
    const struct sim_record *dropped = fixture_record(&f, ECS_RECORD_ARRIVAL_ENDED, 0);
    ck_assert_int_eq(dropped->field[ECS_ARRIVAL_ENDED_fate], ECS_FATE_DROPPED);
    ck_assert_int_le(dropped->at, 100 * SIM_SECOND);
    ck_assert_int_eq(dropped->at > 0, _i == 1);
    fixture_release(&f);
}
END_TEST

/* 1.7: a task that timed out in PROVISIONING is submitted again, as another attempt. */
START_TEST(provisioning_timeout_is_retried)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 0, 0);
    uint32_t definition = fixture_add_definition(&f, 128, 128, 60);
    fixture_run_task(&f, definition, fixture_strategy(1), 1, 0);
    f.scenario.duration = 2 * SIM_HOUR;
    fixture_run(&f);
    uint32_t tasks = fixture_count(&f, ECS_RECORD_TASK_ENDED);
    ck_assert_uint_ge(tasks, 4);
    for (uint32_t i = 0; i < tasks; i++)
        ck_assert_int_eq(
            fixture_record(&f, ECS_RECORD_TASK_ENDED, i)->field[ECS_TASK_ENDED_attempt], i + 1);
    const struct sim_record *fate = fixture_record(&f, ECS_RECORD_ARRIVAL_ENDED, 0);
    ck_assert_int_eq(fate->field[ECS_ARRIVAL_ENDED_fate], ECS_FATE_WAITING);
    ck_assert_int_eq(fate->field[ECS_ARRIVAL_ENDED_wait], 2 * SIM_HOUR);
    fixture_release(&f);
}
END_TEST

/* Section 10: first come first served, also on the 5 s grid: who arrives between the end of a task
 * and the tick does not overtake those that wait. */
START_TEST(section_10_waiting_is_first_come_first_served)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    f.scenario.behaviour.provisioning_cap = ECS_UNLIMITED;
    f.scenario.behaviour.provisioning_timeout_on = false;
    uint32_t type = fixture_add_type(&f, "m", 1, 1024, 0, 4);
    fixture_add_provider(&f, type, 1, 1, 1, 1);
    uint32_t definition = fixture_add_definition(&f, 1024, 128, 7);
    struct ecs_generator rows = {.gap = {.kind = SIM_DIST_EXPONENTIAL, .p = {8}, .max = 1e9},
                                 .rows = 1000,
                                 .until = SIM_TIME_NEVER,
                                 .first = 0,
                                 .batch = 1};
    fixture_add_workload(&f, definition, fixture_strategy(1), rows);
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 1000);
    int64_t last = 0;
    for (uint32_t i = 0; i < f.record_count; i++) {
        if (f.records[i].kind != ECS_RECORD_TASK_PLACED)
            continue;
        ck_assert_int_gt(f.records[i].field[ECS_TASK_PLACED_task], last);
        last = f.records[i].field[ECS_TASK_PLACED_task];
    }
    fixture_release(&f);
}
END_TEST

/* Rows with a count become calls of ten, and base and weights apply to each call (CPS-14). */
START_TEST(cps_14_qta_9_one_call_of_ten_end_to_end)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(&f, "m", 64, 65536, 0, 4);
    fixture_add_provider(&f, type, 1, 0, 1, 10);
    fixture_add_provider(&f, type, 1, 0, 1, 10);
    uint32_t definition = fixture_add_definition(&f, 128, 128, -1);
    struct ecs_strategy strategy = {.count = 2,
                                    .items = {{.provider = 0, .base = 2, .weight = 1},
                                              {.provider = 1, .weight = 3}}};
    fixture_run_task(&f, definition, strategy, 10, 0);
    f.scenario.duration = 10 * SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 0),
                      4);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 1),
                      6);
    fixture_release(&f);
}
END_TEST

/* Ruling 5: over a stream of single rows, call scope feeds one provider, stream scope both. */
START_TEST(ruling_5_split_scope)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(&f, "m", 64, 65536, 0, 4);
    fixture_add_provider(&f, type, 1, 1, 1, 10);
    fixture_add_provider(&f, type, 1, 1, 1, 10);
    uint32_t definition = fixture_add_definition(&f, 128, 128, 10);
    struct ecs_generator rows = {
        .gap = sim_dist_constant(60), .rows = 20, .until = SIM_TIME_NEVER, .first = 0, .batch = 1};
    fixture_add_workload(&f, definition, fixture_strategy(2), rows);
    f.scenario.behaviour.split_scope = _i == 0 ? ECS_SPLIT_CALL : ECS_SPLIT_STREAM;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_provider, 0),
                      _i == 0 ? 20 : 10);
    fixture_release(&f);
}
END_TEST

/* `scale`: twice as many, or half of them by keyed chance. */
START_TEST(workload_scale)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 1, 1, 10);
    struct ecs_generator rows = {.gap = sim_dist_constant(60),
                                 .rows = 1000,
                                 .until = SIM_TIME_NEVER,
                                 .first = 0,
                                 .batch = 1};
    uint32_t workload = fixture_add_workload(&f, definition, (struct ecs_strategy){0}, rows);
    f.workloads[workload].scale_ppm = _i == 0 ? 2000000 : 500000;
    fixture_run(&f);
    uint32_t arrivals = fixture_count(&f, ECS_RECORD_ARRIVAL);
    if (_i == 0)
        ck_assert_uint_eq(arrivals, 2000);
    else
        ck_assert_uint_le(arrivals > 500 ? arrivals - 500 : 500 - arrivals, 60);
    fixture_release(&f);
}
END_TEST

/* ---- errors, exit codes, stops ---- */

static struct ecs_error_rule *add_rule(struct fixture *f, uint32_t definition,
                                       enum ecs_container_error error)
{
    struct ecs_error_rule *rule = sim_arena_array(&f->arena, 1, sizeof *rule);
    *rule = (struct ecs_error_rule){.error = error,
                                    .container = ECS_NONE,
                                    .ppm = 1000000,
                                    .until = SIM_TIME_NEVER};
    f->definitions[definition].errors = rule;
    f->definitions[definition].error_count = 1;
    return rule;
}

static const int64_t *ended(const struct fixture *f, uint32_t n)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_TASK_ENDED, n);
    ck_assert_ptr_nonnull(record);
    return record->field;
}

static void expect_stop(const struct fixture *f, enum ecs_container_error error, int exit_code,
                        enum ecs_reason reason, enum ecs_stop_code code)
{
    const int64_t *field = ended(f, 0);
    ck_assert_int_eq(field[ECS_TASK_ENDED_error], error);
    ck_assert_int_eq(field[ECS_TASK_ENDED_exit_code], exit_code);
    ck_assert_int_eq(field[ECS_TASK_ENDED_stop_reason], reason);
    ck_assert_int_eq(field[ECS_TASK_ENDED_stop_code], code);
    bool good = error == ECS_ERROR_NONE && exit_code == 0;
    ck_assert_int_eq(field[ECS_TASK_ENDED_outcome],
                     good ? ECS_OUTCOME_COMPLETED : ECS_OUTCOME_FAILED);
    ck_assert_int_eq(fixture_record(f, ECS_RECORD_ARRIVAL_ENDED, 0)->field[ECS_ARRIVAL_ENDED_fate],
                     good ? ECS_FATE_COMPLETED : ECS_FATE_FAILED);
}

/* ERR-1 to ERR-6, ERR-8, ERR-9, LC-5: PENDING to STOPPED, never started; awsvpc gives its ENI back.
 * Epoch's codes as the guide prints them: none (STP-9). */
START_TEST(err_1_to_6_err_8_err_9_stp_9_stp_10_stop_before_running)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    enum ecs_container_error error = (enum ecs_container_error)(ECS_ERROR_IMAGE_NOT_FOUND + _i / 3);
    bool awsvpc = _i % 3 == 1, guide = _i % 3 == 2;
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].network_mode = awsvpc ? ECS_NETWORK_AWSVPC : ECS_NETWORK_BRIDGE;
    if (guide)
        f.scenario.behaviour.stop_codes = ECS_STOP_CODES_GUIDE;
    add_rule(&f, definition, error);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 0);
    fixture_run(&f);
    expect_stop(&f, error, -1, ECS_REASON_START_FAILED,
                guide ? ECS_STOP_NONE : ECS_STOP_TASK_FAILED_TO_START);
    ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_started], -1);
    static const enum ecs_task_state plain[] = {ECS_TASK_PENDING, ECS_TASK_STOPPED};
    static const enum ecs_task_state network[] = {ECS_TASK_PROVISIONING, ECS_TASK_PENDING,
                                                  ECS_TASK_DEPROVISIONING, ECS_TASK_STOPPED};
    if (awsvpc)
        expect_states(&f, network, (const double[]){0, 5, 7, 12}, 4);
    else
        expect_states(&f, plain, (const double[]){0, 2}, 2);
    fixture_release(&f);
}
END_TEST

/* The first rule that applies: by time of placement, and by keyed chance. */
START_TEST(err_1_rules_apply_in_order)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 1, 1, 60);
    struct ecs_error_rule rules[] = {
        {.error = ECS_ERROR_IMAGE_NOT_FOUND,
         .container = ECS_NONE,
         .ppm = 1000000,
         .from = 100 * SIM_SECOND,
         .until = 200 * SIM_SECOND},
        {.error = ECS_ERROR_THIN_POOL,
         .container = ECS_NONE,
         .ppm = 250000,
         .until = SIM_TIME_NEVER},
    };
    f.definitions[definition].errors = rules;
    f.definitions[definition].error_count = 2;
    f.scenario.behaviour.pull_error = 0;
    struct ecs_generator rows = {.gap = sim_dist_constant(0.1),
                                 .rows = 4000,
                                 .until = SIM_TIME_NEVER,
                                 .batch = 1};
    fixture_add_workload(&f, definition, (struct ecs_strategy){0}, rows);
    fixture_run(&f);
    uint32_t counts[ECS_ERRORS] = {0};
    for (uint32_t i = 0; i < 4000; i++) {
        const int64_t *field = ended(&f, i);
        sim_time placed = field[ECS_TASK_ENDED_placed];
        counts[field[ECS_TASK_ENDED_error]]++;
        ck_assert_int_eq(field[ECS_TASK_ENDED_error] == ECS_ERROR_IMAGE_NOT_FOUND,
                         placed >= 100 * SIM_SECOND && placed < 200 * SIM_SECOND);
    }
    ck_assert_uint_eq(counts[ECS_ERROR_IMAGE_NOT_FOUND], 1000);
    ck_assert_uint_gt(counts[ECS_ERROR_THIN_POOL], 650); /* a quarter of 3,000 */
    ck_assert_uint_lt(counts[ECS_ERROR_THIN_POOL], 850);
    fixture_release(&f);
}
END_TEST

/* ERR-7, STP-5: killed while it runs; `after` later than its end never comes. */
START_TEST(err_7_killed_while_running)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 256, 512, _i == 2 ? -1 : 60);
    struct ecs_error_rule *rule = add_rule(&f, definition, ECS_ERROR_KILLED);
    rule->after_given = _i > 0;
    rule->after = sim_dist_constant(_i == 1 ? 60 : 45);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 0);
    fixture_run(&f);
    sim_time ran = ended(&f, 0)[ECS_TASK_ENDED_stopped] - ended(&f, 0)[ECS_TASK_ENDED_started];
    if (_i == 1)
        expect_stop(&f, ECS_ERROR_NONE, 0, ECS_REASON_ESSENTIAL_EXITED,
                    ECS_STOP_ESSENTIAL_CONTAINER_EXITED);
    else
        expect_stop(&f, ECS_ERROR_KILLED, 137, ECS_REASON_ESSENTIAL_EXITED,
                    ECS_STOP_ESSENTIAL_CONTAINER_EXITED);
    ck_assert_int_ge(ran, 0);
    if (_i > 0)
        ck_assert_int_eq(ran, (_i == 1 ? 60 : 45) * SIM_SECOND);
    else
        ck_assert_int_lt(ran, 60 * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

/* LIF-01, LC-8: an exit code other than 0 is a failure of a task that ran. */
START_TEST(lif_01_exit_code)
{
    struct fixture f;
    one_host(&f, ECS_EPOCH_NEWEST);
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].exit_code = _i;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 0);
    fixture_run(&f);
    expect_stop(&f, ECS_ERROR_NONE, _i, ECS_REASON_ESSENTIAL_EXITED,
                ECS_STOP_ESSENTIAL_CONTAINER_EXITED);
    ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_started], 2 * SIM_SECOND);
    fixture_release(&f);
}
END_TEST

/* AGT-5: a start that takes longer than startTimeout is given up: the container's, else the
 * agent's; an agent before 1.26.0 knows its own only (DEP-10). */
START_TEST(agt_5_start_timeout)
{
    static const struct {
        int own_s, agent_s;
        uint32_t version;
        int given_up_s; /* -1: it starts */
    } cases[] = {
        {-1, 180, 0, -1}, {-1, 9, 0, 9},       {5, 180, 0, 5},
        {20, 9, 0, -1},   {20, 9, 1025003, 9}, {5, 180, 1026000, 5},
    };
    struct fixture f;
    uint32_t type = one_host(&f, ECS_EPOCH_NEWEST);
    f.specs[type].host.start_timeout = cases[_i].agent_s * SIM_SECOND;
    f.specs[type].host.agent_version = cases[_i].version;
    f.scenario.behaviour.container_start = 10 * SIM_SECOND;
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    if (cases[_i].own_s >= 0)
        f.containers[definition][0].start_timeout = cases[_i].own_s * SIM_SECOND;
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 0);
    fixture_run(&f);
    if (cases[_i].given_up_s < 0) {
        ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_started], 10 * SIM_SECOND);
    } else {
        expect_stop(&f, ECS_ERROR_START_TIMEOUT, -1, ECS_REASON_START_FAILED,
                    ECS_STOP_TASK_FAILED_TO_START);
        ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_stopped], cases[_i].given_up_s * SIM_SECOND);
    }
    fixture_release(&f);
}
END_TEST

/* StopTask at a time, of every task. */
static void stop_at(struct fixture *f, struct ecs_change *change, double seconds)
{
    ecs_change_init(change, sim_time_from_seconds(seconds), ECS_OP_STOP_TASK);
    change->reason = ecs_names_intern(&f->scenario.names, "wrong size");
    f->scenario.changes = change;
    f->scenario.change_count = 1;
}

/* LC-10, ERR-7, STP-10: SIGTERM, and SIGKILL to what has not exited in time. */
START_TEST(lc_10_stop_task_running)
{
    static const struct {
        double stop_s;
        int own_s, exit_code;
        double stopped_s;
    } cases[] = {
        {0, -1, 143, 100},  {12, -1, 143, 112}, {30, -1, 143, 130},
        {31, -1, 137, 130}, {31, 40, 143, 131}, {5, 4, 137, 104},
    };
    struct fixture f;
    struct ecs_change change;
    uint32_t type = one_host(&f, ECS_EPOCH_NEWEST);
    f.specs[type].host.stop_timeout = 30 * SIM_SECOND;
    uint32_t definition = fixture_add_definition(&f, 256, 512, 600);
    f.containers[definition][0].stop_timeout =
        cases[_i].own_s < 0 ? -1 : cases[_i].own_s * SIM_SECOND;
    f.definitions[definition].stop_time = sim_dist_constant(cases[_i].stop_s);
    fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, 0);
    stop_at(&f, &change, 100);
    fixture_run(&f);
    expect_stop(&f, cases[_i].exit_code == 137 ? ECS_ERROR_KILLED : ECS_ERROR_NONE,
                cases[_i].exit_code, ECS_REASON_STOPPED_BY_USER, ECS_STOP_USER_INITIATED);
    ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_stopped],
                     sim_time_from_seconds(cases[_i].stopped_s));
    ck_assert_str_eq(f.scenario.names.text[ended(&f, 0)[ECS_TASK_ENDED_stop_text]], "wrong size");
    fixture_release(&f);
}
END_TEST

/* LC-6: before RUNNING it stops without having started: attaching its ENI, pulling, or waiting for
 * capacity. One that is stopping already goes on as it was. */
START_TEST(lc_6_stop_task_before_and_after_running)
{
    static const double at_s[] = {3, 6, 60, 69};
    static const double stopped_s[] = {8, 11, 60, 87};
    struct fixture f;
    struct ecs_change change;
    one_host(&f, ECS_EPOCH_NEWEST);
    struct ecs_strategy strategy = {0};
    uint32_t definition = fixture_add_definition(&f, 256, 512, 60);
    f.definitions[definition].network_mode = ECS_NETWORK_AWSVPC;
    f.definitions[definition].container_count = 2;
    f.definitions[definition].stop_time = sim_dist_constant(15);
    if (_i == 2) { /* waits: its provider has no instance, and never gets one */
        fixture_add_provider(&f, 0, 1, 0, 0, 0);
        strategy = fixture_strategy(1);
        f.scenario.duration = SIM_HOUR;
    }
    fixture_run_task(&f, definition, strategy, 1, 0);
    stop_at(&f, &change, at_s[_i]);
    fixture_run(&f);
    if (_i < 3)
        expect_stop(&f, ECS_ERROR_NONE, -1, ECS_REASON_STOPPED_BY_USER, ECS_STOP_USER_INITIATED);
    else
        expect_stop(&f, ECS_ERROR_NONE, 0, ECS_REASON_ESSENTIAL_EXITED,
                    ECS_STOP_ESSENTIAL_CONTAINER_EXITED);
    ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_started] < 0, _i < 3);
    ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_stopped], sim_time_from_seconds(stopped_s[_i]));
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_task_suite(void);
Suite *test_ecs_task_suite(void)
{
    Suite *suite = suite_create("ecs_task");
    TCase *tests = tcase_create("task");
    tcase_add_test(tests, at_lc2_lc_4_bridge);
    tcase_add_loop_test(tests, lc_4_eni_10_dep_09_awsvpc, 0, 2);
    tcase_add_test(tests, img_8_cache);
    tcase_add_loop_test(tests, err_1_to_6_err_8_err_9_stp_9_stp_10_stop_before_running, 0, 18);
    tcase_add_test(tests, err_1_rules_apply_in_order);
    tcase_add_loop_test(tests, err_7_killed_while_running, 0, 3);
    tcase_add_loop_test(tests, lif_01_exit_code, 0, 2);
    tcase_add_loop_test(tests, agt_5_start_timeout, 0, 6);
    tcase_add_loop_test(tests, lc_10_stop_task_running, 0, 6);
    tcase_add_loop_test(tests, lc_6_stop_task_before_and_after_running, 0, 4);
    tcase_add_loop_test(tests, on_refusal_retry_backs_off, 0, 2);
    tcase_add_loop_test(tests, on_refusal_drop_and_give_up, 0, 2);
    tcase_add_test(tests, provisioning_timeout_is_retried);
    tcase_add_test(tests, section_10_waiting_is_first_come_first_served);
    tcase_add_test(tests, cps_14_qta_9_one_call_of_ten_end_to_end);
    tcase_add_loop_test(tests, ruling_5_split_scope, 0, 2);
    tcase_add_loop_test(tests, workload_scale, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
