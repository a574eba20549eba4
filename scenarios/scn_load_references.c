/* References to task definitions, wherever one is named (TDF-09, TDF-13): `family`, the latest
 * ACTIVE revision; `family:revision`; or an ARN that ends on either. Region and account of an ARN
 * are not compared. */
#include "scn_loader.h"
#include "scn_task_rules.h"

#include <stdlib.h>
#include <string.h>

bool scn_is_inactive(const struct scn_loader *loader, uint32_t index)
{
    if (loader->definitions[index].registered_later)
        return false; /* it says so of the one it was copied from */
    return strcmp(scn_get_text(loader->definition_values[index], "status", "ACTIVE"), "ACTIVE") !=
           0;
}

/* "7" -> 7; 0 for anything else. */
static uint32_t parse_revision(const char *text)
{
    size_t length = strspn(text, "0123456789");
    return length > 0 && length < 10 && text[length] == '\0' ? (uint32_t)strtoul(text, NULL, 10)
                                                             : 0;
}

/* An ARN of something else. */
static bool is_other_arn(const char *name)
{
    return strncmp(name, "arn:", 4) == 0 && strstr(name, ":task-definition/") == NULL;
}

uint32_t scn_find_definition(const struct scn_loader *loader, const char *name)
{
    const char *text = ecs_arn_last_name(loader->arena, name);
    const char *colon = strrchr(text, ':');
    size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);
    uint32_t best = ECS_NONE;
    if (is_other_arn(name))
        return ECS_NONE;
    for (uint32_t i = 0; i < loader->scenario->task_definition_count; i++) {
        const struct ecs_task_definition *definition = &loader->definitions[i];
        if (strlen(definition->family) != length || strncmp(definition->family, text, length) != 0)
            continue;
        if (colon != NULL && parse_revision(colon + 1) != definition->revision)
            continue;
        /* Without a revision the latest ACTIVE one at the start; later ones stand later. */
        if (best == ECS_NONE || (!scn_is_inactive(loader, i) && !definition->registered_later))
            best = i;
    }
    return best;
}

uint32_t scn_use_definition(struct scn_loader *loader, const struct scn_value *at)
{
    const struct ecs_scenario *scenario = loader->scenario;
    uint32_t index = scn_find_definition(loader, at->text), count = scenario->task_definition_count;
    if (index != ECS_NONE)
        return index;
    if (is_other_arn(at->text)) {
        scn_error(loader->complaints, at,
                  "the ARN is not one of a task definition; write "
                  "arn:aws:ecs:region:account:task-definition/family:revision, or family:revision");
        return ECS_NONE;
    }
    const char **names = sim_arena_array(loader->arena, count, sizeof names[0]);
    for (uint32_t i = 0; i < count; i++)
        names[i] = sim_arena_printf(loader->arena, "%s:%u", loader->definitions[i].family,
                                    loader->definitions[i].revision);
    scn_unknown_name(loader, at, "task definition", ecs_arn_last_name(loader->arena, at->text),
                     names, count);
    return ECS_NONE;
}

bool scn_only_definition(const struct scn_loader *loader)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < loader->scenario->task_definition_count; i++)
        count += !loader->definitions[i].registered_later;
    return count == 1 && !loader->definitions[0].registered_later;
}

/* Whether the run registers a revision of the family. */
static bool comes_later(const struct scn_loader *loader, const char *family)
{
    for (uint32_t i = 0; i < loader->scenario->task_definition_count; i++)
        if (loader->definitions[i].registered_later &&
            strcmp(loader->definitions[i].family, family) == 0)
            return true;
    return false;
}

void scn_check_active(struct scn_loader *loader, const struct scn_value *item)
{
    const struct scn_value *at = scn_get(item, "taskDefinition", SCN_STRING);
    uint32_t index =
        at != NULL ? scn_find_definition(loader, at->text)
        : scn_only_definition(loader) && scn_json_member(item, "taskDefinition") == NULL ? 0
                                                                                         : ECS_NONE;
    if (index == ECS_NONE || !scn_is_inactive(loader, index))
        return;
    const struct ecs_task_definition *definition = &loader->definitions[index];
    bool whole_family =
        at == NULL || strchr(ecs_arn_last_name(loader->arena, at->text), ':') == NULL;
    if (whole_family && comes_later(loader, definition->family))
        return;
    scn_error(loader->complaints, at != NULL ? at : item,
              "%s:%u is INACTIVE, so no new task of it starts; name an ACTIVE revision, or "
              "remove its `status`",
              definition->family, definition->revision);
}

void scn_check_references(struct scn_loader *loader)
{
    static const char *const lists[] = {"runTasks", "workload"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct scn_value *v = scn_first(loader->root, lists[i]); v != NULL; v = v->next)
            if (v->kind == SCN_OBJECT)
                scn_check_active(loader, v);
}
