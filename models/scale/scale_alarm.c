#include "scale_alarm.h"

#include <stdbool.h>

enum scale_alarm scale_alarm_state(const enum scale_point *points, uint32_t needed)
{
    uint32_t real = 0, oldest = 0;
    bool all_breach = true;
    for (uint32_t i = 0; i < needed + SCALE_ALARM_SPARE && real < needed; i++) {
        if (points[i] == SCALE_POINT_MISSING)
            continue;
        real++;
        oldest = i;
        all_breach = all_breach && points[i] == SCALE_POINT_BREACH;
    }
    if (real == 0)
        return SCALE_ALARM_INSUFFICIENT_DATA;
    bool enough = real == needed || oldest + 1 >= needed;
    return all_breach && enough ? SCALE_ALARM_ALARM : SCALE_ALARM_OK;
}
