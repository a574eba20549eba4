/* load: how many requests a service gets, minute by minute.
 *
 * A load is a count of whole requests in a minute. Requests are counted things: what is served and
 * what is dropped then add up to what came, over any span, and a count for each minute is what
 * CloudWatch sums. A rate in thousandths of a request a second would have to be rounded once more
 * for each of these, and a Poisson count is whole by nature. A load of less than a request a minute
 * is nothing to size a service by.
 *
 * A member turns its parameters and a minute into that count. It may use doubles: load_whole makes
 * an integer of them, by one rounding, before anything is decided. The same minute has the same
 * load, always: chance is keyed by (service, minute), so that two plans on one seed meet the same
 * load whatever their services do. Maths functions get variables only (compilers fold constants
 * differently).
 *
 * Owned by the scenario's arena. Cost: some 100 ns a minute and service; a series also a step
 * forward, or a binary search.
 *
 * To add a generator:
 *   1. write models/load/load_<name>.c with one const struct load_generator: its name, a line of
 *      help, its parameters (the loader reads and checks them, `plimsoll list loads` shows them);
 *   2. add its line to load_generators[] in load.c;
 *   3. add a paragraph to models/FIDELITY.md, with a test of what it is for;
 *   4. add a scenario that uses it; the conformance test finds it by the list. */
#ifndef LOAD_H
#define LOAD_H

#include "sim_time.h"

#include <stdbool.h>
#include <stdint.h>

#define LOAD_PARAMETERS_MAX 12
#define LOAD_REQUESTS_MAX   INT64_C(1000000000000) /* in a minute */

enum load_unit {
    LOAD_UNIT_RATE,   /* requests a second */
    LOAD_UNIT_FACTOR, /* a number */
    LOAD_UNIT_HOUR,   /* of the day, UTC */
    LOAD_UNIT_TIME,   /* a duration in a scenario ("90s"), seconds here */
};

struct load_parameter {
    const char *name; /* NULL: the end */
    enum load_unit unit;
    bool required;
    double fallback, low, high; /* low <= value <= high */
    const char *help;
};

/* A count with its span: so many millionths of a request, spread evenly over [from, until). Sorted
 * by `from`; they do not overlap. carry: what all spans before it sum up to, modulo 1,000,000, so
 * that fractions of a request are not lost where one span ends and the next begins. */
struct load_span {
    sim_time from, until;
    int64_t micro, carry;
};

struct load_series {
    const struct load_span *spans;
    uint32_t count;
};

/* The load of one service. */
struct load_spec {
    const struct load_generator *generator; /* NULL: the service has no load */
    double values[LOAD_PARAMETERS_MAX];     /* in the order of the generator's parameters */
    const struct load_series *series;       /* of the member `series` only */
    int64_t scale_ppm;                      /* of the whole load; 1,000,000: as it is */
};

/* Where a minute stands: it is [minute, minute + 1) of the run. */
struct load_minute {
    int64_t minute;
    int64_t start_unix_s; /* of the run */
    uint64_t seed;
    uint32_t replication, service;
};

struct load_generator {
    const char *name;
    const char *help;
    struct load_parameter parameters[LOAD_PARAMETERS_MAX];
    bool reads_series;
    int64_t (*requests)(const struct load_spec *spec, const struct load_minute *minute);
    /* What the parameters say together that none of them may; NULL: they are right. May be NULL. */
    const char *(*fault)(const struct load_spec *spec);
};

/* The requests of a minute, scaled: 0 .. LOAD_REQUESTS_MAX. */
int64_t load_requests(const struct load_spec *spec, const struct load_minute *minute);

/* The one rounding: half away from zero; NaN and what is negative become 0. */
int64_t load_whole(double requests);

/* Seconds since Monday, 00:00 UTC, of the minute's beginning. */
int64_t load_second_of_week(const struct load_minute *minute);

extern const struct load_generator *const load_generators[]; /* ends with NULL */

/* NULL: there is none of that name. */
const struct load_generator *load_generator_find(const char *name);

#endif
