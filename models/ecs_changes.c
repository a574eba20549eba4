/* The operator's hand: API calls at given times, their guards and their answers.
 *
 * Each entry of scenario->changes is one row of `operations`: what the call does and which
 * exception it raises for each refusal. A CHANGE record follows every call, after its effects.
 *
 * Calls that mean several things follow their API:
 *   Stop-, Start-, TerminateInstances   all or nothing: one that refuses, and none changes; one
 *                                       that is already there is left alone, without error
 *   UpdateContainerInstancesState       takes what it can and lists the rest under `failures`
 *                                       without an exception; the record names the first refusal
 *   StartTask                           the same, in ecs_start.c
 *   StopTask, DeregisterContainerInstance, Put- and DeleteAttributes,
 *   TerminateInstanceInAutoScalingGroup one call for each: the record has the first exception, and
 *                                       `affected` counts those that had their way
 *
 * Selections by serial number are taken as listed, and one that does not live (not yet, no more) is
 * unknown to the API. Others pick among what an operator would: instances that can be stopped, that
 * are stopped, that are registered, that are ACTIVE; tasks that are not stopping. */
#include "ecs_state.h"

#include <assert.h>
#include <stdlib.h>

/* ---- selection ---- */

struct candidate {
    uint64_t rank; /* smaller comes first */
    int64_t serial;
    uint32_t slot;
};

struct chosen {
    uint32_t *slots; /* owned */
    uint32_t count;
    bool unknown; /* a serial number that does not live was among them */
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->serial < right->serial ? -1 : left->serial > right->serial;
}

static uint64_t rank_of(const struct ecs_world *world, enum ecs_pick pick, uint64_t key,
                        int64_t serial)
{
    switch (pick) {
    case ECS_PICK_OLDEST:
        return (uint64_t)serial;
    case ECS_PICK_NEWEST:
        return UINT64_MAX - (uint64_t)serial;
    case ECS_PICK_RANDOM:
        break;
    }
    return sim_rng_index(world->scenario->seed, world->replication, SIM_CHANCE_SELECT, key,
                         (uint64_t)serial, UINT64_MAX);
}

/* The first `selection->count` of the candidates in order; takes the list over. */
static struct chosen choose(const struct ecs_world *world, const struct ecs_selection *selection,
                            uint64_t key, struct candidate *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        list[i].rank = rank_of(world, selection->pick, key, list[i].serial);
    qsort(list, count, sizeof list[0], compare_candidates);
    if (count > 0 && (uint64_t)selection->count < count)
        count = (uint32_t)selection->count;
    struct chosen chosen = {sim_malloc((count + 1) * sizeof chosen.slots[0]), count, false};
    for (uint32_t i = 0; i < count; i++)
        chosen.slots[i] = list[i].slot;
    free(list);
    return chosen;
}

/* Those named, as named; takes the list of all that live over. */
static struct chosen look_up(const struct ecs_selection *selection, struct candidate *list,
                             uint32_t count)
{
    struct chosen chosen = {sim_malloc((selection->serial_count + 1) * sizeof chosen.slots[0]), 0,
                            false};
    for (uint32_t i = 0; i < count; i++)
        list[i].rank = 0;
    qsort(list, count, sizeof list[0], compare_candidates);
    for (uint32_t i = 0; i < selection->serial_count; i++) {
        struct candidate wanted = {.serial = selection->serials[i]};
        const struct candidate *found =
            bsearch(&wanted, list, count, sizeof list[0], compare_candidates);
        if (found == NULL)
            chosen.unknown = true;
        else
            chosen.slots[chosen.count++] = found->slot;
    }
    free(list);
    return chosen;
}

typedef bool eligible(const struct ecs_instance *instance);

static bool is_stoppable(const struct ecs_instance *instance)
{
    return instance->running >= 0 && instance->shutdown < 0 && !instance->ec2_stopped &&
           !instance->starting;
}

static bool is_startable(const struct ecs_instance *instance)
{
    return instance->shutdown < 0 && instance->ec2_stopped && !instance->starting;
}

static bool is_terminable(const struct ecs_instance *instance)
{
    return instance->shutdown < 0;
}

static bool is_member(const struct ecs_instance *instance)
{
    return instance->asg != ECS_NONE && !instance->terminating && instance->shutdown < 0;
}

