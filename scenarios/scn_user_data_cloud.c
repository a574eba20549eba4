/* #cloud-config: write_files, bootcmd and runcmd, out of as much YAML as cloud-config is written
 * in: mappings and sequences by indentation or in brackets, plain and quoted scalars, block scalars
 * (| and >, with + or -). Anchors, merge keys and documents after the first are not read. Every
 * scalar is a text. JSON is YAML, and is read. */
#include "scn_loader.h"
#include "scn_user_data.h"

#include <ctype.h>
#include <string.h>

struct yaml {
    struct scn_user_data *data;
    const char *start, *at;
    uint32_t depth;
};

static struct scn_value *read_node(struct yaml *yaml, int parent_indent);
static struct scn_value *read_flow(struct yaml *yaml);

static struct scn_value *new_value(struct yaml *yaml, enum scn_kind kind, const char *text)
{
    struct scn_value *value = sim_arena_alloc(yaml->data->arena, sizeof *value);
    value->kind = kind;
    value->text = text;
    value->file = yaml->data->at->file;
    return value;
}

/* Column of the cursor, from 0. */
static int column(const struct yaml *yaml)
{
    const char *line = yaml->at;
    while (line > yaml->start && line[-1] != '\n')
        line--;
    return (int)(yaml->at - line);
}

static void skip_line(struct yaml *yaml)
{
    yaml->at += strcspn(yaml->at, "\n");
    yaml->at += *yaml->at == '\n';
}

/* To the next thing that is neither blank nor comment, on this line or a later one. */
static void skip_space(struct yaml *yaml)
{
    for (;;) {
        yaml->at += strspn(yaml->at, " \t\r\n");
        if (*yaml->at != '#')
            return;
        yaml->at += strcspn(yaml->at, "\n");
    }
}

/* ---- scalars ---- */

static struct scn_value *read_quoted(struct yaml *yaml)
{
    struct scn_text text = {0};
    char quote = *yaml->at++;
    while (*yaml->at != '\0') {
        char c = *yaml->at++;
        if (c == quote && quote == '\'' && *yaml->at == '\'') {
            yaml->at++;
        } else if (c == quote) {
            break;
        } else if (c == '\\' && quote == '"' && *yaml->at != '\0') {
            static const char from[] = "ntr", to[] = "\n\t\r";
            c = *yaml->at++;
            const char *known = strchr(from, c);
            if (c == '\n') {
                yaml->at += strspn(yaml->at, " \t");
                continue;
            }
            c = known != NULL && *known != '\0' ? to[known - from] : c;
        } else if (c == '\n') { /* folded */
            yaml->at += strspn(yaml->at, " \t");
            c = ' ';
        }
        scn_text_add_char(yaml->data, &text, c);
    }
    return new_value(yaml, SCN_STRING, scn_text_get(&text));
}

/* | or >; the lines that are indented more than the parent. */
static struct scn_value *read_block_scalar(struct yaml *yaml, int parent_indent)
{
    struct scn_text text = {0};
    bool folded = *yaml->at == '>';
    const char *header = yaml->at + 1;
    size_t length = strspn(header, "+-0123456789");
    bool strip = memchr(header, '-', length) != NULL;
    bool keep = memchr(header, '+', length) != NULL;
    int indent = -1;
    for (size_t i = 0; i < length; i++)
        if (isdigit((unsigned char)header[i]))
            indent = (parent_indent < 0 ? 0 : parent_indent) + (header[i] - '0');
    skip_line(yaml);
    while (*yaml->at != '\0') {
        size_t blank = strspn(yaml->at, " ");
        size_t size = strcspn(yaml->at, "\n");
        size_t used = size > 0 && yaml->at[size - 1] == '\r' ? size - 1 : size;
        if (used > blank && (int)blank <= parent_indent)
            break;
        if (indent < 0 && used > blank)
            indent = (int)blank;
        size_t cut = indent < 0 ? blank : blank < (size_t)indent ? blank : (size_t)indent;
        if (used > cut)
            scn_text_add(yaml->data, &text, yaml->at + cut, used - cut);
        scn_text_add_char(yaml->data, &text, folded && used > blank ? ' ' : '\n');
        skip_line(yaml);
    }
    while (!keep && text.length > 0 && strchr(" \n", text.bytes[text.length - 1]) != NULL)
        text.bytes[--text.length] = '\0';
    if (!keep && !strip && text.length > 0)
        scn_text_add_char(yaml->data, &text, '\n');
    return new_value(yaml, SCN_STRING, scn_text_get(&text));
}

/* Plain text up to the end of the line or a comment; in brackets also up to , ] } and ": ". Lines
 * indented more than the parent continue it. */
