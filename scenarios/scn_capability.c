#include "scn_capability.h"

#include "scn_ami.h"
#include "scn_task_rules.h"

#include <string.h>

#define OLD_PREFIX      "com.amazonaws.ecs.capability."
#define PREFIX          "ecs.capability."
#define LOG_DRIVER      OLD_PREFIX "logging-driver."
#define DOCKER_PLUGIN   PREFIX "docker-plugin."
#define WINDOWS_AWSVPC  202110 /* task networking of Windows instances */
#define AWSLOGS_VERSION "1.9.0"

/* ---- lists ---- */

static void add(struct scn_capabilities *list, const char *name)
{
    if (scn_capabilities_hold(list, name))
        return;
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 32 : 2 * list->capacity;
        const char **names = sim_arena_array(list->arena, list->capacity, sizeof names[0]);
        for (uint32_t i = 0; i < list->count; i++)
            names[i] = list->names[i];
        list->names = names;
    }
    list->names[list->count++] = name;
}

bool scn_capabilities_hold(const struct scn_capabilities *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0)
            return true;
    return false;
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* As the agent writes a plugin's name: without the tag `latest`, others after a dot. */
static const char *plugin(struct sim_arena *arena, const char *driver)
{
    const char *colon = strrchr(driver, ':');
    if (colon == NULL)
        return sim_arena_printf(arena, DOCKER_PLUGIN "%s", driver);
    const char *name = sim_arena_strndup(arena, driver, (size_t)(colon - driver));
    return strcmp(colon, ":latest") == 0
               ? sim_arena_printf(arena, DOCKER_PLUGIN "%s", name)
               : sim_arena_printf(arena, DOCKER_PLUGIN "%s.%s", name, colon + 1);
}

/* ---- what agents register ---- */

static const struct capability {
    const char *name, *since; /* version of the agent; NULL: any */
    uint32_t ability;         /* setting that switches it; 0: always there */
    bool linux_only;
} capabilities[] = {
    {OLD_PREFIX "privileged-container", NULL, SCN_CAN_PRIVILEGED, false},
    {OLD_PREFIX "selinux", NULL, SCN_CAN_SELINUX, true},
    {OLD_PREFIX "apparmor", NULL, SCN_CAN_APPARMOR, true},
    {OLD_PREFIX "task-iam-role", NULL, SCN_CAN_TASK_ROLE, false},
    {OLD_PREFIX "task-iam-role-network-host", "1.12.0", SCN_CAN_TASK_ROLE_HOST, false},
    {PREFIX "task-eni", "1.15.0", SCN_CAN_TASK_ENI, false},
    {PREFIX "execution-role-awslogs", "1.16.0", SCN_CAN_AWSLOGS_ROLE, false},
    {PREFIX "container-health-check", "1.17.0", SCN_CAN_HEALTH_CHECKS, false},
    {PREFIX "task-cpu-mem-limit", NULL, SCN_CAN_TASK_LIMITS, false},
    {PREFIX "private-registry-authentication.secretsmanager", "1.19.0", 0, false},
    {PREFIX "secrets.ssm.environment-variables", "1.22.0", 0, false},
    {PREFIX "secrets.asm.environment-variables", "1.22.0", 0, false},
    {PREFIX "secrets.ssm.bootstrap.log-driver", "1.22.0", 0, false},
    {PREFIX "secrets.asm.bootstrap.log-driver", "1.22.0", 0, false},
    {PREFIX "pid-ipc-namespace-sharing", "1.22.0", 0, true},
    {PREFIX "container-ordering", "1.26.0", 0, false},
    {PREFIX "aws-appmesh", "1.26.0", 0, true},
    {LOG_DRIVER "awsfirelens", "1.30.0", 0, true},
    {PREFIX "firelens.fluentd", "1.30.0", 0, true},
    {PREFIX "firelens.fluentbit", "1.30.0", 0, true},
    {PREFIX "firelens.options.config.file", "1.30.0", 0, true},
    {PREFIX "firelens.options.config.s3", "1.30.0", 0, true},
    {PREFIX "efs", "1.35.0", 0, true},
    {PREFIX "efsAuth", "1.38.0", 0, true},
    {PREFIX "env-files.s3", "1.39.0", 0, false},
};

