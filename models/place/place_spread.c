/* ST-8 to ST-10: even over the values of a dimension: the value with the fewest tasks of the same
 * group wins. Values with no feasible instance are not candidates (AT-PL7: best effort). */
#include "place.h"

extern const struct place_strategy place_spread;

static int64_t score(const struct place_view *view, uint32_t dimension)
{
    (void)dimension;
    return view->same_group;
}

/* ST-14, SV-R4: where most of the service's tasks are, so that the best spread remains. */
static int64_t stop(const struct place_view *view, uint32_t dimension)
{
    (void)dimension;
    return -view->same_group;
}

const struct place_strategy place_spread = {
    .name = "spread",
    .help = "fewest tasks of the same group per instanceId, host or attribute:<name> (ST-8)",
    .field = PLACE_FIELD_DIMENSION,
    .score = score,
    .stop = stop,
};
