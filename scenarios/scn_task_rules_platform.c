/* What Fargate (FGT, FSZ) and Windows do not allow (scn_task_rules.h).
 *
 * The sheet's rules are those of 2020. Where AWS has since allowed something, the row carries the
 * month from which it is allowed, and a scenario's epoch decides. */
#include "scn_ami.h"
#include "scn_task_rules.h"

#include <inttypes.h>
#include <string.h>

#define PLATFORM_1_4_LATEST 202103 /* what needs Fargate platform version 1.4.0 */
#define FARGATE_WINDOWS     202110 /* and with it awsvpc for Windows */
#define FARGATE_LARGE_SIZES 202209
#define FARGATE_KERNEL      202308 /* systemControls, pidMode task */

#define FARGATE_STOP_TIMEOUT_MAX 120 /* DEP-09 */

static bool is_awsvpc(const struct scn_task_check *check)
{
    return strcmp(check->network_mode, "awsvpc") == 0;
}

static void refuse(const struct scn_task_check *check, const struct scn_value *at)
{
    scn_error(check->complaints, at,
              "Fargate does not allow it; remove it, or FARGATE from requiresCompatibilities");
}

/* ---- sizes (FGT-04, FSZ) ---- */

static const struct fargate_size {
    int64_t cpu, min, max, step; /* CPU units; MiB */
    int32_t from;                /* epoch */
} sizes[] = {
    {256, 512, 1024, 512, 0},
    {256, 2048, 2048, 1024, 0},
    {512, 1024, 4096, 1024, 0},
    {1024, 2048, 8192, 1024, 0},
    {2048, 4096, 16384, 1024, 0},
    {4096, 8192, 30720, 1024, 0},
    {8192, 16384, 61440, 4096, FARGATE_LARGE_SIZES},
    {16384, 32768, 122880, 8192, FARGATE_LARGE_SIZES},
};
#define SIZES (sizeof sizes / sizeof sizes[0])

static void complain_memory(const struct scn_task_check *check, const struct scn_value *at,
                            int64_t cpu)
{
    for (size_t i = 0; i < SIZES; i++) {
        if (sizes[i].cpu != cpu)
            continue;
        if (cpu == 256)
            scn_error(check->complaints, at,
                      "\"%s\" is no memory size of a Fargate task with 256 CPU units; write 512, "
                      "1024 or 2048 (API-12: ClientException)",
                      at->text);
        else
            scn_error(check->complaints, at,
                      "\"%s\" is no memory size of a Fargate task with %" PRId64
                      " CPU units; write %" PRId64 " to %" PRId64 " in steps of %" PRId64
                      " (API-12: ClientException)",
                      at->text, cpu, sizes[i].min, sizes[i].max, sizes[i].step);
        return;
    }
}

static void check_size(const struct scn_task_check *check)
{
    const struct scn_value *cpu_at = scn_get(check->definition, "cpu", SCN_STRING);
    const struct scn_value *memory_at = scn_get(check->definition, "memory", SCN_STRING);
    if (cpu_at == NULL || memory_at == NULL) {
        scn_error(check->complaints, check->definition,
                  "Fargate needs the size of the task; add %s, such as \"cpu\": \"256\" and "
                  "\"memory\": \"512\"",
                  cpu_at != NULL      ? "`memory`"
                  : memory_at != NULL ? "`cpu`"
                                      : "`cpu` and `memory`");
        return;
    }
    int64_t cpu = scn_task_amount(cpu_at->text, "vCPU", 1024);
    int64_t memory = scn_task_amount(memory_at->text, "GB", 1024);
    bool known = false;
    for (size_t i = 0; i < SIZES; i++) {
        if (sizes[i].cpu != cpu || check->epoch < sizes[i].from)
            continue;
        known = true;
        if (memory >= sizes[i].min && memory <= sizes[i].max &&
            (memory - sizes[i].min) % sizes[i].step == 0)
            return;
    }
    if (known)
        complain_memory(check, memory_at, cpu);
    else
        scn_error(check->complaints, cpu_at,
                  "\"%s\" is no CPU size of a Fargate task; write 256, 512, 1024, 2048 or 4096%s "
                  "(API-12: ClientException, Invalid 'cpu' setting for task)",
                  cpu_at->text, check->epoch >= FARGATE_LARGE_SIZES ? ", 8192 or 16384" : "");
}

