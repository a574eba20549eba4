/* What would have helped a task that found no place. Nothing is guessed: each change is put to the
 * filters (ecs_filter.c) as another demand, or with the step that it would lift left out, and
 * counts only when they agree. */
#include "ecs_placing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CONTAINER_MEMORY_MIN_MIB 4 /* RES-08 */

/* How much of a change it is, among those that lift one reason. A setting comes before a task that
 * has to leave. */
static int64_t cost_of(const struct ecs_relief *relief)
{
    return relief->kind == ECS_HINT_TRUNKING ? 0 : relief->amount;
}

static bool is_smaller(const struct ecs_relief *relief, const struct ecs_relief *best)
{
    return best->kind == ECS_HINT_NONE || cost_of(relief) < cost_of(best);
}

/* ---- an amount less ---- */

static bool fits(const struct ecs_world *world, const struct ecs_demand *demand, uint32_t slot,
                 bool only_named, uint64_t pardons)
{
    if (only_named)
        pardons |= ECS_PARDON(ECS_REASON_DISTINCT_INSTANCE) | ECS_PARDON(ECS_REASON_MEMBER_OF);
    return ecs_misfit_but(world, demand, slot, pardons) == ECS_REASON_NONE;
}

/* The demand as it would be, and by how much less: no less than a task may ask for. */
static struct ecs_relief shrink(const struct ecs_world *world, const struct ecs_demand *demand,
                                uint32_t slot, enum ecs_reason reason, struct ecs_demand *smaller)
{
    const struct ecs_room *room = &world->rooms[slot];
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    int64_t memory_min = (int64_t)definition->container_count * CONTAINER_MEMORY_MIN_MIB;
    struct ecs_relief relief = {.kind = ECS_HINT_NONE};
    *smaller = *demand;
    if (reason == ECS_REASON_RESOURCE_CPU && room->cpu_units >= definition->cpu_units_min) {
        relief.kind = ECS_HINT_LESS_CPU;
        smaller->cpu_units = room->cpu_units;
        relief.amount = demand->cpu_units - room->cpu_units;
    } else if (reason == ECS_REASON_RESOURCE_MEMORY && room->memory_mib >= memory_min) {
        relief.kind = ECS_HINT_LESS_MEMORY;
        smaller->memory_mib = room->memory_mib;
        relief.amount = demand->memory_mib - room->memory_mib;
    } else if (reason == ECS_REASON_RESOURCE_GPU) {
        int64_t sufficient = ecs_gpus_sufficient(world, demand, slot);
        relief.kind = ECS_HINT_LESS_GPUS;
        smaller->gpus = sufficient < demand->gpus ? sufficient : 0; /* another model: none */
        relief.amount = demand->gpus - smaller->gpus;
    }
    return relief;
}

/* ---- a step left out ---- */

static struct ecs_relief ports_free(const struct ecs_world *world, const struct ecs_demand *demand,
                                    uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    uint32_t wanted = world->scenario->task_definitions[demand->definition].port_count, first = 0;
    uint32_t taken = ecs_ports_taken(world, demand, slot, &first);
    if (taken == 0 || instance->port_count - taken + wanted > ECS_PORTS_MAX)
        return (struct ecs_relief){.kind = ECS_HINT_NONE}; /* PRT-07 is in the way */
    return (struct ecs_relief){.kind = taken == 1 ? ECS_HINT_PORT : ECS_HINT_PORTS,
                               .amount = taken,
                               .subject = first};
}

/* The interface that is missing: a trunk's, if the instance had one (ENI-4, ENI-5). */
static struct ecs_relief interface_free(const struct ecs_world *world,
                                        const struct ecs_demand *demand, uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_capacity *capacity = &world->capacities[instance->spec];
    bool trunk = !instance->trunked && world->scenario->specs[instance->spec].trunk_capable &&
                 !ecs_network_is_shared(world, instance) &&
                 capacity->enis_trunked - capacity->enis + world->rooms[slot].enis >= 1 &&
                 ecs_network_has_for_trunk(world, demand, slot);
    return (struct ecs_relief){.kind = trunk ? ECS_HINT_TRUNKING : ECS_HINT_ENI, .amount = 1};
}

/* What would lift the reason, provided that it alone stands in the way. */
static struct ecs_relief lift(const struct ecs_world *world, const struct ecs_demand *demand,
                              uint32_t slot, enum ecs_reason reason)
{
    const struct ecs_query *query = NULL;
    struct ecs_relief none = {.kind = ECS_HINT_NONE};
    uint32_t name;
    if (reason == ECS_REASON_RESOURCE_PORTS)
        return ports_free(world, demand, slot);
    if (reason == ECS_REASON_RESOURCE_ENI)
        return interface_free(world, demand, slot);
    if (reason == ECS_REASON_DISTINCT_INSTANCE)
        return (struct ecs_relief){.kind = ECS_HINT_NO_DISTINCT, .amount = 1};
    if (reason == ECS_REASON_LOCATION)
        return (struct ecs_relief){.kind = ECS_HINT_SUBNET,
                                   .amount = 1,
                                   .zone = world->instances[slot].zone};
    if (reason == ECS_REASON_NO_ADDRESS)
        return (struct ecs_relief){.kind = ECS_HINT_ADDRESS,
                                   .amount = 1,
                                   .subject = ecs_network_wanted(world, demand, slot)};
    if (reason == ECS_REASON_AGENT)
        return (struct ecs_relief){.kind = ECS_HINT_AGENT, .amount = 1};
    if (reason == ECS_REASON_ATTRIBUTE && ecs_missing_attributes(world, demand, slot, &name) == 1 &&
        ecs_spec_suits(&world->scenario->specs[world->instances[slot].spec],
                       &world->scenario->task_definitions[demand->definition]))
        return (struct ecs_relief){.kind = ECS_HINT_ATTRIBUTE, .amount = 1, .subject = name};
    if (reason == ECS_REASON_MEMBER_OF &&
        ecs_failing_queries(world, demand, slot, 2, &query) == 1) {
        name = ecs_names_find(&world->scenario->names, query->text);
        return (struct ecs_relief){.kind = ECS_HINT_NO_MEMBER_OF,
                                   .amount = 1,
                                   .subject = name == ECS_NONE ? 0 : name};
    }
    return none;
}

