/* A storm over services: rolling deployments under crashes, slow and failing starts, lost and
 * draining instances, agents that go away, operators who change their mind. The invariants watch
 * every decision of the scheduler; when it is over, every service has to come to rest. */
#include "service_fixture.h"
#include "sim_rng.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define CALLS    90
#define FAULTS   6
#define CALM     (4 * SIM_HOUR) /* nothing is done to it any more */
#define SERVICES 4
#define SOUND    3 /* the definition that neither fails nor ends */

struct storm {
    struct fixture f;
    struct ecs_change changes[CALLS + SERVICES + 4];
    struct ecs_service_update updates[CALLS + SERVICES];
    struct ecs_fault faults[FAULTS];
    struct ecs_error_rule error;
    uint32_t calls;
};

static uint64_t roll(const struct storm *storm, uint64_t n, uint64_t limit)
{
    return sim_rng_mix(storm->f.scenario.seed * 6151 + 29, n) % limit;
}

static struct sim_dist exponential(double mean_s)
{
    return (struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .p = {mean_s}, .max = HUGE_VAL};
}

static void add_definitions(struct storm *storm)
{
    static const struct ecs_image images[] = {{.name = 1, .bytes = 400000000}};
    struct fixture *f = &storm->f;
    storm->error = (struct ecs_error_rule){.error = ECS_ERROR_IMAGE_NOT_FOUND,
                                           .container = ECS_NONE,
                                           .ppm = 200000,
                                           .until = SIM_TIME_NEVER};
    for (uint32_t i = 0; i <= SOUND; i++) {
        uint32_t definition = fixture_add_definition(f, 200 + 50 * i, 200, i == SOUND ? -1 : 1500);
        struct ecs_task_definition *made = &f->definitions[definition];
        made->stop_time = sim_dist_constant(7.0 * i);
        made->images = images;
        made->image_count = 1;
        f->containers[definition][0].image = 0;
        if (i == SOUND)
            continue;
        made->duration = exponential(1500);
        made->errors = &storm->error;
        made->error_count = 1;
        made->exit_code = i == 1;
        if (i == 2)
            made->network_mode = ECS_NETWORK_AWSVPC;
    }
    f->containers[1][0].check_interval = 20 * SIM_SECOND;
    f->containers[1][0].check_retries = 4;
    f->containers[1][0].healthy_after = exponential(60);
}

static void add_services(struct storm *storm)
{
    static const int64_t percents[][2] = {{100, 200}, {50, 100}, {50, 150}, {100, 125}, {0, 100}};
    struct fixture *f = &storm->f;
    for (uint32_t i = 0; i < SERVICES; i++) {
        struct ecs_service *service = i + 1 == SERVICES
                                          ? fixture_add_daemon(f, 0)
                                          : fixture_add_service(f, i % SOUND, 4 + (int64_t)i * 5);
        service->initial_running = roll(storm, 500 + i, 2) == 0;
        service->circuit_breaker = roll(storm, 510 + i, 2) == 0;
        service->rollback = roll(storm, 520 + i, 2) == 0;
        if (i + 1 == SERVICES) {
            service->minimum_healthy_percent = 50;
            continue;
        }
        uint64_t row = roll(storm, 530 + i, sizeof percents / sizeof *percents);
        service->minimum_healthy_percent = percents[row][0];
        service->maximum_percent = percents[row][1];
        if (i < 2)
            service->request.strategy = fixture_strategy(i + 1);
    }
    fixture_rule("binpack", &f->services[2].request.placement, 0);
    f->services[2].own_strategy = true;
}

static struct ecs_change *call(struct storm *storm, sim_time at, enum ecs_operation operation)
{
    struct ecs_change *change = &storm->changes[storm->calls++];
    ecs_change_init(change, at, operation);
    return change;
}

