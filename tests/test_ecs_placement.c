/* Placement against a slow, obvious scan, and rule by rule. */
#include "world_fixture.h"

#include "place.h"
#include "sim_rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- the oracle: every choice of a random run, from the records alone ---- */

struct seen_instance {
    int64_t serial, cpu_units, memory_mib, gpus, enis;
    int64_t zone, asg;
    bool active;
};

struct seen_task {
    int64_t serial, instance, cpu_units, memory_mib, gpus, enis;
    uint32_t group;
};

struct oracle {
    struct fixture *fixture;
    const struct ecs_placement *placement;
    struct seen_instance instances[64];
    uint32_t instance_count;
    struct seen_task tasks[4096];
    uint32_t task_count, checked, contested;
    uint32_t zone_name; /* of attribute:ecs.availability-zone */
};

static struct seen_instance *seen(struct oracle *oracle, int64_t serial)
{
    for (uint32_t i = 0; i < oracle->instance_count; i++)
        if (oracle->instances[i].serial == serial)
            return &oracle->instances[i];
    return NULL;
}

/* Tasks of a group with the same value of the dimension as the instance. */
static int64_t same_group(const struct oracle *oracle, uint32_t group, uint32_t dimension,
                          const struct seen_instance *where)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < oracle->task_count; i++) {
        const struct seen_task *task = &oracle->tasks[i];
        if (task->instance == 0 || task->group != group)
            continue;
        const struct seen_instance *other = seen((struct oracle *)oracle, task->instance);
        count += dimension == 0 ? other->serial == where->serial : other->zone == where->zone;
    }
    return count;
}

static bool fits(const struct oracle *oracle, const struct seen_instance *instance,
                 const int64_t *field)
{
    return instance->active && instance->cpu_units >= field[ECS_TASK_PLACED_cpu_units] &&
           instance->memory_mib >= field[ECS_TASK_PLACED_memory_mib] &&
           instance->gpus >= field[ECS_TASK_PLACED_gpus] &&
           instance->enis >= field[ECS_TASK_PLACED_enis] &&
           (!field[ECS_TASK_PLACED_distinct] ||
            same_group(oracle, (uint32_t)field[ECS_TASK_PLACED_group], 0, instance) == 0);
}

static int64_t worth(const struct oracle *oracle, const struct ecs_placement_rule *rule,
                     const struct seen_instance *instance, const int64_t *field)
{
    const char *name = place_strategies[rule->strategy]->name;
    if (strcmp(name, "binpack") == 0)
        return rule->dimension == 0 ? instance->cpu_units : instance->memory_mib;
    if (strcmp(name, "spread") == 0)
        return same_group(oracle, (uint32_t)field[ECS_TASK_PLACED_group], rule->dimension,
                          instance);
    return 0;
}

/* The chosen instance is among the best that the chain leaves of all that fit. */
static void check_choice(struct oracle *oracle, const int64_t *field)
{
    bool in[64];
    uint32_t left = 0;
    for (uint32_t i = 0; i < oracle->instance_count; i++)
        left += in[i] = fits(oracle, &oracle->instances[i], field);
    oracle->contested += left > 1;
    for (uint32_t r = 0; r < oracle->placement->rule_count; r++) {
        int64_t best = INT64_MAX;
        for (uint32_t pass = 0; pass < 2; pass++)
            for (uint32_t i = 0; i < oracle->instance_count; i++) {
                if (!in[i])
                    continue;
                int64_t value =
                    worth(oracle, &oracle->placement->rules[r], &oracle->instances[i], field);
                if (pass == 0 && value < best)
                    best = value;
                else if (pass == 1 && value > best)
                    in[i] = false;
            }
    }
    for (uint32_t i = 0; i < oracle->instance_count; i++)
        if (oracle->instances[i].serial == field[ECS_TASK_PLACED_instance])
            ck_assert_msg(in[i], "task %ld went to instance %ld, which is not among the best",
                          (long)field[ECS_TASK_PLACED_task], (long)field[ECS_TASK_PLACED_instance]);
    oracle->checked++;
}

