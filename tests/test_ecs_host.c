/* The host: images and their clean-up, containers, disk (IMG, CLN, STO). */
#include "sim_rng.h"
#include "world_fixture.h"

#include <check.h>
#include <stdlib.h>

#define MB INT64_C(1000000)

/* A cluster of one large instance with the agent's defaults; pulls at 50 MB/s, starts in 2 s. */
static struct ecs_host *one_host(struct fixture *f)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    uint32_t type = fixture_add_type(f, "host", 64, 65536, 0, 4);
    f->extras[0] = (struct ecs_extra_instance){
        .spec = type,
        .count = 1,
        .zone = {.name = ecs_names_intern(&f->scenario.names, "us-east-1a")},
    };
    f->scenario.extra_instance_count = 1;
    f->scenario.duration = SIM_DAY;
    f->specs[type].host = (struct ecs_host){
        .image_cleanup = true,
        .task_cleanup_wait = 3 * SIM_HOUR,
        .image_cleanup_interval = 30 * SIM_MINUTE,
        .image_cleanup_age = SIM_HOUR,
        .images_per_cycle = 5,
        .start_timeout = 3 * SIM_MINUTE,
        .stop_timeout = 30 * SIM_SECOND,
    };
    return &f->specs[type].host;
}

/* A definition of `seconds` with one container of an image of its own. */
static uint32_t add_task(struct fixture *f, int64_t image_mb, double seconds)
{
    uint32_t definition = fixture_add_definition(f, 64, 64, seconds);
    struct ecs_image *image = sim_arena_array(&f->arena, 1, sizeof *image);
    *image = (struct ecs_image){
        .name = ecs_names_intern(&f->scenario.names,
                                 sim_arena_printf(&f->arena, "image:%u", definition)),
        .bytes = image_mb * MB,
    };
    f->definitions[definition].images = image;
    f->definitions[definition].image_count = 1;
    f->containers[definition][0].image = 0;
    return definition;
}

static void run_at(struct fixture *f, uint32_t definition, double seconds)
{
    fixture_run_task(f, definition, (struct ecs_strategy){0}, 1, sim_time_from_seconds(seconds));
}

/* TASK_ENDED of the n-th task (from 0) in order of its making. */
static const int64_t *ended(const struct fixture *f, uint32_t n)
{
    for (uint32_t i = 0; i < f->record_count; i++)
        if (f->records[i].kind == ECS_RECORD_TASK_ENDED &&
            f->records[i].field[ECS_TASK_ENDED_task] == (int64_t)n + 1)
            return f->records[i].field;
    ck_abort_msg("task %u has no end", n + 1);
    return NULL;
}

static uint32_t pulls(const struct fixture *f)
{
    return fixture_count_where(f, ECS_RECORD_IMAGE, ECS_IMAGE_pulled, 1);
}

static uint32_t cleanups(const struct fixture *f)
{
    return fixture_count_where(f, ECS_RECORD_IMAGE, ECS_IMAGE_pulled, 0);
}

/* The n-th deletion of an image. */
static const struct sim_record *cleanup(const struct fixture *f, uint32_t n)
{
    for (uint32_t i = 0; i < f->record_count; i++)
        if (f->records[i].kind == ECS_RECORD_IMAGE && f->records[i].field[ECS_IMAGE_pulled] == 0 &&
            n-- == 0)
            return &f->records[i];
    ck_abort_msg("not so many images were deleted");
    return NULL;
}

static struct ecs_error_rule rule_of(enum ecs_container_error error, sim_time from)
{
    return (struct ecs_error_rule){.error = error,
                                   .container = ECS_NONE,
                                   .ppm = 1000000,
                                   .from = from,
                                   .until = SIM_TIME_NEVER};
}

/* ---- pulls ---- */

/* IMG-2, row by row: a first task pulls; the second comes when the registry no longer answers, with
 * the copy there (column 0) or cleaned up (column 1). */
