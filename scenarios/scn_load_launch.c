/* Launch configurations and templates: what instances are like, and whether they register. */
#include "scn_ami.h"
#include "scn_capability.h"
#include "scn_dist.h"
#include "scn_load_network.h"

#include <inttypes.h>
#include <string.h>

#define GIB            (INT64_C(1) << 30)
#define NUSD           INT64_C(1000000000) /* of a dollar */
#define PRICE_MAX_USD  INT64_C(1000000)
#define G4_IMAGE_FIRST 20190913 /* GPU-09 */
#define POOL_SHARE_PCT 99       /* STO-3: the rest is the pool's metadata */
#define PROXY_PORT     80       /* PRT-8, WIN-11 */

#define CLEANUP_WAIT        (3 * SIM_HOUR)
#define CLEANUP_WAIT_FIRST  1008000 /* agents that let it be set */
#define IMAGE_CLEANUP_FIRST 1013000 /* agents that delete images */
#define TRUNK_AGENT         1028001 /* 1.28.1 (ENI-4) */

/* ---- the image ---- */

/* Its architecture must be the type's, and without drivers a GPU is none (GPU-09). */
static void check_image(struct scn_loader *loader, const struct scn_value *at,
                        const struct scn_ami *ami, struct ecs_launch_spec *spec)
{
    if (spec->type == ECS_NONE)
        return;
    const struct ecs_instance_type *type = &loader->types[spec->type];
    if (type->arm64 != ami->arm64) {
        scn_error(loader->complaints, at,
                  "the image (%s) is for %s, and a %s is %s; choose the one that goes with the "
                  "other",
                  ami->variant, ami->arm64 ? "arm64" : "x86_64", type->name,
                  type->arm64 ? "arm64" : "x86_64");
        return;
    }
    if (type->gpus == 0)
        return;
    if (!ami->gpu) {
        spec->no_gpus = true;
        scn_warning(loader->complaints, at,
                    "the image (%s) has no GPU drivers, so the GPUs of a %s do not register; "
                    "choose the GPU variant",
                    ami->variant, type->name);
    } else if (strncmp(type->name, "g4", 2) == 0 && ami->date != 0 && ami->date < G4_IMAGE_FIRST) {
        scn_error(loader->complaints, at,
                  "g4 instances need a GPU image of 20190913 or later; this one is of %d",
                  ami->date);
    }
}

/* ---- the disk (STO-1 to STO-5) ---- */

/* How the device is mapped, or NULL. */
static const struct scn_value *find_volume(const struct scn_value *mappings, const char *device)
{
    const struct scn_value *v = mappings != NULL ? mappings->first : NULL;
    while (v != NULL && strcmp(scn_get_text(v, "DeviceName", ""), device) != 0)
        v = v->next;
    return v;
}

/* The size that the mappings give the device; 0 when they give none. */
static int64_t volume_bytes(struct scn_loader *loader, const struct scn_value *mappings,
                            const char *device)
{
    const struct scn_value *v = find_volume(mappings, device);
    const struct scn_value *none = scn_json_member(v, "NoDevice"); /* a template's is a text */
    if (none != NULL && !(none->kind == SCN_BOOL && !none->boolean))
        scn_error(loader->complaints, none,
                  "the volume %s holds the images and containers; it cannot be left out", device);
    return scn_get_integer(scn_get(v, "Ebs", SCN_OBJECT), "VolumeSize", 0) * GIB;
}

/* What is meant for images and containers, and is a volume of its own beside them. */
static void check_other_volumes(struct scn_loader *loader, const struct scn_value *mappings,
                                const char *device, const struct scn_ami *ami)
{
    static const char *const others[] = {SCN_AMI_POOL_DEVICE, "/dev/sda1", "/dev/xvda"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct scn_value *other = find_volume(mappings, others[i]);
        bool pool = i == 0; /* of a thin pool's image /dev/xvda is the root, and may be larger */
        if (strcmp(others[i], device) == 0 || other == NULL ||
            (!pool &&
             (ami->storage == ECS_STORAGE_THIN_POOL || find_volume(mappings, device) != NULL)))
            continue;
        scn_warning(loader->complaints, pool ? mappings : other,
                    "the image (%s) keeps images and containers on %s, so %s stays empty; enlarge "
                    "%s instead",
                    ami->variant, device, others[i], device);
    }
}

