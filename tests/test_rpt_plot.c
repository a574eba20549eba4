/* Plots: rendered, with their texts, small whatever the run's length; mistakes are explained. */
#include "rpt_fixture.h"
#include "rpt_plot.h"
#include "rpt_plot_load.h"
#include "rpt_service_run.h"
#include "test_support.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct rpt_fixture fixture;
static char db[512], dir[512];

static void setup(void)
{
    rpt_fixture_init(&fixture);
    snprintf(db, sizeof db, "%s", test_tmp_path("plot.db"));
    snprintf(dir, sizeof dir, "%s", test_tmp_path("plots"));
}

static void teardown(void)
{
    rpt_fixture_release(&fixture);
}

static void count_done(void *user, const char *path)
{
    (void)path;
    ++*(int *)user;
}

static bool draw_of(const char *path, const char *format, const char *const *names, uint32_t count,
                    void (*done)(void *user, const char *path), void *user, const char **why)
{
    const struct rpt_plot_order order = {
        .dir = dir,
        .format = format,
        .names = names,
        .count = count,
        .done = done,
        .user = user,
    };
    return rpt_plot_draw(path, &order, why);
}

static bool draw(const char *format, const char *const *names, uint32_t count,
                 void (*done)(void *user, const char *path), void *user, const char **why)
{
    return draw_of(db, format, names, count, done, user, why);
}

static char *picture(const char *name, size_t *size)
{
    char path[600];
    snprintf(path, sizeof path, "%s/made-up-%s", dir, name);
    return test_read_file(path, size);
}

static void assert_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no `%s` in the picture", part);
}

START_TEST(svg_shows_titles_axes_and_legends)
{
    static const char *const capacity[] = {"<svg",
                                           "made-up: capacity",
                                           "6 tasks",
                                           "peak 3 instances",
                                           "Instances",
                                           "Tasks",
                                           "CapacityProviderReservation (highest 300%)",
                                           "target 90%",
                                           "blue",
                                           "green",
                                           "needed",
                                           "running",
                                           "waiting to start",
                                           "30 min",
                                           "1 h 50 min",
                                           "time since 2024-01-01 00:00 UTC",
                                           "</svg>"};
    static const char *const wait[] = {"made-up: task wait", "p50  30 s", "p99  1 h 55 min",
                                       "33.3% did not wait", "10 min",    "</svg>"};
    const char *why = NULL;
    int drawn = 0;
    size_t size;
    rpt_fixture_store(&fixture, db, RPT_LEVEL_SERIES, 1);
    ck_assert_msg(draw("svg", NULL, 0, count_done, &drawn, &why), "%s", why);
    ck_assert_int_eq(drawn, 2);
    char *text = picture("capacity.svg", &size);
    for (size_t i = 0; i < sizeof capacity / sizeof capacity[0]; i++)
        assert_has(text, capacity[i]);
    free(text);
    text = picture("wait.svg", &size);
    for (size_t i = 0; i < sizeof wait / sizeof wait[0]; i++)
        assert_has(text, wait[i]);
    free(text);
}
END_TEST

START_TEST(png_is_a_picture)
{
    static const char *const names[] = {"wait"};
    const char *why = NULL;
    int drawn = 0;
    size_t size;
    rpt_fixture_store(&fixture, db, RPT_LEVEL_FULL, 2);
    ck_assert_msg(draw("png", names, 1, count_done, &drawn, &why), "%s", why);
    ck_assert_int_eq(drawn, 1);
    char *bytes = picture("wait.png", &size);
    ck_assert(size > 4000 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0);
    free(bytes);
}
END_TEST

/* A run of 100 days whose every minute differs from the one before. */
static void store_long_run(void)
{
    const char *why = NULL;
    struct rpt_store *store = rpt_store_open(db, &fixture.scenario, RPT_LEVEL_SERIES, "test", &why);
    ck_assert_ptr_nonnull(store);
    ck_assert(rpt_store_begin(store, 0));
    for (int64_t minute = 0; minute <= 144000; minute++) {
        int64_t v = minute % 7 + (minute == 77777 ? 90 : 0);
        struct sim_record record = {.at = minute * SIM_MINUTE,
                                    .kind = ECS_RECORD_CAPACITY,
                                    .field = {-1, -1, 0, v, 0, -1, -1, 1, v, v, 0, 100, v, 100, v,
                                              0, 0, 0}};
        rpt_store_record(store, &record);
    }
    struct rpt_result result = rpt_fixture_result(&fixture, 0);
    rpt_store_end(store, &result);
    rpt_fixture_free_result(&result);
    ck_assert(rpt_store_close(store, true, &why));
}

