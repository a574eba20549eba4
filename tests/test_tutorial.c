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

/* ---- the clean-up ---- */

/* Writes a scenario that is the tutorial with these changes and members, for two hours; its path.
 */
static const char *clean_up(const char *tutorial, const char *members, const char *changes)
{
    char base[4096];
    const char *path = test_tmp_path("clean-up.json");
    ck_assert_ptr_nonnull(realpath("scenarios", base));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "{\"extends\": \"%s/%s.json\", \"duration\": \"2h\", \"changes\": [%s]%s}\n",
            base, tutorial, changes, members);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

static void answer_is(const struct tutorial *t, uint32_t n, enum ecs_exception exception,
                      int64_t affected)
{
    const struct sim_record *record = fixture_record(&t->run, ECS_RECORD_CHANGE, n);
    ck_assert_ptr_nonnull(record);
    ck_assert_msg(record->field[ECS_CHANGE_exception] == exception &&
                      record->field[ECS_CHANGE_affected] == affected,
                  "change %u: exception %lld, %lld affected", n,
                  (long long)record->field[ECS_CHANGE_exception],
                  (long long)record->field[ECS_CHANGE_affected]);
}

/* Every task was stopped by the user, every instance is gone by then, and billed no longer; the
 * cluster is INACTIVE; providers and task definition cost nothing and are still there. */
static void check_clean(const struct tutorial *t, sim_time gone)
{
    ck_assert_uint_eq(fixture_count(&t->run, ECS_RECORD_TASK_ENDED), 5);
    ck_assert_uint_eq(fixture_count_where(&t->run, ECS_RECORD_TASK_ENDED,
                                          ECS_TASK_ENDED_stop_reason, ECS_REASON_STOPPED_BY_USER),
                      5);
    uint32_t instances = fixture_count(&t->run, ECS_RECORD_INSTANCE_ENDED);
    ck_assert_uint_eq(instances, 4);
    for (uint32_t i = 0; i < instances; i++) {
        const int64_t *ended = fixture_record(&t->run, ECS_RECORD_INSTANCE_ENDED, i)->field;
        ck_assert_int_ge(ended[ECS_INSTANCE_ENDED_terminated], 0);
        ck_assert_int_le(ended[ECS_INSTANCE_ENDED_terminated], gone);
    }
    const struct sim_record *cluster =
        fixture_record(&t->run, ECS_RECORD_CLUSTER, fixture_count(&t->run, ECS_RECORD_CLUSTER) - 1);
    ck_assert_int_eq(cluster->field[ECS_CLUSTER_status], ECS_CLUSTER_INACTIVE);
    const struct sim_record *end = fixture_capacity_at(&t->run, -1, 2 * SIM_HOUR);
    const struct sim_record *then = fixture_capacity_at(&t->run, -1, gone);
    ck_assert_int_eq(end->field[ECS_CAPACITY_in_service], 0);
    ck_assert_int_eq(end->field[ECS_CAPACITY_cost_nusd], then->field[ECS_CAPACITY_cost_nusd]);
    ck_assert_uint_eq(t->loaded.scenario.provider_count, 2);
    ck_assert_uint_eq(t->loaded.scenario.task_definition_count, 1);
}

/* TUT-L-10, MTP-06: stop the five tasks by id, delete both groups by force although every instance
 * is protected, delete the cluster. */
START_TEST(tut_l_10_clean_up)
{
    struct tutorial t;
    char changes[4096];
    size_t at = 0;
    for (int task = 1; task <= 5; task++) /* ids and ARNs, in turn */
        at +=
            (size_t)snprintf(changes + at, sizeof changes - at,
                             "{\"at\": \"15m\", \"StopTask\": {\"cluster\": "
                             "\"CLItutorial-cluster\", \"task\": \"%s%032d\"}}, ",
                             task % 2 == 0 ? "arn:aws:ecs:us-west-2:111122223333:task/" : "", task);
    snprintf(changes + at, sizeof changes - at,
             "{\"at\": \"17m\", \"DeleteAutoScalingGroup\": {\"AutoScalingGroupName\": "
             "\"CLItutorial-asg\", \"ForceDelete\": true}}, "
             "{\"at\": \"17m\", \"DeleteAutoScalingGroup\": {\"AutoScalingGroupName\": "
             "\"CLItutorial-asg-burst\", \"ForceDelete\": true}}, "
             "{\"at\": \"20m\", \"DeleteCluster\": {\"cluster\": \"CLItutorial-cluster\"}}");
    run_tutorial(&t, clean_up("tutorial", "", changes));
    check_settled(&t);
    ck_assert_uint_eq(fixture_count(&t.run, ECS_RECORD_CHANGE), 8);
    for (uint32_t i = 0; i < 5; i++)
        answer_is(&t, i, ECS_EXCEPTION_NONE, 1);
    for (uint32_t i = 5; i < 8; i++)
        answer_is(&t, i, ECS_EXCEPTION_NONE, 0);
    check_clean(&t, 20 * SIM_MINUTE);
    release_tutorial(&t);
}
END_TEST

