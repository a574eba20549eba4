/* Arenas and slots. */
#include "sim_arena.h"
#include "sim_rng.h"
#include "sim_slots.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool all_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

START_TEST(arena_memory_is_zeroed_aligned_and_apart)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    unsigned char *pieces[500];
    size_t sizes[500];
    for (int lap = 0; lap < 3; lap++) {
        for (size_t i = 0; i < 500; i++) {
            sizes[i] = i * i % 4099 + (i == 250 ? 9000000 : 0);
            pieces[i] = sim_arena_alloc(&arena, sizes[i]);
            ck_assert_ptr_nonnull(pieces[i]);
            ck_assert_uint_eq((uintptr_t)pieces[i] % 16, 0);
            ck_assert(all_zero(pieces[i], sizes[i]));
            memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
        }
        for (size_t i = 0; i < 500; i++)
            for (size_t k = 0; k < sizes[i]; k += 37)
                ck_assert_uint_eq(pieces[i][k], i % 255 + 1);
        ck_assert_uint_ge(arena.high_water, arena.used);
        sim_arena_clear(&arena);
        ck_assert_uint_eq(arena.used, 0);
        ck_assert_uint_gt(arena.high_water, 9000000);
    }
    sim_arena_release(&arena);
}
END_TEST

START_TEST(arena_rewind_nests_and_reuses)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct sim_arena_mark empty = sim_arena_mark(&arena);
    char *kept = sim_arena_strdup(&arena, "kept");
    struct sim_arena_mark outer = sim_arena_mark(&arena);
    void *first = sim_arena_alloc(&arena, 100);
    for (int lap = 0; lap < 50; lap++) {
        struct sim_arena_mark inner = sim_arena_mark(&arena);
        unsigned char *large = sim_arena_alloc(&arena, 300000); /* a block of its own */
        ck_assert(all_zero(large, 300000));
        memset(large, 0xEE, 300000);
        sim_arena_alloc(&arena, 10000);
        sim_arena_rewind(&arena, inner);
        ck_assert_uint_eq(arena.used, inner.used);
    }
    ck_assert_uint_lt(arena.high_water, 400000);
    sim_arena_rewind(&arena, outer);
    ck_assert_ptr_eq(sim_arena_alloc(&arena, 100), first);
    ck_assert_str_eq(kept, "kept");
    sim_arena_rewind(&arena, empty);
    ck_assert_uint_eq(arena.used, 0);
    ck_assert_ptr_eq(sim_arena_alloc(&arena, 5), (void *)kept);
    sim_arena_release(&arena);
}
END_TEST

/* Random marks, rewinds and allocations against a stack of what must still be there. */
START_TEST(arena_random_marks)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    struct piece {
        struct sim_arena_mark before;
        unsigned char *bytes;
        size_t size;
        unsigned char fill;
    } stack[200];
    size_t depth = 0;
    struct sim_rng rng;
    sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 1, 1);
    for (int step = 0; step < 20000; step++) {
        if (depth < 200 && gsl_rng_uniform_int(&rng.gsl, 3)) {
            struct piece *piece = &stack[depth++];
            piece->before = sim_arena_mark(&arena);
            piece->size =
                gsl_rng_uniform_int(&rng.gsl, 1u << gsl_rng_uniform_int(&rng.gsl, 17)) + 1;
            piece->bytes = sim_arena_alloc(&arena, piece->size);
            ck_assert(all_zero(piece->bytes, piece->size));
            piece->fill = (unsigned char)(step % 255 + 1);
            memset(piece->bytes, piece->fill, piece->size);
        } else if (depth > 0) {
            depth = gsl_rng_uniform_int(&rng.gsl, depth);
            sim_arena_rewind(&arena, stack[depth].before);
        }
        if (depth > 0) {
            const struct piece *top = &stack[gsl_rng_uniform_int(&rng.gsl, depth)];
            ck_assert_uint_eq(top->bytes[0], top->fill);
            ck_assert_uint_eq(top->bytes[top->size - 1], top->fill);
        }
    }
    sim_arena_release(&arena);
}
END_TEST

START_TEST(arena_text)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    ck_assert_str_eq(sim_arena_strndup(&arena, "abcdef", 3), "abc");
    ck_assert_str_eq(sim_arena_strndup(&arena, "ab", 30), "ab");
    ck_assert_str_eq(sim_arena_strdup(&arena, ""), "");
    ck_assert_str_eq(sim_arena_printf(&arena, "%s-%d", "x", 42), "x-42");
    size_t length = strlen(sim_arena_printf(&arena, "%100000d", 7));
    ck_assert_uint_eq(length, 100000);
    ck_assert_ptr_nonnull(sim_arena_array(&arena, 0, 8));
    sim_arena_release(&arena);
}
END_TEST

