/* rpt_fixture: a small scenario and hand-made records, for tests of the reports.
 *
 * Two providers "blue" and "green" over groups "blue-asg" and "green-asg", one task definition
 * "web:3", type m5.large, zone us-east-1a, task group "family:web". The run is made up: its numbers
 * are chosen so that every metric can be worked out by hand (the comments say how). */
#ifndef RPT_FIXTURE_H
#define RPT_FIXTURE_H

#include "ecs_records.h"
#include "ecs_scenario.h"
#include "rpt_store.h"

struct rpt_fixture {
    struct sim_arena arena;
    struct ecs_scenario scenario;
    struct ecs_instance_type types[2];
    struct ecs_launch_spec specs[1];
    struct ecs_asg asgs[2];
    struct ecs_provider providers[2];
    struct ecs_task_definition definitions[1];
    uint32_t zone, group;
    uint32_t service_group; /* "service:web", once rpt_service_run_add has been called */
};

void rpt_fixture_init(struct rpt_fixture *fixture);
void rpt_fixture_release(struct rpt_fixture *fixture);

/* Times of the made-up run. */
#define RPT_FIXTURE_HORIZON (2 * SIM_HOUR)

/* Emits the whole run, RUN_ENDED included. `warmup` says what counts as measured. */
void rpt_fixture_run(const struct rpt_fixture *fixture, sim_observe *observe, void *user);

/* A result with values of the made-up run; free with rpt_fixture_free_result. */
struct rpt_result rpt_fixture_result(const struct rpt_fixture *fixture, uint32_t replication);
void rpt_fixture_free_result(struct rpt_result *result);

/* Place of a metric in rpt_metrics; a name that is none fails the test. */
uint32_t rpt_fixture_metric(const char *name);

struct rpt_expected {
    const char *name;
    double value; /* -1: no row */
};

/* The metrics of the made-up run are these: percentiles to 1 part in 1,024, as they are kept. */
void rpt_fixture_expect(const struct rpt_fixture *fixture, const struct rpt_expected *expected,
                        size_t count);

/* What a printer of summaries writes to stdout; on the heap. */
typedef void rpt_printer(const struct ecs_scenario *, const struct rpt_result *, uint32_t,
                         const char *);
char *rpt_fixture_printed(const struct rpt_fixture *fixture, rpt_printer *print,
                          const struct rpt_result *results, uint32_t count);
void rpt_fixture_has(const char *text, const char *part);

/* Runs, stores at `level` and closes; fails the test with the store's message. */
void rpt_fixture_store(const struct rpt_fixture *fixture, const char *path, enum rpt_level level,
                       uint32_t replications);

#endif
