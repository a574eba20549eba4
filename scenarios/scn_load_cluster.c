/* Capacity providers, the cluster, capacity provider strategies. */
#include "scn_loader.h"

#include <inttypes.h>
#include <string.h>

#define EPOCH_WARMUP   202012 /* sheet 04, section 0 */
#define EPOCH_DRAINING 202401

bool scn_is_fargate(const char *name)
{
    return strcmp(name, "FARGATE") == 0 || strcmp(name, "FARGATE_SPOT") == 0;
}

static bool enabled(const struct scn_value *object, const char *key)
{
    return strcmp(scn_get_text(object, key, "DISABLED"), "ENABLED") == 0;
}

/* ---- capacity providers ---- */

/* CPV-02, CPV-03: the group, which no other provider has. ECS_NONE after a complaint. */
static uint32_t load_group_of(struct scn_loader *loader, const struct scn_value *group_provider)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *at = scn_json_member(group_provider, "autoScalingGroupArn");
    const char *text = scn_get_text(group_provider, "autoScalingGroupArn", NULL);
    if (text == NULL)
        return ECS_NONE;
    const char *name = ecs_arn_last_name(loader->arena, text);
    const char **names = sim_arena_array(loader->arena, scenario->asg_count, sizeof names[0]);
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        names[i] = loader->asgs[i].name;
        if (strcmp(names[i], name) != 0)
            continue;
        for (uint32_t k = 0; k < scenario->provider_count; k++)
            if (loader->providers[k].asg == i) {
                scn_error(loader->complaints, at,
                          "group \"%s\" already belongs to capacity provider \"%s\"; give each "
                          "provider a group of its own",
                          name, loader->providers[k].name);
                return ECS_NONE;
            }
        return i;
    }
    scn_unknown_name(loader, at, "Auto Scaling group", name, names, scenario->asg_count);
    return ECS_NONE;
}

/* Refuses what the epoch did not know yet. */
static void check_epoch(struct scn_loader *loader, const struct scn_value *at, int32_t first)
{
    if (at != NULL && loader->scenario->epoch < first)
        scn_error(loader->complaints, at,
                  "`%s` came with epoch %04d-%02d and the scenario's is %04d-%02d; leave it out or "
                  "choose a later epoch",
                  at->key, first / 100, first % 100, loader->scenario->epoch / 100,
                  loader->scenario->epoch % 100);
}

static void load_managed_scaling(struct scn_loader *loader, const struct scn_value *scaling,
                                 struct ecs_provider *provider)
{
    const struct ecs_behaviour *behaviour = &loader->scenario->behaviour;
    provider->managed_scaling = enabled(scaling, "status");
    provider->target_capacity = scn_get_integer(scaling, "targetCapacity", 100);
    provider->minimum_step = scn_get_integer(scaling, "minimumScalingStepSize", 1);
    provider->maximum_step =
        scn_get_integer(scaling, "maximumScalingStepSize", behaviour->maximum_step_default);
    provider->warmup =
        scn_get_integer(scaling, "instanceWarmupPeriod", behaviour->instance_warmup / SIM_SECOND) *
        SIM_SECOND;
    if (scn_json_member(scaling, "instanceWarmupPeriod") == NULL)
        provider->warmup = behaviour->instance_warmup;
    check_epoch(loader, scn_json_member(scaling, "instanceWarmupPeriod"), EPOCH_WARMUP);
    if (provider->minimum_step > provider->maximum_step)
        scn_error(loader->complaints, scaling,
                  "minimumScalingStepSize %" PRId64
                  " is greater than maximumScalingStepSize %" PRId64
                  "; lower the one or raise the other",
                  provider->minimum_step, provider->maximum_step);
    if (scaling != NULL && scn_json_member(scaling, "status") == NULL)
        scn_warning(loader->complaints, scaling,
                    "managedScaling without `status` is off; write \"status\": \"ENABLED\" to turn "
                    "it on");
}

static void check_protection(struct scn_loader *loader, const struct scn_value *group_provider,
                             const struct ecs_provider *provider)
{
    const struct scn_value *at = scn_json_member(group_provider, "managedTerminationProtection");
    if (!provider->termination_protection)
        return;
    if (!provider->managed_scaling) /* MTP-02 */
        scn_error(loader->complaints, at,
                  "managed termination protection needs managed scaling; set managedScaling.status "
                  "to ENABLED");
    if (provider->asg != ECS_NONE && !loader->asgs[provider->asg].new_instances_protected)
        scn_error(loader->complaints, at, /* MTP-03 */
                  "managed termination protection needs NewInstancesProtectedFromScaleIn: true on "
                  "group \"%s\"; add it there",
                  loader->asgs[provider->asg].name);
}

