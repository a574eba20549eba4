/* Rounds of building and loading, until the loader has nothing to say (scn_import.h). */
#include "scn_import.h"

#include "scn_importer.h"

#include <string.h>

#define EACH(o, importer, kind)                                                                    \
    for (struct scn_dump_object *o = (importer)->first[kind]; o != NULL; o = o->next)

/* ---- what a complaint is about ---- */

/* The element of scenario.json at a place: the last that begins at or before it. */
static struct scn_import_element *element_at(struct scn_importer *importer,
                                             const struct scn_value *root,
                                             const struct scn_origin *origin)
{
    struct scn_import_element *found = NULL;
    for (struct scn_import_element *e = importer->elements; e != NULL; e = e->next) {
        const struct scn_value *value = scn_json_element(scn_json_member(root, e->list), e->index);
        if (value != NULL && (value->line < origin->line ||
                              (value->line == origin->line && value->column <= origin->column)))
            found = e;
    }
    return found;
}

/* Another list begins between the element and the place. */
static bool is_beyond(const struct scn_import_element *element, const struct scn_value *root,
                      const struct scn_origin *origin)
{
    const struct scn_value *list = scn_json_member(root, element->list);
    const struct scn_value *next = list->next;
    return next != NULL && (next->line < origin->line ||
                            (next->line == origin->line && next->column <= origin->column));
}

static struct scn_import_element *element_of_file(struct scn_importer *importer, const char *name)
{
    for (struct scn_import_element *e = importer->elements; e != NULL; e = e->next)
        if ((e->object != NULL && e->object->file != NULL && strcmp(e->object->file, name) == 0) ||
            (e->doc != NULL && e->doc->copy != NULL && strcmp(e->doc->copy, name) == 0))
            return e;
    return NULL;
}

static enum scn_dump_kind kind_of(const struct scn_importer *importer,
                                  const struct scn_dump_object *object)
{
    for (int kind = 0; kind < SCN_DUMP_USED; kind++)
        EACH(o, importer, kind)
    if (o == object)
        return (enum scn_dump_kind)kind;
    return SCN_DUMP_KINDS;
}

/* ---- taking it out ---- */

static void drop_call(struct scn_importer *importer, struct scn_import_call *call, const char *why)
{
    scn_import_note(importer, SCN_NOTE_LEFT_OUT, "%u task%s of %s: %s", call->count,
                    call->count == 1 ? "" : "s", call->definition->name, why);
    if (call->tasks == NULL) /* a default: without its definition it is not made again */
        call->definition->used = false;
    for (uint32_t i = 0; call->tasks != NULL && i < call->count; i++)
        call->tasks[i]->used = false;
}

static void drop_alike(struct scn_importer *importer, struct scn_dump_object *instance,
                       const char *why)
{
    scn_import_drop(importer, SCN_DUMP_INSTANCE, instance, why);
    EACH(o, importer, SCN_DUMP_INSTANCE)
    if (o->key != NULL && strcmp(o->key, instance->key) == 0)
        scn_import_drop(importer, SCN_DUMP_INSTANCE, o, NULL);
}

/* True when something was taken out. */
static bool take_out(struct scn_importer *importer, struct scn_import_element *element,
                     const char *why)
{
    if (element->doc != NULL) {
        bool first = !element->doc->split;
        element->doc->split = true; /* then the next round knows which object it is */
        return first;
    }
    if (element->call != NULL) {
        drop_call(importer, element->call, why);
        return true;
    }
    enum scn_dump_kind kind = kind_of(importer, element->object);
    if (!element->object->used)
        return true; /* by an earlier complaint of the same load */
    if (kind == SCN_DUMP_INSTANCE)
        drop_alike(importer, element->object, why);
    else
        scn_import_drop(importer, kind, element->object, why);
    return true;
}

/* "x.json" of "into/x.json"; NULL for files elsewhere. */
static const char *own_file(const struct scn_importer *importer, const char *file)
{
    size_t length = strlen(importer->import->into);
    return strncmp(file, importer->import->into, length) == 0 && file[length] == '/'
               ? file + length + 1
               : NULL;
}

/* Takes out what the complaint is about; false when it cannot tell. */
static bool heed(struct scn_importer *importer, const struct scn_value *root,
                 const struct scn_origin *origin)
{
    static const char strategy[] = "cluster.defaultCapacityProviderStrategy";
    const char *file = own_file(importer, origin->file);
    struct scn_import_element *element = NULL;
    if (file == NULL)
        return false;
    if (origin->path != NULL && strncmp(origin->path, strategy, strlen(strategy)) == 0) {
        bool first = !importer->no_default_strategy;
        importer->no_default_strategy = true;
        return first;
    }
    if (strcmp(file, "scenario.json") != 0)
        element = element_of_file(importer, file);
    else if ((element = element_at(importer, root, origin)) != NULL &&
             is_beyond(element, root, origin))
        element = NULL;
    return element != NULL && take_out(importer, element, origin->what);
}

static struct scn_value *parse_scenario(struct scn_importer *importer)
{
    const struct scn_import_file *file = importer->files;
    static const struct scn_file own = {.name = "scenario.json", .folder = ""};
    while (strcmp(file->name, own.name) != 0)
        file = file->next;
    return scn_json_parse(importer->arena, &own, file->bytes, file->size, importer->complaints);
}

