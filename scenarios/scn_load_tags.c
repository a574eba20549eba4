/* Tags need the long format of ARNs (ACC-08): those of tasks taskLongArnFormat, those of container
 * instances containerInstanceLongArnFormat, those of services serviceLongArnFormat, by the setting
 * that holds when the thing is made. ECS refuses the call otherwise. All accounts have the formats
 * since 2021-04, so that it matters to earlier epochs, and where a setting turns them off.
 *
 * A call has its time, so that its answer is certain. Instances and the firings of rules have no
 * single one: they are refused when the setting is never enabled, and warned about when it is off
 * at the start. Tags of clusters, task definitions and capacity providers, and those that EC2 keeps
 * of its instances, need no setting. */
#include "scn_loader.h"

#include <string.h>

static bool is_enabled_at(const struct ecs_scenario *scenario, enum ecs_account_setting setting,
                          sim_time at)
{
    bool enabled = scenario->settings[setting];
    if (scenario->settings_own[setting])
        return enabled;                                     /* ACC-03 */
    for (uint32_t i = 0; i < scenario->change_count; i++) { /* in order of time */
        const struct ecs_change *change = &scenario->changes[i];
        if (change->operation == ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT && change->at <= at &&
            change->setting == setting)
            enabled = change->enabled;
    }
    return enabled;
}

/* A change enables it at some time, perhaps for a while only. */
static bool is_ever_enabled(const struct ecs_scenario *scenario, enum ecs_account_setting setting)
{
    bool enabled = is_enabled_at(scenario, setting, 0);
    for (uint32_t i = 0; i < scenario->change_count; i++)
        enabled = enabled || is_enabled_at(scenario, setting, scenario->changes[i].at);
    return enabled;
}

static void refuse(struct scn_loader *loader, const struct scn_value *at, const char *what,
                   const char *of, enum ecs_account_setting setting)
{
    scn_error(loader->complaints, at,
              "%s of %s need the account setting %s, which is disabled then; enable it in "
              "accountSettings, choose an epoch from 2021-04 on, or remove the key",
              what, of, ecs_setting_names[setting]);
}

/* ---- tasks ---- */

/* The keys as RunTask and StartTask write them, and as targets of rules do. */
static const struct tag_key {
    const char *call, *rule, *what;
} tag_keys[] = {
    {"tags", "Tags", "tags"},
    {"enableECSManagedTags", "EnableECSManagedTags", "managed tags"},
    {"propagateTags", "PropagateTags", "propagated tags"},
};

/* The key when it asks for tags: a list that is not empty, true, or TASK_DEFINITION. */
static const struct scn_value *asks(const struct scn_value *object, const char *key)
{
    const struct scn_value *at = scn_json_member(object, key);
    bool asks_for =
        at != NULL &&
        ((at->kind == SCN_LIST && at->count > 0) || (at->kind == SCN_BOOL && at->boolean) ||
         (at->kind == SCN_STRING && strcmp(at->text, "TASK_DEFINITION") == 0));
    return asks_for ? at : NULL;
}

/* `item` has the call's time, which has been complained about if it is none. */
static sim_time time_of(struct scn_loader *loader, const struct scn_value *item)
{
    struct scn_complaints quiet;
    struct scn_loader deaf = *loader;
    scn_complaints_init(&quiet, loader->arena);
    deaf.complaints = &quiet;
    sim_time at = scn_load_at(&deaf, item);
    scn_complaints_release(&quiet);
    return at;
}

static void check_call(struct scn_loader *loader, const struct scn_value *call, sim_time when)
{
    const struct scn_value *from = scn_get(call, "propagateTags", SCN_STRING);
    if (from != NULL && strcmp(from->text, "SERVICE") == 0) { /* RUN-9 */
        scn_error(loader->complaints, from,
                  "tasks of a call belong to no service; write TASK_DEFINITION, or remove it");
        return;
    }
    if (is_enabled_at(loader->scenario, ECS_SETTING_TASK_LONG_ARN, when))
        return;
    for (size_t i = 0; i < sizeof tag_keys / sizeof tag_keys[0]; i++) {
        const struct scn_value *at = asks(call, tag_keys[i].call);
        if (at != NULL)
            refuse(loader, at, tag_keys[i].what, "tasks", ECS_SETTING_TASK_LONG_ARN);
    }
}

