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
 *   1. write models/place/place_<name>.c with one const struct place_strategy (CONTRIBUTING.md has
 *      a whole one, which the tests compile);
 *   2. add its line to place_strategies[] in place.c;
 *   3. add a paragraph to models/FIDELITY.md (is it ECS's or an experiment?);
 *   4. add a scenario that uses it; the conformance test finds it by the list. */
#ifndef PLACE_H
#define PLACE_H

#include "ecs_scenario.h"

/* What is the same for all scores of a run. The greatest amounts that an instance type of the
 * scenario has, at least 1, so that amounts can be compared as shares of it; and kinds of task to
 * expect, with the sum of their counts (none unless a strategy of the scenario needs them). */
struct place_context {
    int64_t cpu_units_max, memory_mib_max, gpu_milli_max;
    const struct ecs_typical *typical;
    uint32_t typical_count;
    int64_t typical_total;
};

/* A GPU of an instance. Its id is its place among them (GPU-03). */
struct place_gpu {
    uint16_t free_milli;
    uint16_t whole; /* GPUs of the task that holds it wholly; 0: it is free or shared */
};

/* What a score may look at: one instance as seen by one task. */
struct place_view {
    int64_t free_cpu_units, free_memory_mib, free_gpus; /* before the task */
    int64_t cpu_units, memory_mib, gpus;                /* of the task */
    /* GPUs one by one, for strategies that place shares of them (beyond ECS). */
    const struct place_gpu *gpu;
    uint32_t gpu_count;
    uint64_t gpu_model;  /* the instance's, as a bit; 0: unknown */
    int64_t gpu_milli;   /* of the task, of each of its GPUs; ECS_GPU_MILLI: whole ones */
    uint64_t gpu_models; /* that the task accepts; 0: any */
    const struct place_context *context;
    int64_t rank;       /* the instance's in an order drawn once a run */
    int64_t same_group; /* tasks of the task's group that share the rule's dimension value with
                           this instance (ST-10); only filled for PLACE_FIELD_DIMENSION rules */
};

enum place_field {
    PLACE_FIELD_NONE,      /* `field` has no meaning (random) */
    PLACE_FIELD_RESOURCE,  /* cpu or memory (binpack) */
    PLACE_FIELD_DIMENSION, /* instanceId, host or attribute:<name> (spread) */
    PLACE_FIELD_WEIGHTS,   /* e.g. "cpu=0.5,gpu=0.5"; `dimension` is PLACE_WEIGHTS (bestFit) */
};

/* Weights in thousandths, packed as the `dimension` of a rule. */
#define PLACE_WEIGHTS(cpu, memory, gpu)                                                            \
    ((uint32_t)(cpu) | (uint32_t)(memory) << 10 | (uint32_t)(gpu) << 20)
#define PLACE_WEIGHT_CPU(weights)    ((weights)&1023u)
#define PLACE_WEIGHT_MEMORY(weights) ((weights) >> 10 & 1023u)
#define PLACE_WEIGHT_GPU(weights)    ((weights) >> 20 & 1023u)
#define PLACE_WEIGHTS_DEFAULT        PLACE_WEIGHTS(500, 0, 500)

struct place_strategy {
    const char *name; /* as in placementStrategy[].type */
    const char *help;
    enum place_field field;
    bool beyond_ecs; /* an experiment, not something ECS offers */
    bool by_free;    /* the score is what is free of the field, and that of cpu or memory, whatever
                        the task: ecs_index counts on it, and stops the run when it is not so */
    /* Lower is better. `dimension` as in struct ecs_placement_rule. */
    int64_t (*score)(const struct place_view *view, uint32_t dimension);
    /* Scale-in (ST-13, ST-14): of the tasks of a service one with the lowest goes first. The view
     * is of its instance once the task has gone; same_group counts the service's tasks with the
     * same value while it is there. NULL: no opinion. */
    int64_t (*stop)(const struct place_view *view, uint32_t dimension);
    bool needs_typical; /* reads context->typical */
    /* Which of the instance's GPUs with enough free the task takes a share of; those in `taken`, a
     * bit each, it has already. draw: 64 random bits, by decision. NULL: place_gpu_fullest. Whole
     * GPUs are not chosen: they are the first free ones. */
    uint32_t (*choose_gpu)(const struct place_view *view, uint32_t taken, uint64_t draw);
};

/* The sufficient GPU with the least free, the first on a tie; ECS_GPUS_MAX: there is none. */
uint32_t place_gpu_fullest(const struct place_view *view, uint32_t taken);
/* Whether the task may take a share of GPU i besides those in `taken`. */
static inline bool place_gpu_suffices(const struct place_view *view, uint32_t taken, uint32_t i)
{
    return (taken >> i & 1) == 0 && view->gpu[i].free_milli >= view->gpu_milli;
}
/* Free on all GPUs of the instance together; asked for by the task. */
int64_t place_gpu_free(const struct place_view *view);
static inline int64_t place_gpu_asked(const struct place_view *view)
{
    return view->gpus * view->gpu_milli;
}

extern const struct place_strategy *const place_strategies[]; /* ends with NULL */
extern const uint32_t place_strategy_count;

/* Index into place_strategies, or ECS_NONE. Case matters, as in the API. */
uint32_t place_strategy_find(const char *name);

#endif
