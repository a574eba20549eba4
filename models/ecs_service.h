/* ecs_service: what the service scheduler knows. Private to models/.
 *
 *   ecs_service     books of a service: its tasks, the copies that it still wants, its clock
 *   ecs_deployment  deployments: which requests, failures in a row, throttle, circuit breaker, end
 *   ecs_replica     SCHEDULING_REPLICA: how many tasks to stop and start, and which
 *   ecs_daemon      SCHEDULING_DAEMON: one task on each instance that qualifies
 *   ecs_load        what its load makes of its tasks, each minute
 *   ecs_service_calls  CreateService, UpdateService, DeleteService
 *
 * The scheduler is one loop a service: a fact (a task started, is healthy or gone; an instance came
 * or drains; a call) makes it look at the service `serviceReaction` later, once for all facts of
 * that time. A look counts the tasks as they are, stops, then starts; nothing is remembered of the
 * steps of a deployment but who belongs to it, so that crashes and losses need no cases of their
 * own.
 *
 * A task that is to be started is an arrival (struct ecs_arrived) from the moment that the bounds
 * permit it: it waits for room, the launch rate or a back-off, and is then tried like a copy of
 * RunTask. It is one arrival however often it times out in PROVISIONING; the task that replaces one
 * that ran is another.
 *
 * Cost: a look is O(tasks of the service); a stop by strategy O(tasks) again (ecs_victims). */
#ifndef ECS_SERVICE_H
#define ECS_SERVICE_H

#include "ecs_state.h"

struct ecs_deployment {
    int64_t serial; /* of the run, from 1 */
    uint32_t service;
    const struct ecs_request *request; /* one revision; its strategy is decided */
    bool own_strategy;
    enum ecs_deployment_state state;
    int64_t failures;    /* tasks that never reached RUNNING, since the last that did */
    int64_t unhealthy;   /* tasks whose health checks failed, since the last that was healthy */
    uint32_t rounds;     /* of the throttle */
    sim_time not_before; /* no start before: the throttle */
    bool impaired;       /* has been reported */
    int64_t rollback_of; /* serial of the one that it takes back; 0: none */
    uint64_t counted;    /* the last count that has seen a task of it */
};

/* The last whole minute of its load. */
struct ecs_settled {
    int64_t load, served;
    int64_t running, healthy; /* tasks */
    int64_t cpu_num, cpu_den; /* percent; den 0: no datapoint */
};

struct ecs_service_book {
    bool created;
    sim_time created_at;
    enum ecs_service_status status, told; /* told: in the last record */
    int64_t desired, lower, upper;
    int64_t maximum_percent, minimum_healthy_percent;
    bool circuit_breaker, rollback;
    uint32_t primary;        /* deployment */
    uint32_t last_completed; /* deployment; ECS_NONE: none yet */
    struct sim_id *tasks;    /* that have not STOPPED, oldest first */
    uint32_t task_count, task_capacity;
    uint32_t *wanted; /* slots of arrivals without a task, oldest first */
    uint32_t wanted_count, wanted_capacity;
    uint64_t arrivals, stops; /* ever: keys of chance */
    int64_t misses; /* looks in a row that found no place for some task, nor for any other */
    sim_time missed_at, retry_at;
    sim_time minute; /* the launch rate's window */
    int64_t launched;
    sim_time due; /* of the next look; SIM_TIME_NEVER: none */
    bool steady, stuck;
    int64_t started, stopped;   /* by this look */
    struct ecs_settled settled; /* ecs_load.h */
};

struct ecs_services {
    struct ecs_service_book *books; /* by service */
    struct ecs_deployment *deployments;
    uint32_t deployment_count, deployment_capacity;
    struct ecs_request **requests; /* of this run; demands know them by address */
    uint32_t request_count, request_capacity;
    uint32_t *slots; /* scratch */
    uint32_t slot_capacity;
    uint64_t counts;
};

/* The tasks of a service by what the scheduler has to know. Live: not past RUNNING. Good: live, of
 * the primary deployment, on no DRAINING instance. Old: live and not good. */
