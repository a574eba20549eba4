/* GPUs: which ones a task holds (sheet 01, section 20); shares of them and models, beyond ECS; the
 * experiment strategies against their formulas in doubles (sheet 05). */
#include "world_fixture.h"

#include "place.h"
#include "sim_rng.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- worlds ---- */

static uint32_t add_instances(struct fixture *f, uint32_t gpus, uint32_t vcpus, uint32_t count)
{
    uint32_t type = fixture_add_type(f, "gpu", vcpus, 100000, gpus, 3);
    f->extras[f->scenario.extra_instance_count++] = (struct ecs_extra_instance){
        .spec = type,
        .count = count,
        .zone = {.name = ecs_names_intern(&f->scenario.names, "us-east-1a")},
    };
    return type;
}

static uint32_t add_gpu_task(struct fixture *f, int64_t gpus, int64_t milli, double seconds)
{
    uint32_t definition = fixture_add_definition(f, 10, 10, seconds);
    f->definitions[definition].gpus = gpus;
    f->definitions[definition].gpu_milli = milli;
    return definition;
}

/* One task; refused for good when there is no room. */
static void run_one(struct fixture *f, uint32_t definition, int64_t at_s)
{
    fixture_run_task(f, definition, (struct ecs_strategy){0}, 1, at_s * SIM_SECOND);
    f->run_tasks[f->scenario.run_task_count - 1].request.on_refusal = ECS_REFUSAL_DROP;
}

/* The ids that the n-th task to get any was given. */
static int64_t ids_of(const struct fixture *f, uint32_t n)
{
    for (uint32_t i = 0; i < f->record_count; i++)
        if (f->records[i].kind == ECS_RECORD_GPUS && f->records[i].field[ECS_GPUS_task] > 0 &&
            n-- == 0)
            return f->records[i].field[ECS_GPUS_ids];
    return -1;
}

START_TEST(gpu_02_gpu_03_gpu_04_pins_the_first_free_ids)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    add_instances(&f, 4, 4, 1);
    uint32_t pair = add_gpu_task(&f, 2, 0, 100), one = add_gpu_task(&f, 1, 0, -1);
    run_one(&f, pair, 0);  /* 0, 1 until about 100 s */
    run_one(&f, one, 10);  /* 2 */
    run_one(&f, pair, 20); /* one is free: refused (GPU-02) */
    run_one(&f, pair, 200);
    run_one(&f, one, 210); /* 3 */
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    ck_assert_int_eq(ids_of(&f, 0), 1 << 0 | 1 << 1);
    ck_assert_int_eq(ids_of(&f, 1), 1 << 2);
    ck_assert_int_eq(ids_of(&f, 2), 1 << 0 | 1 << 1);
    ck_assert_int_eq(ids_of(&f, 3), 1 << 3);
    ck_assert_int_eq(ids_of(&f, 4), -1);
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                                          ECS_REASON_RESOURCE_GPU),
                      1);
    fixture_release(&f);
}
END_TEST

/* GPU-10's counts; copies of the guide's example-ecs-gpu, which wants two GPUs. */
static const struct {
    const char *type;
    uint32_t gpus, copies;
} examples[] = {
    {"p2.xlarge", 1, 0},  {"p2.8xlarge", 8, 4}, {"p2.16xlarge", 16, 8},
    {"p3.8xlarge", 4, 2}, {"g3.8xlarge", 2, 1}, {"g4dn.12xlarge", 4, 2},
};

START_TEST(gpu_11_copies_on_an_empty_instance)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    add_instances(&f, examples[_i].gpus, 64, 1);
    uint32_t definition = add_gpu_task(&f, 2, 0, -1);
    for (uint32_t i = 0; i < 10; i++)
        run_one(&f, definition, i);
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), examples[_i].copies);
    fixture_release(&f);
}
END_TEST

START_TEST(gpu_07_tasks_without_gpus_may_land_on_gpu_instances)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    add_instances(&f, 1, 4, 1);
    run_one(&f, fixture_add_definition(&f, 10, 10, -1), 0);
    f.scenario.duration = SIM_MINUTE;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 1);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_GPUS), 0);
    fixture_release(&f);
}
END_TEST

/* Shares: the fullest GPU that has enough, the first on a tie; a whole GPU only where none is
 * shared. */
