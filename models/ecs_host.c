/* The host of a container instance as its agent keeps it: images, containers, disk.
 *
 * Images (IMG-2): a task pulls what is not there, one image after the other; an image that another
 * task is pulling is waited for. With `default` and `always` the registry is asked even if a copy
 * is there: the answer takes no bytes, as images do not change here, but its failure (sim.errors)
 * ends the task under `always` and is made up for by the copy under `default`. `once` and
 * `prefer-cached` do not ask.
 *
 * Disk (STO-10): the bytes of a pull are set aside when it begins. What does not fit fails when the
 * disk is full, and what had arrived is thrown away.
 *
 * Clean-up (CLN): the agent looks every interval. Most of those ticks find nothing, so only those
 * are scheduled that have something to look at: the first tick of the grid at which an image that
 * no container refers to is old enough. A stopped task's containers go after a wait that is the
 * same for all tasks of an instance; so an image is free once the last of them has stopped and that
 * wait is over (last_used), and nothing has to be done per container but to give back its layers,
 * in order, before the disk is next looked at. */
#include "ecs_state.h"

#include <assert.h>

#define AGENT_IMAGE_CLEANUP 1013000 /* 1.13.0: CLN-5 */
#define THIN_POOL_RESERVE   10      /* a thin pool wants a tenth of its blocks free (STO-7) */

static const struct ecs_host *host_of(const struct ecs_world *world,
                                      const struct ecs_instance *instance)
{
    return &world->scenario->specs[instance->spec].host;
}

static const struct ecs_task_definition *definition_of(const struct ecs_world *world,
                                                       const struct ecs_task *task)
{
    return &world->scenario->task_definitions[world->arrived[task->arrived].definition];
}

/* ---- disk ---- */

/* Gives back the layers of containers that have been removed by now (CLN-1). */
static void remove_containers(const struct ecs_world *world, struct ecs_instance *instance)
{
    while (instance->layers_count > 0) {
        const struct ecs_layers *first = &instance->layers[instance->layers_first];
        if (first->removed > ecs_now(world))
            return;
        instance->disk_used -= first->bytes;
        instance->layers_first++;
        instance->layers_count--;
    }
    instance->layers_first = 0;
}

/* Layers that stay until `removed`, after all those before them. */
static void leave_layers(struct ecs_instance *instance, int64_t bytes, sim_time removed)
{
    uint32_t end = instance->layers_first + instance->layers_count;
    if (end == instance->layers_capacity && instance->layers_first >= end / 2 && end > 0) {
        for (uint32_t i = 0; i < instance->layers_count; i++)
            instance->layers[i] = instance->layers[instance->layers_first + i];
        instance->layers_first = 0;
        end = instance->layers_count;
    }
    sim_grow((void **)&instance->layers, &instance->layers_capacity, end + 1,
             sizeof instance->layers[0]);
    instance->layers[end] = (struct ecs_layers){.removed = removed, .bytes = bytes};
    instance->layers_count++;
}

/* Bytes left; INT64_MAX on a disk without limit. */
static int64_t disk_free(const struct ecs_world *world, struct ecs_instance *instance)
{
    int64_t bytes = host_of(world, instance)->disk_bytes;
    if (bytes == 0)
        return INT64_MAX;
    remove_containers(world, instance);
    return bytes - instance->disk_used;
}

static int64_t layer_bytes(const struct ecs_task_definition *definition, uint32_t containers)
{
    int64_t bytes = 0;
    for (uint32_t i = 0; i < definition->container_count; i++)
        if ((containers >> i & 1) != 0)
            bytes += definition->containers[i].layer_bytes;
    return bytes;
}

/* ---- clean-up of images ---- */

static bool cleans_up(const struct ecs_host *host)
{
    return host->image_cleanup && host->image_cleanup_interval > 0 &&
           (host->agent_version == 0 || host->agent_version >= AGENT_IMAGE_CLEANUP);
}

static bool is_idle(const struct ecs_pulled *pulled)
{
    return pulled->cached && !pulled->kept && pulled->containers == 0;
}

