#include "scn_complain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void scn_complaints_init(struct scn_complaints *complaints, struct sim_arena *arena)
{
    *complaints = (struct scn_complaints){.arena = arena};
}

void scn_complaints_release(struct scn_complaints *complaints)
{
    free(complaints->warnings);
    free(complaints->no_effect);
    *complaints = (struct scn_complaints){0};
}

static const char *format_text(struct sim_arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = sim_arena_alloc(arena, size);
    vsnprintf(text, size, format, arguments);
    /* A complaint is one line, whatever the input held. */
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return text;
}

static const char *placed(struct sim_arena *arena, const char *file, uint32_t line, uint32_t column,
                          const char *path, const char *text)
{
    const char *between = path != NULL ? ": " : "";
    if (path == NULL)
        path = "";
    if (line == 0)
        return sim_arena_printf(arena, "%s: %s%s%s", file, path, between, text);
    return sim_arena_printf(arena, "%s:%u:%u: %s%s%s", file, line, column, path, between, text);
}

static void keep_error(struct scn_complaints *complaints, const char *text)
{
    if (complaints->error_count < SCN_COMPLAINTS_MAX)
        complaints->errors[complaints->error_count] = text;
    complaints->error_count++;
}

static void keep_warning(struct scn_complaints *complaints, const char *text)
{
    sim_grow((void **)&complaints->warnings, &complaints->warning_capacity,
             complaints->warning_count + 1, sizeof complaints->warnings[0]);
    complaints->warnings[complaints->warning_count++] = text;
}

static const char *placed_at(struct sim_arena *arena, const struct scn_value *at, const char *text)
{
    return placed(arena, at->file->name, at->line, at->column, scn_json_path(arena, at), text);
}

void scn_error(struct scn_complaints *complaints, const struct scn_value *at, const char *format,
               ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(complaints->arena, format, arguments);
    va_end(arguments);
    keep_error(complaints, placed_at(complaints->arena, at, text));
}

void scn_warning(struct scn_complaints *complaints, const struct scn_value *at, const char *format,
                 ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(complaints->arena, format, arguments);
    va_end(arguments);
    keep_warning(complaints, placed_at(complaints->arena, at, text));
}

void scn_no_effect(struct scn_complaints *complaints, const struct scn_value *at, const char *why)
{
    sim_grow((void **)&complaints->no_effect, &complaints->no_effect_capacity,
             complaints->no_effect_count + 1, sizeof complaints->no_effect[0]);
    complaints->no_effect[complaints->no_effect_count++] =
        sim_arena_printf(complaints->arena, "%s: key has no effect here: %s",
                         scn_json_path(complaints->arena, at), why);
}

void scn_error_at(struct scn_complaints *complaints, const char *file, uint32_t line,
                  uint32_t column, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(complaints->arena, format, arguments);
    va_end(arguments);
    keep_error(complaints, placed(complaints->arena, file, line, column, path, text));
}

void scn_warning_at(struct scn_complaints *complaints, const char *file, uint32_t line,
                    uint32_t column, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = format_text(complaints->arena, format, arguments);
    va_end(arguments);
    keep_warning(complaints, placed(complaints->arena, file, line, column, path, text));
}

/* ---- nearest ---- */

#define NEAREST_LENGTH 64

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance; both at most NEAREST_LENGTH long. */
static uint32_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    uint32_t rows[3][NEAREST_LENGTH + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (uint32_t)j;
    for (size_t i = 1; i <= a_length; i++) {
        uint32_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= b_length; j++) {
            uint32_t cost = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *scn_nearest(const char *text, const char *const *candidates, uint32_t count)
{
    size_t length = strlen(text);
    const char *best = NULL;
    uint32_t best_distance = UINT32_MAX;
    if (length == 0 || length > NEAREST_LENGTH)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        size_t other = strlen(candidates[i]);
        if (other == 0 || other > NEAREST_LENGTH)
            continue;
        uint32_t d = distance(text, length, candidates[i], other);
        size_t longest = length > other ? length : other;
        if (d < best_distance && 3 * d <= longest) {
            best = candidates[i];
            best_distance = d;
        }
    }
    return best;
}
