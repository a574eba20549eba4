#include "ecs_index_parts.h"
#include "place.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define INDEX_BYTES  (UINT64_C(512) << 20)
#define SMALL        48u  /* instances: a scan is cheaper */
#define CHANGE_COST  24u  /* bringing one instance up to date costs as much as scanning so many */
#define ASKED_ENOUGH 3u   /* questions in a row that a view would have served, before it is made */
#define SIZED_COST   192u /* the same in a sized view */
#define SIZES_FEW    16u  /* demands of a kind: so few have views of their own */

struct ecs_index *ecs_index_new(void)
{
    struct ecs_index *index = NULL;
    uint32_t none = 0;
    sim_grow((void **)&index, &none, 1, sizeof *index);
    sim_map_init(&index->view_map, VIEW_WORDS);
    sim_map_init(&index->kind_map, VIEW_WORDS);
    index->bytes_max = INDEX_BYTES;
    index->few = SIZES_FEW;
    return index;
}

static size_t view_bytes(const struct view *view)
{
    size_t bytes = view->seat_capacity * sizeof view->seats[0];
    for (uint32_t i = 0; i < view->cell_capacity; i++)
        bytes += sim_tournament_bytes(&view->cells[i].tournament) +
                 sim_shelf_bytes(&view->cells[i].shelf) +
                 view->cells[i].position_capacity * sizeof(uint32_t);
    return bytes;
}

static void release_view(struct view *view)
{
    for (uint32_t i = 0; i < view->cell_capacity; i++) {
        sim_tournament_release(&view->cells[i].tournament);
        sim_shelf_release(&view->cells[i].shelf);
        free(view->cells[i].positions);
    }
    free(view->cells);
    free(view->seats);
    if (view->cell_map.words > 0)
        sim_map_release(&view->cell_map);
    *view = (struct view){0};
}

void ecs_index_free(struct ecs_index *index)
{
    if (index == NULL)
        return;
    for (uint32_t i = 0; i < index->view_capacity; i++)
        release_view(&index->views[i]);
    sim_map_release(&index->view_map);
    sim_map_release(&index->kind_map);
    free(index->views);
    free(index->kinds);
    free(index->posts);
    free(index->position);
    free(index->log);
    free(index->tied);
    free(index);
}

void ecs_index_begin(struct ecs_world *world)
{
    struct ecs_index *index = world->index;
    for (uint32_t i = 0; i < index->view_map.count; i++)
        release_view(&index->views[i]);
    sim_map_clear(&index->view_map);
    sim_map_clear(&index->kind_map);
    index->count = index->gone = 0;
    for (uint32_t i = 0; i < index->position_capacity; i++)
        index->position[i] = UNPLACED;
    index->epoch++;
    index->log_end = index->last_read = 0;
    index->questions = 0;
    index->bytes = 0;
    index->disorder = false;
}

struct ecs_index_counts ecs_index_counts(const struct ecs_world *world)
{
    return world->index->counts;
}

void ecs_index_set_mode(struct ecs_world *world, enum ecs_index_mode mode)
{
    world->index->mode = mode;
}

void ecs_index_set_bytes(struct ecs_world *world, size_t bytes)
{
    world->index->bytes_max = bytes;
}

void ecs_index_set_few(struct ecs_world *world, uint32_t few)
{
    world->index->few = few;
}

void ecs_index_listen(struct ecs_world *world, ecs_choice_heard *heard, void *user)
{
    world->index->heard = heard;
    world->index->user = user;
}

void ecs_index_tell(struct ecs_world *world, uint32_t demand, int64_t arrival, uint32_t attempt,
                    uint32_t slot)
{
    if (world->index->heard != NULL)
        world->index->heard(world->index->user, world, demand, arrival, attempt, slot);
}

/* ---- views ---- */

static bool is_shared(const struct place_strategy *strategy, const struct ecs_placement_rule *rule)
{
    return strategy->field == PLACE_FIELD_DIMENSION && rule->dimension != 0;
}