/* The volume that holds images and containers: the image's, by sim.storage, or where the mappings
 * of an unknown image show one. */
static const char *docker_device(const struct scn_value *mappings, const struct scn_ami *ami,
                                 const struct ecs_launch_spec *spec)
{
    static const char *const roots[] = {"/dev/xvda", "/dev/sda1"};
    if (ami != NULL && ami->storage == spec->host.storage)
        return ami->device;
    if (spec->host.storage == ECS_STORAGE_THIN_POOL)
        return SCN_AMI_POOL_DEVICE;
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        if (find_volume(mappings, roots[i]) != NULL)
            return roots[i];
    return roots[spec->host.os == ECS_OS_WINDOWS];
}

static enum ecs_storage storage_of(const struct scn_value *mappings, const struct scn_value *sim,
                                   const struct scn_ami *ami)
{
    const char *given = scn_get_text(sim, "storage", NULL);
    if (given != NULL)
        return strcmp(given, "devicemapper") == 0 ? ECS_STORAGE_THIN_POOL : ECS_STORAGE_FILE_SYSTEM;
    if (ami != NULL)
        return ami->storage;
    return find_volume(mappings, SCN_AMI_POOL_DEVICE) != NULL ? ECS_STORAGE_THIN_POOL
                                                              : ECS_STORAGE_FILE_SYSTEM;
}

static void load_disk(struct scn_loader *loader, const struct scn_value *data,
                      const struct scn_value *sim, const struct scn_ami *ami,
                      struct ecs_launch_spec *spec)
{
    const struct scn_value *mappings = scn_get(data, "BlockDeviceMappings", SCN_LIST);
    const struct scn_value *given = scn_json_member(sim, "diskSize");
    struct ecs_host *host = &spec->host;
    int64_t shipped = 0;
    host->storage = storage_of(mappings, sim, ami);
    const char *device = docker_device(mappings, ami, spec);
    if (ami != NULL && ami->storage == host->storage)
        shipped = ami->volume_bytes;
    int64_t bytes = volume_bytes(loader, mappings, device);
    if (bytes > 0 && bytes < shipped) /* STO-5, X-9 */
        scn_error(loader->complaints, mappings,
                  "%s of the image (%s) has %" PRId64 " GiB and cannot be made smaller; write at "
                  "least that VolumeSize",
                  device, ami->variant, shipped / GIB);
    if (ami != NULL)
        check_other_volumes(loader, mappings, device, ami);
    host->disk_bytes = bytes > 0 ? bytes : shipped;
    if (given != NULL && scn_bytes_read(given, &bytes, loader->complaints)) {
        if (bytes <= 0)
            scn_error(loader->complaints, given, "a disk has some room; write such as \"30 GiB\"");
        else
            host->disk_bytes = bytes;
    }
    if (host->storage == ECS_STORAGE_THIN_POOL)
        host->disk_bytes = host->disk_bytes / 100 * POOL_SHARE_PCT;
}

/* ---- the price ---- */

/* "0.188" -> nano-dollars, exactly; -1: no such amount. */
static int64_t read_dollars(const char *text)
{
    int64_t whole = 0, part = 0, unit = NUSD;
    if (*text < '0' || *text > '9')
        return -1;
    for (; *text >= '0' && *text <= '9'; text++) {
        whole = whole * 10 + (*text - '0');
        if (whole > PRICE_MAX_USD)
            return -1;
    }
    if (*text == '.') {
        if (text[1] == '\0')
            return -1;
        for (text++; *text >= '0' && *text <= '9' && unit > 1; text++) {
            unit /= 10;
            part += (*text - '0') * unit;
        }
    }
    return *text == '\0' ? whole * NUSD + part : -1;
}

