/* The rules of sheet 01, sections 8 to 13, about what a file may say of clusters, capacity
 * providers and groups, where test_scn_rules.c has none: one test a rule, both sides of it. Each
 * case is merged over tests/bad/base.json. */
#include "scn_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

/* Letters, digits, hyphens, underscores; 255 of them. */
START_TEST(rule_CLU_02)
{
    char name[257], text[512];
    memset(name, 'x', sizeof name);
    for (int length = 255; length <= 256; length++) {
        snprintf(text, sizeof text, "\"cluster\": {\"clusterName\": \"%.*s\"}", length, name);
        if (length == 255)
            scn_fixture_accepts(text);
        else
            scn_fixture_refuses(text, "at most 255 are allowed");
    }
    scn_fixture_accepts("\"cluster\": {\"clusterName\": \"We-b_9\"}");
    scn_fixture_refuses("\"cluster\": {\"clusterName\": \"we.b\"}",
                        "use letters, digits, hyphens and underscores");
    scn_fixture_refuses("\"cluster\": {\"clusterName\": \"we b\"}",
                        "use letters, digits, hyphens and underscores");
}
END_TEST

/* An omitted base is 0, an omitted strategy is none. */
START_TEST(rule_CLU_09)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, "\"cluster\": {\"clusterName\": \"web\"}"));
    ck_assert_uint_eq(loaded.scenario.default_strategy.count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        ck_assert_int_eq(loaded.scenario.default_strategy.items[i].base, 0);
        ck_assert_int_eq(loaded.scenario.default_strategy.items[i].weight, 1);
    }
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(rule_CLU_12)
{
    scn_fixture_accepts("\"cluster\": {\"settings\": [{\"name\": \"containerInsights\", "
                        "\"value\": \"enabled\"}]}");
    scn_fixture_accepts("\"cluster\": {\"settings\": [{\"name\": \"containerInsights\", "
                        "\"value\": \"disabled\"}]}");
    scn_fixture_refuses("\"cluster\": {\"settings\": [{\"name\": \"insights\", \"value\": "
                        "\"enabled\"}]}",
                        "\"insights\" is no");
    scn_fixture_refuses("\"cluster\": {\"settings\": [{\"name\": \"containerInsights\", "
                        "\"value\": \"on\"}]}",
                        "\"on\" is no");
    scn_fixture_refuses("\"epoch\": \"2020-06\", \"cluster\": {\"settings\": [{\"name\": "
                        "\"containerInsights\", \"value\": \"enhanced\"}]}",
                        "enhanced came with epoch 2024-12");
}
END_TEST

/* Name, one group, managed scaling, protection: as created, and as described, which has an ARN
 * with an id at its end, a status and tags. */
START_TEST(rule_CPV_01_CPV_05)
{
    static const char *const texts[] = {
        "\"capacityProviders\": [{\"name\": \"blue\", \"autoScalingGroupProvider\": "
        "{\"autoScalingGroupArn\": \"blue-group\", \"managedScaling\": {\"status\": \"ENABLED\", "
        "\"targetCapacity\": 80, \"minimumScalingStepSize\": 2, \"maximumScalingStepSize\": 9}, "
        "\"managedTerminationProtection\": \"ENABLED\"}, \"tags\": [{\"key\": \"k\", \"value\": "
        "\"v\"}]}]",
        "\"capacityProviders\": [{\"capacityProvider\": {\"capacityProviderArn\": "
        "\"arn:aws:ecs:us-east-1:111122223333:capacity-provider/blue/"
        "0aa9dbd5-1b2c-4f0e-9d5a-1e2f3a4b5c6d\", \"name\": \"blue\", \"status\": \"ACTIVE\", "
        "\"autoScalingGroupProvider\": {\"autoScalingGroupArn\": \"arn:aws:autoscaling:us-east-1:"
        "111122223333:autoScalingGroup:u:autoScalingGroupName/blue-group\", \"managedScaling\": "
        "{\"status\": \"ENABLED\", \"targetCapacity\": 80, \"minimumScalingStepSize\": 2, "
        "\"maximumScalingStepSize\": 9}, \"managedTerminationProtection\": \"ENABLED\"}, "
        "\"tags\": []}}]",
    };
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, texts[_i]));
    const struct ecs_provider *blue = &loaded.scenario.providers[0];
    ck_assert_str_eq(blue->name, "blue");
    ck_assert_uint_eq(blue->asg, 0);
    ck_assert(blue->managed_scaling && blue->termination_protection);
    ck_assert_int_eq(blue->target_capacity, 80);
    ck_assert_int_eq(blue->minimum_step, 2);
    ck_assert_int_eq(blue->maximum_step, 9);
    scn_loaded_release(&loaded);
}
END_TEST