static bool is_active(const struct ecs_instance *instance)
{
    return instance->state == ECS_INSTANCE_ACTIVE;
}

static bool is_draining(const struct ecs_instance *instance)
{
    return instance->state == ECS_INSTANCE_DRAINING;
}

static bool instance_agrees(const struct ecs_instance *instance,
                            const struct ecs_selection *selection)
{
    return (selection->asg == ECS_NONE || instance->asg == selection->asg) &&
           (selection->provider == ECS_NONE || instance->provider == selection->provider) &&
           (selection->zone == 0 || instance->zone == selection->zone);
}

static struct chosen choose_instances(const struct ecs_world *world,
                                      const struct ecs_selection *selection, uint64_t key,
                                      eligible *may)
{
    bool named = selection->serial_count > 0;
    struct candidate *list = sim_malloc((world->instance_slots.in_use + 1) * sizeof list[0]);
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < world->instance_slots.count; slot++) {
        const struct ecs_instance *instance = &world->instances[slot];
        if (sim_slots_id(&world->instance_slots, slot).generation == 0)
            continue;
        if (named || (may(instance) && instance_agrees(instance, selection)))
            list[count++] = (struct candidate){.serial = instance->serial, .slot = slot};
    }
    return named ? look_up(selection, list, count) : choose(world, selection, key, list, count);
}

static bool task_agrees(const struct ecs_world *world, const struct ecs_task *task,
                        const struct ecs_selection *selection)
{
    const struct ecs_task_definition *definitions = world->scenario->task_definitions;
    const struct ecs_arrived *arrived = &world->arrived[task->arrived];
    uint32_t asg = task->instance == ECS_NONE ? ECS_NONE : world->instances[task->instance].asg;
    return (selection->asg == ECS_NONE || asg == selection->asg) &&
           (selection->provider == ECS_NONE || task->provider == selection->provider) &&
           (selection->zone == 0 || task->zone == selection->zone) &&
           (selection->definition == ECS_NONE || arrived->definition == selection->definition ||
            (selection->any_revision &&
             definitions[arrived->definition].group == definitions[selection->definition].group)) &&
           (selection->group == 0 || arrived->group == selection->group);
}

static struct chosen choose_tasks(const struct ecs_world *world,
                                  const struct ecs_selection *selection, uint64_t key)
{
    bool named = selection->serial_count > 0;
    struct candidate *list = sim_malloc((world->task_slots.in_use + 1) * sizeof list[0]);
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < world->task_slots.count; slot++) {
        const struct ecs_task *task = &world->tasks[slot];
        if (sim_slots_id(&world->task_slots, slot).generation == 0)
            continue;
        if (named || (task->state < ECS_TASK_DEACTIVATING && task_agrees(world, task, selection)))
            list[count++] = (struct candidate){.serial = task->serial, .slot = slot};
    }
    return named ? look_up(selection, list, count) : choose(world, selection, key, list, count);
}

uint32_t *ecs_select_instances(const struct ecs_world *world, const struct ecs_selection *selection,
                               uint64_t key, uint32_t *count)
{
    struct chosen chosen = choose_instances(world, selection, key, ecs_is_registered);
    *count = chosen.count;
    return chosen.slots;
}

uint32_t *ecs_select_active(const struct ecs_world *world, const struct ecs_selection *selection,
                            uint64_t key, uint32_t *count)
{
    struct chosen chosen = choose_instances(world, selection, key, is_active);
    *count = chosen.count;
    return chosen.slots;
}

uint32_t *ecs_select_tasks(const struct ecs_world *world, const struct ecs_selection *selection,
                           uint64_t key, uint32_t *count)
{
    struct chosen chosen = choose_tasks(world, selection, key);
    *count = chosen.count;
    return chosen.slots;
}

/* ---- calls ---- */

struct call {
    struct ecs_world *world;
    const struct ecs_change *change;
    uint64_t key; /* of random picks */
    int64_t affected;
};

typedef enum ecs_refusal operation(struct call *call);

static enum ecs_refusal put_providers(struct call *call)
{
    return ecs_cluster_put_providers(call->world, call->change);
}

static enum ecs_refusal change_group(struct call *call)
{
    return ecs_group_change(call->world, call->change);
}