START_TEST(img_01_img_1_to_3_decision_table)
{
    static const struct {
        enum ecs_pull pull;
        bool runs[2];
    } rows[] = {
        {ECS_PULL_DEFAULT, {true, false}},
        {ECS_PULL_ALWAYS, {false, false}},
        {ECS_PULL_ONCE, {true, false}},
        {ECS_PULL_PREFER_CACHED, {true, true}}, /* it is never cleaned up: IMG-3 */
    };
    const enum ecs_container_error errors[] = {ECS_ERROR_IMAGE_NOT_FOUND,
                                               ECS_ERROR_REGISTRY_TIMEOUT,
                                               ECS_ERROR_REGISTRY_CANCELED,
                                               ECS_ERROR_REPOSITORY_NOT_FOUND};
    uint32_t row = (uint32_t)_i / 2 % 4, cleaned = (uint32_t)_i % 2;
    enum ecs_container_error error = errors[_i / 8];
    struct fixture f;
    one_host(&f)->pull = rows[row].pull;
    uint32_t definition = add_task(&f, 100, 60);
    struct ecs_error_rule rule = rule_of(error, SIM_MINUTE);
    f.definitions[definition].errors = &rule;
    f.definitions[definition].error_count = 1;
    double second = cleaned ? 5 * 3600 : 1000;
    run_at(&f, definition, 0);
    run_at(&f, definition, second);
    fixture_run(&f);
    ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
    const int64_t *field = ended(&f, 1);
    if (rows[row].runs[cleaned]) {
        ck_assert_int_eq(field[ECS_TASK_ENDED_outcome], ECS_OUTCOME_COMPLETED);
        ck_assert_int_eq(field[ECS_TASK_ENDED_error], ECS_ERROR_NONE);
        ck_assert_int_eq(field[ECS_TASK_ENDED_started], sim_time_from_seconds(second + 2));
    } else {
        ck_assert_int_eq(field[ECS_TASK_ENDED_outcome], ECS_OUTCOME_FAILED);
        ck_assert_int_eq(field[ECS_TASK_ENDED_error], error);
        ck_assert_int_eq(field[ECS_TASK_ENDED_started], -1);
        ck_assert_int_eq(field[ECS_TASK_ENDED_stopped], sim_time_from_seconds(second + 2));
    }
    ck_assert_uint_eq(pulls(&f), 1);
    fixture_release(&f);
}
END_TEST

/* CLN-10, IMG-2: while the registry answers, a copy takes no time and a cleaned-up image its time
 * again, whatever the behaviour. */
START_TEST(cln_10_cleaned_up_is_pulled_again)
{
    struct fixture f;
    one_host(&f)->pull = (enum ecs_pull)_i;
    uint32_t definition = add_task(&f, 100, 60);
    bool kept = _i == ECS_PULL_PREFER_CACHED;
    run_at(&f, definition, 0);
    run_at(&f, definition, 1000);
    run_at(&f, definition, 36000);
    fixture_run(&f);
    static const double started_s[] = {4, 1002, 36004};
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_int_eq(ended(&f, i)[ECS_TASK_ENDED_started],
                         sim_time_from_seconds(started_s[i]) -
                             (i == 2 && kept ? 2 * SIM_SECOND : 0));
    ck_assert_uint_eq(pulls(&f), kept ? 1 : 2);
    ck_assert_uint_eq(cleanups(&f), kept ? 0 : 2);
    fixture_release(&f);
}
END_TEST

/* LIF-01: what is not essential fails for itself alone; ERR-1 at an essential container ends the
 * task, and the images before it stay without anyone referring to them. */
