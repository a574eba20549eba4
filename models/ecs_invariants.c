/* An account of the run kept apart from the world's own: built from records alone, it would notice
 * if the model's books were wrong. */
#include "ecs_world.h"

#include "sim_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct held_instance {
    int64_t cpu_units, memory_mib, gpus, enis; /* registered */
    int64_t used_cpu, used_memory, used_enis;
    uint16_t gpu_milli[ECS_GPUS_MAX]; /* used of each */
    bool known, registered, ended;
    bool draining, inactive, connected; /* as ECS sees it */
    bool down, gone;                    /* EC2 does not run it; never again */
    int64_t tasks, addresses; /* addresses: taken less given back; it may have stood at t = 0 */
    uint32_t *ports;          /* taken, port << 1 | udp; reserved ones included */
    uint32_t port_count, port_capacity;
};

struct held_service {
    int64_t lower, upper, occupied, healthy; /* occupied: RUNNING and PENDING */
    bool known, daemon;
};

struct held_task {
    uint32_t service;   /* counted from 1; 0: of none */
    bool live, healthy; /* of a service */
    int64_t instance;   /* 0: holds nothing */
    int64_t cpu_units, memory_mib, gpus, enis;
    int64_t gpu_milli; /* of each of gpu_ids */
    uint32_t gpu_ids;  /* a bit each */
    uint32_t definition, group;
    uint32_t subnet; /* whose address it holds, counted from 1; 0: none */
    bool distinct, ended;
};

struct ecs_invariants {
    const struct ecs_scenario *scenario;
    uint32_t replication;
    sim_time now;
    struct held_instance *instances; /* by serial */
    struct held_task *tasks;         /* by serial - task_base - 1 */
    uint32_t instance_capacity, task_capacity;
    int64_t instance_count, task_count;
    int64_t task_base; /* tasks up to this serial have ended and are forgotten */
    uint32_t leading;  /* tasks after it that have ended, counted from it on */
    uint8_t *fates;    /* by arrival serial: 0 open, 1 closed */
    uint32_t fate_capacity;
    int64_t arrivals, closed, fate_counts[ECS_FATES];
    struct sim_map group_map; /* (group, instance): index of counts */
    int64_t *group_counts;    /* tasks */
    uint32_t group_capacity;
    int64_t cost_nusd;
    int64_t *addresses; /* free, by subnet */
    struct held_service *services;
};

/* Ends the program: a bug in the model, with what repeats it. */
static void breach(const struct ecs_invariants *inv, const char *what, int64_t subject)
{
    fprintf(stderr,
            "plimsoll: BUG: invariant broken at t = %.6f s: %s (%" PRId64 ")\n"
            "repeat with: plimsoll run SCENARIO --seed=%" PRIu64
            " --replications=%u --threads=1   (scenario %s, replication %u)\n",
            sim_time_to_seconds(inv->now), what, subject, inv->scenario->seed, inv->replication + 1,
            inv->scenario->name, inv->replication);
    abort();
}

struct ecs_invariants *ecs_invariants_new(const struct ecs_scenario *scenario)
{
    struct ecs_invariants *inv = NULL;
    uint32_t none = 0;
    sim_grow((void **)&inv, &none, 1, sizeof *inv);
    inv->scenario = scenario;
    sim_map_init(&inv->group_map, 2);
    inv->services = sim_malloc((scenario->service_count + 1) * sizeof inv->services[0]);
    inv->addresses = sim_malloc((scenario->subnet_count + 1) * sizeof inv->addresses[0]);
    return inv;
}

void ecs_invariants_free(struct ecs_invariants *inv)
{
    if (inv == NULL)
        return;
    for (uint32_t i = 0; i < inv->instance_capacity; i++)
        free(inv->instances[i].ports);
    free(inv->instances);
    free(inv->tasks);
    free(inv->fates);
    free(inv->group_counts);
    free(inv->addresses);
    free(inv->services);
    sim_map_release(&inv->group_map);
    free(inv);
}

