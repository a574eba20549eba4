/* Auto Scaling groups: keep `members` at `desired` (sheet 04, section 2).
 *
 * Launch: each new instance goes to the zone with the fewest members. Scale-in: zone balance comes
 * first whatever the policy: the victim is taken from the fullest zone that holds an unprotected
 * instance, zones that tie being candidates together; then the named policies in order; then a
 * keyed rank by chance. */
#include "ecs_state.h"

#include <stdlib.h>

#define POLICY_KEYS 8

void ecs_groups_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        struct ecs_group *group = &world->groups[i];
        uint32_t *slots = group->slots, capacity = group->capacity;
        *group = (struct ecs_group){
            .desired = scenario->asgs[i].desired,
            .slots = slots,
            .capacity = capacity,
            .last_launch = -1,
            .provider = ECS_NONE,
            .cause = ECS_CAUSE_INITIAL,
        };
    }
    for (uint32_t i = 0; i < scenario->provider_count; i++)
        world->groups[scenario->providers[i].asg].provider = i;
    for (uint32_t i = 0; i < scenario->asg_count; i++)
        ecs_on_reconcile(world, i);
}

/* ---- launch ---- */

static uint32_t emptiest_zone(const struct ecs_world *world, uint32_t asg_index)
{
    const struct ecs_asg *asg = &world->scenario->asgs[asg_index];
    const struct ecs_group *group = &world->groups[asg_index];
    uint32_t ties[ECS_ZONES_MAX], count = 0;
    for (uint32_t zone = 0; zone < asg->zone_count; zone++) {
        if (count > 0 && group->zone_members[zone] > group->zone_members[ties[0]])
            continue;
        if (count > 0 && group->zone_members[zone] < group->zone_members[ties[0]])
            count = 0;
        ties[count++] = zone;
    }
    if (count == 1 || world->scenario->behaviour.zone_tie == ECS_TIE_FIRST)
        return ties[0];
    return ties[sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_ZONE, asg_index,
                              (uint64_t)group->launches + 1, count)];
}

static void launch_missing(struct ecs_world *world, uint32_t asg_index)
{
    const struct ecs_asg *asg = &world->scenario->asgs[asg_index];
    struct ecs_group *group = &world->groups[asg_index];
    bool initial = group->cause == ECS_CAUSE_INITIAL;
    bool booted = initial && !asg->initial_launching;
    while (group->members < group->desired) {
        uint32_t zone = emptiest_zone(world, asg_index);
        ecs_instance_launch(world, asg_index, asg->spec, &asg->zones[zone], zone, booted,
                            group->cause);
        if (!booted)
            group->last_launch = ecs_now(world);
    }
}

/* ---- scale-in ---- */

struct victim {
    int64_t keys[POLICY_KEYS]; /* smaller goes first */
    double rank;               /* keyed chance, for what the policies leave tied */
    int64_t serial;
    uint32_t slot, zone;
};