START_TEST(lif_01_container_of_an_error)
{
    struct fixture f;
    one_host(&f);
    uint32_t definition = add_task(&f, 100, 60);
    struct ecs_image images[2] = {f.definitions[definition].images[0], {.bytes = 50 * MB}};
    images[1].name = ecs_names_intern(&f.scenario.names, "side:1");
    f.definitions[definition].images = images;
    f.definitions[definition].image_count = 2;
    f.definitions[definition].container_count = 2;
    f.containers[definition][1].image = 1;
    f.containers[definition][1].essential = _i == 1;
    struct ecs_error_rule rule = rule_of(ECS_ERROR_IMAGE_NOT_FOUND, 0);
    rule.container = 1;
    f.definitions[definition].errors = &rule;
    f.definitions[definition].error_count = 1;
    run_at(&f, definition, 0);
    fixture_run(&f);
    ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_outcome],
                     _i == 0 ? ECS_OUTCOME_COMPLETED : ECS_OUTCOME_FAILED);
    ck_assert_uint_eq(pulls(&f), 1);
    /* 2 s of pull and 2 s to fail; an image without containers goes once it is an hour old, else
     * three hours after the stop. */
    ck_assert_int_eq(cleanup(&f, 0)->at, (_i == 0 ? 7 : 3) * 30 * SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* ---- clean-up ---- */

/* CLN-1 to CLN-3, CLN-8: with the defaults an image goes between 3 h and 3 h 30 min after its last
 * task has stopped, five of seven at the first tick, least recently used first, two at the next. */
START_TEST(cln_3_cln_8_five_of_seven)
{
    struct fixture f;
    one_host(&f);
    for (uint32_t i = 0; i < 7; i++)
        run_at(&f, add_task(&f, 50, 60 + 10.0 * (7 - i)), 0);
    fixture_run(&f);
    ck_assert_uint_eq(cleanups(&f), 7);
    for (uint32_t i = 0; i < 7; i++) {
        const struct sim_record *record = cleanup(&f, i);
        ck_assert_int_eq(record->at, (i < 5 ? 7 : 8) * 30 * SIM_MINUTE);
        /* the later it was asked for, the sooner it ended */
        ck_assert_int_eq(record->field[ECS_IMAGE_image], f.definitions[6 - i].images[0].name);
    }
    fixture_release(&f);
}
END_TEST

/* CLN-2: while a task runs its image stays; CLN-4, CLN-5: so it does when the agent does not clean
 * up at all. */
START_TEST(cln_2_cln_4_cln_5_stays)
{
    struct fixture f;
    struct ecs_host *host = one_host(&f);
    host->image_cleanup = _i != 1;
    host->agent_version = _i == 2 ? 1012002 : _i == 3 ? 1013000 : 0;
    run_at(&f, add_task(&f, 50, _i == 0 ? -1 : 60), 0);
    fixture_run(&f);
    ck_assert_uint_eq(cleanups(&f), _i == 3);
    fixture_release(&f);
}
END_TEST

/* CLN-1, CLN-3: each setting moves the tick. Stopped at 63 s; ticks count from registration. */
START_TEST(cln_1_cln_3_settings)
{
    static const struct {
        int wait_min, interval_min, age_min;
        int at_min;
    } cases[] = {
        {180, 30, 60, 210}, {1, 30, 60, 90}, {1, 10, 60, 70},
        {1, 10, 0, 10},     {10, 10, 0, 20}, {180, 600, 60, 600},
    };
    struct fixture f;
    struct ecs_host *host = one_host(&f);
    host->task_cleanup_wait = cases[_i].wait_min * SIM_MINUTE;
    host->image_cleanup_interval = cases[_i].interval_min * SIM_MINUTE;
    host->image_cleanup_age = cases[_i].age_min * SIM_MINUTE;
    run_at(&f, add_task(&f, 50, 60), 0);
    fixture_run(&f);
    ck_assert_int_eq(cleanup(&f, 0)->at, cases[_i].at_min * SIM_MINUTE);
    fixture_release(&f);
}
END_TEST

/* A run without duration ends with its last task: ticks to come do not keep it going. */
START_TEST(cln_3_ticks_do_not_keep_a_run_alive)
{
    struct fixture f;
    one_host(&f);
    f.scenario.duration = SIM_TIME_NEVER;
    run_at(&f, add_task(&f, 50, 60), 0);
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_RUN_ENDED, 0)->at, 63 * SIM_SECOND);
    ck_assert_uint_eq(cleanups(&f), 0);
    fixture_release(&f);
}
END_TEST

/* ---- disk ---- */

/* STO-6, ERR-5: what does not fit fails when the disk is full; nothing of it stays. */
START_TEST(sto_6_err_5_full_disk)
{
    struct fixture f;
    one_host(&f)->disk_bytes = 1000 * MB;
    uint32_t large = add_task(&f, 700, 60), larger = add_task(&f, 301, 60),
             fits = add_task(&f, 300, 60);
    run_at(&f, large, 0);
    run_at(&f, larger, 100);
    run_at(&f, fits, 200);
    fixture_run(&f);
    const int64_t *field = ended(&f, 1);
    ck_assert_int_eq(field[ECS_TASK_ENDED_error], ECS_ERROR_NO_SPACE);
    ck_assert_int_eq(field[ECS_TASK_ENDED_stop_reason], ECS_REASON_START_FAILED);
    ck_assert_int_eq(field[ECS_TASK_ENDED_stop_code], ECS_STOP_TASK_FAILED_TO_START);
    ck_assert_int_eq(field[ECS_TASK_ENDED_stopped], 106 * SIM_SECOND); /* 300 MB at 50 MB/s */
    ck_assert_int_eq(field[ECS_TASK_ENDED_started], -1);
    ck_assert_int_eq(ended(&f, 2)[ECS_TASK_ENDED_started], 208 * SIM_SECOND);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_IMAGE, 1)->field[ECS_IMAGE_free], 0);
    fixture_release(&f);
}
END_TEST

