/* Every shipped scenario against its golden summary, result hash included
 * (tests/golden/
 * summary-<name>.txt).
 *
 * A difference is a changed result: `make golden` accepts it, and CHANGELOG.md says it. Summaries
 * are what people see, so they are compared as text; databases never are golden. */
#include "sim_embed.h"
#include "test_support.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a scenario reads from beside the checkout, by scenario; such data does not ship. */
static const struct {
    const char *scenario, *shared;
} outside[] = {
    {"swf-curie", "traces/swf"},
    {"openb", "traces/alibaba-openb-2023"},
};

/* Too slow for a program under a sanitizer. */
static int is_large(const char *name)
{
    return strcmp(name, "swf-curie") == 0 || strcmp(name, "steady-1k") == 0;
}

/* The n-th shipped scenario's name in `name`; false when there are fewer. */
static int nth_scenario(int n, char name[64])
{
    for (const struct sim_embedded *file = sim_embedded_files; file->path; file++) {
        char end;
        if (sscanf(file->path, "scenarios/%63[^/.].jso%c", name, &end) == 2 && n-- == 0)
            return 1;
    }
    return 0;
}

static int count_scenarios(void)
{
    char name[64];
    int count = 0;
    while (nth_scenario(count, name))
        count++;
    return count;
}

START_TEST(test_golden_summary_of_a_shipped_scenario)
{
    char name[64], command[PATH_MAX + 256], golden[96];
    ck_assert(nth_scenario(_i, name));
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        if (strcmp(outside[i].scenario, name) == 0)
            test_shared(outside[i].shared);
    if (getenv("PLIMSOLL_SMALL") && is_large(name))
        test_skip("a large scenario, left out under PLIMSOLL_SMALL");
    const char *program = getenv("PLIMSOLL");
    const char *out = test_tmp_path(name);
    snprintf(command, sizeof command, "%s%s run %s >'%s' 2>'%s.err'",
             program && strchr(program, '/') ? "" : "./", program ? program : "plimsoll", name, out,
             out);
    ck_assert_msg(system(command) == 0, "failed: %s", command);
    char *text = test_read_file(out, NULL);
    snprintf(golden, sizeof golden, "summary-%s.txt", name);
    test_golden(golden, text);
    free(text);
}
END_TEST

START_TEST(test_golden_files_each_belong_to_a_scenario)
{
    DIR *folder = opendir("tests/golden");
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char name[64], wanted[96];
        int found = strncmp(entry->d_name, "summary-", strlen("summary-")) != 0;
        for (int i = 0; !found && nth_scenario(i, name); i++) {
            snprintf(wanted, sizeof wanted, "summary-%s.txt", name);
            found = strcmp(wanted, entry->d_name) == 0;
        }
        ck_assert_msg(found, "tests/golden/%s: no such scenario ships", entry->d_name);
    }
    closedir(folder);
}
END_TEST

Suite *test_golden_suite(void);

Suite *test_golden_suite(void)
{
    Suite *suite = suite_create("golden");
    TCase *tcase = tcase_create("summaries");
    tcase_add_loop_test(tcase, test_golden_summary_of_a_shipped_scenario, 0, count_scenarios());
    tcase_add_test(tcase, test_golden_files_each_belong_to_a_scenario);
    suite_add_tcase(suite, tcase);
    return suite;
}
