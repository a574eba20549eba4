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

const struct place_strategy place_random = {
    .name = "random",
    .help = "uniform choice among the instances that fit (ST-7)",
    .field = PLACE_FIELD_NONE,
    .score = score,
};
