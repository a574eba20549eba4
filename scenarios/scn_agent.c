#include "scn_agent.h"

#include "scn_loader.h"

#include <ctype.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LENGTH  128 /* of tags */
#define TAGS_MAX         50
#define TAG_VALUE        256
#define CLUSTER_NAME_MAX 255
#define KEYS_MAX         128
#define NS_PER_S         INT64_C(1000000000)

/* What the judge of one setting works on. */
struct judge {
    struct scn_loader *loader;
    const struct scn_value *at;
    enum scn_os os;
    const struct scn_agent_key *key;
    const char *name, *value;
    struct ecs_launch_spec *spec;
    struct scn_agent *agent;
};

static void complain(const struct judge *judge, const char *what)
{
    bool secret = judge->key->secret;
    scn_error(judge->loader->complaints, judge->at, "%s%s%s: %s", judge->name, secret ? "" : "=",
              secret ? "" : judge->value, what);
}

/* ---- values ---- */

/* Reads one "1.5h" of a duration; returns what follows, or NULL. */
static const char *read_period(const char *text, double *seconds)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {
        {"ns", 1e-9}, {"us", 1e-6}, {"\xc2\xb5s", 1e-6}, {"\xce\xbcs", 1e-6},
        {"ms", 1e-3}, {"s", 1},     {"m", 60},           {"h", 3600},
    };
    double value = 0, scale = 1;
    uint32_t digits = 0;
    for (; isdigit((unsigned char)*text); text++, digits++)
        value = value * 10 + (*text - '0');
    if (*text == '.')
        for (text++; isdigit((unsigned char)*text); text++, digits++) {
            scale /= 10;
            value += scale * (*text - '0');
        }
    if (digits == 0)
        return NULL;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(text, units[i].name, length) == 0) {
            *seconds += value * units[i].seconds;
            return text + length;
        }
    }
    return NULL;
}

int scn_go_duration_parse(const char *text, int64_t *out_ns)
{
    double seconds = 0;
    if (*text == '+')
        text++;
    if (strcmp(text, "0") != 0) {
        if (*text == '\0')
            return -1;
        while (text != NULL && *text != '\0')
            text = read_period(text, &seconds);
        if (text == NULL)
            return -1;
    }
    double ns = seconds * (double)NS_PER_S;
    *out_ns = ns >= 9.2e18 ? INT64_MAX : (int64_t)(ns + 0.5);
    return 0;
}

/* 1, 0, or -1 when it is none. */
static int read_bool(const char *text)
{
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (strcmp(text, yes[i]) == 0)
            return 1;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (strcmp(text, no[i]) == 0)
            return 0;
    return -1;
}

static bool read_integer(const char *text, int64_t *out)
{
    char *end;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || isspace((unsigned char)*text))
        return false;
    *out = value;
    return true;
}

static bool is_choice(const char *choices, const char *text)
{
    size_t length = strlen(text);
    for (const char *c = choices; *c != '\0';) {
        size_t step = strcspn(c, " ");
        if (step == length && memcmp(c, text, length) == 0)
            return true;
        c += step + (c[step] == ' ');
    }
    return false;
}

/* "[80, 443]"; false when it is no list of ports, or too long. */
static bool read_ports(const char *text, uint16_t *ports, uint32_t *count)
{
    uint32_t n = 0;
    text += strspn(text, " \t");
    if (*text++ != '[')
        return false;
    text += strspn(text, " \t");
    while (*text != ']') {
        char *end;
        if (!isdigit((unsigned char)*text))
            return false;
        unsigned long port = strtoul(text, &end, 10);
        if (port < 1 || port > UINT16_MAX || n == ECS_PORTS_MAX)
            return false;
        ports[n++] = (uint16_t)port;
        text = end + strspn(end, " \t");
        if (*text == ',') {
            text++;
            text += strspn(text, " \t");
            if (*text == ']')
                return false;
        } else if (*text != ']') {
            return false;
        }
    }
    text++;
    *count = n;
    return text[strspn(text, " \t")] == '\0';
}

/* The value as JSON of that kind, or NULL. */
static const struct scn_value *read_json(const struct judge *judge, enum scn_kind kind)
{
    struct scn_complaints quiet;
    scn_complaints_init(&quiet, judge->loader->arena);
    const struct scn_value *json = scn_json_parse(judge->loader->arena, judge->at->file,
                                                  judge->value, strlen(judge->value), &quiet);
    scn_complaints_release(&quiet);
    return json != NULL && json->kind == kind ? json : NULL;
}

