/* One order of all instances, drawn once a run: an experiment, for the end of a chain. Where
 * schedulers break ties by a list that they keep in memory, the same instance wins each time; ECS's
 * ties are drawn anew for each task (sheet 03, section 29). */
#include "place.h"

extern const struct place_strategy place_permutation;

static int64_t score(const struct place_view *view, uint32_t dimension)
{
    (void)dimension;
    return view->rank;
}

const struct place_strategy place_permutation = {
    .name = "permutation",
    .help = "the first in an order of the instances that is drawn once a run",
    .field = PLACE_FIELD_NONE,
    .beyond_ecs = true,
    .score = score,
};
