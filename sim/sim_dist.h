/* sim_dist: distributions by name, all drawn through GSL.
 *
 * A distribution is a plain value: kind and parameters in seconds (or plain numbers where it stands
 * for a count). Input reaches it through the parameter table sim_dist_kinds, one row a kind, which
 * also drives `plimsoll list keys`.
 *
 * Every draw is clamped to [min, max] after sampling (truncation, not rejection), except
 * truncated-normal, which rejects. A sampled double becomes a time only in sim_dist_time. */
#ifndef SIM_DIST_H
#define SIM_DIST_H

#include "sim_time.h"

#include <gsl/gsl_rng.h>
#include <stdbool.h>

enum sim_dist_kind {
    SIM_DIST_CONSTANT,         /* value */
    SIM_DIST_UNIFORM,          /* low, high */
    SIM_DIST_EXPONENTIAL,      /* mean */
    SIM_DIST_LOGNORMAL,        /* median, and sigma or p95 */
    SIM_DIST_TRUNCATED_NORMAL, /* mean, sd; rejected outside [min, max]; min defaults to 0 */
    SIM_DIST_WEIBULL,          /* scale, shape */
    SIM_DIST_HYPEREXPONENTIAL, /* mean, cv >= 1 (balanced means) */
    SIM_DIST_EMPIRICAL, /* values: drawn with linear interpolation between order statistics */
    SIM_DIST_KINDS,
};

struct sim_dist {
    enum sim_dist_kind kind;
    double p[2];          /* the kind's parameters in table order (lognormal: median, sigma) */
    double min, max;      /* bounds of a draw; 0 and infinity by default */
    const double *values; /* empirical: sorted, borrowed; else NULL */
    uint32_t value_count;
};

/* One parameter of a kind. */
struct sim_dist_param {
    const char *name;
    bool is_time; /* accepts "90s" as well as a number of seconds */
    bool optional;
    double low, high; /* range of a legal value, inclusive */
    const char *help;
};

struct sim_dist_info {
    const char *name;                /* "lognormal" */
    struct sim_dist_param params[4]; /* ends with name == NULL */
    const char *help;
};

extern const struct sim_dist_info sim_dist_kinds[SIM_DIST_KINDS];

/* A distribution that is always `seconds`. */
struct sim_dist sim_dist_constant(double seconds);

/* Builds one from named parameters as sim_dist_kinds lists them; given[i] says whether values[i]
 * was given (lognormal takes sigma or p95, not both). On failure returns false and *why is a
 * static sentence ("p95 must be greater than median"). Sets min 0, max infinity. */
bool sim_dist_make(struct sim_dist *dist, enum sim_dist_kind kind, const double values[4],
                   const bool given[4], const char **why);

/* Sorts values in place and makes the empirical distribution over them (count >= 1). */
void sim_dist_make_empirical(struct sim_dist *dist, double *values, uint32_t count);

double sim_dist_draw(const struct sim_dist *dist, const gsl_rng *rng);

/* The draw as a time, never negative. */
sim_time sim_dist_time(const struct sim_dist *dist, const gsl_rng *rng);

/* The mean of the unclamped distribution, for display and for estimates. */
double sim_dist_mean(const struct sim_dist *dist);

/* True when every draw is 0. */
bool sim_dist_is_zero(const struct sim_dist *dist);

/* "lognormal(median 60s, sigma 0.3)". Returns buffer. */
char *sim_dist_format(const struct sim_dist *dist, char *buffer, size_t size);

#endif
