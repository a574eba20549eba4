/* instanceTypes: hardware of one's own, in the shape that describe-instance-types prints, for
 * instances that EC2 does not offer or that the shipped catalogue does not know yet. A type of the
 * list comes before one of the catalogue with the same name.
 *
 * Also the models of GPUs: those of the types that the scenario uses are numbered in order of first
 * use, so that what a task accepts is a set of bits (struct ecs_scenario.gpu_models). */
#include "scn_loader.h"

#include <string.h>

#define NOT_MODELLED "no fact that placement looks at"

static const struct scn_key own_cpu_keys[] = {
    {"DefaultVCpus", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = 1, .max = 100000,
     .help = "1,024 CPU units each"},
    {"DefaultCores", SCN_T_INTEGER, SCN_NONE, .help = NOT_MODELLED},
    {"DefaultThreadsPerCore", SCN_T_INTEGER, SCN_NONE, .help = NOT_MODELLED},
    {"ValidCores", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"ValidThreadsPerCore", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {0},
};

static const struct scn_key own_memory_keys[] = {
    {"SizeInMiB", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = 1, .max = INT64_C(1) << 40,
     .help = "nominal; what registers is a little less"},
    {0},
};

static const struct scn_key own_gpu_keys[] = {
    {"Name", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255, .help = "the model"},
    {"Count", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = 1, .max = ECS_GPUS_MAX,
     .help = "how many"},
    {"Manufacturer", SCN_T_TEXT, SCN_NONE, .help = NOT_MODELLED},
    {"MemoryInfo", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {0},
};

static const struct scn_key own_gpus_keys[] = {
    {"Gpus", SCN_T_OBJECTS, SCN_ACTS, .required = true, .min = 1, .max = 1, .members = own_gpu_keys,
     .help = "all of one model"},
    {"TotalGpuMemoryInMiB", SCN_T_INTEGER, SCN_NONE, .help = NOT_MODELLED},
    {0},
};

static const struct scn_key own_network_keys[] = {
    {"MaximumNetworkInterfaces", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 10000,
     .help = "the primary one included"},
    {"NetworkPerformance", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"MaximumNetworkCards", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"DefaultNetworkCardIndex", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"NetworkCards", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"Ipv4AddressesPerInterface", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"Ipv6AddressesPerInterface", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"Ipv6Supported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"EnaSupport", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"EfaSupported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"EfaInfo", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"EncryptionInTransitSupported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"EnaSrdSupported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {0},
};

static const struct scn_key own_processor_keys[] = {
    {"SupportedArchitectures", SCN_T_TEXTS, SCN_ACTS, .min = 1, .max = 8, .fallback = "x86_64",
     .help = "arm64 when it is in the list"},
    {"SustainedClockSpeedInGhz", SCN_T_NUMBER, SCN_NONE, .help = NOT_MODELLED},
    {0},
};

static const struct scn_key own_sim_keys[] = {
    {"cpuUnits", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = INT32_MAX,
     .fallback = "1024 for each vCPU", .help = "that an instance registers"},
    {"pricePerHour", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 20,
     .help = "USD, such as \"0.188\""},
    {"trunkTasks", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 10000,
     .fallback = "0: it cannot have one",
     .help = "awsvpc tasks on an instance with a trunk network interface"},
    {0},
};

const struct scn_key scn_instance_type_keys[] = {
    {"InstanceType", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 64,
     .help = "its name"},
    {"VCpuInfo", SCN_T_OBJECT, SCN_ACTS, .required = true, .members = own_cpu_keys},
    {"MemoryInfo", SCN_T_OBJECT, SCN_ACTS, .required = true, .members = own_memory_keys},
    {"GpuInfo", SCN_T_OBJECT, SCN_ACTS, .members = own_gpus_keys},
    {"NetworkInfo", SCN_T_OBJECT, SCN_ACTS, .members = own_network_keys},
    {"ProcessorInfo", SCN_T_OBJECT, SCN_ACTS, .members = own_processor_keys},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .required = true, .members = own_sim_keys,
     .help = "the simulator's own"},
    {"CurrentGeneration", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"FreeTierEligible", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"SupportedUsageClasses", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"SupportedRootDeviceTypes", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"SupportedVirtualizationTypes", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"BareMetal", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"Hypervisor", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"InstanceStorageSupported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"InstanceStorageInfo", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"EbsInfo", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"FpgaInfo", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"PlacementGroupInfo", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"InferenceAcceleratorInfo", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"HibernationSupported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"BurstablePerformanceSupported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"DedicatedHostsSupported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"AutoRecoverySupported", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {"SupportedBootModes", SCN_T_ANY, SCN_NONE, .help = NOT_MODELLED},
    {0},
};

/* ---- types ---- */

static bool lists_text(const struct scn_value *list, const char *text)
{
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_STRING && strcmp(v->text, text) == 0)
            return true;
    return false;
}

static void load_type(struct scn_loader *loader, const struct scn_value *value,
                      struct scn_catalog_row *row)
{
    const struct scn_value *sim = scn_get(value, "sim", SCN_OBJECT);
    const struct scn_value *gpus = scn_get(scn_get(value, "GpuInfo", SCN_OBJECT), "Gpus", SCN_LIST);
    const struct scn_value *gpu = gpus != NULL ? gpus->first : NULL;
    const struct scn_value *processor = scn_get(value, "ProcessorInfo", SCN_OBJECT);
    const struct scn_value *network = scn_get(value, "NetworkInfo", SCN_OBJECT);
    const char *price = scn_get_text(sim, "pricePerHour", NULL);
    row->type = (struct ecs_instance_type){
        .name = scn_get_text(value, "InstanceType", ""),
        .vcpus =
            (uint32_t)scn_get_integer(scn_get(value, "VCpuInfo", SCN_OBJECT), "DefaultVCpus", 1),
        .memory_mib = scn_get_integer(scn_get(value, "MemoryInfo", SCN_OBJECT), "SizeInMiB", 1),
        .gpus = (uint32_t)scn_get_integer(gpu, "Count", 0),
        .max_enis = (uint32_t)scn_get_integer(network, "MaximumNetworkInterfaces", 0),
        .cpu_units = scn_get_integer(sim, "cpuUnits", 0),
        .arm64 = lists_text(scn_get(processor, "SupportedArchitectures", SCN_LIST), "arm64"),
    };
    row->gpu_model = scn_get_text(gpu, "Name", "");
    row->price_date = "";
    row->trunk_tasks = (uint32_t)scn_get_integer(sim, "trunkTasks", 0);
    row->trunking = row->trunk_tasks > 0;
    if (price != NULL && !scn_price_parse(price, &row->type.price_nusd_per_h))
        scn_error(loader->complaints, scn_json_member(sim, "pricePerHour"),
                  "expected USD an hour with at most 9 decimals, such as \"0.188\"");
}

void scn_load_hardware(struct scn_loader *loader)
{
    const struct scn_value *list = scn_list(loader, "instanceTypes");
    uint32_t count = list != NULL ? list->count : 0;
    struct scn_catalog_row *rows = sim_arena_array(loader->arena, count, sizeof rows[0]);
    scn_check_unique(loader, list, "InstanceType");
    for (const struct scn_value *v = count > 0 ? list->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            load_type(loader, v, &rows[loader->own_type_count++]);
    loader->own_types = rows;
    loader->gpu_models =
        sim_arena_array(loader->arena, ECS_GPU_MODELS_MAX, sizeof loader->gpu_models[0]);
    loader->scenario->gpu_models = loader->gpu_models;
}

const struct scn_catalog_row *scn_find_type(const struct scn_loader *loader, const char *name)
{
    for (uint32_t i = 0; i < loader->own_type_count; i++)
        if (strcmp(loader->own_types[i].type.name, name) == 0)
            return &loader->own_types[i];
    return scn_catalog_find(&loader->catalog, name);
}

/* ---- GPU models ---- */

void scn_use_gpu_model(struct scn_loader *loader, const struct scn_value *at, const char *model,
                       struct ecs_instance_type *type)
{
    struct ecs_scenario *scenario = loader->scenario;
    if (model[0] == '\0')
        return;
    type->gpu_model = ecs_names_intern(&scenario->names, model);
    if (ecs_gpu_model_bit(scenario, type->gpu_model) != 0)
        return;
    if (scenario->gpu_model_count == ECS_GPU_MODELS_MAX)
        scn_error(loader->complaints, at, "more than %d GPU models in one scenario; use fewer",
                  ECS_GPU_MODELS_MAX);
    else
        loader->gpu_models[scenario->gpu_model_count++] = type->gpu_model;
}

uint64_t scn_gpu_models(const struct ecs_scenario *scenario, const char *text)
{
    uint64_t models = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, "|");
        for (uint32_t i = 0; i < scenario->gpu_model_count; i++) {
            const char *name = scenario->names.text[scenario->gpu_models[i]];
            if (strlen(name) == length && strncmp(name, text, length) == 0)
                models |= UINT64_C(1) << i;
        }
        text += length + (text[length] == '|');
    }
    return models != 0 ? models : SCN_NO_GPU_MODEL;
}
