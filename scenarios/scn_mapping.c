#include "scn_mapping.h"

#include "sim_embed.h"

#include <string.h>

#define SHIPPED_FOLDER "scenarios/mappings/"

const char *const scn_field_names[SCN_FIELDS] = {
    "arrival_s",         "duration_s", "duration_span_s", "count",           "cpu",
    "memory_mib",        "gpu",        "gpu_milli",       "task_definition", "group",
    "capacity_provider", "constraint", "gpu_model",
};

static enum scn_field find_field(const char *name)
{
    uint32_t field = 0;
    while (field < SCN_FIELDS && strcmp(scn_field_names[field], name) != 0) {
        field++;
    }
    return (enum scn_field)field;
}

static void init_mapping(struct scn_mapping *mapping)
{
    *mapping = (struct scn_mapping){.header = true};
    mapping->format = (struct scn_csv_format){.delimiter = ',', .quotes = true};
    for (uint32_t i = 0; i < SCN_FIELDS; i++) {
        mapping->field[i] = SCN_EXPR_NONE;
    }
}

void scn_mapping_native(struct scn_mapping *mapping)
{
    init_mapping(mapping);
}

/* ---- reading a mapping file ----------------------------------------------------------------- */

/* " ; did you mean "x"?" parts of a complaint about an unknown word. */
static void unknown(struct scn_complaints *complaints, const struct scn_value *at, const char *what,
                    const char *word, const char *const *known, uint32_t count)
{
    const char *near = scn_nearest(word, known, count);
    if (near != NULL) {
        scn_error(complaints, at, "unknown %s \"%s\"; did you mean \"%s\"?", what, word, near);
    } else {
        char all[256] = "";
        size_t used = 0;
        for (uint32_t i = 0; i < count && used + strlen(known[i]) + 2 < sizeof all; i++) {
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "",
                                     known[i]);
        }
        scn_error(complaints, at, "unknown %s \"%s\"; there are %s", what, word, all);
    }
}

static bool want(struct scn_complaints *complaints, const struct scn_value *value,
                 enum scn_kind kind)
{
    if (value->kind != kind) {
        scn_error(complaints, value, "%s is wanted", scn_kind_names[kind]);
        return false;
    }
    return true;
}

static void read_delimiter(struct scn_mapping *mapping, const struct scn_value *value,
                           struct scn_complaints *complaints)
{
    if (value == NULL || !want(complaints, value, SCN_STRING)) {
        return;
    }
    if (strcmp(value->text, "blanks") == 0) {
        mapping->format.delimiter = '\0';
        mapping->format.quotes = false;
    } else if (strlen(value->text) == 1 && strchr("\"\r\n", value->text[0]) == NULL) {
        mapping->format.delimiter = value->text[0];
    } else {
        scn_error(complaints, value, "a delimiter is one character such as \",\", or \"blanks\"");
    }
}

static void read_format(struct scn_mapping *mapping, const struct scn_value *root,
                        struct scn_complaints *complaints)
{
    const struct scn_value *value;
    read_delimiter(mapping, scn_json_member(root, "delimiter"), complaints);
    if ((value = scn_json_member(root, "comment")) != NULL && want(complaints, value, SCN_STRING)) {
        if (strlen(value->text) != 1) {
            scn_error(complaints, value, "a comment mark is one character such as \"#\"");
        }
        mapping->format.comment = value->text[0];
    }
    if ((value = scn_json_member(root, "quotes")) != NULL && want(complaints, value, SCN_BOOL)) {
        mapping->format.quotes = value->boolean;
    }
    if ((value = scn_json_member(root, "header")) != NULL && want(complaints, value, SCN_BOOL)) {
        mapping->header = value->boolean;
    }
    mapping->exprs.by_number = !mapping->header;
    if ((value = scn_json_member(root, "columnCount")) != NULL) {
        if (!value->is_integer || value->integer < 1 || value->integer > SCN_CSV_CELLS) {
            scn_error(complaints, value, "a number from 1 to %u is wanted", SCN_CSV_CELLS);
        } else {
            mapping->column_count = (uint32_t)value->integer;
        }
    }
}

