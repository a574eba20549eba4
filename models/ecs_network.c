/* Subnets: where groups launch and awsvpc tasks go, who holds their IPv4 addresses, and which of
 * them have a way to the image registry.
 *
 * A subnet that `network` does not list has no limits. One with a limit counts free addresses from
 * the start on: what stands at t = 0 has its addresses already, and gives them back when it goes.
 * A task's interface holds one from placement to STOPPED (ENI-10 of sheet 01); an instance holds
 * one from launch until it is terminated, and one more for its trunk (behaviour.instanceAddresses).
 *
 * A task goes where one of its subnets is: in the zone (API-7) and the VPC (ENI-9 of sheet 02) of
 * the instance. Of several in one zone it takes the first of its list that has an address.
 *
 * Whether a subnet has addresses is true of many instances at once, so the index keeps it out of
 * what it remembers of each of them (ecs_index.c). */
#include "ecs_placing.h"

#include <assert.h>
#include <string.h>

static const struct ecs_subnet *subnet_of(const struct ecs_world *world, uint32_t subnet)
{
    return &world->scenario->subnets[subnet];
}

static bool has_address(const struct ecs_world *world, uint32_t subnet)
{
    return world->addresses[subnet] > 0;
}

void ecs_network_begin(struct ecs_world *world)
{
    world->some_addresses = false;
    for (uint32_t i = 0; i < world->scenario->subnet_count; i++) {
        world->addresses[i] = subnet_of(world, i)->free_addresses;
        world->some_addresses |= world->addresses[i] != ECS_UNLIMITED;
    }
}

/* ---- addresses ---- */

static void emit(struct ecs_world *world, uint32_t subnet, int64_t task, int64_t instance,
                 int64_t change)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_ADDRESS);
    record.field[ECS_ADDRESS_subnet] = subnet;
    record.field[ECS_ADDRESS_task] = task;
    record.field[ECS_ADDRESS_instance] = instance;
    record.field[ECS_ADDRESS_change] = change;
    record.field[ECS_ADDRESS_free] = world->addresses[subnet];
    ecs_emit(world, &record);
}

static void take(struct ecs_world *world, uint32_t subnet, int64_t task, int64_t instance)
{
    if (world->addresses[subnet] == ECS_UNLIMITED)
        return;
    assert(world->addresses[subnet] > 0);
    world->addresses[subnet]--;
    emit(world, subnet, task, instance, 1);
}

static void give(struct ecs_world *world, uint32_t subnet, int64_t task, int64_t instance)
{
    if (world->addresses[subnet] == ECS_UNLIMITED)
        return;
    bool first = world->addresses[subnet]++ == 0;
    emit(world, subnet, task, instance, -1);
    for (uint32_t i = 0; first && i < world->scenario->provider_count; i++)
        ecs_pool_room(world, i); /* whoever waits, for whichever provider */
    if (first)
        ecs_pool_room(world, ECS_NONE);
}

/* ---- where groups launch ---- */

static uint32_t find_subnet(const struct ecs_scenario *scenario, uint32_t name)
{
    for (uint32_t i = 0; name != 0 && i < scenario->subnet_count; i++)
        if (scenario->subnets[i].name == name)
            return i;
    return ECS_NONE;
}

/* The n-th subnet (from 0) of a group's zone, ECS_NONE: it has no more. With `free`, of those with
 * an address. */
static uint32_t place_in(const struct ecs_world *world, uint32_t asg_index, uint32_t zone,
                         uint32_t n, bool free)
{
    const struct ecs_layout *layout = &world->groups[asg_index].layout;
    if (layout->place_count == 0) {
        uint32_t only = find_subnet(world->scenario, layout->zones[zone].subnet);
        return n == 0 && only != ECS_NONE && (!free || has_address(world, only)) ? only : ECS_NONE;
    }
    for (uint32_t i = 0; i < layout->place_count; i++)
        if (layout->places[i].zone_index == zone &&
            (!free || has_address(world, layout->places[i].subnet)) && n-- == 0)
            return layout->places[i].subnet;
    return ECS_NONE;
}

uint32_t ecs_network_place(const struct ecs_world *world, uint32_t asg, uint32_t zone, uint32_t n)
{
    return place_in(world, asg, zone, n, false);
}

