/* `services` and the calls on services in `changes`: what they become, and what is refused before a
 * run (sheet 03, sections 11 to 14 and 26; sheet 01, CPS; sheet 02, QTA-3 and QTA-4). Each rule has
 * a case that is accepted beside the one that is not. */
#include "scn_fixture.h"
#include "test_support.h"
#include "world_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLICA "\"serviceName\": \"web\", \"taskDefinition\": \"job\", \"desiredCount\": 4"
#define DAEMON                                                                                     \
    "\"serviceName\": \"web\", \"taskDefinition\": \"job\", \"schedulingStrategy\": \"DAEMON\""
#define EC2                      ", \"launchType\": \"EC2\""
#define BLUE                     "\"capacityProviderStrategy\": [{\"capacityProvider\": \"blue\"}]"
#define ONE(...)                 "\"services\": [{" __VA_ARGS__ "}]"
#define CHANGES(...)             ", \"changes\": [" __VA_ARGS__ "]"
#define CALL(AT, OPERATION, ...) "{\"at\": \"" AT "\", \"" OPERATION "\": {" __VA_ARGS__ "}}"
#define UPDATE(...)              CALL("5m", "UpdateService", "\"service\": \"web\"" __VA_ARGS__)

static void load(struct scn_loaded *loaded, const char *members)
{
    bool good = scn_fixture_load(loaded, members);
    ck_assert_msg(good, "%s: %s", members,
                  loaded->complaints.error_count > 0 ? loaded->complaints.errors[0] : "");
}

static const char *name_of(const struct scn_loaded *loaded, uint32_t name)
{
    return loaded->scenario.names.text[name];
}

/* ---- what a service becomes ---- */

START_TEST(sv_3_dc_3_defaults_of_a_replica)
{
    struct scn_loaded loaded;
    load(&loaded, ONE(REPLICA));
    const struct ecs_service *service = &loaded.scenario.services[0];
    ck_assert_uint_eq(loaded.scenario.service_count, 1);
    ck_assert_str_eq(service->name, "web");
    ck_assert_int_eq(service->scheduling, ECS_SCHEDULING_REPLICA);
    ck_assert_int_eq(service->desired, 4);
    ck_assert_int_eq(service->maximum_percent, 200);
    ck_assert_int_eq(service->minimum_healthy_percent, 100);
    ck_assert(!service->circuit_breaker && !service->rollback);
    ck_assert(!service->created_later && !service->initial_running);
    ck_assert_str_eq(name_of(&loaded, service->request.group), "service:web"); /* TG-3 */
    ck_assert(service->request.latest_revision);
    /* SD-1: the cluster's default strategy */
    ck_assert(service->request.default_strategy);
    ck_assert_uint_eq(service->request.strategy.count, 2);
    /* SV-R2, SV-R3 */
    ck_assert(!service->own_strategy);
    ck_assert_uint_gt(service->request.placement.rule_count, 0);
    scn_loaded_release(&loaded);
}
END_TEST

