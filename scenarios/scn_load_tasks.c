/* Task definitions. */
#include "scn_dist.h"
#include "scn_load_constraints.h"
#include "scn_task_rules.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TASK_CPU_MIN    128 /* RES-04d */
#define TASK_CPU_MAX    10240
#define REVISION_MAX    1000000
#define EPHEMERAL_FIRST 32768 /* PRT-03: below it ports are outside the ephemeral range */

struct task {
    struct scn_loader *loader;
    const struct scn_value *value;
    struct ecs_task_definition *definition;
    struct ecs_port *ports;
    struct ecs_image *images;
    struct ecs_container *containers;
    int64_t container_cpu, container_memory; /* sums of what placement would subtract */
    int64_t container_hard;                  /* sum of memory, else of memoryReservation */
};

/* ---- task-level cpu and memory ---- */

int64_t scn_task_amount(const char *text, const char *unit, int64_t per_unit)
{
    char *end;
    if (*text < '0' || *text > '9')
        if (*text != '.')
            return -1;
    double number = strtod(text, &end);
    if (end == text || !(number >= 0) || number > 1e9)
        return -1;
    if (*end == '\0')
        return number == floor(number) ? (int64_t)number : -1;
    while (*end == ' ')
        end++;
    double units = number * (double)per_unit;
    return strcasecmp(end, unit) == 0 && units == floor(units) ? (int64_t)units : -1;
}

/* WIN-6: Windows ignores the size of a task. */
static bool ignores_size(struct task *task, const struct scn_value *at)
{
    if (task->definition->windows && at != NULL)
        scn_warning(task->loader->complaints, at,
                    "Windows ignores the size of a task; only that of its containers counts");
    return at == NULL || task->definition->windows;
}

static void load_task_cpu(struct task *task)
{
    const struct scn_value *at = scn_get(task->value, "cpu", SCN_STRING);
    int64_t units = at != NULL ? scn_task_amount(at->text, "vCPU", 1024) : 0;
    task->definition->cpu_units = task->container_cpu;
    if (ignores_size(task, at))
        return;
    if (units < TASK_CPU_MIN || units > TASK_CPU_MAX)
        scn_error(task->loader->complaints, at,
                  "\"%s\" is no CPU size of a task; write 128 to 10240 units, or 0.125 vCPU to 10 "
                  "vCPU (API-12: ClientException, Invalid 'cpu' setting for task)",
                  at->text);
    else if (task->container_cpu > units) /* RES-04e */
        scn_error(task->loader->complaints, at,
                  "its containers reserve %" PRId64 " units together; the task needs at least as "
                  "many",
                  task->container_cpu);
    else {
        task->definition->cpu_units = units;
        task->definition->cpu_units_min = TASK_CPU_MIN;
    }
}

static void load_task_memory(struct task *task)
{
    const struct scn_value *at = scn_get(task->value, "memory", SCN_STRING);
    int64_t mib = at != NULL ? scn_task_amount(at->text, "GB", 1024) : 0;
    task->definition->memory_mib = task->container_memory;
    if (ignores_size(task, at))
        return;
    if (mib < 4)
        scn_error(task->loader->complaints, at,
                  "\"%s\" is no memory size of a task; write MiB such as \"512\", or \"1 GB\"",
                  at->text);
    else if (task->container_hard > mib) /* RES-09 */
        scn_error(task->loader->complaints, at,
                  "its containers ask for %" PRId64
                  " MiB together; the task needs at least as much",
                  task->container_hard);
    else
        task->definition->memory_mib = mib;
}

/* ---- containers ---- */