/* From when on a tick may delete an idle image: no container is left, and it is old enough. */
static sim_time deletable_from(const struct ecs_host *host, const struct ecs_pulled *pulled)
{
    sim_time aged = pulled->pulled + host->image_cleanup_age;
    return pulled->last_used > aged ? pulled->last_used : aged;
}

/* Sees to it that the first tick at or after `from`, and after now, takes place. */
static void want_tick(struct ecs_world *world, uint32_t slot, sim_time from)
{
    struct ecs_instance *instance = &world->instances[slot];
    sim_time interval = host_of(world, instance)->image_cleanup_interval;
    sim_time after = ecs_now(world) + 1 > from ? ecs_now(world) + 1 : from;
    sim_time ticks = (after - instance->cleanup_origin + interval - 1) / interval;
    sim_time at = instance->cleanup_origin + (ticks > 0 ? ticks : 1) * interval;
    if (instance->cleanup_at != 0 && instance->cleanup_at <= at)
        return;
    sim_engine_cancel(&world->engine, instance->cleanup);
    instance->cleanup_at = at;
    instance->cleanup = sim_engine_at(&world->engine, at, ECS_EVENT_IMAGE_CLEANUP,
                                      sim_id_pack(sim_slots_id(&world->instance_slots, slot)), 0);
}

static void want_ticks(struct ecs_world *world, uint32_t slot)
{
    const struct ecs_instance *instance = &world->instances[slot];
    const struct ecs_host *host = host_of(world, instance);
    if (!cleans_up(host))
        return;
    for (uint32_t i = 0; i < instance->pulled_count; i++)
        if (is_idle(&instance->pulled[i]))
            want_tick(world, slot, deletable_from(host, &instance->pulled[i]));
}

void ecs_host_begin(struct ecs_world *world, uint32_t slot)
{
    struct ecs_instance *instance = &world->instances[slot];
    instance->cleanup_origin = ecs_now(world);
    sim_engine_cancel(&world->engine, instance->cleanup);
    instance->cleanup_at = 0;
    want_ticks(world, slot);
}

static void emit_image(struct ecs_world *world, struct ecs_instance *instance,
                       const struct ecs_pulled *pulled)
{
    int64_t left = disk_free(world, instance);
    struct sim_record record = ecs_record(world, ECS_RECORD_IMAGE);
    record.field[ECS_IMAGE_instance] = instance->serial;
    record.field[ECS_IMAGE_image] = pulled->image;
    record.field[ECS_IMAGE_pulled] = pulled->cached;
    record.field[ECS_IMAGE_bytes] = pulled->bytes;
    record.field[ECS_IMAGE_free] = left == INT64_MAX ? -1 : left;
    ecs_emit(world, &record);
}

/* The deletable image that was in use longest ago; ties: pulled longest ago, then the first that
 * was ever pulled. NULL: none. */
static struct ecs_pulled *next_deletable(const struct ecs_world *world,
                                         const struct ecs_instance *instance)
{
    struct ecs_pulled *oldest = NULL;
    for (uint32_t i = 0; i < instance->pulled_count; i++) {
        struct ecs_pulled *pulled = &instance->pulled[i];
        if (!is_idle(pulled) || deletable_from(host_of(world, instance), pulled) > ecs_now(world))
            continue;
        if (oldest == NULL || pulled->last_used < oldest->last_used ||
            (pulled->last_used == oldest->last_used && pulled->pulled < oldest->pulled))
            oldest = pulled;
    }
    return oldest;
}

void ecs_on_image_cleanup(struct ecs_world *world, struct sim_id id)
{
    if (!sim_slots_live(&world->instance_slots, id))
        return;
    struct ecs_instance *instance = &world->instances[id.slot];
    const struct ecs_host *host = host_of(world, instance);
    instance->cleanup_at = 0;
    if (instance->shutdown >= 0 || instance->ec2_stopped)
        return; /* no agent runs; ecs_host_begin takes it up again */
    for (int64_t deleted = 0; deleted < host->images_per_cycle; deleted++) { /* CLN-3 */
        struct ecs_pulled *pulled = next_deletable(world, instance);
        if (pulled == NULL)
            break;
        pulled->cached = false;
        instance->disk_used -= pulled->bytes;
        emit_image(world, instance, pulled);
    }
    want_ticks(world, id.slot);
}

