/* `behaviour`: overrides of the rows of ecs_behaviour_rows. */
#include "scn_dist.h"
#include "scn_loader.h"

#include <inttypes.h>
#include <string.h>

static bool is_none(const struct scn_value *value)
{
    return value->kind == SCN_STRING && strcmp(value->text, "none") == 0;
}

static void read_integer(struct scn_loader *loader, const struct scn_value *value,
                         const struct ecs_behaviour_row *row, int64_t *out)
{
    bool unlimited = row->max == ECS_UNLIMITED;
    if (unlimited && is_none(value))
        *out = ECS_UNLIMITED;
    else if (value->kind != SCN_NUMBER || !value->is_integer)
        scn_error(loader->complaints, value, "expected an integer%s",
                  unlimited ? " or \"none\"" : "");
    else if (value->integer < row->min || value->integer > row->max)
        scn_error(loader->complaints, value,
                  unlimited ? "%" PRId64 " is out of range; write at least %" PRId64 " or \"none\""
                            : "%" PRId64 " is out of range; write %" PRId64 " to %" PRId64,
                  value->integer, row->min, row->max);
    else
        *out = value->integer;
}

static void read_time(struct scn_loader *loader, const struct scn_value *value,
                      const struct ecs_behaviour_row *row, sim_time *out)
{
    sim_time time;
    char low[32], high[32];
    if (value->kind != SCN_STRING || sim_time_parse(value->text, &time) != 0)
        scn_error(loader->complaints, value,
                  "expected a duration as a text, such as \"90s\" or \"5m\"");
    else if (time < row->min || time > row->max)
        scn_error(loader->complaints, value, "\"%s\" is out of range; write %s to %s", value->text,
                  sim_time_format(row->min, low, sizeof low),
                  sim_time_format(row->max, high, sizeof high));
    else
        *out = time;
}

static void read_choice(struct scn_loader *loader, const struct scn_value *value,
                        const struct ecs_behaviour_row *row, int64_t *out)
{
    const char *list = "";
    for (int i = 0; i < 4 && row->choices[i] != NULL; i++) {
        if (value->kind == SCN_STRING && strcmp(value->text, row->choices[i]) == 0) {
            *out = i;
            return;
        }
        list =
            sim_arena_printf(loader->arena, "%s%s\"%s\"", list, i > 0 ? ", " : "", row->choices[i]);
    }
    scn_error(loader->complaints, value, "expected one of %s", list);
}

static void read_row(struct scn_loader *loader, const struct scn_value *value,
                     const struct ecs_behaviour_row *row)
{
    char *base = (char *)&loader->scenario->behaviour;
    void *member = base + row->offset;
    switch (row->kind) {
    case ECS_BEHAVIOUR_INT:
        read_integer(loader, value, row, member);
        break;
    case ECS_BEHAVIOUR_TIME:
        read_time(loader, value, row, member);
        break;
    case ECS_BEHAVIOUR_BOOL:
        if (value->kind == SCN_BOOL)
            *(bool *)member = value->boolean;
        else
            scn_error(loader->complaints, value, "expected true or false, without quotes");
        break;
    case ECS_BEHAVIOUR_ENUM:
        read_choice(loader, value, row, member);
        break;
    case ECS_BEHAVIOUR_DIST:
        if (row->switch_offset != 0)
            *(bool *)(void *)(base + row->switch_offset) = !is_none(value);
        if (row->switch_offset == 0 || !is_none(value))
            scn_dist_read(loader->arena, value, member, loader->complaints);
        break;
    }
}

void scn_load_behaviour(struct scn_loader *loader)
{
    const struct scn_value *behaviour = scn_get(loader->root, "behaviour", SCN_OBJECT);
    ecs_behaviour_at(&loader->scenario->behaviour, loader->scenario->epoch);
    if (behaviour == NULL)
        return;
    const char **names = sim_arena_array(loader->arena, ecs_behaviour_row_count, sizeof names[0]);
    for (uint32_t i = 0; i < ecs_behaviour_row_count; i++)
        names[i] = ecs_behaviour_rows[i].key;
    for (const struct scn_value *v = behaviour->first; v != NULL; v = v->next) {
        uint32_t i = 0;
        while (i < ecs_behaviour_row_count && strcmp(names[i], v->key) != 0)
            i++;
        if (i < ecs_behaviour_row_count)
            read_row(loader, v, &ecs_behaviour_rows[i]);
        else
            scn_unknown_key(loader->complaints, v, names, ecs_behaviour_row_count);
    }
}
