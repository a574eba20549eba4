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
    free(complaints->warning_origins);
    free(complaints->no_effect);
    free(complaints->no_effect_origins);
    *complaints = (struct scn_complaints){0};
}

static int compare_places(const struct scn_origin *a, const struct scn_origin *b)
{
    int order = a->file == b->file ? 0 : strcmp(a->file, b->file);
    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    return order != 0 ? order : (a->column > b->column) - (a->column < b->column);
}

/* ---- texts ---- */

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

static const char *whole_line(struct sim_arena *arena, const struct scn_origin *origin)
{
    const char *path = origin->path != NULL ? origin->path : "";
    const char *between = origin->path != NULL ? ": " : "";
    if (origin->line == 0)
        return sim_arena_printf(arena, "%s: %s%s%s", origin->file, path, between, origin->what);
    return sim_arena_printf(arena, "%s:%u:%u: %s%s%s", origin->file, origin->line, origin->column,
                            path, between, origin->what);
}

static struct scn_origin origin_of(const struct scn_value *at)
{
    return (struct scn_origin){.file = at->file->name, .line = at->line, .column = at->column};
}

/* ---- keeping ---- */

/* Where an error of this place goes, after those of the same place; SCN_COMPLAINTS_MAX: nowhere. */
static uint32_t error_position(const struct scn_complaints *complaints,
                               const struct scn_origin *origin)
{
    uint32_t position = complaints->error_count;
    if (position > SCN_COMPLAINTS_MAX)
        position = SCN_COMPLAINTS_MAX;
    while (position > 0 && compare_places(&complaints->error_origins[position - 1], origin) > 0)
        position--;
    return position;
}

static void keep_error(struct scn_complaints *complaints, uint32_t position,
                       const struct scn_origin *origin)
{
    uint32_t kept = complaints->error_count;
    if (kept >= SCN_COMPLAINTS_MAX)
        kept = SCN_COMPLAINTS_MAX - 1;
    memmove(complaints->errors + position + 1, complaints->errors + position,
            (kept - position) * sizeof complaints->errors[0]);
    memmove(complaints->error_origins + position + 1, complaints->error_origins + position,
            (kept - position) * sizeof complaints->error_origins[0]);
    complaints->error_origins[position] = *origin;
    complaints->errors[position] = whole_line(complaints->arena, origin);
    complaints->error_count++;
}

static void keep_warning(struct scn_complaints *complaints, const struct scn_origin *origin)
{
    uint32_t need = complaints->warning_count + 1;
    sim_grow((void **)&complaints->warnings, &complaints->warning_capacity, need,
             sizeof complaints->warnings[0]);
    sim_grow((void **)&complaints->warning_origins, &complaints->warning_origin_capacity, need,
             sizeof complaints->warning_origins[0]);
    complaints->warning_origins[complaints->warning_count] = *origin;
    complaints->warnings[complaints->warning_count++] = whole_line(complaints->arena, origin);
}

void scn_error(struct scn_complaints *complaints, const struct scn_value *at, const char *format,
               ...)
{
    struct scn_origin origin = origin_of(at);
    uint32_t position = error_position(complaints, &origin);
    if (position == SCN_COMPLAINTS_MAX) {
        complaints->error_count++;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    origin.what = format_text(complaints->arena, format, arguments);
    va_end(arguments);
    origin.path = scn_json_path(complaints->arena, at);
    keep_error(complaints, position, &origin);
}

void scn_warning(struct scn_complaints *complaints, const struct scn_value *at, const char *format,
                 ...)
{
    struct scn_origin origin = origin_of(at);
    va_list arguments;
    va_start(arguments, format);
    origin.what = format_text(complaints->arena, format, arguments);
    va_end(arguments);
    origin.path = scn_json_path(complaints->arena, at);
    keep_warning(complaints, &origin);
}

void scn_no_effect(struct scn_complaints *complaints, const struct scn_value *at, const char *why)
{
    for (const struct scn_value *up = at->parent; up != NULL; up = up->parent)
        if (up == complaints->last_no_effect)
            return;
    uint32_t need = complaints->no_effect_count + 1;
    sim_grow((void **)&complaints->no_effect, &complaints->no_effect_capacity, need,
             sizeof complaints->no_effect[0]);
    sim_grow((void **)&complaints->no_effect_origins, &complaints->no_effect_origin_capacity, need,
             sizeof complaints->no_effect_origins[0]);
    struct scn_origin origin = origin_of(at);
    origin.path = scn_json_path(complaints->arena, at);
    origin.what = sim_arena_strdup(complaints->arena, why);
    complaints->no_effect_origins[complaints->no_effect_count] = origin;
    complaints->no_effect[complaints->no_effect_count++] =
        sim_arena_printf(complaints->arena, "%s: key has no effect here: %s", origin.path, why);
    complaints->last_no_effect = at;
}

void scn_error_at(struct scn_complaints *complaints, const char *file, uint32_t line,
                  uint32_t column, const char *path, const char *format, ...)
{
    struct scn_origin origin = {.file = file, .line = line, .column = column, .path = path};
    uint32_t position = error_position(complaints, &origin);
    if (position == SCN_COMPLAINTS_MAX) {
        complaints->error_count++;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    origin.what = format_text(complaints->arena, format, arguments);
    va_end(arguments);
    keep_error(complaints, position, &origin);
}

void scn_warning_at(struct scn_complaints *complaints, const char *file, uint32_t line,
                    uint32_t column, const char *path, const char *format, ...)
{
    struct scn_origin origin = {.file = file, .line = line, .column = column, .path = path};
    va_list arguments;
    va_start(arguments, format);
    origin.what = format_text(complaints->arena, format, arguments);
    va_end(arguments);
    keep_warning(complaints, &origin);
}

/* ---- order ---- */

struct sorted {
    struct scn_origin origin;
    const char *text;
    uint32_t found; /* the order found */
};

static int compare_sorted(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    int order = compare_places(&a->origin, &b->origin);
    return order != 0 ? order : (a->found > b->found) - (a->found < b->found);
}

static void sort_notes(const char **texts, struct scn_origin *origins, uint32_t count)
{
    if (count < 2)
        return;
    struct sorted *notes = sim_malloc(count * sizeof *notes);
    for (uint32_t i = 0; i < count; i++)
        notes[i] = (struct sorted){origins[i], texts[i], i};
    qsort(notes, count, sizeof *notes, compare_sorted);
    for (uint32_t i = 0; i < count; i++) {
        origins[i] = notes[i].origin;
        texts[i] = notes[i].text;
    }
    free(notes);
}

void scn_complaints_sort(struct scn_complaints *complaints)
{
    sort_notes(complaints->warnings, complaints->warning_origins, complaints->warning_count);
    sort_notes(complaints->no_effect, complaints->no_effect_origins, complaints->no_effect_count);
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