static enum ecs_refusal register_definition(struct call *call)
{
    return ecs_definition_set(call->world, call->change->definition, true);
}

static enum ecs_refusal deregister_definition(struct call *call)
{
    return ecs_definition_set(call->world, call->change->definition, false);
}

/* ACC-05: what is made from now on reads it; what there is stays. The user's own setting hides the
 * account's default (ACC-03). */
static enum ecs_refusal put_setting(struct call *call)
{
    struct ecs_world *world = call->world;
    enum ecs_account_setting setting = call->change->setting;
    if (world->scenario->settings_own[setting])
        return ECS_REFUSAL_NONE;
    world->settings[setting] = call->change->enabled;
    if (setting == ECS_SETTING_AWSVPC_TRUNKING)
        for (uint32_t i = 0; i < world->scenario->asg_count; i++)
            ecs_placement_respec(world, i);
    return ECS_REFUSAL_NONE;
}

static enum ecs_refusal delete_cluster(struct call *call)
{
    return ecs_cluster_delete(call->world);
}

/* ---- EC2: all or nothing ---- */

/* Refuses when one of the chosen is unknown, or EC2 could not do it; changes nothing. */
static enum ecs_refusal ec2_refusal(const struct ecs_world *world, const struct chosen *chosen,
                                    bool starts)
{
    if (chosen->unknown)
        return ECS_REFUSAL_NO_SUCH_INSTANCE;
    for (uint32_t i = 0; i < chosen->count; i++) {
        const struct ecs_instance *instance = &world->instances[chosen->slots[i]];
        bool pending = instance->running < 0 || instance->starting;
        if (instance->shutdown >= 0 || (pending && !starts))
            return ECS_REFUSAL_NOT_RUNNING;
    }
    return ECS_REFUSAL_NONE;
}

/* Whether some chosen instance's template keeps EC2 from stopping or terminating it by a call. */
static bool is_kept(const struct ecs_world *world, const struct chosen *chosen, bool terminates)
{
    for (uint32_t i = 0; i < chosen->count; i++) {
        const struct ecs_instance *instance = &world->instances[chosen->slots[i]];
        const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
        if (terminates ? spec->no_api_terminate : spec->no_api_stop)
            return true;
    }
    return false;
}

/* StopInstances and StartInstances, of those that are not there yet. */
static enum ecs_refusal stop_or_start(struct call *call, eligible *may, bool starts)
{
    struct ecs_world *world = call->world;
    struct chosen chosen = choose_instances(world, &call->change->selection, call->key, may);
    enum ecs_refusal refusal = ec2_refusal(world, &chosen, starts);
    if (refusal == ECS_REFUSAL_NONE && !starts && is_kept(world, &chosen, false))
        refusal = ECS_REFUSAL_API_DISABLED;
    for (uint32_t i = 0; i < chosen.count && refusal == ECS_REFUSAL_NONE; i++) {
        uint32_t slot = chosen.slots[i];
        if (!may(&world->instances[slot]))
            continue;
        refusal = starts ? ecs_instance_start(world, slot) : ecs_instance_stop(world, slot);
        call->affected += refusal == ECS_REFUSAL_NONE;
    }
    free(chosen.slots);
    return refusal;
}

static enum ecs_refusal stop_instances(struct call *call)
{
    return stop_or_start(call, is_stoppable, false);
}

static enum ecs_refusal start_instances(struct call *call)
{
    return stop_or_start(call, is_startable, true);
}

/* Of an instance in any state: one that is going goes. */
static enum ecs_refusal terminate_instances(struct call *call)
{
    struct ecs_world *world = call->world;
    struct chosen chosen =
        choose_instances(world, &call->change->selection, call->key, is_terminable);
    enum ecs_refusal refusal = chosen.unknown                  ? ECS_REFUSAL_NO_SUCH_INSTANCE
                               : is_kept(world, &chosen, true) ? ECS_REFUSAL_API_DISABLED
                                                               : ECS_REFUSAL_NONE;
    for (uint32_t i = 0; i < chosen.count && refusal == ECS_REFUSAL_NONE; i++) {
        if (!is_terminable(&world->instances[chosen.slots[i]]))
            continue;
        refusal = ecs_instance_kill(world, chosen.slots[i], call->change->decrement);
        call->affected += refusal == ECS_REFUSAL_NONE;
    }
    free(chosen.slots);
    return refusal;
}

