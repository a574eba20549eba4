#include "ecs_split.h"

static int64_t weight_sum(const struct ecs_strategy *strategy)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < strategy->count; i++)
        sum += strategy->items[i].weight;
    return sum;
}

/* Share of `total` tasks that item `index` gets by largest remainder, ties to the earlier item. */
static int64_t remainder_share(const struct ecs_strategy *strategy, uint32_t index, int64_t total,
                               int64_t sum)
{
    int64_t floors = 0;
    for (uint32_t i = 0; i < strategy->count; i++)
        floors += strategy->items[i].weight * total / sum;
    int64_t mine = strategy->items[index].weight * total;
    uint32_t ahead = 0; /* items that get a leftover before this one */
    for (uint32_t i = 0; i < strategy->count; i++) {
        int64_t other = strategy->items[i].weight * total % sum;
        if (other > mine % sum || (other == mine % sum && i < index))
            ahead++;
    }
    return mine / sum + (ahead < total - floors ? 1 : 0);
}

/* Largest remainder is a rule on totals: the next task goes where the totals for one task more
 * exceed what is there (the first such item; totals may also ask to move tasks, which cannot be).
 */
static uint32_t next_by_remainder(const struct ecs_strategy *strategy,
                                  const struct ecs_population *population, int64_t sum)
{
    for (uint32_t i = 0; i < strategy->count; i++) {
        int64_t share = remainder_share(strategy, i, population->weighted_total + 1, sum);
        if (share > population->weighted[i])
            return i;
    }
    return ECS_NONE;
}

static uint32_t next_by_deficit(const struct ecs_strategy *strategy,
                                const struct ecs_population *population, int64_t sum)
{
    uint32_t best = ECS_NONE;
    int64_t best_deficit = 0;
    for (uint32_t i = 0; i < strategy->count; i++) {
        int64_t weight = strategy->items[i].weight;
        if (weight == 0)
            continue;
        int64_t deficit = weight * (population->weighted_total + 1) - population->weighted[i] * sum;
        if (best == ECS_NONE || deficit > best_deficit) {
            best = i;
            best_deficit = deficit;
        }
    }
    return best;
}

uint32_t ecs_split_next(const struct ecs_strategy *strategy, struct ecs_population *population,
                        enum ecs_split_rule rule)
{
    for (uint32_t i = 0; i < strategy->count; i++) {
        if (strategy->items[i].base > population->based) { /* at most one item has a base */
            population->based++;
            return i;
        }
    }
    int64_t sum = weight_sum(strategy);
    if (sum == 0)
        return ECS_NONE;
    uint32_t item = rule == ECS_SPLIT_DEFICIT ? next_by_deficit(strategy, population, sum)
                                              : next_by_remainder(strategy, population, sum);
    if (item != ECS_NONE) {
        population->weighted[item]++;
        population->weighted_total++;
    }
    return item;
}
