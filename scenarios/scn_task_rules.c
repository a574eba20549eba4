/* Rules over a task definition as a whole (scn_task_rules.h). */
#include "scn_task_rules.h"

#include <inttypes.h>
#include <string.h>

#define DEFINITION_BYTES_MAX  32768 /* TDF-16 */
#define CONSTRAINTS_MAX       10    /* CO-3 */
#define ENVIRONMENT_FILES_MAX 10    /* ENV-01 */

/* ---- reading ---- */

const struct scn_value *scn_first(const struct scn_value *object, const char *key)
{
    const struct scn_value *list = scn_get(object, key, SCN_LIST);
    return list != NULL ? list->first : NULL;
}

const struct scn_value *scn_said(const struct scn_value *object, const char *key)
{
    const struct scn_value *value = scn_json_member(object, key);
    if (value == NULL)
        return NULL;
    switch (value->kind) {
    case SCN_LIST:
    case SCN_OBJECT:
        return value->count > 0 ? value : NULL;
    case SCN_STRING:
        return value->text[0] != '\0' ? value : NULL;
    case SCN_BOOL:
        return value->boolean ? value : NULL;
    case SCN_NUMBER:
        return value;
    case SCN_NULL:
        break;
    }
    return NULL;
}

const struct scn_value *scn_task_container(const struct scn_value *definition, const char *name)
{
    for (const struct scn_value *c = scn_first(definition, "containerDefinitions"); c != NULL;
         c = c->next)
        if (strcmp(scn_get_text(c, "name", ""), name) == 0)
            return c;
    return NULL;
}

bool scn_task_requires(const struct scn_value *definition, const char *launch_type)
{
    for (const struct scn_value *v = scn_first(definition, "requiresCompatibilities"); v != NULL;
         v = v->next)
        if (v->kind == SCN_STRING && strcmp(v->text, launch_type) == 0)
            return true;
    return false;
}

/* "there is no container "x" in the task; did you mean ..." */
static void unknown_container(const struct scn_task_check *check, const struct scn_value *at)
{
    const char *names[SCN_TASK_CONTAINERS_MAX];
    const char *list = "";
    uint32_t count = 0;
    for (const struct scn_value *c = scn_first(check->definition, "containerDefinitions");
         c != NULL && count < SCN_TASK_CONTAINERS_MAX; c = c->next) {
        const char *name = scn_get_text(c, "name", "");
        if (name[0] == '\0')
            continue;
        list =
            sim_arena_printf(check->complaints->arena, "%s%s%s", list, count > 0 ? ", " : "", name);
        names[count++] = name;
    }
    const char *near = scn_nearest(at->text, names, count);
    if (count == 0)
        return; /* that has been complained about */
    if (near != NULL)
        scn_error(check->complaints, at,
                  "there is no container \"%s\" in the task; did you mean \"%s\"?", at->text, near);
    else
        scn_error(check->complaints, at, "there is no container \"%s\" in the task; there are: %s",
                  at->text, list);
}

/* ---- TDF-16: size ---- */

/* Bytes of a value as JSON without blanks, about what the API call carries. */
static void check_size(const struct scn_task_check *check)
{
    static const char *const not_sent[] = {
        "sim",          "taskDefinitionArn", "revision",           "status", "registeredAt",
        "registeredBy", "deregisteredAt",    "requiresAttributes", "tags",   "compatibilities",
    };
    struct sim_arena *arena = check->complaints->arena;
    if (strlen(scn_json_print(arena, check->definition)) <= DEFINITION_BYTES_MAX)
        return;
    size_t bytes = 1; /* the braces, less the comma that the last member has not */
    for (const struct scn_value *v = check->definition->first; v != NULL; v = v->next) {
        bool sent = true;
        for (size_t i = 0; i < sizeof not_sent / sizeof not_sent[0]; i++)
            sent = sent && strcmp(v->key, not_sent[i]) != 0;
        if (sent)
            bytes += strlen(v->key) + strlen(scn_json_print(arena, v)) + strlen("\"\":,");
    }
    if (bytes > DEFINITION_BYTES_MAX)
        scn_error(check->complaints, check->definition,
                  "the definition is %zu bytes long; AWS takes %d, so move environment variables "
                  "into environmentFiles or shorten commands (QTA-12: ClientException)",
                  bytes, DEFINITION_BYTES_MAX);
}

