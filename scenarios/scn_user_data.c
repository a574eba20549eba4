/* User data: the shell text an instance runs at its first boot, as far as it configures the ECS
 * agent. Understood are lines that write settings to /etc/ecs/ecs.config:
 *
 *   echo ECS_CLUSTER=web >> /etc/ecs/ecs.config        (also quoted, also several joined by ; or
 * &&) cat <<'EOF' >> /etc/ecs/ecs.config                 (a here document, up to its end mark)
 *
 * The last setting of a name wins, and > forgets those before. Base64 is decoded first. */
#include "scn_loader.h"

#include <stdlib.h>
#include <string.h>

#define CONFIG_FILE   "/etc/ecs/ecs.config"
#define SETTINGS_MAX  64
#define AGENT_MARK    "ECS_"
#define DEFAULT_PORTS 6

struct setting {
    const char *name, *value;
};

struct user_data {
    struct scn_loader *loader;
    const struct scn_value *at;
    struct setting settings[SETTINGS_MAX];
    uint32_t count;
};

/* How a setting of the agent bears on a run. */
enum bearing { ACTS, NO_EFFECT, NOT_YET };

static const struct {
    const char *name;
    enum bearing bearing;
    const char *harmless; /* NOT_YET: the value that is the default anyway */
} agent_settings[] = {
    {"ECS_CLUSTER", ACTS, NULL},
    {"ECS_RESERVED_MEMORY", ACTS, NULL},
    {"ECS_RESERVED_PORTS", ACTS, NULL},
    {"ECS_RESERVED_PORTS_UDP", ACTS, NULL},
    {"ECS_INSTANCE_ATTRIBUTES", ACTS, NULL},
    {"ECS_CONTAINER_STOP_TIMEOUT", NOT_YET, "30s"},
    {"ECS_CONTAINER_START_TIMEOUT", NO_EFFECT, NULL},
    {"ECS_IMAGE_PULL_BEHAVIOR", NOT_YET, "default"},
    {"ECS_ENABLE_SPOT_INSTANCE_DRAINING", NO_EFFECT, NULL},
    {"ECS_ENABLE_GPU_SUPPORT", NO_EFFECT, NULL},
    {"ECS_ENABLE_CONTAINER_METADATA", NO_EFFECT, NULL},
    {"ECS_ENABLE_TASK_IAM_ROLE", NO_EFFECT, NULL},
    {"ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST", NO_EFFECT, NULL},
    {"ECS_ENABLE_TASK_ENI", NO_EFFECT, NULL},
    {"ECS_ENABLE_TASK_CPU_MEM_LIMIT", NO_EFFECT, NULL},
    {"ECS_ENABLE_UNTRACKED_IMAGE_CLEANUP", NO_EFFECT, NULL},
    {"ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE", NO_EFFECT, NULL},
    {"ECS_ENABLE_HIGH_DENSITY_ENI", NO_EFFECT, NULL},
    {"ECS_ENABLE_CPU_UNBOUNDED_WINDOWS_WORKAROUND", NO_EFFECT, NULL},
    {"ECS_AVAILABLE_LOGGING_DRIVERS", NO_EFFECT, NULL},
    {"ECS_AWSVPC_BLOCK_IMDS", NO_EFFECT, NULL},
    {"ECS_AWSVPC_ADDITIONAL_LOCAL_ROUTES", NO_EFFECT, NULL},
    {"ECS_APPARMOR_CAPABLE", NO_EFFECT, NULL},
    {"ECS_BACKEND_HOST", NO_EFFECT, NULL},
    {"ECS_CGROUP_PATH", NO_EFFECT, NULL},
    {"ECS_CHECKPOINT", NO_EFFECT, NULL},
    {"ECS_CNI_PLUGINS_PATH", NO_EFFECT, NULL},
    {"ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM", NO_EFFECT, NULL},
    {"ECS_CONTAINER_INSTANCE_TAGS", NO_EFFECT, NULL},
    {"ECS_DATADIR", NO_EFFECT, NULL},
    {"ECS_DISABLE_DOCKER_HEALTH_CHECK", NO_EFFECT, NULL},
    {"ECS_DISABLE_IMAGE_CLEANUP", NO_EFFECT, NULL},
    {"ECS_DISABLE_METRICS", NO_EFFECT, NULL},
    {"ECS_DISABLE_PRIVILEGED", NO_EFFECT, NULL},
    {"ECS_ENGINE_AUTH_DATA", NO_EFFECT, NULL},
    {"ECS_ENGINE_AUTH_TYPE", NO_EFFECT, NULL},
    {"ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION", NO_EFFECT, NULL},
    {"ECS_EXCLUDE_UNTRACKED_IMAGE", NO_EFFECT, NULL},
    {"ECS_HOST_DATA_DIR", NO_EFFECT, NULL},
    {"ECS_IMAGE_CLEANUP_INTERVAL", NO_EFFECT, NULL},
    {"ECS_IMAGE_MINIMUM_CLEANUP_AGE", NO_EFFECT, NULL},
    {"ECS_IMAGE_PULL_INACTIVITY_TIMEOUT", NO_EFFECT, NULL},
    {"ECS_LOGFILE", NO_EFFECT, NULL},
    {"ECS_LOGLEVEL", NO_EFFECT, NULL},
    {"ECS_LOG_MAX_FILE_SIZE_MB", NO_EFFECT, NULL},
    {"ECS_LOG_MAX_ROLL_COUNT", NO_EFFECT, NULL},
    {"ECS_LOG_OUTPUT_FORMAT", NO_EFFECT, NULL},
    {"ECS_LOG_ROLLOVER_TYPE", NO_EFFECT, NULL},
    {"ECS_NUM_IMAGES_DELETE_PER_CYCLE", NO_EFFECT, NULL},
    {"ECS_NVIDIA_RUNTIME", NO_EFFECT, NULL},
    {"ECS_POLLING_METRICS_WAIT_DURATION", NO_EFFECT, NULL},
    {"ECS_POLL_METRICS", NO_EFFECT, NULL},
    {"ECS_SELINUX_CAPABLE", NO_EFFECT, NULL},
    {"ECS_SHARED_VOLUME_MATCH_FULL_CONFIG", NO_EFFECT, NULL},
    {"ECS_TASK_METADATA_RPS_LIMIT", NO_EFFECT, NULL},
    {"ECS_UPDATES_ENABLED", NO_EFFECT, NULL},
    {"ECS_WARM_POOLS_CHECK", NO_EFFECT, NULL},
};

