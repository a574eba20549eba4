/* Account settings (sheet 01, 23b): what they take, whose they are, and tags, which need the long
 * format of ARNs. */
#include "scn_fixture.h"
#include "test_support.h"
#include "world_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values (ACC-01, ACC-11) ---- */

static const struct {
    const char *name;
    const char *good, *bad; /* values, separated by blanks */
    const char *says;       /* of the bad ones */
} settings[] = {
    {"serviceLongArnFormat", "enabled disabled", "enhanced yes true", "enabled or disabled"},
    {"taskLongArnFormat", "enabled disabled on off", "Enabled", "enabled or disabled"},
    {"containerInstanceLongArnFormat", "enabled disabled", "long", "enabled or disabled"},
    {"awsvpcTrunking", "enabled disabled", "enable", "enabled or disabled"},
    {"containerInsights", "enabled disabled enhanced", "basic", "enabled or disabled"},
    {"fargateFIPSMode", "enabled disabled", "140-2", "enabled or disabled"},
    {"dualStackIPv6", "enabled disabled", "ipv6", "enabled or disabled"},
    {"tagResourceAuthorization", "on off", "yes", "one of on, off"},
    {"fargateTaskRetirementWaitPeriod", "0 7 14", "1 15 -7 7d", "one of 0, 7, 14"},
    {"defaultLogDriverMode", "blocking non-blocking", "nonblocking",
     "one of blocking, non-blocking"},
};
#define SETTINGS ((int)(sizeof settings / sizeof settings[0]))

static const char *const places[] = {
    "\"accountSettings\": [{\"name\": \"%s\", \"value\": \"%s\"}]",
    "\"changes\": [{\"at\": \"1m\", \"PutAccountSettingDefault\": {\"name\": \"%s\", \"value\": "
    "\"%s\"}}]",
};

static const char *setting_of(int place, const char *name, const char *value)
{
    static char text[512];
    snprintf(text, sizeof text, places[place], name, value);
    return text;
}

/* Each setting takes its own values, in accountSettings and in changes alike. */
START_TEST(acc_01_values_of_each_setting)
{
    char copy[128], says[128], *rest;
    for (int place = 0; place < 2; place++) {
        snprintf(copy, sizeof copy, "%s", settings[_i].good);
        for (char *v = strtok_r(copy, " ", &rest); v != NULL; v = strtok_r(NULL, " ", &rest))
            scn_fixture_accepts(setting_of(place, settings[_i].name, v));
        snprintf(copy, sizeof copy, "%s", settings[_i].bad);
        for (char *v = strtok_r(copy, " ", &rest); v != NULL; v = strtok_r(NULL, " ", &rest)) {
            snprintf(says, sizeof says, "\"%s\" is no value of %s; write %s", v, settings[_i].name,
                     settings[_i].says);
            scn_fixture_refuses(setting_of(place, settings[_i].name, v), says);
        }
    }
}
END_TEST

START_TEST(acc_01_names_of_settings)
{
    scn_fixture_accepts(setting_of(0, "guardDutyActivate", "on"));
    for (int place = 0; place < 2; place++) {
        scn_fixture_refuses(setting_of(place, "taskLongArnFromat", "enabled"),
                            "did you mean taskLongArnFormat?");
        scn_fixture_refuses(setting_of(place, "", "enabled"), "no choice");
    }
    scn_fixture_refuses("\"accountSettings\": [{\"name\": \"awsvpcTrunking\"}]",
                        "`value` is missing");
    scn_fixture_refuses("\"accountSettings\": [{\"value\": \"enabled\"}]", "`name` is missing");
    scn_fixture_refuses("\"accountSettings\": [{\"name\": \"awsvpcTrunking\", \"value\": true}]",
                        "expected a text in quotes");
    /* It is printed, and set by another service alone. */
    scn_fixture_refuses(setting_of(1, "guardDutyActivate", "on"), "set by GuardDuty alone");
}
END_TEST

