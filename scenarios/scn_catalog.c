#include "scn_catalog.h"

#include "scn_complain.h"
#include "scn_csv.h"
#include "sim_embed.h"

#include <stdlib.h>
#include <string.h>

enum column {
    TYPE,
    VCPU,
    MEMORY,
    ARCH,
    GPUS,
    GPU_MODEL,
    ENIS,
    TRUNKING,
    TRUNK_TASKS,
    PRICE,
    PRICE_DATE,
    COLUMNS,
};

static const char *const column_names[COLUMNS] = {
    [TYPE] = "instance_type",
    [VCPU] = "vcpu",
    [MEMORY] = "memory_mib",
    [ARCH] = "arch",
    [GPUS] = "gpu_count",
    [GPU_MODEL] = "gpu_model",
    [ENIS] = "max_enis",
    [TRUNKING] = "trunking",
    [TRUNK_TASKS] = "ecs_trunk_tasks_derived",
    [PRICE] = "on_demand_usd_per_hour",
    [PRICE_DATE] = "on_demand_date",
};

#define REQUIRED_COLUMNS 4

struct reader {
    struct scn_csv csv;
    const char *name; /* of the file */
    struct sim_arena *arena;
    struct scn_complaints *complaints;
    uint32_t at[COLUMNS];         /* cell of each column; UINT32_MAX: not there */
    struct scn_catalog_row *rows; /* heap while reading */
    uint32_t count, capacity;
    bool failed;
};

static void complain(struct reader *reader, const struct scn_csv_cell *cell, const char *column,
                     const char *what)
{
    reader->failed = true;
    scn_error_at(reader->complaints, reader->name, (uint32_t)reader->csv.line,
                 cell != NULL ? cell->column : 1, column, "%s", what);
}

