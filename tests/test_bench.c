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

START_TEST(test_bench_places_every_kind)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bench_places(out, 1);
    fclose(out);
    uint32_t rows = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        rows++;
    ck_assert_msg(rows == 8 && strstr(text, "distinctInstance") != NULL, "%s", text);
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
    tcase_add_test(tcase, test_bench_places_every_kind);
    tcase_add_test(tcase, test_bench_checks_end_as_they_should);
    suite_add_tcase(suite, tcase);
    return suite;
}
