/* ecs_index: placement's choice without looking at every instance. Private to models/.
 *
 * A *view* is an index for one kind of question: demands that agree in all that filters and scores
 * look at. Its instances stand in tournaments (sim_tournament) in order of registration; a leaf is
 * in when the instance fits (ecs_misfit), with its scores of the rules that look at the instance
 * alone. Rules that look at what many instances share (spread over an attribute) split the view
 * into cells by the values of those attributes: within a cell such a rule decides nothing, so the
 * best of a cell is the best by the other rules, and cells are compared by the whole chain. Ties
 * are counted over the tied cells and picked in order of registration, so the answer is that of a
 * scan, instance by instance, whatever the chain.
 *
 * Where the rules of a chain that look at the instance alone ask what is free of CPU or memory
 * (by_free: binpack's), one view serves demands of every size as soon as they are more than a few:
 * traces have thousands of them, each too seldom for a view of its own. Its instances stand on
 * shelves (sim_shelf) instead, in order of what they have free, whether that is enough or not; a
 * question goes down to the first that has.
 *
 * Views are lazy. ecs_index_touch notes an instance that has changed; a view that is asked brings
 * the noted ones up to date first, each in O(log n). A demand that is asked too rarely for that to
 * pay is answered by the scan of ecs_placement; whether view or scan answers depends on counts of
 * changes alone and never shows in a result.
 *
 * Memory: some 50 bytes an instance and view; views beyond 512 MiB in all are forgotten, that
 * longest not asked first. */
#ifndef ECS_INDEX_H
#define ECS_INDEX_H

#include "ecs_placing.h"

struct ecs_index *ecs_index_new(void);
void ecs_index_free(struct ecs_index *index);
/* Forgets everything: a replication begins. */
void ecs_index_begin(struct ecs_world *world);

/* The answer of ecs_place_choose; false when the caller is to scan. slot: ECS_NONE when no instance
 * fits. */
bool ecs_index_choose(struct ecs_world *world, uint32_t demand, int64_t arrival, uint32_t attempt,
                      uint32_t *slot);

/* Counters, for tests and benchmarks. */
struct ecs_index_counts {
    uint64_t by_view, by_sized, by_scan, builds, updates, forgotten;
};
struct ecs_index_counts ecs_index_counts(const struct ecs_world *world);

/* For tests and benchmarks: who answers, how many bytes views may take, how many demands that
 * differ in size alone have views of their own, and an ear that hears every choice (slot: ECS_NONE
 * when nothing fits, or nothing has been freed since it last did not) before it takes effect. All
 * outlive replications. */
enum ecs_index_mode { ECS_INDEX_AUTO, ECS_INDEX_ALWAYS, ECS_INDEX_NEVER };
typedef void ecs_choice_heard(void *user, const struct ecs_world *world, uint32_t demand,
                              int64_t arrival, uint32_t attempt, uint32_t slot);
void ecs_index_set_mode(struct ecs_world *world, enum ecs_index_mode mode);
void ecs_index_set_bytes(struct ecs_world *world, size_t bytes);
void ecs_index_set_few(struct ecs_world *world, uint32_t few);
void ecs_index_listen(struct ecs_world *world, ecs_choice_heard *heard, void *user);
void ecs_index_tell(struct ecs_world *world, uint32_t demand, int64_t arrival, uint32_t attempt,
                    uint32_t slot);

#endif