static void load_container_memory(struct task *task, const struct scn_value *container)
{
    const struct scn_value *hard = scn_json_member(container, "memory");
    const struct scn_value *soft = scn_json_member(container, "memoryReservation");
    int64_t memory = scn_get_integer(container, "memory", 0);
    int64_t reservation = scn_get_integer(container, "memoryReservation", 0);
    if (hard == NULL && soft == NULL && task->definition->windows) /* WIN-6 */
        scn_error(task->loader->complaints, container,
                  "the container has neither memory nor memoryReservation, and Windows ignores "
                  "that of the task; give it one of them");
    else if (hard == NULL && soft == NULL && scn_json_member(task->value, "memory") == NULL)
        scn_error(task->loader->complaints, container, /* RES-05 */
                  "the container has neither memory nor memoryReservation, and the task has no "
                  "memory; give it one of them");
    if (hard != NULL && soft != NULL && memory <= reservation) /* RES-06 */
        scn_error(task->loader->complaints, soft,
                  "memoryReservation %" PRId64 " must be less than memory %" PRId64
                  "; lower it or leave one out",
                  reservation, memory);
    task->container_memory += soft != NULL ? reservation : memory; /* RES-07 */
    task->container_hard += hard != NULL ? memory : reservation;
}

static void load_gpus(struct task *task, const struct scn_value *container)
{
    const struct scn_value *list = scn_get(container, "resourceRequirements", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        const char *text = scn_get_text(v, "value", NULL);
        if (text == NULL)
            continue; /* already complained about */
        if (strcmp(scn_get_text(v, "type", ""), "InferenceAccelerator") == 0) {
            scn_not_yet(task->loader->complaints, v, "InferenceAccelerator");
            continue;
        }
        char *end;
        long count = strtol(text, &end, 10);
        if (*text < '1' || *text > '9' || *end != '\0' || count > 1000)
            scn_error(task->loader->complaints, v,
                      "\"%s\" is no number of GPUs; write a text such as \"1\"", text);
        else
            task->definition->gpus += count;
    }
}

/* Returns the image's index among those of the definition. */
static uint32_t load_image(struct task *task, const struct scn_value *container)
{
    struct scn_loader *loader = task->loader;
    const struct scn_value *sim = scn_get(task->value, "sim", SCN_OBJECT);
    const char *text = scn_get_text(container, "image", "");
    uint32_t name = ecs_names_intern(&loader->scenario->names, text);
    for (uint32_t i = 0; i < task->definition->image_count; i++)
        if (task->images[i].name == name)
            return i;
    const struct scn_value *sizes = scn_get(sim, "imageSizes", SCN_OBJECT);
    const struct scn_value *size = scn_json_member(sizes, text);
    struct ecs_image *image = &task->images[task->definition->image_count++];
    image->name = name;
    image->bytes = (task->definition->windows ? loader->scenario->behaviour.windows_image_size_mb
                                              : loader->scenario->behaviour.image_size_mb) *
                   1000000; /* WIN-4 */
    if (size == NULL)
        size = scn_json_member(sim, "imageSize");
    if (size != NULL)
        scn_bytes_read(size, &image->bytes, loader->complaints);
    return task->definition->image_count - 1;
}

/* ---- ports (NET-02 to NET-05, PRT) ---- */

static bool is_reserved(int64_t port, bool windows)
{
    struct ecs_launch_spec spec = {.host.os = windows ? ECS_OS_WINDOWS : ECS_OS_LINUX};
    scn_default_ports(&spec);
    for (uint32_t i = 0; i < spec.reserved_port_count; i++)
        if (spec.reserved_ports[i] == port)
            return true;
    return false;
}

