/* The guide's two tutorials, from the shipped scenario files to the records (sheet 01, section 14).
 */
#include "scn_import.h"
#include "test_support.h"
#include "world_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct tutorial {
    struct scn_loaded loaded;
    struct fixture run; /* of the loaded scenario; only the records are its own */
};

static void run_tutorial(struct tutorial *t, const char *name)
{
    const struct scn_options options = {0};
    bool ok = scn_load(&t->loaded, name, &options);
    ck_assert_msg(ok, "%s",
                  t->loaded.complaints.error_count > 0 ? t->loaded.complaints.errors[0]
                                                       : "no scenario");
    memset(&t->run, 0, sizeof t->run);
    t->run.scenario = t->loaded.scenario;
    fixture_run(&t->run);
}

static void release_tutorial(struct tutorial *t)
{
    free(t->run.records);
    scn_loaded_release(&t->loaded);
}

static int64_t capacity(const struct tutorial *t, int64_t provider, double minutes, int field)
{
    return fixture_capacity_at(&t->run, provider, sim_time_from_seconds(60 * minutes))
        ->field[field];
}

static int64_t percent(const struct tutorial *t, int64_t provider, double minutes)
{
    return capacity(t, provider, minutes, ECS_CAPACITY_percent_num) /
           capacity(t, provider, minutes, ECS_CAPACITY_percent_den);
}

/* Instances of a provider that hold a task at the end. */
static int64_t busy_instances(const struct tutorial *t, int64_t provider)
{
    int64_t instances[8], count = 0;
    for (uint32_t i = 0; i < fixture_count(&t->run, ECS_RECORD_TASK_ENDED); i++) {
        const int64_t *field = fixture_record(&t->run, ECS_RECORD_TASK_ENDED, i)->field;
        bool seen = field[ECS_TASK_ENDED_provider] != provider;
        for (int64_t k = 0; k < count; k++)
            seen = seen || instances[k] == field[ECS_TASK_ENDED_instance];
        if (!seen)
            instances[count++] = field[ECS_TASK_ENDED_instance];
    }
    return count;
}

/* TUT-C-01, 02: 100 before run-task, 200 after it, on both providers; TUT-C-06, TUT-L-06: 3 / 2. */
static void check_start(const struct tutorial *t)
{
    for (int64_t provider = 0; provider < 2; provider++) {
        ck_assert_int_eq(percent(t, provider, 4), 100);
        ck_assert_int_eq(percent(t, provider, 5), 200);
        ck_assert_int_eq(capacity(t, provider, 4, ECS_CAPACITY_desired), 0);
        ck_assert_int_eq(capacity(t, provider, 5, ECS_CAPACITY_tasks_provisioning),
                         provider == 0 ? 3 : 2);
    }
    ck_assert_int_eq(capacity(t, -1, 5, ECS_CAPACITY_tasks_provisioning), 5);
    ck_assert_int_eq(capacity(t, -1, 5, ECS_CAPACITY_tasks_running), 0);
}

/* TUT-C-03, 04, 05: 0 -> 2 in each group, four instances, five tasks RUNNING, each on an instance
 * of its own provider; TUT-L-09.2: all protected. */
static void check_settled(const struct tutorial *t)
{
    for (int64_t provider = 0; provider < 2; provider++) {
        ck_assert_int_eq(capacity(t, provider, 12, ECS_CAPACITY_desired), 2);
        ck_assert_int_eq(capacity(t, provider, 12, ECS_CAPACITY_in_service), 2);
    }
    ck_assert_int_eq(capacity(t, -1, 12, ECS_CAPACITY_in_service), 4);
    ck_assert_int_eq(capacity(t, -1, 12, ECS_CAPACITY_tasks_running), 5);
    ck_assert_int_eq(capacity(t, -1, 12, ECS_CAPACITY_tasks_provisioning), 0);
    for (uint32_t i = 0; i < fixture_count(&t->run, ECS_RECORD_PROTECTION); i++) {
        const struct sim_record *record = fixture_record(&t->run, ECS_RECORD_PROTECTION, i);
        if (record->at < 12 * SIM_MINUTE)
            ck_assert_int_eq(record->field[ECS_PROTECTION_on], 1);
    }
    for (uint32_t i = 0; i < fixture_count(&t->run, ECS_RECORD_TASK_ENDED); i++) {
        const int64_t *task = fixture_record(&t->run, ECS_RECORD_TASK_ENDED, i)->field;
        const struct sim_record *instance = NULL;
        for (uint32_t k = 0; k < fixture_count(&t->run, ECS_RECORD_INSTANCE_ENDED); k++) {
            const struct sim_record *ended = fixture_record(&t->run, ECS_RECORD_INSTANCE_ENDED, k);
            if (ended->field[ECS_INSTANCE_ENDED_instance] == task[ECS_TASK_ENDED_instance])
                instance = ended;
        }
        ck_assert_ptr_nonnull(instance);
        ck_assert_int_eq(instance->field[ECS_INSTANCE_ENDED_provider],
                         task[ECS_TASK_ENDED_provider]);
    }
}