struct ecs_service_count {
    int64_t provisioning, pending, running, healthy; /* pending: provisioning ones included */
    int64_t stopping;
    int64_t good, good_healthy, old, old_healthy;
    int64_t deployments; /* with a live task, and the primary one */
};

/* ---- ecs_service ---- */
struct ecs_service_count ecs_service_count(struct ecs_world *world, uint32_t service);
bool ecs_task_is_live(const struct ecs_task *task);
bool ecs_task_is_draining(const struct ecs_world *world, const struct ecs_task *task);
/* RUNNING and PENDING tasks as DC-1 counts them at this epoch. */
int64_t ecs_service_occupied(const struct ecs_world *world, const struct ecs_service_count *count);
/* Sets desired, status and bounds from what holds now; a record when one of them has changed. */
void ecs_service_bound(struct ecs_world *world, uint32_t service, int64_t desired);
/* Look at it again, at the latest then. */
void ecs_service_look_at(struct ecs_world *world, uint32_t service, sim_time at);
void ecs_service_look(struct ecs_world *world, uint32_t service);
void ecs_service_event(struct ecs_world *world, uint32_t service, enum ecs_service_event event,
                       enum ecs_reason reason, uint32_t provider, int64_t count);
/* Makes the list of wanted copies of the primary deployment that long. */
void ecs_service_want(struct ecs_world *world, uint32_t service, int64_t count);
/* How many may be started now by launch rate and throttle, then by the back-off, too; the next look
 * is arranged. */
int64_t ecs_service_rate(struct ecs_world *world, uint32_t service, int64_t wanted);
int64_t ecs_service_budget(struct ecs_world *world, uint32_t service, int64_t wanted);
bool ecs_service_is_throttled(const struct ecs_world *world, uint32_t service);
/* A wanted copy has its task: it leaves the list. */
void ecs_service_unwant(struct ecs_world *world, uint32_t service, uint32_t at);
/* The end of the starts of a look: how many were placed, how many found no place, why, and of which
 * provider the first. A look that placed some begins the back-off anew. */
void ecs_service_missed(struct ecs_world *world, uint32_t service, int64_t placed, int64_t missed,
                        enum ecs_reason reason, uint32_t provider);
void ecs_service_stop(struct ecs_world *world, uint32_t service, uint32_t task,
                      enum ecs_service_action action);
/* Room for the slots of all its tasks. */
uint32_t *ecs_service_scratch(struct ecs_world *world, uint32_t service);

/* ---- ecs_deployment ---- */
/* A deployment of this request begins, and is the primary one. */
void ecs_deployment_begin(struct ecs_world *world, uint32_t service,
                          const struct ecs_request *request, bool own_strategy);
/* Its service is deleted: what it has not done, it never will. */
void ecs_deployment_abandon(struct ecs_world *world, uint32_t service);
/* A copy that lives as long as the run. */
struct ecs_request *ecs_deployment_request(struct ecs_world *world,
                                           const struct ecs_request *request);
struct ecs_deployment *ecs_deployment_primary(const struct ecs_world *world, uint32_t service);
void ecs_deployment_task_started(struct ecs_world *world, uint32_t deployment);
void ecs_deployment_task_failed(struct ecs_world *world, uint32_t deployment);
void ecs_deployment_task_healthy(struct ecs_world *world, uint32_t deployment);
void ecs_deployment_task_unhealthy(struct ecs_world *world, uint32_t deployment);
/* The circuit breaker, when it is on and tripped: FAILED, or back to the last that completed. */
void ecs_deployment_judge(struct ecs_world *world, uint32_t service);
/* After a look: complete, steady or stuck? stuck: nothing more may be stopped or started. */
void ecs_deployment_settle(struct ecs_world *world, uint32_t service, bool stuck);

/* ---- the two kinds of scheduler ---- */
void ecs_replica_look(struct ecs_world *world, uint32_t service);
void ecs_daemon_look(struct ecs_world *world, uint32_t service);

#endif
