#include "scn_csv.h"

#include "sim_arena.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sha256.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define INPUT_BYTES  65536u
#define BUFFER_BYTES (SCN_CSV_ROW_BYTES + 262144u)

struct scn_csv_state {
    struct scn_csv_format format;
    int fd;               /* -1: memory */
    const uint8_t *bytes; /* memory source: what is left */
    size_t bytes_left;
    SHA256_CTX sha;

    bool is_gzip, in_member, at_end, failed;
    z_stream zip;
    uint8_t input[INPUT_BYTES]; /* gzip: compressed bytes */

    /* Unread text is buffer[begin, end); one byte is kept free for a final NUL. */
    size_t begin, end;
    uint64_t next_line;
    char buffer[BUFFER_BYTES + 1];
    struct scn_csv_cell cells[SCN_CSV_CELLS];
};

__attribute__((format(printf, 4, 5))) static enum scn_csv_step
mistake(struct scn_csv *csv, enum scn_csv_step step, uint32_t column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(csv->why, sizeof csv->why, format, args);
    va_end(args);
    csv->column = column;
    if (step == SCN_CSV_FAILED) {
        csv->state->failed = true;
        csv->line = 0;
    }
    return step;
}

/* ---- bytes ---------------------------------------------------------------------------------- */

/* Reads up to `size` stored bytes; 0 at the end, -1 on an error (reported). */
static ssize_t read_stored(struct scn_csv *csv, void *out, size_t size)
{
    struct scn_csv_state *state = csv->state;
    ssize_t got;
    if (state->fd >= 0) {
        do {
            got = read(state->fd, out, size);
        } while (got < 0 && errno == EINTR);
        if (got < 0) {
            (void)mistake(csv, SCN_CSV_FAILED, 0, "cannot read it: %s", strerror(errno));
            return -1;
        }
    } else {
        size_t take = size < state->bytes_left ? size : state->bytes_left;
        if (take > 0) {
            memcpy(out, state->bytes, take);
        }
        state->bytes += take;
        state->bytes_left -= take;
        got = (ssize_t)take;
    }
    SHA256Update(&state->sha, out, (size_t)got);
    csv->size_bytes += got;
    return got;
}

/* Inflates into out; 0 at the end, -1 on an error (reported). */
static ssize_t read_inflated(struct scn_csv *csv, char *out, size_t size)
{
    struct scn_csv_state *state = csv->state;
    z_stream *zip = &state->zip;
    zip->next_out = (Bytef *)out;
    zip->avail_out = (uInt)size;
    while (zip->avail_out == (uInt)size) {
        if (zip->avail_in == 0) {
            ssize_t got = read_stored(csv, state->input, sizeof state->input);
            if (got < 0) {
                return -1;
            }
            if (got == 0) {
                if (state->in_member) {
                    (void)mistake(csv, SCN_CSV_FAILED, 0,
                                  "the gzip data end too early: the file is truncated");
                    return -1;
                }
                return 0;
            }
            zip->next_in = state->input;
            zip->avail_in = (uInt)got;
        }
        if (!state->in_member) {
            (void)inflateReset(zip);
            state->in_member = true;
        }
        int result = inflate(zip, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            state->in_member = false;
        } else if (result == Z_MEM_ERROR) {
            (void)mistake(csv, SCN_CSV_FAILED, 0, "not enough memory to unpack it");
            return -1;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            (void)mistake(csv, SCN_CSV_FAILED, 0, "the gzip data are damaged: %s",
                          zip->msg != NULL ? zip->msg : "unknown format");
            return -1;
        }
    }
    return (ssize_t)(size - zip->avail_out);
}

/* Makes room behind the unread text and reads more. False at the end and on an error. */
static bool fill(struct scn_csv *csv)
{
    struct scn_csv_state *state = csv->state;
    if (state->at_end || state->failed) {
        return false;
    }
    if (state->begin > 0) {
        memmove(state->buffer, state->buffer + state->begin, state->end - state->begin);
        state->end -= state->begin;
        state->begin = 0;
    }
    char *out = state->buffer + state->end;
    size_t room = BUFFER_BYTES - state->end;
    assert(room > 0);
    ssize_t got = state->is_gzip ? read_inflated(csv, out, room) : read_stored(csv, out, room);
    if (got <= 0) {
        state->at_end = got == 0;
        return false;
    }
    state->end += (size_t)got;
    return true;
}

