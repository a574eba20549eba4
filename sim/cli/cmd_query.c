/* plimsoll query: container instances that a cluster query language expression selects.
 *
 * A scenario is run up to the moment that is asked about, and its world looked at: by the code that
 * memberOf is judged by, so that every subject means here what it means there. A database holds
 * results, not worlds; but its run is decided by the scenario, seed and number that it stores, so
 * it is run again, to its end, and the answer is given only when the hash of all its records is the
 * one that the database holds. */
#include "cmd.h"
#include "cmd_options.h"
#include "cmd_progress.h"
#include "cmd_table.h"
#include "ecs_ids.h"
#include "ecs_inspect.h"
#include "rpt_json.h"
#include "rpt_stored.h"
#include "scn_query.h"
#include "sim_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLICATIONS_MAX 1000000
#define ARN_SIZE         512

struct settings {
    const char *at, *folder;
    uint64_t replication;
    int strict;
    bool json;
    struct cmd_texts sets;
    struct scn_options load;
};

/* The question and what is known of its answer. */
struct asking {
    const struct settings *settings;
    const struct ecs_query *query;
    const struct ecs_scenario *scenario;
    const struct rpt_stored *stored; /* of a database; else NULL */
    const char *name;                /* of the scenario or database */
    sim_time at;                     /* SIM_TIME_NEVER: the end of the run */
    struct ecs_inspection found;
    struct cmd_table table;
    struct rpt_json json;
};

static int parse(struct settings *s, int argc, char **argv, int *operands)
{
    static const char *const yes_choices[] = {"no", "yes", NULL};
    const struct cmd_option options[] = {
        {"at", "TIME", CMD_TEXT, &s->at, 0, NULL, NULL,
         "the moment asked about: 90s, 5m, 24h, 7d from the start, or ISO 8601 (default: the end "
         "of the run)"},
        {"replication", "N", CMD_WORD, &s->replication, 0, NULL, NULL,
         "which replication, counted from 0 (default 0)"},
        {"seed", "N", CMD_WORD, &s->load.seed, 0, NULL, &s->load.has_seed,
         "replaces the scenario's seed"},
        {"set", "PATH=VALUE", CMD_TEXTS, &s->sets, 0, NULL, NULL,
         "replaces one value of the scenario, as in `plimsoll run`; may be repeated"},
        {"folder", "DIR", CMD_TEXT, &s->folder, 0, NULL, NULL,
         "where the traces of a database's scenario lie (default: the working folder)"},
        {"catalog", "FILE", CMD_TEXT, &s->load.catalog, 0, NULL, NULL,
         "instance types from a CSV file instead of the built-in ones"},
        {"strict", "yes|no", CMD_CHOICE, &s->strict, 0, yes_choices, NULL,
         "no: skip and count broken trace lines instead of refusing them"},
        {"json", NULL, CMD_FLAG, &s->json, 0, NULL, NULL,
         "the instances with all their attributes as JSON"},
        {.name = NULL},
    };
    const struct cmd_usage usage = {
        "query",
        "query EXPRESSION SCENARIO|F.db [options]",
        "Lists the container instances that an expression of the cluster query language selects,\n"
        "such as 'attribute:ecs.instance-type =~ t2.* and runningTasksCount == 0', at the end of\n"
        "the run or at --at. A database is answered from by repeating its run.",
        options,
        2,
        2,
    };
    return cmd_parse(&usage, argc, argv, operands);
}

/* ---- the expression ------------------------------------------------------------------------- */

static void point_at(const char *text, uint32_t column)
{
    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            return; /* it does not stand on one line */
    fprintf(stderr, "    %s\n    ", text);
    for (uint32_t i = 0; i + 1 < column; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80) /* not inside a UTF-8 character */
            fputc(' ', stderr);
    fputs("^\n", stderr);
}