void ecs_invariants_begin(struct ecs_invariants *inv, uint32_t replication)
{
    inv->replication = replication;
    inv->now = 0;
    for (uint32_t i = 0; i < inv->instance_capacity; i++) {
        struct held_instance *held = &inv->instances[i];
        *held = (struct held_instance){.ports = held->ports, .port_capacity = held->port_capacity};
    }
    if (inv->task_capacity > 0)
        memset(inv->tasks, 0, inv->task_capacity * sizeof inv->tasks[0]);
    if (inv->fate_capacity > 0)
        memset(inv->fates, 0, inv->fate_capacity);
    sim_map_clear(&inv->group_map);
    inv->instance_count = inv->task_count = inv->task_base = inv->arrivals = inv->closed = 0;
    inv->leading = 0;
    memset(inv->fate_counts, 0, sizeof inv->fate_counts);
    inv->cost_nusd = 0;
    for (uint32_t i = 0; i < inv->scenario->service_count; i++)
        inv->services[i] = (struct held_service){.daemon = inv->scenario->services[i].scheduling ==
                                                           ECS_SCHEDULING_DAEMON};
    for (uint32_t i = 0; i < inv->scenario->subnet_count; i++)
        inv->addresses[i] = inv->scenario->subnets[i].free_addresses;
}

static struct held_instance *instance_of(struct ecs_invariants *inv, int64_t serial)
{
    if (serial <= 0 || serial > inv->instance_count || inv->instances[serial].ended)
        breach(inv, "a record names an instance that does not exist", serial);
    return &inv->instances[serial];
}

static struct held_task *task_of(struct ecs_invariants *inv, int64_t serial)
{
    if (serial <= 0)
        breach(inv, "a record names a task that cannot exist", serial);
    if (serial <= inv->task_base)
        breach(inv, "a record names a task that has ended", serial);
    uint32_t index = (uint32_t)(serial - inv->task_base - 1);
    sim_grow((void **)&inv->tasks, &inv->task_capacity, index + 1, sizeof inv->tasks[0]);
    if (serial > inv->task_count)
        inv->task_count = serial;
    if (inv->tasks[index].ended)
        breach(inv, "a record names a task that has ended", serial);
    return &inv->tasks[index];
}

/* Forgets leading tasks that have ended, once they are half of the array: memory follows the span
 * of live tasks, not the length of the run. */
static void forget_ended(struct ecs_invariants *inv)
{
    uint32_t held = (uint32_t)(inv->task_count - inv->task_base);
    while (inv->leading < held && inv->tasks[inv->leading].ended)
        inv->leading++;
    if (inv->leading < 1024 || inv->leading < inv->task_capacity / 2)
        return;
    uint32_t kept = held - inv->leading;
    memmove(inv->tasks, inv->tasks + inv->leading, kept * sizeof inv->tasks[0]);
    memset(inv->tasks + kept, 0, (inv->task_capacity - kept) * sizeof inv->tasks[0]);
    inv->task_base += inv->leading;
    inv->leading = 0;
}

/* ---- instances ---- */

static void on_instance_state(struct ecs_invariants *inv, const int64_t *field)
{
    int64_t serial = field[ECS_INSTANCE_STATE_instance];
    if (field[ECS_INSTANCE_STATE_state] == ECS_INSTANCE_PENDING) {
        if (serial != inv->instance_count + 1)
            breach(inv, "instances are not numbered in order", serial);
        inv->instance_count = serial;
        sim_grow((void **)&inv->instances, &inv->instance_capacity, (uint32_t)serial + 1,
                 sizeof inv->instances[0]);
        inv->instances[serial].known = true;
        return;
    }
    struct held_instance *held = instance_of(inv, serial);
    enum ecs_instance_state state = (enum ecs_instance_state)field[ECS_INSTANCE_STATE_state];
    bool going = state == ECS_INSTANCE_SHUTTING_DOWN || state == ECS_INSTANCE_LEFT_BEHIND;
    if (state == ECS_INSTANCE_TERMINATED && held->tasks > 0)
        breach(inv, "an instance is gone with tasks on it", serial);
    if (state == ECS_INSTANCE_STOPPED && held->tasks > 0)
        breach(inv, "an instance is stopped with tasks on it", serial);
    if (state == ECS_INSTANCE_INACTIVE && held->tasks > 0)
        breach(inv, "an instance is deregistered with tasks on it", serial);
    if (state == ECS_INSTANCE_ACTIVE || state == ECS_INSTANCE_DRAINING)
        held->draining = state == ECS_INSTANCE_DRAINING;
    held->inactive |= state == ECS_INSTANCE_INACTIVE || state == ECS_INSTANCE_DEREGISTERING ||
                      state == ECS_INSTANCE_SHUTTING_DOWN;
    held->gone |= going;
    if (state != ECS_INSTANCE_DRAINING && state != ECS_INSTANCE_ACTIVE)
        held->down = state == ECS_INSTANCE_STOPPED || held->gone;
    else if (!held->gone)
        held->down = false;
}

