/* A world in steps, and what can be seen of its container instances on the way: every subject of
 * the cluster query language, asked of a run. */
#include "ecs_inspect.h"
#include "scn_fixture.h"
#include "scn_query.h"
#include "sim_record.h"

#include <check.h>
#include <string.h>

/* From the start: 1 and 2 t3.medium of green-group, agent 1.30.0, in 1a; 3 m5.large with stack=prod
 * in 1a, 4 c5.large with stack=dev in 1b. A db task runs on 4 from 1 min on for the whole hour, a
 * second one is PENDING there at 30 min 1 s. The agent of 1 is cut off at 10 min for good; 3 loses
 * `stack` and gains `rack` at 20 min and drains from 40 min on; 2 is terminated at 50 min. */
static const char members[] =
    "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", "
    "\"sim\": {\"agentVersion\": \"1.30.0\"}}], "
    "\"autoScalingGroups\": [{\"AutoScalingGroupName\": \"green-group\", \"DesiredCapacity\": 2}], "
    "\"containerInstances\": [{\"instanceType\": \"m5.large\", \"availabilityZone\": "
    "\"us-east-1a\", \"attributes\": [{\"name\": \"stack\", \"value\": \"prod\"}]}, "
    "{\"instanceType\": \"c5.large\", \"availabilityZone\": \"us-east-1b\", \"attributes\": "
    "[{\"name\": \"stack\", \"value\": \"dev\"}]}], "
    "\"taskDefinitions\": [{\"family\": \"db\", \"containerDefinitions\": [{\"name\": \"main\", "
    "\"image\": \"db\", \"cpu\": 256, \"memory\": 128}], \"sim\": {\"imageSize\": \"1GB\"}}], "
    "\"runTasks\": [{\"name\": \"first\", \"at\": \"1m\", \"count\": 1, \"taskDefinition\": "
    "\"db\", "
    "\"launchType\": \"EC2\", \"placementConstraints\": [{\"type\": \"memberOf\", \"expression\": "
    "\"attribute:stack == dev\"}]}, {\"at\": \"30m\", \"taskDefinition\": \"db\", \"launchType\": "
    "\"EC2\", \"group\": \"late\", \"placementConstraints\": [{\"type\": \"memberOf\", "
    "\"expression\": \"attribute:stack == dev\"}]}], "
    "\"faults\": [{\"kind\": \"agentDisconnect\", \"at\": \"10m\", \"instances\": "
    "{\"autoScalingGroup\": \"green-group\", \"count\": 1, \"order\": \"oldest\"}}], "
    "\"changes\": [{\"at\": \"20m\", \"PutAttributes\": {\"attributes\": [{\"name\": \"rack\", "
    "\"targetId\": \"00000000000000000000000000000003\"}]}}, {\"at\": \"20m\", "
    "\"DeleteAttributes\": {\"attributes\": [{\"name\": \"stack\", \"targetId\": "
    "\"00000000000000000000000000000003\"}]}}, {\"at\": \"40m\", "
    "\"UpdateContainerInstancesState\": "
    "{\"containerInstances\": [\"00000000000000000000000000000003\"], \"status\": \"DRAINING\"}}, "
    "{\"at\": \"50m\", \"TerminateInstanceInAutoScalingGroup\": {\"InstanceId\": "
    "\"i-00000000000000002\", \"ShouldDecrementDesiredCapacity\": true}}]";

struct seen {
    uint32_t serials; /* bit i: instance i */
    struct ecs_container_instance last;
    char groups[128], attributes[4096];
};

static void join(char *text, size_t size, const char *part)
{
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s%s", length > 0 ? " " : "", part);
}

static void see(void *user, const struct ecs_container_instance *instance)
{
    struct seen *seen = user;
    seen->serials |= 1u << instance->serial;
    seen->last = *instance;
    seen->groups[0] = seen->attributes[0] = '\0';
    for (uint32_t i = 0; i < instance->group_count; i++)
        join(seen->groups, sizeof seen->groups, instance->groups[i]);
    for (uint32_t i = 0; i < instance->attribute_count; i++) {
        char text[128];
        snprintf(text, sizeof text, "%s=%s", instance->attributes[i].name,
                 instance->attributes[i].value);
        join(seen->attributes, sizeof seen->attributes, text);
    }
}

static struct seen ask(const struct ecs_world *world, const char *expression)
{
    struct sim_arena arena;
    struct scn_query_error error;
    struct seen seen = {0};
    sim_arena_init(&arena);
    const struct ecs_query *query = scn_query_parse(&arena, expression, &error);
    ck_assert_msg(query != NULL, "%s", expression);
    ecs_inspect(world, query, see, &seen);
    sim_arena_release(&arena);
    return seen;
}