START_TEST(beyond_ecs_shares_take_the_fullest_gpu)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 0);
    add_instances(&f, 3, 4, 1);
    uint32_t shares[] = {
        add_gpu_task(&f, 1, 300, -1), add_gpu_task(&f, 1, 500, 100), add_gpu_task(&f, 1, 301, -1),
        add_gpu_task(&f, 1, 200, -1), add_gpu_task(&f, 1, 1000, -1), add_gpu_task(&f, 2, 400, -1),
        add_gpu_task(&f, 1, 700, -1), add_gpu_task(&f, 1, 1000, -1),
    };
    static const int64_t ids[] = {1, 1, 2, 1, 4, 1 << 0 | 1 << 1, -1};
    static const int64_t at_s[] = {0, 10, 20, 30, 40, 300, 310, 320};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++)
        run_one(&f, shares[i], at_s[i]);
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    for (uint32_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        ck_assert_int_eq(ids_of(&f, i), ids[i]);
    /* 900 of GPU 0 and 701 of GPU 1 are held by now. */
    ck_assert_uint_eq(fixture_count_where(&f, ECS_RECORD_REFUSED, ECS_REFUSED_reason,
                                          ECS_REASON_RESOURCE_GPU),
                      2);
    fixture_release(&f);
}
END_TEST

START_TEST(beyond_ecs_tasks_accept_models)
{
    struct fixture f;
    uint32_t models[2];
    fixture_init(&f, ECS_EPOCH_NEWEST);
    models[0] = ecs_names_intern(&f.scenario.names, "v100");
    models[1] = ecs_names_intern(&f.scenario.names, "t4");
    f.scenario.gpu_models = models;
    f.scenario.gpu_model_count = 2;
    f.types[add_instances(&f, 4, 4, 1)].gpu_model = models[0];
    f.types[add_instances(&f, 1, 4, 1)].gpu_model = models[1];
    static const uint64_t accepted[] = {2, 2, 3, 4, 0};
    static const int64_t where[] = {2, 1, 1};
    for (uint32_t i = 0; i < 5; i++) {
        uint32_t definition = add_gpu_task(&f, 1, 0, -1);
        f.definitions[definition].gpu_models = accepted[i];
        run_one(&f, definition, i);
    }
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 3);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_int_eq(
            fixture_record(&f, ECS_RECORD_TASK_PLACED, i)->field[ECS_TASK_PLACED_instance],
            where[i]);
    fixture_release(&f);
}
END_TEST

/* Managed scaling counts by shares: three of 300 on a GPU, twelve on an instance of four. */
START_TEST(beyond_ecs_managed_scaling_counts_shares)
{
    struct fixture f;
    fixture_init(&f, ECS_EPOCH_NEWEST);
    fixture_plain(&f, 60);
    uint32_t type = fixture_add_type(&f, "gpu", 64, 100000, 4, 3);
    fixture_add_provider(&f, type, 1, 0, 0, 10);
    uint32_t definition = add_gpu_task(&f, 1, 300, -1);
    fixture_run_task(&f, definition, fixture_strategy(1), 13, 0);
    f.scenario.duration = SIM_HOUR;
    fixture_run(&f);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_INSTANCE_REGISTERED), 2);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_PLACED), 13);
    fixture_release(&f);
}
END_TEST

/* ---- strategies against their formulas ---- */

struct sight {
    struct place_view view;
    struct place_gpu gpu[ECS_GPUS_MAX];
    struct place_context context;
    struct ecs_typical typical[8];
};

static int64_t dice(uint64_t key, uint64_t *drawn, int64_t sides)
{
    return (int64_t)sim_rng_index(7, 0, SIM_CHANCE_TEST, key, (*drawn)++, (uint64_t)sides);
}

static void random_gpus(struct sight *s, uint64_t key, uint64_t *n)
{
    struct place_view *view = &s->view;
    view->gpu = s->gpu;
    view->gpu_count = (uint32_t)dice(key, n, 9);
    for (uint32_t i = 0; i < view->gpu_count; i++) {
        int64_t kind = dice(key, n, 3);
        uint16_t share = (uint16_t)(100 * dice(key, n, 10));
        s->gpu[i] = kind == 0   ? (struct place_gpu){.free_milli = ECS_GPU_MILLI}
                    : kind == 1 ? (struct place_gpu){.free_milli = share}
                                : (struct place_gpu){.whole = (uint16_t)(1 << dice(key, n, 4))};
        view->free_gpus += kind == 0;
    }
}

