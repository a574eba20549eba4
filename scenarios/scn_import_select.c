/* The cluster, and what belongs to it (scn_importer.h). */
#include "scn_importer.h"

#include "ecs_scenario.h"

#include <inttypes.h>
#include <string.h>

#define EACH(o, importer, kind)                                                                    \
    for (struct scn_dump_object *o = (importer)->first[kind]; o != NULL; o = o->next)

struct scn_dump_object *scn_import_find(const struct scn_importer *importer,
                                        enum scn_dump_kind kind, const char *key, const char *text)
{
    EACH(o, importer, kind)
    if (text != NULL && strcmp(scn_get_text(o->value, key, ""), text) == 0)
        return o;
    return NULL;
}

void scn_import_drop(struct scn_importer *importer, enum scn_dump_kind kind,
                     struct scn_dump_object *object, const char *why)
{
    if (object->used && why != NULL)
        scn_import_note(importer, SCN_NOTE_LEFT_OUT, "%s %s (%s): %s", scn_import_kind_name(kind),
                        object->name, object->doc->name, why);
    object->used = false;
}

bool scn_import_lists(const struct scn_importer *importer, const struct scn_value *list,
                      const char *name)
{
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_STRING && strcmp(ecs_arn_last_name(importer->arena, v->text), name) == 0)
            return true;
    return false;
}

/* ---- the cluster ---- */

static const char *list_names(struct scn_importer *importer, const char *list, const char *name)
{
    return sim_arena_printf(importer->arena, "%s%s%s", list, list[0] != '\0' ? ", " : "", name);
}

/* Field n (from 0) of arn:partition:service:region:account:...; NULL when it has none. */
static const char *arn_field(struct sim_arena *arena, const char *arn, int n)
{
    if (arn == NULL || strncmp(arn, "arn:", 4) != 0)
        return NULL;
    for (; n > 0 && arn != NULL; n--) {
        arn = strchr(arn, ':');
        arn = arn != NULL ? arn + 1 : NULL;
    }
    size_t length = arn != NULL ? strcspn(arn, ":") : 0;
    return length > 0 ? sim_arena_strndup(arena, arn, length) : NULL;
}

static bool is_gone(const struct scn_dump_object *cluster)
{
    const char *status = scn_get_text(cluster->value, "status", "ACTIVE");
    return strcmp(status, "INACTIVE") == 0 || strcmp(status, "DEPROVISIONING") == 0;
}

static bool choose_cluster(struct scn_importer *importer)
{
    const char *wanted = importer->import->cluster, *names = "", *found = "";
    uint32_t count = 0, match_count = 0;
    EACH(o, importer, SCN_DUMP_CLUSTER)
    {
        const char *arn = scn_get_text(o->value, "clusterArn", o->name);
        names = list_names(importer, names, o->name);
        count++;
        importer->cluster_count++;
        if (wanted != NULL ? strcmp(wanted, o->name) != 0 && strcmp(wanted, arn) != 0 : is_gone(o))
            continue;
        found = list_names(importer, found, wanted != NULL ? arn : o->name);
        match_count++;
        importer->cluster = o;
    }
    if (match_count == 1)
        return true;
    const char *folder = importer->import->folder;
    if (count == 0)
        scn_error_at(importer->complaints, folder, 0, 0, NULL,
                     "no file holds a cluster; add the output of `%s --clusters NAME`",
                     scn_import_kind_call(SCN_DUMP_CLUSTER));
    else if (match_count == 0 && wanted != NULL)
        scn_error_at(importer->complaints, folder, 0, 0, NULL,
                     "there is no cluster \"%s\"; there %s: %s", wanted, count == 1 ? "is" : "are",
                     names);
    else if (match_count == 0)
        scn_error_at(importer->complaints, folder, 0, 0, NULL,
                     "every cluster is deleted (%s); choose one all the same with --cluster=NAME",
                     names);
    else
        scn_error_at(importer->complaints, folder, 0, 0, NULL,
                     "%u clusters are there and a scenario has one: %s; choose with --cluster=%s",
                     match_count, found, wanted != NULL ? "ARN" : "NAME");
    return false;
}

