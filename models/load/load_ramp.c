/* From one rate to another in a straight line: steady before it and after it. The rate is taken at
 * the middle of the minute. */
#include "load.h"

extern const struct load_generator load_ramp;

enum { FROM, TO, AT, LENGTH };

static int64_t requests(const struct load_spec *spec, const struct load_minute *minute)
{
    const double *v = spec->values;
    double done = ((double)minute->minute * 60.0 + 30.0 - v[AT]) / v[LENGTH];
    done = done < 0.0 ? 0.0 : done > 1.0 ? 1.0 : done;
    return load_whole((v[FROM] + (v[TO] - v[FROM]) * done) * 60.0);
}

const struct load_generator load_ramp = {
    .name = "ramp",
    .help = "from one rate to another in a straight line",
    .parameters = {[FROM] = {"from", LOAD_UNIT_RATE, true, 0, 0, 1e9,
                             "requests a second before it"},
                   [TO] = {"to", LOAD_UNIT_RATE, true, 0, 0, 1e9, "requests a second after it"},
                   [AT] = {"at", LOAD_UNIT_TIME, false, 0, 0, 3.2e9, "when it begins"},
                   [LENGTH] = {"length", LOAD_UNIT_TIME, true, 0, 1, 3.2e9, "how long it takes"}},
    .requests = requests,
};
