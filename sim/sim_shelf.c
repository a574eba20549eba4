/* A treap by (first, second, item) whose nodes know the greatest second below them: a question goes
 * down one path and skips what has too little. */
#include "sim_shelf.h"

#include "sim_arena.h"
#include "sim_rng.h"

#include <assert.h>
#include <stdlib.h>

#define NONE SIM_SHELF_NONE

struct key {
    int64_t first, second;
    uint32_t item;
};

void sim_shelf_init(struct sim_shelf *shelf)
{
    *shelf = (struct sim_shelf){.root = NONE};
}

void sim_shelf_release(struct sim_shelf *shelf)
{
    free(shelf->nodes);
    sim_shelf_init(shelf);
}

void sim_shelf_clear(struct sim_shelf *shelf)
{
    shelf->root = NONE;
    shelf->count = 0;
}

size_t sim_shelf_bytes(const struct sim_shelf *shelf)
{
    return shelf->capacity * sizeof shelf->nodes[0];
}

uint32_t sim_shelf_append(struct sim_shelf *shelf)
{
    sim_grow((void **)&shelf->nodes, &shelf->capacity, shelf->count + 1, sizeof shelf->nodes[0]);
    shelf->nodes[shelf->count] =
        (struct sim_shelf_node){.left = NONE,
                                .right = NONE,
                                .priority = (uint32_t)sim_rng_mix(shelf->count, 1)};
    return shelf->count++;
}

/* ---- the tree ---- */

static bool is_before(const struct sim_shelf *shelf, uint32_t item, struct key key)
{
    const struct sim_shelf_node *node = &shelf->nodes[item];
    return node->first != key.first     ? node->first < key.first
           : node->second != key.second ? node->second < key.second
                                        : item < key.item;
}

static struct key key_of(const struct sim_shelf *shelf, uint32_t item)
{
    return (struct key){shelf->nodes[item].first, shelf->nodes[item].second, item};
}

static uint32_t count_of(const struct sim_shelf *shelf, uint32_t at)
{
    return at == NONE ? 0 : shelf->nodes[at].count;
}

static void update(struct sim_shelf *shelf, uint32_t at)
{
    struct sim_shelf_node *node = &shelf->nodes[at];
    uint32_t below[2] = {node->left, node->right};
    node->count = 1;
    node->second_max = node->second;
    for (uint32_t i = 0; i < 2; i++) {
        if (below[i] == NONE)
            continue;
        const struct sim_shelf_node *child = &shelf->nodes[below[i]];
        node->count += child->count;
        if (child->second_max > node->second_max)
            node->second_max = child->second_max;
    }
}

/* What is before the key, and the rest. */
static void split(struct sim_shelf *shelf, uint32_t at, struct key key, uint32_t *before,
                  uint32_t *after)
{
    if (at == NONE) {
        *before = *after = NONE;
    } else if (is_before(shelf, at, key)) {
        *before = at;
        split(shelf, shelf->nodes[at].right, key, &shelf->nodes[at].right, after);
        update(shelf, at);
    } else {
        *after = at;
        split(shelf, shelf->nodes[at].left, key, before, &shelf->nodes[at].left);
        update(shelf, at);
    }
}

static bool is_above(const struct sim_shelf *shelf, uint32_t a, uint32_t b)
{
    uint32_t left = shelf->nodes[a].priority, right = shelf->nodes[b].priority;
    return left != right ? left > right : a < b;
}

/* All of `before` stands before all of `after`. */
static uint32_t merge(struct sim_shelf *shelf, uint32_t before, uint32_t after)
{
    if (before == NONE || after == NONE)
        return before == NONE ? after : before;
    uint32_t top = is_above(shelf, before, after) ? before : after;
    if (top == before)
        shelf->nodes[before].right = merge(shelf, shelf->nodes[before].right, after);
    else
        shelf->nodes[after].left = merge(shelf, before, shelf->nodes[after].left);
    update(shelf, top);
    return top;
}

static void insert(struct sim_shelf *shelf, uint32_t *at, uint32_t item)
{
    struct sim_shelf_node *node = &shelf->nodes[item];
    if (*at == NONE || is_above(shelf, item, *at)) {
        split(shelf, *at, key_of(shelf, item), &node->left, &node->right);
        *at = item;
    } else {
        bool right = is_before(shelf, *at, key_of(shelf, item));
        insert(shelf, right ? &shelf->nodes[*at].right : &shelf->nodes[*at].left, item);
    }
    update(shelf, *at);
}

