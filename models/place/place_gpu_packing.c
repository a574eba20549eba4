/* GPU packing, an experiment: GPUs that are in use first, then free GPUs of instances that are in
 * use, then idle instances, the smallest of them (sheet 05). With more points for better:
 *
 *   an idle instance of n GPUs            max(33 - n, n)
 *   else k of the GPUs taken are idle     max(50 - k, 33)
 *   else, by their free hundredths        max(100 - floor(sum / 10), 50)
 *
 * A task without GPUs likes all instances the same. */
#include "place.h"

extern const struct place_strategy place_gpu_packing;

static int64_t at_least(int64_t least, int64_t value)
{
    return value > least ? value : least;
}

static int64_t points(const struct place_view *view)
{
    int64_t idle = 0, picked_idle = 0, picked_milli = 0;
    uint32_t picked = 0;
    for (uint32_t i = 0; i < view->gpu_count; i++)
        idle += view->gpu[i].free_milli == ECS_GPU_MILLI;
    if (view->gpus == 0)
        return 0;
    if (idle == view->gpu_count)
        return at_least(idle, 33 - idle);
    for (int64_t i = 0; i < view->gpus; i++) {
        uint32_t gpu = place_gpu_fullest(view, picked);
        if (gpu == ECS_GPUS_MAX)
            break;
        picked |= UINT32_C(1) << gpu;
        picked_idle += view->gpu[gpu].free_milli == ECS_GPU_MILLI;
        picked_milli += view->gpu[gpu].free_milli;
    }
    return picked_idle > 0 ? at_least(33, 50 - picked_idle)
                           : at_least(50, 100 - picked_milli / 100);
}

static int64_t score(const struct place_view *view, uint32_t dimension)
{
    (void)dimension;
    return -points(view);
}

const struct place_strategy place_gpu_packing = {
    .name = "gpuPacking",
    .help = "GPUs in use before idle ones, those of instances in use before others",
    .field = PLACE_FIELD_NONE,
    .beyond_ecs = true,
    .score = score,
};
