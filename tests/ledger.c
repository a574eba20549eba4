#include "ledger.h"

#include "test_support.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LEDGER "models/FIDELITY.md"

/* ---- reading ---- */

/* Cuts the cell off that begins at `*at`, after its bar; a bar after a backslash is text. NULL at
 * the end of the row. */
static char *cut_cell(char **at)
{
    char *end = *at, *cell = *at + strspn(*at, " ");
    while (*end != '\0' && (*end != '|' || end[-1] == '\\'))
        end++;
    if (*end == '\0')
        return NULL;
    *at = end + 1;
    while (end > cell && end[-1] == ' ')
        end--;
    *end = '\0';
    return cell;
}

/* Only tables of four columns are about behaviours. */
static void read_row(struct ledger *ledger, char *line)
{
    char *at = line + 1;
    struct ledger_row row;
    row.behaviour = cut_cell(&at);
    row.status = row.behaviour != NULL ? cut_cell(&at) : NULL;
    row.source = row.status != NULL ? cut_cell(&at) : NULL;
    row.tests = row.source != NULL ? cut_cell(&at) : NULL;
    if (row.tests == NULL || *at != '\0')
        return;
    ledger->rows = realloc(ledger->rows, (ledger->row_count + 1) * sizeof row);
    ck_assert_ptr_nonnull(ledger->rows);
    ledger->rows[ledger->row_count++] = row;
}

static void read_tests_of(struct ledger *ledger, const char *path)
{
    static const char begin[] = "\nSTART_TEST(";
    size_t size;
    char *text = test_read_file(path, &size);
    for (char *at = strstr(text, begin); at != NULL; at = strstr(at, begin)) {
        at += strlen(begin);
        ledger->tests = realloc(ledger->tests, (ledger->test_count + 1) * sizeof ledger->tests[0]);
        ck_assert_ptr_nonnull(ledger->tests);
        ledger->tests[ledger->test_count++] = strndup(at, strcspn(at, ")"));
    }
    free(text);
}

void ledger_read(struct ledger *ledger)
{
    size_t size;
    char *rest, path[512];
    *ledger = (struct ledger){.text = test_read_file(LEDGER, &size)};
    for (char *line = strtok_r(ledger->text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        if (line[0] == '|')
            read_row(ledger, line);
    DIR *folder = opendir("tests");
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (strncmp(entry->d_name, "test_", 5) != 0 || dot == NULL || strcmp(dot, ".c") != 0)
            continue;
        snprintf(path, sizeof path, "tests/%s", entry->d_name);
        read_tests_of(ledger, path);
    }
    closedir(folder);
}

void ledger_free(struct ledger *ledger)
{
    for (unsigned i = 0; i < ledger->test_count; i++)
        free(ledger->tests[i]);
    free(ledger->tests);
    free(ledger->rows);
    free(ledger->text);
}

/* ---- sources ---- */

#define REASON_MIN 12 /* characters: "left out" alone is no reason */

bool ledger_left_out(const struct ledger_row *row)
{
    static const char words[] = "left out";
    return strncmp(row->status, words, strlen(words)) == 0 &&
           strlen(row->status) > strlen(words) + REASON_MIN;
}

/* "02 REG-4" or "REG-4" at `text` of that family: its number and where it ends; else NULL. */
static const char *read_id(const char *text, const char *sheet, const char *family, int *number)
{
    char *end;
    size_t length = strlen(family);
    bool padded = sheet != NULL && strcmp(sheet, "01") == 0;
    if (isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[1]) && text[2] == ' ') {
        if (strncmp(text, sheet != NULL ? sheet : "02", 2) != 0)
            return NULL;
        text += 3;
    } else if (sheet != NULL && !padded) {
        return NULL;
    }
    if (strncmp(text, family, length) != 0 || text[length] != '-' ||
        (text[length + 1] == '0' && !padded))
        return NULL; /* REG-04 is sheet 01's */
    *number = (int)strtol(text + length + 1, &end, 10);
    return end > text + length + 1 && !isalnum((unsigned char)*end) ? end : NULL;
}

bool ledger_names(const struct ledger_row *row, const char *sheet, const char *family, int number)
{
    for (const char *item = row->source; *item != '\0';) {
        int first, last;
        const char *end = read_id(item, sheet, family, &first);
        if (end != NULL) {
            last = first;
            if (strncmp(end, " to ", 4) == 0 && read_id(end + 4, sheet, family, &last) == NULL &&
                read_id(end + 4, NULL, family, &last) == NULL)
                last = first;
            if (first <= number && number <= last)
                return true;
        }
        item += strcspn(item, ",;");
        item += strspn(item, ",; ");
    }
    return false;
}

/* ---- tests ---- */

/* Whether a name's parts, "reg_3_to_reg_19_never_serve", hold the id or a range with it. */
static bool holds(const char *name, const char *family, int number)
{
    size_t length = strlen(family);
    for (const char *part = name; part != NULL; part = strchr(part, '_')) {
        char *end;
        part += *part == '_';
        if (strncasecmp(part, family, length) != 0 || part[length] != '_' ||
            !isdigit((unsigned char)part[length + 1]))
            continue;
        long first = strtol(part + length + 1, &end, 10), last = first;
        if (strncasecmp(end, "_to_", 4) == 0) {
            end += 4;
            if (strncasecmp(end, family, length) == 0 && end[length] == '_')
                end += length + 1;
            if (isdigit((unsigned char)*end))
                last = strtol(end, &end, 10);
        }
        if ((*end == '_' || *end == '\0') && first <= number && number <= last)
            return true;
    }
    return false;
}

static bool exists(const struct ledger *ledger, const char *name, size_t length)
{
    for (unsigned i = 0; i < ledger->test_count; i++)
        if (strlen(ledger->tests[i]) == length && memcmp(ledger->tests[i], name, length) == 0)
            return true;
    return false;
}

bool ledger_tested(const struct ledger *ledger, const struct ledger_row *row, const char *family,
                   int number)
{
    for (const char *at = strchr(row->tests, '`'); at != NULL; at = strchr(at, '`')) {
        char name[256];
        size_t length = strcspn(++at, "`");
        ck_assert_msg(at[length] == '`' && length < sizeof name, LEDGER ": %s", row->tests);
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        if (holds(name, family, number) && exists(ledger, name, length))
            return true;
        at += length + 1;
    }
    return false;
}
