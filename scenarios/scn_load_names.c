/* Names, zones and types: what several parts of the loader look up (scn_loader.h). */
#include "scn_loader.h"

#include <stdlib.h>
#include <string.h>

const struct scn_value *scn_list(const struct scn_loader *loader, const char *key)
{
    return scn_get(loader->root, key, SCN_LIST);
}

struct named {
    const char *name;
    const struct scn_value *element;
    int64_t version; /* of what stands in several versions under one name; else 0 */
    uint32_t place;  /* in its list */
};

static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    if (order == 0)
        order = (a->version > b->version) - (a->version < b->version);
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

/* version_key: NULL where a name stands once. */
static void check_unique(struct scn_loader *loader, const struct scn_value *list, const char *key,
                         const char *version_key)
{
    if (list == NULL || list->count < 2)
        return;
    struct named *named = sim_arena_array(loader->arena, list->count, sizeof named[0]);
    uint32_t count = 0, first = 0;
    for (const struct scn_value *e = list->first; e != NULL; e = e->next) {
        int64_t version = version_key != NULL ? scn_get_integer(e, version_key, 1) : 0;
        named[count] = (struct named){scn_get_text(e, key, NULL), e, version, count};
        count += named[count].name != NULL;
    }
    if (count > 0)
        qsort(named, count, sizeof named[0], compare_named);
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(named[i].name, named[first].name) != 0 ||
            named[i].version != named[first].version) {
            first = i;
            continue;
        }
        const struct scn_value *other = named[first].element;
        scn_error(loader->complaints, scn_json_member(named[i].element, key),
                  "the name \"%s\" is taken (line %u of %s); choose another%s%s", named[i].name,
                  other->line, other->file->name,
                  version_key != NULL ? ", or tell them apart by " : "",
                  version_key != NULL ? version_key : "");
    }
}

void scn_check_unique(struct scn_loader *loader, const struct scn_value *list, const char *key)
{
    check_unique(loader, list, key, NULL);
}

void scn_check_versions(struct scn_loader *loader, const struct scn_value *list, const char *key,
                        const char *version_key)
{
    check_unique(loader, list, key, version_key);
}

void scn_check_name(struct scn_loader *loader, const struct scn_value *object, const char *key)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *name = scn_get_text(object, key, NULL);
    const char *odd = name != NULL ? name + strspn(name, allowed) : "";
    if (*odd != '\0')
        scn_error(loader->complaints, scn_json_member(object, key),
                  "\"%s\" holds \"%.*s\"; use letters, digits, hyphens and underscores", name,
                  scn_character_bytes(odd), odd);
}

/* At most this many names are listed when none is near. */
#define NAMES_SHOWN 8

void scn_unknown_name(struct scn_loader *loader, const struct scn_value *at, const char *what,
                      const char *text, const char *const *names, uint32_t count)
{
    const char *near = scn_nearest(text, names, count);
    const char *list = "";
    uint32_t shown = 0;
    if (near != NULL) {
        scn_error(loader->complaints, at, "there is no %s \"%s\"; did you mean \"%s\"?", what, text,
                  near);
        return;
    }
    for (uint32_t i = 0; i < count; i++) { /* a name may be empty when it is itself a mistake */
        if (names[i][0] == '\0' || shown++ >= NAMES_SHOWN)
            continue;
        list = sim_arena_printf(loader->arena, "%s%s%s", list, shown > 1 ? ", " : "", names[i]);
    }
    if (shown == 0)
        scn_error(loader->complaints, at, "there is no %s \"%s\"; none is defined, so add it", what,
                  text);
    else
        scn_error(loader->complaints, at, "there is no %s \"%s\"; there are: %s%s", what, text,
                  list, shown > NAMES_SHOWN ? ", ..." : "");
}

uint32_t scn_use_type(struct scn_loader *loader, const struct scn_value *at, const char *name,
                      bool priced)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_catalog_row *row = scn_find_type(loader, name);
    if (row == NULL) {
        const char *near = scn_catalog_nearest(&loader->catalog, loader->arena, name);
        scn_error(loader->complaints, at, "unknown instance type \"%s\"; %s%s", name,
                  near != NULL ? "did you mean " : "see plimsoll list instance-types",
                  near != NULL ? sim_arena_printf(loader->arena, "%s?", near) : "");
        return ECS_NONE;
    }
    if (row->type.price_nusd_per_h < 0 && !priced)
        scn_error(loader->complaints, at,
                  "no price is known of %s; choose another type, give its price in a file for "
                  "--catalog, or as sim.pricePerHour",
                  name);
    if (row->type.price_nusd_per_h >= 0 && strcmp(row->price_date, scenario->price_date) > 0)
        scenario->price_date = row->price_date;
    for (uint32_t i = 0; i < scenario->type_count; i++)
        if (strcmp(loader->types[i].name, name) == 0)
            return i;
    loader->types[scenario->type_count] = row->type;
    scn_use_gpu_model(loader, at, row->gpu_model, &loader->types[scenario->type_count]);
    scn_use_trunking(loader, row, &loader->types[scenario->type_count]);
    return scenario->type_count++;
}

void scn_check_zone(struct scn_loader *loader, const struct scn_value *at, const char *zone)
{
    const char *region = loader->scenario->region;
    size_t length = strlen(region);
    if (strncmp(zone, region, length) != 0 || zone[length] == '\0')
        scn_error(loader->complaints, at,
                  "zone \"%s\" is not in region %s; write one such as %sa, or change `region`",
                  zone, region, region);
}
