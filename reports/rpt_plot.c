#include "rpt_plot.h"
#include "rpt_plot_data.h"
#include "rpt_store_file.h"
#include "sim_embed.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* In the order of rpt_plots. */
static const struct {
    const char *script;
    bool (*data)(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message, size_t size);
    int width, height;
    bool (*there)(
        struct rpt_plot_db *plot); /* whether it is one of all plots of a run; NULL: yes */
} drawings[] = {
    {"reports/plots/capacity.gp", rpt_plot_capacity_data, 1280, 900, NULL},
    {"reports/plots/wait.gp", rpt_plot_wait_data, 1280, 640, NULL},
    {"reports/plots/interfaces.gp", rpt_plot_interfaces_data, 1280, 900, rpt_plot_has_interfaces},
    {"reports/plots/service.gp", rpt_plot_service_data, 1280, 900, rpt_plot_has_services},
};

const struct rpt_plot_info rpt_plots[] = {
    {"capacity", "instances, tasks and reservation over time"},
    {"wait", "distribution of how long tasks waited for their start"},
    {"interfaces", "instances and the network interfaces of awsvpc tasks, of one run or of two"},
    {"service", "each service's tasks (desired, running, healthy, waiting), deployments and load"},
    {NULL, NULL},
};

_Static_assert(sizeof rpt_plots / sizeof *rpt_plots == sizeof drawings / sizeof *drawings + 1,
               "a drawing for each plot");

static char message[RPT_PATH_MAX + 512];

/* The files of one picture, inside a private folder. */
static const char *const scratch_files[] = {"data", "draw.gp", "script.gp", "log", "picture"};

struct scratch {
    char folder[RPT_PATH_MAX];
};

static const char *scratch_path(const struct scratch *scratch, const char *name)
{
    static char path[RPT_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", scratch->folder, name);
    return path;
}

static bool scratch_make(struct scratch *scratch)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] == '\0' || strlen(base) > RPT_PATH_MAX - 64)
        base = "/tmp";
    snprintf(scratch->folder, sizeof scratch->folder, "%s/plimsoll-plot-XXXXXX", base);
    if (mkdtemp(scratch->folder) != NULL)
        return true;
    snprintf(message, sizeof message, "cannot make a folder in %s: %s; set TMPDIR", base,
             strerror(errno));
    return false;
}

static void scratch_remove(const struct scratch *scratch)
{
    for (size_t i = 0; i < sizeof scratch_files / sizeof *scratch_files; i++)
        unlink(scratch_path(scratch, scratch_files[i]));
    rmdir(scratch->folder);
}

static FILE *scratch_open(const struct scratch *scratch, const char *name)
{
    FILE *file = fopen(scratch_path(scratch, name), "we");
    if (file == NULL)
        snprintf(message, sizeof message, "%s: %s", scratch_path(scratch, name), strerror(errno));
    return file;
}

/* Closes a file that was written; false, with a message, when not all of it was. */
static bool scratch_close(FILE *file)
{
    bool good = ferror(file) == 0;
    if (fclose(file) == 0 && good)
        return true;
    snprintf(message, sizeof message,
             "cannot write temporary data: %s; set TMPDIR to a "
             "folder with space",
             strerror(errno));
    return false;
}

/* ---- gnuplot --------------------------------------------------------------------------------- */

static void put_terminal(FILE *prologue, const char *format, int width, int height)
{
    fprintf(prologue, "set encoding utf8\n");
    if (strcmp(format, "png") == 0)
        fprintf(prologue,
                "set terminal pngcairo noenhanced size %d,%d font 'DejaVu Sans,13' "
                "background '#ffffff' linewidth 1.4\n",
                width, height);
    else
        fprintf(prologue,
                "set terminal svg noenhanced size %d,%d font 'DejaVu Sans,13' "
                "background '#ffffff' linewidth 1.4\n",
                width, height);
    fprintf(prologue, "set output 'picture'\nset loadpath '.'\n");
}

static bool write_inputs(const struct scratch *scratch, struct rpt_plot_db *plot, size_t which,
                         const char *format)
{
    const struct sim_embedded *script = sim_embed_find(drawings[which].script);
    assert(script != NULL && "reports/plots/*.gp is embedded");
    FILE *out = scratch_open(scratch, "script.gp");
    if (out == NULL)
        return false;
    fwrite(script->bytes, 1, script->size, out);
    if (!scratch_close(out))
        return false;
    FILE *data = scratch_open(scratch, "data");
    FILE *prologue = data != NULL ? scratch_open(scratch, "draw.gp") : NULL;
    if (prologue == NULL) {
        if (data != NULL)
            fclose(data);
        return false;
    }
    put_terminal(prologue, format, drawings[which].width, drawings[which].height);
    bool good = drawings[which].data(plot, data, prologue, message, sizeof message);
    fprintf(prologue, "load 'script.gp'\nset output\n");
    bool closed = scratch_close(data);
    closed = scratch_close(prologue) && closed;
    return good && closed;
}

/* The first line of gnuplot's complaints. */
static void explain_gnuplot(const struct scratch *scratch)
{
    char line[512], text[512] = "";
    FILE *log = fopen(scratch_path(scratch, "log"), "re");
    while (log != NULL && fgets(line, sizeof line, log) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        size_t mark = strspn(line, " ^");
        if (line[mark] != '\0')
            snprintf(text, sizeof text, "%s", line + mark);
    }
    if (log != NULL)
        fclose(log);
    snprintf(message, sizeof message, "gnuplot failed: %s", text);
}