static bool is_since(const struct ecs_host *host, const char *version)
{
    return version == NULL || host->agent_version == 0 ||
           host->agent_version >= scn_agent_version(version);
}

void scn_capabilities_of_agent(struct scn_capabilities *list, const struct scn_agent *agent,
                               const struct ecs_host *host, int32_t epoch)
{
    bool windows = host->os == ECS_OS_WINDOWS;
    uint32_t abilities = agent->abilities;
    if (windows && epoch < WINDOWS_AWSVPC) /* ENI-16 */
        abilities &= ~(uint32_t)SCN_CAN_TASK_ENI;
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++) {
        const struct capability *row = &capabilities[i];
        if ((row->ability == 0 || (row->ability & abilities) != 0) &&
            !(row->linux_only && windows) && is_since(host, row->since))
            add(list, row->name);
    }
    for (uint32_t i = 0; i < SCN_LOG_DRIVERS; i++)
        if ((agent->log_drivers >> i & 1) != 0 &&
            (strcmp(scn_log_drivers[i], "awslogs") != 0 || is_since(host, AWSLOGS_VERSION)))
            add(list, sim_arena_printf(list->arena, LOG_DRIVER "%s", scn_log_drivers[i]));
    add(list, DOCKER_PLUGIN "local");
    for (uint32_t i = 0; i < agent->volume_driver_count; i++)
        add(list, plugin(list->arena, agent->volume_drivers[i]));
}

bool scn_capability_is_own(const char *name)
{
    static const char *const usual[] = {"json-file", "syslog", "awslogs", "none", "awsfirelens"};
    if (begins(name, DOCKER_PLUGIN))
        return strcmp(name, DOCKER_PLUGIN "local") != 0;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (begins(name, LOG_DRIVER) && strcmp(name + strlen(LOG_DRIVER), usual[i]) == 0)
            return false;
    return begins(name, LOG_DRIVER) || strcmp(name, OLD_PREFIX "selinux") == 0 ||
           strcmp(name, OLD_PREFIX "apparmor") == 0;
}

/* ---- what definitions need ---- */

static void need_of_secrets(struct scn_capabilities *list, const struct scn_value *secrets,
                            const char *of)
{
    for (const struct scn_value *v = secrets; v != NULL; v = v->next) {
        bool manager = begins(scn_get_text(v, "valueFrom", ""), "arn:") &&
                       strstr(scn_get_text(v, "valueFrom", ""), ":secretsmanager:") != NULL;
        add(list,
            sim_arena_printf(list->arena, PREFIX "secrets.%s.%s", manager ? "asm" : "ssm", of));
        add(list, PREFIX "execution-role-awslogs"); /* SEC-05 */
    }
}

static void need_of_log(struct scn_capabilities *list, const struct scn_value *container, bool role)
{
    const struct scn_value *log = scn_get(container, "logConfiguration", SCN_OBJECT);
    const struct scn_value *router = scn_get(container, "firelensConfiguration", SCN_OBJECT);
    const struct scn_value *options = scn_get(router, "options", SCN_OBJECT);
    const char *driver = scn_get_text(log, "logDriver", NULL);
    const char *type = scn_get_text(router, "type", NULL);
    const char *file = scn_get_text(options, "config-file-type", NULL);
    if (driver != NULL) /* LOG-03, AGT-6 */
        add(list, sim_arena_printf(list->arena, LOG_DRIVER "%s", driver));
    if (driver != NULL && strcmp(driver, "awslogs") == 0 && role)
        add(list, PREFIX "execution-role-awslogs");
    if (type != NULL)
        add(list, sim_arena_printf(list->arena, PREFIX "firelens.%s", type));
    if (file != NULL)
        add(list, sim_arena_printf(list->arena, PREFIX "firelens.options.config.%s", file));
    need_of_secrets(list, scn_first(log, "secretOptions"), "bootstrap.log-driver");
}

