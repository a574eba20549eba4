/* ST-7: uniform over the valid instances. Every instance scores the same, and the tie-break, which
 * is uniform, does the rest. */
#include "place.h"

extern const struct place_strategy place_random;

static int64_t score(const struct place_view *view, uint32_t dimension)
{
    (void)view;
    (void)dimension;
    return 0;
}

/* Uniform over the sufficient ones too, where GPUs are shared (beyond ECS). */
static uint32_t choose_gpu(const struct place_view *view, uint32_t taken, uint64_t draw)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->gpu_count; i++)
        count += place_gpu_suffices(view, taken, i);
    if (count == 0)
        return ECS_GPUS_MAX;
    uint32_t skip = (uint32_t)((unsigned __int128)draw * count >> 64), i = 0;
    while (!place_gpu_suffices(view, taken, i) || skip-- > 0)
        i++;
    return i;
}

const struct place_strategy place_random = {
    .name = "random",
    .help = "uniform choice among the instances that fit (ST-7)",
    .field = PLACE_FIELD_NONE,
    .score = score,
    .choose_gpu = choose_gpu,
};