START_TEST(a_long_run_stays_a_small_picture_and_keeps_its_peak)
{
    static const char *const names[] = {"capacity"};
    const char *why = NULL;
    size_t size;
    store_long_run();
    ck_assert_msg(draw("svg", names, 1, NULL, NULL, &why), "%s", why);
    char *text = picture("capacity.svg", &size);
    ck_assert_uint_lt(size, 400000);
    assert_has(text, "bands: least to greatest of each 6 h");
    assert_has(text, "Reserved share of the registered capacity");
    assert_has(text, "100 d");
    assert_has(text, ">80<"); /* the axis reaches the one minute at 94 */
    free(text);
}
END_TEST

/* A run of two hours with awsvpc tasks on so many instances. */
static void store_interfaces(const char *path, int64_t instances)
{
    const char *why = NULL;
    struct rpt_store *store =
        rpt_store_open(path, &fixture.scenario, RPT_LEVEL_SERIES, "test", &why);
    ck_assert_ptr_nonnull(store);
    ck_assert(rpt_store_begin(store, 0));
    for (int64_t minute = 0; minute <= 120; minute++) {
        struct sim_record record = {.at = minute * SIM_MINUTE, .kind = ECS_RECORD_CAPACITY};
        record.field[ECS_CAPACITY_provider] = -1;
        record.field[ECS_CAPACITY_desired] = -1;
        record.field[ECS_CAPACITY_needed] = -1;
        record.field[ECS_CAPACITY_percent_num] = -1;
        record.field[ECS_CAPACITY_percent_den] = 1;
        record.field[ECS_CAPACITY_in_service] = instances - 1;
        record.field[ECS_CAPACITY_draining] = 1;
        record.field[ECS_CAPACITY_cpu_registered] = 100 * instances;
        record.field[ECS_CAPACITY_cpu_reserved] = 25 * instances;
        record.field[ECS_CAPACITY_memory_registered_mib] = 100 * instances;
        record.field[ECS_CAPACITY_memory_reserved_mib] = 10 * instances;
        record.field[ECS_CAPACITY_enis_registered] = 2 * instances;
        record.field[ECS_CAPACITY_enis_used] = 2 * instances - minute % 3;
        rpt_store_record(store, &record);
    }
    struct sim_record arrival = {.at = 120 * SIM_MINUTE, .kind = ECS_RECORD_ARRIVAL_ENDED};
    arrival.field[ECS_ARRIVAL_ENDED_wait] = 20 * SIM_SECOND;
    arrival.field[ECS_ARRIVAL_ENDED_measured] = 1;
    rpt_store_record(store, &arrival);
    struct rpt_result result = rpt_fixture_result(&fixture, 0);
    rpt_store_end(store, &result);
    rpt_fixture_free_result(&result);
    ck_assert(rpt_store_close(store, true, &why));
}