/* ---- checks by type ---- */

static bool check_choice(const struct judge *judge, const char *text)
{
    if (is_choice(judge->key->choices, text))
        return true;
    const char *names[16], *list = "";
    uint32_t count = 0;
    for (const char *c = judge->key->choices; *c != '\0' && count < 16; count++) {
        size_t step = strcspn(c, " ");
        names[count] = sim_arena_strndup(judge->loader->arena, c, step);
        list = sim_arena_printf(judge->loader->arena, "%s%s%s", list, count > 0 ? ", " : "",
                                names[count]);
        c += step + (c[step] == ' ');
    }
    const char *near = scn_nearest(text, names, count);
    complain(judge,
             near != NULL
                 ? sim_arena_printf(judge->loader->arena, "\"%s\" is none of %s; did you mean %s?",
                                    text, list, near)
                 : sim_arena_printf(judge->loader->arena, "\"%s\" is no choice; write one of %s",
                                    text, list));
    return false;
}

/* AGT-2 to AGT-4: the agent ignores a value below its floor, and says so in its log. */
static bool below_floor(const struct judge *judge, bool below)
{
    if (below)
        scn_warning(judge->loader->complaints, judge->at,
                    "%s=%s is less than the agent takes, so it is ignored and %s holds (%s)",
                    judge->name, judge->value, judge->key->fallback[judge->os], judge->key->rule);
    return below;
}

static bool check_integer(const struct judge *judge)
{
    const struct scn_agent_key *key = judge->key;
    int64_t value;
    if (read_integer(judge->value, &value) && value <= key->max &&
        (value >= key->min || key->floor))
        return !below_floor(judge, value < key->min);
    if (strcmp(judge->name, "ECS_RESERVED_MEMORY") == 0)
        complain(judge, "expected a number of MiB, 0 or more");
    else
        complain(judge, sim_arena_printf(judge->loader->arena,
                                         "expected a whole number, %" PRId64 " or more", key->min));
    return false;
}

static bool check_duration(const struct judge *judge)
{
    int64_t ns;
    if (scn_go_duration_parse(judge->value, &ns) == 0)
        return !below_floor(judge, judge->key->floor && ns < judge->key->min * NS_PER_S);
    complain(judge, "expected a duration with units ns, us, ms, s, m or h, such as 30s or 1h30m");
    return false;
}

static bool check_ports(const struct judge *judge)
{
    uint16_t ports[ECS_PORTS_MAX];
    uint32_t count;
    if (read_ports(judge->value, ports, &count))
        return true;
    complain(judge, "expected a list of at most 100 ports from 1 to 65535, such as [22, 2375]");
    return false;
}

static bool check_texts(const struct judge *judge)
{
    const struct scn_value *list = read_json(judge, SCN_LIST);
    bool good = list != NULL;
    for (const struct scn_value *v = good ? list->first : NULL; v != NULL; v = v->next)
        good &= v->kind == SCN_STRING;
    if (!good) {
        complain(judge, "expected a JSON list of texts, such as [\"json-file\", \"awslogs\"]");
        return false;
    }
    if (judge->key->type == SCN_A_CHOICES)
        for (const struct scn_value *v = list->first; v != NULL; v = v->next)
            good &= check_choice(judge, v->text);
    return good;
}

/* REG-14, QTA-16: tags. (Attributes have rules of their own.) */
static bool check_map(const struct judge *judge)
{
    const struct scn_value *map = read_json(judge, SCN_OBJECT);
    bool good = map != NULL;
    for (const struct scn_value *v = good ? map->first : NULL; v != NULL; v = v->next)
        good &= v->kind == SCN_STRING;
    if (!good) {
        complain(judge, "expected a JSON object of texts, such as {\"team\": \"blue\"}");
        return false;
    }
    if (map->count > TAGS_MAX) {
        complain(judge, "an instance has at most 50 tags (QTA-16: InvalidParameterException)");
        return false;
    }
    for (const struct scn_value *v = map->first; v != NULL; v = v->next)
        if (strlen(v->key) > NAME_MAX_LENGTH || strlen(v->text) > TAG_VALUE) {
            complain(judge, "a key has at most 128 characters and a value at most 256");
            return false;
        }
    return true;
}