/* ---- other regions and accounts ---- */

/* Whether the object may belong to the cluster as far as its ARN tells. */
static bool is_near(struct scn_importer *importer, const struct scn_dump_object *object)
{
    const char *region = arn_field(importer->arena, object->id, 3);
    const char *account = arn_field(importer->arena, object->id, 4);
    return (region == NULL || importer->region == NULL || strcmp(region, importer->region) == 0) &&
           (account == NULL || importer->account == NULL ||
            strcmp(account, importer->account) == 0);
}

/* Unlinks what lies in other regions or accounts. */
static void drop_far(struct scn_importer *importer)
{
    for (int kind = 0; kind < SCN_DUMP_KINDS; kind++) {
        struct scn_dump_object **link = &importer->first[kind];
        uint32_t count = 0;
        while (*link != NULL) {
            if (is_near(importer, *link)) {
                link = &(*link)->next;
                continue;
            }
            (*link)->doc->plain = false;
            *link = (*link)->next;
            count += kind != SCN_DUMP_CLUSTER;
        }
        if (count > 0)
            scn_import_note(importer, SCN_NOTE_LEFT_OUT,
                            "%u of kind %s: in another region or account than the cluster", count,
                            scn_import_kind_name((enum scn_dump_kind)kind));
    }
}

/* ---- what is not simulated: member by member ---- */

struct pruning {
    struct scn_importer *importer;
    enum scn_dump_kind kind;
    struct scn_dump_object *object;
};

static void prune(struct pruning *pruning, struct scn_value *value, const struct scn_key *table,
                  const char *path)
{
    struct sim_arena *arena = pruning->importer->arena;
    struct scn_value *next;
    for (struct scn_value *v = value->first; v != NULL; v = next) {
        next = v->next;
        const struct scn_key *key = table;
        while (key->name != NULL && strcmp(key->name, v->key) != 0)
            key++;
        const char *where = sim_arena_printf(arena, "%s%s%s", path, path[0] ? "." : "", v->key);
        bool later = key->name != NULL && key->effect == SCN_LATER && !scn_is_idle(key, v);
        if (key->name == NULL || later || v->kind == SCN_NULL) {
            if (v->kind != SCN_NULL)
                scn_import_note(pruning->importer, SCN_NOTE_LEFT_OUT, "%s of %s %s (%s): %s", where,
                                scn_import_kind_name(pruning->kind), pruning->object->name,
                                pruning->object->doc->name,
                                later ? "not simulated yet" : "not known to this version");
            scn_json_remove(value, v);
            pruning->object->changed = true;
        } else if (key->members != NULL && key->type == SCN_T_OBJECT && v->kind == SCN_OBJECT) {
            prune(pruning, v, key->members, where);
        } else if (key->members != NULL && key->type == SCN_T_OBJECTS && v->kind == SCN_LIST) {
            for (struct scn_value *e = v->first; e != NULL; e = e->next)
                if (e->kind == SCN_OBJECT)
                    prune(pruning, e, key->members, where);
        }
    }
}

/* ---- mixed instances ---- */

static bool is_later(const struct scn_key *table, const char *name)
{
    while (table->name != NULL && strcmp(table->name, name) != 0)
        table++;
    return table->name != NULL && table->effect == SCN_LATER;
}

static struct scn_value *over(struct scn_importer *importer, struct scn_dump_object *object)
{
    if (object->over == NULL)
        object->over = scn_make_object(importer->arena);
    return object->over;
}