/* SV-D6, SV-D7, SV-D9: no strategy of capacity providers, whatever the cluster's default is. */
START_TEST(sv_d_7_defaults_of_a_daemon)
{
    struct scn_loaded loaded;
    load(&loaded, ONE(DAEMON));
    const struct ecs_service *service = &loaded.scenario.services[0];
    ck_assert_int_eq(service->scheduling, ECS_SCHEDULING_DAEMON);
    ck_assert_int_eq(service->desired, 0);
    ck_assert_int_eq(service->maximum_percent, 100);
    ck_assert_int_eq(service->minimum_healthy_percent, 0);
    ck_assert(!service->request.default_strategy);
    ck_assert_uint_eq(service->request.strategy.count, 0);
    ck_assert(scn_fixture_warned(&loaded, "add \"launchType\": \"EC2\""));
    scn_loaded_release(&loaded);

    load(&loaded, ONE(DAEMON EC2 ", \"deploymentConfiguration\": {\"minimumHealthyPercent\": 50}"));
    ck_assert_int_eq(loaded.scenario.services[0].minimum_healthy_percent, 50);
    ck_assert_uint_eq(loaded.complaints.warning_count, 0);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(sd_members_of_a_service)
{
    struct scn_loaded loaded;
    load(
        &loaded,
        ONE("\"serviceName\": \"web\", \"taskDefinition\": \"arn:aws:ecs:us-east-1:1:"
            "task-definition/job:1\", \"desiredCount\": 0, \"cluster\": \"web\", " BLUE ", "
            "\"placementStrategy\": [{\"type\": \"binpack\", \"field\": \"memory\"}], "
            "\"placementConstraints\": [{\"type\": \"distinctInstance\"}], "
            "\"deploymentConfiguration\": {\"maximumPercent\": 150, \"minimumHealthyPercent\": 50, "
            "\"strategy\": \"ROLLING\", \"deploymentCircuitBreaker\": {\"enable\": true, "
            "\"rollback\": true}}, \"sim\": {\"initialTasks\": \"running\"}"));
    const struct ecs_service *service = &loaded.scenario.services[0];
    ck_assert_int_eq(service->desired, 0);
    ck_assert(!service->request.latest_revision && !service->request.default_strategy);
    ck_assert_uint_eq(service->request.strategy.count, 1);
    ck_assert_int_eq(service->request.strategy.items[0].weight, 1);
    ck_assert(service->own_strategy && service->request.placement.distinct_instance);
    ck_assert_uint_eq(service->request.placement.rule_count, 1);
    ck_assert_int_eq(service->maximum_percent, 150);
    ck_assert_int_eq(service->minimum_healthy_percent, 50);
    ck_assert(service->circuit_breaker && service->rollback && service->initial_running);
    scn_loaded_release(&loaded);
}
END_TEST

/* What describe-services prints: wrapped, with counts, ARNs and empty lists. */
#define DESCRIBED                                                                                  \
    "{\"serviceArn\": \"arn:aws:ecs:us-east-1:1:service/web/%s\", \"serviceName\": \"%s\", "       \
    "\"clusterArn\": \"arn:aws:ecs:us-east-1:1:cluster/%s\", \"loadBalancers\": [], "              \
    "\"serviceRegistries\": [], \"status\": \"ACTIVE\", \"desiredCount\": 3, \"runningCount\": 3," \
    " \"pendingCount\": 0, \"launchType\": \"EC2\", \"taskDefinition\": "                          \
    "\"arn:aws:ecs:us-east-1:1:task-definition/job:1\", \"deploymentConfiguration\": "             \
    "{\"deploymentCircuitBreaker\": {\"enable\": false, \"rollback\": false}, "                    \
    "\"maximumPercent\": 100, \"minimumHealthyPercent\": 0, \"alarms\": {\"alarmNames\": [], "     \
    "\"rollback\": false, \"enable\": false}, \"bakeTimeInMinutes\": 0}, \"deployments\": "        \
    "[{\"id\": \"ecs-svc/1\", \"status\": \"PRIMARY\"}], \"roleArn\": \"arn:aws:iam::1:role/r\", " \
    "\"events\": [], \"createdAt\": 1700000000.5, \"placementConstraints\": [], "                  \
    "\"placementStrategy\": [], \"healthCheckGracePeriodSeconds\": 0, "                            \
    "\"schedulingStrategy\": \"%s\", \"deploymentController\": {\"type\": \"ECS\"}, "              \
    "\"enableECSManagedTags\": true, \"propagateTags\": \"NONE\", \"enableExecuteCommand\": "      \
    "false, \"availabilityZoneRebalancing\": \"DISABLED\"}"

START_TEST(output_of_describe_services)
{
    struct scn_loaded loaded;
    char members[4096];
    snprintf(members, sizeof members,
             "\"services\": {\"services\": [" DESCRIBED ", " DESCRIBED "], \"failures\": []}",
             "front", "front", "web", "REPLICA", "logs", "logs", "web", "DAEMON");
    load(&loaded, members);
    ck_assert_uint_eq(loaded.scenario.service_count, 2);
    ck_assert_int_eq(loaded.scenario.services[0].desired, 3);
    ck_assert_int_eq(loaded.scenario.services[0].maximum_percent, 100);
    ck_assert_int_eq(loaded.scenario.services[1].scheduling, ECS_SCHEDULING_DAEMON);
    ck_assert_int_eq(loaded.scenario.services[1].desired, 0);
    scn_loaded_release(&loaded);

    snprintf(members, sizeof members,
             "\"services\": [{\"service\": " DESCRIBED ", \"sim\": "
             "{\"initialTasks\": \"running\"}}]",
             "front", "front", "web", "REPLICA");
    load(&loaded, members);
    ck_assert(loaded.scenario.services[0].initial_running);
    scn_loaded_release(&loaded);

    snprintf(members, sizeof members, "\"services\": [" DESCRIBED "]", "front", "front", "other",
             "REPLICA");
    scn_fixture_refuses(members, "clusterArn: the scenario's cluster is \"web\"");
}
END_TEST

/* ---- rules between the keys of a service ---- */

#define AWSVPC                                                                                     \
    "\"runTasks\": [], \"taskDefinitions\": [{\"family\": \"job\", \"networkMode\": "              \
    "\"awsvpc\"}], "                                                                               \
    "\"network\": {\"subnets\": {\"subnet-1\": {\"availabilityZone\": \"us-east-1a\"}}}, "
#define NETWORK                                                                                    \
    ", \"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [\"subnet-1\"]}}"
#define PERCENT(MAXIMUM, MINIMUM)                                                                  \
    ", \"deploymentConfiguration\": {\"maximumPercent\": " MAXIMUM                                 \
    ", \"minimumHealthyPercent\": " MINIMUM "}"
#define CONTROLLER(TYPE) ", \"deploymentController\": {\"type\": \"" TYPE "\"}"
#define BASE                                                                                       \
    ", \"capacityProviderStrategy\": [{\"capacityProvider\": \"blue\", \"weight\": 1, \"base\": "  \
    "2}]"

static const struct rule_case {
    const char *good, *bad, *words;
} rule_cases[] = {
    /* SD-1, CPS-08, CPS-09 */
    {ONE(REPLICA EC2), ONE(REPLICA EC2 ", " BLUE), "exclude each other"},
    {ONE(REPLICA ", " BLUE), ONE(REPLICA ", \"capacityProviderStrategy\": []"),
     "the strategy is empty"}, /* CPS-01 */
    /* LCH-01 */
    {ONE(REPLICA EC2), ONE(REPLICA ", \"launchType\": \"ec2\""), "none of EC2"},
    /* SD-2: of the cluster */
    {ONE(REPLICA ", " BLUE),
     ONE(REPLICA ", \"capacityProviderStrategy\": [{\"capacityProvider\": \"bleu\"}]"),
     "did you mean \"blue\""},
    {ONE(REPLICA ", " BLUE),
     "\"cluster\": {\"capacityProviders\": [\"green\"], \"defaultCapacityProviderStrategy\": "
     "[]}, " ONE(REPLICA ", " BLUE)
         CHANGES(CALL("5m", "PutClusterCapacityProviders",
                      "\"cluster\": \"web\", \"capacityProviders\": [\"blue\"], "
                      "\"defaultCapacityProviderStrategy\": []")),
     "attached only later"},
    /* the table of section 12 */
    {ONE(REPLICA), ONE("\"serviceName\": \"web\", \"taskDefinition\": \"job\""),
     "`desiredCount` is missing"},
    {ONE(DAEMON EC2), ONE("\"serviceName\": \"web\", \"desiredCount\": 1"),
     "`taskDefinition` is missing"}, /* RU-2 */
    {ONE(REPLICA), ONE("\"taskDefinition\": \"job\", \"desiredCount\": 1"),
     "`serviceName` is missing"},
    {ONE(REPLICA ", \"clientToken\": \"a-b_c\""), ONE(REPLICA ", \"clientToken\": \"a b\""),
     "printable ASCII"},
    {ONE(REPLICA ", \"propagateTags\": \"SERVICE\""), ONE(REPLICA ", \"propagateTags\": \"TASK\""),
     "is no choice"},
    {ONE(REPLICA), ONE(REPLICA "}, {" REPLICA), "the name \"web\" is taken"}, /* SD-8 */
    /* SD-7, SD-12, DC-12: of Fargate and of load balancers */
    {ONE(REPLICA), ONE(REPLICA ", \"platformVersion\": \"1.3.0\""), "only Fargate tasks"},
    {ONE(REPLICA), ONE(REPLICA ", \"role\": \"ecsServiceRole\""), "a role; remove it"},
    {ONE(REPLICA ", \"healthCheckGracePeriodSeconds\": 0"),
     ONE(REPLICA ", \"healthCheckGracePeriodSeconds\": 1"), "a grace period; remove it"},
    /* SD-9 */
    {AWSVPC ONE(REPLICA NETWORK), AWSVPC ONE(REPLICA), "networkMode awsvpc; add"},
    {ONE(REPLICA),
     "\"network\": {\"subnets\": {\"subnet-1\": {\"availabilityZone\": "
     "\"us-east-1a\"}}}, " ONE(REPLICA NETWORK),
     "only tasks with networkMode awsvpc"},
    /* SV-D2, SV-D6, SV-D8 */
    {ONE(DAEMON EC2), ONE(DAEMON EC2 ", \"desiredCount\": 1"), "takes no desired count"},
    {ONE(DAEMON EC2 ", \"placementStrategy\": []"),
     ONE(DAEMON EC2 ", \"placementStrategy\": [{\"type\": \"random\"}]"),
     "takes no placement strategy"},
    {ONE(DAEMON EC2), ONE(DAEMON ", " BLUE), "takes no capacity provider strategy"},
    {ONE(DAEMON EC2 PERCENT("100", "0")), ONE(DAEMON EC2 PERCENT("101", "0")),
     "at most one task on an instance"},
    {ONE(DAEMON EC2), ONE(DAEMON ", \"launchType\": \"FARGATE\""), "runs on container instances"},
    {ONE(DAEMON EC2 CONTROLLER("ECS")), ONE(DAEMON EC2 CONTROLLER("CODE_DEPLOY")),
     "deployed by ECS alone"},
    {ONE(DAEMON EC2), ONE(DAEMON EC2 CONTROLLER("EXTERNAL")), "deployed by ECS alone"},
    /* ST-4, CO-3 */
    {ONE(REPLICA ", \"placementStrategy\": [{\"type\": \"random\"}, {\"type\": \"random\"}, "
                 "{\"type\": \"random\"}, {\"type\": \"random\"}]"),
     ONE(REPLICA ", \"placementStrategy\": [{\"type\": \"random\"}, {\"type\": \"random\"}, "
                 "{\"type\": \"random\"}, {\"type\": \"random\"}, {\"type\": \"random\"}]"),
     "0 to 4 are allowed (ST-4"},
    /* percentages: a service is never below its bounds by them */
    {ONE(REPLICA PERCENT("100", "0")), ONE(REPLICA PERCENT("99", "0")), "99 is out of range"},
    {ONE(REPLICA PERCENT("200", "100")), ONE(REPLICA PERCENT("200", "101")), "101 is out of range"},
    /* SV-4: what describe-services still shows */
    {ONE(REPLICA ", \"status\": \"ACTIVE\""), ONE(REPLICA ", \"status\": \"INACTIVE\""),
     "the service is deleted"},
    /* TDF-09 */
    {ONE(REPLICA),
     "\"taskDefinitions\": [{\"family\": \"job\", \"status\": \"INACTIVE\"}], "
     "\"runTasks\": [], " ONE(REPLICA),
     "is INACTIVE"},
    /* TDF-13: there from the start */
    {ONE(REPLICA),
     ONE("\"serviceName\": \"web\", \"desiredCount\": 1, \"taskDefinition\": \"job:2\"")
         CHANGES(CALL("5m", "RegisterTaskDefinition",
                      "\"family\": \"job\", \"containerDefinitions\": [{\"name\": \"main\", "
                      "\"image\": \"busybox\", \"memory\": 128}]")),
     "is registered only later, by `changes`"},
    {ONE(REPLICA),
     "\"taskDefinitions\": [{\"family\": \"job\", \"status\": \"INACTIVE\"}], "
     "\"runTasks\": [], " ONE(REPLICA)
         CHANGES(CALL("5m", "RegisterTaskDefinition",
                      "\"family\": \"job\", \"containerDefinitions\": [{\"name\": \"main\", "
                      "\"image\": \"busybox\", \"memory\": 128}]")),
     "is registered only later, by `changes`"},
    {ONE(REPLICA ", \"sim\": {\"initialTasks\": \"none\"}"),
     ONE(REPLICA ", \"sim\": {\"initialTasks\": \"all\"}"), "is no choice"},
};

START_TEST(sd_sv_d_cps_dc_rules_of_a_service)
{
    const struct rule_case *at = &rule_cases[_i];
    scn_fixture_accepts(at->good);
    scn_fixture_refuses(at->bad, at->words);
}
END_TEST

START_TEST(cps_07_base_of_a_service)
{
    struct scn_loaded loaded;
    load(&loaded, ONE(REPLICA BASE));
    ck_assert_int_eq(loaded.scenario.services[0].request.strategy.items[0].base, 2);
    scn_loaded_release(&loaded);
    scn_fixture_refuses("\"behaviour\": {\"serviceBase\": \"refuse\"}, " ONE(REPLICA BASE),
                        "refuses a base of a service");
    scn_fixture_refuses("\"behaviour\": {\"serviceBase\": \"refuse\"}, " ONE(REPLICA EC2)
                            CHANGES(UPDATE(BASE ", \"forceNewDeployment\": true")),
                        "refuses a base of a service");
}
END_TEST

START_TEST(cps_11_no_strategy_with_code_deploy)
{
    scn_fixture_accepts(ONE(REPLICA ", " BLUE CONTROLLER("ECS")));
    scn_fixture_refuses(ONE(REPLICA ", " BLUE CONTROLLER("CODE_DEPLOY")),
                        "CODE_DEPLOY takes no capacityProviderStrategy");
    scn_fixture_refuses(ONE(REPLICA EC2 CONTROLLER("CODE_DEPLOY")),
                        "`CODE_DEPLOY` is not simulated yet");
}
END_TEST

START_TEST(cps_12_no_strategy_with_a_classic_load_balancer)
{
    scn_fixture_accepts(ONE(REPLICA ", " BLUE ", \"loadBalancers\": []"));
    scn_fixture_refuses(ONE(REPLICA ", " BLUE
                                    ", \"loadBalancers\": [{\"loadBalancerName\": \"old\"}]"),
                        "`loadBalancers` is not simulated yet");
}
END_TEST

/* A constraint that asks for it is one for an own task. */
START_TEST(tg_3_group_of_a_service)
{
    struct scn_loaded loaded;
    load(&loaded, ONE(REPLICA));
    ck_assert_str_eq(name_of(&loaded, loaded.scenario.services[0].request.group), "service:web");
    scn_loaded_release(&loaded);
    scn_fixture_warns(ONE(REPLICA ", \"placementConstraints\": [{\"type\": \"memberOf\", "
                                  "\"expression\": \"task:group == service:web\"}]"),
                      "these tasks' own group");
}
END_TEST

/* ST-4: four rules for each, of which none is lost. */
START_TEST(st_4_four_rules_are_kept)
{
    struct scn_loaded loaded;
    load(&loaded, ONE(REPLICA ", \"placementStrategy\": [{\"type\": \"spread\", \"field\": "
                              "\"attribute:ecs.availability-zone\"}, {\"type\": \"spread\", "
                              "\"field\": \"host\"}, {\"type\": \"binpack\", \"field\": \"cpu\"}, "
                              "{\"type\": \"random\"}]"));
    ck_assert_uint_eq(loaded.scenario.services[0].request.placement.rule_count, 4);
    scn_loaded_release(&loaded);
}
END_TEST

/* DC-13, AT-DC8, AT-DC11, AT-DC12, AT-DC14: accepted, and said. */
START_TEST(dc_13_bounds_that_deadlock)
{
    static const struct {
        const char *members;
        bool stuck;
    } cases[] = {
        {ONE("\"serviceName\": \"web\", \"taskDefinition\": \"job\", \"desiredCount\": 1" PERCENT(
             "150", "100")),
         true},
        {ONE("\"serviceName\": \"web\", \"taskDefinition\": \"job\", \"desiredCount\": 3" PERCENT(
             "133", "100")),
         true},
        {ONE("\"serviceName\": \"web\", \"taskDefinition\": \"job\", \"desiredCount\": 2" PERCENT(
             "150", "100")),
         false},
        {ONE("\"serviceName\": \"web\", \"taskDefinition\": \"job\", \"desiredCount\": 0" PERCENT(
             "100", "100")),
         false},
        {ONE(REPLICA PERCENT("100", "100")), true},
        {ONE(REPLICA PERCENT("100", "75")), false},
        {ONE(DAEMON EC2 PERCENT("100", "100")), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scn_loaded loaded;
        load(&loaded, cases[i].members);
        ck_assert_msg(scn_fixture_warned(&loaded, "(DC-13)") == cases[i].stuck, "%s",
                      cases[i].members);
        scn_loaded_release(&loaded);
    }
}
END_TEST

#define BREAKER                                                                                    \
    ", \"deploymentConfiguration\": {\"deploymentCircuitBreaker\": {\"enable\": true, "            \
    "\"rollback\": false}}"

START_TEST(dc_14_no_circuit_breaker_in_2020)
{
    struct scn_loaded loaded;
    scn_fixture_warns("\"epoch\": \"2020-11\", " ONE(REPLICA BREAKER), "have no circuit breaker");
    scn_fixture_warns("\"epoch\": \"2020-06\", " ONE(REPLICA) CHANGES(UPDATE(BREAKER)),
                      "have no circuit breaker");
    load(&loaded, "\"epoch\": \"2020-12\", " ONE(REPLICA BREAKER));
    ck_assert(!scn_fixture_warned(&loaded, "circuit breaker"));
    scn_loaded_release(&loaded);
    load(&loaded, "\"epoch\": \"2020-06\", \"behaviour\": {\"circuitBreaker\": true}, " ONE(
                      REPLICA BREAKER));
    ck_assert(!scn_fixture_warned(&loaded, "circuit breaker"));
    scn_loaded_release(&loaded);
}
END_TEST

/* A service has no end. */
START_TEST(services_need_a_duration)
{
    static const char text[] =
        "{\"plimsoll\": 1, \"name\": \"x\", %s\"cluster\": {\"clusterName\": \"web\"}, "
        "\"containerInstances\": [{\"instanceType\": \"t3.micro\"}], \"taskDefinitions\": "
        "[{\"family\": \"job\", \"containerDefinitions\": [{\"name\": \"main\", \"image\": \"b\", "
        "\"memory\": 64}], \"sim\": {\"duration\": \"1m\"}}], %s}";
    static const char *const services[] = {
        ONE(REPLICA),
        "\"changes\": [" CALL("5m", "CreateService", REPLICA) "]",
    };
    for (size_t i = 0; i < 2; i++) {
        struct scn_loaded loaded;
        char whole[2048];
        snprintf(whole, sizeof whole, text, "\"duration\": \"1h\", ", services[i]);
        ck_assert(scn_fixture_load_text(&loaded, whole));
        scn_loaded_release(&loaded);
        snprintf(whole, sizeof whole, text, "", services[i]);
        ck_assert(!scn_fixture_load_text(&loaded, whole));
        ck_assert(scn_fixture_complained(&loaded, "duration is required: services run until"));
        ck_assert_uint_eq(loaded.complaints.error_count, 1);
        scn_loaded_release(&loaded);
    }
}
END_TEST

/* ---- quotas ---- */

START_TEST(qta_4_tasks_of_a_service)
{
    static const struct {
        const char *top;
        int most;
    } cases[] = {
        {"\"epoch\": \"2020-06\", ", 1000},
        {"\"epoch\": \"2022-03\", ", 1000},
        {"\"epoch\": \"2022-04\", ", 5000},
        {"", 5000},
        {"\"behaviour\": {\"quotaServiceTasks\": 7}, ", 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char members[1024];
        static const char format[] = "%s\"services\": [{\"serviceName\": \"web\", "
                                     "\"taskDefinition\": \"job\", \"desiredCount\": %d}]%s";
        snprintf(members, sizeof members, format, cases[i].top, cases[i].most, "");
        scn_fixture_accepts(members);
        snprintf(members, sizeof members, format, cases[i].top, cases[i].most + 1, "");
        scn_fixture_refuses(members, "(QTA-4)");
        char update[256];
        snprintf(update, sizeof update, CHANGES(UPDATE(", \"desiredCount\": %d")),
                 cases[i].most + 1);
        snprintf(members, sizeof members, format, cases[i].top, 1, update);
        scn_fixture_refuses(members, "(QTA-4)");
    }
    scn_fixture_accepts("\"behaviour\": {\"quotaServiceTasks\": \"none\"}, \"services\": "
                        "[{\"serviceName\": \"web\", \"taskDefinition\": \"job\", "
                        "\"desiredCount\": 1000000}]");
}
END_TEST

/* At the start and by the moment of each call: one that is deleted makes room. */
START_TEST(qta_3_services_of_a_cluster)
{
#define NAMED(NAME)                                                                                \
    "\"serviceName\": \"" NAME "\", \"taskDefinition\": \"job\", \"desiredCount\": 1"
#define QUOTA "\"behaviour\": {\"quotaServices\": 2}, "
    scn_fixture_accepts(QUOTA ONE(NAMED("a") "}, {" NAMED("b")));
    scn_fixture_refuses(QUOTA ONE(NAMED("a") "}, {" NAMED("b") "}, {" NAMED("c")), "(QTA-3)");
    scn_fixture_accepts(QUOTA ONE(NAMED("a")) CHANGES(CALL("5m", "CreateService", NAMED("b"))));
    scn_fixture_refuses(QUOTA ONE(NAMED("a") "}, {" NAMED("b"))
                            CHANGES(CALL("5m", "CreateService", NAMED("c"))),
                        "changes[0].CreateService: these are more than the 2 services");
    scn_fixture_accepts(QUOTA ONE(NAMED("a") "}, {" NAMED("b")) CHANGES(
        CALL("5m", "CreateService", NAMED("c")) ", " CALL("4m", "DeleteService",
                                                          "\"service\": \"a\"")));

    struct ecs_behaviour behaviour;
    ecs_behaviour_at(&behaviour, 202006);
    ck_assert_int_eq(behaviour.quota_services, 1000);
    ck_assert_int_eq(behaviour.quota_service_tasks, 1000);
    ecs_behaviour_at(&behaviour, ECS_EPOCH_NEWEST);
    ck_assert_int_eq(behaviour.quota_services, 5000);
}
END_TEST

/* ---- calls during the run ---- */

START_TEST(cud_2_members_of_an_update)
{
    struct scn_loaded loaded;
    load(&loaded, ONE(REPLICA EC2) CHANGES(UPDATE(
                      ", \"desiredCount\": 6, \"taskDefinition\": \"job\", "
                      "\"forceNewDeployment\": true, " BLUE ", \"placementStrategy\": [{\"type\": "
                      "\"random\"}], \"placementConstraints\": [{\"type\": \"distinctInstance\"}], "
                      "\"deploymentConfiguration\": {\"maximumPercent\": 120, "
                      "\"minimumHealthyPercent\": 80, \"deploymentCircuitBreaker\": {\"enable\": "
                      "true, \"rollback\": false}}")));
    const struct ecs_change *change = &loaded.scenario.changes[0];
    const struct ecs_service_update *update = change->update;
    ck_assert_int_eq(change->operation, ECS_OP_UPDATE_SERVICE);
    ck_assert_uint_eq(change->service, 0);
    ck_assert_uint_eq(update->given, ECS_UPDATE_DEFINITION | ECS_UPDATE_STRATEGY |
                                         ECS_UPDATE_RULES | ECS_UPDATE_CONSTRAINTS |
                                         ECS_UPDATE_DESIRED | ECS_UPDATE_MAXIMUM |
                                         ECS_UPDATE_MINIMUM | ECS_UPDATE_CIRCUIT_BREAKER);
    ck_assert(update->request.latest_revision && update->force_new_deployment);
    ck_assert_uint_eq(update->request.strategy.count, 1);
    ck_assert(update->own_strategy && update->request.placement.distinct_instance);
    ck_assert_int_eq(update->desired, 6);
    ck_assert_int_eq(update->maximum_percent, 120);
    ck_assert_int_eq(update->minimum_healthy_percent, 80);
    ck_assert(update->circuit_breaker && !update->rollback);
    ck_assert_str_eq(name_of(&loaded, update->request.group), "service:web");
    scn_loaded_release(&loaded);

    load(&loaded, ONE(REPLICA) CHANGES(UPDATE(", \"placementStrategy\": []")));
    update = loaded.scenario.changes[0].update;
    ck_assert_uint_eq(update->given, ECS_UPDATE_RULES);
    ck_assert(!update->own_strategy && !update->force_new_deployment);
    ck_assert_uint_gt(update->request.placement.rule_count, 0); /* SV-R3 again */
    scn_loaded_release(&loaded);

    load(&loaded, AWSVPC ONE(REPLICA NETWORK) CHANGES(UPDATE(NETWORK)));
    ck_assert_uint_eq(loaded.scenario.changes[0].update->given, ECS_UPDATE_SUBNETS);
    scn_loaded_release(&loaded);
}
END_TEST

/* A name means the service that has it by then. */
START_TEST(sd_8_names_at_their_time)
{
    struct scn_loaded loaded;
    load(&loaded,
         ONE(REPLICA) CHANGES(CALL("20m", "CreateService", REPLICA) ", " UPDATE(
             ", "
             "\"desiredCount\": "
             "1") ", " CALL("25m", "UpdateService",
                            "\"service\": \"arn:aws:ecs:us-east-1:1:service/web/web\", "
                            "\"desiredCount\": 2") ", " CALL("15m", "DeleteService",
                                                             "\"service\": \"web\", \"force\": "
                                                             "true")));
    const struct ecs_change *changes = loaded.scenario.changes;
    ck_assert_uint_eq(loaded.scenario.service_count, 2);
    ck_assert(loaded.scenario.services[1].created_later);
    ck_assert_uint_eq(changes[0].service, 0); /* 5m */
    ck_assert_uint_eq(changes[1].service, 0); /* 15m */
    ck_assert(changes[1].force);
    ck_assert_int_eq(changes[2].operation, ECS_OP_CREATE_SERVICE);
    ck_assert_uint_eq(changes[2].service, 1);
    ck_assert_uint_eq(changes[3].service, 1); /* 25m */
    scn_loaded_release(&loaded);
}
END_TEST

#define LATER(...) CALL("10m", "UpdateService", "\"service\": \"web\"" __VA_ARGS__)
#define FORCED     ", \"forceNewDeployment\": true"

static const struct rule_case call_cases[] = {
    /* CPS-10; to another strategy as well */
    {ONE(REPLICA EC2) CHANGES(UPDATE(", " BLUE FORCED)),
     ONE(REPLICA EC2) CHANGES(UPDATE(", " BLUE)), "add \"forceNewDeployment\": true"},
    {ONE(REPLICA ", " BLUE) CHANGES(UPDATE(", " BLUE)),
     ONE(REPLICA ", " BLUE)
         CHANGES(UPDATE(", \"capacityProviderStrategy\": [{\"capacityProvider\": \"green\"}]")),
     "add \"forceNewDeployment\": true"},
    {ONE(REPLICA EC2) CHANGES(LATER(", " BLUE) ", " UPDATE(", " BLUE FORCED)),
     ONE(REPLICA EC2) CHANGES(UPDATE(", " BLUE) ", " LATER(", " BLUE FORCED)),
     "changes[0].UpdateService.capacityProviderStrategy"},
    {ONE(REPLICA ", " BLUE) CHANGES(UPDATE(FORCED)),
     ONE(REPLICA ", " BLUE) CHANGES(UPDATE(", \"capacityProviderStrategy\": []" FORCED)),
     "the strategy is empty"},
    /* CUD-4, CUD-2: a load balancer is not updated, nor what is no key of the call */
    {ONE(REPLICA) CHANGES(UPDATE(", \"loadBalancers\": []")),
     ONE(REPLICA) CHANGES(UPDATE(", \"loadBalancers\": [{\"containerPort\": 80}]")),
     "`loadBalancers` is not simulated yet"},
    {ONE(REPLICA) CHANGES(UPDATE()), ONE(REPLICA) CHANGES(UPDATE(EC2)), "unknown key"},
    {ONE(DAEMON EC2) CHANGES(UPDATE(FORCED)),
     ONE(DAEMON EC2) CHANGES(UPDATE(", \"desiredCount\": 2")), "takes no desired count"},
    {ONE(DAEMON EC2) CHANGES(UPDATE(PERCENT("100", "50"))),
     ONE(DAEMON EC2) CHANGES(UPDATE(PERCENT("200", "50"))), "at most one task on an instance"},
    {ONE(REPLICA) CHANGES(UPDATE(", \"platformVersion\": \"\"")),
     ONE(REPLICA) CHANGES(UPDATE(", \"platformVersion\": \"LATEST\"")), "only Fargate tasks"},
    {ONE(REPLICA) CHANGES(UPDATE(CONTROLLER("ECS"))),
     ONE(REPLICA) CHANGES(UPDATE(CONTROLLER("CODE_DEPLOY"))), "`CODE_DEPLOY` is not simulated yet"},
    {ONE(REPLICA) CHANGES(UPDATE(", \"cluster\": \"web\"")),
     ONE(REPLICA) CHANGES(UPDATE(", \"cluster\": \"wob\"")), "the scenario's cluster is \"web\""},
    {ONE(REPLICA) CHANGES(UPDATE()),
     ONE(REPLICA) CHANGES(CALL("5m", "UpdateService", "\"service\": \"wob\"")),
     "there is no service \"wob\"; did you mean \"web\"?"},
    /* SD-9: what the service has, or the call */
    {AWSVPC ONE(REPLICA NETWORK) CHANGES(UPDATE(", \"taskDefinition\": \"job\"")),
     ONE(REPLICA) CHANGES(UPDATE(", \"taskDefinition\": \"job:2\"") ", " CALL(
         "1m", "RegisterTaskDefinition",
         "\"family\": \"job\", \"networkMode\": \"awsvpc\", \"containerDefinitions\": "
         "[{\"name\": \"main\", \"image\": \"busybox\", \"memory\": 128}]")),
     "networkMode awsvpc; add"},
    /* TDF-09 */
    {ONE(REPLICA) CHANGES(UPDATE(", \"taskDefinition\": \"job:1\"")),
     ONE(REPLICA) CHANGES(UPDATE(", \"taskDefinition\": \"job:3\"")),
     "no task definition \"job:3\""},
    /* DeleteService, CreateService */
    {ONE(REPLICA) CHANGES(CALL("5m", "DeleteService", "\"service\": \"web\"")),
     ONE(REPLICA) CHANGES(CALL("5m", "DeleteService", "\"serviceName\": \"web\"")), "unknown key"},
    {ONE(REPLICA) CHANGES(CALL("6m", "CreateService", REPLICA) ", " CALL(
         "5m", "DeleteService", "\"service\": \"web\", \"force\": true")),
     ONE(REPLICA) CHANGES(CALL("4m", "CreateService", REPLICA) ", " CALL(
         "5m", "DeleteService", "\"service\": \"web\", \"force\": true")),
     "the cluster has a service \"web\" by then"},
    {"\"runTasks\": [], \"changes\": [" CALL("6m", "CreateService", REPLICA) "]",
     "\"changes\": [" CALL("6m", "CreateService",
                           REPLICA ", \"sim\": {\"initialTasks\": \"running\"}") "]",
     "begins without tasks"},
    {"\"changes\": [" CALL("6m", "CreateService", "\"service\": {" REPLICA "}") "]",
     "\"changes\": [" CALL("6m", "CreateService", DAEMON EC2 ", \"desiredCount\": 3") "]",
     "takes no desired count"},
    {ONE(REPLICA), "\"runTasks\": [], \"services\": []", "nothing arrives"},
};

START_TEST(cud_cps_10_rules_of_calls)
{
    const struct rule_case *at = &call_cases[_i];
    scn_fixture_accepts(at->good);
    scn_fixture_refuses(at->bad, at->words);
}
END_TEST

/* ---- tags: ACC-08 ---- */

START_TEST(acc_08_tags_of_services)
{
    static const char *const tags[][2] = {
        {", \"tags\": [{\"key\": \"k\", \"value\": \"v\"}]", "serviceLongArnFormat"},
        {", \"enableECSManagedTags\": true", "taskLongArnFormat"},
        {", \"propagateTags\": \"SERVICE\"", "taskLongArnFormat"},
    };
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        char members[1024];
        snprintf(members, sizeof members, "\"services\": [{" REPLICA "%s}]", tags[i][0]);
        scn_fixture_accepts(members);
        snprintf(members, sizeof members, "\"epoch\": \"2020-06\", \"services\": [{" REPLICA "%s}]",
                 tags[i][0]);
        scn_fixture_refuses(members, tags[i][1]);
        snprintf(members, sizeof members,
                 "\"epoch\": \"2020-06\", \"changes\": [" CALL("5m", "CreateService",
                                                               REPLICA "%s") "]",
                 tags[i][0]);
        scn_fixture_refuses(members, tags[i][1]);
        snprintf(members, sizeof members,
                 "\"epoch\": \"2020-06\", \"accountSettings\": [{\"name\": \"%s\", \"value\": "
                 "\"enabled\"}], \"services\": [{" REPLICA "%s}]",
                 tags[i][1], tags[i][0]);
        scn_fixture_accepts(members);
    }
}
END_TEST

/* ---- from the text to the run ---- */

static int64_t running(const struct fixture *run, uint32_t provider)
{
    return fixture_capacity_at(run, provider, 5 * SIM_MINUTE)->field[ECS_CAPACITY_tasks_running];
}

/* AT-SD1, AT-SD2, SD-3, SD-4: ten tasks of a service over two providers. */
START_TEST(at_sd1_at_sd2_sd_3_sd_4_ten_tasks_by_weight)
{
    static const struct {
        int base, weights[2];
        int64_t tasks[2];
    } cases[] = {{0, {1, 4}, {2, 8}}, {2, {1, 1}, {6, 4}}, {0, {1, 1}, {5, 5}}};
    struct scn_loaded loaded;
    char members[1024];
    snprintf(members, sizeof members,
             "\"runTasks\": [], \"autoScalingGroups\": [{\"AutoScalingGroupName\": \"blue-group\", "
             "\"DesiredCapacity\": 3}, {\"AutoScalingGroupName\": \"green-group\", "
             "\"DesiredCapacity\": 3}], \"services\": [{\"serviceName\": \"web\", "
             "\"taskDefinition\": \"job\", \"desiredCount\": 10, \"capacityProviderStrategy\": "
             "[{\"capacityProvider\": \"blue\", \"weight\": %d, \"base\": %d}, "
             "{\"capacityProvider\": \"green\", \"weight\": %d}]}]",
             cases[_i].weights[0], cases[_i].base, cases[_i].weights[1]);
    load(&loaded, members);
    struct fixture run = {.scenario = loaded.scenario};
    fixture_run(&run);
    ck_assert_int_eq(running(&run, 0), cases[_i].tasks[0]);
    ck_assert_int_eq(running(&run, 1), cases[_i].tasks[1]);
    free(run.records);
    scn_loaded_release(&loaded);
}
END_TEST

/* Before the run: tasks that no instance could ever hold, as of runTasks. */
START_TEST(a_service_that_no_instance_can_hold_is_warned_about)
{
    static const char large[] =
        "\"taskDefinitions\": [{\"family\": \"large\", \"containerDefinitions\": [{\"name\": "
        "\"main\", \"image\": \"busybox\", \"cpu\": 4096, \"memory\": 512}]}], ";
    char members[1024];
    snprintf(members, sizeof members,
             "%s\"services\": [{\"serviceName\": \"web\", \"taskDefinition\": \"large\", "
             "\"desiredCount\": 1}]",
             large);
    scn_fixture_warns(members, "no instance that its tasks may go to can hold one of them");
}
END_TEST

/* ---- what compare takes for the same work ---- */

static uint64_t workload_hash(const char *members)
{
    struct scn_loaded loaded;
    load(&loaded, members);
    uint64_t hash = loaded.scenario.workload_hash;
    scn_loaded_release(&loaded);
    return hash;
}

START_TEST(a_daemon_is_no_workload)
{
    uint64_t none = workload_hash("\"services\": []");
    ck_assert_uint_eq(workload_hash(ONE(DAEMON EC2)), none);
    ck_assert_uint_ne(workload_hash(ONE(REPLICA)), none);
    ck_assert_uint_eq(workload_hash(ONE(REPLICA EC2)), workload_hash(ONE(REPLICA)));
    ck_assert_uint_ne(workload_hash(ONE(NAMED("web"))), workload_hash(ONE(REPLICA)));
}
END_TEST

Suite *test_scn_services_suite(void);
Suite *test_scn_services_suite(void)
{
    Suite *suite = suite_create("scn_services");
    TCase *tests = tcase_create("services");
    tcase_add_test(tests, sv_3_dc_3_defaults_of_a_replica);
    tcase_add_test(tests, sv_d_7_defaults_of_a_daemon);
    tcase_add_test(tests, sd_members_of_a_service);
    tcase_add_test(tests, output_of_describe_services);
    tcase_add_loop_test(tests, sd_sv_d_cps_dc_rules_of_a_service, 0,
                        sizeof rule_cases / sizeof rule_cases[0]);
    tcase_add_test(tests, cps_07_base_of_a_service);
    tcase_add_test(tests, cps_11_no_strategy_with_code_deploy);
    tcase_add_test(tests, cps_12_no_strategy_with_a_classic_load_balancer);
    tcase_add_test(tests, tg_3_group_of_a_service);
    tcase_add_test(tests, st_4_four_rules_are_kept);
    tcase_add_test(tests, dc_13_bounds_that_deadlock);
    tcase_add_test(tests, dc_14_no_circuit_breaker_in_2020);
    tcase_add_test(tests, services_need_a_duration);
    tcase_add_test(tests, qta_4_tasks_of_a_service);
    tcase_add_test(tests, qta_3_services_of_a_cluster);
    tcase_add_test(tests, cud_2_members_of_an_update);
    tcase_add_test(tests, sd_8_names_at_their_time);
    tcase_add_loop_test(tests, cud_cps_10_rules_of_calls, 0,
                        sizeof call_cases / sizeof call_cases[0]);
    tcase_add_test(tests, acc_08_tags_of_services);
    tcase_add_loop_test(tests, at_sd1_at_sd2_sd_3_sd_4_ten_tasks_by_weight, 0, 3);
    tcase_add_test(tests, a_service_that_no_instance_can_hold_is_warned_about);
    tcase_add_test(tests, a_daemon_is_no_workload);
    suite_add_tcase(suite, tests);
    return suite;
}
