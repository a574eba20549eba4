/* The life of one instance: launched (EC2 pending), running (billed), registered (ACTIVE), perhaps
 * draining, shutting down, gone. */
#include "ecs_state.h"

#include <assert.h>
#include <stdlib.h>

static sim_time draw(const struct ecs_world *world, const struct sim_dist *dist,
                     enum sim_chance purpose, uint32_t asg, int64_t launch_index)
{
    struct sim_rng rng;
    sim_rng_key(&rng, world->scenario->seed, world->replication, purpose, asg,
                (uint64_t)launch_index);
    return sim_dist_time(dist, &rng.gsl);
}

static void at_or_now(struct ecs_world *world, sim_time delay, uint32_t slot,
                      enum ecs_event_kind kind)
{
    uint64_t id = sim_id_pack(sim_slots_id(&world->instance_slots, slot));
    sim_engine_at(&world->engine, ecs_now(world) + delay, kind, id, 0);
}

static void group_join(struct ecs_world *world, uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    struct ecs_group *group = &world->groups[instance->asg];
    group->members++;
    group->zone_members[instance->zone_index]++;
    sim_grow((void **)&group->slots, &group->capacity, group->count + 1, sizeof group->slots[0]);
    group->slots[group->count++] = slot;
}

/* Boot of a launched instance: when it runs and when it registers. */
static void schedule_boot(struct ecs_world *world, uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_asg *asg = &world->scenario->asgs[instance->asg];
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    sim_time boot = draw(world, asg->boot_given ? &asg->boot : &behaviour->boot, SIM_CHANCE_BOOT,
                         instance->asg, instance->launch_index);
    sim_time running = behaviour->pending_to_running < boot ? behaviour->pending_to_running : boot;
    at_or_now(world, running, slot, ECS_EVENT_INSTANCE_RUNNING);
    if (world->scenario->specs[instance->spec].joins_cluster)
        at_or_now(world, boot, slot, ECS_EVENT_INSTANCE_REGISTERED);
}

uint32_t ecs_instance_launch(struct ecs_world *world, uint32_t asg, uint32_t spec,
                             const struct ecs_zone *zone, uint32_t zone_index, bool booted,
                             enum ecs_cause cause)
{
    struct sim_id id = sim_slots_take(&world->instance_slots);
    sim_grow((void **)&world->instances, &world->instance_capacity, id.slot + 1,
             sizeof world->instances[0]);
    sim_grow((void **)&world->rooms, &world->room_capacity, id.slot + 1, sizeof world->rooms[0]);
    struct ecs_instance *instance = &world->instances[id.slot];
    uint32_t *ports = instance->ports; /* a slot keeps its arrays */
    struct ecs_pulled *pulled = instance->pulled;
    uint32_t port_capacity = instance->port_capacity, pulled_capacity = instance->pulled_capacity;
    *instance = (struct ecs_instance){
        .serial = ++world->instance_serial,
        .asg = asg,
        .provider = asg == ECS_NONE ? ECS_NONE : world->groups[asg].provider,
        .spec = spec,
        .zone = zone->name,
        .zone_index = zone_index,
        .launch_index = asg == ECS_NONE ? world->instance_serial : ++world->groups[asg].launches,
        .state = ECS_INSTANCE_PENDING,
        .launched = ecs_now(world),
        .running = -1,
        .registered = -1,
        .draining = -1,
        .shutdown = -1,
        .terminated = -1,
        .cause = cause,
        .first_task = ECS_NONE,
        .ports = ports,
        .port_capacity = port_capacity,
        .pulled = pulled,
        .pulled_capacity = pulled_capacity,
    };
    ecs_meter_launched(world, id.slot);
    if (asg != ECS_NONE) {
        instance->gone_after = draw(world, &world->scenario->behaviour.termination,
                                    SIM_CHANCE_TERMINATION, asg, instance->launch_index);
        group_join(world, id.slot);
        if (world->scenario->asgs[asg].new_instances_protected)
            ecs_instance_protect(world, id.slot, true); /* MTP-05 */
    }
    if (!booted) {
        schedule_boot(world, id.slot);
        return id.slot;
    }
    ecs_on_instance_running(world, id);
    if (world->scenario->specs[spec].joins_cluster)
        ecs_on_instance_registered(world, id);
    return id.slot;
}

