/* UpdateAutoScalingGroup of zones, subnets, termination policies and cooldown (sheet 04: 2.1, 2.2,
 * 2.4): in a world, and through a scenario's text. */
#include "scn_fixture.h"
#include "test_support.h"
#include "world_fixture.h"

#include <stdio.h>
#include <string.h>

static struct ecs_group_update the_update;

/* `desired` instances in two zones; an update of the group at ten minutes, to be filled in. */
static struct ecs_change *group_of(struct fixture *f, int64_t desired)
{
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 30);
    uint32_t type = fixture_add_type(f, "m", 1, 4096, 0, 4);
    fixture_add_provider(f, type, 2, 0, desired, 10);
    f->providers[0].managed_scaling = false;
    f->scenario.duration = SIM_HOUR;
    the_update = (struct ecs_group_update){.cooldown = -1};
    struct ecs_change *change =
        fixture_add_change(f, 10 * SIM_MINUTE, ECS_OP_UPDATE_AUTO_SCALING_GROUP);
    change->asg = 0;
    change->group_update = &the_update;
    return change;
}

static void set_desired(struct fixture *f, int64_t minute, int64_t desired, bool honor)
{
    struct ecs_change *change =
        fixture_add_change(f, minute * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = desired;
    change->honor_cooldown = honor;
}

/* Instances of a zone that ended for this cause. */
static uint32_t ended_in(const struct fixture *f, uint32_t zone, enum ecs_cause cause)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < fixture_count(f, ECS_RECORD_INSTANCE_ENDED); i++) {
        const int64_t *field = fixture_record(f, ECS_RECORD_INSTANCE_ENDED, i)->field;
        count += field[ECS_INSTANCE_ENDED_zone] == zone && field[ECS_INSTANCE_ENDED_cause] == cause;
    }
    return count;
}

/* 2.1: later launches go to the zones of the update alone, members of others stay; a scale-in still
 * takes from the fullest zone. */
START_TEST(section_2_1_update_zones)
{
    struct fixture f;
    struct ecs_change *change = group_of(&f, 4);
    uint32_t first = f.asgs[0].zones[0].name, second = f.asgs[0].zones[1].name;
    uint32_t third = ecs_names_intern(&f.scenario.names, "us-east-1c");
    struct ecs_zone zones[] = {{.name = 0}, {.name = second}, {.name = third}};
    the_update.layout = (struct ecs_layout){.zones = zones, .zone_count = 3};
    change->desired = 8;
    change->max_size = 8;
    if (_i == 1)
        set_desired(&f, 30, 7, false);
    fixture_run(&f);
    /* 2 2 0 becomes 2 3 3: the third takes two, then both one each */
    ck_assert_uint_eq(ended_in(&f, first, ECS_CAUSE_HORIZON), 2);
    ck_assert_uint_eq(ended_in(&f, second, ECS_CAUSE_HORIZON) +
                          ended_in(&f, third, ECS_CAUSE_HORIZON),
                      _i == 0 ? 6 : 5);
    ck_assert_uint_eq(ended_in(&f, first, ECS_CAUSE_SCALE_IN), 0);
    if (_i == 0)
        ck_assert_uint_eq(ended_in(&f, third, ECS_CAUSE_HORIZON), 3);
    fixture_release(&f);
}
END_TEST

/* 2.2: the policies of the update choose from then on. */
START_TEST(section_2_2_update_policies)
{
    struct fixture f;
    struct ecs_change *change = group_of(&f, 2);
    f.asgs[0].zone_count = 1;
    f.asgs[0].policies[0] = ECS_TERMINATE_OLDEST_INSTANCE;
    f.asgs[0].policy_count = 1;
    if (_i == 1) {
        the_update.policies[0] = ECS_TERMINATE_NEWEST_INSTANCE;
        the_update.policy_count = 1;
    }
    change->desired = 4;
    set_desired(&f, 30, 2, false);
    fixture_run(&f);
    uint32_t old = 0;
    for (uint32_t i = 0; i < fixture_count(&f, ECS_RECORD_INSTANCE_ENDED); i++) {
        const int64_t *field = fixture_record(&f, ECS_RECORD_INSTANCE_ENDED, i)->field;
        old += field[ECS_INSTANCE_ENDED_cause] == ECS_CAUSE_HORIZON &&
               field[ECS_INSTANCE_ENDED_instance] <= 2;
    }
    ck_assert_uint_eq(old, _i == 0 ? 0 : 2);
    fixture_release(&f);
}
END_TEST

/* 2.4: HonorCooldown waits for the cooldown of the update: 0 the 300 s of before, 1 a minute. */
START_TEST(section_2_4_update_cooldown)
{
    struct fixture f;
    struct ecs_change *change = group_of(&f, 2);
    if (_i == 1)
        the_update.cooldown = SIM_MINUTE;
    change->desired = 3;
    set_desired(&f, 12, 4, true);
    fixture_run(&f);
    ck_assert_int_eq(fixture_record(&f, ECS_RECORD_CHANGE, 1)->field[ECS_CHANGE_refusal],
                     _i == 0 ? ECS_REFUSAL_COOLDOWN : ECS_REFUSAL_NONE);
    fixture_release(&f);
}
END_TEST

/* ---- through a scenario's text ---- */

#define SUBNETS                                                                                    \
    "\"network\": {\"subnets\": {\"subnet-a\": {\"availabilityZone\": \"us-east-1a\"}, "           \
    "\"subnet-c\": {\"availabilityZone\": \"us-east-1c\"}, \"subnet-d\": {\"availabilityZone\": "  \
    "\"us-east-1d\", \"public\": false, \"nat\": false, \"endpoints\": false}}}, "

