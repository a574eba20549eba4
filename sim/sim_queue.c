#include "sim_queue.h"

#include "sim_arena.h"

#include <assert.h>
#include <stdlib.h>

/* What the heap moves around is kept small: the sort key and the slot. The payload stays where it
 * is, under its slot. */
struct sim_queue_entry {
    sim_time at;
    uint64_t order; /* priority << SEQUENCE_BITS | sequence */
    uint32_t slot;
    uint32_t kind;
};

struct sim_queue_slot {
    uint32_t generation; /* of the event that has the slot or, when free, of the next one */
    uint32_t position;   /* in the heap; when free, the next free slot */
};

struct sim_queue_payload {
    uint64_t a, b;
};

/* 2^48 events are a year of pushing ten million a second. */
#define SEQUENCE_BITS 48
#define NO_SLOT       UINT32_MAX

/* The total order; two entries are never equal. Written without a branch: which of two events is
 * first is a coin toss that no predictor learns. */
static inline bool before(const struct sim_queue_entry *a, const struct sim_queue_entry *b)
{
    return (a->at < b->at) | ((a->at == b->at) & (a->order < b->order));
}

void sim_queue_init(struct sim_queue *queue)
{
    *queue = (struct sim_queue){.free_slot = NO_SLOT};
}

void sim_queue_release(struct sim_queue *queue)
{
    free(queue->heap);
    free(queue->slots);
    free(queue->payloads);
    sim_queue_init(queue);
}

void sim_queue_clear(struct sim_queue *queue)
{
    queue->count = 0;
    queue->slot_count = 0;
    queue->free_slot = NO_SLOT;
    queue->sequence = 0;
}

/* Grows the three arrays together. */
static void grow(struct sim_queue *queue)
{
    uint32_t capacity = queue->capacity ? queue->capacity : 32;
    assert(capacity < UINT32_MAX / 2);
    capacity *= 2;
    queue->heap = sim_realloc(queue->heap, capacity, sizeof *queue->heap);
    queue->slots = sim_realloc(queue->slots, capacity, sizeof *queue->slots);
    queue->payloads = sim_realloc(queue->payloads, capacity, sizeof *queue->payloads);
    queue->capacity = capacity;
}

static uint32_t take_slot(struct sim_queue *queue)
{
    uint32_t slot = queue->free_slot;
    if (slot != NO_SLOT) {
        queue->free_slot = queue->slots[slot].position;
        return slot;
    }
    slot = queue->slot_count++;
    queue->slots[slot].generation = 1;
    return slot;
}

static void give_slot(struct sim_queue *queue, uint32_t slot)
{
    struct sim_queue_slot *s = &queue->slots[slot];
    if (++s->generation == 0)
        s->generation = 1; /* {0, 0} stays no event */
    s->position = queue->free_slot;
    queue->free_slot = slot;
}

static inline void put(struct sim_queue *queue, uint32_t position,
                       const struct sim_queue_entry *entry)
{
    queue->heap[position] = *entry;
    queue->slots[entry->slot].position = position;
}

/* Moves the hole at `position` up to where `entry` belongs, and fills it. */
static void sift_up(struct sim_queue *queue, uint32_t position, struct sim_queue_entry entry)
{
    while (position > 0) {
        uint32_t parent = (position - 1) / 2;
        if (!before(&entry, &queue->heap[parent]))
            break;
        put(queue, position, &queue->heap[parent]);
        position = parent;
    }
    put(queue, position, &entry);
}

/* Moves the hole at `position` down to a leaf along the smaller children and returns the leaf.
 * The entry that will fill it comes from the end of the heap and mostly belongs near the leaves,
 * so this takes one comparison a level where the textbook takes two. */
static uint32_t sift_hole_down(struct sim_queue *queue, uint32_t position)
{
    const struct sim_queue_entry *heap = queue->heap;
    uint32_t count = queue->count;
    uint32_t child = 2 * position + 1;
    while (child + 1 < count) {
        child += before(&heap[child + 1], &heap[child]);
        put(queue, position, &heap[child]);
        position = child;
        child = 2 * position + 1;
    }
    if (child < count) {
        put(queue, position, &heap[child]);
        position = child;
    }
    return position;
}

/* Takes the entry at `position` out of the heap; its slot is free afterwards. */
static void remove_at(struct sim_queue *queue, uint32_t position)
{
    give_slot(queue, queue->heap[position].slot);
    struct sim_queue_entry last = queue->heap[--queue->count];
    if (position == queue->count)
        return;
    /* The last entry may belong above the hole: then it rises from the leaf past it. */
    sift_up(queue, sift_hole_down(queue, position), last);
}

struct sim_event_id sim_queue_push(struct sim_queue *queue, const struct sim_event *event)
{
    assert(event->priority < 1u << (64 - SEQUENCE_BITS));
    assert(queue->sequence >> SEQUENCE_BITS == 0);
    if (queue->count == queue->capacity)
        grow(queue);
    uint32_t slot = take_slot(queue);
    queue->payloads[slot] = (struct sim_queue_payload){event->a, event->b};
    struct sim_queue_entry entry = {
        .at = event->at,
        .order = (uint64_t)event->priority << SEQUENCE_BITS | queue->sequence++,
        .slot = slot,
        .kind = event->kind,
    };
    sift_up(queue, queue->count++, entry);
    if (queue->count > queue->high_water)
        queue->high_water = queue->count;
    return (struct sim_event_id){slot, queue->slots[slot].generation};
}

bool sim_queue_pop(struct sim_queue *queue, struct sim_event *out)
{
    if (queue->count == 0)
        return false;
    const struct sim_queue_entry *first = &queue->heap[0];
    const struct sim_queue_payload *payload = &queue->payloads[first->slot];
    *out = (struct sim_event){
        .at = first->at,
        .kind = first->kind,
        .priority = (uint32_t)(first->order >> SEQUENCE_BITS),
        .a = payload->a,
        .b = payload->b,
    };
    remove_at(queue, 0);
    return true;
}

sim_time sim_queue_next_time(const struct sim_queue *queue)
{
    return queue->count ? queue->heap[0].at : SIM_TIME_NEVER;
}

bool sim_queue_contains(const struct sim_queue *queue, struct sim_event_id id)
{
    /* A free slot already bears the generation of its next event, so no handle given out so far
     * matches it. */
    return id.slot < queue->slot_count && queue->slots[id.slot].generation == id.generation;
}

bool sim_queue_cancel(struct sim_queue *queue, struct sim_event_id id)
{
    if (!sim_queue_contains(queue, id))
        return false;
    remove_at(queue, queue->slots[id.slot].position);
    return true;
}
