/* plimsoll check: validates a scenario as `run` would and says everything there is to say.
 *
 * Errors go to stderr and make it exit 2, as in every command; warnings and keys without effect are
 * the product, on stdout, one a line. */
#include "cmd.h"
#include "cmd_options.h"
#include "sim_arena.h"

#include <stdio.h>
#include <stdlib.h>

struct settings {
    int strict;
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

static void print_notes(const struct scn_complaints *complaints, const char *name)
{
    for (uint32_t i = 0; i < complaints->warning_count; i++)
        printf("warning: %s\n", complaints->warnings[i]);
    for (uint32_t i = 0; i < complaints->no_effect_count; i++)
        printf("no effect: %s\n", complaints->no_effect[i]);
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
            print_notes(&loaded.complaints, argv[1]);
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
