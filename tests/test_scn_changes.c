/* `changes` and `accountSettings`: what each call of an operator becomes, and what is refused
 * before the run. What the run itself refuses is in test_ecs_changes.c. */
#include "scn_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

/* The one change that `call` makes at five minutes; release `loaded`. */
static struct ecs_change load_one(struct scn_loaded *loaded, const char *call)
{
    char text[2048];
    snprintf(text, sizeof text, "\"changes\": [{\"at\": \"5m\", %s}]", call);
    bool good = scn_fixture_load(loaded, text);
    ck_assert_msg(good, "%s: %s", call,
                  loaded->complaints.error_count > 0 ? loaded->complaints.errors[0] : "");
    ck_assert_uint_eq(loaded->scenario.change_count, 1);
    ck_assert_int_eq(loaded->scenario.changes[0].at, 5 * SIM_MINUTE);
    ck_assert_ptr_nonnull(loaded->scenario.changes[0].request);
    return loaded->scenario.changes[0];
}

static void refuses(const char *call, const char *words)
{
    char text[2048];
    snprintf(text, sizeof text, "\"changes\": [{\"at\": \"5m\", %s}]", call);
    scn_fixture_refuses(text, words);
}

START_TEST(calls_on_groups)
{
    struct scn_loaded loaded;
    struct ecs_change change =
        load_one(&loaded, "\"SetDesiredCapacity\": {\"AutoScalingGroupName\": \"blue-group\", "
                          "\"DesiredCapacity\": 5, \"HonorCooldown\": true}");
    ck_assert_int_eq(change.operation, ECS_OP_SET_DESIRED_CAPACITY);
    ck_assert_uint_eq(change.asg, 0);
    ck_assert_int_eq(change.desired, 5);
    ck_assert(change.honor_cooldown);
    scn_loaded_release(&loaded);

    change =
        load_one(&loaded, "\"UpdateAutoScalingGroup\": {\"AutoScalingGroupName\": \"blue-group\", "
                          "\"MaxSize\": 7, \"NewInstancesProtectedFromScaleIn\": false}");
    ck_assert_int_eq(change.operation, ECS_OP_UPDATE_AUTO_SCALING_GROUP);
    ck_assert_int_eq(change.max_size, 7);
    ck_assert_int_eq(change.min_size, -1);
    ck_assert_int_eq(change.new_instances_protected, 0);
    ck_assert_uint_eq(change.spec, ECS_NONE);
    scn_loaded_release(&loaded);

    change =
        load_one(&loaded, "\"DeleteAutoScalingGroup\": {\"AutoScalingGroupName\": \"blue-group\", "
                          "\"ForceDelete\": true}");
    ck_assert_int_eq(change.operation, ECS_OP_DELETE_AUTO_SCALING_GROUP);
    ck_assert(change.force);
    scn_loaded_release(&loaded);

    refuses("\"SetDesiredCapacity\": {\"AutoScalingGroupName\": \"none\", \"DesiredCapacity\": 5}",
            "Auto Scaling group \"none\"");
    refuses("\"SetDesiredCapacity\": {\"AutoScalingGroupName\": \"blue-group\"}",
            "DesiredCapacity");
    refuses(
        "\"UpdateAutoScalingGroup\": {\"AutoScalingGroupName\": \"blue-group\", \"MinSize\": 8, "
        "\"MaxSize\": 7}",
        "MaxSize is less than MinSize");
    refuses("\"UpdateAutoScalingGroup\": {\"AutoScalingGroupName\": \"blue-group\", "
            "\"LaunchConfigurationName\": \"none\"}",
            "launch configuration \"none\"");
}
END_TEST

