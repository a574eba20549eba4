/* What `aws ... describe-*` prints, in place of what create and register calls take (scn_merge.h).
 *
 * The wrapper goes and what it holds stays. Members that a scenario writes beside the wrapper, as
 * in
 * {"$file": "describe.json", "sim": {...}}, are meant for the object inside and merged over it. */
#include "scn_complain.h"
#include "scn_merge.h"

#include <string.h>

/* Members that AWS's answers have beside the wrapped object, and that say nothing about it. */
static void drop_noise(struct scn_value *wrapper)
{
    static const char *const noise[] = {"failures", "ResponseMetadata", "CompositeAlarms"};
    for (size_t i = 0; i < sizeof noise / sizeof noise[0]; i++) {
        struct scn_value *member = scn_json_member(wrapper, noise[i]);
        if (member != NULL)
            scn_json_remove(wrapper, member);
    }
}

/* An empty text in an answer says that nothing was set (KeyName, KernelId, RamdiskId, ...); in a
 * call it would be refused as too short. */
static void drop_empty_texts(struct scn_value *described)
{
    struct scn_value *next;
    for (struct scn_value *v = described->first; v != NULL; v = next) {
        next = v->next;
        if (v->kind == SCN_STRING && v->text[0] == '\0')
            scn_json_remove(described, v);
    }
}

/* {"taskDefinition": {...}, "sim": {...}} -> {..., "sim": {...}}. */
static void unwrap_object(struct scn_value *wrapper, const char *key)
{
    struct scn_value *inner = scn_json_member(wrapper, key);
    if (inner == NULL || inner->kind != SCN_OBJECT)
        return;
    scn_json_remove(wrapper, inner);
    drop_noise(wrapper);
    drop_empty_texts(inner);
    scn_json_replace(wrapper, scn_merge(inner, wrapper));
}

/* Whether it is clear which element the members beside the wrapped list are for. */
static bool is_clear(struct scn_value *wrapper, const struct scn_value *inner,
                     struct scn_complaints *complaints)
{
    drop_noise(wrapper);
    if (wrapper->count == 1 || inner->count == 1)
        return true;
    const struct scn_value *beside = wrapper->first != inner ? wrapper->first : inner->next;
    scn_error(complaints, beside,
              "it stands beside %u elements of %s, so it is not clear which one it is for; keep "
              "one element in the file, or remove it",
              inner->count, inner->key);
    return false;
}

/* The list that an element wraps, or NULL. */
static struct scn_value *wrapped(const struct scn_value *element, const char *key)
{
    struct scn_value *inner = scn_json_member(element, key);
    return inner != NULL && inner->kind == SCN_LIST ? inner : NULL;
}

/* [{...}, {"AutoScalingGroups": [{...}, {...}]}] -> [{...}, {...}, {...}]. */
static void unwrap_list(struct scn_value *list, const char *key, struct scn_complaints *complaints)
{
    struct scn_value *next, *element, *inner;
    for (element = list->first; element != NULL; element = element->next)
        if ((inner = wrapped(element, key)) != NULL && !is_clear(element, inner, complaints))
            return;
    element = list->first;
    list->first = NULL;
    list->count = 0;
    for (; element != NULL; element = next) {
        next = element->next;
        if ((inner = wrapped(element, key)) == NULL) {
            scn_json_append(list, element);
            continue;
        }
        scn_json_remove(element, inner);
        struct scn_value *following;
        for (struct scn_value *v = inner->first; v != NULL; v = following) {
            following = v->next;
            if (v->kind == SCN_OBJECT) {
                drop_empty_texts(v);
                scn_merge(v, element);
            }
            scn_json_append(list, v);
        }
    }
}

/* {"AutoScalingGroups": [...]} in place of the list itself becomes a list of that one wrapper. */
static struct scn_value *listed(struct sim_arena *arena, struct scn_value *value, const char *key)
{
    const struct scn_value *inner = scn_json_member(value, key);
    if (inner == NULL || inner->kind != SCN_LIST)
        return value;
    struct scn_value *list = sim_arena_alloc(arena, sizeof *list);
    *list = (struct scn_value){.kind = SCN_LIST,
                               .file = value->file,
                               .line = value->line,
                               .column = value->column};
    scn_json_replace(value, list);
    value->key = NULL;
    scn_json_append(list, value);
    return list;
}

