#include "scn_merge.h"

#include "scn_complain.h"
#include "sim_embed.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INCLUDE_DEPTH 16

/* The files being read, innermost first: what a file must not read again. */
struct include {
    const struct scn_file *file;
    const struct include *outer;
    uint32_t depth;
};

struct merger {
    struct sim_arena *arena;
    struct scn_complaints *complaints;
};

/* ---- merging values ---- */

static bool all_named(const struct scn_value *list)
{
    for (const struct scn_value *element = list->first; element != NULL; element = element->next)
        if (scn_json_element_name(element) == NULL)
            return false;
    return list->count > 0;
}

static struct scn_value *named_element(const struct scn_value *list, const char *name)
{
    for (struct scn_value *element = list->first; element != NULL; element = element->next) {
        const char *other = scn_json_element_name(element);
        if (other != NULL && strcmp(other, name) == 0)
            return element;
    }
    return NULL;
}

/* Elements of one name inside a list (the revisions of a task definition's family) stay apart: the
 * n-th of them is merged into the n-th of the base. */
struct scn_value *scn_merge(struct scn_value *base, struct scn_value *over)
{
    bool objects = base->kind == SCN_OBJECT && over->kind == SCN_OBJECT;
    bool lists =
        base->kind == SCN_LIST && over->kind == SCN_LIST && all_named(base) && all_named(over);
    if (!objects && !lists)
        return over;
    struct scn_value *next;
    for (struct scn_value *old = base->first; old != NULL; old = next) {
        next = old->next;
        struct scn_value *child = objects ? scn_json_member(over, old->key)
                                          : named_element(over, scn_json_element_name(old));
        if (child == NULL)
            continue;
        scn_json_remove(over, child);
        struct scn_value *merged = scn_merge(old, child);
        if (merged != old)
            scn_json_replace(old, merged);
    }
    for (struct scn_value *child = over->first; child != NULL; child = next) {
        next = child->next;
        scn_json_append(base, child);
    }
    return base;
}

/* ---- files ---- */

static struct scn_value *expand(struct merger *merger, struct scn_value *value,
                                const struct include *include);

static bool includes(const struct include *include, const struct scn_file *file)
{
    for (; include != NULL; include = include->outer)
        if (include->file->embedded == file->embedded &&
            strcmp(include->file->name, file->name) == 0)
            return true;
    return false;
}

/* Reads and expands the file that `at` (a text) names; NULL after a complaint. */
static struct scn_value *read_beside(struct merger *merger, const struct scn_value *at,
                                     const struct include *include)
{
    struct scn_file *file;
    size_t size;
    const char *why;
    if (at->kind != SCN_STRING) {
        scn_error(merger->complaints, at, "expected a file name as a text, not %s",
                  scn_kind_names[at->kind]);
        return NULL;
    }
    const char *bytes = scn_file_read(merger->arena, at->file, at->text, &file, &size, &why);
    if (bytes == NULL) {
        scn_error(merger->complaints, at, "cannot read \"%s\": %s; paths start from %s", at->text,
                  why, at->file->folder[0] != '\0' ? at->file->folder : "this file's folder");
        return NULL;
    }
    if (includes(include, file) || include->depth >= INCLUDE_DEPTH) {
        scn_error(merger->complaints, at,
                  "\"%s\" reads itself, directly or through others; break the circle", at->text);
        return NULL;
    }
    struct include inner = {.file = file, .outer = include, .depth = include->depth + 1};
    struct scn_value *value = scn_json_parse(merger->arena, file, bytes, size, merger->complaints);
    return value != NULL ? expand(merger, value, &inner) : NULL;
}

static struct scn_value *expand_text(struct merger *merger, struct scn_value *value,
                                     struct scn_value *name)
{
    struct scn_file *file;
    size_t size;
    const char *why;
    if (name->kind != SCN_STRING || value->count > 1) {
        scn_error(merger->complaints, value,
                  "$text stands alone in its object and holds a file name, as in {\"$text\": "
                  "\"user-data.txt\"}");
        return value;
    }
    const char *bytes = scn_file_read(merger->arena, name->file, name->text, &file, &size, &why);
    if (bytes == NULL) {
        scn_error(merger->complaints, name, "cannot read \"%s\": %s", name->text, why);
        return value;
    }
    struct scn_value *text = sim_arena_alloc(merger->arena, sizeof *text);
    text->kind = SCN_STRING;
    text->text = bytes;
    text->file = value->file;
    text->line = value->line;
    text->column = value->column;
    return text;
}

static struct scn_value *expand_file(struct merger *merger, struct scn_value *value,
                                     struct scn_value *name, const struct include *include)
{
    struct scn_value *base = read_beside(merger, name, include);
    scn_json_remove(value, name);
    if (base == NULL)
        return value;
    if (value->count > 0 && base->kind != SCN_OBJECT) {
        scn_error(merger->complaints, value,
                  "$file names %s, which cannot take further members; remove them",
                  scn_kind_names[base->kind]);
        return value;
    }
    if (value->count == 0)
        return base;
    return scn_merge(base, value);
}

/* Replaces $file and $text everywhere below, and returns what now stands for the value. */
static struct scn_value *expand(struct merger *merger, struct scn_value *value,
                                const struct include *include)
{
    struct scn_value *next;
    for (struct scn_value *child = value->first; child != NULL; child = next) {
        next = child->next;
        struct scn_value *expanded = expand(merger, child, include);
        if (expanded != child)
            scn_json_replace(child, expanded);
    }
    struct scn_value *text = scn_json_member(value, "$text");
    if (text != NULL)
        return expand_text(merger, value, text);
    struct scn_value *file = scn_json_member(value, "$file");
    if (file != NULL)
        return expand_file(merger, value, file, include);
    return value;
}

