/* scn_cron: reads schedule expressions, cron(...) and rate(...) (sheet 03, 8.2), into
 * models/ecs_cron.
 *
 * cron has six fields: minutes, hours, day-of-month, month, day-of-week, year. Values, ranges a-b,
 * lists a,b, steps a/b and *\/b in all; names JAN to DEC and SUN to SAT (1 is SUN); `?` in one of
 * the two day fields, and in exactly one (CRN-22); L and nW as day-of-month; L, dL and d#k as
 * day-of-week, each alone in its field (CRN-23). A range goes upwards: FRI-MON is refused, as what
 * AWS makes of it is not published. L as day-of-week is Saturday, the last day of the week.
 *
 * rate(value unit): minute, hour, day, singular for 1 only (CRN-25).
 *
 * A mistake is reported with the column (from 1) where it was seen and what would be right. */
#ifndef SCN_CRON_H
#define SCN_CRON_H

#include "ecs_cron.h"
#include "sim_arena.h"

struct scn_cron_error {
    uint32_t column;
    const char *message; /* in the arena */
};

/* false after filling *error. */
bool scn_cron_parse(struct sim_arena *arena, const char *text, struct ecs_schedule *out,
                    struct scn_cron_error *error);

#endif
