/* Service auto scaling in whole runs, from the text of a scenario to its records (sheet 03, section
 * 17; sheet 04, 4.1, 4.3 and V5). Loads change at whole minutes and tasks start fast, so that what
 * a rule says can be worked out by hand. */
#include "scn_fixture.h"
#include "service_fixture.h"
#include "test_support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct scn_loaded loaded;
static struct fixture run;

static void setup(void)
{
    run = (struct fixture){0};
    loaded = (struct scn_loaded){0};
}

static void teardown(void)
{
    free(run.records);
    scn_loaded_release(&loaded);
}

/* Room for 80 tasks; a service of `count` that run from the start, each of which serves 10 requests
 * a second at 100 % of its CPU and can use twice as much. */
#define WORLD(COUNT, LOAD)                                                                         \
    "{\"plimsoll\": 1, \"name\": \"scaling\", \"duration\": \"2h\", \"cluster\": "                 \
    "{\"clusterName\": "                                                                           \
    "\"shop\"}, \"containerInstances\": [{\"instanceType\": \"m5.4xlarge\", \"count\": 5, "        \
    "\"availabilityZone\": \"us-east-1a\"}], \"taskDefinitions\": [{\"family\": \"web\", "         \
    "\"containerDefinitions\": [{\"name\": \"web\", \"image\": \"nginx\", \"cpu\": 1024, "         \
    "\"memory\": 256}]}], \"services\": [{\"serviceName\": \"web\", \"taskDefinition\": \"web\", " \
    "\"launchType\": \"EC2\", \"desiredCount\": " COUNT ", \"sim\": {\"initialTasks\": "           \
    "\"running\", \"capacityPerTask\": 10, \"maxUtilization\": 200, \"load\": {" LOAD "}}}]"
#define OF_WEB                                                                                     \
    "\"ServiceNamespace\": \"ecs\", \"ResourceId\": \"service/shop/web\", "                        \
    "\"ScalableDimension\": \"ecs:service:DesiredCount\""
#define TARGET(LIMITS) ", \"scalableTargets\": [{" OF_WEB ", " LIMITS "}]"
#define TRACK(MORE)                                                                                \
    ", \"scalingPolicies\": [{\"PolicyName\": \"cpu\", " OF_WEB ", \"PolicyType\": "               \
    "\"TargetTrackingScaling\", \"TargetTrackingScalingPolicyConfiguration\": {\"TargetValue\": "  \
    "75, \"PredefinedMetricSpecification\": {\"PredefinedMetricType\": "                           \
    "\"ECSServiceAverageCPUUtilization\"}" MORE "}}]"
#define ACTIONS(...) ", \"scheduledActions\": [" __VA_ARGS__ "]"
#define ACTION(NAME, SCHEDULE, LIMITS)                                                             \
    "{\"ScheduledActionName\": \"" NAME "\", " OF_WEB ", \"Schedule\": \"" SCHEDULE "\", "         \
    "\"ScalableTargetAction\": {" LIMITS "}}"
#define WIDE         "\"MinCapacity\": 1, \"MaxCapacity\": 40"
#define STEADY(RATE) "\"generator\": \"constant\", \"rate\": " RATE
#define STEP(RATE, PEAK, AT)                                                                       \
    "\"generator\": \"burst\", \"rate\": " RATE ", \"peak\": " PEAK ", \"at\": \"" AT              \
    "\", \"length\": \"2h\""

static void play(const char *text, uint64_t seed)
{
    bool good = scn_fixture_load_text(&loaded, text);
    ck_assert_msg(good, "%s: %s", text,
                  loaded.complaints.error_count > 0 ? loaded.complaints.errors[0] : "");
    run.scenario = loaded.scenario;
    run.scenario.seed = seed;
    fixture_run(&run);
}

static void replay(const char *text, uint64_t seed)
{
    teardown();
    setup();
    play(text, seed);
}

struct step {
    int64_t from, to, cause;
};

/* All that Application Auto Scaling did, in order. */
static void assert_steps(const struct step *steps, uint32_t count)
{
    ck_assert_uint_eq(fixture_count(&run, ECS_RECORD_SERVICE_SCALING), count);
    for (uint32_t i = 0; i < count; i++) {
        const int64_t *f = fixture_record(&run, ECS_RECORD_SERVICE_SCALING, i)->field;
        ck_assert_int_eq(f[ECS_SERVICE_SCALING_from_count], steps[i].from);
        ck_assert_int_eq(f[ECS_SERVICE_SCALING_to_count], steps[i].to);
        ck_assert_int_eq(f[ECS_SERVICE_SCALING_cause], steps[i].cause);
    }
}

