/* Placement alone: the choice of an instance and the books that it needs, in a steady state. A
 * world of n container instances is filled to some 70 % of its CPU; then every step takes the
 * oldest task away and places another one. The rest of a task's life is measured by bench_run. */
#include "bench.h"
#include "ecs_index.h"
#include "place.h"
#include "sim_arena.h"
#include "world_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIZES 8

/* A mix of reservations: CPU units, MiB. */
static const int64_t sizes[SIZES][2] = {{256, 512},   {512, 1024}, {1024, 2048}, {128, 1500},
                                        {2048, 3000}, {512, 512},  {768, 3500},  {300, 700}};

enum constraint { NOTHING, DISTINCT, MEMBER_OF };

struct kind {
    const char *name;
    const char *rules[2]; /* as "strategy field" */
    enum constraint constraint;
    uint32_t sizes; /* different ones */
};

static const struct kind kinds[] = {
    {"binpack", {"binpack memory"}, NOTHING, SIZES},
    {"spread az, binpack", {"spread az", "binpack memory"}, NOTHING, SIZES},
    {"spread instanceId", {"spread instanceId"}, NOTHING, SIZES},
    {"random", {"random"}, NOTHING, SIZES},
    {"distinctInstance", {"random"}, DISTINCT, SIZES},
    {"memberOf, binpack", {"binpack memory"}, MEMBER_OF, SIZES},
    {"binpack, 2,000 sizes", {"binpack memory"}, NOTHING, 2000},
};

struct placed {
    uint32_t demand, slot, group;
};

struct bench {
    const struct kind *kind;
    struct fixture fixture;
    struct ecs_request request;
    uint32_t instances, steps;
    double ns;    /* of a placement, the result */
    double looks; /* instances looked at for one: what the clock's noise cannot blur */
    uint64_t hash;
    bool begun;
};

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- a task comes and goes, as ecs_room does it but for records and meters ---- */

static void move(struct ecs_world *world, const struct placed *placed, int sign)
{
    const struct ecs_demand *demand = &world->demands[placed->demand];
    struct ecs_room *room = &world->rooms[placed->slot];
    room->cpu_units -= sign * demand->cpu_units;
    room->memory_mib -= sign * demand->memory_mib;
    if (world->dimension_count > 0)
        ecs_tally_count(world, placed->group, placed->slot, sign);
    ecs_index_touch(world, placed->slot);
    if (sign < 0)
        world->pools[world->scenario->provider_count].version++;
}

/* The n-th demand of the mix; 2,000 sizes are spread over the same range. */
static uint32_t demand_of(struct ecs_world *world, const struct bench *bench, uint32_t n,
                          uint32_t *group)
{
    uint32_t size = n % SIZES;
    int64_t more = bench->kind->sizes > SIZES ? (int64_t)(n / SIZES) : 0;
    struct ecs_arrived arrived = {
        .request = &bench->request,
        .definition = size,
        .group = bench->fixture.definitions[size].group,
        .provider = ECS_NONE,
        .cpu_units = sizes[size][0],
        .memory_mib = sizes[size][1] + more,
        .distinct = bench->kind->constraint == DISTINCT,
    };
    *group = arrived.group;
    return ecs_demand_of(world, &arrived);
}

static void place(struct ecs_world *world, struct bench *bench, uint64_t n, struct placed *placed)
{
    uint32_t which =
        (uint32_t)(sim_rng_mix(n, 17) % (bench->kind->sizes > SIZES ? bench->kind->sizes : SIZES));
    placed->demand = demand_of(world, bench, which, &placed->group);
    placed->slot = ecs_place_choose(world, placed->demand, (int64_t)n + 1, 1);
    bench->hash = sim_rng_mix(bench->hash, placed->slot);
    if (placed->slot != ECS_NONE)
        move(world, placed, 1);
}

/* A scan and the building of a view look at every instance, bringing a view up to date at one for
 * each change. */
static uint64_t looks_of(const struct ecs_world *world, const struct bench *bench)
{
    struct ecs_index_counts counts = ecs_index_counts(world);
    return (counts.by_scan + counts.builds) * bench->instances + counts.updates;
}

static void measure(struct ecs_world *world, struct bench *bench)
{
    uint32_t count = (uint32_t)((uint64_t)bench->instances * 4096 * 7 / 10 / 691); /* mean CPU */
    struct placed *tasks = sim_malloc(count * sizeof tasks[0]);
    for (uint32_t i = 0; i < count; i++)
        place(world, bench, i, &tasks[i]);
    double began = 0;
    uint64_t looks = 0;
    for (uint32_t i = 0; i < 2 * bench->steps; i++) { /* the first half warms up */
        if (i == bench->steps) {
            looks = looks_of(world, bench);
            began = cpu_s();
        }
        struct placed *oldest = &tasks[i % count];
        if (oldest->slot != ECS_NONE)
            move(world, oldest, -1);
        place(world, bench, (uint64_t)count + i, oldest);
    }
    bench->ns = (cpu_s() - began) * 1e9 / bench->steps;
    bench->looks = (double)(looks_of(world, bench) - looks) / bench->steps;
    for (uint32_t i = 0; i < count; i++) /* as it was: the world goes on */
        if (tasks[i].slot != ECS_NONE)
            move(world, &tasks[i], -1);
    free(tasks);
}