/* Mixed instances are not simulated yet; the policy's template still is: it becomes the group's. */
static void unmix(struct scn_importer *importer, struct scn_dump_object *group)
{
    const struct scn_value *policy = scn_get(group->value, "MixedInstancesPolicy", SCN_OBJECT);
    const struct scn_value *template = scn_get(policy, "LaunchTemplate", SCN_OBJECT);
    const struct scn_value *spec = scn_get(template, "LaunchTemplateSpecification", SCN_OBJECT);
    const struct scn_value *overrides = scn_get(template, "Overrides", SCN_LIST);
    if (spec == NULL || !is_later(scn_group_keys, "MixedInstancesPolicy"))
        return;
    scn_make_member(importer->arena, over(importer, group), "LaunchTemplate", spec);
    for (const struct scn_value *v = overrides != NULL ? overrides->first : NULL;
         v != NULL && group->mixed_type == NULL; v = v->next)
        group->mixed_type = scn_get_text(v, "InstanceType", NULL);
}

void scn_import_use(struct scn_importer *importer, enum scn_dump_kind kind,
                    struct scn_dump_object *object)
{
    static const struct scn_key *const tables[SCN_DUMP_USED] = {
        [SCN_DUMP_CLUSTER] = scn_cluster_keys,
        [SCN_DUMP_PROVIDER] = scn_provider_keys,
        [SCN_DUMP_GROUP] = scn_group_keys,
        [SCN_DUMP_CONFIGURATION] = scn_launch_configuration_keys,
        [SCN_DUMP_TEMPLATE] = scn_launch_template_keys,
        [SCN_DUMP_DEFINITION] = scn_task_definition_keys,
        [SCN_DUMP_SERVICE] = scn_service_keys,
    };
    if (object->used)
        return;
    if (kind == SCN_DUMP_GROUP)
        unmix(importer, object);
    struct pruning pruning = {.importer = importer, .kind = kind, .object = object};
    prune(&pruning, object->value, tables[kind], "");
    object->used = true;
}

/* ---- capacity providers and groups ---- */

const char *scn_import_group_of(const struct scn_importer *importer,
                                const struct scn_dump_object *provider)
{
    const struct scn_value *group =
        scn_get(provider->value, "autoScalingGroupProvider", SCN_OBJECT);
    const char *arn = scn_get_text(group, "autoScalingGroupArn", NULL);
    return arn != NULL ? ecs_arn_last_name(importer->arena, arn) : NULL;
}

static bool is_fargate(const char *name)
{
    return strcmp(name, "FARGATE") == 0 || strcmp(name, "FARGATE_SPOT") == 0;
}

static void select_providers(struct scn_importer *importer)
{
    const struct scn_value *list = scn_get(importer->cluster->value, "capacityProviders", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        const char *name =
            v->kind == SCN_STRING ? ecs_arn_last_name(importer->arena, v->text) : NULL;
        struct scn_dump_object *provider =
            scn_import_find(importer, SCN_DUMP_PROVIDER, "name", name);
        if (name == NULL || is_fargate(name))
            continue;
        if (provider == NULL)
            scn_import_note(importer, SCN_NOTE_LEFT_OUT,
                            "capacity provider %s: the dump does not hold it; add the output of "
                            "`%s`",
                            name, scn_import_kind_call(SCN_DUMP_PROVIDER));
        else if (scn_import_group_of(importer, provider) == NULL)
            scn_import_note(importer, SCN_NOTE_LEFT_OUT,
                            "capacity provider %s (%s): providers without Auto Scaling group are "
                            "not simulated yet",
                            name, provider->doc->name);
        else
            scn_import_use(importer, SCN_DUMP_PROVIDER, provider);
    }
}

static bool holds_instance(struct scn_importer *importer, const struct scn_dump_object *group)
{
    const struct scn_value *list = scn_get(group->value, "Instances", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        const struct scn_dump_object *instance =
            scn_import_find(importer, SCN_DUMP_INSTANCE, "ec2InstanceId",
                            scn_get_text(v, "InstanceId", NULL));
        if (instance != NULL && scn_import_registered(importer, instance))
            return true;
    }
    return false;
}

