/* ecs_placing: what the files of placement ask of each other. Private to models/.
 *
 *   ecs_placement  demands, the chain of strategies, the choice
 *   ecs_index      answers the choice without looking at every instance
 *   ecs_filter     whether an instance can take a task, and if not why: the only judge; the index
 *                  and the explanation ask it instance by instance
 *   ecs_attribute  attributes; the filters that ask for them; memberOf
 *   ecs_network    subnets, network interfaces, trunks; the filter that asks for them
 *   ecs_tally      tasks of a group by the values of a dimension
 *   ecs_room       what a placed task takes and gives back
 *   ecs_victims    which task of a service a scale-in stops
 *   ecs_view       an instance and a task as strategies see them
 *   ecs_inspect    instances and their attributes for who asks between the steps of a run
 *   ecs_start      StartTask: the caller's choice
 *   ecs_explain    why not, and what would have helped
 *
 * A filter's answer for (demand, instance) may change only when somebody has said
 * ecs_index_touch(instance): its room, its tasks and their states, attributes, pool. What is true
 * of every instance at once (a tally of a zone, a subnet without addresses) is asked at the moment
 * of the choice. */
#ifndef ECS_PLACING_H
#define ECS_PLACING_H

#include "ecs_state.h"

/* ---- ecs_placement ---- */
/* What a rule of the demand's chain thinks of an instance: the lowest wins. */
int64_t ecs_place_score(const struct ecs_world *world, const struct ecs_demand *demand,
                        const struct ecs_placement_rule *rule, uint32_t slot);
/* Which of those that tie, in order of registration. */
uint32_t ecs_place_tie(const struct ecs_world *world, int64_t arrival, uint32_t attempt,
                       uint32_t ties);
/* Placement asks more of the task definition than the demand's shape says. */
bool ecs_demand_is_special(const struct ecs_world *world, const struct ecs_demand *demand);

/* ---- ecs_index ---- */
/* Something that a filter or a score looks at has changed on this instance. */
void ecs_index_touch(struct ecs_world *world, uint32_t slot);

/* ---- ecs_filter ---- */
/* The first reason, in the order of sheet 02, 6.4, why the demand does not fit; NONE: it fits. What
 * comes before, status and agent, is decided by the pool: it holds what is ACTIVE and connected,
 * and counts what is ACTIVE only. */
enum ecs_reason ecs_misfit(const struct ecs_world *world, const struct ecs_demand *demand,
                           uint32_t slot);
/* What an instance lacks that no choice of the caller's can do without: ecs_misfit but for
 * placement constraints. It is all that StartTask asks of an instance (SCH-7). */
enum ecs_reason ecs_lacks(const struct ecs_world *world, const struct ecs_demand *demand,
                          uint32_t slot);
/* The same without what is true of a whole location at once, the addresses of its subnets. */
enum ecs_reason ecs_misfit_alone(const struct ecs_world *world, const struct ecs_demand *demand,
                                 uint32_t slot);
/* Tasks of this demand on one empty instance of the provider's group (sheet 04, 1.3); 0: it never
 * fits. */
int64_t ecs_tasks_per_instance(const struct ecs_world *world, const struct ecs_demand *demand);

/* ---- ecs_view ---- */
struct place_view;
/* Made once for a world. */
struct place_context *ecs_context_new(const struct ecs_scenario *scenario);
/* The members of a view that the demand decides, and the scenario; then those of one instance. Only
 * same_group is left to the caller. */
void ecs_view_demand(const struct ecs_world *world, const struct ecs_demand *demand,
                     struct place_view *view);
void ecs_view_instance(const struct ecs_world *world, uint32_t slot, struct place_view *view);

/* ---- ecs_attribute ---- */
void ecs_attributes_begin(struct ecs_world *world);
void ecs_attributes_end(struct ecs_world *world); /* before the world is freed */
/* Something has changed that a query of the scenario may ask of the instance: what waits is asked
 * again. */
void ecs_attributes_news(struct ecs_world *world, uint32_t slot);
/* Calls `look` once with the registered instance as queries see it; the view lives that long. */
void ecs_attributes_look(const struct ecs_world *world, uint32_t slot,
                         void (*look)(void *user, const struct ecs_query_view *view), void *user);
/* Every attribute that the instance of such a view has, each name once. */
void ecs_attributes_each(const struct ecs_world *world, uint32_t slot,
                         const struct ecs_query_view *view,
                         void (*each)(void *user, const char *name, const char *value), void *user);
/* Whether an instance that the group would launch now could take the task as far as attributes and
 * queries go (sheet 04, 1.3). */
bool ecs_attributes_may_suit(const struct ecs_world *world, const struct ecs_demand *demand,
                             uint32_t asg);
/* By what does not change while the instance's attributes stay: operating system, agent version,
 * attributes that the task definition requires. */
enum ecs_reason ecs_misfit_static(const struct ecs_world *world, const struct ecs_demand *demand,
                                  uint32_t slot);
/* memberOf of the task definition and of the request (CO-10). */
enum ecs_reason ecs_misfit_query(const struct ecs_world *world, const struct ecs_demand *demand,
                                 uint32_t slot);

/* ---- ecs_network ---- */
/* LOCATION (API-7), or the subnets' VPC is not the instance's (ENI-9). */
enum ecs_reason ecs_misfit_network(const struct ecs_world *world, const struct ecs_demand *demand,
                                   uint32_t slot);
/* Whether the demand's subnets may ever run out of addresses; and whether those that the instance
 * could use have at this moment: the one filter that is true of all instances of a location. */
bool ecs_network_is_limited(const struct ecs_world *world, const struct ecs_demand *demand);
enum ecs_reason ecs_misfit_address(const struct ecs_world *world, const struct ecs_demand *demand,
                                   uint32_t slot);
uint64_t ecs_network_location(const struct ecs_world *world, uint32_t slot);
/* No subnet of the demand's has an address: more instances would not help. */
bool ecs_network_is_exhausted(const struct ecs_world *world, const struct ecs_demand *demand);
/* The n-th subnet (from 0) that the group launches into in a zone; ECS_NONE: no more. */
uint32_t ecs_network_place(const struct ecs_world *world, uint32_t asg, uint32_t zone, uint32_t n);
/* Whether an instance that the group would launch now may be where the demand's subnets are. */
bool ecs_network_may_suit(const struct ecs_world *world, const struct ecs_demand *demand,
                          uint32_t asg);

/* ---- ecs_tally ---- */
void ecs_tallies_begin(struct ecs_world *world);
/* Place of a dimension that some rule counts by in world->dimensions. */
uint32_t ecs_dimension_index(const struct ecs_world *world, uint32_t dimension);
/* The tally of (group, dimension); NULL while the group has no task. */
const struct ecs_tally *ecs_tally_find(const struct ecs_world *world, uint32_t group,
                                       uint32_t dimension);
/* Tasks that a tally counts with the same value as the instance. */
int64_t ecs_tallied(const struct ecs_world *world, const struct ecs_tally *tally,
                    uint32_t dimension_at, uint32_t slot);
void ecs_tally_count(struct ecs_world *world, uint32_t group, uint32_t slot, int32_t change);

#endif
