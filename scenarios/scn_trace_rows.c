#include "scn_trace_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES (SCN_BLOCK_ROWS * sizeof(struct scn_trace_row))

_Static_assert(sizeof(struct scn_trace_row) <= 64, "a million rows stay below 64 MB");

void scn_rows_init(struct scn_rows *rows, int64_t cache_bytes)
{
    *rows = (struct scn_rows){.cache_bytes = cache_bytes, .fd = -1};
}

void scn_rows_release(struct scn_rows *rows)
{
    for (uint32_t i = 0; i < rows->block_count; i++) {
        free(rows->blocks[i]);
    }
    free(rows->blocks);
    if (rows->fd >= 0) {
        (void)close(rows->fd);
    }
    scn_rows_init(rows, 0);
}

static bool write_all(int fd, const void *bytes, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(fd, bytes, size);
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        if (wrote > 0) {
            bytes = (const char *)bytes + wrote;
            size -= (size_t)wrote;
        }
    }
    return true;
}

/* A file without a name. */
static int open_spill(void)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/plimsoll-trace-XXXXXX",
                          folder != NULL && folder[0] != '\0' ? folder : "/tmp");
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) {
        (void)unlink(path);
    }
    return fd;
}

/* Writes the full blocks to the file and keeps one empty block. */
static bool spill(struct scn_rows *rows)
{
    if (rows->fd < 0 && (rows->fd = open_spill()) < 0) {
        return false;
    }
    for (uint32_t i = 0; i < rows->block_count; i++) {
        if (!write_all(rows->fd, rows->blocks[i], BLOCK_BYTES)) {
            return false;
        }
    }
    while (rows->block_count > 1) {
        free(rows->blocks[--rows->block_count]);
    }
    return true;
}

bool scn_rows_append(struct scn_rows *rows, const struct scn_trace_row *row)
{
    uint32_t place = (uint32_t)(rows->count % SCN_BLOCK_ROWS);
    if (place == 0) {
        uint64_t bytes = (rows->count / SCN_BLOCK_ROWS + 1) * BLOCK_BYTES;
        bool over = rows->fd >= 0 || bytes > (uint64_t)rows->cache_bytes;
        if (over && rows->count > 0 && !spill(rows)) {
            return false;
        }
        if (!over || rows->block_count == 0) {
            sim_grow((void **)&rows->blocks, &rows->block_capacity, rows->block_count + 1,
                     sizeof *rows->blocks);
            rows->blocks[rows->block_count++] = sim_malloc(BLOCK_BYTES);
        }
    }
    rows->blocks[rows->block_count - 1][place] = *row;
    rows->count++;
    return true;
}

bool scn_rows_finish(struct scn_rows *rows)
{
    size_t rest = (size_t)(rows->count % SCN_BLOCK_ROWS);
    if (rows->fd < 0) {
        return true;
    }
    rest = rest == 0 ? SCN_BLOCK_ROWS : rest;
    bool good = write_all(rows->fd, rows->blocks[0], rest * sizeof(struct scn_trace_row));
    free(rows->blocks[0]);
    rows->block_count = 0;
    return good;
}

void scn_rows_open(struct scn_rows_cursor *cursor, const struct scn_rows *rows)
{
    *cursor = (struct scn_rows_cursor){.rows = rows};
    if (rows->fd >= 0) {
        cursor->buffer = sim_malloc(BLOCK_BYTES);
    }
}

/* Fetches the block of row `next` from the file. The file is our own and has no name, so that only
 * a failing disk can end here. */
static void load_block(struct scn_rows_cursor *cursor)
{
    uint64_t left = cursor->rows->count - cursor->next;
    size_t want =
        (size_t)(left < SCN_BLOCK_ROWS ? left : SCN_BLOCK_ROWS) * sizeof(struct scn_trace_row);
    off_t from = (off_t)(cursor->next * sizeof(struct scn_trace_row));
    for (size_t have = 0; have < want;) {
        ssize_t got =
            pread(cursor->rows->fd, (char *)cursor->buffer + have, want - have, from + (off_t)have);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            (void)fprintf(stderr, "plimsoll: cannot read back the parsed trace: %s\n",
                          got == 0 ? "it is too short" : strerror(errno));
            abort();
        }
        have += got > 0 ? (size_t)got : 0;
    }
    cursor->block = cursor->buffer;
}

const struct scn_trace_row *scn_rows_next(struct scn_rows_cursor *cursor)
{
    if (cursor->next == cursor->rows->count) {
        return NULL;
    }
    uint64_t place = cursor->next % SCN_BLOCK_ROWS;
    if (place == 0) {
        if (cursor->buffer != NULL) {
            load_block(cursor);
        } else {
            cursor->block = cursor->rows->blocks[cursor->next / SCN_BLOCK_ROWS];
        }
    }
    cursor->next++;
    return &cursor->block[place];
}

void scn_rows_close(struct scn_rows_cursor *cursor)
{
    free(cursor->buffer);
    cursor->buffer = NULL;
}
