#include "scn_fixture.h"

#include "test_support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool scn_fixture_load_text(struct scn_loaded *loaded, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s", test_tmp_path("scenario.json"));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    return scn_load(loaded, path, NULL);
}

bool scn_fixture_load(struct scn_loaded *loaded, const char *members)
{
    static char text[65536];
    char folder[4096];
    ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
    int length = snprintf(text, sizeof text,
                          "{\"plimsoll\": 1, \"extends\": \"%s/tests/bad/base.json\"%s %s}", folder,
                          members[0] != '\0' ? "," : "", members);
    ck_assert_int_lt(length, (int)sizeof text);
    return scn_fixture_load_text(loaded, text);
}

bool scn_fixture_complained(const struct scn_loaded *loaded, const char *words)
{
    for (uint32_t i = 0; i < loaded->complaints.error_count && i < SCN_COMPLAINTS_MAX; i++)
        if (strstr(loaded->complaints.errors[i], words) != NULL)
            return true;
    return false;
}

bool scn_fixture_warned(const struct scn_loaded *loaded, const char *words)
{
    for (uint32_t i = 0; i < loaded->complaints.warning_count; i++)
        if (strstr(loaded->complaints.warnings[i], words) != NULL)
            return true;
    return false;
}

static const char *first_error(const struct scn_loaded *loaded)
{
    return loaded->complaints.error_count > 0 ? loaded->complaints.errors[0] : "no complaint";
}

void scn_fixture_accepts(const char *members)
{
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, members), "%s\n%s", members, first_error(&loaded));
    scn_loaded_release(&loaded);
}

void scn_fixture_refuses(const char *members, const char *words)
{
    struct scn_loaded loaded;
    ck_assert_msg(!scn_fixture_load(&loaded, members), "accepted: %s", members);
    ck_assert_msg(scn_fixture_complained(&loaded, words), "%s\nexpected: %s\ngot: %s", members,
                  words, first_error(&loaded));
    scn_loaded_release(&loaded);
}

void scn_fixture_warns(const char *members, const char *words)
{
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, members), "%s\n%s", members, first_error(&loaded));
    ck_assert_msg(scn_fixture_warned(&loaded, words), "%s\nno warning: %s", members, words);
    scn_loaded_release(&loaded);
}