/* Nothing smaller can come: one port, one constraint. An interface may yet be had by a setting. */
static bool is_least(const struct ecs_relief *best)
{
    return best->kind != ECS_HINT_NONE && best->kind != ECS_HINT_ENI && cost_of(best) <= 1;
}

void ecs_hint_consider(const struct ecs_world *world, const struct ecs_demand *demand,
                       uint32_t slot, enum ecs_reason reason, bool only_named,
                       struct ecs_relief *best)
{
    struct ecs_demand smaller;
    if (is_least(best))
        return;
    struct ecs_relief relief = shrink(world, demand, slot, reason, &smaller);
    bool less = relief.kind != ECS_HINT_NONE;
    if (!less)
        relief = lift(world, demand, slot, reason);
    if (relief.kind == ECS_HINT_NONE || !is_smaller(&relief, best))
        return;
    uint64_t pardon = less || reason == ECS_REASON_AGENT ? 0 : ECS_PARDON(reason);
    if (!fits(world, less ? &smaller : demand, slot, only_named, pardon))
        return;
    relief.instance = world->instances[slot].serial;
    *best = relief;
}

/* ---- one more instance ---- */

struct offer {
    uint32_t spec;
    struct ecs_zone place;
    bool made;
};

static int64_t price_of(const struct ecs_world *world, uint32_t spec)
{
    const struct ecs_launch_spec *launch = &world->scenario->specs[spec];
    int64_t price = launch->price_given ? launch->price_nusd_per_h
                                        : world->scenario->types[launch->type].price_nusd_per_h;
    return price < 0 ? INT64_MAX : price;
}

/* Takes the offer when it is the least dear so far and would take the task. */
static void weigh(const struct ecs_world *world, const struct ecs_demand *demand,
                  struct offer offer, struct offer *best)
{
    if (best->made && price_of(world, offer.spec) >= price_of(world, best->spec))
        return;
    if (ecs_tasks_on_empty(world, demand, offer.spec) > 0 &&
        ecs_attributes_would_suit(world, demand, offer.spec, &offer.place) &&
        ecs_network_would_suit(world, demand, offer.spec, &offer.place))
        *best = offer;
}

struct ecs_relief ecs_hint_one_more(const struct ecs_world *world, const struct ecs_demand *demand)
{
    const struct ecs_scenario *scenario = world->scenario;
    struct offer best = {0};
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        if (world->groups[i].deleted ||
            (demand->provider != ECS_NONE && world->groups[i].provider != demand->provider))
            continue;
        struct offer offer = {.spec = world->groups[i].spec, .made = true};
        for (uint32_t k = 0; k < world->groups[i].layout.zone_count; k++)
            for (uint32_t n = 0; ecs_network_next_place(world, i, k, n, &offer.place); n++)
                weigh(world, demand, offer, &best);
    }
    for (uint32_t i = 0; i < scenario->extra_instance_count && demand->provider == ECS_NONE; i++)
        weigh(world, demand,
              (struct offer){scenario->extra_instances[i].spec, scenario->extra_instances[i].zone,
                             true},
              &best);
    if (!best.made)
        return (struct ecs_relief){.kind = ECS_HINT_NONE};
    return (struct ecs_relief){.kind = ECS_HINT_INSTANCE,
                               .amount = 1,
                               .subject = scenario->specs[best.spec].type,
                               .zone = best.place.name};
}

/* ---- in words ---- */

/* Appends what a placeholder stands for; 0: it is none. */
static size_t expand(const struct ecs_scenario *scenario, const int64_t *failure, const char *at,
                     char *out, size_t size)
{
    int64_t subject = failure[ECS_FAILURE_subject];
    if (strncmp(at, "{n}", 3) == 0)
        snprintf(out, size, "%" PRId64, failure[ECS_FAILURE_amount]);
    else if (strncmp(at, "{subject}", 9) == 0)
        snprintf(out, size, "%" PRId64, subject);
    else if (strncmp(at, "{name}", 6) == 0)
        snprintf(out, size, "%s", scenario->names.text[subject]);
    else if (strncmp(at, "{type}", 6) == 0)
        snprintf(out, size, "%s", scenario->types[subject].name);
    else if (strncmp(at, "{zone}", 6) == 0)
        snprintf(out, size, "%s", scenario->names.text[failure[ECS_FAILURE_zone]]);
    else
        return 0;
    return strcspn(at, "}") + 1;
}

void ecs_hint_text(const struct ecs_scenario *scenario, const int64_t *failure, char *out,
                   size_t size)
{
    const char *at = ecs_hint_texts[failure[ECS_FAILURE_hint]];
    size_t used = 0;
    out[0] = '\0';
    while (*at != '\0' && used + 1 < size) {
        size_t read = expand(scenario, failure, at, out + used, size - used);
        if (read == 0) {
            out[used] = *at++;
            out[used + 1] = '\0';
        }
        used += strlen(out + used);
        at += read;
    }
}
