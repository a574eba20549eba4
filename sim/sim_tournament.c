#include "sim_tournament.h"

#include "sim_arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 8u /* leaves, a bit each of a byte */

void sim_tournament_init(struct sim_tournament *t, uint32_t width)
{
    *t = (struct sim_tournament){.width = width};
}

void sim_tournament_release(struct sim_tournament *t)
{
    free(t->nodes);
    free(t->scores);
    free(t->in);
    *t = (struct sim_tournament){.width = t->width};
}

void sim_tournament_clear(struct sim_tournament *t)
{
    t->count = 0;
    if (t->blocks == 0)
        return;
    memset(t->nodes, 0, 2 * (size_t)t->blocks * sizeof t->nodes[0]);
    memset(t->in, 0, t->blocks);
}

size_t sim_tournament_bytes(const struct sim_tournament *t)
{
    return (size_t)t->blocks *
           (2 * sizeof t->nodes[0] + BLOCK * t->width * sizeof t->scores[0] + sizeof t->in[0]);
}

static bool is_in(const struct sim_tournament *t, uint32_t leaf)
{
    return t->in[leaf / BLOCK] >> (leaf % BLOCK) & 1;
}

static int compare_leaves(const struct sim_tournament *t, uint32_t left, uint32_t right)
{
    const int64_t *a = t->scores + (size_t)left * t->width;
    const int64_t *b = t->scores + (size_t)right * t->width;
    for (uint32_t i = 0; i < t->width; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

/* Both have ties. */
static int compare_nodes(const struct sim_tournament *t, const struct sim_tournament_node *left,
                         const struct sim_tournament_node *right)
{
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return t->width > 1 ? compare_leaves(t, left->best, right->best) : 0;
}

static struct sim_tournament_node merge(const struct sim_tournament *t, uint32_t node)
{
    struct sim_tournament_node left = t->nodes[2 * node], right = t->nodes[2 * node + 1];
    if (right.ties == 0)
        return left;
    if (left.ties == 0)
        return right;
    int order = compare_nodes(t, &left, &right);
    if (order == 0)
        left.ties += right.ties;
    return order <= 0 ? left : right;
}

static struct sim_tournament_node merge_block(const struct sim_tournament *t, uint32_t block)
{
    struct sim_tournament_node best = {0};
    for (uint32_t bits = t->in[block]; bits != 0; bits &= bits - 1) {
        uint32_t leaf = block * BLOCK + (uint32_t)__builtin_ctz(bits);
        int order = best.ties == 0 ? -1 : compare_leaves(t, leaf, best.best);
        if (order < 0)
            best = (struct sim_tournament_node){.best = leaf, .ties = 1};
        else
            best.ties += order == 0;
    }
    if (best.ties > 0 && t->width > 0)
        best.first = t->scores[(size_t)best.best * t->width];
    return best;
}

void sim_tournament_build(struct sim_tournament *t)
{
    for (uint32_t block = 0; block < t->blocks; block++)
        t->nodes[t->blocks + block] = merge_block(t, block);
    for (uint32_t node = t->blocks; node-- > 1;)
        t->nodes[node] = merge(t, node);
}

static void grow(struct sim_tournament *t)
{
    uint32_t blocks = t->blocks > 0 ? 2 * t->blocks : 2, before = t->blocks, none = 0;
    free(t->nodes);
    t->nodes = NULL;
    sim_grow((void **)&t->nodes, &none, 2 * blocks, sizeof t->nodes[0]);
    t->scores = sim_realloc(t->scores, (size_t)blocks * BLOCK * (t->width > 0 ? t->width : 1),
                            sizeof t->scores[0]);
    t->in = sim_realloc(t->in, blocks, sizeof t->in[0]);
    memset(t->in + before, 0, blocks - before);
    t->blocks = blocks;
    sim_tournament_build(t);
}

uint32_t sim_tournament_append(struct sim_tournament *t)
{
    if (t->count == t->blocks * BLOCK)
        grow(t);
    return t->count++;
}

void sim_tournament_put(struct sim_tournament *t, uint32_t leaf, const int64_t *scores)
{
    assert(leaf < t->count);
    uint8_t bit = (uint8_t)(1u << leaf % BLOCK);
    if (scores == NULL) {
        t->in[leaf / BLOCK] &= (uint8_t)~bit;
        return;
    }
    t->in[leaf / BLOCK] |= bit;
    for (uint32_t i = 0; i < t->width; i++)
        t->scores[(size_t)leaf * t->width + i] = scores[i];
}

static bool same_scores(const struct sim_tournament *t, uint32_t leaf, const int64_t *scores)
{
    const int64_t *own = t->scores + (size_t)leaf * t->width;
    for (uint32_t i = 0; i < t->width; i++)
        if (own[i] != scores[i])
            return false;
    return true;
}

void sim_tournament_set(struct sim_tournament *t, uint32_t leaf, const int64_t *scores)
{
    assert(leaf < t->count);
    if (is_in(t, leaf) ? scores != NULL && same_scores(t, leaf, scores) : scores == NULL)
        return;
    sim_tournament_put(t, leaf, scores);
    uint32_t node = t->blocks + leaf / BLOCK;
    t->nodes[node] = merge_block(t, leaf / BLOCK);
    for (node /= 2; node > 0; node /= 2)
        t->nodes[node] = merge(t, node);
}

uint32_t sim_tournament_ties(const struct sim_tournament *t)
{
    return t->blocks > 0 ? t->nodes[1].ties : 0;
}

const int64_t *sim_tournament_best(const struct sim_tournament *t)
{
    return sim_tournament_ties(t) > 0 ? t->scores + (size_t)t->nodes[1].best * t->width : NULL;
}

/* How many below the node tie with the best of all. */
static uint32_t winners(const struct sim_tournament *t, uint32_t node)
{
    const struct sim_tournament_node *found = &t->nodes[node];
    return found->ties > 0 && compare_nodes(t, found, &t->nodes[1]) == 0 ? found->ties : 0;
}

static bool wins(const struct sim_tournament *t, uint32_t leaf)
{
    return is_in(t, leaf) && compare_leaves(t, leaf, t->nodes[1].best) == 0;
}

uint32_t sim_tournament_select(const struct sim_tournament *t, uint32_t k)
{
    assert(k < sim_tournament_ties(t));
    uint32_t node = 1;
    while (node < t->blocks) {
        uint32_t left = winners(t, 2 * node);
        node = 2 * node + (k >= left);
        k -= k >= left ? left : 0;
    }
    uint32_t leaf = (node - t->blocks) * BLOCK;
    while (!wins(t, leaf) || k-- > 0)
        leaf++;
    return leaf;
}

uint32_t sim_tournament_ties_before(const struct sim_tournament *t, uint32_t leaf)
{
    assert(leaf <= t->count);
    if (sim_tournament_ties(t) == 0)
        return 0;
    if (leaf == t->blocks * BLOCK)
        return t->nodes[1].ties;
    uint32_t count = 0;
    for (uint32_t i = leaf / BLOCK * BLOCK; i < leaf; i++)
        count += wins(t, i);
    for (uint32_t node = t->blocks + leaf / BLOCK; node > 1; node /= 2)
        if (node % 2 == 1)
            count += winners(t, node - 1);
    return count;
}
