/* Overrides of RunTask, StartTask and scheduled tasks: what one call changes of the sizes that the
 * task definition gives. They are laid over the definition's own text, and the result is measured
 * as a definition is (RES-02, RES-07), for every revision that the request may come to mean. */
#include "scn_task_rules.h"

#include <string.h>

#define OVERRIDES_MAX 8192 /* characters of the whole structure, as JSON */

/* Keys of a container's override that change what placement subtracts. */
static const char *const container_keys[] = {"cpu", "memory", "memoryReservation",
                                             "resourceRequirements"};
static const char *const task_keys[] = {"cpu", "memory"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool resizes(const struct scn_value *object, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (scn_json_member(object, keys[i]) != NULL)
            return true;
    return false;
}

static const struct scn_value *first_of(const struct scn_value *overrides)
{
    const struct scn_value *list = scn_get(overrides, "containerOverrides", SCN_LIST);
    return list != NULL ? list->first : NULL;
}

/* The override's members in the place of the definition's. They keep their own path. */
static void lay_over(struct sim_arena *arena, struct scn_value *below,
                     const struct scn_value *above, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct scn_value *from = scn_json_member(above, keys[i]);
        struct scn_value *old = scn_json_member(below, keys[i]);
        if (from == NULL)
            continue;
        struct scn_value *copy = scn_json_copy(arena, from);
        copy->key = from->key;
        if (old != NULL)
            scn_json_replace(old, copy);
        else
            scn_json_append(below, copy);
        copy->parent = from->parent;
    }
}

static struct scn_value *container_of(const struct scn_value *definition, const char *name)
{
    const struct scn_value *list = scn_get(definition, "containerDefinitions", SCN_LIST);
    for (struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (strcmp(scn_get_text(v, "name", ""), name) == 0)
            return v;
    return NULL;
}

/* Complains about containers that the definition does not have. */
static bool check_names(struct scn_loader *loader, const struct scn_value *overrides,
                        uint32_t index)
{
    const struct scn_value *definition = loader->definition_values[index];
    const struct scn_value *list = scn_get(definition, "containerDefinitions", SCN_LIST);
    const char **names =
        sim_arena_array(loader->arena, list != NULL ? list->count : 0, sizeof names[0]);
    uint32_t count = 0;
    bool good = true;
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        names[count++] = scn_get_text(v, "name", "");
    for (const struct scn_value *v = first_of(overrides); v != NULL; v = v->next) {
        const char *name = scn_get_text(v, "name", NULL);
        if (name == NULL || container_of(definition, name) != NULL)
            continue;
        const char *what =
            sim_arena_printf(loader->arena, "container of %s:%u", loader->definitions[index].family,
                             loader->definitions[index].revision);
        scn_unknown_name(loader, scn_json_member(v, "name"), what, name, names, count);
        good = false;
    }
    return good;
}

static struct ecs_override measure(struct scn_loader *loader, const struct scn_value *overrides,
                                   uint32_t index)
{
    struct scn_value *definition = scn_json_copy(loader->arena, loader->definition_values[index]);
    definition->parent = loader->definition_values[index]->parent;
    for (const struct scn_value *v = first_of(overrides); v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            lay_over(loader->arena, container_of(definition, scn_get_text(v, "name", "")), v,
                     container_keys, COUNT(container_keys));
    lay_over(loader->arena, definition, overrides, task_keys, COUNT(task_keys));
    struct ecs_override size = scn_task_size(loader, definition);
    size.definition = index;
    return size;
}

/* Whether they change a size at all; complains about what no table can tell. */
static bool check_overrides(struct scn_loader *loader, const struct scn_value *overrides)
{
    bool some = resizes(overrides, task_keys, COUNT(task_keys));
    if (strlen(scn_json_print(loader->arena, overrides)) > OVERRIDES_MAX)
        scn_error(loader->complaints, overrides,
                  "the overrides have more than %d characters, which the call does not take",
                  OVERRIDES_MAX);
    scn_check_unique(loader, scn_get(overrides, "containerOverrides", SCN_LIST), "name");
    for (const struct scn_value *v = first_of(overrides); v != NULL; v = v->next) {
        if (v->count > 0 && scn_json_member(v, "name") == NULL)
            scn_error(loader->complaints, v, "`name` is missing; say which container it changes");
        some = some || resizes(v, container_keys, COUNT(container_keys));
    }
    return some;
}

/* ENV-02, ENV-03: files in place of the definition's, which the same role fetches. */
static void check_files(struct scn_loader *loader, const struct scn_value *overrides,
                        const struct scn_value *definition)
{
    bool role = scn_said(definition, "executionRoleArn") != NULL ||
                scn_said(overrides, "executionRoleArn") != NULL;
    for (const struct scn_value *v = first_of(overrides); v != NULL; v = v->next) {
        const struct scn_value *files = scn_said(v, "environmentFiles");
        for (const struct scn_value *f = scn_first(v, "environmentFiles"); f != NULL; f = f->next)
            scn_check_environment_file(loader->complaints, f);
        if (files != NULL && !role)
            scn_error(loader->complaints, files,
                      "the task needs an execution role for it; add `executionRoleArn` to the task "
                      "definition or to the overrides");
    }
}

void scn_load_overrides(struct scn_loader *loader, const struct scn_value *overrides,
                        struct ecs_request *request)
{
    const struct ecs_task_definition *asked = &loader->definitions[request->task_definition];
    if (overrides == NULL)
        return;
    bool some = check_overrides(loader, overrides);
    check_files(loader, overrides, loader->definition_values[request->task_definition]);
    struct ecs_override *list =
        sim_arena_array(loader->arena, loader->scenario->task_definition_count, sizeof list[0]);
    for (uint32_t i = 0; i < loader->scenario->task_definition_count; i++) {
        bool meant = i == request->task_definition ||
                     (request->latest_revision && loader->definitions[i].group == asked->group);
        /* after any complaint the sum would only repeat it */
        if (meant && check_names(loader, overrides, i) && some &&
            loader->complaints->error_count == 0)
            list[request->override_count++] = measure(loader, overrides, i);
    }
    request->overrides = list;
}
