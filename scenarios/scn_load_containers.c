/* What the containers of a task wait for, and how long those run that may end before the task
 * does: dependsOn, healthCheck, sim.containers. */
#include "scn_dist.h"
#include "scn_loader.h"
#include "scn_task_rules.h"

#include <string.h>

struct order {
    struct scn_loader *loader;
    const struct scn_value *value; /* the definition */
    struct ecs_task_definition *definition;
    struct ecs_container *containers;
};

static const char *name_of(const struct order *order, uint32_t container)
{
    return order->loader->scenario->names.text[order->containers[container].name];
}

/* ECS_NONE: there is none of that name. */
static uint32_t find_container(const struct order *order, const char *name)
{
    for (uint32_t i = 0; i < order->definition->container_count; i++)
        if (strcmp(name_of(order, i), name) == 0)
            return i;
    return ECS_NONE;
}

static enum ecs_condition condition_of(const char *text)
{
    return strcmp(text, "COMPLETE") == 0  ? ECS_CONDITION_COMPLETE
           : strcmp(text, "SUCCESS") == 0 ? ECS_CONDITION_SUCCESS
           : strcmp(text, "HEALTHY") == 0 ? ECS_CONDITION_HEALTHY
                                          : ECS_CONDITION_START;
}

/* What cannot be depended on has been complained about (scn_task_rules.c). */
static void load_dependencies(struct order *order, const struct scn_value *value,
                              struct ecs_container *container)
{
    const struct scn_value *list = scn_get(value, "dependsOn", SCN_LIST);
    struct ecs_dependency *dependencies =
        sim_arena_array(order->loader->arena, list != NULL ? list->count : 0,
                        sizeof dependencies[0]);
    container->dependencies = dependencies;
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        uint32_t other = find_container(order, scn_get_text(v, "containerName", ""));
        if (other != ECS_NONE)
            dependencies[container->dependency_count++] = (struct ecs_dependency){
                .container = other,
                .condition = condition_of(scn_get_text(v, "condition", "")),
            };
    }
    if (container->dependency_count > 0)
        order->definition->ordered = true;
}

/* Whether another container waits until this one is healthy (or, `exits`, until it has ended). */
static bool is_awaited(const struct order *order, uint32_t container, bool exits)
{
    for (uint32_t i = 0; i < order->definition->container_count; i++)
        for (uint32_t k = 0; k < order->containers[i].dependency_count; k++) {
            const struct ecs_dependency *dependency = &order->containers[i].dependencies[k];
            if (dependency->container == container &&
                (exits ? dependency->condition == ECS_CONDITION_COMPLETE ||
                             dependency->condition == ECS_CONDITION_SUCCESS
                       : dependency->condition == ECS_CONDITION_HEALTHY))
                return true;
        }
    return false;
}

/* How an essential container ends is how the task ends, which the definition's own sim says. */
static bool refuse_essential(const struct order *order, const struct scn_value *sim, uint32_t i)
{
    static const char *const keys[] = {"duration", "exitCode"};
    bool refused = false;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        const struct scn_value *at = scn_json_member(sim, keys[k]);
        if (at == NULL || !order->containers[i].essential)
            continue;
        scn_error(order->loader->complaints, at,
                  "container %s is essential, so the task ends with it; write `%s` into the `sim` "
                  "of the task definition, or set the container's `essential` to false",
                  name_of(order, i), keys[k]);
        refused = true;
    }
    return refused;
}

