#include "ecs_scenario.h"

#include "place.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define COOKIE 0x506c696du /* "Plim" */

/* ---- names ---- */

static uint32_t text_hash(const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

/* The table holds name + 1, so 0 is empty. Returns the cell of text or the empty cell for it. */
static uint32_t *names_cell(const struct ecs_names *names, const char *text)
{
    uint32_t mask = names->table_size - 1;
    uint32_t i = text_hash(text) & mask;
    while (names->table[i] != 0 && strcmp(names->text[names->table[i] - 1], text) != 0)
        i = (i + 1) & mask;
    return &names->table[i];
}

static void names_rehash(struct ecs_names *names, uint32_t size)
{
    free(names->table);
    names->table = sim_malloc(size * sizeof names->table[0]);
    memset(names->table, 0, size * sizeof names->table[0]);
    names->table_size = size;
    for (uint32_t i = 0; i < names->count; i++)
        *names_cell(names, names->text[i]) = i + 1;
}

void ecs_names_init(struct ecs_names *names, struct sim_arena *arena)
{
    *names = (struct ecs_names){.arena = arena};
    names_rehash(names, 64);
    uint32_t empty = ecs_names_intern(names, "");
    assert(empty == 0);
}

void ecs_names_release(struct ecs_names *names)
{
    free(names->table);
    free(names->text);
    *names = (struct ecs_names){0};
}

uint32_t ecs_names_intern(struct ecs_names *names, const char *text)
{
    uint32_t *cell = names_cell(names, text);
    if (*cell != 0)
        return *cell - 1;
    sim_grow((void **)&names->text, &names->capacity, names->count + 1, sizeof names->text[0]);
    names->text[names->count] = sim_arena_strdup(names->arena, text);
    *cell = ++names->count;
    if (names->count > names->table_size / 2)
        names_rehash(names, names->table_size * 2);
    return names->count - 1;
}

uint32_t ecs_names_find(const struct ecs_names *names, const char *text)
{
    uint32_t cell = *names_cell(names, text);
    return cell == 0 ? ECS_NONE : cell - 1;
}

/* ---- names of enums ---- */

const struct ecs_operation_words ecs_operation_words[ECS_OPS] = {
    [ECS_OP_PUT_CLUSTER_CAPACITY_PROVIDERS] = {"PutClusterCapacityProviders", "ecs", ""},
    [ECS_OP_SET_DESIRED_CAPACITY] = {"SetDesiredCapacity", "autoscaling", ""},
    [ECS_OP_UPDATE_AUTO_SCALING_GROUP] = {"UpdateAutoScalingGroup", "autoscaling", ""},
    [ECS_OP_DELETE_AUTO_SCALING_GROUP] = {"DeleteAutoScalingGroup", "autoscaling", ""},
    [ECS_OP_STOP_INSTANCES] = {"StopInstances", "ec2", "instance"},
    [ECS_OP_START_INSTANCES] = {"StartInstances", "ec2", "instance"},
    [ECS_OP_TERMINATE_INSTANCES] = {"TerminateInstances", "ec2", "instance"},
    [ECS_OP_DEREGISTER_CONTAINER_INSTANCE] = {"DeregisterContainerInstance", "ecs", "instance"},
    [ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE] = {"UpdateContainerInstancesState", "ecs",
                                                 "instance"},
    [ECS_OP_STOP_TASK] = {"StopTask", "ecs", "task"},
    [ECS_OP_REGISTER_TASK_DEFINITION] = {"RegisterTaskDefinition", "ecs", ""},
    [ECS_OP_DEREGISTER_TASK_DEFINITION] = {"DeregisterTaskDefinition", "ecs", ""},
    [ECS_OP_PUT_ATTRIBUTES] = {"PutAttributes", "ecs", "instance"},
    [ECS_OP_DELETE_ATTRIBUTES] = {"DeleteAttributes", "ecs", "instance"},
    [ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT] = {"PutAccountSettingDefault", "ecs", ""},
    [ECS_OP_DELETE_CLUSTER] = {"DeleteCluster", "ecs", ""},
    [ECS_OP_START_TASK] = {"StartTask", "ecs", "task"},
    [ECS_OP_TERMINATE_INSTANCE_IN_GROUP] = {"TerminateInstanceInAutoScalingGroup", "autoscaling",
                                            "instance"},
    [ECS_OP_CREATE_SERVICE] = {"CreateService", "ecs", ""},
    [ECS_OP_UPDATE_SERVICE] = {"UpdateService", "ecs", ""},
    [ECS_OP_DELETE_SERVICE] = {"DeleteService", "ecs", ""},
};

const char *const ecs_error_names[ECS_ERRORS] = {
    [ECS_ERROR_NONE] = "",
    [ECS_ERROR_IMAGE_NOT_FOUND] = "CannotPullContainerError: Error: image not found",
    [ECS_ERROR_REGISTRY_TIMEOUT] = "CannotPullContainerError: API error (500): Get "
                                   "https://registry/v2/: request canceled while "
                                   "waiting for connection",
    [ECS_ERROR_REGISTRY_CANCELED] = "CannotPullContainerError: context canceled",
    [ECS_ERROR_REPOSITORY_NOT_FOUND] = "CannotPullContainerError: API error (404): "
                                       "repository not found",
    [ECS_ERROR_NO_SPACE] = "CannotPullContainerError: write /var/lib/docker/tmp: no space left on "
                           "device",
    [ECS_ERROR_THIN_POOL] = "CannotCreateContainerError: API error (500): devmapper: Thin Pool has "
                            "too few free data blocks",
    [ECS_ERROR_KILLED] = "exit code 137",
    [ECS_ERROR_START_TIMEOUT] = "DockerTimeoutError: could not transition to started",
    [ECS_ERROR_DEPENDENCY] = "dependency graph: container ordering dependency not resolved",
};

const char *const ecs_join_names[ECS_JOINS] = {
    [ECS_JOIN_REGISTERS] = "",
    [ECS_JOIN_OTHER_CLUSTER] = "registers with another cluster",
    [ECS_JOIN_OTHER_REGION] = "registers in another region",
    [ECS_JOIN_NO_ROUTE] = "has no route to the ECS endpoint",
    [ECS_JOIN_NO_ROLE] = "has no role that lets it register",
    [ECS_JOIN_BAD_SETTINGS] = "has settings that end the agent",
    [ECS_JOIN_BAD_ATTRIBUTE] = "has an attribute that ends the agent",
    [ECS_JOIN_SHARED_SUBNET] = "is in a shared subnet, with trunking",
    [ECS_JOIN_QUOTA] = "is one container instance more than the cluster may have",
    [ECS_JOIN_NO_CLUSTER] = "names a cluster that has been deleted",
    [ECS_JOIN_NO_ADDRESS] = "finds no address for its trunk network interface",
};

const char *const ecs_setting_names[ECS_SETTINGS] = {
    [ECS_SETTING_SERVICE_LONG_ARN] = "serviceLongArnFormat",
    [ECS_SETTING_TASK_LONG_ARN] = "taskLongArnFormat",
    [ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN] = "containerInstanceLongArnFormat",
    [ECS_SETTING_AWSVPC_TRUNKING] = "awsvpcTrunking",
    [ECS_SETTING_CONTAINER_INSIGHTS] = "containerInsights",
};

/* ---- scenario ---- */

const struct ecs_arrival ecs_arrival_plain = {
    .duration = ECS_DURATION_OF_DEFINITION,
    .count = 1,
    .task_definition = ECS_NONE,
    .provider = ECS_NONE,
    .cpu_units = -1,
    .memory_mib = -1,
    .gpus = -1,
    .distinct_instance = -1,
};

void ecs_scenario_init(struct ecs_scenario *scenario, struct sim_arena *arena)
{
    *scenario = (struct ecs_scenario){
        .cookie = COOKIE,
        .arena = arena,
        .name = "unnamed",
        .description = "",
        .region = "us-east-1",
        .cluster = "default",
        .epoch = ECS_EPOCH_NEWEST,
        .start_unix_s = sim_civil_to_unix(2024, 1, 1, 0, 0, 0),
        .duration = SIM_TIME_NEVER,
        .seed = 1,
        .replications = 1,
        .json = "{}",
        .inputs_json = "[]",
        .price_date = "",
    };
    ecs_names_init(&scenario->names, arena);
    ecs_behaviour_at(&scenario->behaviour, scenario->epoch);
}

void ecs_change_init(struct ecs_change *change, sim_time at, enum ecs_operation operation)
{
    *change = (struct ecs_change){
        .at = at,
        .operation = operation,
        .selection = {.asg = ECS_NONE,
                      .provider = ECS_NONE,
                      .definition = ECS_NONE,
                      .count = INT64_MAX},
        .asg = ECS_NONE,
        .desired = -1,
        .min_size = -1,
        .max_size = -1,
        .spec = ECS_NONE,
        .new_instances_protected = -1,
        .definition = ECS_NONE,
        .service = ECS_NONE,
    };
}

void ecs_scenario_release(struct ecs_scenario *scenario)
{
    ecs_names_release(&scenario->names);
}

static void check_capacity(const struct ecs_scenario *s)
{
    for (uint32_t i = 0; i < s->spec_count; i++) {
        assert(s->specs[i].type < s->type_count);
        assert(s->specs[i].reserved_memory_mib >= 0);
        assert(s->specs[i].reserved_port_count <= ECS_PORTS_MAX);
    }
    for (uint32_t i = 0; i < s->asg_count; i++) {
        const struct ecs_asg *asg = &s->asgs[i];
        assert(asg->spec < s->spec_count);
        assert(0 <= asg->min_size && asg->min_size <= asg->max_size);
        assert(asg->min_size <= asg->desired && asg->desired <= asg->max_size);
        assert(1 <= asg->zone_count && asg->zone_count <= ECS_ZONES_MAX);
        for (uint32_t k = 0; k < asg->place_count; k++)
            assert(asg->places[k].zone_index < asg->zone_count &&
                   asg->places[k].subnet < s->subnet_count);
    }
    for (uint32_t i = 0; i < s->provider_count; i++) {
        const struct ecs_provider *provider = &s->providers[i];
        assert(provider->asg < s->asg_count);
        assert(1 <= provider->target_capacity && provider->target_capacity <= 100);
        assert(1 <= provider->minimum_step);
        assert(provider->minimum_step <= provider->maximum_step);
        for (uint32_t k = 0; k < i; k++)
            assert(s->providers[k].asg != provider->asg); /* one provider a group */
    }
    for (uint32_t i = 0; i < s->extra_instance_count; i++)
        assert(s->extra_instances[i].spec < s->spec_count);
}

static void check_request(const struct ecs_scenario *s, const struct ecs_request *request)
{
    assert(request->task_definition < s->task_definition_count);
    assert(request->strategy.count <= ECS_STRATEGY_ITEMS);
    assert(request->placement.rule_count <= ECS_PLACEMENT_RULES);
    assert(request->group < s->names.count);
    assert(request->give_up_after >= 0);
    for (uint32_t i = 0; i < request->placement.subnet_count; i++)
        assert(request->placement.subnets[i] < s->subnet_count);
    for (uint32_t i = 0; i < request->strategy.count; i++)
        assert(request->strategy.items[i].provider < s->provider_count);
    for (uint32_t i = 0; i < request->placement.rule_count; i++)
        assert(request->placement.rules[i].strategy < place_strategy_count);
    for (uint32_t i = 0; i < request->override_count; i++)
        assert(request->overrides[i].definition < s->task_definition_count);
}

static void check_definition(const struct ecs_scenario *s,
                             const struct ecs_task_definition *definition)
{
    assert(definition->cpu_units >= 0 && definition->memory_mib >= 0 && definition->gpus >= 0);
    assert(definition->gpu_milli >= 0 && definition->gpu_milli <= ECS_GPU_MILLI);
    assert(definition->port_count <= ECS_PORTS_MAX);
    assert(definition->group < s->names.count);
    assert(definition->container_count >= 1 && definition->containers != NULL);
    assert(definition->container_count <= ECS_CONTAINERS_MAX);
    for (uint32_t i = 0; i < definition->container_count; i++) {
        const struct ecs_container *container = &definition->containers[i];
        assert(container->image == ECS_NONE || container->image < definition->image_count);
        assert(!container->essential || !container->ends_early);
        assert(definition->ordered || (container->dependency_count == 0 && !container->ends_early));
        for (uint32_t k = 0; k < container->dependency_count; k++)
            assert(container->dependencies[k].container < definition->container_count);
    }
    for (uint32_t i = 0; i < definition->error_count; i++)
        assert(definition->errors[i].error > ECS_ERROR_NONE &&
               definition->errors[i].error <= ECS_ERROR_KILLED &&
               (definition->errors[i].container == ECS_NONE ||
                definition->errors[i].container < definition->container_count));
}

static void check_bounds(enum ecs_scheduling scheduling, int64_t minimum, int64_t maximum)
{
    assert(0 <= minimum && minimum <= 100);
    assert(scheduling == ECS_SCHEDULING_DAEMON ? maximum == 100 : maximum >= 100);
}

static void check_service_request(const struct ecs_scenario *s, enum ecs_scheduling scheduling,
                                  const struct ecs_request *request)
{
    check_request(s, request);
    assert(request->group != 0 && request->override_count == 0);
    assert(scheduling == ECS_SCHEDULING_REPLICA ||
           (request->strategy.count == 0 && !request->default_strategy));
}

static void check_load(const struct ecs_scenario *s, const struct ecs_service_load *load)
{
    if (load->spec.generator == NULL)
        return;
    assert(load->spec.generator->reads_series == (load->spec.series != NULL));
    assert(load->spec.scale_ppm >= 0 && load->metric < s->names.count);
    assert(1 <= load->capacity_milli && load->capacity_milli <= ECS_CAPACITY_MILLI_MAX);
    assert(0 <= load->base_percent && load->base_percent < 100);
    assert(100 <= load->max_percent && load->max_percent <= ECS_MAX_PERCENT_MAX);
}

static void check_services(const struct ecs_scenario *s)
{
    assert(s->service_count == 0 || s->duration != SIM_TIME_NEVER);
    for (uint32_t i = 0; i < s->service_count; i++) {
        const struct ecs_service *service = &s->services[i];
        check_service_request(s, service->scheduling, &service->request);
        check_bounds(service->scheduling, service->minimum_healthy_percent,
                     service->maximum_percent);
        assert(service->desired >= 0);
        assert(service->scheduling == ECS_SCHEDULING_REPLICA || service->desired == 0);
        assert(!service->initial_running || !service->created_later);
        check_load(s, &service->load);
    }
}

static void check_scaling(const struct ecs_scenario *s)
{
    for (uint32_t i = 0; i < s->scalable_target_count; i++) {
        const struct ecs_scalable_target *target = &s->scalable_targets[i];
        assert(target->service < s->service_count);
        assert(s->services[target->service].scheduling == ECS_SCHEDULING_REPLICA); /* AS-4 */
        assert(0 <= target->minimum && target->minimum <= target->maximum);
    }
    for (uint32_t i = 0; i < s->scaling_policy_count; i++) {
        const struct ecs_scaling_policy *policy = &s->scaling_policies[i];
        assert(policy->target < s->scalable_target_count && policy->metric < ECS_SCALING_METRICS);
        assert(i == 0 || s->scaling_policies[i - 1].target <= policy->target);
        assert(policy->out_cooldown >= 0 && policy->in_cooldown >= 0);
        assert(policy->type == ECS_SCALING_STEP ? policy->step_count > 0 : policy->value > 0);
        const struct ecs_scaling_alarm *alarm = policy->alarm;
        assert(alarm == NULL || policy->type == ECS_SCALING_STEP);
        assert(alarm == NULL || (alarm->period >= 1 && 1 <= alarm->datapoints &&
                                 alarm->datapoints <= alarm->periods));
    }
    for (uint32_t i = 0; i < s->scaling_action_count; i++) {
        const struct ecs_scaling_action *action = &s->scaling_actions[i];
        assert(action->target < s->scalable_target_count);
        assert(action->minimum >= -1 && action->maximum >= -1);
        assert(action->minimum < 0 || action->maximum < 0 || action->minimum <= action->maximum);
    }
}

static void check_service_change(const struct ecs_scenario *s, const struct ecs_change *change)
{
    bool create = change->operation == ECS_OP_CREATE_SERVICE;
    bool update = change->operation == ECS_OP_UPDATE_SERVICE;
    const struct ecs_service_update *given = change->update;
    assert((given != NULL) == update);
    if (!create && !update && change->operation != ECS_OP_DELETE_SERVICE)
        return;
    assert(change->service < s->service_count);
    const struct ecs_service *service = &s->services[change->service];
    assert(!create || service->created_later);
    if (!update)
        return;
    check_service_request(s, service->scheduling, &given->request);
    check_bounds(service->scheduling,
                 given->given & ECS_UPDATE_MINIMUM ? given->minimum_healthy_percent : 0,
                 given->given & ECS_UPDATE_MAXIMUM ? given->maximum_percent : 100);
    assert(!(given->given & ECS_UPDATE_DESIRED) ||
           (given->desired >= 0 && service->scheduling == ECS_SCHEDULING_REPLICA));
}

static void check_group_update(const struct ecs_scenario *s, const struct ecs_group_update *update)
{
    if (update == NULL)
        return;
    const struct ecs_layout *layout = &update->layout;
    uint32_t zones = 0;
    assert(layout->zone_count <= ECS_ZONES_MAX);
    for (uint32_t i = 0; i < layout->zone_count; i++)
        zones += layout->zones[i].name != 0;
    assert(layout->zone_count == 0 || zones > 0);
    for (uint32_t i = 0; i < layout->place_count; i++)
        assert(layout->places[i].zone_index < layout->zone_count &&
               layout->zones[layout->places[i].zone_index].name != 0 &&
               layout->places[i].subnet < s->subnet_count);
}

static void check_changes(const struct ecs_scenario *s)
{
    for (uint32_t i = 0; i < s->change_count; i++) {
        const struct ecs_change *change = &s->changes[i];
        assert(change->at >= (i > 0 ? s->changes[i - 1].at : 0));
        assert(change->operation < ECS_OPS);
        assert(change->asg == ECS_NONE || change->asg < s->asg_count);
        assert(change->spec == ECS_NONE || change->spec < s->spec_count);
        assert(change->definition == ECS_NONE || change->definition < s->task_definition_count);
        assert((change->start != NULL) == (change->operation == ECS_OP_START_TASK));
        if (change->start != NULL) {
            check_request(s, change->start);
            assert(change->start->on_refusal == ECS_REFUSAL_DROP);
            assert(change->start->strategy.count == 0 && !change->start->default_strategy);
        }
        check_service_change(s, change);
        check_group_update(s, change->group_update);
        for (uint32_t k = 0; k < change->provider_count; k++)
            assert(change->providers[k] < s->provider_count);
    }
    for (uint32_t i = 0; i < s->fault_count; i++)
        assert(s->faults[i].at >= 0 && s->faults[i].duration > 0);
}

void ecs_scenario_check(const struct ecs_scenario *scenario)
{
    const struct ecs_scenario *s = scenario;
    assert(s->cookie == COOKIE);
    assert(s->replications >= 1);
    assert(s->duration > 0 && s->warmup >= 0);
    check_capacity(s);
    for (uint32_t i = 0; i < s->task_definition_count; i++)
        check_definition(s, &s->task_definitions[i]);
    check_services(s);
    check_scaling(s);
    check_changes(s);
    for (uint32_t i = 0; i < s->run_task_count; i++) {
        check_request(s, &s->run_tasks[i].request);
        assert(s->run_tasks[i].at >= 0 && s->run_tasks[i].count >= 1);
    }
    for (uint32_t i = 0; i < s->workload_count; i++) {
        check_request(s, &s->workloads[i].request);
        assert(s->workloads[i].source != NULL && s->workloads[i].scale_ppm >= 0);
    }
}

uint64_t ecs_gpu_model_bit(const struct ecs_scenario *scenario, uint32_t model)
{
    for (uint32_t i = 0; i < scenario->gpu_model_count; i++)
        if (scenario->gpu_models[i] == model)
            return UINT64_C(1) << i;
    return 0;
}

bool ecs_spec_suits(const struct ecs_launch_spec *spec,
                    const struct ecs_task_definition *definition)
{
    const struct ecs_host *host = &spec->host;
    bool arm64 = definition->architecture == ECS_ARCHITECTURE_ARM64;
    return (host->os == ECS_OS_WINDOWS) == definition->windows &&
           (definition->architecture == ECS_ARCHITECTURE_ANY || arm64 == spec->arm64) &&
           (host->agent_version == 0 || host->agent_version >= definition->agent_version);
}

const char *ecs_arn_last_name(struct sim_arena *arena, const char *text)
{
    static const char provider[] = ":capacity-provider/";
    static const char *const whole[] = {":autoScalingGroupName/", ":launchConfigurationName/"};
    if (strncmp(text, "arn:", 4) != 0)
        return text;
    const char *kind = strstr(text, provider);
    if (kind != NULL) {
        const char *name = kind + strlen(provider);
        return sim_arena_strndup(arena, name, strcspn(name, "/"));
    }
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if ((kind = strstr(text, whole[i])) != NULL)
            return kind + strlen(whole[i]);
    const char *slash = strrchr(text, '/');
    if (slash != NULL)
        return slash + 1;
    const char *colon = strrchr(text, ':');
    return colon + 1;
}
