/* sim_arena: memory by lifetime.
 *
 * An arena hands out zeroed memory that is freed all at once. There are four lifetimes in the
 * program: the scenario (loaded once), the world (cleared between replications), scratch (rewound
 * after an event with mark and rewind) and a batch of records. Blocks are 64 KiB or larger,
 * pointers stay valid until clear or release; there is no free of a single piece.
 *
 * Running out of memory ends the program with a message on stderr and exit 1: a simulator has
 * nothing better to do with it. Cleared memory is poisoned with 0xDD when SIM_POISON is defined. */
#ifndef SIM_ARENA_H
#define SIM_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct sim_arena {
    struct sim_arena_block *block; /* newest; private */
    size_t used;                   /* bytes handed out now */
    size_t high_water;             /* most bytes handed out at once */
};

struct sim_arena_mark {
    struct sim_arena_block *block;
    size_t offset, used;
};

void sim_arena_init(struct sim_arena *arena);
void sim_arena_release(struct sim_arena *arena);
void sim_arena_clear(struct sim_arena *arena); /* forgets everything, keeps the largest block */

/* Zeroed, aligned to 16. size 0 gives a valid pointer. */
void *sim_arena_alloc(struct sim_arena *arena, size_t size);
/* count * size, checked for overflow. */
void *sim_arena_array(struct sim_arena *arena, size_t count, size_t size);
char *sim_arena_strdup(struct sim_arena *arena, const char *text);
char *sim_arena_strndup(struct sim_arena *arena, const char *text, size_t length);
char *sim_arena_printf(struct sim_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct sim_arena_mark sim_arena_mark(const struct sim_arena *arena);
void sim_arena_rewind(struct sim_arena *arena, struct sim_arena_mark mark);

/* Checked heap for growable arrays: never return NULL. */
void *sim_malloc(size_t size);
void *sim_realloc(void *memory, size_t count, size_t size);

/* Grows *array (elements of `size` bytes) so that it holds at least `need`; doubles. New elements
 * are zeroed. */
void sim_grow(void **array, uint32_t *capacity, uint32_t need, size_t size);

#endif
