#include "place.h"

#include <string.h>

extern const struct place_strategy place_random;
extern const struct place_strategy place_spread;
extern const struct place_strategy place_binpack;

/* The order is part of nothing: chains hold indexes only while a program runs. */
const struct place_strategy *const place_strategies[] = {
    &place_binpack,
    &place_random,
    &place_spread,
    NULL,
};

const uint32_t place_strategy_count = sizeof place_strategies / sizeof place_strategies[0] - 1;

uint32_t place_strategy_find(const char *name)
{
    for (uint32_t i = 0; i < place_strategy_count; i++)
        if (strcmp(place_strategies[i]->name, name) == 0)
            return i;
    return ECS_NONE;
}
