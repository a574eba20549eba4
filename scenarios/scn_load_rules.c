/* rules: tasks that a schedule starts (sheet 03, section 8). Each target that is the scenario's
 * cluster becomes one item of the scenario's workload, whose rows are the firings. */
#include "scn_cron.h"
#include "scn_loader.h"

#include <string.h>

/* CRN-5, CRN-7: 1 to 64 letters, digits, . - _ */
static void check_id(struct scn_loader *loader, const struct scn_value *object, const char *key)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    const struct scn_value *value = scn_json_member(object, key);
    if (value != NULL && value->kind == SCN_STRING &&
        value->text[strspn(value->text, allowed)] != '\0')
        scn_error(loader->complaints, value,
                  "\"%s\" has a character that is not allowed; letters, digits, . - _ are",
                  value->text);
}

/* EcsParameters as RunTask names the same things: its members, with keys that begin small. The
 * values keep their places. */
static struct scn_value *as_run_task(struct sim_arena *arena, const struct scn_value *object)
{
    static const char *const renamed[][2] = {
        {"TaskDefinitionArn", "taskDefinition"},
        {"LaunchType", "launchType"},
        {"NetworkConfiguration", "networkConfiguration"},
        {"Group", "group"},
        {"CapacityProviderStrategy", "capacityProviderStrategy"},
        {"PlacementConstraints", "placementConstraints"},
        {"PlacementStrategy", "placementStrategy"},
        {"awsvpcConfiguration", "awsvpcConfiguration"},
        {"Subnets", "subnets"},
        {"AssignPublicIp", "assignPublicIp"},
    };
    struct scn_value *copy = scn_json_copy(arena, object);
    for (struct scn_value *v = copy->first; v != NULL; v = v->next)
        for (size_t i = 0; i < sizeof renamed / sizeof renamed[0]; i++)
            if (strcmp(v->key, renamed[i][0]) == 0) {
                v->key = renamed[i][1];
                break;
            }
    copy->key = object->key;
    copy->parent = object->parent; /* for the path in complaints */
    const struct scn_value *network = scn_json_member(copy, "networkConfiguration");
    struct scn_value *awsvpc = scn_json_member(network, "awsvpcConfiguration");
    if (awsvpc != NULL && awsvpc->kind == SCN_OBJECT)
        scn_json_replace(awsvpc, as_run_task(arena, awsvpc));
    return copy;
}

/* The schedule of a rule; false when it has none, or after a complaint. */
static bool load_schedule(struct scn_loader *loader, const struct scn_value *rule,
                          struct ecs_schedule *schedule)
{
    const struct scn_value *value = scn_json_member(rule, "ScheduleExpression");
    struct scn_cron_error error;
    if (value == NULL) {
        if (scn_json_member(rule, "EventPattern") == NULL)
            scn_error(
                loader->complaints, rule,
                "the rule never fires; add `ScheduleExpression`, such as \"rate(5 minutes)\"");
        return false;
    }
    if (value->kind != SCN_STRING)
        return false;
    if (scn_cron_parse(loader->arena, value->text, schedule, &error))
        return true;
    scn_error(loader->complaints, value, "column %u of the expression: %s", error.column,
              error.message);
    return false;
}

/* Whether a target is the scenario's cluster. Another cluster, or none, runs nothing here. */
static bool is_cluster(struct scn_loader *loader, const struct scn_value *target)
{
    const struct scn_value *arn = scn_json_member(target, "Arn");
    if (arn == NULL || arn->kind != SCN_STRING)
        return false;
    if (strstr(arn->text, ":cluster/") == NULL && strchr(arn->text, ':') != NULL) {
        scn_no_effect(loader->complaints, target, "a target that is no cluster runs no task");
        return false;
    }
    if (strcmp(ecs_arn_last_name(loader->arena, arn->text), loader->scenario->cluster) == 0)
        return true;
    scn_warning(loader->complaints, arn,
                "the scenario's cluster is \"%s\", so this target runs nothing here",
                loader->scenario->cluster);
    return false;
}