/* STO-7, STO-10, ERR-6: containers' layers fill the disk until they are removed. A thin pool wants
 * a tenth of it free besides. */
START_TEST(sto_7_sto_8_sto_10_err_6_layers)
{
    struct fixture f;
    struct ecs_host *host = one_host(&f);
    bool thin = _i == 1;
    host->disk_bytes = 1000 * MB;
    host->storage = thin ? ECS_STORAGE_THIN_POOL : ECS_STORAGE_FILE_SYSTEM;
    uint32_t definition = add_task(&f, 100, 600);
    f.containers[definition][0].layer_bytes = 405 * MB;
    run_at(&f, definition, 0);     /* leaves 495 MB */
    run_at(&f, definition, 100);   /* leaves 90 MB: less than the pool wants */
    run_at(&f, definition, 200);   /* no room */
    run_at(&f, definition, 10000); /* both have stopped, neither is removed */
    run_at(&f, definition, 11500); /* the first is removed since 604 s + 3 h: no tick in between */
    fixture_run(&f);
    const enum ecs_container_error full = thin ? ECS_ERROR_THIN_POOL : ECS_ERROR_NO_SPACE;
    const enum ecs_container_error errors[] = {ECS_ERROR_NONE, ECS_ERROR_NONE, full, full,
                                               ECS_ERROR_NONE};
    for (uint32_t i = 0; i < 5; i++)
        ck_assert_int_eq(ended(&f, i)[ECS_TASK_ENDED_error], errors[i]);
    fixture_release(&f);
}
END_TEST

/* STO-7: the pool refuses a container that would write nothing, once less than a tenth is free. */
START_TEST(sto_7_thin_pool_reserve)
{
    struct fixture f;
    struct ecs_host *host = one_host(&f);
    host->disk_bytes = 1000 * MB;
    host->storage = ECS_STORAGE_THIN_POOL;
    run_at(&f, add_task(&f, _i == 0 ? 900 : 901, 60), 0);
    fixture_run(&f);
    ck_assert_int_eq(ended(&f, 0)[ECS_TASK_ENDED_error],
                     _i == 0 ? ECS_ERROR_NONE : ECS_ERROR_THIN_POOL);
    fixture_release(&f);
}
END_TEST

/* ---- a slow, obvious model ---- */

/* Every container and image of the host by itself; every tick looked at. It is fed by the times at
 * which tasks were placed and ran, and must foresee what the host did. */
struct slow_image {
    bool cached;
    sim_time pulled, free_from;
};

struct slow_task {
    uint32_t definition;
    sim_time placed, pulled, started, stopped; /* started: -1 */
    enum ecs_container_error error;
    bool counted; /* its layers take disk */
};

struct slow {
    const struct fixture *f;
    const struct ecs_host *host;
    struct slow_image images[FIXTURE_MAX];
    struct slow_task tasks[256];
    uint32_t task_count;
    uint32_t deleted[512];
    sim_time deleted_at[512];
    uint32_t delete_count;
};

static int64_t slow_free(const struct slow *s, sim_time now)
{
    int64_t used = 0;
    for (uint32_t i = 0; i < s->f->scenario.task_definition_count; i++)
        if (s->images[i].cached)
            used += s->f->definitions[i].images[0].bytes;
    for (uint32_t i = 0; i < s->task_count; i++) {
        const struct slow_task *task = &s->tasks[i];
        if (task->counted && task->stopped + s->host->task_cleanup_wait > now)
            used += s->f->containers[task->definition][0].layer_bytes;
    }
    return s->host->disk_bytes - used;
}