static sim_time step_at(uint32_t n)
{
    const struct sim_record *record = fixture_record(&run, ECS_RECORD_SERVICE_SCALING, n);
    ck_assert_ptr_nonnull(record);
    return record->at;
}

/* V5: with metrics a minute apart a step of the load scales out after 363 s and has its tasks after
 * 386 s: within 10 % of both, whatever the phase of the alarm. AT-TT2: 4 tasks at 90 % of 75. */
START_TEST(v5_at_tt2_reaction_to_a_step_of_the_load)
{
    play(WORLD("4", STEP("28", "36", "20m")) TARGET(WIDE) TRACK("") "}", (uint64_t)_i + 1);
    assert_steps((const struct step[]){{4, 5, ECS_CAUSE_HIGH_ALARM}}, 1);
    sim_time reaction = step_at(0) - 20 * SIM_MINUTE;
    ck_assert_int_ge(reaction * 10, 363 * 9 * SIM_SECOND);
    ck_assert_int_le(reaction * 10, 363 * 11 * SIM_SECOND);
    sim_time tenth = 386 * SIM_SECOND / 10;
    ck_assert_int_eq(service_counts_at(&run, 0, 20 * SIM_MINUTE + 9 * tenth).running, 4);
    ck_assert_int_eq(service_counts_at(&run, 0, 20 * SIM_MINUTE + 11 * tenth).running, 5);
    ck_assert_int_eq(service_counts_at(&run, 0, SIM_HOUR).running, 5);
}
END_TEST

/* TT-7: as fast as it is needed: 4 tasks at 150 % make 8 at once. */
START_TEST(at_tt2_scale_out_in_proportion)
{
    play(WORLD("4", STEP("28", "60", "20m")) TARGET(WIDE) TRACK("") "}", 1);
    assert_steps((const struct step[]){{4, 8, ECS_CAUSE_HIGH_ALARM}}, 1);
    /* AS-3 */
    replay(WORLD("4", STEP("28", "60", "20m")) TARGET("\"MinCapacity\": 1, \"MaxCapacity\": 6")
               TRACK("") "}",
           1);
    assert_steps((const struct step[]){{4, 6, ECS_CAUSE_HIGH_ALARM}}, 1);
    /* AS-11: above the maximum already */
    replay(WORLD("4", STEP("28", "60", "20m")) TARGET("\"MinCapacity\": 1, \"MaxCapacity\": 3")
               TRACK("") "}",
           1);
    assert_steps(NULL, 0);
    replay(WORLD("4", STEP("28", "60", "20m"))
               TARGET(WIDE ", \"SuspendedState\": {\"DynamicScalingOutSuspended\": true}")
                   TRACK("") "}",
           1);
    assert_steps(NULL, 0);
}
END_TEST

/* TT-3: 15 minutes below 90 % of the target, and then 10 tasks at 60 % keep 8. */
START_TEST(at_tt2_scale_in_after_fifteen_minutes)
{
    play(WORLD("10", STEP("72", "60", "20m")) TARGET(WIDE) TRACK("") "}", 1);
    assert_steps((const struct step[]){{10, 8, ECS_CAUSE_LOW_ALARM}}, 1);
    sim_time wait = step_at(0) - 20 * SIM_MINUTE;
    ck_assert_int_ge(wait, 15 * SIM_MINUTE + 150 * SIM_SECOND);
    ck_assert_int_lt(wait, 16 * SIM_MINUTE + 150 * SIM_SECOND);
    ck_assert_int_eq(service_counts_at(&run, 0, SIM_HOUR).running, 8);
    /* the band between 90 % and the target holds still */
    replay(WORLD("10", STEP("72", "68", "20m")) TARGET(WIDE) TRACK("") "}", 1);
    assert_steps(NULL, 0);
    /* AS-3, AS-10, TT-2 */
    replay(WORLD("10", STEP("72", "10", "20m")) TARGET("\"MinCapacity\": 5, \"MaxCapacity\": 40")
               TRACK("") "}",
           1);
    assert_steps((const struct step[]){{10, 5, ECS_CAUSE_LOW_ALARM}}, 1);
    replay(WORLD("10", STEP("72", "10", "20m")) TARGET("\"MinCapacity\": 12, \"MaxCapacity\": 40")
               TRACK("") "}",
           1);
    assert_steps(NULL, 0);
    replay(WORLD("10", STEP("72", "10", "20m")) TARGET(WIDE)
               TRACK(", \"DisableScaleIn\": true") "}",
           1);
    assert_steps(NULL, 0);
    replay(WORLD("10", STEP("72", "10", "20m"))
               TARGET(WIDE ", \"SuspendedState\": {\"DynamicScalingInSuspended\": true}")
                   TRACK("") "}",
           1);
    assert_steps(NULL, 0);
}
END_TEST

