/* The rules of sheet 03, section 4, about constraints and strategies as they are written: what the
 * loader accepts, refuses and warns about. Each case is merged over tests/bad/base.json. */
#include "ecs_world.h"
#include "scn_fixture.h"
#include "sim_record.h"
#include "test_support.h"

#include <stdio.h>

START_TEST(rule_CO_1_CO_2)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"distinctInstance\"}, {\"type\": \"memberOf\", \"expression\": "
        "\"attribute:stack == prod\"}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"distinctinstance\"}]}]",
        "did you mean distinctInstance");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": {\"type\": \"distinctInstance\"}}]",
        "expected a list of objects");
}
END_TEST

START_TEST(rule_CO_3)
{
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"distinctInstance\"}, {\"type\": \"distinctInstance\"}, {\"t"
        "ype\": \"distinctInstance\"}, {\"type\": \"distinctInstance\"}, {\"type\": \"dis"
        "tinctInstance\"}, {\"type\": \"distinctInstance\"}, {\"type\": \"distinctInstanc"
        "e\"}, {\"type\": \"distinctInstance\"}, {\"type\": \"distinctInstance\"}, {\"typ"
        "e\": \"distinctInstance\"}, {\"type\": \"distinctInstance\"}]}]",
        "0 to 10 are allowed");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"distinctInstance\"}, {\"type\": \"distinctInstance\"}, {\"t"
        "ype\": \"distinctInstance\"}, {\"type\": \"distinctInstance\"}, {\"type\": \"dis"
        "tinctInstance\"}, {\"type\": \"distinctInstance\"}, {\"type\": \"distinctInstanc"
        "e\"}, {\"type\": \"distinctInstance\"}, {\"type\": \"distinctInstance\"}, {\"typ"
        "e\": \"distinctInstance\"}]}]");
}
END_TEST

START_TEST(rule_CO_5)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"distinctInstance\"}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"distinctInstance\", \"expression\": \"x\"}]}]",
        "takes no expression");
}
END_TEST

START_TEST(rule_CO_6)
{
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"memberOf\", \"expression\": \"x\"}]}]",
        "column 1 of the expression");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"memberOf\"}]}]",
        "memberOf needs an `expression`");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"memberOf\", \"expression\": \"attribute:stack == prod\"}]}]");
}
END_TEST

START_TEST(rule_CO_7)
{
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"placementConstraints\": [{\"type\": \"distinctInstance\"}]}]",
        "cannot ask for distinctInstance");
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"placementConstraints\": [{\"type\": \"memberOf\", \"expression\": "
        "\"attribute:stack exists\"}]}]");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementConstrai"
        "nts\": [{\"type\": \"distinctInstance\"}, {\"type\": \"memberOf\", \"expression\": "
        "\"attribute:stack exists\"}]}]");
}
END_TEST

/* Types are written as in the API, in all calls. */
START_TEST(rule_ST_1_ST_2)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"random\"}, {\"type\": \"spread\", \"field\": \"instanceId\"}, "
        "{\"type\": \"binpack\", \"field\": \"memory\"}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"Random\"}]}]",
        "did you mean \"random\"");
    static const char service[] = "\"services\": [{\"serviceName\": \"web\", \"taskDefinition\": "
                                  "\"job\", \"desiredCount\": 1";
    char members[512];
    snprintf(members, sizeof members, "%s, \"placementStrategy\": [{\"type\": \"random\"}]}]",
             service);
    scn_fixture_accepts(members);
    snprintf(members, sizeof members, "%s, \"placementStrategy\": [{\"type\": \"RANDOM\"}]}]",
             service);
    scn_fixture_refuses(members, "there is no placement strategy \"RANDOM\"");
    snprintf(members, sizeof members,
             "%s}], \"changes\": [{\"at\": \"5m\", \"UpdateService\": {\"service\": \"web\", "
             "\"placementStrategy\": [{\"type\": \"Spread\", \"field\": \"host\"}]}}]",
             service);
    scn_fixture_refuses(members, "did you mean \"spread\"");
}
END_TEST