static void move(struct oracle *oracle, const struct seen_task *task, int64_t sign)
{
    struct seen_instance *instance = seen(oracle, task->instance);
    instance->cpu_units -= sign * task->cpu_units;
    instance->memory_mib -= sign * task->memory_mib;
    instance->gpus -= sign * task->gpus;
    instance->enis -= sign * task->enis;
}

static void on_placed(struct oracle *oracle, const int64_t *field)
{
    check_choice(oracle, field);
    struct seen_task *task = &oracle->tasks[oracle->task_count++];
    *task = (struct seen_task){
        .serial = field[ECS_TASK_PLACED_task],
        .instance = field[ECS_TASK_PLACED_instance],
        .cpu_units = field[ECS_TASK_PLACED_cpu_units],
        .memory_mib = field[ECS_TASK_PLACED_memory_mib],
        .gpus = field[ECS_TASK_PLACED_gpus],
        .enis = field[ECS_TASK_PLACED_enis],
        .group = (uint32_t)field[ECS_TASK_PLACED_group],
    };
    ck_assert_uint_lt(oracle->task_count, 4096);
    move(oracle, task, 1);
}

static void watch(void *user, const struct sim_record *record)
{
    struct oracle *oracle = user;
    const int64_t *field = record->field;
    if (record->kind == ECS_RECORD_INSTANCE_STATE) {
        struct seen_instance *instance = seen(oracle, field[ECS_INSTANCE_STATE_instance]);
        if (instance == NULL)
            instance = &oracle->instances[oracle->instance_count++];
        ck_assert_uint_le(oracle->instance_count, 64);
        instance->serial = field[ECS_INSTANCE_STATE_instance];
        instance->zone = field[ECS_INSTANCE_STATE_zone];
        instance->active = field[ECS_INSTANCE_STATE_state] == ECS_INSTANCE_ACTIVE;
    } else if (record->kind == ECS_RECORD_INSTANCE_REGISTERED) {
        struct seen_instance *instance = seen(oracle, field[ECS_INSTANCE_REGISTERED_instance]);
        instance->cpu_units = field[ECS_INSTANCE_REGISTERED_cpu_units];
        instance->memory_mib = field[ECS_INSTANCE_REGISTERED_memory_mib];
        instance->gpus = field[ECS_INSTANCE_REGISTERED_gpus];
        instance->enis = field[ECS_INSTANCE_REGISTERED_enis];
    } else if (record->kind == ECS_RECORD_TASK_PLACED) {
        on_placed(oracle, field);
    } else if (record->kind == ECS_RECORD_TASK_RELEASED) {
        for (uint32_t i = 0; i < oracle->task_count; i++)
            if (oracle->tasks[i].serial == field[ECS_TASK_RELEASED_task]) {
                move(oracle, &oracle->tasks[i], -1);
                oracle->tasks[i].instance = 0;
            }
    }
}

/* Rows of random size, group and constraint. */
struct random_rows {
    struct sim_rng rng;
    uint32_t groups[4];
    uint64_t row, rows;
};

static void *open_rows(const void *data, uint64_t seed, uint32_t replication, uint32_t item)
{
    struct random_rows *rows = malloc(sizeof *rows);
    ck_assert_ptr_nonnull(rows);
    memcpy(rows, data, sizeof *rows);
    sim_rng_key(&rows->rng, seed, replication, SIM_CHANCE_TEST, item, 0);
    return rows;
}

static bool next_row(void *cursor, struct ecs_arrival *out)
{
    struct random_rows *rows = cursor;
    const gsl_rng *rng = &rows->rng.gsl;
    if (rows->row == rows->rows)
        return false;
    *out = (struct ecs_arrival){
        .at = (sim_time)rows->row * 45 * SIM_SECOND,
        .duration = (sim_time)(1 + gsl_rng_uniform_int(rng, 900)) * SIM_SECOND,
        .row = rows->row++,
        .count = 1 + (uint32_t)gsl_rng_uniform_int(rng, 3),
        .task_definition = ECS_NONE,
        .group = rows->groups[gsl_rng_uniform_int(rng, 4)],
        .provider = ECS_NONE,
        .cpu_units = 128 * (int64_t)gsl_rng_uniform_int(rng, 12),
        .memory_mib = 1 + (int64_t)gsl_rng_uniform_int(rng, 3000),
        .gpus = gsl_rng_uniform_int(rng, 8) == 0,
        .distinct_instance = gsl_rng_uniform_int(rng, 10) == 0,
    };
    return true;
}

