#include "test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int skips_fd = -1; /* shared with the tests' processes, appended to */
static int forks_on = 1;
static char folder[PATH_MAX];

void test_support_init(int forks)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/plimsoll-check-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(1);
    }
    forks_on = forks;
    skips_fd = memfd_create("skips", 0);
    if (skips_fd < 0 || fcntl(skips_fd, F_SETFL, O_APPEND) < 0) {
        perror("memfd_create");
        exit(1);
    }
}

void test_support_enter(const char *suite)
{
    size_t length = strlen(folder);
    snprintf(folder + length, sizeof folder - length, "/%s", suite);
    if (mkdir(folder, 0777) < 0) {
        perror(folder);
        exit(1);
    }
}

char *test_support_skips(unsigned *count)
{
    off_t size = lseek(skips_fd, 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    if (!text || pread(skips_fd, text, (size_t)size, 0) != size) {
        perror("reading the list of skips");
        exit(1);
    }
    *count = 0;
    for (const char *c = text; *c; c++)
        *count += *c == '\n';
    return text;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

void test_support_release(void)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    close(skips_fd);
}

void test_skip(const char *reason)
{
    dprintf(skips_fd, "%s\n", reason);
    if (!forks_on) {
        fprintf(stderr, "skipped: %s; under CK_FORK=no the run ends here\n", reason);
        test_support_release();
    }
    /* Not exit: what the test had allocated is no leak, and the runner's buffers are not ours. */
    _exit(0);
}

const char *test_shared(const char *path)
{
    static char full[PATH_MAX];
    snprintf(full, sizeof full, "../shared/%s", path);
    if (access(full, R_OK) == 0)
        return full;
    const char *required = getenv("PLIMSOLL_REQUIRE_SHARED");
    if (required && strcmp(required, "1") == 0)
        ck_abort_msg("%s is missing and PLIMSOLL_REQUIRE_SHARED=1", full);
    char reason[PATH_MAX + 32];
    snprintf(reason, sizeof reason, "no %s", full);
    test_skip(reason);
}

const char *test_tmp_path(const char *name)
{
    static char full[PATH_MAX + 256];
    snprintf(full, sizeof full, "%s/%s", folder, name);
    return full;
}

char *test_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    char *text = NULL;
    size_t used = 0, room = 0, got;
    do {
        room = room ? 2 * room : 4096;
        text = realloc(text, room + 1);
        ck_assert_ptr_nonnull(text);
        got = fread(text + used, 1, room - used, file);
        used += got;
    } while (used == room);
    ck_assert_msg(!ferror(file), "%s: %s", path, strerror(errno));
    fclose(file);
    text[used] = '\0';
    if (size)
        *size = used;
    return text;
}

/* check refuses to send messages of more than some thousand characters. */
static int shown(const char *line)
{
    size_t length = strcspn(line, "\n");
    return length < 1000 ? (int)length : 1000;
}

void test_same_text(const char *path, const char *wanted, const char *got)
{
    int line = 1;
    const char *w = wanted, *g = got;
    while (*w != '\0' && *w == *g) {
        if (*w == '\n') {
            line++;
            wanted = w + 1;
            got = g + 1;
        }
        w++;
        g++;
    }
    ck_assert_msg(*w == *g,
                  "%s:%d: wanted `%.*s`, got `%.*s`; `make golden` accepts a wanted change", path,
                  line, shown(wanted), wanted, shown(got), got);
}

void test_golden(const char *name, const char *text)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "tests/golden/%s", name);
    const char *mode = getenv("PLIMSOLL_GOLDEN");
    if (mode && strcmp(mode, "accept") == 0) {
        mkdir("tests/golden", 0777);
        FILE *file = fopen(path, "wb");
        ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
        ck_assert(fputs(text, file) >= 0);
        ck_assert_int_eq(fclose(file), 0);
        return;
    }
    char *golden = test_read_file(path, NULL);
    test_same_text(path, golden, text);
    free(golden);
}
