/* plimsoll check: validates a scenario as `run` would and says everything there is to say.
 *
 * Errors go to stderr and make it exit 2, as in every command; warnings and keys without effect are
 * the product, on stdout. A pasted describe output is full of keys without effect, so these are
 * grouped: a paragraph for each reason, with the keys it holds for and how often. --verbose lists
 * every key on a line of its own, with its place, and the next firings of every schedule. */
#include "cmd.h"
#include "cmd_options.h"
#include "sim_arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH   96 /* of what is wrapped, as in the help */
#define INDENT  4
#define FIRINGS 10

struct settings {
    int strict;
    bool verbose;
    struct cmd_texts sets;
    struct scn_options load;
};

static int parse(struct settings *s, int argc, char **argv, int *operands)
{
    static const char *const yes_choices[] = {"no", "yes", NULL};
    const struct cmd_option options[] = {
        {"set", "PATH=VALUE", CMD_TEXTS, &s->sets, 0, NULL, NULL,
         "replaces one value of the scenario, as in `plimsoll run`; may be repeated"},
        {"until", "DUR", CMD_DURATION, &s->load.until, 0, NULL, &s->load.has_until,
         "replaces the scenario's duration"},
        {"catalog", "FILE", CMD_TEXT, &s->load.catalog, 0, NULL, NULL,
         "instance types from a CSV file instead of the built-in ones"},
        {"strict", "yes|no", CMD_CHOICE, &s->strict, 0, yes_choices, NULL,
         "no: skip and count broken trace lines instead of refusing them"},
        {"verbose", NULL, CMD_FLAG, &s->verbose, 0, NULL, NULL,
         "list the next ten firings of every schedule, and every key without effect with its "
         "place instead of a summary by reason"},
        {.name = NULL},
    };
    const struct cmd_usage usage = {
        "check",
        "check SCENARIO [options]",
        "Validates a scenario and its traces without running it: errors (exit 2), warnings, and\n"
        "keys that are accepted but have no effect.",
        options,
        1,
        1,
    };
    return cmd_parse(&usage, argc, argv, operands);
}

/* ---- keys without effect, by reason --------------------------------------------------------- */

/* A key wherever it stands: "taskDefinitions[].tags", and at how many places. */
struct key_group {
    const char *key;
    const char *reason;
    uint32_t places;
    bool printed;
};

struct key_groups {
    struct sim_arena arena;
    struct key_group *groups; /* in the order of their first places */
    uint32_t count;
};

/* "taskDefinitions[web].tags" -> "taskDefinitions[].tags". */
static const char *general_path(struct sim_arena *arena, const char *path)
{
    char *general = sim_arena_strdup(arena, path);
    char *out = general;
    for (const char *in = path; *in != '\0'; in++) {
        *out++ = *in;
        if (*in == '[')
            in += strcspn(in, "]") - 1;
    }
    *out = '\0';
    return general;
}

/* Keys and reasons come from the tables, so that there are few of both. */
static void group_keys(struct key_groups *all, const struct scn_complaints *complaints)
{
    sim_arena_init(&all->arena);
    all->groups = sim_arena_array(&all->arena, complaints->no_effect_count, sizeof all->groups[0]);
    all->count = 0;
    for (uint32_t i = 0; i < complaints->no_effect_count; i++) {
        const struct scn_origin *origin = &complaints->no_effect_origins[i];
        const char *key = general_path(&all->arena, origin->path);
        uint32_t k = 0;
        while (k < all->count && (strcmp(all->groups[k].reason, origin->what) != 0 ||
                                  strcmp(all->groups[k].key, key) != 0))
            k++;
        if (k == all->count)
            all->groups[all->count++] = (struct key_group){.key = key, .reason = origin->what};
        all->groups[k].places++;
    }
}