static const struct ecs_source random_source = {.kind = "random",
                                                .rows_may_be_distinct = true,
                                                .open = open_rows,
                                                .next = next_row,
                                                .close = free};

static const char *const chains[][3] = {
    {NULL},
    {"random", NULL},
    {"binpack cpu", NULL},
    {"binpack memory", NULL},
    {"spread instanceId", NULL},
    {"spread zone", NULL},
    {"spread zone", "binpack memory", NULL},
    {"spread zone", "spread instanceId", NULL},
    {"binpack memory", "spread zone", NULL},
};

static void add_chain(struct fixture *f, struct ecs_placement *placement, const char *const *chain)
{
    for (uint32_t i = 0; i < 3 && chain[i] != NULL; i++) {
        if (strcmp(chain[i], "random") == 0)
            fixture_rule("random", placement, 0);
        else if (strcmp(chain[i], "binpack cpu") == 0)
            fixture_rule("binpack", placement, 0);
        else if (strcmp(chain[i], "binpack memory") == 0)
            fixture_rule("binpack", placement, 1);
        else if (strcmp(chain[i], "spread instanceId") == 0)
            fixture_rule("spread", placement, 0);
        else
            fixture_rule("spread", placement,
                         ecs_names_intern(&f->scenario.names, "ecs.availability-zone"));
    }
}

START_TEST(pl_1_pl_3_pl_6_every_choice_is_among_the_best_of_a_full_scan)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 60);
    uint32_t small = fixture_add_type(&f, "small", 2, 4096, 0, 4);
    uint32_t large = fixture_add_type(&f, "large", 4, 6000, 2, 3);
    fixture_add_provider(&f, small, 3, 0, 7, 12);
    fixture_add_provider(&f, large, 2, 0, 4, 8);
    uint32_t definition = fixture_add_definition(&f, 0, 0, 60);
    if (_i % 2 == 1)
        f.definitions[definition].network_mode = ECS_NETWORK_AWSVPC;
    struct random_rows rows = {.rows = 400};
    for (uint32_t i = 0; i < 4; i++)
        rows.groups[i] =
            ecs_names_intern(&f.scenario.names, (const char *[]){"a", "b", "c", "d"}[i]);
    struct ecs_generator unused = {0};
    uint32_t workload = fixture_add_workload(&f, definition, (struct ecs_strategy){0}, unused);
    f.workloads[workload].source = &random_source;
    f.workloads[workload].data = &rows;
    add_chain(&f, &f.workloads[workload].request.placement, chains[_i]);
    f.scenario.seed = (uint64_t)_i + 10;
    struct oracle *oracle = calloc(1, sizeof *oracle);
    ck_assert_ptr_nonnull(oracle);
    oracle->placement = &f.workloads[workload].request.placement;
    struct ecs_world *world = ecs_world_new(&f.scenario);
    sim_stream_add(ecs_world_stream(world), watch, oracle);
    ck_assert(ecs_world_run(world, 0));
    ecs_world_free(world);
    ck_assert_uint_gt(oracle->checked, 500);
    ck_assert_uint_gt(oracle->contested, 100);
    free(oracle);
    fixture_release(&f);
}
END_TEST

/* ---- rule by rule: hand-made clusters of instances without a group ---- */

static uint32_t add_instance(struct fixture *f, const char *name, int64_t memory_mib,
                             const char *zone)
{
    uint32_t spec = fixture_add_type(f, name, 4, memory_mib, 0, 3);
    f->extras[f->scenario.extra_instance_count++] = (struct ecs_extra_instance){
        .spec = spec,
        .count = 1,
        .zone = {.name = ecs_names_intern(&f->scenario.names, zone)},
    };
    return spec;
}

