/* `changes`: API calls of an operator during the run.
 *
 * What the file alone can tell is an error here; what depends on the moment of the call (a group's
 * size by then, tasks on an instance, ...) is answered by the model as the API would. */
#include "scn_loader.h"
#include "scn_selection.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct operation;

struct reader {
    struct scn_loader *loader;
    const struct scn_value *item, *input; /* of the list; of the call */
    struct ecs_change *change;
};

/* Each reads the input of one call into the change; false after a complaint. */
typedef bool read_input(struct reader *reader);

struct operation {
    const char *name; /* key of the item */
    enum ecs_operation operation;
    read_input *read;
};

/* ---- shared members ---- */

/* `cluster`, when given, is the scenario's. */
static bool check_cluster(struct reader *reader)
{
    const struct scn_value *at = scn_get(reader->input, "cluster", SCN_STRING);
    const char *name = reader->loader->scenario->cluster;
    if (at == NULL || strcmp(ecs_arn_last_name(reader->loader->arena, at->text), name) == 0)
        return true;
    scn_error(reader->loader->complaints, at,
              "the scenario's cluster is \"%s\"; write that, or leave the key out", name);
    return false;
}

/* AutoScalingGroupName: every call on a group has it. */
static bool read_group(struct reader *reader)
{
    struct scn_loader *loader = reader->loader;
    const struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *at = scn_get(reader->input, "AutoScalingGroupName", SCN_STRING);
    if (at == NULL)
        return false; /* the table has complained */
    const char *name = ecs_arn_last_name(loader->arena, at->text);
    const char **names = sim_arena_array(loader->arena, scenario->asg_count, sizeof names[0]);
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        names[i] = loader->asgs[i].name;
        if (strcmp(names[i], name) == 0) {
            reader->change->asg = i;
            return true;
        }
    }
    scn_unknown_name(loader, at, "Auto Scaling group", name, names, scenario->asg_count);
    return false;
}

/* Ids under `key` (a text or a list of texts), or `sim` in their place: one of the two. */
static bool read_selection(struct reader *reader, const char *key, enum scn_id kind)
{
    struct scn_loader *loader = reader->loader;
    struct ecs_selection *selection = &reader->change->selection;
    const struct scn_value *ids = scn_json_member(reader->input, key);
    const struct scn_value *sim = scn_get(reader->input, "sim", SCN_OBJECT);
    if ((ids != NULL) == (sim != NULL)) {
        scn_error(loader->complaints, reader->input,
                  "write either %s, or sim to say which ones, such as {\"autoScalingGroup\": "
                  "\"web\", \"count\": 1}",
                  key);
        return false;
    }
    if (sim != NULL)
        return scn_load_selection(loader, sim, kind == SCN_ID_TASK, selection);
    bool is_list = ids->kind == SCN_LIST;
    uint32_t count = is_list ? ids->count : 1;
    int64_t *serials = sim_arena_array(loader->arena, count, sizeof serials[0]);
    bool good = count > 0;
    if (!good)
        scn_error(loader->complaints, ids, "the list is empty; name at least one");
    for (const struct scn_value *v = is_list ? ids->first : ids; v != NULL;
         v = is_list ? v->next : NULL)
        if (v->kind == SCN_STRING &&
            scn_load_id(loader, v, kind, &serials[selection->serial_count]))
            selection->serial_count++;
        else
            good = false;
    selection->serials = serials;
    return good;
}

static bool refuse_dry_run(struct reader *reader)
{
    if (!scn_get_bool(reader->input, "DryRun", false))
        return true;
    scn_error(reader->loader->complaints, scn_json_member(reader->input, "DryRun"),
              "a dry run changes nothing; remove the change, or set DryRun to false");
    return false;
}

/* ---- calls on the cluster ---- */

