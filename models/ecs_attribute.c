/* Attributes of container instances (ATR), and the filters that ask for them: what a task
 * definition requires, and memberOf.
 *
 * What a query that asks for attributes and the agent's version alone says of an instance is the
 * same for all instances of a class: those launched alike in one place whose attributes nobody has
 * changed. It is asked once for each class and kept. Other queries, and instances with attributes
 * of their own, are asked each time. */
#include "ecs_placing.h"

#include "ecs_ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRUNK "ecs.awsvpc-trunk-id"

/* Answers that hold for a class; world->verdicts. */
struct ecs_verdicts {
    struct sim_map classes; /* spec, place, trunk */
    struct sim_map asked;   /* query or list of requirements (by identity), class */
    bool *answers;          /* by index of `asked` */
    uint32_t answer_capacity;
};

/* An instance as queries see it, or one that a group would launch next. */
struct subject {
    const struct ecs_world *world;
    uint32_t slot; /* ECS_NONE: it does not exist yet */
    uint32_t spec, zone;
    uint32_t subnet, vpc;           /* names; 0: unknown */
    uint32_t next_index, next_task; /* of the list of groups */
    char trunk[32], id[ECS_EC2_ID_SIZE];
};

static struct subject subject_of(const struct ecs_world *world, uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    struct subject subject = {
        .world = world,
        .slot = slot,
        .spec = instance->spec,
        .zone = instance->zone,
        .vpc = instance->vpc,
    };
    if (instance->subnet != ECS_NONE)
        subject.subnet = world->scenario->subnets[instance->subnet].name;
    else
        subject.subnet = instance->place->subnet;
    return subject;
}

/* ---- attributes ---- */

static const char *name_or_null(const struct ecs_world *world, uint32_t name)
{
    return name == 0 ? NULL : world->scenario->names.text[name];
}

static const char *const built_ins[] = {
    "ecs.ami-id",           "ecs.availability-zone", "ecs.instance-type", "ecs.os-type",
    "ecs.cpu-architecture", "ecs.subnet-id",         "ecs.vpc-id",        TRUNK,
};
#define BUILT_INS ((uint32_t)(sizeof built_ins / sizeof built_ins[0]))

/* ATR-2, ATR-3: one of the above. */
static const char *built_in(struct subject *subject, const char *name)
{
    const struct ecs_world *world = subject->world;
    const struct ecs_launch_spec *spec = &world->scenario->specs[subject->spec];
    const struct ecs_instance_type *type = &world->scenario->types[spec->type];
    if (strcmp(name, "ecs.availability-zone") == 0)
        return name_or_null(world, subject->zone);
    if (strcmp(name, "ecs.instance-type") == 0)
        return type->name;
    if (strcmp(name, "ecs.ami-id") == 0)
        return name_or_null(world, spec->image_id);
    if (strcmp(name, "ecs.os-type") == 0)
        return spec->host.os == ECS_OS_WINDOWS ? "windows" : "linux";
    if (strcmp(name, "ecs.cpu-architecture") == 0)
        return type->arm64 ? "arm64" : "x86_64";
    if (strcmp(name, "ecs.subnet-id") == 0)
        return name_or_null(world, subject->subnet);
    if (strcmp(name, "ecs.vpc-id") == 0)
        return name_or_null(world, subject->vpc);
    if (strcmp(name, TRUNK) == 0 && subject->slot != ECS_NONE &&
        world->instances[subject->slot].trunked) {
        snprintf(subject->trunk, sizeof subject->trunk, "eni-%017lld",
                 (long long)world->instances[subject->slot].serial);
        return subject->trunk;
    }
    return NULL;
}

/* Text of an attribute, "" when it has no value, NULL when the instance does not have it. What
 * PutAttributes said comes first, then the launch's own settings. */
