/* The life of one instance: launched (EC2 pending), running (billed), registered (ACTIVE), perhaps
 * draining, shutting down, gone; and what operators do to it (sheet 02, 1.3).
 *
 * EC2's view (running, ec2_stopped, shutdown) and ECS's (registered, drains, deregistered,
 * connected) are kept apart: stopping leaves the status as it is (CI-4), deregistering leaves the
 * machine running and billed (CI-13), and a machine that is terminated while its agent is away
 * stays registered until an operator deregisters it (CI-12).
 *
 * It is billed by spans: from EC2 running to stop or terminate, each in whole seconds, at least 60
 * (sheet 04, section 7). */
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

static struct sim_event_id later(struct ecs_world *world, uint32_t slot, sim_time delay,
                                 enum ecs_event_kind kind)
{
    uint64_t id = sim_id_pack(sim_slots_id(&world->instance_slots, slot));
    return sim_engine_at(&world->engine, ecs_now(world) + delay, kind, id, 0);
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

/* Boot of a launched instance: when it runs and when its agent would register. */
static void schedule_boot(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_asg *asg = &world->scenario->asgs[instance->asg];
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    const struct sim_dist *dist = &behaviour->boot;
    if (asg->boot_given)
        dist = &asg->boot;
    else if (spec->boot_given)
        dist = &spec->boot;
    sim_time boot = draw(world, dist, SIM_CHANCE_BOOT, instance->asg, instance->launch_index);
    sim_time running = behaviour->pending_to_running < boot ? behaviour->pending_to_running : boot;
    later(world, slot, running, ECS_EVENT_INSTANCE_RUNNING);
    instance->boot_event = later(world, slot, boot, ECS_EVENT_INSTANCE_REGISTERED);
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
    struct ecs_layers *layers = instance->layers;
    uint32_t layers_capacity = instance->layers_capacity;
    struct ecs_attribute *attributes = instance->own_attributes;
    uint32_t attribute_capacity = instance->own_attribute_capacity;
    *instance = (struct ecs_instance){
        .serial = ++world->instance_serial,
        .asg = asg,
        .provider = asg == ECS_NONE ? ECS_NONE : world->groups[asg].provider,
        .spec = spec,
        .zone = zone->name,
        .place = zone,
        .zone_index = zone_index,
        .launch_index = asg == ECS_NONE ? world->instance_serial : ++world->groups[asg].launches,
        .state = ECS_INSTANCE_PENDING,
        .launched = ecs_now(world),
        .running = -1,
        .registered = -1,
        .draining = -1,
        .shutdown = -1,
        .inactive = -1,
        .terminated = -1,
        .cause = cause,
        .first_task = ECS_NONE,
        .ports = ports,
        .port_capacity = port_capacity,
        .pulled = pulled,
        .pulled_capacity = pulled_capacity,
        .layers = layers,
        .layers_capacity = layers_capacity,
        .own_attributes = attributes,
        .own_attribute_capacity = attribute_capacity,
        .span_from = -1,
        .span_to = -1,
    };
    instance->gone_after = draw(world, &world->scenario->behaviour.termination,
                                SIM_CHANCE_TERMINATION, asg, instance->launch_index);
    ecs_trunk_decide(world, id.slot, booted);
    ecs_meter_launched(world, id.slot);
    ecs_network_settle(world, id.slot, zone, booted);
    if (asg != ECS_NONE) {
        instance->configuration = world->groups[asg].configuration;
        group_join(world, id.slot);
        if (world->groups[asg].new_instances_protected)
            ecs_instance_protect(world, id.slot, true); /* MTP-05 */
    }
    if (!booted) {
        schedule_boot(world, id.slot);
        return id.slot;
    }
    ecs_on_instance_running(world, id);
    ecs_on_instance_registered(world, id);
    return id.slot;
}

/* ---- the bill ---- */

static int64_t price_of(const struct ecs_world *world, const struct ecs_instance *instance)
{
    const struct ecs_scenario *scenario = world->scenario;
    const struct ecs_launch_spec *spec = &scenario->specs[instance->spec];
    int64_t price =
        spec->price_given ? spec->price_nusd_per_h : scenario->types[spec->type].price_nusd_per_h;
    return price > 0 ? price : 0;
}

static int64_t span_seconds(const struct ecs_instance *instance, sim_time end)
{
    int64_t seconds = (end - instance->span_from + SIM_SECOND - 1) / SIM_SECOND;
    return seconds < 60 ? 60 : seconds;
}

/* Rounded once, half up, to the nano-dollar. */
static int64_t bill_nusd(int64_t price_nusd_per_h, int64_t seconds)
{
    __int128 nusd_seconds = (__int128)price_nusd_per_h * seconds;
    return (int64_t)((2 * nusd_seconds + 3600) / 7200);
}

static void begin_span(struct ecs_world *world, struct ecs_instance *instance)
{
    instance->span_from = ecs_now(world);
    instance->span_to = -1;
    ecs_meter_bill(world, instance->provider, price_of(world, instance), instance->span_from, false,
                   0);
}

/* The open span, if there is one, ends now; its COST is still to be emitted. */
static void end_span(struct ecs_world *world, struct ecs_instance *instance)
{
    if (instance->span_from < 0 || instance->span_to >= 0)
        return;
    instance->span_to = ecs_now(world);
    int64_t seconds = span_seconds(instance, instance->span_to), price = price_of(world, instance);
    int64_t cost = bill_nusd(price, seconds);
    instance->billed_s += seconds;
    instance->cost_nusd += cost;
    ecs_meter_bill(world, instance->provider, price, instance->span_from, true, cost);
}

/* The span that has ended, if it has not been told yet. */
static void emit_cost(struct ecs_world *world, struct ecs_instance *instance)
{
    if (instance->span_from < 0)
        return;
    int64_t seconds = span_seconds(instance, instance->span_to), price = price_of(world, instance);
    struct sim_record record = ecs_record(world, ECS_RECORD_COST);
    int64_t *field = record.field;
    field[ECS_COST_kind] = ECS_COST_EC2_ON_DEMAND;
    field[ECS_COST_subject] = instance->serial;
    field[ECS_COST_provider] = ecs_index_field(instance->provider);
    field[ECS_COST_service] = -1;
    field[ECS_COST_from] = instance->span_from;
    field[ECS_COST_to] = instance->span_to;
    field[ECS_COST_units] = seconds;
    field[ECS_COST_price_nusd] = price;
    field[ECS_COST_cost_nusd] = bill_nusd(price, seconds);
    field[ECS_COST_type] = world->scenario->specs[instance->spec].type;
    ecs_emit(world, &record);
    instance->span_from = -1;
}

/* ---- running, registered ---- */

void ecs_on_instance_running(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return;
    struct ecs_instance *instance = &world->instances[id.slot];
    if (instance->state != ECS_INSTANCE_PENDING)
        return; /* terminated meanwhile */
    instance->running = ecs_now(world);
    begin_span(world, instance);
    ecs_meter_instance(world, id.slot, ECS_INSTANCE_RUNNING);
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

static void emit_registered(struct ecs_world *world, const struct ecs_instance *instance)
{
    const struct ecs_capacity *capacity = &world->capacities[instance->spec];
    struct sim_record record = ecs_record(world, ECS_RECORD_INSTANCE_REGISTERED);
    int64_t *field = record.field;
    field[ECS_INSTANCE_REGISTERED_instance] = instance->serial;
    field[ECS_INSTANCE_REGISTERED_spec] = instance->spec;
    field[ECS_INSTANCE_REGISTERED_cpu_units] = capacity->cpu_units;
    field[ECS_INSTANCE_REGISTERED_memory_mib] = capacity->memory_mib;
    field[ECS_INSTANCE_REGISTERED_gpus] = capacity->gpus;
    field[ECS_INSTANCE_REGISTERED_enis] = ecs_instance_enis(world, instance);
    field[ECS_INSTANCE_REGISTERED_long_arn] = instance->long_arn;
    ecs_emit(world, &record);
}

static void register_it(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    const struct ecs_capacity *capacity = &world->capacities[instance->spec];
    instance->registered = ecs_now(world);
    instance->long_arn = world->settings[ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN];
    instance->order = ++world->registrations;
    instance->rank =
        (int64_t)sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_ORDER, 0,
                               (uint64_t)instance->order, INT64_MAX);
    reserve_ports(instance, spec);
    world->rooms[slot] = (struct ecs_room){
        .cpu_units = capacity->cpu_units,
        .memory_mib = capacity->memory_mib,
        .gpus = capacity->gpus,
        .enis = ecs_instance_enis(world, instance),
    };
    for (int32_t i = 0; i < capacity->gpus; i++)
        instance->gpus[i] = (struct place_gpu){.free_milli = ECS_GPU_MILLI};
    instance->connected = spec->join != ECS_JOIN_BAD_ATTRIBUTE;
    instance->lost = !instance->connected;
    ecs_meter_instance(world, slot, ECS_INSTANCE_ACTIVE);
    emit_registered(world, instance);
    if (!instance->connected)
        ecs_agent_emit(world, slot);
    ecs_placement_register(world, slot);
    ecs_pool_update(world, slot);
    if (instance->connected)
        ecs_host_begin(world, slot);
}

/* What becomes of it now that its agent runs: of its configuration, and of the cluster's state. */
static enum ecs_join join_of(const struct ecs_world *world, const struct ecs_instance *instance)
{
    uint32_t cluster = world->scenario->provider_count;
    enum ecs_join join = world->scenario->specs[instance->spec].join;
    if (join != ECS_JOIN_REGISTERS && join != ECS_JOIN_BAD_ATTRIBUTE)
        return join;
    if (!ecs_network_reaches_ecs(world, instance))
        return ECS_JOIN_NO_ROUTE; /* REG-6 */
    if (instance->opted_in && ecs_network_is_shared(world, instance))
        return ECS_JOIN_SHARED_SUBNET; /* REG-19 */
    if (world->cluster_status == ECS_CLUSTER_INACTIVE && !ecs_cluster_is_default(world))
        return ECS_JOIN_NO_CLUSTER; /* REG-5 */
    if (world->meters[cluster].registered >= world->scenario->behaviour.quota_container_instances)
        return ECS_JOIN_QUOTA;
    return join;
}

/* The end of its boot; again when its trunk ENI has been made. */
void ecs_on_instance_registered(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return;
    struct ecs_instance *instance = &world->instances[id.slot];
    bool has_trunk = instance->state == ECS_INSTANCE_REGISTERING;
    if (instance->state != ECS_INSTANCE_RUNNING && !has_trunk)
        return; /* terminated meanwhile */
    enum ecs_join join = join_of(world, instance);
    instance->trunked |= has_trunk;
    if ((join == ECS_JOIN_REGISTERS || join == ECS_JOIN_BAD_ATTRIBUTE) &&
        world->cluster_status == ECS_CLUSTER_INACTIVE)
        ecs_cluster_create(world);
    if ((join == ECS_JOIN_REGISTERS || join == ECS_JOIN_BAD_ATTRIBUTE) && !has_trunk &&
        ecs_trunk_begin(world, id.slot, &join))
        return;
    bool registers = join == ECS_JOIN_REGISTERS || join == ECS_JOIN_BAD_ATTRIBUTE;
    if (join == ECS_JOIN_SHARED_SUBNET)
        ecs_meter_instance(world, id.slot, ECS_INSTANCE_REGISTERING);
    instance->failed = !registers && instance->state == ECS_INSTANCE_REGISTERING;
    if (instance->failed)
        ecs_meter_instance(world, id.slot, ECS_INSTANCE_REGISTRATION_FAILED);
    if (registers)
        register_it(world, id.slot);
    if (join == ECS_JOIN_REGISTERS || instance->not_joined)
        return;
    instance->not_joined = true;
    struct sim_record record = ecs_record(world, ECS_RECORD_NOT_JOINED);
    record.field[ECS_NOT_JOINED_instance] = instance->serial;
    record.field[ECS_NOT_JOINED_join] = join;
    ecs_emit(world, &record);
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
    bool worked = instance->tasks > instance->daemons;
    instance->tasks++;
    instance->daemons += ecs_task_is_daemon(world, task_slot);
    if (worked || instance->tasks == instance->daemons || instance->terminating)
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
    bool daemon = ecs_task_is_daemon(world, task_slot);
    instance->tasks--;
    instance->daemons -= daemon;
    if (instance->terminating && instance->tasks == 0) {
        if (instance->state == ECS_INSTANCE_DRAINING && instance->shutdown < 0)
            shut_down(world, slot);
        return;
    }
    if (instance->terminating && instance->tasks == instance->daemons)
        ecs_services_look(world); /* the daemons' turn */
    if (daemon || instance->tasks > instance->daemons || instance->terminating ||
        instance->asg == ECS_NONE)
        return;
    struct ecs_group *group = &world->groups[instance->asg];
    group->busy--;
    if (!protects_tasks(world, instance))
        return;
    ecs_instance_protect(world, slot, false); /* MTP-05 */
    if (group->members > group->desired)
        sim_engine_at(&world->engine, ecs_now(world), ECS_EVENT_RECONCILE, instance->asg, 0);
}

void ecs_instance_kill_tasks(struct ecs_world *world, uint32_t slot, enum ecs_reason reason)
{
    while (world->instances[slot].first_task != ECS_NONE)
        ecs_task_kill(world, world->instances[slot].first_task, reason);
}

/* ---- its end ---- */

/* INACTIVE at once (CI-10), or when its trunk has gone (CI-23). */
static void leave_cluster(struct ecs_world *world, uint32_t slot)
{
    if (world->instances[slot].trunked)
        ecs_trunk_remove(world, slot);
    else
        ecs_meter_instance(world, slot, ECS_INSTANCE_INACTIVE);
}

/* EC2 terminates it. An agent that is there deregisters it; else it stays behind (CI-12). */
static void shut_down(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    bool registered = ecs_is_registered(instance);
    bool draining = instance->state == ECS_INSTANCE_DRAINING; /* even if deregistered just now */
    instance->shutdown = ecs_now(world);
    instance->ghost = registered && instance->lost;
    if (registered && !instance->ghost)
        instance->inactive = ecs_now(world);
    sim_engine_cancel(&world->engine, instance->boot_event);
    sim_engine_cancel(&world->engine, instance->reconnect_event);
    if (!instance->ghost)
        sim_engine_cancel(&world->engine, instance->detect_event);
    end_span(world, instance);
    ecs_pool_update(world, slot);
    ecs_meter_instance(world, slot,
                       instance->ghost ? ECS_INSTANCE_LEFT_BEHIND : ECS_INSTANCE_SHUTTING_DOWN);
    ecs_instance_kill_tasks(world, slot, ECS_REASON_HOST_TERMINATED);
    if ((registered || draining) && !instance->ghost)
        leave_cluster(world, slot);
    later(world, slot, instance->gone_after, ECS_EVENT_INSTANCE_GONE);
}

static bool drains_first(const struct ecs_world *world, const struct ecs_instance *instance)
{
    return ecs_is_registered(instance) && !instance->ec2_stopped && instance->tasks > 0 &&
           instance->provider != ECS_NONE &&
           world->scenario->providers[instance->provider].managed_draining;
}

static void leave_group(struct ecs_world *world, uint32_t slot, enum ecs_cause cause)
{
    struct ecs_instance *instance = &world->instances[slot];
    instance->cause = cause;
    if (instance->terminating)
        return;
    instance->terminating = true;
    if (instance->asg == ECS_NONE)
        return;
    struct ecs_group *group = &world->groups[instance->asg];
    group->members--;
    group->zone_members[instance->zone_index]--;
    if (instance->tasks > instance->daemons)
        group->busy--;
}

static void begin_draining(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    instance->drains = true;
    instance->draining = ecs_now(world);
    ecs_pool_update(world, slot);
    ecs_meter_instance(world, slot, ECS_INSTANCE_DRAINING);
}

void ecs_instance_terminate(struct ecs_world *world, uint32_t slot, enum ecs_cause cause)
{
    struct ecs_instance *instance = &world->instances[slot];
    assert(!instance->terminating);
    leave_group(world, slot, cause);
    if (!drains_first(world, instance)) {
        shut_down(world, slot);
        return;
    }
    if (!instance->drains)
        begin_draining(world, slot);
    later(world, slot, world->scenario->behaviour.managed_draining_limit, ECS_EVENT_DRAIN_LIMIT);
}

void ecs_on_drain_limit(struct ecs_world *world, struct sim_id id)
{
    if (sim_slots_live(&world->instance_slots, id) && world->instances[id.slot].shutdown < 0)
        shut_down(world, id.slot);
}

void ecs_on_instance_gone(struct ecs_world *world, struct sim_id id)
{
    assert(sim_slots_live(&world->instance_slots, id));
    struct ecs_instance *instance = &world->instances[id.slot];
    instance->terminated = ecs_now(world);
    if (instance->asg != ECS_NONE) {
        struct ecs_group *group = &world->groups[instance->asg];
        uint32_t i = 0;
        while (group->slots[i] != id.slot)
            i++;
        for (group->count--; i < group->count; i++)
            group->slots[i] = group->slots[i + 1];
    }
    ecs_network_leave(world, id.slot, 0);
    if (instance->ghost)
        return; /* its slot stays until it is deregistered */
    ecs_meter_instance(world, id.slot, ECS_INSTANCE_TERMINATED);
    ecs_instance_close(world, id.slot);
}

void ecs_instance_close(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    end_span(world, instance); /* billed up to the horizon */
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
    field[ECS_INSTANCE_ENDED_billed_s] = instance->billed_s;
    field[ECS_INSTANCE_ENDED_price_nusd_per_h] = price_of(world, instance);
    field[ECS_INSTANCE_ENDED_cost_nusd] = instance->cost_nusd;
    ecs_emit(world, &record);
    emit_cost(world, instance);
    ecs_start_forget(world, slot);
    sim_slots_give(&world->instance_slots, sim_slots_id(&world->instance_slots, slot));
}

/* ---- what operators do: EC2 ---- */

enum ecs_refusal ecs_instance_stop(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (instance->shutdown >= 0 || instance->running < 0 || instance->starting)
        return ECS_REFUSAL_NOT_RUNNING;
    if (instance->ec2_stopped)
        return ECS_REFUSAL_NONE;
    instance->ec2_stopped = true;
    sim_engine_cancel(&world->engine, instance->boot_event);
    if (ecs_is_registered(instance))
        ecs_agent_lost(world, slot);
    end_span(world, instance);
    emit_cost(world, instance);
    ecs_instance_kill_tasks(world, slot, ECS_REASON_HOST_STOPPED); /* CI-4, CI-7 */
    if (instance->shutdown >= 0)
        return ECS_REFUSAL_NONE; /* it was draining only for those */
    ecs_meter_instance(world, slot, ECS_INSTANCE_STOPPED);
    if (instance->asg != ECS_NONE)
        later(world, slot, world->scenario->behaviour.health_check_delay, ECS_EVENT_HEALTH);
    return ECS_REFUSAL_NONE;
}

enum ecs_refusal ecs_instance_start(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (instance->shutdown >= 0 || instance->running < 0)
        return ECS_REFUSAL_NOT_RUNNING;
    if (!instance->ec2_stopped || instance->starting)
        return ECS_REFUSAL_NONE;
    instance->starting = true;
    later(world, slot, world->scenario->behaviour.start_time, ECS_EVENT_INSTANCE_STARTED);
    return ECS_REFUSAL_NONE;
}

/* What it is once EC2 runs it again: status and id are those of before (CI-6). */
static enum ecs_instance_state state_after_start(const struct ecs_instance *instance)
{
    if (instance->deregistered)
        return instance->trunk_leaves ? ECS_INSTANCE_DEREGISTERING : ECS_INSTANCE_INACTIVE;
    if (instance->registered >= 0)
        return instance->drains ? ECS_INSTANCE_DRAINING : ECS_INSTANCE_ACTIVE;
    return instance->failed ? ECS_INSTANCE_REGISTRATION_FAILED : ECS_INSTANCE_RUNNING;
}

void ecs_on_instance_started(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return;
    struct ecs_instance *instance = &world->instances[id.slot];
    if (instance->shutdown >= 0)
        return; /* terminated meanwhile */
    instance->ec2_stopped = instance->starting = false;
    instance->no_way |= instance->trunked && ecs_network_is_public_only(world, instance) &&
                        !world->scenario->specs[instance->spec].proxy; /* CI-8 */
    begin_span(world, instance);
    ecs_meter_instance(world, id.slot, state_after_start(instance));
    if (ecs_is_registered(instance)) {
        ecs_host_begin(world, id.slot);
        ecs_agent_back(world, id.slot);
    } else if (!instance->deregistered && !instance->not_joined) {
        instance->boot_event = later(world, id.slot, world->scenario->behaviour.agent_reconnect,
                                     ECS_EVENT_INSTANCE_REGISTERED);
    }
}

/* Its group sees that EC2 does not run it, and replaces it (sheet 04, 2.9). */
void ecs_on_health(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return;
    const struct ecs_instance *instance = &world->instances[id.slot];
    if (!instance->ec2_stopped || instance->terminating)
        return;
    uint32_t asg = instance->asg;
    ecs_instance_terminate(world, id.slot, ECS_CAUSE_HEALTH);
    ecs_group_lost_member(world, asg, 0);
}

enum ecs_refusal ecs_instance_kill(struct ecs_world *world, uint32_t slot, bool decrement)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (instance->shutdown >= 0)
        return ECS_REFUSAL_NONE; /* it is going, or gone */
    uint32_t asg = instance->asg;
    bool member = asg != ECS_NONE && !instance->terminating;
    leave_group(world, slot, ECS_CAUSE_OPERATOR);
    shut_down(world, slot);
    if (!member)
        return ECS_REFUSAL_NONE;
    if (decrement && world->groups[asg].desired > 0)
        ecs_group_set_desired(world, asg, world->groups[asg].desired - 1, ECS_CAUSE_OPERATOR, 0);
    else
        ecs_group_lost_member(world, asg, world->scenario->behaviour.health_check_delay);
    return ECS_REFUSAL_NONE;
}