static struct scn_value *read_plain(struct yaml *yaml, int parent_indent, bool flow)
{
    struct scn_text text = {0};
    for (;;) {
        const char *at = yaml->at;
        while (*at != '\0' && *at != '\n' && !(*at == '#' && at > yaml->at && at[-1] == ' ') &&
               !(flow && (strchr(",]}", *at) != NULL || (*at == ':' && strchr(" \n", at[1])))))
            at++;
        size_t length = (size_t)(at - yaml->at);
        while (length > 0 && isspace((unsigned char)yaml->at[length - 1]))
            length--;
        if (text.length > 0 && length > 0)
            scn_text_add_char(yaml->data, &text, ' ');
        scn_text_add(yaml->data, &text, yaml->at, length);
        yaml->at = at;
        if (flow)
            break;
        skip_line(yaml);
        size_t blank = strspn(yaml->at, " ");
        if ((int)blank <= parent_indent || strchr("\n\r#", yaml->at[blank]) != NULL)
            break;
        yaml->at += blank;
    }
    return new_value(yaml, SCN_STRING, scn_text_get(&text));
}

/* ---- in brackets ---- */

static struct scn_value *read_flow_list(struct yaml *yaml)
{
    struct scn_value *list = new_value(yaml, SCN_LIST, NULL);
    yaml->at++;
    for (;;) {
        skip_space(yaml);
        const char *before = yaml->at;
        if (*yaml->at == '\0')
            return list;
        if (*yaml->at == ']') {
            yaml->at++;
            return list;
        }
        if (*yaml->at != ',')
            scn_json_append(list, read_flow(yaml));
        skip_space(yaml);
        yaml->at += *yaml->at == ',';
        yaml->at += yaml->at == before;
    }
}

static struct scn_value *read_flow_map(struct yaml *yaml)
{
    struct scn_value *map = new_value(yaml, SCN_OBJECT, NULL);
    yaml->at++;
    for (;;) {
        skip_space(yaml);
        const char *before = yaml->at;
        if (*yaml->at == '\0')
            return map;
        if (*yaml->at == '}') {
            yaml->at++;
            return map;
        }
        const struct scn_value *key = read_flow(yaml);
        skip_space(yaml);
        if (*yaml->at == ':') {
            yaml->at++;
            skip_space(yaml);
            struct scn_value *value = read_flow(yaml);
            value->key = key->kind == SCN_STRING ? key->text : "";
            scn_json_append(map, value);
        }
        skip_space(yaml);
        yaml->at += *yaml->at == ',';
        yaml->at += yaml->at == before;
    }
}

static struct scn_value *read_flow(struct yaml *yaml)
{
    if (yaml->depth >= SCN_UD_DEPTH) {
        yaml->at += strlen(yaml->at);
        return new_value(yaml, SCN_NULL, NULL);
    }
    yaml->depth++;
    struct scn_value *value;
    if (*yaml->at == '[')
        value = read_flow_list(yaml);
    else if (*yaml->at == '{')
        value = read_flow_map(yaml);
    else if (*yaml->at == '"' || *yaml->at == '\'')
        value = read_quoted(yaml);
    else
        value = read_plain(yaml, -1, true);
    yaml->depth--;
    return value;
}

/* ---- by indentation ---- */

static bool is_item(const char *at)
{
    return at[0] == '-' && strchr(" \t\r\n", at[1]) != NULL;
}

/* Length of the key at the cursor, quotes included; 0 when no key stands there. */
static size_t key_length(const char *at)
{
    size_t length;
    if (*at == '"' || *at == '\'') {
        const char *close = strpbrk(at + 1, *at == '"' ? "\"\n" : "'\n");
        if (close == NULL || *close == '\n')
            return 0;
        length = (size_t)(close - at) + 1;
    } else {
        for (length = 0; at[length] != '\0' && strchr("\n#", at[length]) == NULL; length++)
            if (at[length] == ':' && strchr(" \t\r\n", at[length + 1]) != NULL)
                break;
    }
    return at[length] == ':' && strchr(" \t\r\n", at[length + 1]) != NULL ? length : 0;
}

static struct scn_value *read_sequence(struct yaml *yaml, int indent)
{
    struct scn_value *list = new_value(yaml, SCN_LIST, NULL);
    while (is_item(yaml->at) && column(yaml) == indent) {
        yaml->at++;
        struct scn_value *item = read_node(yaml, indent);
        scn_json_append(list, item);
        skip_space(yaml);
    }
    return list;
}

