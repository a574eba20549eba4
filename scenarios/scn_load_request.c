/* What runTasks and workload items share: which tasks, by which strategy, placed how. */
#include "place.h"
#include "scn_load_constraints.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the task definition ---- */

static uint32_t load_definition(struct scn_loader *loader, const struct scn_value *item)
{
    const struct scn_value *at = scn_get(item, "taskDefinition", SCN_STRING);
    if (at == NULL) {
        if (scn_json_member(item, "taskDefinition") != NULL)
            return ECS_NONE;
        if (scn_only_definition(loader))
            return 0;
        scn_error(loader->complaints, item,
                  "`taskDefinition` is missing; name the one that its tasks run");
        return ECS_NONE;
    }
    return scn_use_definition(loader, at);
}

/* ---- placement strategies (ST) ---- */

/* Built-in attributes that every instance has (ATR-2). */
static const char *const built_in_attributes[] = {
    "ecs.ami-id",    "ecs.availability-zone", "ecs.instance-type",
    "ecs.os-type",   "ecs.cpu-architecture",  "ecs.vpc-id",
    "ecs.subnet-id",
};

static bool attribute_exists(const struct scn_loader *loader, const char *name)
{
    for (size_t i = 0; i < sizeof built_in_attributes / sizeof built_in_attributes[0]; i++)
        if (strcmp(built_in_attributes[i], name) == 0)
            return true;
    uint32_t interned = ecs_names_find(&loader->scenario->names, name);
    for (uint32_t i = 0; i < loader->scenario->spec_count; i++)
        for (uint32_t k = 0; k < loader->specs[i].attribute_count; k++)
            if (loader->specs[i].attributes[k].name == interned)
                return true;
    return false;
}

/* ST-9: instanceId, host or attribute:<name>. */
static bool read_dimension(struct scn_loader *loader, const struct scn_value *at, const char *field,
                           uint32_t *dimension)
{
    static const char prefix[] = "attribute:";
    *dimension = 0;
    if (strcmp(field, "instanceId") == 0 || strcmp(field, "host") == 0)
        return true;
    if (strncmp(field, prefix, strlen(prefix)) == 0 && field[strlen(prefix)] != '\0') {
        const char *name = field + strlen(prefix);
        if (!attribute_exists(loader, name))
            scn_warning(loader->complaints, at,
                        "no instance has an attribute \"%s\", so nothing is spread", name);
        *dimension = ecs_names_intern(&loader->scenario->names, name);
        return true;
    }
    if (strncmp(field, "ecs.", 4) == 0 || attribute_exists(loader, field))
        scn_error(loader->complaints, at,
                  "a field that is an attribute is written with its prefix; did you mean "
                  "\"attribute:%s\"?",
                  field);
    else
        scn_error(loader->complaints, at,
                  "\"%s\" is no field to spread over; write instanceId, host or attribute:<name>",
                  field);
    return false;
}

/* ST-6: cpu or memory. */
static bool read_resource(struct scn_loader *loader, const struct scn_value *at, const char *field,
                          const char *type, uint32_t *dimension)
{
    *dimension = strcmp(field, "memory") == 0;
    if (*dimension == 1 || strcmp(field, "cpu") == 0)
        return true;
    scn_error(loader->complaints, at, "\"%s\" is no field of %s; write cpu or memory", field, type);
    return false;
}

/* "cpu=0.5,gpu=0.5": each 0 to 1, to the thousandth. */
static bool read_weights(struct scn_loader *loader, const struct scn_value *at, const char *field,
                         uint32_t *weights)
{
    static const char *const names[] = {"cpu", "memory", "gpu"};
    int64_t thousandths[3] = {0}, sum = 0;
    for (const char *rest = field; *rest != '\0'; rest += *rest == ',') {
        uint32_t i = 0;
        size_t length = strcspn(rest, "=,");
        while (i < 3 && (strlen(names[i]) != length || strncmp(names[i], rest, length) != 0))
            i++;
        char *end = NULL;
        double weight = rest[length] == '=' ? strtod(rest + length + 1, &end) : -1;
        bool good =
            i < 3 && end != NULL && (*end == ',' || *end == '\0') && weight >= 0 && weight <= 1;
        if (!good) {
            scn_error(loader->complaints, at,
                      "\"%s\" is no list of weights; write such as \"cpu=0.5,gpu=0.5\", of cpu, "
                      "memory and gpu, each 0 to 1",
                      field);
            return false;
        }
        thousandths[i] = llround(weight * 1000);
        rest = end;
    }
    for (uint32_t i = 0; i < 3; i++)
        sum += thousandths[i];
    if (sum == 0)
        scn_error(loader->complaints, at, "all weights are 0; give one of them some");
    *weights = PLACE_WEIGHTS(thousandths[0], thousandths[1], thousandths[2]);
    return sum > 0;
}