void scn_load_price(struct scn_loader *loader, const struct scn_value *at,
                    const struct scn_value *sim, struct ecs_launch_spec *spec)
{
    const struct scn_value *price = scn_json_member(sim, "pricePerHour");
    if (price == NULL) {
        if (spec->host.os == ECS_OS_WINDOWS)
            scn_error(loader->complaints, at,
                      "the price book holds Linux prices only; give that of Windows as "
                      "\"sim\": {\"pricePerHour\": \"0.188\"}, in USD");
        return;
    }
    bool text = price->kind == SCN_STRING || price->kind == SCN_NUMBER;
    spec->price_nusd_per_h = text ? read_dollars(price->text) : -1;
    spec->price_given = true;
    if (spec->price_nusd_per_h < 0)
        scn_error(loader->complaints, price,
                  "expected USD an hour with at most 9 decimals, such as \"0.188\"");
}

/* ---- the host ---- */

bool scn_trunk_capable(const struct ecs_host *host)
{
    return host->os == ECS_OS_LINUX &&
           (host->agent_version == 0 || host->agent_version >= TRUNK_AGENT);
}

void scn_load_host(struct scn_loader *loader, const struct scn_value *data, const char *type_key,
                   const char *image_key, const struct scn_value *sim, struct ecs_launch_spec *spec)
{
    const char *type = scn_get_text(data, type_key, NULL);
    const char *image = scn_get_text(data, image_key, "");
    const struct scn_value *os = scn_get(sim, "os", SCN_STRING);
    const struct scn_value *version = scn_get(sim, "agentVersion", SCN_STRING);
    struct scn_ami found, *ami = NULL;
    bool priced = scn_json_member(sim, "pricePerHour") != NULL;
    spec->type = type != NULL ? scn_use_type(loader, scn_json_member(data, type_key), type, priced)
                              : ECS_NONE;
    spec->arm64 = spec->type != ECS_NONE && loader->types[spec->type].arm64;
    spec->image_id = ecs_names_intern(&loader->scenario->names, image);
    if (scn_ami_find(&found, image, loader->scenario->epoch))
        ami = &found;
    spec->host.os = ami != NULL ? ami->os : ECS_OS_LINUX;
    if (os != NULL)
        spec->host.os = strcmp(os->text, "windows") == 0 ? ECS_OS_WINDOWS : ECS_OS_LINUX;
    if (ami != NULL && ami->os != spec->host.os)
        ami = NULL; /* then it is another image than its name says */
    if (ami != NULL) {
        spec->host.agent_version = ami->agent_version;
        check_image(loader, scn_json_member(data, image_key), ami, spec);
    }
    if (version != NULL) {
        spec->host.agent_version = scn_agent_version(version->text);
        if (spec->host.agent_version == 0)
            scn_error(loader->complaints, version,
                      "\"%s\" is no version of the agent; write such as \"1.40.0\"", version->text);
    }
    load_disk(loader, data, sim, ami, spec);
}

/* ---- registration (REG-3 to REG-19, CLU-21) ---- */

/* In the order in which an agent would meet the obstacles. */
static enum ecs_join join_of(const struct scn_loader *loader, const struct scn_value *sim,
                             const struct scn_agent *agent)
{
    const struct ecs_scenario *scenario = loader->scenario;
    if (agent->join == ECS_JOIN_BAD_SETTINGS)
        return ECS_JOIN_BAD_SETTINGS;
    if (!scn_get_bool(sim, "route", true) && !agent->proxy)
        return ECS_JOIN_NO_ROUTE;
    if (!scn_get_bool(sim, "role", true))
        return ECS_JOIN_NO_ROLE;
    if (agent->join == ECS_JOIN_OTHER_REGION)
        return ECS_JOIN_OTHER_REGION;
    if (strcmp(agent->cluster, scenario->cluster) != 0)
        return ECS_JOIN_OTHER_CLUSTER;
    return agent->join;
}