/* ---- shipped scenarios and extends ---- */

/* "tutorial", "tutorial.json" or "placement-lab/fgd" -> the file inside the program, or NULL. */
static const struct sim_embedded *shipped(struct sim_arena *arena, const char *name)
{
    if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL)
        return NULL;
    size_t length = strlen(name);
    const char *suffix = length > 5 && strcmp(name + length - 5, ".json") == 0 ? "" : ".json";
    return sim_embed_find(sim_arena_printf(arena, "scenarios/%s%s", name, suffix));
}

static struct scn_value *parse_shipped(struct merger *merger, const struct sim_embedded *embedded,
                                       struct scn_file **file)
{
    *file = sim_arena_alloc(merger->arena, sizeof **file);
    **file = (struct scn_file){.name = embedded->path, .folder = "scenarios", .embedded = true};
    return scn_json_parse(merger->arena, *file, embedded->bytes, embedded->size,
                          merger->complaints);
}

static struct scn_value *apply_extends(struct merger *merger, struct scn_value *root,
                                       const struct include *include);

static struct scn_value *read_base(struct merger *merger, const struct scn_value *extends,
                                   const struct include *include)
{
    struct scn_file *file;
    size_t size;
    const char *why;
    struct scn_value *base;
    const char *bytes =
        scn_file_read(merger->arena, extends->file, extends->text, &file, &size, &why);
    const struct sim_embedded *embedded =
        bytes == NULL ? shipped(merger->arena, extends->text) : NULL;
    if (bytes == NULL && embedded == NULL) {
        scn_error(merger->complaints, extends,
                  "cannot read \"%s\": %s, and no shipped scenario has that name", extends->text,
                  why);
        return NULL;
    }
    base = bytes != NULL ? scn_json_parse(merger->arena, file, bytes, size, merger->complaints)
                         : parse_shipped(merger, embedded, &file);
    if (base == NULL)
        return NULL;
    if (includes(include, file) || include->depth >= INCLUDE_DEPTH) {
        scn_error(merger->complaints, extends,
                  "\"%s\" extends itself, directly or through others; break the circle",
                  extends->text);
        return NULL;
    }
    struct include inner = {.file = file, .outer = include, .depth = include->depth + 1};
    base = expand(merger, base, &inner);
    scn_describe_unwrap(merger->arena, base, merger->complaints);
    return apply_extends(merger, base, &inner);
}

static struct scn_value *apply_extends(struct merger *merger, struct scn_value *root,
                                       const struct include *include)
{
    struct scn_value *extends = scn_json_member(root, "extends");
    if (extends == NULL)
        return root;
    if (extends->kind != SCN_STRING) {
        scn_error(merger->complaints, extends, "expected the name of a scenario as a text, not %s",
                  scn_kind_names[extends->kind]);
        return NULL;
    }
    struct scn_value *base = read_base(merger, extends, include);
    if (base == NULL)
        return NULL;
    scn_json_remove(root, extends);
    return scn_merge(base, root);
}

static void complain_missing(struct merger *merger, const char *path, const char *why)
{
    const char *names[64];
    uint32_t count = 0;
    const char *list = "";
    if (access(path, F_OK) == 0) { /* it is there, but of no use */
        scn_error_at(merger->complaints, path, 0, 0, NULL, "%s", why);
        return;
    }
    for (const struct sim_embedded *file = sim_embedded_files; file->path != NULL; file++) {
        const char *name = file->path + strlen("scenarios/");
        size_t length = strlen(file->path);
        if (strncmp(file->path, "scenarios/", 10) != 0 || strchr(name, '/') != NULL ||
            strcmp(file->path + length - 5, ".json") != 0 || count == 64)
            continue;
        names[count] = sim_arena_strndup(merger->arena, name, length - 15);
        list = sim_arena_printf(merger->arena, "%s%s%s", list, count > 0 ? ", " : "", names[count]);
        count++;
    }
    const char *near = scn_nearest(path, names, count);
    if (near != NULL)
        scn_error_at(merger->complaints, path, 0, 0, NULL, "%s; did you mean the shipped %s?", why,
                     near);
    else
        scn_error_at(merger->complaints, path, 0, 0, NULL,
                     "%s; name a file or one of the shipped scenarios: %s", why, list);
}

struct scn_value *scn_merge_load(struct sim_arena *arena, const char *path,
                                 struct scn_complaints *complaints)
{
    struct merger merger = {.arena = arena, .complaints = complaints};
    struct scn_file *file;
    struct scn_value *root;
    size_t size;
    const char *why;
    const struct sim_embedded *embedded = access(path, F_OK) != 0 ? shipped(arena, path) : NULL;
    if (embedded != NULL) {
        root = parse_shipped(&merger, embedded, &file);
    } else {
        const char *bytes = scn_file_read(arena, NULL, path, &file, &size, &why);
        if (bytes == NULL) {
            complain_missing(&merger, path, why);
            return NULL;
        }
        root = scn_json_parse(arena, file, bytes, size, complaints);
    }
    if (root == NULL)
        return NULL;
    struct include include = {.file = file};
    root = expand(&merger, root, &include);
    scn_describe_unwrap(arena, root, complaints);
    return apply_extends(&merger, root, &include);
}
