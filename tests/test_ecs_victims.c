/* Whom a service's scale-in takes, and the chain of a service that names no strategy. Services are
 * played by task groups: a probe task that arrives last finds the cluster as the others left it,
 * and the question is asked there. */
#include "ecs_index.h"
#include "ecs_victims.h"
#include "place.h"
#include "sim_rng.h"
#include "world_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASKS  256
#define PROBED 100 /* CPU units of the probe's definition, and of no other */

/* What the probe sees: tasks of the group `service`, oldest first. */
struct probe {
    uint32_t service; /* name */
    const struct ecs_world *world;
    uint32_t tasks[TASKS];
    uint32_t count;
    void (*ask)(struct probe *probe);
    bool asked;
    uint64_t seed;
};

static int by_serial(const void *a, const void *b, void *user)
{
    const struct ecs_world *world = user;
    int64_t left = world->tasks[*(const uint32_t *)a].serial;
    int64_t right = world->tasks[*(const uint32_t *)b].serial;
    return left < right ? -1 : left > right;
}

static void heard(void *user, const struct ecs_world *world, uint32_t demand, int64_t arrival,
                  uint32_t attempt, uint32_t slot)
{
    struct probe *probe = user;
    (void)arrival;
    (void)attempt;
    (void)slot;
    if (world->demands[demand].cpu_units != PROBED || probe->asked)
        return;
    probe->asked = true;
    probe->world = world;
    for (uint32_t i = 0; i < world->instance_capacity; i++)
        for (uint32_t task = world->instances[i].tasks > 0 ? world->instances[i].first_task
                                                           : ECS_NONE;
             task != ECS_NONE; task = world->tasks[task].next)
            if (world->arrived[world->tasks[task].arrived].group == probe->service) {
                ck_assert_uint_lt(probe->count, TASKS);
                probe->tasks[probe->count++] = task;
            }
    qsort_r(probe->tasks, probe->count, sizeof probe->tasks[0], by_serial,
            (void *)(uintptr_t)world);
    probe->ask(probe);
}

/* Runs the fixture with a probe at `at`. */
static void run_probe(struct fixture *f, struct probe *probe, sim_time at)
{
    uint32_t definition = fixture_add_definition(f, PROBED, 1, -1);
    fixture_run_task(f, definition, (struct ecs_strategy){0}, 1, at);
    f->run_tasks[f->scenario.run_task_count - 1].request.on_refusal = ECS_REFUSAL_DROP;
    f->scenario.duration = at + SIM_MINUTE;
    struct ecs_world *world = ecs_world_new(&f->scenario);
    ecs_index_listen(world, heard, probe);
    ck_assert(ecs_world_run(world, 0));
    ecs_world_free(world);
    ck_assert(probe->asked);
}

/* ---- clusters by hand ---- */

static void begin(struct fixture *f, struct probe *probe, int32_t epoch,
                  void (*ask)(struct probe *))
{
    fixture_init(f, epoch);
    fixture_plain(f, 0);
    ecs_names_intern(&f->scenario.names, "ecs.availability-zone");
    *probe =
        (struct probe){.service = ecs_names_intern(&f->scenario.names, "service:web"), .ask = ask};
}

static void add_instance(struct fixture *f, const char *name, int64_t memory_mib, const char *zone)
{
    f->extras[f->scenario.extra_instance_count++] = (struct ecs_extra_instance){
        .spec = fixture_add_type(f, name, 8, memory_mib, 0, 4),
        .count = 1,
        .zone = {.name = ecs_names_intern(&f->scenario.names, zone)},
    };
}

/* `count` tasks of the service on instances of this type. */
static void add_tasks(struct fixture *f, const struct probe *probe, uint32_t definition,
                      const char *type, uint32_t count, sim_time at)
{
    static const char *types[TASKS];
    static struct ecs_query_node nodes[TASKS];
    static struct ecs_query queries[TASKS];
    static const struct ecs_query *lists[TASKS];
    uint32_t n = f->scenario.run_task_count;
    types[n] = type;
    nodes[n] = (struct ecs_query_node){.kind = ECS_QUERY_TERM,
                                       .term = {.subject = ECS_QUERY_ATTRIBUTE,
                                                .operation = ECS_QUERY_EQUALS,
                                                .attribute = "ecs.instance-type",
                                                .values = &types[n],
                                                .value_count = 1}};
    queries[n] = (struct ecs_query){.text = type, .nodes = &nodes[n], .node_count = 1};
    lists[n] = &queries[n];
    fixture_run_task(f, definition, (struct ecs_strategy){0}, count, at);
    struct ecs_request *request = &f->run_tasks[n].request;
    request->group = probe->service;
    request->placement.queries = &lists[n];
    request->placement.query_count = 1;
}