/* ---- one by one ---- */

static void note(struct call *call, enum ecs_refusal *first, enum ecs_refusal refusal)
{
    call->affected += refusal == ECS_REFUSAL_NONE;
    if (*first == ECS_REFUSAL_NONE)
        *first = refusal;
}

/* Through its group, which replaces it at once and lets it drain first if its provider says so;
 * protection from scale-in does not protect it. */
static enum ecs_refusal terminate_member(struct ecs_world *world, uint32_t slot, bool decrement)
{
    const struct ecs_instance *instance = &world->instances[slot];
    uint32_t asg = instance->asg;
    if (asg == ECS_NONE)
        return ECS_REFUSAL_NOT_IN_GROUP;
    if (instance->terminating || instance->shutdown >= 0)
        return ECS_REFUSAL_NONE; /* it is going */
    const struct ecs_group *group = &world->groups[asg];
    if (decrement && group->desired <= group->min_size)
        return ECS_REFUSAL_BELOW_MIN_SIZE;
    ecs_instance_terminate(world, slot, ECS_CAUSE_OPERATOR);
    if (decrement)
        ecs_group_set_desired(world, asg, group->desired - 1, ECS_CAUSE_OPERATOR, 0);
    else
        ecs_group_lost_member(world, asg, 0);
    return ECS_REFUSAL_NONE;
}

static enum ecs_refusal terminate_members(struct call *call)
{
    struct ecs_world *world = call->world;
    struct chosen chosen = choose_instances(world, &call->change->selection, call->key, is_member);
    enum ecs_refusal first = chosen.unknown ? ECS_REFUSAL_NO_SUCH_INSTANCE : ECS_REFUSAL_NONE;
    for (uint32_t i = 0; i < chosen.count; i++)
        note(call, &first, terminate_member(world, chosen.slots[i], call->change->decrement));
    free(chosen.slots);
    return first;
}

static enum ecs_refusal deregister_instances(struct call *call)
{
    struct ecs_world *world = call->world;
    struct chosen chosen =
        choose_instances(world, &call->change->selection, call->key, ecs_is_registered);
    enum ecs_refusal first = chosen.unknown ? ECS_REFUSAL_NO_SUCH_INSTANCE : ECS_REFUSAL_NONE;
    for (uint32_t i = 0; i < chosen.count; i++)
        note(call, &first, ecs_instance_deregister(world, chosen.slots[i], call->change->force));
    free(chosen.slots);
    return first;
}

static enum ecs_refusal update_instances_state(struct call *call)
{
    struct ecs_world *world = call->world;
    bool draining = call->change->draining;
    struct chosen chosen = choose_instances(world, &call->change->selection, call->key,
                                            draining ? is_active : is_draining);
    enum ecs_refusal first = chosen.unknown ? ECS_REFUSAL_NO_SUCH_INSTANCE : ECS_REFUSAL_NONE;
    for (uint32_t i = 0; i < chosen.count; i++)
        note(call, &first, ecs_instance_drain(world, chosen.slots[i], draining));
    free(chosen.slots);
    return first;
}

static enum ecs_refusal change_attributes(struct call *call)
{
    struct ecs_world *world = call->world;
    const struct ecs_change *change = call->change;
    struct chosen chosen =
        choose_instances(world, &change->selection, call->key, ecs_is_registered);
    enum ecs_refusal first = chosen.unknown ? ECS_REFUSAL_NO_SUCH_INSTANCE : ECS_REFUSAL_NONE;
    for (uint32_t i = 0; i < chosen.count; i++)
        note(call, &first,
             ecs_instance_put_attributes(world, chosen.slots[i], change->attributes,
                                         change->attribute_count,
                                         change->operation == ECS_OP_DELETE_ATTRIBUTES));
    free(chosen.slots);
    return first;
}