static bool check_rate(const struct judge *judge)
{
    const char *comma = strchr(judge->value, ',');
    int64_t steady, burst;
    if (comma != NULL &&
        read_integer(sim_arena_strndup(judge->loader->arena, judge->value,
                                       (size_t)(comma - judge->value)),
                     &steady) &&
        read_integer(comma + 1, &burst) && steady > 0 && burst > 0)
        return true;
    complain(judge, "expected two numbers, steady and burst a second, such as 40,60");
    return false;
}

/* Whether the value is one that the agent takes; complains. */
static bool check_value(const struct judge *judge)
{
    switch (judge->key->type) {
    case SCN_A_TEXT:
        if (judge->key->max == 0 || strlen(judge->value) <= (size_t)judge->key->max)
            return true;
        complain(judge, "the text is too long");
        return false;
    case SCN_A_CHOICE:
        return check_choice(judge, judge->value);
    case SCN_A_BOOL:
        if (read_bool(judge->value) >= 0)
            return true;
        complain(judge, "expected true or false");
        return false;
    case SCN_A_INTEGER:
        return check_integer(judge);
    case SCN_A_DURATION:
        return check_duration(judge);
    case SCN_A_PORTS:
        return check_ports(judge);
    case SCN_A_CHOICES:
    case SCN_A_TEXTS:
        return check_texts(judge);
    case SCN_A_MAP:
        return judge->key->effect == SCN_ACTS || check_map(judge);
    case SCN_A_JSON:
        if (read_json(judge, SCN_OBJECT) != NULL)
            return true;
        complain(judge, "expected a JSON object, all of it on one line");
        return false;
    case SCN_A_RATE:
        return check_rate(judge);
    }
    return true;
}

/* ---- those that act ---- */

static void apply_cluster(const struct judge *judge)
{
    const char *name = ecs_arn_last_name(judge->loader->arena, judge->value);
    size_t length = strlen(name);
    bool good = length >= 1 && length <= CLUSTER_NAME_MAX;
    for (const char *c = name; *c != '\0'; c++)
        good &= isalnum((unsigned char)*c) || *c == '-' || *c == '_';
    if (good)
        judge->agent->cluster = name;
    else
        complain(judge, "a cluster's name is 1 to 255 letters, digits, hyphens and underscores; "
                        "quotes in the file would be part of it (CLU-02)");
}

/* An agent that ends itself before it registers gets no further. */
static void spoil(const struct judge *judge, enum ecs_join join)
{
    judge->agent->serves = false;
    if (judge->agent->join == ECS_JOIN_REGISTERS || join == ECS_JOIN_BAD_SETTINGS)
        judge->agent->join = join;
}

static void apply_region(const struct judge *judge)
{
    const char *region = judge->loader->scenario->region;
    if (strcmp(judge->value, region) == 0)
        return;
    spoil(judge, ECS_JOIN_OTHER_REGION);
    scn_warning(judge->loader->complaints, judge->at,
                "%s=%s: the agent registers in that region, not in %s; its instances take no task",
                judge->name, judge->value, region);
}

static void apply_memory(const struct judge *judge)
{
    struct ecs_launch_spec *spec = judge->spec;
    int64_t total =
        spec->type != ECS_NONE ? judge->loader->types[spec->type].memory_mib : INT64_MAX;
    int64_t value = 0;
    read_integer(judge->value, &value);
    if (value >= total)
        complain(judge, "that is all the memory of the instance; reserve less");
    else
        spec->reserved_memory_mib = value;
}

static void apply_ports(const struct judge *judge, uint16_t *ports, uint32_t *count)
{
    const struct ecs_launch_spec *spec = judge->spec;
    read_ports(judge->value, ports, count);
    if (spec->reserved_port_count + spec->reserved_port_udp_count > ECS_PORTS_MAX)
        complain(judge, "an instance reserves at most 100 ports, TCP and UDP together (PRT-4)");
}