START_TEST(acc_11_container_insights)
{
    scn_fixture_accepts("\"cluster\": {\"settings\": [{\"name\": \"containerInsights\", "
                        "\"value\": \"disabled\"}]}, \"accountSettings\": [{\"name\": "
                        "\"containerInsights\", \"value\": \"enabled\"}]");
    scn_fixture_refuses("\"cluster\": {\"settings\": [{\"name\": \"containerInsights\", "
                        "\"value\": \"always\"}]}",
                        "\"always\" is no choice; write one of enabled, disabled, enhanced");
    scn_fixture_refuses("\"epoch\": \"2020-06\", \"cluster\": {\"settings\": [{\"name\": "
                        "\"containerInsights\", \"value\": \"enhanced\"}]}",
                        "enhanced came with epoch 2024-12");
    scn_fixture_refuses("\"cluster\": {\"settings\": [{\"name\": \"insights\", \"value\": "
                        "\"enabled\"}]}",
                        "containerInsights");
    for (int place = 0; place < 2; place++) {
        char text[1024];
        snprintf(text, sizeof text, "\"epoch\": \"2024-11\", %s",
                 setting_of(place, "containerInsights", "enhanced"));
        scn_fixture_refuses(text, "enhanced came with epoch 2024-12");
    }
    scn_fixture_accepts("\"epoch\": \"2024-12\", \"accountSettings\": [{\"name\": "
                        "\"containerInsights\", \"value\": \"enhanced\"}]");
}
END_TEST

/* ---- whose settings (ACC-06) ---- */

/* The ids and ARNs of what a user makes are of the user's own format; the account's default, and
 * what becomes of it later, is for others. */
START_TEST(acc_06_format_is_that_of_the_creator)
{
    static const char scenario[] =
        "\"epoch\": \"2020-06\", \"accountSettings\": [{\"name\": \"taskLongArnFormat\", "
        "\"value\": \"%s\"%s}], \"changes\": [{\"at\": \"30s\", \"PutAccountSettingDefault\": "
        "{\"name\": \"taskLongArnFormat\", \"value\": \"%s\"}}], \"autoScalingGroups\": "
        "[{\"AutoScalingGroupName\": \"blue-group\", \"DesiredCapacity\": 1}], \"runTasks\": "
        "[{\"name\": \"first\", \"launchType\": \"EC2\"}]";
    static const char own[] = ", \"principalArn\": \"arn:aws:iam::123456789012:user/alice\"";
    for (int i = 0; i < 4; i++) {
        struct scn_loaded loaded;
        struct fixture run = {0};
        char text[1024];
        bool enabled = i % 2 == 1, is_own = i >= 2;
        snprintf(text, sizeof text, scenario, enabled ? "enabled" : "disabled", is_own ? own : "",
                 enabled ? "disabled" : "enabled");
        ck_assert_msg(scn_fixture_load(&loaded, text), "%s", loaded.complaints.errors[0]);
        run.scenario = loaded.scenario;
        fixture_run(&run);
        const struct sim_record *ended = fixture_record(&run, ECS_RECORD_TASK_ENDED, 0);
        ck_assert_ptr_nonnull(ended);
        ck_assert_int_eq(ended->field[ECS_TASK_ENDED_long_arn], is_own ? enabled : !enabled);
        free(run.records);
        scn_loaded_release(&loaded);
    }
}
END_TEST

/* ---- tags (ACC-08) ---- */

#define OLD     "\"epoch\": \"2020-06\", "
#define TASK    "{\"name\": \"taskLongArnFormat\", \"value\": \"enabled\"}"
#define ENABLED "\"accountSettings\": [" TASK "], "
#define LATER(at)                                                                                  \
    "\"changes\": [{\"at\": \"" at "\", \"PutAccountSettingDefault\": {\"name\": "                 \
    "\"taskLongArnFormat\", \"value\": \"enabled\"}}], "
#define CALL(key) "\"runTasks\": [{\"name\": \"first\", " key "}]"
#define TAGS      "\"tags\": [{\"key\": \"team\", \"value\": \"blue\"}]"

static const struct {
    const char *key;
    const char *says; /* NULL: no tags */
} tagged[] = {
    {TAGS, "tags of tasks need the account setting taskLongArnFormat, which is disabled then"},
    {"\"enableECSManagedTags\": true", "managed tags of tasks need"},
    {"\"propagateTags\": \"TASK_DEFINITION\"", "propagated tags of tasks need"},
    {"\"tags\": []", NULL},
    {"\"enableECSManagedTags\": false", NULL},
    {"\"propagateTags\": \"NONE\"", NULL},
};
#define TAGGED ((int)(sizeof tagged / sizeof tagged[0]))