bool ecs_network_may_launch(const struct ecs_world *world, uint32_t asg, uint32_t zone)
{
    return !world->scenario->behaviour.instance_addresses ||
           place_in(world, asg, zone, 0, false) == ECS_NONE ||
           place_in(world, asg, zone, 0, true) != ECS_NONE;
}

/* Of several subnets in a zone one by chance (sheet 04, 2.1). */
static uint32_t choose_place(const struct ecs_world *world, const struct ecs_instance *instance,
                             bool free)
{
    uint32_t count = 0;
    while (place_in(world, instance->asg, instance->zone_index, count, free) != ECS_NONE)
        count++;
    uint32_t n = count < 2 ? 0
                           : (uint32_t)sim_rng_index(world->scenario->seed, world->replication,
                                                     SIM_CHANCE_SUBNET, instance->asg,
                                                     (uint64_t)instance->launch_index, count);
    return place_in(world, instance->asg, instance->zone_index, n, free);
}

void ecs_network_settle(struct ecs_world *world, uint32_t slot, const struct ecs_zone *zone,
                        bool booted)
{
    struct ecs_instance *instance = &world->instances[slot];
    bool counts = world->scenario->behaviour.instance_addresses;
    if (instance->asg == ECS_NONE)
        instance->subnet = find_subnet(world->scenario, zone->subnet);
    else
        instance->subnet = choose_place(world, instance, counts && !booted);
    instance->vpc =
        instance->subnet != ECS_NONE ? subnet_of(world, instance->subnet)->vpc : zone->vpc;
    if (instance->subnet == ECS_NONE || !counts)
        return;
    instance->addresses = 1;
    if (!booted)
        take(world, instance->subnet, 0, instance->serial);
    else if (instance->trunked)
        instance->addresses = 2;
}

bool ecs_network_take_trunk(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (instance->addresses != 1)
        return true; /* none is counted, or it has it from before it was stopped */
    if (!has_address(world, instance->subnet))
        return false;
    instance->addresses = 2;
    take(world, instance->subnet, 0, instance->serial);
    return true;
}

void ecs_network_leave(struct ecs_world *world, uint32_t slot, uint32_t keep)
{
    struct ecs_instance *instance = &world->instances[slot];
    for (; instance->addresses > keep; instance->addresses--)
        give(world, instance->subnet, 0, instance->serial);
}

/* ---- where tasks go ---- */

/* The next of the demand's subnets at or after *at whose interface the instance could carry;
 * ECS_NONE: no more. *in_zone: one was in its zone, whatever its VPC. */
static uint32_t next_subnet(const struct ecs_world *world, const struct ecs_demand *demand,
                            uint32_t slot, uint32_t *at, bool *in_zone)
{
    const struct ecs_instance *instance = &world->instances[slot];
    while (*at < demand->placement->subnet_count) {
        uint32_t index = demand->placement->subnets[(*at)++];
        const struct ecs_subnet *subnet = subnet_of(world, index);
        if (subnet->zone != instance->zone)
            continue;
        *in_zone = true;
        if (subnet->vpc == 0 || instance->vpc == 0 || subnet->vpc == instance->vpc)
            return index;
    }
    return ECS_NONE;
}

enum ecs_reason ecs_misfit_network(const struct ecs_world *world, const struct ecs_demand *demand,
                                   uint32_t slot)
{
    uint32_t at = 0;
    bool in_zone = false;
    if (!demand->awsvpc || demand->placement->subnet_count == 0 ||
        next_subnet(world, demand, slot, &at, &in_zone) != ECS_NONE)
        return ECS_REASON_NONE;
    return in_zone ? ECS_REASON_ATTRIBUTE : ECS_REASON_LOCATION;
}

/* The subnet of the demand's that its interface would be made in; ECS_NONE: none has an address. */
static uint32_t choose_subnet(const struct ecs_world *world, const struct ecs_demand *demand,
                              uint32_t slot)
{
    uint32_t at = 0, subnet;
    bool in_zone = false;
    do
        subnet = next_subnet(world, demand, slot, &at, &in_zone);
    while (subnet != ECS_NONE && !has_address(world, subnet));
    return subnet;
}

