/* The hint of a placement failure, applied: on random clusters the world is run again with exactly
 * the change that the hint names, and the task is placed; with the next smaller one it is not.
 *
 * A cluster is a handful of instances that stand there from the start. Fillers are put onto them by
 * StartTask, so that a change of the cluster moves none of them; then one probe asks by RunTask. */
#include "scn_query.h"
#include "sim_rng.h"
#include "world_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define INSTANCES 6
#define FILLERS   24
#define CLUSTERS  900
#define PROBE_AT  (10 * SIM_MINUTE)

#define TASK_CPU_MIN 128 /* RES-04d */

enum { PLAIN_80, PLAIN_BOTH, PORT_80, PORT_BOTH, AWSVPC, BRIDGED, GPU, LARGE, PROBE, DEFINITIONS };

/* What a run has in place of the first one. */
struct twist {
    uint64_t fillers;             /* that there are, a bit each */
    uint32_t definition[FILLERS]; /* DEFINITIONS: as drawn */
    int64_t less_cpu, less_memory, less_gpus;
    bool no_distinct, trunking;
    const char *without_query, *attribute, *subnet_in, *address_in;
    int64_t attribute_on, connected; /* instance */
    bool one_more;
    uint32_t more_type;
    const char *more_zone;
};

struct cluster {
    struct fixture f;
    struct ecs_change changes[FILLERS + 1];
    struct ecs_request requests[FILLERS];
    int64_t serials[FILLERS + 1];
    struct ecs_fault faults[INSTANCES];
    struct ecs_port ports[2];
    struct ecs_attribute blue, needed_attribute;
    uint32_t needed;
    const struct ecs_query *queries[3];
    struct ecs_subnet subnets[4]; /* two that the probe may name, two more */
    uint32_t named[3], named_count;
    uint64_t seed;
};

static uint32_t roll(uint64_t seed, uint64_t n, uint32_t limit)
{
    return (uint32_t)(sim_rng_mix(seed * 7919 + 3, n) % limit);
}

static const struct ecs_query *query(struct cluster *cluster, const char *text)
{
    struct scn_query_error error;
    const struct ecs_query *parsed = scn_query_parse(&cluster->f.arena, text, &error);
    ck_assert_ptr_nonnull(parsed);
    ecs_names_intern(&cluster->f.scenario.names, text);
    return parsed;
}

static void make_instances(struct cluster *cluster, const struct twist *twist)
{
    static const char *const zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};
    struct fixture *f = &cluster->f;
    fixture_add_type(f, "small", 1, 2048, 0, 3);
    fixture_add_type(f, "large", 2, 4096, 2, 4);
    for (uint32_t i = 0; i < 2; i++) {
        f->types[i].price_nusd_per_h = 1000 + i;
        f->types[i].awsvpc_tasks_trunked = i == 1 ? 8 : 0;
        f->specs[i].trunk_capable = i == 1;
    }
    cluster->blue = (struct ecs_attribute){ecs_names_intern(&f->scenario.names, "stack"),
                                           ecs_names_intern(&f->scenario.names, "blue")};
    f->specs[0].attributes = &cluster->blue;
    f->specs[0].attribute_count = 1;
    for (uint32_t i = 0; i < INSTANCES; i++)
        f->extras[i] = (struct ecs_extra_instance){
            .spec = roll(cluster->seed, 10 + i, 2),
            .count = 1,
            .zone.name =
                ecs_names_intern(&f->scenario.names, zones[roll(cluster->seed, 20 + i, 2)]),
        };
    f->scenario.extra_instance_count = INSTANCES;
    if (twist->one_more)
        f->extras[f->scenario.extra_instance_count++] = (struct ecs_extra_instance){
            .spec = twist->more_type,
            .count = 1,
            .zone.name = ecs_names_intern(&f->scenario.names, twist->more_zone),
        };
    f->scenario.settings[ECS_SETTING_AWSVPC_TRUNKING] = twist->trunking;
}