/* ---- what operators do: ECS ---- */

enum ecs_refusal ecs_instance_deregister(struct ecs_world *world, uint32_t slot, bool force)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (!ecs_is_registered(instance))
        return ECS_REFUSAL_NOT_REGISTERED;
    if (instance->tasks > 0 && !force)
        return ECS_REFUSAL_INSTANCE_BUSY; /* CI-16 */
    sim_engine_cancel(&world->engine, instance->detect_event);
    sim_engine_cancel(&world->engine, instance->reconnect_event);
    instance->deregistered = true;
    instance->inactive = ecs_now(world);
    ecs_pool_update(world, slot);
    ecs_instance_kill_tasks(world, slot, ECS_REASON_DEREGISTERED); /* CI-17 */
    if (!instance->ghost) {
        if (instance->shutdown >= 0)
            return ECS_REFUSAL_NONE; /* it was draining only for those */
        leave_cluster(world, slot);
        return ECS_REFUSAL_NONE;
    }
    instance->ghost = false;
    ecs_meter_instance(world, slot, ECS_INSTANCE_INACTIVE);
    if (instance->terminated < 0)
        return ECS_REFUSAL_NONE; /* EC2 is at it */
    ecs_meter_instance(world, slot, ECS_INSTANCE_TERMINATED);
    ecs_instance_close(world, slot);
    return ECS_REFUSAL_NONE;
}

