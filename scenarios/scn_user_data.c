/* User data: what form it has, in which order its parts run, and which settings come of it. The
 * forms themselves are read by scn_user_data_*.c; what settings mean is scn_agent's. */
#include "scn_user_data.h"

#include "scn_loader.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#define PARTS_MAX 64

enum form { SHELL, BOOTHOOK, CLOUD_CONFIG, POWERSHELL, BOTTLEROCKET, NO_FORM };

struct part {
    enum form form;
    const char *text;
};

struct parts {
    struct part items[PARTS_MAX];
    uint32_t count;
};

/* ---- text ---- */

void scn_text_add(struct scn_user_data *data, struct scn_text *text, const char *bytes,
                  size_t length)
{
    if (length > SCN_UD_BYTES - data->made)
        length = SCN_UD_BYTES - data->made;
    data->made += length;
    if (text->length + length + 1 > text->capacity) {
        size_t capacity = 2 * (text->length + length) + 32;
        char *more = sim_arena_alloc(data->arena, capacity);
        if (text->length > 0)
            memcpy(more, text->bytes, text->length);
        text->bytes = more;
        text->capacity = capacity;
    }
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void scn_text_add_char(struct scn_user_data *data, struct scn_text *text, char c)
{
    scn_text_add(data, text, &c, 1);
}

const char *scn_text_get(const struct scn_text *text)
{
    return text->bytes != NULL ? text->bytes : "";
}

void scn_ud_write(struct scn_user_data *data, const char *path, bool append, const char *text,
                  size_t length)
{
    if (strcmp(path, SCN_ECS_CONFIG) != 0)
        return;
    if (!append)
        data->config = (struct scn_text){0};
    scn_text_add(data, &data->config, text, length);
}

/* ---- base64 and gzip ---- */

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* The decoded bytes, or NULL when it is no base64. */
static unsigned char *base64_bytes(struct sim_arena *arena, const char *text, size_t length,
                                   size_t *size)
{
    unsigned char *out = sim_arena_alloc(arena, length + 1);
    uint32_t bits = 0, have = 0, digits = 0, pads = 0;
    *size = 0;
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0')
            continue;
        if (text[i] == '=') {
            pads++;
            continue;
        }
        int digit = base64_digit(text[i]);
        if (digit < 0 || pads > 0)
            return NULL;
        bits = (bits << 6 | (uint32_t)digit) & 0xffffff;
        have += 6;
        digits++;
        if (have >= 8) {
            have -= 8;
            out[(*size)++] = (unsigned char)(bits >> have);
        }
    }
    return (digits + pads) % 4 == 0 && pads <= 2 && digits > 0 ? out : NULL;
}

static unsigned char *gunzip(struct sim_arena *arena, const unsigned char *bytes, size_t size,
                             size_t *out_size)
{
    z_stream stream = {0};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
        return NULL;
    unsigned char *out = sim_arena_alloc(arena, SCN_UD_BYTES / 4);
    /* zlib's interface lacks a const; it does not write its input */
    stream.next_in = (unsigned char *)(uintptr_t)bytes;
    stream.avail_in = (unsigned)size;
    stream.next_out = out;
    stream.avail_out = SCN_UD_BYTES / 4 - 1;
    int status = inflate(&stream, Z_FINISH);
    *out_size = stream.total_out;
    inflateEnd(&stream);
    return status == Z_STREAM_END ? out : NULL;
}

static bool is_text(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] == '\0' || (bytes[i] < ' ' && strchr("\t\n\r", bytes[i]) == NULL))
            return false;
    return size > 0;
}