/* `Input` of a target that is a cluster is the text of RunTask's overrides (RUN-5). */
static void add_overrides(struct scn_loader *loader, const struct scn_value *target,
                          struct scn_value *item)
{
    const struct scn_value *input = scn_get(target, "Input", SCN_STRING);
    if (input == NULL)
        return;
    struct scn_file *file = sim_arena_alloc(loader->arena, sizeof *file);
    *file = *input->file;
    file->name = sim_arena_printf(loader->arena, "%s:%u:%u: Input", input->file->name, input->line,
                                  input->column);
    struct scn_value *overrides =
        scn_json_parse(loader->arena, file, input->text, strlen(input->text), loader->complaints);
    if (overrides == NULL)
        return;
    if (overrides->kind != SCN_OBJECT) {
        scn_error(loader->complaints, input,
                  "it holds no overrides; write a text such as "
                  "{\"containerOverrides\": [{\"name\": \"main\", \"cpu\": 512}]}");
        return;
    }
    overrides->key = "overrides";
    scn_bind(loader->complaints, overrides, scn_overrides_keys);
    scn_json_append(item, overrides);
}

static void load_target(struct scn_loader *loader, const struct scn_value *rule,
                        const struct scn_value *target, const struct ecs_schedule *schedule,
                        struct ecs_workload *work)
{
    const struct scn_value *parameters = scn_get(target, "EcsParameters", SCN_OBJECT);
    const struct scn_value *sim = scn_get(target, "sim", SCN_OBJECT);
    if (parameters == NULL) {
        if (scn_json_member(target, "EcsParameters") == NULL)
            scn_error(loader->complaints, target,
                      "a target that is a cluster needs `EcsParameters` (CRN-10)");
        return;
    }
    struct scn_value *item = as_run_task(loader->arena, parameters);
    add_overrides(loader, target, item);
    scn_check_active(loader, item);
    if (!scn_load_request(loader, item, sim, &work->request))
        return;
    if (scn_json_member(sim, "onRefusal") == NULL)
        work->request.on_refusal = ECS_REFUSAL_DROP;
    scn_check_scheduled(loader, item, &work->request);
    struct ecs_scheduled *scheduled = sim_arena_alloc(loader->arena, sizeof *scheduled);
    *scheduled = (struct ecs_scheduled){
        .schedule = *schedule,
        .expression = scn_get_text(rule, "ScheduleExpression", ""),
        .start_unix_s = loader->scenario->start_unix_s,
        .count = (uint32_t)scn_get_integer(parameters, "TaskCount", 1),
        .delay = loader->scenario->behaviour.rule_delay,
    };
    work->name = scn_get_text(rule, "Name", "");
    work->source = &ecs_scheduled_source;
    work->data = scheduled;
    work->scale_ppm = 1000000;
    loader->scenario->workload_count++;
}

static void load_rule(struct scn_loader *loader, const struct scn_value *rule,
                      struct ecs_workload *workloads)
{
    struct ecs_schedule schedule;
    const struct scn_value *targets = scn_get(rule, "Targets", SCN_LIST);
    check_id(loader, rule, "Name");
    bool fires = load_schedule(loader, rule, &schedule);
    if (strcmp(scn_get_text(rule, "State", "ENABLED"), "DISABLED") == 0) {
        scn_no_effect(loader->complaints, scn_json_member(rule, "State"),
                      "a disabled rule never fires");
        return;
    }
    if (targets == NULL && scn_json_member(rule, "Targets") == NULL)
        scn_warning(loader->complaints, rule, "the rule has no `Targets`, so it runs nothing");
    scn_check_unique(loader, targets, "Id");
    for (const struct scn_value *v = targets != NULL ? targets->first : NULL; v != NULL;
         v = v->next) {
        check_id(loader, v, "Id");
        if (v->kind == SCN_OBJECT && is_cluster(loader, v) && fires)
            load_target(loader, rule, v, &schedule, &workloads[loader->scenario->workload_count]);
    }
}

void scn_load_rules(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *rules = scn_list(loader, "rules");
    if (rules == NULL || rules->count == 0)
        return;
    if (scenario->duration == SIM_TIME_NEVER)
        scn_error(loader->complaints, rules,
                  "duration is required: schedules go on for ever; add `duration` to the scenario");
    uint32_t room = scenario->workload_count;
    for (const struct scn_value *v = rules->first; v != NULL; v = v->next)
        room += scn_get(v, "Targets", SCN_LIST) != NULL ? scn_json_member(v, "Targets")->count : 0;
    struct ecs_workload *workloads = sim_arena_array(loader->arena, room, sizeof workloads[0]);
    if (scenario->workload_count > 0)
        memcpy(workloads, scenario->workloads, scenario->workload_count * sizeof workloads[0]);
    scenario->workloads = workloads;
    scn_check_unique(loader, rules, "Name");
    for (const struct scn_value *v = rules->first; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            load_rule(loader, v, workloads);
}
