/* sim_map: interns keys of a few words as dense indexes 0, 1, 2, ...
 *
 * Two equal keys get the same index, in order of first appearance, so the caller keeps its values
 * in a plain array beside the map and iterates in an order that does not depend on addresses. Keys
 * are never removed one by one. Open addressing, at most half full; find and intern O(1). */
#ifndef SIM_MAP_H
#define SIM_MAP_H

#include <stdint.h>

#define SIM_MAP_NONE UINT32_MAX

struct sim_map {
    uint64_t *keys;  /* count x words */
    uint32_t *cells; /* private: index + 1, 0 empty */
    uint32_t words;  /* per key */
    uint32_t count, capacity, cell_count;
};

void sim_map_init(struct sim_map *map, uint32_t words);
void sim_map_release(struct sim_map *map);
void sim_map_clear(struct sim_map *map); /* forgets all keys, keeps the memory */

/* The key's index, made when it is new. */
uint32_t sim_map_intern(struct sim_map *map, const uint64_t *key);
/* SIM_MAP_NONE when absent. */
uint32_t sim_map_find(const struct sim_map *map, const uint64_t *key);

#endif
