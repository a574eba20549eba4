/* The index against the slow, obvious scan: every choice of random runs in which instances come,
 * go, drain, stop, lose their agents and change their attributes, and tasks start and stop. The
 * scan looks at every container instance in order of registration, asks the filters, and narrows
 * rule by rule. */
#include "ecs_index.h"
#include "place.h"
#include "scn_query.h"
#include "sim_rng.h"
#include "world_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS     100
#define FAULTS    8
#define QUERIES   12
#define TASKS     6
#define SUBNETS   5
#define FEW_BYTES 2048 /* for the views of some clusters: they are forgotten and made anew */
#define PARTS     16   /* tests that share the clusters */

/* How many random clusters: PLIMSOLL_CLUSTERS, as `make oracle-placement` sets it, else a few. */
static uint32_t cluster_count(void)
{
    const char *text = getenv("PLIMSOLL_CLUSTERS");
    uint32_t count = text == NULL ? 0 : (uint32_t)strtoul(text, NULL, 10);
    return count < 3 * PARTS ? 3 * PARTS : count; /* each part has one with few bytes */
}

/* ---- the oracle ---- */

struct candidate {
    uint32_t slot;
    int64_t order;
};

static int by_order(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    return left->order < right->order ? -1 : left->order > right->order;
}

/* Tasks of the demand's group on an instance, from the tasks themselves. */
static int64_t group_tasks_on(const struct ecs_world *world, uint32_t group, uint32_t slot)
{
    int64_t count = 0;
    for (uint32_t task = world->instances[slot].first_task; task != ECS_NONE;
         task = world->tasks[task].next)
        count += world->arrived[world->tasks[task].arrived].group == group;
    return count;
}

struct question {
    const struct ecs_query *query;
    bool selects;
};

static void ask(void *user, const struct ecs_query_view *view)
{
    struct question *question = user;
    question->selects = ecs_query_selects(question->query, view);
}

/* Every query of the definition and of the request, asked anew: no answer that was kept. */
static bool queries_select(const struct ecs_world *world, const struct ecs_demand *demand,
                           uint32_t slot)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    struct question question = {.selects = true};
    for (uint32_t i = 0; question.selects && i < definition->query_count; i++) {
        question.query = definition->queries[i];
        ecs_attributes_look(world, slot, ask, &question);
    }
    for (uint32_t i = 0; question.selects && i < demand->placement->query_count; i++) {
        question.query = demand->placement->queries[i];
        ecs_attributes_look(world, slot, ask, &question);
    }
    return question.selects;
}

/* What the filter keeps books of, against the tasks and attributes as they are. */
static bool is_feasible(const struct ecs_world *world, const struct ecs_demand *demand,
                        uint32_t slot)
{
    enum ecs_reason reason = ecs_misfit(world, demand, slot);
    if (reason == ECS_REASON_NONE || reason == ECS_REASON_MEMBER_OF)
        ck_assert_int_eq(queries_select(world, demand, slot), reason == ECS_REASON_NONE);
    if (reason == ECS_REASON_NONE && demand->distinct)
        ck_assert_int_eq(group_tasks_on(world, demand->group, slot), 0);
    if (reason == ECS_REASON_DISTINCT_INSTANCE)
        ck_assert_int_gt(group_tasks_on(world, demand->group, slot), 0);
    return reason == ECS_REASON_NONE;
}

/* ST-10: what spread counts by on this instance, from the tasks themselves. */
static void check_spread(const struct ecs_world *world, const struct ecs_demand *demand,
                         const struct ecs_placement_rule *rule, uint32_t slot, int64_t score)
{
    int64_t count = 0;
    if (rule->dimension == 0)
        count = group_tasks_on(world, demand->group, slot);
    else
        for (uint32_t other = 0; other < world->instance_slots.count; other++)
            if (world->instances[other].tasks > 0 &&
                ecs_instance_attribute(world, other, rule->dimension) ==
                    ecs_instance_attribute(world, slot, rule->dimension))
                count += group_tasks_on(world, demand->group, other);
    ck_assert_int_eq(score, count);
}

