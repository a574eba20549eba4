/* plimsoll import: a scenario folder out of what `aws ... describe-*` printed.
 *
 * The making is the library's (scn_import.h). Here is what protects the disk: everything is made in
 * a folder of a temporary name beside the wanted one and renamed when complete; an existing folder
 * is only taken when it is empty. Signals wait meanwhile, so that nothing is left half made. The
 * path of the scenario is the product, on stdout; notes are talk. */
#include "cmd.h"
#include "cmd_options.h"
#include "scn_import.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct settings {
    const char *folder, *out, *cluster;
    char wanted[4096]; /* out, or the dump's last name and "-scenario"; no slash at the end */
    char partial[4096 + 64];
};

/* Bytes of a path without the slashes at its end. */
static int length_of(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    return length + 10 < sizeof((struct settings *)0)->wanted ? (int)length : -1;
}

static bool name_folders(struct settings *s)
{
    const char *from = s->out != NULL ? s->out : s->folder;
    int length = length_of(from), start = s->out == NULL ? length : 0;
    while (start > 0 && from[start - 1] != '/')
        start--;
    if (s->out == NULL && length > 0 && (from[length - 1] == '.' || from[length - 1] == '/')) {
        cmd_error("import", "%s: no name follows from it; give one with --out=DIR", s->folder);
        return false;
    }
    snprintf(s->wanted, sizeof s->wanted, "%.*s%s", length - start, from + start,
             s->out != NULL ? "" : "-scenario");
    int size = snprintf(s->partial, sizeof s->partial, "%s.partial-%ld", s->wanted, (long)getpid());
    if (length > 0 && size > 0 && (size_t)size < sizeof s->partial) {
        s->out = s->wanted;
        return true;
    }
    cmd_error("import", "%s: the name is too long", from);
    return false;
}

/* Whether the scenario may be put there: nothing, or an empty folder. */
static bool is_free(const char *out)
{
    struct stat facts;
    if (lstat(out, &facts) != 0 && errno == ENOENT)
        return true;
    DIR *dir = S_ISDIR(facts.st_mode) ? opendir(out) : NULL;
    if (dir == NULL) {
        cmd_error("import", "%s: is there and is no folder; choose another with --out=DIR", out);
        return false;
    }
    uint32_t count = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    if (count > 0)
        cmd_error("import",
                  "%s: the folder is not empty; remove it, or choose another with "
                  "--out=DIR",
                  out);
    return count == 0;
}

static void hold_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void remove_folder(const char *folder)
{
    char path[sizeof((struct settings *)0)->partial + 256];
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            unlink(path);
        }
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}

static void print_notes(const struct scn_import *import)
{
    for (const struct scn_note *note = import->notes; note != NULL; note = note->next)
        fprintf(stderr, "%s: %s\n", scn_note_names[note->kind], note->text);
}

static int make(const struct settings *s, struct scn_import *import)
{
    if (mkdir(s->partial, 0777) != 0) {
        cmd_error("import", "%s: %s", s->out, strerror(errno));
        return CMD_USAGE;
    }
    int code = CMD_DONE;
    bool good = scn_import(import);
    if (import->failure == NULL) /* on a mistake they help to find it */
        print_notes(import);
    if (!good) {
        cmd_print_errors(&import->complaints);
        if (import->failure != NULL)
            cmd_error("import", "%s/%s", s->out, import->failure);
        code = import->failure != NULL ? CMD_FAILED : CMD_USAGE;
    } else if (rename(s->partial, s->out) != 0) {
        cmd_error("import", "%s: %s", s->out, strerror(errno));
        code = CMD_FAILED;
    }
    if (code != CMD_DONE)
        remove_folder(s->partial);
    return code;
}

int cmd_import(int argc, char **argv)
{
    struct settings s = {0};
    const struct cmd_option options[] = {
        {"out", "DIR", CMD_TEXT, &s.out, 0, NULL, NULL,
         "folder to make (default: the dump's name and -scenario, in the current folder)"},
        {"cluster", "NAME", CMD_TEXT, &s.cluster, 0, NULL, NULL,
         "the cluster to import, by name or ARN, when the dump holds several"},
        {.name = NULL},
    };
    const struct cmd_usage usage = {
        "import",
        "import DIR [--out=DIR] [--cluster=NAME]",
        "Makes a scenario folder out of a folder with the output of `aws ... describe-*` calls, "
        "in\n"
        "files of any name. What the dump does not tell gets a default, what is not simulated yet\n"
        "is left out; every such thing is said on stderr and in IMPORT.md.",
        options,
        1,
        1,
    };
    int operands;
    int code = cmd_parse(&usage, argc, argv, &operands);
    if (code >= 0)
        return code;
    s.folder = argv[1];
    if (!name_folders(&s) || !is_free(s.out))
        return CMD_USAGE;
    hold_signals();
    struct scn_import import = {.folder = s.folder, .cluster = s.cluster, .into = s.partial};
    code = make(&s, &import);
    if (code == CMD_DONE) {
        fprintf(stderr, "%s; IMPORT.md repeats the notes\n", import.summary);
        printf("%s/scenario.json\n", s.out);
    }
    scn_import_release(&import);
    return code;
}
