/* The strict pass over JSON text: accepts exactly RFC 8259 within our limits, and notes where every
 * value stands. It builds nothing; see scn_json.h. */
#include "scn_complain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_KEY_YET UINT32_MAX

struct scan {
    const struct scn_file *file;
    const char *at, *end;
    uint32_t line;
    const char *line_start; /* of `line`, for columns */
    const char *mark;       /* a place in `line` whose column is known, so that a file on one */
    uint32_t mark_column;   /* line is not walked again for each of its values */
    struct scn_spots *spots;
    struct sim_arena *arena;
    struct scn_complaints *complaints;
    bool failed;
    /* The way to the value being read, for the complaint's path. */
    struct {
        const char *key; /* raw text between the quotes; NULL in a list */
        uint32_t key_length;
        uint32_t index; /* NO_KEY_YET: at the start of an object */
    } path[SCN_JSON_DEPTH + 1];
    uint32_t depth;
};

static uint32_t column_of(struct scan *scan, const char *at)
{
    if (scan->mark < scan->line_start || scan->mark > at) {
        scan->mark = scan->line_start;
        scan->mark_column = 1;
    }
    for (; scan->mark < at; scan->mark++)
        scan->mark_column += ((unsigned char)*scan->mark & 0xC0) != 0x80;
    return scan->mark_column;
}

static const char *path_text(const struct scan *scan)
{
    const char *path = "";
    for (uint32_t i = 0; i < scan->depth; i++) {
        if (scan->path[i].key != NULL)
            path = sim_arena_printf(scan->arena, "%s%s%.*s", path, *path != '\0' ? "." : "",
                                    (int)scan->path[i].key_length, scan->path[i].key);
        else if (scan->path[i].index != NO_KEY_YET)
            path = sim_arena_printf(scan->arena, "%s[%u]", path, scan->path[i].index);
    }
    return *path != '\0' ? path : "scenario";
}

static bool fail(struct scan *scan, const char *at, const char *what)
{
    if (!scan->failed)
        scn_error_at(scan->complaints, scan->file->name, scan->line, column_of(scan, at),
                     path_text(scan), "%s", what);
    scan->failed = true;
    return false;
}

static void skip_blanks(struct scan *scan)
{
    for (; scan->at < scan->end; scan->at++) {
        if (*scan->at == '\n') {
            scan->line++;
            scan->line_start = scan->at + 1;
        } else if (*scan->at != ' ' && *scan->at != '\t' && *scan->at != '\r') {
            return;
        }
    }
}

static bool peek(const struct scan *scan, char c)
{
    return scan->at < scan->end && *scan->at == c;
}

