/* sim_tournament: the best of many, and how many tie with it.
 *
 * A row of leaves, each in or out of the running, with `width` integer scores compared in order
 * (the lowest tuple wins; with width 0 all that are in tie). The tree over them knows the best
 * leaf, how many have equal scores, and finds the k-th of those in order of their leaves. So a
 * choice among n with a fair tie-break costs O(log n) after O(log n) for each leaf that changed.
 *
 * Leaves are appended and keep their index; one that is of no more use goes out. Loading many at
 * once: sim_tournament_put for each, then sim_tournament_build, O(n) together.
 *
 * Memory: 16 bytes and 8 for each score a leaf, rounded up to a power of two. The owner releases.
 */
#ifndef SIM_TOURNAMENT_H
#define SIM_TOURNAMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_TOURNAMENT_NONE UINT32_MAX

struct sim_tournament_node {
    int64_t first; /* the best's first score; 0 with width 0 */
    uint32_t best; /* leaf; meaningless without ties */
    uint32_t ties; /* leaves below that are in and have the best's scores */
};

struct sim_tournament {
    struct sim_tournament_node *nodes; /* root 1; block i is nodes[blocks + i] */
    int64_t *scores;                   /* leaf x width */
    uint8_t *in;                       /* by block: a bit for each leaf */
    uint32_t width;
    uint32_t count;  /* leaves */
    uint32_t blocks; /* there is room for: 0 or a power of two */
};

void sim_tournament_init(struct sim_tournament *tournament, uint32_t width);
void sim_tournament_release(struct sim_tournament *tournament);
void sim_tournament_clear(struct sim_tournament *tournament); /* forgets leaves, keeps memory */
size_t sim_tournament_bytes(const struct sim_tournament *tournament);

/* A new last leaf, out of the running. */
uint32_t sim_tournament_append(struct sim_tournament *tournament);

/* The leaf is in with these scores (copied), or out when scores is NULL. With width 0 any pointer
 * but NULL stands for in. */
void sim_tournament_set(struct sim_tournament *tournament, uint32_t leaf, const int64_t *scores);

/* The same without bringing the tree up to date: sim_tournament_build must follow. */
void sim_tournament_put(struct sim_tournament *tournament, uint32_t leaf, const int64_t *scores);
void sim_tournament_build(struct sim_tournament *tournament);

/* How many tie for the best; 0: none is in. */
uint32_t sim_tournament_ties(const struct sim_tournament *tournament);
/* Scores of the best, NULL when none is in. Good until the next change. */
const int64_t *sim_tournament_best(const struct sim_tournament *tournament);
/* The k-th (from 0) of those that tie for the best, in order of leaves. k < ties. */
uint32_t sim_tournament_select(const struct sim_tournament *tournament, uint32_t k);
/* How many of those that tie for the best stand before `leaf` (which may be `count`). */
uint32_t sim_tournament_ties_before(const struct sim_tournament *tournament, uint32_t leaf);

#endif
