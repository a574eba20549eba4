/* Making JSON values, and printing them for people (scn_importer.h). */
#include "scn_importer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 96 /* a value that fits stays on one line */

static struct scn_value *make(struct sim_arena *arena, enum scn_kind kind)
{
    struct scn_value *value = sim_arena_alloc(arena, sizeof *value);
    value->kind = kind;
    return value;
}

struct scn_value *scn_make_object(struct sim_arena *arena)
{
    return make(arena, SCN_OBJECT);
}

struct scn_value *scn_make_list(struct sim_arena *arena)
{
    return make(arena, SCN_LIST);
}

struct scn_value *scn_make_text(struct sim_arena *arena, const char *text)
{
    struct scn_value *value = make(arena, SCN_STRING);
    value->text = sim_arena_strdup(arena, text);
    return value;
}

struct scn_value *scn_make_integer(struct sim_arena *arena, int64_t integer)
{
    struct scn_value *value = make(arena, SCN_NUMBER);
    value->is_integer = true;
    value->integer = integer;
    value->text = sim_arena_printf(arena, "%" PRId64, integer);
    return value;
}

void scn_make_member(struct sim_arena *arena, struct scn_value *object, const char *key,
                     const struct scn_value *value)
{
    struct scn_value *copy = scn_json_copy(arena, value);
    copy->key = sim_arena_strdup(arena, key);
    scn_json_append(object, copy);
}

/* ---- printing ---- */

/* Bytes of the value on one line, or some number above `limit`. */
static size_t width(const struct scn_value *value, size_t limit)
{
    size_t used = 2;
    if (value->kind == SCN_STRING || value->kind == SCN_NUMBER)
        return used + strlen(value->text);
    if (value->kind == SCN_NULL || value->kind == SCN_BOOL)
        return used + 3;
    for (const struct scn_value *v = value->first; v != NULL && used <= limit; v = v->next)
        used += width(v, limit) + 2 + (v->key != NULL ? strlen(v->key) + 4 : 0);
    return used;
}

void scn_grow_text(struct scn_growing *text, const char *more)
{
    size_t size = strlen(more);
    sim_grow((void **)&text->bytes, &text->capacity, text->length + (uint32_t)size + 1, 1);
    memcpy(text->bytes + text->length, more, size);
    text->length += (uint32_t)size;
}

const char *scn_grow_done(struct sim_arena *arena, struct scn_growing *text, size_t *size)
{
    const char *done = sim_arena_strndup(arena, text->bytes, text->length);
    *size = text->length;
    free(text->bytes);
    *text = (struct scn_growing){0};
    return done;
}

static void add_line(struct scn_growing *text, int indent)
{
    scn_grow_text(text, "\n");
    for (; indent > 0; indent -= 4)
        scn_grow_text(text, "    ");
}

static void add_scalar(struct sim_arena *arena, struct scn_growing *text,
                       const struct scn_value *value)
{
    struct sim_arena_mark mark = sim_arena_mark(arena);
    scn_grow_text(text, scn_json_print(arena, value));
    sim_arena_rewind(arena, mark);
}

static void print(struct sim_arena *arena, struct scn_growing *text, const struct scn_value *value,
                  int indent)
{
    bool is_list = value->kind == SCN_LIST;
    if (!is_list && value->kind != SCN_OBJECT) {
        add_scalar(arena, text, value);
        return;
    }
    size_t room = indent < WIDTH ? (size_t)(WIDTH - indent) : 0;
    bool one_line = value->first == NULL || (indent > 0 && width(value, room) <= room);
    scn_grow_text(text, is_list ? "[" : "{");
    for (const struct scn_value *v = value->first; v != NULL; v = v->next) {
        if (v != value->first)
            scn_grow_text(text, one_line ? ", " : ",");
        if (!one_line)
            add_line(text, indent + 4);
        if (!is_list) {
            const struct scn_value key = {.kind = SCN_STRING, .text = v->key};
            add_scalar(arena, text, &key);
            scn_grow_text(text, ": ");
        }
        print(arena, text, v, indent + 4);
    }
    if (!one_line)
        add_line(text, indent);
    scn_grow_text(text, is_list ? "]" : "}");
}

const char *scn_make_print(struct sim_arena *arena, const struct scn_value *value, size_t *size)
{
    struct scn_growing text = {0};
    print(arena, &text, value, 0);
    scn_grow_text(&text, "\n");
    return scn_grow_done(arena, &text, size);
}