#define AGENT_SETTINGS (sizeof agent_settings / sizeof agent_settings[0])

/* ---- base64 ---- */

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* The decoded text, or NULL when `text` is no base64 of a text. */
static const char *base64_text(struct sim_arena *arena, const char *text)
{
    char *out = sim_arena_alloc(arena, strlen(text) + 1);
    size_t length = 0;
    uint32_t bits = 0, have = 0, digits = 0;
    for (; *text != '\0' && *text != '='; text++) {
        if (*text == '\n' || *text == '\r')
            continue;
        int digit = base64_digit(*text);
        if (digit < 0)
            return NULL;
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        digits++;
        if (have >= 8) {
            have -= 8;
            unsigned char c = (unsigned char)(bits >> have);
            if (c == '\0' || (c < ' ' && strchr("\t\n\r", c) == NULL))
                return NULL;
            out[length++] = (char)c;
        }
    }
    while (*text == '=' || *text == '\n' || *text == '\r') {
        digits += *text == '=';
        text++;
    }
    return *text == '\0' && digits % 4 == 0 && length > 0 ? out : NULL;
}

/* ---- the shell lines ---- */

/* One "NAME=value" as it would stand in the file. */
static void keep_setting(struct user_data *data, const char *text, size_t length)
{
    struct sim_arena *arena = data->loader->arena;
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        length--;
    while (length > 0 && strchr(" \t", *text) != NULL) {
        text++;
        length--;
    }
    const char *equals = memchr(text, '=', length);
    if (equals == NULL || equals == text || *text == '#')
        return;
    struct setting setting = {
        .name = sim_arena_strndup(arena, text, (size_t)(equals - text)),
        .value = sim_arena_strndup(arena, equals + 1, length - (size_t)(equals + 1 - text)),
    };
    for (uint32_t i = 0; i < data->count; i++)
        if (strcmp(data->settings[i].name, setting.name) == 0) {
            data->settings[i] = setting;
            return;
        }
    if (data->count < SETTINGS_MAX)
        data->settings[data->count++] = setting;
}

