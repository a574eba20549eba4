/* plimsoll list: what there is, each list read off the table that the program itself works from. */
#include "cmd.h"
#include "cmd_options.h"
#include "cmd_table.h"
#include "load.h"
#include "place.h"
#include "rpt_plot.h"
#include "rpt_summary.h"
#include "scn_catalog.h"
#include "scn_complain.h"
#include "sim_embed.h"

#include <stdio.h>
#include <string.h>

static int list_strategies(void)
{
    static const char *const fields[] = {
        [PLACE_FIELD_NONE] = "-",
        [PLACE_FIELD_RESOURCE] = "cpu | memory",
        [PLACE_FIELD_DIMENSION] = "instanceId | host | attribute:NAME",
        [PLACE_FIELD_WEIGHTS] = "cpu=W,memory=W,gpu=W",
    };
    struct cmd_table table;
    cmd_table_init(&table, 4, (const char *const[]){"strategy", "field", "offered by", "meaning"});
    for (uint32_t i = 0; place_strategies[i]; i++) {
        const struct place_strategy *strategy = place_strategies[i];
        cmd_table_add(&table, "%s", strategy->name);
        cmd_table_add(&table, "%s", fields[strategy->field]);
        cmd_table_add(&table, "%s", strategy->beyond_ecs ? "experiment" : "Amazon ECS");
        cmd_table_add(&table, "%s", strategy->help);
    }
    cmd_table_print(&table);
    cmd_table_release(&table);
    return CMD_DONE;
}

/* The one policy there is belongs to capacity providers; its parameters are AWS's own keys, ranges
 * and defaults (CPV-*, MSC-*). */
static int list_policies(void)
{
    static const char *const rows[][5] = {
        {"managedScaling", "status", "ENABLED | DISABLED", "DISABLED",
         "target tracking on CapacityProviderReservation"},
        {"managedScaling", "targetCapacity", "1 .. 100 %", "100",
         "reservation to hold; less than 100 keeps spare instances"},
        {"managedScaling", "minimumScalingStepSize", "1 .. 10000 instances", "1",
         "smallest step out"},
        {"managedScaling", "maximumScalingStepSize", "1 .. 10000 instances",
         "behaviour.maximumScalingStepSize", "largest step out"},
        {"managedScaling", "instanceWarmupPeriod", "0 .. 10000 s", "behaviour.instanceWarmupPeriod",
         "how long a launched instance holds back the next step"},
    };
    struct cmd_table table;
    cmd_table_init(&table, 5,
                   (const char *const[]){"policy", "parameter", "range", "default", "meaning"});
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t j = 0; j < 5; j++)
            cmd_table_add(&table, "%s", rows[i][j]);
    cmd_table_print(&table);
    cmd_table_release(&table);
    return CMD_DONE;
}

static void add_load_row(struct cmd_table *table, const char *load, const char *parameter,
                         const char *unit, const char *fallback, const char *help)
{
    cmd_table_add(table, "%s", load);
    cmd_table_add(table, "%s", parameter);
    cmd_table_add(table, "%s", unit);
    cmd_table_add(table, "%s", fallback);
    cmd_table_add(table, "%s", help);
}

static void add_load(struct cmd_table *table, const struct load_generator *load)
{
    static const char *const units[] = {
        [LOAD_UNIT_RATE] = "requests/s",
        [LOAD_UNIT_FACTOR] = "factor",
        [LOAD_UNIT_HOUR] = "hour",
        [LOAD_UNIT_TIME] = "s, or \"5m\"",
    };
    add_load_row(table, load->name, "-", "-", "-", load->help);
    for (uint32_t i = 0; i < LOAD_PARAMETERS_MAX && load->parameters[i].name != NULL; i++) {
        const struct load_parameter *parameter = &load->parameters[i];
        char fallback[32] = "required";
        if (!parameter->required)
            snprintf(fallback, sizeof fallback, "%g", parameter->fallback);
        add_load_row(table, load->name, parameter->name, units[parameter->unit], fallback,
                     parameter->help);
    }
}

