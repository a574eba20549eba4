#include "scn_regex.h"

#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Of one regular expression on one text. Backtracking keeps a copy of all groups for each step it
 * may return to: thousands of groups would take hundreds of megabytes long before the steps end. */
#define MATCH_STEPS      1000000
#define MATCH_MEMORY_KIB (16 * 1024)

/* ---- where the dialects part ---- */

static const char no_nested[] =
    "a class inside a class, or && in one, is not supported; write the characters out";
static const char not_java[] = "Java's regular expressions have no such construct";

static bool is_escape_of_java(char c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return !letter || strchr("tnrfaecxdDhHsSvVwWRbBAGZzQEkpPX", c) != NULL;
}

/* What follows `(?`: groups, looking round, and flags that mean the same to both. */
static bool is_group_of_java(const char *at)
{
    if (*at == '<')
        return at[1] == '=' || at[1] == '!' || (at[1] >= 'A' && at[1] <= 'Z') ||
               (at[1] >= 'a' && at[1] <= 'z');
    if (*at != '\0' && strchr(":=!>", *at) != NULL)
        return true;
    size_t flags = strspn(at, "-imsx");
    return flags > 0 && (at[flags] == ')' || at[flags] == ':');
}

/* {n}, {n,} or {n,m}. */
static bool is_repetition(const char *at)
{
    size_t digits = strspn(++at, "0123456789");
    at += digits;
    if (*at == ',')
        at += 1 + strspn(at + 1, "0123456789");
    return digits > 0 && *at == '}';
}

/* What `at` begins that the dialects read differently; NULL: nothing. */
static const char *parting(const char *at, bool in_class)
{
    if (*at == '\\')
        return is_escape_of_java(at[1]) ? NULL : not_java;
    if (in_class)
        return *at == '[' || (at[0] == '&' && at[1] == '&') ? no_nested : NULL;
    if (*at == '(' && (at[1] == '*' || (at[1] == '?' && !is_group_of_java(at + 2))))
        return not_java;
    return *at == '{' && !is_repetition(at) ? not_java : NULL;
}

/* True when both dialects read the text alike, as far as PCRE2 takes it at all. */
static bool is_common(const char *text, struct scn_regex_error *error)
{
    bool in_class = false;
    for (const char *at = text; *at != '\0'; at++) {
        const char *message = parting(at, in_class);
        if (message != NULL) {
            *error = (struct scn_regex_error){(uint32_t)(at - text), message};
            return false;
        }
        if (at[0] == '\\' && at[1] == 'Q') {
            const char *end = strstr(at + 2, "\\E");
            if (end == NULL)
                return true;
            at = end + 1;
        } else if (*at == '\\' && at[1] != '\0') {
            at++;
            if (strchr("pPx", *at) != NULL && at[1] == '{') /* \p{Lu}, \x{41} */
                at += strcspn(at, "}") - (strchr(at, '}') == NULL);
        } else if (*at == '[' && !in_class) {
            in_class = true;
            at += at[1] == '^';
            at += at[1] == ']'; /* stands for itself there */
        } else if (*at == ']') {
            in_class = false;
        }
    }
    return true;
}

/* ---- compiling and asking ---- */

static void *arena_malloc(PCRE2_SIZE size, void *user)
{
    return sim_arena_alloc(user, size);
}

static void arena_free(void *memory, void *user)
{
    (void)memory; /* goes with the arena */
    (void)user;
}

const void *scn_regex_compile(struct sim_arena *arena, const char *text,
                              struct scn_regex_error *error)
{
    if (!is_common(text, error))
        return NULL;
    int code;
    PCRE2_SIZE offset;
    pcre2_general_context *memory = pcre2_general_context_create(arena_malloc, arena_free, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    const void *pattern =
        pcre2_compile((PCRE2_SPTR)text, strlen(text),
                      PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C,
                      &code, &offset, context);
    if (pattern != NULL)
        return pattern;
    PCRE2_UCHAR message[128];
    pcre2_get_error_message(code, message, sizeof message);
    *error =
        (struct scn_regex_error){(uint32_t)offset, sim_arena_strdup(arena, (const char *)message)};
    return NULL;
}

bool scn_regex_matches(const void *pattern, const char *text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    bool matched = false;
    if (data != NULL && context != NULL) {
        pcre2_set_match_limit(context, MATCH_STEPS);
        pcre2_set_heap_limit(context, MATCH_MEMORY_KIB);
        matched = pcre2_match(pattern, (PCRE2_SPTR)text, strlen(text), 0, 0, data, context) >= 0;
    }
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    return matched;
}
