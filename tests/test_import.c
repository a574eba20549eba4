/* plimsoll import: from describe output to a run (scn_import.h).
 *
 * tests/import/tutorial holds the CLI tutorial of sheet 01, section 14.2, as describe calls print
 * it just after run-task; tests/import/account an account with a bit of everything that goes
 * wrong. Messages are pinned by running the program itself in a folder of the test's own. */
#include "scn_import.h"
#include "test_support.h"
#include "world_fixture.h"

#include <dirent.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char program[PATH_MAX], dumps[PATH_MAX], folder[PATH_MAX];

static void setup(void)
{
    const char *name = getenv("PLIMSOLL");
    ck_assert_ptr_nonnull(realpath(name ? name : "plimsoll", program));
    ck_assert_ptr_nonnull(realpath("tests/import", dumps));
    snprintf(folder, sizeof folder, "%s", test_tmp_path("import-XXXXXX"));
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static char *read_in_folder(const char *name)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return test_read_file(path, NULL);
}

/* Runs in the shell, in the test's folder; `plimsoll` is the program, $D the dumps. */
__attribute__((format(printf, 3, 4))) static void expect(int code, const char *said,
                                                         const char *format, ...)
{
    char command[2048], line[4 * PATH_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(command, sizeof command, format, list);
    va_end(list);
    snprintf(line, sizeof line,
             "cd '%s' && D='%s' && plimsoll() { '%s' \"$@\"; } && { %s; } >.out 2>.err", folder,
             dumps, program, command);
    int status = system(line);
    char *err = read_in_folder(".err");
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == code,
                  "%s: status %x, not exit %d: %s", command, status, code, err);
    ck_assert_msg(strstr(err, said) != NULL, "%s: stderr: %s\nwanted: %s", command, err, said);
    free(err);
}

