/* cmd_table: rows of text, printed as aligned columns.
 *
 * Cells are added one by one, row by row, and copied; cmd_table_init adds the headings as the first
 * row. Columns are as wide as their widest cell up to CMD_TABLE_WIDEST, two spaces apart; a wider
 * cell is followed by a new line on which the next column takes up its place. The last column is
 * not padded and empty cells at the end of a row are left out, so that no line ends in blanks; on a
 * terminal it is folded between words at the terminal's width, elsewhere it stays one line, for
 * grep. Width is counted in UTF-8 characters. */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include "sim_arena.h"

#define CMD_TABLE_COLUMNS 8
#define CMD_TABLE_WIDEST  56

struct cmd_table {
    struct sim_arena arena;
    const char **cells; /* row by row */
    uint32_t cell_count, cell_capacity;
    uint32_t columns;
    uint32_t right; /* bit i: column i is aligned to the right */
};

/* headings: `columns` texts. */
void cmd_table_init(struct cmd_table *table, uint32_t columns, const char *const *headings);
void cmd_table_release(struct cmd_table *table);

/* The next cell, row by row. */
void cmd_table_add(struct cmd_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* On stdout. */
void cmd_table_print(const struct cmd_table *table);

#endif
