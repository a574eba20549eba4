#include "ecs_state.h"

#include "place.h"

#include <assert.h>

/* A provider's things count twice: in its own meter and in the cluster's, which is the last. */
static uint32_t scopes_of(const struct ecs_world *world, uint32_t provider, uint32_t scopes[2])
{
    uint32_t count = 0;
    if (provider != ECS_NONE)
        scopes[count++] = provider;
    scopes[count++] = world->scenario->provider_count;
    return count;
}

static struct ecs_meter *cluster_meter(const struct ecs_world *world)
{
    return &world->meters[world->scenario->provider_count];
}

/* Brings the time-weighted levels up to what the cluster's meter says. */
static void update_levels(struct ecs_world *world)
{
    const struct ecs_meter *meter = cluster_meter(world);
    sim_time now = ecs_now(world);
    sim_level_set(&world->level_instances, now, meter->alive);
    sim_level_set(&world->level_cpu_registered, now, meter->cpu_registered);
    sim_level_set(&world->level_cpu_reserved, now, meter->cpu_reserved);
    sim_level_set(&world->level_memory_registered, now, meter->memory_registered);
    sim_level_set(&world->level_memory_reserved, now, meter->memory_reserved);
    sim_level_set(&world->level_running, now, meter->running);
    sim_level_set(&world->level_enis_registered, now, meter->enis_registered);
    sim_level_set(&world->level_enis_used, now, meter->enis_used);
    int64_t instances = meter->launching + meter->in_service + meter->draining + meter->idle;
    if (instances > world->instances_peak)
        world->instances_peak = instances;
    if (meter->running > world->running_peak)
        world->running_peak = meter->running;
}

static void restart_levels(struct ecs_world *world)
{
    struct sim_level *levels[] = {
        &world->level_instances,         &world->level_cpu_registered,  &world->level_cpu_reserved,
        &world->level_memory_registered, &world->level_memory_reserved, &world->level_running,
        &world->level_enis_registered,   &world->level_enis_used,
    };
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        sim_level_init(levels[i], ecs_now(world), 0);
    world->instances_peak = 0;
    world->running_peak = 0;
    update_levels(world);
}

void ecs_meters_begin(struct ecs_world *world)
{
    for (uint32_t i = 0; i <= world->scenario->provider_count; i++)
        world->meters[i] = (struct ecs_meter){0};
    restart_levels(world);
    if (world->scenario->warmup > 0)
        sim_engine_at(&world->engine, world->scenario->warmup, ECS_EVENT_WARMUP_END, 0, 0);
}

void ecs_on_warmup_end(struct ecs_world *world)
{
    restart_levels(world);
}

/* ---- instances ---- */

static enum ecs_column column_of(const struct ecs_instance *instance)
{
    if (instance->ec2_stopped || instance->shutdown >= 0)
        return ECS_COLUMN_NONE;
    switch (instance->state) {
    case ECS_INSTANCE_PENDING:
    case ECS_INSTANCE_RUNNING: /* those that never join included */
    case ECS_INSTANCE_REGISTERING:
        return ECS_COLUMN_LAUNCHING;
    case ECS_INSTANCE_ACTIVE:
        return ECS_COLUMN_IN_SERVICE;
    case ECS_INSTANCE_DRAINING:
        return ECS_COLUMN_DRAINING;
    case ECS_INSTANCE_REGISTRATION_FAILED:
    case ECS_INSTANCE_INACTIVE:
    case ECS_INSTANCE_DEREGISTERING:
        return ECS_COLUMN_IDLE;
    case ECS_INSTANCE_STOPPED:
    case ECS_INSTANCE_LEFT_BEHIND:
    case ECS_INSTANCE_SHUTTING_DOWN:
    case ECS_INSTANCE_TERMINATED:
    case ECS_INSTANCE_STATES:
        break;
    }
    return ECS_COLUMN_NONE;
}

