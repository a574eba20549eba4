/* The record stream and the hash. */
#include "sim_record.h"

#include <check.h>
#include <string.h>

struct notes {
    char *text;
    char mark;
};

static void observe(void *user, const struct sim_record *record)
{
    struct notes *notes = user;
    size_t length = strlen(notes->text);
    notes->text[length] = notes->mark;
    notes->text[length + 1] = (char)('0' + record->kind);
}

START_TEST(stream_calls_observers_in_order)
{
    char text[32] = "";
    struct notes a = {text, 'a'}, b = {text, 'b'};
    struct sim_stream stream;
    sim_stream_init(&stream);
    struct sim_record record = {.kind = 1};
    sim_stream_emit(&stream, &record); /* nobody listens */
    sim_stream_add(&stream, observe, &a);
    sim_stream_add(&stream, observe, &b);
    sim_stream_emit(&stream, &record);
    record.kind = 2;
    sim_stream_emit(&stream, &record);
    ck_assert_str_eq(text, "a1b1a2b2");
    ck_assert_uint_eq(stream.records, 3);
}
END_TEST

static uint64_t hash_of(const struct sim_record *record)
{
    struct sim_hash hash;
    sim_hash_init(&hash);
    sim_hash_observe(&hash, record);
    return sim_hash_value(&hash);
}

START_TEST(hash_sees_every_part_and_nothing_else)
{
    struct sim_record record = {.at = 5, .kind = 3, .field_count = 2, .field = {7, -8}};
    uint64_t base = hash_of(&record);
    struct sim_record changed = record;
    changed.field[2] = 99; /* not in use */
    ck_assert_uint_eq(hash_of(&changed), base);
    changed.at = 6;
    ck_assert_uint_ne(hash_of(&changed), base);
    changed = record;
    changed.kind = 4;
    ck_assert_uint_ne(hash_of(&changed), base);
    changed = record;
    changed.field_count = 3;
    ck_assert_uint_ne(hash_of(&changed), base);
    changed = record;
    changed.field[0] = -8;
    changed.field[1] = 7;
    ck_assert_uint_ne(hash_of(&changed), base);
}
END_TEST

static uint64_t hash_bytes(const char *a, size_t a_size, const char *b, size_t b_size)
{
    struct sim_hash hash;
    sim_hash_init(&hash);
    sim_hash_bytes(&hash, a, a_size);
    sim_hash_bytes(&hash, b, b_size);
    return sim_hash_value(&hash);
}

START_TEST(hash_of_bytes_keeps_boundaries)
{
    ck_assert_uint_ne(hash_bytes("ab", 2, "c", 1), hash_bytes("a", 1, "bc", 2));
    ck_assert_uint_ne(hash_bytes("a", 1, "", 0), hash_bytes("a\0", 2, "", 0));
    ck_assert_uint_ne(hash_bytes("", 0, "", 0), hash_bytes("", 0, "\0", 1));
    char text[] = "x12345678901234567890";
    uint64_t there = hash_bytes(text + 1, 20, "", 0);
    memmove(text, text + 1, 20); /* alignment does not matter */
    ck_assert_uint_eq(hash_bytes(text, 20, "", 0), there);
}
END_TEST

START_TEST(hash_has_known_values)
{
    /* Pinned: golden files of every machine hold such values. */
    struct sim_hash hash;
    sim_hash_init(&hash);
    uint64_t empty = sim_hash_value(&hash);
    sim_hash_word(&hash, 1);
    sim_hash_word(&hash, UINT64_MAX);
    uint64_t words = sim_hash_value(&hash);
    ck_assert_uint_eq(sim_hash_value(&hash), words); /* reading does not change it */
    ck_assert_uint_eq(empty, UINT64_C(0x1185f604243ca198));
    ck_assert_uint_eq(words, UINT64_C(0x95c08a696f97d33e));
    ck_assert_uint_eq(hash_bytes("plimsoll", 8, "line", 4), UINT64_C(0x904f8f7799704abd));
}
END_TEST

START_TEST(hash_avalanche)
{
    /* Each bit of a word flips about half of the bits of the value, also as a word long past. */
    for (int after = 0; after < 2; after++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            unsigned flipped = 0;
            for (uint64_t sample = 0; sample < 64; sample++) {
                struct sim_hash a, b;
                sim_hash_init(&a);
                sim_hash_init(&b);
                sim_hash_word(&a, sample);
                sim_hash_word(&b, sample ^ UINT64_C(1) << bit);
                for (int i = 0; i < after; i++) {
                    sim_hash_word(&a, 0);
                    sim_hash_word(&b, 0);
                }
                uint64_t difference = sim_hash_value(&a) ^ sim_hash_value(&b);
                flipped += (unsigned)__builtin_popcountll(difference);
            }
            /* 4,096 fair coins: mean 2,048, sd 32; six sd. */
            ck_assert_uint_gt(flipped, 2048 - 192);
            ck_assert_uint_lt(flipped, 2048 + 192);
        }
    }
}
END_TEST

Suite *test_sim_record_suite(void);
Suite *test_sim_record_suite(void)
{
    Suite *suite = suite_create("sim_record");
    TCase *cases = tcase_create("record");
    tcase_add_test(cases, stream_calls_observers_in_order);
    tcase_add_test(cases, hash_sees_every_part_and_nothing_else);
    tcase_add_test(cases, hash_of_bytes_keeps_boundaries);
    tcase_add_test(cases, hash_has_known_values);
    tcase_add_test(cases, hash_avalanche);
    suite_add_tcase(suite, cases);
    return suite;
}