static const char *type_of(const struct probe *probe, uint32_t task)
{
    const struct ecs_world *world = probe->world;
    const struct ecs_instance *instance = &world->instances[world->tasks[task].instance];
    return world->scenario->types[world->scenario->specs[instance->spec].type].name;
}

/* How many of 1,000 choices fall on tasks of a type. */
static uint32_t share(const struct probe *probe, const struct ecs_placement *placement,
                      const char *type)
{
    uint32_t count = 0;
    for (uint64_t n = 0; n < 1000; n++)
        count += strcmp(type_of(probe, ecs_victim_choose(probe->world, placement, probe->tasks,
                                                         probe->count, 7, n)),
                        type) == 0;
    return count;
}

static struct ecs_placement chain(const struct probe *probe, const char *first, const char *second)
{
    struct ecs_placement placement = {0};
    const char *rules[] = {first, second};
    uint32_t zone = ecs_names_find(&probe->world->scenario->names, "ecs.availability-zone");
    for (uint32_t i = 0; i < 2 && rules[i] != NULL; i++) {
        if (strcmp(rules[i], "az") == 0)
            fixture_rule("spread", &placement, zone);
        else if (strcmp(rules[i], "instanceId") == 0)
            fixture_rule("spread", &placement, 0);
        else if (strcmp(rules[i], "cpu") == 0)
            fixture_rule("binpack", &placement, 0);
        else if (strcmp(rules[i], "memory") == 0)
            fixture_rule("binpack", &placement, 1);
        else
            fixture_rule("random", &placement, 0);
    }
    return placement;
}

static void ask_nothing(struct probe *probe)
{
    (void)probe;
}

/* AT-PL1, SV-R3, SV-R5: the zone with the fewest tasks of the service, never one without room for
 * it, and there the instance with the fewest. */
START_TEST(at_pl1_sv_r3_default_placement)
{
    struct fixture f;
    struct probe probe;
    struct ecs_placement by_default = {0};
    begin(&f, &probe, ECS_EPOCH_NEWEST, ask_nothing);
    add_instance(&f, "a1", 8000, "us-east-1a"); /* 1 */
    add_instance(&f, "b1", 8000, "us-east-1b"); /* 2 */
    add_instance(&f, "b2", 8000, "us-east-1b"); /* 3 */
    add_instance(&f, "c1", 50, "us-east-1c");   /* 4: valid for none of them (SV-R5) */
    uint32_t definition = fixture_add_definition(&f, 0, 100, -1);
    add_tasks(&f, &probe, definition, "a1", 1, 0);
    ecs_service_placement(&f.scenario.names, &by_default);
    for (uint32_t i = 0; i < 4; i++) {
        fixture_run_task(&f, definition, (struct ecs_strategy){0}, 1, (1 + i) * SIM_SECOND);
        struct ecs_request *request = &f.run_tasks[f.scenario.run_task_count - 1].request;
        request->group = probe.service;
        request->placement = by_default;
    }
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    /* a has one: b, then either zone; then the other; inside b never twice on one of the two */
    int64_t on[5];
    for (uint32_t i = 0; i < 5; i++)
        on[i] = fixture_record(&f, ECS_RECORD_TASK_PLACED, i)->field[ECS_TASK_PLACED_instance];
    ck_assert_int_eq(on[0], 1);
    ck_assert(on[1] == 2 || on[1] == 3);
    ck_assert_int_ne(on[2] == 1, on[3] == 1);
    int64_t second_in_b = on[2] == 1 ? on[3] : on[2];
    ck_assert_int_eq(second_in_b, on[1] == 2 ? 3 : 2);
    ck_assert_int_ne(on[4], 4);
    fixture_release(&f);
}
END_TEST

/* A service's own strategy stands. */
START_TEST(sv_r3_a_strategy_given_is_kept)
{
    struct fixture f;
    struct ecs_placement placement = {0}, none = {0};
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_rule("random", &placement, 0);
    ecs_service_placement(&f.scenario.names, &placement);
    ck_assert_uint_eq(placement.rule_count, 1);
    none.distinct_instance = true; /* a constraint is no strategy */
    ecs_service_placement(&f.scenario.names, &none);
    ck_assert_uint_eq(none.rule_count, 2);
    ck_assert(none.distinct_instance);
    fixture_release(&f);
}
END_TEST