static void erase(struct sim_shelf *shelf, uint32_t *at, uint32_t item)
{
    if (*at == item) {
        *at = merge(shelf, shelf->nodes[item].left, shelf->nodes[item].right);
        return;
    }
    bool right = is_before(shelf, *at, key_of(shelf, item));
    erase(shelf, right ? &shelf->nodes[*at].right : &shelf->nodes[*at].left, item);
    update(shelf, *at);
}

void sim_shelf_take(struct sim_shelf *shelf, uint32_t item)
{
    struct sim_shelf_node *node = &shelf->nodes[item];
    assert(item < shelf->count);
    if (node->count == 0)
        return;
    erase(shelf, &shelf->root, item);
    node->count = 0;
    node->left = node->right = NONE;
}

void sim_shelf_put(struct sim_shelf *shelf, uint32_t item, int64_t first, int64_t second)
{
    struct sim_shelf_node *node = &shelf->nodes[item];
    assert(item < shelf->count);
    if (node->count > 0 && node->first == first && node->second == second)
        return;
    sim_shelf_take(shelf, item);
    node->first = first;
    node->second = second;
    insert(shelf, &shelf->root, item);
}

/* ---- questions ---- */

/* Items before the key. */
static uint32_t rank(const struct sim_shelf *shelf, struct key key)
{
    uint32_t before = 0;
    for (uint32_t at = shelf->root; at != NONE;) {
        const struct sim_shelf_node *node = &shelf->nodes[at];
        bool right = is_before(shelf, at, key);
        if (right)
            before += count_of(shelf, node->left) + 1;
        at = right ? node->right : node->left;
    }
    return before;
}

static uint32_t at_rank(const struct sim_shelf *shelf, uint32_t n)
{
    uint32_t at = shelf->root;
    for (;;) {
        uint32_t left = count_of(shelf, shelf->nodes[at].left);
        if (n == left)
            return at;
        at = n < left ? shelf->nodes[at].left : shelf->nodes[at].right;
        n -= n < left ? 0 : left + 1;
    }
}

/* The first item at or after (first, second) with that much of second; NONE. Below the path to the
 * key a subtree that has enough holds an answer: one path in all. */
static uint32_t find(const struct sim_shelf *shelf, uint32_t at, int64_t first, int64_t second)
{
    if (at == NONE || shelf->nodes[at].second_max < second)
        return NONE;
    const struct sim_shelf_node *node = &shelf->nodes[at];
    if (is_before(shelf, at, (struct key){first, second, 0}))
        return find(shelf, node->right, first, second);
    uint32_t found = find(shelf, node->left, first, second);
    if (found != NONE)
        return found;
    return node->second >= second ? at : find(shelf, node->right, first, second);
}

static uint32_t end_of(const struct sim_shelf *shelf, int64_t first, int64_t second)
{
    return rank(shelf, (struct key){first, second, NONE});
}

struct sim_shelf_best sim_shelf_ask(const struct sim_shelf *shelf, int64_t least_first,
                                    int64_t least_second, bool by_second)
{
    struct sim_shelf_best best = {.by_second = by_second};
    uint32_t found = find(shelf, shelf->root, least_first, least_second);
    if (found == NONE)
        return best;
    best.first = shelf->nodes[found].first;
    best.second = shelf->nodes[found].second;
    uint32_t end = end_of(shelf, best.first, by_second ? best.second : INT64_MAX);
    best.item = found;
    best.rank = rank(shelf, key_of(shelf, found));
    best.ties = end - best.rank;
    return best;
}

uint32_t sim_shelf_ties_before(const struct sim_shelf *shelf, const struct sim_shelf_best *best,
                               uint32_t item)
{
    uint32_t begin = best->rank, end = begin + best->ties, before = 0;
    while (begin < end) { /* one second after the other */
        int64_t second = shelf->nodes[at_rank(shelf, begin)].second;
        before += rank(shelf, (struct key){best->first, second, item}) - begin;
        begin = end_of(shelf, best->first, second);
    }
    return before;
}

uint32_t sim_shelf_select(const struct sim_shelf *shelf, const struct sim_shelf_best *best,
                          uint32_t k)
{
    assert(k < best->ties);
    uint32_t last = at_rank(shelf, best->rank + best->ties - 1);
    if (shelf->nodes[last].second == best->second) /* in order of items already */
        return at_rank(shelf, best->rank + k);
    uint32_t low = 0, high = shelf->count; /* the last item with at most k winners before it */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (sim_shelf_ties_before(shelf, best, middle) <= k)
            low = middle;
        else
            high = middle;
    }
    return low;
}
