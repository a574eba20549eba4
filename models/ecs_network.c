/* Subnets, elastic network interfaces and trunks of instances (ENI), and the filter that asks for
 * them. */
#include "ecs_placing.h"

enum ecs_reason ecs_misfit_network(const struct ecs_world *world, const struct ecs_demand *demand,
                                   uint32_t slot)
{
    (void)world;
    (void)demand;
    (void)slot;
    return ECS_REASON_NONE;
}