/* ENI-2, ENI-3: one run shows what it leaves stranded, two show what the one saves. */
START_TEST(interfaces_of_one_run_and_of_two)
{
    static const char *const one[] = {"made-up: network interfaces",
                                      "offered",
                                      "used",
                                      "memory",
                                      "Container instances, draining ones included",
                                      "1 h 50 min"};
    static const char *const two[] = {"few: ",         "many: ",      "instances on average",
                                      "offered (few)", "used (many)", "CPU (many)"};
    static const char *const names[] = {"interfaces"};
    char few[512], many[512];
    const char *why = NULL;
    int drawn = 0;
    size_t size;
    snprintf(few, sizeof few, "%s", test_tmp_path("few.db"));
    snprintf(many, sizeof many, "%s", test_tmp_path("many.db"));
    store_interfaces(few, 10);
    store_interfaces(many, 40);
    ck_assert_msg(draw_of(few, "svg", NULL, 0, count_done, &drawn, &why), "%s", why);
    ck_assert_int_eq(drawn, 3); /* of all plots each that there is something for */
    char *text = picture("interfaces.svg", &size);
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++)
        assert_has(text, one[i]);
    ck_assert_ptr_null(strstr(text, ">50<")); /* the axis of interfaces ends near 20 */
    free(text);
    const struct rpt_plot_order order = {
        .against = many, .dir = dir, .format = "svg", .names = names, .count = 1};
    ck_assert_msg(rpt_plot_draw(few, &order, &why), "%s", why);
    text = picture("interfaces.svg", &size);
    for (size_t i = 0; i < sizeof two / sizeof two[0]; i++)
        assert_has(text, two[i]);
    assert_has(text, ">40<"); /* the instances of the other run */
    free(text);
    const struct rpt_plot_order gone = {.against = "absent.db", .dir = dir, .format = "svg"};
    ck_assert(!rpt_plot_draw(few, &gone, &why));
    ck_assert_msg(strstr(why, "absent.db: no such database") != NULL, "%s", why);
}
END_TEST

static void assert_fails(const char *path, const char *format, const char *name, const char *words)
{
    const char *why = NULL;
    ck_assert(!draw_of(path, format, &name, name != NULL, NULL, NULL, &why));
    ck_assert_msg(strstr(why, words) != NULL, "`%s` lacks `%s`", why, words);
}

/* ---- services ---- */

START_TEST(service_has_a_panel_each)
{
    static const char *const parts[] = {
        "made-up: services",
        "3 services  ·  below minimum 6 min 40 s in all  ·  below desired 11 min 40 s in all",
        "healthy",
        "running",
        "waiting",
        "desired",
        "minimum",
        "failed or stuck",
        ">web<",
        ">batch<",
        ">old<",
        ">web:3<", /* the revision of the first deployment */
        "4 deployments: 1 failed",
        "2 deployments: 1 stuck",
        "0 deployments",
        "2 h",
    };
    const char *why = NULL;
    int drawn = 0;
    size_t size;
    rpt_service_run_add(&fixture);
    rpt_fixture_store(&fixture, db, RPT_LEVEL_SERIES, 1);
    ck_assert_msg(draw("svg", NULL, 0, count_done, &drawn, &why), "%s", why);
    ck_assert_int_eq(drawn, 3); /* capacity, wait, service */
    char *text = picture("service.svg", &size);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_has(text, parts[i]);
    ck_assert_ptr_null(strstr(text, "never"));
    ck_assert_ptr_null(strstr(text, "requests a minute")); /* none has a load */
    ck_assert_ptr_null(strstr(text, "CPU utilisation"));
    free(text);
}
END_TEST

#define MANY 12u

/* Twelve services over 10 days, each minute another number of tasks; the later ones lack more. */
static void store_many_services(void)
{
    static struct ecs_service services[MANY];
    static char texts[MANY][16];
    const char *why = NULL;
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(texts[i], sizeof texts[i], "service-%02u", i);
        services[i] = (struct ecs_service){.name = texts[i]};
    }
    fixture.scenario.services = services;
    fixture.scenario.service_count = MANY;
    struct rpt_store *store = rpt_store_open(db, &fixture.scenario, RPT_LEVEL_SERIES, "test", &why);
    ck_assert_ptr_nonnull(store);
    ck_assert(rpt_store_begin(store, 0));
    for (int64_t minute = 0; minute <= 14400; minute++)
        for (int64_t i = 0; i < MANY; i++) {
            int64_t healthy = 50 - i - minute % 3;
            struct sim_record record = {.at = minute * SIM_MINUTE,
                                        .kind = ECS_RECORD_SERVICE,
                                        .field = {i, ECS_SERVICE_ACTIVE, 50, healthy, 0, healthy, 1,
                                                  0, 50 - healthy}};
            rpt_store_record(store, &record);
        }
    fixture.scenario.service_count = 0; /* no more than the rows is drawn */
    struct rpt_result result = rpt_fixture_result(&fixture, 0);
    rpt_store_end(store, &result);
    rpt_fixture_free_result(&result);
    ck_assert(rpt_store_close(store, true, &why));
}

