/* `sim` of task definitions: what no AWS shape says about a task, but a run must know. */
#include "scn_dist.h"
#include "scn_loader.h"

#include <math.h>
#include <string.h>

/* Container errors by the names that sim.errors gives them: that of AWS, and what went wrong. The
 * table of keys has checked the text (scn_keys_task.c). */
static enum ecs_container_error read_error(const char *text)
{
    static const char *const names[ECS_ERRORS] = {
        [ECS_ERROR_IMAGE_NOT_FOUND] = "CannotPullContainerError.ImageNotFound",
        [ECS_ERROR_REGISTRY_TIMEOUT] = "CannotPullContainerError.ConnectionTimeout",
        [ECS_ERROR_REGISTRY_CANCELED] = "CannotPullContainerError.ContextCanceled",
        [ECS_ERROR_REPOSITORY_NOT_FOUND] = "CannotPullContainerError.RepositoryNotFound",
        [ECS_ERROR_NO_SPACE] = "CannotPullContainerError.NoSpaceLeft",
        [ECS_ERROR_THIN_POOL] = "CannotCreateContainerError.ThinPool",
        [ECS_ERROR_KILLED] = "OutOfMemoryError.Killed",
    };
    for (int i = ECS_ERROR_NONE + 1; i < ECS_ERRORS; i++)
        if (names[i] != NULL && strcmp(names[i], text) == 0)
            return (enum ecs_container_error)i;
    return ECS_ERROR_NONE;
}

/* The container that a rule names; ECS_NONE when it names none, or none that there is. */
static uint32_t find_container(struct scn_loader *loader, const struct scn_value *rule,
                               const struct ecs_task_definition *definition)
{
    const struct scn_value *at = scn_get(rule, "container", SCN_STRING);
    const char *const *text = loader->scenario->names.text;
    const char *names[ECS_CONTAINERS_MAX];
    uint32_t count = 0;
    if (at == NULL)
        return ECS_NONE;
    for (uint32_t i = 0; i < definition->container_count; i++) {
        const struct ecs_container *container = &definition->containers[i];
        if (strcmp(text[container->name], at->text) != 0) {
            if (count < ECS_CONTAINERS_MAX)
                names[count++] = text[container->name];
            continue;
        }
        if (!container->essential)
            scn_warning(loader->complaints, at,
                        "container %s is not essential, so its failure does not stop the task "
                        "(LIF-01)",
                        at->text);
        return i;
    }
    scn_unknown_name(loader, at, "container of the task", at->text, names, count);
    return ECS_NONE;
}

/* When a killed container is killed (ERR-7). */
static void load_after(struct scn_loader *loader, const struct scn_value *value,
                       const struct ecs_task_definition *definition, struct ecs_error_rule *rule)
{
    const struct scn_value *after = scn_json_member(value, "after");
    if (after != NULL && rule->error != ECS_ERROR_KILLED && rule->error != ECS_ERROR_NONE)
        scn_error(loader->complaints, after,
                  "with this error the task does not start, so nothing comes after its start; "
                  "remove it");
    else if (after != NULL)
        rule->after_given = scn_dist_read(loader->arena, after, &rule->after, loader->complaints);
    else if (rule->error == ECS_ERROR_KILLED && definition->runs_forever)
        scn_warning(loader->complaints, value,
                    "a task without a duration is only killed when `after` says when");
}

static void load_error(struct scn_loader *loader, const struct scn_value *value,
                       const struct ecs_task_definition *definition, struct ecs_error_rule *rule)
{
    const struct scn_value *probability = scn_get(value, "probability", SCN_NUMBER);
    const struct scn_value *until = scn_json_member(value, "until");
    *rule = (struct ecs_error_rule){
        .error = read_error(scn_get_text(value, "error", "")),
        .container = find_container(loader, value, definition),
        .ppm = probability != NULL && probability->number >= 0 && probability->number <= 1
                   ? (uint32_t)lround(probability->number * 1e6)
                   : 1000000,
        .from = scn_get_duration(value, "from", 0),
        .until = scn_get_duration(value, "until", SIM_TIME_NEVER),
    };
    if (until != NULL && rule->until <= rule->from)
        scn_error(loader->complaints, until,
                  "it must be later than `from`, or the error never happens");
    load_after(loader, value, definition, rule);
}

