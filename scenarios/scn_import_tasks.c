/* Task definitions with their durations, and the calls that started tasks (scn_importer.h). */
#include "scn_importer.h"

#include "ecs_scenario.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CALL_TASKS       10    /* QTA-9: tasks of one RunTask call */
#define LEAD_S           300   /* quiet time ahead of the first call */
#define TAIL_S           3600  /* simulated after the last call, when nothing tells how long */
#define WINDOW_S         86400 /* older tasks are there when the first call is made */
#define DURATION_DEFAULT "24h" /* longer than what is simulated: as good as for ever */
#define MEASURED_MAX     1000  /* durations kept of one task definition */
#define EPOCH_FIRST      "2019-12"
#define EPOCH_WARMUP     "2020-12" /* instanceWarmupPeriod; sheet 04, section 0 */
#define EPOCH_DRAINING   "2024-01" /* managedDraining */

#define EACH(o, importer, kind)                                                                    \
    for (struct scn_dump_object *o = (importer)->first[kind]; o != NULL; o = o->next)

static void put_text(struct scn_importer *importer, struct scn_value *object, const char *key,
                     const char *text)
{
    scn_make_member(importer->arena, object, key, scn_make_text(importer->arena, text));
}

const char *scn_import_duration(struct sim_arena *arena, int64_t seconds)
{
    return seconds % 60 == 0 ? sim_arena_printf(arena, "%" PRId64 "m", seconds / 60)
                             : sim_arena_printf(arena, "%" PRId64 "s", seconds);
}

/* A date as version 1 of the AWS command line prints it (seconds) or version 2 (ISO 8601), in
 * microseconds; false when there is none. */
static bool stamp(const struct scn_value *object, const char *key, int64_t *unix_us)
{
    const struct scn_value *value = scn_json_member(object, key);
    if (value != NULL && value->kind == SCN_NUMBER)
        *unix_us = value->is_integer && value->integer < SIM_TIME_LIMIT / SIM_SECOND
                       ? value->integer * SIM_SECOND
                       : sim_time_from_seconds(value->number);
    else if (value == NULL || value->kind != SCN_STRING || sim_iso_parse(value->text, unix_us) != 0)
        return false;
    return *unix_us > 0;
}

/* ---- which tasks ---- */

/* Counts what is left out for one reason, to say it in one note. */
struct tally {
    struct tally *next;
    const char *why;
    uint32_t count;
};

static void count_out(struct scn_importer *importer, struct tally **tallies, const char *why)
{
    struct tally **link = tallies;
    while (*link != NULL && strcmp((*link)->why, why) != 0)
        link = &(*link)->next;
    if (*link == NULL) {
        *link = sim_arena_alloc(importer->arena, sizeof **link);
        (*link)->why = why;
    }
    (*link)->count++;
}

static void note_tallies(struct scn_importer *importer, const struct tally *tally)
{
    for (; tally != NULL; tally = tally->next)
        scn_import_note(importer, SCN_NOTE_LEFT_OUT, "%u task%s %s", tally->count,
                        tally->count == 1 ? "" : "s", tally->why);
}

static bool is_of_service(const struct scn_dump_object *task)
{
    return strncmp(scn_get_text(task->value, "group", ""), "service:", 8) == 0 ||
           strncmp(scn_get_text(task->value, "startedBy", ""), "ecs-svc/", 8) == 0;
}

static const char *definition_name(const struct scn_importer *importer,
                                   const struct scn_dump_object *task)
{
    return ecs_arn_last_name(importer->arena,
                             scn_get_text(task->value, "taskDefinitionArn", "(no name)"));
}

static struct scn_dump_object *definition_of(const struct scn_importer *importer,
                                             const struct scn_dump_object *task)
{
    const char *name = definition_name(importer, task);
    EACH(o, importer, SCN_DUMP_DEFINITION)
    if (strcmp(o->id, name) == 0)
        return o;
    return NULL;
}

