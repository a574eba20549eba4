/* sim_rng: chance that is keyed, not streamed.
 *
 * A draw depends on (seed, replication, purpose, entity) and never on what was drawn before, so two
 * strategies on one seed face the same arrivals, durations and boots, and differences are paired.
 *
 * sim_rng_philox is a gsl_rng_type (Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC'11; known answers from the authors' kat_vectors), so that every
 * gsl_ran_* function works on it. Its state is a 64-bit key, a 64-bit stream and a block counter:
 * setting a key costs nanoseconds. Range 0 .. 2^64-1; uniform doubles are multiples of 2^-53 in
 * [0, 1).
 *
 * The key table. `entity` words by purpose:
 *
 *   purpose                 entity a                     entity b
 *   SIM_CHANCE_ARRIVAL      workload item                row
 *   SIM_CHANCE_DURATION     workload item << 32 | row lo row hi, copy and attempt mixed
 *   SIM_CHANCE_SCALE        workload item                row (fractional scaling of arrivals)
 *   SIM_CHANCE_LOAD         service                      minute, or 2^63 + period (its mean)
 *   SIM_CHANCE_BOOT         group                        launch n
 *   SIM_CHANCE_TERMINATION  group                        launch n
 *   SIM_CHANCE_ZONE         group                        launch n (tie between availability zones)
 *   SIM_CHANCE_VICTIM       group                        termination n
 *   SIM_CHANCE_PHASE        provider, or 2^32 + target   0 metric, 1 alarm
 *   SIM_CHANCE_RECLAIM      spot pool                    interval
 *   SIM_CHANCE_RECLAIM_RANK spot pool, reclaim           launch n
 *   SIM_CHANCE_TIE          arrival                      attempt and decision kind
 *   SIM_CHANCE_TIMEOUT      arrival                      attempt
 *   SIM_CHANCE_RETRY        arrival                      retry n
 *   SIM_CHANCE_STAGE        arrival                      attempt and stage (stop times)
 *   SIM_CHANCE_ERROR        arrival                      attempt and rule of sim.errors
 *   SIM_CHANCE_ERROR_TIME   arrival                      attempt (when it is killed)
 *   SIM_CHANCE_GPU          arrival                      attempt << 8 | n-th of its GPUs
 *   SIM_CHANCE_ORDER        0                            registration n (order of ties)
 *   SIM_CHANCE_SHUFFLE      workload item                row (its rank in a shuffled trace)
 *   SIM_CHANCE_SAMPLE       workload item                draw n of rows that are taken or left out
 *   SIM_CHANCE_CONTAINER    arrival                      attempt, container, duration or health
 *   SIM_CHANCE_SELECT       change, or 2^32 + fault      serial number (order of random picks)
 *   SIM_CHANCE_STOP         service                      stop n (whom its scale-in takes)
 *
 * A tie is broken with one u per decision: candidate floor(u * n) in registration order. */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

enum sim_chance {
    SIM_CHANCE_ARRIVAL = 1,
    SIM_CHANCE_DURATION,
    SIM_CHANCE_SCALE,
    SIM_CHANCE_LOAD,
    SIM_CHANCE_BOOT,
    SIM_CHANCE_TERMINATION,
    SIM_CHANCE_ZONE,
    SIM_CHANCE_VICTIM,
    SIM_CHANCE_PHASE,
    SIM_CHANCE_RECLAIM,
    SIM_CHANCE_RECLAIM_RANK,
    SIM_CHANCE_TIE,
    SIM_CHANCE_TIMEOUT,
    SIM_CHANCE_RETRY,
    SIM_CHANCE_STAGE,
    SIM_CHANCE_TEST, /* for tests and benchmarks */
    SIM_CHANCE_ERROR,
    SIM_CHANCE_ERROR_TIME,
    SIM_CHANCE_SELECT,
    SIM_CHANCE_GPU,
    SIM_CHANCE_ORDER,
    SIM_CHANCE_SHUFFLE,
    SIM_CHANCE_SAMPLE,
    SIM_CHANCE_CONTAINER,
    SIM_CHANCE_STOP,
    SIM_CHANCE_SUBNET,
};

extern const gsl_rng_type *const sim_rng_philox;

/* A generator without heap: its state lives in the struct, so it may stand on the stack and be
 * re-keyed for every draw. Use &rng.gsl wherever GSL wants a gsl_rng. Do not gsl_rng_free it. */
struct sim_rng {
    gsl_rng gsl;
    struct sim_rng_state {
        uint32_t key[2];
        uint32_t stream[2];
        uint64_t block;
        uint64_t spare; /* second half of the last block */
        uint32_t has_spare;
    } state;
};

/* Makes rng the stream of (seed, replication, purpose, a, b). rng may be uninitialised memory. */
void sim_rng_key(struct sim_rng *rng, uint64_t seed, uint32_t replication, enum sim_chance purpose,
                 uint64_t a, uint64_t b);

/* One uniform in [0, 1) of that stream: the first draw after sim_rng_key. */
double sim_rng_uniform(uint64_t seed, uint32_t replication, enum sim_chance purpose, uint64_t a,
                       uint64_t b);

/* floor(u * n) for n >= 1, computed in integers from the first 64-bit draw (never equals n). */
uint64_t sim_rng_index(uint64_t seed, uint32_t replication, enum sim_chance purpose, uint64_t a,
                       uint64_t b, uint64_t n);

/* Folds two words to one, for entities of more than two words. A bijection in either argument. */
uint64_t sim_rng_mix(uint64_t a, uint64_t b);

#endif
