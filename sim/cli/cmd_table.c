#include "cmd_table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void cmd_table_print(const struct cmd_table *table)
{
    int widths[CMD_TABLE_COLUMNS] = {0};
    assert(table->cell_count % table->columns == 0);
    for (uint32_t i = 0; i < table->cell_count; i++) {
        int width = text_width(table->cells[i]);
        int *widest = &widths[i % table->columns];
        *widest = width > *widest ? width : *widest;
    }
    for (uint32_t i = 0; i < table->cell_count; i++) {
        uint32_t column = i % table->columns;
        bool is_last = column + 1 == table->columns;
        int pad = widths[column] - text_width(table->cells[i]);
        bool is_right = table->right >> column & 1;
        if (is_right)
            printf("%*s", pad, "");
        fputs(table->cells[i], stdout);
        if (is_last)
            putchar('\n');
        else
            printf("%*s", (is_right ? 0 : pad) + 2, "");
    }
}