static void load_errors(struct scn_loader *loader, const struct scn_value *sim,
                        struct ecs_task_definition *definition)
{
    const struct scn_value *list = scn_get(sim, "errors", SCN_LIST);
    uint32_t count = list != NULL ? list->count : 0;
    struct ecs_error_rule *rules = sim_arena_array(loader->arena, count, sizeof rules[0]);
    definition->errors = rules;
    for (const struct scn_value *v = count > 0 ? list->first : NULL; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            load_error(loader, v, definition, &rules[definition->error_count++]);
}

/* Sizes by image belong to images of the task; the sizes are read with the containers. */
static void check_image_sizes(struct scn_loader *loader, const struct scn_value *sim,
                              const struct ecs_task_definition *definition)
{
    const struct scn_value *sizes = scn_json_member(sim, "imageSizes");
    if (sizes != NULL && sizes->kind != SCN_OBJECT)
        scn_error(loader->complaints, sizes,
                  "expected an object of sizes by image, such as {\"nginx:1\": \"57 MB\"}");
    for (const struct scn_value *v = sizes != NULL ? sizes->first : NULL; v != NULL; v = v->next) {
        bool used = false;
        for (uint32_t i = 0; i < definition->image_count && v->key != NULL; i++) {
            const char *name = loader->scenario->names.text[definition->images[i].name];
            used = used || strcmp(name, v->key) == 0;
        }
        if (!used && v->key != NULL)
            scn_warning(loader->complaints, v, "no container of the task uses this image");
    }
}

/* Shares of GPUs and wishes for a model: beyond ECS. */
static void load_gpus(struct scn_loader *loader, const struct scn_value *sim,
                      struct ecs_task_definition *definition)
{
    static const char *const keys[] = {"gpuMilli", "gpuModel"};
    const struct scn_value *model = scn_get(sim, "gpuModel", SCN_STRING);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (scn_json_member(sim, keys[i]) != NULL && definition->gpus == 0)
            scn_no_effect(loader->complaints, scn_json_member(sim, keys[i]),
                          "the task has no GPU of its own; rows of a trace may bring some");
    definition->gpu_milli = scn_get_integer(sim, "gpuMilli", 0);
    if (model == NULL)
        return;
    definition->gpu_models = scn_gpu_models(loader->scenario, model->text);
    if (definition->gpu_models == SCN_NO_GPU_MODEL)
        scn_warning(loader->complaints, model,
                    "no instance type of the scenario has such a GPU, so its tasks never start");
}

void scn_load_task_sim(struct scn_loader *loader, const struct scn_value *sim,
                       struct ecs_task_definition *definition, struct ecs_container *containers)
{
    const struct scn_value *duration = scn_json_member(sim, "duration");
    const struct scn_value *stop = scn_json_member(sim, "stopTime");
    const struct scn_value *disk = scn_json_member(sim, "containerDisk");
    definition->runs_forever = duration == NULL;
    definition->stop_time = sim_dist_constant(0);
    if (duration != NULL)
        scn_dist_read(loader->arena, duration, &definition->duration, loader->complaints);
    if (stop != NULL)
        scn_dist_read(loader->arena, stop, &definition->stop_time, loader->complaints);
    definition->exit_code = (int32_t)scn_get_integer(sim, "exitCode", 0);
    int64_t bytes = 0;
    if (disk != NULL)
        scn_bytes_read(disk, &bytes, loader->complaints);
    for (uint32_t i = 0; i < definition->container_count; i++)
        containers[i].layer_bytes = bytes;
    load_gpus(loader, sim, definition);
    check_image_sizes(loader, sim, definition);
    load_errors(loader, sim, definition);
}
