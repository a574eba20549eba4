/* Auto Scaling groups and single container instances. */
#include "scn_capability.h"
#include "scn_dist.h"
#include "scn_load_network.h"

#include <inttypes.h>
#include <string.h>

/* ---- Auto Scaling groups ---- */

/* The launch configuration of that name; ECS_NONE after a complaint at `at`. */
static uint32_t find_configuration(struct scn_loader *loader, const struct scn_value *at,
                                   const char *name)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const char **names = sim_arena_array(loader->arena, scenario->spec_count, sizeof names[0]);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->spec_count; i++) {
        if (loader->specs[i].is_template)
            continue;
        if (strcmp(loader->specs[i].name, name) == 0)
            return i;
        names[count++] = loader->specs[i].name;
    }
    scn_unknown_name(loader, at, "launch configuration", name, names, count);
    return ECS_NONE;
}

uint32_t scn_load_group_spec(struct scn_loader *loader, const struct scn_value *group)
{
    const struct scn_value *configuration = scn_json_member(group, "LaunchConfigurationName");
    const struct scn_value *template = scn_get(group, "LaunchTemplate", SCN_OBJECT);
    if ((configuration != NULL) == (template != NULL)) {
        if (scn_json_member(group, "MixedInstancesPolicy") == NULL)
            scn_error(loader->complaints, group,
                      "a group launches from a LaunchConfigurationName or a LaunchTemplate; write "
                      "exactly one of them");
        return ECS_NONE;
    }
    if (configuration != NULL) {
        const char *name = scn_get_text(group, "LaunchConfigurationName", NULL);
        return name != NULL ? find_configuration(loader, configuration,
                                                 ecs_arn_last_name(loader->arena, name))
                            : ECS_NONE;
    }
    return scn_find_template(loader, template);
}

/* The zone's index in the group; ECS_NONE after a complaint. */
static uint32_t add_zone(struct scn_loader *loader, struct ecs_asg *asg, struct ecs_zone zone,
                         const struct scn_value *at)
{
    for (uint32_t i = 0; i < asg->zone_count; i++)
        if (asg->zones[i].name == zone.name) {
            if (asg->zones[i].subnet == 0)
                asg->zones[i] = zone;
            return i;
        }
    if (asg->zone_count == ECS_ZONES_MAX) {
        scn_error(loader->complaints, at, "a group spans at most %d zones", ECS_ZONES_MAX);
        return ECS_NONE;
    }
    asg->zones[asg->zone_count] = zone;
    return asg->zone_count++;
}

/* The group launches into the subnet too; once, however often it is named. */
static void add_place(struct scn_loader *loader, struct ecs_asg *asg, struct ecs_place *places,
                      uint32_t zone, const char *name)
{
    if (zone == ECS_NONE)
        return;
    uint32_t subnet = scn_use_subnet(loader, name, asg->zones[zone].name);
    for (uint32_t i = 0; i < asg->place_count; i++)
        if (places[i].subnet == subnet)
            return;
    places[asg->place_count++] = (struct ecs_place){.zone_index = zone, .subnet = subnet};
}

/* ENI-7: whether all subnets that the group launches into are another account's. */
static bool all_shared(const struct scn_loader *loader, const struct ecs_asg *asg)
{
    uint32_t shared = 0;
    for (uint32_t i = 0; i < asg->place_count; i++)
        shared += loader->subnets[asg->places[i].subnet].shared;
    return asg->place_count > 0 && shared == asg->place_count;
}