/* ---- keys ---- */

static const struct fargate_key {
    const char *key;
    int32_t until;       /* epoch from which Fargate allows it; 0: never */
    bool awsvpc_forbids; /* then NET-09 has complained already */
} container_keys[] = {
    /* FGT-06, FGT-11, FGT-17 */
    {"disableNetworking", 0, true},
    {"dnsSearchDomains", 0, true},
    {"dnsServers", 0, true},
    {"extraHosts", 0, true},
    {"links", 0, true},
    {"hostname", 0, true},
    {"dockerSecurityOptions", 0, false},
    {"privileged", 0, false},
    {"systemControls", FARGATE_KERNEL, false},
    {"environmentFiles", PLATFORM_1_4_LATEST, false},
};

static void check_linux_parameters(const struct scn_task_check *check,
                                   const struct scn_value *linux_parameters)
{
    static const char *const refused[] = {"devices", "sharedMemorySize", "tmpfs", "maxSwap",
                                          "swappiness"}; /* FGT-07 */
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const struct scn_value *at = scn_said(linux_parameters, refused[i]);
        if (at != NULL)
            refuse(check, at);
    }
    const struct scn_value *capabilities = scn_get(linux_parameters, "capabilities", SCN_OBJECT);
    for (const struct scn_value *v = scn_first(capabilities, "add"); v != NULL; v = v->next)
        if (v->kind == SCN_STRING && strcmp(v->text, "SYS_PTRACE") != 0) /* FGT-08 */
            scn_error(check->complaints, v,
                      "Fargate adds no capability but SYS_PTRACE; remove %s, or FARGATE from "
                      "requiresCompatibilities",
                      v->text);
}

static void check_fargate_logs(const struct scn_task_check *check,
                               const struct scn_value *container)
{
    const struct scn_value *log = scn_get(container, "logConfiguration", SCN_OBJECT);
    const struct scn_value *driver = scn_get(log, "logDriver", SCN_STRING);
    const struct scn_value *firelens = scn_get(container, "firelensConfiguration", SCN_OBJECT);
    const struct scn_value *options = scn_get(firelens, "options", SCN_OBJECT);
    if (driver != NULL && strcmp(driver->text, "awslogs") != 0 &&
        strcmp(driver->text, "splunk") != 0 &&
        strcmp(driver->text, "awsfirelens") != 0) /* FGT-12 */
        scn_error(check->complaints, driver,
                  "Fargate has no log driver %s; write awslogs, splunk or awsfirelens",
                  driver->text);
    if (driver != NULL && strcmp(driver->text, "awslogs") == 0 && /* FGT-13 */
        scn_said(scn_get(log, "options", SCN_OBJECT), "awslogs-stream-prefix") == NULL)
        scn_error(check->complaints, log,
                  "awslogs on Fargate needs the option `awslogs-stream-prefix`; add it");
    if (strcmp(scn_get_text(options, "config-file-type", "file"), "file") != 0) /* FGT-14 */
        scn_error(check->complaints, scn_json_member(options, "config-file-type"),
                  "Fargate reads the log router's configuration from a file of the image only; "
                  "write \"file\"");
}

static void check_fargate_secrets(const struct scn_task_check *check,
                                  const struct scn_value *container)
{
    if (check->epoch >= PLATFORM_1_4_LATEST)
        return;
    for (const struct scn_value *v = scn_first(container, "secrets"); v != NULL; v = v->next)
        if (scn_secret_has_parts(scn_get_text(v, "valueFrom", ""))) /* FGT-15 */
            scn_error(check->complaints, scn_json_member(v, "valueFrom"),
                      "Fargate injects whole secrets only; end the ARN after the secret's name");
}