static void run_one(struct fixture *f, uint32_t definition, sim_time at, uint32_t count)
{
    fixture_run_task(f, definition, (struct ecs_strategy){0}, count, at);
    f->run_tasks[f->scenario.run_task_count - 1].request.on_refusal = ECS_REFUSAL_DROP;
}

static int64_t placed_on(const struct fixture *f, uint32_t n)
{
    const struct sim_record *record = fixture_record(f, ECS_RECORD_TASK_PLACED, n);
    ck_assert_ptr_nonnull(record);
    return record->field[ECS_TASK_PLACED_instance];
}

START_TEST(at_pl3_st_5_binpack_memory_takes_the_least_that_fits)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    add_instance(&f, "a", 2048, "us-east-1a");
    add_instance(&f, "b", 1024, "us-east-1a");
    add_instance(&f, "c", 512, "us-east-1a");
    run_one(&f, fixture_add_definition(&f, 0, 600, -1), 0, 1);
    fixture_rule("binpack", &f.run_tasks[0].request.placement, 1);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    ck_assert_int_eq(placed_on(&f, 0), 2);
    fixture_release(&f);
}
END_TEST

START_TEST(at_pl5_st_11_st_12_spread_zone_then_binpack_inside_it)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t zone = ecs_names_intern(&f.scenario.names, "ecs.availability-zone");
    add_instance(&f, "a1", 3000, "us-east-1a"); /* 1 */
    add_instance(&f, "b1", 3000, "us-east-1b"); /* 2 */
    add_instance(&f, "b2", 900, "us-east-1b");  /* 3 */
    uint32_t filler = fixture_add_definition(&f, 0, 1000, -1);
    uint32_t wanted = fixture_add_definition(&f, 0, 800, -1);
    uint32_t group = ecs_names_intern(&f.scenario.names, "team");
    run_one(&f, filler, 0, 2);
    run_one(&f, wanted, SIM_SECOND, 2);
    for (uint32_t i = 0; i < 2; i++) {
        f.run_tasks[i].request.group = group;
        fixture_rule("spread", &f.run_tasks[i].request.placement, zone);
        fixture_rule("binpack", &f.run_tasks[i].request.placement, 1);
    }
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    /* One filler in each zone; the next two go one to each zone, in b to the fuller instance. */
    ck_assert_int_ne(placed_on(&f, 0) == 1, placed_on(&f, 1) == 1);
    int64_t third = placed_on(&f, 2), fourth = placed_on(&f, 3);
    ck_assert(third == 3 || fourth == 3);
    ck_assert(third == 1 || fourth == 1);
    fixture_release(&f);
}
END_TEST

/* AT-PL7: the emptiest zone has no room: best effort, the next one. */
START_TEST(at_pl7_pl_5_spread_is_best_effort)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t zone = ecs_names_intern(&f.scenario.names, "ecs.availability-zone");
    add_instance(&f, "a", 4000, "us-east-1a");
    add_instance(&f, "b", 100, "us-east-1b");
    run_one(&f, fixture_add_definition(&f, 0, 500, -1), 0, 3);
    fixture_rule("spread", &f.run_tasks[0].request.placement, zone);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_int_eq(placed_on(&f, i), 1);
    fixture_release(&f);
}
END_TEST

/* AT-PL9, ST-10: only tasks of the same group count. */
START_TEST(at_pl9_st_8_st_10_spread_counts_the_task_group)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    for (uint32_t i = 0; i < 3; i++)
        add_instance(&f, "i", 8000, "us-east-1a");
    uint32_t web = fixture_add_definition(&f, 0, 100, -1);
    uint32_t databases = fixture_add_definition(&f, 0, 100, -1);
    run_one(&f, web, 0, 9);
    run_one(&f, databases, SIM_SECOND, 3);
    fixture_rule("binpack", &f.run_tasks[0].request.placement, 1); /* all nine on one */
    fixture_rule("spread", &f.run_tasks[1].request.placement, 0);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    int64_t hosts = placed_on(&f, 9) | placed_on(&f, 10) << 8 | placed_on(&f, 11) << 16;
    uint32_t per_host[4] = {0};
    for (uint32_t i = 0; i < 3; i++)
        per_host[hosts >> (8 * i) & 3]++;
    for (uint32_t i = 1; i <= 3; i++)
        ck_assert_uint_eq(per_host[i], 1);
    fixture_release(&f);
}
END_TEST