/* Reads the first bytes, which tell what the input is: gzip or text, with or without a mark. */
static void begin_reading(struct scn_csv *csv)
{
    struct scn_csv_state *state = csv->state;
    size_t have = 0;
    ssize_t got = 1;
    while (have < 3 && got > 0) { /* a pipe may give a byte at a time */
        got = read_stored(csv, state->input + have, sizeof state->input - have);
        have += got > 0 ? (size_t)got : 0;
    }
    if (have >= 2 && state->input[0] == 0x1f && state->input[1] == 0x8b) {
        state->zip.next_in = state->input;
        state->zip.avail_in = (uInt)have;
        if (inflateInit2(&state->zip, 15 + 16) != Z_OK) {
            (void)mistake(csv, SCN_CSV_FAILED, 0, "not enough memory to unpack it");
            return;
        }
        state->is_gzip = state->in_member = true;
    } else {
        memcpy(state->buffer, state->input, have);
        state->end = have;
    }
    while (state->end < 3 && fill(csv)) {
    }
    if (state->end >= 3 && memcmp(state->buffer, "\xEF\xBB\xBF", 3) == 0) {
        state->begin = 3;
    }
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* Length of the unread text up to the first newline at or behind `from`, or to the end of the
 * input. SCN_CSV_BROKEN: there is none within SCN_CSV_ROW_BYTES. */
static enum scn_csv_step find_line(struct scn_csv *csv, size_t from, size_t *length)
{
    struct scn_csv_state *state = csv->state;
    for (;;) {
        size_t have = state->end - state->begin;
        const char *text = state->buffer + state->begin;
        const char *newline = have > from ? memchr(text + from, '\n', have - from) : NULL;
        size_t reach = newline != NULL ? (size_t)(newline - text) : have;
        if (reach > SCN_CSV_ROW_BYTES) {
            return SCN_CSV_BROKEN;
        }
        if (newline != NULL) {
            *length = reach;
            return SCN_CSV_ROW;
        }
        from = have;
        if (!fill(csv)) {
            *length = have;
            return state->failed ? SCN_CSV_FAILED : have > 0 ? SCN_CSV_ROW : SCN_CSV_END;
        }
    }
}

/* Forgets the unread text up to and with its first newline, however far away that is. */
static void skip_line(struct scn_csv *csv)
{
    struct scn_csv_state *state = csv->state;
    do {
        char *text = state->buffer + state->begin;
        const char *newline = memchr(text, '\n', state->end - state->begin);
        if (newline != NULL) {
            state->begin += (size_t)(newline - text) + 1;
            break;
        }
        state->begin = state->end;
    } while (fill(csv));
    csv->line_count = state->next_line++;
}

static uint32_t count_byte(const char *text, size_t size, char byte)
{
    uint32_t count = 0;
    const char *end = text + size;
    while ((text = memchr(text, byte, (size_t)(end - text))) != NULL) {
        count++;
        text++;
    }
    return count;
}

/* The extent of the next row: one line, or several when a quoted cell holds newlines. A quote that
 * never closes leaves only its first line, where split_quoted finds it. */
static enum scn_csv_step find_row(struct scn_csv *csv, size_t *length, uint32_t *quotes)
{
    struct scn_csv_state *state = csv->state;
    *quotes = 0;
    enum scn_csv_step step = find_line(csv, 0, length);
    if (step != SCN_CSV_ROW || !state->format.quotes) {
        return step;
    }
    size_t first = *length, from = 0, reach = first;
    for (;;) {
        *quotes += count_byte(state->buffer + state->begin + from, reach - from, '"');
        if (*quotes % 2 == 0) {
            *length = reach;
            return SCN_CSV_ROW;
        }
        from = reach + 1;
        if (from > state->end - state->begin || from > SCN_CSV_ROW_BYTES) {
            break;
        }
        step = find_line(csv, from, &reach);
        if (step == SCN_CSV_FAILED) {
            return step;
        }
        if (step != SCN_CSV_ROW || reach < from) {
            break;
        }
    }
    *length = first;
    return SCN_CSV_ROW;
}

static bool add_cell(struct scn_csv *csv, const char *row, const char *text, size_t length)
{
    struct scn_csv_state *state = csv->state;
    if (csv->cell_count == SCN_CSV_CELLS) {
        return false;
    }
    struct scn_csv_cell *cell = &state->cells[csv->cell_count++];
    cell->text = text;
    cell->length = (uint32_t)length;
    cell->column = (uint32_t)(text - row) + 1;
    cell->line = csv->line;
    return true;
}

static enum scn_csv_step too_many_cells(struct scn_csv *csv)
{
    return mistake(csv, SCN_CSV_BROKEN, 1, "more than %u cells in one row", SCN_CSV_CELLS);
}

static enum scn_csv_step split_blanks(struct scn_csv *csv, char *row, char *end)
{
    char *at = row;
    for (;;) {
        while (at < end && (*at == ' ' || *at == '\t')) {
            at++;
        }
        if (at == end) {
            return SCN_CSV_ROW;
        }
        char *text = at;
        while (at < end && *at != ' ' && *at != '\t') {
            at++;
        }
        if (!add_cell(csv, row, text, (size_t)(at - text))) {
            return too_many_cells(csv);
        }
        if (at == end) {
            return SCN_CSV_ROW;
        }
        *at++ = '\0';
    }
}

static enum scn_csv_step split_plain(struct scn_csv *csv, char *row, char *end)
{
    char delimiter = csv->state->format.delimiter;
    for (char *text = row;;) {
        char *at = text;
        while (at < end && *at != delimiter) {
            at++;
        }
        if (!add_cell(csv, row, text, (size_t)(at - text))) {
            return too_many_cells(csv);
        }
        if (at == end) {
            return SCN_CSV_ROW;
        }
        *at = '\0';
        text = at + 1;
    }
}

/* Takes the quotes off the cell that begins at *at, in place, and leaves *at behind the closing
 * quote. `line_start` follows the newlines inside. False when the quote is not closed. */
static bool unquote(struct scn_csv *csv, char **at, const char *end, char **line_start)
{
    struct scn_csv_cell *cell = &csv->state->cells[csv->cell_count - 1];
    char *in = *at + 1, *out = in;
    cell->text = in;
    for (; in < end; in++) {
        if (*in == '"') {
            if (in + 1 == end || in[1] != '"') {
                *out = '\0';
                cell->length = (uint32_t)(out - cell->text);
                *at = in + 1;
                return true;
            }
            in++;
        } else if (*in == '\n') {
            *line_start = in + 1;
            csv->line++;
        }
        *out++ = *in;
    }
    return false;
}

static enum scn_csv_step split_quoted(struct scn_csv *csv, char *row, char *end)
{
    bool blanks = csv->state->format.delimiter == '\0';
    char delimiter = blanks ? ' ' : csv->state->format.delimiter;
    char *line_start = row, *at = row;
    for (;;) {
        while (blanks && at < end && (*at == ' ' || *at == '\t')) {
            at++;
        }
        if (blanks && at == end) {
            return SCN_CSV_ROW;
        }
        if (!add_cell(csv, line_start, at, 0)) {
            return too_many_cells(csv);
        }
        struct scn_csv_cell *cell = &csv->state->cells[csv->cell_count - 1];
        if (at < end && *at == '"') {
            uint64_t line = csv->line;
            if (!unquote(csv, &at, end, &line_start)) {
                csv->line = line;
                return mistake(csv, SCN_CSV_BROKEN, cell->column, "the quote is not closed");
            }
            if (at < end && *at != delimiter && !(blanks && *at == '\t')) {
                return mistake(csv, SCN_CSV_BROKEN, (uint32_t)(at - line_start) + 1,
                               "text behind a closing quote; a quote inside a quoted cell is "
                               "written twice");
            }
        } else {
            while (at < end && *at != delimiter && !(blanks && *at == '\t') && *at != '"') {
                at++;
            }
            if (at < end && *at == '"') {
                return mistake(csv, SCN_CSV_BROKEN, (uint32_t)(at - line_start) + 1,
                               "a quote inside a cell that does not begin with one");
            }
            cell->length = (uint32_t)(at - cell->text);
        }
        if (at == end) {
            return SCN_CSV_ROW;
        }
        *at++ = '\0';
    }
}

/* Splits buffer[begin, begin + length) into cells and moves behind it. */
static enum scn_csv_step take_row(struct scn_csv *csv, size_t length, uint32_t quotes)
{
    struct scn_csv_state *state = csv->state;
    char *row = state->buffer + state->begin, *end = row + length;
    uint32_t newlines = quotes > 0 ? count_byte(row, length, '\n') : 0;
    state->begin += length + 1 > state->end - state->begin ? length : length + 1;
    state->next_line += newlines + 1;
    csv->line_count = state->next_line - 1;
    if (end > row && end[-1] == '\r') {
        end--;
    }
    *end = '\0';
    const char *nul = memchr(row, '\0', (size_t)(end - row));
    enum scn_csv_step step;
    if (nul != NULL) {
        step = mistake(csv, SCN_CSV_BROKEN, (uint32_t)(nul - row) + 1, "a NUL byte in the text");
    } else if (quotes > 0) {
        uint64_t line = csv->line;
        step = split_quoted(csv, row, end);
        csv->line = step == SCN_CSV_ROW ? line : csv->line;
    } else if (state->format.delimiter == '\0') {
        step = split_blanks(csv, row, end);
    } else {
        step = split_plain(csv, row, end);
    }
    csv->cells = state->cells;
    return step;
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r') {
            return false;
        }
    }
    return true;
}