static void read_chain(struct view *view, const struct ecs_placement *placement)
{
    view->rule_count = view->shared_count = 0;
    for (uint32_t i = 0; i < placement->rule_count; i++) {
        const struct place_strategy *strategy = place_strategies[placement->rules[i].strategy];
        if (strategy->field == PLACE_FIELD_NONE && !strategy->beyond_ecs)
            continue; /* random: every instance scores the same */
        view->shared[view->rule_count] = is_shared(strategy, &placement->rules[i]);
        view->shared_count += view->shared[view->rule_count];
        view->rules[view->rule_count++] = i;
    }
    view->celled = view->located || view->shared_count > 0;
    for (uint32_t i = view->rule_count; i > 0; i--)
        if (!view->shared[i - 1])
            view->first_rule = &placement->rules[view->rules[i - 1]];
    view->by_second = false;
    for (uint32_t i = 0; i < view->rule_count && view->sized; i++)
        view->by_second |= !view->shared[i] && placement->rules[view->rules[i]].dimension !=
                                                   view->first_rule->dimension;
}

/* Whether one view can serve the chain for tasks of any size: beside rules that cells answer, and
 * `random`, it has some that look at what is free alone. */
static bool can_be_sized(const struct ecs_placement *placement)
{
    bool some = false;
    for (uint32_t i = 0; i < placement->rule_count; i++) {
        const struct place_strategy *strategy = place_strategies[placement->rules[i].strategy];
        bool decides = strategy->field != PLACE_FIELD_NONE || strategy->beyond_ecs;
        if (decides && !strategy->by_free && !is_shared(strategy, &placement->rules[i]))
            return false;
        some |= strategy->by_free;
    }
    return some;
}

/* What tells views apart: demands that differ in the definition alone share one when placement asks
 * nothing of it but what the shape says; those that differ in size, a sized one. */
static void view_key(const struct ecs_world *world, const struct ecs_demand *demand, bool sized,
                     uint64_t *key)
{
    struct ecs_demand asked = *demand;
    if (sized)
        asked.cpu_units = asked.memory_mib = 0;
    ecs_demand_shape_key(world, &asked, key);
    key[ECS_SHAPE_WORDS] = sized ? 0 : demand->group; /* whose rules of its own ask for it */
    key[ECS_SHAPE_WORDS + 1] = (uint64_t)(uintptr_t)demand->placement; /* identity only */
    key[ECS_SHAPE_WORDS + 2] =
        ecs_demand_is_special(world, demand) ? (uint64_t)demand->definition + 1 : 0;
}

/* Its demands are no longer few: their own views go. */
static void give_up_views(struct ecs_world *world, uint32_t kind)
{
    struct ecs_index *index = world->index;
    for (uint32_t i = 0; i < world->demand_map.count; i++) {
        uint32_t at = world->demands[i].view;
        if (at != ECS_NONE && index->views[at].kind == kind)
            world->demands[i].view = ECS_NONE;
    }
    for (uint32_t i = 0; i < index->view_map.count; i++)
        if (index->views[i].kind == kind) {
            index->bytes -= index->views[i].built ? view_bytes(&index->views[i]) : 0;
            release_view(&index->views[i]);
            index->views[i].kind = ECS_NONE;
        }
}

/* Counts a demand that has no view yet to its kind. */
static uint32_t kind_of(struct ecs_world *world, const struct ecs_demand *demand)
{
    struct ecs_index *index = world->index;
    uint64_t key[VIEW_WORDS];
    view_key(world, demand, true, key);
    uint32_t before = index->kind_map.count;
    uint32_t kind = sim_map_intern(&index->kind_map, key);
    sim_grow((void **)&index->kinds, &index->kind_capacity, kind + 1, sizeof index->kinds[0]);
    index->kinds[kind] = kind == before ? 1 : index->kinds[kind] + 1;
    if (index->kinds[kind] == index->few + 1)
        give_up_views(world, kind);
    return kind;
}

/* The demand's view, perhaps not built. */
static uint32_t view_of(struct ecs_world *world, uint32_t demand_index)
{
    struct ecs_index *index = world->index;
    struct ecs_demand *demand = &world->demands[demand_index];
    if (demand->view != ECS_NONE)
        return demand->view;
    uint32_t kind = can_be_sized(demand->placement) ? kind_of(world, demand) : ECS_NONE;
    bool sized = kind != ECS_NONE && index->kinds[kind] > index->few;
    uint64_t key[VIEW_WORDS];
    view_key(world, demand, sized, key);
    uint32_t before = index->view_map.count;
    uint32_t at = sim_map_intern(&index->view_map, key);
    if (at == before) {
        sim_grow((void **)&index->views, &index->view_capacity, at + 1, sizeof index->views[0]);
        index->views[at] = (struct view){.demand = demand_index,
                                         .kind = kind,
                                         .wanted = ASKED_ENOUGH,
                                         .sized = sized};
    }
    demand->view = at;
    return at;
}