/* Settings that are durations of struct ecs_host. */
static const struct host_duration {
    const char *name;
    size_t offset;
} host_durations[] = {
    {"ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION", offsetof(struct ecs_host, task_cleanup_wait)},
    {"ECS_IMAGE_CLEANUP_INTERVAL", offsetof(struct ecs_host, image_cleanup_interval)},
    {"ECS_IMAGE_MINIMUM_CLEANUP_AGE", offsetof(struct ecs_host, image_cleanup_age)},
    {"ECS_CONTAINER_START_TIMEOUT", offsetof(struct ecs_host, start_timeout)},
    {"ECS_CONTAINER_STOP_TIMEOUT", offsetof(struct ecs_host, stop_timeout)},
};
#define HOST_DURATIONS (sizeof host_durations / sizeof host_durations[0])

static void set_host_duration(struct ecs_host *host, size_t offset, const char *text)
{
    int64_t ns = 0;
    scn_go_duration_parse(text, &ns);
    if (ns >= 1000) /* zero is no value to the agent */
        *(sim_time *)(void *)((char *)host + offset) = ns / 1000;
}

/* False when the setting is none of the host's. */
static bool apply_host(const struct judge *judge)
{
    static const char *const pulls[] = {[ECS_PULL_DEFAULT] = "default",
                                        [ECS_PULL_ALWAYS] = "always",
                                        [ECS_PULL_ONCE] = "once",
                                        [ECS_PULL_PREFER_CACHED] = "prefer-cached"};
    struct ecs_host *host = &judge->spec->host;
    for (size_t i = 0; i < HOST_DURATIONS; i++)
        if (strcmp(judge->name, host_durations[i].name) == 0) {
            set_host_duration(host, host_durations[i].offset, judge->value);
            if (host->stop_timeout > SIM_DAY)
                complain(judge,
                         "a container is not given more than a day to stop; write at most 24h");
            return true;
        }
    if (strcmp(judge->name, "ECS_DISABLE_IMAGE_CLEANUP") == 0)
        host->image_cleanup = read_bool(judge->value) == 0; /* CLN-4 */
    else if (strcmp(judge->name, "ECS_NUM_IMAGES_DELETE_PER_CYCLE") == 0)
        read_integer(judge->value, &host->images_per_cycle);
    else if (strcmp(judge->name, "ECS_IMAGE_PULL_BEHAVIOR") == 0)
        for (size_t i = 0; i < sizeof pulls / sizeof pulls[0]; i++) {
            if (strcmp(judge->value, pulls[i]) == 0)
                host->pull = (enum ecs_pull)i;
        }
    else
        return false;
    return true;
}

/* {"stack": "prod"} */
static void apply_attributes(const struct judge *judge)
{
    struct scn_complaints *complaints = judge->loader->complaints;
    struct ecs_names *names = &judge->loader->scenario->names;
    const struct scn_value *map = read_json(judge, SCN_OBJECT);
    bool good = map != NULL;
    for (const struct scn_value *v = good ? map->first : NULL; v != NULL; v = v->next)
        good &= v->kind == SCN_STRING;
    if (!good) {
        spoil(judge, ECS_JOIN_BAD_SETTINGS);
        scn_warning(complaints, judge->at,
                    "%s=%s is no JSON object of texts, so the agent exits and its instances never "
                    "register (REG-13); write it as {\"stack\": \"prod\"}, in single quotes for a "
                    "shell",
                    judge->name, judge->value);
        return;
    }
    if (map->count > ECS_ATTRIBUTES_MAX) {
        complain(judge, "an instance has at most 64 custom attributes");
        return;
    }
    struct ecs_attribute *attributes =
        sim_arena_array(judge->loader->arena, map->count, sizeof attributes[0]);
    uint32_t count = 0;
    for (const struct scn_value *v = map->first; v != NULL; v = v->next) {
        const char *fault = scn_attribute_fault(v->key, v->text);
        if (fault != NULL) {
            spoil(judge, ECS_JOIN_BAD_ATTRIBUTE);
            scn_warning(complaints, judge->at,
                        "%s: attribute \"%s\": %s; its instances register, then their agent exits "
                        "and they take no task (REG-13)",
                        judge->name, v->key, fault);
            continue;
        }
        attributes[count++] = (struct ecs_attribute){.name = ecs_names_intern(names, v->key),
                                                     .value = ecs_names_intern(names, v->text)};
    }
    judge->spec->attributes = attributes;
    judge->spec->attribute_count = count;
}

/* ---- those that show in the agent's attributes ---- */

