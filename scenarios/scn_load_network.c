/* Subnets: what `network` says of them, which ones groups and tasks name, and whether tasks find
 * instances there. */
#include "scn_load_network.h"

#include <string.h>

/* ---- facts ---- */

/* A fact that is true, or a list that is not empty. */
static bool holds(const struct scn_value *fact)
{
    return fact != NULL && (fact->kind == SCN_LIST ? fact->count > 0 : fact->boolean);
}

enum ecs_way scn_way_to_ecs(const struct scn_value *facts)
{
    const struct scn_value *is_public = scn_get(facts, "public", SCN_BOOL);
    const struct scn_value *nat = scn_json_member(facts, "nat");
    const struct scn_value *endpoints = scn_json_member(facts, "endpoints");
    if (is_public == NULL || holds(nat) || holds(endpoints))
        return ECS_WAY_ALWAYS;
    if (is_public->boolean)
        return ECS_WAY_PUBLIC;
    return nat != NULL && endpoints != NULL ? ECS_WAY_NEVER : ECS_WAY_ALWAYS;
}

static enum ecs_way way_to_internet(const struct scn_value *facts)
{
    const struct scn_value *is_public = scn_get(facts, "public", SCN_BOOL);
    const struct scn_value *nat = scn_json_member(facts, "nat");
    if (is_public == NULL || holds(nat))
        return ECS_WAY_ALWAYS;
    if (is_public->boolean)
        return ECS_WAY_PUBLIC;
    return nat != NULL ? ECS_WAY_NEVER : ECS_WAY_ALWAYS;
}

/* Whether the endpoints lead to ECR: all do where they are not listed one by one. */
static bool has_ecr(const struct scn_value *facts)
{
    const struct scn_value *endpoints = scn_json_member(facts, "endpoints");
    if (endpoints == NULL || endpoints->kind != SCN_LIST)
        return endpoints == NULL || endpoints->boolean;
    for (const struct scn_value *v = endpoints->first; v != NULL; v = v->next)
        if (v->kind == SCN_STRING && strstr(v->text, "ecr") != NULL)
            return true;
    return false;
}

const struct scn_value *scn_subnet_facts(const struct scn_loader *loader, const char *subnet)
{
    const struct scn_value *network = scn_get(loader->root, "network", SCN_OBJECT);
    return scn_get(scn_get(network, "subnets", SCN_OBJECT), subnet, SCN_OBJECT);
}

/* ---- the scenario's subnets ---- */

static struct ecs_subnet *add_subnet(struct scn_loader *loader, const char *name)
{
    struct ecs_scenario *scenario = loader->scenario;
    if (scenario->subnet_count == loader->subnet_capacity) {
        uint32_t capacity = 2 * loader->subnet_capacity + 8;
        struct ecs_subnet *subnets = sim_arena_array(loader->arena, capacity, sizeof subnets[0]);
        if (scenario->subnet_count > 0)
            memcpy(subnets, loader->subnets, scenario->subnet_count * sizeof subnets[0]);
        loader->subnets = subnets;
        loader->subnet_capacity = capacity;
        scenario->subnets = subnets;
    }
    struct ecs_subnet *subnet = &loader->subnets[scenario->subnet_count++];
    *subnet = (struct ecs_subnet){
        .name = ecs_names_intern(&scenario->names, name),
        .ecr = true,
        .free_addresses = ECS_UNLIMITED,
    };
    return subnet;
}

void scn_load_network(struct scn_loader *loader)
{
    const struct scn_value *network = scn_get(loader->root, "network", SCN_OBJECT);
    const struct scn_value *subnets = scn_get(network, "subnets", SCN_OBJECT);
    struct ecs_names *names = &loader->scenario->names;
    for (const struct scn_value *v = subnets != NULL ? subnets->first : NULL; v != NULL;
         v = v->next) {
        const char *zone = scn_get_text(v, "availabilityZone", NULL);
        if (v->kind != SCN_OBJECT || zone == NULL)
            continue; /* the table has complained */
        struct ecs_subnet *subnet = add_subnet(loader, v->key);
        subnet->zone = ecs_names_intern(names, zone);
        subnet->vpc = ecs_names_intern(names, scn_get_text(v, "vpc", ""));
        subnet->ecs = scn_way_to_ecs(v);
        subnet->internet = way_to_internet(v);
        subnet->ecr = has_ecr(v);
        subnet->shared = scn_get_bool(v, "shared", false);
        subnet->free_addresses = scn_get_integer(v, "freeAddresses", ECS_UNLIMITED);
    }
}

uint32_t scn_find_subnet(const struct scn_loader *loader, const char *name)
{
    uint32_t interned = ecs_names_find(&loader->scenario->names, name);
    for (uint32_t i = 0; interned != ECS_NONE && i < loader->scenario->subnet_count; i++)
        if (loader->subnets[i].name == interned)
            return i;
    return ECS_NONE;
}