bool ecs_network_is_limited(const struct ecs_world *world, const struct ecs_demand *demand)
{
    bool limited = false;
    for (uint32_t i = 0; demand->awsvpc && i < demand->placement->subnet_count; i++)
        limited |= subnet_of(world, demand->placement->subnets[i])->free_addresses != ECS_UNLIMITED;
    return limited;
}

enum ecs_reason ecs_misfit_address(const struct ecs_world *world, const struct ecs_demand *demand,
                                   uint32_t slot)
{
    return !demand->limited || choose_subnet(world, demand, slot) != ECS_NONE
               ? ECS_REASON_NONE
               : ECS_REASON_NO_ADDRESS;
}

bool ecs_network_is_exhausted(const struct ecs_world *world, const struct ecs_demand *demand)
{
    if (!demand->limited)
        return false;
    for (uint32_t i = 0; i < demand->placement->subnet_count; i++)
        if (has_address(world, demand->placement->subnets[i]))
            return false;
    return true;
}

uint64_t ecs_network_location(const struct ecs_world *world, uint32_t slot)
{
    return (uint64_t)world->instances[slot].zone << 32 | world->instances[slot].vpc;
}

/* Whether one of the demand's subnets is in this zone and VPC. */
static bool stands_in(const struct ecs_world *world, const struct ecs_demand *demand, uint32_t zone,
                      uint32_t vpc)
{
    for (uint32_t i = 0; i < demand->placement->subnet_count; i++) {
        const struct ecs_subnet *subnet = subnet_of(world, demand->placement->subnets[i]);
        if (subnet->zone == zone && (subnet->vpc == 0 || vpc == 0 || subnet->vpc == vpc))
            return true;
    }
    return false;
}

bool ecs_network_may_suit(const struct ecs_world *world, const struct ecs_demand *demand,
                          uint32_t asg_index)
{
    const struct ecs_layout *layout = &world->groups[asg_index].layout;
    if (!demand->awsvpc || demand->placement->subnet_count == 0)
        return true;
    for (uint32_t zone = 0; zone < layout->zone_count; zone++) {
        if (!ecs_group_has_zone(world, asg_index, zone))
            continue;
        uint32_t name = layout->zones[zone].name, n = 0, place;
        while ((place = ecs_network_place(world, asg_index, zone, n)) != ECS_NONE) {
            if (stands_in(world, demand, name, subnet_of(world, place)->vpc))
                return true;
            n++;
        }
        if (n == 0 && stands_in(world, demand, name, layout->zones[zone].vpc))
            return true;
    }
    return false;
}

uint32_t ecs_network_wanted(const struct ecs_world *world, const struct ecs_demand *demand,
                            uint32_t slot)
{
    uint32_t at = 0;
    bool in_zone = false;
    uint32_t subnet = next_subnet(world, demand, slot, &at, &in_zone);
    return subnet == ECS_NONE ? 0 : subnet_of(world, subnet)->name;
}

bool ecs_network_next_place(const struct ecs_world *world, uint32_t asg, uint32_t zone, uint32_t n,
                            struct ecs_zone *place)
{
    uint32_t subnet = ecs_network_place(world, asg, zone, n);
    if (!ecs_group_has_zone(world, asg, zone))
        return false;
    *place = world->groups[asg].layout.zones[zone];
    if (subnet == ECS_NONE)
        return n == 0; /* one that network does not list, or none */
    place->subnet = subnet_of(world, subnet)->name;
    place->vpc = subnet_of(world, subnet)->vpc;
    return true;
}

bool ecs_network_would_suit(const struct ecs_world *world, const struct ecs_demand *demand,
                            uint32_t spec, const struct ecs_zone *place)
{
    int64_t taken = 1 + ecs_launch_trunked(world, spec);
    uint32_t stands = find_subnet(world->scenario, place->subnet);
    bool shared = world->scenario->specs[spec].shared_subnet ||
                  (stands != ECS_NONE && subnet_of(world, stands)->shared);
    if (shared && world->settings[ECS_SETTING_AWSVPC_TRUNKING])
        return false; /* it would not register (ENI-7) */
    uint32_t own = world->scenario->behaviour.instance_addresses ? stands : ECS_NONE;
    if (own != ECS_NONE && world->addresses[own] < taken)
        return false;
    for (uint32_t i = 0; demand->awsvpc && i < demand->placement->subnet_count; i++) {
        uint32_t index = demand->placement->subnets[i];
        const struct ecs_subnet *subnet = subnet_of(world, index);
        if (subnet->zone == place->name &&
            (subnet->vpc == 0 || place->vpc == 0 || subnet->vpc == place->vpc) &&
            world->addresses[index] > (index == own ? taken : 0))
            return true;
    }
    return !demand->awsvpc || demand->placement->subnet_count == 0;
}