const char *const scn_log_drivers[SCN_LOG_DRIVERS] = {
    "awslogs", "fluentd",    "gelf",   "json-file", "journald",
    "splunk",  "logentries", "syslog", "none",      "awsfirelens",
};

static const struct {
    const char *name;
    uint32_t ability;
    bool takes; /* true takes it away */
} abilities[] = {
    {"ECS_DISABLE_PRIVILEGED", SCN_CAN_PRIVILEGED, true},
    {"ECS_SELINUX_CAPABLE", SCN_CAN_SELINUX, false},
    {"ECS_APPARMOR_CAPABLE", SCN_CAN_APPARMOR, false},
    {"ECS_ENABLE_TASK_IAM_ROLE", SCN_CAN_TASK_ROLE, false},
    {"ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST", SCN_CAN_TASK_ROLE_HOST, false},
    {"ECS_ENABLE_TASK_ENI", SCN_CAN_TASK_ENI, false},
    {"ECS_ENABLE_TASK_CPU_MEM_LIMIT", SCN_CAN_TASK_LIMITS, false},
    {"ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE", SCN_CAN_AWSLOGS_ROLE, false},
    {"ECS_DISABLE_DOCKER_HEALTH_CHECK", SCN_CAN_HEALTH_CHECKS, true},
};
#define ABILITIES (sizeof abilities / sizeof abilities[0])

static void set_ability(struct scn_agent *agent, const char *name, bool value)
{
    for (size_t i = 0; i < ABILITIES; i++)
        if (strcmp(name, abilities[i].name) == 0 && value != abilities[i].takes)
            agent->abilities |= abilities[i].ability;
        else if (strcmp(name, abilities[i].name) == 0)
            agent->abilities &= ~abilities[i].ability;
}

/* AGT-6: the list replaces the default. */
static void apply_log_drivers(const struct judge *judge)
{
    const struct scn_value *list = read_json(judge, SCN_LIST);
    judge->agent->log_drivers = 0;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        for (uint32_t i = 0; i < SCN_LOG_DRIVERS; i++)
            if (strcmp(v->text, scn_log_drivers[i]) == 0)
                judge->agent->log_drivers |= UINT32_C(1) << i;
}

static void apply(const struct judge *judge)
{
    struct ecs_launch_spec *spec = judge->spec;
    if (strcmp(judge->name, "ECS_CLUSTER") == 0)
        apply_cluster(judge);
    else if (strcmp(judge->name, "AWS_DEFAULT_REGION") == 0)
        apply_region(judge);
    else if (strcmp(judge->name, "ECS_RESERVED_MEMORY") == 0)
        apply_memory(judge);
    else if (strcmp(judge->name, "ECS_RESERVED_PORTS") == 0)
        apply_ports(judge, spec->reserved_ports, &spec->reserved_port_count);
    else if (strcmp(judge->name, "ECS_RESERVED_PORTS_UDP") == 0)
        apply_ports(judge, spec->reserved_ports_udp, &spec->reserved_port_udp_count);
    else if (strcmp(judge->name, "ECS_INSTANCE_ATTRIBUTES") == 0)
        apply_attributes(judge);
    else if (strcmp(judge->name, "ECS_AVAILABLE_LOGGING_DRIVERS") == 0)
        apply_log_drivers(judge);
    else if (!apply_host(judge))
        set_ability(judge->agent, judge->name, read_bool(judge->value) == 1);
}

/* ---- judging ---- */

/* Whether two good values mean the same. */
static bool means(const struct judge *judge, const char *other)
{
    int64_t a, b;
    switch (judge->key->type) {
    case SCN_A_BOOL:
        return read_bool(judge->value) == read_bool(other);
    case SCN_A_INTEGER:
        return read_integer(judge->value, &a) && read_integer(other, &b) && a == b;
    case SCN_A_DURATION:
        return scn_go_duration_parse(judge->value, &a) == 0 &&
               scn_go_duration_parse(other, &b) == 0 && a == b;
    case SCN_A_TEXT:
    case SCN_A_CHOICE:
    case SCN_A_CHOICES:
    case SCN_A_PORTS:
    case SCN_A_TEXTS:
    case SCN_A_MAP:
    case SCN_A_JSON:
    case SCN_A_RATE:
        break;
    }
    return strcmp(judge->value, other) == 0;
}

