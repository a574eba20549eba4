/* The tables of keys against AWS's own models of its calls, which botocore ships.
 *
 * tests/test_botocore.py walks both side by side; tests/botocore_oracle.py has random inputs judged
 * by botocore's validator and by our loader, which runs here: the script writes scenarios, one a
 * line, and reads one verdict a line, "ok" or the first complaint. */
#include "scn_bind.h"
#include "scn_fixture.h"
#include "scn_load.h"
#include "test_support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Under a sanitizer a load takes ten times as long. */
#define INPUTS       "5000"
#define INPUTS_SMALL "1200"

/* ---- the tables as lines of JSON ---- */

static const char *const type_words[SCN_TYPES] = {
    [SCN_T_TEXT] = "text",         [SCN_T_INTEGER] = "integer",   [SCN_T_NUMBER] = "number",
    [SCN_T_BOOL] = "bool",         [SCN_T_DURATION] = "duration", [SCN_T_DIST] = "dist",
    [SCN_T_OBJECT] = "object",     [SCN_T_OBJECTS] = "objects",   [SCN_T_TEXTS] = "texts",
    [SCN_T_INTEGERS] = "integers", [SCN_T_MAP] = "map",           [SCN_T_OBJECT_MAP] = "object_map",
    [SCN_T_ANY] = "any",
};

static void dump_table(FILE *out, const struct scn_key *table, const char *prefix, bool later)
{
    for (const struct scn_key *key = table; key->name != NULL; key++) {
        char path[512];
        bool inert = later || key->effect == SCN_LATER;
        snprintf(path, sizeof path, "%s%s", prefix, key->name);
        fprintf(out,
                "{\"path\": \"%s\", \"type\": \"%s\", \"later\": %s, \"required\": %s, "
                "\"min\": %" PRId64 ", \"max\": %" PRId64 ", \"item_min\": %d, \"item_max\": %d, "
                "\"choices\": \"%s\", \"members\": %s}\n",
                path, type_words[key->type], inert ? "true" : "false",
                key->required ? "true" : "false", key->min, key->max, key->item_min, key->item_max,
                key->choices != NULL ? key->choices : "", key->members != NULL ? "true" : "false");
        if (key->members == NULL)
            continue;
        const char *step = key->type == SCN_T_OBJECTS      ? "[]."
                           : key->type == SCN_T_OBJECT_MAP ? ".*."
                                                           : ".";
        ck_assert_uint_lt(strlen(path) + strlen(step), sizeof path);
        memcpy(path + strlen(path), step, strlen(step) + 1);
        dump_table(out, key->members, path, inert);
    }
}

/* Writes the tables, and the rows of scn_newer_keys, to a file; the name is of test_tmp_path. */
static const char *dump(void)
{
    const char *path = test_tmp_path("keys.ndjson");
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    dump_table(out, scn_scenario_keys, "", false);
    for (const struct scn_newer_key *newer = scn_newer_keys; newer->path != NULL; newer++)
        fprintf(out, "{\"newer\": \"%s\", \"value\": \"%s\", \"epoch\": %d}\n", newer->path,
                newer->value != NULL ? newer->value : "", newer->epoch);
    ck_assert_int_eq(fclose(out), 0);
    return path;
}

/* ---- the scripts ---- */

/* Debian's python3-botocore belongs to Debian's Python. */
static const char *python(void)
{
    const char *chosen = getenv("PYTHON");
    return chosen != NULL                          ? chosen
           : access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3"
                                                   : "python3";
}

/* Skips without botocore, fails unless the script was content. */
static void settle(int status)
{
    if (WIFEXITED(status) && (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127))
        test_skip("python3-botocore is not installed");
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "the script was not content; its words are above");
}

START_TEST(every_key_agrees_with_botocore)
{
    char command[1200];
    snprintf(command, sizeof command, "%s -B tests/test_botocore.py '%s' >&2", python(), dump());
    settle(system(command));
}
END_TEST

/* ---- the judge ---- */

