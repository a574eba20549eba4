/* ecs_split: which provider of a strategy gets the next task.
 *
 * `base` is filled first; what follows goes by weight: the next task goes to the largest deficit
 * w_i / W * R - have_i, where R counts the weighted tasks including this one and have_i those that
 * provider i has, ties by list order (sheet 04, ruling 5). Largest remainder on the totals is the
 * other rule (CPS-15) and differs from three providers on. All in integers.
 *
 * The population is one RunTask call, or a whole workload item under splitScope: stream. */
#ifndef ECS_SPLIT_H
#define ECS_SPLIT_H

#include "ecs_scenario.h"

/* Tasks given so far in one population. Zero it to begin. */
struct ecs_population {
    int64_t based; /* of the base */
    int64_t weighted[ECS_STRATEGY_ITEMS];
    int64_t weighted_total;
};

/* Index of the item that gets the next task, counted in the population; ECS_NONE when every weight
 * is 0 and the base is used up (CPS-19). */
uint32_t ecs_split_next(const struct ecs_strategy *strategy, struct ecs_population *population,
                        enum ecs_split_rule rule);

#endif