static void add_port(struct task *task, const struct scn_value *mapping, int64_t port, bool udp)
{
    struct ecs_task_definition *definition = task->definition;
    for (uint32_t i = 0; i < definition->port_count; i++)
        if (task->ports[i].port == port && task->ports[i].udp == udp) {
            scn_error(task->loader->complaints, mapping,
                      "host port %" PRId64
                      "/%s is mapped twice in the task; no instance could hold "
                      "it, so change one",
                      port, udp ? "udp" : "tcp");
            return;
        }
    if (definition->port_count == ECS_PORTS_MAX) {
        scn_error(task->loader->complaints, mapping,
                  "more than %d static host ports; no instance reserves as many (PRT-07)",
                  ECS_PORTS_MAX);
        return;
    }
    if (!udp && is_reserved(port, definition->windows))
        scn_warning(task->loader->complaints, mapping,
                    "instances keep port %" PRId64 " for themselves unless ECS_RESERVED_PORTS says "
                    "otherwise, so the task finds no place",
                    port);
    else if (port >= EPHEMERAL_FIRST &&
             task->loader->scenario->behaviour.ephemeral_ports == ECS_EPHEMERAL_PORTS_REFUSE)
        scn_error(task->loader->complaints, mapping,
                  "host port %" PRId64 " may lie in the range that instances hand out by "
                  "themselves; choose one below %d, or write \"warn\" for "
                  "behaviour.ephemeralHostPorts",
                  port, EPHEMERAL_FIRST);
    else if (port >= EPHEMERAL_FIRST)
        scn_warning(task->loader->complaints, mapping,
                    "host port %" PRId64 " may lie in the range that instances hand out by "
                    "themselves; a port below %d is safe",
                    port, EPHEMERAL_FIRST);
    task->ports[definition->port_count++] = (struct ecs_port){.port = (uint16_t)port, .udp = udp};
}

static void load_mapping(struct task *task, const struct scn_value *mapping)
{
    struct scn_complaints *complaints = task->loader->complaints;
    const struct scn_value *host_value = scn_json_member(mapping, "hostPort");
    int64_t container = scn_get_integer(mapping, "containerPort", 0);
    int64_t host = scn_get_integer(mapping, "hostPort", 0);
    bool udp = strcmp(scn_get_text(mapping, "protocol", "tcp"), "udp") == 0;
    enum ecs_network_mode mode = task->definition->network_mode;
    if (scn_json_member(mapping, "containerPort") == NULL && /* PRT-01 */
        scn_json_member(mapping, "containerPortRange") == NULL) {
        scn_error(complaints, mapping,
                  "`containerPort` is missing; add the port that the container listens on");
        return;
    }
    if (container < 1 || container > 65535 || host < 0 || host > 65535)
        return; /* already complained about */
    if ((mode == ECS_NETWORK_HOST || mode == ECS_NETWORK_AWSVPC) && host_value != NULL &&
        host != container && host != 0) { /* NET-04, NET-05 */
        scn_error(complaints, host_value,
                  "with networkMode %s the host port is the container port; write %" PRId64
                  " or leave it out",
                  mode == ECS_NETWORK_HOST ? "host" : "awsvpc", container);
        return;
    }
    if (mode == ECS_NETWORK_HOST)
        add_port(task, mapping, container, udp);
    else if (mode == ECS_NETWORK_BRIDGE && host > 0) /* PRT-02: 0 is dynamic */
        add_port(task, mapping, host, udp);
}

static void load_mappings(struct task *task, const struct scn_value *container)
{
    const struct scn_value *list = scn_get(container, "portMappings", SCN_LIST);
    if (list == NULL)
        return;
    if (task->definition->network_mode == ECS_NETWORK_NONE && list->count > 0) { /* NET-02 */
        scn_error(task->loader->complaints, list,
                  "networkMode none has no ports; remove portMappings or choose bridge");
        return;
    }
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        load_mapping(task, v);
}

/* NET-08, NET-09: keys that need another network mode. */
static void check_network_keys(struct task *task, const struct scn_value *container)
{
    static const char *const not_awsvpc[] = {"disableNetworking", "links",      "hostname",
                                             "dnsServers",        "extraHosts", "dnsSearchDomains"};
    const struct scn_value *links = scn_get(container, "links", SCN_LIST);
    if (task->definition->network_mode == ECS_NETWORK_AWSVPC) {
        for (size_t i = 0; i < sizeof not_awsvpc / sizeof not_awsvpc[0]; i++) {
            const struct scn_value *at = scn_said(container, not_awsvpc[i]);
            if (at != NULL)
                scn_error(task->loader->complaints, at,
                          "networkMode awsvpc does not allow it; remove it");
        }
    } else if (links != NULL && links->count > 0 &&
               task->definition->network_mode != ECS_NETWORK_BRIDGE) {
        scn_error(task->loader->complaints, links,
                  "links need networkMode bridge; remove them or change it");
    }
}

