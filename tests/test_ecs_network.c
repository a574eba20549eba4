/* Subnets: where instances and awsvpc tasks go, who holds addresses and for how long, and who
 * reaches ECS and the registry (API-7, sheet 02 ENI-9, sheet 01 ENI-07 and ENI-10, REG-6, ERR-2,
 * ERR-3). */
#include "world_fixture.h"

#include <check.h>

struct net {
    struct fixture f;
    struct ecs_subnet subnets[4];
    struct ecs_place places[4];
    uint32_t lists[8]; /* of awsvpcConfiguration: indexes of subnets */
    struct ecs_image image;
};

/* Subnet i stands in zone `zone` of the group, which launches into it. */
static struct ecs_subnet *add_subnet(struct net *net, uint32_t zone, int64_t free_addresses)
{
    static const char *const names[] = {"subnet-0", "subnet-1", "subnet-2", "subnet-3"};
    struct fixture *f = &net->f;
    uint32_t i = f->scenario.subnet_count++;
    net->subnets[i] = (struct ecs_subnet){
        .name = ecs_names_intern(&f->scenario.names, names[i]),
        .zone = f->asgs[0].zones[zone].name,
        .vpc = ecs_names_intern(&f->scenario.names, "vpc-1"),
        .ecr = true,
        .free_addresses = free_addresses,
    };
    net->places[i] = (struct ecs_place){.zone_index = zone, .subnet = i};
    f->asgs[0].place_count = f->scenario.subnet_count;
    return &net->subnets[i];
}

/* `desired` instances that stand at t = 0, in so many zones, each for ten awsvpc tasks of a tenth
 * of its CPU and `seconds`. */
static void net_init(struct net *net, uint32_t zones, int64_t desired, double seconds)
{
    *net = (struct net){.lists = {0, 1, 2, 3, 3, 2, 1, 0}};
    struct fixture *f = &net->f;
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 30);
    uint32_t type = fixture_add_type(f, "m", 1, 4096, 0, 11);
    fixture_add_provider(f, type, zones, 0, desired, 20);
    f->providers[0].managed_scaling = false;
    f->asgs[0].places = net->places;
    f->scenario.subnets = net->subnets;
    f->scenario.behaviour.placement_tie = ECS_TIE_FIRST;
    f->scenario.behaviour.zone_tie = ECS_TIE_FIRST;
    f->scenario.behaviour.termination = sim_dist_constant(60);
    f->scenario.duration = SIM_HOUR;
    uint32_t definition = fixture_add_definition(f, 100, 16, seconds);
    f->definitions[definition].network_mode = ECS_NETWORK_AWSVPC;
}

/* So many tasks in subnets lists[first] .. of the net, asked for once. */
static struct ecs_request *tasks_in(struct net *net, uint32_t count, sim_time at, uint32_t first,
                                    uint32_t subnets)
{
    struct fixture *f = &net->f;
    fixture_run_task(f, 0, (struct ecs_strategy){0}, count, at);
    struct ecs_request *request = &f->run_tasks[f->scenario.run_task_count - 1].request;
    request->placement.subnets = &net->lists[first];
    request->placement.subnet_count = subnets;
    request->on_refusal = ECS_REFUSAL_DROP;
    return request;
}

static uint32_t placed_on(const struct fixture *f, int64_t serial)
{
    return fixture_count_where(f, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_instance, serial);
}

static int64_t eliminated(const struct fixture *f, enum ecs_reason reason)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < fixture_count(f, ECS_RECORD_FAILURE); i++) {
        const int64_t *field = fixture_record(f, ECS_RECORD_FAILURE, i)->field;
        if (field[ECS_FAILURE_reason] == (int64_t)reason)
            sum += field[ECS_FAILURE_count];
    }
    return sum;
}

/* The n-th record (from 0) of an address that a task or an instance takes (1) or gives back (-1).
 */
static const struct sim_record *address(const struct fixture *f, bool of_task, int64_t change,
                                        uint32_t n)
{
    for (uint32_t i = 0; i < fixture_count(f, ECS_RECORD_ADDRESS); i++) {
        const struct sim_record *record = fixture_record(f, ECS_RECORD_ADDRESS, i);
        if ((record->field[ECS_ADDRESS_task] != 0) == of_task &&
            record->field[ECS_ADDRESS_change] == change && n-- == 0)
            return record;
    }
    return NULL;
}