static void read_fields(struct scn_mapping *mapping, const struct scn_value *root,
                        struct scn_complaints *complaints)
{
    const struct scn_value *fields = scn_json_member(root, "fields");
    if (fields == NULL) {
        scn_error(complaints, root,
                  "the mapping has no \"fields\"; it needs at least one, such "
                  "as {\"arrival_s\": {\"column\": \"time\"}}");
        return;
    }
    if (!want(complaints, fields, SCN_OBJECT)) {
        return;
    }
    for (const struct scn_value *value = fields->first; value != NULL; value = value->next) {
        enum scn_field field = find_field(value->key);
        if (field == SCN_FIELDS) {
            unknown(complaints, value, "field", value->key, scn_field_names, SCN_FIELDS);
            continue;
        }
        enum scn_expr_kind kind = field == SCN_FIELD_DURATION          ? SCN_EXPR_IS_SPAN
                                  : field >= SCN_FIELD_TASK_DEFINITION ? SCN_EXPR_IS_TEXT
                                                                       : SCN_EXPR_IS_NUMBER;
        mapping->field[field] = scn_expr_compile(&mapping->exprs, value, kind, complaints);
    }
}

static void read_filter(struct scn_mapping *mapping, const struct scn_value *value,
                        struct scn_complaints *complaints)
{
    static const char *const keys[] = {"column", "in", "notIn", "min", "max"};
    struct scn_filter filter = {.kind = SCN_FILTER_RANGE,
                                .min = -SCN_NANO_LIMIT,
                                .max = SCN_NANO_LIMIT};
    uint32_t errors = complaints->error_count, conditions = 0;
    const struct scn_value *column = scn_json_member(value, "column");
    if (column == NULL) {
        scn_error(complaints, value,
                  "a filter is an object with a column and one of in, notIn, "
                  "or min and max");
        return;
    }
    for (const struct scn_value *member = value->first; member != NULL; member = member->next) {
        bool in = strcmp(member->key, "in") == 0, not_in = strcmp(member->key, "notIn") == 0;
        bool min = strcmp(member->key, "min") == 0, max = strcmp(member->key, "max") == 0;
        if (member == column) {
            continue;
        }
        if (in || not_in) {
            filter.kind = in ? SCN_FILTER_IN : SCN_FILTER_NOT_IN;
            filter.texts = member;
            conditions += 10;
            const struct scn_value *text = member->kind == SCN_LIST ? member->first : member;
            for (; text != NULL; text = text->next) {
                if (member->kind != SCN_LIST || text->kind != SCN_STRING) {
                    scn_error(complaints, text, "a list of strings is wanted");
                    break;
                }
            }
        } else if (min || max) {
            conditions += conditions % 10 == 0;
            if (member->kind != SCN_NUMBER ||
                !scn_number_read(member->text, (uint32_t)strlen(member->text),
                                 min ? &filter.min : &filter.max)) {
                scn_error(complaints, member, "a number is wanted");
            }
        } else {
            unknown(complaints, member, "key", member->key, keys, 5);
        }
    }
    if (errors == complaints->error_count && conditions != 1 && conditions != 10) {
        scn_error(complaints, value, "a filter takes one of in, notIn, or min and max");
    }
    filter.column = scn_expr_column(&mapping->exprs, column, false, complaints);
    if (mapping->filter_count == SCN_FILTERS_MAX) {
        scn_error(complaints, value, "more than %d filters", SCN_FILTERS_MAX);
    } else if (errors == complaints->error_count) {
        mapping->filters[mapping->filter_count++] = filter;
    }
}

static void read_policy(const struct scn_value *value, enum scn_policy *policy,
                        struct scn_complaints *complaints)
{
    static const char *const names[] = {"error", "clamp", "skip"};
    if (!want(complaints, value, SCN_STRING)) {
        return;
    }
    for (uint32_t i = 0; i < 3; i++) {
        if (strcmp(names[i], value->text) == 0) {
            *policy = (enum scn_policy)i;
            return;
        }
    }
    unknown(complaints, value, "value", value->text, names, 3);
}

