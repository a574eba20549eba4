/* The same rate all the time: what a service's size is worked out for by hand. */
#include "load.h"

extern const struct load_generator load_constant;

enum { RATE };

static int64_t requests(const struct load_spec *spec, const struct load_minute *minute)
{
    (void)minute;
    return load_whole(spec->values[RATE] * 60.0);
}

const struct load_generator load_constant = {
    .name = "constant",
    .help = "the same rate all the time",
    .parameters = {[RATE] = {"rate", LOAD_UNIT_RATE, true, 0, 0, 1e9, "requests a second"}},
    .requests = requests,
};