/* Adds (sign 1) or takes away (-1) what an instance counts for. */
static void count_instance(const struct ecs_world *world, const struct ecs_instance *instance,
                           int64_t sign)
{
    const struct ecs_capacity *capacity = &world->capacities[instance->spec];
    uint32_t scopes[2];
    uint32_t count = scopes_of(world, instance->provider, scopes);
    for (uint32_t i = 0; i < count; i++) {
        struct ecs_meter *meter = &world->meters[scopes[i]];
        int64_t *columns[] = {
            [ECS_COLUMN_NONE] = NULL,
            [ECS_COLUMN_LAUNCHING] = &meter->launching,
            [ECS_COLUMN_IN_SERVICE] = &meter->in_service,
            [ECS_COLUMN_DRAINING] = &meter->draining,
            [ECS_COLUMN_IDLE] = &meter->idle,
        };
        if (columns[instance->counted] != NULL)
            *columns[instance->counted] += sign;
        meter->alive += sign * instance->counted_alive;
        if (!instance->counted_registered)
            continue;
        meter->registered += sign;
        meter->cpu_registered += sign * capacity->cpu_units;
        meter->memory_registered += sign * capacity->memory_mib;
        meter->enis_registered += sign * ecs_instance_enis(world, instance);
    }
}

static void count_anew(struct ecs_world *world, struct ecs_instance *instance)
{
    count_instance(world, instance, -1);
    instance->counted = column_of(instance);
    instance->counted_alive = instance->span_from >= 0 && instance->span_to < 0;
    instance->counted_registered = ecs_is_registered(instance);
    count_instance(world, instance, 1);
    update_levels(world);
}

static void emit_state(struct ecs_world *world, const struct ecs_instance *instance)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_INSTANCE_STATE);
    record.field[ECS_INSTANCE_STATE_instance] = instance->serial;
    record.field[ECS_INSTANCE_STATE_state] = instance->state;
    record.field[ECS_INSTANCE_STATE_asg] = ecs_index_field(instance->asg);
    record.field[ECS_INSTANCE_STATE_provider] = ecs_index_field(instance->provider);
    record.field[ECS_INSTANCE_STATE_type] = world->scenario->specs[instance->spec].type;
    record.field[ECS_INSTANCE_STATE_zone] = instance->zone;
    ecs_emit(world, &record);
}

void ecs_meter_launched(struct ecs_world *world, uint32_t slot)
{
    count_anew(world, &world->instances[slot]);
    emit_state(world, &world->instances[slot]);
}

void ecs_meter_instance(struct ecs_world *world, uint32_t slot, enum ecs_instance_state to)
{
    world->instances[slot].state = to;
    count_anew(world, &world->instances[slot]);
    emit_state(world, &world->instances[slot]);
}

/* ---- tasks and reservations ---- */

void ecs_meter_task(struct ecs_world *world, uint32_t provider, enum ecs_task_tally tally,
                    int64_t change)
{
    uint32_t scopes[2];
    uint32_t count = scopes_of(world, provider, scopes);
    for (uint32_t i = 0; i < count; i++) {
        struct ecs_meter *meter = &world->meters[scopes[i]];
        if (tally == ECS_TALLY_PROVISIONING)
            meter->provisioning += change;
        else if (tally == ECS_TALLY_PENDING)
            meter->pending += change;
        else
            meter->running += change;
    }
    if (tally == ECS_TALLY_RUNNING) {
        const struct ecs_meter *meter = cluster_meter(world);
        sim_level_set(&world->level_running, ecs_now(world), meter->running);
        if (meter->running > world->running_peak)
            world->running_peak = meter->running;
    }
}

void ecs_meter_reserved(struct ecs_world *world, uint32_t provider, int64_t cpu_units,
                        int64_t memory_mib, int64_t enis)
{
    uint32_t scopes[2];
    uint32_t count = scopes_of(world, provider, scopes);
    for (uint32_t i = 0; i < count; i++) {
        struct ecs_meter *meter = &world->meters[scopes[i]];
        meter->cpu_reserved += cpu_units;
        meter->memory_reserved += memory_mib;
        meter->enis_used += enis;
    }
    const struct ecs_meter *meter = cluster_meter(world);
    sim_time now = ecs_now(world);
    sim_level_set(&world->level_cpu_reserved, now, meter->cpu_reserved);
    sim_level_set(&world->level_memory_reserved, now, meter->memory_reserved);
    sim_level_set(&world->level_enis_used, now, meter->enis_used);
}

/* ---- money ---- */

void ecs_meter_bill(struct ecs_world *world, uint32_t provider, int64_t price_nusd_per_h,
                    sim_time running, bool ends, int64_t cost_nusd)
{
    uint32_t scopes[2];
    uint32_t count = scopes_of(world, provider, scopes);
    int64_t sign = ends ? -1 : 1;
    for (uint32_t i = 0; i < count; i++) {
        struct ecs_meter *meter = &world->meters[scopes[i]];
        meter->price_rate += sign * price_nusd_per_h;
        meter->price_since += (__int128)sign * price_nusd_per_h * running;
        if (ends)
            meter->ended_nusd += cost_nusd;
    }
}