START_TEST(calls_on_instances)
{
    static const struct {
        const char *call;
        enum ecs_operation operation;
    } calls[] = {
        {"\"StopInstances\": {\"InstanceIds\": [\"i-00000000000000003\"]}", ECS_OP_STOP_INSTANCES},
        {"\"StartInstances\": {\"InstanceIds\": [\"i-00000000000000003\"]}",
         ECS_OP_START_INSTANCES},
        {"\"TerminateInstances\": {\"InstanceIds\": [\"i-00000000000000003\"]}",
         ECS_OP_TERMINATE_INSTANCES},
        {"\"TerminateInstanceInAutoScalingGroup\": {\"InstanceId\": \"i-00000000000000003\", "
         "\"ShouldDecrementDesiredCapacity\": true}",
         ECS_OP_TERMINATE_INSTANCE_IN_GROUP},
        {"\"DeregisterContainerInstance\": {\"containerInstance\": "
         "\"00000000000000000000000000000003\", \"force\": true}",
         ECS_OP_DEREGISTER_CONTAINER_INSTANCE},
        {"\"UpdateContainerInstancesState\": {\"containerInstances\": "
         "[\"00000000-0000-0000-0000-000000000003\"], \"status\": \"DRAINING\"}",
         ECS_OP_UPDATE_CONTAINER_INSTANCES_STATE},
        {"\"PutAttributes\": {\"attributes\": [{\"name\": \"stack\", \"value\": \"prod\", "
         "\"targetId\": \"00000000000000000000000000000003\"}]}",
         ECS_OP_PUT_ATTRIBUTES},
        {"\"DeleteAttributes\": {\"attributes\": [{\"name\": \"stack\", "
         "\"targetId\": \"00000000000000000000000000000003\"}]}",
         ECS_OP_DELETE_ATTRIBUTES},
    };
    struct scn_loaded loaded;
    struct ecs_change change = load_one(&loaded, calls[_i].call);
    ck_assert_int_eq(change.operation, calls[_i].operation);
    ck_assert_uint_eq(change.selection.serial_count, 1);
    ck_assert_int_eq(change.selection.serials[0], 3);
    ck_assert_int_eq(change.decrement, _i == 3);
    ck_assert_int_eq(change.force, _i == 4);
    ck_assert_int_eq(change.draining, _i == 5);
    ck_assert_uint_eq(change.attribute_count, _i >= 6);
    scn_loaded_release(&loaded);
}
END_TEST

/* Ids cannot be known ahead: what instances have in common may stand in their place. */
/* CI-18, CI-19: no call moves an instance to another cluster, or gives it another type. */
START_TEST(ci_18_ci_19_instances_stay_what_they_are)
{
    refuses("\"ModifyInstanceAttribute\": {\"InstanceId\": \"i-00000000000000003\", "
            "\"InstanceType\": {\"Value\": \"m5.large\"}}",
            "ModifyInstanceAttribute");
    refuses("\"RegisterContainerInstance\": {\"cluster\": \"web\"}", "RegisterContainerInstance");
    refuses("\"UpdateContainerInstancesState\": {\"cluster\": \"other\", \"containerInstances\": "
            "[\"00000000000000000000000000000003\"], \"status\": \"ACTIVE\"}",
            "the scenario's cluster is \"web\"");
}
END_TEST

START_TEST(calls_on_a_selection)
{
    struct scn_loaded loaded;
    struct ecs_change change =
        load_one(&loaded, "\"StopInstances\": {\"sim\": {\"autoScalingGroup\": \"blue-group\", "
                          "\"count\": 2, \"order\": \"newest\"}}");
    ck_assert_uint_eq(change.selection.asg, 0);
    ck_assert_int_eq(change.selection.count, 2);
    ck_assert_int_eq(change.selection.pick, ECS_PICK_NEWEST);
    scn_loaded_release(&loaded);

    change = load_one(&loaded, "\"StopTask\": {\"task\": \"00000000000000000000000000000017\", "
                               "\"reason\": \"too slow\"}");
    ck_assert_int_eq(change.selection.serials[0], 17);
    ck_assert_str_eq(loaded.scenario.names.text[change.reason], "too slow");
    scn_loaded_release(&loaded);

    refuses("\"StopInstances\": {}", "write either InstanceIds, or sim");
    refuses("\"StopInstances\": {\"InstanceIds\": [\"i-3\"]}", "i-3");
    refuses("\"StopInstances\": {\"InstanceIds\": []}", "the list is empty");
    refuses("\"StopInstances\": {\"InstanceIds\": [\"i-00000000000000003\"], \"DryRun\": true}",
            "a dry run changes nothing");
    refuses("\"StopInstances\": {\"sim\": {\"autoScalingGroup\": \"none\"}}", "\"none\"");
    refuses("\"StopTask\": {\"cluster\": \"other\", \"task\": "
            "\"00000000000000000000000000000017\"}",
            "the scenario's cluster is");
    refuses("\"PutAttributes\": {\"attributes\": [{\"name\": \"a\"}]}", "targetId");
}
END_TEST

