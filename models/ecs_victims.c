#include "ecs_victims.h"

#include "place.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The zone as a dimension, whether a rule of the scenario names its attribute or not. */
#define ZONE (ECS_NONE - 1)

/* Tasks still in question, and for each the rule's score. */
struct choice {
    const struct ecs_world *world;
    uint32_t *tasks;
    uint32_t count;
    int64_t *scores;
    /* How many tasks of the service have each value of a dimension. */
    const uint32_t *all;
    uint32_t all_count;
    struct sim_map values;
    int64_t *tallies;
    int64_t *direct; /* by instance slot or zone: those values are their own index */
};

bool ecs_service_placement(struct ecs_names *names, struct ecs_placement *placement)
{
    if (placement->rule_count > 0)
        return false;
    uint32_t spread = place_strategy_find("spread");
    placement->rules[0] =
        (struct ecs_placement_rule){.strategy = spread,
                                    .dimension = ecs_names_intern(names, "ecs.availability-zone")};
    placement->rules[1] = (struct ecs_placement_rule){.strategy = spread, .dimension = 0};
    placement->rule_count = 2;
    return true;
}

/* ---- counting the service's tasks ---- */

/* What tells a value of the dimension from others: the instance itself, or its attribute. */
static uint64_t value_of(const struct choice *choice, uint32_t task, uint32_t dimension)
{
    uint32_t slot = choice->world->tasks[task].instance;
    if (dimension == ZONE)
        return choice->world->instances[slot].zone;
    return dimension == 0 ? slot : ecs_instance_attribute(choice->world, slot, dimension);
}

static bool is_direct(uint32_t dimension)
{
    return dimension == ZONE || dimension == 0;
}

/* A service of thousands that is rolled over or scaled in asks this for each stop: no hashing where
 * the value will do. Only what is counted is cleared. */
static void tally_directly(struct choice *choice, uint32_t dimension)
{
    for (uint32_t i = 0; i < choice->all_count; i++)
        choice->direct[value_of(choice, choice->all[i], dimension)] = 0;
    for (uint32_t i = 0; i < choice->all_count; i++)
        choice->direct[value_of(choice, choice->all[i], dimension)]++;
}

static void tally(struct choice *choice, uint32_t dimension)
{
    if (is_direct(dimension)) {
        tally_directly(choice, dimension);
        return;
    }
    sim_map_clear(&choice->values);
    memset(choice->tallies, 0, choice->all_count * sizeof choice->tallies[0]);
    for (uint32_t i = 0; i < choice->all_count; i++) {
        uint64_t value = value_of(choice, choice->all[i], dimension);
        choice->tallies[sim_map_intern(&choice->values, &value)]++;
    }
}

static int64_t tallied(const struct choice *choice, uint32_t task, uint32_t dimension)
{
    uint64_t value = value_of(choice, task, dimension);
    if (is_direct(dimension))
        return choice->direct[value];
    return choice->tallies[sim_map_find(&choice->values, &value)];
}

/* ---- rules ---- */

static void keep_lowest(struct choice *choice)
{
    int64_t best = INT64_MAX;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < choice->count; i++)
        best = choice->scores[i] < best ? choice->scores[i] : best;
    for (uint32_t i = 0; i < choice->count; i++)
        if (choice->scores[i] == best)
            choice->tasks[kept++] = choice->tasks[i];
    choice->count = kept;
}

/* A task's instance as it will be once the task has gone. CPU and memory alone: no strategy that
 * has an opinion looks at anything else. */
static struct place_view view_without(const struct ecs_world *world, uint32_t task)
{
    struct place_view view;
    const struct ecs_demand *demand = &world->demands[world->tasks[task].demand];
    ecs_view_demand(world, demand, &view);
    ecs_view_instance(world, world->tasks[task].instance, &view);
    view.free_cpu_units += demand->cpu_units;
    view.free_memory_mib += demand->memory_mib;
    return view;
}

static void narrow(struct choice *choice, const struct ecs_placement_rule *rule)
{
    const struct place_strategy *strategy = place_strategies[rule->strategy];
    bool counts = strategy->field == PLACE_FIELD_DIMENSION;
    if (strategy->stop == NULL)
        return;
    if (counts)
        tally(choice, rule->dimension);
    for (uint32_t i = 0; i < choice->count; i++) {
        struct place_view view = view_without(choice->world, choice->tasks[i]);
        if (counts)
            view.same_group = tallied(choice, choice->tasks[i], rule->dimension);
        choice->scores[i] = strategy->stop(&view, rule->dimension);
    }
    keep_lowest(choice);
}

/* ST-14: newest first. */
static void narrow_by_age(struct choice *choice)
{
    for (uint32_t i = 0; i < choice->count; i++)
        choice->scores[i] = -choice->world->tasks[choice->tasks[i]].created;
    keep_lowest(choice);
}

/* The service's own chain, by epoch. */
static void narrow_by_chain(struct choice *choice, const struct ecs_placement *placement)
{
    const struct ecs_world *world = choice->world;
    bool by_age = false;
    const struct ecs_placement_rule *packing = NULL;
    for (uint32_t i = 0; i < placement->rule_count; i++) {
        struct ecs_placement_rule rule = placement->rules[i];
        const struct place_strategy *strategy = place_strategies[rule.strategy];
        if (strategy->field == PLACE_FIELD_DIMENSION) {
            if (world->scenario->behaviour.spread_scale_in == ECS_SPREAD_NEWEST)
                by_age = true;
            else
                rule.dimension = ZONE;
        }
        if (strategy->field == PLACE_FIELD_RESOURCE)
            packing = &placement->rules[i];
        narrow(choice, &rule);
    }
    if (packing != NULL) {
        struct ecs_placement_rule other = {packing->strategy, !packing->dimension};
        narrow(choice, &other);
    }
    if (by_age)
        narrow_by_age(choice);
}

static void narrow_by_default(struct choice *choice)
{
    uint32_t spread = place_strategy_find("spread");
    narrow(choice, &(struct ecs_placement_rule){.strategy = spread, .dimension = ZONE});
    narrow(choice, &(struct ecs_placement_rule){.strategy = spread, .dimension = 0});
}

uint32_t ecs_victim_choose(const struct ecs_world *world, const struct ecs_placement *placement,
                           const uint32_t *tasks, uint32_t count, uint64_t service, uint64_t stop_n)
{
    assert(count > 0);
    struct choice choice = {
        .world = world,
        .tasks = sim_malloc(count * sizeof choice.tasks[0]),
        .count = count,
        .scores = sim_malloc(count * sizeof choice.scores[0]),
        .all = tasks,
        .all_count = count,
        .tallies = sim_malloc(count * sizeof choice.tallies[0]),
        .direct = sim_malloc((world->instance_slots.count + world->scenario->names.count) *
                             sizeof choice.direct[0]),
    };
    memcpy(choice.tasks, tasks, count * sizeof tasks[0]);
    sim_map_init(&choice.values, 1);
    if (placement->rule_count > 0)
        narrow_by_chain(&choice, placement);
    else
        narrow_by_default(&choice);
    uint64_t at = choice.count == 1 ? 0
                                    : sim_rng_index(world->scenario->seed, world->replication,
                                                    SIM_CHANCE_STOP, service, stop_n, choice.count);
    uint32_t victim = choice.tasks[at];
    sim_map_release(&choice.values);
    free(choice.tasks);
    free(choice.scores);
    free(choice.tallies);
    free(choice.direct);
    return victim;
}