/* TUT-L-09.3, 09.4: after the low alarm's fifteen minutes each group is as large as it has
 * instances with tasks; no task was stopped; MaxSize is 100. */
static void check_end(const struct tutorial *t)
{
    ck_assert_uint_eq(fixture_count(&t->run, ECS_RECORD_TASK_ENDED), 5);
    ck_assert_uint_eq(fixture_count_where(&t->run, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stopped,
                                          -1),
                      5);
    for (int64_t provider = 0; provider < 2; provider++) {
        int64_t busy = busy_instances(t, provider);
        ck_assert_int_ge(busy, 1);
        ck_assert_int_eq(capacity(t, provider, 40, ECS_CAPACITY_desired), busy);
        ck_assert_int_eq(capacity(t, provider, 40, ECS_CAPACITY_in_service), busy);
        ck_assert_int_eq(t->loaded.scenario.asgs[provider].max_size, 100);
    }
    for (uint32_t i = 0; i < fixture_count(&t->run, ECS_RECORD_SCALING); i++) {
        const struct sim_record *record = fixture_record(&t->run, ECS_RECORD_SCALING, i);
        if (record->field[ECS_SCALING_kind] == ECS_SCALE_IN)
            ck_assert_int_ge(record->at, 20 * SIM_MINUTE);
    }
}

START_TEST(tut_l_09_in_time_order)
{
    struct tutorial t;
    run_tutorial(&t, "tutorial");
    ck_assert_int_eq(t.loaded.scenario.epoch, 202006);
    ck_assert_str_eq(t.loaded.scenario.region, "us-west-2");
    check_start(&t);
    check_settled(&t);
    check_end(&t);
    release_tutorial(&t);
}
END_TEST

/* TUT-C-06, 07, 08: binpack leaves all tasks of a group on one of its two instances; the metric
 * falls to 50, the empty instance of each group goes. */
START_TEST(tut_c_console_tutorial)
{
    struct tutorial t;
    run_tutorial(&t, "tutorial-console");
    check_start(&t);
    check_settled(&t);
    check_end(&t);
    for (int64_t provider = 0; provider < 2; provider++) {
        ck_assert_int_eq(busy_instances(&t, provider), 1);
        ck_assert_int_eq(percent(&t, provider, 15), 50);
        ck_assert_int_eq(capacity(&t, provider, 40, ECS_CAPACITY_in_service), 1);
    }
    release_tutorial(&t);
}
END_TEST

/* What the tutorial's describe calls print, made a scenario, runs and ends as the tutorial does. */
START_TEST(tut_l_import_ends_as_the_tutorial)
{
    struct tutorial t;
    char folder[4096], path[4200];
    snprintf(folder, sizeof folder, "%s", test_tmp_path("tutorial-imported"));
    ck_assert_int_eq(mkdir(folder, 0777), 0);
    struct scn_import import = {.folder = "tests/import/tutorial", .into = folder};
    ck_assert(scn_import(&import));
    scn_import_release(&import);
    snprintf(path, sizeof path, "%s/scenario.json", folder);
    run_tutorial(&t, path);
    ck_assert_str_eq(t.loaded.scenario.cluster, "CLItutorial-cluster");
    ck_assert_int_eq(t.loaded.scenario.epoch, 202006);
    ck_assert_str_eq(t.loaded.scenario.region, "us-west-2");
    check_start(&t);
    check_settled(&t);
    check_end(&t);
    release_tutorial(&t);
}
END_TEST

/* TUT-L-12: a t2.micro registers 1,024 CPU units and somewhat less than 1,024 MiB; a task reserves
 * 0 CPU and 20 MiB, so all five would fit on one. */
START_TEST(tut_l_12_arithmetic)
{
    struct tutorial t;
    run_tutorial(&t, "tutorial");
    const int64_t *instance = fixture_record(&t.run, ECS_RECORD_INSTANCE_REGISTERED, 0)->field;
    ck_assert_int_eq(instance[ECS_INSTANCE_REGISTERED_cpu_units], 1024);
    ck_assert_int_lt(instance[ECS_INSTANCE_REGISTERED_memory_mib], 1024);
    ck_assert_int_gt(instance[ECS_INSTANCE_REGISTERED_memory_mib], 900);
    const int64_t *task = fixture_record(&t.run, ECS_RECORD_TASK_PLACED, 0)->field;
    ck_assert_int_eq(task[ECS_TASK_PLACED_cpu_units], 0);
    ck_assert_int_eq(task[ECS_TASK_PLACED_memory_mib], 20);
    release_tutorial(&t);
}
END_TEST

Suite *test_tutorial_suite(void);
Suite *test_tutorial_suite(void)
{
    Suite *suite = suite_create("tutorial");
    TCase *tests = tcase_create("tutorial");
    tcase_add_test(tests, tut_l_09_in_time_order);
    tcase_add_test(tests, tut_c_console_tutorial);
    tcase_add_test(tests, tut_l_import_ends_as_the_tutorial);
    tcase_add_test(tests, tut_l_12_arithmetic);
    suite_add_tcase(suite, tests);
    return suite;
}