/* Its own tags, and those that its tasks get. */
static void check_service(struct scn_loader *loader, const struct scn_value *service, sim_time when)
{
    const struct scn_value *tags = asks(service, "tags");
    const struct scn_value *from = scn_get(service, "propagateTags", SCN_STRING);
    const struct scn_value *managed = asks(service, "enableECSManagedTags");
    if (tags != NULL && !is_enabled_at(loader->scenario, ECS_SETTING_SERVICE_LONG_ARN, when))
        refuse(loader, tags, "tags", "services", ECS_SETTING_SERVICE_LONG_ARN);
    if (is_enabled_at(loader->scenario, ECS_SETTING_TASK_LONG_ARN, when))
        return;
    if (managed != NULL)
        refuse(loader, managed, "managed tags", "tasks", ECS_SETTING_TASK_LONG_ARN);
    if (from != NULL && strcmp(from->text, "NONE") != 0)
        refuse(loader, from, "propagated tags", "tasks", ECS_SETTING_TASK_LONG_ARN);
}

static void check_services(struct scn_loader *loader)
{
    const struct scn_value *services = scn_list(loader, "services");
    const struct scn_value *changes = scn_list(loader, "changes");
    for (const struct scn_value *v = services != NULL ? services->first : NULL; v != NULL;
         v = v->next)
        if (v->kind == SCN_OBJECT)
            check_service(loader, v, 0);
    for (const struct scn_value *v = changes != NULL ? changes->first : NULL; v != NULL;
         v = v->next) {
        const struct scn_value *create = scn_get(v, "CreateService", SCN_OBJECT);
        const struct scn_value *update = scn_get(v, "UpdateService", SCN_OBJECT);
        if (create != NULL || update != NULL)
            check_service(loader, create != NULL ? create : update, time_of(loader, v));
    }
}

static void check_target(struct scn_loader *loader, const struct scn_value *parameters)
{
    const struct ecs_scenario *scenario = loader->scenario;
    if (is_enabled_at(scenario, ECS_SETTING_TASK_LONG_ARN, 0))
        return;
    for (size_t i = 0; i < sizeof tag_keys / sizeof tag_keys[0]; i++) {
        const struct scn_value *at = asks(parameters, tag_keys[i].rule);
        if (at == NULL)
            continue;
        if (is_ever_enabled(scenario, ECS_SETTING_TASK_LONG_ARN))
            scn_warning(loader->complaints, at,
                        "ECS refuses the firings before taskLongArnFormat is enabled, for %s of "
                        "tasks need it; here they run",
                        tag_keys[i].what);
        else
            refuse(loader, at, tag_keys[i].what, "tasks", ECS_SETTING_TASK_LONG_ARN);
    }
}

static void check_rules(struct scn_loader *loader)
{
    const struct scn_value *rules = scn_list(loader, "rules");
    for (const struct scn_value *r = rules != NULL ? rules->first : NULL; r != NULL; r = r->next) {
        const struct scn_value *targets = scn_get(r, "Targets", SCN_LIST);
        if (strcmp(scn_get_text(r, "State", "ENABLED"), "DISABLED") == 0)
            continue;
        for (const struct scn_value *t = targets != NULL ? targets->first : NULL; t != NULL;
             t = t->next)
            check_target(loader, scn_get(t, "EcsParameters", SCN_OBJECT));
    }
}

/* ---- container instances ---- */

static void check_agents(struct scn_loader *loader)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const enum ecs_account_setting setting = ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN;
    if (is_enabled_at(scenario, setting, 0))
        return;
    for (uint32_t i = 0; i < scenario->spec_count; i++) {
        const struct scn_agent *agent = &loader->spec_agents[i];
        bool copied = false; /* of a spec before it, for other subnets */
        for (uint32_t k = 0; k < i; k++)
            copied = copied || loader->spec_agents[k].tags_at == agent->tags_at;
        if (agent->tags_at == NULL || copied)
            continue;
        if (is_ever_enabled(scenario, setting))
            scn_warning(loader->complaints, agent->tags_at,
                        "%s: ECS refuses to register instances with tags before "
                        "containerInstanceLongArnFormat is enabled; here they register",
                        agent->tags_by);
        else
            refuse(loader, agent->tags_at,
                   sim_arena_printf(loader->arena, "%s: tags", agent->tags_by),
                   "container instances", setting);
    }
}

void scn_check_tags(struct scn_loader *loader)
{
    const struct scn_value *calls = scn_list(loader, "runTasks");
    const struct scn_value *changes = scn_list(loader, "changes");
    for (const struct scn_value *v = calls != NULL ? calls->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            check_call(loader, v, time_of(loader, v));
    for (const struct scn_value *v = changes != NULL ? changes->first : NULL; v != NULL;
         v = v->next) {
        const struct scn_value *start = scn_get(v, "StartTask", SCN_OBJECT);
        if (start != NULL)
            check_call(loader, start, time_of(loader, v));
    }
    check_services(loader);
    check_rules(loader);
    check_agents(loader);
}