static void select_groups(struct scn_importer *importer)
{
    EACH(provider, importer, SCN_DUMP_PROVIDER)
    {
        const char *name = scn_import_group_of(importer, provider);
        struct scn_dump_object *group =
            scn_import_find(importer, SCN_DUMP_GROUP, "AutoScalingGroupName", name);
        if (!provider->used)
            continue;
        if (group == NULL)
            scn_import_drop(importer, SCN_DUMP_PROVIDER, provider,
                            sim_arena_printf(importer->arena,
                                             "the dump does not hold its Auto Scaling group %s; "
                                             "add the output of `%s`",
                                             name, scn_import_kind_call(SCN_DUMP_GROUP)));
        else
            scn_import_use(importer, SCN_DUMP_GROUP, group);
    }
}

/* Groups without a capacity provider: those with a container instance of the cluster. When the dump
 * holds no container instance at all, their user data will tell (scn_import.c). */
static void select_other_groups(struct scn_importer *importer)
{
    EACH(group, importer, SCN_DUMP_GROUP)
    {
        bool probing = importer->first[SCN_DUMP_INSTANCE] == NULL;
        if (group->used || (!probing && !holds_instance(importer, group)))
            continue;
        group->probing = probing;
        scn_import_use(importer, SCN_DUMP_GROUP, group);
    }
}

/* ---- what groups launch ---- */

static int64_t default_version(const struct scn_importer *importer, const char *name)
{
    const struct scn_dump_object *head =
        scn_import_find(importer, SCN_DUMP_TEMPLATE_HEAD, "LaunchTemplateName", name);
    if (head != NULL)
        return scn_get_integer(head->value, "DefaultVersionNumber", 0);
    EACH(o, importer, SCN_DUMP_TEMPLATE)
    if (strcmp(o->name, name) == 0 && scn_get_bool(o->value, "DefaultVersion", false))
        return scn_get_integer(o->value, "VersionNumber", 0);
    return 0;
}

/* The version that a group asks for; without facts about the default one, the latest. */
static struct scn_dump_object *find_template(const struct scn_importer *importer, const char *name,
                                             const char *version)
{
    struct scn_dump_object *found = NULL;
    int64_t wanted = 0;
    if (strcmp(version, "$Default") == 0)
        wanted = default_version(importer, name);
    EACH(o, importer, SCN_DUMP_TEMPLATE)
    {
        int64_t number = scn_get_integer(o->value, "VersionNumber", 1);
        const char *text = sim_arena_printf(importer->arena, "%" PRId64, number);
        if (strcmp(o->name, name) != 0 ||
            (version[0] == '$' ? wanted != 0 && number != wanted : strcmp(version, text) != 0))
            continue;
        if (found == NULL || number > scn_get_integer(found->value, "VersionNumber", 1))
            found = o;
    }
    return found;
}

/* Two versions of one template in use: the second gets a name of its own. */
static void rename_version(struct scn_importer *importer, struct scn_dump_object *group,
                           struct scn_dump_object *template)
{
    bool clash = false;
    for (const struct scn_dump_object *o = importer->first[SCN_DUMP_TEMPLATE]; o != NULL;
         o = o->next)
        clash = clash || (o != template && o->used && strcmp(o->name, template->name) == 0);
    const char *known = scn_get_text(template->over, "LaunchTemplateName", NULL);
    if (known == NULL && (template->used || !clash))
        return;
    const struct scn_value *name =
        known != NULL
            ? scn_json_member(template->over, "LaunchTemplateName")
            : scn_make_text(importer->arena,
                            sim_arena_printf(importer->arena, "%s.v%" PRId64, template->name,
                                             scn_get_integer(template->value, "VersionNumber", 1)));
    if (known == NULL)
        scn_make_member(importer->arena, over(importer, template), "LaunchTemplateName", name);
    struct scn_value *launch = scn_json_member(over(importer, group), "LaunchTemplate");
    if (launch == NULL) {
        scn_make_member(importer->arena, group->over, "LaunchTemplate",
                        scn_make_object(importer->arena));
        launch = scn_json_member(group->over, "LaunchTemplate");
    }
    struct scn_value *old = scn_json_member(launch, "LaunchTemplateName");
    if (old != NULL)
        scn_json_remove(launch, old);
    scn_make_member(importer->arena, launch, "LaunchTemplateName", name);
}

