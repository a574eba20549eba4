#include "scale_service.h"

#include <assert.h>

bool scale_track_above(int64_t num, int64_t den, int64_t target)
{
    return (__int128)num * SCALE_MILLIONTHS > (__int128)target * den;
}

bool scale_track_below(int64_t num, int64_t den, int64_t target, int64_t percent)
{
    return (__int128)num * SCALE_MILLIONTHS * 100 < (__int128)target * den * percent;
}

int64_t scale_track_count(int64_t count, int64_t num, int64_t den, int64_t target)
{
    assert(count >= 0 && num >= 0 && den > 0 && target > 0);
    if (count == 0)
        return 1;
    __int128 below = (__int128)den * target;
    __int128 needed = ((__int128)count * num * SCALE_MILLIONTHS + below - 1) / below;
    return needed > INT64_MAX ? INT64_MAX : (int64_t)needed;
}

uint32_t scale_agree(const struct scale_wish *wishes, uint32_t count, enum scale_say *say)
{
    bool out = false, some = false, all = true;
    for (uint32_t i = 0; i < count; i++) {
        out = out || wishes[i].say == SCALE_SAY_OUT;
        some = some || wishes[i].may_remove;
        all = all && (!wishes[i].may_remove || wishes[i].say == SCALE_SAY_IN);
    }
    *say = out ? SCALE_SAY_OUT : some && all ? SCALE_SAY_IN : SCALE_SAY_NOTHING;
    uint32_t best = count;
    for (uint32_t i = 0; i < count; i++) {
        bool speaks = wishes[i].say == *say && (out || wishes[i].may_remove);
        if (speaks && (best == count || wishes[i].count > wishes[best].count))
            best = i;
    }
    return best;
}

static int64_t between(int64_t count, int64_t minimum, int64_t maximum)
{
    return count < minimum ? minimum : count > maximum ? maximum : count;
}

int64_t scale_limit_out(int64_t desired, int64_t count, int64_t minimum, int64_t maximum)
{
    int64_t to = between(count, minimum, maximum);
    return to > desired ? to : desired;
}

int64_t scale_limit_in(int64_t desired, int64_t count, int64_t minimum, int64_t maximum)
{
    int64_t to = between(count, minimum, maximum);
    return to < desired ? to : desired;
}