/* CO-4, CO-5: one task of a group an instance; another group may share it; PL-5: binding. */
START_TEST(co_4_distinct_instance)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    add_instance(&f, "a", 8000, "us-east-1a");
    add_instance(&f, "b", 8000, "us-east-1a");
    uint32_t one = fixture_add_definition(&f, 0, 100, -1);
    uint32_t other = fixture_add_definition(&f, 0, 100, -1);
    run_one(&f, one, 0, 3);
    run_one(&f, other, SIM_SECOND, 2);
    f.run_tasks[0].request.placement.distinct_instance = true;
    f.run_tasks[1].request.placement.distinct_instance = true;
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 4);
    ck_assert_int_ne(placed_on(&f, 0), placed_on(&f, 1));
    const struct sim_record *failure = fixture_record(&f, ECS_RECORD_FAILURE, 0);
    ck_assert_int_eq(failure->field[ECS_FAILURE_reason], ECS_REASON_DISTINCT_INSTANCE);
    ck_assert_int_eq(failure->field[ECS_FAILURE_count], 2);
    fixture_release(&f);
}
END_TEST

/* PRT-06, PRT-09, AT-PL8: a static host port is held while the task runs; tcp and udp differ. */
START_TEST(at_pl8_prt_06_static_host_ports)
{
    static const struct ecs_port http[] = {{.port = 80}};
    static const struct ecs_port udp[] = {{.port = 80, .udp = true}};
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    add_instance(&f, "a", 8000, "us-east-1a");
    add_instance(&f, "b", 8000, "us-east-1a");
    uint32_t tcp_task = fixture_add_definition(&f, 0, 100, 30);
    uint32_t udp_task = fixture_add_definition(&f, 0, 100, 30);
    f.definitions[tcp_task].ports = http;
    f.definitions[udp_task].ports = udp;
    f.definitions[tcp_task].port_count = f.definitions[udp_task].port_count = 1;
    run_one(&f, tcp_task, 0, 3);
    run_one(&f, udp_task, SIM_SECOND, 2);
    run_one(&f, tcp_task, SIM_MINUTE, 2);
    f.scenario.duration = 2 * SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 6);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_FAILURE, ECS_FAILURE_reason,
                                          ECS_REASON_RESOURCE_PORTS),
                      1);
    fixture_release(&f);
}
END_TEST

/* PRT-05, PRT-07: reserved ports are taken from the start and count towards the hundred. */
START_TEST(pl_8_prt_05_prt_07_reserved_and_limit)
{
    static struct ecs_port many[95];
    static const struct ecs_port ssh[] = {{.port = 22}};
    for (uint16_t i = 0; i < 95; i++)
        many[i] = (struct ecs_port){.port = (uint16_t)(8000 + i)};
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t spec = add_instance(&f, "a", 8000, "us-east-1a");
    static const uint16_t reserved[] = {22, 2375, 2376, 51678, 51679, 51680};
    memcpy(f.specs[spec].reserved_ports, reserved, sizeof reserved);
    f.specs[spec].reserved_port_count = 6;
    for (uint32_t i = 0; i < 3; i++)
        fixture_add_definition(&f, 0, 100, -1);
    f.definitions[0].ports = ssh;
    f.definitions[0].port_count = 1;
    f.definitions[1].ports = f.definitions[2].ports = many;
    f.definitions[1].port_count = 95;
    f.definitions[2].port_count = 94;
    for (uint32_t i = 0; i < 3; i++)
        run_one(&f, i, i * SIM_SECOND, 1);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 1);
    ck_assert_int_eq(
        fixture_record(&f, ECS_RECORD_TASK_PLACED, 0)->field[ECS_TASK_PLACED_definition], 2);
    fixture_release(&f);
}
END_TEST