static void net_release(struct net *net)
{
    fixture_release(&net->f);
}

/* ---- where tasks go ---- */

/* API-7, 01 ENI-07: three zones with an instance each; the task's subnets are in the second. */
START_TEST(api_7_eni_07_location)
{
    struct net net;
    net_init(&net, 3, 3, 60);
    for (uint32_t zone = 0; zone < 3; zone++)
        add_subnet(&net, zone, ECS_UNLIMITED);
    tasks_in(&net, 10, SIM_MINUTE, 1, 1);
    tasks_in(&net, 5, 2 * SIM_MINUTE - SIM_SECOND, 1, 1); /* no room there, and none elsewhere */
    fixture_run(&net.f);
    for (int64_t serial = 1; serial <= 3; serial++)
        ck_assert_uint_eq(placed_on(&net.f, serial), serial == 2 ? 10 : 0);
    ck_assert_int_eq(eliminated(&net.f, ECS_REASON_LOCATION), 5 * 2);
    ck_assert_int_eq(eliminated(&net.f, ECS_REASON_RESOURCE_CPU), 5);
    net_release(&net);
}
END_TEST

/* 02 ENI-9: the zone is right, the VPC is not. An unknown VPC is no obstacle. */
START_TEST(eni_9_other_vpc)
{
    struct net net;
    net_init(&net, 1, 1, 60);
    add_subnet(&net, 0, ECS_UNLIMITED);
    add_subnet(&net, 0, ECS_UNLIMITED)->vpc =
        _i == 0 ? ecs_names_intern(&net.f.scenario.names, "vpc-2") : 0;
    net.f.asgs[0].place_count = 1;
    tasks_in(&net, 3, SIM_MINUTE, 1, 1);
    fixture_run(&net.f);
    ck_assert_uint_eq(placed_on(&net.f, 1), _i == 0 ? 0 : 3);
    ck_assert_int_eq(eliminated(&net.f, ECS_REASON_ATTRIBUTE), _i == 0 ? 3 : 0);
    net_release(&net);
}
END_TEST

/* Managed scaling launches nothing for tasks that no instance of the group may take (04, 1.3). */
START_TEST(api_7_no_scale_out_elsewhere)
{
    struct net net;
    net_init(&net, 2, 0, -1);
    net.f.providers[0].managed_scaling = true;
    net.f.asgs[0].zone_count = 1;
    add_subnet(&net, 0, ECS_UNLIMITED);
    add_subnet(&net, 1, ECS_UNLIMITED);
    net.f.asgs[0].place_count = 1;
    struct ecs_request *request = tasks_in(&net, 5, SIM_MINUTE, _i == 0 ? 1 : 0, 1);
    request->strategy = fixture_strategy(1);
    fixture_run(&net.f);
    ck_assert_uint_eq(fixture_count(&net.f, ECS_RECORD_SCALING) > 0, _i == 1);
    ck_assert_uint_eq(fixture_count(&net.f, ECS_RECORD_TASK_PLACED), _i == 1 ? 5 : 0);
    net_release(&net);
}
END_TEST

/* ---- interfaces attached by hand ---- */

/* 01 ENI-09, 02 ENI-18: ECS takes ten tasks to fit beside four interfaces that it knows nothing of.
 * Those that find no slot go from PROVISIONING to DEPROVISIONING to STOPPED; with a trunk all find
 * one. */
