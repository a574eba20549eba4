/* plimsoll trace: looks at workload traces, and turns them into native CSV.
 *
 * The reading is the library's (scn_trace_tool.h), so what is shown here is what a run would see.
 * convert --out writes under a temporary name and renames, so that a file that bears the name is
 * whole. */
#include "cmd.h"
#include "cmd_options.h"
#include "rpt_store_file.h"
#include "scn_complain.h"
#include "scn_trace_tool.h"
#include "sim_embed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef bool tool_function(const struct scn_trace_tool *tool, FILE *out, struct sim_arena *arena,
                           struct scn_complaints *complaints);

struct settings {
    struct scn_trace_tool tool;
    const char *out;
    uint32_t rows;
    int strict;
};

/* One file through one function. */
static int apply(tool_function *function, const struct scn_trace_tool *tool, FILE *out)
{
    struct sim_arena arena;
    struct scn_complaints complaints;
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    bool good = function(tool, out, &arena, &complaints);
    scn_complaints_sort(&complaints);
    for (uint32_t i = 0; i < complaints.warning_count; i++)
        fprintf(stderr, "warning: %s\n", complaints.warnings[i]);
    cmd_print_errors(&complaints);
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
    return good ? CMD_DONE : CMD_USAGE;
}

static int apply_all(tool_function *function, struct settings *settings, int count, char **files)
{
    for (int i = 0; i < count; i++) {
        settings->tool.path = files[i];
        if (count > 1)
            printf("%s%s:\n", i ? "\n" : "", files[i]);
        int code = apply(function, &settings->tool, stdout);
        if (code != CMD_DONE)
            return code;
    }
    return CMD_DONE;
}

static int convert_to_file(const struct settings *settings)
{
    struct rpt_file whole;
    char message[RPT_PATH_MAX + 256];
    if (!rpt_file_create(&whole, settings->out, message, sizeof message)) {
        cmd_error("trace convert", "%s", message);
        return CMD_USAGE;
    }
    FILE *file = fopen(whole.temporary, "w");
    int code = file ? apply(scn_trace_tool_convert, &settings->tool, file) : CMD_FAILED;
    bool written = file && !ferror(file);
    if (file)
        written = fclose(file) == 0 && written;
    if (code == CMD_DONE && written) {
        if (rpt_file_keep(&whole, message, sizeof message))
            return CMD_DONE;
        cmd_error("trace convert", "%s", message);
        return CMD_FAILED;
    }
    if (!written)
        cmd_error("trace convert", "%s: %s", settings->out, strerror(errno));
    rpt_file_discard(&whole);
    return written ? code : CMD_FAILED;
}

static const struct tool {
    const char *name, *operands, *about;
    tool_function *function;
} tools[] = {
    {"stats", "FILE...", "Prints what is in a trace: rows, span, sizes, durations.",
     scn_trace_tool_stats},
    {"head", "FILE...", "Prints the first rows of a trace as a run would see them.",
     scn_trace_tool_head},
    {"convert", "FILE...",
     "Writes a trace as native CSV; --sort sorts it by arrival, several files into one.",
     scn_trace_tool_convert},
};

#define TOOLS (sizeof tools / sizeof tools[0])

/* "what the columns mean: azure-vm, ... or a JSON file", with what is shipped. */
static const char *mappings_help(void)
{
    static const char folder[] = "scenarios/mappings/";
    static char text[512];
    size_t used = (size_t)snprintf(text, sizeof text, "what the columns mean: ");
    for (const struct sim_embedded *file = sim_embedded_files; file->path; file++) {
        const char *name = file->path + sizeof folder - 1;
        if (strncmp(file->path, folder, sizeof folder - 1) != 0 || used >= sizeof text)
            continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "%.*s, ", (int)strcspn(name, "."),
                                 name);
    }
    if (used < sizeof text)
        snprintf(text + used, sizeof text - used, "or a JSON file (default: native CSV)");
    return text;
}

static int run_tool(const struct tool *tool, int argc, char **argv)
{
    static const char *const yes_choices[] = {"no", "yes", NULL};
    struct settings s = {.tool = {.to = SIM_TIME_NEVER}, .rows = 10, .strict = 1};
    const struct cmd_option rows = {"rows",     "N",  CMD_COUNT, &s.rows,
                                    UINT32_MAX, NULL, NULL,      "how many (10)"};
    const struct cmd_option sort = {
        "sort", NULL, CMD_FLAG, &s.tool.sort,
        0,      NULL, NULL,     "sort by arrival; rows of one instant keep their order"};
    const struct cmd_option out = {"out", "F.csv", CMD_TEXT, &s.out,
                                   0,     NULL,    NULL,     "write here instead of to stdout"};
    const struct cmd_option end = {.name = NULL};
    bool is_head = tool->function == scn_trace_tool_head;
    bool is_convert = tool->function == scn_trace_tool_convert;
    const struct cmd_option options[] = {
        {"mapping", "NAME", CMD_TEXT, &s.tool.mapping, 0, NULL, NULL, mappings_help()},
        {"from", "DUR", CMD_DURATION, &s.tool.from, 0, NULL, NULL, "leave out earlier arrivals"},
        {"to", "DUR", CMD_DURATION, &s.tool.to, 0, NULL, NULL, "leave out arrivals from here on"},
        {"strict", "yes|no", CMD_CHOICE, &s.strict, 0, yes_choices, NULL,
         "no: skip and count broken lines instead of refusing them"},
        is_head      ? rows
        : is_convert ? sort
                     : end,
        is_convert ? out : end,
        end,
    };
    char command[32], synopsis[64];
    snprintf(command, sizeof command, "trace %s", tool->name);
    snprintf(synopsis, sizeof synopsis, "trace %s %s [options]", tool->name, tool->operands);
    const struct cmd_usage usage = {command, synopsis, tool->about, options, 1, -1};
    int operands;
    int code = cmd_parse(&usage, argc, argv, &operands);
    if (code >= 0)
        return code;
    s.tool.lenient = !s.strict;
    s.tool.rows = s.rows;
    s.tool.path = argv[1];
    if (!is_convert)
        return apply_all(tool->function, &s, operands, argv + 1);
    s.tool.more = argv + 2;
    s.tool.more_count = (uint32_t)operands - 1;
    if (operands > 1 && !s.tool.sort) {
        cmd_error(command, "several files become one in the order of their arrivals: add --sort");
        return CMD_USAGE;
    }
    return s.out ? convert_to_file(&s) : apply(tool->function, &s.tool, stdout);
}

int cmd_trace(int argc, char **argv)
{
    static const char synopsis[] = "usage: plimsoll trace stats|convert|head FILE... [options]\n";
    const char *names[TOOLS];
    if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
        printf("%s\n", synopsis);
        for (size_t i = 0; i < TOOLS; i++)
            printf("  %-8s %s\n", tools[i].name, tools[i].about);
        puts("\n`plimsoll trace stats --help` and so on explain the options.");
        return CMD_DONE;
    }
    for (size_t i = 0; i < TOOLS; i++) {
        names[i] = tools[i].name;
        if (argc > 1 && strcmp(argv[1], tools[i].name) == 0)
            return run_tool(&tools[i], argc - 1, argv + 1);
    }
    const char *near = argc > 1 ? scn_nearest(argv[1], names, TOOLS) : NULL;
    if (near)
        cmd_error("trace", "nothing is called `%s`; did you mean `%s`?", argv[1], near);
    else if (argc > 1)
        cmd_error("trace", "nothing is called `%s`; there are stats, head and convert", argv[1]);
    fputs(synopsis, stderr);
    return CMD_USAGE;
}
