/* ecs_containers: when the containers of one task start, are healthy, end and are stopped. Private
 * to models/.
 *
 * A container starts once all that it depends on has happened (DEP-01), and that takes
 * `containerStartTime`; those that wait for nothing start together when the images are there. A
 * condition on another container counts from that one's start (DEP-07): START holds at once,
 * COMPLETE when it has ended, SUCCESS when it has ended with 0, HEALTHY at its first check that
 * passes; checks come every interval after its start (HLT-08). What has not happened within the
 * other's startTimeout never does: the task fails. It fails at once when that can no longer happen:
 * after a wrong exit code, or without an image.
 *
 * The task is RUNNING when the last of its containers has started. Stopping goes the other way: a
 * container gets its signal when those that depend on it are gone.
 *
 * Everything follows from the definition and keyed draws, so that it is worked out twice, at the
 * start and at the end of a task, rather than kept. A few hundred steps for ten containers; for
 * definitions without dependencies (`ordered` is false) one for each. */
#ifndef ECS_CONTAINERS_H
#define ECS_CONTAINERS_H

#include "ecs_state.h"

/* From the moment that the images are there until all containers run. With *error set they never
 * all do, and the time is when that is known. */
sim_time ecs_containers_start(const struct ecs_world *world, const struct ecs_task *task,
                              enum ecs_container_error *error);

/* From now until all containers are gone that run now: those of a task that runs, or of one whose
 * start has just failed. Each takes `wanted` to obey, and is killed at its stopTimeout (DEP-09).
 * `exited` (ECS_NONE: none) has ended already. */
sim_time ecs_containers_stop(const struct ecs_world *world, const struct ecs_task *task,
                             uint32_t exited, sim_time wanted);

/* From now, when all containers have just started, until every essential one with a health check
 * has passed one (DC-8); without any, the time after which a service counts the task as healthy
 * (DC-7). *fails: until one of them is UNHEALTHY, when that is before its first pass (HLT-05); else
 * SIM_TIME_NEVER. */
sim_time ecs_containers_healthy(const struct ecs_world *world, const struct ecs_task *task,
                                sim_time *fails);

/* From the stop signal to the kill of a container: its own stopTimeout, else the agent's. */
sim_time ecs_container_stop_limit(const struct ecs_world *world, const struct ecs_task *task,
                                  uint32_t container);

#endif
