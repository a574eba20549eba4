/* scn_csv: text tables, row by row, plain or gzip, from a file or from memory.
 *
 * gzip is recognised by its first two bytes, not by the name; several gzip members in one file are
 * read as one text. Cells are separated by one delimiter, or by runs of blanks and tabs. Quotes
 * follow RFC 4180 (a quoted cell may hold delimiters, newlines and doubled quotes); lines end with
 * LF or CRLF; a UTF-8 byte order mark at the start is skipped; so are lines that hold nothing but
 * blanks and lines that begin with the comment mark.
 *
 * Every cell knows its line and column (from 1, in bytes, at its first character or quote). A
 * mistake in one line is SCN_CSV_BROKEN: it is described in `why`, and the next call goes on with
 * the line after it. What cannot be read on (a truncated gzip file, an I/O error) is
 * SCN_CSV_FAILED. A row longer than SCN_CSV_ROW_BYTES or with more than SCN_CSV_CELLS cells is
 * broken; a quote that is not closed is reported where it opens, and reading goes on behind that
 * line.
 *
 * Cost: one buffer of about 1/3 MiB; no allocation per row. Cells are NUL-terminated views into
 * the buffer and live until the next call. The SHA-256 is of the bytes as stored. */
#ifndef SCN_CSV_H
#define SCN_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCN_CSV_ROW_BYTES 65536u
#define SCN_CSV_CELLS     1024u

struct scn_csv_format {
    char delimiter; /* 0: runs of blanks and tabs */
    char comment;   /* lines that begin with it are skipped; 0: there are none */
    bool quotes;    /* '"' has the meaning of RFC 4180 */
};

struct scn_csv_cell {
    const char *text; /* NUL-terminated; no NUL inside */
    uint32_t length;
    uint32_t column;
    uint64_t line;
};

enum scn_csv_step {
    SCN_CSV_ROW,    /* cells, cell_count and line describe it */
    SCN_CSV_END,    /* after the last row */
    SCN_CSV_BROKEN, /* this row is wrong: why, at line and column; reading may go on */
    SCN_CSV_FAILED, /* nothing more can be read: why */
};

struct scn_csv {
    const struct scn_csv_cell *cells;
    uint32_t cell_count;
    uint64_t line;   /* of the row's first character, or of the mistake */
    uint32_t column; /* of the mistake; 0: it has none */
    char why[160];
    uint64_t line_count;         /* physical lines read so far */
    int64_t size_bytes;          /* of the input as stored, read so far */
    struct scn_csv_state *state; /* private */
};

/* False when the file cannot be opened: why says so, and there is nothing to close. */
bool scn_csv_open_file(struct scn_csv *csv, const char *path, struct scn_csv_format format);
/* The bytes are borrowed until close. */
void scn_csv_open_bytes(struct scn_csv *csv, const void *bytes, size_t size,
                        struct scn_csv_format format);
void scn_csv_close(struct scn_csv *csv);

enum scn_csv_step scn_csv_next(struct scn_csv *csv);

/* After SCN_CSV_END: the digest of the whole input, 64 hexadecimal digits. */
void scn_csv_sha256(struct scn_csv *csv, char hex[65]);

#endif