enum scn_csv_step scn_csv_next(struct scn_csv *csv)
{
    struct scn_csv_state *state = csv->state;
    for (;;) {
        csv->cell_count = 0;
        if (state->failed) {
            return SCN_CSV_FAILED;
        }
        csv->line = state->next_line;
        size_t length;
        uint32_t quotes;
        const char *text;
        enum scn_csv_step step = find_line(csv, 0, &length);
        text = state->buffer + state->begin;
        if (step == SCN_CSV_BROKEN) {
            skip_line(csv);
            return mistake(csv, step, 1, "the line is longer than %u bytes", SCN_CSV_ROW_BYTES);
        }
        if (step != SCN_CSV_ROW) {
            return step;
        }
        if (is_blank(text, length) ||
            (state->format.comment != '\0' && text[0] == state->format.comment)) {
            skip_line(csv);
            continue;
        }
        step = find_row(csv, &length, &quotes);
        return step == SCN_CSV_ROW ? take_row(csv, length, quotes) : step;
    }
}

/* ---- life ----------------------------------------------------------------------------------- */

static void init_state(struct scn_csv *csv, struct scn_csv_format format)
{
    *csv = (struct scn_csv){0};
    csv->state = sim_malloc(sizeof *csv->state);
    csv->state->format = format;
    csv->state->fd = -1;
    csv->state->bytes = NULL;
    csv->state->bytes_left = 0;
    csv->state->is_gzip = csv->state->in_member = false;
    csv->state->at_end = csv->state->failed = false;
    csv->state->begin = csv->state->end = 0;
    csv->state->next_line = 1;
    memset(&csv->state->zip, 0, sizeof csv->state->zip);
    SHA256Init(&csv->state->sha);
}

bool scn_csv_open_file(struct scn_csv *csv, const char *path, struct scn_csv_format format)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        *csv = (struct scn_csv){0};
        (void)snprintf(csv->why, sizeof csv->why, "cannot open it: %s", strerror(errno));
        return false;
    }
    init_state(csv, format);
    csv->state->fd = fd;
    begin_reading(csv);
    return true;
}

void scn_csv_open_bytes(struct scn_csv *csv, const void *bytes, size_t size,
                        struct scn_csv_format format)
{
    init_state(csv, format);
    csv->state->bytes = bytes;
    csv->state->bytes_left = size;
    begin_reading(csv);
}

void scn_csv_close(struct scn_csv *csv)
{
    struct scn_csv_state *state = csv->state;
    if (state == NULL) {
        return;
    }
    if (state->is_gzip) {
        (void)inflateEnd(&state->zip);
    }
    if (state->fd >= 0) {
        (void)close(state->fd);
    }
    free(state);
    csv->state = NULL;
}

void scn_csv_sha256(struct scn_csv *csv, char hex[65])
{
    SHA256_CTX copy = csv->state->sha;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Final(digest, &copy);
    for (size_t i = 0; i < sizeof digest; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
}