/* The ids are taken before the first task stops: what one stop sets off may end another task. */
static enum ecs_refusal stop_tasks(struct call *call)
{
    struct ecs_world *world = call->world;
    struct chosen chosen = choose_tasks(world, &call->change->selection, call->key);
    enum ecs_refusal first = chosen.unknown ? ECS_REFUSAL_NO_SUCH_TASK : ECS_REFUSAL_NONE;
    struct sim_id *ids = sim_malloc((chosen.count + 1) * sizeof ids[0]);
    for (uint32_t i = 0; i < chosen.count; i++)
        ids[i] = sim_slots_id(&world->task_slots, chosen.slots[i]);
    for (uint32_t i = 0; i < chosen.count; i++) {
        call->affected++;
        if (sim_slots_live(&world->task_slots, ids[i]) &&
            world->tasks[ids[i].slot].state < ECS_TASK_DEACTIVATING)
            ecs_task_stop(world, ids[i].slot, call->change->reason);
    }
    free(ids);
    free(chosen.slots);
    return first;
}

static enum ecs_refusal start_tasks(struct call *call)
{
    return ecs_start_tasks(call->world, (uint32_t)call->key, &call->affected);
}

static enum ecs_refusal create_service(struct call *call)
{
    return ecs_service_call_create(call->world, call->change);
}

static enum ecs_refusal update_service(struct call *call)
{
    return ecs_service_call_update(call->world, call->change);
}

static enum ecs_refusal delete_service(struct call *call)
{
    return ecs_service_call_delete(call->world, call->change);
}

/* ---- the table ---- */

/* Refusals that are not listed raise `otherwise`. `of_cluster`: the call names the cluster, and
 * ClusterNotFoundException answers once it is INACTIVE. Sources: the API's own references; API-*,
 * sheet 02 1.3, sheet 03 section 26. */