static bool is_digit(const struct scan *scan)
{
    return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

static void skip_digits(struct scan *scan)
{
    while (is_digit(scan))
        scan->at++;
}

static bool scan_number(struct scan *scan)
{
    const char *start = scan->at;
    if (peek(scan, '-'))
        scan->at++;
    if (!is_digit(scan))
        return fail(scan, start, "a number needs a digit after its sign; write e.g. -1");
    if (*scan->at == '0') {
        scan->at++;
        if (is_digit(scan))
            return fail(scan, start,
                        "a number must not begin with a superfluous 0; leave the zero out");
    }
    skip_digits(scan);
    if (peek(scan, '.')) {
        scan->at++;
        if (!is_digit(scan))
            return fail(scan, start, "a number must not end in a point; write e.g. 1 or 1.0");
        skip_digits(scan);
    }
    if (peek(scan, 'e') || peek(scan, 'E')) {
        scan->at++;
        if (peek(scan, '+') || peek(scan, '-'))
            scan->at++;
        if (!is_digit(scan))
            return fail(scan, start, "an exponent needs digits; write e.g. 1e3");
        skip_digits(scan);
    }
    char *text = sim_arena_strndup(scan->arena, start, (size_t)(scan->at - start));
    if (isinf(strtod(text, NULL)))
        return fail(scan, start, "the number is too large; at most about 1.8e308 can be held");
    scan->spots->spots[scan->spots->count - 1].number = text;
    return true;
}

size_t scn_json_utf8_length(const char *at, const char *end)
{
    const unsigned char *c = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    unsigned low = 0x80, high = 0xBF;
    size_t length;
    if (c[0] < 0x80)
        return 1;
    if (c[0] >= 0xC2 && c[0] <= 0xDF)
        length = 2;
    else if (c[0] >= 0xE0 && c[0] <= 0xEF)
        length = 3;
    else if (c[0] >= 0xF0 && c[0] <= 0xF4)
        length = 4;
    else
        return 0;
    if (c[0] == 0xE0)
        low = 0xA0;
    if (c[0] == 0xED)
        high = 0x9F;
    if (c[0] == 0xF0)
        low = 0x90;
    if (c[0] == 0xF4)
        high = 0x8F;
    if (left < length || c[1] < low || c[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

/* The four digits of \uXXXX at `at`, or -1. */
static int32_t hex4(const struct scan *scan, const char *at)
{
    int32_t value = 0;
    if (scan->end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int32_t digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* At a backslash; leaves `at` behind the escape. */
static bool scan_escape(struct scan *scan)
{
    const char *start = scan->at++;
    if (scan->at >= scan->end)
        return fail(scan, start, "the text ends inside a string; close it with a quote");
    if (*scan->at != 'u') {
        if (strchr("\"\\/bfnrt", *scan->at) == NULL || *scan->at == '\0')
            return fail(scan, start,
                        "unknown escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX");
        scan->at++;
        return true;
    }
    int32_t unit = hex4(scan, scan->at + 1);
    if (unit < 0)
        return fail(scan, start, "\\u needs four hexadecimal digits");
    if (unit == 0)
        return fail(scan, start, "\\u0000 is not allowed inside a string; leave it out");
    scan->at += 5;
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return fail(scan, start, "a low surrogate without a high one before it");
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        int32_t low = scan->end - scan->at >= 6 && scan->at[0] == '\\' && scan->at[1] == 'u'
                          ? hex4(scan, scan->at + 2)
                          : -1;
        if (low < 0xDC00 || low > 0xDFFF)
            return fail(scan, start, "a high surrogate needs a low one after it (\\uDC00-\\uDFFF)");
        scan->at += 6;
    }
    return true;
}

static bool scan_string(struct scan *scan)
{
    const char *start = scan->at++;
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at;
        if (c == '"') {
            scan->at++;
            return true;
        }
        if (c == '\\') {
            if (!scan_escape(scan))
                return false;
            continue;
        }
        if (c < 0x20)
            return fail(scan, scan->at,
                        c == '\n'
                            ? "a line ends inside a string; close it with a quote or write \\n"
                            : "a control character inside a string; write it as \\u00XX");
        size_t length = scn_json_utf8_length(scan->at, scan->end);
        if (length == 0)
            return fail(scan, scan->at, "bytes that are not UTF-8; save the file as UTF-8");
        scan->at += length;
    }
    return fail(scan, start, "the string is never closed; end it with a quote");
}

static bool scan_value(struct scan *scan);

static bool deeper(struct scan *scan, const char *at)
{
    if (scan->depth >= SCN_JSON_DEPTH)
        return fail(scan, at, "lists and objects are nested more than 64 deep; flatten them");
    scan->path[scan->depth].key = NULL;
    scan->path[scan->depth].index = 0;
    scan->depth++;
    return true;
}

/* After an element: true to go on with another; false at the end or after a complaint. */
static bool another(struct scan *scan, char close, const char *missing, const char *trailing)
{
    skip_blanks(scan);
    if (peek(scan, close)) {
        scan->at++;
        scan->depth--;
        return false;
    }
    if (!peek(scan, ',')) {
        fail(scan, scan->at, missing);
        return false;
    }
    const char *comma = scan->at++;
    uint32_t line = scan->line;
    const char *line_start = scan->line_start;
    skip_blanks(scan);
    if (peek(scan, close)) {
        scan->line = line;
        scan->line_start = line_start;
        return fail(scan, comma, trailing);
    }
    return true;
}

static bool scan_list(struct scan *scan)
{
    if (!deeper(scan, scan->at))
        return false;
    scan->at++;
    skip_blanks(scan);
    if (peek(scan, ']')) {
        scan->at++;
        scan->depth--;
        return true;
    }
    do {
        if (!scan_value(scan))
            return false;
        scan->path[scan->depth - 1].index++;
    } while (another(scan, ']', "expected , or ] after an element of a list",
                     "a comma before ]; remove the comma"));
    return !scan->failed;
}

static bool scan_object(struct scan *scan)
{
    if (!deeper(scan, scan->at))
        return false;
    uint32_t level = scan->depth - 1;
    scan->path[level].index = NO_KEY_YET;
    scan->at++;
    skip_blanks(scan);
    if (peek(scan, '}')) {
        scan->at++;
        scan->depth--;
        return true;
    }
    do {
        skip_blanks(scan);
        if (!peek(scan, '"'))
            return fail(scan, scan->at,
                        scan->at < scan->end
                            ? "expected a key in double quotes"
                            : "the text ends inside an object; is the file whole?");
        const char *key = scan->at;
        if (!scan_string(scan))
            return false;
        scan->path[level].key = key + 1;
        scan->path[level].key_length = (uint32_t)(scan->at - key - 2);
        skip_blanks(scan);
        if (!peek(scan, ':'))
            return fail(scan, scan->at, "expected : after the key");
        scan->at++;
        if (!scan_value(scan))
            return false;
    } while (another(scan, '}', "expected , or } after a member of an object",
                     "a comma before }; remove the comma"));
    return !scan->failed;
}

static bool scan_word(struct scan *scan, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
        return fail(scan, scan->at,
                    "expected a value: an object, a list, text in quotes, a number, true or false");
    scan->at += length;
    return true;
}

static bool scan_value(struct scan *scan)
{
    skip_blanks(scan);
    if (scan->at >= scan->end)
        return fail(scan, scan->at, "the text ends where a value is expected; is the file whole?");
    struct scn_spots *spots = scan->spots;
    sim_grow((void **)&spots->spots, &spots->capacity, spots->count + 1, sizeof spots->spots[0]);
    spots->spots[spots->count++] =
        (struct scn_spot){.line = scan->line, .column = column_of(scan, scan->at)};
    switch (*scan->at) {
    case '{':
        return scan_object(scan);
    case '[':
        return scan_list(scan);
    case '"':
        return scan_string(scan);
    case 't':
        return scan_word(scan, "true");
    case 'f':
        return scan_word(scan, "false");
    case 'n':
        return scan_word(scan, "null");
    default:
        if (*scan->at == '-' || is_digit(scan))
            return scan_number(scan);
        return scan_word(scan, "null");
    }
}

bool scn_json_scan(struct sim_arena *arena, const struct scn_file *file, const char *bytes,
                   size_t size, struct scn_spots *spots, struct scn_complaints *complaints)
{
    struct scan scan = {.file = file,
                        .at = bytes,
                        .end = bytes + size,
                        .line = 1,
                        .line_start = bytes,
                        .spots = spots,
                        .arena = arena,
                        .complaints = complaints};
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        return fail(&scan, bytes, "a byte order mark before the text; save the file without one");
    if (!scan_value(&scan))
        return false;
    skip_blanks(&scan);
    if (scan.at < scan.end)
        return fail(&scan, scan.at, "text after the end of the value; remove it");
    return true;
}
