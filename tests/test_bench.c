/* The benchmarks at small size, so that they never rot. */
#include "bench.h"
#include "test_support.h"

#include <stdlib.h>
#include <string.h>

START_TEST(test_bench_queue_prints_its_table)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bench_queue(out, 1);
    fclose(out);
    ck_assert_msg(size > 0 && strchr(text, '\n'), "no table");
    free(text);
}
END_TEST

START_TEST(test_bench_runs_print_a_result_each)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int failed = bench_runs(out, 1);
    fclose(out);
    ck_assert_msg(failed == 0, "%s", text);
    ck_assert_msg(strstr(text, "steady-1k         2000") != NULL, "%s", text);
    free(text);
}
END_TEST

/* Every kind has its row. What a placement costs is told by the instances that it looks at, of
 * 4,000: some sixteen have changed since the same question was asked before. A scan, or an index
 * that is built again and again, looks at hundreds. */
START_TEST(test_bench_places_looks_at_few_instances)
{
    static const char *const kinds[] = {"binpack ", "spread az, binpack ", "spread instanceId ",
                                        "random ",  "distinctInstance ",   "memberOf, binpack "};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bench_places(out, 1);
    fclose(out);
    ck_assert_ptr_nonnull(strstr(text, "\nbinpack, 2,000 sizes "));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char start[64];
        double ns[3], ratio, looks;
        snprintf(start, sizeof start, "\n%s ", kinds[i]);
        const char *row = strstr(text, start);
        ck_assert_msg(row != NULL, "no row %s in\n%s", kinds[i], text);
        ck_assert_msg(sscanf(row + strlen(start), "%lf %lf %lf %lf %lf", &ns[0], &ns[1], &ns[2],
                             &ratio, &looks) == 5,
                      "%s", text);
        ck_assert_msg(ns[0] > 0 && ns[2] > 0 && looks > 1 && looks < 32, "%s", text);
    }
    free(text);
}
END_TEST

START_TEST(test_bench_checks_end_as_they_should)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int failed = bench_checks(out, 1);
    fclose(out);
    ck_assert_msg(failed == 0, "%s", text);
    ck_assert_msg(strstr(text, "right        2000          0") != NULL, "%s", text);
    free(text);
}
END_TEST

Suite *test_bench_suite(void);

Suite *test_bench_suite(void)
{
    Suite *suite = suite_create("bench");
    TCase *tcase = tcase_create("small");
    tcase_add_test(tcase, test_bench_queue_prints_its_table);
    tcase_add_test(tcase, test_bench_runs_print_a_result_each);
    tcase_add_test(tcase, test_bench_places_looks_at_few_instances);
    tcase_add_test(tcase, test_bench_checks_end_as_they_should);
    suite_add_tcase(suite, tcase);
    return suite;
}
