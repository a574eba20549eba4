/* ecs_inspect: the container instances of a world, as DescribeContainerInstances lists them.
 *
 * Asked between the steps of a run (ecs_world_advance): what is registered with the cluster at that
 * moment, ACTIVE or DRAINING, whatever its agent does; INACTIVE instances are not listed. They come
 * in the order of their serial numbers, which is that of their launches. A query of the cluster
 * query language selects among them, by the code that memberOf is judged by.
 *
 * Texts belong to the scenario, or to the row for as long as the callback runs. Nothing in the
 * world changes. Cost: a pass over all instances, and over the tasks of those selected. */
#ifndef ECS_INSPECT_H
#define ECS_INSPECT_H

#include "ecs_world.h"

struct ecs_instance_attribute {
    const char *name, *value; /* value "": without one */
};

struct ecs_container_instance {
    int64_t serial; /* its ids: ecs_ids.h */
    bool long_arn;  /* ACC-05 */
    const char *type, *zone;
    const char *asg, *provider; /* NULL: none */
    bool draining;
    bool agent_connected;
    int64_t agent_version; /* 1.40.0 is 1040000; ECS_AGENT_NEWEST: nothing names it */
    int64_t registered_at; /* seconds since 1970-01-01T00:00:00Z */
    int64_t running_tasks, pending_tasks;
    const char *const *groups; /* of its tasks that are not STOPPED, each once, sorted */
    uint32_t group_count;
    const struct ecs_instance_attribute *attributes; /* sorted by name */
    uint32_t attribute_count;
};

struct ecs_inspection {
    uint32_t registered, selected;
};

typedef void ecs_inspect_row(void *user, const struct ecs_container_instance *instance);

/* Calls row(user, ...) for each that the query selects; NULL selects all. */
struct ecs_inspection ecs_inspect(const struct ecs_world *world, const struct ecs_query *query,
                                  ecs_inspect_row *row, void *user);

#endif
