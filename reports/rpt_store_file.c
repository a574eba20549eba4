#include "rpt_store_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Static, so that a signal handler can read it at any moment: a slot's text is complete before its
 * flag is set and untouched while it is. */
static struct {
    volatile sig_atomic_t open;
    char path[RPT_PATH_MAX];
    char temporary[RPT_PATH_MAX];
} files[RPT_FILES];

/* "<path><suffix>"; false when it does not fit. */
static bool with_suffix(char out[RPT_PATH_MAX], const char *path, const char *suffix)
{
    return snprintf(out, RPT_PATH_MAX, "%s%s", path, suffix) < RPT_PATH_MAX;
}

static void folder_of(char folder[RPT_PATH_MAX], const char *path)
{
    char copy[RPT_PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    snprintf(folder, RPT_PATH_MAX, "%s", dirname(copy));
}

/* Why a new file cannot be made, and what would help. */
static void explain_create(const char *path, int error, char *message, size_t size)
{
    char folder[RPT_PATH_MAX];
    folder_of(folder, path);
    if (error == ENOENT || error == ENOTDIR)
        snprintf(message, size, "%s: there is no folder %s; make it, or name another with --out",
                 path, folder);
    else if (error == EACCES || error == EPERM || error == EROFS)
        snprintf(message, size,
                 "%s: cannot write in folder %s: %s; name one that you may write to with --out",
                 path, folder, strerror(error));
    else if (error == ENOSPC || error == EDQUOT)
        snprintf(message, size,
                 "%s: cannot write it: %s; free some space, or name another folder "
                 "with --out",
                 path, strerror(error));
    else
        snprintf(message, size, "%s: cannot make it: %s", path, strerror(error));
}

bool rpt_file_create(struct rpt_file *file, const char *path, char *message, size_t size)
{
    struct stat status;
    if (path[0] == '\0') {
        snprintf(message, size, "--out: the name of the file is empty");
        return false;
    }
    if (strlen(path) + 64 >= RPT_PATH_MAX) {
        explain_create(path, ENAMETOOLONG, message, size);
        return false;
    }
    /* Renaming replaces a link, not what it names: /dev/stdout would be gone for everybody. */
    if (lstat(path, &status) == 0 && S_ISLNK(status.st_mode)) {
        snprintf(message, size,
                 "%s: is a symbolic link; name the file that it stands for with --out", path);
        return false;
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        snprintf(message, size, "%s: is %s, not a file; name a file with --out", path,
                 S_ISDIR(status.st_mode) ? "a folder" : "a device or pipe");
        return false;
    }
    unsigned slot = 0;
    while (slot < RPT_FILES && files[slot].open)
        slot++;
    assert(slot < RPT_FILES);
    snprintf(files[slot].path, RPT_PATH_MAX, "%s", path);
    for (unsigned i = 0; i < 100; i++) {
        files[slot].open = 0;
        snprintf(files[slot].temporary, RPT_PATH_MAX, "%s.%ld-%u.tmp", path, (long)getpid(), i);
        files[slot].open = 1; /* before the file is there: a signal may come in between */
        int fd = open(files[slot].temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            close(fd);
            *file = (struct rpt_file){files[slot].path, files[slot].temporary, slot};
            return true;
        }
        if (errno != EEXIST)
            break;
    }
    explain_create(path, errno, message, size);
    files[slot].open = 0;
    return false;
}

static bool sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool done = fsync(fd) == 0;
    return close(fd) == 0 && done;
}

bool rpt_file_keep(struct rpt_file *file, char *message, size_t size)
{
    /* A journal that another program left beside an older database of this name would be played
     * back into the new one. */
    char beside[RPT_PATH_MAX];
    static const char *const suffixes[] = {"-journal", "-wal", "-shm"};
    if (!sync_path(file->temporary, O_RDONLY)) {
        snprintf(message, size, "%s: cannot complete it: %s", file->path, strerror(errno));
        rpt_file_discard(file);
        return false;
    }
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (with_suffix(beside, file->path, suffixes[i]))
            unlink(beside);
    if (rename(file->temporary, file->path) != 0) {
        snprintf(message, size, "%s: cannot give it its name: %s", file->path, strerror(errno));
        rpt_file_discard(file);
        return false;
    }
    files[file->slot].open = 0;
    folder_of(beside, file->path);
    sync_path(beside, O_RDONLY | O_DIRECTORY); /* some file systems cannot: the file is whole */
    return true;
}

void rpt_file_discard(struct rpt_file *file)
{
    unlink(file->temporary);
    files[file->slot].open = 0;
}

void rpt_file_abandon_all(void)
{
    for (unsigned slot = 0; slot < RPT_FILES; slot++)
        if (files[slot].open)
            unlink(files[slot].temporary);
}
