/* `scalableTargets`, `scalingPolicies` and `scheduledActions`: what they become, and what is
 * refused before a run (sheet 03, section 17; sheet 04, section 4). */
#include "scn_fixture.h"
#include "test_support.h"

#include <check.h>
#include <stdio.h>

#define SERVICE                                                                                    \
    "\"services\": [{\"serviceName\": \"web\", \"taskDefinition\": \"job\", \"desiredCount\": 4}," \
    " {\"serviceName\": \"agent\", \"taskDefinition\": \"job\", \"schedulingStrategy\": "          \
    "\"DAEMON\", \"launchType\": \"EC2\"}], "
#define OF(SERVICE)                                                                                \
    "\"ServiceNamespace\": \"ecs\", \"ResourceId\": \"" SERVICE "\", "                             \
    "\"ScalableDimension\": \"ecs:service:DesiredCount\""
#define WEB           OF("service/web/web")
#define TARGETS(...)  SERVICE "\"scalableTargets\": [" __VA_ARGS__ "]"
#define TARGET        "{" WEB ", \"MinCapacity\": 2, \"MaxCapacity\": 10}"
#define POLICIES(...) TARGETS(TARGET) ", \"scalingPolicies\": [" __VA_ARGS__ "]"
#define CPU                                                                                        \
    "\"PredefinedMetricSpecification\": "                                                          \
    "{\"PredefinedMetricType\": \"ECSServiceAverageCPUUtilization\"}"
#define TRACKING(...)                                                                              \
    "\"PolicyType\": \"TargetTrackingScaling\", "                                                  \
    "\"TargetTrackingScalingPolicyConfiguration\": {" __VA_ARGS__ "}"
#define POLICY(NAME, ...) "{\"PolicyName\": \"" NAME "\", " WEB ", " __VA_ARGS__ "}"
#define ACTIONS(...)      TARGETS(TARGET) ", \"scheduledActions\": [" __VA_ARGS__ "]"
#define ACTION(NAME, ...) "{\"ScheduledActionName\": \"" NAME "\", " WEB ", " __VA_ARGS__ "}"
#define LIMITS(...)       "\"ScalableTargetAction\": {" __VA_ARGS__ "}"

static void load(struct scn_loaded *loaded, const char *members)
{
    bool good = scn_fixture_load(loaded, members);
    ck_assert_msg(good, "%s: %s", members,
                  loaded->complaints.error_count > 0 ? loaded->complaints.errors[0] : "");
}

START_TEST(tt_2_defaults_of_a_policy)
{
    struct scn_loaded loaded;
    load(&loaded, POLICIES(POLICY("cpu", TRACKING("\"TargetValue\": 75, " CPU))));
    const struct ecs_scalable_target *target = &loaded.scenario.scalable_targets[0];
    const struct ecs_scaling_policy *policy = &loaded.scenario.scaling_policies[0];
    ck_assert_uint_eq(loaded.scenario.scalable_target_count, 1);
    ck_assert_uint_eq(loaded.scenario.scaling_policy_count, 1);
    ck_assert_uint_eq(target->service, 0);
    ck_assert_int_eq(target->minimum, 2);
    ck_assert_int_eq(target->maximum, 10);
    ck_assert(!target->in_suspended && !target->out_suspended && !target->scheduled_suspended);
    ck_assert_str_eq(policy->name, "cpu");
    ck_assert_int_eq(policy->value, 75000000);
    ck_assert_int_eq(policy->out_cooldown, 300 * SIM_SECOND);
    ck_assert_int_eq(policy->in_cooldown, 300 * SIM_SECOND);
    ck_assert(!policy->no_scale_in);
    scn_loaded_release(&loaded);
}
END_TEST

#define LOADED(TARGET_VALUE)                                                                       \
    "\"services\": [{\"serviceName\": \"web\", \"taskDefinition\": \"job\", \"desiredCount\": 4, " \
    "\"sim\": {\"load\": {\"generator\": \"constant\", \"rate\": 9}, \"capacityPerTask\": 5, "     \
    "\"maxUtilization\": 120}}], \"scalableTargets\": [" TARGET                                    \
    "], \"scalingPolicies\": [" POLICY("cpu",                                                      \
                                       TRACKING("\"TargetValue\": " TARGET_VALUE ", " CPU)) "]"