/* Sheet 04, section 10: a damping of scale-in, for those who have measured one; AS-8: each step
 * waits for the cooldown of the one before. */
START_TEST(as_8_scale_in_step_by_step)
{
    play(WORLD("10", STEP("72", "10", "20m")) TARGET(WIDE)
             TRACK(", \"ScaleInCooldown\": 600") ", \"behaviour\": {\"serviceScaleInCapPct\": 20}}",
         1);
    assert_steps((const struct step[]){{10, 8, ECS_CAUSE_LOW_ALARM},
                                       {8, 6, ECS_CAUSE_LOW_ALARM},
                                       {6, 4, ECS_CAUSE_LOW_ALARM},
                                       {4, 3, ECS_CAUSE_LOW_ALARM},
                                       {3, 2, ECS_CAUSE_LOW_ALARM}},
                 5);
    for (uint32_t i = 1; i < 5; i++)
        ck_assert_int_gt(step_at(i) - step_at(i - 1), 600 * SIM_SECOND);
}
END_TEST

/* AS-7: while the metric is still that of before the new tasks, they are not asked for twice. With
 * a rule that counted from the running tasks 150 % would make 8, 16 and 32 of 4. */
START_TEST(as_7_what_was_added_counts)
{
    play(WORLD("4", STEP("28", "60", "20m")) TARGET(WIDE)
             TRACK("") ", \"behaviour\": {\"serviceMetricLatency\": \"10m\"}}",
         1);
    const int64_t *first = fixture_record(&run, ECS_RECORD_SERVICE_SCALING, 0)->field;
    ck_assert_int_eq(first[ECS_SERVICE_SCALING_to_count], 8);
    ck_assert_int_eq(first[ECS_SERVICE_SCALING_running], 4);
    for (uint32_t i = 1; i < fixture_count(&run, ECS_RECORD_SERVICE_SCALING); i++)
        ck_assert_int_gt(step_at(i) - step_at(0), 300 * SIM_SECOND);
}
END_TEST

/* AS-7: a larger scale-out goes on in the cooldown, by what it is larger: from 4 running tasks at
 * 90 % to 5, then 60 requests a second on these 5 are 120 %, and 4 x 120 / 75 is 7. */
START_TEST(as_7_a_larger_scale_out_in_the_cooldown)
{
    static const char *const burst = WORLD(
        "4",
        "\"generator\": \"ramp\", \"from\": 36, \"to\": 60, \"at\": \"8m\", \"length\": \"1s\"")
        TARGET(WIDE) TRACK(", \"ScaleOutCooldown\": 1800") "}";
    play(burst, 1);
    assert_steps((const struct step[]){{4, 5, ECS_CAUSE_HIGH_ALARM},
                                       {5, 7, ECS_CAUSE_HIGH_ALARM},
                                       {7, 8, ECS_CAUSE_HIGH_ALARM}},
                 3);
    const int64_t *second = fixture_record(&run, ECS_RECORD_SERVICE_SCALING, 1)->field;
    ck_assert_int_eq(second[ECS_SERVICE_SCALING_running], 4);
    ck_assert_int_lt(step_at(1) - step_at(0), 1800 * SIM_SECOND);
    /* the rest waits for the end of it: 60 on 7 are 86 %, and 7 x 86 / 75 is 8 */
    ck_assert_int_gt(step_at(2) - step_at(1), 1800 * SIM_SECOND);
}
END_TEST

/* AS-12: tasks that find no place are no reason to ask for more. */
START_TEST(as_12_counts_from_running_tasks)
{
    play(WORLD("76", STEP("550", "1140", "20m")) TARGET("\"MinCapacity\": 1, \"MaxCapacity\": 5000")
             TRACK("") "}",
         1);
    /* 76 tasks at 150 % are to be 152, but only 80 find room, which do not become 160 */
    assert_steps((const struct step[]){{76, 152, ECS_CAUSE_HIGH_ALARM}}, 1);
    ck_assert_int_eq(service_counts_at(&run, 0, 2 * SIM_HOUR).running, 80);
}
END_TEST