START_TEST(arena_overflow_ends_the_program)
{
    struct sim_arena arena;
    sim_arena_init(&arena);
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr)); /* its message is expected */
    sim_arena_array(&arena, SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(grow_doubles_and_zeroes)
{
    uint32_t *array = NULL;
    uint32_t capacity = 0;
    for (uint32_t need = 1; need <= 5000; need++) {
        uint32_t before = capacity;
        sim_grow((void **)&array, &capacity, need, sizeof *array);
        ck_assert_uint_ge(capacity, need);
        if (before && capacity != before)
            ck_assert_uint_eq(capacity, 2 * before);
        ck_assert_uint_eq(array[need - 1], 0);
        array[need - 1] = need;
    }
    for (uint32_t i = 0; i < 5000; i++)
        ck_assert_uint_eq(array[i], i + 1);
    sim_grow((void **)&array, &capacity, 100000, sizeof *array);
    ck_assert_uint_eq(capacity, 100000);
    ck_assert(all_zero((unsigned char *)(array + 8192), (100000 - 8192) * sizeof *array));
    free(array);
}
END_TEST

START_TEST(slots_detect_stale_ids)
{
    struct sim_slots slots;
    sim_slots_init(&slots);
    struct sim_id live[300], stale = {0, 0};
    uint32_t count = 0;
    struct sim_rng rng;
    sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 2, 2);
    for (int step = 0; step < 20000; step++) {
        ck_assert(!sim_slots_live(&slots, stale));
        if (count < 300 && gsl_rng_uniform_int(&rng.gsl, 2)) {
            live[count++] = sim_slots_take(&slots);
        } else if (count > 0) {
            uint32_t i = (uint32_t)gsl_rng_uniform_int(&rng.gsl, count);
            stale = live[i];
            sim_slots_give(&slots, stale);
            live[i] = live[--count];
            ck_assert_uint_eq(sim_slots_id(&slots, stale.slot).generation, 0);
        }
        ck_assert_uint_eq(slots.in_use, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        ck_assert(sim_slots_live(&slots, live[i]));
        ck_assert_uint_eq(sim_slots_id(&slots, live[i].slot).generation, live[i].generation);
        for (uint32_t k = 0; k < i; k++)
            ck_assert_uint_ne(live[i].slot, live[k].slot);
    }
    ck_assert_uint_le(slots.high_water, 300);
    ck_assert_uint_eq(slots.count, slots.high_water); /* slots are reused before new ones */
    sim_slots_release(&slots);
}
END_TEST

START_TEST(slots_are_reused_last_in_first_out)
{
    struct sim_slots slots;
    sim_slots_init(&slots);
    ck_assert(!sim_slots_live(&slots, (struct sim_id){0, 0}));
    struct sim_id a = sim_slots_take(&slots), b = sim_slots_take(&slots);
    ck_assert_uint_eq(a.slot, 0);
    ck_assert_uint_eq(a.generation, 1);
    sim_slots_give(&slots, a);
    sim_slots_give(&slots, b);
    ck_assert(!sim_slots_live(&slots, (struct sim_id){0, 2})); /* a free slot's generation */
    struct sim_id c = sim_slots_take(&slots);
    ck_assert_uint_eq(c.slot, b.slot);
    ck_assert_uint_eq(c.generation, 3);
    struct sim_id back = sim_id_unpack(sim_id_pack(c));
    ck_assert(back.slot == c.slot && back.generation == c.generation);
    sim_slots_clear(&slots);
    ck_assert(!sim_slots_live(&slots, c));
    ck_assert_uint_eq(sim_slots_take(&slots).generation, 1);
    sim_slots_release(&slots);
}
END_TEST

Suite *test_sim_memory_suite(void);
Suite *test_sim_memory_suite(void)
{
    Suite *suite = suite_create("sim_memory");
    TCase *cases = tcase_create("memory");
    tcase_add_test(cases, arena_memory_is_zeroed_aligned_and_apart);
    tcase_add_test(cases, arena_rewind_nests_and_reuses);
    tcase_add_test(cases, arena_random_marks);
    tcase_add_test(cases, arena_text);
    tcase_add_exit_test(cases, arena_overflow_ends_the_program, 1);
    tcase_add_test(cases, grow_doubles_and_zeroes);
    tcase_add_test(cases, slots_detect_stale_ids);
    tcase_add_test(cases, slots_are_reused_last_in_first_out);
    suite_add_tcase(suite, cases);
    return suite;
}
