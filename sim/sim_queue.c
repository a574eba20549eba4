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

/* The heap is 4-ary: half as deep as a binary one, and the four children lie together. At 10^5
 * pending it is waiting for memory that costs, so the nodes of the next level are fetched while
 * this one is compared. */
#define ARITY      4u
#define CACHE_LINE 64u

/* The sort key as one number; two entries never have the same. */
static inline __int128 key_of(const struct sim_queue_entry *entry)
{
    return (__int128)((unsigned __int128)(uint64_t)entry->at << 64 | entry->order);
}

/* The total order. One wide subtraction and no branch: which of two events is first is a coin
 * toss that no predictor learns. */
static inline bool before(const struct sim_queue_entry *a, const struct sim_queue_entry *b)
{
    return key_of(a) < key_of(b);
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
    assert(capacity < UINT32_MAX / (2 * ARITY)); /* positions of children fit */
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
        uint32_t parent = (position - 1) / ARITY;
        if (!before(&entry, &queue->heap[parent]))
            break;
        put(queue, position, &queue->heap[parent]);
        position = parent;
    }
    put(queue, position, &entry);
}

/* The first of the `count` entries from `from` on. */
static inline uint32_t first_of(const struct sim_queue_entry *heap, uint32_t from, uint32_t count)
{
    if (count == ARITY) {
        uint32_t a = from + before(&heap[from + 1], &heap[from]);
        uint32_t b = from + 2 + before(&heap[from + 3], &heap[from + 2]);
        return before(&heap[b], &heap[a]) ? b : a;
    }
    uint32_t first = from;
    for (uint32_t i = from + 1; i < from + count; i++) {
        if (before(&heap[i], &heap[first]))
            first = i;
    }
    return first;
}

/* Moves the hole at `position` down to a leaf along the first children and returns the leaf. The
 * entry that will fill it comes from the end of the heap and mostly belongs near the leaves, so
 * it is not compared on the way down but rises from the leaf. */
static uint32_t sift_hole_down(struct sim_queue *queue, uint32_t position)
{
    uint32_t child;
    while ((child = ARITY * position + 1) < queue->count) {
        uint32_t left = queue->count - child;
        /* Not a function of its own: gcc 12 takes one that only prefetches for pure and drops it.
         */
        if (ARITY * (uint64_t)child + ARITY * ARITY < queue->count) {
            const char *below = (const char *)&queue->heap[ARITY * child + 1];
            for (size_t i = 0; i < ARITY * ARITY * sizeof *queue->heap; i += CACHE_LINE)
                __builtin_prefetch(below + i);
        }
        child = first_of(queue->heap, child, left < ARITY ? left : ARITY);
        put(queue, position, &queue->heap[child]);
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
    if (queue->count > 0) /* the next pop's */
        __builtin_prefetch(&queue->payloads[queue->heap[0].slot]);
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