/* ---- volumes (VOL) ---- */

static void check_volume_kind(const struct scn_task_check *check, const struct scn_value *volume)
{
    static const char *const kinds[] = {"host", "dockerVolumeConfiguration",
                                        "efsVolumeConfiguration", "s3filesVolumeConfiguration",
                                        "fsxWindowsFileServerVolumeConfiguration"};
    const struct scn_value *first = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct scn_value *kind = scn_json_member(volume, kinds[i]);
        /* describe output adds an empty host to volumes of other kinds */
        if (kind == NULL || (i == 0 && kind->kind == SCN_OBJECT && kind->count == 0))
            continue;
        if (first != NULL) { /* VOL-01 */
            scn_error(check->complaints, kind,
                      "a volume is of one kind, and this one has `%s` too; remove one of them",
                      first->key);
            return;
        }
        first = kind;
    }
}

static void check_docker_volume(const struct scn_task_check *check, const struct scn_value *docker)
{
    const struct scn_value *auto_at = scn_said(docker, "autoprovision");
    if (auto_at != NULL &&
        strcmp(scn_get_text(docker, "scope", "task"), "shared") != 0) /* VOL-06 */
        scn_error(check->complaints, auto_at,
                  "only volumes of scope shared are provisioned ahead; set `scope` to \"shared\" "
                  "or remove autoprovision");
}

static void check_efs_volume(const struct scn_task_check *check, const struct scn_value *efs)
{
    const struct scn_value *auth = scn_get(efs, "authorizationConfig", SCN_OBJECT);
    const struct scn_value *point = scn_said(auth, "accessPointId");
    const struct scn_value *iam = scn_said(auth, "iam");
    if (strcmp(scn_get_text(efs, "transitEncryption", "DISABLED"), "ENABLED") == 0)
        return;
    if (iam != NULL && strcmp(scn_get_text(auth, "iam", ""), "ENABLED") != 0)
        iam = NULL;
    if (point != NULL || iam != NULL) /* VOL-11 */
        scn_error(check->complaints, point != NULL ? point : iam,
                  "%s needs encryption in transit; set `transitEncryption` to \"ENABLED\"",
                  point != NULL ? "an access point" : "IAM authorization");
}

static void check_volumes(const struct scn_task_check *check, struct scn_loader *loader)
{
    for (const struct scn_value *v = scn_first(check->definition, "volumes"); v != NULL;
         v = v->next) {
        if (v->kind != SCN_OBJECT)
            continue;
        if (scn_json_member(v, "name") == NULL) /* VOL-02 */
            scn_error(check->complaints, v, "`name` is missing; add it: mountPoints refer to it");
        scn_check_name(loader, v, "name");
        check_volume_kind(check, v);
        check_docker_volume(check, scn_get(v, "dockerVolumeConfiguration", SCN_OBJECT));
        check_efs_volume(check, scn_get(v, "efsVolumeConfiguration", SCN_OBJECT));
    }
    scn_check_unique(loader, scn_get(check->definition, "volumes", SCN_LIST), "name");
}

static bool volume_exists(const struct scn_task_check *check, const char *name)
{
    for (const struct scn_value *v = scn_first(check->definition, "volumes"); v != NULL;
         v = v->next)
        if (strcmp(scn_get_text(v, "name", ""), name) == 0)
            return true;
    return false;
}