static bool lists_provider(const struct scn_loader *loader, const struct scn_value *list,
                           const char *name)
{
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_STRING && strcmp(ecs_arn_last_name(loader->arena, v->text), name) == 0)
            return true;
    return false;
}

/* Some PutClusterCapacityProviders of `changes` attaches it. */
static bool attached_later(const struct scn_loader *loader, const char *name)
{
    const struct scn_value *changes = scn_list(loader, "changes");
    for (const struct scn_value *v = changes != NULL ? changes->first : NULL; v != NULL;
         v = v->next) {
        const struct scn_value *call = scn_get(v, "PutClusterCapacityProviders", SCN_OBJECT);
        if (lists_provider(loader, scn_get(call, "capacityProviders", SCN_LIST), name))
            return true;
    }
    return false;
}

static void load_provider(struct scn_loader *loader, const struct scn_value *value, bool associated)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *group_provider = scn_get(value, "autoScalingGroupProvider", SCN_OBJECT);
    const char *name = scn_get_text(value, "name", "");
    struct ecs_provider provider = {.name = name, .asg = ECS_NONE, .attached = associated};
    scn_check_name(loader, value, "name");
    if (strncmp(name, "aws", 3) == 0 || strncmp(name, "ecs", 3) == 0 ||
        strncmp(name, "fargate", 7) == 0 || scn_is_fargate(name))
        scn_error(loader->complaints, scn_json_member(value, "name"),
                  "a name must not begin with aws, ecs or fargate; choose another");
    provider.asg = load_group_of(loader, group_provider);
    load_managed_scaling(loader, scn_get(group_provider, "managedScaling", SCN_OBJECT), &provider);
    provider.termination_protection = enabled(group_provider, "managedTerminationProtection");
    check_protection(loader, group_provider, &provider);
    const struct scn_value *draining = scn_json_member(group_provider, "managedDraining");
    check_epoch(loader, draining, EPOCH_DRAINING);
    provider.managed_draining = draining != NULL ? enabled(group_provider, "managedDraining")
                                                 : scenario->behaviour.managed_draining;
    if (associated || attached_later(loader, name))
        loader->providers[scenario->provider_count++] = provider;
    else
        scn_warning(loader->complaints, value,
                    "the provider does nothing, for cluster.capacityProviders does not list it");
}

/* ---- the cluster ---- */

static void check_listed(struct scn_loader *loader, const struct scn_value *listed,
                         const struct scn_value *providers)
{
    uint32_t count = 0;
    const char **names =
        sim_arena_array(loader->arena, providers != NULL ? providers->count : 0, sizeof names[0]);
    for (const struct scn_value *p = providers != NULL ? providers->first : NULL; p != NULL;
         p = p->next)
        if (scn_get_text(p, "name", NULL) != NULL)
            names[count++] = scn_get_text(p, "name", NULL);
    for (const struct scn_value *v = listed->first; v != NULL; v = v->next) {
        bool found =
            v->kind != SCN_STRING || scn_is_fargate(ecs_arn_last_name(loader->arena, v->text));
        for (uint32_t i = 0; i < count && !found; i++)
            found = strcmp(names[i], ecs_arn_last_name(loader->arena, v->text)) == 0;
        if (!found)
            scn_unknown_name(loader, v, "capacity provider",
                             ecs_arn_last_name(loader->arena, v->text), names, count);
    }
}

/* FARGATE may be listed as long as no strategy names it. */
void scn_load_cluster(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *cluster = scn_get(loader->root, "cluster", SCN_OBJECT);
    const struct scn_value *listed = scn_get(cluster, "capacityProviders", SCN_LIST);
    const struct scn_value *providers = scn_list(loader, "capacityProviders");
    scn_check_name(loader, cluster, "clusterName");
    scn_check_unique(loader, providers, "name");
    loader->providers = sim_arena_array(loader->arena, providers != NULL ? providers->count : 0,
                                        sizeof loader->providers[0]);
    scenario->providers = loader->providers;
    for (const struct scn_value *v = providers != NULL ? providers->first : NULL; v != NULL;
         v = v->next)
        load_provider(loader, v, lists_provider(loader, listed, scn_get_text(v, "name", "")));
    if (listed != NULL)
        check_listed(loader, listed, providers);
    const struct scn_value *strategy =
        scn_get(cluster, "defaultCapacityProviderStrategy", SCN_LIST);
    scn_load_strategy(loader, strategy, &scenario->default_strategy);
    for (uint32_t i = 0; i < scenario->default_strategy.count; i++) { /* PCP-06 */
        const struct ecs_provider *provider =
            &loader->providers[scenario->default_strategy.items[i].provider];
        if (!provider->attached)
            scn_error(loader->complaints, strategy,
                      "the strategy names \"%s\", which is attached only later, by `changes`; list "
                      "it in capacityProviders, or leave it out here",
                      provider->name);
    }
}