/* True when another round may succeed. */
static bool heed_all(struct scn_importer *importer, const struct scn_complaints *said)
{
    const struct scn_value *root = parse_scenario(importer);
    bool changed = false;
    for (uint32_t i = 0; i < said->error_count && i < SCN_COMPLAINTS_MAX; i++)
        changed = heed(importer, root, &said->error_origins[i]) || changed;
    for (uint32_t i = 0; i < said->error_count && i < SCN_COMPLAINTS_MAX && !changed; i++) {
        const struct scn_origin *origin = &said->error_origins[i];
        scn_error_at(importer->complaints, importer->import->folder, 0, 0, origin->path, "%s",
                     origin->what);
    }
    return changed;
}

/* Groups whose instances join another cluster, or none; true when there were any. */
static bool drop_strangers(struct scn_importer *importer, const struct ecs_scenario *scenario)
{
    bool changed = false;
    EACH(group, importer, SCN_DUMP_GROUP)
    for (uint32_t i = 0; group->probing && group->used && i < scenario->asg_count; i++) {
        const struct ecs_asg *asg = &scenario->asgs[i];
        if (strcmp(asg->name, group->name) != 0 ||
            scenario->specs[asg->spec].join == ECS_JOIN_REGISTERS)
            continue;
        scn_import_drop(importer, SCN_DUMP_GROUP, group,
                        "its user data does not join the cluster, and no capacity provider of the "
                        "cluster names it");
        changed = true;
        break;
    }
    return changed;
}

/* ---- rounds ---- */

static bool has_definition(const struct scn_importer *importer)
{
    EACH(o, importer, SCN_DUMP_DEFINITION)
    if (o->used)
        return true;
    return false;
}

static uint32_t count_used(const struct scn_importer *importer, enum scn_dump_kind kind)
{
    uint32_t count = 0;
    EACH(o, importer, kind)
    count += o->used;
    return count;
}

static const char *count_text(struct scn_importer *importer, uint32_t count, const char *what)
{
    return sim_arena_printf(importer->arena, "%u %s%s", count, what, count == 1 ? "" : "s");
}

static uint32_t count_instances(const struct scn_importer *importer)
{
    uint32_t count = 0;
    EACH(o, importer, SCN_DUMP_INSTANCE)
    count += o->key != NULL;
    return count;
}

static void sum_up(struct scn_importer *importer)
{
    uint32_t services = count_used(importer, SCN_DUMP_SERVICE);
    importer->import->summary = sim_arena_printf(
        importer->arena, "cluster %s: %s, %s, %s, %s, %s%s", importer->cluster_name,
        count_text(importer, count_used(importer, SCN_DUMP_GROUP), "Auto Scaling group"),
        count_text(importer, count_used(importer, SCN_DUMP_PROVIDER), "capacity provider"),
        count_text(importer, count_instances(importer), "container instance"),
        count_text(importer, count_used(importer, SCN_DUMP_DEFINITION), "task definition"),
        services > 0
            ? sim_arena_printf(importer->arena, "%s, ", count_text(importer, services, "service"))
            : "",
        count_text(importer, importer->task_count, "task"));
}

/* 1: the scenario is good; 0: once more; -1: it cannot be made. */
static int try_round(struct scn_importer *importer)
{
    scn_import_settle(importer);
    if (!has_definition(importer)) {
        scn_error_at(importer->complaints, importer->import->folder, 0, 0, NULL,
                     "no task definition is left to simulate; add the output of `%s "
                     "--task-definition NAME` of one that runs on EC2 instances",
                     scn_import_kind_call(SCN_DUMP_DEFINITION));
        return -1;
    }
    scn_import_build(importer);
    struct scn_loaded loaded;
    int result = -1;
    if (scn_import_write(importer)) {
        const char *path =
            sim_arena_printf(importer->arena, "%s/scenario.json", importer->import->into);
        if (scn_load(&loaded, path, NULL))
            result = !drop_strangers(importer, &loaded.scenario);
        else if (heed_all(importer, &loaded.complaints))
            result = 0;
        scn_loaded_release(&loaded);
    }
    if (result <= 0)
        scn_import_remove(importer);
    return result;
}

static void hand_over_notes(struct scn_importer *importer)
{
    struct scn_note **link = &importer->import->notes;
    for (int kind = 0; kind < SCN_NOTE_KINDS; kind++) {
        *link = importer->notes[kind];
        while (*link != NULL)
            link = &(*link)->next;
    }
}

bool scn_import(struct scn_import *import)
{
    sim_arena_init(&import->arena);
    scn_complaints_init(&import->complaints, &import->arena);
    import->failure = import->summary = NULL;
    import->notes = NULL;
    struct scn_importer *importer = sim_arena_alloc(&import->arena, sizeof *importer);
    importer->import = import;
    importer->arena = &import->arena;
    importer->complaints = &import->complaints;
    int result = -1;
    if (scn_import_read(importer) && scn_import_select(importer))
        do
            result = try_round(importer);
        while (result == 0);
    bool good = result == 1;
    if (good) {
        importer->files = NULL; /* what is written stays */
        scn_import_letter(importer);
        good = scn_import_write(importer);
        sum_up(importer);
    }
    hand_over_notes(importer);
    return good;
}

void scn_import_release(struct scn_import *import)
{
    scn_complaints_release(&import->complaints);
    sim_arena_release(&import->arena);
}
