/* plimsoll trace: looks at workload traces, and turns them into native CSV.
 *
 * The reading is the library's (scn_trace_tool.h), so what is shown here is what a run would see.
 * convert --out writes under a temporary name and renames, so that a file that bears the name is
 * whole. */
#include "cmd.h"
#include "cmd_options.h"
#include "scn_complain.h"
#include "scn_trace_tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
    char partial[4096];
    int length = snprintf(partial, sizeof partial, "%s.partial-%ld", settings->out, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof partial) {
        cmd_error("trace", "%s: the name is too long", settings->out);
        return CMD_FAILED;
    }
    FILE *file = fopen(partial, "wx");
    if (!file) {
        cmd_error("trace", "%s: %s", settings->out, strerror(errno));
        return CMD_FAILED;
    }
    int code = apply(scn_trace_tool_convert, &settings->tool, file);
    bool written = !ferror(file);
    written = fclose(file) == 0 && written;
    if (code == CMD_DONE && written && rename(partial, settings->out) == 0)
        return CMD_DONE;
    if (code == CMD_DONE) {
        cmd_error("trace", "%s: %s", settings->out, strerror(errno));
        code = CMD_FAILED;
    }
    unlink(partial);
    return code;
}

static const struct tool {
    const char *name, *operands, *about;
    tool_function *function;
    int operands_max;
} tools[] = {
    {"stats", "FILE...", "Prints what is in a trace: rows, span, sizes, durations.",
     scn_trace_tool_stats, -1},
    {"head", "FILE...", "Prints the first rows of a trace as a run would see them.",
     scn_trace_tool_head, -1},
    {"convert", "FILE", "Writes a trace as native CSV; --sort sorts it by arrival.",
     scn_trace_tool_convert, 1},
};

#define TOOLS (sizeof tools / sizeof tools[0])

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
        {"mapping", "NAME", CMD_TEXT, &s.tool.mapping, 0, NULL, NULL,
         "what the columns mean: openb, swf, azure-vm, surf or a JSON file (default: native CSV)"},
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
    const struct cmd_usage usage = {command, synopsis, tool->about, options, 1, tool->operands_max};
    int operands;
    int code = cmd_parse(&usage, argc, argv, &operands);
    if (code >= 0)
        return code;
    s.tool.lenient = !s.strict;
    s.tool.rows = s.rows;
    s.tool.path = argv[1];
    return s.out ? convert_to_file(&s) : apply_all(tool->function, &s, operands, argv + 1);
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
        cmd_error("trace", "nothing is called `%s`", argv[1]);
    fputs(synopsis, stderr);
    return CMD_USAGE;
}
