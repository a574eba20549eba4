/* Best fit on a weighted vector, an experiment: the instance with the least left over, each
 * resource as a share of the most that any instance type has:
 *
 *   score = floor(100 (1 - sum of weight x left / most)), left after the task
 *
 * Default weights: half CPU, half GPU; memory filters only (sheet 05). Scores are coarse by design,
 * so ties are common. Exact in integers. */
#include "place.h"

extern const struct place_strategy place_bestfit;

struct share {
    int64_t weight, left, most;
};

static int64_t score(const struct place_view *view, uint32_t weights)
{
    const struct place_context *context = view->context;
    const struct share shares[] = {
        {PLACE_WEIGHT_CPU(weights), view->free_cpu_units - view->cpu_units, context->cpu_units_max},
        {PLACE_WEIGHT_MEMORY(weights), view->free_memory_mib - view->memory_mib,
         context->memory_mib_max},
        {PLACE_WEIGHT_GPU(weights), place_gpu_free(view) - place_gpu_asked(view),
         context->gpu_milli_max},
    };
    __int128 most = 1, left = 0;
    int64_t weight = 0;
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        if (shares[i].weight == 0)
            continue;
        left = left * shares[i].most + most * shares[i].weight * shares[i].left;
        most *= shares[i].most;
        weight += shares[i].weight;
    }
    __int128 whole = most * weight;
    return weight == 0 ? 0 : -(int64_t)(100 * (whole - left) / whole);
}

const struct place_strategy place_bestfit = {
    .name = "bestFit",
    .help = "least left over of the weighted resources, in hundredths",
    .field = PLACE_FIELD_WEIGHTS,
    .beyond_ecs = true,
    .score = score,
};