static bool load_rule(struct scn_loader *loader, const struct scn_value *value,
                      struct ecs_placement_rule *rule)
{
    const char *type = scn_get_text(value, "type", NULL);
    const char *field = scn_get_text(value, "field", NULL);
    const struct scn_value *at = scn_json_member(value, "field");
    if (type == NULL)
        return false;
    rule->strategy = place_strategy_find(type);
    if (rule->strategy == ECS_NONE) {
        const char **names = sim_arena_array(loader->arena, place_strategy_count, sizeof names[0]);
        for (uint32_t i = 0; i < place_strategy_count; i++)
            names[i] = place_strategies[i]->name;
        scn_unknown_name(loader, scn_json_member(value, "type"), "placement strategy", type, names,
                         place_strategy_count);
        return false;
    }
    enum place_field wants = place_strategies[rule->strategy]->field;
    if (place_strategies[rule->strategy]->beyond_ecs)
        scn_warning(loader->complaints, scn_json_member(value, "type"),
                    "%s is an experiment: Amazon ECS has no such strategy", type);
    if (wants == PLACE_FIELD_WEIGHTS) {
        rule->dimension = PLACE_WEIGHTS_DEFAULT;
        return field == NULL || read_weights(loader, at, field, &rule->dimension);
    }
    if (wants == PLACE_FIELD_NONE) { /* ST-7 */
        if (at != NULL)
            scn_no_effect(loader->complaints, at, "this strategy looks at no field");
        return true;
    }
    if (field == NULL) {
        if (at == NULL)
            scn_error(loader->complaints, value, "`field` is missing; %s %s", type,
                      wants == PLACE_FIELD_RESOURCE ? "needs cpu or memory"
                                                    : "needs instanceId, host or attribute:<name>");
        return false;
    }
    return wants == PLACE_FIELD_RESOURCE ? read_resource(loader, at, field, type, &rule->dimension)
                                         : read_dimension(loader, at, field, &rule->dimension);
}

void scn_load_placement(struct scn_loader *loader, const struct scn_value *item,
                        struct ecs_placement *placement)
{
    const struct scn_value *list = scn_get(item, "placementStrategy", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL;
         v != NULL && placement->rule_count < ECS_PLACEMENT_RULES; v = v->next) {
        struct ecs_placement_rule rule = {0};
        if (load_rule(loader, v, &rule))
            placement->rules[placement->rule_count++] = rule;
    }
    placement->queries =
        scn_load_constraints(loader, scn_get(item, "placementConstraints", SCN_LIST),
                             &placement->query_count, &placement->distinct_instance);
}

/* ---- launch type or strategy (CPS-08, CPS-09) ---- */

static void load_launch(struct scn_loader *loader, const struct scn_value *item,
                        struct ecs_strategy *strategy)
{
    const struct scn_value *type = scn_get(item, "launchType", SCN_STRING);
    const struct scn_value *list = scn_get(item, "capacityProviderStrategy", SCN_LIST);
    if (type != NULL && list != NULL) {
        scn_error(loader->complaints, type,
                  "launchType and capacityProviderStrategy exclude each other; remove one of them");
        return;
    }
    if (type != NULL) {
        if (strcmp(type->text, "EC2") != 0)
            scn_not_yet(loader->complaints, type, type->text);
        *strategy = (struct ecs_strategy){0};
        return;
    }
    if (list != NULL && list->count == 0) /* CPS-01 */
        scn_error(loader->complaints, list,
                  "the strategy is empty; name a capacity provider, or leave the key out for the "
                  "cluster's default");
    scn_load_strategy(loader, list, strategy);
}

/* Without a revision the family's latest ACTIVE one is meant, when the task is asked for (TDF-13).
 */
static bool names_no_revision(const struct scn_loader *loader, const struct scn_value *item)
{
    const char *name = scn_get_text(item, "taskDefinition", NULL);
    return name == NULL || strchr(ecs_arn_last_name(loader->arena, name), ':') == NULL;
}

/* ---- refusals ---- */

static void load_refusal(struct scn_loader *loader, const struct scn_value *refusal,
                         struct ecs_request *request)
{
    const struct scn_value *limit = scn_json_member(refusal, "giveUpAfter");
    sim_time time = SIM_TIME_NEVER;
    request->on_refusal = strcmp(scn_get_text(refusal, "onRefusal", "retry"), "drop") == 0
                              ? ECS_REFUSAL_DROP
                              : ECS_REFUSAL_RETRY;
    if (limit != NULL && (limit->kind != SCN_STRING || (strcmp(limit->text, "never") != 0 &&
                                                        sim_time_parse(limit->text, &time) != 0)))
        scn_error(loader->complaints, limit,
                  "expected a duration as a text, such as \"30m\", or \"never\"");
    request->give_up_after = time;
}

bool scn_load_request(struct scn_loader *loader, const struct scn_value *item,
                      const struct scn_value *refusal, struct ecs_request *request)
{
    request->task_definition = load_definition(loader, item);
    if (scn_json_member(item, "group") != NULL) /* a service has its own, which is there already */
        request->group =
            ecs_names_intern(&loader->scenario->names, scn_get_text(item, "group", ""));
    request->latest_revision = names_no_revision(loader, item);
    request->default_strategy = scn_json_member(item, "launchType") == NULL &&
                                scn_json_member(item, "capacityProviderStrategy") == NULL;
    load_launch(loader, item, &request->strategy);
    scn_load_placement(loader, item, &request->placement);
    load_refusal(loader, refusal, request);
    if (request->task_definition == ECS_NONE)
        return false;
    scn_load_overrides(loader, scn_get(item, "overrides", SCN_OBJECT), request);
    scn_check_constraints(loader, scn_get(item, "placementConstraints", SCN_LIST), request);
    return true;
}