/* TT-4: only a metric above the target scales out. */
START_TEST(tt_4_a_target_that_is_never_exceeded)
{
    struct scn_loaded loaded;
    scn_fixture_warns(LOADED("120"), "it never scales out: CPU utilisation of its service ends at "
                                     "120 %");
    load(&loaded, LOADED("119.9"));
    ck_assert_uint_eq(loaded.complaints.warning_count, 0);
    scn_loaded_release(&loaded);
    scn_fixture_warns(POLICIES(POLICY("cpu", TRACKING("\"TargetValue\": 75, " CPU))),
                      "its service has no load, so there is no metric and it does nothing");
}
END_TEST

START_TEST(tt_2_members_of_a_policy)
{
    struct scn_loaded loaded;
    load(&loaded,
         TARGETS("{" WEB ", \"MinCapacity\": 0, \"MaxCapacity\": 0, \"SuspendedState\": "
                 "{\"DynamicScalingInSuspended\": true, \"ScheduledScalingSuspended\": "
                 "true}}") ", \"scalingPolicies\": [" POLICY("cpu",
                                                             TRACKING("\"TargetValue\": 62.5, "
                                                                      "\"ScaleOutCooldown\": "
                                                                      "60, "
                                                                      "\"ScaleInCooldown\": 0, "
                                                                      "\"DisableScaleIn\": "
                                                                      "true, " CPU)) "]");
    const struct ecs_scaling_policy *policy = &loaded.scenario.scaling_policies[0];
    ck_assert(loaded.scenario.scalable_targets[0].in_suspended);
    ck_assert(!loaded.scenario.scalable_targets[0].out_suspended);
    ck_assert(loaded.scenario.scalable_targets[0].scheduled_suspended);
    ck_assert_int_eq(policy->value, 62500000);
    ck_assert_int_eq(policy->out_cooldown, 60 * SIM_SECOND);
    ck_assert_int_eq(policy->in_cooldown, 0);
    ck_assert(policy->no_scale_in);
    scn_loaded_release(&loaded);
}
END_TEST