static struct ecs_service_update *update(struct storm *storm, sim_time at, uint32_t service)
{
    struct ecs_service_update *made = &storm->updates[storm->calls];
    struct ecs_change *change = call(storm, at, ECS_OP_UPDATE_SERVICE);
    *made = (struct ecs_service_update){.request = storm->f.services[service].request};
    change->service = service;
    change->update = made;
    return made;
}

static void random_update(struct storm *storm, sim_time at, uint64_t n)
{
    uint32_t service = (uint32_t)roll(storm, n + 1, SERVICES);
    struct ecs_service_update *made = update(storm, at, service);
    bool daemon = service + 1 == SERVICES;
    switch (roll(storm, n + 2, 4)) {
    case 0:
        made->force_new_deployment = true;
        break;
    case 1:
        made->given = daemon ? 0 : ECS_UPDATE_DESIRED;
        made->desired = (int64_t)roll(storm, n + 3, 20);
        break;
    case 2:
        made->given = ECS_UPDATE_DEFINITION;
        made->request.task_definition = (uint32_t)roll(storm, n + 3, SOUND);
        break;
    default:
        made->given = ECS_UPDATE_MINIMUM | (daemon ? 0 : ECS_UPDATE_MAXIMUM);
        made->minimum_healthy_percent = (int64_t)roll(storm, n + 3, 101);
        made->maximum_percent = 100 + (int64_t)roll(storm, n + 4, 101);
    }
}

static void random_call(struct storm *storm, sim_time at, uint64_t n)
{
    static const enum ecs_operation operations[] = {ECS_OP_TERMINATE_INSTANCES,
                                                    ECS_OP_TERMINATE_INSTANCE_IN_GROUP,
                                                    ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE,
                                                    ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE,
                                                    ECS_OP_STOP_TASK};
    uint64_t kind = roll(storm, n, 10);
    if (kind >= sizeof operations / sizeof *operations) {
        random_update(storm, at, n);
        return;
    }
    struct ecs_change *change = call(storm, at, operations[kind]);
    change->selection.count = 1 + (int64_t)roll(storm, n + 1, 3);
    change->selection.pick = ECS_PICK_RANDOM;
    change->draining = roll(storm, n + 2, 2) == 0;
    if (kind < 2)
        change->selection.asg = (uint32_t)roll(storm, n + 3, 2);
}

/* In order of time; at the end all drained instances come back, and all services get what is sound.
 */
static void add_calls(struct storm *storm)
{
    struct fixture *f = &storm->f;
    for (uint64_t i = 0; i < CALLS; i++)
        random_call(storm, CALM / CALLS * (sim_time)i, 1000 + 10 * i);
    call(storm, CALM, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE)->draining = false;
    for (uint32_t i = 0; i < SERVICES; i++) {
        struct ecs_service_update *made = update(storm, CALM, i);
        made->given = ECS_UPDATE_DEFINITION | ECS_UPDATE_MAXIMUM | ECS_UPDATE_MINIMUM;
        made->request.task_definition = SOUND;
        made->maximum_percent = i + 1 == SERVICES ? 100 : 200;
        made->minimum_healthy_percent = i + 1 == SERVICES ? 0 : 100;
        made->force_new_deployment = true;
    }
    f->scenario.changes = storm->changes;
    f->scenario.change_count = storm->calls;
    for (uint32_t i = 0; i < FAULTS; i++) {
        struct ecs_fault *fault =
            fixture_add_fault(f, (sim_time)i * 30 * SIM_MINUTE + SIM_MINUTE, 10 * SIM_MINUTE);
        fault->selection.count = 1 + (int64_t)roll(storm, 600 + i, 3);
        fault->selection.pick = ECS_PICK_RANDOM;
    }
}

