/* cmd_options: one table drives parsing and help.
 *
 * A command describes itself with struct cmd_usage: synopsis, option rows, how many operands.
 * Long options only, `--key=value` or `--key value`; `--` ends them; `-h` and `--help` everywhere.
 * An unknown option is an error that names the nearest known one; a repeated option is an error
 * (last-one-wins hides mistakes in scripts) unless its kind is CMD_TEXTS.
 *
 * Values are written through `target` only when they are valid; texts are borrowed from argv. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "sim_time.h"

#include <stdbool.h>
#include <stdint.h>

enum cmd_kind {
    CMD_FLAG,     /* bool: set to true */
    CMD_TEXT,     /* const char * */
    CMD_TEXTS,    /* struct cmd_texts: may be repeated */
    CMD_COUNT,    /* uint32_t, 1 .. max */
    CMD_WORD,     /* uint64_t, 0 .. 2^63 - 1: what JSON files and databases hold too */
    CMD_DURATION, /* sim_time, "90s" "5m" "24h", greater than 0 */
    CMD_BYTES,    /* int64_t: "256MiB", "1GiB", "64KiB" or a number of bytes */
    CMD_CHOICE,   /* int: index into choices */
};

struct cmd_texts {
    const char **items; /* room for argc texts, given by the command */
    uint32_t count;
};

struct cmd_option {
    const char *name;  /* without dashes */
    const char *value; /* how help shows the value; NULL for CMD_FLAG */
    enum cmd_kind kind;
    void *target;
    uint32_t max;               /* CMD_COUNT */
    const char *const *choices; /* CMD_CHOICE; ends with NULL */
    bool *given;                /* set to true when the option occurs; may be NULL */
    const char *help;
};

struct cmd_usage {
    const char *command;
    const char *synopsis;             /* after "plimsoll ": "run SCENARIO [options]" */
    const char *about;                /* what it does, a few lines */
    const struct cmd_option *options; /* ends with name == NULL */
    int operands_min, operands_max;   /* max -1: any number */
};

/* Operands are moved to argv[1 .. *operands]. Returns -1 to go on, else the exit code: help was
 * printed on stdout, or a mistake on stderr. */
int cmd_parse(const struct cmd_usage *usage, int argc, char **argv, int *operands);

#endif
