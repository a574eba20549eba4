/* Attributes of container instances (ATR), and the filters that ask for them: what a task
 * definition requires, and memberOf. */
#include "ecs_placing.h"

#include <string.h>

static bool name_is(const struct ecs_world *world, uint32_t name, const char *text)
{
    return strcmp(world->scenario->names.text[name], text) == 0;
}

uint64_t ecs_instance_attribute(const struct ecs_world *world, uint32_t slot, uint32_t name)
{
    const struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_launch_spec *spec = &world->scenario->specs[instance->spec];
    for (uint32_t i = 0; i < instance->own_attribute_count; i++)
        if (instance->own_attributes[i].name == name)
            return instance->own_attributes[i].value == ECS_NONE
                       ? 0
                       : (uint64_t)instance->own_attributes[i].value + 1;
    for (uint32_t i = 0; i < spec->attribute_count; i++)
        if (spec->attributes[i].name == name)
            return (uint64_t)spec->attributes[i].value + 1;
    const struct ecs_zone *zone = NULL;
    if (instance->asg != ECS_NONE)
        zone = &world->scenario->asgs[instance->asg].zones[instance->zone_index];
    if (name_is(world, name, "ecs.availability-zone"))
        return (uint64_t)instance->zone + 1;
    if (name_is(world, name, "ecs.instance-type"))
        return (uint64_t)spec->type + 1;
    if (name_is(world, name, "ecs.ami-id"))
        return spec->image_id;
    if (name_is(world, name, "ecs.os-type"))
        return spec->host.os == ECS_OS_WINDOWS ? 2 : 1;
    if (name_is(world, name, "ecs.cpu-architecture"))
        return world->scenario->types[spec->type].arm64 ? 2 : 1;
    if (name_is(world, name, "ecs.subnet-id"))
        return zone == NULL ? 0 : zone->subnet;
    if (name_is(world, name, "ecs.vpc-id"))
        return zone == NULL ? 0 : zone->vpc;
    return 0;
}

/* ---- filters ---- */

enum ecs_reason ecs_misfit_static(const struct ecs_world *world, const struct ecs_demand *demand,
                                  uint32_t slot)
{
    if (world->some_unfit) {
        const struct ecs_launch_spec *spec = &world->scenario->specs[world->instances[slot].spec];
        if (!ecs_spec_suits(spec, &world->scenario->task_definitions[demand->definition]))
            return ECS_REASON_ATTRIBUTE;
    }
    return ECS_REASON_NONE;
}

enum ecs_reason ecs_misfit_query(const struct ecs_world *world, const struct ecs_demand *demand,
                                 uint32_t slot)
{
    (void)world;
    (void)demand;
    (void)slot;
    return ECS_REASON_NONE;
}

void ecs_attributes_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    world->some_unfit = false;
    for (uint32_t i = 0; i < scenario->spec_count; i++)
        for (uint32_t k = 0; k < scenario->task_definition_count; k++)
            world->some_unfit =
                world->some_unfit ||
                !ecs_spec_suits(&scenario->specs[i], &scenario->task_definitions[k]);
}
