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
 *   ecs_explain    why not: which step ruled out how many instances
 *   ecs_hint       what would have helped
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
/* What demands of one shape (struct ecs_shape) agree in. */
#define ECS_SHAPE_WORDS 11
void ecs_demand_shape_key(const struct ecs_world *world, const struct ecs_demand *demand,
                          uint64_t key[ECS_SHAPE_WORDS]);
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
/* ecs_misfit without what is true of a whole location at once, the addresses of its subnets. */
enum ecs_reason ecs_misfit_alone(const struct ecs_world *world, const struct ecs_demand *demand,
                                 uint32_t slot);
/* What an instance lacks that no choice of the caller's can do without: ecs_misfit but for
 * placement constraints. It is all that StartTask asks of an instance (SCH-7). */
enum ecs_reason ecs_lacks(const struct ecs_world *world, const struct ecs_demand *demand,
                          uint32_t slot);
/* What if it were not for these: ecs_misfit without the steps that give the reasons, a bit each.
 * Pardoned are ATTRIBUTE, LOCATION, NO_ADDRESS, RESOURCE:PORTS, RESOURCE:ENI, distinctInstance and
 * memberOf; amounts are asked with another demand. */
#define ECS_PARDON(reason) (UINT64_C(1) << (reason))
_Static_assert(ECS_REASONS <= 64, "a bit each");
enum ecs_reason ecs_misfit_but(const struct ecs_world *world, const struct ecs_demand *demand,
                               uint32_t slot, uint64_t pardons);
/* Host ports of the demand that are taken on the instance; the first of them. */
uint32_t ecs_ports_taken(const struct ecs_world *world, const struct ecs_demand *demand,
                         uint32_t slot, uint32_t *first);
/* GPUs of the instance that the demand could have. */
int64_t ecs_gpus_sufficient(const struct ecs_world *world, const struct ecs_demand *demand,
                            uint32_t slot);
/* Tasks of this demand on one empty instance of a spec, but for attributes and queries. */
int64_t ecs_tasks_on_empty(const struct ecs_world *world, const struct ecs_demand *demand,
                           uint32_t spec);
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
/* ... whether one of this spec, in this place. */
bool ecs_attributes_would_suit(const struct ecs_world *world, const struct ecs_demand *demand,
                               uint32_t spec, const struct ecs_zone *place);
/* Attributes that the task definition requires and the instance does not have; the name of the
 * first; 0: none. */
uint32_t ecs_missing_attributes(const struct ecs_world *world, const struct ecs_demand *demand,
                                uint32_t slot, uint32_t *first);
/* memberOf constraints that do not select the instance, up to `most`; the first of them. */
uint32_t ecs_failing_queries(const struct ecs_world *world, const struct ecs_demand *demand,
                             uint32_t slot, uint32_t most, const struct ecs_query **first);
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

/* Whether an instance of the spec launched in this place could take its own address and its
 * trunk's, and the demand then have one. */
bool ecs_network_would_suit(const struct ecs_world *world, const struct ecs_demand *demand,
                            uint32_t spec, const struct ecs_zone *place);
/* Whether the instance could have had a trunk, which takes an address of its own, and the demand
 * one besides. */
bool ecs_network_has_for_trunk(const struct ecs_world *world, const struct ecs_demand *demand,
                               uint32_t slot);
/* The name of the first of the demand's subnets that the instance could carry an interface of; 0:
 * of none. */
uint32_t ecs_network_wanted(const struct ecs_world *world, const struct ecs_demand *demand,
                            uint32_t slot);
/* The n-th place (from 0) of a group's zone, with its subnet and VPC; false: no more. */
bool ecs_network_next_place(const struct ecs_world *world, uint32_t asg, uint32_t zone, uint32_t n,
                            struct ecs_zone *place);

/* ---- ecs_explain ---- */
/* Before a run: explanations of another one are forgotten. */
void ecs_explain_begin(struct ecs_world *world);

/* ---- ecs_hint ---- */
/* A change that would have placed a task: see enum ecs_hint. */
struct ecs_relief {
    enum ecs_hint kind;
    int64_t amount;
    int64_t subject;  /* by kind */
    uint32_t zone;    /* name; 0: none */
    int64_t instance; /* serial number of the one that would take it; 0: none yet */
};
/* Whether lifting this reason alone would place the demand on the instance, by a smaller change
 * than `best`, which it then becomes. only_named: as StartTask asks, without placement constraints.
 */
void ecs_hint_consider(const struct ecs_world *world, const struct ecs_demand *demand,
                       uint32_t slot, enum ecs_reason reason, bool only_named,
                       struct ecs_relief *best);
/* One more instance of a kind that the scenario has, when an empty one would take the task: the
 * least dear, then the first of the groups. */
struct ecs_relief ecs_hint_one_more(const struct ecs_world *world, const struct ecs_demand *demand);

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
