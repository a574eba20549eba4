/* Why a task could not be placed: every instance of the pool is asked once for the first step that
 * rules it out, and counted there by reason and constraint. The hint of each row comes from
 * ecs_hint.c. */
#include "ecs_placing.h"

#include <string.h>

#define ROWS_MAX 64 /* of one try; the last takes what is beyond */

/* What ruled an instance out, where a reason has several. */
struct constraint {
    uint32_t attribute; /* name; 0: none */
    const struct ecs_query *query;
};

struct row {
    enum ecs_reason reason;
    struct constraint constraint;
    int64_t count;
    struct ecs_relief hint;
};

struct explanation {
    struct row rows[ROWS_MAX];
    uint32_t count;
};

static struct constraint constraint_of(const struct ecs_world *world,
                                       const struct ecs_demand *demand, uint32_t slot,
                                       enum ecs_reason reason)
{
    struct constraint constraint = {0};
    if (reason == ECS_REASON_ATTRIBUTE)
        ecs_missing_attributes(world, demand, slot, &constraint.attribute);
    else if (reason == ECS_REASON_MEMBER_OF)
        ecs_failing_queries(world, demand, slot, 1, &constraint.query);
    return constraint;
}

static uint32_t name_of(const struct ecs_world *world, const struct constraint *constraint)
{
    if (constraint->query == NULL)
        return constraint->attribute;
    uint32_t name = ecs_names_find(&world->scenario->names, constraint->query->text);
    return name == ECS_NONE ? 0 : name;
}

static struct row *row_of(struct explanation *explanation, enum ecs_reason reason,
                          struct constraint constraint)
{
    for (uint32_t i = 0; i < explanation->count; i++) {
        struct row *row = &explanation->rows[i];
        if (row->reason == reason && row->constraint.attribute == constraint.attribute &&
            row->constraint.query == constraint.query)
            return row;
    }
    if (explanation->count == ROWS_MAX)
        return &explanation->rows[ROWS_MAX - 1];
    struct row *row = &explanation->rows[explanation->count++];
    *row = (struct row){.reason = reason, .constraint = constraint};
    return row;
}

static void add_instance(const struct ecs_world *world, const struct ecs_demand *demand,
                         uint32_t slot, enum ecs_reason reason, struct explanation *explanation)
{
    struct row *row = row_of(explanation, reason, constraint_of(world, demand, slot, reason));
    row->count++;
    ecs_hint_consider(world, demand, slot, reason, false, &row->hint);
}

/* API-6: those that are ACTIVE but for their agent. */
static void add_disconnected(const struct ecs_world *world, const struct ecs_demand *demand,
                             struct explanation *explanation)
{
    for (uint32_t slot = 0; slot < world->instance_slots.count; slot++) {
        const struct ecs_instance *instance = &world->instances[slot];
        if (sim_slots_id(&world->instance_slots, slot).generation != 0 &&
            instance->seen == ECS_SEEN_DISCONNECTED &&
            (demand->provider == ECS_NONE || instance->provider == demand->provider))
            add_instance(world, demand, slot, ECS_REASON_AGENT, explanation);
    }
}

static void emit_row(struct ecs_world *world, int64_t arrival, int64_t task, const struct row *row)
{
    struct sim_record record = ecs_record(world, ECS_RECORD_FAILURE);
    int64_t *field = record.field;
    field[ECS_FAILURE_arrival] = arrival;
    field[ECS_FAILURE_task] = task;
    field[ECS_FAILURE_reason] = row->reason;
    field[ECS_FAILURE_count] = row->count;
    field[ECS_FAILURE_constraint] = name_of(world, &row->constraint);
    field[ECS_FAILURE_hint] = row->hint.kind;
    field[ECS_FAILURE_amount] = row->hint.amount;
    field[ECS_FAILURE_subject] = row->hint.subject;
    field[ECS_FAILURE_zone] = row->hint.zone;
    field[ECS_FAILURE_instance] = row->hint.instance;
    ecs_emit(world, &record);
}

/* In the order of reasons, and of first appearance among the constraints of one. */
static void emit_rows(struct ecs_world *world, const struct ecs_demand *demand, int64_t arrival,
                      int64_t task, const struct explanation *explanation)
{
    struct ecs_relief one_more = ecs_hint_one_more(world, demand);
    for (int reason = ECS_REASON_NONE + 1; reason < ECS_REASONS; reason++)
        for (uint32_t i = 0; i < explanation->count; i++) {
            struct row row = explanation->rows[i];
            if (row.reason != (enum ecs_reason)reason)
                continue;
            if (row.hint.kind == ECS_HINT_NONE)
                row.hint = one_more;
            emit_row(world, arrival, task, &row);
        }
}