/* ENI-02, API-5: awsvpc tasks are limited to max ENIs - 1; GPU-02; MEM-4; each with its reason. */
START_TEST(api_5_tdf_15_eni_02_reasons)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t spec = add_instance(&f, "c5.large", 4000, "us-east-1a"); /* 3 ENIs: 2 tasks */
    f.specs[spec].reserved_memory_mib = 256;
    uint32_t awsvpc = fixture_add_definition(&f, 0, 10, -1);
    uint32_t gpu = fixture_add_definition(&f, 0, 10, -1);
    uint32_t big = fixture_add_definition(&f, 0, 3745, -1);
    uint32_t wide = fixture_add_definition(&f, 4097, 10, -1);
    f.definitions[awsvpc].network_mode = ECS_NETWORK_AWSVPC;
    f.definitions[gpu].gpus = 1;
    uint32_t order[] = {big, wide, gpu, awsvpc};
    for (uint32_t i = 0; i < 4; i++)
        run_one(&f, order[i], i * SIM_SECOND, order[i] == awsvpc ? 3 : 1);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    static const enum ecs_reason expected[] = {ECS_REASON_RESOURCE_MEMORY, ECS_REASON_RESOURCE_CPU,
                                               ECS_REASON_RESOURCE_GPU, ECS_REASON_RESOURCE_ENI};
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_REFUSED), 4);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_int_eq(fixture_record(&f, ECS_RECORD_REFUSED, i)->field[ECS_REFUSED_reason],
                         expected[i]);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 2);
    fixture_release(&f);
}
END_TEST

/* PL-4: attributes that the task definition requires. */
START_TEST(pl_4_required_attributes)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    uint32_t driver =
        ecs_names_intern(&f.scenario.names, "com.amazonaws.ecs.capability.logging-driver.syslog");
    add_instance(&f, "a", 8000, "us-east-1a"); /* 1 */
    uint32_t able = add_instance(&f, "b", 8000, "us-east-1a");
    f.specs[able].capabilities = &driver;
    f.specs[able].capability_count = 1;
    uint32_t definition = fixture_add_definition(&f, 0, 3000, -1);
    f.definitions[definition].requirements = &driver;
    f.definitions[definition].requirement_count = 1;
    run_one(&f, definition, 0, 3);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 2);
    ck_assert_int_eq(placed_on(&f, 0), 2);
    ck_assert_int_eq(placed_on(&f, 1), 2);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_FAILURE, ECS_FAILURE_reason,
                                          ECS_REASON_ATTRIBUTE),
                      1);
    fixture_release(&f);
}
END_TEST

/* PL-7: neither an instance that drains nor one whose agent is gone. */
START_TEST(pl_7_draining_and_disconnected)
{
    static const int64_t first[] = {1}, second[] = {2};
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    for (uint32_t i = 0; i < 3; i++)
        add_instance(&f, "i", 8000, "us-east-1a");
    struct ecs_change *drain =
        fixture_add_change(&f, SIM_MINUTE, ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE);
    drain->draining = true;
    drain->selection.serials = first;
    drain->selection.serial_count = 1;
    f.faults[0] =
        (struct ecs_fault){.at = SIM_MINUTE, .duration = SIM_HOUR, .selection = drain->selection};
    f.faults[0].selection.serials = second;
    f.scenario.faults = f.faults;
    f.scenario.fault_count = 1;
    uint32_t definition = fixture_add_definition(&f, 0, 100, -1);
    run_one(&f, definition, 30 * SIM_MINUTE, 9);
    f.scenario.duration = 40 * SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 9);
    for (uint32_t i = 0; i < 9; i++)
        ck_assert_int_eq(placed_on(&f, i), 3);
    fixture_release(&f);
}
END_TEST

/* PL-9: of three interfaces the primary is one; tasks in other modes need none. */
START_TEST(pl_9_interfaces_limit_awsvpc_tasks)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    add_instance(&f, "c", 8000, "us-east-1a");
    uint32_t awsvpc = fixture_add_definition(&f, 0, 10, -1);
    uint32_t bridge = fixture_add_definition(&f, 0, 10, -1);
    f.definitions[awsvpc].network_mode = ECS_NETWORK_AWSVPC;
    run_one(&f, awsvpc, 0, 3);
    run_one(&f, bridge, SIM_SECOND, 4);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 6);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_FAILURE, ECS_FAILURE_reason,
                                          ECS_REASON_RESOURCE_ENI),
                      1);
    fixture_release(&f);
}
END_TEST