/* Members that a load has besides its generator's parameters (scn_load_requests.c). */
static int list_loads(void)
{
    static const char *const others[][5] = {
        {"series", "align", "start | absolute", "start", "the first stamp is at the run's start"},
        {"series", "per", "\"5m\"", "the commonest gap", "time in which a value's requests come"},
        {"series", "onDuplicate", "last | mean | sum", "last", "what stamps given twice become"},
        {"series", "id", "text", "the only one", "of the results of get-metric-data"},
        {"series", "statistic", "text", "the only one", "of get-metric-statistics, such as Sum"},
        {"(each)", "scale", "factor", "1", "of the whole load"},
    };
    struct cmd_table table;
    cmd_table_init(&table, 5,
                   (const char *const[]){"load", "parameter", "unit", "default", "meaning"});
    for (uint32_t i = 0; load_generators[i] != NULL; i++)
        add_load(&table, load_generators[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        add_load_row(&table, others[i][0], others[i][1], others[i][2], others[i][3], others[i][4]);
    cmd_table_print(&table);
    cmd_table_release(&table);
    return CMD_DONE;
}

static int list_markets(void)
{
    puts("There are no Spot markets yet: every instance is on-demand.");
    return CMD_DONE;
}

static void add_instance_type(struct cmd_table *table, const struct scn_catalog_row *row)
{
    const struct ecs_instance_type *type = &row->type;
    cmd_table_add(table, "%s", type->name);
    cmd_table_add(table, "%u", type->vcpus);
    cmd_table_add(table, "%lld", (long long)type->memory_mib);
    cmd_table_add(table, "%u", type->gpus);
    if (type->max_enis)
        cmd_table_add(table, "%u", type->max_enis);
    else
        cmd_table_add(table, "-");
    cmd_table_add(table, "%s", type->arm64 ? "arm64" : "x86_64");
    if (type->price_nusd_per_h >= 0)
        cmd_table_add(table, "%.4f", (double)type->price_nusd_per_h / 1e9);
    else
        cmd_table_add(table, "-");
    cmd_table_add(table, "%s", *row->price_date ? row->price_date : "-");
}

static int list_instance_types(void)
{
    static const char *const headings[] = {"type", "vcpus", "memory_mib", "gpus",
                                           "enis", "arch",  "usd_per_h",  "price_date"};
    struct scn_complaints complaints;
    struct sim_arena arena;
    struct scn_catalog catalog = {.count = 0};
    struct cmd_table table;
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    bool good = scn_catalog_read(&catalog, &arena, NULL, &complaints);
    cmd_table_init(&table, 8, headings);
    table.right = 1u << 1 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 6;
    for (uint32_t i = 0; i < catalog.count; i++)
        add_instance_type(&table, &catalog.rows[i]);
    if (good)
        cmd_table_print(&table);
    else
        cmd_print_errors(&complaints);
    cmd_table_release(&table);
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
    return good ? CMD_DONE : CMD_FAILED;
}

/* A shipped scenario is scenarios/<name>.json; files in folders below belong to one. */
static bool is_scenario(const char *path, int *length)
{
    static const char folder[] = "scenarios/";
    const char *name = path + sizeof folder - 1;
    if (strncmp(path, folder, sizeof folder - 1) != 0 || strchr(name, '/'))
        return false;
    const char *dot = strrchr(name, '.');
    *length = dot ? (int)(dot - name) : 0;
    return dot && strcmp(dot, ".json") == 0;
}

static int list_scenarios(void)
{
    struct scn_complaints complaints;
    struct sim_arena arena;
    struct cmd_table table;
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    cmd_table_init(&table, 2, (const char *const[]){"scenario", "description"});
    for (const struct sim_embedded *file = sim_embedded_files; file->path; file++) {
        int length;
        if (!is_scenario(file->path, &length))
            continue;
        const struct scn_file place = {.name = file->path, .folder = "", .embedded = true};
        const struct scn_value *root =
            scn_json_parse(&arena, &place, file->bytes, file->size, &complaints);
        const struct scn_value *about = scn_json_member(root, "description");
        cmd_table_add(&table, "%.*s", length, file->path + strlen("scenarios/"));
        cmd_table_add(&table, "%s", about && about->kind == SCN_STRING ? about->text : "");
    }
    cmd_table_print(&table);
    cmd_table_release(&table);
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
    return CMD_DONE;
}

static int list_plots(void)
{
    struct cmd_table table;
    cmd_table_init(&table, 2, (const char *const[]){"plot", "shows"});
    for (const struct rpt_plot_info *plot = rpt_plots; plot->name; plot++) {
        cmd_table_add(&table, "%s", plot->name);
        cmd_table_add(&table, "%s", plot->help);
    }
    cmd_table_print(&table);
    cmd_table_release(&table);
    return CMD_DONE;
}

static int list_metrics(void)
{
    struct cmd_table table;
    cmd_table_init(&table, 3, (const char *const[]){"metric", "unit", "meaning"});
    for (const struct rpt_metric *metric = rpt_metrics; metric->name; metric++) {
        cmd_table_add(&table, "%s", metric->name);
        cmd_table_add(&table, "%s", metric->unit);
        cmd_table_add(&table, "%s", metric->help);
    }
    cmd_table_print(&table);
    cmd_table_release(&table);
    return CMD_DONE;
}

static void add_key(void *user, const char *path, const char *type, const char *fallback,
                    const char *effect, const char *help)
{
    cmd_table_add(user, "%s", path);
    cmd_table_add(user, "%s", type);
    cmd_table_add(user, "%s", fallback ? fallback : "-");
    cmd_table_add(user, "%s", effect);
    cmd_table_add(user, "%s", help);
}

static int list_keys(void)
{
    struct cmd_table table;
    cmd_table_init(&table, 5, (const char *const[]){"key", "type", "default", "effect", "meaning"});
    scn_list_keys(add_key, &table);
    cmd_table_print(&table);
    cmd_table_release(&table);
    return CMD_DONE;
}

static const struct list {
    const char *name;
    int (*print)(void);
} lists[] = {
    {"strategies", list_strategies},
    {"policies", list_policies},
    {"loads", list_loads},
    {"markets", list_markets},
    {"instance-types", list_instance_types},
    {"scenarios", list_scenarios},
    {"plots", list_plots},
    {"metrics", list_metrics},
    {"keys", list_keys},
};

#define LISTS (sizeof lists / sizeof lists[0])

static const char *join_names(const char *const names[LISTS])
{
    static char text[256];
    size_t used = 0;
    for (size_t i = 0; i < LISTS && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "", names[i]);
    return text;
}

int cmd_list(int argc, char **argv)
{
    static const struct cmd_option none[] = {{.name = NULL}};
    const struct cmd_usage usage = {
        "list",
        "list strategies|policies|loads|markets|instance-types|scenarios|plots|metrics|keys",
        "Prints what there is, with parameters, units and defaults, as an aligned table.",
        none,
        1,
        1,
    };
    const char *names[LISTS];
    int operands;
    int code = cmd_parse(&usage, argc, argv, &operands);
    if (code >= 0)
        return code;
    for (size_t i = 0; i < LISTS; i++) {
        if (strcmp(argv[1], lists[i].name) == 0)
            return lists[i].print();
        names[i] = lists[i].name;
    }
    const char *near = scn_nearest(argv[1], names, LISTS);
    if (near)
        cmd_error("list", "no list `%s`; did you mean `%s`?", argv[1], near);
    else
        cmd_error("list", "no list `%s`; there are %s", argv[1], join_names(names));
    return CMD_USAGE;
}