/* Sheet 02, 10.1: what agents did before they could be told otherwise, or not at all. */
static void limit_agent(struct scn_loader *loader, const struct scn_value *at,
                        struct ecs_host *host)
{
    const uint32_t version = host->agent_version;
    if (version == 0)
        return;
    if (version < CLEANUP_WAIT_FIRST && host->task_cleanup_wait != CLEANUP_WAIT) {
        scn_warning(loader->complaints, at,
                    "agents before 1.8.0 do not know ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION; 3h "
                    "holds");
        host->task_cleanup_wait = CLEANUP_WAIT;
    }
    if (version < IMAGE_CLEANUP_FIRST)
        host->image_cleanup = false;
}

/* WIN-11: the proxy that hands out the credentials of task roles. */
static void reserve_proxy_port(struct ecs_launch_spec *spec)
{
    for (uint32_t i = 0; i < spec->reserved_port_count; i++)
        if (spec->reserved_ports[i] == PROXY_PORT)
            return;
    if (spec->reserved_port_count + spec->reserved_port_udp_count < ECS_PORTS_MAX)
        spec->reserved_ports[spec->reserved_port_count++] = PROXY_PORT;
}

static void load_user_data(struct scn_loader *loader, const struct scn_value *data, bool os_known,
                           struct ecs_launch_spec *spec, struct scn_agent *agent)
{
    const char *text = scn_get_text(data, "UserData", NULL);
    const struct scn_value *at = scn_json_member(data, "UserData");
    bool windows = spec->host.os == ECS_OS_WINDOWS;
    if (text == NULL) {
        scn_agent_init(agent, spec, windows ? SCN_WINDOWS : SCN_LINUX);
        return;
    }
    scn_user_data(loader, at, text, spec, agent);
    if (spec->host.os == ECS_OS_WINDOWS && !windows && os_known)
        scn_error(loader->complaints, at,
                  "the image is one of Linux, which runs no PowerShell; write a shell script, or "
                  "choose a Windows image");
}

/* Whether instances are told to have no public address: a configuration says so itself, a template
 * in its first interface. */
static bool has_no_public_address(const struct scn_value *data)
{
    const struct scn_value *interfaces = scn_get(data, "NetworkInterfaces", SCN_LIST);
    if (interfaces != NULL)
        data = interfaces->first;
    return !scn_get_bool(data, "AssociatePublicIpAddress", true);
}

/* Reads what both shapes hold: `data` has InstanceType, ImageId and UserData. */
static void load_spec(struct scn_loader *loader, const struct scn_value *value,
                      const struct scn_value *data, const char *name, bool is_template)
{
    const struct scn_value *sim = scn_get(value, "sim", SCN_OBJECT);
    struct ecs_scenario *scenario = loader->scenario;
    struct ecs_launch_spec *spec = &loader->specs[scenario->spec_count];
    struct scn_agent *agent = &loader->spec_agents[scenario->spec_count++];
    const struct scn_value *boot = scn_json_member(sim, "boot");
    struct scn_ami ami;
    spec->name = name;
    spec->is_template = is_template;
    scn_load_host(loader, data, "InstanceType", "ImageId", sim, spec);
    bool os_known = scn_json_member(sim, "os") != NULL ||
                    scn_ami_find(&ami, scn_get_text(data, "ImageId", ""), scenario->epoch);
    load_user_data(loader, data, os_known, spec, agent);
    scn_load_volume_drivers(loader, sim, agent);
    limit_agent(loader, value, &spec->host);
    agent->no_public_address = has_no_public_address(data);
    scn_load_price(loader, value, sim, spec);
    spec->join = join_of(loader, sim, agent);
    spec->proxy = agent->proxy;
    spec->trunk_capable = scn_trunk_capable(&spec->host);
    spec->no_public_address = agent->no_public_address;
    spec->no_api_stop = scn_get_bool(data, "DisableApiStop", false);
    spec->no_api_terminate = scn_get_bool(data, "DisableApiTermination", false);
    spec->shared_subnet = scn_get_bool(sim, "sharedSubnet", false);
    spec->foreign_enis = scn_get_integer(sim, "foreignInterfaces", 0);
    if (spec->host.os == ECS_OS_WINDOWS) {
        if (agent->task_roles)
            reserve_proxy_port(spec);
        spec->boot_given = true; /* WIN-3 */
        spec->boot = scenario->behaviour.windows_boot;
    }
    if (boot != NULL)
        spec->boot_given = scn_dist_read(loader->arena, boot, &spec->boot, loader->complaints);
    if (strcmp(scn_get_text(data, "PlacementTenancy", "default"), "default") != 0)
        scn_not_yet(loader->complaints, scn_json_member(data, "PlacementTenancy"),
                    "PlacementTenancy dedicated");
}