static const struct {
    const char *at, *expression;
    uint32_t instances; /* bit i: instance i */
} cases[] = {
    {"5m", "attribute:stack == prod", 1u << 3},
    {"5m", "attribute:stack exists", 1u << 3 | 1u << 4},
    {"5m", "attribute:ecs.instance-type =~ t3.*", 1u << 1 | 1u << 2},
    {"5m", "attribute:ecs.availability-zone == us-east-1b", 1u << 4},
    {"5m", "attribute:ecs.os-type == linux and attribute:ecs.cpu-architecture == x86_64", 0x1e},
    {"5m", "attribute:ecs.ami-id == ami-1", 1u << 1 | 1u << 2},
    {"5m", "ec2InstanceId in ['i-00000000000000002', i-00000000000000003]", 1u << 2 | 1u << 3},
    {"5m", "registeredAt == 2024-01-01", 0x1e},
    {"5m", "registeredAt > 2024-01-01", 0},
    {"5m", "agentVersion <= 1.30.0", 1u << 1 | 1u << 2},
    {"5m", "agentConnected == true", 0x1e},
    {"30m", "agentConnected == false", 1u << 1},
    {"30m", "attribute:rack exists", 1u << 3},
    {"30m", "attribute:stack !exists", 1u << 1 | 1u << 2 | 1u << 3},
    {"10s", "task:group exists", 0},
    {"5m", "task:group == family:db", 1u << 4},
    {"5m", "runningTasksCount == 1", 1u << 4},
    {"30m1s", "task:group == late and runningTasksCount == 1", 1u << 4}, /* QL-16, QL-20 */
    {"35m", "task:group == late and runningTasksCount == 2", 1u << 4},
    {"45m", "not(task:group exists)", 1u << 1 | 1u << 2 | 1u << 3}, /* DRAINING is listed */
    {"1h", "agentVersion > 0", 1u << 1 | 1u << 3 | 1u << 4},        /* INACTIVE is not */
};

START_TEST(ql_subjects_of_a_world)
{
    struct scn_loaded loaded;
    sim_time at;
    ck_assert_msg(scn_fixture_load(&loaded, members), "%s", loaded.complaints.errors[0]);
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    ck_assert_int_eq(sim_time_parse(cases[_i].at, &at), 0);
    ecs_world_begin(world, 0);
    ck_assert(ecs_world_advance(world, at));
    struct seen seen = ask(world, cases[_i].expression);
    ck_assert_msg(seen.serials == cases[_i].instances, "%s: %x, not %x", cases[_i].expression,
                  seen.serials, cases[_i].instances);
    ecs_world_free(world); /* without its end: nothing may leak */
    scn_loaded_release(&loaded);
}
END_TEST

/* ATR-2 to ATR-5: what stands in a row, once each and sorted. */
START_TEST(atr_2_rows)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, members));
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    ecs_world_begin(world, 0);
    ck_assert(ecs_world_advance(world, 45 * SIM_MINUTE));
    struct seen seen = ask(world, "ec2InstanceId == i-00000000000000003");
    ck_assert_ptr_nonnull(strstr(seen.attributes, "ecs.instance-type=m5.large"));
    ck_assert_ptr_nonnull(strstr(seen.attributes, " rack="));
    ck_assert_ptr_null(strstr(seen.attributes, "stack="));
    ck_assert(seen.last.draining && seen.last.agent_connected && seen.last.long_arn);
    ck_assert_ptr_null(seen.last.asg);
    ck_assert_int_eq(seen.last.registered_at, loaded.scenario.start_unix_s);
    seen = ask(world, "ec2InstanceId == i-00000000000000004");
    ck_assert_str_eq(seen.groups, "family:db late");
    ck_assert_int_eq(seen.last.running_tasks, 2);
    ck_assert_str_eq(seen.last.zone, "us-east-1b");
    seen = ask(world, "ec2InstanceId == i-00000000000000001");
    ck_assert_str_eq(seen.last.asg, "green-group");
    ck_assert_str_eq(seen.last.provider, "green");
    ck_assert_int_eq(seen.last.agent_version, 1030000);
    struct ecs_inspection all = ecs_inspect(world, NULL, see, &seen);
    ck_assert_uint_eq(all.registered, 4);
    ck_assert_uint_eq(all.selected, 4);
    ecs_world_free(world);
    scn_loaded_release(&loaded);
}
END_TEST

