/* ST-5: the valid instance with the least remaining amount of the field; the task is the same for
 * all candidates, so before or after it makes no difference to the order. */
#include "place.h"

extern const struct place_strategy place_binpack;

static int64_t score(const struct place_view *view, uint32_t dimension)
{
    return dimension == 0 ? view->free_cpu_units : view->free_memory_mib;
}

/* ST-13: whose instance has most left afterwards. */
static int64_t stop(const struct place_view *view, uint32_t dimension)
{
    return -score(view, dimension);
}

const struct place_strategy place_binpack = {
    .name = "binpack",
    .help = "least remaining cpu or memory, so that the fewest instances are in use (ST-5)",
    .field = PLACE_FIELD_RESOURCE,
    .by_free = true, /* goes when the score changes */
    .score = score,
    .stop = stop,
};