static void need_of_container(struct scn_capabilities *list, const struct scn_value *container,
                              bool role)
{
    static const struct {
        const char *key, *name;
    } keys[] = {
        {"privileged", OLD_PREFIX "privileged-container"},
        {"healthCheck", PREFIX "container-health-check"},
        {"repositoryCredentials", PREFIX "private-registry-authentication.secretsmanager"},
        {"dependsOn", PREFIX "container-ordering"},
        {"startTimeout", PREFIX "container-ordering"},
        {"stopTimeout", PREFIX "container-ordering"},
        {"environmentFiles", PREFIX "env-files.s3"},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (scn_said(container, keys[i].key) != NULL)
            add(list, keys[i].name);
    for (const struct scn_value *v = scn_first(container, "dockerSecurityOptions"); v != NULL;
         v = v->next) {
        if (v->kind == SCN_STRING && begins(v->text, "label"))
            add(list, OLD_PREFIX "selinux");
        if (v->kind == SCN_STRING && begins(v->text, "apparmor"))
            add(list, OLD_PREFIX "apparmor");
    }
    need_of_log(list, container, role);
    need_of_secrets(list, scn_first(container, "secrets"), "environment-variables");
}

static void need_of_volume(struct scn_capabilities *list, const struct scn_value *volume)
{
    const struct scn_value *docker = scn_get(volume, "dockerVolumeConfiguration", SCN_OBJECT);
    const struct scn_value *efs = scn_get(volume, "efsVolumeConfiguration", SCN_OBJECT);
    if (docker != NULL) /* VOL-07 */
        add(list, plugin(list->arena, scn_get_text(docker, "driver", "local")));
    if (efs != NULL) /* VOL-12 */
        add(list, scn_said(efs, "authorizationConfig") != NULL ? PREFIX "efsAuth" : PREFIX "efs");
}

void scn_capabilities_needed(struct scn_capabilities *list, const struct scn_value *definition)
{
    const char *mode = scn_get_text(definition, "networkMode", "bridge");
    bool windows = scn_task_is_windows(definition);
    bool role = scn_said(definition, "executionRoleArn") != NULL;
    if (strcmp(mode, "awsvpc") == 0) /* ENI-08 */
        add(list, PREFIX "task-eni");
    if (scn_said(definition, "taskRoleArn") != NULL)
        add(list, strcmp(mode, "host") == 0 ? OLD_PREFIX "task-iam-role-network-host"
                                            : OLD_PREFIX "task-iam-role");
    if (!windows && (scn_said(definition, "cpu") != NULL || scn_said(definition, "memory") != NULL))
        add(list, PREFIX "task-cpu-mem-limit"); /* CPU-5; Windows ignores the size (WIN-6) */
    if (scn_said(definition, "pidMode") != NULL || scn_said(definition, "ipcMode") != NULL)
        add(list, PREFIX "pid-ipc-namespace-sharing");
    if (scn_said(definition, "proxyConfiguration") != NULL)
        add(list, PREFIX "aws-appmesh");
    for (const struct scn_value *v = scn_first(definition, "volumes"); v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            need_of_volume(list, v);
    for (const struct scn_value *c = scn_first(definition, "containerDefinitions"); c != NULL;
         c = c->next)
        if (c->kind == SCN_OBJECT)
            need_of_container(list, c, role);
}

/* ---- sim.volumeDrivers ---- */

void scn_load_volume_drivers(struct scn_loader *loader, const struct scn_value *sim,
                             struct scn_agent *agent)
{
    const struct scn_value *list = scn_get(sim, "volumeDrivers", SCN_LIST);
    if (list == NULL)
        return;
    const char **drivers = sim_arena_array(loader->arena, list->count, sizeof drivers[0]);
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        if (v->kind == SCN_STRING)
            drivers[agent->volume_driver_count++] = v->text;
    agent->volume_drivers = drivers;
}

/* ---- the scenario's own ---- */

/* Its attributes are those that a describe call printed, which never lack the versions of Docker's
 * interface: then they are all it has. Single ones come on top of what its agent registers. */
static bool is_described(const struct ecs_scenario *scenario, const struct ecs_launch_spec *spec)
{
    for (uint32_t i = 0; i < spec->attribute_count; i++)
        if (begins(scenario->names.text[spec->attributes[i].name], OLD_PREFIX "docker-remote-api."))
            return true;
    return false;
}

static bool has(const struct ecs_scenario *scenario, const struct ecs_launch_spec *spec,
                const struct scn_capabilities *registered, const char *name)
{
    for (uint32_t i = 0; i < spec->attribute_count; i++)
        if (strcmp(scenario->names.text[spec->attributes[i].name], name) == 0)
            return true;
    return scn_capabilities_hold(registered, name);
}

/* PutAttributes or DeleteAttributes of a change may give or take it. */
static bool may_change(const struct ecs_scenario *scenario, const char *name)
{
    for (uint32_t i = 0; i < scenario->change_count; i++)
        for (uint32_t k = 0; k < scenario->changes[i].attribute_count; k++)
            if (strcmp(scenario->names.text[scenario->changes[i].attributes[k].name], name) == 0)
                return true;
    return false;
}

static const uint32_t *intern(struct scn_loader *loader, const struct scn_capabilities *list)
{
    uint32_t *names = sim_arena_array(loader->arena, list->count, sizeof names[0]);
    for (uint32_t i = 0; i < list->count; i++)
        names[i] = ecs_names_intern(&loader->scenario->names, list->names[i]);
    return names;
}

/* What a user could do about it. */
static const char *advice(struct sim_arena *arena, const char *name)
{
    static const struct {
        const char *name, *advice;
    } rows[] = {
        {OLD_PREFIX "privileged-container", "do not set ECS_DISABLE_PRIVILEGED"},
        {OLD_PREFIX "selinux", "set ECS_SELINUX_CAPABLE=true in the user data"},
        {OLD_PREFIX "apparmor", "set ECS_APPARMOR_CAPABLE=true in the user data"},
        {OLD_PREFIX "task-iam-role", "set ECS_ENABLE_TASK_IAM_ROLE=true in the user data"},
        {OLD_PREFIX "task-iam-role-network-host",
         "set ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST=true in the user data"},
        {PREFIX "task-eni", "set ECS_ENABLE_TASK_ENI=true, with agent 1.15.0 or later"},
        {PREFIX "execution-role-awslogs",
         "set ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true in the user data"},
        {PREFIX "task-cpu-mem-limit", "set ECS_ENABLE_TASK_CPU_MEM_LIMIT=true in the user data"},
    };
    if (begins(name, DOCKER_PLUGIN))
        return sim_arena_printf(arena,
                                "write \"volumeDrivers\": [\"%s\"] under `sim` of what "
                                "launches them",
                                name + strlen(DOCKER_PLUGIN));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(name, rows[i].name) == 0)
            return rows[i].advice;
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++)
        if (strcmp(name, capabilities[i].name) == 0 && capabilities[i].since != NULL)
            return sim_arena_printf(arena, "it came with agent %s", capabilities[i].since);
    if (begins(name, LOG_DRIVER))
        return sim_arena_printf(arena,
                                "add \"%s\" to ECS_AVAILABLE_LOGGING_DRIVERS in the user "
                                "data",
                                name + strlen(LOG_DRIVER));
    return "choose another agent";
}

