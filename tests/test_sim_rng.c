/* The generator: known answers, and whether keyed draws with neighbouring keys look independent.
 * All statistics are of fixed keys, so a pass stays a pass; limits are six standard deviations or
 * a tail of 10^-6. */
#include "sim_rng.h"

#include <check.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

static void place(struct sim_rng *rng, const uint32_t counter[4], const uint32_t key[2])
{
    sim_rng_key(rng, 0, 0, SIM_CHANCE_TEST, 0, 0);
    rng->state = (struct sim_rng_state){
        .key = {key[0], key[1]},
        .stream = {counter[2], counter[3]},
        .block = (uint64_t)counter[1] << 32 | counter[0],
    };
}

START_TEST(rng_philox_known_answers)
{
    /* Random123, kat_vectors, philox4x32 with 10 rounds. */
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } rows[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < 3; i++) {
        struct sim_rng rng;
        place(&rng, rows[i].counter, rows[i].key);
        const uint32_t *out = rows[i].out;
        ck_assert_uint_eq(gsl_rng_get(&rng.gsl), (uint64_t)out[1] << 32 | out[0]);
        ck_assert_uint_eq(gsl_rng_get(&rng.gsl), (uint64_t)out[3] << 32 | out[2]);
    }
}
END_TEST

START_TEST(rng_works_from_gsl_alloc)
{
    gsl_rng *rng = gsl_rng_alloc(sim_rng_philox);
    ck_assert_uint_eq(gsl_rng_min(rng), 0);
    ck_assert_uint_eq(gsl_rng_max(rng), UINT64_MAX);
    gsl_rng_set(rng, 0);
    ck_assert_uint_eq(gsl_rng_get(rng), UINT64_C(0xe169c58d6627e8d5));
    gsl_rng *copy = gsl_rng_clone(rng);
    for (int i = 0; i < 5; i++)
        ck_assert_uint_eq(gsl_rng_get(rng), gsl_rng_get(copy));
    gsl_rng_set(rng, 1);
    gsl_rng_set(copy, 2);
    ck_assert_uint_ne(gsl_rng_get(rng), gsl_rng_get(copy));
    for (int i = 0; i < 1000; i++) {
        double u = gsl_rng_uniform(rng);
        ck_assert(u >= 0 && u < 1);
        ck_assert_double_eq(u * 0x1p53, floor(u * 0x1p53));
        ck_assert_uint_lt(gsl_rng_uniform_int(rng, 7), 7);
    }
    gsl_rng_free(copy);
    gsl_rng_free(rng);
}
END_TEST

START_TEST(rng_key_names_the_stream)
{
    struct sim_rng a, b;
    sim_rng_key(&a, 1, 2, SIM_CHANCE_BOOT, 3, 4);
    double first = gsl_rng_uniform(&a.gsl);
    for (int i = 0; i < 9; i++) /* what was drawn before does not matter */
        gsl_rng_get(&a.gsl);
    sim_rng_key(&a, 1, 2, SIM_CHANCE_BOOT, 3, 4);
    ck_assert_double_eq(gsl_rng_uniform(&a.gsl), first);
    ck_assert_double_eq(sim_rng_uniform(1, 2, SIM_CHANCE_BOOT, 3, 4), first);
    ck_assert_uint_eq(sim_rng_index(1, 2, SIM_CHANCE_BOOT, 3, 4, 1000),
                      (uint64_t)floor(first * 1000));
    ck_assert_uint_eq(sim_rng_index(1, 2, SIM_CHANCE_BOOT, 3, 4, 1), 0);

    static const uint64_t keys[][5] = {
        {2, 2, SIM_CHANCE_BOOT, 3, 4}, {1, 3, SIM_CHANCE_BOOT, 3, 4},
        {1, 2, SIM_CHANCE_TIE, 3, 4},  {1, 2, SIM_CHANCE_BOOT, 4, 4},
        {1, 2, SIM_CHANCE_BOOT, 3, 5}, {1, 2, SIM_CHANCE_BOOT, 4, 3},
        {2, 1, SIM_CHANCE_BOOT, 3, 4}, {1, 2, SIM_CHANCE_BOOT, 3, 4 + (UINT64_C(1) << 32)},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const uint64_t *k = keys[i];
        sim_rng_key(&b, k[0], (uint32_t)k[1], (enum sim_chance)k[2], k[3], k[4]);
        ck_assert_double_ne(gsl_rng_uniform(&b.gsl), first);
    }
}
END_TEST