static struct cell *cell_of(struct ecs_world *world, struct view *view, uint32_t slot, uint32_t *at)
{
    const struct ecs_placement *placement = world->demands[view->demand].placement;
    uint64_t key[ECS_PLACEMENT_RULES + 1] = {0};
    uint32_t words = 0;
    for (uint32_t i = 0; i < view->rule_count; i++)
        if (view->shared[i]) {
            uint32_t dimension =
                ecs_dimension_index(world, placement->rules[view->rules[i]].dimension);
            key[words++] = world->values[slot * world->dimension_count + dimension];
        }
    if (view->located)
        key[words] = ecs_network_location(world, slot);
    uint32_t before = view->cell_map.count;
    *at = sim_map_intern(&view->cell_map, key);
    if (*at == before) {
        uint32_t capacity = view->cell_capacity;
        sim_grow((void **)&view->cells, &view->cell_capacity, *at + 1, sizeof view->cells[0]);
        for (uint32_t i = capacity; i < view->cell_capacity; i++) {
            sim_tournament_init(&view->cells[i].tournament, view->rule_count - view->shared_count);
            sim_shelf_init(&view->cells[i].shelf);
        }
        view->cell_count = *at + 1;
    }
    return &view->cells[*at];
}

/* Whether the instance could take a task of the view; in a sized one, a task of no size at all. */
static bool fits(const struct ecs_world *world, const struct view *view, const struct post *post)
{
    const struct ecs_demand *demand = &world->demands[view->demand];
    const struct ecs_room *room = &world->rooms[post->slot];
    if (!post->placeable || (demand->provider != ECS_NONE && post->provider != demand->provider))
        return false;
    if (!view->sized &&
        (room->cpu_units < demand->cpu_units || room->memory_mib < demand->memory_mib))
        return false;
    if (demand->plain)
        return true;
    struct ecs_demand bare = *demand;
    if (view->sized)
        bare.cpu_units = bare.memory_mib = 0;
    return ecs_misfit_alone(world, &bare, post->slot) == ECS_REASON_NONE;
}

static struct seat seat_of(const struct view *view, uint32_t position)
{
    return view->celled ? view->seats[position] : (struct seat){0, position};
}

static uint32_t position_of(const struct view *view, const struct cell *cell, uint32_t leaf)
{
    return view->celled ? cell->positions[leaf] : leaf;
}

/* The leaf goes in or out; with `building`, what is above it is left to sim_tournament_build. */
static void seat_one(struct ecs_world *world, const struct view *view, struct cell *cell,
                     uint32_t leaf, uint32_t slot, bool in, bool building)
{
    const struct ecs_demand *demand = &world->demands[view->demand];
    int64_t scores[ECS_PLACEMENT_RULES];
    if (view->sized && in) {
        const struct ecs_room *room = &world->rooms[slot];
        bool by_cpu = view->first_rule->dimension == 0;
        int64_t first = by_cpu ? room->cpu_units : room->memory_mib;
        assert(ecs_place_score(world, demand, view->first_rule, slot) == first &&
               "a strategy that is by_free scores what is free");
        sim_shelf_put(&cell->shelf, leaf, first, by_cpu ? room->memory_mib : room->cpu_units);
        return;
    }
    if (view->sized) {
        sim_shelf_take(&cell->shelf, leaf);
        return;
    }
    for (uint32_t i = 0, width = 0; i < view->rule_count && in; i++)
        if (!view->shared[i])
            scores[width++] =
                ecs_place_score(world, demand, &demand->placement->rules[view->rules[i]], slot);
    if (building)
        sim_tournament_put(&cell->tournament, leaf, in ? scores : NULL);
    else
        sim_tournament_set(&cell->tournament, leaf, in ? scores : NULL);
}