/* ASG-03: whether the group's instances serve this cluster. */
void scn_check_group(struct scn_loader *loader, const struct scn_value *group,
                     const struct ecs_asg *asg)
{
    if (asg->spec == ECS_NONE)
        return;
    static const char *const reasons[ECS_JOINS] = {
        [ECS_JOIN_NO_ROUTE] = "reach no endpoint of ECS; give their subnet a NAT gateway or "
                              "endpoints in network.subnets, a public address, or HTTP_PROXY",
        [ECS_JOIN_NO_ROLE] = "are not allowed to register by their instance profile; remove "
                             "sim.role",
        [ECS_JOIN_SHARED_SUBNET] = "fail to register: their subnet is shared and awsvpcTrunking is "
                                   "enabled; disable it, or remove sharedSubnet or shared",
    };
    bool trunking = loader->scenario->settings[ECS_SETTING_AWSVPC_TRUNKING];
    const struct ecs_launch_spec *spec = &loader->specs[asg->spec];
    const struct scn_agent *agent = &loader->spec_agents[asg->spec];
    const char *cluster = loader->scenario->cluster;
    enum ecs_join join = spec->join;
    if (join == ECS_JOIN_REGISTERS && trunking && (spec->shared_subnet || all_shared(loader, asg)))
        join = ECS_JOIN_SHARED_SUBNET;
    if (join == ECS_JOIN_REGISTERS)
        return;
    if (reasons[join] != NULL)
        scn_warning(loader->complaints, group,
                    "its instances run and are billed, but take no task: they %s (see %s)",
                    reasons[join], spec->name);
    else if (join != ECS_JOIN_OTHER_CLUSTER)
        scn_warning(loader->complaints, group,
                    "its instances run and are billed, but their agent serves no cluster here, so "
                    "they take no task; see the user data of %s",
                    spec->name);
    else
        scn_warning(loader->complaints, group,
                    "its instances register with cluster \"%s\", not with \"%s\", so they take no "
                    "task; %s in the user data of %s",
                    agent->cluster, cluster,
                    sim_arena_printf(loader->arena,
                                     spec->host.os == ECS_OS_WINDOWS
                                         ? "write Initialize-ECSAgent -Cluster %s"
                                         : "write ECS_CLUSTER=%s to /etc/ecs/ecs.config",
                                     cluster),
                    spec->name);
}

static void load_zone_list(struct scn_loader *loader, const struct scn_value *zones,
                           struct ecs_asg *asg)
{
    for (const struct scn_value *v = zones->first; v != NULL; v = v->next) {
        if (v->kind != SCN_STRING)
            continue;
        scn_check_zone(loader, v, v->text);
        struct ecs_zone zone = {.name = ecs_names_intern(&loader->scenario->names, v->text)};
        add_zone(loader, asg, zone, v);
    }
}

/* Subnets of VPCZoneIdentifier: with AvailabilityZones given they only add facts to these zones,
 * else they are the zones and network.subnets must know them. */
static void load_subnets(struct scn_loader *loader, const struct scn_value *at, bool zones_given,
                         struct ecs_asg *asg)
{
    const char *text = at->text;
    struct ecs_place *places = /* a comma a subnet at most */
        sim_arena_array(loader->arena, (uint32_t)strlen(text) / 2 + 1, sizeof places[0]);
    asg->places = places;
    while (*text != '\0') {
        size_t length = strcspn(text, ", ");
        const char *subnet = sim_arena_strndup(loader->arena, text, length);
        struct ecs_zone zone;
        text += length;
        text += strspn(text, ", ");
        if (length == 0)
            continue;
        if (scn_subnet_zone(loader, subnet, &zone)) {
            const char *name = loader->scenario->names.text[zone.name];
            bool known = !zones_given;
            scn_check_zone(loader, at, name);
            for (uint32_t i = 0; i < asg->zone_count; i++)
                known = known || asg->zones[i].name == zone.name;
            if (known)
                add_place(loader, asg, places, add_zone(loader, asg, zone, at), subnet);
            else
                scn_error(
                    loader->complaints, at,
                    "subnet %s is in zone %s, which is not among AvailabilityZones; make them "
                    "agree",
                    subnet, name);
        } else if (!zones_given) {
            scn_error(loader->complaints, at,
                      "the zone of subnet %s is not known; add it to network.subnets, or write "
                      "AvailabilityZones",
                      subnet);
        } else if (asg->zone_count == 1 && asg->zones[0].subnet == 0) {
            asg->zones[0].subnet = ecs_names_intern(&loader->scenario->names, subnet);
            add_place(loader, asg, places, 0, subnet);
        }
    }
}