/* ---- pulls ---- */

uint32_t ecs_error_container(const struct ecs_task_definition *definition,
                             const struct ecs_error_rule *rule)
{
    uint32_t container = rule->container;
    if (container == ECS_NONE)
        for (container = 0; !definition->containers[container].essential &&
                            container + 1 < definition->container_count;)
            container++;
    return container;
}

/* What sim.errors has in store for a container of the task. */
static enum ecs_container_error caused(const struct ecs_world *world, const struct ecs_task *task,
                                       uint32_t container)
{
    if (task->error_rule == ECS_NONE)
        return ECS_ERROR_NONE;
    const struct ecs_task_definition *definition = definition_of(world, task);
    const struct ecs_error_rule *rule = &definition->errors[task->error_rule];
    return ecs_error_container(definition, rule) == container ? rule->error : ECS_ERROR_NONE;
}

/* Whether the error is the registry's answer to a pull. */
static bool is_registry_error(enum ecs_container_error error)
{
    return error >= ECS_ERROR_IMAGE_NOT_FOUND && error <= ECS_ERROR_REPOSITORY_NOT_FOUND;
}

static struct ecs_pulled *find_image(const struct ecs_instance *instance, uint32_t image)
{
    for (uint32_t i = 0; i < instance->pulled_count; i++)
        if (instance->pulled[i].image == image)
            return &instance->pulled[i];
    return NULL;
}

/* The error that a pull of this container's image meets; `error` is in store for it. IMG-2. */
static enum ecs_container_error pull_error(const struct ecs_host *host, bool cached,
                                           enum ecs_container_error error)
{
    if (is_registry_error(error))
        return !cached || host->pull == ECS_PULL_ALWAYS ? error : ECS_ERROR_NONE;
    return error == ECS_ERROR_NO_SPACE && !cached ? error : ECS_ERROR_NONE;
}

/* Brings an image that is not there; it is complete from *ready on, which moves. False: the disk
 * is full at *ready (ERR-5). */
static bool download(struct ecs_world *world, struct ecs_instance *instance,
                     const struct ecs_image *image, sim_time *ready)
{
    const struct ecs_host *host = host_of(world, instance);
    int64_t mbps = world->scenario->behaviour.image_pull_mbps, left = disk_free(world, instance);
    int64_t bytes = image->bytes <= left ? image->bytes : left;
    if (mbps > 0)
        *ready += bytes / mbps; /* bytes / (10^6 bytes a second) = microseconds */
    if (image->bytes > left)
        return false;
    struct ecs_pulled *pulled = find_image(instance, image->name);
    if (pulled == NULL) {
        sim_grow((void **)&instance->pulled, &instance->pulled_capacity, instance->pulled_count + 1,
                 sizeof instance->pulled[0]);
        pulled = &instance->pulled[instance->pulled_count++];
    }
    *pulled = (struct ecs_pulled){
        .image = image->name,
        .bytes = image->bytes,
        .pulled = *ready,
        .last_used = *ready,
        .cached = true,
        .kept = host->pull == ECS_PULL_PREFER_CACHED, /* IMG-3 */
    };
    instance->disk_used += image->bytes;
    emit_image(world, instance, pulled);
    return true;
}

/* The task's containers are gone from `removed` on, and refer to their images no more. */
static void release_images(struct ecs_world *world, struct ecs_task *task, sim_time removed)
{
    const struct ecs_task_definition *definition = definition_of(world, task);
    struct ecs_instance *instance = &world->instances[task->instance];
    const struct ecs_host *host = host_of(world, instance);
    for (uint32_t i = 0; i < definition->container_count; i++) {
        uint32_t image = definition->containers[i].image;
        if ((task->pulled >> i & 1) == 0 || image == ECS_NONE)
            continue;
        struct ecs_pulled *pulled = find_image(instance, definition->images[image].name);
        pulled->containers--;
        if (removed > pulled->last_used)
            pulled->last_used = removed;
        if (cleans_up(host) && is_idle(pulled))
            want_tick(world, task->instance, deletable_from(host, pulled));
    }
    task->pulled = 0;
}

