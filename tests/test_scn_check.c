/* What `plimsoll check` promises of its answers: sorted by place, and in time that grows no faster
 * than the file (the figure itself is one of `make bench`). */
#include "bench.h"
#include "scn_complain.h"
#include "scn_fixture.h"
#include "test_support.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void write_large(const char *path, unsigned lines, bool wrong)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    bench_check_write(file, lines, wrong);
    ck_assert_int_eq(fclose(file), 0);
}

static void check_sorted(const struct scn_origin *origins, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const struct scn_origin *a = &origins[i - 1], *b = &origins[i];
        int order = strcmp(a->file, b->file);
        ck_assert_msg(order < 0 || (order == 0 && (a->line < b->line ||
                                                   (a->line == b->line && a->column <= b->column))),
                      "%s:%u:%u stands before %s:%u:%u", a->file, a->line, a->column, b->file,
                      b->line, b->column);
    }
}

static void check_all_sorted(const struct scn_complaints *complaints)
{
    uint32_t shown = complaints->error_count;
    check_sorted(complaints->error_origins,
                 shown < SCN_COMPLAINTS_MAX ? shown : SCN_COMPLAINTS_MAX);
    check_sorted(complaints->warning_origins, complaints->warning_count);
    check_sorted(complaints->no_effect_origins, complaints->no_effect_count);
}

