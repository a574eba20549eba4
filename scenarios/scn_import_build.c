/* The scenario of a round, of what is used (scn_importer.h). */
#include "scn_importer.h"

#include "ecs_scenario.h"

#include "sim_time.h"

#include <string.h>

#define EACH(o, importer, kind)                                                                    \
    for (struct scn_dump_object *o = (importer)->first[kind]; o != NULL; o = o->next)

static void put_text(struct scn_importer *importer, struct scn_value *object, const char *key,
                     const char *text)
{
    scn_make_member(importer->arena, object, key, scn_make_text(importer->arena, text));
}

struct scn_value *scn_import_list(struct scn_importer *importer, const char *list)
{
    if (scn_json_member(importer->root, list) == NULL)
        scn_make_member(importer->arena, importer->root, list, scn_make_list(importer->arena));
    return scn_json_member(importer->root, list);
}

void scn_import_element(struct scn_importer *importer, const char *list, struct scn_value *value,
                        struct scn_import_element from)
{
    struct scn_value *parent = scn_import_list(importer, list);
    struct scn_import_element *element = sim_arena_alloc(importer->arena, sizeof *element);
    *element = from;
    element->list = list;
    element->index = parent->count;
    if (importer->elements == NULL)
        importer->elements = element;
    else
        importer->last_element->next = element;
    importer->last_element = element;
    scn_json_append(parent, value);
}

/* ---- files ---- */

/* The file of the dump goes into the scenario as it is when all it holds is used unchanged, and the
 * scenario says nothing over it that several objects would have to share. */
static bool is_copied(const struct scn_importer *importer, const struct scn_dump_doc *doc)
{
    bool copied = doc->plain && !doc->split;
    for (int kind = 0; kind < SCN_DUMP_USED && copied; kind++)
        EACH(o, importer, kind)
    if (o->doc == doc)
        copied = copied && o->used && !o->changed &&
                 (doc->object_count == 1 || (o->over == NULL && kind != SCN_DUMP_DEFINITION));
    return copied;
}

static const char *const prefixes[SCN_DUMP_USED] = {
    [SCN_DUMP_CLUSTER] = "cluster-",          [SCN_DUMP_PROVIDER] = "capacity-provider-",
    [SCN_DUMP_GROUP] = "auto-scaling-group-", [SCN_DUMP_CONFIGURATION] = "launch-configuration-",
    [SCN_DUMP_TEMPLATE] = "launch-template-", [SCN_DUMP_DEFINITION] = "task-definition-",
    [SCN_DUMP_SERVICE] = "service-",
};

/* Puts the object's file among the files of the round. */
static void give_file(struct scn_importer *importer, enum scn_dump_kind kind,
                      struct scn_dump_object *object)
{
    struct scn_dump_doc *doc = object->doc;
    if (doc->copy == NULL && is_copied(importer, doc)) {
        doc->copy = scn_import_file_name(importer, "", doc->name);
        scn_import_file(importer, doc->copy, doc->bytes, doc->size);
    }
    object->file = doc->copy;
    if (object->file != NULL)
        return;
    size_t size;
    const char *name = kind == SCN_DUMP_TEMPLATE ? object->id : object->name;
    const char *text = scn_make_print(importer->arena, object->value, &size);
    object->file = scn_import_file_name(importer, prefixes[kind],
                                        sim_arena_printf(importer->arena, "%s.json", name));
    scn_import_file(importer, object->file, text, size);
}

/* {"$file": "x.json", ...}, with a member for each of `more`. */
static struct scn_value *reference(struct scn_importer *importer,
                                   const struct scn_dump_object *object)
{
    struct scn_value *value = scn_make_object(importer->arena);
    put_text(importer, value, "$file", object->file);
    for (const struct scn_value *v = object->over != NULL ? object->over->first : NULL; v != NULL;
         v = v->next)
        scn_make_member(importer->arena, value, v->key, v);
    return value;
}