static void read_policies(struct scn_mapping *mapping, const struct scn_value *value,
                          struct scn_complaints *complaints)
{
    static const char *const fields[] = {"duration_s", "count", "cpu",
                                         "memory_mib", "gpu",   "gpu_milli"};
    if (value == NULL) {
        return;
    }
    if (value->kind != SCN_OBJECT) {
        enum scn_policy policy = SCN_POLICY_ERROR;
        read_policy(value, &policy, complaints);
        for (uint32_t i = 0; i < SCN_FIELDS; i++) {
            mapping->policy[i] = policy;
        }
        return;
    }
    for (const struct scn_value *member = value->first; member != NULL; member = member->next) {
        enum scn_field field = find_field(member->key);
        if (field < SCN_FIELD_DURATION || field == SCN_FIELD_DURATION_SPAN ||
            field > SCN_FIELD_GPU_MILLI) {
            unknown(complaints, member, "field", member->key, fields, 6);
        } else {
            read_policy(member, &mapping->policy[field], complaints);
        }
    }
}

static void read_root(struct scn_mapping *mapping, const struct scn_value *root,
                      struct scn_complaints *complaints)
{
    static const char *const keys[] = {"plimsollMapping", "description",  "source",
                                       "delimiter",       "comment",      "quotes",
                                       "header",          "columnCount",  "fields",
                                       "filters",         "onNonPositive"};
    if (!want(complaints, root, SCN_OBJECT)) {
        return;
    }
    for (const struct scn_value *member = root->first; member != NULL; member = member->next) {
        uint32_t i = 0, count = sizeof keys / sizeof keys[0];
        while (i < count && strcmp(keys[i], member->key) != 0) {
            i++;
        }
        if (i == count) {
            unknown(complaints, member, "key", member->key, keys, count);
        }
    }
    const struct scn_value *version = scn_json_member(root, "plimsollMapping");
    if (version == NULL || !version->is_integer || version->integer != 1) {
        scn_error(complaints, version != NULL ? version : root,
                  "a mapping file says \"plimsollMapping\": 1");
    }
    read_format(mapping, root, complaints);
    read_fields(mapping, root, complaints);
    const struct scn_value *filters = scn_json_member(root, "filters");
    if (filters != NULL && want(complaints, filters, SCN_LIST)) {
        for (const struct scn_value *value = filters->first; value != NULL; value = value->next) {
            read_filter(mapping, value, complaints);
        }
    }
    read_policies(mapping, scn_json_member(root, "onNonPositive"), complaints);
}

/* "no such mapping", with the shipped ones. */
static void no_such_mapping(const char *name, struct sim_arena *arena,
                            struct scn_complaints *complaints)
{
    char *all = sim_arena_strdup(arena, "native CSV (no mapping)");
    size_t folder = strlen(SHIPPED_FOLDER);
    for (const struct sim_embedded *file = sim_embedded_files; file->path != NULL; file++) {
        size_t length = strlen(file->path);
        if (length > folder + 5 && strncmp(file->path, SHIPPED_FOLDER, folder) == 0) {
            all = sim_arena_printf(arena, "%s, %.*s", all, (int)(length - folder - 5),
                                   file->path + folder);
        }
    }
    scn_error_at(complaints, name, 0, 0, NULL,
                 "there is no such mapping; there are %s, or a file whose name ends in .json", all);
}

