/* Services of a dump: which ones, and what is taken out of them (scn_importer.h).
 *
 * Each begins with its desired tasks running, for that is how an account is found. What stands in
 * front of a service (load balancers, discovery) is left out member by member, and said; a service
 * that runs elsewhere (Fargate), or is deployed by others, is left out as a whole. */
#include "scn_importer.h"

#include "ecs_scenario.h"

#include <string.h>

#define EACH(o, importer, kind)                                                                    \
    for (struct scn_dump_object *o = (importer)->first[kind]; o != NULL; o = o->next)

static const char *definition_name(const struct scn_importer *importer,
                                   const struct scn_dump_object *service)
{
    return ecs_arn_last_name(importer->arena,
                             scn_get_text(service->value, "taskDefinition", "(no name)"));
}

static struct scn_dump_object *definition_of(const struct scn_importer *importer,
                                             const struct scn_dump_object *service)
{
    const char *name = definition_name(importer, service);
    EACH(o, importer, SCN_DUMP_DEFINITION)
    if (strcmp(o->id, name) == 0)
        return o;
    return NULL;
}

bool scn_import_serves(const struct scn_importer *importer,
                       const struct scn_dump_object *definition)
{
    EACH(service, importer, SCN_DUMP_SERVICE)
    if (service->used && definition_of(importer, service) == definition)
        return true;
    return false;
}

bool scn_import_has_service(const struct scn_importer *importer)
{
    EACH(service, importer, SCN_DUMP_SERVICE)
    if (service->used)
        return true;
    return false;
}

/* ---- which ones ---- */

static bool is_on_fargate(const struct scn_dump_object *service)
{
    const struct scn_value *list = scn_get(service->value, "capacityProviderStrategy", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (strncmp(scn_get_text(v, "capacityProvider", ""), "FARGATE", 7) == 0)
            return true;
    return strcmp(scn_get_text(service->value, "launchType", "EC2"), "FARGATE") == 0;
}

/* Why a service cannot be simulated; NULL when it can. */
static const char *refusal(struct scn_importer *importer, const struct scn_dump_object *service)
{
    const struct scn_value *value = service->value;
    const char *type = scn_get_text(value, "launchType", "EC2");
    const char *controller =
        scn_get_text(scn_get(value, "deploymentController", SCN_OBJECT), "type", "ECS");
    if (is_on_fargate(service))
        return "Fargate is not simulated yet";
    if (strcmp(type, "EC2") != 0)
        return sim_arena_printf(importer->arena, "launch type %s is not simulated yet", type);
    if (strcmp(controller, "ECS") != 0)
        return sim_arena_printf(importer->arena, "deployment controller %s is not simulated yet",
                                controller);
    if (strcmp(scn_get_text(value, "status", "ACTIVE"), "ACTIVE") != 0)
        return sim_arena_printf(importer->arena, "it is %s", scn_get_text(value, "status", ""));
    if (definition_of(importer, service) == NULL)
        return sim_arena_printf(importer->arena,
                                "the dump does not hold its task definition; add the output of "
                                "`%s --task-definition %s`",
                                scn_import_kind_call(SCN_DUMP_DEFINITION),
                                definition_name(importer, service));
    return NULL;
}

/* ---- what is taken out ---- */

static void take_out(struct scn_importer *importer, struct scn_dump_object *service,
                     struct scn_value *holder, const char *key, const char *why)
{
    struct scn_value *member = scn_json_member(holder, key);
    scn_import_note(importer, SCN_NOTE_LEFT_OUT, "%s of service %s (%s): %s", key, service->name,
                    service->doc->name, why);
    scn_json_remove(holder, member);
    service->changed = true;
}

/* What acts by its value, so that the key tables do not tell. */
static void prune(struct scn_importer *importer, struct scn_dump_object *service)
{
    struct scn_value *value = service->value;
    struct scn_value *deployment = scn_json_member(value, "deploymentConfiguration");
    const struct scn_value *alarms = scn_get(deployment, "alarms", SCN_OBJECT);
    const struct scn_value *names = scn_get(alarms, "alarmNames", SCN_LIST);
    if (strcmp(scn_get_text(value, "availabilityZoneRebalancing", ""), "ENABLED") == 0)
        take_out(importer, service, value, "availabilityZoneRebalancing", "not simulated yet");
    if (scn_get_integer(value, "healthCheckGracePeriodSeconds", 0) > 0)
        take_out(importer, service, value, "healthCheckGracePeriodSeconds",
                 "its load balancers are left out");
    if (deployment != NULL && deployment->kind == SCN_OBJECT &&
        strcmp(scn_get_text(deployment, "strategy", "ROLLING"), "ROLLING") != 0)
        take_out(importer, service, deployment, "strategy", "not simulated yet; taken for ROLLING");
    if (alarms != NULL &&
        (scn_get_bool(alarms, "enable", false) || /* its parts are required */
         scn_get_bool(alarms, "rollback", false) || (names != NULL && names->count > 0)))
        take_out(importer, service, deployment, "alarms", "not simulated yet");
}

static void begin_running(struct scn_importer *importer, struct scn_dump_object *service)
{
    struct scn_value *sim = scn_make_object(importer->arena);
    service->over = scn_make_object(importer->arena);
    scn_make_member(importer->arena, sim, "initialTasks",
                    scn_make_text(importer->arena, "running"));
    scn_make_member(importer->arena, service->over, "sim", sim);
}

void scn_import_select_services(struct scn_importer *importer)
{
    EACH(service, importer, SCN_DUMP_SERVICE)
    {
        const char *cluster = scn_get_text(service->value, "clusterArn", importer->cluster_name);
        const char *why =
            strcmp(ecs_arn_last_name(importer->arena, cluster), importer->cluster_name) != 0
                ? "it is of another cluster"
                : refusal(importer, service);
        if (why != NULL) {
            scn_import_note(importer, SCN_NOTE_LEFT_OUT, "service %s (%s): %s", service->name,
                            service->doc->name, why);
            continue;
        }
        prune(importer, service);
        begin_running(importer, service);
        scn_import_use(importer, SCN_DUMP_SERVICE, service);
        scn_import_use(importer, SCN_DUMP_DEFINITION, definition_of(importer, service));
    }
}

void scn_import_settle_services(struct scn_importer *importer)
{
    EACH(service, importer, SCN_DUMP_SERVICE)
    if (service->used && !definition_of(importer, service)->used)
        scn_import_drop(importer, SCN_DUMP_SERVICE, service, "its task definition is left out");
}

/* ---- into the scenario ---- */

void scn_import_services(struct scn_importer *importer)
{
    EACH(service, importer, SCN_DUMP_SERVICE)
    if (service->used)
        scn_import_object(importer, SCN_DUMP_SERVICE, "services", service);
    if (scn_import_has_service(importer))
        scn_import_note(importer, SCN_NOTE_TAKEN,
                        "services: each begins with its desired tasks running");
}

struct scn_dump_object *scn_import_service_of(const struct scn_importer *importer,
                                              const struct scn_dump_object *task)
{
    const char *group = scn_get_text(task->value, "group", "");
    return scn_import_find(importer, SCN_DUMP_SERVICE, "serviceName",
                           strncmp(group, "service:", 8) == 0 ? group + 8 : NULL);
}