bool scn_price_parse(const char *text, int64_t *nusd)
{
    int64_t value = 0;
    int decimals = -1; /* not behind the point yet */
    if (*text == '\0' || *text == '.')
        return false;
    for (; *text != '\0'; text++) {
        if (*text == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (*text < '0' || *text > '9' || decimals == 9 || value > INT64_C(1000000000000000))
            return false;
        value = value * 10 + (*text - '0');
        decimals += decimals >= 0;
    }
    if (decimals == 0)
        return false;
    for (int i = decimals < 0 ? 0 : decimals; i < 9; i++) {
        if (value > INT64_MAX / 10)
            return false;
        value *= 10;
    }
    *nusd = value;
    return true;
}

static const struct scn_csv_cell *cell_of(const struct reader *reader, enum column column)
{
    uint32_t at = reader->at[column];
    return at < reader->csv.cell_count ? &reader->csv.cells[at] : NULL;
}

static const char *text_of(const struct reader *reader, enum column column)
{
    const struct scn_csv_cell *cell = cell_of(reader, column);
    return cell != NULL ? cell->text : "";
}

/* A whole number in [low, high]; an empty cell of an optional column is 0. */
static int64_t number_of(struct reader *reader, enum column column, int64_t low, int64_t high)
{
    const char *text = text_of(reader, column);
    if (*text == '\0' && column >= REQUIRED_COLUMNS)
        return 0;
    int64_t value = 0;
    bool good = *text != '\0' && strlen(text) <= 15;
    for (const char *c = text; good && *c != '\0'; c++) {
        good = *c >= '0' && *c <= '9';
        value = value * 10 + (*c - '0');
    }
    if (good && value >= low && value <= high)
        return value;
    complain(reader, cell_of(reader, column), column_names[column],
             sim_arena_printf(reader->arena, "\"%s\" is no whole number from %lld to %lld", text,
                              (long long)low, (long long)high));
    return low;
}

static bool read_header(struct reader *reader)
{
    for (int c = 0; c < COLUMNS; c++) {
        reader->at[c] = UINT32_MAX;
        for (uint32_t i = 0; i < reader->csv.cell_count; i++)
            if (strcmp(reader->csv.cells[i].text, column_names[c]) == 0)
                reader->at[c] = i;
        if (reader->at[c] == UINT32_MAX && c < REQUIRED_COLUMNS)
            complain(reader, NULL, column_names[c],
                     "the header has no such column; it needs instance_type, vcpu, memory_mib and "
                     "arch");
    }
    return !reader->failed;
}

static void read_price(struct reader *reader, struct scn_catalog_row *row)
{
    const char *price = text_of(reader, PRICE);
    row->type.price_nusd_per_h = -1;
    row->price_date = "";
    if (*price == '\0')
        return;
    if (!scn_price_parse(price, &row->type.price_nusd_per_h))
        complain(reader, cell_of(reader, PRICE), column_names[PRICE],
                 sim_arena_printf(reader->arena,
                                  "\"%s\" is no price; write dollars with at most nine decimals",
                                  price));
    row->price_date = sim_arena_strdup(reader->arena, text_of(reader, PRICE_DATE));
}

static void read_row(struct reader *reader)
{
    struct scn_catalog_row row = {0};
    const char *arch = text_of(reader, ARCH);
    row.type.name = sim_arena_strdup(reader->arena, text_of(reader, TYPE));
    if (row.type.name[0] == '\0')
        complain(reader, cell_of(reader, TYPE), column_names[TYPE], "the name is empty");
    row.type.vcpus = (uint32_t)number_of(reader, VCPU, 1, 100000);
    row.type.memory_mib = number_of(reader, MEMORY, 1, INT64_C(1) << 40);
    row.type.gpus = (uint32_t)number_of(reader, GPUS, 0, ECS_GPUS_MAX);
    row.type.max_enis = (uint32_t)number_of(reader, ENIS, 0, 10000);
    row.type.arm64 = strcmp(arch, "arm64") == 0;
    if (!row.type.arm64 && strcmp(arch, "x86_64") != 0)
        complain(reader, cell_of(reader, ARCH), column_names[ARCH],
                 sim_arena_printf(reader->arena, "\"%s\" is neither x86_64 nor arm64", arch));
    row.gpu_model = sim_arena_strdup(reader->arena, text_of(reader, GPU_MODEL));
    row.trunking = number_of(reader, TRUNKING, 0, 1) == 1;
    row.trunk_tasks = (uint32_t)number_of(reader, TRUNK_TASKS, 0, 100000);
    read_price(reader, &row);
    sim_grow((void **)&reader->rows, &reader->capacity, reader->count + 1, sizeof reader->rows[0]);
    reader->rows[reader->count++] = row;
}

static void read_rows(struct reader *reader)
{
    bool header = false;
    for (;;) {
        switch (scn_csv_next(&reader->csv)) {
        case SCN_CSV_ROW:
            if (header)
                read_row(reader);
            else if (!read_header(reader))
                return;
            header = true;
            break;
        case SCN_CSV_BROKEN:
        case SCN_CSV_FAILED:
            reader->failed = true;
            scn_error_at(reader->complaints, reader->name, (uint32_t)reader->csv.line,
                         reader->csv.column, "catalogue", "%s", reader->csv.why);
            return;
        case SCN_CSV_END:
            if (reader->count == 0 && !reader->failed)
                complain(reader, NULL, "catalogue", "the file holds no instance type");
            return;
        }
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct scn_catalog_row *x = a, *y = b;
    return strcmp(x->type.name, y->type.name);
}

/* Sorts the rows into the arena, and refuses a type that stands twice. */
static void keep_rows(struct reader *reader, struct scn_catalog *catalog)
{
    struct scn_catalog_row *rows = sim_arena_array(reader->arena, reader->count, sizeof rows[0]);
    if (reader->count > 0) {
        memcpy(rows, reader->rows, reader->count * sizeof rows[0]);
        qsort(rows, reader->count, sizeof rows[0], compare_rows);
    }
    for (uint32_t i = 1; i < reader->count; i++)
        if (strcmp(rows[i - 1].type.name, rows[i].type.name) == 0) {
            scn_error_at(reader->complaints, reader->name, 0, 0, rows[i].type.name,
                         "the type stands twice; keep one row");
            reader->failed = true;
        }
    catalog->rows = rows;
    catalog->count = reader->count;
}

bool scn_catalog_read(struct scn_catalog *catalog, struct sim_arena *arena, const char *path,
                      struct scn_complaints *complaints)
{
    const struct scn_csv_format format = {.delimiter = ',', .comment = '#', .quotes = true};
    struct reader reader = {.name = path, .arena = arena, .complaints = complaints};
    *catalog = (struct scn_catalog){0};
    if (path == NULL) {
        const struct sim_embedded *embedded = sim_embed_find(SCN_CATALOG_SHIPPED);
        reader.name = SCN_CATALOG_SHIPPED;
        if (embedded == NULL) {
            scn_error_at(complaints, reader.name, 0, 0, NULL, "not inside this program");
            return false;
        }
        scn_csv_open_bytes(&reader.csv, embedded->bytes, embedded->size, format);
    } else if (!scn_csv_open_file(&reader.csv, path, format)) {
        scn_error_at(complaints, path, 0, 0, "--catalog", "%s", reader.csv.why);
        return false;
    }
    read_rows(&reader);
    scn_csv_close(&reader.csv);
    keep_rows(&reader, catalog);
    free(reader.rows);
    return !reader.failed;
}

const struct scn_catalog_row *scn_catalog_find(const struct scn_catalog *catalog, const char *name)
{
    const struct scn_catalog_row key = {.type = {.name = name}};
    if (catalog->count == 0)
        return NULL;
    return bsearch(&key, catalog->rows, catalog->count, sizeof key, compare_rows);
}

const char *scn_catalog_nearest(const struct scn_catalog *catalog, struct sim_arena *arena,
                                const char *name)
{
    const char **names = sim_arena_array(arena, catalog->count, sizeof names[0]);
    for (uint32_t i = 0; i < catalog->count; i++)
        names[i] = catalog->rows[i].type.name;
    return scn_nearest(name, names, catalog->count);
}
