/* The shelf against a list that is searched from end to end. */
#include "sim_shelf.h"

#include "sim_rng.h"

#include <check.h>

#define ITEMS 400
#define STEPS 4000

struct slow {
    bool on[ITEMS];
    int64_t first[ITEMS], second[ITEMS];
    uint32_t count;
};

static uint32_t roll(uint64_t key, uint64_t *drawn, uint32_t count)
{
    return (uint32_t)sim_rng_index(11, 0, SIM_CHANCE_TIE, key, (*drawn)++, count);
}

/* Whether item a is as good as any that suffices. */
static bool is_best(const struct slow *slow, uint32_t a, int64_t first, int64_t second,
                    bool by_second)
{
    if (!slow->on[a] || slow->first[a] < first || slow->second[a] < second)
        return false;
    for (uint32_t i = 0; i < slow->count; i++)
        if (slow->on[i] && slow->first[i] >= first && slow->second[i] >= second &&
            (slow->first[i] < slow->first[a] ||
             (by_second && slow->first[i] == slow->first[a] && slow->second[i] < slow->second[a])))
            return false;
    return true;
}

static void agree(const struct sim_shelf *shelf, const struct slow *slow, int64_t first,
                  int64_t second, bool by_second)
{
    struct sim_shelf_best best = sim_shelf_ask(shelf, first, second, by_second);
    uint32_t ties = 0;
    int64_t least = INT64_MAX;
    for (uint32_t i = 0; i < slow->count; i++) {
        if (best.ties > 0 && i % 7 == 0)
            ck_assert_uint_eq(sim_shelf_ties_before(shelf, &best, i), ties);
        if (!is_best(slow, i, first, second, by_second))
            continue;
        ck_assert_int_eq(best.first, slow->first[i]);
        least = slow->second[i] < least ? slow->second[i] : least;
        ck_assert_uint_lt(ties, best.ties);
        ck_assert_uint_eq(sim_shelf_select(shelf, &best, ties++), i);
    }
    ck_assert_uint_eq(best.ties, ties);
    if (ties == 0)
        return;
    ck_assert_int_eq(best.second, least);
    ck_assert_uint_eq(sim_shelf_ties_before(shelf, &best, slow->count), ties);
}

/* Few different amounts: many tie; or many: few do. */
START_TEST(shelf_against_a_list)
{
    uint64_t drawn = 0;
    uint32_t amounts = _i == 0 ? 4 : _i == 1 ? 30 : 1000;
    struct sim_shelf shelf;
    struct slow slow = {.count = 0};
    sim_shelf_init(&shelf);
    for (uint32_t step = 0; step < STEPS; step++) {
        if (slow.count < ITEMS && roll(1, &drawn, 6) == 0)
            ck_assert_uint_eq(sim_shelf_append(&shelf), slow.count++);
        if (step == STEPS / 2) {
            sim_shelf_clear(&shelf);
            slow = (struct slow){.count = 0};
        }
        if (slow.count == 0)
            continue;
        uint32_t item = roll(2, &drawn, slow.count);
        slow.on[item] = roll(3, &drawn, 4) != 0;
        slow.first[item] = roll(4, &drawn, amounts);
        slow.second[item] = roll(5, &drawn, amounts);
        if (slow.on[item])
            sim_shelf_put(&shelf, item, slow.first[item], slow.second[item]);
        else
            sim_shelf_take(&shelf, item);
        if (step % 8 == 0)
            agree(&shelf, &slow, roll(6, &drawn, amounts), roll(7, &drawn, amounts),
                  roll(8, &drawn, 2) == 0);
    }
    sim_shelf_release(&shelf);
}
END_TEST

/* Whatever the order in which items come, the tree stays shallow: a million levels would end the
 * program. */
START_TEST(shelf_of_equal_and_rising_amounts)
{
    struct sim_shelf shelf;
    sim_shelf_init(&shelf);
    for (uint32_t i = 0; i < 100000; i++)
        sim_shelf_put(&shelf, sim_shelf_append(&shelf), _i == 0 ? 5 : (int64_t)i, 1);
    struct sim_shelf_best best = sim_shelf_ask(&shelf, 5, 1, true);
    ck_assert_uint_eq(best.ties, _i == 0 ? 100000 : 1);
    ck_assert_uint_eq(sim_shelf_select(&shelf, &best, best.ties - 1), _i == 0 ? 99999 : 5);
    sim_shelf_release(&shelf);
}
END_TEST

Suite *test_sim_shelf_suite(void);
Suite *test_sim_shelf_suite(void)
{
    Suite *suite = suite_create("sim_shelf");
    TCase *tests = tcase_create("shelf");
    tcase_add_loop_test(tests, shelf_against_a_list, 0, 3);
    tcase_add_loop_test(tests, shelf_of_equal_and_rising_amounts, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