static void load_container(struct task *task, const struct scn_value *container)
{
    struct ecs_names *names = &task->loader->scenario->names;
    int64_t start_s = scn_get_integer(container, "startTimeout", -1);
    int64_t stop_s = scn_get_integer(container, "stopTimeout", -1);
    scn_check_name(task->loader, container, "name");
    task->container_cpu += scn_get_integer(container, "cpu", 0);
    load_container_memory(task, container);
    load_gpus(task, container);
    task->containers[task->definition->container_count++] = (struct ecs_container){
        .name = ecs_names_intern(names, scn_get_text(container, "name", "")),
        .image = load_image(task, container),
        .essential = scn_get_bool(container, "essential", true),
        .start_timeout = start_s < 0 ? -1 : start_s * SIM_SECOND,
        .stop_timeout = stop_s < 0 ? -1 : stop_s * SIM_SECOND,
    };
    load_mappings(task, container);
    check_network_keys(task, container);
}

static void load_containers(struct task *task)
{
    const struct scn_value *list = scn_get(task->value, "containerDefinitions", SCN_LIST);
    bool essential = false;
    uint32_t mappings = 0, containers = 0;
    if (list == NULL)
        return;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        const struct scn_value *ports = scn_get(v, "portMappings", SCN_LIST);
        mappings += ports != NULL ? ports->count : 0;
        containers++;
    }
    if (mappings > ECS_PORTS_MAX)
        mappings = ECS_PORTS_MAX;
    task->ports = sim_arena_array(task->loader->arena, mappings, sizeof task->ports[0]);
    task->images = sim_arena_array(task->loader->arena, containers, sizeof task->images[0]);
    task->definition->ports = task->ports;
    task->definition->images = task->images;
    task->containers = sim_arena_array(task->loader->arena, containers, sizeof task->containers[0]);
    task->definition->containers = task->containers;
    scn_check_unique(task->loader, list, "name");
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        if (v->kind != SCN_OBJECT)
            continue;
        load_container(task, v);
        essential = essential || scn_get_bool(v, "essential", true);
    }
    if (!essential && list->count > 0) /* TDF-05 */
        scn_error(task->loader->complaints, list,
                  "no container is essential; set `essential` of one to true, or leave it out");
}

/* ---- the rest of a definition ---- */

static enum ecs_network_mode network_mode(const char *text)
{
    return strcmp(text, "host") == 0     ? ECS_NETWORK_HOST
           : strcmp(text, "awsvpc") == 0 ? ECS_NETWORK_AWSVPC
           : strcmp(text, "none") == 0   ? ECS_NETWORK_NONE
                                         : ECS_NETWORK_BRIDGE;
}