/* A small generator of our own: the test must be the same on every machine. */
static uint32_t next_number(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Spoils `count` values of a right scenario: the digits after a colon become a text. */
static void spoil(char *text, uint32_t count, uint32_t *state)
{
    size_t length = strlen(text);
    while (count > 0) {
        char *at = strstr(text + next_number(state) % length, ": ");
        if (at != NULL && at[2] >= '1' && at[2] <= '9') {
            at[2] = '-'; /* "-56", or for one digit a broken number */
            count--;
        }
        if (at == NULL)
            count--;
    }
}

START_TEST(complaints_are_sorted_by_place_whatever_is_wrong)
{
    char path[512], base[512];
    uint32_t state = (uint32_t)_i + 1;
    snprintf(path, sizeof path, "%s", test_tmp_path("check-sorted.json"));
    snprintf(base, sizeof base, "%s", test_tmp_path("check-base.json"));
    write_large(base, 1000, false);
    char *text = test_read_file(base, NULL);
    spoil(text, 1 + (uint32_t)_i, &state);
    FILE *file = fopen(base, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    free(text);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("{\n\"plimsoll\": 1, \"extends\": \"check-base.json\", \"region\": \"eu-west-1\",\n"
          "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"group-1\", \"MaxSize\": \"4\",\n"
          "\"HealthCheckType\": \"EC2\"}]}\n",
          file);
    ck_assert_int_eq(fclose(file), 0);
    struct scn_loaded loaded;
    ck_assert(!scn_load(&loaded, path, NULL));
    ck_assert_uint_gt(loaded.complaints.error_count, 0);
    check_all_sorted(&loaded.complaints);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(the_first_twenty_by_place_are_kept_and_ties_stay_in_order)
{
    struct sim_arena arena;
    struct scn_complaints complaints;
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    for (uint32_t i = 0; i < 100; i++) /* each line from 1 to 50 twice, in a scrambled order */
        scn_error_at(&complaints, "f", i * 37 % 50 + 1, 1, NULL, "%u", i);
    scn_error_at(&complaints, "f", 0, 0, NULL, "the whole file");
    ck_assert_uint_eq(complaints.error_count, 101);
    ck_assert_str_eq(complaints.errors[0], "f: the whole file");
    ck_assert_uint_eq(complaints.error_origins[1].line, 1);
    ck_assert_str_eq(complaints.error_origins[1].what, "0");
    ck_assert_str_eq(complaints.error_origins[2].what, "50");
    ck_assert_uint_eq(complaints.error_origins[19].line, 10);
    check_all_sorted(&complaints);
    for (uint32_t i = 0; i < 40; i++)
        scn_warning_at(&complaints, i % 2 ? "b" : "a", 40 - i, i, NULL, "%u", i);
    scn_complaints_sort(&complaints);
    ck_assert_str_eq(complaints.warnings[0], "a:2:38: 38");
    ck_assert_str_eq(complaints.warnings[39], "b:39:1: 1");
    check_all_sorted(&complaints);
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
}
END_TEST

/* Linear is 4, quadratic 16; a ratio of CPU times, the least of some, stands on any machine. */
START_TEST(four_times_the_lines_take_at_most_eight_times_the_work)
{
    char small[512], large[512];
    snprintf(small, sizeof small, "%s", test_tmp_path("check-small.json"));
    snprintf(large, sizeof large, "%s", test_tmp_path("check-large.json"));
    write_large(small, 2000, _i != 0);
    write_large(large, 8000, _i != 0);
    double ratio = bench_check_cpu_s(large) / bench_check_cpu_s(small);
    ck_assert_msg(ratio < 8.0, "8,000 lines take %.1f times the work of 2,000", ratio);
}
END_TEST

/* ---- what would never end, or never begin ---------------------------------------------------- */

/* The members of a workload item that replays this text as a trace. */
static const char *workload_of(const char *csv)
{
    static char members[1024];
    char path[512];
    snprintf(path, sizeof path, "%s", test_tmp_path("check-trace.csv"));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(csv, file);
    ck_assert_int_eq(fclose(file), 0);
    snprintf(members, sizeof members,
             "\"runTasks\": [], \"workload\": [{\"trace\": \"%s\", \"taskDefinition\": "
             "\"job\"}]",
             path);
    return members;
}

START_TEST(a_trace_begins_at_zero_and_has_rows)
{
    scn_fixture_accepts(workload_of("arrival_s,duration_s\n0,5\n"));
    scn_fixture_refuses(workload_of("arrival_s,duration_s\n-1,5\n0,5\n"),
                        "check-trace.csv:2:1: arrival_s: \"-1\" is negative");
    scn_fixture_refuses(workload_of("duration_s,arrival_s\n5,-1\n"), "`align`");
    scn_fixture_refuses(workload_of("arrival_s,duration_s\n"), "it holds no row");
}
END_TEST

START_TEST(a_trace_whose_tasks_never_complete_is_a_warning)
{
    static const char endless[] = "\"taskDefinitions\": [{\"family\": \"forever\", "
                                  "\"containerDefinitions\": [{\"name\": \"main\", \"image\": "
                                  "\"busybox\", \"memory\": 64}]}], ";
    char members[2048];
    snprintf(members, sizeof members, "%s%s", endless, workload_of("arrival_s\n0\n"));
    char *job = strstr(members, "\"job\"");
    memmove(job + 9, job + 5, strlen(job + 5) + 1);
    memcpy(job, "\"forever\"", 9);
    scn_fixture_warns(members, "no row of the trace has a duration");
}
END_TEST

START_TEST(a_task_too_large_for_its_provider_needs_an_end)
{
    static const char large[] =
        "\"runTasks\": [{\"name\": \"first\", \"at\": \"1m\", \"taskDefinition\": \"big\"%s}], "
        "\"taskDefinitions\": [{\"family\": \"big\", \"containerDefinitions\": [{\"name\": "
        "\"main\", \"image\": \"busybox\", \"memory\": 64000}], \"sim\": {\"duration\": "
        "\"1m\"}}]";
    char members[2048];
    snprintf(members, sizeof members, large, "");
    scn_fixture_warns(members, "so it never starts"); /* the base has a duration */
    char path[1024], folder[PATH_MAX], text[8192];
    ck_assert_ptr_nonnull(realpath("tests/bad/scenarios/never-served.json", folder));
    snprintf(path, sizeof path, "{\"plimsoll\": 1, \"extends\": \"%.900s\", ", folder);
    static const char open_group[] = "\"autoScalingGroups\": [{\"AutoScalingGroupName\": "
                                     "\"blue-group\", \"MaxSize\": 9}], ";
    snprintf(text, sizeof text, "%s%s%s}", path, open_group, members);
    struct scn_loaded loaded;
    ck_assert(!scn_fixture_load_text(&loaded, text));
    ck_assert(
        scn_fixture_complained(&loaded, "runTasks[first]: duration is required: no instance"));
    scn_loaded_release(&loaded);
    snprintf(members, sizeof members, large, ", \"sim\": {\"giveUpAfter\": \"1h\"}");
    snprintf(text, sizeof text, "%s%s%s}", path, open_group, members);
    bool good = scn_fixture_load_text(&loaded, text);
    ck_assert(!scn_fixture_complained(&loaded, "duration is required: no instance"));
    ck_assert_msg(good == (loaded.complaints.error_count == 0), "%s", text);
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_scn_check_suite(void);

Suite *test_scn_check_suite(void)
{
    Suite *suite = suite_create("scn_check");
    TCase *tests = tcase_create("check");
    tcase_add_loop_test(tests, complaints_are_sorted_by_place_whatever_is_wrong, 0, 40);
    tcase_add_test(tests, the_first_twenty_by_place_are_kept_and_ties_stay_in_order);
    tcase_add_test(tests, a_trace_begins_at_zero_and_has_rows);
    tcase_add_test(tests, a_trace_whose_tasks_never_complete_is_a_warning);
    tcase_add_test(tests, a_task_too_large_for_its_provider_needs_an_end);
    tcase_add_loop_test(tests, four_times_the_lines_take_at_most_eight_times_the_work, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