/* Brings a seat up to date. False when its instance has moved to another cell. */
static bool refresh(struct ecs_world *world, struct view *view, uint32_t position, bool building)
{
    struct seat seat = seat_of(view, position);
    const struct post *post = &world->index->posts[position];
    uint32_t slot = post->slot, at = seat.cell;
    if (seat.cell == UNPLACED)
        return true;
    bool in = slot != ECS_NONE && fits(world, view, post);
    if (in && view->celled && !building)
        cell_of(world, view, slot, &at);
    if (at != seat.cell)
        return false;
    seat_one(world, view, &view->cells[seat.cell], seat.leaf, slot, in, building);
    return true;
}

static uint32_t leaf_count(const struct view *view, const struct cell *cell)
{
    return view->sized ? cell->shelf.count : cell->tournament.count;
}

static uint32_t append_leaf(const struct view *view, struct cell *cell)
{
    return view->sized ? sim_shelf_append(&cell->shelf) : sim_tournament_append(&cell->tournament);
}

/* Seats for all positions there are. Instances get one in their cell whether they fit or not, so
 * that leaves stand in order of registration. */
static void add_seats(struct ecs_world *world, struct view *view)
{
    struct ecs_index *index = world->index;
    uint32_t only = 0;
    if (!view->celled) {
        struct cell *cell = cell_of(world, view, 0, &only);
        while (leaf_count(view, cell) < index->count)
            append_leaf(view, cell);
        return;
    }
    sim_grow((void **)&view->seats, &view->seat_capacity, index->count, sizeof view->seats[0]);
    for (; view->seat_count < index->count; view->seat_count++) {
        uint32_t position = view->seat_count, at = 0;
        struct seat *seat = &view->seats[position];
        uint32_t slot = index->posts[position].slot;
        *seat = (struct seat){UNPLACED, 0};
        const struct ecs_demand *demand = &world->demands[view->demand];
        if (slot == ECS_NONE ||
            (demand->provider != ECS_NONE && index->posts[position].provider != demand->provider))
            continue;
        struct cell *cell = cell_of(world, view, slot, &at);
        seat->cell = at;
        seat->leaf = append_leaf(view, cell);
        sim_grow((void **)&cell->positions, &cell->position_capacity, seat->leaf + 1,
                 sizeof cell->positions[0]);
        cell->positions[seat->leaf] = position;
    }
}

static void build(struct ecs_world *world, struct view *view)
{
    struct ecs_index *index = world->index;
    if (view->cell_map.words == 0) {
        view->located = world->demands[view->demand].limited;
        read_chain(view, world->demands[view->demand].placement);
        sim_map_init(&view->cell_map, view->celled ? view->shared_count + view->located : 1);
    }
    sim_map_clear(&view->cell_map);
    for (uint32_t i = 0; i < view->cell_count; i++) {
        sim_tournament_clear(&view->cells[i].tournament);
        sim_shelf_clear(&view->cells[i].shelf);
    }
    view->cell_count = view->seat_count = 0;
    add_seats(world, view);
    for (uint32_t i = 0; i < index->count; i++)
        refresh(world, view, i, true);
    for (uint32_t i = 0; i < view->cell_count && !view->sized; i++)
        sim_tournament_build(&view->cells[i].tournament);
    view->read = index->log_end;
    view->epoch = index->epoch;
    view->built = true;
    index->counts.builds++;
}

/* Makes room: forgets the views that were asked longest ago. */
static void forget_some(struct ecs_index *index, const struct view *keep)
{
    while (index->bytes > index->bytes_max) {
        struct view *oldest = NULL;
        for (uint32_t i = 0; i < index->view_map.count; i++) {
            struct view *view = &index->views[i];
            if (view->built && view != keep && (oldest == NULL || view->asked < oldest->asked))
                oldest = view;
        }
        if (oldest == NULL)
            return;
        index->bytes -= view_bytes(oldest);
        struct view fresh = {.demand = oldest->demand,
                             .kind = oldest->kind,
                             .last_asked_at = oldest->last_asked_at,
                             .wanted = 2 * oldest->wanted, /* or it would only be made again */
                             .sized = oldest->sized};
        release_view(oldest);
        *oldest = fresh;
        index->counts.forgotten++;
    }
}