/* Whether another group of the dump launches from it too, in whatever version. */
static bool is_shared(struct scn_importer *importer, const struct scn_dump_object *template,
                      const struct scn_dump_object *group)
{
    const char *id = scn_get_text(template->value, "LaunchTemplateId", "");
    EACH(other, importer, SCN_DUMP_GROUP)
    {
        const struct scn_value *launch = scn_get(other->value, "LaunchTemplate", SCN_OBJECT);
        if (launch == NULL)
            launch = scn_get(other->over, "LaunchTemplate", SCN_OBJECT);
        if (other != group &&
            (strcmp(scn_get_text(launch, "LaunchTemplateName", ""), template->name) == 0 ||
             strcmp(scn_get_text(launch, "LaunchTemplateId", "-"), id) == 0))
            return true;
    }
    return false;
}

/* The type of the policy comes before the template's own, as in AWS, unless others launch that. */
static void give_type(struct scn_importer *importer, struct scn_dump_object *template,
                      const struct scn_dump_object *group, const char *type)
{
    const struct scn_value *data = scn_get(template->value, "LaunchTemplateData", SCN_OBJECT);
    const char *own = scn_get_text(data, "InstanceType", NULL);
    if (own != NULL && !is_shared(importer, template, group))
        own = NULL;
    if (own == NULL && scn_json_member(template->over, "LaunchTemplateData") == NULL) {
        struct scn_value *more = scn_make_object(importer->arena);
        scn_make_member(importer->arena, more, "InstanceType",
                        scn_make_text(importer->arena, type));
        scn_make_member(importer->arena, over(importer, template), "LaunchTemplateData", more);
        own = type;
    }
    scn_import_note(importer, SCN_NOTE_TAKEN,
                    "Auto Scaling group %s launches only %s, On-Demand, in place of its mixed "
                    "instances",
                    group->name, own != NULL ? own : "the type that its template got above");
}

static void select_template(struct scn_importer *importer, struct scn_dump_object *group,
                            const struct scn_value *launch)
{
    const char *name = scn_get_text(launch, "LaunchTemplateName", NULL);
    const char *version = scn_get_text(launch, "Version", "$Default");
    if (name == NULL) {
        const char *id = scn_get_text(launch, "LaunchTemplateId", "(no name)");
        const struct scn_dump_object *other =
            scn_import_find(importer, SCN_DUMP_TEMPLATE, "LaunchTemplateId", id);
        name = other != NULL ? other->name : id;
    }
    struct scn_dump_object *template = find_template(importer, name, version);
    if (template == NULL) {
        scn_import_drop(importer, SCN_DUMP_GROUP, group,
                        sim_arena_printf(importer->arena,
                                         "the dump does not hold version %s of its launch template "
                                         "%s; add the output of `%s --versions '%s'`",
                                         version, name, scn_import_kind_call(SCN_DUMP_TEMPLATE),
                                         version));
        return;
    }
    rename_version(importer, group, template);
    scn_import_use(importer, SCN_DUMP_TEMPLATE, template);
    if (group->mixed_type != NULL)
        give_type(importer, template, group, group->mixed_type);
    group->spec = template;
}

