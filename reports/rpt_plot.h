/* rpt_plot: pictures by gnuplot, from the public views.
 *
 * A plot is an embedded script reports/plots/<name>.gp whose data gnuplot gets from a file that
 * this module writes out of the views (so no sqlite3 program is needed). Output is SVG or PNG in a
 * folder, whole or not at all. */
#ifndef RPT_PLOT_H
#define RPT_PLOT_H

#include <stdbool.h>
#include <stdint.h>

struct rpt_plot_info {
    const char *name; /* "capacity" */
    const char *help;
};
extern const struct rpt_plot_info rpt_plots[]; /* ends with name NULL */

/* Whether `db` is a database that can be drawn; else *why says what is wrong with the file. */
bool rpt_plot_check(const char *db, const char **why);

/* What to draw: `names`, or without any all that the run has something for. `against`: a database
 * of another run, for the plots that set two beside each other; NULL: none. done(user, path) is
 * called for each file. */
struct rpt_plot_order {
    const char *against, *dir, *format; /* "svg" or "png" */
    const char *const *names;
    uint32_t count;
    void (*done)(void *user, const char *path);
    void *user;
};

/* Draws plots of database `db` into the folder (made if absent) as <scenario>-<name>.<format>.
 * False with *why on failure: no such database, not a plimsoll database, no such plot, gnuplot
 * missing (names the package), no data. */
bool rpt_plot_draw(const char *db, const struct rpt_plot_order *order, const char **why);

#endif
