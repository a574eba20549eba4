/* scale_alarm: when a CloudWatch alarm is in ALARM (sheet 04, section 6).
 *
 * An alarm looks at one datapoint a period, at `periods` of them, of which `datapoints` have to
 * breach. It fetches SCALE_ALARM_SPARE more, so that older real ones stand in for what is missing;
 * only what is still short then is treated as missing data. By default that is of no account, and
 * INSUFFICIENT_DATA when nothing is left; fewer than `datapoints` are enough then under the
 * premature alarm rule: all that is there breaches, and the oldest of it is as old as they are
 * many.
 */
#ifndef SCALE_ALARM_H
#define SCALE_ALARM_H

#include <stdint.h>

#define SCALE_ALARM_SPARE 2 /* 5 points of an alarm over 3 */

enum scale_point { SCALE_POINT_MISSING, SCALE_POINT_FINE, SCALE_POINT_BREACH };
enum scale_alarm { SCALE_ALARM_INSUFFICIENT_DATA, SCALE_ALARM_OK, SCALE_ALARM_ALARM };

enum scale_missing {
    SCALE_MISSING, /* "missing" */
    SCALE_MISSING_IGNORE,
    SCALE_MISSING_BREACHING,
    SCALE_MISSING_NOT_BREACHING,
    SCALE_MISSINGS,
};

/* points: periods + SCALE_ALARM_SPARE of them, newest first. before: its state so far, which
 * `ignore` keeps while what is missing could decide. */
enum scale_alarm scale_alarm_state(const enum scale_point *points, uint32_t periods,
                                   uint32_t datapoints, enum scale_missing missing,
                                   enum scale_alarm before);

#endif