static void complain_provider(struct scn_loader *loader, const struct scn_value *at)
{
    uint32_t count = loader->scenario->provider_count;
    const char **names = sim_arena_array(loader->arena, count, sizeof names[0]);
    for (uint32_t i = 0; i < count; i++)
        names[i] = loader->providers[i].name;
    scn_unknown_name(loader, at, "capacity provider", ecs_arn_last_name(loader->arena, at->text),
                     names, count);
}

static bool read_put_providers(struct reader *reader)
{
    struct scn_loader *loader = reader->loader;
    const struct scn_value *list = scn_get(reader->input, "capacityProviders", SCN_LIST);
    const struct scn_value *strategy =
        scn_get(reader->input, "defaultCapacityProviderStrategy", SCN_LIST);
    bool good = check_cluster(reader);
    if (list == NULL || strategy == NULL)
        return false;
    uint32_t *providers = sim_arena_array(loader->arena, list->count, sizeof providers[0]);
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        uint32_t provider = v->kind == SCN_STRING ? scn_find_provider(loader, v->text) : ECS_NONE;
        if (provider != ECS_NONE)
            providers[reader->change->provider_count++] = provider;
        else if (v->kind == SCN_STRING &&
                 !scn_is_fargate(ecs_arn_last_name(loader->arena, v->text))) {
            complain_provider(loader, v);
            good = false;
        }
    }
    reader->change->providers = providers;
    scn_load_strategy(loader, strategy, &reader->change->strategy);
    for (uint32_t i = 0; i < reader->change->strategy.count; i++) { /* PCP-06 */
        bool listed = false;
        for (uint32_t k = 0; k < reader->change->provider_count; k++)
            listed = listed || providers[k] == reader->change->strategy.items[i].provider;
        if (!listed) {
            scn_error(loader->complaints, strategy,
                      "the strategy names \"%s\", which capacityProviders of the call does not "
                      "list; add it there",
                      loader->providers[reader->change->strategy.items[i].provider].name);
            good = false;
        }
    }
    return good;
}

static bool read_delete_cluster(struct reader *reader)
{
    return check_cluster(reader);
}

static bool read_put_setting(struct reader *reader)
{
    const struct scn_value *name = scn_get(reader->input, "name", SCN_STRING);
    bool acts;
    if (name != NULL && strcmp(name->text, "guardDutyActivate") == 0) {
        scn_error(reader->loader->complaints, name,
                  "guardDutyActivate is set by GuardDuty alone; the call is refused, so remove it");
        return false;
    }
    return scn_load_setting(reader->loader, reader->input, &reader->change->setting,
                            &reader->change->enabled, &acts) &&
           acts;
}

/* ---- calls on groups ---- */

static bool read_set_desired(struct reader *reader)
{
    reader->change->desired = scn_get_integer(reader->input, "DesiredCapacity", -1);
    reader->change->honor_cooldown = scn_get_bool(reader->input, "HonorCooldown", false);
    return read_group(reader) && reader->change->desired >= 0;
}

static bool read_update_group(struct reader *reader)
{
    struct ecs_change *change = reader->change;
    change->desired = scn_get_integer(reader->input, "DesiredCapacity", -1);
    change->min_size = scn_get_integer(reader->input, "MinSize", -1);
    change->max_size = scn_get_integer(reader->input, "MaxSize", -1);
    const struct scn_value *protects =
        scn_get(reader->input, "NewInstancesProtectedFromScaleIn", SCN_BOOL);
    if (protects != NULL)
        change->new_instances_protected =
            scn_get_bool(reader->input, "NewInstancesProtectedFromScaleIn", false);
    if (change->min_size >= 0 && change->max_size >= 0 && change->min_size > change->max_size) {
        scn_error(reader->loader->complaints, scn_json_member(reader->input, "MaxSize"),
                  "MaxSize is less than MinSize; raise it or lower MinSize");
        return false;
    }
    if (!read_group(reader))
        return false;
    bool launches = scn_json_member(reader->input, "LaunchConfigurationName") != NULL ||
                    scn_json_member(reader->input, "LaunchTemplate") != NULL;
    if (launches)
        change->spec = scn_load_group_spec(reader->loader, reader->input);
    change->group_update = scn_group_update(reader->loader, reader->input);
    return !launches || change->spec != ECS_NONE;
}