/* The first choice of the run: all instances are registered. */
static void begin(void *user, const struct ecs_world *world, uint32_t demand, int64_t arrival,
                  uint32_t attempt, uint32_t slot)
{
    struct bench *bench = user;
    (void)demand;
    (void)arrival;
    (void)attempt;
    (void)slot;
    if (bench->begun)
        return;
    bench->begun = true;
    measure((struct ecs_world *)world, bench);
}

/* ---- the scenario ---- */

static void add_rule(struct bench *bench, const char *rule)
{
    struct ecs_placement *placement = &bench->request.placement;
    if (strcmp(rule, "binpack memory") == 0)
        fixture_rule("binpack", placement, 1);
    else if (strcmp(rule, "spread instanceId") == 0)
        fixture_rule("spread", placement, 0);
    else if (strcmp(rule, "spread az") == 0)
        fixture_rule("spread", placement,
                     ecs_names_intern(&bench->fixture.scenario.names, "ecs.availability-zone"));
    else
        fixture_rule("random", placement, 0);
}

static void add_instances(struct fixture *f, uint32_t count)
{
    static const char *const zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};
    for (uint32_t i = 0; i < 6; i++) { /* two types in three zones */
        if (i < 2)
            fixture_add_type(f, i == 0 ? "a.large" : "b.large", 4, i == 0 ? 16384 : 12000, 0, 4);
        f->extras[i] = (struct ecs_extra_instance){
            .spec = i % 2,
            .count = count / 6 + (i < count % 6),
            .zone = {.name = ecs_names_intern(&f->scenario.names, zones[i / 2])},
        };
    }
    f->scenario.extra_instance_count = 6;
}

/* memberOf attribute:ecs.availability-zone != us-east-1c, compiled by hand. */
static void add_query(struct bench *bench)
{
    static const char *const zone[] = {"us-east-1c"};
    static struct ecs_query_node node;
    static struct ecs_query query;
    static const struct ecs_query *const queries[] = {&query};
    node = (struct ecs_query_node){.kind = ECS_QUERY_TERM,
                                   .term = {.subject = ECS_QUERY_ATTRIBUTE,
                                            .operation = ECS_QUERY_NOT_EQUALS,
                                            .attribute = "ecs.availability-zone",
                                            .values = zone,
                                            .value_count = 1}};
    query = (struct ecs_query){.text = "attribute:ecs.availability-zone != us-east-1c",
                               .nodes = &node,
                               .node_count = 1,
                               .is_static = true};
    bench->request.placement.queries = queries;
    bench->request.placement.query_count = 1;
}

static void run(struct bench *bench)
{
    struct fixture *f = &bench->fixture;
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 0);
    add_instances(f, bench->instances);
    for (uint32_t i = 0; i < SIZES; i++)
        fixture_add_definition(f, sizes[i][0], sizes[i][1], 1);
    bench->request.give_up_after = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < 2 && bench->kind->rules[i] != NULL; i++)
        add_rule(bench, bench->kind->rules[i]);
    bench->request.placement.distinct_instance = bench->kind->constraint == DISTINCT;
    if (bench->kind->constraint == MEMBER_OF)
        add_query(bench);
    fixture_run_task(f, 0, (struct ecs_strategy){0}, 1, 0);
    f->run_tasks[0].request.placement = bench->request.placement; /* its dimensions are counted */
    struct ecs_world *world = ecs_world_new(&f->scenario);
    ecs_index_listen(world, begin, bench);
    ecs_world_run(world, 0);
    ecs_world_free(world);
    fixture_release(f);
}

/* One kind at each size; a row. */
static void print_kind(FILE *out, const struct kind *kind, const uint32_t *instances, bool small)
{
    double ns[3] = {0}, looks = 0;
    uint64_t hash = 0;
    for (uint32_t k = 0; k < 3; k++) {
        struct bench *bench = sim_malloc(sizeof *bench);
        *bench =
            (struct bench){.kind = kind, .instances = instances[k], .steps = small ? 500 : 100000};
        run(bench);
        ns[k] = bench->ns;
        looks = bench->looks;
        hash = sim_rng_mix(hash, bench->hash);
        free(bench);
    }
    fprintf(out, "%-22s %12.0f %12.0f %12.0f %9.2f %9.1f  %016llx\n", kind->name, ns[0], ns[1],
            ns[2], ns[2] / ns[0], looks, (unsigned long long)hash);
}

void bench_places(FILE *out, int small)
{
    static const uint32_t full_sizes[] = {1000, 10000, 100000}, small_sizes[] = {100, 1000, 4000};
    static const char *const full_names[] = {"place-1k", "place-10k", "place-100k", "100k/1k"};
    static const char *const small_names[] = {"place-100", "place-1k", "place-4k", "4k/100"};
    const char *const *names = small ? small_names : full_names;
    fprintf(out, "placement alone: ns of CPU time each, and instances looked at in the largest\n");
    fprintf(out, "%-22s %12s %12s %12s %9s %9s  %s\n", "strategy", names[0], names[1], names[2],
            names[3], "looks", "result");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        print_kind(out, &kinds[i], small ? small_sizes : full_sizes, small);
}