/* A configuration or a template says what is launched: one of the two. */
START_TEST(rule_ASG_01)
{
    static const char templates[] =
        "\"launchTemplates\": [{\"LaunchTemplateName\": \"large\", \"LaunchTemplateData\": "
        "{\"InstanceType\": \"m5.large\", \"ImageId\": \"ami-1\", \"KeyName\": \"k\", "
        "\"SecurityGroupIds\": [\"sg-1\"], \"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=web >> "
        "/etc/ecs/ecs.config\\n\"}}]";
    static const char *const launches[] = {
        "\"LaunchConfigurationName\": \"small\"",
        "\"LaunchTemplate\": {\"LaunchTemplateName\": \"large\"}",
        "\"LaunchConfigurationName\": \"small\", \"LaunchTemplate\": {\"LaunchTemplateName\": "
        "\"large\"}",
        "\"DefaultCooldown\": 300",
    };
    static const char *const types[] = {"t3.medium", "m5.large"};
    char text[1024];
    struct scn_loaded loaded;
    snprintf(text, sizeof text,
             "%s, \"autoScalingGroups\": [{\"AutoScalingGroupName\": \"third\", \"MinSize\": 0, "
             "\"MaxSize\": 1, \"AvailabilityZones\": [\"us-east-1a\"], %s}]",
             templates, launches[_i]);
    if (_i >= 2) {
        scn_fixture_refuses(text, "LaunchTemplate");
        return;
    }
    ck_assert(scn_fixture_load(&loaded, text));
    const struct ecs_scenario *scenario = &loaded.scenario;
    const struct ecs_launch_spec *spec = &scenario->specs[scenario->asgs[2].spec];
    ck_assert_str_eq(scenario->types[spec->type].name, types[_i]);
    scn_loaded_release(&loaded);
}
END_TEST

/* The guide's own files with their placeholders, and what they come to. */
START_TEST(rule_ASG_02_ASG_04_ASG_09)
{
    struct scn_loaded loaded;
    ck_assert(scn_load(&loaded, "tutorial", &(struct scn_options){0}));
    const struct ecs_scenario *scenario = &loaded.scenario;
    const struct ecs_asg *asg = &scenario->asgs[0];
    ck_assert_int_eq(asg->min_size, 0);
    ck_assert_int_eq(asg->max_size, 100);
    ck_assert_int_eq(asg->desired, 0);
    ck_assert_int_eq(asg->cooldown, 300 * SIM_SECOND);
    ck_assert_uint_eq(asg->zone_count, 1);
    ck_assert_str_eq(scenario->names.text[asg->zones[0].name], "us-west-2c");
    ck_assert_str_eq(scenario->names.text[asg->zones[0].subnet], "subnet-abcd1234");
    ck_assert_uint_eq(asg->policy_count, 1);
    ck_assert_int_eq(asg->policies[0], ECS_TERMINATE_DEFAULT);
    ck_assert(asg->new_instances_protected);
    const struct ecs_launch_spec *spec = &scenario->specs[asg->spec];
    ck_assert_str_eq(scenario->types[spec->type].name, "t2.micro");
    ck_assert_str_eq(scenario->names.text[spec->image_id], "ami-04240723d51aeeb2d");
    ck_assert_int_eq(spec->join, ECS_JOIN_REGISTERS);
    ck_assert_uint_eq(scenario->asgs[1].spec, asg->spec); /* the file serves twice */
    scn_loaded_release(&loaded);
}
END_TEST

/* A group's name may hold slashes, and its ARN ends on all of it. */
START_TEST(rule_CPV_01_names_with_slashes)
{
    scn_fixture_accepts(
        "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"team/green\", "
        "\"LaunchConfigurationName\": \"small\", \"MinSize\": 0, \"MaxSize\": 7, "
        "\"AvailabilityZones\": [\"us-east-1a\"]}], \"capacityProviders\": [{\"name\": \"green\", "
        "\"autoScalingGroupProvider\": {\"autoScalingGroupArn\": \"arn:aws:autoscaling:us-east-1:"
        "111122223333:autoScalingGroup:u:autoScalingGroupName/team/green\"}}]");
}
END_TEST