static bool read_delete_group(struct reader *reader)
{
    reader->change->force = scn_get_bool(reader->input, "ForceDelete", false);
    return read_group(reader);
}

/* ---- calls on instances ---- */

static bool read_instances(struct reader *reader)
{
    return refuse_dry_run(reader) && read_selection(reader, "InstanceIds", SCN_ID_INSTANCE);
}

static bool read_terminate_in_group(struct reader *reader)
{
    reader->change->decrement =
        scn_get_bool(reader->input, "ShouldDecrementDesiredCapacity", false);
    return read_selection(reader, "InstanceId", SCN_ID_INSTANCE);
}

static bool read_deregister(struct reader *reader)
{
    reader->change->force = scn_get_bool(reader->input, "force", false);
    return check_cluster(reader) &&
           read_selection(reader, "containerInstance", SCN_ID_CONTAINER_INSTANCE);
}

static bool read_update_state(struct reader *reader)
{
    reader->change->draining =
        strcmp(scn_get_text(reader->input, "status", "ACTIVE"), "DRAINING") == 0;
    return check_cluster(reader) &&
           read_selection(reader, "containerInstances", SCN_ID_CONTAINER_INSTANCE);
}

/* Each attribute names its instance; a call that means one instance is what a plan needs. */
static bool read_targets(struct reader *reader, const struct scn_value *list)
{
    struct scn_loader *loader = reader->loader;
    struct ecs_selection *selection = &reader->change->selection;
    const struct scn_value *sim = scn_get(reader->input, "sim", SCN_OBJECT);
    int64_t *serials = sim_arena_array(loader->arena, 1, sizeof serials[0]);
    bool good = true, named = false;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        const struct scn_value *at = scn_get(v, "targetId", SCN_STRING);
        int64_t serial = 0;
        if (at == NULL)
            continue;
        good = good && scn_load_id(loader, at, SCN_ID_CONTAINER_INSTANCE, &serial);
        if (named && good && serial != serials[0]) {
            scn_error(loader->complaints, at,
                      "the attributes of one change are those of one instance; write a second "
                      "change for the other");
            good = false;
        }
        serials[0] = serial;
        named = true;
    }
    if (named == (sim != NULL)) {
        scn_error(loader->complaints, reader->input,
                  "write either the targetId of the attributes, or sim to say which instances");
        return false;
    }
    if (sim != NULL)
        return scn_load_selection(loader, sim, false, selection) && good;
    selection->serials = serials;
    selection->serial_count = 1;
    return good;
}

static bool read_attributes(struct reader *reader)
{
    struct ecs_names *names = &reader->loader->scenario->names;
    const struct scn_value *list = scn_get(reader->input, "attributes", SCN_LIST);
    if (list == NULL || !check_cluster(reader))
        return false;
    struct ecs_attribute *attributes =
        sim_arena_array(reader->loader->arena, list->count, sizeof attributes[0]);
    bool good = true;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        good &= scn_check_attribute(reader->loader, v);
        attributes[reader->change->attribute_count++] =
            (struct ecs_attribute){.name = ecs_names_intern(names, scn_get_text(v, "name", "")),
                                   .value = ecs_names_intern(names, scn_get_text(v, "value", ""))};
    }
    reader->change->attributes = attributes;
    return read_targets(reader, list) && good;
}

/* ---- calls on tasks and their definitions ---- */

static bool read_stop_task(struct reader *reader)
{
    reader->change->reason = ecs_names_intern(&reader->loader->scenario->names,
                                              scn_get_text(reader->input, "reason", ""));
    return check_cluster(reader) && read_selection(reader, "task", SCN_ID_TASK);
}

