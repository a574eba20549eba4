/* ecs_victims: which task of a service stops when it has too many (SV-R4, ST-13 to ST-17), and the
 * chain of strategies of a service that names none (SV-R3).
 *
 * The chain narrows the service's tasks rule by rule, as it narrows instances when it places: each
 * later rule chooses among those that the earlier ones left.
 *
 *   binpack  the task whose instance has most left of the field once it has gone (ST-13); tasks
 *            that tie at the end of the chain: most left of the other resource (ST-17)
 *   spread   by `behaviour.spreadScaleIn`. newest (to 2020-07): a task on the value of the field
 *            that has most of the service's tasks; of those that tie at the end of the chain the
 *            newest (ST-14). zone (from 2020-08): a task in the zone that has most, whatever the
 *            field is; within it nothing is preferred
 *   random   any (ST-15)
 *   none     a task in the zone with most of the service's tasks, there on the instance with most
 *
 * An experiment without an opinion (`stop` of struct place_strategy) prefers none. What still ties
 * is broken with one keyed uniform by (service, stop n), in the order in which tasks are given.
 *
 * Cost: O(tasks) a choice and rule, with no books kept. The services' tasks are counted as they are
 * given: placed ones, PENDING as well as RUNNING (sheet 03, section 29, 23). Private to models/. */
#ifndef ECS_VICTIMS_H
#define ECS_VICTIMS_H

#include "ecs_placing.h"

/* One of `count` >= 1 tasks (slots, each on an instance, oldest first). `placement`: as the service
 * was created, without rules when it named no strategy. */
uint32_t ecs_victim_choose(const struct ecs_world *world, const struct ecs_placement *placement,
                           const uint32_t *tasks, uint32_t count, uint64_t service,
                           uint64_t stop_n);

#endif