static bool load(struct scn_loaded *loaded, const char *members)
{
    char text[2048];
    snprintf(text, sizeof text,
             SUBNETS "\"changes\": [{\"at\": \"5m\", \"UpdateAutoScalingGroup\": "
                     "{\"AutoScalingGroupName\": \"blue-group\", %s}}]",
             members);
    return scn_fixture_load(loaded, text);
}

START_TEST(asg_04_update_zones_and_subnets)
{
    struct scn_loaded loaded;
    ck_assert(load(&loaded, "\"VPCZoneIdentifier\": \"subnet-c,subnet-a\", \"DefaultCooldown\": "
                            "60, \"TerminationPolicies\": [\"OldestInstance\", \"Default\"]"));
    const struct ecs_scenario *s = &loaded.scenario;
    const struct ecs_group_update *update = s->changes[0].group_update;
    const struct ecs_layout *layout = &update->layout;
    ck_assert_int_eq(update->cooldown, SIM_MINUTE);
    ck_assert_uint_eq(update->policy_count, 2);
    ck_assert_int_eq(update->policies[0], ECS_TERMINATE_OLDEST_INSTANCE);
    /* 1a keeps its number, 1b is left out, 1c is new */
    ck_assert_uint_eq(layout->zone_count, 3);
    ck_assert_uint_eq(layout->zones[0].name, s->asgs[0].zones[0].name);
    ck_assert_uint_eq(layout->zones[1].name, 0);
    ck_assert_str_eq(s->names.text[layout->zones[2].name], "us-east-1c");
    ck_assert_uint_eq(layout->place_count, 2);
    ck_assert_uint_eq(layout->places[0].zone_index, 2);
    ck_assert_str_eq(s->names.text[s->subnets[layout->places[0].subnet].name], "subnet-c");
    ck_assert_uint_eq(s->asgs[0].zone_count, 2); /* before: as created */
    scn_loaded_release(&loaded);
}
END_TEST

/* REG-6: in a subnet without a way to ECS the later instances do not register; a warning says so.
 */
START_TEST(reg_6_update_into_a_cut_off_subnet)
{
    struct scn_loaded loaded;
    ck_assert(load(&loaded, "\"VPCZoneIdentifier\": \"subnet-d\""));
    const struct ecs_scenario *s = &loaded.scenario;
    ck_assert_int_eq(s->specs[s->asgs[0].spec].join, ECS_JOIN_REGISTERS);
    ck_assert_uint_ne(s->changes[0].spec, ECS_NONE);
    ck_assert_int_eq(s->specs[s->changes[0].spec].join, ECS_JOIN_NO_ROUTE);
    ck_assert(scn_fixture_warned(&loaded, "reach no endpoint of ECS"));
    scn_loaded_release(&loaded);
    ck_assert(load(&loaded, "\"VPCZoneIdentifier\": \"subnet-a\""));
    ck_assert_uint_eq(loaded.scenario.changes[0].spec, loaded.scenario.asgs[0].spec);
    ck_assert(!scn_fixture_warned(&loaded, "reach no endpoint of ECS"));
    scn_loaded_release(&loaded);
}
END_TEST

/* Refused as at the group's creation. */
START_TEST(asg_04_update_refusals)
{
    static const char *const cases[][2] = {
        {"\"VPCZoneIdentifier\": \"subnet-x\"", "the zone of subnet subnet-x is not known"},
        {"\"AvailabilityZones\": [\"us-east-1a\"], \"VPCZoneIdentifier\": \"subnet-c\"",
         "which is not among AvailabilityZones"},
        {"\"AvailabilityZones\": [\"eu-west-1a\"]", "eu-west-1a"},
        {"\"TerminationPolicies\": [\"OldestInstances\"]", "termination policy"},
        {"\"DefaultCooldown\": -1", "DefaultCooldown"},
    };
    struct scn_loaded loaded;
    ck_assert(!load(&loaded, cases[_i][0]));
    ck_assert_msg(scn_fixture_complained(&loaded, cases[_i][1]), "%s", loaded.complaints.errors[0]);
    scn_loaded_release(&loaded);
}
END_TEST

/* Faults and changes may name a zone that only an update brings. */
START_TEST(asg_04_zone_of_an_update_is_selected)
{
    static const char other[] = "{\"at\": \"9m\", \"StopInstances\": {\"sim\": "
                                "{\"availabilityZone\": \"us-east-1f\", \"count\": 1}}}";
    char text[1024];
    snprintf(text, sizeof text, "\"changes\": [%s]", other);
    scn_fixture_refuses(text, "us-east-1f");
    snprintf(text, sizeof text,
             "\"changes\": [%s, {\"at\": \"5m\", \"UpdateAutoScalingGroup\": "
             "{\"AutoScalingGroupName\": \"blue-group\", \"AvailabilityZones\": "
             "[\"us-east-1f\"]}}]",
             other);
    scn_fixture_accepts(text);
}
END_TEST

Suite *test_group_update_suite(void);

Suite *test_group_update_suite(void)
{
    Suite *suite = suite_create("group_update");
    TCase *tcase = tcase_create("group_update");
    tcase_add_loop_test(tcase, section_2_1_update_zones, 0, 2);
    tcase_add_loop_test(tcase, section_2_2_update_policies, 0, 2);
    tcase_add_loop_test(tcase, section_2_4_update_cooldown, 0, 2);
    tcase_add_test(tcase, asg_04_update_zones_and_subnets);
    tcase_add_test(tcase, reg_6_update_into_a_cut_off_subnet);
    tcase_add_loop_test(tcase, asg_04_update_refusals, 0, 5);
    tcase_add_test(tcase, asg_04_zone_of_an_update_is_selected);
    suite_add_tcase(suite, tcase);
    return suite;
}