static void unwrap_cluster(struct scn_value *cluster, struct scn_complaints *complaints)
{
    struct scn_value *clusters = scn_json_member(cluster, "clusters");
    if (clusters == NULL || clusters->kind != SCN_LIST) {
        unwrap_object(cluster, "cluster");
        return;
    }
    if (clusters->count != 1) {
        scn_error(complaints, clusters, "a scenario has one cluster, not %u; keep one of them",
                  clusters->count);
        return;
    }
    struct scn_value *only = clusters->first;
    scn_json_remove(cluster, clusters);
    drop_noise(cluster);
    if (only->kind == SCN_OBJECT)
        scn_merge(only, cluster);
    scn_json_replace(cluster, only);
}

/* Every account's list of capacity providers has the two that are built in. */
static void drop_built_in_providers(struct scn_value *list)
{
    struct scn_value *next;
    for (struct scn_value *v = list->first; v != NULL; v = next) {
        const struct scn_value *name = scn_json_member(v, "name");
        next = v->next;
        if (name != NULL && name->kind == SCN_STRING &&
            (strcmp(name->text, "FARGATE") == 0 || strcmp(name->text, "FARGATE_SPOT") == 0) &&
            scn_json_member(v, "capacityProviderArn") != NULL)
            scn_json_remove(list, v);
    }
}

void scn_describe_unwrap(struct sim_arena *arena, struct scn_value *root,
                         struct scn_complaints *complaints)
{
    static const struct {
        const char *key, *list, *object;
        const char *mark; /* a member of described elements alone */
    } wrappers[] = {
        {"autoScalingGroups", "AutoScalingGroups", NULL, "AutoScalingGroupARN"},
        {"launchConfigurations", "LaunchConfigurations", NULL, "LaunchConfigurationARN"},
        {"launchTemplates", "LaunchTemplateVersions", "LaunchTemplateVersion", "CreateTime"},
        {"capacityProviders", "capacityProviders", "capacityProvider", "capacityProviderArn"},
        {"taskDefinitions", "taskDefinitions", "taskDefinition", "taskDefinitionArn"},
        {"services", "services", "service", "serviceArn"},
        {"accountSettings", "settings", NULL, "principalArn"},
        {"scalableTargets", "ScalableTargets", NULL, "CreationTime"},
        {"scalingPolicies", "ScalingPolicies", NULL, "CreationTime"},
        {"scheduledActions", "ScheduledActions", NULL, "CreationTime"},
        {"alarms", "MetricAlarms", NULL, "AlarmArn"},
    };
    for (size_t i = 0; i < sizeof wrappers / sizeof wrappers[0]; i++) {
        struct scn_value *value = scn_json_member(root, wrappers[i].key);
        struct scn_value *list = listed(arena, value, wrappers[i].list);
        if (list == NULL || list->kind != SCN_LIST)
            continue;
        unwrap_list(list, wrappers[i].list, complaints);
        struct scn_value *next;
        for (struct scn_value *v = list->first; v != NULL; v = next) {
            next = v->next;
            if (scn_json_member(v, wrappers[i].mark) != NULL)
                drop_empty_texts(v);
            if (wrappers[i].object != NULL)
                unwrap_object(v, wrappers[i].object);
        }
    }
    struct scn_value *providers = scn_json_member(root, "capacityProviders");
    if (providers != NULL && providers->kind == SCN_LIST)
        drop_built_in_providers(providers);
    struct scn_value *changes = scn_json_member(root, "changes");
    for (struct scn_value *v = changes != NULL ? changes->first : NULL; v != NULL; v = v->next) {
        struct scn_value *call = scn_json_member(v, "RegisterTaskDefinition");
        struct scn_value *create = scn_json_member(v, "CreateService");
        if (call != NULL)
            unwrap_object(call, "taskDefinition");
        if (create != NULL)
            unwrap_object(create, "service");
    }
    struct scn_value *cluster = scn_json_member(root, "cluster");
    if (cluster != NULL)
        unwrap_cluster(cluster, complaints);
}