static int64_t price_of(const struct ecs_world *world, const struct ecs_instance *instance)
{
    const struct ecs_scenario *scenario = world->scenario;
    int64_t price = scenario->types[scenario->specs[instance->spec].type].price_nusd_per_h;
    return price > 0 ? price : 0;
}

void ecs_on_instance_running(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return;
    struct ecs_instance *instance = &world->instances[id.slot];
    if (instance->state != ECS_INSTANCE_PENDING)
        return; /* terminated meanwhile */
    instance->running = ecs_now(world);
    ecs_meter_instance(world, id.slot, ECS_INSTANCE_RUNNING);
    ecs_meter_bill(world, instance->provider, price_of(world, instance), instance->running, false,
                   0);
    if (instance->asg != ECS_NONE) {
        const struct ecs_group *group = &world->groups[instance->asg];
        if (group->members > group->desired) /* now it may be chosen */
            sim_engine_at(&world->engine, ecs_now(world), ECS_EVENT_RECONCILE, instance->asg, 0);
    }
}

static void reserve_ports(struct ecs_instance *instance, const struct ecs_launch_spec *spec)
{
    uint32_t count = spec->reserved_port_count + spec->reserved_port_udp_count;
    sim_grow((void **)&instance->ports, &instance->port_capacity, count, sizeof instance->ports[0]);
    instance->port_count = 0;
    for (uint32_t i = 0; i < spec->reserved_port_count; i++)
        instance->ports[instance->port_count++] = (uint32_t)spec->reserved_ports[i] << 1;
    for (uint32_t i = 0; i < spec->reserved_port_udp_count; i++)
        instance->ports[instance->port_count++] = (uint32_t)spec->reserved_ports_udp[i] << 1 | 1;
}

void ecs_on_instance_registered(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return;
    struct ecs_instance *instance = &world->instances[id.slot];
    if (instance->state != ECS_INSTANCE_RUNNING)
        return; /* terminated meanwhile */
    const struct ecs_capacity *capacity = &world->capacities[instance->spec];
    instance->registered = ecs_now(world);
    reserve_ports(instance, &world->scenario->specs[instance->spec]);
    world->rooms[id.slot] = (struct ecs_room){
        .cpu_units = capacity->cpu_units,
        .memory_mib = capacity->memory_mib,
        .gpus = capacity->gpus,
        .enis = capacity->enis,
    };
    ecs_meter_instance(world, id.slot, ECS_INSTANCE_ACTIVE);
    struct sim_record record = ecs_record(world, ECS_RECORD_INSTANCE_REGISTERED);
    int64_t *field = record.field;
    field[ECS_INSTANCE_REGISTERED_instance] = instance->serial;
    field[ECS_INSTANCE_REGISTERED_spec] = instance->spec;
    field[ECS_INSTANCE_REGISTERED_cpu_units] = capacity->cpu_units;
    field[ECS_INSTANCE_REGISTERED_memory_mib] = capacity->memory_mib;
    field[ECS_INSTANCE_REGISTERED_gpus] = capacity->gpus;
    field[ECS_INSTANCE_REGISTERED_enis] = capacity->enis;
    ecs_emit(world, &record);
    ecs_placement_register(world, id.slot);
    ecs_pool_add(world, id.slot);
}

/* ---- tasks on it ---- */

void ecs_instance_protect(struct ecs_world *world, uint32_t slot, bool on)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (instance->protected_from_scale_in == on)
        return;
    instance->protected_from_scale_in = on;
    struct sim_record record = ecs_record(world, ECS_RECORD_PROTECTION);
    record.field[ECS_PROTECTION_instance] = instance->serial;
    record.field[ECS_PROTECTION_on] = on;
    ecs_emit(world, &record);
}

static bool protects_tasks(const struct ecs_world *world, const struct ecs_instance *instance)
{
    return instance->provider != ECS_NONE &&
           world->scenario->providers[instance->provider].termination_protection;
}