/* What has been billed so far: ended items as billed, running ones by the microsecond. */
static int64_t accrued_nusd(const struct ecs_world *world, const struct ecs_meter *meter)
{
    __int128 running = meter->price_rate * ecs_now(world) - meter->price_since;
    return meter->ended_nusd + (int64_t)(running / SIM_HOUR);
}

/* ---- samples ---- */

static void emit_capacity(struct ecs_world *world, uint32_t scope, int64_t desired,
                          const struct ecs_reservation *reservation)
{
    const struct ecs_meter *meter = &world->meters[scope];
    struct sim_record record = ecs_record(world, ECS_RECORD_CAPACITY);
    int64_t *field = record.field;
    field[ECS_CAPACITY_provider] = scope == world->scenario->provider_count ? -1 : (int64_t)scope;
    field[ECS_CAPACITY_desired] = desired;
    field[ECS_CAPACITY_launching] = meter->launching;
    field[ECS_CAPACITY_in_service] = meter->in_service;
    field[ECS_CAPACITY_draining] = meter->draining;
    field[ECS_CAPACITY_needed] = reservation->m;
    field[ECS_CAPACITY_percent_num] = reservation->num;
    field[ECS_CAPACITY_percent_den] = reservation->den;
    field[ECS_CAPACITY_tasks_running] = meter->running;
    field[ECS_CAPACITY_tasks_pending] = meter->pending;
    field[ECS_CAPACITY_tasks_provisioning] = meter->provisioning;
    field[ECS_CAPACITY_cpu_registered] = meter->cpu_registered;
    field[ECS_CAPACITY_cpu_reserved] = meter->cpu_reserved;
    field[ECS_CAPACITY_memory_registered_mib] = meter->memory_registered;
    field[ECS_CAPACITY_memory_reserved_mib] = meter->memory_reserved;
    field[ECS_CAPACITY_enis_registered] = meter->enis_registered;
    field[ECS_CAPACITY_enis_used] = meter->enis_used;
    field[ECS_CAPACITY_cost_nusd] = accrued_nusd(world, meter);
    ecs_emit(world, &record);
}

void ecs_sample(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    const struct ecs_reservation unknown = {.m = -1, .n = -1, .num = -1, .den = 1};
    struct ecs_reservation total = unknown;
    int64_t desired = 0;
    for (uint32_t i = 0; i < scenario->asg_count; i++)
        desired += world->groups[i].desired;
    for (uint32_t i = 0; i < scenario->provider_count; i++) {
        const struct ecs_provider *provider = &scenario->providers[i];
        struct ecs_reservation reservation = unknown;
        if (world->managers[i].on) {
            reservation = ecs_managed_reservation(world, i);
            total.m = total.m < 0 ? reservation.m : total.m + reservation.m;
        }
        emit_capacity(world, i, world->groups[provider->asg].desired, &reservation);
    }
    emit_capacity(world, scenario->provider_count, desired, &total);
}

/* Unit-seconds of a level over the measured span. */
static int64_t level_seconds(const struct ecs_world *world, const struct sim_level *level)
{
    return (int64_t)(sim_level_integral(level, ecs_now(world)) / SIM_SECOND);
}

void ecs_meters_end(struct ecs_world *world)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_LEVELS);
    int64_t *field = record.field;
    sim_time span = ecs_now(world) - world->scenario->warmup;
    bool measured = span > 0;
    field[ECS_LEVELS_span] = measured ? span : 0;
    field[ECS_LEVELS_instances_peak] = measured ? world->instances_peak : 0;
    field[ECS_LEVELS_tasks_running_peak] = measured ? world->running_peak : 0;
    const struct {
        uint32_t index;
        const struct sim_level *level;
    } levels[] = {
        {ECS_LEVELS_instance_s, &world->level_instances},
        {ECS_LEVELS_cpu_registered_s, &world->level_cpu_registered},
        {ECS_LEVELS_cpu_reserved_s, &world->level_cpu_reserved},
        {ECS_LEVELS_memory_registered_s, &world->level_memory_registered},
        {ECS_LEVELS_memory_reserved_s, &world->level_memory_reserved},
        {ECS_LEVELS_tasks_running_s, &world->level_running},
        {ECS_LEVELS_enis_registered_s, &world->level_enis_registered},
        {ECS_LEVELS_enis_used_s, &world->level_enis_used},
    };
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        field[levels[i].index] = measured ? level_seconds(world, levels[i].level) : 0;
    ecs_emit(world, &record);
}
