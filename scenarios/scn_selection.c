#include "scn_selection.h"

#include "scn_loader.h"

#include <string.h>

#define SHARED_KEYS                                                                                \
    {"autoScalingGroup", SCN_T_TEXT,  SCN_ACTS,                                                    \
     .min = 1,           .max = 2048, .help = "name or ARN: those on instances of this group"},    \
        {"capacityProvider", SCN_T_TEXT,                                                           \
         SCN_ACTS,           .min = 1,                                                             \
         .max = 2048,        .help = "name or ARN: those on instances of this provider"},          \
        {"availabilityZone", SCN_T_TEXT, SCN_ACTS,                                                 \
         .min = 1,           .max = 64,  .help = "those in this zone"},                            \
        {"count", SCN_T_ANY, SCN_ACTS, .fallback = "all", .help = "so many of them, or \"all\""},  \
    {                                                                                              \
        "order", SCN_T_TEXT, SCN_ACTS, .choices = "oldest newest random", .fallback = "oldest",    \
                                       .help = "which ones when there are more than count"         \
    }

const struct scn_key scn_instance_selection_keys[] = {
    {"instanceIds", SCN_T_TEXTS, SCN_ACTS, .min = 1, .max = 10000,
     .help = "such as \"i-00000000000000003\": the third instance launched"},
    {"containerInstances", SCN_T_TEXTS, SCN_ACTS, .min = 1, .max = 10000,
     .help = "their container instance ids or ARNs"},
    SHARED_KEYS,
    {0},
};

const struct scn_key scn_task_selection_keys[] = {
    {"tasks", SCN_T_TEXTS, SCN_ACTS, .min = 1, .max = 10000, .help = "task ids or ARNs"},
    {"family", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255, .help = "those of any revision of it"},
    {"taskDefinition", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 2048,
     .help = "family:revision or ARN; a family means its latest ACTIVE revision"},
    {"group", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255, .help = "those of this task group"},
    SHARED_KEYS,
    {0},
};

/* ---- ids ---- */

/* Exactly `digits` decimal digits, a positive number; -1: not so. With `hyphens` they stand where
 * a UUID has them. */
static int64_t read_digits(const char *text, int digits, bool hyphens)
{
    static const int groups[] = {8, 12, 16, 20}; /* digits before each hyphen of a UUID */
    int64_t value = 0;
    int seen = 0, hyphen = 0;
    for (; *text != '\0'; text++) {
        if (hyphens && hyphen < 4 && seen == groups[hyphen] && *text == '-') {
            hyphen++;
            continue;
        }
        if (*text < '0' || *text > '9' || ++seen > digits || value > INT64_MAX / 10 - 1)
            return -1;
        value = value * 10 + (*text - '0');
    }
    return seen == digits && (!hyphens || hyphen == 4) && value > 0 ? value : -1;
}

bool scn_load_id(struct scn_loader *loader, const struct scn_value *at, enum scn_id kind,
                 int64_t *serial)
{
    const char *slash = strrchr(at->text, '/');
    const char *last = slash != NULL ? slash + 1 : at->text;
    if (kind == SCN_ID_INSTANCE) {
        *serial = strncmp(at->text, "i-", 2) == 0 ? read_digits(at->text + 2, 17, false) : -1;
        if (*serial < 0)
            scn_error(loader->complaints, at,
                      "\"%s\" is no instance of a run; the third one launched is "
                      "\"i-00000000000000003\"",
                      at->text);
        return *serial >= 0;
    }
    *serial = read_digits(last, 32, strchr(last, '-') != NULL);
    if (*serial < 0)
        scn_error(loader->complaints, at,
                  "\"%s\" is no %s of a run; the third one is its number in 32 digits, "
                  "\"00000000000000000000000000000003\", or an ARN that ends on them",
                  at->text, kind == SCN_ID_TASK ? "task" : "container instance");
    return *serial >= 0;
}

static bool load_ids(struct scn_loader *loader, const struct scn_value *list, enum scn_id kind,
                     struct ecs_selection *out)
{
    int64_t *serials = sim_arena_array(loader->arena, list->count, sizeof serials[0]);
    bool good = true;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        int64_t serial;
        if (v->kind != SCN_STRING || !scn_load_id(loader, v, kind, &serial))
            good = false;
        else
            serials[out->serial_count++] = serial;
    }
    out->serials = serials;
    return good;
}

/* ---- names ---- */

static bool load_group(struct scn_loader *loader, const struct scn_value *at,
                       struct ecs_selection *out)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const char *name = ecs_arn_last_name(loader->arena, at->text);
    const char **names = sim_arena_array(loader->arena, scenario->asg_count, sizeof names[0]);
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        names[i] = loader->asgs[i].name;
        if (strcmp(names[i], name) == 0)
            out->asg = i;
    }
    if (out->asg == ECS_NONE)
        scn_unknown_name(loader, at, "Auto Scaling group", name, names, scenario->asg_count);
    return out->asg != ECS_NONE;
}

static bool load_provider(struct scn_loader *loader, const struct scn_value *at,
                          struct ecs_selection *out)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const char *name = ecs_arn_last_name(loader->arena, at->text);
    const char **names = sim_arena_array(loader->arena, scenario->provider_count, sizeof names[0]);
    out->provider = scn_find_provider(loader, name);
    for (uint32_t i = 0; i < scenario->provider_count; i++)
        names[i] = loader->providers[i].name;
    if (out->provider == ECS_NONE)
        scn_unknown_name(loader, at, "capacity provider", name, names, scenario->provider_count);
    return out->provider != ECS_NONE;
}

