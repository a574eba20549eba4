#include "sim_map.h"

#include "sim_arena.h"
#include "sim_rng.h"

#include <stdlib.h>
#include <string.h>

void sim_map_init(struct sim_map *map, uint32_t words)
{
    *map = (struct sim_map){.words = words, .cell_count = 64};
    map->cells = sim_malloc(map->cell_count * sizeof map->cells[0]);
    memset(map->cells, 0, map->cell_count * sizeof map->cells[0]);
}

void sim_map_release(struct sim_map *map)
{
    free(map->keys);
    free(map->cells);
    *map = (struct sim_map){0};
}

void sim_map_clear(struct sim_map *map)
{
    memset(map->cells, 0, map->cell_count * sizeof map->cells[0]);
    map->count = 0;
}

/* The cell that holds key, or the empty one where it belongs. */
static uint32_t *find_cell(const struct sim_map *map, const uint64_t *key)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < map->words; i++)
        hash = sim_rng_mix(hash, key[i]);
    uint32_t mask = map->cell_count - 1;
    uint32_t i = (uint32_t)(hash >> 32) & mask;
    size_t size = map->words * sizeof key[0];
    while (map->cells[i] != 0) {
        const uint64_t *held = map->keys + (size_t)(map->cells[i] - 1) * map->words;
        if (memcmp(held, key, size) == 0)
            break;
        i = (i + 1) & mask;
    }
    return &map->cells[i];
}

static void grow_cells(struct sim_map *map)
{
    map->cell_count *= 2;
    free(map->cells);
    map->cells = sim_malloc(map->cell_count * sizeof map->cells[0]);
    memset(map->cells, 0, map->cell_count * sizeof map->cells[0]);
    for (uint32_t i = 0; i < map->count; i++)
        *find_cell(map, map->keys + (size_t)i * map->words) = i + 1;
}

uint32_t sim_map_intern(struct sim_map *map, const uint64_t *key)
{
    uint32_t *cell = find_cell(map, key);
    if (*cell != 0)
        return *cell - 1;
    sim_grow((void **)&map->keys, &map->capacity, map->count + 1, map->words * sizeof key[0]);
    memcpy(map->keys + (size_t)map->count * map->words, key, map->words * sizeof key[0]);
    *cell = ++map->count;
    if (map->count > map->cell_count / 2)
        grow_cells(map);
    return map->count - 1;
}

uint32_t sim_map_find(const struct sim_map *map, const uint64_t *key)
{
    uint32_t cell = *find_cell(map, key);
    return cell == 0 ? SIM_MAP_NONE : cell - 1;
}
