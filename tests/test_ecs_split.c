#include "ecs_split.h"

#include <check.h>

static struct ecs_strategy two(int64_t base_a, int64_t weight_a, int64_t base_b, int64_t weight_b)
{
    return (struct ecs_strategy){
        .count = 2,
        .items = {{.provider = 0, .base = base_a, .weight = weight_a},
                  {.provider = 1, .base = base_b, .weight = weight_b}},
    };
}

/* How `tasks` of one population fall on the providers. */
static void spread(const struct ecs_strategy *strategy, enum ecs_split_rule rule, int tasks,
                   int *got)
{
    struct ecs_population population = {0};
    for (uint32_t i = 0; i < strategy->count; i++)
        got[i] = 0;
    for (int n = 0; n < tasks; n++) {
        uint32_t item = ecs_split_next(strategy, &population, rule);
        ck_assert_uint_lt(item, strategy->count);
        got[item]++;
    }
}

static const struct split_case {
    int64_t base_a, weight_a, base_b, weight_b;
    int tasks, a, b;
} cases[] = {
    {0, 1, 0, 1, 5, 3, 2},   /* CPS-15, the tutorial */
    {0, 1, 0, 4, 5, 1, 4},   /* CPS-06 */
    {0, 1, 0, 4, 10, 2, 8},  /* CPS-15 */
    {1, 1, 0, 1, 5, 3, 2},   /* CPS-15, CPS-17 */
    {2, 0, 0, 1, 5, 2, 3},   /* CPS-15 */
    {3, 1, 0, 1, 2, 2, 0},   /* CPS-15: fewer tasks than the base */
    {2, 1, 0, 3, 10, 4, 6},  /* sheet 04, V3 */
    {2, 1, 0, 3, 22, 7, 15}, /* sheet 04, V3 */
};

START_TEST(cps_05_cps_06_cps_15_cps_17_published_splits)
{
    const struct split_case *c = &cases[_i];
    struct ecs_strategy strategy = two(c->base_a, c->weight_a, c->base_b, c->weight_b);
    int got[2];
    spread(&strategy, ECS_SPLIT_DEFICIT, c->tasks, got);
    ck_assert_int_eq(got[0], c->a);
    ck_assert_int_eq(got[1], c->b);
    spread(&strategy, ECS_SPLIT_LARGEST_REMAINDER, c->tasks, got);
    ck_assert_int_eq(got[0], c->a);
    ck_assert_int_eq(got[1], c->b);
}
END_TEST

/* Ruling 5: from three providers on the two rules differ: weights 1, 3, 3. */
START_TEST(ruling_5_three_providers)
{
    struct ecs_strategy strategy = {.count = 3,
                                    .items = {{.provider = 0, .weight = 1},
                                              {.provider = 1, .weight = 3},
                                              {.provider = 2, .weight = 3}}};
    int got[3];
    spread(&strategy, ECS_SPLIT_DEFICIT, 3, got);
    ck_assert_int_eq(got[0], 1);
    ck_assert_int_eq(got[1], 1);
    ck_assert_int_eq(got[2], 1);
    spread(&strategy, ECS_SPLIT_DEFICIT, 7, got);
    ck_assert_int_eq(got[0], 1);
    ck_assert_int_eq(got[1], 3);
    ck_assert_int_eq(got[2], 3);
    strategy.items[2].weight = 5; /* 1, 3, 5: here the two rules part */
    spread(&strategy, ECS_SPLIT_DEFICIT, 5, got);
    ck_assert(got[0] == 1 && got[1] == 1 && got[2] == 3);
    spread(&strategy, ECS_SPLIT_LARGEST_REMAINDER, 5, got);
    ck_assert(got[0] == 1 && got[1] == 2 && got[2] == 2);
}
END_TEST

/* The next task goes to the largest deficit: never further than one task from the exact share. */
START_TEST(ruling_5_deficit_is_never_a_task_off)
{
    for (int64_t a = 0; a <= 6; a++)
        for (int64_t b = 0; b <= 6; b++) {
            if (a + b == 0)
                continue;
            struct ecs_strategy strategy = two(0, a, 0, b);
            struct ecs_population population = {0};
            int64_t have[2] = {0, 0};
            for (int64_t n = 1; n <= 100; n++) {
                have[ecs_split_next(&strategy, &population, ECS_SPLIT_DEFICIT)]++;
                int64_t off = have[0] * (a + b) - a * n;
                ck_assert_int_le(off < 0 ? -off : off, a + b);
            }
        }
}
END_TEST

START_TEST(cps_19_weights_zero_and_base_used_up)
{
    struct ecs_strategy strategy = two(2, 0, 0, 0);
    struct ecs_population population = {0};
    ck_assert_uint_eq(ecs_split_next(&strategy, &population, ECS_SPLIT_DEFICIT), 0);
    ck_assert_uint_eq(ecs_split_next(&strategy, &population, ECS_SPLIT_DEFICIT), 0);
    ck_assert_uint_eq(ecs_split_next(&strategy, &population, ECS_SPLIT_DEFICIT), ECS_NONE);
}
END_TEST

Suite *test_ecs_split_suite(void);
Suite *test_ecs_split_suite(void)
{
    Suite *suite = suite_create("ecs_split");
    TCase *tests = tcase_create("split");
    tcase_add_loop_test(tests, cps_05_cps_06_cps_15_cps_17_published_splits, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tests, ruling_5_three_providers);
    tcase_add_test(tests, ruling_5_deficit_is_never_a_task_off);
    tcase_add_test(tests, cps_19_weights_zero_and_base_used_up);
    suite_add_tcase(suite, tests);
    return suite;
}
