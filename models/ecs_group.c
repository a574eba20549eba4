/* Auto Scaling groups: keep `members` at `desired` (sheet 04, section 2).
 *
 * Launch: each new instance goes to the zone with the fewest members. Scale-in: zone balance comes
 * first whatever the policy: the victim is taken from the fullest zone that holds an unprotected
 * instance, zones that tie being candidates together; then the named policies in order; then a
 * keyed rank by chance. Members that EC2 has stopped are unhealthy and go before all others,
 * protected or not (2.3).
 *
 * An update that leaves a zone out ends launches there; its members stay and count in the balance
 * as all others, until a scale-in takes them. (AWS would move them: 2.1.)
 *
 * The age of a launch configuration or template is that of its use by the group: their times of
 * creation are not in a scenario. */
#include "ecs_state.h"

#include <assert.h>
#include <stdlib.h>

#define POLICY_KEYS 10 /* eight policies, the last of which may be Default: three keys */

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
            .min_size = scenario->asgs[i].min_size,
            .max_size = scenario->asgs[i].max_size,
            .spec = scenario->asgs[i].spec,
            .layout = {scenario->asgs[i].zones, scenario->asgs[i].zone_count,
                       scenario->asgs[i].places, scenario->asgs[i].place_count},
            .policies = scenario->asgs[i].policies,
            .policy_count = scenario->asgs[i].policy_count,
            .cooldown = scenario->asgs[i].cooldown,
            .new_instances_protected = scenario->asgs[i].new_instances_protected,
            .last_launch = -1,
            .retry_at = -1,
            .configuration = 1,
            .last_activity = -1,
            .provider = ECS_NONE,
            .cause = ECS_CAUSE_INITIAL,
        };
    }
    for (uint32_t i = 0; i < scenario->provider_count; i++)
        if (world->attached[i])
            world->groups[scenario->providers[i].asg].provider = i;
    for (uint32_t i = 0; i < scenario->asg_count; i++)
        ecs_on_reconcile(world, i);
}

/* ---- launch ---- */

bool ecs_group_has_zone(const struct ecs_world *world, uint32_t asg, uint32_t zone_index)
{
    const struct ecs_layout *layout = &world->groups[asg].layout;
    return zone_index < layout->zone_count && layout->zones[zone_index].name != 0;
}

bool ecs_group_spans_zones(const struct ecs_world *world, uint32_t asg)
{
    uint32_t count = 0;
    for (uint32_t zone = 0; zone < world->groups[asg].layout.zone_count; zone++)
        count += ecs_group_has_zone(world, asg, zone);
    return count > 1;
}

/* Of the zones whose subnets have an address left; ECS_NONE: none has. What stands at t = 0 has
 * its address already. */
static uint32_t emptiest_zone(const struct ecs_world *world, uint32_t asg_index, bool booted)
{
    const struct ecs_group *group = &world->groups[asg_index];
    uint32_t ties[ECS_ZONES_MAX], count = 0;
    for (uint32_t zone = 0; zone < group->layout.zone_count; zone++) {
        if (!ecs_group_has_zone(world, asg_index, zone))
            continue;
        if (!booted && world->some_addresses && !ecs_network_may_launch(world, asg_index, zone))
            continue; /* sheet 04, 2.1: other zones are tried */
        if (count > 0 && group->zone_members[zone] > group->zone_members[ties[0]])
            continue;
        if (count > 0 && group->zone_members[zone] < group->zone_members[ties[0]])
            count = 0;
        ties[count++] = zone;
    }
    if (count == 0)
        return ECS_NONE;
    if (count == 1 || world->scenario->behaviour.zone_tie == ECS_TIE_FIRST)
        return ties[0];
    return ties[sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_ZONE, asg_index,
                              (uint64_t)group->launches + 1, count)];
}

/* No zone has an address: the group tries again, for ever (sheet 04, 2.8). */
static void launch_later(struct ecs_world *world, uint32_t asg_index)
{
    struct ecs_group *group = &world->groups[asg_index];
    if (group->retry_at > ecs_now(world))
        return;
    group->retry_at = ecs_now(world) + world->scenario->behaviour.launch_retry;
    struct sim_record record = ecs_record(world, ECS_RECORD_LAUNCH_FAILED);
    record.field[ECS_LAUNCH_FAILED_asg] = asg_index;
    record.field[ECS_LAUNCH_FAILED_reason] = ECS_REASON_NO_ADDRESS;
    record.field[ECS_LAUNCH_FAILED_missing] = group->desired - group->members;
    record.field[ECS_LAUNCH_FAILED_retry_at] = group->retry_at;
    ecs_emit(world, &record);
    sim_engine_at(&world->engine, group->retry_at, ECS_EVENT_RECONCILE, asg_index, 0);
}

