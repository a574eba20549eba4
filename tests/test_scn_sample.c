/* Hardware of one's own, shares and models of GPUs in scenarios and traces, samples of traces, and
 * the kinds of task that strategies may expect. */
#include "place.h"
#include "scn_fixture.h"
#include "scn_trace.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND SIM_SECOND

/* The instances and the definition that all scenarios here share. */
#define LAB                                                                                        \
    "\"instanceTypes\": [{\"InstanceType\": \"own.2\", \"VCpuInfo\": {\"DefaultVCpus\": 96},"      \
    " \"MemoryInfo\": {\"SizeInMiB\": 8192}, \"GpuInfo\": {\"Gpus\": [{\"Name\": \"V100\","        \
    " \"Count\": 2, \"Manufacturer\": \"x\"}]}, \"NetworkInfo\": {\"MaximumNetworkInterfaces\":"   \
    " 5}, \"sim\": {\"cpuUnits\": 96000, \"pricePerHour\": \"0.5\"}},"                             \
    " {\"InstanceType\": \"own.1\", \"VCpuInfo\": {\"DefaultVCpus\": 4}, \"MemoryInfo\":"          \
    " {\"SizeInMiB\": 4096}, \"GpuInfo\": {\"Gpus\": [{\"Name\": \"T4\", \"Count\": 1}]},"         \
    " \"ProcessorInfo\": {\"SupportedArchitectures\": [\"arm64\"]}, \"CurrentGeneration\": true,"  \
    " \"sim\": {\"pricePerHour\": \"0\"}}],"                                                       \
    "\"containerInstances\": [{\"instanceType\": \"own.2\"}, {\"instanceType\": \"own.1\"}]"

static void load(struct scn_loaded *loaded, const char *members)
{
    ck_assert_msg(scn_fixture_load(loaded, members), "%s", loaded->complaints.errors[0]);
}

START_TEST(own_hardware_is_taken_as_given)
{
    struct scn_loaded loaded;
    load(&loaded, LAB);
    const struct ecs_scenario *scenario = &loaded.scenario;
    const struct ecs_instance_type *two = NULL, *one = NULL;
    for (uint32_t i = 0; i < scenario->type_count; i++) {
        two = strcmp(scenario->types[i].name, "own.2") == 0 ? &scenario->types[i] : two;
        one = strcmp(scenario->types[i].name, "own.1") == 0 ? &scenario->types[i] : one;
    }
    ck_assert_ptr_nonnull(two);
    ck_assert_ptr_nonnull(one);
    ck_assert_uint_eq(two->vcpus, 96);
    ck_assert_int_eq(two->cpu_units, 96000);
    ck_assert_int_eq(two->memory_mib, 8192);
    ck_assert_uint_eq(two->gpus, 2);
    ck_assert_uint_eq(two->max_enis, 5);
    ck_assert_int_eq(two->price_nusd_per_h, 500000000);
    ck_assert(!two->arm64 && one->arm64);
    ck_assert_int_eq(one->cpu_units, 0); /* 1,024 a vCPU */
    ck_assert_int_eq(one->price_nusd_per_h, 0);
    ck_assert_uint_eq(scenario->gpu_model_count, 2);
    ck_assert_uint_eq(ecs_gpu_model_bit(scenario, two->gpu_model), 1);
    ck_assert_uint_eq(ecs_gpu_model_bit(scenario, one->gpu_model), 2);
    scn_loaded_release(&loaded);
}
END_TEST