static uint32_t scan(const struct ecs_world *world, uint32_t demand_index, int64_t arrival,
                     uint32_t attempt)
{
    const struct ecs_demand *demand = &world->demands[demand_index];
    struct candidate *left = calloc(world->instance_slots.count + 1, sizeof *left);
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < world->instance_slots.count; slot++) {
        const struct ecs_instance *instance = &world->instances[slot];
        if (instance->seen == ECS_SEEN_PLACEABLE &&
            (demand->provider == ECS_NONE || instance->provider == demand->provider) &&
            is_feasible(world, demand, slot))
            left[count++] = (struct candidate){slot, instance->order};
    }
    qsort(left, count, sizeof *left, by_order);
    for (uint32_t r = 0; r < demand->placement->rule_count; r++) {
        const struct ecs_placement_rule *rule = &demand->placement->rules[r];
        bool spreads = strcmp(place_strategies[rule->strategy]->name, "spread") == 0;
        int64_t best = INT64_MAX;
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++) {
            int64_t score = ecs_place_score(world, demand, rule, left[i].slot);
            best = score < best ? score : best;
            if (spreads && arrival % 8 == 0)
                check_spread(world, demand, rule, left[i].slot, score);
        }
        for (uint32_t i = 0; i < count; i++)
            if (ecs_place_score(world, demand, rule, left[i].slot) == best)
                left[kept++] = left[i];
        count = kept;
    }
    uint32_t slot =
        count == 0 ? ECS_NONE : left[ecs_place_tie(world, arrival, attempt, count)].slot;
    free(left);
    return slot;
}

struct ear {
    uint64_t choices, found, seed;
    struct ecs_index_counts counts[3]; /* of all runs, by mode */
};

static void hear(void *user, const struct ecs_world *world, uint32_t demand, int64_t arrival,
                 uint32_t attempt, uint32_t slot)
{
    struct ear *ear = user;
    uint32_t expected = scan(world, demand, arrival, attempt);
    ck_assert_msg(slot == expected, "seed %llu: arrival %lld went to slot %d, the scan says %d",
                  (unsigned long long)ear->seed, (long long)arrival, (int)slot, (int)expected);
    ear->choices++;
    ear->found += slot != ECS_NONE;
}

/* ---- random clusters ---- */

struct storm {
    struct fixture f;
    struct ecs_change changes[CALLS];
    struct ecs_fault faults[FAULTS];
    struct ecs_attribute attributes[3];
    struct ecs_port ports[2];
    const struct ecs_query *queries[QUERIES];
    uint32_t required[3];             /* task-eni, which one spec registers; stack; task-eni */
    struct ecs_request starts[CALLS]; /* of StartTask */
    struct ecs_override override;
    struct ecs_subnet subnets[SUBNETS];
    struct ecs_place places[SUBNETS];
    uint32_t subnet_indexes[SUBNETS];
    uint32_t stack;
    uint32_t models[2]; /* of GPUs; no instance has the second */
    uint32_t most; /* instances of a group; beyond some fifty in all the index decides by itself
                      whether to answer */
};

static uint32_t roll(const struct storm *storm, uint64_t n, uint32_t limit)
{
    return (uint32_t)(sim_rng_mix(storm->f.scenario.seed * 104729 + 5, n) % limit);
}

static void random_calls(struct storm *storm)
{
    static const enum ecs_operation operations[] = {
        ECS_OP_STOP_INSTANCES,
        ECS_OP_START_INSTANCES,
        ECS_OP_START_INSTANCES,
        ECS_OP_TERMINATE_INSTANCES,
        ECS_OP_DEREGISTER_CONTAINER_INSTANCE,
        ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE,
        ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE,
        ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE,
        ECS_OP_PUT_ATTRIBUTES,
        ECS_OP_PUT_ATTRIBUTES,
        ECS_OP_DELETE_ATTRIBUTES,
        ECS_OP_SET_DESIRED_CAPACITY,
        ECS_OP_STOP_TASK,
        ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT,
        ECS_OP_START_TASK,
    };
    for (uint64_t i = 0; i < CALLS; i++) {
        struct ecs_change *change = &storm->changes[i];
        uint64_t n = i * 8;
        sim_time at = (sim_time)(i * 40 + roll(storm, n, 40)) * SIM_SECOND;
        ecs_change_init(change, at, operations[roll(storm, n + 1, 15)]);
        change->selection.pick = ECS_PICK_RANDOM;
        change->selection.count = (int64_t)roll(storm, n + 2, 3) + 1;
        change->force = true;
        change->draining = roll(storm, n + 5, 3) != 0;
        change->asg = roll(storm, n + 6, 2);
        change->attributes = &storm->attributes[roll(storm, n + 7, 3)];
        change->attribute_count = 1;
        change->desired = (int64_t)roll(storm, n + 7, storm->most - 2);
        change->setting = ECS_SETTING_AWSVPC_TRUNKING;
        change->enabled = roll(storm, n + 4, 2) == 0;
        if (change->operation != ECS_OP_START_TASK)
            continue;
        storm->starts[i] = storm->f.workloads[roll(storm, n + 3, TASKS)].request;
        storm->starts[i].on_refusal = ECS_REFUSAL_DROP;
        storm->starts[i].strategy.count = 0;
        storm->starts[i].placement.distinct_instance = false; /* StartTask has none */
        storm->starts[i].placement.query_count = 0;
        change->start = &storm->starts[i];
    }
    for (uint64_t i = 0; i < FAULTS; i++) {
        storm->faults[i] = (struct ecs_fault){
            .at = (sim_time)roll(storm, 10000 + i, 4000) * SIM_SECOND,
            .duration = (sim_time)(10 + roll(storm, 20000 + i, 900)) * SIM_SECOND,
            .selection = storm->changes[0].selection,
        };
        storm->faults[i].selection.count = 3;
    }
    storm->f.scenario.changes = storm->changes;
    storm->f.scenario.change_count = CALLS;
    storm->f.scenario.faults = storm->faults;
    storm->f.scenario.fault_count = FAULTS;
}

