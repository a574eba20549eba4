#include "sim_dist.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define SECONDS_MAX 31536000000.0 /* SIM_TIME_LIMIT */
#define TINY        1e-6          /* a microsecond: what must be greater than 0 */

const struct sim_dist_info sim_dist_kinds[SIM_DIST_KINDS] = {
    [SIM_DIST_CONSTANT] =
        {
            "constant",
            {{"value", true, false, 0, SECONDS_MAX, "every draw"}},
            "always the same value",
        },
    [SIM_DIST_UNIFORM] =
        {
            "uniform",
            {{"low", true, false, 0, SECONDS_MAX, "smallest draw"},
             {"high", true, false, 0, SECONDS_MAX, "largest draw, at least low"}},
            "every value between low and high alike",
        },
    [SIM_DIST_EXPONENTIAL] =
        {
            "exponential",
            {{"mean", true, false, 0, SECONDS_MAX, "mean"}},
            "memoryless",
        },
    [SIM_DIST_LOGNORMAL] =
        {
            "lognormal",
            {{"median", true, false, TINY, SECONDS_MAX, "half of the draws are below"},
             {"sigma", false, true, 0, 20, "standard deviation of the logarithm"},
             {"p95", true, true, TINY, SECONDS_MAX, "95 of 100 draws are below; sets sigma"}},
            "the logarithm is normal; takes the median, and sigma or p95",
        },
    [SIM_DIST_TRUNCATED_NORMAL] =
        {
            "truncated-normal",
            {{"mean", true, false, -SECONDS_MAX, SECONDS_MAX, "mean before truncation"},
             {"sd", true, false, 0, SECONDS_MAX, "standard deviation before truncation"}},
            "normal, drawn again when outside min (0) and max",
        },
    [SIM_DIST_WEIBULL] =
        {
            "weibull",
            {{"scale", true, false, TINY, SECONDS_MAX, "63.2 % of the draws are below"},
             {"shape", false, false, 0.05, 1000, "below 1: heavy tail; 1: exponential"}},
            "life times",
        },
    [SIM_DIST_HYPEREXPONENTIAL] =
        {
            "hyperexponential",
            {{"mean", true, false, 0, SECONDS_MAX, "mean"},
             {"cv", false, false, 1, 1000, "standard deviation / mean"}},
            "two exponentials with balanced means: more spread than exponential",
        },
    [SIM_DIST_EMPIRICAL] =
        {
            "empirical",
            {{0}},
            "values of your own (a list or a CSV column), with interpolation between neighbours",
        },
};

struct sim_dist sim_dist_constant(double seconds)
{
    return (struct sim_dist){.kind = SIM_DIST_CONSTANT, .p = {seconds}, .max = HUGE_VAL};
}

/* Lognormal from p95: ln p95 = ln median + z sigma with z the normal's 95 % point. */
static bool set_sigma(struct sim_dist *dist, const double values[4], const bool given[4],
                      const char **why)
{
    if (given[1] == given[2]) {
        *why = given[1] ? "sigma and p95 exclude each other" : "sigma or p95 is required";
        return false;
    }
    if (given[2] && values[2] <= values[0]) {
        *why = "p95 must be greater than median";
        return false;
    }
    dist->p[1] = given[1] ? values[1] : log(values[2] / values[0]) / gsl_cdf_ugaussian_Pinv(0.95);
    return true;
}

bool sim_dist_make(struct sim_dist *dist, enum sim_dist_kind kind, const double values[4],
                   const bool given[4], const char **why)
{
    assert((unsigned)kind < SIM_DIST_KINDS);
    if (kind == SIM_DIST_EMPIRICAL) {
        *why = "empirical is made of a list of values";
        return false;
    }
    struct sim_dist made = {.kind = kind, .max = HUGE_VAL};
    const struct sim_dist_param *params = sim_dist_kinds[kind].params;
    for (int i = 0; params[i].name; i++) {
        if (!given[i] && !params[i].optional) {
            *why = "a required parameter is missing";
            return false;
        }
        if (given[i] && !(values[i] >= params[i].low && values[i] <= params[i].high)) {
            *why = "a parameter is outside its range";
            return false;
        }
        if (i < 2 && given[i])
            made.p[i] = values[i];
    }
    if (kind == SIM_DIST_LOGNORMAL && !set_sigma(&made, values, given, why))
        return false;
    if (kind == SIM_DIST_UNIFORM && made.p[1] < made.p[0]) {
        *why = "high must not be less than low";
        return false;
    }
    *dist = made;
    return true;
}

