/* --set PATH=VALUE: one value changed from the command line (scn_merge.h). */
#include "scn_complain.h"
#include "scn_merge.h"

#include <stdlib.h>
#include <string.h>

struct setter {
    struct sim_arena *arena;
    struct scn_complaints *complaints;
    struct scn_file *file;
    const char *set, *at; /* the whole text, and where we are */
};

static void complain(struct setter *setter, const char *what)
{
    scn_error_at(setter->complaints, setter->file->name, 0, 0, setter->set, "%s", what);
}

static struct scn_value *new_object(struct setter *setter)
{
    struct scn_value *object = sim_arena_alloc(setter->arena, sizeof *object);
    object->kind = SCN_OBJECT;
    object->file = setter->file;
    object->line = 1;
    object->column = (uint32_t)(setter->at - setter->set) + 1;
    return object;
}

static const char *element_names(struct setter *setter, const struct scn_value *list,
                                 const char *name)
{
    const char *text = "";
    const char **names = sim_arena_array(setter->arena, list->count, sizeof names[0]);
    uint32_t count = 0;
    for (const struct scn_value *e = list->first; e != NULL; e = e->next) {
        const char *other = scn_json_element_name(e);
        if (other == NULL)
            continue;
        text = sim_arena_printf(setter->arena, "%s%s%s", text, count > 0 ? ", " : "", other);
        names[count++] = other;
    }
    const char *near = scn_nearest(name, names, count);
    if (near != NULL)
        return sim_arena_printf(setter->arena, "did you mean %s?", near);
    if (count > 0)
        return sim_arena_printf(setter->arena, "it has %s", text);
    return sim_arena_printf(setter->arena, "write a number below %u", list->count);
}

/* At "[...]": the element it selects, or NULL after a complaint. */
static struct scn_value *select_element(struct setter *setter, const struct scn_value *list)
{
    const char *start = ++setter->at;
    size_t length = strcspn(start, "]");
    if (start[length] != ']') {
        complain(setter, "a [ without its ]");
        return NULL;
    }
    setter->at = start + length + 1;
    const char *name = sim_arena_strndup(setter->arena, start, length);
    if (list->kind != SCN_LIST) {
        complain(setter, sim_arena_printf(setter->arena, "%s is no list, so [%s] selects nothing",
                                          scn_json_path(setter->arena, list), name));
        return NULL;
    }
    char *end;
    unsigned long index = strtoul(name, &end, 10);
    if (*name >= '0' && *name <= '9' && *end == '\0' && index < list->count)
        return scn_json_element(list, (uint32_t)index);
    for (struct scn_value *e = list->first; e != NULL; e = e->next) {
        const char *other = scn_json_element_name(e);
        if (other != NULL && strcmp(other, name) == 0)
            return e;
    }
    complain(setter, sim_arena_printf(setter->arena, "%s has no element [%s]; %s",
                                      scn_json_path(setter->arena, list), name,
                                      element_names(setter, list, name)));
    return NULL;
}

/* Whether the text can only be meant as JSON: a number, or what begins and ends as an object, a
 * list or a text in quotes does. "90s" and "2020-06" are no numbers. */
static bool is_meant_as_json(const char *text)
{
    static const char digits[] = "0123456789";
    size_t length = strlen(text);
    if (length > 1 && strchr("{[\"", text[0]) != NULL)
        return text[length - 1] == (text[0] == '{' ? '}' : text[0] == '[' ? ']' : '"');
    text += *text == '-';
    size_t whole = strspn(text, digits);
    text += whole;
    if (*text == '.')
        text += 1 + strspn(text + 1, digits);
    if (whole > 0 && (*text == 'e' || *text == 'E')) {
        text++;
        text += *text == '+' || *text == '-';
        text += strspn(text, digits);
    }
    return whole > 0 && *text == '\0';
}

/* The value right of "=": JSON when it is JSON, else a text. */
static struct scn_value *set_value(struct setter *setter)
{
    struct scn_complaints quiet;
    scn_complaints_init(&quiet, setter->arena);
    const char *text = setter->at + 1;
    struct scn_value *value =
        scn_json_parse(setter->arena, setter->file, text, strlen(text), &quiet);
    if (value == NULL && is_meant_as_json(text))
        complain(setter, quiet.error_origins[0].what);
    scn_complaints_release(&quiet);
    if (value == NULL) {
        value = new_object(setter);
        value->kind = SCN_STRING;
        value->text = text;
    }
    value->line = 1;
    value->column = (uint32_t)(text - setter->set) + 1;
    return value;
}

static void put_member(struct setter *setter, struct scn_value *parent, const char *key,
                       struct scn_value *value)
{
    struct scn_value *old = scn_json_member(parent, key);
    value->key = sim_arena_strdup(setter->arena, key);
    if (old != NULL)
        scn_json_replace(old, value);
    else
        scn_json_append(parent, value);
}

/* A member on the way; made when it is not there, so that the binder can judge its name. */
static struct scn_value *step_into(struct setter *setter, struct scn_value *parent, const char *key)
{
    struct scn_value *member = scn_json_member(parent, key);
    if (member == NULL && *setter->at == '[') {
        complain(setter, sim_arena_printf(setter->arena,
                                          "%s has no %s to select from; write the list in the file",
                                          scn_json_path(setter->arena, parent), key));
        return NULL;
    }
    if (member == NULL) {
        member = new_object(setter);
        put_member(setter, parent, key, member);
    }
    while (member != NULL && *setter->at == '[') {
        struct scn_value *element = select_element(setter, member);
        if (element != NULL && *setter->at == '=') {
            scn_json_replace(element, set_value(setter));
            return NULL;
        }
        member = element;
    }
    return member;
}

/* Whether a key of the path is empty. */
static bool lacks_key(const char *path)
{
    for (;;) {
        size_t length = strcspn(path, ".[=");
        if (length == 0)
            return true;
        path += length;
        while (*path == '[') {
            path += strcspn(path, "]");
            path += *path == ']';
        }
        if (*path != '.')
            return false;
        path++;
    }
}

void scn_merge_set(struct sim_arena *arena, struct scn_value *root, const char *set,
                   struct scn_complaints *complaints)
{
    struct scn_file *file = sim_arena_alloc(arena, sizeof *file);
    *file = (struct scn_file){.name = "--set", .folder = ""};
    struct setter setter = {
        .arena = arena, .complaints = complaints, .file = file, .set = set, .at = set};
    struct scn_value *value = root;
    if (strchr(set, '=') == NULL) {
        complain(&setter, "expected PATH=VALUE, e.g. duration=2h");
        return;
    }
    if (lacks_key(set)) {
        complain(&setter, "a key is missing in the path; write e.g. "
                          "services[web].desiredCount=3");
        return;
    }
    while (value != NULL) {
        size_t length = strcspn(setter.at, ".[=");
        const char *key = sim_arena_strndup(arena, setter.at, length);
        if (value->kind != SCN_OBJECT) {
            complain(&setter, sim_arena_printf(arena, "%s is no object, so it has no %s",
                                               scn_json_path(arena, value), key));
            return;
        }
        setter.at += length;
        if (*setter.at == '=') {
            put_member(&setter, value, key, set_value(&setter));
            return;
        }
        value = step_into(&setter, value, key);
        if (value != NULL && *setter.at == '.')
            setter.at++;
    }
}
