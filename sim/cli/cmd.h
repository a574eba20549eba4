/* cmd: the commands of the program and what they share.
 *
 * One file a command, cmd_<name>.c, with one function cmd_<name>(argc, argv) that is listed in the
 * table in main.c; argv[0] is the command's name. A command parses with cmd_options.h, prints its
 * product on stdout and its talk on stderr, and returns an exit code; only main ends the process.
 *
 * To add a command: write cmd_<name>.c, declare it here, add its line to the table in main.c (help
 * and completion follow from it), say it in plimsoll.1 and test it in tests/test_cli.c. */
#ifndef CMD_H
#define CMD_H

#include "scn_load.h"

#define PLIMSOLL_VERSION "0.1.0"

enum cmd_exit {
    CMD_DONE = 0,
    CMD_FAILED = 1, /* the work could not be done: disk, memory, missing program */
    CMD_USAGE = 2,  /* bad input or usage: nothing was written */
    CMD_GATE = 3,   /* a gate did not hold */
};

int cmd_run(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_query(int argc, char **argv);
int cmd_list(int argc, char **argv);

/* "plimsoll <command>: <text>" on stderr. */
void cmd_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The loader's errors, one a line on stderr, and how many were not shown. */
void cmd_print_errors(const struct scn_complaints *complaints);

/* Whether a file can be made at --out=PATH, found out by making and removing its temporary file; a
 * mistake is explained on stderr. To be asked before any work is done. */
bool cmd_can_write(const char *command, const char *path);

/* The same for a folder, which is made later if it is absent. */
bool cmd_can_write_folder(const char *command, const char *path);

#endif