void scn_load_zones(struct scn_loader *loader, const struct scn_value *group, struct ecs_asg *asg)
{
    const struct scn_value *zones = scn_get(group, "AvailabilityZones", SCN_LIST);
    const struct scn_value *subnets = scn_get(group, "VPCZoneIdentifier", SCN_STRING);
    uint32_t errors = loader->complaints->error_count;
    if (zones != NULL)
        load_zone_list(loader, zones, asg);
    if (subnets != NULL)
        load_subnets(loader, subnets, asg->zone_count > 0, asg);
    if (asg->zone_count == 0 && loader->complaints->error_count == errors)
        scn_error(loader->complaints, group,
                  "the group has no zone; write AvailabilityZones, such as [\"%sa\"], or "
                  "VPCZoneIdentifier",
                  loader->scenario->region);
}

void scn_load_policies(struct scn_loader *loader, const struct scn_value *group,
                       struct ecs_asg *asg)
{
    static const char *const names[] = {
        [ECS_TERMINATE_DEFAULT] = "Default",
        [ECS_TERMINATE_OLDEST_INSTANCE] = "OldestInstance",
        [ECS_TERMINATE_NEWEST_INSTANCE] = "NewestInstance",
        [ECS_TERMINATE_OLDEST_LAUNCH_CONFIGURATION] = "OldestLaunchConfiguration",
        [ECS_TERMINATE_OLDEST_LAUNCH_TEMPLATE] = "OldestLaunchTemplate",
        [ECS_TERMINATE_CLOSEST_TO_NEXT_INSTANCE_HOUR] = "ClosestToNextInstanceHour",
        [ECS_TERMINATE_ALLOCATION_STRATEGY] = "AllocationStrategy",
    };
    const uint32_t count = sizeof names / sizeof names[0];
    const struct scn_value *list = scn_get(group, "TerminationPolicies", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        uint32_t i = 0;
        if (v->kind != SCN_STRING || asg->policy_count == 8)
            continue;
        while (i < count && strcmp(v->text, names[i]) != 0)
            i++;
        if (strcmp(v->text, "DEFAULT") == 0) /* as the guide's own file has it */
            i = ECS_TERMINATE_DEFAULT;
        if (strncmp(v->text, "arn:", 4) == 0)
            scn_not_yet(loader->complaints, v, "custom termination policies");
        else if (i == count)
            scn_unknown_name(loader, v, "termination policy", v->text, names, count);
        else
            asg->policies[asg->policy_count++] = (enum ecs_termination_policy)i;
    }
    if (asg->policy_count == 0)
        asg->policies[asg->policy_count++] = ECS_TERMINATE_DEFAULT;
}