static void check_mounts(const struct scn_task_check *check, struct scn_loader *loader,
                         const struct scn_value *container)
{
    for (const struct scn_value *v = scn_first(container, "mountPoints"); v != NULL; v = v->next) {
        const struct scn_value *source = scn_get(v, "sourceVolume", SCN_STRING);
        if (source == NULL || volume_exists(check, source->text))
            continue;
        const struct scn_value *volumes = scn_get(check->definition, "volumes", SCN_LIST);
        uint32_t count = 0;
        const char **names = sim_arena_array(check->complaints->arena,
                                             volumes != NULL ? volumes->count : 0, sizeof names[0]);
        for (const struct scn_value *o = scn_first(check->definition, "volumes"); o != NULL;
             o = o->next)
            names[count++] = scn_get_text(o, "name", "");
        scn_unknown_name(loader, source, "volume", source->text, names, count);
    }
    for (const struct scn_value *v = scn_first(container, "volumesFrom"); v != NULL; v = v->next) {
        const struct scn_value *source = scn_get(v, "sourceContainer", SCN_STRING);
        if (source == NULL)
            continue;
        const struct scn_value *other = scn_task_container(check->definition, source->text);
        if (other == NULL) /* VOL-14 */
            unknown_container(check, source);
        else if (other == container)
            scn_error(check->complaints, source,
                      "a container cannot mount its own volumes; name another one");
    }
}

/* ---- dependencies (DEP) ---- */

static void check_dependency(const struct scn_task_check *check, const struct scn_value *container,
                             const struct scn_value *item)
{
    const struct scn_value *name = scn_get(item, "containerName", SCN_STRING);
    const char *condition = scn_get_text(item, "condition", "");
    if (name == NULL)
        return;
    const struct scn_value *other = scn_task_container(check->definition, name->text);
    if (other == NULL) { /* DEP-06 */
        unknown_container(check, name);
        return;
    }
    if (other == container) {
        scn_error(check->complaints, name, "a container cannot wait for itself; name another one");
        return;
    }
    bool exits = strcmp(condition, "COMPLETE") == 0 || strcmp(condition, "SUCCESS") == 0;
    if (exits && scn_get_bool(other, "essential", true)) /* DEP-03, DEP-04 */
        scn_error(check->complaints, scn_json_member(item, "condition"),
                  "%s waits for the exit of \"%s\", which ends the task while it is essential; set "
                  "its `essential` to false, or wait for START",
                  condition, name->text);
    if (strcmp(condition, "HEALTHY") == 0 && scn_said(other, "healthCheck") == NULL) /* DEP-05 */
        scn_error(check->complaints, scn_json_member(item, "condition"),
                  "HEALTHY needs a health check, and \"%s\" has none; give it a `healthCheck`, or "
                  "wait for START",
                  name->text);
}

/* The first container that `container` waits for and that is not settled yet. */
static const struct scn_value *unsettled_dependency(const struct scn_task_check *check,
                                                    const struct scn_value *container,
                                                    const struct scn_value *const *containers,
                                                    const bool *settled, uint32_t count)
{
    for (const struct scn_value *v = scn_first(container, "dependsOn"); v != NULL; v = v->next) {
        const struct scn_value *other =
            scn_task_container(check->definition, scn_get_text(v, "containerName", ""));
        for (uint32_t i = 0; i < count; i++)
            if (containers[i] == other && other != container && !settled[i])
                return other;
    }
    return NULL;
}

static void complain_cycle(const struct scn_task_check *check, const struct scn_value *start,
                           const struct scn_value *const *containers, const bool *settled,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) /* after so many steps one is inside the cycle */
        start = unsettled_dependency(check, start, containers, settled, count);
    const char *path = scn_get_text(start, "name", "");
    const struct scn_value *at = start;
    do {
        at = unsettled_dependency(check, at, containers, settled, count);
        path = sim_arena_printf(check->complaints->arena, "%s -> %s", path,
                                scn_get_text(at, "name", ""));
    } while (at != start);
    scn_error(check->complaints, scn_json_member(start, "dependsOn"),
              "containers wait for each other in a circle (%s), so none would start; remove one of "
              "these dependencies",
              path);
}