static const struct ecs_query *read_expression(struct sim_arena *arena, const char *text)
{
    struct scn_query_error error;
    const struct ecs_query *query = scn_query_parse(arena, text, &error);
    if (query != NULL)
        return query;
    cmd_error("query", "column %" PRIu32 " of the expression: %s", error.column, error.message);
    point_at(text, error.column);
    return NULL;
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* size >= 40 */
static const char *version_text(int64_t version, char *buffer, size_t size)
{
    uint32_t number = (uint32_t)version;
    snprintf(buffer, size, "%" PRIu32 ".%" PRIu32 ".%" PRIu32, number / 1000000,
             number / 1000 % 1000, number % 1000);
    return buffer;
}

/* Whether an earlier term names the same subject. */
static bool is_named_before(const struct ecs_query *query, uint32_t index)
{
    const struct ecs_query_term *term = &query->nodes[index].term;
    for (uint32_t i = 0; i < index; i++) {
        const struct ecs_query_node *node = &query->nodes[i];
        if (node->kind == ECS_QUERY_TERM && node->term.subject == term->subject &&
            (term->subject != ECS_QUERY_ATTRIBUTE ||
             strcmp(node->term.attribute, term->attribute) == 0))
            return true;
    }
    return false;
}

static const char *attribute_text(struct sim_arena *arena,
                                  const struct ecs_container_instance *instance, const char *name)
{
    if (strcmp(name, "ecs.instance-type") == 0 || strcmp(name, "ecs.availability-zone") == 0)
        return ""; /* a column of their own */
    for (uint32_t i = 0; i < instance->attribute_count; i++) {
        const struct ecs_instance_attribute *attribute = &instance->attributes[i];
        if (strcmp(attribute->name, name) == 0)
            return attribute->value[0] == '\0'
                       ? name
                       : sim_arena_printf(arena, "%s=%s", name, attribute->value);
    }
    return "";
}

static const char *groups_text(struct sim_arena *arena,
                               const struct ecs_container_instance *instance)
{
    const char *text = "";
    for (uint32_t i = 0; i < instance->group_count; i++)
        text = sim_arena_printf(arena, "%s%s%s", text,
                                i > 0 ? "," : "task:group=", instance->groups[i]);
    return text;
}

/* What a term asks about, as the instance has it; "" when it has not, or a column shows it. */
static const char *subject_text(struct sim_arena *arena, const struct ecs_query_term *term,
                                const struct ecs_container_instance *instance)
{
    char text[40];
    switch (term->subject) {
    case ECS_QUERY_AGENT_CONNECTED:
        return instance->agent_connected ? "agentConnected=true" : "agentConnected=false";
    case ECS_QUERY_AGENT_VERSION:
        return sim_arena_printf(arena, "agentVersion=%s",
                                version_text(instance->agent_version, text, sizeof text));
    case ECS_QUERY_ATTRIBUTE:
        return attribute_text(arena, instance, term->attribute);
    case ECS_QUERY_REGISTERED_AT:
        return sim_arena_printf(arena, "registeredAt=%s",
                                sim_unix_format(instance->registered_at, text, sizeof text));
    case ECS_QUERY_TASK_GROUP:
        return groups_text(arena, instance);
    case ECS_QUERY_EC2_INSTANCE_ID:
    case ECS_QUERY_RUNNING_TASKS_COUNT:
    case ECS_QUERY_SUBJECTS:
        break;
    }
    return "";
}

static void add_row(void *user, const struct ecs_container_instance *instance)
{
    struct asking *asking = user;
    struct cmd_table *table = &asking->table;
    const struct ecs_query *query = asking->query;
    const char *named = "";
    char id[ECS_EC2_ID_SIZE];
    ecs_ec2_id_text(id, sizeof id, instance->serial);
    for (uint32_t i = 0; i < query->node_count; i++) {
        if (query->nodes[i].kind != ECS_QUERY_TERM || is_named_before(query, i))
            continue;
        const char *text = subject_text(&table->arena, &query->nodes[i].term, instance);
        if (text[0] != '\0')
            named =
                sim_arena_printf(&table->arena, "%s%s%s", named, named[0] != '\0' ? " " : "", text);
    }
    cmd_table_add(table, "%s", id);
    cmd_table_add(table, "%s", instance->type);
    cmd_table_add(table, "%s", instance->zone[0] != '\0' ? instance->zone : "-");
    cmd_table_add(table, "%s", instance->asg != NULL ? instance->asg : "-");
    cmd_table_add(table, "%s", instance->draining ? "DRAINING" : "ACTIVE");
    cmd_table_add(table, "%" PRId64, instance->running_tasks);
    cmd_table_add(table, "%s", named);
}

static void add_attributes(struct rpt_json *json, const struct ecs_container_instance *instance)
{
    rpt_json_begin(json, "attributes", '[');
    for (uint32_t i = 0; i < instance->attribute_count; i++) {
        rpt_json_begin(json, NULL, '{');
        rpt_json_text(json, "name", instance->attributes[i].name);
        if (instance->attributes[i].value[0] != '\0')
            rpt_json_text(json, "value", instance->attributes[i].value);
        rpt_json_end(json, '{');
    }
    rpt_json_end(json, '[');
}

/* Keys and shapes as DescribeContainerInstances has them, where it has them. */
static void add_object(void *user, const struct ecs_container_instance *instance)
{
    struct asking *asking = user;
    struct rpt_json *json = &asking->json;
    char arn[ARN_SIZE], text[40];
    ecs_resource_arn(arn, sizeof arn, asking->scenario, ECS_RESOURCE_CONTAINER_INSTANCE,
                     instance->serial, instance->long_arn);
    rpt_json_begin(json, NULL, '{');
    rpt_json_text(json, "containerInstanceArn", arn);
    ecs_ec2_id_text(text, sizeof text, instance->serial);
    rpt_json_text(json, "ec2InstanceId", text);
    rpt_json_text(json, "instanceType", instance->type);
    rpt_json_text(json, "availabilityZone", instance->zone[0] != '\0' ? instance->zone : NULL);
    rpt_json_text(json, "autoScalingGroupName", instance->asg);
    rpt_json_text(json, "capacityProviderName", instance->provider);
    rpt_json_text(json, "status", instance->draining ? "DRAINING" : "ACTIVE");
    rpt_json_bool(json, "agentConnected", instance->agent_connected);
    rpt_json_begin(json, "versionInfo", '{');
    rpt_json_text(json, "agentVersion", version_text(instance->agent_version, text, sizeof text));
    rpt_json_end(json, '{');
    rpt_json_text(json, "registeredAt",
                  sim_unix_format(instance->registered_at, text, sizeof text));
    rpt_json_int(json, "runningTasksCount", instance->running_tasks);
    rpt_json_int(json, "pendingTasksCount", instance->pending_tasks);
    rpt_json_begin(json, "taskGroups", '[');
    for (uint32_t i = 0; i < instance->group_count; i++)
        rpt_json_text(json, NULL, instance->groups[i]);
    rpt_json_end(json, '[');
    add_attributes(json, instance);
    rpt_json_end(json, '{');
}

/* ---- the run -------------------------------------------------------------------------------- */

/* The rows at this moment. False, explained, when the run is over before it. */
static bool look(struct asking *asking, const struct ecs_world *world, sim_time now)
{
    char end[24];
    if (asking->at != SIM_TIME_NEVER && ecs_world_is_over(world) && now < asking->at &&
        asking->scenario->duration == SIM_TIME_NEVER) {
        cmd_error("query", "--at=%s: the run is over after %s; ask for a time up to then",
                  asking->settings->at, sim_time_format(now, end, sizeof end));
        return false;
    }
    if (asking->at == SIM_TIME_NEVER)
        asking->at =
            asking->scenario->duration != SIM_TIME_NEVER ? asking->scenario->duration : now;
    asking->found =
        ecs_inspect(world, asking->query, asking->settings->json ? add_object : add_row, asking);
    return true;
}

/* Whether the records of this run are those that the database holds. */
static bool repeats(const struct asking *asking, const struct sim_hash *hash)
{
    char text[17];
    rpt_hash_text(text, sim_hash_value(hash));
    if (strcmp(text, asking->stored->result_hash) == 0)
        return true;
    cmd_error("query",
              "%s: its run cannot be repeated here: the hash of its records is %s, and here it is "
              "%s. It was made by plimsoll %s (this is " PLIMSOLL_VERSION ") from the traces %s; "
              "look for those files in --folder, and for the --catalog of that run",
              asking->name, asking->stored->result_hash, text, asking->stored->plimsoll_version,
              asking->stored->inputs_json);
    return false;
}

static int simulate(struct asking *asking)
{
    uint32_t replication = (uint32_t)asking->settings->replication;
    struct ecs_world *world = ecs_world_new(asking->scenario);
    struct sim_engine *engine = ecs_world_engine(world);
    struct cmd_progress progress;
    struct sim_hash hash;
    sim_hash_init(&hash);
    if (asking->stored != NULL)
        sim_stream_add(ecs_world_stream(world), sim_hash_observe, &hash);
    cmd_progress_init(&progress, false, 1,
                      asking->at != SIM_TIME_NEVER ? asking->at : asking->scenario->duration);
    cmd_progress_watch(&progress, engine, 0);
    ecs_world_begin(world, replication);
    bool good = ecs_world_advance(world, asking->at) && look(asking, world, engine->now);
    int code = good ? CMD_DONE : CMD_USAGE;
    if (good && asking->stored != NULL && (!ecs_world_end(world) || !repeats(asking, &hash)))
        code = CMD_USAGE;
    cmd_progress_done(&progress, 0, engine);
    cmd_progress_release(&progress);
    ecs_world_free(world);
    return code;
}

/* ---- the answer ----------------------------------------------------------------------------- */

static const char *date_of(const struct asking *asking, char *buffer, size_t size)
{
    return sim_unix_format(asking->scenario->start_unix_s + asking->at / SIM_SECOND, buffer, size);
}

static int answer_text(struct asking *asking)
{
    static const char *const headings[] = {"instance", "type",    "az",       "group",
                                           "status",   "running", "asked for"};
    char time[24], date[24];
    cmd_table_init(&asking->table, 7, headings);
    asking->table.right = 1u << 5;
    int code = simulate(asking);
    if (code == CMD_DONE) {
        if (asking->found.selected > 0)
            cmd_table_print(&asking->table);
        printf("%s%" PRIu32 " of %" PRIu32 " container instance%s at %s (%s)\n",
               asking->found.selected > 0 ? "\n" : "", asking->found.selected,
               asking->found.registered, asking->found.registered == 1 ? "" : "s",
               sim_time_format(asking->at, time, sizeof time), date_of(asking, date, sizeof date));
    }
    cmd_table_release(&asking->table);
    return code;
}

/* Written to memory first: the count stands last, and a run that is not the database's says
 * nothing. */
static int answer_json(struct asking *asking)
{
    char *text = NULL, date[24];
    size_t length;
    FILE *memory = open_memstream(&text, &length);
    if (memory == NULL) {
        cmd_error("query", "there is not enough memory");
        return CMD_FAILED;
    }
    struct rpt_json *json = &asking->json;
    rpt_json_init(json, memory);
    rpt_json_begin(json, NULL, '{');
    rpt_json_text(json, "expression", asking->query->text);
    rpt_json_begin(json, "containerInstances", '[');
    int code = simulate(asking);
    if (code == CMD_DONE) {
        rpt_json_end(json, '[');
        rpt_json_text(json, "time", date_of(asking, date, sizeof date));
        rpt_json_int(json, "registered", asking->found.registered);
        rpt_json_int(json, "count", asking->found.selected);
        rpt_json_end(json, '{');
    }
    if (fclose(memory) != 0) {
        cmd_error("query", "there is not enough memory");
        code = CMD_FAILED;
    }
    if (code == CMD_DONE)
        fputs(text, stdout);
    free(text);
    return code;
}

/* --at, which may count from the scenario's start. */
static bool read_moment(struct asking *asking)
{
    const char *text = asking->settings->at;
    int64_t start_us = asking->scenario->start_unix_s * SIM_SECOND, unix_us;
    char end[24];
    asking->at = SIM_TIME_NEVER;
    if (text == NULL)
        return true;
    if (sim_time_parse(text, &asking->at) != 0) {
        if (sim_iso_parse(text, &unix_us) != 0 || unix_us < start_us) {
            cmd_error("query",
                      "--at=%s: must be a duration like 90s, 5m, 24h or 7d, or an ISO 8601 time "
                      "from the scenario's start on (%s)",
                      text, sim_unix_format(asking->scenario->start_unix_s, end, sizeof end));
            return false;
        }
        asking->at = unix_us - start_us;
    }
    if (asking->at > asking->scenario->duration) {
        cmd_error("query", "--at=%s: the run is over after %s; ask for a time up to then", text,
                  sim_time_format(asking->scenario->duration, end, sizeof end));
        return false;
    }
    return true;
}

static int ask(struct asking *asking, struct settings *settings)
{
    struct scn_loaded loaded;
    int code = CMD_USAGE;
    settings->load.sets = settings->sets.items;
    settings->load.set_count = settings->sets.count;
    settings->load.lenient_traces = !settings->strict;
    if (scn_load(&loaded, asking->name, &settings->load)) {
        asking->scenario = &loaded.scenario;
        if (read_moment(asking))
            code = settings->json ? answer_json(asking) : answer_text(asking);
    } else {
        cmd_print_errors(&loaded.complaints);
        if (asking->stored != NULL)
            cmd_error("query",
                      "%s: repeating its run needs the traces that it was made from, %s; name "
                      "the folder of its scenario with --folder=DIR",
                      asking->name, asking->stored->inputs_json);
    }
    scn_loaded_release(&loaded);
    return code;
}

/* What the database says of its run, in place of the options that would. */
static bool read_database(struct sim_arena *arena, struct asking *asking, struct settings *settings,
                          struct rpt_stored *stored)
{
    char message[512];
    if (settings->load.has_seed || settings->sets.count > 0) {
        cmd_error("query",
                  "%s: is a database, whose run is what it is; --seed and --set go with a "
                  "scenario",
                  asking->name);
        return false;
    }
    if (!rpt_stored_read(arena, asking->name, (uint32_t)settings->replication, stored, message,
                         sizeof message)) {
        cmd_error("query", "%s", message);
        return false;
    }
    settings->load.json = stored->scenario_json;
    settings->load.json_folder = settings->folder;
    settings->load.seed = stored->seed;
    settings->load.has_seed = true;
    asking->stored = stored;
    return true;
}

static int query_in(struct sim_arena *arena, struct settings *settings, const char *expression,
                    const char *name)
{
    struct rpt_stored stored;
    struct asking asking = {.settings = settings, .name = name};
    if (settings->replication >= REPLICATIONS_MAX) {
        cmd_error("query", "--replication=%" PRIu64 ": must be a whole number from 0 to %d",
                  settings->replication, REPLICATIONS_MAX - 1);
        return CMD_USAGE;
    }
    asking.query = read_expression(arena, expression);
    if (asking.query == NULL)
        return CMD_USAGE;
    if (rpt_is_database(name)) {
        if (!read_database(arena, &asking, settings, &stored))
            return CMD_USAGE;
    } else if (settings->folder != NULL) {
        cmd_error("query", "--folder goes with a database; %s names its files itself", name);
        return CMD_USAGE;
    }
    return ask(&asking, settings);
}

int cmd_query(int argc, char **argv)
{
    struct settings settings = {.strict = 1};
    struct sim_arena arena;
    int operands;
    settings.sets.items = sim_malloc((size_t)argc * sizeof *settings.sets.items);
    sim_arena_init(&arena);
    int code = parse(&settings, argc, argv, &operands);
    if (code < 0)
        code = query_in(&arena, &settings, argv[1], argv[2]);
    sim_arena_release(&arena);
    free(settings.sets.items);
    return code;
}