/* Sheet 04, 4.1: no scale-in while a deployment goes on, here one that is never done. */
START_TEST(section_4_1_no_scale_in_during_a_deployment)
{
    static const char *const deploy = WORLD("78", STEP("580", "100", "20m")) TARGET(WIDE)
        TRACK("") ", \"changes\": [{\"at\": \"15m\", \"UpdateService\": {\"service\": \"web\", "
                  "\"forceNewDeployment\": true, \"deploymentConfiguration\": "
                  "{\"minimumHealthyPercent\": "
                  "100, \"maximumPercent\": 100}}}]}";
    play(deploy, 1);
    assert_steps(NULL, 0);
    replay(WORLD("78", STEP("580", "100", "20m")) TARGET(WIDE) TRACK("") "}", 1);
    assert_steps((const struct step[]){{78, 14, ECS_CAUSE_LOW_ALARM}}, 1);
}
END_TEST

#define UP       ACTION("up", "at(2024-01-01T00:10:00)", "\"MinCapacity\": 6")
#define DOWN     ACTION("down", "cron(30 0 * * ? *)", "\"MinCapacity\": 0, \"MaxCapacity\": 3")
#define CROSSING ACTION("crossing", "cron(40 0 * * ? *)", "\"MinCapacity\": 5")
#define AGAIN    ACTION("again", "rate(50 minutes)", "\"MinCapacity\": 4, \"MaxCapacity\": 10")
#define START    ACTION("start", "at(2024-01-01T00:00:00)", "\"MaxCapacity\": 3")
#define WINDOW                                                                                     \
    "{\"ScheduledActionName\": \"window\", " OF_WEB ", \"Schedule\": \"cron(0/10 * * * ? *)\", "   \
    "\"StartTime\": \"2024-01-01T00:20:00Z\", \"EndTime\": \"2024-01-01T00:40:00Z\", "             \
    "\"ScalableTargetAction\": {\"MinCapacity\": 5}}"
#define TO_TEN       "\"MinCapacity\": 1, \"MaxCapacity\": 10"
#define CHANGES(...) ", \"changes\": [" __VA_ARGS__ "]"
#define TO_ONE(AT)                                                                                 \
    "{\"at\": \"" AT "\", \"UpdateService\": {\"service\": \"web\", \"desiredCount\": 1}}"

/* Sheet 04, 4.3: new limits at their time, and a desired count within them at once. */
START_TEST(as_2_scheduled_actions_move_the_limits)
{
    static const char text[] =
        WORLD("4", STEADY("20")) TARGET(TO_TEN) ACTIONS(UP ", " DOWN ", " CROSSING ", " AGAIN) "}";
    play(text, 1);
    assert_steps((const struct step[]){{4, 6, ECS_CAUSE_SCHEDULED},
                                       {6, 3, ECS_CAUSE_SCHEDULED},
                                       {3, 4, ECS_CAUSE_SCHEDULED}},
                 3);
    ck_assert_int_eq(step_at(0), 603 * SIM_SECOND);
    ck_assert_int_eq(step_at(1), 30 * SIM_MINUTE + 3 * SIM_SECOND);
    ck_assert_int_eq(step_at(2), 50 * SIM_MINUTE + 3 * SIM_SECOND);
    ck_assert_int_eq(service_counts_at(&run, 0, 40 * SIM_MINUTE).running, 3);
    static const char suspended[] = WORLD("4", STEADY("20"))
        TARGET(TO_TEN ", \"SuspendedState\": {\"ScheduledScalingSuspended\": true}")
            ACTIONS(UP) "}";
    replay(suspended, 1);
    assert_steps(NULL, 0);
}
END_TEST