/* Six ways to walk through keys by ones. */
static uint64_t walk(int way, uint64_t i)
{
    struct sim_rng rng;
    static const uint64_t big = UINT64_C(1) << 32;
    switch (way) {
    case 0:
        sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, i, 0);
        break;
    case 1:
        sim_rng_key(&rng, 1, 0, SIM_CHANCE_TEST, 0, i);
        break;
    case 2:
        sim_rng_key(&rng, i, 0, SIM_CHANCE_TEST, 5, 5);
        break;
    case 3:
        sim_rng_key(&rng, 7, (uint32_t)i, SIM_CHANCE_TEST, 5, 5);
        break;
    case 4:
        sim_rng_key(&rng, 7, 0, SIM_CHANCE_TEST, i * big, i % 3);
        break;
    default:
        sim_rng_key(&rng, i / 16, 0, (enum sim_chance)(i % 16 + 1), i, i);
    }
    return gsl_rng_get(&rng.gsl);
}
#define WAYS  6
#define DRAWS 65536

START_TEST(rng_keyed_draws_are_uniform)
{
    /* 256 cells over the top byte, and over the lowest. */
    for (int way = 0; way < WAYS; way++) {
        for (unsigned shift = 0; shift <= 56; shift += 56) {
            unsigned cells[256] = {0};
            for (uint64_t i = 0; i < DRAWS; i++)
                cells[walk(way, i) >> shift & 255]++;
            double chi2 = 0;
            for (int i = 0; i < 256; i++)
                chi2 += (cells[i] - 256.0) * (cells[i] - 256.0) / 256.0;
            double p = gsl_cdf_chisq_Q(chi2, 255);
            ck_assert_msg(p > 1e-6 && p < 1 - 1e-6, "way %d, shift %u: p = %g", way, shift, p);
        }
    }
}
END_TEST

START_TEST(rng_neighbours_are_not_correlated)
{
    for (int way = 0; way < WAYS; way++) {
        for (uint64_t lag = 1; lag <= 16; lag *= 4) {
            double sum = 0;
            for (uint64_t i = 0; i < DRAWS; i++) {
                double u = (double)walk(way, i) * 0x1p-64 - 0.5;
                double v = (double)walk(way, i + lag) * 0x1p-64 - 0.5;
                sum += u * v;
            }
            double correlation = sum * 12 / DRAWS; /* sd 1 / sqrt(DRAWS) = 1 / 256 */
            ck_assert_msg(fabs(correlation) < 6.0 / 256, "way %d: %g", way, correlation);
        }
    }
}
END_TEST

