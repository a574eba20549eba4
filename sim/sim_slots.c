#include "sim_slots.h"

#include "sim_arena.h"

#include <assert.h>
#include <stdlib.h>

void sim_slots_init(struct sim_slots *slots)
{
    *slots = (struct sim_slots){0};
}

void sim_slots_release(struct sim_slots *slots)
{
    free(slots->generations);
    free(slots->free_list);
    *slots = (struct sim_slots){0};
}

/* Everything starts over, generations too: a replication must see the same ids whatever ran
 * before it in this memory. Ids from before the clear are the owner's to forget. */
void sim_slots_clear(struct sim_slots *slots)
{
    slots->count = 0;
    slots->free_count = 0;
    slots->in_use = 0;
    slots->high_water = 0;
}

/* A generation comes round again after 2^31 uses of one slot; no id is kept that long. */
struct sim_id sim_slots_take(struct sim_slots *slots)
{
    uint32_t slot;
    if (slots->free_count > 0) {
        slot = slots->free_list[--slots->free_count];
        slots->generations[slot]++;
    } else {
        assert(slots->count < UINT32_MAX);
        slot = slots->count++;
        sim_grow((void **)&slots->generations, &slots->capacity, slots->count,
                 sizeof *slots->generations);
        slots->generations[slot] = 1;
    }
    assert(slots->generations[slot] % 2 == 1);
    if (++slots->in_use > slots->high_water)
        slots->high_water = slots->in_use;
    return (struct sim_id){slot, slots->generations[slot]};
}

void sim_slots_give(struct sim_slots *slots, struct sim_id id)
{
    assert(sim_slots_live(slots, id));
    slots->generations[id.slot]++;
    sim_grow((void **)&slots->free_list, &slots->free_capacity, slots->free_count + 1,
             sizeof *slots->free_list);
    slots->free_list[slots->free_count++] = id.slot;
    slots->in_use--;
}

bool sim_slots_live(const struct sim_slots *slots, struct sim_id id)
{
    return id.slot < slots->count && id.generation % 2 == 1 &&
           slots->generations[id.slot] == id.generation;
}

struct sim_id sim_slots_id(const struct sim_slots *slots, uint32_t slot)
{
    if (slot >= slots->count || slots->generations[slot] % 2 == 0)
        return (struct sim_id){0, 0};
    return (struct sim_id){slot, slots->generations[slot]};
}

uint64_t sim_id_pack(struct sim_id id)
{
    return (uint64_t)id.generation << 32 | id.slot;
}

struct sim_id sim_id_unpack(uint64_t word)
{
    return (struct sim_id){(uint32_t)word, (uint32_t)(word >> 32)};
}
