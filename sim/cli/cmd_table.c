#include "cmd_table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void add_cell(struct cmd_table *table, const char *text)
{
    void *cells = table->cells;
    sim_grow(&cells, &table->cell_capacity, table->cell_count + 1, sizeof *table->cells);
    table->cells = cells;
    table->cells[table->cell_count++] = text;
}

void cmd_table_init(struct cmd_table *table, uint32_t columns, const char *const *headings)
{
    assert(columns >= 1 && columns <= CMD_TABLE_COLUMNS);
    *table = (struct cmd_table){.columns = columns};
    sim_arena_init(&table->arena);
    for (uint32_t i = 0; i < columns; i++)
        add_cell(table, sim_arena_strdup(&table->arena, headings[i]));
}

void cmd_table_release(struct cmd_table *table)
{
    free(table->cells);
    sim_arena_release(&table->arena);
}

void cmd_table_add(struct cmd_table *table, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    assert(length >= 0);
    char *text = sim_arena_alloc(&table->arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    add_cell(table, text);
}

/* Characters, not bytes: continuation bytes of UTF-8 take no room. */
static int text_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

/* Columns of the terminal on stdout; 0 when it is none. */
static int terminal_width(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

/* Prints the last cell of a row, which begins at column `indent`, folded to `width` (0: not). */
static void print_folded(const char *text, int indent, int width)
{
    const int least = 24; /* narrower than that, folding helps nobody */
    if (width - indent < least) {
        printf("%s\n", text);
        return;
    }
    int at = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        int wide = 0;
        for (size_t i = 0; i < word; i++)
            wide += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (at > 0 && at + 1 + wide > width - indent) {
            printf("\n%*s", indent, "");
            at = 0;
        }
        printf("%s%.*s", at > 0 ? " " : "", (int)word, text);
        at += wide + (at > 0);
        text += word;
        while (*text == ' ')
            text++;
    }
    putchar('\n');
}

static void print_row(const struct cmd_table *table, const char *const *cells, const int *widths,
                      int width)
{
    int indent = 0;
    uint32_t last = table->columns - 1;
    while (last > 0 && cells[last][0] == '\0')
        last--;
    for (uint32_t column = 0; column < last; column++) {
        int wide = text_width(cells[column]);
        int pad = wide < widths[column] ? widths[column] - wide : 0;
        bool is_right = table->right >> column & 1;
        printf("%*s%s", is_right ? pad : 0, "", cells[column]);
        indent += widths[column] + 2;
        if (wide > widths[column])
            printf("\n%*s", indent, "");
        else
            printf("%*s", (is_right ? 0 : pad) + 2, "");
    }
    if (last == table->columns - 1) {
        print_folded(cells[last], indent, width);
    } else {
        int pad = table->right >> last & 1 ? widths[last] - text_width(cells[last]) : 0;
        printf("%*s%s\n", pad > 0 ? pad : 0, "", cells[last]);
    }
}

void cmd_table_print(const struct cmd_table *table)
{
    int widths[CMD_TABLE_COLUMNS] = {0};
    assert(table->cell_count % table->columns == 0);
    for (uint32_t i = 0; i < table->cell_count; i++) {
        int width = text_width(table->cells[i]);
        int *widest = &widths[i % table->columns];
        if (width > *widest && width <= CMD_TABLE_WIDEST)
            *widest = width;
    }
    int width = terminal_width();
    for (uint32_t i = 0; i < table->cell_count; i += table->columns)
        print_row(table, table->cells + i, widths, width);
}