/* Why a task cannot be started here; NULL when it can. */
static const char *refusal(struct scn_importer *importer, const struct scn_dump_object *task)
{
    const char *type = scn_get_text(task->value, "launchType", "EC2");
    const char *provider = scn_get_text(task->value, "capacityProviderName", "");
    if (is_of_service(task)) {
        const struct scn_dump_object *service = scn_import_service_of(importer, task);
        return service == NULL
                   ? sim_arena_printf(importer->arena,
                                      "of services that the dump does not hold; add "
                                      "the output of `%s`",
                                      scn_import_kind_call(SCN_DUMP_SERVICE))
                   : sim_arena_printf(importer->arena, "of service %s, which is left out",
                                      service->name);
    }
    if (strcmp(type, "EC2") != 0 || strncmp(provider, "FARGATE", 7) == 0)
        return sim_arena_printf(importer->arena, "of launch type %s: not simulated yet",
                                strncmp(provider, "FARGATE", 7) == 0 ? "FARGATE" : type);
    if (definition_of(importer, task) == NULL)
        return sim_arena_printf(importer->arena,
                                "of %s: the dump does not hold this task definition; add the "
                                "output of `%s --task-definition %s`",
                                definition_name(importer, task),
                                scn_import_kind_call(SCN_DUMP_DEFINITION),
                                definition_name(importer, task));
    return NULL;
}

static bool is_inactive(const struct scn_dump_object *definition)
{
    return strcmp(scn_get_text(definition->value, "status", "ACTIVE"), "ACTIVE") != 0;
}

void scn_import_select_tasks(struct scn_importer *importer)
{
    struct tally *tallies = NULL;
    EACH(task, importer, SCN_DUMP_TASK)
    {
        const char *cluster = scn_get_text(task->value, "clusterArn", importer->cluster_name);
        bool mine =
            strcmp(ecs_arn_last_name(importer->arena, cluster), importer->cluster_name) == 0;
        const struct scn_dump_object *service = scn_import_service_of(importer, task);
        if (mine && service != NULL && service->used)
            continue; /* the service starts its own */
        const char *why = mine ? refusal(importer, task) : "of other clusters";
        struct scn_dump_object *definition = definition_of(importer, task);
        task->used = why == NULL;
        if (why != NULL)
            count_out(importer, &tallies, why);
        else
            scn_import_use(importer, SCN_DUMP_DEFINITION, definition);
    }
    EACH(definition, importer, SCN_DUMP_DEFINITION)
    if (!is_inactive(definition))
        scn_import_use(importer, SCN_DUMP_DEFINITION, definition);
    else if (!definition->used)
        scn_import_note(importer, SCN_NOTE_LEFT_OUT,
                        "task definition %s (%s): it is INACTIVE, and no task of it is here",
                        definition->name, definition->doc->name);
    note_tallies(importer, tallies);
}

/* ---- durations ---- */

static struct scn_value *seconds(struct sim_arena *arena, int64_t ms)
{
    struct scn_value *value = scn_make_integer(arena, ms / 1000);
    if (ms % 1000 != 0)
        value->text = sim_arena_printf(arena, "%" PRId64 ".%03" PRId64, ms / 1000, ms % 1000);
    return value;
}

/* How long the stopped tasks of the definition ran; NULL when there is none. */
static struct scn_value *measured(struct scn_importer *importer,
                                  const struct scn_dump_object *definition)
{
    struct scn_value *list = scn_make_list(importer->arena);
    EACH(task, importer, SCN_DUMP_TASK)
    {
        int64_t from, to;
        if (is_of_service(task) || definition_of(importer, task) != definition ||
            list->count == MEASURED_MAX || !stamp(task->value, "startedAt", &from) ||
            !stamp(task->value, "stoppedAt", &to) || to < from)
            continue;
        int64_t ms = (to - from) / 1000;
        scn_json_append(list, seconds(importer->arena, ms > 0 ? ms : 1));
    }
    if (list->count == 0)
        return NULL;
    scn_import_note(importer, SCN_NOTE_TAKEN,
                    "taskDefinitions: sim.duration of %s is how long its %u stopped task%s ran",
                    definition->name, list->count, list->count == 1 ? "" : "s");
    if (list->count == 1) {
        struct scn_value *only = list->first;
        scn_json_remove(list, only);
        return only;
    }
    struct scn_value *empirical = scn_make_object(importer->arena);
    scn_make_member(importer->arena, empirical, "empirical", list);
    return empirical;
}

/* Whether a task of it arrives by itself. */
static bool arrives(const struct scn_importer *importer, const struct scn_dump_object *definition)
{
    EACH(task, importer, SCN_DUMP_TASK)
    if (task->used && definition_of(importer, task) == definition)
        return true;
    return false;
}