static void unknown_name(struct scn_loader *loader, const struct scn_value *at, const char *name)
{
    const char *names[KEYS_MAX];
    uint32_t count = 0;
    for (const struct scn_agent_key *key = scn_agent_keys; key->name != NULL; key++)
        if (count < KEYS_MAX)
            names[count++] = key->name;
    if (strncasecmp(name, "ECS_", strlen("ECS_")) != 0)
        return;
    const char *near = scn_nearest(name, names, count);
    scn_warning(loader->complaints, at,
                "%s is no setting of the ECS agent that is known here%s%s%s", name,
                near != NULL ? "; did you mean " : "; it is ignored", near != NULL ? near : "",
                near != NULL ? "?" : "");
}

/* A value that is only known at boot. A cluster is taken for the one there is: user data that
 * works out its cluster is written to join. */
static void judge_unknown(const struct judge *judge)
{
    struct scn_complaints *complaints = judge->loader->complaints;
    if (judge->key->effect == SCN_NONE) {
        scn_no_effect(complaints, judge->at,
                      sim_arena_printf(judge->loader->arena, "%s: %s", judge->name,
                                       judge->key->help));
    } else if (strcmp(judge->name, "ECS_CLUSTER") == 0) {
        judge->agent->cluster = judge->loader->scenario->cluster;
        scn_warning(complaints, judge->at,
                    "ECS_CLUSTER is worked out at boot, by a command or from a variable that "
                    "nothing here sets; it is taken to be %s",
                    judge->agent->cluster);
    } else {
        scn_warning(complaints, judge->at,
                    "%s is worked out at boot, by a command or from a variable that nothing here "
                    "sets; the default is taken",
                    judge->name);
    }
}

static void judge_setting(const struct judge *judge)
{
    const struct scn_agent_key *key = judge->key;
    struct scn_complaints *complaints = judge->loader->complaints;
    struct sim_arena *arena = judge->loader->arena;
    const char *fallback = key->fallback[judge->os];
    if (!check_value(judge))
        return;
    if (fallback == NULL) {
        scn_no_effect(complaints, judge->at,
                      sim_arena_printf(arena, "%s: the agent reads it on %s only", judge->name,
                                       judge->os == SCN_LINUX ? "Windows" : "Linux"));
        return;
    }
    if (strcmp(judge->name, "HTTP_PROXY") == 0)
        judge->agent->proxy = true;
    if (strstr(judge->name, "_TAGS") != NULL && !means(judge, fallback)) {
        judge->agent->tags_at = judge->at; /* ACC-08 */
        judge->agent->tags_by = judge->key->name;
    }
    if (strcmp(judge->name, "ECS_ENABLE_TASK_IAM_ROLE") == 0)
        judge->agent->task_roles = read_bool(judge->value) != 0;
    const char *simulated = key->simulated != NULL ? key->simulated : fallback;
    if (key->effect == SCN_ACTS)
        apply(judge);
    else if (key->effect == SCN_LATER && !means(judge, simulated))
        scn_warning(complaints, judge->at,
                    "%s=%s changes %s, which is not simulated yet; the run goes on as with %s",
                    judge->name, judge->value, key->help, simulated);
    else
        scn_no_effect(complaints, judge->at,
                      sim_arena_printf(arena, "%s: %s", judge->name,
                                       key->effect == SCN_NONE ? key->help
                                                               : "it says what holds anyway"));
}

static const char *default_of(const char *name, enum scn_os os)
{
    const struct scn_agent_key *key = scn_agent_keys;
    while (strcmp(key->name, name) != 0)
        key++;
    return key->fallback[os];
}

static void reserve_default_ports(struct ecs_launch_spec *spec, enum scn_os os)
{
    read_ports(default_of("ECS_RESERVED_PORTS", os), spec->reserved_ports,
               &spec->reserved_port_count);
}

