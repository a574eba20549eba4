/* scale_service: the arithmetic of service auto scaling, in integers (sheet 03, section 17; sheet
 * 04, 4.1 and 4.2).
 *
 * A metric is a ratio num / den; targets are in millionths, for an API that takes decimals. The
 * count that a calculation starts from is that of RUNNING tasks (AS-12). Products go through 128
 * bits.
 *
 * Several policies speak at a look, each by a wish; scale_agree makes one of them, and
 * scale_limit_* keeps that between the target's limits. */
#ifndef SCALE_SERVICE_H
#define SCALE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#define SCALE_MILLIONTHS 1000000

/* The metric is above the target (TT-4), or below `percent` of it (TT-3). */
bool scale_track_above(int64_t num, int64_t den, int64_t target);
bool scale_track_below(int64_t num, int64_t den, int64_t target, int64_t percent);

/* ceil(count * metric / target): what is added rounds up, and so what is removed down (TT-6, TT-7).
 * Of no tasks one is made, the least that there is. */
int64_t scale_track_count(int64_t count, int64_t num, int64_t den, int64_t target);

enum scale_say { SCALE_SAY_NOTHING, SCALE_SAY_OUT, SCALE_SAY_IN };

/* What one policy would do. */
struct scale_wish {
    enum scale_say say;
    int64_t count;   /* with OUT and IN: desired */
    bool may_remove; /* it has a part in scale-in */
};

/* TT-8: out when any says so; in when all that have a part in it do, and there are some. The
 * largest count wins, the first on a tie: its index is returned, with *say. Undefined where *say is
 * NOTHING. */
uint32_t scale_agree(const struct scale_wish *wishes, uint32_t count, enum scale_say *say);

/* The desired count after a scale-out to `count` (AS-3; AS-10: from below the minimum it goes to
 * that first; AS-11: above the maximum nothing changes), and after a scale-in the other way round.
 * Never the other direction: `desired` then. */
int64_t scale_limit_out(int64_t desired, int64_t count, int64_t minimum, int64_t maximum);
int64_t scale_limit_in(int64_t desired, int64_t count, int64_t minimum, int64_t maximum);

#endif