/* A chain of up to four rules of any strategies there are, over any fields they take; every other
 * one of such that a view for all sizes serves. */
static void random_chain(struct storm *storm, struct ecs_placement *placement, uint64_t n)
{
    static const char *const of_free[] = {"binpack", "binpack", "spread", "random"};
    bool sized = roll(storm, n + 9, 2) == 0;
    uint32_t count = roll(storm, n, 5);
    uint32_t dimensions[] = {0, storm->stack,
                             ecs_names_intern(&storm->f.scenario.names, "ecs.availability-zone"),
                             ecs_names_intern(&storm->f.scenario.names, "ecs.instance-type")};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t strategy = roll(storm, n + 1 + 2 * i, place_strategy_count);
        uint32_t field = roll(storm, n + 2 + 2 * i, 4);
        if (sized) {
            strategy = place_strategy_find(of_free[strategy % 4]);
            field = field == 0 ? 3 : field; /* not by instance */
        }
        enum place_field takes = place_strategies[strategy]->field;
        placement->rules[placement->rule_count++] = (struct ecs_placement_rule){
            .strategy = strategy,
            .dimension = takes == PLACE_FIELD_RESOURCE    ? field % 2
                         : takes == PLACE_FIELD_DIMENSION ? dimensions[field]
                                                          : 0,
        };
    }
}

static const struct ecs_query *query(struct storm *storm, const char *text)
{
    struct scn_query_error error;
    const struct ecs_query *parsed = scn_query_parse(&storm->f.arena, text, &error);
    ck_assert_msg(parsed != NULL, "%s: %s", text, error.message);
    return parsed;
}

/* Every subject of the language, by attributes that change and by such that do not. */
static void add_queries(struct storm *storm)
{
    static const char *const texts[QUERIES] = {
        "attribute:stack == blue",
        "not(task:group == family:task-0)",
        "runningTasksCount < 3 or attribute:stack exists",
        "attribute:ecs.availability-zone in [us-east-1a, us-east-1b]",
        "agentConnected == true and agentVersion >= 1.30",
        "agentVersion < 1.30 or attribute:stack !~ 'b.*'",
        NULL, /* registeredAt */
        "ec2InstanceId =~ '.*[02468]' or runningTasksCount == 0",
        "task:group == shared or runningTasksCount == 0",
        "attribute:ecs.instance-type =~ 'l.*' and attribute:stack != red",
        "attribute:ecs.subnet-id in [subnet-0, subnet-2]",
        "not(task:group =~ 'family:.*' and runningTasksCount >= 2)",
    };
    struct fixture *f = &storm->f;
    char since[32];
    sim_unix_format(f->scenario.start_unix_s + 900, since, sizeof since);
    for (uint32_t i = 0; i < QUERIES; i++)
        storm->queries[i] =
            query(storm, texts[i] != NULL
                             ? texts[i]
                             : sim_arena_printf(&f->arena, "registeredAt > %s", since));
}

/* One or two of the queries. */
static const struct ecs_query *const *some_queries(struct storm *storm, uint64_t n, uint32_t *count)
{
    *count = 1 + roll(storm, n, 2);
    return &storm->queries[roll(storm, n + 1, QUERIES - 1)];
}

