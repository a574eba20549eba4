/* plimsoll plot: pictures of a database, one path a line on stdout. */
#include "cmd.h"
#include "cmd_options.h"
#include "rpt_plot.h"
#include "scn_complain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PLOTS_MAX 64

static void print_path(void *user, const char *path)
{
    (void)user;
    puts(path);
}

static bool is_plot(const char *name)
{
    const char *names[PLOTS_MAX];
    uint32_t count = 0;
    for (const struct rpt_plot_info *plot = rpt_plots; plot->name && count < PLOTS_MAX; plot++)
        names[count++] = plot->name;
    const char *near = scn_nearest(name, names, count);
    if (near && strcmp(near, name) == 0)
        return true;
    if (near)
        cmd_error("plot", "no plot `%s`; did you mean `%s`?", name, near);
    else
        cmd_error("plot", "no plot `%s`; `plimsoll list plots` lists them", name);
    return false;
}

static bool can_draw(const char *db)
{
    const char *why = NULL;
    if (access(db, R_OK) != 0) {
        cmd_error("plot", "%s: %s", db, strerror(errno));
        return false;
    }
    if (!rpt_plot_check(db, &why))
        cmd_error("plot", "%s", why);
    return why == NULL;
}

int cmd_plot(int argc, char **argv)
{
    static const char *const formats[] = {"svg", "png", NULL};
    const char *out = ".", *against = NULL;
    int format = 0;
    const struct cmd_option options[] = {
        {"out", "DIR", CMD_TEXT, &out, 0, NULL, NULL,
         "folder for the pictures, made if absent (default: the current one)"},
        {"format", "svg|png", CMD_CHOICE, &format, 0, formats, NULL, "kind of picture (svg)"},
        {"against", "F.db", CMD_TEXT, &against, 0, NULL, NULL,
         "another run, to be set beside it in the plots that can"},
        {.name = NULL},
    };
    const struct cmd_usage usage = {
        "plot",
        "plot F.db [--against=F.db] [--out=DIR] [--format=svg|png] [NAME...]",
        "Draws the named plots (`plimsoll list plots`), or all, and prints the files' names.",
        options,
        1,
        -1,
    };
    int operands;
    int code = cmd_parse(&usage, argc, argv, &operands);
    if (code >= 0)
        return code;
    for (int i = 2; i <= operands; i++)
        if (!is_plot(argv[i]))
            return CMD_USAGE;
    if (!can_draw(argv[1]) || (against != NULL && !can_draw(against)))
        return CMD_USAGE;
    if (!cmd_can_write_folder("plot", out))
        return CMD_USAGE;
    const struct rpt_plot_order order = {
        .against = against,
        .dir = out,
        .format = formats[format],
        .names = (const char *const *)argv + 2,
        .count = (uint32_t)(operands - 1),
        .done = print_path,
    };
    const char *why = NULL;
    if (!rpt_plot_draw(argv[1], &order, &why)) {
        cmd_error("plot", "%s", why);
        return CMD_FAILED;
    }
    return CMD_DONE;
}