START_TEST(eni_09_eni_18_foreign_interfaces)
{
    struct net net;
    net_init(&net, 1, 1, 600);
    net.f.specs[0].foreign_enis = 4;
    net.f.types[0].awsvpc_tasks_trunked = 12;
    net.f.specs[0].trunk_capable = true;
    net.f.scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = _i == 1;
    net.f.scenario.behaviour.eni_attach_timeout = 90 * SIM_SECOND;
    add_subnet(&net, 0, 20);
    tasks_in(&net, 8, SIM_MINUTE, 0, 1);
    fixture_run(&net.f);
    uint32_t failed = _i == 1 ? 0 : 2;
    ck_assert_uint_eq(placed_on(&net.f, 1), 8);
    ck_assert_uint_eq(fixture_count_where(&net.f, ECS_RECORD_TASK_ENDED, ECS_TASK_ENDED_stop_reason,
                                          ECS_REASON_ATTACH_TIMEOUT),
                      failed);
    ck_assert_uint_eq(fixture_count_where(&net.f, ECS_RECORD_TASK_STATE, ECS_TASK_STATE_state,
                                          ECS_TASK_PENDING),
                      8 - failed);
    for (uint32_t i = 0; i < failed; i++) {
        const int64_t *ended = fixture_record(&net.f, ECS_RECORD_TASK_ENDED, i)->field;
        ck_assert_int_eq(ended[ECS_TASK_ENDED_stopped], 150 * SIM_SECOND);
        ck_assert_int_lt(ended[ECS_TASK_ENDED_started], 0);
        ck_assert_int_eq(ended[ECS_TASK_ENDED_stop_code], ECS_STOP_TASK_FAILED_TO_START);
        ck_assert_int_eq(ended[ECS_TASK_ENDED_outcome], ECS_OUTCOME_FAILED);
    }
    net_release(&net);
}
END_TEST

/* 01 ENI-01: one interface, and one address, for each task; none for tasks of other modes. */
START_TEST(eni_01_one_interface_a_task)
{
    struct net net;
    net_init(&net, 1, 1, 600);
    if (_i == 1)
        net.f.definitions[0].network_mode = ECS_NETWORK_BRIDGE;
    add_subnet(&net, 0, 20);
    tasks_in(&net, 8, SIM_MINUTE, 0, 1);
    fixture_run(&net.f);
    uint32_t each = _i == 1 ? 0 : 1;
    for (uint32_t i = 0; i < 8; i++)
        ck_assert_int_eq(
            fixture_record(&net.f, ECS_RECORD_TASK_PLACED, i)->field[ECS_TASK_PLACED_enis], each);
    ck_assert_uint_eq(fixture_count_where(&net.f, ECS_RECORD_ADDRESS, ECS_ADDRESS_change, 1),
                      8 * each);
    net_release(&net);
}
END_TEST

/* ---- addresses of tasks ---- */

/* 01 ENI-10: it is held until DEPROVISIONING ends, and no longer. */
START_TEST(eni_10_held_until_deprovisioning_ends)
{
    struct net net;
    net_init(&net, 1, 1, 60);
    net.f.scenario.behaviour.eni_attach = 7 * SIM_SECOND;
    net.f.scenario.behaviour.eni_detach = 20 * SIM_SECOND;
    add_subnet(&net, 0, 1);
    tasks_in(&net, 1, SIM_MINUTE, 0, 1);
    sim_time gone = (60 + 7 + 60 + 20) * SIM_SECOND;
    tasks_in(&net, 1, gone - SIM_SECOND, 0, 1);
    tasks_in(&net, 1, gone, 0, 1);
    fixture_run(&net.f);
    ck_assert_int_eq(address(&net.f, true, 1, 0)->at, SIM_MINUTE); /* from placement on */
    ck_assert_int_eq(address(&net.f, true, -1, 0)->at, gone);
    ck_assert_int_eq(address(&net.f, true, 1, 1)->at, gone);
    ck_assert_int_eq(eliminated(&net.f, ECS_REASON_NO_ADDRESS), 1);
    const struct sim_record *refused = fixture_record(&net.f, ECS_RECORD_REFUSED, 0);
    ck_assert_int_eq(refused->field[ECS_REFUSED_reason], ECS_REASON_NO_ADDRESS);
    net_release(&net);
}
END_TEST

/* A trunk takes an address too (01 ENI-10): trunking is no hint where that is the task's last. Of
 * the addresses the instance has one and the first task one. */