static const struct {
    const char *members, *words;
} refused[] = {
    {"\"instanceTypes\": [{\"InstanceType\": \"a\", \"VCpuInfo\": {\"DefaultVCpus\": 1},"
     " \"MemoryInfo\": {\"SizeInMiB\": 1024}}]",
     "sim"},
    {"\"instanceTypes\": [{\"InstanceType\": \"a\", \"VCpuInfo\": {\"DefaultVCpus\": 1},"
     " \"MemoryInfo\": {\"SizeInMiB\": 1024}, \"sim\": {\"pricePerHour\": \"cheap\"}}]",
     "expected USD an hour"},
    {"\"instanceTypes\": [{\"InstanceType\": \"a\", \"VCpuInfo\": {\"DefaultVCpus\": 1},"
     " \"MemoryInfo\": {\"SizeInMiB\": 1024}, \"GpuInfo\": {\"Gpus\": [{\"Count\": 17}]},"
     " \"sim\": {\"pricePerHour\": \"0\"}}]",
     "16"},
    {"\"runTasks\": [{\"name\": \"first\", \"placementStrategy\": [{\"type\": \"bestFit\","
     " \"field\": \"cpu=0.5,disk=0.5\"}]}]",
     "no list of weights"},
    {"\"runTasks\": [{\"name\": \"first\", \"placementStrategy\": [{\"type\": \"bestFit\","
     " \"field\": \"cpu=2\"}]}]",
     "no list of weights"},
    {"\"runTasks\": [{\"name\": \"first\", \"placementStrategy\": [{\"type\": \"bestFit\","
     " \"field\": \"cpu\"}]}]",
     "no list of weights"},
    {"\"runTasks\": [{\"name\": \"first\", \"placementStrategy\": [{\"type\": \"bestFit\","
     " \"field\": \"cpu=0,gpu=0\"}]}]",
     "all weights are 0"},
    {"\"runTasks\": [{\"name\": \"first\", \"placementStrategy\": [{\"type\": \"bestfit\"}]}]",
     "did you mean \"bestFit\""},
};

START_TEST(mistakes_are_explained)
{
    scn_fixture_refuses(refused[_i].members, refused[_i].words);
}
END_TEST

START_TEST(experiments_are_marked)
{
    scn_fixture_warns("\"runTasks\": [{\"name\": \"first\", \"placementStrategy\": [{\"type\":"
                      " \"gpuPacking\"}]}]",
                      "gpuPacking is an experiment: Amazon ECS has no such strategy");
}
END_TEST