static void random_definition(struct storm *storm, uint32_t index, uint64_t n)
{
    struct ecs_task_definition *definition = &storm->f.definitions[index];
    if (roll(storm, n, 4) == 0)
        definition->network_mode = ECS_NETWORK_AWSVPC;
    if (roll(storm, n + 1, 5) == 0) {
        definition->ports = storm->ports;
        definition->port_count = 1 + roll(storm, n + 2, 2);
    }
    if (roll(storm, 80000 + index, 5) == 0)
        definition->architecture = 1 + roll(storm, 90000 + index, 2);
    if (definition->gpus > 0 && roll(storm, n + 3, 3) == 0)
        definition->gpu_milli = 300;
    if (roll(storm, n + 4, 5) == 0)
        definition->queries = some_queries(storm, n + 5, &definition->query_count);
    if (roll(storm, 60000 + index, 4) == 0) { /* the first two, or the second, or the third */
        uint32_t first = roll(storm, 70000 + index, 3);
        definition->requirements = &storm->required[first];
        definition->requirement_count = first == 0 ? 2 : 1;
    }
}

/* ---- rows that differ in what they ask for, as those of traces do ---- */

static void *open_rows(const void *data, uint64_t seed, uint32_t replication, uint32_t item)
{
    return ecs_generator_source.open(data, seed, replication, item);
}

static void close_rows(void *cursor)
{
    ecs_generator_source.close(cursor);
}

static bool next_sized(void *cursor, struct ecs_arrival *out)
{
    if (!ecs_generator_source.next(cursor, out))
        return false;
    uint64_t chance = sim_rng_mix(out->row, (uint64_t)out->at);
    if (chance % 4 == 0)
        return true;
    out->cpu_units = (int64_t)(chance >> 8) % 9 * 100;
    out->memory_mib = 4 + (int64_t)(chance >> 16) % 40 * 50;
    out->distinct_instance = (chance >> 24) % 16 == 0 ? 1 : -1;
    if ((chance >> 52) % 2 == 0)
        out->task_definition = (uint32_t)(chance >> 56) % TASKS; /* and with it a group */
    if ((chance >> 32) % 8 == 0)
        out->gpus = 1;
    if ((chance >> 40) % 2 == 0)
        out->gpu_milli = 250;
    if ((chance >> 48) % 4 == 0)
        out->gpu_models = 1 + (chance >> 50) % 3;
    return true;
}

static const struct ecs_source sized_rows = {
    .kind = "sized",
    .rows_may_be_distinct = true,
    .open = open_rows,
    .next = next_sized,
    .close = close_rows,
};

/* ---- tasks ---- */

static void random_tasks(struct storm *storm)
{
    struct fixture *f = &storm->f;
    static const int64_t sizes[][3] = {{100, 256, 0}, {300, 500, 0}, {512, 1500, 0},
                                       {0, 200, 0},   {700, 700, 1}, {64, 64, 0}};
    add_queries(storm);
    for (uint32_t i = 0; i < TASKS; i++) {
        uint64_t n = 30000 + i * 40;
        uint32_t definition =
            fixture_add_definition(f, sizes[i][0], sizes[i][1], 60 + (double)roll(storm, n, 600));
        f->definitions[definition].gpus = sizes[i][2];
        random_definition(storm, definition, n + 30);
        struct ecs_generator rows = {.gap = {.kind = SIM_DIST_EXPONENTIAL, .p = {40}, .max = 1e9},
                                     .rows = 80,
                                     .until = SIM_TIME_NEVER,
                                     .first = -1,
                                     .batch = 1 + roll(storm, n + 4, 2)};
        struct ecs_strategy strategy =
            roll(storm, n + 5, 3) == 0 ? fixture_strategy(2) : (struct ecs_strategy){0};
        uint32_t workload = fixture_add_workload(f, definition, strategy, rows);
        struct ecs_request *request = &f->workloads[workload].request;
        if (roll(storm, n + 15, 2) == 0)
            f->workloads[workload].source = &sized_rows;
        if (i == 0) {
            storm->override = (struct ecs_override){definition, 250, 333, 0};
            request->overrides = &storm->override;
            request->override_count = 1;
        }
        request->give_up_after = 10 * SIM_MINUTE;
        request->placement.distinct_instance = roll(storm, n + 6, 5) == 0;
        if (roll(storm, n + 7, 3) == 0)
            request->placement.queries =
                some_queries(storm, n + 8, &request->placement.query_count);
        if (f->definitions[definition].network_mode == ECS_NETWORK_AWSVPC &&
            roll(storm, n + 12, 2)) {
            request->placement.subnets = &storm->subnet_indexes[roll(storm, n + 13, 3)];
            request->placement.subnet_count = 1 + roll(storm, n + 14, 3);
        }
        if (roll(storm, n + 10, 3) == 0)
            request->group = ecs_names_intern(&f->scenario.names, "shared");
        random_chain(storm, &request->placement, n + 20);
    }
}