static void launch_missing(struct ecs_world *world, uint32_t asg_index)
{
    const struct ecs_asg *asg = &world->scenario->asgs[asg_index];
    struct ecs_group *group = &world->groups[asg_index];
    bool booted = group->cause == ECS_CAUSE_INITIAL && !asg->initial_launching;
    while (group->members < group->desired) {
        uint32_t zone = emptiest_zone(world, asg_index, booted);
        if (zone == ECS_NONE) {
            launch_later(world, asg_index);
            return;
        }
        ecs_instance_launch(world, asg_index, group->spec, &group->layout.zones[zone], zone, booted,
                            group->cause);
        if (!booted && group->cause != ECS_CAUSE_HEALTH)
            group->last_launch = ecs_now(world); /* a replacement is no scale-out */
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

/* Configurations go before templates (2.2), the older before the younger. */
static int64_t specs_age(const struct ecs_world *world, const struct ecs_instance *instance,
                         bool of_templates)
{
    bool is_template = world->scenario->specs[instance->spec].is_template;
    return is_template == of_templates ? instance->configuration : INT64_MAX;
}

static int64_t policy_key(const struct ecs_world *world, const struct ecs_instance *instance,
                          enum ecs_termination_policy policy)
{
    switch (policy) {
    case ECS_TERMINATE_OLDEST_INSTANCE:
        return instance->launched;
    case ECS_TERMINATE_NEWEST_INSTANCE:
        return -instance->launched;
    case ECS_TERMINATE_DEFAULT: /* its third step */
    case ECS_TERMINATE_CLOSEST_TO_NEXT_INSTANCE_HOUR:
        return SIM_HOUR - (ecs_now(world) - instance->running) % SIM_HOUR;
    case ECS_TERMINATE_OLDEST_LAUNCH_CONFIGURATION:
        return specs_age(world, instance, false);
    case ECS_TERMINATE_OLDEST_LAUNCH_TEMPLATE:
        return specs_age(world, instance, true);
    case ECS_TERMINATE_ALLOCATION_STRATEGY:
        break;
    }
    return 0;
}

static void set_keys(const struct ecs_world *world, const struct ecs_instance *instance,
                     struct victim *victim)
{
    const struct ecs_group *group = &world->groups[instance->asg];
    uint32_t policy_count = group->policy_count > 0 ? group->policy_count : 1, key = 0;
    for (uint32_t i = 0; i < policy_count && key + 3 <= POLICY_KEYS; i++) {
        enum ecs_termination_policy policy =
            group->policy_count > 0 ? group->policies[i] : ECS_TERMINATE_DEFAULT;
        if (policy == ECS_TERMINATE_DEFAULT) {
            victim->keys[key++] = specs_age(world, instance, false);
            victim->keys[key++] = specs_age(world, instance, true);
        }
        victim->keys[key++] = policy_key(world, instance, policy);
    }
}

/* Running, unprotected members of the group as victims, sorted by zone and policy. */
static uint32_t list_victims(const struct ecs_world *world, uint32_t asg_index,
                             struct victim *victims)
{
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
        set_keys(world, instance, victim);
    }
    qsort(victims, count, sizeof victims[0], compare_victims);
    return count;
}

static void terminate_stopped(struct ecs_world *world, uint32_t asg_index)
{
    const struct ecs_group *group = &world->groups[asg_index];
    for (uint32_t i = 0; i < group->count && group->members > group->desired; i++) {
        const struct ecs_instance *instance = &world->instances[group->slots[i]];
        if (instance->ec2_stopped && !instance->terminating)
            ecs_instance_terminate(world, group->slots[i], ECS_CAUSE_HEALTH);
    }
}

static void terminate_surplus(struct ecs_world *world, uint32_t asg_index)
{
    struct ecs_group *group = &world->groups[asg_index];
    terminate_stopped(world, asg_index);
    struct victim *victims = sim_malloc((group->count + 1) * sizeof victims[0]);
    uint32_t count = list_victims(world, asg_index, victims);
    uint32_t next[ECS_ZONES_MAX], end[ECS_ZONES_MAX]; /* each zone's part of the sorted list */
    const uint32_t zone_count = ECS_ZONES_MAX;        /* those that it has left too */
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

void ecs_group_lost_member(struct ecs_world *world, uint32_t asg, sim_time delay)
{
    world->groups[asg].cause = ECS_CAUSE_HEALTH;
    sim_engine_at(&world->engine, ecs_now(world) + delay, ECS_EVENT_RECONCILE, asg, 0);
}

/* ---- what operators do ---- */

/* By an operator's call: at once, and the cooldown begins (2.4). */
static void set_sizes(struct ecs_world *world, uint32_t asg, int64_t desired)
{
    if (desired == world->groups[asg].desired)
        return;
    world->groups[asg].last_activity = ecs_now(world);
    ecs_group_set_desired(world, asg, desired, ECS_CAUSE_OPERATOR, 0);
}

static enum ecs_refusal set_desired_capacity(struct ecs_world *world,
                                             const struct ecs_change *change)
{
    const struct ecs_group *group = &world->groups[change->asg];
    sim_time cooldown = group->cooldown;
    if (change->desired < group->min_size)
        return ECS_REFUSAL_BELOW_MIN_SIZE;
    if (change->desired > group->max_size)
        return ECS_REFUSAL_ABOVE_MAX_SIZE;
    if (change->honor_cooldown && group->last_activity >= 0 &&
        ecs_now(world) - group->last_activity < cooldown)
        return ECS_REFUSAL_COOLDOWN;
    set_sizes(world, change->asg, change->desired);
    return ECS_REFUSAL_NONE;
}

/* Later launches take another launch configuration or template. One that is in use already keeps
 * its age. */
static void set_spec(struct ecs_world *world, uint32_t asg, uint32_t spec)
{
    struct ecs_group *group = &world->groups[asg];
    if (group->spec == spec)
        return;
    int64_t newest = group->configuration, own = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct ecs_instance *instance = &world->instances[group->slots[i]];
        if (instance->configuration > newest)
            newest = instance->configuration;
        if (instance->spec == spec)
            own = instance->configuration;
    }
    group->spec = spec;
    group->configuration = own > 0 ? own : newest + 1;
    ecs_placement_respec(world, asg);
}

/* Later launches go elsewhere, scale-ins choose by other policies, calls honour another cooldown.
 */
static void set_rest(struct ecs_world *world, uint32_t asg, const struct ecs_group_update *update)
{
    struct ecs_group *group = &world->groups[asg];
    if (update->cooldown >= 0)
        group->cooldown = update->cooldown;
    if (update->policy_count > 0) {
        group->policies = update->policies;
        group->policy_count = update->policy_count;
    }
    if (update->layout.zone_count == 0)
        return;
    group->layout = update->layout;
    ecs_placement_respec(world, asg); /* what waits may be placed elsewhere, or no longer */
    if (group->retry_at > ecs_now(world))
        ecs_on_reconcile(world, asg); /* here there may be an address */
}

/* New limits move the desired capacity between them, unless the call itself gives one. */
static enum ecs_refusal update_group(struct ecs_world *world, const struct ecs_change *change)
{
    struct ecs_group *group = &world->groups[change->asg];
    int64_t min_size = change->min_size >= 0 ? change->min_size : group->min_size;
    int64_t max_size = change->max_size >= 0 ? change->max_size : group->max_size;
    int64_t desired = change->desired >= 0 ? change->desired : group->desired;
    if (min_size > max_size)
        return change->max_size >= 0 ? ECS_REFUSAL_BELOW_MIN_SIZE : ECS_REFUSAL_ABOVE_MAX_SIZE;
    if (change->desired >= 0 && desired < min_size)
        return ECS_REFUSAL_BELOW_MIN_SIZE;
    if (change->desired >= 0 && desired > max_size)
        return ECS_REFUSAL_ABOVE_MAX_SIZE;
    if (desired < min_size)
        desired = min_size;
    if (desired > max_size)
        desired = max_size;
    group->min_size = min_size;
    group->max_size = max_size;
    if (change->new_instances_protected >= 0)
        group->new_instances_protected = change->new_instances_protected != 0;
    if (change->spec != ECS_NONE)
        set_spec(world, change->asg, change->spec);
    if (change->group_update != NULL)
        set_rest(world, change->asg, change->group_update);
    set_sizes(world, change->asg, desired);
    return ECS_REFUSAL_NONE;
}

/* ForceDelete waits for nothing: members go at once, protected (MTP-06) or draining. */
static enum ecs_refusal delete_group(struct ecs_world *world, const struct ecs_change *change)
{
    struct ecs_group *group = &world->groups[change->asg];
    const struct ecs_asg *asg = &world->scenario->asgs[change->asg];
    if (asg->no_delete || (asg->no_force_delete && change->force))
        return ECS_REFUSAL_DELETION_PROTECTED;
    if (!change->force && group->count > 0)
        return ECS_REFUSAL_GROUP_HAS_INSTANCES; /* ASG-07 */
    group->deleted = true;
    group->min_size = group->max_size = 0;
    if (group->desired > 0)
        ecs_group_set_desired(world, change->asg, 0, ECS_CAUSE_OPERATOR, 0);
    for (uint32_t i = 0; i < group->count; i++)
        ecs_instance_kill(world, group->slots[i], false);
    return ECS_REFUSAL_NONE;
}

enum ecs_refusal ecs_group_change(struct ecs_world *world, const struct ecs_change *change)
{
    if (world->groups[change->asg].deleted)
        return ECS_REFUSAL_GROUP_GONE;
    if (change->operation == ECS_OP_SET_DESIRED_CAPACITY)
        return set_desired_capacity(world, change);
    if (change->operation == ECS_OP_UPDATE_AUTO_SCALING_GROUP)
        return update_group(world, change);
    assert(change->operation == ECS_OP_DELETE_AUTO_SCALING_GROUP);
    return delete_group(world, change);
}