static void load_end(const struct order *order, const struct scn_value *value,
                     const struct scn_value *sim, uint32_t i)
{
    struct ecs_container *container = &order->containers[i];
    const struct scn_value *duration = scn_json_member(sim, "duration");
    const struct scn_value *code = scn_json_member(sim, "exitCode");
    bool awaited = is_awaited(order, i, true);
    container->duration = sim_dist_constant(0);
    if (refuse_essential(order, sim, i) || container->essential)
        return;
    container->exit_code = (int32_t)scn_get_integer(sim, "exitCode", 0);
    container->ends_early = awaited || duration != NULL;
    if (container->ends_early)
        order->definition->ordered = true;
    if (duration != NULL)
        scn_dist_read(order->loader->arena, duration, &container->duration,
                      order->loader->complaints);
    else if (awaited)
        scn_warning(order->loader->complaints, value,
                    "others wait until it has ended, and nothing says when: it ends at once; write "
                    "\"sim\": {\"containers\": {\"%s\": {\"duration\": \"10s\"}}} into the task "
                    "definition",
                    name_of(order, i));
    else if (code != NULL)
        scn_no_effect(order->loader->complaints, code, "without a duration it runs with the task");
}

/* Services look at the health of essential containers (DC-8); of tasks on their own nobody does
 * (HLT-06). */
static bool has_services(const struct scn_loader *loader)
{
    const struct scn_value *services = scn_list(loader, "services");
    const struct scn_value *changes = scn_list(loader, "changes");
    bool found = services != NULL && services->count > 0;
    for (const struct scn_value *change = changes != NULL ? changes->first : NULL;
         !found && change != NULL; change = change->next)
        found = scn_json_member(change, "CreateService") != NULL;
    return found;
}

static void load_health(const struct order *order, const struct scn_value *value,
                        const struct scn_value *sim, uint32_t i)
{
    struct ecs_container *container = &order->containers[i];
    const struct scn_value *check = scn_said(value, "healthCheck");
    const struct scn_value *after = scn_json_member(sim, "healthyAfter");
    container->healthy_after = sim_dist_constant(0);
    if (after != NULL)
        scn_dist_read(order->loader->arena, after, &container->healthy_after,
                      order->loader->complaints);
    if (check == NULL && after != NULL)
        scn_error(order->loader->complaints, after,
                  "container %s has no health check, so it is never healthy; give it a "
                  "`healthCheck`, or remove this",
                  name_of(order, i));
    if (check == NULL)
        return;
    if (!is_awaited(order, i, false) && !(container->essential && has_services(order->loader))) {
        scn_no_effect(order->loader->complaints, check,
                      "no container waits until it is healthy, and no service looks at it");
        return;
    }
    container->check_interval = scn_get_integer(check, "interval", 30) * SIM_SECOND;
    container->check_retries = scn_get_integer(check, "retries", 3);
    container->check_start_period = scn_get_integer(check, "startPeriod", 0) * SIM_SECOND;
}

void scn_load_container_order(struct scn_loader *loader, const struct scn_value *value,
                              struct ecs_task_definition *definition,
                              struct ecs_container *containers)
{
    struct order order = {loader, value, definition, containers};
    const struct scn_value *sims =
        scn_get(scn_get(value, "sim", SCN_OBJECT), "containers", SCN_OBJECT);
    const char *names[ECS_CONTAINERS_MAX];
    if (definition->container_count > ECS_CONTAINERS_MAX)
        return; /* that has been complained about (TDF-04) */
    for (uint32_t i = 0; i < definition->container_count; i++) {
        names[i] = name_of(&order, i);
        const struct scn_value *c = scn_task_container(value, names[i]);
        if (c != NULL)
            load_dependencies(&order, c, &containers[i]);
    }
    for (uint32_t i = 0; i < definition->container_count; i++) {
        const struct scn_value *c = scn_task_container(value, names[i]);
        const struct scn_value *sim = scn_get(sims, names[i], SCN_OBJECT);
        if (c == NULL)
            continue;
        load_end(&order, c, sim, i);
        load_health(&order, c, sim, i);
    }
    for (const struct scn_value *v = sims != NULL ? sims->first : NULL; v != NULL; v = v->next)
        if (v->key != NULL && find_container(&order, v->key) == ECS_NONE)
            scn_unknown_name(loader, v, "container of the task", v->key, names,
                             definition->container_count);
}