START_TEST(acc_08_tags_of_tasks)
{
    char text[1024];
    snprintf(text, sizeof text, OLD CALL("%s"), tagged[_i].key);
    if (tagged[_i].says != NULL)
        scn_fixture_refuses(text, tagged[_i].says);
    else
        scn_fixture_accepts(text);
    snprintf(text, sizeof text, OLD ENABLED CALL("%s"), tagged[_i].key);
    scn_fixture_accepts(text);
    /* since 2021-04 all accounts have the format; they may still turn it off */
    snprintf(text, sizeof text, "\"epoch\": \"2021-04\", " CALL("%s"), tagged[_i].key);
    scn_fixture_accepts(text);
    snprintf(text, sizeof text, "\"epoch\": \"2021-03\", " CALL("%s"), tagged[_i].key);
    if (tagged[_i].says != NULL)
        scn_fixture_refuses(text, tagged[_i].says);
    snprintf(
        text, sizeof text,
        "\"accountSettings\": [{\"name\": \"taskLongArnFormat\", \"value\": \"disabled\"}], " CALL(
            "%s"),
        tagged[_i].key);
    if (tagged[_i].says != NULL)
        scn_fixture_refuses(text, tagged[_i].says);
}
END_TEST

/* The setting counts that holds when the call is made, which is at 1m; a user's own setting hides
 * the account's. */
START_TEST(acc_08_the_setting_of_the_moment)
{
    scn_fixture_accepts(OLD LATER("30s") CALL(TAGS));
    scn_fixture_accepts(OLD LATER("1m") CALL(TAGS)); /* changes come before calls */
    scn_fixture_refuses(OLD LATER("61s") CALL(TAGS), "taskLongArnFormat, which is disabled then");
    scn_fixture_refuses(OLD
                        "\"accountSettings\": [{\"name\": \"taskLongArnFormat\", \"value\": "
                        "\"disabled\", \"principalArn\": \"arn:aws:iam::1:user/a\"}], " LATER("30s")
                            CALL(TAGS),
                        "which is disabled then");
    scn_fixture_refuses(OLD "\"accountSettings\": [{\"name\": \"serviceLongArnFormat\", "
                            "\"value\": \"enabled\"}], " CALL(TAGS),
                        "taskLongArnFormat");
    /* a time that is none is complained about once, and not here */
    scn_fixture_refuses(OLD "\"runTasks\": [{\"name\": \"first\", \"at\": \"soon\", " TAGS "}]",
                        "expected a duration");
}
END_TEST

START_TEST(acc_08_tags_of_start_task)
{
    static const char start[] =
        "%s\"containerInstances\": [{\"instanceType\": \"m5.large\"}], \"changes\": [{\"at\": "
        "\"1m\", \"StartTask\": {\"taskDefinition\": \"job\", \"containerInstances\": "
        "[\"00000000000000000000000000000001\"], %s}}]";
    char text[1024];
    snprintf(text, sizeof text, start, OLD, TAGS);
    scn_fixture_refuses(text, "tags of tasks need the account setting taskLongArnFormat");
    snprintf(text, sizeof text, start, OLD ENABLED, TAGS);
    scn_fixture_accepts(text);
}
END_TEST

#define RULE(state, key)                                                                           \
    "\"rules\": [{\"Name\": \"r\", \"State\": \"" state                                            \
    "\", \"ScheduleExpression\": \"rate(5 minutes)\", \"Targets\": [{\"Id\": \"1\", \"Arn\": "     \
    "\"arn:aws:ecs:us-east-1:123456789012:cluster/web\", \"EcsParameters\": "                      \
    "{\"TaskDefinitionArn\": \"job\", " key "}}]}]"

