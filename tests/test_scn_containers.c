/* dependsOn, healthCheck and sim.containers, as the loader reads them. */
#include "scn_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

/* A definition "t" of three containers: init ends, envoy is healthy after a while, and app waits
 * for both. `sim` are members of its sim. */
static const char *definition(const char *sim)
{
    static char text[4096];
    snprintf(text, sizeof text,
             "'taskDefinitions': [{'family': 't', 'sim': {%s}, 'containerDefinitions': ["
             "{'name': 'app', 'image': 'i', 'memory': 64, 'dependsOn': [{'containerName': 'init', "
             "'condition': 'SUCCESS'}, {'containerName': 'envoy', 'condition': 'HEALTHY'}]}, "
             "{'name': 'init', 'image': 'i', 'memory': 64, 'essential': false}, "
             "{'name': 'envoy', 'image': 'i', 'memory': 64, 'healthCheck': {'command': ['CMD', "
             "'x'], 'interval': 5, 'timeout': 2, 'retries': 3}}]}], "
             "'runTasks': [{'name': 'first', 'at': '1m', 'taskDefinition': 't'}]",
             sim);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return text;
}

#define INIT "'duration': '1m', 'containers': {'init': {'duration': '7s', 'exitCode': 3}}"

START_TEST(dep_01_dependencies_are_read)
{
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, definition(INIT)), "%s", loaded.complaints.errors[0]);
    const struct ecs_task_definition *t = loaded.scenario.task_definitions;
    while (strcmp(t->family, "t") != 0)
        t++;
    ck_assert(t->ordered);
    const struct ecs_container *app = &t->containers[0], *init = &t->containers[1],
                               *envoy = &t->containers[2];
    ck_assert_uint_eq(app->dependency_count, 2);
    ck_assert_uint_eq(app->dependencies[0].container, 1);
    ck_assert_int_eq(app->dependencies[0].condition, ECS_CONDITION_SUCCESS);
    ck_assert_uint_eq(app->dependencies[1].container, 2);
    ck_assert_int_eq(app->dependencies[1].condition, ECS_CONDITION_HEALTHY);
    ck_assert(init->ends_early && !app->ends_early && !envoy->ends_early);
    ck_assert_int_eq(init->exit_code, 3);
    ck_assert_int_eq(envoy->check_interval, 5 * SIM_SECOND);
    ck_assert_int_eq(app->check_interval, 0);
    scn_loaded_release(&loaded);
}
END_TEST

/* Without dependsOn containers start together, and health decides nothing. */
START_TEST(dep_01_without_dependencies_nothing_is_ordered)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(
        &loaded, "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\":"
                 " \"main\", \"healthCheck\": {\"command\": [\"CMD\", \"x\"]}}]}]"));
    ck_assert(!loaded.scenario.task_definitions[0].ordered);
    bool said = false;
    for (uint32_t i = 0; i < loaded.complaints.no_effect_count; i++)
        said = said || strstr(loaded.complaints.no_effect[i],
                              "no container waits until it is healthy") != NULL;
    ck_assert(said);
    scn_loaded_release(&loaded);
}
END_TEST

/* A service looks at its tasks' health, whether it is there from the start or created later. */
START_TEST(dc_8_hlt_06_services_look_at_health)
{
    static const char *const makes[] = {
        "'services': [{'serviceName': 's', 'taskDefinition': 't', 'desiredCount': 1}]",
        "'changes': [{'at': '1m', 'CreateService': {'serviceName': 's', 'taskDefinition': 't', "
        "'desiredCount': 1}}]",
    };
    static char text[2048];
    struct scn_loaded loaded;
    int length = snprintf(text, sizeof text,
                          "'duration': '1h', 'taskDefinitions': [{'family': 't', 'memory': '128', "
                          "'containerDefinitions': [{'name': 'main', 'image': 'i', 'healthCheck': "
                          "{'command': ['CMD', 'x'], 'interval': 10, 'startPeriod': 60}}, "
                          "{'name': 'side', 'image': 'i', 'essential': false, "
                          "'healthCheck': {'command': ['CMD', 'x']}}]}], %s",
                          makes[_i]);
    for (int i = 0; i < length; i++)
        if (text[i] == '\'')
            text[i] = '"';
    ck_assert_msg(scn_fixture_load(&loaded, text), "%s", loaded.complaints.errors[0]);
    const struct ecs_task_definition *t = loaded.scenario.task_definitions;
    while (strcmp(t->family, "t") != 0)
        t++;
    ck_assert_int_eq(t->containers[0].check_interval, 10 * SIM_SECOND);
    ck_assert_int_eq(t->containers[0].check_retries, 3);
    ck_assert_int_eq(t->containers[0].check_start_period, 60 * SIM_SECOND);
    ck_assert_int_eq(t->containers[1].check_interval, 0); /* not essential (HLT-05) */
    scn_loaded_release(&loaded);
}
END_TEST

static const struct {
    const char *sim, *says;
    bool warns;
} mistakes[] = {
    {"'containers': {'int': {'duration': '7s'}}",
     "there is no container of the task \"int\"; did you mean \"init\"?", false},
    {"'containers': {'app': {'duration': '7s'}}",
     "container app is essential, so the task ends with it; write `duration` into the `sim` of the "
     "task definition, or set the container's `essential` to false",
     false},
    {"'containers': {'envoy': {'exitCode': 0}}",
     "container envoy is essential, so the task ends with it; write `exitCode` into the", false},
    {"'containers': {'init': {'duration': '7s', 'healthyAfter': '1s'}}",
     "container init has no health check, so it is never healthy", false},
    {"'containers': {'init': {'exitCode': 256}}", "256 is out of range; write 0 to 255", false},
    {"'containers': {'init': '7s'}", "expected an object, not a text", false},
    {"'containers': {'init': {'startsAfter': '7s'}}", "unknown key", false},
    {"",
     "others wait until it has ended, and nothing says when: it ends at once; write \"sim\": "
     "{\"containers\": {\"init\": {\"duration\": \"10s\"}}} into the task definition",
     true},
};
#define MISTAKES ((int)(sizeof mistakes / sizeof mistakes[0]))

START_TEST(dep_01_mistakes_in_sim_containers)
{
    const char *text = definition(mistakes[_i].sim);
    if (mistakes[_i].warns)
        scn_fixture_warns(text, mistakes[_i].says);
    else
        scn_fixture_refuses(text, mistakes[_i].says);
}
END_TEST

Suite *test_scn_containers_suite(void);
Suite *test_scn_containers_suite(void)
{
    Suite *suite = suite_create("scn_containers");
    TCase *tests = tcase_create("containers");
    tcase_add_test(tests, dep_01_dependencies_are_read);
    tcase_add_test(tests, dep_01_without_dependencies_nothing_is_ordered);
    tcase_add_loop_test(tests, dc_8_hlt_06_services_look_at_health, 0, 2);
    tcase_add_loop_test(tests, dep_01_mistakes_in_sim_containers, 0, MISTAKES);
    suite_add_tcase(suite, tests);
    return suite;
}
