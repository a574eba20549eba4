/* Walking, changing and printing trees of struct scn_value (scn_json.h). */
#include "scn_json.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scn_value *scn_json_member(const struct scn_value *object, const char *key)
{
    if (object == NULL || object->kind != SCN_OBJECT)
        return NULL;
    for (struct scn_value *member = object->first; member != NULL; member = member->next)
        if (strcmp(member->key, key) == 0)
            return member;
    return NULL;
}

struct scn_value *scn_json_element(const struct scn_value *list, uint32_t index)
{
    if (list == NULL || list->kind != SCN_LIST)
        return NULL;
    struct scn_value *element = list->first;
    while (element != NULL && index-- > 0)
        element = element->next;
    return element;
}

void scn_json_append(struct scn_value *parent, struct scn_value *child)
{
    if (parent->first == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
    child->next = NULL;
    child->parent = parent;
    parent->count++;
}

/* The child before it; NULL: it is the first. */
static struct scn_value *before(const struct scn_value *parent, const struct scn_value *child)
{
    struct scn_value *previous = NULL;
    for (struct scn_value *v = parent->first; v != child; v = v->next)
        previous = v;
    return previous;
}

/* Makes `next` follow `previous`, for which NULL is the start. */
static void join(struct scn_value *parent, struct scn_value *previous, struct scn_value *next)
{
    if (previous == NULL)
        parent->first = next;
    else
        previous->next = next;
}

void scn_json_remove(struct scn_value *parent, struct scn_value *child)
{
    assert(child->parent == parent);
    struct scn_value *previous = before(parent, child);
    join(parent, previous, child->next);
    if (parent->last == child)
        parent->last = previous;
    child->next = NULL;
    child->parent = NULL;
    parent->count--;
}

void scn_json_replace(struct scn_value *old, struct scn_value *with)
{
    assert(old->parent != NULL && old != with);
    with->key = old->key;
    with->parent = old->parent;
    with->next = old->next;
    join(old->parent, before(old->parent, old), with);
    if (old->parent->last == old)
        old->parent->last = with;
    old->parent = NULL;
    old->next = NULL;
}

struct scn_value *scn_json_copy(struct sim_arena *arena, const struct scn_value *value)
{
    struct scn_value *copy = sim_arena_alloc(arena, sizeof *copy);
    *copy = *value;
    copy->parent = copy->next = copy->first = copy->last = NULL;
    copy->count = 0;
    for (const struct scn_value *child = value->first; child != NULL; child = child->next)
        scn_json_append(copy, scn_json_copy(arena, child));
    return copy;
}

/* ---- names ---- */

/* The member by which elements of a list are told apart. */
static const struct {
    const char *list, *name;
} name_keys[] = {
    {"accountSettings", "name"},
    {"attributes", "name"},
    {"launchConfigurations", "LaunchConfigurationName"},
    {"launchTemplates", "LaunchTemplateName"},
    {"autoScalingGroups", "AutoScalingGroupName"},
    {"capacityProviders", "name"},
    {"taskDefinitions", "family"},
    {"containerDefinitions", "name"},
    {"environment", "name"},
    {"volumes", "name"},
    {"changes", "name"},
    {"faults", "name"},
    {"services", "serviceName"},
    {"loadBalancers", "Name"},
    {"targetGroups", "Name"},
    {"scalingPolicies", "PolicyName"},
    {"scheduledActions", "ScheduledActionName"},
    {"alarms", "AlarmName"},
    {"rules", "Name"},
    {"settings", "name"},
    {"workload", "name"},
    {"runTasks", "name"},
    {"Targets", "Id"},
};

const char *scn_json_name_key(const char *list_key)
{
    for (size_t i = 0; list_key != NULL && i < sizeof name_keys / sizeof name_keys[0]; i++)
        if (strcmp(name_keys[i].list, list_key) == 0)
            return name_keys[i].name;
    return NULL;
}

const char *scn_json_element_name(const struct scn_value *element)
{
    if (element->parent == NULL || element->parent->kind != SCN_LIST)
        return NULL;
    const char *key = scn_json_name_key(element->parent->key);
    const struct scn_value *name = key != NULL ? scn_json_member(element, key) : NULL;
    return name != NULL && name->kind == SCN_STRING && name->text[0] != '\0' ? name->text : NULL;
}

/* ---- printing ---- */

struct printer {
    char *bytes; /* heap */
    uint32_t length, capacity;
};

static void put(struct printer *printer, const char *bytes, size_t size)
{
    sim_grow((void **)&printer->bytes, &printer->capacity, printer->length + (uint32_t)size + 1, 1);
    memcpy(printer->bytes + printer->length, bytes, size);
    printer->length += (uint32_t)size;
}

static void put_text(struct printer *printer, const char *text)
{
    put(printer, text, strlen(text));
}

/* How much of the text needs no escape. */
static size_t plain_length(const char *text)
{
    size_t length = 0;
    while ((unsigned char)text[length] >= 0x20 && text[length] != '"' && text[length] != '\\')
        length++;
    return length;
}

static void put_string(struct printer *printer, const char *text)
{
    put(printer, "\"", 1);
    while (*text != '\0') {
        char escape[8];
        size_t plain = plain_length(text);
        put(printer, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        if (*text == '"' || *text == '\\')
            snprintf(escape, sizeof escape, "\\%c", *text);
        else if (*text == '\n')
            snprintf(escape, sizeof escape, "\\n");
        else
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)*text);
        put_text(printer, escape);
        text++;
    }
    put(printer, "\"", 1);
}

