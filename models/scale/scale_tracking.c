#include "scale_tracking.h"

#include <assert.h>

int64_t scale_ceil_mul_div(int64_t a, int64_t b, int64_t c)
{
    assert(a >= 0 && b >= 0 && c > 0);
    __int128 product = (__int128)a * b;
    return (int64_t)((product + c - 1) / c);
}

int64_t scale_floor_mul_div(int64_t a, int64_t b, int64_t c)
{
    assert(a >= 0 && b >= 0 && c > 0);
    return (int64_t)((__int128)a * b / c);
}

bool scale_above(int64_t num, int64_t den, int64_t target)
{
    return (__int128)num > (__int128)target * den;
}

bool scale_below(int64_t num, int64_t den, int64_t target)
{
    return (__int128)num < (__int128)target * den;
}

int64_t scale_out_desired(int64_t capacity, int64_t num, int64_t den, int64_t target)
{
    return scale_ceil_mul_div(capacity, num, den * target);
}

int64_t scale_in_removal(int64_t capacity, int64_t num, int64_t den, int64_t target)
{
    int64_t keep = scale_out_desired(capacity, num, den, target);
    return keep < capacity ? capacity - keep : 0;
}

int64_t scale_in_cap(int64_t capacity, int64_t percent)
{
    int64_t cap = scale_ceil_mul_div(capacity, percent, 100);
    return cap > 1 ? cap : 1;
}