sim_time ecs_host_pull(struct ecs_world *world, uint32_t task_slot, enum ecs_container_error *error)
{
    struct ecs_task *task = &world->tasks[task_slot];
    const struct ecs_task_definition *definition = definition_of(world, task);
    struct ecs_instance *instance = &world->instances[task->instance];
    const struct ecs_host *host = host_of(world, instance);
    sim_time ready = ecs_now(world);
    *error = ECS_ERROR_NONE;
    for (uint32_t i = 0; i < definition->container_count; i++) {
        const struct ecs_container *container = &definition->containers[i];
        const struct ecs_image *image =
            container->image != ECS_NONE ? &definition->images[container->image] : NULL;
        struct ecs_pulled *pulled = image != NULL ? find_image(instance, image->name) : NULL;
        bool cached = pulled != NULL && pulled->cached;
        enum ecs_container_error in_store = caused(world, task, i);
        if (in_store == ECS_ERROR_NONE && image != NULL)
            in_store = ecs_network_pull_error(world, task, image->name);
        enum ecs_container_error failed = pull_error(host, cached, in_store);
        if (failed != ECS_ERROR_NONE)
            ready += world->scenario->behaviour.pull_error;
        else if (cached && pulled->pulled > ready)
            ready = pulled->pulled;
        else if (!cached && image != NULL && !download(world, instance, image, &ready))
            failed = ECS_ERROR_NO_SPACE;
        if (failed == ECS_ERROR_NONE) {
            task->pulled |= 1u << i;
            if (image != NULL)
                find_image(instance, image->name)->containers++;
        } else if (container->essential) { /* LIF-01: another container's failure stops nothing */
            release_images(world, task, ready);
            *error = failed;
            break;
        }
    }
    return ready;
}

/* ---- containers ---- */

enum ecs_container_error ecs_host_create(struct ecs_world *world, uint32_t task_slot)
{
    const struct ecs_task *task = &world->tasks[task_slot];
    const struct ecs_task_definition *definition = definition_of(world, task);
    struct ecs_instance *instance = &world->instances[task->instance];
    const struct ecs_host *host = host_of(world, instance);
    bool thin = host->storage == ECS_STORAGE_THIN_POOL;
    for (uint32_t i = 0; task->error_rule != ECS_NONE && i < definition->container_count; i++)
        if (caused(world, task, i) == ECS_ERROR_THIN_POOL && definition->containers[i].essential)
            return ECS_ERROR_THIN_POOL;
    if (host->disk_bytes == 0)
        return ECS_ERROR_NONE;
    int64_t left = disk_free(world, instance), bytes = layer_bytes(definition, task->pulled);
    if (thin && left < (host->disk_bytes + THIN_POOL_RESERVE - 1) / THIN_POOL_RESERVE)
        return ECS_ERROR_THIN_POOL;
    if (bytes > left)
        return thin ? ECS_ERROR_THIN_POOL : ECS_ERROR_NO_SPACE;
    instance->disk_used += bytes;
    return ECS_ERROR_NONE;
}

void ecs_host_task_stopped(struct ecs_world *world, uint32_t task_slot)
{
    struct ecs_task *task = &world->tasks[task_slot];
    struct ecs_instance *instance = &world->instances[task->instance];
    const struct ecs_host *host = host_of(world, instance);
    if (task->pulled == 0 || instance->shutdown >= 0)
        return;
    sim_time removed = ecs_now(world);
    if (task->started >= 0) { /* else there are no containers */
        removed += host->task_cleanup_wait;
        int64_t bytes = layer_bytes(definition_of(world, task), task->pulled);
        if (host->disk_bytes > 0 && bytes > 0) {
            remove_containers(world, instance);
            leave_layers(instance, bytes, removed);
        }
    }
    release_images(world, task, removed);
}