static enum ecs_reason most_frequent(const int64_t counts[ECS_REASONS])
{
    enum ecs_reason most = ECS_REASON_NONE;
    for (int reason = ECS_REASON_NONE + 1; reason < ECS_REASONS; reason++)
        if (counts[reason] > 0 && (most == ECS_REASON_NONE || counts[reason] > counts[most]))
            most = (enum ecs_reason)reason;
    return most;
}

/* ---- what is remembered ---- */

/* While nothing that a filter looks at changes, tasks alike are turned away for like reasons. What
 * depends on more than the instances (addresses) is asked each time. */
#define REMEMBERED 8 /* demands, by their index; a later one takes the place of another */

struct ecs_explanations {
    struct {
        uint32_t demand;
        uint64_t touches;
        struct explanation explanation;
    } entries[REMEMBERED];
};

void ecs_explain_begin(struct ecs_world *world)
{
    uint32_t none = 0;
    if (world->explanations == NULL)
        sim_grow((void **)&world->explanations, &none, 1, sizeof *world->explanations);
    for (uint32_t i = 0; i < REMEMBERED; i++)
        world->explanations->entries[i].demand = ECS_NONE;
}

static void explain(const struct ecs_world *world, const struct ecs_demand *demand,
                    struct explanation *explanation)
{
    const struct ecs_pool *pool = &world->pools[ecs_scope(world, demand->provider)];
    explanation->count = 0;
    for (uint32_t i = 0; i < pool->count; i++) {
        enum ecs_reason reason = ecs_misfit(world, demand, pool->slots[i]);
        if (reason != ECS_REASON_NONE)
            add_instance(world, demand, pool->slots[i], reason, explanation);
    }
    if (pool->disconnected > 0)
        add_disconnected(world, demand, explanation);
    if (pool->count == 0 && pool->disconnected == 0)
        row_of(explanation, ECS_REASON_NO_INSTANCES, (struct constraint){0})->count = 1;
}

static const struct explanation *explanation_of(struct ecs_world *world, uint32_t demand_index)
{
    const struct ecs_demand *demand = &world->demands[demand_index];
    uint32_t at = demand_index % REMEMBERED;
    struct explanation *explanation = &world->explanations->entries[at].explanation;
    if (world->explanations->entries[at].demand == demand_index &&
        world->explanations->entries[at].touches == world->touches && !demand->limited &&
        !world->explain_anew)
        return explanation;
    world->explanations->entries[at].demand = demand_index;
    world->explanations->entries[at].touches = world->touches;
    explain(world, demand, explanation);
    return explanation;
}

/* ---- the answers ---- */

enum ecs_reason ecs_place_explain(struct ecs_world *world, uint32_t demand_index, int64_t arrival,
                                  int64_t task, bool emit)
{
    struct ecs_demand *demand = &world->demands[demand_index];
    const struct ecs_pool *pool = &world->pools[ecs_scope(world, demand->provider)];
    int64_t counts[ECS_REASONS] = {0};
    if (!emit && demand->explained_version == pool->version)
        return demand->explained; /* nothing was freed since */
    if (emit) {
        const struct explanation *explanation = explanation_of(world, demand_index);
        for (uint32_t i = 0; i < explanation->count; i++)
            counts[explanation->rows[i].reason] += explanation->rows[i].count;
        emit_rows(world, demand, arrival, task, explanation);
    } else {
        for (uint32_t i = 0; i < pool->count; i++)
            counts[ecs_misfit(world, demand, pool->slots[i])]++;
        counts[ECS_REASON_AGENT] = pool->disconnected;
        if (pool->count == 0 && pool->disconnected == 0)
            counts[ECS_REASON_NO_INSTANCES] = 1;
    }
    demand->explained = most_frequent(counts);
    demand->explained_version = pool->version;
    return demand->explained;
}

void ecs_start_explain(struct ecs_world *world, uint32_t demand_index, int64_t arrival,
                       uint32_t slot, enum ecs_reason reason)
{
    const struct ecs_demand *demand = &world->demands[demand_index];
    struct row row = {.reason = reason, .count = 1};
    if (slot != ECS_NONE) {
        row.constraint = constraint_of(world, demand, slot, reason);
        ecs_hint_consider(world, demand, slot, reason, true, &row.hint);
    }
    emit_row(world, arrival, 0, &row);
}
