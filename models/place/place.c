#include "place.h"

#include <string.h>

extern const struct place_strategy place_random;
extern const struct place_strategy place_spread;
extern const struct place_strategy place_binpack;
extern const struct place_strategy place_bestfit;
extern const struct place_strategy place_dotprod;
extern const struct place_strategy place_gpu_packing;
extern const struct place_strategy place_gpu_clustering;
extern const struct place_strategy place_fgd;
extern const struct place_strategy place_permutation;

/* The order is part of nothing: chains hold indexes only while a program runs. */
/* clang-format off */
const struct place_strategy *const place_strategies[] = {
    &place_binpack,
    &place_random,
    &place_spread,
    &place_bestfit,
    &place_dotprod,
    &place_gpu_packing,
    &place_gpu_clustering,
    &place_fgd,
    &place_permutation,
    NULL,
};
/* clang-format on */

const uint32_t place_strategy_count = sizeof place_strategies / sizeof place_strategies[0] - 1;

uint32_t place_strategy_find(const char *name)
{
    for (uint32_t i = 0; i < place_strategy_count; i++)
        if (strcmp(place_strategies[i]->name, name) == 0)
            return i;
    return ECS_NONE;
}

uint32_t place_gpu_fullest(const struct place_view *view, uint32_t taken)
{
    uint32_t best = ECS_GPUS_MAX;
    for (uint32_t i = 0; i < view->gpu_count; i++)
        if (place_gpu_suffices(view, taken, i) &&
            (best == ECS_GPUS_MAX || view->gpu[i].free_milli < view->gpu[best].free_milli))
            best = i;
    return best;
}

int64_t place_gpu_free(const struct place_view *view)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < view->gpu_count; i++)
        sum += view->gpu[i].free_milli;
    return sum;
}