/* "ok", or the first complaint without what would end a line. */
static void judge(const char *path, const char *scenario, FILE *verdicts)
{
    struct scn_loaded loaded;
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(scenario, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    if (scn_load(&loaded, path, NULL)) {
        fputs("ok", verdicts);
    } else {
        ck_assert_uint_gt(loaded.complaints.error_count, 0);
        for (const char *c = loaded.complaints.errors[0]; *c != '\0'; c++)
            putc(*c == '\n' || *c == '\r' ? ' ' : *c, verdicts);
    }
    putc('\n', verdicts);
    ck_assert_int_eq(fflush(verdicts), 0);
    scn_loaded_release(&loaded);
}

/* Starts the script with its input and output tied to the two files. */
static pid_t start_oracle(const char *keys, FILE **scenarios, FILE **verdicts)
{
    int up[2], down[2];
    const char *count = getenv("ORACLE_INPUTS");
    if (count == NULL)
        count = getenv("PLIMSOLL_SMALL") != NULL ? INPUTS_SMALL : INPUTS;
    ck_assert_int_eq(pipe(up), 0);
    ck_assert_int_eq(pipe(down), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(down[0], STDIN_FILENO);
        dup2(up[1], STDOUT_FILENO);
        close(up[0]);
        close(up[1]);
        close(down[0]);
        close(down[1]);
        execlp(python(), python(), "-B", "tests/botocore_oracle.py", keys, count, (char *)NULL);
        _exit(127);
    }
    close(up[1]);
    close(down[0]);
    *scenarios = fdopen(up[0], "r");
    *verdicts = fdopen(down[1], "w");
    ck_assert_ptr_nonnull(*scenarios);
    ck_assert_ptr_nonnull(*verdicts);
    return child;
}

START_TEST(what_botocore_refuses_is_refused)
{
    char path[512], keys[512];
    FILE *scenarios, *verdicts;
    char *line = NULL;
    size_t capacity = 0;
    int status;
    snprintf(keys, sizeof keys, "%s", dump());
    snprintf(path, sizeof path, "%s", test_tmp_path("oracle.json"));
    pid_t child = start_oracle(keys, &scenarios, &verdicts);
    while (getline(&line, &capacity, scenarios) > 0)
        judge(path, line, verdicts);
    free(line);
    fclose(scenarios);
    fclose(verdicts);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    settle(status);
}
END_TEST

/* ---- keys newer than an epoch ---- */

START_TEST(newer_keys_are_warned_about)
{
    struct scn_loaded loaded;
    static const char today[] = "\"cluster\": {\"configuration\": "
                                "{\"managedStorageConfiguration\": {\"kmsKeyId\": \"k\"}}}";
    scn_fixture_warns("\"epoch\": \"2020-06\", \"cluster\": {\"configuration\": "
                      "{\"managedStorageConfiguration\": {\"kmsKeyId\": \"k\"}}}",
                      "`managedStorageConfiguration` came with epoch 2024-06 and the scenario's is "
                      "2020-06");
    scn_fixture_warns("\"epoch\": \"2020-06\", \"taskDefinitions\": [{\"family\": \"job\", "
                      "\"requiresCompatibilities\": [\"EC2\", \"MANAGED_INSTANCES\"]}]",
                      "`MANAGED_INSTANCES` came with epoch 2025-09");
    scn_fixture_warns("\"epoch\": \"2020-06\", \"changes\": [{\"at\": \"1m\", "
                      "\"RegisterTaskDefinition\": {\"family\": \"job\", "
                      "\"enableFaultInjection\": true, \"containerDefinitions\": [{\"name\": "
                      "\"a\", \"image\": \"b\", \"memory\": 64}]}}]",
                      "`enableFaultInjection` came with epoch 2024-12");
    ck_assert(scn_fixture_load(&loaded, today));
    ck_assert(!scn_fixture_warned(&loaded, "came with epoch"));
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_botocore_suite(void);

Suite *test_botocore_suite(void)
{
    Suite *suite = suite_create("botocore");
    TCase *tests = tcase_create("botocore");
    tcase_add_test(tests, every_key_agrees_with_botocore);
    tcase_add_test(tests, what_botocore_refuses_is_refused);
    tcase_add_test(tests, newer_keys_are_warned_about);
    suite_add_tcase(suite, tests);
    return suite;
}