START_TEST(eni_10_hint_leaves_an_address_for_the_trunk)
{
    for (int trunking = 0; trunking < 2; trunking++) {
        struct net net;
        net_init(&net, 1, 0, -1);
        struct fixture *f = &net.f;
        f->types[0].max_enis = 2;
        f->types[0].awsvpc_tasks_trunked = 5;
        f->specs[0].trunk_capable = true;
        f->scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = trunking;
        add_subnet(&net, 0, 3 + _i);
        struct ecs_change *change = fixture_add_change(f, SIM_SECOND, ECS_OP_SET_DESIRED_CAPACITY);
        change->asg = 0;
        change->desired = 1; /* what stands at t = 0 has its addresses already */
        tasks_in(&net, 1, 10 * SIM_MINUTE, 0, 1);
        tasks_in(&net, 1, 11 * SIM_MINUTE, 0, 1);
        fixture_run(f);
        ck_assert_uint_eq(placed_on(f, 1), trunking && _i == 1 ? 2 : 1);
        if (!trunking)
            ck_assert_int_eq(fixture_record(f, ECS_RECORD_FAILURE, 0)->field[ECS_FAILURE_hint],
                             _i == 0 ? ECS_HINT_ENI : ECS_HINT_TRUNKING);
        net_release(&net);
    }
}
END_TEST

/* ENI-7: with trunking on nothing registers in a shared subnet. So it is no hint there, and no more
 * is one more instance when it is on. */
START_TEST(eni_7_hints_know_shared_subnets)
{
    struct net net;
    net_init(&net, 1, 1, -1);
    struct fixture *f = &net.f;
    f->types[0].max_enis = 2;
    f->types[0].awsvpc_tasks_trunked = 5;
    f->specs[0].trunk_capable = true;
    add_subnet(&net, 0, ECS_UNLIMITED)->shared = true;
    tasks_in(&net, 1, 10 * SIM_MINUTE, 0, 1);
    tasks_in(&net, 1, 11 * SIM_MINUTE, 0, 1);
    if (_i == 1) { /* only another instance could take the second */
        f->definitions[0].cpu_units = 600;
        f->definitions[0].memory_mib = 3000;
        f->definitions[0].network_mode = ECS_NETWORK_BRIDGE;
        struct ecs_change *change =
            fixture_add_change(f, SIM_MINUTE, ECS_OP_PUT_ACCOUNT_SETTING_DEFAULT);
        change->setting = ECS_SETTING_AWSVPC_TRUNKING;
        change->enabled = true;
    }
    fixture_run(f);
    ck_assert_uint_eq(placed_on(f, 1), 1);
    ck_assert_int_eq(fixture_record(f, ECS_RECORD_FAILURE, 0)->field[ECS_FAILURE_hint],
                     _i == 0 ? ECS_HINT_ENI : ECS_HINT_NONE);
    net_release(&net);
}
END_TEST

/* 01 ENI-07: of several subnets in a zone the first that has an address; one without a limit never
 * runs out. */
START_TEST(eni_07_first_with_an_address)
{
    struct net net;
    net_init(&net, 1, 1, -1);
    add_subnet(&net, 0, 2);
    add_subnet(&net, 0, 3);
    add_subnet(&net, 0, _i == 0 ? 0 : ECS_UNLIMITED);
    tasks_in(&net, 9, SIM_MINUTE, 0, 3);
    fixture_run(&net.f);
    ck_assert_uint_eq(placed_on(&net.f, 1), _i == 0 ? 5 : 9);
    for (uint32_t i = 0; i < 5; i++) {
        const struct sim_record *record = address(&net.f, true, 1, i);
        ck_assert_int_eq(record->field[ECS_ADDRESS_subnet], i < 2 ? 0 : 1);
        ck_assert_int_eq(record->field[ECS_ADDRESS_free], i < 2 ? 1 - i : 4 - i);
    }
    ck_assert_ptr_null(address(&net.f, true, 1, 5));
    net_release(&net);
}
END_TEST

/* Tasks that wait for an address cause no scale-out, and are placed when one is given back, also by
 * a task of another provider. */
START_TEST(eni_10_waiting_for_an_address)
{
    struct net net;
    net_init(&net, 1, 1, 600);
    fixture_add_provider(&net.f, 0, 1, 0, 1, 1);
    net.f.providers[0].managed_scaling = true;
    add_subnet(&net, 0, 2);
    struct ecs_request *request = tasks_in(&net, 2, 10 * SIM_SECOND, 0, 1);
    request->strategy = fixture_strategy(1);
    request->strategy.items[0].provider = 1;
    request = tasks_in(&net, 2, 20 * SIM_SECOND, 0, 1);
    request->strategy = fixture_strategy(1);
    fixture_run(&net.f);
    ck_assert_uint_eq(fixture_count_where(&net.f, ECS_RECORD_SCALING, ECS_SCALING_kind,
                                          ECS_SCALE_OUT),
                      0);
    ck_assert_uint_eq(placed_on(&net.f, 1), 2);
    ck_assert_uint_eq(placed_on(&net.f, 2), 2);
    ck_assert_int_eq(address(&net.f, true, 1, 2)->at, 610 * SIM_SECOND);
    net_release(&net);
}
END_TEST