START_TEST(tdf_02_tdf_08_revisions)
{
    static const char definition[] =
        "\"RegisterTaskDefinition\": {\"family\": \"job\", \"containerDefinitions\": [{\"name\": "
        "\"a\", \"image\": \"b\", \"memory\": 64}]}";
    struct scn_loaded loaded;
    struct ecs_change change = load_one(&loaded, definition);
    const struct ecs_task_definition *added = &loaded.scenario.task_definitions[change.definition];
    ck_assert_int_eq(change.operation, ECS_OP_REGISTER_TASK_DEFINITION);
    ck_assert_uint_eq(added->revision, 2);
    ck_assert(added->registered_later);
    ck_assert(!loaded.scenario.task_definitions[0].registered_later);
    scn_loaded_release(&loaded);

    change = load_one(&loaded, "\"DeregisterTaskDefinition\": {\"taskDefinition\": \"job:1\"}");
    ck_assert_uint_eq(change.definition, 0);
    scn_loaded_release(&loaded);

    refuses("\"DeregisterTaskDefinition\": {\"taskDefinition\": \"job\"}",
            "a revision is deregistered, not a family");
    refuses("\"DeregisterTaskDefinition\": {\"taskDefinition\": \"job:9\"}",
            "there is no task definition \"job:9\"");
    refuses("\"DeregisterTaskDefinition\": {\"taskDefinition\": \"jop:1\"}",
            "did you mean \"job:1\"?");
    refuses("\"RegisterTaskDefinition\": {\"family\": \"job\", \"containerDefinitions\": []}",
            "containerDefinitions");
}
END_TEST

/* The call takes what describe-task-definition prints: output keys are without effect, an INACTIVE
 * status is that of the revision it was copied from, and the number is AWS's to give. */
START_TEST(tdf_02_describe_output_is_registered)
{
    static const char described[] =
        "\"RegisterTaskDefinition\": {\"taskDefinition\": {\"taskDefinitionArn\": "
        "\"arn:aws:ecs:us-east-1:111122223333:task-definition/job:%d\", \"containerDefinitions\": "
        "[{\"name\": \"a\", \"image\": \"b\", \"memory\": 64, \"cpu\": 0, \"portMappings\": [], "
        "\"essential\": true, \"environment\": [], \"mountPoints\": [], \"volumesFrom\": []}], "
        "\"family\": \"job\", \"revision\": %d, \"volumes\": [], \"status\": \"INACTIVE\", "
        "\"placementConstraints\": [], \"compatibilities\": [\"EC2\"], "
        "\"requiresAttributes\": [{\"name\": \"com.amazonaws.ecs.capability.docker-remote-api."
        "1.18\"}], \"registeredAt\": \"2024-01-01T00:00:00+00:00\"}, \"tags\": []}";
    static const int revisions[][2] = {{1, 2}, {7, 7}}; /* described, then made; job:1 is there */
    char call[2048];
    struct scn_loaded loaded;
    snprintf(call, sizeof call, described, revisions[_i][0], revisions[_i][0]);
    struct ecs_change change = load_one(&loaded, call);
    const struct ecs_task_definition *made = &loaded.scenario.task_definitions[change.definition];
    ck_assert_uint_eq(made->revision, (uint32_t)revisions[_i][1]);
    ck_assert(made->registered_later);
    ck_assert(!made->inactive);
    ck_assert(scn_fixture_warned(&loaded, "so this call makes revision 2") == (_i == 0));
    scn_loaded_release(&loaded);
}
END_TEST