/* A random instance that has room for a random task; typical tasks besides. */
static bool random_sight(struct sight *s, uint64_t key)
{
    uint64_t n = 0;
    struct place_view *view = &s->view;
    *s = (struct sight){.context = {.cpu_units_max = 128000,
                                    .memory_mib_max = 1 << 20,
                                    .gpu_milli_max = 8000,
                                    .typical = s->typical,
                                    .typical_count = 8}};
    view->context = &s->context;
    random_gpus(s, key, &n);
    view->gpu_model = UINT64_C(1) << dice(key, &n, 2);
    view->free_cpu_units = 1000 * dice(key, &n, 129);
    view->free_memory_mib = 1024 * dice(key, &n, 1024);
    view->cpu_units = dice(key, &n, view->free_cpu_units + 1);
    view->memory_mib = dice(key, &n, view->free_memory_mib + 1);
    view->gpus = dice(key, &n, 4) == 0 ? 0 : 1 << dice(key, &n, 4);
    view->gpu_milli =
        view->gpus == 1 && dice(key, &n, 2) == 0 ? 10 + 10 * dice(key, &n, 99) : ECS_GPU_MILLI;
    for (uint32_t i = 0; i < 8; i++) {
        struct ecs_typical *typical = &s->typical[i];
        *typical = (struct ecs_typical){
            .cpu_units = 1000 * dice(key, &n, 64),
            .gpus = i == 0 ? 0 : 1 << dice(key, &n, 4),
            .gpu_milli = i % 2 == 0 ? ECS_GPU_MILLI : 50 + 50 * dice(key, &n, 19),
            .gpu_models = (uint64_t)dice(key, &n, 4),
            .count = 1 + dice(key, &n, 1000),
        };
        s->context.typical_total += typical->count;
    }
    int64_t sufficient = 0;
    for (uint32_t i = 0; i < view->gpu_count; i++)
        sufficient += s->gpu[i].free_milli >= view->gpu_milli;
    return sufficient >= view->gpus;
}

static double gpu_left(const struct place_gpu *gpu, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += gpu[i].free_milli;
    return sum;
}

/* Floor in doubles, unless that hangs on a rounding: then whichever the strategy says. */
static int64_t floor_of(double value, int64_t said)
{
    return fabs(value - round(value)) < 1e-9 && llabs(llround(value) - said) <= 1
               ? said
               : (int64_t)floor(value);
}

static int64_t best_fit_formula(const struct sight *s, int64_t said)
{
    const struct place_view *v = &s->view;
    double cpu = (double)(v->free_cpu_units - v->cpu_units) / 128000;
    double gpu = (gpu_left(s->gpu, v->gpu_count) - (double)(v->gpus * v->gpu_milli)) / 8000;
    return floor_of(100 * (1 - (0.5 * cpu + 0.5 * gpu)), said);
}

static int64_t dot_product_formula(const struct sight *s, int64_t said)
{
    const struct place_view *v = &s->view;
    double cpu = (double)v->free_cpu_units / 128000 * (double)v->cpu_units / 128000;
    double gpu = gpu_left(s->gpu, v->gpu_count) / 8000 * (double)(v->gpus * v->gpu_milli) / 8000;
    return floor_of(100 * (1 - (cpu + gpu) / 2), said);
}

static int compare_free(const void *a, const void *b)
{
    const struct place_gpu *left = a, *right = b;
    return (int)left->free_milli - (int)right->free_milli;
}

static int64_t packing_formula(const struct sight *s, int64_t said)
{
    (void)said;
    const struct place_view *v = &s->view;
    struct place_gpu gpu[ECS_GPUS_MAX];
    memcpy(gpu, s->gpu, sizeof gpu);
    qsort(gpu, v->gpu_count, sizeof gpu[0], compare_free);
    int64_t picked = 0, idle = 0, sum = 0;
    if (v->gpus == 0)
        return 0;
    if (v->free_gpus == v->gpu_count)
        return 33 - v->free_gpus > v->free_gpus ? 33 - v->free_gpus : v->free_gpus;
    for (uint32_t i = 0; i < v->gpu_count && picked < v->gpus; i++) {
        if (gpu[i].free_milli < v->gpu_milli)
            continue;
        picked++;
        idle += gpu[i].free_milli == 1000;
        sum += gpu[i].free_milli;
    }
    if (idle > 0)
        return 50 - idle > 33 ? 50 - idle : 33;
    int64_t points = 100 - (int64_t)floor((double)sum / 10 / 10);
    return points > 50 ? points : 50;
}

