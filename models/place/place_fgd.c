/* Fragmentation gradient descent (Weng et al., USENIX ATC'23), an experiment: the instance, and
 * its GPU, where the task adds least to what typical tasks could not use of the free GPUs.
 *
 * Of an instance with R thousandths of GPUs free, a typical task that needs no GPU, another model,
 * more CPU or more GPUs than are free there finds all R useless; any other task finds useless what
 * is free on GPUs with less than it needs. F is the mean of that over the typical tasks, weighted
 * by their counts; memory plays no part. With D = F before - F after, in GPUs:
 *
 *   score = floor(100 x sigmoid(D)), more is better
 *
 * All of it in integers: F times the sum of counts is exact, and 100 sigmoid(D) >= k where
 * D >= ln(k / (100 - k)), which the table holds to 10^-9. */
#include "place.h"

extern const struct place_strategy place_fgd;

/* ln(k / (100 - k)) in 10^-9, for k = 50 to 99. sigmoid(-D) = 1 - sigmoid(D) gives the others. */
static const int64_t logit[50] = {
    0,          40005335,   80042708,   120144312,  160342650,  200670695,  241162057,  281851152,
    322773392,  363965377,  405465108,  447312218,  489548225,  532216814,  575364145,  619039208,
    663294217,  708185058,  753771802,  800119300,  847297860,  895384047,  944461609,  994622575,
    1045968555, 1098612289, 1152679510, 1208311206, 1265666373, 1324925415, 1386294361, 1450010176,
    1516347489, 1585627264, 1658228077, 1734601055, 1815289967, 1900958761, 1992430165, 2090741097,
    2197224577, 2313634929, 2442347035, 2586689344, 2751535313, 2944438979, 3178053830, 3476098690,
    3891820298, 4595119850,
};

/* F x sum of counts, of GPUs as they are. */
static int64_t fragmented(const struct place_view *view, const struct place_gpu *gpu,
                          int64_t cpu_units)
{
    const struct place_context *context = view->context;
    int64_t all = 0;
    for (uint32_t i = 0; i < view->gpu_count; i++)
        all += gpu[i].free_milli;
    int64_t sum = 0;
    for (uint32_t k = 0; k < context->typical_count; k++) {
        const struct ecs_typical *typical = &context->typical[k];
        int64_t useless = 0, sufficient = 0;
        bool fits = typical->gpus > 0 && typical->cpu_units <= cpu_units &&
                    (typical->gpu_models == 0 || (typical->gpu_models & view->gpu_model) != 0);
        for (uint32_t i = 0; fits && i < view->gpu_count; i++) {
            if (gpu[i].free_milli >= typical->gpu_milli)
                sufficient++;
            else
                useless += gpu[i].free_milli;
        }
        sum += typical->count * (fits && sufficient >= typical->gpus ? useless : all);
    }
    return sum;
}

/* The GPU whose share leaves least fragmented, the first on a tie, and how much that is. */
static uint32_t best_gpu(const struct place_view *view, struct place_gpu *gpu, uint32_t taken,
                         int64_t *least)
{
    int64_t cpu_units = view->free_cpu_units - view->cpu_units;
    uint32_t best = ECS_GPUS_MAX;
    uint64_t tried = 0; /* a bit for each GPU that stands for others as free as it */
    for (uint32_t i = 0; i < view->gpu_count; i++) {
        bool again = (taken >> i & 1) != 0 || gpu[i].free_milli < view->gpu_milli;
        for (uint32_t k = 0; k < i && !again; k++)
            again = (tried >> k & 1) != 0 && gpu[k].free_milli == gpu[i].free_milli;
        if (again)
            continue;
        tried |= UINT64_C(1) << i;
        gpu[i].free_milli = (uint16_t)(gpu[i].free_milli - view->gpu_milli);
        int64_t value = fragmented(view, gpu, cpu_units);
        gpu[i].free_milli = (uint16_t)(gpu[i].free_milli + view->gpu_milli);
        if (best == ECS_GPUS_MAX || value < *least) {
            best = i;
            *least = value;
        }
    }
    return best;
}

static void copy_gpus(const struct place_view *view, struct place_gpu gpu[ECS_GPUS_MAX])
{
    for (uint32_t i = 0; i < view->gpu_count; i++)
        gpu[i] = view->gpu[i];
}

static uint32_t choose_gpu(const struct place_view *view, uint32_t taken, uint64_t draw)
{
    (void)draw;
    struct place_gpu gpu[ECS_GPUS_MAX];
    int64_t least = 0;
    copy_gpus(view, gpu);
    return best_gpu(view, gpu, taken, &least);
}

/* F x sum of counts once the task is there. */
static int64_t fragmented_after(const struct place_view *view)
{
    struct place_gpu gpu[ECS_GPUS_MAX];
    uint32_t taken = 0;
    int64_t least = 0;
    copy_gpus(view, gpu);
    if (view->gpus == 1 && view->gpu_milli < ECS_GPU_MILLI) {
        if (best_gpu(view, gpu, 0, &least) != ECS_GPUS_MAX)
            return least;
    }
    for (int64_t i = 0; i < view->gpus; i++) {
        uint32_t next = ECS_GPUS_MAX;
        if (view->gpu_milli < ECS_GPU_MILLI)
            next = best_gpu(view, gpu, taken, &least);
        for (uint32_t k = 0; k < view->gpu_count && next == ECS_GPUS_MAX; k++)
            if (gpu[k].free_milli == ECS_GPU_MILLI)
                next = k;
        if (next == ECS_GPUS_MAX)
            break;
        taken |= UINT32_C(1) << next;
        gpu[next].free_milli = (uint16_t)(gpu[next].free_milli - view->gpu_milli);
    }
    return fragmented(view, gpu, view->free_cpu_units - view->cpu_units);
}

/* The greatest k with D >= ln(k / (100 - k)), for D = gain / (total x 1,000 thousandths). */
static int64_t hundredths(int64_t gain, int64_t total)
{
    int64_t k = 1;
    __int128 scaled = (__int128)gain * 1000000;
    for (int64_t step = 64; step > 0; step /= 2) {
        int64_t next = k + step;
        if (next > 99)
            continue;
        int64_t least = next >= 50 ? logit[next - 50] : -logit[50 - next];
        if (scaled >= (__int128)least * total)
            k = next;
    }
    return scaled >= (__int128)-logit[49] * total ? k : 0;
}

static int64_t score(const struct place_view *view, uint32_t dimension)
{
    (void)dimension;
    if (view->context->typical_total == 0)
        return 0;
    int64_t before = fragmented(view, view->gpu, view->free_cpu_units);
    return -hundredths(before - fragmented_after(view), view->context->typical_total);
}

const struct place_strategy place_fgd = {
    .name = "fgd",
    .help = "least growth of free GPU shares that typical tasks cannot use",
    .field = PLACE_FIELD_NONE,
    .beyond_ecs = true,
    .score = score,
    .needs_typical = true,
    .choose_gpu = choose_gpu,
};