/* DR-14, DR-25: standalone tasks on it go on, whatever they do; DR-15: it stays DRAINING. */
enum ecs_refusal ecs_instance_drain(struct ecs_world *world, uint32_t slot, bool draining)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (!ecs_is_registered(instance))
        return ECS_REFUSAL_NOT_REGISTERED;
    if (instance->drains == draining || (instance->terminating && !instance->ghost))
        return ECS_REFUSAL_NONE; /* what its group drains goes in any case */
    if (draining) {
        begin_draining(world, slot);
        return ECS_REFUSAL_NONE;
    }
    instance->drains = false; /* DR-17 */
    instance->draining = -1;
    ecs_meter_instance(world, slot, ECS_INSTANCE_ACTIVE);
    ecs_pool_update(world, slot);
    return ECS_REFUSAL_NONE;
}

/* Sets one of its own attributes (ATR-8: one that exists is replaced). */
static void put_attribute(struct ecs_instance *instance, uint32_t name, uint32_t value)
{
    uint32_t i = 0;
    while (i < instance->own_attribute_count && instance->own_attributes[i].name != name)
        i++;
    if (i == instance->own_attribute_count) {
        sim_grow((void **)&instance->own_attributes, &instance->own_attribute_capacity, i + 1,
                 sizeof instance->own_attributes[0]);
        instance->own_attribute_count++;
    }
    instance->own_attributes[i] = (struct ecs_attribute){.name = name, .value = value};
}

