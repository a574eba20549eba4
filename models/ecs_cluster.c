/* The cluster: status, capacity providers, account settings, task definitions.
 *
 * At t = 0 the cluster of the scenario stands: ACTIVE, its providers CREATED, without a record.
 * PutClusterCapacityProviders replaces list and default strategy in one step (PCP-01, PCP-03). What
 * needs no scaling plan takes effect at once. A provider with managed scaling that comes is in the
 * list at once, and its group's later launches belong to it; its clocks start, and strategies may
 * name it, when the update is complete (CLU-05); one that goes stops at once. Meanwhile the cluster
 * is PROVISIONING when something comes, else DEPROVISIONING (PCP-04), and goes on taking tasks for
 * what it has: CLU-05 asks for ACTIVE before first use, and AWS does not say that a running cluster
 * pauses. Only after DeleteCluster does it refuse every task, until an agent that finds no cluster
 * "default" makes one (REG-4).
 *
 * Instances keep the provider of their launch (CPV-06): those launched before their group's
 * provider was attached have none for good, those of a provider that goes keep it, and serve it
 * again if it comes back. */
#include "ecs_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- status ---- */

static void set_status(struct ecs_world *world, enum ecs_cluster_status status, bool updating)
{
    world->cluster_status = status;
    world->cluster_updating = updating;
    struct sim_record record = ecs_record(world, ECS_RECORD_CLUSTER);
    record.field[ECS_CLUSTER_status] = status;
    record.field[ECS_CLUSTER_updating] = updating;
    ecs_emit(world, &record);
}

bool ecs_cluster_usable(const struct ecs_world *world, uint32_t provider)
{
    return world->attached[provider] &&
           (!world->scenario->providers[provider].managed_scaling || world->managers[provider].on);
}

void ecs_on_cluster(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    for (uint32_t i = 0; i < scenario->provider_count; i++)
        if (world->attached[i] && scenario->providers[i].managed_scaling && !world->managers[i].on)
            ecs_managed_attach(world, i);
    set_status(world, ECS_CLUSTER_ACTIVE, false);
}

/* ---- providers ---- */

static bool listed(const struct ecs_change *change, uint32_t provider)
{
    for (uint32_t i = 0; i < change->provider_count; i++)
        if (change->providers[i] == provider)
            return true;
    return false;
}

/* Some task that has not STOPPED was asked of it (PCP-02): waiting ones count, and those on their
 * way out. */
static bool in_use(const struct ecs_world *world, uint32_t provider)
{
    for (uint32_t slot = 0; slot < world->task_slots.count; slot++)
        if (world->tasks[slot].provider == provider &&
            sim_slots_id(&world->task_slots, slot).generation != 0)
            return true;
    return false;
}

static void attach(struct ecs_world *world, uint32_t provider)
{
    world->attached[provider] = true;
    world->groups[world->scenario->providers[provider].asg].provider = provider;
}

static void detach(struct ecs_world *world, uint32_t provider)
{
    struct ecs_group *group = &world->groups[world->scenario->providers[provider].asg];
    world->attached[provider] = false;
    if (group->provider == provider)
        group->provider = ECS_NONE;
    if (world->managers[provider].on)
        ecs_managed_detach(world, provider);
}

static enum ecs_refusal put_refusal(const struct ecs_world *world, const struct ecs_change *change)
{
    if (world->cluster_status == ECS_CLUSTER_INACTIVE)
        return ECS_REFUSAL_CLUSTER_INACTIVE;
    if (world->cluster_updating)
        return ECS_REFUSAL_CLUSTER_UPDATING;
    for (uint32_t i = 0; i < change->strategy.count; i++)
        if (!listed(change, change->strategy.items[i].provider))
            return ECS_REFUSAL_PROVIDER_NOT_LISTED;
    for (uint32_t i = 0; i < world->scenario->provider_count; i++)
        if (world->attached[i] && !listed(change, i) && in_use(world, i))
            return ECS_REFUSAL_PROVIDER_IN_USE;
    return ECS_REFUSAL_NONE;
}

enum ecs_refusal ecs_cluster_put_providers(struct ecs_world *world, const struct ecs_change *change)
{
    const struct ecs_scenario *scenario = world->scenario;
    enum ecs_refusal refusal = put_refusal(world, change);
    if (refusal != ECS_REFUSAL_NONE)
        return refusal;
    bool comes = false, goes = false; /* with a scaling plan */
    for (uint32_t i = 0; i < scenario->provider_count; i++) {
        if (world->attached[i] == listed(change, i))
            continue;
        bool managed = scenario->providers[i].managed_scaling;
        if (world->attached[i])
            detach(world, i);
        else
            attach(world, i);
        comes |= managed && world->attached[i];
        goes |= managed && !world->attached[i];
    }
    world->default_strategy = change->strategy;
    world->strategy_version++;
    if (!comes && !goes)
        return ECS_REFUSAL_NONE;
    set_status(world, comes ? ECS_CLUSTER_PROVISIONING : ECS_CLUSTER_DEPROVISIONING, true);
    sim_engine_at(&world->engine, ecs_now(world) + scenario->behaviour.cluster_update,
                  ECS_EVENT_CLUSTER, 0, 0);
    return ECS_REFUSAL_NONE;
}