static bool read_register(struct reader *reader)
{
    const struct scn_loader *loader = reader->loader;
    for (uint32_t i = 0; i < loader->scenario->task_definition_count; i++)
        if (loader->definition_values[i] == reader->input)
            reader->change->definition = i;
    return reader->change->definition != ECS_NONE;
}

static bool read_deregister_definition(struct reader *reader)
{
    struct scn_loader *loader = reader->loader;
    const struct scn_value *at = scn_get(reader->input, "taskDefinition", SCN_STRING);
    if (at == NULL)
        return false;
    const char *name = ecs_arn_last_name(loader->arena, at->text);
    if (strchr(name, ':') == NULL && scn_find_definition(loader, at->text) != ECS_NONE) {
        scn_error(loader->complaints, at,
                  "a revision is deregistered, not a family; write %s:1, or which one it is", name);
        return false;
    }
    reader->change->definition = scn_use_definition(loader, at);
    return reader->change->definition != ECS_NONE;
}

/* QTA-10 is the table's; ids that do not exist are the run's to answer (API-9). */
static bool read_start_task(struct reader *reader)
{
    struct scn_loader *loader = reader->loader;
    struct ecs_request *request = sim_arena_alloc(loader->arena, sizeof *request);
    bool good = check_cluster(reader) &&
                read_selection(reader, "containerInstances", SCN_ID_CONTAINER_INSTANCE);
    if (!scn_load_request(loader, reader->input, NULL, request))
        return false;
    request->default_strategy = false; /* SCH-7: on instances, without a provider */
    request->strategy = (struct ecs_strategy){0};
    request->on_refusal = ECS_REFUSAL_DROP;
    scn_check_started(loader, reader->input, request);
    reader->change->start = request;
    return good;
}

/* ---- calls on services, which scn_load_services.c has read ---- */

static bool read_create_service(struct reader *reader)
{
    reader->change->service = scn_created_service(reader->loader, reader->input);
    return reader->change->service != ECS_NONE;
}

static bool read_update_service(struct reader *reader)
{
    struct ecs_service_update *update = sim_arena_alloc(reader->loader->arena, sizeof *update);
    reader->change->update = update;
    reader->change->service =
        scn_load_service_update(reader->loader, reader->item, reader->input, update);
    return reader->change->service != ECS_NONE;
}

static bool read_delete_service(struct reader *reader)
{
    reader->change->force = scn_get_bool(reader->input, "force", false);
    reader->change->service = scn_deleted_service(reader->loader, reader->input);
    return check_cluster(reader) && reader->change->service != ECS_NONE;
}

/* ---- the list ---- */

static const struct operation operations[] = {
    {"PutClusterCapacityProviders", ECS_OP_PUT_CLUSTER_CAPACITY_PROVIDERS, read_put_providers},
    {"SetDesiredCapacity", ECS_OP_SET_DESIRED_CAPACITY, read_set_desired},
    {"UpdateAutoScalingGroup", ECS_OP_UPDATE_AUTO_SCALING_GROUP, read_update_group},
    {"DeleteAutoScalingGroup", ECS_OP_DELETE_AUTO_SCALING_GROUP, read_delete_group},
    {"StopInstances", ECS_OP_STOP_INSTANCES, read_instances},
    {"StartInstances", ECS_OP_START_INSTANCES, read_instances},
    {"TerminateInstances", ECS_OP_TERMINATE_INSTANCES, read_instances},
    {"TerminateInstanceInAutoScalingGroup", ECS_OP_TERMINATE_INSTANCE_IN_GROUP,
     read_terminate_in_group},
    {"DeregisterContainerInstance", ECS_OP_DEREGISTER_CONTAINER_INSTANCE, read_deregister},
    {"UpdateContainerInstancesState", ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE, read_update_state},
    {"StopTask", ECS_OP_STOP_TASK, read_stop_task},
    {"StartTask", ECS_OP_START_TASK, read_start_task},
    {"RegisterTaskDefinition", ECS_OP_REGISTER_TASK_DEFINITION, read_register},
    {"DeregisterTaskDefinition", ECS_OP_DEREGISTER_TASK_DEFINITION, read_deregister_definition},
    {"CreateService", ECS_OP_CREATE_SERVICE, read_create_service},
    {"UpdateService", ECS_OP_UPDATE_SERVICE, read_update_service},
    {"DeleteService", ECS_OP_DELETE_SERVICE, read_delete_service},
    {"PutAttributes", ECS_OP_PUT_ATTRIBUTES, read_attributes},
    {"DeleteAttributes", ECS_OP_DELETE_ATTRIBUTES, read_attributes},
    {"PutAccountSettingDefault", ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT, read_put_setting},
    {"DeleteCluster", ECS_OP_DELETE_CLUSTER, read_delete_cluster},
};

