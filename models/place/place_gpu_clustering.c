/* GPU clustering, an experiment: tasks of one kind together, so that instances do not mix tasks
 * that share a GPU with tasks of one, two, four ... whole ones (sheet 05). With more points for
 * better: 75 where the instance holds tasks of this kind only, 50 of this kind and others, 25 none
 * that has a GPU, 0 of other kinds only; and to 25 more, the fuller its GPUs are. A task without
 * GPUs likes all instances the same. */
#include "place.h"

extern const struct place_strategy place_gpu_clustering;

static int64_t points(const struct place_view *view)
{
    int64_t kind = view->gpu_milli < ECS_GPU_MILLI ? 0 : view->gpus; /* 0: shares a GPU */
    int64_t most = view->context->gpu_milli_max;
    bool same = false, other = false;
    if (view->gpus == 0)
        return 0;
    for (uint32_t i = 0; i < view->gpu_count; i++) {
        if (view->gpu[i].free_milli == ECS_GPU_MILLI)
            continue;
        same |= view->gpu[i].whole == kind;
        other |= view->gpu[i].whole != kind;
    }
    return (same ? (other ? 50 : 75) : (other ? 0 : 25)) +
           25 * (most - place_gpu_free(view)) / most;
}

static int64_t score(const struct place_view *view, uint32_t dimension)
{
    (void)dimension;
    return -points(view);
}

const struct place_strategy place_gpu_clustering = {
    .name = "gpuClustering",
    .help = "instances whose tasks hold as many GPUs each, or share them, as this one",
    .field = PLACE_FIELD_NONE,
    .beyond_ecs = true,
    .score = score,
};