/* ---- DeleteCluster ---- */

static bool has_container_instances(const struct ecs_world *world)
{
    for (uint32_t slot = 0; slot < world->instance_slots.count; slot++)
        if (ecs_is_registered(&world->instances[slot]) &&
            sim_slots_id(&world->instance_slots, slot).generation != 0)
            return true;
    return false;
}

enum ecs_refusal ecs_cluster_delete(struct ecs_world *world)
{
    if (world->cluster_status == ECS_CLUSTER_INACTIVE)
        return ECS_REFUSAL_CLUSTER_INACTIVE;
    if (world->cluster_updating)
        return ECS_REFUSAL_CLUSTER_UPDATING;
    if (has_container_instances(world))
        return ECS_REFUSAL_HAS_CONTAINER_INSTANCES; /* CLU-14 */
    if (ecs_services_exist(world))
        return ECS_REFUSAL_HAS_SERVICES;
    if (world->task_slots.in_use > 0)
        return ECS_REFUSAL_HAS_TASKS; /* CLU-16 */
    for (uint32_t i = 0; i < world->scenario->provider_count; i++)
        if (world->attached[i])
            detach(world, i);
    world->default_strategy = (struct ecs_strategy){0};
    world->strategy_version++;
    set_status(world, ECS_CLUSTER_INACTIVE, false); /* CLU-15 */
    return ECS_REFUSAL_NONE;
}

bool ecs_cluster_is_default(const struct ecs_world *world)
{
    return strcmp(world->scenario->cluster, "default") == 0;
}

void ecs_cluster_create(struct ecs_world *world)
{
    set_status(world, ECS_CLUSTER_ACTIVE, false);
}

/* ---- task definitions ---- */

/* Finds the latest ACTIVE revision of every family. A family is known by its group's name,
 * "family:<family>" (TG-2). */
static void find_latest(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    const struct ecs_task_definition *definitions = scenario->task_definitions;
    uint32_t *latest = sim_malloc(scenario->names.count * sizeof latest[0]); /* by group's name */
    memset(latest, 0xff, scenario->names.count * sizeof latest[0]);          /* ECS_NONE */
    for (uint32_t i = 0; i < scenario->task_definition_count; i++) {
        uint32_t *best = &latest[definitions[i].group];
        if (world->definition_active[i] &&
            (*best == ECS_NONE || definitions[i].revision > definitions[*best].revision))
            *best = i;
    }
    for (uint32_t i = 0; i < scenario->task_definition_count; i++)
        world->latest_definition[i] = latest[definitions[i].group];
    free(latest);
}

enum ecs_refusal ecs_definition_set(struct ecs_world *world, uint32_t definition, bool active)
{
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    if (active &&
        world->scenario->task_definitions[definition].revision > behaviour->revision_limit)
        return ECS_REFUSAL_REVISION_LIMIT; /* QTA-11: INACTIVE revisions count */
    if (!active && ecs_definition_unknown(world, definition))
        return ECS_REFUSAL_NO_SUCH_DEFINITION;
    if (!active && !world->definition_active[definition])
        return ECS_REFUSAL_DEFINITION_INACTIVE;
    if (active && ecs_definition_unknown(world, definition))
        world->definition_usable_until[definition] = 0;
    if (!active)
        world->definition_usable_until[definition] = ecs_now(world) + behaviour->deregistration_lag;
    world->definition_active[definition] = active;
    find_latest(world);
    return ECS_REFUSAL_NONE;
}

bool ecs_definition_unknown(const struct ecs_world *world, uint32_t definition)
{
    return world->definition_usable_until[definition] < 0;
}

uint32_t ecs_definition_of(const struct ecs_world *world, const struct ecs_request *request,
                           uint32_t definition)
{
    if (request->latest_revision && definition == request->task_definition)
        return world->latest_definition[definition]; /* TDF-13 */
    if (world->definition_active[definition] ||
        ecs_now(world) < world->definition_usable_until[definition])
        return definition;
    return ECS_NONE;
}

/* ---- the start ---- */

void ecs_cluster_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    world->cluster_status = ECS_CLUSTER_ACTIVE;
    world->cluster_updating = false;
    world->default_strategy = scenario->default_strategy;
    world->strategy_version = 0;
    for (uint32_t i = 0; i < scenario->provider_count; i++)
        world->attached[i] = scenario->providers[i].attached;
    memcpy(world->settings, scenario->settings, sizeof world->settings);
    for (uint32_t i = 0; i < scenario->task_definition_count; i++) {
        const struct ecs_task_definition *definition = &scenario->task_definitions[i];
        world->definition_active[i] = !definition->registered_later && !definition->inactive;
        world->definition_usable_until[i] = definition->registered_later ? -1 : 0;
    }
    find_latest(world);
}
