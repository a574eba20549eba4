#include "world_fixture.h"

#include "place.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void fixture_init(struct fixture *fixture, int32_t epoch)
{
    memset(fixture, 0, sizeof *fixture);
    sim_arena_init(&fixture->arena);
    struct ecs_scenario *scenario = &fixture->scenario;
    ecs_scenario_init(scenario, &fixture->arena);
    scenario->epoch = epoch;
    ecs_behaviour_at(&scenario->behaviour, epoch);
    scenario->name = "fixture";
    scenario->types = fixture->types;
    scenario->specs = fixture->specs;
    scenario->asgs = fixture->asgs;
    scenario->providers = fixture->providers;
    scenario->task_definitions = fixture->definitions;
    scenario->run_tasks = fixture->run_tasks;
    scenario->workloads = fixture->workloads;
    scenario->extra_instances = fixture->extras;
    scenario->changes = fixture->changes;
    scenario->faults = fixture->faults;
    scenario->services = fixture->services;
}

void fixture_release(struct fixture *fixture)
{
    ecs_scenario_release(&fixture->scenario);
    sim_arena_release(&fixture->arena);
    free(fixture->records);
}

void fixture_plain(struct fixture *fixture, double boot_s)
{
    struct ecs_behaviour *behaviour = &fixture->scenario.behaviour;
    behaviour->metric_phase = sim_dist_constant(0);
    behaviour->alarm_phase = sim_dist_constant(0);
    behaviour->boot = sim_dist_constant(boot_s);
    behaviour->image_pull_mbps = 0;
    behaviour->container_start = 0;
    behaviour->eni_attach = 0;
    behaviour->eni_detach = 0;
    behaviour->service_reaction = 0;
}

uint32_t fixture_add_type(struct fixture *fixture, const char *name, uint32_t vcpus,
                          int64_t memory_mib, uint32_t gpus, uint32_t max_enis)
{
    struct ecs_scenario *scenario = &fixture->scenario;
    assert(scenario->type_count < FIXTURE_MAX);
    scenario->behaviour.memory_ppm = scenario->behaviour.memory_small_ppm = 1000000;
    fixture->types[scenario->type_count] = (struct ecs_instance_type){
        .name = name,
        .vcpus = vcpus,
        .memory_mib = memory_mib,
        .gpus = gpus,
        .max_enis = max_enis,
        .price_nusd_per_h = 100000000, /* 0.10 USD */
    };
    fixture->specs[scenario->spec_count] = (struct ecs_launch_spec){
        .name = name,
        .type = scenario->type_count,
    };
    scenario->spec_count++;
    return scenario->type_count++;
}

uint32_t fixture_add_provider(struct fixture *fixture, uint32_t type, uint32_t zones,
                              int64_t min_size, int64_t desired, int64_t max_size)
{
    static const char *const names[] = {"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"};
    struct ecs_scenario *scenario = &fixture->scenario;
    uint32_t index = scenario->asg_count;
    struct ecs_asg *asg = &fixture->asgs[index];
    assert(index < FIXTURE_MAX && zones <= 4);
    *asg = (struct ecs_asg){
        .name = sim_arena_printf(&fixture->arena, "group-%u", index),
        .spec = type,
        .min_size = min_size,
        .max_size = max_size,
        .desired = desired,
        .cooldown = 300 * SIM_SECOND,
        .zone_count = zones,
    };
    for (uint32_t i = 0; i < zones; i++)
        asg->zones[i].name = ecs_names_intern(&scenario->names, names[i]);
    fixture->providers[index] = (struct ecs_provider){
        .name = sim_arena_printf(&fixture->arena, "provider-%u", index),
        .asg = index,
        .attached = true,
        .managed_scaling = true,
        .target_capacity = 100,
        .minimum_step = 1,
        .maximum_step = 10000,
        .warmup = scenario->behaviour.instance_warmup,
    };
    scenario->asg_count++;
    return scenario->provider_count++;
}