START_TEST(rule_ST_3)
{
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": {\"type\": \"random\"}}]",
        "expected a list of objects");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"kind\": \"random\"}]}]",
        "unknown key");
}
END_TEST

START_TEST(rule_ST_4)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"random\"}, {\"type\": \"random\"}, {\"type\": \"random\"}, {\""
        "type\": \"random\"}, {\"type\": \"random\"}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"random\"}, {\"type\": \"random\"}, {\"type\": \"random\"}, {\""
        "type\": \"random\"}, {\"type\": \"random\"}, {\"type\": \"random\"}]}]",
        "0 to 5 are allowed");
}
END_TEST

START_TEST(rule_ST_6)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"binpack\", \"field\": \"cpu\"}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"binpack\", \"field\": \"disk\"}]}]",
        "write cpu or memory");
}
END_TEST

START_TEST(rule_ST_7)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"random\", \"field\": \"cpu\"}]}]");
}
END_TEST

START_TEST(rule_ST_9)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"spread\", \"field\": \"host\"}, {\"type\": \"spread\", \"field"
        "\": \"attribute:ecs.availability-zone\"}]}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"spread\", \"field\": \"ecs.vpc-id\"}]}]",
        "did you mean \"attribute:ecs.vpc-id\"");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"spread\", \"field\": \"zone\"}]}]",
        "no field to spread over");
    scn_fixture_warns(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"placementStrategy"
        "\": [{\"type\": \"spread\", \"field\": \"attribute:stack\"}]}]",
        "no instance has an attribute \"stack\"");
}
END_TEST

/* The hash of a run that spreads ten tasks over this field. */
static uint64_t hash_of(const char *field)
{
    char members[1024];
    struct scn_loaded loaded;
    struct sim_hash hash;
    snprintf(
        members, sizeof members,
        "\"containerInstances\": [{\"instanceType\": \"m5.large\", \"count\": 5, "
        "\"availabilityZone\": \"us-east-1a\"}], \"runTasks\": [{\"at\": \"1m\", \"count\": 10, "
        "\"taskDefinition\": \"job\", \"launchType\": \"EC2\", \"placementStrategy\": "
        "[{\"type\": \"spread\", \"field\": \"%s\"}]}]",
        field);
    ck_assert_msg(scn_fixture_load(&loaded, members), "%s",
                  loaded.complaints.error_count > 0 ? loaded.complaints.errors[0] : "");
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    sim_hash_init(&hash);
    sim_stream_add(ecs_world_stream(world), sim_hash_observe, &hash);
    ck_assert(ecs_world_run(world, 0));
    ecs_world_free(world);
    scn_loaded_release(&loaded);
    return sim_hash_value(&hash);
}

/* AT-PL10: identical placements for identical seeds. */
START_TEST(at_pl10_st_9_host_is_instance_id)
{
    ck_assert_uint_eq(hash_of("host"), hash_of("instanceId"));
    ck_assert_uint_ne(hash_of("host"), hash_of("attribute:ecs.availability-zone"));
}
END_TEST

Suite *test_scn_rules_placement_suite(void);
Suite *test_scn_rules_placement_suite(void)
{
    Suite *suite = suite_create("scn_rules_placement");
    TCase *tests = tcase_create("rules");
    tcase_add_test(tests, rule_CO_1_CO_2);
    tcase_add_test(tests, rule_CO_3);
    tcase_add_test(tests, rule_CO_5);
    tcase_add_test(tests, rule_CO_6);
    tcase_add_test(tests, rule_CO_7);
    tcase_add_test(tests, rule_ST_1_ST_2);
    tcase_add_test(tests, rule_ST_3);
    tcase_add_test(tests, rule_ST_4);
    tcase_add_test(tests, rule_ST_6);
    tcase_add_test(tests, rule_ST_7);
    tcase_add_test(tests, rule_ST_9);
    tcase_add_test(tests, at_pl10_st_9_host_is_instance_id);
    suite_add_tcase(suite, tests);
    return suite;
}