static void take_port(struct ecs_invariants *inv, struct held_instance *held, uint32_t port)
{
    for (uint32_t i = 0; i < held->port_count; i++)
        if (held->ports[i] == port)
            breach(inv, "a host port is held twice", port >> 1);
    sim_grow((void **)&held->ports, &held->port_capacity, held->port_count + 1,
             sizeof held->ports[0]);
    held->ports[held->port_count++] = port;
    if (held->port_count > ECS_PORTS_MAX)
        breach(inv, "more host ports than an instance may reserve", held->port_count);
}

static void on_registered(struct ecs_invariants *inv, const int64_t *field)
{
    struct held_instance *held = instance_of(inv, field[ECS_INSTANCE_REGISTERED_instance]);
    if (held->registered)
        breach(inv, "an instance registers twice", field[ECS_INSTANCE_REGISTERED_instance]);
    held->registered = held->connected = true;
    held->cpu_units = field[ECS_INSTANCE_REGISTERED_cpu_units];
    held->memory_mib = field[ECS_INSTANCE_REGISTERED_memory_mib];
    held->gpus = field[ECS_INSTANCE_REGISTERED_gpus];
    held->enis = field[ECS_INSTANCE_REGISTERED_enis];
    const struct ecs_launch_spec *spec = &inv->scenario->specs[field[ECS_INSTANCE_REGISTERED_spec]];
    for (uint32_t i = 0; i < spec->reserved_port_count; i++)
        take_port(inv, held, (uint32_t)spec->reserved_ports[i] << 1);
    for (uint32_t i = 0; i < spec->reserved_port_udp_count; i++)
        take_port(inv, held, (uint32_t)spec->reserved_ports_udp[i] << 1 | 1);
}

static void on_instance_ended(struct ecs_invariants *inv, const int64_t *field)
{
    struct held_instance *held = instance_of(inv, field[ECS_INSTANCE_ENDED_instance]);
    held->ended = true;
    if (field[ECS_INSTANCE_ENDED_terminated] >= 0 && held->addresses > 0)
        breach(inv, "a terminated instance still holds an address",
               field[ECS_INSTANCE_ENDED_instance]);
    if (field[ECS_INSTANCE_ENDED_cost_nusd] < 0 || field[ECS_INSTANCE_ENDED_billed_s] < 0)
        breach(inv, "a cost is negative", field[ECS_INSTANCE_ENDED_instance]);
    inv->cost_nusd += field[ECS_INSTANCE_ENDED_cost_nusd];
}

static void on_agent(struct ecs_invariants *inv, const int64_t *field)
{
    int64_t serial = field[ECS_AGENT_instance];
    struct held_instance *held = instance_of(inv, serial);
    held->connected = field[ECS_AGENT_connected] != 0;
    if (held->connected && held->down)
        breach(inv, "the agent of an instance that does not run is connected", serial);
    if (!held->connected && held->down && held->tasks > 0)
        breach(inv, "an instance that is known not to run has tasks on it", serial);
}

/* ---- tasks ---- */