uint32_t fixture_add_definition(struct fixture *fixture, int64_t cpu_units, int64_t memory_mib,
                                double seconds)
{
    struct ecs_scenario *scenario = &fixture->scenario;
    uint32_t index = scenario->task_definition_count;
    assert(index < FIXTURE_MAX);
    for (uint32_t i = 0; i < 4; i++)
        fixture->containers[index][i] = (struct ecs_container){
            .image = ECS_NONE,
            .essential = i == 0,
            .start_timeout = -1,
            .stop_timeout = 30 * SIM_SECOND,
        };
    char *family = sim_arena_printf(&fixture->arena, "task-%u", index);
    fixture->definitions[index] = (struct ecs_task_definition){
        .family = family,
        .revision = 1,
        .cpu_units = cpu_units,
        .memory_mib = memory_mib,
        .containers = fixture->containers[index],
        .container_count = 1,
        .runs_forever = seconds < 0,
        .duration = sim_dist_constant(seconds < 0 ? 0 : seconds),
        .stop_time = sim_dist_constant(0),
        .group = ecs_names_intern(&scenario->names,
                                  sim_arena_printf(&fixture->arena, "family:%s", family)),
    };
    return scenario->task_definition_count++;
}

struct ecs_strategy fixture_strategy(uint32_t count)
{
    struct ecs_strategy strategy = {.count = count};
    for (uint32_t i = 0; i < count; i++)
        strategy.items[i] = (struct ecs_strategy_item){.provider = i, .weight = 1};
    return strategy;
}

static struct ecs_request request_of(uint32_t definition, struct ecs_strategy strategy)
{
    return (struct ecs_request){
        .task_definition = definition,
        .strategy = strategy,
        .give_up_after = SIM_TIME_NEVER,
    };
}

void fixture_run_task(struct fixture *fixture, uint32_t definition, struct ecs_strategy strategy,
                      uint32_t count, sim_time at)
{
    while (count > 0) {
        uint32_t call = count < 10 ? count : 10;
        assert(fixture->scenario.run_task_count < 256);
        fixture->run_tasks[fixture->scenario.run_task_count++] =
            (struct ecs_run_task){.request = request_of(definition, strategy),
                                  .at = at,
                                  .count = call};
        count -= call;
    }
}

uint32_t fixture_add_workload(struct fixture *fixture, uint32_t definition,
                              struct ecs_strategy strategy, struct ecs_generator generator)
{
    uint32_t index = fixture->scenario.workload_count++;
    assert(index < FIXTURE_MAX);
    fixture->generators[index] = generator;
    fixture->workloads[index] = (struct ecs_workload){
        .name = "generator",
        .request = request_of(definition, strategy),
        .source = &ecs_generator_source,
        .data = &fixture->generators[index],
        .scale_ppm = 1000000,
    };
    return index;
}

struct ecs_change *fixture_add_change(struct fixture *fixture, sim_time at,
                                      enum ecs_operation operation)
{
    assert(fixture->scenario.change_count < FIXTURE_MAX);
    struct ecs_change *change = &fixture->changes[fixture->scenario.change_count++];
    ecs_change_init(change, at, operation);
    return change;
}

struct ecs_fault *fixture_add_fault(struct fixture *fixture, sim_time at, sim_time duration)
{
    uint32_t index = fixture->scenario.fault_count++;
    assert(index < FIXTURE_MAX);
    struct ecs_change all; /* for a selection of everything */
    ecs_change_init(&all, at, ECS_OP_STOP_INSTANCES);
    fixture->faults[index] = (struct ecs_fault){
        .kind = ECS_FAULT_AGENT_DISCONNECT,
        .at = at,
        .duration = duration,
        .selection = all.selection,
    };
    return &fixture->faults[index];
}

struct ecs_service *fixture_add_service(struct fixture *fixture, uint32_t definition,
                                        int64_t desired)
{
    struct ecs_scenario *scenario = &fixture->scenario;
    const struct ecs_strategy none = {.count = 0};
    uint32_t index = scenario->service_count++;
    struct ecs_service *service = &fixture->services[index];
    assert(index < FIXTURE_MAX);
    *service = (struct ecs_service){
        .name = sim_arena_printf(&fixture->arena, "svc-%u", index),
        .request = request_of(definition, none),
        .desired = desired,
        .maximum_percent = 200,
        .minimum_healthy_percent = 100,
    };
    service->request.group =
        ecs_names_intern(&scenario->names,
                         sim_arena_printf(&fixture->arena, "service:%s", service->name));
    ecs_service_placement(&scenario->names, &service->request.placement);
    if (scenario->duration == SIM_TIME_NEVER)
        scenario->duration = SIM_HOUR;
    return service;
}

