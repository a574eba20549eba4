/* User data of two systems that know no cloud-init: Windows, where PowerShell calls
 * Initialize-ECSAgent, and Bottlerocket, which takes settings as TOML. */
#include "scn_user_data.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- Windows ---- */

/* The argument at `at`: quoted or a word; `length` is that of the text alone. */
static const char *read_argument(const char *at, size_t *length)
{
    at += strspn(at, " \t:=");
    if (*at == '"' || *at == '\'') {
        char quote[2] = {*at, '\0'};
        *length = strcspn(at + 1, quote);
        return at + 1;
    }
    *length = strcspn(at, " \t\r\n,;)");
    return at;
}

static void set_argument(struct scn_user_data *data, const char *name, size_t name_length,
                         const char *at)
{
    size_t length;
    const char *value = read_argument(at, &length);
    if (length == 5 && strncasecmp(value, "$true", 5) == 0)
        scn_ud_set(data, name, name_length, "true", 4);
    else if (length == 6 && strncasecmp(value, "$false", 6) == 0)
        scn_ud_set(data, name, name_length, "false", 5);
    else if (length > 0 && *value == '$')
        scn_ud_set(data, name, name_length, (const char[]){SCN_UD_UNKNOWN}, 1);
    else
        scn_ud_set(data, name, name_length, value, length);
}

static void read_initialize(struct scn_user_data *data, const char *at, size_t size)
{
    static const struct {
        const char *parameter, *name;
        bool is_switch;
    } parameters[] = {
        {"-Cluster", "ECS_CLUSTER", false},
        {"-LoggingDrivers", "ECS_AVAILABLE_LOGGING_DRIVERS", false},
        {"-EnableTaskIAMRole", "ECS_ENABLE_TASK_IAM_ROLE", true},
    };
    const char *line = sim_arena_strndup(data->arena, at, size);
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        const char *found = strcasestr(line, parameters[i].parameter);
        size_t length = strlen(parameters[i].parameter);
        if (found == NULL || isalnum((unsigned char)found[length]))
            continue;
        if (parameters[i].is_switch)
            scn_ud_set(data, parameters[i].name, strlen(parameters[i].name), "true", 4);
        else
            set_argument(data, parameters[i].name, strlen(parameters[i].name), found + length);
    }
}

/* Lines of Initialize-ECSAgent, SetEnvironmentVariable("NAME", value, ...) and $env:NAME = value.
 */
void scn_ud_powershell(struct scn_user_data *data, const char *text)
{
    static const char set[] = "SetEnvironmentVariable(", env[] = "$env:";
    data->os = SCN_WINDOWS;
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        const char *line = sim_arena_strndup(data->arena, text, size);
        const char *found;
        size_t length;
        line += strspn(line, " \t");
        if (*line == '#') {
            /* a comment */
        } else if ((found = strcasestr(line, set)) != NULL) {
            const char *name = read_argument(found + strlen(set), &length);
            const char *comma = strchr(name + length, ',');
            if (comma != NULL && length > 0)
                set_argument(data, name, length, comma + 1);
        } else if (strncasecmp(line, env, strlen(env)) == 0) {
            const char *name = line + strlen(env);
            length = strcspn(name, " \t=");
            if (length > 0 && strchr(name, '=') != NULL)
                set_argument(data, name, length, strchr(name, '=') + 1);
        } else if (strcasestr(line, "Initialize-ECSAgent") != NULL) {
            read_initialize(data, line, strlen(line));
        }
        text += size + (text[size] == '\n');
    }
}

/* ---- Bottlerocket ---- */