static const char *attribute_text(void *user, const char *name)
{
    struct subject *subject = user;
    const struct ecs_world *world = subject->world;
    const struct ecs_names *names = &world->scenario->names;
    const struct ecs_launch_spec *spec = &world->scenario->specs[subject->spec];
    uint32_t wanted = ecs_names_find(names, name);
    if (wanted != ECS_NONE) {
        const struct ecs_instance *instance =
            subject->slot == ECS_NONE ? NULL : &world->instances[subject->slot];
        for (uint32_t i = 0; instance != NULL && i < instance->own_attribute_count; i++)
            if (instance->own_attributes[i].name == wanted)
                return instance->own_attributes[i].value == ECS_NONE
                           ? NULL
                           : names->text[instance->own_attributes[i].value];
        for (uint32_t i = 0; i < spec->attribute_count; i++)
            if (spec->attributes[i].name == wanted)
                return names->text[spec->attributes[i].value];
        for (uint32_t i = 0; i < spec->capability_count; i++)
            if (spec->capabilities[i] == wanted)
                return "";
    }
    return built_in(subject, name);
}

/* The index of `name` among all attributes that the instance of a slot has, as a word: see
 * ecs_state.h. Built-in values are told apart by what they are made of, which is quicker than
 * their text. */
uint64_t ecs_instance_attribute(const struct ecs_world *world, uint32_t slot, uint32_t name)
{
    struct subject subject = subject_of(world, slot);
    const struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    const char *text = attribute_text(&subject, world->scenario->names.text[name]);
    if (text == NULL)
        return 0;
    if (text == subject.trunk)
        return (uint64_t)instance->serial;
    if (strcmp(world->scenario->names.text[name], "ecs.instance-type") == 0 &&
        text == world->scenario->types[spec->type].name)
        return (uint64_t)spec->type + 1;
    uint32_t value = ecs_names_find(&world->scenario->names, text);
    return value == ECS_NONE ? UINT64_C(1) << 40 | (uint8_t)text[0] /* linux, x86_64, ... */
                             : (uint64_t)value + 1;
}

/* ---- what else queries ask ---- */

static const char *group_text(void *user, uint32_t index)
{
    struct subject *subject = user;
    const struct ecs_world *world = subject->world;
    if (subject->slot == ECS_NONE)
        return NULL;
    if (index == 0 || index != subject->next_index) { /* from the front */
        subject->next_task = world->instances[subject->slot].first_task;
        for (uint32_t i = 0; i < index && subject->next_task != ECS_NONE; i++)
            subject->next_task = world->tasks[subject->next_task].next;
    }
    if (subject->next_task == ECS_NONE)
        return NULL;
    const struct ecs_task *task = &world->tasks[subject->next_task];
    subject->next_task = task->next;
    subject->next_index = index + 1;
    return world->scenario->names.text[world->arrived[task->arrived].group];
}

static int64_t count_running(const struct ecs_world *world, uint32_t slot)
{
    int64_t count = 0;
    for (uint32_t task = world->instances[slot].first_task; task != ECS_NONE;
         task = world->tasks[task].next)
        count += world->tasks[task].state == ECS_TASK_RUNNING; /* QL-20 */
    return count;
}

static struct ecs_query_view view_of(struct subject *subject)
{
    const struct ecs_world *world = subject->world;
    const struct ecs_host *host = &world->scenario->specs[subject->spec].host;
    struct ecs_query_view view = {
        .user = subject,
        .attribute = attribute_text,
        .group = group_text,
        .ec2_instance_id = "",
        .agent_version = host->agent_version > 0 ? host->agent_version : ECS_AGENT_NEWEST,
        .registered_at = world->scenario->start_unix_s + ecs_now(world) / SIM_SECOND,
        .agent_connected = true,
    };
    if (subject->slot != ECS_NONE) {
        const struct ecs_instance *instance = &world->instances[subject->slot];
        ecs_ec2_id_text(subject->id, sizeof subject->id, instance->serial);
        view.ec2_instance_id = subject->id;
        view.registered_at = world->scenario->start_unix_s + instance->registered / SIM_SECOND;
        view.running_tasks = count_running(world, subject->slot);
        view.agent_connected = instance->connected;
    }
    return view;
}

static bool selects(const struct ecs_query *query, struct subject *subject)
{
    struct ecs_query_view view = view_of(subject);
    return ecs_query_selects(query, &view);
}