START_TEST(many_services_stay_readable)
{
    static const char *const names[] = {"service"};
    const char *why = NULL;
    size_t size;
    store_many_services();
    ck_assert_msg(draw("svg", names, 1, NULL, NULL, &why), "%s", why);
    char *text = picture("service.svg", &size);
    ck_assert_uint_lt(size, 1000000);
    assert_has(text, "12 services, the 8 furthest below their desired count");
    assert_has(text, "bands: least to greatest of each 1 h");
    assert_has(text, "service-11");
    assert_has(text, "service-04");
    ck_assert_ptr_null(strstr(text, "service-03"));
    free(text);
}
END_TEST

/* ---- loads ---- */

/* What the first `loaded` of `services` services get, each minute of so many: 1000 requests and
 * 40 %, but in every minute of `above`, where 600 of 3000 are dropped at 100 %. */
struct loads {
    uint32_t services, loaded;
    int64_t minutes, above;
    const struct ecs_scaling_policy *policy; /* of the first; NULL: none */
};

static void store_load(struct rpt_store *store, const struct loads *loads, int64_t minute,
                       int64_t service, int64_t metric)
{
    bool above = loads->above > 0 && minute % loads->above == 0;
    struct sim_record load = {.at = minute * SIM_MINUTE, .kind = ECS_RECORD_SERVICE_LOAD};
    load.field[ECS_SERVICE_LOAD_service] = service;
    load.field[ECS_SERVICE_LOAD_load] = above ? 3000 : 1000;
    load.field[ECS_SERVICE_LOAD_served] = above ? 2400 : 1000;
    load.field[ECS_SERVICE_LOAD_cpu_num] = above ? 100 : 40;
    load.field[ECS_SERVICE_LOAD_cpu_den] = 1;
    load.field[ECS_SERVICE_LOAD_metric] = metric;
    if (minute > 0 && service < (int64_t)loads->loaded)
        rpt_store_record(store, &load);
    struct sim_record row = {.at = minute * SIM_MINUTE,
                             .kind = ECS_RECORD_SERVICE,
                             .field = {service, ECS_SERVICE_ACTIVE, 4, 4, 0, 4, 1}};
    rpt_store_record(store, &row);
}

static char *draw_loads(const struct loads *loads, size_t *size)
{
    static const char *const names[] = {"service"};
    static struct ecs_service services[MANY];
    static char texts[MANY][16];
    static const struct ecs_scalable_target target = {.service = 0, .maximum = 9};
    const char *why = NULL;
    for (uint32_t i = 0; i < loads->services; i++) {
        snprintf(texts[i], sizeof texts[i], "service-%02u", i);
        services[i] = (struct ecs_service){.name = texts[i]};
    }
    struct ecs_scenario *scenario = &fixture.scenario;
    int64_t metric = (int64_t)ecs_names_intern(&scenario->names, "CPUUtilization");
    scenario->services = services;
    scenario->service_count = loads->services;
    scenario->scalable_targets = &target;
    scenario->scalable_target_count = 1;
    scenario->scaling_policies = loads->policy;
    scenario->scaling_policy_count = loads->policy != NULL;
    struct rpt_store *store = rpt_store_open(db, scenario, RPT_LEVEL_SERIES, "test", &why);
    ck_assert_ptr_nonnull(store);
    ck_assert(rpt_store_begin(store, 0));
    for (int64_t minute = 0; minute <= loads->minutes; minute++)
        for (uint32_t i = 0; i < loads->services; i++)
            store_load(store, loads, minute, i, metric);
    scenario->service_count = 0; /* no more than the rows is drawn */
    struct rpt_result result = rpt_fixture_result(&fixture, 0);
    rpt_store_end(store, &result);
    rpt_fixture_free_result(&result);
    ck_assert(rpt_store_close(store, true, &why));
    ck_assert_msg(draw("svg", names, 1, NULL, NULL, &why), "%s", why);
    return picture("service.svg", size);
}

static const struct ecs_scaling_policy tracking = {.name = "cpu",
                                                   .type = ECS_SCALING_TRACKING,
                                                   .value = 65000000};