uint32_t scn_find_provider(const struct scn_loader *loader, const char *name)
{
    const char *last = ecs_arn_last_name(loader->arena, name);
    for (uint32_t i = 0; i < loader->scenario->provider_count; i++)
        if (strcmp(loader->providers[i].name, last) == 0)
            return i;
    return ECS_NONE;
}

/* ---- strategies ---- */

/* CPS-03: Fargate and group providers never mix. True when none of them is Fargate's. */
static bool check_kinds(struct scn_loader *loader, const struct scn_value *list)
{
    uint32_t fargate = 0;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        fargate += scn_is_fargate(
            ecs_arn_last_name(loader->arena, scn_get_text(v, "capacityProvider", "")));
    if (fargate > 0 && fargate < list->count)
        scn_error(loader->complaints, list,
                  "a strategy names either Fargate or Auto Scaling group providers, not both; "
                  "remove the one kind");
    else if (fargate > 0)
        scn_not_yet(loader->complaints, list, "FARGATE");
    return fargate == 0;
}

static void check_totals(struct scn_loader *loader, const struct scn_value *list,
                         const struct ecs_strategy *strategy)
{
    uint32_t bases = 0;
    int64_t weights = 0;
    for (uint32_t i = 0; i < strategy->count; i++) {
        bases += strategy->items[i].base > 0;
        weights += strategy->items[i].weight;
        for (uint32_t k = 0; k < i; k++)
            if (strategy->items[k].provider == strategy->items[i].provider)
                scn_error(loader->complaints, list,
                          "the strategy names \"%s\" twice; keep one of the items",
                          loader->providers[strategy->items[i].provider].name);
    }
    if (bases > 1) /* CPS-04 */
        scn_error(loader->complaints, list,
                  "%u items have a base; only one may, so set the others to 0", bases);
    if (weights == 0 && strategy->count > 0) { /* CPS-19 */
        if (bases == 0)
            scn_error(loader->complaints, list,
                      "every weight and base is 0, so no task could start; give one item a weight");
        else
            scn_warning(loader->complaints, list,
                        "every weight is 0: a call's tasks beyond the base are refused");
    }
}

void scn_load_strategy(struct scn_loader *loader, const struct scn_value *list,
                       struct ecs_strategy *strategy)
{
    const struct ecs_scenario *scenario = loader->scenario;
    if (list == NULL) {
        *strategy = scenario->default_strategy;
        return;
    }
    *strategy = (struct ecs_strategy){0};
    if (list->count > ECS_STRATEGY_ITEMS) { /* CPS-02 */
        scn_error(loader->complaints, list, "the strategy has %u items; at most %d are allowed",
                  list->count, ECS_STRATEGY_ITEMS);
        return;
    }
    if (!check_kinds(loader, list))
        return;
    bool all_known = true;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        const char *name = scn_get_text(v, "capacityProvider", NULL);
        uint32_t provider = name != NULL ? scn_find_provider(loader, name) : ECS_NONE;
        all_known = all_known && provider != ECS_NONE;
        if (name != NULL && provider == ECS_NONE) { /* PCP-06 */
            const char **names =
                sim_arena_array(loader->arena, scenario->provider_count, sizeof names[0]);
            for (uint32_t i = 0; i < scenario->provider_count; i++)
                names[i] = loader->providers[i].name;
            scn_unknown_name(loader, scn_json_member(v, "capacityProvider"),
                             "capacity provider of the cluster",
                             ecs_arn_last_name(loader->arena, name), names,
                             scenario->provider_count);
        }
        if (provider != ECS_NONE)
            strategy->items[strategy->count++] =
                (struct ecs_strategy_item){.provider = provider,
                                           .base = scn_get_integer(v, "base", 0),
                                           .weight = scn_get_integer(v, "weight",
                                                                     list->count == 1 ? 1 : 0)};
    }
    if (all_known)
        check_totals(loader, list, strategy);
}