void ecs_attributes_look(const struct ecs_world *world, uint32_t slot,
                         void (*look)(void *user, const struct ecs_query_view *view), void *user)
{
    struct subject subject = subject_of(world, slot);
    struct ecs_query_view view = view_of(&subject);
    look(user, &view);
}

void ecs_attributes_each(const struct ecs_world *world, uint32_t slot,
                         const struct ecs_query_view *view,
                         void (*each)(void *user, const char *name, const char *value), void *user)
{
    const struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    const char *const *texts = world->scenario->names.text;
    uint32_t bound =
        BUILT_INS + spec->attribute_count + spec->capability_count + instance->own_attribute_count;
    const char **names = sim_malloc(bound * sizeof names[0]);
    uint32_t count = 0;
    for (uint32_t i = 0; i < BUILT_INS; i++)
        names[count++] = built_ins[i];
    for (uint32_t i = 0; i < spec->attribute_count; i++)
        names[count++] = texts[spec->attributes[i].name];
    for (uint32_t i = 0; i < spec->capability_count; i++)
        names[count++] = texts[spec->capabilities[i]];
    for (uint32_t i = 0; i < instance->own_attribute_count; i++)
        names[count++] = texts[instance->own_attributes[i].name];
    for (uint32_t i = 0; i < count; i++) {
        const char *value = view->attribute(view->user, names[i]);
        bool seen = false; /* a name may come from two of them */
        for (uint32_t k = 0; k < i && !seen; k++)
            seen = strcmp(names[k], names[i]) == 0;
        if (value != NULL && !seen)
            each(user, names[i], value);
    }
    free(names);
}

/* ---- answers by class ---- */

/* A query whose answer an instance's class decides. */
static bool is_of_class(const struct ecs_query *query)
{
    for (uint32_t i = 0; i < query->node_count; i++) {
        const struct ecs_query_node *node = &query->nodes[i];
        if (node->kind == ECS_QUERY_TERM && node->term.subject != ECS_QUERY_ATTRIBUTE &&
            node->term.subject != ECS_QUERY_AGENT_VERSION)
            return false;
        if (node->kind == ECS_QUERY_TERM && node->term.subject == ECS_QUERY_ATTRIBUTE &&
            strcmp(node->term.attribute, TRUNK) == 0)
            return false; /* each instance has its own */
    }
    return true;
}

/* Whether the answer may change while the instance's attributes do not. */
static bool is_dynamic(const struct ecs_query *query)
{
    for (uint32_t i = 0; i < query->node_count; i++)
        if (query->nodes[i].kind == ECS_QUERY_TERM &&
            (query->nodes[i].term.subject == ECS_QUERY_TASK_GROUP ||
             query->nodes[i].term.subject == ECS_QUERY_RUNNING_TASKS_COUNT))
            return true;
    return false;
}

static bool *answer_of(const struct ecs_world *world, const void *question, uint32_t slot,
                       bool *is_new)
{
    struct ecs_verdicts *verdicts = world->verdicts;
    const struct ecs_instance *instance = &world->instances[slot];
    uint64_t class_key[3] = {
        instance->spec,
        (uint64_t)instance->zone << 32 | instance->asg,
        (uint64_t)instance->subnet << 32 | instance->zone_index << 1 | instance->trunked,
    };
    uint64_t key[2] = {(uint64_t)(uintptr_t)question,
                       sim_map_intern(&verdicts->classes, class_key)};
    uint32_t before = verdicts->asked.count;
    uint32_t index = sim_map_intern(&verdicts->asked, key);
    *is_new = index == before;
    sim_grow((void **)&verdicts->answers, &verdicts->answer_capacity, index + 1,
             sizeof verdicts->answers[0]);
    return &verdicts->answers[index];
}

static bool selects_instance(const struct ecs_world *world, const struct ecs_query *query,
                             uint32_t slot)
{
    struct subject subject = subject_of(world, slot);
    bool is_new;
    if (world->instances[slot].own_attribute_count > 0 || !is_of_class(query))
        return selects(query, &subject);
    bool *answer = answer_of(world, query, slot, &is_new);
    if (is_new)
        *answer = selects(query, &subject);
    return *answer;
}