/* Of two services, of which one has a load, only that has the panels. */
START_TEST(service_shows_its_load_beneath)
{
    static const char *const parts[] = {
        ">requests a minute<",
        ">CPU utilisation, %<",
        ">dropped<",
        ">target of a policy<",
        "0 deployments  ·  15.0% dropped",
        ">0 deployments<",
        ">2000<", /* the highest tic of the load */
        ">100<",
    };
    const struct loads loads = {
        .services = 2, .loaded = 1, .minutes = 120, .above = 2, .policy = &tracking};
    size_t size;
    char *text = draw_loads(&loads, &size);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_has(text, parts[i]);
    ck_assert_ptr_null(strstr(text, "bands")); /* two hours are shown as they were */
    free(text);
}
END_TEST

/* Without drops there is no word of any; steps, and requests per target, have no line here. */
START_TEST(a_load_without_drops_and_targets_has_none)
{
    const struct ecs_scaling_policy others[] = {{.name = "steps", .type = ECS_SCALING_STEP},
                                                {.name = "requests",
                                                 .type = ECS_SCALING_TRACKING,
                                                 .metric = ECS_SCALING_REQUESTS,
                                                 .value = 1000000000}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct loads loads = {.services = 1,
                                    .loaded = 1,
                                    .minutes = 120,
                                    .policy = &others[i]};
        size_t size;
        char *text = draw_loads(&loads, &size);
        assert_has(text, ">requests a minute<");
        ck_assert_ptr_null(strstr(text, "dropped"));
        ck_assert_ptr_null(strstr(text, "target of a policy"));
        free(text);
    }
}
END_TEST

START_TEST(five_loads_have_two_scales_in_a_panel)
{
    const struct loads loads = {
        .services = 5, .loaded = 5, .minutes = 1440, .above = 7, .policy = &tracking};
    size_t size;
    char *text = draw_loads(&loads, &size);
    assert_has(text, ">requests a minute (right)<");
    assert_has(text, ">dropped (right)<");
    assert_has(text, ">CPU utilisation, % (left)<");
    free(text);
}
END_TEST

/* Its tasks, which never change, would not need buckets. */
START_TEST(a_month_of_load_stays_a_small_picture)
{
    const struct loads loads = {.services = 1, .loaded = 1, .minutes = 43200, .above = 4001};
    size_t size;
    char *text = draw_loads(&loads, &size);
    ck_assert_uint_lt(size, 400000);
    assert_has(text, ">30 d<");
    assert_has(text, ">0 deployments  ·  &lt;0.1% dropped<");
    free(text);
    const struct loads busy = {.services = 1, .loaded = 1, .minutes = 43200, .above = 2};
    text = draw_loads(&busy, &size);
    ck_assert_uint_lt(size, 400000);
    assert_has(text, "load: mean, bands: least to greatest of each 2 h");
    assert_has(text, ">3000<"); /* the mean is 2000 */
    free(text);
}
END_TEST

/* Rows of the statement, from one minute on, are those of v_service; its requests as they are put.
 */
static void assert_requests(const char *rows, double width, const char *expected)
{
    struct rpt_plot_load load = {0};
    sqlite3 *memory = NULL;
    sqlite3_stmt *row = NULL;
    char *text = NULL;
    size_t size;
    ck_assert_int_eq(sqlite3_open(":memory:", &memory), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(memory, rows, -1, &row, NULL), SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW)
        rpt_plot_load_add(&load, sqlite3_column_double(row, 0), row, 1);
    sqlite3_finalize(row);
    struct rpt_plot_db plot = {.db = memory};
    FILE *data = open_memstream(&text, &size), *prologue = tmpfile();
    rpt_plot_load_put(&plot, &load, "web", 1, width, data, prologue);
    fclose(data);
    fclose(prologue);
    char *end = strstr(text, "\n\n\n");
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    ck_assert_str_eq(text, expected);
    free(text);
    rpt_plot_load_free(&load);
    sqlite3_close(memory);
}

/* A value holds for the minute that ends at its row, nothing between deletion and creation. */
START_TEST(a_load_is_drawn_in_the_minute_that_it_was)
{
    assert_requests("VALUES (0, NULL, NULL, NULL), (60, 5, 0, 1), (120, 7, 2, 1), (600, 7, 0, 1)",
                    0.0, "# requests_1\n0 5 5 5\n60 7 7 7\n120 0 0 0\n540 7 7 7\n600 7 7 7");
}
END_TEST

