/* What the agent's settings make of a host: pulls, clean-up, timeouts (AGT-2 to AGT-5). */
#include "scn_fixture.h"
#include "scn_loader.h"
#include "test_support.h"

#include <stdio.h>

/* Loads the base scenario with these settings in the user data of its launch configuration. */
static void load_settings(struct scn_loaded *loaded, const char *settings)
{
    char members[2048];
    int length = snprintf(members, sizeof members,
                          "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                          "\"UserData\": \"#!/bin/sh\\nprintf 'ECS_CLUSTER=web\\\\n%s' > "
                          "/etc/ecs/ecs.config\"}]",
                          settings);
    ck_assert_int_lt(length, (int)sizeof members);
    ck_assert_msg(scn_fixture_load(loaded, members), "%s", loaded->complaints.errors[0]);
}

START_TEST(AGT_5_host_defaults_by_system)
{
    enum scn_os os = (enum scn_os)_i;
    struct scn_agent agent;
    struct ecs_launch_spec spec = {
        .host = {.agent_version = 1040000, .disk_bytes = 30, .storage = ECS_STORAGE_THIN_POOL}};
    scn_agent_init(&agent, &spec, os);
    const struct ecs_host *host = &spec.host;
    ck_assert_int_eq(host->os, os == SCN_LINUX ? ECS_OS_LINUX : ECS_OS_WINDOWS);
    ck_assert_int_eq(host->start_timeout, (os == SCN_LINUX ? 3 : 8) * SIM_MINUTE);
    ck_assert_int_eq(host->stop_timeout, 30 * SIM_SECOND);
    ck_assert_int_eq(host->task_cleanup_wait, 3 * SIM_HOUR);
    ck_assert_int_eq(host->image_cleanup_interval, 30 * SIM_MINUTE);
    ck_assert_int_eq(host->image_cleanup_age, SIM_HOUR);
    ck_assert_int_eq(host->images_per_cycle, 5);
    ck_assert_int_eq(host->pull, ECS_PULL_DEFAULT);
    ck_assert(host->image_cleanup);
    /* the machine image's, not the agent's */
    ck_assert_uint_eq(host->agent_version, 1040000);
    ck_assert_int_eq(host->disk_bytes, 30);
    ck_assert_int_eq(host->storage, ECS_STORAGE_THIN_POOL);
}
END_TEST

START_TEST(AGT_2_AGT_5_host_settings)
{
    struct scn_loaded loaded;
    load_settings(&loaded,
                  "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=1m\\\\nECS_IMAGE_CLEANUP_INTERVAL=10m\\\\n"
                  "ECS_IMAGE_MINIMUM_CLEANUP_AGE=90s\\\\nECS_NUM_IMAGES_DELETE_PER_CYCLE=1\\\\n"
                  "ECS_CONTAINER_START_TIMEOUT=1h\\\\nECS_CONTAINER_STOP_TIMEOUT=0s\\\\n"
                  "ECS_IMAGE_PULL_BEHAVIOR=prefer-cached\\\\nECS_DISABLE_IMAGE_CLEANUP=true");
    const struct ecs_host *host = &loaded.scenario.specs[0].host;
    ck_assert_int_eq(host->task_cleanup_wait, SIM_MINUTE);
    ck_assert_int_eq(host->image_cleanup_interval, 10 * SIM_MINUTE);
    ck_assert_int_eq(host->image_cleanup_age, 90 * SIM_SECOND);
    ck_assert_int_eq(host->images_per_cycle, 1);
    ck_assert_int_eq(host->start_timeout, SIM_HOUR);
    ck_assert_int_eq(host->stop_timeout, 30 * SIM_SECOND); /* 0 is no value to the agent */
    ck_assert_int_eq(host->pull, ECS_PULL_PREFER_CACHED);
    ck_assert(!host->image_cleanup);
    scn_loaded_release(&loaded);
}
END_TEST

/* Below its floor the agent ignores a value, and warns. */
START_TEST(AGT_2_AGT_3_AGT_4_floors)
{
    struct scn_loaded loaded;
    load_settings(&loaded,
                  "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=59s\\\\nECS_IMAGE_CLEANUP_INTERVAL=9m\\\\n"
                  "ECS_NUM_IMAGES_DELETE_PER_CYCLE=0");
    const struct ecs_host *host = &loaded.scenario.specs[0].host;
    ck_assert_int_eq(host->task_cleanup_wait, 3 * SIM_HOUR);
    ck_assert_int_eq(host->image_cleanup_interval, 30 * SIM_MINUTE);
    ck_assert_int_eq(host->images_per_cycle, 5);
    ck_assert(scn_fixture_warned(&loaded, "3h holds (AGT-2"));
    ck_assert(scn_fixture_warned(&loaded, "30m holds (AGT-3"));
    ck_assert(scn_fixture_warned(&loaded, "5 holds (AGT-4"));
    scn_loaded_release(&loaded);
}
END_TEST

/* IMG-2, by name. */
START_TEST(IMG_2_pull_behaviours)
{
    static const char *const names[] = {[ECS_PULL_DEFAULT] = "default",
                                        [ECS_PULL_ALWAYS] = "always",
                                        [ECS_PULL_ONCE] = "once",
                                        [ECS_PULL_PREFER_CACHED] = "prefer-cached"};
    char setting[64];
    struct scn_loaded loaded;
    snprintf(setting, sizeof setting, "ECS_IMAGE_PULL_BEHAVIOR=%s", names[_i]);
    load_settings(&loaded, setting);
    ck_assert_int_eq(loaded.scenario.specs[0].host.pull, _i);
    scn_loaded_release(&loaded);
}
END_TEST

/* The agent's own value, which containers without a stopTimeout take; groups may differ. */
START_TEST(AGT_5_stop_timeout_acts)
{
    struct scn_loaded loaded;
    bool good =
        scn_fixture_load(&loaded,
                         "\"containerInstances\": [{\"instanceType\": \"t3.medium\"}], "
                         "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
                         "\"UserData\": \"#!/bin/sh\\nprintf 'ECS_CLUSTER=web\\\\n"
                         "ECS_CONTAINER_STOP_TIMEOUT=2m' > /etc/ecs/ecs.config\"}]");
    ck_assert_msg(good, "%s", loaded.complaints.errors[0]);
    ck_assert_uint_eq(loaded.scenario.spec_count, 2);
    ck_assert_int_eq(loaded.scenario.specs[0].host.stop_timeout, 2 * SIM_MINUTE);
    ck_assert_int_eq(loaded.scenario.specs[1].host.stop_timeout, 30 * SIM_SECOND);
    ck_assert_int_eq(loaded.scenario.task_definitions[0].containers[0].stop_timeout, -1);
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_scn_host_suite(void);
Suite *test_scn_host_suite(void)
{
    Suite *suite = suite_create("scn_host");
    TCase *tests = tcase_create("host");
    tcase_add_loop_test(tests, AGT_5_host_defaults_by_system, SCN_LINUX, SCN_OS_COUNT);
    tcase_add_test(tests, AGT_2_AGT_5_host_settings);
    tcase_add_test(tests, AGT_2_AGT_3_AGT_4_floors);
    tcase_add_loop_test(tests, IMG_2_pull_behaviours, ECS_PULL_DEFAULT, ECS_PULL_PREFER_CACHED + 1);
    tcase_add_test(tests, AGT_5_stop_timeout_acts);
    suite_add_tcase(suite, tests);
    return suite;
}
