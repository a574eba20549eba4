/* plimsoll: the command table, and what must be so before any command runs. */
#include "cmd.h"
#include "cmd_options.h"
#include "rpt_store.h"
#include "scn_complain.h"

#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* NULL: not built yet */
    const char *help;
} commands[] = {
    {"run", cmd_run, "simulate a scenario"},
    {"check", cmd_check, "validate a scenario without running it"},
    {"compare", cmd_compare, "paired differences of databases, with confidence, and gates"},
    {"plot", cmd_plot, "draw pictures of a database"},
    {"import", cmd_import, "make a scenario from the output of `aws ... describe-*`"},
    {"query", cmd_query, "container instances that an expression selects"},
    {"list", cmd_list, "what there is: strategies, scenarios, metrics, keys, ..."},
    {"trace", cmd_trace, "look at, convert and sort workload traces"},
    {"sweep", NULL, "many variants times replications"},
    {"merge", NULL, "join the shards of a sweep"},
    {"report", NULL, "one self-contained page"},
    {"why", NULL, "what a task waited for, step by step"},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static char repeat[4096]; /* the command line, made before anything can fail */

static void remember_command(int argc, char **argv)
{
    size_t used = 0;
    for (int i = 0; i < argc && used < sizeof repeat - 1; i++) {
        int more = snprintf(repeat + used, sizeof repeat - used, "%s%s", i ? " " : "", argv[i]);
        used += more > 0 ? (size_t)more : 0;
    }
}

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return; /* nobody listens; nothing better to do in a signal handler */
}

/* An interrupted run leaves nothing: what bears the final name is whole. SA_RESETHAND is set, so
 * raising the signal again ends the process the way its parent expects. */
static void on_signal(int number)
{
    rpt_store_abandon_all();
    if (number == SIGABRT) {
        say("plimsoll: this is a bug, please report it; it repeats with:\n    ");
        say(repeat);
        say("\n");
    } else {
        say("\nplimsoll: interrupted; nothing was written\n");
    }
    raise(number);
}

static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGABRT};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction old;
        /* What the parent had ignored (nohup) stays ignored. */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    /* A file that outgrows `ulimit -f` is a write error like a full disk, not a death. */
    signal(SIGXFSZ, SIG_IGN);
}

static void on_gsl_error(const char *reason, const char *file, int line, int code)
{
    fprintf(stderr, "plimsoll: GSL: %s (%s:%d, error %d)\n", reason, file, line, code);
    abort();
}

static void print_help(void)
{
    puts("usage: plimsoll COMMAND [ARGUMENTS]\n\n"
         "Simulates an Amazon ECS cluster: placement, capacity providers, managed scaling.\n");
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].run)
            printf("  %-8s %s\n", commands[i].name, commands[i].help);
    puts("\nNot built yet:");
    for (size_t i = 0; i < COMMANDS; i++)
        if (!commands[i].run)
            printf("  %-8s %s\n", commands[i].name, commands[i].help);
    puts("\n  --version, --help; `plimsoll COMMAND --help` explains a command\n\n"
         "Start with: plimsoll run tutorial");
}

static int unknown_command(const char *name)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    const char *near = scn_nearest(name, names, COMMANDS);
    const char *what = name[0] == '-' ? "option" : "command";
    if (near)
        fprintf(stderr, "plimsoll: no %s `%s`; did you mean `%s`?\n", what, name, near);
    else
        fprintf(stderr, "plimsoll: no %s `%s`; `plimsoll --help` lists them\n", what, name);
    return CMD_USAGE;
}

static int run_command(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: plimsoll COMMAND [ARGUMENTS]; `plimsoll --help` lists the commands\n",
              stderr);
        return CMD_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("plimsoll " PLIMSOLL_VERSION);
        return CMD_DONE;
    }
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
        print_help();
        return CMD_DONE;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        if (commands[i].run)
            return commands[i].run(argc - 1, argv + 1);
        fprintf(stderr, "plimsoll: `%s` is not built yet\n", argv[1]);
        return CMD_USAGE;
    }
    return unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
    gsl_set_error_handler(on_gsl_error);
    remember_command(argc, argv);
    catch_signals();
    int code = run_command(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("plimsoll: writing to stdout");
        return code == CMD_DONE ? CMD_FAILED : code;
    }
    return code;
}
