#include "ecs_query.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

int64_t ecs_query_version(const char *text)
{
    int64_t version = 0;
    for (uint32_t i = 0; i < 3; i++) {
        int64_t part = 0;
        uint32_t digits = 0;
        while (*text >= '0' && *text <= '9' && digits++ < 4)
            part = part * 10 + (*text++ - '0');
        if (part > 999 || (digits == 0 && (i == 0 || text[-1] == '.')))
            return -1;
        version = version * 1000 + part;
        if (*text == '.' && i < 2)
            text++;
    }
    return *text == '\0' ? version : -1;
}

/* ---- terms ---- */

static bool is_among(const struct ecs_query_term *term, const char *text)
{
    for (uint32_t i = 0; i < term->value_count; i++)
        if (strcmp(term->values[i], text) == 0)
            return true;
    return false;
}

static bool holds_for_text(const struct ecs_query_term *term, const char *text)
{
    switch (term->operation) {
    case ECS_QUERY_EQUALS:
    case ECS_QUERY_IN:
        return text != NULL && is_among(term, text);
    case ECS_QUERY_NOT_EQUALS:
    case ECS_QUERY_NOT_IN:
        return text != NULL && !is_among(term, text);
    case ECS_QUERY_MATCHES:
        return text != NULL && term->matches(term->pattern, text);
    case ECS_QUERY_NOT_MATCHES:
        return text != NULL && !term->matches(term->pattern, text);
    case ECS_QUERY_EXISTS:
        return text != NULL;
    case ECS_QUERY_NOT_EXISTS:
        return text == NULL;
    case ECS_QUERY_GREATER_THAN:
    case ECS_QUERY_GREATER_THAN_EQUAL:
    case ECS_QUERY_LESS_THAN:
    case ECS_QUERY_LESS_THAN_EQUAL:
    case ECS_QUERY_OPERATORS:
        break;
    }
    assert(term->operation < ECS_QUERY_GREATER_THAN); /* the parser refuses it for text */
    return false;
}

static bool holds_for_number(const struct ecs_query_term *term, int64_t number)
{
    switch (term->operation) {
    case ECS_QUERY_EQUALS:
        return number == term->number;
    case ECS_QUERY_NOT_EQUALS:
        return number != term->number;
    case ECS_QUERY_GREATER_THAN:
        return number > term->number;
    case ECS_QUERY_GREATER_THAN_EQUAL:
        return number >= term->number;
    case ECS_QUERY_LESS_THAN:
        return number < term->number;
    case ECS_QUERY_LESS_THAN_EQUAL:
        return number <= term->number;
    case ECS_QUERY_EXISTS:
    case ECS_QUERY_NOT_EXISTS:
    case ECS_QUERY_IN:
    case ECS_QUERY_NOT_IN:
    case ECS_QUERY_MATCHES:
    case ECS_QUERY_NOT_MATCHES:
    case ECS_QUERY_OPERATORS:
        break;
    }
    assert(term->operation <= ECS_QUERY_LESS_THAN_EQUAL); /* the parser refuses it for numbers */
    return false;
}

/* QL-16: some task of the instance is of such a group. Without tasks there is no group. */
static bool holds_for_groups(const struct ecs_query_term *term, const struct ecs_query_view *view)
{
    const char *group = view->group(view->user, 0);
    if (term->operation == ECS_QUERY_EXISTS || term->operation == ECS_QUERY_NOT_EXISTS)
        return (group != NULL) == (term->operation == ECS_QUERY_EXISTS);
    for (uint32_t i = 0; group != NULL; group = view->group(view->user, ++i))
        if (holds_for_text(term, group))
            return true;
    return false;
}

static bool holds(const struct ecs_query_term *term, const struct ecs_query_view *view)
{
    switch (term->subject) {
    case ECS_QUERY_AGENT_CONNECTED:
        return holds_for_text(term, view->agent_connected ? "true" : "false");
    case ECS_QUERY_AGENT_VERSION:
        return holds_for_number(term, view->agent_version);
    case ECS_QUERY_ATTRIBUTE:
        return holds_for_text(term, view->attribute(view->user, term->attribute));
    case ECS_QUERY_EC2_INSTANCE_ID:
        return holds_for_text(term, view->ec2_instance_id);
    case ECS_QUERY_REGISTERED_AT:
        return holds_for_number(term, view->registered_at);
    case ECS_QUERY_RUNNING_TASKS_COUNT:
        return holds_for_number(term, view->running_tasks);
    case ECS_QUERY_TASK_GROUP:
        return holds_for_groups(term, view);
    case ECS_QUERY_SUBJECTS:
        break;
    }
    assert(term->subject < ECS_QUERY_SUBJECTS);
    return false;
}

/* ---- the tree ---- */

static bool selects(const struct ecs_query *query, uint32_t index,
                    const struct ecs_query_view *view)
{
    const struct ecs_query_node *node = &query->nodes[index];
    switch (node->kind) {
    case ECS_QUERY_TERM:
        return holds(&node->term, view);
    case ECS_QUERY_NOT:
        return !selects(query, node->left, view);
    case ECS_QUERY_AND:
        return selects(query, node->left, view) && selects(query, node->right, view);
    case ECS_QUERY_OR:
        return selects(query, node->left, view) || selects(query, node->right, view);
    }
    return false;
}

bool ecs_query_selects(const struct ecs_query *query, const struct ecs_query_view *view)
{
    return selects(query, query->node_count - 1, view);
}