void scn_import_object(struct scn_importer *importer, enum scn_dump_kind kind, const char *list,
                       struct scn_dump_object *object)
{
    struct scn_dump_doc *doc = object->doc;
    give_file(importer, kind, object);
    bool shared = doc->copy != NULL && doc->object_count > 1;
    if (shared && doc->listed)
        return;
    doc->listed = true;
    scn_import_element(importer, list, reference(importer, object),
                       (struct scn_import_element){.object = shared ? NULL : object,
                                                   .doc = shared ? doc : NULL});
}

static void put_objects(struct scn_importer *importer, enum scn_dump_kind kind, const char *list)
{
    EACH(o, importer, kind)
    if (o->used)
        scn_import_object(importer, kind, list, o);
}

/* ---- the cluster ---- */

static bool is_fargate(const char *name)
{
    return strcmp(name, "FARGATE") == 0 || strcmp(name, "FARGATE_SPOT") == 0;
}

bool scn_import_has_provider(const struct scn_importer *importer, const char *name)
{
    const struct scn_dump_object *provider =
        scn_import_find(importer, SCN_DUMP_PROVIDER, "name",
                        ecs_arn_last_name(importer->arena, name));
    return provider != NULL && provider->used;
}

/* Of the list `key` of the cluster only what is used; NULL when that is all of it. */
static struct scn_value *without_unused(struct scn_importer *importer, const char *key)
{
    const struct scn_value *list = scn_get(importer->cluster->value, key, SCN_LIST);
    struct scn_value *rest = scn_make_list(importer->arena);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        const char *name =
            v->kind == SCN_STRING ? v->text : scn_get_text(v, "capacityProvider", "");
        bool listed = v->kind == SCN_STRING && is_fargate(name);
        if (listed || scn_import_has_provider(importer, name))
            scn_json_append(rest, scn_json_copy(importer->arena, v));
    }
    return list == NULL || rest->count == list->count ? NULL : rest;
}

static void put_cluster(struct scn_importer *importer)
{
    static const char strategy[] = "defaultCapacityProviderStrategy";
    struct scn_dump_object *cluster = importer->cluster;
    struct scn_value *providers = without_unused(importer, "capacityProviders");
    struct scn_value *rest = importer->no_default_strategy ? scn_make_list(importer->arena)
                                                           : without_unused(importer, strategy);
    const struct scn_value *whole = scn_get(cluster->value, strategy, SCN_LIST);
    cluster->over = NULL;
    if (providers != NULL || rest != NULL)
        cluster->over = scn_make_object(importer->arena);
    if (providers != NULL)
        scn_make_member(importer->arena, cluster->over, "capacityProviders", providers);
    if (rest != NULL)
        scn_make_member(importer->arena, cluster->over, strategy, rest);
    if (rest != NULL && whole != NULL)
        scn_import_note(importer, SCN_NOTE_LEFT_OUT,
                        "default capacity provider strategy: %u of its %u items",
                        whole->count - rest->count, whole->count);
    importer->strategy = rest != NULL ? rest : whole;
    give_file(importer, SCN_DUMP_CLUSTER, cluster);
    scn_make_member(importer->arena, importer->root, "cluster", reference(importer, cluster));
}

/* ---- network ---- */

/* Tasks of the dump that the run starts anew, and whose interface holds an address there now. */
static int64_t count_interfaces(struct scn_importer *importer, const char *subnet)
{
    int64_t count = 0;
    EACH(task, importer, SCN_DUMP_TASK)
    {
        const struct scn_value *list = scn_get(task->value, "attachments", SCN_LIST);
        if (!task->used || strcmp(scn_get_text(task->value, "lastStatus", ""), "STOPPED") == 0)
            continue;
        for (const struct scn_value *a = list != NULL ? list->first : NULL; a != NULL;
             a = a->next) {
            const struct scn_value *details = scn_get(a, "details", SCN_LIST);
            for (const struct scn_value *d = details != NULL ? details->first : NULL; d != NULL;
                 d = d->next)
                count += strcmp(scn_get_text(d, "name", ""), "subnetId") == 0 &&
                         strcmp(scn_get_text(d, "value", ""), subnet) == 0;
        }
    }
    return count;
}