/* A task of a service is past RUNNING: it neither counts for the bounds any more. */
static void leave_service(struct ecs_invariants *inv, struct held_task *task)
{
    if (!task->live)
        return;
    struct held_service *service = &inv->services[task->service - 1];
    service->occupied--;
    service->healthy -= task->healthy;
    task->live = task->healthy = false;
}

static void on_task_state(struct ecs_invariants *inv, const int64_t *field)
{
    struct held_task *task = task_of(inv, field[ECS_TASK_STATE_task]);
    if (field[ECS_TASK_STATE_state] > ECS_TASK_RUNNING)
        leave_service(inv, task);
    if (field[ECS_TASK_STATE_state] == ECS_TASK_RUNNING && task->instance != 0 &&
        instance_of(inv, task->instance)->down)
        breach(inv, "a task runs on an instance that does not", field[ECS_TASK_STATE_task]);
}

static int64_t *group_count(struct ecs_invariants *inv, uint32_t group, int64_t instance)
{
    uint64_t key[2] = {group, (uint64_t)instance};
    uint32_t before = inv->group_map.count;
    uint32_t index = sim_map_intern(&inv->group_map, key);
    if (index == before) {
        sim_grow((void **)&inv->group_counts, &inv->group_capacity, index + 1,
                 sizeof inv->group_counts[0]);
        inv->group_counts[index] = 0;
    }
    return &inv->group_counts[index];
}

static void check_room(struct ecs_invariants *inv, const struct held_instance *held, int64_t serial)
{
    if (held->used_cpu > held->cpu_units)
        breach(inv, "an instance is over its CPU units", serial);
    if (held->used_memory > held->memory_mib)
        breach(inv, "an instance is over its memory", serial);
    if (held->used_enis > held->enis)
        breach(inv, "an instance is over its network interfaces", serial);
}

static void on_placed(struct ecs_invariants *inv, const int64_t *field)
{
    int64_t serial = field[ECS_TASK_PLACED_task], where = field[ECS_TASK_PLACED_instance];
    struct held_task *task = task_of(inv, serial);
    struct held_instance *held = instance_of(inv, where);
    if (task->instance != 0)
        breach(inv, "a task is placed twice", serial);
    if (!held->registered)
        breach(inv, "a task is placed on an instance that is not registered", where);
    if (held->inactive)
        breach(inv, "a task is placed on an instance that has left the cluster", where);
    if (held->draining)
        breach(inv, "a task is placed on an instance that is draining", where);
    if (!held->connected)
        breach(inv, "a task is placed on an instance whose agent is disconnected", where);
    *task = (struct held_task){
        .service = task->service,
        .live = task->live,
        .instance = where,
        .cpu_units = field[ECS_TASK_PLACED_cpu_units],
        .memory_mib = field[ECS_TASK_PLACED_memory_mib],
        .gpus = field[ECS_TASK_PLACED_gpus],
        .enis = field[ECS_TASK_PLACED_enis],
        .definition = (uint32_t)field[ECS_TASK_PLACED_definition],
        .group = (uint32_t)field[ECS_TASK_PLACED_group],
        .distinct = field[ECS_TASK_PLACED_distinct] != 0,
    };
    held->used_cpu += task->cpu_units;
    held->used_memory += task->memory_mib;
    held->used_enis += task->enis;
    held->tasks++;
    check_room(inv, held, where);
    const struct ecs_task_definition *definition =
        &inv->scenario->task_definitions[task->definition];
    for (uint32_t i = 0; i < definition->port_count; i++)
        take_port(inv, held, (uint32_t)definition->ports[i].port << 1 | definition->ports[i].udp);
    int64_t *count = group_count(inv, task->group, where);
    if (task->distinct && *count > 0)
        breach(inv, "distinctInstance is broken", serial);
    if (task->service != 0 && inv->services[task->service - 1].daemon && *count > 0)
        breach(inv, "a DAEMON service has two tasks on an instance", where);
    *count += 1;
}

/* ---- services ---- */

