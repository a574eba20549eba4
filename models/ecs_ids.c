#include "ecs_ids.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#define DIGITS 32

/* What every ARN begins with. */
#define PREFIX "arn:aws:ecs:%s:" ECS_ACCOUNT ":"

static const char *cluster_of(const struct ecs_scenario *scenario)
{
    return scenario->cluster != NULL ? scenario->cluster : "default";
}

size_t ecs_id_text(char *out, size_t size, int64_t serial, bool long_format)
{
    char digits[DIGITS + 1];
    assert(serial >= 0);
    snprintf(digits, sizeof digits, "%0*" PRId64, DIGITS, serial);
    if (long_format)
        return (size_t)snprintf(out, size, "%s", digits);
    return (size_t)snprintf(out, size, "%.8s-%.4s-%.4s-%.4s-%.12s", digits, digits + 8, digits + 12,
                            digits + 16, digits + 20);
}

size_t ecs_ec2_id_text(char *out, size_t size, int64_t serial)
{
    assert(serial >= 0);
    return (size_t)snprintf(out, size, "i-%017" PRId64, serial);
}

/* kind/name, or kind/cluster/name. */
static size_t arn(char *out, size_t size, const struct ecs_scenario *scenario, const char *kind,
                  const char *name, bool long_format)
{
    const char *cluster = long_format ? cluster_of(scenario) : "";
    return (size_t)snprintf(out, size, PREFIX "%s/%s%s%s", scenario->region, kind, cluster,
                            long_format ? "/" : "", name);
}

size_t ecs_resource_arn(char *out, size_t size, const struct ecs_scenario *scenario,
                        enum ecs_resource resource, int64_t serial, bool long_format)
{
    static const char *const kinds[ECS_RESOURCES] = {"task", "container-instance"};
    char id[ECS_ID_SIZE];
    ecs_id_text(id, sizeof id, serial, long_format);
    return arn(out, size, scenario, kinds[resource], id, long_format);
}

size_t ecs_service_arn(char *out, size_t size, const struct ecs_scenario *scenario,
                       const char *name, bool long_format)
{
    return arn(out, size, scenario, "service", name, long_format);
}

size_t ecs_cluster_arn(char *out, size_t size, const struct ecs_scenario *scenario)
{
    return arn(out, size, scenario, "cluster", cluster_of(scenario), false);
}

size_t ecs_definition_arn(char *out, size_t size, const struct ecs_scenario *scenario,
                          uint32_t definition)
{
    const struct ecs_task_definition *which = &scenario->task_definitions[definition];
    return (size_t)snprintf(out, size, PREFIX "task-definition/%s:%" PRIu32, scenario->region,
                            which->family, which->revision);
}
