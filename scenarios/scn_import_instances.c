/* Container instances that no Auto Scaling group of the scenario starts (scn_importer.h). */
#include "scn_importer.h"

#include "ecs_scenario.h"
#include "scn_capability.h"

#include <string.h>

#define EACH(o, importer, kind)                                                                    \
    for (struct scn_dump_object *o = (importer)->first[kind]; o != NULL; o = o->next)

/* The long ARN names the cluster: container-instance/CLUSTER/ID. The short one does not; with one
 * cluster in the dump it is that. */
bool scn_import_registered(const struct scn_importer *importer,
                           const struct scn_dump_object *instance)
{
    static const char kind[] = ":container-instance/";
    const char *at = strstr(instance->id, kind);
    const char *name = at != NULL ? at + strlen(kind) : "";
    const char *slash = strchr(name, '/');
    if (slash == NULL)
        return importer->cluster_count == 1;
    return strncmp(name, importer->cluster_name, (size_t)(slash - name)) == 0 &&
           importer->cluster_name[slash - name] == '\0';
}

static const char *attribute(const struct scn_dump_object *instance, const char *name)
{
    const struct scn_value *list = scn_get(instance->value, "attributes", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (strcmp(scn_get_text(v, "name", ""), name) == 0)
            return scn_get_text(v, "value", NULL);
    return NULL;
}

static const char *type_of(const struct scn_importer *importer,
                           const struct scn_dump_object *instance)
{
    const char *type = attribute(instance, "ecs.instance-type");
    const struct scn_dump_object *ec2 =
        scn_import_find(importer, SCN_DUMP_EC2, "InstanceId",
                        scn_get_text(instance->value, "ec2InstanceId", NULL));
    return type != NULL || ec2 == NULL ? type : scn_get_text(ec2->value, "InstanceType", NULL);
}

/* Whether a group of the scenario starts it. */
static bool is_started(const struct scn_importer *importer, const struct scn_dump_object *instance)
{
    const char *id = scn_get_text(instance->value, "ec2InstanceId", NULL);
    const char *provider = scn_get_text(instance->value, "capacityProviderName", NULL);
    if (provider != NULL && scn_import_has_provider(importer, provider))
        return true;
    EACH(group, importer, SCN_DUMP_GROUP)
    {
        const struct scn_value *list = scn_get(group->value, "Instances", SCN_LIST);
        for (const struct scn_value *v = list != NULL ? list->first : NULL;
             v != NULL && group->used && id != NULL; v = v->next)
            if (strcmp(scn_get_text(v, "InstanceId", ""), id) == 0)
                return true;
    }
    return false;
}

void scn_import_select_instances(struct scn_importer *importer)
{
    EACH(o, importer, SCN_DUMP_INSTANCE)
    {
        const char *status = scn_get_text(o->value, "status", "ACTIVE");
        o->used = true;
        if (!scn_import_registered(importer, o))
            scn_import_drop(importer, SCN_DUMP_INSTANCE, o, "it is of another cluster");
        else if (strcmp(status, "ACTIVE") != 0)
            scn_import_drop(importer, SCN_DUMP_INSTANCE, o,
                            sim_arena_printf(importer->arena, "it is %s", status));
        else if (type_of(importer, o) == NULL)
            scn_import_drop(importer, SCN_DUMP_INSTANCE, o,
                            "neither its attributes nor `aws ec2 describe-instances` tell its "
                            "instance type");
    }
}

static void put(struct scn_importer *importer, struct scn_value *object, const char *key,
                const char *text)
{
    if (text != NULL && text[0] != '\0')
        scn_make_member(importer->arena, object, key, scn_make_text(importer->arena, text));
}

/* Attributes that somebody gave it, and drivers that its agent was told of; the others of ECS
 * follow from what it is. */
static void put_attributes(struct scn_importer *importer, struct scn_value *object,
                           const struct scn_dump_object *instance)
{
    const struct scn_value *list = scn_get(instance->value, "attributes", SCN_LIST);
    struct scn_value *own = scn_make_list(importer->arena);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        const char *name = scn_get_text(v, "name", "");
        struct scn_value *item = scn_make_object(importer->arena);
        bool is_of_ecs = strncmp(name, "ecs.", 4) == 0 || strncmp(name, "com.amazonaws.", 14) == 0;
        if (name[0] == '\0' || (is_of_ecs && !scn_capability_is_own(name)))
            continue;
        put(importer, item, "name", name);
        put(importer, item, "value", scn_get_text(v, "value", NULL));
        scn_json_append(own, item);
    }
    if (own->count > 0)
        scn_make_member(importer->arena, object, "attributes", own);
}

/* Equal ones are one element with a count. */
void scn_import_instances(struct scn_importer *importer)
{
    EACH(o, importer, SCN_DUMP_INSTANCE)
    o->key = NULL;
    EACH(o, importer, SCN_DUMP_INSTANCE)
    {
        struct scn_value *object = scn_make_object(importer->arena);
        struct scn_dump_object *alike = importer->first[SCN_DUMP_INSTANCE];
        if (!o->used || is_started(importer, o))
            continue;
        put(importer, object, "instanceType", type_of(importer, o));
        put(importer, object, "availabilityZone", attribute(o, "ecs.availability-zone"));
        put(importer, object, "subnetId", attribute(o, "ecs.subnet-id"));
        put(importer, object, "imageId", attribute(o, "ecs.ami-id"));
        put_attributes(importer, object, o);
        o->key = scn_json_print(importer->arena, object);
        while (alike->key == NULL || strcmp(alike->key, o->key) != 0)
            alike = alike->next; /* at the latest it is o */
        struct scn_value *count = scn_json_member(alike->element, "count");
        if (alike != o) {
            scn_json_replace(count, scn_make_integer(importer->arena, count->integer + 1));
            continue;
        }
        scn_make_member(importer->arena, object, "count", scn_make_integer(importer->arena, 1));
        o->element = object;
        scn_import_element(importer, "containerInstances", object,
                           (struct scn_import_element){.object = o});
    }
}
