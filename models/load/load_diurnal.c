/* A wave with the period of a day, and a factor for each day of the week:
 *
 *   rate x (1 + amplitude x cos(2 pi (hour - peakHour) / 24)) x the day's factor
 *
 * taken at the middle of the minute. Hours and days are UTC. */
#include "load.h"

#include <math.h>

extern const struct load_generator load_diurnal;

enum { RATE, AMPLITUDE, PEAK_HOUR, MONDAY };

static int64_t requests(const struct load_spec *spec, const struct load_minute *minute)
{
    int64_t second = load_second_of_week(minute);
    double hour = ((double)(second % 86400) + 30.0) / 3600.0;
    double angle = 2.0 * 3.14159265358979323846 * (hour - spec->values[PEAK_HOUR]) / 24.0;
    double wave = 1.0 + spec->values[AMPLITUDE] * cos(angle);
    return load_whole(spec->values[RATE] * 60.0 * wave * spec->values[MONDAY + second / 86400]);
}

#define DAY(name)                                                                                  \
    {                                                                                              \
        name, LOAD_UNIT_FACTOR, false, 1, 0, 1000, "factor of that day, UTC"                       \
    }

const struct load_generator load_diurnal = {
    .name = "diurnal",
    .help = "a wave over the day, with a factor for each day of the week",
    .parameters = {[RATE] = {"rate", LOAD_UNIT_RATE, true, 0, 0, 1e9,
                             "mean of a day with factor 1, requests a second"},
                   [AMPLITUDE] = {"amplitude", LOAD_UNIT_FACTOR, false, 0.5, 0, 1,
                                  "how far the wave goes up and down, as a share of rate"},
                   [PEAK_HOUR] = {"peakHour", LOAD_UNIT_HOUR, false, 14, 0, 24,
                                  "hour of the day with most requests, UTC"},
                   [MONDAY] = DAY("monday"),
                   DAY("tuesday"),
                   DAY("wednesday"),
                   DAY("thursday"),
                   DAY("friday"),
                   DAY("saturday"),
                   DAY("sunday")},
    .requests = requests,
};