const char *scn_ud_decode(struct scn_user_data *data, const char *text, size_t length)
{
    size_t size;
    const unsigned char *bytes = base64_bytes(data->arena, text, length, &size);
    if (bytes != NULL && size > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
        bytes = gunzip(data->arena, bytes, size, &size);
    if (bytes == NULL || !is_text(bytes, size))
        return NULL;
    return sim_arena_strndup(data->arena, (const char *)bytes, size);
}

/* ---- settings ---- */

void scn_ud_set(struct scn_user_data *data, const char *name, size_t name_length, const char *value,
                size_t value_length)
{
    struct scn_setting setting = {
        .name = sim_arena_strndup(data->arena, name, name_length),
        .value = sim_arena_strndup(data->arena, value, value_length),
        .unknown = memchr(value, SCN_UD_UNKNOWN, value_length) != NULL,
    };
    for (uint32_t i = 0; i < data->count; i++)
        if (strcmp(data->settings[i].name, setting.name) == 0) {
            data->settings[i] = setting;
            return;
        }
    if (data->count == data->capacity) {
        uint32_t capacity = data->capacity > 0 ? 2 * data->capacity : 32;
        struct scn_setting *more = sim_arena_array(data->arena, capacity, sizeof more[0]);
        if (data->count > 0)
            memcpy(more, data->settings, data->count * sizeof more[0]);
        data->settings = more;
        data->capacity = capacity;
    }
    data->settings[data->count++] = setting;
}

static size_t trim(const char **text, size_t length)
{
    while (length > 0 && isspace((unsigned char)(*text)[length - 1]))
        length--;
    while (length > 0 && isspace((unsigned char)**text)) {
        (*text)++;
        length--;
    }
    return length;
}

static bool has_blank(const char *text, size_t length)
{
    return memchr(text, ' ', length) != NULL || memchr(text, '\t', length) != NULL;
}

/* A line that sets nothing, though it looks as if it should: its first word alone is said, for the
 * rest may be a secret. */
static void note_line(struct scn_user_data *data, const char *text, size_t length)
{
    size_t word = 0;
    while (word < length && (isalnum((unsigned char)text[word]) || text[word] == '_'))
        word++;
    bool export = word == 6 && memcmp(text, "export", word) == 0;
    if (export || (word > 4 && word <= 64 && strncasecmp(text, "ECS_", 4) == 0))
        scn_warning(data->loader->complaints, data->at,
                    "a line of " SCN_ECS_CONFIG " that begins with `%.*s` is not of the form "
                    "NAME=value, so the agent takes nothing from it; write NAME=value alone",
                    (int)word, text);
}

/* The agent's file: NAME=value, one a line; values are taken as they stand. */
static void read_config(struct scn_user_data *data)
{
    for (const char *line = scn_text_get(&data->config); *line != '\0';) {
        size_t size = strcspn(line, "\n");
        const char *text = line, *equals;
        size_t length = trim(&text, size);
        line += size + (line[size] == '\n');
        equals = memchr(text, '=', length);
        if (length == 0 || *text == '#')
            continue;
        size_t name_length = trim(&text, equals != NULL ? (size_t)(equals - text) : length);
        if (equals == NULL || has_blank(text, name_length)) {
            note_line(data, text, length);
            continue;
        }
        const char *value = equals + 1;
        size_t value_length = trim(&value, length - (size_t)(value - text));
        if (name_length > 0 && name_length <= 128)
            scn_ud_set(data, text, name_length, value, value_length);
    }
}

/* ---- forms ---- */

static bool starts_with(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Whether a line of the text begins so. */
static bool has_line(const char *text, const char *with)
{
    for (;;) {
        if (starts_with(text + strspn(text, " \t"), with))
            return true;
        text = strchr(text, '\n');
        if (text == NULL)
            return false;
        text++;
    }
}

static enum form form_of_text(const char *text)
{
    if (starts_with(text, "#!"))
        return SHELL;
    if (starts_with(text, "#cloud-boothook"))
        return BOOTHOOK;
    if (starts_with(text, "#cloud-config") && !starts_with(text, "#cloud-config-"))
        return CLOUD_CONFIG;
    if (has_line(text, "<powershell>") || has_line(text, "Initialize-ECSAgent"))
        return POWERSHELL;
    if (has_line(text, "[settings") || has_line(text, "settings."))
        return BOTTLEROCKET;
    return NO_FORM;
}

static enum form form_of_type(const char *type)
{
    static const struct {
        const char *name;
        enum form form;
    } types[] = {
        {"text/x-shellscript", SHELL},          {"text/x-shellscript-per-boot", SHELL},
        {"text/x-shellscript-per-once", SHELL}, {"text/x-shellscript-per-instance", SHELL},
        {"text/cloud-boothook", BOOTHOOK},      {"text/cloud-config", CLOUD_CONFIG},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcasecmp(type, types[i].name) == 0)
            return types[i].form;
    return NO_FORM;
}

static void add_part(struct scn_user_data *data, struct parts *parts, enum form form,
                     const char *text)
{
    if (parts->count == PARTS_MAX)
        scn_warning(data->loader->complaints, data->at,
                    "more than %d parts; those after are not read", PARTS_MAX);
    else
        parts->items[parts->count++] = (struct part){form, text};
}

static void add_text(struct scn_user_data *data, struct parts *parts, const char *text);

/* ---- MIME archives ---- */

/* The value of a header among those that end at an empty line, continuation lines joined; NULL
 * when absent. `body` is set to what follows. */
static const char *find_header(struct scn_user_data *data, const char *text, const char *name,
                               const char **body)
{
    struct scn_text value = {0};
    bool inside = false, found = false;
    size_t name_length = strlen(name);
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        size_t length = size > 0 && text[size - 1] == '\r' ? size - 1 : size;
        const char *next = text + size + (text[size] == '\n');
        if (length == 0) {
            text = next;
            break;
        }
        if (*text != ' ' && *text != '\t') {
            inside = !found && length > name_length && text[name_length] == ':' &&
                     strncasecmp(text, name, name_length) == 0;
            found |= inside;
            if (inside)
                scn_text_add(data, &value, text + name_length + 1, length - name_length - 1);
        } else if (inside) {
            scn_text_add(data, &value, text, length);
        }
        text = next;
    }
    *body = text;
    const char *result = scn_text_get(&value);
    return found ? result + strspn(result, " \t") : NULL;
}

/* boundary="x" or boundary=x of a Content-Type. */
static const char *find_boundary(struct scn_user_data *data, const char *type)
{
    const char *at = strcasestr(type, "boundary=");
    if (at == NULL)
        return NULL;
    at += strlen("boundary=");
    size_t length = *at == '"' ? strcspn(++at, "\"") : strcspn(at, "; \t");
    return length > 0 ? sim_arena_printf(data->arena, "--%.*s", (int)length, at) : NULL;
}

static void add_archive_part(struct scn_user_data *data, struct parts *parts, const char *text)
{
    const char *body;
    const char *type = find_header(data, text, "Content-Type", &body);
    const char *encoding = find_header(data, text, "Content-Transfer-Encoding", &body);
    type =
        type != NULL ? sim_arena_strndup(data->arena, type, strcspn(type, "; \t\r")) : "text/plain";
    if (strncasecmp(type, "multipart/", strlen("multipart/")) == 0) {
        add_text(data, parts, text);
        return;
    }
    if (encoding != NULL && strncasecmp(encoding, "base64", strlen("base64")) == 0) {
        body = scn_ud_decode(data, body, strlen(body));
        if (body == NULL) {
            scn_warning(data->loader->complaints, data->at,
                        "a part of the archive is no base64 of a text; it is left out");
            return;
        }
    } else if (encoding != NULL && strncasecmp(encoding, "quoted-printable", 16) == 0) {
        scn_warning(data->loader->complaints, data->at,
                    "a part of the archive is quoted-printable; write it as 7bit or base64");
        return;
    }
    body += strspn(body, "\r\n");
    enum form form = form_of_type(type);
    bool detected =
        strcasecmp(type, "text/plain") == 0 || strcasecmp(type, "application/octet-stream") == 0;
    if (form != NO_FORM)
        add_part(data, parts, form, body);
    else if (detected)
        add_text(data, parts, body);
    else
        scn_warning(data->loader->complaints, data->at,
                    "cloud-init runs no part of type %s, so it is left out; write "
                    "text/x-shellscript",
                    type);
}

static void add_archive(struct scn_user_data *data, struct parts *parts, const char *text,
                        const char *type)
{
    const char *body;
    const char *boundary = find_boundary(data, type);
    find_header(data, text, "Content-Type", &body);
    if (boundary == NULL || data->depth >= SCN_UD_DEPTH) {
        scn_warning(data->loader->complaints, data->at,
                    "the multipart archive names no boundary; it is left out");
        return;
    }
    data->depth++;
    size_t length = strlen(boundary);
    const char *start = NULL;
    bool closed = false;
    for (const char *line = body; !closed; line += strcspn(line, "\n") + 1) {
        if (*line == '\0' || strncmp(line, boundary, length) == 0) {
            if (start != NULL)
                add_archive_part(data, parts,
                                 sim_arena_strndup(data->arena, start, (size_t)(line - start)));
            start = line + strcspn(line, "\n");
            start += *start == '\n';
            closed = *line == '\0' || strncmp(line + length, "--", 2) == 0;
        }
        if (line[strcspn(line, "\n")] == '\0' && !closed) {
            /* the last line has no end: what is open ends here */
            if (start != NULL && *start != '\0')
                add_archive_part(data, parts, start);
            break;
        }
    }
    data->depth--;
}

/* Whether it starts as mail does: a header that speaks of MIME. */
static const char *archive_type(struct scn_user_data *data, const char *text)
{
    const char *body;
    size_t name = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");
    if (name == 0 || text[name] != ':')
        return NULL;
    const char *type = find_header(data, text, "Content-Type", &body);
    return type != NULL && strncasecmp(type, "multipart/", strlen("multipart/")) == 0 ? type : NULL;
}

static void add_text(struct scn_user_data *data, struct parts *parts, const char *text)
{
    if (starts_with(text, "\xef\xbb\xbf"))
        text += 3;
    text += strspn(text, " \t\r\n");
    if (starts_with(text, "From ")) { /* as mailers write it */
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    const char *type = archive_type(data, text);
    if (type != NULL) {
        add_archive(data, parts, text, type);
        return;
    }
    enum form form = form_of_text(text);
    if (form != NO_FORM) {
        add_part(data, parts, form, text);
        return;
    }
    if (strstr(text, "ECS_") != NULL)
        scn_warning(data->loader->complaints, data->at,
                    "the text begins with neither #! nor another mark that cloud-init knows; it "
                    "is read as a shell script, which needs #!/bin/bash as its first line");
    add_part(data, parts, SHELL, text);
}

/* ---- running ---- */

static void run_part(struct scn_user_data *data, const struct part *part, enum scn_ud_phase phase)
{
    switch (part->form) {
    case BOOTHOOK:
        if (phase == SCN_UD_BOOTHOOK)
            scn_ud_shell(data, part->text);
        break;
    case CLOUD_CONFIG:
        scn_ud_cloud_config(data, part->text, phase);
        break;
    case SHELL:
        if (phase == SCN_UD_SCRIPT)
            scn_ud_shell(data, part->text);
        break;
    case POWERSHELL:
        if (phase == SCN_UD_SCRIPT)
            scn_ud_powershell(data, part->text);
        break;
    case BOTTLEROCKET:
        if (phase == SCN_UD_SCRIPT)
            scn_ud_bottlerocket(data, part->text);
        break;
    case NO_FORM:
        break;
    }
}

/* Windows knows nothing of cloud-init. */
static void check_forms(const struct scn_user_data *data, const struct parts *parts)
{
    for (uint32_t i = 0; i < parts->count && data->os == SCN_WINDOWS; i++) {
        enum form form = parts->items[i].form;
        if (form == POWERSHELL || form == NO_FORM)
            continue;
        scn_error(data->loader->complaints, data->at,
                  "the instances run Windows, which reads <powershell> ... </powershell> only; "
                  "write Initialize-ECSAgent -Cluster %s in it",
                  data->loader->scenario->cluster);
        return;
    }
}

/* EC2 takes so much, before base64. */
#define RAW_BYTES 16384

static void check_size(struct scn_user_data *data, const char *text)
{
    size_t length = strlen(text), size = length;
    if (base64_bytes(data->arena, text, length, &size) == NULL)
        size = length;
    if (size > RAW_BYTES)
        scn_error(data->loader->complaints, data->at,
                  "it has %zu bytes, and EC2 takes at most %d before base64 "
                  "(InvalidParameterValue); compress it with gzip, or fetch a script from S3",
                  size, RAW_BYTES);
}

void scn_user_data(struct scn_loader *loader, const struct scn_value *at, const char *text,
                   struct ecs_launch_spec *spec, struct scn_agent *agent)
{
    struct scn_user_data *data = sim_arena_alloc(loader->arena, sizeof *data);
    struct parts *parts = sim_arena_alloc(loader->arena, sizeof *parts);
    data->loader = loader;
    data->at = at;
    data->arena = loader->arena;
    check_size(data, text);
    const char *decoded = scn_ud_decode(data, text, strlen(text));
    if (decoded != NULL)
        text = decoded;
    data->os = spec->host.os == ECS_OS_WINDOWS ? SCN_WINDOWS : SCN_LINUX;
    add_text(data, parts, text);
    check_forms(data, parts);
    for (enum scn_ud_phase phase = 0; phase < SCN_UD_PHASES; phase++)
        for (uint32_t i = 0; i < parts->count; i++)
            run_part(data, &parts->items[i], phase);
    read_config(data);
    scn_agent_init(agent, spec, data->os);
    scn_agent_apply(loader, at, data->os, data->settings, data->count, spec, agent);
    if (data->made >= SCN_UD_BYTES)
        scn_error(loader->complaints, at, "the text grows beyond 4 MiB when it is run");
    if (data->count == 0 && strstr(text, "ECS_") != NULL)
        scn_warning(loader->complaints, at,
                    "the text names ECS_ settings but no line writes them to " SCN_ECS_CONFIG
                    " in a form that is understood; write: echo ECS_CLUSTER=name "
                    ">> " SCN_ECS_CONFIG);
}