static void check_fargate_container(const struct scn_task_check *check,
                                    const struct scn_value *container)
{
    for (size_t i = 0; i < sizeof container_keys / sizeof container_keys[0]; i++) {
        const struct fargate_key *row = &container_keys[i];
        const struct scn_value *at = scn_said(container, row->key);
        bool allowed = row->until != 0 && check->epoch >= row->until;
        if (at != NULL && !allowed && !(row->awsvpc_forbids && is_awsvpc(check)))
            refuse(check, at);
    }
    for (const struct scn_value *v = scn_first(container, "resourceRequirements"); v != NULL;
         v = v->next)
        if (strcmp(scn_get_text(v, "type", ""), "GPU") == 0) /* FGT-06, GPU-06 */
            scn_error(check->complaints, v,
                      "Fargate has no GPUs; remove it, or FARGATE from requiresCompatibilities");
    const struct scn_value *stop = scn_json_member(container, "stopTimeout");
    if (scn_get_integer(container, "stopTimeout", 0) > FARGATE_STOP_TIMEOUT_MAX) /* DEP-09 */
        scn_error(check->complaints, stop,
                  "Fargate waits at most %d s for a container to stop; "
                  "write 0 to %d",
                  FARGATE_STOP_TIMEOUT_MAX, FARGATE_STOP_TIMEOUT_MAX);
    check_linux_parameters(check, scn_get(container, "linuxParameters", SCN_OBJECT));
    check_fargate_logs(check, container);
    check_fargate_secrets(check, container);
}

/* FGT-24: what a Fargate task does in the name of its execution role. Secrets, private registries
 * and environment files need one on EC2 too (scn_task_rules_log.c). */
static void check_fargate_role(const struct scn_task_check *check)
{
    if (scn_said(check->definition, "executionRoleArn") != NULL)
        return;
    for (const struct scn_value *c = scn_first(check->definition, "containerDefinitions");
         c != NULL; c = c->next) {
        const struct scn_value *log = scn_get(c, "logConfiguration", SCN_OBJECT);
        const char *why = strstr(scn_get_text(c, "image", ""), ".dkr.ecr.") != NULL
                              ? "to pull images from ECR"
                          : strcmp(scn_get_text(log, "logDriver", ""), "awslogs") == 0
                              ? "to write to CloudWatch Logs"
                              : NULL;
        if (why != NULL) {
            scn_error(check->complaints, c,
                      "Fargate needs an execution role %s; add `executionRoleArn` to the task "
                      "definition",
                      why);
            return;
        }
    }
}

void scn_check_fargate(const struct scn_task_check *check)
{
    const struct scn_value *definition = check->definition;
    const struct scn_value *constraints = scn_said(definition, "placementConstraints");
    const struct scn_value *ipc = scn_said(definition, "ipcMode");
    const struct scn_value *pid = scn_said(definition, "pidMode");
    if (!is_awsvpc(check)) /* FGT-02 */
        scn_error(check->complaints,
                  scn_json_member(definition, "networkMode") != NULL
                      ? scn_json_member(definition, "networkMode")
                      : definition,
                  "Fargate needs networkMode awsvpc, not %s; write \"networkMode\": \"awsvpc\"",
                  check->network_mode);
    check_size(check);
    if (constraints != NULL) /* FGT-06 */
        refuse(check, constraints);
    if (ipc != NULL)
        refuse(check, ipc);
    if (pid != NULL && !(check->epoch >= FARGATE_KERNEL &&
                         strcmp(scn_get_text(definition, "pidMode", ""), "task") == 0))
        refuse(check, pid);
    if (check->windows && check->epoch < FARGATE_WINDOWS) /* FGT-16 */
        scn_error(check->complaints, scn_json_member(definition, "runtimePlatform"),
                  "Windows containers do not run on Fargate; remove FARGATE from "
                  "requiresCompatibilities");
    for (const struct scn_value *v = scn_first(definition, "volumes"); v != NULL; v = v->next) {
        const struct scn_value *docker = scn_json_member(v, "dockerVolumeConfiguration");
        const struct scn_value *path = scn_said(scn_json_member(v, "host"), "sourcePath");
        if (docker != NULL) /* FGT-09 */
            refuse(check, docker);
        if (path != NULL) /* FGT-10 */
            scn_error(check->complaints, path,
                      "Fargate has no host whose path could be mounted; write \"host\": {} for "
                      "scratch space");
    }
    for (const struct scn_value *c = scn_first(definition, "containerDefinitions"); c != NULL;
         c = c->next)
        check_fargate_container(check, c);
    check_fargate_role(check);
}

unsigned scn_task_compatibilities(struct sim_arena *arena, const struct scn_value *definition,
                                  int32_t epoch)
{
    struct scn_complaints complaints;
    scn_complaints_init(&complaints, arena);
    const struct scn_task_check check = scn_task_check_of(&complaints, definition, epoch);
    scn_check_fargate(&check);
    unsigned compatible = SCN_COMPATIBLE_EC2;
    if (complaints.error_count == 0)
        compatible |= SCN_COMPATIBLE_FARGATE;
    scn_complaints_release(&complaints);
    return compatible;
}