/* The one call that an item makes; NULL after a complaint. */
static const struct operation *find_operation(struct scn_loader *loader,
                                              const struct scn_value *item,
                                              const struct scn_value **input)
{
    const struct operation *found = NULL;
    bool others = false;
    for (const struct scn_value *v = item->first; v != NULL; v = v->next) {
        if (strcmp(v->key, "at") == 0 || strcmp(v->key, "name") == 0)
            continue;
        const struct operation *operation = NULL;
        for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
            if (strcmp(operations[i].name, v->key) == 0)
                operation = &operations[i];
        if (operation == NULL && v->kind == SCN_OBJECT && v->count == 0)
            scn_not_yet(loader->complaints, v, v->key); /* with members the table says so */
        others = others || operation == NULL;
        if (operation != NULL && found != NULL) {
            scn_error(loader->complaints, v,
                      "a change is one call, and this is the second; make it a change of its own");
            return NULL;
        }
        if (operation != NULL) {
            found = operation;
            *input = v;
        }
    }
    if (found == NULL && !others) /* others have their own complaint */
        scn_error(loader->complaints, item,
                  "no call is made; add one, such as \"SetDesiredCapacity\": {...}");
    return found;
}

static bool load_change(struct scn_loader *loader, const struct scn_value *item,
                        struct ecs_change *change, const struct scn_value **made)
{
    const struct scn_value *input = NULL;
    const struct operation *operation = find_operation(loader, item, &input);
    if (operation == NULL || input->kind != SCN_OBJECT)
        return false;
    *made = input;
    ecs_change_init(change, scn_load_at(loader, item), operation->operation);
    if (loader->scenario->duration != SIM_TIME_NEVER && change->at > loader->scenario->duration)
        scn_warning(loader->complaints, scn_json_member(item, "at"),
                    "the run is over by then, so it never happens");
    change->request = scn_request_parameters(loader->arena, operation->name, input);
    struct reader reader = {.loader = loader, .item = item, .input = input, .change = change};
    return operation->read(&reader);
}

/* Stable: insertion from the end, for few are out of order. */
static void sort_by_time(struct ecs_change *changes, const struct scn_value **inputs,
                         uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct ecs_change moved = changes[i];
        const struct scn_value *input = inputs[i];
        uint32_t k = i;
        for (; k > 0 && changes[k - 1].at > moved.at; k--) {
            changes[k] = changes[k - 1];
            inputs[k] = inputs[k - 1];
        }
        changes[k] = moved;
        inputs[k] = input;
    }
}

void scn_load_changes(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *list = scn_list(loader, "changes");
    if (list == NULL)
        return;
    struct ecs_change *changes = sim_arena_array(loader->arena, list->count, sizeof changes[0]);
    const struct scn_value **inputs = sim_arena_array(loader->arena, list->count, sizeof inputs[0]);
    scn_check_unique(loader, list, "name");
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT && load_change(loader, v, &changes[scenario->change_count],
                                                 &inputs[scenario->change_count]))
            scenario->change_count++;
    sort_by_time(changes, inputs, scenario->change_count);
    scn_settle_group_specs(loader, changes, inputs, scenario->change_count);
    scenario->changes = changes;
    scn_check_changes(loader, inputs);
}