void sim_dist_make_empirical(struct sim_dist *dist, double *values, uint32_t count)
{
    assert(count >= 1);
    gsl_sort(values, 1, count);
    *dist = (struct sim_dist){.kind = SIM_DIST_EMPIRICAL,
                              .max = HUGE_VAL,
                              .values = values,
                              .value_count = count};
}

static double clamp(const struct sim_dist *dist, double value)
{
    if (value < dist->min)
        return dist->min;
    return value > dist->max ? dist->max : value;
}

/* Rejection as long as it is cheap. When the bounds hold little of the mass, after REJECTIONS
 * failures the inverse of the conditional distribution answers, which needs one draw: the law of
 * the result is the same either way, and no bounds can make this loop for ever. It works in the
 * tail that both bounds are nearer to, where the probabilities keep their digits. */
#define REJECTIONS 64

static double draw_truncated_normal(const struct sim_dist *dist, const gsl_rng *rng)
{
    double mean = dist->p[0], sd = dist->p[1];
    if (!(sd > 0))
        return mean;
    for (int i = 0; i < REJECTIONS; i++) {
        double value = mean + gsl_ran_gaussian(rng, sd);
        if (value >= dist->min && value <= dist->max)
            return value;
    }
    double low = (dist->min - mean) / sd, high = (dist->max - mean) / sd;
    bool upper = low > 0;
    double near = upper ? low : -high, far = upper ? high : -low;
    double q_near = gsl_cdf_ugaussian_Q(near), q_far = gsl_cdf_ugaussian_Q(far);
    double q = q_far + (q_near - q_far) * gsl_rng_uniform_pos(rng);
    double z = q > 0 ? gsl_cdf_ugaussian_Qinv(q) : near; /* beyond 38 sd: at the bound */
    return mean + sd * (upper ? z : -z);
}

/* Balanced means: each branch gives half of the mean. The rarer branch has the probability
 * (1 - sqrt((c^2 - 1) / (c^2 + 1))) / 2, written so that it keeps its digits for large c. */
static double draw_hyperexponential(const struct sim_dist *dist, const gsl_rng *rng)
{
    double mean = dist->p[0], square = dist->p[1] * dist->p[1];
    double rare = 1 / ((square + 1) * (1 + sqrt((square - 1) / (square + 1))));
    double branch = gsl_rng_uniform(rng) < rare ? rare : 1 - rare;
    return gsl_ran_exponential(rng, mean / (2 * branch));
}

double sim_dist_draw(const struct sim_dist *dist, const gsl_rng *rng)
{
    assert((unsigned)dist->kind < SIM_DIST_KINDS);
    const double *p = dist->p;
    double value = 0;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        value = p[0];
        break;
    case SIM_DIST_UNIFORM:
        value = gsl_ran_flat(rng, p[0], p[1]);
        break;
    case SIM_DIST_EXPONENTIAL:
        value = gsl_ran_exponential(rng, p[0]);
        break;
    case SIM_DIST_LOGNORMAL:
        value = gsl_ran_lognormal(rng, log(p[0]), p[1]);
        break;
    case SIM_DIST_TRUNCATED_NORMAL:
        value = draw_truncated_normal(dist, rng);
        break;
    case SIM_DIST_WEIBULL:
        value = gsl_ran_weibull(rng, p[0], p[1]);
        break;
    case SIM_DIST_HYPEREXPONENTIAL:
        value = draw_hyperexponential(dist, rng);
        break;
    case SIM_DIST_EMPIRICAL:
        value = gsl_stats_quantile_from_sorted_data(dist->values, 1, dist->value_count,
                                                    gsl_rng_uniform(rng));
        break;
    case SIM_DIST_KINDS:
        break;
    }
    return clamp(dist, value);
}