/* Whether some container refers to the image, and since when none does. */
static bool slow_in_use(const struct slow *s, uint32_t image, sim_time now, sim_time *free_from)
{
    bool used = false;
    *free_from = s->images[image].pulled;
    for (uint32_t i = 0; i < s->task_count; i++) {
        const struct slow_task *task = &s->tasks[i];
        if (task->definition != image || task->pulled < 0 || task->placed > now)
            continue;
        sim_time gone = task->stopped + (task->started >= 0 ? s->host->task_cleanup_wait : 0);
        used = used || gone > now;
        if (gone > *free_from)
            *free_from = gone;
    }
    return used;
}

static void slow_tick(struct slow *s, sim_time now)
{
    for (int64_t n = 0; n < s->host->images_per_cycle; n++) {
        uint32_t best = ECS_NONE;
        sim_time best_from = 0;
        for (uint32_t i = 0; i < s->f->scenario.task_definition_count; i++) {
            sim_time from;
            if (!s->images[i].cached || slow_in_use(s, i, now, &from) ||
                now - s->images[i].pulled < s->host->image_cleanup_age)
                continue;
            if (best == ECS_NONE || from < best_from) {
                best = i;
                best_from = from;
            }
        }
        if (best == ECS_NONE)
            return;
        s->images[best].cached = false;
        s->deleted[s->delete_count] = best;
        s->deleted_at[s->delete_count++] = now;
    }
}

/* A task is placed now: what becomes of it. */
static void slow_place(struct slow *s, uint32_t definition, sim_time now)
{
    struct slow_task *task = &s->tasks[s->task_count];
    struct slow_image *image = &s->images[definition];
    int64_t bytes = s->f->definitions[definition].images[0].bytes;
    int64_t left = slow_free(s, now);
    *task = (struct slow_task){.definition = definition, .placed = now, .started = -1};
    if (!image->cached && bytes > left) {
        task->pulled = -1;
        task->error = ECS_ERROR_NO_SPACE;
        task->stopped = now + left / 50;
    } else {
        if (!image->cached)
            *image = (struct slow_image){.cached = true, .pulled = now + bytes / 50};
        task->pulled = image->pulled > now ? image->pulled : now;
        task->started = task->pulled + 2 * SIM_SECOND;
        task->stopped =
            task->started + sim_time_from_seconds(s->f->definitions[definition].duration.p[0]);
    }
    s->task_count++;
}

/* At its start a task takes disk, or there is none left. */
static void slow_start(struct slow *s, struct slow_task *task)
{
    int64_t bytes = s->f->containers[task->definition][0].layer_bytes;
    if (bytes > slow_free(s, task->started)) {
        task->error = ECS_ERROR_NO_SPACE;
        task->stopped = task->started;
        task->started = -1;
    } else {
        task->counted = true;
    }
}

/* Everything in order of time: starts, ticks, placements. */
static void slow_run(struct slow *s)
{
    uint32_t next = 0;
    sim_time tick = s->host->image_cleanup_interval, horizon = s->f->scenario.duration;
    for (;;) {
        struct slow_task *start = NULL;
        for (uint32_t i = 0; i < s->task_count; i++)
            if (s->tasks[i].started >= 0 && !s->tasks[i].counted &&
                (start == NULL || s->tasks[i].started < start->started))
                start = &s->tasks[i];
        sim_time placed =
            next < s->f->scenario.run_task_count ? s->f->run_tasks[next].at : SIM_TIME_NEVER;
        sim_time started = start != NULL ? start->started : SIM_TIME_NEVER;
        if (tick > horizon && placed > horizon && started > horizon)
            return;
        if (tick <= started && tick <= placed) {
            slow_tick(s, tick);
            tick += s->host->image_cleanup_interval;
        } else if (started <= placed) {
            slow_start(s, start);
        } else {
            slow_place(s, s->f->run_tasks[next++].request.task_definition, placed);
        }
    }
}

static int64_t chance(uint64_t seed, uint64_t what, uint64_t n)
{
    return (int64_t)sim_rng_index(seed, 0, SIM_CHANCE_TEST, what, 0, n);
}

