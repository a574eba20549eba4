/* Dot product, an experiment: the instance whose free amounts are least aligned with what the task
 * asks for, both as shares of the most that any instance type has (sheet 05):
 *
 *   score = floor(100 (1 - (cpu free x cpu asked + GPU free x GPU asked) / 2))
 *
 * GPUs of an instance count as one amount. Exact in integers. */
#include "place.h"

extern const struct place_strategy place_dotprod;

static int64_t score(const struct place_view *view, uint32_t dimension)
{
    (void)dimension;
    __int128 cpu = (__int128)view->context->cpu_units_max * view->context->cpu_units_max;
    __int128 gpu = (__int128)view->context->gpu_milli_max * view->context->gpu_milli_max;
    __int128 product = (__int128)view->free_cpu_units * view->cpu_units * gpu +
                       (__int128)place_gpu_free(view) * place_gpu_asked(view) * cpu;
    __int128 whole = 2 * cpu * gpu;
    return -(int64_t)(100 * (whole - product) / whole);
}

const struct place_strategy place_dotprod = {
    .name = "dotProduct",
    .help = "least product of what is free and what is asked, over CPU and GPU, in hundredths",
    .field = PLACE_FIELD_NONE,
    .beyond_ecs = true,
    .score = score,
};