sim_time sim_dist_time(const struct sim_dist *dist, const gsl_rng *rng)
{
    sim_time time = sim_time_from_seconds(sim_dist_draw(dist, rng));
    return time < 0 ? 0 : time;
}

/* The quantile function is a polygon through the sorted values at equal steps: its integral is
 * the trapezoid sum. */
static double empirical_mean(const struct sim_dist *dist)
{
    const double *values = dist->values;
    uint32_t last = dist->value_count - 1;
    if (last == 0)
        return values[0];
    double sum = (values[0] + values[last]) / 2;
    for (uint32_t i = 1; i < last; i++)
        sum += values[i];
    return sum / last;
}

double sim_dist_mean(const struct sim_dist *dist)
{
    const double *p = dist->p;
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
    case SIM_DIST_EXPONENTIAL:
    case SIM_DIST_TRUNCATED_NORMAL:
    case SIM_DIST_HYPEREXPONENTIAL:
        return p[0];
    case SIM_DIST_UNIFORM:
        return (p[0] + p[1]) / 2;
    case SIM_DIST_LOGNORMAL:
        return p[0] * exp(p[1] * p[1] / 2);
    case SIM_DIST_WEIBULL:
        return p[0] * tgamma(1 + 1 / p[1]);
    case SIM_DIST_EMPIRICAL:
        return empirical_mean(dist);
    case SIM_DIST_KINDS:
        break;
    }
    return 0;
}

/* The largest value that a draw can have before the bounds. */
static double largest_draw(const struct sim_dist *dist)
{
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return dist->p[0];
    case SIM_DIST_UNIFORM:
        return dist->p[1];
    case SIM_DIST_TRUNCATED_NORMAL:
        return dist->p[1] > 0 ? HUGE_VAL : dist->p[0];
    case SIM_DIST_EMPIRICAL:
        return dist->values[dist->value_count - 1];
    case SIM_DIST_EXPONENTIAL:
    case SIM_DIST_HYPEREXPONENTIAL:
        return dist->p[0] > 0 ? HUGE_VAL : 0;
    case SIM_DIST_LOGNORMAL:
    case SIM_DIST_WEIBULL:
    case SIM_DIST_KINDS:
        break;
    }
    return HUGE_VAL;
}

bool sim_dist_is_zero(const struct sim_dist *dist)
{
    /* Draws below 0 exist only under a min below 0. */
    return dist->min == 0 && clamp(dist, largest_draw(dist)) == 0;
}

/* Appends to buffer; what does not fit is cut. */
__attribute__((format(printf, 4, 5))) static void append(char *buffer, size_t size, size_t *length,
                                                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int wrote = vsnprintf(buffer + *length, size - *length, format, arguments);
    va_end(arguments);
    assert(wrote >= 0);
    *length += (size_t)wrote;
    if (*length >= size)
        *length = size - 1;
}

char *sim_dist_format(const struct sim_dist *dist, char *buffer, size_t size)
{
    assert(size > 0);
    const struct sim_dist_info *info = &sim_dist_kinds[dist->kind];
    size_t length = 0;
    append(buffer, size, &length, "%s(", info->name);
    for (int i = 0; i < 2 && info->params[i].name; i++)
        append(buffer, size, &length, "%s%s %.10g%s", i ? ", " : "", info->params[i].name,
               dist->p[i], info->params[i].is_time ? "s" : "");
    if (dist->kind == SIM_DIST_EMPIRICAL)
        append(buffer, size, &length, "%u values, %.10gs to %.10gs", dist->value_count,
               dist->values[0], dist->values[dist->value_count - 1]);
    if (dist->min != 0)
        append(buffer, size, &length, ", min %.10gs", dist->min);
    if (!isinf(dist->max))
        append(buffer, size, &length, ", max %.10gs", dist->max);
    append(buffer, size, &length, ")");
    return buffer;
}