/* What the describe calls print, each in its wrapper. */
START_TEST(described_scaling_is_taken)
{
    struct scn_loaded loaded;
    load(&loaded, SERVICE
         "\"scalableTargets\": {\"ScalableTargets\": [{" WEB
         ", \"MinCapacity\": 1, \"MaxCapacity\": 5, \"RoleARN\": \"arn:aws:iam::1:role/r\", "
         "\"CreationTime\": 1700000000.5, \"SuspendedState\": {\"DynamicScalingInSuspended\": "
         "false, \"DynamicScalingOutSuspended\": false, \"ScheduledScalingSuspended\": false}}]}, "
         "\"scalingPolicies\": {\"ScalingPolicies\": [" POLICY(
             "cpu",
             TRACKING(
                 "\"TargetValue\": 75.0, " CPU) ", \"PolicyARN\": \"arn:p\", "
                                                "\"Alarms\": [{\"AlarmName\": "
                                                "\"TargetTracking-service/web/web-AlarmHigh-1\", "
                                                "\"AlarmARN\": \"arn:a\"}], \"CreationTime\": "
                                                "1700000000.5") "]}, "
                                                                "\"scheduledActions\": "
                                                                "{\"ScheduledActions\": [" ACTION(
                                                                    "night", "\"Schedule\": "
                                                                             "\"cron(0 20 * * ? "
                                                                             "*)\", "
                                                                             "\"ScheduledActionARN"
                                                                             "\": "
                                                                             "\"arn:s\", " LIMITS(
                                                                                 "\"MaxCapacity\": "
                                                                                 "3") ", "
                                                                                      "\"CreationTi"
                                                                                      "me\": "
                                                                                      "1700000000."
                                                                                      "5") "]}");
    ck_assert_uint_eq(loaded.scenario.scalable_target_count, 1);
    ck_assert_uint_eq(loaded.scenario.scaling_policy_count, 1);
    ck_assert_uint_eq(loaded.scenario.scaling_action_count, 1);
    ck_assert_int_eq(loaded.scenario.scaling_actions[0].minimum, -1);
    ck_assert_int_eq(loaded.scenario.scaling_actions[0].maximum, 3);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(as_13_what_a_target_must_be)
{
    scn_fixture_accepts(TARGETS(TARGET));
    scn_fixture_refuses(TARGETS("{" OF("web") ", \"MinCapacity\": 1, \"MaxCapacity\": 2}"),
                        "\"web\" is no service; write service/<cluster>/<service>");
    scn_fixture_refuses(TARGETS("{" OF("service/other/web") ", \"MinCapacity\": 1, "
                                                            "\"MaxCapacity\": 2}"),
                        "the scenario's cluster is \"web\"; write service/web/web");
    scn_fixture_refuses(TARGETS("{" OF("service/web/wep") ", \"MinCapacity\": 1, "
                                                          "\"MaxCapacity\": 2}"),
                        "did you mean \"web\"?");
    scn_fixture_refuses(TARGETS("{" WEB ", \"MinCapacity\": 1}"), "`MaxCapacity` is missing");
    scn_fixture_refuses(TARGETS("{" WEB ", \"MaxCapacity\": 1}"), "`MinCapacity` is missing");
    scn_fixture_refuses(TARGETS("{" WEB ", \"MinCapacity\": 3, \"MaxCapacity\": 2}"),
                        "it is above MaxCapacity, 2");
    scn_fixture_refuses(TARGETS(TARGET ", " TARGET), "is taken");
    scn_fixture_refuses(TARGETS("{" OF("service/web/agent") ", \"MinCapacity\": 1, "
                                                            "\"MaxCapacity\": 2}"),
                        "a DAEMON service is on every instance"); /* AS-4 */
    scn_fixture_refuses(SERVICE
                        "\"scalingPolicies\": [" POLICY("cpu",
                                                        TRACKING("\"TargetValue\": 75, " CPU)) "]",
                        "no scalable target is registered for it");
}
END_TEST

START_TEST(tt_1_metrics_that_are_simulated)
{
    static const char own[] = POLICIES(
        POLICY("own",
               TRACKING("\"TargetValue\": 75, \"CustomizedMetricSpecification\": {\"MetricName\": "
                        "\"backlog\"}")));
    scn_fixture_refuses(
        POLICIES(
            POLICY("memory", TRACKING("\"TargetValue\": 75, \"PredefinedMetricSpecification\": "
                                      "{\"PredefinedMetricType\": "
                                      "\"ECSServiceAverageMemoryUtilization\"}"))),
        "ECSServiceAverageMemoryUtilization");
    scn_fixture_refuses(
        POLICIES(POLICY("alb", TRACKING("\"TargetValue\": 75, \"PredefinedMetricSpecification\": "
                                        "{\"PredefinedMetricType\": "
                                        "\"ALBRequestCountPerTarget\"}"))),
        "ALBRequestCountPerTarget");
    scn_fixture_refuses(own, "CustomizedMetricSpecification");
    scn_fixture_refuses(POLICIES(POLICY("none", TRACKING("\"TargetValue\": 75"))),
                        "it tracks no metric");
    scn_fixture_refuses(POLICIES(POLICY("low", TRACKING("\"TargetValue\": 0, " CPU))),
                        "a target value lies above 0");
}
END_TEST

START_TEST(tt_8_one_policy_a_metric)
{
    scn_fixture_refuses(POLICIES(POLICY("a", TRACKING("\"TargetValue\": 75, " CPU)) ", " POLICY(
                            "b", TRACKING("\"TargetValue\": 60, " CPU))),
                        "the policy \"a\" of its target tracks the same metric");
    scn_fixture_refuses(POLICIES(POLICY("a", TRACKING("\"TargetValue\": 75, " CPU)) ", " POLICY(
                            "a", TRACKING("\"TargetValue\": 60, " CPU))),
                        "the target has one of this name already");
}
END_TEST

START_TEST(policies_that_are_not_simulated_yet)
{
    scn_fixture_refuses(POLICIES(POLICY("p", "\"PolicyType\": \"PredictiveScaling\"")),
                        "PredictiveScaling");
    scn_fixture_refuses(POLICIES("{\"PolicyName\": \"p\", " WEB "}"),
                        "`StepScalingPolicyConfiguration` is missing");
    scn_fixture_refuses(POLICIES(POLICY("p", "\"PolicyType\": \"TargetTrackingScaling\"")),
                        "`TargetTrackingScalingPolicyConfiguration` is missing");
}
END_TEST

#define STEPS(MORE, ...)                                                                           \
    POLICY("out", "\"StepScalingPolicyConfiguration\": {" MORE                                     \
                  ", \"StepAdjustments\": [" __VA_ARGS__ "]}")
#define ADD "\"AdjustmentType\": \"ChangeInCapacity\""
#define ONE                                                                                        \
    "{\"MetricIntervalLowerBound\": 0, \"MetricIntervalUpperBound\": 10, "                         \
    "\"ScalingAdjustment\": 1}"
#define TWO         "{\"MetricIntervalLowerBound\": 10, \"ScalingAdjustment\": 2}"
#define ALARMS(...) ", \"alarms\": [" __VA_ARGS__ "]"
#define DIMENSIONS                                                                                 \
    "\"Dimensions\": [{\"Name\": \"ServiceName\", \"Value\": \"web\"}, {\"Name\": "                \
    "\"ClusterName\", \"Value\": \"web\"}]"
#define ALARM_OF(METRIC, STATISTIC, PERIOD)                                                        \
    "\"Namespace\": \"AWS/ECS\", \"MetricName\": \"" METRIC "\", \"Statistic\": \"" STATISTIC      \
    "\", \"Period\": " PERIOD ", \"EvaluationPeriods\": 2, \"Threshold\": 75, "                    \
    "\"ComparisonOperator\": \"GreaterThanOrEqualToThreshold\", "
#define ACTS                                                                                       \
    "\"AlarmActions\": [\"arn:aws:autoscaling:us-east-1:1:scalingPolicy:5:resource/ecs/service/"   \
    "web/web:policyName/out\"]"
#define ALARM(MORE) "{\"AlarmName\": \"busy\", " MORE "}"
#define BUSY        ALARM(ALARM_OF("CPUUtilization", "Average", "300") DIMENSIONS ", " ACTS)

START_TEST(ss_2_ss_5_a_step_policy_and_its_alarm)
{
    struct scn_loaded loaded;
    load(&loaded, POLICIES(STEPS(ADD ", \"Cooldown\": 60", TWO ", " ONE)) ALARMS(BUSY));
    const struct ecs_scaling_policy *policy = &loaded.scenario.scaling_policies[0];
    ck_assert_int_eq(policy->type, ECS_SCALING_STEP);
    ck_assert_int_eq(policy->adjustment, SCALE_CHANGE_IN_CAPACITY);
    ck_assert_int_eq(policy->out_cooldown, 60 * SIM_SECOND);
    ck_assert_uint_eq(policy->step_count, 2);
    ck_assert_int_eq(policy->steps[0].adjustment, 1);
    ck_assert_int_eq(policy->steps[0].upper, 10000000);
    ck_assert(policy->steps[1].upper == SCALE_STEP_OPEN_ABOVE);
    ck_assert_ptr_nonnull(policy->alarm);
    ck_assert(policy->alarm->above && policy->alarm->or_equal);
    ck_assert_int_eq(policy->alarm->threshold, 75000000);
    ck_assert_uint_eq(policy->alarm->period, 5);
    ck_assert_uint_eq(policy->alarm->periods, 2);
    ck_assert_uint_eq(policy->alarm->datapoints, 2);
    ck_assert_int_eq(policy->alarm->missing, SCALE_MISSING);
    scn_loaded_release(&loaded);
    scn_fixture_warns(POLICIES(STEPS(ADD, TWO ", " ONE)), "no alarm names the step scaling policy");
}
END_TEST

static void refuse_steps(const char *more, const char *steps, const char *words)
{
    char text[4096];
    snprintf(text, sizeof text,
             TARGETS(TARGET) ", \"scalingPolicies\": [{\"PolicyName\": \"out\", " WEB
                             ", \"StepScalingPolicyConfiguration\": {%s, \"StepAdjustments\": "
                             "[%s]}}]",
             more, steps);
    scn_fixture_refuses(text, words);
}

#define BETWEEN(LOW, HIGH)                                                                         \
    "{\"MetricIntervalLowerBound\": " LOW ", \"MetricIntervalUpperBound\": " HIGH                  \
    ", \"ScalingAdjustment\": 1}"

START_TEST(ss_5_ss_6_rules_of_steps)
{
    refuse_steps("\"Cooldown\": 1", ONE, "`AdjustmentType` is missing");
    refuse_steps(ADD, "", "it has no steps");
    refuse_steps(ADD, ONE, "the highest step lies above the threshold and ends there");
    refuse_steps(ADD, BETWEEN("-20", "0"), "the lowest step lies below the threshold");
    refuse_steps(ADD, BETWEEN("0", "5") ", " TWO, "there is a gap between two steps");
    refuse_steps(ADD, BETWEEN("0", "15") ", " TWO, "two steps overlap");
    refuse_steps(ADD, BETWEEN("10", "10") ", " TWO, "is not below its upper one");
    refuse_steps(ADD ", \"MinAdjustmentMagnitude\": 2", ONE ", " TWO,
                 "only PercentChangeInCapacity has a smallest change");
    refuse_steps("\"AdjustmentType\": \"ExactCapacity\"", "{\"ScalingAdjustment\": -1}",
                 "no service has an exact capacity below 0");
    refuse_steps(ADD ", \"MetricAggregationType\": \"Maximum\"", ONE ", " TWO, "Maximum");
}
END_TEST

static void refuse_alarm(const char *alarm, const char *words)
{
    char text[8192];
    snprintf(text, sizeof text, "%s, \"alarms\": [%s]", POLICIES(STEPS(ADD, ONE ", " TWO)), alarm);
    scn_fixture_refuses(text, words);
}

START_TEST(ss_1_rules_of_alarms)
{
    refuse_alarm(ALARM(ALARM_OF("MemoryUtilization", "Average", "60") DIMENSIONS ", " ACTS),
                 "an alarm on a metric other than CPUUtilization");
    refuse_alarm(ALARM(ALARM_OF("CPUUtilization", "Maximum", "60") DIMENSIONS ", " ACTS),
                 "an alarm on a statistic other than Average");
    refuse_alarm(ALARM(ALARM_OF("CPUUtilization", "Average", "30") DIMENSIONS ", " ACTS),
                 "an alarm with periods below a minute");
    refuse_alarm(ALARM(ALARM_OF("CPUUtilization", "Average", "90") DIMENSIONS ", " ACTS),
                 "a multiple of 60 seconds");
    refuse_alarm(ALARM(ALARM_OF("CPUUtilization", "Average", "86400") DIMENSIONS ", " ACTS),
                 "looks back more than a day");
    refuse_alarm(ALARM(ALARM_OF("CPUUtilization", "Average", "60") ACTS),
                 "an alarm on anything but the ClusterName and ServiceName");
    refuse_alarm(ALARM(ALARM_OF("CPUUtilization", "Average", "60") DIMENSIONS
                       ", \"DatapointsToAlarm\": 3, " ACTS),
                 "there are only 2 EvaluationPeriods");
    refuse_alarm(ALARM(ALARM_OF("CPUUtilization", "Average", "60") DIMENSIONS
                       ", \"Unit\": \"Bytes\", " ACTS),
                 "the metric is in Percent");
    refuse_alarm(ALARM(ALARM_OF("CPUUtilization", "Average", "60") DIMENSIONS
                       ", \"OKActions\": [\"out\"], " ACTS),
                 "OKActions");
    refuse_alarm(BUSY ", {\"AlarmName\": \"too\", " ALARM_OF("CPUUtilization", "Average", "60")
                     DIMENSIONS ", " ACTS "}",
                 "a second alarm on one policy");
    scn_fixture_refuses(POLICIES(POLICY("out", TRACKING("\"TargetValue\": 75, " CPU))) ALARMS(BUSY),
                        "tracks a target and has alarms of its own");
    /* most alarms of a real account */
    scn_fixture_accepts(POLICIES(POLICY("out", TRACKING("\"TargetValue\": 75, " CPU))) ALARMS(
        "{\"AlarmName\": \"disk\", \"MetricName\": \"Free\", \"Namespace\": \"My/Own\", "
        "\"EvaluationPeriods\": 1, \"ComparisonOperator\": \"LessThanThreshold\", "
        "\"AlarmActions\": [\"arn:aws:sns:us-east-1:1:people\"]}"));
}
END_TEST

START_TEST(as_2_scheduled_actions)
{
    struct scn_loaded loaded;
    load(
        &loaded,
        ACTIONS(ACTION(
            "a",
            "\"Schedule\": \"at(2024-01-01T00:10:00)\", "
            "\"StartTime\": \"2024-01-01T00:05:00Z\", " LIMITS(
                "\"MinCapacity\": 4, \"MaxCapacity\": 8")) ", " ACTION("b",
                                                                       "\"Schedule\": \"rate(5 "
                                                                       "minutes)\", \"Timezone\": "
                                                                       "\"UTC\", " LIMITS(
                                                                           "\"MinCapacity\": 3"))));
    const struct ecs_scaling_action *actions = loaded.scenario.scaling_actions;
    ck_assert_uint_eq(loaded.scenario.scaling_action_count, 2);
    ck_assert_int_eq(actions[0].at, loaded.scenario.start_unix_s + 600);
    ck_assert_int_eq(actions[0].from, loaded.scenario.start_unix_s + 300);
    ck_assert_int_eq(actions[0].minimum, 4);
    ck_assert_int_eq(actions[0].maximum, 8);
    ck_assert_int_eq(actions[1].at, ECS_CRON_NEVER);
    ck_assert(actions[1].schedule.is_rate);
    scn_loaded_release(&loaded);

    scn_fixture_refuses(ACTIONS(ACTION("a", LIMITS("\"MinCapacity\": 3"))), "add `Schedule`");
    scn_fixture_refuses(ACTIONS(ACTION("a", "\"Schedule\": \"rate(5 minutes)\"")),
                        "it changes nothing");
    scn_fixture_refuses(ACTIONS(ACTION("a", "\"Schedule\": \"at(noon)\", " LIMITS(
                                                "\"MinCapacity\": 3"))),
                        "\"noon\" is no date");
    scn_fixture_refuses(ACTIONS(ACTION("a", "\"Schedule\": \"cron(0 8 * * *)\", " LIMITS(
                                                "\"MinCapacity\": 3"))),
                        "column");
    scn_fixture_refuses(ACTIONS(ACTION("a", "\"Schedule\": \"rate(5 minutes)\", \"Timezone\": "
                                            "\"Europe/Paris\", " LIMITS("\"MinCapacity\": 3"))),
                        "a time zone other than UTC");
    scn_fixture_refuses(ACTIONS(ACTION("a", "\"Schedule\": \"rate(5 minutes)\", " LIMITS(
                                                "\"MinCapacity\": 3, \"MaxCapacity\": 2"))),
                        "it is above MaxCapacity, 2");
    scn_fixture_warns(ACTIONS(ACTION("a", "\"Schedule\": \"rate(5 minutes)\", " LIMITS(
                                              "\"MinCapacity\": 30"))),
                      "it is above the target's MaxCapacity, 10");
    scn_fixture_warns(ACTIONS(ACTION("a", "\"Schedule\": \"at(2020-01-01T00:00:00)\", " LIMITS(
                                              "\"MinCapacity\": 3"))),
                      "it lies before the start");
}
END_TEST

Suite *test_scn_scaling_suite(void);
Suite *test_scn_scaling_suite(void)
{
    Suite *suite = suite_create("scn_scaling");
    TCase *cases = tcase_create("rules");
    tcase_add_test(cases, tt_2_defaults_of_a_policy);
    tcase_add_test(cases, tt_2_members_of_a_policy);
    tcase_add_test(cases, tt_4_a_target_that_is_never_exceeded);
    tcase_add_test(cases, described_scaling_is_taken);
    tcase_add_test(cases, as_13_what_a_target_must_be);
    tcase_add_test(cases, tt_1_metrics_that_are_simulated);
    tcase_add_test(cases, tt_8_one_policy_a_metric);
    tcase_add_test(cases, policies_that_are_not_simulated_yet);
    tcase_add_test(cases, ss_2_ss_5_a_step_policy_and_its_alarm);
    tcase_add_test(cases, ss_5_ss_6_rules_of_steps);
    tcase_add_test(cases, ss_1_rules_of_alarms);
    tcase_add_test(cases, as_2_scheduled_actions);
    suite_add_tcase(suite, cases);
    return suite;
}
