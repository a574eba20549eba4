#include "sim_arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT               ((size_t)16)
#define BLOCK_SIZE_MIN          ((size_t)64 << 10)
#define BLOCK_SIZE_DOUBLING_MAX ((size_t)4 << 20) /* blocks stop doubling here */

/* Blocks form a list from the oldest to the newest. The arena points at the block it hands out
 * from; blocks after it are empty, left by a rewind and used again before new ones are made, so a
 * scratch arena that is rewound after every event stops asking the heap once it is warm. */
struct sim_arena_block {
    struct sim_arena_block *older, *newer;
    size_t capacity, offset;
    _Alignas(16) unsigned char bytes[];
};

/* _Exit, not exit: this may be a worker thread, and handlers of exit would run under the feet of
 * the others. A database in the making keeps its temporary name. */
static _Noreturn void die_without_memory(size_t size)
{
    fprintf(stderr, "plimsoll: out of memory (%zu bytes asked for)\n", size);
    _Exit(1);
}

void *sim_malloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory)
        die_without_memory(size);
    return memory;
}

void *sim_realloc(void *memory, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        die_without_memory(SIZE_MAX);
    void *moved = realloc(memory, bytes ? bytes : 1);
    if (!moved)
        die_without_memory(bytes);
    return moved;
}

void sim_grow(void **array, uint32_t *capacity, uint32_t need, size_t size)
{
    if (need <= *capacity)
        return;
    uint64_t grown = *capacity ? 2 * (uint64_t)*capacity : 8;
    if (grown < need)
        grown = need;
    if (grown > UINT32_MAX)
        grown = UINT32_MAX;
    *array = sim_realloc(*array, (size_t)grown, size);
    memset((unsigned char *)*array + *capacity * size, 0, ((size_t)grown - *capacity) * size);
    *capacity = (uint32_t)grown;
}

/* Forgotten memory is made ugly, so that a pointer kept too long shows at once. */
static void poison(struct sim_arena_block *block, size_t from)
{
#ifdef SIM_POISON
    memset(block->bytes + from, 0xDD, block->offset - from);
#else
    (void)block;
    (void)from;
#endif
}

void sim_arena_init(struct sim_arena *arena)
{
    *arena = (struct sim_arena){0};
}

static struct sim_arena_block *oldest_block(const struct sim_arena *arena)
{
    struct sim_arena_block *block = arena->block;
    while (block && block->older)
        block = block->older;
    return block;
}

void sim_arena_release(struct sim_arena *arena)
{
    struct sim_arena_block *block = oldest_block(arena);
    while (block) {
        struct sim_arena_block *newer = block->newer;
        poison(block, 0);
        free(block);
        block = newer;
    }
    *arena = (struct sim_arena){0};
}

void sim_arena_clear(struct sim_arena *arena)
{
    struct sim_arena_block *largest = NULL;
    struct sim_arena_block *block = oldest_block(arena);
    while (block) {
        struct sim_arena_block *newer = block->newer;
        struct sim_arena_block *loser = block;
        poison(block, 0);
        if (!largest || block->capacity > largest->capacity) {
            loser = largest;
            largest = block;
        }
        free(loser);
        block = newer;
    }
    if (largest) {
        largest->older = largest->newer = NULL;
        largest->offset = 0;
    }
    arena->block = largest;
    arena->used = 0;
}

/* Makes a block with room for `size` the current one: an empty one from before, or a new one. */
static void next_block(struct sim_arena *arena, size_t size)
{
    struct sim_arena_block *last = arena->block;
    while (last && last->newer) {
        last = last->newer;
        if (last->capacity >= size) {
            arena->block = last;
            return;
        }
    }
    size_t capacity = last ? 2 * last->capacity : BLOCK_SIZE_MIN;
    if (capacity > BLOCK_SIZE_DOUBLING_MAX)
        capacity = BLOCK_SIZE_DOUBLING_MAX;
    if (capacity < size)
        capacity = size;
    struct sim_arena_block *block = sim_malloc(sizeof *block + capacity);
    *block = (struct sim_arena_block){.older = last, .capacity = capacity};
    if (last)
        last->newer = block;
    arena->block = block;
}

void *sim_arena_alloc(struct sim_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4)
        die_without_memory(size);
    size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (!arena->block || arena->block->capacity - arena->block->offset < size)
        next_block(arena, size);
    struct sim_arena_block *block = arena->block;
    void *memory = block->bytes + block->offset;
    memset(memory, 0, size);
    block->offset += size;
    arena->used += size;
    if (arena->used > arena->high_water)
        arena->high_water = arena->used;
    return memory;
}

void *sim_arena_array(struct sim_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        die_without_memory(SIZE_MAX);
    return sim_arena_alloc(arena, bytes);
}

char *sim_arena_strdup(struct sim_arena *arena, const char *text)
{
    return sim_arena_strndup(arena, text, strlen(text));
}

char *sim_arena_strndup(struct sim_arena *arena, const char *text, size_t length)
{
    length = strnlen(text, length);
    char *copy = sim_arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *sim_arena_printf(struct sim_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    char *text = sim_arena_alloc(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

struct sim_arena_mark sim_arena_mark(const struct sim_arena *arena)
{
    return (struct sim_arena_mark){
        .block = arena->block,
        .offset = arena->block ? arena->block->offset : 0,
        .used = arena->used,
    };
}

void sim_arena_rewind(struct sim_arena *arena, struct sim_arena_mark mark)
{
    assert(mark.used <= arena->used);
    /* A mark of an arena that had no block yet: back to the start of the first one. */
    struct sim_arena_block *to = mark.block ? mark.block : oldest_block(arena);
    for (struct sim_arena_block *block = arena->block; block != to; block = block->older) {
        poison(block, 0);
        block->offset = 0;
    }
    if (to) {
        assert(mark.offset <= to->offset);
        poison(to, mark.offset);
        to->offset = mark.offset;
    }
    arena->block = to;
    arena->used = mark.used;
}