static void load_group(struct scn_loader *loader, const struct scn_value *group)
{
    struct ecs_scenario *scenario = loader->scenario;
    struct ecs_asg *asg = &loader->asgs[scenario->asg_count];
    const struct scn_value *sim = scn_get(group, "sim", SCN_OBJECT);
    asg->name = scn_get_text(group, "AutoScalingGroupName", "");
    asg->min_size = scn_get_integer(group, "MinSize", 0);
    asg->max_size = scn_get_integer(group, "MaxSize", asg->min_size);
    asg->desired = scn_get_integer(group, "DesiredCapacity", asg->min_size);
    asg->new_instances_protected = scn_get_bool(group, "NewInstancesProtectedFromScaleIn", false);
    const char *protection = scn_get_text(group, "DeletionProtection", "none");
    asg->no_force_delete = strcmp(protection, "prevent-force-deletion") == 0;
    asg->no_delete = strcmp(protection, "prevent-all-deletion") == 0;
    asg->cooldown = scn_get_integer(group, "DefaultCooldown", 300) * SIM_SECOND;
    asg->initial_launching = strcmp(scn_get_text(sim, "initial", "registered"), "launching") == 0;
    const struct scn_value *boot = scn_json_member(sim, "boot");
    if (boot != NULL)
        asg->boot_given = scn_dist_read(loader->arena, boot, &asg->boot, loader->complaints);
    if (asg->min_size > asg->max_size)
        scn_error(loader->complaints, scn_json_member(group, "MaxSize"),
                  "MaxSize %" PRId64 " is less than MinSize %" PRId64 "; raise it or lower MinSize",
                  asg->max_size, asg->min_size);
    else if (asg->desired < asg->min_size || asg->desired > asg->max_size)
        scn_error(loader->complaints, scn_json_member(group, "DesiredCapacity"),
                  "DesiredCapacity %" PRId64 " is not between MinSize %" PRId64
                  " and MaxSize %" PRId64,
                  asg->desired, asg->min_size, asg->max_size);
    asg->spec = scn_spec_in_subnets(loader, group, scn_load_group_spec(loader, group));
    scn_load_zones(loader, group, asg);
    scn_load_policies(loader, group, asg);
    loader->asg_values[scenario->asg_count++] = group;
    scn_check_group(loader, group, asg);
}

/* ---- single container instances ---- */

static void load_attributes(struct scn_loader *loader, const struct scn_value *list,
                            struct ecs_launch_spec *spec)
{
    if (list == NULL)
        return;
    if (list->count > ECS_ATTRIBUTES_MAX) {
        scn_error(loader->complaints, list, "an instance has at most %d custom attributes",
                  ECS_ATTRIBUTES_MAX);
        return;
    }
    struct ecs_attribute *attributes =
        sim_arena_array(loader->arena, list->count, sizeof attributes[0]);
    struct ecs_names *names = &loader->scenario->names;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        scn_check_attribute(loader, v);
        attributes[spec->attribute_count++] =
            (struct ecs_attribute){.name = ecs_names_intern(names, scn_get_text(v, "name", "")),
                                   .value = ecs_names_intern(names, scn_get_text(v, "value", ""))};
    }
    spec->attributes = attributes;
}

static void load_instance(struct scn_loader *loader, const struct scn_value *value,
                          struct ecs_extra_instance *instance)
{
    struct ecs_scenario *scenario = loader->scenario;
    struct ecs_launch_spec *spec = &loader->specs[scenario->spec_count];
    const struct scn_value *sim = scn_get(value, "sim", SCN_OBJECT);
    const char *type = scn_get_text(value, "instanceType", NULL);
    const char *zone = scn_get_text(value, "availabilityZone", NULL);
    const char *subnet = scn_get_text(value, "subnetId", NULL);
    instance->spec = scenario->spec_count;
    instance->count = (uint32_t)scn_get_integer(value, "count", 1);
    if (zone != NULL)
        scn_check_zone(loader, scn_json_member(value, "availabilityZone"), zone);
    if (subnet != NULL && scn_subnet_zone(loader, subnet, &instance->zone)) {
        if (zone != NULL && strcmp(zone, scenario->names.text[instance->zone.name]) != 0)
            scn_error(loader->complaints, scn_json_member(value, "subnetId"),
                      "subnet %s is in zone %s, not in %s; make them agree", subnet,
                      scenario->names.text[instance->zone.name], zone);
    } else {
        if (zone == NULL)
            zone = sim_arena_printf(loader->arena, "%sa", scenario->region);
        instance->zone.name = ecs_names_intern(&scenario->names, zone);
        instance->zone.subnet = ecs_names_intern(&scenario->names, subnet != NULL ? subnet : "");
        if (subnet != NULL)
            scn_use_subnet(loader, subnet, instance->zone.name);
    }
    spec->name = "containerInstances";
    scn_load_host(loader, value, "instanceType", "imageId", sim, spec);
    scn_load_price(loader, value, sim, spec);
    spec->reserved_memory_mib = scn_get_integer(value, "reservedMemory", 0);
    if (spec->type != ECS_NONE && spec->reserved_memory_mib >= loader->types[spec->type].memory_mib)
        scn_error(loader->complaints, scn_json_member(value, "reservedMemory"),
                  "that is all the memory of a %s; reserve less", type);
    scn_agent_init(&loader->spec_agents[scenario->spec_count], spec,
                   spec->host.os == ECS_OS_WINDOWS ? SCN_WINDOWS : SCN_LINUX);
    scn_load_volume_drivers(loader, sim, &loader->spec_agents[scenario->spec_count]);
    load_attributes(loader, scn_get(value, "attributes", SCN_LIST), spec);
    spec->trunk_capable = scn_trunk_capable(&spec->host);
    spec->foreign_enis = scn_get_integer(sim, "foreignInterfaces", 0);
    scenario->spec_count++;
}

