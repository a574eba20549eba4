/* sim_shelf: which of many has the least of one amount that is still enough, when another amount
 * has to be enough too; and how many tie.
 *
 * A row of items, each on the shelf with two amounts or not. They stand in order of (first, second,
 * item); asked for (a, b) the best have the least `first` that any item with first >= a and second
 * >= b has. With `by_second`, of those the least second. Ties are counted and picked in order of
 * items, so that the answer is that of a scan.
 *
 * Items are appended and keep their index. A change, a question and a pick among ties cost
 * O(log n); a pick among ties with different seconds O(log^2 n) for each of those. A treap whose
 * priorities are a hash of the index: its shape depends on what it holds alone.
 *
 * Memory: 40 bytes an item. The owner releases. */
#ifndef SIM_SHELF_H
#define SIM_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_SHELF_NONE UINT32_MAX

struct sim_shelf_node {
    int64_t first, second;
    int64_t second_max; /* below, itself included */
    uint32_t left, right;
    uint32_t count; /* below, itself included; 0: it is not on the shelf */
    uint32_t priority;
};

struct sim_shelf {
    struct sim_shelf_node *nodes; /* by item */
    uint32_t root, count, capacity;
};

/* The best for a question. Good until the next change. */
struct sim_shelf_best {
    int64_t first;
    int64_t second; /* the least of those that tie */
    uint32_t ties;  /* 0: no item will do */
    uint32_t item;  /* one of those that tie */
    uint32_t rank;  /* items that stand before them */
    bool by_second; /* all that tie have the same second */
};

void sim_shelf_init(struct sim_shelf *shelf);
void sim_shelf_release(struct sim_shelf *shelf);
void sim_shelf_clear(struct sim_shelf *shelf); /* forgets items, keeps memory */
size_t sim_shelf_bytes(const struct sim_shelf *shelf);

/* A new last item, not on the shelf. */
uint32_t sim_shelf_append(struct sim_shelf *shelf);
void sim_shelf_put(struct sim_shelf *shelf, uint32_t item, int64_t first, int64_t second);
void sim_shelf_take(struct sim_shelf *shelf, uint32_t item); /* off the shelf, if it is there */

struct sim_shelf_best sim_shelf_ask(const struct sim_shelf *shelf, int64_t least_first,
                                    int64_t least_second, bool by_second);
/* The k-th (from 0) of those that tie, in order of items. k < ties. */
uint32_t sim_shelf_select(const struct sim_shelf *shelf, const struct sim_shelf_best *best,
                          uint32_t k);
/* How many of those that tie stand before `item` (which may be `count`). */
uint32_t sim_shelf_ties_before(const struct sim_shelf *shelf, const struct sim_shelf_best *best,
                               uint32_t item);

#endif