static struct held_service *service_of(struct ecs_invariants *inv, int64_t service)
{
    if (service < 0 || service >= inv->scenario->service_count || !inv->services[service].known)
        breach(inv, "a record names a service that is not there", service);
    return &inv->services[service];
}

static void on_service_bounds(struct ecs_invariants *inv, const int64_t *field)
{
    struct held_service *service = &inv->services[field[ECS_SERVICE_BOUNDS_service]];
    service->known = true;
    service->lower = field[ECS_SERVICE_BOUNDS_lower];
    service->upper = field[ECS_SERVICE_BOUNDS_upper];
    if (service->lower < 0 || service->lower > service->upper)
        breach(inv, "a service's bounds are out of order", field[ECS_SERVICE_BOUNDS_service]);
}

/* DC-1, DC-2, DR-5, DR-6: what the scheduler decides keeps the bounds. A deletion, and a DAEMON's
 * task that must not stay where it is, know none. */
static void on_service_task(struct ecs_invariants *inv, const int64_t *field)
{
    int64_t serial = field[ECS_SERVICE_TASK_task];
    enum ecs_service_action action = (enum ecs_service_action)field[ECS_SERVICE_TASK_action];
    struct held_service *service = service_of(inv, field[ECS_SERVICE_TASK_service]);
    struct held_task *task = task_of(inv, serial);
    if (action == ECS_ACTION_START) {
        if (task->service != 0 || task->instance != 0)
            breach(inv, "a task becomes a service's too late, or twice", serial);
        if (service->occupied >= service->upper && !service->daemon) /* those: on_placed */
            breach(inv, "a service starts a task above its upper bound", serial);
        task->service = (uint32_t)field[ECS_SERVICE_TASK_service] + 1;
        task->live = true;
        service->occupied++;
        return;
    }
    if (task->service != field[ECS_SERVICE_TASK_service] + 1 || !task->live)
        breach(inv, "a service stops a task that is not its own, or is stopping", serial);
    bool bounded = action == ECS_ACTION_STOP_OLD || action == ECS_ACTION_STOP_EXCESS ||
                   (action == ECS_ACTION_STOP_DRAIN && !service->daemon);
    if (bounded && task->healthy && service->healthy <= service->lower)
        breach(inv, "a service stops a healthy task below its lower bound", serial);
}

static void on_task_healthy(struct ecs_invariants *inv, const int64_t *field)
{
    struct held_task *task = task_of(inv, field[ECS_TASK_HEALTHY_task]);
    if (!task->live || task->healthy || task->instance == 0)
        breach(inv, "a task is healthy twice, or does not run", field[ECS_TASK_HEALTHY_task]);
    task->healthy = true;
    service_of(inv, field[ECS_TASK_HEALTHY_service])->healthy++;
}

/* At every minute: the model's books are as the records tell. */
static void on_service(struct ecs_invariants *inv, const int64_t *field)
{
    const struct held_service *service = service_of(inv, field[ECS_SERVICE_service]);
    if (service->occupied != field[ECS_SERVICE_running] + field[ECS_SERVICE_pending] ||
        service->healthy != field[ECS_SERVICE_healthy])
        breach(inv, "a service's tasks are miscounted", field[ECS_SERVICE_service]);
}

/* What is served was asked for, by tasks that are there. */
static void on_service_load(struct ecs_invariants *inv, const int64_t *field)
{
    const struct held_service *service = service_of(inv, field[ECS_SERVICE_LOAD_service]);
    int64_t served = field[ECS_SERVICE_LOAD_served], healthy = field[ECS_SERVICE_LOAD_healthy];
    bool measured = field[ECS_SERVICE_LOAD_cpu_den] > 0;
    if (served < 0 || served > field[ECS_SERVICE_LOAD_load] || (served > 0 && healthy == 0))
        breach(inv, "requests are served that no task could", field[ECS_SERVICE_LOAD_service]);
    if (service->healthy != healthy || healthy > field[ECS_SERVICE_LOAD_running] ||
        measured != (field[ECS_SERVICE_LOAD_running] > 0) || field[ECS_SERVICE_LOAD_cpu_num] < 0)
        breach(inv, "a service's load finds other tasks", field[ECS_SERVICE_LOAD_service]);
}

