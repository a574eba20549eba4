/* rpt_service_run: services and their hand-made records, beside those of rpt_fixture.
 *
 * Four services. "web" comes up in 100 s, is scaled from 2 to 4 tasks with a new revision at 30
 * minutes, has a deployment that fails at 65 minutes and is rolled back to the one before, and
 * loses a task for two minutes at 90. "batch" is created at 10 minutes and has a deployment that is
 * stuck from 20 on. "old" never has a healthy task and is gone at 5 minutes. "never" is never
 * created. */
#ifndef RPT_SERVICE_RUN_H
#define RPT_SERVICE_RUN_H

#include "rpt_fixture.h"

/* Gives the fixture's scenario these services; rpt_fixture_run then has their records too. */
void rpt_service_run_add(struct rpt_fixture *fixture);

/* Their records, in order of time up to the horizon; for rpt_fixture_run. */
void rpt_service_run(const struct rpt_fixture *fixture, sim_observe *observe, void *user);

#endif