/* Tasks of services run until they are stopped, unless others of their definition end. */
static void put_definition(struct scn_importer *importer, struct scn_dump_object *definition)
{
    struct scn_value *sim = scn_make_object(importer->arena);
    bool serves = scn_import_serves(importer, definition);
    bool endless = serves && !arrives(importer, definition);
    const struct scn_value *duration = endless ? NULL : measured(importer, definition);
    definition->over = scn_make_object(importer->arena);
    definition->guessed = !endless && duration == NULL;
    if (serves && !endless)
        scn_import_note(importer, SCN_NOTE_TAKEN,
                        "taskDefinitions: tasks of services of %s end after its sim.duration, too, "
                        "and are replaced",
                        definition->name);
    if (definition->guessed) {
        duration = scn_make_text(importer->arena, DURATION_DEFAULT);
        scn_import_note(importer, SCN_NOTE_DEFAULT,
                        "taskDefinitions: sim.duration of %s is %s: no stopped task of it tells "
                        "how long it runs",
                        definition->name, DURATION_DEFAULT);
    }
    if (is_inactive(definition)) {
        put_text(importer, definition->over, "status", "ACTIVE");
        scn_import_note(importer, SCN_NOTE_TAKEN,
                        "taskDefinitions: %s is deregistered and counts as ACTIVE, for its tasks "
                        "start again here",
                        definition->name);
    }
    if (duration != NULL) {
        scn_make_member(importer->arena, sim, "duration", duration);
        scn_make_member(importer->arena, definition->over, "sim", sim);
    }
    if (definition->over->count == 0)
        definition->over = NULL;
    scn_import_object(importer, SCN_DUMP_DEFINITION, "taskDefinitions", definition);
}

/* Families in the order of the dump, the revisions of each rising, as the loader wants them. */
void scn_import_definitions(struct scn_importer *importer)
{
    EACH(o, importer, SCN_DUMP_DEFINITION)
    o->done = !o->used;
    EACH(o, importer, SCN_DUMP_DEFINITION)
    while (!o->done) {
        const char *family = scn_get_text(o->value, "family", "");
        struct scn_dump_object *least = o;
        for (struct scn_dump_object *p = o->next; p != NULL; p = p->next)
            if (!p->done && strcmp(scn_get_text(p->value, "family", ""), family) == 0 &&
                scn_get_integer(p->value, "revision", 1) <
                    scn_get_integer(least->value, "revision", 1))
                least = p;
        put_definition(importer, least);
        least->done = true;
    }
}

/* ---- calls ---- */

/* The members of an object that change what placement sees, in an object of their own. */
static struct scn_value *sizes_of(struct scn_importer *importer, const struct scn_value *object)
{
    static const char *const keys[] = {"cpu", "memory", "memoryReservation",
                                       "resourceRequirements"};
    struct scn_value *sizes = scn_make_object(importer->arena);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct scn_value *member = scn_json_member(object, keys[i]);
        if (member != NULL && (member->kind != SCN_LIST || member->count > 0))
            scn_make_member(importer->arena, sizes, keys[i], member);
    }
    return sizes;
}

/* RUN-1: the overrides of a task that resize it; what they change inside has no effect here. */
static void put_overrides(struct scn_importer *importer, struct scn_value *call,
                          const struct scn_dump_object *task)
{
    const struct scn_value *overrides = scn_get(task->value, "overrides", SCN_OBJECT);
    const struct scn_value *containers = scn_get(overrides, "containerOverrides", SCN_LIST);
    struct scn_value *value = sizes_of(importer, overrides);
    struct scn_value *list = scn_make_list(importer->arena);
    for (const struct scn_value *v = containers != NULL ? containers->first : NULL; v != NULL;
         v = v->next) {
        struct scn_value *sizes = sizes_of(importer, v);
        const char *name = scn_get_text(v, "name", NULL);
        if (sizes->count == 0 || name == NULL)
            continue;
        put_text(importer, sizes, "name", name);
        scn_json_append(list, sizes);
    }
    if (list->count > 0)
        scn_make_member(importer->arena, value, "containerOverrides", list);
    if (value->count > 0)
        scn_make_member(importer->arena, call, "overrides", value);
}

