/* sim_queue: the pending events, in a total order.
 *
 * Order is (time, priority, sequence): earlier first; at one instant the smaller priority first;
 * among equals the one pushed first. The sequence is the queue's own counter, so two events never
 * compare equal and the order of a run does not depend on the heap. The comparison stands in one
 * function.
 *
 * An event is a small value: kind and two words of payload, which hold ids, never pointers. Events
 * are cancelled by handle; a handle of an event that was already popped or cancelled is detected by
 * its generation and ignored.
 *
 * Priorities are below 2^16. After a clear the sequence and the generations start over, so that a
 * replication does not depend on what ran before it; handles from before a clear are void.
 *
 * Cost: 4-ary heap; push and pop O(log n), cancel O(log n), 48 bytes an event.
 * Ownership: the queue owns its arrays; sim_queue_release frees them. */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include "sim_time.h"

#include <stdbool.h>

/* A pending event's handle. {0, 0} is no event: cancelling it does nothing. */
struct sim_event_id {
    uint32_t slot;
    uint32_t generation;
};

struct sim_event {
    sim_time at;
    uint32_t kind;     /* of the user's enum */
    uint32_t priority; /* smaller runs first within one instant; belongs to the kind */
    uint64_t a, b;     /* payload: ids */
};

struct sim_queue {
    struct sim_queue_entry *heap;       /* private */
    struct sim_queue_slot *slots;       /* private */
    struct sim_queue_payload *payloads; /* private; by slot */
    uint32_t count, capacity, slot_count, free_slot;
    uint32_t high_water; /* most events pending at once, ever */
    uint64_t sequence;
};

void sim_queue_init(struct sim_queue *queue);
void sim_queue_release(struct sim_queue *queue);
void sim_queue_clear(struct sim_queue *queue); /* forgets all events, keeps the memory */

struct sim_event_id sim_queue_push(struct sim_queue *queue, const struct sim_event *event);

/* Pops the first event into *out; false when empty. */
bool sim_queue_pop(struct sim_queue *queue, struct sim_event *out);

/* The first event's time; SIM_TIME_NEVER when empty. */
sim_time sim_queue_next_time(const struct sim_queue *queue);

/* True when the event was pending and now is not. */
bool sim_queue_cancel(struct sim_queue *queue, struct sim_event_id id);

/* True when the event is pending. */
bool sim_queue_contains(const struct sim_queue *queue, struct sim_event_id id);

#endif