void ecs_instance_task_added(struct ecs_world *world, uint32_t slot, uint32_t task_slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    struct ecs_task *task = &world->tasks[task_slot];
    task->previous = ECS_NONE;
    task->next = instance->first_task;
    if (instance->first_task != ECS_NONE)
        world->tasks[instance->first_task].previous = task_slot;
    instance->first_task = task_slot;
    if (instance->tasks++ > 0)
        return;
    if (instance->asg != ECS_NONE)
        world->groups[instance->asg].busy++;
    if (protects_tasks(world, instance))
        ecs_instance_protect(world, slot, true); /* MTP-01 */
}

static void shut_down(struct ecs_world *world, uint32_t slot);

void ecs_instance_task_removed(struct ecs_world *world, uint32_t slot, uint32_t task_slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    struct ecs_task *task = &world->tasks[task_slot];
    if (task->previous == ECS_NONE)
        instance->first_task = task->next;
    else
        world->tasks[task->previous].next = task->next;
    if (task->next != ECS_NONE)
        world->tasks[task->next].previous = task->previous;
    task->next = task->previous = ECS_NONE;
    if (--instance->tasks > 0)
        return;
    if (instance->terminating) {
        if (instance->state == ECS_INSTANCE_DRAINING)
            shut_down(world, slot);
        return;
    }
    if (instance->asg == ECS_NONE)
        return;
    struct ecs_group *group = &world->groups[instance->asg];
    group->busy--;
    if (!protects_tasks(world, instance))
        return;
    ecs_instance_protect(world, slot, false); /* MTP-05 */
    if (group->members > group->desired)
        sim_engine_at(&world->engine, ecs_now(world), ECS_EVENT_RECONCILE, instance->asg, 0);
}

/* ---- its end ---- */

/* Billed seconds up to `end`: whole seconds from EC2 running, at least 60 (sheet 04, section 7). */
static int64_t billed_seconds(const struct ecs_instance *instance, sim_time end)
{
    if (instance->running < 0)
        return 0;
    int64_t seconds = (end - instance->running + SIM_SECOND - 1) / SIM_SECOND;
    return seconds < 60 ? 60 : seconds;
}

/* Rounded once, half up, to the nano-dollar. */
static int64_t bill_nusd(int64_t price_nusd_per_h, int64_t seconds)
{
    __int128 nusd_seconds = (__int128)price_nusd_per_h * seconds;
    return (int64_t)((2 * nusd_seconds + 3600) / 7200);
}

static void shut_down(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (instance->state == ECS_INSTANCE_ACTIVE)
        ecs_pool_remove(world, slot);
    instance->shutdown = ecs_now(world);
    ecs_meter_instance(world, slot, ECS_INSTANCE_SHUTTING_DOWN);
    while (instance->first_task != ECS_NONE) {
        ecs_task_kill(world, instance->first_task, ECS_REASON_HOST_TERMINATED);
        instance = &world->instances[slot];
    }
    if (instance->running >= 0) {
        int64_t price = price_of(world, instance);
        int64_t cost = bill_nusd(price, billed_seconds(instance, instance->shutdown));
        ecs_meter_bill(world, instance->provider, price, instance->running, true, cost);
    }
    at_or_now(world, instance->gone_after, slot, ECS_EVENT_INSTANCE_GONE);
}

static bool drains_first(const struct ecs_world *world, const struct ecs_instance *instance)
{
    return instance->state == ECS_INSTANCE_ACTIVE && instance->tasks > 0 &&
           instance->provider != ECS_NONE &&
           world->scenario->providers[instance->provider].managed_draining;
}

void ecs_instance_terminate(struct ecs_world *world, uint32_t slot, enum ecs_cause cause)
{
    struct ecs_instance *instance = &world->instances[slot];
    assert(!instance->terminating);
    instance->terminating = true;
    instance->cause = cause;
    struct ecs_group *group = &world->groups[instance->asg];
    group->members--;
    group->zone_members[instance->zone_index]--;
    if (instance->tasks > 0)
        group->busy--;
    if (!drains_first(world, instance)) {
        shut_down(world, slot);
        return;
    }
    instance->draining = ecs_now(world);
    ecs_pool_remove(world, slot);
    ecs_meter_instance(world, slot, ECS_INSTANCE_DRAINING);
    at_or_now(world, world->scenario->behaviour.managed_draining_limit, slot,
              ECS_EVENT_DRAIN_LIMIT);
}

