#include "scn_bind.h"

#include "scn_agent.h"

#include "scn_complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const type_names[SCN_TYPES] = {
    [SCN_T_TEXT] = "text",
    [SCN_T_INTEGER] = "integer",
    [SCN_T_NUMBER] = "number",
    [SCN_T_BOOL] = "true or false",
    [SCN_T_DURATION] = "duration",
    [SCN_T_DIST] = "distribution",
    [SCN_T_OBJECT] = "object",
    [SCN_T_OBJECTS] = "list of objects",
    [SCN_T_TEXTS] = "list of texts",
    [SCN_T_INTEGERS] = "list of integers",
    [SCN_T_MAP] = "map of texts",
    [SCN_T_OBJECT_MAP] = "map of objects",
    [SCN_T_ANY] = "any",
};

/* What an AWS file wants where it found something else. */
static const char *const expectations[SCN_TYPES] = {
    [SCN_T_TEXT] = "a text in quotes",
    [SCN_T_INTEGER] = "an integer without quotes",
    [SCN_T_NUMBER] = "a number without quotes",
    [SCN_T_BOOL] = "true or false, without quotes",
    [SCN_T_DURATION] = "a duration as a text, such as \"90s\", \"5m\" or \"24h\"",
    [SCN_T_DIST] = "a duration or a distribution",
    [SCN_T_OBJECT] = "an object {...}",
    [SCN_T_OBJECTS] = "a list of objects [{...}]",
    [SCN_T_TEXTS] = "a list of texts [\"...\"]",
    [SCN_T_INTEGERS] = "a list of integers",
    [SCN_T_MAP] = "an object of texts {\"key\": \"value\"}",
    [SCN_T_OBJECT_MAP] = "an object of objects",
    [SCN_T_ANY] = "a value",
};

static const enum scn_kind kinds[SCN_TYPES] = {
    [SCN_T_TEXT] = SCN_STRING,  [SCN_T_INTEGER] = SCN_NUMBER,    [SCN_T_NUMBER] = SCN_NUMBER,
    [SCN_T_BOOL] = SCN_BOOL,    [SCN_T_DURATION] = SCN_STRING,   [SCN_T_OBJECT] = SCN_OBJECT,
    [SCN_T_OBJECTS] = SCN_LIST, [SCN_T_TEXTS] = SCN_LIST,        [SCN_T_INTEGERS] = SCN_LIST,
    [SCN_T_MAP] = SCN_OBJECT,   [SCN_T_OBJECT_MAP] = SCN_OBJECT,
};

void scn_not_yet(struct scn_complaints *complaints, const struct scn_value *at, const char *what)
{
    scn_error(complaints, at,
              "`%s` is not simulated yet; leave it out, or the result would be wrong", what);
}

/* At most this many known keys are listed when none is near. */
#define KNOWN_SHOWN 12

void scn_unknown_key(struct scn_complaints *complaints, const struct scn_value *at,
                     const char *const *names, uint32_t count)
{
    const char *near = scn_nearest(at->key, names, count);
    if (near != NULL) {
        scn_error(complaints, at, "unknown key; did you mean `%s`?", near);
        return;
    }
    const char *list = "";
    for (uint32_t i = 0; i < count && i < KNOWN_SHOWN; i++)
        list = sim_arena_printf(complaints->arena, "%s%s%s", list, i > 0 ? ", " : "", names[i]);
    scn_error(complaints, at, "unknown key; known here: %s%s", list,
              count > KNOWN_SHOWN ? ", ..." : "");
}

