/* world_fixture: hand-made scenarios and what their worlds recorded, for tests of the model.
 *
 * A fixture owns its arena and one growable copy of each scenario array; add_* return indexes.
 * fixture_run builds the world, adds the invariants and a recorder, and runs one replication; the
 * records are then asked by kind and field. fixture_release frees all. */
#ifndef WORLD_FIXTURE_H
#define WORLD_FIXTURE_H

#include "ecs_world.h"

#define FIXTURE_MAX 16

struct fixture {
    struct sim_arena arena;
    struct ecs_scenario scenario;
    struct ecs_instance_type types[FIXTURE_MAX];
    struct ecs_launch_spec specs[FIXTURE_MAX];
    struct ecs_asg asgs[FIXTURE_MAX];
    struct ecs_provider providers[FIXTURE_MAX];
    struct ecs_task_definition definitions[FIXTURE_MAX];
    struct ecs_container containers[FIXTURE_MAX][4]; /* of each definition; it uses one */
    struct ecs_run_task run_tasks[256];
    struct ecs_workload workloads[FIXTURE_MAX];
    struct ecs_generator generators[FIXTURE_MAX];
    struct ecs_extra_instance extras[FIXTURE_MAX];
    struct ecs_change changes[FIXTURE_MAX];
    struct ecs_fault faults[FIXTURE_MAX];
    struct ecs_service services[FIXTURE_MAX];
    struct ecs_service_update updates[FIXTURE_MAX];
    uint32_t update_count;
    struct sim_record *records;
    uint32_t record_count, record_capacity;
    uint64_t hash;
};

/* An empty scenario at `epoch` (YYYYMM), everything that takes time or chance as AWS does it. */
void fixture_init(struct fixture *fixture, int32_t epoch);
void fixture_release(struct fixture *fixture);

/* Takes away what blurs a worked example: phases 0, boots of `boot_s`, no pulls or start times. */
void fixture_plain(struct fixture *fixture, double boot_s);

/* A type of vcpus and memory that registers exactly memory_mib; with its launch configuration. */
uint32_t fixture_add_type(struct fixture *fixture, const char *name, uint32_t vcpus,
                          int64_t memory_mib, uint32_t gpus, uint32_t max_enis);
/* A group of that type in `zones` zones ("us-east-1a" ...) and its provider with managed scaling,
 * target 100, steps 1 and 10000. Both have the same index. */
uint32_t fixture_add_provider(struct fixture *fixture, uint32_t type, uint32_t zones,
                              int64_t min_size, int64_t desired, int64_t max_size);
/* A definition that reserves this much and runs `seconds` (negative: for ever). */
uint32_t fixture_add_definition(struct fixture *fixture, int64_t cpu_units, int64_t memory_mib,
                                double seconds);
/* A strategy over providers 0 .. count-1 with weight 1 each. */
struct ecs_strategy fixture_strategy(uint32_t count);
/* run-task of `count` tasks at a time; counts above 10 become several calls. */
void fixture_run_task(struct fixture *fixture, uint32_t definition, struct ecs_strategy strategy,
                      uint32_t count, sim_time at);
/* A generator of rows. Returns the workload's index. */
uint32_t fixture_add_workload(struct fixture *fixture, uint32_t definition,
                              struct ecs_strategy strategy, struct ecs_generator generator);
/* An operator's call, after those added before it; the caller fills it in. */
struct ecs_change *fixture_add_change(struct fixture *fixture, sim_time at,
                                      enum ecs_operation operation);
/* The agents of all registered instances are cut off for a while; the caller narrows it down. */
struct ecs_fault *fixture_add_fault(struct fixture *fixture, sim_time at, sim_time duration);
/* A REPLICA service "svc-<index>" of EC2 tasks with the defaults of the API: 100/200, SV-R3. The
 * run is given a duration of an hour, if it has none. */
struct ecs_service *fixture_add_service(struct fixture *fixture, uint32_t definition,
                                        int64_t desired);
/* One without a desired count: DAEMON, 0/100. */
struct ecs_service *fixture_add_daemon(struct fixture *fixture, uint32_t definition);
/* UpdateService of it, nothing given; the caller fills it in. */
struct ecs_service_update *fixture_add_update(struct fixture *fixture, sim_time at,
                                              uint32_t service);
uint32_t fixture_rule(const char *strategy, struct ecs_placement *placement, uint32_t dimension);

void fixture_run(struct fixture *fixture);

/* The n-th (0-based) record of a kind; NULL when there are fewer. */
const struct sim_record *fixture_record(const struct fixture *fixture, enum ecs_record_kind kind,
                                        uint32_t n);
uint32_t fixture_count(const struct fixture *fixture, enum ecs_record_kind kind);
/* How many records of a kind have field == value. */
uint32_t fixture_count_where(const struct fixture *fixture, enum ecs_record_kind kind, int field,
                             int64_t value);
/* The last CAPACITY row of a provider (-1: cluster) at or before `at`. */
const struct sim_record *fixture_capacity_at(const struct fixture *fixture, int64_t provider,
                                             sim_time at);

#endif