/* At the very start; with limits that cross; between StartTime and EndTime only. */
START_TEST(as_2_scheduled_actions_within_their_window)
{
    static const char crossing[] = WORLD("4", STEADY("20")) TARGET(TO_TEN)
        ACTIONS(WINDOW ", " START) CHANGES(TO_ONE("45m")) "}";
    static const char window[] = WORLD("4", STEADY("20")) TARGET(TO_TEN) ACTIONS(WINDOW)
        CHANGES(TO_ONE("25m") ", " TO_ONE("45m")) "}";
    static const char at_once[] = WORLD("4", STEADY("20")) TARGET(TO_TEN)
        ACTIONS(START ", " UP) ", \"behaviour\": {\"scheduledActionDelay\": \"0s\"}}";
    play(crossing, 1);
    assert_steps((const struct step[]){{4, 3, ECS_CAUSE_SCHEDULED}}, 1);
    ck_assert_int_eq(step_at(0), 3 * SIM_SECOND);
    replay(window, 1);
    assert_steps((const struct step[]){{4, 5, ECS_CAUSE_SCHEDULED}, {1, 5, ECS_CAUSE_SCHEDULED}},
                 2);
    ck_assert_int_eq(step_at(0), 20 * SIM_MINUTE + 3 * SIM_SECOND);
    ck_assert_int_eq(step_at(1), 30 * SIM_MINUTE + 3 * SIM_SECOND);
    replay(at_once, 1);
    assert_steps((const struct step[]){{4, 3, ECS_CAUSE_SCHEDULED}}, 1);
    ck_assert_int_eq(step_at(0), 0);
}
END_TEST

/* TT-5, MX-4: a service without tasks has no datapoints, and nothing happens either way. */
START_TEST(tt_5_no_data_no_scaling)
{
    play(WORLD("0", STEADY("20")) TARGET("\"MinCapacity\": 0, \"MaxCapacity\": 10") TRACK("") "}",
         1);
    assert_steps(NULL, 0);
}
END_TEST

/* AT-TT1, with the alarm of sheet 04: 1 to 2 tasks and back. The guide's tutorial saw the scale-in
 * after one to two minutes; its own alarm takes 15 (ambiguity 14). */
START_TEST(at_tt1_tutorial)
{
    play(WORLD("1", "\"generator\": \"burst\", \"rate\": 1, \"peak\": 14, \"at\": \"10m\", "
                    "\"length\": \"20m\"") TARGET("\"MinCapacity\": 1, \"MaxCapacity\": 2")
             TRACK(", \"ScaleOutCooldown\": 60, \"ScaleInCooldown\": 60") "}",
         1);
    assert_steps((const struct step[]){{1, 2, ECS_CAUSE_HIGH_ALARM}, {2, 1, ECS_CAUSE_LOW_ALARM}},
                 2);
    sim_time quiet = step_at(1) - 30 * SIM_MINUTE;
    ck_assert_int_ge(quiet, 15 * SIM_MINUTE);
    replay(WORLD("1", "\"generator\": \"burst\", \"rate\": 1, \"peak\": 14, \"at\": \"10m\", "
                      "\"length\": \"20m\"") TARGET("\"MinCapacity\": 1, \"MaxCapacity\": 2")
               TRACK(", \"ScaleOutCooldown\": 60, \"ScaleInCooldown\": 60") ", \"behaviour\": "
                                                                            "{\"serviceLowAlarmData"
                                                                            "points\": 1, "
                                                                            "\"serviceMetricLatency"
                                                                            "\": \"0s\"}}",
           1);
    assert_steps((const struct step[]){{1, 2, ECS_CAUSE_HIGH_ALARM}, {2, 1, ECS_CAUSE_LOW_ALARM}},
                 2);
    quiet = step_at(1) - 30 * SIM_MINUTE;
    ck_assert_int_ge(quiet, SIM_MINUTE);
    ck_assert_int_le(quiet, 2 * SIM_MINUTE);
}
END_TEST

#define STEP_POLICY(NAME, CONFIG)                                                                  \
    "{\"PolicyName\": \"" NAME "\", " OF_WEB ", \"StepScalingPolicyConfiguration\": {" CONFIG "}}"
#define ALARM(NAME, PERIOD, OPERATOR, THRESHOLD)                                                   \
    "{\"AlarmName\": \"" NAME "\", \"Namespace\": \"AWS/ECS\", \"MetricName\": "                   \
    "\"CPUUtilization\", \"Statistic\": \"Average\", \"Period\": " PERIOD                          \
    ", \"EvaluationPeriods\": 2, \"Threshold\": " THRESHOLD                                        \
    ", \"ComparisonOperator\": \"" OPERATOR                                                        \
    "Threshold\", \"Dimensions\": [{\"Name\": \"ServiceName\", \"Value\": \"web\"}, {\"Name\": "   \
    "\"ClusterName\", \"Value\": \"shop\"}], \"AlarmActions\": [\"" NAME "\"]}"
