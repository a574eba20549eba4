/* sim_time: the simulator's clock, an integer.
 *
 * A time is a count of microseconds since the start of the simulated run, and so is a duration.
 * int64 holds 292,000 years, so sums of realistic times never overflow; readers of input refuse
 * anything longer than SIM_TIME_LIMIT. Equality of times is exact, which is what lets "the same
 * minute" decide an alarm.
 *
 * A sampled double becomes a time in one function only, sim_time_from_seconds, with one rounding
 * (half away from zero). Nothing else in the tree converts. */
#ifndef SIM_TIME_H
#define SIM_TIME_H

#include <stddef.h>
#include <stdint.h>

typedef int64_t sim_time;

#define SIM_MILLISECOND INT64_C(1000)
#define SIM_SECOND      INT64_C(1000000)
#define SIM_MINUTE      (60 * SIM_SECOND)
#define SIM_HOUR        (60 * SIM_MINUTE)
#define SIM_DAY         (24 * SIM_HOUR)

/* "never": later than every event. */
#define SIM_TIME_NEVER INT64_MAX

/* The longest time or duration that input may name: 1,000 years of 365 days. */
#define SIM_TIME_LIMIT (INT64_C(365000) * SIM_DAY)

/* seconds -> time, rounded half away from zero, clamped to +-SIM_TIME_LIMIT; NaN becomes 0. */
sim_time sim_time_from_seconds(double seconds);

/* time -> seconds, for display and for REAL columns; never used to decide anything. */
double sim_time_to_seconds(sim_time time);

/* Writes "0s", "90s", "5m", "1h30m", "3d4h": at most the two largest units that are not zero,
 * rounded down; sub-second durations as "250ms" or "40us". Returns buffer. size >= 24. */
char *sim_time_format(sim_time duration, char *buffer, size_t size);

/* Reads "90s", "5m", "1.5h", "24h", "7d", "250ms", "1h30m" (units us ms s m h d w, each once, in
 * falling order). A number without unit is refused. Returns 0, or -1 with *out untouched. */
int sim_time_parse(const char *text, sim_time *out);

/* Civil date (UTC, proleptic Gregorian) <-> seconds since 1970-01-01T00:00:00Z. */
int64_t sim_civil_to_unix(int year, int month, int day, int hour, int minute, int second);

/* Writes "2024-01-01T00:00:00Z". size >= 24. Years 0 to 9999. Returns buffer. */
char *sim_unix_format(int64_t unix_seconds, char *buffer, size_t size);

/* Reads ISO 8601: "2024-01-01", "2024-01-01T10:00", "...T10:00:00", "...:00.25", each with
 * optional "Z" or "+hh:mm"; a space may stand for T; without zone it is UTC. *out gets
 * microseconds since 1970. Returns 0, or -1 for anything else (also 30 February). */
int sim_iso_parse(const char *text, int64_t *out_unix_us);

#endif