/* Members of a call that do not depend on the time; NULL when no provider is left for it. */
static struct scn_value *call_of(struct scn_importer *importer, const struct scn_dump_object *task,
                                 const struct scn_dump_object *definition)
{
    struct scn_value *call = scn_make_object(importer->arena);
    const char *provider = scn_get_text(task->value, "capacityProviderName", NULL);
    const char *group = scn_get_text(task->value, "group", "");
    const char *started_by = scn_get_text(task->value, "startedBy", "");
    const char *family = scn_get_text(definition->value, "family", "");
    const struct scn_value *strategy = importer->strategy;
    bool by_default = false;
    for (const struct scn_value *v = strategy != NULL ? strategy->first : NULL;
         v != NULL && provider != NULL; v = v->next)
        by_default =
            by_default ||
            strcmp(ecs_arn_last_name(importer->arena, scn_get_text(v, "capacityProvider", "")),
                   provider) == 0;
    put_text(importer, call, "taskDefinition", definition->name);
    if (group[0] != '\0' &&
        strcmp(group, sim_arena_printf(importer->arena, "family:%s", family)) != 0)
        put_text(importer, call, "group", group);
    if (started_by[0] != '\0')
        put_text(importer, call, "startedBy", started_by);
    put_overrides(importer, call, task);
    if (provider == NULL) {
        put_text(importer, call, "launchType", "EC2");
    } else if (!by_default) {
        if (!scn_import_has_provider(importer, provider))
            return NULL;
        struct scn_value *list = scn_make_list(importer->arena);
        struct scn_value *item = scn_make_object(importer->arena);
        put_text(importer, item, "capacityProvider", provider);
        scn_make_member(importer->arena, item, "weight", scn_make_integer(importer->arena, 1));
        scn_json_append(list, item);
        scn_make_member(importer->arena, call, "capacityProviderStrategy", list);
    }
    return call;
}

struct arrival {
    struct scn_dump_object *task, *definition;
    struct scn_value *call;
    const char *key;
    int64_t unix_us; /* 0: unknown */
    uint32_t index;
};

static int compare_arrivals(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->unix_us != y->unix_us)
        return x->unix_us < y->unix_us ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* The tasks to start, sorted by time. */
static struct arrival *list_arrivals(struct scn_importer *importer, uint32_t *count)
{
    struct arrival *arrivals = NULL;
    struct tally *tallies = NULL;
    uint32_t capacity = 0;
    *count = 0;
    EACH(task, importer, SCN_DUMP_TASK)
    {
        struct scn_dump_object *definition = definition_of(importer, task);
        struct scn_value *call = NULL;
        if (!task->used)
            continue;
        if (definition->used)
            call = call_of(importer, task, definition);
        if (call == NULL) {
            count_out(importer, &tallies,
                      definition->used
                          ? sim_arena_printf(importer->arena,
                                             "of capacity provider %s, which is left out",
                                             scn_get_text(task->value, "capacityProviderName", ""))
                          : sim_arena_printf(importer->arena,
                                             "of task definition %s, which is left out",
                                             definition->name));
            continue;
        }
        sim_grow((void **)&arrivals, &capacity, *count + 1, sizeof arrivals[0]);
        struct arrival *arrival = &arrivals[*count];
        *arrival = (struct arrival){.task = task, .definition = definition, .call = call};
        arrival->key = scn_json_print(importer->arena, call);
        arrival->index = (*count)++;
        if (!stamp(task->value, "createdAt", &arrival->unix_us))
            arrival->unix_us = 0;
    }
    if (*count > 1)
        qsort(arrivals, *count, sizeof arrivals[0], compare_arrivals);
    note_tallies(importer, tallies);
    return arrivals;
}

/* The call of equal members within a second that has room for one more. */
static struct scn_import_call *open_call(struct scn_import_call *const *calls, uint32_t count,
                                         const struct arrival *arrival, int64_t at_s)
{
    while (count > 0 && calls[count - 1]->at_s >= at_s - 1) {
        struct scn_import_call *call = calls[--count];
        if (call->count < CALL_TASKS && strcmp(call->key, arrival->key) == 0)
            return call;
    }
    return NULL;
}

static void add_subnet(struct scn_importer *importer, struct scn_value *subnets, const char *name)
{
    if (name[0] != '\0' && subnets->count < 16 && !scn_import_lists(importer, subnets, name))
        scn_json_append(subnets, scn_make_text(importer->arena, name));
}

