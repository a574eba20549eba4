/* scn_load_network: subnets while a scenario is loaded. Private to scn_load*.c.
 *
 * scenario->subnets holds those of `network`, then those that groups and instances name besides:
 * these have the zone of who names them and no limits. What is not said of a subnet never limits:
 * a missing fact leaves a way open. */
#ifndef SCN_LOAD_NETWORK_H
#define SCN_LOAD_NETWORK_H

#include "scn_loader.h"

/* The object under network.subnets; NULL when the subnet is not listed. */
const struct scn_value *scn_subnet_facts(const struct scn_loader *loader, const char *subnet);
/* Who in such a subnet reaches ECS (REG-6). */
enum ecs_way scn_way_to_ecs(const struct scn_value *facts);

/* Index of a subnet by its id; ECS_NONE: nobody has named it yet. */
uint32_t scn_find_subnet(const struct scn_loader *loader, const char *name);
/* The same, added with this zone (a name) when it is new. */
uint32_t scn_use_subnet(struct scn_loader *loader, const char *name, uint32_t zone);

/* networkConfiguration of an item that asks for tasks, into request->placement. `required`: an
 * awsvpc definition needs one (ENI-20). */
void scn_load_task_network(struct scn_loader *loader, const struct scn_value *item, bool required,
                           struct ecs_request *request);
/* Whether some instance that the request may use could be where its subnets are (API-7). */
bool scn_subnets_are_served(const struct scn_loader *loader, const struct ecs_request *request,
                            bool any_provider);

#endif
