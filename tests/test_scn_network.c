/* `network` and networkConfiguration as scenarios say them: facts of subnets, where groups launch,
 * where tasks may go. Cases are merged over tests/bad/base.json. */
#include "ecs_world.h"
#include "scn_fixture.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define AWSVPC "\"taskDefinitions\": [{\"family\": \"job\", \"networkMode\": \"awsvpc\"}], "
#define IN(subnets)                                                                                \
    "\"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [" subnets "]}}"
#define RUN_IN(subnets)       "\"runTasks\": [{\"name\": \"first\", " IN(subnets) "}]"
#define SUBNET(name, members) "\"" name "\": {\"availabilityZone\": " members "}"
#define SUBNETS(list)         "\"network\": {\"subnets\": {" list "}}, "

/* ---- facts ---- */

static const struct fact_case {
    const char *facts;
    enum ecs_way ecs, internet;
    bool ecr;
} fact_cases[] = {
    {"", ECS_WAY_ALWAYS, ECS_WAY_ALWAYS, true}, /* what is not said never limits */
    {", \"public\": true", ECS_WAY_PUBLIC, ECS_WAY_PUBLIC, true},
    {", \"public\": true, \"nat\": true", ECS_WAY_ALWAYS, ECS_WAY_ALWAYS, true},
    {", \"public\": false", ECS_WAY_ALWAYS, ECS_WAY_ALWAYS, true},
    {", \"public\": false, \"nat\": false", ECS_WAY_ALWAYS, ECS_WAY_NEVER, true},
    {", \"public\": false, \"nat\": false, \"endpoints\": false", ECS_WAY_NEVER, ECS_WAY_NEVER,
     false},
    {", \"public\": false, \"nat\": false, \"endpoints\": true", ECS_WAY_ALWAYS, ECS_WAY_NEVER,
     true},
    {", \"public\": false, \"nat\": false, \"endpoints\": [\"ecs\", \"ecs-agent\"]", ECS_WAY_ALWAYS,
     ECS_WAY_NEVER, false},
    {", \"public\": false, \"nat\": false, \"endpoints\": [\"com.amazonaws.us-east-1.ecr.dkr\"]",
     ECS_WAY_ALWAYS, ECS_WAY_NEVER, true},
};
#define FACT_CASES ((int)(sizeof fact_cases / sizeof fact_cases[0]))