bool scn_mapping_load(struct scn_mapping *mapping, struct sim_arena *arena, const char *name,
                      const char *base_dir, struct scn_complaints *complaints)
{
    init_mapping(mapping);
    mapping->name = name;
    uint32_t errors = complaints->error_count;
    size_t length = strlen(name), size;
    bool is_path =
        strchr(name, '/') != NULL || (length > 5 && strcmp(name + length - 5, ".json") == 0);
    struct scn_file *file, base = {.name = "", .folder = base_dir != NULL ? base_dir : ""};
    const char *why, *bytes;
    if (is_path) {
        bytes = scn_file_read(arena, &base, name, &file, &size, &why);
        if (bytes == NULL) {
            base.embedded = true;
            const char *unused;
            bytes = scn_file_read(arena, &base, name, &file, &size, &unused);
        }
        if (bytes == NULL) {
            scn_error_at(complaints, name, 0, 0, NULL, "%s", why);
            return false;
        }
    } else {
        const struct sim_embedded *shipped =
            sim_embed_find(sim_arena_printf(arena, SHIPPED_FOLDER "%s.json", name));
        if (shipped == NULL) {
            no_such_mapping(name, arena, complaints);
            return false;
        }
        file = sim_arena_alloc(arena, sizeof *file);
        *file =
            (struct scn_file){.name = shipped->path, .folder = SHIPPED_FOLDER, .embedded = true};
        bytes = shipped->bytes;
        size = shipped->size;
    }
    struct scn_value *root = scn_json_parse(arena, file, bytes, size, complaints);
    if (root != NULL) {
        read_root(mapping, root, complaints);
    }
    return errors == complaints->error_count;
}

/* ---- the header ----------------------------------------------------------------------------- */

static bool bind_native(struct scn_mapping *mapping, struct sim_arena *arena,
                        const struct scn_csv *header, const char *file,
                        struct scn_complaints *complaints)
{
    uint32_t errors = complaints->error_count;
    for (uint32_t i = 0; i < header->cell_count; i++) {
        const struct scn_csv_cell *cell = &header->cells[i];
        enum scn_field field = find_field(cell->text);
        if (field == SCN_FIELDS) {
            const char *near = scn_nearest(cell->text, scn_field_names, SCN_FIELDS);
            scn_error_at(complaints, file, (uint32_t)cell->line, cell->column, NULL,
                         "unknown column \"%.40s\"; %s%s%s", cell->text,
                         near != NULL
                             ? "did you mean \""
                             : "the native columns are arrival_s, "
                               "duration_s, count, task_definition, group, cpu, memory_mib, gpu, "
                               "gpu_milli, gpu_model, capacity_provider, constraint (other formats "
                               "need a mapping)",
                         near != NULL ? near : "", near != NULL ? "\"?" : "");
        } else if (mapping->field[field] != SCN_EXPR_NONE) {
            scn_error_at(complaints, file, (uint32_t)cell->line, cell->column, NULL,
                         "the column %s is there twice", cell->text);
        } else {
            const char *name = sim_arena_strdup(arena, cell->text);
            mapping->field[field] = scn_expr_bare_column(&mapping->exprs, name, i);
        }
    }
    return errors == complaints->error_count;
}

bool scn_mapping_bind(struct scn_mapping *mapping, struct sim_arena *arena,
                      const struct scn_csv *header, const char *file,
                      struct scn_complaints *complaints)
{
    uint32_t errors = complaints->error_count;
    if (mapping->column_count == 0) {
        mapping->column_count = header->cell_count;
    }
    if (mapping->name == NULL) {
        return bind_native(mapping, arena, header, file, complaints);
    }
    const char **names = sim_arena_array(arena, header->cell_count, sizeof *names);
    for (uint32_t i = 0; i < header->cell_count; i++) {
        names[i] = sim_arena_strdup(arena, header->cells[i].text);
    }
    for (uint32_t c = 0; c < mapping->exprs.column_count; c++) {
        struct scn_column *column = &mapping->exprs.columns[c];
        column->index = UINT32_MAX;
        for (uint32_t i = 0; i < header->cell_count && column->index == UINT32_MAX; i++) {
            column->index = strcmp(names[i], column->name) == 0 ? i : UINT32_MAX;
        }
        if (column->index == UINT32_MAX && !column->optional) {
            const char *near = scn_nearest(column->name, names, header->cell_count);
            scn_error_at(complaints, file, (uint32_t)header->line, 1, NULL,
                         "the mapping %s wants a column \"%s\" (%s:%u:%u), which the header lacks"
                         "%s%s%s",
                         mapping->name, column->name, column->at->file->name, column->at->line,
                         column->at->column, near ? "; the nearest is \"" : "", near ? near : "",
                         near ? "\"" : "");
        }
    }
    return errors == complaints->error_count;
}
