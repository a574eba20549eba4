/* place: how one of the feasible instances is chosen.
 *
 * Placement runs in the order of PL-3: filter by resources, filter by constraints, apply the
 * strategies, select. The filters decide what is legal (ecs_placement.c); a member of this family
 * only says which of the legal instances it likes best, by a score: the lowest wins. A chain of
 * rules narrows step by step: each later rule chooses inside the group that the earlier ones left
 * (ST-11). What still ties is broken with one keyed uniform u: candidate floor(u * n) in
 * registration order (behaviour.placementTie), so that an index needs only count and select.
 *
 * To add a strategy:
 *   1. write models/place/place_<name>.c with one const struct place_strategy;
 *   2. add its line to place_strategies[] in place.c;
 *   3. add a paragraph to models/FIDELITY.md (is it ECS's or an experiment?);
 *   4. add a scenario that uses it; the conformance test finds it by the list. */
#ifndef PLACE_H
#define PLACE_H

#include "ecs_scenario.h"

/* What a score may look at: one instance as seen by one task. */
struct place_view {
    int64_t free_cpu_units, free_memory_mib, free_gpus; /* before the task */
    int64_t cpu_units, memory_mib, gpus;                /* of the task */
    int64_t same_group; /* tasks of the task's group that share the rule's dimension value with
                           this instance (ST-10); only filled for PLACE_FIELD_DIMENSION rules */
};

enum place_field {
    PLACE_FIELD_NONE,      /* `field` has no meaning (random) */
    PLACE_FIELD_RESOURCE,  /* cpu or memory (binpack) */
    PLACE_FIELD_DIMENSION, /* instanceId, host or attribute:<name> (spread) */
};

struct place_strategy {
    const char *name; /* as in placementStrategy[].type */
    const char *help;
    enum place_field field;
    bool beyond_ecs; /* an experiment, not something ECS offers */
    /* Lower is better. `dimension` as in struct ecs_placement_rule. */
    int64_t (*score)(const struct place_view *view, uint32_t dimension);
};

extern const struct place_strategy *const place_strategies[]; /* ends with NULL */
extern const uint32_t place_strategy_count;

/* Index into place_strategies, or ECS_NONE. Case matters, as in the API. */
uint32_t place_strategy_find(const char *name);

#endif