static void select_spec(struct scn_importer *importer, struct scn_dump_object *group)
{
    const char *name = scn_get_text(group->value, "LaunchConfigurationName", NULL);
    const struct scn_value *launch = scn_get(group->over, "LaunchTemplate", SCN_OBJECT);
    if (launch == NULL)
        launch = scn_get(group->value, "LaunchTemplate", SCN_OBJECT);
    if (name == NULL && launch != NULL) {
        select_template(importer, group, launch);
        return;
    }
    if (name == NULL)
        return; /* the loader says what is wrong with that */
    name = ecs_arn_last_name(importer->arena, name);
    group->spec =
        scn_import_find(importer, SCN_DUMP_CONFIGURATION, "LaunchConfigurationName", name);
    if (group->spec == NULL)
        scn_import_drop(importer, SCN_DUMP_GROUP, group,
                        sim_arena_printf(importer->arena,
                                         "the dump does not hold its launch configuration %s; add "
                                         "the output of `%s`",
                                         name, scn_import_kind_call(SCN_DUMP_CONFIGURATION)));
    else
        scn_import_use(importer, SCN_DUMP_CONFIGURATION, group->spec);
}

/* ---- what nothing simulates yet ---- */

static void note_rest(struct scn_importer *importer)
{
    for (int kind = SCN_DUMP_USED; kind < SCN_DUMP_KINDS; kind++) {
        const char *names = "";
        uint32_t count = 0;
        EACH(o, importer, kind)
        {
            const char *cluster = scn_get_text(o->value, "clusterArn", NULL);
            if (cluster != NULL &&
                strcmp(ecs_arn_last_name(importer->arena, cluster), importer->cluster_name) != 0)
                continue;
            names = list_names(importer, names, o->name);
            count++;
        }
        if (count > 0)
            scn_import_note(importer, SCN_NOTE_LEFT_OUT, "%s (%u): not simulated yet: %s",
                            scn_import_kind_name((enum scn_dump_kind)kind), count, names);
    }
}

/* ---- the whole ---- */

void scn_import_settle(struct scn_importer *importer)
{
    EACH(group, importer, SCN_DUMP_GROUP)
    if (group->spec != NULL && !group->spec->used)
        scn_import_drop(importer, SCN_DUMP_GROUP, group,
                        sim_arena_printf(importer->arena, "what it launches, %s, is left out",
                                         group->spec->name));
    EACH(provider, importer, SCN_DUMP_PROVIDER)
    {
        const struct scn_dump_object *group =
            scn_import_find(importer, SCN_DUMP_GROUP, "AutoScalingGroupName",
                            scn_import_group_of(importer, provider));
        if (group == NULL || !group->used)
            scn_import_drop(importer, SCN_DUMP_PROVIDER, provider,
                            "its Auto Scaling group is left out");
    }
    for (int kind = SCN_DUMP_CONFIGURATION; kind <= SCN_DUMP_TEMPLATE; kind++)
        EACH(spec, importer, kind)
        {
            bool wanted = false;
            EACH(group, importer, SCN_DUMP_GROUP)
            wanted = wanted || (group->used && group->spec == spec);
            spec->used = spec->used && wanted;
        }
    scn_import_settle_services(importer);
}

bool scn_import_select(struct scn_importer *importer)
{
    if (!choose_cluster(importer))
        return false;
    struct scn_dump_object *cluster = importer->cluster;
    importer->cluster_name = scn_get_text(cluster->value, "clusterName", "default");
    importer->region = arn_field(importer->arena, cluster->id, 3);
    importer->account = arn_field(importer->arena, cluster->id, 4);
    drop_far(importer);
    cluster->next = NULL;
    cluster->doc->plain = cluster->doc->plain && importer->first[SCN_DUMP_CLUSTER] == cluster &&
                          cluster->doc->object_count == 1;
    importer->first[SCN_DUMP_CLUSTER] = cluster;
    scn_import_use(importer, SCN_DUMP_CLUSTER, cluster);
    select_providers(importer);
    select_groups(importer);
    select_other_groups(importer);
    EACH(group, importer, SCN_DUMP_GROUP)
    if (group->used)
        select_spec(importer, group);
    scn_import_select_instances(importer);
    scn_import_select_services(importer);
    scn_import_select_tasks(importer);
    note_rest(importer);
    return true;
}