static struct scn_value *read_mapping(struct yaml *yaml, int indent)
{
    struct scn_value *map = new_value(yaml, SCN_OBJECT, NULL);
    size_t length;
    while (column(yaml) == indent && !is_item(yaml->at) && (length = key_length(yaml->at)) > 0) {
        bool quoted = *yaml->at == '"' || *yaml->at == '\'';
        const char *key =
            sim_arena_strndup(yaml->data->arena, yaml->at + quoted, length - (quoted ? 2 : 0));
        yaml->at += length + 1;
        /* a sequence may stand as far left as its key */
        const char *after = yaml->at;
        skip_space(yaml);
        bool sequence = is_item(yaml->at) && column(yaml) == indent;
        yaml->at = after;
        struct scn_value *value = read_node(yaml, sequence ? indent - 1 : indent);
        value->key = key;
        scn_json_append(map, value);
        skip_space(yaml);
    }
    return map;
}

/* What stands at the cursor or below it, indented more than `parent_indent`. */
static struct scn_value *read_node(struct yaml *yaml, int parent_indent)
{
    yaml->at += strspn(yaml->at, " \t");
    if (*yaml->at == '!') { /* a tag, such as !!str */
        yaml->at += strcspn(yaml->at, " \t\n");
        yaml->at += strspn(yaml->at, " \t");
    }
    if (*yaml->at == '|' || *yaml->at == '>')
        return read_block_scalar(yaml, parent_indent);
    const char *before = yaml->at;
    skip_space(yaml);
    int indent = column(yaml);
    if (*yaml->at == '\0' || indent <= parent_indent || yaml->depth >= SCN_UD_DEPTH) {
        if (yaml->depth >= SCN_UD_DEPTH)
            skip_line(yaml);
        else
            yaml->at = before;
        return new_value(yaml, SCN_NULL, NULL);
    }
    yaml->depth++;
    struct scn_value *value;
    if (is_item(yaml->at))
        value = read_sequence(yaml, indent);
    else if (*yaml->at == '[' || *yaml->at == '{')
        value = read_flow(yaml);
    else if (key_length(yaml->at) > 0)
        value = read_mapping(yaml, indent);
    else if (*yaml->at == '"' || *yaml->at == '\'')
        value = read_quoted(yaml);
    else
        value = read_plain(yaml, parent_indent, false);
    yaml->depth--;
    return value;
}

/* ---- what cloud-init does with it ---- */

static const char *member_text(const struct scn_value *object, const char *key)
{
    const struct scn_value *value = scn_json_member(object, key);
    return value != NULL && value->kind == SCN_STRING ? value->text : "";
}

static void write_files(struct scn_user_data *data, const struct scn_value *list)
{
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        const char *encoding = member_text(v, "encoding");
        const char *content = member_text(v, "content");
        if (strcmp(member_text(v, "path"), SCN_ECS_CONFIG) != 0)
            continue;
        if (encoding[0] != '\0' && strcmp(encoding, "text/plain") != 0)
            content = scn_ud_decode(data, content, strlen(content));
        if (content == NULL)
            scn_warning(data->loader->complaints, data->at,
                        "write_files: the content for " SCN_ECS_CONFIG
                        " is not what encoding %s says; it is left out",
                        encoding);
        else
            scn_ud_write(data, SCN_ECS_CONFIG, strcmp(member_text(v, "append"), "true") == 0,
                         content, strlen(content));
    }
}

/* bootcmd, runcmd: texts are lines of a shell, lists are words of one command. */
static void run_commands(struct scn_user_data *data, const struct scn_value *list)
{
    struct scn_text script = {0};
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        if (v->kind == SCN_STRING)
            scn_text_add(data, &script, v->text, strlen(v->text));
        for (const struct scn_value *w = v->kind == SCN_LIST ? v->first : NULL; w != NULL;
             w = w->next) {
            scn_text_add_char(data, &script, '\'');
            for (const char *c = w->kind == SCN_STRING ? w->text : ""; *c != '\0'; c++) {
                if (*c == '\'')
                    scn_text_add(data, &script, "'\\'", 3);
                scn_text_add_char(data, &script, *c);
            }
            scn_text_add(data, &script, "' ", 2);
        }
        scn_text_add_char(data, &script, '\n');
    }
    scn_ud_shell(data, scn_text_get(&script));
}

void scn_ud_cloud_config(struct scn_user_data *data, const char *text, enum scn_ud_phase phase)
{
    static const char *const keys[SCN_UD_PHASES] = {
        [SCN_UD_BOOTCMD] = "bootcmd",
        [SCN_UD_WRITE_FILES] = "write_files",
        [SCN_UD_RUNCMD] = "runcmd",
    };
    if (keys[phase] == NULL)
        return;
    struct yaml yaml = {.data = data, .start = text, .at = text};
    skip_space(&yaml);
    if (strncmp(yaml.at, "---", 3) == 0)
        skip_line(&yaml);
    const struct scn_value *root = read_node(&yaml, -1);
    const struct scn_value *list = scn_get(root, keys[phase], SCN_LIST);
    if (list == NULL)
        return;
    if (phase == SCN_UD_WRITE_FILES)
        write_files(data, list);
    else
        run_commands(data, list);
}
