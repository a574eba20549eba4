/* Positions: the container instances in order of registration, and the log of those that have
 * changed, which views read. */
#include "ecs_index_parts.h"

#include <stdlib.h>

static void append_position(struct ecs_world *world, uint32_t slot)
{
    struct ecs_index *index = world->index;
    const struct ecs_instance *instance = &world->instances[slot];
    sim_grow((void **)&index->posts, &index->post_capacity, index->count + 1,
             sizeof index->posts[0]);
    index->posts[index->count] = (struct post){
        .slot = slot,
        .provider = instance->provider,
        .order = instance->order,
        .placeable = instance->seen == ECS_SEEN_PLACEABLE,
    };
    index->position[slot] = index->count++;
}

static int compare_orders(const void *a, const void *b)
{
    const struct post *left = a, *right = b;
    return left->order < right->order ? -1 : left->order > right->order;
}

void ecs_index_renumber(struct ecs_world *world)
{
    struct ecs_index *index = world->index;
    uint32_t count = 0;
    for (uint32_t i = 0; i < index->count; i++)
        if (index->posts[i].slot != ECS_NONE)
            index->posts[count++] = index->posts[i];
    qsort(index->posts, count, sizeof index->posts[0], compare_orders);
    for (uint32_t i = 0; i < count; i++)
        index->position[index->posts[i].slot] = i;
    index->count = count;
    index->gone = 0;
    index->epoch++;
    index->disorder = false;
}

static void grow_positions(struct ecs_index *index, uint32_t slot)
{
    uint32_t before = index->position_capacity;
    sim_grow((void **)&index->position, &index->position_capacity, slot + 1,
             sizeof index->position[0]);
    for (uint32_t i = before; i < index->position_capacity; i++)
        index->position[i] = UNPLACED;
}

static void note(struct ecs_index *index, uint32_t position)
{
    if (index->log_size == 0) {
        sim_grow((void **)&index->log, &index->log_size, 1024, sizeof index->log[0]);
        index->log_size = 1024; /* a power of two, whatever was given */
    }
    if (index->log_end > index->last_read &&
        index->log[(index->log_end - 1) % index->log_size] == position)
        return; /* nobody has read it since */
    index->log[index->log_end++ % index->log_size] = position;
}

/* The log reaches back as far as a view may be behind and still be worth bringing up to date. */
static void grow_log(struct ecs_index *index)
{
    if (index->log_size >= index->count / 4 || index->log_size == 0)
        return;
    uint32_t size = index->log_size;
    while (size < index->count)
        size *= 2;
    uint32_t *log = NULL, none = 0;
    sim_grow((void **)&log, &none, size, sizeof log[0]);
    uint64_t first = index->log_end > index->log_size ? index->log_end - index->log_size : 0;
    for (uint64_t i = first; i < index->log_end; i++)
        log[i % size] = index->log[i % index->log_size];
    free(index->log);
    index->log = log;
    index->log_size = size;
}

void ecs_index_touch(struct ecs_world *world, uint32_t slot)
{
    struct ecs_index *index = world->index;
    const struct ecs_instance *instance = &world->instances[slot];
    world->touches++;
    if (slot >= index->position_capacity)
        grow_positions(index, slot);
    uint32_t position = index->position[slot];
    if (position != UNPLACED && index->posts[position].order == instance->order) {
        index->posts[position].placeable = instance->seen == ECS_SEEN_PLACEABLE;
        note(index, position);
        return;
    }
    if (position != UNPLACED) { /* the slot's last owner, or its last registration */
        index->posts[position].slot = ECS_NONE;
        index->position[slot] = UNPLACED;
        index->gone++;
        note(index, position);
    }
    if (instance->order == 0)
        return;
    if (index->count > 0 && index->posts[index->count - 1].order > instance->order)
        index->disorder = true;
    append_position(world, slot);
    note(index, index->count - 1);
    grow_log(index);
}