#define DOUBLE                                                                                     \
    STEP_POLICY("double", "\"AdjustmentType\": \"PercentChangeInCapacity\", \"StepAdjustments\": " \
                          "[{\"MetricIntervalLowerBound\": 0, \"ScalingAdjustment\": 100}]")
#define FEWER                                                                                      \
    STEP_POLICY("fewer", "\"AdjustmentType\": \"ChangeInCapacity\", \"StepAdjustments\": "         \
                         "[{\"MetricIntervalUpperBound\": 0, \"ScalingAdjustment\": -1}]")
#define GRADED                                                                                     \
    STEP_POLICY("graded", "\"AdjustmentType\": \"ChangeInCapacity\", \"Cooldown\": 1800, "         \
                          "\"StepAdjustments\": [{\"MetricIntervalLowerBound\": 0, "               \
                          "\"MetricIntervalUpperBound\": 10, \"ScalingAdjustment\": 2}, "          \
                          "{\"MetricIntervalLowerBound\": 10, \"ScalingAdjustment\": 3}]")
#define POLICIES(...) ", \"scalingPolicies\": [" __VA_ARGS__ "]"
#define ALARMS(...)   ", \"alarms\": [" __VA_ARGS__ "]"

/* AT-SS1, SS-2, SS-4: 100 percent at 75 % or more over 2 periods of 5 minutes makes 6 of 3; the
 * first of them is cut by the step of the load, and above in the mean. */
START_TEST(at_ss1_add_a_hundred_percent)
{
    static const char text[] = WORLD("3", STEP("21", "27", "22m")) TARGET(WIDE) POLICIES(DOUBLE)
        ALARMS(ALARM("double", "300", "GreaterThanOrEqualTo", "75")) "}";
    play(text, 1);
    assert_steps((const struct step[]){{3, 6, ECS_CAUSE_HIGH_ALARM}}, 1);
    /* the period 20 to 25 has 82 in the mean, 25 to 30 has 90 */
    ck_assert_int_ge(step_at(0), 30 * SIM_MINUTE + 150 * SIM_SECOND);
    ck_assert_int_lt(step_at(0), 31 * SIM_MINUTE + 150 * SIM_SECOND);
}
END_TEST

/* SS-2: a period's metric is the mean of its minutes: 2 at 70 % and 3 at 73.3 % are 72 %, so only
 * the two periods after that are above 72.5. */
START_TEST(ss_2_a_period_is_the_mean_of_its_minutes)
{
    static const char text[] =
        WORLD("3", STEP("21", "22", "22m")) TARGET("\"MinCapacity\": 1, \"MaxCapacity\": 6")
            POLICIES(DOUBLE) ALARMS(ALARM("double", "300", "GreaterThan", "72.5")) "}";
    play(text, 1);
    assert_steps((const struct step[]){{3, 6, ECS_CAUSE_HIGH_ALARM}}, 1);
    ck_assert_int_ge(step_at(0), 35 * SIM_MINUTE + 150 * SIM_SECOND);
    ck_assert_int_lt(step_at(0), 36 * SIM_MINUTE + 150 * SIM_SECOND);
}
END_TEST

/* AT-SS2, SS-7: 2 more at 80 %; once it is 90 % in the cooldown, 3 from where the first began,
 * which is one more, and no other. */
START_TEST(at_ss2_a_stronger_step_in_the_cooldown_adds_the_difference)
{
    static const char text[] =
        WORLD("10", "\"generator\": \"ramp\", \"from\": 80, \"to\": 108, \"at\": \"15m\", "
                    "\"length\": \"1s\"") TARGET(WIDE) POLICIES(GRADED)
            ALARMS(ALARM("graded", "60", "GreaterThanOrEqualTo", "75")) "}";
    play(text, 1);
    assert_steps((const struct step[]){{10, 12, ECS_CAUSE_HIGH_ALARM},
                                       {12, 13, ECS_CAUSE_HIGH_ALARM},
                                       {13, 15, ECS_CAUSE_HIGH_ALARM}},
                 3);
    ck_assert_int_lt(step_at(1) - step_at(0), 1800 * SIM_SECOND);
    ck_assert_int_gt(step_at(2) - step_at(1), 1800 * SIM_SECOND);
}
END_TEST

