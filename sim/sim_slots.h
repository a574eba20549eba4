/* sim_slots: generation-checked ids over dense slots.
 *
 * Events that fire in ten minutes hold an id, not a pointer. An id is (slot, generation); freeing a
 * slot bumps its generation, so a stale id is detected instead of followed. Slot numbers are reused
 * lowest-freed-last-in-first-out; generations start at 1, so the zero id is never valid.
 *
 * This struct hands out slot numbers only; the owner keeps its own arrays indexed by slot. */
#ifndef SIM_SLOTS_H
#define SIM_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

struct sim_id {
    uint32_t slot;
    uint32_t generation;
};

struct sim_slots {
    uint32_t *generations; /* odd while in use */
    uint32_t *free_list;
    uint32_t count; /* slots ever made */
    uint32_t free_count;
    uint32_t capacity;
    uint32_t free_capacity;
    uint32_t in_use, high_water;
};

void sim_slots_init(struct sim_slots *slots);
void sim_slots_release(struct sim_slots *slots);
void sim_slots_clear(struct sim_slots *slots);

struct sim_id sim_slots_take(struct sim_slots *slots);
/* id must be live. */
void sim_slots_give(struct sim_slots *slots, struct sim_id id);
bool sim_slots_live(const struct sim_slots *slots, struct sim_id id);
/* The live id that occupies a slot; {0, 0} when the slot is free. */
struct sim_id sim_slots_id(const struct sim_slots *slots, uint32_t slot);

/* An id as one word, for event payloads. */
uint64_t sim_id_pack(struct sim_id id);
struct sim_id sim_id_unpack(uint64_t word);

#endif