/* What the view has not seen yet: so many changes, or everything. */
static uint64_t behind(const struct ecs_index *index, const struct view *view)
{
    uint64_t changes = index->log_end - view->read;
    return !view->built || view->epoch != index->epoch || changes > index->log_size ? UINT64_MAX
                                                                                    : changes;
}

static void bring_up_to_date(struct ecs_world *world, struct view *view)
{
    struct ecs_index *index = world->index;
    if (behind(index, view) > index->count / 2) {
        index->bytes -= view_bytes(view);
        build(world, view);
        index->bytes += view_bytes(view);
        forget_some(index, view);
    } else {
        add_seats(world, view);
        for (; view->read < index->log_end; view->read++) {
            uint32_t position = index->log[view->read % index->log_size];
            index->counts.updates++;
            if (!refresh(world, view, position, false)) {
                build(world, view);
                break;
            }
        }
    }
    index->last_read = index->log_end;
}

/* Whether the view answers, rather than a scan. It pays when less has changed since the last
 * question than a scan would look at. */
static bool view_pays(struct ecs_index *index, struct view *view, uint32_t pool_count)
{
    uint64_t limit = pool_count / (view->sized ? SIZED_COST : CHANGE_COST);
    bool often = index->log_end - view->last_asked_at <= limit;
    view->last_asked_at = index->log_end;
    if (index->mode != ECS_INDEX_AUTO)
        return index->mode != ECS_INDEX_NEVER;
    if (pool_count < SMALL)
        return false;
    if (behind(index, view) <= limit)
        return true;
    view->in_a_row = often ? view->in_a_row + 1 : 0;
    if (view->in_a_row < view->wanted)
        return false;
    view->in_a_row = 0;
    return true;
}

/* ---- the choice ---- */

/* How many tie for a cell's best, the k-th of them, and how many stand before a leaf. */
static uint32_t ties_of(const struct view *view, const struct cell *cell)
{
    return view->sized ? cell->best.ties : sim_tournament_ties(&cell->tournament);
}

static uint32_t select_in(const struct view *view, const struct cell *cell, uint32_t k)
{
    return view->sized ? sim_shelf_select(&cell->shelf, &cell->best, k)
                       : sim_tournament_select(&cell->tournament, k);
}

static uint32_t ties_before(const struct view *view, const struct cell *cell, uint32_t leaf)
{
    return view->sized ? sim_shelf_ties_before(&cell->shelf, &cell->best, leaf)
                       : sim_tournament_ties_before(&cell->tournament, leaf);
}

/* Puts the demand's size to the shelf. */
static void ask_shelf(const struct view *view, const struct ecs_demand *demand, struct cell *cell)
{
    bool by_cpu = view->first_rule->dimension == 0;
    cell->best = sim_shelf_ask(&cell->shelf, by_cpu ? demand->cpu_units : demand->memory_mib,
                               by_cpu ? demand->memory_mib : demand->cpu_units, view->by_second);
}

/* A rule of the chain that is answered within a cell, its k-th such: what its best scores. */
static int64_t local_score(const struct view *view, const struct cell *cell,
                           const struct ecs_placement_rule *rule, uint32_t k)
{
    if (!view->sized)
        return sim_tournament_best(&cell->tournament)[k];
    return rule->dimension == view->first_rule->dimension ? cell->best.first : cell->best.second;
}

/* One of a cell's best. */
static uint32_t one_of(const struct ecs_world *world, const struct view *view,
                       const struct cell *cell)
{
    uint32_t leaf = view->sized ? cell->best.item : sim_tournament_select(&cell->tournament, 0);
    return world->index->posts[position_of(view, cell, leaf)].slot;
}

/* The scores of a cell's best by the whole chain. */
static void full_scores(const struct ecs_world *world, const struct view *view,
                        const struct ecs_demand *demand, uint32_t at, int64_t *scores)
{
    const struct cell *cell = &view->cells[at];
    uint32_t slot = one_of(world, view, cell);
    for (uint32_t i = 0, k = 0; i < view->rule_count; i++) {
        const struct ecs_placement_rule *rule = &demand->placement->rules[view->rules[i]];
        scores[i] = view->shared[i] ? ecs_place_score(world, demand, rule, slot)
                                    : local_score(view, cell, rule, k++);
    }
}