START_TEST(acc_08_tags_of_scheduled_tasks)
{
#define RULE_TAGS "\"Tags\": [{\"Key\": \"team\", \"Value\": \"blue\"}]"
    scn_fixture_refuses(OLD RULE("ENABLED", RULE_TAGS), "tags of tasks need");
    scn_fixture_refuses(OLD RULE("ENABLED", "\"PropagateTags\": \"TASK_DEFINITION\""),
                        "propagated tags of tasks need");
    scn_fixture_refuses(OLD RULE("ENABLED", "\"EnableECSManagedTags\": true"),
                        "managed tags of tasks need");
    scn_fixture_accepts(OLD RULE("DISABLED", RULE_TAGS));
    scn_fixture_accepts(OLD ENABLED RULE("ENABLED", RULE_TAGS));
    scn_fixture_accepts(RULE("ENABLED", RULE_TAGS));
    scn_fixture_warns(OLD LATER("10m") RULE("ENABLED", RULE_TAGS),
                      "refuses the firings before taskLongArnFormat is enabled");
}
END_TEST

#define AGENT(setting)                                                                             \
    "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"UserData\": "           \
    "\"#!/bin/sh\\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\\necho '" setting                   \
    "' >> /etc/ecs/ecs.config\\n\"}]"
#define INSTANCE "\"name\": \"containerInstanceLongArnFormat\", \"value\": \"enabled\""

START_TEST(acc_08_tags_of_container_instances)
{
    static const char tags[] = AGENT("ECS_CONTAINER_INSTANCE_TAGS={\\\"team\\\": \\\"blue\\\"}");
    static const char from_ec2[] = AGENT("ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=ec2_instance");
    static const char none[] = AGENT("ECS_CONTAINER_INSTANCE_TAGS={}");
    char text[2048];
    snprintf(text, sizeof text, OLD "%s", tags);
    scn_fixture_refuses(text,
                        "ECS_CONTAINER_INSTANCE_TAGS: tags of container instances need the account "
                        "setting containerInstanceLongArnFormat");
    snprintf(text, sizeof text, OLD "%s", from_ec2);
    scn_fixture_refuses(text,
                        "ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM: tags of container instances");
    snprintf(text, sizeof text, OLD "%s", none);
    scn_fixture_accepts(text);
    snprintf(text, sizeof text, OLD "\"accountSettings\": [{" INSTANCE "}], %s", tags);
    scn_fixture_accepts(text);
    scn_fixture_accepts(tags);
    snprintf(text, sizeof text,
             OLD "\"changes\": [{\"at\": \"10m\", \"PutAccountSettingDefault\": {" INSTANCE
                 "}}], %s",
             from_ec2);
    scn_fixture_warns(text, "refuses to register instances with tags before");
    /* Labels that EC2 or Auto Scaling keep, and those of definitions and clusters, need nothing. */
    scn_fixture_accepts(OLD "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"blue-group\", "
                            "\"Tags\": [{\"Key\": \"team\", \"Value\": \"blue\", "
                            "\"PropagateAtLaunch\": true}]}], \"cluster\": {" TAGS
                            "}, \"taskDefinitions\": [{\"family\": \"job\", " TAGS "}]");
}
END_TEST

START_TEST(run_9_propagate_tags_of_a_call)
{
    scn_fixture_accepts(CALL("\"propagateTags\": \"TASK_DEFINITION\""));
    scn_fixture_refuses(CALL("\"propagateTags\": \"SERVICE\""),
                        "tasks of a call belong to no service; write TASK_DEFINITION");
}
END_TEST

Suite *test_scn_account_suite(void);
Suite *test_scn_account_suite(void)
{
    Suite *suite = suite_create("scn_account");
    TCase *tests = tcase_create("account");
    suite_add_tcase(suite, tests);
    tcase_add_loop_test(tests, acc_01_values_of_each_setting, 0, SETTINGS);
    tcase_add_test(tests, acc_01_names_of_settings);
    tcase_add_test(tests, acc_11_container_insights);
    tcase_add_test(tests, acc_06_format_is_that_of_the_creator);
    tcase_add_loop_test(tests, acc_08_tags_of_tasks, 0, TAGGED);
    tcase_add_test(tests, acc_08_the_setting_of_the_moment);
    tcase_add_test(tests, acc_08_tags_of_start_task);
    tcase_add_test(tests, acc_08_tags_of_scheduled_tasks);
    tcase_add_test(tests, acc_08_tags_of_container_instances);
    tcase_add_test(tests, run_9_propagate_tags_of_a_call);
    return suite;
}