/* SS-8: a policy of its own takes one task after the other, down to the minimum. */
START_TEST(ss_8_scale_in_by_steps)
{
    static const char text[] =
        WORLD("6", STEADY("10")) TARGET("\"MinCapacity\": 4, \"MaxCapacity\": 40") POLICIES(FEWER)
            ALARMS(ALARM("fewer", "60", "LessThan", "30")) "}";
    play(text, 1);
    assert_steps((const struct step[]){{6, 5, ECS_CAUSE_LOW_ALARM}, {5, 4, ECS_CAUSE_LOW_ALARM}},
                 2);
    ck_assert_int_gt(step_at(1) - step_at(0), 300 * SIM_SECOND);
}
END_TEST

/* Both kinds together: the larger count wins on the way out. Target tracking alone would go from 4
 * to 5, the step doubles. */
START_TEST(tt_8_ss_1_steps_beside_target_tracking)
{
    static const char tracking[] =
        "{\"PolicyName\": \"cpu\", " OF_WEB ", \"PolicyType\": \"TargetTrackingScaling\", "
        "\"TargetTrackingScalingPolicyConfiguration\": {\"TargetValue\": 75, "
        "\"PredefinedMetricSpecification\": {\"PredefinedMetricType\": "
        "\"ECSServiceAverageCPUUtilization\"}}}";
    char text[8192];
    snprintf(text, sizeof text, "%s, \"scalingPolicies\": [%s, %s]%s",
             WORLD("4", STEP("28", "36", "20m")) TARGET(WIDE), DOUBLE, tracking,
             ALARMS(ALARM("double", "60", "GreaterThan",
                          "75")) ", \"behaviour\": "
                                 "{\"serviceHighAlarmDatapoints\": 2}}");
    play(text, 1);
    ck_assert_int_eq(
        fixture_record(&run, ECS_RECORD_SERVICE_SCALING, 0)->field[ECS_SERVICE_SCALING_to_count],
        8);
    /* 36 on 8 is 45 %, which target tracking takes back */
    assert_steps((const struct step[]){{4, 8, ECS_CAUSE_HIGH_ALARM}, {8, 5, ECS_CAUSE_LOW_ALARM}},
                 2);
}
END_TEST

#define PROVIDER(NAME)                                                                             \
    "{\"name\": \"" NAME "\", \"autoScalingGroupProvider\": {\"autoScalingGroupArn\": \"" NAME     \
    "\"}}"
#define GROUP(NAME)                                                                                \
    "{\"AutoScalingGroupName\": \"" NAME "\", \"LaunchConfigurationName\": \"big\", \"MinSize\": " \
    "0, \"MaxSize\": 9, \"DesiredCapacity\": 4, \"AvailabilityZones\": [\"us-east-1a\"]}"

/* Tasks of the provider that were placed in [from, to). */
static uint32_t placed(int64_t provider, sim_time from, sim_time to)
{
    uint32_t count = 0;
    const struct sim_record *ended;
    for (uint32_t i = 0; (ended = fixture_record(&run, ECS_RECORD_TASK_ENDED, i)) != NULL; i++) {
        const int64_t *f = ended->field;
        count += f[ECS_TASK_ENDED_provider] == provider && from <= f[ECS_TASK_ENDED_placed] &&
                 f[ECS_TASK_ENDED_placed] < to;
    }
    return count;
}

/* V3: base 2 and weights 1 to 3 make 4 and 6 of 10, and scaled to 22 it is 7 and 15: 3 and 9 more.
 */
START_TEST(v3_scaled_services_keep_their_split)
{
    static const char text[] =
        "{\"plimsoll\": 1, \"name\": \"v3\", \"duration\": \"1h\", \"launchConfigurations\": "
        "[{\"LaunchConfigurationName\": \"big\", \"InstanceType\": \"m5.4xlarge\", "
        "\"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=shop >> /etc/ecs/ecs.config\\n\"}], "
        "\"autoScalingGroups\": [" GROUP("od") ", " GROUP(
            "spot") "], "
                    "\"capacityProviders\": [" PROVIDER("od") ", " PROVIDER(
                        "spot") "], \"cluster\": "
                                "{\"clusterName\": \"shop\", \"capacityProviders\": [\"od\", "
                                "\"spot\"]}, "
                                "\"taskDefinitions\": [{\"family\": \"web\", "
                                "\"containerDefinitions\": [{\"name\": "
                                "\"web\", \"image\": \"nginx\", \"cpu\": 1024, \"memory\": "
                                "256}]}], \"services\": "
                                "[{\"serviceName\": \"web\", \"taskDefinition\": \"web\", "
                                "\"desiredCount\": 10, "
                                "\"capacityProviderStrategy\": [{\"capacityProvider\": \"od\", "
                                "\"base\": 2, "
                                "\"weight\": 1}, {\"capacityProvider\": \"spot\", \"weight\": "
                                "3}]}]" TARGET("\"MinCapacity\": 1, \"MaxCapacity\": 40")
                                    ACTIONS(ACTION("more", "at(2024-01-01T00:30:00)",
                                                   "\"MinCapacity\": 22")) "}";
    play(text, 1);
    assert_steps((const struct step[]){{10, 22, ECS_CAUSE_SCHEDULED}}, 1);
    ck_assert_uint_eq(placed(0, 0, 30 * SIM_MINUTE), 4);
    ck_assert_uint_eq(placed(1, 0, 30 * SIM_MINUTE), 6);
    ck_assert_uint_eq(placed(0, 30 * SIM_MINUTE, SIM_HOUR), 3);
    ck_assert_uint_eq(placed(1, 30 * SIM_MINUTE, SIM_HOUR), 9);
}
END_TEST