/* A zone that a group or an instance of the scenario stands in. */
static bool load_zone(struct scn_loader *loader, const struct scn_value *at,
                      struct ecs_selection *out)
{
    const struct ecs_scenario *scenario = loader->scenario;
    uint32_t most = scenario->asg_count * ECS_ZONES_MAX + scenario->extra_instance_count;
    const char **names = sim_arena_array(loader->arena, most, sizeof names[0]);
    uint32_t count = 0, wanted = ecs_names_intern(&loader->scenario->names, at->text);
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        uint32_t zone_count;
        const uint32_t *zones = scn_group_zones(loader, i, &zone_count);
        for (uint32_t k = 0; k < zone_count; k++)
            names[count++] = scenario->names.text[zones[k]];
    }
    for (uint32_t i = 0; i < scenario->extra_instance_count; i++)
        names[count++] = scenario->names.text[scenario->extra_instances[i].zone.name];
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(names[i], at->text) == 0)
            out->zone = wanted;
    if (out->zone == 0)
        scn_unknown_name(loader, at, "zone with instances", at->text, names, count);
    return out->zone != 0;
}

/* ---- task definitions ---- */

static bool load_definition(struct scn_loader *loader, const struct scn_value *at,
                            struct ecs_selection *out)
{
    out->definition = scn_use_definition(loader, at);
    return out->definition != ECS_NONE;
}

static bool load_family(struct scn_loader *loader, const struct scn_value *at,
                        struct ecs_selection *out)
{
    const struct ecs_scenario *scenario = loader->scenario;
    uint32_t count = scenario->task_definition_count;
    const char **names = sim_arena_array(loader->arena, count, sizeof names[0]);
    for (uint32_t i = 0; i < count; i++) {
        names[i] = loader->definitions[i].family;
        if (strcmp(names[i], at->text) == 0)
            out->definition = i;
    }
    out->any_revision = true;
    if (out->definition == ECS_NONE)
        scn_unknown_name(loader, at, "family", at->text, names, count);
    return out->definition != ECS_NONE;
}

/* ---- the whole ---- */

static bool load_count(struct scn_loader *loader, const struct scn_value *at,
                       struct ecs_selection *out)
{
    if (at->kind == SCN_STRING && strcmp(at->text, "all") == 0)
        return true;
    if (at->kind != SCN_NUMBER || !at->is_integer || at->integer < 1) {
        scn_error(loader->complaints, at, "expected a number of at least 1, or \"all\"");
        return false;
    }
    out->count = at->integer;
    return true;
}

static enum ecs_pick load_order(const struct scn_value *object)
{
    const char *order = scn_get_text(object, "order", "oldest");
    return strcmp(order, "newest") == 0   ? ECS_PICK_NEWEST
           : strcmp(order, "random") == 0 ? ECS_PICK_RANDOM
                                          : ECS_PICK_OLDEST;
}

/* The list of ids, when that is what it has. */
static const struct scn_value *ids_of(const struct scn_value *object, bool tasks, enum scn_id *kind)
{
    const struct scn_value *list =
        tasks ? scn_get(object, "tasks", SCN_LIST) : scn_get(object, "instanceIds", SCN_LIST);
    *kind = tasks ? SCN_ID_TASK : SCN_ID_INSTANCE;
    if (list == NULL && !tasks) {
        list = scn_get(object, "containerInstances", SCN_LIST);
        *kind = SCN_ID_CONTAINER_INSTANCE;
    }
    return list;
}

bool scn_load_selection(struct scn_loader *loader, const struct scn_value *object, bool tasks,
                        struct ecs_selection *out)
{
    typedef bool reader(struct scn_loader *, const struct scn_value *, struct ecs_selection *);
    static const struct {
        const char *key;
        reader *read;
        bool of_tasks;
    } members[] = {
        {"autoScalingGroup", load_group, false},   {"capacityProvider", load_provider, false},
        {"availabilityZone", load_zone, false},    {"family", load_family, true},
        {"taskDefinition", load_definition, true},
    };
    enum scn_id kind;
    const struct scn_value *ids = ids_of(object, tasks, &kind);
    const struct scn_value *count = scn_json_member(object, "count");
    bool good = true;
    *out = (struct ecs_selection){.asg = ECS_NONE,
                                  .provider = ECS_NONE,
                                  .definition = ECS_NONE,
                                  .count = INT64_MAX,
                                  .pick = load_order(object)};
    if (object->count == 0) {
        scn_error(loader->complaints, object,
                  "it selects nothing in particular; write {\"count\": \"all\"} if everything is "
                  "meant");
        return false;
    }
    if (ids != NULL && object->count > 1) {
        scn_error(loader->complaints, object,
                  "`%s` says exactly which ones; remove it or the other members", ids->key);
        return false;
    }
    if (ids != NULL)
        return load_ids(loader, ids, kind, out);
    if (tasks && scn_json_member(object, "family") != NULL &&
        scn_json_member(object, "taskDefinition") != NULL) {
        scn_error(loader->complaints, object,
                  "family and taskDefinition exclude each other; remove one of them");
        return false;
    }
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const struct scn_value *at = scn_get(object, members[i].key, SCN_STRING);
        if (at != NULL && (tasks || !members[i].of_tasks))
            good &= members[i].read(loader, at, out);
    }
    const char *group = tasks ? scn_get_text(object, "group", NULL) : NULL;
    if (group != NULL)
        out->group = ecs_names_intern(&loader->scenario->names, group);
    return (count == NULL || load_count(loader, count, out)) && good;
}