static int count_files(void)
{
    int count = 0;
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void expect_in(const char *file, const char *words)
{
    char *text = read_in_folder(file);
    ck_assert_msg(strstr(text, words) != NULL, "%s: %s\nwanted: %s", file, text, words);
    free(text);
}

/* ---- the tutorial ---------------------------------------------------------------------------- */

static int64_t capacity(const struct fixture *run, int64_t provider, int minutes, int field)
{
    return fixture_capacity_at(run, provider, minutes * SIM_MINUTE)->field[field];
}

static int64_t busy_instances(const struct fixture *run, int64_t provider)
{
    int64_t seen[8], count = 0;
    for (uint32_t i = 0; i < fixture_count(run, ECS_RECORD_TASK_ENDED); i++) {
        const int64_t *task = fixture_record(run, ECS_RECORD_TASK_ENDED, i)->field;
        bool known = task[ECS_TASK_ENDED_provider] != provider;
        for (int64_t k = 0; k < count; k++)
            known = known || seen[k] == task[ECS_TASK_ENDED_instance];
        if (!known)
            seen[count++] = task[ECS_TASK_ENDED_instance];
    }
    return count;
}

/* TUT-C-01 to 06, TUT-L-09: the same facts as of the shipped scenario (test_tutorial.c). */
static void check_tutorial(const struct fixture *run)
{
    for (int64_t p = 0; p < 2; p++) {
        ck_assert_int_eq(capacity(run, p, 4, ECS_CAPACITY_desired), 0);
        ck_assert_int_eq(capacity(run, p, 5, ECS_CAPACITY_tasks_provisioning), p == 0 ? 3 : 2);
        ck_assert_int_eq(capacity(run, p, 5, ECS_CAPACITY_percent_num),
                         2 * capacity(run, p, 5, ECS_CAPACITY_percent_den) * 100);
        ck_assert_int_eq(capacity(run, p, 12, ECS_CAPACITY_in_service), 2);
        ck_assert_int_ge(busy_instances(run, p), 1);
        ck_assert_int_eq(capacity(run, p, 40, ECS_CAPACITY_desired), busy_instances(run, p));
        ck_assert_int_eq(capacity(run, p, 40, ECS_CAPACITY_in_service), busy_instances(run, p));
        ck_assert_int_eq(run->scenario.asgs[p].max_size, 100);
    }
    ck_assert_int_eq(capacity(run, -1, 12, ECS_CAPACITY_tasks_running), 5);
    ck_assert_uint_eq(fixture_count(run, ECS_RECORD_TASK_ENDED), 5);
    ck_assert_uint_eq(fixture_count_where(run, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stopped, -1),
                      5);
}

/* Runs a scenario file; its digest of all records is what two runs are compared by. */
static uint64_t run_file(const char *path, bool check, const char *set)
{
    struct scn_loaded loaded;
    struct fixture run = {0};
    const struct scn_options options = {.sets = &set, .set_count = set != NULL};
    bool good = scn_load(&loaded, path, &options);
    ck_assert_msg(good, "%s", loaded.complaints.error_count ? loaded.complaints.errors[0] : path);
    run.scenario = loaded.scenario;
    fixture_run(&run);
    if (check)
        check_tutorial(&run);
    uint64_t hash = run.hash;
    free(run.records);
    scn_loaded_release(&loaded);
    return hash;
}

START_TEST(tut_l_09_import_ends_as_the_shipped_tutorial)
{
    char path[PATH_MAX + 64];
    expect(0,
           "cluster CLItutorial-cluster: 2 Auto Scaling groups, 2 capacity providers, "
           "0 container instances, 1 task definition, 5 tasks",
           "plimsoll import $D/tutorial --out=t");
    expect_in(".out", "t/scenario.json\n");
    expect_in("t/IMPORT.md", "## Defaults");
    expect_in(".err", "default: taskDefinitions: sim.duration of CLItutorial-taskdef:1 is 24h");
    expect_in(".err", "default: duration is 65m");
    expect_in(".err", "taken: epoch is 2020-06");
    snprintf(path, sizeof path, "%s/t/scenario.json", folder);
    run_file(path, true, NULL);
    /* What is used as it stands is the user's file, byte for byte. */
    expect(0, "",
           "for f in 01-cluster 03-groups 04-launch-configuration 05-task-definition; do "
           "cmp $D/tutorial/$f.json t/$f.json || exit 9; done");
    expect(0, "", "plimsoll import $D/tutorial --out=again 2>/dev/null && diff -r t again");
}
END_TEST

/* Pages in several files, in one file one after the other, and in a list. */
START_TEST(test_pages_are_joined)
{
    expect(0, "",
           "cp -r $D/tutorial one && cp -r one many && cd many && python3 -c '\n"
           "import json\n"
           "d = json.load(open(\"03-groups.json\"))[\"AutoScalingGroups\"]\n"
           "pages = [{\"AutoScalingGroups\": [d[0]], \"NextToken\": \"n\"},\n"
           "         {\"AutoScalingGroups\": [d[1]]}]\n"
           "json.dump(pages, open(\"03-groups.json\", \"w\"))\n"
           "t = json.load(open(\"06-tasks.json\"))[\"tasks\"]\n"
           "with open(\"06-tasks.json\", \"w\") as f:\n"
           "    for x in t[:3]: f.write(json.dumps({\"tasks\": [x]}) + \"\\n\")\n"
           "json.dump(t[3:], open(\"00-more\", \"w\"))\n'");
    expect(0,
           "2 Auto Scaling groups, 2 capacity providers, 0 container instances, 1 task "
           "definition, 5 tasks",
           "plimsoll import one && plimsoll import many");
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/one-scenario/scenario.json", folder);
    uint64_t one = run_file(path, true, NULL);
    snprintf(path, sizeof path, "%s/many-scenario/scenario.json", folder);
    ck_assert_uint_eq(run_file(path, true, NULL), one);
}
END_TEST

START_TEST(test_a_missing_last_page_is_said)
{
    expect(0,
           "left out: what follows the last page of `aws autoscaling "
           "describe-auto-scaling-groups`: every page there is names a next one; call it with "
           "--starting-token",
           "cp -r $D/tutorial d && sed -i '1s/{/{\"NextToken\": \"n\",/' d/03-groups.json && "
           "plimsoll import d");
}
END_TEST

/* ---- what is left out ------------------------------------------------------------------------ */

static const char *const notes[] = {
    "default: taskDefinitions: sim.duration of job:1 is 24h: no stopped task of it tells",
    "default: duration is 67m: an hour after the last call",
    "taken: Auto Scaling group mixed launches only m5.large, On-Demand, in place of its mixed",
    "taken: taskDefinitions: job:1 is deregistered and counts as ACTIVE",
    "taken: taskDefinitions: sim.duration of job:2 is how long its 2 stopped tasks ran",
    "taken: epoch is 2025-03",
    "left out: a: the call found no arn:aws:ecs:eu-west-1:444455556666:cluster/nobody (MISSING)",
    "left out: capacity provider gone: the dump does not hold it; add the output of `aws ecs "
    "describe-capacity-providers`",
    "left out: container instance arn:aws:ecs:eu-west-1:444455556666:container-instance/shop/i-4 "
    "(h): it is DRAINING",
    "container-instance/old/i-5 (h): it is of another cluster",
    "container-instance/shop/i-6 (h): neither its attributes nor `aws ec2 describe-instances` "
    "tell its instance type",
    "left out: 1 task of lost:4: the dump does not hold this task definition; add the output of "
    "`aws ecs describe-task-definition --task-definition lost:4`",
    "left out: 1 task of launch type FARGATE: not simulated yet",
    "left out: 1 task of other clusters",
    "taken: services: each begins with its desired tasks running",
    "left out: availabilityZoneRebalancing of service web (f): not simulated yet",
    "left out: healthCheckGracePeriodSeconds of service web (f): its load balancers are left out",
    "left out: loadBalancers of service web (f): not simulated yet",
    "left out: alarms of service logs (f): not simulated yet",
    "left out: service edge (f): Fargate is not simulated yet",
    "left out: service green (f): deployment controller CODE_DEPLOY is not simulated yet",
    "left out: service ghost (f): the dump does not hold its task definition; add the output of "
    "`aws ecs describe-task-definition --task-definition ghost:3`",
    "left out: service going (f): it is DRAINING",
    "left out: service x (f): it is of another cluster",
    "left out: default capacity provider strategy: 1 of its 2 items",
    "not read: m.json holds nothing that a describe call of ECS or its neighbours prints",
    "not read: notes.txt holds no JSON",
    "not read: nothing.json is empty",
    "cluster shop: 3 Auto Scaling groups, 3 capacity providers, 2 container instances,",
};

START_TEST(test_everything_left_out_is_named)
{
    expect(0, notes[_i], "plimsoll import $D/account --cluster=shop");
    expect_in(
        "account-scenario/scenario.json",
        "{\"$file\": \"launch-template-nodes-2.json\", \"LaunchTemplateName\": \"nodes.v2\"}");
    expect_in("account-scenario/scenario.json",
              "{\"$file\": \"e1.json\", \"sim\": {\"duration\": {\"empirical\": [120.500, 60]}}}");
    expect(0, "", "plimsoll check account-scenario/scenario.json");
}
END_TEST

/* Services alone are enough to simulate: nothing else is made up, and their tasks have no end. The
 * tasks that they run are theirs, not the plan's to start. */
START_TEST(sd_services_are_taken_from_a_dump)
{
    struct scn_loaded loaded;
    char path[PATH_MAX + 64];
    expect(0, "5 task definitions, 2 services, 6 tasks",
           "plimsoll import $D/account --cluster=shop");
    expect_in("account-scenario/scenario.json",
              "{\"$file\": \"service-web.json\", \"sim\": {\"initialTasks\": \"running\"}}");
    expect_in("account-scenario/scenario.json", "{\"$file\": \"e5.json\"}"); /* web:7 */
    expect(0, "default: duration is 60m: an hour, for services do not end",
           "cp -r $D/account a && rm a/g && plimsoll import a --cluster=shop");
    snprintf(path, sizeof path, "%s/a-scenario/scenario.json", folder);
    ck_assert(scn_load(&loaded, path, NULL));
    const struct ecs_scenario *scenario = &loaded.scenario;
    ck_assert_uint_eq(scenario->run_task_count, 0);
    ck_assert_uint_eq(scenario->service_count, 2);
    ck_assert_str_eq(scenario->services[0].name, "web");
    ck_assert_int_eq(scenario->services[0].desired, 2);
    ck_assert(scenario->services[0].initial_running && scenario->services[0].own_strategy);
    ck_assert_str_eq(
        scenario->providers[scenario->services[0].request.strategy.items[0].provider].name, "blue");
    ck_assert_int_eq(scenario->services[1].scheduling, ECS_SCHEDULING_DAEMON);
    ck_assert(
        scenario->task_definitions[scenario->services[0].request.task_definition].runs_forever);
    scn_loaded_release(&loaded);
    expect(0,
           "left out: 1 task of services that the dump does not hold; add the output of `aws ecs "
           "describe-services`",
           "cp -r $D/account b && rm b/f && plimsoll import b --cluster=shop");
    expect(0, "left out: service web (f): there is no capacity provider of the cluster \"blue\"",
           "cp -r $D/account c && python3 -c '\n"
           "import json\n"
           "d = json.load(open(\"c/a\"))\n"
           "for x in d[\"clusters\"]:\n"
           "    x[\"capacityProviders\"] = [\"green\"]\n"
           "    x.pop(\"defaultCapacityProviderStrategy\", None)\n"
           "json.dump(d, open(\"c/a\", \"w\"))\n' && plimsoll import c --cluster=shop");
}
END_TEST

/* What an agent was told of beyond the defaults is kept; the rest follows from what it is. */
START_TEST(agt_01_import_keeps_drivers_of_instances)
{
    expect(0, "",
           "cp -r $D/account a && python3 -c '\n"
           "import json\n"
           "d = json.load(open(\"a/h\"))\n"
           "for i in d[\"containerInstances\"]:\n"
           "    i[\"attributes\"] += [{\"name\": n} for n in (\n"
           "        \"com.amazonaws.ecs.capability.logging-driver.gelf\",\n"
           "        \"com.amazonaws.ecs.capability.logging-driver.syslog\",\n"
           "        \"ecs.capability.docker-plugin.local\", \"ecs.capability.task-eni\",\n"
           "        \"ecs.capability.docker-plugin.rexray/ebs\")]\n"
           "json.dump(d, open(\"a/h\", \"w\"))\n' && plimsoll import a --cluster=shop");
    expect_in("a-scenario/scenario.json",
              "{\"name\": \"com.amazonaws.ecs.capability.logging-driver.gelf\"}");
    expect_in("a-scenario/scenario.json",
              "{\"name\": \"ecs.capability.docker-plugin.rexray/ebs\"}");
    char *text = read_in_folder("a-scenario/scenario.json");
    ck_assert_ptr_null(strstr(text, "logging-driver.syslog"));
    ck_assert_ptr_null(strstr(text, "docker-plugin.local"));
    ck_assert_ptr_null(strstr(text, "task-eni"));
    free(text);
    expect(0, "", "plimsoll check a-scenario/scenario.json");
}
END_TEST

/* What placement sees of tasks, their overrides and addresses, comes along. */
START_TEST(run_1_eni_10_import_keeps_sizes_and_addresses)
{
    expect(0,
           "left out: task definition CLItutorial-taskdef:9 (old): it is INACTIVE, and no task of "
           "it is here",
           "cp -r $D/tutorial t && python3 -c '\n"
           "import json\n"
           "d = json.load(open(\"t/06-tasks.json\"))\n"
           "for i in 0, 1: d[\"tasks\"][i][\"overrides\"] = {\"containerOverrides\": [{\"name\": "
           "\"sleep\",\n"
           "    \"command\": [\"x\"], \"memory\": 40}], \"inferenceAcceleratorOverrides\": []}\n"
           "d[\"tasks\"][2][\"attachments\"] = [{\"type\": \"ElasticNetworkInterface\", "
           "\"details\":\n    [{\"name\": \"subnetId\", \"value\": \"subnet-abcd1234\"}]}]\n"
           "json.dump(d, open(\"t/06-tasks.json\", \"w\"))\n"
           "d = json.load(open(\"t/05-task-definition.json\"))\n"
           "d[\"taskDefinition\"].update(revision=9, status=\"INACTIVE\",\n"
           "    taskDefinitionArn=d[\"taskDefinition\"][\"taskDefinitionArn\"][:-1] + \"9\")\n"
           "json.dump(d, open(\"t/old\", \"w\"))\n' && plimsoll import t");
    expect_in("t-scenario/scenario.json", "\"freeAddresses\": 4092");
    expect_in("t-scenario/scenario.json",
              "\"overrides\": {\"containerOverrides\": [{\"memory\": 40, \"name\": \"sleep\"}]}");
    expect_in("t-scenario/scenario.json", "\"count\": 3");
    expect(0, "", "plimsoll check t-scenario/scenario.json");
}
END_TEST

/* The types of a policy come before that of its template, unless another group launches that. */
START_TEST(test_a_mixed_group_takes_the_first_of_its_types)
{
    static const char form[] =
        "rm -rf t t-scenario && cp -r $D/tutorial t && python3 -c '\n"
        "import json\n"
        "json.dump({\"LaunchTemplateVersions\": [{\"LaunchTemplateName\": \"nodes\", "
        "\"VersionNumber\": 1,\n    \"DefaultVersion\": True, \"LaunchTemplateData\": "
        "{\"InstanceType\": \"m5.large\"}}]}, open(\"t/lt\", \"w\"))\n"
        "d = json.load(open(\"t/03-groups.json\"))\n"
        "for g in d[\"AutoScalingGroups\"][:%d]:\n"
        "    del g[\"LaunchConfigurationName\"]\n"
        "    g[\"LaunchTemplate\"] = {\"LaunchTemplateName\": \"nodes\", \"Version\": \"1\"}\n"
        "g = d[\"AutoScalingGroups\"][0]\n"
        "g[\"MixedInstancesPolicy\"] = {\"LaunchTemplate\": {\"LaunchTemplateSpecification\":\n"
        "    g.pop(\"LaunchTemplate\"), \"Overrides\": [{\"InstanceType\": \"c5.xlarge\"}, "
        "{\"InstanceType\": \"t3.small\"}]}}\n"
        "json.dump(d, open(\"t/03-groups.json\", \"w\"))\n' && plimsoll import t";
    expect(0, "launches only c5.xlarge, On-Demand", form, 1);
    expect_in("t-scenario/scenario.json",
              "\"LaunchTemplateData\": {\"InstanceType\": \"c5.xlarge\"}");
    expect(0, "", "plimsoll check t-scenario/scenario.json");
    expect(0, "launches only m5.large, On-Demand", form, 2);
}
END_TEST

/* ---- refusals -------------------------------------------------------------------------------- */

static const struct {
    const char *command, *err;
} refusals[] = {
    {"plimsoll import $D/account",
     "2 clusters are there and a scenario has one: shop, old; choose with --cluster=NAME"},
    {"plimsoll import $D/account --cluster=shpo",
     "there is no cluster \"shpo\"; there are: shop, old"},
    {"plimsoll import none",
     "none: the folder cannot be read: No such file or directory; name one with the output of `aws "
     "... describe-*` calls"},
    {"plimsoll import .", ".: no name follows from it; give one with --out=DIR"},
    {"mkdir .d && plimsoll import .d --out=x",
     ".d: the folder is empty; put the output of `aws ... describe-*` calls there"},
    {"mkdir .d && echo hello >.d/x && plimsoll import .d --out=x",
     "not read: x holds no JSON\n.d: no file holds a cluster; add the output of `aws ecs "
     "describe-clusters --clusters NAME`"},
    {"mkdir .d && printf '\\377\\376{\\000' >.d/x && plimsoll import .d --out=x",
     "not read: x: it is UTF-16, as PowerShell writes it; save it as UTF-8"},
    {"mkdir .d && printf '{\"tasks\": []}\\n{\"clusters\": [1,]}' >.d/x && plimsoll import .d "
     "--out=x",
     ".d/x:2:16: clusters[1]: a comma before ]"},
    {"mkdir .d && printf '{\"clusters\": [7]}' >.d/x && plimsoll import .d --out=x",
     ".d/x:1:15: clusters[0]: expected an object, as in the output of `aws ecs describe-clusters`, "
     "not a number"},
    {"mkdir .d && printf '{\"clusters\": [{\"clusterName\": \"c\", \"clusterArn\": \"c\"}]}' >.d/x "
     "&& plimsoll import .d --out=x",
     "no task definition is left to simulate; add the output of `aws ecs describe-task-definition "
     "--task-definition NAME` of one that runs on EC2 instances"},
    {"mkdir -p .o && touch .o/x && plimsoll import $D/tutorial --out=.o",
     ".o: the folder is not empty; remove it, or choose another with --out=DIR"},
    {"touch .o && plimsoll import $D/tutorial --out=.o",
     ".o: is there and is no folder; choose another with --out=DIR"},
    {"mkdir .o && ln -s .o .s && plimsoll import $D/tutorial --out=.s",
     ".s: is there and is no folder; choose another with --out=DIR"},
    {"plimsoll import $D/tutorial --out=no/such", "no/such: No such file or directory"},
};

START_TEST(test_a_refused_import_says_why_and_writes_nothing)
{
    expect(2, refusals[_i].err, "%s", refusals[_i].command);
    ck_assert_int_eq(count_files(), 0);
    expect_in(".out", "");
}
END_TEST

START_TEST(test_a_full_disk_leaves_no_folder)
{
    expect(1, "plimsoll import: full/03-groups.json: File too large\n",
           "(ulimit -f 4; plimsoll import $D/tutorial --out=full)");
    ck_assert_int_eq(count_files(), 0);
}
END_TEST

START_TEST(test_an_empty_folder_is_taken)
{
    expect(0, "5 tasks", "mkdir x && plimsoll import $D/tutorial/ --out=x/");
    expect_in(".out", "x/scenario.json\n");
    ck_assert_int_eq(count_files(), 1);
}
END_TEST

Suite *test_import_suite(void);
Suite *test_import_suite(void)
{
    Suite *suite = suite_create("import");
    TCase *tests = tcase_create("import");
    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_test(tests, tut_l_09_import_ends_as_the_shipped_tutorial);
    tcase_add_test(tests, test_pages_are_joined);
    tcase_add_test(tests, test_a_missing_last_page_is_said);
    tcase_add_test(tests, agt_01_import_keeps_drivers_of_instances);
    tcase_add_test(tests, sd_services_are_taken_from_a_dump);
    tcase_add_test(tests, run_1_eni_10_import_keeps_sizes_and_addresses);
    tcase_add_test(tests, test_a_mixed_group_takes_the_first_of_its_types);
    tcase_add_loop_test(tests, test_everything_left_out_is_named, 0,
                        sizeof notes / sizeof notes[0]);
    tcase_add_loop_test(tests, test_a_refused_import_says_why_and_writes_nothing, 0,
                        sizeof refusals / sizeof refusals[0]);
    tcase_add_test(tests, test_a_full_disk_leaves_no_folder);
    tcase_add_test(tests, test_an_empty_folder_is_taken);
    suite_add_tcase(suite, tests);
    return suite;
}
