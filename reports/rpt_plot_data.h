/* rpt_plot_data: what the plot scripts draw, read from the public views.
 *
 * A plot's data is one text file of named data sets (gnuplot's `index "name"`) and a prologue that
 * sets variables: texts, tics, which data sets there are. Replication 0 is drawn; the subtitle says
 * so when there are more. A step series keeps only its changes. When there are more of them than
 * can be told apart, all series become buckets of one round length with mean over time, least and
 * greatest value: a year of minutes stays a small picture, and no peak is lost.
 */
#ifndef RPT_PLOT_DATA_H
#define RPT_PLOT_DATA_H

#include <stdbool.h>
#include <stdio.h>

struct rpt_plot_db {
    struct sqlite3 *db;
    char scenario[256];
    char label[64];              /* the file's name, to tell it from `against` */
    struct rpt_plot_db *against; /* another run to set beside it; NULL: none */
};

/* False with a message: no such file, not a database of plimsoll, or of another version. */
bool rpt_plot_db_open(struct rpt_plot_db *plot, const char *path, char *message, size_t size);
void rpt_plot_db_close(struct rpt_plot_db *plot);

/* Writes data sets and prologue; false when there is nothing to draw (message says why). */
bool rpt_plot_capacity_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                            size_t size);
/* Whether any task of the run had a network interface of its own. */
bool rpt_plot_has_interfaces(struct rpt_plot_db *plot);
bool rpt_plot_interfaces_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                              size_t size);
/* Whether the run has had a service. */
bool rpt_plot_has_services(struct rpt_plot_db *plot);
bool rpt_plot_service_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                           size_t size);
bool rpt_plot_wait_data(struct rpt_plot_db *plot, FILE *data, FILE *prologue, char *message,
                        size_t size);

#endif
