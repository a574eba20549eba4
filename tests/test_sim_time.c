#include "sim_time.h"

#include <check.h>
#include <math.h>

START_TEST(time_from_seconds_rounds_once)
{
    static const struct {
        double seconds;
        sim_time time;
    } rows[] = {
        {0, 0},
        {1, 1000000},
        {0.1, 100000},
        {2.5e-6, 3}, /* half away from zero */
        {-2.5e-6, -3},
        {1.4e-6, 1},
        {86400.000001, INT64_C(86400000001)},
        {1e300, SIM_TIME_LIMIT},
        {-1e300, -SIM_TIME_LIMIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_int_eq(sim_time_from_seconds(rows[i].seconds), rows[i].time);
    ck_assert_int_eq(sim_time_from_seconds(HUGE_VAL), SIM_TIME_LIMIT);
    ck_assert_int_eq(sim_time_from_seconds(-HUGE_VAL), -SIM_TIME_LIMIT);
    ck_assert_int_eq(sim_time_from_seconds((double)NAN), 0);
    ck_assert_double_eq(sim_time_to_seconds(1500000), 1.5);
}
END_TEST

START_TEST(time_parse_accepts)
{
    static const struct {
        const char *text;
        sim_time time;
    } rows[] = {
        {"0s", 0},
        {"90s", 90 * SIM_SECOND},
        {"5m", 5 * SIM_MINUTE},
        {"1.5h", 90 * SIM_MINUTE},
        {"24h", SIM_DAY},
        {"7d", 7 * SIM_DAY},
        {"2w", 14 * SIM_DAY},
        {"250ms", 250000},
        {"40us", 40},
        {"1h30m", 90 * SIM_MINUTE},
        {"1w2d3h4m5s6ms7us", INT64_C(788645006007)},
        {"1h0.5s", SIM_HOUR + 500000},
        {"0.0000005s", 1}, /* half up */
        {"0.00000049s", 0},
        {"007s", 7 * SIM_SECOND},
        {"365000d", SIM_TIME_LIMIT},
        {"0.1s", 100000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sim_time time = -1;
        ck_assert_msg(sim_time_parse(rows[i].text, &time) == 0, "%s", rows[i].text);
        ck_assert_msg(time == rows[i].time, "%s", rows[i].text);
    }
}
END_TEST

START_TEST(time_parse_refuses)
{
    static const char *const rows[] = {
        "",
        "5",
        "s",
        "-5m",
        "+5m",
        " 5m",
        "5m ",
        "5 m",
        "5M",
        "30m1h",
        "1h1h",
        "1.5h30m",
        "1.h",
        ".5h",
        "5x",
        "1e3s",
        "1h30",
        "365000d1us",
        "365001d",
        "0x10s",
        "5mss",
        "5min",
        "1..5s",
        "99999999999999999999s",
        "inf",
        "never",
        "1,5h",
        "nans",
        "1.1234567890123456789s",
        "999999999999999999w",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sim_time time = 77;
        ck_assert_msg(sim_time_parse(rows[i], &time) == -1, "%s", rows[i]);
        ck_assert_int_eq(time, 77);
    }
}
END_TEST

START_TEST(time_format_shows_two_units)
{
    static const struct {
        sim_time time;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {40, "40us"},
        {250000, "250ms"},
        {1500, "1ms500us"},
        {SIM_SECOND, "1s"},
        {1999999, "1s"}, /* rounded down */
        {60 * SIM_SECOND, "1m"},
        {90 * SIM_SECOND, "90s"},
        {120 * SIM_SECOND, "2m"},
        {121 * SIM_SECOND, "2m1s"},
        {5 * SIM_MINUTE, "5m"},
        {90 * SIM_MINUTE, "1h30m"},
        {90 * SIM_MINUTE + 59 * SIM_SECOND, "1h30m"},
        {3 * SIM_DAY + 4 * SIM_HOUR + SIM_MINUTE, "3d4h"},
        {SIM_DAY + SIM_MINUTE, "1d1m"},
        {14 * SIM_DAY, "14d"},
        {-90 * SIM_MINUTE, "-1h30m"},
        {SIM_TIME_NEVER, "never"},
        {INT64_MIN, "-106751991d4h"},
    };
    char buffer[24];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(sim_time_format(rows[i].time, buffer, sizeof buffer), rows[i].text);
}
END_TEST

START_TEST(time_format_and_parse_agree)
{
    char buffer[24];
    for (sim_time time = 1; time < 400 * SIM_DAY; time = time * 7 / 3 + 1) {
        sim_time back;
        ck_assert_int_eq(sim_time_parse(sim_time_format(time, buffer, sizeof buffer), &back), 0);
        ck_assert_int_le(back, time);
        /* What two units leave out: seconds below a minute, else the third unit. */
        sim_time lost = time / 24 > SIM_SECOND ? time / 24 : SIM_SECOND - 1;
        ck_assert_int_ge(back, time - (time < SIM_SECOND ? 0 : lost));
    }
}
END_TEST

START_TEST(time_civil_walks_every_day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected = sim_civil_to_unix(1600, 1, 1, 0, 0, 0);
    int wrong = 0;
    ck_assert_int_eq(sim_civil_to_unix(1970, 1, 1, 0, 0, 0), 0);
    ck_assert_int_eq(sim_civil_to_unix(2024, 1, 1, 0, 0, 0), 1704067200);
    ck_assert_int_eq(sim_civil_to_unix(0, 1, 1, 0, 0, 0), INT64_C(-62167219200));
    for (int year = 1600; year <= 2400; year++) {
        int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= lengths[month - 1] + (leap && month == 2); day++) {
                char buffer[24];
                int64_t parsed = 0;
                sim_unix_format(expected + 3723, buffer, sizeof buffer);
                sim_iso_parse(buffer, &parsed);
                wrong += sim_civil_to_unix(year, month, day, 1, 2, 3) != expected + 3723 ||
                         parsed != (expected + 3723) * SIM_SECOND;
                expected += 86400;
            }
        }
    }
    ck_assert_int_eq(expected, sim_civil_to_unix(2401, 1, 1, 0, 0, 0));
    ck_assert_int_eq(wrong, 0);
}
END_TEST

START_TEST(time_unix_format)
{
    char buffer[24];
    ck_assert_str_eq(sim_unix_format(0, buffer, sizeof buffer), "1970-01-01T00:00:00Z");
    ck_assert_str_eq(sim_unix_format(-1, buffer, sizeof buffer), "1969-12-31T23:59:59Z");
    ck_assert_str_eq(sim_unix_format(1709210096, buffer, sizeof buffer), "2024-02-29T12:34:56Z");
    ck_assert_str_eq(sim_unix_format(INT64_MAX, buffer, sizeof buffer), "9999-12-31T23:59:59Z");
    ck_assert_str_eq(sim_unix_format(INT64_MIN, buffer, sizeof buffer), "0000-01-01T00:00:00Z");
}
END_TEST

START_TEST(time_iso_accepts)
{
    const int64_t day = INT64_C(1704067200) * SIM_SECOND; /* 2024-01-01 */
    const struct {
        const char *text;
        int64_t us;
    } rows[] = {
        {"2024-01-01", day},
        {"2024-01-01Z", day},
        {"2024-01-01T10:00", day + 10 * SIM_HOUR},
        {"2024-01-01 10:00", day + 10 * SIM_HOUR},
        {"2024-01-01T10:00:05Z", day + 10 * SIM_HOUR + 5 * SIM_SECOND},
        {"2024-01-01T10:00:00.25", day + 10 * SIM_HOUR + 250000},
        {"2024-01-01T10:00:00.0000005Z", day + 10 * SIM_HOUR + 1},
        {"2024-01-01T10:00:00+02:30", day + 7 * SIM_HOUR + 30 * SIM_MINUTE},
        {"2024-01-01T00:00-01:00", day + SIM_HOUR},
        {"2024-02-29", day + 59 * SIM_DAY},
        {"2000-02-29", INT64_C(951782400) * SIM_SECOND},
        {"1969-12-31T23:59:59.5", -500000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t us;
        ck_assert_msg(sim_iso_parse(rows[i].text, &us) == 0, "%s", rows[i].text);
        ck_assert_msg(us == rows[i].us, "%s", rows[i].text);
    }
}
END_TEST

START_TEST(time_iso_refuses)
{
    static const char *const rows[] = {
        "",
        "2024",
        "2024-01",
        "2024-1-1",
        "24-01-01",
        "2024-13-01",
        "2024-00-01",
        "2024-01-00",
        "2024-04-31",
        "2024-02-30",
        "2023-02-29",
        "1900-02-29",
        "2024-01-01T",
        "2024-01-01T10",
        "2024-01-01T24:00",
        "2024-01-01T10:60",
        "2024-01-01T10:00:60",
        "2024-01-01T10:00:00.",
        "2024-01-01T10:00.5",
        "2024-01-01T10:00z",
        "2024-01-01t10:00",
        "2024-01-01T10:00ZZ",
        "2024-01-01T10:00+0200",
        "2024-01-01T10:00+24:00",
        "2024-01-01T10:00+02:60",
        "2024-01-01T10:00+",
        " 2024-01-01",
        "2024-01-01 ",
        "2024-01-01T10:00:00 Z",
        "2024/01/01",
        "-024-01-01",
        "20240101",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t us = 77;
        ck_assert_msg(sim_iso_parse(rows[i], &us) == -1, "%s", rows[i]);
        ck_assert_int_eq(us, 77);
    }
}
END_TEST

Suite *test_sim_time_suite(void);
Suite *test_sim_time_suite(void)
{
    Suite *suite = suite_create("sim_time");
    TCase *cases = tcase_create("time");
    tcase_add_test(cases, time_from_seconds_rounds_once);
    tcase_add_test(cases, time_parse_accepts);
    tcase_add_test(cases, time_parse_refuses);
    tcase_add_test(cases, time_format_shows_two_units);
    tcase_add_test(cases, time_format_and_parse_agree);
    tcase_add_test(cases, time_civil_walks_every_day);
    tcase_add_test(cases, time_unix_format);
    tcase_add_test(cases, time_iso_accepts);
    tcase_add_test(cases, time_iso_refuses);
    suite_add_tcase(suite, cases);
    return suite;
}