/* awsvpc tasks name subnets. Which ones a call named no output tells, only where the task landed,
 * so these are all that the instances stand in. */
static void put_network(struct scn_importer *importer, struct scn_value *call)
{
    struct scn_value *subnets = scn_make_list(importer->arena);
    EACH(group, importer, SCN_DUMP_GROUP)
    {
        const char *text = scn_get_text(group->value, "VPCZoneIdentifier", "");
        while (group->used && *text != '\0') {
            size_t length = strcspn(text, ", ");
            add_subnet(importer, subnets, sim_arena_strndup(importer->arena, text, length));
            text += length;
            text += strspn(text, ", ");
        }
    }
    const struct scn_value *instances = scn_json_member(importer->root, "containerInstances");
    for (const struct scn_value *v = instances != NULL ? instances->first : NULL; v != NULL;
         v = v->next)
        add_subnet(importer, subnets, scn_get_text(v, "subnetId", ""));
    if (subnets->count == 0)
        return;
    struct scn_value *network = scn_make_object(importer->arena);
    struct scn_value *awsvpc = scn_make_object(importer->arena);
    scn_make_member(importer->arena, awsvpc, "subnets", subnets);
    scn_make_member(importer->arena, network, "awsvpcConfiguration", awsvpc);
    scn_make_member(importer->arena, call, "networkConfiguration", network);
    scn_import_note(importer, SCN_NOTE_TAKEN,
                    "runTasks: tasks with networkMode awsvpc name every subnet of the instances");
}

static void put_call(struct scn_importer *importer, struct scn_import_call *call)
{
    struct scn_value *value = scn_make_object(importer->arena);
    put_text(importer, value, "at", scn_import_duration(importer->arena, call->at_s));
    for (const struct scn_value *v = call->value->first; v != NULL; v = v->next)
        scn_make_member(importer->arena, value, v->key, v);
    scn_make_member(importer->arena, value, "count",
                    scn_make_integer(importer->arena, (int64_t)call->count));
    if (strcmp(scn_get_text(call->definition->value, "networkMode", ""), "awsvpc") == 0)
        put_network(importer, value);
    scn_import_element(importer, "runTasks", value, (struct scn_import_element){.call = call});
    importer->has_default = importer->has_default || call->definition->guessed;
    importer->task_count += call->count;
    if (importer->last_call_s < call->at_s)
        importer->last_call_s = call->at_s;
}

static void put_arrivals(struct scn_importer *importer, const struct arrival *arrivals,
                         uint32_t count)
{
    struct scn_import_call **calls = sim_arena_array(importer->arena, count, sizeof calls[0]);
    uint32_t call_count = 0, first = 0;
    while (first + 1 < count && arrivals[first].unix_us == 0)
        first++;
    int64_t base_us = arrivals[first].unix_us, newest_us = arrivals[count - 1].unix_us;
    if (newest_us - base_us > WINDOW_S * SIM_SECOND) {
        base_us = newest_us - WINDOW_S * SIM_SECOND;
        scn_import_note(importer, SCN_NOTE_TAKEN,
                        "runTasks: tasks older than a day before the newest start together with "
                        "the first of that day");
    }
    base_us -= base_us % SIM_SECOND;
    for (uint32_t i = 0; i < count; i++) {
        const struct arrival *arrival = &arrivals[i];
        int64_t late_us = arrival->unix_us > base_us ? arrival->unix_us - base_us : 0;
        int64_t at_s = LEAD_S + late_us / SIM_SECOND;
        struct scn_import_call *call = open_call(calls, call_count, arrival, at_s);
        if (call == NULL) {
            call = sim_arena_alloc(importer->arena, sizeof *call);
            *call = (struct scn_import_call){.definition = arrival->definition,
                                             .at_s = at_s,
                                             .key = arrival->key,
                                             .value = arrival->call};
            call->tasks = sim_arena_array(importer->arena, CALL_TASKS, sizeof call->tasks[0]);
            calls[call_count++] = call;
        }
        call->tasks[call->count++] = arrival->task;
    }
    for (uint32_t i = 0; i < call_count; i++)
        put_call(importer, calls[i]);
    if (newest_us == 0)
        return;
    importer->start_unix_s = base_us / SIM_SECOND - LEAD_S;
    importer->newest_unix_s = newest_us / SIM_SECOND;
    scn_import_note(importer, SCN_NOTE_TAKEN,
                    "runTasks: standalone tasks arrive as their createdAt tells, the first %s "
                    "after the start",
                    scn_import_duration(importer->arena, LEAD_S));
}