static bool is_other_launch_type(const struct scn_value *value)
{
    static const char *const others[] = {"FARGATE", "EXTERNAL", "MANAGED_INSTANCES"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (value->kind == SCN_STRING && strcmp(value->text, others[i]) == 0)
            return true;
    return false;
}

/* Launch types other than what is simulated. */
static void check_launch_types(struct task *task)
{
    struct scn_loader *loader = task->loader;
    const struct scn_value *list = scn_get(task->value, "requiresCompatibilities", SCN_LIST);
    bool ec2 = list == NULL || list->count == 0;
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        ec2 = ec2 || !is_other_launch_type(v); /* what is none has been complained about */
    if (!ec2)
        scn_not_yet(loader->complaints, list, list->first->text);
}

/* TDF-02: the next revision of its family, or what a describe output says. */
static void set_revision(struct task *task, uint32_t index, bool later)
{
    struct scn_loader *loader = task->loader;
    const struct scn_value *given = scn_json_member(task->value, "revision");
    uint32_t last = 0;
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(loader->definitions[i].family, task->definition->family) == 0 &&
            loader->definitions[i].revision > last)
            last = loader->definitions[i].revision;
    task->definition->revision = last + 1;
    if (given == NULL) {
        if (last >= REVISION_MAX)
            scn_error(loader->complaints, task->value,
                      "the family has no revision left after %u; choose another family", last);
        return;
    }
    int64_t revision = scn_get_integer(task->value, "revision", 0);
    if (revision <= last && later) /* RegisterTaskDefinition: it is for AWS to say (TDF-02) */
        scn_warning(loader->complaints, given,
                    "the family is at revision %u by then, so this call makes revision %u", last,
                    last + 1);
    else if (revision <= last)
        scn_error(loader->complaints, given,
                  "revision %" PRId64 " does not come after revision %u of the family; list the "
                  "revisions in rising order",
                  revision, last);
    else if (revision <= REVISION_MAX)
        task->definition->revision = (uint32_t)revision;
}

/* Output of a describe call that was edited by hand, perhaps: family and revision are what counts.
 */
static void check_arn(struct task *task)
{
    struct scn_loader *loader = task->loader;
    const struct scn_value *at = scn_get(task->value, "taskDefinitionArn", SCN_STRING);
    int64_t revision = scn_get_integer(task->value, "revision", 0);
    const char *family = task->definition->family;
    if (at == NULL || family[0] == '\0')
        return;
    const char *name = ecs_arn_last_name(loader->arena, at->text), *colon = strrchr(name, ':');
    size_t length = colon != NULL ? (size_t)(colon - name) : strlen(name);
    if (strlen(family) != length || strncmp(family, name, length) != 0)
        scn_warning(loader->complaints, at,
                    "the ARN is one of family \"%.*s\", but family says \"%s\", which is taken; "
                    "make them agree, or remove the ARN",
                    (int)length, name, family);
    else if (revision > 0 && colon != NULL &&
             strcmp(colon + 1, sim_arena_printf(loader->arena, "%" PRId64, revision)) != 0)
        scn_warning(loader->complaints, at,
                    "the ARN is that of revision %s, but revision says %" PRId64 ", which is "
                    "taken; make them agree, or remove the ARN",
                    colon + 1, revision);
}

/* A task that no instance could ever hold waits for ever: worth a word. */
static void warn_too_large(struct task *task)
{
    const struct scn_loader *loader = task->loader;
    const struct ecs_task_definition *definition = task->definition;
    for (uint32_t i = 0; i < loader->scenario->type_count; i++) {
        const struct ecs_instance_type *type = &loader->types[i];
        if (definition->cpu_units <= (int64_t)type->vcpus * 1024 &&
            definition->memory_mib < type->memory_mib && definition->gpus <= type->gpus)
            return;
    }
    if (loader->scenario->type_count > 0)
        scn_warning(task->loader->complaints, task->value,
                    "no instance type of the scenario can hold it (%" PRId64 " CPU units, %" PRId64
                    " MiB, %" PRId64 " GPUs), so its tasks never start",
                    definition->cpu_units, definition->memory_mib, definition->gpus);
}

/* What it says at registration; where it says nothing, ECS looks at no architecture on instances.
 */
static enum ecs_architecture architecture_of(const struct scn_value *value)
{
    const char *name =
        scn_get_text(scn_get(value, "runtimePlatform", SCN_OBJECT), "cpuArchitecture", "");
    return strcmp(name, "ARM64") == 0    ? ECS_ARCHITECTURE_ARM64
           : strcmp(name, "X86_64") == 0 ? ECS_ARCHITECTURE_X86_64
                                         : ECS_ARCHITECTURE_ANY;
}

