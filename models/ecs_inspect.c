#include "ecs_inspect.h"

#include "ecs_placing.h"

#include <stdlib.h>
#include <string.h>

/* ---- lists that grow ---- */

struct rows {
    struct ecs_instance_attribute *attributes;
    const char **groups;
    uint32_t attribute_count, attribute_capacity;
    uint32_t group_count, group_capacity;
};

static void add_attribute(void *user, const char *name, const char *value)
{
    struct rows *rows = user;
    sim_grow((void **)&rows->attributes, &rows->attribute_capacity, rows->attribute_count + 1,
             sizeof rows->attributes[0]);
    rows->attributes[rows->attribute_count++] = (struct ecs_instance_attribute){name, value};
}

static int compare_attributes(const void *a, const void *b)
{
    const struct ecs_instance_attribute *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void collect_groups(struct rows *rows, const struct ecs_query_view *view)
{
    uint32_t kept = 0;
    rows->group_count = 0;
    for (const char *group; (group = view->group(view->user, rows->group_count)) != NULL;) {
        sim_grow((void **)&rows->groups, &rows->group_capacity, rows->group_count + 1,
                 sizeof rows->groups[0]);
        rows->groups[rows->group_count++] = group;
    }
    if (rows->group_count > 1)
        qsort(rows->groups, rows->group_count, sizeof rows->groups[0], compare_texts);
    for (uint32_t i = 0; i < rows->group_count; i++)
        if (i == 0 || strcmp(rows->groups[i], rows->groups[kept - 1]) != 0)
            rows->groups[kept++] = rows->groups[i];
    rows->group_count = kept;
}

/* ---- one instance ---- */

struct inspecting {
    const struct ecs_world *world;
    const struct ecs_query *query;
    ecs_inspect_row *row;
    void *user;
    uint32_t slot, selected;
    struct rows rows;
};

static int64_t count_pending(const struct ecs_world *world, uint32_t slot)
{
    int64_t count = 0;
    for (uint32_t task = world->instances[slot].first_task; task != ECS_NONE;
         task = world->tasks[task].next)
        count += world->tasks[task].state < ECS_TASK_RUNNING;
    return count;
}

static void look(void *user, const struct ecs_query_view *view)
{
    struct inspecting *at = user;
    const struct ecs_world *world = at->world;
    const struct ecs_scenario *scenario = world->scenario;
    const struct ecs_instance *instance = &world->instances[at->slot];
    struct rows *rows = &at->rows;
    if (at->query != NULL && !ecs_query_selects(at->query, view))
        return;
    at->selected++;
    rows->attribute_count = 0;
    ecs_attributes_each(world, at->slot, view, add_attribute, rows);
    qsort(rows->attributes, rows->attribute_count, sizeof rows->attributes[0], compare_attributes);
    collect_groups(rows, view);
    struct ecs_container_instance row = {
        .serial = instance->serial,
        .long_arn = instance->long_arn,
        .type = scenario->types[scenario->specs[instance->spec].type].name,
        .zone = scenario->names.text[instance->zone],
        .asg = instance->asg != ECS_NONE ? scenario->asgs[instance->asg].name : NULL,
        .provider =
            instance->provider != ECS_NONE ? scenario->providers[instance->provider].name : NULL,
        .draining = instance->drains,
        .agent_connected = view->agent_connected,
        .agent_version = view->agent_version,
        .registered_at = view->registered_at,
        .running_tasks = view->running_tasks,
        .pending_tasks = count_pending(world, at->slot),
        .groups = rows->groups,
        .group_count = rows->group_count,
        .attributes = rows->attributes,
        .attribute_count = rows->attribute_count,
    };
    at->row(at->user, &row);
}

struct ecs_inspection ecs_inspect(const struct ecs_world *world, const struct ecs_query *query,
                                  ecs_inspect_row *row, void *user)
{
    const struct ecs_selection all = {
        .asg = ECS_NONE,
        .provider = ECS_NONE,
        .definition = ECS_NONE,
        .count = INT64_MAX,
        .pick = ECS_PICK_OLDEST,
    };
    struct inspecting at = {.world = world, .query = query, .row = row, .user = user};
    uint32_t count;
    uint32_t *slots = ecs_select_instances(world, &all, 0, &count);
    for (uint32_t i = 0; i < count; i++) {
        at.slot = slots[i];
        ecs_attributes_look(world, at.slot, look, &at);
    }
    free(slots);
    free(at.rows.attributes);
    free(at.rows.groups);
    return (struct ecs_inspection){.registered = count, .selected = at.selected};
}