/* STO-10, CLN-1 to CLN-3, IMG-8: a random script of tasks on one host against that model. */
START_TEST(sto_10_cln_3_img_8_against_the_slow_model)
{
    struct fixture f;
    struct ecs_host *host = one_host(&f);
    uint64_t seed = 1000 + (uint64_t)_i, what = 0;
    f.scenario.duration = 12 * SIM_HOUR;
    host->disk_bytes = (500 + chance(seed, what++, 1500)) * MB;
    host->task_cleanup_wait = (1 + chance(seed, what++, 60)) * SIM_MINUTE;
    host->image_cleanup_interval = (10 + chance(seed, what++, 30)) * SIM_MINUTE;
    host->image_cleanup_age = chance(seed, what++, 90) * SIM_MINUTE;
    host->images_per_cycle = 1 + chance(seed, what++, 3);
    uint32_t kinds = 3 + (uint32_t)chance(seed, what++, 8);
    for (uint32_t i = 0; i < kinds; i++) {
        int64_t image_mb = 20 + chance(seed, what++, 400);
        double seconds = (double)(1 + chance(seed, what++, 900));
        uint32_t definition = add_task(&f, image_mb, seconds);
        f.containers[definition][0].layer_bytes = chance(seed, what++, 100) * MB;
    }
    sim_time at = 1;
    for (uint32_t i = 0; i < 100; i++) {
        at += 1 + chance(seed, what++, 12 * 60 * SIM_SECOND);
        if (at < f.scenario.duration)
            fixture_run_task(&f, (uint32_t)chance(seed, what++, kinds), (struct ecs_strategy){0}, 1,
                             at);
    }
    fixture_run(&f);
    struct slow *slow = calloc(1, sizeof *slow);
    slow->f = &f;
    slow->host = host;
    slow_run(slow);
    ck_assert_uint_eq(fixture_count(&f, ECS_RECORD_TASK_ENDED), slow->task_count);
    uint32_t failed = 0;
    for (uint32_t i = 0; i < slow->task_count; i++) {
        const struct slow_task *task = &slow->tasks[i];
        const int64_t *field = ended(&f, i);
        sim_time stopped = field[ECS_TASK_ENDED_stopped];
        if (stopped < 0 || stopped > f.scenario.duration)
            continue; /* under way at the end */
        ck_assert_int_eq(field[ECS_TASK_ENDED_error], task->error);
        ck_assert_int_eq(field[ECS_TASK_ENDED_started], task->started);
        ck_assert_int_eq(stopped, task->stopped);
        failed += task->error != ECS_ERROR_NONE;
    }
    ck_assert_uint_eq(cleanups(&f), slow->delete_count);
    for (uint32_t i = 0; i < slow->delete_count; i++) {
        const struct sim_record *record = cleanup(&f, i);
        ck_assert_int_eq(record->at, slow->deleted_at[i]);
        ck_assert_int_eq(record->field[ECS_IMAGE_image],
                         f.definitions[slow->deleted[i]].images[0].name);
    }
    if (host->disk_bytes < 700 * MB) /* the script is not idle */
        ck_assert_uint_gt(failed + slow->delete_count, 0);
    free(slow);
    fixture_release(&f);
}
END_TEST

Suite *test_ecs_host_suite(void);
Suite *test_ecs_host_suite(void)
{
    Suite *suite = suite_create("ecs_host");
    TCase *tests = tcase_create("host");
    tcase_add_loop_test(tests, img_01_img_1_to_3_decision_table, 0, 32);
    tcase_add_loop_test(tests, cln_10_cleaned_up_is_pulled_again, 0, 4);
    tcase_add_loop_test(tests, lif_01_container_of_an_error, 0, 2);
    tcase_add_test(tests, cln_3_cln_8_five_of_seven);
    tcase_add_loop_test(tests, cln_2_cln_4_cln_5_stays, 0, 4);
    tcase_add_loop_test(tests, cln_1_cln_3_settings, 0, 6);
    tcase_add_test(tests, cln_3_ticks_do_not_keep_a_run_alive);
    tcase_add_test(tests, sto_6_err_5_full_disk);
    tcase_add_loop_test(tests, sto_7_sto_8_sto_10_err_6_layers, 0, 2);
    tcase_add_loop_test(tests, sto_7_thin_pool_reserve, 0, 2);
    tcase_add_loop_test(tests, sto_10_cln_3_img_8_against_the_slow_model, 0, 60);
    suite_add_tcase(suite, tests);
    return suite;
}
