/* A Poisson count in each minute, about a mean that may itself be drawn anew each `period`: times a
 * gamma variate of mean 1 and coefficient of variation `variation`. Without variation it is plain
 * Poisson traffic; with it counts are overdispersed, and quiet and busy periods last.
 *
 * The count is keyed by (service, minute), the factor by (service, 2^63 + period): no draw depends
 * on another, so that minutes may be asked for in any order. */
#include "load.h"

#include "sim_rng.h"

#include <gsl/gsl_randist.h>

extern const struct load_generator load_poisson;

enum { RATE, VARIATION, PERIOD };

#define PERIOD_KEY (UINT64_C(1) << 63)
#define MEAN_MAX   4e9 /* gsl_ran_poisson answers in 32 bits */

static double factor(const struct load_spec *spec, const struct load_minute *minute)
{
    double variation = spec->values[VARIATION], square = variation * variation;
    if (!(variation > 0.0))
        return 1.0;
    int64_t period = minute->minute * 60 / (int64_t)spec->values[PERIOD];
    struct sim_rng rng;
    sim_rng_key(&rng, minute->seed, minute->replication, SIM_CHANCE_LOAD, minute->service,
                PERIOD_KEY | (uint64_t)period);
    return gsl_ran_gamma(&rng.gsl, 1.0 / square, square);
}

static int64_t requests(const struct load_spec *spec, const struct load_minute *minute)
{
    double mean = spec->values[RATE] * 60.0 * factor(spec, minute);
    struct sim_rng rng;
    if (!(mean > 0.0))
        return 0;
    sim_rng_key(&rng, minute->seed, minute->replication, SIM_CHANCE_LOAD, minute->service,
                (uint64_t)minute->minute);
    return gsl_ran_poisson(&rng.gsl, mean < MEAN_MAX ? mean : MEAN_MAX);
}

const struct load_generator load_poisson = {
    .name = "poisson",
    .help = "a Poisson count each minute, about a mean that may vary by chance",
    .parameters = {[RATE] = {"rate", LOAD_UNIT_RATE, true, 0, 0, 1e6, "mean, requests a second"},
                   [VARIATION] = {"variation", LOAD_UNIT_FACTOR, false, 0, 0, 5,
                                  "coefficient of variation of the mean between periods"},
                   [PERIOD] = {"period", LOAD_UNIT_TIME, false, 300, 60, 3.2e9,
                               "how long the mean stays"}},
    .requests = requests,
};