/* Some instance of the scenario may be launched from it. */
static bool is_used(const struct ecs_scenario *scenario, uint32_t spec)
{
    bool used = false;
    for (uint32_t i = 0; i < scenario->asg_count; i++)
        used = used || scenario->asgs[i].spec == spec;
    for (uint32_t i = 0; i < scenario->extra_instance_count; i++)
        used = used || scenario->extra_instances[i].spec == spec;
    for (uint32_t i = 0; i < scenario->change_count; i++)
        used = used || scenario->changes[i].spec == spec;
    return used;
}

/* Keeps of what a definition needs only what some instance lacks or may lose. */
static void load_requirements(struct scn_loader *loader, uint32_t index,
                              const struct scn_capabilities *registered)
{
    const struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *value = loader->definition_values[index];
    struct scn_capabilities needed = {.arena = loader->arena}, kept = {.arena = loader->arena};
    scn_capabilities_needed(&needed, value);
    for (uint32_t i = 0; i < needed.count; i++) {
        bool all = !may_change(scenario, needed.names[i]), some = !all, of_its_system = false;
        for (uint32_t k = 0; k < scenario->spec_count; k++) {
            bool there = has(scenario, &loader->specs[k], &registered[k], needed.names[i]);
            bool same = is_used(scenario, k) &&
                        ecs_spec_suits(&loader->specs[k], &loader->definitions[index]);
            all = all && there;
            some = some || (there && same);
            of_its_system = of_its_system || same;
        }
        if (!all)
            add(&kept, needed.names[i]);
        if (!some && of_its_system)
            scn_warning(loader->complaints, value,
                        "no instance registers the attribute %s, so its tasks find no place "
                        "(ATTRIBUTE); %s",
                        needed.names[i], advice(loader->arena, needed.names[i]));
    }
    loader->definitions[index].requirements = intern(loader, &kept);
    loader->definitions[index].requirement_count = kept.count;
}