static bool has_all(struct subject *subject, const struct ecs_task_definition *definition)
{
    for (uint32_t i = 0; i < definition->requirement_count; i++)
        if (attribute_text(subject,
                           subject->world->scenario->names.text[definition->requirements[i]]) ==
            NULL)
            return false;
    return true;
}

static bool meets_requirements(const struct ecs_world *world,
                               const struct ecs_task_definition *definition, uint32_t slot)
{
    struct subject subject = subject_of(world, slot);
    bool is_new;
    if (world->instances[slot].own_attribute_count > 0)
        return has_all(&subject, definition);
    bool *answer = answer_of(world, definition->requirements, slot, &is_new);
    if (is_new)
        *answer = has_all(&subject, definition);
    return *answer;
}

/* ---- filters ---- */

enum ecs_reason ecs_misfit_static(const struct ecs_world *world, const struct ecs_demand *demand,
                                  uint32_t slot)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    if (world->some_unfit &&
        !ecs_spec_suits(&world->scenario->specs[world->instances[slot].spec], definition))
        return ECS_REASON_ATTRIBUTE;
    if (definition->requirement_count > 0 && !meets_requirements(world, definition, slot))
        return ECS_REASON_ATTRIBUTE; /* API-8 */
    return ECS_REASON_NONE;
}

enum ecs_reason ecs_misfit_query(const struct ecs_world *world, const struct ecs_demand *demand,
                                 uint32_t slot)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    for (uint32_t i = 0; i < definition->query_count; i++)
        if (!selects_instance(world, definition->queries[i], slot))
            return ECS_REASON_MEMBER_OF;
    for (uint32_t i = 0; i < demand->placement->query_count; i++)
        if (!selects_instance(world, demand->placement->queries[i], slot))
            return ECS_REASON_MEMBER_OF;
    return ECS_REASON_NONE;
}

uint32_t ecs_missing_attributes(const struct ecs_world *world, const struct ecs_demand *demand,
                                uint32_t slot, uint32_t *first)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    struct subject subject = subject_of(world, slot);
    uint32_t missing = 0;
    *first = 0;
    for (uint32_t i = 0; i < definition->requirement_count; i++)
        if (attribute_text(&subject, world->scenario->names.text[definition->requirements[i]]) ==
                NULL &&
            missing++ == 0)
            *first = definition->requirements[i];
    return missing;
}

uint32_t ecs_failing_queries(const struct ecs_world *world, const struct ecs_demand *demand,
                             uint32_t slot, uint32_t most, const struct ecs_query **first)
{
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    uint32_t count = definition->query_count + demand->placement->query_count, failing = 0;
    for (uint32_t i = 0; i < count && failing < most; i++) {
        const struct ecs_query *query =
            i < definition->query_count ? definition->queries[i]
                                        : demand->placement->queries[i - definition->query_count];
        if (!selects_instance(world, query, slot) && failing++ == 0)
            *first = query;
    }
    return failing;
}

static bool would_suit(const struct ecs_demand *demand, struct subject *subject)
{
    const struct ecs_task_definition *definition =
        &subject->world->scenario->task_definitions[demand->definition];
    bool suits = has_all(subject, definition);
    for (uint32_t i = 0; suits && i < definition->query_count; i++)
        suits = selects(definition->queries[i], subject);
    for (uint32_t i = 0; suits && i < demand->placement->query_count; i++)
        suits = selects(demand->placement->queries[i], subject);
    return suits;
}

bool ecs_attributes_would_suit(const struct ecs_world *world, const struct ecs_demand *demand,
                               uint32_t spec, const struct ecs_zone *place)
{
    struct subject subject = {
        .world = world,
        .slot = ECS_NONE,
        .spec = spec,
        .zone = place->name,
        .subnet = place->subnet,
        .vpc = place->vpc,
    };
    return would_suit(demand, &subject);
}