static bool run_gnuplot(const struct scratch *scratch)
{
    char program[] = "gnuplot", defaults[] = "-d", file[] = "draw.gp";
    char *const argv[] = {program, defaults, file, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, scratch->folder);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "log", O_WRONLY | O_CREAT, 0600);
    pid_t child;
    int error = posix_spawnp(&child, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        snprintf(message, sizeof message,
                 error == ENOENT ? "gnuplot is not installed; on Debian: "
                                   "apt-get install gnuplot-nox"
                                 : "cannot run gnuplot: %s",
                 strerror(error));
        return false;
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    struct stat picture;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
        stat(scratch_path(scratch, "picture"), &picture) == 0 && picture.st_size > 0)
        return true;
    explain_gnuplot(scratch);
    return false;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* <dir>/<scenario>-<name>.<format>, with what a file name should not hold as "_". */
static void picture_path(char out[RPT_PATH_MAX], const char *dir, const char *scenario,
                         const char *name, const char *format)
{
    char safe[256];
    snprintf(safe, sizeof safe, "%s", scenario);
    for (char *p = safe; *p != '\0'; p++)
        if (*p == '/' || (unsigned char)*p <= ' ')
            *p = '_';
    if (safe[0] == '.')
        safe[0] = '_';
    snprintf(out, RPT_PATH_MAX, "%s/%s-%s.%s", dir, safe, name, format);
}

static bool copy_bytes(const char *from, const char *to)
{
    char bytes[1 << 16];
    FILE *in = fopen(from, "re");
    FILE *out = in != NULL ? fopen(to, "we") : NULL;
    bool good = out != NULL;
    size_t count;
    while (good && (count = fread(bytes, 1, sizeof bytes, in)) > 0)
        good = fwrite(bytes, 1, count, out) == count;
    good = good && ferror(in) == 0;
    if (in != NULL)
        fclose(in);
    if (out != NULL && fclose(out) != 0)
        good = false;
    return good;
}

static bool keep_picture(const struct scratch *scratch, const char *path)
{
    struct rpt_file file;
    if (!rpt_file_create(&file, path, message, sizeof message))
        return false;
    if (!copy_bytes(scratch_path(scratch, "picture"), file.temporary)) {
        snprintf(message, sizeof message, "%s: cannot write it: %s", path, strerror(errno));
        rpt_file_discard(&file);
        return false;
    }
    return rpt_file_keep(&file, message, sizeof message);
}

static bool make_folder(const char *dir)
{
    struct stat status;
    if (mkdir(dir, 0777) == 0 ||
        (errno == EEXIST && stat(dir, &status) == 0 && S_ISDIR(status.st_mode)))
        return true;
    snprintf(message, sizeof message, "%s: cannot make the folder: %s; name another with --out",
             dir, errno == EEXIST ? "it is there and no folder" : strerror(errno));
    return false;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static bool draw_one(struct rpt_plot_db *plot, size_t which, const char *dir, const char *format,
                     char path[RPT_PATH_MAX])
{
    struct scratch scratch;
    if (!scratch_make(&scratch))
        return false;
    picture_path(path, dir, plot->scenario, rpt_plots[which].name, format);
    bool done = write_inputs(&scratch, plot, which, format) && run_gnuplot(&scratch) &&
                make_folder(dir) && keep_picture(&scratch, path);
    scratch_remove(&scratch);
    return done;
}

static bool find_plot(const char *name, size_t *which)
{
    for (*which = 0; rpt_plots[*which].name != NULL; (*which)++)
        if (strcmp(rpt_plots[*which].name, name) == 0)
            return true;
    size_t at = (size_t)snprintf(message, sizeof message, "there is no plot `%s`; there are", name);
    for (size_t i = 0; rpt_plots[i].name != NULL && at < sizeof message; i++)
        at += (size_t)snprintf(message + at, sizeof message - at, " %s", rpt_plots[i].name);
    return false;
}

bool rpt_plot_check(const char *db, const char **why)
{
    struct rpt_plot_db plot;
    *why = message;
    if (!rpt_plot_db_open(&plot, db, message, sizeof message))
        return false;
    rpt_plot_db_close(&plot);
    *why = NULL;
    return true;
}

static bool draw_all(struct rpt_plot_db *plot, const struct rpt_plot_order *order, const char **why)
{
    char path[RPT_PATH_MAX];
    uint32_t all = sizeof drawings / sizeof *drawings;
    for (uint32_t i = 0; i < (order->count > 0 ? order->count : all); i++) {
        size_t which = i;
        if (order->count > 0)
            find_plot(order->names[i], &which);
        else if (drawings[i].there != NULL && !drawings[i].there(plot))
            continue;
        if (!draw_one(plot, which, order->dir, order->format, path))
            return false;
        if (order->done != NULL)
            order->done(order->user, path);
    }
    *why = NULL;
    return true;
}

bool rpt_plot_draw(const char *db, const struct rpt_plot_order *order, const char **why)
{
    struct rpt_plot_db plot, against;
    size_t which;
    *why = message;
    if (strcmp(order->format, "svg") != 0 && strcmp(order->format, "png") != 0) {
        snprintf(message, sizeof message, "no format `%s`; there are svg and png", order->format);
        return false;
    }
    for (uint32_t i = 0; i < order->count; i++)
        if (!find_plot(order->names[i], &which))
            return false;
    if (!rpt_plot_db_open(&plot, db, message, sizeof message))
        return false;
    bool good = order->against == NULL ||
                rpt_plot_db_open(&against, order->against, message, sizeof message);
    if (good) {
        plot.against = order->against != NULL ? &against : NULL;
        good = draw_all(&plot, order, why);
        if (order->against != NULL)
            rpt_plot_db_close(&against);
    }
    rpt_plot_db_close(&plot);
    return good;
}