static void on_any_service(struct ecs_invariants *inv, const struct sim_record *record)
{
    if (record->kind == ECS_RECORD_SERVICE_BOUNDS)
        on_service_bounds(inv, record->field);
    else if (record->kind == ECS_RECORD_SERVICE_TASK)
        on_service_task(inv, record->field);
    else if (record->kind == ECS_RECORD_TASK_HEALTHY)
        on_task_healthy(inv, record->field);
    else if (record->kind == ECS_RECORD_SERVICE_LOAD)
        on_service_load(inv, record->field);
    else
        on_service(inv, record->field);
}

/* GPU-03: as many as it asked for, none beyond 1,000 thousandths; of whole ones the first. */
static void on_gpus(struct ecs_invariants *inv, const int64_t *field)
{
    int64_t serial = field[ECS_GPUS_task], milli = field[ECS_GPUS_milli], given = 0;
    if (serial == 0)
        return; /* asked for */
    struct held_task *task = task_of(inv, serial);
    struct held_instance *held = instance_of(inv, field[ECS_GPUS_instance]);
    if (task->instance == 0 || task->instance != field[ECS_GPUS_instance] || task->gpu_ids != 0)
        breach(inv, "a task is given GPUs where it is not, or twice", serial);
    if (milli < 1 || milli > ECS_GPU_MILLI || field[ECS_GPUS_ids] >> held->gpus != 0)
        breach(inv, "a task is given a GPU that there is not", serial);
    task->gpu_ids = (uint32_t)field[ECS_GPUS_ids];
    task->gpu_milli = milli;
    for (int64_t i = 0; i < held->gpus; i++) {
        bool taken = (task->gpu_ids >> i & 1) != 0;
        if (!taken && given < task->gpus && milli == ECS_GPU_MILLI && held->gpu_milli[i] == 0)
            breach(inv, "a task is not given the first free GPUs", serial);
        if (taken && held->gpu_milli[i] + milli > ECS_GPU_MILLI)
            breach(inv, "a GPU is over its thousandths", field[ECS_GPUS_instance]);
        held->gpu_milli[i] = (uint16_t)(held->gpu_milli[i] + (taken ? milli : 0));
        given += taken;
    }
    if (given != task->gpus)
        breach(inv, "a task is given more or fewer GPUs than it asked for", serial);
}

static void on_released(struct ecs_invariants *inv, const int64_t *field)
{
    int64_t serial = field[ECS_TASK_RELEASED_task];
    struct held_task *task = task_of(inv, serial);
    if (task->instance == 0 || task->instance != field[ECS_TASK_RELEASED_instance])
        breach(inv, "a task releases what it does not hold", serial);
    struct held_instance *held = instance_of(inv, task->instance);
    held->used_cpu -= task->cpu_units;
    held->used_memory -= task->memory_mib;
    if (task->gpus > 0 && task->gpu_ids == 0)
        breach(inv, "a task was given no GPU", serial);
    for (int64_t i = 0; i < held->gpus; i++)
        if ((task->gpu_ids >> i & 1) != 0)
            held->gpu_milli[i] = (uint16_t)(held->gpu_milli[i] - task->gpu_milli);
    task->gpu_ids = 0;
    held->used_enis -= task->enis;
    held->tasks--;
    const struct ecs_task_definition *definition =
        &inv->scenario->task_definitions[task->definition];
    for (uint32_t i = 0; i < definition->port_count; i++) {
        uint32_t port = (uint32_t)definition->ports[i].port << 1 | definition->ports[i].udp;
        uint32_t k = 0;
        while (k < held->port_count && held->ports[k] != port)
            k++;
        if (k == held->port_count)
            breach(inv, "a task releases a port it does not hold", port >> 1);
        held->ports[k] = held->ports[--held->port_count];
    }
    *group_count(inv, task->group, task->instance) -= 1;
    task->instance = 0;
}