static void put_subnets(struct scn_importer *importer)
{
    struct scn_value *subnets = scn_make_object(importer->arena);
    struct scn_value *network = scn_make_object(importer->arena);
    EACH(o, importer, SCN_DUMP_SUBNET)
    {
        const char *zone = scn_get_text(o->value, "AvailabilityZone", NULL);
        const char *vpc = scn_get_text(o->value, "VpcId", NULL);
        const struct scn_value *public = scn_get(o->value, "MapPublicIpOnLaunch", SCN_BOOL);
        struct scn_value *subnet = scn_make_object(importer->arena);
        if (zone == NULL)
            continue;
        put_text(importer, subnet, "availabilityZone", zone);
        if (vpc != NULL)
            put_text(importer, subnet, "vpc", vpc);
        if (public != NULL)
            scn_make_member(importer->arena, subnet, "public", public);
        int64_t free = scn_get_integer(o->value, "AvailableIpAddressCount", -1);
        if (free >= 0)
            scn_make_member(importer->arena, subnet, "freeAddresses",
                            scn_make_integer(importer->arena,
                                             free + count_interfaces(importer, o->name)));
        scn_make_member(importer->arena, subnets, o->name, subnet);
    }
    if (subnets->count == 0)
        return;
    scn_make_member(importer->arena, network, "subnets", subnets);
    scn_make_member(importer->arena, importer->root, "network", network);
}

/* ---- the top ---- */

static void put_top(struct scn_importer *importer)
{
    struct scn_value *root = importer->root;
    scn_make_member(importer->arena, root, "plimsoll", scn_make_integer(importer->arena, 1));
    put_text(importer, root, "name", importer->cluster_name);
    put_text(importer, root, "description",
             importer->has_default
                 ? "Made by plimsoll import. Some values are defaults, for nothing in the dump "
                   "tells them: IMPORT.md lists them, and what was left out."
                 : "Made by plimsoll import. IMPORT.md says what was left out.");
    if (importer->region != NULL)
        put_text(importer, root, "region", importer->region);
    if (importer->epoch != NULL)
        put_text(importer, root, "epoch", importer->epoch);
    if (importer->start_unix_s != INT64_MIN) {
        char start[24];
        put_text(importer, root, "start",
                 sim_unix_format(importer->start_unix_s, start, sizeof start));
    }
    if (importer->duration_s > 0)
        put_text(importer, root, "duration",
                 scn_import_duration(importer->arena, importer->duration_s));
}

/* What the file says in the order people read it; arrivals are known first, for the top depends on
 * them. */
void scn_import_build(struct scn_importer *importer)
{
    importer->root = scn_make_object(importer->arena);
    importer->elements = NULL;
    importer->files = NULL;
    importer->building = true;
    scn_import_forget(importer);
    for (int kind = 0; kind < SCN_DUMP_USED; kind++)
        EACH(o, importer, kind)
        {
            o->doc->copy = o->file = NULL;
            o->doc->listed = false;
        }
    struct scn_value *body = importer->root;
    put_subnets(importer);
    put_objects(importer, SCN_DUMP_CONFIGURATION, "launchConfigurations");
    put_objects(importer, SCN_DUMP_TEMPLATE, "launchTemplates");
    put_objects(importer, SCN_DUMP_GROUP, "autoScalingGroups");
    put_objects(importer, SCN_DUMP_PROVIDER, "capacityProviders");
    put_cluster(importer);
    scn_import_instances(importer);
    if (scn_json_member(importer->root, "autoScalingGroups") == NULL &&
        scn_json_member(importer->root, "containerInstances") == NULL)
        scn_import_note(importer, SCN_NOTE_LEFT_OUT,
                        "every instance: no Auto Scaling group and no container instance of the "
                        "cluster is left, so no task will start");
    scn_import_definitions(importer);
    scn_import_services(importer);
    scn_import_calls(importer);
    importer->root = scn_make_object(importer->arena);
    put_top(importer);
    struct scn_value *next;
    for (struct scn_value *v = body->first; v != NULL; v = next) {
        next = v->next;
        scn_json_append(importer->root, v);
    }
    size_t size;
    const char *text = scn_make_print(importer->arena, importer->root, &size);
    scn_import_file(importer, "scenario.json", text, size);
    importer->building = false;
}
