#include "load.h"

#include <math.h>
#include <string.h>

extern const struct load_generator load_constant;
extern const struct load_generator load_diurnal;
extern const struct load_generator load_burst;
extern const struct load_generator load_ramp;
extern const struct load_generator load_poisson;
extern const struct load_generator load_series;

/* clang-format off */
const struct load_generator *const load_generators[] = {
    &load_constant,
    &load_diurnal,
    &load_burst,
    &load_ramp,
    &load_poisson,
    &load_series,
    NULL,
};
/* clang-format on */

#define WEEK_S          (7 * 86400)
#define EPOCH_WEEKDAY_S (3 * 86400) /* 1 January 1970 was a Thursday */
#define MILLION         1000000

const struct load_generator *load_generator_find(const char *name)
{
    for (uint32_t i = 0; load_generators[i] != NULL; i++)
        if (strcmp(load_generators[i]->name, name) == 0)
            return load_generators[i];
    return NULL;
}

int64_t load_whole(double requests)
{
    if (!(requests > 0.0))
        return 0;
    double most = (double)LOAD_REQUESTS_MAX;
    return requests < most ? (int64_t)round(requests) : LOAD_REQUESTS_MAX;
}

int64_t load_requests(const struct load_spec *spec, const struct load_minute *minute)
{
    int64_t whole = spec->generator->requests(spec, minute);
    __int128 scaled = ((__int128)whole * spec->scale_ppm + MILLION / 2) / MILLION;
    return scaled < LOAD_REQUESTS_MAX ? (int64_t)scaled : LOAD_REQUESTS_MAX;
}

int64_t load_second_of_week(const struct load_minute *minute)
{
    int64_t second = (minute->start_unix_s + minute->minute * 60 + EPOCH_WEEKDAY_S) % WEEK_S;
    return second < 0 ? second + WEEK_S : second;
}