/* What echo would print for its arguments: quotes go, blanks stay as they are. */
static void keep_echo(struct user_data *data, const char *text, size_t length)
{
    char *out = sim_arena_alloc(data->loader->arena, length + 1);
    size_t used = 0;
    char quote = '\0';
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == quote && quote != '\0') {
            quote = '\0';
        } else if (c == '\\' && quote != '\'' && i + 1 < length && text[i + 1] == 'n') {
            out[used] = '\0';
            keep_setting(data, out, used);
            used = 0;
            i++;
        } else if (c == '\\' && quote != '\'' && i + 1 < length) {
            out[used++] = text[++i];
        } else {
            out[used++] = c;
        }
    }
    out[used] = '\0';
    keep_setting(data, out, used);
}

/* Length of the command at `text`: up to ; or && or the end of the line, outside quotes. */
static size_t command_length(const char *text)
{
    char quote = '\0';
    size_t i = 0;
    for (; text[i] != '\0' && (text[i] != '\n' || quote != '\0'); i++) {
        if (quote != '\0') {
            if (text[i] == quote)
                quote = '\0';
        } else if (text[i] == '"' || text[i] == '\'') {
            quote = text[i];
        } else if (text[i] == ';' || (text[i] == '&' && text[i + 1] == '&')) {
            break;
        }
    }
    return i;
}

/* The redirection to the agent's file in a command, or NULL; *append says >> or tee -a. */
static const char *find_target(const char *command, size_t length, bool *append)
{
    const char *file = memmem(command, length, CONFIG_FILE, strlen(CONFIG_FILE));
    if (file == NULL)
        return NULL;
    const char *sign = file;
    while (sign > command && strchr(" \t\"'", sign[-1]) != NULL)
        sign--;
    if (sign > command && sign[-1] == '>') {
        *append = sign - 1 > command && sign[-2] == '>';
        return sign - (*append ? 2 : 1);
    }
    const char *tee = memmem(command, (size_t)(file - command), "tee", 3);
    if (tee == NULL)
        return NULL;
    *append = memmem(tee, (size_t)(file - tee), "-a", 2) != NULL;
    const char *pipe = memmem(command, (size_t)(tee - command), "|", 1);
    return pipe != NULL ? pipe : tee;
}

/* A here document that starts in this command: reads its lines and returns what follows it. */
static const char *keep_here_document(struct user_data *data, const char *mark,
                                      const char *line_end)
{
    mark += 2;
    while (*mark == '-' || *mark == ' ' || *mark == '\'' || *mark == '"' || *mark == '\\')
        mark++;
    size_t length = strcspn(mark, " \t\n'\";>|&");
    const char *line = *line_end == '\n' ? line_end + 1 : line_end;
    while (*line != '\0') {
        size_t size = strcspn(line, "\n");
        size_t blank = strspn(line, "\t");
        const char *next = line + size + (line[size] == '\n');
        if (size - blank >= length && memcmp(line + blank, mark, length) == 0 &&
            (size - blank == length || line[blank + length] == '\r'))
            return next;
        keep_setting(data, line, size);
        line = next;
    }
    return line;
}

