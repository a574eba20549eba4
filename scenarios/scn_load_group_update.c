/* What UpdateAutoScalingGroup says of zones, subnets, termination policies and cooldown.
 *
 * A group's zones are numbered once for the whole run: those of its creation first, then those that
 * updates bring, in the file's order. So an instance keeps its zone's number whatever comes later.
 * Zones and subnets of one call replace those before together, as its own words: a call with
 * AvailabilityZones alone names no subnet, and its zones have none. */
#include "scn_load_network.h"

#include <string.h>

struct zone_names {
    uint32_t names[ECS_ZONES_MAX];
    uint32_t count;
};

struct update {
    const struct scn_value *input; /* of the call */
    struct ecs_group_update update;
};

struct scn_group_updates {
    struct zone_names *groups; /* by group */
    struct update *updates;
    uint32_t count;
};

const uint32_t *scn_group_zones(const struct scn_loader *loader, uint32_t asg, uint32_t *count)
{
    const struct zone_names *names = &loader->group_updates->groups[asg];
    *count = names->count;
    return names->names;
}

const struct ecs_group_update *scn_group_update(const struct scn_loader *loader,
                                                const struct scn_value *input)
{
    const struct scn_group_updates *updates = loader->group_updates;
    for (uint32_t i = 0; i < updates->count; i++)
        if (updates->updates[i].input == input)
            return &updates->updates[i].update;
    return NULL;
}

/* The number of a zone in its group; ECS_NONE after a complaint. */
static uint32_t number_of(struct scn_loader *loader, struct zone_names *names, uint32_t name,
                          const struct scn_value *at)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (names->names[i] == name)
            return i;
    if (names->count == ECS_ZONES_MAX) {
        scn_error(loader->complaints, at,
                  "with those of its other calls the group has more than %d zones in the run; "
                  "leave some out",
                  ECS_ZONES_MAX);
        return ECS_NONE;
    }
    names->names[names->count] = name;
    return names->count++;
}

/* Zones and subnets as a creation has them, numbered as the group's. */
static void load_layout(struct scn_loader *loader, const struct scn_value *input,
                        struct zone_names *names, struct ecs_layout *layout)
{
    struct ecs_asg draft = {.spec = ECS_NONE};
    uint32_t errors = loader->complaints->error_count, numbers[ECS_ZONES_MAX] = {0};
    scn_load_zones(loader, input, &draft);
    if (loader->complaints->error_count > errors || draft.zone_count == 0)
        return;
    struct ecs_zone *zones = sim_arena_array(loader->arena, ECS_ZONES_MAX, sizeof zones[0]);
    struct ecs_place *places =
        sim_arena_array(loader->arena, draft.place_count + 1, sizeof places[0]);
    for (uint32_t i = 0; i < draft.zone_count; i++) {
        numbers[i] = number_of(loader, names, draft.zones[i].name, input);
        if (numbers[i] == ECS_NONE)
            return;
        zones[numbers[i]] = draft.zones[i];
    }
    for (uint32_t i = 0; i < draft.place_count; i++)
        places[i] = (struct ecs_place){numbers[draft.places[i].zone_index], draft.places[i].subnet};
    *layout = (struct ecs_layout){zones, names->count, places, draft.place_count};
}

static bool names_zones(const struct scn_value *input)
{
    return scn_json_member(input, "AvailabilityZones") != NULL ||
           scn_json_member(input, "VPCZoneIdentifier") != NULL;
}

static void load_update(struct scn_loader *loader, const struct scn_value *input, uint32_t asg)
{
    struct scn_group_updates *updates = loader->group_updates;
    bool zones = names_zones(input);
    bool policies = scn_json_member(input, "TerminationPolicies") != NULL;
    if (!zones && !policies && scn_json_member(input, "DefaultCooldown") == NULL)
        return;
    struct update *update = &updates->updates[updates->count++];
    int64_t cooldown = scn_get_integer(input, "DefaultCooldown", -1);
    *update = (struct update){.input = input,
                              .update.cooldown = cooldown < 0 ? -1 : cooldown * SIM_SECOND};
    if (zones)
        load_layout(loader, input, &updates->groups[asg], &update->update.layout);
    if (policies) {
        struct ecs_asg draft = {0};
        scn_load_policies(loader, input, &draft);
        memcpy(update->update.policies, draft.policies, sizeof draft.policies);
        update->update.policy_count = draft.policy_count;
    }
}

void scn_load_group_updates(struct scn_loader *loader)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *list = scn_list(loader, "changes");
    struct scn_group_updates *updates = sim_arena_alloc(loader->arena, sizeof *updates);
    *updates = (struct scn_group_updates){
        .groups =
            sim_arena_array(loader->arena, scenario->asg_count + 1, sizeof updates->groups[0]),
        .updates = sim_arena_array(loader->arena, list != NULL ? list->count : 0,
                                   sizeof updates->updates[0]),
    };
    loader->group_updates = updates;
    for (uint32_t i = 0; i < scenario->asg_count; i++)
        for (uint32_t k = 0; k < loader->asgs[i].zone_count; k++)
            updates->groups[i].names[updates->groups[i].count++] = loader->asgs[i].zones[k].name;
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        const struct scn_value *input = scn_get(v, "UpdateAutoScalingGroup", SCN_OBJECT);
        const char *name = scn_get_text(input, "AutoScalingGroupName", NULL);
        for (uint32_t i = 0; name != NULL && i < scenario->asg_count; i++)
            if (strcmp(loader->asgs[i].name, ecs_arn_last_name(loader->arena, name)) == 0)
                load_update(loader, input, i);
    }
}

/* ---- what is launched ---- */

struct launching {
    uint32_t spec;                 /* as named, wherever it stands */
    const struct scn_value *value; /* that named the subnets last */
    struct ecs_layout layout;
};

static void settle(struct scn_loader *loader, struct ecs_change *change,
                   const struct scn_value *input, struct launching *launching)
{
    bool moves = names_zones(input), launches = change->spec != ECS_NONE;
    if (launches)
        launching->spec = change->spec;
    if (moves) {
        launching->value = input;
        launching->layout = change->group_update->layout;
    }
    if (!moves && !launches)
        return;
    change->spec = scn_spec_in_subnets(loader, launching->value, launching->spec);
    struct ecs_asg then = {.spec = change->spec,
                           .places = launching->layout.places,
                           .place_count = launching->layout.place_count};
    if (moves)
        scn_check_group(loader, input, &then);
}

void scn_settle_group_specs(struct scn_loader *loader, struct ecs_change *changes,
                            const struct scn_value *const *inputs, uint32_t count)
{
    uint32_t groups = loader->scenario->asg_count;
    if (loader->complaints->error_count > 0)
        return; /* some of it may be missing */
    struct launching *launching = sim_arena_array(loader->arena, groups, sizeof launching[0]);
    for (uint32_t i = 0; i < groups; i++)
        launching[i] = (struct launching){
            .spec = scn_load_group_spec(loader, loader->asg_values[i]),
            .value = loader->asg_values[i],
            .layout = {.places = loader->asgs[i].places,
                       .place_count = loader->asgs[i].place_count},
        };
    for (uint32_t i = 0; i < count; i++)
        if (changes[i].operation == ECS_OP_UPDATE_AUTO_SCALING_GROUP)
            settle(loader, &changes[i], inputs[i], &launching[changes[i].asg]);
}