bool ecs_network_has_for_trunk(const struct ecs_world *world, const struct ecs_demand *demand,
                               uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    uint32_t own = instance->subnet, at = 0, subnet;
    bool in_zone = false;
    if (instance->addresses != 1)
        return true; /* none is counted */
    if (!has_address(world, own))
        return false;
    while ((subnet = next_subnet(world, demand, slot, &at, &in_zone)) != ECS_NONE)
        if (world->addresses[subnet] > (subnet == own))
            return true;
    return demand->placement->subnet_count == 0;
}

void ecs_network_take(struct ecs_world *world, uint32_t task_slot, uint32_t slot)
{
    struct ecs_task *task = &world->tasks[task_slot];
    const struct ecs_demand *demand = &world->demands[task->demand];
    if (!demand->awsvpc || demand->placement->subnet_count == 0)
        return;
    task->subnet = choose_subnet(world, demand, slot);
    assert(task->subnet != ECS_NONE);
    take(world, task->subnet, task->serial, 0);
}

void ecs_network_give(struct ecs_world *world, uint32_t task_slot)
{
    struct ecs_task *task = &world->tasks[task_slot];
    if (task->subnet != ECS_NONE)
        give(world, task->subnet, task->serial, 0);
    task->subnet = ECS_NONE;
}

/* Interfaces on a trunk take no slot of the machine's own, which others may have filled. */
bool ecs_network_may_attach(const struct ecs_world *world, uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    int64_t foreign = world->scenario->specs[instance->spec].foreign_enis;
    int64_t used = ecs_instance_enis(world, instance) - world->rooms[slot].enis;
    return instance->trunked || used + foreign <= ecs_instance_enis(world, instance) ||
           foreign == 0;
}

/* ---- ways out ---- */

static bool leads(enum ecs_way way, bool public_address)
{
    return way == ECS_WAY_ALWAYS || (way == ECS_WAY_PUBLIC && public_address);
}

bool ecs_network_reaches_ecs(const struct ecs_world *world, const struct ecs_instance *instance)
{
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    return instance->subnet == ECS_NONE || spec->proxy ||
           leads(subnet_of(world, instance->subnet)->ecs, !spec->no_public_address);
}

bool ecs_network_is_shared(const struct ecs_world *world, const struct ecs_instance *instance)
{
    return world->scenario->specs[instance->spec].shared_subnet ||
           (instance->subnet != ECS_NONE && subnet_of(world, instance->subnet)->shared);
}

bool ecs_network_is_public_only(const struct ecs_world *world, const struct ecs_instance *instance)
{
    return instance->subnet != ECS_NONE ? subnet_of(world, instance->subnet)->ecs == ECS_WAY_PUBLIC
                                        : instance->place->public_only;
}

enum ecs_container_error ecs_network_pull_error(const struct ecs_world *world,
                                                const struct ecs_task *task, uint32_t image)
{
    const struct ecs_instance *instance = &world->instances[task->instance];
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    bool own = world->scenario->behaviour.registry_route == ECS_REGISTRY_ROUTE_TASK &&
               task->subnet != ECS_NONE;
    uint32_t from = own ? task->subnet : instance->subnet;
    if (from == ECS_NONE || (!own && spec->proxy))
        return ECS_ERROR_NONE;
    const struct ecs_subnet *subnet = subnet_of(world, from);
    if (leads(subnet->internet, !own && !spec->no_public_address))
        return ECS_ERROR_NONE;
    if (strstr(world->scenario->names.text[image], ".dkr.ecr.") == NULL)
        return ECS_ERROR_REGISTRY_TIMEOUT;                             /* ERR-2 */
    return subnet->ecr ? ECS_ERROR_NONE : ECS_ERROR_REGISTRY_CANCELED; /* ERR-3 */
}