static void make_definitions(struct cluster *cluster)
{
    struct fixture *f = &cluster->f;
    static const int64_t sizes[PROBE][2] = {
        [PLAIN_80] = {64, 100},  [PLAIN_BOTH] = {64, 128}, [PORT_80] = {64, 100},
        [PORT_BOTH] = {64, 128}, [AWSVPC] = {32, 64},      [BRIDGED] = {32, 64},
        [GPU] = {128, 256},      [LARGE] = {600, 900},
    };
    for (uint32_t i = 0; i < PROBE; i++)
        fixture_add_definition(f, sizes[i][0], sizes[i][1], -1);
    cluster->ports[0].port = 80;
    cluster->ports[1].port = 443;
    f->definitions[PORT_80].ports = f->definitions[PORT_BOTH].ports = cluster->ports;
    f->definitions[PORT_80].port_count = 1;
    f->definitions[PORT_BOTH].port_count = 2;
    f->definitions[AWSVPC].network_mode = ECS_NETWORK_AWSVPC;
    f->definitions[GPU].gpus = 1;
}

static uint32_t definition_of(uint64_t seed, uint32_t filler)
{
    static const uint32_t drawn[] = {PORT_BOTH, PORT_80, PORT_BOTH, PORT_80, AWSVPC, AWSVPC,
                                     AWSVPC,    AWSVPC,  AWSVPC,    GPU,     LARGE,  LARGE};
    return drawn[roll(seed, 100 + filler, 12)];
}

static int64_t home_of(uint64_t seed, uint32_t filler)
{
    return 1 + roll(seed, 200 + filler, INSTANCES);
}

static void make_fillers(struct cluster *cluster, const struct twist *twist)
{
    struct fixture *f = &cluster->f;
    uint32_t shared = ecs_names_intern(&f->scenario.names, "shared"), count = 0;
    for (uint32_t i = 0; i < FILLERS; i++) {
        if ((twist->fillers >> i & 1) == 0)
            continue;
        uint32_t definition = twist->definition[i] < DEFINITIONS ? twist->definition[i]
                                                                 : definition_of(cluster->seed, i);
        cluster->requests[i] = (struct ecs_request){
            .task_definition = definition,
            .group = shared,
            .on_refusal = ECS_REFUSAL_DROP,
            .give_up_after = SIM_TIME_NEVER,
        };
        cluster->serials[i] = home_of(cluster->seed, i);
        struct ecs_change *change = &cluster->changes[count++];
        ecs_change_init(change, SIM_SECOND + i, ECS_OP_START_TASK);
        change->start = &cluster->requests[i];
        change->selection.serials = &cluster->serials[i];
        change->selection.serial_count = 1;
    }
    if (twist->attribute != NULL) {
        struct ecs_change *change = &cluster->changes[count++];
        ecs_change_init(change, SIM_MINUTE, ECS_OP_PUT_ATTRIBUTES);
        cluster->needed_attribute =
            (struct ecs_attribute){ecs_names_intern(&f->scenario.names, twist->attribute), 0};
        change->attributes = &cluster->needed_attribute;
        change->attribute_count = 1;
        cluster->serials[FILLERS] = twist->attribute_on;
        change->selection.serials = &cluster->serials[FILLERS];
        change->selection.serial_count = 1;
    }
    f->scenario.changes = cluster->changes;
    f->scenario.change_count = count;
}

/* Some probes with interfaces of their own name a subnet or two, with addresses or without. */
static void name_subnets(struct cluster *cluster, const struct twist *twist)
{
    static const char *const zones[] = {"us-east-1a", "us-east-1b"};
    struct fixture *f = &cluster->f;
    struct ecs_names *names = &f->scenario.names;
    uint32_t count = roll(cluster->seed, 400, 3);
    for (uint32_t i = 0; i < 4; i++) {
        struct ecs_subnet *subnet = &cluster->subnets[i];
        *subnet = (struct ecs_subnet){
            .name = ecs_names_intern(names, sim_arena_printf(&f->arena, "subnet-%u", i)),
            .zone = ecs_names_intern(names, zones[i % 2]),
            .free_addresses = i < 2 && roll(cluster->seed, 401 + i, 2) == 0 ? 0 : ECS_UNLIMITED,
        };
        if (twist->address_in != NULL && strcmp(twist->address_in, names->text[subnet->name]) == 0)
            subnet->free_addresses = 1;
    }
    for (uint32_t i = 0; i < count; i++)
        cluster->named[i] = (i + roll(cluster->seed, 403, 2)) % 2;
    if (twist->subnet_in != NULL)
        cluster->named[count++] = strcmp(twist->subnet_in, zones[0]) == 0 ? 2 : 3;
    f->scenario.subnets = cluster->subnets;
    f->scenario.subnet_count = 4;
    cluster->named_count = f->definitions[PROBE].network_mode == ECS_NETWORK_AWSVPC ? count : 0;
}