/* ST-7, SCH-6: without a strategy every instance is equally likely. */
START_TEST(sch_6_st_7_random_is_uniform)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    for (uint32_t i = 0; i < 4; i++)
        add_instance(&f, "i", 80000, "us-east-1a");
    uint32_t definition = fixture_add_definition(&f, 0, 10, -1);
    for (uint32_t i = 0; i < 200; i++)
        run_one(&f, definition, i * SIM_SECOND, 10);
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    double chi_square = 0;
    for (int64_t host = 1; host <= 4; host++) {
        double got =
            fixture_count_where(&f, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_instance, host);
        chi_square += (got - 500) * (got - 500) / 500;
    }
    ck_assert_double_lt(chi_square, 16.3); /* 3 degrees of freedom, p = 0.001 */
    fixture_release(&f);
}
END_TEST

/* The family's conformance: every member answers for every view and names itself. */
START_TEST(every_strategy_conforms)
{
    const struct place_strategy *strategy = place_strategies[_i];
    ck_assert_ptr_nonnull(strategy);
    ck_assert_uint_eq(place_strategy_find(strategy->name), (uint32_t)_i);
    ck_assert_uint_gt(strlen(strategy->help), 10);
    const struct place_context context = {4096, 8192, 1, NULL, 0, 0};
    struct place_view view = {.free_cpu_units = 4096,
                              .free_memory_mib = 8192,
                              .cpu_units = 1024,
                              .gpu_milli = ECS_GPU_MILLI,
                              .context = &context};
    for (uint32_t dimension = 0; dimension < 2; dimension++) {
        int64_t first = strategy->score(&view, dimension);
        ck_assert_int_eq(strategy->score(&view, dimension), first);
        ck_assert_int_lt(first, INT64_MAX);
        if (strategy->by_free)
            ck_assert_int_eq(first, dimension == 0 ? view.free_cpu_units : view.free_memory_mib);
    }
    ck_assert_uint_eq(place_strategy_find("no such strategy"), ECS_NONE);
}
END_TEST

Suite *test_ecs_placement_suite(void);
Suite *test_ecs_placement_suite(void)
{
    Suite *suite = suite_create("ecs_placement");
    TCase *tests = tcase_create("placement");
    tcase_add_loop_test(tests, pl_1_pl_3_pl_6_every_choice_is_among_the_best_of_a_full_scan, 0,
                        (int)(sizeof chains / sizeof chains[0]));
    tcase_add_test(tests, at_pl3_st_5_binpack_memory_takes_the_least_that_fits);
    tcase_add_test(tests, at_pl5_st_11_st_12_spread_zone_then_binpack_inside_it);
    tcase_add_test(tests, at_pl7_pl_5_spread_is_best_effort);
    tcase_add_test(tests, at_pl9_st_8_st_10_spread_counts_the_task_group);
    tcase_add_test(tests, co_4_distinct_instance);
    tcase_add_test(tests, at_pl8_prt_06_static_host_ports);
    tcase_add_test(tests, pl_8_prt_05_prt_07_reserved_and_limit);
    tcase_add_test(tests, api_5_tdf_15_eni_02_reasons);
    tcase_add_test(tests, pl_4_required_attributes);
    tcase_add_test(tests, pl_7_draining_and_disconnected);
    tcase_add_test(tests, pl_9_interfaces_limit_awsvpc_tasks);
    tcase_add_test(tests, sch_6_st_7_random_is_uniform);
    suite_add_tcase(suite, tests);
    TCase *conformance = tcase_create("conformance"); /* tests/example.sh asks it alone */
    tcase_add_loop_test(conformance, every_strategy_conforms, 0, (int)place_strategy_count);
    suite_add_tcase(suite, conformance);
    return suite;
}
