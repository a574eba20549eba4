#include "scn_load_constraints.h"

#include "scn_query.h"

#include <string.h>

static const struct ecs_query *load_query(struct scn_loader *loader, const struct scn_value *item)
{
    const struct scn_value *expression = scn_json_member(item, "expression");
    struct scn_query_error error;
    if (expression == NULL)
        scn_error(loader->complaints, item,
                  "memberOf needs an `expression`, such as \"attribute:ecs.os-type == linux\"");
    if (expression == NULL || expression->kind != SCN_STRING)
        return NULL;
    const struct ecs_query *query = scn_query_parse(loader->arena, expression->text, &error);
    if (query == NULL)
        scn_error(loader->complaints, expression, "column %u of the expression: %s", error.column,
                  error.message);
    else
        ecs_names_intern(&loader->scenario->names, query->text); /* for who asks what failed */
    return query;
}

static void load_distinct(struct scn_loader *loader, const struct scn_value *item, bool *distinct)
{
    const struct scn_value *expression = scn_json_member(item, "expression");
    if (distinct == NULL) { /* CO-7 */
        scn_error(loader->complaints, item,
                  "a task definition cannot ask for distinctInstance; put it into the "
                  "placementConstraints of runTasks or workload");
        return;
    }
    if (expression != NULL) /* CO-5 */
        scn_error(loader->complaints, expression,
                  "distinctInstance takes no expression; remove it");
    *distinct = true;
}

const struct ecs_query *const *scn_load_constraints(struct scn_loader *loader,
                                                    const struct scn_value *list, uint32_t *count,
                                                    bool *distinct)
{
    *count = 0;
    if (list == NULL)
        return NULL;
    const struct ecs_query **queries =
        sim_arena_array(loader->arena, list->count, sizeof queries[0]);
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        const char *type = scn_get_text(v, "type", "");
        const struct ecs_query *query = NULL;
        if (strcmp(type, "distinctInstance") == 0)
            load_distinct(loader, v, distinct);
        else if (strcmp(type, "memberOf") == 0)
            query = load_query(loader, v);
        if (query != NULL)
            queries[(*count)++] = query;
    }
    return *count > 0 ? queries : NULL;
}

/* Whether the query as a whole is `task:group == group`, or a conjunction with that. */
static bool asks_for_group(const struct ecs_query *query, uint32_t node, const char *group)
{
    const struct ecs_query_node *at = &query->nodes[node];
    if (at->kind == ECS_QUERY_AND)
        return asks_for_group(query, at->left, group) || asks_for_group(query, at->right, group);
    return at->kind == ECS_QUERY_TERM && at->term.subject == ECS_QUERY_TASK_GROUP &&
           at->term.operation == ECS_QUERY_EQUALS && strcmp(at->term.values[0], group) == 0;
}

void scn_check_constraints(struct scn_loader *loader, const struct scn_value *list,
                           const struct ecs_request *request)
{
    const struct ecs_task_definition *definition = &loader->definitions[request->task_definition];
    const struct ecs_placement *placement = &request->placement;
    uint32_t group = request->group != 0 ? request->group : definition->group;
    uint32_t own = list != NULL ? list->count : 0;
    if (own + definition->query_count > SCN_CONSTRAINTS_MAX)
        scn_error(loader->complaints, list,
                  "these are %u constraints with the %u of task definition \"%s\"; at most %d are "
                  "allowed together",
                  own + definition->query_count, definition->query_count, definition->family,
                  SCN_CONSTRAINTS_MAX);
    for (uint32_t i = 0; i < placement->query_count; i++)
        if (asks_for_group(placement->queries[i], placement->queries[i]->node_count - 1,
                           loader->scenario->names.text[group]))
            scn_warning(loader->complaints, list,
                        "only instances with a task of group %s are allowed, which is these "
                        "tasks' own group: unless something else starts one there, none ever "
                        "starts (CO-12)",
                        loader->scenario->names.text[group]);
}
