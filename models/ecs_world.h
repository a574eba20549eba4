/* ecs_world: one replication of a scenario, from t = 0 to the horizon.
 *
 * A world owns all mutable state: instances, tasks, groups, alarms, the engine. It reads the
 * scenario and its arrival sources, and it emits records (ecs_records.h); it never reads a clock, a
 * file or another world. The same (scenario, seed, replication) gives the same records on every
 * machine.
 *
 * Horizon: scenario->duration, else the end of the last arrival (every arrival has its fate and no
 * more come): operators' calls and faults after that are not waited for; those before it happen,
 * and whoever waits for what such a call may bring keeps the run going. At the horizon instances
 * are billed up to it and nothing is stopped; the closing records are TASK_ENDED and ARRIVAL_ENDED
 * of what is still there, INSTANCE_ENDED, the last CAPACITY rows, LEVELS and RUN_ENDED. */
#ifndef ECS_WORLD_H
#define ECS_WORLD_H

#include "ecs_records.h"
#include "ecs_scenario.h"
#include "sim_engine.h"

struct ecs_world;

struct ecs_world *ecs_world_new(const struct ecs_scenario *scenario);
void ecs_world_free(struct ecs_world *world);

/* Where observers are added, before ecs_world_run. */
struct sim_stream *ecs_world_stream(struct ecs_world *world);

/* For progress display. */
struct sim_engine *ecs_world_engine(struct ecs_world *world);

/* Runs replication `replication` from the start; may be called again for another one (observers
 * stay). False when the engine's progress callback stopped it. */
bool ecs_world_run(struct ecs_world *world, uint32_t replication);

/* The same in steps, for who looks at the world on the way (ecs_inspect.h): begin, any number of
 * advances, end. An advance runs every event up to `until`, that instant included, but never past
 * the horizon; SIM_TIME_NEVER: up to it. It returns false when the progress callback stopped it.
 * The end runs what is left, adds the closing records and says whether the run was whole. A world
 * may also be freed, or begun anew, without it. */
void ecs_world_begin(struct ecs_world *world, uint32_t replication);
bool ecs_world_advance(struct ecs_world *world, sim_time until);
bool ecs_world_end(struct ecs_world *world);
/* Whether the run has come to its horizon: nothing more will happen. */
bool ecs_world_is_over(const struct ecs_world *world);

/* An observer that keeps its own account of the record stream and asserts what must hold at every
 * moment: tasks conserved, no instance over its registered CPU, memory, GPUs, ENIs or ports, no
 * port held twice, no distinctInstance broken, no record of an ended id, clock monotone, costs not
 * negative. A breach prints the command that repeats it and aborts. */
struct ecs_invariants;
struct ecs_invariants *ecs_invariants_new(const struct ecs_scenario *scenario);
void ecs_invariants_free(struct ecs_invariants *invariants);
void ecs_invariants_begin(struct ecs_invariants *invariants, uint32_t replication);
void ecs_invariants_observe(void *invariants, const struct sim_record *record);

#endif
