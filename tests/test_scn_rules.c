/* The rules of the guide about clusters and capacity, one test a rule: what the
 * loader accepts, refuses and warns about. Each case is merged over tests/bad/base.json. */
#include "scn_fixture.h"
#include "test_support.h"

START_TEST(rule_CPS_01)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": []}]",
        "the strategy is empty");
}
END_TEST

START_TEST(rule_CPS_02)
{
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1}, {\"capacityProvider"
        "\": \"blue\", \"weight\": 1}, {\"capacityProvider\": \"blue\", \"weight\": 1}, {"
        "\"capacityProvider\": \"blue\", \"weight\": 1}, {\"capacityProvider\": \"blue\","
        " \"weight\": 1}, {\"capacityProvider\": \"blue\", \"weight\": 1}, {\"capacityPro"
        "vider\": \"blue\", \"weight\": 1}]}]",
        "at most 6");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1}, {\"capacityProvider"
        "\": \"green\", \"weight\": 1}], \"count\": 2}]");
}
END_TEST

START_TEST(rule_CPS_03)
{
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1}, {\"capacityProvider"
        "\": \"FARGATE_SPOT\", \"weight\": 1}]}]",
        "not both");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"FARGATE\", \"weight\": 1}]}]",
        "`FARGATE` is not simulated yet");
}
END_TEST

START_TEST(rule_CPS_04)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1, \"base\": 1}, {\"cap"
        "acityProvider\": \"green\", \"weight\": 1, \"base\": 0}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1, \"base\": 1}, {\"cap"
        "acityProvider\": \"green\", \"weight\": 1, \"base\": 1}]}]",
        "2 items have a base");
}
END_TEST

START_TEST(rule_CPS_09)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"launchType\": \"E"
        "C2\"}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"launchType\": \"E"
        "C2\", \"capacityProviderStrategy\": [{\"capacityProvider\": \"blue\"}]}]",
        "exclude each other");
}
END_TEST

START_TEST(rule_CPS_13)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1000, \"base\": 100000}"
        "]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1001}]}]",
        "write 0 to 1000");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1, \"base\": 100001}]}]",
        "write 0 to 100000");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1.5}]}]",
        "no whole number");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"arn:aws:ecs:us-east-1:1:capacity-provider/b"
        "lue\"}]}]");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"arn:aws:ecs:us-east-1:1:capacity-provider/b"
        "lue/0aa9dbd5-1b2c\"}]}]"); /* CPV-05 */
}
END_TEST

START_TEST(rule_CPS_19)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\"}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\"}, {\"capacityProvider\": \"green\"}]"
        "}]",
        "every weight and base is 0");
    scn_fixture_warns(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 0, \"base\": 1}, {\"cap"
        "acityProvider\": \"green\", \"weight\": 0}]}]",
        "beyond the base are refused");
}
END_TEST

START_TEST(rule_ruling_5)
{
    scn_fixture_warns(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"capacityProviderS"
        "trategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1}, {\"capacityProvider"
        "\": \"green\", \"weight\": 1}]}]",
        "gives capacity provider \"green\" none");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"count\": 2}]");
}
END_TEST

START_TEST(rule_CPV_02)
{
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"au"
        "toScalingGroupArn\": \"green-group\", \"managedTerminationProtection\": \"DISABL"
        "ED\"}}]",
        "already belongs");
    scn_fixture_accepts("\"cluster\": {\"capacityProviders\": [\"blue\", \"green\"]}");
}
END_TEST

START_TEST(rule_CPV_03)
{
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"au"
        "toScalingGroupArn\": \"no-such\"}}]",
        "there is no Auto Scaling group");
    scn_fixture_accepts(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"au"
        "toScalingGroupArn\": \"arn:aws:autoscaling:us-east-1:1:autoScalingGroup:u:autoSc"
        "alingGroupName/blue-group\"}}]");
}
END_TEST

START_TEST(rule_CPV_04)
{
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedTerminationProtection\": \"ON\"}}]",
        "write one of ENABLED, DISABLED");
    scn_fixture_refuses("\"capacityProviders\": [{\"name\": \"red\"}]",
                        "`autoScalingGroupProvider` is missing");
}
END_TEST

START_TEST(rule_MSC_05)
{
    scn_fixture_accepts(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"targetCapacity\": 1}}}]");
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"targetCapacity\": 0}}}]",
        "write 1 to 100");
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"targetCapacity\": 101}}}]",
        "write 1 to 100");
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"targetCapacity\": 99.5}}}]",
        "no whole number");
}
END_TEST

START_TEST(rule_MSC_07)
{
    scn_fixture_accepts(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"minimumScalingStepSize\": 10000, \"maximumScalingStepSize\": "
        "10000}}}]");
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"minimumScalingStepSize\": 0}}}]",
        "write 1 to 10000");
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"minimumScalingStepSize\": 3, \"maximumScalingStepSize\": 2}}}"
        "]",
        "is greater than");
}
END_TEST

START_TEST(rule_MTP_02)
{
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"status\": \"DISABLED\"}}}]",
        "needs managed scaling");
    scn_fixture_accepts(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"status\": \"DISABLED\"}, \"managedTerminationProtection\": \"DI"
        "SABLED\"}}]");
}
END_TEST