static int compare_victims(const void *a, const void *b)
{
    const struct victim *left = a, *right = b;
    if (left->zone != right->zone)
        return left->zone < right->zone ? -1 : 1;
    for (uint32_t i = 0; i < POLICY_KEYS; i++)
        if (left->keys[i] != right->keys[i])
            return left->keys[i] < right->keys[i] ? -1 : 1;
    if (left->rank < right->rank || left->rank > right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->serial < right->serial ? -1 : left->serial > right->serial;
}

/* Whether left goes before right, zones aside. */
static bool goes_before(const struct victim *left, const struct victim *right)
{
    struct victim a = *left, b = *right;
    a.zone = b.zone = 0;
    return compare_victims(&a, &b) < 0;
}

static int64_t policy_key(const struct ecs_world *world, const struct ecs_instance *instance,
                          enum ecs_termination_policy policy)
{
    switch (policy) {
    case ECS_TERMINATE_OLDEST_INSTANCE:
        return instance->launched;
    case ECS_TERMINATE_NEWEST_INSTANCE:
        return -instance->launched;
    case ECS_TERMINATE_DEFAULT: /* with one configuration and market its third step decides */
    case ECS_TERMINATE_CLOSEST_TO_NEXT_INSTANCE_HOUR:
        return SIM_HOUR - (ecs_now(world) - instance->running) % SIM_HOUR;
    case ECS_TERMINATE_OLDEST_LAUNCH_CONFIGURATION: /* a group has one */
    case ECS_TERMINATE_OLDEST_LAUNCH_TEMPLATE:
    case ECS_TERMINATE_ALLOCATION_STRATEGY:
        break;
    }
    return 0;
}

/* Running, unprotected members of the group as victims, sorted by zone and policy. */
static uint32_t list_victims(const struct ecs_world *world, uint32_t asg_index,
                             struct victim *victims)
{
    const struct ecs_asg *asg = &world->scenario->asgs[asg_index];
    const struct ecs_group *group = &world->groups[asg_index];
    uint32_t count = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct ecs_instance *instance = &world->instances[group->slots[i]];
        if (instance->terminating || instance->protected_from_scale_in || instance->running < 0)
            continue;
        struct victim *victim = &victims[count++];
        *victim = (struct victim){
            .rank = sim_rng_uniform(world->scenario->seed, world->replication, SIM_CHANCE_VICTIM,
                                    asg_index, (uint64_t)instance->launch_index),
            .serial = instance->serial,
            .slot = group->slots[i],
            .zone = instance->zone_index,
        };
        for (uint32_t k = 0; k < asg->policy_count && k < POLICY_KEYS; k++)
            victim->keys[k] = policy_key(world, instance, asg->policies[k]);
        if (asg->policy_count == 0)
            victim->keys[0] = policy_key(world, instance, ECS_TERMINATE_DEFAULT);
    }
    qsort(victims, count, sizeof victims[0], compare_victims);
    return count;
}

static void terminate_surplus(struct ecs_world *world, uint32_t asg_index)
{
    struct ecs_group *group = &world->groups[asg_index];
    struct victim *victims = sim_malloc((group->count + 1) * sizeof victims[0]);
    uint32_t count = list_victims(world, asg_index, victims);
    uint32_t next[ECS_ZONES_MAX], end[ECS_ZONES_MAX]; /* each zone's part of the sorted list */
    uint32_t zone_count = world->scenario->asgs[asg_index].zone_count;
    for (uint32_t zone = 0, i = 0; zone < zone_count; zone++) {
        next[zone] = i;
        while (i < count && victims[i].zone == zone)
            i++;
        end[zone] = i;
    }
    while (group->members > group->desired) {
        const struct victim *chosen = NULL;
        for (uint32_t zone = 0; zone < zone_count; zone++) {
            if (next[zone] == end[zone])
                continue;
            const struct victim *head = &victims[next[zone]];
            int64_t more =
                chosen == NULL ? 1 : group->zone_members[zone] - group->zone_members[chosen->zone];
            if (more > 0 || (more == 0 && goes_before(head, chosen)))
                chosen = head;
        }
        if (chosen == NULL)
            break; /* the rest is protected: desired stays, nothing is terminated (1.9) */
        next[chosen->zone]++;
        ecs_instance_terminate(world, chosen->slot, ECS_CAUSE_SCALE_IN);
    }
    free(victims);
}

/* ---- desired ---- */

void ecs_on_reconcile(struct ecs_world *world, uint32_t asg)
{
    if (world->groups[asg].members < world->groups[asg].desired)
        launch_missing(world, asg);
    else if (world->groups[asg].members > world->groups[asg].desired)
        terminate_surplus(world, asg);
}

void ecs_group_set_desired(struct ecs_world *world, uint32_t asg, int64_t desired,
                           enum ecs_cause cause, sim_time delay)
{
    struct ecs_group *group = &world->groups[asg];
    struct sim_record record = ecs_record(world, ECS_RECORD_SCALING);
    int64_t *field = record.field;
    field[ECS_SCALING_asg] = asg;
    field[ECS_SCALING_kind] = desired > group->desired ? ECS_SCALE_OUT : ECS_SCALE_IN;
    field[ECS_SCALING_from_count] = group->desired;
    field[ECS_SCALING_to_count] = desired;
    field[ECS_SCALING_cause] = cause;
    ecs_emit(world, &record);
    group->desired = desired;
    group->cause = cause;
    sim_engine_at(&world->engine, ecs_now(world) + delay, ECS_EVENT_RECONCILE, asg, 0);
}