static void storm_init(struct storm *storm, uint64_t seed)
{
    static const int32_t epochs[] = {202006, 202012, 202204, ECS_EPOCH_NEWEST};
    struct fixture *f = &storm->f;
    fixture_init(f, epochs[seed % 4]);
    f->scenario.seed = seed;
    f->scenario.duration = CALM + 3 * SIM_HOUR;
    uint32_t small = fixture_add_type(f, "small", 2, 8192, 0, 15);
    uint32_t large = fixture_add_type(f, "large", 4, 16384, 0, 15);
    fixture_add_provider(f, small, 3, 0, 2, 12);
    fixture_add_provider(f, large, 2, 0, 2, 12);
    f->providers[0].termination_protection = f->asgs[0].new_instances_protected = true;
    f->providers[1].managed_draining = true;
    f->extras[0] =
        (struct ecs_extra_instance){.spec = large, .count = 4, .zone = f->asgs[0].zones[0]};
    f->scenario.extra_instance_count = 1;
    f->scenario.behaviour.service_placement_retry_max = 5 * SIM_MINUTE;
    add_definitions(storm);
    add_services(storm);
    add_calls(storm);
}

static void assert_at_rest(const struct fixture *f, uint32_t service)
{
    const struct sim_record *sample = NULL;
    for (uint32_t i = 0; i < f->record_count; i++)
        if (f->records[i].kind == ECS_RECORD_SERVICE &&
            f->records[i].field[ECS_SERVICE_service] == service)
            sample = &f->records[i];
    ck_assert_ptr_nonnull(sample);
    ck_assert_int_eq(sample->at, f->scenario.duration);
    int64_t placed = sample->field[ECS_SERVICE_desired];
    if (f->services[service].scheduling == ECS_SCHEDULING_DAEMON)
        placed -= sample->field[ECS_SERVICE_wanted]; /* on instances that others have filled */
    else
        ck_assert_int_eq(sample->field[ECS_SERVICE_wanted], 0);
    ck_assert_int_eq(sample->field[ECS_SERVICE_healthy], placed);
    ck_assert_int_eq(sample->field[ECS_SERVICE_running], placed);
    ck_assert_int_eq(sample->field[ECS_SERVICE_deployments], 1);
    struct service_counts end = service_counts_at(f, service, f->scenario.duration);
    ck_assert_int_eq(end.of_last, placed);
}

START_TEST(dc_1_dc_2_every_decision_keeps_the_bounds_in_a_storm)
{
    struct storm storm = {0};
    uint64_t hashes[2];
    for (int i = 0; i < 2; i++) {
        storm = (struct storm){.calls = 0};
        storm_init(&storm, (uint64_t)_i + 1);
        fixture_run(&storm.f);
        hashes[i] = storm.f.hash;
        if (i == 0)
            fixture_release(&storm.f);
    }
    ck_assert_uint_eq(hashes[0], hashes[1]);
    const struct fixture *f = &storm.f;
    for (uint32_t i = 0; i < SERVICES; i++)
        assert_at_rest(f, i);
    ck_assert_uint_gt(fixture_count(f, ECS_RECORD_SERVICE_TASK), 200);
    ck_assert_uint_gt(fixture_count(f, ECS_RECORD_DEPLOYMENT), 2 * SERVICES);
    ck_assert_uint_gt(fixture_count_where(f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_reason,
                                          ECS_REASON_START_FAILED),
                      0);
    fixture_release(&storm.f);
}
END_TEST

/* How many seeds: PLIMSOLL_STORMS, else a few. */
static int storms(void)
{
    const char *text = getenv("PLIMSOLL_STORMS");
    return text != NULL ? (int)strtol(text, NULL, 10) : 12;
}

Suite *test_ecs_service_storm_suite(void);
Suite *test_ecs_service_storm_suite(void)
{
    Suite *suite = suite_create("ecs_service_storm");
    TCase *tcase = tcase_create("storm");
    tcase_add_loop_test(tcase, dc_1_dc_2_every_decision_keeps_the_bounds_in_a_storm, 0, storms());
    tcase_set_timeout(tcase, 600);
    suite_add_tcase(suite, tcase);
    return suite;
}