static const struct {
    operation *apply;
    bool of_cluster;
    enum ecs_exception otherwise;
    enum ecs_exception exceptions[ECS_REFUSALS];
} operations[ECS_OPS] = {
    [ECS_OP_PUT_CLUSTER_CAPACITY_PROVIDERS] = {put_providers,
                                               true,
                                               ECS_EXCEPTION_INVALID_PARAMETER,
                                               {[ECS_REFUSAL_PROVIDER_IN_USE] =
                                                    ECS_EXCEPTION_RESOURCE_IN_USE,
                                                [ECS_REFUSAL_CLUSTER_UPDATING] =
                                                    ECS_EXCEPTION_UPDATE_IN_PROGRESS}},
    [ECS_OP_SET_DESIRED_CAPACITY] = {change_group,
                                     false,
                                     ECS_EXCEPTION_VALIDATION,
                                     {[ECS_REFUSAL_COOLDOWN] =
                                          ECS_EXCEPTION_SCALING_ACTIVITY_IN_PROGRESS}},
    [ECS_OP_UPDATE_AUTO_SCALING_GROUP] = {change_group, false, ECS_EXCEPTION_VALIDATION, {0}},
    [ECS_OP_DELETE_AUTO_SCALING_GROUP] = {change_group,
                                          false,
                                          ECS_EXCEPTION_VALIDATION,
                                          {[ECS_REFUSAL_GROUP_HAS_INSTANCES] =
                                               ECS_EXCEPTION_RESOURCE_IN_USE_FAULT}},
    [ECS_OP_STOP_INSTANCES] = {stop_instances,
                               false,
                               ECS_EXCEPTION_INCORRECT_INSTANCE_STATE,
                               {[ECS_REFUSAL_API_DISABLED] = ECS_EXCEPTION_OPERATION_NOT_PERMITTED,
                                [ECS_REFUSAL_NO_SUCH_INSTANCE] =
                                    ECS_EXCEPTION_INVALID_INSTANCE_ID}},
    [ECS_OP_START_INSTANCES] = {start_instances,
                                false,
                                ECS_EXCEPTION_INCORRECT_INSTANCE_STATE,
                                {[ECS_REFUSAL_NO_SUCH_INSTANCE] =
                                     ECS_EXCEPTION_INVALID_INSTANCE_ID}},
    [ECS_OP_TERMINATE_INSTANCES] = {terminate_instances,
                                    false,
                                    ECS_EXCEPTION_INCORRECT_INSTANCE_STATE,
                                    {[ECS_REFUSAL_API_DISABLED] =
                                         ECS_EXCEPTION_OPERATION_NOT_PERMITTED,
                                     [ECS_REFUSAL_NO_SUCH_INSTANCE] =
                                         ECS_EXCEPTION_INVALID_INSTANCE_ID}},
    [ECS_OP_DEREGISTER_CONTAINER_INSTANCE] = {deregister_instances,
                                              true,
                                              ECS_EXCEPTION_INVALID_PARAMETER,
                                              {0}},
    [ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE] = {update_instances_state,
                                                 true,
                                                 ECS_EXCEPTION_NONE,
                                                 {0}},
    [ECS_OP_STOP_TASK] = {stop_tasks, true, ECS_EXCEPTION_INVALID_PARAMETER, {0}},
    [ECS_OP_REGISTER_TASK_DEFINITION] = {register_definition, false, ECS_EXCEPTION_CLIENT, {0}},
    [ECS_OP_DEREGISTER_TASK_DEFINITION] = {deregister_definition, false, ECS_EXCEPTION_CLIENT, {0}},
    [ECS_OP_PUT_ATTRIBUTES] = {change_attributes,
                               true,
                               ECS_EXCEPTION_TARGET_NOT_FOUND,
                               {[ECS_REFUSAL_ATTRIBUTE_LIMIT] =
                                    ECS_EXCEPTION_ATTRIBUTE_LIMIT_EXCEEDED}},
    [ECS_OP_DELETE_ATTRIBUTES] = {change_attributes, true, ECS_EXCEPTION_TARGET_NOT_FOUND, {0}},
    [ECS_OP_TERMINATE_INSTANCE_IN_GROUP] = {terminate_members,
                                            false,
                                            ECS_EXCEPTION_VALIDATION,
                                            {0}},
    [ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT] = {put_setting, false, ECS_EXCEPTION_CLIENT, {0}},
    [ECS_OP_DELETE_CLUSTER] = {delete_cluster,
                               true,
                               ECS_EXCEPTION_CLIENT,
                               {[ECS_REFUSAL_HAS_CONTAINER_INSTANCES] =
                                    ECS_EXCEPTION_CLUSTER_CONTAINS_CONTAINER_INSTANCES,
                                [ECS_REFUSAL_HAS_TASKS] = ECS_EXCEPTION_CLUSTER_CONTAINS_TASKS,
                                [ECS_REFUSAL_HAS_SERVICES] =
                                    ECS_EXCEPTION_CLUSTER_CONTAINS_SERVICES,
                                [ECS_REFUSAL_CLUSTER_UPDATING] = ECS_EXCEPTION_UPDATE_IN_PROGRESS}},
    [ECS_OP_START_TASK] = {start_tasks,
                           false, /* its arrivals are dropped with the cluster's answer */
                           ECS_EXCEPTION_NONE,
                           {[ECS_REFUSAL_DEFINITION_INACTIVE] = ECS_EXCEPTION_CLIENT,
                            [ECS_REFUSAL_NO_SUCH_DEFINITION] = ECS_EXCEPTION_CLIENT}},
    [ECS_OP_CREATE_SERVICE] = {create_service,
                               true,
                               ECS_EXCEPTION_INVALID_PARAMETER,
                               {[ECS_REFUSAL_DEFINITION_INACTIVE] = ECS_EXCEPTION_CLIENT,
                                [ECS_REFUSAL_NO_SUCH_DEFINITION] = ECS_EXCEPTION_CLIENT}},
    [ECS_OP_UPDATE_SERVICE] = {update_service,
                               true,
                               ECS_EXCEPTION_INVALID_PARAMETER,
                               {[ECS_REFUSAL_DEFINITION_INACTIVE] = ECS_EXCEPTION_CLIENT,
                                [ECS_REFUSAL_NO_SUCH_DEFINITION] = ECS_EXCEPTION_CLIENT,
                                [ECS_REFUSAL_NO_SUCH_SERVICE] = ECS_EXCEPTION_SERVICE_NOT_FOUND,
                                [ECS_REFUSAL_SERVICE_NOT_ACTIVE] =
                                    ECS_EXCEPTION_SERVICE_NOT_ACTIVE}},
    [ECS_OP_DELETE_SERVICE] = {delete_service,
                               true,
                               ECS_EXCEPTION_INVALID_PARAMETER,
                               {[ECS_REFUSAL_NO_SUCH_SERVICE] = ECS_EXCEPTION_SERVICE_NOT_FOUND,
                                [ECS_REFUSAL_SERVICE_NOT_ACTIVE] =
                                    ECS_EXCEPTION_SERVICE_NOT_ACTIVE}},
};