static void load_definition(struct scn_loader *loader, const struct scn_value *value,
                            uint32_t index, bool later)
{
    struct ecs_task_definition *definition = &loader->definitions[index];
    struct task task = {.loader = loader, .value = value, .definition = definition};
    definition->family = scn_get_text(value, "family", "");
    definition->windows = scn_task_is_windows(value);
    definition->architecture = architecture_of(value);
    definition->agent_version = scn_task_agent_version(value);
    definition->network_mode = network_mode(scn_get_text(value, "networkMode", "bridge"));
    definition->group =
        ecs_names_intern(&loader->scenario->names,
                         sim_arena_printf(loader->arena, "family:%s", definition->family));
    scn_check_name(loader, value, "family");
    set_revision(&task, index, later);
    check_arn(&task);
    load_containers(&task);
    load_task_cpu(&task);
    load_task_memory(&task);
    definition->queries =
        scn_load_constraints(loader, scn_get(value, "placementConstraints", SCN_LIST),
                             &definition->query_count, NULL);
    check_launch_types(&task);
    scn_check_task(loader, value);
    scn_load_task_sim(loader, scn_get(value, "sim", SCN_OBJECT), definition, task.containers);
    scn_load_container_order(loader, value, definition, task.containers);
    warn_too_large(&task);
}

struct ecs_override scn_task_size(struct scn_loader *loader, const struct scn_value *value)
{
    struct ecs_task_definition definition = {.windows = scn_task_is_windows(value)};
    struct task task = {.loader = loader, .value = value, .definition = &definition};
    const struct scn_value *list = scn_get(value, "containerDefinitions", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        task.container_cpu += scn_get_integer(v, "cpu", 0);
        load_container_memory(&task, v);
        load_gpus(&task, v);
    }
    load_task_cpu(&task);
    load_task_memory(&task);
    return (struct ecs_override){ECS_NONE, definition.cpu_units, definition.memory_mib,
                                 definition.gpus};
}

/* ---- the list, and what RegisterTaskDefinition in `changes` adds ---- */

struct registration {
    const struct scn_value *value;
    sim_time at;
};

/* Calls of RegisterTaskDefinition in order of time: the order in which revisions are counted. */
static struct registration *list_registrations(struct scn_loader *loader, uint32_t *count)
{
    const struct scn_value *changes = scn_list(loader, "changes");
    struct registration *list =
        sim_arena_array(loader->arena, changes != NULL ? changes->count : 0, sizeof list[0]);
    *count = 0;
    for (const struct scn_value *v = changes != NULL ? changes->first : NULL; v != NULL;
         v = v->next) {
        const struct scn_value *call = scn_get(v, "RegisterTaskDefinition", SCN_OBJECT);
        if (call == NULL)
            continue;
        struct registration added = {call, scn_peek_at(loader, v)};
        uint32_t k = (*count)++;
        for (; k > 0 && list[k - 1].at > added.at; k--)
            list[k] = list[k - 1];
        list[k] = added;
    }
    return list;
}

static void add_definition(struct scn_loader *loader, const struct scn_value *value, bool later)
{
    uint32_t index = loader->scenario->task_definition_count;
    loader->definition_values[index] = value;
    load_definition(loader, value, index, later);
    loader->definitions[index].registered_later = later;
    loader->definitions[index].inactive = scn_is_inactive(loader, index);
    loader->scenario->task_definition_count++;
}

void scn_load_definitions(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *list = scn_list(loader, "taskDefinitions");
    uint32_t later;
    struct registration *registrations = list_registrations(loader, &later);
    uint32_t count = later + (list != NULL ? list->count : 0);
    loader->definitions = sim_arena_array(loader->arena, count, sizeof loader->definitions[0]);
    loader->definition_values =
        sim_arena_array(loader->arena, count, sizeof loader->definition_values[0]);
    scenario->task_definitions = loader->definitions;
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            add_definition(loader, v, false);
    for (uint32_t i = 0; i < later; i++)
        add_definition(loader, registrations[i].value, true);
    scn_check_references(loader);
}