/* A run without duration ends although a task and a group wait for addresses that never come. */
START_TEST(eni_10_addresses_that_never_come)
{
    struct net net;
    net_init(&net, 1, 1, 60);
    net.f.scenario.duration = SIM_TIME_NEVER;
    add_subnet(&net, 0, 0);
    tasks_in(&net, 1, SIM_MINUTE, 0, 1)->on_refusal = ECS_REFUSAL_RETRY;
    struct ecs_change *more =
        fixture_add_change(&net.f, 5 * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    more->asg = 0;
    more->desired = 2;
    fixture_run(&net.f);
    ck_assert_uint_eq(fixture_count(&net.f, ECS_RECORD_TASK_PLACED), 0);
    ck_assert_uint_gt(fixture_count(&net.f, ECS_RECORD_LAUNCH_FAILED), 100);
    ck_assert_uint_eq(fixture_count_where(&net.f, ECS_RECORD_ARRIVAL_ENDED, ECS_ARRIVAL_ENDED_fate,
                                          ECS_FATE_DROPPED),
                      1);
    net_release(&net);
}
END_TEST

/* ---- addresses of instances ---- */

/* Launches go where there are addresses; then they fail, and are tried again until one is back. */
START_TEST(section_2_1_launches_need_addresses)
{
    struct net net;
    net_init(&net, 2, 2, 60); /* one in each zone at t = 0, which takes none */
    add_subnet(&net, 0, 1);
    add_subnet(&net, 1, 3);
    struct ecs_change *more =
        fixture_add_change(&net.f, 5 * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    more->asg = 0;
    more->desired = 8;
    struct ecs_change *kill =
        fixture_add_change(&net.f, 20 * SIM_MINUTE, ECS_OP_TERMINATE_INSTANCES);
    kill->selection.zone = net.f.asgs[0].zones[0].name;
    kill->selection.count = 1;
    net.f.scenario.behaviour.instance_addresses = _i == 0;
    fixture_run(&net.f);
    if (_i == 1) { /* the switch is off: nobody counts */
        ck_assert_uint_eq(fixture_count(&net.f, ECS_RECORD_ADDRESS), 0);
        ck_assert_int_eq(
            fixture_capacity_at(&net.f, -1, 10 * SIM_MINUTE)->field[ECS_CAPACITY_in_service], 8);
        net_release(&net);
        return;
    }
    const struct sim_record *row = fixture_capacity_at(&net.f, -1, 10 * SIM_MINUTE);
    ck_assert_int_eq(row->field[ECS_CAPACITY_in_service], 2 + 1 + 3);
    const struct sim_record *failed = fixture_record(&net.f, ECS_RECORD_LAUNCH_FAILED, 0);
    ck_assert_int_eq(failed->at, 5 * SIM_MINUTE);
    ck_assert_int_eq(failed->field[ECS_LAUNCH_FAILED_missing], 2);
    ck_assert_int_eq(failed->field[ECS_LAUNCH_FAILED_reason], ECS_REASON_NO_ADDRESS);
    failed = fixture_record(&net.f, ECS_RECORD_LAUNCH_FAILED, 1);
    ck_assert_int_eq(failed->at, 6 * SIM_MINUTE);
    /* what is terminated at 20 min has gone at 21: its address launches another one */
    ck_assert_int_eq(address(&net.f, false, -1, 0)->at, 21 * SIM_MINUTE);
    ck_assert_int_eq(address(&net.f, false, 1, 4)->at, 21 * SIM_MINUTE);
    net_release(&net);
}
END_TEST

/* Of several subnets in a zone one by chance (04, 2.1), the same in every run of a seed. */
START_TEST(section_2_1_subnets_of_a_zone)
{
    struct net net;
    int64_t taken[2][2] = {{0}};
    for (int run = 0; run < 2; run++) {
        net_init(&net, 1, 0, 60);
        add_subnet(&net, 0, 100);
        add_subnet(&net, 0, 100);
        struct ecs_change *more =
            fixture_add_change(&net.f, SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
        more->asg = 0;
        more->desired = 20;
        fixture_run(&net.f);
        for (uint32_t i = 0; i < 20; i++)
            taken[run][address(&net.f, false, 1, i)->field[ECS_ADDRESS_subnet]]++;
        net_release(&net);
    }
    ck_assert_int_gt(taken[0][0], 3);
    ck_assert_int_gt(taken[0][1], 3);
    ck_assert_int_eq(taken[0][0], taken[1][0]);
}
END_TEST

/* The trunk takes one more; without it the registration fails (02 ENI-10). */
START_TEST(eni_10_address_of_the_trunk)
{
    struct net net;
    net_init(&net, 1, 0, 60);
    add_subnet(&net, 0, _i == 0 ? 1 : 2);
    net.f.types[0].awsvpc_tasks_trunked = 20;
    net.f.specs[0].trunk_capable = true;
    net.f.scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = true;
    struct ecs_change *change = fixture_add_change(&net.f, SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 1;
    change = fixture_add_change(&net.f, 10 * SIM_MINUTE, ECS_OP_SET_DESIRED_CAPACITY);
    change->asg = 0;
    change->desired = 0;
    fixture_run(&net.f);
    ck_assert_uint_eq(fixture_count_where(&net.f, ECS_RECORD_NOT_JOINED, ECS_NOT_JOINED_join,
                                          ECS_JOIN_NO_ADDRESS),
                      _i == 0);
    ck_assert_uint_eq(fixture_count_where(&net.f, ECS_RECORD_INSTANCE_STATE,
                                          ECS_INSTANCE_STATE_state,
                                          ECS_INSTANCE_REGISTRATION_FAILED),
                      _i == 0);
    uint32_t count = _i == 0 ? 1 : 2;
    ck_assert_ptr_nonnull(address(&net.f, false, -1, count - 1)); /* all are given back */
    ck_assert_ptr_null(address(&net.f, false, -1, count));
    net_release(&net);
}
END_TEST

/* ---- ways out ---- */

/* REG-6: of a group's subnets one does not reach ECS. */
START_TEST(reg_6_one_of_two_subnets)
{
    struct net net;
    net_init(&net, 2, 2, 60);
    add_subnet(&net, 0, ECS_UNLIMITED);
    add_subnet(&net, 1, ECS_UNLIMITED)->ecs = _i == 0 ? ECS_WAY_NEVER : ECS_WAY_PUBLIC;
    net.f.specs[0].no_public_address = _i == 1;
    net.f.specs[0].proxy = _i == 3;
    fixture_run(&net.f);
    ck_assert_uint_eq(fixture_count(&net.f, ECS_RECORD_INSTANCE_REGISTERED), _i < 2 ? 1 : 2);
    ck_assert_uint_eq(fixture_count_where(&net.f, ECS_RECORD_NOT_JOINED, ECS_NOT_JOINED_join,
                                          ECS_JOIN_NO_ROUTE),
                      _i < 2);
    net_release(&net);
}
END_TEST

static const struct pull_case {
    const char *image;
    enum ecs_way internet;
    bool ecr, no_public_address, by_task;
    enum ecs_container_error error;
} pull_cases[] = {
    {"nginx", ECS_WAY_ALWAYS, false, true, false, ECS_ERROR_NONE},
    {"nginx", ECS_WAY_NEVER, true, true, false, ECS_ERROR_REGISTRY_TIMEOUT}, /* ERR-2 */
    {"nginx", ECS_WAY_PUBLIC, false, false, false, ECS_ERROR_NONE},
    {"nginx", ECS_WAY_PUBLIC, false, true, false, ECS_ERROR_REGISTRY_TIMEOUT},
    {"1.dkr.ecr.us-east-1.amazonaws.com/a", ECS_WAY_NEVER, true, true, false, ECS_ERROR_NONE},
    {"1.dkr.ecr.us-east-1.amazonaws.com/a", ECS_WAY_NEVER, false, true, false,
     ECS_ERROR_REGISTRY_CANCELED}, /* ERR-3 */
    {"1.dkr.ecr.us-east-1.amazonaws.com/a", ECS_WAY_PUBLIC, false, false, false, ECS_ERROR_NONE},
    /* FGT-20, 01 ENI-12: an interface of a task's own has no public address */
    {"nginx", ECS_WAY_PUBLIC, false, false, true, ECS_ERROR_REGISTRY_TIMEOUT},
    {"nginx", ECS_WAY_ALWAYS, false, false, true, ECS_ERROR_NONE},
};
#define PULL_CASES ((int)(sizeof pull_cases / sizeof pull_cases[0]))

/* The task stops before RUNNING, with that error; its address and room are given back. */
START_TEST(err_2_err_3_fgt_20_no_route_to_the_registry)
{
    const struct pull_case *c = &pull_cases[_i];
    struct net net;
    net_init(&net, 1, 1, 60);
    struct ecs_subnet *subnet = add_subnet(&net, 0, 5);
    subnet->internet = c->internet;
    subnet->ecr = c->ecr;
    net.f.specs[0].no_public_address = c->no_public_address;
    net.f.scenario.behaviour.registry_route =
        c->by_task ? ECS_REGISTRY_ROUTE_TASK : ECS_REGISTRY_ROUTE_INSTANCE;
    net.image = (struct ecs_image){
        .name = ecs_names_intern(&net.f.scenario.names, c->image),
        .bytes = 1000,
    };
    net.f.definitions[0].images = &net.image;
    net.f.definitions[0].image_count = 1;
    net.f.containers[0][0].image = 0;
    tasks_in(&net, 1, SIM_MINUTE, 0, 1);
    fixture_run(&net.f);
    const int64_t *ended = fixture_record(&net.f, ECS_RECORD_TASK_ENDED, 0)->field;
    ck_assert_int_eq(ended[ECS_TASK_ENDED_error], c->error);
    ck_assert_int_eq(ended[ECS_TASK_ENDED_started] < 0, c->error != ECS_ERROR_NONE);
    ck_assert_int_eq(ended[ECS_TASK_ENDED_stop_code], c->error != ECS_ERROR_NONE
                                                          ? ECS_STOP_TASK_FAILED_TO_START
                                                          : ECS_STOP_ESSENTIAL_CONTAINER_EXITED);
    ck_assert_ptr_nonnull(address(&net.f, true, -1, 0));
    net_release(&net);
}
END_TEST

Suite *test_ecs_network_suite(void);
Suite *test_ecs_network_suite(void)
{
    Suite *suite = suite_create("ecs_network");
    TCase *tests = tcase_create("network");
    tcase_add_test(tests, api_7_eni_07_location);
    tcase_add_loop_test(tests, eni_9_other_vpc, 0, 2);
    tcase_add_loop_test(tests, api_7_no_scale_out_elsewhere, 0, 2);
    tcase_add_loop_test(tests, eni_09_eni_18_foreign_interfaces, 0, 2);
    tcase_add_loop_test(tests, eni_01_one_interface_a_task, 0, 2);
    tcase_add_test(tests, eni_10_held_until_deprovisioning_ends);
    tcase_add_loop_test(tests, eni_10_hint_leaves_an_address_for_the_trunk, 0, 2);
    tcase_add_loop_test(tests, eni_7_hints_know_shared_subnets, 0, 2);
    tcase_add_loop_test(tests, eni_07_first_with_an_address, 0, 2);
    tcase_add_test(tests, eni_10_waiting_for_an_address);
    tcase_add_test(tests, eni_10_addresses_that_never_come);
    tcase_add_loop_test(tests, section_2_1_launches_need_addresses, 0, 2);
    tcase_add_test(tests, section_2_1_subnets_of_a_zone);
    tcase_add_loop_test(tests, eni_10_address_of_the_trunk, 0, 2);
    tcase_add_loop_test(tests, reg_6_one_of_two_subnets, 0, 4);
    tcase_add_loop_test(tests, err_2_err_3_fgt_20_no_route_to_the_registry, 0, PULL_CASES);
    suite_add_tcase(suite, tests);
    return suite;
}