static void make_probe(struct cluster *cluster, const struct twist *twist)
{
    struct fixture *f = &cluster->f;
    uint64_t seed = cluster->seed;
    uint32_t kind = roll(seed, 1, 8), count = 0;
    fixture_add_definition(f, 50 + roll(seed, 2, 900) - twist->less_cpu,
                           50 + roll(seed, 3, 3000) - twist->less_memory, -1);
    struct ecs_task_definition *definition = &f->definitions[PROBE];
    if (roll(seed, 12, 2) == 0 && 50 + roll(seed, 2, 900) >= TASK_CPU_MIN)
        definition->cpu_units_min = TASK_CPU_MIN;
    if (kind == 0)
        definition->gpus = 1 + roll(seed, 4, 3) - twist->less_gpus;
    if (kind == 1 || kind == 2) {
        definition->ports = cluster->ports;
        definition->port_count = kind;
    }
    if (kind >= 3 && kind <= 5)
        definition->network_mode = ECS_NETWORK_AWSVPC;
    name_subnets(cluster, twist);
    cluster->needed = ecs_names_intern(&f->scenario.names, "needed");
    if (roll(seed, 5, 6) == 0) {
        definition->requirements = &cluster->needed;
        definition->requirement_count = 1;
    }
    fixture_run_task(f, PROBE, (struct ecs_strategy){0}, 1, PROBE_AT);
    struct ecs_request *request = &f->run_tasks[0].request;
    request->on_refusal = ECS_REFUSAL_DROP;
    request->group = ecs_names_intern(&f->scenario.names, "shared");
    request->placement.distinct_instance = roll(seed, 6, 6) == 0 && !twist->no_distinct;
    static const char *const texts[] = {"attribute:stack == blue",
                                        "attribute:ecs.availability-zone == us-east-1a",
                                        "runningTasksCount < 2"};
    for (uint32_t i = 0; i < 3; i++) {
        const struct ecs_query *parsed = query(cluster, texts[i]);
        if (roll(seed, 7 + i, 6) != 0 ||
            (twist->without_query != NULL && strcmp(twist->without_query, texts[i]) == 0))
            continue;
        cluster->queries[count++] = parsed;
    }
    request->placement.subnets = cluster->named;
    request->placement.subnet_count = cluster->named_count;
    request->placement.queries = cluster->queries;
    request->placement.query_count = count;
}

/* Some agents are gone before the probe comes. */
static void make_faults(struct cluster *cluster, const struct twist *twist)
{
    struct fixture *f = &cluster->f;
    uint32_t count = 0;
    for (uint32_t i = 0; i < INSTANCES; i++) {
        if (roll(cluster->seed, 300 + i, 5) != 0 || twist->connected == i + 1)
            continue;
        struct ecs_change all;
        int64_t *serial = sim_arena_array(&f->arena, 1, sizeof *serial);
        *serial = i + 1;
        ecs_change_init(&all, 0, ECS_OP_STOP_INSTANCES);
        all.selection.serials = serial;
        all.selection.serial_count = 1;
        cluster->faults[count++] = (struct ecs_fault){.kind = ECS_FAULT_AGENT_DISCONNECT,
                                                      .at = SIM_MINUTE,
                                                      .duration = SIM_TIME_NEVER,
                                                      .selection = all.selection};
    }
    f->scenario.faults = cluster->faults;
    f->scenario.fault_count = count;
}

/* The cluster of a seed, twisted, after its run; the caller ends it. */
static struct cluster *run(uint64_t seed, const struct twist *twist)
{
    struct cluster *cluster = calloc(1, sizeof *cluster);
    struct fixture *f = &cluster->f;
    cluster->seed = seed;
    fixture_init(f, ECS_EPOCH_NEWEST);
    fixture_plain(f, 60);
    f->scenario.seed = seed;
    f->scenario.duration = 20 * SIM_MINUTE;
    make_instances(cluster, twist);
    make_definitions(cluster);
    make_probe(cluster, twist);
    make_fillers(cluster, twist);
    make_faults(cluster, twist);
    fixture_run(f);
    return cluster;
}