/* REG-21: what every instance has once it registers, with a group and without. */
START_TEST(reg_21_built_in_attributes)
{
    static const char *const expected[] = {
        "ecs.ami-id=ami-7",  "ecs.availability-zone=us-east-1b", "ecs.instance-type=a1.large",
        "ecs.os-type=linux", "ecs.cpu-architecture=arm64",       "ecs.subnet-id=subnet-2",
        "ecs.vpc-id=vpc-1",
    };
    struct scn_loaded loaded;
    ck_assert_msg(
        scn_fixture_load(
            &loaded,
            "\"network\": {\"subnets\": {\"subnet-2\": {\"availabilityZone\": \"us-east-1b\", "
            "\"vpc\": \"vpc-1\"}}}, \"launchConfigurations\": [{\"LaunchConfigurationName\": "
            "\"small\", \"ImageId\": \"ami-7\", \"InstanceType\": \"a1.large\", \"sim\": "
            "{\"pricePerHour\": \"0.051\"}}], \"autoScalingGroups\": [{\"AutoScalingGroupName\": "
            "\"green-group\", \"AvailabilityZones\": [\"us-east-1b\"], \"MinSize\": 1, "
            "\"VPCZoneIdentifier\": \"subnet-2\"}], "
            "\"containerInstances\": [{\"instanceType\": \"a1.large\", \"imageId\": \"ami-7\", "
            "\"subnetId\": \"subnet-2\", \"sim\": {\"pricePerHour\": \"0.051\"}}]"),
        "%s", loaded.complaints.errors[0]);
    struct ecs_world *world = ecs_world_new(&loaded.scenario);
    ecs_world_begin(world, 0);
    ck_assert(ecs_world_advance(world, SIM_MINUTE));
    static const char *const ids[] = {"ec2InstanceId == i-00000000000000001",
                                      "ec2InstanceId == i-00000000000000002"};
    for (int i = 0; i < 2; i++) {
        struct seen seen = ask(world, ids[i]);
        for (size_t k = 0; k < sizeof expected / sizeof expected[0]; k++)
            ck_assert_msg(strstr(seen.attributes, expected[k]) != NULL, "%s: %s lacks %s", ids[i],
                          seen.attributes, expected[k]);
        ck_assert_ptr_null(strstr(seen.attributes, "trunk"));
    }
    ecs_world_free(world);
    scn_loaded_release(&loaded);
}
END_TEST

static uint64_t hash_in_steps(const struct ecs_scenario *scenario, sim_time step)
{
    struct ecs_world *world = ecs_world_new(scenario);
    struct sim_hash hash;
    struct seen seen = {0};
    sim_hash_init(&hash);
    sim_stream_add(ecs_world_stream(world), sim_hash_observe, &hash);
    if (step == 0) {
        ck_assert(ecs_world_run(world, 0));
    } else {
        ecs_world_begin(world, 0);
        for (sim_time at = step; !ecs_world_is_over(world); at += step) {
            ck_assert(ecs_world_advance(world, at));
            ecs_inspect(world, NULL, see, &seen);
        }
        ck_assert_int_le(ecs_world_engine(world)->now, scenario->duration);
        ck_assert(ecs_world_end(world));
    }
    ecs_world_free(world);
    return sim_hash_value(&hash);
}

/* Looking changes nothing: a run in steps has the records of a run in one go. */
START_TEST(a_run_in_steps_is_the_same_run)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, members));
    uint64_t whole = hash_in_steps(&loaded.scenario, 0);
    ck_assert_uint_eq(hash_in_steps(&loaded.scenario, 7 * SIM_MINUTE), whole);
    ck_assert_uint_eq(hash_in_steps(&loaded.scenario, SIM_SECOND), whole);
    ck_assert_uint_eq(hash_in_steps(&loaded.scenario, 2 * SIM_HOUR), whole);
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_ecs_inspect_suite(void);
Suite *test_ecs_inspect_suite(void)
{
    Suite *suite = suite_create("ecs_inspect");
    TCase *tests = tcase_create("inspect");
    tcase_add_loop_test(tests, ql_subjects_of_a_world, 0, sizeof cases / sizeof cases[0]);
    tcase_add_test(tests, atr_2_rows);
    tcase_add_test(tests, reg_21_built_in_attributes);
    tcase_add_test(tests, a_run_in_steps_is_the_same_run);
    suite_add_tcase(suite, tests);
    return suite;
}