/* The shipped scenario shows what its description says. */
static void run_spike(const char *set)
{
    const struct scn_options options = {.sets = &set, .set_count = set != NULL};
    ck_assert(scn_load(&loaded, "scenarios/spike.json", &options));
    run.scenario = loaded.scenario;
    fixture_run(&run);
}

/* MTP-04, SV-R3: spread tasks leave no instance empty, packed ones do. */
START_TEST(tt_7_spike_steps_out_and_back)
{
    run_spike(_i == 0 ? NULL
                      : "services[web].placementStrategy=[{\"type\": \"binpack\", \"field\": "
                        "\"cpu\"}]");
    assert_steps((const struct step[]){{10, 16, ECS_CAUSE_HIGH_ALARM},
                                       {16, 25, ECS_CAUSE_HIGH_ALARM},
                                       {25, 28, ECS_CAUSE_HIGH_ALARM},
                                       {28, 10, ECS_CAUSE_LOW_ALARM}},
                 4);
    ck_assert_int_ge(step_at(0), SIM_HOUR + 330 * SIM_SECOND);
    ck_assert_int_le(step_at(0), SIM_HOUR + 390 * SIM_SECOND);
    for (uint32_t i = 1; i < 3; i++)
        ck_assert_int_ge(step_at(i) - step_at(i - 1), 300 * SIM_SECOND);
    ck_assert_int_ge(step_at(3), 2 * SIM_HOUR + 15 * SIM_MINUTE);
    ck_assert_int_eq(fixture_count_where(&run, ECS_RECORD_SCALING, ECS_SCALING_kind, ECS_SCALE_IN) >
                         0,
                     _i);
}
END_TEST

Suite *test_autoscaling_suite(void);
Suite *test_autoscaling_suite(void)
{
    Suite *suite = suite_create("autoscaling");
    TCase *cases = tcase_create("runs");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, v5_at_tt2_reaction_to_a_step_of_the_load, 0, 20);
    tcase_add_test(cases, at_tt2_scale_out_in_proportion);
    tcase_add_test(cases, at_tt2_scale_in_after_fifteen_minutes);
    tcase_add_test(cases, as_8_scale_in_step_by_step);
    tcase_add_test(cases, as_7_what_was_added_counts);
    tcase_add_test(cases, as_7_a_larger_scale_out_in_the_cooldown);
    tcase_add_test(cases, as_12_counts_from_running_tasks);
    tcase_add_test(cases, section_4_1_no_scale_in_during_a_deployment);
    tcase_add_test(cases, as_2_scheduled_actions_move_the_limits);
    tcase_add_test(cases, as_2_scheduled_actions_within_their_window);
    tcase_add_test(cases, tt_5_no_data_no_scaling);
    tcase_add_test(cases, at_tt1_tutorial);
    tcase_add_test(cases, v3_scaled_services_keep_their_split);
    tcase_add_test(cases, at_ss1_add_a_hundred_percent);
    tcase_add_test(cases, at_ss2_a_stronger_step_in_the_cooldown_adds_the_difference);
    tcase_add_test(cases, ss_2_a_period_is_the_mean_of_its_minutes);
    tcase_add_test(cases, ss_8_scale_in_by_steps);
    tcase_add_test(cases, tt_8_ss_1_steps_beside_target_tracking);
    tcase_add_loop_test(cases, tt_7_spike_steps_out_and_back, 0, 2);
    suite_add_tcase(suite, cases);
    return suite;
}
