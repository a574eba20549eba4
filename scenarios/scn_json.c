#include "scn_complain.h"
#include "sim_embed.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const scn_kind_names[] = {
    [SCN_NULL] = "null",     [SCN_BOOL] = "true or false", [SCN_NUMBER] = "a number",
    [SCN_STRING] = "a text", [SCN_LIST] = "a list",        [SCN_OBJECT] = "an object",
};

/* ---- from cJSON's tree to ours ---- */

struct lift {
    struct sim_arena *arena;
    const struct scn_file *file;
    const struct scn_spots *spots;
    uint32_t next; /* spot; both walks go parents first, in the order of the text */
};

static void lift_number(struct scn_value *value, const char *text, double number)
{
    value->kind = SCN_NUMBER;
    value->text = text;
    value->number = number;
    if (strpbrk(text, ".eE") != NULL)
        return;
    errno = 0;
    long long integer = strtoll(text, NULL, 10);
    value->is_integer = errno == 0;
    value->integer = value->is_integer ? integer : 0;
}

static struct scn_value *lift(struct lift *lift_, const cJSON *item);

static void lift_children(struct lift *lift_, struct scn_value *value, const cJSON *item)
{
    struct scn_value **link = &value->first;
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        struct scn_value *lifted = lift(lift_, child);
        lifted->parent = value;
        value->last = lifted;
        *link = lifted;
        link = &lifted->next;
        value->count++;
    }
}

static struct scn_value *lift(struct lift *lift_, const cJSON *item)
{
    const struct scn_spot *spot = &lift_->spots->spots[lift_->next++];
    struct scn_value *value = sim_arena_alloc(lift_->arena, sizeof *value);
    value->file = lift_->file;
    value->line = spot->line;
    value->column = spot->column;
    if (item->string != NULL)
        value->key = sim_arena_strdup(lift_->arena, item->string);
    if (cJSON_IsObject(item) || cJSON_IsArray(item)) {
        value->kind = cJSON_IsObject(item) ? SCN_OBJECT : SCN_LIST;
        lift_children(lift_, value, item);
    } else if (cJSON_IsString(item)) {
        value->kind = SCN_STRING;
        value->text = sim_arena_strdup(lift_->arena, item->valuestring);
    } else if (cJSON_IsNumber(item)) {
        lift_number(value, spot->number, item->valuedouble);
    } else if (cJSON_IsBool(item)) {
        value->kind = SCN_BOOL;
        value->boolean = cJSON_IsTrue(item);
    }
    return value;
}

/* ---- duplicate keys ---- */

static int compare_members(const void *a, const void *b)
{
    const struct scn_value *x = *(const struct scn_value *const *)a;
    const struct scn_value *y = *(const struct scn_value *const *)b;
    int order = strcmp(x->key, y->key);
    if (order == 0)
        order = x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                                   : (x->column > y->column) - (x->column < y->column);
    return order;
}

static bool unique_members(struct sim_arena *arena, const struct scn_value *object,
                           struct scn_complaints *complaints)
{
    const struct scn_value **members = sim_arena_array(arena, object->count, sizeof members[0]);
    uint32_t count = 0;
    for (const struct scn_value *member = object->first; member != NULL; member = member->next)
        members[count++] = member;
    if (count > 1)
        qsort(members, count, sizeof members[0], compare_members);
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(members[i - 1]->key, members[i]->key) != 0)
            continue;
        scn_error(complaints, members[i],
                  "the key stands twice in one object (first at line %u); keep one of them",
                  members[i - 1]->line);
        return false;
    }
    return true;
}

static bool unique_keys(struct sim_arena *arena, const struct scn_value *value,
                        struct scn_complaints *complaints)
{
    if (value->kind == SCN_OBJECT && !unique_members(arena, value, complaints))
        return false;
    for (const struct scn_value *child = value->first; child != NULL; child = child->next)
        if (!unique_keys(arena, child, complaints))
            return false;
    return true;
}

struct scn_value *scn_json_parse(struct sim_arena *arena, const struct scn_file *file,
                                 const char *bytes, size_t size, struct scn_complaints *complaints)
{
    struct scn_spots spots = {0};
    struct scn_value *value = NULL;
    if (scn_json_scan(arena, file, bytes, size, &spots, complaints)) {
        cJSON *tree = cJSON_ParseWithLength(bytes, size);
        if (tree == NULL) {
            scn_error_at(complaints, file->name, 0, 0, NULL, "the JSON parser refuses the text");
        } else {
            struct lift lift_ = {.arena = arena, .file = file, .spots = &spots};
            value = lift(&lift_, tree);
            cJSON_Delete(tree);
        }
    }
    free(spots.spots);
    return value != NULL && unique_keys(arena, value, complaints) ? value : NULL;
}

