/* scale_alarm: when a CloudWatch alarm is in ALARM (sheet 04, section 6).
 *
 * An alarm looks at one datapoint a period. It wants `needed` of them and fetches SCALE_ALARM_SPARE
 * more, so that older real ones stand in for what is missing; only what is still short then is
 * treated as missing data: of no account, INSUFFICIENT_DATA when nothing is left. Fewer than needed
 * are enough only under the premature alarm rule: all that is there breaches, and the oldest of it
 * is as old as the alarm is long. */
#ifndef SCALE_ALARM_H
#define SCALE_ALARM_H

#include <stdint.h>

#define SCALE_ALARM_SPARE 2 /* 5 points of an alarm over 3 */

enum scale_point { SCALE_POINT_MISSING, SCALE_POINT_FINE, SCALE_POINT_BREACH };
enum scale_alarm { SCALE_ALARM_INSUFFICIENT_DATA, SCALE_ALARM_OK, SCALE_ALARM_ALARM };

/* points: needed + SCALE_ALARM_SPARE of them, newest first. */
enum scale_alarm scale_alarm_state(const enum scale_point *points, uint32_t needed);

#endif