/* ---- the agent (AGT-01; sheet 01, 18.7) ---- */

static void need(uint32_t *version, const char *at_least)
{
    uint32_t other = scn_agent_version(at_least);
    if (*version < other)
        *version = other;
}

static void need_of_container(uint32_t *version, const struct scn_value *container)
{
    static const struct {
        const char *key, *version;
    } keys[] = {
        {"healthCheck", "1.17.0"},      {"repositoryCredentials", "1.19.0"},
        {"secrets", "1.22.0"},          {"dependsOn", "1.26.0"},
        {"startTimeout", "1.26.0"},     {"stopTimeout", "1.26.0"},
        {"environmentFiles", "1.39.0"},
    };
    const struct scn_value *log = scn_get(container, "logConfiguration", SCN_OBJECT);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (scn_said(container, keys[i].key) != NULL)
            need(version, keys[i].version);
    for (const struct scn_value *v = scn_first(container, "secrets"); v != NULL; v = v->next)
        if (scn_secret_has_parts(scn_get_text(v, "valueFrom", "")))
            need(version, "1.37.0");
    for (const struct scn_value *v = scn_first(container, "portMappings"); v != NULL; v = v->next)
        if (strcmp(scn_get_text(v, "protocol", "tcp"), "udp") == 0)
            need(version, "1.2.0");
    if (strcmp(scn_get_text(log, "logDriver", ""), "awslogs") == 0)
        need(version, "1.9.0");
    if (scn_said(log, "secretOptions") != NULL)
        need(version, "1.22.0");
}

uint32_t scn_task_agent_version(const struct scn_value *definition)
{
    uint32_t version = 0;
    if (strcmp(scn_get_text(definition, "networkMode", ""), "awsvpc") == 0)
        need(&version, "1.15.0");
    if (scn_said(definition, "taskRoleArn") != NULL &&
        strcmp(scn_get_text(definition, "networkMode", ""), "host") == 0)
        need(&version, "1.12.0"); /* sheet 02, 10.1 */
    if (scn_said(definition, "proxyConfiguration") != NULL)
        need(&version, "1.26.0");
    for (const struct scn_value *v = scn_first(definition, "volumes"); v != NULL; v = v->next) {
        const struct scn_value *efs = scn_get(v, "efsVolumeConfiguration", SCN_OBJECT);
        if (efs != NULL)
            need(&version, scn_said(efs, "authorizationConfig") != NULL ? "1.38.0" : "1.35.0");
    }
    for (const struct scn_value *c = scn_first(definition, "containerDefinitions"); c != NULL;
         c = c->next)
        if (c->kind == SCN_OBJECT)
            need_of_container(&version, c);
    return version;
}

/* ---- Windows ---- */

bool scn_task_is_windows(const struct scn_value *definition)
{
    const struct scn_value *platform = scn_get(definition, "runtimePlatform", SCN_OBJECT);
    const char *family = scn_get_text(platform, "operatingSystemFamily", NULL);
    if (family != NULL)
        return strncmp(family, "WINDOWS", strlen("WINDOWS")) == 0;
    return strcmp(scn_get_text(scn_get(definition, "sim", SCN_OBJECT), "os", "linux"), "windows") ==
           0;
}

static void refuse_windows(const struct scn_task_check *check, const struct scn_value *at)
{
    scn_error(check->complaints, at, "Windows containers do not have it; remove it");
}

/* WIN-17, X-12: of Docker's security options only a gMSA credential specification. */
static void check_credential_spec(const struct scn_task_check *check,
                                  const struct scn_value *option)
{
    static const char prefix[] = "credentialspec:";
    static const char *const sources[] = {"arn:aws:s3:::", "arn:aws:ssm:", "file://"};
    if (option->kind != SCN_STRING)
        return;
    const char *source = option->text + strlen(prefix);
    bool good = strncmp(option->text, prefix, strlen(prefix)) == 0;
    if (!good) {
        scn_error(check->complaints, option,
                  "Windows containers take no security option but credentialspec:; remove \"%s\"",
                  option->text);
        return;
    }
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (strncmp(source, sources[i], strlen(sources[i])) == 0 &&
            source[strlen(sources[i])] != '\0' && (i != 1 || strstr(source, ":parameter/") != NULL))
            return;
    scn_error(check->complaints, option,
              "\"%s\" names no credential specification; after credentialspec: comes the ARN of "
              "an S3 object or an SSM parameter, or file://name.json",
              option->text);
}