/* AT-PL2, SV-R4: 1, 2 and 2 tasks in three zones: never the first. In the zone with most, the
 * instance with most: c2 of c1 and c2. Its final ties are random, whatever the age. */
static void ask_default(struct probe *probe)
{
    struct ecs_placement none = {0};
    ck_assert_uint_eq(share(probe, &none, "a1"), 0);
    ck_assert_uint_eq(share(probe, &none, "b1"), 0);
    ck_assert_uint_eq(share(probe, &none, "c1"), 0);
    ck_assert_uint_eq(share(probe, &none, "c2"), 1000);
    probe->count -= 2; /* the two youngest, on c2 */
    uint32_t in_b = share(probe, &none, "b1");
    ck_assert_uint_eq(in_b, 1000);
    uint32_t first = 0;
    for (uint64_t n = 0; n < 1000; n++)
        first += ecs_victim_choose(probe->world, &none, probe->tasks, probe->count, 7, n) ==
                 probe->tasks[1];
    ck_assert_uint_gt(first, 400);
    ck_assert_uint_lt(first, 600);
}

START_TEST(at_pl2_sv_r4_default_scale_in)
{
    struct fixture f;
    struct probe probe;
    begin(&f, &probe, _i == 0 ? 202006 : ECS_EPOCH_NEWEST, ask_default);
    add_instance(&f, "a1", 8000, "us-east-1a");
    add_instance(&f, "b1", 8000, "us-east-1b");
    add_instance(&f, "c1", 8000, "us-east-1c");
    add_instance(&f, "c2", 8000, "us-east-1c");
    uint32_t definition = fixture_add_definition(&f, 0, 100, -1);
    add_tasks(&f, &probe, definition, "a1", 1, 0);
    add_tasks(&f, &probe, definition, "b1", 1, SIM_SECOND);
    add_tasks(&f, &probe, definition, "b1", 1, 2 * SIM_SECOND);
    add_tasks(&f, &probe, definition, "c1", 1, 3 * SIM_SECOND);
    add_tasks(&f, &probe, definition, "c2", 2, 4 * SIM_SECOND);
    run_probe(&f, &probe, SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* AT-PL4, ST-13: the instance that would have most left. ST-17: of the field, then of the other
 * resource. */
static void ask_packed(struct probe *probe)
{
    struct ecs_placement memory = chain(probe, "memory", NULL), cpu = chain(probe, "cpu", NULL);
    ck_assert_uint_eq(share(probe, &memory, "a"), 1000);
    /* a and b are equal in CPU: then memory */
    ck_assert_uint_eq(share(probe, &cpu, "a"), 1000);
}

START_TEST(at_pl4_st_13_st_17_binpack_scale_in)
{
    struct fixture f;
    struct probe probe;
    begin(&f, &probe, _i == 0 ? 202006 : ECS_EPOCH_NEWEST, ask_packed);
    add_instance(&f, "a", 3072, "us-east-1a"); /* free 2560 */
    add_instance(&f, "b", 2048, "us-east-1b"); /* free 1536 */
    uint32_t definition = fixture_add_definition(&f, 512, 512, -1);
    add_tasks(&f, &probe, definition, "a", 1, 0);
    add_tasks(&f, &probe, definition, "b", 1, SIM_SECOND);
    run_probe(&f, &probe, SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* ST-14, by epoch. Zone a has three tasks: two on a1 (old), one on a2 (newest); b has two on b1. */
static void ask_spread_newest(struct probe *probe)
{
    struct ecs_placement az = chain(probe, "az", NULL), host = chain(probe, "instanceId", NULL);
    struct ecs_placement both = chain(probe, "az", "instanceId");
    ck_assert_uint_eq(share(probe, &az, "a2"), 1000);
    /* a1 and b1 have two each: the newest of these four is on b1 */
    ck_assert_uint_eq(share(probe, &host, "b1"), 1000);
    ck_assert_uint_eq(share(probe, &both, "a1"), 1000);
}

static void ask_spread_zone(struct probe *probe)
{
    struct ecs_placement az = chain(probe, "az", NULL), host = chain(probe, "instanceId", NULL);
    struct ecs_placement both = chain(probe, "az", "memory");
    const struct ecs_placement *same[] = {&az, &host};
    for (uint32_t i = 0; i < 2; i++) { /* any of the three in zone a */
        uint32_t on_a1 = share(probe, same[i], "a1"), on_a2 = share(probe, same[i], "a2");
        ck_assert_uint_eq(on_a1 + on_a2, 1000);
        ck_assert_uint_gt(on_a1, 600);
        ck_assert_uint_lt(on_a1, 733);
    }
    ck_assert_uint_eq(share(probe, &both, "a2"), 1000); /* most memory left in the zone */
}

START_TEST(st_14_st_16_spread_scale_in_by_epoch)
{
    struct fixture f;
    struct probe probe;
    begin(&f, &probe, _i == 0 ? 202006 : 202008, _i == 0 ? ask_spread_newest : ask_spread_zone);
    add_instance(&f, "a1", 8000, "us-east-1a");
    add_instance(&f, "a2", 8000, "us-east-1a");
    add_instance(&f, "b1", 8000, "us-east-1b");
    uint32_t definition = fixture_add_definition(&f, 0, 100, -1);
    add_tasks(&f, &probe, definition, "a1", 2, 0);
    add_tasks(&f, &probe, definition, "b1", 2, SIM_SECOND);
    add_tasks(&f, &probe, definition, "a2", 1, 2 * SIM_SECOND);
    run_probe(&f, &probe, SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* ST-14: equal age: random. ST-15: random is random; so is an experiment without an opinion. */
static void ask_random(struct probe *probe)
{
    struct ecs_placement any = chain(probe, "random", NULL), az = chain(probe, "az", NULL),
                         fit = {0};
    fixture_rule("bestFit", &fit, PLACE_WEIGHTS_DEFAULT);
    const struct ecs_placement *all[] = {&any, &az, &fit};
    for (uint32_t p = 0; p < 3; p++) {
        uint32_t counts[5] = {0};
        ck_assert_uint_eq(probe->count, 5);
        for (uint64_t n = 0; n < 5000; n++) {
            uint32_t victim = ecs_victim_choose(probe->world, all[p], probe->tasks, 5, 3, n), i = 0;
            ck_assert_uint_eq(victim,
                              ecs_victim_choose(probe->world, all[p], probe->tasks, 5, 3, n));
            while (probe->tasks[i] != victim)
                i++;
            counts[i]++;
        }
        double chi_square = 0;
        for (uint32_t i = 0; i < 5; i++)
            chi_square += (counts[i] - 1000.0) * (counts[i] - 1000.0) / 1000;
        ck_assert_double_lt(chi_square, 18.5); /* 4 degrees of freedom, p = 0.001 */
    }
}

START_TEST(st_14_st_15_equal_tasks_are_equally_likely)
{
    struct fixture f;
    struct probe probe;
    begin(&f, &probe, 202006, ask_random);
    add_instance(&f, "a1", 8000, "us-east-1a");
    add_tasks(&f, &probe, fixture_add_definition(&f, 0, 100, -1), "a1", 5, 0);
    run_probe(&f, &probe, SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* ---- at random, against the rules read anew ---- */

static int64_t with_same_zone(const struct probe *probe, uint32_t task)
{
    const struct ecs_world *world = probe->world;
    int64_t count = 0;
    for (uint32_t i = 0; i < probe->count; i++)
        count += world->instances[world->tasks[probe->tasks[i]].instance].zone ==
                 world->instances[world->tasks[task].instance].zone;
    return count;
}

static int64_t with_same_instance(const struct probe *probe, uint32_t task)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < probe->count; i++)
        count +=
            probe->world->tasks[probe->tasks[i]].instance == probe->world->tasks[task].instance;
    return count;
}

static int64_t left_after(const struct probe *probe, uint32_t task, bool memory)
{
    const struct ecs_task *t = &probe->world->tasks[task];
    const struct ecs_demand *demand = &probe->world->demands[t->demand];
    const struct ecs_room *room = &probe->world->rooms[t->instance];
    return memory ? room->memory_mib + demand->memory_mib : room->cpu_units + demand->cpu_units;
}

/* What each rule wants to be greatest, in words that "rules" below are made of. */
static int64_t wish(const struct probe *probe, uint32_t task, char rule)
{
    switch (rule) {
    case 'z':
        return with_same_zone(probe, task);
    case 'i':
        return with_same_instance(probe, task);
    case 'm':
    case 'c':
        return left_after(probe, task, rule == 'm');
    default: /* 'n': newest */
        return probe->world->tasks[task].created;
    }
}

/* The victim is one that no other task beats, rule after rule. */
static void expect_best(const struct probe *probe, const struct ecs_placement *placement,
                        const char *rules)
{
    uint32_t victim = ecs_victim_choose(probe->world, placement, probe->tasks, probe->count, 1, 1);
    bool out[TASKS] = {false};
    for (; *rules != '\0'; rules++) {
        int64_t best = INT64_MIN;
        for (uint32_t i = 0; i < probe->count; i++)
            if (!out[i] && wish(probe, probe->tasks[i], *rules) > best)
                best = wish(probe, probe->tasks[i], *rules);
        ck_assert_msg(wish(probe, victim, *rules) == best, "seed %llu: rule %s",
                      (unsigned long long)probe->seed, rules);
        for (uint32_t i = 0; i < probe->count; i++)
            out[i] = out[i] || wish(probe, probe->tasks[i], *rules) < best;
    }
}

static void ask_all_chains(struct probe *probe)
{
    static const struct {
        const char *first, *second, *newest, *zone; /* rules to 2020-07, and since */
    } cases[] = {
        {NULL, NULL, "zi", "zi"},        {"az", NULL, "zn", "z"},
        {"instanceId", NULL, "in", "z"}, {"az", "instanceId", "zin", "z"},
        {"az", "memory", "zmcn", "zmc"}, {"memory", "az", "mzcn", "mzc"},
        {"cpu", NULL, "cm", "cm"},       {"memory", "cpu", "mcm", "mcm"},
        {"random", "cpu", "cm", "cm"},
    };
    bool newest = probe->world->scenario->behaviour.spread_scale_in == ECS_SPREAD_NEWEST;
    ck_assert_uint_gt(probe->count, 20);
    while (probe->count > 1) { /* a scale-in, task by task; the rooms stay as they are */
        for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            struct ecs_placement placement = chain(probe, cases[i].first, cases[i].second);
            expect_best(probe, &placement, newest ? cases[i].newest : cases[i].zone);
        }
        memmove(&probe->tasks[0], &probe->tasks[1], (probe->count - 1) * sizeof probe->tasks[0]);
        probe->count--;
    }
}

START_TEST(st_13_st_14_sv_r4_random_clusters)
{
    struct fixture f;
    struct probe probe;
    begin(&f, &probe, _i % 2 == 0 ? 202006 : ECS_EPOCH_NEWEST, ask_all_chains);
    f.scenario.seed = probe.seed = (uint64_t)_i + 1;
    for (uint32_t i = 0; i < 9; i++) {
        static const char *const zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};
        add_instance(&f, sim_arena_printf(&f.arena, "type-%u", i), 3000 + 500 * (i % 4),
                     zones[sim_rng_mix(f.scenario.seed, i) % 3]);
    }
    for (uint32_t i = 0; i < 4; i++)
        fixture_add_definition(&f, 64 + 128 * i, 100 * (1 + i % 3), -1);
    for (uint32_t i = 0; i < 30; i++) {
        fixture_run_task(&f, i % 4, (struct ecs_strategy){0}, 1 + i % 2, (i / 2) * SIM_SECOND);
        struct ecs_request *request = &f.run_tasks[f.scenario.run_task_count - 1].request;
        request->group = i % 5 == 0 ? ecs_names_intern(&f.scenario.names, "other") : probe.service;
    }
    run_probe(&f, &probe, SIM_HOUR);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_victims_suite(void);
Suite *test_ecs_victims_suite(void)
{
    Suite *suite = suite_create("ecs_victims");
    TCase *tests = tcase_create("victims");
    tcase_add_test(tests, at_pl1_sv_r3_default_placement);
    tcase_add_test(tests, sv_r3_a_strategy_given_is_kept);
    tcase_add_loop_test(tests, at_pl2_sv_r4_default_scale_in, 0, 2);
    tcase_add_loop_test(tests, at_pl4_st_13_st_17_binpack_scale_in, 0, 2);
    tcase_add_loop_test(tests, st_14_st_16_spread_scale_in_by_epoch, 0, 2);
    tcase_add_test(tests, st_14_st_15_equal_tasks_are_equally_likely);
    tcase_add_loop_test(tests, st_13_st_14_sv_r4_random_clusters, 0, 20);
    suite_add_tcase(suite, tests);
    return suite;
}