/* ---- files ---- */

static const char *folder_of(struct sim_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return "";
    return slash == path ? "/" : sim_arena_strndup(arena, path, (size_t)(slash - path));
}

/* Embedded paths are plain: takes "." and ".." out of `path`. */
static char *plain_path(struct sim_arena *arena, const char *path)
{
    char *plain = sim_arena_alloc(arena, strlen(path) + 1);
    size_t length = 0;
    while (*path != '\0') {
        size_t step = strcspn(path, "/");
        if (step == 2 && path[0] == '.' && path[1] == '.') {
            while (length > 0 && plain[--length] != '/') {
            }
        } else if (step > 0 && !(step == 1 && path[0] == '.')) {
            if (length > 0)
                plain[length++] = '/';
            memcpy(plain + length, path, step);
            length += step;
        }
        path += step + (path[step] == '/');
    }
    plain[length] = '\0';
    return plain;
}

static bool holds_nul(const char *bytes, size_t length)
{
    return length > 0 && memchr(bytes, '\0', length) != NULL;
}

static bool is_utf_16(const char *bytes, size_t length)
{
    return length >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0);
}

static const char *read_open(struct sim_arena *arena, int fd, bool text, size_t *size,
                             const char **why)
{
    struct stat facts;
    if (fstat(fd, &facts) != 0 || S_ISDIR(facts.st_mode)) {
        *why = "it is a folder; name a file";
        return NULL;
    }
    char *bytes = NULL;
    uint32_t capacity = 0;
    size_t length = 0;
    ssize_t got;
    do {
        sim_grow((void **)&bytes, &capacity, (uint32_t)length + 65536, 1);
        got = read(fd, bytes + length, capacity - length);
        if (got > 0)
            length += (size_t)got;
    } while ((got > 0 && length <= SCN_FILE_BYTES_MAX) || (got < 0 && errno == EINTR));
    char *result = NULL;
    if (got < 0)
        *why = sim_arena_printf(arena, "it cannot be read: %s", strerror(errno));
    else if (length > SCN_FILE_BYTES_MAX)
        *why = "it is larger than 64 MiB; is it the right file?";
    else if (text && holds_nul(bytes, length))
        *why = is_utf_16(bytes, length) ? "it is UTF-16, as PowerShell writes it; save it as UTF-8"
                                        : "it holds a NUL byte; is it a text file?";
    else
        result = sim_arena_alloc(arena, length + 1);
    if (result != NULL && length > 0)
        memcpy(result, bytes, length);
    if (result != NULL)
        result[length] = '\0';
    free(bytes);
    *size = length;
    return result;
}

static const char *read_file(struct sim_arena *arena, const struct scn_file *beside,
                             const char *path, bool text, struct scn_file **file, size_t *size,
                             const char **why)
{
    const char *full = path;
    if (beside != NULL && path[0] != '/' && beside->folder[0] != '\0')
        full = sim_arena_printf(arena, "%s/%s", beside->folder, path);
    *file = sim_arena_alloc(arena, sizeof **file);
    (*file)->embedded = beside != NULL && beside->embedded && path[0] != '/';
    if ((*file)->embedded) {
        full = plain_path(arena, full);
        const struct sim_embedded *embedded = sim_embed_find(full);
        (*file)->name = full;
        (*file)->folder = folder_of(arena, full);
        *why = "no such file inside the program";
        *size = embedded != NULL ? embedded->size : 0;
        return embedded != NULL ? embedded->bytes : NULL;
    }
    (*file)->name = full;
    (*file)->folder = folder_of(arena, full);
    int fd = open(full, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        *why = errno == ENOENT
                   ? "there is no such file"
                   : sim_arena_printf(arena, "it cannot be opened: %s", strerror(errno));
        return NULL;
    }
    const char *bytes = read_open(arena, fd, text, size, why);
    close(fd);
    return bytes;
}

const char *scn_file_read(struct sim_arena *arena, const struct scn_file *beside, const char *path,
                          struct scn_file **file, size_t *size, const char **why)
{
    return read_file(arena, beside, path, true, file, size, why);
}

const char *scn_file_read_bytes(struct sim_arena *arena, const struct scn_file *beside,
                                const char *path, struct scn_file **file, size_t *size,
                                const char **why)
{
    return read_file(arena, beside, path, false, file, size, why);
}
