/* The input of an operator's call in the form of CloudTrail's requestParameters, which
 * EventBridge's patterns match: keys begin small, whatever the service's own API writes, and EC2
 * wraps its lists of ids. `sim`, which says what AWS's ids would, stays as it is. */
#include "scn_loader.h"

#include <ctype.h>
#include <string.h>

static struct scn_value *new_value(struct sim_arena *arena, enum scn_kind kind, const char *key)
{
    struct scn_value *value = sim_arena_alloc(arena, sizeof *value);
    *value = (struct scn_value){.kind = kind, .key = key};
    return value;
}

/* ["i-1", "i-2"] -> {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]} */
static void wrap_ids(struct sim_arena *arena, struct scn_value *ids)
{
    struct scn_value *set = new_value(arena, SCN_OBJECT, NULL);
    struct scn_value *items = new_value(arena, SCN_LIST, "items");
    struct scn_value *next;
    for (struct scn_value *id = ids->first; id != NULL; id = next) {
        next = id->next;
        struct scn_value *item = new_value(arena, SCN_OBJECT, NULL);
        id->key = "instanceId";
        scn_json_append(items, item);
        scn_json_append(item, id);
    }
    scn_json_append(set, items);
    scn_json_replace(ids, set);
    set->key = "instancesSet";
}

/* Of an object and of what stands below it. */
static void begin_small(struct sim_arena *arena, struct scn_value *object)
{
    for (struct scn_value *v = object->first; v != NULL; v = v->next) {
        if (v->key != NULL && strcmp(v->key, "sim") == 0)
            continue;
        if (v->key != NULL && v->key[0] != '\0') {
            char *key = sim_arena_strndup(arena, v->key, strlen(v->key));
            key[0] = (char)tolower((unsigned char)key[0]);
            v->key = key;
        }
        begin_small(arena, v);
    }
}

/* ECS's own keys begin small already; those of maps (labels, options) are the user's. */
static bool is_of_ecs(const char *operation)
{
    for (uint32_t i = 0; i < ECS_OPS; i++)
        if (strcmp(ecs_operation_words[i].name, operation) == 0)
            return strcmp(ecs_operation_words[i].service, "ecs") == 0;
    return true;
}

const char *scn_request_parameters(struct sim_arena *arena, const char *operation,
                                   const struct scn_value *input)
{
    struct scn_value *copy = scn_json_copy(arena, input);
    struct scn_value *ids = scn_json_member(copy, "InstanceIds");
    if (is_of_ecs(operation))
        return scn_json_print(arena, copy);
    if (ids != NULL && ids->kind == SCN_LIST)
        wrap_ids(arena, ids);
    begin_small(arena, copy);
    return scn_json_print(arena, copy);
}