/* Five subnets, some of which run out of addresses: two in the first zone, one of them in another
 * VPC. The first group may launch into all of them, the second into the first of each zone. */
static void add_subnets(struct storm *storm)
{
    static const char *const ids[SUBNETS] = {"subnet-0", "subnet-1", "subnet-2", "subnet-3",
                                             "subnet-4"};
    static const uint32_t zones[SUBNETS] = {0, 1, 2, 0, 1};
    struct fixture *f = &storm->f;
    struct ecs_names *names = &f->scenario.names;
    uint32_t vpcs[2] = {ecs_names_intern(names, "vpc-1"), ecs_names_intern(names, "vpc-2")};
    for (uint32_t i = 0; i < SUBNETS; i++) {
        storm->subnets[i] = (struct ecs_subnet){
            .name = ecs_names_intern(names, ids[i]),
            .zone = f->asgs[0].zones[zones[i]].name,
            .vpc = vpcs[i == 3],
            .ecr = true,
            .free_addresses =
                roll(storm, 60000 + i, 2) ? ECS_UNLIMITED : (int64_t)roll(storm, 60010 + i, 9),
        };
        storm->subnet_indexes[i] = i;
        storm->places[i] = (struct ecs_place){.zone_index = zones[i], .subnet = i};
        if (i > 2)
            continue;
        f->asgs[0].zones[i].subnet = storm->subnets[i].name;
        f->asgs[0].zones[i].vpc = storm->subnets[i].vpc;
    }
    for (uint32_t i = 0; i < f->asgs[1].zone_count; i++)
        f->asgs[1].zones[i] = f->asgs[0].zones[i];
    f->asgs[0].places = storm->places;
    f->asgs[0].place_count = roll(storm, 60020, 3) == 0 ? 0 : SUBNETS;
    f->scenario.subnets = storm->subnets;
    f->scenario.subnet_count = SUBNETS;
}

static void storm_init(struct storm *storm, uint64_t seed)
{
    struct fixture *f = &storm->f;
    fixture_init(f, ECS_EPOCH_NEWEST);
    f->scenario.seed = seed;
    f->scenario.behaviour.placement_tie = seed % 4 == 0 ? ECS_TIE_FIRST : ECS_TIE_RANDOM;
    uint32_t small = fixture_add_type(f, "small", 1, 2048, 0, 4);
    uint32_t large = fixture_add_type(f, "large", 2, 4096, 2, 4);
    storm->most = seed % 8 == 3 ? 80 : 14;
    fixture_add_provider(f, small, 3, 0, storm->most / 4 + (int64_t)(seed % 9), storm->most);
    fixture_add_provider(f, large, 2, 0, storm->most / 5, storm->most);
    f->providers[1].managed_draining = true;
    storm->models[0] = f->types[large].gpu_model = ecs_names_intern(&f->scenario.names, "T4");
    storm->models[1] = ecs_names_intern(&f->scenario.names, "V100");
    f->scenario.gpu_models = storm->models;
    f->scenario.gpu_model_count = 2;
    f->types[large].awsvpc_tasks_trunked = 9;
    f->specs[large].trunk_capable = true;
    f->scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = seed % 2 == 0;
    f->extras[0] =
        (struct ecs_extra_instance){.spec = large, .count = 3, .zone = f->asgs[0].zones[0]};
    f->scenario.extra_instance_count = 1;
    f->scenario.behaviour.eni_attach = 5 * SIM_SECOND;
    f->specs[large].host.agent_version = 1029000;
    f->specs[large].arm64 = seed % 3 == 0;
    add_subnets(storm);
    storm->stack = ecs_names_intern(&f->scenario.names, "stack");
    static const char *const values[] = {"blue", "green", "red"};
    for (uint32_t i = 0; i < 3; i++)
        storm->attributes[i] =
            (struct ecs_attribute){storm->stack, ecs_names_intern(&f->scenario.names, values[i])};
    f->specs[0].attributes = &storm->attributes[0];
    f->specs[0].attribute_count = 1;
    storm->required[0] = ecs_names_intern(&f->scenario.names, "ecs.capability.task-eni");
    storm->required[1] = storm->stack;
    storm->required[2] = storm->required[0];
    f->specs[seed % 2].capabilities = &storm->required[0];
    f->specs[seed % 2].capability_count = 1;
    storm->ports[0] = (struct ecs_port){.port = 8080};
    storm->ports[1] = (struct ecs_port){.port = 9090, .udp = true};
    random_tasks(storm);
    random_calls(storm);
}