void scn_agent_init(struct scn_agent *agent, struct ecs_launch_spec *spec, enum scn_os os)
{
    struct ecs_host *host = &spec->host;
    *agent = (struct scn_agent){.cluster = "default", .serves = true};
    reserve_default_ports(spec, os);
    host->os = os == SCN_WINDOWS ? ECS_OS_WINDOWS : ECS_OS_LINUX;
    host->pull = ECS_PULL_DEFAULT;
    host->image_cleanup = true;
    read_integer(default_of("ECS_NUM_IMAGES_DELETE_PER_CYCLE", os), &host->images_per_cycle);
    for (size_t i = 0; i < HOST_DURATIONS; i++)
        set_host_duration(host, host_durations[i].offset, default_of(host_durations[i].name, os));
    for (size_t i = 0; i < ABILITIES; i++) {
        const char *value = default_of(abilities[i].name, os); /* NULL: not switched there */
        set_ability(agent, abilities[i].name, value == NULL || read_bool(value) == 1);
    }
    for (uint32_t i = 0; i < SCN_LOG_DRIVERS; i++) {
        char quoted[32];
        snprintf(quoted, sizeof quoted, "\"%s\"", scn_log_drivers[i]);
        if (strstr(default_of("ECS_AVAILABLE_LOGGING_DRIVERS", os), quoted) != NULL)
            agent->log_drivers |= UINT32_C(1) << i;
    }
}

void scn_default_ports(struct ecs_launch_spec *spec)
{
    reserve_default_ports(spec, spec->host.os == ECS_OS_WINDOWS ? SCN_WINDOWS : SCN_LINUX);
}

void scn_agent_apply(struct scn_loader *loader, const struct scn_value *at, enum scn_os os,
                     const struct scn_setting *settings, uint32_t count,
                     struct ecs_launch_spec *spec, struct scn_agent *agent)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct scn_agent_key *key = scn_agent_keys;
        while (key->name != NULL && strcmp(key->name, settings[i].name) != 0)
            key++;
        struct judge judge = {.loader = loader,
                              .at = at,
                              .os = os,
                              .key = key,
                              .name = settings[i].name,
                              .value = settings[i].value,
                              .spec = spec,
                              .agent = agent};
        if (key->name == NULL)
            unknown_name(loader, at, settings[i].name);
        else if (settings[i].unknown)
            judge_unknown(&judge);
        else if (settings[i].value[0] != '\0')
            judge_setting(&judge);
    }
}

/* ---- listing ---- */

static const char *type_text(const struct scn_agent_key *key, char *buffer, size_t size)
{
    static const char *const names[] = {
        [SCN_A_TEXT] = "text",          [SCN_A_CHOICE] = "text",
        [SCN_A_BOOL] = "true or false", [SCN_A_INTEGER] = "integer",
        [SCN_A_DURATION] = "duration",  [SCN_A_PORTS] = "list of ports",
        [SCN_A_CHOICES] = "JSON list",  [SCN_A_TEXTS] = "JSON list",
        [SCN_A_MAP] = "JSON object",    [SCN_A_JSON] = "JSON object",
        [SCN_A_RATE] = "steady,burst",
    };
    if (key->choices != NULL)
        snprintf(buffer, size, "%s: %s", names[key->type], key->choices);
    else if (key->type == SCN_A_INTEGER)
        snprintf(buffer, size, "integer %" PRId64 "..%" PRId64, key->min, key->max);
    else if (key->floor)
        snprintf(buffer, size, "duration from %" PRId64 "m", key->min / 60);
    else
        snprintf(buffer, size, "%s", names[key->type]);
    return buffer;
}

void scn_list_agent_keys(scn_key_row *row, void *user)
{
    for (const struct scn_agent_key *key = scn_agent_keys; key->name != NULL; key++) {
        char path[96], type[192], fallback[192], help[192];
        const char *linux_value = key->fallback[SCN_LINUX];
        const char *windows_value = key->fallback[SCN_WINDOWS];
        snprintf(path, sizeof path, "UserData.%s", key->name);
        snprintf(help, sizeof help, "%s (%s)", key->help, key->rule);
        if (linux_value == NULL)
            snprintf(fallback, sizeof fallback, "Windows only: %s", windows_value);
        else if (windows_value == NULL)
            snprintf(fallback, sizeof fallback, "%s; Linux only", linux_value);
        else if (strcmp(linux_value, windows_value) != 0)
            snprintf(fallback, sizeof fallback, "%s; Windows: %s", linux_value, windows_value);
        else
            snprintf(fallback, sizeof fallback, "%s", linux_value);
        row(user, path, type_text(key, type, sizeof type), fallback,
            key->effect == SCN_ACTS   ? "acts"
            : key->effect == SCN_NONE ? "none"
                                      : "not simulated yet",
            help);
    }
}