START_TEST(rule_MTP_03)
{
    scn_fixture_refuses(
        "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"blue-group\", \"NewInstance"
        "sProtectedFromScaleIn\": false}]",
        "needs NewInstancesProtectedFromScaleIn");
    scn_fixture_accepts(/* MSC-17: managed scaling alone does not need it */
                        "\"capacityProviders\": [{\"name\": \"blue\", "
                        "\"autoScalingGroupProvider\": {\"ma"
                        "nagedTerminationProtection\": \"DISABLED\"}}], \"autoScalingGroups\": "
                        "[{\"AutoScal"
                        "ingGroupName\": \"blue-group\", \"NewInstancesProtectedFromScaleIn\": "
                        "false}]");
}
END_TEST

START_TEST(rule_PCP_06)
{
    scn_fixture_refuses(
        "\"cluster\": {\"clusterName\": \"web\", \"capacityProviders\": [\"green\"]}",
        "capacity provider of the cluster \"blue\"");
    scn_fixture_refuses("\"cluster\": {\"capacityProviders\": [\"blue\", \"gren\"]}",
                        "did you mean \"green\"");
}
END_TEST

START_TEST(rule_ASG_03)
{
    scn_fixture_warns(
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"UserData\""
        ": \"echo hello\"}]",
        "register with cluster \"default\"");
    scn_fixture_warns(
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"UserData\""
        ": \"echo ECS_CLUSTER=wbe >> /etc/ecs/ecs.config\"}]",
        "register with cluster \"wbe\"");
}
END_TEST

START_TEST(rule_MEM_10)
{
    scn_fixture_refuses(
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"UserData\""
        ": \"echo ECS_RESERVED_MEMORY=4096 >> /etc/ecs/ecs.config\"}]",
        "all the memory");
    scn_fixture_refuses(
        "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", \"UserData\""
        ": \"echo ECS_RESERVED_MEMORY=-1 >> /etc/ecs/ecs.config\"}]",
        "0 or more");
}
END_TEST

START_TEST(rule_epoch_of_warmup)
{
    scn_fixture_accepts(
        "\"epoch\": \"2020-12\", \"capacityProviders\": [{\"name\": \"blue\", \"autoScali"
        "ngGroupProvider\": {\"managedScaling\": {\"instanceWarmupPeriod\": 60}}}]");
    scn_fixture_refuses(
        "\"epoch\": \"2020-11\", \"capacityProviders\": [{\"name\": \"blue\", \"autoScali"
        "ngGroupProvider\": {\"managedScaling\": {\"instanceWarmupPeriod\": 60}}}]",
        "came with epoch 2020-12");
    scn_fixture_refuses(
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": {\"ma"
        "nagedScaling\": {\"instanceWarmupPeriod\": 10001}}}]",
        "write 0 to 10000");
}
END_TEST

START_TEST(rule_epoch_of_draining)
{
    scn_fixture_accepts(
        "\"epoch\": \"2024-01\", \"capacityProviders\": [{\"name\": \"blue\", \"autoScali"
        "ngGroupProvider\": {\"managedDraining\": \"ENABLED\"}}]");
    scn_fixture_refuses(
        "\"epoch\": \"2023-12\", \"capacityProviders\": [{\"name\": \"blue\", \"autoScali"
        "ngGroupProvider\": {\"managedDraining\": \"ENABLED\"}}]",
        "came with epoch 2024-01");
}
END_TEST

START_TEST(rule_not_yet_keys_may_be_empty)
{
    scn_fixture_accepts("\"targetGroups\": [], \"faults\": [], \"pricing\": {}");
    scn_fixture_refuses("\"targetGroups\": [{}]", "`targetGroups` is not simulated yet");
    scn_fixture_refuses("\"loadBalancers\": [{}]", "`loadBalancers` is not simulated yet");
    scn_fixture_refuses(
        "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"blue-group\", \"LifecycleHo"
        "okSpecificationList\": [{}]}]",
        "`LifecycleHookSpecificationList` is not simulated yet");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"inferenceAccelerators\": [{}]}]",
        "`inferenceAccelerators` is not simulated yet");
}
END_TEST

Suite *test_scn_rules_suite(void);

Suite *test_scn_rules_suite(void)
{
    Suite *suite = suite_create("scn_rules");
    TCase *tests = tcase_create("scn_rules");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, rule_CPS_01);
    tcase_add_test(tests, rule_CPS_02);
    tcase_add_test(tests, rule_CPS_03);
    tcase_add_test(tests, rule_CPS_04);
    tcase_add_test(tests, rule_CPS_09);
    tcase_add_test(tests, rule_CPS_13);
    tcase_add_test(tests, rule_CPS_19);
    tcase_add_test(tests, rule_ruling_5);
    tcase_add_test(tests, rule_CPV_02);
    tcase_add_test(tests, rule_CPV_03);
    tcase_add_test(tests, rule_CPV_04);
    tcase_add_test(tests, rule_MSC_05);
    tcase_add_test(tests, rule_MSC_07);
    tcase_add_test(tests, rule_MTP_02);
    tcase_add_test(tests, rule_MTP_03);
    tcase_add_test(tests, rule_PCP_06);
    tcase_add_test(tests, rule_ASG_03);
    tcase_add_test(tests, rule_MEM_10);
    tcase_add_test(tests, rule_epoch_of_warmup);
    tcase_add_test(tests, rule_epoch_of_draining);
    tcase_add_test(tests, rule_not_yet_keys_may_be_empty);
    return suite;
}