static void on_task_ended(struct ecs_invariants *inv, const int64_t *field)
{
    int64_t serial = field[ECS_TASK_ENDED_task];
    struct held_task *task = task_of(inv, serial);
    bool stopped = field[ECS_TASK_ENDED_stopped] >= 0;
    if (stopped && task->instance != 0)
        breach(inv, "a stopped task still holds resources", serial);
    if (stopped && task->subnet != 0)
        breach(inv, "a stopped task still holds an address", serial);
    int64_t times[] = {field[ECS_TASK_ENDED_arrived], field[ECS_TASK_ENDED_created],
                       field[ECS_TASK_ENDED_placed], field[ECS_TASK_ENDED_started],
                       field[ECS_TASK_ENDED_stopped]};
    int64_t last = 0;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        if (times[i] < 0)
            continue;
        if (times[i] < last || times[i] > inv->now)
            breach(inv, "a task's times are out of order", serial);
        last = times[i];
    }
    task->ended = true;
    forget_ended(inv);
}

/* ---- addresses ---- */

static void on_address(struct ecs_invariants *inv, const int64_t *field)
{
    uint32_t subnet = (uint32_t)field[ECS_ADDRESS_subnet];
    int64_t change = field[ECS_ADDRESS_change];
    int64_t task_serial = field[ECS_ADDRESS_task], serial = field[ECS_ADDRESS_instance];
    if (subnet >= inv->scenario->subnet_count || (change != 1 && change != -1))
        breach(inv, "an address of no subnet, or not one", subnet);
    inv->addresses[subnet] -= change;
    if (inv->addresses[subnet] < 0 || inv->addresses[subnet] != field[ECS_ADDRESS_free])
        breach(inv, "a subnet is over its addresses, or has lost some", subnet);
    if (task_serial != 0) {
        struct held_task *task = task_of(inv, task_serial);
        if (task->subnet != (change > 0 ? 0 : subnet + 1))
            breach(inv, "a task takes a second address, or gives back what is not its own",
                   task_serial);
        task->subnet = change > 0 ? subnet + 1 : 0;
        return;
    }
    struct held_instance *held = instance_of(inv, serial);
    held->addresses += change;
    if (held->addresses > 2 || held->addresses < -2)
        breach(inv, "an instance has more addresses than interfaces", serial);
}

/* ---- arrivals and totals ---- */

static void on_arrival(struct ecs_invariants *inv, const int64_t *field)
{
    if (field[ECS_ARRIVAL_arrival] != ++inv->arrivals)
        breach(inv, "arrivals are not numbered in order", field[ECS_ARRIVAL_arrival]);
    sim_grow((void **)&inv->fates, &inv->fate_capacity, (uint32_t)inv->arrivals + 1, 1);
}

static void on_arrival_ended(struct ecs_invariants *inv, const int64_t *field)
{
    int64_t serial = field[ECS_ARRIVAL_ENDED_arrival];
    if (serial <= 0 || serial > inv->arrivals || inv->fates[serial] != 0)
        breach(inv, "an arrival ends that is not open", serial);
    inv->fates[serial] = 1;
    inv->closed++;
    inv->fate_counts[field[ECS_ARRIVAL_ENDED_fate]]++;
    if (field[ECS_ARRIVAL_ENDED_wait] < 0)
        breach(inv, "a wait is negative", serial);
}

static void on_capacity(struct ecs_invariants *inv, const int64_t *field)
{
    for (int i = ECS_CAPACITY_launching; i <= ECS_CAPACITY_draining; i++)
        if (field[i] < 0)
            breach(inv, "a count of instances is negative", field[i]);
    for (int i = ECS_CAPACITY_tasks_running; i < ECS_CAPACITY_FIELDS; i++)
        if (field[i] < 0)
            breach(inv, "a capacity column is negative", i);
    if (field[ECS_CAPACITY_cpu_reserved] > field[ECS_CAPACITY_cpu_registered] ||
        field[ECS_CAPACITY_memory_reserved_mib] > field[ECS_CAPACITY_memory_registered_mib] ||
        field[ECS_CAPACITY_enis_used] > field[ECS_CAPACITY_enis_registered])
        breach(inv, "more is reserved than registered", field[ECS_CAPACITY_provider]);
}