static enum ecs_exception exception_of(enum ecs_operation op, enum ecs_refusal refusal)
{
    if (refusal == ECS_REFUSAL_NONE)
        return ECS_EXCEPTION_NONE;
    if (refusal == ECS_REFUSAL_CLUSTER_INACTIVE)
        return ECS_EXCEPTION_CLUSTER_NOT_FOUND;
    enum ecs_exception exception = operations[op].exceptions[refusal];
    return exception != ECS_EXCEPTION_NONE ? exception : operations[op].otherwise;
}

void ecs_on_change(struct ecs_world *world, uint32_t index)
{
    const struct ecs_change *change = &world->scenario->changes[index];
    struct call call = {.world = world, .change = change, .key = index};
    enum ecs_refusal refusal = ECS_REFUSAL_CLUSTER_INACTIVE;
    assert(world->pending_changes > 0);
    world->pending_changes--;
    if (!operations[change->operation].of_cluster || world->cluster_status != ECS_CLUSTER_INACTIVE)
        refusal = operations[change->operation].apply(&call);
    struct sim_record record = ecs_record(world, ECS_RECORD_CHANGE);
    record.field[ECS_CHANGE_change] = index;
    record.field[ECS_CHANGE_operation] = change->operation;
    record.field[ECS_CHANGE_exception] = exception_of(change->operation, refusal);
    record.field[ECS_CHANGE_refusal] = refusal;
    record.field[ECS_CHANGE_affected] = call.affected;
    ecs_emit(world, &record);
}

void ecs_changes_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    world->pending_changes = scenario->change_count;
    world->pending_starts = world->former_count = 0;
    for (uint32_t i = 0; i < scenario->change_count; i++)
        world->pending_starts += scenario->changes[i].operation == ECS_OP_START_TASK;
    world->some_start = world->pending_starts > 0;
    for (uint32_t i = 0; i < scenario->change_count; i++)
        sim_engine_at(&world->engine, scenario->changes[i].at, ECS_EVENT_CHANGE, i, 0);
}

/* ---- what is still to come ---- */

static bool brings_definition(const struct ecs_world *world, const struct ecs_change *change,
                              const struct ecs_arrived *arrived)
{
    const struct ecs_task_definition *definitions = world->scenario->task_definitions;
    const struct ecs_request *request = arrived->request;
    if (change->operation != ECS_OP_REGISTER_TASK_DEFINITION)
        return false;
    if (request->latest_revision && arrived->asked == request->task_definition)
        return definitions[change->definition].group == definitions[arrived->asked].group;
    return change->definition == arrived->asked;
}

static bool brings_provider(const struct ecs_change *change, const struct ecs_arrived *arrived)
{
    if (change->operation != ECS_OP_PUT_CLUSTER_CAPACITY_PROVIDERS)
        return false;
    if (arrived->by_default)
        return true; /* whatever its default strategy says, it is asked anew */
    for (uint32_t i = 0; i < change->provider_count; i++)
        if (change->providers[i] == arrived->provider)
            return true;
    return false;
}

bool ecs_change_may_lift(const struct ecs_world *world, const struct ecs_arrived *arrived,
                         enum ecs_reason reason)
{
    const struct ecs_scenario *scenario = world->scenario;
    bool of_definition =
        reason == ECS_REASON_INACTIVE_DEFINITION || reason == ECS_REASON_NO_DEFINITION;
    bool of_provider = reason == ECS_REASON_NOT_ATTACHED || reason == ECS_REASON_NO_WEIGHT;
    if (reason == ECS_REASON_NO_CLUSTER)
        return false; /* no operation makes it again; an agent that may (REG-4) is not waited for */
    if (!of_definition && !of_provider)
        return true; /* room may appear */
    if (reason == ECS_REASON_NOT_ATTACHED && world->attached[arrived->provider])
        return true; /* it is being attached */
    /* changes happen in their order, so those to come are the last ones */
    for (uint32_t i = scenario->change_count - world->pending_changes; i < scenario->change_count;
         i++) {
        const struct ecs_change *change = &scenario->changes[i];
        if (of_definition ? brings_definition(world, change, arrived)
                          : brings_provider(change, arrived))
            return true;
    }
    return false;
}
