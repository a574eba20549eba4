#include "ecs_scenario.h"

#include "place.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define COOKIE 0x506c696du /* "Plim" */

/* ---- names ---- */

static uint32_t text_hash(const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

/* The table holds name + 1, so 0 is empty. Returns the cell of text or the empty cell for it. */
static uint32_t *names_cell(const struct ecs_names *names, const char *text)
{
    uint32_t mask = names->table_size - 1;
    uint32_t i = text_hash(text) & mask;
    while (names->table[i] != 0 && strcmp(names->text[names->table[i] - 1], text) != 0)
        i = (i + 1) & mask;
    return &names->table[i];
}

static void names_rehash(struct ecs_names *names, uint32_t size)
{
    free(names->table);
    names->table = sim_malloc(size * sizeof names->table[0]);
    memset(names->table, 0, size * sizeof names->table[0]);
    names->table_size = size;
    for (uint32_t i = 0; i < names->count; i++)
        *names_cell(names, names->text[i]) = i + 1;
}

void ecs_names_init(struct ecs_names *names, struct sim_arena *arena)
{
    *names = (struct ecs_names){.arena = arena};
    names_rehash(names, 64);
    uint32_t empty = ecs_names_intern(names, "");
    assert(empty == 0);
}

void ecs_names_release(struct ecs_names *names)
{
    free(names->table);
    free(names->text);
    *names = (struct ecs_names){0};
}

uint32_t ecs_names_intern(struct ecs_names *names, const char *text)
{
    uint32_t *cell = names_cell(names, text);
    if (*cell != 0)
        return *cell - 1;
    sim_grow((void **)&names->text, &names->capacity, names->count + 1, sizeof names->text[0]);
    names->text[names->count] = sim_arena_strdup(names->arena, text);
    *cell = ++names->count;
    if (names->count > names->table_size / 2)
        names_rehash(names, names->table_size * 2);
    return names->count - 1;
}

uint32_t ecs_names_find(const struct ecs_names *names, const char *text)
{
    uint32_t cell = *names_cell(names, text);
    return cell == 0 ? ECS_NONE : cell - 1;
}

/* ---- scenario ---- */

void ecs_scenario_init(struct ecs_scenario *scenario, struct sim_arena *arena)
{
    *scenario = (struct ecs_scenario){
        .cookie = COOKIE,
        .arena = arena,
        .name = "unnamed",
        .description = "",
        .region = "us-east-1",
        .cluster = "default",
        .epoch = ECS_EPOCH_NEWEST,
        .start_unix_s = sim_civil_to_unix(2024, 1, 1, 0, 0, 0),
        .duration = SIM_TIME_NEVER,
        .seed = 1,
        .replications = 1,
        .json = "{}",
        .inputs_json = "[]",
        .price_date = "",
    };
    ecs_names_init(&scenario->names, arena);
    ecs_behaviour_at(&scenario->behaviour, scenario->epoch);
}

void ecs_scenario_release(struct ecs_scenario *scenario)
{
    ecs_names_release(&scenario->names);
}

static void check_capacity(const struct ecs_scenario *s)
{
    for (uint32_t i = 0; i < s->spec_count; i++) {
        assert(s->specs[i].type < s->type_count);
        assert(s->specs[i].reserved_memory_mib >= 0);
        assert(s->specs[i].reserved_port_count <= ECS_PORTS_MAX);
    }
    for (uint32_t i = 0; i < s->asg_count; i++) {
        const struct ecs_asg *asg = &s->asgs[i];
        assert(asg->spec < s->spec_count);
        assert(0 <= asg->min_size && asg->min_size <= asg->max_size);
        assert(asg->min_size <= asg->desired && asg->desired <= asg->max_size);
        assert(1 <= asg->zone_count && asg->zone_count <= ECS_ZONES_MAX);
    }
    for (uint32_t i = 0; i < s->provider_count; i++) {
        const struct ecs_provider *provider = &s->providers[i];
        assert(provider->asg < s->asg_count);
        assert(1 <= provider->target_capacity && provider->target_capacity <= 100);
        assert(1 <= provider->minimum_step);
        assert(provider->minimum_step <= provider->maximum_step);
        for (uint32_t k = 0; k < i; k++)
            assert(s->providers[k].asg != provider->asg); /* one provider a group */
    }
    for (uint32_t i = 0; i < s->extra_instance_count; i++)
        assert(s->extra_instances[i].spec < s->spec_count);
}

static void check_request(const struct ecs_scenario *s, const struct ecs_request *request)
{
    assert(request->task_definition < s->task_definition_count);
    assert(request->strategy.count <= ECS_STRATEGY_ITEMS);
    assert(request->placement.rule_count <= ECS_PLACEMENT_RULES);
    assert(request->group < s->names.count);
    assert(request->give_up_after >= 0);
    for (uint32_t i = 0; i < request->strategy.count; i++)
        assert(request->strategy.items[i].provider < s->provider_count);
    for (uint32_t i = 0; i < request->placement.rule_count; i++)
        assert(request->placement.rules[i].strategy < place_strategy_count);
}

void ecs_scenario_check(const struct ecs_scenario *scenario)
{
    const struct ecs_scenario *s = scenario;
    assert(s->cookie == COOKIE);
    assert(s->replications >= 1);
    assert(s->duration > 0 && s->warmup >= 0);
    check_capacity(s);
    for (uint32_t i = 0; i < s->task_definition_count; i++) {
        const struct ecs_task_definition *definition = &s->task_definitions[i];
        assert(definition->cpu_units >= 0 && definition->memory_mib >= 0 && definition->gpus >= 0);
        assert(definition->port_count <= ECS_PORTS_MAX);
        assert(definition->group < s->names.count);
    }
    for (uint32_t i = 0; i < s->run_task_count; i++) {
        check_request(s, &s->run_tasks[i].request);
        assert(s->run_tasks[i].at >= 0 && s->run_tasks[i].count >= 1);
    }
    for (uint32_t i = 0; i < s->workload_count; i++) {
        check_request(s, &s->workloads[i].request);
        assert(s->workloads[i].source != NULL && s->workloads[i].scale_ppm >= 0);
    }
}

const char *ecs_arn_last_name(struct sim_arena *arena, const char *text)
{
    static const char provider[] = ":capacity-provider/";
    if (strncmp(text, "arn:", 4) != 0)
        return text;
    const char *kind = strstr(text, provider);
    if (kind != NULL) {
        const char *name = kind + strlen(provider);
        return sim_arena_strndup(arena, name, strcspn(name, "/"));
    }
    const char *slash = strrchr(text, '/');
    if (slash != NULL)
        return slash + 1;
    const char *colon = strrchr(text, ':');
    return colon + 1;
}