START_TEST(weights_are_thousandths)
{
    static const struct {
        const char *field;
        uint32_t weights;
    } cases[] = {
        {"", PLACE_WEIGHTS_DEFAULT},
        {", \"field\": \"gpu=1\"", PLACE_WEIGHTS(0, 0, 1000)},
        {", \"field\": \"memory=0.25,cpu=0.125,gpu=0.7\"", PLACE_WEIGHTS(125, 250, 700)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scn_loaded loaded;
        char members[512];
        snprintf(members, sizeof members,
                 "\"runTasks\": [{\"name\": \"first\", \"placementStrategy\": [{\"type\":"
                 " \"bestFit\"%s}]}]",
                 cases[i].field);
        load(&loaded, members);
        ck_assert_uint_eq(loaded.scenario.run_tasks[0].request.placement.rules[0].dimension,
                          cases[i].weights);
        scn_loaded_release(&loaded);
    }
}
END_TEST

START_TEST(definitions_share_gpus_and_accept_models)
{
    static const char members[] =
        LAB ", \"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\":"
            " \"main\", \"resourceRequirements\": [{\"type\": \"GPU\", \"value\": \"1\"}]}],"
            " \"sim\": {\"duration\": \"10m\", \"gpuMilli\": 250, \"gpuModel\": \"A100|%s\"}}]";
    char text[4096];
    struct scn_loaded loaded;
    snprintf(text, sizeof text, members, "T4");
    load(&loaded, text);
    ck_assert_int_eq(loaded.scenario.task_definitions[0].gpu_milli, 250);
    ck_assert_uint_eq(loaded.scenario.task_definitions[0].gpu_models, 2);
    scn_loaded_release(&loaded);
    snprintf(text, sizeof text, members, "T");
    scn_fixture_warns(text, "no instance type of the scenario has such a GPU");
}
END_TEST

/* ---- traces ---- */

/* Loads a workload item over a trace of that text. */
static void load_trace(struct scn_loaded *loaded, const char *trace, const char *item)
{
    char path[4096], members[8192];
    snprintf(path, sizeof path, "%s", test_tmp_path("sample.csv"));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(trace, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    snprintf(members, sizeof members,
             LAB ", \"runTasks\": [], \"workload\": [{\"trace\": \"%s\", \"launchType\": \"EC2\""
                 "%s}]",
             path, item);
    load(loaded, members);
}

/* The rows of a replication; returns how many. */
static uint32_t rows_of(const struct scn_loaded *loaded, uint32_t replication,
                        struct ecs_arrival *rows, uint32_t most)
{
    const struct ecs_workload *work = &loaded->scenario.workloads[0];
    void *cursor = work->source->open(work->data, loaded->scenario.seed, replication, 0);
    uint32_t count = 0;
    struct ecs_arrival row;
    while (work->source->next(cursor, &row)) {
        ck_assert_uint_lt(count, most);
        ck_assert_uint_eq(row.row, count);
        rows[count++] = row;
    }
    work->source->close(cursor);
    return count;
}

#define TEN_ROWS                                                                                   \
    "arrival_s,cpu,memory_mib,gpu,gpu_milli,gpu_model\n"                                           \
    "0,1,64,1,100,\n5,2,64,1,200,V100\n9,3,64,2,,T4|V100\n9,4,64,0,,\n20,5,64,1,500,K80\n"         \
    "21,6,64,1,600,\n22,7,64,1,700,\n23,8,64,1,800,\n24,9,64,1,900,\n30,10,64,1,1000,T4\n"

START_TEST(rows_bring_shares_and_models)
{
    struct scn_loaded loaded;
    struct ecs_arrival rows[16];
    load_trace(&loaded, TEN_ROWS, "");
    ck_assert_uint_eq(rows_of(&loaded, 0, rows, 16), 10);
    ck_assert_int_eq(rows[0].gpu_milli, 100);
    ck_assert_uint_eq(rows[0].gpu_models, 0);
    ck_assert_uint_eq(rows[1].gpu_models, 1);
    ck_assert_int_eq(rows[2].gpu_milli, 0); /* the definition's */
    ck_assert_uint_eq(rows[2].gpu_models, 3);
    ck_assert_uint_eq(rows[4].gpu_models & 3, 0); /* a model that nothing has: it never fits */
    ck_assert_uint_ne(rows[4].gpu_models, 0);
    ck_assert_uint_eq(rows[9].gpu_models, 2);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(a_shuffle_keeps_rows_and_times)
{
    struct scn_loaded loaded;
    struct ecs_arrival plain[16], rows[16], again[16], other[16];
    load_trace(&loaded, TEN_ROWS, "");
    rows_of(&loaded, 0, plain, 16);
    scn_loaded_release(&loaded);
    load_trace(&loaded, TEN_ROWS, ", \"sample\": {\"shuffle\": true}");
    ck_assert_uint_eq(rows_of(&loaded, 0, rows, 16), 10);
    ck_assert_uint_eq(rows_of(&loaded, 0, again, 16), 10);
    ck_assert_uint_eq(rows_of(&loaded, 1, other, 16), 10);
    int64_t seen = 0;
    uint32_t moved = 0, differs = 0;
    for (uint32_t i = 0; i < 10; i++) {
        seen |= INT64_C(1) << rows[i].cpu_units;
        moved += rows[i].cpu_units != plain[i].cpu_units;
        differs += rows[i].cpu_units != other[i].cpu_units;
        ck_assert_int_eq(rows[i].at, plain[i].at);
        ck_assert_int_eq(rows[i].cpu_units, again[i].cpu_units);
    }
    ck_assert_int_eq(seen, 0x7fe); /* each once */
    ck_assert_uint_gt(moved, 0);
    ck_assert_uint_gt(differs, 0);
    scn_loaded_release(&loaded);
}
END_TEST

/* 6,800 thousandths in all: more are drawn until the next would pass the target. */
START_TEST(a_sample_draws_until_the_target)
{
    struct scn_loaded loaded;
    struct ecs_arrival rows[256];
    uint32_t drawn[11] = {0};
    for (uint32_t replication = 0; replication < 20; replication++) {
        load_trace(&loaded, TEN_ROWS,
                   ", \"sample\": {\"until\": {\"gpu_milli\": 20000}, \"every\": \"2s\"}");
        uint32_t count = rows_of(&loaded, replication, rows, 256);
        int64_t total = 0;
        for (uint32_t i = 0; i < count; i++) {
            ck_assert_int_eq(rows[i].at, i * 2 * SECOND);
            total += rows[i].gpus * (rows[i].gpu_milli > 0 ? rows[i].gpu_milli : 1000);
            if (i < 10)
                ck_assert_int_eq(rows[i].cpu_units, i + 1); /* the list itself comes first */
            else
                drawn[rows[i].cpu_units]++;
        }
        ck_assert_int_le(total, 20000);
        ck_assert_int_gt(total, 18000); /* no row asks for more than 2,000 */
        scn_loaded_release(&loaded);
    }
    for (uint32_t i = 1; i <= 10; i++)
        ck_assert_uint_gt(drawn[i], 0);
}
END_TEST

START_TEST(a_sample_leaves_rows_out_above_the_target)
{
    struct scn_loaded loaded;
    struct ecs_arrival rows[16];
    load_trace(&loaded, TEN_ROWS, ", \"sample\": {\"until\": {\"tasks\": 4}, \"every\": \"1s\"}");
    int64_t first = 0, second = 0;
    ck_assert_uint_eq(rows_of(&loaded, 0, rows, 16), 4);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert(i == 0 || rows[i].cpu_units > rows[i - 1].cpu_units); /* order of the list */
        first |= INT64_C(1) << rows[i].cpu_units;
    }
    ck_assert_uint_eq(rows_of(&loaded, 1, rows, 16), 4);
    for (uint32_t i = 0; i < 4; i++)
        second |= INT64_C(1) << rows[i].cpu_units;
    ck_assert_int_ne(first, second);
    scn_loaded_release(&loaded);
}
END_TEST

static const struct {
    const char *sample, *words;
} unsampled[] = {
    {"{\"until\": {\"tasks\": 20}}", "add `every`"},
    {"{\"until\": {\"tasks\": 20, \"cpu\": 1}, \"every\": \"1s\"}", "name one amount"},
    {"{\"until\": {}, \"every\": \"1s\"}", "name one amount"},
    {"{\"until\": {\"gpu_milli\": 5}, \"every\": \"1s\"}", "no row of the trace asks for any"},
    {"{\"until\": {\"tasks\": 1000000000000}, \"every\": \"1s\"}", "more than 100000000 rows"},
    {"{\"untill\": {\"tasks\": 5}}", "did you mean"},
};

START_TEST(a_sample_that_cannot_be_is_refused)
{
    char path[4096], members[8192];
    snprintf(path, sizeof path, "%s", test_tmp_path("refused.csv"));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs("arrival_s,cpu\n0,1\n1,2\n", file), 0);
    ck_assert_int_eq(fclose(file), 0);
    snprintf(members, sizeof members, "\"workload\": [{\"trace\": \"%s\", \"sample\": %s}]", path,
             unsampled[_i].sample);
    scn_fixture_refuses(members, unsampled[_i].words);
}
END_TEST

START_TEST(a_generator_has_no_sample)
{
    scn_fixture_refuses("\"workload\": [{\"generator\": {\"interarrival\": 1, \"rows\": 2},"
                        " \"sample\": {\"shuffle\": true}}]",
                        "`sample` belongs to a trace");
}
END_TEST

/* ---- typical tasks ---- */

/* The most frequent kinds until 95 % are covered; of the list, not of the sample. */
START_TEST(typical_tasks_cover_most_of_the_workload)
{
    struct scn_loaded loaded;
    char trace[8192] = "cpu,gpu,gpu_milli\n";
    for (uint32_t i = 0; i < 100; i++)
        strncat(trace,
                i < 60   ? "100,1,500\n"
                : i < 90 ? "50,0,\n"
                : i < 96 ? "9,1,1\n"
                         : "7,2,\n",
                sizeof trace - strlen(trace) - 1);
    load_trace(&loaded, trace,
               ", \"placementStrategy\": [{\"type\": \"fgd\"}],"
               " \"sample\": {\"until\": {\"tasks\": 5000}, \"every\": \"1s\"}");
    const struct ecs_typical *typical = loaded.scenario.typical;
    ck_assert_uint_eq(loaded.scenario.typical_count, 3);
    ck_assert_int_eq(typical[0].count, 60);
    ck_assert_int_eq(typical[0].cpu_units, 100);
    ck_assert_int_eq(typical[0].gpu_milli, 500);
    ck_assert_int_eq(typical[1].count, 30);
    ck_assert_int_eq(typical[1].gpus, 0);
    ck_assert_int_eq(typical[2].count, 6);
    scn_loaded_release(&loaded);
    load_trace(&loaded, trace, ", \"placementStrategy\": [{\"type\": \"bestFit\"}]");
    ck_assert_uint_eq(loaded.scenario.typical_count, 0); /* nobody asks */
    scn_loaded_release(&loaded);
}
END_TEST

/* Sheet 05: 35 kinds of pod make up 95 % of the default list. */
START_TEST(openb_has_35_typical_pods)
{
    struct scn_loaded loaded;
    const struct scn_options options = {0};
    ck_assert_msg(scn_load(&loaded, "placement-lab", &options), "%s", loaded.complaints.errors[0]);
    ck_assert_uint_eq(loaded.scenario.typical_count, 35);
    int64_t gpus = 0, instances = 0;
    for (uint32_t i = 0; i < loaded.scenario.extra_instance_count; i++) {
        const struct ecs_extra_instance *extra = &loaded.scenario.extra_instances[i];
        uint32_t type = loaded.scenario.specs[extra->spec].type;
        gpus += (int64_t)extra->count * loaded.scenario.types[type].gpus;
        instances += extra->count;
    }
    ck_assert_int_eq(instances, 1213);
    ck_assert_int_eq(gpus, 6212);
    scn_loaded_release(&loaded);
}
END_TEST

/* Tasks without a trace count as well: rows of runTasks and of generators. */
START_TEST(typical_tasks_of_generators)
{
    struct scn_loaded loaded;
    load(&loaded, "\"runTasks\": [{\"name\": \"first\", \"count\": 2, \"placementStrategy\":"
                  " [{\"type\": \"fgd\"}]}], \"workload\": [{\"generator\": {\"interarrival\": 1,"
                  " \"rows\": 10, \"batch\": 3}, \"scale\": 0.5}]");
    ck_assert_uint_eq(loaded.scenario.typical_count, 1);
    ck_assert_int_eq(loaded.scenario.typical[0].count, 2 + 15);
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_scn_sample_suite(void);
Suite *test_scn_sample_suite(void)
{
    Suite *suite = suite_create("scn_sample");
    TCase *tests = tcase_create("sample");
    tcase_add_test(tests, own_hardware_is_taken_as_given);
    tcase_add_loop_test(tests, mistakes_are_explained, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(tests, experiments_are_marked);
    tcase_add_test(tests, weights_are_thousandths);
    tcase_add_test(tests, definitions_share_gpus_and_accept_models);
    tcase_add_test(tests, rows_bring_shares_and_models);
    tcase_add_test(tests, a_shuffle_keeps_rows_and_times);
    tcase_add_test(tests, a_sample_draws_until_the_target);
    tcase_add_test(tests, a_sample_leaves_rows_out_above_the_target);
    tcase_add_loop_test(tests, a_sample_that_cannot_be_is_refused, 0,
                        (int)(sizeof unsampled / sizeof unsampled[0]));
    tcase_add_test(tests, a_generator_has_no_sample);
    tcase_add_test(tests, typical_tasks_cover_most_of_the_workload);
    tcase_add_test(tests, openb_has_35_typical_pods);
    tcase_add_test(tests, typical_tasks_of_generators);
    suite_add_tcase(suite, tests);
    return suite;
}