START_TEST(reg_6_err_2_err_3_facts_of_a_subnet)
{
    const struct fact_case *c = &fact_cases[_i];
    struct scn_loaded loaded;
    char text[512];
    snprintf(text, sizeof text,
             "\"network\": {\"subnets\": {\"s-a\": {\"availabilityZone\": \"us-east-1a\", \"vpc\": "
             "\"vpc-1\", \"freeAddresses\": 251%s}}}",
             c->facts);
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s", loaded.complaints.errors[0]);
    ck_assert_uint_eq(loaded.scenario.subnet_count, 1);
    const struct ecs_subnet *subnet = &loaded.scenario.subnets[0];
    ck_assert_str_eq(loaded.scenario.names.text[subnet->name], "s-a");
    ck_assert_str_eq(loaded.scenario.names.text[subnet->zone], "us-east-1a");
    ck_assert_str_eq(loaded.scenario.names.text[subnet->vpc], "vpc-1");
    ck_assert_int_eq(subnet->free_addresses, 251);
    ck_assert_int_eq(subnet->ecs, c->ecs);
    ck_assert_int_eq(subnet->internet, c->internet);
    ck_assert_int_eq(subnet->ecr, c->ecr);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(network_mistakes)
{
    scn_fixture_refuses(SUBNETS(SUBNET("s", "\"us-east-1a\", \"freeAddresses\": -1")) "\"seed\": 1",
                        "freeAddresses");
    scn_fixture_refuses(AWSVPC RUN_IN("\"s-x\""), "the zone of subnet s-x is not known");
    scn_fixture_refuses("\"workload\": [{\"taskDefinition\": \"job\", " IN(
                            "\"s\"") ", "
                                     "\"generator\": {\"interarrival\": \"1s\", \"rows\": 1}}]",
                        "only tasks with networkMode awsvpc");
}
END_TEST

/* ---- groups ---- */

/* All subnets of a zone are launched into; one that `network` does not list has no limits. */
START_TEST(eni_07_subnets_of_a_group)
{
    struct scn_loaded loaded;
    ck_assert_msg(
        scn_fixture_load(
            &loaded,
            SUBNETS(
                SUBNET("s-1", "\"us-east-1a\"") ", " SUBNET("s-2", "\"us-east-1b\"") ", " SUBNET(
                    "s-3", "\"us-east-1a\"")) "\"autoScalingGroups\": [{\"AutoScalingGroupName\": "
                                              "\"blue-group\", "
                                              "\"VPCZoneIdentifier\": \"s-1, s-2,s-3,s-1\"}, "
                                              "{\"AutoScalingGroupName\": \"green-group\", "
                                              "\"VPCZoneIdentifier\": "
                                              "\"s-9\"}]"),
        "%s", loaded.complaints.errors[0]);
    const struct ecs_scenario *s = &loaded.scenario;
    const struct ecs_asg *blue = &s->asgs[0], *green = &s->asgs[1];
    static const uint32_t zones[] = {0, 1, 0};
    static const char *const names[] = {"s-1", "s-2", "s-3"};
    ck_assert_uint_eq(blue->zone_count, 2);
    ck_assert_uint_eq(blue->place_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(blue->places[i].zone_index, zones[i]);
        ck_assert_str_eq(s->names.text[s->subnets[blue->places[i].subnet].name], names[i]);
    }
    ck_assert_uint_eq(green->place_count, 1);
    const struct ecs_subnet *unlisted = &s->subnets[green->places[0].subnet];
    ck_assert_str_eq(s->names.text[unlisted->zone], "us-east-1a");
    ck_assert_int_eq(unlisted->free_addresses, ECS_UNLIMITED);
    ck_assert_int_eq(unlisted->internet, ECS_WAY_ALWAYS);
    scn_loaded_release(&loaded);
}
END_TEST

/* ---- tasks ---- */

static void count_zone(void *user, const struct sim_record *record)
{
    uint32_t *counts = user;
    if (record->kind == ECS_RECORD_TASK_PLACED)
        counts[0]++;
    if (record->kind == ECS_RECORD_FAILURE &&
        record->field[ECS_FAILURE_reason] == ECS_REASON_LOCATION)
        counts[1]++;
}

static void run(const struct ecs_scenario *scenario, uint32_t counts[2])
{
    struct ecs_world *world = ecs_world_new(scenario);
    struct ecs_invariants *invariants = ecs_invariants_new(scenario);
    counts[0] = counts[1] = 0;
    ecs_invariants_begin(invariants, 0);
    sim_stream_add(ecs_world_stream(world), ecs_invariants_observe, invariants);
    sim_stream_add(ecs_world_stream(world), count_zone, counts);
    ck_assert(ecs_world_run(world, 0));
    ecs_invariants_free(invariants);
    ecs_world_free(world);
}

/* An instance in zone a; tasks of runTasks and of a workload name a subnet in a, or in b. */
START_TEST(api_7_eni_07_tasks_follow_their_subnets)
{
    struct scn_loaded loaded;
    char text[2048];
    const char *subnet = _i == 0 ? "s-a" : "s-b";
    uint32_t counts[2];
    snprintf(text, sizeof text,
             AWSVPC SUBNETS(SUBNET("s-a", "\"us-east-1a\"") ", " SUBNET(
                 "s-b",
                 "\"us-east-1b\"")) "\"containerInstances\": [{\"instanceType\": \"m5.4xlarge\", "
                                    "\"subnetId\": \"s-a\"}], "
                                    "\"runTasks\": [{\"name\": \"first\", \"launchType\": \"EC2\", "
                                    "\"networkConfiguration\": {\"awsvpcConfiguration\": "
                                    "{\"subnets\": [\"%s\"]}}}], "
                                    "\"workload\": [{\"launchType\": \"EC2\", \"generator\": "
                                    "{\"interarrival\": \"1m\", "
                                    "\"rows\": 3}, \"networkConfiguration\": "
                                    "{\"awsvpcConfiguration\": {\"subnets\": "
                                    "[\"%s\"]}}}]",
             subnet, subnet);
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s", loaded.complaints.errors[0]);
    ck_assert_int_eq(scn_fixture_warned(&loaded, "tasks may go to is in the zone"), false);
    run(&loaded.scenario, counts);
    ck_assert_uint_eq(counts[0], _i == 0 ? 5 : 0);
    ck_assert_uint_eq(counts[1], _i == 0 ? 0 : 5);
    scn_loaded_release(&loaded);
}
END_TEST

/* What can never start is said. (A run that would never end: tests/bad/scenarios/api-07-*.) */
START_TEST(api_7_never_served)
{
#define ONLY_GREEN                                                                                 \
    "\"cluster\": {\"defaultCapacityProviderStrategy\": [{\"capacityProvider\": \"green\"}]}, "
    scn_fixture_warns(ONLY_GREEN AWSVPC SUBNETS(SUBNET("s-b", "\"us-east-1b\"")) RUN_IN("\"s-b\""),
                      "is in the zone of one of their subnets, so they never start");
    scn_fixture_accepts(ONLY_GREEN AWSVPC SUBNETS(SUBNET("s-a", "\"us-east-1a\""))
                            RUN_IN("\"s-a\""));
}
END_TEST

Suite *test_scn_network_suite(void);
Suite *test_scn_network_suite(void)
{
    Suite *suite = suite_create("scn_network");
    TCase *tests = tcase_create("network");
    tcase_add_loop_test(tests, reg_6_err_2_err_3_facts_of_a_subnet, 0, FACT_CASES);
    tcase_add_test(tests, network_mistakes);
    tcase_add_test(tests, eni_07_subnets_of_a_group);
    tcase_add_loop_test(tests, api_7_eni_07_tasks_follow_their_subnets, 0, 2);
    tcase_add_test(tests, api_7_never_served);
    suite_add_tcase(suite, tests);
    return suite;
}