static void put_value(struct printer *printer, const struct scn_value *value)
{
    switch (value->kind) {
    case SCN_NULL:
        put_text(printer, "null");
        return;
    case SCN_BOOL:
        put_text(printer, value->boolean ? "true" : "false");
        return;
    case SCN_NUMBER:
        put_text(printer, value->text);
        return;
    case SCN_STRING:
        put_string(printer, value->text);
        return;
    case SCN_LIST:
    case SCN_OBJECT:
        break;
    }
    put_text(printer, value->kind == SCN_LIST ? "[" : "{");
    for (const struct scn_value *child = value->first; child != NULL; child = child->next) {
        if (child != value->first)
            put_text(printer, ",");
        if (value->kind == SCN_OBJECT) {
            put_string(printer, child->key);
            put_text(printer, ":");
        }
        put_value(printer, child);
    }
    put_text(printer, value->kind == SCN_LIST ? "]" : "}");
}

char *scn_json_print(struct sim_arena *arena, const struct scn_value *value)
{
    struct printer printer = {0};
    put_value(&printer, value);
    char *text = sim_arena_strndup(arena, printer.bytes, printer.length);
    free(printer.bytes);
    return text;
}

/* ---- paths ---- */

static void put_path(struct printer *printer, const struct scn_value *value)
{
    const struct scn_value *parent = value->parent;
    if (parent == NULL)
        return;
    put_path(printer, parent);
    if (parent->kind == SCN_OBJECT) {
        if (printer->length > 0)
            put_text(printer, ".");
        put_text(printer, value->key);
        return;
    }
    const char *name = scn_json_element_name(value);
    if (name != NULL) {
        put_text(printer, "[");
        put_text(printer, name);
        put_text(printer, "]");
        return;
    }
    uint32_t index = 0;
    for (const struct scn_value *other = parent->first; other != value; other = other->next)
        index++;
    char text[16];
    snprintf(text, sizeof text, "[%u]", index);
    put_text(printer, text);
}

char *scn_json_path(struct sim_arena *arena, const struct scn_value *value)
{
    struct printer printer = {0};
    put_path(&printer, value);
    char *path = printer.length > 0 ? sim_arena_strndup(arena, printer.bytes, printer.length)
                                    : sim_arena_strdup(arena, "scenario");
    free(printer.bytes);
    return path;
}