static int compare_words(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

START_TEST(rng_keys_do_not_collide)
{
    /* 2^17 draws of 64 bits of six walks: a repeat has a chance of 2^-24 at most. */
    const size_t each = 20000, count = WAYS * each;
    uint64_t *words = malloc(count * sizeof *words);
    ck_assert_ptr_nonnull(words);
    for (size_t i = 0; i < count; i++) /* from 1000: the walks meet at small numbers */
        words[i] = walk((int)(i / each), i % each + 1000);
    qsort(words, count, sizeof *words, compare_words);
    for (size_t i = 1; i < count; i++)
        ck_assert_uint_ne(words[i], words[i - 1]);
    free(words);
}
END_TEST

/* Counts, for one input bit, how often each output bit flips. */
static void assert_avalanche(uint64_t (*word)(uint64_t part, int which), int which)
{
    for (unsigned in = 0; in < 64; in++) {
        unsigned flips[64] = {0};
        for (uint64_t sample = 0; sample < 1024; sample++) {
            uint64_t d = word(sample, which) ^ word(sample ^ UINT64_C(1) << in, which);
            for (unsigned out = 0; out < 64; out++)
                flips[out] += (unsigned)(d >> out & 1);
        }
        for (unsigned out = 0; out < 64; out++) /* mean 512, sd 16 */
            ck_assert_msg(flips[out] > 512 - 96 && flips[out] < 512 + 96,
                          "part %d: bit %u flips bit %u %u times of 1024", which, in, out,
                          flips[out]);
    }
}

static uint64_t keyed_word(uint64_t part, int which)
{
    struct sim_rng rng;
    sim_rng_key(&rng, which == 0 ? part : 1, 0, SIM_CHANCE_TEST, which == 1 ? part : 2,
                which == 2 ? part : 3);
    return gsl_rng_get(&rng.gsl);
}

static uint64_t mixed_word(uint64_t part, int which)
{
    return which == 0 ? sim_rng_mix(part, 5) : sim_rng_mix(5, part);
}

START_TEST(rng_avalanche)
{
    for (int which = 0; which < 3; which++)
        assert_avalanche(keyed_word, which);
    for (int which = 0; which < 2; which++)
        assert_avalanche(mixed_word, which);
}
END_TEST

START_TEST(rng_mix_separates_small_pairs)
{
    enum { SIDE = 256 };
    uint64_t *words = malloc(SIDE * SIDE * sizeof *words);
    ck_assert_ptr_nonnull(words);
    for (uint64_t a = 0; a < SIDE; a++)
        for (uint64_t b = 0; b < SIDE; b++)
            words[a * SIDE + b] = sim_rng_mix(a, b);
    qsort(words, SIDE * SIDE, sizeof *words, compare_words);
    for (size_t i = 1; i < SIDE * SIDE; i++)
        ck_assert_uint_ne(words[i], words[i - 1]);
    free(words);
}
END_TEST

START_TEST(rng_index_is_uniform_and_in_range)
{
    static const uint64_t sizes[] = {2, 3, 10, 1000};
    for (size_t s = 0; s < 4; s++) {
        uint64_t n = sizes[s];
        unsigned counts[1000] = {0};
        for (uint64_t i = 0; i < 100000; i++) {
            uint64_t index = sim_rng_index(3, 1, SIM_CHANCE_TIE, i, 0, n);
            ck_assert_uint_lt(index, n);
            counts[index]++;
        }
        double expected = 100000.0 / (double)n, chi2 = 0;
        for (uint64_t i = 0; i < n; i++)
            chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
        ck_assert_double_gt(gsl_cdf_chisq_Q(chi2, (double)n - 1), 1e-6);
    }
    ck_assert_uint_gt(sim_rng_index(3, 1, SIM_CHANCE_TIE, 1, 1, UINT64_MAX), UINT32_MAX);
}
END_TEST

Suite *test_sim_rng_suite(void);
Suite *test_sim_rng_suite(void)
{
    Suite *suite = suite_create("sim_rng");
    TCase *cases = tcase_create("rng");
    tcase_add_test(cases, rng_philox_known_answers);
    tcase_add_test(cases, rng_works_from_gsl_alloc);
    tcase_add_test(cases, rng_key_names_the_stream);
    tcase_add_test(cases, rng_keyed_draws_are_uniform);
    tcase_add_test(cases, rng_neighbours_are_not_correlated);
    tcase_add_test(cases, rng_keys_do_not_collide);
    tcase_add_test(cases, rng_avalanche);
    tcase_add_test(cases, rng_mix_separates_small_pairs);
    tcase_add_test(cases, rng_index_is_uniform_and_in_range);
    suite_add_tcase(suite, cases);
    return suite;
}