/* Output of describe-auto-scaling-groups, and a group that the console made (ASG-08). */
START_TEST(rule_ASG_05_ASG_08)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(
        &loaded,
        "\"autoScalingGroups\": [{\"AutoScalingGroups\": [{\"AutoScalingGroupName\": "
        "\"EC2ContainerService-web\", \"AutoScalingGroupARN\": \"arn:aws:autoscaling:us-east-1:"
        "111122223333:autoScalingGroup:u:autoScalingGroupName/EC2ContainerService-web\", "
        "\"LaunchConfigurationName\": \"small\", \"MinSize\": 0, \"MaxSize\": 7, "
        "\"DesiredCapacity\": 1, \"DefaultCooldown\": 300, \"AvailabilityZones\": "
        "[\"us-east-1a\"], "
        "\"LoadBalancerNames\": [], \"TargetGroupARNs\": [], \"HealthCheckType\": \"EC2\", "
        "\"HealthCheckGracePeriod\": 300, \"Instances\": [{\"InstanceId\": "
        "\"i-0a1b2c3d4e5f60718\", \"AvailabilityZone\": \"us-east-1a\", \"LifecycleState\": "
        "\"InService\", \"HealthStatus\": \"Healthy\", \"LaunchConfigurationName\": \"small\", "
        "\"ProtectedFromScaleIn\": true}], \"CreatedTime\": \"2020-06-01T00:00:00Z\", "
        "\"SuspendedProcesses\": [], \"VPCZoneIdentifier\": \"\", \"EnabledMetrics\": [], "
        "\"Tags\": [], \"TerminationPolicies\": [\"Default\"], "
        "\"NewInstancesProtectedFromScaleIn\": true}]}], \"capacityProviders\": [{\"name\": "
        "\"green\", \"autoScalingGroupProvider\": {\"autoScalingGroupArn\": "
        "\"EC2ContainerService-web\"}}]"));
    const struct ecs_scenario *scenario = &loaded.scenario;
    ck_assert_uint_eq(scenario->asg_count, 3);
    ck_assert_str_eq(scenario->asgs[2].name, "EC2ContainerService-web");
    ck_assert_int_eq(scenario->asgs[2].max_size, 7);
    ck_assert_int_eq(scenario->asgs[2].desired, 1);
    ck_assert_uint_eq(scenario->providers[1].asg, 2);
    scn_loaded_release(&loaded);
}
END_TEST

/* What later AWS has, and the guide's has not, is refused as not simulated. */
START_TEST(rule_CLU_20_CPV_08)
{
    scn_fixture_refuses("\"changes\": [{\"at\": \"1m\", \"DeleteCapacityProvider\": "
                        "{\"capacityProvider\": \"blue\"}}]",
                        "`DeleteCapacityProvider` is not simulated yet");
    scn_fixture_refuses("\"changes\": [{\"at\": \"1m\", \"DeleteTaskDefinitions\": "
                        "{\"taskDefinitions\": [\"job:1\"]}}]",
                        "`DeleteTaskDefinitions` is not simulated yet");
    scn_fixture_accepts("\"changes\": [{\"at\": \"1m\", \"DeregisterTaskDefinition\": "
                        "{\"taskDefinition\": \"job:1\"}}]");
}
END_TEST

Suite *test_scn_rules_clusters_suite(void);
Suite *test_scn_rules_clusters_suite(void)
{
    Suite *suite = suite_create("scn_rules_clusters");
    TCase *tests = tcase_create("clusters");
    tcase_add_test(tests, rule_CLU_02);
    tcase_add_test(tests, rule_CLU_09);
    tcase_add_test(tests, rule_CLU_12);
    tcase_add_loop_test(tests, rule_CPV_01_CPV_05, 0, 2);
    tcase_add_loop_test(tests, rule_ASG_01, 0, 4);
    tcase_add_test(tests, rule_ASG_02_ASG_04_ASG_09);
    tcase_add_test(tests, rule_CPV_01_names_with_slashes);
    tcase_add_test(tests, rule_ASG_05_ASG_08);
    tcase_add_test(tests, rule_CLU_20_CPV_08);
    suite_add_tcase(suite, tests);
    return suite;
}