/* One random cluster under one way of answering; the run's hash. */
static uint64_t run(uint64_t seed, enum ecs_index_mode mode, struct ear *ear)
{
    struct storm *storm = calloc(1, sizeof *storm);
    struct sim_hash hash;
    storm_init(storm, seed);
    struct ecs_world *world = ecs_world_new(&storm->f.scenario);
    sim_hash_init(&hash);
    struct ecs_invariants *invariants = ecs_invariants_new(&storm->f.scenario);
    sim_stream_add(ecs_world_stream(world), ecs_invariants_observe, invariants);
    sim_stream_add(ecs_world_stream(world), sim_hash_observe, &hash);
    ecs_index_set_mode(world, mode);
    ecs_index_set_few(world, (uint32_t)(seed / PARTS + seed) % 4); /* then their own views go */
    world->explain_anew = mode == ECS_INDEX_NEVER; /* explanations remembered are those made anew */
    ear->seed = seed;
    ecs_index_listen(world, hear, ear);
    if (seed % 3 == 0)
        ecs_index_set_bytes(world, FEW_BYTES);
    for (uint32_t replication = 0; replication < 1 + (seed % 5 == 0); replication++) {
        ecs_invariants_begin(invariants, replication);
        ck_assert(ecs_world_run(world, replication));
    }
    struct ecs_index_counts counts = ecs_index_counts(world), *sum = &ear->counts[mode];
    sum->by_view += counts.by_view;
    sum->by_sized += counts.by_sized;
    sum->by_scan += counts.by_scan;
    sum->builds += counts.builds;
    sum->updates += counts.updates;
    sum->forgotten += counts.forgotten;
    ecs_invariants_free(invariants);
    ecs_world_free(world);
    fixture_release(&storm->f);
    free(storm);
    return sim_hash_value(&hash);
}

/* Cluster i of part p has seed i x PARTS + p + 1; those of parts 2 and 10 are large. */
START_TEST(index_is_the_scan)
{
    struct ear ear = {0};
    uint32_t clusters = cluster_count() / PARTS;
    for (uint64_t i = 0; i < clusters; i++) {
        uint64_t seed = i * PARTS + (uint64_t)_i + 1;
        uint64_t always = run(seed, ECS_INDEX_ALWAYS, &ear);
        ck_assert_uint_eq(always, run(seed, ECS_INDEX_NEVER, &ear));
        ck_assert_uint_eq(always, run(seed, ECS_INDEX_AUTO, &ear));
    }
    const struct ecs_index_counts *always = &ear.counts[ECS_INDEX_ALWAYS];
    if (getenv("PLIMSOLL_CLUSTERS") != NULL)
        printf(
            "  part %2d: %u clusters, %llu choices, %llu with an instance; %llu answers by index, "
            "%llu updates, %llu builds\n",
            _i, clusters, (unsigned long long)ear.choices, (unsigned long long)ear.found,
            (unsigned long long)(always->by_view + ear.counts[ECS_INDEX_AUTO].by_view),
            (unsigned long long)always->updates, (unsigned long long)always->builds);
    ck_assert_uint_gt(ear.choices, clusters * 1000);
    ck_assert_uint_gt(ear.found, clusters * 500);
    ck_assert_uint_gt(always->by_view, clusters * 300);
    ck_assert_uint_gt(always->updates, clusters * 300);
    ck_assert_uint_eq(always->by_scan + ear.counts[ECS_INDEX_NEVER].by_view, 0);
    ck_assert_uint_gt(always->by_sized, clusters * 50);
    ck_assert_uint_gt(always->by_view - always->by_sized, clusters * 50);
    ck_assert_uint_gt(always->forgotten, 0);
    if (_i % 8 == 2)
        ck_assert_uint_gt(ear.counts[ECS_INDEX_AUTO].by_view, 10 * clusters);
}
END_TEST

Suite *test_ecs_index_suite(void);
Suite *test_ecs_index_suite(void)
{
    Suite *suite = suite_create("ecs_index");
    TCase *tests = tcase_create("index");
    tcase_add_loop_test(tests, index_is_the_scan, 0, PARTS);
    suite_add_tcase(suite, tests);
    return suite;
}