static int compare_scores(const int64_t *a, const int64_t *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

/* First leaf of the cell at or after a position. */
static uint32_t leaf_at(const struct view *view, const struct cell *cell, uint32_t position)
{
    uint32_t low = 0, high = leaf_count(view, cell);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (cell->positions[middle] < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The k-th in order of registration of all that tie for the best in the cells listed. */
static uint32_t select_over(const struct ecs_index *index, const struct view *view,
                            const uint32_t *cells, uint32_t cell_count, uint32_t k)
{
    uint32_t low = 0, high = index->count; /* the last position with at most k winners before it */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2, before = 0;
        for (uint32_t i = 0; i < cell_count; i++) {
            const struct cell *cell = &view->cells[cells[i]];
            before += ties_before(view, cell, leaf_at(view, cell, middle));
        }
        if (before <= k)
            low = middle;
        else
            high = middle;
    }
    return index->posts[low].slot;
}

static uint32_t draw(const struct ecs_world *world, int64_t arrival, uint32_t attempt,
                     uint32_t ties)
{
    return ties == 1 ? 0 : ecs_place_tie(world, arrival, attempt, ties);
}

/* One cell is the whole view, or the only best one. */
static uint32_t choose_in_cell(const struct ecs_world *world, const struct view *view,
                               const struct cell *cell, int64_t arrival, uint32_t attempt)
{
    uint32_t k = draw(world, arrival, attempt, ties_of(view, cell));
    return world->index->posts[position_of(view, cell, select_in(view, cell, k))].slot;
}

static uint32_t choose(struct ecs_world *world, const struct view *view,
                       const struct ecs_demand *demand, int64_t arrival, uint32_t attempt)
{
    struct ecs_index *index = world->index;
    int64_t best[ECS_PLACEMENT_RULES], scores[ECS_PLACEMENT_RULES];
    uint32_t ties = 0, tied = 0;
    sim_grow((void **)&index->tied, &index->tied_capacity, view->cell_count + 1,
             sizeof index->tied[0]);
    for (uint32_t i = 0; i < view->cell_count; i++) {
        if (view->sized)
            ask_shelf(view, demand, &view->cells[i]);
        uint32_t count = ties_of(view, &view->cells[i]);
        if (count == 0)
            continue;
        if (view->located &&
            ecs_misfit_address(world, demand, one_of(world, view, &view->cells[i])) !=
                ECS_REASON_NONE)
            continue; /* of the whole location */
        full_scores(world, view, demand, i, scores);
        int order = ties == 0 ? -1 : compare_scores(scores, best, view->rule_count);
        if (order > 0)
            continue;
        if (order < 0) {
            memcpy(best, scores, view->rule_count * sizeof best[0]);
            ties = tied = 0;
        }
        index->tied[tied++] = i;
        ties += count;
    }
    if (ties == 0)
        return ECS_NONE;
    if (tied == 1)
        return choose_in_cell(world, view, &view->cells[index->tied[0]], arrival, attempt);
    return select_over(index, view, index->tied, tied, draw(world, arrival, attempt, ties));
}

bool ecs_index_choose(struct ecs_world *world, uint32_t demand_index, int64_t arrival,
                      uint32_t attempt, uint32_t *slot)
{
    struct ecs_index *index = world->index;
    const struct ecs_demand *demand = &world->demands[demand_index];
    uint32_t pool_count = world->pools[ecs_scope(world, demand->provider)].count;
    if (index->disorder || (index->gone > 64 && index->gone > index->count / 2))
        ecs_index_renumber(world);
    uint32_t at = view_of(world, demand_index); /* may move the views */
    struct view *view = &index->views[at];
    if (!view_pays(index, view, pool_count)) {
        index->counts.by_scan++;
        return false;
    }
    view->asked = ++index->questions;
    bring_up_to_date(world, view);
    index->counts.by_view++;
    index->counts.by_sized += view->sized;
    *slot = view->sized || view->celled || view->cell_count == 0
                ? choose(world, view, demand, arrival, attempt)
            : ties_of(view, &view->cells[0]) > 0
                ? choose_in_cell(world, view, &view->cells[0], arrival, attempt)
                : ECS_NONE;
    return true;
}