static uint32_t length_of(const struct scn_value *list)
{
    return list != NULL ? list->count : 0;
}

/* QTA-2, where it is known before a run: of what is there at the start. */
static void check_quota(struct scn_loader *loader, const struct scn_value *groups,
                        const struct scn_value *instances)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const struct ecs_behaviour *behaviour = &scenario->behaviour;
    int64_t quota = behaviour->quota_container_instances, count = 0;
    for (uint32_t i = 0; i < scenario->asg_count; i++)
        count += scenario->asgs[i].desired;
    for (uint32_t i = 0; i < scenario->extra_instance_count; i++)
        count += scenario->extra_instances[i].count;
    const struct scn_value *at = instances != NULL ? instances : groups;
    if (at == NULL)
        return;
    if (quota != ECS_UNLIMITED && count > quota)
        scn_warning(loader->complaints, at,
                    "%" PRId64 " instances at the start, of which the account may have %" PRId64
                    " in a cluster; the others do not register (QTA-2)",
                    count, quota);
    else if (quota == ECS_UNLIMITED && count > behaviour->account_container_instances)
        scn_warning(loader->complaints, at,
                    "%" PRId64 " instances at the start, where an account has %" PRId64
                    " in a cluster unless AWS raises its quota (QTA-2); give yours as "
                    "behaviour.quotaContainerInstances",
                    count, behaviour->account_container_instances);
}

void scn_load_capacity(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *groups = scn_list(loader, "autoScalingGroups");
    const struct scn_value *instances = scn_list(loader, "containerInstances");
    uint32_t specs = length_of(scn_list(loader, "launchConfigurations")) +
                     length_of(scn_list(loader, "launchTemplates")) + length_of(instances) +
                     length_of(groups) + /* scn_spec_in_subnets may copy one for each */
                     length_of(scn_list(loader, "changes")); /* UpdateAutoScalingGroup: likewise */
    struct sim_arena *arena = loader->arena;
    loader->specs = sim_arena_array(arena, specs, sizeof loader->specs[0]);
    loader->spec_agents = sim_arena_array(arena, specs, sizeof loader->spec_agents[0]);
    loader->types = sim_arena_array(arena, specs, sizeof loader->types[0]);
    loader->asgs = sim_arena_array(arena, length_of(groups), sizeof loader->asgs[0]);
    loader->asg_values = sim_arena_array(arena, length_of(groups), sizeof loader->asg_values[0]);
    struct ecs_extra_instance *extra =
        sim_arena_array(arena, length_of(instances), sizeof extra[0]);
    scenario->types = loader->types;
    scenario->specs = loader->specs;
    scenario->asgs = loader->asgs;
    scenario->extra_instances = extra;

    scn_load_specs(loader);
    scn_check_unique(loader, groups, "AutoScalingGroupName");
    for (const struct scn_value *v = groups != NULL ? groups->first : NULL; v != NULL; v = v->next)
        load_group(loader, v);
    scn_load_group_updates(loader);
    for (const struct scn_value *v = instances != NULL ? instances->first : NULL; v != NULL;
         v = v->next)
        load_instance(loader, v, &extra[scenario->extra_instance_count++]);
    check_quota(loader, groups, instances);
}