static void on_run_ended(struct ecs_invariants *inv)
{
    int64_t sum = 0;
    for (int i = 0; i < ECS_FATES; i++)
        sum += inv->fate_counts[i];
    if (inv->closed != inv->arrivals || sum != inv->arrivals)
        breach(inv, "arrivals are lost", inv->arrivals - inv->closed);
    for (int64_t i = inv->task_base + 1; i <= inv->task_count; i++)
        if (!inv->tasks[i - inv->task_base - 1].ended)
            breach(inv, "a task has no end", i);
    for (int64_t i = 1; i <= inv->instance_count; i++)
        if (!inv->instances[i].ended)
            breach(inv, "an instance has no end", i);
}

static void on_any_instance(struct ecs_invariants *inv, const struct sim_record *record)
{
    if (record->kind == ECS_RECORD_INSTANCE_STATE)
        on_instance_state(inv, record->field);
    else if (record->kind == ECS_RECORD_INSTANCE_REGISTERED)
        on_registered(inv, record->field);
    else
        on_instance_ended(inv, record->field);
}

void ecs_invariants_observe(void *user, const struct sim_record *record)
{
    struct ecs_invariants *inv = user;
    if (record->at < inv->now)
        breach(inv, "the clock runs backwards", record->at);
    inv->now = record->at;
    switch ((enum ecs_record_kind)record->kind) {
    case ECS_RECORD_ARRIVAL:
        on_arrival(inv, record->field);
        break;
    case ECS_RECORD_ARRIVAL_ENDED:
        on_arrival_ended(inv, record->field);
        break;
    case ECS_RECORD_TASK_STATE:
        on_task_state(inv, record->field);
        break;
    case ECS_RECORD_TASK_PLACED:
        on_placed(inv, record->field);
        break;
    case ECS_RECORD_GPUS:
        on_gpus(inv, record->field);
        break;
    case ECS_RECORD_TASK_RELEASED:
        on_released(inv, record->field);
        break;
    case ECS_RECORD_TASK_ENDED:
        on_task_ended(inv, record->field);
        break;
    case ECS_RECORD_INSTANCE_STATE:
    case ECS_RECORD_INSTANCE_REGISTERED:
    case ECS_RECORD_INSTANCE_ENDED:
        on_any_instance(inv, record);
        break;
    case ECS_RECORD_ADDRESS:
        on_address(inv, record->field);
        break;
    case ECS_RECORD_AGENT:
        on_agent(inv, record->field);
        break;
    case ECS_RECORD_CAPACITY:
        on_capacity(inv, record->field);
        break;
    case ECS_RECORD_SERVICE_BOUNDS:
    case ECS_RECORD_SERVICE_TASK:
    case ECS_RECORD_TASK_HEALTHY:
    case ECS_RECORD_SERVICE:
    case ECS_RECORD_SERVICE_LOAD:
        on_any_service(inv, record);
        break;
    case ECS_RECORD_RUN_ENDED:
        on_run_ended(inv);
        break;
    case ECS_RECORD_REFUSED:
    case ECS_RECORD_FAILURE:
    case ECS_RECORD_SCALING:
    case ECS_RECORD_METRIC:
    case ECS_RECORD_ALARM:
    case ECS_RECORD_PROTECTION:
    case ECS_RECORD_COST:
    case ECS_RECORD_LEVELS:
    case ECS_RECORD_CHANGE:
    case ECS_RECORD_CLUSTER:
    case ECS_RECORD_NOT_JOINED:
    case ECS_RECORD_IMAGE:
    case ECS_RECORD_LAUNCH_FAILED:
    case ECS_RECORD_SERVICE_EVENT:
    case ECS_RECORD_DEPLOYMENT:
    case ECS_RECORD_SERVICE_SCALING:
    case ECS_RECORD_KINDS:
        break;
    }
}
