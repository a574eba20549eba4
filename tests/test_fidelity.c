/* The ledger's closed list of keys without effect equals what the binder's tables say. `make
 * golden` writes it anew between its two marks. */
#include "scn_load.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEDGER "models/FIDELITY.md"
#define BEGIN  "<!-- keys without effect: made by `make golden` -->\n"
#define END    "<!-- end of keys without effect -->\n"

struct key {
    char *path, *reason;
};

struct keys {
    struct key *list;
    size_t count;
};

static void take_key(void *user, const char *path, const char *type, const char *fallback,
                     const char *effect, const char *help)
{
    struct keys *keys = user;
    (void)type;
    (void)fallback;
    if (strcmp(effect, "none") != 0)
        return;
    keys->list = realloc(keys->list, (keys->count + 1) * sizeof keys->list[0]);
    ck_assert_ptr_nonnull(keys->list);
    keys->list[keys->count].path = strdup(path);
    keys->list[keys->count++].reason = strdup(help[0] == '\0' ? "part of a key above" : help);
}

/* One line a reason, in the order of first appearance. */
static char *render(const struct keys *keys)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < keys->count; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first = first && strcmp(keys->list[k].reason, keys->list[i].reason) != 0;
        if (!first)
            continue;
        fprintf(out, "- %s:", keys->list[i].reason);
        for (size_t k = i; k < keys->count; k++)
            if (strcmp(keys->list[k].reason, keys->list[i].reason) == 0)
                fprintf(out, " `%s`", keys->list[k].path);
        fputc('\n', out);
    }
    fclose(out);
    return text;
}

static void rewrite(const char *ledger, const char *begin, const char *end, const char *section)
{
    FILE *out = fopen(LEDGER, "w");
    ck_assert_ptr_nonnull(out);
    fwrite(ledger, 1, (size_t)(begin - ledger), out);
    fputs(section, out);
    fputs(end, out);
    ck_assert_int_eq(fclose(out), 0);
}

START_TEST(keys_without_effect_are_a_closed_list)
{
    struct keys keys = {0};
    scn_list_keys(take_key, &keys);
    ck_assert_uint_gt(keys.count, 100);
    char *section = render(&keys);
    size_t size;
    char *ledger = test_read_file(LEDGER, &size);
    char *begin = strstr(ledger, BEGIN), *end = strstr(ledger, END);
    ck_assert_msg(begin != NULL && end != NULL, LEDGER " has lost the marks of its list");
    begin += strlen(BEGIN);
    const char *mode = getenv("PLIMSOLL_GOLDEN");
    if (mode != NULL && strcmp(mode, "accept") == 0)
        rewrite(ledger, begin, end, section);
    else
        ck_assert_msg((size_t)(end - begin) == strlen(section) &&
                          memcmp(begin, section, strlen(section)) == 0,
                      "the list of keys without effect in " LEDGER
                      " is not that of the tables; `make golden` writes it");
    for (size_t i = 0; i < keys.count; i++) {
        free(keys.list[i].path);
        free(keys.list[i].reason);
    }
    free(keys.list);
    free(section);
    free(ledger);
}
END_TEST

Suite *test_fidelity_suite(void);
Suite *test_fidelity_suite(void)
{
    Suite *suite = suite_create("fidelity");
    TCase *tests = tcase_create("ledger");
    tcase_add_test(tests, keys_without_effect_are_a_closed_list);
    suite_add_tcase(suite, tests);
    return suite;
}