/* TUT-C-09: Stop All, then Delete of both groups, which the console makes a forced one, then the
 * cluster. */
START_TEST(tut_c_09_clean_up)
{
    struct tutorial t;
    run_tutorial(
        &t, clean_up("tutorial-console", "",
                     "{\"at\": \"15m\", \"StopTask\": {\"sim\": {\"count\": \"all\"}}}, "
                     "{\"at\": \"17m\", \"DeleteAutoScalingGroup\": {\"AutoScalingGroupName\": "
                     "\"ConsoleTutorial-ASG\", \"ForceDelete\": true}}, "
                     "{\"at\": \"17m\", \"DeleteAutoScalingGroup\": {\"AutoScalingGroupName\": "
                     "\"ConsoleTutorial-ASG-burst\", \"ForceDelete\": true}}, "
                     "{\"at\": \"20m\", \"DeleteCluster\": {\"cluster\": "
                     "\"ConsoleTutorial-cluster\"}}"));
    answer_is(&t, 0, ECS_EXCEPTION_NONE, 5);
    for (uint32_t i = 1; i < 4; i++)
        answer_is(&t, i, ECS_EXCEPTION_NONE, 0);
    check_clean(&t, 20 * SIM_MINUTE);
    release_tutorial(&t);
}
END_TEST

/* TUT-L-10 in another order is refused step by step, and nothing is lost: the cluster has container
 * instances (CLU-14), a group without force has instances (ASG-07), a provider has tasks (PCP-02);
 * with its groups gone and a task still asking, the cluster has tasks (CLU-16). */
START_TEST(tut_l_10_out_of_order)
{
    static const enum ecs_exception expected[] = {
        ECS_EXCEPTION_CLUSTER_CONTAINS_CONTAINER_INSTANCES,
        ECS_EXCEPTION_RESOURCE_IN_USE_FAULT,
        ECS_EXCEPTION_RESOURCE_IN_USE,
        ECS_EXCEPTION_NONE,
        ECS_EXCEPTION_NONE,
        ECS_EXCEPTION_CLUSTER_CONTAINS_TASKS,
        ECS_EXCEPTION_NONE,
        ECS_EXCEPTION_NONE,
        ECS_EXCEPTION_CLUSTER_NOT_FOUND,
    };
    static const char another[] =
        ", \"runTasks\": [{\"taskDefinition\": \"CLItutorial-taskdef\", \"count\": 5, \"at\": "
        "\"5m\"}, {\"taskDefinition\": \"CLItutorial-taskdef\", \"at\": \"20m\"}]";
    struct tutorial t;
    run_tutorial(
        &t,
        clean_up("tutorial", another,
                 "{\"at\": \"15m\", \"DeleteCluster\": {\"cluster\": \"CLItutorial-cluster\"}}, "
                 "{\"at\": \"15m\", \"DeleteAutoScalingGroup\": {\"AutoScalingGroupName\": "
                 "\"CLItutorial-asg\"}}, "
                 "{\"at\": \"15m\", \"PutClusterCapacityProviders\": {\"cluster\": "
                 "\"CLItutorial-cluster\", \"capacityProviders\": [], "
                 "\"defaultCapacityProviderStrategy\": []}}, "
                 "{\"at\": \"17m\", \"DeleteAutoScalingGroup\": {\"AutoScalingGroupName\": "
                 "\"CLItutorial-asg\", \"ForceDelete\": true}}, "
                 "{\"at\": \"17m\", \"DeleteAutoScalingGroup\": {\"AutoScalingGroupName\": "
                 "\"CLItutorial-asg-burst\", \"ForceDelete\": true}}, "
                 "{\"at\": \"25m\", \"DeleteCluster\": {\"cluster\": \"CLItutorial-cluster\"}}, "
                 "{\"at\": \"26m\", \"StopTask\": {\"sim\": {\"count\": \"all\"}}}, "
                 "{\"at\": \"27m\", \"DeleteCluster\": {\"cluster\": \"CLItutorial-cluster\"}}, "
                 "{\"at\": \"28m\", \"DeleteCluster\": {\"cluster\": \"CLItutorial-cluster\"}}"));
    for (uint32_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        answer_is(&t, i, expected[i], i == 6 ? 1 : 0);
    ck_assert_int_eq(capacity(&t, -1, 16, ECS_CAPACITY_tasks_running), 5);
    ck_assert_int_eq(capacity(&t, -1, 16, ECS_CAPACITY_in_service), 4);
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
    tcase_add_test(tests, tut_l_10_clean_up);
    tcase_add_test(tests, tut_c_09_clean_up);
    tcase_add_test(tests, tut_l_10_out_of_order);
    suite_add_tcase(suite, tests);
    return suite;
}
