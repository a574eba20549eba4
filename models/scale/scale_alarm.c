#include "scale_alarm.h"

#include <stdbool.h>

enum scale_alarm scale_alarm_state(const enum scale_point *points, uint32_t periods,
                                   uint32_t datapoints, enum scale_missing missing,
                                   enum scale_alarm before)
{
    uint32_t real = 0, breaches = 0, oldest = 0;
    for (uint32_t i = 0; i < periods + SCALE_ALARM_SPARE && real < periods; i++) {
        if (points[i] == SCALE_POINT_MISSING)
            continue;
        real++;
        breaches += points[i] == SCALE_POINT_BREACH;
        oldest = i;
    }
    uint32_t at_most = breaches + periods - real;
    if (missing == SCALE_MISSING_BREACHING)
        breaches = at_most;
    if (breaches >= datapoints)
        return SCALE_ALARM_ALARM;
    if (missing == SCALE_MISSING_IGNORE && at_most >= datapoints)
        return before;
    if (missing != SCALE_MISSING)
        return SCALE_ALARM_OK;
    if (real == 0)
        return SCALE_ALARM_INSUFFICIENT_DATA;
    bool premature = breaches == real && oldest + 1 >= datapoints;
    return premature ? SCALE_ALARM_ALARM : SCALE_ALARM_OK;
}