static void end(struct cluster *cluster)
{
    fixture_release(&cluster->f);
    free(cluster);
}

static bool probe_placed(const struct cluster *cluster)
{
    return fixture_count_where(&cluster->f, ECS_RECORD_TASK_PLACED, ECS_TASK_PLACED_definition,
                               PROBE) > 0;
}

/* Whether the probe of the cluster finds a place under this twist. */
static bool places(uint64_t seed, const struct twist *twist)
{
    struct cluster *cluster = run(seed, twist);
    bool placed = probe_placed(cluster);
    end(cluster);
    return placed;
}

/* ---- a hint as a twist ---- */

/* The fillers of the first run that were placed: later ones have these alone, so that no change
 * lets another one in. */
static struct twist same_again(const struct cluster *cluster)
{
    struct twist twist = {0};
    for (uint32_t i = 0; i < FILLERS; i++)
        twist.definition[i] = DEFINITIONS;
    for (uint32_t i = 0; i < FILLERS; i++) {
        const int64_t *field = fixture_record(&cluster->f, ECS_RECORD_CHANGE, i)->field;
        if (field[ECS_CHANGE_affected] == 1)
            twist.fillers |= UINT64_C(1) << i;
    }
    return twist;
}

/* Gives fillers of that instance another definition: at most `count` of those that have `from`. */
static void swap(struct twist *twist, uint64_t seed, int64_t instance, uint32_t from, uint32_t to,
                 uint32_t count)
{
    for (uint32_t i = 0; i < FILLERS && count > 0; i++)
        if ((twist->fillers >> i & 1) != 0 && home_of(seed, i) == instance &&
            definition_of(seed, i) == from) {
            twist->definition[i] = to;
            count--;
        }
}

/* Applies the change that the hint names, `by` of it where it is an amount. */
static void apply(struct twist *twist, const struct cluster *cluster, const int64_t *failure,
                  int64_t by)
{
    const char *const *names = cluster->f.scenario.names.text;
    int64_t instance = failure[ECS_FAILURE_instance], subject = failure[ECS_FAILURE_subject];
    switch ((enum ecs_hint)failure[ECS_FAILURE_hint]) {
    case ECS_HINT_LESS_CPU:
        twist->less_cpu = by;
        break;
    case ECS_HINT_LESS_MEMORY:
        twist->less_memory = by;
        break;
    case ECS_HINT_LESS_GPUS:
        twist->less_gpus = by;
        break;
    case ECS_HINT_PORT:
    case ECS_HINT_PORTS:
        swap(twist, cluster->seed, instance, PORT_BOTH, PLAIN_BOTH, FILLERS);
        swap(twist, cluster->seed, instance, PORT_80, PLAIN_80, FILLERS);
        break;
    case ECS_HINT_ENI:
        swap(twist, cluster->seed, instance, AWSVPC, BRIDGED, 1);
        break;
    case ECS_HINT_TRUNKING:
        twist->trunking = true;
        break;
    case ECS_HINT_ATTRIBUTE:
        twist->attribute = names[subject];
        twist->attribute_on = instance;
        break;
    case ECS_HINT_NO_DISTINCT:
        twist->no_distinct = true;
        break;
    case ECS_HINT_NO_MEMBER_OF:
        twist->without_query = names[subject];
        break;
    case ECS_HINT_AGENT:
        twist->connected = instance;
        break;
    case ECS_HINT_INSTANCE:
        twist->one_more = true;
        twist->more_type = (uint32_t)subject;
        twist->more_zone = names[failure[ECS_FAILURE_zone]];
        break;
    case ECS_HINT_SUBNET:
        twist->subnet_in = names[failure[ECS_FAILURE_zone]];
        break;
    case ECS_HINT_ADDRESS:
        twist->address_in = names[subject];
        break;
    case ECS_HINT_NONE:
    case ECS_HINTS:
        ck_abort_msg("this is no change");
    }
}

