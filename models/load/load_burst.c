/* A steady rate that jumps, for a while, once or again and again. A minute that a burst covers in
 * part gets that part of it. */
#include "load.h"

extern const struct load_generator load_burst;

enum { RATE, PEAK, AT, LENGTH, EVERY };

/* Seconds of bursts before t, of the run. */
static double burst_before(const struct load_spec *spec, double t)
{
    const double *v = spec->values;
    double since = t - v[AT], sum = 0.0;
    if (!(since > 0.0))
        return 0.0;
    if (v[EVERY] > 0.0) {
        int64_t whole = (int64_t)(since / v[EVERY]);
        sum = (double)whole * v[LENGTH];
        since -= (double)whole * v[EVERY];
    }
    return sum + (since < v[LENGTH] ? since : v[LENGTH]);
}

static int64_t requests(const struct load_spec *spec, const struct load_minute *minute)
{
    double from = (double)minute->minute * 60.0;
    double burst = burst_before(spec, from + 60.0) - burst_before(spec, from);
    return load_whole(spec->values[RATE] * (60.0 - burst) + spec->values[PEAK] * burst);
}

static const char *fault(const struct load_spec *spec)
{
    return spec->values[EVERY] > 0.0 && spec->values[EVERY] < spec->values[LENGTH]
               ? "bursts would overlap; write an `every` of at least `length`"
               : NULL;
}

const struct load_generator load_burst = {
    .name = "burst",
    .help = "a steady rate with bursts to another one",
    .parameters = {[RATE] = {"rate", LOAD_UNIT_RATE, true, 0, 0, 1e9,
                             "requests a second between bursts"},
                   [PEAK] = {"peak", LOAD_UNIT_RATE, true, 0, 0, 1e9,
                             "requests a second while there is one"},
                   [AT] = {"at", LOAD_UNIT_TIME, false, 0, 0, 3.2e9, "when the first one begins"},
                   [LENGTH] = {"length", LOAD_UNIT_TIME, true, 0, 1, 3.2e9, "how long each is"},
                   [EVERY] = {"every", LOAD_UNIT_TIME, false, 0, 0, 3.2e9,
                              "from one's beginning to the next; 0s: there is one only"}},
    .requests = requests,
    .fault = fault,
};