/* And not with its last value, which would be a jump at the edge of the picture. */
START_TEST(buckets_end_with_the_last_bucket)
{
    assert_requests("VALUES (60, 4, 0, 1), (120, 8, 0, 1), (180, 2, 0, 1), (240, 10, 0, 1)", 120.0,
                    "# requests_1\n0 6 4 8\n120 6 2 10\n240 6 2 10");
}
END_TEST

START_TEST(without_services_there_is_no_plot_of_them)
{
    static const char *const names[] = {"service"};
    const char *why = NULL;
    rpt_fixture_store(&fixture, db, RPT_LEVEL_SERIES, 1);
    ck_assert(!draw("svg", names, 1, NULL, NULL, &why));
    ck_assert_str_eq(why, "plot service: made-up has no rows in v_service; run a scenario with "
                          "services, with --trace=series or --trace=full");
}
END_TEST

START_TEST(mistakes_are_explained)
{
    rpt_fixture_store(&fixture, db, RPT_LEVEL_NONE, 1);
    assert_fails("absent.db", "svg", NULL, "absent.db: no such database");
    assert_fails("Makefile", "svg", NULL, "is not a database of plimsoll");
    assert_fails(db, "gif", NULL, "no format `gif`; there are svg and png");
    assert_fails(db, "svg", "pie", "no plot `pie`; there are capacity wait interfaces");
    assert_fails(db, "svg", "capacity", "--trace=series");
    assert_fails(db, "svg", "wait", "--trace=series");
    assert_fails(db, "svg", "interfaces", "no row in v_capacity with awsvpc tasks");
    sqlite3 *other = NULL;
    ck_assert_int_eq(sqlite3_open(db, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    assert_fails(db, "svg", NULL, "version 99, and this program reads version 5");
}
END_TEST

START_TEST(a_missing_gnuplot_names_its_package)
{
    rpt_fixture_store(&fixture, db, RPT_LEVEL_FULL, 1);
    snprintf(dir, sizeof dir, "%s", test_tmp_path("no-plots"));
    setenv("PATH", dir, 1);
    assert_fails(db, "svg", NULL, "apt-get install gnuplot-nox");
    ck_assert_int_eq(access(dir, F_OK), -1); /* nothing was made */
}
END_TEST

START_TEST(texts_of_the_scenario_cannot_break_the_script)
{
    const char *why = NULL;
    fixture.scenario.name = "a\"b\\c/`d`_e$f'g%s";
    rpt_fixture_store(&fixture, db, RPT_LEVEL_FULL, 1);
    ck_assert_msg(draw("svg", NULL, 0, NULL, NULL, &why), "%s", why);
}
END_TEST

Suite *test_rpt_plot_suite(void);
Suite *test_rpt_plot_suite(void)
{
    Suite *suite = suite_create("rpt_plot");
    TCase *tests = tcase_create("plot");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, svg_shows_titles_axes_and_legends);
    tcase_add_test(tests, png_is_a_picture);
    tcase_add_test(tests, a_long_run_stays_a_small_picture_and_keeps_its_peak);
    tcase_add_test(tests, interfaces_of_one_run_and_of_two);
    tcase_add_test(tests, service_has_a_panel_each);
    tcase_add_test(tests, many_services_stay_readable);
    tcase_add_test(tests, service_shows_its_load_beneath);
    tcase_add_test(tests, a_load_without_drops_and_targets_has_none);
    tcase_add_test(tests, five_loads_have_two_scales_in_a_panel);
    tcase_add_test(tests, a_month_of_load_stays_a_small_picture);
    tcase_add_test(tests, a_load_is_drawn_in_the_minute_that_it_was);
    tcase_add_test(tests, buckets_end_with_the_last_bucket);
    tcase_add_test(tests, without_services_there_is_no_plot_of_them);
    tcase_add_test(tests, mistakes_are_explained);
    tcase_add_test(tests, a_missing_gnuplot_names_its_package);
    tcase_add_test(tests, texts_of_the_scenario_cannot_break_the_script);
    suite_add_tcase(suite, tests);
    return suite;
}