static int64_t clustering_formula(const struct sight *s, int64_t said)
{
    const struct place_view *v = &s->view;
    bool same = false, other = false;
    if (v->gpus == 0)
        return 0;
    for (uint32_t i = 0; i < v->gpu_count; i++) {
        bool used = s->gpu[i].free_milli < 1000;
        bool shared = used && s->gpu[i].whole == 0;
        bool alike = v->gpu_milli < 1000 ? shared : used && s->gpu[i].whole == v->gpus;
        same |= used && alike;
        other |= used && !alike;
    }
    int64_t base = same && !other ? 75 : same ? 50 : other ? 0 : 25;
    double fuller = 25 * (8000 - gpu_left(s->gpu, v->gpu_count)) / 8000;
    return base + floor_of(fuller, said - base);
}

/* F of sheet 05, in thousandths. */
static double fragment(const struct sight *s, const struct place_gpu *gpu, int64_t cpu)
{
    double all = gpu_left(gpu, s->view.gpu_count), sum = 0;
    for (uint32_t p = 0; p < s->context.typical_count; p++) {
        const struct ecs_typical *t = &s->typical[p];
        double less = 0, share = (double)t->count / (double)s->context.typical_total;
        int64_t enough = 0;
        for (uint32_t i = 0; i < s->view.gpu_count; i++) {
            enough += gpu[i].free_milli >= t->gpu_milli;
            less += gpu[i].free_milli < t->gpu_milli ? gpu[i].free_milli : 0;
        }
        bool model = t->gpu_models == 0 || (t->gpu_models & s->view.gpu_model) != 0;
        bool useful = t->gpus > 0 && model && t->cpu_units <= cpu && enough >= t->gpus;
        sum += share * (useful ? less : all);
    }
    return sum;
}

/* F once the task holds a share of `first`, or the first free GPUs. */
static double fragment_after(const struct sight *s, uint32_t first)
{
    const struct place_view *v = &s->view;
    struct place_gpu gpu[ECS_GPUS_MAX];
    int64_t missing = v->gpus;
    memcpy(gpu, s->gpu, sizeof gpu);
    for (uint32_t i = first; i < v->gpu_count && missing > 0; i++)
        if (gpu[i].free_milli >= v->gpu_milli) {
            gpu[i].free_milli = (uint16_t)(gpu[i].free_milli - v->gpu_milli);
            missing--;
        }
    return fragment(s, gpu, v->free_cpu_units - v->cpu_units);
}

static uint32_t fgd_best_gpu(const struct sight *s)
{
    uint32_t best = 0;
    double least = HUGE_VAL;
    for (uint32_t i = 0; i < s->view.gpu_count; i++)
        if (s->gpu[i].free_milli >= s->view.gpu_milli && fragment_after(s, i) < least - 1e-6) {
            best = i;
            least = fragment_after(s, i);
        }
    return best;
}

static int64_t fgd_formula(const struct sight *s, int64_t said)
{
    bool shares = s->view.gpus == 1 && s->view.gpu_milli < 1000;
    double gain = fragment(s, s->gpu, s->view.free_cpu_units) -
                  fragment_after(s, shares ? fgd_best_gpu(s) : 0);
    return floor_of(100 / (1 + exp(-gain / 1000)), said);
}

static const struct {
    const char *name;
    uint32_t dimension;
    int64_t (*formula)(const struct sight *sight, int64_t said);
} formulas[] = {
    {"bestFit", PLACE_WEIGHTS_DEFAULT, best_fit_formula},
    {"dotProduct", 0, dot_product_formula},
    {"gpuPacking", 0, packing_formula},
    {"gpuClustering", 0, clustering_formula},
    {"fgd", 0, fgd_formula},
};

START_TEST(beyond_ecs_scores_are_those_of_the_formulas)
{
    const struct place_strategy *strategy =
        place_strategies[place_strategy_find(formulas[_i].name)];
    uint32_t seen = 0;
    int64_t least = INT64_MAX, most = INT64_MIN;
    ck_assert(strategy->beyond_ecs);
    for (uint64_t key = 0; key < 20000; key++) {
        struct sight s;
        if (!random_sight(&s, key))
            continue;
        int64_t said = -strategy->score(&s.view, formulas[_i].dimension);
        ck_assert_msg(said == formulas[_i].formula(&s, said), "%s, key %lu: %ld, not %ld",
                      strategy->name, (unsigned long)key, (long)said,
                      (long)formulas[_i].formula(&s, said));
        least = said < least ? said : least;
        most = said > most ? said : most;
        seen++;
    }
    ck_assert_uint_gt(seen, 5000);
    ck_assert_int_ge(least, 0);
    ck_assert_int_le(most, 100);
    ck_assert_int_gt(most - least, 25);
}
END_TEST

