/* The tournament against a list that is searched from end to end. */
#include "sim_tournament.h"

#include "sim_rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct slow {
    bool in[600];
    int64_t scores[600][3];
    uint32_t count, width;
};

static uint32_t roll(uint64_t key, uint64_t *drawn, uint32_t count)
{
    return (uint32_t)sim_rng_index(7, 0, SIM_CHANCE_TIE, key, (*drawn)++, count);
}

static int compare(const struct slow *slow, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < slow->width; i++)
        if (slow->scores[a][i] != slow->scores[b][i])
            return slow->scores[a][i] < slow->scores[b][i] ? -1 : 1;
    return 0;
}

/* Best leaf, or SIM_TOURNAMENT_NONE. */
static uint32_t best_of(const struct slow *slow)
{
    uint32_t best = SIM_TOURNAMENT_NONE;
    for (uint32_t i = 0; i < slow->count; i++)
        if (slow->in[i] && (best == SIM_TOURNAMENT_NONE || compare(slow, i, best) < 0))
            best = i;
    return best;
}

static void agree(const struct sim_tournament *fast, const struct slow *slow)
{
    uint32_t best = best_of(slow), ties = 0;
    if (best == SIM_TOURNAMENT_NONE) {
        ck_assert_uint_eq(sim_tournament_ties(fast), 0);
        ck_assert_ptr_null(sim_tournament_best(fast));
        return;
    }
    ck_assert_int_eq(memcmp(sim_tournament_best(fast), slow->scores[best],
                            slow->width * sizeof(int64_t)),
                     0);
    for (uint32_t i = 0; i < slow->count; i++) {
        ck_assert_uint_eq(sim_tournament_ties_before(fast, i), ties);
        if (slow->in[i] && compare(slow, i, best) == 0)
            ck_assert_uint_eq(sim_tournament_select(fast, ties++), i);
    }
    ck_assert_uint_eq(sim_tournament_ties_before(fast, slow->count), ties);
    ck_assert_uint_eq(sim_tournament_ties(fast), ties);
}

START_TEST(tournament_against_a_list)
{
    uint64_t drawn = 0, key = (uint64_t)_i;
    struct slow slow = {.width = (uint32_t)_i % 4};
    struct sim_tournament fast;
    sim_tournament_init(&fast, slow.width);
    for (uint32_t step = 0; step < 1200; step++) {
        uint32_t what = roll(key, &drawn, 10);
        if (slow.count == 0 || (what == 0 && slow.count < 600)) {
            slow.in[slow.count] = false;
            ck_assert_uint_eq(sim_tournament_append(&fast), slow.count);
            slow.count++;
        } else if (what == 1 && step % 50 == 49) {
            sim_tournament_clear(&fast);
            for (uint32_t i = 0; i < slow.count; i++) /* the same again, all at once */
                sim_tournament_append(&fast);
            for (uint32_t i = 0; i < slow.count; i++)
                sim_tournament_put(&fast, i, slow.in[i] ? slow.scores[i] : NULL);
            sim_tournament_build(&fast);
        } else {
            uint32_t leaf = roll(key, &drawn, slow.count);
            slow.in[leaf] = what > 3;
            for (uint32_t i = 0; i < 3; i++)
                slow.scores[leaf][i] = (int64_t)roll(key, &drawn, 3) - 1;
            sim_tournament_set(&fast, leaf, slow.in[leaf] ? slow.scores[leaf] : NULL);
        }
        if (step % 7 == 0)
            agree(&fast, &slow);
    }
    agree(&fast, &slow);
    ck_assert_uint_gt(slow.count, 50);
    sim_tournament_release(&fast);
}
END_TEST

START_TEST(tournament_empty)
{
    struct sim_tournament fast;
    sim_tournament_init(&fast, 2);
    ck_assert_uint_eq(sim_tournament_ties(&fast), 0);
    ck_assert_uint_eq(sim_tournament_ties_before(&fast, 0), 0);
    ck_assert_ptr_null(sim_tournament_best(&fast));
    sim_tournament_build(&fast);
    sim_tournament_clear(&fast);
    ck_assert_uint_eq(sim_tournament_bytes(&fast), 0);
    sim_tournament_release(&fast);
}
END_TEST

Suite *test_sim_tournament_suite(void);
Suite *test_sim_tournament_suite(void)
{
    Suite *suite = suite_create("sim_tournament");
    TCase *tests = tcase_create("tournament");
    tcase_add_loop_test(tests, tournament_against_a_list, 0, 24);
    tcase_add_test(tests, tournament_empty);
    suite_add_tcase(suite, tests);
    return suite;
}