/* An instance that the group would launch in the n-th subnet of a zone. */
static struct subject next_of(const struct ecs_world *world, uint32_t asg, uint32_t zone,
                              uint32_t n)
{
    const struct ecs_zone *place = &world->groups[asg].layout.zones[zone];
    uint32_t subnet = ecs_network_place(world, asg, zone, n);
    bool known = subnet != ECS_NONE;
    return (struct subject){
        .world = world,
        .slot = ECS_NONE,
        .spec = world->groups[asg].spec,
        .zone = place->name,
        .subnet = known ? world->scenario->subnets[subnet].name : place->subnet,
        .vpc = known ? world->scenario->subnets[subnet].vpc : place->vpc,
    };
}

/* Whether an instance that the group would launch now, in some of its zones, could take the task as
 * far as attributes and queries go (sheet 04, 1.3). */
bool ecs_attributes_may_suit(const struct ecs_world *world, const struct ecs_demand *demand,
                             uint32_t asg)
{
    const struct ecs_layout *layout = &world->groups[asg].layout;
    const struct ecs_task_definition *definition =
        &world->scenario->task_definitions[demand->definition];
    if (definition->requirement_count + definition->query_count + demand->placement->query_count ==
        0)
        return true;
    for (uint32_t zone = 0; zone < layout->zone_count; zone++)
        for (uint32_t n = 0; n == 0 ? ecs_group_has_zone(world, asg, zone)
                                    : ecs_network_place(world, asg, zone, n) != ECS_NONE;
             n++) {
            struct subject subject = next_of(world, asg, zone, n);
            if (would_suit(demand, &subject))
                return true;
        }
    return false;
}

/* ---- a run ---- */

static void watch_queries(struct ecs_world *world, const struct ecs_query *const *queries,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        world->some_queries = true;
        world->some_dynamic = world->some_dynamic || is_dynamic(queries[i]);
    }
}

void ecs_attributes_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    world->some_unfit = world->some_queries = world->some_dynamic = false;
    for (uint32_t i = 0; i < scenario->task_definition_count; i++) {
        const struct ecs_task_definition *definition = &scenario->task_definitions[i];
        watch_queries(world, definition->queries, definition->query_count);
        for (uint32_t k = 0; k < scenario->spec_count && !world->some_unfit; k++)
            world->some_unfit = !ecs_spec_suits(&scenario->specs[k], definition);
    }
    for (uint32_t i = 0; i < scenario->run_task_count; i++)
        watch_queries(world, scenario->run_tasks[i].request.placement.queries,
                      scenario->run_tasks[i].request.placement.query_count);
    for (uint32_t i = 0; i < scenario->workload_count; i++)
        watch_queries(world, scenario->workloads[i].request.placement.queries,
                      scenario->workloads[i].request.placement.query_count);
    for (uint32_t i = 0; i < scenario->service_count; i++)
        watch_queries(world, scenario->services[i].request.placement.queries,
                      scenario->services[i].request.placement.query_count);
    for (uint32_t i = 0; i < scenario->change_count; i++)
        if (scenario->changes[i].update != NULL)
            watch_queries(world, scenario->changes[i].update->request.placement.queries,
                          scenario->changes[i].update->request.placement.query_count);
    if (world->verdicts == NULL) {
        uint32_t none = 0;
        sim_grow((void **)&world->verdicts, &none, 1, sizeof *world->verdicts);
        sim_map_init(&world->verdicts->classes, 3);
        sim_map_init(&world->verdicts->asked, 2);
    }
    sim_map_clear(&world->verdicts->classes);
    sim_map_clear(&world->verdicts->asked);
}

void ecs_attributes_end(struct ecs_world *world)
{
    if (world->verdicts == NULL)
        return;
    sim_map_release(&world->verdicts->classes);
    sim_map_release(&world->verdicts->asked);
    free(world->verdicts->answers);
    free(world->verdicts);
    world->verdicts = NULL;
}

void ecs_attributes_news(struct ecs_world *world, uint32_t slot)
{
    ecs_index_touch(world, slot);
    if (world->instances[slot].seen == ECS_SEEN_PLACEABLE)
        ecs_pool_room(world, world->instances[slot].provider);
}