/* DEP-06. Settles containers that wait for settled ones only, until none is left or a cycle is. */
static void check_cycles(const struct scn_task_check *check)
{
    const struct scn_value *containers[SCN_TASK_CONTAINERS_MAX];
    bool settled[SCN_TASK_CONTAINERS_MAX] = {0};
    uint32_t count = 0, done = 0;
    for (const struct scn_value *c = scn_first(check->definition, "containerDefinitions");
         c != NULL; c = c->next)
        containers[count++] = c;
    for (bool moved = true; moved;) {
        moved = false;
        for (uint32_t i = 0; i < count; i++) {
            if (settled[i] ||
                unsettled_dependency(check, containers[i], containers, settled, count) != NULL)
                continue;
            settled[i] = moved = true;
            done++;
        }
    }
    for (uint32_t i = 0; i < count && done < count; i++)
        if (!settled[i]) {
            complain_cycle(check, containers[i], containers, settled, count);
            return;
        }
}

/* ---- ports of awsvpc tasks, environment files: over all containers ---- */

/* ENI-13: containers of an awsvpc task share one address. `seen` has a bit per port and protocol.
 */
static void check_shared_ports(const struct scn_task_check *check,
                               const struct scn_value *container, uint8_t seen[65536])
{
    for (const struct scn_value *v = scn_first(container, "portMappings"); v != NULL; v = v->next) {
        int64_t port = scn_get_integer(v, "containerPort", 0);
        const char *protocol = scn_get_text(v, "protocol", "tcp");
        uint8_t bit = strcmp(protocol, "udp") == 0 ? 2 : 1;
        if (port < 1 || port > 65535)
            continue;
        if (seen[port] & bit)
            scn_error(check->complaints, v,
                      "container port %" PRId64 "/%s is mapped twice, and with networkMode awsvpc "
                      "all containers share one address; change one",
                      port, protocol);
        seen[port] |= bit;
    }
}

static void check_environment_files(const struct scn_task_check *check)
{
    uint32_t count = 0;
    for (const struct scn_value *c = scn_first(check->definition, "containerDefinitions");
         c != NULL; c = c->next) {
        const struct scn_value *list = scn_get(c, "environmentFiles", SCN_LIST);
        if (list == NULL || list->count > ENVIRONMENT_FILES_MAX)
            continue; /* the table has complained */
        count += list->count;
        if (count > ENVIRONMENT_FILES_MAX) {
            scn_error(check->complaints, list,
                      "the task has more than %d environment files; join some of them",
                      ENVIRONMENT_FILES_MAX);
            return;
        }
    }
}

/* ---- proxyConfiguration ---- */

static const char *property(const struct scn_value *proxy, const char *name)
{
    for (const struct scn_value *v = scn_first(proxy, "properties"); v != NULL; v = v->next)
        if (strcmp(scn_get_text(v, "name", ""), name) == 0)
            return scn_get_text(v, "value", "");
    return "";
}

static void check_properties(const struct scn_task_check *check, struct scn_loader *loader,
                             const struct scn_value *proxy)
{
    static const char *const names[] = {"AppPorts",        "ProxyIngressPort", "ProxyEgressPort",
                                        "IgnoredUID",      "IgnoredGID",       "EgressIgnoredPorts",
                                        "EgressIgnoredIPs"};
    const uint32_t count = sizeof names / sizeof names[0];
    for (const struct scn_value *v = scn_first(proxy, "properties"); v != NULL; v = v->next) {
        const struct scn_value *name = scn_get(v, "name", SCN_STRING);
        bool known = name == NULL;
        for (uint32_t i = 0; i < count && !known; i++)
            known = strcmp(name->text, names[i]) == 0;
        if (!known)
            scn_unknown_name(loader, name, "property", name->text, names, count);
    }
    for (uint32_t i = 0; i < 3; i++)
        if (property(proxy, names[i])[0] == '\0')
            scn_error(check->complaints, proxy,
                      "the property `%s` is missing; add it to properties", names[i]);
    if (property(proxy, "IgnoredUID")[0] == '\0' && property(proxy, "IgnoredGID")[0] == '\0')
        scn_error(check->complaints, proxy,
                  "neither IgnoredUID nor IgnoredGID is given; set one to the user or group of the "
                  "proxy's container, so that it does not catch its own traffic");
}

