/* sim_parallel: replications on N threads, results in order.
 *
 * Jobs 0 .. count-1 run on `threads` workers; what each job writes reaches the consumer in job
 * order, whatever order they finish in, so the consumer's work - and a database written by it -
 * does not depend on the number of threads. A job that runs ahead of the consumer keeps up to
 * SIM_SPOOL_MEMORY bytes and spills the rest to an unlinked temporary file.
 *
 * With threads = 1 everything runs on the calling thread and records are consumed as they are
 * made, without a copy. */
#ifndef SIM_PARALLEL_H
#define SIM_PARALLEL_H

#include "sim_record.h"

#define SIM_SPOOL_MEMORY (64u << 20)

struct sim_spool; /* private: where a job's records go */

struct sim_job_hooks {
    /* Runs job `index` on a worker: calls sim_spool_put for each record. Returns false to make
     * the whole run fail (its message is the job's own business). */
    bool (*run)(void *user, uint32_t index, struct sim_spool *spool);
    /* On the calling thread, in job order: each record of job `index`, then end. */
    void (*consume)(void *user, uint32_t index, const struct sim_record *record);
    /* Returns false to stop the whole run. */
    bool (*end)(void *user, uint32_t index);
    void *user;
};

void sim_spool_put(struct sim_spool *spool, const struct sim_record *record);

/* False when a job or the consumer failed, or a spill could not be written (*why, static text,
 * set in that case, else NULL). threads >= 1. */
bool sim_parallel_run(const struct sim_job_hooks *hooks, uint32_t count, uint32_t threads,
                      const char **why);

/* The same with another limit than SIM_SPOOL_MEMORY, for tests; 0 spills everything. */
bool sim_parallel_run_spooled(const struct sim_job_hooks *hooks, uint32_t count, uint32_t threads,
                              size_t spool_memory, const char **why);

#endif