struct ecs_service *fixture_add_daemon(struct fixture *fixture, uint32_t definition)
{
    struct ecs_service *service = fixture_add_service(fixture, definition, 0);
    service->scheduling = ECS_SCHEDULING_DAEMON;
    service->request.placement = (struct ecs_placement){.rule_count = 0};
    service->maximum_percent = 100;
    service->minimum_healthy_percent = 0;
    return service;
}

struct ecs_service_update *fixture_add_update(struct fixture *fixture, sim_time at,
                                              uint32_t service)
{
    struct ecs_change *change = fixture_add_change(fixture, at, ECS_OP_UPDATE_SERVICE);
    assert(fixture->update_count < FIXTURE_MAX);
    struct ecs_service_update *update = &fixture->updates[fixture->update_count++];
    *update = (struct ecs_service_update){.request = fixture->services[service].request};
    change->service = service;
    change->update = update;
    return update;
}

uint32_t fixture_rule(const char *strategy, struct ecs_placement *placement, uint32_t dimension)
{
    uint32_t found = place_strategy_find(strategy);
    assert(found != ECS_NONE && placement->rule_count < ECS_PLACEMENT_RULES);
    placement->rules[placement->rule_count++] =
        (struct ecs_placement_rule){.strategy = found, .dimension = dimension};
    return found;
}

static void keep(void *user, const struct sim_record *record)
{
    struct fixture *fixture = user;
    sim_grow((void **)&fixture->records, &fixture->record_capacity, fixture->record_count + 1,
             sizeof fixture->records[0]);
    fixture->records[fixture->record_count++] = *record;
}

void fixture_run(struct fixture *fixture)
{
    struct ecs_world *world = ecs_world_new(&fixture->scenario);
    struct ecs_invariants *invariants = ecs_invariants_new(&fixture->scenario);
    struct sim_hash hash;
    sim_hash_init(&hash);
    ecs_invariants_begin(invariants, 0);
    sim_stream_add(ecs_world_stream(world), ecs_invariants_observe, invariants);
    sim_stream_add(ecs_world_stream(world), sim_hash_observe, &hash);
    sim_stream_add(ecs_world_stream(world), keep, fixture);
    fixture->record_count = 0;
    bool whole = ecs_world_run(world, 0);
    assert(whole);
    fixture->hash = sim_hash_value(&hash);
    ecs_invariants_free(invariants);
    ecs_world_free(world);
}

const struct sim_record *fixture_record(const struct fixture *fixture, enum ecs_record_kind kind,
                                        uint32_t n)
{
    for (uint32_t i = 0; i < fixture->record_count; i++)
        if (fixture->records[i].kind == kind && n-- == 0)
            return &fixture->records[i];
    return NULL;
}

uint32_t fixture_count(const struct fixture *fixture, enum ecs_record_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < fixture->record_count; i++)
        count += fixture->records[i].kind == kind;
    return count;
}

uint32_t fixture_count_where(const struct fixture *fixture, enum ecs_record_kind kind, int field,
                             int64_t value)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < fixture->record_count; i++)
        count += fixture->records[i].kind == kind && fixture->records[i].field[field] == value;
    return count;
}

const struct sim_record *fixture_capacity_at(const struct fixture *fixture, int64_t provider,
                                             sim_time at)
{
    const struct sim_record *found = NULL;
    for (uint32_t i = 0; i < fixture->record_count; i++) {
        const struct sim_record *record = &fixture->records[i];
        if (record->kind == ECS_RECORD_CAPACITY && record->at <= at &&
            record->field[ECS_CAPACITY_provider] == provider)
            found = record;
    }
    return found;
}