static void check_proxy(const struct scn_task_check *check, struct scn_loader *loader)
{
    const struct scn_value *proxy = scn_get(check->definition, "proxyConfiguration", SCN_OBJECT);
    const struct scn_value *container = scn_get(proxy, "containerName", SCN_STRING);
    if (proxy == NULL)
        return;
    if (strcmp(check->network_mode, "awsvpc") != 0)
        scn_error(check->complaints, proxy,
                  "a proxy needs networkMode awsvpc, not %s; change it, or remove the proxy",
                  check->network_mode);
    if (container != NULL && scn_task_container(check->definition, container->text) == NULL)
        unknown_container(check, container);
    check_properties(check, loader, proxy);
}

/* ---- placementConstraints (CO-3) ---- */

static void check_constraints(const struct scn_task_check *check)
{
    const struct scn_value *list = scn_get(check->definition, "placementConstraints", SCN_LIST);
    if (list != NULL && list->count > CONSTRAINTS_MAX)
        scn_error(check->complaints, list, "the list has %u constraints; at most %d are allowed",
                  list->count, CONSTRAINTS_MAX);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        if (v->kind == SCN_OBJECT && scn_json_member(v, "type") == NULL)
            scn_error(check->complaints, v, "`type` is missing; write \"memberOf\"");
    }
}

/* ---- the whole ---- */

struct scn_task_check scn_task_check_of(struct scn_complaints *complaints,
                                        const struct scn_value *definition, int32_t epoch)
{
    return (struct scn_task_check){
        .complaints = complaints,
        .definition = definition,
        .network_mode = scn_get_text(definition, "networkMode", "bridge"),
        .windows = scn_task_is_windows(definition),
        .epoch = epoch,
    };
}

/* A describe output says what AWS computed; where we find otherwise one of the two is wrong. */
static void check_compatibilities(const struct scn_task_check *check)
{
    for (const struct scn_value *v = scn_first(check->definition, "compatibilities"); v != NULL;
         v = v->next)
        if (v->kind == SCN_STRING && strcmp(v->text, "FARGATE") == 0 &&
            !(scn_task_compatibilities(check->complaints->arena, check->definition, check->epoch) &
              SCN_COMPATIBLE_FARGATE)) {
            scn_warning(check->complaints, v,
                        "by the rules of this epoch the definition does not run on Fargate; was it "
                        "changed after it was described? Put FARGATE into "
                        "requiresCompatibilities to see why");
            return;
        }
}

void scn_check_task(struct scn_loader *loader, const struct scn_value *definition)
{
    const struct scn_task_check check =
        scn_task_check_of(loader->complaints, definition, loader->scenario->epoch);
    const struct scn_value *list = scn_get(definition, "containerDefinitions", SCN_LIST);
    bool awsvpc = strcmp(check.network_mode, "awsvpc") == 0;
    check_size(&check);
    if (list != NULL && list->count <= SCN_TASK_CONTAINERS_MAX) { /* else refused already */
        uint8_t *seen = awsvpc ? sim_arena_array(loader->arena, 65536, sizeof *seen) : NULL;
        for (const struct scn_value *c = list->first; c != NULL; c = c->next) {
            scn_check_container(&check, c);
            scn_check_container_logs(&check, c);
            check_mounts(&check, loader, c);
            for (const struct scn_value *v = scn_first(c, "dependsOn"); v != NULL; v = v->next)
                check_dependency(&check, c, v);
            if (awsvpc)
                check_shared_ports(&check, c, seen);
        }
        check_cycles(&check);
        check_environment_files(&check);
        scn_check_logs(&check);
    }
    check_volumes(&check, loader);
    check_proxy(&check, loader);
    check_constraints(&check);
    if (scn_task_requires(definition, "FARGATE"))
        scn_check_fargate(&check);
    if (check.windows)
        scn_check_windows(&check);
    check_compatibilities(&check);
}