void ecs_on_drain_limit(struct ecs_world *world, struct sim_id id)
{
    if (sim_slots_live(&world->instance_slots, id) &&
        world->instances[id.slot].state == ECS_INSTANCE_DRAINING)
        shut_down(world, id.slot);
}

void ecs_on_instance_gone(struct ecs_world *world, struct sim_id id)
{
    assert(sim_slots_live(&world->instance_slots, id));
    struct ecs_instance *instance = &world->instances[id.slot];
    instance->terminated = ecs_now(world);
    ecs_meter_instance(world, id.slot, ECS_INSTANCE_TERMINATED);
    struct ecs_group *group = &world->groups[instance->asg];
    uint32_t i = 0;
    while (group->slots[i] != id.slot)
        i++;
    for (group->count--; i < group->count; i++)
        group->slots[i] = group->slots[i + 1];
    ecs_instance_close(world, id.slot);
}

static void emit_cost(struct ecs_world *world, const struct ecs_instance *instance, sim_time end,
                      int64_t seconds, int64_t price, int64_t cost)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_COST);
    int64_t *field = record.field;
    field[ECS_COST_kind] = ECS_COST_EC2_ON_DEMAND;
    field[ECS_COST_subject] = instance->serial;
    field[ECS_COST_provider] = ecs_index_field(instance->provider);
    field[ECS_COST_service] = -1;
    field[ECS_COST_from] = instance->running;
    field[ECS_COST_to] = end;
    field[ECS_COST_units] = seconds;
    field[ECS_COST_price_nusd] = price;
    field[ECS_COST_cost_nusd] = cost;
    field[ECS_COST_type] = world->scenario->specs[instance->spec].type;
    ecs_emit(world, &record);
}

void ecs_instance_close(struct ecs_world *world, uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    sim_time end = instance->shutdown >= 0 ? instance->shutdown : ecs_now(world);
    int64_t seconds = billed_seconds(instance, end);
    int64_t price = price_of(world, instance);
    int64_t cost = bill_nusd(price, seconds);
    struct sim_record record = ecs_record(world, ECS_RECORD_INSTANCE_ENDED);
    int64_t *field = record.field;
    field[ECS_INSTANCE_ENDED_instance] = instance->serial;
    field[ECS_INSTANCE_ENDED_provider] = ecs_index_field(instance->provider);
    field[ECS_INSTANCE_ENDED_asg] = ecs_index_field(instance->asg);
    field[ECS_INSTANCE_ENDED_launch_index] = instance->launch_index;
    field[ECS_INSTANCE_ENDED_type] = world->scenario->specs[instance->spec].type;
    field[ECS_INSTANCE_ENDED_zone] = instance->zone;
    field[ECS_INSTANCE_ENDED_market] = ECS_MARKET_ON_DEMAND;
    field[ECS_INSTANCE_ENDED_launched] = instance->launched;
    field[ECS_INSTANCE_ENDED_running] = instance->running;
    field[ECS_INSTANCE_ENDED_registered] = instance->registered;
    field[ECS_INSTANCE_ENDED_draining] = instance->draining;
    field[ECS_INSTANCE_ENDED_terminated] = instance->terminated;
    field[ECS_INSTANCE_ENDED_cause] =
        instance->shutdown >= 0 || instance->terminating ? instance->cause : ECS_CAUSE_HORIZON;
    field[ECS_INSTANCE_ENDED_tasks_started] = instance->tasks_started;
    field[ECS_INSTANCE_ENDED_billed_s] = seconds;
    field[ECS_INSTANCE_ENDED_price_nusd_per_h] = price;
    field[ECS_INSTANCE_ENDED_cost_nusd] = cost;
    ecs_emit(world, &record);
    if (instance->running >= 0)
        emit_cost(world, instance, end, seconds, price, cost);
    if (instance->shutdown < 0 && instance->running >= 0) /* billed up to the horizon */
        ecs_meter_bill(world, instance->provider, price, instance->running, true, cost);
    sim_slots_give(&world->instance_slots, sim_slots_id(&world->instance_slots, slot));
}