/* One command; returns where the next one starts. */
static const char *read_command(struct user_data *data, const char *command)
{
    if (command[strspn(command, " \t")] == '#') { /* its quotes mean nothing */
        command += strcspn(command, "\n");
        return command + (*command == '\n');
    }
    size_t length = command_length(command);
    const char *end = command + length;
    const char *next = end;
    bool append = true;
    const char *target = find_target(command, length, &append);
    const char *here = memmem(command, length, "<<", 2);
    while (*next == ';' || *next == '&' || *next == '\n')
        next++;
    if (target == NULL)
        return next;
    if (!append)
        data->count = 0;
    if (here != NULL)
        return keep_here_document(data, here, command + strcspn(command, "\n"));
    const char *echo = memmem(command, length, "echo", 4);
    if (echo != NULL && echo < target) {
        echo += 4;
        echo += strspn(echo, " \t");
        while (strncmp(echo, "-e ", 3) == 0 || strncmp(echo, "-n ", 3) == 0)
            echo += 3;
        keep_echo(data, echo, (size_t)(target - echo));
    }
    return next;
}

/* ---- what the settings mean ---- */

static void complain(struct user_data *data, const struct setting *setting, const char *what)
{
    scn_error(data->loader->complaints, data->at, "%s=%s: %s", setting->name, setting->value, what);
}

static void read_memory(struct user_data *data, const struct setting *setting,
                        struct ecs_launch_spec *spec)
{
    char *end;
    long long value = strtoll(setting->value, &end, 10);
    int64_t total = spec->type != ECS_NONE ? data->loader->types[spec->type].memory_mib : INT64_MAX;
    if (end == setting->value || *end != '\0' || value < 0)
        complain(data, setting, "expected a number of MiB, 0 or more");
    else if (value >= total)
        complain(data, setting, "that is all the memory of the instance; reserve less");
    else
        spec->reserved_memory_mib = value;
}

/* "[80, 443]" */
static void read_ports(struct user_data *data, const struct setting *setting, uint16_t *ports,
                       uint32_t *count)
{
    struct scn_complaints quiet;
    struct scn_loader *loader = data->loader;
    scn_complaints_init(&quiet, loader->arena);
    struct scn_value *list = scn_json_parse(loader->arena, data->at->file, setting->value,
                                            strlen(setting->value), &quiet);
    scn_complaints_release(&quiet);
    if (list == NULL || list->kind != SCN_LIST || list->count > ECS_PORTS_MAX) {
        complain(data, setting, "expected a list of at most 100 ports, such as [22, 2375, 8080]");
        return;
    }
    *count = 0;
    for (const struct scn_value *port = list->first; port != NULL; port = port->next) {
        if (!port->is_integer || port->integer < 1 || port->integer > 65535) {
            complain(data, setting, "a port is a number from 1 to 65535");
            return;
        }
        ports[(*count)++] = (uint16_t)port->integer;
    }
}

/* {"stack": "prod"} */
static void read_attributes(struct user_data *data, const struct setting *setting,
                            struct ecs_launch_spec *spec)
{
    struct scn_complaints quiet;
    struct scn_loader *loader = data->loader;
    scn_complaints_init(&quiet, loader->arena);
    struct scn_value *map = scn_json_parse(loader->arena, data->at->file, setting->value,
                                           strlen(setting->value), &quiet);
    scn_complaints_release(&quiet);
    if (map == NULL || map->kind != SCN_OBJECT || map->count > ECS_ATTRIBUTES_MAX) {
        complain(
            data, setting,
            "expected an object of at most 64 texts, such as '{\"stack\": \"prod\"}' in single "
            "quotes");
        return;
    }
    struct ecs_attribute *attributes =
        sim_arena_array(loader->arena, map->count, sizeof attributes[0]);
    for (const struct scn_value *m = map->first; m != NULL; m = m->next) {
        if (m->kind != SCN_STRING) {
            complain(data, setting, "the value of an attribute is a text in quotes");
            return;
        }
        attributes[spec->attribute_count++] =
            (struct ecs_attribute){.name = ecs_names_intern(&loader->scenario->names, m->key),
                                   .value = ecs_names_intern(&loader->scenario->names, m->text)};
    }
    spec->attributes = attributes;
}