static bool is_amount(enum ecs_hint hint)
{
    return hint == ECS_HINT_LESS_CPU || hint == ECS_HINT_LESS_MEMORY || hint == ECS_HINT_LESS_GPUS;
}

/* No instance of any kind that the scenario has would have taken it. */
static void check_no_instance(const struct cluster *cluster, uint64_t seed)
{
    for (uint32_t i = 0; i < INSTANCES; i++) {
        struct twist more = same_again(cluster);
        more.one_more = true;
        more.more_type = cluster->f.extras[i].spec;
        more.more_zone = cluster->f.scenario.names.text[cluster->f.extras[i].zone.name];
        ck_assert_msg(!places(seed, &more), "seed %d: no hint, but one more in %s would do",
                      (int)seed, more.more_zone);
    }
}

static void check_failure(const struct cluster *cluster, uint64_t seed, const int64_t *failure,
                          uint32_t seen[ECS_HINTS])
{
    enum ecs_hint hint = (enum ecs_hint)failure[ECS_FAILURE_hint];
    int64_t amount = failure[ECS_FAILURE_amount];
    char text[200];
    seen[hint]++;
    ecs_hint_text(&cluster->f.scenario, failure, text, sizeof text);
    ck_assert_int_eq(strchr(text, '{') == NULL, 1);
    ck_assert_int_eq(text[0] == '\0', hint == ECS_HINT_NONE);
    if (hint == ECS_HINT_NONE) {
        check_no_instance(cluster, seed);
        return;
    }
    const struct ecs_task_definition *probe = &cluster->f.definitions[PROBE];
    if (hint == ECS_HINT_LESS_CPU)
        ck_assert_int_ge(probe->cpu_units - amount, probe->cpu_units_min);
    struct twist changed = same_again(cluster);
    apply(&changed, cluster, failure, amount);
    ck_assert_msg(places(seed, &changed), "seed %d, reason %s: \"%s\" does not place it", (int)seed,
                  ecs_reason_names[failure[ECS_FAILURE_reason]], text);
    if (is_amount(hint) && amount > 1) {
        struct twist smaller = same_again(cluster);
        apply(&smaller, cluster, failure, amount - 1);
        ck_assert_msg(!places(seed, &smaller), "seed %d: less than \"%s\" places it too", (int)seed,
                      text);
    }
}

/* Every row of every failure of random clusters; each kind of hint has its turn. */
START_TEST(hints_hold_when_applied)
{
    uint32_t seen[ECS_HINTS] = {0}, failures = 0;
    for (uint64_t i = 0; i < CLUSTERS; i++) {
        uint64_t seed = i + 1;
        struct twist first = {.fillers = UINT64_C(0xffffff)};
        for (uint32_t k = 0; k < FILLERS; k++)
            first.definition[k] = DEFINITIONS;
        struct cluster *cluster = run(seed, &first);
        int64_t total = 0;
        for (uint32_t k = 0; k < fixture_count(&cluster->f, ECS_RECORD_FAILURE); k++) {
            const struct sim_record *record = fixture_record(&cluster->f, ECS_RECORD_FAILURE, k);
            if (record->at != PROBE_AT)
                continue; /* a filler's */
            total += record->field[ECS_FAILURE_count];
            check_failure(cluster, seed, record->field, seen);
        }
        ck_assert_int_eq(total, probe_placed(cluster) ? 0 : INSTANCES); /* each once */
        failures += total > 0;
        struct twist again = same_again(cluster);
        ck_assert_int_eq(places(seed, &again), probe_placed(cluster)); /* the method holds */
        end(cluster);
    }
    ck_assert_uint_gt(failures, CLUSTERS / 4);
    for (int hint = ECS_HINT_NONE; hint < ECS_HINTS; hint++)
        ck_assert_msg(seen[hint] >= 3, "hint %d came up %u times", hint, seen[hint]);
}
END_TEST

Suite *test_ecs_hint_suite(void);
Suite *test_ecs_hint_suite(void)
{
    Suite *suite = suite_create("ecs_hint");
    TCase *tests = tcase_create("hints");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, hints_hold_when_applied);
    suite_add_tcase(suite, tests);
    return suite;
}