/* requiresAttributes of a describe output, against what the definition says: those of which the
 * rule is certain. */
static void check_described(struct scn_loader *loader, const struct scn_value *value)
{
    static const char *const certain[] = {LOG_DRIVER, DOCKER_PLUGIN, PREFIX "task-eni"};
    const struct scn_value *list = scn_get(value, "requiresAttributes", SCN_LIST);
    struct scn_capabilities needed = {.arena = loader->arena}, given = {.arena = loader->arena};
    if (list == NULL)
        return;
    scn_capabilities_needed(&needed, value);
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        add(&given, scn_get_text(v, "name", ""));
    for (size_t i = 0; i < sizeof certain / sizeof certain[0]; i++) {
        for (uint32_t k = 0; k < given.count; k++)
            if (begins(given.names[k], certain[i]) &&
                !scn_capabilities_hold(&needed, given.names[k])) {
                scn_warning(loader->complaints, list,
                            "%s is not needed by what the definition says; was it changed after "
                            "it was described? The list is not heeded",
                            given.names[k]);
                return;
            }
        for (uint32_t k = 0; k < needed.count && given.count > 0; k++)
            if (begins(needed.names[k], certain[i]) &&
                !scn_capabilities_hold(&given, needed.names[k])) {
                scn_warning(loader->complaints, list,
                            "%s is missing here, and the definition needs it; was it changed after "
                            "it was described? The list is not heeded",
                            needed.names[k]);
                return;
            }
    }
}

void scn_load_capabilities(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    struct scn_capabilities *registered =
        sim_arena_array(loader->arena, scenario->spec_count, sizeof registered[0]);
    for (uint32_t i = 0; i < scenario->spec_count; i++) {
        struct ecs_launch_spec *spec = &loader->specs[i];
        registered[i] = (struct scn_capabilities){.arena = loader->arena};
        if (!is_described(scenario, spec))
            scn_capabilities_of_agent(&registered[i], &loader->spec_agents[i], &spec->host,
                                      scenario->epoch);
        spec->capabilities = intern(loader, &registered[i]);
        spec->capability_count = registered[i].count;
    }
    for (uint32_t i = 0; i < scenario->task_definition_count; i++) {
        check_described(loader, loader->definition_values[i]);
        load_requirements(loader, i, registered);
    }
}