static void apply_setting(struct user_data *data, const struct setting *setting,
                          struct ecs_launch_spec *spec, const char **cluster)
{
    if (strcmp(setting->name, "ECS_CLUSTER") == 0)
        *cluster = setting->value;
    else if (strcmp(setting->name, "ECS_RESERVED_MEMORY") == 0)
        read_memory(data, setting, spec);
    else if (strcmp(setting->name, "ECS_RESERVED_PORTS") == 0)
        read_ports(data, setting, spec->reserved_ports, &spec->reserved_port_count);
    else if (strcmp(setting->name, "ECS_RESERVED_PORTS_UDP") == 0)
        read_ports(data, setting, spec->reserved_ports_udp, &spec->reserved_port_udp_count);
    else if (strcmp(setting->name, "ECS_INSTANCE_ATTRIBUTES") == 0)
        read_attributes(data, setting, spec);
}

static void judge_setting(struct user_data *data, const struct setting *setting,
                          struct ecs_launch_spec *spec, const char **cluster)
{
    const char *names[AGENT_SETTINGS];
    for (size_t i = 0; i < AGENT_SETTINGS; i++) {
        names[i] = agent_settings[i].name;
        if (strcmp(setting->name, agent_settings[i].name) != 0)
            continue;
        if (agent_settings[i].bearing == NO_EFFECT)
            scn_no_effect(data->loader->complaints, data->at,
                          sim_arena_printf(data->loader->arena, "%s changes no placement",
                                           setting->name));
        else if (agent_settings[i].bearing == NOT_YET &&
                 strcmp(setting->value, agent_settings[i].harmless) != 0)
            scn_not_yet(data->loader->complaints, data->at, setting->name);
        else
            apply_setting(data, setting, spec, cluster);
        return;
    }
    if (strncmp(setting->name, AGENT_MARK, strlen(AGENT_MARK)) != 0)
        return;
    const char *near = scn_nearest(setting->name, names, AGENT_SETTINGS);
    scn_warning(data->loader->complaints, data->at, "the agent knows no setting %s%s%s%s",
                setting->name, near != NULL ? "; did you mean " : "; it is ignored",
                near != NULL ? near : "", near != NULL ? "?" : "");
}

void scn_default_ports(struct ecs_launch_spec *spec)
{
    static const uint16_t ports[DEFAULT_PORTS] = {22, 2375, 2376, 51678, 51679, 51680};
    memcpy(spec->reserved_ports, ports, sizeof ports);
    spec->reserved_port_count = DEFAULT_PORTS;
}

void scn_user_data(struct scn_loader *loader, const struct scn_value *at, const char *text,
                   struct ecs_launch_spec *spec, const char **cluster)
{
    struct user_data *data = sim_arena_alloc(loader->arena, sizeof *data);
    data->loader = loader;
    data->at = at;
    const char *decoded = base64_text(loader->arena, text);
    if (decoded != NULL)
        text = decoded;
    for (const char *command = text; *command != '\0';)
        command = read_command(data, command);
    for (uint32_t i = 0; i < data->count; i++)
        judge_setting(data, &data->settings[i], spec, cluster);
    if (data->count == 0 && strstr(text, AGENT_MARK) != NULL)
        scn_warning(loader->complaints, at,
                    "the text names ECS_ settings but no line writes them to " CONFIG_FILE
                    " in a form that is understood; write: echo ECS_CLUSTER=name >> " CONFIG_FILE);
}