void scn_load_specs(struct scn_loader *loader)
{
    const struct scn_value *configurations = scn_list(loader, "launchConfigurations");
    const struct scn_value *templates = scn_list(loader, "launchTemplates");
    scn_check_unique(loader, configurations, "LaunchConfigurationName");
    scn_check_versions(loader, templates, "LaunchTemplateName", "VersionNumber");
    if (configurations != NULL)
        for (const struct scn_value *v = configurations->first; v != NULL; v = v->next)
            load_spec(loader, v, v, scn_get_text(v, "LaunchConfigurationName", ""), false);
    if (templates != NULL)
        for (const struct scn_value *v = templates->first; v != NULL; v = v->next)
            load_spec(loader, v, scn_get(v, "LaunchTemplateData", SCN_OBJECT),
                      scn_get_text(v, "LaunchTemplateName", ""), true);
}

/* ---- the way to the ECS endpoint (REG-6) ---- */

/* Only what network.subnets says counts: a subnet of which too little is known has a way. */
static bool is_cut_off(const struct scn_loader *loader, const char *subnet,
                       const struct scn_agent *agent)
{
    enum ecs_way way = scn_way_to_ecs(scn_subnet_facts(loader, subnet));
    return way == ECS_WAY_NEVER || (way == ECS_WAY_PUBLIC && agent->no_public_address);
}

/* One copy of a spec for all groups that cut it off, so that a group which is told again what it
 * launches launches the same as before. */
static uint32_t cut_off_copy(struct scn_loader *loader, uint32_t spec)
{
    const struct ecs_launch_spec *base = &loader->specs[spec];
    uint32_t copy = 0;
    while (copy < loader->scenario->spec_count &&
           (copy == spec || loader->specs[copy].name != base->name ||
            loader->specs[copy].is_template != base->is_template))
        copy++;
    if (copy < loader->scenario->spec_count)
        return copy;
    loader->scenario->spec_count++;
    loader->specs[copy] = *base;
    loader->spec_agents[copy] = loader->spec_agents[spec];
    loader->specs[copy].join = ECS_JOIN_NO_ROUTE;
    return copy;
}

uint32_t scn_spec_in_subnets(struct scn_loader *loader, const struct scn_value *group,
                             uint32_t spec)
{
    const struct scn_value *at = scn_get(group, "VPCZoneIdentifier", SCN_STRING);
    uint32_t cut_off = 0, connected = 0;
    if (spec == ECS_NONE || at == NULL || loader->spec_agents[spec].proxy ||
        loader->specs[spec].join == ECS_JOIN_BAD_SETTINGS ||
        loader->specs[spec].join == ECS_JOIN_NO_ROUTE)
        return spec;
    for (const char *text = at->text + strspn(at->text, ", "); *text != '\0';) {
        size_t length = strcspn(text, ", ");
        const char *subnet = sim_arena_strndup(loader->arena, text, length);
        if (is_cut_off(loader, subnet, &loader->spec_agents[spec]))
            cut_off++;
        else
            connected++;
        text += length;
        text += strspn(text, ", ");
    }
    if (cut_off > 0 && connected > 0)
        scn_warning(loader->complaints, at,
                    "some of the group's subnets do not reach ECS: instances launched there run "
                    "and are billed, but take no task; see network.subnets");
    return cut_off == 0 || connected > 0 ? spec : cut_off_copy(loader, spec);
}