static const struct {
    const char *key, *name;
    bool inverse; /* true there is false here */
} bottlerocket_keys[] = {
    {"allow-privileged-containers", "ECS_DISABLE_PRIVILEGED", true},
    {"awsvpc-block-imds", "ECS_AWSVPC_BLOCK_IMDS", false},
    {"backend-host", "ECS_BACKEND_HOST", false},
    {"cluster", "ECS_CLUSTER", false},
    {"container-stop-timeout", "ECS_CONTAINER_STOP_TIMEOUT", false},
    {"enable-container-metadata", "ECS_ENABLE_CONTAINER_METADATA", false},
    {"enable-spot-instance-draining", "ECS_ENABLE_SPOT_INSTANCE_DRAINING", false},
    {"image-cleanup-age", "ECS_IMAGE_MINIMUM_CLEANUP_AGE", false},
    {"image-cleanup-delete-per-cycle", "ECS_NUM_IMAGES_DELETE_PER_CYCLE", false},
    {"image-cleanup-enabled", "ECS_DISABLE_IMAGE_CLEANUP", true},
    {"image-cleanup-wait", "ECS_IMAGE_CLEANUP_INTERVAL", false},
    {"image-pull-behavior", "ECS_IMAGE_PULL_BEHAVIOR", false},
    {"logging-drivers", "ECS_AVAILABLE_LOGGING_DRIVERS", false},
    {"loglevel", "ECS_LOGLEVEL", false},
    {"reserved-memory", "ECS_RESERVED_MEMORY", false},
    {"task-cleanup-wait", "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION", false},
};

/* The value of a line of TOML, quotes removed and comments cut off; in place. */
static char *toml_value(char *value)
{
    value += strspn(value, " \t");
    if (*value == '"' || *value == '\'') {
        char *close = strchr(value + 1, *value);
        if (close != NULL)
            *close = '\0';
        return value + 1;
    }
    value[strcspn(value, "#\r")] = '\0';
    size_t length = strlen(value);
    while (length > 0 && isspace((unsigned char)value[length - 1]))
        value[--length] = '\0';
    return value;
}

/* One "settings.ecs.<key> = value"; attributes gather as the text of a JSON object. */
static void set_toml(struct scn_user_data *data, const char *path, char *raw,
                     struct scn_text *attributes)
{
    static const char ecs[] = "settings.ecs.", map[] = "instance-attributes.";
    if (strncmp(path, ecs, strlen(ecs)) != 0)
        return;
    path += strlen(ecs);
    const char *value = toml_value(raw);
    if (strncmp(path, map, strlen(map)) == 0) {
        char *name = sim_arena_strdup(data->arena, path + strlen(map));
        const char *pair =
            sim_arena_printf(data->arena, "%s\"%s\": \"%s\"", attributes->length > 0 ? ", " : "",
                             toml_value(name), value);
        scn_text_add(data, attributes, pair, strlen(pair));
        return;
    }
    for (size_t i = 0; i < sizeof bottlerocket_keys / sizeof bottlerocket_keys[0]; i++) {
        const char *name = bottlerocket_keys[i].name;
        if (strcmp(path, bottlerocket_keys[i].key) != 0)
            continue;
        if (bottlerocket_keys[i].inverse)
            value = strcmp(value, "true") == 0 ? "false" : "true";
        scn_ud_set(data, name, strlen(name), value, strlen(value));
    }
}

void scn_ud_bottlerocket(struct scn_user_data *data, const char *text)
{
    static const char all[] = "ECS_INSTANCE_ATTRIBUTES";
    const char *table = "";
    struct scn_text attributes = {0};
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        char *line = sim_arena_strndup(data->arena, text, size);
        text += size + (text[size] == '\n');
        line += strspn(line, " \t");
        char *equals = strchr(line, '=');
        if (*line == '[') {
            char *name = line + 1;
            name[strcspn(name, "]")] = '\0';
            table = sim_arena_printf(data->arena, "%s.", name);
        } else if (*line != '#' && equals != NULL) {
            size_t length = (size_t)(equals - line);
            while (length > 0 && isspace((unsigned char)line[length - 1]))
                length--;
            set_toml(data, sim_arena_printf(data->arena, "%s%.*s", table, (int)length, line),
                     equals + 1, &attributes);
        }
    }
    if (attributes.length > 0) {
        const char *json = sim_arena_printf(data->arena, "{%s}", scn_text_get(&attributes));
        scn_ud_set(data, all, strlen(all), json, strlen(json));
    }
}