/* Custom attributes it would have with these on top. */
static uint32_t custom_count(const struct ecs_world *world, const struct ecs_instance *instance,
                             const struct ecs_attribute *attributes, uint32_t count)
{
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    const struct ecs_attribute *lists[] = {attributes, instance->own_attributes, spec->attributes};
    const uint32_t counts[] = {count, instance->own_attribute_count, spec->attribute_count};
    uint32_t total = 0;
    for (uint32_t list = 0; list < 3; list++) {
        for (uint32_t i = 0; i < counts[list]; i++) {
            bool hidden = lists[list][i].value == ECS_NONE;
            for (uint32_t k = 0; k <= list && !hidden; k++) /* by an earlier one of that name */
                for (uint32_t m = 0; m < (k < list ? counts[k] : i) && !hidden; m++)
                    hidden = lists[k][m].name == lists[list][i].name;
            total += !hidden;
        }
    }
    return total;
}

enum ecs_refusal ecs_instance_put_attributes(struct ecs_world *world, uint32_t slot,
                                             const struct ecs_attribute *attributes, uint32_t count,
                                             bool remove)
{
    struct ecs_instance *instance = &world->instances[slot];
    if (!ecs_is_registered(instance))
        return ECS_REFUSAL_NOT_REGISTERED;
    if (!remove && custom_count(world, instance, attributes, count) > ECS_CUSTOM_ATTRIBUTES_MAX)
        return ECS_REFUSAL_ATTRIBUTE_LIMIT;
    for (uint32_t i = 0; i < count; i++)
        put_attribute(instance, attributes[i].name, remove ? ECS_NONE : attributes[i].value);
    ecs_placement_reregister(world, slot);
    ecs_services_look(world); /* SV-D3 */
    return ECS_REFUSAL_NONE;
}