/* WIN-11: with task roles port 80 belongs to the proxy that hands out their credentials. */
static void check_proxy_port(const struct scn_task_check *check, const struct scn_value *container)
{
    if (scn_said(check->definition, "taskRoleArn") == NULL)
        return;
    for (const struct scn_value *v = scn_first(container, "portMappings"); v != NULL; v = v->next)
        if (scn_get_integer(v, "hostPort", 0) == 80)
            scn_error(check->complaints, scn_json_member(v, "hostPort"),
                      "on Windows port 80 serves the credentials of task roles; write 0 and put a "
                      "load balancer before it, or remove taskRoleArn");
}

static void check_windows_container(const struct scn_task_check *check, const struct scn_value *c)
{
    static const char *const keys[] = {"disableNetworking",
                                       "dnsServers",
                                       "dnsSearchDomains",
                                       "extraHosts",
                                       "links",
                                       "privileged",
                                       "user",
                                       "readonlyRootFilesystem",
                                       "ulimits",
                                       "linuxParameters",
                                       "systemControls"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (scn_said(c, keys[i]) != NULL)
            refuse_windows(check, scn_said(c, keys[i]));
    for (const struct scn_value *v = scn_first(c, "resourceRequirements"); v != NULL; v = v->next)
        if (strcmp(scn_get_text(v, "type", ""), "GPU") == 0) /* GPU-06 */
            scn_error(check->complaints, v, "Windows containers have no GPUs; remove it");
    for (const struct scn_value *v = scn_first(c, "dockerSecurityOptions"); v != NULL; v = v->next)
        check_credential_spec(check, v);
    check_proxy_port(check, c);
}

static bool is_drive_path(const char *path)
{
    return ((*path >= 'A' && *path <= 'Z') || (*path >= 'a' && *path <= 'z')) && path[1] == ':';
}

/* WIN-9: folders of the drive of %ProgramData% only, which is C:. */
static void check_windows_paths(const struct scn_task_check *check)
{
    for (const struct scn_value *v = scn_first(check->definition, "volumes"); v != NULL;
         v = v->next) {
        const struct scn_value *path =
            scn_get(scn_get(v, "host", SCN_OBJECT), "sourcePath", SCN_STRING);
        if (path == NULL || path->text[0] == '\0')
            continue;
        if (path->text[0] == '/')
            scn_error(check->complaints, path,
                      "\"%s\" is a path of Linux; write one such as \"C:\\ProgramData\\app\"",
                      path->text);
        else if (is_drive_path(path->text) && (path->text[0] | 0x20) != 'c')
            scn_error(check->complaints, path,
                      "Windows containers mount folders of the drive of ProgramData only, which "
                      "is C:; \"%s\" is on another",
                      path->text);
    }
}

void scn_check_windows(const struct scn_task_check *check)
{
    static const char *const task_keys[] = {"pidMode", "ipcMode", "proxyConfiguration"};
    const struct scn_value *definition = check->definition;
    for (size_t i = 0; i < sizeof task_keys / sizeof task_keys[0]; i++)
        if (scn_said(definition, task_keys[i]) != NULL)
            refuse_windows(check, scn_said(definition, task_keys[i]));
    bool modern = is_awsvpc(check) && check->epoch >= FARGATE_WINDOWS;
    if (scn_said(definition, "networkMode") != NULL && !modern) /* TDF-14, NET-07 */
        scn_error(check->complaints, scn_said(definition, "networkMode"),
                  "Windows containers have their own network mode; leave networkMode out");
    for (const struct scn_value *c = scn_first(definition, "containerDefinitions"); c != NULL;
         c = c->next)
        if (c->kind == SCN_OBJECT)
            check_windows_container(check, c);
    check_windows_paths(check);
    for (const struct scn_value *v = scn_first(definition, "volumes"); v != NULL; v = v->next) {
        const struct scn_value *docker = scn_json_member(v, "dockerVolumeConfiguration");
        if (strcmp(scn_get_text(docker, "driver", "local"), "local") != 0) /* VOL-08 */
            scn_error(check->complaints, scn_json_member(docker, "driver"),
                      "Windows has the volume driver local only; write \"local\"");
    }
}
