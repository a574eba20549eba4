/* Counts of a real service. What a span holds is spread over it evenly; whole requests are cut off
 * one running sum over the series, rounded down, so that minutes add up to what the file holds. */
#include "load.h"

extern const struct load_generator load_series;

#define MICRO 1000000

/* Whole requests of the span before t. */
static int64_t before(const struct load_span *span, sim_time t)
{
    __int128 micro = t <= span->from ? 0 : span->micro;
    if (t > span->from && t < span->until)
        micro = micro * (t - span->from) / (span->until - span->from);
    return (int64_t)((micro + span->carry) / MICRO);
}

/* The first span that ends after t. */
static uint32_t find(const struct load_series *series, sim_time t)
{
    uint32_t low = 0, high = series->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (series->spans[middle].until > t)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static int64_t requests(const struct load_spec *spec, const struct load_minute *minute)
{
    const struct load_series *series = spec->series;
    sim_time from = minute->minute * SIM_MINUTE, until = from + SIM_MINUTE;
    int64_t sum = 0;
    for (uint32_t i = find(series, from); i < series->count && series->spans[i].from < until; i++)
        sum += before(&series->spans[i], until) - before(&series->spans[i], from);
    return sum < LOAD_REQUESTS_MAX ? sum : LOAD_REQUESTS_MAX;
}

const struct load_generator load_series = {
    .name = "series",
    .help = "counts from a file: {\"series\": \"requests.csv\"}",
    .reads_series = true,
    .requests = requests,
};