START_TEST(beyond_ecs_fgd_takes_the_gpu_that_leaves_least_fragmented)
{
    const struct place_strategy *fgd = place_strategies[place_strategy_find("fgd")];
    uint32_t not_fullest = 0;
    for (uint64_t key = 0; key < 20000; key++) {
        struct sight s;
        if (!random_sight(&s, key) || s.view.gpus != 1 || s.view.gpu_milli == ECS_GPU_MILLI)
            continue;
        uint32_t chosen = fgd->choose_gpu(&s.view, 0, 0);
        ck_assert_uint_eq(chosen, fgd_best_gpu(&s));
        not_fullest += chosen != place_gpu_fullest(&s.view, 0);
    }
    ck_assert_uint_gt(not_fullest, 100); /* else nothing was shown */
}
END_TEST

START_TEST(beyond_ecs_random_takes_any_sufficient_gpu)
{
    const struct place_strategy *random = place_strategies[place_strategy_find("random")];
    struct place_gpu gpu[] = {{400, 0}, {1000, 0}, {300, 0}, {500, 0}};
    struct place_view view = {.gpu = gpu, .gpu_count = 4, .gpus = 1, .gpu_milli = 400};
    ck_assert_uint_eq(random->choose_gpu(&view, 0, 0), 0);
    ck_assert_uint_eq(random->choose_gpu(&view, 0, UINT64_MAX / 2), 1);
    ck_assert_uint_eq(random->choose_gpu(&view, 0, UINT64_MAX), 3);
    ck_assert_uint_eq(random->choose_gpu(&view, 1 << 0 | 1 << 3, UINT64_MAX), 1);
    ck_assert_uint_eq(random->choose_gpu(&view, 1 << 0 | 1 << 1 | 1 << 3, 5), ECS_GPUS_MAX);
    ck_assert_uint_eq(place_gpu_fullest(&view, 0), 0);
    ck_assert_uint_eq(place_gpu_fullest(&view, 1 << 0), 3);
}
END_TEST

/* One order for the whole run: the same instance wins while it has room, and not the oldest one
 * with every seed. */
START_TEST(beyond_ecs_permutation_is_one_order_a_run)
{
    bool first[4] = {false};
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct fixture f;
        fixture_init(&f, ECS_EPOCH_NEWEST);
        f.scenario.seed = seed;
        uint32_t order[4], placed = 0;
        add_instances(&f, 0, 1, 4);
        uint32_t definition = fixture_add_definition(&f, 256, 10, -1);
        for (uint32_t i = 0; i < 16; i++) {
            run_one(&f, definition, i);
            fixture_rule("permutation", &f.run_tasks[i].request.placement, 0);
        }
        f.scenario.duration = SIM_HOUR;
        fixture_run(&f);
        for (uint32_t i = 0; i < 16; i++) { /* four fit on each */
            const struct sim_record *record = fixture_record(&f, ECS_RECORD_TASK_PLACED, i);
            uint32_t where = (uint32_t)record->field[ECS_TASK_PLACED_instance] - 1;
            if (i % 4 == 0)
                order[placed++] = where;
            ck_assert_uint_eq(where, order[placed - 1]);
        }
        first[order[0]] = true;
        fixture_release(&f);
    }
    ck_assert(first[0] && first[1] && first[2] && first[3]);
}
END_TEST

Suite *test_ecs_gpus_suite(void);
Suite *test_ecs_gpus_suite(void)
{
    Suite *suite = suite_create("ecs_gpus");
    TCase *tests = tcase_create("gpus");
    tcase_add_test(tests, gpu_02_gpu_03_gpu_04_pins_the_first_free_ids);
    tcase_add_loop_test(tests, gpu_11_copies_on_an_empty_instance, 0,
                        (int)(sizeof examples / sizeof examples[0]));
    tcase_add_test(tests, gpu_07_tasks_without_gpus_may_land_on_gpu_instances);
    tcase_add_test(tests, beyond_ecs_shares_take_the_fullest_gpu);
    tcase_add_test(tests, beyond_ecs_tasks_accept_models);
    tcase_add_test(tests, beyond_ecs_managed_scaling_counts_shares);
    tcase_add_loop_test(tests, beyond_ecs_scores_are_those_of_the_formulas, 0,
                        (int)(sizeof formulas / sizeof formulas[0]));
    tcase_add_test(tests, beyond_ecs_fgd_takes_the_gpu_that_leaves_least_fragmented);
    tcase_add_test(tests, beyond_ecs_random_takes_any_sufficient_gpu);
    tcase_add_test(tests, beyond_ecs_permutation_is_one_order_a_run);
    suite_add_tcase(suite, tests);
    return suite;
}