static const struct scn_key *find_key(const struct scn_key *table, const char *name)
{
    for (; table->name != NULL; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

static void complain_unknown(struct scn_complaints *complaints, const struct scn_value *at,
                             const struct scn_key *table)
{
    uint32_t count = 0;
    while (table[count].name != NULL)
        count++;
    const char **names = sim_arena_array(complaints->arena, count, sizeof names[0]);
    for (uint32_t i = 0; i < count; i++)
        names[i] = table[i].name;
    scn_unknown_key(complaints, at, names, count);
}

/* ---- values ---- */

static bool is_choice(const char *choices, const char *text)
{
    size_t length = strlen(text);
    while (*choices != '\0') {
        size_t step = strcspn(choices, " ");
        if (step == length && memcmp(choices, text, length) == 0)
            return true;
        choices += step + (choices[step] == ' ');
    }
    return false;
}

#define CHOICES_MAX 32

/* "START, COMPLETE, ..." of a key, and each of them in names[]. */
static const char *list_choices(struct sim_arena *arena, const struct scn_key *key,
                                const char **names, uint32_t *count)
{
    const char *list = "";
    *count = 0;
    for (const char *c = key->choices; *c != '\0' && *count < CHOICES_MAX;) {
        size_t step = strcspn(c, " ");
        names[*count] = sim_arena_strndup(arena, c, step);
        list = sim_arena_printf(arena, "%s%s%s", list, *count > 0 ? ", " : "", names[*count]);
        ++*count;
        c += step + (c[step] == ' ');
    }
    return list;
}

static void check_choice(struct scn_complaints *complaints, const struct scn_value *value,
                         const struct scn_key *key)
{
    const char *names[CHOICES_MAX];
    uint32_t count;
    const char *list = list_choices(complaints->arena, key, names, &count);
    const char *near = scn_nearest(value->text, names, count);
    if (near != NULL)
        scn_error(complaints, value, "\"%s\" is none of %s; did you mean %s?", value->text, list,
                  near);
    else
        scn_error(complaints, value, "\"%s\" is no choice; write one of %s", value->text, list);
}

/* All but the first byte of a character are 10xxxxxx in UTF-8. */
int scn_character_bytes(const char *text)
{
    int bytes = text[0] != '\0';
    while (bytes > 0 && ((unsigned char)text[bytes] & 0xC0) == 0x80)
        bytes++;
    return bytes;
}

/* Characters, not bytes, as AWS counts. */
static int64_t text_length(const char *text)
{
    int64_t length = 0;
    for (; *text != '\0'; text += scn_character_bytes(text))
        length++;
    return length;
}

/* A text, or one of a list or map. No limits unless max > 0. */
static void check_text(struct scn_complaints *complaints, const struct scn_value *value,
                       const struct scn_key *key, int64_t min, int64_t max)
{
    int64_t length = text_length(value->text);
    if (key->choices != NULL && !is_choice(key->choices, value->text))
        check_choice(complaints, value, key);
    if (max > 0 && length > max)
        scn_error(complaints, value,
                  "the text has %" PRId64 " characters; at most %" PRId64 " are allowed", length,
                  max);
    else if (max > 0 && length < min)
        scn_error(complaints, value, "the text is %s; at least %" PRId64 " character%s needed",
                  length == 0 ? "empty" : "too short", min, min == 1 ? " is" : "s are");
}

static void complain_fraction(struct scn_complaints *complaints, const struct scn_value *value)
{
    scn_error(complaints, value, "%s is no whole number of at most 63 bits; write an integer",
              value->text);
}

#define LIMIT_SIZE 96

/* What AWS answers beyond the limits of a key, for the end of a complaint. */
static const char *limit_text(char text[LIMIT_SIZE], const struct scn_key *key)
{
    text[0] = '\0';
    if (key->limit != NULL)
        snprintf(text, LIMIT_SIZE, " (%s)", key->limit);
    return text;
}

static void check_integer(struct scn_complaints *complaints, const struct scn_value *value,
                          const struct scn_key *key)
{
    char text[LIMIT_SIZE];
    if (!value->is_integer)
        complain_fraction(complaints, value);
    else if (key->max > 0 && key->min == key->max && value->integer != key->max)
        scn_error(complaints, value, "%" PRId64 " is not supported; write %" PRId64, value->integer,
                  key->max);
    else if (key->max > 0 && (value->integer < key->min || value->integer > key->max))
        scn_error(complaints, value,
                  "%" PRId64 " is out of range; write %" PRId64 " to %" PRId64 "%s", value->integer,
                  key->min, key->max, limit_text(text, key));
}

static void check_duration(struct scn_complaints *complaints, const struct scn_value *value)
{
    sim_time time;
    if (sim_time_parse(value->text, &time) != 0)
        scn_error(complaints, value,
                  "\"%s\" is no duration; write a number with a unit, such as \"90s\", \"5m\", "
                  "\"1h30m\" or \"7d\"",
                  value->text);
}

static void check_list(struct scn_complaints *complaints, const struct scn_value *list,
                       const struct scn_key *key)
{
    enum scn_kind kind = key->type == SCN_T_OBJECTS ? SCN_OBJECT
                         : key->type == SCN_T_TEXTS ? SCN_STRING
                                                    : SCN_NUMBER;
    char text[LIMIT_SIZE];
    if (key->max > 0 && (list->count < key->min || list->count > key->max))
        scn_error(complaints, list,
                  "the list has %u elements; %" PRId64 " to %" PRId64 " are allowed%s", list->count,
                  key->min, key->max, limit_text(text, key));
    for (const struct scn_value *element = list->first; element != NULL; element = element->next) {
        if (element->kind != kind)
            scn_error(complaints, element, "expected %s, not %s", scn_kind_names[kind],
                      scn_kind_names[element->kind]);
        else if (kind == SCN_OBJECT && key->members != NULL)
            scn_bind(complaints, element, key->members);
        else if (kind == SCN_STRING)
            check_text(complaints, element, key, key->item_min, key->item_max);
        else if (kind == SCN_NUMBER && !element->is_integer)
            complain_fraction(complaints, element);
    }
}

static void check_map(struct scn_complaints *complaints, const struct scn_value *map,
                      const struct scn_key *key)
{
    enum scn_kind kind = key->type == SCN_T_MAP ? SCN_STRING : SCN_OBJECT;
    for (const struct scn_value *member = map->first; member != NULL; member = member->next) {
        if (member->kind != kind)
            scn_error(complaints, member, "expected %s, not %s", scn_kind_names[kind],
                      scn_kind_names[member->kind]);
        else if (kind == SCN_STRING)
            check_text(complaints, member, key, key->item_min, key->item_max);
        else if (key->members != NULL)
            scn_bind(complaints, member, key->members);
    }
}

static void check_value(struct scn_complaints *complaints, const struct scn_value *value,
                        const struct scn_key *key)
{
    if (key->type == SCN_T_ANY || key->type == SCN_T_DIST)
        return;
    if (value->kind != kinds[key->type]) {
        scn_error(complaints, value, "expected %s, not %s", expectations[key->type],
                  scn_kind_names[value->kind]);
        return;
    }
    switch (key->type) {
    case SCN_T_TEXT:
        check_text(complaints, value, key, key->min, key->max);
        break;
    case SCN_T_INTEGER:
        check_integer(complaints, value, key);
        break;
    case SCN_T_DURATION:
        check_duration(complaints, value);
        break;
    case SCN_T_OBJECT:
        if (key->max > 0 && value->count < key->min)
            scn_error(complaints, value, "the object is empty; fill it or leave it out");
        else if (key->members != NULL)
            scn_bind(complaints, value, key->members);
        break;
    case SCN_T_OBJECTS:
    case SCN_T_TEXTS:
    case SCN_T_INTEGERS:
        check_list(complaints, value, key);
        break;
    case SCN_T_MAP:
    case SCN_T_OBJECT_MAP:
        check_map(complaints, value, key);
        break;
    case SCN_T_NUMBER:
        if (key->max > 0 && (value->number < (double)key->min || value->number > (double)key->max))
            scn_error(complaints, value, "%s is out of range; write %" PRId64 " to %" PRId64,
                      value->text, key->min, key->max);
        break;
    case SCN_T_BOOL:
    case SCN_T_DIST:
    case SCN_T_ANY:
    case SCN_TYPES:
        break;
    }
}

/* [], {}, "", 0 and false say nothing, so they are fine even for what is not simulated yet:
 * describe output is full of them. */
static bool is_empty(const struct scn_value *value)
{
    switch (value->kind) {
    case SCN_LIST:
    case SCN_OBJECT:
        return value->count == 0;
    case SCN_STRING:
        return value->text[0] == '\0';
    case SCN_BOOL:
        return !value->boolean;
    case SCN_NUMBER:
        return value->is_integer && value->integer == 0;
    case SCN_NULL:
        break;
    }
    return false;
}

static void complain_missing(struct scn_complaints *complaints, const struct scn_value *object,
                             const struct scn_key *key)
{
    const char *names[CHOICES_MAX];
    uint32_t count;
    const char *what = key->help != NULL ? key->help : expectations[key->type];
    if (key->help == NULL && key->choices != NULL)
        what = sim_arena_printf(complaints->arena, "one of %s",
                                list_choices(complaints->arena, key, names, &count));
    scn_error(complaints, object, "`%s` is missing; add it: %s", key->name, what);
}

/* Whether one of the words is `name`, or "name=value". */
static bool lists_word(const char *words, const char *name, const char *value)
{
    size_t length = strlen(name), value_length = value != NULL ? strlen(value) : 0;
    for (const char *at = words; *at != '\0';) {
        size_t size = strcspn(at, " ");
        bool named = strncmp(at, name, length) == 0;
        if (value == NULL ? named && size == length
                          : named && size == length + 1 + value_length && at[length] == '=' &&
                                strncmp(at + length + 1, value, value_length) == 0)
            return true;
        at += size + (at[size] == ' ');
    }
    return false;
}

static bool is_idle_member(const char *words, const struct scn_value *member)
{
    char number[24];
    switch (member->kind) {
    case SCN_STRING:
        return lists_word(words, member->key, member->text);
    case SCN_BOOL:
        return lists_word(words, member->key, member->boolean ? "true" : "false");
    case SCN_NUMBER:
        snprintf(number, sizeof number, "%" PRId64, member->integer);
        return member->is_integer && lists_word(words, member->key, number);
    case SCN_OBJECT:
        for (const struct scn_value *v = member->first; v != NULL; v = v->next)
            if (!is_idle_member(words, v))
                return false;
        return lists_word(words, member->key, NULL);
    case SCN_LIST:
    case SCN_NULL:
        break;
    }
    return false;
}

bool scn_is_idle(const struct scn_key *key, const struct scn_value *value)
{
    if (is_empty(value))
        return true;
    if (key->idle == NULL || (value->kind != SCN_OBJECT && value->kind != SCN_STRING))
        return false;
    if (value->kind == SCN_STRING)
        return lists_word(key->idle, value->text, NULL);
    for (const struct scn_value *v = value->first; v != NULL; v = v->next)
        if (!is_idle_member(key->idle, v))
            return false;
    return true;
}

void scn_bind(struct scn_complaints *complaints, const struct scn_value *object,
              const struct scn_key *table)
{
    for (const struct scn_value *member = object->first; member != NULL; member = member->next) {
        const struct scn_key *key = find_key(table, member->key);
        if (key == NULL) {
            complain_unknown(complaints, member, table);
            continue;
        }
        if (member->kind == SCN_NULL) {
            scn_error(complaints, member, "null says nothing; leave the key out instead");
            continue;
        }
        if (key->effect == SCN_LATER) {
            if (scn_is_idle(key, member))
                check_value(complaints, member, key);
            else
                scn_not_yet(complaints, member, key->name);
            continue;
        }
        if (key->effect == SCN_NONE)
            scn_no_effect(complaints, member, key->help != NULL ? key->help : "nothing reads it");
        check_value(complaints, member, key);
    }
    for (const struct scn_key *key = table; key->name != NULL; key++)
        if (key->required && scn_json_member(object, key->name) == NULL)
            complain_missing(complaints, object, key);
}

/* ---- reading ---- */

const struct scn_value *scn_get(const struct scn_value *object, const char *key, enum scn_kind kind)
{
    const struct scn_value *value = scn_json_member(object, key);
    return value != NULL && value->kind == kind ? value : NULL;
}

const char *scn_get_text(const struct scn_value *object, const char *key, const char *fallback)
{
    const struct scn_value *value = scn_get(object, key, SCN_STRING);
    return value != NULL ? value->text : fallback;
}

/* Beyond every range a table allows, and small enough to be added up and to become seconds. */
#define SANE INT64_C(1000000000000)

int64_t scn_get_integer(const struct scn_value *object, const char *key, int64_t fallback)
{
    const struct scn_value *value = scn_get(object, key, SCN_NUMBER);
    if (value == NULL || !value->is_integer || value->integer > SANE || value->integer < -SANE)
        return fallback;
    return value->integer;
}

bool scn_get_bool(const struct scn_value *object, const char *key, bool fallback)
{
    const struct scn_value *value = scn_get(object, key, SCN_BOOL);
    return value != NULL ? value->boolean : fallback;
}

sim_time scn_get_duration(const struct scn_value *object, const char *key, sim_time fallback)
{
    const struct scn_value *value = scn_get(object, key, SCN_STRING);
    sim_time time = fallback;
    if (value != NULL && sim_time_parse(value->text, &time) != 0)
        return fallback;
    return time;
}

/* ---- listing ---- */

static const char *effect_name(enum scn_effect effect)
{
    return effect == SCN_ACTS ? "acts" : effect == SCN_NONE ? "none" : "not simulated yet";
}

static const char *range_text(char *buffer, size_t size, const struct scn_key *key)
{
    if (key->choices != NULL)
        snprintf(buffer, size, "%s: %s", type_names[key->type], key->choices);
    else if (key->max > 0 && (key->type == SCN_T_INTEGER || key->type == SCN_T_NUMBER))
        snprintf(buffer, size, "%s %" PRId64 "..%" PRId64, type_names[key->type], key->min,
                 key->max);
    else
        snprintf(buffer, size, "%s", type_names[key->type]);
    return buffer;
}

static void list_table(const struct scn_key *table, const char *prefix, enum scn_effect effect,
                       scn_key_row *row, void *user)
{
    for (const struct scn_key *key = table; key->name != NULL; key++) {
        char path[256], type[512], inner[320];
        enum scn_effect own = effect != SCN_ACTS ? effect : key->effect;
        snprintf(path, sizeof path, "%s%s", prefix, key->name);
        row(user, path, range_text(type, sizeof type, key),
            key->fallback != NULL ? key->fallback
            : key->required       ? "required"
                                  : "",
            effect_name(own), key->help != NULL ? key->help : "");
        bool list = key->type == SCN_T_OBJECTS;
        bool map = key->type == SCN_T_OBJECT_MAP;
        snprintf(inner, sizeof inner, "%s%s.", path, list ? "[]" : map ? ".*" : "");
        if (key->members != NULL && key->listed_at == NULL)
            list_table(key->members, inner, own, row, user);
    }
}

static const char *behaviour_type(const struct ecs_behaviour_row *r, char *buffer, size_t size)
{
    switch (r->kind) {
    case ECS_BEHAVIOUR_INT:
        if (r->max == ECS_UNLIMITED)
            return "integer or \"none\"";
        snprintf(buffer, size, "integer %" PRId64 "..%" PRId64, r->min, r->max);
        return buffer;
    case ECS_BEHAVIOUR_TIME:
        return "duration";
    case ECS_BEHAVIOUR_BOOL:
        return "true or false";
    case ECS_BEHAVIOUR_ENUM:
        snprintf(buffer, size, "text:");
        for (uint32_t i = 0; i < 4 && r->choices[i] != NULL; i++) {
            size_t length = strlen(buffer);
            snprintf(buffer + length, size - length, " %s", r->choices[i]);
        }
        return buffer;
    case ECS_BEHAVIOUR_DIST:
        return r->switch_offset != 0 ? "distribution or \"none\"" : "distribution";
    }
    return "";
}

/* The value of a row at an epoch, as the scenario would write it. */
static void behaviour_value(const struct ecs_behaviour_row *r, int32_t epoch, char *buffer,
                            size_t size)
{
    struct ecs_behaviour behaviour;
    ecs_behaviour_at(&behaviour, epoch);
    const void *member = (const char *)&behaviour + r->offset;
    switch (r->kind) {
    case ECS_BEHAVIOUR_INT:
        if (*(const int64_t *)member == ECS_UNLIMITED)
            snprintf(buffer, size, "none");
        else
            snprintf(buffer, size, "%" PRId64, *(const int64_t *)member);
        return;
    case ECS_BEHAVIOUR_TIME:
        sim_time_format(*(const sim_time *)member, buffer, size);
        return;
    case ECS_BEHAVIOUR_BOOL:
        snprintf(buffer, size, "%s", *(const bool *)member ? "true" : "false");
        return;
    case ECS_BEHAVIOUR_ENUM:
        snprintf(buffer, size, "%s", r->choices[*(const int64_t *)member]);
        return;
    case ECS_BEHAVIOUR_DIST:
        sim_dist_format(member, buffer, size);
        return;
    }
}

/* "5 (from 2022-09: 50)" */
static void behaviour_default(const struct ecs_behaviour_row *r, char *buffer, size_t size)
{
    behaviour_value(r, ECS_EPOCH_FIRST, buffer, size);
    for (uint32_t i = 1; i < ECS_BEHAVIOUR_STEPS && r->steps[i].epoch != 0; i++) {
        char value[96];
        size_t length = strlen(buffer);
        behaviour_value(r, r->steps[i].epoch, value, sizeof value);
        snprintf(buffer + length, size - length, "; from %04d-%02d: %s", r->steps[i].epoch / 100,
                 r->steps[i].epoch % 100, value);
    }
}

void scn_list_keys(scn_key_row *row, void *user)
{
    list_table(scn_scenario_keys, "", SCN_ACTS, row, user);
    scn_list_agent_keys(row, user);
    for (uint32_t i = 0; i < ecs_behaviour_row_count; i++) {
        const struct ecs_behaviour_row *r = &ecs_behaviour_rows[i];
        char path[96], type[160], fallback[320], help[320];
        snprintf(path, sizeof path, "behaviour.%s", r->key);
        snprintf(help, sizeof help, "%s (%s)", r->help, r->source);
        behaviour_default(r, fallback, sizeof fallback);
        row(user, path, behaviour_type(r, type, sizeof type), fallback, "acts", help);
    }
}