/* ATR-1, ATR-5: which texts an attribute may have; both ends of the lengths. */
START_TEST(atr_1_atr_5_characters_and_length)
{
    static const struct {
        const char *name, *value, *words; /* NULL: accepted */
    } cases[] = {
        {"stack", "prod", NULL},
        {"a-b_c/d\\\\e.f9", "a-b_c.d@e/f\\\\g:h i", NULL},
        {"my stack", "prod", "a name holds letters, digits and - _ . / \\ only"},
        {"stack:", "prod", "a name holds letters, digits and - _ . / \\ only"},
        {"stack", "prod!", "a value holds letters, digits, blanks and - _ . @ / \\ : only"},
        {"stack", "pr\u00fcf", "a value holds letters, digits, blanks"},
        {"stack", " prod", "a value neither begins nor ends with a blank"},
        {"stack", "prod ", "a value neither begins nor ends with a blank"},
        {"", "prod", "the text is empty"},
        {"stack", "", "the text is empty"},
    };
    char call[1024];
    struct scn_loaded loaded;
    snprintf(call, sizeof call,
             "\"%s\": {\"attributes\": [{\"name\": \"%s\", \"value\": \"%s\"}], \"sim\": "
             "{\"count\": 1}}",
             _i % 2 == 0 ? "PutAttributes" : "DeleteAttributes", cases[_i / 2].name,
             cases[_i / 2].value);
    if (cases[_i / 2].words != NULL) {
        refuses(call, cases[_i / 2].words);
        return;
    }
    load_one(&loaded, call);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(atr_5_128_characters)
{
    char text[131], call[1024];
    struct scn_loaded loaded;
    memset(text, 'x', sizeof text);
    for (int value = 0; value < 2; value++)
        for (int length = 128; length <= 129; length++) {
            snprintf(call, sizeof call,
                     "\"PutAttributes\": {\"attributes\": [{\"name\": \"%.*s\", \"value\": "
                     "\"%.*s\"}], \"sim\": {\"count\": 1}}",
                     value ? 1 : length, text, value ? length : 1, text);
            if (length == 128) {
                load_one(&loaded, call);
                scn_loaded_release(&loaded);
            } else {
                refuses(call, "at most 128 are allowed");
            }
        }
    scn_fixture_refuses("\"containerInstances\": [{\"instanceType\": \"m5.large\", "
                        "\"attributes\": [{\"name\": \"my stack\", \"value\": \"prod\"}]}]",
                        "a name holds letters, digits");
}
END_TEST

/* A wrong time is said once, of a call whose time is read twice too. */
START_TEST(a_wrong_time_is_said_once)
{
    static const char *const calls[] = {
        "\"RegisterTaskDefinition\": {\"family\": \"job\", \"containerDefinitions\": [{\"name\": "
        "\"a\", \"image\": \"b\", \"memory\": 64}]}",
        "\"DeleteCluster\": {\"cluster\": \"web\"}",
    };
    static const char *const times[] = {"\"soon\"", "\"2001-01-01T00:00:00Z\"", "5"};
    struct scn_loaded loaded;
    char text[1024];
    snprintf(text, sizeof text, "\"changes\": [{\"at\": %s, %s}]", times[_i / 2], calls[_i % 2]);
    ck_assert(!scn_fixture_load(&loaded, text));
    ck_assert_uint_eq(loaded.complaints.error_count, 1);
    ck_assert_ptr_nonnull(strstr(loaded.complaints.errors[0], "changes[0].at"));
    scn_loaded_release(&loaded);
}
END_TEST

/* Calls that a group's limits of that time refuse are warned about, and those of the time count. */
START_TEST(asg_04_limits_by_then)
{
    static const char raise[] = "{\"at\": \"1m\", \"UpdateAutoScalingGroup\": "
                                "{\"AutoScalingGroupName\": \"blue-group\", \"MaxSize\": 900}}, ";
    static const char late[] = "{\"at\": \"7m\", \"UpdateAutoScalingGroup\": "
                               "{\"AutoScalingGroupName\": \"blue-group\", \"MaxSize\": 900}}, ";
    static const char vain[] =
        "{\"at\": \"1m\", \"UpdateAutoScalingGroup\": {\"AutoScalingGroupName\": "
        "\"blue-group\", \"MinSize\": 901, \"DesiredCapacity\": 902}}, ";
    static const char gone[] =
        "{\"at\": \"1m\", \"DeleteAutoScalingGroup\": "
        "{\"AutoScalingGroupName\": \"blue-group\", \"ForceDelete\": true}}, ";
    static const struct {
        const char *before, *words;
    } cases[] = {
        {"", "so the call will be refused; raise it"},
        {raise, NULL},
        {late, "so the call will be refused; raise it"},
        {vain, "so the call will be refused; change both in one call"},
        {gone, "the group is deleted by then"},
    };
    struct scn_loaded loaded;
    char text[1024];
    snprintf(text, sizeof text,
             "\"changes\": [%s{\"at\": \"5m\", \"SetDesiredCapacity\": {\"AutoScalingGroupName\": "
             "\"blue-group\", \"DesiredCapacity\": 900}}]",
             cases[_i].before);
    ck_assert(scn_fixture_load(&loaded, text));
    ck_assert(scn_fixture_warned(&loaded, "will be refused") == (cases[_i].words != NULL));
    if (cases[_i].words != NULL)
        ck_assert(scn_fixture_warned(&loaded, cases[_i].words));
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(pcp_01_pcp_05_pcp_06_providers)
{
    struct scn_loaded loaded;
    struct ecs_change change =
        load_one(&loaded, "\"PutClusterCapacityProviders\": {\"cluster\": \"web\", "
                          "\"capacityProviders\": [\"blue\"], "
                          "\"defaultCapacityProviderStrategy\": []}");
    ck_assert_uint_eq(change.provider_count, 1);
    ck_assert_uint_eq(change.providers[0], 0);
    ck_assert_uint_eq(change.strategy.count, 0);
    scn_loaded_release(&loaded);

    refuses("\"PutClusterCapacityProviders\": {\"cluster\": \"web\", \"capacityProviders\": "
            "[\"none\"], \"defaultCapacityProviderStrategy\": []}",
            "there is no capacity provider \"none\"");
    refuses("\"PutClusterCapacityProviders\": {\"cluster\": \"web\", \"capacityProviders\": "
            "[], \"defaultCapacityProviderStrategy\": [{\"capacityProvider\": \"blue\", "
            "\"weight\": 1}]}",
            "which capacityProviders of the call does not list");
    refuses("\"PutClusterCapacityProviders\": {\"cluster\": \"web\", \"capacityProviders\": "
            "[\"blue\"]}",
            "defaultCapacityProviderStrategy");
}
END_TEST

START_TEST(acc_01_settings)
{
    struct scn_loaded loaded;
    struct ecs_change change =
        load_one(&loaded, "\"PutAccountSettingDefault\": {\"name\": \"taskLongArnFormat\", "
                          "\"value\": \"disabled\"}");
    ck_assert_int_eq(change.setting, ECS_SETTING_TASK_LONG_ARN);
    ck_assert(!change.enabled);
    ck_assert(loaded.scenario.settings[ECS_SETTING_TASK_LONG_ARN]); /* since 2021-04 */
    scn_loaded_release(&loaded);

    /* ACC-04: before that off, until somebody opts in */
    ck_assert(scn_fixture_load(&loaded, "\"epoch\": \"2020-06\", \"accountSettings\": [{\"name\": "
                                        "\"containerInstanceLongArnFormat\", \"value\": "
                                        "\"enabled\"}]"));
    ck_assert(!loaded.scenario.settings[ECS_SETTING_TASK_LONG_ARN]);
    ck_assert(loaded.scenario.settings[ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN]);
    scn_loaded_release(&loaded);

    refuses("\"PutAccountSettingDefault\": {\"name\": \"longNames\", \"value\": \"enabled\"}",
            "\"longNames\" is no choice");
    refuses("\"PutAccountSettingDefault\": {\"name\": \"taskLongArnFormat\", \"value\": \"yes\"}",
            "write enabled or disabled");
}
END_TEST

/* One call an item, in order of time, those of one time as listed. */
START_TEST(changes_are_single_calls_in_order)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(
        &loaded,
        "\"changes\": ["
        "{\"at\": \"9m\", \"DeleteCluster\": {\"cluster\": \"web\"}},"
        "{\"at\": \"2m\", \"SetDesiredCapacity\": {\"AutoScalingGroupName\": \"blue-group\", "
        "\"DesiredCapacity\": 1}},"
        "{\"at\": \"2m\", \"SetDesiredCapacity\": {\"AutoScalingGroupName\": \"blue-group\", "
        "\"DesiredCapacity\": 2}}]"));
    ck_assert_uint_eq(loaded.scenario.change_count, 3);
    ck_assert_int_eq(loaded.scenario.changes[0].desired, 1);
    ck_assert_int_eq(loaded.scenario.changes[1].desired, 2);
    ck_assert_int_eq(loaded.scenario.changes[2].operation, ECS_OP_DELETE_CLUSTER);
    scn_loaded_release(&loaded);

    refuses("\"name\": \"x\"", "no call is made");
    refuses("\"DeleteCluster\": {\"cluster\": \"web\"}, \"StopInstances\": {\"InstanceIds\": "
            "[\"i-00000000000000003\"]}",
            "a change is one call, and this is the second");
    refuses("\"UpdateTaskSet\": {}", "not simulated yet");
    refuses("\"DeleteEverything\": {}", "unknown key");
}
END_TEST

Suite *test_scn_changes_suite(void);
Suite *test_scn_changes_suite(void)
{
    Suite *suite = suite_create("scn_changes");
    TCase *tests = tcase_create("changes");
    tcase_add_test(tests, calls_on_groups);
    tcase_add_loop_test(tests, calls_on_instances, 0, 8);
    tcase_add_test(tests, ci_18_ci_19_instances_stay_what_they_are);
    tcase_add_test(tests, calls_on_a_selection);
    tcase_add_test(tests, tdf_02_tdf_08_revisions);
    tcase_add_loop_test(tests, tdf_02_describe_output_is_registered, 0, 2);
    tcase_add_loop_test(tests, atr_1_atr_5_characters_and_length, 0, 20);
    tcase_add_test(tests, atr_5_128_characters);
    tcase_add_loop_test(tests, a_wrong_time_is_said_once, 0, 6);
    tcase_add_loop_test(tests, asg_04_limits_by_then, 0, 5);
    tcase_add_test(tests, pcp_01_pcp_05_pcp_06_providers);
    tcase_add_test(tests, acc_01_settings);
    tcase_add_test(tests, changes_are_single_calls_in_order);
    suite_add_tcase(suite, tests);
    return suite;
}