/* The newest usable revision of a family stands for it. */
static bool is_latest(const struct scn_importer *importer, const struct scn_dump_object *definition)
{
    EACH(o, importer, SCN_DUMP_DEFINITION)
    if (o->used &&
        strcmp(scn_get_text(o->value, "family", ""),
               scn_get_text(definition->value, "family", "")) == 0 &&
        scn_get_integer(o->value, "revision", 1) >
            scn_get_integer(definition->value, "revision", 1))
        return false;
    return true;
}

/* Without any task to start: one of each definition. */
static void put_default_load(struct scn_importer *importer)
{
    EACH(o, importer, SCN_DUMP_DEFINITION)
    {
        if (!o->used || !is_latest(importer, o))
            continue;
        struct scn_value *value = scn_make_object(importer->arena);
        struct scn_import_call *call = sim_arena_alloc(importer->arena, sizeof *call);
        put_text(importer, value, "name",
                 sim_arena_printf(importer->arena, "default-%s",
                                  scn_get_text(o->value, "family", "")));
        put_text(importer, value, "taskDefinition", o->name);
        if (importer->strategy == NULL || importer->strategy->count == 0)
            put_text(importer, value, "launchType", "EC2");
        *call =
            (struct scn_import_call){.definition = o, .count = 1, .at_s = LEAD_S, .value = value};
        put_call(importer, call);
        importer->has_default = true;
    }
    if (importer->has_default)
        scn_import_note(importer, SCN_NOTE_DEFAULT,
                        "runTasks: one task of each task definition: the dump holds no standalone "
                        "task to tell the load");
}

/* ---- what follows from the calls ---- */

/* AWS behaved as at the time of the newest task, and knew every key that the dump uses. */
static void set_epoch(struct scn_importer *importer)
{
    char date[24] = "";
    const char *epoch = NULL;
    if (importer->newest_unix_s != INT64_MIN) {
        sim_unix_format(importer->newest_unix_s, date, sizeof date);
        epoch = sim_arena_strndup(importer->arena, date, strlen(EPOCH_FIRST));
        if (strcmp(epoch, EPOCH_FIRST) < 0)
            epoch = EPOCH_FIRST;
    }
    EACH(o, importer, SCN_DUMP_PROVIDER)
    {
        const struct scn_value *group = scn_get(o->value, "autoScalingGroupProvider", SCN_OBJECT);
        const struct scn_value *scaling = scn_get(group, "managedScaling", SCN_OBJECT);
        if (epoch == NULL || !o->used)
            continue;
        if (scn_json_member(scaling, "instanceWarmupPeriod") != NULL &&
            strcmp(epoch, EPOCH_WARMUP) < 0)
            epoch = EPOCH_WARMUP;
        if (scn_json_member(group, "managedDraining") != NULL && strcmp(epoch, EPOCH_DRAINING) < 0)
            epoch = EPOCH_DRAINING;
    }
    importer->epoch = epoch;
    if (epoch != NULL)
        scn_import_note(importer, SCN_NOTE_TAKEN,
                        "epoch is %s: the month of the newest task, or of the newest key in use",
                        epoch);
}

void scn_import_calls(struct scn_importer *importer)
{
    uint32_t count;
    importer->start_unix_s = importer->newest_unix_s = INT64_MIN;
    importer->last_call_s = importer->duration_s = 0;
    importer->has_default = false;
    importer->task_count = 0;
    struct arrival *arrivals = list_arrivals(importer, &count);
    bool has_service = scn_import_has_service(importer);
    if (count > 0)
        put_arrivals(importer, arrivals, count);
    else if (!has_service)
        put_default_load(importer);
    free(arrivals);
    set_epoch(importer);
    if (!importer->has_default && !has_service)
        return;
    importer->duration_s = importer->last_call_s + TAIL_S;
    scn_import_note(importer, SCN_NOTE_DEFAULT, "duration is %s: an hour%s, for %s",
                    scn_import_duration(importer->arena, importer->duration_s),
                    importer->last_call_s > 0 ? " after the last call" : "",
                    has_service ? "services do not end" : "nothing tells when its tasks end");
    importer->has_default = true;
}