uint32_t scn_use_subnet(struct scn_loader *loader, const char *name, uint32_t zone)
{
    uint32_t found = scn_find_subnet(loader, name);
    if (found != ECS_NONE)
        return found;
    add_subnet(loader, name)->zone = zone;
    return loader->scenario->subnet_count - 1;
}

bool scn_subnet_zone(struct scn_loader *loader, const char *subnet, struct ecs_zone *zone)
{
    uint32_t found = scn_find_subnet(loader, subnet);
    if (found == ECS_NONE || scn_subnet_facts(loader, subnet) == NULL)
        return false;
    *zone = (struct ecs_zone){.name = loader->subnets[found].zone,
                              .subnet = loader->subnets[found].name,
                              .vpc = loader->subnets[found].vpc,
                              .public_only = loader->subnets[found].ecs == ECS_WAY_PUBLIC};
    return true;
}

/* ---- subnets of tasks ---- */

/* ENI-07: into placement->subnets, each once. */
static void load_subnets(struct scn_loader *loader, const struct scn_value *list,
                         struct ecs_placement *placement)
{
    uint32_t *subnets = sim_arena_array(loader->arena, list->count, sizeof subnets[0]);
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        if (v->kind != SCN_STRING)
            continue;
        uint32_t subnet = scn_find_subnet(loader, v->text), i = 0;
        if (subnet == ECS_NONE) {
            scn_error(loader->complaints, v,
                      "the zone of subnet %s is not known; add it to network.subnets", v->text);
            continue;
        }
        while (i < placement->subnet_count && subnets[i] != subnet)
            i++;
        subnets[i] = subnet;
        placement->subnet_count += i == placement->subnet_count;
    }
    placement->subnets = subnets;
}

/* NET-05, ENI-06, ENI-12, ENI-20. */
void scn_load_task_network(struct scn_loader *loader, const struct scn_value *item, bool required,
                           struct ecs_request *request)
{
    const struct ecs_task_definition *definition = &loader->definitions[request->task_definition];
    const struct scn_value *network = scn_json_member(item, "networkConfiguration");
    const struct scn_value *awsvpc = scn_get(network, "awsvpcConfiguration", SCN_OBJECT);
    bool needed = definition->network_mode == ECS_NETWORK_AWSVPC;
    if (needed && required && awsvpc == NULL)
        scn_error(loader->complaints, item,
                  "task definition \"%s\" has networkMode awsvpc; add "
                  "networkConfiguration.awsvpcConfiguration with its subnets",
                  definition->family);
    if (!needed && awsvpc != NULL)
        scn_error(loader->complaints, network,
                  "only tasks with networkMode awsvpc take a networkConfiguration; remove it");
    if (!needed || awsvpc == NULL)
        return;
    if (strcmp(scn_get_text(awsvpc, "assignPublicIp", "DISABLED"), "ENABLED") == 0)
        scn_error(loader->complaints, scn_json_member(awsvpc, "assignPublicIp"),
                  "tasks on instances get no public address; write DISABLED");
    const struct scn_value *subnets = scn_get(awsvpc, "subnets", SCN_LIST);
    if (subnets != NULL)
        load_subnets(loader, subnets, &request->placement);
}

static bool in_zone(const struct scn_loader *loader, const struct ecs_request *request,
                    uint32_t zone)
{
    for (uint32_t i = 0; i < request->placement.subnet_count; i++)
        if (loader->subnets[request->placement.subnets[i]].zone == zone)
            return true;
    return false;
}

bool scn_subnets_are_served(const struct scn_loader *loader, const struct ecs_request *request,
                            bool any_provider)
{
    const struct ecs_scenario *scenario = loader->scenario;
    bool all = any_provider || request->strategy.count == 0, seen = false;
    if (request->placement.subnet_count == 0)
        return true;
    for (uint32_t i = 0; i < scenario->asg_count; i++) {
        uint32_t zone_count;
        const uint32_t *zones = scn_group_zones(loader, i, &zone_count);
        bool allowed = all;
        for (uint32_t k = 0; k < request->strategy.count; k++) {
            uint32_t provider = request->strategy.items[k].provider;
            allowed |=
                provider >= scenario->provider_count || scenario->providers[provider].asg == i;
        }
        seen |= allowed;
        for (uint32_t k = 0; allowed && k < zone_count; k++)
            if (in_zone(loader, request, zones[k]))
                return true;
    }
    for (uint32_t i = 0; all && i < scenario->extra_instance_count; i++) {
        seen = true;
        if (in_zone(loader, request, scenario->extra_instances[i].zone.name))
            return true;
    }
    return !seen;
}
