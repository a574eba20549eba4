/* The loader as a whole: what a scenario becomes, and what is said about those that are wrong. */
#include "scn_catalog.h"
#include "scn_complain.h"
#include "scn_fixture.h"
#include "sim_embed.h"
#include "test_support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- pinned complaints ---- */

#define BAD_FOLDER "tests/bad/scenarios"
#define BAD_MAX    300

static char *bad_names[BAD_MAX];
static int bad_count;

static int is_json(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".json") == 0;
}

static void find_bad(void)
{
    struct dirent **entries;
    int count = scandir(BAD_FOLDER, &entries, is_json, alphasort);
    for (int i = 0; i < count; i++) {
        if (bad_count < BAD_MAX)
            bad_names[bad_count++] = strdup(entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* The complaint without the folder of its file. */
static const char *without_folder(const char *complaint)
{
    const char *colon = strchr(complaint, ':');
    const char *start = complaint;
    for (const char *c = complaint; colon != NULL && c < colon; c++)
        if (*c == '/')
            start = c + 1;
    return start;
}

START_TEST(complaint_is_pinned)
{
    char path[512], expect[512];
    static char got[65536];
    size_t size;
    struct scn_loaded loaded;
    snprintf(path, sizeof path, "%s/%s", BAD_FOLDER, bad_names[_i]);
    snprintf(expect, sizeof expect, "%.*s.expect", (int)(strlen(path) - 5), path);
    ck_assert_msg(!scn_load(&loaded, path, NULL), "%s is accepted", path);
    got[0] = '\0';
    for (uint32_t i = 0; i < loaded.complaints.error_count && i < SCN_COMPLAINTS_MAX; i++) {
        size_t length = strlen(got);
        snprintf(got + length, sizeof got - length, "%s\n",
                 without_folder(loaded.complaints.errors[i]));
    }
    scn_loaded_release(&loaded);
    const char *golden = getenv("PLIMSOLL_GOLDEN");
    if (golden != NULL && strcmp(golden, "accept") == 0) {
        FILE *file = fopen(expect, "w");
        ck_assert_ptr_nonnull(file);
        fputs(got, file);
        fclose(file);
    }
    char *wanted = test_read_file(expect, &size);
    test_same_text(expect, wanted, got);
    free(wanted);
}
END_TEST

START_TEST(complaints_are_many)
{
    ck_assert_int_ge(bad_count, 35);
    struct scn_loaded loaded;
    ck_assert(scn_load(&loaded, "tests/bad/base.json", NULL));
    ck_assert_uint_eq(loaded.complaints.warning_count, 0);
    scn_loaded_release(&loaded);
}
END_TEST

/* ---- the tutorial ---- */

START_TEST(tutorial_TUT_L_is_read_from_aws_files)
{
    struct scn_loaded loaded;
    ck_assert(scn_load(&loaded, "tutorial", NULL));
    const struct ecs_scenario *s = &loaded.scenario;
    ck_assert_str_eq(s->name, "tutorial");
    ck_assert_str_eq(s->region, "us-west-2");
    ck_assert_int_eq(s->epoch, 202006);
    ck_assert_int_eq(s->duration, 40 * SIM_MINUTE);
    ck_assert_uint_eq(s->asg_count, 2);
    ck_assert_str_eq(s->asgs[1].name, "CLItutorial-asg-burst");
    ck_assert_int_eq(s->asgs[0].max_size, 100);
    ck_assert_int_eq(s->asgs[0].desired, 0);
    ck_assert_uint_eq(s->asgs[0].zone_count, 1);
    ck_assert_str_eq(s->names.text[s->asgs[0].zones[0].name], "us-west-2c");
    ck_assert_str_eq(s->names.text[s->asgs[0].zones[0].subnet], "subnet-abcd1234");
    ck_assert(s->asgs[0].new_instances_protected);
    ck_assert_int_eq(s->asgs[0].policies[0], ECS_TERMINATE_DEFAULT);
    ck_assert(s->specs[0].join == ECS_JOIN_REGISTERS); /* ASG-03, from user-data.txt */
    ck_assert_str_eq(s->types[0].name, "t2.micro");
    ck_assert_int_eq(s->types[0].price_nusd_per_h, 11600000);
    ck_assert_uint_eq(s->provider_count, 2);
    ck_assert(s->providers[0].managed_scaling && s->providers[0].termination_protection);
    ck_assert_int_eq(s->providers[0].maximum_step, 100);
    ck_assert_int_eq(s->providers[0].warmup, 300 * SIM_SECOND);
    ck_assert_uint_eq(s->providers[1].asg, 1); /* by the ARN's last name */
    ck_assert_uint_eq(s->default_strategy.count, 2);
    ck_assert_int_eq(s->default_strategy.items[1].weight, 1);
    ck_assert_int_eq(s->default_strategy.items[1].base, 0);
    ck_assert_int_eq(s->task_definitions[0].memory_mib, 20);
    ck_assert_int_eq(s->task_definitions[0].cpu_units, 0);
    ck_assert(s->task_definitions[0].runs_forever);
    ck_assert_uint_eq(s->run_tasks[0].count, 5);
    ck_assert_int_eq(s->run_tasks[0].at, 5 * SIM_MINUTE);
    ck_assert_uint_eq(s->run_tasks[0].request.strategy.count, 2); /* CPS-08 */
    ck_assert(scn_fixture_warned(&loaded, "prices are those of us-east-1"));
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(every_shipped_scenario_loads)
{
    uint32_t seen = 0;
    for (const struct sim_embedded *file = sim_embedded_files; file->path != NULL; file++) {
        const char *name = file->path + strlen("scenarios/");
        size_t length = strlen(file->path);
        if (strncmp(file->path, "scenarios/", 10) != 0 || strchr(name, '/') != NULL ||
            strcmp(file->path + length - 5, ".json") != 0)
            continue;
        if (strstr(file->bytes, "../shared") != NULL)
            continue; /* its trace does not ship */
        struct scn_loaded loaded;
        ck_assert_msg(scn_load(&loaded, name, NULL), "%s", loaded.complaints.errors[0]);
        scn_loaded_release(&loaded);
        seen++;
    }
    ck_assert_uint_ge(seen, 2);
}
END_TEST

/* ---- options ---- */

START_TEST(options_override_the_file)
{
    const char *const sets[] = {"autoScalingGroups[blue-group].MaxSize=7",
                                "taskDefinitions[job].sim.duration=5m"};
    const struct scn_options options = {.sets = sets,
                                        .set_count = 2,
                                        .has_seed = true,
                                        .seed = 77,
                                        .has_replications = true,
                                        .replications = 3,
                                        .has_until = true,
                                        .until = 90 * SIM_SECOND};
    struct scn_loaded loaded;
    ck_assert_msg(scn_load(&loaded, "tests/bad/base.json", &options), "%s",
                  loaded.complaints.errors[0]);
    ck_assert_int_eq(loaded.scenario.asgs[0].max_size, 7);
    ck_assert_double_eq(sim_dist_mean(&loaded.scenario.task_definitions[0].duration), 300);
    ck_assert_uint_eq(loaded.scenario.seed, 77);
    ck_assert_uint_eq(loaded.scenario.replications, 3);
    ck_assert_int_eq(loaded.scenario.duration, 90 * SIM_SECOND);
    ck_assert_ptr_nonnull(strstr(loaded.scenario.json, "\"MaxSize\":7"));
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(set_of_an_unknown_key_names_the_nearest)
{
    const char *const sets[] = {"autoScalingGroups[blue-group].MaxSise=7"};
    const struct scn_options options = {.sets = sets, .set_count = 1};
    struct scn_loaded loaded;
    ck_assert(!scn_load(&loaded, "tests/bad/base.json", &options));
    ck_assert_str_eq(loaded.complaints.errors[0],
                     "--set:1:39: autoScalingGroups[blue-group].MaxSise: unknown key; did you mean "
                     "`MaxSize`?");
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(hashes_tell_what_changed)
{
    struct scn_loaded base, seed, capacity, work;
    ck_assert(scn_fixture_load(&base, ""));
    ck_assert(scn_fixture_load(&seed, "\"seed\": 9, \"name\": \"other\""));
    ck_assert(scn_fixture_load(&capacity,
                               "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"blue-group\", "
                               "\"MaxSize\": 9}]"));
    ck_assert(scn_fixture_load(&work, "\"runTasks\": [{\"name\": \"first\", \"count\": 3}]"));
    ck_assert_uint_eq(base.scenario.scenario_hash, seed.scenario.scenario_hash);
    ck_assert_uint_ne(base.scenario.scenario_hash, capacity.scenario.scenario_hash);
    ck_assert_uint_eq(base.scenario.workload_hash, capacity.scenario.workload_hash);
    ck_assert_uint_ne(base.scenario.workload_hash, work.scenario.workload_hash);
    scn_loaded_release(&base);
    scn_loaded_release(&seed);
    scn_loaded_release(&capacity);
    scn_loaded_release(&work);
}
END_TEST

/* ---- AWS shapes ---- */

START_TEST(describe_output_is_taken_for_input)
{
    struct scn_loaded loaded;
    bool good = scn_fixture_load(
        &loaded,
        "\"cluster\": {\"clusters\": [{\"clusterName\": \"web\", \"status\": \"ACTIVE\","
        " \"capacityProviders\": [\"blue\", \"green\"]}], \"failures\": []},"
        "\"taskDefinitions\": [{\"taskDefinition\": {\"taskDefinitionArn\": \"x\", \"family\": "
        "\"job\", \"revision\": 7, \"status\": \"ACTIVE\", \"volumes\": [], "
        "\"containerDefinitions\": [{\"name\": \"main\", \"image\": \"i\", \"memory\": 64}]}}],"
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": "
        "\"arn:aws:ecs:us-east-1:1:task-definition/job:7\"}]");
    ck_assert_msg(good, "%s", loaded.complaints.errors[0]);
    ck_assert_uint_eq(loaded.scenario.task_definitions[0].revision, 7);
    ck_assert_uint_eq(loaded.scenario.run_tasks[0].request.task_definition, 0);
    scn_loaded_release(&loaded);
}
END_TEST

/* Found by planning with describe output: the duration was lost, and every task ran for ever. */
START_TEST(members_beside_describe_output_are_merged_over_it)
{
    struct scn_loaded loaded;
    bool good = scn_fixture_load(
        &loaded,
        "\"taskDefinitions\": [{\"taskDefinition\": {\"family\": \"new\", "
        "\"containerDefinitions\": [{\"name\": \"main\", \"image\": \"i\", \"memory\": 64}]}, "
        "\"sim\": {\"duration\": \"3m\"}}],"
        "\"autoScalingGroups\": {\"AutoScalingGroups\": [{\"AutoScalingGroupName\": "
        "\"blue-group\", \"MinSize\": 0, \"MaxSize\": 3}], \"MaxSize\": 7},"
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"new\"}]");
    ck_assert_msg(good, "%s", loaded.complaints.errors[0]);
    ck_assert_uint_eq(loaded.scenario.task_definition_count, 2);
    ck_assert(!loaded.scenario.task_definitions[1].runs_forever);
    ck_assert_uint_eq(loaded.scenario.asg_count, 2); /* merged by name over the base's */
    ck_assert_int_eq(loaded.scenario.asgs[0].max_size, 7);
    scn_loaded_release(&loaded);
    scn_fixture_refuses("\"cluster\": {\"clusters\": []}", "a scenario has one cluster, not 0");
    scn_fixture_refuses("\"autoScalingGroups\": [{\"AutoScalingGroups\": [{}, {}], "
                        "\"MaxSize\": 7}]",
                        "beside 2 elements of AutoScalingGroups");
}
END_TEST

START_TEST(a_group_names_the_version_of_its_template)
{
    static const char form[] =
        "\"launchTemplates\": {\"LaunchTemplateVersions\": [{\"LaunchTemplateName\": \"web-lt\", "
        "\"VersionNumber\": 3, \"LaunchTemplateData\": {\"InstanceType\": \"t3.medium\"}}]},"
        "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"third\", \"MinSize\": 0, "
        "\"MaxSize\": "
        "1, \"AvailabilityZones\": [\"us-east-1a\"], \"LaunchTemplate\": {\"LaunchTemplateName\": "
        "\"web-lt\", \"Version\": \"%s\"}}]";
    char members[sizeof form + 16];
    snprintf(members, sizeof members, form, "3");
    scn_fixture_accepts(members);
    snprintf(members, sizeof members, form, "$Latest");
    scn_fixture_accepts(members);
    snprintf(members, sizeof members, form, "1");
    scn_fixture_refuses(members, "launch template web-lt is here in version 3 only");
}
END_TEST

/* describe-launch-template-versions prints them all, the newest first. */
START_TEST(asg_01_versions_of_one_template)
{
    static const char form[] =
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"other\", "
        "\"InstanceType\": \"c5.large\"}], \"launchTemplates\": {\"LaunchTemplateVersions\": ["
        "{\"LaunchTemplateId\": \"lt-0a\", \"LaunchTemplateName\": \"web-lt\", \"VersionNumber\": "
        "10, \"DefaultVersion\": false, \"LaunchTemplateData\": {\"InstanceType\": \"t3.large\"}}, "
        "{\"LaunchTemplateId\": \"lt-0a\", \"LaunchTemplateName\": \"web-lt\", \"VersionNumber\": "
        "9, \"DefaultVersion\": %s, \"LaunchTemplateData\": {\"InstanceType\": "
        "\"t3.medium\"}}]}, \"autoScalingGroups\": [{\"AutoScalingGroupName\": \"third\", "
        "\"MinSize\": 0, \"MaxSize\": 1, \"AvailabilityZones\": [\"us-east-1a\"], "
        "\"LaunchTemplate\": {%s}}]";
    static const struct {
        const char *reference;
        uint16_t memory_gib;
    } cases[] = {
        {"\"LaunchTemplateName\": \"web-lt\", \"Version\": \"9\"", 4},
        {"\"LaunchTemplateName\": \"web-lt\", \"Version\": \"10\"", 8},
        {"\"LaunchTemplateName\": \"web-lt\", \"Version\": \"$Latest\"", 8},
        {"\"LaunchTemplateName\": \"web-lt\", \"Version\": \"$Default\"", 4},
        {"\"LaunchTemplateName\": \"web-lt\"", 4},
        {"\"LaunchTemplateId\": \"lt-0a\", \"Version\": \"$Latest\"", 8},
    };
    char members[sizeof form + 128];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scn_loaded loaded;
        snprintf(members, sizeof members, form, "true", cases[i].reference);
        bool good = scn_fixture_load(&loaded, members);
        ck_assert_msg(good, "%s: %s", cases[i].reference, loaded.complaints.errors[0]);
        const struct ecs_scenario *scenario = &loaded.scenario;
        const struct ecs_asg *asg = &scenario->asgs[scenario->asg_count - 1];
        const struct ecs_instance_type *type = &scenario->types[scenario->specs[asg->spec].type];
        ck_assert_msg(type->memory_mib == cases[i].memory_gib * 1024, "%s: %s", cases[i].reference,
                      type->name);
        scn_loaded_release(&loaded);
    }
    snprintf(members, sizeof members, form, "true",
             "\"LaunchTemplateName\": \"web-lt\", \"Version\": \"8\"");
    scn_fixture_refuses(members, "launch template web-lt is here in versions 9, 10 only");
    snprintf(members, sizeof members, form, "false", "\"LaunchTemplateName\": \"web-lt\"");
    scn_fixture_refuses(members, "which of the versions 9, 10 of launch template web-lt is its");
    snprintf(members, sizeof members, form, "true", "\"LaunchTemplateId\": \"lt-0b\"");
    scn_fixture_refuses(members, "there is no launch template \"lt-0b\"; did you mean \"lt-0a\"?");
    snprintf(members, sizeof members, form, "true", "\"Version\": \"9\"");
    scn_fixture_refuses(members, "neither LaunchTemplateName nor LaunchTemplateId is here");
    scn_fixture_refuses("\"launchTemplates\": [{\"LaunchTemplateName\": \"web-lt\", "
                        "\"LaunchTemplateData\": {\"InstanceType\": \"t3.large\"}}, "
                        "{\"LaunchTemplateName\": \"web-lt\", "
                        "\"LaunchTemplateData\": {\"InstanceType\": \"t3.large\"}}]",
                        "or tell them apart by VersionNumber");
}
END_TEST

/* What a template and a group say against calls of `changes`. */
START_TEST(asg_02_asg_07_protections_are_read)
{
    static const struct {
        const char *value;
        bool no_force_delete, no_delete;
    } cases[] = {
        {"none", false, false},
        {"prevent-force-deletion", true, false},
        {"prevent-all-deletion", false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scn_loaded loaded;
        char members[512];
        snprintf(members, sizeof members,
                 "\"launchTemplates\": [{\"LaunchTemplateName\": \"web-lt\", "
                 "\"LaunchTemplateData\": {\"InstanceType\": \"t3.medium\", "
                 "\"DisableApiStop\": %s, \"DisableApiTermination\": %s}}], "
                 "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"blue-group\", "
                 "\"DeletionProtection\": \"%s\"}]",
                 i == 0 ? "true" : "false", i == 1 ? "true" : "false", cases[i].value);
        ck_assert(scn_fixture_load(&loaded, members));
        const struct ecs_scenario *scenario = &loaded.scenario;
        ck_assert_int_eq(scenario->specs[1].no_api_stop, i == 0);
        ck_assert_int_eq(scenario->specs[1].no_api_terminate, i == 1);
        ck_assert_int_eq(scenario->asgs[0].no_force_delete, cases[i].no_force_delete);
        ck_assert_int_eq(scenario->asgs[0].no_delete, cases[i].no_delete);
        scn_loaded_release(&loaded);
    }
}
END_TEST

/* What every answer of today has, and what it says where nothing was asked for. */
START_TEST(asg_05_cpv_01_answers_of_today)
{
    static const char group[] =
        "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"third\", \"MinSize\": 0, "
        "\"MaxSize\": 1, \"AvailabilityZones\": [\"us-east-1a\"], "
        "\"LaunchConfigurationName\": \"small\", \"AutoScalingGroupARN\": \"arn\", %s}]";
    static const struct {
        const char *idle, *acts, *key;
    } cases[] = {
        {"\"AvailabilityZoneDistribution\": {\"CapacityDistributionStrategy\": "
         "\"balanced-best-effort\"}",
         "\"AvailabilityZoneDistribution\": {\"CapacityDistributionStrategy\": "
         "\"balanced-only\"}",
         "AvailabilityZoneDistribution"},
        {"\"InstanceMaintenancePolicy\": {\"MinHealthyPercentage\": -1, "
         "\"MaxHealthyPercentage\": -1}",
         "\"InstanceMaintenancePolicy\": {\"MinHealthyPercentage\": 90, "
         "\"MaxHealthyPercentage\": -1}",
         "InstanceMaintenancePolicy"},
        {"\"DesiredCapacityType\": \"units\"", "\"DesiredCapacityType\": \"vcpu\"",
         "DesiredCapacityType"},
        {"\"InstanceLifecyclePolicy\": {\"RetentionTriggers\": {\"TerminateHookAbandon\": "
         "\"terminate\"}}",
         "\"InstanceLifecyclePolicy\": {\"RetentionTriggers\": {\"TerminateHookAbandon\": "
         "\"retain\"}}",
         "InstanceLifecyclePolicy"},
    };
    char members[1024], words[96];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(members, sizeof members, group, cases[i].idle);
        scn_fixture_accepts(members);
        snprintf(members, sizeof members, group, cases[i].acts);
        snprintf(words, sizeof words, "`%s` is not simulated yet", cases[i].key);
        scn_fixture_refuses(members, words);
    }
    static const char task[] =
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\": "
        "\"main\", \"image\": \"busybox\", \"memory\": 64, \"restartPolicy\": {%s}}]}]";
    snprintf(members, sizeof members, task, "\"enabled\": false");
    scn_fixture_accepts(members);
    snprintf(members, sizeof members, task, "\"enabled\": true");
    scn_fixture_refuses(members, "`restartPolicy` is not simulated yet");
    snprintf(members, sizeof members, task, "\"enabled\": false, \"disabled\": false");
    scn_fixture_refuses(members, "`restartPolicy` is not simulated yet");
    static const char built_in[] =
        "\"capacityProviders\": [{\"capacityProviders\": [{%s\"name\": \"FARGATE\", \"status\": "
        "\"ACTIVE\"}, {\"name\": \"blue\", \"autoScalingGroupProvider\": "
        "{\"autoScalingGroupArn\": \"blue-group\"}}, {\"name\": \"green\", "
        "\"autoScalingGroupProvider\": {\"autoScalingGroupArn\": \"green-group\"}}]}]";
    snprintf(members, sizeof members, built_in,
             "\"capacityProviderArn\": \"arn:aws:ecs:us-east-1:1:capacity-provider/FARGATE\", ");
    scn_fixture_accepts(members);
    snprintf(members, sizeof members, built_in, "");
    scn_fixture_refuses(members, "a name must not begin with aws, ecs or fargate");
}
END_TEST

/* One element cut out of the answer: an empty text in it still says that nothing was set. */
START_TEST(asg_02_described_elements_without_their_wrapper)
{
    scn_fixture_accepts("\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                        "\"LaunchConfigurationARN\": \"arn:aws:autoscaling:us-east-1:1:"
                        "launchConfiguration:0:launchConfigurationName/small\", \"KeyName\": \"\", "
                        "\"KernelId\": \"\", \"RamdiskId\": \"\", \"InstanceType\": "
                        "\"t3.medium\"}]");
    scn_fixture_refuses("\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                        "\"KeyName\": \"\", \"InstanceType\": \"t3.medium\"}]",
                        "KeyName: the text is empty");
    scn_fixture_accepts("\"launchTemplates\": [{\"LaunchTemplateVersion\": {\"LaunchTemplateId\": "
                        "\"lt-0a\", \"LaunchTemplateName\": \"web-lt\", \"VersionNumber\": 2, "
                        "\"LaunchTemplateData\": {\"InstanceType\": \"t3.large\"}}}]");
}
END_TEST

START_TEST(user_data_is_understood)
{
    struct scn_loaded loaded;
    bool good = scn_fixture_load(
        &loaded,
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"UserData\": "
        "\"#!/bin/bash\\n# don't mind\\ncat <<'EOF' >> /etc/ecs/ecs.config\\nECS_CLUSTER=web\\n"
        "ECS_RESERVED_MEMORY=256\\nECS_RESERVED_PORTS=[22, 8080]\\n"
        "ECS_INSTANCE_ATTRIBUTES={\\\"stack\\\": \\\"prod\\\"}\\nEOF\\n"
        "echo \\\"ECS_RESERVED_PORTS_UDP=[53]\\\" | tee -a /etc/ecs/ecs.config\\n\"}]");
    ck_assert_msg(good, "%s", loaded.complaints.errors[0]);
    const struct ecs_launch_spec *spec = &loaded.scenario.specs[0];
    ck_assert(spec->join == ECS_JOIN_REGISTERS);
    ck_assert_int_eq(spec->reserved_memory_mib, 256);
    ck_assert_uint_eq(spec->reserved_port_count, 2);
    ck_assert_uint_eq(spec->reserved_ports[1], 8080);
    ck_assert_uint_eq(spec->reserved_port_udp_count, 1);
    ck_assert_uint_eq(spec->attribute_count, 1);
    ck_assert_str_eq(loaded.scenario.names.text[spec->attributes[0].value], "prod");
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(launch_template_with_base64_user_data)
{
    struct scn_loaded loaded; /* base64 of "#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/..." */
    bool good = scn_fixture_load(
        &loaded,
        "\"launchTemplates\": [{\"LaunchTemplateName\": \"lt-a\", \"LaunchTemplateData\": "
        "{\"InstanceType\": \"c5.large\", \"UserData\": \"IyEvYmluL2Jhc2gKZWNobyBFQ1NfQ0xVU1RFUj13"
        "ZWIgPj4gL2V0Yy9lY3MvZWNzLmNvbmZpZwo=\"}}], \"autoScalingGroups\": "
        "[{\"AutoScalingGroupName\": \"third\", \"LaunchTemplate\": {\"LaunchTemplateName\": "
        "\"lt-a\", \"Version\": \"$Latest\"}, \"MinSize\": 1, \"MaxSize\": 2, "
        "\"VPCZoneIdentifier\": \"subnet-1,subnet-2\", \"sim\": {\"initial\": \"launching\", "
        "\"boot\": \"45s\"}}], \"network\": {\"subnets\": {\"subnet-1\": {\"availabilityZone\": "
        "\"us-east-1a\", \"vpc\": \"vpc-1\"}, \"subnet-2\": {\"availabilityZone\": "
        "\"us-east-1b\"}}}");
    ck_assert_msg(good, "%s", loaded.complaints.errors[0]);
    const struct ecs_asg *asg = &loaded.scenario.asgs[2];
    ck_assert(loaded.scenario.specs[asg->spec].join == ECS_JOIN_REGISTERS);
    ck_assert(loaded.scenario.specs[asg->spec].is_template);
    ck_assert_uint_eq(asg->zone_count, 2);
    ck_assert_str_eq(loaded.scenario.names.text[asg->zones[0].vpc], "vpc-1");
    ck_assert(asg->initial_launching && asg->boot_given);
    ck_assert_int_eq(asg->desired, 1);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(workload_and_behaviour_are_read)
{
    struct scn_loaded loaded;
    bool good = scn_fixture_load(
        &loaded, "\"workload\": [{\"taskDefinition\": \"job\", \"scale\": 0.5, \"giveUpAfter\": "
                 "\"30m\", \"onRefusal\": \"drop\", \"generator\": {\"interarrival\": "
                 "{\"exponential\": {\"mean\": \"2s\"}}, \"rows\": 100, \"batch\": 4, \"first\": "
                 "\"0s\"}}], \"behaviour\": {\"splitScope\": \"stream\", \"provisioningCap\": "
                 "\"none\", \"provisioningTimeout\": \"none\", \"placementRetry\": \"0s\", "
                 "\"boot\": {\"lognormal\": {\"median\": \"60s\", \"p95\": \"100s\"}}}");
    ck_assert_msg(good, "%s", loaded.complaints.errors[0]);
    const struct ecs_workload *work = &loaded.scenario.workloads[0];
    const struct ecs_generator *generator = work->data;
    ck_assert_ptr_eq(work->source, &ecs_generator_source);
    ck_assert_int_eq(work->scale_ppm, 500000);
    ck_assert_int_eq(work->request.on_refusal, ECS_REFUSAL_DROP);
    ck_assert_int_eq(work->request.give_up_after, 30 * SIM_MINUTE);
    ck_assert_uint_eq(generator->rows, 100);
    ck_assert_uint_eq(generator->batch, 4);
    ck_assert_int_eq(generator->first, 0);
    ck_assert_int_eq(loaded.scenario.behaviour.split_scope, ECS_SPLIT_STREAM);
    ck_assert_int_eq(loaded.scenario.behaviour.provisioning_cap, ECS_UNLIMITED);
    ck_assert(!loaded.scenario.behaviour.provisioning_timeout_on);
    ck_assert_int_eq(loaded.scenario.behaviour.placement_retry, 0);
    ck_assert_int_eq(loaded.scenario.behaviour.boot.kind, SIM_DIST_LOGNORMAL);
    scn_loaded_release(&loaded);
}
END_TEST

/* ERR-1 to ERR-7, AGT-5, STO-10: what `sim` of a task definition says. */
START_TEST(err_1_to_7_sim_of_a_task_is_read)
{
    static const struct {
        const char *name;
        enum ecs_container_error error;
    } errors[] = {
        {"CannotPullContainerError.ImageNotFound", ECS_ERROR_IMAGE_NOT_FOUND},
        {"CannotPullContainerError.ConnectionTimeout", ECS_ERROR_REGISTRY_TIMEOUT},
        {"CannotPullContainerError.ContextCanceled", ECS_ERROR_REGISTRY_CANCELED},
        {"CannotPullContainerError.RepositoryNotFound", ECS_ERROR_REPOSITORY_NOT_FOUND},
        {"CannotPullContainerError.NoSpaceLeft", ECS_ERROR_NO_SPACE},
        {"CannotCreateContainerError.ThinPool", ECS_ERROR_THIN_POOL},
        {"OutOfMemoryError.Killed", ECS_ERROR_KILLED},
    };
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        char members[1024];
        struct scn_loaded loaded;
        snprintf(members, sizeof members,
                 "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": "
                 "[{\"name\": \"main\", \"startTimeout\": 20}], \"sim\": {\"exitCode\": 3, "
                 "\"containerDisk\": \"2 GB\", \"errors\": [{\"error\": \"%s\", \"container\": "
                 "\"main\", \"probability\": 0.25, \"from\": \"1m\", \"until\": \"1h\"%s}, "
                 "{\"error\": \"OutOfMemoryError.Killed\"}]}}]",
                 errors[i].name, errors[i].error == ECS_ERROR_KILLED ? ", \"after\": \"90s\"" : "");
        ck_assert_msg(scn_fixture_load(&loaded, members), "%s", loaded.complaints.errors[0]);
        const struct ecs_task_definition *job = &loaded.scenario.task_definitions[0];
        ck_assert_int_eq(job->exit_code, 3);
        ck_assert_int_eq(job->containers[0].layer_bytes, INT64_C(2000000000));
        ck_assert_int_eq(job->containers[0].start_timeout, 20 * SIM_SECOND);
        ck_assert_uint_eq(job->error_count, 2);
        ck_assert_int_eq(job->errors[0].error, errors[i].error);
        ck_assert_uint_eq(job->errors[0].container, 0);
        ck_assert_uint_eq(job->errors[0].ppm, 250000);
        ck_assert_int_eq(job->errors[0].from, SIM_MINUTE);
        ck_assert_int_eq(job->errors[0].until, SIM_HOUR);
        ck_assert(job->errors[0].after_given == (errors[i].error == ECS_ERROR_KILLED));
        ck_assert_uint_eq(job->errors[1].container, ECS_NONE);
        ck_assert_uint_eq(job->errors[1].ppm, 1000000);
        ck_assert_int_eq(job->errors[1].until, SIM_TIME_NEVER);
        scn_loaded_release(&loaded);
    }
}
END_TEST

START_TEST(lif_01_error_of_what_is_not_essential_warns)
{
    scn_fixture_warns("\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": "
                      "[{\"name\": \"main\"}, {\"name\": \"side\", \"image\": \"envoy\", "
                      "\"memory\": 64, \"essential\": false}], \"sim\": {\"errors\": "
                      "[{\"error\": \"OutOfMemoryError.Killed\", \"container\": \"side\"}]}}]",
                      "side is not essential");
    scn_fixture_warns("\"taskDefinitions\": [{\"family\": \"server\", \"containerDefinitions\": "
                      "[{\"name\": \"main\", \"image\": \"nginx\", \"memory\": 64}], \"sim\": "
                      "{\"errors\": [{\"error\": \"OutOfMemoryError.Killed\"}]}}]",
                      "only killed when `after` says when");
}
END_TEST

START_TEST(keys_without_effect_are_listed_once)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(
        &loaded,
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\": "
        "\"main\", \"linuxParameters\": {\"swappiness\": 10, \"tmpfs\": [{\"size\": 1, "
        "\"containerPath\": \"/t\"}]}, \"user\": \"root\"}]}]"));
    ck_assert_uint_eq(loaded.complaints.no_effect_count, 2);
    ck_assert_str_eq(loaded.complaints.no_effect[1],
                     "taskDefinitions[job].containerDefinitions[main].user: key has no effect "
                     "here: what runs inside a container is not modelled");
    scn_loaded_release(&loaded);
}
END_TEST

/* ---- the catalogue ---- */

START_TEST(prices_are_exact)
{
    int64_t nusd;
    ck_assert(scn_price_parse("0.0116", &nusd) && nusd == 11600000);
    ck_assert(scn_price_parse("27.44705", &nusd) && nusd == INT64_C(27447050000));
    ck_assert(scn_price_parse("0.000000001", &nusd) && nusd == 1);
    ck_assert(scn_price_parse("3", &nusd) && nusd == INT64_C(3000000000));
    ck_assert(!scn_price_parse("0.0000000001", &nusd));
    ck_assert(!scn_price_parse("1.", &nusd));
    ck_assert(!scn_price_parse(".5", &nusd));
    ck_assert(!scn_price_parse("-1", &nusd));
    ck_assert(!scn_price_parse("", &nusd));
    ck_assert(!scn_price_parse("1e3", &nusd));
}
END_TEST

static bool read_catalog(const char *text, const char *complaint)
{
    struct sim_arena arena;
    struct scn_complaints complaints;
    struct scn_catalog catalog;
    char path[512];
    snprintf(path, sizeof path, "%s", test_tmp_path("types.csv"));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    bool good = scn_catalog_read(&catalog, &arena, path, &complaints);
    if (!good) {
        ck_assert_uint_ge(complaints.error_count, 1);
        ck_assert_msg(strstr(complaints.errors[0], complaint) != NULL, "%s", complaints.errors[0]);
    }
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
    return good;
}

START_TEST(catalog_is_read_strictly)
{
    ck_assert(read_catalog("arch,instance_type,vcpu,memory_mib\narm64,x.large,2,8192\n", ""));
    ck_assert(!read_catalog("instance_type,vcpu,memory_mib\nx,2,8192\n", "types.csv:1:1: arch: "));
    ck_assert(!read_catalog("instance_type,vcpu,memory_mib,arch\nx,two,8192,arm64\n",
                            "types.csv:2:3: vcpu: \"two\" is no whole number"));
    ck_assert(!read_catalog("instance_type,vcpu,memory_mib,arch\nx,2,8192,mips\n",
                            "types.csv:2:10: arch: "));
    ck_assert(!read_catalog("instance_type,vcpu,memory_mib,arch\nx,2,1,arm64\nx,2,1,arm64\n",
                            "the type stands twice"));
    ck_assert(!read_catalog("instance_type,vcpu,memory_mib,arch\n", "holds no instance type"));
}
END_TEST

START_TEST(catalog_ships_1399_types)
{
    struct sim_arena arena;
    struct scn_complaints complaints;
    struct scn_catalog catalog;
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
    ck_assert(scn_catalog_read(&catalog, &arena, NULL, &complaints));
    ck_assert_uint_eq(catalog.count, 1399);
    const struct scn_catalog_row *row = scn_catalog_find(&catalog, "p3.8xlarge");
    ck_assert_ptr_nonnull(row);
    ck_assert_uint_eq(row->type.gpus, 4);
    ck_assert_uint_eq(row->type.vcpus, 32);
    ck_assert_ptr_null(scn_catalog_find(&catalog, "c5.larg"));
    ck_assert_str_eq(scn_catalog_nearest(&catalog, &arena, "c5.larg"), "c5.large");
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
}
END_TEST

Suite *test_scn_load_suite(void);

Suite *test_scn_load_suite(void)
{
    Suite *suite = suite_create("scn_load");
    TCase *tests = tcase_create("scn_load");
    find_bad();
    tcase_add_loop_test(tests, complaint_is_pinned, 0, bad_count);
    tcase_add_test(tests, complaints_are_many);
    tcase_add_test(tests, tutorial_TUT_L_is_read_from_aws_files);
    tcase_add_test(tests, every_shipped_scenario_loads);
    tcase_add_test(tests, options_override_the_file);
    tcase_add_test(tests, set_of_an_unknown_key_names_the_nearest);
    tcase_add_test(tests, hashes_tell_what_changed);
    tcase_add_test(tests, describe_output_is_taken_for_input);
    tcase_add_test(tests, members_beside_describe_output_are_merged_over_it);
    tcase_add_test(tests, a_group_names_the_version_of_its_template);
    tcase_add_test(tests, asg_01_versions_of_one_template);
    tcase_add_test(tests, asg_02_described_elements_without_their_wrapper);
    tcase_add_test(tests, asg_02_asg_07_protections_are_read);
    tcase_add_test(tests, asg_05_cpv_01_answers_of_today);
    tcase_add_test(tests, user_data_is_understood);
    tcase_add_test(tests, launch_template_with_base64_user_data);
    tcase_add_test(tests, workload_and_behaviour_are_read);
    tcase_add_test(tests, err_1_to_7_sim_of_a_task_is_read);
    tcase_add_test(tests, lif_01_error_of_what_is_not_essential_warns);
    tcase_add_test(tests, keys_without_effect_are_listed_once);
    tcase_add_test(tests, prices_are_exact);
    tcase_add_test(tests, catalog_is_read_strictly);
    tcase_add_test(tests, catalog_ships_1399_types);
    suite_add_tcase(suite, tests);
    return suite;
}