/* One reason, and the keys from `first` on that share it, wrapped. */
static void print_reason(struct key_groups *all, uint32_t first)
{
    const char *reason = all->groups[first].reason;
    int column = WIDTH;
    printf("no effect: %s:", reason);
    for (uint32_t i = first; i < all->count; i++) {
        struct key_group *group = &all->groups[i];
        if (group->printed || strcmp(group->reason, reason) != 0)
            continue;
        char times[24] = "";
        if (group->places > 1)
            snprintf(times, sizeof times, " (%u times)", group->places);
        int length = (int)(strlen(group->key) + strlen(times));
        if (i > first)
            putchar(',');
        if (column + length + 2 > WIDTH) {
            printf("\n%*s", INDENT, "");
            column = INDENT;
        } else {
            putchar(' ');
            column++;
        }
        printf("%s%s", group->key, times);
        column += length + 1;
        group->printed = true;
    }
    putchar('\n');
}

static void print_summary(const struct scn_complaints *complaints)
{
    struct key_groups all;
    group_keys(&all, complaints);
    for (uint32_t i = 0; i < all.count; i++)
        if (!all.groups[i].printed)
            print_reason(&all, i);
    sim_arena_release(&all.arena);
}

static void print_every_key(const struct scn_complaints *complaints)
{
    for (uint32_t i = 0; i < complaints->no_effect_count; i++) {
        const struct scn_origin *origin = &complaints->no_effect_origins[i];
        printf("no effect: %s:%u:%u: %s: %s\n", origin->file, origin->line, origin->column,
               origin->path, origin->what);
    }
}

/* When each schedule fires next, from the scenario's start on. */
static void print_firings(const struct ecs_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->workload_count; i++) {
        const struct ecs_workload *work = &scenario->workloads[i];
        if (work->source != &ecs_scheduled_source)
            continue;
        const struct ecs_scheduled *scheduled = work->data;
        const struct ecs_task_definition *definition =
            &scenario->task_definitions[work->request.task_definition];
        printf("rule %s: %s starts %u of %s:%u at\n", work->name, scheduled->expression,
               scheduled->count, definition->family, definition->revision);
        int64_t at = scheduled->start_unix_s - 1;
        for (uint32_t n = 0; n < FIRINGS; n++) {
            char text[24];
            at = ecs_schedule_next(&scheduled->schedule, scheduled->start_unix_s, at);
            if (at == ECS_CRON_NEVER) {
                printf("    %s\n", n == 0 ? "no time: it never fires" : "and never again");
                break;
            }
            printf("    %s\n", sim_unix_format(at, text, sizeof text));
        }
    }
}

static void print_notes(const struct scn_complaints *complaints, const char *name, bool verbose)
{
    for (uint32_t i = 0; i < complaints->warning_count; i++)
        printf("warning: %s\n", complaints->warnings[i]);
    if (verbose)
        print_every_key(complaints);
    else
        print_summary(complaints);
    printf("%s: good; %u warning%s, %u key%s without effect\n", name, complaints->warning_count,
           complaints->warning_count == 1 ? "" : "s", complaints->no_effect_count,
           complaints->no_effect_count == 1 ? "" : "s");
}

int cmd_check(int argc, char **argv)
{
    struct settings settings = {.strict = 1};
    settings.sets.items = sim_malloc((size_t)argc * sizeof *settings.sets.items);
    int operands;
    int code = parse(&settings, argc, argv, &operands);
    if (code < 0) {
        struct scn_loaded loaded;
        settings.load.sets = settings.sets.items;
        settings.load.set_count = settings.sets.count;
        settings.load.lenient_traces = !settings.strict;
        if (scn_load(&loaded, argv[1], &settings.load)) {
            if (settings.verbose)
                print_firings(&loaded.scenario);
            print_notes(&loaded.complaints, argv[1], settings.verbose);
            code = CMD_DONE;
        } else {
            cmd_print_errors(&loaded.complaints);
            code = CMD_USAGE;
        }
        scn_loaded_release(&loaded);
    }
    free(settings.sets.items);
    return code;
}
